//! Checking the data, copying it, putting a copy back.

use std::path::{Path, PathBuf};

use files::{Hash, Shelf};
use store::Db;

use crate::activities::store as activities;
use crate::app::{App, FILE, make_folder};
use crate::cli::{Where, say};
use crate::error::{Error, Result};
use crate::journal;
use crate::papers::store as papers;
use crate::words::{Lang, words};

/// Checks the database file, the journal's chain, that kept states are what the steps make, and that every file
/// is there as it was sent. With a file of anchor lines, also that the journal still bears them out.
pub fn check(place: &Where, anchors: Option<&Path>) -> Result<()> {
    let app = place.open()?;
    let mut faults = app.db.integrity()?;
    faults.extend(app.db.read(journal::faults)?);
    if let Some(file) = anchors {
        let lines = std::fs::read_to_string(file).map_err(anyhow::Error::new)?;
        faults.extend(app.db.read(|tx| journal::broken_anchors(tx, &lines))?);
    }
    faults.extend(app.read(crate::envelopes::faults)?);
    faults.extend(app.read(crate::schemes::check::faults)?);
    faults.extend(app.read(activities::stale_sums)?);
    faults.extend(lost_files(&app, &app.files)?);
    if app.is_unscrubbed()? {
        faults.push(words(Lang::Vi).t("cli-scrub-pending").to_owned());
    }
    if faults.is_empty() {
        say(words(Lang::Vi).t("cli-check-good"));
        return Ok(());
    }
    faults.iter().for_each(|fault| say(fault));
    Err(Error::Refused("cli-check-bad"))
}

/// The files that the register names and that are not on a shelf as they were sent.
fn lost_files(app: &App, shelf: &Shelf) -> Result<Vec<String>> {
    let mut named = app.read(papers::all_files)?;
    named.extend(app.read(activities::all_files)?);
    let is_whole = |sha256: &String| Hash::read(sha256).is_some_and(|hash| shelf.is_whole(&hash));
    Ok(named.into_iter().filter(|sha256| !is_whole(sha256)).map(|sha256| format!("file {sha256}")).collect())
}

/// Prints where every province's journal stands.
pub fn anchor(place: &Where) -> Result<()> {
    let app = place.open()?;
    app.db.read(journal::anchors)?.iter().for_each(|line| say(line));
    Ok(())
}

/// The folder of files beside a copy of the database.
fn files_beside(copy: &Path) -> PathBuf {
    let mut name = copy.as_os_str().to_owned();
    name.push(".files");
    PathBuf::from(name)
}

fn copy_files(from: &Shelf, to: &Shelf) -> Result<usize> {
    let mut n_files = 0;
    for hash in from.all().map_err(anyhow::Error::new)? {
        let bytes = from.get(&hash).map_err(anyhow::Error::new)?;
        to.put(&bytes).map_err(anyhow::Error::new)?;
        n_files += 1;
    }
    Ok(n_files)
}

/// Writes a copy of the database and of the files beside it, opens it and checks it; a copy that fails is not kept.
pub fn backup(place: &Where, file: &Path) -> Result<()> {
    let app = place.open()?;
    let beside = files_beside(file);
    if file.exists() || beside.exists() {
        return Err(Error::Refused("cli-backup-exists"));
    }
    app.db.copy_to(file)?;
    // Files are put on the shelf before the register names them, so a later copy of the shelf holds all of them.
    let shelf = Shelf::new(&beside);
    let n_files = copy_files(&app.files, &shelf)?;
    let copy = Db::open_file(file)?;
    let mut faults = copy.integrity()?;
    faults.extend(copy.read(journal::faults)?);
    faults.extend(lost_files(&app, &shelf)?);
    if !faults.is_empty() {
        let _ = std::fs::remove_file(file);
        let _ = std::fs::remove_dir_all(&beside);
        faults.iter().for_each(|fault| say(fault));
        return Err(Error::Refused("cli-check-bad"));
    }
    let w = words(Lang::Vi);
    say(&w.with("cli-backup-made", file.display()));
    say(&w.fill(
        "cli-backup-files",
        &[("n", fold::show_count(n_files as i64)), ("folder", beside.display().to_string())],
    ));
    Ok(())
}

/// Puts a checked copy into a data folder that has none.
pub fn restore(place: &Where, file: &Path) -> Result<()> {
    let target = place.dir.join(FILE);
    if target.exists() {
        return Err(Error::Refused("cli-restore-not-empty"));
    }
    make_folder(&place.dir)?;
    let copy = Db::open_file(file)?;
    if !copy.integrity()?.is_empty() {
        return Err(Error::Refused("cli-check-bad"));
    }
    copy.copy_to(&target)?;
    let app = App::open_dir(&place.dir)?;
    copy_files(&Shelf::new(files_beside(file)), &app.files)?;
    let lost = lost_files(&app, &app.files)?;
    if !lost.is_empty() {
        lost.iter().for_each(|fault| say(fault));
        return Err(Error::Refused("cli-restore-without-files"));
    }
    say(&words(Lang::Vi).with("cli-restored", target.display()));
    Ok(())
}
