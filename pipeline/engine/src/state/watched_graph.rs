//! What a reference judges, as it changes: directions of documents and things, and facts between things. In: quads that come and
//! go. Out: which documents and facts must be judged anew. Never: a change that is felt by more facts than a thing may have
//! before it is a hub.

use connectors::Store;
use kgloom_record::context;
use kgloom_record::profile::LINKS;
use kgloom_record::record::{Graph, Iri, Quad, Term, Triple};
use kgloom_record::vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// Documents, things and facts.
#[derive(Default)]
pub struct WatchedGraph {
    /// Numbers in a direction; others are left alone.
    width: usize,
    /// Things whose direction is pinned.
    pinned: BTreeSet<Iri>,
    /// Of documents and things, but for those that are pinned.
    directions: BTreeMap<Iri, Vec<i8>>,
    /// Facts by either end.
    facts: BTreeMap<Iri, BTreeSet<Triple>>,
    stale_documents: BTreeSet<Iri>,
    stale_facts: BTreeSet<Triple>,
}

/// The two things that a fact is between; none for what is a class or a value.
pub fn ends(triple: &Triple) -> Option<[&Iri; 2]> {
    match &triple.object {
        Term::Name(tail) if triple.relation.as_str() != vocabulary::TYPE => Some([&triple.subject, tail]),
        _ => None,
    }
}

/// The direction of a triple of the graph of contexts.
fn direction(triple: &Triple) -> Option<Vec<i8>> {
    let Term::Literal(literal) = &triple.object else { return None };
    context::read(&literal.value)
}

impl WatchedGraph {
    /// An empty graph; things with these names are pinned.
    pub fn new(width: usize, pinned: impl IntoIterator<Item = Iri>) -> WatchedGraph {
        WatchedGraph { width, pinned: pinned.into_iter().collect(), ..WatchedGraph::default() }
    }

    /// What a store holds, with nothing pinned.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn of(store: &Store) -> Result<WatchedGraph, connectors::Error> {
        let mut graph = WatchedGraph::default();
        for told in store.contexts() {
            let (name, direction) = told?;
            graph.width = direction.len();
            graph.directions.insert(name, direction);
        }
        for triple in store.stated() {
            graph.come(&triple?);
        }
        graph.take_stale();
        Ok(graph)
    }

    /// Takes in what came and what went, in whatever order.
    pub fn absorb(&mut self, quads: &[(Quad, isize)]) {
        for (Quad { graph, triple }, count) in quads {
            match graph {
                Graph::Contexts if !self.pinned.contains(&triple.subject) => self.turn(triple, *count > 0),
                Graph::Default if *count > 0 => self.come(triple),
                Graph::Default => self.go(triple),
                _ => {}
            }
        }
    }

    fn turn(&mut self, triple: &Triple, comes: bool) {
        let (name, Some(direction)) = (&triple.subject, direction(triple)) else { return };
        if direction.len() != self.width {
            return;
        }
        if comes {
            self.directions.insert(name.clone(), direction);
        } else if self.directions.get(name) == Some(&direction) {
            self.directions.remove(name);
        }
        if vocabulary::document_id(name.as_str()).is_some() {
            self.stale_documents.insert(name.clone());
        } else if let Some(facts) = self.facts.get(name).filter(|facts| facts.len() <= LINKS) {
            self.stale_facts.extend(facts.iter().cloned());
        }
    }

    fn come(&mut self, triple: &Triple) {
        for end in ends(triple).into_iter().flatten() {
            let facts = self.facts.entry(end.clone()).or_default();
            facts.insert(triple.clone());
            if facts.len() == LINKS + 1 && !self.pinned.contains(end) {
                // It is a hub from now on.
                self.stale_facts.extend(facts.iter().cloned());
            }
            self.stale_facts.insert(triple.clone());
        }
    }

    fn go(&mut self, triple: &Triple) {
        for end in ends(triple).into_iter().flatten() {
            let Some(facts) = self.facts.get_mut(end) else { continue };
            facts.remove(triple);
            if facts.len() == LINKS && !self.pinned.contains(end) {
                // It is a hub no more.
                self.stale_facts.extend(facts.iter().cloned());
            }
            if facts.is_empty() {
                self.facts.remove(end);
            }
            self.stale_facts.insert(triple.clone());
        }
    }

    /// What must be judged anew since this was last asked: documents and facts, those that are gone among them.
    pub fn take_stale(&mut self) -> (BTreeSet<Iri>, BTreeSet<Triple>) {
        (std::mem::take(&mut self.stale_documents), std::mem::take(&mut self.stale_facts))
    }

    /// All documents with a direction.
    pub fn documents(&self) -> impl Iterator<Item = &Iri> {
        self.directions.keys().filter(|name| vocabulary::document_id(name.as_str()).is_some())
    }

    /// All facts.
    pub fn facts(&self) -> impl Iterator<Item = &Triple> {
        self.facts.iter().flat_map(|(end, facts)| facts.iter().filter(move |fact| fact.subject == *end))
    }

    /// Whether a fact is there.
    pub fn holds(&self, fact: &Triple) -> bool {
        self.facts.get(&fact.subject).is_some_and(|facts| facts.contains(fact))
    }

    /// The direction of a document or a thing; none where nothing is said there, and none for a hub that is not pinned.
    pub fn direction(&self, name: &Iri) -> Option<&[i8]> {
        let is_hub = self.facts.get(name).is_some_and(|facts| facts.len() > LINKS);
        self.directions.get(name).filter(|_| !is_hub).map(Vec::as_slice)
    }

    /// Things with more links than a thing may have whose direction is not pinned, with their directions.
    pub fn hubs(&self) -> impl Iterator<Item = (&Iri, &[i8])> {
        let hubs = self.facts.iter().filter(|(_, facts)| facts.len() > LINKS);
        hubs.filter_map(|(name, _)| Some((name, self.directions.get(name)?.as_slice())))
    }
}
