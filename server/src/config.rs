//! Settings, read from environment variables. `kraj108 help` and the README name the same ones.

use std::path::PathBuf;

/// Where things are. Every field says its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `KRAJ108_VAR`: folder of the private database and of what it needs; `var` by default.
    pub var: PathBuf,
    /// `DATABASE_URL`: a PostgreSQL server to use instead of the private one, as the role `kraj_app`.
    pub database_url: Option<String>,
    /// `DATABASE_OWNER_URL`: the same database as the role `kraj_owner`, for migrations.
    pub database_owner_url: Option<String>,
    /// `KRAJ108_SITE`: folder of the built browser part; `target/site` by default, next to the binary's target folder when that exists.
    pub site: PathBuf,
    /// `KRAJ108_DURABLE=0`: the private database does not wait for the disk. Only for tests.
    pub durable: bool,
    /// `KRAJ108_ADDRESS`: address of the application as people type it, for links in e-mails; `http://localhost:PORT` by default.
    pub address: Option<String>,
    /// `KRAJ108_SMTP`: server for e-mails, `smtps://name:password@host` or `smtp://host:25`; without it they are written to `mail` in [`Self::var`].
    pub smtp: Option<String>,
    /// `KRAJ108_MAIL_FROM`: sender of e-mails; `kraj108@localhost` by default.
    pub mail_from: String,
    /// `KRAJ108_KEEP_SECURITY`: months after which security events of the trail lose their content; 24 by default, never less than 18.
    pub keep_security: u32,
    /// `KRAJ108_KEEP_ACTS`: months after which all other events do; 180 by default, never less than 120.
    pub keep_acts: u32,
    /// `KRAJ108_TRIES_A_MINUTE`: tries of one address at sign-in, second factor and recovery; 120 by default.
    pub tries_a_minute: u32,
    /// `KRAJ108_TRIES_WAIT=0`: failures don't make an address wait. Only for measuring.
    pub tries_wait: bool,
    /// `KRAJ108_HASH_MEMORY`: memory of one password hash in KiB; 19456 by default.
    pub hash_memory: u32,
}

impl Config {
    /// Reads the environment.
    pub fn from_env() -> Self {
        let var = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().and_then(|p| p.parent()).map(|target| target.join("site")));
        Self {
            var: var("KRAJ108_VAR").map_or_else(|| PathBuf::from("var"), PathBuf::from),
            database_url: var("DATABASE_URL"),
            database_owner_url: var("DATABASE_OWNER_URL"),
            site: var("KRAJ108_SITE")
                .map(PathBuf::from)
                .or_else(|| beside.filter(|p| p.join("manifest.json").exists()))
                .unwrap_or_else(|| PathBuf::from("target/site")),
            durable: var("KRAJ108_DURABLE").as_deref() != Some("0"),
            address: var("KRAJ108_ADDRESS"),
            smtp: var("KRAJ108_SMTP"),
            mail_from: var("KRAJ108_MAIL_FROM").unwrap_or_else(|| "kraj108@localhost".to_owned()),
            keep_security: var("KRAJ108_KEEP_SECURITY").and_then(|v| v.parse().ok()).unwrap_or(24).max(18),
            keep_acts: var("KRAJ108_KEEP_ACTS").and_then(|v| v.parse().ok()).unwrap_or(180).max(120),
            tries_a_minute: var("KRAJ108_TRIES_A_MINUTE").and_then(|v| v.parse().ok()).unwrap_or(120),
            tries_wait: var("KRAJ108_TRIES_WAIT").as_deref() != Some("0"),
            hash_memory: var("KRAJ108_HASH_MEMORY").and_then(|v| v.parse().ok()).unwrap_or(19_456),
        }
    }
}
