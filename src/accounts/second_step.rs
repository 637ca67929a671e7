//! The second step of signing in: a code of a phone (TOTP, RFC 6238) or one from a printed list. The list also
//! lets someone without e-mail back in who has forgotten the password.

use ::store::{Db, Tx};
use totp_rs::{Builder, Secret, Totp};

use crate::accounts::actions::{self, Door};
use crate::accounts::passkeys;
use crate::accounts::policy::Demand;
use crate::accounts::sessions::{self, Opening};
use crate::accounts::store::{self, Account};
use crate::accounts::way::Second;
use crate::error::{Error, Result};
use crate::permissions::{Role, Verb};
use crate::work::{Moment, Work};

/// So many codes are on a printed list; each is good once.
const N_CODES: usize = 10;
/// A code of the list, without the dash that helps reading.
const CODE_LETTERS: usize = 10;
/// Letters and digits that nobody takes for one another on paper.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// The id of no account.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";
/// The name under which a phone keeps the secret.
const ISSUER: &str = "Diem Sang";

/// Is a second step set, by phone or by passkey?
pub fn holds(tx: &mut Tx, account_id: &str) -> Result<bool> {
    Ok(since(tx, account_id)?.is_some() || passkeys::holds(tx, account_id)?)
}

/// The moment from which the phone's code is set; none when it is not.
pub fn since(tx: &mut Tx, account_id: &str) -> Result<Option<String>> {
    let row = tx.first("select since from second_step where account_id = $1", &[account_id.into()])?;
    Ok(row.map(|row| row.text(0)))
}

/// How many codes of the printed list are not used yet.
pub fn n_codes_left(tx: &mut Tx, account_id: &str) -> Result<i64> {
    let sql = "select count(*) from recovery_code where account_id = $1 and used_at is null";
    Ok(tx.first(sql, &[account_id.into()])?.map_or(0, |row| row.int(0)))
}

/// A new secret, as phones take it (base32, 160 bits).
pub fn new_secret() -> String {
    Secret::new(Box::new(actions::random_bytes::<20>())).to_base32()
}

/// The address that a phone reads from the picture.
pub fn address(user_name: &str, secret: &str) -> String {
    let issuer: String = ISSUER.replace(' ', "%20");
    format!("otpauth://totp/{issuer}:{user_name}?secret={secret}&issuer={issuer}")
}

fn totp(secret: &str) -> Result<Totp> {
    let secret = Secret::try_from_base32(secret).map_err(|_| Error::Refused("second-step-secret"))?;
    Builder::new().with_secret(secret).build().map_err(|_| Error::Refused("second-step-secret"))
}

/// The time step whose code this is, now or one step to either side.
fn step_of(secret: &str, code: &str, moment: &Moment) -> Result<Option<i64>> {
    let at: jiff::Timestamp = moment.now.parse().map_err(anyhow::Error::new)?;
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    Ok(totp(secret)?.check(&digits, seconds).map(|step| i64::try_from(step).unwrap_or_default()))
}

/// The code that a phone shows at a moment: for the stories.
#[cfg(test)]
pub fn code_at(secret: &str, moment: &Moment) -> String {
    let at: jiff::Timestamp = moment.now.parse().unwrap();
    totp(secret).unwrap().generate(at.as_second() as u64).to_string()
}

/// A phone that is to show codes: its secret, the code it shows now, and the session in which that happens.
pub struct NewPhone<'a> {
    pub secret: &'a str,
    pub code: &'a str,
    pub own_session: &'a str,
}

/// Sets the phone's code: the password is known, and the phone shows the right one. Other sessions end.
pub fn set(door: &Door, account: &Account, new: &NewPhone) -> Result<()> {
    let Some(step) = step_of(new.secret, new.code, door.moment)? else {
        return Err(Error::field("code", "second-step-code-wrong", ""));
    };
    door.db.write(|tx| {
        let sql = "insert into second_step (account_id, secret, since, last_step) values ($1, $2, $3, $4) \
                   on conflict (account_id) do nothing";
        let id = account.id.as_str();
        if tx.execute(sql, &[id.into(), new.secret.into(), door.moment.now.as_str().into(), step.into()])? == 0 {
            return Err(Error::Refused("second-step-already"));
        }
        store::end_sessions(tx, id, new.own_session)?;
        tell(tx, door.moment, account, "account.second-step-set")
    })
}

/// Takes the phone's code away from one's own account; other sessions end.
pub fn end_own(door: &Door, account: &Account, own_session: &str) -> Result<()> {
    door.db.write(|tx| {
        remove(tx, &account.id)?;
        store::end_sessions(tx, &account.id, own_session)?;
        tell(tx, door.moment, account, "account.second-step-ended")
    })
}

/// Takes it away, passkeys too, for someone who has lost the devices and the list; their sessions end.
pub fn end(work: &mut Work, id: &str) -> Result<()> {
    let account = actions::account_for(work, Verb::ManageAccounts, id)?;
    remove(work.tx, &account.id)?;
    passkeys::remove_all(work.tx, &account.id)?;
    work.execute("delete from recovery_code where account_id = $1", &[account.id.as_str().into()])?;
    store::end_sessions(work.tx, &account.id, "")?;
    actions::journal_of_account(work, "account.second-step-ended", &account)
}

fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("delete from second_step where account_id = $1", &[id.into()])?;
    Ok(())
}

/// A deed of someone with the own account.
fn tell(tx: &mut Tx, moment: &Moment, account: &Account, deed: &str) -> Result<()> {
    let mut work = Work::new(tx, actions::oneself(account), moment.clone());
    actions::journal_of_account(&mut work, deed, account)
}

/// A new printed list; the one before is void. Told once, kept as hashes.
pub fn new_codes(db: &Db, moment: &Moment, account: &Account) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..N_CODES).map(|_| new_code()).collect();
    let hashes = codes.iter().map(|code| hash_of(&account.id, code)).collect::<Result<Vec<_>>>()?;
    db.write(|tx| {
        tx.execute("delete from recovery_code where account_id = $1", &[account.id.as_str().into()])?;
        for hash in hashes {
            let sql = "insert into recovery_code (account_id, code_hash) values ($1, $2)";
            tx.execute(sql, &[account.id.as_str().into(), hash.into()])?;
        }
        tell(tx, moment, account, "account.recovery-codes-made")
    })?;
    Ok(codes)
}

fn new_code() -> String {
    let bytes = actions::random_bytes::<CODE_LETTERS>();
    let letters: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    format!("{}-{}", &letters[..CODE_LETTERS / 2], &letters[CODE_LETTERS / 2..])
}

/// A code has 50 random bits: it is kept as slowly as a password is, under the account's own random id.
fn hash_of(account_id: &str, code: &str) -> Result<String> {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    actions::slow_hash(&letters.to_uppercase(), account_id)
}

fn use_code(tx: &mut Tx, moment: &Moment, account: &Account, hash: &str) -> Result<bool> {
    let sql = "update recovery_code set used_at = $3 where account_id = $1 and code_hash = $2 and used_at is null";
    let used = tx.execute(sql, &[account.id.as_str().into(), hash.into(), moment.now.as_str().into()])? == 1;
    if used {
        tell(tx, moment, account, "account.recovery-code-used")?;
    }
    Ok(used)
}

/// The account behind half a session: its password was right a short while ago.
pub fn half_account(tx: &mut Tx, moment: &Moment, token: &str) -> Result<Option<Account>> {
    store::half_session_account(tx, &actions::token_hash(token), &moment.now)
}

/// What a code may be for an account: where a passkey is demanded and there is one, a phone's code no longer does.
fn phone_counts(door: &Door, account: &Account) -> Result<bool> {
    let today = door.moment.today.to_string();
    let (grants, has_passkey) = door
        .db
        .read(|tx| Ok::<_, Error>((store::grants(tx, &account.id, &today)?, passkeys::holds(tx, &account.id)?)))?;
    let roles: Vec<Role> = grants.iter().map(|grant| grant.role).collect();
    Ok(!has_passkey || door.policy(account)?.demand(&roles) != Demand::Passkey)
}

/// Which second steps are taken from an account: a phone's code, a passkey.
pub fn taken_of(door: &Door, account: &Account) -> Result<(bool, bool)> {
    let (has_phone, has_passkey) =
        door.db.read(|tx| Ok::<_, Error>((since(tx, &account.id)?.is_some(), passkeys::holds(tx, &account.id)?)))?;
    Ok((has_phone && phone_counts(door, account)?, has_passkey))
}

/// Is this the code of the account's phone, not taken before, or one of its printed list?
fn takes(tx: &mut Tx, moment: &Moment, account: &Account, (told, hash): (&Told, &str)) -> Result<bool> {
    let kept = tx
        .first("select secret, last_step from second_step where account_id = $1", &[account.id.as_str().into()])?
        .map(|row| (row.text(0), row.int(1)));
    let Some((secret, last_step)) = kept.filter(|_| told.phone_counts) else {
        return use_code(tx, moment, account, hash);
    };
    if let Some(step) = step_of(&secret, told.code, moment)?.filter(|step| *step > last_step) {
        // Two at once cannot both raise it: one of them finds it raised.
        let sql = "update second_step set last_step = $2 where account_id = $1 and last_step < $2";
        return Ok(tx.execute(sql, &[account.id.as_str().into(), step.into()])? == 1);
    }
    use_code(tx, moment, account, hash)
}

/// A code as it was typed, and whether it may be one of the phone.
struct Told<'a> {
    code: &'a str,
    phone_counts: bool,
}

/// Makes half a session whole, under a new token.
pub fn pass(door: &Door, token: &str, code: &str) -> Result<String> {
    let account = door.db.read(|tx| half_account(tx, door.moment, token))?;
    let account = account.ok_or(Error::Refused("second-step-too-late"))?;
    check(door, &account, &Told { code, phone_counts: phone_counts(door, &account)? })?;
    make_whole(door, &account, token, Second::Code)
}

/// Opens the whole session in place of half a one.
pub fn make_whole(door: &Door, account: &Account, half: &str, second: Second) -> Result<String> {
    let way = door.db.write(|tx| store::end_half_session(tx, &actions::token_hash(half)))?;
    let way = way.ok_or(Error::Refused("second-step-too-late"))?;
    sessions::open(door, account, Opening::Whole(way.and(second)))
}

/// Takes a code of a signed-in account, of its phone or of its list.
pub fn check_code(door: &Door, account: &Account, code: &str) -> Result<()> {
    check(door, account, &Told { code, phone_counts: true })
}

/// Failures are counted as those of passwords are.
fn check(door: &Door, account: &Account, told: &Told) -> Result<()> {
    actions::refuse_if_too_often(door, &account.user_name)?;
    let hash = hash_of(&account.id, told.code)?;
    if door.db.write(|tx| takes(tx, door.moment, account, (told, &hash)))? {
        return Ok(());
    }
    actions::note_failure(door, &account.user_name)?;
    Err(Error::field("code", "second-step-code-wrong", ""))
}

/// Sets a new password for who has forgotten the old one but holds the printed list. One message for every way
/// in which it can fail; all sessions end. Only who holds a code is told what is wrong with the new password.
pub fn recover(door: &Door, user_name: &str, code: &str, new_password: &str) -> Result<()> {
    actions::refuse_if_too_often(door, user_name)?;
    let found = door.db.read(|tx| store::by_user_name(tx, user_name))?;
    let found = found.filter(|account| account.disabled_on.is_none());
    // Without an account the same work is done, so that time tells nothing.
    let code_hash = hash_of(found.as_ref().map_or(NOBODY, |account| &account.id), code)?;
    let holder = match found {
        Some(account) if door.db.read(|tx| is_good(tx, &account, &code_hash))? => account,
        Some(_) | None => return wrong_recovery(door, user_name),
    };
    let hash = actions::new_password_hash(door, &holder, new_password)?;
    let done = door.db.write(|tx| {
        if !use_code(tx, door.moment, &holder, &code_hash)? {
            return Ok(false);
        }
        store::save_password(tx, &holder.id, &hash, &door.moment.today.to_string())?;
        store::end_sessions(tx, &holder.id, "")?;
        tell(tx, door.moment, &holder, "account.password-changed")?;
        Ok::<bool, Error>(true)
    })?;
    if done { Ok(()) } else { wrong_recovery(door, user_name) }
}

fn wrong_recovery(door: &Door, user_name: &str) -> Result<()> {
    actions::note_failure(door, user_name)?;
    Err(Error::Refused("recovery-wrong"))
}

fn is_good(tx: &mut Tx, account: &Account, hash: &str) -> Result<bool> {
    let sql = "select 1 from recovery_code where account_id = $1 and code_hash = $2 and used_at is null";
    Ok(tx.first(sql, &[account.id.as_str().into(), hash.into()])?.is_some())
}

/// What a picture of an address looks like: an SVG for a page.
pub fn picture(address: &str) -> Result<String> {
    let code = qrcode::QrCode::new(address.as_bytes()).map_err(anyhow::Error::new)?;
    let svg = code.render::<qrcode::render::svg::Color>().min_dimensions(220, 220).build();
    Ok(svg.split_once("?>").map_or(svg.clone(), |(_, rest)| rest.to_owned()))
}
