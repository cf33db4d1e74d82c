//! People, organisations, sign-in.

#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod passwords;
pub mod sign_in;
pub mod sign_out;
#[cfg(feature = "ssr")]
pub mod trail;

/// Name of the cookie that carries the token of a session.
pub const COOKIE: &str = "__Host-kraj108";

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
}

/// One demo account per role.
pub const DEMO_ACCOUNTS: &[DemoAccount] = {
    use domain::accounts::Role;
    &[
        DemoAccount {
            label: "správce systému",
            login: "spravce",
            password: "spravce-kraj-108-ukazka",
            name: "Petr Dvořák",
            role: Role::Administrator,
        },
        DemoAccount { label: "MPSV", login: "mpsv", password: "mpsv-ukazka-108", name: "Milan Říha", role: Role::MpsvOfficer },
        DemoAccount {
            label: "kraj, úředník", login: "kraj", password: "kraj-ukazka-108", name: "Jana Nováková", role: Role::KrajOfficer
        },
        DemoAccount {
            label: "kraj, hodnotitel",
            login: "hodnotitel",
            password: "hodnotitel-ukazka",
            name: "Marie Svobodová",
            role: Role::KrajAssessor,
        },
        DemoAccount {
            label: "kraj, rozhodování",
            login: "rada",
            password: "rada-ukazka-108",
            name: "Tomáš Černý",
            role: Role::KrajDecisionMaker,
        },
        DemoAccount {
            label: "poskytovatel, práce",
            login: "poskytovatel",
            password: "poskytovatel-108",
            name: "Eva Malá",
            role: Role::ProviderEditor,
        },
        DemoAccount {
            label: "poskytovatel, podání",
            login: "statutar",
            password: "statutar-ukazka-108",
            name: "Alena Benešová",
            role: Role::ProviderSubmitter,
        },
    ]
};

/// SHA-256 of the session token in the cookies of a request.
#[cfg(feature = "ssr")]
pub fn session_digest(headers: &axum::http::HeaderMap) -> Option<Vec<u8>> {
    use sha2::{Digest, Sha256};
    headers
        .get_all(axum::http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .and_then(|(_, token)| hex::decode(token).ok())
        .filter(|token| token.len() == 32)
        .map(|token| Sha256::digest(token).to_vec())
}
