//! `/dotace/zadosti/{id}/sluzby`: which services are in the application, and which the register offers.

use super::{READS, common::register_differences, opened};
use crate::{
    components::*,
    layout::*,
    request,
    subsidy::applications::{
        commands::{AddServices, RemoveService, RestoreService},
        frame::{about, check_card, part_page, service_words},
        open::Opened,
        part::Part,
    },
};
use domain::{subsidy::application::ServiceFacts, text::plural};
use leptos::prelude::*;
use server_fn::ServerFn;

permit_page!("/dotace/zadosti/{id}/sluzby" => READS);

/// The page.
#[component]
pub fn ServicesPage() -> impl IntoView {
    loaded(async {
        let opened = opened().await?;
        let application = opened.application();
        let removed = request::query_pairs().into_iter().find(|(name, _)| name == "odebrano").map(|(_, event)| event);
        let count = application.services.len();
        let count = format!("{count} {}", plural(i64::try_from(count).unwrap_or(i64::MAX), "služba", "služby", "služeb"));
        let content = view! {
            {removed.filter(|_| opened.editable()).map(|event| undo(&opened, event))}
            {application.services.iter().map(|service| {
                let now = opened.context.services.get(&service.facts.service);
                let differences = now.map(|register| service.facts.differences(register)).unwrap_or_default();
                (!differences.is_empty()).then(|| view! {
                    <h2>{service.name.clone()}</h2>
                    {register_differences(&opened, Some(&service.facts.service), differences)}
                })
            }).collect_view()}
            <section class="card card--flush" aria-labelledby="v-zadosti">
                <div class="card__head"><h2 id="v-zadosti">"V žádosti"</h2><span class="count">{count}</span></div>
                {chosen(&opened)}
            </section>
            {opened.editable().then(|| offered(&opened))}
        }
        .into_any();
        Ok(part_page(&opened, &Part::Services, Part::Services.title().to_owned(), content, check_card(&opened, &Part::Services)))
    })
}

fn undo(opened: &Opened, event: String) -> AnyView {
    view! {
        <div class="banner banner--box" data-tone="ok" role="status">
            <Icon name="done"/><div class="banner__body">"Služba je z žádosti odebraná. Co jste k ní vyplnili, zůstává v historii."</div>
            <form class="banner__actions" method="post">
                <CommandFields path=RestoreService::PATH/>
                <input type="hidden" name="zadost" value=opened.id()/><input type="hidden" name="udalost" value=event/>
                <button class="btn"><Icon name="undo"/>"Vrátit službu"</button>
            </form>
        </div>
    }
    .into_any()
}

fn chosen(opened: &Opened) -> AnyView {
    let application = opened.application();
    if application.services.is_empty() {
        return view! { <Empty title="Zatím žádná služba" text="Zaškrtněte níže služby, pro které chcete žádat, a přidejte je."/> }
            .into_any();
    }
    let (id, editable) = (opened.id(), opened.editable());
    view! {
        <div class="grid grid--bare" role="region" aria-label="Služby v žádosti" tabindex="0"><table class="data">
            <thead><tr><th scope="col">"Služba"</th><th scope="col">"Zbývá"</th><th scope="col" class="num">"Požadavek"</th><th scope="col"><span class="sr">"Příkazy"</span></th></tr></thead>
            <tbody>
                {application.services.iter().map(|service| {
                    let key = service.facts.service.clone();
                    let href = Part::Capacity(key.clone()).address(&id);
                    let (tone, icon, words) = service_words(service, application, &opened.findings);
                    let words = if words.is_empty() { "v pořádku".to_owned() } else { words };
                    let id = id.clone();
                    view! {
                        <tr>
                            <th scope="row"><a href=href>{service.name.clone()}</a><br/><small class="muted">{about(service)}</small></th>
                            <td><span class="say" data-tone=tone.map(Tone::code)>{icon.map(|icon| view! { <Icon name=icon/> })}{words}</span></td>
                            <td class="num">{service.request().to_string()}</td>
                            <td>{editable.then(|| view! {
                                <form method="post">
                                    <CommandFields path=RemoveService::PATH/>
                                    <input type="hidden" name="zadost" value=id/><input type="hidden" name="sluzba" value=key/>
                                    <button class="btn btn--quiet" aria-label=format!("Odebrat službu {} z žádosti", service.name)>"Odebrat"</button>
                                </form>
                            })}</td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
            <tfoot><tr><th scope="row" colspan="2">"Celkem"</th><td class="num">{application.request().to_string()}</td><td></td></tr></tfoot>
        </table></div>
    }
    .into_any()
}

fn offered(opened: &Opened) -> AnyView {
    let application = opened.application();
    let year = application.year;
    let mut left: Vec<&ServiceFacts> =
        opened.context.services.values().filter(|facts| application.service(&facts.service).is_none()).collect();
    left.sort_by(|a, b| (!a.runs_in(year), &a.paragraph, &a.name).cmp(&(!b.runs_in(year), &b.paragraph, &b.name)));
    let title = "Další služby z registru";
    if left.is_empty() {
        let text = if opened.context.services.is_empty() {
            "Registr u vás žádnou službu nevede. Obraťte se na krajský úřad, který vás registruje."
        } else {
            "V žádosti už jsou všechny vaše služby z registru."
        };
        return view! { <section class="card"><h2>{title}</h2><p class="muted">{text}</p></section> }.into_any();
    }
    let count = left.len();
    view! {
        <section class="card card--flush" aria-labelledby="z-registru">
            <div class="card__head"><h2 id="z-registru">{title}</h2><span class="count">{count}</span></div>
            <form method="post">
                <CommandFields path=AddServices::PATH/>
                <input type="hidden" name="zadost" value=opened.id()/>
                <div class="grid grid--bare" role="region" aria-label="Služby z registru" tabindex="0"><table class="data">
                    <thead><tr><th scope="col">"Služba"</th><th scope="col">"Číslo"</th><th scope="col">"Druh"</th><th scope="col">"Formy"</th><th scope="col">"Poznámka"</th></tr></thead>
                    <tbody>{left.into_iter().map(|facts| {
                        let id = format!("s-{}", facts.service);
                        let forms: Vec<&str> = facts.forms.iter().map(|f| f.name()).collect();
                        view! {
                            <tr>
                                <th scope="row"><label class="check"><input type="checkbox" name="sluzby[]" value=facts.service.clone() id=id/><span>{facts.name.clone()}</span></label></th>
                                <td>{facts.identifier.clone().unwrap_or_else(|| "–".to_owned())}</td>
                                <td>{format!("{} (§ {})", facts.kind, facts.paragraph)}</td>
                                <td>{if forms.is_empty() { "–".to_owned() } else { forms.join(", ") }}</td>
                                <td class="muted">{remark(facts, year)}</td>
                            </tr>
                        }
                    }).collect_view()}</tbody>
                </table></div>
                <div class="card__foot"><button class="btn btn--primary"><Icon name="plus"/>"Přidat vybrané služby"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// Why a service may not pass later: it can be written all the same.
fn remark(facts: &ServiceFacts, year: i32) -> String {
    let mut remarks = Vec::new();
    if facts.identifier.is_none() {
        remarks.push("identifikátor doplní registrující kraj; do té doby nejde žádost uzamknout".to_owned());
    }
    if !facts.runs_in(year) {
        remarks.push(format!("v roce {year} se neposkytuje"));
    }
    if facts.area.is_empty() {
        remarks.push("v registru chybí adresa".to_owned());
    }
    remarks.join("; ")
}
