//! How groupings are kept and found.

use store::{Row, Value};

use crate::error::{Error, Result};
use crate::groupings::grouping::{Group, Grouping, Member};
use crate::groupings::on_map::{Unit, Way};
use crate::places::place::{Level, NATION};
use crate::work::Work;

const COLUMNS: &str = "province, id, slug, name, kind, basis, from_on, to_on, version";

fn grouping(row: &Row) -> Grouping {
    Grouping {
        province: row.text(0),
        id: row.text(1),
        slug: row.text(2),
        name: row.text(3),
        kind: row.text(4),
        basis: row.text(5),
        from_on: row.text(6),
        to_on: row.text(7),
        version: row.int(8),
    }
}

/// The groupings of a province and of the nation, in Vietnamese order.
pub fn all(work: &mut Work, province: &str) -> Result<Vec<Grouping>> {
    let sql = format!("select {COLUMNS} from place_grouping where province in ($1, $2) order by sort_key, id");
    Ok(work.query(&sql, &[province.into(), NATION.into()])?.iter().map(grouping).collect())
}

/// A grouping by its id or by what addresses call it; a province's own before the nation's.
pub fn by_name(work: &mut Work, province: &str, named: &str) -> Result<Grouping> {
    let sql = format!(
        "select {COLUMNS} from place_grouping where province in ($1, $2) and (slug = $3 or id = $3) \
         order by case province when $2 then 1 else 0 end, id limit 1"
    );
    let found = work.first(&sql, &[province.into(), NATION.into(), named.into()])?;
    found.map(|row| grouping(&row)).ok_or(Error::NotFound)
}

/// A grouping by its id.
pub fn by_id(work: &mut Work, id: &str) -> Result<Grouping> {
    let sql = format!("select {COLUMNS} from place_grouping where id = $1");
    let found = work.first(&sql, &[id.into()])?;
    found.map(|row| grouping(&row)).ok_or(Error::NotFound)
}

/// Is there a grouping of this province under this name in addresses?
pub fn is_taken(work: &mut Work, province: &str, slug: &str) -> Result<bool> {
    let sql = "select 1 from place_grouping where province = $1 and slug = $2";
    Ok(work.first(sql, &[province.into(), slug.into()])?.is_some())
}

/// Keeps a new grouping.
pub fn insert(work: &mut Work, new: &Grouping) -> Result<()> {
    let sql = "insert into place_grouping (province, id, slug, name, sort_key, kind, basis, from_on, to_on, version) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values: [Value; 10] = [
        new.province.as_str().into(),
        new.id.as_str().into(),
        new.slug.as_str().into(),
        new.name.as_str().into(),
        fold::sort_key(&new.name).into(),
        new.kind.as_str().into(),
        new.basis.as_str().into(),
        new.from_on.as_str().into(),
        new.to_on.as_str().into(),
        new.version.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Keeps what was changed of a grouping, unless someone else was faster.
pub fn update(work: &mut Work, changed: &Grouping) -> Result<()> {
    let sql = "update place_grouping set name = $3, sort_key = $4, kind = $5, basis = $6, from_on = $7, to_on = $8, \
               version = version + 1 where province = $1 and id = $2 and version = $9";
    let values: [Value; 9] = [
        changed.province.as_str().into(),
        changed.id.as_str().into(),
        changed.name.as_str().into(),
        fold::sort_key(&changed.name).into(),
        changed.kind.as_str().into(),
        changed.basis.as_str().into(),
        changed.from_on.as_str().into(),
        changed.to_on.as_str().into(),
        changed.version.into(),
    ];
    if work.execute(sql, &values)? == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// The groups of a grouping, in Vietnamese order.
pub fn groups(work: &mut Work, of: &Grouping) -> Result<Vec<Group>> {
    let sql = "select id, name from place_group where province = $1 and grouping_id = $2 order by sort_key, id";
    let rows = work.query(sql, &[of.province.as_str().into(), of.id.as_str().into()])?;
    Ok(rows.iter().map(|row| Group { id: row.text(0), name: row.text(1) }).collect())
}

/// Keeps a new group.
pub fn insert_group(work: &mut Work, of: &Grouping, group: &Group) -> Result<()> {
    let sql = "insert into place_group (province, id, grouping_id, name, sort_key) values ($1, $2, $3, $4, $5)";
    let values: [Value; 5] = [
        of.province.as_str().into(),
        group.id.as_str().into(),
        of.id.as_str().into(),
        group.name.as_str().into(),
        fold::sort_key(&group.name).into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Names a group anew.
pub fn rename_group(work: &mut Work, of: &Grouping, group: &Group) -> Result<()> {
    let sql = "update place_group set name = $3, sort_key = $4 where province = $1 and id = $2";
    let values: [Value; 4] = [
        of.province.as_str().into(),
        group.id.as_str().into(),
        group.name.as_str().into(),
        fold::sort_key(&group.name).into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Who is and was in a grouping.
pub fn members(work: &mut Work, of: &Grouping) -> Result<Vec<Member>> {
    let sql = "select place_id, group_id, from_on, to_on from place_group_member \
               where province = $1 and grouping_id = $2 order by place_id, from_on";
    let rows = work.query(sql, &[of.province.as_str().into(), of.id.as_str().into()])?;
    let member =
        |row: &Row| Member { place_id: row.text(0), group_id: row.text(1), from_on: row.text(2), to_on: row.text(3) };
    Ok(rows.iter().map(member).collect())
}

/// Keeps a place in a group.
pub fn insert_member(work: &mut Work, of: &Grouping, member: &Member) -> Result<()> {
    let sql = "insert into place_group_member (province, grouping_id, place_id, from_on, to_on, group_id) \
               values ($1, $2, $3, $4, $5, $6)";
    let values: [Value; 6] = [
        of.province.as_str().into(),
        of.id.as_str().into(),
        member.place_id.as_str().into(),
        member.from_on.as_str().into(),
        member.to_on.as_str().into(),
        member.group_id.as_str().into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// A place is in its group until a day; one that had only just been entered was never there.
pub fn end_member(work: &mut Work, of: &Grouping, member: &Member, on: &str) -> Result<()> {
    let key: [Value; 4] = [
        of.province.as_str().into(),
        of.id.as_str().into(),
        member.place_id.as_str().into(),
        member.from_on.as_str().into(),
    ];
    let of_one = "where province = $1 and grouping_id = $2 and place_id = $3 and from_on = $4";
    if member.from_on.as_str() >= on {
        work.execute(&format!("delete from place_group_member {of_one}"), &key)?;
    } else {
        let mut values = key.to_vec();
        values.push(on.into());
        work.execute(&format!("update place_group_member set to_on = $5 {of_one}"), &values)?;
    }
    Ok(())
}

/// The units down to communes that stand on a day where a grouping's facts may lie, the highest level first.
pub fn units(work: &mut Work, of: &Grouping, on: &str) -> Result<Vec<Unit>> {
    let roots = if of.province == NATION {
        vec![NATION.to_owned()]
    } else {
        let sql = "select p.id from place_owner o join place p on p.id = o.place_id \
                   where o.province = $1 and p.from_on <= $2 and p.to_on > $2 order by p.sort_key, p.id";
        let rows = work.query(sql, &[of.province.as_str().into(), on.into()])?;
        rows.iter().map(|row| row.text(0)).collect()
    };
    let mut units = Vec::new();
    for root in roots {
        let sql = "select p.id, v.name, p.level, coalesce(v.parent_id, ''), p.from_on, p.to_on from rollup r \
                   join place p on p.id = r.place_id and p.level between 1 and 3 and p.from_on <= $2 and p.to_on > $2 \
                   join place_version v on v.place_id = p.id and v.from_on <= $2 and v.to_on > $2 \
                   where r.ancestor_id = $1 and r.from_on <= $2 and r.to_on > $2 order by p.sort_key, p.id";
        units.extend(work.query(sql, &[root.into(), on.into()])?.iter().map(|row| Unit {
            id: row.text(0),
            name: row.text(1),
            level: Level::from_number(row.int(2)),
            parent_id: row.text(3),
            from_on: row.text(4),
            to_on: row.text(5),
        }));
    }
    units.sort_by_key(|unit| unit.level);
    Ok(units)
}

/// What came together in a unit on the day it began, or went on when it ended; land without people only where
/// nothing else did.
pub fn relatives(work: &mut Work, id: &str, way: Way, day: &str) -> Result<Vec<Unit>> {
    let (other, own) = match way {
        Way::Back => ("source_id", "target_id"),
        Way::On => ("target_id", "source_id"),
    };
    let sql = format!(
        "select p.id, p.name, p.level, coalesce(p.parent_id, ''), p.from_on, p.to_on, l.people from place_line l \
         join place p on p.id = l.{other} and p.from_on < p.to_on where l.{own} = $1 and l.on_date = $2 and p.id <> $1 \
         order by p.sort_key, p.id"
    );
    let rows = work.query(&sql, &[id.into(), day.into()])?;
    let has_people = rows.iter().any(|row| row.str(6) != "none");
    let carries = |row: &&Row| !has_people || row.str(6) != "none";
    let unit = |row: &Row| Unit {
        id: row.text(0),
        name: row.text(1),
        level: Level::from_number(row.int(2)),
        parent_id: row.text(3),
        from_on: row.text(4),
        to_on: row.text(5),
    };
    Ok(rows.iter().filter(carries).map(unit).collect())
}

/// The unit above one, as it was last; empty for the country.
pub fn parent_of(work: &mut Work, id: &str) -> Result<String> {
    let found = work.first("select coalesce(parent_id, '') from place where id = $1", &[id.into()])?;
    Ok(found.map_or_else(String::new, |row| row.text(0)))
}
