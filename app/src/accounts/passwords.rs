//! Hashing of passwords: argon2id with the parameters OWASP recommends, off the async threads and a bounded number at a time; and the rules for
//! new ones, with the estimate of zxcvbn.

use crate::error::{AppError, Code};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use domain::accounts::password::{Owner, Refusal, Rules};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The hasher.
#[derive(Debug)]
pub struct Passwords {
    permits: Semaphore,
    params: Params,
    nobody: String,
    /// The rules for new passwords.
    pub rules: Rules,
}

/// What comparing with a hash gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// It is the password.
    pub right: bool,
    /// It was hashed with other parameters than new ones are.
    pub outdated: bool,
}

impl Passwords {
    /// `memory_kib`, `passes`: 19 456 KiB and 2 passes are OWASP's first choice of 2025. At most `at_once` hashes run at a time.
    pub fn new(memory_kib: u32, passes: u32, at_once: usize) -> Result<Self, AppError> {
        let params = Params::new(memory_kib, passes, 1, None).map_err(|_| AppError::fault())?;
        let nobody = hash_with(&params, "nobody has this password")?;
        Ok(Self { permits: Semaphore::new(at_once), params, nobody, rules: Rules::default() })
    }

    /// Hashes a new password to PHC form.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        let _permit = self.permit().await?;
        let params = self.params.clone();
        tokio::task::spawn_blocking(move || hash_with(&params, &password)).await.map_err(|_| AppError::fault())?
    }

    /// Whether the password is the one of `hash`. Without a hash (nobody of that name) it takes the same time and is false.
    pub async fn compare(&self, hash: Option<String>, password: String) -> Result<Compared, AppError> {
        let _permit = self.permit().await?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let params = self.params.clone();
        tokio::task::spawn_blocking(move || {
            let parsed = PasswordHash::new(&hash).map_err(|_| AppError::fault())?;
            let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known;
            let with = Params::try_from(&parsed).map_err(|_| AppError::fault())?;
            Ok(Compared { right, outdated: right && (with.m_cost(), with.t_cost()) != (params.m_cost(), params.t_cost()) })
        })
        .await
        .map_err(|_| AppError::fault())?
    }

    /// Refuses a new password that breaks a rule or is one of the last ones, whose hashes are given.
    pub async fn check(&self, password: &str, owner: &Owner, last: Vec<String>) -> Result<(), AppError> {
        let refused = |refusal: Refusal| AppError::field("nove", refusal.to_string());
        self.rules.check(password, owner, |password, words| zxcvbn::zxcvbn(password, words).score().into()).map_err(refused)?;
        for hash in last {
            if self.compare(Some(hash), password.to_owned()).await?.right {
                return Err(refused(Refusal::Used(self.rules.remembered)));
            }
        }
        Ok(())
    }

    async fn permit(&self) -> Result<tokio::sync::SemaphorePermit<'_>, AppError> {
        let Ok(permit) = tokio::time::timeout(Duration::from_secs(10), self.permits.acquire()).await else {
            return Err(AppError::new(Code::TooMany, "Přihlašuje se právě příliš mnoho lidí. Zkuste to, prosím, za chvíli znovu."));
        };
        permit.map_err(|_| AppError::fault())
    }
}

fn hash_with(params: &Params, password: &str) -> Result<String, AppError> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| AppError::fault())
}

/// A one-time password: five groups that can be read out loud, about 64 bits. It is changed at the first sign-in.
///
/// # Errors
/// The system has no randomness.
pub fn one_time() -> Result<String, AppError> {
    // Without letters and digits that look alike.
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let bytes = super::session::random::<20>()?;
    let letters: String = bytes.iter().map(|b| char::from(LETTERS[usize::from(*b) % LETTERS.len()])).collect();
    Ok(domain::text::in_fours(&letters, "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner { login: "novakova".to_owned(), name: "Jana Nováková".to_owned(), organisations: Vec::new(), administrator: false }
    }

    #[tokio::test]
    async fn hashes_are_compared_and_age() {
        let passwords = Passwords::new(64, 1, 1).unwrap();
        let stronger = Passwords::new(128, 2, 1).unwrap();
        let hash = passwords.hash("modrá ryba".to_owned()).await.unwrap();
        let compared = |right, outdated| Compared { right, outdated };
        assert_eq!(passwords.compare(Some(hash.clone()), "modrá ryba".to_owned()).await.unwrap(), compared(true, false));
        assert_eq!(passwords.compare(Some(hash.clone()), "modrá ryb".to_owned()).await.unwrap(), compared(false, false));
        assert_eq!(passwords.compare(None, "nobody has this password".to_owned()).await.unwrap(), compared(false, false));
        assert_eq!(stronger.compare(Some(hash), "modrá ryba".to_owned()).await.unwrap(), compared(true, true));
    }

    #[tokio::test]
    async fn what_is_guessed_easily_or_was_used_is_refused() {
        let passwords = Passwords::new(64, 1, 1).unwrap();
        for easy in ["qwertzuiop987", "abcdefghijklmnop", "1qaz2wsx3edc!!", "aaaaaaaabbbbbbbb"] {
            assert!(passwords.check(easy, &owner(), Vec::new()).await.is_err(), "{easy}");
        }
        let good = "zelená lžíce na stromě";
        assert_eq!(passwords.check(good, &owner(), Vec::new()).await, Ok(()));
        let used = passwords.hash(good.to_owned()).await.unwrap();
        let refused = passwords.check(good, &owner(), vec![used]).await.unwrap_err();
        assert!(refused.sentence.contains("už jste měli"), "{refused}");
    }

    #[test]
    fn one_time_passwords_differ_and_can_be_read_out() {
        let all: std::collections::HashSet<String> = (0..50).map(|_| one_time().unwrap()).collect();
        assert_eq!(all.len(), 50);
        assert!(all.iter().all(|p| p.len() == 24 && !p.contains(['0', 'o', '1', 'l', 'i'])));
    }
}
