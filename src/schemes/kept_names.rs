//! The names of schemes, kept in memory: a list of points names one on every line.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::journal;
use crate::work::Work;

/// The names of a province's schemes by their ids.
type Names = HashMap<String, String>;

/// What the application keeps: the names of each province, as its ledger of this version has them. It can be thrown
/// away at any moment.
#[derive(Default)]
pub struct KeptNames(Mutex<HashMap<String, (i64, Arc<Names>)>>);

/// The names as one transaction sees them.
pub struct Open<'k> {
    kept: &'k KeptNames,
    seen: HashMap<String, Arc<Names>>,
}

impl KeptNames {
    /// Opens the names for a transaction.
    pub fn open(&self) -> Open<'_> {
        Open { kept: self, seen: HashMap::new() }
    }

    fn of(&self, work: &mut Work, province: &str) -> Result<Arc<Names>> {
        let version = journal::version_of(work, province)?;
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, names)) = kept().get(province).filter(|(of, _)| *of == version) {
            return Ok(Arc::clone(names));
        }
        let rows = work.query("select id, name from scheme where province = $1", &[province.into()])?;
        let names: Arc<Names> = Arc::new(rows.iter().map(|row| (row.text(0), row.text(1))).collect());
        let mut kept = kept();
        // A slower reader of an older state does not push out newer names.
        if kept.get(province).is_none_or(|(of, _)| *of < version) {
            kept.insert(province.to_owned(), (version, Arc::clone(&names)));
        }
        Ok(names)
    }
}

impl Open<'_> {
    /// The name of a scheme.
    pub fn name(&mut self, work: &mut Work, province: &str, id: &str) -> Result<String> {
        if !self.seen.contains_key(province) {
            self.seen.insert(province.to_owned(), self.kept.of(work, province)?);
        }
        Ok(self.seen.get(province).and_then(|names| names.get(id)).cloned().unwrap_or_default())
    }
}
