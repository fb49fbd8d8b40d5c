//! Numbers with what they count. In: a text and where a number stands in it. Out: its value: the number, or its words with
//! the unit that it is given in. Never: a number without its unit, or the front of a longer number.

use super::literal::{quantity, string};
use super::tokens::{Kind, Token, tokens};
use kgloom_record::record::Literal;
use std::ops::Range;

/// So many bytes before and after a number are looked at.
const REACH: usize = 32;

const MAGNITUDES: &[&str] = &["hundred", "thousand", "million", "billion", "trillion"];

const SHORT_MAGNITUDES: &[&str] = &["k", "m", "mn", "mio", "bn", "tn"];

const CURRENCIES: &[&str] = &[
    "$", "€", "£", "¥", "₹", "₽", "₩", "usd", "eur", "gbp", "jpy", "chf", "cad", "aud", "nzd", "inr", "cny", "rmb",
    "sek", "nok", "dkk", "rub", "brl", "dollar", "dollars", "euro", "euros", "pound", "pounds", "yen", "rupees",
    "francs", "marks", "kronor", "kroner", "roubles", "rubles", "pesos", "yuan", "cents",
];

/// An amount has at most so many tokens.
const LONGEST_AMOUNT: usize = 7;

/// Before an amount: it is a bound of what is meant, or near it.
const BOUND: &[&str] = &[
    "about",
    "above",
    "almost",
    "approximately",
    "around",
    "below",
    "between",
    "circa",
    "exceeding",
    "nearly",
    "over",
    "roughly",
    "some",
    "under",
    "~",
    "<",
    ">",
];

/// The same, of two words.
const BOUNDS: &[[&str; 2]] = &[
    ["at", "least"],
    ["at", "most"],
    ["fewer", "than"],
    ["greater", "than"],
    ["less", "than"],
    ["more", "than"],
    ["up", "to"],
];

const UNITS: &[&str] = &[
    "%",
    "‰",
    "°",
    "percent",
    "per",
    "mm",
    "cm",
    "m",
    "km",
    "metre",
    "metres",
    "meter",
    "meters",
    "kilometre",
    "kilometres",
    "kilometer",
    "kilometers",
    "mi",
    "mile",
    "miles",
    "ft",
    "foot",
    "feet",
    "inch",
    "inches",
    "yard",
    "yards",
    "nmi",
    "ha",
    "hectare",
    "hectares",
    "acre",
    "acres",
    "sq",
    "square",
    "cubic",
    "g",
    "kg",
    "mg",
    "gram",
    "grams",
    "kilogram",
    "kilograms",
    "lb",
    "lbs",
    "tonne",
    "tonnes",
    "ton",
    "tons",
    "oz",
    "l",
    "litre",
    "litres",
    "liter",
    "liters",
    "gallon",
    "gallons",
    "ml",
    "w",
    "kw",
    "mw",
    "gw",
    "kwh",
    "mwh",
    "gwh",
    "watt",
    "watts",
    "v",
    "volt",
    "volts",
    "hz",
    "khz",
    "mhz",
    "ghz",
    "mph",
    "kmh",
    "knots",
    "bit",
    "bits",
    "byte",
    "bytes",
    "kb",
    "mb",
    "gb",
    "tb",
    "degrees",
    "second",
    "seconds",
    "minute",
    "minutes",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "hp",
    "bhp",
    "barrels",
    "km²",
    "m²",
];

/// The value of a number that was found in a text.
pub fn measured(text: &str, mention: Range<usize>) -> Literal {
    let start = text.ceil_char_boundary(mention.start.saturating_sub(REACH));
    let end = text.floor_char_boundary((mention.end + REACH).min(text.len()));
    let tokens = tokens(&text[start..end]);
    let within = |token: &&Token| token.span.end + start <= mention.start;
    let first = tokens.iter().take_while(within).count();
    let last = tokens.iter().take_while(|token| token.span.start + start < mention.end).count();
    let Some(inside) = tokens.get(first..last).filter(|inside| !inside.is_empty()) else {
        return quantity(&text[mention]);
    };
    let number = |at: usize| tokens.get(at).is_some_and(|token| token.kind == Kind::Number);
    let glued = |at: usize| tokens.get(at).is_some_and(|token| token.glued);
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| words.contains(&&*token.text));

    // 3.2 where the mention is 3, or 2
    let (mut from, mut to) = (first, last);
    while from >= 2 && number(from) && glued(from) && is(from - 1, &[".", ","]) && glued(from - 1) && number(from - 2) {
        from -= 2;
    }
    while number(to - 1) && is(to, &[".", ","]) && glued(to) && number(to + 1) && glued(to + 1) {
        to += 2;
    }
    if number(to - 1) && is(to, MAGNITUDES) {
        to += 1;
    }
    let plain = from..to;

    let currency = |at: usize| is(at, CURRENCIES);
    let mut given = inside.iter().any(|token| CURRENCIES.contains(&&*token.text) || UNITS.contains(&&*token.text));
    if number(from) && from > 0 && currency(from - 1) {
        (from, given) = (from - 1, true);
        if from > 0 && glued(from) && is(from - 1, &["us", "a", "c", "nz", "hk", "s"]) {
            from -= 1;
        }
    }
    if given && is(to, SHORT_MAGNITUDES) {
        to += 1;
    }
    // £3m–£ of £3m–£4m
    if currency(to - 1) && number(to) {
        to += 1 + usize::from(is(to + 1, MAGNITUDES) || is(to + 1, SHORT_MAGNITUDES));
    }
    let dashed = to + usize::from(is(to, &["-"]) && glued(to));
    if is(dashed, UNITS) || currency(dashed) && !number(dashed + 1) {
        (to, given) = (dashed + 1, true);
        if is(to, &["metres", "meters", "kilometres", "kilometers", "miles", "feet", "km", "m", "mi", "ft", "cent"]) {
            to += 1;
        }
    }
    if given {
        (from, to) = bounded(&tokens, from..to);
    }
    let words =
        |range: Range<usize>| &text[start + tokens[range.start].span.start..start + tokens[range.end - 1].span.end];
    if given { string(words(from..to)) } else { quantity(words(plain)) }
}

/// An amount with the other end of its range (`£3m–£4m`) and the words that make it a bound (`less than $3.5 million`).
fn bounded(tokens: &[Token], amount: Range<usize>) -> (usize, usize) {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| words.contains(&&*token.text));
    let glued = |at: usize| tokens.get(at).is_some_and(|token| token.glued);
    let (mut from, mut to) = (amount.start, amount.end);
    // "fell from $5 million to $3 million" are two amounts.
    let two = |start: usize| start > 0 && is(start - 1, &["from"]);
    let between = |start: usize| start > 0 && is(start - 1, &["between"]);
    let joins = |start: usize, at: usize| {
        is(at, &["-"]) || is(at, &["to"]) && !two(start) || is(at, &["and"]) && between(start)
    };
    if joins(from, to)
        && let Some((end, given)) = amount_at(tokens, to + 1)
        && (given || is(to, &["-"]) && glued(to) && glued(to + 1))
    {
        to = end;
    } else if let Some(mark) = from.checked_sub(1) {
        let first = (mark.saturating_sub(LONGEST_AMOUNT)..mark)
            .find(|&start| amount_at(tokens, start).is_some_and(|(end, _)| end == mark));
        if let Some(start) = first.filter(|&start| joins(start, mark)) {
            from = start;
        }
    }
    if is(to, &["or"]) && is(to + 1, &["more", "less", "fewer", "so"]) {
        to += 2;
    }
    let two_words = from >= 2 && BOUNDS.iter().any(|[one, other]| is(from - 2, &[one]) && is(from - 1, &[other]));
    match from.checked_sub(1) {
        Some(_) if two_words => (from - 2, to),
        Some(before) if is(before, BOUND) => (before, to),
        _ => (from, to),
    }
}

/// Where an amount ends that begins at a token, and whether it has a unit.
fn amount_at(tokens: &[Token], start: usize) -> Option<(usize, bool)> {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| words.contains(&&*token.text));
    let number = |at: usize| tokens.get(at).is_some_and(|token| token.kind == Kind::Number);
    let mut given = is(start, CURRENCIES);
    let mut end = start + usize::from(given);
    if !number(end) {
        return None;
    }
    end += 1;
    while is(end, &[".", ","]) && number(end + 1) && tokens[end].glued && tokens[end + 1].glued {
        end += 2;
    }
    if is(end, MAGNITUDES) || given && is(end, SHORT_MAGNITUDES) {
        end += 1;
    }
    if is(end, UNITS) || is(end, CURRENCIES) && !number(end + 1) {
        (end, given) = (end + 1, true);
    }
    Some((end, given))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::Datatype;

    fn check(text: &str, mention: &str, value: &str, datatype: Datatype) {
        let start = text.find(mention).expect("it is in the text");
        let found = measured(text, start..start + mention.len());
        assert_eq!((&*found.value, found.datatype), (value, datatype), "{mention} in {text}");
    }

    #[test]
    fn a_number_keeps_its_unit() {
        for (text, mention, value) in [
            ("It cost €3.2 million to build.", "3.2 million", "€3.2 million"),
            ("It cost €3.2 million to build.", "3.2", "€3.2 million"),
            ("It cost US$7 million.", "7 million", "US$7 million"),
            ("It cost USD 5bn in all.", "5", "USD 5bn"),
            ("It cost 12 million dollars.", "12 million", "12 million dollars"),
            ("It is 12 km long.", "12", "12 km"),
            ("It covers 12 square miles.", "12", "12 square miles"),
            ("Of them 3.5% are out of work.", "3.5", "3.5%"),
            ("Of them 3.5 per cent are.", "3.5", "3.5 per cent"),
            ("A 40-metre tower.", "40", "40-metre"),
        ] {
            check(text, mention, value, Datatype::String);
        }
    }

    #[test]
    fn an_amount_keeps_its_bounds() {
        for (text, mention, value) in [
            ("The film cost £3m–£4m.", "£3m–£", "£3m–£4m"),
            ("The film cost £3m–£4m.", "£3m", "£3m–£4m"),
            ("The film cost £3m–£4m.", "£4m", "£3m–£4m"),
            ("It had a budget of less than $3.5 million.", "$3.5 million", "less than $3.5 million"),
            ("It cost over $3.5 million.", "$3.5 million", "over $3.5 million"),
            ("It cost between 3 and 4 million dollars.", "3 and 4 million dollars", "between 3 and 4 million dollars"),
            ("It cost $3 million or more.", "$3 million", "$3 million or more"),
            ("It is at least 12 km long.", "12 km", "at least 12 km"),
            ("It cost $3 million to build.", "$3 million", "$3 million"),
            ("It fell from $5 million to $3 million.", "$5 million", "$5 million"),
            ("It fell from $5 million to $3 million.", "$3 million", "$3 million"),
            ("They paid $5 million - 2019 was late.", "$5 million", "$5 million"),
        ] {
            check(text, mention, value, Datatype::String);
        }
    }

    #[test]
    fn a_number_alone_is_whole() {
        check("Some 3.2 million people live there.", "3.2", "3200000", Datatype::Integer);
        check("It has 1,234,567 souls.", "234", "1234567", Datatype::Integer);
        check("It rose by 3.5 in a decade.", "5", "3.5", Datatype::Decimal);
        check("He had twelve sons.", "twelve", "12", Datatype::Integer);
        check("There were 300 men.", "300", "300", Datatype::Integer);
        check("日本 12 人", "12", "12", Datatype::Integer);
    }
}
