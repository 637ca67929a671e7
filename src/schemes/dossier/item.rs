//! A line of the list, and how a point stands to it.

use crate::papers::store::Use;
use crate::schemes::point::{State, Step, StepKind};

/// What meets a line of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetBy {
    /// A paper that was put into the dossier for it.
    Paper,
    /// The teams that the register holds.
    Teams,
    /// The paper that a step itself names.
    Step(StepKind),
}

impl MetBy {
    /// The code kept in the database.
    pub fn code(self) -> String {
        match self {
            MetBy::Paper => "paper".into(),
            MetBy::Teams => "teams".into(),
            MetBy::Step(kind) => format!("step:{}", kind.code()),
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> MetBy {
        match code.strip_prefix("step:").and_then(StepKind::from_code) {
            Some(kind) => MetBy::Step(kind),
            None if code == "teams" => MetBy::Teams,
            None => MetBy::Paper,
        }
    }
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub code: String,
    pub name_vi: String,
    pub name_en: String,
    pub expected_by: StepKind,
    /// From this day on the step is not taken without it; empty when it is only expected.
    pub blocks_from: String,
    pub met_by: MetBy,
    pub basis: String,
    pub from_on: String,
    pub to_on: String,
    pub position: i64,
}

impl Item {
    fn is_demanded(&self, on: &str) -> bool {
        let demanded = !self.blocks_from.is_empty() && self.blocks_from.as_str() <= on;
        demanded && self.from_on.as_str() <= on && on < self.to_on.as_str()
    }

    /// Is this asked for when a step is taken on a day? An approval without a survey asks for the survey's papers.
    fn is_asked(&self, step: (StepKind, &str), is_surveyed: bool) -> bool {
        let (kind, on) = step;
        let skips_survey = kind == StepKind::Approved && !is_surveyed;
        let is_due = self.expected_by == kind || skips_survey && self.expected_by == StepKind::Surveyed;
        is_due && self.is_demanded(on)
    }

    fn is_met(&self, uses: &[Use], n_teams: usize) -> bool {
        match self.met_by {
            MetBy::Teams => n_teams > 0,
            MetBy::Paper => uses.iter().any(|paper| paper.item == self.code),
            MetBy::Step(kind) => uses.iter().any(|paper| is_of_step(kind, paper)),
        }
    }
}

/// The steps by which papers may be expected, in the order of a life.
pub const MILESTONES: [StepKind; 4] =
    [StepKind::Surveyed, StepKind::Approved, StepKind::Launched, StepKind::Recognised];

fn rank(kind: StepKind) -> usize {
    MILESTONES.iter().position(|known| *known == kind).unwrap_or(MILESTONES.len())
}

/// How far a life has come, as a number of milestones; one that was launched without survey has passed it.
fn reached(steps: &[Step], state: State) -> usize {
    let by_steps = steps.iter().map(|step| rank(step.kind) + 1).filter(|n| *n <= MILESTONES.len()).max();
    let by_state = match state {
        State::Proposed => 0,
        State::Surveyed => 1,
        State::Approved => 2,
        State::Active | State::Suspended | State::StruckOff | State::Merged => 3,
        State::Ended => 0,
    };
    by_steps.unwrap_or_default().max(by_state)
}

/// How a point stands to one line.
#[derive(Clone, Debug)]
pub struct Line {
    pub item: Item,
    pub papers: Vec<Use>,
    pub is_met: bool,
    /// The life has come so far that it should be there.
    pub is_due: bool,
}

/// The dossier against the list. Lines that are not due and not met are shown as what comes later.
pub fn lines(items: Vec<Item>, uses: &[Use], n_teams: usize, life: (&[Step], State)) -> Vec<Line> {
    let reached = reached(life.0, life.1);
    let line = |item: Item| Line {
        papers: uses.iter().filter(|paper| belongs(&item, paper)).cloned().collect(),
        is_met: item.is_met(uses, n_teams),
        is_due: rank(item.expected_by) < reached,
        item,
    };
    items.into_iter().map(line).collect()
}

fn belongs(item: &Item, paper: &Use) -> bool {
    match item.met_by {
        MetBy::Paper => paper.item == item.code,
        MetBy::Teams => false,
        MetBy::Step(kind) => is_of_step(kind, paper),
    }
}

/// The paper that a step names. Approved survey plans stood in dossiers before they were a step: those count on.
fn is_of_step(kind: StepKind, paper: &Use) -> bool {
    paper.item == kind.code() || kind == StepKind::SurveyPlanned && paper.item == SURVEY_PLAN
}

/// Papers that stand outside the list: of other steps, or of lines that are no longer valid.
pub fn others(lines: &[Line], uses: &[Use]) -> Vec<Use> {
    let listed = |paper: &Use| lines.iter().any(|line| belongs(&line.item, paper));
    uses.iter().filter(|paper| !listed(paper)).cloned().collect()
}

/// How many of the lines that are due are met, and how many are due.
pub fn meter(lines: &[Line]) -> (usize, usize) {
    let due: Vec<&Line> = lines.iter().filter(|line| line.is_due).collect();
    (due.iter().filter(|line| line.is_met).count(), due.len())
}

/// What there is of a point when a step is to be taken.
pub struct Kept<'k> {
    pub uses: &'k [Use],
    pub n_teams: usize,
    pub state: State,
}

/// The lines without which this step is not taken on this day. An approval without a survey step asks for the
/// papers of the survey too: it is not left out by leaving out its step.
pub fn missing<'i>(items: &'i [Item], kept: &Kept, step: (StepKind, &str)) -> Vec<&'i Item> {
    let is_surveyed = kept.state != State::Proposed;
    let lacks = |item: &&Item| item.is_asked(step, is_surveyed) && !item.is_met(kept.uses, kept.n_teams);
    items.iter().filter(lacks).collect()
}

/// Was a step taken on the strength of a line that the rest of the dossier no longer meets?
pub fn is_rested_on(items: &[Item], rest: &[Use], line: (&str, &[Step])) -> bool {
    let (code, steps) = line;
    let is_surveyed = steps.iter().any(|step| step.kind == StepKind::Surveyed);
    let unmet: Vec<&Item> = items.iter().filter(|item| item.code == code && !item.is_met(rest, 0)).collect();
    steps.iter().any(|step| unmet.iter().any(|item| item.is_asked((step.kind, &step.on_date), is_surveyed)))
}

/// The lines of the default list between which an order holds: a survey is reported on after its plan was approved.
pub const SURVEY_PLAN: &str = "survey_plan";
pub const SURVEY_REPORT: &str = "survey_report";

/// Why a survey report of a day is not taken into the dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportLacks {
    /// The plan, as the list words it.
    Plan(String),
    /// The plan was approved later, on this day.
    EarlierPlan(String),
}

/// What a survey report that was issued on a day lacks: where the list demands the plan, it was approved before.
pub fn report_lacks(items: &[Item], uses: &[Use], issued_on: &str) -> Option<ReportLacks> {
    let plan = items.iter().find(|item| item.code == SURVEY_PLAN && item.is_demanded(issued_on))?;
    let approved = uses.iter().filter(|paper| belongs(plan, paper)).map(|paper| paper.paper.name.issued_on.as_str());
    match approved.min() {
        None => Some(ReportLacks::Plan(plan.name_vi.clone())),
        Some(day) if day > issued_on => Some(ReportLacks::EarlierPlan(day.to_owned())),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::papers::paper::{Paper, PaperRef};

    fn item(code: &str, expected_by: StepKind, blocks_from: &str) -> Item {
        Item {
            code: code.into(),
            name_vi: code.into(),
            name_en: code.into(),
            expected_by,
            blocks_from: blocks_from.into(),
            met_by: MetBy::Paper,
            basis: String::new(),
            from_on: "2022-11-18".into(),
            to_on: "9999-12-31".into(),
            position: 1,
        }
    }

    fn used(item: &str) -> Use {
        let name = PaperRef { number: "1".into(), issued_on: "2026-01-01".into(), issuer: "UBND".into() };
        let paper = Paper { id: item.into(), name, title: String::new() };
        Use { id: item.into(), item: item.into(), paper, files: Vec::new() }
    }

    #[test]
    fn a_step_waits_for_its_papers_from_the_day_on_which_they_are_demanded() {
        let items = [item("regulation", StepKind::Launched, "2026-01-01"), item("convention", StepKind::Launched, "")];
        let codes = |uses: &[Use], step| -> Vec<String> {
            let kept = Kept { uses, n_teams: 0, state: State::Approved };
            missing(&items, &kept, step).iter().map(|item| item.code.clone()).collect()
        };
        assert_eq!(codes(&[], (StepKind::Launched, "2026-01-01")), ["regulation"]);
        assert!(codes(&[], (StepKind::Launched, "2025-12-31")).is_empty(), "before the rule it is only expected");
        assert!(codes(&[], (StepKind::Approved, "2026-02-01")).is_empty(), "another step");
        assert!(codes(&[used("regulation")], (StepKind::Launched, "2026-01-01")).is_empty());
    }

    #[test]
    fn a_survey_is_reported_on_after_its_plan_was_approved() {
        let plan = Item {
            met_by: MetBy::Step(StepKind::SurveyPlanned),
            ..item(SURVEY_PLAN, StepKind::Surveyed, "2026-01-01")
        };
        let items = [plan];
        let lacks = |uses: &[Use], on| report_lacks(&items, uses, on);
        assert_eq!(lacks(&[], "2026-02-01"), Some(ReportLacks::Plan(SURVEY_PLAN.into())));
        assert_eq!(lacks(&[], "2025-12-31"), None, "before the rule the plan is only expected");
        let approved = [used("survey_planned")];
        assert_eq!(lacks(&approved, "2026-02-01"), None);
        let late = Use {
            paper: Paper {
                name: PaperRef { issued_on: "2026-03-01".into(), ..approved[0].paper.name.clone() },
                ..approved[0].paper.clone()
            },
            ..approved[0].clone()
        };
        assert_eq!(lacks(&[late], "2026-02-01"), Some(ReportLacks::EarlierPlan("2026-03-01".into())));
        assert_eq!(
            lacks(&[used(SURVEY_PLAN)], "2026-02-01"),
            None,
            "one that was put there before the step was kept counts"
        );
    }

    #[test]
    fn a_survey_is_not_left_out_by_leaving_out_its_step() {
        let items = [
            item("survey_report", StepKind::Surveyed, "2026-01-01"),
            item("submission", StepKind::Approved, "2026-01-01"),
        ];
        let n_missing = |state| {
            let kept = Kept { uses: &[], n_teams: 0, state };
            missing(&items, &kept, (StepKind::Approved, "2026-03-01")).len()
        };
        assert_eq!((n_missing(State::Proposed), n_missing(State::Surveyed)), (2, 1));
    }

    #[test]
    fn the_meter_counts_what_is_due_by_now() {
        let items = vec![
            item("survey_report", StepKind::Surveyed, ""),
            item("regulation", StepKind::Launched, ""),
            item("recognition", StepKind::Recognised, ""),
        ];
        let steps = [Step::bare(StepKind::Approved, "2026-01-01"), Step::bare(StepKind::Launched, "2026-02-01")];
        let lines = lines(items, &[used("regulation"), used("struck_off")], 0, (&steps, State::Active));
        assert_eq!(meter(&lines), (1, 2));
        let unlisted = [used("regulation"), used("struck_off")];
        let told: Vec<String> = others(&lines, &unlisted).into_iter().map(|paper| paper.item).collect();
        assert_eq!(told, ["struck_off"]);
    }

    #[test]
    fn teams_and_the_papers_of_steps_meet_their_lines() {
        let teams = Item { met_by: MetBy::Teams, ..item("teams", StepKind::Launched, "2026-01-01") };
        let approval = Item { met_by: MetBy::from_code("step:approved"), ..item("approval", StepKind::Approved, "") };
        assert_eq!(approval.met_by.code(), "step:approved");
        let step = (StepKind::Launched, "2026-05-01");
        let n_missing = |n_teams| {
            let kept = Kept { uses: &[], n_teams, state: State::Approved };
            missing(std::slice::from_ref(&teams), &kept, step).len()
        };
        assert_eq!((n_missing(0), n_missing(1)), (1, 0));
        assert!(approval.is_met(&[used("approved")], 0) && !approval.is_met(&[used("approval")], 0));
    }
}
