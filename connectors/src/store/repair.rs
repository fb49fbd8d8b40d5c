//! The sink that corrects itself. In: what the store should hold. Out: exactly that, whatever it held before.
//! Never: an epoch number beside content that is not that epoch's, even if the process is killed in between.

use super::{Store, exchange, quads, write_state};
use crate::Error;
use kgloom_record::record::Quad;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{GraphNameRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad as RdfQuad, Term};
use std::collections::HashSet;

/// Above this many quads an empty store is filled by the bulk loader.
const BULK: usize = 50_000;
/// Quads in one transaction, which oxigraph keeps in memory.
const TRANSACTION: usize = 100_000;
const BULK_MEGABYTES: usize = 256;

/// What a repair did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Quads that were missing.
    pub added: usize,
    /// Quads that should not have been there.
    pub removed: usize,
}

impl Store {
    /// Brings everything but the meta graph to exactly `wanted`, by difference, and then writes epoch and `meta`.
    ///
    /// The epoch is taken away before the first quad is touched and written after the last: a repair that is cut
    /// short leaves a store without an epoch, which asks for another repair.
    pub fn repair(&self, epoch: u64, wanted: &[Quad], meta: &[(&str, &str)]) -> Result<Repair, Error> {
        let (gone, come) = self.difference(wanted)?;
        if !gone.is_empty() || !come.is_empty() {
            let mut transaction = self.inner.start_transaction()?;
            write_state(&mut transaction, None, &[])?;
            transaction.commit()?;
            self.bring(&gone, &come)?;
        }
        self.drop_empty_graphs()?;
        let mut transaction = self.inner.start_transaction()?;
        write_state(&mut transaction, Some(epoch), meta)?;
        transaction.commit()?;
        Ok(Repair { added: come.len(), removed: gone.len() })
    }

    /// Takes the epoch away, so that the graph is compared with what it should be before it is used again.
    pub fn doubt(&self) -> Result<(), Error> {
        let mut transaction = self.inner.start_transaction()?;
        write_state(&mut transaction, None, &[])?;
        Ok(transaction.commit()?)
    }

    /// Quads to remove and quads to add. The order of either is of no consequence.
    fn difference(&self, wanted: &[Quad]) -> Result<(Vec<RdfQuad>, Vec<RdfQuad>), Error> {
        let mut missing = as_stored(wanted)?;
        let mut gone = Vec::new();
        for quad in self.content() {
            let quad = quad?;
            if !missing.remove(&quad) {
                gone.push(quad);
            }
        }
        Ok((gone, missing.into_iter().collect()))
    }

    fn bring(&self, gone: &[RdfQuad], come: &[RdfQuad]) -> Result<(), Error> {
        if gone.is_empty() && come.len() >= BULK && self.content().next().is_none() {
            let mut loader = self.inner.bulk_loader().with_max_memory_size_in_megabytes(BULK_MEGABYTES);
            loader.load_quads(come.iter().cloned())?;
            return Ok(loader.commit()?);
        }
        for (gone, come) in gone
            .chunks(TRANSACTION)
            .map(|gone| (gone, [].as_slice()))
            .chain(come.chunks(TRANSACTION).map(|come| ([].as_slice(), come)))
        {
            let mut transaction = self.inner.start_transaction()?;
            exchange(&mut transaction, gone, come)?;
            transaction.commit()?;
        }
        Ok(())
    }

    fn drop_empty_graphs(&self) -> Result<(), Error> {
        // The list is taken first: it may hold locks that the transaction needs.
        let graphs: Vec<NamedOrBlankNode> = self.inner.named_graphs().collect::<Result<_, _>>()?;
        let mut transaction = self.inner.start_transaction()?;
        for graph in graphs {
            let name = match graph.as_ref() {
                NamedOrBlankNodeRef::NamedNode(node) => GraphNameRef::from(node),
                NamedOrBlankNodeRef::BlankNode(node) => GraphNameRef::from(node),
            };
            if self.inner.quads_for_pattern(None, None, None, Some(name)).next().transpose()?.is_none() {
                transaction.remove_named_graph(&graph)?;
            }
        }
        Ok(transaction.commit()?)
    }
}

/// The wanted quads as the store will give them back: it keeps numbers and dates by value, not by spelling.
fn as_stored(wanted: &[Quad]) -> Result<HashSet<RdfQuad>, Error> {
    let spelling = oxigraph::store::Store::new()?;
    let mut plain = HashSet::with_capacity(wanted.len());
    for quad in wanted {
        let quad = quads::encode(quad)?;
        let by_value = matches!(&quad.object, Term::Literal(literal) if literal.datatype() != xsd::STRING);
        if by_value {
            spelling.insert(quad.as_ref())?;
        } else {
            plain.insert(quad);
        }
    }
    for quad in &spelling {
        plain.insert(quad?);
    }
    Ok(plain)
}
