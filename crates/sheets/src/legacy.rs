//! XLS files (Excel 97–2003), looked over before calamine reads them: it takes memory for the whole rectangle
//! between the outermost cells, which a file of a kilobyte can stretch to gigabytes.
//!
//! Only as much of the two formats is known here as this needs: the compound file that holds the `Workbook`
//! stream ([MS-CFB]) and, in the stream, the records that place cells ([MS-XLS]).

use crate::read::{Limits, ReadError};
use crate::{Sheet, excel};

const MINI_SECTOR: usize = 64;
const MINI_STREAM_BELOW: usize = 4096;

const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const FILE_PASS: u16 = 0x002F;
const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const MULTIPLE_NUMBERS: u16 = 0x00BD;
/// Formula, RString, LabelSst, Number, Label, BoolErr, RK.
const ONE_CELL: [u16; 7] = [0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E];

pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    let file = Compound::new(bytes).ok_or_else(broken)?;
    // An XLSX file with a password is a compound file, too.
    if file.entry(&["EncryptedPackage"]).is_some() {
        return Err(ReadError::Encrypted);
    }
    let stream = file.workbook().ok_or_else(broken)?;
    check(&stream, limits)?;
    excel::read_xls(bytes, limits)
}

fn broken() -> ReadError {
    ReadError::not_a_sheet("compound file without a workbook")
}

/// Refuses a workbook whose sheets, as full rectangles, are more than the limits allow.
fn check(stream: &[u8], limits: Limits) -> Result<(), ReadError> {
    if records(stream).any(|(kind, body)| kind == FILE_PASS && u16_at(body, 0) != Some(0)) {
        return Err(ReadError::Encrypted);
    }
    let mut n_cells = 0_usize;
    let sheets = records(stream).filter(|(kind, _)| *kind == BOUND_SHEET);
    for (n_before, (_, body)) in sheets.enumerate() {
        let begin = u32_at(body, 0).ok_or_else(broken)? as usize;
        let (n_rows, n_columns) = extent(stream.get(begin..).ok_or_else(broken)?)?;
        if n_rows > limits.max_rows {
            return Err(ReadError::TooManyRows);
        }
        if n_columns > limits.max_columns {
            return Err(ReadError::TooManyColumns);
        }
        n_cells = n_cells.saturating_add(n_rows * n_columns);
        let max_cells = limits.max_rows.saturating_mul(limits.max_columns);
        if n_cells > max_cells || n_before >= excel::MAX_SHEETS {
            return Err(ReadError::TooLarge);
        }
    }
    Ok(())
}

/// How many rows and columns the cells of the sheet take that begins here; charts within it are counted too.
fn extent(stream: &[u8]) -> Result<(usize, usize), ReadError> {
    let (mut n_rows, mut n_columns, mut depth) = (0, 0, 0_usize);
    for (kind, body) in records(stream) {
        let last_column = match kind {
            BEGIN => {
                depth += 1;
                continue;
            }
            END if depth <= 1 => break,
            END => {
                depth -= 1;
                continue;
            }
            DIMENSIONS if !is_credible(body) => {
                return Err(ReadError::not_a_sheet("impossible dimensions"));
            }
            MULTIPLE_NUMBERS => u16_at(body, body.len().saturating_sub(2)),
            _ if ONE_CELL.contains(&kind) => u16_at(body, 2),
            _ => continue,
        };
        if let (Some(row), Some(column)) = (u16_at(body, 0), last_column) {
            n_rows = n_rows.max(row as usize + 1);
            n_columns = n_columns.max(column as usize + 1);
        }
    }
    Ok((n_rows, n_columns))
}

/// At most the 65,536 rows and 256 columns the format has; the parser reserves memory for what is said here.
fn is_credible(dimensions: &[u8]) -> bool {
    if dimensions.len() < 14 {
        // Before BIFF8 rows have 16 bits; the columns are then at 4 and 6.
        return u16_at(dimensions, 6).is_none_or(|end| end <= 256);
    }
    let rows = (u32_at(dimensions, 0), u32_at(dimensions, 4));
    let is_in_rows = matches!(rows, (Some(first), Some(end)) if end <= 65_536 && first <= end);
    is_in_rows && u16_at(dimensions, 10).is_none_or(|end| end <= 256)
}

/// The kind and the body of each record, until the stream ends or breaks off.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let kind = u16_at(rest, 0)?;
        let end = 4 + u16_at(rest, 2)? as usize;
        let body = rest.get(4..end)?;
        rest = &rest[end..];
        Some((kind, body))
    })
}

/// A compound file: sectors, chained by a table, and a directory of streams.
struct Compound<'a> {
    bytes: &'a [u8],
    sector_size: usize,
    table: Vec<u32>,
    directory: Vec<u8>,
}

impl<'a> Compound<'a> {
    fn new(bytes: &'a [u8]) -> Option<Compound<'a>> {
        let sector_size = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Compound { bytes, sector_size, table: Vec::new(), directory: Vec::new() };
        for sector in file.table_sectors()? {
            file.table.extend(numbers(file.sector(sector)?));
        }
        file.directory = file.chain(u32_at(bytes, 48)?)?;
        Some(file)
    }

    /// The first 109 sectors of the table are named in the header, the others in sectors of their own.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let mut named: Vec<u32> = numbers(self.bytes.get(76..512)?).collect();
        let mut next = u32_at(self.bytes, 68)?;
        while is_sector(next) {
            let mut more: Vec<u32> = numbers(self.sector(next)?).collect();
            next = more.pop()?;
            named.extend(more);
            if named.len() > self.bytes.len() / self.sector_size + 128 {
                return None;
            }
        }
        Some(named.into_iter().filter(|id| is_sector(*id)).collect())
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let begin = (id as usize + 1) * self.sector_size;
        let end = (begin + self.sector_size).min(self.bytes.len());
        self.bytes.get(begin..end)
    }

    fn chain(&self, first: u32) -> Option<Vec<u8>> {
        follow(first, &self.table, |id| self.sector(id))
    }

    fn workbook(&self) -> Option<Vec<u8>> {
        let entry = self.entry(&["Workbook", "Book"])?;
        let (first, length) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        if length >= MINI_STREAM_BELOW {
            return self.chain(first);
        }
        let container = self.chain(u32_at(&self.directory, 116)?)?;
        let table: Vec<u32> = numbers(&self.chain(u32_at(self.bytes, 60)?)?).collect();
        follow(first, &table, |id| {
            let begin = id as usize * MINI_SECTOR;
            container.get(begin..begin + MINI_SECTOR)
        })
    }

    /// The directory entry of the first of these names that is there.
    fn entry(&self, names: &[&str]) -> Option<&[u8]> {
        names.iter().find_map(|name| {
            let wanted: Vec<u8> = name.bytes().flat_map(|letter| [letter, 0]).collect();
            self.directory.chunks_exact(128).find(|entry| {
                entry[..wanted.len()].eq_ignore_ascii_case(&wanted) && entry[wanted.len()..wanted.len() + 2] == [0, 0]
            })
        })
    }
}

/// Joins the sectors of a chain; none when it leaves the file or bites its tail.
fn follow<'a>(first: u32, table: &[u32], sector: impl Fn(u32) -> Option<&'a [u8]>) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    let mut id = first;
    for _ in 0..=table.len() {
        if !is_sector(id) {
            return Some(joined);
        }
        joined.extend_from_slice(sector(id)?);
        id = *table.get(id as usize)?;
    }
    None
}

/// The highest numbers are marks: free, end of chain, table.
fn is_sector(id: u32) -> bool {
    id < 0xFFFF_FFFA
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes([two[0], two[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    numbers(bytes.get(at..at.checked_add(4)?)?).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut record = kind.to_le_bytes().to_vec();
        record.extend((body.len() as u16).to_le_bytes());
        record.extend(body);
        record
    }

    fn number_at(row: u16, column: u16) -> Vec<u8> {
        let mut body = row.to_le_bytes().to_vec();
        body.extend(column.to_le_bytes());
        body.extend([0; 10]);
        record(0x0203, &body)
    }

    /// A stream that names its one sheet as often as said; the sheet holds these records.
    fn stream_of(n_names: usize, sheet: &[u8]) -> Vec<u8> {
        let mut body = [0; 8];
        body[..4].copy_from_slice(&(n_names as u32 * 12).to_le_bytes());
        let mut stream = record(BOUND_SHEET, &body).repeat(n_names);
        stream.extend(record(BEGIN, &[0; 16]));
        stream.extend(sheet);
        stream.extend(record(END, &[]));
        stream
    }

    fn check_sheet(sheet: &[u8]) -> Result<(), ReadError> {
        check(&stream_of(1, sheet), Limits::default())
    }

    #[test]
    fn a_cell_in_the_last_corner_is_refused_before_memory_is_taken() {
        assert_eq!(check_sheet(&number_at(40, 7)), Ok(()));
        assert_eq!(check_sheet(&number_at(65_535, 7)), Err(ReadError::TooManyRows));
        assert_eq!(check_sheet(&number_at(40, 65_535)), Err(ReadError::TooManyColumns));
    }

    #[test]
    fn a_sheet_named_many_times_counts_many_times() {
        let (large, small) = (number_at(49_999, 99), number_at(3, 3));
        assert_eq!(check(&stream_of(1, &large), Limits::default()), Ok(()));
        assert_eq!(check(&stream_of(148, &small), Limits::default()), Ok(()));
        for stream in [stream_of(2, &large), stream_of(300, &small)] {
            assert_eq!(check(&stream, Limits::default()), Err(ReadError::TooLarge));
        }
    }

    #[test]
    fn impossible_dimensions_are_refused() {
        let mut body = [0; 14];
        body[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(check_sheet(&record(DIMENSIONS, &body)).is_err());
        body[4..8].copy_from_slice(&65_536_u32.to_le_bytes());
        assert_eq!(check_sheet(&record(DIMENSIONS, &body)), Ok(()));
    }

    #[test]
    fn a_workbook_with_a_password_is_told_from_a_broken_one() {
        let mut stream = record(FILE_PASS, &[1, 0]);
        stream.extend(number_at(65_535, 65_535));
        assert_eq!(check(&stream, Limits::default()), Err(ReadError::Encrypted));
    }

    #[test]
    fn a_broken_compound_file_is_no_sheet() {
        let mut bytes = vec![0xFF; 2048];
        bytes[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
        for shift in [9_u8, 12, 3] {
            bytes[30..32].copy_from_slice(&[shift, 0]);
            assert!(matches!(read(&bytes, Limits::default()), Err(ReadError::NotASheet(_))));
        }
        assert!(read(&bytes[..8], Limits::default()).is_err());
    }
}
