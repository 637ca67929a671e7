//! Envelopes: what people wrote about a person or a thing, sealed under a key of its own and numbered. The journal
//! names a text and never holds it, so a text can be burnt while the chain stays whole. A text that was altered, or
//! that is gone without a deed that says so, is told by `faults`.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use serde_json::{Value as Json, json};
use store::Value;

use crate::error::{Error, Result};
use crate::ids;
use crate::journal::{digest, hex};
use crate::work::Work;

/// Whose envelope: a person or any other thing, by its id.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    pub province: &'a str,
    pub id: &'a str,
}

/// A text in an envelope, as the journal names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    pub owner: String,
    pub n: i64,
    /// A hash over text and nonce: it binds the journal to the text, and tells nothing once the nonce is burnt.
    pub proof: String,
}

impl Named {
    /// As it stands in the body of a deed.
    pub fn json(&self) -> Json {
        json!({ "owner": self.owner, "text": self.n, "proof": self.proof })
    }

    /// Reads it there; nothing when it is something else.
    pub fn read(json: &Json) -> Option<Named> {
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        Some(Named { owner: text("owner")?, n: json["text"].as_i64()?, proof: text("proof")? })
    }
}

/// A text that was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Text {
    Held(String),
    /// Burnt on this day.
    Burnt(String),
}

/// A text with its field and number.
#[derive(Clone, Debug)]
pub struct Kept {
    pub n: i64,
    pub field: String,
    pub text: String,
    proof: String,
}

impl Kept {
    /// As the journal names it.
    pub fn named(&self, owner: &str) -> Named {
        Named { owner: owner.to_owned(), n: self.n, proof: self.proof.clone() }
    }
}

/// Puts a text into an envelope, which is made when it is not there; gives its name.
pub fn put(work: &mut Work, owner: Owner, field: &str, text: &str) -> Result<Named> {
    let (n, secret) = next(work, owner)?;
    let nonce = ids::secret::<24>();
    let place = [owner.id, &n.to_string(), field].join(" ");
    let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
    let sealed = cipher(&secret)?.encrypt(&nonce.into(), payload).map_err(broken)?;
    let sql = "insert into envelope_text (province, owner_id, n, field, nonce, sealed, burnt_on) \
               values ($1, $2, $3, $4, $5, $6, '')";
    let nonce = hex(&nonce);
    let values: [Value; 6] =
        [owner.province.into(), owner.id.into(), n.into(), field.into(), nonce.as_str().into(), hex(&sealed).into()];
    work.execute(sql, &values)?;
    Ok(Named { owner: owner.id.to_owned(), n, proof: proof(&place, &nonce, text) })
}

/// The next number of an envelope and its key; the row makes its writers wait for one another.
fn next(work: &mut Work, owner: Owner) -> Result<(i64, String)> {
    let sql = "insert into envelope (province, owner_id, secret, last_n, burnt_on) values ($1, $2, $3, 1, '') \
               on conflict (province, owner_id) do update set last_n = envelope.last_n + 1 returning last_n, secret";
    let secret = hex(&ids::secret::<32>());
    let row = work.first(sql, &[owner.province.into(), owner.id.into(), secret.into()])?;
    let row = row.ok_or_else(|| anyhow::anyhow!("the envelope gave no row"))?;
    if row.str(1).is_empty() {
        return Err(Error::Refused("envelope-burnt"));
    }
    Ok((row.int(0), row.text(1)))
}

fn proof(place: &str, nonce: &str, text: &str) -> String {
    let mut whole = digest(&[place, nonce, text]);
    whole.truncate(32);
    whole
}

fn cipher(secret: &str) -> Result<XChaCha20Poly1305> {
    let key: [u8; 32] = bytes(secret)?;
    Ok(XChaCha20Poly1305::new(&key.into()))
}

fn broken(_: chacha20poly1305::aead::Error) -> Error {
    Error::Broken(anyhow::anyhow!("a sealed text does not open"))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N]> {
    let read = unhex(text).and_then(|bytes| bytes.try_into().ok());
    read.ok_or_else(|| Error::Broken(anyhow::anyhow!("a sealed text is no hexadecimal of its length")))
}

/// The columns of a text `t` and its envelope `e`, for `opened`.
pub const COLUMNS: &str = "t.n, t.field, t.nonce, t.sealed, t.burnt_on, e.secret, e.burnt_on, t.owner_id";

/// A row that begins with `COLUMNS`, opened; nothing when it is burnt.
pub fn opened(row: &store::Row) -> Result<Option<Kept>> {
    if row.str(3).is_empty() || row.str(5).is_empty() {
        return Ok(None);
    }
    let (n, field, owner) = (row.int(0), row.text(1), row.str(7));
    let place = [owner, &n.to_string(), &field].join(" ");
    let nonce: [u8; 24] = bytes(row.str(2))?;
    let sealed = unhex(row.str(3)).ok_or_else(|| anyhow::anyhow!("a sealed text is no hexadecimal"))?;
    let payload = Payload { msg: sealed.as_slice(), aad: place.as_bytes() };
    let text = cipher(row.str(5))?.decrypt(&nonce.into(), payload).map_err(broken)?;
    let text = String::from_utf8(text).map_err(anyhow::Error::new)?;
    Ok(Some(Kept { n, proof: proof(&place, row.str(2), &text), field, text }))
}

/// The text of a name with its field; nothing when there never was one.
pub fn text(work: &mut Work, named: &Named) -> Result<Option<(String, Text)>> {
    let sql = format!(
        "select {COLUMNS} from envelope_text t join envelope e on e.owner_id = t.owner_id \
         where t.owner_id = $1 and t.n = $2"
    );
    let Some(row) = work.first(&sql, &[named.owner.as_str().into(), named.n.into()])? else { return Ok(None) };
    let text = match opened(&row)? {
        Some(kept) => Text::Held(kept.text),
        None => Text::Burnt(if row.str(4).is_empty() { row.text(6) } else { row.text(4) }),
    };
    Ok(Some((row.text(1), text)))
}

/// Every text of an envelope that is not burnt, in the order in which they were put in.
pub fn all(work: &mut Work, owner_id: &str) -> Result<Vec<Kept>> {
    let sql = format!(
        "select {COLUMNS} from envelope_text t join envelope e on e.owner_id = t.owner_id \
         where t.owner_id = $1 order by t.n"
    );
    let rows = work.query(&sql, &[owner_id.into()])?;
    rows.iter().filter_map(|row| opened(row).transpose()).collect()
}

/// Burns a whole envelope: its key first of all.
pub fn burn(work: &mut Work, owner_id: &str) -> Result<()> {
    let today = work.today();
    let sql = "update envelope set secret = '', burnt_on = $2 where owner_id = $1 and burnt_on = ''";
    work.execute(sql, &[owner_id.into(), today.as_str().into()])?;
    let sql = "update envelope_text set nonce = '', sealed = '', burnt_on = $2 where owner_id = $1 and burnt_on = ''";
    work.execute(sql, &[owner_id.into(), today.into()])?;
    Ok(())
}

/// Burns one text of an envelope.
pub fn burn_one(work: &mut Work, owner_id: &str, n: i64) -> Result<()> {
    let today = work.today();
    let sql = "update envelope_text set nonce = '', sealed = '', burnt_on = $3 \
               where owner_id = $1 and n = $2 and burnt_on = ''";
    work.execute(sql, &[owner_id.into(), n.into(), today.into()])?;
    Ok(())
}

/// The names in the body of a deed.
pub fn names(body: &Json) -> Vec<Named> {
    match body {
        Json::Object(fields) => match Named::read(body) {
            Some(named) => vec![named],
            None => fields.values().flat_map(names).collect(),
        },
        Json::Array(parts) => parts.iter().flat_map(names).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Vec::new(),
    }
}

/// So many deeds are held in memory at once.
const STRETCH: i64 = 5_000;

/// Texts that are not the ones the journal names, or that are gone without a deed that ends in `.erased`.
pub fn faults(work: &mut Work) -> Result<Vec<String>> {
    let sql = format!(
        "select province, day, seq, body from journal where (province, day, seq) > ($1, $2, $3) \
         and body like '%\"proof\":%' order by province, day, seq limit {STRETCH}"
    );
    let mut faults = Vec::new();
    let mut after: [Value; 3] = ["".into(), "".into(), 0.into()];
    loop {
        let rows = work.query(&sql, &after)?;
        for row in &rows {
            let body: Json = serde_json::from_str(row.str(3)).unwrap_or_default();
            for named in names(&body) {
                if !is_borne_out(work, &named)? {
                    let (chain, day, seq) = (row.str(0), row.str(1), row.int(2));
                    faults.push(format!("journal {chain} {day} {seq} text {} {}", named.owner, named.n));
                }
            }
        }
        match rows.last() {
            Some(last) if rows.len() == STRETCH as usize => after = [0, 1, 2].map(|at| last.values()[at].clone()),
            Some(_) | None => return Ok(faults),
        }
    }
}

/// Is the text there as it was written, or burnt by a deed?
fn is_borne_out(work: &mut Work, named: &Named) -> Result<bool> {
    let sql = format!(
        "select {COLUMNS} from envelope_text t join envelope e on e.owner_id = t.owner_id \
         where t.owner_id = $1 and t.n = $2"
    );
    let Some(row) = work.first(&sql, &[named.owner.as_str().into(), named.n.into()])? else { return Ok(false) };
    match opened(&row) {
        Ok(Some(kept)) => Ok(kept.proof == named.proof),
        Ok(None) => {
            let sql = "select 1 from journal where thing_id = $1 and deed like '%.erased' limit 1";
            Ok(work.first(sql, &[named.owner.as_str().into()])?.is_some())
        }
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_wherever_it_stands_in_a_body() {
        let named = Named { owner: "p".into(), n: 3, proof: "aa".into() };
        let body = json!({ "changed": { "name": [Json::Null, named.json()] }, "n": 1 });
        assert_eq!(names(&body), [named]);
        assert!(names(&json!({ "owner": "p", "text": "no number" })).is_empty());
    }

    #[test]
    fn hexadecimal_of_another_length_is_refused() {
        assert_eq!(unhex("00ff"), Some(vec![0, 255]));
        assert!(unhex("0").is_none() && unhex("zz").is_none() && unhex("é1").is_none());
        assert!(bytes::<2>("00").is_err());
    }
}
