//! `/registr/kvalita`: what is wrong or incomplete in the register, and what to do about it.

use super::correction::Typed;
use super::enter_number::EnterNumber;
use super::results::service_href;
use super::set_authority::SetAuthority;
use super::words;
use crate::{components::*, layout::*, request};
use domain::accounts::{OrganisationKind, Permission, Right};
use domain::registry::problem::ProblemKind;
use leptos::prelude::*;
use server_fn::ServerFn;
use store::registry::corrections::{Authority, authorities};
use store::registry::quality::{self, ListedProvider, ProblemRow, WithoutNumber};

const MAY: Permission = Permission::AnyOf(&[Right::RegisterEdit, Right::RegisterImport]);
permit_page!("/registr/kvalita" => MAY);

/// Kinds of problems of the last import, with what to do. What the lists above say already is left out.
const FROM_IMPORT: &[(ProblemKind, &str)] = &[
    (
        ProblemKind::Difference,
        "Záznam jste opravili zde a otevřená data říkají něco jiného. Ověřte, co platí, a opravu podle potřeby změňte.",
    ),
    (ProblemKind::Missing, "Služba v posledním souboru nebyla. Zůstala beze změny; ověřte, zda nebyla zrušena, a zapište její ukončení."),
    (ProblemKind::SecretAddress, "Soubor by adresu odhalil. Zůstala utajená; ověřte údaj v celostátním registru."),
    (ProblemKind::UnknownCode, "Kód není v číselníku. Údaj je uložen, jak přišel; doplňte řádek číselníku."),
    (ProblemKind::UnknownShape, "Údaj má podobu, kterou program nezná. Je uložen, jak přišel; předejte to správci aplikace."),
    (
        ProblemKind::ProviderDiffers,
        "Záznamy jednoho souboru popisují poskytovatele různě. Platí první; opravte údaje v celostátním registru.",
    ),
    (ProblemKind::Dates, "Datum začátku nebo konce chybí nebo si odporují. Ověřte je v rozhodnutí o registraci."),
    (ProblemKind::Authority, "Registrující orgán nebylo možné odhadnout, nebo se odhad změnil. Určí ho MPSV."),
];

/// The page.
#[component]
pub fn QualityPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(MAY).await?;
        let actor = request::actor();
        let is_mpsv = actor.account()?.kind == OrganisationKind::Mpsv;
        let today = store::prague::day(request::info().received_at);
        let numbers = quality::without_number(&mut tx, is_mpsv, today).await?;
        let unknown = if is_mpsv { quality::without_authority(&mut tx).await? } else { Vec::new() };
        let choices = if is_mpsv { authorities(&mut tx).await? } else { Vec::new() };
        let shared = quality::shared_icos(&mut tx, is_mpsv).await?;
        let doubtful = quality::doubtful_icos(&mut tx, is_mpsv).await?;
        let mut imported = Vec::new();
        let last = quality::imports(&mut tx, 1).await?.pop();
        if let Some(last) = &last {
            let counts = quality::problem_counts(&mut tx, last.id).await?;
            for (kind, advice) in FROM_IMPORT {
                let count = counts.iter().find(|c| c.kind == kind.code()).map_or(0, |c| c.count);
                if count > 0 {
                    imported.push((*kind, *advice, count, quality::problems(&mut tx, last.id, kind.code()).await?));
                }
            }
        }
        let refused = request::echo().and_then(|e| e.error).map(|e| e.sentence);
        let total = numbers.first().map_or(0, |n| n.total);
        let sub = match &last {
            Some(last) => format!("podle importu ke dni {}", domain::time::date(last.as_of)),
            None => "zatím bez importu".to_owned(),
        };
        let shown_imports = imported.is_empty();
        Ok(view! {
            <Page title="Kvalita registru" sub=sub crumbs=vec![("/registr".to_owned(), "Registr".to_owned())]>
                <div class="main">
                    {refused.map(|text| view! { <Banner tone=Tone::Error alert=true>{text}</Banner> })}
                    {without_number(numbers, total)}
                    {is_mpsv.then(|| without_authority(unknown, &choices))}
                    {providers("Poskytovatelé se společným IČO", "sdilene", "Dva klíče (portalId) s jedním IČO zůstávají dvěma poskytovateli. Ověřte v celostátním registru, zda jde o téhož; sloučí je jen MPSV v datech.", shared)}
                    {providers("Podezřelá IČO", "ico", "IČO chybí, nebo nesedí jeho kontrolní číslice. Ověřte ho v registru ekonomických subjektů a opravte v celostátním registru.", doubtful)}
                    {imported.into_iter().map(|(kind, advice, count, rows)| problems(kind, advice, count, rows)).collect_view()}
                    {shown_imports.then(|| view! { <p class="meta">"Poslední import k vašim poskytovatelům nic dalšího neřekl."</p> })}
                </div>
            </Page>
        }
        .into_any())
    })
}

fn section(title: &str, id: &str, count: i64, advice: &str, body: AnyView) -> AnyView {
    view! {
        <section class="card card--flush">
            <div class="card__head"><h2 id=id.to_owned()>{title.to_owned()}</h2><span class="count">{words::number(count)}</span></div>
            <p class="card__text">{advice.to_owned()}</p>
            {body}
        </section>
    }
    .into_any()
}

fn none() -> AnyView {
    view! { <p class="card__text"><span class="say" data-tone="ok"><Icon name="done"/>"Nic takového v registru není."</span></p> }
        .into_any()
}

fn listed(shown: usize, total: i64) -> Option<impl IntoView> {
    let shown = i64::try_from(shown).unwrap_or_default();
    (shown < total).then(|| view! { <p class="card__text meta">{format!("Zobrazeno prvních {} z\u{a0}{}.", words::number(shown), words::number(total))}</p> })
}

fn without_number(rows: Vec<WithoutNumber>, total: i64) -> impl IntoView {
    let shown = rows.len();
    let mut any_form = false;
    let lines: Vec<AnyView> = rows
        .into_iter()
        .map(|r| {
            any_form |= r.registers;
            let id = r.id.to_string();
            let typed = Typed::about(EnterNumber::PATH, "sluzba", &id);
            let message = format!("cislo-{id}-m");
            let error = typed.error("cislo");
            let name = r.facility_name.unwrap_or_else(|| "bez názvu zařízení".to_owned());
            let label = format!("Číslo služby {name}");
            let form = r.registers.then(|| {
                let invalid = error.is_some().then_some("true");
                let described = error.is_some().then(|| message.clone());
                view! {
                    <form method="post" class="row row--cell">
                        <CommandFields path=EnterNumber::PATH version=r.row_version/>
                        <input type="hidden" name="sluzba" value=id.clone()/>
                        <input type="hidden" name="zpet" value="/registr/kvalita"/>
                        <input class="input input--s" aria-label=label name="cislo" inputmode="numeric" maxlength="20" required value=typed.value("cislo").unwrap_or_default() aria-invalid=invalid aria-describedby=described/>
                        <button class="btn">"Zapsat"</button>
                    </form>
                    {error.map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
                }
            });
            view! {
                <tr>
                    <th scope="row" class="wrap"><a href=service_href(r.portal_id, r.id)>{name}</a></th>
                    <td class="wrap">{r.kind.unwrap_or_else(|| "–".to_owned())}</td>
                    <td class="wrap">{r.provider_name}</td>
                    <td>{r.place.unwrap_or_else(|| "–".to_owned())}</td>
                    <td>{r.to.map_or_else(|| "–".to_owned(), domain::time::date)}</td>
                    <td>{form}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let advice = if any_form {
        "Bez čísla nejde žádost o dotaci uzamknout. Číslo najdete v rozhodnutí o registraci; zapište ho sem."
    } else {
        "Bez čísla nejde žádost o dotaci uzamknout. Číslo zapíše kraj, který poskytovatele registruje."
    };
    let body = if lines.is_empty() {
        none()
    } else {
        view! {
            <div class="grid grid--bare" role="region" aria-label="Tabulka: služby bez čísla" tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col">"Služba"</th><th scope="col">"Druh"</th><th scope="col">"Poskytovatel"</th><th scope="col">"Obec"</th><th scope="col">"Ukončena"</th><th scope="col">"Číslo služby"</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            {listed(shown, total)}
        }
        .into_any()
    };
    section("Služby bez čísla", "bez-cisla", total, advice, body)
}

fn provider_cells(p: &ListedProvider) -> impl IntoView + use<> {
    let href = format!("/registr/poskytovatel/{}", p.id);
    view! {
        <th scope="row" class="wrap"><a href=href>{p.name.clone()}</a></th>
        <td>{p.ico.clone().unwrap_or_else(|| "–".to_owned())}</td>
        <td class="num">{p.portal_id.map_or_else(|| "–".to_owned(), |id| id.to_string())}</td>
        <td class="num">{words::number(p.services)}</td>
    }
}

fn without_authority(rows: Vec<ListedProvider>, choices: &[Authority]) -> impl IntoView + use<> {
    let count = i64::try_from(rows.len()).unwrap_or_default();
    let lines: Vec<AnyView> = rows
        .iter()
        .take(100)
        .map(|p| {
            let id = p.id.to_string();
            let error = Typed::about(SetAuthority::PATH, "poskytovatel", &id).error("organ");
            view! {
                <tr>
                    {provider_cells(p)}
                    <td>
                        <form method="post" class="row row--cell">
                            <CommandFields path=SetAuthority::PATH version=p.row_version/>
                            <input type="hidden" name="poskytovatel" value=id/>
                            <input type="hidden" name="zpet" value="/registr/kvalita"/>
                            <select class="select" aria-label=format!("Registrující orgán poskytovatele {}", p.name) name="organ">
                                <option value="">"vyberte orgán"</option>
                                {choices.iter().map(|a| view! { <option value=a.id.to_string()>{a.name.clone()}</option> }).collect_view()}
                            </select>
                            <button class="btn">"Určit"</button>
                        </form>
                        {error.map(|text| view! { <Message id=format!("organ-{}-m", p.id) tone=Tone::Error text=text/> })}
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let shown = lines.len();
    let body = if lines.is_empty() {
        none()
    } else {
        view! {
            <div class="grid grid--bare" role="region" aria-label="Tabulka: poskytovatelé bez registrujícího orgánu" tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col">"Poskytovatel"</th><th scope="col">"IČO"</th><th scope="col" class="num">"portalId"</th><th scope="col" class="num">"Služby"</th><th scope="col">"Registruje"</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            {listed(shown, count)}
        }
        .into_any()
    };
    section(
        "Neznámý registrující orgán",
        "organ",
        count,
        "Soubor orgán neuvádí a ze sídla ani ze zařízení ho nejde odhadnout. Určete ho; další importy vaši volbu nezmění.",
        body,
    )
}

fn providers(title: &'static str, id: &'static str, advice: &'static str, rows: Vec<ListedProvider>) -> impl IntoView {
    let count = i64::try_from(rows.len()).unwrap_or_default();
    let body = if rows.is_empty() {
        none()
    } else {
        let most = usize::try_from(quality::LISTED).unwrap_or(200);
        let shown = rows.len().min(most);
        let lines = rows.iter().take(most).map(|p| {
            view! { <tr>{provider_cells(p)}<td>{p.registrar.clone().unwrap_or_else(|| "není známo".to_owned())}</td></tr> }
        });
        view! {
            <div class="grid grid--bare" role="region" aria-label=format!("Tabulka: {title}") tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col">"Poskytovatel"</th><th scope="col">"IČO"</th><th scope="col" class="num">"portalId"</th><th scope="col" class="num">"Služby"</th><th scope="col">"Registruje"</th></tr></thead>
                    <tbody>{lines.collect_view()}</tbody>
                </table>
            </div>
            {listed(shown, count)}
        }
        .into_any()
    };
    section(title, id, count, advice, body)
}

/// A list of what an import said.
pub fn problem_table(label: &'static str, rows: Vec<ProblemRow>) -> AnyView {
    let lines = rows.into_iter().map(|r| {
        let place = match (r.record_index, r.portal_id) {
            (Some(index), _) => format!("{}. záznam", words::number(index)),
            (None, _) => "–".to_owned(),
        };
        let about = match (r.service_id, r.portal_id, r.provider_id, r.provider_name) {
            (Some(id), portal_id, ..) => view! { <a href=service_href(portal_id, id)>{portal_id.map_or_else(|| "služba".to_owned(), |p| format!("portalId {p}"))}</a> }.into_any(),
            (None, _, Some(id), name) => view! { <a href=format!("/registr/poskytovatel/{id}")>{name.unwrap_or_else(|| "poskytovatel".to_owned())}</a> }.into_any(),
            (None, Some(portal_id), ..) => format!("portalId {portal_id}").into_any(),
            _ => "–".into_any(),
        };
        view! { <tr><td>{place}</td><td>{about}</td><td>{r.field}</td><td class="wrap">{r.text}</td></tr> }
    });
    view! {
        <div class="grid grid--bare" role="region" aria-label=label tabindex="0">
            <table class="data">
                <thead><tr><th scope="col">"Místo v souboru"</th><th scope="col">"Čeho se týká"</th><th scope="col">"Údaj"</th><th scope="col">"Co se stalo"</th></tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn problems(kind: ProblemKind, advice: &'static str, count: i64, rows: Vec<ProblemRow>) -> impl IntoView {
    let shown = rows.len();
    let body = view! { {problem_table(kind.label(), rows)}{listed(shown, count)} }.into_any();
    let mut title: Vec<char> = kind.label().chars().collect();
    if let Some(first) = title.first_mut() {
        *first = first.to_uppercase().next().unwrap_or(*first);
    }
    section(&title.into_iter().collect::<String>(), kind.code(), count, advice, body)
}
