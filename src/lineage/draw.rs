//! The tree of a scheme's spread as SVG: to the right goes time, each row is a point, below those it comes from.
//! The table beside it tells the same in words.

use std::fmt::Write;

use jiff::civil::Date;

use crate::lineage::tree::Node;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 26.0;
const RIGHT: f64 = 880.0;
const TOP: f64 = 12.0;
/// A small tree has rows of this height, a big one lower ones, so that it fits a page.
const HIGHEST_ROW: f64 = 16.0;
const LOWEST_ROW: f64 = 2.4;
const USUAL_HEIGHT: f64 = 560.0;

/// The days between which the tree is drawn.
struct Axis {
    first: Date,
    n_days: f64,
}

impl Axis {
    fn x(&self, day: Date) -> f64 {
        LEFT + (RIGHT - LEFT) * f64::from((day - self.first).get_days()) / self.n_days
    }

    fn of(&self, day: &str) -> f64 {
        day.parse().map_or(LEFT, |day| self.x(day))
    }
}

/// Draws a tree up to a day; nothing without points. `title` is the sentence of a point that shows beside its mark.
pub fn tree(nodes: &[Node], at: &str, label: &str, title: impl Fn(&Node) -> String) -> String {
    let first = nodes.iter().filter_map(|node| node.leaf.launched_on.parse::<Date>().ok()).min();
    let (Some(first), Ok(last)) = (first, at.parse::<Date>()) else { return String::new() };
    let first = first.first_of_year();
    let axis = Axis { first, n_days: f64::from((last - first).get_days().max(30)) };
    let row = (USUAL_HEIGHT / nodes.len() as f64).clamp(LOWEST_ROW, HIGHEST_ROW);
    let y = |n: usize| TOP + row * (n as f64 + 0.5);
    let foot = TOP + row * nodes.len() as f64 + 6.0;
    let height = foot + 24.0;
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-label=\"{}\">", escape(label));
    years(&mut svg, &axis, last, foot);
    branches(&mut svg, nodes, &axis, &y);
    let radius = (row * 0.42).clamp(1.5, 4.5);
    for (n, node) in nodes.iter().enumerate() {
        let css = if node.state.is_active() {
            "song"
        } else if node.state.is_over() {
            "het"
        } else {
            "nghi"
        };
        let _ = write!(
            svg,
            "<circle class=\"{css}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"><title>{}</title></circle>",
            axis.of(&node.leaf.launched_on),
            y(n),
            escape(&title(node))
        );
    }
    svg.push_str("</svg>");
    svg
}

/// A line for each year; a phone names every second one.
fn years(svg: &mut String, axis: &Axis, last: Date, foot: f64) {
    for (n, year) in (axis.first.year()..=last.year()).enumerate() {
        let Ok(day) = Date::new(year, 1, 1) else { continue };
        let x = axis.x(day);
        let css = if n % 2 == 0 { "" } else { " class=\"t2\"" };
        let _ = write!(
            svg,
            "<path class=\"truc\" d=\"M{x:.1} 4V{foot:.1}\"/><text{css} x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"start\">{year}</text>",
            foot + 18.0
        );
    }
}

/// From each point a line down to the last one that comes from it, and from there one to each of them. A point that
/// comes from one that is not shown has a stub to its left.
fn branches(svg: &mut String, nodes: &[Node], axis: &Axis, y: &impl Fn(usize) -> f64) {
    let mut path = String::new();
    let mut last_of: Vec<Option<usize>> = vec![None; nodes.len()];
    for (n, node) in nodes.iter().enumerate() {
        let x = axis.of(&node.leaf.launched_on);
        match node.from {
            Some(from) => {
                last_of[from] = Some(n);
                let _ = write!(path, "M{:.1} {:.1}H{x:.1}", axis.of(&nodes[from].leaf.launched_on), y(n));
            }
            None if !node.from_code.is_empty() => {
                let _ = write!(path, "M{:.1} {:.1}H{x:.1}", x - 14.0, y(n));
            }
            None => {}
        }
    }
    for (n, last) in last_of.iter().enumerate() {
        if let Some(last) = last {
            let _ = write!(path, "M{:.1} {:.1}V{:.1}", axis.of(&nodes[n].leaf.launched_on), y(n), y(*last));
        }
    }
    let _ = write!(svg, "<path class=\"nhanh\" d=\"{path}\"/>");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
