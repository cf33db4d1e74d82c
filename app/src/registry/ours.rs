//! `/registr/nase`: the provider's own services, and what of them is incomplete.

use super::results::service_href;
use super::words;
use crate::{components::*, layout::*, request};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use store::registry::detail::{ServiceRow, provider};

/// Who administers the accounts of a provider sees its services, too.
pub const MAY: Permission = Permission::AnyOf(&[Right::RegisterView, Right::SystemAdministration]);
permit_page!("/registr/nase" => MAY);

/// What is missing of a service, with who adds it.
fn missing(r: &ServiceRow) -> Vec<&'static str> {
    let mut list = Vec::new();
    if r.identifikator.is_none() {
        list.push("číslo služby (zapíše registrující kraj)");
    }
    if r.forms.is_empty() {
        list.push("formy");
    } else if r.capacities.is_empty() {
        list.push("kapacita");
    }
    if !r.has_groups {
        list.push("cílová skupina");
    }
    if r.place.is_none() {
        list.push("adresa zařízení");
    }
    list
}

/// The page.
#[component]
pub fn OursPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(MAY).await?;
        let actor = request::actor();
        let (_, id) = actor.provider()?;
        let today = store::prague::day(request::info().received_at);
        let detail = provider(&mut tx, id, today).await?;
        let here = format!("/registr/poskytovatel/{}", detail.head.ico.clone().unwrap_or_else(|| detail.head.id.to_string()));
        let registrar = detail.head.registrar.clone().unwrap_or_else(|| "není známo, určí ho MPSV".to_owned());
        let ended = |r: &ServiceRow| r.to.is_some_and(|to| to < today);
        let incomplete = detail.services.iter().filter(|r| !ended(r) && !missing(r).is_empty()).count();
        let count = i64::try_from(detail.services.len()).unwrap_or_default();
        let rows = detail.services.iter().map(|r| {
            let (tone, word) = words::state(r.from, r.to, today);
            let lacks = if ended(r) { Vec::new() } else { missing(r) };
            view! {
                <tr>
                    <th scope="row" class="wrap"><a href=service_href(r.portal_id, r.id)>{r.facility_name.clone().unwrap_or_else(|| "bez názvu zařízení".to_owned())}</a></th>
                    <td class="wrap">{r.kind.clone().unwrap_or_else(|| "–".to_owned())}</td>
                    <td class="num">{r.identifikator.clone().unwrap_or_else(|| "–".to_owned())}</td>
                    <td class="wrap">{words::forms(&r.forms, &r.capacities)}</td>
                    <td><Pill tone=tone word=word/></td>
                    <td class="wrap">{if lacks.is_empty() {
                        view! { <span class="say" data-tone="ok"><Icon name="done"/>"nic nechybí"</span> }.into_any()
                    } else {
                        view! { <span class="say" data-tone="warn"><Icon name="warn"/>{lacks.join(", ")}</span> }.into_any()
                    }}</td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        Ok(view! {
            <Page title="Naše služby v registru" sub=format!("{} · registruje {registrar}", detail.head.name) calm=true>
                <div class="main main--calm">
                    {(incomplete > 0).then(|| {
                        let n = i64::try_from(incomplete).unwrap_or_default();
                        let text = format!("V registru jsou neúplné údaje: {}. Žádost o dotaci s nimi můžete rozepsat; bez čísla služby ji ale neuzamknete. Doplnění ohlaste orgánu, který vás registruje.", words::services(n));
                        view! { <Banner tone=Tone::Warn>{text}</Banner> }
                    })}
                    <section class="card card--flush">
                        <div class="card__head"><h2>"Služby"</h2><span class="count">{words::number(count)}</span></div>
                        {if count == 0 {
                            view! { <Empty title="V registru zatím žádnou službu nemáte" text="Služby se tu objeví, jakmile budou v otevřených datech registru."/> }.into_any()
                        } else {
                            view! {
                                <div class="grid grid--bare" role="region" aria-label="Naše služby" tabindex="0">
                                    <table class="data">
                                        <thead><tr><th scope="col">"Služba"</th><th scope="col">"Druh"</th><th scope="col" class="num">"Číslo"</th><th scope="col">"Formy a kapacity"</th><th scope="col">"Stav"</th><th scope="col">"Co chybí"</th></tr></thead>
                                        <tbody>{rows}</tbody>
                                    </table>
                                </div>
                            }.into_any()
                        }}
                    </section>
                    <p><a href=here>"Jak vás vidí veřejnost"</a></p>
                </div>
            </Page>
        }
        .into_any())
    })
}
