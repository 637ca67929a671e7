//! What is done with consents: recorded, withdrawn, asked for; and the texts they are given by.

use serde_json::json;

use crate::consents::consent::{self, Consent, NewConsent, Purpose, any_stands};
use crate::consents::store::{self, ConsentText};
use crate::error::{Error, FieldError, Result};
use crate::history::Told;
use crate::ids;
use crate::parties::actions::refuse_unheld;
use crate::parties::store as people;
use crate::permissions::Verb;
use crate::places::place::{OPEN, Place};
use crate::places::store as places;
use crate::work::{Thing, Work};

/// May something be done with a person's data for a purpose on a day? The one question of every public page. Nothing
/// may of someone who is erased, restricted or withheld from the public.
pub fn holds(work: &mut Work, person_id: &str, purpose: Purpose, on: &str) -> Result<bool> {
    let Some(person) = people::by_id(work, person_id)? else { return Ok(false) };
    Ok(!person.is_withheld(on) && any_stands(&store::of_person(work, person_id)?, purpose, on))
}

/// Records what a person consented to, by the text that was in use on that day.
pub fn record(work: &mut Work, person_id: &str, new: &NewConsent) -> Result<Consent> {
    let person = people::person_for(work, Verb::KeepConsent, person_id)?;
    refuse_unheld(&person)?;
    let purpose = consent::check(new, &work.today())?;
    let text = store::text_on(work, &person, purpose, &new.given_on)?;
    let text = text.ok_or_else(|| Error::field("purpose", "consent-text-missing", ""))?;
    let known = store::of_person(work, &person.id)?;
    if known
        .iter()
        .any(|known| known.purpose == purpose && known.given_on == new.given_on && known.withdrawn_on.is_empty())
    {
        return Err(Error::Refused("consent-already-recorded"));
    }
    let consent = Consent {
        province: person.province.clone(),
        id: ids::new(),
        person_id: person.id.clone(),
        pin_id: person.pin_id.clone(),
        purpose,
        text_version: text.version,
        parts: new.parts.clone(),
        channels: new.channels.clone(),
        giver: new.giver.clone(),
        manner: new.manner.clone(),
        given_on: new.given_on.clone(),
        to_on: consent::end_of(&new.until),
        recorded_by: work.actor.account_id.clone(),
        recorded_at: work.moment.now.clone(),
        withdrawn_on: String::new(),
        withdrawn_by: String::new(),
    };
    store::insert(work, &consent)?;
    let told = Told::of(&people::thing(&person))
        .fact("consent", consent.id.as_str())
        .fact("purpose", purpose.code())
        .fact("text_version", text.version)
        .fact("part", json!(consent.parts))
        .fact("channel", json!(consent.channels))
        .fact("giver", consent.giver.as_str())
        .fact("consent_manner", consent.manner.as_str())
        .fact("given_on", consent.given_on.as_str())
        .fact("to_on", consent.to_on.as_str());
    work.journal("consent.given", &people::thing(&person), &told.body())?;
    Ok(consent)
}

/// Ends a consent from a day on.
pub fn withdraw(work: &mut Work, id: &str, on: &str) -> Result<Consent> {
    let consent = store::consent_for(work, Verb::KeepConsent, id)?;
    let (today, by) = (work.today(), work.actor.account_id.clone());
    let consent = consent.withdraw(on, &today, &by)?;
    store::save_withdrawal(work, &consent)?;
    let thing = Thing { province: &consent.province, kind: "person", id: &consent.person_id, pin: &consent.pin_id };
    let told =
        Told::of(&thing).fact("consent", consent.id.as_str()).fact("purpose", consent.purpose.code()).fact("on", on);
    work.journal("consent.withdrawn", &thing, &told.body())?;
    Ok(consent)
}

/// What an administrator writes for a new version of a text.
pub struct NewText {
    pub purpose: String,
    pub text_vi: String,
    pub text_en: String,
    pub from_on: String,
}

/// Puts a new version of a text into use from a day on, not in the past: consents name the text that was read.
pub fn add_text(work: &mut Work, place: &Place, new: &NewText) -> Result<ConsentText> {
    let place = &places::whole_province(work, place)?;
    work.demand(Verb::KeepPrivacyRules, Verb::ReadPerson, place.pin_id())?;
    let province = place.code.clone();
    let purpose = Purpose::from_code(&new.purpose);
    let today = work.today();
    let checks = [
        ("purpose", "consent-purpose-missing", purpose.is_some()),
        ("text_vi", "consent-text-vi-missing", !new.text_vi.is_empty()),
        ("text_en", "consent-text-en-missing", !new.text_en.is_empty()),
        ("from_on", "consent-text-day-unfit", new.from_on >= today),
    ];
    let wrong = checks.iter().filter(|(_, _, holds)| !holds);
    let faults: Vec<FieldError> =
        wrong.map(|(field, key, _)| FieldError { field, key, value: String::new() }).collect();
    let Some(purpose) = purpose.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    let before =
        store::texts(work, &province)?.into_iter().filter(|text| text.purpose == purpose).max_by_key(|t| t.version);
    if before.as_ref().is_some_and(|text| text.from_on >= new.from_on) {
        return Err(Error::field("from_on", "consent-text-day-taken", ""));
    }
    let text = ConsentText {
        purpose,
        version: before.map_or(1, |text| text.version + 1),
        text_vi: new.text_vi.clone(),
        text_en: new.text_en.clone(),
        from_on: new.from_on.clone(),
        to_on: OPEN.into(),
    };
    store::insert_text(work, &province, &text)?;
    let thing = Thing { province: &province, kind: "rules", id: &format!("rules:{province}"), pin: place.pin_id() };
    let told = json!({ "purpose": purpose.code(), "text_version": text.version, "from_on": text.from_on });
    work.journal("consent.text-added", &thing, &told)?;
    Ok(text)
}
