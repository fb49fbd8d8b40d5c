//! A filter at work: the scorer with its thresholds, behind the port that the flow asks.
//!
//! In: facts with what speaks for them, views of both ends. Out: whether they are believed, and how probable they are.
//! Never: a float; the same question has the same answer on every machine.

use super::edge_features::edge_features;
use super::model::GraphFilter;
use super::principal_components::PrincipalComponents;
use crate::Error;
use kgloom_record::neighbourhood::{Neighbourhood, Numbers, key};
use kgloom_record::port::{Filter, Judgement, ModelId};
use kgloom_record::record::{Evidence, Iri, Score, Triple};
use std::collections::BTreeMap;

/// A filter that was asked for a precision.
pub struct TripleClassifier {
    id: ModelId,
    filter: GraphFilter,
    places: BTreeMap<Iri, usize>,
    thresholds: Vec<i64>,
}

impl TripleClassifier {
    /// The filter, keeping what has at least this precision, in hundredths; its usual one where none is given.
    ///
    /// # Errors
    /// When no thresholds were chosen for that precision, or the filter's numbers do not fill their shapes.
    pub fn new(filter: GraphFilter, precision: Option<u8>) -> Result<Self, Error> {
        let precision = precision.unwrap_or(filter.card.usual);
        let id = ModelId(format!("{} at {}.{:02}", filter.id()?, precision / 100, precision % 100).into());
        let relations = &filter.card.relations;
        let places: BTreeMap<Iri, usize> = relations.iter().map(|name| Iri::new(name.as_str())).zip(0..).collect();
        let every = (0..relations.len()).map(Some).chain([None]);
        let thresholds = every.map(|place| filter.threshold(precision, place)).collect::<Result<_, Error>>()?;
        Ok(TripleClassifier { id, places, thresholds, filter })
    }

    /// The reader whose facts it was made for.
    pub fn reader(&self) -> &str {
        &self.filter.card.encoder
    }

    /// What contexts become.
    pub fn principal_components(&self) -> &PrincipalComponents {
        &self.filter.principal_components
    }

    /// The logit that a fact is true, times 1024, and the one that is needed; facts with further keys are held out too.
    pub fn logit(
        &self,
        triple: &Triple,
        evidence: &Evidence,
        ends: [&Neighbourhood; 2],
        without: &[u64],
    ) -> (i64, i64) {
        let [head, tail] = ends;
        let own = key(triple.relation.as_str(), head.name.as_str(), tail.name.as_str());
        let keys: Vec<u64> = [own].iter().chain(without).copied().collect();
        let place = self.places.get(&triple.relation).copied();
        let features = edge_features(&triple.relation, evidence, ends, (&self.filter.card.rule_statistics, &keys));
        let needed = self.thresholds[place.unwrap_or(self.thresholds.len() - 1)];
        (self.filter.parameters.logit(&features, place), needed)
    }

    /// The probability of a logit.
    pub fn probability(&self, logit: i64) -> Score {
        Score::new(10 * self.filter.card.probabilities.of(logit))
    }
}

impl Filter for TripleClassifier {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn text(&self, context: &[i8]) -> Numbers {
        self.filter.principal_components.of_context(context)
    }

    fn judge(&self, triple: &Triple, evidence: &Evidence, ends: [&Neighbourhood; 2]) -> Judgement {
        let (logit, needed) = self.logit(triple, evidence, ends, &[]);
        Judgement { probability: self.probability(logit), kept: logit >= needed }
    }
}
