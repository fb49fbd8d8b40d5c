//! The baseline of text models as a model of links: one linear map for all texts.
//!
//! In: a map, vectors of texts. Out: a scorer, also of entities never seen. Never: a link.

use super::model::{Model, Protocols, View};
use crate::Error;
use crate::data::protocol::Protocol;
use crate::rank::filtered::Scorer;
use crate::text::projected::Projected;

/// One map for the texts of all entities, and a row for each relation.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectedModel {
    /// The map and the rows.
    pub tables: Projected,
    /// The encoder of the texts.
    pub encoder: String,
}

impl Model for ProjectedModel {
    fn protocols(&self) -> Protocols {
        Protocols {
            usual: Protocol::TextOnly,
            alone: |protocol| protocol == Protocol::TextOnly,
            beside: |_| false,
            nature: "maps texts to rows, and does not look at links",
        }
    }

    fn encoder(&self) -> Option<&str> {
        Some(&self.encoder)
    }

    fn scorer<'a>(&'a self, view: &View<'a>) -> Result<Box<dyn Scorer + 'a>, Error> {
        Ok(Box::new(self.tables.embeddings(view.vectors()?).into_scorer()))
    }
}
