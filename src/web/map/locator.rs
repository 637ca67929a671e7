//! A small map of one commune among its neighbours, drawn as large as its frame allows.

use std::fmt::Write;

use gazetteer::{Map, Shape};

use crate::web::map::escape;
use crate::web::map::labels::{Frame, rings, short};

const WIDTH: i32 = 300;
const HEIGHT: i32 = 240;
const SIZE: i32 = 14;

/// Where the map is looked at, and how much it is enlarged.
struct View {
    x: f64,
    y: f64,
    scale: f64,
}

/// Draws the commune tinted, its neighbours in outline, and the names for which there is room.
pub fn draw(map: &Map, own: &Shape) -> String {
    let view = view(own);
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">", escape(&own.name));
    let _ = write!(svg, "<g transform=\"scale({:.3}) translate({:.1} {:.1})\">", view.scale, -view.x, -view.y);
    for shape in map.shapes.iter().filter(|shape| is_seen(&view, shape)) {
        let css = if shape.id == own.id { "k2" } else { "k0" };
        let _ = write!(svg, "<path class=\"{css}\" d=\"{}\"/>", shape.d);
    }
    svg.push_str("</g>");
    let mut frames: Vec<Frame> = Vec::new();
    let others = map.shapes.iter().filter(|shape| shape.id != own.id);
    for shape in std::iter::once(own).chain(others) {
        let (x, y) = on_paper(&view, shape);
        let frame = Frame::around(x, y, short(&shape.name), SIZE);
        if !frame.is_inside(WIDTH, HEIGHT) || frames.iter().any(|other| other.meets(&frame)) {
            continue;
        }
        frames.push(frame);
        let css = if shape.id == own.id { "ten" } else { "q" };
        let y = y + SIZE / 3;
        let name = escape(short(&shape.name));
        let _ = write!(svg, "<text class=\"{css}\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{name}</text>");
    }
    svg.push_str("</svg>");
    svg
}

/// The commune takes up to half of the frame's width and height.
fn view(own: &Shape) -> View {
    let (left, top, right, bottom) = bounds(&own.d);
    let scale = (f64::from(WIDTH) / f64::from(right - left + 1)).min(f64::from(HEIGHT) / f64::from(bottom - top + 1));
    let scale = scale * 0.5;
    View {
        x: f64::from(left + right) / 2.0 - f64::from(WIDTH) / 2.0 / scale,
        y: f64::from(top + bottom) / 2.0 - f64::from(HEIGHT) / 2.0 / scale,
        scale,
    }
}

fn on_paper(view: &View, shape: &Shape) -> (i32, i32) {
    let x = (f64::from(shape.cx) - view.x) * view.scale;
    let y = (f64::from(shape.cy) - view.y) * view.scale;
    (x as i32, y as i32)
}

fn is_seen(view: &View, shape: &Shape) -> bool {
    let (left, top, right, bottom) = bounds(&shape.d);
    let (wide, high) = (f64::from(WIDTH) / view.scale, f64::from(HEIGHT) / view.scale);
    f64::from(right) >= view.x
        && f64::from(left) <= view.x + wide
        && f64::from(bottom) >= view.y
        && f64::from(top) <= view.y + high
}

/// The least and greatest coordinates of a path: left, top, right, bottom.
fn bounds(d: &str) -> (i32, i32, i32, i32) {
    let nothing = (i32::MAX, i32::MAX, i32::MIN, i32::MIN);
    rings(d).flatten().fold(nothing, |e, (x, y)| (e.0.min(x), e.1.min(y), e.2.max(x), e.3.max(y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_measured_from_its_relative_steps() {
        assert_eq!(bounds("M10 20l5-3 2 8z"), (10, 17, 17, 25));
    }

    #[test]
    fn a_commune_is_named_among_its_neighbours() {
        let svg = crate::web::map::locator("07942", "25").unwrap();
        assert!(svg.contains("class=\"ten\"") && svg.contains("class=\"q\""));
    }
}
