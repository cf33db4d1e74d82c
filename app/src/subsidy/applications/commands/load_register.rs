//! Takes the facts of the register over again.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Copies the facts of the applicant, or of one service (`sluzba`), from the register into the draft. What was typed stays.
#[server(name = LoadRegister, prefix = "/prikaz", endpoint = "dotace/nacist-z-registru")]
pub async fn load_register(
    klic: Option<String>,
    verze: Option<String>,
    zadost: Option<String>,
    sluzba: Option<String>,
) -> Result<(), AppError> {
    use crate::{
        request::{self, Begun, Command},
        subsidy::applications::{open, part::Part},
    };
    use domain::subsidy::application::State;
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts},
    };

    let permission = Permission::Has(Right::ApplicationWork);
    let asked = (&verze, &zadost, &sluzba);
    let part = if sluzba.is_some() { Part::Services } else { Part::Common };
    let begun = Command::begin::<()>("subsidy.application.load_register", permission, &klic.unwrap_or_default(), &asked).await?;
    if let Begun::New(mut command) = begun {
        let opened = open::open_for_update(&mut command.tx, &zadost).await?;
        super::fresh(&verze, &opened.stored)?;
        let mut draft = opened.draft()?;
        let by = command.actor.account()?.person_name.clone();
        let (subject, differences) =
            match &sluzba {
                None => {
                    let register = opened.context.applicant.clone().ok_or_else(|| {
                        AppError::invalid(
                            "Vaše organizace v registru není, není tedy co načíst. Obraťte se na krajský úřad, který vás registruje.",
                        )
                    })?;
                    let differences = draft.application.applicant.differences(&register);
                    draft.application.applicant = register;
                    ("společné údaje".to_owned(), differences)
                }
                Some(key) => {
                    let register =
                        opened.context.services.get(key).cloned().ok_or_else(|| {
                            AppError::invalid("Tato služba už v registru mezi vašimi službami není. Odeberte ji z žádosti.")
                        })?;
                    let service = draft.application.service_mut(key).ok_or_else(|| AppError::not_found("Službu"))?;
                    let differences = service.facts.differences(&register);
                    service.facts = register;
                    (service.name.clone(), differences)
                }
            };
        let content = serde_json::json!({ "subject": subject, "differences": differences });
        drafts::put(&mut command.tx, opened.stored.id, opened.stored.row_version, &State::Draft(draft), &by, command.at).await?;
        drafts::add_event(&mut command.tx, &opened.stored, EventKind::RegisterLoaded, &by, content.clone(), command.at).await?;
        command.tx.audit(audit::Record::done("subsidy.application.load_register", "application", opened.stored.id, content));
        command.finish(()).await?;
    }
    request::go_to(&format!("{}?hotovo=nacteno-z-registru", part.address(&zadost.unwrap_or_default())));
    Ok(())
}
permit!(LoadRegister => Permission::Has(Right::ApplicationWork));
