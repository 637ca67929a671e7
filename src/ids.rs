//! Ids: UUIDv7, unique nationally and sorted by birth; and bytes that nobody can guess.

/// A new id.
pub fn new() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// An id as the bytes that a passkey carries.
pub fn as_bytes(id: &str) -> Option<uuid::Uuid> {
    id.parse().ok()
}

/// Bytes for keys, tokens and salts.
pub fn secret<const N: usize>() -> [u8; N] {
    rand::random()
}
