//! What a replicated point made of its scheme, element by element, and the answers to what is asked before replicating.

use crate::error::FieldError;
use crate::terms::term::Term;

/// What became of an element of the scheme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    Kept,
    Adapted,
    Dropped,
}

impl How {
    /// Every case, for forms.
    pub const ALL: [How; 3] = [How::Kept, How::Adapted, How::Dropped];

    /// The code kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            How::Kept => "kept",
            How::Adapted => "adapted",
            How::Dropped => "dropped",
        }
    }

    /// Reads the code kept in the database.
    pub fn from_code(code: &str) -> Option<How> {
        How::ALL.into_iter().find(|how| how.code() == code)
    }

    /// Must it be told why?
    pub fn needs_reason(self) -> bool {
        match self {
            How::Kept => false,
            How::Adapted | How::Dropped => true,
        }
    }
}

/// What a point made of one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adaptation {
    /// The number of the element in the scheme's contents, from 1.
    pub element: usize,
    pub text: String,
    pub how: How,
    pub why: String,
}

/// What an officer tells of one element; the code may be mistyped or missing.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub how: String,
    pub why: String,
}

/// A form has so many elements with fields of their own.
const HOW: [&str; 12] =
    ["how-1", "how-2", "how-3", "how-4", "how-5", "how-6", "how-7", "how-8", "how-9", "how-10", "how-11", "how-12"];
const WHY: [&str; 12] =
    ["why-1", "why-2", "why-3", "why-4", "why-5", "why-6", "why-7", "why-8", "why-9", "why-10", "why-11", "why-12"];

/// What was told of every element of a scheme, or every field that is wrong at once.
pub fn read(elements: &[String], told: &[Told]) -> Result<Vec<Adaptation>, Vec<FieldError>> {
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for (n, text) in elements.iter().enumerate() {
        let Told { how, why } = told.get(n).cloned().unwrap_or_default();
        let mut miss = |field, key| faults.push(FieldError { field, key, value: (n + 1).to_string() });
        match How::from_code(&how) {
            None => miss(HOW.get(n).copied().unwrap_or("how"), "adaptation-how-missing"),
            Some(how) if how.needs_reason() && why.is_empty() => {
                miss(WHY.get(n).copied().unwrap_or("why"), "adaptation-why-missing");
            }
            Some(how) => read.push(Adaptation { element: n + 1, text: text.clone(), how, why }),
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub kept: i64,
    pub adapted: i64,
    pub dropped: i64,
}

impl Counts {
    /// Counts so many more.
    pub fn add(&mut self, how: How, n: i64) {
        match how {
            How::Kept => self.kept += n,
            How::Adapted => self.adapted += n,
            How::Dropped => self.dropped += n,
        }
    }

    /// Of these.
    pub fn of(adaptations: &[Adaptation]) -> Counts {
        let mut counts = Counts::default();
        adaptations.iter().for_each(|adaptation| counts.add(adaptation.how, 1));
        counts
    }

    /// Was anything told?
    pub fn is_told(self) -> bool {
        self.kept + self.adapted + self.dropped > 0
    }

    /// Elements that are not as the scheme has them.
    pub fn n_changed(self) -> i64 {
        self.adapted + self.dropped
    }
}

/// What may be answered.
pub const ANSWERS: [&str; 3] = ["yes", "no", "not_yet"];

/// An answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub question: String,
    /// The day from which the question was worded so: the answer stays with that wording.
    pub asked_from: String,
    pub answer: String,
    pub note: String,
}

/// What is wrong with answers: only known questions and answers, and a note belongs to an answer.
pub fn answer_faults(questions: &[Term], answers: &[Answer]) -> Vec<FieldError> {
    let known = |answer: &Answer| {
        ANSWERS.contains(&answer.answer.as_str()) && questions.iter().any(|question| is_to(answer, question))
    };
    let unknown = answers.iter().filter(|answer| !known(answer));
    unknown
        .map(|answer| {
            let text = questions.iter().position(|question| question.code == answer.question);
            let value = text.map_or_else(|| answer.question.clone(), |n| (n + 1).to_string());
            FieldError { field: "answers", key: "readiness-answer-missing", value }
        })
        .collect()
}

/// Was this answered to the question as it is worded here?
pub fn is_to(answer: &Answer, question: &Term) -> bool {
    answer.question == question.code && answer.asked_from == question.from_on
}

/// How many answers are this one.
pub fn n_answered(answers: &[Answer], code: &str) -> i64 {
    answers.iter().filter(|answer| answer.answer == code).count() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::term::{Vocabulary, defaults};

    fn told(how: &str, why: &str) -> Told {
        Told { how: how.into(), why: why.into() }
    }

    #[test]
    fn what_is_adapted_or_dropped_says_why() {
        let elements = ["Tuần tra".to_owned(), "Họp tháng".to_owned(), "Cam kết".to_owned()];
        let all = [told("kept", ""), told("adapted", "Họp quý, dân ở xa"), told("dropped", "Đã ký với xã")];
        let read_all = read(&elements, &all).unwrap();
        assert_eq!(Counts::of(&read_all), Counts { kept: 1, adapted: 1, dropped: 1 });
        assert_eq!(read_all[1].element, 2);
        let faults = read(&elements, &[told("kept", ""), told("adapted", "")]).unwrap_err();
        let keys: Vec<_> = faults.iter().map(|fault| (fault.field, fault.key)).collect();
        assert_eq!(keys, [("why-2", "adaptation-why-missing"), ("how-3", "adaptation-how-missing")]);
        assert!(read(&[], &[]).unwrap().is_empty());
    }

    #[test]
    fn an_answer_belongs_to_a_question_as_it_is_worded() {
        let questions = defaults(Vocabulary::Readiness);
        assert_eq!(questions.len(), 10);
        let asked_from = questions[0].from_on.clone();
        let yes = Answer { question: "need".into(), asked_from, answer: "yes".into(), note: String::new() };
        let noted = Answer { answer: String::new(), note: "Sẽ khảo sát".into(), ..yes.clone() };
        let strange = Answer { question: "x".into(), ..yes.clone() };
        let former = Answer { asked_from: "2020-01-01".into(), ..yes.clone() };
        let faults = answer_faults(questions, &[yes, noted, strange, former]);
        assert_eq!(faults.iter().map(|f| f.value.as_str()).collect::<Vec<_>>(), ["4", "x", "4"]);
    }
}
