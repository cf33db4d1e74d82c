//! Puts a service back that was taken out.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Puts the service of an event of the history back with everything that was typed for it.
#[server(name = RestoreService, prefix = "/prikaz", endpoint = "dotace/vratit-sluzbu")]
pub async fn restore_service(klic: Option<String>, zadost: Option<String>, udalost: Option<String>) -> Result<(), AppError> {
    use crate::{
        request::{self, Begun, Command},
        subsidy::applications::{open, part::Part},
    };
    use domain::subsidy::application::{MAX_SERVICES, ServiceApplication, State, Unread};
    use std::collections::BTreeMap;
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts},
    };

    let permission = Permission::Has(Right::ApplicationWork);
    let asked = (&zadost, &udalost);
    let begun = Command::begin::<()>("subsidy.application.restore_service", permission, &klic.unwrap_or_default(), &asked).await?;
    if let Begun::New(mut command) = begun {
        let opened = open::open_for_update(&mut command.tx, &zadost).await?;
        let mut draft = opened.draft()?;
        let by = command.actor.account()?.person_name.clone();
        let event = udalost.as_deref().and_then(|text| text.parse().ok()).ok_or_else(|| AppError::not_found("Odebranou službu"))?;
        let mut content = drafts::event_content(&mut command.tx, opened.stored.id, event, EventKind::ServiceRemoved).await?;
        let service: ServiceApplication = serde_json::from_value(content["service"].take()).map_err(store::StoreError::from)?;
        let unread: BTreeMap<String, Unread> = serde_json::from_value(content["unread"].take()).unwrap_or_default();
        if draft.application.service(&service.facts.service).is_some() {
            return Err(AppError::invalid("Tato služba už v žádosti zase je. Upravte ji v seznamu služeb."));
        }
        if draft.application.services.len() >= MAX_SERVICES {
            return Err(AppError::invalid(format!("V jedné žádosti může být nejvýše {MAX_SERVICES} služeb. Některou odeberte.")));
        }
        let (key, subject) = (service.facts.service.clone(), service.name.clone());
        draft.application.services.push(service);
        draft.application.unread.extend(unread);
        drafts::put(&mut command.tx, opened.stored.id, opened.stored.row_version, &State::Draft(draft), &by, command.at).await?;
        let content = serde_json::json!({ "subject": subject, "service": key, "removed": event });
        drafts::add_event(&mut command.tx, &opened.stored, EventKind::ServiceRestored, &by, content.clone(), command.at).await?;
        command.tx.audit(audit::Record::done("subsidy.application.restore_service", "application", opened.stored.id, content));
        command.finish(()).await?;
    }
    request::go_to(&format!("{}?hotovo=vraceno", Part::Services.address(&zadost.unwrap_or_default())));
    Ok(())
}
permit!(RestoreService => Permission::Has(Right::ApplicationWork));
