//! The classes that an ontology declares below the six, or beside them. In: their names and vectors. Out: which of the six
//! they fit. Never: an entity.

use crate::mentions::CLASS_IRIS;
use candle_core::Tensor;
use kgloom_record::record::Iri;

/// The classes below the six, or beside them, that an ontology declares.
#[derive(Clone, Debug)]
pub(super) struct NarrowClasses {
    /// Their names.
    pub(super) iris: Vec<Iri>,
    /// For each, which of the six it may fit.
    pub(super) fits: Vec<[bool; CLASS_IRIS.len()]>,
    /// What each is called, in words of lower case.
    pub(super) names: Vec<Vec<Vec<String>>>,
    /// As entities are compared with them: classes × [`super::relations::EMBEDDING_WIDTH`].
    pub(super) embeddings: Tensor,
}

impl NarrowClasses {
    /// Whether an entity of one of the six classes may be of a class.
    pub(super) fn fits(&self, own: usize, class: usize) -> bool {
        self.fits[class][own]
    }

    /// The one of the six that a class lies below, if it is only one.
    pub(super) fn above(&self, class: usize) -> Option<usize> {
        let mut fitting = (0..CLASS_IRIS.len()).filter(|own| self.fits[class][*own]);
        fitting.next().filter(|_| fitting.next().is_none())
    }
}
