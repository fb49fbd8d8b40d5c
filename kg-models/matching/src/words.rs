//! Words as they are compared. In: two words. Out: how alike they are. Never: a word of one language that is known beforehand.

/// Below this two words are not alike.
const ALIKE: f64 = 0.7;
/// How alike words are that sound alike, whatever their letters: half of what counts.
const SOUND: f64 = 0.9;
/// How alike a short form is to its word.
const SHORT: f64 = 0.9;

/// A word of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// In lower case, without accents.
    pub letters: String,
    /// Whether a full stop ends it: it may be a short form.
    pub stopped: bool,
    /// Whether it begins with a capital or a digit, or is of a script without capitals.
    pub weighty: bool,
    /// Whether it is written in capitals alone.
    pub capitals: bool,
    /// How it sounds, roughly ([`sound`]).
    pub sound: String,
}

impl Word {
    /// A word that is written so, by its letters in lower case.
    pub fn new(letters: &str, written: &str) -> Self {
        let first = written.chars().find(|letter| letter.is_alphanumeric());
        Word {
            letters: letters.to_owned(),
            stopped: written.ends_with('.'),
            weighty: first.is_some_and(|letter| !letter.is_lowercase()),
            capitals: written.chars().any(char::is_uppercase) && !written.chars().any(char::is_lowercase),
            sound: sound(letters),
        }
    }
}

/// How alike two words are, from 0 to 1: equal; a short form (`Corp.`, `St.`); spelt alike (optimal string alignment); said
/// alike. Numbers are equal or not.
pub(crate) fn likeness(one: &Word, other: &Word) -> f64 {
    if one.letters == other.letters {
        return 1.0;
    }
    let has_digit = |word: &Word| word.letters.chars().any(char::is_numeric);
    if has_digit(one) || has_digit(other) {
        return 0.0;
    }
    if shortens(one, other) || shortens(other, one) {
        return SHORT;
    }
    let (a, b): (Vec<char>, Vec<char>) = (one.letters.chars().collect(), other.letters.chars().collect());
    let longest = a.len().max(b.len());
    if a.len().min(b.len()) < 4 {
        return 0.0;
    }
    let spelt = 1.0 - distance(&a, &b) as f64 / longest as f64;
    let sounds = one.sound == other.sound && one.sound.len() > 2 && a[0] == b[0] && a.len().abs_diff(b.len()) < 2;
    let said = if sounds { (SOUND + spelt) / 2.0 } else { 0.0 };
    if spelt.max(said) < ALIKE { 0.0 } else { spelt.max(said) }
}

/// Whether a word with a full stop is a short form of another: its beginning, or some of its letters from the first to the last.
fn shortens(short: &Word, long: &Word) -> bool {
    let (few, many) = (short.letters.as_str(), long.letters.as_str());
    if !short.stopped || few.len() >= many.len() || few.chars().next() != many.chars().next() {
        return false;
    }
    let mut left = many.chars();
    let within = few.chars().all(|letter| left.any(|other| other == letter));
    many.starts_with(few) || (within && few.chars().count() > 1 && few.chars().next_back() == many.chars().next_back())
}

/// Letters that are put in, left out, changed or swapped with the next one.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut rows = [vec![0; other.len() + 1], (0..=other.len()).collect::<Vec<usize>>(), vec![0; other.len() + 1]];
    for (i, a) in one.iter().enumerate() {
        let [before, last, now] = &mut rows;
        now[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let mut least = (last[j + 1] + 1).min(now[j] + 1).min(last[j] + usize::from(a != b));
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            now[j + 1] = least;
        }
        rows.rotate_left(1);
    }
    rows[1][other.len()]
}

/// The consonants of a word by the place where they are said, none twice in a row (after Odell and Russell 1918); letters of
/// other scripts stand for themselves.
pub(crate) fn sound(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut said = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let next = letters.get(place + 1);
        let class = match letter {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' => continue,
            'h' | 'w' if place > 0 => continue,
            'b' | 'p' | 'f' | 'v' => 'p',
            'c' if matches!(next, Some('e' | 'i' | 'y')) => 's',
            'c' | 'g' | 'k' | 'q' | 'j' => 'k',
            's' | 'z' | 'x' | 'ß' => 's',
            'd' | 't' => 't',
            'm' | 'n' => 'n',
            other => *other,
        };
        if !said.ends_with(class) {
            said.push(class);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> f64 {
        let word = |text: &str| Word::new(text.trim_end_matches('.'), text);
        likeness(&word(one), &word(other))
    }

    #[test]
    fn words_are_alike_by_letters_by_sound_and_by_short_forms() {
        assert_eq!(alike("kabul", "kabul"), 1.0);
        assert!(alike("kaboul", "kabul") > 0.8 && alike("guomindang", "kuomintang") >= 0.8);
        assert!(alike("organistion", "organization") > 0.8 && alike("enery", "energy") > 0.8);
        assert_eq!((alike("corp.", "corporation"), alike("st.", "saint"), alike("st", "saint")), (SHORT, SHORT, 0.0));
        assert_eq!((alike("iran", "iraq"), alike("118", "119"), alike("bern", "berlin")), (0.75, 0.0, 0.0));
    }

    #[test]
    fn a_swap_is_one_step() {
        let letters = |text: &str| text.chars().collect::<Vec<char>>();
        assert_eq!(distance(&letters("recieve"), &letters("receive")), 1);
        assert_eq!(distance(&letters("abc"), &letters("")), 3);
        assert_eq!(distance(&letters("kitten"), &letters("sitting")), 3);
    }

    #[test]
    fn vowels_are_not_heard() {
        assert_eq!((sound("barranquilla"), sound("baranquilla")), ("prnkl".into(), "prnkl".into()));
        assert_eq!(sound("москва"), "москва");
    }
}
