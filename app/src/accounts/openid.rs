//! What is said to identity providers, and what of their answers is believed (OpenID Connect Core 1.0 3.1, RFC 7636).

use crate::error::AppError;
use chrono::{DateTime, Utc};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _,
    core::{CoreClient, CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata, CoreResponseType},
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::accounts::ProviderRow;

/// So long what a provider says about itself is taken from memory.
const FRESH: Duration = Duration::from_secs(300);
/// So long one that did not answer is not asked again.
const SILENT: Duration = Duration::from_secs(10);
/// What a provider may sign with: its own key only, never the secret that it shares.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// Where providers send people back to, under the address of the application.
pub fn return_address(address: &str) -> String {
    format!("{}/prihlaseni/jinde/zpet", address.trim_end_matches('/'))
}

/// How identity providers are reached, and what they said of themselves.
#[derive(Debug)]
pub struct Providers {
    http: reqwest::Client,
    known: Mutex<HashMap<String, (Instant, Option<CoreProviderMetadata>)>>,
}

/// A sign-in that is under way: where the browser goes, and what its return is checked with.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Going {
    /// The provider.
    pub provider: uuid::Uuid,
    /// Its name.
    pub name: String,
    /// Where the browser goes.
    pub url: String,
    state: String,
    nonce: String,
    verifier: String,
    /// Where the person wanted to go.
    pub back: Option<String>,
}

/// Who somebody is at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider's address.
    pub issuer: String,
    /// Its name for the person.
    pub subject: String,
}

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider that is reached by TLS names no address without it.
fn all_secure(metadata: &CoreProviderMetadata) -> bool {
    let token = metadata.token_endpoint().map(|address| address.url().scheme());
    [metadata.authorization_endpoint().url().scheme(), metadata.jwks_uri().url().scheme()].into_iter().chain(token).all(|s| s == "https")
}

fn silent(name: &str) -> AppError {
    let sentence = format!("Systém {name} teď neodpovídá, jak má. Zkuste to za chvíli znovu, nebo se přihlaste jménem a heslem.");
    AppError::new(crate::error::Code::Unavailable, sentence)
}

fn not_confirmed(name: &str) -> AppError {
    AppError::invalid(format!("Systém {name} přihlášení nepotvrdil. Zkuste to, prosím, znovu."))
}

impl Providers {
    /// Providers are trusted by the public roots and by those of this machine, where a kraj has roots of its own. An answer has ten seconds, and
    /// no redirect is followed: a provider answers from its own address.
    pub fn new() -> Result<Self, AppError> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(10)).build();
        let http = http.map_err(|error| {
            tracing::error!(%error, "HTTP client");
            AppError::fault()
        })?;
        Ok(Self { http, known: Mutex::default() })
    }

    async fn metadata(&self, row: &ProviderRow) -> Result<CoreProviderMetadata, AppError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&row.issuer).cloned();
        match known {
            Some((since, Some(metadata))) if since.elapsed() < FRESH => return Ok(metadata),
            Some((since, None)) if since.elapsed() < SILENT => return Err(silent(&row.name)),
            _ => {}
        }
        let issuer = IssuerUrl::new(row.issuer.clone()).map_err(|_| silent(&row.name))?;
        let found = CoreProviderMetadata::discover_async(issuer, &self.http).await;
        let metadata = found
            .inspect_err(|error| tracing::warn!(%error, issuer = row.issuer, "identity provider"))
            .ok()
            .filter(|metadata| row.issuer.starts_with("http://") || all_secure(metadata));
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(row.issuer.clone(), (Instant::now(), metadata.clone()));
        metadata.ok_or_else(|| silent(&row.name))
    }

    async fn client(&self, row: &ProviderRow, secret: Option<String>, address: &str) -> Result<Client, AppError> {
        let metadata = self.metadata(row).await?;
        let redirect = RedirectUrl::new(return_address(address)).map_err(|_| AppError::fault())?;
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(row.client_id.clone()), secret.map(ClientSecret::new));
        Ok(client.set_redirect_uri(redirect))
    }

    /// Whether the provider answers as one; for whoever enters it.
    pub async fn try_out(&self, row: &ProviderRow) -> Result<(), AppError> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&row.issuer);
        self.metadata(row).await.map(|_| ())
    }

    /// Begins a sign-in.
    pub async fn begin(&self, row: &ProviderRow, secret: Option<String>, address: &str, back: Option<String>) -> Result<Going, AppError> {
        let client = self.client(row, secret, address).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let (url, state, nonce) = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge).url();
        Ok(Going {
            provider: row.id,
            name: row.name.clone(),
            url: url.to_string(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            back,
        })
    }

    /// Ends it: the code is exchanged, and what the provider signed is checked.
    pub async fn finish(
        &self,
        row: &ProviderRow,
        secret: Option<String>,
        address: &str,
        going: &Going,
        (code, state): (String, String),
        now: DateTime<Utc>,
    ) -> Result<Identity, AppError> {
        use subtle::ConstantTimeEq as _;
        if !bool::from(state.as_bytes().ct_eq(going.state.as_bytes())) {
            return Err(not_confirmed(&row.name));
        }
        let client = self.client(row, secret, address).await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|_| silent(&row.name))?;
        let answer = request.set_pkce_verifier(PkceCodeVerifier::new(going.verifier.clone())).request_async(&self.http).await;
        let answer = answer.map_err(|error| {
            tracing::warn!(%error, issuer = row.issuer, "code of an identity provider");
            match error {
                openidconnect::RequestTokenError::ServerResponse(_) => not_confirmed(&row.name),
                _ => silent(&row.name),
            }
        })?;
        let token = answer.id_token().ok_or_else(|| silent(&row.name))?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now);
        let claims = token.claims(&verifier, &Nonce::new(going.nonce.clone())).map_err(|error| {
            // The provider may have other keys now.
            self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&row.issuer);
            tracing::warn!(%error, issuer = row.issuer, "token of an identity provider");
            not_confirmed(&row.name)
        })?;
        Ok(Identity { issuer: row.issuer.clone(), subject: claims.subject().to_string() })
    }
}
