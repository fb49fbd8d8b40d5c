//! Which documents an extractor learns from, and which it is chosen on.
//!
//! In: the folder of data sets, a written corpus. Out: documents without test text, by set and style. Never: a test part.

use super::super::corpus::{Featuriser, RELATION_SETS, Set, Taken, WRITTEN, training};
use super::super::labels::{LabelTable, Tables, inverse as inverse_of};
use super::super::references;
use super::Run;
use crate::evaluate::property;
use kgloom_corpora as data;
use kgloom_corpora::redocred::title_hash;
use kgloom_corpora::written::{self, Names};
use kgloom_corpora::{AnnotatedDocument, Part};
use kgloom_reader::backbone::Backbone;
use kgloom_reader::references::ReferenceHead;
use kgloom_reader::vectors::VectorHead;
use kgloom_reader::{Error, labels};
use std::collections::{BTreeMap, BTreeSet};

/// Letters from which a sentence of the written corpus says something of its own.
const SAYING: usize = 24;
/// The layer that pronouns are compared at, and how often their head sees each.
const REFERENCE_LAYER: usize = 6;
const REFERENCE_EPOCHS: usize = 20;

impl Run<'_, '_> {
    /// The hashes of the titles of each part of Re-DocRED.
    pub(super) fn split(&self) -> Result<BTreeMap<&'static str, Vec<String>>, Error> {
        let parts = [("train", Part::Train), ("validation", Part::Validation), ("test", Part::Test)];
        let hashes = |part| -> Result<Vec<String>, Error> {
            let documents = data::open(&self.training.data, "re-docred", part)?;
            Ok(documents.iter().map(|document| title_hash(&document.id)).collect())
        };
        parts.into_iter().map(|(name, part)| Ok((name, hashes(part)?))).collect()
    }

    pub(super) fn open(&self, part: Part) -> Result<Vec<AnnotatedDocument>, Error> {
        let documents = data::open(&self.training.data, "re-docred", part)?;
        Ok(if part == Part::Train { self.held.without(documents).0 } else { documents })
    }

    /// The annotation style of reading: that of the written corpus, if there is one.
    pub(super) fn style(&self) -> u32 {
        if self.written.is_empty() { 0 } else { WRITTEN.style }
    }

    /// Some of the sets, and the written corpus after them.
    pub(super) fn with_written(&self, sets: &[Set]) -> Vec<Set> {
        let written = (!self.written.is_empty()).then_some(WRITTEN);
        sets.iter().copied().chain(written).collect()
    }

    /// A set's training documents without test text.
    pub(super) fn documents(&self, set: &Set) -> Result<(Vec<AnnotatedDocument>, Taken), Error> {
        if set.name != WRITTEN.name {
            return training(&self.training.data, set, &self.held);
        }
        let (documents, removed) = self.held.without_long(written::part(&self.written, Part::Train), SAYING);
        let taken = Taken { set: "written train".to_owned(), kept: documents.len(), removed };
        Ok((documents, taken))
    }

    /// The sets that choices on relations are made on, with their styles: a part of each that relations are read from.
    pub(super) fn checks(&self) -> Result<Vec<(Vec<AnnotatedDocument>, u32)>, Error> {
        let mut sets = vec![(self.open(Part::Validation)?, 0)];
        if !self.written.is_empty() {
            sets.push((written::part(&self.written, Part::Validation), WRITTEN.style));
        }
        Ok(sets)
    }

    /// The labels that relations, and types of things, are learnt by; none without a written corpus.
    pub(super) fn tables(&self, seeing: (&Backbone, &VectorHead), space: &[String]) -> Result<Option<Tables>, Error> {
        let Some(corpus) = &self.training.corpus else { return Ok(None) };
        let mut phrasings = written::phrasings(&corpus.path)?;
        let mut names = written::names(&corpus.path)?;
        for relation in corpus.ontology.relations() {
            let property = property(&relation.iri);
            let Names { forward, inverse } = names.remove(property).unwrap_or_default();
            let mut known = labels::phrasings(relation);
            known.splice(1..1, forward);
            phrasings.insert(property.to_owned(), known);
            if !inverse.is_empty() {
                phrasings.insert(inverse_of(property), inverse);
            }
        }
        let of = |part: Part| self.written.iter().filter(move |written| written.part() == part);
        let open = |part: Part| written::of_words(of(part));
        let types =
            |part: Part| of(part).flat_map(|written| written.document.types.values()).map(String::as_str).collect();
        Ok(Some(Tables {
            relations: LabelTable::new(seeing, (space, open(Part::Train), open(Part::Validation)), &phrasings)?,
            types: LabelTable::new(seeing, (&[], types(Part::Train), types(Part::Validation)), &BTreeMap::new())?,
        }))
    }

    /// The first of WikiANN's validation sentences.
    pub(super) fn elsewhere(&self, most: usize) -> Result<Vec<AnnotatedDocument>, Error> {
        let mut documents = data::open(&self.training.data, "wikiann-en", Part::Validation)?;
        documents.truncate(most);
        Ok(documents)
    }

    /// The label space: the properties that some training set marks, sorted.
    pub(super) fn space(&self) -> Result<Vec<String>, Error> {
        let mut space = BTreeSet::new();
        for set in self.with_written(&RELATION_SETS) {
            for document in self.documents(&set)?.0 {
                space.extend(document.relations.into_iter().map(|relation| relation.relation));
            }
        }
        Ok(space.into_iter().collect())
    }

    /// Trains the head that tells what pronouns refer to; none where no set marks them.
    pub(super) fn references(&mut self, featuriser: &Featuriser<'_>) -> Result<Option<(ReferenceHead, f32)>, Error> {
        if self.written.is_empty() {
            return Ok(None);
        }
        let train = featuriser.referring(&self.documents(&WRITTEN)?.0, REFERENCE_LAYER)?;
        let validation = featuriser.referring(&written::part(&self.written, Part::Validation), REFERENCE_LAYER)?;
        if train.iter().all(|referring| referring.gold.is_none()) {
            return Ok(None);
        }
        let phase = self.phase("references", REFERENCE_EPOCHS);
        references::train(&train, &validation, (REFERENCE_LAYER, &phase), &mut self.reporter).map(Some)
    }
}
