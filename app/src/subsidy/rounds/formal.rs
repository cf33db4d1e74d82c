//! `/dotace/{rok}/{kolo}/formalni` and the check of one application. What fails it is not assessed and is no row of a calculation.

use super::{applications::source, formal_check::SaveCheck, remove_imported::RemoveImported};
use crate::{
    components::*,
    error::AppError,
    form::{self, Typed},
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        tabs::{self, RoundState, RoundTabs, Step},
    },
};
use domain::{
    accounts::Right,
    money::Money,
    subsidy::assessment::{FormalCheck, FormalItem},
    text::plural,
    time::date_time,
};
use leptos::prelude::*;
use print::Table;
use server_fn::ServerFn;
use store::{
    Tx,
    subsidy::{
        parts::{self, PartDetail, PartRow},
        rounds::{self, KrajRound},
    },
};

permit_page!("/dotace/{rok}/{kolo}/formalni" => ROUND_VIEW);
permit_page!("/dotace/{rok}/{kolo}/formalni/{zadost}" => ROUND_VIEW);

/// The state of a formal check: tone, icon, words.
pub fn outcome_words(outcome: &str, answered: usize, items: usize) -> (Tone, &'static str, String) {
    match outcome {
        "passed" => (Tone::Ok, "done", "prošla".to_owned()),
        "failed" => (Tone::Error, "x", "neprošla".to_owned()),
        _ if answered == 0 => (Tone::Neutral, "clock", "nezahájena".to_owned()),
        _ => (Tone::Violet, "half", format!("{answered} z {items}")),
    }
}

fn answered(check: Option<&FormalCheck>, items: &[FormalItem]) -> usize {
    items.iter().filter(|item| check.is_some_and(|c| c.answers.get(&item.key).is_some_and(|a| a.passed.is_some()))).count()
}

/// The applications in the formal check that a state takes.
pub struct FormalList {
    /// `open`, `passed`, `failed`, or nothing for all.
    pub outcome: String,
    /// How many there are in every state.
    pub all: usize,
    /// The applications, by name of the applicant.
    pub rows: Vec<PartRow>,
    /// The list that is checked.
    pub items: Vec<FormalItem>,
}

impl FormalList {
    /// Of a kraj's round.
    pub async fn load(tx: &mut Tx, own: &KrajRound, pairs: &[(String, String)]) -> Result<Self, AppError> {
        let outcome = pairs.iter().find(|(name, _)| name == "stav").map(|(_, value)| value.clone()).unwrap_or_default();
        let all = parts::parts(tx, own.id).await?;
        let count = all.len();
        let rows = all.into_iter().filter(|row| outcome.is_empty() || row.outcome == outcome).collect();
        Ok(Self { outcome, all: count, rows, items: own.formal_items.0.clone() })
    }

    /// The state of an application in words.
    pub fn outcome(&self, row: &PartRow) -> (Tone, &'static str, String) {
        outcome_words(&row.outcome, answered(row.check.as_ref().map(|check| &check.0), &self.items), self.items.len())
    }

    /// What an application failed, in one text.
    pub fn failed(&self, row: &PartRow) -> String {
        let failed = |item: &&FormalItem| {
            row.check.as_ref().is_some_and(|check| check.answers.get(&item.key).is_some_and(|answer| answer.passed == Some(false)))
        };
        self.items.iter().filter(failed).map(|item| item.label.clone()).collect::<Vec<_>>().join("; ")
    }

    /// The table of the page, for export.
    pub fn table(&self, about: &str) -> Table {
        let header = ["Žadatel", "Číslo", "Kontrola", "Neprošlo", "Služeb", "Požadavek, Kč"].map(String::from).to_vec();
        let rows = self.rows.iter().map(|row| {
            vec![
                row.provider_name.clone().into(),
                row.reference.clone().into(),
                self.outcome(row).2.into(),
                self.failed(row).into(),
                row.services.into(),
                row.request.into(),
            ]
        });
        let mut lines = vec![about.to_owned()];
        if !self.outcome.is_empty() {
            lines.push(format!("Filtr: {} z {} žádostí", self.rows.len(), self.all));
        }
        Table { name: "Formální kontrola".to_owned(), about: lines, header, rows: rows.collect(), total: None }
    }
}

/// `/dotace/{rok}/{kolo}/formalni`.
#[component]
pub fn FormalPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let list = FormalList::load(&mut tx, &own, &request::query_pairs()).await?;
        let (count, wanted) = (list.all, list.outcome.clone());
        let query = request::query_of(&[("stav", &wanted)]);
        let here = tabs::href(round.year, round.number, "/formalni");
        let crumbs = tabs::crumbs(&round);
        let beside = view! { <RoundState own=Some(own)/> }.into_any();
        let under = view! { <RoundTabs round step=Step::Formal progress/> }.into_any();
        let failed = progress.formal_failed;
        let shown_count = list.rows.len();
        let empty = list.rows.is_empty().then(|| {
            if count == 0 {
                view! { <Empty title="Není co kontrolovat" text="Zatím nepřišla žádná žádost."/> }.into_any()
            } else {
                view! { <Empty title="Filtru neodpovídá žádná žádost" text=format!("Bez filtru jich je {count}.") way=(here.clone(), "Zrušit filtr".to_owned())/> }.into_any()
            }
        });
        let options = [("", "všechny"), ("open", "čekající"), ("passed", "prošly"), ("failed", "neprošly")];
        let rows = list
            .rows
            .iter()
            .map(|row| {
                let (tone, icon, word) = list.outcome(row);
                let why = list.failed(row);
                view! {
                    <tr>
                        <th scope="row"><a href=format!("{here}/{}", row.id)>{row.provider_name.clone()}</a></th>
                        <td class="nowrap">{row.reference.clone()}</td>
                        <td><Pill tone icon word/></td>
                        <td>{why}</td>
                        <td class="num">{row.services}</td>
                        <td class="num">{Money::crowns(row.request).plain()}</td>
                    </tr>
                }
            })
            .collect_view();
        Ok(view! {
            <Page title="Formální kontrola" crumbs=crumbs beside=beside under=under>
                <div class="main stack">
                    <form class="filters" aria-label="Filtr seznamu">
                        <label for="stav">"Stav"</label>
                        <select class="input select" id="stav" name="stav">
                            {options.into_iter().map(|(value, words)| view! { <option value=value selected=value == wanted>{words}</option> }).collect_view()}
                        </select>
                        <button class="btn" type="submit"><Icon name="filter"/>"Filtrovat"</button>
                        <Exports table=here.clone() query/>
                    </form>
                    {(failed > 0).then(|| view! { <Banner tone=Tone::Warn>{format!("{failed} {} formální kontrolou neprošla; jejich služby se nehodnotí a do výpočtu nevstupují.", plural(failed, "žádost", "žádosti", "žádostí"))}</Banner> })}
                    {match empty {
                        Some(empty) => empty,
                        None => view! {
                            <div class="grid" role="region" aria-label="Žádosti ve formální kontrole" tabindex="0">
                                <table class="data">
                                    <thead><tr><th scope="col">"Žadatel"</th><th scope="col">"Číslo"</th><th scope="col">"Kontrola"</th><th scope="col">"Neprošlo"</th><th scope="col" class="num">"Služeb"</th><th scope="col" class="num">"Požadavek, Kč"</th></tr></thead>
                                    <tbody>{rows}</tbody>
                                </table>
                            </div>
                            <div class="gridfoot"><span>{format!("Zobrazeno {shown_count} z {count}")}</span></div>
                        }.into_any(),
                    }}
                </div>
            </Page>
        }
        .into_any())
    })
}

/// `/dotace/{rok}/{kolo}/formalni/{zadost}`.
#[component]
pub fn FormalCheckPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let part = parts::part(&mut tx, request::path_id("zadost")?).await.map_err(|e| tabs::missing(e, "Žádost"))?;
        if part.kraj_round_id != own.id {
            return Err(AppError::not_found("Žádost"));
        }
        let progress = rounds::progress(&mut tx, own.id).await?;
        let may = request::actor().has(Right::Assessment) && own.results_published_at.is_none();
        let removable = part.source == "csv" && request::actor().has(Right::RoundAdministration) && own.results_published_at.is_none();
        let remove = removable.then(|| view! { <RemoveForm round_year=round.year round_number=round.number part=part.id.to_string()/> });
        let mut crumbs = tabs::crumbs(&round);
        crumbs.push((tabs::href(round.year, round.number, "/formalni"), "Formální kontrola".to_owned()));
        let items = own.formal_items.0.clone();
        let n = answered(part.check.as_ref().map(|c| &c.0), &items);
        let (tone, icon, word) = outcome_words(&part.outcome, n, items.len());
        let beside = view! { <Pill tone icon word/> }.into_any();
        let under = view! { <RoundTabs round=round.clone() step=Step::Formal progress/> }.into_any();
        let ico = part.ico.as_ref().map(|ico| format!("IČO {ico} · ")).unwrap_or_default();
        let sub = format!("{ico}{} · {} {}", part.reference, source(&part.source), date_time(store::prague::local(part.submitted_at)));
        Ok(view! {
            <Page title=part.provider_name.clone() sub=sub crumbs=crumbs beside=beside under=under>
                <div class="main"><div class="cols cols--side">
                    <div class="stack"><Checklist round_year=round.year round_number=round.number items part=part.clone() may/>{remove}</div>
                    <PartFacts part/>
                </div></div>
            </Page>
        }
        .into_any())
    })
}

#[component]
fn Checklist(round_year: i32, round_number: i32, items: Vec<FormalItem>, part: PartDetail, may: bool) -> impl IntoView {
    let typed = Typed::of(SaveCheck::PATH);
    let check = part.check.clone().map(|c| c.0).unwrap_or_default();
    let changed = part
        .checked_by
        .clone()
        .zip(part.checked_at)
        .map(|(by, at)| format!("Naposledy změnil(a) {by}, {}.", date_time(store::prague::local(at))));
    let stale = typed.refusal().is_some_and(|e| e.code == crate::error::Code::Stale);
    let lines = items
        .into_iter()
        .map(|item| {
            let stored = check.answers.get(&item.key).cloned().unwrap_or_default();
            let (name, comment) = (form::name(&item.key), format!("{}.komentar", item.key));
            let comment_name = form::name(&comment);
            let answer = typed.value(&name, match stored.passed { Some(true) => "ano", Some(false) => "ne", None => "" });
            let text = typed.value(&comment_name, stored.comment.clone());
            let error = typed.error(&comment).or_else(|| typed.error(&item.key));
            let id = form::id(&comment);
            let message = format!("{id}-m");
            let theirs = (stale && (answer != match stored.passed { Some(true) => "ano", Some(false) => "ne", None => "" } || text != stored.comment)).then(|| {
                let said = match stored.passed { Some(true) => "ano", Some(false) => "ne", None => "bez odpovědi" };
                format!("Uloženo je mezitím: {said}{}", if stored.comment.is_empty() { String::new() } else { format!(", „{}“", stored.comment) })
            });
            view! {
                <fieldset class="field">
                    <legend>{item.label}</legend>
                    <div class="row">
                        {[("ano", "ano"), ("ne", "ne"), ("", "nezkontrolováno")].into_iter().map(|(value, words)| view! {
                            <label class="check"><input type="radio" name=name.clone() value=value checked=answer == value disabled=!may/>{words}</label>
                        }).collect_view()}
                    </div>
                    <label class="sr" for=id.clone()>"Komentář"</label>
                    <input class="input" id=id name=comment_name value=text maxlength="4000" placeholder="Komentář, k odpovědi „ne“ povinný" readonly=!may
                        aria-invalid=error.is_some().then_some("true") aria-describedby=error.is_some().then(|| message.clone())/>
                    {error.map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
                    {theirs.map(|text| view! { <p class="msg" data-tone="warn"><Icon name="fork"/><span>{text}</span></p> })}
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <form class="card stack" method="post">
            <CommandFields path=SaveCheck::PATH version=part.check_version/>
            <input type="hidden" name="rok" value=round_year/>
            <input type="hidden" name="kolo" value=round_number/>
            <input type="hidden" name="zadost" value=part.id.to_string()/>
            {typed.refusal().cloned().map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
            {(part.outcome == "failed").then(|| view! { <Banner tone=Tone::Error>"Žádost formální kontrolou neprošla. Její služby se nehodnotí a do výpočtu nevstupují."</Banner> })}
            {lines}
            {changed.map(|text| view! { <p class="meta">{text}</p> })}
            {may.then(|| view! { <div class="row"><button class="btn btn--primary" type="submit">"Uložit kontrolu"</button></div> })}
        </form>
    }
}

/// Takes an application from a file out.
#[component]
fn RemoveForm(round_year: i32, round_number: i32, part: String) -> impl IntoView {
    let typed = Typed::of(RemoveImported::PATH);
    let open = typed.refusal().is_some();
    let error = typed.error("duvod");
    view! {
        <details class="card" open=open>
            <summary>"Odebrat žádost načtenou ze souboru"</summary>
            <form class="stack" method="post">
                <CommandFields path=RemoveImported::PATH/>
                <input type="hidden" name="rok" value=round_year/>
                <input type="hidden" name="kolo" value=round_number/>
                <input type="hidden" name="zadost" value=part/>
                {typed.sentence().map(|sentence| view! { <Alert sentence/> })}
                <p>"Zmizí z hodnocení i z výpočtu. Žadatel pak může podat vlastní žádost, dokud trvá termín."</p>
                <Field name="duvod".to_owned() label="Důvod" value=typed.value("duvod", String::new()) error=error limit=2_000/>
                <div class="row"><button class="btn btn--danger" type="submit">"Odebrat žádost"</button></div>
            </form>
        </details>
    }
}

#[component]
fn PartFacts(part: PartDetail) -> impl IntoView {
    let document = part.document.0;
    let given = |label: &'static str, value: String| (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> });
    let count = document.services.len() as i64;
    view! {
        <aside class="stack" aria-label="Údaje žádosti">
            <section class="card stack">
                <h2>"Žadatel"</h2>
                <dl class="facts facts--names">
                    {given("Právní forma", document.applicant.legal_form)}
                    {given("Adresa", document.applicant.address)}
                    {given("Účet", document.account.as_ref().map(ToString::to_string).unwrap_or_default())}
                    {given("Zastupuje", [document.representative.name, document.representative.role].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", "))}
                    {given("Kontakt", [document.contact.name, document.contact.phone, document.contact.email].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", "))}
                    <dt>"Požadavek"</dt><dd>{Money::crowns(part.request).to_string()}</dd>
                </dl>
            </section>
            <section class="card stack">
                <h2>{format!("{count} {}", plural(count, "služba", "služby", "služeb"))}</h2>
                <ul class="stack stack--tight">
                    {document.services.into_iter().map(|s| view! {
                        <li><strong>{s.name}</strong><br/><span class="meta">{format!("{} · § {} {} · {}", s.facts.identifier.unwrap_or_default(), s.facts.paragraph, s.facts.kind, s.request)}</span></li>
                    }).collect_view()}
                </ul>
            </section>
        </aside>
    }
}
