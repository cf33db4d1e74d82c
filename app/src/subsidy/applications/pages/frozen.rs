//! `/dotace/zadosti/{id}/podani/{udalost}`: the copy that was submitted, as it was, also after it was taken back. Made to be printed.

use super::READS;
use crate::{
    components::*,
    error::AppError,
    layout::*,
    request,
    subsidy::applications::{
        frame::{about, name},
        open::{open, to_the_second},
        part::Part,
    },
};
use domain::{
    codelists::{FormGroup, financing_rows_of},
    subsidy::application::{Application, Person, ServiceApplication, Submitted},
};
use leptos::prelude::*;
use store::subsidy::applications::{EventKind, drafts, parts};

permit_page!("/dotace/zadosti/{id}/podani/{udalost}" => READS);

/// The page.
#[component]
pub fn FrozenPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(READS).await?;
        let opened = open(&mut tx, request::path_id("id")?).await?;
        let event = request::path_id("udalost")?;
        let mut content = drafts::event_content(&mut tx, opened.stored.id, event, EventKind::Submitted).await?;
        let frozen = parts::of_application(&mut tx, opened.stored.id).await?;
        let reference = content["subject"].as_str().unwrap_or_default().to_owned();
        let submitted: Submitted =
            serde_json::from_value(content["submitted"].take()).map_err(|e| AppError::from(store::StoreError::from(e)))?;
        let of_this = format!("{reference}/");
        let withdrawn = frozen.iter().find(|part| part.reference.starts_with(&of_this)).and_then(|part| part.withdrawn_at);
        let id = opened.id();
        let crumbs = vec![
            ("/dotace/zadosti".to_owned(), "Žádosti o dotaci".to_owned()),
            (format!("/dotace/zadosti/{id}"), name(&opened)),
            (Part::Submission.address(&id), Part::Submission.title().to_owned()),
        ];
        let beside = match withdrawn {
            Some(_) => view! { <Pill tone=Tone::Warn icon="back" word="vzatá zpět"/> }.into_any(),
            None => view! { <Pill tone=Tone::Info icon="send" word="podaná"/> }.into_any(),
        };
        let application = submitted.application.clone();
        let at = to_the_second(submitted.submitted_at);
        let warnings = if submitted.warnings.is_empty() {
            "žádná".to_owned()
        } else {
            submitted.warnings.iter().map(|w| w.sentence.clone()).collect::<Vec<_>>().join(" ")
        };
        let (applicant, kraje) = (applicant(&application), kraje(&submitted));
        let services: Vec<AnyView> = application.services.iter().map(|service| service_view(service, application.year)).collect();
        Ok(view! {
            <Page title=format!("Podání {reference}") crumbs=crumbs beside=beside>
                <div class="main main--calm main--narrow">
                    {withdrawn.map(|at| view! { <Banner tone=Tone::Warn>{format!("Toto podání bylo {} vzato zpět. Kraje ho nehodnotí.", to_the_second(at))}</Banner> })}
                    <section class="card"><h2>"Podání"</h2>
                        <dl class="facts">
                            <dt>"Číslo"</dt><dd>{reference}</dd><dt>"Podáno"</dt><dd>{at}</dd><dt>"Podal(a)"</dt><dd>{submitted.declaration.who()}</dd>
                            <dt>"Prohlášení"</dt><dd>{submitted.declaration.text.clone()}</dd>
                            <dt>"Varování kontroly"</dt><dd>{warnings}</dd>
                        </dl>
                        <p class="meta">"Stránku vytisknete příkazem Tisk ve svém prohlížeči."</p>
                    </section>
                    {applicant}
                    {kraje}
                    {services}
                </div>
            </Page>
        }
        .into_any())
    })
}

fn person(p: &Person) -> String {
    [&p.name, &p.role, &p.phone, &p.email].into_iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

fn applicant(application: &Application) -> AnyView {
    let a = &application.applicant;
    let or_dash = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    view! {
        <section class="card"><h2>"Žadatel"</h2>
            <dl class="facts">
                <dt>"Název"</dt><dd>{a.name.clone()}</dd>
                <dt>"IČO"</dt><dd>{or_dash(a.ico.as_ref().map(ToString::to_string).unwrap_or_default())}</dd>
                <dt>"Právní forma"</dt><dd>{or_dash(a.legal_form.clone())}</dd>
                <dt>"Adresa"</dt><dd>{or_dash(a.address.clone())}</dd>
                <dt>"Číslo účtu"</dt><dd>{or_dash(application.account.as_ref().map(ToString::to_string).unwrap_or_default())}</dd>
                <dt>"Jedná"</dt><dd>{or_dash(person(&application.representative))}</dd>
                <dt>"Kontakt"</dt><dd>{or_dash(person(&application.contact))}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn kraje(submitted: &Submitted) -> AnyView {
    view! {
        <section class="card"><h2>"Rozdělení na kraje"</h2>
            <table class="data data--plain">
                <thead><tr><th scope="col">"Kraj"</th><th scope="col">"Služby"</th><th scope="col" class="num">"Požadavek"</th></tr></thead>
                <tbody>{submitted.parts.iter().map(|part| {
                    let request: domain::subsidy::amount::Crowns = part.services.iter().map(|s| s.request).sum();
                    view! { <tr><th scope="row">{part.kraj.name()}</th><td>{part.services.len()}</td><td class="num">{request.to_string()}</td></tr> }
                }).collect_view()}</tbody>
                <tfoot><tr><th scope="row" colspan="2">"Celkem"</th><td class="num">{submitted.application.request().to_string()}</td></tr></tfoot>
            </table>
        </section>
    }
    .into_any()
}

fn service_view(service: &ServiceApplication, year: i32) -> AnyView {
    let print = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    view! {
        <section class="card"><h2>{service.name.clone()}</h2><p class="meta">{about(service)}{(!service.target_group.is_empty()).then(|| format!(" · {}", service.target_group))}</p>
            <h3>"Kapacita a jednotky"</h3>
            <table class="data data--plain">
                <thead><tr><th scope="col">"Forma"</th><th scope="col" class="num">{year - 2}</th><th scope="col" class="num">{year - 1}</th><th scope="col" class="num">{format!("plán {year}")}</th><th scope="col" class="num">"Jednotky"</th><th scope="col" class="num">"Měsíců"</th></tr></thead>
                <tbody>{service.capacity.iter().map(|(forms, c)| { let forms: FormGroup = *forms; view! {
                    <tr><th scope="row">{forms.name()}</th><td class="num">{print(c.before_last.map(|n| n.to_string()))}</td><td class="num">{print(c.last.map(|n| n.to_string()))}</td><td class="num">{print(c.plan.map(|n| n.to_string()))}</td>
                        <td class="num">{print(c.units.map(|n| format!("{n} ({})", service.unit(forms).name())))}</td><td class="num">{print(c.months.map(|n| n.to_string()))}</td></tr>
                } }).collect_view()}</tbody>
            </table>
            {(!service.capacity_note.is_empty()).then(|| view! { <p>{service.capacity_note.clone()}</p> })}
            <h3>"Rozpočet"</h3>
            <table class="data data--plain">
                <thead><tr><th scope="col">"Položka"</th><th scope="col">"Upřesnění"</th><th scope="col" class="num">"Náklady"</th><th scope="col" class="num">"Požadavek"</th></tr></thead>
                <tbody>{service.lines().map(|(row, line)| view! {
                    <tr><th scope="row">{format!("{} {}", row.key, row.label(year))}</th><td>{line.note.clone()}</td><td class="num">{print(line.costs.map(|c| c.to_string()))}</td><td class="num">{print(line.request.map(|c| c.to_string()))}</td></tr>
                }).collect_view()}</tbody>
                <tfoot><tr><th scope="row" colspan="2">"Celkem"</th><td class="num">{service.costs().to_string()}</td><td class="num">{service.request().to_string()}</td></tr></tfoot>
            </table>
            <h3>"Zdroje financování"</h3>
            <table class="data data--plain">
                <thead><tr><th scope="col">"Zdroj"</th><th scope="col" class="num">{format!("skutečnost {}", year - 2)}</th><th scope="col" class="num">{format!("předpoklad {}", year - 1)}</th><th scope="col" class="num">{format!("plán {year}")}</th></tr></thead>
                <tbody>{financing_rows_of(year).map(|row| (row, service.source(row))).filter(|(_, line)| *line != Default::default()).map(|(row, line)| view! {
                    <tr><th scope="row">{row.name}</th><td class="num">{print(line.before_last.map(|c| c.to_string()))}</td><td class="num">{print(line.last.map(|c| c.to_string()))}</td><td class="num">{print(line.plan.map(|c| c.to_string()))}</td></tr>
                }).collect_view()}</tbody>
            </table>
            {service.public_money.map(|money| view! { <p>{format!("Jiné veřejné prostředky: {money}. {}", service.public_money_note)}</p> })}
            <h3>"Kraje"</h3>
            <table class="data data--plain">
                <thead><tr><th scope="col">"Kraj"</th><th scope="col" class="num">"Podíl"</th><th scope="col" class="num">"Požadavek"</th></tr></thead>
                <tbody>{service.shares().into_iter().map(|(kraj, share)| view! { <tr><th scope="row">{kraj.name()}</th><td class="num">{share.to_string()}</td><td class="num">{service.request_to(kraj).to_string()}</td></tr> }).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}
