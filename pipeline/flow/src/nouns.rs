//! Common nouns that a text writes large for one of its own: the Committee, the Republic.
//!
//! In: a name as it is compared, and its class. Out: whether each text that does not say what it is may mean another.
//! Never: a noun that is better known as somebody's name ("Queen", "Prince", "Order").

use kgloom_record::vocabulary;

/// Bodies and places.
const THINGS: [&str; 77] = [
    "academy",
    "administration",
    "agency",
    "airport",
    "alliance",
    "assembly",
    "association",
    "authority",
    "bank",
    "board",
    "borough",
    "bridge",
    "brigade",
    "bureau",
    "cabinet",
    "canal",
    "cathedral",
    "chamber",
    "chapel",
    "church",
    "city",
    "clinic",
    "club",
    "coast",
    "college",
    "colony",
    "commission",
    "committee",
    "commonwealth",
    "company",
    "convention",
    "corporation",
    "council",
    "county",
    "court",
    "department",
    "district",
    "division",
    "embassy",
    "faculty",
    "federation",
    "firm",
    "foundation",
    "government",
    "harbour",
    "hospital",
    "institute",
    "island",
    "jury",
    "kingdom",
    "lake",
    "library",
    "ministry",
    "monastery",
    "museum",
    "office",
    "orchestra",
    "palace",
    "panel",
    "parish",
    "park",
    "party",
    "port",
    "province",
    "regiment",
    "republic",
    "river",
    "school",
    "secretariat",
    "seminary",
    "society",
    "squadron",
    "station",
    "theatre",
    "town",
    "university",
    "village",
];

/// What people are addressed by.
const PEOPLE: [&str; 20] = [
    "captain",
    "chairman",
    "chief",
    "colonel",
    "commander",
    "councillor",
    "director",
    "doctor",
    "emperor",
    "father",
    "general",
    "governor",
    "king",
    "mayor",
    "minister",
    "mother",
    "president",
    "princess",
    "professor",
    "secretary",
];

/// Whether a name is only such a noun; `class` is the IRI of its class.
pub fn is_common(name: &str, class: &str) -> bool {
    match class {
        vocabulary::PERSON => PEOPLE.binary_search(&name).is_ok(),
        _ if class.strip_prefix(vocabulary::NAMESPACE) == Some("Miscellaneous") => false,
        _ => THINGS.binary_search(&name).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_are_sorted_and_asked_by_class() {
        assert!(THINGS.is_sorted() && PEOPLE.is_sorted());
        let organization = vocabulary::own("Organization");
        assert!(is_common("committee", organization.as_str()) && is_common("mayor", vocabulary::PERSON));
        assert!(
            !is_common("mayor", organization.as_str()) && !is_common("committee of inquiry", organization.as_str())
        );
        assert!(!is_common("committee", vocabulary::own("Miscellaneous").as_str()));
    }
}
