//! The steps of a scheme as one form: formulas and statistics, in order.

use super::{
    edit_scheme::EditScheme,
    editor::Shown,
    formula::{FormulaField, Pieces, Scope, pieces},
    trial::{Trial, TrialRound, short},
};
use crate::{components::*, form};
use domain::{
    subsidy::{
        calculation::{
            Part as FormulaPart,
            scheme::{Rule, StatisticFunction, Step},
        },
        scheme_edit::{Fields, Part, fields, path},
    },
    text::plural,
};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Services whose values stand beside a step.
const BESIDE: usize = 2;

/// The form of the steps.
#[component]
pub fn StepsForm(
    /// The version.
    shown: Shown,
    /// Values on real services.
    trial: Trial,
) -> impl IntoView {
    let stored = fields(shown.scheme(), Part::Steps);
    let count = shown.scheme().step.len();
    let cards = shown
        .scheme()
        .step
        .iter()
        .enumerate()
        .map(|(at, step)| view! { <StepCard shown=shown.clone() step=step.clone() at stored=stored.clone() trial=trial.clone()/> })
        .collect_view();
    let empty = (count == 0).then(
        || view! { <Empty title="Schéma nemá žádný krok" text="Přidejte krok s vzorcem. Rozdělení pak vezme jeho hodnotu jako základ."/> },
    );
    let form = if shown.may_edit {
        let version = shown.version.row_version;
        let id = shown.version.row.id.to_string();
        view! {
            <form class="stack" method="post" id="kroky">
                <CommandFields path=EditScheme::PATH version=version/>
                <input type="hidden" name="schema" value=id/>
                <input type="hidden" name="cast" value=Part::Steps.key()/>
                <Bar statistic=true/>
                {empty}
                {cards}
                {(count > 3).then(|| view! { <Bar statistic=true/> })}
            </form>
        }
        .into_any()
    } else {
        view! { <div class="stack" id="kroky">{empty}{cards}</div> }.into_any()
    };
    let round = view! { <TrialRound trial=trial.clone() part="kroky"/> };
    view! {
        <div class="stack">
            <div class="row"><h2>"Kroky"</h2><span class="meta">"počítají se shora dolů, krok vidí jen kroky nad sebou"</span><span class="row--end">{round}</span></div>
            {form}
        </div>
    }
}

/// Buttons that save the form and add to it.
#[component]
pub fn Bar(
    /// A statistic can be added, too.
    #[prop(optional)]
    statistic: bool,
) -> impl IntoView {
    view! {
        <div class="row">
            <button class="btn btn--primary" type="submit">"Uložit"</button>
            <button class="btn" type="submit" name="co" value="pridat"><Icon name="plus"/>"Přidat"</button>
            {statistic.then(|| view! { <button class="btn" type="submit" name="co" value="pridat-statistiku"><Icon name="plus"/>"Přidat statistiku"</button> })}
        </div>
    }
}

/// Buttons that move an item or take it away; everything typed is saved with it.
#[component]
pub fn Move(
    /// Its place.
    at: usize,
    /// What it is called.
    name: String,
) -> impl IntoView {
    view! {
        <span class="row row--end">
            <button class="btn btn--quiet" type="submit" name="co" value=format!("vys-{at}") aria-label=format!("Posunout {name} výš")>"↑"</button>
            <button class="btn btn--quiet" type="submit" name="co" value=format!("niz-{at}") aria-label=format!("Posunout {name} níž")>"↓"</button>
            <button class="btn btn--quiet" type="submit" name="co" value=format!("smazat-{at}") aria-label=format!("Smazat {name}")><Icon name="x"/></button>
        </span>
    }
}

/// How a step is computed, for the choice of its kind.
fn kinds() -> Vec<(String, String)> {
    std::iter::once(("vzorec".to_owned(), "vzorec".to_owned()))
        .chain(
            StatisticFunction::ALL.into_iter().map(|function| (function.as_str().to_owned(), format!("statistika: {}", function.czech()))),
        )
        .collect()
}

#[component]
fn StepCard(shown: Shown, step: Step, at: usize, stored: Fields, trial: Trial) -> impl IntoView {
    let faulty = shown.faults.iter().any(|fault| fault.step.as_ref() == Some(&step.name));
    let label = step.label.clone().unwrap_or_default();
    let body = if shown.may_edit {
        view! { <StepFields shown=shown.clone() step=step.clone() at stored/> }.into_any()
    } else {
        view! { <StepRead shown=shown.clone() step=step.clone()/> }.into_any()
    };
    view! {
        <article class="step-card" data-tone=faulty.then_some("error") id=format!("kroky-{at}") aria-label=format!("Krok {}: {} {label}", at + 1, step.name)>
            <div class="step-card__no">{at + 1}</div>
            <div class="step-card__body">{body}</div>
            <div class="step-card__out"><StepValues trial at/></div>
        </article>
    }
}

#[component]
fn StepFields(shown: Shown, step: Step, at: usize, stored: Fields) -> impl IntoView {
    let typed = shown.typed.clone();
    let value = |field: &str| {
        let path = path(Part::Steps, at, field);
        typed.value(&form::name(&path), stored.get(&path).cloned().unwrap_or_default())
    };
    let text = |field: &'static str, words: &'static str, limit: u32| {
        let path = path(Part::Steps, at, field);
        view! { <Field name=form::name(&path) label=words value=value(field) error=typed.error(&path) limit=limit/> }
    };
    let scope = Scope::of(shown.scheme(), at);
    let formula = |field: &'static str, words: &'static str, optional: bool| {
        let path = path(Part::Steps, at, field);
        view! {
            <div class="field">
                <span class="field__help">{words}</span>
                <FormulaField name=form::name(&path) id=form::id(&path) label=format!("{words} kroku {}", at + 1) value=value(field) scope=scope.clone() optional readonly=false/>
            </div>
        }
    };
    let rule = match &step.rule {
        Rule::Formula(_) => formula("vzorec", "Vzorec", false).into_any(),
        Rule::Statistic(statistic) => {
            let counts = statistic.function == StatisticFunction::Count;
            view! {
                {(!counts).then(|| formula("z", "Z hodnoty", false))}
                {formula("kde", "Jen služby, kde (nepovinné)", true)}
                <div class="fields">
                    {text("podle", "Zvlášť podle (jména oddělte středníkem)", 2000)}
                    {(!counts).then(|| text("nejmene", "Nejméně hodnot", 10))}
                </div>
                {(!counts).then(|| formula("jinak", "Při méně hodnotách platí (nepovinné)", true))}
            }
            .into_any()
        }
    };
    let kind_path = path(Part::Steps, at, "jak");
    view! {
        <div class="row"><strong>{step.name.clone()}</strong><span>{step.label.clone()}</span><Move at name=format!("krok {}", step.name)/></div>
        {rule}
        <details>
            <summary class="meta">"Název, jednotka, vysvětlení, způsob výpočtu"</summary>
            <div class="fields">
                {text("jmeno", "Jméno ve vzorcích", 64)}
                {text("popis", "Popis", 200)}
                {text("jednotka", "Jednotka", 200)}
                <Choice name=form::name(&kind_path) label="Jak se počítá" options=kinds() value=value("jak")/>
                {text("proc", "Proč (čte poskytovatel)", 4000)}
            </div>
        </details>
        {step.why.clone().map(|why| view! { <span class="field__help">{why}</span> })}
    }
}

#[component]
fn StepRead(shown: Shown, step: Step) -> impl IntoView {
    let position = |part: FormulaPart| {
        shown
            .faults
            .iter()
            .find(|fault| fault.step.as_ref() == Some(&step.name) && fault.part == Some(part))
            .and_then(|fault| fault.position)
    };
    let show = |text: &str, part: FormulaPart| view! { <Pieces pieces=pieces(text.trim(), position(part))/> };
    let rule = match &step.rule {
        Rule::Formula(formula) => show(formula, FormulaPart::Formula).into_any(),
        Rule::Statistic(statistic) => view! {
            <span class="fn">{statistic.function.czech()}</span>
            {statistic.of.as_ref().map(|of| view! { " z "{show(of, FormulaPart::Of)} })}
            {statistic.condition.as_ref().map(|condition| view! { " kde "{show(condition, FormulaPart::Where)} })}
            {(!statistic.per.is_empty()).then(|| format!(" podle {}", statistic.per.join(", ")))}
            {statistic.min_count.map(|count| format!("; nejméně {count}"))}
            {statistic.otherwise.as_ref().map(|otherwise| view! { ", jinak "{show(otherwise, FormulaPart::Otherwise)} })}
        }
        .into_any(),
    };
    view! {
        <div class="row"><strong>{step.name.clone()}</strong><span>{step.label.clone()}</span>{step.unit.clone().map(|unit| view! { <span class="tag">{unit}</span> })}</div>
        <div class="formula formula--read">{rule}</div>
        {step.why.clone().map(|why| view! { <span class="field__help">{why}</span> })}
    }
}

/// Values of the first services beside a step.
#[component]
fn StepValues(trial: Trial, at: usize) -> impl IntoView {
    if trial.names.is_empty() {
        return view! { <span class="muted">"kolo bez služeb"</span> }.into_any();
    }
    if trial.preview.values.is_empty() && at < trial.preview.steps {
        return view! { <span class="muted">"službám chybí vstupy, viz "<a href=format!("?cast=zkouska&kolo={}", trial.chosen)>"Zkouška"</a></span> }.into_any();
    }
    if at >= trial.preview.steps {
        return view! { <span class="muted">"náhled až po opravě"</span> }.into_any();
    }
    let lines = trial
        .preview
        .values
        .iter()
        .take(BESIDE)
        .map(|(identifikator, values)| {
            let name: String = trial.names.get(identifikator).map(|name| name.chars().take(18).collect()).unwrap_or_default();
            view! { <span class="row spread"><span>{name}</span><strong>{values.get(at).map(short)}</strong></span> }
        })
        .collect_view();
    let (count, faults) = (trial.preview.values.len(), trial.preview.faults.len());
    let words = if faults == 0 { "bez chyby".to_owned() } else { format!("{faults} s chybou") };
    view! { {lines}<span class="row spread"><span>{format!("{count} {}", plural(count as i64, "služba", "služby", "služeb"))}</span><strong>{words}</strong></span> }.into_any()
}
