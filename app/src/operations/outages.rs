//! `/provoz/odstavky`: planning, changing and ending outages, for Aktuality, odstávky, provoz of MPSV.

use crate::{
    components::*,
    error::AppError,
    form::{self, Fields, Typed},
    layout::*,
    operations::notices,
    request,
};
use domain::accounts::{Permission, Right};
use domain::operations::{Module, OutageState};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::{
    audit,
    operations::{self, NewOutage, OutageRow},
    prague,
};

const OPERATOR: Permission = Permission::Has(Right::OperationsAdministration);

/// Reads the form: `od_den`, `od_cas`, `do_den`, `do_cas`, `duvod`, and what is ticked.
fn read(pole: &Fields, now: chrono::DateTime<chrono::Utc>, running: bool) -> Result<NewOutage, AppError> {
    use domain::{text::typed, time};
    let mut wrong: Vec<(String, String)> = Vec::new();
    let text = |name: &str| pole.get(name).map_or("", String::as_str);
    let mut instant = |day: &str, clock: &str| {
        let day_read = time::parse_date(text(day)).map_err(|e| wrong.push((day.to_owned(), e.to_string()))).ok();
        // The end of a day may be written as the hour 24.
        let (clock_read, next) = match text(clock).trim() {
            "24.00" | "24:00" | "24" => (Some(chrono::NaiveTime::MIN), true),
            typed => (time::parse_time(typed), false),
        };
        if clock_read.is_none() {
            wrong.push((clock.to_owned(), "Napište čas jako 16.00.".to_owned()));
        }
        let day_read = day_read.and_then(|d| if next { d.succ_opt() } else { Some(d) });
        Some(prague::instant(day_read?.and_time(clock_read?)))
    };
    let starts = instant("od_den", "od_cas");
    let ends = instant("do_den", "do_cas");
    if let (Some(starts), Some(ends)) = (starts, ends) {
        if ends <= starts {
            wrong.push(("do_den".to_owned(), "Odstávka musí skončit později, než začne. Opravte začátek, nebo konec.".to_owned()));
        } else if ends <= now && !running {
            wrong.push(("do_den".to_owned(), "Tento konec už minul. Napište pozdější.".to_owned()));
        }
    }
    let reason = match typed(text("duvod"), 2_000) {
        Ok(reason) if !reason.is_empty() => reason,
        Ok(_) => {
            wrong.push(("duvod".to_owned(), "Napište důvod, lidé ho uvidí na každé stránce.".to_owned()));
            String::new()
        }
        Err(e) => {
            wrong.push(("duvod".to_owned(), e.to_string()));
            String::new()
        }
    };
    let modules: Vec<String> = [("registr", Module::Register), ("poskytovatel", Module::Provider)]
        .into_iter()
        .filter(|(name, _)| pole.contains_key(*name))
        .map(|(_, module)| module.code().to_owned())
        .collect();
    if modules.is_empty() {
        wrong.push(("registr".to_owned(), "Vyberte aspoň jednu část, které se odstávka týká.".to_owned()));
    }
    match (starts, ends) {
        (Some(starts_at), Some(ends_at)) if wrong.is_empty() => Ok(NewOutage {
            starts_at,
            ends_at,
            approximate: pole.contains_key("priblizne"),
            reason,
            modules,
            read_only: pole.contains_key("jen_cteni"),
        }),
        _ => Err(AppError::fields(wrong)),
    }
}

/// What the trail says of an outage.
fn content(new: &NewOutage) -> serde_json::Value {
    serde_json::json!({ "starts_at": new.starts_at, "ends_at": new.ends_at, "approximate": new.approximate, "reason": new.reason,
        "modules": new.modules, "read_only": new.read_only })
}

/// The same of one that is there.
fn told(row: &OutageRow) -> serde_json::Value {
    let outage = &row.outage;
    content(&NewOutage {
        starts_at: outage.starts_at,
        ends_at: outage.ends_at,
        approximate: outage.approximate,
        reason: row.reason.clone(),
        modules: outage.modules.iter().map(|module| module.code().to_owned()).collect(),
        read_only: outage.read_only,
    })
}

/// Plans an outage, or changes one that is not over.
#[server(name = SaveOutage, prefix = "/prikaz", endpoint = "provoz/odstavka")]
pub async fn save_outage(
    klic: Option<String>,
    verze: Option<String>,
    odstavka: Option<String>,
    pole: Option<Fields>,
) -> Result<(), AppError> {
    use request::{Begun, Command};
    let (seen, key) = (verze.unwrap_or_default().parse().unwrap_or(0), klic.unwrap_or_default());
    let id: Option<uuid::Uuid> = match odstavka.filter(|id| !id.is_empty()) {
        Some(id) => Some(id.parse().map_err(|_| AppError::not_found("Odstávku"))?),
        None => None,
    };
    let pole = pole.unwrap_or_default();
    let asked = (seen, id, &pole);
    let Begun::New(mut command) = Command::begin::<()>("operations.outage.save", OPERATOR, &key, &asked).await? else {
        request::go_to("/provoz/odstavky?hotovo=ulozeno");
        return Ok(());
    };
    let by = command.actor.mpsv()?.id;
    let before = match id {
        Some(id) => Some(operations::outage(&mut command.tx, id).await.map_err(|_| AppError::not_found("Odstávku"))?),
        None => None,
    };
    let state = before.as_ref().map(|row| row.outage.state(command.at));
    if matches!(state, Some(OutageState::Over | OutageState::Cancelled)) {
        return Err(AppError::invalid("Odstávka už skončila, nebo je zrušená, a nemění se. Naplánujte, prosím, novou."));
    }
    let new = read(&pole, command.at, state == Some(OutageState::Running))?;
    let id = match id {
        None => operations::create_outage(&mut command.tx, &new, by, command.at).await?,
        Some(id) => {
            operations::save_outage(&mut command.tx, id, &new, seen).await?;
            id
        }
    };
    let content = serde_json::json!({ "drive": before.as_ref().map(told), "nyni": content(&new) });
    command.tx.audit(audit::Record::done("operations.outage.save", "outage", id, content));
    command.finish(()).await?;
    request::deps().notices.forget();
    request::go_to("/provoz/odstavky?hotovo=ulozeno");
    Ok(())
}
permit!(SaveOutage => OPERATOR);

/// Ends an outage that runs, or calls off one that is still to come.
#[server(name = EndOutage, prefix = "/prikaz", endpoint = "provoz/konec-odstavky")]
pub async fn end_outage(klic: Option<String>, odstavka: Option<String>) -> Result<(), AppError> {
    use request::{Begun, Command};
    let id: uuid::Uuid = odstavka.unwrap_or_default().parse().map_err(|_| AppError::not_found("Odstávku"))?;
    let Begun::New(mut command) = Command::begin::<()>("operations.outage.end", OPERATOR, &klic.unwrap_or_default(), &id).await? else {
        request::go_to("/provoz/odstavky?hotovo=odstavka-konec");
        return Ok(());
    };
    command.actor.mpsv()?;
    let row = operations::outage(&mut command.tx, id).await.map_err(|_| AppError::not_found("Odstávku"))?;
    let (was, is) = match row.outage.state(command.at) {
        OutageState::Running => {
            operations::end(&mut command.tx, id, command.at).await?;
            ("running", "over")
        }
        OutageState::Planned => {
            operations::cancel(&mut command.tx, id, command.at).await?;
            ("planned", "cancelled")
        }
        OutageState::Over | OutageState::Cancelled => {
            return Err(AppError::invalid("Odstávka už skončila, nebo je zrušená. Načtěte stránku znovu."));
        }
    };
    let content = serde_json::json!({ "outage": told(&row), "drive": { "state": was }, "nyni": { "state": is } });
    command.tx.audit(audit::Record::done("operations.outage.end", "outage", id, content));
    command.finish(()).await?;
    request::deps().notices.forget();
    request::go_to("/provoz/odstavky?hotovo=odstavka-konec");
    Ok(())
}
permit!(EndOutage => OPERATOR);
permit_page!("/provoz/odstavky" => OPERATOR);
permit_page!("/provoz/odstavky/{id}" => OPERATOR);

/// The form, of a new outage or of one that is there.
fn fields(row: Option<&OutageRow>) -> impl IntoView + use<> {
    let typed = Typed::of(SaveOutage::PATH);
    let local = |at: Option<chrono::DateTime<chrono::Utc>>, format: &str| {
        at.map(|at| prague::local(at).format(format).to_string()).unwrap_or_default()
    };
    let (starts, ends) = (row.map(|r| r.outage.starts_at), row.map(|r| r.outage.ends_at));
    let tick = |name: &'static str, label: &'static str, stored: bool| {
        let ticked = typed.ticked(&form::name(name), stored);
        view! { <label class="check"><input type="checkbox" name=form::name(name) value="1" checked=ticked/><span>{label}</span></label> }
    };
    let has = |module| row.is_none_or(|r| r.outage.modules.contains(&module));
    let wrong_modules = typed.error("registr");
    let wrong_reason = typed.error("duvod");
    view! {
        <form class="stack" method="post">
            <CommandFields path=SaveOutage::PATH version=row.map_or(0, |r| r.version)/>
            <input type="hidden" name="odstavka" value=row.map(|r| r.id.to_string()).unwrap_or_default()/>
            {typed.sentence().map(|sentence| view! { <Alert sentence/> })}
            <div class="row row--top">
                <Field name=form::name("od_den") label="Začátek" value=typed.value(&form::name("od_den"), local(starts, "%-d. %-m. %Y")) error=typed.error("od_den") help="Např. 28. 11. 2026." required=true/>
                <Field name=form::name("od_cas") label="Čas začátku" value=typed.value(&form::name("od_cas"), local(starts, "%-H.%M")) error=typed.error("od_cas") help="Např. 16.00." required=true/>
                <Field name=form::name("do_den") label="Konec" value=typed.value(&form::name("do_den"), local(ends, "%-d. %-m. %Y")) error=typed.error("do_den") required=true/>
                <Field name=form::name("do_cas") label="Čas konce" value=typed.value(&form::name("do_cas"), local(ends, "%-H.%M")) error=typed.error("do_cas") required=true/>
            </div>
            {tick("priblizne", "Konec je přibližný: odstávka trvá, dokud ji neukončíte", row.is_some_and(|r| r.outage.approximate))}
            <div class="field">
                <label for=form::id("duvod")>"Důvod"</label>
                <TextArea name=form::name("duvod") id=form::id("duvod") value=typed.value(&form::name("duvod"), row.map(|r| r.reason.clone()).unwrap_or_default()) described_by="duvod-h" invalid=Signal::stored(wrong_reason.is_some())/>
                <span class="field__help" id="duvod-h">"Jednou větou, co se bude dít. Uvidí ji každý na každé stránce, týden předem a během odstávky."</span>
                {wrong_reason.map(|text| view! { <Message id="duvod-m" tone=Tone::Error text/> })}
            </div>
            <fieldset class="stack stack--tight">
                <legend class="label">"Čeho se týká"</legend>
                {tick("registr", "Registr", has(Module::Register))}
                {tick("poskytovatel", "Žádosti a dotace", has(Module::Provider))}
                {wrong_modules.map(|text| view! { <Message id="registr-m" tone=Tone::Error text/> })}
            </fieldset>
            {tick("jen_cteni", "Po dobu odstávky půjde jen číst: ukládání odmítneme větou, která to vysvětlí", row.is_none_or(|r| r.outage.read_only))}
            <p class="row"><button class="btn btn--primary">{if row.is_some() { "Uložit" } else { "Naplánovat odstávku" }}</button></p>
        </form>
    }
}

/// `/provoz/odstavky`.
#[component]
pub fn OutagesPage() -> impl IntoView {
    loaded(async {
        let now = request::info().received_at;
        let mut tx = request::read(OPERATOR).await?;
        let rows = operations::outages(&mut tx, chrono::DateTime::UNIX_EPOCH, 100).await?;
        let list = if rows.is_empty() {
            view! { <Empty title="Zatím žádná odstávka" text="Naplánujte první formulářem nahoře. Lidé ji uvidí týden předem na každé stránce."/> }.into_any()
        } else {
            view! {
                <div class="grid" role="region" aria-label="Odstávky" tabindex="0">
                    <table class="data">
                        <thead><tr><th scope="col">"Kdy"</th><th scope="col">"Důvod"</th><th scope="col">"Části"</th><th scope="col">"Stav"</th><th scope="col"><span class="sr">"Co s ní"</span></th></tr></thead>
                        <tbody>{rows.into_iter().map(|row| line(row, now)).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        Ok(view! {
            <Page title="Odstávky" sub="plánované odstávky a režim jen pro čtení" crumbs=vec![("/provoz".to_owned(), "Provoz systému".to_owned())]>
                <div class="main stack">
                    {Typed::of(EndOutage::PATH).sentence().map(|sentence| view! { <Alert sentence/> })}
                    <section class="card"><h2>"Nová odstávka"</h2>{fields(None)}</section>
                    {list}
                </div>
            </Page>
        }
        .into_any())
    })
}

fn line(row: OutageRow, now: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let state = row.outage.state(now);
    let pill = match state {
        OutageState::Planned => view! { <Pill tone=Tone::Info icon="clock" word="plánovaná"/> },
        OutageState::Running => view! { <Pill tone=Tone::Warn word="probíhá"/> },
        OutageState::Over => view! { <Pill tone=Tone::Neutral icon="done" word="skončila"/> },
        OutageState::Cancelled => view! { <Pill tone=Tone::Neutral icon="error" word="zrušená"/> },
    };
    let parts = row.outage.modules.iter().map(|m| m.label()).collect::<Vec<_>>().join(", ");
    let end = match state {
        OutageState::Running => Some("Ukončit teď"),
        OutageState::Planned => Some("Zrušit"),
        _ => None,
    };
    let when = notices::span(&row);
    view! {
        <tr>
            <th scope="row" class="wrap">{when.clone()}</th>
            <td class="wrap">{row.reason.clone()}</td>
            <td class="wrap">{parts}{row.outage.read_only.then_some(", jen čtení")}</td>
            <td>{pill}</td>
            <td>{end.map(|word| view! {
                <span class="row">
                    <a class="btn btn--small" href=format!("/provoz/odstavky/{}", row.id) aria-label=format!("Změnit odstávku {when}")>"Změnit"</a>
                    <form method="post">
                        <CommandFields path=EndOutage::PATH/>
                        <input type="hidden" name="odstavka" value=row.id.to_string()/>
                        <button class="btn btn--small" aria-label=format!("{word}: odstávka {when}")>{word}</button>
                    </form>
                </span>
            })}</td>
        </tr>
    }
}

/// `/provoz/odstavky/{id}`.
#[component]
pub fn OutagePage() -> impl IntoView {
    loaded(async {
        let id = request::path_id("id")?;
        let mut tx = request::read(OPERATOR).await?;
        let row = operations::outage(&mut tx, id).await.map_err(|_| AppError::not_found("Odstávku"))?;
        let crumbs = vec![("/provoz".to_owned(), "Provoz systému".to_owned()), ("/provoz/odstavky".to_owned(), "Odstávky".to_owned())];
        Ok(view! {
            <Page title="Změna odstávky" sub=notices::span(&row) crumbs calm=true>
                <div class="main main--calm"><section class="card">{fields(Some(&row))}</section></div>
            </Page>
        }
        .into_any())
    })
}
