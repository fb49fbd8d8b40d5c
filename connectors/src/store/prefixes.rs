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

/// The name with its prefix; where none fits, or what is left could not stand so in a query, the name in full between
/// `<` and `>`: what is shown can be asked for.
pub fn shorten(iri: &str) -> String {
    prefixed(iri).unwrap_or_else(|| format!("<{iri}>"))
}

/// The name with its prefix, if it can stand so in a query.
pub(super) fn prefixed(iri: &str) -> Option<String> {
    let (prefix, rest) = PREFIXES.iter().find_map(|(prefix, space)| Some((prefix, iri.strip_prefix(space)?)))?;
    is_local(rest).then(|| format!("{prefix}:{rest}"))
}

/// Whether a text can follow a prefix as it is: `PN_LOCAL` of SPARQL's grammar without its escapes.
fn is_local(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next().is_some_and(|c| is_letter(c) || matches!(c, '_' | ':' | '0'..='9'));
    let inside = |c: char| {
        is_letter(c)
            || matches!(c, '_' | '-' | '.' | ':' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
    };
    first && characters.all(inside) && !text.ends_with('.')
}

/// `PN_CHARS_BASE` of SPARQL's grammar.
fn is_letter(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
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
        for long in ["http://example.org/x", "urn:kgloom:person:Ada~4a401fab", "urn:kgloom:document:texts/ada.txt"] {
            assert_eq!(shorten(long), format!("<{long}>"));
        }
        assert_eq!(shorten("urn:kgloom:person:আনন্দ_কুমার"), "person:আনন্দ_কুমার");
        assert_eq!(expand("unknown:x"), None);
    }
}
