//! Kept answers: what a figure's relation said, kept while its data has not changed. The key holds the
//! version of the journal, so a change makes the answer unreachable; nothing is ever corrected in place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// At this many answers the keeper starts anew.
const MOST: usize = 2_000;

#[derive(Default)]
pub struct Answers(Mutex<HashMap<String, Arc<str>>>);

impl Answers {
    /// The kept answer, or the one that `ask` gives now.
    pub fn get_or<E>(&self, key: String, ask: impl FnOnce() -> Result<String, E>) -> Result<Arc<str>, E> {
        if let Some(kept) = self.lock().get(&key) {
            return Ok(Arc::clone(kept));
        }
        let answer: Arc<str> = ask()?.into();
        let mut kept = self.lock();
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&answer));
        Ok(answer)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<str>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
