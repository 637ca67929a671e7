//! Điểm Sáng: a province's register of community-safety models and exemplars.

mod accounts;
mod activities;
mod app;
mod catalogue;
mod checks;
mod cli;
mod consents;
mod demo;
mod envelopes;
mod error;
mod exchange;
mod exemplars;
mod figures;
mod fit;
mod groupings;
mod heartbeat;
mod history;
mod ids;
mod journal;
mod kits;
mod lineage;
mod means;
mod papers;
mod parties;
mod permissions;
mod places;
mod privacy;
mod reviews;
mod schemes;
mod search;
mod terms;
mod web;
mod words;
mod work;
mod workbench;

#[cfg(test)]
mod stories;

/// Lists and pages are many small texts: a fifth of the work of a list was their memory (docs/decisions/011).
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
