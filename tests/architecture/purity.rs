//! Purity: rules know nothing, stores know no page, and the clock and chance come in at one place each.

use crate::source::{Fault, File, Known, Token, begins, expect_none, files, judge, texts, tokens, without_tests};

/// Files of rules: what is it, and what may happen to it.
const RULES: [&str; 29] = [
    "permissions.rs",
    "accounts/passwords.rs",
    "accounts/origin.rs",
    "accounts/policy.rs",
    "accounts/way.rs",
    "places/place.rs",
    "places/reorganisation.rs",
    "places/effects.rs",
    "terms/term.rs",
    "schemes/scheme.rs",
    "schemes/point.rs",
    "lineage/adaptation.rs",
    "lineage/tree.rs",
    "schemes/names.rs",
    "fit/likeness.rs",
    "kits/kit.rs",
    "catalogue/effect.rs",
    "figures/catalogue.rs",
    "workbench/sentence.rs",
    "workbench/tokens.rs",
    "exchange/columns.rs",
    "exchange/points.rs",
    "demo/chance.rs",
    "parties/person.rs",
    "consents/consent.rs",
    "privacy/clock.rs",
    "privacy/requests/request.rs",
    "privacy/incidents/incident.rs",
    "privacy/retention/period.rs",
];

/// What a rule never mentions.
const IMPURE: [&str; 16] = [
    "Work",
    "Tx",
    "Db",
    "Row",
    "App",
    "Moment",
    "async",
    "await",
    "axum",
    "tokio",
    "askama",
    "Ask",
    "Reply",
    "Shell",
    "crate::web",
    "std::fs",
];

/// The web framework and what is made of it.
const FRAMEWORK: [&str; 6] = ["async", "await", "axum", "tokio", "tower", "tower_http"];

/// What pages are made of.
const PAGES: [&str; 6] = ["askama", "Ask", "Reply", "Shell", "pages", "crate::web"];

const CLOCKS: [&str; 8] = [
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "Instant::now",
    "SystemTime::now",
    "Moment::of_the_clock",
    "OffsetDateTime",
    "chrono",
];

const CLOCKS_OF_SQL: [&str; 6] =
    ["current_timestamp", "current_date", "current_time", "now()", "'now'", "clock_timestamp"];

const CHANCE: [&str; 6] = ["Uuid", "uuid", "rand", "OsRng", "getrandom", "RandomState"];

const CHANCE_OF_SQL: [&str; 3] = ["random()", "randomblob", "gen_random_uuid"];

const KNOWN: &[Known] = &[
    known("work.rs", "Timestamp::now", "the one place that reads the clock"),
    known("app.rs", "Moment::of_the_clock", "the moment of every request and command is taken here"),
    known("web/serve.rs", "Instant::now", "how long an answer took is counted, and shown to nobody else"),
    known("web/security.rs", "Moment::of_the_clock", "the ways into an account come before there is a unit of work"),
    known("web/passkeys.rs", "Moment::of_the_clock", "the ways into an account come before there is a unit of work"),
    known("web/provider.rs", "Moment::of_the_clock", "the ways into an account come before there is a unit of work"),
    known("web/switch.rs", "Moment::of_the_clock", "leaving a session comes beside a unit of work"),
    known("web/account.rs", "Moment::of_the_clock", "signing in comes before there is a unit of work"),
    known("ids.rs", "uuid", "the one place that makes ids"),
    known("ids.rs", "Uuid", "the one place that makes ids"),
    known("ids.rs", "rand", "the one place that draws secret bytes"),
    known("demo/chance.rs", "uuid", "ids of the sample data repeat with its seed"),
    known("accounts/actions.rs", "OsRng", "the one place that makes secrets"),
    known("cli/serve.rs", "*", "the server is started from the command line"),
];

const fn known(file: &'static str, what: &'static str, why: &'static str) -> Known {
    Known { file, what, why }
}

fn fault(file: &str, line: usize, what: &str, told: &str) -> Fault {
    Fault { file: file.into(), line, what: what.into(), told: format!("{what}: {told}") }
}

/// Where these words or paths are mentioned in code.
fn mentions(file: &str, tokens: &[Token], words: &[&str], told: &str) -> Vec<Fault> {
    let here = |at: usize| words.iter().filter(move |word| begins(&tokens[at..], word));
    (0..tokens.len()).flat_map(|at| here(at).map(move |word| fault(file, tokens[at].line, word, told))).collect()
}

/// Where these words are mentioned in texts that are SQL.
fn mentions_in_sql(file: &str, tokens: &[Token], words: &[&str], told: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (_, text) in texts(tokens).into_iter().filter(|(_, text)| is_sql(&text.text)) {
        faults.extend(words_of_sql(file, text.line, &text.text, words, told));
    }
    faults
}

fn words_of_sql(file: &str, line: usize, sql: &str, words: &[&str], told: &str) -> Vec<Fault> {
    let sql = sql.to_lowercase();
    words.iter().filter(|word| sql.contains(*word)).map(|word| fault(file, line, word, told)).collect()
}

/// Does a text read like SQL, or like a part of it?
pub(crate) fn is_sql(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let follows = |first: &str, second: &str| {
        let at = words.iter().position(|word| word.trim_start_matches('(') == first);
        at.is_some_and(|at| words[at + 1..].contains(&second))
    };
    let begins = |word: &str| words.first().is_some_and(|first| first.trim_start_matches('(') == word);
    follows("select", "from")
        || (begins("select") && words.len() > 1)
        || follows("insert", "into")
        || follows("delete", "from")
        || (follows("update", "set"))
        || (follows("from", "where") || follows("join", "on"))
        || (begins("create") && words.get(1).is_some_and(|word| ["table", "index", "view", "unique"].contains(word)))
}

fn rule_faults(file: &str, text: &str) -> Vec<Fault> {
    if !RULES.contains(&file) {
        return Vec::new();
    }
    let tokens = without_tests(&tokens(text));
    let mut faults = mentions(file, &tokens, &IMPURE, "a rule takes what it needs as arguments");
    let sql = texts(&tokens).into_iter().filter(|(_, text)| is_sql(&text.text));
    faults.extend(sql.map(|(_, text)| fault(file, text.line, "sql", "a rule knows no SQL")));
    faults
}

fn name_of(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// No framework below `web`; no pages in stores and actions.
fn layer_faults(file: &str, text: &str) -> Vec<Fault> {
    let tokens = without_tests(&tokens(text));
    let above = ["web/", "stories", "cli/"].iter().any(|folder| file.starts_with(folder));
    let mut faults = Vec::new();
    if !file.starts_with("web/") && !file.starts_with("stories") {
        faults.extend(mentions(file, &tokens, &FRAMEWORK, "the web framework stays in web"));
    }
    if !above && ["store.rs", "actions.rs"].contains(&name_of(file)) {
        faults.extend(mentions(file, &tokens, &PAGES, "stores and actions know no page"));
    }
    if name_of(file) == "store.rs" {
        faults.extend(mentions(file, &tokens, &["actions"], "a store does not know who uses it"));
    }
    faults
}

fn clock_faults(file: &str, text: &str) -> Vec<Fault> {
    let told = "the clock is read in one place; take the moment from the work";
    let tokens = without_tests(&tokens(text));
    let mut faults = mentions(file, &tokens, &CLOCKS, told);
    faults.extend(mentions_in_sql(file, &tokens, &CLOCKS_OF_SQL, told));
    faults
}

fn chance_faults(file: &str, text: &str) -> Vec<Fault> {
    let told = "ids come from ids::new, secrets from accounts::actions";
    let tokens = without_tests(&tokens(text));
    let mut faults = mentions(file, &tokens, &CHANCE, told);
    faults.extend(mentions_in_sql(file, &tokens, &CHANCE_OF_SQL, told));
    faults
}

fn all_faults(file: &str, text: &str) -> Vec<Fault> {
    [rule_faults, layer_faults, clock_faults, chance_faults].iter().flat_map(|rule| rule(file, text)).collect()
}

/// The program's own code; stories and tests stand outside.
fn sources() -> Vec<File> {
    let outside = |name: &str| name.starts_with("stories") || name.ends_with("tests.rs");
    files("src", ".rs").into_iter().filter(|file| !outside(&file.name)).collect()
}

#[test]
fn rules_are_pure_and_layers_keep_to_themselves() {
    let faults: Vec<Fault> = sources().iter().flat_map(|file| all_faults(&file.name, &file.text)).collect();
    expect_none(&judge(&faults, KNOWN));
}

#[test]
fn the_leaf_crates_read_no_clock_and_draw_no_chance() {
    let sources = files("crates", ".rs").into_iter().filter(|file| file.name.contains("/src/"));
    let faults = sources.flat_map(|file| {
        let mut faults = clock_faults(&file.name, &file.text);
        faults.extend(chance_faults(&file.name, &file.text));
        faults
    });
    expect_none(&judge(&faults.collect::<Vec<_>>(), &[]));
}

#[test]
fn migrations_and_queries_ask_the_engine_for_no_clock_and_no_chance() {
    let sources = ["migrations", "src"].iter().flat_map(|folder| files(folder, ".sql"));
    let words = [CLOCKS_OF_SQL.as_slice(), CHANCE_OF_SQL.as_slice()].concat();
    let faults = sources.flat_map(|file| words_of_sql(&file.name, 1, &file.text, &words, "comes from Rust"));
    expect_none(&judge(&faults.collect::<Vec<_>>(), &[]));
}

#[test]
fn every_file_of_rules_is_there() {
    let there: Vec<String> = sources().into_iter().map(|file| file.name).collect();
    let gone = RULES.iter().filter(|rule| !there.iter().any(|name| name == *rule));
    assert_eq!(gone.collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str, text: &str) -> Vec<String> {
        all_faults(file, text).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn a_rule_knows_no_work_no_sql_and_no_web() {
        let rule = "schemes/point.rs";
        assert_eq!(told(rule, "fn f(work: &mut Work) {}"), ["Work"]);
        assert_eq!(told(rule, "let a = \"select 1 from point\";"), ["sql"]);
        assert_eq!(told(rule, "use crate::web::shell;"), ["crate::web"]);
        assert_eq!(told(rule, "fn f(tx: &mut Tx<'_>) {}"), ["Tx"]);
        assert_eq!(told(rule, "async fn f() {}")[0], "async");
        assert!(told(rule, "fn f(today: Date) {}\n#[cfg(test)]\nmod tests { fn f(w: Work) {} }").is_empty());
        assert!(told("schemes/actions.rs", "fn f(work: &mut Work) {}").is_empty());
    }

    #[test]
    fn a_store_knows_no_page_and_no_action() {
        assert_eq!(told("schemes/store.rs", "fn f(ask: &Ask) -> Reply {}"), ["Ask", "Reply"]);
        assert_eq!(told("schemes/store.rs", "use crate::schemes::{actions, pages};"), ["pages", "actions"]);
        assert_eq!(told("schemes/actions.rs", "use super::pages;"), ["pages"]);
        assert!(told("schemes/pages.rs", "fn f(ask: &Ask) -> Reply {}").is_empty());
    }

    #[test]
    fn the_framework_stays_in_the_web() {
        assert_eq!(told("schemes/pages.rs", "use axum::Router;"), ["axum"]);
        assert_eq!(told("exchange/apply.rs", "async fn f() { g().await }"), ["async", "await"]);
        assert!(told("web/serve.rs", "use axum::Router; async fn f() {}").is_empty());
    }

    #[test]
    fn the_clock_is_not_read_elsewhere() {
        assert_eq!(told("schemes/actions.rs", "let now = jiff::Timestamp::now();"), ["Timestamp::now"]);
        assert_eq!(told("web/reply.rs", "use std::time::SystemTime;"), ["SystemTime"]);
        assert_eq!(told("web/reply.rs", "Instant::now()"), ["Instant::now"]);
        assert_eq!(told("schemes/actions.rs", "Moment::of_the_clock()"), ["Moment::of_the_clock"]);
        assert_eq!(told("journal.rs", "let sql = \"select now() from x\";"), ["now()"]);
        assert!(told("schemes/actions.rs", "let now = work.moment.now.clone(); // Timestamp::now").is_empty());
    }

    #[test]
    fn chance_is_not_drawn_elsewhere() {
        assert_eq!(told("schemes/actions.rs", "let id = uuid::Uuid::now_v7();"), ["uuid", "Uuid"]);
        assert_eq!(told("cli/keep.rs", "rand::random::<u8>()"), ["rand"]);
        assert_eq!(told("schemes/list.rs", "f(\"select a from b order by random() limit 1\")"), ["random()"]);
        assert!(told("schemes/actions.rs", "let id = ids::new();").is_empty());
    }

    #[test]
    fn sql_is_told_from_sentences() {
        for sql in ["select 1", "insert into a values (1)", "update a set b = 1", "delete from a", " from a where b"] {
            assert!(is_sql(sql), "{sql}");
        }
        for sentence in ["a point of", "updated", "select", "selected rows", "from here on", "point.step"] {
            assert!(!is_sql(sentence), "{sentence}");
        }
    }
}
