//! The typed fields of an application by their paths, e.g. `sluzba.<key>.rozpocet.1.1.naklady`. One form post (names and values), autosave and
//! the live island all go through [`Application::apply`].

use super::{Application, Asked, BankAccount, Division, Person, ServiceApplication, Unread};
use crate::{
    codelists::{FormGroup, Kraj, budget_row, budget_rows, financing_row, financing_rows_of},
    order::take_out,
    subsidy::{
        amount::{Crowns, Share, Units, shown},
        window::{Terms, admit},
    },
    text::typed,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// Characters of a text that cannot be read but is kept; a longer one is refused.
pub const MAX_UNREAD: usize = 20_000;

/// Highest capacity (users or beds) of a form group.
pub const MAX_CAPACITY: u32 = 1_000_000;

/// A typed field; printed and parsed as its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// `ucet`
    Account,
    /// `zastupce.…`
    Representative(PersonField),
    /// `kontakt.…`
    Contact(PersonField),
    /// `sluzba.<key>.…`
    Service(String, ServiceField),
}

/// A field of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonField {
    /// `jmeno`
    Name,
    /// `funkce`
    Role,
    /// `telefon`
    Phone,
    /// `email`
    Email,
}

/// A field of a service; printed and parsed as the rest of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceField {
    /// `nazev`
    Name,
    /// `cilova_skupina`
    TargetGroup,
    /// `kapacita.<pob|at>.…`
    Capacity(FormGroup, CapacityColumn),
    /// `kapacita.poznamka`
    CapacityNote,
    /// `rozpocet.<row>.…`
    Budget(&'static str, BudgetColumn),
    /// `zdroje.<row>.…`
    Source(&'static str, YearColumn),
    /// `verejne.castka`
    PublicMoney,
    /// `verejne.poznamka`
    PublicMoneyNote,
    /// `rozdeleni` (`rovnomerne`, `vlastni`)
    Division,
    /// `kraj.<code>.zadano` (`ano`, `ne`)
    Asked(Kraj),
    /// `kraj.<code>.podil`
    Share(Kraj),
}

/// A column of the capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapacityColumn {
    /// `predminuly`, `minuly`, `plan`
    Year(YearColumn),
    /// `jednotky`
    Units,
    /// `mesice`
    Months,
}

/// A column of the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetColumn {
    /// `naklady`
    Costs,
    /// `pozadavek`
    Request,
    /// `upresneni`
    Note,
}

/// One of the three years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearColumn {
    /// `predminuly`: the year before last, really received.
    BeforeLast,
    /// `minuly`: last year, estimated.
    Last,
    /// `plan`: the subsidy year.
    Plan,
}

/// What a field could not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The path.
    pub path: String,
    /// What is wrong and what to do, in Czech.
    pub sentence: String,
    /// The typed text stays in the draft; otherwise the page must show it again itself.
    pub kept: bool,
}

impl PersonField {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Name, "jmeno"), (Self::Role, "funkce"), (Self::Phone, "telefon"), (Self::Email, "email")];
}

impl CapacityColumn {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Year(YearColumn::BeforeLast), "predminuly"),
        (Self::Year(YearColumn::Last), "minuly"),
        (Self::Year(YearColumn::Plan), "plan"),
        (Self::Units, "jednotky"),
        (Self::Months, "mesice"),
    ];
}

impl BudgetColumn {
    const ALL: [(Self, &'static str); 3] = [(Self::Costs, "naklady"), (Self::Request, "pozadavek"), (Self::Note, "upresneni")];
}

impl YearColumn {
    const ALL: [(Self, &'static str); 3] = [(Self::BeforeLast, "predminuly"), (Self::Last, "minuly"), (Self::Plan, "plan")];
}

fn named<T: Copy, const N: usize>(all: &[(T, &'static str); N], name: &str) -> Option<T> {
    all.iter().find(|(_, other)| *other == name).map(|(value, _)| *value)
}

fn name_of<T: Copy + PartialEq, const N: usize>(all: &[(T, &'static str); N], value: T) -> &'static str {
    all.iter().find(|(other, _)| *other == value).map_or("", |(_, name)| name)
}

impl ServiceField {
    /// The field with a path inside a service (`rozpocet.1.1.naklady`).
    pub fn of_path(path: &str) -> Option<Self> {
        let (section, rest) = path.split_once('.').unwrap_or((path, ""));
        Some(match (section, rest) {
            ("nazev", "") => Self::Name,
            ("cilova_skupina", "") => Self::TargetGroup,
            ("rozdeleni", "") => Self::Division,
            ("verejne", "castka") => Self::PublicMoney,
            ("verejne", "poznamka") => Self::PublicMoneyNote,
            ("kapacita", "poznamka") => Self::CapacityNote,
            ("kapacita", _) => {
                let (forms, column) = rest.split_once('.')?;
                Self::Capacity(FormGroup::of_key(forms)?, named(&CapacityColumn::ALL, column)?)
            }
            ("rozpocet", _) => {
                let (row, column) = rest.rsplit_once('.')?;
                let row = budget_row(row).filter(|row| !row.is_sum)?;
                Self::Budget(row.key, named(&BudgetColumn::ALL, column)?)
            }
            ("zdroje", _) => {
                let (row, column) = rest.split_once('.')?;
                let (row, column) = (financing_row(row)?, named(&YearColumn::ALL, column)?);
                if row.plan_is_request && column == YearColumn::Plan {
                    return None;
                }
                Self::Source(row.key, column)
            }
            ("kraj", _) => {
                let (code, column) = rest.split_once('.')?;
                let kraj = Kraj::of_code(code.parse().ok()?).ok().filter(|kraj| kraj.code().to_string() == code)?;
                match column {
                    "zadano" => Self::Asked(kraj),
                    "podil" => Self::Share(kraj),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// The field of a service, with the path from the root.
    pub fn at(self, service: &str) -> String {
        format!("sluzba.{service}.{self}")
    }

    /// Every field that the form of a subsidy year has, in the order of the form.
    pub fn all(year: i32) -> Vec<Self> {
        let mut all = vec![Self::Name, Self::TargetGroup];
        for forms in FormGroup::ALL {
            all.extend(CapacityColumn::ALL.map(|(column, _)| Self::Capacity(forms, column)));
        }
        all.push(Self::CapacityNote);
        for row in budget_rows().iter().filter(|row| !row.is_sum) {
            all.extend(BudgetColumn::ALL.map(|(column, _)| Self::Budget(row.key, column)));
        }
        for row in financing_rows_of(year) {
            let columns = YearColumn::ALL.iter().filter(|(column, _)| !(row.plan_is_request && *column == YearColumn::Plan));
            all.extend(columns.map(|(column, _)| Self::Source(row.key, *column)));
        }
        all.extend([Self::PublicMoney, Self::PublicMoneyNote, Self::Division]);
        for kraj in Kraj::all() {
            all.extend([Self::Asked(kraj), Self::Share(kraj)]);
        }
        all
    }

    /// Most characters of a text field; none for the other fields.
    pub fn text_limit(self) -> Option<usize> {
        match self {
            Self::Name => Some(250),
            Self::TargetGroup | Self::PublicMoneyNote | Self::Budget(_, BudgetColumn::Note) => Some(1_000),
            Self::CapacityNote => Some(2_000),
            _ => None,
        }
    }
}

impl fmt::Display for ServiceField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Name => f.write_str("nazev"),
            Self::TargetGroup => f.write_str("cilova_skupina"),
            Self::Capacity(forms, column) => write!(f, "kapacita.{}.{}", forms.key(), name_of(&CapacityColumn::ALL, column)),
            Self::CapacityNote => f.write_str("kapacita.poznamka"),
            Self::Budget(row, column) => write!(f, "rozpocet.{row}.{}", name_of(&BudgetColumn::ALL, column)),
            Self::Source(row, column) => write!(f, "zdroje.{row}.{}", name_of(&YearColumn::ALL, column)),
            Self::PublicMoney => f.write_str("verejne.castka"),
            Self::PublicMoneyNote => f.write_str("verejne.poznamka"),
            Self::Division => f.write_str("rozdeleni"),
            Self::Asked(kraj) => write!(f, "kraj.{}.zadano", kraj.code()),
            Self::Share(kraj) => write!(f, "kraj.{}.podil", kraj.code()),
        }
    }
}

/// There is no field with this path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Pole „{0}“ v žádosti není. Načtěte stránku znovu, formulář se mezitím mohl změnit.")]
pub struct NoField(pub String);

impl FromStr for Field {
    type Err = NoField;
    fn from_str(path: &str) -> Result<Self, NoField> {
        let person = |name: &str| named(&PersonField::ALL, name);
        let field = match path.split_once('.') {
            None if path == "ucet" => Some(Self::Account),
            Some(("zastupce", name)) => person(name).map(Self::Representative),
            Some(("kontakt", name)) => person(name).map(Self::Contact),
            Some(("sluzba", rest)) => rest
                .split_once('.')
                .and_then(|(service, field)| ServiceField::of_path(field).map(|field| Self::Service(service.to_owned(), field))),
            _ => None,
        };
        field.ok_or_else(|| NoField(shown(path)))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.write_str("ucet"),
            Self::Representative(field) => write!(f, "zastupce.{}", name_of(&PersonField::ALL, *field)),
            Self::Contact(field) => write!(f, "kontakt.{}", name_of(&PersonField::ALL, *field)),
            Self::Service(service, field) => write!(f, "sluzba.{service}.{field}"),
        }
    }
}

impl Application {
    /// Puts a typed text into its field. A text that the field cannot read stays in the draft beside its error, and the field itself is then
    /// empty, so that no total counts what nobody sees. Never panics, whatever the text.
    pub fn apply(&mut self, path: &str, text: &str) -> Result<(), FieldError> {
        let lost = |sentence: String| FieldError { path: path.to_owned(), sentence, kept: false };
        let field: Field = path.parse().map_err(|e: NoField| lost(e.to_string()))?;
        if let Field::Service(_, ServiceField::Source(row, _)) = field
            && !financing_row(row).is_some_and(|row| row.validity.in_year(self.year))
        {
            return Err(lost(NoField(shown(path)).to_string()));
        }
        if let Field::Service(service, _) = &field
            && self.service(service).is_none()
        {
            return Err(lost("Tato služba v žádosti není. Někdo ji mezitím mohl odebrat, načtěte stránku znovu.".to_owned()));
        }
        let length = text.chars().count();
        if length > MAX_UNREAD {
            return Err(lost(crate::text::BadText::TooLong { length, limit: MAX_UNREAD }.to_string()));
        }
        if text.contains('\0') {
            return Err(lost(crate::text::BadText::Control.to_string()));
        }
        match self.assign(&field, text) {
            Ok(()) => {
                take_out(&mut self.unread, path);
                Ok(())
            }
            Err(sentence) => {
                let emptied = self.assign(&field, "");
                debug_assert!(emptied.is_ok(), "every field can be emptied");
                self.unread.insert(path.to_owned(), Unread { text: text.to_owned(), sentence: sentence.clone() });
                Err(FieldError { path: path.to_owned(), sentence, kept: true })
            }
        }
    }

    /// One form post: every name and value in turn, and the errors of those that were not taken. A kraj without a time common with the
    /// others is not added.
    pub fn patch<'a>(
        &mut self,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
        terms: &BTreeMap<Kraj, Terms>,
        now: DateTime<Utc>,
    ) -> Vec<FieldError> {
        fields
            .into_iter()
            .filter_map(|(path, text)| {
                if let Ok(Field::Service(service, ServiceField::Asked(kraj))) = path.parse()
                    && yes(text) == Some(true)
                    && !self.service(&service).is_some_and(|s| s.asked().any(|asked| asked == kraj))
                    && let Err(refused) = admit(&self.asked(), kraj, terms, now)
                {
                    return Some(FieldError { path: path.to_owned(), sentence: refused.to_string(), kept: false });
                }
                self.apply(path, text).err()
            })
            .collect()
    }

    /// The text of a field as its input shows it: what was typed where it cannot be read, else the value.
    pub fn value(&self, field: &Field) -> String {
        if let Some(unread) = self.unread.get(&field.to_string()) {
            return unread.text.clone();
        }
        match field {
            Field::Account => self.account.as_ref().map(ToString::to_string).unwrap_or_default(),
            Field::Representative(field) => self.representative.text(*field).clone(),
            Field::Contact(field) => self.contact.text(*field).clone(),
            Field::Service(service, field) => self.service(service).map(|s| s.value(*field)).unwrap_or_default(),
        }
    }

    /// Every field that is not empty, by its path; applied to a draft with the same services they give the same draft.
    pub fn values(&self) -> BTreeMap<String, String> {
        let people = PersonField::ALL.iter().flat_map(|(field, _)| [Field::Representative(*field), Field::Contact(*field)]);
        let fields = ServiceField::all(self.year);
        let services =
            self.services.iter().flat_map(|service| fields.iter().map(|field| Field::Service(service.facts.service.clone(), *field)));
        std::iter::once(Field::Account)
            .chain(people)
            .chain(services)
            .map(|field| (field.to_string(), self.value(&field)))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    /// Sets a field, or says why its text cannot be read; then nothing has changed. The empty text empties every field.
    fn assign(&mut self, field: &Field, text: &str) -> Result<(), String> {
        match field {
            Field::Account => self.account = optional(text, BankAccount::parse)?,
            Field::Representative(field) => self.representative.assign(*field, text)?,
            Field::Contact(field) => self.contact.assign(*field, text)?,
            Field::Service(service, field) => {
                if let Some(service) = self.service_mut(service) {
                    service.assign(*field, text)?;
                }
            }
        }
        Ok(())
    }
}

impl Person {
    fn text(&self, field: PersonField) -> &String {
        match field {
            PersonField::Name => &self.name,
            PersonField::Role => &self.role,
            PersonField::Phone => &self.phone,
            PersonField::Email => &self.email,
        }
    }

    fn assign(&mut self, field: PersonField, text: &str) -> Result<(), String> {
        match field {
            PersonField::Name => self.name = short(text, 150)?,
            PersonField::Role => self.role = short(text, 150)?,
            PersonField::Phone => self.phone = phone(text)?,
            PersonField::Email => self.email = email(text)?,
        }
        Ok(())
    }
}

impl ServiceApplication {
    /// The text of a field as its input shows it, without what could not be read.
    pub fn value(&self, field: ServiceField) -> String {
        fn print<T: ToString>(value: Option<T>) -> String {
            value.map(|value| value.to_string()).unwrap_or_default()
        }
        let crowns = |amount: Option<Crowns>| amount.map(Crowns::plain).unwrap_or_default();
        match field {
            ServiceField::Name => self.name.clone(),
            ServiceField::TargetGroup => self.target_group.clone(),
            ServiceField::CapacityNote => self.capacity_note.clone(),
            ServiceField::PublicMoneyNote => self.public_money_note.clone(),
            ServiceField::PublicMoney => crowns(self.public_money),
            ServiceField::Capacity(forms, column) => {
                let capacity = self.capacity.get(&forms).copied().unwrap_or_default();
                match column {
                    CapacityColumn::Year(YearColumn::BeforeLast) => print(capacity.before_last),
                    CapacityColumn::Year(YearColumn::Last) => print(capacity.last),
                    CapacityColumn::Year(YearColumn::Plan) => print(capacity.plan),
                    CapacityColumn::Units => print(capacity.units),
                    CapacityColumn::Months => print(capacity.months),
                }
            }
            ServiceField::Budget(row, column) => {
                let line = self.budget.get(row).cloned().unwrap_or_default();
                match column {
                    BudgetColumn::Costs => crowns(line.costs),
                    BudgetColumn::Request => crowns(line.request),
                    BudgetColumn::Note => line.note,
                }
            }
            ServiceField::Source(row, column) => {
                let line = self.sources.get(row).copied().unwrap_or_default();
                crowns(match column {
                    YearColumn::BeforeLast => line.before_last,
                    YearColumn::Last => line.last,
                    YearColumn::Plan => line.plan,
                })
            }
            ServiceField::Division => match self.division {
                Division::Evenly => String::new(),
                Division::Own => "vlastni".to_owned(),
            },
            ServiceField::Asked(kraj) => {
                if self.kraje.get(&kraj).is_some_and(|asked| asked.asked) {
                    "ano".to_owned()
                } else {
                    String::new()
                }
            }
            ServiceField::Share(kraj) => self.kraje.get(&kraj).and_then(|asked| asked.share).map(Share::plain).unwrap_or_default(),
        }
    }

    fn assign(&mut self, field: ServiceField, text: &str) -> Result<(), String> {
        let long = |text: &str| written(text, field.text_limit().unwrap_or(1_000));
        match field {
            ServiceField::Name => self.name = short(text, field.text_limit().unwrap_or(250))?,
            ServiceField::TargetGroup => self.target_group = long(text)?,
            ServiceField::CapacityNote => self.capacity_note = long(text)?,
            ServiceField::PublicMoneyNote => self.public_money_note = long(text)?,
            ServiceField::PublicMoney => self.public_money = optional(text, Crowns::parse)?,
            ServiceField::Capacity(forms, column) => {
                let mut capacity = self.capacity.get(&forms).copied().unwrap_or_default();
                match column {
                    CapacityColumn::Year(YearColumn::BeforeLast) => capacity.before_last = optional(text, count)?,
                    CapacityColumn::Year(YearColumn::Last) => capacity.last = optional(text, count)?,
                    CapacityColumn::Year(YearColumn::Plan) => capacity.plan = optional(text, count)?,
                    CapacityColumn::Units => capacity.units = optional(text, Units::parse)?,
                    CapacityColumn::Months => capacity.months = optional(text, months)?,
                }
                keep(&mut self.capacity, forms, capacity);
            }
            ServiceField::Budget(row, column) => {
                let mut line = self.budget.get(row).cloned().unwrap_or_default();
                match column {
                    BudgetColumn::Costs => line.costs = optional(text, Crowns::parse)?,
                    BudgetColumn::Request => line.request = optional(text, Crowns::parse)?,
                    BudgetColumn::Note => line.note = long(text)?,
                }
                keep(&mut self.budget, row.to_owned(), line);
            }
            ServiceField::Source(row, column) => {
                let mut line = self.sources.get(row).copied().unwrap_or_default();
                let amount = optional(text, Crowns::parse)?;
                match column {
                    YearColumn::BeforeLast => line.before_last = amount,
                    YearColumn::Last => line.last = amount,
                    YearColumn::Plan => line.plan = amount,
                }
                keep(&mut self.sources, row.to_owned(), line);
            }
            ServiceField::Division => {
                self.division = match text.trim() {
                    "" | "rovnomerne" => Division::Evenly,
                    "vlastni" => Division::Own,
                    other => return Err(format!("Způsob rozdělení „{}“ neznáme. Vyberte rovnoměrně, nebo vlastní podíly.", shown(other))),
                }
            }
            ServiceField::Asked(kraj) => {
                let asked = yes(text).ok_or_else(|| format!("„{}“ není odpověď. Napište ano, nebo ne.", shown(text)))?;
                let line = self.kraje.get(&kraj).copied().unwrap_or_default();
                keep(&mut self.kraje, kraj, Asked { asked, ..line });
            }
            ServiceField::Share(kraj) => {
                let share = optional(text, Share::parse)?;
                let line = self.kraje.get(&kraj).copied().unwrap_or_default();
                keep(&mut self.kraje, kraj, Asked { share, ..line });
            }
        }
        Ok(())
    }
}

/// Lines without anything are absent, so that the same content is always the same document.
pub(crate) fn keep<K: Ord, V: Default + PartialEq>(map: &mut BTreeMap<K, V>, key: K, value: V) {
    if value == V::default() {
        take_out(map, &key);
    } else {
        map.insert(key, value);
    }
}

/// Nothing, or what the text means.
pub(crate) fn optional<T, E: fmt::Display>(text: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, String> {
    if text.trim().is_empty() { Ok(None) } else { parse(text).map(Some).map_err(|e| e.to_string()) }
}

/// `ano` or `ne`, as a form or a table writes it; nothing is no.
pub(crate) fn yes(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "ano" | "on" | "true" | "pravda" | "1" => Some(true),
        "" | "ne" | "off" | "false" | "nepravda" | "0" => Some(false),
        _ => None,
    }
}

/// A text of several lines.
pub(crate) fn written(text: &str, limit: usize) -> Result<String, String> {
    typed(text, limit).map_err(|e| e.to_string())
}

/// A text of one line.
fn short(text: &str, limit: usize) -> Result<String, String> {
    let text = written(text, limit)?;
    if text.contains(['\n', '\t']) {
        Err("Sem patří text na jednom řádku. Odstraňte z něj konce řádků a tabulátory.".to_owned())
    } else {
        Ok(text)
    }
}

fn phone(text: &str) -> Result<String, String> {
    let text = short(text, 40)?;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let readable = text.chars().all(|c| c.is_ascii_digit() || " +()/-\u{a0}\u{202f}".contains(c));
    if text.is_empty() || (readable && (9..=15).contains(&digits)) {
        Ok(text)
    } else {
        Err(format!("„{}“ není telefonní číslo. Napište devět číslic, případně s předvolbou, například +420 475 657 111.", shown(&text)))
    }
}

fn email(text: &str) -> Result<String, String> {
    let text = short(text, 254)?;
    let readable = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.contains('@')
            && host.contains('.')
            && host.split('.').all(|part| !part.is_empty())
            && !text.contains(char::is_whitespace)
    });
    if text.is_empty() || readable {
        Ok(text)
    } else {
        Err(format!("„{}“ není e-mailová adresa. Napište ji jako jmeno@domena.cz.", shown(&text)))
    }
}

fn count(text: &str) -> Result<u32, String> {
    let number = crate::text::plain_number(text.trim()).filter(|plain| !plain.contains('.'));
    let Some(number) = number else { return Err(format!("„{}“ není počet. Napište celé číslo, například 60.", shown(text))) };
    number.parse().ok().filter(|n| *n <= MAX_CAPACITY).ok_or_else(|| "Kapacita je příliš vysoká. Nejvyšší možná je 1 000 000.".to_owned())
}

fn months(text: &str) -> Result<u8, String> {
    text.trim()
        .parse()
        .ok()
        .filter(|months| *months <= 12)
        .ok_or_else(|| format!("„{}“ není počet měsíců. Napište celé číslo od 0 do 12.", shown(text)))
}

#[cfg(test)]
mod tests;
