//! The form that starts a run: scheme, money, name; and what stands in its way.

use super::{
    faults::{self, FaultLine, FaultList},
    keep::{self, Checked, RoundRows},
    start_run::StartRun,
};
use crate::{
    components::*,
    error::AppError,
    form::{self, Typed},
    request,
    subsidy::tabs,
};
use domain::{accounts::Right, money::Money, text::plural};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::{
    Tx,
    subsidy::{
        rounds::{self, KrajRound, Round, SchemeVersion},
        schemes,
    },
};
use uuid::Uuid;

/// Everything that the form shows.
#[derive(Debug)]
pub struct StartData {
    round: Round,
    own: KrajRound,
    schemes: Vec<SchemeVersion>,
    chosen: Option<Chosen>,
    services: usize,
    finished: usize,
    failed: usize,
    next: i32,
}

#[derive(Debug)]
struct Chosen {
    id: Uuid,
    editor: String,
    grouped: bool,
    checked: Checked,
    lines: Vec<FaultLine>,
}

/// Reads what the form needs. The version is that of `?schema=`, else that of the round, else the newest one.
pub async fn read(tx: &mut Tx, round: &Round, own: &KrajRound, next: i32) -> Result<StartData, AppError> {
    let schemes = rounds::scheme_versions(tx).await?;
    let asked = request::query_pairs().into_iter().find(|(name, _)| name == "schema").and_then(|(_, id)| id.parse::<Uuid>().ok());
    let known = |id: &Uuid| schemes.iter().any(|version| version.id == *id);
    let id = asked.filter(known).or(own.scheme_version_id.filter(known)).or(schemes.first().map(|version| version.id));
    let rows = RoundRows::read(tx, own.id).await?;
    let chosen = match id {
        None => None,
        Some(id) => {
            let version = schemes::version(tx, id).await?;
            let editor = format!("/dotace/schemata/{}/{id}", version.row.scheme_id);
            let checked = if rows.is_empty() { Checked::default() } else { keep::check(&version.document, &rows) };
            let lines = faults::lines(&checked.faults, &version.document, &rows, round, &editor);
            Some(Chosen { id, editor, grouped: version.document.allocation.group.is_some(), checked, lines })
        }
    };
    let (services, finished, failed) = (rows.len(), rows.finished(), rows.failed);
    Ok(StartData { round: round.clone(), own: own.clone(), schemes, chosen, services, finished, failed, next })
}

/// The form with its faults.
#[component]
pub fn StartForm(
    /// What it shows.
    data: StartData,
) -> impl IntoView {
    let typed = Typed::of(StartRun::PATH);
    let here = tabs::href(data.round.year, data.round.number, "/vypocet");
    let count = |n: usize| plural(i64::try_from(n).unwrap_or(i64::MAX), "služba", "služby", "služeb");
    if data.services == 0 {
        return view! {
            <Empty title="Není co počítat" text="V kole zatím není žádná služba, která prošla formální kontrolou."
                way=(tabs::href(data.round.year, data.round.number, "/zadosti"), "Přejít na žádosti".to_owned())/>
        }
        .into_any();
    }
    let Some(chosen) = data.chosen else {
        let way = request::actor().has(Right::SchemeEdit).then(|| ("/dotace/schemata".to_owned(), "Založit schéma".to_owned()));
        let text = "Výpočet běží podle schématu kraje. Začněte z vestavěného schématu, nebo nahrajte vlastní.";
        return match way {
            Some(way) => view! { <Empty title="Kraj ještě nemá výpočtové schéma" text=text way=way/> }.into_any(),
            None => view! { <Empty title="Kraj ještě nemá výpočtové schéma" text=text/> }.into_any(),
        };
    };
    let state = format!(
        "{} {}, z toho {} s dokončeným hodnocením.{}",
        data.services,
        count(data.services),
        data.finished,
        if data.failed > 0 {
            format!(
                " Formální kontrolou {} {} {}, do výpočtu {}.",
                plural(data.failed as i64, "neprošla", "neprošly", "neprošlo"),
                data.failed,
                count(data.failed),
                plural(data.failed as i64, "nevstupuje", "nevstupují", "nevstupuje")
            )
        } else {
            String::new()
        }
    );
    let value = chosen.id.to_string();
    let options: Vec<(String, String)> = data
        .schemes
        .iter()
        .map(|v| (v.id.to_string(), format!("{} {}{}", v.name, v.version, if v.frozen_at.is_some() { "" } else { " (rozepsané)" })))
        .collect();
    let refusal = typed.sentence();
    let ready = chosen.checked.faults.is_empty();
    let money = if chosen.grouped {
        let fields = chosen
            .checked
            .groups
            .iter()
            .enumerate()
            .map(|(at, group)| {
                let (name_path, amount_path) = (format!("skupina.{at}"), format!("castka.{at}"));
                let name = form::name(&amount_path);
                view! {
                    <input type="hidden" name=form::name(&name_path) value=group.clone()/>
                    <Field name=name.clone() label=format!("Skupina {group}") value=typed.value(&name, "") error=typed.error(&name) unit="Kč" limit=20 required=true/>
                }
            })
            .collect_view();
        view! { <fieldset class="stack"><legend>"K rozdělení podle skupin"</legend><p class="meta">{format!("Alokace kola je {}.", Money::crowns(data.own.allocation))}</p>{fields}</fieldset> }.into_any()
    } else {
        let stored = Money::crowns(data.own.allocation).plain();
        view! { <Field name="castka" label="K rozdělení" value=typed.value("castka", stored) error=typed.error("castka") unit="Kč" limit=20 required=true help="Předvyplněna je alokace kola."/> }.into_any()
    };
    view! {
        <section class="card stack" aria-labelledby="spustit" id="spusteni">
            <div class="card__head"><h2 id="spustit">"Spustit výpočet"</h2></div>
            <p class="meta">{state}</p>
            {refusal.map(|sentence| view! { <Banner tone=Tone::Error alert=true>{sentence}</Banner> })}
            <form class="row row--fields" method="get" action=here>
                <Choice name="schema" label="Schéma a verze" options=options value=value.clone()/>
                <button class="btn" type="submit">"Připravit"</button>
                <a class="btn btn--quiet" href=chosen.editor>"Zobrazit schéma"</a>
            </form>
            {if ready {
                view! {
                    <form class="stack" method="post">
                        <CommandFields path=StartRun::PATH/>
                        <input type="hidden" name="rok" value=data.round.year/>
                        <input type="hidden" name="kolo" value=data.round.number/>
                        <input type="hidden" name="schema" value=value/>
                        {money}
                        <Field name="nazev" label="Název běhu" value=typed.value("nazev", format!("Běh č. {}", data.next)) error=typed.error("nazev") required=true help="Název se později nemění."/>
                        <div class="row"><button class="btn btn--primary" type="submit">"Spustit výpočet"</button></div>
                        <p class="meta">"Verze schématu se prvním během zmrazí. Další změny budou nová verze."</p>
                    </form>
                }.into_any()
            } else {
                view! { <Banner tone=Tone::Error>"Výpočet půjde spustit, až opravíte chyby v seznamu."</Banner> }.into_any()
            }}
        </section>
        {(!ready).then(|| view! { <FaultList lines=chosen.lines/> })}
    }
    .into_any()
}
