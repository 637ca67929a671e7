//! The two dates of a page: the cut-off says which facts, the boundaries say which map. They stand in the address.

use crate::error::Result;
use crate::web::ask::Ask;
use crate::work::Work;

/// The names of the two dates in an address.
pub const NAMES: [&str; 2] = ["at", "boundaries"];

/// The two dates that an address asks for, as ISO text; today where it tells none.
#[derive(Clone, Debug, PartialEq)]
pub struct Dates {
    pub at: String,
    pub boundaries: String,
    pub today: String,
}

impl Dates {
    /// Reads them from an address.
    pub fn of(work: &Work, ask: &Ask) -> Result<Dates> {
        let today = work.moment.today;
        let (at, boundaries) = (ask.date_or("at", today)?, ask.date_or("boundaries", today)?);
        Ok(Dates { at, boundaries, today: today.to_string() })
    }

    /// Is the cut-off another day than today?
    pub fn looks_back(&self) -> bool {
        self.at != self.today
    }

    /// Is it today's map?
    pub fn is_on_todays_map(&self) -> bool {
        self.boundaries == self.today
    }
}

/// What a page shows of its dates: a form to set them, and the ways from here in one click.
pub struct Picker {
    pub at: String,
    pub boundaries: String,
    /// The first day of a period, on pages that ask for one.
    pub from: Option<String>,
    /// The other parts of the address, which the form keeps.
    pub kept: Vec<(String, String)>,
    /// The same facts on the map of their day; nothing when this is it.
    pub as_it_was: Option<String>,
    /// The same facts on today's map; nothing when this is it.
    pub on_todays_map: Option<String>,
    /// Today's facts on today's map; nothing when this is it.
    pub today: Option<String>,
}

impl Picker {
    /// The picker of a page.
    pub fn new(ask: &Ask, dates: &Dates, from: Option<&str>) -> Picker {
        let dropped = ["at", "boundaries", "from", "after", "page", "format", "lang"];
        let kept: Vec<(String, String)> = ask
            .query
            .iter()
            .filter(|(key, value)| !dropped.contains(&key.as_str()) && !value.is_empty())
            .cloned()
            .collect();
        let way = |at: &str, boundaries: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&kept).append_pair("at", at).append_pair("boundaries", boundaries);
            if let Some(from) = from.filter(|_| !at.is_empty()) {
                query.append_pair("from", from);
            }
            format!("{}?{}", ask.path, query.finish())
        };
        let (at, boundaries) = (&dates.at, &dates.boundaries);
        Picker {
            as_it_was: (at != boundaries).then(|| way(at, at)),
            on_todays_map: (dates.looks_back() && !dates.is_on_todays_map()).then(|| way(at, &dates.today)),
            today: (dates.looks_back() || !dates.is_on_todays_map()).then(|| way("", "")),
            at: at.clone(),
            boundaries: boundaries.clone(),
            from: from.map(str::to_owned),
            kept,
        }
    }
}

/// A page whose every link and every asking form bears these parts of an address, unless it bears them itself:
/// whoever looks at a day goes on looking at it.
pub fn carried(page: &str, query: &[(String, String)]) -> String {
    let dates: Vec<(&str, &str)> = NAMES
        .iter()
        .filter_map(|name| query.iter().find(|(key, value)| key == name && !value.is_empty()))
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    if dates.is_empty() {
        return page.to_owned();
    }
    let mut out = String::with_capacity(page.len() + page.len() / 8);
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let (before, tag_on) = rest.split_at(at);
        out.push_str(before);
        let end = tag_on.find('>').map_or(tag_on.len(), |end| end + 1);
        let (tag, after) = tag_on.split_at(end);
        if tag.starts_with("<a ") {
            out.push_str(&link(tag, &dates));
        } else {
            out.push_str(tag);
            if tag.starts_with("<form") && !tag.contains("method=\"post\"") {
                let form = after.split("</form>").next().unwrap_or("");
                out.push_str(&blanks(form, &dates));
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A link within the programme with the dates that it lacks.
fn link(tag: &str, dates: &[(&str, &str)]) -> String {
    let Some((head, address_on)) = tag.split_once("href=\"") else { return tag.to_owned() };
    let Some((address, tail)) = address_on.split_once('"') else { return tag.to_owned() };
    let is_within = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/assets/");
    if !is_within {
        return tag.to_owned();
    }
    // A template writes `&` as a number; its `#` begins no fragment.
    let address = address.replace("&#38;", "&amp;");
    let hash = address.char_indices().find(|(at, c)| *c == '#' && !address[..*at].ends_with('&')).map(|(at, _)| at);
    let (path, fragment) = address.split_at(hash.unwrap_or(address.len()));
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let has =
        |name: &str| query.split('&').any(|part| part.trim_start_matches("amp;").starts_with(&format!("{name}=")));
    let mut told = path.to_owned();
    for (name, value) in dates.iter().filter(|(name, _)| !has(name)) {
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        let joint = match told.find('?') {
            None => "?",
            Some(_) if told.ends_with(['?', ';']) => "",
            Some(_) => "&amp;",
        };
        told.push_str(&format!("{joint}{name}={value}"));
    }
    format!("{head}href=\"{told}{fragment}\"{tail}")
}

/// The dates that a form lacks, as blanks that nobody sees.
fn blanks(form: &str, dates: &[(&str, &str)]) -> String {
    let lacking = dates.iter().filter(|(name, _)| !form.contains(&format!("name=\"{name}\"")));
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    lacking
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn links_go_on_with_the_dates_that_they_lack() {
        let both = pairs(&[("place", "25"), ("at", "30/06/2025"), ("boundaries", "2025-06-30")]);
        for (page, told) in [
            ("<a href=\"/points\">", "<a href=\"/points?at=30%2F06%2F2025&amp;boundaries=2025-06-30\">"),
            (
                "<a href=\"/points?place=25\">",
                "<a href=\"/points?place=25&amp;at=30%2F06%2F2025&amp;boundaries=2025-06-30\">",
            ),
            (
                "<a class=\"x\" href=\"/p?a=1&amp;at=2024-01-01#b\">",
                "<a class=\"x\" href=\"/p?a=1&amp;at=2024-01-01&amp;boundaries=2025-06-30#b\">",
            ),
            (
                "<a href=\"/p?q=&#39;&#38;at=2024-01-01&#38;boundaries=#b\">",
                "<a href=\"/p?q=&#39;&amp;at=2024-01-01&amp;boundaries=#b\">",
            ),
            ("<a href=\"/p?at=&amp;boundaries=\">", "<a href=\"/p?at=&amp;boundaries=\">"),
            ("<a href=\"#noi-dung\">", "<a href=\"#noi-dung\">"),
            ("<a href=\"//example.org/\">", "<a href=\"//example.org/\">"),
            ("<link href=\"/assets/app.css\">", "<link href=\"/assets/app.css\">"),
            ("a < b <p>đ</p>", "a < b <p>đ</p>"),
        ] {
            assert_eq!(carried(page, &both), told);
        }
        assert_eq!(carried("<a href=\"/points\">", &pairs(&[("at", "")])), "<a href=\"/points\">");
    }

    #[test]
    fn a_form_that_asks_keeps_the_dates_and_one_that_changes_does_not() {
        let at = pairs(&[("at", "\"2025")]);
        let asking = "<form action=\"/search\"><input name=\"q\"></form>";
        let told = "<form action=\"/search\"><input type=\"hidden\" name=\"at\" value=\"&quot;2025\"><input name=\"q\"></form>";
        assert_eq!(carried(asking, &at), told);
        let own = "<form method=\"get\"><input name=\"at\"></form>";
        assert_eq!(carried(own, &at), own);
        let changing = "<form class=\"a\" method=\"post\"></form><form></form>";
        assert!(carried(changing, &at).starts_with("<form class=\"a\" method=\"post\"></form><form><input"));
    }
}
