//! What a person is called and reached by, as it is typed into forms and on the command line.

use crate::text::typed;

/// Name and surname.
///
/// # Errors
/// A sentence.
pub fn read_name(text: &str) -> Result<String, String> {
    let name = typed(text, 200).map_err(|fault| fault.to_string())?;
    if name.split_whitespace().count() < 2 { Err("Napište jméno i příjmení.".to_owned()) } else { Ok(name) }
}

/// A sign-in name: 3 to 60 small letters of ASCII, digits, dot, hyphen, underscore; so that no two look alike.
///
/// # Errors
/// A sentence.
pub fn read_login(text: &str) -> Result<String, String> {
    let login = text.trim().to_lowercase();
    let fits = (3..=60).contains(&login.chars().count())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b))
        && login.starts_with(|c: char| c.is_ascii_alphanumeric());
    if fits {
        Ok(login)
    } else {
        Err("Přihlašovací jméno má 3 až 60 znaků: malá písmena bez háčků a čárek, číslice, tečku, pomlčku nebo podtržítko.".to_owned())
    }
}

/// An e-mail: empty, or with one @ and something on both sides.
///
/// # Errors
/// A sentence.
pub fn read_email(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let fits = text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'));
    let parts = text.split_once('@').filter(|(name, host)| !name.is_empty() && !host.contains('@') && host.contains('.'));
    let host = parts.is_some_and(|(_, host)| !host.starts_with('.') && !host.ends_with('.') && !host.contains(".."));
    if fits && host {
        Ok(Some(text.to_owned()))
    } else {
        Err("Toto není e-mailová adresa. Napište ji jako jana.novakova@kraj.cz.".to_owned())
    }
}

/// Address of an identity provider, as it names itself (OpenID Connect Discovery 1.0, section 2): `https`, without query and fragment. `http` only on
/// this machine.
///
/// # Errors
/// A sentence.
pub fn read_issuer(text: &str) -> Result<String, String> {
    let text = text.trim();
    let host = |rest: &str| rest.split(['/', ':']).next().unwrap_or_default().to_owned();
    let secure = text.strip_prefix("https://").is_some_and(|rest| !host(rest).is_empty());
    let local = text.strip_prefix("http://").is_some_and(|rest| matches!(host(rest).as_str(), "localhost" | "127.0.0.1"));
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/%".contains(&b));
    if text.len() <= 500 && (secure || local) && plain {
        Ok(text.to_owned())
    } else {
        Err("Napište adresu, která začíná https a nemá otazník ani křížek, třeba https://prihlaseni.kraj.cz.".to_owned())
    }
}

/// Identifikátor klienta MPSV: empty, or 3 to 40 letters of ASCII, digits, hyphens.
///
/// # Errors
/// A sentence.
pub fn read_client_id(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if (3..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        Ok(Some(text.to_owned()))
    } else {
        Err("Identifikátor má 3 až 40 písmen bez háčků a čárek, číslic nebo pomlček.".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_providers_have_secure_addresses() {
        for good in ["https://caais.gov.cz", "https://prihlaseni.kraj.cz:8443/realms/urad/", "http://localhost:9000", "http://127.0.0.1/a"]
        {
            assert_eq!(read_issuer(&format!(" {good} ")).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "caais.gov.cz",
            "http://caais.gov.cz",
            "https://",
            "https:///x",
            "https://kraj.cz?a=1",
            "https://kraj.cz#a",
            "https://a@kraj.cz",
            "http://localhost.zlo.cz",
        ] {
            assert!(read_issuer(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_have_two_parts() {
        assert_eq!(read_name(" Jana  Nováková ").map(|name| name.split_whitespace().count()), Ok(2));
        for text in ["", "Jana", &"Jana ".repeat(60)] {
            assert!(read_name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sign_in_names_cannot_look_alike() {
        for (text, read) in [
            ("J.Novakova", Some("j.novakova")),
            (" kraj-60_1 ", Some("kraj-60_1")),
            ("ab", None),
            ("jana nováková", None),
            ("nоvak", None), // a Cyrillic о
            ("admin\u{200b}", None),
            ("ｊａｎａ", None),
            (".jana", None),
            ("-jana", None),
        ] {
            assert_eq!(read_login(text).ok().as_deref(), read, "{text}");
        }
        assert!(read_login(&"x".repeat(61)).is_err());
    }

    #[test]
    fn emails() {
        for (text, read) in [
            ("", Ok(None)),
            (" jana@kraj.cz ", Ok(Some("jana@kraj.cz"))),
            ("j.n+x@ustecky.kraj.cz", Ok(Some("j.n+x@ustecky.kraj.cz"))),
            ("jana", Err(())),
            ("@kraj.cz", Err(())),
            ("jana@kraj", Err(())),
            ("jana@kraj..cz", Err(())),
            ("jana@@kraj.cz", Err(())),
            ("jana@kraj.cz, petr@kraj.cz", Err(())),
            ("jana@kraj.cz\r\nBcc: x@y.cz", Err(())),
            ("\"<jana>\"@kraj.cz", Err(())),
        ] {
            assert_eq!(read_email(text).map_err(|_| ()), read.map(|e| e.map(ToOwned::to_owned)), "{text}");
        }
    }

    #[test]
    fn client_identifiers() {
        for (text, read) in [("", Ok(None)), (" 123-AB ", Ok(Some("123-AB"))), ("12", Err(())), ("č12", Err(())), ("12 34", Err(()))] {
            assert_eq!(read_client_id(text).map_err(|_| ()), read.map(|e| e.map(ToOwned::to_owned)), "{text}");
        }
        assert!(read_client_id(&"1".repeat(41)).is_err());
    }
}
