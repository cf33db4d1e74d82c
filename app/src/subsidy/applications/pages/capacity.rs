//! `/dotace/zadosti/{id}/sluzba/{sluzba}/kapacita`: name, target group, capacity and units by form group.

use super::{READS, opened_service};
use crate::{
    components::*,
    layout::*,
    subsidy::applications::{
        fields::{Form, More},
        frame::{check_card, part_form, part_page},
        part::Part,
    },
};
use domain::{codelists::FormGroup, subsidy::application::ServiceApplication};
use leptos::prelude::*;

permit_page!("/dotace/zadosti/{id}/sluzba/{sluzba}/kapacita" => READS);

/// The page.
#[component]
pub fn CapacityPage() -> impl IntoView {
    loaded(async {
        let (opened, service, part) = opened_service(Part::Capacity).await?;
        let form = Form::new(&opened, part.clone());
        let year = opened.application().year;
        let path = |field: &str| format!("sluzba.{}.{field}", service.facts.service);
        let groups: Vec<FormGroup> = service.form_groups().into_iter().collect();
        let fields = view! {
            <section class="card"><h2>"Služba v této žádosti"</h2>
                <div class="fields">
                    {form.field(&path("nazev"), "Název služby", More::text(250))}
                    {form.field(&path("cilova_skupina"), "Převažující cílová skupina", More::text(1000).help("Slovy, například senioři nebo osoby s duševním onemocněním.").optional())}
                </div>
            </section>
            {if groups.is_empty() {
                view! { <Banner tone=Tone::Error>"Služba nemá v registru formu poskytování, kapacitu proto nejde vyplnit. Požádejte registrující úřad, aby ji doplnil, a údaje o službě načtěte znovu v části Služby v žádosti."</Banner> }.into_any()
            } else {
                groups.into_iter().map(|forms| group(&form, &service, forms, year)).collect_view().into_any()
            }}
            <section class="card">
                {form.long_text(&path("kapacita.poznamka"), "Poznámka ke kapacitě", "Vysvětlete nulu v některém roce nebo velkou změnu.", 2000)}
            </section>
        }
        .into_any();
        let aside = view! {
            {check_card(&opened, &part)}
            {facts(&service)}
        }
        .into_any();
        Ok(part_page(&opened, &part, format!("Kapacita a jednotky: {}", service.name), part_form(&form, fields), aside))
    })
}

fn group(form: &Form<'_>, service: &ServiceApplication, forms: FormGroup, year: i32) -> AnyView {
    let path = |column: &str| format!("sluzba.{}.kapacita.{}.{column}", service.facts.service, forms.key());
    let (what, unit) = match forms {
        FormGroup::Residential => ("Lůžka", "lůžek"),
        FormGroup::AmbulatoryAndField => ("Uživatelé", "osob"),
    };
    let counted = service.unit(forms);
    let registered = service.facts.registered.get(&forms).cloned();
    view! {
        <section class="card">
            <div class="card__head"><h2>{format!("Forma {}", forms.name())}</h2>
                <span class="meta">{registered.map_or_else(|| "kapacita v registru není uvedena".to_owned(), |text| format!("v registru {text}"))}</span>
            </div>
            <div class="fields">
                {form.field(&path("predminuly"), &format!("{what}, skutečnost {}", year - 2), More::number(unit).help("Kde služba nebyla, napište 0."))}
                {form.field(&path("minuly"), &format!("{what}, předpoklad {}", year - 1), More::number(unit))}
                {form.field(&path("plan"), &format!("{what}, plán {year}"), More::number(unit))}
            </div>
            <div class="fields">
                {form.field(&path("jednotky"), &format!("Počet jednotek: {}", counted.many()), More::number(counted.name()).help("Z jednotek kraj počítá podporu. Nejvýše tři desetinná místa, například 8,5."))}
                {form.field(&path("mesice"), &format!("Měsíců provozu v roce {year}"), More::number("měs.").help("0 až 12."))}
            </div>
        </section>
    }
    .into_any()
}

/// What the register says about the service.
pub fn facts(service: &ServiceApplication) -> AnyView {
    let facts = &service.facts;
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "–".to_owned(), domain::time::date);
    let area: Vec<&str> = facts.area.iter().map(|kraj| kraj.name()).collect();
    view! {
        <section class="card"><h2>"Podle registru"</h2>
            <dl class="facts">
                <dt>"Identifikátor"</dt><dd>{facts.identifier.clone().unwrap_or_else(|| "zatím není".to_owned())}</dd>
                <dt>"Druh"</dt><dd>{format!("{} (§ {})", facts.kind, facts.paragraph)}</dd>
                <dt>"Formy"</dt><dd>{facts.forms.iter().map(|f| f.name()).collect::<Vec<_>>().join(", ")}</dd>
                <dt>"Od"</dt><dd>{day(facts.from)}</dd>
                <dt>"Do"</dt><dd>{day(facts.to)}</dd>
                <dt>"Registruje"</dt><dd>{facts.registering.map_or("není známo", |kraj| kraj.name())}</dd>
                <dt>"Působí v krajích"</dt><dd>{if area.is_empty() { "adresa v registru chybí".to_owned() } else { area.join(", ") }}</dd>
            </dl>
        </section>
    }
    .into_any()
}
