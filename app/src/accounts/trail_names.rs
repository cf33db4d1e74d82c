//! Czech names of what the trail keeps: kinds of objects, names of values, and values that are codes. What has no name here is shown as it is kept.

use super::trail_words::Row;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    accounts::{Right, Role},
    operations::Module,
};

/// Kinds of objects.
const OBJECTS: &[(&str, &str)] = &[
    ("account", "účet"),
    ("account_import", "soubor s účty"),
    ("application", "žádost"),
    ("application_import", "soubor žádostí"),
    ("application_part", "žádost u kraje"),
    ("calculation_run", "běh výpočtu"),
    ("consent", "souhlas"),
    ("extraordinary_term", "mimořádný termín"),
    ("identity_provider", "přihlašovací systém"),
    ("import_run", "import registru"),
    ("kraj_round", "kolo kraje"),
    ("module", "část systému"),
    ("news", "aktualita"),
    ("organisation", "organizace"),
    ("outage", "odstávka"),
    ("part_service", "služba v žádosti"),
    ("person", "osoba"),
    ("provider", "poskytovatel"),
    ("scheme_version", "verze schématu"),
    ("service", "služba"),
    ("subsidy_round", "kolo"),
    ("subsidy_year", "dotační rok"),
];

/// Names of values; of a path each part is looked up.
const NAMES: &[(&str, &str)] = &[
    ("account", "účet"),
    ("accounts", "účtů"),
    ("active", "zapnutý"),
    ("alokace", "alokace"),
    ("approximate", "konec přibližně"),
    ("as_of", "ke dni"),
    ("asked", "předchozích žádostí za hodinu"),
    ("audience", "pro koho"),
    ("bajtu", "bajtů"),
    ("beh", "běh"),
    ("beze_zmeny", "beze změny"),
    ("blocked", "zablokovaný"),
    ("body", "text"),
    ("by", "jak"),
    ("bytes", "bajtů"),
    ("cast", "část"),
    ("chain", "řetězec"),
    ("changes", "změny"),
    ("cislo", "číslo"),
    ("client_id", "identifikátor klienta"),
    ("co", "co"),
    ("consent", "souhlas"),
    ("datum", "datum"),
    ("delegated_by", "pověřil(a)"),
    ("differences", "rozdíly"),
    ("do", "do"),
    ("dokonceno", "dokončeno"),
    ("dotaci", "dotací"),
    ("drive", "dříve"),
    ("duvod", "důvod"),
    ("email", "e-mail"),
    ("ends_at", "konec"),
    ("event", "událost"),
    ("events", "záznamů"),
    ("facilities", "zařízení"),
    ("facility", "zařízení"),
    ("file", "soubor"),
    ("filter", "výběr"),
    ("formalni", "formální kontrola"),
    ("from", "od"),
    ("hodnota", "hodnota"),
    ("hours", "provozní doba"),
    ("how", "jak"),
    ("ico", "IČO"),
    ("identities", "spojení s jinými systémy"),
    ("invited", "pozvání"),
    ("issuer", "vydavatel"),
    ("joined", "přijato"),
    ("k_rozdeleni", "k rozdělení"),
    ("kind", "druh"),
    ("kolo", "kolo"),
    ("komu", "komu"),
    ("krok", "krok"),
    ("login", "přihlašovací jméno"),
    ("mails", "zpráv"),
    ("method", "metoda"),
    ("modules", "části systému"),
    ("name", "jméno nebo název"),
    ("nazev", "název"),
    ("new_secret", "nový klíč"),
    ("novych", "nových"),
    ("nahrazenych", "nahrazených"),
    ("nyni", "nyní"),
    ("obdobi", "období"),
    ("object", "objekt"),
    ("od", "od"),
    ("organisation", "organizace"),
    ("otisk", "otisk"),
    ("outage", "odstávka"),
    ("outcome", "výsledek"),
    ("parts", "části u krajů"),
    ("passkey", "přístupový klíč"),
    ("passkeys", "přístupových klíčů"),
    ("path", "adresa"),
    ("person", "osoba"),
    ("phone", "telefon"),
    ("podle_behu", "podle běhu"),
    ("postup", "postup"),
    ("pozadavek", "požadavek"),
    ("prideleno", "přiděleno"),
    ("priznano", "přiznáno"),
    ("problems", "potíže"),
    ("provider", "poskytovatel"),
    ("providers", "poskytovatelé"),
    ("read_only", "jen čtení"),
    ("reason", "důvod"),
    ("records", "záznamů"),
    ("reference", "číslo jednací"),
    ("removed", "odebrání"),
    ("request", "číslo požadavku"),
    ("requests", "požadavky"),
    ("right", "oprávnění"),
    ("rights", "oprávnění"),
    ("rok", "rok"),
    ("round", "kolo"),
    ("route", "adresa"),
    ("schema", "schéma"),
    ("seq", "číslo záznamu"),
    ("service", "služba"),
    ("services", "služby"),
    ("session", "přihlášení"),
    ("set", "sada oprávnění"),
    ("sha256", "otisk SHA-256"),
    ("sluzba", "služba"),
    ("sluzby", "služby"),
    ("sluzeb", "služeb"),
    ("soubor", "soubor"),
    ("soucet", "součet"),
    ("starts_at", "začátek"),
    ("state", "stav"),
    ("state_public", "stav veřejný"),
    ("subject", "předmět"),
    ("summary", "souhrn"),
    ("text", "text"),
    ("title", "nadpis"),
    ("to", "do"),
    ("two_factors", "ověřuje dvěma faktory"),
    ("ucel", "účel"),
    ("usneseni", "usnesení"),
    ("verze", "verze"),
    ("verze_schematu", "verze schématu"),
    ("version", "verze"),
    ("vysledek", "výsledek"),
    ("warnings", "varování"),
    ("why", "proč"),
    ("without_authority", "bez registrujícího orgánu"),
    ("year", "rok"),
    ("z_verze", "z verze"),
    ("zadatel", "žadatel"),
    ("zmeny", "změny"),
];

/// Codes that say how something was done.
const WAYS: &[(&str, &str)] = &[
    ("code", "kód z aplikace"),
    ("recovery_code", "obnovovací kód"),
    ("passkey", "přístupový klíč"),
    ("identity", "jiný systém"),
    ("page", "výpis"),
    ("detail", "detail"),
    ("export", "export"),
    ("mail", "odeslaná pošta"),
];

fn found(table: &[(&str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

/// A kind of objects in words.
pub fn object_words(kind: &str) -> String {
    found(OBJECTS, kind).unwrap_or(kind).to_owned()
}

/// A row of the content as an administrator reads it: its name, its days and times, and what its codes stand for.
pub fn spoken(row: Row) -> Row {
    let last = row.name.rsplit(" › ").next().unwrap_or_default().to_owned();
    let words = |text: String| value_words(&last, text);
    Row {
        before: row.before.map(words),
        after: value_words(&last, row.after),
        name: row.name.split(" › ").map(|part| found(NAMES, part).unwrap_or(part)).collect::<Vec<_>>().join(" › "),
    }
}

fn value_words(name: &str, text: String) -> String {
    let codes = |word: &dyn Fn(&str) -> Option<&'static str>| {
        text.split(", ").map(|code| word(code).unwrap_or(code)).collect::<Vec<_>>().join(", ")
    };
    match name {
        "right" | "rights" => codes(&|code| Right::from_code(code).map(Right::label)),
        "set" => codes(&|code| Role::from_code(code).map(Role::label)),
        "modules" => codes(&|code| Module::from_code(code).map(Module::label)),
        "by" | "how" => codes(&|code| found(WAYS, code)),
        _ => time_words(&text).unwrap_or(text),
    }
}

/// A day or an instant as people write it.
fn time_words(text: &str) -> Option<String> {
    let at = |at: DateTime<Utc>| domain::time::date_time(store::prague::local(at));
    match text.len() {
        10 => text.parse::<NaiveDate>().ok().map(domain::time::date),
        20.. => text.parse::<DateTime<Utc>>().ok().map(at),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::trail_words::changes, *};
    use serde_json::json;

    #[test]
    fn content_is_told_in_czech() {
        let told = |content: serde_json::Value| -> Vec<(String, Option<String>, String)> {
            let plain = |text: String| text.replace('\u{a0}', " ");
            changes(&content).into_iter().map(spoken).map(|row| (row.name, row.before.map(plain), plain(row.after))).collect()
        };
        let row = |name: &str, before: Option<&str>, after: &str| (name.to_owned(), before.map(ToOwned::to_owned), after.to_owned());
        assert_eq!(
            told(json!({ "right": "SYS_SPRAVA", "from": "2026-11-30", "to": null })),
            [row("od", None, "30. 11. 2026"), row("oprávnění", None, "Správa systému"), row("do", None, "–")]
        );
        assert_eq!(
            told(json!({ "set": "kraj_assessor", "rights": ["REG_NAHLED", "neznámé"] })),
            [row("oprávnění", None, "Náhled do registru, neznámé"), row("sada oprávnění", None, "kraj – hodnotitel")]
        );
        assert_eq!(told(json!({ "by": "recovery_code" })), [row("jak", None, "obnovovací kód")]);
        assert_eq!(
            told(json!({ "drive": null, "nyni": { "starts_at": "2026-11-30T21:00:00Z", "modules": ["register"] } })),
            [row("části systému", Some("–"), "Registr"), row("začátek", Some("–"), "30. 11. 2026 22.00")]
        );
        // What nobody named stays as it is, and so does a text that only looks like a day.
        assert_eq!(told(json!({ "sprss": "2026-99-99" })), [row("sprss", None, "2026-99-99")]);
        assert_eq!(told(json!({ "changes": { "kraj": ["2026-01-02", ""] } })), [row("změny › kraj", Some("2. 1. 2026"), "–")]);
    }

    #[test]
    fn a_name_is_given_once() {
        for table in [OBJECTS, NAMES, WAYS] {
            let mut codes: Vec<&str> = table.iter().map(|(code, _)| *code).collect();
            let count = codes.len();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), count);
        }
        assert_eq!(object_words("account"), "účet");
        assert_eq!(object_words("neznámý"), "neznámý");
    }
}
