//! The RDF store: the only home of oxigraph.
//!
//! In: quads that come and go, epoch by epoch. Out: SPARQL answers, exports, lookups.
//! Never: a quad without its epoch, a write outside a transaction, the network.

mod algebra;
mod changed;
mod contexts;
mod evidence;
mod export;
mod facts;
mod filled;
mod functions;
mod gate;
mod graphml;
mod links;
mod list_form;
mod list_forms;
mod load;
mod lookup;
mod matched;
mod mistakes;
mod neo4j;
mod pattern;
mod plain;
mod prefixes;
mod printer;
mod quads;
mod query;
mod rdfxml;
mod repair;
mod request;
mod schema;
mod snapshot;
mod standing;
mod stop;
mod table;
mod turtle;
mod view;
mod xml;

pub use crate::store::plain::quote as csv_field;
pub use evidence::Spoken;
pub use export::{ExportFormat, Exported, GraphChoice};
pub use facts::{End, FactsAt};
pub use filled::filled;
pub use functions::{Models, Ranked};
pub use load::Rdf;
pub use lookup::{RejectionRow, StoreCounts};
pub use matched::Matched;
pub use neo4j::FILES as NEO4J_FILES;
pub use prefixes::{PREFIXES, expand, shorten};
pub use printer::{QueryOutcome, ResultFormat};
pub(crate) use quads::datatype;
pub use quads::line;
pub use query::{QUERY_THREAD, QueryError, QueryOptions};
pub use repair::Repair;
pub use request::{Answer, Dataset, Formats};
pub use schema::{Described, Uses};
pub use standing::Standing;

use crate::Error;
use crate::graph::{Edit, Graph};
use kgloom_record::record::{Iri, Quad};
use kgloom_record::vocabulary;
use oxigraph::model::{
    GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad as RdfQuad, QuadRef, Term,
};
use pattern::Encoder;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

const STATE: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("urn:kgloom:state");
const EPOCH: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("urn:kgloom:epoch");
const META: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::META);

/// The store of one state folder, or one in memory.
pub struct Store {
    inner: Arc<Graph>,
    labels: BTreeMap<Iri, Arc<str>>,
    models: OnceLock<Arc<dyn Models>>,
}

impl Store {
    /// Opens the store in a folder to write it, and makes it if there is none. One process writes; any number may read
    /// meanwhile, see [`Store::read`].
    pub fn open(path: impl AsRef<Path>) -> Result<Store, Error> {
        let path = path.as_ref();
        let inner = Graph::open(path)?;
        clear_earlier(path);
        Ok(Store { inner: Arc::new(inner), labels: BTreeMap::new(), models: OnceLock::new() })
    }

    /// The store in a folder as it was at the last whole epoch, to be read only: beside a process that writes, and on a disk
    /// that cannot be written. None where there is no store.
    pub fn read(path: impl AsRef<Path>) -> Result<Option<Store>, Error> {
        let inner = Graph::read(path.as_ref())?;
        Ok(inner.map(|inner| Store { inner: Arc::new(inner), labels: BTreeMap::new(), models: OnceLock::new() }))
    }

    /// An empty store in memory.
    pub fn in_memory() -> Result<Store, Error> {
        Ok(Store { inner: Arc::new(Graph::in_memory()?), labels: BTreeMap::new(), models: OnceLock::new() })
    }

    /// The store as it is now, in memory, for as long as it is kept: all that is asked of it is of the same epoch, while whoever
    /// writes goes on. It shares with the store what it holds.
    pub fn frozen(&self) -> Store {
        let inner = Arc::new(self.inner.frozen());
        Store { inner, labels: self.labels.clone(), models: self.models.clone() }
    }

    /// Names for relations and classes that the store itself has no label for; tables and exports show them.
    pub fn with_labels(mut self, labels: BTreeMap<Iri, Arc<str>>) -> Store {
        self.labels = labels;
        self
    }

    /// Lets queries ask models from now on; the first that are brought stay.
    pub fn teach(&self, models: Arc<dyn Models>) {
        // Whoever comes second brings the same.
        let _ = self.models.set(models);
    }

    /// Applies one epoch at once: what is counted down goes, what is counted up comes, and the epoch's number and `meta` are
    /// written with it. Applying an epoch twice has the effect of applying it once.
    pub fn apply(&self, epoch: u64, quads: &[(Quad, isize)], meta: &[(&str, &str)]) -> Result<(), Error> {
        let mut edit = self.edited(quads)?;
        write_state(&mut edit, Some(epoch), meta)?;
        edit.commit()
    }

    /// An edit with these changes, not yet written.
    fn edited(&self, quads: &[(Quad, isize)]) -> Result<Edit<'_>, Error> {
        let mut edit = self.inner.edit();
        let mut encoder = Encoder::default();
        for (quad, sum) in sums(quads) {
            if sum > 0 {
                let row = encoder.row(&mut edit, quad)?;
                edit.insert(row);
            } else if let Some(row) = encoder.known(&edit, quad)? {
                edit.remove(row);
            }
        }
        Ok(edit)
    }

    /// The epoch of what the store holds; `None` before the first, and while a repair is unfinished.
    pub fn epoch(&self) -> Result<Option<u64>, Error> {
        Ok(self.meta("epoch")?.and_then(|number| number.parse().ok()))
    }

    /// What was last written for a key of `meta`.
    pub fn meta(&self, key: &str) -> Result<Option<String>, Error> {
        let predicate = quads::name(&format!("{}{key}", vocabulary::NAMESPACE))?;
        let pattern = (Some(STATE.into()), Some(predicate.as_ref()), None, Some(META.into()));
        let found = self.inner.quads_for_pattern(pattern.0, pattern.1, pattern.2, pattern.3).next().transpose()?;
        Ok(found.and_then(|quad| match quad.object {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        }))
    }

    /// Returns when everything that was ever written is on disk, and short to read.
    pub fn flush(&self) -> Result<(), Error> {
        self.inner.flush()
    }
}

/// The files of a store of an earlier version (RocksDB). The graph is built again from the journal.
fn clear_earlier(path: &Path) {
    if !path.join("CURRENT").is_file() {
        return;
    }
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let begins = ["CURRENT", "IDENTITY", "LOCK", "LOG", "MANIFEST-", "OPTIONS-"];
        let is_table = name.ends_with(".sst") || name.ends_with(".log") || name.ends_with(".blob");
        if is_table || begins.iter().any(|begin| name.starts_with(begin)) {
            // What cannot be removed is in nobody's way.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// What goes and what comes, each once, whatever the order and however often a quad is named.
fn sums(changes: &[(Quad, isize)]) -> impl Iterator<Item = (&Quad, isize)> {
    let mut sums: BTreeMap<&Quad, isize> = BTreeMap::new();
    for (quad, difference) in changes {
        *sums.entry(quad).or_default() += difference;
    }
    sums.into_iter().filter(|(_, sum)| *sum != 0)
}

/// Replaces the epoch (or takes it away) and the given keys.
fn write_state(edit: &mut Edit<'_>, epoch: Option<u64>, meta: &[(&str, &str)]) -> Result<(), Error> {
    replace(edit, EPOCH, epoch.map(Literal::from))?;
    for (key, value) in meta {
        let key = quads::name(&format!("{}{key}", vocabulary::NAMESPACE))?;
        replace(edit, key.as_ref(), Some(Literal::new_simple_literal(*value)))?;
    }
    Ok(())
}

fn replace(edit: &mut Edit<'_>, key: NamedNodeRef<'_>, value: Option<Literal>) -> Result<(), Error> {
    let old = pattern::rows(edit.image(), [Some(STATE.into()), Some(key.into()), None], Some(META.into()))?;
    for row in old.into_iter().flatten() {
        edit.remove(row?);
    }
    if let Some(value) = &value {
        let row = pattern::row_of(edit, QuadRef::new(STATE, key, value, META))?;
        edit.insert(row);
    }
    Ok(())
}

impl Store {
    /// All quads but those of the meta graph and the ontology's, in the store's own order.
    fn content(&self) -> impl Iterator<Item = Result<RdfQuad, Error>> + use<> {
        let quads = self.inner.iter();
        let apart = [META, NamedNodeRef::new_unchecked(vocabulary::ONTOLOGY)];
        let is_apart = move |quad: &RdfQuad| apart.iter().any(|graph| quad.graph_name.as_ref() == (*graph).into());
        quads.filter(move |quad| !matches!(quad, Ok(quad) if is_apart(quad)))
    }

    /// The objects of a subject's property in a graph.
    fn objects(&self, subject: &NamedNode, property: &str, graph: GraphNameRef<'_>) -> Result<Vec<Term>, Error> {
        let property = NamedNodeRef::new_unchecked(property);
        let subject = NamedOrBlankNode::from(subject.clone());
        let quads = self.inner.quads_for_pattern(Some(subject.as_ref()), Some(property), None, Some(graph));
        quads.map(|quad| quad.map(|quad| quad.object)).collect()
    }
}

#[cfg(test)]
mod tests;
