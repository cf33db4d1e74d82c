//! Checks of an application (Z01 … Z14). Errors block locking and submitting, warnings do not.

use super::{
    Application, Division, Person, ServiceApplication, ServiceFacts,
    account::Wrong,
    fields::{BudgetColumn, CapacityColumn, ServiceField, YearColumn},
    snapshot::{Applicant, Difference},
};
use crate::{
    codelists::{FormGroup, Kraj, bank},
    subsidy::{
        amount::Crowns,
        window::{Terms, common, in_brackets},
    },
    text::plural,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// What the checks need beside the document; the server makes it, the browser gets a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// When the request was received.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub now: DateTime<Utc>,
    /// Terms of every kraj that can be asked, for this applicant.
    pub terms: BTreeMap<Kraj, Terms>,
    /// The provider in the register today; none if it is not there.
    pub applicant: Option<Applicant>,
    /// Its services in the register today, by key.
    pub services: BTreeMap<String, ServiceFacts>,
}

/// Whether a finding blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// Blocks locking and submitting.
    Error,
    /// Does not.
    Warning,
}

/// Which check found it. `Zxx` are the numbered checks of the old system; the others are named here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Code {
    /// A field whose text cannot be read.
    Unread,
    /// Nothing is applied for.
    Empty,
    /// A sum beyond what can be stored.
    Limit,
    /// The registering kraj has not entered the identifikátor.
    Identifier,
    /// Who acts or whom to ask is not filled in.
    People,
    /// Window of every asked kraj.
    Z01,
    /// Provider and service in the register, valid in the year, working in the asked kraj.
    Z02,
    /// Data of the provider as in the register.
    Z03,
    /// Bank account.
    Z04,
    /// Shares of the request.
    Z05,
    /// Capacity of all forms.
    Z06,
    /// Specification of rows with `*`.
    Z08,
    /// Request of a row at most its costs.
    Z09a,
    /// Sources against costs.
    Z09b,
    /// No request on rows that are not eligible (nařízení vlády č. 98/2015 Sb.); whole crowns from 0 on are already the type of the amounts.
    Z14,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unread => "POLE",
            Self::Empty => "PRÁZDNÉ",
            Self::Limit => "SOUČET",
            Self::Identifier => "IDENTIFIKÁTOR",
            Self::People => "OSOBY",
            Self::Z01 => "Z01",
            Self::Z02 => "Z02",
            Self::Z03 => "Z03",
            Self::Z04 => "Z04",
            Self::Z05 => "Z05",
            Self::Z06 => "Z06",
            Self::Z08 => "Z08",
            Self::Z09a => "Z09a",
            Self::Z09b => "Z09b",
            Self::Z14 => "Z14",
        })
    }
}

/// One thing a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which check.
    pub code: Code,
    /// Blocks or not.
    pub level: Level,
    /// Key of the service, none for the whole application.
    pub service: Option<String>,
    /// Path of the field to go to; empty where no single field is meant.
    pub path: String,
    /// What is wrong and what to do, in Czech.
    pub sentence: String,
}

/// Everything the checks find, in the order of the form.
pub fn check(application: &Application, context: &Context) -> Vec<Finding> {
    let mut found = Found::default();
    unread(application, &mut found);
    identity(application, context, &mut found);
    account(application, context, &mut found);
    people(application, &mut found);
    if application.services.is_empty() {
        found.error(Code::Empty, "", "Žádost nemá žádnou službu. Přidejte alespoň jednu službu z registru.".to_owned());
    }
    windows(application, context, &mut found);
    for service in &application.services {
        found.service = Some(service.facts.service.clone());
        registered(service, application.year, context, &mut found);
        capacity(service, &mut found);
        budget(service, application.year, &mut found);
        shares(service, &mut found);
        found.service = None;
    }
    if application.costs() > Crowns::MAX {
        found.error(Code::Limit, "", format!("Náklady všech služeb dávají dohromady víc než {}. Opravte rozpočty služeb.", Crowns::MAX));
    }
    found.all
}

/// Whether nothing blocks.
pub fn passes(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.level == Level::Warning)
}

#[derive(Default)]
struct Found {
    service: Option<String>,
    all: Vec<Finding>,
}

impl Found {
    fn add(&mut self, code: Code, level: Level, path: &str, sentence: String) {
        self.all.push(Finding { code, level, service: self.service.clone(), path: path.to_owned(), sentence });
    }

    fn error(&mut self, code: Code, path: &str, sentence: String) {
        self.add(code, Level::Error, path, sentence);
    }

    fn warning(&mut self, code: Code, path: &str, sentence: String) {
        self.add(code, Level::Warning, path, sentence);
    }

    /// An error at a field of the current service.
    fn at(&mut self, code: Code, field: ServiceField, sentence: String) {
        let path = self.service.as_deref().map(|service| field.at(service)).unwrap_or_default();
        self.error(code, &path, sentence);
    }
}

fn unread(application: &Application, found: &mut Found) {
    for (path, unread) in &application.unread {
        found.service = path.strip_prefix("sluzba.").and_then(|rest| rest.split_once('.')).map(|(service, _)| service.to_owned());
        found.error(Code::Unread, path, unread.sentence.clone());
    }
    found.service = None;
}

fn listed(differences: &[Difference]) -> String {
    differences.iter().map(|d| format!("{} (v registru: {})", d.label, d.register)).collect::<Vec<_>>().join(", ")
}

fn identity(application: &Application, context: &Context, found: &mut Found) {
    let Some(register) = &context.applicant else {
        found.error(
            Code::Z02,
            "",
            "Poskytovatel není v registru poskytovatelů sociálních služeb. Obraťte se na krajský úřad, který vás registruje.".to_owned(),
        );
        return;
    };
    let differences: Vec<Difference> = application.applicant.differences(register).into_iter().filter(|d| d.binding).collect();
    if !differences.is_empty() {
        found.error(
            Code::Z03,
            "",
            format!("Údaje o žadateli se liší od registru: {}. Načtěte je v části Společné údaje znovu.", listed(&differences)),
        );
    }
}

fn account(application: &Application, context: &Context, found: &mut Found) {
    let Some(account) = &application.account else {
        if !application.unread.contains_key("ucet") {
            found.error(Code::Z04, "ucet", "Chybí bankovní spojení. Napište číslo účtu, na který má dotace přijít.".to_owned());
        }
        return;
    };
    let part = match account.wrong() {
        None => None,
        Some(Wrong::Prefix) => Some("Předčíslí účtu"),
        Some(Wrong::Number) => Some("Číslo účtu"),
        Some(Wrong::TooFew) => {
            found.error(
                Code::Z04,
                "ucet",
                format!("Číslo účtu {account} musí mít alespoň dvě nenulové číslice. Opište je znovu ze smlouvy nebo z výpisu."),
            );
            None
        }
    };
    if let Some(part) = part {
        found.error(
            Code::Z04,
            "ucet",
            format!("{part} {account} nevychází kontrolním součtem, některá číslice je jinak. Opište je znovu ze smlouvy nebo z výpisu."),
        );
    }
    let code = account.bank();
    match bank(code) {
        None => found.warning(
            Code::Z04,
            "ucet",
            format!("Kód banky {code} v našem číselníku není. Zkontrolujte jej; pokud je správně, můžete žádost podat."),
        ),
        Some(bank) if !bank.validity.on(context.now.date_naive()) => found.warning(
            Code::Z04,
            "ucet",
            format!(
                "Kód banky {code} ({}) se podle našeho číselníku už nepoužívá. Zkontrolujte, na který účet má dotace přijít.",
                bank.name
            ),
        ),
        Some(_) => {}
    }
}

fn people(application: &Application, found: &mut Found) {
    let unread = |path: &str| application.unread.contains_key(path);
    if application.representative.name.is_empty() && !unread("zastupce.jmeno") {
        found.warning(Code::People, "zastupce.jmeno", "Není vyplněno, kdo žadatele zastupuje. Kraj se na to může zeptat.".to_owned());
    }
    let Person { name, phone, email, .. } = &application.contact;
    if name.is_empty() || (phone.is_empty() && email.is_empty()) {
        let missing = if name.is_empty() { "kontakt.jmeno" } else { "kontakt.email" };
        if !unread(missing) && !unread("kontakt.telefon") {
            found.warning(Code::People, missing, "Kontaktní osoba není úplná: uveďte jméno a telefon nebo e-mail.".to_owned());
        }
    }
}

/// Z01: every asked kraj takes applications now.
fn windows(application: &Application, context: &Context, found: &mut Found) {
    let nothing = Terms::default();
    let asked = application.asked();
    let mut all_open = true;
    for kraj in &asked {
        let terms = context.terms.get(kraj).unwrap_or(&nothing);
        if terms.open_at(context.now) {
            continue;
        }
        all_open = false;
        let term = in_brackets(terms);
        let sentence = if !terms.published() {
            format!("{kraj} ještě nezveřejnil termín podávání. Počkejte na něj, nebo kraj z žádosti odeberte.")
        } else if terms.windows().iter().any(|window| context.now < window.opens()) {
            format!("{kraj} žádosti zatím nepřijímá{term}. Uzamknout a podat ji půjde, až termín začne.")
        } else {
            format!("{kraj} už žádosti nepřijímá{term}. Požádejte jej o mimořádný termín, nebo kraj z žádosti odeberte.")
        };
        found.error(Code::Z01, "", sentence);
    }
    let terms = asked.iter().map(|kraj| context.terms.get(kraj).unwrap_or(&nothing));
    if !all_open && asked.len() > 1 && common(terms).iter().all(|window| window.closes() <= context.now) {
        found.error(
            Code::Z01,
            "",
            "Žádané kraje nemají žádnou společnou dobu, kdy by žádost přijaly všechny. Požádejte některý z nich o mimořádný termín."
                .to_owned(),
        );
    }
}

/// Z02 and the identifikátor.
fn registered(service: &ServiceApplication, year: i32, context: &Context, found: &mut Found) {
    let name = &service.name;
    let Some(facts) = context.services.get(&service.facts.service) else {
        found.error(Code::Z02, "", format!("Služba {name} v registru mezi vašimi službami není. Odeberte ji z žádosti."));
        return;
    };
    if facts.identifier.is_none() {
        found.error(
            Code::Identifier,
            "",
            format!(
                "Služba {name} nemá v registru identifikátor, proto žádost nejde uzamknout. Doplnit jej musí {}.",
                facts.registering.map_or_else(|| "registrující úřad".to_owned(), |kraj| format!("registrující kraj ({kraj})"))
            ),
        );
    }
    let differences: Vec<Difference> = service.facts.differences(facts).into_iter().filter(|d| d.binding).collect();
    if !differences.is_empty() {
        found.error(
            Code::Z03,
            "",
            format!("Údaje o službě {name} se liší od registru: {}. Načtěte je u služby znovu.", listed(&differences)),
        );
    }
    if let Some(sentence) = facts.idle_in(year, name) {
        found.error(Code::Z02, "", format!("{sentence} Odeberte ji z žádosti."));
    }
    if facts.area.is_empty() {
        found.error(
            Code::Z02,
            "",
            format!(
                "U služby {name} chybí v registru adresa zařízení nebo místa poskytování, a tak nejde ověřit, ve kterém kraji působí. \
                 Požádejte registrující úřad, aby ji doplnil, a údaje načtěte znovu."
            ),
        );
    } else {
        for kraj in service.asked().filter(|kraj| !facts.area.contains(kraj)) {
            found.at(
                Code::Z02,
                ServiceField::Asked(kraj),
                format!("Služba {name} podle registru nepůsobí v kraji: {kraj}. Kraj odeberte, nebo nechte působnost doplnit v registru."),
            );
        }
    }
}

fn missing<T>(value: Option<T>, name: &'static str, column: CapacityColumn) -> Option<(&'static str, CapacityColumn)> {
    if value.is_some() { None } else { Some((name, column)) }
}

/// Z06: capacity, units and months of every form group.
fn capacity(service: &ServiceApplication, found: &mut Found) {
    let groups = service.form_groups();
    if groups.is_empty() {
        found.error(
            Code::Z06,
            "",
            format!(
                "U služby {} chybí v registru forma poskytování, a tak nejde vyplnit kapacita. Požádejte registrující úřad, aby ji doplnil, \
                 a údaje načtěte znovu.",
                service.name
            ),
        );
    }
    let mut unexplained: Option<FormGroup> = None;
    for forms in groups {
        let capacity = service.capacity.get(&forms).copied().unwrap_or_default();
        let missing: Vec<(&str, CapacityColumn)> = [
            missing(capacity.before_last, "předminulý rok", CapacityColumn::Year(YearColumn::BeforeLast)),
            missing(capacity.last, "předpoklad minulého roku", CapacityColumn::Year(YearColumn::Last)),
            missing(capacity.plan, "plán", CapacityColumn::Year(YearColumn::Plan)),
            missing(capacity.units, "počet jednotek", CapacityColumn::Units),
            missing(capacity.months, "počet měsíců", CapacityColumn::Months),
        ]
        .into_iter()
        .flatten()
        .collect();
        if let Some((_, first)) = missing.first() {
            let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
            found.at(
                Code::Z06,
                ServiceField::Capacity(forms, *first),
                format!("Kapacita, forma {}: chybí {}. Doplňte, prosím; kde služba nebyla, napište 0.", forms.name(), names.join(", ")),
            );
        }
        if capacity.before_last == Some(0) && capacity.plan.is_some_and(|plan| plan > 0) {
            unexplained = unexplained.or(Some(forms));
        }
    }
    if let Some(forms) = unexplained
        && service.capacity_note.is_empty()
    {
        found.at(
            Code::Z06,
            ServiceField::CapacityNote,
            format!("Forma {} se v předminulém roce neposkytovala (kapacita 0). Vysvětlete to v poznámce ke kapacitě.", forms.name()),
        );
    }
}

/// Z08, Z09, Z14.
fn budget(service: &ServiceApplication, year: i32, found: &mut Found) {
    for (row, line) in service.lines() {
        let (costs, request) = (line.costs.unwrap_or_default(), line.request.unwrap_or_default());
        let name = format!("{} {}", row.key, row.label(year));
        if row.needs_note && line.note.is_empty() && !(costs.is_zero() && request.is_zero()) {
            found.at(
                Code::Z08,
                ServiceField::Budget(row.key, BudgetColumn::Note),
                format!("Položka {name} není nulová. Doplňte upřesnění, o jaké náklady jde."),
            );
        }
        if !row.eligible && !request.is_zero() {
            found.at(
                Code::Z14,
                ServiceField::Budget(row.key, BudgetColumn::Request),
                format!("Na položku {name} nelze žádat ({}). Požadavek smažte.", row.ineligible_by),
            );
        } else if request > costs {
            found.at(
                Code::Z09a,
                ServiceField::Budget(row.key, BudgetColumn::Request),
                format!(
                    "Požadavek {request} v položce {name} je o {} vyšší než náklady {costs}. Snižte požadavek, nebo opravte náklady.",
                    request.less(costs)
                ),
            );
        }
    }
    let (costs, plan) = (service.costs(), service.source_sums(None).plan);
    if costs > Crowns::MAX || plan > Crowns::MAX {
        found.error(Code::Limit, "", format!("Součet rozpočtu nebo zdrojů přesahuje {}. Opravte částky.", Crowns::MAX));
    }
    if service.request().is_zero() {
        found.error(
            Code::Empty,
            "",
            format!("Služba {} v rozpočtu nic nepožaduje. Vyplňte požadavek, nebo službu z žádosti odeberte.", service.name),
        );
    }
    if costs != plan {
        let sentence = format!("Zdroje v plánu dávají {plan}, náklady {costs}. Rozdíl {}.", costs.less(plan) + plan.less(costs));
        found.warning(Code::Z09b, "", format!("{sentence} Zkontrolujte zdroje; podání to nebrání."));
    }
}

/// Z05: shares of the request.
fn shares(service: &ServiceApplication, found: &mut Found) {
    let Some(first) = service.asked().next() else {
        found.error(Code::Z05, "", format!("U služby {} není vybrán kraj, který má dotaci dát. Vyberte alespoň jeden.", service.name));
        return;
    };
    if service.division == Division::Evenly {
        return;
    }
    for (kraj, asked) in service.kraje.iter().filter(|(_, asked)| asked.asked) {
        if asked.share.is_none_or(|share| share.get() == 0) {
            found.at(Code::Z05, ServiceField::Share(*kraj), format!("{kraj}: chybí podíl. Napište jej, nebo kraj odeberte."));
        }
    }
    let sum = service.shares_sum();
    if sum != 10_000 {
        let percent = |hundredths: u32| format!("{},{:02}", hundredths / 100, hundredths % 100);
        let (word, rest) = if sum < 10_000 { ("chybí", 10_000 - sum) } else { ("přebývá", sum - 10_000) };
        found.at(
            Code::Z05,
            ServiceField::Share(first),
            format!("Podíly krajů dávají {}\u{a0}%, {word} {}\u{a0}%. Upravte je, aby dávaly 100,00\u{a0}%.", percent(sum), percent(rest)),
        );
    }
}

/// `2 chyby, 1 varování`, or nothing where there is nothing.
pub fn summary(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.level == Level::Error).count();
    let warnings = findings.len() - errors;
    let mut parts = Vec::new();
    for (count, one, few, many) in [(errors, "chyba", "chyby", "chyb"), (warnings, "varování", "varování", "varování")] {
        if count > 0 {
            parts.push(format!("{count} {}", plural(i64::try_from(count).unwrap_or(i64::MAX), one, few, many)));
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests;
