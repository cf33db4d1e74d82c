//! `/dotace/zadosti/{id}/sluzba/{sluzba}/kraje`: which kraje are asked, when they take applications, and how the request is divided.

use super::{
    READS,
    budget::{last_award, sums},
    opened_service,
};
use crate::{
    components::*,
    layout::*,
    subsidy::applications::{
        fields::Form,
        frame::{check_card, part_form, part_page},
        open::Opened,
        part::Part,
    },
};
use domain::{
    codelists::Kraj,
    subsidy::{application::ServiceApplication, window::admit},
};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::subsidy::applications::windows;

permit_page!("/dotace/zadosti/{id}/sluzba/{sluzba}/kraje" => READS);

/// The page.
#[component]
pub fn KrajePage() -> impl IntoView {
    loaded(async {
        let (opened, service, part) = opened_service(Part::Kraje).await?;
        let form = Form::new(&opened, part.clone());
        let listed: BTreeSet<Kraj> = service.facts.area.iter().chain(service.kraje.keys()).copied().collect();
        let division = format!("sluzba.{}.rozdeleni", service.facts.service);
        let own = form.text(&division) == "vlastni";
        let rows = listed.iter().map(|kraj| row_view(&form, &opened, &service, *kraj)).collect_view();
        let name = format!("pole[{division}]");
        let readonly = form.readonly();
        let fields = view! {
            <p class="prose muted">"Vyberte kraje, které mají službu podpořit. Žádost se podává všem najednou, proto musí mít společnou dobu, kdy ji přijmou. Každý kraj uvidí a posoudí jen svou část."</p>
            {common_time(&opened)}
            {if listed.is_empty() {
                view! { <Banner tone=Tone::Warn>"U služby není v registru žádná adresa, a tak nevíme, ve kterých krajích působí. Požádejte registrující úřad, aby ji doplnil, a údaje o službě načtěte znovu v části Služby v žádosti."</Banner> }.into_any()
            } else {
                view! {
                    <fieldset class="card">
                        <legend class="label">"Jak se požadavek rozdělí"</legend>
                        <label class="check"><input type="radio" name=name.clone() id="rozdeleni" value="rovnomerne" checked=!own disabled=readonly/><span>"Rovnoměrně: podíly se zaokrouhlí dolů na dvě desetinná místa, zbytek dostane registrující kraj."</span></label>
                        <label class="check"><input type="radio" name=name value="vlastni" checked=own disabled=readonly/><span>"Podle vlastních podílů: součet musí být 100,00 %."</span></label>
                        {form.message(&division)}
                    </fieldset>
                    <div class="card card--flush ledger-box"><table class="ledger ledger--kraje">
                        <caption class="sr">"Žádané kraje, jejich termíny, podíly a požadavky"</caption>
                        <thead><tr><th scope="col">"Kraj"</th><th scope="col">"Termín podávání"</th><th scope="col" class="num">"Vlastní podíl"</th><th scope="col" class="num">"Podíl"</th><th scope="col" class="num">"Požadavek"</th></tr></thead>
                        <tbody>{rows}</tbody>
                        <tfoot><tr><th scope="row" colspan="3">"Celkem"</th><td class="num" data-label="Podíl">{form.out("podily")}</td><td class="num" data-label="Požadavek">{form.out("pozadavek")}</td></tr></tfoot>
                    </table></div>
                }.into_any()
            }}
        }
        .into_any();
        let before = last_award(&opened, &service).await?;
        let aside = view! { {check_card(&opened, &part)}{sums(&form, before)} }.into_any();
        Ok(part_page(&opened, &part, format!("Kraje a podíly: {}", service.name), part_form(&form, fields), aside))
    })
}

fn row_view(form: &Form<'_>, opened: &Opened, service: &ServiceApplication, kraj: Kraj) -> AnyView {
    let code = kraj.code();
    let path = |column: &str| format!("sluzba.{}.kraj.{code}.{column}", service.facts.service);
    let (asked_path, share_path) = (path("zadano"), path("podil"));
    let asked = form.ticked(&asked_path);
    let terms = opened.context.terms.get(&kraj);
    let term = terms.filter(|t| t.published()).map_or_else(|| "termín zatím nezveřejněn".to_owned(), |t| t.label.clone());
    let refused = (!asked).then(|| admit(&opened.application().asked(), kraj, &opened.context.terms, opened.context.now).err()).flatten();
    let is_open = terms.is_some_and(|t| t.open_at(opened.context.now));
    let has_message = form.said(&asked_path).is_some() || form.said(&share_path).is_some();
    let id = crate::subsidy::applications::part::field_id(&asked_path);
    let disabled = form.readonly() || refused.is_some();
    let why = refused.map(|e| e.to_string());
    let why_id = format!("{id}-proc");
    let described = why.as_ref().map(|_| why_id.clone());
    view! {
        <tr>
            <th scope="row">
                <label class="check"><input type="checkbox" id=id name=format!("pole[{asked_path}]") value="ano" checked=asked disabled=disabled aria-describedby=described/><span>{kraj.name()}</span></label>
            </th>
            <td data-label="Termín podávání">{term}{is_open.then(|| view! { " "<span class="say" data-tone="ok"><Icon name="done"/>"přijímá"</span> })}
                {why.map(|text| view! { <br/><small class="muted" id=why_id>{text}</small> })}</td>
            <td class="put" data-label="Vlastní podíl">{form.amount(&share_path, &format!("{kraj}, vlastní podíl"), "%")}</td>
            <td class="num" data-label="Podíl">{form.out(&format!("kraj.{code}.podil"))}</td>
            <td class="num" data-label="Požadavek">{form.out(&format!("kraj.{code}.castka"))}</td>
        </tr>
        <tr data-pod=code.to_string() hidden=!has_message><td class="note" colspan="5">{form.message(&asked_path)}{form.message(&share_path)}</td></tr>
    }
    .into_any()
}

/// The time in which all asked kraje of the whole application take it.
fn common_time(opened: &Opened) -> AnyView {
    let asked = opened.application().asked();
    if asked.is_empty() {
        return ().into_any();
    }
    let common = opened.common();
    let names: Vec<&str> = asked.iter().map(|kraj| kraj.name()).collect();
    let left: Vec<String> = common.iter().filter(|w| opened.context.now < w.closes()).map(|w| windows::printed(*w)).collect();
    if left.is_empty() {
        return view! {
            <Banner tone=Tone::Error>{format!("Žádané kraje ({}) už nemají společnou dobu, kdy by žádost přijaly všechny. Požádejte některý z nich o mimořádný termín, nebo kraj odeberte.", names.join(", "))}</Banner>
        }
        .into_any();
    }
    view! { <Banner tone=Tone::Info>"Celou žádost přijmou všechny žádané kraje ("{names.join(", ")}") v době "<strong>{left.join(", ")}</strong>"."</Banner> }.into_any()
}
