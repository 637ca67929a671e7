//! How papers, their uses and their files are kept.

use files::{Examined, Hash, Kind};
use store::{Row, Value};

use crate::error::Result;
use crate::ids;
use crate::papers::paper::{Paper, PaperRef};
use crate::work::{Thing, Work};

/// A paper from the columns id, number, issued_on, issuer, title.
pub fn paper_row(row: &Row) -> Paper {
    let name = PaperRef { number: row.text(1), issued_on: row.text(2), issuer: row.text(3) };
    Paper { id: row.text(0), name, title: row.text(4) }
}

/// What is searched in a paper: its number and what it is about.
pub fn fold_of(number: &str, title: &str) -> String {
    fold::key(&format!("{number} {title}"))
}

/// The id of a paper with this number, date and issuer; kept when it is new.
pub fn paper(work: &mut Work, province: &str, name: &PaperRef) -> Result<String> {
    let sql = "select id from paper where province = $1 and number = $2 and issued_on = $3 and issuer = $4";
    let values: [Value; 4] =
        [province.into(), name.number.as_str().into(), name.issued_on.as_str().into(), name.issuer.as_str().into()];
    if let Some(row) = work.first(sql, &values)? {
        return Ok(row.text(0));
    }
    let id = ids::new();
    insert(work, province, &id, name)?;
    Ok(id)
}

/// Keeps a paper that is known to be new.
pub fn insert(work: &mut Work, province: &str, id: &str, name: &PaperRef) -> Result<()> {
    let sql = "insert into paper (province, number, issued_on, issuer, id, fold) values ($1, $2, $3, $4, $5, $6)";
    let values: [Value; 6] = [
        province.into(),
        name.number.as_str().into(),
        name.issued_on.as_str().into(),
        name.issuer.as_str().into(),
        id.into(),
        fold_of(&name.number, "").into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Puts a label in the place of issuers, titles and names of files that hold something; tells how many papers. They
/// name offices and matters: a person's name there is a mistake, and nobody could mend it.
pub fn relabel(work: &mut Work, province: &str, holds: impl Fn(&str) -> bool, label: &str) -> Result<usize> {
    let sql = "select id, number, issuer, title from paper where province = $1";
    let rows = work.query(sql, &[province.into()])?;
    let told = |text: &str| if holds(text) { label.to_owned() } else { text.to_owned() };
    let mut n_papers = 0;
    for row in rows.iter().filter(|row| holds(row.str(2)) || holds(row.str(3))) {
        let title = told(row.str(3));
        let sql = "update paper set issuer = $3, title = $4, fold = $5 where province = $1 and id = $2";
        let folded = fold_of(row.str(1), &title);
        let values: [Value; 5] =
            [province.into(), row.str(0).into(), told(row.str(2)).into(), title.into(), folded.into()];
        work.execute(sql, &values)?;
        n_papers += 1;
    }
    let rows = work.query("select id, name from attachment where province = $1", &[province.into()])?;
    for row in rows.iter().filter(|row| holds(row.str(1))) {
        let sql = "update attachment set name = $3 where province = $1 and id = $2";
        work.execute(sql, &[province.into(), row.str(0).into(), label.into()])?;
        n_papers += 1;
    }
    Ok(n_papers)
}

/// Says what a paper is about; an earlier saying is kept.
pub fn entitle(work: &mut Work, province: &str, id: &str, title: &str) -> Result<()> {
    let sql = "select number, title from paper where province = $1 and id = $2";
    let key: [Value; 2] = [province.into(), id.into()];
    let Some(row) = work.first(sql, &key)? else { return Ok(()) };
    if title.is_empty() || !row.str(1).is_empty() {
        return Ok(());
    }
    let folded = fold_of(row.str(0), title);
    let sql = "update paper set title = $3, fold = $4 where province = $1 and id = $2";
    work.execute(sql, &[province.into(), id.into(), title.into(), folded.into()])?;
    Ok(())
}

/// The papers of a province that bear this number in this year.
pub fn numbered(work: &mut Work, province: &str, name: &PaperRef) -> Result<Vec<Paper>> {
    let year = name.issued_on.get(..4).unwrap_or("");
    let sql = "select id, number, issued_on, issuer, title from paper \
               where province = $1 and fold >= $2 and fold < $3 and issued_on >= $4 and issued_on < $5";
    let number = fold::key(&name.number);
    // The title follows the number after a space, so whatever begins with the number lies below its next letter.
    let past = format!("{number}!");
    let values = [province.into(), number.into(), past.into(), format!("{year}-").into(), format!("{year}.").into()];
    Ok(work.query(sql, &values)?.iter().map(paper_row).collect())
}

/// One paper of a province.
pub fn by_id(work: &mut Work, province: &str, id: &str) -> Result<Option<Paper>> {
    let sql = "select id, number, issued_on, issuer, title from paper where province = $1 and id = $2";
    Ok(work.first(sql, &[province.into(), id.into()])?.map(|row| paper_row(&row)))
}

/// The province that keeps a paper.
pub fn province_of(work: &mut Work, id: &str) -> Result<Option<String>> {
    Ok(work.first("select province from paper where id = $1", &[id.into()])?.map(|row| row.text(0)))
}

/// Says that a thing uses a paper, as this item; twice is once.
pub fn use_paper(work: &mut Work, thing: &Thing, paper_id: &str, item: &str) -> Result<()> {
    let sql = "select 1 from paper_use where province = $1 and thing_id = $2 and paper_id = $3 and item = $4 \
               and withdrawn_at = ''";
    let key: [Value; 4] = [thing.province.into(), thing.id.into(), paper_id.into(), item.into()];
    if work.first(sql, &key)?.is_some() {
        return Ok(());
    }
    let now = work.moment.now.clone();
    write_use(work, thing, &NewUse { id: ids::new(), paper_id, item, added_at: &now })
}

/// Says that a thing uses a paper that is named, and keeps the paper when it is new.
pub fn use_named(work: &mut Work, thing: &Thing, name: &PaperRef, item: &str) -> Result<String> {
    let id = paper(work, thing.province, name)?;
    use_paper(work, thing, &id, item)?;
    Ok(id)
}

/// A use as it is written.
pub struct NewUse<'a> {
    pub id: String,
    pub paper_id: &'a str,
    pub item: &'a str,
    pub added_at: &'a str,
}

/// Writes a use that is known to be new.
pub fn write_use(work: &mut Work, thing: &Thing, new: &NewUse) -> Result<()> {
    let sql = "insert into paper_use (province, thing_id, paper_id, item, id, thing, pin_id, added_at, withdrawn_at, \
               withdrawn_reason) values ($1, $2, $3, $4, $5, $6, $7, $8, '', '')";
    let values: [Value; 8] = [
        thing.province.into(),
        thing.id.into(),
        new.paper_id.into(),
        new.item.into(),
        new.id.as_str().into(),
        thing.kind.into(),
        thing.pin.into(),
        new.added_at.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// The papers of a thing are seen where the thing is.
pub fn move_uses(work: &mut Work, province: &str, thing_id: &str, pin_id: &str) -> Result<()> {
    let sql = "update paper_use set pin_id = $3 where province = $1 and thing_id = $2";
    work.execute(sql, &[province.into(), thing_id.into(), pin_id.into()])?;
    Ok(())
}

/// A paper as a thing uses it.
#[derive(Clone, Debug)]
pub struct Use {
    pub id: String,
    pub item: String,
    pub paper: Paper,
    pub files: Vec<Attachment>,
}

/// The papers that a thing uses, the oldest first, with their files.
pub fn uses(work: &mut Work, province: &str, thing_id: &str) -> Result<Vec<Use>> {
    let sql = "select a.id, a.number, a.issued_on, a.issuer, a.title, u.id, u.item from paper_use u \
               join paper a on a.province = u.province and a.id = u.paper_id \
               where u.province = $1 and u.thing_id = $2 and u.withdrawn_at = '' order by a.issued_on, u.added_at, u.id";
    let rows = work.query(sql, &[province.into(), thing_id.into()])?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let paper = paper_row(row);
        let files = attachments(work, province, &paper.id)?;
        found.push(Use { id: row.text(5), item: row.text(6), paper, files });
    }
    Ok(found)
}

/// A thing that uses a paper.
#[derive(Clone, Debug)]
pub struct User {
    pub thing: String,
    pub thing_id: String,
    pub item: String,
    pub pin_id: String,
}

/// The things that use a paper; who may see them is asked afterwards.
pub fn users(work: &mut Work, province: &str, paper_id: &str) -> Result<Vec<User>> {
    let sql = "select thing, thing_id, item, pin_id from paper_use where province = $1 and paper_id = $2 \
               and withdrawn_at = '' order by added_at, id";
    let rows = work.query(sql, &[province.into(), paper_id.into()])?;
    let user = |row: &Row| User { thing: row.text(0), thing_id: row.text(1), item: row.text(2), pin_id: row.text(3) };
    Ok(rows.iter().map(user).collect())
}

/// Takes a use back: it was named there by mistake.
pub fn withdraw_use(work: &mut Work, province: &str, id: &str, reason: &str) -> Result<bool> {
    let sql = "update paper_use set withdrawn_at = $3, withdrawn_reason = $4 \
               where province = $1 and id = $2 and withdrawn_at = ''";
    let now = work.moment.now.clone();
    Ok(work.execute(sql, &[province.into(), id.into(), now.into(), reason.into()])? == 1)
}

/// A file of a paper.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub id: String,
    pub province: String,
    pub paper_id: String,
    pub sha256: String,
    pub name: String,
    pub ending: String,
    pub n_bytes: i64,
}

impl Attachment {
    /// What the file is; nothing when the register was written by a newer programme.
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_ending(&self.ending)
    }
}

const ATTACHMENT: &str = "f.id, f.province, f.paper_id, f.sha256, f.name, f.ending, f.n_bytes";

fn attachment_row(row: &Row) -> Attachment {
    Attachment {
        id: row.text(0),
        province: row.text(1),
        paper_id: row.text(2),
        sha256: row.text(3),
        name: row.text(4),
        ending: row.text(5),
        n_bytes: row.int(6),
    }
}

/// The files of a paper, in the order in which they came.
pub fn attachments(work: &mut Work, province: &str, paper_id: &str) -> Result<Vec<Attachment>> {
    let sql = format!(
        "select {ATTACHMENT} from attachment f where f.province = $1 and f.paper_id = $2 and f.withdrawn_at = '' \
         order by f.added_at, f.id"
    );
    Ok(work.query(&sql, &[province.into(), paper_id.into()])?.iter().map(attachment_row).collect())
}

/// One file; who may see it is asked afterwards.
pub fn attachment(work: &mut Work, id: &str) -> Result<Option<Attachment>> {
    let sql = format!("select {ATTACHMENT} from attachment f where f.id = $1 and f.withdrawn_at = ''");
    Ok(work.first(&sql, &[id.into()])?.map(|row| attachment_row(&row)))
}

/// Keeps a file of a paper under the name it came with.
pub fn insert_attachment(work: &mut Work, paper: (&str, &str), name: &str, file: (&Hash, &Examined)) -> Result<()> {
    let sql = "insert into attachment (province, paper_id, id, sha256, name, ending, n_bytes, added_at, withdrawn_at, \
               withdrawn_reason) values ($1, $2, $3, $4, $5, $6, $7, $8, '', '')";
    let now = work.moment.now.clone();
    let values: [Value; 8] = [
        paper.0.into(),
        paper.1.into(),
        ids::new().into(),
        file.0.text().into(),
        name.into(),
        file.1.kind.ending().into(),
        (file.1.bytes.len() as i64).into(),
        now.into(),
    ];
    work.execute(sql, &values)?;
    Ok(())
}

/// Every file that the register names, for the check of the shelf.
pub fn all_files(work: &mut Work) -> Result<Vec<String>> {
    Ok(work.query("select distinct sha256 from attachment order by sha256", &[])?.iter().map(|r| r.text(0)).collect())
}
