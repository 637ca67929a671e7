//! Pages carry no script and no style of their own: the page's security policy would refuse both.

use crate::source::{Fault, Known, expect_none, files, judge, texts, tokens, without_tests};

const KNOWN: &[Known] = &[];

/// What a template decides is blanked, byte for byte, so that its quotes do not mislead.
fn blanked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("{#", "#}")] {
        let mut from = 0;
        while let Some(at) = text[from..].find(open).map(|at| from + at) {
            let end = text[at..].find(close).map_or(text.len(), |n| at + n + close.len());
            bytes[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            from = end;
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// The faults of one text of HTML that begins at a line of a file.
fn faults(file: &str, first_line: usize, text: &str) -> Vec<Fault> {
    let blank = blanked(text);
    let mut faults = Vec::new();
    for (at, _) in blank.match_indices('<') {
        let line = first_line + blank[..at].matches('\n').count();
        let tell = |what: &str| Fault { file: file.into(), line, what: what.into(), told: format!("{what} in a page") };
        let tag = Tag::read(&blank[at + 1..]);
        match tag.name.as_str() {
            "style" => faults.push(tell("style")),
            "script" => {
                let content = &text[at + 1 + tag.n_bytes..];
                let n = content.find("</").unwrap_or(content.len());
                if !content[..n].trim().is_empty() {
                    faults.push(tell("script"));
                }
            }
            _ => {}
        }
        faults
            .extend(tag.attributes.iter().filter(|(name, value)| is_refused(name, value)).map(|(name, _)| tell(name)));
    }
    faults
}

fn is_refused(name: &str, value: &str) -> bool {
    let event = name.strip_prefix("on").is_some_and(|event| event.chars().all(|c| c.is_ascii_alphabetic()));
    let script = value.trim_start().to_lowercase().starts_with("javascript:");
    event && name.len() > 2 || name == "style" || script
}

/// An opening tag: its name and attributes in lower case, and how long it is.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    n_bytes: usize,
}

impl Tag {
    fn read(text: &str) -> Tag {
        let ends = |c: char| c.is_whitespace() || c == '>' || c == '/';
        let n = text.find(ends).unwrap_or(text.len());
        let name = text[..n].to_lowercase();
        let mut tag = Tag { attributes: Vec::new(), n_bytes: n, name };
        if !tag.name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return tag;
        }
        while let Some(c) = text[tag.n_bytes..].chars().next() {
            let rest = &text[tag.n_bytes..];
            if c == '>' {
                tag.n_bytes += 1;
                break;
            }
            if ends(c) {
                tag.n_bytes += c.len_utf8();
                continue;
            }
            let n = rest.find(|c: char| c == '=' || ends(c)).unwrap_or(rest.len()).max(1);
            let (value, n_value) = value_of(&rest[n.min(rest.len())..]);
            tag.attributes.push((rest[..n].to_lowercase(), value));
            tag.n_bytes += n + n_value;
        }
        tag
    }
}

/// The value after an attribute's name, and how many bytes it takes with its `=` and quotes.
fn value_of(text: &str) -> (String, usize) {
    let spaced = text.trim_start();
    let Some(after) = spaced.strip_prefix('=') else { return (String::new(), 0) };
    let value = after.trim_start();
    let skipped = text.len() - value.len();
    let (n_quote, end) = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => (1, value[1..].find(quote).map_or(value.len() - 1, |at| at)),
        _ => (0, value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len())),
    };
    let told = value[n_quote..n_quote + end].to_owned();
    (told, (skipped + end + 2 * n_quote).min(text.len()))
}

/// Forms of the ways in and out, which open or end sessions and change the own keys: sent twice they do no harm.
const WAYS_IN: [&str; 18] = [
    "/sign-in",
    "/sign-in/forget",
    "/sign-in/passkey",
    "/sign-in/second-step",
    "/sign-in/second-step/passkey",
    "/sign-out",
    "/switch",
    "/password",
    "/recovery",
    "/security/passkey",
    "/security/passkey-end",
    "/security/provider",
    "/security/provider-end",
    "/security/second-step",
    "/security/second-step-end",
    "/security/recovery-codes",
    "/sessions/end",
    // A form that was sent while the session was locked goes on with the key it had.
    "{{ kept.path }}",
];

/// Forms that are sent without a key would act twice on a double click.
fn keyless(file: &str, text: &str) -> Vec<String> {
    let forms = text.match_indices("<form ").map(|(at, _)| (at, &text[at..]));
    let posts = forms.filter_map(|(at, form)| {
        let tag = &form[..form.find('>')?];
        let action = tag.split_once("action=\"")?.1.split('"').next()?;
        let inside = &form[..form.find("</form>").unwrap_or(form.len())];
        let is_keyless = tag.contains("method=\"post\"") && !inside.contains("name=\"key\" value=\"{{ s.once() }}\"");
        (is_keyless && !WAYS_IN.contains(&action)).then_some((at, action))
    });
    posts.map(|(at, action)| format!("{file}:{}: {action} has no key", 1 + text[..at].matches('\n').count())).collect()
}

#[test]
fn every_form_acts_once() {
    expect_none(&files("src", ".html").iter().flat_map(|file| keyless(&file.name, &file.text)).collect::<Vec<_>>());
}

#[test]
fn templates_hold_no_script_and_no_style() {
    let faults: Vec<Fault> = files("src", ".html").iter().flat_map(|file| faults(&file.name, 1, &file.text)).collect();
    expect_none(&judge(&faults, KNOWN));
}

#[test]
fn drawings_made_in_rust_hold_no_script_and_no_style() {
    let mut found = Vec::new();
    for file in files("src", ".rs") {
        for (_, text) in texts(&without_tests(&tokens(&file.text))) {
            found.extend(faults(&file.name, text.line, &text.text));
        }
    }
    expect_none(&judge(&found, KNOWN));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        faults("a.html", 1, text).into_iter().map(|fault| format!("{}:{}", fault.line, fault.what)).collect()
    }

    #[test]
    fn a_script_with_content_is_refused_and_one_by_address_is_not() {
        assert_eq!(told("<p>\n<script>let a = 1;</script>"), ["2:script"]);
        assert_eq!(told("<SCRIPT type=\"module\">{{ code }}</SCRIPT>"), ["1:script"]);
        assert!(told("<script src=\"/assets/app.js?v={{ s.version }}\" defer></script>").is_empty());
    }

    #[test]
    fn what_happens_on_an_event_is_refused() {
        assert_eq!(told("<a href=\"/\" onclick=\"go()\">"), ["1:onclick"]);
        assert_eq!(told("<body\n  ONLOAD = go()>"), ["1:onload"]);
        assert_eq!(told("<a href=\" JavaScript:go()\">"), ["1:href"]);
        assert_eq!(told("<svg/onload=go()>"), ["1:onload"]);
        assert!(told("<p data-on=\"x\" data-once>on click=\"x\" onclick=\"x\"</p>").is_empty());
    }

    #[test]
    fn a_form_without_a_key_is_told() {
        let keyed = "<form method=\"post\" action=\"/a\"><input name=\"key\" value=\"{{ s.once() }}\"></form>";
        assert!(keyless("a.html", keyed).is_empty());
        assert!(keyless("a.html", "<form action=\"/search\"></form>").is_empty());
        let bare = format!("{keyed}\n<form action=\"/b\" method=\"post\"></form>");
        assert_eq!(keyless("a.html", &bare), ["a.html:2: /b has no key"]);
    }

    #[test]
    fn styles_are_refused() {
        assert_eq!(told("<p class=\"a\" style=\"color:red\">"), ["1:style"]);
        assert_eq!(told("<style>p{}</style>"), ["1:style"]);
        assert!(told("<p class=\"style\" title=\"style=x\">").is_empty());
    }

    #[test]
    fn what_a_template_decides_does_not_mislead() {
        assert!(told("<input value=\"{{ s.t(\"a\") }}\"{% if a > b %} checked{% endif %}>").is_empty());
        assert_eq!(told("<p{% if a > b %} class=\"x\"{% endif %} style=\"{{ y }}\">"), ["1:style"]);
        assert_eq!(told("<p title=\"{{ s.t(\"a\") }}\" onclick=\"x\">"), ["1:onclick"]);
    }
}
