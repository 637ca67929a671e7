//! Where a name stands although nobody joined it to its person: in the lists that were imported, in texts of other
//! things' envelopes, as issuer of a paper, and in open fields of the register. The first two are only kept for
//! undoing and for history, and are burnt; an issuer is relabelled; the last is told to whoever erases, because another person may bear the same name.

use crate::envelopes;
use crate::error::Result;
use crate::exchange::forget;
use crate::papers::store::relabel;
use crate::parties::person::Person;
use crate::parties::store as people;
use crate::words::{Lang, words};
use crate::work::{Thing, Work};

/// A shorter name is too common to be looked for in other texts.
const FEWEST_WORDS: usize = 2;

/// What was burnt.
pub(super) struct Burnt {
    pub n_runs: usize,
    pub n_texts: usize,
    pub n_papers: usize,
}

/// The keys of names by which texts are looked through.
fn keys(names: &[String]) -> Vec<String> {
    let keys = names.iter().map(|name| fold::key(name));
    keys.filter(|key| key.split(' ').count() >= FEWEST_WORDS).collect()
}

fn mentions(text: &str, keys: &[String]) -> bool {
    let folded = format!(" {} ", fold::key(text));
    keys.iter().any(|key| folded.contains(&format!(" {key} ")))
}

/// Burns what mentions one of these names and is kept for undoing or history alone.
pub(super) fn burn(work: &mut Work, person: &Person, names: &[String]) -> Result<Burnt> {
    let keys = keys(names);
    if keys.is_empty() {
        return Ok(Burnt { n_runs: 0, n_texts: 0, n_papers: 0 });
    }
    let n_runs = forget::mentions(work, &person.province, |text| mentions(text, &keys))?;
    let label = words(Lang::Vi).t("person-erased");
    let n_papers = relabel(work, &person.province, |text| mentions(text, &keys), label)?;
    Ok(Burnt { n_runs, n_texts: burn_texts(work, person, &keys)?, n_papers })
}

fn burn_texts(work: &mut Work, person: &Person, keys: &[String]) -> Result<usize> {
    let sql =
        "select owner_id from envelope where province = $1 and burnt_on = '' and owner_id <> $2 order by owner_id";
    let owners = work.query(sql, &[person.province.as_str().into(), person.id.as_str().into()])?;
    let mut n_texts = 0;
    for owner in owners.iter().map(|row| row.str(0)) {
        // Another person of this name keeps it.
        if people::by_id(work, owner)?.is_some() {
            continue;
        }
        let found: Vec<i64> = envelopes::all(work, owner)?
            .into_iter()
            .filter(|kept| mentions(&kept.text, keys))
            .map(|kept| kept.n)
            .collect();
        for n in &found {
            envelopes::burn_one(work, owner, *n)?;
        }
        if !found.is_empty() {
            tell(work, &person.province, owner, found.len())?;
        }
        n_texts += found.len();
    }
    Ok(n_texts)
}

/// The deed that lets `check` know why texts of a thing are gone.
pub(super) fn tell(work: &mut Work, province: &str, owner: &str, n_texts: usize) -> Result<()> {
    let sql = "select thing, pin_id from journal where thing_id = $1 order by at limit 1";
    let Some(row) = work.first(sql, &[owner.into()])? else { return Ok(()) };
    let thing = Thing { province, kind: row.str(0), id: owner, pin: row.str(1) };
    work.journal("texts.erased", &thing, &serde_json::json!({ "n_texts": n_texts }))
}

/// An open field that holds a name.
pub struct Mention {
    /// The kind of thing, as addresses of the journal know it.
    pub kind: &'static str,
    pub id: String,
    pub title: String,
}

/// Open fields by the kind of thing they belong to: id, title, and all that is written there.
const OPEN_FIELDS: [(&str, &str); 15] = [
    (
        "scheme",
        "select c.slug, c.name, m.reason from scheme c join (\
         select province, into_id as id, reason from scheme_merger union all \
         select province, from_id, reason || ' . ' || parted_why from scheme_parted union all \
         select province, scheme_id, withdrawn_why from scheme_spread) m on m.province = c.province and m.id = c.id \
         where c.province = $1 and c.id <> $2",
    ),
    (
        "grouping",
        "select g.id, g.name, g.name || ' . ' || g.basis || ' . ' || coalesce((select string_agg(x.name, ' . ' order by x.id) \
         from place_group x where x.province = g.province and x.grouping_id = g.id), '') from place_grouping g \
         where g.province = $1 and g.id <> $2",
    ),
    (
        "place",
        "select l.id, l.name, t.basis from place_trait t join place l on l.id = t.place_id where t.province = $1 and l.id <> $2",
    ),
    (
        "point",
        "select p.id, p.name, p.name || ' . ' || p.lead || ' . ' || p.coordinating || ' . ' || p.contact_role || ' . ' || \
         coalesce((select string_agg(s.note, ' . ' order by s.id) from step s where s.province = p.province and s.point_id = p.id), '') \
         || ' . ' || coalesce((select string_agg(t.name || ' . ' || t.leader_role, ' . ' order by t.id) from team t \
         where t.province = p.province and t.point_id = p.id), '') from point p where p.province = $1 and $2 <> p.id",
    ),
    (
        "point",
        "select p.id, p.name, a.together_with || ' . ' || a.note || ' . ' || a.withdrawn_reason from activity a \
         join point p on p.province = a.province and p.id = a.point_id where a.province = $1 and p.id <> $2",
    ),
    (
        "point",
        "select p.id, p.name, q.owner || ' . ' || q.covers || ' . ' || q.note from equipment q \
         join point p on p.province = q.province and p.id = q.point_id where q.province = $1 and p.id <> $2",
    ),
    (
        "point",
        "select p.id, p.name, m.item || ' . ' || m.disclosed_how || ' . ' || m.withdrawn_reason from money m \
         join point p on p.province = m.province and p.id = m.point_id where m.province = $1 and p.id <> $2",
    ),
    (
        "point",
        "select p.id, p.name, r.note from review_point r \
         join point p on p.province = r.province and p.id = r.point_id where r.province = $1 and p.id <> $2",
    ),
    (
        "point",
        "select p.id, p.name, l.text from lesson l \
         join point p on p.province = l.province and p.id = l.point_id where l.province = $1 and p.id <> $2",
    ),
    (
        "point",
        "select p.id, p.name, o.note from heartbeat_opinion o \
         join point p on p.province = o.province and p.id = o.point_id where o.province = $1 and p.id <> $2",
    ),
    (
        "point",
        "select p.id, p.name, a.why from adaptation a \
         join point p on p.province = a.province and p.id = a.point_id where a.province = $1 and p.id <> $2",
    ),
    (
        "point",
        "select p.id, p.name, q.note from readiness q \
         join point p on p.province = q.province and p.id = q.point_id where q.province = $1 and p.id <> $2",
    ),
    (
        "exemplar",
        "select e.id, e.name, e.name || ' . ' || e.summary || ' . ' || e.withdrawn_reason from exemplar e \
         where e.province = $1 and (e.person_id is null or e.person_id <> $2)",
    ),
    (
        "commendation",
        "select c.id, c.recipient, c.recipient || ' . ' || c.occasion || ' . ' || c.withdrawn_reason from commendation c \
         where c.province = $1 and (c.person_id is null or c.person_id <> $2)",
    ),
    (
        "place",
        "select p.id, p.name, p.name from place p join rollup r on r.place_id = p.parent_id and r.level = 1 \
         join place u on u.id = r.ancestor_id where p.source = 'own' and u.code = $1 and p.id <> $2",
    ),
];

/// So many are shown; whoever has more looks by searching.
const MOST: usize = 50;

/// Where else the names of a person stand, for whoever is about to erase them.
pub(super) fn open(work: &mut Work, person: &Person, names: &[String]) -> Result<Vec<Mention>> {
    let keys = keys(names);
    let mut found = Vec::new();
    if keys.is_empty() {
        return Ok(found);
    }
    for (kind, sql) in OPEN_FIELDS {
        let rows = work.query(sql, &[person.province.as_str().into(), person.id.as_str().into()])?;
        let bearing = rows.iter().filter(|row| mentions(row.str(2), &keys));
        found.extend(bearing.map(|row| Mention { kind, id: row.text(0), title: row.text(1) }));
    }
    found.truncate(MOST);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_any_spelling_but_not_within_a_word() {
        let keys = keys(&["Bùi Thị Hòa".into(), "An".into()]);
        assert_eq!(keys, ["bui thi hoa"]);
        assert!(mentions("Ông, bà: BÙI THỊ HOÀ (trưởng xóm)", &keys));
        assert!(!mentions("Bùi Thị Hoàng", &keys) && !mentions("An", &keys));
    }
}
