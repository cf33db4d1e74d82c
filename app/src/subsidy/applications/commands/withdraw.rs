//! Takes a submitted application back while every asked kraj is open.

use crate::error::AppError;
use crate::subsidy::applications::SUBMITS;
use leptos::prelude::*;

/// Back to a draft; the parts stay with their mark, the submitted copy stays in the history.
#[server(name = WithdrawApplication, prefix = "/prikaz", endpoint = "dotace/vzit-zpet-zadost")]
pub async fn withdraw_application(klic: Option<String>, verze: Option<String>, zadost: Option<String>) -> Result<(), AppError> {
    use crate::{
        request::{self, Begun, Command},
        subsidy::applications::{open, part::Part},
    };
    use domain::subsidy::application::State;
    use store::{
        audit,
        subsidy::applications::{EventKind, drafts, parts},
    };

    let permission = SUBMITS;
    let begun = Command::begin::<()>("subsidy.application.withdraw", permission, &klic.unwrap_or_default(), &(&verze, &zadost)).await?;
    if let Begun::New(mut command) = begun {
        let opened = open::open_for_update(&mut command.tx, &zadost).await?;
        super::fresh(&verze, &opened.stored)?;
        let State::Submitted(submitted) = opened.stored.state.clone() else {
            return Err(AppError::invalid("Zpět jde vzít jen podaná žádost. Podívejte se, v jakém je stavu."));
        };
        let expected = submitted.parts.len();
        let draft = submitted.withdraw(&opened.context).map_err(|(_, closed)| AppError::invalid(closed.to_string()))?;
        let by = command.actor.account()?.person_name.clone();
        let withdrawn = parts::withdraw(&mut command.tx, opened.stored.id, command.at).await?;
        if usize::try_from(withdrawn).ok() != Some(expected) {
            return Err(AppError::fault());
        }
        drafts::put(&mut command.tx, opened.stored.id, opened.stored.row_version, &State::Draft(draft), &by, command.at).await?;
        let content = serde_json::json!({ "parts": withdrawn });
        drafts::add_event(&mut command.tx, &opened.stored, EventKind::Withdrawn, &by, content.clone(), command.at).await?;
        command.tx.audit(audit::Record::done("subsidy.application.withdraw", "application", opened.stored.id, content));
        command.finish(()).await?;
    }
    request::go_to(&format!("{}?hotovo=vzato-zpet", Part::Submission.address(&zadost.unwrap_or_default())));
    Ok(())
}
permit!(WithdrawApplication => SUBMITS);
