//! Names of which one contains the other, or that differ in a number, and that name two things all the same: a place and the district
//! around it or the state behind its comma, a man and his wife, two that `and` joins, a body and a branch of it, a film and what
//! goes on with it, an office and its deputy's.
//!
//! In: two names as a text has them, and the class that they are read as. Out: whether they are of two. Never: a text, or names
//! that have nothing in common.

use crate::nouns::{is_common, is_title, is_written_small, number};
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

/// What the adjectives of faiths and parties are, which say what something else is like: the Jewish chaplain of a Jewish seminary.
const ADJECTIVES: [&str; 25] = [
    "anglican",
    "baptist",
    "black",
    "buddhist",
    "catholic",
    "christian",
    "communist",
    "conservative",
    "democrat",
    "democratic",
    "hindu",
    "islam",
    "islamic",
    "jewish",
    "liberal",
    "libertarian",
    "lutheran",
    "methodist",
    "muslim",
    "nationalist",
    "orthodox",
    "protestant",
    "republican",
    "socialist",
    "white",
];
/// Bodies that go by such an adjective.
const BY_ADJECTIVE: [&str; 3] = ["church", "party", "union"];
/// What ends the name of a body that is called by no less.
const WHOLES: [&str; 15] = [
    "academy",
    "army",
    "association",
    "college",
    "corporation",
    "force",
    "hospital",
    "institute",
    "league",
    "ministry",
    "museum",
    "navy",
    "school",
    "society",
    "university",
];
/// What ends the name of a branch of a body, after the body's.
const BRANCHES: [&str; 27] = [
    "academy",
    "association",
    "campus",
    "center",
    "centre",
    "choir",
    "club",
    "college",
    "department",
    "endowment",
    "foundation",
    "group",
    "hospital",
    "institute",
    "laboratory",
    "libraries",
    "library",
    "museum",
    "observatory",
    "orchestra",
    "park",
    "press",
    "school",
    "society",
    "stadium",
    "team",
    "trust",
];
/// The same after a body's initials, which may stand before what it is: `NRC Institute` is the NRC.
const BRANCHES_OF_INITIALS: [&str; 9] =
    ["digital", "endowment", "europe", "libraries", "library", "news", "park", "press", "sports"];
/// Bodies that go by the name of what they are of.
const BY_WHOLE: [&str; 15] = [
    "bank",
    "brothers",
    "college",
    "commonwealth",
    "congregation",
    "council",
    "daughters",
    "house",
    "kingdom",
    "order",
    "republic",
    "sisters",
    "state",
    "union",
    "university",
];
/// Who stands below the office that is named after it.
const DEPUTIES: [&str; 10] =
    ["acting", "assistant", "associate", "brigadier", "deputy", "lieutenant", "lt", "major", "rear", "vice"];
/// Directions, without the ending that makes adjectives of them.
const DIRECTIONS: [&str; 10] =
    ["east", "lower", "north", "northeast", "northwest", "south", "southeast", "southwest", "upper", "west"];

/// Whether a name and the most complete one of those that are taken for one are of two; `class` is the IRI of their class.
pub fn are_two(short: &str, long: &str, class: &str) -> bool {
    let [short_key, long_key] = [short, long].map(names::key);
    if differ(&short_key, &long_key, number) || differ(&short_key, &long_key, direction) {
        return true;
    }
    let of_class = class.strip_prefix(vocabulary::NAMESPACE);
    if of_class == Some("Person") && is_wife_of(&short_key, &long_key) {
        return true;
    }
    let beyond = || long.split_once(',').is_some_and(|(_, region)| *names::key(region.trim()) == *short_key);
    let is_other = || match of_class {
        Some("Location") => beyond() || is_around(&short_key, &long_key, class),
        Some("Organization") => {
            is_adjective(&short_key, &long_key)
                || has_branch((short, &short_key), &long_key)
                || is_of(&short_key, &long_key)
                || goes_on(&short_key, &long_key, class)
        }
        Some("Miscellaneous") => {
            is_adjective(&short_key, &long_key)
                || is_deputy(&short_key, &long_key)
                || goes_on(&short_key, &long_key, class)
                || is_written_small(long) && names::shortens(&short_key, &long_key)
        }
        _ => false,
    };
    if short_key.len() >= long_key.len() {
        return of_class == Some("Organization") && is_glued(&long_key, &short_key);
    }
    is_joined(&short_key, &long_key) || is_other()
}

/// Whether what a longer name calls an edition of a year is, by the shorter name, what has one each year: `2008 Vell Cup`, `Vell Cup`.
pub fn is_edition(short: &str, long: &str, class: &str) -> bool {
    let [short, long] = [short, long].map(names::key);
    let year = |word: &str| {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        digits == 4 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    let first = long.split(' ').next().filter(|first| year(first));
    class.strip_prefix(vocabulary::NAMESPACE) == Some("Miscellaneous")
        && first.is_some_and(|first| !short.split(' ').any(|word| word == first))
        && names::shortens(&short, &long)
}

/// Whether two names are the same but for one word each of one kind, and differ there: `Henry II`, `Henry III of Vell`; `told` says
/// what of the kind a word is.
fn differ<T: PartialEq>(one: &str, other: &str, told: fn(&str) -> Option<T>) -> bool {
    let split = |name: &str| {
        let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        let at = words.iter().position(|word| told(word).is_some())?;
        let value = told(&words.remove(at))?;
        (!words.is_empty() && !words.iter().any(|word| told(word).is_some())).then_some((value, words))
    };
    let (Some((one, rest)), Some((other, others))) = (split(one), split(other)) else { return false };
    one != other && (rest.starts_with(&others) || others.starts_with(&rest))
}

fn direction(word: &str) -> Option<usize> {
    let plain = word.strip_suffix("ern").unwrap_or(word);
    DIRECTIONS.iter().position(|direction| *direction == plain)
}

/// Whether the shorter name is only an adjective of the longer one, which is not called by it.
fn is_adjective(short: &str, long: &str) -> bool {
    let is = |word: &str| ADJECTIVES.contains(&word) || ADJECTIVES.contains(&word.strip_suffix('s').unwrap_or(word));
    let last = long.rsplit(' ').next().unwrap_or_default();
    let called = BY_ADJECTIVE.contains(&last) || is(last);
    is(short) && !called && long.split(' ').any(|word| word == short || short.strip_suffix('s') == Some(word))
}

/// Whether the longer name is of a branch of the body that the shorter one names.
fn has_branch((short, key): (&str, &str), long: &str) -> bool {
    let Some(rest) = long.strip_prefix(key).and_then(|rest| rest.strip_prefix(' ')) else { return false };
    let head = rest.split(" of ").next().and_then(|head| head.rsplit(' ').next()).unwrap_or_default();
    let initials = key.len() > 1 && !short.contains(|c: char| c.is_lowercase() || c == ' ');
    let whole = key.starts_with("university of ") || key.rsplit(' ').next().is_some_and(|last| WHOLES.contains(&last));
    rest == "radio network"
        || whole && key.contains(' ') && BRANCHES.contains(&head)
        || initials && BRANCHES_OF_INITIALS.contains(&head)
}

/// Whether the longer name is of something of the body that the shorter one names: `Bishop of Vell`.
fn is_of(short: &str, long: &str) -> bool {
    let before = long.strip_suffix(short).map(|before| before.strip_suffix("the ").unwrap_or(before));
    let head = before.and_then(|before| before.strip_suffix(" of "));
    head.and_then(|head| head.rsplit(' ').next()).is_some_and(|head| !BY_WHOLE.contains(&head))
}

/// Whether the longer name is of an office below the one that the shorter one names, or of another rank.
fn is_deputy(short: &str, long: &str) -> bool {
    let before = long.strip_suffix(short).and_then(|before| before.strip_suffix(' '));
    before.is_some_and(|before| DEPUTIES.contains(&before))
        || is_title(short) && is_title(long) && names::shortens(short, long)
}

/// Whether the longer name is of what goes on with what the shorter one names: `Vell II`.
fn goes_on(short: &str, long: &str, class: &str) -> bool {
    let after = long.strip_prefix(short).and_then(|rest| rest.strip_prefix(' '));
    let after = after.map(|rest| rest.strip_prefix("part ").unwrap_or(rest));
    let roman = |word: &str| word.contains(['i', 'v', 'x']) || short.contains(' ');
    let counted = after.filter(|word| roman(word)).and_then(number).is_some_and(|number| (2..=20).contains(&number));
    counted && !is_common(long, class)
}

/// Whether one name is the other with a number behind its letters: `VBC2`.
fn is_glued(name: &str, longer: &str) -> bool {
    let number = longer.strip_prefix(name).unwrap_or_default();
    name.len() > 1 && !number.is_empty() && number.len() < 3 && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// What kind of district a name is of, by the word of it that says so: `Gmina Vell`, `Vell County`.
pub fn division(key: &str) -> Option<&'static str> {
    let (first, last) = (key.split(' ').next()?, key.rsplit(' ').next().filter(|last| last.len() < key.len())?);
    DIVISIONS.iter().find(|division| **division == last || (**division == "gmina" && first == "gmina")).copied()
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
    let initials = [one, other].iter().any(|name| names::is_acronym(short, name)) && !names::is_acronym(short, long);
    is_one && !is_firm && (short == one || short == other || initials)
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
    fn a_name_says_of_what_kind_of_district_it_is() {
        for (name, told) in [
            ("vell county", Some("county")),
            ("gmina vell", Some("gmina")),
            ("county", None),
            ("county vell", None),
            ("vell", None),
        ] {
            assert_eq!(division(name), told, "{name}");
        }
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
        check("Organization", "VBT", "Tessel Records and Vell Bay Trust", true);
        check("Organization", "TRVBT", "Tessel Records and Vell Bay Trust", false);
    }

    #[test]
    fn what_differs_in_a_number_or_a_direction_is_two() {
        check("Person", "Henrik II", "Henrik III of Vell", true);
        check("Person", "Henrik", "Henrik III of Vell", false);
        check("Person", "Henrik III", "Henrik III of Vell", false);
        check("Miscellaneous", "Vell War II", "First Vell War", true);
        check("Miscellaneous", "2nd Vell War", "Second Vell War", false);
        check("Organization", "Southern Railway", "Western Railway", true);
        check("Organization", "West Vell Railway", "Western Vell Railway", false);
        check("Location", "Route 6", "Route 66", true);
        check("Organization", "VBC2", "VBC", true);
        check("Organization", "VBC2", "VBC2 Vell", false);
    }

    #[test]
    fn what_goes_on_and_one_of_each_year_are_others() {
        check("Miscellaneous", "The Tessel", "The Tessel II", true);
        check("Miscellaneous", "The Tessel", "The Tessel Part III", true);
        check("Miscellaneous", "Season", "Season II", false);
        check("Miscellaneous", "Tessel", "Tessel 2000", false);
        let other = vocabulary::own("Miscellaneous");
        for (short, long, two) in [
            ("Vell Cup", "2008 Vell Cup", true),
            ("Scottish Cup", "1937-38 Scottish Cup", true),
            ("2008 Vell Cup", "2008 Vell Cup Final", false),
            ("Vell Cup", "3rd Vell Cup", false),
            ("Tessel", "2008 Vell Cup", false),
        ] {
            assert_eq!(is_edition(short, long, other.as_str()), two, "{short}, {long}");
        }
    }

    #[test]
    fn a_body_is_not_its_branch_nor_what_is_of_it() {
        check("Organization", "Vell University", "Vell University Press", true);
        check("Organization", "University of Vell", "University of Vell Libraries", true);
        check("Organization", "VBC", "VBC News", true);
        check("Organization", "Vell Bay", "Vell Bay Radio Network", true);
        check("Organization", "Vell", "Vell University", false);
        check("Organization", "Vell Council", "Vell Council of Norsea", false);
        check("Organization", "VBC", "VBC Institute", false);
        check("Organization", "Norsea Bank", "Office of the Norsea Bank", true);
        check("Organization", "Norsea", "Diocese of Norsea", true);
        check("Organization", "Norsea", "University of Norsea", false);
        check("Organization", "Council", "Council of Norsea", false);
    }

    #[test]
    fn an_adjective_is_not_what_it_describes() {
        check("Organization", "Jewish", "Jewish Seminary of Vell", true);
        check("Organization", "Democrats", "Democratic Vell Committee", false);
        check("Organization", "Democrats", "Vell Democrat Committee", true);
        check("Organization", "Liberal", "Vell Liberal Party", false);
        check("Organization", "Catholic", "Roman Catholic", false);
        check("Organization", "Hibernian", "Hibernian Club", false);
    }

    #[test]
    fn an_office_is_not_its_deputy_nor_a_kind_what_is_of_the_kind() {
        check("Miscellaneous", "General Manager", "Assistant General Manager", true);
        check("Miscellaneous", "Colonel", "Lieutenant Colonel", true);
        check("Miscellaneous", "Major", "Major General", true);
        check("Miscellaneous", "Manager", "General Manager", false);
        check("Miscellaneous", "Jazz", "latin jazz", true);
        check("Miscellaneous", "Jazz", "Vell Jazz Festival", false);
    }
}
