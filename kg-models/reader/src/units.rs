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
    let dashed = to + usize::from(is(to, &["-"]) && glued(to));
    if is(dashed, UNITS) || currency(dashed) {
        (to, given) = (dashed + 1, true);
        if is(to, &["metres", "meters", "kilometres", "kilometers", "miles", "feet", "km", "m", "mi", "ft", "cent"]) {
            to += 1;
        }
    }
    let words =
        |range: Range<usize>| &text[start + tokens[range.start].span.start..start + tokens[range.end - 1].span.end];
    if given { string(words(from..to)) } else { quantity(words(plain)) }
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
    fn a_number_alone_is_whole() {
        check("Some 3.2 million people live there.", "3.2", "3200000", Datatype::Integer);
        check("It has 1,234,567 souls.", "234", "1234567", Datatype::Integer);
        check("It rose by 3.5 in a decade.", "5", "3.5", Datatype::Decimal);
        check("He had twelve sons.", "twelve", "12", Datatype::Integer);
        check("There were 300 men.", "300", "300", Datatype::Integer);
        check("日本 12 人", "12", "12", Datatype::Integer);
    }
}
