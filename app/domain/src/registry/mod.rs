//! The register of social-services providers (§ 85 zákona č. 108/2006 Sb.): what its open data say, how a file of them is read, which of it
//! is public, how providers and facilities are recognised again, and what changed between two versions.
//!
//! Everything here is pure. The way of one record: [`reader::read`] hands over its text, [`record::Record::read`] makes typed facts of it
//! and keeps what it doesn't know, [`normalise::normalise`] separates public from private facts and derives what search needs, and
//! [`change`] and [`facility`] compare it with what is stored.

pub mod authority;
pub mod change;
pub mod codes;
pub mod facility;
pub mod normalise;
pub mod problem;
pub mod provider;
pub mod reader;
pub mod record;
pub mod shape;
