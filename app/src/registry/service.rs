//! `/registr/sluzba/{id}`: one service as of a day. Its address is the key of the open data; other numbers lead there.

use super::history::{Subject, history};
use super::results::service_href;
use super::{contacts, private, words};
use crate::{components::*, layout::*, request};
use domain::accounts::Permission;
use domain::registry::{change, facility::has_ended};
use leptos::prelude::*;
use store::registry::detail::{FacilityDetail, ServiceDetail, service, service_at};

permit_page!("/registr/sluzba/{id}" => Permission::Public);

/// The day in `?ke=`, else today; and what was typed where it is no day.
pub fn day_asked() -> (chrono::NaiveDate, Option<String>) {
    let today = store::prague::day(request::info().received_at);
    let typed = request::query_pairs().into_iter().find(|(name, _)| name == "ke").map(|(_, value)| value).filter(|v| !v.trim().is_empty());
    match typed.as_deref().map(domain::time::parse_date) {
        None => (today, None),
        Some(Ok(day)) => (day, None),
        Some(Err(_)) => (today, typed.map(|t| t.chars().take(40).collect())),
    }
}

/// The page.
#[component]
pub fn ServicePage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::Public).await?;
        let asked = request::path_param("id").unwrap_or_default();
        let (id, portal_id) = service_at(&mut tx, &asked).await?;
        let (on, bad_day) = day_asked();
        let here = service_href(portal_id, id);
        if here != request::path() {
            let query = request::path_and_query().split_once('?').map(|(_, q)| format!("?{q}")).unwrap_or_default();
            request::go_to(&format!("{here}{query}"));
            return Ok(().into_any());
        }
        let detail = service(&mut tx, id, on).await?;
        Ok(page(detail, here, on, bad_day))
    })
}

/// Name of the type as the page shows it.
fn kind_name(d: &ServiceDetail) -> String {
    d.names.name_of(d.facts.druh_socialni_sluzby.as_ref()).unwrap_or_else(|| "druh služby neuveden".to_owned())
}

/// What the page calls the service: its first facility with a name, else its provider.
fn title(d: &ServiceDetail, on: chrono::NaiveDate) -> String {
    let (ended, open): (Vec<_>, Vec<_>) =
        d.facilities.iter().partition(|f| has_ended(f.facts.poskytuje_do, d.facts.datum_poskytovani_do, on));
    let named = open.into_iter().chain(ended).filter_map(|f| f.facts.nazev.as_deref().map(str::trim)).find(|n| !n.is_empty());
    named.map_or_else(|| d.provider.name.clone(), ToOwned::to_owned)
}

fn page(d: ServiceDetail, here: String, on: chrono::NaiveDate, bad_day: Option<String>) -> AnyView {
    let (tone, word) = words::state(d.facts.datum_poskytovani_od, d.facts.datum_poskytovani_do, on);
    let title = title(&d, on);
    let kind = kind_name(&d);
    let mut crumbs = vec![("/registr".to_owned(), "Hledat službu".to_owned())];
    if let Some(kraj) = d
        .facilities
        .iter()
        .filter(|f| !has_ended(f.facts.poskytuje_do, d.facts.datum_poskytovani_do, on))
        .find_map(|f| f.facts.adresa.as_ref()?.kraj.as_ref())
        .filter(|_| !d.kraje.is_empty())
    {
        crumbs.push((format!("/registr?kraj={}", d.names.key(&kraj.id)), d.names.name(&kraj.id).to_owned()));
    }
    if let Some(key) = &d.kind {
        let query: String = serde_urlencoded::to_string([("druh", key)]).unwrap_or_default();
        crumbs.push((format!("/registr?{query}"), kind.clone()));
    }
    let law = match &d.paragraph {
        Some(p) if p.len() <= 4 => format!("{kind}, §\u{a0}{p} zákona č. 108/2006 Sb."),
        _ => kind,
    };
    let beside = view! {
        <Pill tone=tone word=word/>
        <p class="pagehead__sub">
            <span>{law}</span>
            {match &d.identifikator {
                Some(number) => view! { <span>"číslo služby "<strong>{number.clone()}</strong></span> }.into_any(),
                None => view! { <span>"číslo služby zatím není přidělené"</span> }.into_any(),
            }}
            <span>{words::period(d.facts.datum_poskytovani_od, d.facts.datum_poskytovani_do)}</span>
        </p>
    };
    let before = (!d.shown.on_day).then(|| {
        let from = d.shown.from.map(domain::time::date).unwrap_or_default();
        format!("Ke dni {} služba v registru ještě není. Ukazujeme její první podobu, platnou od {from}.", domain::time::date(on))
    });
    let wrong = match &d.provider.registrar {
        Some(name) => format!("Napište poskytovateli, nebo orgánu, který službu registruje ({name}). Ten záznam opraví."),
        None => "Napište poskytovateli. Registrující orgán této služby zatím určen není, určí ho MPSV.".to_owned(),
    };
    let past = (on != store::prague::day(request::info().received_at) && d.shown.on_day).then(|| domain::time::date(on));
    view! {
        <Page title=title crumbs=crumbs beside=beside.into_any() calm=true>
            <div class="main main--calm">
                {before.map(|text| view! { <Banner tone=Tone::Info>{text}</Banner> })}
                {past.map(|day| { let here = here.clone(); view! { <Banner tone=Tone::Info>{format!("Stav ke dni {day}. ")}<a href=here>"Zobrazit dnešní stav"</a></Banner> } })}
                {d.shown.corrected.then(|| view! { <p class="meta">"Záznam opravil registrující orgán; od otevřených dat MPSV se může lišit."</p> })}
                <div class="cols cols--side">
                    <div class="stack">
                        {facts(&d)}
                        {whom(&d)}
                        {forms(&d)}
                        {facilities(&d, on)}
                        {private::section(&d)}
                        {history(Subject::Service, &here, &d.history, on, bad_day)}
                    </div>
                    <aside class="stack" aria-label="Kontakt a poskytovatel">
                        {contact(&d, on)}
                        {provider(&d)}
                        {keep(&d, &here)}
                        <section class="card"><h2>"Je tu chyba?"</h2><p class="muted">{wrong}</p></section>
                    </aside>
                </div>
            </div>
        </Page>
    }
    .into_any()
}

fn facts(d: &ServiceDetail) -> AnyView {
    let capacities: Vec<String> = d.capacities.iter().map(|c| words::capacity(c.count, c.kind.as_deref())).collect();
    let forms: Vec<String> = d.facts.formy.iter().filter_map(|f| d.names.name_of(f.forma.as_ref())).collect();
    let all_day = d.facts.formy.iter().any(|f| f.nepretrzite_poskytovani == Some(true));
    let or_none = |list: Vec<String>| if list.is_empty() { "neuvedeno".to_owned() } else { list.join(", ") };
    let stat = |label: &'static str, value: String| view! { <div class="stat"><dt class="stat__label">{label}</dt><dd class="stat__value">{value}</dd></div> };
    view! {
        <section class="card">
            <dl class="stats">
                {stat("Kapacita", or_none(capacities))}
                {stat("Forma", or_none(forms))}
                {stat("Provoz", if all_day { "nepřetržitě".to_owned() } else { "v určené době".to_owned() })}
                {d.fee.as_deref().map(|fee| stat("Úhrada", if fee.starts_with("bez") { "bez úhrady".to_owned() } else { "hradí klient".to_owned() }))}
            </dl>
            <p class="meta">"Kapacita je nejvyšší registrovaný počet, ne volná místa. Na volná místa se zeptejte přímo zařízení."</p>
        </section>
    }
    .into_any()
}

/// The age groups in a value whose shape is not known for sure: names of its codes, else the texts called `nazev`, else a bare text.
fn age_groups(value: &serde_json::Value, d: &ServiceDetail) -> Vec<String> {
    let mut codes = std::collections::BTreeSet::new();
    domain::registry::normalise::codes(value, &mut codes);
    if !codes.is_empty() {
        return codes.iter().map(|code| d.names.name(code).to_owned()).collect();
    }
    let text = value.get("nazev").or_else(|| value.pointer("/vekovaSkupina/nazev")).unwrap_or(value).as_str().map(str::trim);
    text.filter(|t| !t.is_empty()).map(ToOwned::to_owned).into_iter().collect()
}

fn whom(d: &ServiceDetail) -> AnyView {
    let groups: Vec<String> = d.facts.cilove_skupiny.iter().filter_map(|g| d.names.name_of(g.cilova_skupina.as_ref())).collect();
    let more: Vec<String> = d
        .facts
        .cilove_skupiny
        .iter()
        .filter_map(|g| g.doplnujici_informace.clone())
        .chain(d.facts.doplnujici_informace_vekove_skupiny.clone())
        .map(|t| t.trim().to_owned())
        .filter(|t| !t.is_empty())
        .collect();
    let ages: Vec<String> = d.facts.vekove_skupiny.iter().flat_map(|v| age_groups(v, d)).collect();
    let scope: Vec<String> = d.kraje.iter().map(|key| super::map::name_of(key).unwrap_or(key).to_owned()).collect();
    let none = groups.is_empty();
    view! {
        <section class="card">
            <h2>"Komu pomáhá"</h2>
            <dl class="facts">
                <dt>"Cílová skupina"</dt>
                <dd>{if none { "neuvedena".to_owned() } else { groups.join(", ") }}</dd>
                {(!ages.is_empty()).then(|| view! { <dt>"Věk"</dt><dd>{ages.join(", ")}</dd> })}
                {(!more.is_empty()).then(|| view! { <dt>"Upřesnění"</dt><dd>{more.join(" ")}</dd> })}
                {(!scope.is_empty()).then(|| view! { <dt>"Působnost"</dt><dd>{scope.join(", ")}</dd> })}
            </dl>
        </section>
    }
    .into_any()
}

fn forms(d: &ServiceDetail) -> AnyView {
    let mut rows: Vec<(String, String, String, String, String)> = Vec::new();
    for form in &d.facts.formy {
        let name = d.names.name_of(form.forma.as_ref()).unwrap_or_else(|| "forma neuvedena".to_owned());
        let when = match form.nepretrzite_poskytovani {
            Some(true) => "nepřetržitě",
            _ if form.casove_rozsahy.is_empty() => "–",
            _ => "v určené době",
        };
        if form.kapacity.is_empty() {
            rows.push((name.clone(), "–".to_owned(), "–".to_owned(), String::new(), when.to_owned()));
        }
        for c in &form.kapacity {
            let kind = d.names.name_of(c.typ.as_ref()).unwrap_or_else(|| "–".to_owned());
            rows.push((
                name.clone(),
                kind,
                c.pocet.map_or_else(|| "–".to_owned(), words::number),
                c.popis.as_deref().unwrap_or_default().trim().to_owned(),
                when.to_owned(),
            ));
        }
    }
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2>"Formy a kapacity"</h2></div>
            {if rows.is_empty() {
                view! { <p class="card__text">"Formy a kapacity této služby v otevřených datech nejsou. Na ty skutečné se zeptejte poskytovatele."</p> }.into_any()
            } else {
                view! {
                    <div class="grid grid--bare" role="region" aria-label="Formy a kapacity" tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col">"Forma"</th><th scope="col">"Kapacita"</th><th scope="col" class="num">"Počet"</th><th scope="col">"Doba poskytování"</th><th scope="col">"Poznámka"</th></tr></thead>
                            <tbody>{rows.into_iter().map(|(form, kind, count, note, when)| view! { <tr><th scope="row">{form}</th><td>{kind}</td><td class="num">{count}</td><td>{when}</td><td class="wrap">{note}</td></tr> }).collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// Address of a facility in one line, or why it is not shown.
fn place(f: &FacilityDetail, d: &ServiceDetail) -> AnyView {
    match (&f.secret, f.is_secret, &f.facts.adresa) {
        (Some(secret), ..) => {
            let text = change::address(secret, &d.names);
            view! { {text}<br/><span class="say" data-tone="warn"><Icon name="lock"/>"utajená, vidíte ji jen vy"</span> }.into_any()
        }
        (None, true, _) => view! { <span class="say" data-tone="neutral"><Icon name="lock"/>"adresa je utajená"</span> }.into_any(),
        (None, false, Some(address)) => change::address(address, &d.names).into_any(),
        (None, false, None) => view! { <span class="muted">"neuvedena"</span> }.into_any(),
    }
}

fn facilities(d: &ServiceDetail, on: chrono::NaiveDate) -> AnyView {
    let (ended, open): (Vec<_>, Vec<_>) =
        d.facilities.iter().partition(|f| has_ended(f.facts.poskytuje_do, d.facts.datum_poskytovani_do, on));
    let count = |list: &[&FacilityDetail]| list.iter().map(|f| i64::from(f.twins)).sum::<i64>();
    let (open_count, ended_count) = (count(&open), count(&ended));
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2>"Zařízení"</h2><span class="count">{words::number(open_count)}</span></div>
            {match (open_count, ended_count) {
                (0, 0) => view! { <p class="card__text">"Služba nemá v registru žádné zařízení; terénní služby je mít nemusí."</p> }.into_any(),
                (0, _) => view! { <p class="card__text">"Všechna zařízení této služby v registru už skončila."</p> }.into_any(),
                _ => facility_table("Zařízení", &open, d),
            }}
            {(ended_count > 0).then(|| view! {
                <details class="card__text"><summary>{format!("Ukončená zařízení ({})", words::number(ended_count))}</summary>{facility_table("Ukončená zařízení", &ended, d)}</details>
            })}
        </section>
    }
    .into_any()
}

fn facility_table(label: &'static str, list: &[&FacilityDetail], d: &ServiceDetail) -> AnyView {
    let rows = list.iter().map(|f| {
        let name = f.facts.nazev.as_deref().map(str::trim).filter(|n| !n.is_empty()).unwrap_or("bez názvu").to_owned();
        let twins = (f.twins > 1).then(|| format!("v registru {}krát", f.twins));
        view! {
            <tr>
                <th scope="row" class="wrap">{name}{twins.map(|t| view! { " "<span class="tag">{t}</span> })}</th>
                <td class="wrap">{place(f, d)}</td>
                <td>{words::period(f.facts.poskytuje_od, f.facts.poskytuje_do)}</td>
            </tr>
        }
    });
    view! {
        <div class="grid grid--bare" role="region" aria-label=label tabindex="0">
            <table class="data">
                <thead><tr><th scope="col">"Název"</th><th scope="col">"Adresa"</th><th scope="col">"Poskytuje"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn contact(d: &ServiceDetail, on: chrono::NaiveDate) -> impl IntoView + use<> {
    let address = d
        .facts
        .kontaktni_adresy
        .first()
        .or_else(|| {
            d.facilities
                .iter()
                .filter(|f| !f.is_secret && !has_ended(f.facts.poskytuje_do, d.facts.datum_poskytovani_do, on))
                .find_map(|f| f.facts.adresa.as_ref())
        })
        .map(|a| change::address(a, &d.names))
        .filter(|a| !a.is_empty());
    let list = contacts::of(address, &d.facts.telefony, &d.facts.emaily, &d.facts.weby);
    let map = d.place.as_ref().and_then(|place| {
        let region = super::map::EACH.get(&place.kraj)?;
        let (x, y) = region.point(place.latitude, place.longitude);
        let label = format!("Poloha obce {} na schématu kraje: {}", place.name, super::map::name_of(&place.kraj).unwrap_or_default());
        // The name stands on the side where there is room.
        let end = x > super::map::ALONE / 2;
        Some(view! {
            <svg class="map chart" viewBox=format!("0 0 {} {}", super::map::ALONE, region.height) role="img" aria-label=label>
                <path d=region.path.as_str()></path>
                <circle class="dot dot--out" cx=x cy=y r="6"></circle>
                <text class=if end { "t-strong t-end" } else { "t-strong t-start" } x=if end { x - 12 } else { x + 12 } y=y + 4>{place.name.clone()}</text>
            </svg>
        })
    });
    view! { <section class="card"><h2>"Kontakt"</h2>{list}{map}</section> }
}

fn provider(d: &ServiceDetail) -> AnyView {
    let p = &d.provider;
    let href = format!("/registr/poskytovatel/{}", p.ico.clone().unwrap_or_else(|| p.id.to_string()));
    let form = d.names.legal_form(d.provider_facts.pravni_forma.as_ref());
    view! {
        <section class="card">
            <h2>"Poskytovatel"</h2>
            <dl class="facts">
                <dt>"Název"</dt><dd><a href=href>{p.name.clone()}</a></dd>
                {p.ico.clone().map(|ico| view! { <dt>"IČO"</dt><dd>{ico}</dd> })}
                {form.map(|form| view! { <dt>"Právní forma"</dt><dd>{form}</dd> })}
                <dt>"Registruje"</dt><dd>{p.registrar.clone().unwrap_or_else(|| "není známo".to_owned())}{p.estimated.then(|| view! { <br/><span class="muted">"odhad podle sídla nebo zařízení"</span> })}</dd>
            </dl>
        </section>
    }
    .into_any()
}

/// For whom keeps the record.
fn keep(d: &ServiceDetail, here: &str) -> Option<impl IntoView + use<>> {
    let may = d.registers && request::actor().has(domain::accounts::Right::RegisterEdit);
    may.then(|| {
        view! {
            <section class="card">
                <h2>"Vedení registru"</h2>
                <p class="muted">"Poskytovatele registrujete vy. Můžete doplnit číslo služby, ukončení nebo utajit adresu zařízení."</p>
                <p><a class="btn" href=format!("{here}/oprava")>"Opravit záznam"</a></p>
            </section>
        }
    })
}
