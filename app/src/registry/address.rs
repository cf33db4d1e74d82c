//! The address of the search: what a person chose, read from the query and written into links.

use chrono::NaiveDate;
use store::registry::search::{Query, Sort};

/// Most values of one filter.
const VALUES: usize = 60;

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Asked {
    /// The question to the database.
    pub query: Query,
    /// The place that was typed.
    pub place: String,
    /// Key of the municipality that was chosen among several of that name.
    pub place_key: Option<String>,
    /// The day, where one was typed.
    pub on: Option<NaiveDate>,
    /// What was typed instead of a day.
    pub bad_day: Option<String>,
    /// The order, where one was chosen.
    pub sort: Option<Sort>,
    /// Page from 1.
    pub page: i64,
}

/// A filter whose values are keys: its name in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Types.
    Kind,
    /// Forms.
    Form,
    /// Target groups.
    Group,
    /// Regions.
    Kraj,
    /// Districts.
    Okres,
    /// Municipalities.
    Obec,
}

impl Filter {
    /// All, in the order of the page.
    pub const ALL: [Self; 6] = [Self::Kraj, Self::Okres, Self::Obec, Self::Kind, Self::Form, Self::Group];

    /// Its name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "druh",
            Self::Form => "forma",
            Self::Group => "skupina",
            Self::Kraj => "kraj",
            Self::Okres => "okres",
            Self::Obec => "obec",
        }
    }

    /// Its values.
    pub fn of(self, query: &Query) -> &Vec<String> {
        match self {
            Self::Kind => &query.kinds,
            Self::Form => &query.forms,
            Self::Group => &query.groups,
            Self::Kraj => &query.kraje,
            Self::Okres => &query.okresy,
            Self::Obec => &query.obce,
        }
    }

    fn of_mut(self, query: &mut Query) -> &mut Vec<String> {
        match self {
            Self::Kind => &mut query.kinds,
            Self::Form => &mut query.forms,
            Self::Group => &mut query.groups,
            Self::Kraj => &mut query.kraje,
            Self::Okres => &mut query.okresy,
            Self::Obec => &mut query.obce,
        }
    }
}

/// The orders with their names in the address and their words.
pub const SORTS: [(Sort, &str, &str); 5] = [
    (Sort::Name, "nazev", "Název"),
    (Sort::Distance, "vzdalenost", "Vzdálenost"),
    (Sort::Place, "misto", "Obec"),
    (Sort::Capacity, "kapacita", "Kapacita"),
    (Sort::Start, "zahajeni", "Nejnovější"),
];

impl Asked {
    /// Reads the query; what does not fit is left out.
    pub fn read(pairs: &[(String, String)], today: NaiveDate) -> Self {
        let mut asked = Self { page: 1, ..Self::default() };
        asked.query.on = today;
        for (name, value) in pairs {
            let value = value.trim();
            if value.is_empty() || value.contains(char::is_control) {
                continue;
            }
            let short = |limit: usize| value.chars().take(limit).collect::<String>();
            if let Some(filter) = Filter::ALL.into_iter().find(|f| f.name() == name) {
                let values = filter.of_mut(&mut asked.query);
                let value = short(60);
                if values.len() < VALUES && !values.contains(&value) {
                    values.push(value);
                }
                continue;
            }
            match name.as_str() {
                "q" => asked.query.text = short(200),
                "kde" => asked.place = short(100),
                "odkud" => asked.place_key = Some(short(20)),
                "poskytovatel" => asked.query.provider = Some(short(100)),
                "ukoncene" => asked.query.ended = true,
                "razeni" => asked.sort = SORTS.iter().find(|(_, name, _)| *name == value).map(|(sort, ..)| *sort),
                "strana" => asked.page = value.parse().ok().filter(|p| (1..=100_000).contains(p)).unwrap_or(1),
                "ke" => match domain::time::parse_date(value) {
                    Ok(day) => asked.on = (day != today).then_some(day),
                    Err(_) => asked.bad_day = Some(short(40)),
                },
                _ => {}
            }
        }
        asked.query.on = asked.on.unwrap_or(today);
        asked.query.sort = asked.sort.unwrap_or_default();
        asked
    }

    /// Names and values of the address, without the page.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut add = |name, value: &str| {
            if !value.is_empty() {
                pairs.push((name, value.to_owned()));
            }
        };
        add("q", &self.query.text);
        add("kde", &self.place);
        add("odkud", self.place_key.as_deref().unwrap_or_default());
        for filter in Filter::ALL {
            filter.of(&self.query).iter().for_each(|value| add(filter.name(), value));
        }
        add("poskytovatel", self.query.provider.as_deref().unwrap_or_default());
        if let Some(on) = self.on {
            add("ke", &on.to_string());
        }
        add("ukoncene", if self.query.ended { "1" } else { "" });
        if let Some((_, name, _)) = SORTS.iter().find(|(sort, ..)| Some(*sort) == self.sort) {
            add("razeni", name);
        }
        pairs
    }

    /// The address under `path` with this choice.
    pub fn href(&self, path: &str) -> String {
        let mut pairs = self.pairs();
        if self.page > 1 {
            pairs.push(("strana", self.page.to_string()));
        }
        let query: String = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The same choice changed, from its first page on.
    pub fn changed(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut asked = self.clone();
        asked.page = 1;
        change(&mut asked);
        asked.href("/registr")
    }

    /// Without one value of a filter; what lies inside a place goes with it.
    pub fn without(&self, filter: Filter, value: &str) -> String {
        self.changed(|a| {
            filter.of_mut(&mut a.query).retain(|v| v != value);
            if a.query.kraje.is_empty() {
                a.query.okresy.clear();
            }
            if a.query.okresy.is_empty() {
                a.query.obce.clear();
            }
        })
    }

    /// How many filters are chosen.
    pub fn filters(&self) -> usize {
        Filter::ALL.into_iter().map(|f| f.of(&self.query).len()).sum::<usize>()
            + usize::from(self.query.provider.is_some())
            + usize::from(self.query.ended)
            + usize::from(self.on.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_goes_both_ways() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(
            "q=domov+%26+dum&kraj=60&kraj=78&druh=49&ke=15.+5.+2024&ukoncene=1&razeni=kapacita&strana=3&kde=&x=1&forma=a%00b",
        )
        .unwrap();
        let asked = Asked::read(&pairs, today);
        assert_eq!(
            asked.href("/registr"),
            "/registr?q=domov+%26+dum&kraj=60&kraj=78&druh=49&ke=2024-05-15&ukoncene=1&razeni=kapacita&strana=3"
        );
        assert_eq!((asked.filters(), asked.query.sort), (5, Sort::Capacity));
        assert_eq!(asked.without(Filter::Kraj, "60"), "/registr?q=domov+%26+dum&kraj=78&druh=49&ke=2024-05-15&ukoncene=1&razeni=kapacita");
        let bad = Asked::read(&[("ke".into(), "zítra".into()), ("strana".into(), "-1".into())], today);
        assert_eq!((bad.bad_day.as_deref(), bad.page, bad.query.on), (Some("zítra"), 1, today));
        assert_eq!(Asked::read(&[("ke".into(), "2026-11-23".into())], today).href("/registr"), "/registr");
    }
}
