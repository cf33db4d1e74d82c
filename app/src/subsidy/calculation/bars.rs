//! Charts of a comparison: diverging bars of gains and losses, and one bar of the sum against the money. Geometry stands in attributes, in
//! whole tenths of a pixel.

use super::gains::{Line, percent, signed};
use domain::money::Money;
use leptos::{either::Either, prelude::*};

/// Bars of each kind that are shown.
pub const SHOWN: usize = 12;
/// Where zero is, in tenths of a pixel, unless one side needs less.
const WIDTH: i64 = 4_900;
/// Room for names.
const NAMES: i64 = 2_050;
/// Room for the written value beyond a bar.
const VALUE: i64 = 520;
/// Height of a row.
const ROW: i64 = 210;

fn px(tenths: i64) -> String {
    format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10))
}

/// A name cut to a length that fits.
fn cut(name: &str, paragraph: &str) -> String {
    let mut text: String = name.chars().take(25).collect();
    if name.chars().count() > 25 {
        text.push('…');
    }
    format!("{text} · §\u{a0}{paragraph}")
}

/// Thousands of crowns with their sign; below a thousand, crowns.
fn short(crowns: i64) -> String {
    if crowns.abs() < 1_000 { format!("{} Kč", signed(crowns)) } else { signed((crowns + crowns.signum() * 500) / 1_000) }
}

/// The lines that are drawn: the largest gains and the largest losses.
pub fn drawn(lines: &[Line]) -> (Vec<Line>, Vec<Line>) {
    let gains = lines.iter().filter(|line| line.gain() > 0).take(SHOWN).cloned().collect();
    let mut losses: Vec<Line> = lines.iter().rev().filter(|line| line.gain() < 0).take(SHOWN).cloned().collect();
    losses.reverse();
    (gains, losses)
}

/// Diverging bars from zero, thousands of crowns: largest gains above, largest losses below.
#[component]
pub fn DivergingBars(
    /// All lines, the largest gain first.
    lines: Vec<Line>,
    /// What the second result is compared with, e.g. `běhu 7`.
    #[prop(into)]
    against: String,
) -> impl IntoView {
    let (gains, losses) = drawn(&lines);
    if gains.is_empty() && losses.is_empty() {
        return Either::Left(view! { <p class="muted">{format!("Proti {against} se nic nemění.")}</p> });
    }
    let most = gains.first().map_or(0, Line::gain).max(0);
    let least = losses.last().map_or(0, Line::gain).min(0);
    let sides = VALUE * (i64::from(most > 0) + i64::from(least < 0));
    let room = WIDTH - NAMES - 100 - sides;
    let span = (most - least).max(1);
    let scale = |crowns: i64| i64::try_from(i128::from(crowns) * i128::from(room) / i128::from(span)).unwrap_or(0);
    let zero = NAMES + 100 + if least < 0 { VALUE } else { 0 } + scale(-least);
    let gap = if gains.is_empty() || losses.is_empty() { 0 } else { 120 };
    let count = i64::try_from(gains.len() + losses.len()).unwrap_or(0);
    let height = 240 + count * ROW + gap;
    let sentence = format!(
        "{} největších zisků a {} největších ztrát proti {against} v tisících Kč; úplná čísla jsou v tabulce.",
        gains.len(),
        losses.len()
    );
    let split = gains.len();
    let bars = gains
        .into_iter()
        .chain(losses)
        .enumerate()
        .map(|(at, line)| {
            let top = 240 + i64::try_from(at).unwrap_or(0) * ROW + if at >= split { gap } else { 0 };
            let gain = line.gain();
            let width = scale(gain.abs()).max(5);
            let (left, value_x, class, anchor) =
                if gain > 0 { (zero, zero + width + 60, "gain", "") } else { (zero - width, zero - width - 50, "loss", "t-end") };
            let hatch = (gain < 0).then(|| {
                (0..)
                    .map(|n| zero - 30 - n * 70)
                    .take_while(|x| *x - 70 > zero - width)
                    .map(|x| view! { <line class="hatch" x1=px(x - 70) x2=px(x) y1=px(top + 150) y2=px(top)/> })
                    .collect_view()
            });
            view! {
                <text class="t-end" x=px(NAMES) y=px(top + 110)>{cut(&line.name, &line.paragraph)}</text>
                <rect class=class x=px(left) y=px(top) width=px(width) height="15"/>
                {hatch}
                <text class=anchor x=px(value_x) y=px(top + 110)>{short(gain)}</text>
            }
        })
        .collect_view();
    Either::Right(view! {
        <svg class="chart" viewBox=format!("0 0 {} {}", WIDTH / 10, height / 10) role="img" aria-label=sentence>
            <line class="axis" x1=px(zero) x2=px(zero) y1="18" y2=px(height - 60)/>
            <text class="t-mid" x=px(zero) y="12">"0"</text>
            {bars}
        </svg>
        <p class="legend">
            <span><svg viewBox="0 0 14 14" class="chart" aria-hidden="true"><rect class="gain" width="14" height="14"/></svg>{format!("získá proti {against}")}</span>
            <span><svg viewBox="0 0 14 14" class="chart" aria-hidden="true"><rect class="loss" width="14" height="14"/><path class="hatch" d="M2 14 12 0"/></svg>"ztratí"</span>
        </p>
    })
}

/// One bar: what all could get, against the money.
#[component]
pub fn MoneyBar(
    /// Money to divide, whole crowns.
    allocated: i64,
    /// What all could get at most, whole crowns.
    asked: i64,
) -> impl IntoView {
    const FULL: i64 = 10_200;
    let most = allocated.max(asked).max(1);
    let scale = |crowns: i64| i64::try_from(i128::from(crowns.max(0)) * i128::from(FULL) / i128::from(most)).unwrap_or(0);
    let (covered, mark) = (scale(asked.min(allocated)), scale(allocated));
    let words = |crowns: i64| Money::crowns(crowns).to_string();
    let rest =
        if asked > allocated { format!("chybí {}", words(asked - allocated)) } else { format!("zbývá {}", words(allocated - asked)) };
    let sentence = format!("Součet nejvyšších návrhů {}, alokace {}, {rest}", words(asked), words(allocated));
    let anchor = if mark > FULL / 4 { "t-end t-strong" } else { "t-strong" };
    view! {
        <svg class="chart chart--wide" viewBox="0 0 1020 62" role="img" aria-label=sentence.clone()>
            <rect class="bed" y="18" width="1020" height="20" rx="3"/>
            <rect class="s1" y="18" width=px(covered) height="20" rx="3"/>
            {(asked > allocated).then(|| view! { <rect class="s2" x=px(covered) y="18" width=px(scale(asked) - covered) height="20"/> })}
            <line class="mark" x1=px(mark) x2=px(mark) y1="12" y2="44"/>
            <text class=anchor x=px(mark) y="9">{format!("alokace {}", words(allocated))}</text>
            <text x="0" y="56">{format!("pokryto {} nejvyšších návrhů", if asked > 0 { percent(asked.min(allocated), asked) } else { "100\u{a0}%".to_owned() })}</text>
            <text class="t-end" x="1020" y="56">{format!("Σ návrhů {}, {rest}", words(asked))}</text>
        </svg>
        <p class="only-phone meta" aria-hidden="true">{sentence}</p>
    }
}
