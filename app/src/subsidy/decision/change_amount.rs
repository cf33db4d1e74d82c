//! A step changes a single amount, with a reason.

use super::make_proposal::own_round;
use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::tabs,
};
use domain::{
    accounts::{Permission, Right},
    subsidy::{amount::Crowns, decision::ChangeRefused},
};
use leptos::prelude::*;
use serde_json::json;
use store::{audit, subsidy::decisions};

/// Sets the amount `castka` of service `sluzba` (its key in the part) in the current step because of `duvod`. The amount of the step before
/// takes the change back.
#[server(name = ChangeAmount, prefix = "/prikaz", endpoint = "dotace/zmenit-castku")]
pub async fn change_amount(
    klic: Option<String>,
    verze: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    sluzba: Option<String>,
    castka: Option<String>,
    duvod: Option<String>,
) -> Result<(), AppError> {
    let text = Option::unwrap_or_default;
    let request: [String; 6] = [verze, rok, kolo, sluzba, castka, duvod].map(text);
    let permission = Permission::Has(Right::Decision);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.proposal.change", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&format!("/dotace/{}/{}/navrhy?hotovo=ulozeno", request[1], request[2]));
        return Ok(());
    };
    let [verze, rok, kolo, sluzba, castka, duvod] = request;
    let own = own_round(&mut command.tx, &rok, &kolo).await?;
    let stored = decisions::decision(&mut command.tx, own.id)
        .await?
        .ok_or_else(|| AppError::invalid("Návrh ještě není. Nejdřív ho udělejte z běhu výpočtu."))?;
    let amount = Crowns::parse(&castka).map_err(|e| AppError::field("castka", e.to_string()))?;
    let mut decision = stored.document.0.clone();
    let (step, before) = (decision.current(), decision.amounts().get(&sluzba).copied());
    decision.change(&sluzba, amount, &duvod).map_err(|refused| {
        let field = match refused {
            ChangeRefused::NoReason | ChangeRefused::BadReason(_) => "duvod",
            ChangeRefused::Decided | ChangeRefused::NoRow => return AppError::invalid(refused.to_string()),
            ChangeRefused::BelowMinimum { .. } | ChangeRefused::AboveMaximum { .. } | ChangeRefused::NotRounded { .. } => "castka",
        };
        AppError::field(field, refused.to_string())
    })?;
    let seen = verze.parse().unwrap_or(0);
    let by = command.actor.account()?.person_name.clone();
    decisions::save(&mut command.tx, (own.id, stored.run_id), &decision, seen, (&by, command.at)).await?;
    let name = step.and_then(|at| decision.steps().get(at)).map(|step| step.name.clone());
    let content = json!({ "krok": name, "sluzba": sluzba, "drive": before, "nyni": amount, "duvod": duvod });
    command.tx.audit(audit::Record::done("subsidy.proposal.change", "kraj_round", own.id, content));
    command.finish(()).await?;
    request::go_to(&tabs::href(own.year, own.number, &format!("/navrhy?hotovo=ulozeno#radek-{sluzba}")));
    Ok(())
}
permit!(ChangeAmount => Permission::Has(Right::Decision));
