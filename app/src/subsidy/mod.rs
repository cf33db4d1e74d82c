//! The subsidy year (dotace).

pub mod applications;
pub mod assessment;
pub mod awards;
pub mod calculation;
pub mod decision;
pub mod rounds;
pub mod schemes;

#[cfg(feature = "ssr")]
pub mod dates;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod stale;
#[cfg(feature = "ssr")]
pub mod tabs;
