//! How names are compared. In: what a text says. Out: a display form and a key. Never: a decision about who is who.

use crate::letters::{is_apostrophe, is_dash, is_invisible, is_joiner, is_picture, is_quote};
use crate::titles::{TITLES, untitled};
use crate::value::Span;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Abbreviations whose full stop belongs to a name that ends with them.
const ABBREVIATIONS: [&str; 44] = [
    "assn", "assoc", "ave", "blvd", "bros", "cie", "co", "corp", "dept", "dist", "esq", "est", "govt", "hon", "inc",
    "ind", "inst", "intl", "jr", "ltd", "mfg", "mfrs", "mr", "mrs", "ms", "mt", "no", "nos", "op", "ph.d", "prof",
    "pty", "rd", "rev", "rt", "sen", "sr", "st", "ste", "twp", "univ", "vol", "vs", "rep",
];

/// Words before which a name with an 's stands for itself: none of them can be what somebody has.
const AFTER_A_NAME: [&str; 64] = [
    "also", "and", "are", "as", "at", "became", "began", "bought", "but", "by", "can", "closed", "could", "did",
    "does", "during", "for", "founded", "from", "grew", "had", "has", "have", "in", "into", "is", "lies", "lost",
    "made", "makes", "may", "might", "near", "now", "of", "offered", "offers", "on", "opened", "operates", "or",
    "over", "owns", "paid", "ran", "runs", "said", "says", "sells", "sold", "since", "stands", "that", "to", "took",
    "under", "until", "was", "were", "which", "who", "will", "with", "won",
];

/// A name as a text writes it at a span, cleaned: with the stop of its last abbreviation, the bracket that it opened, and
/// an 's that is its own, though the reader may have cut them off.
pub fn written(text: &str, span: Span, person: bool) -> Arc<str> {
    let surface = span.of(text).unwrap_or_default();
    let after = text.get(span.end as usize..).unwrap_or_default();
    let (stem, rest, possessive) = match (possessive(surface), after) {
        (Some(stem), after) => (stem, after, true),
        (None, after) => match apostrophe_s(after) {
            Some(rest) => (surface, rest, true),
            None => (surface, after, false),
        },
    };
    if possessive {
        let own = !person && (is_saint(stem) || stands_alone(rest));
        return if own { display(&format!("{stem}'s")) } else { display(stem) };
    }
    let before = text.get(..span.start as usize).unwrap_or_default();
    if let Some(whole) = requoted(before, surface, after) {
        return display(&whole);
    }
    let opened = surface.matches('(').count() > surface.matches(')').count();
    if opened && after.starts_with(')') {
        return display(&format!("{surface})"));
    }
    if after.starts_with('.') && surface.ends_with(char::is_alphanumeric) && abbreviates(&format!("{surface}.")) {
        return display(&format!("{surface}."));
    }
    display(surface)
}

/// A name of whose quotes the reader has cut one off, with both: `“Norsea” Oil Company`, `Anna "Nan"`. Single ones go.
fn requoted(before: &str, surface: &str, after: &str) -> Option<String> {
    let quotes = Quotes::of(surface);
    if let (Some(open), Some(_)) = (before.chars().next_back().filter(|c| is_quote(*c)), quotes.lone.first()) {
        return Some(format!("{open}{surface}"));
    }
    if let (Some(close), Some(_)) = (after.chars().next().filter(|c| is_quote(*c)), quotes.unclosed) {
        return Some(format!("{surface}{close}"));
    }
    let lead = before.strip_suffix(is_apostrophe)?;
    let opens = lead.is_empty() || lead.ends_with(|c: char| c.is_whitespace() || c == '(');
    let (word, rest) = surface.split_once(|c: char| c.is_whitespace())?;
    let name = word.strip_suffix(is_apostrophe).filter(|_| opens && !after.starts_with(is_apostrophe))?;
    (!name.is_empty()).then(|| format!("{name} {rest}"))
}

/// Which quotes of a name belong together.
#[derive(Debug, Default)]
struct Quotes {
    /// Where those that open and close stand.
    pairs: Vec<(usize, usize)>,
    /// Where one closes that none has opened.
    lone: Vec<usize>,
    /// Where one opens that none closes.
    unclosed: Option<usize>,
}

impl Quotes {
    fn of(name: &str) -> Quotes {
        let mut quotes = Quotes::default();
        for (at, _) in name.char_indices().filter(|(_, c)| is_quote(*c)) {
            let lead = name[..at].chars().next_back();
            match quotes.unclosed {
                Some(open) => {
                    quotes.pairs.push((open, at));
                    quotes.unclosed = None;
                }
                None if lead.is_none_or(|c| c.is_whitespace() || "([-/".contains(c)) => quotes.unclosed = Some(at),
                // The sign of inches: `12" Singles`.
                None if lead.is_some_and(|c| c.is_ascii_digit()) => {}
                None => quotes.lone.push(at),
            }
        }
        quotes
    }

    /// A name without those that stand alone.
    fn paired(name: &str) -> String {
        let Quotes { lone, unclosed, .. } = Quotes::of(name);
        let kept = name.char_indices().filter(|(at, _)| !lone.contains(at) && unclosed != Some(*at));
        kept.map(|(_, character)| character).collect()
    }
}

/// What a word is without its 's.
fn possessive(surface: &str) -> Option<&str> {
    let stem = surface.strip_suffix(['s', 'S'])?.strip_suffix(is_apostrophe)?.trim_end();
    (!stem.is_empty()).then_some(stem)
}

fn apostrophe_s(after: &str) -> Option<&str> {
    let rest = after.strip_prefix(is_apostrophe)?.strip_prefix(['s', 'S'])?;
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// Saints' names keep their 's whatever follows: St. John's is not St. John.
fn is_saint(stem: &str) -> bool {
    ["St. ", "St ", "Saint "].iter().any(|saint| stem.starts_with(saint))
}

fn stands_alone(rest: &str) -> bool {
    let trimmed = rest.trim_start();
    let word: &str = trimmed.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    trimmed.is_empty() || trimmed.starts_with(['.', ',', ';', ':', ')', '!', '?', '(']) || AFTER_A_NAME.contains(&word)
}

/// Whether the last word of a name, which ends in a full stop, is an abbreviation or has further stops inside.
fn abbreviates(name: &str) -> bool {
    let last = name.rsplit([' ', ',', '(']).next().unwrap_or_default();
    let Some(word) = last.strip_suffix('.') else { return false };
    let dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() == 1);
    dotted || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

/// A name as it is shown: NFKC, single spaces, straight apostrophes and hyphens, nothing invisible and no pictures;
/// without quotes or stops around it that are not its own, brackets that nothing closes, or `the` before it.
pub fn display(surface: &str) -> Arc<str> {
    if is_plain(surface) {
        return Arc::from(surface.strip_prefix("the ").unwrap_or(surface));
    }
    cleaned(surface)
}

/// The same of any name.
fn cleaned(surface: &str) -> Arc<str> {
    let plain = visible(surface);
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut name = Quotes::paired(&balanced(&joined));
    loop {
        let trimmed = trimmed(&name);
        if trimmed.len() == name.len() {
            break;
        }
        name = Quotes::paired(&balanced(trimmed));
    }
    // A capital "The" may belong to a title.
    let name = name.strip_prefix("the ").unwrap_or(&name).trim();
    Arc::from(if name.is_empty() { joined.as_str() } else { name })
}

/// Whether a name is of plain letters, digits and single spaces, as most are: nothing of it is to be cleaned.
fn is_plain(name: &str) -> bool {
    let bytes = name.as_bytes();
    let inner = |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b' ');
    let ends = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b' ');
    inner(bytes) && ends(bytes.first()) && ends(bytes.last()) && !name.contains("  ")
}

fn visible(surface: &str) -> String {
    let mut kept = String::with_capacity(surface.len());
    let mut characters = surface.chars().peekable();
    while let Some(character) = characters.next() {
        let foreign = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic() && !c.is_ascii());
        match character {
            c if is_joiner(c) => {
                if foreign(kept.chars().next_back().as_ref()) && foreign(characters.peek()) {
                    kept.push(c);
                }
            }
            c if is_invisible(c) || is_picture(c) => {}
            c if c.is_control() => kept.push(' '),
            // The okina is a letter.
            c if is_apostrophe(c) && c != '\u{2bb}' => kept.push('\''),
            '\u{2010}' | '\u{2011}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => kept.push('-'),
            c => kept.push(c),
        }
    }
    kept.nfkc().collect()
}

/// Without what stands around a name in a text and is not a part of it.
fn trimmed(name: &str) -> &str {
    let around = |c: char| is_quote(c) || is_dash(c) || ",;:*_|`~^•·/\\=<>".contains(c) || c.is_whitespace();
    let own = |c: char| !is_quote(c) && around(c);
    // Quotes around a part of the name are its own: `Wilfried "Willi"`.
    let inner = name.trim_matches(own);
    let pairs = Quotes::of(inner).pairs;
    let end = inner.char_indices().next_back().map_or(0, |(at, _)| at);
    let opens = pairs.iter().any(|&(open, close)| open == 0 && close != end);
    let closes = pairs.iter().any(|&(open, close)| open != 0 && close == end);
    let name = if opens { name.trim_start_matches(own) } else { name.trim_start_matches(around) };
    let name = if closes { name.trim_end_matches(own) } else { name.trim_end_matches(around) };
    let mut name = name.trim_start_matches(['#', ')', ']', '}', '!', '?', '&', '+']);
    let elided = name.strip_prefix('\'').is_some_and(|rest| rest.starts_with(char::is_lowercase));
    if !elided || name.ends_with('\'') {
        name = name.trim_start_matches('\'');
    }
    name = name.trim_end_matches('\'');
    if !name.starts_with('.') || !name[1..].starts_with(char::is_alphanumeric) {
        name = name.trim_start_matches('.');
    }
    let initial = name.strip_suffix('.').is_some_and(|rest| {
        let last = rest.rsplit([' ', '-']).next().unwrap_or_default();
        last.chars().count() == 1 && last.chars().all(char::is_uppercase)
    });
    if name.ends_with("..") || (name.ends_with('.') && !initial && !abbreviates(name)) {
        name = name.trim_end_matches('.');
    }
    // A name that is bracketed as a whole is the name inside.
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        let inner = name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !inner.contains([open, close])) {
            return inner;
        }
    }
    name
}

/// Without brackets that stand alone; what follows one that is never closed goes with it.
fn balanced(name: &str) -> String {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut lone: Vec<usize> = Vec::new();
    for (at, character) in name.char_indices() {
        match character {
            '(' => open.push((at, ')')),
            '[' => open.push((at, ']')),
            '{' => open.push((at, '}')),
            ')' | ']' | '}' if open.last().is_some_and(|(_, close)| *close == character) => drop(open.pop()),
            ')' | ']' | '}' => lone.push(at),
            _ => {}
        }
    }
    let unclosed = open.first().map(|(at, _)| *at);
    let says = |part: &str| part.chars().any(char::is_alphanumeric);
    let cut = unclosed.filter(|at| says(&name[..*at])).unwrap_or(name.len());
    lone.extend(open.iter().map(|(at, _)| *at));
    let kept = name.char_indices().filter(|(at, _)| *at < cut && !lone.contains(at));
    kept.map(|(_, character)| character).collect()
}

/// What two spellings of one name share.
pub fn key(display: &str) -> Arc<str> {
    // Initials that stand alone are joined below.
    let alone = |word: &str| word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_plain(display) && !display.split(' ').any(alone) {
        let lower = display.to_ascii_lowercase();
        return Arc::from(lower.strip_prefix("the ").unwrap_or(&lower));
    }
    compared(display)
}

/// The same of any name.
fn compared(display: &str) -> Arc<str> {
    let folded = folded(display);
    let mut words: Vec<String> = Vec::new();
    let mut initials = String::new();
    for word in folded.split_whitespace().flat_map(|word| <[&str; 2]>::from(glued(word))) {
        if word.is_empty() {
            continue;
        }
        if let Some(letters) = initial_letters(word) {
            initials.push_str(&letters);
            continue;
        }
        if !initials.is_empty() {
            words.push(std::mem::take(&mut initials));
        }
        let word = word.trim_end_matches('.');
        words.extend(parts(if word == "&" { "and" } else { word }));
    }
    if !initials.is_empty() {
        words.push(initials);
    }
    let words = if words.len() > 1 && words[0] == "the" { &words[1..] } else { &words[..] };
    let key = words.join(" ");
    Arc::from(if key.is_empty() { folded.trim() } else { key.as_str() })
}

/// In lower case, with one apostrophe, one hyphen and one i, and without what is not heard.
fn folded(display: &str) -> String {
    let mut folded = String::with_capacity(display.len());
    for character in display.chars().flat_map(char::to_lowercase) {
        match character {
            // The dot that lower case leaves over of İ.
            '\u{307}' if folded.ends_with('i') => {}
            'ı' => folded.push('i'),
            c if is_joiner(c) || is_quote(c) || c == ',' => {}
            c if is_apostrophe(c) => folded.push('\''),
            c if is_dash(c) => folded.push('-'),
            c => folded.push(c),
        }
    }
    folded
}

/// The initials that a word begins with, and the word behind their last stop: `s.` and `arden` of `s.arden`.
fn glued(word: &str) -> (&str, &str) {
    let end = word.rfind('.').map_or(0, |stop| stop + 1);
    let (initials, rest) = word.split_at(end);
    let is_word = rest.chars().nth(1).is_some() && rest.chars().all(char::is_alphabetic);
    if is_word && initial_letters(initials).is_some() { (initials, rest) } else { ("", word) }
}

/// The letters of `j.`, `j.r.`, `j` or `j.-p.`; none of any other word.
fn initial_letters(word: &str) -> Option<String> {
    let single = |part: &str| part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
    let parts: Vec<&str> = word.split(['.', '-']).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty() && parts.iter().all(|part| single(part))).then(|| parts.concat())
}

/// A word at its hyphens, where these stand between letters.
fn parts(word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let letters: Vec<char> = word.chars().collect();
    for (at, character) in letters.iter().enumerate() {
        let letter = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphabetic());
        if *character == '-' && letter(at.checked_sub(1)) && letter(Some(at + 1)) {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(*character);
        }
    }
    parts.retain(|part| !part.is_empty() && part != "-");
    parts
}

/// The key of a name; of a person's without the titles before it.
pub fn key_of(display: &str, person: bool) -> Arc<str> {
    let key = key(display);
    if person { Arc::from(untitled(&key)) } else { key }
}

/// The most complete of an entity's names: most words, then most often said, then first said. Time linear in the names, but for a
/// logarithm.
pub fn most_complete(displays: &[Arc<str>]) -> Option<Arc<str>> {
    // By name: how often it is said, and where first.
    let mut said: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (place, name) in displays.iter().enumerate() {
        said.entry(name).or_insert((0, place)).0 += 1;
    }
    let rank = |name: &str, (times, first): (usize, usize)| (name.split(' ').count(), times, Reverse(first));
    let (_, &(_, first)) = said.iter().max_by_key(|(name, counted)| rank(name, **counted))?;
    Some(Arc::clone(&displays[first]))
}

/// Whether an alias can stand for its bearer outside the document that says so.
/// A lone surname or first name cannot, with a title or without.
pub fn travels(alias: &str, full: &str, person: bool) -> bool {
    let titled = alias.split_once(' ').filter(|(title, _)| TITLES.contains(title));
    let bare = titled.map_or(alias, |(_, name)| name);
    let part_of_full = || full.split(' ').any(|word| word == bare);
    alias.chars().count() > 1 && !(person && !bare.contains(' ') && part_of_full())
}

/// Whether a name is a shorter form of another: it has no word that the other has not.
pub fn shortens(alias: &str, full: &str) -> bool {
    alias.split(' ').all(|word| full.split(' ').any(|other| other == word))
}

/// Whether a key is the first letters of another's words.
pub fn is_acronym(short: &str, long: &str) -> bool {
    let small = ["and", "of", "for", "the", "in", "on", "de", "la"];
    let letters = |all: bool| -> String {
        long.split(' ').filter(|word| all || !small.contains(word)).filter_map(|word| word.chars().next()).collect()
    };
    !short.contains(' ') && long.contains(' ') && (short == letters(true) || short == letters(false))
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
