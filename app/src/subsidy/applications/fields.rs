//! Fields of the application in a page: each with its label, the stored or typed text, and the message of the check.

use super::{
    live::{Said, at_fields, outputs},
    open::Opened,
    part::{Part, field_id},
    save::SaveFields,
};
use crate::{components::*, request};
use domain::subsidy::application::{Field as ApplicationField, Level};
use leptos::prelude::*;
use server_fn::ServerFn;
use std::{cell::RefCell, collections::BTreeMap};

/// The texts of a form and what is said about them.
pub struct Form<'a> {
    /// The application.
    pub opened: &'a Opened,
    /// The part.
    pub part: Part,
    typed: BTreeMap<String, String>,
    refused: BTreeMap<String, String>,
    disputed: bool,
    said: BTreeMap<String, Said>,
    computed: BTreeMap<String, String>,
    seen: RefCell<BTreeMap<String, String>>,
    boxes: RefCell<Vec<String>>,
}

impl<'a> Form<'a> {
    /// The form of a part; after a refusal with what was typed.
    pub fn new(opened: &'a Opened, part: Part) -> Self {
        let echo = request::echo().filter(|echo| echo.command == SaveFields::PATH);
        let path = |name: &str| name.strip_prefix("pole[").and_then(|rest| rest.strip_suffix(']')).map(ToOwned::to_owned);
        let typed = echo.as_ref().map(|e| e.values.iter().filter_map(|(name, text)| Some((path(name)?, text.clone()))).collect());
        let error = echo.and_then(|e| e.error);
        let disputed = error.as_ref().is_some_and(|e| e.code == crate::error::Code::Stale);
        let application = opened.application();
        let findings: Vec<_> = opened.findings.iter().filter(|f| Part::of_finding(f) == part).cloned().collect();
        // A part that nobody began is not wrong yet.
        let said = if part.begun(application) { at_fields(&findings) } else { BTreeMap::new() };
        let computed = part.service().and_then(|key| application.service(key)).map(|s| outputs(s, application.year)).unwrap_or_default();
        Self {
            opened,
            part,
            typed: typed.unwrap_or_default(),
            refused: error.map(|e| e.fields.into_iter().collect()).unwrap_or_default(),
            disputed,
            said,
            computed,
            seen: RefCell::default(),
            boxes: RefCell::default(),
        }
    }

    /// Whether the fields cannot be changed.
    pub fn readonly(&self) -> bool {
        !self.opened.editable()
    }

    /// The text of a field; notes that the person sees it.
    pub fn text(&self, path: &str) -> String {
        let stored = path.parse::<ApplicationField>().map(|field| self.opened.application().value(&field)).unwrap_or_default();
        self.seen.borrow_mut().insert(path.to_owned(), stored.clone());
        self.typed.get(path).cloned().unwrap_or(stored)
    }

    /// A box: ticked or not.
    pub fn ticked(&self, path: &str) -> bool {
        self.boxes.borrow_mut().push(path.to_owned());
        let stored = self.text(path);
        let posted = !self.typed.is_empty() || !self.refused.is_empty();
        let now = if posted { self.typed.get(path).cloned().unwrap_or_default() } else { stored };
        now == "ano"
    }

    /// A total or share by its name.
    pub fn out(&self, name: &str) -> impl IntoView + use<> {
        let text = self.computed.get(name).cloned().unwrap_or_default();
        view! { <span data-out=name.to_owned()>{text}</span> }
    }

    /// The text of a total.
    pub fn computed(&self, name: &str) -> String {
        self.computed.get(name).cloned().unwrap_or_default()
    }

    /// What is said at a field, if anything.
    pub fn said(&self, path: &str) -> Option<(Tone, String)> {
        if let Some(sentence) = self.refused.get(path).filter(|_| !self.disputed) {
            return Some((Tone::Error, sentence.clone()));
        }
        let said = self.said.get(path)?;
        Some((if said.level == Level::Error { Tone::Error } else { Tone::Warn }, said.sentence.clone()))
    }

    /// The place of the message of a field: hidden while there is none, so that the island can fill it.
    pub fn message(&self, path: &str) -> impl IntoView + use<> {
        let said = self.said(path);
        let (tone, text) = said.clone().unwrap_or((Tone::Error, String::new()));
        view! {
            <p class="msg" data-tone=tone.code() id=message_id(path) data-zprava=path.to_owned() hidden=said.is_none()>
                <Icon name=tone.icon()/><span>{text}</span>
            </p>
        }
    }

    fn attributes(&self, path: &str) -> Attributes {
        let text = self.text(path);
        let said = self.said(path).map(|(tone, _)| tone);
        Attributes {
            id: field_id(path),
            name: format!("pole[{path}]"),
            text,
            invalid: (said == Some(Tone::Error)).then_some("true"),
            warn: (said == Some(Tone::Warn)).then_some(""),
            described: message_id(path),
            readonly: self.readonly(),
        }
    }

    /// An amount with its unit; `label` is read aloud, the visible label stands in the table.
    pub fn amount(&self, path: &str, label: &str, unit: &'static str) -> impl IntoView + use<> {
        let a = self.attributes(path);
        let mode = if unit == "Kč" { "numeric" } else { "decimal" };
        view! {
            <span class="money">
                <input class="input" id=a.id name=a.name value=a.text inputmode=mode autocomplete="off" maxlength="40" aria-label=label.to_owned()
                    aria-invalid=a.invalid data-warn=a.warn aria-describedby=a.described readonly=a.readonly/>
                <span class="money__unit" aria-hidden="true">{unit}</span>
            </span>
        }
    }

    /// A field with its label above, and its message under it.
    pub fn field(&self, path: &str, label: &str, more: More) -> impl IntoView + use<> {
        let a = self.attributes(path);
        let help_id = more.help.as_ref().map(|_| format!("{}-h", a.id));
        let described = help_id.clone().map_or_else(|| a.described.clone(), |id| format!("{id} {}", a.described));
        let id = a.id.clone();
        let input = view! {
            <input class="input" id=a.id name=a.name value=a.text inputmode=more.mode autocomplete="off" maxlength=more.limit
                aria-invalid=a.invalid data-warn=a.warn aria-describedby=described readonly=a.readonly/>
        };
        view! {
            <div class="field">
                <label for=id>{label.to_owned()}{more.optional.then(|| view! { <span class="field__opt">" (nepovinné)"</span> })}</label>
                {match more.unit {
                    Some(unit) => view! { <span class="money">{input}<span class="money__unit" aria-hidden="true">{unit}</span></span> }.into_any(),
                    None => input.into_any(),
                }}
                {more.help.map(|text| view! { <span class="field__help" id=help_id>{text}</span> })}
                {self.message(path)}
            </div>
        }
    }

    /// A text of several lines with its label.
    pub fn long_text(&self, path: &str, label: &str, help: &str, limit: u32) -> impl IntoView + use<> {
        let a = self.attributes(path);
        let help_id = format!("{}-h", a.id);
        view! {
            <div class="field">
                <label for=a.id.clone()>{label.to_owned()}</label>
                <TextArea name=a.name id=a.id value=a.text limit described_by=format!("{help_id} {}", a.described) invalid=a.invalid.is_some() readonly=a.readonly/>
                <span class="field__help" id=help_id>{help.to_owned()}</span>
                {self.message(path)}
            </div>
        }
    }

    /// The note of a budget row, with its label beside.
    pub fn note(&self, path: &str, label: String) -> impl IntoView + use<> {
        let a = self.attributes(path);
        view! {
            <div class="field">
                <label class="field__help" for=a.id.clone()>{label}</label>
                <input class="input" id=a.id name=a.name value=a.text autocomplete="off" maxlength="1000" aria-invalid=a.invalid
                    aria-describedby=a.described readonly=a.readonly/>
                {self.message(path)}
            </div>
        }
    }

    /// What stands in front of the fields: the command with its key, what the person saw, and the choice of disputed fields. Called after the
    /// fields were made, because they note what is seen.
    pub fn head(&self) -> impl IntoView + use<> {
        let base: BTreeMap<String, String> =
            self.seen.borrow().iter().filter(|(_, t)| !t.is_empty()).map(|(p, t)| (p.clone(), t.clone())).collect();
        // What is seen is known from the boxes and fields; empty ones are left out to keep the page small.
        let base = serde_json::to_string(&base).unwrap_or_default();
        let boxes = self.boxes.borrow().join(" ");
        let (id, part) = (self.opened.id(), self.part.to_string());
        view! {
            <CommandFields path=SaveFields::PATH/>
            <input type="hidden" name="zadost" value=id/>
            <input type="hidden" name="cast" value=part/>
            <input type="hidden" name="zaklad" value=base/>
            {(!boxes.is_empty()).then(|| view! { <input type="hidden" name="volby" value=boxes/> })}
            {self.disputes()}
        }
    }

    /// Fields that two people changed: mine and theirs, to choose from.
    fn disputes(&self) -> impl IntoView + use<> {
        let application = self.opened.application();
        let who = self.opened.stored.updated_by.clone();
        let rows: Vec<_> = if self.disputed { self.refused.keys().cloned().collect() } else { Vec::new() };
        let rows: Vec<_> = rows
            .into_iter()
            .map(|path| {
                let theirs = path.parse::<ApplicationField>().map(|field| application.value(&field)).unwrap_or_default();
                let mine = self.typed.get(&path).cloned().unwrap_or_default();
                (label_of(&path), field_id(&path), path, mine, theirs)
            })
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <section class="card" aria-labelledby="spory" data-spory-prosty>
                    <h2 id="spory">"Co má platit?"</h2>
                    <p>"Tato pole mezitím změnil někdo jiný ("{who}"). Vyberte u každého, co má platit, a uložte znovu."</p>
                    {rows.into_iter().map(|(label, id, path, mine, theirs)| {
                        let name = format!("rozhodnuti[{path}]");
                        view! {
                            <fieldset class="stack stack--tight">
                                <legend class="label">{label}</legend>
                                <label class="check"><input type="radio" name=name.clone() value="moje" id=format!("{id}-moje") checked/><span>"moje: "<b>{shown(&mine)}</b></span></label>
                                <label class="check"><input type="radio" name=name value="jejich"/><span>"uložené: "<b>{shown(&theirs)}</b></span></label>
                            </fieldset>
                        }
                    }).collect_view()}
                </section>
            }
        })
    }
}

fn shown(text: &str) -> String {
    if text.is_empty() { "(prázdné)".to_owned() } else { text.to_owned() }
}

/// What a person calls a field.
pub fn label_of(path: &str) -> String {
    use domain::{
        codelists::{budget_row, financing_row},
        subsidy::application::fields::{BudgetColumn, PersonField, ServiceField},
    };
    let person = |field: PersonField| match field {
        PersonField::Name => "jméno",
        PersonField::Role => "funkce",
        PersonField::Phone => "telefon",
        PersonField::Email => "e-mail",
    };
    match path.parse::<ApplicationField>() {
        Ok(ApplicationField::Account) => "Číslo účtu".to_owned(),
        Ok(ApplicationField::Representative(field)) => format!("Zástupce, {}", person(field)),
        Ok(ApplicationField::Contact(field)) => format!("Kontaktní osoba, {}", person(field)),
        Ok(ApplicationField::Service(_, field)) => match field {
            ServiceField::Name => "Název služby".to_owned(),
            ServiceField::TargetGroup => "Převažující cílová skupina".to_owned(),
            ServiceField::Capacity(forms, _) => format!("Kapacita, forma {}", forms.name()),
            ServiceField::CapacityNote => "Poznámka ke kapacitě".to_owned(),
            ServiceField::Budget(row, column) => {
                let column = match column {
                    BudgetColumn::Costs => "náklady",
                    BudgetColumn::Request => "požadavek",
                    BudgetColumn::Note => "upřesnění",
                };
                format!("{row} {}, {column}", budget_row(row).map_or("", |r| r.name))
            }
            ServiceField::Source(row, _) => format!("Zdroj: {}", financing_row(row).map_or("", |r| r.name)),
            ServiceField::PublicMoney => "Jiné veřejné prostředky".to_owned(),
            ServiceField::PublicMoneyNote => "Odkud jiné veřejné prostředky jsou".to_owned(),
            ServiceField::Division => "Způsob rozdělení".to_owned(),
            ServiceField::Asked(kraj) => format!("Žádat: {kraj}"),
            ServiceField::Share(kraj) => format!("Podíl: {kraj}"),
        },
        Err(_) => path.chars().take(60).collect(),
    }
}

fn message_id(path: &str) -> String {
    format!("{}-m", field_id(path))
}

struct Attributes {
    id: String,
    name: String,
    text: String,
    invalid: Option<&'static str>,
    warn: Option<&'static str>,
    described: String,
    readonly: bool,
}

/// What else a field has.
#[derive(Debug, Clone, Default)]
pub struct More {
    /// Help under it.
    pub help: Option<String>,
    /// Unit at its end: it is a number then.
    pub unit: Option<&'static str>,
    /// `inputmode`.
    pub mode: Option<&'static str>,
    /// Most characters.
    pub limit: u32,
    /// Says that it need not be filled.
    pub optional: bool,
}

impl More {
    /// A text of at most so many characters.
    pub fn text(limit: u32) -> Self {
        Self { limit, ..Self::default() }
    }

    /// A number with a unit.
    pub fn number(unit: &'static str) -> Self {
        Self { unit: Some(unit), mode: Some("decimal"), limit: 40, ..Self::default() }
    }

    /// With help.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Need not be filled.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}
