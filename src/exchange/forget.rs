//! What was read from files is kept so that a list can be looked at and undone. It is taken out when someone is
//! erased whom it mentions, and when its time is over; the counts stay.

use serde_json::Value as Json;

use crate::error::Result;
use crate::exchange::check::Checked;
use crate::exchange::runs::{COLUMNS, Run, run};
use crate::work::Work;

/// Takes everything read from a file out of its run; the counts stay.
fn bare(checked: &Checked) -> Checked {
    Checked { errors: Vec::new(), notes: Vec::new(), drafts: Vec::new(), ..checked.clone() }
}

/// The runs of a province, whoever sent them.
fn of_province(work: &mut Work, province: &str) -> Result<Vec<Run>> {
    let sql = format!("select {COLUMNS} from import_run order by id");
    let runs = work.query(&sql, &[])?.iter().map(run).collect::<Result<Vec<Run>>>()?;
    Ok(runs.into_iter().filter(|run| run.checked.province == province).collect())
}

/// The runs of a province that came before a moment and still hold what was read.
pub fn older(work: &mut Work, province: &str, before: &str) -> Result<Vec<Run>> {
    let runs = of_province(work, province)?;
    Ok(runs.into_iter().filter(|run| !run.is_trimmed && run.at.as_str() < before).collect())
}

/// A run, whoever sent it.
pub fn by_id(work: &mut Work, id: &str) -> Result<Option<Run>> {
    let sql = format!("select {COLUMNS} from import_run where id = $1");
    work.first(&sql, &[id.into()])?.map(|row| run(&row)).transpose()
}

/// Takes out all that was read from a file; the run can no longer be undone.
pub fn trim(work: &mut Work, run: &Run) -> Result<()> {
    save_bare(work, run, "")?;
    let now = work.moment.now.clone();
    work.execute("update import_run set trimmed_at = $2 where id = $1", &[run.id.as_str().into(), now.into()])?;
    work.execute("delete from import_touched where run_id = $1", &[run.id.as_str().into()])?;
    Ok(())
}

/// Keeps a run without what was read from its file.
fn save_bare(work: &mut Work, run: &Run, file_name: &str) -> Result<()> {
    let body = serde_json::to_string(&bare(&run.checked)).map_err(anyhow::Error::new)?;
    let sql = "update import_run set body = $2, file_name = $3 where id = $1";
    work.execute(sql, &[run.id.as_str().into(), body.into(), file_name.into()])?;
    Ok(())
}

/// Takes texts that hold something out of what was read from files and of what points were before; tells how many
/// runs it was in. They can still be undone.
pub fn mentions(work: &mut Work, province: &str, holds: impl Fn(&str) -> bool) -> Result<usize> {
    let mut n_runs = 0;
    for run in of_province(work, province)? {
        let body = serde_json::to_string(&run.checked).map_err(anyhow::Error::new)?;
        let in_name = holds(&run.file_name);
        let in_body = holds(&body);
        if in_name || in_body {
            save_bare(work, &run, if in_name { "" } else { &run.file_name })?;
        }
        let in_before = forget_before(work, &run.id, &holds)?;
        n_runs += usize::from(in_name || in_body || in_before);
    }
    Ok(n_runs)
}

fn forget_before(work: &mut Work, run_id: &str, holds: &dyn Fn(&str) -> bool) -> Result<bool> {
    let rows =
        work.query("select province, point_id, before from import_touched where run_id = $1", &[run_id.into()])?;
    let mut found = false;
    for row in rows.iter().filter(|row| holds(row.str(2))) {
        let before: Json = serde_json::from_str(row.str(2)).map_err(anyhow::Error::new)?;
        let sql = "update import_touched set before = $4 where province = $1 and run_id = $2 and point_id = $3";
        let emptied = emptied(&before, holds).to_string();
        work.execute(sql, &[row.str(0).into(), run_id.into(), row.str(1).into(), emptied.into()])?;
        found = true;
    }
    Ok(found)
}

/// Empties every text of a kept row that mentions a name, and the sort keys beside it.
fn emptied(json: &Json, holds: &dyn Fn(&str) -> bool) -> Json {
    match json {
        Json::Array(parts) => {
            let row = parts.iter().any(|part| part.as_str().is_some_and(holds));
            let is_key = |text: &str| text.len() >= 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
            let one = |part: &Json| match part.as_str() {
                Some(text) if holds(text) || (row && is_key(text)) => Json::from(""),
                Some(_) | None => emptied(part, holds),
            };
            Json::Array(parts.iter().map(one).collect())
        }
        Json::Object(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_that_mentions_a_name_loses_it_and_its_sort_key() {
        let holds = |text: &str| text.contains("Hòa");
        let row = json!([[["25", "Bà Hòa", "2a4c2a4c2a4c2a4c", "khu 1", 3]], [["25", "khu 2", "2a4c2a4c2a4c2a4d"]]]);
        let after = json!([[["25", "", "", "khu 1", 3]], [["25", "khu 2", "2a4c2a4c2a4c2a4d"]]]);
        assert_eq!(emptied(&row, &holds), after);
    }
}
