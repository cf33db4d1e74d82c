//! Czech names of what the trail keeps: kinds of events and objects, names of values, and values that are codes. What has no name here is shown as it is kept.

use super::{
    account::CHANNELS,
    trail::outcome_words,
    trail_content::{Row, changes},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    accounts::{Right, Role},
    operations::Module,
};

/// Kinds with their words; the order of the filter.
const KINDS: &[(&str, &str)] = &[
    ("accounts.sign_in", "Přihlášení"),
    ("accounts.sign_out", "Odhlášení"),
    ("accounts.second_factor", "Druhý krok přihlášení"),
    ("accounts.second_factor.set", "Zapnutí druhého faktoru"),
    ("accounts.second_factor.remove", "Zrušení druhého faktoru"),
    ("accounts.second_factor.reset", "Zrušení druhého faktoru správcem"),
    ("accounts.passkey.add", "Přidání přístupového klíče"),
    ("accounts.passkey.remove", "Zrušení přístupového klíče"),
    ("accounts.identity.link", "Spojení s jiným systémem"),
    ("accounts.identity.unlink", "Zrušení spojení s jiným systémem"),
    ("accounts.identity_provider.save", "Nastavení přihlašování jiným systémem"),
    ("accounts.session.take_over", "Převzetí přihlášení"),
    ("accounts.session.end", "Ukončení přihlášení"),
    ("accounts.organisation.choose", "Výběr organizace"),
    ("accounts.organisation.create", "Založení organizace"),
    ("accounts.password.change", "Změna hesla"),
    ("accounts.password.reset", "Nové jednorázové heslo"),
    ("accounts.password.prove", "Ověření současným heslem"),
    ("accounts.password.order", "Nařízení změny hesla"),
    ("accounts.recovery.ask", "Žádost o obnovu hesla"),
    ("accounts.recovery.done", "Obnova hesla"),
    ("accounts.create", "Založení účtu"),
    ("accounts.invitation", "Odpověď na pozvání"),
    ("accounts.person.edit", "Změna údajů osoby"),
    ("accounts.email", "Změna e-mailu"),
    ("accounts.block", "Zablokování účtu"),
    ("accounts.unblock", "Odblokování účtu"),
    ("accounts.right.grant", "Přidělení oprávnění"),
    ("accounts.right.grant_set", "Přidělení sady oprávnění"),
    ("accounts.right.revoke", "Odebrání oprávnění"),
    ("accounts.consent.note", "Zápis souhlasu"),
    ("accounts.consent.read", "Čtení souhlasu"),
    ("accounts.export", "Export účtů"),
    ("access.denied", "Odepřený přístup"),
    ("access.export", "Export dat"),
    ("audit.read", "Čtení auditní stopy"),
    ("accounts.import", "Založení účtů ze souboru"),
    ("accounts.import.read", "Kontrola souboru s účty"),
    ("operations.news.save", "Zápis aktuality"),
    ("operations.news.withdraw", "Stažení aktuality"),
    ("operations.news.add_file", "Přidání přílohy aktuality"),
    ("operations.news.remove_file", "Odebrání přílohy aktuality"),
    ("operations.outage.save", "Zápis odstávky"),
    ("operations.outage.end", "Konec nebo zrušení odstávky"),
    ("operations.setting.save", "Nastavení provozu"),
    ("system.backup", "Záloha"),
    ("system.restore", "Obnova ze zálohy"),
    ("system.start", "Spuštění systému"),
    ("system.stop", "Zastavení systému"),
    ("system.error", "Chyba aplikace"),
    ("system.expire", "Vypršení obsahu záznamů"),
    ("registry.import", "Import registru"),
    ("registry.authority.set", "Určení registrujícího orgánu"),
    ("registry.facility.hide", "Utajení adresy"),
    ("registry.identifikator.enter", "Zápis čísla služby"),
    ("registry.service.end", "Zápis konce služby"),
    ("registry.correct", "Oprava v registru"),
    ("subsidy.year.open", "Založení dotačního roku"),
    ("subsidy.round.create", "Založení kola"),
    ("subsidy.window.set", "Nastavení termínu"),
    ("subsidy.window.publish", "Zveřejnění termínu"),
    ("subsidy.term.give", "Mimořádný termín"),
    ("subsidy.application.create", "Založení žádosti"),
    ("subsidy.application.save", "Uložení žádosti"),
    ("subsidy.application.add_services", "Přidání služeb do žádosti"),
    ("subsidy.application.remove_service", "Odebrání služby ze žádosti"),
    ("subsidy.application.restore_service", "Vrácení služby do žádosti"),
    ("subsidy.application.load_register", "Načtení údajů z registru"),
    ("subsidy.application.lock", "Uzamčení žádosti"),
    ("subsidy.application.unlock", "Odemčení žádosti"),
    ("subsidy.application.submit", "Podání žádosti"),
    ("subsidy.application.withdraw", "Vzetí žádosti zpět"),
    ("subsidy.import.read", "Načtení souboru žádostí"),
    ("subsidy.import.confirm", "Import žádostí"),
    ("subsidy.import.remove", "Odebrání importované žádosti"),
    ("subsidy.formal.save", "Formální kontrola"),
    ("subsidy.assessment.assign", "Přidělení služeb k hodnocení"),
    ("subsidy.assessment.save", "Hodnocení služby"),
    ("subsidy.columns.save", "Vyplnění sloupců"),
    ("subsidy.columns.load", "Načtení sloupců ze souboru"),
    ("subsidy.scheme.create", "Založení schématu"),
    ("subsidy.scheme.edit", "Úprava schématu"),
    ("subsidy.scheme.new_version", "Nová verze schématu"),
    ("subsidy.scheme.freeze", "Zmrazení schématu"),
    ("subsidy.scheme.choose", "Výběr schématu"),
    ("subsidy.run.start", "Běh výpočtu"),
    ("subsidy.proposal.make", "Návrh z běhu"),
    ("subsidy.proposal.change", "Změna částky"),
    ("subsidy.proposal.close_step", "Uzavření kroku"),
    ("subsidy.results.publish", "Zveřejnění výsledků"),
];

/// A kind in words; one without words is shown as it is.
pub fn kind_words(kind: &str) -> String {
    KINDS.iter().find(|(code, _)| *code == kind).map_or_else(|| kind.to_owned(), |(_, words)| (*words).to_owned())
}

/// The choices of the filter: areas first, then every kind.
pub fn kinds() -> Vec<(String, String)> {
    let areas = [
        ("", "cokoli"),
        ("accounts.", "účty a přihlášení (vše)"),
        ("accounts.right", "oprávnění (vše)"),
        ("registry.", "registr (vše)"),
        ("subsidy.", "dotace (vše)"),
        ("operations.", "provoz (vše)"),
        ("system.", "chod systému (vše)"),
    ];
    areas.iter().chain(KINDS).map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
}

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
    let rows = changes(content);
    let names = rows.iter().flat_map(|row| parts(&row.name)).filter(|(part, ours)| *ours && name_words(kind, part).is_none());
    let names = names.map(|(part, _)| part.to_owned());
    let kinds = (kind_words(kind) == kind).then(|| kind.to_owned());
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
        "kind" => kind_words(&text),
        "outcome" if !text.is_empty() && text != "–" => outcome_words(&text).1.to_owned(),
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
    use super::*;
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

    #[test]
    fn kinds_have_one_name_each() {
        let mut codes: Vec<&str> = KINDS.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert_eq!(kind_words("accounts.block"), "Zablokování účtu");
        assert_eq!(kind_words("neznámý"), "neznámý");
    }
}
