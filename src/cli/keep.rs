//! Keeping the data from the command line: the demo, lists, accounts, checks, copies.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::accounts::actions::{self, NewAccount};
use crate::accounts::store as accounts;
use crate::cli::ask::date;
use crate::cli::{Where, say};
use crate::demo;
use crate::error::{Error, Result};
use crate::exchange::told::{sentence, told};
use crate::exchange::{self, runs};
use crate::permissions::Role;
use crate::places::place::Place;
use crate::places::store as places;
use crate::search;
use crate::words::{Lang, words};
use crate::work::Work;

/// The password of every account of the sample data; printed by `serve`.
pub const DEMO_PASSWORD: &str = "diemsang-demo-2026";

/// The accounts of the sample data: user name, name of the desk, role, place.
pub const DEMO_ACCOUNTS: [(&str, &str, Role, &str); 4] = [
    ("quantri", "Quản trị", Role::Administrator, "25@2025-07-01"),
    ("pv05", "Cán bộ PV05", Role::ProvincialOfficer, "25@2025-07-01"),
    ("nhannghia", "Cán bộ xã Nhân Nghĩa", Role::CommuneOfficer, "Nhân Nghĩa"),
    ("docgia", "Người xem", Role::Reader, "25@2025-07-01"),
];

#[derive(Clone, Copy, ValueEnum)]
enum Scale {
    Province,
    Nation,
}

#[derive(Args)]
pub struct Demo {
    #[arg(long, value_enum, default_value = "province")]
    scale: Scale,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Demo {
    /// Makes the sample data in an empty data folder.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        app.load_country()?;
        let filled = app.read(|work| Ok(work.first("select 1 from scheme limit 1", &[])?.is_some()))?;
        if filled {
            return Err(Error::Refused("cli-demo-not-empty"));
        }
        let scale = match self.scale {
            Scale::Province => demo::Scale::Province,
            Scale::Nation => demo::Scale::Nation,
        };
        app.write(|work| {
            work.actor.origin = "demo".into();
            demo::make(work, &demo::Plan { seed: self.seed, scale })?;
            let nation = matches!(self.scale, Scale::Nation);
            add_accounts(work, nation)?;
            search::tidy(work)
        })?;
        say(words(Lang::Vi).t("cli-demo-made"));
        Ok(())
    }
}

/// Adds the accounts of the sample data.
pub fn add_accounts(work: &mut Work, nation: bool) -> Result<()> {
    for (user_name, name, role, place_id) in DEMO_ACCOUNTS {
        let place_id = if place_id.contains('@') { place_id.to_owned() } else { commune(work, place_id)? };
        let whole = nation && role == Role::Administrator;
        let place_id = if whole { "VN" } else { &place_id };
        let new = NewAccount { user_name, name, password: DEMO_PASSWORD, role, place_id, must_change: false };
        actions::add(work, &new)?;
    }
    Ok(())
}

fn commune(work: &mut Work, short_name: &str) -> Result<String> {
    let sql = "select p.id from place p join rollup r on r.place_id = p.id and r.ancestor_id = '25@2025-07-01' \
               where p.short_name = $1 and p.to_on = '9999-12-31' and p.level = 3";
    Ok(work.first(sql, &[short_name.into()])?.ok_or(Error::NotFound)?.text(0))
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Points,
    /// Residential areas and institutions with their households and people.
    Areas,
}

#[derive(Args)]
pub struct Import {
    #[arg(value_enum)]
    kind: Kind,
    file: PathBuf,
    /// Code of the place whose list it is.
    #[arg(long, default_value = "25")]
    place: String,
    /// Only check; change nothing.
    #[arg(long)]
    check: bool,
    /// The day of which a list of areas tells; today unless told.
    #[arg(long)]
    on: Option<String>,
    /// `json` for the contract's counts.
    #[arg(long, default_value = "table")]
    format: String,
}

impl Import {
    /// Checks a list and, unless told otherwise, applies what is good in it.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let bytes = std::fs::read(&self.file).map_err(anyhow::Error::new)?;
        let name = self.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let sheets = exchange::read_sheets(&name, &bytes)?;
        if self.check {
            let checked = app.read(|work| {
                let scope = places::by_code(work, &self.place)?;
                self.checked(work, &scope, &sheets)
            })?;
            return print_counts(&checked, None, self.format == "json");
        }
        let (id, checked) = app.write(|work| {
            let scope = places::by_code(work, &self.place)?;
            let checked = self.checked(work, &scope, &sheets)?;
            let id = runs::keep(work, &scope, &name, &checked)?;
            if checked.new + checked.changed > 0 {
                runs::apply(work, &id)?;
            }
            Ok((id, checked))
        })?;
        print_counts(&checked, Some(&id), self.format == "json")
    }

    fn checked(&self, work: &mut Work, scope: &Place, sheets: &[sheets::Sheet]) -> Result<exchange::Checked> {
        match self.kind {
            Kind::Points => exchange::check(work, scope, sheets),
            Kind::Areas => {
                let today = work.today();
                exchange::check_areas(work, scope, sheets, &date("on", self.on.as_ref(), &today)?)
            }
        }
    }
}

fn print_counts(checked: &exchange::Checked, run: Option<&str>, as_json: bool) -> Result<()> {
    let w = words(Lang::Vi);
    if as_json {
        say(&serde_json::to_string_pretty(&told(checked, run, w)).map_err(anyhow::Error::new)?);
        return Ok(());
    }
    let counts = [checked.rows, checked.new, checked.changed, checked.unchanged, checked.rejected];
    for (key, n) in ["cli-rows", "cli-new", "cli-changed", "cli-unchanged", "cli-rejected"].iter().zip(counts) {
        say(&format!("{:>8}  {}", fold::show_count(n as i64), w.t(key)));
    }
    for error in &checked.errors {
        say(&format!("{} {}: {}", error.sheet, error.cell, sentence(error, w)));
    }
    if let Some(run) = run.filter(|_| checked.new + checked.changed > 0) {
        say(&w.with("cli-import-run", run));
    }
    Ok(())
}

/// Undoes a list that was imported.
pub fn undo_import(place: &Where, run: &str) -> Result<()> {
    place.open()?.write(|work| runs::undo(work, run))?;
    say(words(Lang::Vi).t("import-page-undone"));
    Ok(())
}

#[derive(Args)]
pub struct Export {
    #[arg(value_enum)]
    kind: Kind,
    file: PathBuf,
    #[arg(long, default_value = "25")]
    place: String,
}

impl Export {
    /// Writes a list that import reads back unchanged.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let table = app.read(|work| {
            let scope = places::by_code(work, &self.place)?;
            match self.kind {
                Kind::Points => exchange::export_points(work, &scope),
                Kind::Areas => exchange::export_areas(work, &scope),
            }
        })?;
        let as_csv = self.file.extension().is_some_and(|ending| ending == "csv");
        let bytes =
            if as_csv { sheets::write_csv(&table) } else { sheets::write_xlsx(&table).map_err(anyhow::Error::new)? };
        std::fs::write(&self.file, bytes).map_err(anyhow::Error::new)?;
        say(&format!("{}  {}", fold::show_count(table.rows.len() as i64), self.file.display()));
        Ok(())
    }
}

#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    deed: UserDeed,
}

#[derive(Subcommand)]
enum UserDeed {
    /// Add an account; its one-time password is printed once.
    Add {
        user_name: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        role: String,
        #[arg(long)]
        place: String,
    },
    /// List the accounts.
    List,
    /// Disable an account and end its sessions.
    Disable { user_name: String },
    /// Let an account that was disabled or lay unused sign in again.
    Enable { user_name: String },
}

impl User {
    /// Does what was asked with accounts.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        match &self.deed {
            UserDeed::Add { user_name, name, role, place } => {
                let role = Role::from_code(role).ok_or_else(|| Error::field("role", "cli-role-unknown", role))?;
                let password = actions::one_time_password();
                app.write(|work| {
                    let place_id = places::by_code(work, place)?.id;
                    let new = NewAccount {
                        user_name,
                        name,
                        password: &password,
                        role,
                        place_id: &place_id,
                        must_change: true,
                    };
                    actions::add(work, &new).map(|_| ())
                })?;
                say(&words(Lang::Vi).with("cli-user-added", &password));
            }
            UserDeed::List => {
                for account in app.db.read(accounts::all)? {
                    let state = account.disabled_on.unwrap_or_default();
                    say(&format!("{}\t{}\t{state}", account.user_name, account.name));
                }
            }
            UserDeed::Disable { user_name } => {
                app.write(|work| actions::set_disabled_by_name(work, user_name, true))?;
            }
            UserDeed::Enable { user_name } => {
                app.write(|work| actions::set_disabled_by_name(work, user_name, false))?;
            }
        }
        Ok(())
    }
}
