//! The subsidy year (dotace).

// pub mod assessment;
pub mod calculation;
pub mod rounds;

#[cfg(feature = "ssr")]
pub mod dates;
#[cfg(feature = "ssr")]
pub mod tabs;
