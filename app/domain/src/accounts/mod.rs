//! Who acts, for which organisation, and what that account may do.

pub mod bulk;
pub mod granting;
pub mod names;
pub mod password;
pub mod signing_in;

use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// The kind of an organisation decides which rights its people can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrganisationKind {
    /// Ministerstvo práce a sociálních věcí.
    Mpsv,
    /// A regional authority, Prague among them.
    Kraj,
    /// A provider of social services.
    Provider,
}

impl OrganisationKind {
    /// As it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mpsv => "mpsv",
            Self::Kraj => "kraj",
            Self::Provider => "provider",
        }
    }

    /// To whom something belongs, in the dative.
    pub fn whose(self) -> &'static str {
        match self {
            Self::Mpsv => "ministerstvu",
            Self::Kraj => "krajům",
            Self::Provider => "poskytovatelům",
        }
    }

    /// Reads what [`Self::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Mpsv, Self::Kraj, Self::Provider].into_iter().find(|k| k.code() == code)
    }
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $label:literal, [$($holder:ident),*];)*) => {
        /// A right of an account. Labels are those that the clerks know.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Right { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        impl Right {
            /// Every right there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is stored and shown in the matrix.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// As a person reads it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// The kinds of organisations whose people can hold it.
            pub fn holders(self) -> &'static [OrganisationKind] {
                match self { $(Self::$name => &[$(OrganisationKind::$holder),*],)* }
            }
        }
    };
}

rights! {
    /// Accounts and rights of the own organisation.
    SystemAdministration = "SYS_SPRAVA", "Správa systému", [Mpsv, Kraj, Provider];
    /// Internal view of the register.
    RegisterView = "REG_NAHLED", "Náhled do registru", [Kraj, Provider];
    /// Keeping the register of the providers that the organisation registers.
    RegisterEdit = "REG_EDIT", "Vedení registru", [Mpsv, Kraj];
    /// Decisions on registration.
    RegisterDecide = "REG_ROZHODNUTI", "Rozhodnutí o registraci", [Mpsv, Kraj];
    /// Import of the open data of the register.
    RegisterImport = "REG_IMPORT", "Import otevřených dat registru", [Mpsv];
    /// Code lists.
    CodeLists = "CISELNIKY", "Správa číselníků", [Mpsv];
    /// Calculation schemes of the kraj.
    SchemeEdit = "SCHEMA_EDIT", "Výpočtová schémata", [Kraj];
    /// News, outages, state of the parts.
    OperationsAdministration = "PROVOZ_SPRAVA", "Aktuality, odstávky, provoz", [Mpsv];
    /// Writing a yearly report.
    ReportWork = "VYK_PRACE", "Práce s výkazem", [Provider];
    /// Submitting a yearly report as the statutory representative.
    ReportSubmit = "VYK_PODANI", "Podání výkazu", [Provider];
    /// Submitting a yearly report for the representative who delegated it.
    ReportDelegated = "VYK_DELEG", "Delegování podání (výkaz)", [Provider];
    /// Checking the reports.
    ReportControl = "VYK_KONTROLA", "Kontrola výkazů", [Mpsv, Kraj];
    /// Exports of the reports.
    ReportExport = "VYK_EXPORT", "Plánované exporty výkazů", [Mpsv, Kraj];
    /// Writing an application.
    ApplicationWork = "ZAD_PRACE", "Práce se žádostí", [Provider];
    /// Locking, submitting and withdrawing an application as the statutory representative.
    ApplicationSubmit = "ZAD_PODANI", "Podat žádost", [Provider];
    /// The same for the representative who delegated it.
    ApplicationDelegated = "ZAD_DELEG", "Delegování podání (žádost)", [Provider];
    /// Windows, parameters, import of applications, publication in the own kraj.
    RoundAdministration = "DR_ADMIN_KRAJ", "Administrace dotačního řízení kraje", [Kraj];
    /// Years and rounds.
    YearAdministration = "DR_ADMIN_MPSV", "Administrace dotačního řízení MPSV", [Mpsv];
    /// Reading the terms of MPSV and the kraje, and the state of the round.
    RoundView = "DR_NAHLED", "Náhled na dotační řízení", [Kraj];
    /// Formal check and assessment of services.
    Assessment = "HOD_ZADOSTI", "Hodnocení žádostí", [Mpsv, Kraj];
    /// Runs of the calculation, decision steps, awards.
    Decision = "VYH_ZADOSTI", "Vyhodnocení žádostí", [Kraj];
    /// Statements of the kraj on programme B.
    StatementB = "VYJ_B", "Vyjádření k programu B", [Kraj];
    /// Payments, returns and waivers in programme A.
    PaymentsA = "POSKYT_A", "Poskytování dotací v programu A", [Kraj];
    /// Files of the drawdown.
    DrawdownFiles = "CERP_IMPEXP", "Import a export čerpání dotací", [Kraj];
    /// Writing the kraj's own application.
    KrajApplicationWork = "KZAD_PRACE", "Žádost kraje – práce", [Kraj];
    /// Submitting the kraj's own application.
    KrajApplicationSubmit = "KZAD_PODANI", "Žádost kraje – podání", [Kraj];
    /// Submitting the running and the final overview.
    OverviewSubmit = "PREHLED_PODANI", "Podání průběžného a konečného přehledu", [Kraj];
    /// Reading applications for the support of families.
    FamilyView = "RODINA_NAHLED", "Náhled na žádosti na podporu rodiny", [Kraj];
    /// Reading the audit trail of the own organisation.
    AuditView = "AUDIT_NAHLED", "Prohlížení auditní stopy", [Mpsv, Kraj, Provider];
}

impl Right {
    /// Reads what [`Self::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|r| r.code() == code)
    }

    /// The right of the statutory representative who alone can delegate this one; none for rights that are not delegated.
    pub fn delegated_by(self) -> Option<Self> {
        match self {
            Self::ApplicationDelegated => Some(Self::ApplicationSubmit),
            Self::ReportDelegated => Some(Self::ReportSubmit),
            _ => None,
        }
    }
}

/// Named sets of rights: the roles of people who run a subsidy round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// System administrator of an organisation.
    Administrator,
    /// MPSV officer.
    MpsvOfficer,
    /// Kraj officer; keeps the register too.
    KrajOfficer,
    /// Kraj assessor.
    KrajAssessor,
    /// Kraj decision maker.
    KrajDecisionMaker,
    /// Provider editor.
    ProviderEditor,
    /// Provider submitter (statutory representative, or whom he authorised).
    ProviderSubmitter,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Administrator,
        Self::MpsvOfficer,
        Self::KrajOfficer,
        Self::KrajAssessor,
        Self::KrajDecisionMaker,
        Self::ProviderEditor,
        Self::ProviderSubmitter,
    ];

    /// As it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::MpsvOfficer => "mpsv_officer",
            Self::KrajOfficer => "kraj_officer",
            Self::KrajAssessor => "kraj_assessor",
            Self::KrajDecisionMaker => "kraj_decision_maker",
            Self::ProviderEditor => "provider_editor",
            Self::ProviderSubmitter => "provider_submitter",
        }
    }

    /// Reads what [`Self::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "správce systému",
            Self::MpsvOfficer => "MPSV – administrátor dotačního řízení",
            Self::KrajOfficer => "kraj – administrátor a pracovník registrace",
            Self::KrajAssessor => "kraj – hodnotitel",
            Self::KrajDecisionMaker => "kraj – rozhodování",
            Self::ProviderEditor => "poskytovatel – práce se žádostí",
            Self::ProviderSubmitter => "poskytovatel – podání",
        }
    }

    /// The kinds of organisations that have such people.
    pub fn kinds(self) -> &'static [OrganisationKind] {
        use OrganisationKind::*;
        match self {
            Self::Administrator => &[Mpsv, Kraj, Provider],
            Self::MpsvOfficer => &[Mpsv],
            Self::KrajOfficer | Self::KrajAssessor | Self::KrajDecisionMaker => &[Kraj],
            Self::ProviderEditor | Self::ProviderSubmitter => &[Provider],
        }
    }

    /// The rights of the set.
    pub fn rights(self) -> &'static [Right] {
        use Right::*;
        match self {
            Self::Administrator => &[SystemAdministration, AuditView],
            Self::MpsvOfficer => &[RegisterEdit, RegisterImport, CodeLists, OperationsAdministration, YearAdministration, AuditView],
            Self::KrajOfficer => &[RegisterView, RegisterEdit, RoundAdministration, RoundView, Assessment, Decision, SchemeEdit, AuditView],
            Self::KrajAssessor => &[RegisterView, RoundView, Assessment],
            Self::KrajDecisionMaker => &[RegisterView, RoundView, Decision],
            Self::ProviderEditor => &[RegisterView, ApplicationWork],
            Self::ProviderSubmitter => &[RegisterView, ApplicationWork, ApplicationSubmit],
        }
    }
}

/// What a function or a page asks of the account that calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Everybody, signed in or not.
    Public,
    /// Everybody who is signed in, or whose password proved right and who is amid the next steps.
    SigningIn,
    /// Everybody who is signed in.
    SignedIn,
    /// An account with this right.
    Has(Right),
    /// An account with this right in an organisation of this kind.
    HasIn(OrganisationKind, Right),
    /// An account with one of these rights.
    AnyOf(&'static [Right]),
}

impl Permission {
    /// Správa systému of MPSV.
    pub const MINISTRY: Self = Self::HasIn(OrganisationKind::Mpsv, Right::SystemAdministration);
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("veřejnost"),
            Self::SigningIn => f.write_str("při přihlašování"),
            Self::SignedIn => f.write_str("přihlášení"),
            Self::Has(right) => f.write_str(right.code()),
            Self::HasIn(kind, right) => write!(f, "{} ({})", right.code(), kind.code()),
            Self::AnyOf(rights) => f.write_str(&rights.iter().map(|r| r.code()).collect::<Vec<_>>().join(" nebo ")),
        }
    }
}

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody is signed in.
    #[error("Přihlaste se, prosím. Stránka je jen pro přihlášené.")]
    NotSignedIn,
    /// A right is missing.
    #[error("Chybí vám právo „{0}“. Přidělí vám ho správce systému vaší organizace.")]
    MissingRight(&'static str),
    /// The object belongs to another organisation.
    #[error("Tento záznam patří jiné organizaci.")]
    Foreign,
    /// Only organisations of another kind do this.
    #[error("Toto patří jen {0}. Pracujete-li i pro jinou organizaci, přepněte se do ní na stránce Můj účet.")]
    OtherKind(&'static str),
}

/// Who acts: a person in an organisation, the public, or the program itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody signed in.
    Public,
    /// The program itself: sign-in, import from the command line, demo data.
    System,
    /// A person in an account.
    Account(Box<Account>),
}

/// A signed-in person in one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub id: uuid::Uuid,
    /// The person.
    pub person: uuid::Uuid,
    /// Name of the person.
    pub person_name: String,
    /// Role the account was made with.
    pub role: Role,
    /// The organisation.
    pub organisation: uuid::Uuid,
    /// Name of the organisation.
    pub organisation_name: String,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Code of the kraj (RÚIAN, `42`…), for a kraj.
    pub kraj: Option<String>,
    /// The provider in the register, for a provider.
    pub provider: Option<uuid::Uuid>,
    /// Rights that are valid now.
    pub rights: BTreeSet<Right>,
    /// Digest of the session, for the audit trail.
    pub session: Option<String>,
}

impl Actor {
    /// Refuses who does not have the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Denied> {
        match (permission, self) {
            (Permission::Public, _) | (_, Self::System) => Ok(()),
            (_, Self::Public) => Err(Denied::NotSignedIn),
            (Permission::SignedIn | Permission::SigningIn, Self::Account(_)) => Ok(()),
            (Permission::Has(right), Self::Account(account)) => {
                if account.rights.contains(&right) {
                    Ok(())
                } else {
                    Err(Denied::MissingRight(right.label()))
                }
            }
            (Permission::HasIn(kind, _), Self::Account(account)) if account.kind != kind => Err(Denied::OtherKind(kind.whose())),
            (Permission::HasIn(_, right), Self::Account(_)) => self.require(Permission::Has(right)),
            (Permission::AnyOf(rights), Self::Account(account)) => {
                // Said is the first one that somebody of this organisation can get.
                let first = rights.iter().find(|right| right.holders().contains(&account.kind)).or(rights.first());
                match first {
                    Some(first) if !rights.iter().any(|r| account.rights.contains(r)) => Err(Denied::MissingRight(first.label())),
                    _ => Ok(()),
                }
            }
        }
    }

    /// Whether the right is held.
    pub fn has(&self, right: Right) -> bool {
        matches!(self, Self::Account(a) if a.rights.contains(&right))
    }

    /// The account, or a refusal.
    pub fn account(&self) -> Result<&Account, Denied> {
        match self {
            Self::Account(account) => Ok(account),
            _ => Err(Denied::NotSignedIn),
        }
    }

    /// The account of MPSV, or a refusal.
    pub fn mpsv(&self) -> Result<&Account, Denied> {
        let account = self.account()?;
        if account.kind == OrganisationKind::Mpsv { Ok(account) } else { Err(Denied::Foreign) }
    }

    /// The account of a kraj with its code, or a refusal.
    pub fn kraj(&self) -> Result<(&Account, &str), Denied> {
        let account = self.account()?;
        account.kraj.as_deref().map(|code| (account, code)).ok_or(Denied::Foreign)
    }

    /// The account of a provider with its provider in the register, or a refusal.
    pub fn provider(&self) -> Result<(&Account, uuid::Uuid), Denied> {
        let account = self.account()?;
        account.provider.map(|id| (account, id)).ok_or(Denied::Foreign)
    }

    /// `public`, `system`, or the kind of the organisation: what the policies of the database compare with.
    pub fn kind_code(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::System => "system",
            Self::Account(account) => account.kind.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(rights: &[Right]) -> Actor {
        Actor::Account(Box::new(Account {
            id: uuid::Uuid::nil(),
            person: uuid::Uuid::nil(),
            person_name: "Jana Nováková".to_owned(),
            role: Role::KrajAssessor,
            organisation: uuid::Uuid::nil(),
            organisation_name: "Ústecký kraj".to_owned(),
            kind: OrganisationKind::Kraj,
            kraj: Some("60".to_owned()),
            provider: None,
            rights: rights.iter().copied().collect(),
            session: None,
        }))
    }

    #[test]
    fn rights_open_what_they_name() {
        let only_mpsv = Permission::HasIn(OrganisationKind::Mpsv, Right::Assessment);
        assert_eq!(Actor::Public.require(only_mpsv), Err(Denied::NotSignedIn));
        assert_eq!(account(&[Right::Assessment]).require(only_mpsv), Err(Denied::OtherKind("ministerstvu")));
        let only_kraj = Permission::HasIn(OrganisationKind::Kraj, Right::Assessment);
        assert_eq!(account(&[Right::Assessment]).require(only_kraj), Ok(()));
        assert_eq!(account(&[]).require(only_kraj), Err(Denied::MissingRight("Hodnocení žádostí")));
        let assess = Permission::Has(Right::Assessment);
        assert_eq!(Actor::Public.require(assess), Err(Denied::NotSignedIn));
        assert_eq!(account(&[]).require(assess), Err(Denied::MissingRight("Hodnocení žádostí")));
        assert_eq!(account(&[Right::Assessment]).require(assess), Ok(()));
        assert_eq!(account(&[Right::Decision]).require(Permission::AnyOf(&[Right::Assessment, Right::Decision])), Ok(()));
        assert_eq!(Actor::Public.require(Permission::Public), Ok(()));
        assert_eq!(Actor::Public.require(Permission::SignedIn), Err(Denied::NotSignedIn));
    }

    #[test]
    fn roles_hold_only_what_their_organisation_can_hold() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
            for right in role.rights() {
                assert_eq!(Right::from_code(right.code()), Some(*right));
                for kind in role.kinds() {
                    assert!(right.holders().contains(kind), "{role:?} {right:?} {kind:?}");
                }
            }
        }
    }
}
