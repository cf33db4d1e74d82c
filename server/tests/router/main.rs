//! Operations through the router, on a real PostgreSQL, by people of every role. One program, because linking the server takes longer than the tests.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops")]

mod accounts;
mod applications;
mod calculation;
mod decision;
mod open_data;
mod permissions;
mod registry;
mod rounds;
mod support;
