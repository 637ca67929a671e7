//! Ids: UUIDv7, unique nationally and sorted by birth.

/// A new id.
pub fn new() -> String {
    uuid::Uuid::now_v7().to_string()
}
