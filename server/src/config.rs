//! Settings: variables of the environment, or the same names in a file (`KRAJ108_CONFIG`, TOML). [`SETTINGS`] documents them; `kraj108 settings`
//! prints it, and a test keeps the table of the README the same.

use crate::proxies::Proxies;
use app::{accounts::limits::LimitRules, request::SessionTimes};
use chrono::TimeDelta;
use domain::{
    accounts::{OrganisationKind, password},
    operations::Module,
};
use std::{collections::BTreeMap, path::PathBuf, str::FromStr};

/// A setting: its name, what it says, its default in words.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Name of the variable.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    /// Its default.
    pub default: &'static str,
}

macro_rules! settings {
    ($($name:literal, $says:literal, $default:literal;)*) => {
        /// Every setting.
        pub const SETTINGS: &[Setting] = &[$(Setting { name: $name, says: $says, default: $default }),*];
    };
}

settings! {
    "KRAJ108_CONFIG", "a file with these settings, `NAME = \"value\"` a line (TOML); what the environment says counts more", "–";
    "KRAJ108_VAR", "folder of the private database", "`var`";
    "DATABASE_URL", "a PostgreSQL server to use instead, as the role `kraj_app` (owns nothing, cannot bypass policies)", "the private one";
    "DATABASE_OWNER_URL", "the same database as `kraj_owner`, for migrations", "the private one";
    "DATABASE_SUPERUSER_URL", "the same database as a superuser, for `backup` and `restore` (passwords belong into `~/.pgpass`)", "the private one";
    "KRAJ108_SITE", "folder of the built browser part", "`target/site`";
    "KRAJ108_ADDRESS", "address of the application as people type it: for links in e-mails; with `https` browsers are told to stay with it (HSTS)", "`http://localhost:PORT`";
    "KRAJ108_PROXIES", "addresses and networks of the proxies in front, separated by commas; only their `X-Forwarded-For` counts", "none";
    "KRAJ108_METRICS_TOKEN", "who sends it (`Authorization: Bearer …`) may read `/metrics`; without one, only this machine", "–";
    "KRAJ108_LOG", "what the log says (`tracing` filter); it goes to standard error, one JSON object a line", "`warn,kraj108::request=info`";
    "KRAJ108_SMTP", "server for e-mails (`smtps://name:password@host`); without it they go to `mail` in `KRAJ108_VAR` and to the page *Pošta*", "–";
    "KRAJ108_MAIL_FROM", "sender of e-mails", "`kraj108@localhost`";
    "KRAJ108_PASSWORD_LENGTH", "fewest characters of a password", "12";
    "KRAJ108_PASSWORD_LENGTH_ADMIN", "the same with Správa systému", "17";
    "KRAJ108_PASSWORD_MONTHS", "calendar months after which a password must be changed", "18";
    "KRAJ108_PASSWORD_PAUSE", "minutes between two changes that the person makes by choice", "30";
    "KRAJ108_PASSWORD_REMEMBERED", "so many last passwords cannot be used again", "12";
    "KRAJ108_PASSWORD_SCORE", "least score of zxcvbn, 0 to 4", "3";
    "KRAJ108_HASH_MEMORY", "memory of one password hash, KiB", "19456";
    "KRAJ108_HASH_PASSES", "passes of one password hash", "2";
    "KRAJ108_HASH_AT_ONCE", "password hashes that run at a time", "4";
    "KRAJ108_SECOND_FACTOR", "kinds of organisations (`mpsv`, `kraj`, `provider`) whose people all need a second factor; Správa systému always does", "none";
    "KRAJ108_PASSKEY_FIRST", "`1`: a passkey can stand instead of name and password", "0";
    "KRAJ108_CONSENT", "modules (`register`, `provider`) whose people need a noted consent before their account works", "none";
    "KRAJ108_IDLE_MINUTES", "idle time after which a session ends", "30";
    "KRAJ108_SESSION_HOURS", "the longest session", "12";
    "KRAJ108_TRIES_A_MINUTE", "tries of one address at sign-in, second factor and recovery", "120";
    "KRAJ108_TRIES_WAIT", "`0`: failures don't make an address wait; for measuring only", "1";
    "KRAJ108_KEEP_SECURITY", "months until security events of the trail lose their content, at least 18", "24";
    "KRAJ108_KEEP_ACTS", "months until all other events do, at least 120; those of the register and of subsidies never do", "180";
    "KRAJ108_DURABLE", "`0`: the private database does not wait for the disk; for tests only", "1";
    "KRAJ108_CHROMIUM", "browser of the browser tests", "`/usr/bin/chromium`";
}

/// The table of the README.
pub fn markdown() -> String {
    let rows = SETTINGS.iter().map(|s| format!("| `{}` | {} | {} |\n", s.name, s.says, s.default));
    format!("| variable | what it says | default |\n|---|---|---|\n{}", rows.collect::<String>())
}

/// What the program was told. Every field names its variable.
#[derive(Debug, Clone)]
pub struct Config {
    /// `KRAJ108_VAR`.
    pub var: PathBuf,
    /// `DATABASE_URL`.
    pub database_url: Option<String>,
    /// `DATABASE_OWNER_URL`.
    pub database_owner_url: Option<String>,
    /// `DATABASE_SUPERUSER_URL`.
    pub database_superuser_url: Option<String>,
    /// `KRAJ108_SITE`; next to the binary's target folder when that exists.
    pub site: PathBuf,
    /// `KRAJ108_DURABLE`.
    pub durable: bool,
    /// `KRAJ108_ADDRESS`.
    pub address: Option<String>,
    /// `KRAJ108_PROXIES`.
    pub proxies: Proxies,
    /// `KRAJ108_METRICS_TOKEN`.
    pub metrics_token: Option<String>,
    /// `KRAJ108_SMTP`.
    pub smtp: Option<String>,
    /// `KRAJ108_MAIL_FROM`.
    pub mail_from: String,
    /// `KRAJ108_KEEP_SECURITY`.
    pub keep_security: u32,
    /// `KRAJ108_KEEP_ACTS`.
    pub keep_acts: u32,
    /// `KRAJ108_TRIES_…`.
    pub tries: LimitRules,
    /// `KRAJ108_PASSWORD_…`.
    pub passwords: password::Rules,
    /// `KRAJ108_HASH_…`: KiB, passes, at a time.
    pub hashing: (u32, u32, usize),
    /// `KRAJ108_IDLE_MINUTES`, `KRAJ108_SESSION_HOURS`.
    pub sessions: SessionTimes,
    /// `KRAJ108_SECOND_FACTOR`.
    pub second_factor: Vec<OrganisationKind>,
    /// `KRAJ108_PASSKEY_FIRST`.
    pub passkey_first: bool,
    /// `KRAJ108_CONSENT`.
    pub consent: Vec<Module>,
}

/// Where settings are read.
struct Source<'a> {
    environment: &'a dyn Fn(&str) -> Option<String>,
    file: BTreeMap<String, toml::Value>,
}

impl Source<'_> {
    fn text(&self, name: &str) -> Option<String> {
        debug_assert!(SETTINGS.iter().any(|s| s.name == name), "{name} is not documented");
        let written = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        (self.environment)(name).or_else(|| self.file.get(name).map(written)).filter(|value| !value.is_empty())
    }

    fn number<T: FromStr + PartialOrd + std::fmt::Display + Copy>(&self, name: &str, default: T, range: (T, T)) -> Result<T, String> {
        let Some(text) = self.text(name) else { return Ok(default) };
        let (least, most) = range;
        let number = text.trim().parse().ok().filter(|n| (least..=most).contains(n));
        number.ok_or_else(|| format!("{name}: „{text}“ není číslo od {least} do {most}"))
    }

    fn yes(&self, name: &str, default: bool) -> Result<bool, String> {
        match self.text(name).as_deref() {
            None => Ok(default),
            Some("1") => Ok(true),
            Some("0") => Ok(false),
            Some(text) => Err(format!("{name}: „{text}“ není 0 ani 1")),
        }
    }

    fn list<T>(&self, name: &str, of: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
        let text = self.text(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| of(part).ok_or_else(|| format!("{name}: „{part}“ neznáme"))).collect()
    }
}

impl Config {
    /// Reads the environment and the file that it names.
    ///
    /// # Errors
    /// A sentence that names the variable and what is wrong with its value.
    pub fn from_env() -> Result<Self, String> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// Reads settings from wherever they are.
    ///
    /// # Errors
    /// As [`Self::from_env`].
    pub fn read(environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let file = match environment("KRAJ108_CONFIG").filter(|path| !path.is_empty()) {
            None => BTreeMap::new(),
            Some(path) => {
                let text = std::fs::read_to_string(&path).map_err(|fault| format!("KRAJ108_CONFIG {path}: {fault}"))?;
                let file: BTreeMap<String, toml::Value> =
                    toml::from_str(&text).map_err(|fault| format!("KRAJ108_CONFIG {path}: {fault}"))?;
                if let Some(name) = file.keys().find(|name| !SETTINGS.iter().any(|s| s.name == **name)) {
                    return Err(format!("KRAJ108_CONFIG {path}: nastavení {name} neznáme"));
                }
                file
            }
        };
        let source = Source { environment, file };
        let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().and_then(|p| p.parent()).map(|target| target.join("site")));
        let standard = password::Rules::default();
        Ok(Self {
            var: source.text("KRAJ108_VAR").map_or_else(|| PathBuf::from("var"), PathBuf::from),
            database_url: source.text("DATABASE_URL"),
            database_owner_url: source.text("DATABASE_OWNER_URL"),
            database_superuser_url: source.text("DATABASE_SUPERUSER_URL"),
            site: source
                .text("KRAJ108_SITE")
                .map(PathBuf::from)
                .or_else(|| beside.filter(|p| p.join("manifest.json").exists()))
                .unwrap_or_else(|| PathBuf::from("target/site")),
            durable: source.yes("KRAJ108_DURABLE", true)?,
            address: source.text("KRAJ108_ADDRESS"),
            proxies: source.text("KRAJ108_PROXIES").unwrap_or_default().parse().map_err(|fault| format!("KRAJ108_PROXIES: {fault}"))?,
            metrics_token: source.text("KRAJ108_METRICS_TOKEN"),
            smtp: source.text("KRAJ108_SMTP"),
            mail_from: source.text("KRAJ108_MAIL_FROM").unwrap_or_else(|| "kraj108@localhost".to_owned()),
            keep_security: source.number("KRAJ108_KEEP_SECURITY", 24, (18, 1200))?,
            keep_acts: source.number("KRAJ108_KEEP_ACTS", 180, (120, 1200))?,
            tries: LimitRules {
                a_minute: source.number("KRAJ108_TRIES_A_MINUTE", 120, (1, 1_000_000))?,
                waits: source.yes("KRAJ108_TRIES_WAIT", true)?,
            },
            passwords: password::Rules {
                shortest: source.number("KRAJ108_PASSWORD_LENGTH", standard.shortest, (8, 128))?,
                shortest_of_administrator: source.number("KRAJ108_PASSWORD_LENGTH_ADMIN", standard.shortest_of_administrator, (8, 128))?,
                months: source.number("KRAJ108_PASSWORD_MONTHS", standard.months, (1, 1200))?,
                pause: TimeDelta::minutes(source.number("KRAJ108_PASSWORD_PAUSE", 30, (0, 10_080))?),
                remembered: source.number("KRAJ108_PASSWORD_REMEMBERED", standard.remembered, (0, 24))?,
                score: source.number("KRAJ108_PASSWORD_SCORE", standard.score, (0, 4))?,
            },
            hashing: (
                source.number("KRAJ108_HASH_MEMORY", 19_456, (8, 4 << 20))?,
                source.number("KRAJ108_HASH_PASSES", 2, (1, 100))?,
                source.number("KRAJ108_HASH_AT_ONCE", 4, (1, 256))?,
            ),
            sessions: SessionTimes {
                idle: TimeDelta::minutes(source.number("KRAJ108_IDLE_MINUTES", 30, (1, 1440))?),
                longest: TimeDelta::hours(source.number("KRAJ108_SESSION_HOURS", 12, (1, 720))?),
            },
            second_factor: source.list("KRAJ108_SECOND_FACTOR", OrganisationKind::from_code)?,
            passkey_first: source.yes("KRAJ108_PASSKEY_FIRST", false)?,
            consent: source.list("KRAJ108_CONSENT", Module::from_code)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, String> {
        Config::read(&|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_readme_says_what_can_be_set() {
        let readme = include_str!("../../README.md");
        assert!(readme.contains(&markdown()), "kraj108 settings writes the table that README.md should have:\n{}", markdown());
    }

    #[test]
    fn numbers_of_the_rules_are_settings_and_nonsense_is_named() {
        let config = read(&[("KRAJ108_PASSWORD_LENGTH", "14"), ("KRAJ108_IDLE_MINUTES", "5"), ("KRAJ108_CONSENT", "provider")]).unwrap();
        assert_eq!((config.passwords.shortest, config.passwords.shortest_of_administrator), (14, 17));
        assert_eq!((config.sessions.idle, config.consent), (TimeDelta::minutes(5), vec![Module::Provider]));
        for (name, value) in [
            ("KRAJ108_PASSWORD_LENGTH", "4"),
            ("KRAJ108_KEEP_SECURITY", "17"),
            ("KRAJ108_KEEP_ACTS", "rok"),
            ("KRAJ108_PROXIES", "stroj"),
            ("KRAJ108_SECOND_FACTOR", "obec"),
            ("KRAJ108_TRIES_WAIT", "ano"),
        ] {
            assert!(read(&[(name, value)]).unwrap_err().contains(name), "{name}={value}");
        }
    }

    #[test]
    fn a_file_says_the_same_and_the_environment_counts_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kraj108.toml");
        std::fs::write(&path, "KRAJ108_PASSWORD_LENGTH = 15\nKRAJ108_MAIL_FROM = \"urad@kraj.cz\"\n").unwrap();
        let named = ("KRAJ108_CONFIG", path.to_str().unwrap());
        let config = read(&[named]).unwrap();
        assert_eq!((config.passwords.shortest, config.mail_from.as_str()), (15, "urad@kraj.cz"));
        assert_eq!(read(&[named, ("KRAJ108_PASSWORD_LENGTH", "20")]).unwrap().passwords.shortest, 20);
        std::fs::write(&path, "KRAJ108_HESLO = 1\n").unwrap();
        assert!(read(&[named]).unwrap_err().contains("KRAJ108_HESLO"));
    }
}
