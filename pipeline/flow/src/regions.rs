//! Where places lie, as far as that tells two of one name apart: countries by the part of the world, and the divisions of a few.
//!
//! In: a name as it is compared. Out: a place around others, such as `united states/ohio`; whether nothing lies in two of them. Never: a
//! country whose borders moved against a neighbour's told from that neighbour: Lviv was in Poland.

use ontologies::divisions;
use std::sync::Arc;

/// A part of the world, its countries, and whether a town of one of them was never in another of them.
type World = (&'static [&'static str], bool);

/// Countries of today that texts name; of the past none, since a town of theirs is in another country now. Georgia is left out:
/// towns lie in the state of that name too.
const WORLDS: [World; 7] = [
    (&["canada", "united states"], true),
    (
        &[
            "argentina",
            "bahamas",
            "barbados",
            "belize",
            "bolivia",
            "brazil",
            "chile",
            "colombia",
            "costa rica",
            "cuba",
            "dominican republic",
            "ecuador",
            "el salvador",
            "guatemala",
            "guyana",
            "haiti",
            "honduras",
            "jamaica",
            "mexico",
            "nicaragua",
            "panama",
            "paraguay",
            "peru",
            "suriname",
            "trinidad and tobago",
            "uruguay",
            "venezuela",
        ],
        true,
    ),
    (&["australia", "fiji", "new zealand", "papua new guinea", "samoa", "solomon islands", "tonga", "vanuatu"], true),
    (
        &[
            "albania",
            "armenia",
            "austria",
            "azerbaijan",
            "belarus",
            "belgium",
            "bosnia and herzegovina",
            "bulgaria",
            "croatia",
            "cyprus",
            "czech republic",
            "denmark",
            "estonia",
            "finland",
            "france",
            "germany",
            "greece",
            "hungary",
            "iceland",
            "ireland",
            "italy",
            "kazakhstan",
            "kosovo",
            "kyrgyzstan",
            "latvia",
            "liechtenstein",
            "lithuania",
            "luxembourg",
            "malta",
            "moldova",
            "montenegro",
            "netherlands",
            "north macedonia",
            "norway",
            "poland",
            "portugal",
            "romania",
            "russia",
            "serbia",
            "slovakia",
            "slovenia",
            "spain",
            "sweden",
            "switzerland",
            "tajikistan",
            "turkmenistan",
            "ukraine",
            "united kingdom",
            "uzbekistan",
        ],
        false,
    ),
    (
        &[
            "algeria",
            "bahrain",
            "egypt",
            "iran",
            "iraq",
            "israel",
            "jordan",
            "kuwait",
            "lebanon",
            "libya",
            "mauritania",
            "morocco",
            "oman",
            "palestine",
            "qatar",
            "saudi arabia",
            "south sudan",
            "sudan",
            "syria",
            "tunisia",
            "turkey",
            "united arab emirates",
            "yemen",
        ],
        false,
    ),
    (
        &[
            "afghanistan",
            "bangladesh",
            "bhutan",
            "brunei",
            "cambodia",
            "china",
            "east timor",
            "india",
            "indonesia",
            "japan",
            "laos",
            "malaysia",
            "mongolia",
            "myanmar",
            "nepal",
            "north korea",
            "pakistan",
            "philippines",
            "singapore",
            "south korea",
            "sri lanka",
            "taiwan",
            "thailand",
            "vietnam",
        ],
        false,
    ),
    (
        &[
            "angola",
            "benin",
            "botswana",
            "burkina faso",
            "burundi",
            "cameroon",
            "chad",
            "democratic republic of the congo",
            "eritrea",
            "ethiopia",
            "gabon",
            "gambia",
            "ghana",
            "guinea",
            "ivory coast",
            "kenya",
            "lesotho",
            "liberia",
            "madagascar",
            "malawi",
            "mali",
            "mozambique",
            "namibia",
            "niger",
            "nigeria",
            "republic of the congo",
            "rwanda",
            "senegal",
            "sierra leone",
            "somalia",
            "south africa",
            "tanzania",
            "togo",
            "uganda",
            "zambia",
            "zimbabwe",
        ],
        false,
    ),
];

/// Pairs of countries, and of divisions, whose border moved over towns though they lie in two parts of the world, or in one where
/// borders stand.
const SHARED: [[&str; 2]; 12] = [
    ["armenia", "turkey"],
    ["bolivia", "chile"],
    ["bulgaria", "turkey"],
    ["chile", "peru"],
    ["china", "kazakhstan"],
    ["china", "russia"],
    ["colombia", "panama"],
    ["cyprus", "turkey"],
    ["greece", "turkey"],
    ["japan", "russia"],
    ["mexico", "united states"],
    ["united states/virginia", "united states/west virginia"],
];

/// The division of this name, in its country.
pub fn division(key: &str) -> Option<Arc<str>> {
    let (_, country) = divisions::all().find(|(division, _)| *division == key)?;
    Some(format!("{country}/{key}").into())
}

/// The country of this name, where it is one that tells places apart.
pub fn country(key: &str) -> Option<Arc<str>> {
    world(key).map(|_| key.into())
}

/// All of them, by name.
pub fn countries() -> impl Iterator<Item = &'static str> {
    WORLDS.iter().flat_map(|(countries, _)| countries.iter().copied())
}

fn world(country: &str) -> Option<usize> {
    WORLDS.iter().position(|(countries, _)| countries.contains(&country))
}

/// A place around others: its country, and the division of it, where one is told.
fn parts(place: &str) -> (&str, Option<&str>) {
    place.split_once('/').map_or((place, None), |(country, division)| (country, Some(division)))
}

/// Whether one place lies in the other, or is it.
pub fn lies_in(inner: &str, outer: &str) -> bool {
    let ((country, _), (other, division)) = (parts(inner), parts(outer));
    inner == outer || (country == other && division.is_none())
}

/// Whether no town lies in both, nor ever lay.
pub fn are_apart(one: &str, other: &str) -> bool {
    let shared = |one: &str, other: &str| SHARED.contains(&[one.min(other), one.max(other)]);
    let ((country, division), (another, other_division)) = (parts(one), parts(other));
    if country == another {
        let differ = division.zip(other_division).is_some_and(|(one, other)| one != other);
        return differ && !shared(one, other);
    }
    let (Some(world), Some(other_world)) = (world(country), world(another)) else { return false };
    (world != other_world || WORLDS[world].1) && !shared(country, another)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_one_is_apart() {
        for (one, other, apart) in [
            ("australia", "united kingdom/scotland", true),
            ("sweden", "united states/nebraska", true),
            ("france", "united states/texas", true),
            ("united states/illinois", "united states/massachusetts", true),
            ("canada/ontario", "united kingdom", true),
            ("chile", "dominican republic", true),
            ("lebanon", "libya", false),
            ("australia/western australia", "australia", false),
            ("united kingdom/scotland", "united kingdom", false),
            ("poland", "ukraine", false),
            ("mexico", "united states/texas", false),
            ("greece", "turkey", false),
            ("united states/virginia", "united states/west virginia", false),
            ("atlantis", "france", false),
        ] {
            assert_eq!(are_apart(one, other), apart, "{one}, {other}");
            assert_eq!(are_apart(other, one), apart, "{other}, {one}");
        }
    }

    #[test]
    fn tables_name_each_once_and_pairs_in_order() {
        let countries: Vec<&str> = countries().collect();
        let divisions: Vec<&str> = divisions::all().map(|(division, _)| division).collect();
        let mut all = [countries.clone(), divisions].concat();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(divisions::all().all(|(_, country)| countries.contains(&country)));
        assert!(SHARED.iter().all(|[one, other]| one < other));
    }
}
