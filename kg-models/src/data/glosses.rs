//! What entities of link-prediction sets are called and described as. In: the folder of all sets. Out: texts without marks.
//! Never: an entity that the inductive splits keep for validation or test.

use super::{AnnotatedDocument, Annotation, malformed, read};
use crate::Error;
use pipeline::record::Span;
use std::collections::BTreeSet;
use std::path::Path;

const ORIGIN: &str =
    "the data of BLP (Daza et al. 2021), as linkpred/WN18RR-ind and linkpred/FB15k-237-ind with their texts";

/// Texts and the list of entities that may be seen, under `linkpred`.
const SETS: [(&str, &str); 2] = [
    ("WN18RR/entity2text.txt", "WN18RR-ind/train-ents.txt"),
    ("FB15k-237/entity2text.first-sentence.txt", "FB15k-237-ind/train-ents.txt"),
];

/// The texts of all entities that both sets train on, in the files' order.
///
/// # Errors
/// When a file is missing, or a line of it has no text.
pub fn glosses(root: &Path) -> Result<Vec<AnnotatedDocument>, Error> {
    let root = root.join("linkpred");
    let mut documents = Vec::new();
    for (texts, entities) in SETS {
        let (texts, entities) = (root.join(texts), read(&root.join(entities), ORIGIN)?);
        let entities: BTreeSet<&str> = entities.lines().collect();
        for (index, line) in read(&texts, ORIGIN)?.lines().enumerate() {
            let (entity, text) = line.split_once('\t').ok_or_else(|| malformed(&texts, index + 1, "no tab"))?;
            if entities.contains(entity) {
                documents.push(plain(entity, text));
            }
        }
    }
    Ok(documents)
}

/// A text in which nothing was looked for.
fn plain(id: &str, text: &str) -> AnnotatedDocument {
    let whole = Span { start: 0, end: text.len() as u32 };
    let annotation =
        Annotation { classes: Vec::new(), complete: false, coreference: false, relations: Vec::new().into() };
    AnnotatedDocument::new(id.to_owned(), text.to_owned(), vec![whole], annotation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_of_the_test_part_are_left_out() {
        let root = tempfile::tempdir().unwrap();
        for (texts, entities) in SETS {
            for file in [texts, entities] {
                std::fs::create_dir_all(root.path().join("linkpred").join(file).parent().unwrap()).unwrap();
            }
            std::fs::write(root.path().join("linkpred").join(texts), "a\tone, the first\nb\ttwo\n").unwrap();
            std::fs::write(root.path().join("linkpred").join(entities), "a\n").unwrap();
        }
        let found: Vec<String> = glosses(root.path()).unwrap().into_iter().map(|document| document.text).collect();
        assert_eq!(found, ["one, the first", "one, the first"]);
        let missing = glosses(Path::new("no/such")).unwrap_err().to_string();
        assert!(missing.contains("BLP"), "{missing}");
    }
}
