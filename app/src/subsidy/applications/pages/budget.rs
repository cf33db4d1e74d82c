//! `/dotace/zadosti/{id}/sluzba/{sluzba}/rozpocet`: costs of the service and what is requested of them.

use super::{READS, opened_service};
use crate::{
    error::AppError,
    layout::*,
    request,
    subsidy::applications::{
        fields::Form,
        frame::{check_card, part_form, part_page},
        live::shows_note,
        open::Opened,
        part::Part,
    },
    subsidy::decision::proposal::crowns,
};
use domain::{
    codelists::{BudgetRow, Kraj, budget_rows},
    subsidy::{amount::Crowns, application::ServiceApplication},
};
use leptos::prelude::*;
use store::subsidy::awards;

permit_page!("/dotace/zadosti/{id}/sluzba/{sluzba}/rozpocet" => READS);

/// The page.
#[component]
pub fn BudgetPage() -> impl IntoView {
    loaded(async {
        let (opened, service, part) = opened_service(Part::Budget).await?;
        let form = Form::new(&opened, part.clone());
        let year = opened.application().year;
        let rows = budget_rows()
            .iter()
            .filter(|row| !row.is_sum || row.depth() == 0)
            .map(|row| row_view(&form, &service, row, year))
            .collect_view();
        let table = view! {
            <p class="prose muted">{format!("Vyplňte náklady služby na rok {year} a kolik z nich žádáte. Částky jsou v celých korunách; součty se počítají samy.")}</p>
            <div class="card card--flush ledger-box"><table class="ledger">
                <caption class="sr">{format!("Rozpočet služby na rok {year}: předpokládané náklady a požadavek na dotaci po položkách")}</caption>
                <thead><tr>
                    <th scope="col"><span class="sr">"Číslo položky"</span></th><th scope="col">"Položka"</th>
                    <th scope="col" class="num">"Předpokládané"<br/>"náklady"</th><th scope="col" class="num">"Požadavek"<br/>"na dotaci"</th>
                    <th scope="col" class="num share">"Podíl"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr>
                    <td></td><th scope="row">"Celkem"</th><td class="num" data-label="Náklady">{form.out("naklady")}</td>
                    <td class="num" data-label="Požadavek">{form.out("pozadavek")}</td><td class="num share">{form.out("podil")}</td>
                </tr></tfoot>
            </table></div>
        }
        .into_any();
        let before = last_award(&opened, &service).await?;
        let aside = view! { {sums(&form, before)}{check_card(&opened, &part)}{who_pays(&form, &service, &opened.id())} }.into_any();
        Ok(part_page(&opened, &part, format!("Rozpočet: {}", service.name), part_form(&form, table), aside))
    })
}

fn row_view(form: &Form<'_>, service: &ServiceApplication, row: &'static BudgetRow, year: i32) -> AnyView {
    let (key, label) = (row.key, row.label(year));
    if row.is_sum {
        return view! {
            <tr class="sum">
                <td class="code">{key}</td><th scope="row">{label}</th>
                <td class="num" data-label="Náklady">{form.out(&format!("naklady.{key}"))}</td>
                <td class="num" data-label="Požadavek">{form.out(&format!("pozadavek.{key}"))}</td>
                <td class="num share">{form.out(&format!("podil.{key}"))}</td>
            </tr>
        }
        .into_any();
    }
    let path = |column: &str| format!("sluzba.{}.rozpocet.{key}.{column}", service.facts.service);
    let (costs, request, note) = (path("naklady"), path("pozadavek"), path("upresneni"));
    let has_message = form.said(&costs).is_some() || form.said(&request).is_some();
    let shows = shows_note(service, key) || form.said(&note).is_some() || has_message;
    // A row whose specification is not needed yet is hidden where scripts can bring it back, and shown where they cannot.
    let quiet = (row.needs_note && !shows).then_some("");
    let hidden = !row.needs_note && !has_message;
    let request_cell = if row.eligible {
        form.amount(&request, &format!("{key} {label}, požadavek na dotaci"), "Kč").into_any()
    } else {
        view! {
            <span class="money">
                <input class="input" value="0" disabled aria-label=format!("{key} {label}, požadavek na dotaci")/>
                <span class="money__unit" aria-hidden="true">"Kč"</span>
            </span>
        }
        .into_any()
    };
    let ineligible = (!row.eligible)
        .then(|| view! { <br/><small class="muted">{format!("na tuto položku nelze žádat ({})", row.ineligible_by)}</small> });
    view! {
        <tr>
            <td class="code">{key}</td><th scope="row">{label}{ineligible}</th>
            <td class="put" data-label="Náklady">{form.amount(&costs, &format!("{key} {label}, předpokládané náklady"), "Kč")}</td>
            <td class="put" data-label="Požadavek">{request_cell}</td>
            <td class="num share">{form.out(&format!("podil.{key}"))}</td>
        </tr>
        <tr data-pod=key data-tichy=quiet hidden=hidden>
            <td class="note"></td>
            <td class="note" colspan="4">
                {row.needs_note.then(|| form.note(&note, format!("Upřesnění položky {key}")))}
                {form.message(&costs)}
                {row.eligible.then(|| form.message(&request))}
            </td>
        </tr>
    }
    .into_any()
}

/// What all kraje awarded to the service for the year before, as far as it is published.
pub async fn last_award(opened: &Opened, service: &ServiceApplication) -> Result<Option<Crowns>, AppError> {
    let mut tx = request::read(READS).await?;
    let year = opened.application().year - 1;
    let awards = awards::of_provider(&mut tx, opened.stored.provider).await?;
    let amounts: Vec<Crowns> =
        awards.iter().filter(|a| a.year == year && a.service_id.to_string() == service.facts.service).map(|a| crowns(a.amount)).collect();
    Ok((!amounts.is_empty()).then(|| amounts.into_iter().sum()))
}

/// Totals with a bar; `before` is what was awarded for the year before.
pub fn sums(form: &Form<'_>, before: Option<Crowns>) -> AnyView {
    let year = form.opened.application().year - 1;
    let before = before.map_or_else(|| format!("Dotace {year}: není zveřejněna."), |amount| format!("Dotace {year}: {amount}."));
    let width = form.computed("sirka");
    view! {
        <section class="card"><h2>"Součty"</h2>
            <dl class="facts facts--sum">
                <dt>"Náklady celkem"</dt><dd>{form.out("naklady")}</dd>
                <dt>"Požadavek na dotaci"</dt><dd>{form.out("pozadavek")}</dd>
                <dt class="total">"Zbývá z jiných zdrojů"</dt><dd class="total">{form.out("zbyva")}</dd>
            </dl>
            <svg class="chart" viewBox="0 0 300 34" role="img" aria-label="Podíl požadavku na nákladech, číslem pod sloupcem">
                <rect class="bed" width="300" height="12" rx="3"></rect><rect class="s1" width=width height="12" rx="3" data-sirka></rect>
                <text x="0" y="29" class="t-strong" data-out="podil_presne">{form.computed("podil_presne")}</text>
            </svg>
            <p class="meta">{before}" "{form.out("zdroje_slovy")}</p>
        </section>
    }
    .into_any()
}

/// Which kraj is asked for how much.
pub fn who_pays(form: &Form<'_>, service: &ServiceApplication, id: &str) -> AnyView {
    let href = Part::Kraje(service.facts.service.clone()).address(id);
    let asked: Vec<Kraj> = service.asked().collect();
    view! {
        <section class="card"><h2>"Kdo z krajů zaplatí"</h2>
            {if asked.is_empty() {
                view! { <p class="muted">"Zatím nežádáte žádný kraj."</p> }.into_any()
            } else {
                view! {
                    <table class="data data--plain">
                        <caption class="sr">"Rozdělení požadavku na kraje"</caption>
                        <thead><tr><th scope="col">"Kraj"</th><th scope="col" class="num">"Podíl"</th><th scope="col" class="num">"Požadavek"</th></tr></thead>
                        <tbody>
                            {asked.into_iter().map(|kraj| view! {
                                <tr>
                                    <th scope="row">{kraj.name()}</th>
                                    <td class="num">{form.out(&format!("kraj.{}.podil", kraj.code()))}</td>
                                    <td class="num">{form.out(&format!("kraj.{}.castka", kraj.code()))}</td>
                                </tr>
                            }).collect_view()}
                        </tbody>
                    </table>
                }.into_any()
            }}
            <p class="meta"><a href=href>"Změnit rozdělení"</a>" · každý kraj rozhoduje o své části"</p>
        </section>
    }
    .into_any()
}
