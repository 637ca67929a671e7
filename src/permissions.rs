//! Rights on one page: verbs, roles, and which role may do what. A grant gives a role on a place and
//! everything below it, from one day to another; nothing is allowed that is not written here.

/// A deed that needs a right.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Verb {
    ReadPlace,
    AddPlace,
    DraftReorganisation,
    SignReorganisation,
    CorrectPlace,
    ReadScheme,
    ReadPoint,
    AddPoint,
    EditPoint,
    StepPoint,
    KeepTeams,
    KeepPapers,
    KeepActivities,
    /// Say what kind of ground a place is.
    KeepTraits,
    OpenReview,
    /// Change the rules that a province sets itself.
    KeepRules,
    ReadExemplar,
    AddExemplar,
    WithdrawExemplar,
    ReadFigure,
    Import,
    ManageAccounts,
    ReadAccounts,
    ReadJournal,
    SetPolicy,
    /// See people's private values, what they consented to and asked for, and incidents with them.
    ReadPerson,
    KeepPerson,
    KeepConsent,
    HandleRequests,
    ErasePerson,
    /// Run what retention periods say is over.
    Retain,
    /// Set retention periods, holidays and the texts of consent.
    KeepPrivacyRules,
}

impl Verb {
    /// Every verb, for the matrix.
    pub const ALL: [Verb; 32] = [
        Verb::ReadPlace,
        Verb::AddPlace,
        Verb::DraftReorganisation,
        Verb::SignReorganisation,
        Verb::CorrectPlace,
        Verb::ReadScheme,
        Verb::ReadPoint,
        Verb::AddPoint,
        Verb::EditPoint,
        Verb::StepPoint,
        Verb::KeepTeams,
        Verb::KeepPapers,
        Verb::KeepActivities,
        Verb::KeepTraits,
        Verb::OpenReview,
        Verb::KeepRules,
        Verb::ReadExemplar,
        Verb::AddExemplar,
        Verb::WithdrawExemplar,
        Verb::ReadFigure,
        Verb::Import,
        Verb::ManageAccounts,
        Verb::ReadAccounts,
        Verb::ReadJournal,
        Verb::SetPolicy,
        Verb::ReadPerson,
        Verb::KeepPerson,
        Verb::KeepConsent,
        Verb::HandleRequests,
        Verb::ErasePerson,
        Verb::Retain,
        Verb::KeepPrivacyRules,
    ];

    /// The word of addresses: `AddPoint`.
    pub fn word(self) -> String {
        format!("{self:?}")
    }

    /// Reads the word of addresses.
    pub fn from_word(word: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|verb| verb.word() == word)
    }
}

/// What an account is, on the place of its grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Reader,
    /// The standing body of a commune's board.
    CommuneOfficer,
    /// Who approves for the commune: the head of its board.
    CommuneApprover,
    /// The Front, a union, a school: proposes points and keeps its own teams.
    OwnerOrganisation,
    /// The provincial police division for the movement (PV05).
    ProvincialOfficer,
    Appraiser,
    /// Leads and signs.
    Leader,
    CouncilMember,
    /// The treasurer of a fund.
    Treasurer,
    Administrator,
    Auditor,
}

impl Role {
    /// Every role, for the matrix and the forms.
    pub const ALL: [Role; 11] = [
        Role::Reader,
        Role::CommuneOfficer,
        Role::CommuneApprover,
        Role::OwnerOrganisation,
        Role::ProvincialOfficer,
        Role::Appraiser,
        Role::Leader,
        Role::CouncilMember,
        Role::Treasurer,
        Role::Administrator,
        Role::Auditor,
    ];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::CommuneOfficer => "commune-officer",
            Role::CommuneApprover => "commune-approver",
            Role::OwnerOrganisation => "owner-organisation",
            Role::ProvincialOfficer => "provincial-officer",
            Role::Appraiser => "appraiser",
            Role::Leader => "leader",
            Role::CouncilMember => "council-member",
            Role::Treasurer => "treasurer",
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The one table: may this role do this?
    pub fn may(self, verb: Verb) -> bool {
        use Role::{
            Administrator, Auditor, CommuneApprover, CommuneOfficer, Leader, OwnerOrganisation, ProvincialOfficer,
            Treasurer,
        };
        match verb {
            Verb::ReadPlace | Verb::ReadScheme | Verb::ReadFigure => true,
            Verb::ReadPoint | Verb::ReadExemplar => self != Treasurer,
            Verb::AddPlace
            | Verb::AddPoint
            | Verb::EditPoint
            | Verb::KeepTeams
            | Verb::KeepPapers
            | Verb::KeepActivities => {
                matches!(self, CommuneOfficer | OwnerOrganisation | ProvincialOfficer | Administrator)
            }
            // Communes regroup their residential areas; whoever drafted does not sign.
            Verb::DraftReorganisation => matches!(self, CommuneOfficer | ProvincialOfficer | Administrator),
            Verb::SignReorganisation => matches!(self, CommuneApprover | ProvincialOfficer | Leader | Administrator),
            Verb::OpenReview => matches!(self, CommuneApprover | ProvincialOfficer | Administrator),
            Verb::StepPoint => matches!(self, CommuneOfficer | CommuneApprover | ProvincialOfficer | Administrator),
            Verb::Import | Verb::KeepTraits => matches!(self, CommuneOfficer | ProvincialOfficer | Administrator),
            Verb::CorrectPlace | Verb::AddExemplar | Verb::WithdrawExemplar | Verb::KeepRules => {
                matches!(self, ProvincialOfficer | Administrator)
            }
            Verb::ManageAccounts | Verb::SetPolicy => self == Administrator,
            Verb::ReadAccounts | Verb::ReadJournal => matches!(self, Administrator | Auditor),
            Verb::ReadPerson => matches!(self, ProvincialOfficer | Administrator | Auditor),
            Verb::KeepPerson | Verb::KeepConsent | Verb::HandleRequests => {
                matches!(self, ProvincialOfficer | Administrator)
            }
            // Who decides about a request is not who erases.
            Verb::ErasePerson | Verb::Retain | Verb::KeepPrivacyRules => self == Administrator,
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
