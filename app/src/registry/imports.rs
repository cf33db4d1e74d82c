//! `/registr/import`: import of the open data of the register, and the imports so far; `/registr/import/{id}`: what one of them did.

use super::quality::problem_table;
use super::words;
use crate::{components::*, layout::*, request};
use domain::accounts::{Permission, Right};
use domain::registry::problem::ProblemKind;
use leptos::prelude::*;
use serde_json::Value;
use store::registry::quality::{self, ImportRow};

const MAY: Permission = Permission::Has(Right::RegisterImport);
permit_page!("/registr/import" => MAY);
permit_page!("/registr/import/{id}" => MAY);

/// Largest file that is taken, in bytes.
pub const FILE_LIMIT: u64 = 500 << 20;

fn counted(summary: &Value, path: &str) -> i64 {
    summary.pointer(path).and_then(Value::as_i64).unwrap_or_default()
}

/// What happened to the services, in words.
const SERVICES: [(&str, &str); 6] = [
    ("new", "nové"),
    ("changed", "změněné"),
    ("ended", "ukončené"),
    ("unchanged", "beze změny"),
    ("missing", "v souboru chybějí"),
    ("refused", "odmítnuté"),
];

/// The page of all imports.
#[component]
pub fn ImportsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(MAY).await?;
        let rows = quality::imports(&mut tx, 100).await?;
        let today = store::prague::day(request::info().received_at);
        let echo = request::echo();
        let error = echo.as_ref().and_then(|e| e.error.clone());
        let of = |field: &str| error.as_ref().and_then(|e| e.fields.iter().find(|(n, _)| n == field)).map(|(_, text)| text.clone());
        let day = echo
            .as_ref()
            .and_then(|e| e.values.iter().find(|(n, _)| n == "ke"))
            .map_or_else(|| domain::time::date(today), |(_, v)| v.clone());
        let (file_error, day_error) = (of("soubor"), of("ke"));
        let file_invalid = file_error.is_some().then_some("true");
        let described = if file_error.is_some() { "soubor-h soubor-m" } else { "soubor-h" };
        let sentence = error.as_ref().map(|e| e.sentence.clone());
        let last = rows.first().map(|r| domain::time::date(r.as_of));
        Ok(view! {
            <Page title="Import registru" sub="Otevřená data MPSV, soubor RPSS (rpss.json)" crumbs=vec![("/registr".to_owned(), "Registr".to_owned())]>
                <div class="main">
                    {sentence.map(|text| view! { <Banner tone=Tone::Error alert=true>{format!("{text} Nic se nezměnilo.")}</Banner> })}
                    <div class="cols cols--side">
                        <div class="stack">{earlier(&rows)}</div>
                        <aside class="stack" aria-label="Nový import">
                            <section class="card"><h2>"Nový import"</h2>
                                <form class="stack" method="post" enctype="multipart/form-data">
                                    <Field name="ke" label="Změny platí ode dne" value=day limit=40 error=day_error help=last.map_or_else(|| "den, ke kterému je soubor".to_owned(), |d| format!("den, ke kterému je soubor; ne dříve než {d}"))/>
                                    <div class="field">
                                        <label for="soubor">"Soubor"</label>
                                        <input class="input" id="soubor" name="soubor" type="file" required accept=".json,.gz,application/json,application/gzip" aria-invalid=file_invalid aria-describedby=described/>
                                        <span class="field__help" id="soubor-h">"rpss.json, i komprimovaný (gzip), nejvýše 500 MB"</span>
                                        {file_error.map(|text| view! { <Message id="soubor-m" tone=Tone::Error text=text/> })}
                                    </div>
                                    <button class="btn btn--primary">"Importovat"</button>
                                    <p class="meta">"Celostátní soubor se zpracuje do minuty, menší hned. Nechte stránku otevřenou; import proběhne celý, nebo vůbec. Stejný soubor podruhé nic nezmění."</p>
                                </form>
                            </section>
                        </aside>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

fn earlier(rows: &[ImportRow]) -> AnyView {
    let count = i64::try_from(rows.len()).unwrap_or_default();
    let lines = rows.iter().map(|r| {
        let href = format!("/registr/import/{}", r.id);
        view! {
            <tr>
                <th scope="row"><a href=href>{domain::time::date_time(store::prague::local(r.at))}</a></th>
                <td>{domain::time::date(r.as_of)}</td>
                <td class="wrap">{r.file_name.clone().unwrap_or_else(|| "–".to_owned())}</td>
                {SERVICES.iter().map(|(key, _)| view! { <td class="num">{words::number(counted(&r.summary, &format!("/services/{key}")))}</td> }).collect_view()}
            </tr>
        }
    });
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2>"Dřívější importy"</h2><span class="count">{words::number(count)}</span></div>
            {if count == 0 {
                view! { <Empty title="Zatím nic importováno nebylo" text="Stáhněte otevřená data RPSS z portálu MPSV a nahrajte je vedle."/> }.into_any()
            } else {
                view! {
                    <div class="grid grid--bare" role="region" aria-label="Dřívější importy" tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col">"Kdy"</th><th scope="col">"Ke dni"</th><th scope="col">"Soubor"</th>{SERVICES.iter().map(|(_, label)| view! { <th scope="col" class="num">{*label}</th> }).collect_view()}</tr></thead>
                            <tbody>{lines.collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// The kinds of problems, the refused records first.
pub const KINDS: [ProblemKind; 12] = [
    ProblemKind::Refused,
    ProblemKind::Difference,
    ProblemKind::Missing,
    ProblemKind::SecretAddress,
    ProblemKind::Authority,
    ProblemKind::SharedIco,
    ProblemKind::ProviderDiffers,
    ProblemKind::Ico,
    ProblemKind::Dates,
    ProblemKind::UnknownCode,
    ProblemKind::UnknownShape,
    ProblemKind::Incomplete,
];

/// How many of a kind are shown, are in the file, and were counted.
fn rest(shown: i64, kept: i64, count: i64) -> String {
    let [shown, all, total] = [shown, kept, count].map(words::number);
    if kept < count {
        format!("Zobrazeno prvních {shown} z\u{a0}{total}. V souboru CSV je prvních {all}, další se jen počítají.")
    } else {
        format!("Zobrazeno prvních {shown} z\u{a0}{total}, v souboru CSV jsou všechny.")
    }
}

/// The page of one import.
#[component]
pub fn ImportPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(MAY).await?;
        let row = quality::import_row(&mut tx, request::path_id("id")?).await?;
        let counts = quality::problem_counts(&mut tx, row.id).await?;
        let mut lists = Vec::new();
        for kind in KINDS {
            let kept = counts.iter().find(|c| c.kind == kind.code()).map_or(0, |c| c.count);
            // What is over the limit of the list was counted, too.
            let count = counted(&row.summary, &format!("/problems/{}", kind.code())).max(kept);
            if kept > 0 {
                lists.push((kind, count, kept, quality::problems(&mut tx, row.id, kind.code()).await?));
            }
        }
        let title = format!("Import ke dni {}", domain::time::date(row.as_of));
        let sub = format!(
            "{} · {} záznamů · {} · SHA-256 {}",
            domain::time::date_time(store::prague::local(row.at)),
            words::number(counted(&row.summary, "/records")),
            row.file_name.clone().unwrap_or_else(|| "bez názvu".to_owned()),
            row.file_digest.iter().take(6).map(|b| format!("{b:02x}")).collect::<String>()
        );
        let stat = |label: &str, n: i64| view! { <div class="stat"><dt class="stat__label">{label.to_owned()}</dt><dd class="stat__value">{words::number(n)}</dd></div> };
        let services = SERVICES.iter().map(|(key, label)| stat(label, counted(&row.summary, &format!("/services/{key}")))).collect_view();
        let others = [
            ("noví poskytovatelé", "/providers/new"),
            ("změnění poskytovatelé", "/providers/changed"),
            ("nová zařízení", "/facilities/new"),
            ("změněná zařízení", "/facilities/changed"),
            ("zrušená zařízení", "/facilities/gone"),
            ("služby bez čísla", "/services/incomplete"),
        ];
        let others = others.iter().map(|(label, path)| stat(label, counted(&row.summary, path))).collect_view();
        let quiet = lists.is_empty();
        let file = format!("/registr/import/{}/problemy.csv", row.id);
        let lists = lists.into_iter().map(|(kind, count, kept, rows)| {
            let shown = i64::try_from(rows.len()).unwrap_or_default();
            view! {
                <section class="card card--flush">
                    <div class="card__head"><h2>{kind.label()}</h2><span class="count">{words::number(count)}</span></div>
                    {problem_table(kind.label(), rows)}
                    {(shown < count).then(|| view! { <p class="card__text meta">{rest(shown, kept, count)}</p> })}
                </section>
            }
        });
        let lists = lists.collect_view();
        Ok(view! {
            <Page title=title sub=sub crumbs=vec![("/registr".to_owned(), "Registr".to_owned()), ("/registr/import".to_owned(), "Import".to_owned())]>
                <div class="main">
                    <section class="card"><h2>"Služby"</h2><dl class="stats">{services}</dl></section>
                    <section class="card"><h2>"Poskytovatelé a zařízení"</h2><dl class="stats">{others}</dl></section>
                    {quiet.then(|| view! { <Banner tone=Tone::Ok>"Ke každému záznamu souboru jsme měli, co jsme potřebovali. Nic k řešení není."</Banner> })}
                    {lists}
                    <p class="row">{(!quiet).then(|| view! { <a class="btn" href=file download="problemy.csv">"Stáhnout celý seznam (CSV)"</a> })}<a class="btn" href="/registr/kvalita">"Přejít na kvalitu registru"</a></p>
                </div>
            </Page>
        }
        .into_any())
    })
}
