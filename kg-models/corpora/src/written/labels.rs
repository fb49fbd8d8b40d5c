//! The relations in words of a written corpus: what its writers say of them, and an ontology that declares them.
//!
//! In: the files of labels and of names beside the documents, labels. Out: phrasings, Turtle. Never: a label taken for a property of
//! Wikidata.

use super::WrittenDocument;
use crate::Error;
use kgloom_numerics::text_file::{malformed, read_own};
use kgloom_reader::labels::with_comment;
use kgloom_record::vocabulary::label_iri;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What the writers say of labels: a file `labels.tsv` beside the documents, a label, a tab and a sentence on each line.
/// Each label comes alone, and with its sentence; none where there is no such file.
///
/// # Errors
/// The file cannot be read, or a line has no tab.
pub fn phrasings(path: &Path) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let file = beside(path, "labels.tsv");
    if !file.exists() {
        return Ok(BTreeMap::new());
    }
    let told = |(index, line): (usize, &str)| {
        let (label, says) = line.split_once('\t').ok_or_else(|| malformed(&file, index + 1, "no tab"))?;
        Ok((label.to_owned(), vec![label.to_owned(), with_comment(label, says)]))
    };
    read_own(&file)?.lines().enumerate().map(told).collect()
}

/// What else the relations of the ontology may be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// From the head to the tail.
    pub forward: Vec<String>,
    /// From the tail to the head.
    pub inverse: Vec<String>,
}

/// What else the relations are called, by property or label: a file `names.tsv` beside the documents, with a property or a label
/// in words, `forward` or `inverse`, and names parted by semicolons on each line; nothing where there is no such file.
///
/// # Errors
/// The file cannot be read, or a line is not of that form.
pub fn names(path: &Path) -> Result<BTreeMap<String, Names>, Error> {
    let file = beside(path, "names.tsv");
    let mut all: BTreeMap<String, Names> = BTreeMap::new();
    if !file.exists() {
        return Ok(all);
    }
    for (index, line) in read_own(&file)?.lines().enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [property, way, names] = fields[..] else {
            return Err(malformed(&file, index + 1, "not three fields"));
        };
        let known = all.entry(property.to_owned()).or_default();
        let known = match way {
            "forward" => &mut known.forward,
            "inverse" => &mut known.inverse,
            _ => return Err(malformed(&file, index + 1, "neither forward nor inverse")),
        };
        known.extend(names.split(';').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    }
    Ok(all)
}

/// A file in the folder of the documents.
fn beside(path: &Path, name: &str) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    folder.join(name)
}

/// The labels of the relations in words that documents state.
pub fn of_words<'a>(documents: impl IntoIterator<Item = &'a WrittenDocument>) -> BTreeSet<&'a str> {
    let open = |document: &'a WrittenDocument| document.document.open.iter().flatten();
    documents.into_iter().flat_map(open).map(|fact| fact.relation.as_str()).collect()
}

/// An ontology in Turtle that declares labels, each with what its phrasings say of it, as somebody would who asks for
/// them: what the ends may be is left open.
pub fn declared(labels: &BTreeSet<&str>, phrasings: &BTreeMap<String, Vec<String>>) -> String {
    let mut turtle = String::from(
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n\
         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n",
    );
    for label in labels {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let says = phrasings.get(*label).and_then(|all| all.last()?.strip_prefix(label)?.strip_prefix(": "));
        let comment = says.map_or(String::new(), |says| format!(" ; rdfs:comment \"{}\"@en", quoted(says)));
        let name = quoted(label);
        let _ = writeln!(turtle, "<{}> a rdf:Property ; rdfs:label \"{name}\"@en{comment} .", label_iri(label));
    }
    turtle
}

#[cfg(test)]
mod tests {
    use super::*;
    use ontologies::Ontology;

    #[test]
    fn labels_are_declared_with_what_is_said_of_them() {
        let phrasings = BTreeMap::from([(
            "so \"called\"".to_owned(),
            vec!["so \"called\"".to_owned(), with_comment("so \"called\"", "a name \\ that is doubted")],
        )]);
        let turtle = declared(&BTreeSet::from(["so \"called\"", "ate"]), &phrasings);
        let ontology = Ontology::bundled().with_text("labels", &turtle).unwrap();
        let relation = ontology.relation(&label_iri("so \"called\"")).unwrap();
        assert_eq!(
            (relation.label.as_str(), relation.comment.as_str()),
            ("so \"called\"", "a name \\ that is doubted")
        );
        assert_eq!(ontology.relation(&label_iri("ate")).unwrap().label, "ate");
    }

    #[test]
    fn other_names_are_read_by_property_and_direction() {
        let folder = tempfile::tempdir().unwrap();
        assert!(names(folder.path()).unwrap().is_empty());
        let file = folder.path().join("names.tsv");
        std::fs::write(&file, "P108\tforward\tworks for; hired by\nP108\tinverse\temploys\n").unwrap();
        let known = names(folder.path()).unwrap().remove("P108").unwrap();
        assert_eq!(
            (known.forward, known.inverse),
            (vec!["works for".into(), "hired by".into()], vec!["employs".into()])
        );
        for wrong in ["P108\tforward", "P108\tbackward\temploys"] {
            std::fs::write(&file, wrong).unwrap();
            assert!(names(folder.path()).unwrap_err().to_string().contains("names.tsv"), "{wrong}");
        }
    }
}
