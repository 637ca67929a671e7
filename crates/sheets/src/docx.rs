//! The tables in the `word/document.xml` of a DOCX file, each as a sheet, and the paragraphs around them as one more:
//! what an office sends as an annex is as often a text as a table.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::grid::{Grid, Region};
use crate::read::{Limits, ReadError};
use crate::xml::{Xml, attribute, broken, next, push_reference, skip};
use crate::{Cell, Sheet};

/// The tables in their order, then the paragraphs that stand in none of them.
pub(crate) fn read(content: &str, limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    let mut xml = Reader::from_str(content);
    xml.config_mut().expand_empty_elements = true;
    let mut left = limits;
    let mut sheets = Vec::new();
    let mut lines = Grid::new(limits);
    let mut n_lines = 0;
    loop {
        match next(&mut xml)? {
            Event::Start(tag) => match tag.name().0 {
                "w:tbl" => {
                    let name = (sheets.len() + 1).to_string();
                    let sheet = read_table(&mut xml, left)?.into_sheet(name);
                    left = left.after(&sheet);
                    sheets.push(sheet);
                }
                "w:p" => {
                    let mut text = String::new();
                    read_text(&mut xml, &mut text)?;
                    for line in text.lines().map(Cell::text).filter(|cell| *cell != Cell::Empty) {
                        lines.put(n_lines, 0, line)?;
                        n_lines += 1;
                    }
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if n_lines > left.max_rows {
        return Err(ReadError::TooManyRows);
    }
    if n_lines > 0 {
        sheets.push(lines.into_sheet(String::new()));
    }
    Ok(sheets)
}

/// A cell that goes on from row to row.
struct Open {
    column: usize,
    first: usize,
    n_columns: usize,
}

fn read_table(xml: &mut Xml, limits: Limits) -> Result<Grid, ReadError> {
    let mut grid = Grid::new(limits);
    let mut row = 0_usize;
    let mut open: Vec<Open> = Vec::new();
    let mut regions = Vec::new();
    loop {
        match next(xml)? {
            Event::Start(tag) if tag.name().0 == "w:tr" => {
                let mut column = 0_usize;
                let mut going_on: Vec<Open> = Vec::new();
                for cell in read_row(xml)? {
                    let (first, goes_on) = match cell.merge {
                        Merge::Continues => (open.iter().find(|o| o.column == column).map_or(row, |o| o.first), true),
                        Merge::Begins => (row, true),
                        Merge::None => (row, false),
                    };
                    if first == row {
                        grid.put(row, column, Cell::text(&cell.text))?;
                    }
                    if goes_on {
                        going_on.push(Open { column, first, n_columns: cell.n_columns });
                    } else if cell.n_columns > 1 {
                        regions.push(Region { first: (row, column), last: (row, column + cell.n_columns - 1) });
                    }
                    column = column.saturating_add(cell.n_columns);
                }
                let region = |o: &Open| Region { first: (o.first, o.column), last: (row, o.column + o.n_columns - 1) };
                regions.extend(going_on.iter().map(region));
                open = going_on;
                row += 1;
                if row > limits.max_rows {
                    return Err(ReadError::TooManyRows);
                }
            }
            Event::End(tag) if tag.name().0 == "w:tbl" => break,
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
    for region in regions {
        grid.spread(region)?;
    }
    Ok(grid)
}

/// How a cell is joined to the one above it.
enum Merge {
    None,
    Begins,
    Continues,
}

struct Read {
    text: String,
    n_columns: usize,
    merge: Merge,
}

fn read_row(xml: &mut Xml) -> Result<Vec<Read>, ReadError> {
    let mut cells = Vec::new();
    loop {
        match next(xml)? {
            Event::Start(tag) if tag.name().0 == "w:tc" => cells.push(read_cell(xml)?),
            Event::End(tag) if tag.name().0 == "w:tr" => return Ok(cells),
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
}

fn read_cell(xml: &mut Xml) -> Result<Read, ReadError> {
    let mut cell = Read { text: String::new(), n_columns: 1, merge: Merge::None };
    loop {
        match next(xml)? {
            Event::Start(tag) => match tag.name().0 {
                "w:gridSpan" => cell.n_columns = span(&tag)?,
                "w:vMerge" => {
                    let begins = attribute(&tag, "w:val")?.is_some_and(|value| value == "restart");
                    cell.merge = if begins { Merge::Begins } else { Merge::Continues };
                }
                "w:p" => {
                    if !cell.text.is_empty() {
                        cell.text.push('\n');
                    }
                    read_text(xml, &mut cell.text)?;
                }
                // A table within a cell is another table.
                "w:tbl" => skip(xml, &tag)?,
                _ => {}
            },
            Event::End(tag) if tag.name().0 == "w:tc" => return Ok(cell),
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
}

fn span(tag: &BytesStart) -> Result<usize, ReadError> {
    let told = attribute(tag, "w:val")?.unwrap_or_default();
    told.parse().map(|n: usize| n.clamp(1, 1_000)).map_err(|_| broken())
}

/// The text of a paragraph to its end; what was deleted under tracked changes stands in other elements.
fn read_text(xml: &mut Xml, text: &mut String) -> Result<(), ReadError> {
    let mut in_text = false;
    loop {
        match next(xml)? {
            Event::Start(tag) => match tag.name().0 {
                "w:t" => in_text = true,
                "w:tab" => text.push(' '),
                "w:br" | "w:cr" => text.push('\n'),
                "w:noBreakHyphen" => text.push('-'),
                _ => {}
            },
            Event::End(tag) => match tag.name().0 {
                "w:t" => in_text = false,
                "w:p" => return Ok(()),
                _ => {}
            },
            Event::Text(part) if in_text => text.push_str(&part.xml10_content()),
            Event::CData(part) if in_text => text.push_str(&part.xml10_content()),
            Event::GeneralRef(name) if in_text => push_reference(text, &name)?,
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, properties: &str) -> String {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
    }

    fn row(cells: &[String]) -> String {
        format!("<w:tr>{}</w:tr>", cells.concat())
    }

    fn read_all(body: &str) -> Result<Vec<Sheet>, ReadError> {
        read(&format!("<w:document><w:body>{body}</w:body></w:document>"), Limits::default())
    }

    fn texts(sheet: &Sheet) -> Vec<Vec<String>> {
        let text = |cell: &Cell| match cell {
            Cell::Text(text) => text.clone(),
            Cell::Empty => String::new(),
            other => panic!("{other:?}"),
        };
        sheet.rows.iter().map(|row| row.iter().map(text).collect()).collect()
    }

    #[test]
    fn tables_are_sheets_and_paragraphs_are_lines() {
        let table = format!(
            "<w:tbl>{}{}</w:tbl>",
            row(&[cell("Xã cũ", ""), cell("Xã mới", "")]),
            row(&[cell("A &amp; B", ""), cell("C", "")])
        );
        let body = format!(
            "<w:p><w:r><w:t>Điều </w:t><w:t>1</w:t></w:r></w:p>{table}<w:p/><w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>"
        );
        let sheets = read_all(&body).unwrap();
        assert_eq!(texts(&sheets[0]), [["Xã cũ", "Xã mới"], ["A & B", "C"]]);
        assert_eq!(texts(&sheets[1]), [["Điều 1"], ["a"], ["b"]]);
    }

    #[test]
    fn merged_cells_hold_their_text_everywhere() {
        let (restart, goes_on) = (r#"<w:vMerge w:val="restart"/>"#, "<w:vMerge/>");
        let body = format!(
            "<w:tbl>{}{}{}</w:tbl>",
            row(&[cell("Đơn vị", r#"<w:gridSpan w:val="2"/>"#), cell("Ghi chú", "")]),
            row(&[cell("1", ""), cell("Xã A", ""), cell("xã mới", restart)]),
            row(&[cell("2", ""), cell("Xã B", ""), cell("", goes_on)]),
        );
        let sheets = read_all(&body).unwrap();
        assert_eq!(
            texts(&sheets[0]),
            [["Đơn vị", "Đơn vị", "Ghi chú"], ["1", "Xã A", "xã mới"], ["2", "Xã B", "xã mới"]]
        );
    }

    #[test]
    fn what_breaks_off_or_is_too_large_is_refused() {
        let broken = read("<w:document><w:tbl><w:tr><w:tc>", Limits::default());
        assert!(matches!(broken, Err(ReadError::NotASheet(_))));
        let many = format!("<w:tbl>{}</w:tbl>", row(&[cell("x", "")]).repeat(3));
        let limits = Limits { max_rows: 2, ..Limits::default() };
        assert_eq!(read(&format!("<w:body>{many}</w:body>"), limits), Err(ReadError::TooManyRows));
        let wide = format!("<w:tbl>{}</w:tbl>", row(&[cell("x", r#"<w:gridSpan w:val="900"/>"#), cell("y", "")]));
        assert_eq!(read_all(&wide), Err(ReadError::TooManyColumns));
    }
}
