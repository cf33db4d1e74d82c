//! What stands between a password that proved right and an open session, in this order.

use super::password::Outdated;

/// The next thing that is asked for. Until nothing is, the session opens no page but that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// A code of the second factor.
    SecondFactor,
    /// A new password.
    Password(Outdated),
    /// Setting up the second factor, which the rights of the account ask for.
    SetUpSecondFactor,
    /// The organisation to work for, where there are several.
    Organisation,
    /// Ending the session that the person has elsewhere.
    TakeOver,
}

/// What decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// A second factor is set up.
    pub has_second_factor: bool,
    /// It was shown in this session.
    pub second_factor_shown: bool,
    /// It is asked for: Správa systému in one of the accounts, or configuration.
    pub needs_second_factor: bool,
    /// The password has to be changed.
    pub outdated: Option<Outdated>,
    /// Accounts that can be used.
    pub accounts: usize,
    /// The account of this session is one of them.
    pub usable: bool,
    /// One of them was chosen in this session.
    pub chosen: bool,
    /// The person has another open session.
    pub elsewhere: bool,
}

impl Facts {
    /// The next gate; none when the session is open.
    pub fn gate(self) -> Option<Gate> {
        if self.has_second_factor && !self.second_factor_shown {
            return Some(Gate::SecondFactor);
        }
        if let Some(reason) = self.outdated {
            return Some(Gate::Password(reason));
        }
        if self.needs_second_factor && !self.has_second_factor {
            return Some(Gate::SetUpSecondFactor);
        }
        // Whoever has none yet has an invitation to answer.
        if (self.accounts != 1 || !self.usable) && !self.chosen {
            return Some(Gate::Organisation);
        }
        self.elsewhere.then_some(Gate::TakeOver)
    }

    /// What an open session is put before again when the rights of its account changed.
    pub fn gate_again(self) -> Option<Gate> {
        (self.needs_second_factor && !self.has_second_factor).then_some(Gate::SetUpSecondFactor)
    }
}

impl Gate {
    /// As it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::Password(reason) => reason.code(),
            Self::SetUpSecondFactor => "set_up_second_factor",
            Self::Organisation => "organisation",
            Self::TakeOver => "take_over",
        }
    }

    /// Reads what [`Self::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "second_factor" => Some(Self::SecondFactor),
            "set_up_second_factor" => Some(Self::SetUpSecondFactor),
            "organisation" => Some(Self::Organisation),
            "take_over" => Some(Self::TakeOver),
            reason => Outdated::from_code(reason).map(Self::Password),
        }
    }

    /// The page that asks for it.
    pub fn page(self) -> &'static str {
        match self {
            Self::SecondFactor => "/prihlaseni/kod",
            Self::Password(_) => "/prihlaseni/heslo",
            Self::SetUpSecondFactor => "/prihlaseni/druhy-faktor",
            Self::Organisation => "/prihlaseni/organizace",
            Self::TakeOver => "/prihlaseni/prevzit",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_come_in_their_order() {
        let all = Facts {
            has_second_factor: true,
            second_factor_shown: false,
            needs_second_factor: true,
            outdated: Some(Outdated::TooOld),
            accounts: 2,
            usable: true,
            chosen: false,
            elsewhere: true,
        };
        assert_eq!(all.gate(), Some(Gate::SecondFactor));
        let shown = Facts { second_factor_shown: true, ..all };
        assert_eq!(shown.gate(), Some(Gate::Password(Outdated::TooOld)));
        let changed = Facts { outdated: None, ..shown };
        assert_eq!(changed.gate(), Some(Gate::Organisation));
        assert_eq!(Facts { has_second_factor: false, ..changed }.gate(), Some(Gate::SetUpSecondFactor));
        assert_eq!(Facts { has_second_factor: false, needs_second_factor: false, ..changed }.gate(), Some(Gate::Organisation));
        let chosen = Facts { chosen: true, ..changed };
        assert_eq!(chosen.gate(), Some(Gate::TakeOver));
        assert_eq!(Facts { elsewhere: false, ..chosen }.gate(), None);
        assert_eq!(Facts { accounts: 1, usable: true, ..Facts::default() }.gate(), None);
        // An invitation is no account to work in: it is answered, or the other account chosen.
        assert_eq!(Facts { accounts: 1, ..Facts::default() }.gate(), Some(Gate::Organisation));
        assert_eq!(Facts::default().gate(), Some(Gate::Organisation));
        // Somebody who works is interrupted by nothing but a missing factor.
        assert_eq!(all.gate_again(), None);
        assert_eq!(Facts { has_second_factor: false, ..all }.gate_again(), Some(Gate::SetUpSecondFactor));
    }

    #[test]
    fn codes_go_both_ways() {
        for gate in [
            Gate::SecondFactor,
            Gate::Password(Outdated::Initial),
            Gate::Password(Outdated::Ordered),
            Gate::Password(Outdated::TooShort),
            Gate::Password(Outdated::TooOld),
            Gate::SetUpSecondFactor,
            Gate::Organisation,
            Gate::TakeOver,
        ] {
            assert_eq!(Gate::from_code(gate.code()), Some(gate));
        }
        assert_eq!(Gate::from_code("open"), None);
    }
}
