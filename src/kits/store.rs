//! How kits are kept: the versions of the province, or else the one that comes with the programme.

use std::collections::HashSet;

use store::{Row, Value};

use crate::error::Result;
use crate::kits::kit::{Kit, Status, default_for, defaults};
use crate::schemes::scheme::Scheme;
use crate::schemes::store as schemes;
use crate::work::Work;

/// The versions that a province made, in their order; empty while it goes by what comes with the programme.
pub fn own(work: &mut Work, province: &str, scheme_id: &str) -> Result<Vec<Kit>> {
    let key: [Value; 2] = [province.into(), scheme_id.into()];
    let sql = "select number, from_on, to_on, status, source, kinds, per_month, n_members from kit \
               where province = $1 and scheme_id = $2 order by number";
    let mut kits: Vec<Kit> = work.query(sql, &key)?.iter().map(kit_row).collect();
    let sql = "select number, part, lines from kit_part where province = $1 and scheme_id = $2";
    for row in work.query(sql, &key)? {
        if let Some(kit) = kits.iter_mut().find(|kit| kit.number == row.int(0)) {
            kit.parts.push((row.text(1), row.str(2).lines().map(str::to_owned).collect()));
        }
    }
    Ok(kits)
}

fn kit_row(row: &Row) -> Kit {
    Kit {
        number: row.int(0),
        from_on: row.text(1),
        to_on: row.text(2),
        status: Status::from_code(row.str(3)),
        source: row.text(4),
        kinds: row.str(5).split_whitespace().map(str::to_owned).collect(),
        per_month: row.int(6),
        n_members: row.int(7),
        parts: Vec::new(),
    }
}

/// Every version of a scheme's kit.
pub fn all(work: &mut Work, scheme: &Scheme) -> Result<Vec<Kit>> {
    let own = own(work, &scheme.province, &scheme.id)?;
    Ok(if own.is_empty() { default_for(&scheme.name).cloned().into_iter().collect() } else { own })
}

/// The published versions of every scheme of a province, without their parts; with each the id of its scheme, and whether
/// the province made it. A scheme without versions of its own has the one that comes with the programme.
pub fn published(work: &mut Work, province: &str) -> Result<Vec<(String, Kit, bool)>> {
    let sql = "select number, from_on, to_on, status, source, kinds, per_month, n_members, scheme_id from kit \
               where province = $1 order by scheme_id, number";
    let rows = work.query(sql, &[province.into()])?;
    let mut found: Vec<(String, Kit, bool)> = rows.iter().map(|row| (row.text(8), kit_row(row), true)).collect();
    let has_own: HashSet<String> = found.iter().map(|(id, ..)| id.clone()).collect();
    // The first own version of a scheme may be the programme's, kept to be read.
    for (_, kit, is_own) in &mut found {
        *is_own = !defaults().iter().any(|(_, default)| kit.number == default.number && kit.source == default.source);
    }
    for scheme in schemes::scheme_names(work, province)? {
        let default = default_for(&scheme.name).filter(|_| !has_own.contains(&scheme.id));
        found.extend(default.map(|kit| (scheme.id, kit.clone(), false)));
    }
    found.retain(|(_, kit, _)| !kit.is_draft());
    Ok(found)
}

/// Keeps a version.
pub fn insert(work: &mut Work, scheme: &Scheme, kit: &Kit) -> Result<()> {
    let sql = "insert into kit (province, scheme_id, number, from_on, to_on, status, source, kinds, per_month, n_members) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values: [Value; 10] = [
        scheme.province.as_str().into(),
        scheme.id.as_str().into(),
        kit.number.into(),
        kit.from_on.as_str().into(),
        kit.to_on.as_str().into(),
        kit.status.code().into(),
        kit.source.as_str().into(),
        kit.kinds.join(" ").into(),
        kit.per_month.into(),
        kit.n_members.into(),
    ];
    work.execute(sql, &values)?;
    for (part, lines) in kit.parts.iter().filter(|(_, lines)| !lines.is_empty()) {
        let sql = "insert into kit_part (province, scheme_id, number, part, lines) values ($1, $2, $3, $4, $5)";
        let values: [Value; 5] = [
            scheme.province.as_str().into(),
            scheme.id.as_str().into(),
            kit.number.into(),
            part.as_str().into(),
            lines.join("\n").into(),
        ];
        work.execute(sql, &values)?;
    }
    Ok(())
}

/// Ends the published versions that are valid on a day, from that day on.
pub fn end(work: &mut Work, scheme: &Scheme, day: &str) -> Result<()> {
    let sql =
        "update kit set to_on = $3 where province = $1 and scheme_id = $2 and status = 'published' and to_on > $3";
    work.execute(sql, &[scheme.province.as_str().into(), scheme.id.as_str().into(), day.into()])?;
    Ok(())
}
