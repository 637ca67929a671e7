//! Ids: UUIDv7, unique nationally and sorted by birth; and bytes that nobody can guess.

/// A new id.
pub fn new() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Bytes for keys, tokens and salts.
pub fn secret<const N: usize>() -> [u8; N] {
    rand::random()
}
