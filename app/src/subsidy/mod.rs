//! The subsidy year (dotace).

pub mod applications;
pub mod assessment;
pub mod awards;
pub mod calculation;
pub mod decision;
pub mod rounds;
pub mod schemes;

use domain::accounts::{OrganisationKind, Permission, Right};

/// Reading what a kraj does in a round: whoever has the right and works in a kraj, of which the page then shows the own one.
pub const ROUND_VIEW: Permission = Permission::HasIn(OrganisationKind::Kraj, Right::RoundView);

/// Reading the years and rounds and the terms of all kraje.
pub const ROUNDS: Permission = Permission::AnyOf(&[Right::RoundView, Right::YearAdministration]);

#[cfg(feature = "ssr")]
pub mod dates;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod stale;
#[cfg(feature = "ssr")]
pub mod tabs;
