//! `/dotace/{rok}/{kolo}/zadosti/import`: applications from a file, first as a dry run with a report by line.

use super::{import_confirm::ConfirmImport, import_read::ReadApplications, import_read::table};
use crate::{
    components::*,
    error::AppError,
    form::Typed,
    layout::*,
    request,
    subsidy::tabs::{self, RoundTabs, Step},
};
use chrono::NaiveDate;
use domain::{
    accounts::{Permission, Right},
    codelists::Kraj,
    subsidy::intake::{COLUMNS, Fault, Known, Read},
    text::plural,
};
use leptos::prelude::*;
use server_fn::ServerFn;
use std::collections::BTreeMap;
use store::{
    Tx,
    subsidy::{
        imports,
        rounds::{self, KrajRound, Round},
    },
};
use uuid::Uuid;

permit_page!("/dotace/{rok}/{kolo}/zadosti/import" => Permission::Has(Right::RoundAdministration));

/// Faults that are shown; the rest is counted.
const SHOWN_FAULTS: usize = 200;

/// What a part of a file would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The applicant has no application in this round yet.
    New,
    /// It has the same one, from an earlier file.
    Same,
    /// It replaces the one of an earlier file, which nobody worked on yet.
    Replaces(Uuid),
}

/// One applicant of a file.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Key of the provider.
    pub provider: String,
    /// Name.
    pub name: String,
    /// Number of services.
    pub services: usize,
    /// Sum of requests.
    pub request: u64,
    /// What would happen.
    pub effect: Effect,
}

/// What a file would do.
#[derive(Debug, Clone, Default)]
pub struct DryRun {
    /// What was read, and everything that is wrong.
    pub read: Read,
    /// The applicants by name.
    pub previews: Vec<Preview>,
}

/// Reads a file against the register and the round, without writing anything.
pub async fn dry_run(tx: &mut Tx, own: &KrajRound, content: &str, today: NaiveDate) -> Result<DryRun, AppError> {
    let kraj = own.kraj_code.parse().ok().and_then(|code| Kraj::of_code(code).ok()).ok_or_else(AppError::fault)?;
    let table = match table(content) {
        Ok(table) => table,
        Err(sentence) => {
            let faults = vec![Fault { line: 1, column: String::new(), sentence }];
            return Ok(DryRun { read: Read { faults, ..Read::default() }, ..DryRun::default() });
        }
    };
    let registered = imports::registered(tx, &table.identifikatory(), today).await?;
    let known: BTreeMap<String, Vec<Known>> = registered
        .into_iter()
        .map(|(key, all)| {
            let all = all.into_iter().map(|r| Known { provider: r.provider_id.to_string(), facts: r.facts, applicant: r.applicant });
            (key, all.collect())
        })
        .collect();
    let mut read = table.read(kraj, own.year, &known);
    let live = imports::live_parts(tx, own.id).await?;
    let mut previews = Vec::new();
    for (provider, part) in &read.parts {
        let there = provider.parse::<Uuid>().ok().and_then(|id| live.get(&id));
        let effect = match there {
            None => Effect::New,
            Some(there) if there.source == "csv" && there.document.0 == *part => Effect::Same,
            Some(there) if there.source == "csv" && !there.touched => Effect::Replaces(there.id),
            Some(there) => {
                let name = &part.applicant.name;
                let sentence = if there.source == "csv" {
                    format!(
                        "Žádost žadatele {name} už se kontroluje nebo hodnotí a v souboru je jiná. Jeho řádky ze souboru vymažte, nebo je vraťte do původní podoby."
                    )
                } else {
                    format!("Žadatel {name} podal žádost formulářem. Jeho řádky ze souboru vymažte.")
                };
                let first = part.services.first().and_then(|s| s.facts.identifier.as_deref()).map(domain::subsidy::intake::comparable);
                let line = table
                    .lines
                    .iter()
                    .find(|(_, cells)| cells.iter().any(|c| first.as_deref() == Some(&domain::subsidy::intake::comparable(c))));
                read.faults.push(Fault { line: line.map_or(0, |(line, _)| *line), column: String::new(), sentence });
                continue;
            }
        };
        previews.push(Preview {
            provider: provider.clone(),
            name: part.applicant.name.clone(),
            services: part.services.len(),
            request: part.services.iter().map(|s| s.request.get()).sum(),
            effect,
        });
    }
    previews.sort_by(|a, b| domain::text::fold(&a.name).cmp(&domain::text::fold(&b.name)).then_with(|| a.provider.cmp(&b.provider)));
    read.faults.sort_by_key(|fault| fault.line);
    Ok(DryRun { read, previews })
}

/// What went wrong before a file could be kept, by its code in `?chyba=`.
pub const UPLOAD_FAULTS: &[(&str, &str)] = &[
    ("prazdny", "Nevybrali jste žádný soubor, nebo je prázdný. Vyberte soubor CSV a nahrajte ho znovu."),
    ("velky", "Soubor je větší než 8 MB. Rozdělte ho na části, nebo vymažte nepotřebné sloupce."),
    ("kodovani", "Soubor není v kódování UTF-8. V Excelu zvolte Uložit jako a typ „CSV UTF-8 (oddělený středníkem)“."),
    ("termin", "Nejdřív nastavte termín kola. Po zveřejnění výsledků už žádosti načíst nejde."),
];

/// `/dotace/{rok}/{kolo}/zadosti/import`.
#[component]
pub fn ImportPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::Has(Right::RoundAdministration)).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        tabs::still_open(&own)?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let query = |wanted: &str| request::query_pairs().into_iter().find(|(name, _)| name == wanted).map(|(_, text)| text);
        let waiting = match query("davka") {
            None => None,
            Some(id) => {
                let id = id.parse().map_err(|_| AppError::not_found("Soubor"))?;
                let import = imports::import(&mut tx, id).await.map_err(|e| tabs::missing(e, "Soubor"))?;
                if import.kraj_round_id != own.id {
                    return Err(AppError::not_found("Soubor"));
                }
                let run = dry_run(&mut tx, &own, &import.content, store::prague::day(request::info().received_at)).await?;
                Some((import, run))
            }
        };
        let fault = query("chyba").and_then(|code| UPLOAD_FAULTS.iter().find(|(other, _)| *other == code)).map(|(_, sentence)| *sentence);
        let mut crumbs = tabs::crumbs(&round);
        crumbs.push((tabs::href(round.year, round.number, "/zadosti"), "Žádosti".to_owned()));
        let under = view! { <RoundTabs round=round.clone() step=Step::Applications progress/> }.into_any();
        Ok(view! {
            <Page title="Načtení žádostí ze souboru" crumbs=crumbs under=under>
                <div class="main"><div class="cols cols--side">
                    <div class="stack">
                        {fault.map(|sentence| view! { <Banner tone=Tone::Error alert=true>{sentence}</Banner> })}
                        {match waiting {
                            Some((import, run)) => view! { <Report round=round.clone() import run/> }.into_any(),
                            None => view! { <Bring round=round.clone()/> }.into_any(),
                        }}
                    </div>
                    <Columns round=round.clone()/>
                </div></div>
            </Page>
        }
        .into_any())
    })
}

#[component]
fn Bring(round: Round) -> impl IntoView {
    let typed = Typed::of(ReadApplications::PATH);
    let upload = tabs::href(round.year, round.number, "/zadosti/nahrat");
    view! {
        <section class="card stack">
            <h2>"Soubor CSV"</h2>
            <form class="row row--fields" method="post" enctype="multipart/form-data" action=upload>
                <div class="field"><label for="soubor">"Soubor z tabulkového programu"</label><input class="input" type="file" id="soubor" name="soubor" accept=".csv,.txt,text/csv"/></div>
                <button class="btn btn--primary" type="submit">"Nahrát a zkontrolovat"</button>
            </form>
            <p class="or">"nebo"</p>
            <form class="stack" method="post">
                <CommandFields path=ReadApplications::PATH/>
                <input type="hidden" name="rok" value=round.year/>
                <input type="hidden" name="kolo" value=round.number/>
                <div class="field">
                    <label for="text">"Vložit tabulku"</label>
                    <TextArea name="text" value=typed.value("text", "") rows=10 limit=1_900_000 invalid=typed.error("text").is_some() described_by="text-h"/>
                    <span class="field__help" id="text-h">"V Excelu označte tabulku i se záhlavím, zkopírujte ji a sem vložte."</span>
                    {typed.error("text").map(|text| view! { <Message id="text-m" tone=Tone::Error text=text/> })}
                </div>
                <div class="row"><button class="btn" type="submit">"Zkontrolovat"</button></div>
            </form>
            <p class="meta">"Nejdřív se soubor jen zkontroluje. Do kola se načte až dalším tlačítkem, a to celý, nebo vůbec."</p>
        </section>
    }
}

#[component]
fn Columns(round: Round) -> impl IntoView {
    view! {
        <section class="card stack" aria-labelledby="sloupce">
            <h2 id="sloupce">"Sloupce souboru"</h2>
            <p><a href=tabs::href(round.year, round.number, "/zadosti/sablona")>"Stáhnout šablonu CSV"</a>" se všemi řádky rozpočtu."</p>
            <dl class="facts facts--names">
                {COLUMNS.into_iter().map(|(name, words)| view! { <dt>{name}</dt><dd>{words}</dd> }).collect_view()}
            </dl>
            <p class="meta">"Žadatele najdeme v registru podle identifikátoru služby. Oddělovač je středník, tabulátor nebo čárka, kódování UTF-8."</p>
        </section>
    }
}

#[component]
fn Report(round: Round, import: imports::Import, run: DryRun) -> impl IntoView {
    let refused = Typed::of(ConfirmImport::PATH);
    let faults = run.read.faults.len();
    let parts = run.previews.len();
    let of = |wanted: fn(&Effect) -> bool| run.previews.iter().filter(|p| wanted(&p.effect)).count();
    let (new, same) = (of(|e| *e == Effect::New), of(|e| *e == Effect::Same));
    let replaced = parts - new - same;
    let back = tabs::href(round.year, round.number, "/zadosti/import");
    let summary = format!(
        "{}: {} {}, {parts} {}, z toho nových {new}, nahrazených {replaced}, beze změny {same}.",
        import.file_name,
        run.read.lines,
        plural(run.read.lines as i64, "služba", "služby", "služeb"),
        plural(parts as i64, "žadatel", "žadatelé", "žadatelů"),
    );
    let warnings = run.read.warnings.len();
    let warned: Vec<Fault> = run.read.warnings.into_iter().take(SHOWN_FAULTS).collect();
    let shown: Vec<Fault> = run.read.faults.into_iter().take(SHOWN_FAULTS).collect();
    let rows = run.previews.into_iter().map(|p| {
        let (tone, icon, word) = match p.effect {
            Effect::New => (Tone::Info, "plus", "nová"),
            Effect::Same => (Tone::Neutral, "done", "beze změny"),
            Effect::Replaces(_) => (Tone::Warn, "undo", "nahradí dřívější soubor"),
        };
        view! {
            <tr><th scope="row">{p.name}</th><td><Pill tone icon word/></td><td class="num">{p.services}</td><td class="num">{domain::money::group_thousands(&p.request.to_string())}</td></tr>
        }
    }).collect_view();
    let verdict = if import.done_at.is_some() {
        view! { <Banner tone=Tone::Info>"Tento soubor už byl načten. Nové načtení by nic nezměnilo."</Banner> }.into_any()
    } else if faults > 0 {
        view! { <Banner tone=Tone::Error alert=true>{format!("Soubor má {faults} {}, proto se z něj nenačte nic. Opravte je v tabulce a vložte ji znovu.", plural(faults as i64, "chybu", "chyby", "chyb"))}</Banner> }.into_any()
    } else if new + replaced == 0 {
        view! { <Banner tone=Tone::Info>"Všechno ze souboru už v kole je, načtení by nic nezměnilo."</Banner> }.into_any()
    } else {
        view! {
            <form class="row" method="post">
                <CommandFields path=ConfirmImport::PATH/>
                <input type="hidden" name="rok" value=round.year/>
                <input type="hidden" name="kolo" value=round.number/>
                <input type="hidden" name="davka" value=import.id.to_string()/>
                <button class="btn btn--primary" type="submit">{format!("Načíst {} {}", new + replaced, plural((new + replaced) as i64, "žádost", "žádosti", "žádostí"))}</button>
            </form>
        }.into_any()
    };
    view! {
        <section class="card stack">
            <h2>"Zkouška načtení"</h2>
            {refused.refusal().cloned().map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
            <p>{summary}</p>
            {verdict}
            <p><a href=back>"Vložit jiný soubor"</a></p>
        </section>
        {places("error", "Chyby souboru", format!("Prvních {SHOWN_FAULTS} z {faults} chyb"), faults, shown)}
        {places("warn", "Na co se podívat", format!("Prvních {SHOWN_FAULTS} z {warnings} upozornění"), warnings, warned)}
        {(parts > 0).then(|| view! {
            <div class="grid" role="region" aria-label="Žadatelé v souboru" tabindex="0">
                <table class="data">
                    <caption>"Žadatelé v souboru"</caption>
                    <thead><tr><th scope="col">"Žadatel"</th><th scope="col">"Co se stane"</th><th scope="col" class="num">"Služeb"</th><th scope="col" class="num">"Požadavek, Kč"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        })}
    }
}

/// A table of places in the file with a sentence each; `first` is its caption where there are more than are shown.
fn places(tone: &'static str, caption: &'static str, first: String, count: usize, shown: Vec<Fault>) -> Option<impl IntoView + use<>> {
    (!shown.is_empty()).then(|| {
        view! {
            <div class="grid" role="region" aria-label=caption tabindex="0">
                <table class="data">
                    <caption>{if count > SHOWN_FAULTS { first } else { caption.to_owned() }}</caption>
                    <thead><tr><th scope="col" class="num">"Řádek"</th><th scope="col">"Sloupec"</th><th scope="col">{if tone == "error" { "Co je potřeba opravit" } else { "Co zkontrolovat" }}</th></tr></thead>
                    <tbody>{shown.into_iter().map(|f| view! {
                        <tr data-tone=tone><td class="num">{f.line}</td><td>{if f.column.is_empty() { "celý řádek".to_owned() } else { f.column }}</td><td>{f.sentence}</td></tr>
                    }).collect_view()}</tbody>
                </table>
            </div>
        }
    })
}

/// Header of the template: every column once, with the rows of the budget written out.
pub fn template() -> String {
    let mut names = vec!["identifikator".to_owned()];
    for forms in domain::codelists::FormGroup::ALL {
        names.extend(["kapacita", "jednotky", "mesice"].map(|name| format!("{name}_{}", forms.key())));
    }
    for row in domain::codelists::budget_rows().iter().filter(|row| !row.is_sum && row.eligible) {
        names.extend([format!("naklady.{}", row.key), format!("pozadavek.{}", row.key)]);
    }
    names.extend(["verejne", "podil", "ostatni"].map(str::to_owned));
    format!("\u{feff}{}\r\n", names.join(";"))
}
