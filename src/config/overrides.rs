//! The user's word on who is who. In: a TOML file. Out: sorted overrides. Never: a class that the ontology lacks.

use super::file::{Error, nearest, parse_toml};
use ontologies::{Class, Iri, Ontology};
use pipeline::record::Override;
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    same: Vec<toml::Spanned<Pair>>,
    different: Vec<toml::Spanned<Pair>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    class: String,
    name: String,
    other: String,
}

/// Reads the file at `path`; its classes are IRIs, prefixed names, labels or tags of the ontology.
pub fn read(path: &Path, ontology: &Ontology) -> Result<Vec<Override>, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    parse(&text, path, ontology)
}

fn parse(text: &str, path: &Path, ontology: &Ontology) -> Result<Vec<Override>, Error> {
    let file: File = parse_toml(text, path)?;
    let same = file.same.into_iter().map(|pair| (pair, true));
    let different = file.different.into_iter().map(|pair| (pair, false));
    let mut overrides = Vec::new();
    for (pair, same) in same.chain(different) {
        let line = text[..pair.span().start].matches('\n').count() + 1;
        let pair = pair.into_inner();
        let wrong = |problem| Error::Wrong { path: path.to_owned(), line, problem };
        if [&pair.name, &pair.other].into_iter().any(|name| name.trim().is_empty()) {
            return Err(wrong("a name is empty".to_owned()));
        }
        let class = find_class(&pair.class, ontology).map_err(wrong)?;
        let (name, other) = (Arc::from(pair.name), Arc::from(pair.other));
        let contradicts = |one: &Override| {
            let pair = [folded(&name), folded(&other)];
            let pairs = [[folded(&one.name), folded(&one.other)], [folded(&one.other), folded(&one.name)]];
            one.same != same && one.class == class && pairs.contains(&pair)
        };
        if overrides.iter().any(contradicts) {
            return Err(wrong(format!("\"{name}\" and \"{other}\" are to be the same and different")));
        }
        overrides.push(Override { class, name, other, same });
    }
    overrides.sort();
    overrides.dedup();
    Ok(overrides)
}

/// A name without what it is compared without.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn find_class(text: &str, ontology: &Ontology) -> Result<Iri, String> {
    let iri = Iri::new(connectors::store::expand(text).unwrap_or_else(|| text.to_owned()));
    let meant = |class: &&Class| {
        let local = class.iri.as_str().rsplit([':', '/', '#']).next();
        let names = [Some(class.label.as_str()), local, class.tag.as_deref()];
        names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(text))
    };
    if let Some(class) = ontology.class(&iri).or_else(|| ontology.classes().find(meant)) {
        return Ok(class.iri.clone());
    }
    let labels: Vec<&str> = ontology.classes().map(|class| class.label.as_str()).collect();
    Err(match nearest(text, &labels) {
        Some(near) => format!("unknown class \"{text}\"; did you mean \"{near}\"?"),
        None => format!("unknown class \"{text}\"; known: {}", labels.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(text: &str) -> Result<Vec<Override>, String> {
        let ontology = Ontology::bundled();
        parse(text, Path::new("o.toml"), &ontology).map_err(|error| error.to_string())
    }

    #[test]
    fn classes_are_found_by_label_name_or_tag() {
        for class in ["Person", "person", "PER", "kgloom:Person", "urn:kgloom:Person"] {
            let text = format!("[[same]]\nclass = \"{class}\"\nname = \"A\"\nother = \"B\"\n");
            let overrides = read(&text).expect("valid");
            assert_eq!(overrides[0].class.as_str(), "urn:kgloom:Person");
            assert!(overrides[0].same);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let pair = |class: &str, name: &str| {
            format!("\n[[different]]\nclass = \"{class}\"\nname = \"{name}\"\nother = \"B\"\n")
        };
        let unknown = read(&pair("Persn", "A")).expect_err("unknown class").to_lowercase();
        assert_eq!(unknown, "o.toml:2: unknown class \"persn\"; did you mean \"person\"?");
        assert_eq!(read(&pair("Person", " ")).expect_err("empty"), "o.toml:2: a name is empty");
        let both = pair("Person", "A") + "[[same]]\nclass = \"Person\"\nname = \"b\"\nother = \" A\"\n";
        assert!(read(&both).expect_err("contradiction").contains("are to be the same and different"));
        let key = read("[[sam]]\nclass = \"Person\"").expect_err("unknown key");
        assert_eq!(key, "o.toml:1: unknown key \"sam\"; did you mean \"same\"?");
    }
}
