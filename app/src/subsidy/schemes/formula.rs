//! A formula as it is written: coloured, checked while it is typed by the same code as on the server, its fault marked at its place.

use crate::{carried::Carried, components::*};
use domain::{
    subsidy::calculation::{
        Code, Fault, Scheme,
        formula::{FUNCTIONS, Formula, Function, TokenKind, tokens},
        names,
        scheme::{Allocation, FORMAT, Input, Number, RateTable, Rule, Step},
    },
    text::fold,
};
use leptos::{either::EitherOf3, prelude::*};
use serde::{Deserialize, Serialize};

/// What a formula can see, and what it cannot see yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Name of the step.
    pub step: String,
    /// Inputs, parameters and earlier steps.
    pub names: Vec<String>,
    /// Later steps.
    pub later: Vec<String>,
    /// Tables with the number of their keys.
    pub tables: Vec<(String, usize)>,
}

impl Scope {
    /// The scope of the step at a place.
    pub fn of(scheme: &Scheme, at: usize) -> Self {
        let inputs = scheme.input.iter().map(|input| &input.name);
        let params = scheme.param.iter().map(|param| &param.name);
        let earlier = scheme.step.iter().take(at).map(|step| &step.name);
        Self {
            step: scheme.step.get(at).map(|step| step.name.clone()).unwrap_or_default(),
            names: inputs.chain(params).chain(earlier).cloned().collect(),
            later: scheme.step.iter().skip(at + 1).map(|step| step.name.clone()).collect(),
            tables: scheme.table.iter().map(|table| (table.name.clone(), table.keys.len())).collect(),
        }
    }

    /// The fault of a formula, with a hint where a name is nearly right.
    pub fn fault(&self, text: &str) -> Option<Fault> {
        let formula = |name: &String, text: &str| Step {
            name: name.clone(),
            label: None,
            unit: None,
            why: None,
            rule: Rule::Formula(text.to_owned()),
        };
        // A small scheme with the same names: compiling it finds exactly what compiling the whole one would.
        let scheme = Scheme {
            format: FORMAT,
            name: String::new(),
            version: String::new(),
            year: None,
            input: self.names.iter().map(|name| Input { name: name.clone(), ..Input::default() }).collect(),
            param: Vec::new(),
            table: self
                .tables
                .iter()
                .map(|(name, keys)| RateTable { name: name.clone(), keys: vec![String::new(); *keys], ..RateTable::default() })
                .collect(),
            step: std::iter::once(formula(&self.step, text)).chain(self.later.iter().map(|name| formula(name, "0"))).collect(),
            allocation: Allocation {
                base: self.step.clone(),
                weight: None,
                cap: None,
                group: None,
                round_to: Number::whole(1),
                minimum: None,
            },
        };
        let faults = scheme.compile().err().unwrap_or_default();
        let own = faults.iter().find(|fault| fault.step.as_ref() == Some(&self.step)).cloned();
        // Names that are wrong elsewhere do not hide a formula that cannot be read.
        let structural = faults.iter().any(|fault| fault.step.is_none());
        let fault = own.or_else(|| if structural { Formula::parse(text).err() } else { None })?;
        Some(self.with_hint(fault, text))
    }

    fn with_hint(&self, mut fault: Fault, text: &str) -> Fault {
        let token = tokens(text).into_iter().find(|token| Some(token.at) == fault.position);
        if let (Code::UnknownName, Some(TokenKind::Name(name))) = (fault.code, token.map(|token| token.kind)) {
            let tables = self.tables.iter().map(|(name, _)| name.as_str());
            let functions = FUNCTIONS.iter().flat_map(|function| [function.czech, function.english]);
            let known = self.names.iter().map(String::as_str).chain(tables).chain(functions);
            if let Some(near) = known.into_iter().find(|known| fold(known) == fold(&name)) {
                fault.message = format!("Název „{name}“ tu není. Správně se píše „{near}“.");
            }
        }
        fault
    }
}

/// A piece of a formula: its look, its text, and whether the fault is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Class of the style sheet; nothing for signs and spaces.
    pub class: Option<&'static str>,
    /// The text.
    pub text: String,
    /// Marked as wrong.
    pub wrong: bool,
}

/// The pieces of a formula, with the place of its fault (in code points from 1) marked.
pub fn pieces(text: &str, wrong: Option<usize>) -> Vec<Piece> {
    let all = tokens(text);
    let mut out = Vec::new();
    let mut done = 0;
    for (at, token) in all.iter().enumerate() {
        if token.span.start > done {
            out.push(Piece { class: None, text: text[done..token.span.start].to_owned(), wrong: false });
        }
        let class = match &token.kind {
            TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Truth(_) => Some("lit"),
            TokenKind::Name(name) => {
                let called = all.get(at + 1).is_some_and(|next| next.kind == TokenKind::Sign("("));
                let function = called && Function::named(&names::folded(name)).is_some();
                Some(if function { "fn" } else { "ref" })
            }
            TokenKind::Sign(_) | TokenKind::Foreign => None,
        };
        out.push(Piece { class, text: text[token.span.clone()].to_owned(), wrong: Some(token.at) == wrong });
        done = token.span.end;
    }
    if done < text.len() {
        out.push(Piece { class: None, text: text[done..].to_owned(), wrong: false });
    }
    if wrong.is_some() && !out.iter().any(|piece| piece.wrong) {
        out.push(Piece { class: None, text: "\u{a0}".to_owned(), wrong: true });
    }
    out
}

/// The pieces as they are shown.
#[component]
pub fn Pieces(
    /// The pieces.
    pieces: Vec<Piece>,
) -> impl IntoView {
    pieces
        .into_iter()
        .map(|piece| match (piece.wrong, piece.class) {
            (true, _) => EitherOf3::A(view! { <mark>{piece.text}</mark> }),
            (false, Some(class)) => EitherOf3::B(view! { <span class=class>{piece.text}</span> }),
            (false, None) => EitherOf3::C(piece.text),
        })
        .collect_view()
}

/// A field for a formula: a text area over a mirror that carries the marks, and the fault as a sentence with its place.
#[island]
pub fn FormulaField(
    /// Name in the form.
    name: String,
    /// Identifier.
    id: String,
    /// What it is, for a label that is not seen.
    label: String,
    /// What stands in it.
    value: String,
    /// What it can see.
    #[prop(into)]
    scope: Carried<Scope>,
    /// May be empty.
    optional: bool,
    /// Read only.
    readonly: bool,
) -> impl IntoView {
    let text = RwSignal::new(value.clone());
    let fault = Memo::new(move |_| text.with(|text| if optional && text.trim().is_empty() { None } else { scope.fault(text) }));
    let invalid = Signal::derive(move || fault.with(Option::is_some));
    let message = format!("{id}-m");
    let rows = u32::try_from(value.chars().count() / 70 + value.matches('\n').count() + 1).unwrap_or(1).min(12);
    view! {
        <label class="sr" for=id.clone()>{label}</label>
        <div class="formula-edit" on:input=move |event| text.set(event_target_value(&event))>
            <div class="formula formula-edit__marks" data-tone=move || invalid.get().then_some("error") aria-hidden="true">
                {move || view! { <Pieces pieces=text.with(|text| pieces(text, fault.with(|fault| fault.as_ref().and_then(|fault| fault.position))))/> }}
            </div>
            <TextArea name id value rows limit=4000 invalid readonly described_by=message.clone() class="formula"/>
        </div>
        <div aria-live="polite" id=message>
            {move || fault.get().map(|fault| view! {
                <p class="msg" data-tone="error"><Icon name="error"/><span>{fault.position.map(|at| format!("Znak {at}: "))}{fault.message}</span></p>
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope {
            step: "CHYBI".to_owned(),
            names: ["N", "V", "podil", "druh"].map(str::to_owned).to_vec(),
            later: vec!["OPT".to_owned()],
            tables: vec![("sazba".to_owned(), 2)],
        }
    }

    #[test]
    fn a_fault_has_its_place_and_a_hint() {
        for (text, code, position, words) in [
            ("MAX(0; (N - V) * podíl)", "unknown_name", Some(18), "Správně se píše „podil“"),
            ("MAX(0; N", "syntax", Some(9), ""),
            ("OPT + 1", "cycle", Some(1), "později"),
            ("CHYBI", "cycle", Some(1), "sám sebe"),
            ("sazba(druh)", "arity", Some(1), "sazba"),
        ] {
            let fault = scope().fault(text).unwrap();
            assert_eq!((fault.code.as_str(), fault.position), (code, position), "{text}");
            assert!(fault.message.contains(words), "{}", fault.message);
        }
        assert_eq!(scope().fault("sazba(druh; \"pob\") * N"), None);
        // A wrong name elsewhere leaves only what can be said of the formula itself.
        let broken = Scope { names: vec!["N".to_owned(), "n".to_owned()], ..scope() };
        assert_eq!((broken.fault("N + 1"), broken.fault("N +").map(|fault| fault.code.as_str())), (None, Some("syntax")));
    }

    #[test]
    fn pieces_give_the_text_back() {
        for text in ["MAX(0; (N - V)\n * \"a\"\"b\")", "", " = když ", "5,5 # x"] {
            let back: String = pieces(text, None).into_iter().map(|piece| piece.text).collect();
            assert_eq!(back, text);
        }
        let marked = |text: &str, at| pieces(text, Some(at)).into_iter().find(|piece| piece.wrong).map(|piece| piece.text);
        assert_eq!((marked("N * podíl", 5).as_deref(), marked("MAX(N", 6).as_deref()), (Some("podíl"), Some("\u{a0}")));
    }
}
