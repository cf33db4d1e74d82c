//! Organisations and accounts of the demo: the MPSV, the fourteen regional authorities, one provider, and a person for every role.

use super::{Scale, command::Filled};
use app::accounts::{DEMO_ACCOUNTS, passwords::Passwords};
use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::{Actor, OrganisationKind, Role};
use domain::codelists::Kraj;
use store::accounts::{
    NewAccount, NewOrganisation, anybody, begin_second_factor, create_account, ensure_authorities, ensure_organisation, take_step,
};
use store::registry::detail::{BusyProvider, busiest_provider};
use store::{Store, StoreError};
use uuid::Uuid;

/// The region whose people the demo has.
pub const KRAJ: &str = "60";
/// Other regions that open a window, with sign-in names of their own.
pub const OTHERS: [(&str, &str, &str); 2] = [("27", "kraj27", "Pavel Kučera"), ("78", "kraj78", "Ivana Horáková")];

/// A region whose round the demo tells, with the sign-in names of its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// RÚIAN code.
    pub code: String,
    /// Who runs the round.
    pub officer: String,
    /// Who decides.
    pub council: String,
}

impl Region {
    /// The regions of a demo: Ústecký kraj, or all of the country.
    pub fn of(scale: Scale) -> Vec<Self> {
        let own = Self { code: KRAJ.to_owned(), officer: "kraj".to_owned(), council: "rada".to_owned() };
        let others = Kraj::all().map(|kraj| kraj.code().to_string()).filter(|code| code != KRAJ);
        let others = others.map(|code| Self { officer: format!("kraj{code}"), council: format!("rada{code}"), code });
        match scale {
            Scale::Kraj => vec![own],
            Scale::Cr | Scale::TenTimes => std::iter::once(own).chain(others).collect(),
        }
    }
}

/// Why the demo could not be made.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Makes the organisations of an empty database, so that demo data never mix with real ones.
pub async fn organisations(store: &Store, at: DateTime<Utc>) -> Result<Filled, StoreError> {
    let mut tx = store.begin(&Actor::System).await?;
    if anybody(&mut tx).await? {
        return Ok(Filled::Before);
    }
    if !store::registry::quality::imports(&mut tx, 1).await?.is_empty() {
        return Ok(Filled::NoAccounts);
    }
    ensure_authorities(&mut tx, at).await?;
    tx.commit(at).await?;
    Ok(Filled::Now)
}

/// Makes the accounts, once the register is there: the provider is the one with the most services that the region registers.
/// Regions besides the first have an officer and a decision maker each; their passwords are `<sign-in name>-ukazka-108`.
pub async fn accounts(store: &Store, passwords: &Passwords, regions: &[Region], at: DateTime<Utc>) -> Result<BusyProvider, Fault> {
    let mut tx = store.begin(&Actor::System).await?;
    let today = store::prague::day(at);
    let organisation = |kind, kraj_code| NewOrganisation { kind, name: "", ico: None, kraj_code, provider: None };
    let mpsv = ensure_organisation(&mut tx, &organisation(OrganisationKind::Mpsv, None), at).await?;
    let kraj = ensure_organisation(&mut tx, &organisation(OrganisationKind::Kraj, Some(KRAJ)), at).await?;
    let busy = busiest_provider(&mut tx, kraj, today).await?;
    let new = NewOrganisation {
        kind: OrganisationKind::Provider,
        name: &busy.name,
        ico: busy.ico.as_deref(),
        kraj_code: None,
        provider: Some(busy.id),
    };
    let provider = ensure_organisation(&mut tx, &new, at).await?;
    for demo in DEMO_ACCOUNTS {
        let organisation = match demo.kind {
            OrganisationKind::Mpsv => mpsv,
            OrganisationKind::Kraj => kraj,
            OrganisationKind::Provider => provider,
        };
        let hash = passwords.hash(demo.password.to_owned()).await?;
        let new = new_account(demo.login, demo.name, &hash, organisation, demo.role, today);
        let account = create_account(&mut tx, &new, at).await?;
        if let Some(secret) = demo.second_factor {
            let person = account_person(&mut tx, account, today).await?;
            begin_second_factor(&mut tx, person, secret).await?;
            // The factor counts from its first code on, which nobody ever used.
            take_step(&mut tx, person, 0, at).await?;
        }
    }
    let mut more: Vec<(String, String, String, Role)> =
        OTHERS.iter().map(|(code, login, name)| ((*code).to_owned(), (*login).to_owned(), (*name).to_owned(), Role::KrajOfficer)).collect();
    for region in regions.iter().filter(|region| region.code != KRAJ) {
        if more.iter().all(|(_, login, ..)| *login != region.officer) {
            more.push((region.code.clone(), region.officer.clone(), format!("Úřednice kraje {}", region.code), Role::KrajOfficer));
        }
        more.push((region.code.clone(), region.council.clone(), format!("Radní kraje {}", region.code), Role::KrajDecisionMaker));
    }
    for (code, login, name, role) in &more {
        let organisation: Uuid = ensure_organisation(&mut tx, &organisation(OrganisationKind::Kraj, Some(code)), at).await?;
        let hash = passwords.hash(format!("{login}-ukazka-108")).await?;
        let new = new_account(login, name, &hash, organisation, *role, today);
        create_account(&mut tx, &new, at).await?;
    }
    tx.commit(at).await?;
    Ok(busy)
}

fn new_account<'a>(
    login: &'a str,
    name: &'a str,
    password_hash: &'a str,
    organisation: Uuid,
    role: Role,
    valid_from: NaiveDate,
) -> NewAccount<'a> {
    NewAccount { login, name, email: None, password_hash, must_change: None, organisation, role, valid_from, demo: true }
}

async fn account_person(tx: &mut store::Tx, account: Uuid, on: NaiveDate) -> Result<Uuid, StoreError> {
    Ok(store::accounts::account(tx, account, on).await?.person)
}
