//! Forms with as many fields as their document has. Each field is named `pole[<path>]`, where the path is that of the domain
//! (`chyba.2.5.castka`), and a command takes them all as one map: `pole: Option<Fields>`. Plain forms and islands send the same.

use std::collections::BTreeMap;

/// Texts by path, as they were typed. A field that is not in the form is absent; one that was emptied is an empty text.
pub type Fields = BTreeMap<String, String>;

/// Name of the field with a path. A path begins with a letter: what begins with a digit would be read as the number of a list.
pub fn name(path: &str) -> String {
    debug_assert!(path.starts_with(|c: char| c.is_alphabetic()), "{path}");
    format!("pole[{path}]")
}

/// Path of the field with a name.
pub fn path(name: &str) -> Option<&str> {
    name.strip_prefix("pole[")?.strip_suffix(']')
}

/// Identifier of an element for the field with a path: an identifier has no dots or brackets.
pub fn id(path: &str) -> String {
    format!("pole-{}", path.replace(['.', '[', ']'], "-"))
}

/// What was typed into a refused form, and why it was refused. Made for one command; without a refusal it is empty.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default)]
pub struct Typed {
    values: Option<Vec<(String, String)>>,
    error: Option<crate::error::AppError>,
}

#[cfg(feature = "ssr")]
impl Typed {
    /// What the echo of this request says about a command.
    pub fn of(command: &str) -> Self {
        match crate::request::echo().filter(|echo| echo.command == command) {
            Some(echo) => Self { values: Some(echo.values), error: echo.error },
            None => Self::default(),
        }
    }

    /// The same for whichever command the page was posted to.
    pub fn of_page() -> Self {
        crate::request::echo().map_or_else(Self::default, |echo| Self { values: Some(echo.values), error: echo.error })
    }

    /// The same for one of several forms with the same command: the one where the hidden field `name` has this value.
    pub fn of_form(command: &str, name: &str, value: &str) -> Self {
        let typed = Self::of(command);
        if typed.typed(name) == Some(value) { typed } else { Self::default() }
    }

    /// What was typed into a field.
    pub fn typed(&self, name: &str) -> Option<&str> {
        self.values.as_ref()?.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// What the field shows: what was typed, else what is stored.
    pub fn value(&self, name: &str, stored: impl Into<String>) -> String {
        self.typed(name).map_or_else(|| stored.into(), ToOwned::to_owned)
    }

    /// Whether a box is ticked: as it came, else as it is stored. A box that was not ticked is not in the form at all.
    pub fn ticked(&self, name: &str, stored: bool) -> bool {
        if self.values.is_some() { self.typed(name).is_some() } else { stored }
    }

    /// Why a field was refused. Fields of a document are named by their paths.
    pub fn error(&self, name: &str) -> Option<String> {
        let name = path(name).unwrap_or(name);
        self.error.as_ref()?.fields.iter().find(|(field, _)| field == name).map(|(_, sentence)| sentence.clone())
    }

    /// The refusal.
    pub fn refusal(&self) -> Option<&crate::error::AppError> {
        self.error.as_ref()
    }

    /// What the refusal says beside its fields: none stands there, so the form says it as a whole.
    pub fn sentence(&self) -> Option<String> {
        self.error.as_ref().filter(|error| error.fields.is_empty()).map(|error| error.sentence.clone())
    }

    /// Texts of the document by path.
    pub fn fields(&self) -> Option<Fields> {
        let values = self.values.as_ref()?;
        Some(values.iter().filter_map(|(name, value)| Some((path(name)?.to_owned(), value.clone()))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_go_both_ways() {
        assert_eq!(name("chyba.2.5.castka"), "pole[chyba.2.5.castka]");
        assert_eq!(path(&name("optimum")), Some("optimum"));
        assert_eq!((path("optimum"), path("pole[a")), (None, None));
        assert_eq!(id("chyba.2.5.castka"), "pole-chyba-2-5-castka");
    }
}
