//! Banners, pills, chips, empty lists, hidden fields of a command.

use super::Icon;
use leptos::prelude::*;

/// The tone of a message or a state; always with an icon and a word, never colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    Neutral,
    /// Worth knowing.
    Info,
    /// Done, in order.
    Ok,
    /// Look here.
    Warn,
    /// Wrong.
    Error,
    /// Being assessed.
    Violet,
}

impl Tone {
    /// As the style sheet knows it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Violet => "violet",
        }
    }

    /// The icon that goes with it.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Neutral => "pencil",
            Self::Info => "info",
            Self::Ok => "done",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Violet => "half",
        }
    }
}

/// A boxed message within a page.
#[component]
pub fn Banner(
    /// Its tone.
    tone: Tone,
    /// Read aloud at once.
    #[prop(optional)]
    alert: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="banner banner--box" data-tone=tone.code() role=if alert { Some("alert") } else { None }>
            <Icon name=tone.icon()/>
            <div class="banner__body">{children()}</div>
        </div>
    }
}

/// A fault as a boxed message that is read aloud at once. Unlike a banner it holds one text, which costs the browser part little.
#[component]
pub fn Alert(
    /// What is wrong and what to do.
    sentence: String,
) -> impl IntoView {
    view! {
        <div class="banner banner--box" data-tone=Tone::Error.code() role="alert">
            <Icon name=Tone::Error.icon()/>
            <div class="banner__body">{sentence}</div>
        </div>
    }
}

/// Why the command that was posted to this page was refused, where no field says it.
#[cfg(feature = "ssr")]
#[component]
pub fn PageRefusal() -> impl IntoView {
    crate::form::Typed::of_page().sentence().map(|sentence| view! { <Alert sentence/> })
}

/// Where the table on the screen can be downloaded, at the end of its filter.
#[component]
pub fn Exports(
    /// Address of the table without its ending.
    #[prop(into)]
    table: String,
    /// Query of the page with its question mark, or nothing.
    #[prop(into)]
    query: String,
) -> impl IntoView {
    view! {
        <span class="row row--end" role="group" aria-label="Stáhnout tuto tabulku">
            <a class="btn" href=format!("{table}.csv{query}") download="" title="Tabulka tak, jak je vyfiltrovaná a seřazená"><Icon name="down"/>"CSV"</a>
            <a class="btn" href=format!("{table}.xlsx{query}") download="" title="Tabulka tak, jak je vyfiltrovaná a seřazená"><Icon name="down"/>"XLSX"</a>
        </span>
    }
}

/// The state of a thing: tone, icon and word.
#[component]
pub fn Pill(
    /// Its tone.
    tone: Tone,
    /// Another icon than that of the tone.
    #[prop(optional, into)]
    icon: Option<&'static str>,
    /// The word.
    #[prop(into)]
    word: String,
    /// Dashed edge: a draft.
    #[prop(optional)]
    draft: bool,
) -> impl IntoView {
    let class = if draft { "pill pill--draft" } else { "pill" };
    view! { <span class=class data-tone=tone.code()><Icon name=icon.unwrap_or_else(|| tone.icon())/>{word}</span> }
}

/// A list without rows: why it is empty, and what to do next.
#[component]
pub fn Empty(
    /// What is not there.
    #[prop(into)]
    title: String,
    /// Why, and what helps.
    #[prop(into)]
    text: String,
    /// Address and words of the way on.
    #[prop(optional, into)]
    way: Option<(String, String)>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name="search" large=true/>
            <h2>{title}</h2>
            <p>{text}</p>
            {way.map(|(href, words)| view! { <a class="btn" href=href>{words}</a> })}
        </div>
    }
}

/// The hidden fields of a form that posts a command to its own page: the command and a key that makes it happen once.
#[cfg(feature = "ssr")]
#[component]
pub fn CommandFields(
    /// Path of the server function.
    path: &'static str,
    /// Row version that the person sees, where the command asks for it.
    #[prop(optional, into)]
    version: Option<i64>,
) -> impl IntoView {
    view! {
        <input type="hidden" name="_akce" value=path/>
        <input type="hidden" name="klic" value=crate::request::new_key()/>
        {version.map(|v| view! { <input type="hidden" name="verze" value=v/> })}
    }
}
