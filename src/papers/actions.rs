//! What people do with papers: name one, use it, keep a file with it.

use files::{Refusal, Shelf};

use crate::error::{Error, Result};
use crate::papers::paper::{self, Demand, PaperRef};
use crate::papers::store;
use crate::work::Work;

/// So much of a file's name is kept.
const LONGEST_NAME: usize = 120;

/// A paper as it is filled in.
#[derive(Clone, Debug)]
pub struct NewPaper {
    pub name: PaperRef,
    pub title: String,
    /// The officer has seen the paper it is like and says it is another.
    pub is_another: bool,
}

/// The id of a paper that someone named; refused when it seems to be a known one, mistyped.
pub fn keep(work: &mut Work, province: &str, new: &NewPaper) -> Result<String> {
    let faults = paper::faults(Some(&new.name), Demand::Needed, &work.today());
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if !new.is_another {
        refuse_alike(work, province, &new.name)?;
    }
    let id = store::paper(work, province, &new.name)?;
    store::entitle(work, province, &id, &new.title)?;
    Ok(id)
}

/// A number that its issuer gave to another paper of that year.
pub fn refuse_alike(work: &mut Work, province: &str, name: &PaperRef) -> Result<()> {
    let known = store::numbered(work, province, name)?;
    if known.iter().any(|known| known.name == *name) {
        return Ok(());
    }
    match known.iter().find(|known| paper::is_like(name, &known.name)) {
        Some(alike) => {
            let on = alike.name.issued_on.parse().map_or_else(|_| alike.name.issued_on.clone(), fold::show_date);
            let told = format!("{}, {on}, {}", alike.name.number, alike.name.issuer);
            Err(Error::field("is_another_paper", "paper-like-another", told))
        }
        None => Ok(()),
    }
}

/// A file as it was sent.
pub struct Sent<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// Keeps a file with a paper: told by its content, pictures drawn anew; on the disk before the register names it.
pub fn attach(work: &mut Work, shelf: &Shelf, paper: (&str, &str), sent: &Sent) -> Result<()> {
    let examined = files::examine(sent.bytes).map_err(refusal)?;
    let hash = shelf.put(&examined.bytes).map_err(anyhow::Error::new)?;
    let known = store::attachments(work, paper.0, paper.1)?;
    if known.iter().any(|known| known.sha256 == hash.text()) {
        return Ok(());
    }
    store::insert_attachment(work, paper, &file_name(sent.name), (&hash, &examined))
}

/// The name without folders and without its ending, which the content tells.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or(sent);
    let bare = last.rsplit_once('.').map_or(last, |(bare, _)| bare);
    let clean: String = fold::clean(bare).chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if clean.is_empty() { "van-ban".to_owned() } else { clean }
}

/// The sentence that says why a file is not kept.
pub fn refusal(refusal: Refusal) -> Error {
    let key = match refusal {
        Refusal::Empty => "file-empty",
        Refusal::TooLarge => "file-too-large",
        Refusal::Unknown => "file-unknown",
        Refusal::Macros => "file-macros",
        Refusal::Broken => "file-broken",
        Refusal::TooManyPixels => "file-too-many-pixels",
    };
    Error::field("file", key, "")
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_keeps_its_name_and_nothing_of_its_path() {
        assert_eq!(file_name("C:\\Users\\can bo\\Quy chế.PDF"), "Quy chế");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name(".pdf"), "van-ban");
        assert_eq!(file_name("ảnh 1\u{0}.jpg"), "ảnh 1");
        assert_eq!(file_name(&"a".repeat(500)).len(), 120);
    }
}
