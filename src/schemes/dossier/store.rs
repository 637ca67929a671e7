//! How the list is kept: the province's own lines, or else the default list of the programme.

use std::sync::OnceLock;

use serde::Deserialize;
use store::{Row, Value};

use crate::error::Result;
use crate::places::place::OPEN;
use crate::schemes::dossier::item::{Item, MetBy};
use crate::schemes::point::StepKind;
use crate::work::Work;

#[derive(Deserialize)]
struct Defaults {
    about: String,
    from_on: String,
    blocks_from: String,
    items: Vec<DefaultItem>,
}

#[derive(Deserialize)]
struct DefaultItem {
    code: String,
    vi: String,
    en: String,
    expected_by: String,
    blocks: bool,
    met_by: String,
}

/// The list of a province that has none of its own.
pub fn defaults() -> &'static [Item] {
    static ITEMS: OnceLock<Vec<Item>> = OnceLock::new();
    ITEMS.get_or_init(|| {
        let text = include_str!("../../../data/dossier.json");
        let read: Defaults = serde_json::from_str(text).expect("the default list is read by the tests");
        let blocks_from = |item: &DefaultItem| if item.blocks { read.blocks_from.clone() } else { String::new() };
        let numbered = read.items.iter().zip(1..);
        numbered
            .map(|(item, position)| Item {
                code: item.code.clone(),
                name_vi: item.vi.clone(),
                name_en: item.en.clone(),
                expected_by: StepKind::from_code(&item.expected_by).unwrap_or(StepKind::Launched),
                blocks_from: blocks_from(item),
                met_by: MetBy::from_code(&item.met_by),
                basis: read.about.clone(),
                from_on: read.from_on.clone(),
                to_on: OPEN.into(),
                position,
            })
            .collect()
    })
}

const COLUMNS: &str = "code, name_vi, name_en, expected_by, blocks_from, met_by, basis, from_on, to_on, position";

fn item_row(row: &Row) -> Item {
    Item {
        code: row.text(0),
        name_vi: row.text(1),
        name_en: row.text(2),
        expected_by: StepKind::from_code(row.str(3)).unwrap_or(StepKind::Launched),
        blocks_from: row.text(4),
        met_by: MetBy::from_code(row.str(5)),
        basis: row.text(6),
        from_on: row.text(7),
        to_on: row.text(8),
        position: row.int(9),
    }
}

/// Every line that a province ever had; empty while it goes by the default list.
pub fn own(work: &mut Work, province: &str) -> Result<Vec<Item>> {
    let sql = format!("select {COLUMNS} from dossier_item where province = $1 order by position, code, from_on");
    Ok(work.query(&sql, &[province.into()])?.iter().map(item_row).collect())
}

/// The lines by which a province goes, valid on any day.
pub fn all(work: &mut Work, province: &str) -> Result<Vec<Item>> {
    let own = own(work, province)?;
    Ok(if own.is_empty() { defaults().to_vec() } else { own })
}

/// The lines that are valid on a day.
pub fn on(work: &mut Work, province: &str, day: &str) -> Result<Vec<Item>> {
    let mut items = all(work, province)?;
    items.retain(|item| item.from_on.as_str() <= day && day < item.to_on.as_str());
    Ok(items)
}

/// Keeps a line.
pub fn insert(work: &mut Work, province: &str, item: &Item) -> Result<()> {
    let sql = "insert into dossier_item (province, code, name_vi, name_en, expected_by, blocks_from, met_by, basis, \
               from_on, to_on, position) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values: [Value; 11] = [
        province.into(),
        item.code.as_str().into(),
        item.name_vi.as_str().into(),
        item.name_en.as_str().into(),
        item.expected_by.code().into(),
        item.blocks_from.as_str().into(),
        item.met_by.code().into(),
        item.basis.as_str().into(),
        item.from_on.as_str().into(),
        item.to_on.as_str().into(),
        item.position.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Ends the line that is valid on a day from that day on; a line that began that day is taken back.
pub fn end(work: &mut Work, province: &str, code: &str, day: &str) -> Result<u64> {
    let key: [Value; 3] = [province.into(), code.into(), day.into()];
    let sql = "delete from dossier_item where province = $1 and code = $2 and from_on >= $3";
    let n_taken_back = work.execute(sql, &key)?;
    let sql = "update dossier_item set to_on = $3 where province = $1 and code = $2 and from_on < $3 and to_on > $3";
    Ok(n_taken_back + work.execute(sql, &key)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_list_is_whole() {
        let items = defaults();
        assert_eq!(items.len(), 17);
        assert!(
            items.iter().all(|item| !item.name_vi.is_empty() && !item.name_en.is_empty() && !item.basis.is_empty())
        );
        let blocking: Vec<&str> =
            items.iter().filter(|item| !item.blocks_from.is_empty()).map(|item| item.code.as_str()).collect();
        assert_eq!(
            blocking,
            ["survey_plan", "survey_report", "submission", "build_plan", "board_decision", "regulation"]
        );
    }
}
