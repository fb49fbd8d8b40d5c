//! The RDF store: the only home of oxigraph.
//!
//! In: quads that come and go, epoch by epoch. Out: SPARQL answers, exports, lookups.
//! Never: a quad without its epoch, a write outside a transaction, the network.

mod algebra;
mod evidence;
mod export;
mod gate;
mod graphml;
mod links;
mod lookup;
mod neo4j;
mod plain;
mod prefixes;
mod printer;
mod quads;
mod query;
mod rdfxml;
mod repair;
mod schema;
mod snapshot;
mod stop;
mod table;
mod view;
mod xml;

pub use crate::store::plain::quote as csv_field;
pub use evidence::Spoken;
pub use export::{ExportFormat, Exported, GraphChoice};
pub use lookup::{RejectionRow, StoreCounts};
pub use neo4j::FILES as NEO4J_FILES;
pub use prefixes::{PREFIXES, expand, shorten};
pub use printer::{QueryOutcome, ResultFormat};
pub(crate) use quads::datatype;
pub use query::{QUERY_THREAD, QueryError, QueryOptions};
pub use repair::Repair;
pub use schema::{Described, Uses};

use crate::Error;
use kgloom_record::record::{Iri, Quad};
use kgloom_record::vocabulary;
use oxigraph::model::{
    GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad as RdfQuad, QuadRef, Term,
};
use oxigraph::store::Transaction;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const STATE: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("urn:kgloom:state");
const EPOCH: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("urn:kgloom:epoch");
const META: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::META);

/// The store of one state folder, or one in memory.
pub struct Store {
    inner: oxigraph::store::Store,
    durable: bool,
    labels: BTreeMap<Iri, Arc<str>>,
}

impl Store {
    /// Opens the store in a folder, and makes it if there is none.
    ///
    /// Without the feature `disk` the store is in memory, and empty at each start; see [`Store::is_durable`].
    pub fn open(path: impl AsRef<Path>) -> Result<Store, Error> {
        open(path.as_ref())
    }

    /// An empty store in memory.
    pub fn in_memory() -> Result<Store, Error> {
        Ok(Store { inner: oxigraph::store::Store::new()?, durable: false, labels: BTreeMap::new() })
    }

    /// Names for relations and classes that the store itself has no label for; tables and exports show them.
    pub fn with_labels(mut self, labels: BTreeMap<Iri, Arc<str>>) -> Store {
        self.labels = labels;
        self
    }

    /// Whether what is written is still there after a restart.
    pub fn is_durable(&self) -> bool {
        self.durable
    }

    /// Applies one epoch in one transaction: what is counted down goes, what is counted up comes, and the epoch's
    /// number and `meta` are written with it. Applying an epoch twice has the effect of applying it once.
    pub fn apply(&self, epoch: u64, quads: &[(Quad, isize)], meta: &[(&str, &str)]) -> Result<(), Error> {
        let (gone, come) = settle(quads)?;
        let mut transaction = self.inner.start_transaction()?;
        exchange(&mut transaction, &gone, &come)?;
        write_state(&mut transaction, Some(epoch), meta)?;
        Ok(transaction.commit()?)
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

    /// Returns when everything that was ever written is on disk.
    #[cfg(feature = "disk")]
    pub fn flush(&self) -> Result<(), Error> {
        Ok(self.inner.flush()?)
    }

    /// Returns when everything that was ever written is on disk; in memory there is nothing to do.
    #[cfg(not(feature = "disk"))]
    pub fn flush(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(feature = "disk")]
fn open(path: &Path) -> Result<Store, Error> {
    use oxigraph::store::StorageError;
    std::fs::create_dir_all(path).map_err(|error| Error::file("create", path, error))?;
    clear_old_logs(path);
    let inner = oxigraph::store::Store::open(path).map_err(|error| match error {
        StorageError::Corruption(what) => Error::Damaged {
            path: path.to_owned(),
            what: what.to_string(),
            remedy: "`kgloom repair` builds it again from the journal",
        },
        error if ["While lock file", "lock hold by"].iter().any(|sign| error.to_string().contains(sign)) => {
            Error::InUse { path: path.to_owned() }
        }
        error if error.to_string().contains("file descriptor") => Error::Files { what: error.to_string() },
        error => Error::Store(error),
    })?;
    Ok(Store { inner, durable: true, labels: BTreeMap::new() })
}

/// RocksDB begins a log of what it does at each opening, and keeps a thousand old ones that nobody reads.
#[cfg(feature = "disk")]
fn clear_old_logs(path: &Path) {
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(b"LOG.old.") {
            // Whoever else removes it, or cannot, does no harm.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(not(feature = "disk"))]
fn open(_path: &Path) -> Result<Store, Error> {
    Store::in_memory()
}

type Exchange = (Vec<RdfQuad>, Vec<RdfQuad>);

/// What goes and what comes, each once, whatever the order and however often a quad is named.
fn settle(changes: &[(Quad, isize)]) -> Result<Exchange, Error> {
    let mut sums: BTreeMap<&Quad, isize> = BTreeMap::new();
    for (quad, difference) in changes {
        *sums.entry(quad).or_default() += difference;
    }
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for (quad, sum) in sums {
        match sum {
            0 => {}
            1.. => come.push(quads::encode(quad)?),
            _ => gone.push(quads::encode(quad)?),
        }
    }
    Ok((gone, come))
}

/// Removes first, then adds; a named graph that is left empty goes too, as if it had never been.
fn exchange(transaction: &mut Transaction<'_>, gone: &[RdfQuad], come: &[RdfQuad]) -> Result<(), Error> {
    let mut touched = BTreeSet::new();
    for quad in gone {
        transaction.remove(quad.as_ref());
        if let GraphNameRef::NamedNode(graph) = quad.graph_name.as_ref() {
            touched.insert(graph);
        }
    }
    for quad in come {
        transaction.insert(quad.as_ref());
        if let GraphNameRef::NamedNode(graph) = quad.graph_name.as_ref() {
            touched.remove(&graph);
        }
    }
    for graph in touched {
        if transaction.quads_for_pattern(None, None, None, Some(graph.into())).next().transpose()?.is_none() {
            transaction.remove_named_graph(graph)?;
        }
    }
    Ok(())
}

/// Replaces the epoch (or takes it away) and the given keys.
fn write_state(transaction: &mut Transaction<'_>, epoch: Option<u64>, meta: &[(&str, &str)]) -> Result<(), Error> {
    replace(transaction, EPOCH, epoch.map(Literal::from))?;
    for (key, value) in meta {
        let key = quads::name(&format!("{}{key}", vocabulary::NAMESPACE))?;
        replace(transaction, key.as_ref(), Some(Literal::new_simple_literal(*value)))?;
    }
    Ok(())
}

fn replace(transaction: &mut Transaction<'_>, key: NamedNodeRef<'_>, value: Option<Literal>) -> Result<(), Error> {
    let old = transaction.quads_for_pattern(Some(STATE.into()), Some(key), None, Some(META.into()));
    let old: Vec<RdfQuad> = old.collect::<Result<_, _>>()?;
    old.iter().for_each(|quad| transaction.remove(quad.as_ref()));
    if let Some(value) = &value {
        transaction.insert(QuadRef::new(STATE, key, value, META));
    }
    Ok(())
}

impl Store {
    /// All quads but those of the meta graph and the ontology's, in the store's own order.
    fn content(&self) -> impl Iterator<Item = Result<RdfQuad, Error>> + use<> {
        let quads = self.inner.iter().map(|quad| quad.map_err(Error::from));
        let apart = [META, NamedNodeRef::new_unchecked(vocabulary::ONTOLOGY)];
        let is_apart = move |quad: &RdfQuad| apart.iter().any(|graph| quad.graph_name.as_ref() == (*graph).into());
        quads.filter(move |quad| !matches!(quad, Ok(quad) if is_apart(quad)))
    }

    /// The objects of a subject's property in a graph.
    fn objects(&self, subject: &NamedNode, property: &str, graph: GraphNameRef<'_>) -> Result<Vec<Term>, Error> {
        let property = NamedNodeRef::new_unchecked(property);
        let subject = NamedOrBlankNode::from(subject.clone());
        let quads = self.inner.quads_for_pattern(Some(subject.as_ref()), Some(property), None, Some(graph));
        Ok(quads.map(|quad| quad.map(|quad| quad.object)).collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests;
