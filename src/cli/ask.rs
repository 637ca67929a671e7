//! Asking on the command line: figures, rows, places.

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::cli::{Where, say};
use crate::error::{Error, Result};
use crate::figures::ask::{Asked, Figures, Part};
use crate::figures::catalogue::{By, FIGURES, Figure, by_code};
use crate::figures::pages::{table, took};
use crate::figures::told::told;
use crate::groupings::actions::{chosen, owner};
use crate::groupings::grouping::key;
use crate::groupings::{on_map, store as groupings};
use crate::permissions::Verb;
use crate::places::place::Level;
use crate::places::store as places;
use crate::words::{Lang, Words, words};
use crate::work::Work;

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
    Csv,
}

/// Where and when a figure is asked.
#[derive(Args)]
struct Asking {
    /// Code of the place: 25, 05299, 25@ for the old province.
    #[arg(long, default_value = "VN")]
    place: String,
    /// Cut-off date (yyyy-mm-dd or d/m/yyyy); today unless told.
    #[arg(long)]
    at: Option<String>,
    /// First day of the period; 1 January of the cut-off's year unless told.
    #[arg(long)]
    from: Option<String>,
    /// The day whose map is used; today unless told.
    #[arg(long)]
    boundaries: Option<String>,
    /// Only one group of a grouping, as `diemsang groupings` names it.
    #[arg(long, default_value = "")]
    group: String,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

pub(super) fn date(field: &'static str, given: Option<&String>, otherwise: &str) -> Result<String> {
    match given {
        None => Ok(otherwise.to_owned()),
        Some(text) => fold::parse_date(text)
            .map(|date| date.to_string())
            .ok_or_else(|| Error::field(field, "date-unreadable", text)),
    }
}

impl Asking {
    fn asked(&self, work: &mut Work) -> Result<Asked> {
        let today = work.today();
        let at = date("at", self.at.as_ref(), &today)?;
        let january = format!("{}-01-01", at.get(..4).unwrap_or("2025"));
        let from = date("from", self.from.as_ref(), &january)?;
        let boundaries = date("boundaries", self.boundaries.as_ref(), &today)?;
        let place = places::by_code(work, &self.place)?;
        let group = chosen(work, &place, &self.group)?;
        Ok(Asked {
            group,
            place: places::as_called(work, place, &boundaries)?,
            at,
            from,
            boundaries,
            scheme_id: String::new(),
        })
    }
}

#[derive(Args)]
pub struct FiguresOf {
    /// Codes of the figures; all when none is given.
    codes: Vec<String>,
    #[command(flatten)]
    asking: Asking,
    /// Break down by place, province, district, commune, scheme, sector, kind, reason or grouping:NAME.
    #[arg(long)]
    by: Option<String>,
}

fn figure(code: &str) -> Result<&'static Figure> {
    by_code(code).ok_or_else(|| Error::field("code", "figure-unknown", code))
}

impl FiguresOf {
    /// Prints the figures.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let w = words(Lang::Vi);
        let figures: Vec<&Figure> = if self.codes.is_empty() {
            FIGURES.iter().collect()
        } else {
            self.codes.iter().map(|code| figure(code)).collect::<Result<_>>()?
        };
        let by = match &self.by {
            None => None,
            Some(word) => Some(By::from_word(word).ok_or_else(|| Error::field("by", "figure-by-unknown", word))?),
        };
        let told = app.read(|work| {
            let asked = self.asking.asked(work)?;
            let mut open = Figures::open(&app.kept, work)?;
            figures.iter().map(|figure| told(&mut open, work, figure, &asked, by.as_ref())).collect::<Result<Vec<_>>>()
        })?;
        print_figures(&told, self.asking.format, w);
        Ok(())
    }
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn print_figures(told: &[serde_json::Value], format: Format, w: &Words) {
    match format {
        Format::Json => say(&serde_json::to_string_pretty(told).unwrap_or_default()),
        Format::Table => {
            for figure in told {
                let value = figure["value"].as_i64().unwrap_or_default();
                say(&format!(
                    "{:<4} {:>10}  {}",
                    text(&figure["code"]),
                    fold::show_count(value),
                    text(&figure["label"])
                ));
                say(&format!(
                    "     {} {}; {} {}",
                    w.t("cut-off"),
                    text(&figure["at"]),
                    w.t("boundaries"),
                    text(&figure["boundaries"])
                ));
                say(&format!("     {}", text(&figure["rule"])));
                for group in figure["groups"].as_array().into_iter().flatten() {
                    say(&format!(
                        "       {:>10}  {}",
                        fold::show_count(group["value"].as_i64().unwrap_or_default()),
                        text(&group["label"])
                    ));
                }
            }
        }
        Format::Csv => {
            let mut rows = Vec::new();
            for figure in told {
                let head: Vec<String> = ["code", "label", "value", "at", "from", "boundaries"]
                    .iter()
                    .map(|key| text(&figure[*key]))
                    .collect();
                rows.push(line(&head, "", figure["value"].as_i64()));
                for group in figure["groups"].as_array().into_iter().flatten() {
                    rows.push(line(&head, &text(&group["label"]), group["value"].as_i64()));
                }
            }
            let headings =
                ["figure-code", "figure", "cut-off", "figure-from", "boundaries", "column-title", "column-value"];
            let table = sheets::Table {
                title_lines: Vec::new(),
                headings: headings.iter().map(|key| w.t(key).to_owned()).collect(),
                rows,
            };
            say(String::from_utf8_lossy(&sheets::write_csv(&table)).trim_end());
        }
    }
}

fn line(head: &[String], label: &str, value: Option<i64>) -> Vec<sheets::OutCell> {
    let mut cells: Vec<sheets::OutCell> = [&head[0], &head[1], &head[3], &head[4], &head[5]]
        .iter()
        .map(|part| sheets::OutCell::Text((*part).clone()))
        .collect();
    cells.push(sheets::OutCell::Text(label.to_owned()));
    cells.push(sheets::OutCell::Count(value.unwrap_or_default()));
    cells
}

#[derive(Args)]
pub struct RowsOf {
    /// Code of the figure.
    code: String,
    #[command(flatten)]
    asking: Asking,
}

impl RowsOf {
    /// Prints the rows behind exactly that number.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let figure = figure(&self.code)?;
        let (asked, rows) = app.read(|work| {
            let asked = self.asking.asked(work)?;
            let rows = Figures::open(&app.kept, work)?.rows(work, figure, &asked, Part::ALL)?;
            took(work, figure, &asked, rows.len())?;
            Ok((asked, rows))
        })?;
        match self.asking.format {
            Format::Json => say(&serde_json::to_string_pretty(&rows).map_err(anyhow::Error::new)?),
            Format::Csv => {
                let table = table(words(Lang::Vi), figure, &asked, &rows);
                say(String::from_utf8_lossy(&sheets::write_csv(&table)).trim_end());
            }
            Format::Table => {
                for row in &rows {
                    say(&format!("{}  {:>8}  {}  {}", row.on_date, fold::show_count(row.value), row.title, row.place));
                }
            }
        }
        Ok(())
    }
}

#[derive(Args)]
pub struct PlacesOf {
    /// The day (today unless told).
    #[arg(long)]
    at: Option<String>,
    /// province, district, commune or area.
    #[arg(long, default_value = "commune")]
    level: String,
    /// Code of the place below which to look.
    #[arg(long, default_value = "VN")]
    under: String,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

impl PlacesOf {
    /// Prints the places of a level below a place on a day.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let found = app.read(|work| {
            let today = work.today();
            let at = date("at", self.at.as_ref(), &today)?;
            let level = Level::from_word(&self.level)
                .ok_or_else(|| Error::field("level", "place-level-unknown", &self.level))?;
            // On a past day a bare code means the place that bore it then.
            let under = places::by_code_on(work, &self.under, &at)?;
            places::below(work, &under.id, level, &at)
        })?;
        match self.format {
            Format::Json => {
                let list: Vec<_> = found
                    .iter()
                    .map(|p| json!({ "id": p.id, "code": p.code, "name": p.name, "level": p.level.word(), "kind": p.kind, "parent": p.parent_id, "from": p.from_on, "to": p.to_on }))
                    .collect();
                say(&serde_json::to_string_pretty(&list).map_err(anyhow::Error::new)?);
            }
            Format::Table | Format::Csv => found.iter().for_each(|p| say(&format!("{}\t{}\t{}", p.code, p.name, p.id))),
        }
        Ok(())
    }
}

#[derive(Args)]
pub struct GroupingsOf {
    /// One grouping: its groups and who is in them; without it the list.
    name: Option<String>,
    /// Code of the place whose groupings are meant.
    #[arg(long, default_value = "25")]
    place: String,
    /// The day whose map is used; today unless told.
    #[arg(long)]
    boundaries: Option<String>,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

impl GroupingsOf {
    /// Prints the groupings of a place, or who is in the groups of one.
    pub fn run(&self, place: &Where) -> Result<()> {
        let app = place.open()?;
        let told = app.read(|work| {
            let today = work.today();
            let on = date("boundaries", self.boundaries.as_ref(), &today)?;
            let place = places::by_code(work, &self.place)?;
            work.demand(Verb::ReadFigure, Verb::ReadPlace, place.pin_id())?;
            let province = owner(work, &place)?;
            let Some(name) = &self.name else {
                let all = groupings::all(work, &province)?;
                return Ok(all
                    .into_iter()
                    .map(|g| json!({ "key": g.slug, "name": g.name, "kind": g.kind, "from": g.from_on, "to": g.to_on }))
                    .collect::<Vec<_>>());
            };
            let grouping = groupings::by_name(work, &province, name)?;
            let found = on_map::find(work, &grouping, &on)?;
            let placed = found.placed.iter().map(|placed| {
                let group = &found.groups[placed.group];
                json!({ "key": key(&grouping.slug, &group.id), "name": group.name, "place": placed.place_id,
                        "place_name": placed.name, "follows": placed.follows })
            });
            let none = key(&grouping.slug, "");
            let open = found.open.iter().map(|open| {
                json!({ "key": none, "name": "", "place": open.place_id, "place_name": open.name, "follows": false })
            });
            Ok(placed.chain(open).collect())
        })?;
        match self.format {
            Format::Json => say(&serde_json::to_string_pretty(&told).map_err(anyhow::Error::new)?),
            Format::Table | Format::Csv => {
                for line in &told {
                    let part = |name: &str| text(&line[name]);
                    let last = if line["place"].is_null() { part("from") } else { part("place_name") };
                    say(&format!("{}\t{}\t{last}", part("key"), part("name")));
                }
            }
        }
        Ok(())
    }
}
