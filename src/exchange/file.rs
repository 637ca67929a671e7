//! From the bytes of a file to its sheets, or why it cannot be read.

use sheets::{Limits, ReadError, Sheet};

use crate::error::{Error, Result};

/// Reads a file that an office sent; told by its content, not by its name.
pub fn read_sheets(file_name: &str, bytes: &[u8]) -> Result<Vec<Sheet>> {
    sheets::read(file_name, bytes, Limits::default()).map_err(|error| {
        Error::Refused(match error {
            ReadError::TooLarge | ReadError::ZipBomb | ReadError::TooManyRows | ReadError::TooManyColumns => {
                "import-file-too-large"
            }
            ReadError::NotText => "import-file-not-text",
            ReadError::Encrypted => "import-file-encrypted",
            _ => "import-file-not-a-sheet",
        })
    })
}
