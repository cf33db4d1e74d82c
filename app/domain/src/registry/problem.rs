//! What an import has to say about a file, beside its counts.

use super::record::{Place, Refusal};
use serde::{Deserialize, Serialize};

/// Kinds of what is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// A record that was not taken over.
    Refused,
    /// A stored service that the file lacks.
    Missing,
    /// A record corrected in the product, from which the file differs.
    Difference,
    /// A service without identifikátor.
    Incomplete,
    /// A code that stands in no code list.
    UnknownCode,
    /// A known field whose shape was not known; kept as JSON.
    UnknownShape,
    /// An IČO with a wrong checksum or that is none.
    Ico,
    /// Providers that share an IČO.
    SharedIco,
    /// Records of one file that describe one provider differently.
    ProviderDiffers,
    /// Dates that contradict each other or are missing.
    Dates,
    /// A secret address that the file would have opened.
    SecretAddress,
    /// A provider without a registering authority, or whose estimate changed.
    Authority,
}

impl ProblemKind {
    /// The heading of its list.
    pub fn label(self) -> &'static str {
        match self {
            Self::Refused => "odmítnuté záznamy",
            Self::Missing => "služby, které v souboru chybí",
            Self::Difference => "záznamy opravené zde, od kterých se soubor liší",
            Self::Incomplete => "služby bez identifikátoru",
            Self::UnknownCode => "kódy mimo číselníky",
            Self::UnknownShape => "údaje neznámé podoby",
            Self::Ico => "podezřelá IČO",
            Self::SharedIco => "poskytovatelé se společným IČO",
            Self::ProviderDiffers => "poskytovatelé popsaní v souboru různě",
            Self::Dates => "nejasná data poskytování",
            Self::SecretAddress => "utajené adresy, které by soubor odhalil",
            Self::Authority => "registrující orgán",
        }
    }

    /// The word of it in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Missing => "missing",
            Self::Difference => "difference",
            Self::Incomplete => "incomplete",
            Self::UnknownCode => "unknown_code",
            Self::UnknownShape => "unknown_shape",
            Self::Ico => "ico",
            Self::SharedIco => "shared_ico",
            Self::ProviderDiffers => "provider_differs",
            Self::Dates => "dates",
            Self::SecretAddress => "secret_address",
            Self::Authority => "authority",
        }
    }
}

/// One line of such a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its kind.
    pub kind: ProblemKind,
    /// Where in the file; stored services that the file lacks have none.
    pub place: Option<Place>,
    /// The field by its path.
    pub field: String,
    /// A Czech sentence.
    pub text: String,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self { kind: ProblemKind::Refused, place: Some(refusal.place), field: refusal.field, text: refusal.reason }
    }
}
