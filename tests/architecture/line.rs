//! The line never crossed, as far as a schema can tell: no column for a person's ethnicity, faith or politics,
//! for papers or pictures of identity, for reports on people or for cameras' pictures.

use crate::source::{expect_none, files};

/// Parts of names, in Vietnamese without marks and in English.
const REFUSED: [&str; 24] = [
    "ethnic",
    "dan_toc",
    "religion",
    "religious",
    "ton_giao",
    "faith",
    "politic",
    "chinh_tri",
    "party_member",
    "dang_vien",
    "cccd",
    "cmnd",
    "identity",
    "national_id",
    "id_card",
    "passport",
    "portrait",
    "fingerprint",
    "face",
    "suspect",
    "informant",
    "denunciation",
    "camera_feed",
    "footage",
];

/// The names of tables and columns of a migration.
fn names(sql: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let mut inside = false;
    for (at, line) in sql.lines().enumerate() {
        let text = line.split("--").next().unwrap_or("").trim().to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        match words[..] {
            ["create", "table", "if", "not", "exists", name, ..] | ["create", "table" | "virtual", name, ..] => {
                names.push((at + 1, name.to_owned()));
                inside = true;
            }
            ["alter", "table", _, "add", "column", name, ..] | ["alter", "table", _, "add", name, ..] => {
                names.push((at + 1, name.to_owned()));
            }
            [name, ..] if inside && !["primary", "foreign", "unique", "check"].contains(&name) => {
                names.push((at + 1, name.to_owned()));
            }
            _ => {}
        }
        inside &= !text.ends_with(';');
    }
    names
}

fn faults(file: &str, sql: &str) -> Vec<String> {
    let begins = |name: &str, part: &str| name.starts_with(part) || name.contains(&format!("_{part}"));
    let refused = |name: &str| REFUSED.iter().any(|part| begins(name, part));
    let found = names(sql).into_iter().filter(|(_, name)| refused(name));
    found.map(|(line, name)| format!("{file}:{line}: {name} crosses the line of SECURITY.md")).collect()
}

#[test]
fn no_column_crosses_the_line() {
    let told = files("migrations", ".sql").iter().flat_map(|file| faults(&file.name, &file.text)).collect::<Vec<_>>();
    expect_none(&told);
}

#[cfg(test)]
mod tests {
    use super::{faults, names};

    #[test]
    fn every_column_of_the_schema_is_looked_at() {
        let sql = "create table person (\n  id text primary key, -- his face\n  name text not null,\n  \
                   primary key (id)\n);\nalter table person add column age bigint;\ncreate index i on person (name);";
        let found: Vec<String> = names(sql).into_iter().map(|(_, name)| name).collect();
        assert_eq!(found, ["person", "id", "name", "age"]);
    }

    #[test]
    fn a_column_that_crosses_it_is_told() {
        for column in ["ethnicity text", "ton_giao text", "cccd_front text", "portrait_path text"] {
            assert_eq!(faults("a.sql", &format!("create table person (\n  {column}\n);")).len(), 1, "{column}");
            assert_eq!(faults("a.sql", &format!("alter table person add column {column};")).len(), 1, "{column}");
        }
        assert!(
            faults("a.sql", "-- no religion here\ncreate table place (\n  kind text -- religious house\n);").is_empty()
        );
    }
}
