//! The division of the money as formulas: share, rounding down, steps of the rest by rank. `k` is a value with a check beside it.
//!
//! What the rounds of steps give is found without walking them: with `c` the room of a service in steps, `t` whole rounds give the sum of
//! `min(c; t)`; `t` is the largest number of rounds for which the rest suffices, and what is left then goes by rank to those with more room.

use super::{
    number::{float, of_number},
    place::{AWARD, FIRST, FIRST_GROUP, K, Tab, fixed, own, resolve, stretch},
    translate::{Kind, Piece},
};
use crate::{PrintError, table::put_text};
use domain::subsidy::calculation::{Fraction, Group, LeftReason, Reason, Report, ServiceResult, number};
use rust_xlsxwriter::{Format, Formula, Worksheet};

/// What the division takes from the sheet of services.
pub struct Sources {
    pub base: Piece,
    pub weight: Option<Piece>,
    pub cap: Option<Piece>,
    pub group: Option<Piece>,
}

/// The formats of cells.
pub struct Formats<'a> {
    pub bold: &'a Format,
    pub input: &'a Format,
    pub money: &'a Format,
}

// Columns of the division.
const NUMBER: u16 = 1;
const GROUP: u16 = 2;
const BASE: u16 = 3;
const WEIGHT: u16 = 4;
const CAP: u16 = 5;
const CEILING: u16 = 6;
const BEFORE: u16 = 7;
const OUT: u16 = 8;
const SHARE: u16 = 9;
const DOWN: u16 = 10;
const ROOM: u16 = 11;
const ABOVE_UNITS: u16 = 12;
const ROUNDS: u16 = 13;
const RANK: u16 = 14;
const STEPS: u16 = 15;
const REASON: u16 = 17;
const WEIGHTED: u16 = 18;
const FITS: u16 = 19;

// Columns of the money.
const ALLOCATION: u16 = 2;
const SHARES: u16 = 5;
const DOWNS: u16 = 6;
const REST: u16 = 7;
const FIRST_ROUND: u16 = 8;
const REACHED: u16 = 9;
const GIVEN: u16 = 10;
const LARGER: u16 = 11;
const WHOLE: u16 = 12;
const LAST: u16 = 13;
const AWARDED: u16 = 14;
const LEFT: u16 = 15;
const LEFT_REASON: u16 = 16;
const EXACT_K: u16 = 17;
const GROUP_NUMBER: u16 = 18;

const UNIT_ROW: u32 = 2;
const MINIMUM_ROW: u32 = 3;

const MONEY_HEAD: [&str; 19] = [
    "č.",
    "skupina",
    "alokace",
    "k",
    "kontrola k",
    "součet podílů",
    "součet dolů",
    "kroků ze zbytku",
    "v prvním kole",
    "kol jistě",
    "rozdáno",
    "s větším místem",
    "celých kol",
    "v posledním kole",
    "přiznáno",
    "zbývá",
    "proč zbývá",
    "k z běhu přesně",
    "skupina číslem",
];
const SPLIT_HEAD: [&str; 20] = [
    "identifikator",
    "číslo",
    "skupina č.",
    "základ",
    "váha",
    "strop",
    "nejvýše",
    "před minimem",
    "vynechána",
    "podíl",
    "dolů",
    "místo (kroků)",
    "zbytek (miliontiny)",
    "jistá kola",
    "pořadí",
    "kroků navíc",
    "návrh",
    "důvod",
    "vážený základ",
    "nad minimem",
];

/// The numbers of one run between the steps and the awards, for the results stored beside the formulas.
struct Known {
    unit: Fraction,
    minimum: Fraction,
    /// Whether the formula for services under the minimum gives what the run gave.
    derived: bool,
}

/// Writes both sheets.
pub fn write(
    money: &mut Worksheet,
    split: &mut Worksheet,
    report: Report<'_>,
    sources: &Sources,
    formats: &Formats<'_>,
) -> Result<(), PrintError> {
    let allocation = &report.compiled.scheme().allocation;
    let minimum = allocation.minimum.as_ref().map_or(Fraction::ZERO, |minimum| minimum.0.clone());
    let mut known = Known { unit: allocation.round_to.0.clone(), minimum, derived: true };
    known.derived = known.minimum.is_zero() || (0..report.run.groups.len()).all(|group| derived(report, group, &known.minimum));
    write_money(money, report, &known, formats)?;
    write_split(split, report, sources, &known, formats)
}

fn steps(value: &Fraction, unit: &Fraction) -> i64 {
    value.div(unit).and_then(|units| units.floor().to_i64()).unwrap_or_default()
}

/// `x(k)` before the minimum, exactly.
fn before(result: &ServiceResult, group: &Group) -> Fraction {
    let weighted = result.base.mul(&result.weight).mul(&group.k);
    match &result.cap {
        Some(cap) if *cap < weighted => cap.clone(),
        _ => weighted,
    }
}

/// Whether the services under the minimum follow from `k` alone: those below it, and of the others the lightest that do not fit in.
fn derived(report: Report<'_>, group: usize, minimum: &Fraction) -> bool {
    let Some(money) = report.run.groups.get(group) else { return true };
    let mut members: Vec<(usize, Fraction, Fraction, u64)> = report
        .run
        .results
        .iter()
        .enumerate()
        .filter(|(_, result)| result.group == group)
        .map(|(at, result)| {
            let number = report.services.identifiers().get(at).map_or(0, |id| id.number);
            (at, before(result, money), result.base.mul(&result.weight), number)
        })
        .collect();
    members.sort_by(|a, b| b.2.cmp(&a.2).then(a.3.cmp(&b.3)));
    let mut sum = Fraction::ZERO;
    members.into_iter().all(|(at, share, _, _)| {
        let out = if share.is_zero() {
            false
        } else if share < *minimum {
            true
        } else {
            sum = sum.add(&share);
            sum > money.allocation
        };
        out == (report.run.results[at].reason == Some(Reason::Minimum))
    })
}

fn write_money(sheet: &mut Worksheet, report: Report<'_>, known: &Known, formats: &Formats<'_>) -> Result<(), PrintError> {
    let groups = &report.run.groups;
    let last_service = (FIRST + u32::try_from(report.run.results.len()).unwrap_or_default()).saturating_sub(1);
    let column = |at: u16| stretch(Tab::Split, FIRST, last_service, at);
    sheet.write_string_with_format(0, 0, "Peníze a koeficient", formats.bold)?;
    sheet.write_string(UNIT_ROW, 0, "Zaokrouhlení r")?;
    sheet.write_number_with_format(UNIT_ROW, 1, float(&known.unit), formats.input)?;
    sheet.write_string(MINIMUM_ROW, 0, "Nejnižší dotace m")?;
    sheet.write_number_with_format(MINIMUM_ROW, 1, float(&known.minimum), formats.input)?;
    sheet.write_string(
        UNIT_ROW,
        3,
        "k je hodnota z běhu. Po změně vstupů spusťte nový běh a přepište ji; kontrola vedle říká, zda sedí.",
    )?;
    for (at, words) in (0_u16..).zip(MONEY_HEAD) {
        sheet.write_string_with_format(FIRST_GROUP - 1, at, words, formats.bold)?;
    }
    for (at, group) in groups.iter().enumerate() {
        let row = FIRST_GROUP + u32::try_from(at).unwrap_or_default();
        let members: Vec<&ServiceResult> = report.run.results.iter().filter(|result| result.group == at).collect();
        let here = |at: u16| fixed(Tab::Money, row, at);
        let unit = fixed(Tab::Money, UNIT_ROW, 1);
        let mine = format!("{},{}", column(GROUP), here(0));
        let sum_of = |at: u16| format!("SUMIFS({},{mine})", column(at));
        let rest = rest(&known.unit, group, &members);
        let rooms: Vec<i64> = members.iter().map(|result| room(result, &known.unit)).collect();
        let first_round = rooms.iter().filter(|room| **room >= 1).count() as i64;
        let rounds = Rounds::of(rest, &rooms);
        sheet.write_number(row, 0, float(&Fraction::whole(at as i64 + 1)))?;
        put_text(sheet, row, 1, group.group.as_deref().unwrap_or("všechny služby"), None)?;
        sheet.write_number_with_format(row, ALLOCATION, float(&group.allocation), formats.input)?;
        sheet.write_number_with_format(row, K, float(&group.k), formats.input)?;
        sheet.write_string(row, EXACT_K, group.k.to_string())?;
        let number = group.group.as_deref().and_then(number::read).map_or(9e99, |number| float(&number));
        sheet.write_number(row, GROUP_NUMBER, number)?;
        let down: Fraction = Fraction::sum(&members.iter().map(|result| down(result, &known.unit)).collect::<Vec<_>>());
        let shares: Fraction = Fraction::sum(members.iter().map(|result| &result.share));
        let (k, a) = (here(K), here(ALLOCATION));
        let formulas: [(u16, String, String); 13] = [
            (
                4,
                format!(
                    "IF(AND({k}>=0,{k}<=1,IF({k}<1,ABS({s}-{a})<0.01,{s}<={a}+0.01)),\"sedí\",\"nesedí, spusťte nový běh\")",
                    s = here(SHARES)
                ),
                "sedí".to_owned(),
            ),
            (SHARES, sum_of(SHARE), of_number(&shares)),
            (DOWNS, sum_of(DOWN), of_number(&down)),
            (REST, format!("IF({k}<1,INT(ROUND({a}-{},6)/{unit}),0)", here(DOWNS)), rest.to_string()),
            (FIRST_ROUND, format!("COUNTIFS({mine},{},\">=1\")", column(ROOM)), first_round.to_string()),
            (
                REACHED,
                format!("IF({}<{},0,SUMPRODUCT(MAX(({}={})*{})))", here(REST), here(FIRST_ROUND), column(GROUP), here(0), column(ROUNDS)),
                rounds.reached.to_string(),
            ),
            (
                GIVEN,
                format!(
                    "SUMIFS({room},{mine},{room},\"<=\"&{m})+{m}*COUNTIFS({mine},{room},\">\"&{m})",
                    room = column(ROOM),
                    m = here(REACHED)
                ),
                rounds.given.to_string(),
            ),
            (LARGER, format!("COUNTIFS({mine},{},\">\"&{})", column(ROOM), here(REACHED)), rounds.larger.to_string()),
            (
                WHOLE,
                format!("IF({n}=0,{m},{m}+INT(({}-{})/{n}))", here(REST), here(GIVEN), n = here(LARGER), m = here(REACHED)),
                rounds.whole.to_string(),
            ),
            (
                LAST,
                format!("IF({n}=0,0,{}-{}-({}-{})*{n})", here(REST), here(GIVEN), here(WHOLE), here(REACHED), n = here(LARGER)),
                rounds.last.to_string(),
            ),
            (AWARDED, sum_of(AWARD), of_number(&group.awarded)),
            (LEFT, format!("ROUND({a}-{},6)", here(AWARDED)), of_number(&group.left)),
            (
                LEFT_REASON,
                format!(
                    "IF({l}<=0,\"\",IF({k}<1,IF({l}<{unit},\"zaokrouhlení\",\"stropy\"),IF(COUNTIFS({mine},{},1)>0,\"minimum\",\"pokryto\")))",
                    column(OUT),
                    l = here(LEFT)
                ),
                left_words(group.left_reason).to_owned(),
            ),
        ];
        for (at, template, stored) in formulas {
            let formula = Formula::new(format!("={}", resolve(&template, Tab::Money, row))).set_result(stored);
            sheet.write_formula_with_format(row, at, formula, formats.money)?;
        }
    }
    sheet.set_column_width(1, 24)?.set_column_width(ALLOCATION, 16)?.set_column_width(4, 26)?;
    Ok(())
}

fn left_words(reason: Option<LeftReason>) -> &'static str {
    match reason {
        None => "",
        Some(LeftReason::Rounding) => "zaokrouhlení",
        Some(LeftReason::Ceilings) => "stropy",
        Some(LeftReason::Minimum) => "minimum",
        Some(LeftReason::Covered) => "pokryto",
    }
}

fn write_split(
    sheet: &mut Worksheet,
    report: Report<'_>,
    sources: &Sources,
    known: &Known,
    formats: &Formats<'_>,
) -> Result<(), PrintError> {
    let results = &report.run.results;
    let last = (FIRST + u32::try_from(results.len()).unwrap_or_default()).saturating_sub(1);
    let last_group = (FIRST_GROUP + u32::try_from(report.run.groups.len()).unwrap_or_default()).saturating_sub(1);
    let mine = |at: u16| own(Tab::Split, at);
    let all = |at: u16| stretch(Tab::Split, FIRST, last, at);
    let money = |at: u16| format!("INDEX({},{})", stretch(Tab::Money, FIRST_GROUP, last_group, at), mine(GROUP));
    let (unit, minimum) = (fixed(Tab::Money, UNIT_ROW, 1), fixed(Tab::Money, MINIMUM_ROW, 1));
    let groups = |at: u16| stretch(Tab::Money, FIRST_GROUP, last_group, at);
    let in_my_group = format!("{},{}", all(GROUP), mine(GROUP));
    let group = sources.group.as_ref().map_or_else(
        || "1".to_owned(),
        |piece| {
            let g = &piece.text;
            let text = format!("SUMPRODUCT(EXACT({},{g})*{})", groups(1), groups(0));
            let number = format!("SUMPRODUCT((ROUND({}-{g},9)=0)*{})", groups(GROUP_NUMBER), groups(0));
            let found = match piece.kind {
                Kind::Text => text,
                Kind::Number => number,
                Kind::Truth | Kind::Unknown => format!("IF(ISTEXT({g}),{text},{number})"),
            };
            format!("ROUND(1/(1/{found}),0)")
        },
    );
    let weighted = format!("{}*{}", mine(BASE), mine(WEIGHT));
    let capped = |of: String| if sources.cap.is_some() { format!("MIN({},{of})", mine(CAP)) } else { of };
    let heavier = format!(
        "SUMIFS({b},{in_my_group},{},1,{w},\">\"&{})+SUMIFS({b},{in_my_group},{},1,{w},{},{},\"<=\"&{})",
        all(FITS),
        mine(WEIGHTED),
        all(FITS),
        mine(WEIGHTED),
        all(NUMBER),
        mine(NUMBER),
        b = all(BEFORE),
        w = all(WEIGHTED),
    );
    let out = if known.minimum.is_zero() {
        "0".to_owned()
    } else {
        format!("IF(ROUND({x},6)<=0,0,IF(ROUND({x},6)<{minimum},1,IF({heavier}>{}+0.005,1,0)))", money(ALLOCATION), x = mine(BEFORE))
    };
    let more_room = format!("{in_my_group},{},\">\"&{}", all(ROOM), money(WHOLE));
    let templates: [(u16, String); 16] = [
        (GROUP, group),
        (BASE, sources.base.text.clone()),
        (WEIGHT, sources.weight.as_ref().map_or_else(|| "1".to_owned(), |piece| piece.text.clone())),
        (CAP, sources.cap.as_ref().map_or_else(|| "\"\"".to_owned(), |piece| piece.text.clone())),
        (CEILING, capped(weighted.clone())),
        (BEFORE, capped(format!("{weighted}*{}", money(K)))),
        (OUT, out),
        (SHARE, format!("IF({}=1,0,{})", mine(OUT), mine(BEFORE))),
        (DOWN, format!("INT(ROUND({},6)/{unit})*{unit}", mine(SHARE))),
        (ROOM, format!("IF(ROUND({},6)>0,INT(ROUND({}-{},6)/{unit}),0)", mine(SHARE), mine(CEILING), mine(DOWN))),
        (ABOVE_UNITS, format!("ROUND(({}-{})*1000000,0)", mine(SHARE), mine(DOWN))),
        (
            ROUNDS,
            format!(
                "IF({rest}<{},0,IF(SUMIFS({room},{in_my_group},{room},\"<=\"&{c})+{c}*COUNTIFS({in_my_group},{room},\">\"&{c})<={rest},{c},0))",
                money(FIRST_ROUND),
                rest = money(REST),
                room = all(ROOM),
                c = mine(ROOM)
            ),
        ),
        (
            RANK,
            format!(
                "IF({}>{},COUNTIFS({more_room},{a},\">\"&{m})+COUNTIFS({more_room},{a},{m},{},\"<\"&{})+1,0)",
                mine(ROOM),
                money(WHOLE),
                all(NUMBER),
                mine(NUMBER),
                a = all(ABOVE_UNITS),
                m = mine(ABOVE_UNITS)
            ),
        ),
        (
            STEPS,
            format!(
                "MIN({room},{whole})+IF(AND({room}>{whole},{}<={}),1,0)",
                mine(RANK),
                money(LAST),
                room = mine(ROOM),
                whole = money(WHOLE)
            ),
        ),
        (AWARD, format!("{}+{}*{unit}", mine(DOWN), mine(STEPS))),
        (REASON, format!("IF({}=1,\"minimum\",IF({}>0,\"zbytek\",\"\"))", mine(OUT), mine(STEPS))),
    ];
    let for_minimum: [(u16, String); 2] =
        [(WEIGHTED, format!("ROUND({weighted}*1000,0)")), (FITS, format!("IF(ROUND({},6)>={minimum},1,0)", mine(BEFORE)))];
    for (at, words) in (0_u16..).zip(SPLIT_HEAD) {
        if known.minimum.is_zero() && (at == WEIGHTED || at == FITS) {
            continue;
        }
        sheet.write_string_with_format(FIRST - 1, at, words, formats.bold)?;
    }
    let stored = stored(report, known);
    for (at, id) in report.services.identifiers().iter().enumerate() {
        let row = FIRST + u32::try_from(at).unwrap_or_default();
        sheet.write_string(row, 0, &id.written)?;
        sheet.write_number(row, NUMBER, id.number as f64)?;
        let extra = if known.minimum.is_zero() { &for_minimum[..0] } else { &for_minimum[..] };
        for (column, template) in templates.iter().chain(extra) {
            let value = stored.get(at).map(|stored| stored.of(*column)).unwrap_or_default();
            if *column == OUT && !known.derived {
                sheet.write_number(row, *column, value.parse::<f64>().unwrap_or_default())?;
                continue;
            }
            let formula = Formula::new(format!("={}", resolve(template, Tab::Split, row))).set_result(value);
            sheet.write_formula_with_format(row, *column, formula, formats.money)?;
        }
    }
    sheet.set_freeze_panes(FIRST, 1)?;
    Ok(())
}

fn down(result: &ServiceResult, unit: &Fraction) -> Fraction {
    Fraction::whole(steps(&result.share, unit)).mul(unit)
}

fn room(result: &ServiceResult, unit: &Fraction) -> i64 {
    if result.share.is_zero() { 0 } else { steps(&result.ceiling.sub(&down(result, unit)), unit) }
}

fn rest(unit: &Fraction, group: &Group, members: &[&ServiceResult]) -> i64 {
    if group.k == Fraction::ONE {
        return 0;
    }
    let down: Vec<Fraction> = members.iter().map(|result| down(result, unit)).collect();
    steps(&group.allocation.sub(&Fraction::sum(&down)), unit)
}

/// How the rest goes round.
struct Rounds {
    reached: i64,
    given: i64,
    larger: i64,
    whole: i64,
    last: i64,
}

impl Rounds {
    fn total(rooms: &[i64], rounds: i64) -> i64 {
        rooms.iter().map(|room| (*room).min(rounds)).sum()
    }

    fn of(rest: i64, rooms: &[i64]) -> Self {
        let first_round = rooms.iter().filter(|room| **room >= 1).count() as i64;
        let reached = if rest < first_round {
            0
        } else {
            rooms.iter().copied().filter(|room| Self::total(rooms, *room) <= rest).max().unwrap_or_default()
        };
        let given = Self::total(rooms, reached);
        let larger = rooms.iter().filter(|room| **room > reached).count() as i64;
        let whole = if larger == 0 { reached } else { reached + (rest - given) / larger };
        let last = if larger == 0 { 0 } else { rest - given - (whole - reached) * larger };
        Self { reached, given, larger, whole, last }
    }
}

/// The results that are stored beside the formulas of one service.
struct Stored(Vec<(u16, String)>);

impl Stored {
    fn of(&self, column: u16) -> String {
        self.0.iter().find(|(at, _)| *at == column).map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

fn stored(report: Report<'_>, known: &Known) -> Vec<Stored> {
    let unit = &known.unit;
    let mut rounds: Vec<(i64, i64, Rounds)> = Vec::new();
    for (at, group) in report.run.groups.iter().enumerate() {
        let members: Vec<&ServiceResult> = report.run.results.iter().filter(|result| result.group == at).collect();
        let rest = rest(unit, group, &members);
        let rooms: Vec<i64> = members.iter().map(|result| room(result, unit)).collect();
        let first_round = rooms.iter().filter(|room| **room >= 1).count() as i64;
        rounds.push((rest, first_round, Rounds::of(rest, &rooms)));
    }
    let million = Fraction::whole(1_000_000);
    let above = |result: &ServiceResult| {
        let above = result.share.sub(&down(result, unit)).mul(&million);
        above.round(0, domain::subsidy::calculation::Rounding::HalfAway).to_i64().unwrap_or_default()
    };
    let ranks = ranks(report, unit, &rounds.iter().map(|(_, _, rounds)| rounds.whole).collect::<Vec<_>>(), above);
    report
        .run
        .results
        .iter()
        .enumerate()
        .map(|(at, result)| {
            let Some((group, (rest, first_round, of_group))) = report.run.groups.get(result.group).zip(rounds.get(result.group)) else {
                return Stored(Vec::new());
            };
            let (before, down, room) = (before(result, group), down(result, unit), room(result, unit));
            let sure = if rest < first_round || room > of_group.reached { 0 } else { room };
            let weighted = result.base.mul(&result.weight);
            let mills = weighted.mul(&Fraction::whole(1_000)).round(0, domain::subsidy::calculation::Rounding::HalfAway);
            let reason = match result.reason {
                None => "",
                Some(Reason::Minimum) => "minimum",
                Some(Reason::Remainder) => "zbytek",
            };
            Stored(vec![
                (GROUP, (result.group + 1).to_string()),
                (BASE, of_number(&result.base)),
                (WEIGHT, of_number(&result.weight)),
                (CAP, result.cap.as_ref().map(of_number).unwrap_or_default()),
                (CEILING, of_number(&result.ceiling)),
                (FITS, u8::from(before >= known.minimum).to_string()),
                (BEFORE, of_number(&before)),
                (OUT, u8::from(result.reason == Some(Reason::Minimum)).to_string()),
                (SHARE, of_number(&result.share)),
                (STEPS, steps(&result.award.sub(&down), unit).to_string()),
                (DOWN, of_number(&down)),
                (ROOM, room.to_string()),
                (ABOVE_UNITS, above(result).to_string()),
                (ROUNDS, sure.to_string()),
                (RANK, ranks.get(at).copied().unwrap_or_default().to_string()),
                (AWARD, of_number(&result.award)),
                (REASON, reason.to_owned()),
                (WEIGHTED, of_number(&mills)),
            ])
        })
        .collect()
}

/// The rank of each service among those of its group that have room for another round.
fn ranks(report: Report<'_>, unit: &Fraction, whole: &[i64], above: impl Fn(&ServiceResult) -> i64) -> Vec<usize> {
    let mut ranks = vec![0; report.run.results.len()];
    for (group, whole) in whole.iter().enumerate() {
        let mut order: Vec<(usize, i64, u64)> = report
            .run
            .results
            .iter()
            .enumerate()
            .filter(|(_, result)| result.group == group && room(result, unit) > *whole)
            .map(|(at, result)| (at, above(result), report.services.identifiers().get(at).map_or(0, |id| id.number)))
            .collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then(a.2.cmp(&b.2)));
        for (rank, (at, _, _)) in order.into_iter().enumerate() {
            ranks[at] = rank + 1;
        }
    }
    ranks
}
