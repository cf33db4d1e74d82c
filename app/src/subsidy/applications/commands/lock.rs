//! Locks a draft: checked without errors, nobody changes it until it is unlocked.

use crate::error::AppError;
use crate::subsidy::applications::SUBMITS;
use leptos::prelude::*;

/// Locks the draft that the person saw.
#[server(name = LockApplication, prefix = "/prikaz", endpoint = "dotace/uzamknout-zadost")]
pub async fn lock_application(klic: Option<String>, verze: Option<String>, zadost: Option<String>) -> Result<(), AppError> {
    use crate::{
        request::{self, Begun, Command},
        subsidy::applications::{open, part::Part},
    };
    use domain::subsidy::application::{State, checks};
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts},
    };

    let permission = SUBMITS;
    let begun = Command::begin::<()>("subsidy.application.lock", permission, &klic.unwrap_or_default(), &(&verze, &zadost)).await?;
    if let Begun::New(mut command) = begun {
        let opened = open::open_for_update(&mut command.tx, &zadost).await?;
        super::fresh(&verze, &opened.stored)?;
        let draft = opened.draft()?;
        let locked = draft.lock(&opened.context).map_err(|refused| {
            AppError::invalid(format!(
                "Žádost zatím nejde uzamknout. Kontrola: {}. Podrobnosti jsou v protokolu.",
                checks::summary(&refused.findings)
            ))
        })?;
        let by = command.actor.account()?.person_name.clone();
        let warnings = locked.warnings.len();
        drafts::put(&mut command.tx, opened.stored.id, opened.stored.row_version, &State::Locked(locked), &by, command.at).await?;
        let content = serde_json::json!({ "warnings": warnings });
        drafts::add_event(&mut command.tx, &opened.stored, EventKind::Locked, &by, content.clone(), command.at).await?;
        command.tx.audit(audit::Record::done("subsidy.application.lock", "application", opened.stored.id, content));
        command.finish(()).await?;
    }
    request::go_to(&format!("{}?hotovo=uzamceno", Part::Submission.address(&zadost.unwrap_or_default())));
    Ok(())
}
permit!(LockApplication => SUBMITS);
