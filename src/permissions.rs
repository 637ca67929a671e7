//! Rights on one page: verbs, roles, and which role may do what. A grant gives a role on a place and
//! everything below it, from one day to another; nothing is allowed that is not written here.

/// A deed that needs a right.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Verb {
    ReadPlace,
    AddPlace,
    ReadScheme,
    ReadPoint,
    AddPoint,
    EditPoint,
    StepPoint,
    KeepTeams,
    ReadExemplar,
    AddExemplar,
    WithdrawExemplar,
    ReadFigure,
    Import,
    ManageAccounts,
}

impl Verb {
    /// Every verb, for the matrix.
    pub const ALL: [Verb; 14] = [
        Verb::ReadPlace,
        Verb::AddPlace,
        Verb::ReadScheme,
        Verb::ReadPoint,
        Verb::AddPoint,
        Verb::EditPoint,
        Verb::StepPoint,
        Verb::KeepTeams,
        Verb::ReadExemplar,
        Verb::AddExemplar,
        Verb::WithdrawExemplar,
        Verb::ReadFigure,
        Verb::Import,
        Verb::ManageAccounts,
    ];
}

/// What an account is, on the place of its grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Reader,
    CommuneOfficer,
    ProvincialOfficer,
    Administrator,
}

impl Role {
    /// Every role, for the matrix and the forms.
    pub const ALL: [Role; 4] = [Role::Reader, Role::CommuneOfficer, Role::ProvincialOfficer, Role::Administrator];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::CommuneOfficer => "commune-officer",
            Role::ProvincialOfficer => "provincial-officer",
            Role::Administrator => "administrator",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The one table: may this role do this?
    pub fn may(self, verb: Verb) -> bool {
        match verb {
            Verb::ReadPlace | Verb::ReadScheme | Verb::ReadPoint | Verb::ReadExemplar | Verb::ReadFigure => true,
            Verb::AddPlace | Verb::AddPoint | Verb::EditPoint | Verb::StepPoint | Verb::KeepTeams | Verb::Import => {
                match self {
                    Role::Reader => false,
                    Role::CommuneOfficer | Role::ProvincialOfficer | Role::Administrator => true,
                }
            }
            Verb::AddExemplar | Verb::WithdrawExemplar => match self {
                Role::Reader | Role::CommuneOfficer => false,
                Role::ProvincialOfficer | Role::Administrator => true,
            },
            Verb::ManageAccounts => match self {
                Role::Reader | Role::CommuneOfficer | Role::ProvincialOfficer => false,
                Role::Administrator => true,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rights_matrix_is_the_reviewed_one() {
        let mut matrix = String::new();
        for verb in Verb::ALL {
            let may: Vec<&str> = Role::ALL.iter().filter(|r| r.may(verb)).map(|r| r.code()).collect();
            matrix.push_str(&format!("{verb:?}: {}\n", may.join(" ")));
        }
        assert_eq!(matrix, include_str!("../docs/rights-matrix.txt"));
    }
}
