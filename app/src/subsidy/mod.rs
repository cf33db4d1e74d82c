//! The subsidy year (dotace).

// pub mod assessment;
pub mod awards;
pub mod decision;
pub mod assessment;
pub mod calculation;
pub mod rounds;

#[cfg(feature = "ssr")]
pub mod dates;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod tabs;
pub mod applications;
