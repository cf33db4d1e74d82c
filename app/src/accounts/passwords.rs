//! Hashing of passwords: argon2id with the parameters OWASP recommends, off the async threads and a bounded number at a time; and the rules for
//! new ones, with the estimate of zxcvbn.

use crate::error::{AppError, Code};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt},
};
use domain::accounts::password::{Owner, Refusal, Rules};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

/// The hasher.
#[derive(Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    room: Arc<Room>,
    nobody: String,
    /// The rules for new passwords.
    pub rules: Rules,
}

/// The memory that hashing works in: one piece for each hash that may run, made at the start and kept, so that a flood of sign-ins takes no more.
struct Room {
    params: Params,
    pieces: Mutex<Vec<Vec<Block>>>,
    hashes: AtomicU64,
}

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Room").field("params", &self.params).finish_non_exhaustive()
    }
}

impl Room {
    fn piece(params: &Params) -> Vec<Block> {
        vec![Block::new(); params.block_count()]
    }

    fn digest(&self, params: &Params, salt: &Salt, password: &str) -> Result<Output, AppError> {
        self.hashes.fetch_add(1, Ordering::Relaxed);
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        let kept = self.pieces.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut piece = kept.unwrap_or_else(|| Self::piece(&self.params));
        let done = if params.block_count() <= piece.len() {
            argon.hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut piece)
        } else {
            // A hash from times when the settings asked for more memory: once, then it is renewed.
            argon.hash_password_into(password.as_bytes(), salt, &mut out)
        };
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
        done.map_err(|_| AppError::fault())?;
        Output::new(&out).map_err(|_| AppError::fault())
    }

    fn hash(&self, password: &str) -> Result<String, AppError> {
        let salt = Salt::new(&super::session::random::<16>()?).map_err(|_| AppError::fault())?;
        let output = self.digest(&self.params, &salt, password)?;
        let params = ParamsString::try_from(&self.params).map_err(|_| AppError::fault())?;
        let algorithm = Ident::from(Algorithm::Argon2id);
        Ok(PasswordHash { algorithm, version: Some(Version::V0x13.into()), params, salt: Some(salt), hash: Some(output) }.to_string())
    }

    fn compare(&self, hash: &str, password: &str) -> Result<Compared, AppError> {
        let parsed = PasswordHash::new(hash).map_err(|_| AppError::fault())?;
        let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else { return Err(AppError::fault()) };
        let params = Params::try_from(&parsed).map_err(|_| AppError::fault())?;
        // The digests are compared in the same time whatever differs.
        let right = self.digest(&params, &salt, password)? == expected;
        let outdated = (params.m_cost(), params.t_cost()) != (self.params.m_cost(), self.params.t_cost());
        Ok(Compared { right, outdated: right && outdated })
    }
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
        let pieces = Mutex::new((0..at_once).map(|_| Room::piece(&params)).collect());
        let room = Room { params, pieces, hashes: AtomicU64::new(0) };
        let nobody = room.hash("nobody has this password")?;
        Ok(Self { permits: Arc::new(Semaphore::new(at_once)), room: Arc::new(room), nobody, rules: Rules::default() })
    }

    /// How many hashes were computed so far.
    pub fn hashes(&self) -> u64 {
        self.room.hashes.load(Ordering::Relaxed)
    }

    /// Hashes a new password to PHC form.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        self.run(move |room| room.hash(&password)).await
    }

    /// Whether the password is the one of `hash`. Without a hash (nobody of that name) it takes the same time and is false.
    pub async fn compare(&self, hash: Option<String>, password: String) -> Result<Compared, AppError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let compared = self.run(move |room| room.compare(&hash, &password)).await?;
        Ok(Compared { right: compared.right && known, outdated: compared.outdated && known })
    }

    /// Works off the async threads once one of the permits is free. The work keeps its permit even when nobody waits for it any more.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Room) -> Result<T, AppError> + Send + 'static) -> Result<T, AppError> {
        let Ok(permit) = tokio::time::timeout(Duration::from_secs(10), Arc::clone(&self.permits).acquire_owned()).await else {
            return Err(AppError::new(Code::TooMany, "Přihlašuje se právě příliš mnoho lidí. Zkuste to, prosím, za chvíli znovu."));
        };
        let permit = permit.map_err(|_| AppError::fault())?;
        let room = Arc::clone(&self.room);
        let work = move || {
            let result = work(&room);
            drop(permit);
            result
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| AppError::fault())?
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
        // One made with more memory than is kept is compared, too.
        let strong = stronger.hash("modrá ryba".to_owned()).await.unwrap();
        assert_eq!(passwords.compare(Some(strong.clone()), "modrá ryba".to_owned()).await.unwrap(), compared(true, true));
        assert_eq!(passwords.compare(Some(strong), "jiná ryba".to_owned()).await.unwrap(), compared(false, false));
    }

    #[tokio::test]
    async fn hashes_are_those_of_the_library_and_share_the_memory() {
        use argon2::{PasswordHasher as _, PasswordVerifier as _};
        let passwords = Passwords::new(64, 2, 2).unwrap();
        let hash = passwords.hash("modrá ryba".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{hash}");
        assert!(Argon2::default().verify_password("modrá ryba".as_bytes(), &PasswordHash::new(&hash).unwrap()).is_ok());
        let theirs = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(32, 1, 1, None).unwrap());
        let theirs = theirs.hash_password("modrá ryba".as_bytes()).unwrap().to_string();
        assert!(passwords.compare(Some(theirs), "modrá ryba".to_owned()).await.unwrap().right);
        let before = passwords.hashes();
        let many = (0..20).map(|n| passwords.compare(None, format!("{n}")));
        assert!(futures::future::join_all(many).await.into_iter().all(|compared| !compared.unwrap().right));
        assert_eq!(passwords.hashes() - before, 20);
        assert_eq!(passwords.room.pieces.lock().unwrap().len(), 2);
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
