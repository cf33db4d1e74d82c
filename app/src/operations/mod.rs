//! News, planned outages, the state of the system and how accessible it is.

pub mod accessibility;
pub mod handbook;
pub mod mail;
pub mod news;
pub mod notices;
pub mod outages;
pub mod settings;
pub mod state;
