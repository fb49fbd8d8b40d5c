//! The prefixes that every query may use and every table shows. In: names. Out: shorter or longer names.

/// Prefix and namespace, longest namespaces of one family first.
pub const PREFIXES: [(&str, &str); 12] = [
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("wdt", "http://www.wikidata.org/prop/direct/"),
    ("person", "urn:kgloom:person:"),
    ("organization", "urn:kgloom:organization:"),
    ("location", "urn:kgloom:location:"),
    ("miscellaneous", "urn:kgloom:miscellaneous:"),
    ("doc", "urn:kgloom:document:"),
    ("kgloom", "urn:kgloom:"),
];

/// The name with its prefix, or the name itself where none fits.
pub fn shorten(iri: &str) -> String {
    let found = PREFIXES.iter().find_map(|(prefix, space)| Some((prefix, iri.strip_prefix(space)?)));
    match found {
        Some((prefix, rest)) if !rest.is_empty() => format!("{prefix}:{rest}"),
        _ => iri.to_owned(),
    }
}

/// The full name of a prefixed name, or `None` where its prefix is unknown.
pub fn expand(name: &str) -> Option<String> {
    let (prefix, rest) = name.split_once(':')?;
    let (_, space) = PREFIXES.iter().find(|(known, _)| *known == prefix)?;
    Some(format!("{space}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_their_prefix_and_lose_it() {
        for (long, short) in [
            ("urn:kgloom:person:Ada_Lovelace", "person:Ada_Lovelace"),
            ("urn:kgloom:Person", "kgloom:Person"),
            ("http://www.wikidata.org/prop/direct/P19", "wdt:P19"),
        ] {
            assert_eq!(shorten(long), short);
            assert_eq!(expand(short).as_deref(), Some(long));
        }
        assert_eq!(shorten("http://example.org/x"), "http://example.org/x");
        assert_eq!(expand("unknown:x"), None);
    }
}
