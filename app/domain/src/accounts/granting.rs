//! Who may give and take rights, and what else may be done with an account of somebody.

use super::{Account, OrganisationKind, Right};
use chrono::NaiveDate;
use uuid::Uuid;

/// The days on which a right that was given can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: NaiveDate,
    /// Last day; none for a right that does not end by itself.
    pub to: Option<NaiveDate>,
}

/// Why a right cannot be given for such days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotValid {
    /// The first day is over.
    #[error("Oprávnění nejde přidělit zpětně. Zadejte dnešek nebo pozdější den.")]
    Past,
    /// It ends before it begins.
    #[error("Konec je před začátkem. Opravte jeden z nich.")]
    EndsBeforeStart,
}

impl Validity {
    /// Days for a right that is given today; without a first day it begins at once.
    ///
    /// # Errors
    /// Why not.
    pub fn given(from: Option<NaiveDate>, to: Option<NaiveDate>, today: NaiveDate) -> Result<Self, NotValid> {
        let from = from.unwrap_or(today);
        match to {
            _ if from < today => Err(NotValid::Past),
            Some(to) if to < from => Err(NotValid::EndsBeforeStart),
            to => Ok(Self { from, to }),
        }
    }

    /// Whether a day is one of them.
    pub fn on(self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// Whether every day of `other` is one of them.
    pub fn covers(self, other: Self) -> bool {
        self.from <= other.from && self.to.is_none_or(|end| other.to.is_some_and(|to| to <= end))
    }

    /// Whether some day of `other` is one of them.
    pub fn meets(self, other: Self) -> bool {
        self.to.is_none_or(|end| end >= other.from) && other.to.is_none_or(|to| to >= self.from)
    }
}

/// An account that something is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The account.
    pub id: Uuid,
    /// The person.
    pub person: Uuid,
    /// Its organisation.
    pub organisation: Uuid,
    /// The kind of the organisation.
    pub kind: OrganisationKind,
    /// The person confirmed it. An invitation that nobody answered opens no way to the person.
    pub joined: bool,
    /// Other accounts that the person can work in.
    pub elsewhere: usize,
    /// It can administer the organisation now: it holds Správa systému, is not blocked and has joined.
    pub administrator: bool,
    /// Other accounts of the organisation that can.
    pub other_administrators: usize,
    /// Those of them whose Správa systému has no last day.
    pub lasting_administrators: usize,
}

/// Why it is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The account is of another organisation.
    #[error("Tento účet patří jiné organizaci.")]
    Foreign,
    /// Nobody gives rights to the own account.
    #[error("Vlastnímu účtu oprávnění měnit nejde. Požádejte o to jiného správce systému.")]
    Own,
    /// Nobody blocks the own account.
    #[error("Vlastní účet zablokovat nejde. Požádejte o to jiného správce systému.")]
    OwnBlock,
    /// Organisations of this kind cannot hold the right.
    #[error("Oprávnění „{0}“ organizace tohoto druhu mít nemůže.")]
    Holder(&'static str),
    /// Only whoever may submit can delegate it.
    #[error("Podání může delegovat jen statutární zástupce, tedy kdo má oprávnění „{0}“.")]
    OnlyRepresentative(&'static str),
    /// The organisation would have nobody who could give rights.
    #[error(
        "Je to poslední účet organizace se Správou systému bez omezené platnosti. Nejdřív ji přidělte někomu dalšímu, bez posledního dne."
    )]
    LastAdministrator,
    /// Somebody who has accounts elsewhere, too.
    #[error("Tento člověk má účty i v jiných organizacích. Heslo si obnoví sám e-mailem, nebo mu pomůže MPSV.")]
    SeveralAccounts,
    /// Somebody who has accounts elsewhere, too, and whose data are changed.
    #[error("Tento člověk má účty i v jiných organizacích. Jeho jméno a identifikátor mění MPSV, e-mail si mění sám.")]
    PersonElsewhere,
    /// Somebody who was invited and did not join.
    #[error("Tento člověk pozvání ještě nepřijal. Heslo si obnoví sám e-mailem, nebo mu pomůže správce jeho organizace.")]
    NotJoined,
    /// The right Správa systému is missing.
    #[error("Chybí vám oprávnění „Správa systému“.")]
    NoAdministrator,
    /// The organisation has its own administrators.
    #[error("Organizace už má vlastní Správu systému, další účty zakládá ona.")]
    HasAdministrators,
}

impl Account {
    /// Whether this account administers `target`: within the own organisation, and MPSV where nobody else could.
    ///
    /// # Errors
    /// Why not.
    pub fn administers(&self, target: &Target) -> Result<(), Refusal> {
        if !self.rights.contains(&Right::SystemAdministration) {
            return Err(Refusal::NoAdministrator);
        }
        let steps_in = self.kind == OrganisationKind::Mpsv && target.other_administrators == 0 && !target.administrator;
        if self.organisation == target.organisation || steps_in { Ok(()) } else { Err(Refusal::Foreign) }
    }

    /// Whether this account may give `right` to `target`.
    ///
    /// # Errors
    /// Why not.
    pub fn may_grant(&self, target: &Target, right: Right) -> Result<(), Refusal> {
        if self.id == target.id || self.person == target.person {
            return Err(Refusal::Own);
        }
        if !right.holders().contains(&target.kind) {
            return Err(Refusal::Holder(right.label()));
        }
        match right.delegated_by() {
            // A delegate has no right that could be delegated on.
            Some(own) if self.organisation != target.organisation || !self.rights.contains(&own) => {
                Err(Refusal::OnlyRepresentative(own.label()))
            }
            Some(_) => Ok(()),
            None => self.administers(target),
        }
    }

    /// Whether this account may take `right` from `target`.
    ///
    /// # Errors
    /// Why not.
    pub fn may_revoke(&self, target: &Target, right: Right) -> Result<(), Refusal> {
        if self.id == target.id || self.person == target.person {
            return Err(Refusal::Own);
        }
        if right == Right::SystemAdministration && target.administrator && target.lasting_administrators == 0 {
            return Err(Refusal::LastAdministrator);
        }
        // Whoever delegated takes it back; so may Správa systému.
        let delegated = right.delegated_by().is_some_and(|own| self.rights.contains(&own)) && self.organisation == target.organisation;
        if delegated { Ok(()) } else { self.administers(target) }
    }

    /// Whether this account may block `target`.
    ///
    /// # Errors
    /// Why not.
    pub fn may_block(&self, target: &Target) -> Result<(), Refusal> {
        if self.id == target.id {
            return Err(Refusal::OwnBlock);
        }
        if target.administrator && target.lasting_administrators == 0 {
            return Err(Refusal::LastAdministrator);
        }
        self.administers(target)
    }

    /// Whether this account may unblock `target`.
    ///
    /// # Errors
    /// Why not.
    pub fn may_unblock(&self, target: &Target) -> Result<(), Refusal> {
        self.administers(target)
    }

    /// Whether this account may give the person of `target` a new one-time password, or take the second factor away.
    ///
    /// # Errors
    /// Why not.
    pub fn may_reset(&self, target: &Target) -> Result<(), Refusal> {
        let mpsv = self.kind == OrganisationKind::Mpsv && self.rights.contains(&Right::SystemAdministration);
        match target {
            _ if mpsv => Ok(()),
            Target { joined: false, .. } => Err(Refusal::NotJoined),
            Target { elsewhere: 1.., .. } => Err(Refusal::SeveralAccounts),
            _ => self.administers(target),
        }
    }

    /// Whether this account may change name, e-mail and identifikátor klienta of the person of `target`.
    ///
    /// # Errors
    /// Why not.
    pub fn may_edit_person(&self, target: &Target) -> Result<(), Refusal> {
        self.may_reset(target).map_err(|refusal| match refusal {
            Refusal::SeveralAccounts => Refusal::PersonElsewhere,
            other => other,
        })
    }

    /// Whether this account may make accounts in an organisation with so many accounts that hold Správa systému.
    ///
    /// # Errors
    /// Why not.
    pub fn may_create_in(&self, organisation: Uuid, administrators: usize) -> Result<(), Refusal> {
        if !self.rights.contains(&Right::SystemAdministration) {
            return Err(Refusal::NoAdministrator);
        }
        match (self.organisation == organisation, self.kind, administrators) {
            (true, ..) | (false, OrganisationKind::Mpsv, 0) => Ok(()),
            (false, OrganisationKind::Mpsv, _) => Err(Refusal::HasAdministrators),
            (false, ..) => Err(Refusal::Foreign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;

    fn account(organisation: u128, kind: OrganisationKind, rights: &[Right]) -> Account {
        Account {
            id: Uuid::from_u128(1),
            person: Uuid::from_u128(101),
            person_name: "Petr Dvořák".to_owned(),
            role: Role::Administrator,
            organisation: Uuid::from_u128(organisation),
            organisation_name: "Organizace".to_owned(),
            kind,
            kraj: None,
            provider: None,
            rights: rights.iter().copied().collect(),
            session: None,
        }
    }

    fn target(organisation: u128, kind: OrganisationKind) -> Target {
        Target {
            id: Uuid::from_u128(2),
            person: Uuid::from_u128(102),
            organisation: Uuid::from_u128(organisation),
            kind,
            joined: true,
            elsewhere: 0,
            administrator: false,
            other_administrators: 1,
            lasting_administrators: 1,
        }
    }

    use OrganisationKind::{Kraj, Mpsv, Provider};

    #[test]
    fn rights_are_given_within_the_organisation_and_by_its_kind() {
        let admin = account(10, Kraj, &[Right::SystemAdministration]);
        assert_eq!(admin.may_grant(&target(10, Kraj), Right::Assessment), Ok(()));
        assert_eq!(admin.may_grant(&target(10, Kraj), Right::SystemAdministration), Ok(()));
        assert_eq!(admin.may_grant(&target(11, Kraj), Right::Assessment), Err(Refusal::Foreign));
        assert_eq!(admin.may_grant(&target(10, Kraj), Right::RegisterImport), Err(Refusal::Holder("Import otevřených dat registru")));
        assert_eq!(admin.may_grant(&target(10, Kraj), Right::ApplicationWork), Err(Refusal::Holder("Práce se žádostí")));
        assert_eq!(account(10, Kraj, &[Right::Assessment]).may_grant(&target(10, Kraj), Right::Assessment), Err(Refusal::NoAdministrator));
        let own = Target { id: admin.id, ..target(10, Kraj) };
        assert_eq!(admin.may_grant(&own, Right::Assessment), Err(Refusal::Own));
        let own_elsewhere = Target { person: admin.person, ..target(10, Kraj) };
        assert_eq!(admin.may_grant(&own_elsewhere, Right::Assessment), Err(Refusal::Own));
        // MPSV steps in only where nobody else can.
        let mpsv = account(1, Mpsv, &[Right::SystemAdministration]);
        assert_eq!(mpsv.may_grant(&target(10, Kraj), Right::SystemAdministration), Err(Refusal::Foreign));
        let nobody = Target { other_administrators: 0, ..target(10, Kraj) };
        assert_eq!(mpsv.may_grant(&nobody, Right::SystemAdministration), Ok(()));
        assert_eq!(mpsv.may_revoke(&nobody, Right::Assessment), Ok(()));
        assert_eq!(mpsv.may_revoke(&target(10, Kraj), Right::Assessment), Err(Refusal::Foreign));
        assert_eq!(mpsv.may_grant(&nobody, Right::YearAdministration), Err(Refusal::Holder("Administrace dotačního řízení MPSV")));
        assert_eq!(mpsv.may_grant(&target(1, Mpsv), Right::YearAdministration), Ok(()));
    }

    #[test]
    fn submission_is_delegated_by_the_representative_only() {
        let admin = account(20, Provider, &[Right::SystemAdministration]);
        let representative = account(20, Provider, &[Right::ApplicationSubmit]);
        let delegate = account(20, Provider, &[Right::ApplicationDelegated]);
        let to = target(20, Provider);
        let refused = Err(Refusal::OnlyRepresentative("Podat žádost"));
        assert_eq!(admin.may_grant(&to, Right::ApplicationDelegated), refused);
        assert_eq!(delegate.may_grant(&to, Right::ApplicationDelegated), refused);
        assert_eq!(representative.may_grant(&to, Right::ApplicationDelegated), Ok(()));
        assert_eq!(representative.may_grant(&target(21, Provider), Right::ApplicationDelegated), refused);
        assert_eq!(representative.may_grant(&to, Right::ReportDelegated), Err(Refusal::OnlyRepresentative("Podání výkazu")));
        assert_eq!(representative.may_grant(&to, Right::ApplicationSubmit), Err(Refusal::NoAdministrator));
        assert_eq!(representative.may_revoke(&to, Right::ApplicationDelegated), Ok(()));
        assert_eq!(admin.may_revoke(&to, Right::ApplicationDelegated), Ok(()));
        assert_eq!(delegate.may_revoke(&to, Right::ApplicationDelegated), Err(Refusal::NoAdministrator));
    }

    #[test]
    fn an_organisation_keeps_an_administrator() {
        let admin = account(10, Kraj, &[Right::SystemAdministration]);
        let last = Target { administrator: true, other_administrators: 0, lasting_administrators: 0, ..target(10, Kraj) };
        assert_eq!(admin.may_revoke(&last, Right::SystemAdministration), Err(Refusal::LastAdministrator));
        assert_eq!(admin.may_block(&last), Err(Refusal::LastAdministrator));
        // Whoever administers until a day is nobody to rely on.
        let until_tomorrow = Target { other_administrators: 1, ..last };
        assert_eq!(admin.may_revoke(&until_tomorrow, Right::SystemAdministration), Err(Refusal::LastAdministrator));
        let one_of_two = Target { other_administrators: 1, lasting_administrators: 1, ..last };
        assert_eq!(admin.may_revoke(&one_of_two, Right::SystemAdministration), Ok(()));
        assert_eq!(admin.may_block(&one_of_two), Ok(()));
        assert_eq!(admin.may_block(&Target { id: admin.id, ..one_of_two }), Err(Refusal::OwnBlock));
        assert_eq!(admin.may_block(&target(11, Kraj)), Err(Refusal::Foreign));
    }

    #[test]
    fn who_is_known_elsewhere_is_reset_by_mpsv_only() {
        let admin = account(20, Provider, &[Right::SystemAdministration]);
        let mpsv = account(1, Mpsv, &[Right::SystemAdministration]);
        let several = Target { elsewhere: 1, ..target(20, Provider) };
        let invited = Target { joined: false, ..target(20, Provider) };
        assert_eq!(admin.may_reset(&invited), Err(Refusal::NotJoined));
        assert_eq!(mpsv.may_reset(&invited), Ok(()));
        assert_eq!(admin.may_reset(&target(20, Provider)), Ok(()));
        assert_eq!(admin.may_reset(&several), Err(Refusal::SeveralAccounts));
        assert_eq!(admin.may_edit_person(&several), Err(Refusal::PersonElsewhere));
        assert_eq!(admin.may_edit_person(&invited), Err(Refusal::NotJoined));
        assert_eq!(admin.may_edit_person(&target(20, Provider)), Ok(()));
        assert_eq!(mpsv.may_reset(&several), Ok(()));
        assert_eq!(account(1, Mpsv, &[]).may_reset(&several), Err(Refusal::SeveralAccounts));
        assert_eq!(admin.may_reset(&target(21, Provider)), Err(Refusal::Foreign));
    }

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
    }

    #[test]
    fn rights_are_given_from_today_on() {
        let given = |from: Option<u32>, to: Option<u32>| Validity::given(from.map(day), to.map(day), day(10));
        let days = |from: u32, to: Option<u32>| Ok(Validity { from: day(from), to: to.map(day) });
        assert_eq!(given(None, None), days(10, None));
        assert_eq!(given(None, Some(10)), days(10, Some(10)));
        assert_eq!(given(Some(10), Some(12)), days(10, Some(12)));
        assert_eq!(given(Some(20), None), days(20, None));
        assert_eq!(given(Some(9), None), Err(NotValid::Past));
        assert_eq!(given(Some(12), Some(11)), Err(NotValid::EndsBeforeStart));
        assert_eq!(given(None, Some(9)), Err(NotValid::EndsBeforeStart));
    }

    proptest::proptest! {
        /// Against the days themselves, one by one.
        #[test]
        fn days_of_rights_are_compared_as_sets(a in 1_u32..12, b in 1_u32..13, c in 1_u32..12, d in 1_u32..13) {
            // 12 stands for no end.
            let validity = |from: u32, to: u32| Validity { from: day(from), to: (to < 12).then(|| day(to.max(from))) };
            let (one, other) = (validity(a, b), validity(c, d));
            let days = |v: Validity| (1..=28).filter(|n| v.on(day(*n))).collect::<std::collections::BTreeSet<u32>>();
            let (x, y) = (days(one), days(other));
            proptest::prop_assert_eq!(one.meets(other), !x.is_disjoint(&y));
            proptest::prop_assert_eq!(one.covers(other), y.is_subset(&x));
        }
    }

    #[test]
    fn first_accounts_are_made_by_mpsv() {
        let admin = account(10, Kraj, &[Right::SystemAdministration]);
        let mpsv = account(1, Mpsv, &[Right::SystemAdministration]);
        assert_eq!(admin.may_create_in(Uuid::from_u128(10), 1), Ok(()));
        assert_eq!(admin.may_create_in(Uuid::from_u128(11), 0), Err(Refusal::Foreign));
        assert_eq!(mpsv.may_create_in(Uuid::from_u128(10), 0), Ok(()));
        assert_eq!(mpsv.may_create_in(Uuid::from_u128(10), 1), Err(Refusal::HasAdministrators));
        assert_eq!(account(1, Mpsv, &[]).may_create_in(Uuid::from_u128(1), 1), Err(Refusal::NoAdministrator));
    }
}
