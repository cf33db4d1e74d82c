//! Pages of the application, one file each.

pub mod account;
pub mod budget;
pub mod capacity;
pub mod common;
pub mod confirm;
pub mod frozen;
pub mod kraje;
pub mod list;
pub mod overview;
pub mod result;
pub mod services;
pub mod sources;
pub mod submission;

pub use account::AccountPage;
pub use budget::BudgetPage;
pub use capacity::CapacityPage;
pub use common::CommonPage;
pub use confirm::{SubmitPage, WithdrawPage};
pub use frozen::FrozenPage;
pub use kraje::KrajePage;
pub use list::ApplicationsPage;
pub use overview::OverviewPage;
pub use result::ResultPage;
pub use services::ServicesPage;
pub use sources::SourcesPage;
pub use submission::SubmissionPage;

use super::{
    open::{Opened, open},
    part::{OfService, Part},
};
use crate::{error::AppError, request};
use domain::{
    accounts::{Permission, Right},
    subsidy::application::ServiceApplication,
};

/// Who reads applications: whoever works on them, and whoever only submits, as the representative or for them.
pub const READS: Permission = Permission::AnyOf(&[Right::ApplicationWork, Right::ApplicationSubmit, Right::ApplicationDelegated]);

/// The application of the address.
async fn opened() -> Result<Opened, AppError> {
    let mut tx = request::read(READS).await?;
    open(&mut tx, request::path_id("id")?).await
}

/// The application of the address and the part of the service in it.
async fn opened_service(part: OfService) -> Result<(Opened, ServiceApplication, Part), AppError> {
    let opened = opened().await?;
    let key = request::path_param("sluzba").unwrap_or_default();
    let service = opened.application().service(&key).cloned().ok_or_else(|| AppError::not_found("Službu v žádosti"))?;
    Ok((opened, service, part(key)))
}
