//! The schema's changes: numbered without gaps, each file in the list, and known where the engines part.

use crate::source::{File, Kind, expect_none, files, texts, tokens};

/// Where the engines part, and why.
const TWINS: [(&str, &str); 4] = [
    ("0005_search", "each engine has its own trigram index"),
    ("0017_append_only", "each engine has its own way round a trigger: replacing, truncating"),
    ("0039_search_words", "the trigram index of PostgreSQL serves whole words too"),
    ("0042_search_pairs", "and pairs of them"),
];

/// One entry of the list in `app.rs`: its name and the files it takes in.
#[derive(Debug, PartialEq)]
struct Listed {
    name: String,
    files: Vec<String>,
}

/// The list as it stands in the source of `app.rs`.
fn listed(app: &str) -> Vec<Listed> {
    let tokens = tokens(app);
    let mut list: Vec<Listed> = Vec::new();
    for (item, token) in texts(&tokens) {
        if item != "MIGRATIONS" || token.kind != Kind::Text {
            continue;
        }
        match (token.text.strip_prefix("../migrations/"), list.last_mut()) {
            (Some(file), Some(last)) => last.files.push(file.to_owned()),
            (Some(_), None) => {}
            (None, _) => list.push(Listed { name: token.text.clone(), files: Vec::new() }),
        }
    }
    list
}

fn faults(list: &[Listed], there: &[&str], twins: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, listed) in list.iter().enumerate() {
        let number = format!("{:04}_", at + 1);
        if !listed.name.starts_with(&number) {
            faults.push(format!("{} should begin with {number}", listed.name));
        }
        let own = format!("{}.sql", listed.name);
        let twin = format!("{}.postgres.sql", listed.name);
        let expected = if twins.contains(&listed.name.as_str()) { vec![own, twin] } else { vec![own] };
        if listed.files != expected {
            faults.push(format!("{} takes in {:?}, not {expected:?}", listed.name, listed.files));
        }
    }
    let taken: Vec<&String> = list.iter().flat_map(|listed| &listed.files).collect();
    faults.extend(there.iter().filter(|f| !taken.iter().any(|t| t == *f)).map(|f| format!("{f} is not in the list")));
    faults.extend(taken.iter().filter(|t| !there.contains(&t.as_str())).map(|t| format!("{t} is not in the folder")));
    let unknown = twins.iter().filter(|twin| !list.iter().any(|listed| listed.name == **twin));
    faults.extend(unknown.map(|twin| format!("{twin} is no migration")));
    faults
}

#[test]
fn migrations_are_numbered_listed_and_known_where_they_part() {
    let sources = files("src", ".rs");
    let app = sources.iter().find(|file| file.name == "app.rs").expect("the application lists its migrations");
    let there: Vec<File> = files("migrations", "");
    let names: Vec<&str> = there.iter().map(|file| file.name.as_str()).collect();
    expect_none(&faults(&listed(&app.text), &names, &TWINS.map(|(name, _)| name)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = r#"
        pub const MIGRATIONS: &[Migration] = &[
            Migration { name: "0001_a", sql: include_str!("../migrations/0001_a.sql"), postgres: None },
            Migration { name: "0002_b", sql: include_str!("../migrations/0002_b.sql"),
                        postgres: Some(include_str!("../migrations/0002_b.postgres.sql")) },
        ];
        pub const FILE: &str = "diemsang.sqlite";"#;
    const THERE: [&str; 3] = ["0001_a.sql", "0002_b.postgres.sql", "0002_b.sql"];

    fn told(app: &str, there: &[&str], twins: &[&str]) -> Vec<String> {
        faults(&listed(app), there, twins)
    }

    #[test]
    fn a_good_list_is_good() {
        assert_eq!(listed(APP).len(), 2);
        assert_eq!(told(APP, &THERE, &["0002_b"]), Vec::<String>::new());
    }

    #[test]
    fn a_gap_in_the_numbers_is_told() {
        let gap = APP.replace("0002", "0003");
        let there = ["0001_a.sql", "0003_b.postgres.sql", "0003_b.sql"];
        assert_eq!(told(&gap, &there, &["0003_b"]), ["0003_b should begin with 0002_"]);
    }

    #[test]
    fn a_file_that_is_not_listed_is_told() {
        let there = [THERE.as_slice(), &["0003_c.sql"]].concat();
        assert_eq!(told(APP, &there, &["0002_b"]), ["0003_c.sql is not in the list"]);
        assert_eq!(told(APP, &THERE[..2], &["0002_b"]), ["0002_b.sql is not in the folder"]);
    }

    #[test]
    fn a_twin_that_is_not_known_is_told_and_so_is_one_that_is_gone() {
        assert_eq!(told(APP, &THERE, &[]).len(), 1);
        assert_eq!(told(APP, &THERE, &["0001_a", "0002_b"]).len(), 1);
        assert_eq!(told(APP, &THERE, &["0002_b", "0009_z"]), ["0009_z is no migration"]);
    }

    #[test]
    fn a_name_that_takes_in_another_file_is_told() {
        let crossed = APP.replace("../migrations/0001_a.sql", "../migrations/0002_b.sql");
        assert!(told(&crossed, &THERE, &["0002_b"]).iter().any(|told| told.starts_with("0001_a takes in")));
    }
}
