//! What a password must be (decree 82/2018 Sb. § 19, later acts keep the numbers; news of MPSV of 31 December 2019).
//!
//! Lengths are characters as people count them (code points of NFC), never bytes. Forced rotation deviates from OWASP ASVS 5 (6.2): the ministry's
//! rules ask for it.

use crate::text::{fold, plural};
use chrono::{DateTime, Months, TimeDelta, Utc};
use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

/// The shipped list: passwords of 12 or more characters that many people use, folded, one on a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// The numbers; all of them are configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Fewest characters.
    pub shortest: usize,
    /// Fewest characters of whoever holds Správa systému.
    pub shortest_of_administrator: usize,
    /// Calendar months after which a password must be changed.
    pub months: u32,
    /// Time between two changes that the person made by choice.
    pub pause: TimeDelta,
    /// So many last passwords cannot be used again.
    pub remembered: u32,
    /// Least score of zxcvbn, 0–4.
    pub score: u8,
}

/// Characters of the longest password that is taken; longer ones are refused before anything is computed.
pub const LONGEST: usize = 256;

impl Default for Rules {
    fn default() -> Self {
        Self { shortest: 12, shortest_of_administrator: 17, months: 18, pause: TimeDelta::minutes(30), remembered: 12, score: 3 }
    }
}

/// Whose password it is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner {
    /// Sign-in name.
    pub login: String,
    /// Name and surname.
    pub name: String,
    /// Names of the organisations that the person has accounts in.
    pub organisations: Vec<String>,
    /// Holds Správa systému in one of them.
    pub administrator: bool,
}

/// Why a password is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was typed.
    #[error("Napište heslo.")]
    Empty,
    /// Fewer characters than the rule asks for.
    #[error("Heslo má {length} {}, musí jich mít aspoň {wanted}. Stačí několik slov za sebou, mezery můžete použít.", plural(count(*.length), "znak", "znaky", "znaků"))]
    TooShort {
        /// Characters that were typed.
        length: usize,
        /// Characters that are asked for.
        wanted: usize,
    },
    /// Longer than [`LONGEST`].
    #[error("Heslo má víc než {LONGEST} znaků. Zkraťte je, prosím.")]
    TooLong,
    /// Holds a name.
    #[error("Heslo obsahuje „{0}“, tedy vaše jméno nebo jméno organizace. Vymyslete jiné, které s vámi nesouvisí.")]
    Name(String),
    /// On the list, perhaps with digits or a year at its ends.
    #[error("Toto heslo používá mnoho lidí, útočník je zkusí mezi prvními. Číslice na začátku nebo na konci nepomohou, vymyslete jiné.")]
    Common,
    /// One unit again and again.
    #[error("Heslo jen opakuje „{0}“. Vymyslete jiné, které se neopakuje.")]
    Repeated(String),
    /// Guessed too easily.
    #[error("Heslo se dá snadno uhodnout. Přidejte další nesouvisející slovo; řady, data a klávesy vedle sebe nepomohou.")]
    Weak,
    /// One of the last so many.
    #[error("Toto heslo už jste měli. Vymyslete jiné, než bylo posledních {0}.")]
    Used(u32),
    /// Changed a short time ago.
    #[error("Heslo jste změnili před chvílí. Znovu je změnit jde po {0}.")]
    TooSoon(String),
    /// The present one does not match.
    #[error("Současné heslo nesouhlasí. Zkontrolujte, zda nemáte zapnutý Caps Lock.")]
    Wrong,
    /// The second field differs.
    #[error("Hesla se liší. Napište nové heslo do obou polí stejně.")]
    Differs,
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Characters of a password, as people count them.
pub fn length(password: &str) -> usize {
    crate::unicode::nfc(password).chars().count()
}

impl Rules {
    /// Fewest characters for this person.
    pub fn shortest_for(&self, administrator: bool) -> usize {
        if administrator { self.shortest_of_administrator } else { self.shortest }
    }

    /// Whether a new password may be used, as far as it can be told without its predecessors. `score` estimates how hard it is to guess (zxcvbn,
    /// 0–4); it gets the password and what the person is called.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, password: &str, owner: &Owner, score: impl FnOnce(&str, &[&str]) -> u8) -> Result<(), Refusal> {
        if password.is_empty() {
            return Err(Refusal::Empty);
        }
        let length = length(password);
        if length > LONGEST {
            return Err(Refusal::TooLong);
        }
        let wanted = self.shortest_for(owner.administrator);
        if length < wanted {
            return Err(Refusal::TooShort { length, wanted });
        }
        if let Some(unit) = repeated(password) {
            return Err(Refusal::Repeated(unit));
        }
        if is_common(password) {
            return Err(Refusal::Common);
        }
        if let Some(name) = owner.name_in(password) {
            return Err(Refusal::Name(name));
        }
        let words: Vec<&str> =
            [owner.login.as_str(), owner.name.as_str()].into_iter().chain(owner.organisations.iter().map(String::as_str)).collect();
        // Only the beginning is estimated: time grows with the square of the length, and what is that long is strong or repeats itself.
        let beginning: String = password.chars().take(64).collect();
        if score(&beginning, &words) < self.score { Err(Refusal::Weak) } else { Ok(()) }
    }

    /// The instant from which a password that was set at `changed` must be changed: so many calendar months later, the last day of a month where
    /// that month is shorter.
    pub fn expires(&self, changed: DateTime<Utc>) -> DateTime<Utc> {
        changed.checked_add_months(Months::new(self.months)).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The instant from which the person may change the password again by choice. A clock that went back does not lock anybody out: what was
    /// changed in the future counts as changed long ago.
    ///
    /// # Errors
    /// That instant, when it is still to come.
    pub fn may_change(&self, changed: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let from = changed + self.pause;
        if changed <= now && now < from { Err(from) } else { Ok(()) }
    }

    /// Why a password that just proved right has to be changed before anything else.
    pub fn outdated(&self, length: usize, administrator: bool, changed: DateTime<Utc>, now: DateTime<Utc>) -> Option<Outdated> {
        if length < self.shortest_for(administrator) {
            Some(Outdated::TooShort)
        } else if now >= self.expires(changed) {
            Some(Outdated::TooOld)
        } else {
            None
        }
    }
}

/// Why only the page for changing the password can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outdated {
    /// The first sign-in: somebody else knows the password.
    Initial,
    /// Somebody with Správa systému ordered it.
    Ordered,
    /// Shorter than the rule asks for by now.
    TooShort,
    /// Older than the rule allows.
    TooOld,
}

impl Outdated {
    /// As it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Ordered => "ordered",
            Self::TooShort => "too_short",
            Self::TooOld => "too_old",
        }
    }

    /// Reads what [`Self::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Initial, Self::Ordered, Self::TooShort, Self::TooOld].into_iter().find(|reason| reason.code() == code)
    }

    /// Why, to the person.
    pub fn sentence(self, rules: &Rules) -> Cow<'static, str> {
        match self {
            Self::Initial => "Přihlásili jste se jednorázovým heslem. Zvolte si vlastní, které budete znát jen vy.".into(),
            Self::Ordered => "Správce systému nařídil změnu hesla. Zvolte si nové.".into(),
            Self::TooShort => "Heslo je kratší, než pravidla pro vaše oprávnění žádají. Zvolte si delší.".into(),
            Self::TooOld => {
                let months = i64::from(rules.months);
                let passed = plural(months, "měsíc a ten už uplynul", "měsíce a ty už uplynuly", "měsíců a ty už uplynuly");
                format!("Heslo platí {months} {passed}. Zvolte si nové.").into()
            }
        }
    }
}

impl Owner {
    /// The name in a password, if it holds one: the sign-in name, a name of the person, or a word of the organisation's name of five or more
    /// letters; of three where the name is a single word, perhaps with a legal form in single letters. Case and accents don't hide it.
    fn name_in(&self, password: &str) -> Option<String> {
        let folded: String = fold(password).chars().filter(|c| c.is_alphanumeric()).collect();
        let words = |text: &str, least: usize| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= least).map(ToOwned::to_owned).collect()
        };
        let mut names = words(&self.login, 3);
        names.extend(words(&self.name, 3));
        names.extend(self.organisations.iter().flat_map(|name| match words(name, 3) {
            whole if whole.len() == 1 => whole,
            _ => words(name, 5),
        }));
        names.into_iter().find(|name| folded.contains(&fold(name)))
    }
}

/// The unit that a password repeats, the last time perhaps not to its end; none if it does not. Case counts as the same.
fn repeated(password: &str) -> Option<String> {
    let lower: Vec<char> = password.to_lowercase().chars().collect();
    let unit = (1..=lower.len() / 2).find(|unit| lower.iter().zip(lower.iter().skip(*unit)).all(|(a, b)| a == b))?;
    Some(lower[..unit].iter().collect())
}

/// What is left of a password without case, accents, spaces, and digits and signs at its ends.
fn stem(password: &str) -> String {
    let folded: String = fold(password).chars().filter(|c| !c.is_whitespace()).collect();
    folded.trim_matches(|c: char| !c.is_alphabetic()).to_owned()
}

fn is_common(password: &str) -> bool {
    static WHOLE: LazyLock<HashSet<&'static str>> = LazyLock::new(|| COMMON.lines().collect());
    static STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| COMMON.lines().map(stem).filter(|stem| stem.chars().count() >= 6).collect());
    let folded: String = fold(password).chars().filter(|c| !c.is_whitespace()).collect();
    WHOLE.contains(folded.as_str()) || STEMS.contains(&stem(password))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owner() -> Owner {
        Owner {
            login: "j.novakova".to_owned(),
            name: "Jana Nováková".to_owned(),
            organisations: vec!["Ústecký kraj".to_owned()],
            administrator: false,
        }
    }

    fn check(password: &str, owner: &Owner) -> Result<(), Refusal> {
        Rules::default().check(password, owner, |_, _| 4)
    }

    /// DOMAIN of the ministry's rule: 11 and 12, 16 and 17, characters and not bytes.
    #[test]
    fn lengths() {
        let admin = Owner { administrator: true, ..owner() };
        for (password, whose, wanted) in [
            ("zelená ryba", owner(), Some(12)),
            ("zelená ryba!", owner(), None),
            ("zelená ryba vaří", admin.clone(), Some(17)),
            ("zelená ryba vaří!", admin, None),
            ("žluťoučký 🐟🐠", owner(), None),
        ] {
            let length = password.chars().count();
            assert_eq!(check(password, &whose), wanted.map_or(Ok(()), |wanted| Err(Refusal::TooShort { length, wanted })), "{password}");
        }
        // Composed or not, it is the same password.
        assert_eq!(length("z\u{30c}"), 1);
        let long = |n: usize| "kolo vaří modrý strom ".chars().chain(('a'..='z').cycle()).take(n).collect::<String>();
        assert_eq!(check(&long(128), &owner()), Ok(()));
        assert_eq!(check(&long(LONGEST), &owner()), Ok(()));
        assert_eq!(check(&long(LONGEST + 1), &owner()), Err(Refusal::TooLong));
        assert_eq!(check("", &owner()), Err(Refusal::Empty));
    }

    #[test]
    fn what_is_not_allowed() {
        for (password, refusal) in [
            ("hesloheslohesloheslo", Refusal::Repeated("heslo".to_owned())),
            ("HesloHesloheslohe", Refusal::Repeated("heslo".to_owned())),
            ("aaaaaaaaaaaaaaa", Refusal::Repeated("a".to_owned())),
            ("ministerstvo", Refusal::Common),
            ("Ministerstvo2026", Refusal::Common),
            ("2026 MINISTERSTVO !!", Refusal::Common),
            ("123456789012", Refusal::Common),
            ("password9999", Refusal::Common),
            ("zelený strom nováková", Refusal::Name("novakova".to_owned())),
            ("zelenyNOVAKOVAstrom", Refusal::Name("novakova".to_owned())),
            ("modrá jana vaří kolo", Refusal::Name("Jana".to_owned())),
            ("uste cky strom vaří", Refusal::Name("Ústecký".to_owned())),
        ] {
            assert_eq!(check(password, &owner()), Err(refusal), "{password}");
        }
        for password in ["zelený kraj vaří kolo", "modrá ryba na stromě", "tři kola 7 lžic!", "kolo kolo mlýnský za čtyři"] {
            assert_eq!(check(password, &owner()), Ok(()), "{password}");
        }
        assert_eq!(Rules::default().check("modrá ryba na stromě", &owner(), |_, _| 2), Err(Refusal::Weak));
        assert_eq!(Rules::default().check("modrá ryba na stromě", &owner(), |_, _| 3), Ok(()));
    }

    #[test]
    fn a_short_name_of_an_organisation_counts_whole() {
        for (organisation, password, found) in [
            ("ROSA", "modrá rosa vaří kolo", Some("ROSA")),
            ("Růže, z. s.", "modrá RUZE na stromě", Some("Růže")),
            ("Dům na půli", "modrý dům na stromě", None),
            ("A1", "modrá a1 ryba na stromě", None),
            ("", "modrá ryba na stromě", None),
        ] {
            let owner = Owner { organisations: vec![organisation.to_owned()], ..owner() };
            assert_eq!(check(password, &owner), found.map_or(Ok(()), |name| Err(Refusal::Name(name.to_owned()))), "{organisation}");
        }
    }

    #[test]
    fn the_age_is_told_in_the_months_of_the_rule() {
        for (months, said) in [
            (1, "Heslo platí 1 měsíc a ten už uplynul."),
            (3, "Heslo platí 3 měsíce a ty už uplynuly."),
            (18, "Heslo platí 18 měsíců a ty už uplynuly."),
        ] {
            let rules = Rules { months, ..Rules::default() };
            assert!(Outdated::TooOld.sentence(&rules).starts_with(said), "{months}");
        }
    }

    #[test]
    fn the_list_has_its_shape() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 400 && lines.is_sorted(), "{}", lines.len());
        for line in lines {
            assert!(line.chars().count() >= 12 && line.to_lowercase() == line && !line.contains(' '), "{line}");
        }
    }

    /// 29:59 and 30:00; 18 calendar months with the end of a shorter month.
    #[test]
    fn ages() {
        let rules = Rules::default();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let changed = at("2026-01-31T10:00:00Z");
        assert_eq!(rules.may_change(changed, at("2026-01-31T10:29:59Z")), Err(at("2026-01-31T10:30:00Z")));
        assert_eq!(rules.may_change(changed, at("2026-01-31T10:30:00Z")), Ok(()));
        assert_eq!(rules.may_change(changed, at("2026-01-31T09:00:00Z")), Ok(()), "the clock went back");
        for (changed, expires) in [
            ("2026-01-31T10:00:00Z", "2027-07-31T10:00:00Z"),
            ("2026-08-31T10:00:00Z", "2028-02-29T10:00:00Z"),
            ("2025-08-30T10:00:00Z", "2027-02-28T10:00:00Z"),
        ] {
            assert_eq!(rules.expires(at(changed)), at(expires));
            let before = at(expires) - TimeDelta::seconds(1);
            assert_eq!(rules.outdated(12, false, at(changed), before), None);
            assert_eq!(rules.outdated(12, false, at(changed), at(expires)), Some(Outdated::TooOld));
        }
        assert_eq!(rules.outdated(12, true, changed, changed), Some(Outdated::TooShort));
        assert_eq!(rules.outdated(17, true, changed, changed), None);
    }

    proptest! {
        #[test]
        fn a_repeated_unit_is_found(unit in "[a-z ]{1,6}", times in 2_usize..8, cut in 0_usize..6) {
            let whole = unit.repeat(times);
            let shown: String = whole.chars().take(whole.len() - cut.min(whole.len() - 2 * unit.len())).collect();
            prop_assert!(repeated(&shown).is_some());
        }

        #[test]
        fn nothing_stops_the_check(password in ".{0,300}") {
            let _ = check(&password, &owner());
        }
    }
}
