//! Lineage of the sample: a point mostly learns from the first of its scheme or from a neighbour, and some tell what
//! they kept, adapted and dropped.

use std::collections::HashMap;

use ::store::Value;

use crate::demo::chance::Chance;
use crate::error::Result;
use crate::lineage::adaptation::{Adaptation, Answer, How};
use crate::lineage::store;
use crate::schemes::point::{Origin, Point};
use crate::terms::term::{Vocabulary, defaults};
use crate::work::Work;

/// Since this day points tell what they made of their scheme.
const TOLD_SINCE: &str = "2023-01-01";
/// Since this day they answer the ten questions.
const ASKED_SINCE: &str = "2025-07-01";
/// Communes so near in the list are neighbours.
const NEAR: usize = 6;

const ADAPTED: [&str; 6] = [
    "Dân ở rải rác, họp theo cụm nhà thay cho họp cả khu.",
    "Lịch tuần tra đổi theo mùa vụ.",
    "Gộp với sinh hoạt chi hội để bớt số buổi họp.",
    "Dùng nhóm Zalo thay cho thông báo giấy.",
    "Giao cho Tổ bảo vệ an ninh, trật tự ở cơ sở làm nòng cốt.",
    "Thêm nội dung phòng, chống đuối nước theo đề nghị của nhân dân.",
];
const DROPPED: [&str; 3] = [
    "Địa bàn không có cơ sở thuộc nội dung này.",
    "Đã có mô hình khác làm, tránh trùng lặp.",
    "Chưa có kinh phí; sẽ bổ sung khi có nguồn.",
];
const NOTES: [&str; 3] =
    ["Đã thống nhất với điểm gốc.", "Nêu trong báo cáo khảo sát.", "Chi bộ đã đưa vào nghị quyết tháng."];

/// A point that others may learn from.
struct Model {
    id: String,
    launched_on: String,
    commune: usize,
}

pub(super) struct Lineage {
    own: Chance,
    launched: HashMap<String, Vec<Model>>,
}

impl Lineage {
    pub(super) fn new(own: Chance) -> Lineage {
        Lineage { own, launched: HashMap::new() }
    }

    /// Lets a replicated point come from one that was launched before it. Points are written by their launches.
    pub(super) fn replicate(&mut self, point: &mut Point, commune: usize) {
        let models = self.launched.entry(point.scheme_id.clone()).or_default();
        if point.origin == Origin::Replicated {
            let earlier = |model: &&Model| point.launched_on.as_ref().is_none_or(|on| model.launched_on < *on);
            let all: Vec<&Model> = models.iter().filter(earlier).collect();
            let near: Vec<&&Model> = all.iter().filter(|model| model.commune.abs_diff(commune) <= NEAR).collect();
            let chosen = match self.own.weighted([30u64, 45, 25].into_iter()) {
                1 if !near.is_empty() => near.get(self.own.below(near.len())).map(|model| &model.id),
                2 if !all.is_empty() => all.get(self.own.below(all.len())).map(|model| &model.id),
                _ => models.first().map(|model| &model.id),
            };
            point.from_point_id = chosen.cloned().or(point.from_point_id.take());
        }
        if let Some(launched_on) = &point.launched_on {
            models.push(Model { id: point.id.clone(), launched_on: launched_on.clone(), commune });
        }
    }

    /// What a replicated point made of its scheme, and what it answered before.
    pub(super) fn tell(&mut self, work: &mut Work, point: &Point, contents: &[String]) -> Result<()> {
        let launched_on = point.launched_on.clone().unwrap_or_default();
        if point.origin == Origin::Original || launched_on.as_str() < TOLD_SINCE {
            return Ok(());
        }
        let key: [Value; 2] = [point.province.as_str().into(), point.id.as_str().into()];
        let at = format!("{launched_on}T04:00:00.000000Z");
        if self.own.percent(55) {
            for (element, text) in (1..).zip(contents) {
                let (how, why) = self.made();
                let one = Adaptation { element, text: text.clone(), how, why: why.to_owned() };
                store::insert_adaptation(work, &key, &one, (&at, "demo"))?;
            }
        }
        if launched_on.as_str() >= ASKED_SINCE && self.own.percent(50) {
            for question in defaults(Vocabulary::Readiness) {
                let answer = ["yes", "not_yet", "no"][self.own.weighted([80u64, 15, 5].into_iter())];
                let note = if self.own.percent(20) { NOTES[self.own.below(NOTES.len())] } else { "" };
                let answer = Answer {
                    question: question.code.clone(),
                    asked_from: question.from_on.clone(),
                    answer: answer.to_owned(),
                    note: note.to_owned(),
                };
                store::insert_answer(work, &key, &answer, (&at, "demo"))?;
            }
        }
        Ok(())
    }

    fn made(&mut self) -> (How, &'static str) {
        match self.own.weighted([82u64, 14, 4].into_iter()) {
            0 => (How::Kept, ""),
            1 => (How::Adapted, ADAPTED[self.own.below(ADAPTED.len())]),
            _ => (How::Dropped, DROPPED[self.own.below(DROPPED.len())]),
        }
    }
}
