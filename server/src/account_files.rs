//! Files around accounts: the list of who has what, consents.

use crate::{
    downloads::{Kind, answer},
    inventory_of_plain_routes,
    layers::error_response,
    uploads::Sent,
};
use app::{
    accounts::{
        account::CHANNELS,
        import,
        list::Filter,
        trail::{self, Asked, instant_words, outcome_words, who},
        trail_names::kind_words,
    },
    error::AppError,
    request::{Deps, RequestInfo, Retyped},
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path, Query},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    accounts::{OrganisationKind, Permission, Right, Role},
    time,
};
use leptos::prelude::LeptosOptions;
use print::{Cell, Table};
use serde_json::json;
use std::collections::HashMap;
use store::{
    accounts::{self, GrantRow, NewAccount, NewConsent},
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
    POST "/ucty/{id}" => ADMINISTRATOR;
    GET "/ucty/import/vzor.csv" => ADMINISTRATOR;
    POST "/ucty/import" => ADMINISTRATOR;
    POST "/ucty/import/{id}" => ADMINISTRATOR;
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
        .route("/ucty/{id}", post(note).layer(DefaultBodyLimit::max(FILE_LIMIT + (1 << 16))))
        .route("/ucty/import/vzor.csv", get(template))
        .route("/ucty/import", post(upload).layer(DefaultBodyLimit::max(import::MAX_BYTES + (1 << 16))))
        .route("/ucty/import/{id}", post(make))
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
    info.require(ADMINISTRATOR)?;
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
        info.require(trail::READS)?;
        let search = asked.search()?;
        let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
        let (events, _) = trail::read(&mut tx, &asked, &search, trail::EXPORTED, "export").await?;
        tx.commit(info.received_at).await?;
        const HEADER: [&str; 16] = [
            "řetězec",
            "číslo",
            "kdy (Praha)",
            "kdy (s pásmem)",
            "kdo",
            "účet",
            "organizace",
            "přihlášení",
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
            let who = who(&event);
            let content = event.content.map_or_else(|| "vypršel".to_owned(), |content| content.to_string());
            vec![
                Cell::from(event.chain),
                Cell::from(event.seq),
                Cell::from(instant_words(event.at)),
                Cell::from(prague::rfc3339(event.at)),
                Cell::from(who),
                Cell::from(event.account.map(|id| id.to_string())),
                Cell::from(event.organisation),
                Cell::from(event.session),
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

fn attached(name: &str, text: String) -> Response {
    let disposition = HeaderValue::from_str(&crate::uploads::disposition(name)).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}

/// The empty file for accounts.
async fn template(Extension(info): Extension<RequestInfo>) -> Response {
    match info.actor.account() {
        Ok(account) => attached("ucty.csv", import::template(account.kind)),
        Err(denied) => error_response(&denied.into()),
    }
}

/// Keeps a file with accounts and leads to its dry run.
async fn upload(
    Extension(deps): Extension<Deps>,
    Extension(info): Extension<RequestInfo>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let kept = async {
        info.require(ADMINISTRATOR)?;
        let form = form.map_err(|_| AppError::invalid("Formulář se nepodařilo přečíst. Načtěte stránku znovu."))?;
        let sent = Sent::read(form).await;
        let sent = sent.map_err(|_| AppError::invalid("Soubor se nepodařilo přečíst, nebo má víc než 1 MB. Vyberte menší."))?;
        let Some((name, content)) = sent.file.filter(|(_, content)| content.len() <= import::MAX_BYTES) else {
            return Err(AppError::invalid("Vyberte soubor CSV s účty, nejvýš 1 MB."));
        };
        let text = String::from_utf8(content).ok().filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| AppError::invalid("Soubor není v kódování UTF-8. Uložte ho z tabulky jako „CSV UTF-8“."))?;
        let account = info.actor.account()?;
        let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
        // A file that is none is told at once, before it is kept.
        import::try_out(&mut tx, &text, account.kind, prague::day(info.received_at)).await?;
        let name = if name.is_empty() { "ucty.csv" } else { &name };
        let id = accounts::keep_import(&mut tx, name, &text, info.received_at).await?;
        tx.audit(audit::Record::done("accounts.import.read", "account_import", id, json!({ "file": name, "bytes": text.len() })));
        tx.commit(info.received_at).await?;
        Ok::<_, AppError>(id)
    };
    match kept.await {
        Err(error) => error_response(&error),
        Ok(id) => Redirect::to(&format!("/ucty/import/{id}")).into_response(),
    }
}

/// Makes the accounts of a file, all or none, and answers with their one-time passwords: they are nowhere else.
async fn make(Extension(deps): Extension<Deps>, Path(id): Path<Uuid>, Extension(info): Extension<RequestInfo>) -> Response {
    match made(&deps, id, &info).await {
        Err(error) => error_response(&error),
        Ok(text) => attached("jednorazova-hesla.csv", text),
    }
}

async fn made(deps: &Deps, id: Uuid, info: &RequestInfo) -> Result<String, AppError> {
    info.require(ADMINISTRATOR)?;
    let account = info.actor.account()?;
    let (at, today) = (info.received_at, prague::day(info.received_at));
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    let file = accounts::import(&mut tx, id, false).await.map_err(|_| AppError::not_found("Soubor"))?;
    let lines = import::try_out(&mut tx, &file.content, account.kind, today).await;
    drop(tx);
    if file.done_at.is_some() {
        return Err(AppError::invalid("Účty z tohoto souboru už jsou založené. Jednorázová hesla jsou v souboru, který se tehdy stáhl."));
    }
    let rows: Vec<_> = lines?
        .into_iter()
        .map(|line| line.row)
        .collect::<Result<_, _>>()
        .map_err(|_| AppError::invalid("Některé řádky mezitím nejsou v pořádku. Načtěte stránku znovu a opravte soubor."))?;
    // Hashing takes its time: nobody waits for it with a transaction open.
    let mut new = Vec::with_capacity(rows.len());
    for row in rows {
        let password = app::accounts::passwords::one_time()?;
        let hash = deps.passwords.hash(password.clone()).await?;
        new.push((row, password, hash));
    }
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    if accounts::import(&mut tx, id, true).await?.done_at.is_some() {
        return Err(AppError::invalid("Účty z tohoto souboru právě založil někdo jiný."));
    }
    let mut out = format!("\u{feff}{}\r\n", ["jmeno", "prihlasovaci_jmeno", "jednorazove_heslo"].join(";"));
    for (row, password, hash) in &new {
        let account_of = NewAccount {
            login: &row.login,
            name: &row.name,
            email: row.email.as_deref(),
            password_hash: hash,
            must_change: Some("initial"),
            organisation: account.organisation,
            role: row.role,
            valid_from: row.from,
            demo: false,
        };
        let made = accounts::create_account(&mut tx, &account_of, at).await.map_err(|error| {
            if error.constraint() == Some("person_login_key") {
                AppError::invalid(format!("Přihlašovací jméno „{}“ mezitím dostal někdo jiný. Opravte soubor.", row.login))
            } else {
                error.into()
            }
        })?;
        if let Some(to) = row.to {
            accounts::end_rights_on(&mut tx, made, to).await?;
        }
        let content = json!({ "login": row.login, "name": row.name, "email": row.email, "set": row.role.code(), "from": row.from, "to": row.to, "import": id });
        tx.audit(audit::Record::done("accounts.create", "account", made, content));
        let cell = |text: &str| print::csv::text(text);
        out.push_str(&format!("{};{};{}\r\n", cell(&row.name), cell(&row.login), cell(password)));
    }
    let count = i32::try_from(new.len()).unwrap_or(i32::MAX);
    accounts::import_done(&mut tx, id, count, at).await?;
    tx.audit(audit::Record::done("accounts.import", "account_import", id, json!({ "file": file.file_name, "accounts": count })));
    tx.commit(at).await?;
    Ok(out)
}

/// The form of a consent to be filled in and signed.
async fn blank() -> Response {
    const FORM: &str = "SOUHLAS SE ZPRACOVÁNÍM OSOBNÍCH ÚDAJŮ\r\n\r\nJméno a příjmení: ______________________________\r\nDatum narození: ______________________________\r\nOrganizace: ______________________________\r\n\r\nSouhlasím se zpracováním svých osobních údajů uvedených výše pro zřízení a vedení uživatelského účtu v informačním\r\nsystému registru, výkazů a dotací sociálních služeb. Údaje se zpracovávají po dobu trvání účtu a po dobu, po kterou musí\r\nbýt uchovány záznamy o úkonech. Souhlas mohu kdykoli odvolat; účet se pak zablokuje.\r\n\r\nV ____________________ dne ____________________\r\n\r\nPodpis: ______________________________\r\n";
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"souhlas.txt\"")];
    (headers, format!("\u{feff}{FORM}")).into_response()
}

/// The kind of a file of a consent.
fn kind(content: &[u8]) -> Option<(&'static str, &'static str)> {
    crate::uploads::plain_kind(content)
}

/// The file of a consent.
async fn file(Extension(deps): Extension<Deps>, Path(id): Path<Uuid>, Extension(info): Extension<RequestInfo>) -> Response {
    let read = async {
        info.require(ADMINISTRATOR)?;
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
    let mut typed = Retyped::default();
    match noted(&deps, id, &info, form, &mut typed).await {
        Err(error) => {
            let mut answer = error_response(&error);
            answer.extensions_mut().insert(typed);
            answer
        }
        Ok(()) => Redirect::to(&format!("/ucty/{id}?hotovo=souhlas")).into_response(),
    }
}

async fn noted(deps: &Deps, id: Uuid, info: &RequestInfo, form: Multipart, typed: &mut Retyped) -> Result<(), AppError> {
    info.require(ADMINISTRATOR)?;
    let actor = info.actor.account()?;
    let sent = Sent::read(form).await;
    let sent = sent.map_err(|_| AppError::invalid("Soubor se nepodařilo přečíst, nebo má víc než 10 MB. Vyberte menší."))?;
    typed.0 = ["den", "zpusob", "zprava"].map(|name| (name.to_owned(), sent.field(name).to_owned())).to_vec();
    let channel = sent.field("zpusob");
    let today = prague::day(info.received_at);
    let given_on = time::parse_date(sent.field("den")).map_err(|e| AppError::field("den", e.to_string()))?;
    if given_on > today {
        return Err(AppError::field("den", "Tento den teprve přijde. Napište, kdy byl souhlas daný."));
    }
    if !CHANNELS.iter().any(|(code, _)| *code == channel) {
        return Err(AppError::field("zpusob", "Vyberte, jak souhlas přišel."));
    }
    let message = sent.field("zprava").trim();
    if message.len() > 40 || !message.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AppError::field("zprava", "Číslo datové zprávy jsou jen číslice. Opište ho z doručenky."));
    }
    if let Some((_, content)) = &sent.file
        && (content.len() > FILE_LIMIT || kind(content).is_none())
    {
        return Err(AppError::field("soubor", "Přiložte PDF, PNG nebo JPEG do 10 MB."));
    }
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    let row = accounts::account(&mut tx, id, today).await.map_err(|_| AppError::not_found("Účet"))?;
    // MPSV notes one for anybody: the first administrator of an organisation could not sign in without it.
    if row.organisation != actor.organisation && actor.kind != OrganisationKind::Mpsv {
        return Err(AppError::not_found("Účet"));
    }
    let new = NewConsent {
        person: row.person,
        given_on,
        channel,
        message_id: Some(message).filter(|text| !text.is_empty()),
        file: sent.file.as_ref().map(|(name, content)| (name.as_str(), content.as_slice())),
    };
    let consent = accounts::note_consent(&mut tx, actor.organisation, &new, info.received_at).await?;
    let content =
        json!({ "person": row.person, "given_on": given_on, "channel": channel, "message": message, "file": sent.file.is_some() });
    tx.audit(audit::Record::done("accounts.consent.note", "consent", consent, content).in_chain_of(row.organisation));
    tx.commit(info.received_at).await?;
    Ok(())
}
