//! Commands of the provider over its application.

pub mod add_service;
pub mod create;
pub mod load_register;
pub mod lock;
pub mod remove_service;
pub mod restore_service;
pub mod submit;
pub mod unlock;
pub mod withdraw;

pub use add_service::AddServices;
pub use create::CreateApplication;
pub use load_register::LoadRegister;
pub use lock::LockApplication;
pub use remove_service::RemoveService;
pub use restore_service::RestoreService;
pub use submit::SubmitApplication;
pub use unlock::UnlockApplication;
pub use withdraw::WithdrawApplication;

/// Reads the row version that the person saw and refuses when the application was changed since.
#[cfg(feature = "ssr")]
fn fresh(verze: &Option<String>, stored: &store::subsidy::applications::Stored) -> Result<(), crate::error::AppError> {
    let seen = verze.as_deref().and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
    if seen == stored.row_version {
        return Ok(());
    }
    Err(crate::error::AppError::new(
        crate::error::Code::Stale,
        format!("Žádost mezitím změnil(a) {}. Podívejte se na ni, prosím, znovu, a pak pokračujte.", stored.updated_by),
    ))
}
