//! The island of the what-if: knobs on one side, the whole kraj computed at once on the other.

use super::{
    bars::{DivergingBars, MoneyBar, drawn},
    gains::{self, Award, Line, Sums, signed, tone},
    knobs::{self, HALF, Knob},
    save_what_if::save_what_if,
    tables::ByParagraph,
    what_if_data::{WhatIfData, read_what_if},
};
use crate::components::*;
use domain::{
    money::Money,
    order::Inserted as _,
    subsidy::{
        calculation::{Calculation, Fraction, Rounding, number::for_people},
        what_if::Changes,
    },
    text::plural,
};
use leptos::{
    either::Either,
    mount::{UnmountHandle, mount_to},
    prelude::*,
    task::spawn_local,
};
use std::{collections::BTreeSet, sync::Arc};
use wasm_bindgen::JsCast as _;

/// The run that is tried on, computed.
struct Ground {
    data: WhatIfData,
    base: Calculation,
    awards: Vec<Award>,
    unit: Fraction,
    further: Vec<Knob>,
}

/// What changed numbers come to.
struct Outcome {
    calculation: Calculation,
    lines: Vec<Line>,
    sums: Sums,
    allocated: i64,
    asked: i64,
    milliseconds: i64,
}

fn crowns(amount: &Fraction) -> i64 {
    amount.floor().to_i64().unwrap_or(i64::MAX)
}

fn awards(data: &WhatIfData, calculation: &Calculation) -> Vec<Award> {
    let ids = calculation.services.identifiers().iter().zip(&calculation.run.results);
    ids.zip(&data.services)
        .map(|((id, result), (name, paragraph))| Award {
            identifikator: id.written.clone(),
            name: name.clone(),
            paragraph: paragraph.clone(),
            amount: crowns(&result.award),
        })
        .collect()
}

/// The time of the browser in whole milliseconds; only differences are used.
fn clock() -> i64 {
    #[cfg(feature = "hydrate")]
    {
        js_sys::Date::now() as i64
    }
    #[cfg(not(feature = "hydrate"))]
    0
}

impl Ground {
    fn of(data: WhatIfData) -> Result<Self, String> {
        let first =
            |faults: Vec<domain::subsidy::calculation::Fault>| faults.into_iter().next().map(|fault| fault.message).unwrap_or_default();
        let base = data.stored.calculate().map_err(first)?;
        if base.digest() != data.digest {
            return Err(
                "Uložený běh vychází v prohlížeči jinak než na serveru. Načtěte stránku znovu; když to nepomůže, zavolejte podporu."
                    .to_owned(),
            );
        }
        let awards = awards(&data, &base);
        let kinds: BTreeSet<String> = data.services.iter().map(|(_, paragraph)| paragraph.clone()).inserted();
        let kinds: Vec<String> = kinds.into_iter().collect();
        let further = knobs::further(&data.stored, &kinds);
        let unit = data.stored.scheme.allocation.round_to.0.clone();
        Ok(Self { data, base, awards, unit, further })
    }

    fn try_out(&self, changes: &Changes) -> Result<Outcome, String> {
        let begun = clock();
        let stored = changes.apply(&self.data.stored).map_err(|error| error.to_string())?;
        let calculation = stored.calculate().map_err(|faults| {
            faults
                .first()
                .map(|fault| match &fault.identifikator {
                    Some(id) => format!("Služba {id}: {}", fault.message),
                    None => fault.message.clone(),
                })
                .unwrap_or_default()
        })?;
        let lines = gains::lines(&self.awards, &awards(&self.data, &calculation));
        let sums = gains::sums(&lines);
        let allocated = crowns(&Fraction::sum(calculation.run.groups.iter().map(|group| &group.allocation)));
        let asked = crowns(&Fraction::sum(calculation.run.results.iter().map(|result| &result.ceiling)));
        Ok(Outcome { calculation, lines, sums, allocated, asked, milliseconds: clock() - begun })
    }
}

/// Loads the run and shows the what-if over it.
#[island]
pub fn WhatIf(
    /// The subsidy year.
    year: i32,
    /// Number of the round.
    kolo: i32,
    /// Number of the run.
    run: i32,
    /// Address of the version of the scheme.
    scheme: String,
    /// Words for it.
    scheme_words: String,
    /// A run may be saved.
    save: bool,
    /// A new version of the scheme, too.
    save_scheme: bool,
    /// Key that makes saving happen once.
    key: String,
) -> impl IntoView {
    let ground = RwSignal::new(None::<Result<Arc<Ground>, String>>);
    Effect::new(move || {
        spawn_local(async move {
            let read = read_what_if(year, kolo, run).await.map_err(|error| error.sentence);
            ground.set(Some(read.and_then(|data| Ground::of(data.0).map(Arc::new))));
        });
    });
    let desk = move || {
        let save = Saving { year, kolo, run, save, save_scheme, key: key.clone() };
        let ground = ground.get()?.ok()?;
        Some(view! { <Desk ground scheme=scheme.clone() scheme_words=scheme_words.clone() save/> })
    };
    view! {
        {move || match ground.get() {
            None => Some(Either::Left(view! { <p class="meta waits" role="status" aria-busy="true">"Načítám běh a jeho služby…"</p> })),
            Some(Err(sentence)) => Some(Either::Right(view! { <Alert sentence/> })),
            Some(Ok(_)) => None,
        }}
        <Redrawn class="" draw=desk/>
    }
}

/// A part that is made anew when what it shows changes. It is never on the page that the server makes, so it need not know how to wake up there,
/// nor how to turn one state into another: either would be as much code again as making it.
#[component]
fn Redrawn<V: IntoView + 'static>(
    /// Class of the element around it.
    class: &'static str,
    /// Makes it; nothing when there is nothing to show.
    draw: impl Fn() -> Option<V> + 'static,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |old: Option<Option<UnmountHandle<V::State>>>| {
        drop(old);
        place.get().zip(draw()).map(|(place, view)| mount_to(place.unchecked_into(), move || view))
    });
    view! { <div class=class node_ref=place></div> }
}

#[derive(Clone)]
struct Saving {
    year: i32,
    kolo: i32,
    run: i32,
    save: bool,
    save_scheme: bool,
    key: String,
}

#[component]
fn Desk(ground: Arc<Ground>, scheme: String, scheme_words: String, save: Saving) -> impl IntoView {
    let changes = RwSignal::new(Changes::default());
    let outcome = RwSignal::new(None::<Result<Arc<Outcome>, String>>);
    {
        let ground = ground.clone();
        Effect::new(move || outcome.set(Some(changes.with(|changes| ground.try_out(changes).map(Arc::new)))));
    }
    let shown = RwSignal::new(knobs::first(&ground.data.stored));
    let rest = ground.further.clone();
    let unit = ground.unit.clone();
    let names: Vec<(String, String)> = rest.iter().map(|knob| (knob.key(), knob.label.clone())).collect();
    let count = names.len();
    let number = ground.data.number;
    let add = move |key: String| {
        if let Some(knob) = rest.iter().find(|knob| knob.key() == key) {
            shown.update(|shown| {
                if !shown.contains(knob) {
                    shown.push(knob.clone());
                }
            });
        }
    };
    let changed = move || {
        changes.with(|c| {
            usize::from(c.amount.is_some())
                + usize::from(c.minimum.is_some())
                + c.groups.len()
                + c.params.len()
                + c.rates.len()
                + c.weights.len()
        })
    };
    let base = ground.clone();
    view! {
        <div class="cols cols--whatif">
            <div class="stack">
                <section class="card" aria-labelledby="parametry">
                    <div class="card__head"><h2 id="parametry">"Parametry"</h2><span class="count">{move || match changed() { 0 => "beze změny".to_owned(), n => format!("změněno {n}") }}</span><a class="row--end" href=scheme>{scheme_words}</a></div>
                    <For each=move || shown.get() key=Knob::key let:knob><Turn knob unit=unit.clone() changes/></For>
                    {(count > 0).then(|| view! {
                        <div class="field">
                            <label for="dalsi">{format!("Další sazby a váhy ({count})")}</label>
                            <select class="input select" id="dalsi" on:change=move |event| add(event_target_value(&event))>
                                <option value="">"vyberte, co chcete měnit"</option>
                                {names.into_iter().map(|(key, label)| view! { <option value=key>{label}</option> }).collect_view()}
                            </select>
                        </div>
                    })}
                </section>
                <Redrawn class="" draw=move || outcome.get()?.ok().map(|outcome| view! { <Totals outcome ground=base.clone()/> })/>
                <Save save changes outcome/>
            </div>
            <Redrawn class="stack" draw=move || Some(match outcome.get()? {
                Err(sentence) => Either::Left(view! { <Alert sentence/> }),
                Ok(outcome) => Either::Right(view! { <Findings outcome number/> }),
            })/>
        </div>
    }
}

/// A slider with its number field.
#[component]
fn Turn(knob: Knob, unit: Fraction, changes: RwSignal<Changes>) -> impl IntoView {
    let id = knob.id();
    let value = RwSignal::new(knob.was.clone());
    let text = RwSignal::new(for_people(&knob.was));
    let fault = RwSignal::new(None::<String>);
    let slides = !knob.was.is_zero();
    let knob = StoredValue::new(knob);
    let put = move |new: Fraction| {
        changes.update(|changes| knob.with_value(|knob| knob.set(changes, &new)));
        value.set(new);
        fault.set(None);
    };
    let slide = move |event| {
        let position = event_target_value(&event).parse().unwrap_or(HALF);
        if let Some(new) = knob.with_value(|knob| knob.at(position, &unit)) {
            text.set(for_people(&new));
            put(new);
        }
    };
    let write = move |event| {
        let typed = event_target_value(&event);
        match knob.with_value(|knob| knob.typed(&typed)) {
            Ok(new) => put(new),
            Err(sentence) => fault.set(Some(sentence)),
        }
        text.set(typed);
    };
    let label = knob.with_value(|knob| if knob.unit.is_empty() { knob.label.clone() } else { format!("{} ({})", knob.label, knob.unit) });
    let (field, message) = (id.clone(), format!("{id}-m"));
    view! {
        <div class="slider">
            <label for=field>{label.clone()}</label>
            {slides.then(|| view! {
                <input type="range" aria-label=format!("{label}, posuvník") min="0" max=2 * HALF step="1" prop:value=move || value.with(|value| knob.with_value(|knob| knob.position(value))).to_string() on:input=slide/>
            })}
            <input class="input" id=id.clone() inputmode="decimal" maxlength="40" prop:value=move || text.get() on:input=write aria-invalid=move || fault.with(Option::is_some).then_some("true") aria-describedby=message.clone()/>
            <span class="slider__was meta" id=message>{move || fault.get().unwrap_or_else(|| value.with(|value| knob.with_value(|knob| knob.was_words(value))))}</span>
        </div>
    }
}

#[component]
fn Totals(outcome: Arc<Outcome>, ground: Arc<Ground>) -> impl IntoView {
    let k = |value: &Fraction| for_people(&value.round(6, Rounding::HalfAway));
    let coefficients = outcome
        .calculation
        .run
        .groups
        .iter()
        .map(|group| {
            let was = ground.base.run.groups.iter().find(|other| other.group == group.group).map(|group| k(&group.k)).unwrap_or_default();
            let words = group.group.as_ref().map_or_else(|| "Koeficient krácení k".to_owned(), |group| format!("k, skupina {group}"));
            view! { <dt>{words}</dt><dd>{k(&group.k)}" "<span class="meta">{format!("bylo {was}")}</span></dd> }
        })
        .collect_view();
    let services = |n: usize| format!("{n} {}", plural(i64::try_from(n).unwrap_or(0), "služba", "služby", "služeb"));
    let sums = outcome.sums;
    view! {
        <section class="card">
            <div class="card__head"><h2>"Součty"</h2><span class="meta">{format!("přepočteno za {} ms v prohlížeči", outcome.milliseconds)}</span></div>
            <dl class="facts facts--sum">
                {coefficients}
                <dt>"Přidělí se"</dt><dd>{Money::crowns(sums.after).to_string()}</dd>
                <dt>"Zbyde"</dt><dd>{Money::crowns(outcome.allocated - sums.after).to_string()}</dd>
                <dt>"Získá"</dt><dd>{services(sums.gaining)}</dd>
                <dt>"Ztratí"</dt><dd>{services(sums.losing)}</dd>
                <dt>"Stejně"</dt><dd>{services(sums.same())}</dd>
            </dl>
        </section>
    }
}

#[component]
fn Findings(outcome: Arc<Outcome>, number: i32) -> impl IntoView {
    let (gains, losses) = drawn(&outcome.lines);
    let words = format!(
        "{} největších zisků z {} a {} největších ztrát z {}, tis. Kč",
        gains.len(),
        outcome.sums.gaining,
        losses.len(),
        outcome.sums.losing
    );
    let rows = gains
        .into_iter()
        .chain(losses)
        .map(|line| {
            let gain = line.gain();
            view! {
                <tr>
                    <th scope="row"><span class="clip w-name" title=line.name.clone()>{line.name.clone()}</span></th>
                    <td class="nowrap">{format!("§\u{a0}{}", line.paragraph)}</td>
                    <td class="num">{Money::crowns(line.before.unwrap_or_default()).plain()}</td>
                    <td class="num">{Money::crowns(line.after.unwrap_or_default()).plain()}</td>
                    <td class=tone(gain)>{signed(gain)}</td>
                </tr>
            }
        })
        .collect_view();
    let shown = outcome.sums.gaining.min(super::bars::SHOWN) + outcome.sums.losing.min(super::bars::SHOWN);
    view! {
        <section class="card"><div class="card__head"><h2>"Alokace proti návrhům"</h2></div><MoneyBar allocated=outcome.allocated asked=outcome.asked/></section>
        <div class="cols cols--half cols--wide-left">
            <section class="card">
                <div class="card__head"><h2>"Kdo získá a kdo ztratí"</h2><span class="meta">{words}</span></div>
                <DivergingBars lines=outcome.lines.clone() against=format!("běhu {number}")/>
            </section>
            <section class="stack">
                <ByParagraph lines=outcome.lines.clone() first=format!("Běh {number}") second="Zkouška"/>
                <div class="card card--flush">
                    <div class="card__head"><h2>"Podle služeb"</h2><span class="count">{format!("{shown} z {}", outcome.sums.services)}</span></div>
                    <div class="grid grid--bare" role="region" aria-label="Rozdíly podle služeb" tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col">"Služba"</th><th scope="col">"Druh"</th><th scope="col" class="num">{format!("Běh {number}")}</th><th scope="col" class="num">"Zkouška"</th><th scope="col" class="num" aria-sort="descending">"Rozdíl"</th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </div>
            </section>
        </div>
    }
}

/// Saving the what-if as a run.
#[component]
fn Save(save: Saving, changes: RwSignal<Changes>, outcome: RwSignal<Option<Result<Arc<Outcome>, String>>>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let said = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    if !save.save {
        return Either::Left(
            view! { <p class="meta">"Uložit zkoušku jako běh může, kdo má právo Vyhodnocení žádostí, dokud výsledky nejsou zveřejněné."</p> },
        );
    }
    let save_scheme = save.save_scheme;
    let refused = move || changes.with(Changes::change_scheme) && !save_scheme;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(Ok(outcome)) = outcome.get_untracked() else { return };
        if busy.get_untracked() {
            return;
        }
        // A value that cannot be read changes nothing, but whoever typed it believes that it did.
        if let Ok(Some(wrong)) = document().query_selector("main [aria-invalid='true']") {
            said.set(Some("Některé hodnotě nerozumíme. Opravte označené pole, potom zkoušku uložte.".to_owned()));
            if let Ok(field) = wrong.dyn_into::<leptos::web_sys::HtmlElement>() {
                let _ = field.focus();
            }
            return;
        }
        let changed = changes.get_untracked();
        if changed.is_empty() {
            said.set(Some("Proti běhu jste nic nezměnili. Změňte aspoň jednu hodnotu, potom zkoušku uložte.".to_owned()));
            return;
        }
        let (Ok(json), save) = (serde_json::to_string(&changed), save.clone()) else { return };
        busy.set(true);
        said.set(None);
        // Another what-if of the same page is another command.
        let key = format!("{}-{}", save.key, outcome.calculation.digest());
        let number = |n: i32| Some(n.to_string());
        let call = save_what_if(
            Some(key),
            number(save.year),
            number(save.kolo),
            number(save.run),
            Some(name.get_untracked()),
            Some(json),
            Some(outcome.calculation.digest()),
        );
        spawn_local(async move {
            match call.await {
                Ok(run) => {
                    let address = format!("/dotace/{}/{}/vypocet/{run}?hotovo=beh", save.year, save.kolo);
                    let _ = window().location().set_href(&address);
                }
                Err(error) => {
                    said.set(Some(error.fields.into_iter().next().map_or(error.sentence, |(_, sentence)| sentence)));
                    busy.set(false);
                }
            }
        });
    };
    Either::Right(view! {
        <section class="card" aria-labelledby="ulozit">
            <h2 id="ulozit">"Uložit jako běh"</h2>
            <form class="stack" on:submit=submit>
                <div class="field">
                    <label for="nazev">"Název běhu"</label>
                    <input class="input" id="nazev" maxlength="200" required prop:value=move || name.get() on:input=move |event| name.set(event_target_value(&event))/>
                </div>
                <p class="meta">{move || if refused() {
                    "Změněné schéma by byla nová verze. Založit ji může, kdo má právo Výpočtová schémata.".to_owned()
                } else if changes.with(Changes::change_scheme) {
                    "Uloží se nová verze schématu a běh. Server zkoušku přepočítá; uloží ji, jen když vyjde na korunu stejně.".to_owned()
                } else {
                    "Server zkoušku přepočítá; uloží ji, jen když vyjde na korunu stejně.".to_owned()
                }}</p>
                <div role="alert">{move || said.get().map(|sentence| view! { <p class="msg" data-tone="error"><Icon name="error"/><span>{sentence}</span></p> })}</div>
                <div class="row"><button class="btn btn--primary" type="submit" disabled=move || busy.get() || refused()>{move || if busy.get() { "Ukládám…" } else { "Uložit jako běh" }}</button></div>
            </form>
        </section>
    })
}
