//! What stands around every part: crumbs, state, deadline, the list of parts, the bar at the foot.

use super::{
    draft_form::DraftForm,
    fields::Form,
    live::{Line, protocol, summary},
    open::{Opened, last_minute, moment},
    part::{OF_SERVICE, Part, Standing, standing},
};
use crate::{components::*, layout::*, request, subsidy::dates};
use domain::{
    codelists::FormGroup,
    subsidy::application::{Application, Context, Finding, Level, ServiceApplication, State},
};
use leptos::prelude::*;

/// The state of an application as a pill.
#[component]
pub fn StatePill(
    /// The state.
    state: State,
) -> impl IntoView {
    let word = state.name();
    match state {
        State::Draft(_) => view! { <Pill tone=Tone::Neutral word draft=true/> }.into_any(),
        State::Locked(_) => view! { <Pill tone=Tone::Neutral icon="lock" word/> }.into_any(),
        State::Submitted(_) => view! { <Pill tone=Tone::Info icon="send" word/> }.into_any(),
    }
}

/// What an application is called: `2027, 1. kolo`.
pub fn name(opened: &Opened) -> String {
    format!("{}, {}. kolo", opened.stored.round.year, opened.stored.round.number)
}

fn crumbs(opened: &Opened, part: &Part) -> Vec<(String, String)> {
    let id = opened.id();
    let mut crumbs = vec![("/dotace/zadosti".to_owned(), "Žádosti o dotaci".to_owned()), (format!("/dotace/zadosti/{id}"), name(opened))];
    if let Some(service) = part.service().and_then(|key| opened.application().service(key)) {
        crumbs.push((Part::Services.address(&id), service.name.clone()));
    }
    crumbs
}

/// `7907052 · § 40, ambulantní a terénní`.
pub fn about(service: &ServiceApplication) -> String {
    let forms: Vec<&str> = service.form_groups().into_iter().map(FormGroup::name).collect();
    let identifier = service.facts.identifier.clone().unwrap_or_else(|| "bez identifikátoru".to_owned());
    let forms = if forms.is_empty() { "forma není v registru".to_owned() } else { forms.join(", ") };
    format!("{identifier} · § {}, {forms}", service.facts.paragraph)
}

/// State, autosave line, and the line with provider and deadline: what stands beside the heading.
pub fn beside(opened: &Opened, part: &Part) -> AnyView {
    let now = opened.context.now;
    let application = opened.application();
    let service = part.service().and_then(|key| application.service(key)).map(about);
    let who = match service {
        Some(service) => format!("{} · {service}", application.applicant.name),
        None => application.applicant.name.clone(),
    };
    let saved = format!("Uloženo {} · {}", moment(opened.stored.updated_at, now), opened.stored.updated_by);
    let editable = opened.editable();
    view! {
        <StatePill state=opened.stored.state.clone()/>
        {editable.then(|| view! {
            <span class="autosave" data-tone="ok" data-ukladani><Icon name="cloud-ok"/><span>{saved}</span></span>
            <span class="sr" role="status" data-ukladani-nahlas></span>
        })}
        <p class="pagehead__sub"><span>{who}</span>{deadline_line(opened)}</p>
    }
    .into_any()
}

/// Until when it can be submitted or taken back.
pub fn deadline_line(opened: &Opened) -> AnyView {
    let now = opened.context.now;
    let verb = if matches!(opened.stored.state, State::Submitted(_)) { "Vzít zpět jde do" } else { "Podat do" };
    match opened.until() {
        Some(window) if window.opens() <= now => {
            let left = dates::remaining(window.closes(), now).map(|left| format!(" ({left})"));
            view! { <span><Icon name="clock"/>" "{verb}" "<strong>{last_minute(window)}</strong>{left}</span> }.into_any()
        }
        Some(window) => {
            let from = domain::time::deadline_bound(store::prague::local(window.opens()));
            view! { <span><Icon name="clock"/>" Podávat půjde od "<strong>{from}</strong>" do "<strong>{last_minute(window)}</strong></span> }.into_any()
        }
        None => view! { <span><Icon name="clock"/>" "{if matches!(opened.stored.state, State::Submitted(_)) { "Termín už skončil" } else { "Podat teď nejde: žádané kraje nemají společný termín" }}</span> }.into_any(),
    }
}

/// The list of parts with their state.
fn steps(opened: &Opened, here: &Part) -> AnyView {
    let application = opened.application();
    let mut lines = Vec::new();
    let mut number = 0;
    for part in [Part::Common, Part::Account, Part::Services] {
        number += 1;
        lines.push(step(opened, here, part, Some(number)));
    }
    for service in &application.services {
        number += 1;
        let key = &service.facts.service;
        lines.push(service_step(opened, service, number));
        if here.service() == Some(key.as_str()) {
            lines.extend(OF_SERVICE.map(|part| step(opened, here, part(key.clone()), None)));
        }
    }
    lines.push(step(opened, here, Part::Submission, Some(number + 1)));
    view! { <ol class="steps">{lines}</ol> }.into_any()
}

fn count(n: usize, one: &'static str, few: &'static str, many: &'static str) -> String {
    format!("{n} {}", domain::text::plural(i64::try_from(n).unwrap_or(i64::MAX), one, few, many))
}

/// How a part stands, in a tone, an icon and words.
pub fn said(standing: Standing) -> (Option<Tone>, Option<&'static str>, String) {
    match standing {
        Standing::NotBegun => (None, None, "nezačato".to_owned()),
        Standing::Errors(n) => (Some(Tone::Error), Some("error"), count(n, "chyba", "chyby", "chyb")),
        Standing::Warnings(n) => (Some(Tone::Warn), Some("warn"), count(n, "varování", "varování", "varování")),
        Standing::Fine => (Some(Tone::Ok), Some("check"), String::new()),
    }
}

/// One part in the list. The last part stands in order only when the whole application does.
fn step(opened: &Opened, here: &Part, part: Part, number: Option<usize>) -> AnyView {
    let application = opened.application();
    let mut stands = standing(&part, application, &opened.findings);
    if part == Part::Submission && stands == Standing::Fine && !matches!(opened.stored.state, State::Submitted(_)) {
        stands = Standing::NotBegun;
    }
    let (tone, icon, words) = said(stands);
    let words = if part == Part::Submission && stands == Standing::NotBegun { String::new() } else { words };
    let href = part.address(&opened.id());
    let class = if part.service().is_some() { "steps__sub" } else { "" };
    let current = (part == *here).then_some("page");
    let title = part.title();
    let here_now = part == *here;
    view! {
        <li class=class data-tone=tone.map(Tone::code) data-cast=here_now.then_some("zde")>
            <a href=href aria-current=current>
                <span class="steps__dot" aria-hidden="true">{match (icon, number) {
                    (Some(icon), _) => view! { <Icon name=icon/> }.into_any(),
                    (None, Some(number)) => number.into_any(),
                    (None, None) => ().into_any(),
                }}</span>
                <span>{title}</span>
                {(!words.is_empty()).then(|| view! { <small>{words}</small> })}
            </a>
        </li>
    }
    .into_any()
}

/// How the parts of one service stand together.
pub fn service_standing(service: &ServiceApplication, application: &Application, findings: &[Finding]) -> Standing {
    let all = OF_SERVICE.map(|part| standing(&part(service.facts.service.clone()), application, findings));
    let errors: usize = all.iter().map(|s| if let Standing::Errors(n) = s { *n } else { 0 }).sum();
    let warnings: usize = all.iter().map(|s| if let Standing::Warnings(n) = s { *n } else { 0 }).sum();
    let begun = all.iter().filter(|s| **s != Standing::NotBegun).count();
    match (begun, errors, warnings) {
        (0, ..) => Standing::NotBegun,
        (_, errors, _) if errors > 0 => Standing::Errors(errors),
        (begun, _, _) if begun < all.len() => Standing::NotBegun,
        (_, _, 0) => Standing::Fine,
        (_, _, warnings) => Standing::Warnings(warnings),
    }
}

/// The same in words: a service that was begun and has no error yet is being written.
pub fn service_words(
    service: &ServiceApplication,
    application: &Application,
    findings: &[Finding],
) -> (Option<Tone>, Option<&'static str>, String) {
    let begun = OF_SERVICE.iter().any(|part| part(service.facts.service.clone()).begun(application));
    match service_standing(service, application, findings) {
        Standing::NotBegun if begun => (None, None, "rozepsáno".to_owned()),
        stands => said(stands),
    }
}

fn service_step(opened: &Opened, service: &ServiceApplication, number: usize) -> AnyView {
    let (tone, icon, words) = service_words(service, opened.application(), &opened.findings);
    let href = Part::Capacity(service.facts.service.clone()).address(&opened.id());
    let title = format!("{} {}", service.name, service.facts.identifier.as_deref().unwrap_or_default());
    view! {
        <li data-tone=tone.map(Tone::code)>
            <a href=href>
                <span class="steps__dot" aria-hidden="true">{match icon {
                    Some(icon) => view! { <Icon name=icon/> }.into_any(),
                    None => number.into_any(),
                }}</span>
                <span>{title}</span>
                {(!words.is_empty()).then(|| view! { <small>{words}</small> })}
            </a>
        </li>
    }
    .into_any()
}

/// The protocol of findings as a list.
pub fn protocol_list(lines: Vec<Line>) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="muted"><Icon name="done"/>" Kontrola nic nenašla."</p> }.into_any();
    }
    view! {
        <ul class="protocol">
            {lines.into_iter().map(|line| {
                let tone = if line.level == Level::Error { Tone::Error } else { Tone::Warn };
                view! {
                    <li data-tone=tone.code()>
                        <a href=line.href>
                            <Icon name=tone.icon()/><span><span class="sr">{if tone == Tone::Error { "Chyba: " } else { "Varování: " }}</span>{line.sentence}</span>
                            {(!line.small.is_empty()).then(|| view! { <small>{line.small}</small> })}
                        </a>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
    .into_any()
}

/// The card with the check of a part; the island keeps it up to date.
pub fn check_card(opened: &Opened, part: &Part) -> AnyView {
    let findings: Vec<Finding> = opened.findings.iter().filter(|f| Part::of_finding(f) == *part).cloned().collect();
    let lines = protocol(&opened.id(), part, &findings);
    view! {
        <section class="card" id="kontrola">
            <div class="card__head"><h2>"Kontrola"</h2><span class="meta" data-kontrola-souhrn>{summary(&findings)}</span></div>
            <div data-kontrola>{protocol_list(lines)}</div>
        </section>
    }
    .into_any()
}

/// A part: the list of parts, its content, what stands beside it.
pub fn part_page(opened: &Opened, part: &Part, title: String, content: AnyView, aside: AnyView) -> AnyView {
    let all = Part::all(opened.application());
    let position = all.iter().position(|p| p == part).map_or(1, |at| at + 1);
    let of = format!(" · část {position} z {}", all.len());
    let refused = request::echo().and_then(|echo| echo.error);
    let submission = Part::Submission.address(&opened.id());
    let only_read = (!opened.editable() && *part != Part::Submission).then(|| {
        let why = match opened.stored.state {
            State::Submitted(_) => "Žádost je podaná, je jen ke čtení. Měnit ji půjde, až ji vezmete zpět.",
            State::Locked(_) => "Žádost je uzamčená, je jen ke čtení. Měnit ji půjde, až ji odemknete.",
            State::Draft(_) => "Žádost je pro vás jen ke čtení. Vyplňuje ji, kdo má právo Práce se žádostí.",
        };
        view! { <Banner tone=Tone::Info>{why}" "<a href=submission>"Kontrola a podání"</a></Banner> }
    });
    let (wide, narrow, part_title) = (steps(opened, part), steps(opened, part), part.title());
    view! {
        <Page title=title crumbs=crumbs(opened, part) beside=beside(opened, part)>
            <div class="main main--calm">
                <div class="cols cols--three">
                    <nav class="card only-wide" aria-label="Části žádosti"><h2 class="label">"Části žádosti"</h2>{wide}</nav>
                    <details class="card only-phone">
                        <summary class="row spread"><span><strong>{part_title}</strong><span class="muted">{of}</span></span><Icon name="chev"/></summary>
                        {narrow}
                    </details>
                    <div class="stack">
                        {refused.map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
                        {only_read}
                        {content}
                    </div>
                    <aside class="stack sticky" aria-label="Součty a kontrola">{aside}</aside>
                </div>
            </div>
        </Page>
    }
    .into_any()
}

/// The form of a part with its bar: back, save and leave, go on.
pub fn part_form(form: &Form<'_>, fields: AnyView) -> AnyView {
    let opened = form.opened;
    let all = Part::all(opened.application());
    let at = all.iter().position(|p| *p == form.part).unwrap_or_default();
    let id = opened.id();
    let before = at.checked_sub(1).and_then(|i| all.get(i)).map(|part| (part.address(&id), part.title()));
    let next = all.get(at + 1).map(|part| (part.to_string(), part.address(&id), part.title()));
    let editable = opened.editable();
    let head = editable.then(|| form.head());
    let total = form.part.service().map(|_| view! { <span>"Požadavek "<strong>{form.out("pozadavek")}</strong>" · "</span> });
    let findings: Vec<Finding> = opened.findings.iter().filter(|f| Part::of_finding(f) == form.part).cloned().collect();
    let bar = view! {
        <div class="actionbar">
            <p class="only-phone meta">{total}<a href="#kontrola" data-kontrola-souhrn>{summary(&findings)}</a></p>
            {before.map(|(href, title)| view! { <a class="btn only-wide" href=href><Icon name="left"/>{title}</a> })}
            {if editable {
                view! {
                    <span class="row">
                        <button class="btn only-wide" name="kam" value="prehled">"Uložit a odejít"</button>
                        {next.map(|(value, _, title)| view! { <button class="btn btn--primary" name="kam" value=value>"Uložit a dál: "{title}<Icon name="right"/></button> })}
                    </span>
                }.into_any()
            } else {
                view! { <span class="row">{next.map(|(_, href, title)| view! { <a class="btn" href=href>{title}<Icon name="right"/></a> })}</span> }.into_any()
            }}
        </div>
    };
    let island = editable.then(|| {
        let (application, context) = small(opened, &form.part);
        let account = request::actor().account().map(|a| a.id.simple().to_string()).unwrap_or_default();
        view! { <DraftForm application=id.clone() part=form.part.to_string() account=account document=application context=context/> }
    });
    let (with_islands, of) = (editable.then(|| view! { <WithIslands/> }), id.clone());
    view! {
        <form class="stack" method="post" data-zadost=of autocomplete="off">
            {head}
            {fields}
            {bar}
        </form>
        {island}
        {with_islands}
    }
    .into_any()
}

/// What the island needs: the document of one service, its facts, the terms; nothing of the other services.
fn small(opened: &Opened, part: &Part) -> (Application, Context) {
    let mut application = opened.application().clone();
    let mut context = opened.context.clone();
    let key = part.service();
    application.services.retain(|service| Some(service.facts.service.as_str()) == key);
    application.unread.retain(|path, _| Part::of_path(path).service() == key);
    context.services.retain(|service, _| Some(service.as_str()) == key);
    if !matches!(part, Part::Kraje(_)) {
        context.terms.clear();
    }
    (application, context)
}
