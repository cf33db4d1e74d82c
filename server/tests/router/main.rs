//! Operations through the router, on a real PostgreSQL, by people of every role. One program, because linking the server takes longer than the tests.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops")]

mod account_import;
mod account_rules;
mod accounts;
mod applications;
mod backup;
mod calculation;
mod decision;
mod defences;
mod foreign;
mod identities;
mod open_data;
mod operations;
mod passkeys;
mod permissions;
mod registry;
mod rounds;
mod sign_in;
mod support;
mod tls;
mod trail;
