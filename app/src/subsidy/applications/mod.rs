//! The provider's side of a round: the application with its parts, from the draft to the submission.
//!
//! A part is a page with a plain form. Its fields are named `pole[<path of the domain>]`, and one command, [`save::SaveFields`], takes them from
//! the plain form as from the island: `pole` is a map from path to text. Beside them stand `zaklad` (what the person saw, as JSON), `verze`, and
//! `volby` (paths of boxes, because a browser does not send an empty box).

#[cfg(feature = "hydrate")]
mod browser;
pub mod commands;
pub mod draft_form;
pub mod live;
pub mod merge;
pub mod part;
pub mod save;

#[cfg(feature = "ssr")]
pub mod fields;
#[cfg(feature = "ssr")]
pub mod frame;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod open;
#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
pub use home::ProviderHome;

/// Who locks, submits and takes back: the statutory representative, and whom he delegated.
pub const SUBMITS: domain::accounts::Permission =
    domain::accounts::Permission::AnyOf(&[domain::accounts::Right::ApplicationSubmit, domain::accounts::Right::ApplicationDelegated]);
