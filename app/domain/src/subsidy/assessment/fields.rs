//! The typed fields of an assessment by their paths, as [`crate::subsidy::application::fields`] does it for an application.

use super::{AcceptedUnits, Assessment, Verdict, WrongItem};
use crate::{
    codelists::{FormGroup, budget_row, budget_rows, financing_groups, group_key},
    order::take_out,
    subsidy::{
        amount::{Crowns, Units, shown},
        application::{
            FieldError, Unread,
            fields::{MAX_UNREAD, NoField, keep, optional, written},
        },
        calculation::names,
    },
    text::BadText,
};
use rust_decimal::Decimal;
use std::{collections::BTreeMap, fmt, str::FromStr};

/// Most characters of a comment.
pub const MAX_COMMENT: usize = 4_000;

/// A typed field; printed and parsed as its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssessmentField {
    /// `sprss` (`ano`, `ne`)
    Sprss,
    /// `podpora` (`ano`, `ne`)
    Support,
    /// `podpora.komentar`
    SupportComment,
    /// `efektivita`
    Efficiency,
    /// `chyba.<row>.druh` (`uznatelna`, `neuznatelna`, `castecne`, `nadhodnocena`)
    Verdict(&'static str),
    /// `chyba.<row>.castka`
    WrongAmount(&'static str),
    /// `chyba.<row>.duvod`
    WrongReason(&'static str),
    /// `zdroje.<group>`
    SourceComment(String),
    /// `body.<criterion>`
    Points(String),
    /// `jednotky.<pob|at>`
    Units(FormGroup),
    /// `jednotky.<pob|at>.duvod`
    UnitsReason(FormGroup),
    /// `optimum`
    Optimum,
    /// `optimum.duvod`
    OptimumReason,
}

/// The words of the verdicts in forms.
pub const VERDICTS: [(Verdict, &str, &str); 4] = [
    (Verdict::Eligible, "uznatelna", "uznatelná"),
    (Verdict::Ineligible, "neuznatelna", "neuznatelná"),
    (Verdict::Partly, "castecne", "částečně neuznatelná"),
    (Verdict::Overvalued, "nadhodnocena", "nadhodnocená"),
];

impl FromStr for AssessmentField {
    type Err = NoField;
    fn from_str(path: &str) -> Result<Self, NoField> {
        let of_row = |rest: &str| {
            let (row, column) = rest.rsplit_once('.')?;
            let row = budget_row(row).filter(|row| !row.is_sum)?.key;
            match column {
                "druh" => Some(Self::Verdict(row)),
                "castka" => Some(Self::WrongAmount(row)),
                "duvod" => Some(Self::WrongReason(row)),
                _ => None,
            }
        };
        let name = |name: &str| {
            // A criterion is an input of a scheme, so it is named by the rule of the engine and kept in NFC as the scheme keeps it.
            let name = names::composed(name);
            names::is_name(&name).then_some(name)
        };
        let field = match path.split_once('.').unwrap_or((path, "")) {
            ("sprss", "") => Some(Self::Sprss),
            ("podpora", "") => Some(Self::Support),
            ("podpora", "komentar") => Some(Self::SupportComment),
            ("efektivita", "") => Some(Self::Efficiency),
            ("optimum", "") => Some(Self::Optimum),
            ("optimum", "duvod") => Some(Self::OptimumReason),
            ("chyba", rest) => of_row(rest),
            ("zdroje", group) => financing_groups().into_iter().map(group_key).find(|key| key == group).map(Self::SourceComment),
            ("body", criterion) => name(criterion).map(Self::Points),
            ("jednotky", rest) => match rest.split_once('.') {
                None => FormGroup::of_key(rest).map(Self::Units),
                Some((forms, "duvod")) => FormGroup::of_key(forms).map(Self::UnitsReason),
                Some(_) => None,
            },
            _ => None,
        };
        // `sprss.` splits like `sprss`, so the path is compared with what it prints.
        field.filter(|field| field.to_string() == names::composed(path)).ok_or_else(|| NoField(shown(path)))
    }
}

impl fmt::Display for AssessmentField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sprss => f.write_str("sprss"),
            Self::Support => f.write_str("podpora"),
            Self::SupportComment => f.write_str("podpora.komentar"),
            Self::Efficiency => f.write_str("efektivita"),
            Self::Verdict(row) => write!(f, "chyba.{row}.druh"),
            Self::WrongAmount(row) => write!(f, "chyba.{row}.castka"),
            Self::WrongReason(row) => write!(f, "chyba.{row}.duvod"),
            Self::SourceComment(group) => write!(f, "zdroje.{group}"),
            Self::Points(criterion) => write!(f, "body.{criterion}"),
            Self::Units(forms) => write!(f, "jednotky.{}", forms.key()),
            Self::UnitsReason(forms) => write!(f, "jednotky.{}.duvod", forms.key()),
            Self::Optimum => f.write_str("optimum"),
            Self::OptimumReason => f.write_str("optimum.duvod"),
        }
    }
}

impl Assessment {
    /// Puts a typed text into its field; what cannot be read stays beside its error, and the field itself is then empty.
    pub fn apply(&mut self, path: &str, text: &str) -> Result<(), FieldError> {
        let lost = |sentence: String| FieldError { path: path.to_owned(), sentence, kept: false };
        let field: AssessmentField = path.parse().map_err(|e: NoField| lost(e.to_string()))?;
        let length = text.chars().count();
        if length > MAX_UNREAD {
            return Err(lost(BadText::TooLong { length, limit: MAX_UNREAD }.to_string()));
        }
        if text.contains('\0') {
            return Err(lost(BadText::Control.to_string()));
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

    /// The text of a field as its input shows it.
    pub fn value(&self, field: &AssessmentField) -> String {
        if let Some(unread) = self.unread.get(&field.to_string()) {
            return unread.text.clone();
        }
        let answer = |answer: Option<bool>| match answer {
            None => String::new(),
            Some(true) => "ano".to_owned(),
            Some(false) => "ne".to_owned(),
        };
        let wrong = |row: &str| self.wrong.get(row).cloned().unwrap_or_default();
        let crowns = |amount: Option<Crowns>| amount.map(Crowns::plain).unwrap_or_default();
        let units = |forms| self.units.get(forms).cloned().unwrap_or_default();
        match field {
            AssessmentField::Sprss => answer(self.sprss),
            AssessmentField::Support => answer(self.support),
            AssessmentField::SupportComment => self.support_comment.clone(),
            AssessmentField::Efficiency => self.efficiency.clone(),
            AssessmentField::Verdict(row) => match wrong(row).kind {
                Verdict::Eligible => String::new(),
                kind => VERDICTS.iter().find(|(other, ..)| *other == kind).map(|(_, word, _)| (*word).to_owned()).unwrap_or_default(),
            },
            AssessmentField::WrongAmount(row) => crowns(wrong(row).amount),
            AssessmentField::WrongReason(row) => wrong(row).reason,
            AssessmentField::SourceComment(group) => self.source_comments.get(group).cloned().unwrap_or_default(),
            AssessmentField::Points(criterion) => self.points.get(criterion).copied().map(printed).unwrap_or_default(),
            AssessmentField::Units(forms) => units(forms).units.map(|units| units.to_string()).unwrap_or_default(),
            AssessmentField::UnitsReason(forms) => units(forms).reason,
            AssessmentField::Optimum => crowns(self.optimum),
            AssessmentField::OptimumReason => self.optimum_reason.clone(),
        }
    }

    /// Every field that is not empty, by its path.
    pub fn values(&self) -> BTreeMap<String, String> {
        let mut fields = vec![
            AssessmentField::Sprss,
            AssessmentField::Support,
            AssessmentField::SupportComment,
            AssessmentField::Efficiency,
            AssessmentField::Optimum,
            AssessmentField::OptimumReason,
        ];
        for row in budget_rows().iter().filter(|row| !row.is_sum) {
            fields.extend([
                AssessmentField::Verdict(row.key),
                AssessmentField::WrongAmount(row.key),
                AssessmentField::WrongReason(row.key),
            ]);
        }
        fields.extend(financing_groups().into_iter().map(|group| AssessmentField::SourceComment(group_key(group))));
        fields.extend(FormGroup::ALL.into_iter().flat_map(|forms| [AssessmentField::Units(forms), AssessmentField::UnitsReason(forms)]));
        fields.extend(self.points.keys().cloned().map(AssessmentField::Points));
        let unread = self.unread.iter().map(|(path, unread)| (path.clone(), unread.text.clone()));
        fields.iter().map(|field| (field.to_string(), self.value(field))).chain(unread).filter(|(_, text)| !text.is_empty()).collect()
    }

    fn assign(&mut self, field: &AssessmentField, text: &str) -> Result<(), String> {
        let comment = |text: &str| written(text, MAX_COMMENT);
        match field {
            AssessmentField::Sprss => self.sprss = answer(text)?,
            AssessmentField::Support => self.support = answer(text)?,
            AssessmentField::SupportComment => self.support_comment = comment(text)?,
            AssessmentField::Efficiency => self.efficiency = comment(text)?,
            AssessmentField::Verdict(row) => {
                let kind = verdict(text)?;
                self.change_wrong(row, |item| item.kind = kind);
            }
            AssessmentField::WrongAmount(row) => {
                let amount = optional(text, Crowns::parse)?;
                self.change_wrong(row, |item| item.amount = amount);
            }
            AssessmentField::WrongReason(row) => {
                let reason = comment(text)?;
                self.change_wrong(row, |item| item.reason = reason);
            }
            AssessmentField::SourceComment(group) => keep(&mut self.source_comments, group.clone(), comment(text)?),
            AssessmentField::Points(criterion) => match optional(text, points)? {
                Some(points) => {
                    self.points.insert(criterion.clone(), points);
                }
                None => {
                    take_out(&mut self.points, criterion);
                }
            },
            AssessmentField::Units(forms) => {
                let units = optional(text, Units::parse)?;
                let accepted = self.units.get(forms).cloned().unwrap_or_default();
                keep(&mut self.units, *forms, AcceptedUnits { units, ..accepted });
            }
            AssessmentField::UnitsReason(forms) => {
                let reason = comment(text)?;
                let accepted = self.units.get(forms).cloned().unwrap_or_default();
                keep(&mut self.units, *forms, AcceptedUnits { reason, ..accepted });
            }
            AssessmentField::Optimum => self.optimum = optional(text, Crowns::parse)?,
            AssessmentField::OptimumReason => self.optimum_reason = comment(text)?,
        }
        Ok(())
    }

    fn change_wrong(&mut self, row: &str, change: impl FnOnce(&mut WrongItem)) {
        let mut item = self.wrong.get(row).cloned().unwrap_or_default();
        change(&mut item);
        keep(&mut self.wrong, row.to_owned(), item);
    }
}

/// `ano`, `ne`, or not answered yet.
pub(super) fn answer(text: &str) -> Result<Option<bool>, String> {
    match text.trim() {
        "" => Ok(None),
        "ano" => Ok(Some(true)),
        "ne" => Ok(Some(false)),
        other => Err(format!("„{}“ není odpověď. Vyberte ano, nebo ne.", shown(other))),
    }
}

fn verdict(text: &str) -> Result<Verdict, String> {
    match text.trim() {
        "" => Ok(Verdict::Eligible),
        word => VERDICTS
            .iter()
            .find(|(_, other, _)| *other == word)
            .map(|(kind, ..)| *kind)
            .ok_or_else(|| format!("Hodnocení „{}“ neznáme. Vyberte je z nabídky.", shown(word))),
    }
}

/// Points: a number with at most four decimals, also below zero.
fn points(text: &str) -> Result<Decimal, String> {
    let wrong = || format!("„{}“ nejsou body. Napište číslo, například 7 nebo 7,5.", shown(text));
    let trimmed = text.trim();
    let (sign, number) = match trimmed.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", trimmed),
    };
    let plain = crate::text::plain_number(number).ok_or_else(wrong)?;
    let value: Decimal = format!("{sign}{plain}").parse().map_err(|_| wrong())?;
    let value = value.normalize();
    if value.scale() <= 4 && value.abs() < Decimal::from(1_000_000_000_i64) { Ok(value) } else { Err(wrong()) }
}

/// A decimal number as people write it: comma, minus as U+2212.
pub(super) fn printed(value: Decimal) -> String {
    value.normalize().to_string().replace('.', ",").replace('-', "\u{2212}")
}
