//! Two results side by side: who gains, who loses, by how much. The server and the browser count it alike.

use domain::{
    money::{Money, group_thousands},
    order,
};
use std::collections::BTreeMap;

/// What a result gives to one service, whole crowns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Identifikátor.
    pub identifikator: String,
    /// Name.
    pub name: String,
    /// Paragraph without the sign.
    pub paragraph: String,
    /// The award.
    pub amount: i64,
}

/// A service in both results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Identifikátor.
    pub identifikator: String,
    /// Name.
    pub name: String,
    /// Paragraph without the sign.
    pub paragraph: String,
    /// In the first result; nothing where it is no row of it.
    pub before: Option<i64>,
    /// In the second one.
    pub after: Option<i64>,
}

impl Line {
    /// What it gains; below zero what it loses. A service that is in one result only counts as nothing in the other.
    pub fn gain(&self) -> i64 {
        self.after.unwrap_or_default() - self.before.unwrap_or_default()
    }
}

/// Sums of a comparison, whole crowns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Services.
    pub services: usize,
    /// Sum of the first result.
    pub before: i64,
    /// Sum of the second one.
    pub after: i64,
    /// Services that gain.
    pub gaining: usize,
    /// What they gain together.
    pub gained: i64,
    /// Services that lose.
    pub losing: usize,
    /// What they lose together, below zero.
    pub lost: i64,
}

impl Sums {
    fn add(&mut self, line: &Line) {
        let gain = line.gain();
        self.services += 1;
        self.before += line.before.unwrap_or_default();
        self.after += line.after.unwrap_or_default();
        self.gaining += usize::from(gain > 0);
        self.gained += gain.max(0);
        self.losing += usize::from(gain < 0);
        self.lost += gain.min(0);
    }

    /// Services whose award is the same.
    pub fn same(&self) -> usize {
        self.services - self.gaining - self.losing
    }
}

fn number(identifikator: &str) -> u64 {
    identifikator.parse().unwrap_or(u64::MAX)
}

/// Services of both results, the largest gain first and the largest loss last.
pub fn lines(before: &[Award], after: &[Award]) -> Vec<Line> {
    let mut all: BTreeMap<u64, Line> = BTreeMap::new();
    for (award, is_after) in before.iter().map(|award| (award, false)).chain(after.iter().map(|award| (award, true))) {
        let line = all.entry(number(&award.identifikator)).or_insert_with(|| Line {
            identifikator: award.identifikator.clone(),
            name: award.name.clone(),
            paragraph: award.paragraph.clone(),
            before: None,
            after: None,
        });
        *(if is_after { &mut line.after } else { &mut line.before }) = Some(award.amount);
    }
    let lines: Vec<Line> = all.into_values().collect();
    let order = order::positions(lines.len(), &mut |a, b| lines[b].gain().cmp(&lines[a].gain()));
    order.into_iter().map(|at| lines[at].clone()).collect()
}

/// Sums of all lines.
pub fn sums(lines: &[Line]) -> Sums {
    let mut sums = Sums::default();
    lines.iter().for_each(|line| sums.add(line));
    sums
}

/// Sums by paragraph, in their order: `39`, `60`, `60a`.
pub fn sums_by_paragraph(lines: &[Line]) -> Vec<(String, Sums)> {
    let mut all: BTreeMap<(u32, String), Sums> = BTreeMap::new();
    for line in lines {
        let digits: String = line.paragraph.chars().take_while(char::is_ascii_digit).collect();
        all.entry((digits.parse().unwrap_or(u32::MAX), line.paragraph.clone())).or_default().add(line);
    }
    all.into_iter().map(|((_, paragraph), sums)| (paragraph, sums)).collect()
}

/// `+439 000`, `−1 894 000`, `0`.
pub fn signed(crowns: i64) -> String {
    match crowns {
        0 => "0".to_owned(),
        n if n > 0 => format!("+{}", Money::crowns(n).plain()),
        n => format!("\u{2212}{}", group_thousands(&n.unsigned_abs().to_string())),
    }
}

/// The class of a gain or a loss in a table.
pub fn tone(crowns: i64) -> &'static str {
    match crowns {
        0 => "num",
        n if n > 0 => "num pos",
        _ => "num neg",
    }
}

/// Tenths of a percent of a whole that is not zero, rounded half up.
pub fn tenths_of_percent(part: i64, whole: i64) -> i128 {
    (i128::from(part) * 2000 + i128::from(whole)).div_euclid(2 * i128::from(whole))
}

/// `-12.5` of −125 tenths.
pub fn decimal_of_tenths(tenths: i128) -> String {
    format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
}

/// `3,1 %` of the whole with one decimal, rounded half up; `–` of nothing.
pub fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let tenths = tenths_of_percent(part, whole);
    let sign = if tenths < 0 { "\u{2212}" } else { "" };
    let tenths = tenths.unsigned_abs();
    format!("{sign}{},{}\u{a0}%", group_thousands(&(tenths / 10).to_string()), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn award(identifikator: &str, amount: i64) -> Award {
        Award { identifikator: identifikator.to_owned(), name: format!("Služba {identifikator}"), paragraph: "60a".to_owned(), amount }
    }

    #[test]
    fn gains_and_losses_are_counted() {
        let before = [award("1", 100), award("002", 50), award("3", 10)];
        let after = [award("2", 80), award("1", 40), award("4", 5)];
        let lines = lines(&before, &after);
        let gains: Vec<(&str, i64)> = lines.iter().map(|line| (line.identifikator.as_str(), line.gain())).collect();
        assert_eq!(gains, [("002", 30), ("4", 5), ("3", -10), ("1", -60)]);
        let sums = sums(&lines);
        assert_eq!(
            (sums.services, sums.before, sums.after, sums.gaining, sums.gained, sums.losing, sums.lost, sums.same()),
            (4, 160, 125, 2, 35, 2, -70, 0)
        );
        assert_eq!(sums_by_paragraph(&lines), [("60a".to_owned(), sums)]);
    }

    #[test]
    fn numbers_are_written_with_their_sign() {
        assert_eq!(
            (signed(439_000), signed(-1_894_000), signed(0)),
            ("+439\u{202f}000".to_owned(), "\u{2212}1\u{202f}894\u{202f}000".to_owned(), "0".to_owned())
        );
        assert_eq!(
            (percent(949, 1000), percent(-31, 1000), percent(1, 0)),
            ("94,9\u{a0}%".to_owned(), "\u{2212}3,1\u{a0}%".to_owned(), "–".to_owned())
        );
    }
}
