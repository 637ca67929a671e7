//! Điểm Sáng: a province's register of community-safety models and exemplars.

mod accounts;
mod app;
mod cli;
mod consents;
mod demo;
mod envelopes;
mod error;
mod exchange;
mod exemplars;
mod figures;
mod history;
mod ids;
mod journal;
mod parties;
mod permissions;
mod places;
mod privacy;
mod schemes;
mod search;
mod web;
mod words;
mod work;

#[cfg(test)]
mod stories;

fn main() -> std::process::ExitCode {
    cli::run()
}
