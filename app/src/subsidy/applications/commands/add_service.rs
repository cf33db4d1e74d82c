//! Adds services of the register to the draft.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Adds the ticked services (`sluzby`, keys of the register). One that is there already is passed over.
#[server(name = AddServices, prefix = "/prikaz", endpoint = "dotace/pridat-sluzby")]
pub async fn add_services(klic: Option<String>, zadost: Option<String>, sluzby: Option<Vec<String>>) -> Result<(), AppError> {
    use crate::{
        request::{self, Begun, Command},
        subsidy::applications::{open, part::Part},
    };
    use domain::subsidy::application::{CannotAdd, State};
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts},
    };

    let keys = sluzby.unwrap_or_default();
    if keys.is_empty() {
        return Err(AppError::invalid("Nejdřív zaškrtněte alespoň jednu službu, kterou chcete do žádosti přidat."));
    }
    let permission = Permission::Has(Right::ApplicationWork);
    let begun = Command::begin::<()>("subsidy.application.add_services", permission, &klic.unwrap_or_default(), &(&zadost, &keys)).await?;
    if let Begun::New(mut command) = begun {
        let opened = open::open_for_update(&mut command.tx, &zadost).await?;
        let mut draft = opened.draft()?;
        let by = command.actor.account()?.person_name.clone();
        let mut added = Vec::new();
        for key in &keys {
            let facts = opened
                .context
                .services
                .get(key)
                .cloned()
                .ok_or_else(|| AppError::invalid("Vybraná služba v registru mezi vašimi službami není. Načtěte stránku znovu."))?;
            let subject = facts.name.clone();
            match draft.application.add_service(facts) {
                Ok(()) => added.push(subject),
                Err(CannotAdd::Twice) => {}
                Err(other) => return Err(AppError::invalid(other.to_string())),
            }
        }
        if !added.is_empty() {
            let content = serde_json::json!({ "subject": added.join(", "), "services": keys });
            drafts::put(&mut command.tx, opened.stored.id, opened.stored.row_version, &State::Draft(draft), &by, command.at).await?;
            drafts::add_event(&mut command.tx, &opened.stored, EventKind::ServiceAdded, &by, content.clone(), command.at).await?;
            command.tx.audit(audit::Record::done("subsidy.application.add_services", "application", opened.stored.id, content));
        }
        command.finish(()).await?;
    }
    request::go_to(&format!("{}?hotovo=pridano", Part::Services.address(&zadost.unwrap_or_default())));
    Ok(())
}
permit!(AddServices => Permission::Has(Right::ApplicationWork));
