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
    by: Option<&By>,
) -> Result<serde_json::Value> {
    let w = words(Lang::Vi);
    let mut groups: Vec<Group> = match by {
        Some(by) if figure.may_be_by(by) => figures.groups(work, figure, asked, by)?,
        Some(_) | None => Vec::new(),
    };
    if let Some(by) = by {
        groups.iter_mut().for_each(|group| name_group(by, group, w));
    }
    let key = format!("figure-{}", figure.code);
    let group = asked.group.as_ref().map(|chosen| {
        let name = chosen.group.as_ref().map_or(w.t("group-none"), |group| group.name.as_str());
        json!({ "key": chosen.key(), "grouping": chosen.grouping.name, "name": name })
    });
    let mut told = json!({
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
    });
    if let Some(group) = group {
        told["group"] = group;
    }
    Ok(told)
}
