//! People, organisations, accounts, rights and sessions.

mod administration;
mod ceremonies;
mod identities;
mod imports;
mod organisations;
mod passkeys;
mod people;
mod rights;
mod sessions;

pub use administration::*;
pub use ceremonies::*;
pub use identities::*;
pub use imports::*;
pub use organisations::*;
pub use passkeys::*;
pub use people::*;
pub use rights::*;
pub use sessions::*;
