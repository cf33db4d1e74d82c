//! `/dotace/{rok}/{kolo}/hodnoceni/{sluzba}`: the assessment of one service, beside the one of an earlier year.

use super::{
    detail_parts::{BudgetTable, Conclusion, Peers, SourcesCard, StaleDiff, Units},
    filter::Filter,
    live::{AssessmentKeys, Conditions, FORM, ProposalFacts},
    save::SaveAssessment,
    view::{self, Ground, Line, State},
};
use crate::{
    components::*,
    error::{AppError, Code},
    form::{self, Fields, Typed},
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        tabs::{self, RoundTabs, Step},
    },
};
use domain::{
    accounts::Right,
    money::Money,
    subsidy::assessment::{Assessment, AssessmentContext},
    time::date_time,
};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::subsidy::{
    assessments::{self, Earlier},
    rounds::{self, Progress, Round},
};

permit_page!("/dotace/{rok}/{kolo}/hodnoceni/{sluzba}" => ROUND_VIEW);

/// Everything that the parts of the page show.
#[derive(Clone)]
pub struct Shown {
    /// The round.
    pub round: Round,
    /// The service.
    pub line: Line,
    /// What the assessment is measured against.
    pub context: AssessmentContext,
    /// What the fields show: stored, or as it was typed into a refused form.
    pub assessment: Assessment,
    /// Texts of the fields by path.
    pub values: Fields,
    /// The refusal and its fields.
    pub typed: Typed,
    /// The same service in a round of an earlier year.
    pub earlier: Option<Earlier>,
    /// Rounds of earlier years to choose from: key and words.
    pub choices: Vec<(String, String)>,
    /// It may be written.
    pub may: bool,
}

impl Shown {
    /// The text of a field.
    pub fn text(&self, path: &str) -> String {
        self.values.get(path).cloned().unwrap_or_default()
    }

    /// Why a field cannot stand: the refusal says it, or the text that was kept cannot be read, or the rules object.
    pub fn error(&self, path: &str) -> Option<String> {
        self.typed
            .error(path)
            .or_else(|| self.assessment.objections(&self.context).into_iter().find(|o| o.path == path).map(|o| o.sentence))
    }
}

/// `/dotace/{rok}/{kolo}/hodnoceni/{sluzba}`.
#[component]
pub fn AssessmentPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let id = request::path_id("sluzba")?;
        let ground = Ground::of(&mut tx, &own).await?;
        let actor = request::actor();
        let me = actor.account()?.person;
        let filter: Filter = request::query();
        let all = view::lines(&mut tx, &own, &ground).await?;
        let line = all.iter().find(|line| line.row.id == id).cloned().ok_or_else(|| AppError::not_found("Službu"))?;
        let peers: Vec<Line> = all.iter().filter(|other| other.row.paragraph == line.row.paragraph).cloned().collect();
        let all = filter.apply(all, Some(me));
        let at = all.iter().position(|other| other.row.id == id);
        let count = all.len();
        let neighbour = |at: Option<usize>| at.and_then(|at| all.get(at)).map(|line| (line.row.id, line.row.name.clone()));
        let before = neighbour(at.and_then(|at| at.checked_sub(1)));
        let after = neighbour(at.map(|at| at + 1));
        let earlier = assessments::earlier(&mut tx, line.row.service_id, round.year).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let choices = earlier.iter().map(|e| (format!("{}-{}", e.year, e.number), format!("{}, {}. kolo", e.year, e.number))).collect();
        let wanted = request::query_pairs().into_iter().find(|(name, _)| name == "srovnat").map(|(_, value)| value);
        let chosen = wanted
            .and_then(|key| earlier.iter().find(|e| format!("{}-{}", e.year, e.number) == key).cloned())
            .or_else(|| earlier.into_iter().next());
        let published = own.results_published_at.is_some();
        let may = actor.has(Right::Assessment) && !published && line.state != State::Failed;
        let stored = line.row.assessment.as_ref().map(|a| a.0.clone()).unwrap_or_default();
        let context = ground.context(&line.row);
        let typed = Typed::of(SaveAssessment::PATH);
        let mut assessment = stored.clone();
        let mut values: Fields = stored.values();
        for (path, text) in typed.fields().unwrap_or_default() {
            // A text that cannot be kept is shown as it was typed, beside its sentence.
            let _ = assessment.apply(&path, &text);
            values.insert(path, text);
        }
        let shown = Shown { round: round.clone(), line, context, assessment, values, typed, earlier: chosen, choices, may };
        let scheme = ground.scheme.as_ref().map_or_else(|| "Podle výpočtu".to_owned(), |s| format!("Podle schématu {}", s.version));
        let explained = ground.run.as_ref().map(|run| tabs::href(round.year, round.number, &format!("/vypocet/{}", run.number)));
        let frame = Frame { shown, stored, filter, before, after, at, count, progress, scheme, explained, published, peers };
        Ok(view! { <Frame frame/> }.into_any())
    })
}

#[derive(Clone)]
struct Frame {
    shown: Shown,
    stored: Assessment,
    filter: Filter,
    before: Option<(uuid::Uuid, String)>,
    after: Option<(uuid::Uuid, String)>,
    at: Option<usize>,
    count: usize,
    progress: Progress,
    scheme: String,
    explained: Option<String>,
    published: bool,
    peers: Vec<Line>,
}

/// At most so many characters of a neighbour's name on its button.
fn short(name: &str) -> String {
    if name.chars().count() <= 18 { name.to_owned() } else { name.chars().take(17).chain(['…']).collect() }
}

#[component]
fn Frame(frame: Frame) -> impl IntoView {
    let Frame { shown, stored, filter, before, after, at, count, progress, scheme, explained, published, peers } = frame;
    let row = shown.line.row.clone();
    let facts = row.document.facts.clone();
    let here = tabs::href(shown.round.year, shown.round.number, "/hodnoceni");
    let query = filter.query();
    let (tone, icon) = shown.line.state.look();
    let word = match shown.line.state {
        State::Begun => format!("hodnotí se, {} z 5", shown.line.met),
        state => state.word().to_owned(),
    };
    let saved = row.updated_by.clone().zip(row.updated_at).filter(|_| row.row_version > 0).map(|(by, at)| {
        view! { <span class="autosave" data-tone="ok"><Icon name="cloud-ok"/>{format!("Uloženo {}, {by}", date_time(store::prague::local(at)))}</span> }
    });
    let link = |to: uuid::Uuid| format!("{here}/{to}{query}");
    let position = at.map_or_else(|| format!("mimo filtr, {count}"), |at| format!("{} z {count}", at + 1));
    let may = shown.may;
    let finish = may.then(|| view! { <button class="btn btn--primary" type="submit" form=FORM name="dokoncit" value="ano">"Dokončit a další"<Icon name="right"/></button> });
    let (grid, grid_query) = (here.clone(), query.clone());
    let beside = view! {
        <Pill tone icon word/>
        {saved}
        <div class="pagehead__actions">
            <nav class="segment" aria-label="Služby filtru">
                {before.map(|(id, name)| view! { <a class="btn" rel="prev" href=link(id) title=name.clone()><Icon name="left"/>{short(&name)}</a> })}
                <a class="btn" href=format!("{grid}{grid_query}") aria-current="page">{position}</a>
                {after.map(|(id, name)| view! { <a class="btn" rel="next" href=link(id) title=name.clone()>{short(&name)}<Icon name="right"/></a> })}
            </nav>
            {finish}
        </div>
    }
    .into_any();
    let forms = facts.forms.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ");
    let ico = row.ico.as_ref().map(|ico| format!(", IČO {ico}")).unwrap_or_default();
    let sub = format!(
        "{} · § {} {}{}{} · {}{ico}",
        row.identifikator,
        row.paragraph,
        facts.kind,
        if forms.is_empty() { "" } else { " · " },
        forms,
        row.provider_name
    );
    let mut crumbs = tabs::crumbs(&shown.round);
    crumbs.push((format!("{here}{query}"), "Hodnocení".to_owned()));
    let under = view! { <RoundTabs round=shown.round.clone() step=Step::Assessment progress/> }.into_any();
    let refusal = shown.typed.refusal().cloned();
    let stale = refusal.as_ref().is_some_and(|e| e.code == Code::Stale);
    let notice = if published {
        Some("Výsledky kola jsou zveřejněné, hodnocení se už nemění.")
    } else if shown.line.state == State::Failed {
        Some("Žádost neprošla formální kontrolou. Služba se nehodnotí a do výpočtu nevstupuje.")
    } else {
        None
    };
    let last_award = row.last_award.map(|award| (format!("Dotace {}", shown.round.year - 1), Money::crowns(award).to_string()));
    let take = shown.context.latest_run.map(|run| shown.assessment.maximum(&shown.context).map_or(run, |maximum| run.min(maximum)));
    let most = match (shown.assessment.maximum(&shown.context), shown.context.latest_run) {
        (Some(maximum), Some(run)) => format!("nejvýše {}; nižší než výpočet jen s důvodem", maximum.min(run)),
        (Some(maximum), None) => format!("nejvýše {maximum}; vychází z výpočtu, který ještě neproběhl"),
        (None, _) => "nejdřív doplňte částky chybných položek".to_owned(),
    };
    let name = form::name;
    let version = row.row_version;
    let ids = (row.id.to_string(), shown.round.year, shown.round.number);
    view! {
        <Page title=row.name.clone() sub=sub crumbs=crumbs beside=beside under=under>
            <div class="main">
                {notice.map(|text| view! { <Banner tone=Tone::Warn>{text}</Banner> })}
                {refusal.map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
                {stale.then(|| view! { <StaleDiff shown=shown.clone() stored/> })}
                <form class="cols cols--assess" id=FORM method="post">
                    <CommandFields path=SaveAssessment::PATH version=version/>
                    <input type="hidden" name="sluzba" value=ids.0/>
                    <input type="hidden" name="rok" value=ids.1/>
                    <input type="hidden" name="kolo" value=ids.2/>
                    <input type="hidden" name="filtr" value=query/>
                    <div class="stack">
                        <BudgetTable shown=shown.clone()/>
                        <div class="cols cols--half">
                            <SourcesCard shown=shown.clone()/>
                            <Peers shown=shown.clone() peers/>
                        </div>
                    </div>
                    <aside class="stack" aria-label="Návrh a závěr">
                        <section class="card stack">
                            <h2>"Návrh podpory"</h2>
                            <ProposalFacts context=shown.context.clone() values=shown.values.clone() scheme explained last_award/>
                            <Field name=name("optimum") label="Optimální návrh" value=shown.text("optimum") error=shown.error("optimum") unit="Kč" help=most limit=40 readonly=!may/>
                            <Field name=name("optimum.duvod") label="Důvod nižšího návrhu" value=shown.text("optimum.duvod") error=shown.error("optimum.duvod") limit=4000 readonly=!may/>
                            {take.filter(|_| may).map(|amount| view! { <button class="btn btn--block" type="submit" name="prevzit" value="ano">{format!("Převzít {amount}")}</button> })}
                        </section>
                        <Conclusion shown=shown.clone()/>
                        <Units shown=shown.clone()/>
                        <section class="card stack">
                            <h2>"Zbývá k dokončení"</h2>
                            <Conditions context=shown.context.clone() values=shown.values.clone()/>
                            {may.then(|| view! { <button class="btn btn--block" type="submit" name="ulozit" value="ano">"Uložit rozpracované"</button> })}
                            <AssessmentKeys context=shown.context.clone()/>
                        </section>
                    </aside>
                </form>
            </div>
            <WithIslands/>
        </Page>
    }
}
