//! A figure as the command line and the API tell it: the contract that checks rely on.

use serde_json::json;

use crate::error::Result;
use crate::figures::ask::{Asked, Figures, Group};
use crate::figures::catalogue::{By, Figure};
use crate::figures::pages::{kind_word, name_group};
use crate::words::{Lang, words};
use crate::work::Work;

/// A figure as the contract has it.
pub fn told(
    figures: &mut Figures,
    work: &mut Work,
    figure: &Figure,
    asked: &Asked,
    by: Option<By>,
) -> Result<serde_json::Value> {
    let w = words(Lang::Vi);
    let mut groups: Vec<Group> = match by {
        Some(by) if figure.by.contains(&by) => figures.groups(work, figure, asked, by)?,
        Some(_) | None => Vec::new(),
    };
    if let Some(by) = by {
        groups.iter_mut().for_each(|group| name_group(by, group, w));
    }
    let key = format!("figure-{}", figure.code);
    Ok(json!({
        "code": figure.code,
        "label": w.t(&key),
        "value": figures.total(work, figure, asked)?,
        "unit": w.t(&format!("{key}-unit")),
        "kind": kind_word(figure),
        "place": { "id": asked.place.id, "code": asked.place.code, "name": asked.place.name },
        "at": asked.at,
        "from": asked.from,
        "boundaries": asked.boundaries,
        "rule": w.t(&format!("{key}-rule")),
        "groups": groups,
    }))
}
