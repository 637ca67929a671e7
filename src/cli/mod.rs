//! The command line: serve, demo, import, export, figures, rows, heartbeat, lineage, places, user, person, retention, check, backup, restore.

mod ask;
mod copies;
pub mod keep;
mod life;
mod oidc;
mod people;
mod reorganise;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app::App;
use crate::error::{Error, Result};
use crate::web::shell::sentence;
use crate::words::{Lang, words};

#[derive(Parser)]
#[command(name = "diemsang", version, about = "Điểm Sáng")]
struct Line {
    #[command(flatten)]
    place: Where,
    #[command(subcommand)]
    command: Command,
}

/// Where the data is.
#[derive(Args, Clone)]
pub struct Where {
    /// Data folder of the embedded database.
    #[arg(long, global = true, env = "DIEMSANG_DIR", default_value = "var/demo")]
    dir: PathBuf,
    /// PostgreSQL instead of the embedded database.
    #[arg(long, global = true, env = "DIEMSANG_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl Where {
    /// Opens the data, bringing its schema up to date.
    pub fn open(&self) -> Result<App> {
        match &self.database {
            Some(url) if !url.is_empty() => App::connect(url, &self.dir),
            Some(_) | None => App::open_dir(&self.dir),
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and the API.
    Serve(Box<serve::Serve>),
    /// Make the sample province or the national data set.
    Demo(keep::Demo),
    /// Ask figures.
    Figures(ask::FiguresOf),
    /// The rows behind a figure.
    Rows(ask::RowsOf),
    /// How points live, by the province's rule.
    Heartbeat(life::Heartbeat),
    /// How a scheme spread: which point came from which, and how many live on.
    Lineage(life::Lineage),
    /// How schemes fare on ground like a place.
    Fit(life::Fit),
    /// Places as of a date.
    Places(ask::PlacesOf),
    /// Groupings of places: the list, or who is in the groups of one.
    Groupings(ask::GroupingsOf),
    /// Check, then import a list.
    Import(keep::Import),
    /// Undo an imported list, by the run that import told.
    UndoImport { run: String },
    /// Export a list that import reads.
    Export(keep::Export),
    /// Reorganisations of places: draft, show, sign, reverse.
    Reorganisation(reorganise::Reorganisation),
    /// Accounts.
    User(keep::User),
    /// Check database, journal and data.
    Check {
        /// Lines that `anchor` printed earlier and that were kept elsewhere.
        #[arg(long)]
        anchors: Option<PathBuf>,
        /// What looks wrong in the data itself and is worth a look.
        #[arg(long)]
        data: bool,
        /// Code of the place whose data is looked at.
        #[arg(long, default_value = "25")]
        place: String,
    },
    /// Print a line a province that proves later that the journal up to now was not rewritten.
    Anchor,
    /// What is held of people: find, export, erase.
    Person(people::Person),
    /// List what is kept no longer; with --erase, erase it.
    Retention(people::Retention),
    /// Write a verified copy of the data.
    Backup { file: PathBuf },
    /// Put a copy back into an empty data folder.
    Restore { file: PathBuf },
}

/// Runs the command that was given.
pub fn run() -> ExitCode {
    let line = Line::parse();
    serve::start_log();
    let told = match &line.command {
        Command::Serve(serve) => serve.run(&line.place),
        Command::Demo(demo) => demo.run(&line.place),
        Command::Figures(figures) => figures.run(&line.place),
        Command::Rows(rows) => rows.run(&line.place),
        Command::Heartbeat(heartbeat) => heartbeat.run(&line.place),
        Command::Lineage(lineage) => lineage.run(&line.place),
        Command::Fit(fit) => fit.run(&line.place),
        Command::Places(places) => places.run(&line.place),
        Command::Groupings(groupings) => groupings.run(&line.place),
        Command::Import(import) => import.run(&line.place),
        Command::UndoImport { run } => keep::undo_import(&line.place, run),
        Command::Export(export) => export.run(&line.place),
        Command::Reorganisation(deed) => deed.run(&line.place),
        Command::User(user) => user.run(&line.place),
        Command::Check { data: true, place, .. } => life::check_data(&line.place, place),
        Command::Check { anchors, .. } => copies::check(&line.place, anchors.as_deref()),
        Command::Anchor => copies::anchor(&line.place),
        Command::Person(person) => person.run(&line.place),
        Command::Retention(retention) => retention.run(&line.place),
        Command::Backup { file } => copies::backup(&line.place, file),
        Command::Restore { file } => copies::restore(&line.place, file),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn complain(error: &Error) {
    let w = words(Lang::Vi);
    match error {
        Error::NotFound => eprintln!("{}", w.t("cli-not-found")),
        Error::Forbidden(verb) => {
            eprintln!("{}", w.with("error-forbidden-hint", w.t(&crate::web::shell::verb_key(*verb))))
        }
        Error::Invalid(fields) => fields.iter().for_each(|fault| eprintln!("{}: {}", fault.field, sentence(fault, w))),
        Error::Refused(key) => eprintln!("{}", w.t(key)),
        Error::Conflict => eprintln!("{}", w.t("save-conflict")),
        Error::Broken(cause) => eprintln!("{cause:#}"),
    }
}

/// Prints a line; a reader that has gone away ends the program quietly.
pub fn say(text: &str) {
    use std::io::Write;
    if writeln!(std::io::stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}
