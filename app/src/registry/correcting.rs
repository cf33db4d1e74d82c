//! What the commands of the register have alike.

use crate::error::{AppError, Code};
use store::StoreError;

/// The page a command goes on to, from the hidden field `zpet` of its form.
#[derive(Debug, Clone)]
pub struct Back(String);

impl Back {
    /// Only a plain path of the register is taken; else the list of what is to be done.
    pub fn to(path: Option<String>) -> Self {
        let plain = |p: &String| {
            p.starts_with("/registr/")
                && p.len() < 200
                && p.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-'))
                && !p.contains("//")
        };
        Self(path.filter(plain).unwrap_or_else(|| "/registr/kvalita".to_owned()))
    }

    /// Its address with the sentence that says what was done.
    pub fn done(&self, what: &str) -> String {
        format!("{}?hotovo={what}", self.0)
    }
}

/// An identifier from a hidden field.
pub fn id(text: Option<String>) -> Result<uuid::Uuid, AppError> {
    text.and_then(|t| t.parse().ok()).ok_or_else(|| {
        AppError::invalid("Formuláři chybí údaj, kterého záznamu se týká. Načtěte stránku znovu a odešlete ho ještě jednou.")
    })
}

/// The row version from a hidden field.
pub fn version(text: Option<String>) -> Result<i64, AppError> {
    text.and_then(|t| t.parse().ok()).ok_or_else(|| {
        AppError::invalid("Formuláři chybí údaj, který záznam jste viděli. Načtěte stránku znovu a odešlete ho ještě jednou.")
    })
}

/// A service that the actor doesn't register is not theirs to correct.
pub fn foreign(error: StoreError) -> AppError {
    match error {
        StoreError::NotFound => AppError::new(
            Code::Forbidden,
            "Záznam může opravit jen orgán, který poskytovatele registruje. Který to je, najdete na stránce služby.",
        ),
        other => other.into(),
    }
}
