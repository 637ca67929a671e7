//! The sheets in the `content.xml` of an ODS file. Read here and not by calamine, which knows no merged cells
//! in ODS and copies repeated rows before anyone can say how many are too many.

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::grid::{Grid, Region};
use crate::read::{Limits, ReadError};
use crate::xml::{Xml, attribute, broken, next, push_reference, skip};
use crate::{Cell, Sheet};

/// The visible sheets; a sheet is hidden by its style.
pub(crate) fn read(content: &str, limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    let mut xml = Reader::from_str(content);
    xml.config_mut().expand_empty_elements = true;
    let mut left = limits;
    let mut sheets = Vec::new();
    let mut style = None;
    let mut hidden_styles = HashSet::new();
    loop {
        match next(&mut xml)? {
            Event::Start(tag) => match tag.name().0 {
                "style:style" => style = attribute(&tag, "style:name")?,
                "style:table-properties" if is_hidden(&tag)? => hidden_styles.extend(style.take()),
                "table:table" => {
                    let style = attribute(&tag, "table:style-name")?;
                    if style.is_some_and(|style| hidden_styles.contains(&style)) {
                        skip(&mut xml, &tag)?;
                        continue;
                    }
                    let name = attribute(&tag, "table:name")?.unwrap_or_default();
                    let sheet = read_table(&mut xml, left)?.into_sheet(name);
                    left = left.after(&sheet);
                    sheets.push(sheet);
                }
                _ => {}
            },
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}

fn is_hidden(properties: &BytesStart) -> Result<bool, ReadError> {
    Ok(attribute(properties, "table:display")?.is_some_and(|shown| shown == "false"))
}

fn read_table(xml: &mut Xml, limits: Limits) -> Result<Grid, ReadError> {
    let mut grid = Grid::new(limits);
    let mut regions = Vec::new();
    let mut row = 0_usize;
    loop {
        match next(xml)? {
            Event::Start(tag) if tag.name().0 == "table:table-row" => {
                let n_rows = count(&tag, "table:number-rows-repeated")?;
                for placed in read_row(xml)? {
                    placed.put(&mut grid, row, n_rows)?;
                    regions.extend(placed.region(row));
                }
                row = row.saturating_add(n_rows);
            }
            // Pictures over the sheet may hold tables of their own.
            Event::Start(tag) if tag.name().0 == "table:shapes" => skip(xml, &tag)?,
            Event::End(tag) if tag.name().0 == "table:table" => break,
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
    for region in regions {
        grid.spread(region)?;
    }
    Ok(grid)
}

/// A filled cell of a row, and over how many cells it stands.
struct Placed {
    column: usize,
    n_repeated: usize,
    rows_spanned: usize,
    columns_spanned: usize,
    cell: Cell,
}

impl Placed {
    fn put(&self, grid: &mut Grid, row: usize, n_rows: usize) -> Result<(), ReadError> {
        for row in row..row.saturating_add(n_rows) {
            for column in self.column..self.column.saturating_add(self.n_repeated) {
                grid.put(row, column, self.cell.clone())?;
            }
        }
        Ok(())
    }

    fn region(&self, row: usize) -> Option<Region> {
        (self.rows_spanned > 1 || self.columns_spanned > 1).then(|| Region {
            first: (row, self.column),
            last: (row.saturating_add(self.rows_spanned - 1), self.column.saturating_add(self.columns_spanned - 1)),
        })
    }
}

fn read_row(xml: &mut Xml) -> Result<Vec<Placed>, ReadError> {
    let mut placed = Vec::new();
    let mut column = 0_usize;
    loop {
        match next(xml)? {
            Event::Start(tag) => {
                let n_repeated = count(&tag, "table:number-columns-repeated")?;
                match tag.name().0 {
                    "table:table-cell" => {
                        let cell = read_cell(xml, &tag)?;
                        if cell != Cell::Empty {
                            placed.push(Placed {
                                column,
                                n_repeated,
                                rows_spanned: count(&tag, "table:number-rows-spanned")?,
                                columns_spanned: count(&tag, "table:number-columns-spanned")?,
                                cell,
                            });
                        }
                    }
                    // What lies under a merged cell is not seen, whatever it holds.
                    _ => skip(xml, &tag)?,
                }
                column = column.saturating_add(n_repeated);
            }
            Event::End(_) => return Ok(placed),
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
}

fn read_cell(xml: &mut Xml, tag: &BytesStart) -> Result<Cell, ReadError> {
    let shown = read_text(xml)?;
    let value = |name: &str| attribute(tag, name).map(Option::unwrap_or_default);
    if value("calcext:value-type")? == "error" {
        return Ok(Cell::Error(shown.trim().to_owned()));
    }
    Ok(match value("office:value-type")?.as_str() {
        "float" | "percentage" | "currency" => {
            let number = value("office:value")?.parse();
            Cell::Number(number.map_err(ReadError::not_a_sheet)?)
        }
        "date" => Cell::iso_date(&value("office:date-value")?),
        "boolean" => Cell::Bool(value("office:boolean-value")? == "true"),
        _ => Cell::text(&shown),
    })
}

/// The text of a cell to its end, a line for each paragraph, without the notes pinned to it.
fn read_text(xml: &mut Xml) -> Result<String, ReadError> {
    let mut text = String::new();
    let mut depth = 0_usize;
    loop {
        match next(xml)? {
            Event::Start(tag) => {
                match tag.name().0 {
                    "office:annotation" | "table:table" | "draw:frame" => {
                        skip(xml, &tag)?;
                        continue;
                    }
                    "text:p" if !text.is_empty() => text.push('\n'),
                    "text:s" | "text:tab" => text.push(' '),
                    "text:line-break" => text.push('\n'),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(_) if depth == 0 => return Ok(text),
            Event::End(_) => depth -= 1,
            Event::Text(part) if depth > 0 => text.push_str(&part.xml10_content()),
            Event::CData(part) if depth > 0 => text.push_str(&part.xml10_content()),
            Event::GeneralRef(name) if depth > 0 => push_reference(&mut text, &name)?,
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
}

/// How often, or over how many cells; once when nothing is said.
fn count(tag: &BytesStart, name: &str) -> Result<usize, ReadError> {
    match attribute(tag, name)? {
        Some(text) => text.parse().map(|n: usize| n.max(1)).map_err(|_| broken()),
        None => Ok(1),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read_rows(rows: &str) -> Result<Vec<Vec<Cell>>, ReadError> {
        let content = format!(
            r#"<x><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>
            <table:table table:name="Ẩn" table:style-name="ta2"><table:table-row><table:table-cell
            office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>
            <table:table table:name="Điểm &amp; tổ" table:style-name="ta1">{rows}</table:table></x>"#
        );
        let mut sheets = read(&content, Limits::default())?;
        assert_eq!(sheets.len(), 1);
        assert_eq!(sheets[0].name, "Điểm & tổ");
        Ok(sheets.remove(0).rows)
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn cells_keep_their_kind_and_their_place() {
        let rows = read_rows(
            r#"<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="9"/></table:table-row>
            <table:table-header-rows><table:table-row><table:table-cell/>
            <table:table-cell office:value-type="float" office:value="12.5"><text:p>12,5</text:p></table:table-cell>
            <table:table-cell office:value-type="date" office:date-value="2025-03-05T00:00:00"/>
            <table:table-cell office:value-type="boolean" office:boolean-value="true"/>
            <table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
            <table:table-cell office:value-type="string"><office:annotation><text:p>ghi chú</text:p></office:annotation><text:p>An<text:s/>ninh &amp; <text:span>tr&#7853;t</text:span></text:p><text:p>tự</text:p></table:table-cell>
            </table:table-row></table:table-header-rows>
            <table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
        );
        let last = vec![
            Cell::Empty,
            Cell::Number(12.5),
            Cell::Date(date(2025, 3, 5)),
            Cell::Bool(true),
            Cell::Error("#N/A".to_owned()),
            text("An ninh & trật\ntự"),
        ];
        assert_eq!(rows, Ok(vec![vec![], vec![], last]));
    }

    #[test]
    fn merged_and_repeated_cells_are_copied() {
        let rows = read_rows(
            r#"<table:table-row><table:table-cell table:number-rows-spanned="2" table:number-columns-spanned="2"
            office:value-type="string"><text:p>Xã</text:p></table:table-cell><table:covered-table-cell/></table:table-row>
            <table:table-row><table:covered-table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>cũ</text:p></table:covered-table-cell>
            <table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1"/></table:table-row>"#,
        );
        let (xa, one) = (text("Xã"), Cell::Number(1.0));
        assert_eq!(rows, Ok(vec![vec![xa.clone(), xa.clone()], vec![xa.clone(), xa, one.clone(), one]]));
    }

    #[test]
    fn a_row_repeated_without_end_is_refused() {
        let cell = r#"<table:table-cell office:value-type="float" office:value="1"/>"#;
        let rows = format!(r#"<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>"#);
        assert_eq!(read_rows(&rows), Err(ReadError::TooManyRows));
        let wide = cell.replace("cell ", r#"cell table:number-columns-repeated="16384" "#);
        let rows = format!("<table:table-row>{wide}</table:table-row>");
        assert_eq!(read_rows(&rows), Err(ReadError::TooManyColumns));
    }

    #[test]
    fn a_file_that_breaks_off_is_no_sheet() {
        for content in ["<table:table><table:table-row>", "<a", "<a></b>"] {
            let found = read(content, Limits::default());
            assert!(matches!(found, Err(ReadError::NotASheet(_))), "{found:?}");
        }
    }
}
