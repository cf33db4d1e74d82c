//! Filter, order and page of the grid, all of it in the address.

use super::view::{Line, State};
use domain::text::fold;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows of a page.
pub const PAGE: usize = 40;

/// What the address says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Text in name, provider, IČO, identifikátor.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// Paragraph of the service type.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub druh: String,
    /// Code of a state.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stav: String,
    /// Who works on it: key of a person, `ja`, `nikdo`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hodnoti: String,
    /// In line with the plan: `ano`, `ne`, `nezadano`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sprss: String,
    /// To be supported: `ano`, `ne`, `nezadano`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub podpora: String,
    /// Column of the order; `pozadavek` when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub razeni: String,
    /// `vzestupne` or `sestupne`; amounts go down and names up when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub smer: String,
    /// Number of the page, from 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub strana: String,
}

/// Columns that can be ordered by: key, words, whether it is a number.
pub const COLUMNS: [(&str, &str, bool); 14] = [
    ("identifikator", "Identif.", false),
    ("sluzba", "Služba", false),
    ("poskytovatel", "Poskytovatel", false),
    ("druh", "Druh", false),
    ("jednotky", "Jednotky", true),
    ("stav", "Stav", false),
    ("hotovo", "Hotovo", false),
    ("hodnoti", "Hodnotí", false),
    ("pozadavek", "Požadavek", true),
    ("chybne", "Chybné", true),
    ("maximum", "Maximum", true),
    ("vypocet", "Výpočet", true),
    ("optimum", "Optimum", true),
    ("dotace", "Dotace loni", true),
];

impl Filter {
    /// The column of the order and whether it goes down.
    pub fn order(&self) -> (&'static str, bool) {
        let (key, _, number) = COLUMNS.into_iter().find(|(key, ..)| *key == self.razeni).unwrap_or(COLUMNS[8]);
        let down = match self.smer.as_str() {
            "vzestupne" => false,
            "sestupne" => true,
            _ => number,
        };
        (key, down)
    }

    /// The same filter ordered by a column; a second time the other way round.
    #[must_use]
    pub fn ordered_by(&self, column: &str) -> Self {
        let (key, down) = self.order();
        let smer = if key == column { if down { "vzestupne" } else { "sestupne" } } else { "" };
        Self { razeni: column.to_owned(), smer: smer.to_owned(), strana: String::new(), ..self.clone() }
    }

    /// The page of the address, 1 at least.
    pub fn page(&self) -> usize {
        self.strana.parse().unwrap_or(1).max(1)
    }

    /// The same filter on another page.
    #[must_use]
    pub fn on_page(&self, page: usize) -> Self {
        Self { strana: if page > 1 { page.to_string() } else { String::new() }, ..self.clone() }
    }

    /// Whether something is left out.
    pub fn is_narrowed(&self) -> bool {
        [&self.q, &self.druh, &self.stav, &self.hodnoti, &self.sprss, &self.podpora].iter().any(|text| !text.is_empty())
    }

    /// The query of an address with its question mark; nothing for the empty filter.
    pub fn query(&self) -> String {
        match serde_urlencoded::to_string(self) {
            Ok(query) if !query.is_empty() => format!("?{query}"),
            _ => String::new(),
        }
    }

    fn takes(&self, line: &Line, me: Option<Uuid>) -> bool {
        let answer = |wanted: &str, said: Option<bool>| match wanted {
            "ano" => said == Some(true),
            "ne" => said == Some(false),
            "nezadano" => said.is_none(),
            _ => true,
        };
        let row = &line.row;
        let assessment = row.assessment.as_ref();
        let person = match self.hodnoti.as_str() {
            "" => true,
            "ja" => row.assigned_to.is_some() && row.assigned_to == me,
            "nikdo" => row.assigned_to.is_none(),
            id => row.assigned_to.is_some_and(|person| person.to_string() == id),
        };
        let wanted = fold(&self.q);
        let text = wanted.is_empty()
            || [&row.name, &row.provider_name, &row.identifikator].iter().any(|text| fold(text).contains(&wanted))
            || row.ico.as_deref().is_some_and(|ico| ico.contains(&wanted));
        person
            && text
            && (self.druh.is_empty() || row.paragraph == self.druh)
            && (self.stav.is_empty() || line.state.code() == self.stav)
            && answer(&self.sprss, assessment.and_then(|a| a.sprss))
            && answer(&self.podpora, assessment.and_then(|a| a.support))
    }

    /// The lines that the filter takes, in its order; equal ones by identifikátor.
    pub fn apply(&self, lines: Vec<Line>, me: Option<Uuid>) -> Vec<Line> {
        let mut lines: Vec<Line> = lines.into_iter().filter(|line| self.takes(line, me)).collect();
        let (column, down) = self.order();
        let digits = |text: &str| text.trim_start_matches('0').parse::<u64>().unwrap_or(u64::MAX);
        lines.sort_by(|a, b| {
            let order = match column {
                "identifikator" => digits(&a.row.identifikator).cmp(&digits(&b.row.identifikator)),
                "sluzba" => a.row.name_rank.cmp(&b.row.name_rank),
                "poskytovatel" => a.row.provider_rank.cmp(&b.row.provider_rank),
                "druh" => paragraph(&a.row.paragraph).cmp(&paragraph(&b.row.paragraph)),
                "jednotky" => units(a).cmp(&units(b)),
                "stav" => a.state.cmp(&b.state),
                "hotovo" => a.met.cmp(&b.met),
                "hodnoti" => a.row.assigned_name.as_deref().map(fold).cmp(&b.row.assigned_name.as_deref().map(fold)),
                "chybne" => a.wrong.cmp(&b.wrong),
                "maximum" => a.maximum.cmp(&b.maximum),
                "vypocet" => a.proposal.cmp(&b.proposal),
                "optimum" => a.optimum.cmp(&b.optimum),
                "dotace" => a.row.last_award.cmp(&b.row.last_award),
                _ => a.row.request.cmp(&b.row.request),
            };
            let order = if down { order.reverse() } else { order };
            order.then_with(|| digits(&a.row.identifikator).cmp(&digits(&b.row.identifikator))).then_with(|| a.row.id.cmp(&b.row.id))
        });
        lines
    }
}

/// Paragraphs by number, then by letter: 39, 60, 60a.
fn paragraph(text: &str) -> (u32, &str) {
    let letters = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (text[..text.len() - letters.len()].parse().unwrap_or(u32::MAX), letters)
}

fn units(line: &Line) -> rust_decimal::Decimal {
    line.row.document.capacity.values().filter_map(|capacity| capacity.units).map(|units| units.decimal()).sum()
}

/// States that stand in the filter, with their words.
pub fn states() -> impl Iterator<Item = (String, String)> {
    State::ALL.into_iter().map(|state| (state.code().to_owned(), state.word().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_it_all() {
        let filter = Filter { q: "domov".to_owned(), stav: "dokonceno".to_owned(), ..Filter::default() };
        assert_eq!(filter.query(), "?q=domov&stav=dokonceno");
        assert_eq!(Filter::default().query(), "");
        assert_eq!(Filter::default().order(), ("pozadavek", true));
        assert_eq!(filter.ordered_by("pozadavek").query(), "?q=domov&stav=dokonceno&razeni=pozadavek&smer=vzestupne");
        assert_eq!(filter.ordered_by("sluzba").order(), ("sluzba", false));
        assert_eq!(filter.on_page(3).page(), 3);
        assert!(paragraph("60") < paragraph("60a") && paragraph("60a") < paragraph("61"));
    }
}
