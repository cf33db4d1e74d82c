//! People, organisations, accounts, rights and sessions.

mod administration;
mod organisations;
mod people;
mod rights;
mod sessions;

pub use administration::*;
pub use organisations::*;
pub use people::*;
pub use rights::*;
pub use sessions::*;
