//! Names that say too little to know anybody by in another text: common nouns that a text writes large for one of its own (the
//! Committee, the North), with or without a number (Third Division, Season 2), first names, and single letters.
//!
//! In: a name as it is compared, and its class. Out: whether each text that does not say what it is may mean another.
//! Never: a noun that is better known as somebody's name ("Queen", "Prince", "Order").

use crate::first_names::is_first_name;
use kgloom_record::vocabulary;

/// Bodies, places and directions.
const THINGS: [&str; 119] = [
    "academy",
    "administration",
    "advisory board",
    "agency",
    "airport",
    "alliance",
    "army",
    "assembly",
    "association",
    "authority",
    "bank",
    "board",
    "board of directors",
    "board of trustees",
    "borough",
    "bridge",
    "brigade",
    "bureau",
    "cabinet",
    "canal",
    "cathedral",
    "central",
    "chamber",
    "chapel",
    "church",
    "city",
    "city council",
    "clinic",
    "club",
    "coast",
    "college",
    "colony",
    "commission",
    "committee",
    "commonwealth",
    "company",
    "congregation",
    "convention",
    "corporation",
    "council",
    "county",
    "court",
    "department",
    "district",
    "division",
    "east",
    "eastern",
    "editorial board",
    "embassy",
    "empire",
    "executive board",
    "executive committee",
    "faculty",
    "federation",
    "firm",
    "fleet",
    "foundation",
    "government",
    "harbour",
    "high school",
    "hospital",
    "hotel",
    "inc",
    "institute",
    "island",
    "jail",
    "jury",
    "kingdom",
    "lake",
    "left",
    "library",
    "ministry",
    "mission",
    "monastery",
    "museum",
    "national team",
    "navy",
    "north",
    "northeast",
    "northern",
    "northwest",
    "office",
    "opposition",
    "orchestra",
    "palace",
    "panel",
    "parish",
    "park",
    "parliament",
    "party",
    "police",
    "port",
    "prison",
    "province",
    "regiment",
    "republic",
    "right",
    "river",
    "school",
    "school board",
    "secretariat",
    "seminary",
    "senate",
    "society",
    "south",
    "southeast",
    "southern",
    "southwest",
    "squadron",
    "stadium",
    "station",
    "theatre",
    "tower",
    "town",
    "town council",
    "university",
    "village",
    "west",
    "western",
];

/// Adjectives by which a text calls a party, a government or a team, another in each country.
const ADJECTIVES: [&str; 18] = [
    "colonial",
    "conservative",
    "continental",
    "democrat",
    "democratic",
    "federal",
    "imperial",
    "international",
    "labour",
    "liberal",
    "municipal",
    "national",
    "nationalist",
    "provincial",
    "radical",
    "republican",
    "socialist",
    "unionist",
];

/// What people are addressed by.
const PEOPLE: [&str; 42] = [
    "admiral",
    "baron",
    "bishop",
    "brigadier general",
    "captain",
    "chairman",
    "chief",
    "colonel",
    "commander",
    "commissioner",
    "councillor",
    "deputy",
    "director",
    "doctor",
    "emperor",
    "envoy",
    "father",
    "general",
    "governor",
    "jr",
    "king",
    "lieutenant",
    "lieutenant colonel",
    "lieutenant general",
    "major",
    "major general",
    "managing director",
    "mayor",
    "minister",
    "mother",
    "mr",
    "mrs",
    "pope",
    "president",
    "prime minister",
    "princess",
    "professor",
    "secretary",
    "senator",
    "sergeant",
    "sr",
    "vice president",
];

/// Of what there are many in a row, each with a number or a letter of its own.
const NUMBERED: [&str; 44] = [
    "act",
    "article",
    "battalion",
    "battery",
    "book",
    "brigade",
    "chapter",
    "class",
    "company",
    "corps",
    "district",
    "division",
    "episode",
    "game",
    "group",
    "heat",
    "highway",
    "infantry",
    "infantry division",
    "infantry regiment",
    "issue",
    "league",
    "level",
    "line",
    "no",
    "number",
    "part",
    "period",
    "phase",
    "place",
    "platform",
    "regiment",
    "road",
    "round",
    "route",
    "season",
    "section",
    "series",
    "squadron",
    "stage",
    "unit",
    "version",
    "volume",
    "ward",
];
/// Numbers in words, and seasons of a year.
const ORDINALS: [&str; 16] = [
    "autumn",
    "eighth",
    "fall",
    "fifth",
    "first",
    "fourth",
    "inaugural",
    "ninth",
    "regular",
    "second",
    "seventh",
    "sixth",
    "spring",
    "summer",
    "third",
    "winter",
];

/// Whether a name is only such a noun, or a first name; `class` is the IRI of its class.
pub fn is_common(name: &str, class: &str) -> bool {
    match class.strip_prefix(vocabulary::NAMESPACE) {
        Some("Person") => is_title(name) || is_first_name(name),
        Some("Miscellaneous") => is_bare(name) || is_numbered(name),
        _ => THINGS.binary_search(&name).is_ok() || is_bare(name) || is_numbered(name),
    }
}

/// Whether a name is only an adjective by which texts call a body, and not all the same.
pub fn is_adjective(name: &str, class: &str) -> bool {
    class.strip_prefix(vocabulary::NAMESPACE) == Some("Organization") && ADJECTIVES.binary_search(&name).is_ok()
}

/// Whether a name is only what somebody is addressed by: it may be of a rank, but is short for none that has more words.
pub fn is_title(name: &str) -> bool {
    PEOPLE.binary_search(&name).is_ok()
}

/// A single letter, or no letter at all.
fn is_bare(name: &str) -> bool {
    name.len() == 1 || !name.contains(char::is_alphabetic)
}

/// Whether a name is a noun of [`NUMBERED`] and what counts it: `iii corps`, `season 2`, `1926-27 season`, `group a`.
fn is_numbered(name: &str) -> bool {
    let before = name.split_once(' ').filter(|(first, _)| is_number(first)).map(|(_, noun)| noun);
    let after = name.rsplit_once(' ').filter(|(_, last)| last.len() == 1 || is_number(last)).map(|(noun, _)| noun);
    [before, after].iter().flatten().any(|noun| NUMBERED.binary_search(noun).is_ok())
}

/// Whether a shorter name leaves out a number of the longer: `Olympics` of `2008 Summer Olympics`, one of many.
pub fn leaves_out_a_number(short: &str, long: &str) -> bool {
    let has = |word: &str| short.split(' ').any(|other| other == word);
    long.split(' ').any(|word| is_number(word) && !has(word))
}

/// Whether a name is written as a word is, and not as a name: nobody is known by it elsewhere.
pub fn is_written_small(name: &str) -> bool {
    name.contains(char::is_lowercase) && !name.contains(|c: char| c.is_uppercase() || c.is_numeric())
}

/// What number a word is: digits, with what makes them an ordinal; a Roman number; or an ordinal in words.
pub fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 9] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
    if let Some(at) = WORDS.iter().position(|ordinal| *ordinal == word) {
        return Some(at as u32 + 1);
    }
    let digits = word.trim_end_matches(char::is_alphabetic);
    if ["", "st", "nd", "rd", "th"].contains(&&word[digits.len()..]) && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return digits.parse().ok();
    }
    let value = |letter: char| match letter {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        _ => None,
    };
    let values =
        word.chars().map(value).collect::<Option<Vec<u32>>>().filter(|values| (1..6).contains(&values.len()))?;
    let rises = |at: usize| values.get(at + 1).is_some_and(|next| *next > values[at]);
    let (less, more): (Vec<usize>, Vec<usize>) = (0..values.len()).partition(|at| rises(*at));
    let sum = |places: &[usize]| places.iter().map(|at| values[*at]).sum::<u32>();
    sum(&more).checked_sub(sum(&less))
}

/// Digits, with what makes them an ordinal or a span of years; a Roman number; or a number in words.
fn is_number(word: &str) -> bool {
    let digits = word.trim_end_matches(char::is_alphabetic);
    let counted = !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit() || "-/.".contains(c))
        && ["", "st", "nd", "rd", "th"].contains(&&word[digits.len()..]);
    let roman = !word.is_empty() && word.len() < 6 && word.chars().all(|c| "ivx".contains(c));
    counted || roman || ORDINALS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_are_sorted_and_asked_by_class() {
        assert!(THINGS.is_sorted() && PEOPLE.is_sorted() && ADJECTIVES.is_sorted());
        let organization = vocabulary::own("Organization");
        assert!(is_adjective("federal", organization.as_str()) && !is_adjective("federal", vocabulary::PERSON));
        assert!(!is_adjective("federal bank", organization.as_str()) && !is_common("federal", organization.as_str()));
        assert!(is_common("committee", organization.as_str()) && is_common("mayor", vocabulary::PERSON));
        assert!(
            !is_common("mayor", organization.as_str()) && !is_common("committee of inquiry", organization.as_str())
        );
        let other = vocabulary::own("Miscellaneous");
        assert!(!is_common("committee", other.as_str()) && !is_common("vice president", other.as_str()));
        assert!(is_title("vice president") && is_title("lieutenant") && !is_title("committee"));
    }

    #[test]
    fn what_is_only_counted_is_of_each_text() {
        assert!(NUMBERED.is_sorted() && ORDINALS.is_sorted());
        let [organization, other] = ["Organization", "Miscellaneous"].map(vocabulary::own);
        for name in
            ["iii corps", "third division", "2nd battalion", "group a", "fifth regiment", "8th infantry regiment"]
        {
            assert!(is_common(name, organization.as_str()), "{name}");
        }
        for name in ["season 2", "1926-27 season", "2007/08 season", "spring season", "no 1", "2008", "v", "3"] {
            assert!(is_common(name, other.as_str()), "{name}");
        }
        for name in
            ["k2", "world war ii", "17th central committee", "bergvik ii", "season", "2008 summer olympics", "u2"]
        {
            assert!(!is_common(name, other.as_str()), "{name}");
        }
    }

    #[test]
    fn a_number_is_one_however_it_is_written() {
        for word in ["14", "14th", "xiv"] {
            assert_eq!(number(word), Some(14), "{word}");
        }
        assert_eq!(["third", "iii", "3rd"].map(number), [Some(3); 3]);
        assert_eq!(["vell", "1926-27", "", "th", "civic", "iiiiii"].map(number), [None; 6]);
    }

    #[test]
    fn one_of_many_is_no_short_form_of_all() {
        assert!(
            leaves_out_a_number("olympics", "2008 summer olympics") && leaves_out_a_number("final", "second final")
        );
        assert!(!leaves_out_a_number("2008 olympics", "2008 olympics in beijing"));
        assert!(!leaves_out_a_number("norsea", "norsea oil"));
        assert!(is_written_small("ivory") && !is_written_small("eBay") && !is_written_small("東京"));
    }

    #[test]
    fn a_first_name_is_of_each_text() {
        let is_of_each = |name| is_common(name, vocabulary::PERSON);
        assert!(is_of_each("peter") && is_of_each("elizabeth") && is_of_each("jr"));
        assert!(!is_of_each("mozart") && !is_of_each("peter vell") && !is_of_each("madonna"));
        assert!(!is_common("peter", vocabulary::own("Location").as_str()));
    }
}
