//! What people read, in two languages. Keys live in `words/*.ftl` beside the code that uses them.
//!
//! Plain sentences are formatted once at start; sentences with a blank in them are formatted when
//! they are needed. A missing key shows itself as the key, and a test finds it before anyone does.

use std::collections::HashMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    #[default]
    Vi,
    En,
}

impl Lang {
    /// The language tag, for `lang` attributes and cookies.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }

    /// Reads a language tag; anything but `en` is Vietnamese.
    pub fn from_tag(tag: &str) -> Lang {
        if tag.starts_with("en") { Lang::En } else { Lang::Vi }
    }
}

/// The word files of every capability, Vietnamese and English.
pub const FILES: &[(&str, &str)] = &[
    (include_str!("web/words/vi.ftl"), include_str!("web/words/en.ftl")),
    (include_str!("places/words/vi.ftl"), include_str!("places/words/en.ftl")),
    (include_str!("groupings/words/vi.ftl"), include_str!("groupings/words/en.ftl")),
    (include_str!("terms/words/vi.ftl"), include_str!("terms/words/en.ftl")),
    (include_str!("papers/words/vi.ftl"), include_str!("papers/words/en.ftl")),
    (include_str!("schemes/words/vi.ftl"), include_str!("schemes/words/en.ftl")),
    (include_str!("schemes/dossier/words/vi.ftl"), include_str!("schemes/dossier/words/en.ftl")),
    (include_str!("activities/words/vi.ftl"), include_str!("activities/words/en.ftl")),
    (include_str!("heartbeat/words/vi.ftl"), include_str!("heartbeat/words/en.ftl")),
    (include_str!("checks/words/vi.ftl"), include_str!("checks/words/en.ftl")),
    (include_str!("means/words/vi.ftl"), include_str!("means/words/en.ftl")),
    (include_str!("lineage/words/vi.ftl"), include_str!("lineage/words/en.ftl")),
    (include_str!("fit/words/vi.ftl"), include_str!("fit/words/en.ftl")),
    (include_str!("reviews/words/vi.ftl"), include_str!("reviews/words/en.ftl")),
    (include_str!("kits/words/vi.ftl"), include_str!("kits/words/en.ftl")),
    (include_str!("catalogue/words/vi.ftl"), include_str!("catalogue/words/en.ftl")),
    (include_str!("exemplars/words/vi.ftl"), include_str!("exemplars/words/en.ftl")),
    (include_str!("figures/words/vi.ftl"), include_str!("figures/words/en.ftl")),
    (include_str!("exchange/words/vi.ftl"), include_str!("exchange/words/en.ftl")),
    (include_str!("accounts/words/vi.ftl"), include_str!("accounts/words/en.ftl")),
    (include_str!("workbench/words/vi.ftl"), include_str!("workbench/words/en.ftl")),
    (include_str!("parties/words/vi.ftl"), include_str!("parties/words/en.ftl")),
    (include_str!("consents/words/vi.ftl"), include_str!("consents/words/en.ftl")),
    (include_str!("privacy/words/vi.ftl"), include_str!("privacy/words/en.ftl")),
    (include_str!("cli/words/vi.ftl"), include_str!("cli/words/en.ftl")),
];

/// The words of one language.
pub struct Words {
    lang: Lang,
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

/// The words of a language, made once.
pub fn words(lang: Lang) -> &'static Words {
    static VI: OnceLock<Words> = OnceLock::new();
    static EN: OnceLock<Words> = OnceLock::new();
    match lang {
        Lang::Vi => VI.get_or_init(|| Words::load(Lang::Vi)),
        Lang::En => EN.get_or_init(|| Words::load(Lang::En)),
    }
}

impl Words {
    fn load(lang: Lang) -> Words {
        let id = lang.tag().parse().expect("vi and en are language tags");
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        for (vi, en) in FILES {
            let text = match lang {
                Lang::Vi => vi,
                Lang::En => en,
            };
            keys.extend(text.lines().filter_map(|line| line.split_once(" =").map(|(k, _)| k.to_owned())));
            let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(kept, errors)| {
                tracing::error!(?errors, "a word file has a faulty entry");
                kept
            });
            bundle.add_resource_overriding(resource);
        }
        let plain = keys.iter().filter_map(|key| Some((key.clone(), plain(&bundle, key)?))).collect();
        Words { lang, plain, bundle }
    }

    /// The language of these words.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// A plain sentence.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.plain.get(key).map_or(key, String::as_str)
    }

    /// The plain sentence of a code, between the family and an ending of the key; empty when there is none.
    pub fn plain_of(&self, family: &str, code: &str, ending: &str) -> &str {
        self.plain.get(&format!("{family}-{code}{ending}")).map_or("", String::as_str)
    }

    /// Is there a sentence of this key?
    #[cfg(test)]
    pub fn knows(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A sentence with one blank, called `value`.
    pub fn with(&self, key: &str, value: impl ToString) -> String {
        self.fill(key, &[("value", value.to_string())])
    }

    /// A sentence with several blanks.
    pub fn fill(&self, key: &str, blanks: &[(&str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in blanks {
            args.set(*name, value.as_str());
        }
        match self.bundle.get_message(key).and_then(|message| message.value()) {
            Some(pattern) => self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned(),
            None => key.to_owned(),
        }
    }
}

fn plain(bundle: &FluentBundle<FluentResource>, key: &str) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, None, &mut errors).into_owned();
    errors.is_empty().then_some(text)
}
