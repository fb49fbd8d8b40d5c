//! Re-DocRED (Tan et al. 2022): Wikipedia documents with mentions, coreference and 96 relations.
//! In: `dev_revised.json`. Out: documents, split once by title. Never: a test document outside [`Split::test`].

use super::{AnnotatedDocument, Annotation, Assembled, GoldMention, GoldRelation, Part, Tag, assemble};
use crate::Error;
use kgloom_numerics::text_file::read;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Where the set is published.
pub const ORIGIN: &str = "the GitHub project tonytan48/Re-DocRED, folder data, as relex/re-docred";

/// How many documents train; after them come [`VALIDATION`], and the rest tests.
pub const TRAIN: usize = 380;
/// How many documents validate.
pub const VALIDATION: usize = 60;

/// The three parts, by sorted BLAKE3 hash of the title.
#[derive(Clone, Debug, Default)]
pub struct Split {
    /// The first [`TRAIN`] documents.
    pub train: Vec<AnnotatedDocument>,
    /// The next [`VALIDATION`].
    pub validation: Vec<AnnotatedDocument>,
    /// The rest: 60 of the published 500.
    pub test: Vec<AnnotatedDocument>,
}

impl Split {
    /// One part.
    pub fn part(self, part: Part) -> Vec<AnnotatedDocument> {
        match part {
            Part::Train => self.train,
            Part::Validation => self.validation,
            Part::Test => self.test,
        }
    }
}

/// Reads a file of the set. The documents come in the file's order, their titles as ids.
///
/// # Errors
/// The file is missing, is not that JSON, or points outside its own sentences.
pub fn load(file: &Path) -> Result<Vec<AnnotatedDocument>, Error> {
    let text = read(file, ORIGIN)?;
    let records: Vec<Record> =
        serde_json::from_str(&text).map_err(|source| Error::Json { name: file.display().to_string(), source })?;
    let relations: BTreeSet<String> =
        records.iter().flat_map(|record| record.labels.iter().map(|label| label.r.clone())).collect();
    let relations: Arc<[String]> = relations.into_iter().collect();
    records
        .into_iter()
        .enumerate()
        .map(|(at, record)| {
            let title = record.title.clone();
            document(record, &relations).map_err(|reason| Error::Data {
                name: file.display().to_string(),
                reason: format!("document {} (\"{title}\"): {reason}", at + 1),
            })
        })
        .collect()
}

/// The fixed split; where fewer documents are given than published, the later parts are short.
pub fn split(mut documents: Vec<AnnotatedDocument>) -> Split {
    documents.sort_by_cached_key(|document| title_hash(&document.id));
    let mut rest = documents.split_off(TRAIN.min(documents.len()));
    let test = rest.split_off(VALIDATION.min(rest.len()));
    Split { train: documents, validation: rest, test }
}

/// The part and title hash of each of the 500 published documents, a line each, sorted by hash.
pub const PUBLISHED: &str = include_str!("redocred_split.tsv");

/// The split of the published set, in `file`.
///
/// # Errors
/// As for [`load`], and where the titles are not those of [`PUBLISHED`]: then a test document might train.
pub fn published(file: &Path) -> Result<Split, Error> {
    let split = split(load(file)?);
    let lines = |part: &str, documents: &[AnnotatedDocument]| -> String {
        documents.iter().map(|document| format!("{part}\t{}\n", title_hash(&document.id))).collect()
    };
    let found =
        [lines("train", &split.train), lines("validation", &split.validation), lines("test", &split.test)].concat();
    if found != PUBLISHED {
        return Err(Error::Data {
            name: file.display().to_string(),
            reason: format!("its titles are not those of the published 500 documents; get the set from {ORIGIN}"),
        });
    }
    Ok(split)
}

/// The hash of a title that the split sorts by, in hexadecimal.
pub fn title_hash(title: &str) -> String {
    blake3::hash(title.as_bytes()).to_hex().to_string()
}

#[derive(Deserialize)]
struct Record {
    title: String,
    sents: Vec<Vec<String>>,
    #[serde(rename = "vertexSet")]
    entities: Vec<Vec<Mention>>,
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Mention {
    sent_id: usize,
    pos: [usize; 2],
    #[serde(rename = "type")]
    class: String,
}

#[derive(Deserialize)]
struct Label {
    h: usize,
    r: String,
    t: usize,
    #[serde(default)]
    evidence: Vec<usize>,
}

fn document(record: Record, relations: &Arc<[String]>) -> Result<AnnotatedDocument, String> {
    let assembled = assemble(&record.sents);
    let annotation =
        Annotation { classes: Tag::ALL.to_vec(), complete: true, coreference: true, relations: Arc::clone(relations) };
    let mentions = mentions(&record.entities, &assembled)?;
    let entities = record.entities.len();
    let outside = |label: &&Label| label.h.max(label.t) >= entities;
    if let Some(label) = record.labels.iter().find(outside) {
        return Err(format!("relation \"{}\" joins an entity that is not there", label.r));
    }
    let relation =
        |label: Label| GoldRelation { head: label.h, relation: label.r, tail: label.t, evidence: label.evidence };
    let mut document = AnnotatedDocument::new(record.title, assembled.text, assembled.sentences, annotation);
    document.mentions = mentions;
    document.entities = entities;
    document.relations = record.labels.into_iter().map(relation).collect();
    document.normalise();
    Ok(document)
}

fn mentions(entities: &[Vec<Mention>], assembled: &Assembled) -> Result<Vec<GoldMention>, String> {
    let mut mentions = Vec::new();
    for (entity, group) in entities.iter().enumerate() {
        if group.is_empty() {
            return Err(format!("entity {entity} has no mention"));
        }
        for mention in group {
            let [start, end] = mention.pos;
            let span = assembled.stretch(mention.sent_id, start..end).ok_or_else(|| {
                format!("entity {entity}: no tokens {start} to {end} in sentence {}", mention.sent_id)
            })?;
            let class = Tag::from_code(&mention.class)
                .ok_or_else(|| format!("entity {entity}: unknown class \"{}\"", mention.class))?;
            mentions.push(GoldMention { span, class: Some(class), entity });
        }
    }
    Ok(mentions)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"[{"title":"Ada","sents":[["Ada","Lovelace","(","born","1815",")","wrote","."],["She"," ","lived","in","London","."]],
        "vertexSet":[[{"name":"Ada Lovelace","pos":[0,2],"sent_id":0,"type":"PER"},{"name":"Ada Lovelace","pos":[0,2],"sent_id":0,"type":"PER"}],
        [{"name":"1815","pos":[4,5],"sent_id":0,"type":"TIME"}],[{"name":"London","pos":[4,5],"sent_id":1,"type":"LOC"}]],
        "labels":[{"h":0,"r":"P551","t":2,"evidence":[1]},{"h":0,"r":"P569","t":1,"evidence":[0]}]},
        {"title":"Empty","sents":[["Nothing","."]],"vertexSet":[]}]"#;

    fn load_text(text: &str) -> Result<Vec<AnnotatedDocument>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dev_revised.json");
        std::fs::write(&file, text).unwrap();
        load(&file)
    }

    #[test]
    fn mentions_and_relations_point_into_the_text() {
        let documents = load_text(TWO).unwrap();
        let ada = &documents[0];
        assert_eq!(ada.text, "Ada Lovelace (born 1815) wrote. She lived in London.");
        let surfaces: Vec<(&str, Option<Tag>, usize)> =
            ada.mentions.iter().map(|m| (ada.surface(m.span), m.class, m.entity)).collect();
        assert_eq!(
            surfaces,
            [("Ada Lovelace", Some(Tag::Person), 0), ("1815", Some(Tag::Time), 1), ("London", Some(Tag::Location), 2)]
        );
        assert_eq!(ada.relations[1].relation, "P569");
        assert_eq!(ada.relations[0].evidence, [1]);
        assert_eq!(ada.sentence_of(ada.mentions[2].span), Some(1));
        assert_eq!(*ada.annotation.relations, ["P551".to_owned(), "P569".to_owned()]);
        assert_eq!(documents[1].entities, 0);
    }

    #[test]
    fn what_points_nowhere_is_an_error_that_names_the_document() {
        let error = load_text(&TWO.replace("\"pos\":[4,5],\"sent_id\":1", "\"pos\":[4,9],\"sent_id\":1")).unwrap_err();
        assert!(
            error.to_string().contains("document 1 (\"Ada\"): entity 2: no tokens 4 to 9 in sentence 1"),
            "{error}"
        );
        assert!(load_text(&TWO.replace("LOC", "PLACE")).unwrap_err().to_string().contains("unknown class \"PLACE\""));
        assert!(load_text(&TWO.replace("\"h\":0", "\"h\":7")).is_err());
        assert!(load_text("[{]").is_err());
    }

    #[test]
    fn a_missing_set_says_where_to_get_it() {
        let error = load(Path::new("no/such/dev_revised.json")).unwrap_err().to_string();
        assert!(error.contains("Re-DocRED") && error.contains("KGLOOM_DATA"), "{error}");
    }

    #[test]
    fn only_the_published_documents_are_split_for_use() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dev_revised.json");
        std::fs::write(&file, TWO).unwrap();
        assert!(published(&file).unwrap_err().to_string().contains("published 500"));
        let parts: Vec<(&str, &str)> = PUBLISHED.lines().map(|line| line.split_once('\t').unwrap()).collect();
        let count = |name| parts.iter().filter(|part| part.0 == name).count();
        assert_eq!((count("train"), count("validation"), count("test")), (380, 60, 60));
        assert!(parts.iter().is_sorted_by_key(|part| part.1));
    }

    #[test]
    fn the_split_hangs_on_titles_alone() {
        let empty = Annotation { classes: vec![], complete: true, coreference: false, relations: Arc::new([]) };
        let mut documents: Vec<AnnotatedDocument> = (0..500)
            .map(|n| AnnotatedDocument::new(format!("title {n}"), String::new(), vec![], empty.clone()))
            .collect();
        let first = split(documents.clone());
        documents.reverse();
        let again = split(documents);
        assert_eq!((first.train.len(), first.validation.len(), first.test.len()), (380, 60, 60));
        assert_eq!(first.test, again.test);
        assert_eq!(first.train, again.train);
        assert!(first.train.last().map(|d| title_hash(&d.id)) < first.validation.first().map(|d| title_hash(&d.id)));
    }
}
