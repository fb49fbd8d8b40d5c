//! Values as corrections say them. In: what a relation takes, and a text. Out: a literal of the graph, or what to write in its
//! place. Never: a date that no calendar has.

use kgloom_record::record::{Datatype, Iri, Literal};
use ontologies::Ontology;

/// What may stand at the far end of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// A date, a month or a year.
    Times,
    /// A number.
    Quantities,
    /// Something that has a name.
    Things,
}

impl Takes {
    /// What a relation takes by its range.
    pub(super) fn of(ontology: &Ontology, relation: &Iri) -> Takes {
        let known = ontology.relation(relation);
        let is = |taken: &Iri, class: &str| taken.as_str().ends_with(&format!(":{class}"));
        let has = |class: &str| known.is_some_and(|known| known.range.iter().any(|taken| is(taken, class)));
        match (has("Time"), has("Quantity")) {
            (true, _) => Takes::Times,
            (false, true) => Takes::Quantities,
            (false, false) => Takes::Things,
        }
    }
}

/// A value as the graph writes it.
pub(super) fn value(text: &str, takes: Takes) -> Option<Literal> {
    let datatype = match takes {
        Takes::Times => time(text),
        Takes::Quantities => number(text),
        Takes::Things => None,
    };
    datatype.map(|datatype| Literal { value: text.into(), datatype })
}

/// Whether a text is one of this type at all, whatever takes it.
pub(super) fn is_of(text: &str, datatype: Datatype) -> bool {
    match datatype {
        Datatype::Date | Datatype::YearMonth | Datatype::Year => time(text) == Some(datatype),
        Datatype::Integer => number(text) == Some(Datatype::Integer),
        Datatype::Decimal => number(text).is_some(),
        _ => !text.trim().is_empty(),
    }
}

/// What to say of a text that a relation does not take.
pub(super) fn no_value(text: &str, takes: Takes) -> String {
    let form = match takes {
        Takes::Times => "write a date as 1948-07-21, 1948-07 or 1948",
        Takes::Quantities => "write a number as 1200 or 3.5",
        Takes::Things => "it takes a thing, which has a name and a class",
    };
    format!("\"{text}\" is no value that this relation takes; {form}")
}

fn time(text: &str) -> Option<Datatype> {
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let within = |part: &str, most: u32| digits(part, 2) && part.parse().is_ok_and(|n: u32| (1..=most).contains(&n));
    let parts: Vec<&str> = text.strip_prefix('-').unwrap_or(text).split('-').collect();
    match parts.as_slice() {
        [year] if digits(year, 4) => Some(Datatype::Year),
        [year, month] if digits(year, 4) && within(month, 12) => Some(Datatype::YearMonth),
        [year, month, day] if digits(year, 4) && within(month, 12) => {
            let last = days(year.parse().ok()?, month.parse().ok()?);
            within(day, last).then_some(Datatype::Date)
        }
        _ => None,
    }
}

fn number(text: &str) -> Option<Datatype> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match plain.split_once('.') {
        None if number(plain) => Some(Datatype::Integer),
        Some((whole, part)) if number(whole) && number(part) => Some(Datatype::Decimal),
        _ => None,
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_written() {
        for (text, takes, datatype) in [
            ("1948-07-21", Takes::Times, Some(Datatype::Date)),
            ("2000-02-29", Takes::Times, Some(Datatype::Date)),
            ("1900-02-29", Takes::Times, None),
            ("1948-13", Takes::Times, None),
            ("1948-07", Takes::Times, Some(Datatype::YearMonth)),
            ("-0044", Takes::Times, Some(Datatype::Year)),
            ("21", Takes::Times, None),
            ("12000", Takes::Quantities, Some(Datatype::Integer)),
            ("-3.50", Takes::Quantities, Some(Datatype::Decimal)),
            ("3.", Takes::Quantities, None),
            ("many", Takes::Quantities, None),
            ("1948", Takes::Things, None),
        ] {
            assert_eq!(value(text, takes).map(|literal| literal.datatype), datatype, "{text}");
        }
    }
}
