//! Parts of the explanation of an amount: the summary, the table of steps, the assessment.

use domain::{
    codelists::{financing_groups, group_key},
    subsidy::{
        amount::Crowns,
        assessment::{Assessment, fields::AssessmentField},
        award::AwardExplanation,
        calculation::{ExplainedStep, Reason, Rounding, names::folded, number},
    },
    text::plural,
    time::date,
};
use leptos::prelude::*;

/// The amount in two paragraphs.
#[component]
pub fn Summary(
    /// The explanation.
    explanation: AwardExplanation,
    /// Year and sum of the year before, where the service got something.
    before: Option<(i32, Crowns)>,
) -> impl IntoView {
    let e = explanation;
    let share = e.computed.share.clone();
    let cut = e.of_each_crown();
    let wrong = e.wrong_sum();
    let most = if wrong.is_zero() {
        format!("Dát lze nejvýše {}, tedy celý požadavek.", e.maximum)
    } else {
        format!("Dát lze nejvýše {}, protože z požadavku {} jsme odečetli chybné položky za {wrong}.", e.maximum, e.request)
    };
    let cut_words = match (&cut, share.reason) {
        (_, Some(Reason::Minimum)) => view! {
            "Podíl služby vyšel pod nejnižší dotaci, kterou kraj dává, proto podle výpočtu nedostává nic."
        }
        .into_any(),
        (Some(haler), _) => view! {
            "Peníze kraje nestačí všem, proto se každé službě krátilo stejně: z každé koruny na "<strong>{format!("{haler} haléře")}</strong>". Po zaokrouhlení na celé násobky "
            {e.rounding.to_string()}" je to "<strong>{e.proposed.to_string()}</strong>"."
        }
        .into_any(),
        (None, _) => view! {
            "Peníze kraje stačí na plnou výši. Po zaokrouhlení na celé násobky "{e.rounding.to_string()}" je to "<strong>{e.proposed.to_string()}</strong>"."
        }
        .into_any(),
    };
    let changed = e.changed_by().map(|step| {
        let reason = step.reason.clone().unwrap_or_default();
        view! { <p class="lead">{format!("Krok „{}“ částku změnil na ", step.step)}<strong>{step.amount.to_string()}</strong>{format!(". Důvod: {reason}")}</p> }
    });
    let compared = before.map(|(year, was)| {
        let now = e.amount();
        match now.cmp(&was) {
            std::cmp::Ordering::Greater => format!(" Je to o {} víc než v roce {year}.", now.less(was)),
            std::cmp::Ordering::Less => format!(" Je to o {} méně než v roce {year}.", was.less(now)),
            std::cmp::Ordering::Equal => format!(" Je to stejně jako v roce {year}."),
        }
    });
    view! {
        <section class="card">
            <h2>"Ve zkratce"</h2>
            <div class="prose">
                <p class="lead">{format!("Výpočet ({}) dává službě ", share.base_label)}<strong>{format!("{}\u{a0}Kč", two_places(&share.base))}</strong>". "{most}</p>
                <p class="lead">{cut_words}{compared}</p>
                {changed}
            </div>
        </section>
    }
}

/// A number for people with at most two decimals.
fn two_places(shown: &str) -> String {
    number::read(&shown.replace('\u{2212}', "-"))
        .map_or_else(|| shown.to_owned(), |value| number::for_people(&value.round(2, Rounding::HalfAway)))
}

fn with_unit(value: &str, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{value}\u{a0}{unit}"),
        None => value.to_owned(),
    }
}

fn step_row(at: usize, step: ExplainedStep) -> impl IntoView {
    let exact = with_unit(&step.value, step.unit.as_deref());
    let money = step.unit.as_deref().is_some_and(|unit| unit.trim() == "Kč");
    let value = if money { with_unit(&two_places(&step.value), step.unit.as_deref()) } else { exact.clone() };
    let title = (value != exact).then_some(exact);
    let same = step.with_numbers == step.formula;
    view! {
        <tr>
            <td class="num muted">{at + 1}</td>
            <th scope="row"><strong>{step.label}</strong>{step.why.map(|why| view! { <br/><span class="muted">{why}</span> })}</th>
            <td>{(!same).then(|| view! { {step.with_numbers}<br/> })}<code class="muted">{step.formula}</code></td>
            <td class="num"><strong title=title>{value}</strong></td>
        </tr>
    }
}

/// Every step with numbers put in, the part in the allocation, and what the steps of decision did.
#[component]
pub fn StepTable(
    /// The explanation.
    explanation: AwardExplanation,
) -> impl IntoView {
    let e = explanation;
    let share = e.computed.share.clone();
    let count = e.computed.steps.len();
    let steps = e.computed.steps.into_iter().enumerate().map(|(at, step)| step_row(at, step)).collect_view();
    let cut = share.k != "1";
    let weight = share.weight.as_ref().map(|weight| format!(" × váha {weight}")).unwrap_or_default();
    let cap = share.cap.as_ref().map(|cap| format!(", nejvýš {cap}")).unwrap_or_default();
    let money = if cut {
        format!("Všichni dohromady mohou dostat {} Kč, k rozdělení je {} Kč.", share.asked, share.allocation)
    } else {
        format!("K rozdělení je {} Kč a na plnou výši to všem stačí.", share.allocation)
    };
    let group = share.group.as_ref().map(|group| format!(" Služba patří do skupiny „{group}“ s vlastní částkou.")).unwrap_or_default();
    let rounding = match share.reason {
        Some(Reason::Minimum) => "Podíl vyšel pod nejnižší dotaci, služba proto nedostává nic.".to_owned(),
        Some(Reason::Remainder) => {
            "Dolů na celé násobky; zbylé peníze pak dostaly služby, kterým zaokrouhlení vzalo nejvíc, a tato je mezi nimi.".to_owned()
        }
        None if cut => "Dolů na celé násobky; zbylé peníze dostaly služby, kterým zaokrouhlení vzalo víc.".to_owned(),
        None => "Dolů na celé násobky.".to_owned(),
    };
    let mut before = e.proposed;
    let decided = e
        .decided
        .into_iter()
        .enumerate()
        .map(|(at, step)| {
            let when = match (step.date, step.resolution) {
                (Some(day), Some(resolution)) => format!("{}, usnesení {resolution}", date(day)),
                _ => "rozhoduje se".to_owned(),
            };
            let what = match step.reason {
                Some(reason) => format!("Z {before} na {}. Důvod: {reason}", step.amount),
                None => "beze změny".to_owned(),
            };
            before = step.amount;
            view! {
                <tr>
                    <td class="num muted">{count + 3 + at}</td>
                    <th scope="row"><strong>{format!("Rozhodnutí: {}", step.step)}</strong><br/><span class="muted">{when}</span></th>
                    <td>{what}</td>
                    <td class="num"><strong>{step.amount.to_string()}</strong></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2>"Výpočet krok za krokem"</h2><span class="meta row--end">"sazby a vzorce jsou přílohou metodiky kraje"</span></div>
            <div class="grid grid--bare" role="region" aria-label="Výpočet krok za krokem" tabindex="0">
                <table class="data data--airy">
                    <thead><tr><th scope="col" class="num">"Krok"</th><th scope="col">"Co to je"</th><th scope="col">"Vaše čísla a vzorec"</th><th scope="col" class="num">"Výsledek"</th></tr></thead>
                    <tbody>
                        {steps}
                        <tr>
                            <td class="num muted">{count + 1}</td>
                            <th scope="row"><strong>"Krácení na peníze kraje"</strong><br/><span class="muted">{money}{group}</span></th>
                            <td>{format!("{}{weight} × {}{cap}", two_places(&share.base), share.k_decimal)}<br/><code class="muted">{format!("k = {}", share.k)}</code></td>
                            <td class="num"><strong><data value=share.share.clone() title=format!("{}\u{a0}Kč", share.share)>{format!("{}\u{a0}Kč", two_places(&share.share))}</data></strong></td>
                        </tr>
                        <tr>
                            <td class="num muted">{count + 2}</td>
                            <th scope="row"><strong>"Zaokrouhlení"</strong><br/><span class="muted">{rounding}</span></th>
                            <td>{format!("na celé násobky {}", e.rounding)}</td>
                            <td class="num"><strong>{e.proposed.to_string()}</strong></td>
                        </tr>
                        {decided}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

/// What the kraj wrote in the assessment: answers, points, comments, units, wrong items, and the two proposals.
#[component]
pub fn AssessmentFacts(
    /// The assessment.
    assessment: Assessment,
    /// The explanation: the maximum and the wrong items as they were counted.
    explanation: AwardExplanation,
) -> impl IntoView {
    let said = |answer: Option<bool>| match answer {
        Some(true) => "ano",
        Some(false) => "ne",
        None => "nevyplněno",
    };
    let or_none = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    let units = assessment
        .units
        .iter()
        .filter_map(|(forms, accepted)| Some(view! { <dt>{format!("Uznané jednotky, {}", forms.name())}</dt><dd>{accepted.units?.to_string()}{(!accepted.reason.is_empty()).then(|| format!(" ({})", accepted.reason))}</dd> }))
        .collect_view();
    let label = |name: &str| {
        let inputs = &explanation.computed.inputs;
        inputs.iter().find(|input| folded(&input.name) == folded(name)).map_or_else(|| name.to_owned(), |input| input.label.clone())
    };
    let points = assessment
        .points
        .keys()
        .map(
            |name| view! { <dt>{format!("Body, {}", label(name))}</dt><dd>{assessment.value(&AssessmentField::Points(name.clone()))}</dd> },
        )
        .collect_view();
    let sources = assessment
        .source_comments
        .iter()
        .filter(|(_, comment)| !comment.is_empty())
        .map(|(key, comment)| {
            let group =
                financing_groups().into_iter().find(|group| group_key(group) == *key).map_or_else(|| key.clone(), ToString::to_string);
            view! { <dt>{format!("Ke zdroji {group}")}</dt><dd>{comment.clone()}</dd> }
        })
        .collect_view();
    let wrong = match explanation.wrong.len() {
        0 => "žádné".to_owned(),
        n => format!("{n} {} za {}", plural(n as i64, "položka", "položky", "položek"), explanation.wrong_sum()),
    };
    view! {
        <dl class="facts">
            <dt>"Soulad s plánem rozvoje (SPRSS)"</dt><dd>{said(assessment.sprss)}</dd>
            <dt>"Podpořit"</dt><dd>{said(assessment.support)}</dd>
            <dt>"Komentář"</dt><dd>{or_none(&assessment.support_comment)}</dd>
            <dt>"Efektivita"</dt><dd>{or_none(&assessment.efficiency)}</dd>
            {points}
            {sources}
            {units}
            <dt>"Chybné položky"</dt><dd>{wrong}</dd>
            <dt>"Maximální návrh"</dt><dd>{explanation.maximum.to_string()}</dd>
            {assessment.optimum.map(|optimum| view! { <dt>"Optimální návrh hodnotitele"</dt><dd>{optimum.to_string()}</dd> })}
            {(!assessment.optimum_reason.is_empty()).then(|| view! { <dt>"Důvod nižšího návrhu"</dt><dd>{assessment.optimum_reason.clone()}</dd> })}
        </dl>
    }
}

/// The wrong items of the budget.
#[component]
pub fn WrongItems(
    /// The explanation.
    explanation: AwardExplanation,
) -> impl IntoView {
    let sum = explanation.wrong_sum();
    let any = !explanation.wrong.is_empty();
    let rows = explanation
        .wrong
        .into_iter()
        .map(|line| {
            let reason = (!line.reason.is_empty()).then(|| view! { <br/><span class="meta">{line.reason}</span> });
            view! { <dt>{format!("{}, {}", line.row, line.verdict)}{reason}</dt><dd>{line.amount.to_string()}</dd> }
        })
        .collect_view();
    view! {
        <section class="card">
            <h2>"Chybné položky"</h2>
            {if any {
                view! { <dl class="facts facts--sum">{rows}<dt class="total">"Celkem"</dt><dd class="total">{sum.to_string()}</dd></dl> }.into_any()
            } else {
                view! { <p>"V rozpočtu žádné nejsou, počítá se s celým požadavkem."</p> }.into_any()
            }}
        </section>
    }
}
