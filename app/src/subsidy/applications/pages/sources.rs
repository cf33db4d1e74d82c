//! `/dotace/zadosti/{id}/sluzba/{sluzba}/zdroje`: where the money of the service comes from, in three years.

use super::{
    READS,
    budget::{last_award, sums},
    opened_service,
};
use crate::{
    layout::*,
    subsidy::applications::{
        fields::{Form, More},
        frame::{check_card, part_form, part_page},
        part::Part,
    },
};
use domain::codelists::{FinancingRow, financing_groups, financing_rows_of, group_key};
use leptos::prelude::*;

permit_page!("/dotace/zadosti/{id}/sluzba/{sluzba}/zdroje" => READS);

/// The page.
#[component]
pub fn SourcesPage() -> impl IntoView {
    loaded(async {
        let (opened, service, part) = opened_service(Part::Sources).await?;
        let form = Form::new(&opened, part.clone());
        let year = opened.application().year;
        let key = &service.facts.service;
        let body = financing_groups()
            .into_iter()
            .map(|group| {
                let rows: Vec<&FinancingRow> = financing_rows_of(year).filter(|row| row.group == group).collect();
                let name = group_key(group);
                (!rows.is_empty()).then(|| {
                    view! {
                        <tr class="sum">
                            <th scope="row">{group}</th>
                            {YEARS.map(|(column, _)| { let label = year_label(column, year); view! { <td class="num" data-label=label>{form.out(&format!("zdroje.{name}.{column}"))}</td> } })}
                        </tr>
                        {rows.into_iter().map(|row| row_view(&form, key, row, year)).collect_view()}
                    }
                })
            })
            .collect_view();
        let money = format!("sluzba.{key}.verejne.castka");
        let note = format!("sluzba.{key}.verejne.poznamka");
        let fields = view! {
            <p class="prose muted">"Uveďte všechny zdroje služby, i ty, o které teprve žádáte. Součet plánu se porovnává s náklady v rozpočtu; rozdíl podání nebrání."</p>
            <div class="card card--flush ledger-box"><table class="ledger ledger--zdroje">
                <caption class="sr">"Zdroje financování služby po letech"</caption>
                <thead><tr><th scope="col">"Zdroj"</th>{YEARS.map(|(column, _)| view! { <th scope="col" class="num">{year_label(column, year)}</th> })}</tr></thead>
                <tbody>{body}</tbody>
                <tfoot><tr><th scope="row">"Celkem"</th>{YEARS.map(|(column, _)| { let label = year_label(column, year); view! { <td class="num" data-label=label>{form.out(&format!("zdroje.{column}"))}</td> } })}</tr></tfoot>
            </table></div>
            <section class="card"><h2>"Jiné veřejné prostředky na službu"</h2>
                <div class="fields">
                    {form.field(&money, &format!("Částka v roce {year}"), More::number("Kč").help("Peníze obcí, zřizovatele a dalších veřejných rozpočtů mimo tuto dotaci. Kraj je při výpočtu odečítá.").optional())}
                    {form.field(&note, "Odkud jsou", More::text(1000).optional())}
                </div>
            </section>
        }
        .into_any();
        let before = last_award(&opened, &service).await?;
        let aside = view! { {sums(&form, before)}{check_card(&opened, &part)} }.into_any();
        Ok(part_page(&opened, &part, format!("Zdroje financování: {}", service.name), part_form(&form, fields), aside))
    })
}

/// The columns: end of the path and what stands before the year.
const YEARS: [(&str, &str); 3] = [("predminuly", "Skutečnost"), ("minuly", "Předpoklad"), ("plan", "Plán")];

fn year_label(column: &str, year: i32) -> String {
    let back = match column {
        "predminuly" => 2,
        "minuly" => 1,
        _ => 0,
    };
    let word = YEARS.iter().find(|(name, _)| *name == column).map_or("", |(_, word)| word);
    format!("{word} {}", year - back)
}

fn row_view(form: &Form<'_>, service: &str, row: &'static FinancingRow, year: i32) -> AnyView {
    let path = |column: &str| format!("sluzba.{service}.zdroje.{}.{column}", row.key);
    let has_message = YEARS.iter().any(|(column, _)| form.said(&path(column)).is_some());
    let computed = |column: &str| row.plan_is_request && column == "plan";
    view! {
        <tr>
            <th scope="row">{row.name}</th>
            {YEARS.map(|(column, _)| {
                let label = year_label(column, year);
                let read = format!("{}, {label}", row.name);
                view! {
                    <td class="put" data-label=label>
                        {if computed(column) {
                            view! { <span class="money"><output class="input" data-out=format!("zdroje.{}.plan", row.key) aria-label=read>{form.computed(&format!("zdroje.{}.plan", row.key))}</output><span class="money__unit" aria-hidden="true">"Kč"</span></span><small class="muted">"z rozpočtu"</small> }.into_any()
                        } else {
                            form.amount(&path(column), &read, "Kč").into_any()
                        }}
                    </td>
                }
            })}
        </tr>
        <tr data-pod=row.key hidden=!has_message>
            <td class="note" colspan="4">{YEARS.map(|(column, _)| (!computed(column)).then(|| form.message(&path(column))))}</td>
        </tr>
    }
    .into_any()
}
