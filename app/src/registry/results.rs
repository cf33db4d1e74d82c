//! The list of services that a search found, its chips, its order and its pages.

use super::address::{Asked, Filter, SORTS};
use super::words;
use crate::components::*;
use leptos::prelude::*;
use store::registry::search::{Facet, Facets, Found, PAGE, Row, Sort};

/// The address of a service: its key in the open data, else its identifier here.
pub fn service_href(portal_id: Option<i64>, id: uuid::Uuid) -> String {
    portal_id.map_or_else(|| format!("/registr/sluzba/{id}"), |portal_id| format!("/registr/sluzba/{portal_id}"))
}

/// The counts of one filter.
pub fn facets_of(facets: &Facets, filter: Filter) -> &Vec<Facet> {
    match filter {
        Filter::Kind => &facets.kinds,
        Filter::Form => &facets.forms,
        Filter::Group => &facets.groups,
        Filter::Kraj => &facets.kraje,
        Filter::Okres => &facets.okresy,
        Filter::Obec => &facets.obce,
    }
}

/// What is chosen, each with a way to drop it. `provider_name` is the name of the provider whose IČO or id was chosen.
pub fn chips(asked: &Asked, found: &Found, provider_name: Option<String>) -> AnyView {
    let mut chips: Vec<(String, String)> = Vec::new();
    for filter in Filter::ALL {
        for value in filter.of(&asked.query) {
            let facet = facets_of(&found.facets, filter).iter().find(|f| f.key == *value);
            chips.push((facet.map_or_else(|| value.clone(), |f| f.name.clone()), asked.without(filter, value)));
        }
    }
    if let Some(provider) = &asked.query.provider {
        let name = provider_name.unwrap_or_else(|| format!("„{provider}“"));
        chips.push((format!("poskytovatel {name}"), asked.changed(|a| a.query.provider = None)));
    }
    if let Some(on) = asked.on {
        chips.push((format!("stav ke dni {}", domain::time::date(on)), asked.changed(|a| a.on = None)));
    }
    if asked.query.ended {
        chips.push(("i ukončené služby".to_owned(), asked.changed(|a| a.query.ended = false)));
    }
    let all = (!chips.is_empty()).then(|| {
        asked.changed(|a| {
            *a = Asked { place: a.place.clone(), place_key: a.place_key.clone(), sort: a.sort, page: 1, ..Asked::default() };
            a.query.text.clone_from(&asked.query.text);
        })
    });
    view! {
        {chips.into_iter().map(|(words, href)| (format!("Zrušit filtr {words}"), words, href)).map(|(label, words, href)| view! { <a class="chip" href=href aria-label=label>{words}<Icon name="x"/></a> }).collect_view()}
        {all.map(|href| view! { <a href=href>"Zrušit vše"</a> })}
    }
    .into_any()
}

/// The ways to order the list; the distance only where a place is known to measure it from.
pub fn orders(asked: &Asked) -> impl IntoView + use<> {
    let (current, measured) = (asked.query.sort, asked.query.origin.is_some());
    let links = SORTS.iter().filter(|(sort, ..)| *sort != Sort::Distance || measured).map(|(sort, _, words)| {
        let href = asked.changed(|a| a.sort = Some(*sort));
        view! { <a href=href aria-current=(*sort == current).then_some("true")>{*words}</a> }
    });
    view! { <nav class="orders" aria-label="Řazení"><span class="muted">"Řadit:"</span>{links.collect_view()}</nav> }
}

/// One service.
fn result(row: Row, facets: &Facets, on: chrono::NaiveDate) -> impl IntoView + use<> {
    let kind = row.kind.as_ref().and_then(|key| facets.kinds.iter().find(|f| f.key == *key));
    let kind_name = kind.map(|f| f.name.clone()).or(row.kind).unwrap_or_else(|| "druh neuveden".to_owned());
    let paragraph = kind.and_then(|f| f.note.as_deref()).filter(|n| n.len() <= 4).map(|n| format!(" §\u{a0}{n}"));
    let provider = row.facility_name.as_ref().filter(|name| **name != row.provider_name).map(|_| row.provider_name.clone());
    let title = row.facility_name.unwrap_or(row.provider_name);
    let forms = words::forms(&row.forms, &row.capacities);
    let state = match (row.provided_from, row.provided_to) {
        (_, Some(to)) => Some(format!("{} {}", if to < on { "ukončena" } else { "do" }, domain::time::date(to))),
        (Some(from), _) if from > on => Some(format!("začne {}", domain::time::date(from))),
        (Some(from), _) if (on - from).num_days() < 365 => Some(format!("od {}", domain::time::date(from))),
        _ => None,
    };
    let distance = row.distance.map(|km| if km < 0.5 { "v obci".to_owned() } else { format!("{km:.0}\u{a0}km") });
    view! {
        <li class="result">
            <div>
                <h3><a href=service_href(row.portal_id, row.service_id)>{title}</a></h3>
                <p class="inline"><span><span>{kind_name}<span class="muted">{paragraph}</span></span></span>{provider.map(|name| view! { <span class="muted">{name}</span> })}</p>
                <p class="inline">
                    {row.address_line.or(row.place).map(|place| view! { <span><Icon name="pin"/>{place}</span> })}
                    {(!forms.is_empty()).then(|| view! { <span><Icon name="bed"/>{forms}</span> })}
                    {(row.facilities > 1).then(|| view! { <span class="tag">{words::facilities(i64::from(row.facilities))}</span> })}
                    {state.map(|words| view! { <span class="tag">{words}</span> })}
                </p>
            </div>
            <div class="result__side">
                {distance.map(|km| view! { <strong>{km}</strong><br/> })}
                <span class="meta">{row.identifikator.map_or_else(|| "bez čísla".to_owned(), |n| format!("č.\u{a0}{n}"))}</span>
            </div>
        </li>
    }
}

/// The list.
pub fn list(found: Found, on: chrono::NaiveDate) -> impl IntoView + use<> {
    let Found { rows, facets, .. } = found;
    view! { <ul class="results">{rows.into_iter().map(|row| result(row, &facets, on)).collect_view()}</ul> }
}

/// Which rows these are, and the way to the others.
pub fn pages(asked: &Asked, total: i64) -> AnyView {
    let last = (total + PAGE - 1) / PAGE;
    let page = asked.page.min(last.max(1));
    let (from, to) = ((page - 1) * PAGE + 1, (page * PAGE).min(total));
    let href = |n: i64| {
        let mut asked = asked.clone();
        asked.page = n;
        asked.href("/registr")
    };
    // First, last and the neighbours of this one.
    let mut shown: Vec<i64> = [1, page - 1, page, page + 1, last].into_iter().filter(|n| (1..=last).contains(n)).collect();
    shown.dedup();
    view! {
        <div class="row spread">
            <span class="meta">{format!("{}–{} z\u{a0}{}", words::number(from), words::number(to), words::number(total))}</span>
            {(last > 1).then(|| view! {
                <nav class="segment" aria-label="Stránkování">
                    {(page > 1).then(|| view! { <a class="btn" href=href(page - 1) rel="prev">"Předchozí"</a> })}
                    {shown.into_iter().map(|n| view! { <a class="btn" href=href(n) aria-current=(n == page).then_some("page")>{words::number(n)}</a> }).collect_view()}
                    {(page < last).then(|| view! { <a class="btn" href=href(page + 1) rel="next">"Další"</a> })}
                </nav>
            })}
        </div>
    }
    .into_any()
}
