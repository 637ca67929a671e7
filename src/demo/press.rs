//! Writes sample points whole: the area, the point, its steps, stretches, scale, teams and search entry.
//! No deed is journalled for a single point: the sample is one deed a commune or province.

use std::collections::HashMap;

use ::store::Value;

use crate::demo::activities;
use crate::demo::chance::Chance;
use crate::demo::dossiers;
use crate::demo::ground::{Areas, Ground, Pin, Wanted};
use crate::demo::life::{Course, Draft, Issuers, plan_survey, steps};
use crate::demo::lineage::Lineage;
use crate::demo::sample::Sample;
use crate::error::Result;
use crate::papers::paper::PaperRef;
use crate::papers::store::{self as papers, NewUse};
use crate::places::place::OPEN;
use crate::schemes::point::{self, Anchor, Origin, Point, Scale, State, Step, StepKind};
use crate::schemes::scheme::Scheme;
use crate::schemes::store::{self, StepEntry, Team, thing};
use crate::search;
use crate::work::Work;

/// A point that is to be written.
pub(super) struct Planned {
    /// Position in the ground's communes.
    pub commune: usize,
    /// Position in the province's catalogue.
    pub scheme: usize,
    pub course: Course,
    pub n_teams: i64,
    pub area_name: Option<&'static str>,
}

/// A scheme of a province, with the kind of area it is applied to.
pub(super) struct Listed {
    pub scheme: Scheme,
    pub area_kind: String,
}

impl Listed {
    /// Is it made of inter-family teams, dozens an area?
    pub(super) fn is_of_families(&self) -> bool {
        self.scheme.code == "LGTQ" || self.scheme.code == "LGPC"
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Written {
    pub n_points: usize,
    pub n_teams: usize,
}

/// Writes the points of one province.
pub(super) struct Press<'a> {
    pub ground: &'a Ground,
    pub sample: &'a Sample,
    pub catalogue: &'a [Listed],
    pub areas: Areas,
    pub by_commune: Vec<Written>,
    codes: HashMap<String, usize>,
    papers: HashMap<(String, String, String), String>,
    first_of: HashMap<String, String>,
    /// Dossiers are made where they can be looked at; they draw a chance of their own.
    of_dossiers: Option<Chance>,
    /// Approved plans of surveys come with dossiers.
    of_plans: Option<Chance>,
    of_lineage: Option<Lineage>,
}

impl<'a> Press<'a> {
    /// The same press, which makes dossiers too.
    pub(super) fn with_dossiers(self, own: Chance) -> Press<'a> {
        Press { of_plans: Some(own.beside(OF_PLANS)), of_dossiers: Some(own), ..self }
    }

    /// The same press, which tells from which point each was replicated and what it made of its scheme.
    pub(super) fn with_lineage(self, own: Chance) -> Press<'a> {
        Press { of_lineage: Some(Lineage::new(own)), ..self }
    }

    pub(super) fn new(ground: &'a Ground, sample: &'a Sample, catalogue: &'a [Listed]) -> Press<'a> {
        let by_commune = vec![Written::default(); ground.communes.len()];
        let (codes, papers, first_of) = (HashMap::new(), HashMap::new(), HashMap::new());
        Press {
            ground,
            sample,
            catalogue,
            areas: Areas::default(),
            by_commune,
            codes,
            papers,
            first_of,
            of_dossiers: None,
            of_plans: None,
            of_lineage: None,
        }
    }

    /// Writes the points in the order of their launches, so that the first of a scheme is the original.
    pub(super) fn write_all(
        &mut self,
        work: &mut Work,
        chance: &mut Chance,
        mut planned: Vec<Planned>,
    ) -> Result<Written> {
        planned.sort_by_key(|plan| (plan.course.launched.is_none(), plan.course.launched));
        for plan in &planned {
            self.write(work, chance, plan)?;
        }
        let sum = |of: fn(&Written) -> usize| self.by_commune.iter().map(of).sum();
        Ok(Written { n_points: sum(|w| w.n_points), n_teams: sum(|w| w.n_teams) })
    }

    fn write(&mut self, work: &mut Work, chance: &mut Chance, plan: &Planned) -> Result<()> {
        let ground = self.ground;
        let catalogue = self.catalogue;
        let (commune, listed) = (&ground.communes[plan.commune], &catalogue[plan.scheme]);
        let pin = match plan.course.launched {
            Some(on) => commune.pin_on(chance, on).unwrap_or(&commune.pin),
            None => &commune.pin,
        };
        let kind = area_kind(chance, listed, plan);
        let wanted = Wanted { pin, former: &commune.former, kind, scheme: &listed.scheme.code, name: plan.area_name };
        let (place_id, place_name) = self.areas.take(work, chance, &self.sample.names, &wanted)?;
        let issuers = Issuers { pin, today: &commune.pin };
        let mut steps = steps(chance, &plan.course, &issuers);
        if self.of_plans.is_some() {
            plan_survey(&mut steps, &issuers);
        }
        let mut point = self.point(chance, listed, pin, kind);
        point.name = format!("{} – {place_name}", listed.scheme.name);
        point.first = Anchor { place_id: place_id.clone(), pin_id: point.pin_id.clone() };
        point.place_id = place_id;
        let spans = point::spans(&point.first, &steps)?;
        point.state = spans.last().map_or(State::Proposed, |span| span.state);
        point.launched_on = plan.course.launched.map(|on| on.to_string());
        if let Some(lineage) = &mut self.of_lineage {
            lineage.replicate(&mut point, plan.commune);
        }
        store::insert_point(work, &point)?;
        if let Some(lineage) = &mut self.of_lineage {
            lineage.tell(work, &point, &listed.scheme.contents)?;
        }
        for (order, step) in steps.iter().enumerate() {
            match self.of_plans.take() {
                Some(mut own) if step.kind == StepKind::SurveyPlanned => {
                    self.step(work, &mut own, &point, step, order)?;
                    self.of_plans = Some(own);
                }
                kept => {
                    self.of_plans = kept;
                    self.step(work, chance, &point, step, order)?;
                }
            }
        }
        if let Some(own) = &mut self.of_dossiers {
            dossiers::write(work, own, (&point, &steps), &issuers)?;
            activities::write(work, own, &point, &listed.scheme.code, &spans)?;
        }
        for span in &spans {
            store::insert_span(work, &point.province, &point.id, span)?;
        }
        self.teams_and_scale(work, chance, plan, &point, &place_name)?;
        search::insert(work, &search::point_entry(&point))?;
        self.by_commune[plan.commune].n_points += 1;
        Ok(())
    }

    fn point(&mut self, chance: &mut Chance, listed: &Listed, pin: &Pin, kind: &str) -> Point {
        let scheme = &listed.scheme;
        let prefix = format!("{}-{}-{}-", self.ground.province, pin.code, scheme.code);
        let n = self.codes.entry(prefix.clone()).or_default();
        *n += 1;
        let id = chance.id();
        let first = self.first_of.get(&scheme.id).cloned();
        if first.is_none() {
            self.first_of.insert(scheme.id.clone(), id.clone());
        }
        let original = first.is_none() || chance.percent(8);
        Point {
            province: self.ground.province.clone(),
            id,
            code: format!("{prefix}{n:02}"),
            scheme_id: scheme.id.clone(),
            place_id: String::new(),
            pin_id: pin.id.clone(),
            first: Anchor::default(),
            area_kind: kind.to_owned(),
            name: String::new(),
            lead: scheme.lead.clone(),
            coordinating: COORDINATING[chance.below(COORDINATING.len())].to_owned(),
            contact_role: contact_role(chance, kind).to_owned(),
            origin: if original { Origin::Original } else { Origin::Replicated },
            from_point_id: if original { None } else { first },
            state: State::Proposed,
            launched_on: None,
            version: 1,
        }
    }

    fn step(&mut self, work: &mut Work, chance: &mut Chance, point: &Point, step: &Step, order: usize) -> Result<()> {
        let paper_id = match &step.paper {
            Some(paper) => Some(self.paper(work, chance, paper)?),
            None => None,
        };
        let entered_at = format!("{}T02:{order:02}:00.000000Z", step.on_date);
        let id = chance.id();
        if let Some(paper_id) = &paper_id {
            let new = NewUse { id: id.clone(), paper_id, item: step.kind.code(), added_at: &entered_at };
            papers::write_use(work, &thing(point), &new)?;
        }
        store::write_step(work, point, step, &StepEntry { id, entered_at, paper_id })
    }

    /// The id of a paper, written once.
    pub(super) fn paper(&mut self, work: &mut Work, chance: &mut Chance, paper: &PaperRef) -> Result<String> {
        let key = (paper.number.clone(), paper.issued_on.clone(), paper.issuer.clone());
        if let Some(id) = self.papers.get(&key) {
            return Ok(id.clone());
        }
        let id = chance.id();
        papers::insert(work, &self.ground.province, &id, paper)?;
        self.papers.insert(key, id.clone());
        Ok(id)
    }

    fn teams_and_scale(
        &mut self,
        work: &mut Work,
        chance: &mut Chance,
        plan: &Planned,
        point: &Point,
        area: &str,
    ) -> Result<()> {
        let listed = &self.catalogue[plan.scheme];
        let ending = plan.course.ending.as_ref().map_or(OPEN.to_owned(), |ending| ending.on.to_string());
        let mut n_households = 0;
        if let Some(launched) = &point.launched_on {
            for n in 1..=plan.n_teams {
                let team = team(chance, listed, n, plan.n_teams, area, (launched, &ending));
                n_households += team.n_households;
                store::insert_team(work, &point.province, &point.id, &team)?;
                self.by_commune[plan.commune].n_teams += 1;
            }
        }
        let scale = scale(chance, listed, &point.area_kind, n_households);
        let from_on = point.launched_on.clone().unwrap_or_else(|| draft_day(&plan.course));
        let sql = "insert into point_scale (province, point_id, from_on, to_on, n_households, n_units, n_commitments) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let values: [Value; 7] = [
            point.province.as_str().into(),
            point.id.as_str().into(),
            from_on.into(),
            OPEN.into(),
            scale.n_households.into(),
            scale.n_units.into(),
            scale.n_commitments.into(),
        ];
        work.execute(sql, &values)?;
        Ok(())
    }
}

/// The ids of approved plans stand beside those of dossiers.
const OF_PLANS: u64 = 302;

const COORDINATING: [&str; 5] = [
    "Ủy ban Mặt trận Tổ quốc Việt Nam cấp xã",
    "Hội Cựu chiến binh",
    "Hội Liên hiệp Phụ nữ",
    "Đoàn Thanh niên",
    "Hội Nông dân",
];

fn contact_role(chance: &mut Chance, kind: &str) -> &'static str {
    const OF_AREAS: [&str; 5] = [
        "Trưởng khu dân cư",
        "Bí thư chi bộ",
        "Trưởng ban công tác Mặt trận",
        "Chi hội trưởng Cựu chiến binh",
        "Chi hội trưởng Phụ nữ",
    ];
    match kind {
        "residential_area" => OF_AREAS[chance.below(OF_AREAS.len())],
        "school" => "Hiệu trưởng",
        "enterprise" => "Giám đốc",
        "agency" | "health" => "Thủ trưởng đơn vị",
        "market" => "Trưởng ban quản lý chợ",
        "religious" => "Đại diện ban hành giáo, ban hộ tự",
        _ => "Phó Trưởng Công an xã",
    }
}

/// Some schemes are applied to agencies, schools and firms alike.
fn area_kind<'a>(chance: &mut Chance, listed: &'a Listed, plan: &Planned) -> &'a str {
    let code = listed.scheme.code.as_str();
    match plan.area_name {
        Some(name) if name.starts_with("Trường") => "school",
        Some(_) => &listed.area_kind,
        None if code.starts_with("AT4") => {
            ["agency", "enterprise", "school", "health"][chance.weighted([30, 30, 33, 7].into_iter())]
        }
        None if code.starts_with("HDBV") && chance.percent(50) => "enterprise",
        None if code.starts_with("LKDB") && chance.percent(40) => "school",
        None => &listed.area_kind,
    }
}

fn team(chance: &mut Chance, listed: &Listed, n: i64, of: i64, area: &str, from_to: (&str, &str)) -> Team {
    let families = listed.is_of_families();
    let name = match listed.scheme.code.as_str() {
        "LGTQ" => format!("Tổ liên gia số {n} – {area}"),
        "LGPC" => format!("Tổ liên gia an toàn PCCC số {n} – {area}"),
        _ if of == 1 => format!("Tổ thực hiện mô hình – {area}"),
        _ => format!("Tổ tự quản số {n} – {area}"),
    };
    let n_households = if families { chance.number(5, 15) } else { 0 };
    Team {
        id: chance.id(),
        name,
        n_members: if families { n_households } else { chance.number(3, 11) },
        n_households,
        leader_role: "Tổ trưởng".into(),
        from_on: from_to.0.to_owned(),
        to_on: from_to.1.to_owned(),
    }
}

fn scale(chance: &mut Chance, listed: &Listed, kind: &str, of_teams: i64) -> Scale {
    let n_households = match kind {
        _ if listed.is_of_families() && of_teams > 0 => of_teams,
        "residential_area" => chance.number(62, 240),
        "religious" => chance.number(90, 520),
        "commune" => chance.number(280, 1400),
        _ => 0,
    };
    if n_households == 0 {
        return Scale { n_households, n_units: chance.number(1, 6), n_commitments: chance.number(18, 260) };
    }
    Scale { n_households, n_units: 0, n_commitments: n_households * chance.number(82, 100) / 100 }
}

fn draft_day(course: &Course) -> String {
    match course.draft {
        Some(Draft::Surveyed(on) | Draft::Approved(on)) => on.to_string(),
        None | Some(Draft::Proposed) => "2026-10-12".into(),
    }
}
