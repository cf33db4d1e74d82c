//! From a round to the table that a calculation takes: a row for every service, a column for every input of the scheme. An input is bound by
//! its name to a field of the register, the application or the assessment; a criterion takes the points of the assessment; any other input is a
//! column that the kraj fills.

use super::{
    amount::{Crowns, Units},
    application::ServicePart,
    assessment::{Assessment, AssessmentContext},
    calculation::{
        Binding, Code, Fault, Scheme, Sheet, Source, binding, names, number,
        scheme::{Input, Kind},
    },
};
use crate::codelists::FormGroup;
use std::collections::{BTreeMap, HashSet};

/// Columns that go through a run to its results: name of the service and its provider.
pub const CARRIED: [&str; 2] = ["sluzba", "poskytovatel"];

/// A service of a round with everything that a run can take from it.
#[derive(Debug, Clone, Copy)]
pub struct RoundService<'a> {
    /// Identifikátor.
    pub identifikator: &'a str,
    /// Name in the application.
    pub name: &'a str,
    /// Name of the provider.
    pub provider: &'a str,
    /// What was submitted.
    pub part: &'a ServicePart,
    /// The assessment, when somebody began it.
    pub assessment: Option<&'a Assessment>,
    /// Cells that the kraj filled, by name of the input.
    pub cells: Option<&'a BTreeMap<String, String>>,
}

/// Where an input gets its values from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A field of the register, the application or the assessment.
    Bound(&'static Binding),
    /// Points of the assessment.
    Criterion,
    /// A column that the kraj fills.
    Column,
}

impl Origin {
    /// Whether the value is corrected in the assessment of the service.
    pub fn in_assessment(self) -> bool {
        match self {
            Self::Bound(binding) => binding.source == Source::Assessment,
            Self::Criterion => true,
            Self::Column => false,
        }
    }
}

/// Where an input gets its values from.
pub fn origin(input: &Input) -> Origin {
    match binding(&input.name) {
        Some(binding) => Origin::Bound(binding),
        None if input.criterion => Origin::Criterion,
        None => Origin::Column,
    }
}

/// The table for a run of a scheme, its rows in the order of the services.
///
/// # Errors
/// What of a service has no number yet: its first such value, one fault for each service.
pub fn table<'a>(scheme: &Scheme, services: impl IntoIterator<Item = RoundService<'a>>) -> Result<Sheet, Vec<Fault>> {
    let taken: HashSet<String> = scheme.input.iter().map(|input| names::folded(&input.name)).collect();
    let carried: Vec<&str> = CARRIED.into_iter().filter(|name| !taken.contains(*name)).collect();
    let header =
        [names::IDENTIFIKATOR].into_iter().chain(carried.iter().copied()).chain(scheme.input.iter().map(|input| input.name.as_str()));
    let mut sheet = Sheet::new(header);
    let mut faults = Vec::new();
    for service in services {
        let context = AssessmentContext::of_part(service.part, Vec::new(), None);
        let empty = Assessment::default();
        let row = Row { service: &service, assessment: service.assessment.unwrap_or(&empty), context: &context };
        let cells: Result<Vec<String>, Fault> = scheme.input.iter().map(|input| row.cell(input)).collect();
        match cells {
            Err(fault) => faults.push(fault.of_service(service.identifikator)),
            Ok(cells) => {
                let texts = carried.iter().map(|name| if *name == CARRIED[0] { service.name } else { service.provider });
                let first = [service.identifikator].into_iter().chain(texts).map(str::to_owned);
                sheet.push(first.chain(cells));
            }
        }
    }
    if faults.is_empty() { Ok(sheet) } else { Err(faults) }
}

/// The first input of a service that its scheme cannot take: an empty cell without a default, no number, or a number out of bounds. It tells
/// where a fault of the service is corrected.
pub fn culprit<'s>(scheme: &'s Scheme, sheet: &Sheet, identifikator: &str) -> Option<&'s Input> {
    let place = |name: &str| sheet.header.iter().position(|known| names::folded(known) == names::folded(name));
    let id = place(names::IDENTIFIKATOR)?;
    let row = sheet.rows.iter().find(|row| row.cells.get(id).is_some_and(|cell| cell == identifikator))?;
    scheme.input.iter().find(|input| {
        let cell = place(&input.name).and_then(|at| row.cells.get(at)).map_or("", String::as_str);
        match (cell.is_empty(), input.kind) {
            (true, _) => input.default.is_none(),
            (false, Kind::Text) => false,
            (false, Kind::Number) => number::read(cell).is_none_or(|value| {
                input.min.as_ref().is_some_and(|min| value < min.0) || input.max.as_ref().is_some_and(|max| value > max.0)
            }),
        }
    })
}

struct Row<'a> {
    service: &'a RoundService<'a>,
    assessment: &'a Assessment,
    context: &'a AssessmentContext,
}

impl Row<'_> {
    fn cell(&self, input: &Input) -> Result<String, Fault> {
        match origin(input) {
            Origin::Bound(binding) => self.bound(binding),
            Origin::Criterion => {
                let folded = names::folded(&input.name);
                self.read("body.", "body kritérií")?;
                let points = self.assessment.points.iter().find(|(name, _)| names::folded(name) == folded);
                Ok(points.map(|(_, points)| points.normalize().to_string()).unwrap_or_default())
            }
            Origin::Column => {
                let folded = names::folded(&input.name);
                let cell = self.service.cells.and_then(|cells| cells.iter().find(|(name, _)| names::folded(name) == folded));
                Ok(cell.map(|(_, text)| text.trim().to_owned()).unwrap_or_default())
            }
        }
    }

    fn bound(&self, binding: &Binding) -> Result<String, Fault> {
        let part = self.service.part;
        let crowns = |amount: Crowns| Ok(amount.get().to_string());
        let capacity = |forms: FormGroup| part.capacity.get(&forms);
        match binding.name {
            "druh" => Ok(part.facts.paragraph.clone()),
            "J_pob" => self.units(FormGroup::Residential),
            "J_at" => self.units(FormGroup::AmbulatoryAndField),
            "mesice_pob" => Ok(number_or_empty(capacity(FormGroup::Residential).and_then(|c| c.months))),
            "mesice_at" => Ok(number_or_empty(capacity(FormGroup::AmbulatoryAndField).and_then(|c| c.months))),
            "kapacita_pob" => Ok(number_or_empty(capacity(FormGroup::Residential).and_then(|c| c.plan))),
            "kapacita_at" => Ok(number_or_empty(capacity(FormGroup::AmbulatoryAndField).and_then(|c| c.plan))),
            "naklady" => crowns(part.costs()),
            "pozadavek" => crowns(part.request + part.others),
            "P" => crowns(part.request),
            "podil" => Ok(part.share.fraction().to_string()),
            "Z" => crowns(part.public_money.unwrap_or_default()),
            "E" => match self.assessment.wrong_sum(self.context) {
                Some(sum) => crowns(sum),
                None => Err(missing("V hodnocení chybí částka chybné položky, nebo je vyšší než požadavek položky. Doplňte ji.")),
            },
            "podporit" => Ok(if self.assessment.supported() { "1" } else { "0" }.to_owned()),
            "optimum_hodnotitele" => {
                self.read("optimum", "optimální návrh")?;
                // A lower proposal has a reason; one that was only taken over from a run follows the next run.
                let lowered = self.assessment.optimum.filter(|_| !self.assessment.optimum_reason.trim().is_empty());
                Ok(lowered.map(|optimum| optimum.get().to_string()).unwrap_or_default())
            }
            // Every binding is above; the test below goes through all of them.
            _ => Ok(String::new()),
        }
    }

    /// Refuses what was typed into fields under this path and cannot be read.
    fn read(&self, path: &str, what: &str) -> Result<(), Fault> {
        match self.assessment.unread.iter().find(|(unread, _)| unread.starts_with(path)) {
            None => Ok(()),
            Some((_, unread)) => Err(missing(format!("V hodnocení nejdou přečíst {what}: {}", unread.sentence))),
        }
    }

    fn units(&self, forms: FormGroup) -> Result<String, Fault> {
        self.read(&format!("jednotky.{}", forms.key()), "uznané jednotky")?;
        let units = self.assessment.accepted_units(forms, self.context);
        let given = |forms: &FormGroup| self.context.units.get(forms).is_some_and(|units| !units.is_zero());
        if !FormGroup::ALL.iter().any(given) {
            return Err(missing("Žádost neuvádí počet jednotek (lůžek nebo úvazků) žádné formy, bez něj službu nejde spočítat."));
        }
        Ok(units.unwrap_or(Units::thousandths(0)).decimal().to_string())
    }
}

fn missing(message: impl Into<String>) -> Fault {
    Fault::new(Code::MissingInput, message)
}

fn number_or_empty(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidy::{
        application::examples::{application, kraj},
        calculation::{BUILTIN, StoredRun, bindings, scheme::Number},
    };

    fn part() -> ServicePart {
        application().part(kraj(60)).services.remove(0)
    }

    fn assessment(fields: &[(&str, &str)]) -> Assessment {
        let mut assessment = Assessment::default();
        for (path, text) in fields {
            let _ = assessment.apply(path, text);
        }
        assessment
    }

    fn scheme(inputs: &[&str]) -> Scheme {
        let mut scheme = Scheme::from_toml(BUILTIN[0].toml).unwrap();
        scheme.input = inputs.iter().map(|name| Input { name: (*name).to_owned(), ..Input::default() }).collect();
        scheme
    }

    fn cells(scheme: &Scheme, assessment: &Assessment, cells: &[(&str, &str)]) -> Result<Vec<String>, Vec<Fault>> {
        let part = part();
        let cells = cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let service = RoundService {
            identifikator: "7907052",
            name: "Odlehčovací služba",
            provider: "Senior Teplice z. s.",
            part: &part,
            assessment: Some(assessment),
            cells: Some(&cells),
        };
        table(scheme, [service]).map(|mut sheet| sheet.rows.remove(0).cells)
    }

    #[test]
    fn every_binding_has_a_value() {
        let all: Vec<&str> = bindings().iter().map(|binding| binding.name).collect();
        let assessment = assessment(&[("optimum", "1 000 000"), ("optimum.duvod", "Přesah."), ("chyba.1.4.druh", "neuznatelna")]);
        let row = cells(&scheme(&all), &assessment, &[]).unwrap();
        let got: Vec<(&str, &str)> = all.iter().copied().zip(row[3..].iter().map(String::as_str)).collect();
        assert_eq!(
            got,
            [
                ("druh", "44"),
                ("J_pob", "12"),
                ("J_at", "2.5"),
                ("mesice_pob", "12"),
                ("mesice_at", "12"),
                ("kapacita_pob", got[5].1),
                ("kapacita_at", got[6].1),
                ("naklady", got[7].1),
                ("pozadavek", "3050001"),
                ("P", "1525001"),
                ("podil", "0.5"),
                ("Z", got[11].1),
                ("E", "25000"),
                ("podporit", "1"),
                ("optimum_hodnotitele", "1000000"),
            ]
        );
        assert!(got.iter().all(|(name, cell)| !cell.is_empty() || name.starts_with("kapacita")), "{got:?}");
    }

    #[test]
    fn assessment_changes_the_row() {
        let scheme = scheme(&["J_at", "E", "podporit", "optimum_hodnotitele", "kvalita", "uhrada_den"]);
        let mut scheme = scheme;
        scheme.input[4] = Input {
            name: "Kvalita".to_owned(),
            criterion: true,
            min: Some(Number::whole(0)),
            max: Some(Number::whole(10)),
            ..Input::default()
        };
        let filled = [("UHRADA_DEN", " 310,5 ")];
        let row = |fields: &[(&str, &str)]| cells(&scheme, &assessment(fields), &filled).map(|row| row[3..].join("|"));
        assert_eq!(row(&[]).unwrap(), "2.5|0|1|||310,5");
        assert_eq!(
            row(&[("jednotky.at", "2"), ("jednotky.at.duvod", "Síť."), ("body.kvalita", "7,50"), ("sprss", "ne")]).unwrap(),
            "2|0|0||7.5|310,5"
        );
        // Taken over from a run, without a reason: the next run computes it anew.
        assert_eq!(row(&[("optimum", "1 000 000")]).unwrap(), "2.5|0|1|||310,5");
        for (fields, words) in [
            (vec![("chyba.1.1.druh", "castecne")], "částka chybné položky"),
            (vec![("jednotky.at", "dva")], "uznané jednotky"),
            (vec![("body.kvalita", "moc")], "body kritérií"),
            (vec![("optimum", "asi 5")], "optimální návrh"),
        ] {
            let faults = row(&fields).unwrap_err();
            assert_eq!(faults[0].identifikator.as_deref(), Some("7907052"));
            assert!(faults[0].message.contains(words), "{faults:?}");
        }
    }

    #[test]
    fn a_fault_leads_to_its_input() {
        let mut scheme = scheme(&["P", "uhrada_den", "obloznost"]);
        scheme.input[2].max = Some(Number::whole(1));
        let mut sheet = Sheet::new(["identifikator", "P", "uhrada_den", "obloznost"]);
        sheet.push(["1", "5", "310", "0,5"]);
        sheet.push(["2", "5", "", "0,5"]);
        sheet.push(["3", "5", "310", "1,5"]);
        let name = |id| culprit(&scheme, &sheet, id).map(|input| input.name.as_str());
        assert_eq!((name("1"), name("2"), name("3"), name("4")), (None, Some("uhrada_den"), Some("obloznost"), None));
        assert_eq!(origin(&scheme.input[0]), Origin::Bound(binding("p").unwrap()));
        assert_eq!(origin(&scheme.input[1]), Origin::Column);
    }

    #[test]
    fn the_built_in_scheme_runs_on_an_application() {
        let scheme = Scheme::from_toml(BUILTIN[0].toml).unwrap();
        let (part, empty) = (part(), Assessment::default());
        let service = RoundService {
            identifikator: "7907052",
            name: "Odlehčovací služba",
            provider: "Senior Teplice z. s.",
            part: &part,
            assessment: Some(&empty),
            cells: None,
        };
        let inputs = table(&scheme, [service]).unwrap();
        let amounts = crate::subsidy::calculation::Amounts::one("1000000").unwrap();
        let run = StoredRun { scheme, inputs, amounts }.calculate().unwrap();
        // The request is lower than half of the costs that nobody else pays.
        assert_eq!(run.run.results[0].ceiling, 1_525_001.into());
        assert_eq!(run.run.results[0].award, 1_000_000.into());
        assert_eq!(run.services.carried()[1].1, ["Senior Teplice z. s."]);
    }
}
