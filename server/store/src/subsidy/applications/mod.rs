//! The provider's side of a round: terms of the kraje, the draft and its states, the frozen parts. The policies of the database let a provider
//! see and write its own rows only.

pub mod drafts;
pub mod parts;
pub mod register;
pub mod windows;

pub use drafts::{Event, EventKind, Listed, Stored};
pub use parts::PartRow;
pub use windows::{KrajRow, Round};
