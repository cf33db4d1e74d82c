//! What the tests of the store share: the database as the application sees it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::{Account, Actor, OrganisationKind, Role};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use store::{Store, new_id};
use uuid::Uuid;

/// The store as `kraj_app`, for whom the policies hold; `#[sqlx::test]` itself connects as the owner.
pub async fn store(owner: &PgPool) -> Store {
    let options = (*owner.connect_options()).clone().username("kraj_app");
    Store::new(PgPoolOptions::new().max_connections(4).connect_with(options).await.unwrap())
}

/// Noon of a day, `2026-11-23`.
pub fn at(day: &str) -> DateTime<Utc> {
    day_of(day).and_hms_opt(12, 0, 0).unwrap().and_utc()
}

/// A day, `2026-11-23`.
pub fn day_of(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

/// Somebody of an organisation.
pub fn member(kind: OrganisationKind, organisation: Uuid, kraj: Option<&str>, provider: Option<Uuid>) -> Actor {
    let role = match kind {
        OrganisationKind::Mpsv => Role::MpsvOfficer,
        OrganisationKind::Kraj => Role::KrajOfficer,
        OrganisationKind::Provider => Role::ProviderEditor,
    };
    Actor::Account(Box::new(Account {
        id: new_id(),
        person: new_id(),
        person_name: "Jana Nováková".to_owned(),
        role,
        organisation,
        organisation_name: "Úřad".to_owned(),
        kind,
        kraj: kraj.map(str::to_owned),
        provider,
        rights: role.rights().iter().copied().collect(),
        session: None,
    }))
}
