//! What the browser and the server share: pages, components and server functions. Pages are rendered by the server; what is interactive is an
//! island, hydrated in the browser from the same component.
#![recursion_limit = "512"]

#[macro_use]
pub mod permission;

pub mod accounts;
pub mod carried;
pub mod components;
pub mod error;
pub mod form;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod layout;
#[cfg(feature = "ssr")]
pub mod operations;
pub mod registry;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod routes;
pub mod subsidy;

#[cfg(feature = "ssr")]
pub use inventory;
#[cfg(feature = "ssr")]
pub use routes::{App, shell};
