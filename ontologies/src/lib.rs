//! What may be said: classes, relations and the rules between them.
//!
//! In: Turtle. Out: an immutable [`Ontology`] that answers whether a fact may be stated.
//! Never: knows of documents, models or stores.

mod admit;
mod error;
mod hierarchy;
mod iri;
mod ontology;
mod read;

pub use admit::{End, Misfit, Violation};
pub use error::{Error, Place};
pub use iri::Iri;
pub use ontology::{Class, Individual, Ontology, Relation};
