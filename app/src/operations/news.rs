//! Aktuality: `/aktuality` for everybody, writing for Aktuality, odstávky, provoz of MPSV.

use crate::{components::*, error::AppError, form::Typed, layout::*, request};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::{
    Tx, audit,
    operations::{self, NewNews, NewsRow},
    prague,
};

const OPERATOR: Permission = Permission::Has(Right::OperationsAdministration);
/// News on a page.
const SHOWN: i64 = 100;
/// Largest file of a piece of news.
pub const FILE_LIMIT: usize = 10 << 20;

struct Written<'a> {
    audience: Vec<String>,
    title: &'a str,
    body: &'a str,
    from: &'a str,
    to: &'a str,
}

fn read(written: &Written<'_>) -> Result<NewNews, AppError> {
    use domain::{text::typed, time::parse_date};
    let mut wrong: Vec<(String, String)> = Vec::new();
    let mut text = |name: &str, value: &str, limit, empty: &str| match typed(value, limit) {
        Ok(text) if !text.trim().is_empty() => text.trim().to_owned(),
        Ok(_) => {
            wrong.push((name.to_owned(), empty.to_owned()));
            String::new()
        }
        Err(e) => {
            wrong.push((name.to_owned(), e.to_string()));
            String::new()
        }
    };
    let title = text("nadpis", written.title, 200, "Napište nadpis.");
    let body = text("text", written.body, 20_000, "Napište, co je nového.");
    let shown_from = parse_date(written.from).map_err(|e| wrong.push(("od".to_owned(), e.to_string()))).ok();
    let shown_to = match written.to.trim() {
        "" => None,
        day => parse_date(day).map_err(|e| wrong.push(("do".to_owned(), e.to_string()))).ok(),
    };
    if let (Some(from), Some(to)) = (shown_from, shown_to)
        && to < from
    {
        wrong.push(("do".to_owned(), "Aktualita by skončila dřív, než začne. Opravte jeden z dnů.".to_owned()));
    }
    if written.audience.is_empty() {
        wrong.push(("verejnost".to_owned(), "Vyberte aspoň jednu skupinu, která aktualitu uvidí.".to_owned()));
    }
    match shown_from {
        Some(shown_from) if wrong.is_empty() => Ok(NewNews { audience: written.audience.clone(), title, body, shown_from, shown_to }),
        _ => Err(AppError::fields(wrong)),
    }
}

/// Writes a piece of news, or changes one. `pole`: `nadpis`, `text`, `od`, `do`, and who reads it (`verejnost`, `kraje`, `poskytovatele`).
#[server(name = SaveNews, prefix = "/prikaz", endpoint = "aktuality/ulozit")]
pub async fn save_news(
    klic: Option<String>,
    verze: Option<String>,
    aktualita: Option<String>,
    pole: Option<crate::form::Fields>,
) -> Result<(), AppError> {
    use domain::operations::Audience;
    use request::{Begun, Command};
    let id: Option<uuid::Uuid> = match aktualita.filter(|id| !id.is_empty()) {
        Some(id) => Some(id.parse().map_err(|_| AppError::not_found("Aktualitu"))?),
        None => None,
    };
    let (seen, pole) = (verze.unwrap_or_default().parse().unwrap_or(0), pole.unwrap_or_default());
    let key = klic.unwrap_or_default();
    let mut command = match Command::begin::<uuid::Uuid>("operations.news.save", OPERATOR, &key, &(id, seen, &pole)).await? {
        Begun::Earlier(id) => {
            request::go_to(&format!("/aktuality/{id}?hotovo=ulozeno"));
            return Ok(());
        }
        Begun::New(command) => command,
    };
    let by = command.actor.mpsv()?.id;
    let text = |name: &str| pole.get(name).map_or("", String::as_str);
    let audience = [("verejnost", Audience::Public), ("kraje", Audience::Kraje), ("poskytovatele", Audience::Providers)]
        .into_iter()
        .filter(|(name, _)| pole.contains_key(*name))
        .map(|(_, audience)| audience.code().to_owned())
        .collect();
    let new = read(&Written { audience, title: text("nadpis"), body: text("text"), from: text("od"), to: text("do") })?;
    let before = match id {
        Some(id) => Some(operations::news_item(&mut command.tx, id).await.map_err(|_| AppError::not_found("Aktualitu"))?),
        None => None,
    };
    let id = match id {
        None => operations::create_news(&mut command.tx, &new, by, command.at).await?,
        Some(id) => {
            operations::save_news(&mut command.tx, id, &new, seen, command.at).await?;
            id
        }
    };
    let old = before.map(|row| serde_json::json!({ "title": row.title, "body": row.body, "audience": row.audience, "from": row.shown_from, "to": row.shown_to }));
    let now =
        serde_json::json!({ "title": new.title, "body": new.body, "audience": new.audience, "from": new.shown_from, "to": new.shown_to });
    let content = serde_json::json!({ "drive": old, "nyni": now });
    command.tx.audit(audit::Record::done("operations.news.save", "news", id, content));
    command.finish(id).await?;
    request::go_to(&format!("/aktuality/{id}?hotovo=ulozeno"));
    Ok(())
}
permit!(SaveNews => OPERATOR);

/// Withdraws a piece of news: nobody but MPSV sees it any more.
#[server(name = WithdrawNews, prefix = "/prikaz", endpoint = "aktuality/stahnout")]
pub async fn withdraw_news(klic: Option<String>, aktualita: Option<String>) -> Result<(), AppError> {
    use request::{Begun, Command};
    let id: uuid::Uuid = aktualita.unwrap_or_default().parse().map_err(|_| AppError::not_found("Aktualitu"))?;
    let Begun::New(mut command) = Command::begin::<()>("operations.news.withdraw", OPERATOR, &klic.unwrap_or_default(), &id).await? else {
        request::go_to("/aktuality?hotovo=stazeno");
        return Ok(());
    };
    command.actor.mpsv()?;
    operations::withdraw(&mut command.tx, id, command.at).await.map_err(|_| AppError::not_found("Aktualitu"))?;
    command.tx.audit(audit::Record::done("operations.news.withdraw", "news", id, serde_json::json!({})));
    command.finish(()).await?;
    request::go_to("/aktuality?hotovo=stazeno");
    Ok(())
}
permit!(WithdrawNews => OPERATOR);

/// Takes a file out of a piece of news.
#[server(name = RemoveNewsFile, prefix = "/prikaz", endpoint = "aktuality/odebrat-soubor")]
pub async fn remove_news_file(klic: Option<String>, soubor: Option<String>) -> Result<(), AppError> {
    use request::{Begun, Command};
    let id: uuid::Uuid = soubor.unwrap_or_default().parse().map_err(|_| AppError::not_found("Soubor"))?;
    let mut command = match Command::begin::<uuid::Uuid>("operations.news.remove_file", OPERATOR, &klic.unwrap_or_default(), &id).await? {
        Begun::Earlier(news) => {
            request::go_to(&format!("/aktuality/{news}?hotovo=ulozeno"));
            return Ok(());
        }
        Begun::New(command) => command,
    };
    command.actor.mpsv()?;
    let news = operations::remove_file(&mut command.tx, id, command.at).await.map_err(|_| AppError::not_found("Soubor"))?;
    command.tx.audit(audit::Record::done("operations.news.remove_file", "news", news, serde_json::json!({ "file": id })));
    command.finish(news).await?;
    request::go_to(&format!("/aktuality/{news}?hotovo=ulozeno"));
    Ok(())
}
permit!(RemoveNewsFile => OPERATOR);

permit_page!("/aktuality" => Permission::Public);
permit_page!("/aktuality/nova" => OPERATOR);
permit_page!("/aktuality/{id}" => Permission::Public);
permit_page!("/aktuality/{id}/upravit" => OPERATOR);

fn audience_words(codes: &[String]) -> String {
    use domain::operations::Audience;
    let words = Audience::ALL.into_iter().filter(|a| codes.iter().any(|code| code == a.code())).map(Audience::label);
    words.collect::<Vec<_>>().join(", ")
}

/// The news that whoever asks sees today.
pub async fn latest(tx: &mut Tx, limit: i64) -> Result<Vec<NewsRow>, AppError> {
    let today = prague::day(request::info().received_at);
    Ok(operations::news(tx, Some(today), limit).await?)
}

/// The card of the latest news on the home page.
#[component]
pub fn LatestNews(
    /// What there is.
    items: Vec<NewsRow>,
) -> impl IntoView {
    (!items.is_empty()).then(|| {
        view! {
            <section class="card card--flush" aria-labelledby="aktuality">
                <div class="card__head"><h2 id="aktuality">"Aktuality"</h2><a href="/aktuality">"Všechny"</a></div>
                <ul class="choices">
                    {items.into_iter().map(|item| view! {
                        <li><span><a href=format!("/aktuality/{}", item.id)>{item.title}</a><br/><span class="meta">{domain::time::date(item.shown_from)}</span></span></li>
                    }).collect_view()}
                </ul>
            </section>
        }
    })
}

/// `/aktuality`.
#[component]
pub fn NewsPage() -> impl IntoView {
    loaded(async {
        let info = request::info();
        let operator = info.actor.has(Right::OperationsAdministration);
        let today = prague::day(info.received_at);
        let mut tx = request::read(Permission::Public).await?;
        // Whoever writes them sees those of the past and of the future, too.
        let rows = operations::news(&mut tx, (!operator).then_some(today), SHOWN).await?;
        let list = if rows.is_empty() {
            view! { <Empty title="Nic nového" text="Až bude něco důležitého, najdete to tady a na svém přehledu."/> }.into_any()
        } else {
            rows.into_iter()
                .map(|row| {
                    let state = if row.withdrawn_at.is_some() {
                        Some(("stažená", Tone::Neutral))
                    } else if row.shown_from > today {
                        Some(("ukáže se později", Tone::Info))
                    } else if row.shown_to.is_some_and(|to| to < today) {
                        Some(("skončila", Tone::Neutral))
                    } else {
                        None
                    };
                    let beginning: String = row.body.lines().next().unwrap_or_default().chars().take(300).collect();
                    view! {
                        <article class="card prose">
                            <h2><a href=format!("/aktuality/{}", row.id)>{row.title.clone()}</a></h2>
                            <p>{beginning}</p>
                            <p class="meta">{domain::time::date(row.shown_from)}
                                {operator.then(|| format!(" · vidí: {}", audience_words(&row.audience)))}
                                {(row.files > 0).then(|| format!(" · {} {}", row.files, domain::text::plural(row.files, "příloha", "přílohy", "příloh")))}
                                {state.map(|(word, tone)| view! { " "<Pill tone icon="clock" word/> })}</p>
                        </article>
                    }
                })
                .collect_view()
                .into_any()
        };
        let beside = operator.then(|| view! { <a class="btn btn--primary" href="/aktuality/nova">"Nová aktualita"</a> }.into_any());
        Ok(view! {
            <Page title="Aktuality" beside=beside.unwrap_or_else(|| ().into_any()) calm=true>
                <div class="main main--calm">{list}</div>
            </Page>
        }
        .into_any())
    })
}

/// `/aktuality/{id}`.
#[component]
pub fn NewsItemPage() -> impl IntoView {
    loaded(async {
        let id = request::path_id("id")?;
        let info = request::info();
        let operator = info.actor.has(Right::OperationsAdministration);
        let today = prague::day(info.received_at);
        let mut tx = request::read(Permission::Public).await?;
        let row = operations::news_item(&mut tx, id).await.map_err(|_| AppError::not_found("Aktualitu"))?;
        let shown = row.shown_from <= today && row.shown_to.is_none_or(|to| to >= today);
        if !shown && !operator {
            return Err(AppError::not_found("Aktualitu"));
        }
        let files = operations::files(&mut tx, id).await?;
        let withdrawn = row.withdrawn_at.is_some();
        let paragraphs: Vec<String> = row.body.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(ToOwned::to_owned).collect();
        let updated = domain::time::date_time(prague::local(row.updated_at));
        let sub = if operator {
            format!("{} · vidí: {}", domain::time::date(row.shown_from), audience_words(&row.audience))
        } else {
            domain::time::date(row.shown_from)
        };
        let size = |bytes: i64| format!("{} kB", (bytes + 999) / 1000);
        let beside = if operator && !withdrawn {
            view! { <a class="btn btn--primary" href=format!("/aktuality/{id}/upravit")>"Upravit"</a> }.into_any()
        } else {
            ().into_any()
        };
        Ok(view! {
            <Page title=row.title.clone() sub beside crumbs=vec![("/aktuality".to_owned(), "Aktuality".to_owned())] calm=true>
                <div class="main main--calm">
                    <PageRefusal/>
                    {withdrawn.then(|| view! { <Banner tone=Tone::Warn>"Aktualita je stažená. Vidí ji jen MPSV."</Banner> })}
                    <article class="card prose">
                        {paragraphs.into_iter().map(|p| view! { <p class="wrapped">{p}</p> }).collect_view()}
                        {(!files.is_empty()).then(|| view! {
                            <h2>"Přílohy"</h2>
                            <ul>{files.iter().map(|f| view! {
                                <li><a href=format!("/aktuality/soubor/{}", f.id) download="">{f.name.clone()}</a>" "<span class="meta">{size(f.bytes)}</span></li>
                            }).collect_view()}</ul>
                        })}
                        <p class="meta">"naposledy změněno "{updated}</p>
                    </article>
                    {(operator && !withdrawn).then(|| view! {
                        <section class="card" aria-labelledby="prilohy">
                            <h2 id="prilohy">"Správa příloh"</h2>
                            <ul class="choices">{files.iter().map(|f| view! {
                                <li><span>{f.name.clone()}</span>
                                    <form method="post"><CommandFields path=RemoveNewsFile::PATH/><input type="hidden" name="soubor" value=f.id.to_string()/><button class="btn btn--small" aria-label=format!("Odebrat přílohu {}", f.name)>"Odebrat"</button></form></li>
                            }).collect_view()}</ul>
                            <form class="stack" method="post" enctype="multipart/form-data">
                                <div class="field"><label for="soubor">"Přidat přílohu"</label><input class="input" id="soubor" name="soubor" type="file" accept=".pdf,.png,.jpg,.jpeg,.docx,.xlsx" required aria-describedby="soubor-h"/><span class="field__help" id="soubor-h">"PDF, PNG, JPEG, DOCX nebo XLSX do 10 MB."</span></div>
                                <p><button class="btn">"Přidat přílohu"</button></p>
                            </form>
                        </section>
                        <section class="card" aria-labelledby="stahnout">
                            <h2 id="stahnout">"Stáhnout aktualitu"</h2>
                            <p>"Nikdo kromě MPSV ji už neuvidí. Vrátit to nejde."</p>
                            <form method="post"><CommandFields path=WithdrawNews::PATH/><input type="hidden" name="aktualita" value=id.to_string()/><button class="btn">"Stáhnout"</button></form>
                        </section>
                    })}
                </div>
            </Page>
        }
        .into_any())
    })
}

fn fields(row: Option<&NewsRow>, today: chrono::NaiveDate) -> impl IntoView + use<> {
    use crate::form;
    let typed = Typed::of(SaveNews::PATH);
    let day = |day: chrono::NaiveDate| domain::time::date(day).replace('\u{a0}', " ");
    let tick = |name: &'static str, code: &str, label: &'static str| {
        let ticked = typed.ticked(&form::name(name), row.is_some_and(|r| r.audience.iter().any(|a| a == code)));
        view! { <label class="check"><input type="checkbox" name=form::name(name) value="1" checked=ticked/><span>{label}</span></label> }
    };
    let (wrong_text, wrong_audience) = (typed.error("text"), typed.error("verejnost"));
    view! {
        <form class="stack" method="post">
            <CommandFields path=SaveNews::PATH version=row.map_or(0, |r| r.version)/>
            <input type="hidden" name="aktualita" value=row.map(|r| r.id.to_string()).unwrap_or_default()/>
            {typed.sentence().map(|sentence| view! { <Alert sentence/> })}
            <Field name=form::name("nadpis") label="Nadpis" value=typed.value(&form::name("nadpis"), row.map(|r| r.title.clone()).unwrap_or_default()) error=typed.error("nadpis") required=true wide=true/>
            <div class="field">
                <label for=form::id("text")>"Text"</label>
                <TextArea name=form::name("text") id=form::id("text") rows=12 limit=20000 value=typed.value(&form::name("text"), row.map(|r| r.body.clone()).unwrap_or_default()) described_by="text-h" invalid=Signal::stored(wrong_text.is_some())/>
                <span class="field__help" id="text-h">"Odstavce oddělte prázdným řádkem."</span>
                {wrong_text.map(|text| view! { <Message id="text-m" tone=Tone::Error text/> })}
            </div>
            <fieldset class="stack stack--tight">
                <legend class="label">"Kdo ji uvidí"</legend>
                {tick("verejnost", "public", "veřejnost, tedy všichni")}
                {tick("kraje", "kraje", "lidé krajů")}
                {tick("poskytovatele", "providers", "lidé poskytovatelů")}
                {wrong_audience.map(|text| view! { <Message id="verejnost-m" tone=Tone::Error text/> })}
            </fieldset>
            <div class="row row--top">
                <Field name=form::name("od") label="Ukazovat od" value=typed.value(&form::name("od"), day(row.map_or(today, |r| r.shown_from))) error=typed.error("od") required=true/>
                <Field name=form::name("do") label="Ukazovat do" value=typed.value(&form::name("do"), row.and_then(|r| r.shown_to).map(day).unwrap_or_default()) error=typed.error("do") help="Nepovinné."/>
            </div>
            <p class="row"><button class="btn btn--primary">{if row.is_some() { "Uložit" } else { "Zveřejnit" }}</button></p>
        </form>
    }
}

/// `/aktuality/nova`.
#[component]
pub fn NewNewsPage() -> impl IntoView {
    let today = prague::day(request::info().received_at);
    view! {
        <Page title="Nová aktualita" crumbs=vec![("/aktuality".to_owned(), "Aktuality".to_owned())] calm=true>
            <div class="main main--calm"><section class="card">{fields(None, today)}</section></div>
        </Page>
    }
}

/// `/aktuality/{id}/upravit`.
#[component]
pub fn EditNewsPage() -> impl IntoView {
    loaded(async {
        let id = request::path_id("id")?;
        let today = prague::day(request::info().received_at);
        let mut tx = request::read(OPERATOR).await?;
        let row = operations::news_item(&mut tx, id).await.map_err(|_| AppError::not_found("Aktualitu"))?;
        let crumbs = vec![("/aktuality".to_owned(), "Aktuality".to_owned()), (format!("/aktuality/{id}"), row.title.clone())];
        Ok(view! {
            <Page title="Úprava aktuality" crumbs calm=true>
                <div class="main main--calm"><section class="card">{fields(Some(&row), today)}</section></div>
            </Page>
        }
        .into_any())
    })
}
