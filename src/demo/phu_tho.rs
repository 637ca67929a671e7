//! The plan of Phú Thọ: how many points, where, since when, so that the published figures come out
//! exactly: 38 schemes, 3,135 points and 259 of "5 tự quản" at the end of November 2025; teams a little
//! over 33,100; in old Hòa Bình 43 launched and 190 struck off in 2023. Everything else is invented.

use std::collections::HashSet;

use jiff::civil::{Date, date};

use crate::demo::chance::Chance;
use crate::demo::ground::{CUT_OFF, Ground, REFORM};
use crate::demo::life::{Course, Draft, Ending};
use crate::demo::press::{Listed, Planned};
use crate::papers::paper::PaperRef;
use crate::schemes::point::StepKind;

/// Active points at the cut-off.
const N_ACTIVE: usize = 3135;
/// Teams of the active points at the cut-off: what one gets who counts teams as points.
const N_TEAMS: i64 = 33_112;
/// The day of the conference; a few points were launched between it and the cut-off.
const CONFERENCE: Date = date(2025, 11, 24);
/// The first day on which the communes of today launched points.
const NEW_ERA: Date = date(2025, 7, 21);
/// Until this day the published number of teams must still hold.
const YEARLY_REVIEW: Date = date(2026, 2, 2);
const N_IN_THE_LAST_WEEK: usize = 4;
const HOA_BINH: &str = "17";
const VINH_PHUC: &str = "26";

/// Active points a scheme at the cut-off; inter-family teams take what is left of the 3,135.
const N_OF_SCHEME: [(&str, usize); 36] = [
    ("TQ5", 259),
    ("AT4", 430),
    ("HDBV", 36),
    ("LKDB", 22),
    ("CAM", 310),
    ("LGPC", 330),
    ("DCCC", 160),
    ("DHTQ", 70),
    ("TKAN", 95),
    ("TLAN", 60),
    ("NDAN", 120),
    ("CRAN", 40),
    ("ZALO", 110),
    ("FPBY", 38),
    ("KKTP", 75),
    ("KKMT", 80),
    ("CTGT", 70),
    ("THAT", 85),
    ("GXBY", 18),
    ("CGR", 9),
    ("HATX", 30),
    ("NTTQ", 22),
    ("DNDH", 28),
    ("CHO", 24),
    ("TDTT", 45),
    ("KATG", 40),
    ("CCB", 50),
    ("PNAN", 45),
    ("TTPC", 38),
    ("NDTQ", 30),
    ("TTND", 48),
    ("TBBY", 34),
    ("THNC", 36),
    ("CDMT", 8),
    ("DLTQ", 6),
    ("BMBY", 12),
];

/// What has been published of a commune: its code, the scheme, how many points, where it is named.
struct Known(&'static str, &'static str, &'static [Option<&'static str>]);

const KNOWN: [Known; 15] = [
    Known("05290", "TCBY", &[Some("Giáo họ Đồi Cả"), Some("Giáo họ Đồi Sỳ")]),
    Known("05290", "GXBY", &[None]),
    Known("05212", "BMBY", &[None; 9]),
    Known("05212", "KKMT", &[None; 4]),
    Known("08545", "BMBY", &[None; 3]),
    Known("08545", "CAM", &[None; 4]),
    Known("08869", "TQ5", &[None; 14]),
    Known("07999", "CAM", &[None; 8]),
    Known("08023", "NDAN", &[None; 5]),
    Known("08023", "CAM", &[None; 2]),
    Known("05158", "FPBY", &[None]),
    Known("07954", "AT4", &[None; 9]),
    Known("07954", "DNDH", &[None; 2]),
    Known("08950", "AT4", &[Some("Trường THPT Bình Xuyên"), None, None]),
    Known("04795", "KKTP", &[None; 2]),
];
/// Schemes that only stand where they are known.
const ONLY_KNOWN: [&str; 2] = ["BMBY", "TCBY"];

/// The plan under way: what is placed, and what may not be placed twice.
pub(super) struct Draw<'a> {
    ground: &'a Ground,
    catalogue: &'a [Listed],
    /// A scheme applied to a whole commune is applied there once.
    whole: HashSet<(usize, usize)>,
    pub planned: Vec<Planned>,
}

impl<'a> Draw<'a> {
    pub(super) fn new(ground: &'a Ground, catalogue: &'a [Listed]) -> Draw<'a> {
        Draw { ground, catalogue, whole: HashSet::new(), planned: Vec::new() }
    }

    fn scheme(&self, code: &str) -> usize {
        self.catalogue.iter().position(|listed| listed.scheme.code == code).unwrap_or(0)
    }

    fn commune(&self, code: &str) -> usize {
        self.ground.communes.iter().position(|commune| commune.pin.code == code).unwrap_or(0)
    }

    fn former(&self, commune: usize) -> &str {
        &self.ground.communes[commune].former
    }

    fn fits(&self, commune: usize, scheme: usize) -> bool {
        self.catalogue[scheme].area_kind != "commune" || !self.whole.contains(&(commune, scheme))
    }

    /// Was there a unit to pin to on that day?
    fn stood(&self, commune: usize, on: Date) -> bool {
        on >= REFORM || self.ground.communes[commune].old.iter().any(|pin| pin.lives_on(on))
    }

    /// Plans a point; the teams follow from the scheme.
    fn place(&mut self, chance: &mut Chance, commune: usize, scheme: usize, course: Course) {
        self.whole.insert((commune, scheme));
        let n_teams = self.n_teams(chance, commune, scheme);
        self.planned.push(Planned { commune, scheme, course, n_teams, area_name: None });
    }

    fn n_teams(&self, chance: &mut Chance, commune: usize, scheme: usize) -> i64 {
        if !self.catalogue[scheme].is_of_families() {
            return 1 + i64::from(chance.percent(28)) + i64::from(chance.percent(10));
        }
        if self.former(commune) == VINH_PHUC { chance.number(44, 76) } else { chance.number(16, 37) }
    }

    /// A commune and a scheme among those that were launched in a place that stood on that day.
    fn anywhere(&self, chance: &mut Chance, on: Date, of: fn(&str) -> bool) -> (usize, usize) {
        loop {
            let commune = chance.below(self.ground.communes.len());
            let like = chance.below(N_ACTIVE.min(self.planned.len()));
            let scheme = self.planned[like].scheme;
            let common = !ONLY_KNOWN.contains(&self.catalogue[scheme].scheme.code.as_str());
            if common && of(self.former(commune)) && self.stood(commune, on) && self.fits(commune, scheme) {
                return (commune, scheme);
            }
        }
    }
}

/// Everything planned for Phú Thọ.
pub(super) fn plan(chance: &mut Chance, ground: &Ground, catalogue: &[Listed]) -> Vec<Planned> {
    let mut draw = Draw::new(ground, catalogue);
    active_at_the_cut_off(chance, &mut draw);
    match_the_teams(&mut draw);
    suspended_at_the_cut_off(chance, &mut draw);
    struck_off_in_hoa_binh(chance, &mut draw);
    ended_after_the_reform(chance, &mut draw);
    ended_now_and_then(chance, &mut draw);
    after_the_cut_off(chance, &mut draw);
    drafts(chance, &mut draw);
    draw.planned
}

fn active_at_the_cut_off(chance: &mut Chance, draw: &mut Draw) {
    let mut slots = known_points(draw);
    let schemes = scheme_slots(chance, draw, &slots);
    let communes = commune_slots(chance, draw.ground, &slots);
    for (scheme, commune) in pair(chance, draw, schemes, communes) {
        slots.push((commune, scheme, None));
    }
    let dates = launches(chance, draw, &slots);
    for ((commune, scheme, area_name), launched) in slots.into_iter().zip(dates) {
        draw.place(chance, commune, scheme, Course::launched(launched));
        if let Some(planned) = draw.planned.last_mut() {
            planned.area_name = area_name;
        }
    }
}

type Slot = (usize, usize, Option<&'static str>);

fn known_points(draw: &mut Draw) -> Vec<Slot> {
    let mut slots = Vec::new();
    for Known(commune, scheme, names) in &KNOWN {
        let (commune, scheme) = (draw.commune(commune), draw.scheme(scheme));
        draw.whole.insert((commune, scheme));
        slots.extend(names.iter().map(|name| (commune, scheme, *name)));
    }
    slots
}

/// The schemes of the points that are not placed yet.
fn scheme_slots(chance: &mut Chance, draw: &Draw, placed: &[Slot]) -> Vec<usize> {
    let mut left: Vec<usize> = Vec::new();
    for (code, n_points) in N_OF_SCHEME {
        let scheme = draw.scheme(code);
        let n_placed = placed.iter().filter(|slot| slot.1 == scheme).count();
        left.extend(std::iter::repeat_n(scheme, n_points.saturating_sub(n_placed)));
    }
    let n_left = N_ACTIVE - placed.len() - left.len();
    left.extend(std::iter::repeat_n(draw.scheme("LGTQ"), n_left));
    chance.shuffle(&mut left);
    left
}

/// The communes of the points that are not placed yet: from 3 to 60 points a commune.
fn commune_slots(chance: &mut Chance, ground: &Ground, placed: &[Slot]) -> Vec<usize> {
    let mut wanted: Vec<usize> = Vec::new();
    for (n, commune) in ground.communes.iter().enumerate() {
        let n_placed = placed.iter().filter(|slot| slot.0 == n).count();
        let n_more = if commune.has_past() { chance.number(9, 32) } else { chance.number(3, 8) };
        let usual = usize::try_from(n_more).unwrap_or(3);
        wanted.push(if n_placed > 0 { usual.min(20) + 6 } else { usual });
    }
    let n_left = N_ACTIVE - placed.len();
    while wanted.iter().sum::<usize>() != n_left {
        let n = chance.below(wanted.len());
        let has_past = ground.communes[n].has_past();
        if wanted.iter().sum::<usize>() > n_left {
            wanted[n] -= usize::from(wanted[n] > 4);
        } else {
            wanted[n] += usize::from(wanted[n] < 44 && has_past);
        }
    }
    wanted.iter().enumerate().flat_map(|(n, n_points)| std::iter::repeat_n(n, *n_points)).collect()
}

/// Gives each commune its schemes; a scheme of whole communes at most once.
fn pair(
    chance: &mut Chance,
    draw: &mut Draw,
    mut schemes: Vec<usize>,
    mut communes: Vec<usize>,
) -> Vec<(usize, usize)> {
    // Those that fit only once are given first, while every commune still has room.
    schemes.sort_by_key(|scheme| draw.catalogue[*scheme].area_kind != "commune");
    chance.shuffle(&mut communes);
    let mut pairs = Vec::new();
    for scheme in schemes {
        let at = communes.iter().rposition(|commune| draw.fits(*commune, scheme)).unwrap_or(communes.len() - 1);
        let commune = communes.swap_remove(at);
        draw.whole.insert((commune, scheme));
        pairs.push((scheme, commune));
    }
    pairs
}

/// The launches of the points active at the cut-off.
fn launches(chance: &mut Chance, draw: &Draw, slots: &[Slot]) -> Vec<Date> {
    let mut last_week = N_IN_THE_LAST_WEEK;
    let mut n_in_2023 = N_LAUNCHED_2023;
    let mut dates = Vec::new();
    for (commune, scheme, name) in slots {
        let families = draw.catalogue[*scheme].is_of_families();
        let has_past = draw.ground.communes[*commune].has_past();
        let hoa_binh = draw.former(*commune) == HOA_BINH;
        // The bells of Nhân Nghĩa were published after the reform.
        let is_new = name.is_some_and(|name| name.starts_with("Giáo họ"));
        let on = if is_new {
            chance.day(date(2025, 8, 11), date(2025, 8, 19))
        } else if last_week > 0 && !has_past && !families {
            last_week -= 1;
            chance.day(date(2025, 11, 26), date(2025, 11, 29))
        } else if !has_past {
            chance.day(NEW_ERA, date(2025, 11, 20))
        } else if hoa_binh && n_in_2023 > 0 {
            n_in_2023 -= 1;
            chance.day(date(2023, 1, 9), date(2023, 11, 24))
        } else {
            launch(chance, hoa_binh)
        };
        dates.push(if draw.stood(*commune, on) { on } else { chance.day(NEW_ERA, date(2025, 11, 20)) });
    }
    // Where every commune has a past, the last week takes whom it may.
    for ((_, scheme, _), on) in slots.iter().zip(dates.iter_mut()).rev() {
        if last_week > 0 && !draw.catalogue[*scheme].is_of_families() && *on >= NEW_ERA && *on <= CONFERENCE {
            *on = chance.day(date(2025, 11, 26), date(2025, 11, 29));
            last_week -= 1;
        }
    }
    dates
}

/// Launched in old Hòa Bình in 2023, as published.
const N_LAUNCHED_2023: usize = 43;

/// A likely launch before the conference; the 43 of Hòa Bình in 2023 are drawn apart.
fn launch(chance: &mut Chance, hoa_binh: bool) -> Date {
    let spans = [
        (24, date(2020, 3, 2), date(2021, 12, 24)),
        (19, date(2022, 1, 5), date(2022, 12, 23)),
        (if hoa_binh { 0 } else { 18 }, date(2023, 1, 9), date(2023, 12, 22)),
        (20, date(2024, 1, 8), date(2024, 12, 20)),
        (10, date(2025, 1, 6), date(2025, 6, 20)),
        (9, NEW_ERA, date(2025, 11, 20)),
    ];
    let (_, first, last) = spans[chance.weighted(spans.iter().map(|span| span.0))];
    chance.day(first, last)
}

/// Adds or takes teams of families until the number is the published one.
fn match_the_teams(draw: &mut Draw) {
    for planned in &mut draw.planned {
        if planned.course.launched.is_some_and(|on| on > CONFERENCE) {
            planned.n_teams = 1;
        }
    }
    let mut sum: i64 = draw.planned.iter().map(|planned| planned.n_teams).sum();
    let catalogue = draw.catalogue;
    while sum != N_TEAMS {
        for planned in draw.planned.iter_mut().filter(|planned| catalogue[planned.scheme].is_of_families()) {
            let change = (N_TEAMS - sum).signum();
            planned.n_teams += change;
            sum += change;
        }
    }
}

fn suspended_at_the_cut_off(chance: &mut Chance, draw: &mut Draw) {
    for n in 0..30 {
        let launched = chance.day(date(2020, 5, 4), date(2022, 12, 20));
        let (commune, scheme) = draw.anywhere(chance, launched, |_| true);
        let mut course = Course::launched(launched);
        course.suspended = Some(chance.day(date(2025, 7, 14), date(2025, 11, 14)));
        if n < 8 {
            course.resumed = Some(chance.day(date(2026, 3, 9), date(2026, 8, 20)));
        }
        draw.place(chance, commune, scheme, course);
    }
}

/// What made the number of points in old Hòa Bình fall in 2023.
fn struck_off_in_hoa_binh(chance: &mut Chance, draw: &mut Draw) {
    for n in 0..190 {
        let launched = chance.day(date(2020, 3, 2), date(2022, 12, 16));
        let (commune, scheme) = draw.anywhere(chance, launched, |former| former == HOA_BINH);
        let (on, number) =
            if n % 3 == 0 { (date(2023, 12, 12), "58/QĐ-BCĐ") } else { (date(2023, 12, 20), "61/QĐ-BCĐ") };
        let paper = PaperRef {
            number: number.into(),
            issued_on: on.to_string(),
            issuer: "Ban Chỉ đạo phong trào tỉnh Hòa Bình".into(),
        };
        let reason = if n < 118 { "ineffective" } else { "poor_dossier" };
        let mut course = Course::launched(launched);
        course.ending = Some(Ending { kind: StepKind::StruckOff, on, reason, paper: Some(paper) });
        draw.place(chance, commune, scheme, course);
    }
}

/// The reform merged areas: 61 points ended in the third quarter of 2025.
fn ended_after_the_reform(chance: &mut Chance, draw: &mut Draw) {
    for n in 0..61 {
        let launched = chance.day(date(2020, 3, 2), date(2022, 12, 16));
        let (commune, scheme) = draw.anywhere(chance, launched, |_| true);
        let reason = match n {
            0..34 => "area_merged",
            34..49 => "unsuitable",
            _ => "duplicate",
        };
        let on = chance.day(date(2025, 7, 14), date(2025, 9, 26));
        draw.place(chance, commune, scheme, Course::ended(launched, on, reason));
    }
}

fn ended_now_and_then(chance: &mut Chance, draw: &mut Draw) {
    const REASONS: [&str; 4] = ["goal_reached", "ineffective", "no_funds", "unsuitable"];
    for _ in 0..84 {
        let launched = chance.day(date(2020, 3, 2), date(2022, 3, 31));
        let (commune, scheme) = draw.anywhere(chance, launched, |former| former != HOA_BINH);
        let on = chance.day(date(2022, 7, 4), date(2025, 6, 20));
        let reason = REASONS[chance.below(REASONS.len())];
        draw.place(chance, commune, scheme, Course::ended(launched, on, reason));
    }
}

/// From December 2025 on: few teams until the yearly review, then slow growth.
fn after_the_cut_off(chance: &mut Chance, draw: &mut Draw) {
    for n in 0..172 {
        let early = n < 24;
        let (first, last) =
            if early { (date(2025, 12, 2), date(2026, 1, 30)) } else { (date(2026, 2, 9), date(2026, 10, 30)) };
        let launched = chance.day(first, last);
        let (commune, scheme) = loop {
            let (commune, scheme) = draw.anywhere(chance, launched, |_| true);
            if !early || !draw.catalogue[scheme].is_of_families() {
                break (commune, scheme);
            }
        };
        draw.place(chance, commune, scheme, Course::launched(launched));
        if early && let Some(planned) = draw.planned.last_mut() {
            planned.n_teams = 1 + i64::from(n % 2 == 0);
        }
    }
    const REASONS: [&str; 4] = ["goal_reached", "duplicate", "unsuitable", "no_funds"];
    let mut n_changed = 0;
    while n_changed < 55 {
        let at = KNOWN_AT_MOST + chance.below(N_ACTIVE - KNOWN_AT_MOST);
        let on = chance.day(date(2026, 3, 2), date(2026, 10, 30));
        let reason = REASONS[chance.below(REASONS.len())];
        let course = &mut draw.planned[at].course;
        if course.ending.is_some() || course.suspended.is_some() || on <= YEARLY_REVIEW {
            continue;
        }
        if n_changed < 40 {
            course.ending = Some(Ending { kind: StepKind::Ended, on, reason, paper: None });
        } else {
            course.suspended = Some(on);
        }
        n_changed += 1;
    }
}

/// The first planned points are the published ones; they go on.
const KNOWN_AT_MOST: usize = 80;

/// Points that are being prepared this year, three in each of two communes that are often shown.
fn drafts(chance: &mut Chance, draw: &mut Draw) {
    for n in 0..44 {
        let (mut commune, scheme) = draw.anywhere(chance, CUT_OFF, |_| true);
        if n < 6 {
            commune = draw.commune(if n < 3 { "05290" } else { "05212" });
        }
        let draft = match n % 3 {
            0 => Draft::Approved(chance.day(date(2026, 9, 7), date(2026, 11, 11))),
            1 => Draft::Surveyed(chance.day(date(2026, 8, 3), date(2026, 11, 6))),
            _ => Draft::Proposed,
        };
        draw.place(chance, commune, scheme, Course { draft: Some(draft), ..Course::default() });
    }
}
