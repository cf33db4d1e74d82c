//! A whole round of applications from a table (CSV of a kraj): one line is one service, services of one provider become one part.
//!
//! Columns are named: `identifikator`, `jednotky_pob`, `mesice_at`, `naklady.1.1`, `pozadavek.1.1`… A line is read by the same code as a form,
//! so the same texts are amounts. Whatever is wrong is told with its line and column, and then nothing of the table is taken.

use super::{
    amount::{Crowns, Share},
    application::{Applicant, Application, Asked, Part, ServiceFacts, fields::ServiceField},
};
use crate::codelists::{FormGroup, Kraj, budget_row, financing_rows};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most lines of a table.
pub const MAX_LINES: usize = 10_000;

/// The row of the budget that takes amounts of a whole service, when the table does not say the rows.
pub const WHOLE_ROW: &str = "2.8";

/// The columns, each with what it holds; `…` stands for the number of a budget row or the key of a source.
pub const COLUMNS: [(&str, &str); 15] = [
    ("identifikator", "identifikátor sociální služby z registru; povinný, každý nejvýše jednou"),
    ("pozadavek.…", "požadavek na váš kraj v řádku rozpočtu, například pozadavek.1.1; celé Kč"),
    ("naklady.…", "náklady celé služby v řádku rozpočtu, například naklady.2.6.1; celé Kč"),
    ("upresneni.…", "upřesnění řádku rozpočtu"),
    ("pozadavek", "požadavek na váš kraj jednou částkou, když nemáte řádky rozpočtu; zapíše se do řádku 2.8 ostatní náklady"),
    ("naklady", "náklady služby jednou částkou; zapíší se do řádku 2.8 ostatní náklady"),
    ("jednotky_pob, jednotky_at", "jednotky pobytové, ambulantní a terénní formy (lůžka nebo úvazky), nejvýše tři desetinná místa"),
    ("mesice_pob, mesice_at", "měsíce provozu v roce dotace, 0 až 12"),
    ("kapacita_pob, kapacita_at", "plánovaná kapacita formy"),
    ("zdroje.….plan", "zdroj financování: plán; také zdroje.….minuly a zdroje.….predminuly"),
    ("verejne", "jiné veřejné peníze na službu v roce dotace, celé Kč"),
    ("podil", "podíl vašeho kraje v procentech, nejvýše dvě desetinná místa; 100, když chybí"),
    ("ostatni", "požadavek na ostatní kraje celkem, celé Kč"),
    ("nazev", "název služby v žádosti; jinak se převezme z registru"),
    ("cilova_skupina", "převažující cílová skupina"),
];

/// A table as it was read: names of its columns, and its lines with their numbers in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Number of the line in the file, and its cells.
    pub lines: Vec<(u64, Vec<String>)>,
}

/// A service of the register with its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Key of the provider.
    pub provider: String,
    /// The service.
    pub facts: ServiceFacts,
    /// The provider.
    pub applicant: Applicant,
}

/// Something wrong, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Line of the file; 1 is the header.
    pub line: u64,
    /// Name of the column, empty for the whole line.
    pub column: String,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// What a table says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// Parts by key of the provider; complete only without faults.
    pub parts: BTreeMap<String, Part>,
    /// Lines with a service.
    pub lines: usize,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
    /// What the kraj should look at; it takes nothing away.
    pub warnings: Vec<Fault>,
}

/// What a column fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Identifier,
    Share,
    Others,
    Field(ServiceField),
}

fn column(name: &str) -> Option<Column> {
    let field = |path: &str| ServiceField::of_path(path).map(Column::Field);
    let of_forms =
        |rest: &str, column: &str| FormGroup::of_key(rest).and_then(|forms| field(&format!("kapacita.{}.{column}", forms.key())));
    match name {
        "identifikator" => Some(Column::Identifier),
        "podil" => Some(Column::Share),
        "ostatni" => Some(Column::Others),
        "nazev" | "cilova_skupina" => field(name),
        "verejne" => field("verejne.castka"),
        "pozadavek" | "naklady" => field(&format!("rozpocet.{WHOLE_ROW}.{name}")),
        _ => {
            if let Some((what @ ("pozadavek" | "naklady" | "upresneni"), row)) = name.split_once('.') {
                return field(&format!("rozpocet.{row}.{what}"));
            }
            if name.starts_with("zdroje.") {
                return field(name);
            }
            match name.split_once('_')? {
                ("jednotky", forms) => of_forms(forms, "jednotky"),
                ("mesice", forms) => of_forms(forms, "mesice"),
                ("kapacita", forms) => of_forms(forms, "plan"),
                _ => None,
            }
        }
    }
}

/// An identifikátor as it is compared: its digits without leading zeros.
pub fn comparable(identifikator: &str) -> String {
    identifikator.trim().trim_start_matches('0').to_owned()
}

impl Table {
    fn place_of(&self, wanted: &str) -> Option<usize> {
        self.header.iter().position(|name| name.trim().to_lowercase() == wanted)
    }

    /// The identifikátory that the table names, to be looked up in the register.
    pub fn identifikatory(&self) -> Vec<String> {
        let Some(at) = self.place_of("identifikator") else { return Vec::new() };
        let all: BTreeSet<String> = self.lines.iter().filter_map(|(_, cells)| cells.get(at)).map(|text| comparable(text)).collect();
        all.into_iter().filter(|text| !text.is_empty()).collect()
    }

    fn columns(&self) -> Result<Vec<Column>, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut seen: Vec<Column> = Vec::new();
        for name in &self.header {
            let fault = |sentence: String| Fault { line: 1, column: super::amount::shown(name), sentence };
            match column(&name.trim().to_lowercase()) {
                None => faults.push(fault(format!(
                    "Sloupec „{}“ neznáme. Opravte název podle seznamu sloupců, nebo sloupec vymažte.",
                    super::amount::shown(name)
                ))),
                Some(column) if seen.contains(&column) => {
                    faults.push(fault("Sloupec je v souboru dvakrát, nebo ho vyplňuje i jiný sloupec. Jeden z nich vymažte.".to_owned()));
                }
                Some(column) => seen.push(column),
            }
        }
        let missing = |sentence: &str| Fault { line: 1, column: String::new(), sentence: sentence.to_owned() };
        if !seen.contains(&Column::Identifier) {
            faults.push(missing("Chybí sloupec identifikator. První řádek souboru musí být záhlaví s názvy sloupců."));
        }
        let request = |c: &Column| matches!(c, Column::Field(ServiceField::Budget(_, super::application::fields::BudgetColumn::Request)));
        if !seen.iter().any(request) {
            faults.push(missing("Chybí požadavek: přidejte sloupec pozadavek, nebo sloupce řádků rozpočtu, například pozadavek.1.1."));
        }
        if faults.is_empty() { Ok(seen) } else { Err(faults) }
    }

    /// Reads the table for a kraj and a subsidy year. `known` are the services of the register by comparable identifikátor.
    pub fn read(&self, kraj: Kraj, year: i32, known: &BTreeMap<String, Vec<Known>>) -> Read {
        let mut read = Read { lines: self.lines.len(), ..Read::default() };
        let columns = match self.columns() {
            Ok(columns) => columns,
            Err(faults) => return Read { faults, ..read },
        };
        if self.lines.is_empty() || self.lines.len() > MAX_LINES {
            let sentence = match self.lines.len() {
                0 => "Pod záhlavím není žádný řádek se službou. Vložte i řádky, ne jen záhlaví.".to_owned(),
                n => format!("Souboru se služeb vejde nejvýše {MAX_LINES}, má jich {n}. Rozdělte ho."),
            };
            read.faults.push(Fault { line: 1, column: String::new(), sentence });
            return read;
        }
        let mut services: BTreeMap<String, u64> = BTreeMap::new();
        for (number, cells) in &self.lines {
            if let Some((provider, part)) = self.line(*number, cells, &columns, (kraj, year), known, &mut services, &mut read) {
                match read.parts.get_mut(&provider) {
                    Some(there) => there.services.extend(part.services),
                    None => {
                        read.parts.insert(provider, part);
                    }
                }
            }
        }
        for part in read.parts.values_mut() {
            part.services.sort_by(|a, b| a.facts.identifier.cmp(&b.facts.identifier));
        }
        read
    }

    fn line(
        &self,
        number: u64,
        cells: &[String],
        columns: &[Column],
        (kraj, year): (Kraj, i32),
        known: &BTreeMap<String, Vec<Known>>,
        seen: &mut BTreeMap<String, u64>,
        read: &mut Read,
    ) -> Option<(String, Part)> {
        let Read { faults, warnings, .. } = read;
        let before = faults.len();
        let mut fault = |at: Option<usize>, sentence: String| {
            let column = at.and_then(|at| self.header.get(at)).map(|name| name.trim().to_owned()).unwrap_or_default();
            faults.push(Fault { line: number, column, sentence });
        };
        if cells.len() != columns.len() {
            fault(
                None,
                format!("Řádek má {} buněk, záhlaví {}. Doplňte chybějící středníky, nebo vymažte přebytečné.", cells.len(), columns.len()),
            );
            return None;
        }
        let at = columns.iter().position(|column| *column == Column::Identifier)?;
        let identifier = cells[at].trim();
        let key = comparable(identifier);
        if key.is_empty() || key.len() > 12 || !key.bytes().all(|b| b.is_ascii_digit()) {
            fault(Some(at), "Identifikátor je číslo o nejvýše 12 číslicích. Opište ho z registru.".to_owned());
            return None;
        }
        if let Some(first) = seen.insert(key.clone(), number) {
            fault(Some(at), format!("Služba {identifier} je v souboru už na řádku {first}. Nechte jen jeden."));
            return None;
        }
        let found = match known.get(&key).map(Vec::as_slice) {
            None | Some([]) => {
                fault(
                    Some(at),
                    format!("Službu {identifier} registr nemá. Zkontrolujte identifikátor, nebo službu nejdřív zapište do registru."),
                );
                return None;
            }
            Some([one]) => one,
            Some(_) => {
                fault(Some(at), format!("Identifikátor {identifier} mají v registru dvě služby. Nejdřív opravte registr."));
                return None;
            }
        };
        if let Some(sentence) = found.facts.idle_in(year, identifier) {
            fault(Some(at), format!("{sentence} Řádek vymažte, nebo nechte opravit registr."));
            return None;
        }
        if !found.facts.area.contains(&kraj) {
            let sentence = if found.facts.area.is_empty() {
                format!("U služby {identifier} chybí v registru adresa zařízení, a tak nejde ověřit, že působí ve vašem kraji.")
            } else {
                format!("Služba {identifier} podle registru v kraji {kraj} nepůsobí. Zkontrolujte, zda na váš kraj žádat má.")
            };
            let column = self.header.get(at).map(|name| name.trim().to_owned()).unwrap_or_default();
            warnings.push(Fault { line: number, column, sentence });
        }
        let mut application = Application::new(year, found.applicant.clone());
        if let Err(e) = application.add_service(found.facts.clone()) {
            fault(Some(at), e.to_string());
            return None;
        }
        if let Some(service) = application.service_mut(&found.facts.service) {
            service.kraje.insert(kraj, Asked { asked: true, share: None });
        }
        let forms = application.service(&found.facts.service).map(|s| s.form_groups()).unwrap_or_default();
        let (mut share, mut others) = (Share::WHOLE, Crowns::ZERO);
        for (at, column) in columns.iter().enumerate() {
            let text = cells[at].trim();
            if text.is_empty() {
                continue;
            }
            match column {
                Column::Identifier => {}
                Column::Share => match Share::parse(text) {
                    Ok(read) => share = read,
                    Err(e) => fault(Some(at), e.to_string()),
                },
                Column::Others => match Crowns::parse(text) {
                    Ok(read) => others = read,
                    Err(e) => fault(Some(at), e.to_string()),
                },
                Column::Field(field) => {
                    if let ServiceField::Capacity(of, _) = field
                        && !forms.contains(of)
                    {
                        fault(Some(at), format!("Služba {identifier} nemá v registru formu {}. Buňku vymažte.", of.name()));
                        continue;
                    }
                    if let Err(e) = application.apply(&field.at(&found.facts.service), text) {
                        fault(Some(at), e.sentence);
                    }
                }
            }
        }
        let mut part = application.part(kraj);
        for service in &mut part.services {
            for (row, line) in &service.budget {
                let (costs, request) = (line.costs, line.request.unwrap_or_default());
                let place =
                    |what: &str| self.place_of(&format!("{what}.{row}")).or_else(|| self.place_of(what).filter(|_| row == WHOLE_ROW));
                if let Some(costs) = costs.filter(|costs| request > *costs) {
                    fault(
                        place("pozadavek"),
                        format!("Požadavek {request} je vyšší než náklady {costs}. Snižte požadavek, nebo opravte náklady."),
                    );
                }
                if let Some(bad) = budget_row(row).filter(|bad| !bad.eligible && !request.is_zero()) {
                    fault(place("pozadavek"), format!("Na řádek {row} {} dotaci požadovat nejde ({}).", bad.name, bad.ineligible_by));
                }
            }
            if service.request.is_zero() {
                fault(None, format!("Služba {identifier} nepožaduje nic. Doplňte požadavek, nebo řádek vymažte."));
            }
            service.share = share;
            service.others = others;
            for row in financing_rows().iter().filter(|row| row.plan_is_request) {
                if let Some(line) = service.sources.get_mut(row.key) {
                    line.plan = Some(service.request + others);
                }
            }
        }
        (faults.len() == before).then(|| (found.provider.clone(), part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidy::application::examples::{applicant, facts, kraj};

    fn known() -> BTreeMap<String, Vec<Known>> {
        BTreeMap::from([("7907052".to_owned(), vec![Known { provider: "p1".to_owned(), facts: facts(), applicant: applicant() }])])
    }

    fn table(text: &str) -> Table {
        let mut lines = text.lines().map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
        Table { header: lines.next().unwrap(), lines: lines.enumerate().map(|(at, cells)| (at as u64 + 2, cells)).collect() }
    }

    fn places(text: &str) -> Vec<(u64, String)> {
        table(text).read(kraj(60), 2027, &known()).faults.into_iter().map(|f| (f.line, f.column)).collect()
    }

    #[test]
    fn a_line_becomes_a_service() {
        let text = "identifikator;jednotky_pob;mesice_pob;jednotky_at;naklady.1.1;pozadavek.1.1;pozadavek.2.3;podil;ostatni;zdroje.urad_prace.plan\n\
                    07907052;12;12;4,5;2 000 000;1 500 000;10 000;70;600000;50000";
        let read = table(text).read(kraj(60), 2027, &known());
        assert_eq!(read.faults, []);
        let service = &read.parts["p1"].services[0];
        assert_eq!((service.request.get(), service.others.get(), service.share.get()), (1_510_000, 600_000, 7_000));
        assert_eq!(service.requests()["1.1"].get(), 1_500_000);
        assert_eq!(service.capacity[&FormGroup::AmbulatoryAndField].units.unwrap().to_string(), "4,5");
        assert_eq!(service.sources["pozadavek"].plan, Some(Crowns::new(2_110_000)));
        assert_eq!(service.name, "Odlehčovací služba");
        assert_eq!(table(text).identifikatory(), ["7907052"]);
    }

    #[test]
    fn a_whole_amount_goes_to_other_costs() {
        let read = table("identifikator;naklady;pozadavek\n7907052;900000;500000").read(kraj(60), 2027, &known());
        assert_eq!(read.faults, []);
        assert_eq!(read.parts["p1"].services[0].requests(), BTreeMap::from([("2.8".to_owned(), Crowns::new(500_000))]));
    }

    #[test]
    fn faults_say_line_and_column() {
        for (text, line, column) in [
            ("identifikator;pozadavek;barva\n7907052;1;x", 1, "barva"),
            ("identifikator;pozadavek;pozadavek.2.8\n7907052;1;1", 1, "pozadavek.2.8"),
            ("sluzba;pozadavek\n1;1", 1, "sluzba"),
            ("identifikator;naklady\n7907052;1", 1, ""),
            ("identifikator;pozadavek\n7907052;abc", 2, "pozadavek"),
            ("identifikator;pozadavek\n7907052;-5", 2, "pozadavek"),
            ("identifikator;pozadavek\n1234567;5", 2, "identifikator"),
            ("identifikator;pozadavek\nx;5", 2, "identifikator"),
            ("identifikator;pozadavek\n7907052;5\n7907052;6", 3, "identifikator"),
            ("identifikator;pozadavek\n7907052", 2, ""),
            ("identifikator;pozadavek\n7907052;", 2, ""),
            ("identifikator;naklady.1.1;pozadavek.1.1\n7907052;10;11", 2, "pozadavek.1.1"),
            ("identifikator;pozadavek.2.7\n7907052;11", 2, "pozadavek.2.7"),
            ("identifikator;pozadavek;podil\n7907052;11;101", 2, "podil"),
            ("identifikator;pozadavek", 1, ""),
        ] {
            assert!(places(text).contains(&(line, column.to_owned())), "{text}: {:?}", places(text));
        }
    }

    #[test]
    fn a_service_must_run_in_the_year_and_should_work_in_the_kraj() {
        let text = "identifikator;naklady;pozadavek\n7907052;900000;500000";
        let with = |change: fn(&mut ServiceFacts)| {
            let mut known = known();
            change(&mut known.get_mut("7907052").unwrap()[0].facts);
            known
        };
        let ended = table(text).read(kraj(60), 2027, &with(|f| f.to = "2026-12-31".parse().ok()));
        assert!(ended.parts.is_empty());
        assert_eq!(ended.faults.iter().map(|f| (f.line, f.column.as_str())).collect::<Vec<_>>(), [(2, "identifikator")]);
        assert!(ended.faults[0].sentence.starts_with("Služba 7907052 se v roce 2027 už neposkytuje"), "{}", ended.faults[0].sentence);
        let later = table(text).read(kraj(60), 2027, &with(|f| f.from = "2028-01-01".parse().ok()));
        assert!(later.faults[0].sentence.contains("ještě neposkytuje"));
        let elsewhere = table(text).read(kraj(19), 2027, &known());
        assert_eq!((elsewhere.faults.len(), elsewhere.parts.len(), elsewhere.warnings.len()), (0, 1, 1));
        assert!(elsewhere.warnings[0].sentence.contains("nepůsobí"));
        let nowhere = table(text).read(kraj(60), 2027, &with(|f| f.area.clear()));
        assert!(nowhere.faults.is_empty() && nowhere.warnings[0].sentence.contains("nejde ověřit"));
        assert_eq!(table(text).read(kraj(60), 2027, &known()).warnings, []);
    }

    proptest::proptest! {
        /// Whatever stands in a file, reading it ends, and a faulty line gives no service.
        #[test]
        fn no_text_panics(cells in proptest::collection::vec("\\PC{0,40}", 3..9)) {
            let header = vec!["identifikator".to_owned(), "pozadavek".to_owned(), "jednotky_pob".to_owned()];
            let lines: Vec<_> = cells.chunks(3).enumerate().map(|(at, c)| (at as u64 + 2, c.to_vec())).collect();
            let count = lines.len();
            let read = Table { header, lines }.read(kraj(60), 2027, &known());
            let services: usize = read.parts.values().map(|p| p.services.len()).sum();
            proptest::prop_assert!(services + read.faults.len() >= count);
        }
    }
}
