//! „Zkouška“: what a version gives on the services of a round, step by step.

use super::editor::Shown;
use crate::{components::*, error::AppError, request, subsidy::calculation::keep::RoundRows};
use domain::{
    subsidy::calculation::{Fault, Preview, Rounding, Scheme, Value, number::for_people},
    text::plural,
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::{Tx, subsidy::rounds::KrajRound};
use uuid::Uuid;

/// Services that are shown.
pub const SHOWN: usize = 20;

/// A preview on a round.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Rounds that can be chosen: key and words.
    pub rounds: Vec<(String, String)>,
    /// The chosen one.
    pub chosen: String,
    /// What came out.
    pub preview: Preview,
    /// Names of the services by identifikátor.
    pub names: BTreeMap<String, String>,
}

/// Tries a scheme on the round of `?kolo=`, else on the kraj's newest one that has services.
pub async fn read(tx: &mut Tx, scheme: &Scheme, rounds: &[KrajRound]) -> Result<Trial, AppError> {
    let asked = request::query_pairs().into_iter().find(|(name, _)| name == "kolo").and_then(|(_, id)| id.parse::<Uuid>().ok());
    let chosen = rounds.iter().find(|round| Some(round.id) == asked);
    let Some(mut round) = chosen.or(rounds.first()) else { return Ok(Trial::default()) };
    let mut rows = RoundRows::read(tx, round.id).await?;
    if chosen.is_none() {
        for other in rounds.iter().skip(1) {
            if !rows.is_empty() {
                break;
            }
            let found = RoundRows::read(tx, other.id).await?;
            if !found.is_empty() {
                (round, rows) = (other, found);
            }
        }
    }
    let (sheet, mut faults) = rows.usable(scheme);
    let mut preview = if sheet.rows.is_empty() { Preview::default() } else { scheme.preview(&sheet) };
    faults.append(&mut preview.faults);
    preview.faults = faults;
    Ok(Trial {
        rounds: rounds.iter().map(|round| (round.id.to_string(), format!("{}, {}", round.year, round.label))).collect(),
        chosen: round.id.to_string(),
        preview,
        names: rows.services().into_iter().map(|service| (service.identifikator, service.name)).collect(),
    })
}

/// A value with at most two decimals.
pub fn short(value: &Value) -> String {
    value.number().map_or_else(|| value.for_people(), |number| for_people(&number.round(2, Rounding::HalfAway)))
}

/// Choosing the round.
#[component]
pub fn TrialRound(
    /// The preview.
    trial: Trial,
    /// The part that stays shown.
    part: &'static str,
) -> impl IntoView {
    (!trial.rounds.is_empty()).then(|| {
        view! {
            <form class="row" method="get">
                <input type="hidden" name="cast" value=part/>
                <label class="sr" for="nahled">"Náhled na službách kola"</label>
                <select class="input select input--view" id="nahled" name="kolo">
                    {trial.rounds.into_iter().map(|(id, words)| { let selected = id == trial.chosen; view! { <option value=id selected=selected>{format!("Náhled: {words}")}</option> } }).collect_view()}
                </select>
                <button class="btn" type="submit">"Zobrazit"</button>
            </form>
        }
    })
}

/// The first services with the values of all steps, or their faults.
#[component]
pub fn TrialTable(
    /// The version.
    shown: Shown,
    /// The preview.
    trial: Trial,
) -> impl IntoView {
    let steps: Vec<(String, String)> = shown
        .scheme()
        .step
        .iter()
        .take(trial.preview.steps)
        .map(|step| (step.name.clone(), step.label.clone().unwrap_or_default()))
        .collect();
    let (all, computed, faulty) = (shown.scheme().step.len(), trial.preview.values.len(), trial.preview.faults.len());
    let name = |identifikator: &str| trial.names.get(identifikator).cloned().unwrap_or_default();
    let rows = trial
        .preview
        .values
        .iter()
        .take(SHOWN)
        .map(|(identifikator, values)| {
            let name = name(identifikator);
            view! {
                <tr>
                    <th scope="row"><span class="clip w-name" title=name.clone()>{name.clone()}</span></th><td class="num">{identifikator.clone()}</td>
                    {values.iter().map(|value| view! { <td class="num">{short(value)}</td> }).collect_view()}
                </tr>
            }
        })
        .collect_view();
    let faults = trial.preview.faults.iter().take(SHOWN).map(|fault: &Fault| {
        let place = match &fault.identifikator {
            Some(id) => format!("{} ({id})", name(id)),
            None => "Všechny služby".to_owned(),
        };
        let step = fault.step.as_ref().map(|step| format!(", krok {step}{}", fault.position.map(|at| format!(", znak {at}")).unwrap_or_default()));
        view! { <li data-tone="error"><span class="say" data-tone="error"><Icon name="error"/><strong>{place}{step}</strong></span>" "{fault.message.clone()}</li> }
    });
    let faults = faults.collect_view();
    let words = |n: usize| plural(i64::try_from(n).unwrap_or(0), "služba", "služby", "služeb");
    let state = format!(
        "Spočítáno {computed} {}, zobrazeno prvních {}. Kroků spočítáno {} z {all}.",
        words(computed),
        computed.min(SHOWN),
        trial.preview.steps
    );
    let empty = trial.names.is_empty();
    view! {
        <div class="stack">
            <div class="row"><h2>"Zkouška na službách kola"</h2><span class="row--end"><TrialRound trial=trial.clone() part="zkouska"/></span></div>
            {if empty {
                view! { <Empty title="Není na čem zkoušet" text="Kraj zatím nemá kolo se službami. Zkouška nic neukládá, jen počítá kroky na skutečných službách."/> }.into_any()
            } else {
                view! {
                    <p class="meta">{state}</p>
                    {(computed > 0 && !steps.is_empty()).then(|| view! {
                        <div class="grid" role="region" aria-label="Hodnoty kroků" tabindex="0">
                            <table class="data">
                                <thead><tr><th scope="col">"Služba"</th><th scope="col" class="num">"Identifikátor"</th>{steps.into_iter().map(|(name, label)| view! { <th scope="col" class="num" title=label>{name}</th> }).collect_view()}</tr></thead>
                                <tbody>{rows}</tbody>
                            </table>
                        </div>
                    })}
                    {(faulty > 0).then(|| view! {
                        <section class="card stack stack--tight">
                            <div class="card__head"><h2>"Služby s chybou"</h2><span class="count">{format!("{faulty} {}", words(faulty))}</span></div>
                            <ul class="stack stack--tight">{faults}</ul>
                        </section>
                    })}
                }.into_any()
            }}
        </div>
    }
}
