//! Distant supervision (Mintz et al. 2009): known facts found again in texts, as more documents to learn relations from.
//!
//! In: known facts, texts, a reader. Out: documents with the entities that are known and the facts that a text may say.
//! Never: a fact whose ends no sentence names together, or a text that holds a test sentence.

use kgloom_corpora::{AnnotatedDocument, Annotation, GoldMention, GoldRelation, HeldOut, KnownFacts, Tag};
use kgloom_reader::{Error, sentence};
use kgloom_record::port::{Failure, Reader};
use kgloom_record::record::{Reading, Span};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Of a text so many bytes are read: what an article says of its subject stands in front.
const FRONT: usize = 1_500;
/// A name of at most so many words is looked up.
const LONGEST_NAME: usize = 6;

/// What became of the texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DistantCounts {
    /// Texts that were given.
    pub texts: usize,
    /// Of these, texts that name two entities with a known fact between them, and were read.
    pub promising: usize,
    /// Texts left out because they hold a test sentence.
    pub removed: usize,
    /// Documents with a fact.
    pub documents: usize,
    /// Facts in them.
    pub facts: usize,
}

/// Finds known facts in texts.
pub struct Aligner<'a> {
    /// What is known.
    pub known: &'a KnownFacts,
    /// Finds the mentions, and who is who in a text.
    pub reader: &'a dyn Reader,
    /// What must not train.
    pub held: &'a HeldOut,
    /// What became of the texts so far.
    pub counts: DistantCounts,
}

impl Aligner<'_> {
    /// A text as a document to learn from, if it says something that is known.
    ///
    /// # Errors
    /// When the reader breaks down.
    pub fn align(&mut self, id: &str, text: &str) -> Result<Option<AnnotatedDocument>, Error> {
        self.counts.texts += 1;
        let text = front(text);
        if !self.promises(text) {
            return Ok(None);
        }
        self.counts.promising += 1;
        let reading = match self.reader.read(text) {
            Ok(reading) => reading,
            Err(Failure::Refused(_)) => return Ok(None),
            Err(Failure::Broken(error)) => {
                return Err(Error::Data { name: id.to_owned(), reason: error.to_string() });
            }
        };
        if reading.sentences.iter().any(|span| span.of(text).is_some_and(|sentence| self.held.contains(sentence))) {
            self.counts.removed += 1;
            return Ok(None);
        }
        let document = self.document(id, text, &reading);
        if document.relations.is_empty() {
            return Ok(None);
        }
        self.counts.documents += 1;
        self.counts.facts += document.relations.len();
        Ok(Some(document))
    }

    /// Whether a text names both ends of a known fact; a look at the words, before any model.
    fn promises(&self, text: &str) -> bool {
        let whole = Span { start: 0, end: text.len() as u32 };
        let words = sentence::words(text, whole);
        let mut named = BTreeSet::new();
        for (index, first) in words.iter().enumerate() {
            if !first.of(text).is_some_and(|word| word.starts_with(char::is_uppercase)) {
                continue;
            }
            for last in &words[index..words.len().min(index + LONGEST_NAME)] {
                let name = Span { start: first.start, end: last.end };
                named.extend(name.of(text).and_then(|name| self.known.entity(name)));
            }
        }
        named.iter().any(|&head| named.iter().any(|&tail| self.known.between(head, tail).next().is_some()))
    }

    fn document(&self, id: &str, text: &str, reading: &Reading) -> AnnotatedDocument {
        let properties: Vec<String> = self.known.properties().map(str::to_owned).collect();
        let annotation =
            Annotation { classes: Vec::new(), complete: false, coreference: false, relations: properties.into() };
        let mut document =
            AnnotatedDocument::new(id.to_owned(), text.to_owned(), reading.sentences.clone(), annotation);
        // A document's entity is the known one that its names agree on.
        let mut bearers: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for mention in &reading.mentions {
            let name = mention.span.of(text).and_then(|name| self.known.entity(name));
            bearers.entry(mention.entity).or_default().extend(name);
        }
        let known: Vec<(u32, u32)> = bearers
            .into_iter()
            .filter_map(|(entity, bearers)| {
                (bearers.len() == 1).then(|| Some((entity, bearers.into_iter().next()?)))?
            })
            .collect();
        let mut places: Vec<BTreeSet<usize>> = Vec::new();
        for (number, &(entity, _)) in known.iter().enumerate() {
            let class = &reading.entities[entity as usize].class;
            let class = Tag::from_iri(class);
            let mentions = reading.mentions.iter().filter(|mention| mention.entity == entity);
            let mut sentences = BTreeSet::new();
            for mention in mentions {
                sentences.extend(document.sentence_of(mention.span));
                document.mentions.push(GoldMention { span: mention.span, class, entity: number });
            }
            places.push(sentences);
        }
        document.entities = known.len();
        for (head, &(_, one)) in known.iter().enumerate() {
            for (tail, &(_, other)) in known.iter().enumerate() {
                if head == tail || places[head].is_disjoint(&places[tail]) {
                    continue;
                }
                let relation =
                    |property: &str| GoldRelation { head, relation: property.to_owned(), tail, evidence: Vec::new() };
                document.relations.extend(self.known.between(one, other).map(relation));
            }
        }
        document.normalise();
        document
    }
}

/// The first whole sentences of a text, or rather paragraphs: up to the last line break or full stop that fits.
fn front(text: &str) -> &str {
    let mut end = text.len().min(FRONT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end == text.len() {
        return text;
    }
    let cut = text[..end].rfind(['\n', '.']).map_or(end, |at| at + 1);
    &text[..cut]
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_reader::Extractor;

    #[test]
    fn a_known_fact_is_found_where_a_sentence_names_both_ends() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("linkpred/FB15k-237");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::create_dir_all(root.path().join("linkpred/CoDEx-S")).unwrap();
        let names = r#"{"/m/1":{"label":"Ada Lovelace"},"/m/2":{"label":"London"},"/m/3":{"label":"France"}}"#;
        std::fs::write(folder.join("entity2wikidata.json"), names).unwrap();
        let facts = "/m/1\t/people/person/place_of_birth\t/m/2\n/m/1\t/people/person/nationality\t/m/3\n";
        std::fs::write(folder.join("train.txt.zst"), zstd::stream::encode_all(facts.as_bytes(), 1).unwrap()).unwrap();
        std::fs::write(root.path().join("linkpred/CoDEx-S/train.txt"), "").unwrap();
        let known = KnownFacts::open(root.path()).unwrap();
        let reader = Extractor::bundled().unwrap();
        let held = HeldOut::default();
        let mut aligner = Aligner { known: &known, reader: &reader, held: &held, counts: DistantCounts::default() };
        let text = "Ada Lovelace was born in London. She wrote notes. Many people live in France.";
        let document = aligner.align("a", text).unwrap().unwrap();
        let said: Vec<&str> = document.relations.iter().map(|relation| relation.relation.as_str()).collect();
        assert_eq!(said, ["P19"], "France is in another sentence");
        assert!(aligner.align("b", "London has nothing to do with France.").unwrap().is_none());
        assert_eq!((aligner.counts.texts, aligner.counts.promising, aligner.counts.facts), (2, 1, 1));
    }
}
