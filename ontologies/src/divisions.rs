//! Divisions of countries that texts name behind a town instead of the country: "Springfield, Illinois".
//! In: nothing. Out: each division with its country. Never: a name that divisions of several countries have.

/// Divisions by country, in lower case.
const DIVISIONS: [(&str, &[&str]); 4] = [
    (
        "australia",
        &[
            "australian capital territory",
            "new south wales",
            "northern territory",
            "queensland",
            "south australia",
            "tasmania",
            "western australia",
        ],
    ),
    (
        "canada",
        &[
            "alberta",
            "british columbia",
            "manitoba",
            "new brunswick",
            "newfoundland and labrador",
            "nova scotia",
            "nunavut",
            "ontario",
            "prince edward island",
            "quebec",
            "saskatchewan",
            "yukon",
        ],
    ),
    ("united kingdom", &["england", "northern ireland", "scotland", "wales"]),
    (
        "united states",
        &[
            "alabama",
            "alaska",
            "arizona",
            "arkansas",
            "california",
            "colorado",
            "connecticut",
            "delaware",
            "florida",
            "hawaii",
            "idaho",
            "illinois",
            "indiana",
            "iowa",
            "kansas",
            "kentucky",
            "louisiana",
            "maine",
            "maryland",
            "massachusetts",
            "michigan",
            "minnesota",
            "mississippi",
            "missouri",
            "montana",
            "nebraska",
            "nevada",
            "new hampshire",
            "new jersey",
            "new mexico",
            "new york",
            "north carolina",
            "north dakota",
            "ohio",
            "oklahoma",
            "oregon",
            "pennsylvania",
            "rhode island",
            "south carolina",
            "south dakota",
            "tennessee",
            "texas",
            "utah",
            "vermont",
            "virginia",
            "washington",
            "west virginia",
            "wisconsin",
            "wyoming",
        ],
    ),
];

/// Every division with its country, both in lower case.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    DIVISIONS.iter().flat_map(|(country, divisions)| divisions.iter().map(move |division| (*division, *country)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_is_of_one_country() {
        let of = |name: &str| {
            all().filter(|(division, _)| *division == name).map(|(_, country)| country).collect::<Vec<_>>()
        };
        assert_eq!((of("ohio"), of("scotland")), (vec!["united states"], vec!["united kingdom"]));
        assert!(all().all(|(division, _)| of(division).len() == 1));
    }
}
