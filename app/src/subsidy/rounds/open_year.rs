//! The MPSV opens a subsidy year.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde_json::json;
use store::{audit, subsidy::rounds};

/// Opens the year `rok`.
#[server(name = OpenYear, prefix = "/prikaz", endpoint = "dotace/otevrit-rok")]
pub async fn open_year(klic: Option<String>, rok: Option<String>) -> Result<(), AppError> {
    let rok = rok.unwrap_or_default();
    let permission = Permission::Has(Right::YearAdministration);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.year.open", permission, &klic.unwrap_or_default(), &rok).await? else {
        request::go_to("/dotace?hotovo=zalozeno");
        return Ok(());
    };
    let year: i32 = rok
        .trim()
        .parse()
        .ok()
        .filter(|year| (2007..=2100).contains(year))
        .ok_or_else(|| AppError::field("rok", "Rok napište čtyřmi číslicemi, od 2007 do 2100."))?;
    if !rounds::open_year(&mut command.tx, year, command.at).await? {
        return Err(AppError::field("rok", format!("Dotační rok {year} už je otevřený. Založte v něm kolo.")));
    }
    command.tx.audit(audit::Record::done("subsidy.year.open", "subsidy_year", year, json!({ "rok": year })));
    command.finish(()).await?;
    request::go_to("/dotace?hotovo=zalozeno");
    Ok(())
}
permit!(OpenYear => Permission::Has(Right::YearAdministration));
