//! `/dotace/zadosti/{id}/spolecne`: the applicant as the register has it, with what changed there since.

use super::{READS, opened};
use crate::{
    components::*,
    layout::*,
    subsidy::applications::{
        commands::LoadRegister,
        frame::{check_card, part_page},
        open::Opened,
        part::Part,
    },
};
use domain::subsidy::application::Difference;
use leptos::prelude::*;
use server_fn::ServerFn;

permit_page!("/dotace/zadosti/{id}/spolecne" => READS);

/// The page.
#[component]
pub fn CommonPage() -> impl IntoView {
    loaded(async {
        let opened = opened().await?;
        let applicant = &opened.application().applicant;
        let or_dash = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
        let ico = applicant.ico.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
        let differences = opened.context.applicant.as_ref().map(|register| applicant.differences(register)).unwrap_or_default();
        let next = Part::Account.address(&opened.id());
        let content = view! {
            <p class="prose muted">"Údaje o žadateli jsou opsané z registru. Opravit je může registrující úřad"{if opened.editable() { "; tady je pak načtete znovu." } else { "." }}</p>
            <section class="card"><h2>"Žadatel"</h2>
                <dl class="facts">
                    <dt>"Název"</dt><dd>{applicant.name.clone()}</dd>
                    <dt>"IČO"</dt><dd>{ico}</dd>
                    <dt>"Právní forma"</dt><dd>{or_dash(&applicant.legal_form)}</dd>
                    <dt>"Adresa"</dt><dd>{or_dash(&applicant.address)}</dd>
                    <dt>"Telefon"</dt><dd>{or_dash(&applicant.phone)}</dd>
                    <dt>"E-mail"</dt><dd>{or_dash(&applicant.email)}</dd>
                    <dt>"Web"</dt><dd>{or_dash(&applicant.web)}</dd>
                </dl>
            </section>
            {register_differences(&opened, None, differences)}
            <div class="actionbar"><span></span><a class="btn btn--primary" href=next>"Bankovní spojení a osoby"<Icon name="right"/></a></div>
        }
        .into_any();
        Ok(part_page(&opened, &Part::Common, Part::Common.title().to_owned(), content, check_card(&opened, &Part::Common)))
    })
}

/// What the register has differently today, with the command that takes it over.
pub fn register_differences(opened: &Opened, service: Option<&str>, differences: Vec<Difference>) -> AnyView {
    if differences.is_empty() {
        return view! { <p class="meta"><Icon name="done"/>" Údaje se shodují s registrem."</p> }.into_any();
    }
    let (id, version, editable) = (opened.id(), opened.stored.row_version, opened.editable());
    let service = service.map(ToOwned::to_owned);
    let dash = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    view! {
        <section class="card card--accent" data-tone="warn">
            <h2>"V registru se od té doby změnilo"</h2>
            <div class="grid grid--bare" role="region" aria-label="Rozdíly proti registru" tabindex="0"><table class="data">
                <thead><tr><th scope="col">"Údaj"</th><th scope="col">"V žádosti"</th><th scope="col">"V registru"</th></tr></thead>
                <tbody>{differences.into_iter().map(|d| view! {
                    <tr><th scope="row">{d.label}{(!d.binding).then(|| view! { <small class="muted">" (nebrání podání)"</small> })}</th><td>{dash(d.kept)}</td><td>{dash(d.register)}</td></tr>
                }).collect_view()}</tbody>
            </table></div>
            {editable.then(|| view! {
                <form method="post">
                    <CommandFields path=LoadRegister::PATH version=version/>
                    <input type="hidden" name="zadost" value=id/>
                    {service.map(|key| view! { <input type="hidden" name="sluzba" value=key/> })}
                    <button class="btn">"Znovu načíst z registru"</button>
                </form>
            })}
        </section>
    }
    .into_any()
}
