//! Takes a service out of the draft.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Takes a service out; the history keeps everything that was typed for it, so that it can be put back.
#[server(name = RemoveService, prefix = "/prikaz", endpoint = "dotace/odebrat-sluzbu")]
pub async fn remove_service(klic: Option<String>, zadost: Option<String>, sluzba: Option<String>) -> Result<(), AppError> {
    use crate::{
        request::{self, Begun, Command},
        subsidy::applications::{open, part::Part},
    };
    use domain::subsidy::application::State;
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts},
    };

    let key = sluzba.unwrap_or_default();
    let permission = Permission::Has(Right::ApplicationWork);
    let begun =
        Command::begin::<uuid::Uuid>("subsidy.application.remove_service", permission, &klic.unwrap_or_default(), &(&zadost, &key)).await?;
    let event = match begun {
        Begun::Earlier(event) => event,
        Begun::New(mut command) => {
            let opened = open::open_for_update(&mut command.tx, &zadost).await?;
            let mut draft = opened.draft()?;
            let by = command.actor.account()?.person_name.clone();
            let prefix = format!("sluzba.{key}.");
            let unread: std::collections::BTreeMap<_, _> = draft
                .application
                .unread
                .iter()
                .filter(|(path, _)| path.starts_with(&prefix))
                .map(|(p, u)| (p.clone(), u.clone()))
                .collect();
            let removed = draft.application.remove_service(&key).ok_or_else(|| {
                AppError::invalid("Tato služba v žádosti už není. Někdo ji odebral před vámi; v historii ji můžete vrátit.")
            })?;
            let subject = removed.name.clone();
            let content = serde_json::json!({ "subject": subject, "service": removed, "unread": unread });
            drafts::put(&mut command.tx, opened.stored.id, opened.stored.row_version, &State::Draft(draft), &by, command.at).await?;
            let event = drafts::add_event(&mut command.tx, &opened.stored, EventKind::ServiceRemoved, &by, content, command.at).await?;
            let content = serde_json::json!({ "service": key, "name": subject, "event": event });
            command.tx.audit(audit::Record::done("subsidy.application.remove_service", "application", opened.stored.id, content));
            command.finish(event).await?
        }
    };
    request::go_to(&format!("{}?odebrano={event}", Part::Services.address(&zadost.unwrap_or_default())));
    Ok(())
}
permit!(RemoveService => Permission::Has(Right::ApplicationWork));
