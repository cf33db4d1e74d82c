//! People, organisations, accounts, rights and sessions.

mod administration;
mod imports;
mod organisations;
mod people;
mod rights;
mod sessions;

pub use administration::*;
pub use imports::*;
pub use organisations::*;
pub use people::*;
pub use rights::*;
pub use sessions::*;
