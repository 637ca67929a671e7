//! The web: one page of routes, what a request brings, how an answer leaves.

pub mod account;
pub mod account_reviews;
pub mod answers;
pub mod api;
pub mod ask;
pub mod assets;
pub mod chart;
pub mod cookies;
pub mod dashboard;
pub mod dates;
pub mod history;
pub mod journal_page;
pub mod lock;
pub mod map;
pub mod metrics;
pub mod once;
pub mod passkeys;
pub mod policy;
pub mod provider;
pub mod reply;
pub mod router;
pub mod security;
pub mod serve;
pub mod shell;
pub mod switch;
pub mod tokens;
