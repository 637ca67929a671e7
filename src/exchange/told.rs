//! The verdict on a list as the command line and the API tell it: the contract that checks rely on.

use serde_json::{Value, json};

use crate::exchange::check::{Checked, RowError};
use crate::words::Words;

/// Why a row was refused, or what is worth a look.
pub fn sentence(error: &RowError, w: &Words) -> String {
    w.with(&error.reason, &error.value)
}

/// The four counts, and each cell with its reason.
pub fn told(checked: &Checked, run: Option<&str>, w: &Words) -> Value {
    let lines = |errors: &[RowError]| -> Vec<Value> {
        errors
            .iter()
            .map(|e| json!({ "sheet": e.sheet, "cell": e.cell, "reason": sentence(e, w), "code": e.reason }))
            .collect()
    };
    json!({
        "rows": checked.rows, "new": checked.new, "changed": checked.changed, "unchanged": checked.unchanged,
        "rejected": checked.rejected, "errors": lines(&checked.errors), "notes": lines(&checked.notes), "run": run,
    })
}
