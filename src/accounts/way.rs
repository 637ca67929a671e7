//! By which way someone came in, and whether that was both steps.

/// What was shown at the door, one thing or two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Password,
    PasswordAndCode,
    PasswordAndPasskey,
    /// Alone; its owner has unlocked it, so it is both steps.
    Passkey,
    Provider,
    ProviderAndCode,
    ProviderAndPasskey,
    /// The provider has asked for both steps itself, and says so.
    ProviderBoth,
}

impl Way {
    const ALL: [Way; 8] = [
        Way::Password,
        Way::PasswordAndCode,
        Way::PasswordAndPasskey,
        Way::Passkey,
        Way::Provider,
        Way::ProviderAndCode,
        Way::ProviderAndPasskey,
        Way::ProviderBoth,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Way::Password => "password",
            Way::PasswordAndCode => "password-code",
            Way::PasswordAndPasskey => "password-passkey",
            Way::Passkey => "passkey",
            Way::Provider => "provider",
            Way::ProviderAndCode => "provider-code",
            Way::ProviderAndPasskey => "provider-passkey",
            Way::ProviderBoth => "provider-both",
        }
    }

    /// Reads the code kept in the database; the least that can be meant, when it is not known.
    pub fn from_code(code: &str) -> Way {
        Way::ALL.into_iter().find(|way| way.code() == code).unwrap_or(Way::Password)
    }

    /// Is no second step wanted any more?
    pub fn is_both(self) -> bool {
        match self {
            Way::Password | Way::Provider => false,
            Way::PasswordAndCode
            | Way::PasswordAndPasskey
            | Way::Passkey
            | Way::ProviderAndCode
            | Way::ProviderAndPasskey
            | Way::ProviderBoth => true,
        }
    }

    /// Was the sign-in provider asked? Whoever leaves is then shown how to leave there too.
    pub fn is_by_provider(self) -> bool {
        match self {
            Way::Provider | Way::ProviderAndCode | Way::ProviderAndPasskey | Way::ProviderBoth => true,
            Way::Password | Way::PasswordAndCode | Way::PasswordAndPasskey | Way::Passkey => false,
        }
    }

    /// The way that this becomes by a second step.
    pub fn and(self, second: Second) -> Way {
        match (self.is_by_provider(), second) {
            (false, Second::Code) => Way::PasswordAndCode,
            (false, Second::Passkey) => Way::PasswordAndPasskey,
            (true, Second::Code) => Way::ProviderAndCode,
            (true, Second::Passkey) => Way::ProviderAndPasskey,
        }
    }
}

/// What was shown after the first step: a code of the phone or of the printed list, or a passkey.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Second {
    Code,
    Passkey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_kept_and_read_again() {
        for way in Way::ALL {
            assert_eq!(Way::from_code(way.code()), way);
        }
        assert_eq!(Way::from_code("?"), Way::Password);
    }

    #[test]
    fn one_thing_shown_is_one_step_unless_it_is_a_passkey() {
        let both: Vec<Way> = Way::ALL.into_iter().filter(|way| !way.is_both()).collect();
        assert_eq!(both, [Way::Password, Way::Provider]);
        for first in both {
            for second in [Second::Code, Second::Passkey] {
                assert!(first.and(second).is_both());
                assert_eq!(first.and(second).is_by_provider(), first.is_by_provider());
            }
        }
    }
}
