//! The proof under a number: its lines make it, and today's map does not change it, or what differs is listed.

use std::collections::HashSet;

use crate::error::Result;
use crate::figures::ask::{Asked, FigureRow, Figures, Group, Part};
use crate::figures::catalogue::{Aggregate, Figure};
use crate::places::store as places;
use crate::work::Work;

/// So many rows that differ are listed; of the others, their number is told.
const MOST_LISTED: usize = 20;

/// What a number is held against.
pub struct Proof {
    /// The lines by place; none for a count of different things, whose lines may add up to more.
    pub lines: Option<Lines>,
    /// The same facts on the present map; none when the number stands on it.
    pub present: Option<Present>,
}

/// The lines of a breakdown added up.
pub struct Lines {
    pub sum: i64,
    pub unallocated: i64,
}

/// The same facts on today's map, or on the last on which the place is.
pub struct Present {
    pub on: String,
    pub value: i64,
    pub differing: Vec<Differing>,
    pub n_more: i64,
}

/// A row that only one of two maps shows under the place.
pub struct Differing {
    pub title: String,
    pub place: String,
    pub is_present: bool,
}

impl Lines {
    /// The lines that a breakdown by place shows.
    pub fn of(figure: &Figure, groups: &[Group]) -> Option<Lines> {
        let sum = groups.iter().map(|group| group.value).sum();
        let unallocated = groups.iter().filter(|group| group.key.is_empty()).map(|group| group.value).sum();
        (figure.aggregate != Aggregate::Schemes).then_some(Lines { sum, unallocated })
    }
}

impl Present {
    /// The number on the present map, with the rows that make the difference for those who may read them.
    pub fn of(figures: &mut Figures, work: &mut Work, figure: &Figure, asked: &Asked) -> Result<Option<Present>> {
        let today = work.today();
        let on = places::day_of_pin(work, &asked.place, &today)?;
        if on == places::day_of_pin(work, &asked.place, &asked.boundaries)? {
            return Ok(None);
        }
        let present = Asked { boundaries: on.clone(), ..asked.clone() };
        let (value, then) = (figures.total(work, figure, &present)?, figures.total(work, figure, asked)?);
        let mut differing = Vec::new();
        if value != then && work.actor.may(figure.row.verb()) {
            let rows =
                [figures.rows(work, figure, asked, Part::ALL)?, figures.rows(work, figure, &present, Part::ALL)?];
            differing = differences(&rows);
        }
        let n_more = differing.len().saturating_sub(MOST_LISTED) as i64;
        differing.truncate(MOST_LISTED);
        Ok(Some(Present { on, value, differing, n_more }))
    }
}

/// What only the first or only the second of two maps shows.
fn differences([then, present]: &[Vec<FigureRow>; 2]) -> Vec<Differing> {
    let ids = |rows: &[FigureRow]| rows.iter().map(|row| row.row_id.clone()).collect::<HashSet<_>>();
    let (of_then, of_present) = (ids(then), ids(present));
    let told =
        |row: &FigureRow, is_present| Differing { title: row.title.clone(), place: row.place.clone(), is_present };
    let gone = then.iter().filter(|row| !of_present.contains(&row.row_id)).map(|row| told(row, false));
    gone.chain(present.iter().filter(|row| !of_then.contains(&row.row_id)).map(|row| told(row, true))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str) -> FigureRow {
        let text = String::new;
        FigureRow {
            row_id: id.into(),
            thing_id: id.into(),
            title: id.into(),
            place: text(),
            place_id: text(),
            scheme_id: text(),
            kind: text(),
            reason: text(),
            on_date: text(),
            value: 1,
        }
    }

    #[test]
    fn what_one_map_shows_and_the_other_does_not_is_told_with_its_map() {
        let told = differences(&[vec![row("a"), row("b")], vec![row("b"), row("c")]]);
        let told: Vec<(&str, bool)> = told.iter().map(|x| (x.title.as_str(), x.is_present)).collect();
        assert_eq!(told, [("a", false), ("c", true)]);
    }
}
