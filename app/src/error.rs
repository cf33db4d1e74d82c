//! What a command or a page answers when it does not do what was asked: a code, a Czech sentence that says what to do, and the fields concerned.

use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// How the sentence begins that refuses writing in an outage.
pub const OUTAGE: &str = "Probíhá odstávka";

/// The kind of a refusal; each has its HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Nobody is signed in (401).
    SignIn,
    /// A right is missing, or the record is another organisation's (403).
    Forbidden,
    /// No such record (404).
    NotFound,
    /// Somebody changed it meanwhile (409).
    Stale,
    /// The rules refuse it (422).
    Invalid,
    /// Too often (429).
    TooMany,
    /// A fault of the program or its parts (500).
    Fault,
    /// Something is not available now (503).
    Unavailable,
}

impl Code {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::SignIn => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Stale => 409,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Fault => 500,
            Self::Unavailable => 503,
        }
    }
}

/// The answer. `fields` pairs names of form fields with a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{sentence}")]
pub struct AppError {
    /// The kind.
    pub code: Code,
    /// What is wrong and what to do.
    pub sentence: String,
    /// The fields that are wrong.
    pub fields: Vec<(String, String)>,
}

impl AppError {
    /// A refusal with a sentence.
    pub fn new(code: Code, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into(), fields: Vec::new() }
    }

    /// Refused by the rules.
    pub fn invalid(sentence: impl Into<String>) -> Self {
        Self::new(Code::Invalid, sentence)
    }

    /// Refused by the rules because of one field.
    pub fn field(name: impl Into<String>, sentence: impl Into<String>) -> Self {
        let sentence = sentence.into();
        Self { code: Code::Invalid, sentence: sentence.clone(), fields: vec![(name.into(), sentence)] }
    }

    /// Refused because of several fields.
    pub fn fields(fields: Vec<(String, String)>) -> Self {
        let sentence = match fields.len() {
            1 => "Jedno pole je potřeba opravit.".to_owned(),
            n => format!("Opravte, prosím, {n} {}.", domain::text::plural(i64::try_from(n).unwrap_or(5), "pole", "pole", "polí")),
        };
        Self { code: Code::Invalid, sentence, fields }
    }

    /// No such record.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("{what} jsme nenašli. Zkontrolujte adresu, nebo začněte znovu z nabídky nahoře."))
    }

    /// A fault; the details go to the log, never to the page.
    pub fn fault() -> Self {
        Self::new(Code::Fault, "Něco se u nás pokazilo. Nic z vaší práce se neztratilo, zkuste to, prosím, za chvíli znovu.")
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::invalid("Formuláři chybí údaj, bez kterého ho nejde zpracovat. Načtěte stránku znovu a odešlete ho ještě jednou.")
            }
            ServerFnErrorErr::Request(_) => Self::new(Code::Unavailable, "Není spojení se serverem. Co jste napsali, zůstává na stránce."),
            _ => Self::fault(),
        }
    }
}

impl From<domain::accounts::Denied> for AppError {
    fn from(denied: domain::accounts::Denied) -> Self {
        let code = if denied == domain::accounts::Denied::NotSignedIn { Code::SignIn } else { Code::Forbidden };
        Self::new(code, denied.to_string())
    }
}

#[cfg(feature = "ssr")]
impl From<store::StoreError> for AppError {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::NotFound => Self::not_found("Záznam"),
            store::StoreError::Stale { .. } => {
                Self::new(Code::Stale, "Záznam mezitím změnil někdo jiný. Porovnejte obě podoby a uložte znovu, co má platit.")
            }
            store::StoreError::KeyReused => {
                Self::new(Code::Stale, "Tento formulář už byl jednou odeslán s jiným obsahem. Načtěte stránku znovu.")
            }
            other if matches!(other.constraint(), Some("round_decided" | "round_published")) => Self::invalid(
                "V tomto kole se už rozhoduje o dotacích, nebo byly výsledky zveřejněny. Žádosti ani jejich hodnocení se proto nemění.",
            ),
            other => {
                // What the database says in detail names values, which are no business of the log.
                tracing::error!(error = %other, constraint = other.constraint(), "database fault");
                Self::fault()
            }
        }
    }
}
