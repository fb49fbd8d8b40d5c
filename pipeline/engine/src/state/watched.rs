//! How unusual documents and facts are beside a pinned reference. In: the graph as it changes. Out: the graph kgloom:watch that
//! goes with it. Never: a number that is not a function of graph and reference.

use super::derived::Derived;
use super::types::Typing;
use super::wanted;
use super::watched_graph::{WatchedGraph, ends};
use crate::error::Error;
use crate::interrupt;
use crate::progress::{Measure, Progress};
use anyhow::{Context, Result};
use connectors::Store;
use kgloom_numerics::passes;
use kgloom_numerics::vectors::TextVectors;
use kgloom_record::port::ModelId;
use kgloom_record::record::{ContentHash, Datatype, Graph, Iri, Literal, Quad, Term, Triple};
use kgloom_record::vocabulary;
use kgloom_watch::{Fact, FactReference, Reference, Trim};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Documents or facts between looks at Ctrl-C.
const BETWEEN: usize = 2048;
/// Facts that a reference of facts is made of, at the least.
pub const LEAST_FACTS: usize = kgloom_watch::surprise::LEAST;

/// What is watched: a file beside the reference, which is there while it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watching {
    /// The epoch of the graph that the reference is of.
    pub epoch: u64,
    /// The documents that were there, each by a hash of its name and of what it said ([`Watching::seen`]).
    pub documents: BTreeSet<String>,
}

/// The directions of both ends of a fact.
type Directions = (Vec<f32>, Vec<f32>);

impl Watching {
    /// Where the state folder keeps its reference.
    pub fn folder(state: &Path) -> PathBuf {
        state.join("watch")
    }

    fn file(state: &Path) -> PathBuf {
        Watching::folder(state).join("watching.json")
    }

    /// What is watched in a state folder, if anything is.
    pub fn read(state: &Path) -> Result<Option<Watching>> {
        wanted::read(&Watching::file(state), "kgloom train watch")
    }

    /// Watches from now on, by a reference that lies there.
    pub fn write(&self, state: &Path) -> Result<()> {
        wanted::write(Some(self), &Watching::file(state))
    }

    /// Watches no more, and takes the reference away.
    pub fn remove(state: &Path) -> Result<()> {
        wanted::remove_folder(&Watching::folder(state))
    }

    /// A name for what is told of an epoch, where something is watched; it changes with all that it depends on.
    pub fn mark(state: &Path, epoch: u64) -> Result<Option<String>> {
        if !Watching::file(state).is_file() {
            return Ok(None);
        }
        let folder = Watching::folder(state);
        let mut mark = Reference::id_in(&folder).map_err(missing)?;
        if FactReference::lies_in(&folder) {
            mark = format!("{mark} {}", FactReference::id_in(&folder).map_err(missing)?);
        }
        Ok(Some(format!("{mark} at {epoch}")))
    }

    /// By what a document is known again that says the same.
    pub fn seen(document: &Iri, direction: &[i8]) -> String {
        let said: String = direction.iter().map(|x| format!(" {x}")).collect();
        ContentHash::of(&format!("{document}{said}")).to_string()[..16].to_owned()
    }
}

fn missing(error: kgloom_numerics::Error) -> anyhow::Error {
    anyhow::Error::new(error).context(
        "there is no whole reference of what is usual; `kgloom train watch` makes it, `kgloom train watch --off` does without",
    )
}

/// A direction as numbers of length 1.
pub fn unit(direction: &[i8]) -> Vec<f32> {
    let mut row: Vec<f32> = direction.iter().map(|x| f32::from(*x)).collect();
    passes::unit(&mut row);
    row
}

/// References of what is usual in a graph.
pub struct Usual {
    /// Of documents.
    pub documents: Reference,
    /// Of facts; none where there are too few.
    pub facts: Option<FactReference>,
}

impl Usual {
    /// What is usual among the documents and facts of a graph.
    pub fn of(graph: &WatchedGraph, encoder: &str, trim: Trim) -> Result<Usual> {
        let rows: Vec<Vec<f32>> = graph.documents().filter_map(|name| graph.direction(name)).map(unit).collect();
        let width = rows.first().map_or(0, Vec::len);
        let documents = Reference::trimmed(&TextVectors { width, values: rows.concat() }, encoder, trim)?;
        let hubs: BTreeMap<Iri, Vec<f32>> = graph.hubs().map(|(name, row)| (name.clone(), unit(row))).collect();
        let mut directions: BTreeMap<&Iri, Vec<f32>> = BTreeMap::new();
        for end in graph.facts().filter_map(ends).flatten() {
            let row = || hubs.get(end).cloned().or_else(|| graph.direction(end).map(unit));
            if !directions.contains_key(end)
                && let Some(row) = row()
            {
                directions.insert(end, row);
            }
        }
        let facts = graph.facts().filter_map(|triple| {
            let [head, tail] = ends(triple)?.map(|end| directions.get(end));
            Some(Fact { head: head?, relation: triple.relation.as_str(), tail: tail? })
        });
        let facts: Vec<Fact<'_>> = facts.collect();
        let hubs = hubs.iter().map(|(name, row)| (name.to_string(), row.clone())).collect();
        let enough = facts.len() >= LEAST_FACTS;
        let facts = enough.then(|| FactReference::of(&facts, &hubs, (encoder, trim.seed))).transpose()?;
        Ok(Usual { documents, facts })
    }

    /// Writes both into a state folder, where nothing of the kind lies any more.
    pub fn write(&self, state: &Path) -> Result<()> {
        let folder = Watching::folder(state);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make \"{}\"", folder.display()))?;
        self.documents.write(&folder)?;
        self.facts.iter().try_for_each(|facts| facts.write(&folder))?;
        Ok(())
    }

    /// Reads what a state folder holds.
    pub fn read(state: &Path) -> Result<Usual> {
        let folder = Watching::folder(state);
        let documents = Reference::read(&folder).map_err(missing)?;
        let there = FactReference::lies_in(&folder);
        let facts = there.then(|| FactReference::read(&folder)).transpose().map_err(missing)?;
        Ok(Usual { documents, facts })
    }
}

/// What is unusual, as it follows a graph.
pub struct Watched {
    usual: Usual,
    /// The names of the references of documents and of facts.
    models: [ModelId; 2],
    graph: WatchedGraph,
}

impl Watched {
    /// What the state folder wants watched, if anything, over a graph that is still empty.
    pub fn open(state: &Path, reader: &ModelId) -> Result<Option<Watched>> {
        if Watching::read(state)?.is_none() {
            return Ok(None);
        }
        let usual = Usual::read(state)?;
        let (made, space) = (&usual.documents.card.encoder, Typing::space(reader));
        if *made != space {
            let message = format!(
                "what is usual in this state was learnt over {made}, and {space} reads; `kgloom train watch --off` does \
                 without, `kgloom train watch` then learns it anew"
            );
            return Err(Error::settings(message).into());
        }
        Ok(Some(Watched::new(usual)?))
    }

    /// What is unusual beside these references, over a graph that is still empty.
    pub fn new(usual: Usual) -> Result<Watched> {
        let facts = usual.facts.as_ref();
        let id = facts.map(FactReference::id).transpose()?.unwrap_or_default();
        let models = [usual.documents.id()?, id].map(|id| ModelId(id.into()));
        let pinned = facts.into_iter().flat_map(|facts| &facts.card.hubs).map(|name| Iri::new(name.as_str()));
        let graph = WatchedGraph::new(usual.documents.card.width, pinned);
        Ok(Watched { usual, models, graph })
    }

    /// What is told of some documents, of those that say something.
    fn documents(&self, names: &[Iri]) -> BTreeMap<Iri, Vec<Quad>> {
        let there: Vec<(&Iri, Vec<f32>)> =
            names.iter().filter_map(|name| Some((name, unit(self.graph.direction(name)?)))).collect();
        let rows: Vec<f32> = there.iter().flat_map(|(_, row)| row).copied().collect();
        let told = there.into_iter().zip(self.usual.documents.judge(&rows)).map(|((name, _), judged)| {
            let said = [
                (vocabulary::own("novelty"), decimal(f64::from(judged.novelty))),
                (vocabulary::own("depth"), decimal(judged.depth)),
                (Iri::new(vocabulary::PREDICTED_BY), text(&self.models[0])),
            ];
            (name.clone(), quads(name, said))
        });
        told.collect()
    }

    /// What is told of some facts, of those that are there and of which both ends have a direction, each under its name.
    fn facts(&self, facts: &[Triple]) -> BTreeMap<Iri, Vec<Quad>> {
        let Some(usual) = &self.usual.facts else { return BTreeMap::new() };
        let row = |name: &Iri| match usual.hub(name.as_str()) {
            Some(row) => Some(row.to_vec()),
            None => self.graph.direction(name).map(unit),
        };
        let with_ends = |triple: &Triple| {
            let [head, tail] = ends(triple)?.map(row);
            Some((head?, tail?))
        };
        let there = facts.iter().filter(|triple| self.graph.holds(triple));
        let there: Vec<(&Triple, Directions)> = there.filter_map(|triple| Some((triple, with_ends(triple)?))).collect();
        let judged: Vec<Fact<'_>> = there
            .iter()
            .map(|(triple, (head, tail))| Fact { head, relation: triple.relation.as_str(), tail })
            .collect();
        let told = there.iter().zip(usual.surprises(&judged)).map(|((triple, _), surprise)| {
            let name = vocabulary::fact_iri(triple);
            let said = [
                (vocabulary::own("head"), Term::Name(triple.subject.clone())),
                (vocabulary::own("relation"), Term::Name(triple.relation.clone())),
                (vocabulary::own("tail"), triple.object.clone()),
                (vocabulary::own("surprise"), decimal(f64::from(surprise))),
                (Iri::new(vocabulary::PREDICTED_BY), text(&self.models[1])),
            ];
            let quads = quads(&name, said);
            (name, quads)
        });
        told.collect()
    }

    /// What is told of documents and facts, by the name under which it stands.
    fn told(&self, documents: &[Iri], facts: &[Triple]) -> Result<BTreeMap<Iri, Vec<Quad>>> {
        let progress = Progress::start("watching");
        let mut told = BTreeMap::new();
        let parts = documents.chunks(BETWEEN).map(|some| self.documents(some));
        for part in parts.chain(facts.chunks(BETWEEN).map(|some| self.facts(some))) {
            told.extend(part);
            if interrupt::asked() {
                return Err(Error::Interrupted.into());
            }
            progress.show(&Measure { documents: told.len() as u64, ..Measure::default() });
        }
        progress.finish();
        Ok(told)
    }
}

impl Derived for Watched {
    fn absorb(&mut self, quads: &[(Quad, isize)]) {
        self.graph.absorb(quads);
    }

    fn is_told(&mut self) {
        self.graph.take_stale();
    }

    fn all(&mut self) -> Result<Vec<Quad>> {
        self.graph.take_stale();
        let documents: Vec<Iri> = self.graph.documents().cloned().collect();
        let facts: Vec<Triple> = self.graph.facts().cloned().collect();
        Ok(self.told(&documents, &facts)?.into_values().flatten().collect())
    }

    fn change(&mut self, store: &Store) -> Result<Vec<(Quad, isize)>> {
        let (documents, facts) = self.graph.take_stale();
        let (documents, facts) = (Vec::from_iter(documents), Vec::from_iter(facts));
        let mut told = self.told(&documents, &facts)?;
        let names = documents.iter().cloned().chain(facts.iter().map(vocabulary::fact_iri));
        let mut change = Vec::new();
        for name in names {
            let new: BTreeSet<Quad> = told.remove(&name).unwrap_or_default().into_iter().collect();
            let old: BTreeSet<Quad> = store.watched_of(&name)?.into_iter().collect();
            change.extend(old.difference(&new).map(|quad| (quad.clone(), -1)));
            change.extend(new.difference(&old).map(|quad| (quad.clone(), 1)));
        }
        Ok(change)
    }
}

fn quads<const N: usize>(subject: &Iri, said: [(Iri, Term); N]) -> Vec<Quad> {
    let quad = |(relation, object)| {
        let triple = Triple { subject: subject.clone(), relation, object };
        Quad { graph: Graph::Watch, triple }
    };
    said.into_iter().map(quad).collect()
}

/// A number as the graph holds it, to four places.
fn decimal(number: f64) -> Term {
    let value = format!("{number:.4}");
    let value = value.trim_end_matches('0').trim_end_matches('.');
    Term::Literal(Literal { value: value.into(), datatype: Datatype::Decimal })
}

fn text(model: &ModelId) -> Term {
    Term::Literal(Literal { value: Arc::clone(&model.0), datatype: Datatype::String })
}

#[cfg(test)]
#[path = "watched_tests.rs"]
mod tests;
