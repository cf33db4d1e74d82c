//! People, organisations, sign-in.

pub mod account;
pub mod account_commands;
#[cfg(feature = "ssr")]
pub mod ceremony;
pub mod gates;
#[cfg(feature = "ssr")]
pub mod home;
pub mod identities;
pub mod identity_providers;
#[cfg(feature = "ssr")]
pub mod import;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod matrix;
pub mod new_account;
#[cfg(feature = "ssr")]
pub mod openid;
pub mod organisations;
pub mod own;
pub mod passkey_button;
pub mod passkeys;
#[cfg(feature = "ssr")]
pub mod passwords;
pub mod recovery;
pub mod second_factor;
pub mod send_now;
#[cfg(feature = "ssr")]
pub mod session;
pub mod sign_in;
pub mod sign_out;
#[cfg(feature = "ssr")]
pub mod trail;
#[cfg(feature = "ssr")]
mod trail_content;
#[cfg(feature = "ssr")]
pub mod trail_names;

/// An account that demo data bring, with the password everybody may know.
#[derive(Debug, Clone, Copy)]
pub struct DemoAccount {
    /// What the person does.
    pub label: &'static str,
    /// Sign-in name.
    pub login: &'static str,
    /// Password.
    pub password: &'static str,
    /// Name and surname.
    pub name: &'static str,
    /// Set of rights.
    pub role: domain::accounts::Role,
    /// Kind of the organisation.
    pub kind: domain::accounts::OrganisationKind,
    /// Secret of the second factor, for those who have to have one.
    pub second_factor: Option<&'static [u8; 20]>,
}

/// One demo account per role, and Správa systému of the ministry.
pub const DEMO_ACCOUNTS: &[DemoAccount] = {
    use domain::accounts::{OrganisationKind, Role};
    &[
        DemoAccount {
            label: "správce systému",
            login: "spravce",
            password: "spravce-kraj-108-ukazka",
            name: "Petr Dvořák",
            role: Role::Administrator,
            kind: OrganisationKind::Kraj,
            second_factor: Some(b"kraj108-ukazka-totp!"),
        },
        DemoAccount {
            label: "správce systému MPSV",
            login: "spravce-mpsv",
            password: "spravce-mpsv-ukazka-108",
            name: "Ivana Králová",
            role: Role::Administrator,
            kind: OrganisationKind::Mpsv,
            second_factor: Some(b"kraj108-ukazka-totp!"),
        },
        DemoAccount {
            label: "MPSV",
            login: "mpsv",
            password: "mpsv-ukazka-108",
            name: "Milan Říha",
            role: Role::MpsvOfficer,
            kind: OrganisationKind::Mpsv,
            second_factor: None,
        },
        DemoAccount {
            label: "kraj, úředník",
            login: "kraj",
            password: "kraj-ukazka-108",
            name: "Jana Nováková",
            role: Role::KrajOfficer,
            kind: OrganisationKind::Kraj,
            second_factor: None,
        },
        DemoAccount {
            label: "kraj, hodnotitel",
            login: "hodnotitel",
            password: "hodnotitel-ukazka",
            name: "Marie Svobodová",
            role: Role::KrajAssessor,
            kind: OrganisationKind::Kraj,
            second_factor: None,
        },
        DemoAccount {
            label: "kraj, rozhodování",
            login: "rada",
            password: "rada-ukazka-108",
            name: "Tomáš Černý",
            role: Role::KrajDecisionMaker,
            kind: OrganisationKind::Kraj,
            second_factor: None,
        },
        DemoAccount {
            label: "poskytovatel, práce",
            login: "poskytovatel",
            password: "poskytovatel-108",
            name: "Eva Malá",
            role: Role::ProviderEditor,
            kind: OrganisationKind::Provider,
            second_factor: None,
        },
        DemoAccount {
            label: "poskytovatel, podání",
            login: "statutar",
            password: "statutar-ukazka-108",
            name: "Alena Benešová",
            role: Role::ProviderSubmitter,
            kind: OrganisationKind::Provider,
            second_factor: None,
        },
    ]
};
