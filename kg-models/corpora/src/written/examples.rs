//! Documents that show by example what relations of one's own mean: the form of the written corpus, with the ontology's names
//! for relations.
//!
//! In: JSON lines. Out: texts with the facts that are marked in them. Never: a relation that nobody declares.

use super::{Line, document, files};
use crate::Error;
use kgloom_numerics::text_file::{malformed, read_own};
use kgloom_record::record::{Iri, Span};
use ontologies::Ontology;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// A document with facts that it states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleDocument {
    /// Its name: its id, or where its line stands.
    pub id: String,
    /// The text, without its marks.
    pub text: String,
    /// The facts.
    pub facts: Vec<ExampleFact>,
}

/// A fact that a document states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFact {
    /// The relation.
    pub relation: Iri,
    /// Where the head is named, and where the tail is.
    pub ends: [Vec<Span>; 2],
}

/// The documents of a file, or of the `.jsonl` files of a folder in the order of their names; `relation` tells which relation
/// is meant by a name, or what to say of one that nobody knows.
///
/// # Errors
/// A file is missing, a document's marks do not add up, or a relation is not known: the error names file and line.
pub fn examples(path: &Path, relation: &dyn Fn(&str) -> Result<Iri, String>) -> Result<Vec<ExampleDocument>, Error> {
    let nothing = (&Ontology::bundled(), Arc::from([]));
    let mut documents = Vec::new();
    for file in files(path)? {
        for (index, line) in read_own(&file)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = |reason: String| malformed(&file, index + 1, reason);
            let mut fields: Value = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
            let name = format!("{}#line-{}", file.display(), index + 1);
            if let Some(fields) = fields.as_object_mut() {
                fields.entry("id").or_insert(json!(name));
                fields.entry("genre").or_insert(json!("example"));
                // Their names are the ontology's, and are looked for there.
                let relations = fields.remove("relations").unwrap_or(json!([]));
                fields.insert("open".to_owned(), relations);
            }
            let line: Line = serde_json::from_value(fields).map_err(|error| wrong(error.to_string()))?;
            let document = document(line, &nothing).map_err(&wrong)?.document;
            let spans = |entity| document.mentions_of(entity).map(|mention| mention.span).collect::<Vec<Span>>();
            let fact = |fact: &crate::GoldRelation| {
                Ok(ExampleFact { relation: relation(&fact.relation)?, ends: [fact.head, fact.tail].map(spans) })
            };
            let facts = document.open.iter().flatten().map(fact).collect::<Result<_, String>>().map_err(&wrong)?;
            documents.push(ExampleDocument { id: document.id, text: document.text, facts });
        }
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"{"markup":"[Grey Morning|MISC|1] hangs in the [Lowe Gallery|ORG|2].","relations":[[1,"hangs in",2]]}"#;

    fn read(lines: &str) -> Result<Vec<ExampleDocument>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jsonl");
        std::fs::write(&file, lines).unwrap();
        let known = |name: &str| match name {
            "hangs in" => Ok(Iri::new("http://example.org/hangsIn")),
            _ => Err(format!("unknown relation \"{name}\"")),
        };
        examples(&file, &known)
    }

    #[test]
    fn facts_come_with_the_places_of_their_ends() {
        let document = read(LINE).unwrap().remove(0);
        assert_eq!(document.text, "Grey Morning hangs in the Lowe Gallery.");
        let fact = &document.facts[0];
        assert_eq!(fact.relation.as_str(), "http://example.org/hangsIn");
        let surfaces = fact.ends.clone().map(|spans| spans[0].of(&document.text).unwrap().to_owned());
        assert_eq!(surfaces, ["Grey Morning", "Lowe Gallery"]);
        assert!(document.id.ends_with("a.jsonl#line-1"));
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        for (wrong, told) in [
            (LINE.replace("hangs in\"", "stands in\""), "unknown relation \"stands in\""),
            (LINE.replace(",2]]", ",7]]"), "no mention names entity 7"),
            (LINE.replace("ORG|2]", "ORG]"), "is no mark"),
            ("[]".to_owned(), "line 2"),
        ] {
            let error = read(&format!("{LINE}\n{wrong}\n")).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("line 2"), "{error}");
        }
    }
}
