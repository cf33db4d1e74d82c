//! Charts of amounts: inline SVG, geometry in attributes, colours by class.

use domain::subsidy::{
    amount::Crowns,
    award::{Bar, BarKind},
};
use leptos::prelude::*;

/// Tenths of a unit of the drawing as an attribute.
fn place(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A length in tenths: `value` of `most` on `width` units.
fn scaled(value: u64, most: u64, width: u64) -> u64 {
    let tenths = u128::from(value) * u128::from(width) * 10 / u128::from(most.max(1));
    u64::try_from(tenths).unwrap_or(u64::MAX)
}

/// A sum against the allocation: one bar with a mark.
#[component]
pub fn AllocationBar(
    /// Sum of the amounts.
    sum: Crowns,
    /// What there is.
    allocation: Crowns,
) -> impl IntoView {
    const WIDTH: u64 = 1_020;
    let most = sum.max(allocation).get();
    let (of_sum, mark) = (scaled(sum.get().min(allocation.get()), most, WIDTH), scaled(allocation.get(), most, WIDTH));
    let over = scaled(sum.less(allocation).get(), most, WIDTH);
    let (left, missing) = (allocation.less(sum), sum.less(allocation));
    let finding = if missing.is_zero() { format!("zbývá {left}") } else { format!("o {missing} nad alokací") };
    let label = format!("Součet návrhů {sum}, alokace {allocation}, {finding}");
    let (words_x, words_class) = if mark > WIDTH * 5 { (mark, "t-end t-strong") } else { (mark, "t-strong") };
    view! {
        <svg class="chart chart--wide" viewBox="0 0 1020 62" role="img" aria-label=label>
            <rect class="bed" y="18" width="1020" height="20" rx="3"/>
            <rect class="s1" y="18" width=place(of_sum) height="20" rx="3"/>
            {(over > 0).then(|| view! { <rect class="loss" x=place(mark) y="18" width=place(over) height="20"/> })}
            <line class="mark" x1=place(mark) x2=place(mark) y1="12" y2="44"/>
            <text class=words_class x=place(words_x) y="9">{format!("alokace {allocation}")}</text>
            <text x="0" y="56">{format!("součet návrhů {sum}")}</text>
            <text class="t-end" x="1020" y="56">{finding.clone()}</text>
        </svg>
        <p class="only-phone meta" aria-hidden="true">{format!("Součet návrhů {sum} · alokace {allocation} · {finding}")}</p>
    }
}

/// The way from costs to the award.
#[component]
pub fn Waterfall(
    /// The bars from the top.
    bars: Vec<Bar>,
) -> impl IntoView {
    const LEFT: u64 = 230;
    const WIDTH: u64 = 390;
    const STEP: usize = 36;
    let most = bars.iter().map(|bar| bar.to).max().unwrap_or_default();
    let height = bars.len() * STEP + 10;
    let ends = (bars.first().cloned(), bars.last().cloned());
    let label = match ends {
        (Some(first), Some(last)) => format!(
            "Cesta od {} k {}: {} až {}; stejná čísla jsou v tabulce výpočtu",
            first.label,
            last.label,
            Crowns::new(first.to),
            Crowns::new(last.to)
        ),
        _ => "Cesta k dotaci".to_owned(),
    };
    // The drawing would be too small to read on a phone; there the same stands as a list.
    let listed = bars
        .iter()
        .map(|bar| {
            let class = (bar.kind == BarKind::Award).then_some("total");
            let sign = if bar.kind == BarKind::Minus || bar.value < 0 { "\u{2212}\u{a0}" } else { "" };
            view! { <dt class=class>{bar.label.clone()}</dt><dd class=class>{format!("{sign}{}", Crowns::new(bar.value.unsigned_abs()))}</dd> }
        })
        .collect_view();
    let drawn = bars
        .into_iter()
        .enumerate()
        .map(|(at, bar)| {
            let y = at * STEP + 8;
            let (from, to) = (LEFT * 10 + scaled(bar.from, most, WIDTH), LEFT * 10 + scaled(bar.to, most, WIDTH));
            let (class, words) = match bar.kind {
                BarKind::Total => ("s3", ""),
                BarKind::Minus => ("s4", ""),
                BarKind::Award => ("s1", "t-strong"),
            };
            let hatches = (bar.kind == BarKind::Minus).then(|| {
                let count = to.saturating_sub(from + 40) / 100;
                (0..count)
                    .map(|n| {
                        let x = from + 40 + n * 100;
                        view! { <line class="hatch" x1=place(x) x2=place(x + 100) y1=y + 24 y2=y/> }
                    })
                    .collect_view()
            });
            let sign = if bar.kind == BarKind::Minus { "\u{2212}" } else { "" };
            let value = Crowns::new(bar.value.unsigned_abs());
            let negative = if bar.value < 0 && bar.kind != BarKind::Minus { "\u{2212}" } else { "" };
            view! {
                {labelled(&bar.label, y, words)}
                <rect class=class x=place(from) y=y width=place(to.saturating_sub(from).max(5)) height="24" rx="2"/>
                {hatches}
                <text x=place(to + 80) y=y + 16 class=words>{format!("{sign}{negative}{value}")}</text>
            }
        })
        .collect_view();
    view! {
        <dl class="facts facts--sum only-phone">{listed}</dl>
        <svg class="chart only-wide" viewBox=format!("0 0 760 {height}") role="img" aria-label=label>
            <line class="axis" x1=LEFT x2=LEFT y1="2" y2=height - 4/>
            {drawn}
        </svg>
        <p class="legend only-wide">
            <span><svg viewBox="0 0 14 14" class="chart" aria-hidden="true"><rect class="s3" width="14" height="14"/></svg>"mezivýsledek"</span>
            <span><svg viewBox="0 0 14 14" class="chart" aria-hidden="true"><rect class="s4" width="14" height="14"/><path class="hatch" d="M2 14 12 0"/></svg>"odečítá se"</span>
            <span><svg viewBox="0 0 14 14" class="chart" aria-hidden="true"><rect class="s1" width="14" height="14"/></svg>"dotace"</span>
        </p>
    }
}

/// The label of a bar, on two lines where it is long.
fn labelled(label: &str, y: usize, words: &'static str) -> impl IntoView + use<> {
    let lines = two_lines(label);
    let first = if lines.len() == 1 { y + 16 } else { y + 9 };
    lines
        .into_iter()
        .enumerate()
        .map(|(at, line)| view! { <text x="222" y=first + at * 14 class=format!("t-end {words}")>{line}</text> })
        .collect_view()
}

/// A label in one or two lines broken between words; only what two lines cannot take is cut off.
fn two_lines(label: &str) -> Vec<String> {
    const ROOM: usize = 34;
    let long = |text: &str| text.chars().count() > ROOM;
    if !long(label) {
        return vec![label.to_owned()];
    }
    let mut first = String::new();
    let mut words = label.split(' ').peekable();
    while let Some(word) = words.next_if(|word| first.is_empty() || !long(&format!("{first} {word}"))) {
        if !first.is_empty() {
            first.push(' ');
        }
        first.push_str(word);
    }
    let rest = words.collect::<Vec<_>>().join(" ");
    [first, rest].into_iter().filter(|line| !line.is_empty()).map(|line| short(&line, ROOM)).collect()
}

/// As much of a text as there is room for.
fn short(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(room - 1).collect::<String>().trim_end())
}

/// Awards over the years, the last one strong. Pairs of year and whole crowns.
#[component]
pub fn Years(
    /// Years with their sums, oldest first.
    years: Vec<(i32, Crowns)>,
) -> impl IntoView {
    let most = years.iter().map(|(_, amount)| amount.get()).max().unwrap_or_default();
    let count = years.len().max(1);
    let label = years.iter().map(|(year, amount)| format!("{year} {amount}")).collect::<Vec<_>>().join(", ");
    let step = 300 / count;
    let wide = 44.min(step.saturating_sub(8)).max(8);
    let drawn = years
        .into_iter()
        .enumerate()
        .map(|(at, (year, amount))| {
            let x = at * step + step.saturating_sub(wide) / 2;
            let tall = scaled(amount.get(), most, 102);
            let (class, words) = if at + 1 == count { ("s1", "t-mid t-strong") } else { ("s3", "t-mid") };
            let top = 1_260_u64.saturating_sub(tall);
            view! {
                <rect class=class x=x y=place(top) width=wide height=place(tall)/>
                <text class=words x=x + wide / 2 y=place(top.saturating_sub(60))>{millions(amount)}</text>
                <text class="t-mid" x=x + wide / 2 y="144">{year}</text>
            }
        })
        .collect_view();
    view! {
        <svg class="chart" viewBox="0 0 300 150" role="img" aria-label=format!("Dotace po letech: {label}")>
            <line class="axis" x1="0" x2="300" y1="126" y2="126"/>
            {drawn}
        </svg>
        <p class="meta">"v milionech Kč"</p>
    }
}

/// Millions with one decimal.
fn millions(amount: Crowns) -> String {
    let tenths = (amount.get() + 50_000) / 100_000;
    format!("{},{}", Crowns::new(tenths / 10).plain(), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_take_two_lines() {
        assert_eq!(two_lines("Výnosy služby"), ["Výnosy služby"]);
        assert_eq!(two_lines("Referenční náklady ambulantní a terénní formy"), ["Referenční náklady ambulantní a", "terénní formy"]);
        let endless = two_lines(&"x".repeat(80));
        assert_eq!((endless.len(), endless[0].chars().count(), endless[0].ends_with('…')), (1, 34, true));
    }
}
