//! The exemplars and commendations of Phú Thọ: 76 stood on the day of the conference (31 collectives,
//! 45 individuals), 75 at the yearly review; 15 and 19 commendations were given at the conference.
//! The persons are invented.

use jiff::civil::{Date, date};

use crate::demo::chance::Chance;
use crate::demo::ground::likely_name;
use crate::demo::life::in_a_sentence;
use crate::demo::press::{Listed, Press};
use crate::error::Result;
use crate::exemplars::store::{self, Commendation, Exemplar};
use crate::papers::paper::PaperRef;
use crate::parties::actions as parties;
use crate::parties::person::Field;
use crate::places::place::OPEN;
use crate::places::store as places;
use crate::work::Work;

const N_COLLECTIVES: usize = 31;
const N_EXEMPLARS: usize = 76;
const CONFERENCE: &str = "Hội nghị biểu dương, khen thưởng ngày 24/11/2025";
const FESTIVAL: &str = "Ngày hội Toàn dân bảo vệ an ninh Tổ quốc năm 2026";
const NO_PLACE: usize = 7;

/// A round of commendations: its form, the exemplars by position, the paper, the occasion.
struct Round {
    form: &'static str,
    to: std::ops::Range<usize>,
    number: &'static str,
    issued_on: Date,
    issuer: &'static str,
    occasion: &'static str,
}

const PROVINCE: &str = "Chủ tịch Ủy ban nhân dân tỉnh Phú Thọ";
const POLICE: &str = "Giám đốc Công an tỉnh Phú Thọ";
const DEPARTMENT: &str = "Cục Xây dựng phong trào bảo vệ an ninh Tổ quốc, Bộ Công an";

const fn round(
    form: &'static str,
    to: std::ops::Range<usize>,
    paper: (&'static str, Date, &'static str),
    occasion: &'static str,
) -> Round {
    Round { form, to, number: paper.0, issued_on: paper.1, issuer: paper.2, occasion }
}

// Positions below 31 are collectives: 6 of them and 9 individuals received the province's merit.
const ROUNDS: [Round; 6] = [
    round("F4", 25..40, ("2604/QĐ-UBND", date(2025, 11, 17), PROVINCE), CONFERENCE),
    round("F5", 40..47, ("318/QĐ-V05", date(2025, 11, 18), DEPARTMENT), CONFERENCE),
    round("F6", 47..59, ("1872/QĐ-CAT", date(2025, 11, 19), POLICE), CONFERENCE),
    round("F4", 3..6, ("1735/QĐ-UBND", date(2026, 8, 14), PROVINCE), FESTIVAL),
    round("F6", 8..10, ("1209/QĐ-CAT", date(2026, 8, 13), POLICE), FESTIVAL),
    round("F6", 60..64, ("1209/QĐ-CAT", date(2026, 8, 13), POLICE), FESTIVAL),
];

/// What was written.
pub(super) struct Honours {
    pub n_exemplars: usize,
    pub n_commendations: usize,
    /// The people behind the individuals, in the order of their exemplars.
    pub people: Vec<String>,
}

/// Writes the exemplars and what they received.
pub(super) fn write(work: &mut Work, chance: &mut Chance, press: &mut Press) -> Result<Honours> {
    let mut exemplars: Vec<Exemplar> = Vec::new();
    for n in 0..N_EXEMPLARS {
        let mut exemplar = exemplar(chance, press, n, &exemplars);
        if exemplar.kind == "individual" {
            exemplar.person_id = Some(person(work, chance, &exemplar)?);
        }
        if let Some(paper) = &exemplar.paper {
            press.paper(work, chance, paper)?;
        }
        store::insert_exemplar(work, &exemplar)?;
        exemplars.push(exemplar);
    }
    withdraw_one(work, chance, press, &mut exemplars)?;
    let mut n_commendations = 0;
    for round in &ROUNDS {
        for n in round.to.clone() {
            let new = commendation(chance, round, &exemplars[n]);
            press.paper(work, chance, &new.paper)?;
            store::insert_commendation(work, &new)?;
            n_commendations += 1;
        }
    }
    let people = exemplars.iter().filter_map(|exemplar| exemplar.person_id.clone()).collect();
    Ok(Honours { n_exemplars: exemplars.len(), n_commendations, people })
}

/// The invented person behind an exemplar.
fn person(work: &mut Work, chance: &mut Chance, exemplar: &Exemplar) -> Result<String> {
    let place = places::by_id(work, &exemplar.place_id)?;
    let mut values = vec![(Field::Name, exemplar.name.clone())];
    if chance.percent(40) {
        values.push((Field::Born, chance.number(1952, 1994).to_string()));
        // No number of the country begins so.
        values.push((Field::Phone, format!("0000 {:03} {:03}", chance.number(100, 999), chance.number(100, 999))));
    }
    Ok(parties::record_as(work, chance.id(), &place, &values)?.person.id)
}

/// Where and what an exemplar is of.
struct Scene<'a> {
    place: String,
    area: String,
    listed: &'a Listed,
}

fn exemplar(chance: &mut Chance, press: &Press, n: usize, before: &[Exemplar]) -> Exemplar {
    let communes = &press.ground.communes;
    // Every other commune, so that two exemplars seldom share one.
    let commune = &communes[(n * 2 + NO_PLACE) % communes.len()];
    let drawn = chance.day(date(2022, 8, 10), date(2025, 10, 31));
    let in_reform = drawn >= date(2025, 7, 1) || !commune.old.iter().any(|pin| pin.lives_on(drawn));
    let on = if in_reform { chance.day(date(2025, 8, 11), date(2025, 10, 31)) } else { drawn };
    let pin = commune.pin_on(chance, on).unwrap_or(&commune.pin).clone();
    let area = likely_name(chance, &press.sample.names, "residential_area", &commune.former, &pin);
    // The collectives speak of schemes of residential areas.
    let of_areas: Vec<&Listed> = press.catalogue.iter().filter(|l| l.area_kind == "residential_area").collect();
    let scene = Scene { place: in_a_sentence(&pin.name), area, listed: of_areas[chance.below(of_areas.len())] };
    let (kind, name, summary) = if n < N_COLLECTIVES {
        let (name, summary) = collective(chance, press, &scene);
        ("collective", name, summary)
    } else {
        let (name, summary) = individual(chance, press, &scene, before);
        ("individual", name, summary)
    };
    Exemplar {
        province: press.ground.province.clone(),
        id: chance.id(),
        name,
        person_id: None,
        kind: kind.into(),
        place_id: pin.id.clone(),
        pin_id: pin.id.clone(),
        scheme_id: chance.percent(70).then(|| scene.listed.scheme.id.clone()),
        summary,
        recognised_on: on.to_string(),
        paper: Some(PaperRef {
            number: format!("{}/QĐ-BCĐ", chance.number(21, 260)),
            issued_on: on.to_string(),
            issuer: format!("Ban Chỉ đạo phong trào tỉnh {}", province_name(&commune.former, in_reform)),
        }),
        withdrawn_on: OPEN.into(),
        withdrawn_reason: String::new(),
    }
}

fn province_name(former: &str, in_reform: bool) -> &'static str {
    match former {
        "26" if !in_reform => "Vĩnh Phúc",
        "17" if !in_reform => "Hòa Bình",
        _ => "Phú Thọ",
    }
}

fn fill(pattern: &str, scene: &Scene) -> String {
    let scheme = &scene.listed.scheme.name;
    pattern.replace("{place}", &scene.place).replace("{area}", &in_a_sentence(&scene.area)).replace("{scheme}", scheme)
}

fn collective(chance: &mut Chance, press: &Press, scene: &Scene) -> (String, String) {
    let texts = &press.sample.names.exemplars;
    let named: Vec<&String> = texts.collective_patterns.iter().filter(|p| !p.contains("{institution}")).collect();
    let name = fill(named[chance.below(named.len())], scene);
    (name, chance.pick(&texts.collective_summaries).clone())
}

/// The name is the person's; what they are stands in the summary.
fn individual(chance: &mut Chance, press: &Press, scene: &Scene, before: &[Exemplar]) -> (String, String) {
    let texts = &press.sample.names.exemplars;
    let pattern = chance.pick(&texts.individual_patterns);
    let gender = if pattern.starts_with("Bà") { "f" } else { "m" };
    let name = loop {
        let name = press.sample.names.person(chance, gender);
        if before.iter().all(|known| known.name != name) {
            break name;
        }
    };
    let role = pattern.split_once("{name}, ").map_or(pattern.as_str(), |(_, role)| role);
    let role = fill(role, scene);
    let mut letters = role.chars();
    let role: String = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    (name, format!("{role}. {}", chance.pick(&texts.individual_summaries)))
}

/// Between the two conferences one left the list.
fn withdraw_one(work: &mut Work, chance: &mut Chance, press: &mut Press, exemplars: &mut [Exemplar]) -> Result<()> {
    let exemplar = &mut exemplars[12];
    exemplar.withdrawn_on = "2026-01-14".into();
    exemplar.withdrawn_reason =
        "Không giữ vững tiêu chuẩn: hai năm liền không đạt danh hiệu thi đua đã đăng ký.".into();
    let paper = PaperRef {
        number: "07/QĐ-BCĐ".into(),
        issued_on: "2026-01-14".into(),
        issuer: "Ban Chỉ đạo phong trào tỉnh Phú Thọ".into(),
    };
    press.paper(work, chance, &paper)?;
    store::save_withdrawal(work, exemplar, &paper)
}

fn commendation(chance: &mut Chance, round: &Round, to: &Exemplar) -> Commendation {
    Commendation {
        province: to.province.clone(),
        id: chance.id(),
        form: round.form.into(),
        recipient: to.name.clone(),
        person_id: to.person_id.clone(),
        kind: to.kind.clone(),
        exemplar_id: Some(to.id.clone()),
        place_id: to.place_id.clone(),
        pin_id: to.pin_id.clone(),
        paper: PaperRef {
            number: round.number.into(),
            issued_on: round.issued_on.to_string(),
            issuer: round.issuer.into(),
        },
        occasion: round.occasion.into(),
        withdrawn_on: OPEN.into(),
        withdrawn_reason: String::new(),
    }
}
