//! Unlocks a locked application.

use crate::error::AppError;
use crate::subsidy::applications::SUBMITS;
use leptos::prelude::*;

/// Back to the draft.
#[server(name = UnlockApplication, prefix = "/prikaz", endpoint = "dotace/odemknout-zadost")]
pub async fn unlock_application(klic: Option<String>, verze: Option<String>, zadost: Option<String>) -> Result<(), AppError> {
    use crate::{
        request::{self, Begun, Command},
        subsidy::applications::{open, part::Part},
    };
    use domain::subsidy::application::State;
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts},
    };

    let permission = SUBMITS;
    let begun = Command::begin::<()>("subsidy.application.unlock", permission, &klic.unwrap_or_default(), &(&verze, &zadost)).await?;
    if let Begun::New(mut command) = begun {
        let opened = open::open_for_update(&mut command.tx, &zadost).await?;
        super::fresh(&verze, &opened.stored)?;
        let State::Locked(locked) = opened.stored.state.clone() else {
            return Err(AppError::invalid("Odemknout jde jen uzamčená žádost. Podívejte se, v jakém je stavu."));
        };
        let by = command.actor.account()?.person_name.clone();
        drafts::put(&mut command.tx, opened.stored.id, opened.stored.row_version, &State::Draft(locked.unlock()), &by, command.at).await?;
        drafts::add_event(&mut command.tx, &opened.stored, EventKind::Unlocked, &by, serde_json::json!({}), command.at).await?;
        command.tx.audit(audit::Record::done("subsidy.application.unlock", "application", opened.stored.id, serde_json::json!({})));
        command.finish(()).await?;
    }
    request::go_to(&format!("{}?hotovo=odemceno", Part::Submission.address(&zadost.unwrap_or_default())));
    Ok(())
}
permit!(UnlockApplication => SUBMITS);
