//! What may happen to an application: draft → locked → submitted, and withdrawn back to a draft. A transition consumes the state; what is
//! refused gives it back with the findings.

use super::{Application, Context, Finding, Level, Part, check, checks::passes};
use crate::{codelists::Kraj, subsidy::window::Terms};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What the submitter declares.
pub const DECLARATION: &str = "Prohlašuji, že údaje v této žádosti jsou úplné a pravdivé, že jsem oprávněn(a) žádost za žadatele podat a že \
    žadatel je seznámen s podmínkami dotace vyhlášenými každým z žádaných krajů.";

/// Written, changed, saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The document.
    pub application: Application,
}

/// Checked without errors; nobody changes it until it is unlocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// The document.
    pub application: Application,
    /// Warnings of the check.
    pub warnings: Vec<Finding>,
    /// When.
    pub locked_at: DateTime<Utc>,
}

/// Submitted; every asked kraj has its frozen part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The document as it was submitted.
    pub application: Application,
    /// Warnings at submission.
    pub warnings: Vec<Finding>,
    /// What was declared and by whom.
    pub declaration: Declaration,
    /// When the server received it.
    pub submitted_at: DateTime<Utc>,
    /// The parts, lower kraj codes first.
    pub parts: Vec<Part>,
}

/// The declaration of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// Name of the person who submitted.
    pub by: String,
    /// Name of the statutory representative who delegated the submission to that person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated_by: Option<String>,
    /// The words, kept as they were shown.
    pub text: String,
}

/// An application in one of its states, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Rozepsaná.
    #[serde(rename = "draft")]
    Draft(Draft),
    /// Uzamčená.
    #[serde(rename = "locked")]
    Locked(Locked),
    /// Podaná.
    #[serde(rename = "submitted")]
    Submitted(Submitted),
}

/// A transition that does not happen: the state as it was, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused<S> {
    /// Unchanged.
    pub state: Box<S>,
    /// Why: all findings of the check, at least one of them an error.
    pub findings: Vec<Finding>,
}

/// Why an application cannot be taken back: these kraje take no applications any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Žádost už nejde vzít zpět, protože termín skončil: {}. Obraťte se na kraj, který dotaci vyhlásil.", names(.0))]
pub struct Closed(pub Vec<Kraj>);

fn names(kraje: &[Kraj]) -> String {
    kraje.iter().map(|kraj| kraj.name()).collect::<Vec<_>>().join(", ")
}

/// The declaration was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Bez prohlášení nejde žádost podat. Přečtěte si je a zaškrtněte, že s ním souhlasíte.")]
pub struct NotDeclared;

impl Declaration {
    /// The declaration as it is made today, when its box is ticked; a delegate names who delegated.
    pub fn make(by: &str, delegated_by: Option<&str>, ticked: bool) -> Result<Self, NotDeclared> {
        if !ticked {
            return Err(NotDeclared);
        }
        Ok(Self { by: by.to_owned(), delegated_by: delegated_by.map(ToOwned::to_owned), text: Self::words(delegated_by) })
    }

    /// Who submitted, and for whom.
    pub fn who(&self) -> String {
        match &self.delegated_by {
            None => self.by.clone(),
            Some(name) => format!("{} z pověření, které dal(a) {name}", self.by),
        }
    }

    /// The words that are declared.
    pub fn words(delegated_by: Option<&str>) -> String {
        match delegated_by {
            None => DECLARATION.to_owned(),
            Some(name) => format!("{DECLARATION} Podávám z pověření statutárního zástupce, kterým je {name}."),
        }
    }
}

impl Draft {
    /// Locks the application if nothing blocks; the window of every asked kraj must be open.
    pub fn lock(self, context: &Context) -> Result<Locked, Refused<Self>> {
        let findings = check(&self.application, context);
        if passes(&findings) {
            Ok(Locked { application: self.application, warnings: findings, locked_at: context.now })
        } else {
            Err(Refused { state: Box::new(self), findings })
        }
    }
}

impl Locked {
    /// Back to the draft.
    pub fn unlock(self) -> Draft {
        Draft { application: self.application }
    }

    /// Submits it if it still passes: the register and the windows may have changed since it was locked.
    pub fn submit(self, declaration: Declaration, context: &Context) -> Result<Submitted, Refused<Self>> {
        let findings = check(&self.application, context);
        if passes(&findings) {
            Ok(Submitted {
                parts: self.application.parts(),
                application: self.application,
                warnings: findings,
                declaration,
                submitted_at: context.now,
            })
        } else {
            Err(Refused { state: Box::new(self), findings })
        }
    }
}

impl Submitted {
    /// Takes it back while every asked kraj is open; the store keeps the submitted document and records the event.
    pub fn withdraw(self, context: &Context) -> Result<Draft, (Box<Self>, Closed)> {
        let open = |kraj: &Kraj| context.terms.get(kraj).is_some_and(|terms: &Terms| terms.open_at(context.now));
        let closed: Vec<Kraj> = self.application.asked().into_iter().filter(|kraj| !open(kraj)).collect();
        if closed.is_empty() { Ok(Draft { application: self.application }) } else { Err((Box::new(self), Closed(closed))) }
    }
}

impl State {
    /// The document.
    pub fn application(&self) -> &Application {
        match self {
            Self::Draft(state) => &state.application,
            Self::Locked(state) => &state.application,
            Self::Submitted(state) => &state.application,
        }
    }

    /// `rozepsaná`, `uzamčená`, `podaná`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Draft(_) => "rozepsaná",
            Self::Locked(_) => "uzamčená",
            Self::Submitted(_) => "podaná",
        }
    }
}

impl<S> Refused<S> {
    /// What blocks, without the warnings.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.level == Level::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidy::application::{
        Code,
        examples::{SERVICE, application, at, context, kraj, path},
    };

    fn declared() -> Declaration {
        Declaration::make("Mgr. Alena Benešová", None, true).unwrap()
    }

    #[test]
    fn the_way_of_an_application_and_back() {
        let draft = Draft { application: application() };
        let submitted = draft.clone().lock(&context()).unwrap().submit(declared(), &context()).unwrap();
        assert_eq!(submitted.parts.len(), 2);
        assert_eq!(submitted.declaration.text, DECLARATION);
        let stored = State::Submitted(submitted.clone());
        assert_eq!(serde_json::from_str::<State>(&serde_json::to_string(&stored).unwrap()).unwrap(), stored);
        assert_eq!(submitted.withdraw(&context()), Ok(draft.clone()));
        assert_eq!(draft.clone().lock(&context()).unwrap().unlock(), draft);
        assert_eq!(Declaration::make("x", None, false), Err(NotDeclared));
        let delegated = Declaration::make("Eva Malá", Some("Alena Benešová"), true).unwrap();
        assert!(delegated.by == "Eva Malá" && delegated.text.ends_with("kterým je Alena Benešová."), "{}", delegated.text);
    }

    #[test]
    fn errors_block_and_warnings_stay() {
        let mut application = application();
        application.apply(&path("zdroje.obec_dotace.plan"), "1").unwrap();
        let locked = Draft { application: application.clone() }.lock(&context()).unwrap();
        assert_eq!(locked.warnings.iter().map(|f| f.code).collect::<Vec<_>>(), [Code::Z09b]);
        let _ = application.apply(&path("rozpocet.1.1.naklady"), "hodně");
        let refused = Draft { application: application.clone() }.lock(&context()).unwrap_err();
        assert_eq!(refused.state.application, application);
        assert!(refused.errors().any(|f| f.code == Code::Unread));
    }

    #[test]
    fn submitting_checks_again() {
        let locked = Draft { application: application() }.lock(&context()).unwrap();
        let mut later = context();
        later.services.remove(SERVICE);
        assert!(locked.clone().submit(declared(), &later).unwrap_err().errors().any(|f| f.code == Code::Z02));
        let closed = Context { now: at("2026-11-20T23:00:00Z"), ..context() };
        let refused = locked.submit(declared(), &closed).unwrap_err();
        assert!(refused.errors().all(|f| f.code == Code::Z01));
        assert!(refused.state.submit(declared(), &context()).is_ok());
    }

    #[test]
    fn withdrawing_needs_every_window() {
        let submitted = Draft { application: application() }.lock(&context()).unwrap().submit(declared(), &context()).unwrap();
        let last = Context { now: at("2026-11-20T22:59:59.999Z"), ..context() };
        assert!(submitted.clone().withdraw(&last).is_ok());
        let over = Context { now: at("2026-11-20T23:00:00Z"), ..context() };
        let (kept, why) = submitted.clone().withdraw(&over).unwrap_err();
        assert_eq!((*kept, &why), (submitted, &Closed(vec![kraj(78)])));
        assert!(why.to_string().contains("Liberecký kraj"));
    }
}
