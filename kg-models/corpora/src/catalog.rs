//! The data sets by name. In: the folder of all sets, a name, a part. Out: documents, and the sentences held out of training.
//! Never: a set chosen by what happens to lie there.

use super::{AnnotatedDocument, Part, conll, conll04, redocred, text2kgbench};
use crate::Error;
use std::collections::BTreeSet;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// The sets that [`open`] knows.
pub const NAMES: [&str; 8] =
    ["re-docred", "text2kgbench", "conll04", "wikiann-en", "wikiann-swa", "few-nerd", "wnut17", "bengali-ner"];

/// The documents of a part of a named set under `root`, the folder of all sets.
///
/// Few-NERD's test file counts as its test part, its other file as training; it has no validation part, nor has
/// bengali-ner: theirs is empty.
///
/// # Errors
/// The name is unknown, or the set is missing or malformed.
pub fn open(root: &Path, name: &str, part: Part) -> Result<Vec<AnnotatedDocument>, Error> {
    let pick = |names: [&'static str; 3]| names[part as usize];
    let plain = pick(["train", "dev", "test"]);
    let tagged = |folder: &str, file: &str, format| match file {
        "" => Ok(Vec::new()),
        _ => conll::documents(&root.join("ner").join(folder).join(file), format),
    };
    match name {
        "re-docred" => Ok(redocred::published(&root.join("relex/re-docred/dev_revised.json"))?.part(part)),
        "text2kgbench" => {
            let folder = root.join("relex/text2kgbench/wikidata_tekgen");
            Ok(text2kgbench::load(&folder, part)?.align().documents)
        }
        "conll04" => conll04::load(&root.join("relex/conll04").join(format!("{plain}.txt"))),
        "wikiann-en" => tagged("wikiann/en", plain, &conll::WIKIANN_ENGLISH),
        "wikiann-swa" => tagged("wikiann/swa", plain, &conll::WIKIANN_SWAHILI),
        "few-nerd" => tagged("few-nerd-part", pick(["dev.txt", "", "test.txt"]), &conll::FEW_NERD),
        "wnut17" => tagged("wnut17/CONLL-format/data", pick(WNUT17), &conll::WNUT17),
        "bengali-ner" => tagged("bengali-ner", pick(["train_data.txt", "", "test_data.txt"]), &conll::BENGALI),
        _ => Err(Error::Data { name: name.to_owned(), reason: format!("unknown; the sets are {}", NAMES.join(", ")) }),
    }
}

const WNUT17: [&str; 3] = ["train/wnut17train.conll", "dev/emerging.dev.conll", "test/emerging.test.annotated"];

/// The test sentences of every set, which no model may learn from.
#[derive(Clone, Debug, Default)]
pub struct HeldOut {
    sentences: BTreeSet<String>,
}

/// Reads the test sentences of all [`NAMES`].
///
/// # Errors
/// A set is missing or malformed: without it nobody knows what to hold out.
pub fn held_out(root: &Path) -> Result<HeldOut, Error> {
    let mut held = HeldOut::default();
    for name in NAMES {
        for document in open(root, name, Part::Test)? {
            held.add(&document);
        }
    }
    Ok(held)
}

impl HeldOut {
    /// Holds out the sentences of a document.
    pub fn add(&mut self, document: &AnnotatedDocument) {
        let sentences = document.sentences.iter().map(|&sentence| normal(document.surface(sentence)));
        self.sentences.extend(sentences.filter(|sentence| !sentence.is_empty()));
    }

    /// How many sentences are held out.
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// Whether a sentence is held out, whatever its spaces, case and punctuation.
    pub fn contains(&self, sentence: &str) -> bool {
        self.sentences.contains(&normal(sentence))
    }

    /// The documents that share no sentence with what is held out, and how many did.
    pub fn without(&self, documents: Vec<AnnotatedDocument>) -> (Vec<AnnotatedDocument>, usize) {
        self.without_long(documents, 0)
    }

    /// The same for texts that are written for us, in which only sentences of at least so many letters count: shorter ones
    /// ("Thank you all.") recur by chance, and say nothing.
    pub fn without_long(&self, documents: Vec<AnnotatedDocument>, least: usize) -> (Vec<AnnotatedDocument>, usize) {
        let before = documents.len();
        let shared = |sentence: String| sentence.chars().count() >= least && self.sentences.contains(&sentence);
        let apart = |document: &AnnotatedDocument| {
            !document.sentences.iter().any(|&sentence| shared(normal(document.surface(sentence))))
        };
        let kept: Vec<AnnotatedDocument> = documents.into_iter().filter(apart).collect();
        let removed = before - kept.len();
        (kept, removed)
    }
}

/// Letters and digits alone, in lower case and compatibility form.
fn normal(sentence: &str) -> String {
    sentence.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_opened_by_name_and_part() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("ner/wikiann/en");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("dev"), "en:Ada\tB-PER\n").unwrap();
        assert_eq!(open(root.path(), "wikiann-en", Part::Validation).unwrap().len(), 1);
        let missing = open(root.path(), "wikiann-en", Part::Test).unwrap_err().to_string();
        assert!(missing.contains("NER-datasets"), "{missing}");
        let unknown = open(root.path(), "wikian", Part::Test).unwrap_err().to_string();
        assert!(unknown.contains("wikiann-en, wikiann-swa"), "{unknown}");
        assert!(held_out(root.path()).is_err());
    }

    #[test]
    fn held_out_sentences_are_known_in_any_spelling() {
        let document = |text: &str| {
            let tokens = text.split(' ').map(str::to_owned).collect();
            let sentence = conll::TaggedSentence { line: 1, tokens, stretches: Vec::new() };
            conll::document("file", &sentence, &conll::WNUT17)
        };
        let mut held = HeldOut::default();
        held.add(&document("Ada wrote \" Notes \" ."));
        assert!(held.contains("ADA wrote “notes”"));
        let (kept, removed) = held.without(vec![document("Ada wrote Notes"), document("Ada wrote")]);
        assert_eq!((kept.len(), removed), (1, 1));
        let (kept, removed) = held.without_long(vec![document("Ada wrote Notes")], 14);
        assert_eq!((kept.len(), removed), (1, 0), "thirteen letters recur by chance");
    }
}
