//! Lists are within reach: an SQL text that reads records joins `rollup`, which says where a fact is shown,
//! or it is one of the lookups below, each with its reason.

use crate::purity::is_sql;
use crate::source::{Fault, Known, expect_none, files, judge, texts, tokens, without_tests};

/// Tables whose rows belong to places, and are not for everyone's eyes.
const RECORDS: [&str; 20] = [
    "point",
    "point_span",
    "point_scale",
    "step",
    "team",
    "exemplar",
    "commendation",
    "search_entry",
    "paper",
    "paper_use",
    "attachment",
    "activity",
    "activity_month",
    "person",
    "consent",
    "request",
    "incident",
    "adaptation",
    "readiness",
    "mentor",
];

const LOOKUPS: &[Known] = &[
    known("schemes/store.rs", "point_for", "the lookup for a verb, checked by demand"),
    known("exemplars/store.rs", "exemplar_for", "the lookup for a verb, checked by demand"),
    known("exemplars/store.rs", "COMMENDATION", "of one commendation for a verb, or of what was loaded for one"),
    known(
        "exemplars/store.rs",
        "without_person",
        "at the start of the program: records from before people had their own",
    ),
    known("exemplars/store.rs", "of_person", "of a person who was loaded for a verb"),
    known("parties/store.rs", "by_id", "one person, for records that name them and that were loaded for a verb"),
    known("consents/store.rs", "of_person", "of a person who was loaded for a verb"),
    known("consents/store.rs", "consent_for", "the lookup for a verb, checked by demand"),
    known("privacy/requests/store.rs", "request_for", "the lookup for a verb, checked by demand"),
    known("privacy/requests/store.rs", "of_person", "of a person who was loaded for a verb"),
    known("privacy/requests/store.rs", "next_number", "only a number: the next one of a province"),
    known("privacy/incidents/store.rs", "incident_for", "the lookup for a verb, checked by demand"),
    known("privacy/incidents/store.rs", "next_number", "only a number: the next one of a province"),
    known("privacy/mentions.rs", "OPEN_FIELDS", "where the name of someone stands whom the reader may erase"),
    known("privacy/retention/run.rs", "rows_of", "ids of what is over in a province whose retention was demanded"),
    known("web/history.rs", "title", "of a deed whose place is within reach"),
    known("schemes/store.rs", "scale", "of a point that was loaded for a verb"),
    known("schemes/store.rs", "steps", "of a point that was loaded for a verb"),
    known("schemes/store.rs", "survey_headings", "of a point that was loaded for a verb"),
    known("schemes/store.rs", "teams", "of a point that was loaded for a verb"),
    known("schemes/store.rs", "point_id_by_code", "only an id; it is then loaded for a verb"),
    known("schemes/store.rs", "n_points_coded", "only a number: the next one of a code"),
    known(
        "schemes/store.rs",
        "source",
        "the point of an exact code that its office told; nothing is told but that code",
    ),
    known("schemes/store.rs", "origins", "ids and codes alone: the generation of points that are within reach"),
    known("lineage/store.rs", "replicated_from", "only ids; each is then loaded for a verb"),
    known("lineage/store.rs", "kin", "of a point that was loaded for a verb; the name is told only within reach"),
    known("lineage/store.rs", "mentor_id", "of a point that was loaded for a verb"),
    known("lineage/store.rs", "adaptations", "of a point that was loaded for a verb"),
    known("lineage/store.rs", "answers", "of a point that was loaded for a verb"),
    known("activities/store.rs", "pin_on", "of a point that was loaded for a verb"),
    known("activities/store.rs", "activity_for", "the lookup for a verb, checked by demand"),
    known("activities/store.rs", "of_point", "of a point that was loaded for a verb"),
    known(
        "activities/store.rs",
        "alike",
        "asks whether a new activity is a known one; its point was loaded for a verb",
    ),
    known("activities/store.rs", "sum_up", "of a point that was loaded for a verb"),
    known("activities/store.rs", "months", "of a point that was loaded for a verb"),
    known("activities/store.rs", "n_single", "of a point that was loaded for a verb"),
    known("activities/store.rs", "stale_sums", "the self-check at the machine reads everything and tells ids only"),
    known("reviews/store.rs", "review_for", "the places of a review's points, each asked for its reach"),
    known("places/taking_effect.rs", "FOLLOWERS", "copies of pins, of everyone's rows alike; nothing is told"),
    known("reviews/store.rs", "PAPER", "the paper of a review that is asked for its reach"),
    known("catalogue/store.rs", "effect", "only numbers, of a province whose rules the reader was asked to keep"),
    known(
        "catalogue/store.rs",
        "MOVED",
        "a province's own catalogue, of which every place is part; its rules were demanded",
    ),
    known("catalogue/store.rs", "operating", "a number of schemes of a province whose rules were demanded"),
    known("catalogue/store.rs", "points_of", "ids of what a merger moves; the province's rules were demanded"),
    known("catalogue/store.rs", "moved_points", "ids of what a parting moves back; the province's rules were demanded"),
    known("catalogue/store.rs", "parting", "only numbers, of a province whose rules the reader was asked to keep"),
    known("catalogue/store.rs", "mergers", "papers of the catalogue, which is open to all who are signed in"),
    known("catalogue/store.rs", "spreads", "papers of the catalogue, which is open to all who are signed in"),
    known("papers/store.rs", "paper", "asks whether a paper of this name is kept; nothing is told but its id"),
    known("papers/store.rs", "relabel", "while someone is erased; nothing is told but how many papers"),
    known("papers/store.rs", "entitle", "of a paper that is being named"),
    known("papers/store.rs", "numbered", "asks whether a paper is a known one, mistyped; the province was demanded"),
    known("papers/store.rs", "by_id", "the lookup; who may see a use of it is asked by the page"),
    known("papers/store.rs", "province_of", "the lookup; who may see a use of it is asked by the page"),
    known("papers/store.rs", "use_paper", "of a thing that was loaded for a verb"),
    known("papers/store.rs", "uses", "of a thing that was loaded for a verb"),
    known("papers/store.rs", "users", "each is asked for its reach before it is told"),
    known("papers/store.rs", "attachments", "of a paper that a thing within reach uses"),
    known("papers/store.rs", "attachment", "the lookup; who may see a use of its paper is asked by the page"),
    known("papers/store.rs", "all_files", "the self-check at the machine reads everything and tells hashes only"),
    known("papers/pages.rs", "shown", "the name of a thing that is within reach"),
    known("schemes/list.rs", "columns", "a column of lines that are below a place whose reach was demanded"),
    known("schemes/list.rs", "WIDE", "what is not below the place that was demanded is left out by a map in memory"),
    known(
        "schemes/list.rs",
        "WIDE_THEN",
        "what is not below the place that was demanded is left out by a map in memory",
    ),
    known("schemes/check.rs", "faults", "the self-check at the machine reads everything and tells ids only"),
    known("search.rs", "retitle", "the entry of a place whose name was changed by a signed reorganisation"),
    known("workbench/actions.rs", "in_use", "whether anything stands on a place that a reorganisation founded"),
    known("workbench/allocation.rs", "move_point", "the last step of a point of a work list that joined rollup"),
    known("workbench/allocation.rs", "lead_back", "the last step of a point that was allocated"),
    known("workbench/impact.rs", "counts", "counts below a place through `inside`, which joins rollup"),
    known("search.rs", "beginning", "candidates; each is asked for its reach before it is told"),
    known("search.rs", "holding_words", "candidates; each is asked for its reach before it is told"),
    known("search.rs", "holding", "candidates; each is asked for its reach before it is told"),
    known("figures/relations.rs", "*", "a relation knows no place: whoever asks joins rollup around it"),
    known("figures/rows.rs", "select", "asks whether a thing stood before, of rows that join rollup"),
    known("figures/kept.rs", "read", "a province's rows, told only below places that are within reach"),
    known("exchange/known.rs", "points", "more about points that points.sql found under a place"),
    known("exchange/export.rs", "papers", "more about points that points.sql found under a place"),
    known("exchange/runs.rs", "rows_of_point", "what a point was before a list changed it; it was loaded for a verb"),
    known("exchange/runs.rs", "refuse_if_worked_on", "of a run whose place was demanded for importing"),
    known("exchange/runs.rs", "remove_unused_places", "of a run whose place was demanded for importing"),
];

const fn known(file: &'static str, what: &'static str, why: &'static str) -> Known {
    Known { file, what, why }
}

/// The tables a text reads from. What is filled in later, `{table}`, is told as it stands.
fn tables(sql: &str) -> Vec<String> {
    let words = words(sql);
    let mut tables = Vec::new();
    let mut in_from = false;
    for (at, word) in words.iter().enumerate() {
        let follow = words[at + 1..].iter().find(|word| *word != "(");
        let next = follow.cloned().unwrap_or_default();
        let deletes = at > 0 && words[at - 1] == "delete";
        match word.as_str() {
            "from" if !deletes => {
                in_from = true;
                tables.push(next);
            }
            "join" => tables.push(next),
            "," if in_from => tables.push(next),
            "where" | "group" | "order" | "limit" | "on" | "union" | "(" | ")" => in_from = false,
            _ => {}
        }
    }
    tables
}

/// Words in lower case; brackets and commas are words of their own.
fn words(sql: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut grows = false;
    for c in sql.lines().map(|line| line.split("--").next().unwrap_or("")).flat_map(|line| line.chars().chain(['\n'])) {
        let single = "(),;".contains(c);
        if c.is_whitespace() || single {
            grows = false;
            if single {
                words.push(c.to_string());
            }
        } else if let Some(word) = words.last_mut().filter(|_| grows) {
            word.extend(c.to_lowercase());
        } else {
            words.push(c.to_lowercase().collect());
            grows = true;
        }
    }
    words
}

/// The faults of one SQL text that stands in an item of a file.
fn faults_of(file: &str, line: usize, item: &str, sql: &str) -> Option<Fault> {
    let tables = tables(sql);
    let unknown = |table: &str| table.starts_with('{') && is_sql(sql);
    let read = tables.iter().find(|table| RECORDS.contains(&table.as_str()) || unknown(table))?;
    let within = tables.iter().any(|table| table == "rollup");
    (!within).then(|| Fault {
        file: file.into(),
        line,
        what: item.into(),
        told: format!("{item} reads {read} without rollup: who may see these rows?"),
    })
}

fn faults(file: &str, text: &str) -> Vec<Fault> {
    if file.ends_with(".sql") {
        return faults_of(file, 1, "whole", text).into_iter().collect();
    }
    let tokens = without_tests(&tokens(text));
    texts(&tokens).into_iter().filter_map(|(item, text)| faults_of(file, text.line, &item, &text.text)).collect()
}

#[test]
fn what_lists_records_joins_rollup() {
    let outside = |name: &str| ["stories", "demo/"].iter().any(|s| name.starts_with(s)) || name.ends_with("tests.rs");
    let sources = [".rs", ".sql"].iter().flat_map(|ending| files("src", ending));
    let faults = sources.filter(|file| !outside(&file.name)).flat_map(|file| faults(&file.name, &file.text));
    expect_none(&judge(&faults.collect::<Vec<_>>(), LOOKUPS));
}

#[test]
fn the_records_are_tables_of_the_schema() {
    let schema: String = files("migrations", ".sql").into_iter().map(|file| file.text).collect();
    let missing = RECORDS.iter().filter(|table| !schema.contains(&format!("create table {table} (")));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        faults("schemes/list.rs", text).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn a_list_without_rollup_is_told_by_the_item_it_stands_in() {
        assert_eq!(told("fn all() { q(\"select id from point where state = $1\") }"), ["all"]);
        assert_eq!(told("const ALL: &str = \"select 1 from scheme c join team t on t.x = c.x\";"), ["ALL"]);
        assert_eq!(told("fn all() { q(\"select 1 from scheme c, exemplar e where 1 = 1\") }"), ["all"]);
        assert_eq!(told("fn all() { q(\"select 1 from (select 1 from step) s\") }"), ["all"]);
    }

    #[test]
    fn a_list_that_joins_rollup_is_good() {
        assert!(told("fn f() { q(\"select 1 from point p \\\n join rollup r on r.place_id = p.pin_id\") }").is_empty());
        assert!(told("fn f() { q(\" from point p where exists (select 1 from rollup r where a)\") }").is_empty());
    }

    #[test]
    fn rollup_in_a_comment_or_a_name_does_not_help() {
        assert_eq!(told("fn f() { q(\"select rollup from point\") } // join rollup"), ["f"]);
        let sql = faults("schemes/all.sql", "-- join rollup\nselect 1\nfrom point");
        assert_eq!(sql.len(), 1);
    }

    #[test]
    fn what_is_filled_in_later_is_told() {
        assert_eq!(told("fn f() { format!(\"select a from {table} where b = $1\") }"), ["f"]);
        assert_eq!(told("fn f() { format!(\"select a from ({relation}) f where b = $1\") }"), ["f"]);
        assert!(told("fn f() { format!(\"it comes from {place}\") }").is_empty());
    }

    #[test]
    fn writing_is_not_listing() {
        for sql in ["insert into point (a) values ($1)", "update point set a = 1", "delete from point where id = $1"] {
            assert!(told(&format!("fn f() {{ q(\"{sql}\") }}")).is_empty(), "{sql}");
        }
    }

    #[test]
    fn other_tables_may_be_listed() {
        assert!(told("fn f() { q(\"select point_id, step, team from sector order by point\") }").is_empty());
    }
}
