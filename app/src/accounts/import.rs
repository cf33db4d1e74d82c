//! `/ucty/import`: accounts from a CSV file, first tried, then made.

use crate::{components::*, error::AppError, form::Typed, layout::*, request, subsidy::rounds::import_read};
use domain::accounts::{
    Account, OrganisationKind, Permission, Right,
    bulk::{self, COLUMNS, Row},
};
use leptos::prelude::*;
use store::{Tx, accounts, prague};
use uuid::Uuid;

permit_page!("/ucty/import" => Permission::Has(Right::SystemAdministration));
permit_page!("/ucty/import/{id}" => Permission::Has(Right::SystemAdministration));

/// Largest file.
pub const MAX_BYTES: usize = 1 << 20;

/// A row of a file with the line it stands on.
#[derive(Debug, Clone)]
pub struct Line {
    /// Line of the file.
    pub line: u64,
    /// Its cells, in the order of [`COLUMNS`].
    pub cells: [String; 7],
    /// What it says, or what is wrong.
    pub row: Row,
}

/// Reads a file and tries it against the accounts that there are. Nothing is written.
///
/// # Errors
/// What is wrong with the file as a whole.
pub async fn try_out(tx: &mut Tx, text: &str, kind: OrganisationKind, today: chrono::NaiveDate) -> Result<Vec<Line>, AppError> {
    if text.is_empty() {
        return Err(AppError::invalid("Soubor, ze kterého se týden nic nezaložilo, jsme smazali. Nahrajte ho, prosím, znovu."));
    }
    let table = import_read::table(text).map_err(AppError::invalid)?;
    let plain = |name: &str| domain::text::fold(name).replace([' ', '-'], "_");
    let header: Vec<String> = table.header.iter().map(|name| plain(name.trim())).collect();
    let places: Vec<Option<usize>> = COLUMNS.iter().map(|name| header.iter().position(|h| h == name)).collect();
    let missing: Vec<&str> = COLUMNS
        .iter()
        .zip(&places)
        .filter(|(name, at)| at.is_none() && !matches!(**name, "email" | "od" | "do"))
        .map(|(name, _)| *name)
        .collect();
    if !missing.is_empty() {
        return Err(AppError::invalid(format!("V souboru chybí sloupec: {}. Stáhněte si vzor a vyplňte ho.", missing.join(", "))));
    }
    if let Some(unknown) = header.iter().find(|name| !name.is_empty() && !COLUMNS.contains(&name.as_str())) {
        return Err(AppError::invalid(format!("Sloupec „{unknown}“ neznáme. Nechte jen ty, které má vzor.")));
    }
    if table.lines.is_empty() {
        return Err(AppError::invalid("V souboru není žádný účet. Pod záhlaví napište každý na jeden řádek."));
    }
    if table.lines.len() > bulk::ROWS {
        return Err(AppError::invalid(format!("Soubor má víc než {} účtů. Rozdělte ho, prosím, na několik.", bulk::ROWS)));
    }
    let cells: Vec<[String; 7]> = table
        .lines
        .iter()
        .map(|(_, cells)| {
            std::array::from_fn(|i| places[i].and_then(|at| cells.get(at)).map(|cell| cell.trim().to_owned()).unwrap_or_default())
        })
        .collect();
    let mut rows = bulk::read(&cells, kind, today);
    let logins: Vec<String> = rows.iter().flatten().map(|row| row.login.clone()).collect();
    let taken = accounts::logins_taken(tx, &logins).await?;
    for row in &mut rows {
        if row.as_ref().is_ok_and(|new| taken.contains(&new.login)) {
            let sentence = "Toto přihlašovací jméno už někdo má. Má-li účet jinde tentýž člověk, založte mu ho jednotlivě.";
            *row = Err(vec![(COLUMNS[0], sentence.to_owned())]);
        }
    }
    Ok(table.lines.iter().zip(cells).zip(rows).map(|(((line, _), cells), row)| Line { line: *line, cells, row }).collect())
}

/// The empty file with its header and one example.
pub fn template(kind: OrganisationKind) -> String {
    let set = match kind {
        OrganisationKind::Mpsv => "mpsv_officer",
        OrganisationKind::Kraj => "kraj_assessor",
        OrganisationKind::Provider => "provider_editor",
    };
    format!("\u{feff}{}\r\nj.novakova;Jana;Nováková;jana.novakova@example.cz;{set};;\r\n", COLUMNS.join(";"))
}

/// `/ucty/import`.
#[component]
pub fn ImportPage() -> impl IntoView {
    loaded(async {
        let account = request::actor().account()?.clone();
        request::info().require(Permission::Has(Right::SystemAdministration))?;
        let sets: Vec<_> = domain::accounts::Role::ALL.into_iter().filter(|role| role.kinds().contains(&account.kind)).collect();
        let error = Typed::of_page().refusal().map(|e| e.sentence.clone());
        Ok(view! {
            <Page title="Účty ze souboru" sub=account.organisation_name.clone() crumbs=vec![("/ucty".to_owned(), "Účty".to_owned())] calm=true>
                <div class="main main--calm">
                    {error.map(|sentence| view! { <Alert sentence/> })}
                    <section class="card">
                        <h2>"1. Vyplňte soubor"</h2>
                        <p>"Každý účet na jeden řádek, nejvýš "{bulk::ROWS}". Sloupce „email“, „od“ a „do“ můžete nechat prázdné: bez „od“ platí oprávnění ode dneška, bez „do“ nekončí."</p>
                        <p><a class="btn" href="/ucty/import/vzor.csv" download=""><Icon name="down"/>"Stáhnout vzor"</a></p>
                        <p>"Do sloupce sada napište jednu z těchto hodnot:"</p>
                        <dl class="facts">{sets.into_iter().map(|role| view! { <dt><code>{role.code()}</code></dt><dd>{role.label()}</dd> }).collect_view()}</dl>
                    </section>
                    <section class="card">
                        <h2>"2. Zkontrolujte ho"</h2>
                        <p>"Nejdřív jen ukážeme, co by se stalo. Založíte až potom."</p>
                        <form class="stack" method="post" enctype="multipart/form-data">
                            <div class="field"><label for="soubor">"Soubor CSV"</label><input class="input" id="soubor" name="soubor" type="file" accept=".csv,text/csv" required aria-describedby="soubor-h"/><span class="field__help" id="soubor-h">"CSV UTF-8 do 1 MB, oddělovač středník, tabulátor nebo čárka."</span></div>
                            <p><button class="btn btn--primary">"Zkontrolovat"</button></p>
                        </form>
                    </section>
                </div>
            </Page>
        }
        .into_any())
    })
}

/// `/ucty/import/{id}`: what would happen, and the button that makes it happen.
#[component]
pub fn TryPage() -> impl IntoView {
    loaded(async {
        let id: Uuid = request::path_id("id")?;
        let info = request::info();
        let account: Account = info.actor.account()?.clone();
        let today = prague::day(info.received_at);
        let mut tx = request::read(Permission::Has(Right::SystemAdministration)).await?;
        let import = accounts::import(&mut tx, id, false).await.map_err(|_| AppError::not_found("Soubor"))?;
        let crumbs = vec![("/ucty".to_owned(), "Účty".to_owned()), ("/ucty/import".to_owned(), "Účty ze souboru".to_owned())];
        if let Some(done) = import.done_at {
            let made = i64::from(import.made.unwrap_or_default());
            return Ok(view! {
                <Page title=import.file_name.clone() crumbs calm=true>
                    <div class="main main--calm">
                        {Typed::of_page().refusal().map(|e| e.sentence.clone()).map(|sentence| view! { <Alert sentence/> })}
                        <Banner tone=Tone::Ok>{format!("Založeno {}: {made} {}.", domain::time::date_time(prague::local(done)), domain::text::plural(made, "účet", "účty", "účtů"))}</Banner>
                        <p>"Jednorázová hesla byla jen v souboru, který se při založení stáhl. Kdo ho nemá, dá lidem nová na stránce jejich účtu."</p>
                        <p><a class="btn" href="/ucty">"Přejít na účty"</a></p>
                    </div>
                </Page>
            }
            .into_any());
        }
        let lines = try_out(&mut tx, &import.content, account.kind, today).await?;
        let good = i64::try_from(lines.iter().filter(|line| line.row.is_ok()).count()).unwrap_or_default();
        let bad = i64::try_from(lines.len()).unwrap_or_default() - good;
        let error = Typed::of_page().refusal().map(|e| e.sentence.clone());
        let summary = if bad == 0 {
            format!("Všechny řádky jsou v pořádku, založí se {good} {}.", domain::text::plural(good, "účet", "účty", "účtů"))
        } else {
            format!(
                "{bad} {} opravit. Dokud nejsou v pořádku všechny, nezaloží se nic.",
                domain::text::plural(bad, "řádek je potřeba", "řádky je potřeba", "řádků je potřeba")
            )
        };
        Ok(view! {
            <Page title="Kontrola souboru" sub=import.file_name.clone() crumbs>
                <div class="main stack">
                    {error.map(|sentence| view! { <Alert sentence/> })}
                    <Banner tone=if bad == 0 { Tone::Ok } else { Tone::Warn }>{summary}</Banner>
                    <div class="grid" role="region" aria-label="Řádky souboru" tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col" class="num">"Řádek"</th><th scope="col">"Přihlašovací jméno"</th><th scope="col">"Jméno"</th><th scope="col">"E-mail"</th><th scope="col">"Sada"</th><th scope="col">"Platnost"</th><th scope="col">"Výsledek"</th></tr></thead>
                            <tbody>{lines.into_iter().map(|line| {
                                let [login, first, last, email, set, from, to] = line.cells;
                                let (name, set, valid) = match &line.row {
                                    Ok(new) => (new.name.clone(), new.role.label().to_owned(), format!("od {}{}", domain::time::date(new.from), new.to.map(|to| format!(" do {}", domain::time::date(to))).unwrap_or_default())),
                                    Err(_) => (format!("{first} {last}"), set, format!("{from} {to}")),
                                };
                                let said = match line.row {
                                    Ok(_) => view! { <Pill tone=Tone::Ok word="založí se"/> }.into_any(),
                                    Err(wrong) => view! { <ul class="plain">{wrong.into_iter().map(|(column, sentence)| view! { <li class="msg" data-tone="error"><Icon name="error"/><span><strong>{column}</strong>": "{sentence}</span></li> }).collect_view()}</ul> }.into_any(),
                                };
                                view! { <tr><td class="num">{line.line}</td><th scope="row">{login}</th><td>{name}</td><td>{email}</td><td class="wrap">{set}</td><td>{valid}</td><td class="wrap">{said}</td></tr> }
                            }).collect_view()}</tbody>
                        </table>
                    </div>
                    {if bad == 0 {
                        view! {
                            <form class="stack" method="post" enctype="multipart/form-data">
                                <input type="hidden" name="zalozit" value="1"/>
                                <p>"Založením se stáhne soubor s jednorázovými hesly. Nikde jinde nejsou: uložte ho a hesla předejte každému zvlášť."</p>
                                <p><button class="btn btn--primary">"Založit účty"</button></p>
                            </form>
                        }.into_any()
                    } else {
                        view! { <p><a class="btn btn--primary" href="/ucty/import">"Nahrát opravený soubor"</a></p> }.into_any()
                    }}
                </div>
            </Page>
        }
        .into_any())
    })
}
