//! The one error of the product: six cases, turned into a page or JSON in one place.

use store::StoreError;

use crate::permissions::Verb;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with one field: the words' key and what to put in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub key: &'static str,
    pub value: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not to be seen by this person.
    #[error("not found")]
    NotFound,
    /// May be seen, but this may not be done to it.
    #[error("forbidden: {0:?}")]
    Forbidden(Verb),
    /// Something was mistyped; every field at once.
    #[error("invalid: {0:?}")]
    Invalid(Vec<FieldError>),
    /// The programme's no: a key in the words that says what is missing.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// Someone saved first.
    #[error("someone saved first")]
    Conflict,
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        match error {
            StoreError::Unique(what) => {
                tracing::debug!(what, "a key was already there");
                Error::Conflict
            }
            StoreError::Retry => Error::Conflict,
            StoreError::ForeignKey | StoreError::Sqlite(_) | StoreError::Postgres(_) | StoreError::Other(_) => {
                Error::Broken(anyhow::Error::new(error))
            }
        }
    }
}

/// The most characters of a name: longer ones do not fit in an index of every engine.
pub const LONGEST_NAME: usize = 150;

/// Two such names and what stands between them.
pub const LONGEST_PAIR: usize = 2 * LONGEST_NAME + 3;

/// What is wrong with a name that is too long.
pub fn too_long(field: &'static str, name: &str, most: usize) -> Option<FieldError> {
    (name.chars().count() > most).then(|| FieldError { field, key: "name-long", value: most.to_string() })
}

impl Error {
    /// One mistyped field.
    pub fn field(field: &'static str, key: &'static str, value: impl Into<String>) -> Error {
        Error::Invalid(vec![FieldError { field, key, value: value.into() }])
    }
}
