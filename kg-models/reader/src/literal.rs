//! Values from words. In: the surface of a time or quantity. Out: a literal whose lexical form is valid for its datatype.
//! Never: a guess; what is not surely one value stays as written, a string.

use super::dates::{Written, dates};
use super::tokens::{Kind, tokens};
use crate::moment::DateOrder;
use kgloom_record::record::{Datatype, Literal};
use std::ops::Range;

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Words that multiply, as powers of ten.
const MAGNITUDES: [(&str, usize); 4] = [("thousand", 3), ("million", 6), ("billion", 9), ("trillion", 12)];

/// Words around a time that do not change its value.
const FILLERS: [&str; 12] = ["the", "on", "in", "at", "of", "by", "from", "since", "until", "till", "to", "year"];

/// The value of a time: a date, a month of a year, a year, or the words themselves.
///
/// Days that no calendar has (31 February), days without a year, approximations (`c. 1850`), ranges (`1903-04` is one),
/// decades and centuries stay strings. Years before our era follow XSD 1.1, which has a year 0000:
/// 1 BC is `0000`, and 44 BC is `-0043`.
pub fn time(surface: &str) -> Literal {
    time_in(surface, DateOrder::Unknown)
}

/// The value of a time where it is told whether days or months come first in dates that are all numbers.
pub fn time_in(surface: &str, order: DateOrder) -> Literal {
    match dates(surface, order).as_slice() {
        [one] => time_within(surface, 0..surface.len(), one),
        _ => string(surface),
    }
}

/// The value of a mention in which one time is written, or which is a part of it.
pub(super) fn time_within(text: &str, mention: Range<usize>, time: &Written) -> Literal {
    let before = text.get(mention.start..time.whole.start).unwrap_or_default();
    let after = text.get(time.whole.end..mention.end).unwrap_or_default();
    if !is_filler(before) || !is_filler(after) {
        return string(&text[mention]);
    }
    time.value
        .clone()
        .unwrap_or_else(|| string(&text[time.whole.start.min(mention.start)..time.whole.end.max(mention.end)]))
}

fn is_filler(text: &str) -> bool {
    tokens(text).iter().all(|token| token.kind == Kind::Mark || FILLERS.contains(&&*token.text))
}

/// The value of a quantity: an integer, a decimal, or the words themselves.
///
/// A quantity with a unit (`5 km`, `3.5 %`, `$ 7`) or an approximation stays a string.
pub fn quantity(surface: &str) -> Literal {
    let lower = surface.trim().to_lowercase();
    digits(&lower)
        .or_else(|| spelt(&lower).map(|number| literal(number.to_string(), Datatype::Integer)))
        .unwrap_or_else(|| string(surface))
}

fn literal(value: String, datatype: Datatype) -> Literal {
    Literal { value: value.into(), datatype }
}

/// The surface as a string, white space made single, characters that XML cannot hold left out.
pub(super) fn string(surface: &str) -> Literal {
    let legal = |c: &char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let words: Vec<String> = surface.split_whitespace().map(|word| word.chars().filter(legal).collect()).collect();
    literal(words.join(" "), Datatype::String)
}

/// A text without what lies beyond a bracket that it opens or closes alone: `March 1839` of `21) March 1839`, `5 kg` of `5 kg)`.
/// Of its parts the longest that has a digit is meant.
pub(super) fn balanced(text: &str) -> &str {
    let (mut alone, mut open) = (Vec::new(), Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' => open.push(at),
            ')' | ']' if open.pop().is_none() => alone.push(at),
            _ => {}
        }
    }
    alone.extend(open);
    if alone.is_empty() {
        return text;
    }
    alone.sort_unstable();
    let starts = std::iter::once(0).chain(alone.iter().map(|at| at + 1));
    let parts = starts.zip(alone.iter().copied().chain([text.len()])).map(|(start, end)| &text[start..end]);
    let meant = parts.max_by_key(|part| (part.contains(|character: char| character.is_numeric()), part.len()));
    let meant = meant.map(|part| part.trim_matches(|character: char| character.is_whitespace() || character == ','));
    meant.filter(|part| !part.is_empty()).unwrap_or(text)
}

/// Whether a word in lower case is a number or multiplies one: `three`, `twenty`, `hundred`, `million`.
pub(super) fn is_number_word(word: &str) -> bool {
    ONES.contains(&word)
        || TENS.contains(&word)
        || word == "hundred"
        || MAGNITUDES.iter().any(|(magnitude, _)| *magnitude == word)
}

/// `1,234`, `-3.50`, `3.5 million`.
fn digits(text: &str) -> Option<Literal> {
    let (number, power) = match text.split_once(char::is_whitespace) {
        Some((number, word)) => {
            let magnitude = MAGNITUDES.iter().find(|magnitude| magnitude.0 == word.trim())?;
            (number, magnitude.1)
        }
        None => (text, 0),
    };
    let (sign, number) = match number.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if number.ends_with('.') || !plain(fraction) {
        return None;
    }
    let mut whole = ungrouped(whole)?;
    let mut fraction = fraction.to_owned();
    for _ in 0..power {
        whole.push(if fraction.is_empty() { '0' } else { fraction.remove(0) });
    }
    Some(written(sign, &whole, &fraction))
}

/// The digits of a whole number, whose thousands may be grouped by commas.
fn ungrouped(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split(',').collect();
    let digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let grouped = groups.len() == 1 || groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    (digits && grouped).then(|| groups.concat())
}

/// Canonical XSD: no leading zeros, no trailing zeros after the point, no minus zero.
fn written(sign: &str, whole: &str, fraction: &str) -> Literal {
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    };
    let fraction = fraction.trim_end_matches('0');
    let sign = if whole == "0" && fraction.is_empty() { "" } else { sign };
    match fraction {
        "" => literal(format!("{sign}{whole}"), Datatype::Integer),
        _ => literal(format!("{sign}{whole}.{fraction}"), Datatype::Decimal),
    }
}

/// A number in English words, such as `two hundred and twelve thousand`.
fn spelt(text: &str) -> Option<u64> {
    let mut words =
        text.split(|c: char| c.is_whitespace() || c == '-').filter(|word| !word.is_empty() && *word != "and");
    let (mut total, mut group, mut last) = (0u64, None::<u64>, u64::MAX);
    let mut rest = words.clone().count();
    words.try_for_each(|word| {
        rest -= 1;
        if let Some(&(_, power)) = MAGNITUDES.iter().find(|magnitude| magnitude.0 == word) {
            let scale = 10u64.pow(power as u32);
            let larger = scale < last;
            last = scale;
            total += larger.then_some(group.take()?)? * scale;
            return Some(());
        }
        group = Some(grown(group, word)?);
        Some(())
    })?;
    (text.starts_with(char::is_alphabetic) && rest == 0).then_some(())?;
    match group {
        Some(group) => Some(total + group),
        None => (total > 0).then_some(total),
    }
}

/// A group below a thousand, with one more word said.
fn grown(group: Option<u64>, word: &str) -> Option<u64> {
    if word == "hundred" {
        return group.filter(|group| (1..20).contains(group)).map(|group| group * 100);
    }
    let group = group.unwrap_or(0);
    if let Some(ten) = TENS.iter().position(|ten| *ten == word) {
        return group.is_multiple_of(100).then_some(group + (ten as u64 + 2) * 10);
    }
    let one = ONES.iter().position(|one| *one == word)? as u64;
    let fits = if one < 10 { group.is_multiple_of(10) && group % 100 != 10 } else { group.is_multiple_of(100) };
    (fits && (one > 0 || group == 0)).then_some(group + one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(found: Literal, value: &str, datatype: Datatype) {
        assert_eq!((&*found.value, found.datatype), (value, datatype));
    }

    #[test]
    fn dates_in_many_forms() {
        for surface in [
            "13 March 1963",
            "March 13, 1963",
            "March 13 , 1963",
            "1963-03-13",
            "13 Mar. 1963",
            "13th March 1963",
            "March 13th, 1963",
            "the 13th of March 1963",
            "13 MARCH 1963 AD",
        ] {
            check(time(surface), "1963-03-13", Datatype::Date);
        }
        check(time("March 1963"), "1963-03", Datatype::YearMonth);
        check(time("Sept. 1963"), "1963-09", Datatype::YearMonth);
        check(time("1963"), "1963", Datatype::Year);
        check(time("AD 79"), "0079", Datatype::Year);
        check(time("29 February 2000"), "2000-02-29", Datatype::Date);
    }

    #[test]
    fn years_before_our_era_count_from_zero() {
        check(time("44 BC"), "-0043", Datatype::Year);
        check(time("1 B.C."), "0000", Datatype::Year);
        check(time("15 March 44 BCE"), "-0043-03-15", Datatype::Date);
    }

    #[test]
    fn what_is_not_one_time_stays_as_written() {
        for surface in [
            "31 February 1999",
            "29 February 1900",
            "c. 1850",
            "1997 - 8",
            "1930s",
            "the 19th century",
            "1914–1918",
            "March",
            "Tuesday",
            "13 March",
            "summer 1969",
            "1903-04",
            "1963-13-01",
            "0",
            "12345",
            "two years",
            "",
        ] {
            check(time(surface), surface, Datatype::String);
        }
        check(time(" early\n 1850 "), "early 1850", Datatype::String);
    }

    #[test]
    fn quantities_in_digits_and_words() {
        check(quantity("1,234"), "1234", Datatype::Integer);
        check(quantity("-007"), "-7", Datatype::Integer);
        check(quantity("-0.0"), "0", Datatype::Integer);
        check(quantity("3.50"), "3.5", Datatype::Decimal);
        check(quantity("3.5 million"), "3500000", Datatype::Integer);
        check(quantity("0.0000005 million"), "0.5", Datatype::Decimal);
        check(quantity("two"), "2", Datatype::Integer);
        check(quantity("Twelve"), "12", Datatype::Integer);
        check(quantity("twenty-one"), "21", Datatype::Integer);
        check(quantity("two hundred and twelve thousand and five"), "212005", Datatype::Integer);
        check(quantity("three million"), "3000000", Datatype::Integer);
    }

    #[test]
    fn brackets_come_in_pairs() {
        for (text, meant) in [
            ("21) March 1839", "March 1839"),
            ("3.2) million", "3.2"),
            ("5 kg)", "5 kg"),
            ("1921 (in", "1921"),
            ("9 (21) March 1839", "9 (21) March 1839"),
            ("$(3.2) million", "$(3.2) million"),
            (")", ")"),
            ("", ""),
        ] {
            assert_eq!(balanced(text), meant, "{text}");
        }
    }

    #[test]
    fn quantities_with_units_or_doubt_stay_as_written() {
        for surface in [
            "5 km",
            "3.5 %",
            "$7",
            "1,23",
            "about 5",
            "5.",
            ".",
            "million",
            "two three",
            "ten one",
            "twenty twelve",
            "thousand million million",
            "two thousand million",
            "1.2.3",
            "one and a half",
            "and",
            "-",
            "",
        ] {
            check(quantity(surface), surface, Datatype::String);
        }
    }

    /// The lexical spaces of XSD 1.1, as far as these functions write them.
    fn is_valid(literal: &Literal) -> bool {
        let value = &*literal.value;
        let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        let year = |text: &str| {
            digits(text, 4) || text.strip_prefix('-').is_some_and(|rest| digits(rest, 4) && rest != "0000")
        };
        match literal.datatype {
            Datatype::Year => year(value),
            Datatype::YearMonth => {
                value.rsplit_once('-').is_some_and(|(y, m)| year(y) && digits(m, 2) && ("01"..="12").contains(&m))
            }
            Datatype::Date => value.rsplit_once('-').is_some_and(|(rest, d)| {
                digits(d, 2)
                    && ("01"..="31").contains(&d)
                    && rest.rsplit_once('-').is_some_and(|(y, m)| year(y) && digits(m, 2))
            }),
            Datatype::Integer => value.parse::<i128>().is_ok_and(|number| number.to_string() == value),
            Datatype::Decimal => value.split_once('.').is_some_and(|(whole, fraction)| {
                whole.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit())
                    && !fraction.is_empty()
                    && fraction.bytes().all(|b| b.is_ascii_digit())
            }),
            Datatype::String => value.chars().all(|c| !c.is_control()),
            Datatype::Vector | Datatype::Bytes => false,
        }
    }

    proptest! {
        #[test]
        fn literals_are_always_valid(surface in "(\\PC{0,12}|([0-9]{1,5}|March|feb|BC|-|,|\\.|million|two|hundred| |\u{7}){0,7})") {
            for literal in [time(&surface), quantity(&surface)] {
                prop_assert!(is_valid(&literal), "{literal:?}");
            }
        }
    }
}
