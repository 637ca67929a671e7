//! Reorganisations from the command line: the same actions as on the workbench's pages.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::accounts::store as accounts;
use crate::app::App;
use crate::cli::{Where, say};
use crate::error::{Error, Result};
use crate::exchange::read_sheets;
use crate::places::events::Kept;
use crate::places::reorganisation::{Decision, State};
use crate::places::store as places;
use crate::places::taking_effect;
use crate::words::{Lang, words};
use crate::work::{Actor, Work};
use crate::workbench::actions::{self, Told};
use crate::workbench::annex::Annex;
use crate::workbench::{impact, table};

#[derive(Args)]
pub struct Reorganisation {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Subcommand)]
enum Deed {
    /// Draft one from the annex of a resolution: DOCX, XLSX, ODS, CSV or lines of text.
    Draft(Draft),
    /// List those of a place.
    List {
        #[arg(long, default_value = "VN")]
        place: String,
    },
    /// Show one: what it changes, and what is open.
    Show { id: String },
    /// Sign a draft in the name of an account that did not draft it.
    Sign {
        id: String,
        #[arg(long = "as")]
        user_name: String,
    },
    /// Take one back.
    Reverse {
        id: String,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Args)]
struct Draft {
    file: PathBuf,
    /// Code of the place below which names are sought.
    #[arg(long, default_value = "25")]
    place: String,
    #[arg(long)]
    title: String,
    /// The day in force.
    #[arg(long)]
    on: String,
    /// Number of the decision.
    #[arg(long)]
    paper: String,
    #[arg(long)]
    paper_date: String,
    #[arg(long)]
    issuer: String,
}

fn day(field: &'static str, text: &str) -> Result<String> {
    let read = fold::parse_date(text).map(|date| date.to_string());
    read.ok_or_else(|| Error::field(field, "date-unreadable", text))
}

/// The lines of an annex: of its tables, or of a text.
fn lines_of(file: &Path) -> Result<Vec<String>> {
    let bytes = std::fs::read(file).map_err(anyhow::Error::new)?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if name.ends_with(".txt") {
        let text = String::from_utf8(bytes).map_err(anyhow::Error::new)?;
        return Ok(text.lines().map(fold::clean).filter(|line| !line.is_empty()).collect());
    }
    Ok(table::lines(&read_sheets(&name, &bytes)?))
}

impl Reorganisation {
    /// Does what was asked.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        match &self.deed {
            Deed::Draft(draft) => draft.run(&app),
            Deed::List { place } => {
                let found = app.read(|work| {
                    let place = places::by_code(work, place)?;
                    actions::seen_under(work, place.pin_id())
                })?;
                found.iter().for_each(|kept| say(&line(kept)));
                Ok(())
            }
            Deed::Show { id } => app.read(|work| show(work, id)),
            Deed::Sign { id, user_name } => sign(&app, id, user_name),
            Deed::Reverse { id, reason } => {
                app.write(|work| actions::reverse(work, id, reason))?;
                app.read(|work| show(work, id))
            }
        }
    }
}

fn line(kept: &Kept) -> String {
    let state = words(Lang::Vi).t(&format!("reorganisation-state-{}", kept.state.code())).to_owned();
    format!("{}  {}  {}  {}  {state}", kept.id, kept.told.on, kept.decision.number, kept.title)
}

impl Draft {
    fn run(&self, app: &App) -> Result<()> {
        let lines = lines_of(&self.file)?;
        let decision = Decision {
            number: self.paper.clone(),
            issued_on: day("paper_date", &self.paper_date)?,
            issuer: self.issuer.clone(),
        };
        let on = day("on_date", &self.on)?;
        let kept = app.write(|work| {
            let scope = places::by_code(work, &self.place)?;
            let annex = Annex::of_lines(&scope.id, lines);
            actions::draft(work, &Told { title: self.title.clone(), on, decision, annex })
        })?;
        app.read(|work| show(work, &kept.id))
    }
}

/// Someone at the machine signs in another's name: that account's rights count, and its name is kept.
fn sign(app: &App, id: &str, user_name: &str) -> Result<()> {
    app.write(|work| {
        let account = accounts::by_user_name(work.tx, user_name)?.ok_or(Error::NotFound)?;
        let today = work.today();
        let grants = accounts::grants(work.tx, &account.id, &today)?;
        work.actor = Actor { account_id: account.id, origin: "command".into(), grants };
        let kept = actions::kept_for(work, crate::permissions::Verb::SignReorganisation, id)?;
        actions::sign(work, id, kept.version)
    })?;
    app.read(|work| show(work, id))
}

fn show(work: &mut Work, id: &str) -> Result<()> {
    let w = words(Lang::Vi);
    let kept = actions::kept_for(work, crate::permissions::Verb::ReadPoint, id)?;
    say(&line(&kept));
    if kept.state != State::Drafted {
        return Ok(());
    }
    let annex = actions::annex_of(&kept)?;
    let resolved = annex.resolve(work, &kept.told.on)?;
    for (n, (line, verdict)) in annex.lines.iter().zip(&resolved.verdicts).enumerate() {
        if !verdict.is_read {
            say(&format!("{:>4}  {}: {}", n + 1, w.t("reorganisation-line-unread"), line.text));
        }
        for open in &verdict.open {
            let key = if open.is_ambiguous { "reorganisation-line-open" } else { "reorganisation-line-unknown" };
            say(&format!("{:>4}  {}", n + 1, w.with(key, &open.called)));
            open.offered.iter().for_each(|(id, title)| say(&format!("        {id}  {title}")));
        }
    }
    match taking_effect::prepare(work, &resolved.told)? {
        Err(faults) => faults.into_iter().for_each(|fault| say(&format!("!  {}", w.with(fault.key, fault.value)))),
        Ok(change) => {
            let found = impact::find(work, &resolved.told, &change)?;
            let total = found.total;
            for (n, key) in [
                (resolved.told.deeds.len() as i64, "reorganisation-n-deeds"),
                (found.n_shown_anew as i64, "reorganisation-impact-shown"),
                (total.n_points, "reorganisation-impact-points"),
                (total.n_drafts, "reorganisation-impact-drafts"),
                (total.n_teams, "reorganisation-impact-teams"),
                (total.n_areas, "reorganisation-impact-areas"),
                (total.n_exemplars, "reorganisation-impact-exemplars"),
                (found.n_accounts() as i64, "reorganisation-impact-accounts"),
            ] {
                say(&format!("{:>8}  {}", fold::show_count(n), w.t(key)));
            }
        }
    }
    Ok(())
}
