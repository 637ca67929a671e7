//! The trend of points by quarter: a line of the stock, columns of what began and what ended.

use std::fmt::Write;

use crate::web::map::escape;

/// One quarter.
pub struct Quarter {
    pub label: String,
    pub last_day: String,
    pub active: i64,
    pub launched: i64,
    pub ended: i64,
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 74.0;
const RIGHT: f64 = 704.0;
const LINE_TOP: f64 = 38.0;
const LINE_FOOT: f64 = 188.0;
const BAR_FOOT: f64 = 262.0;
const BAR_MOST: f64 = 40.0;

/// Draws the quarters; `reform` is the label of the mark at 1/7/2025.
pub fn trend(quarters: &[Quarter], sentence: &str, reform: &str) -> String {
    let n = quarters.len().max(1) as f64;
    let step = (RIGHT - LEFT) / n;
    let (tick, n_ticks) = ticks(quarters.iter().map(|q| q.active).max().unwrap_or(1));
    let most = (tick * n_ticks) as f64;
    let most_bar = quarters.iter().map(|q| q.launched.max(q.ended)).max().unwrap_or(1).max(1) as f64;
    let x = |at: usize| LEFT + step * (at as f64 + 0.5);
    let y = |value: i64| LINE_FOOT - (LINE_FOOT - LINE_TOP) * value as f64 / most;
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} 318\" role=\"img\" aria-label=\"{}\">", escape(sentence));
    for value in (0..=n_ticks).map(|part| part * tick) {
        let at = y(value);
        let _ = write!(
            svg,
            "<path class=\"truc\" d=\"M{LEFT} {at:.1}H{RIGHT}\"/><text x=\"66\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            at + 5.0,
            fold::show_count(value)
        );
    }
    mark_reform(&mut svg, quarters, step, reform);
    let points: Vec<String> =
        quarters.iter().enumerate().map(|(at, q)| format!("{:.1} {:.1}", x(at), y(q.active))).collect();
    let _ = write!(svg, "<path class=\"duong\" d=\"M{}\"/>", points.join("L"));
    for (at, q) in quarters.iter().enumerate() {
        let _ = write!(svg, "<circle class=\"nut\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.6\"/>", x(at), y(q.active));
        let up = BAR_MOST * q.launched as f64 / most_bar;
        let down = BAR_MOST * q.ended as f64 / most_bar;
        let left = x(at) - step * 0.25;
        let _ = write!(
            svg,
            "<rect class=\"cot-len\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{up:.1}\"/>",
            BAR_FOOT - up,
            step * 0.5
        );
        let _ = write!(
            svg,
            "<rect class=\"cot-xuong\" x=\"{left:.1}\" y=\"{BAR_FOOT}\" width=\"{:.1}\" height=\"{down:.1}\"/>",
            step * 0.5
        );
        // Counted from the last quarter, so that the present one is always named; a phone shows every fourth.
        let from_last = quarters.len() - 1 - at;
        if from_last.is_multiple_of(2) {
            let css = if from_last.is_multiple_of(4) { "" } else { " class=\"t2\"" };
            let label = escape(&q.label);
            let _ = write!(svg, "<text{css} x=\"{:.1}\" y=\"314\" text-anchor=\"middle\">{label}</text>", x(at));
        }
    }
    if let (Some(first), Some(last)) = (quarters.first(), quarters.last()) {
        let _ = write!(
            svg,
            "<text class=\"d\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(0),
            y(first.active) - 10.0,
            fold::show_count(first.active)
        );
        let _ = write!(
            svg,
            "<text class=\"d\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            RIGHT,
            y(last.active) - 10.0,
            fold::show_count(last.active)
        );
    }
    let _ = write!(svg, "<path class=\"nenn\" d=\"M{LEFT} {BAR_FOOT}H{RIGHT}\"/></svg>");
    svg
}

/// Steps of 1, 2 or 5 tens, hundreds … that reach a number in at most four.
fn ticks(most: i64) -> (i64, i64) {
    let most = most.max(1);
    let mut ten = 1;
    loop {
        for step in [ten, 2 * ten, 5 * ten] {
            if step * 4 >= most {
                return (step, (most + step - 1) / step);
            }
        }
        ten *= 10;
    }
}

/// A sentence with its important words, between double brackets, made bold.
pub fn stressed(sentence: &str) -> String {
    escape(sentence).replace("[[", "<b>").replace("]]", "</b>")
}

fn mark_reform(svg: &mut String, quarters: &[Quarter], step: f64, reform: &str) {
    let Some(at) = quarters.iter().position(|q| q.last_day.as_str() >= "2025-07-01") else { return };
    if at == 0 {
        return;
    }
    let x = LEFT + step * at as f64;
    let _ = write!(
        svg,
        "<path class=\"vach\" d=\"M{x:.1} 8V300\"/><text x=\"{:.1}\" y=\"20\" text-anchor=\"end\" class=\"moc\">{}</text>",
        x - 7.0,
        escape(reform)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_steps() {
        assert_eq!(ticks(3260), (1000, 4));
        assert_eq!(ticks(0), (1, 1));
        assert_eq!(ticks(41), (20, 3));
    }
}
