//! Marks of notes, such as the raised 1 behind a name. In: what stands raised, and what stands before it. Out: whether it
//! refers to a note; a text without the raised digits that do. Never: an exponent, an ordinal or a charge taken for one.

/// The most digits of a note's number.
const DIGITS: usize = 3;
/// The years behind which a raised digit is no exponent.
const YEARS: std::ops::RangeInclusive<u32> = 1100..=2099;

/// Whether what stands raised right behind `before` refers to a note.
pub(super) fn is_note(before: &str, raised: &str) -> bool {
    is_bracketed(raised.trim()) || is_mark(raised) && takes(before, raised)
}

/// Whether this is what notes are marked with: numbers, single letters, stars and daggers, perhaps several of them.
pub(super) fn is_mark(raised: &str) -> bool {
    let inner = raised.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(raised);
    let mut pieces = inner.split([',', ';', '-', '–', ' ']).map(str::trim);
    let is_piece = |piece: &str| {
        let count = piece.chars().count();
        (1..=DIGITS).contains(&count) && piece.bytes().all(|byte| byte.is_ascii_digit())
            || count == 1 && piece.chars().all(char::is_alphabetic)
            || (1..=DIGITS).contains(&count) && piece.chars().all(|c| matches!(c, '*' | '∗' | '†' | '‡' | '§' | '¶'))
    };
    // A comma between two marks may be raised by itself.
    !raised.starts_with(char::is_whitespace) && (matches!(raised, "," | ";") || pieces.all(is_piece))
}

/// Raised brackets hold a note's number, or a word about what stands before them.
fn is_bracketed(raised: &str) -> bool {
    let inner = raised.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| inner.len() <= 40)
}

/// Whether a note can be marked behind this.
fn takes(before: &str, mark: &str) -> bool {
    let letter = mark.chars().any(char::is_alphabetic);
    let Some(last) = before.chars().next_back() else { return false };
    let rest = &before[..before.len() - last.len_utf8()];
    match last {
        _ if last.is_alphabetic() => is_word(before, mark, letter),
        '0'..='9' => is_year(before) && mark != "e" || is_in_thousands(before) && !letter,
        '%' => !letter,
        '"' | '”' | '“' | '’' | '\'' | '»' | '«' | '›' | ')' | ']' => takes(rest, mark),
        '.' | ',' | ';' | ':' | '!' | '?' | '…' | '。' => {
            let word = rest.trim_end_matches(['"', '”', '’', '»', ')', ']']);
            if letter { is_word(word, mark, letter) } else { word.ends_with(char::is_alphanumeric) }
        }
        _ => false,
    }
}

/// Whether this ends in a word behind which a raised sign is no part of it.
fn is_word(text: &str, mark: &str, letter: bool) -> bool {
    let start = text.trim_end_matches(char::is_alphabetic).len();
    let word = &text[start..];
    // Words of these scripts are short, and not parted.
    if word.ends_with(|c: char| c >= '\u{2E80}') {
        return !letter;
    }
    let number = !letter && FUNCTIONS.contains(&word) || matches!(mark, "2" | "3") && is_unit(word);
    let ordinal = letter && (word.chars().all(|c| "IVXLCDM".contains(c)) || CUT_SHORT.contains(&word));
    word.chars().count() >= 3 && !number && !ordinal
}

/// What has powers.
const FUNCTIONS: [&str; 13] =
    ["sin", "cos", "tan", "cot", "sec", "log", "exp", "sinh", "cosh", "tanh", "det", "mol", "rad"];
/// First parts of names and titles whose last letter is raised.
const CUT_SHORT: [&str; 21] = [
    "Alex", "Ben", "Cap", "Capt", "Chas", "Col", "Dan", "Edw", "Gen", "Geo", "Gov", "Jas", "Jos", "Maj", "Rev", "Rich",
    "Rob", "Sam", "Thos", "Will", "Messrs",
];

fn is_unit(word: &str) -> bool {
    let units = ["second", "feet", "foot", "inch", "inche", "yard", "mile", "sec", "micron", "parsec"];
    let one = word.strip_suffix('s').unwrap_or(word);
    units.contains(&one) || one.ends_with("metre") || one.ends_with("meter")
}

fn is_year(text: &str) -> bool {
    let digits = &text[text.trim_end_matches(|c: char| c.is_ascii_digit()).len()..];
    digits.len() == 4 && digits.parse().is_ok_and(|year| YEARS.contains(&year))
}

/// Whether this ends in a number such as 12,400: what is written so has no exponent.
fn is_in_thousands(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let before = digits.strip_suffix(',').unwrap_or_default();
    text.len() - digits.len() == 3 && before.ends_with(|c: char| c.is_ascii_digit())
}

/// A text without raised digits that refer to notes.
pub(super) fn without_raised_digits(text: String) -> String {
    if !text.contains(|c| raised(c).is_some()) {
        return text;
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|c| raised(c).is_some()) {
        kept.push_str(&rest[..at]);
        let run = length(&rest[at..]);
        let (digits, after) = (&rest[at..at + run], &rest[at + run..]);
        let mark: String = digits.chars().map(|c| raised(c).unwrap_or(c)).collect();
        let alone = !after.starts_with(|c: char| c.is_alphanumeric() || is_raised_sign(c))
            && !kept.ends_with(|c: char| is_raised_sign(c));
        let before = kept.trim_end_matches([' ', '\u{A0}']).len();
        if alone && is_note(&kept[..before], &mark) {
            kept.truncate(before);
        } else {
            kept.push_str(digits);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// The length of a run of raised digits, among which commas may stand.
fn length(text: &str) -> usize {
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let follows = characters.peek().is_some_and(|(_, next)| raised(*next).is_some());
        match raised(c) {
            Some(_) => end = at + c.len_utf8(),
            None if c == ',' && follows => {}
            None => break,
        }
    }
    end
}

/// The digit that a raised one is.
fn raised(c: char) -> Option<char> {
    Some(match c {
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁰' | '⁴'..='⁹' => char::from_u32(c as u32 - 0x2070 + '0' as u32)?,
        _ => return None,
    })
}

fn is_raised_sign(c: char) -> bool {
    matches!(c, '⁺' | '⁻' | '⁼' | '⁽' | '⁾' | 'ⁿ' | 'ⁱ' | '⁄' | '₀'..='₉')
}

/// A text without marks between carets, as some dialects of Markdown raise them.
pub(super) fn without_carets(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('^') {
        kept.push_str(before);
        rest = match after.split_once('^') {
            Some((mark, after)) if !after.starts_with(char::is_alphanumeric) && is_note(&kept, mark) => after,
            _ => {
                kept.push('^');
                after
            }
        };
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_behind_a_word_a_stop_or_a_year_refers_to_a_note() {
        for (before, raised) in [
            ("Odd Falk", "1"),
            ("Bergen", "b"),
            ("Bergen", "12"),
            ("Oslo", "3,4"),
            ("Oslo", "3–5"),
            ("Oslo", "(2)"),
            ("Oslo", ","),
            ("Falk", "*"),
            ("Falk", "††"),
            ("3 May 1921", "5"),
            ("in Bergen.", "4"),
            ("in the U.S.", "4"),
            ("in 30.", "5"),
            ("in Bergen.”", "4"),
            ("\"The Sea\"", "2"),
            ("Harbour (Norway)", "2"),
            ("(born 1921)", "7"),
            ("12,400", "7"),
            ("H2O", "[1]"),
            ("Oslo", "[citation needed]"),
            ("毛泽东", "1"),
            ("lived in metres", "7"),
        ] {
            assert!(is_note(before, raised), "{before}^{raised}");
        }
    }

    #[test]
    fn exponents_ordinals_charges_and_signs_refer_to_none() {
        for (before, raised) in [
            ("3", "rd"),
            ("m", "2"),
            ("12 km", "2"),
            ("10", "6"),
            ("x", "2"),
            ("(a+b)", "2"),
            ("sin", "2"),
            ("cubic metres", "3"),
            ("per second", "2"),
            ("Fe", "3+"),
            ("mol", "−1"),
            ("litre", "-1"),
            ("NaCl", "-"),
            ("SO", "2-"),
            ("E = mc", "2"),
            ("Lumenta", "TM"),
            ("Lumenta", "®"),
            ("XIX", "e"),
            ("M", "me"),
            ("N.", "o"),
            ("Sr.", "a"),
            ("Will", "m"),
            ("May 3", "4"),
            ("1024000", "2"),
            ("", "1"),
            ("in", " 14"),
            ("word", "1234"),
            ("word", "and more"),
        ] {
            assert!(!is_note(before, raised), "{before}^{raised}");
        }
    }

    #[test]
    fn raised_digits_behind_names_go_and_others_stay() {
        for (text, expected) in [
            ("Odd Falk¹ was born in Oslo³ on 3 May 1921⁴.", "Odd Falk was born in Oslo on 3 May 1921."),
            ("Odd Falk¹² and Tilda Renn¹,².", "Odd Falk and Tilda Renn."),
            ("born in Bergen.² She", "born in Bergen. She"),
            ("Odd Falk ¹ was", "Odd Falk was"),
            ("12 km², 10⁶, x², sin², m³ and Fe³⁺", "12 km², 10⁶, x², sin², m³ and Fe³⁺"),
            ("Factor² is ¹⁴C, carbon ¹⁴C, word²x", "Factor is ¹⁴C, carbon ¹⁴C, word²x"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(without_raised_digits(text.to_owned()), expected);
        }
    }

    #[test]
    fn carets_raise_in_pairs() {
        for (text, expected) in [
            ("in Bergen^2^. Then", "in Bergen. Then"),
            ("2^10 and 3^5", "2^10 and 3^5"),
            ("10^6^ and m^2^", "10^6^ and m^2^"),
            ("^1^ a ^ b", "^1^ a ^ b"),
        ] {
            assert_eq!(without_carets(text), expected);
        }
    }
}
