//! Files around accounts: the list of who has what, consents.

use crate::{
    downloads::{Kind, answer},
    inventory_of_plain_routes,
    layers::error_response,
};
use app::{
    accounts::{
        account::CHANNELS,
        list::Filter,
        trail::{self, Asked, instant_words, outcome_words},
        trail_words::kind_words,
    },
    error::AppError,
    request::{Deps, RequestInfo},
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path, Query},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    accounts::{Permission, Right, Role},
    time,
};
use leptos::prelude::LeptosOptions;
use print::{Cell, Table};
use serde_json::json;
use std::collections::HashMap;
use store::{
    accounts::{self, GrantRow, NewConsent},
    audit, prague,
};
use uuid::Uuid;

const ADMINISTRATOR: Permission = Permission::Has(Right::SystemAdministration);
/// Largest file of a consent.
const FILE_LIMIT: usize = 10 << 20;

inventory_of_plain_routes! {
    GET "/ucty/seznam.csv" => ADMINISTRATOR;
    GET "/ucty/seznam.xlsx" => ADMINISTRATOR;
    GET "/ucty/stopa.csv" => trail::READS;
    GET "/ucty/stopa.xlsx" => trail::READS;
    GET "/ucty/souhlas.txt" => Permission::Public;
    GET "/ucty/souhlas/{id}" => ADMINISTRATOR;
    POST "/ucty/{id}/souhlas" => ADMINISTRATOR;
}

/// The routes.
pub fn routes(deps: Deps) -> Router<LeptosOptions> {
    Router::new()
        .route("/ucty/seznam.csv", get(|d, q, i| list(d, q, i, Kind::Csv)))
        .route("/ucty/seznam.xlsx", get(|d, q, i| list(d, q, i, Kind::Xlsx)))
        .route("/ucty/stopa.csv", get(|d, q, i| events(d, q, i, Kind::Csv)))
        .route("/ucty/stopa.xlsx", get(|d, q, i| events(d, q, i, Kind::Xlsx)))
        .route("/ucty/souhlas.txt", get(blank))
        .route("/ucty/souhlas/{id}", get(file))
        .route("/ucty/{id}/souhlas", post(note).layer(DefaultBodyLimit::max(FILE_LIMIT + (1 << 16))))
        .layer(Extension(deps))
}

/// Who has what: one row per right of an account.
async fn list(
    Extension(deps): Extension<Deps>,
    Query(filter): Query<Filter>,
    Extension(info): Extension<RequestInfo>,
    kind: Kind,
) -> Response {
    answer("ucty".to_owned(), kind, table(&deps, &filter, &info).await).await
}

async fn table(deps: &Deps, filter: &Filter, info: &RequestInfo) -> Result<Table, AppError> {
    info.actor.require(ADMINISTRATOR)?;
    let account = info.actor.account()?;
    let today = prague::day(info.received_at);
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    const HEADER: [&str; 13] = [
        "jméno",
        "přihlašovací jméno",
        "e-mail",
        "organizace",
        "role",
        "stav",
        "druhý faktor",
        "oprávnění",
        "kód",
        "od",
        "do",
        "přidělil(a)",
        "naposledy přihlášen(a)",
    ];
    let about = vec![format!("Účty, {}, {}", account.organisation_name, time::date(today))];
    let header = HEADER.map(ToOwned::to_owned).to_vec();
    let mut table = Table { name: "Účty".to_owned(), about, header, rows: Vec::new(), total: None };
    let day = |day: chrono::NaiveDate| day.to_string();
    let mut grants: HashMap<Uuid, Vec<GrantRow>> = HashMap::new();
    for grant in accounts::grants_in(&mut tx, account.organisation).await?.into_iter().filter(|grant| grant.on(today)) {
        grants.entry(grant.account).or_default().push(grant);
    }
    for row in accounts::accounts(&mut tx, Some(account.organisation), None, today).await? {
        if !filter.takes(&row, today) {
            continue;
        }
        let state = if row.blocked_at.is_some() {
            "zablokovaný"
        } else if row.waits {
            "čeká na potvrzení"
        } else {
            "aktivní"
        };
        let last = row.last_sign_in.map_or_else(String::new, |at| time::date_time(prague::local(at)));
        let cells = |right: &str, code: &str, from: String, to: String, by: String| {
            let role = Role::from_code(&row.role).map_or("", Role::label);
            let factor = if row.second_factor { "ano" } else { "ne" };
            let email = row.email.clone().unwrap_or_default();
            let texts = [&row.name, &row.login, &email, &row.organisation_name].map(Clone::clone);
            texts
                .into_iter()
                .chain([role, state, factor, right, code].map(ToOwned::to_owned))
                .chain([from, to, by, last.clone()])
                .map(Cell::from)
                .collect::<Vec<Cell>>()
        };
        let held = grants.remove(&row.id).unwrap_or_default();
        if held.is_empty() {
            table.rows.push(cells("", "", String::new(), String::new(), String::new()));
        }
        for grant in held {
            let label = Right::from_code(&grant.right_code).map_or("", Right::label);
            let by = grant.granted_by.clone().unwrap_or_default();
            table.rows.push(cells(label, &grant.right_code, day(grant.valid_from), grant.valid_to.map(day).unwrap_or_default(), by));
        }
    }
    let content = json!({ "filter": { "q": filter.q, "pravo": filter.pravo, "stav": filter.stav } });
    tx.audit(audit::Record::done("accounts.export", "organisation", account.organisation, content));
    tx.commit(info.received_at).await?;
    Ok(table)
}

/// The trail as its page is filtered.
async fn events(
    Extension(deps): Extension<Deps>,
    Query(asked): Query<Asked>,
    Extension(info): Extension<RequestInfo>,
    kind: Kind,
) -> Response {
    let table = async {
        info.actor.require(trail::READS)?;
        let search = asked.search()?;
        let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
        let events = trail::read(&mut tx, &asked, &search, trail::EXPORTED, "export").await?;
        tx.commit(info.received_at).await?;
        const HEADER: [&str; 12] = [
            "řetězec",
            "číslo",
            "kdy (Praha)",
            "kdo",
            "co",
            "druh",
            "druh objektu",
            "objekt",
            "jak skončilo",
            "adresa",
            "zařízení",
            "obsah",
        ];
        let about = vec![format!("Auditní stopa, {}", time::date(prague::day(info.received_at)))];
        let rows = events.into_iter().map(|event| {
            let content = event.content.map_or_else(|| "vypršel".to_owned(), |content| content.to_string());
            vec![
                Cell::from(event.chain),
                Cell::from(event.seq),
                Cell::from(instant_words(event.at)),
                Cell::from(event.person_name.unwrap_or_else(|| "systém".to_owned())),
                Cell::from(kind_words(&event.kind)),
                Cell::from(event.kind),
                Cell::from(event.object_kind),
                Cell::from(event.object_id),
                Cell::from(outcome_words(&event.outcome).1),
                Cell::from(event.address),
                Cell::from(event.device),
                Cell::from(content),
            ]
        });
        Ok(Table {
            name: "Auditní stopa".to_owned(),
            about,
            header: HEADER.map(ToOwned::to_owned).to_vec(),
            rows: rows.collect(),
            total: None,
        })
    };
    answer("auditni-stopa".to_owned(), kind, table.await).await
}

/// The form of a consent to be filled in and signed.
async fn blank() -> Response {
    const FORM: &str = "SOUHLAS SE ZPRACOVÁNÍM OSOBNÍCH ÚDAJŮ\r\n\r\nJméno a příjmení: ______________________________\r\nDatum narození: ______________________________\r\nOrganizace: ______________________________\r\n\r\nSouhlasím se zpracováním svých osobních údajů uvedených výše pro zřízení a vedení uživatelského účtu v informačním\r\nsystému registru, výkazů a dotací sociálních služeb. Údaje se zpracovávají po dobu trvání účtu a po dobu, po kterou musí\r\nbýt uchovány záznamy o úkonech. Souhlas mohu kdykoli odvolat; účet se pak zablokuje.\r\n\r\nV ____________________ dne ____________________\r\n\r\nPodpis: ______________________________\r\n";
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"souhlas.txt\"")];
    (headers, format!("\u{feff}{FORM}")).into_response()
}

/// The kind of a file by its first bytes; its name is not believed.
fn kind(content: &[u8]) -> Option<(&'static str, &'static str)> {
    match content {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(("application/pdf", "pdf")),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(("image/png", "png")),
        [0xff, 0xd8, 0xff, ..] => Some(("image/jpeg", "jpg")),
        _ => None,
    }
}

/// The file of a consent.
async fn file(Extension(deps): Extension<Deps>, Path(id): Path<Uuid>, Extension(info): Extension<RequestInfo>) -> Response {
    let read = async {
        info.actor.require(ADMINISTRATOR)?;
        let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
        let (_, content) = accounts::consent_file(&mut tx, id).await.map_err(|_| AppError::not_found("Soubor"))?;
        tx.audit(audit::Record::done("accounts.consent.read", "consent", id, json!({})));
        tx.commit(info.received_at).await?;
        Ok::<_, AppError>(content)
    };
    match read.await {
        Err(error) => error_response(&error),
        Ok(content) => {
            let (media, ending) = kind(&content).unwrap_or(("application/octet-stream", "bin"));
            let name = HeaderValue::from_str(&format!("attachment; filename=\"souhlas.{ending}\""))
                .unwrap_or(HeaderValue::from_static("attachment"));
            ([(header::CONTENT_TYPE, HeaderValue::from_static(media)), (header::CONTENT_DISPOSITION, name)], content).into_response()
        }
    }
}

/// Notes a consent.
async fn note(
    Extension(deps): Extension<Deps>,
    Path(id): Path<Uuid>,
    Extension(info): Extension<RequestInfo>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let Ok(form) = form else {
        return error_response(&AppError::invalid("Formulář se nepodařilo přečíst. Načtěte stránku znovu."));
    };
    match noted(&deps, id, &info, form).await {
        Err(error) => error_response(&error),
        Ok(()) => match HeaderValue::from_str(&format!("/ucty/{id}?hotovo=souhlas")) {
            Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
            Err(_) => error_response(&AppError::fault()),
        },
    }
}

async fn noted(deps: &Deps, id: Uuid, info: &RequestInfo, mut form: Multipart) -> Result<(), AppError> {
    info.actor.require(ADMINISTRATOR)?;
    let actor = info.actor.account()?;
    let (mut day, mut channel, mut message, mut file) = (String::new(), String::new(), String::new(), None);
    let broken = |_| AppError::invalid("Soubor se nepodařilo přečíst, nebo má víc než 10 MB. Vyberte menší.");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "den" => day = field.text().await.map_err(broken)?,
            "zpusob" => channel = field.text().await.map_err(broken)?,
            "zprava" => message = field.text().await.map_err(broken)?,
            "soubor" => {
                let name: String =
                    field.file_name().unwrap_or_default().chars().filter(|c| !c.is_control() && !"/\\\"".contains(*c)).take(200).collect();
                let content = field.bytes().await.map_err(broken)?;
                if !content.is_empty() {
                    file = Some((name, content));
                }
            }
            _ => {}
        }
    }
    let today = prague::day(info.received_at);
    let given_on = time::parse_date(&day).map_err(|e| AppError::field("den", e.to_string()))?;
    if given_on > today {
        return Err(AppError::field("den", "Tento den teprve přijde. Napište, kdy byl souhlas daný."));
    }
    if !CHANNELS.iter().any(|(code, _)| *code == channel) {
        return Err(AppError::field("zpusob", "Vyberte, jak souhlas přišel."));
    }
    let message = message.trim();
    if message.len() > 40 || !message.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AppError::field("zprava", "Číslo datové zprávy jsou jen číslice. Opište ho z doručenky."));
    }
    if let Some((_, content)) = &file
        && (content.len() > FILE_LIMIT || kind(content).is_none())
    {
        return Err(AppError::field("soubor", "Přiložte PDF, PNG nebo JPEG do 10 MB."));
    }
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    let row = accounts::account(&mut tx, id, today).await.map_err(|_| AppError::not_found("Účet"))?;
    let target = accounts::target(&mut tx, id, today).await?;
    if row.organisation != actor.organisation {
        actor
            .may_create_in(row.organisation, usize::from(target.administrator) + target.other_administrators)
            .map_err(|refusal| AppError::new(app::error::Code::Forbidden, refusal.to_string()))?;
    }
    let new = NewConsent {
        person: row.person,
        given_on,
        channel: &channel,
        message_id: Some(message).filter(|text| !text.is_empty()),
        file: file.as_ref().map(|(name, content)| (name.as_str(), content.as_ref())),
    };
    let consent = accounts::note_consent(&mut tx, actor.organisation, &new, info.received_at).await?;
    let content = json!({ "person": row.person, "given_on": given_on, "channel": channel, "message": message, "file": file.is_some() });
    tx.audit(audit::Record::done("accounts.consent.note", "consent", consent, content));
    tx.commit(info.received_at).await?;
    Ok(())
}
