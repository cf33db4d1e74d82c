//! Demo data, made of a seed: the same seed gives the same register, whenever and wherever, and on the same day the same story. Municipalities are real, everything else is invented:
//! names of providers and people, addresses within the municipality, numbers. Web and mail addresses end in `.example`, phones begin with 199,
//! so that none of them exists.

pub mod command;
pub mod desk;
mod names;
pub mod people;
mod places;
mod pools;
pub mod register;
mod service;
pub mod story;

use clap::ValueEnum;

/// How much data. Proportions follow the register of 2026: 6,733 services with 18,907 facilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scale {
    /// One region (Ústecký kraj): 480 services.
    Kraj,
    /// The country: 6,733 services, about 100 MB of open data.
    Cr,
    /// Ten times the country; its first tenth is that of `cr`.
    #[value(name = "10x")]
    TenTimes,
}

/// One block of the register: the country has one, ten times the country ten.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// Its number, from 0.
    pub number: u32,
    /// Services in it.
    pub services: usize,
    /// Facilities in it.
    pub facilities: usize,
    /// All of it lies in this region.
    pub kraj: Option<&'static str>,
}

impl Scale {
    pub(crate) fn blocks(self) -> impl Iterator<Item = Block> + Send + use<> {
        let (count, services, facilities, kraj) = match self {
            Self::Kraj => (1, 480, 1_348, Some("60")),
            Self::Cr => (1, 6_733, 18_907, None),
            Self::TenTimes => (10, 6_733, 18_907, None),
        };
        (0..count).map(move |number| Block { number, services, facilities, kraj })
    }
}
