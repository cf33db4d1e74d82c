//! Calculation schemes of a kraj: made from a built-in one or from TOML, edited in forms, tried on real services, compared by versions.

pub mod formula;

#[cfg(feature = "ssr")]
pub mod aside;
#[cfg(feature = "ssr")]
pub mod choose_scheme;
#[cfg(feature = "ssr")]
pub mod create_scheme;
#[cfg(feature = "ssr")]
pub mod differences;
#[cfg(feature = "ssr")]
pub mod edit_scheme;
#[cfg(feature = "ssr")]
pub mod editor;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod new_version;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
pub mod replace_toml;
#[cfg(feature = "ssr")]
pub mod steps;
#[cfg(feature = "ssr")]
pub mod trial;
