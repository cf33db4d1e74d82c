//! The server of Kraj108: routes, layers, sessions, the private database and the command line.

mod account_files;
pub mod calculation_files;
pub mod cluster;
pub mod commands;
pub mod config;
pub mod demo;
pub mod downloads;
pub mod headers;
pub mod housekeeping;
pub mod layers;
pub mod mail;
pub mod metrics;
pub mod news_files;
pub mod proxies;
pub mod register_files;
pub mod request_log;
pub mod router;
pub mod subsidy;
pub mod system_clock;
pub mod tls;
pub mod uploads;
