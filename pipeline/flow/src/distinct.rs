//! Names of which one contains the other, and that name two things all the same: a place and the district around it, a place and
//! the state behind the comma, a man and his wife, two that `and` joins.
//!
//! In: two names as a text has them, and the class that they are read as. Out: whether they are of two. Never: a text, or a name
//! that does not contain the other.

use crate::nouns::is_common;
use kgloom_record::names;
use kgloom_record::titles::is_wife_of;
use kgloom_record::vocabulary;

/// What stands before or behind a place's name in that of a larger one around it.
const DIVISIONS: [&str; 14] = [
    "arrondissement",
    "canton",
    "county",
    "department",
    "district",
    "gmina",
    "governorate",
    "oblast",
    "prefecture",
    "province",
    "raion",
    "region",
    "state",
    "voivodeship",
];
/// What stands before a place's name in that of a part of it.
const PARTS: [&str; 21] = [
    "central",
    "downtown",
    "east",
    "eastern",
    "inner",
    "lower",
    "midtown",
    "north",
    "northeast",
    "northeastern",
    "northern",
    "northwest",
    "northwestern",
    "outer",
    "south",
    "southeast",
    "southern",
    "southwest",
    "upper",
    "uptown",
    "western",
];
/// What a part of a larger place may be without being a name.
const NO_NAMES: [&str; 8] = ["bay", "end", "point", "pole", "shore", "side", "slope", "wing"];
/// What ends the name of a firm, and names nobody beside him whose firm it is.
const FIRMS: [&str; 9] = ["associates", "bros", "brothers", "co", "company", "daughters", "partners", "son", "sons"];

/// Whether a name that is contained in a longer one is of something else; `class` is the IRI of their class.
pub fn are_two(short: &str, long: &str, class: &str) -> bool {
    let [short_key, long_key] = [short, long].map(names::key);
    if class == vocabulary::PERSON && is_wife_of(&short_key, &long_key) {
        return true;
    }
    let place = class.strip_prefix(vocabulary::NAMESPACE) == Some("Location");
    let beyond = || long.split_once(',').is_some_and(|(_, region)| *names::key(region.trim()) == *short_key);
    short_key.len() < long_key.len()
        && (place && (beyond() || is_around(&short_key, &long_key, class)) || is_joined(&short_key, &long_key))
}

/// Whether the longer name is of what a place lies in, or of a part of it.
fn is_around(short: &str, long: &str, class: &str) -> bool {
    let before = long.strip_suffix(short).and_then(|before| before.strip_suffix(' '));
    let behind = long.strip_prefix(short).and_then(|behind| behind.strip_prefix(' '));
    let is_name = !NO_NAMES.contains(&short) && !is_common(short, class);
    // County Mayo is called Mayo.
    let around = before == Some("gmina") || behind.is_some_and(|word| DIVISIONS.contains(&word));
    is_name && (around || before.is_some_and(|word| PARTS.contains(&word)))
}

/// Whether the longer name is the shorter, and another beside it.
fn is_joined(short: &str, long: &str) -> bool {
    let Some((one, other)) = long.split_once(" and ") else { return false };
    let is_one = !one.split(' ').any(|word| ["for", "of"].contains(&word));
    let is_firm = other.rsplit(' ').next().is_some_and(|last| FIRMS.contains(&last));
    is_one && !is_firm && (short == one || short == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(class: &str, short: &str, long: &str, two: bool) {
        assert_eq!(are_two(short, long, vocabulary::own(class).as_str()), two, "{short}, {long}");
    }

    #[test]
    fn a_place_is_not_what_lies_around_it_nor_a_part_of_it() {
        check("Location", "Vellham", "Gmina Vellham", true);
        check("Location", "Vellham", "Vellham County", true);
        check("Location", "Vellham", "Downtown Vellham", true);
        check("Location", "Massachusetts", "Vellham, Massachusetts", true);
        check("Location", "Vellham", "Vellham, Massachusetts", false);
        check("Location", "Vellham", "Vellham River", false);
        check("Location", "Mayo", "County Mayo", false);
        check("Location", "Pole", "South Pole", false);
        check("Location", "County", "Vellham County", false);
        check("Organization", "Vellham", "Vellham County", false);
    }

    #[test]
    fn a_man_is_not_his_wife() {
        check("Person", "Odd Falk", "Mrs Odd Falk", true);
        check("Person", "Mrs Odd Falk", "Mr Odd Falk", true);
        check("Person", "Ada Quill", "Mrs Ada Quill", false);
        check("Person", "Falk", "Mrs Odd Falk", false);
        check("Person", "Odd Falk", "Mr Odd Falk", false);
        check("Organization", "Odd Falk", "Mrs Odd Falk", false);
    }

    #[test]
    fn two_in_one_span_are_two() {
        check("Organization", "Tessel Records", "Tessel Records and Norsea", true);
        check("Organization", "Norsea", "Tessel Records & Norsea", true);
        check("Organization", "Tessel", "Tessel and Sons", false);
        check("Organization", "Ministry of Culture", "Ministry of Culture and Sport", false);
        check("Organization", "Tessel", "Tessel Records and Norsea", false);
    }
}
