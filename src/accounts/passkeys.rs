//! Passkeys (WebAuthn): a device proves that it holds a secret, after its owner has unlocked it by finger, face or
//! PIN. That is both steps of signing in at once. Here lies only what checks the proof; the device asks the
//! browser for the address, so that no other address can ask in our name.

use ::store::{Row, Tx};
use serde_json::json;
use webauthn_rs::prelude::{
    AuthenticationResult, CreationChallengeResponse, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
    PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::accounts::actions::{self, Door};
use crate::accounts::challenges::{self, Challenge, Purpose, Taken};
use crate::accounts::origin::Origin;
use crate::accounts::second_step;
use crate::accounts::store::{self, Account};
use crate::accounts::way::Second;
use crate::error::{Error, Result};
use crate::work::{Moment, Work};

/// How this program calls itself to devices.
const NAME: &str = "Điểm Sáng";
/// So many passkeys are enough for one account.
const MOST_PASSKEYS: usize = 20;
const LONGEST_NAME: usize = 60;
/// An answer of a device is some hundred bytes; nothing larger is read.
const LONGEST_ANSWER: usize = 16 * 1024;

/// The one who asks devices: this program at its address.
pub struct Party(Webauthn);

impl Party {
    /// Nobody, where browsers would let no passkey be used.
    pub fn of(origin: &Origin) -> Result<Option<Party>> {
        if !origin.carries_passkeys() {
            return Ok(None);
        }
        let builder = WebauthnBuilder::new(origin.host(), origin.url()).map_err(anyhow::Error::new)?;
        Ok(Some(Party(builder.rp_name(NAME).build().map_err(anyhow::Error::new)?)))
    }
}

/// A passkey as its owner sees it.
pub struct Kept {
    pub id: String,
    pub name: String,
    pub created_at: String,
    pub used_at: Option<String>,
}

/// What is asked of the browser, as its script takes it, and the token that comes back with the answer.
pub struct Asked {
    pub token: String,
    pub options: serde_json::Value,
}

/// What the browser sends back.
pub struct Answer<'a> {
    pub token: &'a str,
    pub text: &'a str,
}

/// The passkeys of an account, in the order in which they were added.
pub fn kept(tx: &mut Tx, account_id: &str) -> Result<Vec<Kept>> {
    let sql = "select id, name, created_at, used_at from passkey where account_id = $1 order by created_at, id";
    let kept =
        |row: &Row| Kept { id: row.text(0), name: row.text(1), created_at: row.text(2), used_at: row.text_or_null(3) };
    Ok(tx.query(sql, &[account_id.into()])?.iter().map(kept).collect())
}

/// Has this account a passkey?
pub fn holds(tx: &mut Tx, account_id: &str) -> Result<bool> {
    let sql = "select 1 from passkey where account_id = $1 limit 1";
    Ok(tx.first(sql, &[account_id.into()])?.is_some())
}

fn bodies(tx: &mut Tx, account_id: &str) -> Result<Vec<Passkey>> {
    let rows = tx.query("select body from passkey where account_id = $1", &[account_id.into()])?;
    rows.iter().map(|row| read(row.str(0))).collect()
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    Ok(serde_json::from_str(text).map_err(anyhow::Error::new)?)
}

fn written(thing: &impl serde::Serialize) -> Result<String> {
    Ok(serde_json::to_string(thing).map_err(anyhow::Error::new)?)
}

/// An answer that cannot be read is refused as a wrong one is.
fn told<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T> {
    let text = Some(answer.text).filter(|text| text.len() <= LONGEST_ANSWER).unwrap_or_default();
    serde_json::from_str(text).map_err(|_| Error::Refused("passkey-refused"))
}

fn refused(error: WebauthnError) -> Error {
    tracing::warn!(%error, "a passkey's answer was refused");
    Error::Refused("passkey-refused")
}

/// Asks the browser for a new passkey of an account whose password is known.
pub fn ask_new(door: &Door, party: &Party, account: &Account) -> Result<Asked> {
    let known = door.db.read(|tx| bodies(tx, &account.id))?;
    if known.len() >= MOST_PASSKEYS {
        return Err(Error::Refused("passkey-too-many"));
    }
    let ids = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let id = crate::ids::as_bytes(&account.id).ok_or(Error::NotFound)?;
    let asked = party.0.start_passkey_registration(id, &account.user_name, &account.name, Some(ids));
    let (options, state) = asked.map_err(refused)?;
    let token = keep(door, Purpose::NewPasskey, &account.id, &state)?;
    Ok(Asked { token, options: that_devices_list(&options)? })
}

/// The device is to list the passkey by itself: one signs in by it without a user name.
fn that_devices_list(options: &CreationChallengeResponse) -> Result<serde_json::Value> {
    let mut options = serde_json::to_value(options).map_err(anyhow::Error::new)?;
    let selection = &mut options["publicKey"]["authenticatorSelection"];
    selection["residentKey"] = json!("required");
    selection["requireResidentKey"] = json!(true);
    Ok(options)
}

fn keep(door: &Door, purpose: Purpose, account_id: &str, state: &impl serde::Serialize) -> Result<String> {
    let body = written(state)?;
    let new = Challenge { purpose, account_id, address: door.from.address, body: &body };
    challenges::keep(door.db, door.moment, &new)
}

fn take(door: &Door, purpose: Purpose, answer: &Answer) -> Result<Taken> {
    challenges::take(door.db, door.moment, purpose, answer.token)
}

/// Adds the passkey that the browser made; the account's other sessions end.
pub fn add(door: &Door, party: &Party, account: &Account, new: &NewPasskey) -> Result<()> {
    let taken = take(door, Purpose::NewPasskey, &new.answer)?;
    if taken.account_id != account.id {
        return Err(Error::Refused("challenge-over"));
    }
    let name: String = fold::clean(new.name).chars().take(LONGEST_NAME).collect();
    if name.is_empty() {
        return Err(Error::field("passkey-name", "passkey-name-missing", ""));
    }
    let made: RegisterPublicKeyCredential = told(&new.answer)?;
    let state: PasskeyRegistration = read(&taken.body)?;
    let passkey = party.0.finish_passkey_registration(&made, &state).map_err(refused)?;
    door.db.write(|tx| {
        insert(tx, door.moment, account, &name, &passkey)?;
        store::end_sessions(tx, &account.id, new.own_session)?;
        tell(&mut own_work(tx, door.moment, account), account, "account.passkey-added", &name)
    })
}

/// A new passkey: what the browser made, how its owner calls it, and the session in which that happens.
pub struct NewPasskey<'a> {
    pub name: &'a str,
    pub answer: Answer<'a>,
    pub own_session: &'a str,
}

fn own_work<'w, 't>(tx: &'w mut Tx<'t>, moment: &Moment, account: &Account) -> Work<'w, 't> {
    Work::new(tx, actions::oneself(account), moment.clone())
}

fn insert(tx: &mut Tx, moment: &Moment, account: &Account, name: &str, passkey: &Passkey) -> Result<()> {
    let sql =
        "insert into passkey (id, account_id, credential, name, body, created_at) values ($1, $2, $3, $4, $5, $6)";
    let values = [
        crate::ids::new().into(),
        account.id.as_str().into(),
        crate::journal::hex(passkey.cred_id()).into(),
        name.into(),
        written(passkey)?.into(),
        moment.now.as_str().into(),
    ];
    tx.execute(sql, &values)?;
    Ok(())
}

/// Takes a passkey from one's own account; all other sessions end.
pub fn end_own(door: &Door, account: &Account, id: &str, own_session: &str) -> Result<()> {
    door.db.write(|tx| {
        let sql = "delete from passkey where id = $1 and account_id = $2 returning name";
        let gone = tx.first(sql, &[id.into(), account.id.as_str().into()])?.ok_or(Error::NotFound)?;
        store::end_sessions(tx, &account.id, own_session)?;
        tell(&mut own_work(tx, door.moment, account), account, "account.passkey-ended", gone.str(0))
    })
}

fn tell(work: &mut Work, account: &Account, deed: &str, name: &str) -> Result<()> {
    actions::tell(work, deed, account, |told, work| told.text(work, "passkey", name))
}

/// Takes every passkey from an account.
pub fn remove_all(tx: &mut Tx, account_id: &str) -> Result<()> {
    tx.execute("delete from passkey where account_id = $1", &[account_id.into()])?;
    Ok(())
}

/// Asks for any passkey of this address: the device shows the accounts it knows, and nobody is named here.
pub fn ask_sign_in(door: &Door, party: &Party) -> Result<Asked> {
    let (options, state) = party.0.start_discoverable_authentication().map_err(refused)?;
    let token = keep(door, Purpose::SignIn, "", &state)?;
    let options = json!({ "publicKey": options.public_key });
    Ok(Asked { token, options })
}

/// The account whose passkey this is. One message for every way in which it can fail.
pub fn prove(door: &Door, party: &Party, answer: &Answer) -> Result<Account> {
    let taken = take(door, Purpose::SignIn, answer)?;
    let given: PublicKeyCredential = told(answer)?;
    let (user, credential) = party.0.identify_discoverable_authentication(&given).map_err(refused)?;
    let found = door.db.read(|tx| by_credential(tx, credential))?;
    let (account, passkey) = found.ok_or(Error::Refused("passkey-refused"))?;
    if crate::ids::as_bytes(&account.id) != Some(user) {
        return Err(Error::Refused("passkey-refused"));
    }
    let state: DiscoverableAuthentication = read(&taken.body)?;
    let proof = party.0.finish_discoverable_authentication_v2(&given, state, &passkey).map_err(refused)?;
    note_use(door, passkey, &proof)?;
    Ok(account)
}

fn by_credential(tx: &mut Tx, credential: &[u8]) -> Result<Option<(Account, Passkey)>> {
    let sql = "select account_id, body from passkey where credential = $1";
    let Some(row) = tx.first(sql, &[crate::journal::hex(credential).into()])? else { return Ok(None) };
    let account = store::by_id(tx, row.str(0))?.filter(|account| account.disabled_on.is_none());
    let Some(account) = account else { return Ok(None) };
    Ok(Some((account, read(row.str(1))?)))
}

/// What counts as both steps was unlocked by its owner, whatever the device was asked for.
fn note_use(door: &Door, mut passkey: Passkey, proof: &AuthenticationResult) -> Result<()> {
    if !proof.user_verified() {
        return Err(Error::Refused("passkey-refused"));
    }
    passkey.update_credential(proof);
    let body = written(&passkey)?;
    door.db.write(|tx| {
        let sql = "update passkey set body = $2, used_at = $3 where credential = $1";
        let values = [crate::journal::hex(passkey.cred_id()).into(), body.into(), door.moment.now.as_str().into()];
        tx.execute(sql, &values)?;
        Ok(())
    })
}

/// Asks for a passkey of the account behind half a session.
pub fn ask_second(door: &Door, party: &Party, half: &str) -> Result<Asked> {
    let (account, known) = door.db.read(|tx| {
        let account = second_step::half_account(tx, door.moment, half)?;
        let account = account.ok_or(Error::Refused("second-step-too-late"))?;
        let known = bodies(tx, &account.id)?;
        Ok::<_, Error>((account, known))
    })?;
    if known.is_empty() {
        return Err(Error::Refused("passkey-none"));
    }
    let (options, state) = party.0.start_passkey_authentication(&known).map_err(refused)?;
    let token = keep(door, Purpose::SecondStep, &account.id, &state)?;
    Ok(Asked { token, options: json!({ "publicKey": options.public_key }) })
}

/// Makes half a session whole by a passkey of its account, under a new token.
pub fn pass(door: &Door, party: &Party, half: &str, answer: &Answer) -> Result<String> {
    let account = door.db.read(|tx| second_step::half_account(tx, door.moment, half))?;
    let account = account.ok_or(Error::Refused("second-step-too-late"))?;
    let taken = take(door, Purpose::SecondStep, answer)?;
    if taken.account_id != account.id {
        return Err(Error::Refused("challenge-over"));
    }
    let given: PublicKeyCredential = told(answer)?;
    let state: PasskeyAuthentication = read(&taken.body)?;
    let proof = party.0.finish_passkey_authentication(&given, &state).map_err(refused)?;
    let found = door.db.read(|tx| by_credential(tx, proof.cred_id()))?;
    let (_, passkey) = found.filter(|(owner, _)| owner.id == account.id).ok_or(Error::Refused("passkey-refused"))?;
    note_use(door, passkey, &proof)?;
    second_step::make_whole(door, &account, half, Second::Passkey)
}
