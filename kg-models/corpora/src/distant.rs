//! Texts in which known facts were found again (Mintz et al. 2009), in a file of our own: a document a line.
//!
//! In: documents; or such a file. Out: the file; or documents. Never: a mention of an entity that nobody knows: only known
//! entities are in them, and only known properties are marked.

use super::{AnnotatedDocument, Annotation, GoldMention, GoldRelation, Tag};
use crate::Error;
use kgloom_numerics::artifact;
use kgloom_numerics::text_file::{malformed, read};
use kgloom_record::record::Span;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

const ORIGIN: &str = "kgloom train distant, which writes it";

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    id: String,
    text: String,
    /// Start, end, entity, class.
    mentions: Vec<(u32, u32, usize, Option<Tag>)>,
    /// Head, property, tail.
    relations: Vec<(usize, String, usize)>,
}

/// Writes documents; the first line is the list of the properties that were looked for.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, properties: &[String], documents: &[AnnotatedDocument]) -> Result<(), Error> {
    let named = |source| Error::Json { name: path.display().to_string(), source };
    let mut bytes = serde_json::to_vec(properties).map_err(named)?;
    for document in documents {
        let mention = |m: &GoldMention| (m.span.start, m.span.end, m.entity, m.class);
        let line = Line {
            id: document.id.clone(),
            text: document.text.clone(),
            mentions: document.mentions.iter().map(mention).collect(),
            relations: document.relations.iter().map(|r| (r.head, r.relation.clone(), r.tail)).collect(),
        };
        bytes.push(b'\n');
        bytes.extend(serde_json::to_vec(&line).map_err(named)?);
    }
    bytes.push(b'\n');
    artifact::write(path, &bytes)
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// When the file is missing or malformed.
pub fn load(path: &Path) -> Result<Vec<AnnotatedDocument>, Error> {
    let text = read(path, ORIGIN)?;
    let mut lines = text.lines().enumerate();
    let first = lines.next().map_or("", |(_, line)| line);
    let properties: Vec<String> = serde_json::from_str(first).map_err(|error| malformed(path, 1, error))?;
    let properties: Arc<[String]> = properties.into();
    lines
        .map(|(index, line)| {
            let line: Line = serde_json::from_str(line).map_err(|error| malformed(path, index + 1, error))?;
            document(line, &properties).ok_or_else(|| malformed(path, index + 1, "a place outside the text"))
        })
        .collect()
}

fn document(line: Line, properties: &Arc<[String]>) -> Option<AnnotatedDocument> {
    let entities = line.mentions.iter().map(|mention| mention.2 + 1).max().unwrap_or(0);
    let annotation =
        Annotation { classes: Vec::new(), complete: false, coreference: false, relations: Arc::clone(properties) };
    let sentences = kgloom_reader::sentence::sentences(&line.text);
    let mut document = AnnotatedDocument::new(line.id, line.text, sentences, annotation);
    for (start, end, entity, class) in line.mentions {
        let span = Span { start, end };
        span.of(&document.text)?;
        document.mentions.push(GoldMention { span, class, entity });
    }
    document.entities = entities;
    for (head, relation, tail) in line.relations {
        if head.max(tail) >= entities {
            return None;
        }
        document.relations.push(GoldRelation { head, relation, tail, evidence: Vec::new() });
    }
    document.normalise();
    Some(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_wrong_is_told_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("distant.jsonl");
        let line = Line {
            id: "a".to_owned(),
            text: "Ada of London.".to_owned(),
            mentions: vec![(0, 3, 0, Some(Tag::Person)), (7, 13, 1, None)],
            relations: vec![(0, "P19".to_owned(), 1)],
        };
        let documents = vec![document(line, &vec!["P19".to_owned()].into()).unwrap()];
        write(&path, &["P19".to_owned()], &documents).unwrap();
        assert_eq!(load(&path).unwrap(), documents);
        std::fs::write(&path, "[]\n{\"id\":\"a\",\"text\":\"Ada\",\"mentions\":[[0,9,0,null]],\"relations\":[]}\n")
            .unwrap();
        let wrong = load(&path).unwrap_err().to_string();
        assert!(wrong.contains("line 2") && wrong.contains("outside the text"), "{wrong}");
    }
}
