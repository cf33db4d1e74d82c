//! The parts of a service's assessment: budget, sources, conclusion, units, peers, and what a colleague wrote meanwhile.

use super::{detail::Shown, view::Line};
use crate::{
    components::*,
    form, request,
    subsidy::stale::{StaleLine, StaleTable},
};
use domain::{
    codelists::{FormGroup, budget_row, budget_rows, financing_groups, financing_rows, group_key},
    money::{GROUP, group_thousands},
    subsidy::{
        amount::Crowns,
        application::{ServicePart, SourceLine},
        assessment::{Assessment, AssessmentContext, Verdict, fields::VERDICTS},
    },
};
use leptos::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Costs and request of a row or sum of a part.
fn amounts(part: &ServicePart, row: &domain::codelists::BudgetRow) -> (Crowns, Crowns) {
    part.budget
        .iter()
        .filter(|(key, _)| if row.is_sum { row.contains(key) } else { key.as_str() == row.key })
        .fold((Crowns::ZERO, Crowns::ZERO), |(costs, request), (_, line)| {
            (costs + line.costs.unwrap_or_default(), request + line.request.unwrap_or_default())
        })
}

/// Wrong amount of a row or sum.
fn wrong(assessment: &Assessment, context: &AssessmentContext, row: &domain::codelists::BudgetRow) -> Option<Crowns> {
    let below = |key: &str| if row.is_sum { row.contains(key) } else { key == row.key };
    context.requests.keys().filter(|key| below(key)).map(|key| assessment.wrong_amount(key, context)).sum()
}

fn or_dash(amount: Option<Crowns>) -> String {
    amount.map_or_else(|| "–".to_owned(), Crowns::plain)
}

/// Change in whole percent against an earlier amount; none without one.
fn change(now: Crowns, then: Crowns) -> Option<i64> {
    let (now, then) = (i128::from(now.get()), i128::from(then.get()));
    if then == 0 { None } else { i64::try_from(((now - then) * 200 / then + if now >= then { 1 } else { -1 }) / 2).ok() }
}

fn signed_percent(percent: i64) -> String {
    let sign = match percent {
        0 => "",
        n if n > 0 => "+",
        _ => "\u{2212}",
    };
    format!("{sign}{}\u{a0}%", percent.abs())
}

/// Growth of a request from which it is marked, in percent.
const MARKED_GROWTH: i64 = 25;

/// The budget with verdicts, beside the one of an earlier year.
#[component]
pub fn BudgetTable(shown: Shown) -> impl IntoView {
    let part = shown.line.row.document.0.clone();
    let year = shown.round.year;
    let old = shown.earlier.clone();
    let old_part = old.as_ref().map(|e| e.document.0.clone());
    let old_context = old_part.as_ref().map(|part| AssessmentContext::of_part(part, Vec::new(), None));
    let old_assessment = old.as_ref().and_then(|e| e.assessment.as_ref().map(|a| a.0.clone())).unwrap_or_default();
    let used: BTreeSet<&str> = part
        .budget
        .keys()
        .chain(old_part.iter().flat_map(|p| p.budget.keys()))
        .map(String::as_str)
        .chain(shown.assessment.wrong.keys().map(String::as_str))
        .collect();
    let rows: Vec<_> = budget_rows()
        .iter()
        .filter(|row| if row.is_sum { used.iter().any(|key| row.contains(key)) } else { used.contains(row.key) })
        .collect();
    let compared = old.is_some();
    let old_of = |row| {
        old_part.as_ref().zip(old_context.as_ref()).map(|(part, context)| {
            let (costs, request) = amounts(part, row);
            (costs, request, wrong(&old_assessment, context, row))
        })
    };
    let body = rows
        .into_iter()
        .map(|row| {
            let then = old_of(row);
            if row.is_sum {
                view! { <SumRow key=row.key name=row.label(year) now=amounts(&part, row) wrong=wrong(&shown.assessment, &shown.context, row) then/> }.into_any()
            } else {
                let note = part.budget.get(row.key).map(|line| line.note.clone()).unwrap_or_default();
                view! { <LeafRow key=row.key name=row.label(year) note now=amounts(&part, row) then shown=shown.clone()/> }.into_any()
            }
        })
        .collect_view();
    let total = shown.assessment.wrong_sum(&shown.context);
    let accepted = shown.assessment.maximum(&shown.context);
    let (costs, request) = (part.costs(), part.request);
    let old_total =
        old_part.as_ref().zip(old_context.as_ref()).map(|(part, context)| (part.costs(), part.request, old_assessment.wrong_sum(context)));
    let old_head = old.as_ref().map(|e| {
        (format!("Rok {}, ", e.year), format!("{}. kolo", e.number), format!("/dotace/{}/{}/hodnoceni/{}", e.year, e.number, e.id))
    });
    let caption = match &old {
        Some(e) => format!("Rozpočet {year} s hodnocením položek a srovnáním s kolem {}/{}, částky v Kč", e.number, e.year),
        None => format!("Rozpočet {year} s hodnocením položek, částky v Kč"),
    };
    view! {
        <CompareChoice shown=shown.clone()/>
        <div class="grid" role="region" aria-label="Rozpočet s hodnocením" tabindex="0">
            <table class="data data--edit data--verdicts">
                <caption class="sr">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="colgroup" colspan="2"><span class="sr">"Položka"</span></th>
                        <th scope="colgroup" colspan="5">{format!("Rok {year}")}</th>
                        {old_head.map(|(words, round, href)| view! { <th scope="colgroup" colspan="3" class="split">{words}<a href=href>{round}</a></th><td></td> })}
                    </tr>
                    <tr class="second">
                        <th scope="col">"Č."</th><th scope="col">"Položka"</th><th scope="col" class="num">"Náklady"</th><th scope="col" class="num">"Požadavek"</th>
                        <th scope="col">"Hodnocení"</th><th scope="col" class="num">"Chybná část"</th><th scope="col" class="num">"Uznáno"</th>
                        {compared.then(|| view! {
                            <th scope="col" class="num split">"Náklady"</th><th scope="col" class="num">"Požadavek"</th><th scope="col" class="num">"Chybné"</th><th scope="col" class="num">"Změna pož."</th>
                        })}
                    </tr>
                </thead>
                <tbody>{body}</tbody>
                <tfoot><tr>
                    <td></td><th scope="row">"Celkem"</th><td class="num">{costs.plain()}</td><td class="num">{request.plain()}</td><td></td>
                    <td class="num" id=form::id("chybne.celkem")>{or_dash(total)}</td><td class="num" id=form::id("uznano.celkem")>{or_dash(accepted)}</td>
                    {old_total.map(|(costs, old_request, wrong)| view! {
                        <td class="num split">{costs.plain()}</td><td class="num">{old_request.plain()}</td><td class="num">{or_dash(wrong)}</td>
                        <td class="num">{change(request, old_request).map(signed_percent)}</td>
                    })}
                </tr></tfoot>
            </table>
        </div>
    }
}

/// Rounds of earlier years to compare with, as links: a form cannot stand inside the form of the page.
#[component]
fn CompareChoice(shown: Shown) -> impl IntoView {
    let chosen = shown.earlier.as_ref().map(|e| format!("{}-{}", e.year, e.number));
    let base: Vec<(String, String)> =
        request::query_pairs().into_iter().filter(|(name, _)| name != "srovnat" && name != "hotovo").collect();
    let links = shown
        .choices
        .into_iter()
        .map(|(key, words)| {
            let query = serde_urlencoded::to_string(base.iter().cloned().chain([("srovnat".to_owned(), key.clone())]).collect::<Vec<_>>())
                .unwrap_or_default();
            let current = chosen.as_deref() == Some(key.as_str());
            view! { <a class="chip" href=format!("?{query}") aria-current=current.then_some("true")>{words}</a> }
        })
        .collect::<Vec<_>>();
    match (chosen, links.len()) {
        (None, _) => view! { <p class="meta">"Služba v dřívějších letech u vašeho kraje nežádala, není s čím srovnat."</p> }.into_any(),
        (Some(_), 1) => ().into_any(),
        (Some(_), _) => view! { <p class="row"><span class="meta">"Srovnat s kolem"</span>{links}</p> }.into_any(),
    }
}

#[component]
fn SumRow(
    key: &'static str,
    name: &'static str,
    now: (Crowns, Crowns),
    wrong: Option<Crowns>,
    then: Option<(Crowns, Crowns, Option<Crowns>)>,
) -> impl IntoView {
    view! {
        <tr class="sum">
            <td>{key}</td><th scope="row">{name}</th><td class="num">{now.0.plain()}</td><td class="num">{now.1.plain()}</td><td></td>
            <td class="num" id=form::id(&format!("chybne.{key}"))>{or_dash(wrong)}</td>
            <td class="num" id=form::id(&format!("uznano.{key}"))>{or_dash(wrong.map(|wrong| now.1.less(wrong)))}</td>
            {then.map(|(costs, request, wrong)| view! {
                <td class="num split">{costs.plain()}</td><td class="num">{request.plain()}</td><td class="num">{or_dash(wrong)}</td><td></td>
            })}
        </tr>
    }
}

#[component]
fn LeafRow(
    key: &'static str,
    name: &'static str,
    note: String,
    now: (Crowns, Crowns),
    then: Option<(Crowns, Crowns, Option<Crowns>)>,
    shown: Shown,
) -> impl IntoView {
    let path = |column: &str| format!("chyba.{key}.{column}");
    let item = shown.assessment.wrong.get(key).cloned().unwrap_or_default();
    let chosen = shown.text(&path("druh"));
    let wrong = shown.assessment.wrong_amount(key, &shown.context);
    let disabled = !shown.may || (now.1.is_zero() && item.kind == Verdict::Eligible);
    let (amount_error, reason_error) = (shown.error(&path("castka")), shown.error(&path("duvod")));
    let message = form::id(&path("zprava"));
    let tone = (item.kind != Verdict::Eligible).then_some("warn");
    let reason = form::id(&path("duvod"));
    let reason_text = shown.text(&path("duvod"));
    let options = VERDICTS
        .into_iter()
        .map(|(kind, value, words)| {
            let value = if kind == Verdict::Eligible { "" } else { value };
            view! { <option value=value selected=value == chosen>{words}</option> }
        })
        .collect_view();
    let failed = amount_error.is_some() || reason_error.is_some();
    let compared = if then.is_some() { "10" } else { "6" };
    let growth = then.and_then(|(_, request, _)| change(now.1, request));
    view! {
        <tr data-tone=tone>
            <td class="muted">{key}</td>
            <th scope="row">{name}{(!note.is_empty()).then(|| view! { <span class="meta">{format!(" ({note})")}</span> })}</th>
            <td class="num">{now.0.plain()}</td>
            <td class="num">{now.1.plain()}</td>
            <td><select class="select select--cell" name=form::name(&path("druh")) aria-label=format!("{key} hodnocení položky") disabled=disabled>{options}</select></td>
            <td class="num">
                <span class="verdict__amount"><span class="money"><input class="input input--cell" name=form::name(&path("castka")) inputmode="numeric" autocomplete="off"
                    aria-label=format!("{key} chybná částka") value=shown.text(&path("castka")) maxlength="40" disabled=disabled
                    aria-invalid=amount_error.is_some().then_some("true") aria-describedby=failed.then(|| message.clone())/></span></span>
                <span class="verdict__fixed" id=form::id(&format!("chybne.{key}"))>{or_dash(wrong)}</span>
            </td>
            <td class="num" id=form::id(&format!("uznano.{key}"))>{or_dash(wrong.map(|wrong| now.1.less(wrong)))}</td>
            {then.map(|(costs, request, wrong)| view! {
                <td class="num muted split">{costs.plain()}</td><td class="num muted">{request.plain()}</td><td class="num muted">{or_dash(wrong)}</td>
                <td class="num">{match growth {
                    None => view! { "–" }.into_any(),
                    Some(n) if n >= MARKED_GROWTH => view! { <span class="say" data-tone="warn"><Icon name="warn"/>{signed_percent(n)}</span> }.into_any(),
                    Some(n) => view! { {signed_percent(n)} }.into_any(),
                }}</td>
            })}
        </tr>
        <tr class="under verdict__reason">
            <td></td>
            <td colspan=compared>
                <label class="sr" for=reason.clone()>{format!("{key} odůvodnění")}</label>
                <input class="input input--cell" id=reason name=form::name(&path("duvod")) value=reason_text maxlength="4000" placeholder="Odůvodnění" disabled=disabled/>
                {amount_error.or(reason_error).map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
            </td>
        </tr>
    }
}

fn difference(line: &SourceLine) -> String {
    // Where nothing was estimated there is nothing to differ from.
    match (line.plan, line.last.filter(|last| !last.is_zero())) {
        (plan, Some(last)) => {
            let (plan, last) = (i128::from(plan.unwrap_or_default().get()), i128::from(last.get()));
            let sign = if plan > last {
                "+"
            } else if plan < last {
                "\u{2212}"
            } else {
                ""
            };
            format!("{sign}{}", group_thousands(&(plan - last).unsigned_abs().to_string()))
        }
        (_, None) => "–".to_owned(),
    }
}

/// Sources of financing by group, each with its comment.
#[component]
pub fn SourcesCard(shown: Shown) -> impl IntoView {
    let part = shown.line.row.document.0.clone();
    let year = shown.round.year;
    let sum = |lines: &[SourceLine]| {
        let add = |pick: fn(&SourceLine) -> Option<Crowns>| Some(lines.iter().filter_map(pick).sum::<Crowns>());
        SourceLine { before_last: add(|l| l.before_last), last: add(|l| l.last), plan: add(|l| l.plan) }
    };
    let cells = |line: &SourceLine| {
        view! {
            <td class="num">{or_dash(line.before_last)}</td><td class="num">{or_dash(line.last)}</td><td class="num">{or_dash(line.plan)}</td><td class="num">{difference(line)}</td>
        }
    };
    let all: Vec<SourceLine> = part.sources.values().copied().collect();
    let groups = financing_groups()
        .into_iter()
        .map(|group| {
            let rows: Vec<_> = financing_rows().iter().filter(|row| row.group == group).filter_map(|row| part.sources.get(row.key).map(|line| (row.name, *line))).collect();
            let lines: Vec<SourceLine> = rows.iter().map(|(_, line)| *line).collect();
            let path = format!("zdroje.{}", group_key(group));
            let id = form::id(&path);
            let error = shown.error(&path);
            let message = format!("{id}-m");
            view! {
                <tr class="sum"><th scope="row">{group}</th>{cells(&sum(&lines))}</tr>
                {rows.into_iter().map(|(name, line)| view! { <tr><th scope="row">{name}</th>{cells(&line)}</tr> }).collect_view()}
                <tr class="under"><td colspan="5">
                    <label class="sr" for=id.clone()>{format!("Komentář: {group}")}</label>
                    <input class="input input--cell" id=id name=form::name(&path) value=shown.text(&path) maxlength="4000" placeholder="Komentář ke skupině" disabled=!shown.may
                        aria-invalid=error.is_some().then_some("true") aria-describedby=error.is_some().then(|| message.clone())/>
                    {error.map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
                </td></tr>
            }
        })
        .collect_view();
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2>"Zdroje financování"</h2><span class="meta">"v Kč"</span></div>
            <div class="grid grid--bare" role="region" aria-label="Zdroje financování" tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col">"Zdroj"</th><th scope="col" class="num">{format!("{} skut.", year - 2)}</th><th scope="col" class="num">{format!("{} předp.", year - 1)}</th><th scope="col" class="num">{format!("{year} plán")}</th><th scope="col" class="num">"Rozdíl"</th></tr></thead>
                    <tbody>{groups}</tbody>
                    <tfoot><tr><th scope="row">"Celkem"</th>{cells(&sum(&all))}</tr></tfoot>
                </table>
            </div>
        </section>
    }
}

/// Yes or no, as radio buttons.
#[component]
fn YesNo(path: &'static str, legend: &'static str, shown: Shown) -> impl IntoView {
    let chosen = shown.text(path);
    let error = shown.error(path);
    view! {
        <fieldset class="field">
            <legend>{legend}</legend>
            <div class="row">
                {["ano", "ne"].into_iter().map(|value| view! {
                    <label class="check"><input type="radio" name=form::name(path) value=value checked=chosen == value disabled=!shown.may/>{value}</label>
                }).collect_view()}
            </div>
            {error.map(|text| view! { <Message id=format!("{}-m", form::id(path)) tone=Tone::Error text=text/> })}
        </fieldset>
    }
}

/// SPRSS, support, efficiency and the criteria of the scheme.
#[component]
pub fn Conclusion(shown: Shown) -> impl IntoView {
    let text = |path: &'static str, label: &'static str| {
        let error = shown.error(path);
        let (id, message) = (form::id(path), format!("{}-m", form::id(path)));
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <TextArea name=form::name(path) id=id value=shown.text(path) rows=2 limit=4000 invalid=error.is_some() described_by=message.clone() readonly=!shown.may/>
                {error.map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
            </div>
        }
    };
    let criteria = shown
        .context
        .criteria
        .iter()
        .map(|criterion| {
            let path = format!("body.{}", criterion.name);
            let number = |value: Decimal| value.normalize().to_string().replace('.', ",").replace('-', "\u{2212}");
            let help = format!("{} až {} bodů", number(criterion.from), number(criterion.to));
            view! { <Field name=form::name(&path) label=format!("Kritérium: {}", criterion.label) value=shown.text(&path) error=shown.error(&path) help=help limit=20/> }
        })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>"Závěr"</h2>
            <YesNo path="sprss" legend="V souladu s plánem rozvoje (SPRSS)" shown=shown.clone()/>
            <YesNo path="podpora" legend="Podpořit" shown=shown.clone()/>
            {text("podpora.komentar", "Komentář k podpoře")}
            {text("efektivita", "Efektivita")}
            {criteria}
        </section>
    }
}

/// Units that the kraj accepts, by form group.
#[component]
pub fn Units(shown: Shown) -> impl IntoView {
    let part = shown.line.row.document.0.clone();
    let rows = FormGroup::ALL
        .into_iter()
        .filter_map(|forms| part.capacity.get(&forms).and_then(|c| c.units.map(|units| (forms, units, c.months))))
        .map(|(forms, units, months)| {
            let path = format!("jednotky.{}", forms.key());
            let reason = format!("{path}.duvod");
            let counted = domain::codelists::unit(&part.facts.paragraph, forms).many();
            let help = format!("v žádosti {units}{}", months.map(|m| format!(", {m} měsíců")).unwrap_or_default());
            view! {
                <Field name=form::name(&path) label=format!("{} forma: uznané jednotky", capital(forms.name())) value=shown.text(&path) error=shown.error(&path) unit=counted help=help limit=20 readonly=!shown.may/>
                <Field name=form::name(&reason) label="Důvod snížení" value=shown.text(&reason) error=shown.error(&reason) limit=4000 readonly=!shown.may/>
            }
        })
        .collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! { <section class="card stack"><h2>"Uznané jednotky"</h2><p class="meta">"Prázdné pole znamená, že uznáváte všechny jednotky ze žádosti."</p>{rows}</section> }
    })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Whole crowns of an amount on one unit.
fn per_unit(amount: Crowns, part: &ServicePart) -> Option<u64> {
    let units: Decimal = part.capacity.values().filter_map(|c| c.units).map(|units| units.decimal()).sum();
    if units.is_zero() { None } else { u64::try_from((Decimal::from(amount.get()) / units).round().mantissa()).ok() }
}

/// Least, first quartile, median, third quartile, greatest of sorted numbers, by linear interpolation to whole numbers.
fn five(sorted: &[u64]) -> Option<[u64; 5]> {
    let last = sorted.len().checked_sub(1)?;
    let at = |quarter: usize| {
        let (whole, rest) = (quarter * last / 4, (quarter * last % 4) as u64);
        let (low, high) = (sorted[whole], sorted[(whole + 1).min(last)]);
        low + (high - low) * rest / 4
    };
    Some([sorted[0], at(1), at(2), at(3), sorted[last]])
}

/// Costs and request on a unit among services of the same type in this round.
#[component]
pub fn Peers(shown: Shown, peers: Vec<Line>) -> impl IntoView {
    let part = shown.line.row.document.0.clone();
    let of = |amount: fn(&ServicePart) -> Crowns| -> Option<(u64, [u64; 5])> {
        let mut all: Vec<u64> =
            peers.iter().filter_map(|line| per_unit(amount(&line.row.document), &line.row.document)).filter(|n| *n > 0).collect();
        all.sort_unstable();
        Some((per_unit(amount(&part), &part)?, five(&all)?))
    };
    let count = peers.len();
    let unit = FormGroup::ALL
        .into_iter()
        .find(|forms| part.capacity.contains_key(forms))
        .map(|forms| domain::codelists::unit(&part.facts.paragraph, forms).name());
    let unit = unit.unwrap_or("jednotku");
    let boxes = [("Náklady", of(ServicePart::costs)), ("Požadavek", of(|part| part.request))];
    let drawn = boxes
        .into_iter()
        .filter_map(|(label, found)| found.map(|(own, five)| view! { <BoxPlot label=format!("{label} na {unit}") own five/> }))
        .collect::<Vec<_>>();
    if count < 3 || drawn.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="card stack">
            <h2>{format!("Proti ostatním: {}", part.facts.kind)}</h2>
            {drawn}
            <p class="meta">{format!("{count} služeb kraje v tomto kole; čára je medián, pole střední polovina, bod tato služba.")}</p>
        </section>
    }
    .into_any()
}

#[component]
fn BoxPlot(label: String, own: u64, five: [u64; 5]) -> impl IntoView {
    let [least, low, median, high, greatest] = five;
    let span = (greatest - least).max(1);
    let x = |value: u64| 20 + value.saturating_sub(least).min(span) * 420 / span;
    let thousands = |value: u64| {
        let text = group_thousands(&(value.saturating_add(500) / 1_000).to_string());
        format!("{text}{GROUP}tis.")
    };
    // Beside an end the words of the median would run into those of the end.
    let apart = x(median) - x(least) >= 90 && x(greatest) - x(median) >= 90;
    let words = format!(
        "{label} v tisících Kč: tato služba {}, medián {}, střední polovina {} až {}",
        thousands(own),
        thousands(median),
        thousands(low),
        thousands(high)
    );
    view! {
        <div>
            <p class="row spread"><span>{label}</span><strong>{format!("{}\u{a0}Kč", group_thousands(&own.to_string()))}</strong></p>
            <svg class="chart" viewBox="0 0 460 46" role="img" aria-label=words>
                <line class="axis" x1=x(least) x2=x(greatest) y1="16" y2="16"/>
                <rect class="box" x=x(low) y="8" width=(x(high) - x(low)).max(1) height="16"/>
                <line class="mark" x1=x(median) x2=x(median) y1="8" y2="24"/>
                <circle class="dot dot--out" cx=x(own) cy="16" r="5"/>
                <text x=x(least) y="42">{thousands(least)}</text>
                {apart.then(|| view! { <text class="t-mid" x=x(median) y="42">{thousands(median)}</text> })}
                <text class="t-end" x=x(greatest) y="42">{thousands(greatest)}</text>
            </svg>
        </div>
    }
}

/// What a colleague kept meanwhile beside what was typed here.
#[component]
pub fn StaleDiff(shown: Shown, stored: Assessment) -> impl IntoView {
    let theirs = stored.values();
    let paths: BTreeSet<String> = theirs.keys().chain(shown.values.keys()).cloned().collect();
    let text = |all: &std::collections::BTreeMap<String, String>, path: &str| all.get(path).cloned().unwrap_or_default();
    let lines: Vec<_> =
        paths.into_iter().filter_map(|path| StaleLine::of(path_words(&path), &text(&theirs, &path), &text(&shown.values, &path))).collect();
    view! { <StaleTable lines by=shown.line.row.updated_by.clone()/> }
}

/// A field in words.
fn path_words(path: &str) -> String {
    let row = |rest: &str| {
        let (key, column) = rest.rsplit_once('.').unwrap_or((rest, ""));
        let name = budget_row(key).map_or("", |row| row.name);
        let column = match column {
            "druh" => "hodnocení",
            "castka" => "chybná částka",
            _ => "odůvodnění",
        };
        format!("{key} {name}: {column}")
    };
    match path.split_once('.').unwrap_or((path, "")) {
        ("sprss", _) => "Soulad s plánem rozvoje".to_owned(),
        ("podpora", "") => "Podpořit".to_owned(),
        ("podpora", _) => "Komentář k podpoře".to_owned(),
        ("efektivita", _) => "Efektivita".to_owned(),
        ("optimum", "") => "Optimální návrh".to_owned(),
        ("optimum", _) => "Důvod nižšího návrhu".to_owned(),
        ("chyba", rest) => row(rest),
        ("zdroje", _) => "Komentář ke zdrojům".to_owned(),
        ("body", name) => format!("Kritérium {name}"),
        ("jednotky", rest) => format!("Uznané jednotky {}", rest.replace(".duvod", ": důvod")),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_interpolate() {
        assert_eq!(five(&[1, 2, 3, 4, 5]), Some([1, 2, 3, 4, 5]));
        assert_eq!(five(&[10, 20, 30, 40]), Some([10, 17, 25, 32, 40]));
        assert_eq!(five(&[7]), Some([7; 5]));
        assert_eq!(five(&[]), None);
    }

    #[test]
    fn changes_are_rounded_percent() {
        let change = |now, then| change(Crowns::new(now), Crowns::new(then));
        assert_eq!((change(1_330, 1_000), change(0, 5), change(5, 0), change(1_005, 1_000)), (Some(33), Some(-100), None, Some(1)));
        assert_eq!([signed_percent(11), signed_percent(-3), signed_percent(0)], ["+11\u{a0}%", "\u{2212}3\u{a0}%", "0\u{a0}%"]);
    }
}
