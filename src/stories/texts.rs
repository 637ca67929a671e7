//! The words: the same keys in both languages, every key of a page known, none unused.

use std::collections::BTreeSet;
use std::path::Path;

use crate::words::{FILES, Lang, words};

fn keys(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().filter(|line| !line.starts_with([' ', '#']));
    lines.filter_map(|line| line.split_once(" =").map(|(key, _)| key)).collect()
}

#[test]
fn both_languages_have_the_same_keys() {
    for (vi, en) in FILES {
        let (vi, en) = (keys(vi), keys(en));
        let apart: Vec<_> = vi.symmetric_difference(&en).collect();
        assert!(apart.is_empty(), "{apart:?}");
    }
}

#[test]
fn no_key_stands_twice() {
    let mut seen = BTreeSet::new();
    for (vi, _) in FILES {
        for key in keys(vi) {
            assert!(seen.insert(key), "{key}");
        }
    }
}

fn sources(dir: &Path, ending: &str, into: &mut String) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, ending, into);
        } else if path.to_string_lossy().ends_with(ending) {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_key_of_a_page_is_known() {
    let mut pages = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), ".html", &mut pages);
    let w = words(Lang::Vi);
    for call in ["s.t(\"", "s.with(\"", "s.w.fill(\"", "s.w.with(\""] {
        for part in pages.split(call).skip(1) {
            let key = part.split('"').next().unwrap();
            assert!(w.knows(key), "{key}");
        }
    }
}
