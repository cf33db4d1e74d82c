//! Begins an application in a round.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Makes the draft, with the applicant as the register has it. One provider has one application in a round: a second call opens the first.
#[server(name = CreateApplication, prefix = "/prikaz", endpoint = "dotace/zalozit-zadost")]
pub async fn create_application(klic: Option<String>, kolo: Option<String>) -> Result<(), AppError> {
    use crate::request::{self, Begun, Command};
    use domain::subsidy::application::Application;
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts, register, windows},
    };

    let permission = Permission::Has(Right::ApplicationWork);
    let begun = Command::begin::<uuid::Uuid>("subsidy.application.create", permission, &klic.unwrap_or_default(), &kolo).await?;
    let id = match begun {
        Begun::Earlier(id) => id,
        Begun::New(mut command) => {
            let (account, provider) = command.actor.provider()?;
            let by = account.person_name.clone();
            let round = kolo.as_deref().and_then(|text| text.parse().ok()).ok_or_else(|| AppError::not_found("Kolo"))?;
            let round = windows::round(&mut command.tx, round).await?;
            let terms = windows::terms(&mut command.tx, round.id, provider).await?;
            if !terms.values().any(|terms| terms.published()) {
                return Err(AppError::invalid(
                    "V tomto kole zatím žádný kraj nezveřejnil termín. Žádost půjde založit, jakmile to první udělá.",
                ));
            }
            if !terms.values().flat_map(|terms| terms.windows()).any(|window| command.at < window.closes()) {
                return Err(AppError::invalid(
                    "Termíny všech krajů už skončily. Žádost půjde založit, když vám některý povolí mimořádný termín.",
                ));
            }
            let applicant = register::applicant(&mut command.tx, provider, store::prague::day(command.at)).await?.ok_or_else(|| {
                AppError::invalid("Vaše organizace není v registru poskytovatelů. Obraťte se na krajský úřad, který vás registruje.")
            })?;
            let application = Application::new(round.year, applicant);
            let (id, is_new) = drafts::create(&mut command.tx, round.id, provider, &application, &by, command.at).await?;
            if is_new {
                let stored = drafts::load(&mut command.tx, id).await?;
                let content = serde_json::json!({ "subject": round.label });
                drafts::add_event(&mut command.tx, &stored, EventKind::Created, &by, content, command.at).await?;
                let content = serde_json::json!({ "round": round.id, "year": round.year });
                command.tx.audit(audit::Record::done("subsidy.application.create", "application", id, content));
            }
            command.finish(id).await?
        }
    };
    request::go_to(&format!("/dotace/zadosti/{id}/spolecne?hotovo=zalozeno"));
    Ok(())
}
permit!(CreateApplication => Permission::Has(Right::ApplicationWork));
