//! Hashing of passwords: argon2id with the parameters OWASP recommends, off the async threads and a bounded number at a time.

use crate::error::{AppError, Code};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use tokio::sync::Semaphore;

/// The hasher.
#[derive(Debug)]
pub struct Passwords {
    permits: Semaphore,
    params: Params,
    nobody: String,
}

impl Passwords {
    /// `memory_kib`, `passes`: 19 456 KiB and 2 passes are OWASP's first choice of 2025. At most `at_once` hashes run at a time.
    pub fn new(memory_kib: u32, passes: u32, at_once: usize) -> Result<Self, AppError> {
        let params = Params::new(memory_kib, passes, 1, None).map_err(|_| AppError::fault())?;
        let nobody = hash_with(&params, "nobody has this password")?;
        Ok(Self { permits: Semaphore::new(at_once), params, nobody })
    }

    /// Hashes a new password to PHC form.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        let _permit = self.permits.acquire().await.map_err(|_| AppError::fault())?;
        let params = self.params.clone();
        tokio::task::spawn_blocking(move || hash_with(&params, &password)).await.map_err(|_| AppError::fault())?
    }

    /// Whether the password is the one of `hash`. Without a hash (nobody of that name) it takes the same time and is false.
    pub async fn matches(&self, hash: Option<String>, password: String) -> Result<bool, AppError> {
        let Ok(permit) = tokio::time::timeout(std::time::Duration::from_secs(10), self.permits.acquire()).await else {
            return Err(AppError::new(Code::TooMany, "Přihlašuje se právě příliš mnoho lidí. Zkuste to, prosím, za chvíli znovu."));
        };
        let _permit = permit.map_err(|_| AppError::fault())?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        tokio::task::spawn_blocking(move || {
            let parsed = PasswordHash::new(&hash).map_err(|_| AppError::fault())?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
        .map_err(|_| AppError::fault())?
    }
}

fn hash_with(params: &Params, password: &str) -> Result<String, AppError> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| AppError::fault())
}
