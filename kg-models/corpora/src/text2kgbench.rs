//! Text2KGBench, Wikidata-TekGen part (Mihindukulasooriya et al. 2023): sentences with triples under ten small ontologies.
//! In: its folder. Out: documents for training, and the benchmark's own sentences and triples. Never: a label not found in its sentence.

use super::locate::repair;
use super::{AnnotatedDocument, Part};
use crate::Error;
use kgloom_numerics::text_file::{malformed, read};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the set is published.
pub const ORIGIN: &str = "the GitHub project cenguix/Text2KGBench, folder data, as relex/text2kgbench";

/// One of the benchmark's ontologies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ontology {
    /// Such as `ont_1_movie`.
    pub id: String,
    /// Its classes.
    pub concepts: Vec<Concept>,
    /// Its relations.
    pub relations: Vec<Relation>,
}

/// A class of an ontology.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Concept {
    /// The Wikidata item, such as `Q5`.
    pub qid: String,
    /// Its English label.
    pub label: String,
}

/// A relation of an ontology.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Relation {
    /// The Wikidata property, such as `P57`.
    #[serde(rename = "pid")]
    pub property: String,
    /// Its English label.
    pub label: String,
    /// The item of its domain; empty where the ontology says none.
    pub domain: String,
    /// The item of its range; empty where the ontology says none, as for dates.
    pub range: String,
}

impl Ontology {
    /// The relation with that label, white space aside.
    pub fn relation(&self, label: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.label.trim() == label.trim())
    }

    /// The label of a property.
    pub fn label(&self, property: &str) -> Option<&str> {
        self.relations.iter().find(|relation| relation.property == property).map(|relation| relation.label.trim())
    }

    pub(super) fn concept<'o>(&'o self, qid: &'o str) -> &'o str {
        self.concepts.iter().find(|concept| concept.qid == qid).map_or(qid, |concept| concept.label.trim())
    }
}

/// A triple of labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelTriple {
    /// Who or what it is about.
    pub subject: String,
    /// The relation's label.
    pub relation: String,
    /// What it says.
    pub object: String,
}

/// A sentence with what it says under one ontology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The benchmark's id.
    pub id: String,
    /// Index into [`Benchmark::ontologies`].
    pub ontology: usize,
    /// The text.
    pub text: String,
    /// The triples, as the benchmark writes them.
    pub triples: Vec<LabelTriple>,
}

/// Ontologies and sentences of one part, in the files' order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Benchmark {
    /// The ontologies, by their number.
    pub ontologies: Vec<Ontology>,
    /// The sentences; in training and validation parts one for each triple.
    pub sentences: Vec<Sentence>,
}

impl Benchmark {
    /// Puts the triples of a sentence under one ontology together, as in the test part.
    pub fn join(&mut self) {
        let mut place: BTreeMap<(usize, String), usize> = BTreeMap::new();
        let mut joined: Vec<Sentence> = Vec::new();
        for sentence in std::mem::take(&mut self.sentences) {
            let index = *place.entry((sentence.ontology, sentence.text.clone())).or_insert(joined.len());
            match joined.get_mut(index) {
                Some(first) => first.triples.extend(sentence.triples),
                None => joined.push(sentence),
            }
        }
        self.sentences = joined;
    }
}

/// Documents made from a part, and what was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aligned {
    /// One document for each distinct sentence, in order of first appearance.
    pub documents: Vec<AnnotatedDocument>,
    /// How many triples have both ends in their sentence.
    pub kept: usize,
    /// How many have not, and were left out.
    pub skipped: usize,
}

#[derive(Deserialize)]
struct TrainingRow {
    id: String,
    sent: String,
    sub_label: String,
    rel_label: String,
    obj_label: String,
}

#[derive(Deserialize)]
struct TestRow {
    id: String,
    sent: String,
    triples: Vec<TestTriple>,
}

#[derive(Deserialize)]
struct TestTriple {
    sub: String,
    rel: String,
    obj: String,
}

impl From<TrainingRow> for TestRow {
    fn from(row: TrainingRow) -> Self {
        let triple = TestTriple { sub: row.sub_label, rel: row.rel_label, obj: row.obj_label };
        TestRow { id: row.id, sent: row.sent, triples: vec![triple] }
    }
}

/// Reads a part under `folder` (`.../text2kgbench/wikidata_tekgen`). Text that was twice encoded is put right.
///
/// # Errors
/// The folder or a file is missing, or a line is not the JSON it should be.
pub fn load(folder: &Path, part: Part) -> Result<Benchmark, Error> {
    let ontologies = ontologies(folder)?;
    let mut sentences = Vec::new();
    for (index, ontology) in ontologies.iter().enumerate() {
        let (room, suffix) = match part {
            Part::Train => ("train", "train"),
            Part::Validation => ("validation", "validation"),
            Part::Test => ("ground_truth", "ground_truth"),
        };
        let file = folder.join(room).join(format!("{}_{suffix}.jsonl", ontology.id));
        let rows: Vec<TestRow> = match part {
            Part::Test => rows(&file)?,
            _ => rows::<TrainingRow>(&file)?.into_iter().map(TestRow::from).collect(),
        };
        sentences.extend(rows.into_iter().map(|row| sentence(row, index)));
    }
    Ok(Benchmark { ontologies, sentences })
}

fn sentence(row: TestRow, ontology: usize) -> Sentence {
    let triple = |triple: TestTriple| LabelTriple {
        subject: repair(&triple.sub),
        relation: triple.rel.trim().to_owned(),
        object: repair(&triple.obj),
    };
    Sentence {
        id: row.id,
        ontology,
        text: repair(row.sent.trim()),
        triples: row.triples.into_iter().map(triple).collect(),
    }
}

fn ontologies(folder: &Path) -> Result<Vec<Ontology>, Error> {
    let room = folder.join("ontologies");
    let mut files: Vec<(u32, PathBuf)> = match std::fs::read_dir(&room) {
        Ok(entries) => entries
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let number = path.file_name()?.to_str()?.strip_suffix("_ontology.json")?.split('_').next()?;
                Some((number.parse().ok()?, path))
            })
            .collect(),
        Err(_) => Vec::new(),
    };
    files.sort();
    if files.is_empty() {
        read(&room.join("1_movie_ontology.json"), ORIGIN)?;
    }
    files
        .iter()
        .map(|(_, file)| {
            serde_json::from_str(&read(file, ORIGIN)?)
                .map_err(|source| Error::Json { name: file.display().to_string(), source })
        })
        .collect()
}

fn rows<R: DeserializeOwned>(file: &Path) -> Result<Vec<R>, Error> {
    read(file, ORIGIN)?
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| serde_json::from_str(line).map_err(|error| malformed(file, at + 1, error)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Tag;
    use super::*;
    use std::fs::{create_dir, write};

    const ONTOLOGY: &str = r#"{"title":"Movie Ontology","id":"ont_1_movie",
        "concepts":[{"qid":"Q5","label":"human"},{"qid":"Q11424","label":"film"},{"qid":"Q1","label":"genre"}],
        "relations":[{"pid":"P57","label":"director","domain":"Q11424","range":"Q5"},
        {"pid":"P577","label":"publication date ","domain":"Q11424","range":""},
        {"pid":"P136","label":"genre","domain":"Q11424","range":"Q1"}]}"#;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for room in ["ontologies", "train", "ground_truth"] {
            create_dir(folder.path().join(room)).unwrap();
        }
        write(folder.path().join("ontologies/1_movie_ontology.json"), ONTOLOGY).unwrap();
        let row = |relation: &str, object: &str| {
            format!(
                r#"{{"id":"t","sub_label":"Bleach : Hell Verse","rel_label":"{relation}","obj_label":"{object}","sent":"Bleach: Hell Verse is a 2010 film by Noriyuki Abe.","sub":"Q2","rel":"P1","obj":"Q3"}}"#
            )
        };
        let rows = [
            row("director", "Noriyuki Abe"),
            row("publication date", "01 January 2010"),
            row("genre", "western"),
            row("genre", "film"),
        ];
        write(folder.path().join("train/ont_1_movie_train.jsonl"), rows.join("\n")).unwrap();
        let test = r#"{"id":"ont_1_movie_test_1","sent":"Jaws is by Spielberg.","triples":[{"sub":"Jaws","rel":"director","obj":"Spielberg"}]}"#;
        write(folder.path().join("ground_truth/ont_1_movie_ground_truth.jsonl"), test).unwrap();
        folder
    }

    #[test]
    fn rows_of_a_sentence_become_one_document() {
        let folder = folder();
        let aligned = load(folder.path(), Part::Train).unwrap().align();
        assert_eq!((aligned.documents.len(), aligned.kept, aligned.skipped), (1, 3, 1));
        let document = &aligned.documents[0];
        let named: Vec<(&str, Option<Tag>)> =
            document.mentions.iter().map(|m| (document.surface(m.span), m.class)).collect();
        assert_eq!(
            named,
            [
                ("Bleach: Hell Verse", Some(Tag::Miscellaneous)),
                ("2010", Some(Tag::Time)),
                ("film", None),
                ("Noriyuki Abe", Some(Tag::Person)),
            ]
        );
        assert_eq!(document.relations.len(), 3);
        assert_eq!(*document.annotation.relations, ["P136", "P57", "P577"].map(str::to_owned));
        assert!(!document.annotation.complete);
    }

    #[test]
    fn rows_of_a_sentence_are_joined_as_in_the_test_part() {
        let folder = folder();
        let mut benchmark = load(folder.path(), Part::Train).unwrap();
        assert_eq!(benchmark.sentences.len(), 4);
        benchmark.join();
        assert_eq!(benchmark.sentences.len(), 1);
        assert_eq!(benchmark.sentences[0].triples.len(), 4);
    }

    #[test]
    fn the_test_part_keeps_its_labels() {
        let folder = folder();
        let test = load(folder.path(), Part::Test).unwrap();
        assert_eq!(test.sentences[0].triples[0].subject, "Jaws");
        assert_eq!(test.ontologies[0].label("P577"), Some("publication date"));
        assert_eq!(test.align().documents[0].relations[0].relation, "P57");
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        let error = load(Path::new("no/such"), Part::Train).unwrap_err().to_string();
        assert!(error.contains("Text2KGBench") && error.contains("KGLOOM_DATA"), "{error}");
        let folder = folder();
        write(folder.path().join("train/ont_1_movie_train.jsonl"), "\n{\"id\":1}\n").unwrap();
        let error = load(folder.path(), Part::Train).unwrap_err().to_string();
        assert!(error.contains("ont_1_movie_train.jsonl") && error.contains("line 2"), "{error}");
    }
}
