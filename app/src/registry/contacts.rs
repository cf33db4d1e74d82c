//! Public contacts.

use crate::components::*;
use domain::registry::record::Contact;
use leptos::prelude::*;

fn values(list: &[Contact]) -> Vec<(String, Option<String>)> {
    let mut seen: Vec<(String, Option<String>)> = Vec::new();
    for c in list {
        let Some(value) = c.hodnota.as_deref().map(str::trim).filter(|v| !v.is_empty()) else { continue };
        if !seen.iter().any(|(v, _)| v == value) {
            seen.push((value.to_owned(), c.poznamka.as_deref().map(str::trim).filter(|n| !n.is_empty()).map(ToOwned::to_owned)));
        }
    }
    seen
}

/// A number that a telephone can dial, if the text is one number.
fn dial(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '/' | '(' | ')')).collect();
    let (plus, bare) = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00")).map_or((false, digits.as_str()), |d| (true, d));
    let is_number = bare.bytes().all(|b| b.is_ascii_digit());
    match (plus, bare.len()) {
        (true, 10..=13) if is_number => Some(format!("tel:+{bare}")),
        (false, 9) if is_number => Some(format!("tel:+420{bare}")),
        _ => None,
    }
}

/// Only an address of the web becomes a link.
fn web(text: &str) -> Option<String> {
    if text.contains(char::is_whitespace) || text.contains(['"', '<', '>', '\\']) || !text.contains('.') {
        return None;
    }
    match text.split_once("://") {
        Some(("http" | "https", rest)) if !rest.is_empty() => Some(text.to_owned()),
        Some(_) => None,
        None if text.contains(':') || text.contains('@') => None,
        None => Some(format!("https://{text}")),
    }
}

fn mail(text: &str) -> Option<String> {
    let (name, host) = text.split_once('@')?;
    let plain = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'));
    (plain(name) && plain(host) && host.contains('.')).then(|| format!("mailto:{text}"))
}

fn line(icon: &'static str, href: Option<String>, text: String, note: Option<String>) -> impl IntoView {
    view! {
        <p class="inline contact"><span><Icon name=icon/><span>
            {match href {
                Some(href) => view! { <a href=href rel="nofollow noreferrer">{text}</a> }.into_any(),
                None => text.into_any(),
            }}
            {note.map(|n| view! { " "<span class="muted">{n}</span> })}
        </span></span></p>
    }
}

/// The list, or that there is none.
pub fn of(address: Option<String>, phones: &[Contact], mails: &[Contact], webs: &[Contact]) -> AnyView {
    let mut lines = Vec::new();
    if let Some(address) = address {
        lines.push(line("pin", None, address, None).into_any());
    }
    lines.extend(values(phones).into_iter().map(|(v, n)| line("phone", dial(&v), v, n).into_any()));
    lines.extend(values(mails).into_iter().map(|(v, n)| line("mail", mail(&v), v, n).into_any()));
    lines.extend(values(webs).into_iter().map(|(v, n)| {
        let shown = v.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_owned();
        line("web", web(&v), shown, n).into_any()
    }));
    if lines.is_empty() {
        return view! { <p class="muted">"Kontakty tu nejsou uvedené, zkuste stránku poskytovatele."</p> }.into_any();
    }
    lines.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_an_address_becomes_a_link() {
        assert_eq!(dial("472 733 058").as_deref(), Some("tel:+420472733058"));
        assert_eq!(dial("+420 472 733 058").as_deref(), Some("tel:+420472733058"));
        assert_eq!(dial("472733058, 602111222"), None);
        assert_eq!(web("www.dpskb.cz").as_deref(), Some("https://www.dpskb.cz"));
        assert_eq!(web("http://a.cz/x").as_deref(), Some("http://a.cz/x"));
        for text in ["javascript:alert(1)", "www. mezera.cz", "data://x.y", "nic"] {
            assert_eq!(web(text), None, "{text}");
        }
        assert_eq!(mail("info@dpskb.cz").as_deref(), Some("mailto:info@dpskb.cz"));
        assert_eq!(mail("a@b.cz?subject=x"), None);
    }
}
