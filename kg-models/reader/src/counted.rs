//! Numbers of four digits that are no years. In: the tokens of a sentence. Out: which of its numbers count or measure
//! something, and which are a part of a name or an address. Never: a year, as years ordinarily stand.
//!
//! A tagger takes `1948` in `at 1948 Broad Street` for a time, and then somebody is born in it. What stands beside the number
//! tells: a unit or what is counted after it, `Room`, `flight` or `No.` before it, a street.

use super::tokens::{Kind, Token};
use crate::moment::named_month;

/// What a number is that is no year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It counts or measures.
    Number,
    /// It is a part of a name.
    Name,
}

/// Units that are never a verb or a name after a year.
const UNITS: &[&str] = &[
    "%",
    "‰",
    "°",
    "percent",
    "mm",
    "cm",
    "m",
    "km",
    "metres",
    "meters",
    "kilometres",
    "kilometers",
    "miles",
    "ft",
    "feet",
    "inches",
    "yards",
    "nmi",
    "ha",
    "hectares",
    "acres",
    "kg",
    "mg",
    "grams",
    "kilograms",
    "lb",
    "lbs",
    "tonnes",
    "tons",
    "oz",
    "litres",
    "liters",
    "gallons",
    "barrels",
    "kw",
    "mw",
    "gw",
    "kwh",
    "mwh",
    "gwh",
    "watts",
    "volts",
    "hz",
    "khz",
    "mhz",
    "ghz",
    "mph",
    "knots",
    "bits",
    "bytes",
    "kb",
    "mb",
    "gb",
    "tb",
    "degrees",
    "seconds",
    "minutes",
    "hours",
    "days",
    "weeks",
    "months",
    "years",
    "hp",
    "bhp",
    "$",
    "€",
    "£",
    "dollars",
    "euros",
    "pounds",
    "rupees",
    "francs",
    "kronor",
    "kroner",
    "roubles",
    "rubles",
    "pesos",
    "cents",
    "m²",
    "km²",
    "thousand",
    "million",
    "billion",
];

/// What is counted, whatever stands before the number.
const PEOPLE: &[&str] = &["people", "persons", "others", "inhabitants", "residents", "souls"];

/// What is counted, unless an article makes them those of a year (`the 1936 casualties`).
const NOUNS: &[&str] = &[
    "men",
    "women",
    "children",
    "soldiers",
    "troops",
    "workers",
    "employees",
    "members",
    "students",
    "pupils",
    "passengers",
    "victims",
    "survivors",
    "casualties",
    "deaths",
    "prisoners",
    "refugees",
    "copies",
    "species",
    "households",
    "families",
    "spectators",
    "guests",
    "citizens",
    "voters",
    "votes",
    "delegates",
    "volunteers",
    "times",
    "seats",
    "pages",
    "houses",
    "homes",
    "buildings",
    "horses",
    "cattle",
    "sheep",
    "books",
    "cars",
    "vehicles",
];

/// Between a number and what it counts.
const BETWEEN: &[&str] = &["other", "more", "further", "square", "cubic", "nautical", "metric", "young", "local", "us"];

/// After these a number is a year, though something follows that could be counted: `In 1921 people moved`.
const BEFORE_YEARS: &[&str] = &[
    "in",
    "since",
    "during",
    "until",
    "till",
    "from",
    "by",
    "before",
    "after",
    "year",
    "early",
    "late",
    "mid",
    "circa",
    "c",
    "ca",
    "summer",
    "spring",
    "autumn",
    "fall",
    "winter",
    "to",
    "and",
    "or",
    "-",
    "&",
    "/",
    "born",
    "b",
    "died",
    "d",
    "founded",
    "established",
    "est",
];

/// Before `of`: `in the summer of 1950 people flocked there`.
const BEFORE_OF: &[&str] = &["as", "beginning", "end", "fall", "autumn", "spring", "start", "summer", "winter", "year"];

const ARTICLES: &[&str] = &["the", "this", "these", "that", "those", "its", "his", "her", "their", "our"];

/// What a number after it is the number of.
const NUMBERED: &[&str] = &[
    "apartment",
    "apt",
    "article",
    "asteroid",
    "bed",
    "box",
    "bus",
    "cabin",
    "cell",
    "channel",
    "chapter",
    "ext",
    "extension",
    "flat",
    "flight",
    "folio",
    "gate",
    "highway",
    "hut",
    "interstate",
    "locomotive",
    "lot",
    "no",
    "nos",
    "nr",
    "number",
    "p",
    "page",
    "pages",
    "paragraph",
    "postcode",
    "pp",
    "rm",
    "room",
    "rooms",
    "route",
    "section",
    "suite",
    "tent",
    "train",
    "tram",
    "ward",
    "zip",
    "№",
];

/// Before those that may have a year of their own: `maiden flight 1921`.
const ONCE: &[&str] = &["first", "inaugural", "last", "maiden"];

const POPULATION: &[&str] = &["pop", "population"];

const STREETS: &[&str] = &[
    "street",
    "st",
    "avenue",
    "ave",
    "road",
    "rd",
    "boulevard",
    "blvd",
    "lane",
    "ln",
    "drive",
    "square",
    "place",
    "court",
    "terrace",
    "way",
    "parkway",
    "highway",
    "crescent",
    "row",
    "alley",
    "quay",
];

/// The name of a street has at most so many words before what says that it is one.
const STREET_WORDS: usize = 3;

/// What a number of four digits at a token is, where it is no year.
pub(super) fn told(tokens: &[Token], at: usize) -> Option<Told> {
    let token = tokens.get(at).filter(|token| token.kind == Kind::Number && token.text.len() == 4)?;
    let place = Place { tokens, at };
    let number = || (place.is_counted() || place.is_population()).then_some(Told::Number);
    let name = || (place.is_numbered() || place.is_address()).then_some(Told::Name);
    (!token.text.starts_with('0')).then(|| number().or_else(name)).flatten()
}

/// A number among tokens.
struct Place<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Place<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    /// So many tokens before the number.
    fn before(&self, back: usize) -> &str {
        self.at.checked_sub(back).map_or("", |at| self.text(at))
    }

    fn is_small(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| !token.capital || token.upper && token.text.len() > 1)
    }

    /// `at 1850 metres`, `with 1950 others`, `a 1948-metre tunnel`.
    fn is_counted(&self) -> bool {
        let mut next = self.at + 1;
        if self.text(next) == "-" {
            let unit = format!("{}s", self.text(next + 1));
            let glued = [next, next + 1].iter().all(|&at| self.tokens.get(at).is_some_and(|token| token.glued));
            let singular = ["metre", "meter", "foot", "seat", "strong"].contains(&self.text(next + 1));
            return glued && (singular || UNITS.contains(&unit.as_str()));
        }
        if BETWEEN.contains(&self.text(next)) {
            next += 1;
        }
        let before = self.before(1);
        let of = before == "of" && (BEFORE_OF.contains(&self.before(2)) || named_month(self.before(2)).is_some());
        if BEFORE_YEARS.contains(&before) || of || named_month(before).is_some() || before == "," {
            return false;
        }
        let is = |words: &[&str]| words.contains(&self.text(next)) && self.is_small(next);
        is(UNITS) || is(PEOPLE) || is(NOUNS) && !ARTICLES.contains(&before)
    }

    /// `pop. 1948`, `a population of 1948`.
    fn is_population(&self) -> bool {
        let dotted = 1 + usize::from(self.before(1) == "." || self.before(1) == "of");
        POPULATION.contains(&self.before(dotted))
    }

    /// `Room 1948`, `No. 1948`, `flight 1921`.
    fn is_numbered(&self) -> bool {
        let dotted =
            usize::from(self.before(1) == "." && self.at.checked_sub(1).is_some_and(|at| self.tokens[at].glued));
        let word = self.before(1 + dotted);
        // "said no 1948 times": without its stop it is a word of its own.
        let own = dotted == 0 && matches!(word, "no" | "nos" | "p");
        NUMBERED.contains(&word) && !own && !ONCE.contains(&self.before(2 + dotted))
    }

    /// `at 1948 Broad Street`.
    fn is_address(&self) -> bool {
        let lead = ["", "at", "near", ",", "(", ":", ";", "address"].contains(&self.before(1));
        let capital = |at: usize| self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word && token.capital);
        let names = (1..=STREET_WORDS).take_while(|&name| capital(self.at + name)).count();
        let street =
            (2..=names + 1).find(|&street| capital(self.at + street) && STREETS.contains(&self.text(self.at + street)));
        lead && street.is_some_and(|street| !capital(self.at + street + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn check(text: &str, expected: Option<Told>) {
        let tokens = tokens(text);
        let at = tokens.iter().position(|token| token.kind == Kind::Number && token.text.len() == 4);
        assert_eq!(told(&tokens, at.expect("a number of four digits")), expected, "{text}");
    }

    #[test]
    fn a_number_before_what_it_counts_is_no_year() {
        for text in [
            "Odd Falk was born at 1850 metres above Bergen.",
            "Odd Falk died in Bergen along with 1950 others.",
            "The Lisbon Press was founded with 1895 euros.",
            "They met at 1948 hours.",
            "A crowd of 1500 people came.",
            "1921 soldiers died there.",
            "He ran the 1500 metres.",
            "It is a 1948-metre tunnel.",
            "It covers 1921 square miles.",
            "Ana Sobral was born in Lisbon, pop. 1948.",
            "It has a population of 1948.",
        ] {
            check(text, Some(Told::Number));
        }
    }

    #[test]
    fn a_number_that_is_a_part_of_a_name_is_no_year() {
        for text in [
            "Ana Sobral was born at 1948 Broad Street in Lisbon.",
            "Write to 7 Elm, 1948 North Broad Ave.",
            "Odd Falk died in Bergen, flight 1921 from Oslo.",
            "Ana Sobral was born in Room 1948 of the Lisbon Hospital.",
            "It is No. 1948 of the list.",
            "See p. 1921.",
            "It is told on page 1921.",
            "She drove along Route 1948.",
        ] {
            check(text, Some(Told::Name));
        }
    }

    #[test]
    fn a_year_stays_one() {
        for text in [
            "In 1921 people moved to Oslo.",
            "In 1948 Broad Street was paved.",
            "As of 1948 Broad Street had two shops.",
            "In the summer of 1950 people flocked there.",
            "In May 1921 miles of track were laid.",
            "From 1914 to 1918 people fled.",
            "The 1936 casualties were named.",
            "Odd Falk was born in Bergen in 1921.",
            "The 1929 Wall Street Crash came.",
            "Maiden flight 1921.",
            "The year 1921 marks the end.",
            "He was born in 1921, one of six.",
            "Odd Falk (1921) is a painter.",
            "He said no 1948 was no good year.",
            "In 1921 M. Falk came.",
        ] {
            check(text, None);
        }
    }
}
