//! Schemes that a kraj can start from, and the names of inputs that the program fills by itself.

use super::names;
use serde::Serialize;

/// A scheme that ships with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Builtin {
    /// Its stable key.
    pub key: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub description: &'static str,
    /// The scheme itself.
    pub toml: &'static str,
}

/// The built-in schemes. Their rates are made up; a kraj enters its own.
pub const BUILTIN: [Builtin; 2] = [
    Builtin {
        key: "zakladni",
        name: "Základní schéma",
        description: "Pět výpočetních skupin: obvyklé náklady na jednotku bez výnosů a jiných veřejných zdrojů, krát podíl kraje.",
        toml: include_str!("builtin/zakladni.toml"),
    },
    Builtin {
        key: "cena_za_jednotku",
        name: "Cena za jednotku",
        description: "Cenová hladina na jednotku bez úhrad a jiných zdrojů; body za kritéria posouvají základ o −20 až +20 %.",
        toml: include_str!("builtin/cena_za_jednotku.toml"),
    },
];

/// Where the value of a bound input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The register of services.
    Register,
    /// The application.
    Application,
    /// The assessment.
    Assessment,
}

impl Source {
    /// As people say it.
    pub fn czech(self) -> &'static str {
        match self {
            Self::Register => "registr",
            Self::Application => "žádost",
            Self::Assessment => "hodnocení",
        }
    }
}

/// An input that is filled by its name. Any other input is a column that the kraj fills; one marked as a criterion comes from the assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The name, the same in any case of letters.
    pub name: &'static str,
    /// Where the value comes from.
    pub source: Source,
    /// What it is, in Czech, with the unit.
    pub description: &'static str,
}

const fn bound(name: &'static str, source: Source, description: &'static str) -> Binding {
    Binding { name, source, description }
}

const BINDINGS: [Binding; 15] = [
    bound("druh", Source::Register, "paragraf druhu služby jako text, například 49 nebo 60a"),
    bound("J_pob", Source::Assessment, "uznané jednotky pobytové formy (lůžka); bez snížení v hodnocení ty ze žádosti"),
    bound("J_at", Source::Assessment, "uznané jednotky ambulantní a terénní formy (úvazky, u nocleháren lůžka); bez snížení ty ze žádosti"),
    bound("mesice_pob", Source::Application, "měsíce provozu pobytové formy v dotačním roce, 0 až 12"),
    bound("mesice_at", Source::Application, "měsíce provozu ambulantní a terénní formy v dotačním roce, 0 až 12"),
    bound("kapacita_pob", Source::Application, "plánovaná kapacita pobytové formy"),
    bound("kapacita_at", Source::Application, "plánovaná kapacita ambulantní a terénní formy"),
    bound("naklady", Source::Application, "plánované náklady služby celkem, Kč"),
    bound("pozadavek", Source::Application, "požadavek na všechny kraje dohromady, Kč"),
    bound("P", Source::Application, "požadavek na tento kraj, Kč"),
    bound("podil", Source::Application, "podíl tohoto kraje na požadavku, 0 až 1 (70 % je 0,7)"),
    bound("Z", Source::Application, "jiné veřejné zdroje na celou službu, Kč"),
    bound("E", Source::Assessment, "chybné položky rozpočtu dohromady, Kč"),
    bound("podporit", Source::Assessment, "1, když je služba v souladu se SPRSS a má být podpořena, jinak 0"),
    bound("optimum_hodnotitele", Source::Assessment, "nižší optimální návrh zadaný hodnotitelem, Kč; prázdné, když žádný nezadal"),
];

/// All names of inputs that are filled by the program.
pub fn bindings() -> &'static [Binding] {
    &BINDINGS
}

/// What fills an input of this name, if anything does.
pub fn binding(name: &str) -> Option<&'static Binding> {
    let folded = names::folded(name);
    BINDINGS.iter().find(|binding| names::folded(binding.name) == folded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        codelists::{FormGroup, computation_group},
        subsidy::calculation::{Fraction, Scheme, Value},
    };

    #[test]
    fn built_in_schemes_are_whole() {
        for builtin in &BUILTIN {
            let scheme = Scheme::from_toml(builtin.toml).unwrap();
            let compiled = scheme.compile().unwrap_or_else(|faults| panic!("{}: {faults:?}", builtin.key));
            assert_eq!(scheme.name, builtin.name);
            assert_eq!(Scheme::from_toml(&scheme.to_toml()).unwrap(), scheme);
            assert!(scheme.step.iter().all(|step| step.label.is_some() && step.why.is_some()));
            // The rates have a row for exactly the types that belong to a group.
            let rates = scheme.table.iter().position(|table| ["sazba", "cena"].contains(&table.name.as_str())).unwrap();
            assert_eq!(scheme.table[rates].rows.len(), 39);
            for row in &scheme.table[rates].rows {
                let keys: Vec<Value> = row.keys.iter().map(Value::from).collect();
                assert!(compiled.rates(rates).unwrap().rate(&keys).is_ok());
            }
        }
    }

    #[test]
    fn groups_are_those_of_the_code_list() {
        let scheme = Scheme::from_toml(BUILTIN[0].toml).unwrap();
        let compiled = scheme.compile().unwrap();
        let groups = scheme.table.iter().position(|table| table.name == "cislo_skupiny").unwrap();
        for paragraph in (30..=75).map(|n| n.to_string()).chain(["60a".to_owned()]) {
            for (forms, key) in [(FormGroup::Residential, "pob"), (FormGroup::AmbulatoryAndField, "at")] {
                let keys = [Value::text(&paragraph), Value::text(key)];
                let found = compiled.rates(groups).unwrap().rate(&keys).ok().and_then(Fraction::to_i64).map(|n| format!("G{n}"));
                assert_eq!(found.as_deref(), computation_group(&paragraph, forms).map(|group| group.key), "{paragraph} {key}");
            }
        }
    }

    #[test]
    fn knows_what_fills_an_input() {
        assert_eq!(binding("j_POB").map(|binding| binding.source), Some(Source::Assessment));
        assert_eq!(binding("uhrada_den"), None);
    }
}
