//! `/dotace/schemata/{schema}/{verze}`: a version of a scheme, one part at a time, as plain forms.

use super::{
    aside::{Errors, Functions, Names, Versions},
    choose_scheme::ChooseScheme,
    edit_scheme::EditScheme,
    list::VersionState,
    new_version::NewVersion,
    parts::{AllocationForm, InputsForm, ParamsForm, TablesForm},
    replace_toml::ReplaceToml,
    steps::StepsForm,
    trial::{self, TrialTable},
};
use crate::{
    components::*,
    error::AppError,
    form::Typed,
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        stale::{StaleLine, StaleTable, is_stale},
        tabs,
    },
};
use domain::{
    accounts::Right,
    subsidy::{
        calculation::{Fault, Scheme},
        scheme_edit::{self, Part},
    },
    text::plural,
};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::{
    Tx,
    subsidy::{
        rounds::{self, KrajRound},
        schemes::{self, Version, VersionRow},
    },
};

permit_page!("/dotace/schemata/{schema}/{verze}" => ROUND_VIEW);

/// The version of the address; it must belong to the scheme of the address.
pub async fn of_address(tx: &mut Tx) -> Result<Version, AppError> {
    let (scheme, id) = (request::path_id("schema")?, request::path_id("verze")?);
    let found = schemes::version(tx, id).await.map_err(|e| tabs::missing(e, "Verzi schématu"))?;
    if found.row.scheme_id == scheme { Ok(found) } else { Err(AppError::not_found("Verzi schématu")) }
}

/// What the address shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Part(Part),
    Trial,
    Toml,
}

impl View {
    const ALL: [Self; 7] = [
        Self::Part(Part::Inputs),
        Self::Part(Part::Params),
        Self::Part(Part::Tables),
        Self::Part(Part::Steps),
        Self::Part(Part::Allocation),
        Self::Trial,
        Self::Toml,
    ];

    fn key(self) -> &'static str {
        match self {
            Self::Part(part) => part.key(),
            Self::Trial => "zkouska",
            Self::Toml => "toml",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Part(part) => part.label(),
            Self::Trial => "Zkouška",
            Self::Toml => "TOML",
        }
    }

    fn asked() -> Self {
        let key = request::query_pairs().into_iter().find(|(name, _)| name == "cast").map(|(_, key)| key).unwrap_or_default();
        Self::ALL.into_iter().find(|view| view.key() == key).unwrap_or(Self::Part(Part::Steps))
    }
}

/// Everything that the page shows of a version.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The version.
    pub version: Version,
    /// Its faults; none of a version that can run.
    pub faults: Vec<Fault>,
    /// It may be changed by who looks at it.
    pub may_edit: bool,
    /// What was typed and refused.
    pub typed: Typed,
}

impl Shown {
    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.version.document
    }
}

/// `/dotace/schemata/{schema}/{verze}`.
#[component]
pub fn EditorPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let actor = request::actor();
        let (_, kraj) = actor.kraj()?;
        let version = of_address(&mut tx).await?;
        let all = schemes::versions_of(&mut tx, version.row.scheme_id).await?;
        let rounds: Vec<KrajRound> = rounds::rounds_of_kraj(&mut tx, kraj).await?;
        let view = View::asked();
        let trial = match view {
            View::Part(Part::Steps) | View::Trial => Some(trial::read(&mut tx, &version.document, &rounds).await?),
            _ => None,
        };
        let faults = version.document.compile().err().unwrap_or_default();
        let may_edit = actor.has(Right::SchemeEdit) && version.row.frozen_at.is_none();
        let row = version.row.clone();
        let shown = Shown { version, faults, may_edit, typed: Typed::of(EditScheme::PATH) };
        let title = format!("{} {}", row.scheme_name, row.version);
        let crumbs = vec![("/dotace".to_owned(), "Dotace".to_owned()), ("/dotace/schemata".to_owned(), "Schémata výpočtu".to_owned())];
        let under = view! { <PartTabs shown=shown.clone() view/> }.into_any();
        let beside = view! { <Head shown=shown.clone() all=all.clone()/> }.into_any();
        let open: Vec<KrajRound> = if actor.has(Right::RoundAdministration) {
            rounds.into_iter().filter(|round| round.results_published_at.is_none()).collect()
        } else {
            Vec::new()
        };
        let body = match (view, trial) {
            (View::Part(Part::Steps), trial) => {
                view! {
                    <div class="cols cols--schema">
                        <aside class="stack" aria-label="Co lze použít"><Errors shown=shown.clone()/><Names scheme=shown.scheme().clone()/><Functions scheme=shown.scheme().clone()/></aside>
                        <StepsForm shown=shown.clone() trial=trial.unwrap_or_default()/>
                        <aside class="stack" aria-label="Verze a použití"><Use row=row.clone() open=open faults=shown.faults.len()/><Versions all=all.clone() here=row.id/></aside>
                    </div>
                }
                .into_any()
            }
            (View::Trial, trial) => view! { <TrialTable shown=shown.clone() trial=trial.unwrap_or_default()/> }.into_any(),
            (view, _) => {
                let form = match view {
                    View::Part(Part::Inputs) => view! { <InputsForm shown=shown.clone()/> }.into_any(),
                    View::Part(Part::Params) => view! { <ParamsForm shown=shown.clone()/> }.into_any(),
                    View::Part(Part::Tables) => view! { <TablesForm shown=shown.clone()/> }.into_any(),
                    View::Toml => view! { <TomlForm shown=shown.clone()/> }.into_any(),
                    _ => view! { <AllocationForm shown=shown.clone()/> }.into_any(),
                };
                let wide = matches!(view, View::Part(Part::Inputs | Part::Params));
                if wide {
                    view! { <div class="stack">{(!shown.faults.is_empty()).then(|| view! { <Errors shown=shown.clone()/> })}{form}</div> }.into_any()
                } else {
                    view! {
                        <div class="cols cols--side">
                            {form}
                            <aside class="stack" aria-label="Chyby, verze a použití"><Errors shown=shown.clone()/><Use row=row.clone() open=open faults=shown.faults.len()/><Versions all=all.clone() here=row.id/></aside>
                        </div>
                    }
                    .into_any()
                }
            }
        };
        let refusal = shown
            .typed
            .refusal()
            .map(|error| error.sentence.clone())
            .or_else(|| Typed::of(NewVersion::PATH).refusal().map(|e| e.sentence.clone()));
        let differs = stale_lines(&shown, view).map(|lines| view! { <StaleTable lines by=Some(row.updated_by.clone())/> });
        let islands = shown.may_edit && view == View::Part(Part::Steps);
        let frozen = row.frozen_at.map(|at| domain::time::date_time(store::prague::local(at)));
        Ok(view! {
            <Page title=title crumbs=crumbs beside=beside under=under>
                <div class="main stack">
                    {refusal.map(|sentence| view! { <Banner tone=Tone::Error alert=true>{sentence}</Banner> })}
                    {differs}
                    {frozen.map(|at| view! { <Banner tone=Tone::Info>{format!("Tato verze je od {at} zmrazená, protože podle ní běžel výpočet. Změny dělejte v nové verzi.")}</Banner> })}
                    {body}
                </div>
            </Page>
            {islands.then(|| view! { <WithIslands/> })}
        }
        .into_any())
    })
}

#[component]
fn PartTabs(shown: Shown, view: View) -> impl IntoView {
    let tabs = View::ALL
        .into_iter()
        .map(|other| {
            let count = match other {
                View::Part(part) if part != Part::Allocation => Some(part.count(shown.scheme())),
                _ => None,
            };
            view! {
                <a href=format!("?cast={}", other.key()) aria-current=(other == view).then_some("page")>{other.label()}{count.map(|n| view! { " "<span class="count">{n}</span> })}</a>
            }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label="Části schématu">{tabs}</nav> }
}

#[component]
fn Head(shown: Shown, all: Vec<VersionRow>) -> impl IntoView {
    let row = shown.version.row.clone();
    let here = format!("/dotace/schemata/{}/{}", row.scheme_id, row.id);
    let count = shown.faults.len();
    let may = request::actor().has(Right::SchemeEdit);
    let other = row.based_on.and_then(|id| all.iter().find(|other| other.id == id)).map(|other| other.version.clone());
    let saved = format!("Uloženo {}", domain::time::date_time(store::prague::local(row.updated_at)));
    view! {
        <VersionState row=row.clone()/>
        {(count > 0).then(|| view! { <span class="say" data-tone="error"><Icon name="error"/>{format!("{count} {}", plural(count as i64, "chyba", "chyby", "chyb"))}</span> })}
        <span class="meta">{saved}", "{row.updated_by}</span>
        <div class="pagehead__actions">
            {(all.len() > 1).then(|| view! { <a class="btn" href=format!("{here}/rozdily")>{other.map_or_else(|| "Rozdíly verzí".to_owned(), |version| format!("Rozdíly proti {version}"))}</a> })}
            <a class="btn" href=format!("{here}/toml")><Icon name="down"/>"TOML"</a>
            {may.then(|| view! {
                <form method="post">
                    <CommandFields path=NewVersion::PATH/>
                    <input type="hidden" name="schema" value=row.id.to_string()/>
                    <button class="btn" type="submit"><Icon name="plus"/>"Nová verze"</button>
                </form>
            })}
        </div>
    }
}

/// Choosing the version for a round.
#[component]
fn Use(row: VersionRow, open: Vec<KrajRound>, faults: usize) -> impl IntoView {
    let typed = Typed::of(ChooseScheme::PATH);
    let used = (!row.rounds.is_empty()).then(|| view! { <p>{format!("Vybrané pro: {}.", row.rounds.join("; "))}</p> });
    let form = if open.is_empty() {
        None
    } else if faults > 0 {
        Some(view! { <p class="meta">{format!("Použít v kole půjde, až opravíte {faults} {}.", plural(faults as i64, "chybu", "chyby", "chyb"))}</p> }.into_any())
    } else {
        let options: Vec<(String, String)> =
            open.iter().map(|round| (round.id.to_string(), format!("{}, {}", round.year, round.label))).collect();
        Some(
            view! {
                <form class="stack stack--tight" method="post">
                    <CommandFields path=ChooseScheme::PATH/>
                    <input type="hidden" name="schema" value=row.id.to_string()/>
                    <Choice name="kolo" label="Kolo" options=options error=typed.error("kolo")/>
                    <div class="row"><button class="btn" type="submit">"Použít v kole"</button></div>
                </form>
            }
            .into_any(),
        )
    };
    (used.is_some() || form.is_some()).then(|| view! { <section class="card stack stack--tight"><h2>"Použití"</h2>{used}{form}</section> })
}

/// Where a refused form of this view and the stored version differ; nothing when it was not refused as stale, or cannot be read.
fn stale_lines(shown: &Shown, view: View) -> Option<Vec<StaleLine>> {
    let stored = shown.scheme();
    let yours = match view {
        View::Toml => {
            let typed = Typed::of(ReplaceToml::PATH);
            let text = is_stale(&typed).then(|| typed.typed("toml").map(ToOwned::to_owned)).flatten()?;
            Scheme::from_toml(&text).ok()?
        }
        View::Part(part) => {
            let typed = Some(&shown.typed).filter(|typed| is_stale(typed) && typed.typed("cast") == Some(part.key()))?;
            let mut yours = stored.clone();
            scheme_edit::apply(&mut yours, part, &typed.fields()?).ok()?;
            yours
        }
        View::Trial => return None,
    };
    let absent = "–".to_owned();
    let line = |found: scheme_edit::Difference| StaleLine {
        field: format!("{}: {}", found.part, found.name),
        stored: found.before.unwrap_or_else(|| absent.clone()),
        yours: found.after.unwrap_or_else(|| absent.clone()),
    };
    Some(scheme_edit::differences(stored, &yours).into_iter().map(line).collect())
}

#[component]
fn TomlForm(shown: Shown) -> impl IntoView {
    let typed = Typed::of(ReplaceToml::PATH);
    let error = typed.error("toml");
    let text = typed.value("toml", shown.scheme().to_toml());
    let row = shown.version.row.clone();
    let refusal = typed.sentence();
    view! {
        <section class="card stack" aria-labelledby="toml-h">
            <div class="card__head"><h2 id="toml-h">"Schéma v TOML"</h2><a class="row--end" href=format!("/dotace/schemata/{}/{}/toml", row.scheme_id, row.id)>"Stáhnout soubor"</a></div>
            {refusal.map(|sentence| view! { <Banner tone=Tone::Error alert=true>{sentence}</Banner> })}
            <form class="stack" method="post">
                <CommandFields path=ReplaceToml::PATH version=shown.version.row_version/>
                <input type="hidden" name="schema" value=row.id.to_string()/>
                <div class="field">
                    <label for="toml">"Celé schéma"</label>
                    <TextArea name="toml" value=text rows=32 limit=1_500_000 invalid=error.is_some() readonly=!shown.may_edit described_by="toml-m" class="formula"/>
                    {error.map(|text| view! { <Message id="toml-m" tone=Tone::Error text=text/> })}
                </div>
                {shown.may_edit.then(|| view! { <div class="row"><button class="btn btn--primary" type="submit">"Nahradit tímto textem"</button><span class="meta">"Nahradí vstupy, parametry, tabulky, kroky i rozdělení této verze."</span></div> })}
            </form>
        </section>
    }
}
