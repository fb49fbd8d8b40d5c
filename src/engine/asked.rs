//! Plain questions over a graph. In: a question. Out: answers with the query that gives them, or why there are none. Never: a walk
//! over the whole graph.

use super::index::Index;
use super::words::Words;
use connectors::Store;
use connectors::store::End;
use kgloom_asking::{Graph, Reply};
use kgloom_numerics::vectors::Encode;
use kgloom_record::record::{Iri, Term};
use kgloom_record::vocabulary;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Names at least so alike may be what was meant (Jaro and Winkler).
const ALIKE: f64 = 0.9;
/// Names that are tried in place of one that nothing bears.
const TRIED: usize = 8;

/// A graph that is asked, with the names of its things.
pub(super) struct Asked<'a> {
    pub store: &'a Store,
    pub words: Words<'a>,
}

impl Asked<'_> {
    /// The answer, and the terms as they are told.
    pub(super) fn answer(&self, question: &str, encoder: Option<&dyn Encode>) -> Value {
        let reply = kgloom_asking::answer(self, self.words.ontology, encoder, question);
        let Reply { sparql, reading, answers, why, notes } = reply;
        let answers: Vec<Value> = answers.iter().map(|term| self.words.term(term)).collect();
        json!({
            "known": why.is_none(), "sparql": sparql, "reading": reading, "answers": answers, "why": why, "notes": notes,
        })
    }

    fn triples(&self, ends: (Option<&Iri>, Option<&Iri>), relation: Option<&Iri>) -> Vec<(Iri, Iri, Term)> {
        let said_of_all = [vocabulary::TYPE, vocabulary::LABEL, vocabulary::ALTERNATIVE_LABEL];
        // A store that cannot be read any more has no answers; what reads it next says so.
        let triples = self.store.told_with(ends, relation).unwrap_or_default();
        let triples = triples.into_iter().filter(|triple| !said_of_all.contains(&triple.relation.as_str()));
        triples.map(|triple| (triple.subject, triple.relation, triple.object)).collect()
    }
}

impl Graph for Asked<'_> {
    fn named(&self, plain: &str) -> Vec<Iri> {
        self.words.index.names().get(plain).into_iter().flat_map(|bearers| bearers.keys().cloned()).collect()
    }

    fn like(&self, plain: &str) -> Vec<String> {
        let length = plain.chars().count();
        let near = self.words.index.names().keys().filter(|name| name.chars().count().abs_diff(length) <= 3);
        let scored = near.map(|name| (strsim::jaro_winkler(name, plain), name));
        let mut alike: Vec<(f64, &String)> = scored.filter(|(score, _)| *score >= ALIKE).collect();
        alike.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.cmp(b)));
        alike.into_iter().take(TRIED).map(|(_, name)| name.clone()).collect()
    }

    fn classes(&self, thing: &Iri) -> Vec<Iri> {
        self.words.index.things().get(thing).map_or_else(Vec::new, |thing| thing.classes.clone())
    }

    fn label(&self, thing: &Iri) -> String {
        self.words.label(thing)
    }

    fn names(&self, thing: &Iri) -> Vec<String> {
        let thing = self.words.index.things().get(thing);
        thing.map_or_else(Vec::new, |thing| thing.labels.iter().chain(&thing.aliases).cloned().collect())
    }

    fn of_subject(&self, subject: &Iri, relation: Option<&Iri>) -> Vec<(Iri, Iri, Term)> {
        self.triples((Some(subject), None), relation)
    }

    fn of_object(&self, object: &Iri, relation: Option<&Iri>) -> Vec<(Iri, Iri, Term)> {
        self.triples((None, Some(object)), relation)
    }

    fn relations(&self, thing: &Iri) -> [BTreeSet<Iri>; 2] {
        let at = |end| {
            let facts = [false, true].map(|follows| self.store.facts_at(thing, end, follows));
            // What cannot be read has none.
            let facts = facts.iter().flatten();
            facts.flat_map(|facts| facts.relations().map(|(relation, _)| relation.clone())).collect()
        };
        [at(End::Subject), at(End::Object)]
    }

    fn largest(&self, most: usize) -> Vec<Iri> {
        let largest = self.words.index.largest(|thing| !thing.labels.is_empty(), most);
        largest.into_iter().map(|(iri, _)| iri.clone()).collect()
    }
}

/// Answers a question over a graph that nobody keeps open.
pub fn ask(
    store: &Store,
    ontology: &ontologies::Ontology,
    question: &str,
    encoder: Option<&dyn Encode>,
) -> anyhow::Result<Value> {
    let index = Index::of(store)?;
    Ok(Asked { store, words: Words { index: &index, ontology } }.answer(question, encoder))
}
