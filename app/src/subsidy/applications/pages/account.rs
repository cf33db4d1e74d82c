//! `/dotace/zadosti/{id}/ucet`: bank account and people.

use super::{READS, opened};
use crate::{
    layout::*,
    subsidy::applications::{
        fields::{Form, More},
        frame::{check_card, part_form, part_page},
        part::Part,
    },
};
use leptos::prelude::*;

permit_page!("/dotace/zadosti/{id}/ucet" => READS);

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    loaded(async {
        let opened = opened().await?;
        let form = Form::new(&opened, Part::Account);
        let person = |who: &str| {
            view! {
                <div class="fields">
                    {form.field(&format!("{who}.jmeno"), "Jméno a příjmení s tituly", More::text(150))}
                    {form.field(&format!("{who}.funkce"), "Funkce", More::text(150).optional())}
                    {form.field(&format!("{who}.telefon"), "Telefon", More { mode: Some("tel"), ..More::text(40) }.optional())}
                    {form.field(&format!("{who}.email"), "E-mail", More { mode: Some("email"), ..More::text(254) }.optional())}
                </div>
            }
        };
        let fields = view! {
            <section class="card"><h2>"Bankovní spojení"</h2>
                {form.field("ucet", "Číslo účtu", More::text(40).help("Účet, na který má dotace přijít, i s kódem banky, například 19-2000145399/0800."))}
            </section>
            <section class="card"><h2>"Kdo za žadatele jedná"</h2>{person("zastupce")}</section>
            <section class="card"><h2>"Koho se může kraj zeptat"</h2><p class="muted">"Vyplňte jméno a telefon nebo e-mail."</p>{person("kontakt")}</section>
        }
        .into_any();
        let aside = check_card(&opened, &Part::Account);
        Ok(part_page(&opened, &Part::Account, Part::Account.title().to_owned(), part_form(&form, fields), aside))
    })
}
