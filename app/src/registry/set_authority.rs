//! The MPSV sets the registering authority of a provider.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Sets the authority; an import never changes it again.
#[server(name = SetAuthority, prefix = "/prikaz", endpoint = "registr/urcit-organ")]
pub async fn set_authority(
    klic: Option<String>,
    verze: Option<String>,
    zpet: Option<String>,
    poskytovatel: Option<String>,
    organ: Option<String>,
) -> Result<(), AppError> {
    use super::correcting::{self, Back};
    use crate::request::{self, Begun, Command};
    use store::{audit, registry::corrections as c};

    let back = Back::to(zpet);
    let (provider, seen) = (correcting::id(poskytovatel)?, correcting::version(verze)?);
    let authority: Option<uuid::Uuid> = organ.unwrap_or_default().parse().ok();
    let permission = Permission::Has(Right::RegisterImport);
    let Begun::New(mut command) =
        Command::begin::<()>("registry.authority.set", permission, &klic.unwrap_or_default(), &(provider, seen, authority)).await?
    else {
        request::go_to(&back.done("organ"));
        return Ok(());
    };
    let known = c::authorities(&mut command.tx).await?;
    let Some(authority) = authority.and_then(|id| known.into_iter().find(|a| a.id == id)) else {
        return Err(AppError::field("organ", "Vyberte orgán, který poskytovatele registruje."));
    };
    let before = c::set_authority(&mut command.tx, provider, authority.id, seen).await?;
    let content = serde_json::json!({ "before": before, "after": authority.id });
    command.tx.audit(audit::Record::done("registry.authority.set", "provider", provider, content));
    command.finish(()).await?;
    request::go_to(&back.done("organ"));
    Ok(())
}
permit!(SetAuthority => Permission::Has(Right::RegisterImport));
