//! Czech names of what the trail keeps: kinds of objects, names of values, and values that are codes. What has no name here is shown as it is kept.

use super::{account::CHANNELS, trail_words::Row};
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
    ("answers", "odpovědi"),
    ("approximate", "konec přibližný"),
    ("as_of", "ke dni"),
    ("asked", "předchozích žádostí za hodinu"),
    ("audience", "pro koho"),
    ("authority", "registrující orgán"),
    ("bajtu", "bajtů"),
    ("beh", "běh"),
    ("beze_zmeny", "beze změny"),
    ("binding", "brání podání"),
    ("blocked", "zablokovaný"),
    ("body", "text"),
    ("by", "jak"),
    ("bytes", "bajtů"),
    ("cast", "část"),
    ("chain", "řetězec"),
    ("changed", "změněné"),
    ("changes", "změny"),
    ("channel", "jak přišel"),
    ("cislo", "číslo"),
    ("client_id", "identifikátor klienta"),
    ("co", "co"),
    ("comment", "komentář"),
    ("consent", "souhlas"),
    ("dates", "nejasná data poskytování"),
    ("datum", "datum"),
    ("delegated_by", "pověřil(a)"),
    ("difference", "opravené zde"),
    ("differences", "rozdíly"),
    ("do", "do"),
    ("dokonceno", "dokončeno"),
    ("dotaci", "dotací"),
    ("drive", "dříve"),
    ("duvod", "důvod"),
    ("email", "e-mail"),
    ("ended", "ukončené"),
    ("ends_at", "konec"),
    ("event", "událost"),
    ("events", "záznamů"),
    ("facilities", "zařízení"),
    ("facility", "zařízení"),
    ("file", "soubor"),
    ("filter", "výběr"),
    ("formalni", "formální kontrola"),
    ("from", "od"),
    ("given_on", "ze dne"),
    ("gone", "zmizelé"),
    ("hodnota", "hodnota"),
    ("hours", "provozní doba"),
    ("how", "jak"),
    ("ico", "IČO"),
    ("identities", "spojení s jinými systémy"),
    ("import", "soubor"),
    ("incomplete", "neúplné"),
    ("invited", "pozvání"),
    ("issuer", "vydavatel"),
    ("joined", "přijato"),
    ("k_rozdeleni", "k rozdělení"),
    ("kept", "v žádosti"),
    ("kind", "druh"),
    ("kolo", "kolo"),
    ("komu", "komu"),
    ("krok", "krok"),
    ("label", "údaj"),
    ("login", "přihlašovací jméno"),
    ("mails", "zpráv"),
    ("message", "zpráva"),
    ("method", "metoda"),
    ("missing", "chybějící v souboru"),
    ("modules", "části systému"),
    ("name", "jméno nebo název"),
    ("nazev", "název"),
    ("new", "nové"),
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
    ("passed", "vyhovuje"),
    ("passkey", "přístupový klíč"),
    ("passkeys", "přístupových klíčů"),
    ("path", "adresa"),
    ("person", "osoba"),
    ("phone", "telefon"),
    ("podle_behu", "podle běhu"),
    ("postup", "postup"),
    ("pozadavek", "požadavek"),
    ("pravo", "oprávnění"),
    ("prideleno", "přiděleno"),
    ("priznano", "přiznáno"),
    ("problems", "potíže"),
    ("provider", "poskytovatel"),
    ("provider_differs", "poskytovatelé popsaní různě"),
    ("providers", "poskytovatelé"),
    ("q", "hledané"),
    ("query", "výběr"),
    ("read_only", "jen čtení"),
    ("reason", "důvod"),
    ("records", "záznamů"),
    ("reference", "číslo podání"),
    ("refused", "odmítnuté"),
    ("register", "v registru"),
    ("removed", "odebrání"),
    ("request", "číslo požadavku"),
    ("requests", "požadavky"),
    ("right", "oprávnění"),
    ("rights", "oprávnění"),
    ("rok", "rok"),
    ("round", "kolo"),
    ("route", "adresa"),
    ("schema", "schéma"),
    ("secret_address", "utajené adresy"),
    ("seq", "číslo záznamu"),
    ("service", "služba"),
    ("services", "služby"),
    ("session", "přihlášení"),
    ("set", "sada oprávnění"),
    ("sha256", "otisk SHA-256"),
    ("shared_ico", "společné IČO"),
    ("sluzba", "služba"),
    ("sluzby", "služby"),
    ("sluzeb", "služeb"),
    ("soubor", "soubor"),
    ("soucet", "součet"),
    ("starts_at", "začátek"),
    ("state", "stav"),
    ("state_public", "stav je veřejný"),
    ("stav", "stav"),
    ("subject", "čeho se týká"),
    ("summary", "souhrn"),
    ("text", "text"),
    ("title", "nadpis"),
    ("to", "do"),
    ("two_factors", "ověřuje dvěma faktory"),
    ("ucel", "účel"),
    ("unchanged", "beze změny"),
    ("unknown_code", "kódy mimo číselníky"),
    ("unknown_shape", "údaje neznámé podoby"),
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

/// Names that mean something else in some kinds of events, by the beginning of the kind.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("accounts.identity.", "provider", "přihlašovací systém"),
    ("accounts.identity.", "subject", "identifikátor u vydavatele"),
    ("accounts.sign_in", "provider", "přihlašovací systém"),
    ("accounts.person.", "name", "jméno"),
    ("accounts.create", "name", "jméno"),
    ("registry.import", "ico", "podezřelá IČO"),
];

/// Values that are codes, by the name of the value.
const VALUES: &[(&str, &str, &str)] = &[
    ("audience", "public", "veřejnost"),
    ("audience", "kraje", "kraje"),
    ("audience", "providers", "poskytovatelé"),
    ("by", "code", "kód z aplikace"),
    ("by", "recovery_code", "obnovovací kód"),
    ("by", "passkey", "přístupový klíč"),
    ("by", "identity", "jiný systém"),
    ("by", "create-admin", "příkaz create-admin"),
    ("consent", "missing", "chybí"),
    ("how", "page", "výpis"),
    ("how", "detail", "detail"),
    ("how", "export", "export"),
    ("how", "mail", "odeslaná pošta"),
    ("outcome", "done", "provedeno"),
    ("outcome", "refused", "odmítnuto"),
    ("outcome", "failed", "selhalo"),
    ("state", "planned", "plánovaná"),
    ("state", "running", "probíhá"),
    ("state", "over", "skončila"),
    ("state", "cancelled", "zrušená"),
    ("vysledek", "open", "rozpracovaná"),
    ("vysledek", "passed", "vyhovuje"),
    ("vysledek", "failed", "nevyhovuje"),
    ("why", "not_linked", "nespojený účet"),
    ("why", "other_issuer", "odpověděl jiný systém"),
];

fn found(table: &[(&str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

/// A kind of objects in words.
pub fn object_words(kind: &str) -> String {
    found(OBJECTS, kind).unwrap_or(kind).to_owned()
}

/// The parts of a path, each with whether the name is ours: below the changes of a document stand names that people or documents gave.
fn parts(path: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut ours = true;
    let mut before = "";
    path.split(" › ").map(move |part| {
        let number = part.bytes().all(|b| b.is_ascii_digit());
        // Changes of a scheme are numbered and have our names below, those of columns stand by service and column.
        ours = ours && !(matches!(before, "changes" | "answers") || (before == "zmeny" && !number));
        before = part;
        (part, ours && !number)
    })
}

fn name_words(kind: &str, name: &str) -> Option<&'static str> {
    let special = ELSEWHERE.iter().find(|(of, known, _)| kind.starts_with(of) && *known == name).map(|(.., words)| *words);
    special.or_else(|| found(NAMES, name))
}

/// A row of an event of this kind as an administrator reads it: its name, its days and times, and what its codes stand for.
pub fn spoken(kind: &str, row: Row) -> Row {
    let last = parts(&row.name).last().filter(|(_, ours)| *ours).map(|(part, _)| part.to_owned()).unwrap_or_default();
    let words = |text: String| value_words(&last, text);
    Row {
        before: row.before.map(words),
        after: value_words(&last, row.after),
        name: parts(&row.name)
            .map(|(part, ours)| if ours { name_words(kind, part).unwrap_or(part) } else { part })
            .collect::<Vec<_>>()
            .join(" › "),
    }
}

/// What an event would be told in code: its kind, its object and names of its content that have no words.
pub fn unnamed(kind: &str, object: Option<&str>, content: &serde_json::Value) -> Vec<String> {
    let rows = super::trail_words::changes(content);
    let names = rows.iter().flat_map(|row| parts(&row.name)).filter(|(part, ours)| *ours && name_words(kind, part).is_none());
    let names = names.map(|(part, _)| part.to_owned());
    let kinds = (super::trail_words::kind_words(kind) == kind).then(|| kind.to_owned());
    let objects = object.filter(|object| found(OBJECTS, object).is_none()).map(ToOwned::to_owned);
    names.chain(kinds).chain(objects).collect()
}

fn value_words(name: &str, text: String) -> String {
    let each = |word: &dyn Fn(&str) -> Option<String>| {
        text.split(", ").map(|part| word(part).unwrap_or_else(|| part.to_owned())).collect::<Vec<_>>().join(", ")
    };
    match name {
        "right" | "rights" | "pravo" => each(&|code| Right::from_code(code).map(|right| right.label().to_owned())),
        "set" => each(&|code| Role::from_code(code).map(|role| role.label().to_owned())),
        "modules" => each(&|code| Module::from_code(code).map(|module| module.label().to_owned())),
        "kind" => super::trail_words::kind_words(&text),
        "channel" => CHANNELS.iter().find(|(code, _)| *code == text).map_or_else(|| text.clone(), |(_, words)| (*words).to_owned()),
        _ => each(&|part| {
            let code = VALUES.iter().find(|(of, code, _)| *of == name && *code == part).map(|(.., words)| (*words).to_owned());
            code.or_else(|| time_words(part))
        }),
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
        let told_of = |kind: &str, content: serde_json::Value| -> Vec<(String, Option<String>, String)> {
            let plain = |text: String| text.replace('\u{a0}', " ");
            changes(&content)
                .into_iter()
                .map(|row| spoken(kind, row))
                .map(|row| (row.name, row.before.map(plain), plain(row.after)))
                .collect()
        };
        let told = |content| told_of("accounts.right.grant", content);
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
        assert_eq!(told(json!({ "obdobi": ["2027-01-01", "2027-12-31"] })), [row("období", None, "1. 1. 2027, 31. 12. 2027")]);
        assert_eq!(
            told(json!({ "drive": { "state": "planned" }, "nyni": { "state": "running" } })),
            [row("stav", Some("plánovaná"), "probíhá")]
        );
        // The same name in events of other kinds.
        let linked = json!({ "provider": "CAAIS", "subject": "x1" });
        assert_eq!(
            told_of("accounts.identity.link", linked.clone()),
            [row("přihlašovací systém", None, "CAAIS"), row("identifikátor u vydavatele", None, "x1")]
        );
        assert_eq!(told_of("accounts.organisation.create", linked)[0].0, "poskytovatel");
        // Names that people gave stay, also where one of ours is the same.
        let columns = json!({ "zmeny": { "01a2": [{ "body": "1" }, { "body": "state" }] } });
        assert_eq!(told(columns), [row("změny › 01a2 › body", Some("1"), "state")]);
        assert_eq!(told(json!({ "zmeny": [{ "cast": "vstupy" }] })), [row("změny › 1 › část", None, "vstupy")]);
        assert_eq!(told(json!({ "changes": { "kraj": ["2026-01-02", ""] } })), [row("změny › kraj", Some("2. 1. 2026"), "–")]);
    }

    #[test]
    fn a_name_is_given_once() {
        for table in [OBJECTS, NAMES] {
            let mut codes: Vec<&str> = table.iter().map(|(code, _)| *code).collect();
            let count = codes.len();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), count);
        }
        assert_eq!(
            unnamed("accounts.block", Some("account"), &json!({ "reason": "x", "changes": { "whatever": ["", "1"] } })),
            Vec::<String>::new()
        );
        assert_eq!(unnamed("new.kind", Some("thing"), &json!({ "whatever": 1 })), ["whatever", "new.kind", "thing"]);
        assert_eq!(object_words("account"), "účet");
        assert_eq!(object_words("neznámý"), "neznámý");
    }
}
