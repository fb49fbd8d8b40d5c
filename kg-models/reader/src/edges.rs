//! What the ends of a sentence look like. In: a piece of text. Out: whether it goes on, or is still open. Never: a choice
//! of where a sentence ends.

/// A line at least this long may be a wrapped one, whose sentence goes on in the next.
const WRAPPED_LINE: usize = 40;

/// Abbreviations that a name or a number follows: their full stop never ends a sentence.
pub(crate) const LEADING: &[&str] = &[
    "adm", "approx", "art", "brig", "c", "ca", "capt", "cf", "ch", "cmdr", "col", "dr", "ed", "eds", "e.g", "fig",
    "fr", "ft", "gen", "gov", "hon", "i.e", "lt", "maj", "messrs", "mlle", "mme", "mr", "mrs", "ms", "mt", "no", "nos",
    "op", "p", "pop", "pp", "pres", "prof", "pvt", "rep", "rev", "sec", "sen", "sgt", "st", "ste", "univ", "v", "viz",
    "vol", "vs",
];

/// Abbreviations that may stand at a sentence's end: the next word decides.
pub(crate) const TRAILING: &[&str] = &[
    "a.m", "al", "apr", "aug", "ave", "b", "blvd", "bros", "co", "corp", "d", "dec", "dept", "est", "etc", "feb",
    "inc", "jan", "jr", "jul", "jun", "lit", "ltd", "mar", "nov", "oct", "p.m", "ph.d", "rd", "sep", "sept", "sr",
];

/// Words that begin sentences and seldom follow an initial or an abbreviation.
const OPENERS: &[&str] = &[
    "a", "after", "although", "an", "and", "another", "as", "at", "before", "both", "but", "by", "during", "for",
    "from", "he", "her", "his", "however", "i", "if", "in", "it", "its", "many", "most", "on", "since", "she", "some",
    "the", "their", "there", "these", "they", "this", "those", "we", "when", "while", "who", "with",
];

/// Whether a line that ends with `line` may go on in the next: it is long enough to be wrapped.
pub(super) fn goes_on_after(line: &str, next: &str) -> bool {
    let wrapped = line.chars().nth(WRAPPED_LINE).is_some();
    let goes_on = next.starts_with(|first: char| first.is_alphanumeric() || is_opening(first)) && !starts_number(next);
    wrapped && goes_on && !line.ends_with(':')
}

/// Whether a line begins with a number as the items of lists do.
pub(super) fn starts_number(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.len() < line.len() && (digits.starts_with(". ") || digits.starts_with(") "))
}

/// Whether a line ends without a sentence's end; the full stop of an abbreviation is none.
pub(super) fn ends_open(line: &str) -> bool {
    let body = line.trim_end_matches(is_closing);
    let Some(stop) = body.chars().next_back().filter(|last| is_terminator(*last)) else { return true };
    let word = body[..body.len() - stop.len_utf8()].rsplit(char::is_whitespace).next().unwrap_or_default();
    let lower = word.to_lowercase();
    let initial = word.chars().count() == 1 && word.starts_with(char::is_uppercase);
    let short =
        initial || word.contains('.') || LEADING.contains(&lower.as_str()) || TRAILING.contains(&lower.as_str());
    stop == '.' && short
}

/// Whether a word is one of those that begin sentences rather than names.
pub(super) fn is_opener(word: &str) -> bool {
    OPENERS.contains(&word.to_lowercase().as_str())
}

pub(crate) fn is_terminator(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…') || is_wide_terminator(character)
}

/// Terminators that need no space after them.
pub(crate) fn is_wide_terminator(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '｡' | '।' | '॥' | '؟' | '۔' | '։' | '።' | '፧' | '။' | '។' | '᠃')
}

pub(crate) fn is_closing(character: char) -> bool {
    matches!(character, ')' | ']' | '}' | '"' | '\'' | '”' | '’' | '»' | '›' | '」' | '』' | '）')
}

pub(crate) fn is_opening(character: char) -> bool {
    matches!(character, '(' | '[' | '{' | '"' | '\'' | '“' | '‘' | '«' | '‹' | '„' | '¿' | '¡' | '「' | '『' | '（')
}
