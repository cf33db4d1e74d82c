//! `/registr/poskytovatel/{ico}`: the providers with an IČO, or one by its identifier, with their services.

use super::history::{Subject, history};
use super::results::service_href;
use super::service::day_asked;
use super::{contacts, private, words};
use crate::{components::*, layout::*, request};
use chrono::NaiveDate;
use domain::accounts::Permission;
use domain::registry::change;
use leptos::prelude::*;
use store::registry::detail::{ProviderDetail, ServiceRow, provider, providers_at};
use store::registry::search::is_key;

permit_page!("/registr/poskytovatel/{ico}" => Permission::Public);

/// The page.
#[component]
pub fn ProviderPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::Public).await?;
        let asked = request::path_param("ico").unwrap_or_default();
        let (on, bad_day) = day_asked();
        let ids = providers_at(&mut tx, &asked).await?;
        let mut all = Vec::with_capacity(ids.len());
        for id in ids.into_iter().take(20) {
            all.push(provider(&mut tx, id, on).await?);
        }
        let here = request::path();
        let many = all.len() > 1;
        let title = match all.as_slice() {
            [one] => one.head.name.clone(),
            several => format!("Poskytovatelé s IČO {}", several.first().and_then(|p| p.head.ico.clone()).unwrap_or_default()),
        };
        let sub = match all.as_slice() {
            [one] => one.head.ico.as_ref().map(|ico| format!("IČO {ico}")),
            several => Some(format!(
                "Pod tímto IČO jsou v registru {} poskytovatelé s různým klíčem (portalId); ukazujeme všechny.",
                several.len()
            )),
        };
        Ok(view! {
            <Page title=title sub=sub.unwrap_or_else(|| "bez IČO".to_owned()) crumbs=vec![("/registr".to_owned(), "Hledat službu".to_owned())] calm=true>
                <div class="main main--calm">
                    {all.into_iter().map(|p| one(p, &here, on, bad_day.clone(), many)).collect_view()}
                </div>
            </Page>
        }
        .into_any())
    })
}

fn one(p: ProviderDetail, here: &str, on: NaiveDate, bad_day: Option<String>, many: bool) -> AnyView {
    let at = if many { format!("/registr/poskytovatel/{}", p.head.id) } else { here.to_owned() };
    let heading = many.then(|| {
        let key = p.head.portal_id.map_or_else(|| "bez portalId".to_owned(), |id| format!("portalId {id}"));
        view! { <h2><a href=at.clone()>{p.head.name.clone()}</a>" "<span class="muted">{key}</span></h2> }
    });
    let seat = p.facts.misto_podnikani.as_ref().or(p.facts.sidlo.as_ref()).map(|a| change::address(a, &p.names)).filter(|a| !a.is_empty());
    let seat_label = if p.head.is_person { "Místo podnikání" } else { "Sídlo" };
    let key = p.head.ico.clone().filter(|ico| !many && is_key(ico)).unwrap_or_else(|| p.head.id.to_string());
    let search = format!("/registr?poskytovatel={key}");
    let form = p.names.legal_form(p.facts.pravni_forma.as_ref());
    view! {
        {heading}
        <div class="cols cols--side">
            <div class="stack">
                {services(&p.services, on)}
                {(!p.services.is_empty()).then(|| view! { <p><a href=search>"Služby poskytovatele v hledání"</a></p> })}
                {p.private.as_ref().map(private::list)}
                {(!many).then(|| history(Subject::Provider, &at, &p.history, on, bad_day))}
            </div>
            <aside class="stack" aria-label="Údaje a kontakt">
                <section class="card">
                    <h2>"Poskytovatel"</h2>
                    <dl class="facts">
                        <dt>"Název"</dt><dd>{p.head.name.clone()}</dd>
                        {p.head.ico.clone().map(|ico| view! { <dt>"IČO"</dt><dd>{ico}</dd> })}
                        {form.map(|form| view! { <dt>"Právní forma"</dt><dd>{form}</dd> })}
                        <dt>{seat_label}</dt><dd>{seat.clone().unwrap_or_else(|| "v otevřených datech není".to_owned())}</dd>
                        <dt>"Registruje"</dt><dd>{p.head.registrar.clone().unwrap_or_else(|| "není známo".to_owned())}{p.head.estimated.then(|| view! { <br/><span class="muted">"odhad podle sídla nebo zařízení"</span> })}</dd>
                    </dl>
                </section>
                <section class="card"><h2>"Kontakt"</h2>{contacts::of(None, &p.facts.telefony, &p.facts.emaily, &p.facts.weby)}</section>
            </aside>
        </div>
    }
    .into_any()
}

/// The table of services; used by the provider's own page, too.
pub fn services(rows: &[ServiceRow], on: NaiveDate) -> AnyView {
    let count = i64::try_from(rows.len()).unwrap_or_default();
    let lines = rows.iter().map(|r| {
        let (tone, word) = words::state(r.from, r.to, on);
        let name = r.facility_name.clone().unwrap_or_else(|| "bez názvu zařízení".to_owned());
        view! {
            <tr>
                <th scope="row" class="wrap"><a href=service_href(r.portal_id, r.id)>{name}</a></th>
                <td class="wrap">{r.kind.clone().unwrap_or_else(|| "–".to_owned())}</td>
                <td class="num">{r.identifikator.clone().unwrap_or_else(|| "–".to_owned())}</td>
                <td class="wrap">{r.place.clone().unwrap_or_else(|| "–".to_owned())}</td>
                <td class="wrap">{words::forms(&r.forms, &r.capacities)}</td>
                <td><Pill tone=tone word=word/></td>
            </tr>
        }
    });
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2>"Služby"</h2><span class="count">{words::number(count)}</span></div>
            {if count == 0 {
                view! { <p class="card__text">"K tomuto dni poskytovatel v registru žádnou službu nemá."</p> }.into_any()
            } else {
                view! {
                    <div class="grid grid--bare" role="region" aria-label="Služby poskytovatele" tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col">"Služba"</th><th scope="col">"Druh"</th><th scope="col" class="num">"Číslo"</th><th scope="col">"Obec"</th><th scope="col">"Formy a kapacity"</th><th scope="col">"Stav"</th></tr></thead>
                            <tbody>{lines.collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}
