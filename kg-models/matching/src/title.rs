//! Names of rows and things, ready to be compared and found. In: names as they are written. Out: keys that like names share; how
//! alike two are, and what is left over. Never: a count of anything.

use crate::forms::plain;
use crate::words::{Word, likeness, sound};
use std::collections::BTreeSet;

/// Letters of a sound that is a key, at the least.
const HEARD: usize = 3;
/// Letters of a sound of which one may be left out.
const LONG: usize = 5;
/// How alike a word is to the words of which it is the first letters.
const JOINED: f64 = 0.9;
/// The most letters of a name that may be an acronym.
const ACRONYM: usize = 8;

/// A name, ready to be compared with many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Title {
    /// As it is written.
    pub written: std::sync::Arc<str>,
    /// As it may be read: as written, without what is in brackets, turned about at a comma.
    pub readings: Vec<Vec<Word>>,
    /// By reading: its letters without spaces.
    pub closed: BTreeSet<String>,
    /// First letters of all words, and of those with a capital.
    pub initials: BTreeSet<String>,
    /// Whether it is written in capitals alone, as short forms are.
    pub capitals: bool,
}

/// How two names compare.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Comparison {
    /// Equal but for case, accents, punctuation, brackets and turns.
    pub equal: bool,
    /// One is the first letters of the other.
    pub acronym: bool,
    /// How alike they are by their words.
    pub alike: f64,
    /// The same, where words that other columns hold count as found.
    pub explained: f64,
    /// All words of the row's name are found, and what the thing's name has more is said by its kind.
    pub composed: bool,
}

/// What speaks of a row beside its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Beside {
    /// Words of its kind.
    pub kind: Vec<Word>,
    /// Words of all other columns.
    pub others: Vec<Word>,
}

impl Title {
    pub fn new(name: &str) -> Self {
        let mut spellings = vec![name.to_owned()];
        if let (Some(open), Some(close)) = (name.find(['(', '[']), name.rfind([')', ']']))
            && open < close
        {
            let end = close + 1;
            spellings.push(format!("{}{}", &name[..open], &name[end..]));
            spellings.push(name[open + 1..close].to_owned());
        }
        if let [first, second] = name.split(", ").collect::<Vec<_>>()[..] {
            spellings.push(format!("{second} {first}"));
        }
        if name.contains('-') {
            spellings.push(name.replace('-', ""));
        }
        let inner = spellings.get(2).filter(|_| spellings.len() > 2 && name.contains(['(', '['])).cloned();
        let mut readings: Vec<Vec<Word>> = Vec::new();
        let (mut closed, mut initials) = (BTreeSet::new(), BTreeSet::new());
        for spelling in &spellings {
            let words = words(spelling);
            let letters: String = words.iter().map(|word| word.letters.as_str()).collect();
            // What stands in a bracket is a name of its own only as a short form of the rest.
            if inner.as_ref() == Some(spelling) {
                if readings.iter().any(|words| first_letters(words).contains(&letters)) {
                    closed.insert(letters);
                }
                continue;
            }
            if letters.is_empty() || readings.contains(&words) {
                continue;
            }
            let article = words.len() > 1 && words[0].letters == "the";
            if article {
                closed.insert(words[1..].iter().map(|word| word.letters.as_str()).collect());
            }
            closed.insert(letters);
            initials.extend(first_letters(&words));
            readings.push(words);
        }
        let capitals =
            name.chars().filter(|letter| letter.is_uppercase()).count() > 1 && !name.chars().any(char::is_lowercase);
        Title { written: name.trim().into(), readings, closed, initials, capitals }
    }

    /// What a thing is found by that has this name.
    pub fn keys(&self, is_common: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let mut keys: BTreeSet<String> = self.closed.iter().map(|letters| format!("={letters}")).collect();
        keys.extend(self.initials.iter().map(|letters| format!("^{letters}")));
        for word in self.readings.iter().flatten() {
            if is_common(&word.letters) {
                continue;
            }
            keys.insert(format!("+{}", word.letters));
            keys.extend(heard(word));
        }
        keys.extend(self.closed.iter().flat_map(|letters| sounds(&sound(letters))));
        keys
    }

    /// What things are looked for by that may have this name.
    pub fn wanted(&self, is_common: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let mut keys = self.keys(is_common);
        keys.retain(|key| !key.starts_with('^'));
        keys.extend(self.closed.iter().map(|letters| format!("^{letters}")));
        keys.extend(self.initials.iter().map(|letters| format!("={letters}")));
        keys
    }

    /// How this name of a row compares with one of a thing. `weight` tells how much a word says.
    pub fn compare(&self, other: &Title, beside: &Beside, weight: &dyn Fn(&str) -> f64) -> Comparison {
        let equal = !self.closed.is_disjoint(&other.closed);
        let acronym = !equal
            && (self.capitals && !self.closed.is_disjoint(&other.initials)
                || other.capitals && !self.initials.is_disjoint(&other.closed));
        let mut best = Comparison::default();
        for one in &self.readings {
            for name in &other.readings {
                let found = aligned(one, name, beside, weight);
                if (found.explained, found.alike) > (best.explained, best.alike) {
                    best = found;
                }
            }
        }
        if equal {
            (best.alike, best.explained) = (1.0, 1.0);
        }
        Comparison { equal, acronym, composed: best.composed && !equal, ..best }
    }
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<Word> {
    // Letters with stops between them are one word; a lone & is a word.
    let text = text.replace('&', " and ");
    let mut words: Vec<Word> = Vec::new();
    for written in text.split(|letter: char| letter.is_whitespace() || "-–—/,;:()[]".contains(letter)) {
        let letters = plain(&folded(&written.replace(['.', '\'', '’'], "")));
        if letters.is_empty() {
            continue;
        }
        words.extend(letters.split(' ').map(|part| Word::new(part, written)));
    }
    words
}

/// Letters that NFKD leaves whole, as they are written without their sign.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'ł' | 'Ł' => folded.push('l'),
            'ø' | 'Ø' => folded.push('o'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'þ' | 'Þ' => folded.push_str("th"),
            other => folded.push(other),
        }
    }
    folded
}

/// First letters of all words, and of the weighty ones, where they are few and at least two.
fn first_letters(words: &[Word]) -> Vec<String> {
    let letters = |all: bool| -> String {
        let kept = words.iter().filter(|word| all || word.weighty);
        kept.filter_map(|word| word.letters.chars().next()).collect()
    };
    let mut found = vec![letters(true), letters(false)];
    found.dedup();
    found.retain(|letters| (2..=ACRONYM).contains(&letters.chars().count()));
    found
}

/// Keys of a word by its sound, and by that of its singular; of a word of few consonants by its letters, each left out once.
fn heard(word: &Word) -> Vec<String> {
    let mut keys = sounds(&word.sound);
    let letters: Vec<char> = word.letters.chars().collect();
    if letters.len() > LONG && letters.ends_with(&['s']) {
        keys.extend(sounds(&sound(&word.letters[..word.letters.len() - 1])));
    }
    if word.sound.chars().count() < HEARD && (4..=7).contains(&letters.len()) {
        keys.extend(shorter(&letters).map(|letters| format!("-{letters}")));
    }
    keys
}

/// Letters with each of them left out once.
fn shorter(letters: &[char]) -> impl Iterator<Item = String> {
    (0..letters.len()).map(|gap| {
        let left = letters.iter().enumerate().filter(move |(place, _)| *place != gap);
        left.map(|(_, letter)| letter).collect()
    })
}

/// Keys of a sound: itself, and with each letter left out.
fn sounds(sound: &str) -> Vec<String> {
    let letters: Vec<char> = sound.chars().collect();
    if letters.len() < HEARD {
        return Vec::new();
    }
    let mut keys = vec![format!("~{sound}")];
    if letters.len() >= LONG {
        keys.extend(shorter(&letters).map(|letters| format!("~{letters}")));
    }
    keys
}

/// Words put side by side, the most alike first.
fn aligned(one: &[Word], other: &[Word], beside: &Beside, weight: &dyn Fn(&str) -> f64) -> Comparison {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (i, word) in one.iter().enumerate() {
        for (j, name) in other.iter().enumerate() {
            let alike = likeness(word, name);
            if alike > 0.0 {
                pairs.push((alike, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut of_one, mut of_other) = (vec![0.0; one.len()], vec![0.0; other.len()]);
    for (alike, i, j) in pairs {
        if of_one[i] == 0.0 && of_other[j] == 0.0 {
            (of_one[i], of_other[j]) = (alike, alike);
        }
    }
    joined(one, &mut of_one, other, &mut of_other);
    joined(other, &mut of_other, one, &mut of_one);
    let says = |word: &Word, among: &[Word]| among.iter().any(|other| kin(word, other));
    let share = |words: &[Word], found: &[f64], explained: &dyn Fn(&Word) -> f64| -> f64 {
        let (mut sum, mut all) = (0.0, 0.0);
        for (word, found) in words.iter().zip(found) {
            let weight = weight(&word.letters);
            sum += weight * if *found > 0.0 { *found } else { explained(word) };
            all += weight;
        }
        if all > 0.0 { sum / all } else { 0.0 }
    };
    let in_kind = |word: &Word| f64::from(u8::from(says(word, &beside.kind)));
    let partly = |word: &Word| in_kind(word) / 2.0;
    let anywhere = |word: &Word| f64::from(u8::from(says(word, &beside.kind) || says(word, &beside.others)));
    let nowhere = |_: &Word| 0.0;
    let (row, thing) = (share(one, &of_one, &nowhere), share(other, &of_other, &nowhere));
    let (told, named) = (share(one, &of_one, &partly), share(other, &of_other, &anywhere));
    let by_kind = share(other, &of_other, &in_kind);
    // What kind of thing it is, and not which of its kind.
    let noun = beside.kind.last();
    let has_noun =
        noun.is_some_and(|noun| other.iter().zip(&of_other).any(|(word, found)| *found == 0.0 && kin(word, noun)));
    Comparison {
        alike: mean(row, thing),
        explained: if row > 0.0 { mean(told, named) } else { 0.0 },
        composed: row > 0.95 && thing < 0.95 && by_kind > 0.95 && has_noun,
        ..Comparison::default()
    }
}

/// Finds words that are the first letters of words in a row (`LA`, `Los Angeles`), where none of these is found yet.
fn joined(short: &[Word], of_short: &mut [f64], long: &[Word], of_long: &mut [f64]) {
    for (word, found) in short.iter().zip(of_short) {
        let letters: Vec<char> = word.letters.chars().collect();
        if *found > 0.0 || !(2..=4).contains(&letters.len()) || !word.capitals || short.len() < 2 {
            continue;
        }
        let fits = |at: &usize| {
            let pairs = letters.iter().zip(&long[*at..*at + letters.len()]).zip(&of_long[*at..]);
            pairs.into_iter().all(|((letter, word), found)| *found == 0.0 && word.letters.starts_with(*letter))
        };
        if let Some(at) = (0..(long.len() + 1).saturating_sub(letters.len())).find(fits) {
            *found = JOINED;
            of_long[at..at + letters.len()].fill(JOINED);
        }
    }
}

/// Whether two words say the same: alike, or the one ends with the other but for its own last letter (`waterfall`, `falls`).
fn kin(one: &Word, other: &Word) -> bool {
    let ends = |long: &str, short: &str| {
        let stem = short.strip_suffix('s').unwrap_or(short);
        stem.chars().count() > 3 && long.strip_suffix('s').unwrap_or(long).ends_with(stem)
    };
    one.letters == other.letters
        || likeness(one, other) > 0.8
        || ends(&one.letters, &other.letters)
        || ends(&other.letters, &one.letters)
}

/// The harmonic mean.
fn mean(one: f64, other: f64) -> f64 {
    if one + other > 0.0 { 2.0 * one * other / (one + other) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(row: &str, name: &str, kind: &str) -> Comparison {
        let beside = Beside { kind: words(kind), others: Vec::new() };
        Title::new(row).compare(&Title::new(name), &beside, &|word| if word.len() < 4 { 0.1 } else { 1.0 })
    }

    fn meets(row: &str, name: &str) -> bool {
        !Title::new(row).wanted(&|_| false).is_disjoint(&Title::new(name).keys(&|_| false))
    }

    #[test]
    fn names_are_equal_whatever_their_case_turn_and_brackets() {
        for (row, name) in [
            ("BERGEN, UNIVERSITY OF", "University of Bergen"),
            ("Times (London)", "The Times"),
            ("U.N.", "UN"),
            ("St Johns", "St. John's"),
            ("Rock & Roll", "rock and roll"),
            ("UN", "United Nations (UN)"),
        ] {
            assert!(compare(row, name, "").equal && meets(row, name), "{row} {name}");
        }
        assert!(!compare("UN", "United Nations (New York)", "").equal);
    }

    #[test]
    fn other_spellings_and_acronyms_are_found() {
        for (row, name) in [
            ("Maidiguri", "Maiduguri"),
            ("Al-Qaida", "al-Qaeda"),
            ("Standford University", "Stanford University"),
            ("Guomindang", "Kuomintang"),
            ("World Trade Organistion", "World Trade Organization"),
        ] {
            let found = compare(row, name, "");
            assert!(found.alike > 0.8 && !found.equal && meets(row, name), "{row} {name} {found:?}");
        }
        for (row, name) in [("ECB", "European Central Bank"), ("Massachusetts Institute of Technology", "MIT")] {
            assert!(compare(row, name, "").acronym && meets(row, name), "{row} {name}");
        }
        assert!(compare("Niger", "Nigeria", "").alike < 0.8);
    }

    #[test]
    fn a_kind_completes_a_name() {
        for (row, kind, name) in [
            ("Niger", "river", "Niger River"),
            ("Victoria", "waterfall", "Victoria Falls"),
            ("Erie", "canal", "Erie Canal"),
        ] {
            assert!(compare(row, name, kind).composed, "{row} {name}");
            assert!(!compare(row, name, "city").composed && !compare(row, row, kind).composed);
        }
    }
}
