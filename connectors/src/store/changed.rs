//! When documents came, or were edited. In: the documents of an epoch. Out: those that changed after another. Never: a part of what
//! the graph is a function of: it tells of the history, in the meta graph.

use super::{META, Store, pattern, quads, write_state};
use crate::Error;
use crate::graph::Edit;
use kgloom_record::record::{DocumentId, Quad};
use kgloom_record::vocabulary;
use oxigraph::model::{Literal, NamedNodeRef, NamedOrBlankNode, QuadRef, Term};
use std::collections::BTreeSet;

const CHANGED_IN: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("urn:kgloom:changedIn");

impl Store {
    /// As [`Store::apply`], and that some documents changed in this epoch: each, and whether it is still live.
    ///
    /// # Errors
    /// As [`Store::apply`].
    pub fn apply_documents(
        &self,
        (epoch, documents): (u64, &[(DocumentId, bool)]),
        changes: &[(Quad, isize)],
        meta: &[(&str, &str)],
    ) -> Result<(), Error> {
        let mut edit = self.edited(changes)?;
        for (document, is_live) in documents {
            write(&mut edit, epoch, document, *is_live)?;
        }
        write_state(&mut edit, Some(epoch), meta)?;
        edit.commit()
    }

    /// The documents that came, or were edited, after an epoch.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn changed_since(&self, epoch: u64) -> Result<BTreeSet<DocumentId>, Error> {
        let mut changed = BTreeSet::new();
        for quad in self.inner.quads_for_pattern(None, Some(CHANGED_IN), None, Some(META.into())) {
            let quad = quad?;
            if let (NamedOrBlankNode::NamedNode(name), Term::Literal(literal)) = (quad.subject, quad.object)
                && literal.value().parse().is_ok_and(|in_epoch: u64| in_epoch > epoch)
            {
                changed.extend(vocabulary::document_id(name.as_str()));
            }
        }
        Ok(changed)
    }

    /// Dates the live documents of a graph that is built again by its epoch: those of which it is not known when they changed, and
    /// all of them where the store missed an epoch, since nobody knows then which it was about. What is not live is forgotten.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn date(&self, epoch: u64, live: &BTreeSet<DocumentId>) -> Result<(), Error> {
        let missed = self.epoch()?.is_none_or(|known| known != epoch);
        let dated = self.changed_since(0)?;
        let mut edit = self.inner.edit();
        for document in live.iter().filter(|document| missed || !dated.contains(document)) {
            write(&mut edit, epoch, document, true)?;
        }
        for gone in dated.difference(live) {
            write(&mut edit, epoch, gone, false)?;
        }
        edit.commit()
    }
}

/// Writes in which epoch a document changed, or forgets one that went.
fn write(edit: &mut Edit<'_>, epoch: u64, document: &DocumentId, is_live: bool) -> Result<(), Error> {
    let name = quads::name(&vocabulary::document_iri(document))?;
    let known = [Some(name.as_ref().into()), Some(CHANGED_IN.into()), None];
    let old: Vec<_> = pattern::rows(edit.image(), known, Some(META.into()))?.into_iter().flatten().collect();
    for row in old {
        edit.remove(row?);
    }
    if is_live {
        let literal = Literal::from(epoch);
        let row = pattern::row_of(edit, QuadRef::new(name.as_ref(), CHANGED_IN, &literal, META))?;
        edit.insert(row);
    }
    Ok(())
}
