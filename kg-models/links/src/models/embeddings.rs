//! Embeddings as a model of links.
//!
//! In: tables. Out: a scorer of the entities that they were trained on. Never: a link that is shown at test time.

use super::model::{Model, Protocols, View};
use crate::Error;
use crate::data::protocol::Protocol;
use crate::rank::filtered::Scorer;
use crate::score::embeddings::Embeddings;

impl Model for Embeddings {
    fn protocols(&self) -> Protocols {
        let transductive = |protocol| protocol == Protocol::Transductive;
        let nature = "has a row of numbers for each entity it was trained on";
        Protocols { usual: Protocol::Transductive, alone: transductive, beside: transductive, nature }
    }

    fn scorer<'a>(&'a self, _: &View<'a>) -> Result<Box<dyn Scorer + 'a>, Error> {
        Ok(Box::new(Embeddings::scorer(self)))
    }
}
