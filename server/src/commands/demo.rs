//! Demo data: accounts of every role, a register, and a round that waits for its next step.

use app::accounts::{DEMO_ACCOUNTS, passwords::Passwords};
use chrono::{DateTime, Utc};
use domain::accounts::{Actor, OrganisationKind, Role};
use store::{
    Store,
    accounts::{NewAccount, NewOrganisation, create_account, ensure_organisation},
};

/// Codes and names of the regional authorities (RÚIAN).
pub const KRAJE: [(&str, &str); 14] = [
    ("19", "Hlavní město Praha"),
    ("27", "Středočeský kraj"),
    ("35", "Jihočeský kraj"),
    ("43", "Plzeňský kraj"),
    ("51", "Karlovarský kraj"),
    ("60", "Ústecký kraj"),
    ("78", "Liberecký kraj"),
    ("86", "Královéhradecký kraj"),
    ("94", "Pardubický kraj"),
    ("108", "Kraj Vysočina"),
    ("116", "Jihomoravský kraj"),
    ("124", "Olomoucký kraj"),
    ("132", "Moravskoslezský kraj"),
    ("141", "Zlínský kraj"),
];

/// Fills an empty database with organisations and one account per role. Gives false when somebody has an account already.
pub async fn accounts(store: &Store, passwords: &Passwords, at: DateTime<Utc>) -> Result<bool, Box<dyn std::error::Error>> {
    let mut tx = store.begin(&Actor::System).await?;
    if store::accounts::anybody(&mut tx).await? {
        return Ok(false);
    }
    let mpsv = NewOrganisation {
        kind: OrganisationKind::Mpsv,
        name: "Ministerstvo práce a sociálních věcí",
        ico: Some("00551023"),
        kraj_code: None,
        provider: None,
    };
    let mpsv = ensure_organisation(&mut tx, &mpsv, at).await?;
    let mut usti = mpsv;
    for (code, name) in KRAJE {
        let id = ensure_organisation(
            &mut tx,
            &NewOrganisation { kind: OrganisationKind::Kraj, name, ico: None, kraj_code: Some(code), provider: None },
            at,
        )
        .await?;
        if code == "60" {
            usti = id;
        }
    }
    for demo in DEMO_ACCOUNTS {
        let organisation = match demo.role {
            Role::MpsvOfficer => mpsv,
            Role::Administrator | Role::KrajOfficer | Role::KrajAssessor | Role::KrajDecisionMaker => usti,
            // Accounts of providers are made once the register is there.
            Role::ProviderEditor | Role::ProviderSubmitter => continue,
        };
        let hash = passwords.hash(demo.password.to_owned()).await?;
        let new = NewAccount {
            login: demo.login,
            name: demo.name,
            password_hash: &hash,
            organisation,
            role: demo.role,
            valid_from: store::prague::day(at),
        };
        create_account(&mut tx, &new, at).await?;
    }
    tx.commit(at).await?;
    Ok(true)
}
