//! The sink that corrects itself. In: what the store should hold. Out: exactly that, whatever it held before.
//! Never: an epoch number beside content that is not that epoch's, even if the process is killed in between.

use super::pattern::Encoder;
use super::{Store, write_state};
use crate::Error;
use crate::graph::{Edit, Row, graph_of};
use kgloom_record::record::Quad;
use kgloom_record::vocabulary;
use std::collections::BTreeSet;

/// What a repair did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Quads that were missing.
    pub added: usize,
    /// Quads that should not have been there.
    pub removed: usize,
}

impl Store {
    /// Brings everything but the meta graph and the ontology's to exactly `wanted`, by difference, with epoch and `meta`: all
    /// of it or nothing.
    pub fn repair(&self, epoch: u64, wanted: &[Quad], meta: &[(&str, &str)]) -> Result<Repair, Error> {
        let mut edit = self.inner.edit();
        let mut encoder = Encoder::default();
        let mut missing = BTreeSet::new();
        for quad in wanted {
            missing.insert(encoder.row(&mut edit, quad)?);
        }
        let gone = superfluous(&edit, &mut missing)?;
        let repair = Repair { added: missing.len(), removed: gone.len() };
        gone.into_iter().for_each(|row| edit.remove(row));
        missing.into_iter().for_each(|row| edit.insert(row));
        write_state(&mut edit, Some(epoch), meta)?;
        edit.commit()?;
        Ok(repair)
    }

    /// Takes the epoch away, so that the graph is compared with what it should be before it is used again.
    pub fn doubt(&self) -> Result<(), Error> {
        let mut edit = self.inner.edit();
        write_state(&mut edit, None, &[])?;
        edit.commit()
    }
}

/// The rows that should not be there; what is there is taken out of `missing`.
fn superfluous(edit: &Edit<'_>, missing: &mut BTreeSet<Row>) -> Result<Vec<Row>, Error> {
    let apart = [edit.image().name(vocabulary::META)?, edit.image().name(vocabulary::ONTOLOGY)?];
    let mut gone = Vec::new();
    for row in super::pattern::rows(edit.image(), [None; 3], None)?.into_iter().flatten() {
        let row = row?;
        let is_apart = graph_of(&row).is_some_and(|graph| apart.contains(&Some(graph)));
        if !is_apart && !missing.remove(&row) {
            gone.push(row);
        }
    }
    Ok(gone)
}
