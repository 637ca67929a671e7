//! People and retention from the command line: the same actions as on the pages.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::app::App;
use crate::cli::{Where, say};
use crate::error::{Error, Result};
use crate::parties::store as people;
use crate::places::store as places;
use crate::privacy::retention::run::{self, Over};
use crate::privacy::{erasure, export};
use crate::words::{Lang, Words, words};

#[derive(Args)]
pub struct Person {
    #[command(subcommand)]
    deed: PersonDeed,
}

#[derive(Subcommand)]
enum PersonDeed {
    /// Find people by a part of their name.
    Find {
        name: String,
        #[arg(long, default_value = "25")]
        place: String,
    },
    /// Write everything that is held of a person to a file (.json, .xlsx or .csv).
    Export { id: String, file: PathBuf },
    /// Erase a person whose request to delete was accepted.
    Erase { id: String },
}

impl Person {
    /// Does what was asked with people.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        match &self.deed {
            PersonDeed::Find { name, place } => find(&app, name, place),
            PersonDeed::Export { id, file } => write_copy(&app, id, file),
            PersonDeed::Erase { id } => {
                app.write(|work| erasure::erase(work, id))?;
                say(words(Lang::Vi).t("cli-person-erased"));
                tell_unscrubbed(&app)
            }
        }
    }
}

fn find(app: &App, name: &str, place: &str) -> Result<()> {
    let key = fold::key(name);
    let found = app.read(|work| {
        let place = places::by_code(work, place)?;
        crate::privacy::pages::saw_place(work, "people.read", &place)?;
        people::of_place(work, &place)
    })?;
    let bearing = found.iter().filter(|listed| fold::key(&listed.name).contains(&key));
    bearing.for_each(|listed| say(&format!("{}\t{}\t{}", listed.id, listed.name, listed.place)));
    Ok(())
}

fn write_copy(app: &App, id: &str, file: &Path) -> Result<()> {
    let w = words(Lang::Vi);
    let (title, copy) = app.read(|work| {
        let (person, copy) = export::of_person(work, id)?;
        Ok((people::name(work, &person)?, copy))
    })?;
    let ending = file.extension().map_or_else(String::new, |ending| ending.to_string_lossy().to_lowercase());
    let bytes = match ending.as_str() {
        "json" => serde_json::to_vec_pretty(&copy).map_err(anyhow::Error::new)?,
        "csv" => sheets::write_csv(&export::table(w, &copy, &title)),
        _ => sheets::write_xlsx(&export::table(w, &copy, &title)).map_err(anyhow::Error::new)?,
    };
    std::fs::write(file, bytes).map_err(anyhow::Error::new)?;
    say(&w.with("cli-person-copied", file.display()));
    Ok(())
}

#[derive(Args)]
pub struct Retention {
    /// Code of the province whose periods hold.
    #[arg(long, default_value = "25")]
    place: String,
    /// Erase what is over; without it, it is only listed.
    #[arg(long)]
    erase: bool,
}

impl Retention {
    /// Lists what is kept no longer, and erases it when told to.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let w = words(Lang::Vi);
        let list = app.read(|work| {
            let place = places::by_code(work, &self.place)?;
            run::list(work, &place)
        })?;
        list.iter().for_each(|over| say(&line(w, over)));
        if !self.erase {
            return Ok(());
        }
        let done = app.write(|work| {
            let place = places::by_code(work, &self.place)?;
            run::erase(work, &place)
        });
        match done {
            // A run every night that finds nothing is no failure.
            Err(Error::Refused(key @ "retention-nothing")) => say(w.t(key)),
            Ok(_) => say(w.t("cli-retention-erased")),
            Err(error) => return Err(error),
        }
        tell_unscrubbed(&app)
    }
}

fn line(w: &Words, over: &Over) -> String {
    let thing = w.t(&format!("kept_thing-{}", over.thing.code())).to_owned();
    format!("{:>8}  {}  {thing}", fold::show_count(over.n), over.before)
}

fn tell_unscrubbed(app: &App) -> Result<()> {
    if app.is_unscrubbed()? {
        return Err(Error::Refused("cli-scrub-pending"));
    }
    Ok(())
}
