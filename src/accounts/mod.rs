//! Accounts, sessions and grants in their first form. A password is kept as argon2id only; a session as
//! the hash of a random token. Failed sign-ins are counted per account *and* address, so that nobody can
//! lock someone else out.

pub mod actions;
pub mod challenges;
pub mod http;
pub mod links;
pub mod origin;
pub mod pages;
pub mod passkeys;
pub mod passwords;
pub mod policy;
pub mod provider;
pub mod reviews;
pub mod second_step;
pub mod sessions;
pub mod settings;
pub mod store;
pub mod tokens;
pub mod way;
