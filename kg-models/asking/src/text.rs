//! The words of a question. In: text as it was typed. Out: words in plain form, with what their writing tells.
//! Never: a word that is not in the text, but for short forms such as "who's", which are written out.

use kgloom_english::stems;

/// Where a word may be broken at the end of a line.
const SOFT_HYPHEN: char = '\u{AD}';

/// Letters and digits in lower case, words apart by one space; an apostrophe parts nothing, and neither does a place where a word
/// may be broken.
pub fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for character in name.chars() {
        if is_within(character) {
            continue;
        }
        if !character.is_alphanumeric() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        out.extend(character.to_lowercase());
    }
    out
}

/// A word of a question.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// In plain form.
    pub plain: String,
    /// The same without the ending of a possessive.
    pub bare: Option<String>,
    /// Whether an apostrophe marks the possessive.
    pub possessive: bool,
    /// What it may be an inflection of, itself among it.
    pub stems: Vec<String>,
    /// The same without the ending of a possessive.
    pub bare_stems: Vec<String>,
    /// Whether it begins with a capital letter or a digit.
    pub capital: bool,
}

impl Word {
    pub(crate) fn new(written: &str) -> Option<Word> {
        let trimmed = written.trim_matches(is_apostrophe);
        let form = plain(trimmed);
        let capital = trimmed.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let mut ending = trimmed.chars().rev();
        let marked = matches!(ending.next(), Some('s' | 'S')) && ending.next().is_some_and(is_apostrophe);
        let plural = !marked && form.ends_with('s') && written.ends_with(is_apostrophe);
        let bare = match (marked, plural) {
            (_, true) => Some(form.clone()),
            // Many people leave the apostrophe out.
            _ if form.chars().count() > 3 || marked => form.strip_suffix('s').map(str::to_owned),
            _ => None,
        };
        let bare = bare.filter(|bare| !bare.is_empty());
        let bare_stems = bare.as_deref().map(stems).unwrap_or_default();
        let possessive = marked || plural;
        (!form.is_empty()).then(|| Word { stems: stems(&form), plain: form, bare, possessive, bare_stems, capital })
    }

    /// Whether it is one of these words as it stands.
    pub(crate) fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.plain.as_str())
    }

    /// Whether it is an inflection of a word.
    pub(crate) fn of(&self, base: &str) -> bool {
        self.stems.iter().any(|stem| stem == base)
    }
}

/// The words of a question, in order.
pub(crate) fn words(question: &str) -> Vec<Word> {
    let mut out = Vec::new();
    let is_part = |c: char| c.is_alphanumeric() || is_within(c);
    for written in question.split(|c: char| !is_part(c)).filter(|part| !part.is_empty()) {
        match written_out(&plain(written), written.contains(is_apostrophe)) {
            Some(parts) => out.extend(parts.iter().filter_map(|part| Word::new(part))),
            None => out.extend(Word::new(written)),
        }
    }
    out
}

/// What a short form stands for.
fn written_out(form: &str, apostrophe: bool) -> Option<&'static [&'static str]> {
    Some(match form {
        "whos" => &["who", "is"],
        "whats" => &["what", "is"],
        "wheres" => &["where", "is"],
        "whens" => &["when", "is"],
        "whod" if apostrophe => &["who", "did"],
        "hows" if apostrophe => &["how", "is"],
        "wher" | "whre" => &["where"],
        "wich" | "whitch" | "wihch" => &["which"],
        "wat" | "waht" | "whta" => &["what"],
        "wen" | "whn" | "wehn" => &["when"],
        "hwo" | "woh" => &["who"],
        "isnt" => &["is", "not"],
        "wasnt" => &["was", "not"],
        "didnt" => &["did", "not"],
        "doesnt" => &["does", "not"],
        _ => return None,
    })
}

/// What stands within a word and parts nothing.
fn is_within(character: char) -> bool {
    is_apostrophe(character) || character == SOFT_HYPHEN
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{B4}' | '\u{2BC}')
}
