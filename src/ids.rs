//! Ids: UUIDv7, unique nationally and sorted by birth.

/// A new id.
pub fn new() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// An id as the bytes that a passkey carries.
pub fn as_bytes(id: &str) -> Option<uuid::Uuid> {
    id.parse().ok()
}
