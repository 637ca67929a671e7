//! Stories of who may see and do what, where.

use super::world::World;
use crate::cli::keep::DEMO_ACCOUNTS;
use crate::web::router::{Need, ROUTES};

/// An address of a route, with its blanks filled from the sample data.
fn address(world: &World, path: &str) -> String {
    let point = world.cell("select id from point where province = '25' and state = 'active' order by code limit 1");
    let exemplar = world.cell("select id from exemplar where province = '25' order by sort_key limit 1");
    let commendation = world.cell("select id from commendation where province = '25' order by sort_key limit 1");
    let first = |table: &str| world.cell(&format!("select id from {table} where province = '25' order by id limit 1"));
    let id = if path.starts_with("/people") {
        first("person")
    } else if path.starts_with("/requests") {
        first("request")
    } else if path.starts_with("/incidents") {
        first("incident")
    } else if path.starts_with("/places") {
        "25@2025-07-01".to_owned()
    } else if path.starts_with("/accounts") {
        world.cell("select id from account where user_name = 'docgia'")
    } else if path.starts_with("/exemplars") {
        exemplar
    } else if path.starts_with("/commendations") {
        commendation
    } else if path.starts_with("/reorganisations") {
        world.cell("select coalesce(max(id), 'none') from reorganisation")
    } else if path.starts_with("/groupings") {
        world.cell("select id from place_grouping where province = '25' order by id limit 1")
    } else if path.starts_with("/reviews") {
        world.cell("select id from review where province = '25' order by id limit 1")
    } else if path.starts_with("/papers") {
        world.cell("select id from paper where province = '25' order by issued_on, id limit 1")
    } else {
        point
    };
    path.replace("{id}", &id)
        .replace("{code}", "C2")
        .replace("{document}", "charter.docx")
        .replace("{list}", "traits")
        .replace("{slug}", &world.cell("select slug from scheme where province = '25' order by sort_key limit 1"))
}

pub(super) fn a_control_character_in_an_address_is_no_fault(world: &World) {
    for (path, status) in [("/points?place=25%00", 200), ("/search?q=%00%07", 200), ("/points/%00", 404)] {
        assert_eq!(world.get("quantri", path).status, status, "{path}");
    }
}

pub(super) fn a_stranger_sees_only_sign_in(world: &World) {
    for route in ROUTES {
        let path = address(world, route.path);
        let answer = if route.method == "GET" { world.get("", &path) } else { world.post("", &path, &[]) };
        match route.need {
            Need::Nothing if ["/sign-in/provider", "/sign-in/forget"].contains(&path.as_str()) => {
                assert_eq!(answer.status, 303, "{path}")
            }
            Need::Nothing => assert!([200, 204, 422].contains(&answer.status), "{path}: {}", answer.status),
            Need::SignedIn | Need::Right(_) if path.starts_with("/api/") => assert_eq!(answer.status, 401, "{path}"),
            Need::SignedIn | Need::Right(_) => {
                assert_eq!(answer.status, 303, "{} {path}", route.method);
                assert!(answer.location.starts_with("/sign-in"), "{path}");
            }
        }
    }
}

/// Lists and files come from people: the sample has none.
fn no_sample(path: &str) -> bool {
    ["/import/", "/files/", "/photos/", "/reorganisations/"].iter().any(|folder| path.starts_with(folder))
}

pub(super) fn no_page_breaks_for_any_role(world: &World) {
    for (who, _, role, _) in DEMO_ACCOUNTS {
        for route in ROUTES.iter().filter(|route| route.method == "GET") {
            for query in ["", "?lang=en"] {
                let path = address(world, route.path);
                let answer = world.get(who, &format!("{path}{query}"));
                match route.need {
                    Need::Right(verb) if !role.may(verb) => assert_eq!(answer.status, 403, "{who} {path}"),
                    Need::Nothing => assert!([200, 204, 303, 422].contains(&answer.status), "{who} {path}"),
                    Need::Right(_) | Need::SignedIn => {
                        let expected = [200, 204, 303, 404, 403];
                        assert!(expected.contains(&answer.status), "{who} {path}: {} {}", answer.status, answer.body);
                    }
                }
                assert!(who != "quantri" || answer.status != 404 || no_sample(&path), "{who} {path}");
            }
        }
    }
}

const ELSEWHERE: &str = "select p.id from point p where p.province = '25' and p.pin_id not in \
    (select r.place_id from rollup r join place n on n.id = r.ancestor_id where n.short_name = 'Nhân Nghĩa' and n.to_on = '9999-12-31') \
    and p.state = 'approved' order by p.code limit 1";

pub(super) fn an_officer_sees_nothing_of_another_commune(world: &World) {
    let id = world.cell(ELSEWHERE);
    let name = world.cell(&format!("select name from point where id = '{id}'"));
    let pin = world.cell(&format!("select pin_id from point where id = '{id}'"));
    for path in [
        format!("/points/{id}"),
        format!("/points/{id}/edit"),
        format!("/points/{id}/steps/new"),
        format!("/api/v1/points/{id}"),
        format!("/points?place={pin}"),
        format!("/api/v1/points?place={pin}"),
        format!("/points?place={pin}&format=csv"),
    ] {
        assert_eq!(world.get("nhannghia", &path).status, 404, "{path}");
        assert_eq!(world.get("pv05", &path).status, 200, "{path}");
    }
    let word: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    assert!(world.get("pv05", &format!("/api/v1/search?q={word}")).body.contains(&id));
    assert!(!world.get("nhannghia", &format!("/api/v1/search?q={word}")).body.contains(&id));
    let step = [("kind", "launched"), ("on_date", "01/10/2026")];
    assert_eq!(world.post("nhannghia", &format!("/points/{id}/steps/new"), &step).status, 404);
}

pub(super) fn an_officer_may_not_do_what_the_matrix_denies(world: &World) {
    let exemplar = world.cell("select id from exemplar where province = '25' order by sort_key limit 1");
    assert_eq!(world.post("nhannghia", &format!("/exemplars/{exemplar}/withdrawal"), &[]).status, 403);
    let point = world.cell("select id from point where province = '25' and state = 'active' order by code limit 1");
    assert_eq!(world.post("docgia", &format!("/points/{point}/steps/new"), &[]).status, 403);
    assert_eq!(world.get("pv05", "/accounts").status, 403);
}

pub(super) fn a_foreign_form_is_not_taken(world: &World) {
    let answer = world.post_from("pv05", "/points/new", &[], "cross-site");
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains(crate::words::words(crate::words::Lang::Vi).t("form-foreign")));
    assert_eq!(world.get("", "/ready").status, 204);
}
