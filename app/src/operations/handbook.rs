//! `/napoveda`: the handbook, a part per role. Its texts are files of the program (Markdown); a link on every page leads to the chapter about it.

use crate::{error::AppError, layout::*, request};
use domain::accounts::{Actor, OrganisationKind, Permission, Right};
use leptos::prelude::*;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::sync::LazyLock;

permit_page!("/napoveda" => Permission::Public);
permit_page!("/napoveda/{cast}" => Permission::Public);

/// A part of the handbook.
pub struct Part {
    /// Its name in the address.
    pub name: &'static str,
    /// Its text.
    text: &'static str,
}

/// Every part, in order.
pub const PARTS: [Part; 10] = [
    Part { name: "verejnost", text: include_str!("handbook/verejnost.md") },
    Part { name: "zaciname", text: include_str!("handbook/zaciname.md") },
    Part { name: "poskytovatel", text: include_str!("handbook/poskytovatel.md") },
    Part { name: "kraj", text: include_str!("handbook/kraj.md") },
    Part { name: "hodnotitel", text: include_str!("handbook/hodnotitel.md") },
    Part { name: "rada", text: include_str!("handbook/rada.md") },
    Part { name: "registr", text: include_str!("handbook/registr.md") },
    Part { name: "mpsv", text: include_str!("handbook/mpsv.md") },
    Part { name: "spravce", text: include_str!("handbook/spravce.md") },
    Part { name: "technika", text: include_str!("handbook/technika.md") },
];

/// A part that was read.
pub struct Read {
    /// Its title.
    pub title: String,
    /// Its chapters: anchor and heading.
    pub chapters: Vec<(String, String)>,
    /// Its text without the title.
    html: String,
}

static READ: LazyLock<Vec<Read>> = LazyLock::new(|| PARTS.iter().map(|part| read(part.text)).collect());

fn read(text: &str) -> Read {
    let (mut title, mut chapters, mut heading, mut anchor) = (String::new(), Vec::new(), None, String::new());
    let mut events = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_HEADING_ATTRIBUTES) {
        match &event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                heading = Some((*level, String::new()));
                anchor = id.as_ref().map(ToString::to_string).unwrap_or_default();
            }
            Event::Text(words) if heading.is_some() => {
                if let Some((_, text)) = &mut heading {
                    text.push_str(words);
                }
            }
            Event::End(TagEnd::Heading(level)) => {
                let words = heading.take().map(|(_, words)| words).unwrap_or_default();
                if *level == HeadingLevel::H1 {
                    title = words;
                    // The page has it as its heading.
                    events.clear();
                    continue;
                }
                chapters.push((std::mem::take(&mut anchor), words));
            }
            _ => {}
        }
        events.push(event);
    }
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    let html = html.replace("<img ", "<img loading=\"lazy\" ");
    Read { title, chapters, html }
}

/// A part by its name.
pub fn part(name: &str) -> Option<&'static Read> {
    PARTS.iter().position(|part| part.name == name).and_then(|at| READ.get(at))
}

/// The chapter about each page.
#[derive(serde::Deserialize)]
struct Help {
    page: String,
    help: String,
}

static HELP: LazyLock<Vec<Help>> = LazyLock::new(|| serde_json::from_str(include_str!("handbook/help.json")).unwrap_or_default());

/// The chapter about the page at a path: of the patterns that fit, the one with the most words of its own.
pub fn about(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    let own = |page: &str| {
        let pattern: Vec<&str> = page.split('/').collect();
        let fits = pattern.len() == parts.len() && pattern.iter().zip(&parts).all(|(p, part)| p.starts_with('{') || p == part);
        fits.then(|| pattern.iter().filter(|p| !p.starts_with('{')).count())
    };
    HELP.iter().filter_map(|help| Some((own(&help.page)?, help))).max_by_key(|(words, _)| *words).map(|(_, help)| help.help.as_str())
}

/// The parts that whoever asks needs first.
fn for_whom(actor: &Actor) -> Vec<&'static str> {
    let Actor::Account(account) = actor else { return vec!["verejnost", "zaciname"] };
    let mut first = match account.kind {
        OrganisationKind::Mpsv => vec!["mpsv"],
        OrganisationKind::Provider => vec!["poskytovatel"],
        OrganisationKind::Kraj => [
            ("kraj", account.rights.contains(&Right::RoundAdministration)),
            ("hodnotitel", account.rights.contains(&Right::Assessment)),
            ("rada", account.rights.contains(&Right::Decision)),
            ("registr", account.rights.contains(&Right::RegisterEdit)),
        ]
        .into_iter()
        .filter(|(_, needed)| *needed)
        .map(|(name, _)| name)
        .collect(),
    };
    if account.rights.contains(&Right::SystemAdministration) {
        first.push("spravce");
    }
    first.push("zaciname");
    first
}

/// `/napoveda`: the contents, what concerns whoever asks first.
#[component]
pub fn HandbookPage() -> impl IntoView {
    let first = for_whom(&request::actor());
    let mut order: Vec<&Part> = first.iter().filter_map(|name| PARTS.iter().find(|part| part.name == *name)).collect();
    order.extend(PARTS.iter().filter(|part| !first.contains(&part.name)));
    view! {
        <Page title="Nápověda" sub="krok za krokem, podle toho, co děláte" calm=true
            beside=view! { <a class="btn" href="/prirucka.pdf" download="">"Celá příručka v PDF"</a> }.into_any()>
            <div class="main main--calm">
                <div class="cols cols--half">
                    {order.into_iter().filter_map(|p| part(p.name).map(|read| (p.name, read))).map(|(name, read)| view! {
                        <section class="card" aria-labelledby=format!("cast-{name}")>
                            <h2 id=format!("cast-{name}")><a href=format!("/napoveda/{name}")>{read.title.clone()}</a></h2>
                            <ul class="plain">{read.chapters.iter().map(|(anchor, words)| view! { <li><a href=format!("/napoveda/{name}#{anchor}")>{words.clone()}</a></li> }).collect_view()}</ul>
                        </section>
                    }).collect_view()}
                </div>
            </div>
        </Page>
    }
}

/// `/napoveda/{cast}`.
#[component]
pub fn PartPage() -> impl IntoView {
    let Some(read) = request::path_param("cast").and_then(|name| part(&name)) else {
        return view! { <ErrorPage error=AppError::not_found("Část příručky")/> }.into_any();
    };
    // A constant of the program, written by nobody else.
    let handbook_html = read.html.clone();
    view! {
        <Page title=read.title.clone() crumbs=vec![("/napoveda".to_owned(), "Nápověda".to_owned())] calm=true>
            <div class="main main--calm">
                <div class="cols cols--side cols--handbook">
                    <article class="card prose handbook" inner_html=handbook_html></article>
                    <nav class="card handbook__nav" aria-label="Kapitoly">
                        <h2>"V této části"</h2>
                        <ul class="plain">{read.chapters.iter().map(|(anchor, words)| view! { <li><a href=format!("#{anchor}")>{words.clone()}</a></li> }).collect_view()}</ul>
                    </nav>
                </div>
            </div>
        </Page>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_part_is_read_and_every_link_of_it_leads_somewhere() {
        let mut anchors: HashSet<String> = HashSet::new();
        for p in &PARTS {
            let read = part(p.name).unwrap();
            assert!(!read.title.is_empty() && read.chapters.len() >= 5, "{}", p.name);
            assert!(anchors.insert(format!("/napoveda/{}", p.name)));
            for (anchor, words) in &read.chapters {
                assert!(!anchor.is_empty() && !words.is_empty(), "{}: {words}", p.name);
                assert!(anchors.insert(format!("/napoveda/{}#{anchor}", p.name)), "{anchor} twice");
            }
        }
        for p in &PARTS {
            for event in Parser::new_ext(p.text, Options::ENABLE_HEADING_ATTRIBUTES) {
                match event {
                    Event::Html(html) | Event::InlineHtml(html) => panic!("{}: {html}", p.name),
                    Event::Start(Tag::Link { dest_url, .. }) => match dest_url.strip_prefix("/napoveda/") {
                        Some(_) => assert!(anchors.contains(&*dest_url), "{}: {dest_url}", p.name),
                        None => assert!(dest_url.starts_with('/') || dest_url.starts_with('#'), "{}: {dest_url}", p.name),
                    },
                    Event::Start(Tag::Image { dest_url, .. }) => {
                        let file = format!("{}/../public/root{dest_url}", env!("CARGO_MANIFEST_DIR"));
                        assert!(std::path::Path::new(&file).is_file(), "{}: {dest_url}: ./test --pictures makes it", p.name);
                    }
                    _ => {}
                }
            }
        }
        for help in HELP.iter() {
            assert!(anchors.contains(&help.help), "{}: {}", help.page, help.help);
        }
    }

    #[test]
    fn every_page_has_its_chapter() {
        let pages = crate::permission::declared().into_iter().filter(|d| d.method == "GET" && !d.path.starts_with("/napoveda"));
        let routes: HashSet<String> = leptos_axum::generate_route_list(crate::App).iter().map(|route| route.path().to_owned()).collect();
        let without: Vec<&str> =
            pages.map(|d| d.path).filter(|path| routes.contains(*path) && *path != "/" && about(path).is_none()).collect();
        assert_eq!(without, Vec::<&str>::new(), "help.json names no chapter for these pages");
        assert_eq!(about("/dotace/2027/1/vypocet/co-kdyby"), Some("/napoveda/kraj#co-kdyby"));
    }
}
