//! The relations in words of a written corpus: what its writers say of them, and an ontology that declares them.
//!
//! In: the file of labels beside the documents, labels. Out: phrasings, Turtle. Never: a label taken for a property of
//! Wikidata.

use super::WrittenDocument;
use crate::Error;
use kgloom_numerics::text_file::{malformed, read_own};
use kgloom_reader::labels::with_comment;
use kgloom_record::vocabulary::label_iri;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// What the writers say of labels: a file `labels.tsv` beside the documents, a label, a tab and a sentence on each line.
/// Each label comes alone, and with its sentence; none where there is no such file.
///
/// # Errors
/// The file cannot be read, or a line has no tab.
pub fn phrasings(path: &Path) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let file = folder.join("labels.tsv");
    if !file.exists() {
        return Ok(BTreeMap::new());
    }
    let told = |(index, line): (usize, &str)| {
        let (label, says) = line.split_once('\t').ok_or_else(|| malformed(&file, index + 1, "no tab"))?;
        Ok((label.to_owned(), vec![label.to_owned(), with_comment(label, says)]))
    };
    read_own(&file)?.lines().enumerate().map(told).collect()
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
}
