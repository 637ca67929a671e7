//! How terms are kept: the province's own, or else the default list of the programme.

use store::{Row, Value};

use crate::error::Result;
use crate::terms::term::{Term, Vocabulary, defaults};
use crate::work::Work;

const COLUMNS: &str = "code, name_vi, name_en, basis, from_on, to_on, position";

fn term_row(row: &Row) -> Term {
    Term {
        code: row.text(0),
        name_vi: row.text(1),
        name_en: row.text(2),
        basis: row.text(3),
        from_on: row.text(4),
        to_on: row.text(5),
        position: row.int(6),
    }
}

/// Every term that a province ever worded, in the order of its list; empty while it goes by the default.
pub fn own(work: &mut Work, province: &str, list: Vocabulary) -> Result<Vec<Term>> {
    let sql =
        format!("select {COLUMNS} from term where province = $1 and vocabulary = $2 order by position, code, from_on");
    Ok(work.query(&sql, &[province.into(), list.code().into()])?.iter().map(term_row).collect())
}

/// The terms by which a province goes, valid on any day.
pub fn all(work: &mut Work, province: &str, list: Vocabulary) -> Result<Vec<Term>> {
    let own = own(work, province, list)?;
    Ok(if own.is_empty() { defaults(list).to_vec() } else { own })
}

/// The terms that are valid on a day.
pub fn on(work: &mut Work, province: &str, list: Vocabulary, day: &str) -> Result<Vec<Term>> {
    let mut terms = all(work, province, list)?;
    terms.retain(|term| term.is_valid(day));
    Ok(terms)
}

/// Keeps a term.
pub fn insert(work: &mut Work, province: &str, list: Vocabulary, term: &Term) -> Result<()> {
    let sql = "insert into term (province, vocabulary, code, name_vi, name_en, basis, from_on, to_on, position) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values: [Value; 9] = [
        province.into(),
        list.code().into(),
        term.code.as_str().into(),
        term.name_vi.as_str().into(),
        term.name_en.as_str().into(),
        term.basis.as_str().into(),
        term.from_on.as_str().into(),
        term.to_on.as_str().into(),
        term.position.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Ends the wording that is valid on a day from that day on; one that began that day or later is taken back.
pub fn end(work: &mut Work, province: &str, list: Vocabulary, (code, day): (&str, &str)) -> Result<u64> {
    let key: [Value; 4] = [province.into(), list.code().into(), code.into(), day.into()];
    let sql = "delete from term where province = $1 and vocabulary = $2 and code = $3 and from_on >= $4";
    let n_taken_back = work.execute(sql, &key)?;
    let sql = "update term set to_on = $4 where province = $1 and vocabulary = $2 and code = $3 and from_on < $4 and to_on > $4";
    Ok(n_taken_back + work.execute(sql, &key)?)
}
