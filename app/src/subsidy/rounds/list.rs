//! `/dotace`: years and rounds, for a kraj with its own window, for the MPSV with those of all kraje.

use super::{create_round::CreateRound, open_year::OpenYear};
use crate::{
    components::*,
    form::Typed,
    layout::*,
    request,
    subsidy::{ROUNDS, dates, tabs},
};
use domain::{
    accounts::{OrganisationKind, Right},
    codelists::Kraj,
    text::plural,
};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::subsidy::rounds::{self, KrajRound, Round};

permit_page!("/dotace" => ROUNDS);

/// `/dotace`.
#[component]
pub fn YearsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUNDS).await?;
        let actor = request::actor();
        let account = actor.account()?;
        let years = rounds::years(&mut tx).await?;
        let mut all = Vec::new();
        for round in rounds::rounds(&mut tx).await? {
            let set = rounds::kraj_rounds(&mut tx, round.id).await?;
            all.push((round, set));
        }
        let mpsv = account.kind == OrganisationKind::Mpsv;
        let may_open = actor.has(Right::YearAdministration);
        let next_year =
            years.first().map_or_else(|| chrono::Datelike::year(&store::prague::day(request::info().received_at)) + 1, |year| year + 1);
        let title = if mpsv { "Dotační roky" } else { "Dotace" };
        let sub = match all.len() {
            0 => "Zatím žádné dotační kolo.".to_owned(),
            n => format!(
                "{n} {} {} {} {}",
                plural(n as i64, "kolo", "kola", "kol"),
                domain::text::within(years.len()),
                years.len(),
                if years.len() == 1 { "dotačním roce" } else { "dotačních letech" }
            ),
        };
        let kraj = account.kraj.clone();
        let sections = years
            .iter()
            .map(|year| {
                let of_year: Vec<_> = all.iter().filter(|(round, _)| round.year == *year).cloned().collect();
                view! { <YearSection year=*year rounds=of_year kraj=kraj.clone() may_open/> }
            })
            .collect_view();
        Ok(view! {
            <Page title=title sub=sub>
                <div class="main stack">
                    {may_open.then(|| view! { <OpenYearForm next=next_year/> })}
                    {years.is_empty().then(|| view! {
                        <Empty title="Žádný dotační rok není otevřený" text="Rok a jeho kola otevírá MPSV. Jakmile tak učiní, nastavíte zde svůj termín."/>
                    })}
                    {sections}
                </div>
            </Page>
        }
        .into_any())
    })
}

#[component]
fn OpenYearForm(next: i32) -> impl IntoView {
    let typed = Typed::of(OpenYear::PATH);
    view! {
        <section class="card">
            <form class="row row--fields" method="post">
                <CommandFields path=OpenYear::PATH/>
                <Field name="rok" label="Nový dotační rok" value=typed.value("rok", next.to_string()) error=typed.error("rok") limit=4/>
                <button class="btn btn--primary" type="submit"><Icon name="plus"/>"Otevřít rok"</button>
            </form>
        </section>
    }
}

#[component]
fn YearSection(year: i32, rounds: Vec<(Round, Vec<KrajRound>)>, kraj: Option<String>, may_open: bool) -> impl IntoView {
    let next = rounds.iter().map(|(round, _)| round.number).max().unwrap_or(0) + 1;
    let typed = Typed::of_form(CreateRound::PATH, "rok", &year.to_string());
    let anchor = format!("rok-{year}");
    let empty = rounds.is_empty();
    let rows = rounds
        .into_iter()
        .map(|(round, set)| match &kraj {
            Some(code) => {
                let own = set.into_iter().find(|k| k.kraj_code == *code);
                view! { <OwnRow round own/> }.into_any()
            }
            None => view! { <CountryRow round set/> }.into_any(),
        })
        .collect_view();
    let last = if kraj.is_some() { "Alokace, Kč" } else { "Termíny krajů" };
    view! {
        <section class="card card--flush" aria-labelledby=anchor.clone()>
            <div class="card__head"><h2 id=anchor.clone()>{format!("Rok {year}")}</h2></div>
            {if empty {
                view! { <p class="card__foot">"V tomto roce zatím není žádné kolo."</p> }.into_any()
            } else {
                view! {
                    <div class="grid grid--bare" role="region" aria-label=format!("Kola roku {year}") tabindex="0">
                        <table class="data">
                            <thead><tr>
                                <th scope="col">"Kolo"</th><th scope="col">"Název"</th>
                                <th scope="col">{if kraj.is_some() { "Stav" } else { "Zveřejněno" }}</th>
                                <th scope="col">{if kraj.is_some() { "Termín podávání" } else { "Podávání probíhá" }}</th>
                                <th scope="col" class="num">{last}</th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
            {may_open.then(|| view! {
                <div class="card__foot">
                    <form class="row row--fields" method="post">
                        <CommandFields path=CreateRound::PATH/>
                        <input type="hidden" name="rok" value=year/>
                        <NumberedField year name="cislo" label="Číslo kola" value=typed.value("cislo", next.to_string()) error=typed.error("cislo")/>
                        <NumberedField year name="nazev" label="Název kola" value=typed.value("nazev", format!("Program A, {next}. kolo")) error=typed.error("nazev")/>
                        <button class="btn" type="submit"><Icon name="plus"/>"Založit kolo"</button>
                    </form>
                </div>
            })}
        </section>
    }
}

/// A field of a form that stands once per year, so that its identifier carries the year.
#[component]
fn NumberedField(year: i32, name: &'static str, label: &'static str, value: String, error: Option<String>) -> impl IntoView {
    let id = format!("{name}-{year}");
    let message = format!("{id}-m");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id name=name value=value maxlength="200" aria-invalid=error.is_some().then_some("true")
                aria-describedby=error.is_some().then(|| message.clone())/>
            {error.map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
        </div>
    }
}

#[component]
fn OwnRow(round: Round, own: Option<KrajRound>) -> impl IntoView {
    let now = request::info().received_at;
    let (tone, icon, word) = tabs::state(own.as_ref(), now);
    let href = tabs::href(round.year, round.number, "");
    let window = own.as_ref().and_then(KrajRound::window);
    view! {
        <tr>
            <td>{round.number}</td>
            <th scope="row"><a href=href>{round.label}</a></th>
            <td><Pill tone icon word/></td>
            <td>{window.map_or_else(|| "–".to_owned(), dates::window_short)}</td>
            <td class="num">{own.map_or_else(|| "–".to_owned(), |own| domain::money::Money::crowns(own.allocation).plain())}</td>
        </tr>
    }
}

#[component]
fn CountryRow(round: Round, set: Vec<KrajRound>) -> impl IntoView {
    let now = request::info().received_at;
    let published: Vec<_> = set.iter().filter(|k| k.window_published_at.is_some()).collect();
    let open = published.iter().filter(|k| k.opens_at <= now && now < k.closes_at).count();
    let all = Kraj::all().count();
    view! {
        <tr>
            <td>{round.number}</td>
            <th scope="row"><a href=tabs::href(round.year, round.number, "")>{round.label}</a></th>
            <td>{format!("{} ze {all} krajů", published.len())}</td>
            <td>{match open { 0 => "nikde".to_owned(), n => format!("{} {n} {}", domain::text::within(n), if n == 1 { "kraji" } else { "krajích" }) }}</td>
            <td class="num"><a href=tabs::href(round.year, round.number, "")>"Zobrazit"</a></td>
        </tr>
    }
}
