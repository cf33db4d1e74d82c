//! `/dotace/{rok}/{kolo}/terminy`: window, purpose, money, scheme, chain of decision, list of the formal check, extraordinary terms.

use super::{give_term::GiveTerm, publish_window::PublishWindow, set_window::SetWindow};
use crate::{
    components::*,
    error::AppError,
    form::{self, Typed},
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW, dates,
        stale::{StaleLine, StaleTable, is_stale},
        tabs::{self, RoundState, RoundTabs, Step},
    },
};
use domain::{
    accounts::Right,
    money::Money,
    subsidy::{assessment::formal::default_items, decision::DEFAULT_CHAIN},
    text::{fold, plural},
    time::{date, date_time},
};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::{
    Tx,
    subsidy::rounds::{self, FoundProvider, KrajRound, Progress, Round, SchemeVersion, Term},
};

permit_page!("/dotace/{rok}/{kolo}/terminy" => ROUND_VIEW);

/// `/dotace/{rok}/{kolo}/terminy`.
#[component]
pub fn TermsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load(&mut tx).await?;
        let progress = match &own {
            Some(own) => rounds::progress(&mut tx, own.id).await?,
            None => Progress::default(),
        };
        let schemes = rounds::scheme_versions(&mut tx).await?;
        let given = match &own {
            Some(own) => rounds::terms(&mut tx, own.id).await?,
            None => Vec::new(),
        };
        let may = request::actor().has(Right::RoundAdministration);
        let searched = request::query_pairs().into_iter().find(|(name, _)| name == "hledat").map(|(_, text)| text.trim().to_owned());
        let found = match &searched {
            Some(text) if may && text.chars().count() >= 3 => search(&mut tx, text).await?,
            _ => Vec::new(),
        };
        let closed = own.as_ref().is_some_and(|own| own.results_published_at.is_some());
        let beside = view! { <RoundState own=own.clone()/> }.into_any();
        let under = view! { <RoundTabs round=round.clone() step=Step::Terms progress/> }.into_any();
        let crumbs = tabs::crumbs(&round);
        Ok(view! {
            <Page title="Termíny" crumbs=crumbs beside=beside under=under>
                <div class="main">
                    <div class="cols cols--side">
                        {if may && !closed {
                            view! { <SettingsForm round=round.clone() own=own.clone() schemes/> }.into_any()
                        } else {
                            view! { <SettingsRead own=own.clone() schemes may/> }.into_any()
                        }}
                        <div class="stack">
                            {own.clone().map(|own| view! { <Publication round=round.clone() own may/> })}
                            {own.map(|own| view! { <Extraordinary round own given found searched=searched.unwrap_or_default() may=may && !closed/> })}
                        </div>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

async fn search(tx: &mut Tx, text: &str) -> Result<Vec<FoundProvider>, AppError> {
    let digits = text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let ico = (digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits);
    Ok(rounds::find_providers(tx, &fold(text), ico.as_deref()).await?)
}

/// Date and time of one end of a window.
#[component]
fn Moment(
    /// `od` or `do`.
    end: &'static str,
    label: &'static str,
    typed: Typed,
    day: String,
    time: String,
    /// Names are paths of a document.
    #[prop(optional)]
    document: bool,
) -> impl IntoView {
    let name = |part: &str| {
        let path = format!("{end}_{part}");
        if document { form::name(&path) } else { path }
    };
    let (day_name, time_name) = (name("den"), name("cas"));
    view! {
        <div class="row">
            <Field name=day_name.clone() label=format!("{label}, den") value=typed.value(&day_name, day) error=typed.error(&day_name) limit=20 required=true/>
            <Field name=time_name.clone() label=format!("{label}, čas") value=typed.value(&time_name, time) error=typed.error(&time_name) limit=8/>
        </div>
    }
}

fn clock(at: chrono::NaiveDateTime) -> String {
    use chrono::Timelike;
    format!("{}.{:02}", at.hour(), at.minute())
}

#[component]
fn SettingsForm(round: Round, own: Option<KrajRound>, schemes: Vec<SchemeVersion>) -> impl IntoView {
    let typed = Typed::of(SetWindow::PATH);
    let opens = own.as_ref().map(|own| store::prague::local(own.opens_at));
    let closes = own.as_ref().map(|own| dates::last_minute(own.closes_at));
    let day = |at: Option<chrono::NaiveDateTime>| at.map(|at| date(at.date())).unwrap_or_default();
    let time = |at: Option<chrono::NaiveDateTime>, otherwise: &str| at.map_or_else(|| otherwise.to_owned(), clock);
    let field = |path: &str| form::name(path);
    let value = |path: &str, stored: String| typed.value(&form::name(path), stored);
    let error = |path: &str| typed.error(path);
    let (from, to) = own.as_ref().map_or_else(
        || (format!("1. 1. {}", round.year), format!("31. 12. {}", round.year)),
        |own| (date(own.period_from), date(own.period_to)),
    );
    let allocation = own.as_ref().map(|own| Money::crowns(own.allocation).plain()).unwrap_or_default();
    let chosen = own.as_ref().and_then(|own| own.scheme_version_id).map(|id| id.to_string()).unwrap_or_default();
    let chain = own.as_ref().map_or_else(|| DEFAULT_CHAIN.join("\n"), |own| own.chain.0.join("\n"));
    let items = own.as_ref().map_or_else(default_items, |own| own.formal_items.0.clone());
    let options = std::iter::once((String::new(), "zatím nevybráno".to_owned()))
        .chain(schemes.into_iter().map(|v| {
            let frozen = if v.frozen_at.is_some() { ", použité" } else { "" };
            (v.id.to_string(), format!("{}, verze {}{frozen}", v.name, v.version))
        }))
        .collect::<Vec<_>>();
    let purpose = own.as_ref().map(|own| own.purpose.clone()).unwrap_or_default();
    let version = own.as_ref().map_or(0, |own| own.row_version);
    let differs = is_stale(&typed).then(|| {
        let scheme = |id: &str| options.iter().find(|(key, _)| key == id).map_or_else(|| id.to_owned(), |(_, words)| words.clone());
        let fields = [
            ("od_den", "Podávání od, den", day(opens)),
            ("od_cas", "Podávání od, čas", time(opens, "0.00")),
            ("do_den", "Podávání do, den", day(closes)),
            ("do_cas", "Podávání do, čas", time(closes, "23.59")),
            ("ucel", "Účel dotace", purpose.clone()),
            ("obdobi_od", "Plánované období od", from.clone()),
            ("obdobi_do", "Plánované období do", to.clone()),
            ("alokace", "Alokace", allocation.clone()),
            ("schema", "Výpočetní schéma", chosen.clone()),
            ("postup", "Postup rozhodování", chain.clone()),
        ];
        let fields = fields.into_iter().map(|(path, words, stored)| (path.to_owned(), words.to_owned(), stored));
        let formal = items.iter().map(|item| (format!("polozka.{}", item.key), "Položka formální kontroly".to_owned(), item.label.clone()));
        let lines: Vec<StaleLine> = fields
            .chain(formal)
            .filter_map(|(path, words, stored)| {
                let yours = typed.typed(&form::name(&path))?;
                if path == "schema" { StaleLine::of(words, &scheme(&stored), &scheme(yours)) } else { StaleLine::of(words, &stored, yours) }
            })
            .collect();
        view! { <StaleTable lines/> }
    });
    let inputs = items
        .into_iter()
        .map(|item| (format!("polozka.{}", item.key), item.label))
        .chain((1..=3).map(|n| (format!("nova.{n}"), String::new())))
        .enumerate()
        .map(|(at, (path, label))| {
            let name = field(&path);
            let message = error(&path);
            let id = form::id(&path);
            let message_id = format!("{id}-m");
            view! {
                <li>
                    <label class="sr" for=id.clone()>{format!("Položka {}", at + 1)}</label>
                    <input class="input" id=id name=name.clone() value=typed.value(&name, label) maxlength="200"
                        aria-invalid=message.is_some().then_some("true") aria-describedby=message.is_some().then(|| message_id.clone())/>
                    {message.map(|text| view! { <Message id=message_id tone=Tone::Error text=text/> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <form class="stack" method="post">
            <CommandFields path=SetWindow::PATH version=version/>
            <input type="hidden" name="rok" value=round.year/>
            <input type="hidden" name="kolo" value=round.number/>
            {typed.refusal().cloned().map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
            {differs}
            <section class="card stack">
                <h2>"Podávání žádostí"</h2>
                <Moment end="od" label="Od" typed=typed.clone() day=day(opens) time=time(opens, "0.00") document=true/>
                <Moment end="do" label="Do" typed=typed.clone() day=day(closes) time=time(closes, "23.59") document=true/>
                <p class="meta">"Čas je pražský. Počítá se okamžik, kdy požadavek přijal server; uvedená poslední minuta je ještě v termínu celá."</p>
            </section>
            <section class="card stack">
                <h2>"Dotace"</h2>
                <div class="field">
                    <label for="ucel">"Účel dotace"</label>
                    <TextArea name=field("ucel") id="ucel" value=value("ucel", purpose) rows=3 limit=2000 invalid=error("ucel").is_some()
                        described_by="ucel-m"/>
                    {error("ucel").map(|text| view! { <Message id="ucel-m" tone=Tone::Error text=text/> })}
                </div>
                <div class="row">
                    <Field name=field("obdobi_od") label="Plánované období od" value=value("obdobi_od", from) error=error("obdobi_od") limit=20/>
                    <Field name=field("obdobi_do") label="do" value=value("obdobi_do", to) error=error("obdobi_do") limit=20/>
                </div>
                <Field name=field("alokace") label="Alokace kraje pro toto kolo" value=value("alokace", allocation) error=error("alokace") unit="Kč" limit=40/>
                <Choice name=field("schema") label="Výpočetní schéma" options=options value=value("schema", chosen) error=error("schema")
                    help="Verze schématu, podle které se počítají návrhy. První výpočet ji zmrazí."/>
            </section>
            <section class="card stack">
                <h2>"Rozhodování a formální kontrola"</h2>
                <div class="field">
                    <label for="postup">"Postup rozhodování, každý krok na samostatný řádek"</label>
                    <TextArea name=field("postup") id="postup" value=value("postup", chain) rows=6 limit=1200 invalid=error("postup").is_some()
                        described_by="postup-m"/>
                    {error("postup").map(|text| view! { <Message id="postup-m" tone=Tone::Error text=text/> })}
                </div>
                <fieldset class="field">
                    <legend>"Položky formální kontroly"</legend>
                    <p class="field__help">"Otázky, na které se u každé žádosti odpovídá ano nebo ne. Vymazaná položka se nekontroluje."</p>
                    <ul class="stack stack--tight">{inputs}</ul>
                </fieldset>
            </section>
            <div class="row"><button class="btn btn--primary" type="submit">"Uložit"</button></div>
        </form>
    }
}

#[component]
fn SettingsRead(own: Option<KrajRound>, schemes: Vec<SchemeVersion>, may: bool) -> impl IntoView {
    let Some(own) = own else {
        return view! { <Empty title="Termín zatím není nastavený" text="Nastaví ho pracovník s právem Administrace dotačního řízení kraje."/> }.into_any();
    };
    let scheme = own
        .scheme_version_id
        .and_then(|id| schemes.into_iter().find(|v| v.id == id))
        .map_or_else(|| "zatím nevybráno".to_owned(), |v| format!("{}, verze {}", v.name, v.version));
    let window = own.window().map(dates::window_with_days).unwrap_or_default();
    let note = if may {
        "Výsledky kola jsou zveřejněné, proto se nastavení už nemění."
    } else {
        "Nastavení mění pracovník s právem Administrace dotačního řízení kraje."
    };
    view! {
        <section class="card stack">
            <h2>"Nastavení kraje"</h2>
            <dl class="facts">
                <dt>"Podávání žádostí"</dt><dd>{window}</dd>
                <dt>"Účel dotace"</dt><dd>{own.purpose}</dd>
                <dt>"Plánované období"</dt><dd>{format!("{} – {}", date(own.period_from), date(own.period_to))}</dd>
                <dt>"Alokace"</dt><dd>{Money::crowns(own.allocation).to_string()}</dd>
                <dt>"Výpočetní schéma"</dt><dd>{scheme}</dd>
                <dt>"Postup rozhodování"</dt><dd>{own.chain.0.join(" → ")}</dd>
                <dt>"Formální kontrola"</dt><dd>{own.formal_items.0.iter().map(|item| item.label.as_str()).collect::<Vec<_>>().join("; ")}</dd>
            </dl>
            <p class="meta">{note}</p>
        </section>
    }
    .into_any()
}

#[component]
fn Publication(round: Round, own: KrajRound, may: bool) -> impl IntoView {
    let typed = Typed::of(PublishWindow::PATH);
    let window = own.window().map(dates::window_with_days).unwrap_or_default();
    let body = match own.window_published_at {
        Some(at) => view! {
            <p class="say" data-tone="ok"><Icon name="done"/><span>{format!("Zveřejněno {}. Žadatelé termín vidí a mohou žádost rozepsat.", date_time(store::prague::local(at)))}</span></p>
        }
        .into_any(),
        None => view! {
            <p>"Termín zatím vidí jen váš kraj. Po zveřejnění ho uvidí všichni a žadatelé mohou žádost rozepsat; zveřejnění nejde vzít zpět, termín ale půjde změnit."</p>
            {may.then(|| view! {
                <form method="post">
                    <CommandFields path=PublishWindow::PATH/>
                    <input type="hidden" name="rok" value=round.year/>
                    <input type="hidden" name="kolo" value=round.number/>
                    <button class="btn btn--block" type="submit"><Icon name="eye"/>"Zveřejnit termín"</button>
                </form>
            })}
        }
        .into_any(),
    };
    view! {
        <section class="card stack">
            <h2>"Zveřejnění termínu"</h2>
            {typed.refusal().cloned().map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
            <p><strong>{window}</strong></p>
            {body}
        </section>
    }
}

#[component]
fn Extraordinary(round: Round, own: KrajRound, given: Vec<Term>, found: Vec<FoundProvider>, searched: String, may: bool) -> impl IntoView {
    let typed = Typed::of(GiveTerm::PATH);
    let count = given.len() as i64;
    let list = given
        .into_iter()
        .map(|term| {
            let window = domain::subsidy::window::Window::new(term.opens_at, term.closes_at).map(dates::window_short).unwrap_or_default();
            view! { <li><strong>{term.provider_name}</strong><br/>{window}<br/><span class="meta">{term.reason}</span></li> }
        })
        .collect_view();
    let nothing = !searched.is_empty() && found.is_empty();
    let too_short = !searched.is_empty() && searched.chars().count() < 3;
    let chosen = typed.typed("zadatel").map(ToOwned::to_owned);
    let last = dates::last_minute(own.closes_at + chrono::TimeDelta::days(7));
    let today = store::prague::local(request::info().received_at);
    view! {
        <section class="card stack">
            <h2>"Mimořádné termíny"</h2>
            <p class="meta">{match count {
                0 => "Zatím žádný. Kraj ho může povolit jednomu žadateli, vždy s důvodem.".to_owned(),
                n => format!("{n} {}", plural(n, "povolený termín", "povolené termíny", "povolených termínů")),
            }}</p>
            {(count > 0).then(|| view! { <ul class="stack stack--tight">{list}</ul> })}
            {may.then(|| view! {
                <form class="field" role="search" method="get">
                    <label for="hledat">"Najít žadatele"</label>
                    <div class="row">
                        <input class="input" id="hledat" name="hledat" value=searched.clone() maxlength="100" aria-describedby="hledat-h"/>
                        <button class="btn" type="submit"><Icon name="search"/>"Najít"</button>
                    </div>
                    <span class="field__help" id="hledat-h">"Část názvu nebo IČO, alespoň tři znaky."</span>
                </form>
            })}
            {nothing.then(|| view! { <p>{if too_short { "Napište alespoň tři znaky." } else { "Takového poskytovatele registr nemá. Zkuste jinou část názvu nebo IČO." }}</p> })}
            {(!found.is_empty() && may).then(|| view! {
                <form class="stack" method="post">
                    <CommandFields path=GiveTerm::PATH/>
                    <input type="hidden" name="rok" value=round.year/>
                    <input type="hidden" name="kolo" value=round.number/>
                    {typed.refusal().cloned().map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
                    <fieldset class="field">
                        <legend>"Žadatel"</legend>
                        {typed.error("zadatel").map(|text| view! { <Message id="zadatel-m" tone=Tone::Error text=text/> })}
                        {found.into_iter().map(|p| {
                            let id = p.id.to_string();
                            let checked = chosen.as_deref() == Some(id.as_str());
                            view! { <label class="check"><input type="radio" name="zadatel" value=id checked=checked/>{p.name}{p.ico.map(|ico| format!(", IČO {ico}"))}</label> }
                        }).collect_view()}
                    </fieldset>
                    <Moment end="od" label="Od" typed=typed.clone() day=date(today.date()) time="0.00".to_owned()/>
                    <Moment end="do" label="Do" typed=typed.clone() day=date(last.date()) time="23.59".to_owned()/>
                    <div class="field">
                        <label for="duvod">"Důvod"</label>
                        <TextArea name="duvod" value=typed.value("duvod", "") rows=2 limit=2000 invalid=typed.error("duvod").is_some() described_by="duvod-m"/>
                        {typed.error("duvod").map(|text| view! { <Message id="duvod-m" tone=Tone::Error text=text/> })}
                    </div>
                    <button class="btn btn--block" type="submit">"Povolit mimořádný termín"</button>
                </form>
            })}
        </section>
    }
}
