//! A sheet being read. All readers put their cells here, so that the limits hold for each of them,
//! and a file with one cell in the last corner takes no memory for the corner.

use crate::read::{Limits, ReadError};
use crate::{Cell, Sheet};

/// Merged cells, from the first row and column to the last, inclusive.
#[derive(Clone, Copy)]
pub(crate) struct Region {
    pub(crate) first: (usize, usize),
    pub(crate) last: (usize, usize),
}

pub(crate) struct Grid {
    rows: Vec<Vec<Cell>>,
    limits: Limits,
    n_spread: usize,
}

impl Grid {
    pub(crate) fn new(limits: Limits) -> Grid {
        Grid { rows: Vec::new(), limits, n_spread: 0 }
    }

    /// Puts a cell where it belongs; an empty one takes no room.
    pub(crate) fn put(&mut self, row: usize, column: usize, cell: Cell) -> Result<(), ReadError> {
        if cell == Cell::Empty {
            return Ok(());
        }
        if row >= self.limits.max_rows {
            return Err(ReadError::TooManyRows);
        }
        if column >= self.limits.max_columns {
            return Err(ReadError::TooManyColumns);
        }
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let cells = &mut self.rows[row];
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
        Ok(())
    }

    /// Copies the first cell of a merged region into its others, not below the last filled row.
    pub(crate) fn spread(&mut self, region: Region) -> Result<(), ReadError> {
        let (row, column) = region.first;
        let value = match self.rows.get(row).and_then(|cells| cells.get(column)) {
            None | Some(Cell::Empty) => return Ok(()),
            Some(value) => value.clone(),
        };
        let last_row = region.last.0.min(self.rows.len() - 1);
        let last_column = region.last.1.min(self.limits.max_columns - 1);
        for row in row..=last_row {
            for column in column..=last_column {
                self.n_spread += 1;
                if self.n_spread > self.limits.max_rows.saturating_mul(self.limits.max_columns) {
                    return Err(ReadError::TooLarge);
                }
                self.fill(row, column, &value)?;
            }
        }
        Ok(())
    }

    pub(crate) fn into_sheet(self, name: String) -> Sheet {
        Sheet { name, rows: self.rows }
    }

    fn fill(&mut self, row: usize, column: usize, value: &Cell) -> Result<(), ReadError> {
        match self.rows[row].get(column) {
            None | Some(Cell::Empty) => self.put(row, column, value.clone()),
            Some(_) => Ok(()),
        }
    }
}
