//! Ranks: a capability uses only lower ranks, and equal ranks do not know each other.

use crate::source::{Fault, Kind, Known, Token, expect_none, files, judge, tokens};

/// Every capability, the lowest rank first.
const RANKS: &[&[&str]] = &[
    &["permissions", "ids", "words"],
    &["error"],
    &["work", "journal"],
    &["envelopes"],
    &["history", "search"],
    &["places"],
    &["accounts", "groupings", "papers", "parties", "terms"],
    &["consents"],
    &["schemes", "exemplars"],
    &["activities", "means"],
    &["kits"],
    &["heartbeat"],
    &["lineage"],
    &["checks", "fit", "reviews"],
    &["figures"],
    &["catalogue"],
    &["exchange"],
    &["privacy"],
    &["demo"],
    &["workbench"],
    &["app"],
    &["web"],
    &["cli"],
    &["stories", "main"],
];

const KNOWN: &[Known] = &[
    known("work.rs", "journal*", "a work and its journal are one couple: a deed is told through the work"),
    known("journal.rs", "work::*", "a work and its journal are one couple: a deed is written in its transaction"),
    known("app.rs", "web::answers::Answers", "kept answers live as long as the application does, and know no page"),
    known("schemes/list.rs", "app::App", "the count of a list is kept with the application's answers"),
    known(
        "search.rs",
        "schemes::point::Point",
        "the entry of a point is made in one place for actions, lists and demo",
    ),
    known("figures/told.rs", "figures::pages::*", "pages, API and command line name groups and kinds alike"),
];

const fn known(file: &'static str, what: &'static str, why: &'static str) -> Known {
    Known { file, what, why }
}

/// These files ask and show; they may use anything up to `web`.
const SHOWING: [&str; 2] = ["pages.rs", "api.rs"];

fn rank(capability: &str) -> Option<usize> {
    RANKS.iter().position(|names| names.contains(&capability))
}

/// The capability a file belongs to: its folder, or the file itself.
fn capability(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

fn is_showing(file: &str) -> bool {
    file.rsplit_once('/').is_some_and(|(_, name)| SHOWING.contains(&name))
}

/// The faults of one file: `file` is its name in `src`.
fn faults(file: &str, text: &str) -> Vec<Fault> {
    let own = capability(file);
    let mut faults = Vec::new();
    for (line, path) in paths(file, &tokens(text)) {
        let what = path.join("::");
        let told = match path.first().map(String::as_str) {
            None | Some("*" | "self") => Some("names the crate as a whole; name what is used".to_owned()),
            Some(other) => refusal(file, own, other, &path[1..]),
        };
        faults.extend(told.map(|told| Fault {
            file: file.into(),
            line,
            told: format!("crate::{what}: {told}"),
            what: what.clone(),
        }));
    }
    faults
}

fn refusal(file: &str, own: &str, other: &str, parts: &[String]) -> Option<String> {
    let Some(here) = rank(own) else { return Some(format!("{own} has no rank")) };
    let Some(there) = rank(other) else { return Some(format!("{other} has no rank")) };
    let web = rank("web");
    let most = if is_showing(file) { web.map_or(here, |web| web + 1) } else { here };
    if own != other && there >= most {
        return Some(format!("{own} may use lower ranks only, {other} is none"));
    }
    let shows = SHOWING.iter().any(|name| parts.iter().any(|part| name.trim_end_matches(".rs") == part));
    let may_show = is_showing(file) || Some(here) >= web;
    (shows && !may_show).then(|| "only what asks and shows may use pages".to_owned())
}

/// Every path from the crate's root that a source names, with its line; groups are taken apart.
fn paths(file: &str, tokens: &[Token]) -> Vec<(usize, Vec<String>)> {
    let depths = depths(file, tokens);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let led = at >= 2 && tokens[at - 1].is_mark(":") && tokens[at - 2].is_mark(":");
        if token.is_word("crate") {
            let renamed = tokens.get(at + 1).is_some_and(|next| next.is_word("as"));
            match after_colons(tokens, at + 1) {
                Some(next) => branches(tokens, next, &[], &mut found),
                None if renamed => found.push((token.line, Vec::new())),
                None => {}
            }
        } else if token.is_word("super") && !led {
            let (n_supers, next) = climb(tokens, at);
            if n_supers >= depths[at] {
                branches(tokens, next, &[], &mut found);
            }
        }
    }
    found
}

/// How many modules stand above each token: those of the file's own place and those begun in it.
fn depths(file: &str, tokens: &[Token]) -> Vec<usize> {
    let of_file = file.trim_end_matches("/mod.rs").split('/').count();
    let mut open: Vec<bool> = Vec::new();
    let mut depths = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.is_mark("{") {
            open.push(at >= 2 && tokens[at - 2].is_word("mod"));
        } else if token.is_mark("}") {
            open.pop();
        }
        depths.push(of_file + open.iter().filter(|module| **module).count());
    }
    depths
}

fn after_colons(tokens: &[Token], at: usize) -> Option<usize> {
    let colons = (0..2).all(|k| tokens.get(at + k).is_some_and(|token| token.is_mark(":")));
    colons.then_some(at + 2)
}

/// How many `super::` follow one another from here, and where they end.
fn climb(tokens: &[Token], mut at: usize) -> (usize, usize) {
    let mut n_supers = 0;
    while tokens.get(at).is_some_and(|token| token.is_word("super")) {
        let Some(next) = after_colons(tokens, at + 1) else { break };
        n_supers += 1;
        at = next;
    }
    (n_supers, at)
}

/// Walks a tree such as `a::{self, b::{c, d as e}, *}` and collects its leaves.
fn branches(tokens: &[Token], mut at: usize, above: &[String], found: &mut Vec<(usize, Vec<String>)>) {
    let mut path = above.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        if token.is_mark("{") {
            for start in members(tokens, at) {
                branches(tokens, start, &path, found);
            }
            return;
        }
        let star = token.is_mark("*");
        if token.kind != Kind::Word && !star {
            break;
        }
        if !token.is_word("self") || path.is_empty() {
            path.push(token.text.clone());
        }
        match after_colons(tokens, at + 1) {
            Some(next) if !star => at = next,
            _ => break,
        }
    }
    found.push((line, path));
}

/// Where the members of a group begin that opens at `open`.
fn members(tokens: &[Token], open: usize) -> Vec<usize> {
    let mut starts = vec![open + 1];
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 1 => starts.push(at + 1),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    starts.retain(|start| !tokens.get(*start).is_some_and(|token| token.is_mark("}")));
    starts
}

#[test]
fn capabilities_use_lower_ranks_only() {
    let faults: Vec<Fault> = sources().iter().flat_map(|file| faults(&file.name, &file.text)).collect();
    expect_none(&judge(&faults, KNOWN));
}

/// Tests of a capability may use what they need.
fn sources() -> Vec<crate::source::File> {
    files("src", ".rs").into_iter().filter(|file| !file.name.ends_with("/tests.rs")).collect()
}

#[test]
fn every_capability_has_a_rank_and_every_rank_a_capability() {
    let files = files("src", ".rs");
    let homeless = files.iter().map(|file| capability(&file.name)).filter(|name| rank(name).is_none());
    assert_eq!(homeless.collect::<Vec<_>>(), Vec::<&str>::new());
    let named = RANKS.iter().flat_map(|names| names.iter());
    let empty = named.filter(|name| !files.iter().any(|file| capability(&file.name) == **name));
    assert_eq!(empty.collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str, text: &str) -> Vec<String> {
        faults(file, text).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn a_lower_rank_may_be_used_and_a_higher_one_may_not() {
        assert!(told("schemes/store.rs", "use crate::places::place::OPEN;").is_empty());
        assert_eq!(told("places/store.rs", "use crate::schemes::point::Point;"), ["schemes::point::Point"]);
        assert_eq!(told("work.rs", "use crate::places;"), ["places"]);
    }

    #[test]
    fn a_capability_may_use_itself() {
        assert!(told("schemes/store.rs", "use crate::schemes::point::Point;").is_empty());
    }

    #[test]
    fn equal_ranks_do_not_know_each_other() {
        assert_eq!(told("schemes/actions.rs", "use crate::exemplars::store;"), ["exemplars::store"]);
        assert_eq!(told("exemplars/actions.rs", "use crate::schemes::store;"), ["schemes::store"]);
    }

    #[test]
    fn grouped_imports_are_taken_apart() {
        let text = "use crate::{error::Result, figures::{self, ask::{Asked as A, Part}}, web::*};";
        assert_eq!(told("places/actions.rs", text), ["figures", "figures::ask::Asked", "figures::ask::Part", "web::*"]);
        assert_eq!(told("places/store.rs", "use {std::fmt, crate::web};"), ["web"]);
    }

    #[test]
    fn inline_paths_count_like_imports() {
        assert_eq!(told("places/store.rs", "fn f() { crate::web::map::draw(1) }"), ["web::map::draw"]);
        assert_eq!(told("places/store.rs", "let x: Vec<crate::figures::Kept> = y;"), ["figures::Kept"]);
        assert_eq!(told("places/store.rs", "crate::demo::make::<Plan>()"), ["demo::make"]);
    }

    #[test]
    fn the_way_round_by_super_counts_too() {
        assert_eq!(told("places/store.rs", "use super::super::web::map;"), ["web::map"]);
        assert_eq!(told("search.rs", "use super::web::map;"), ["web::map"]);
        assert_eq!(told("places/mod.rs", "use super::{web, error};"), ["web"]);
        assert!(told("places/store.rs", "use super::place; mod tests { use super::super::place::X; }").is_empty());
        assert!(told("search.rs", "mod tests { use super::fragments; }").is_empty());
    }

    #[test]
    fn the_crate_as_a_whole_is_not_used() {
        assert_eq!(told("places/store.rs", "use crate::*;"), ["*"]);
        assert_eq!(told("places/store.rs", "use crate as home;").len(), 1);
        assert!(told("places/store.rs", "pub(crate) fn f() {}").is_empty());
    }

    #[test]
    fn pages_may_use_the_web_but_not_the_command_line() {
        assert!(told("places/pages.rs", "use crate::web::{ask::Ask, reply::Reply};").is_empty());
        assert!(told("schemes/pages.rs", "use crate::figures::ask::Asked;").is_empty());
        assert_eq!(told("places/pages.rs", "use crate::cli::say;"), ["cli::say"]);
        assert_eq!(told("places/actions.rs", "use crate::web::ask::Ask;"), ["web::ask::Ask"]);
    }

    #[test]
    fn only_what_asks_and_shows_uses_pages() {
        assert_eq!(told("schemes/actions.rs", "use crate::schemes::pages::show;"), ["schemes::pages::show"]);
        assert!(told("exchange/pages.rs", "use crate::schemes::pages::show;").is_empty());
        assert!(told("web/router.rs", "use crate::schemes::pages;").is_empty());
    }

    #[test]
    fn a_capability_without_a_rank_is_told() {
        assert_eq!(told("funds/store.rs", "use crate::error::Result;"), ["error::Result"]);
        assert_eq!(told("schemes/store.rs", "use crate::funds;"), ["funds"]);
    }

    #[test]
    fn comments_and_texts_name_nothing() {
        assert!(told("places/store.rs", "// crate::web::x\nlet a = \"crate::web::x\";").is_empty());
    }
}
