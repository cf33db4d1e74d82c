//! Submits a locked application: one frozen part per asked kraj, all or none.

use crate::error::AppError;
use crate::subsidy::applications::SUBMITS;
use leptos::prelude::*;

/// Submits it with the declaration (`prohlaseni` is the ticked box). What counts is when the server received the request.
#[server(name = SubmitApplication, prefix = "/prikaz", endpoint = "dotace/podat-zadost")]
pub async fn submit_application(
    klic: Option<String>,
    verze: Option<String>,
    zadost: Option<String>,
    prohlaseni: Option<String>,
) -> Result<(), AppError> {
    use crate::{
        request::{self, Begun, Command},
        subsidy::applications::open,
    };
    use domain::subsidy::application::{Declaration, State, checks};
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts, parts},
    };

    let permission = SUBMITS;
    let asked = (&verze, &zadost, &prohlaseni);
    let begun = Command::begin::<uuid::Uuid>("subsidy.application.submit", permission, &klic.unwrap_or_default(), &asked).await?;
    let event = match begun {
        Begun::Earlier(event) => event,
        Begun::New(mut command) => {
            let opened = open::open_for_update(&mut command.tx, &zadost).await?;
            super::fresh(&verze, &opened.stored)?;
            let State::Locked(locked) = opened.stored.state.clone() else {
                return Err(AppError::invalid("Podat jde jen uzamčená žádost. Nejdřív ji v části Kontrola a podání uzamkněte."));
            };
            let by = command.actor.account()?.person_name.clone();
            let delegated_by = open::delegated_by(&mut command.tx, &command.actor, command.at).await?;
            let declaration = Declaration::make(&by, delegated_by.as_deref(), prohlaseni.as_deref() == Some("ano"))
                .map_err(|e| AppError::field("prohlaseni", e.to_string()))?;
            let submitted = locked.submit(declaration, &opened.context).map_err(|refused| {
                AppError::invalid(format!(
                    "Žádost teď nejde podat. Kontrola: {}. Odemkněte ji a opravte, co najdete v protokolu.",
                    checks::summary(&refused.findings)
                ))
            })?;
            let reference = parts::reference(&mut command.tx, &opened.stored).await?;
            parts::submit(&mut command.tx, &opened.stored, &submitted, &reference).await.map_err(|error| match error.constraint() {
                Some("application_part_live") => AppError::invalid(
                    "Některý z krajů už vaši žádost v tomto kole má (nahranou z jiného systému). Obraťte se na něj, ať ji odstraní, a podejte znovu.",
                ),
                Some("part_service_identifikator_check") => {
                    AppError::invalid("Identifikátor některé služby v registru není číslo. Požádejte registrující kraj o opravu a údaje načtěte znovu.")
                }
                _ => error.into(),
            })?;
            let content = serde_json::json!({ "subject": reference, "submitted": &submitted });
            let amounts: std::collections::BTreeMap<_, _> =
                submitted.parts.iter().map(|part| (part.kraj.code(), part.services.iter().map(|s| s.request.get()).sum::<u64>())).collect();
            let state = State::Submitted(submitted);
            drafts::put(&mut command.tx, opened.stored.id, opened.stored.row_version, &state, &by, command.at).await?;
            let event = drafts::add_event(&mut command.tx, &opened.stored, EventKind::Submitted, &by, content, command.at).await?;
            let content = serde_json::json!({ "reference": reference, "event": event, "requests": amounts, "delegated_by": delegated_by });
            command.tx.audit(audit::Record::done("subsidy.application.submit", "application", opened.stored.id, content));
            command.finish(event).await?
        }
    };
    request::go_to(&format!("/dotace/zadosti/{}/podano?udalost={event}", zadost.unwrap_or_default()));
    Ok(())
}
permit!(SubmitApplication => SUBMITS);
