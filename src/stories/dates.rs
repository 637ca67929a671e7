//! Stories of the two dates: the cut-off says which facts, the boundaries say which map, and both go along.

use super::world::World;

const THEN: &str = "at=2025-06-30&boundaries=2023-01-01";

fn page(world: &World, path: &str) -> String {
    let answer = world.get("pv05", path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

/// The number of points that a list says it found.
fn found(world: &World, query: &str) -> i64 {
    let body = page(world, &format!("/points?{query}"));
    let (before, _) = body.split_once(" điểm mô hình</p>").unwrap();
    let number = before.rsplit(' ').next().unwrap();
    number.replace('.', "").parse().unwrap()
}

/// A figure of a place, as programs read it.
fn figure(world: &World, code: &str, query: &str) -> serde_json::Value {
    let told: serde_json::Value =
        serde_json::from_str(&page(world, &format!("/api/v1/figures?codes={code}&{query}"))).unwrap();
    told[0].clone()
}

fn hrefs(body: &str) -> Vec<&str> {
    body.split("<a ")
        .skip(1)
        .filter_map(|tag| tag.split_once("href=\"")?.1.split('"').next())
        .filter(|address| address.starts_with('/'))
        .collect()
}

pub(super) fn a_list_is_as_long_on_every_map(world: &World) {
    let today = found(world, "place=25");
    assert!(today > 3_000);
    assert_eq!(found(world, "place=25&boundaries=2023-01-01"), today);
    assert_eq!(found(world, "place=25&boundaries=30/06/2025"), today);
    let standing = figure(world, "C2", &format!("place=25&{THEN}"))["value"].as_i64().unwrap();
    for map in ["2023-01-01", "2025-06-30", ""] {
        let query = format!("place=25&status=active&at=2025-06-30&boundaries={map}");
        assert_eq!(found(world, &query), standing, "on the map of {map}");
    }
    let query = format!("place=25&by=place&{THEN}");
    let old = figure(world, "C2", &query);
    for group in old["groups"].as_array().unwrap() {
        let key = group["key"].as_str().unwrap();
        let there = found(world, &format!("place={key}&status=active&{THEN}"));
        assert_eq!(there, group["value"].as_i64().unwrap(), "the list of {key} and its figure agree");
    }
}

pub(super) fn whoever_looks_at_a_day_goes_on_looking_at_it(world: &World) {
    for path in ["/points", "/dashboard", "/figures", "/figures/C2", "/figures/C2/rows", "/schemes", "/exemplars"] {
        let body = page(world, &format!("{path}?place=25&{THEN}"));
        for address in hrefs(&body) {
            assert!(address.contains("at=") && address.contains("boundaries="), "{path} leads to {address}");
        }
        let leads_to = |query: &str| hrefs(&body).iter().any(|address| address.contains(query));
        assert!(leads_to("at=2025-06-30&amp;boundaries=2025-06-30"), "{path} leads to how it was");
        let today = world.app.moment().today;
        assert!(leads_to(&format!("at=2025-06-30&amp;boundaries={today}")), "{path} leads to today's map");
        assert!(
            body.contains("value=\"30/06/2025\"") && body.contains("value=\"01/01/2023\""),
            "{path} says both dates"
        );
    }
    let plain = page(world, "/points?place=25");
    assert!(!hrefs(&plain).iter().any(|address| address.contains("boundaries=")), "today needs no date in an address");
    let mistyped = world.get("pv05", "/points?at=31/02/2025");
    assert_eq!(mistyped.status, 422, "{}", mistyped.body);
}

/// What is to be done is of today, also beside the figures of another day.
pub(super) fn what_needs_attention_is_of_today(world: &World) {
    let body = page(world, &format!("/dashboard?place=25&{THEN}"));
    let (n, after) = body.split_once("viec__so--cho\">").unwrap().1.split_once('<').unwrap();
    let address = after.split_once("href=\"/points?").unwrap().1.split('"').next().unwrap();
    let address = address.replace("&#38;", "&").replace("&amp;", "&");
    assert_eq!(found(world, &address), n.replace('.', "").parse::<i64>().unwrap(), "{address}");
}

/// Xã Chí Đám took in a neighbour on 1 January 2025 and was ended on 1 July 2025.
pub(super) fn a_figure_proves_itself_against_the_present_map(world: &World) {
    let province = page(world, &format!("/figures/C2?place=25&{THEN}"));
    assert!(province.contains("bằng số chung.") && province.contains("bằng số đang xem."), "{province}");
    let asked = "place=07999@&at=2025-11-30";
    let value = |map: &str| figure(world, "C2", &format!("{asked}&boundaries={map}"))["value"].as_i64().unwrap();
    let (before, after) = (value("2024-06-30"), value("2025-06-30"));
    assert!(before < after, "{before} {after}");
    let divided = page(world, &format!("/figures/C2?{asked}&boundaries=2024-06-30"));
    let told = format!("Trên bản đồ ngày 30/06/2025:</b> {after}, khác số đang xem");
    assert!(divided.contains(&told), "{divided}");
    let listed = divided.matches("<td>bản đồ ngày 30/06/2025</td>").count();
    assert_eq!(i64::try_from(listed).unwrap(), (after - before).min(20), "every row that differs is listed");
    assert!(!page(world, "/figures/C2?place=25").contains("khác số đang xem"));
}
