//! What may be said: classes, relations and the rules between them.
//!
//! In: Turtle. Out: an immutable [`Ontology`] that answers whether a fact may be stated.
//! Never: knows of documents, models or stores.

mod admit;
mod error;
mod follow;
mod hierarchy;
mod iri;
mod ontology;
mod pattern;
mod predicate;
mod read;
mod statement;

pub use admit::{End, Misfit, Violation};
pub use error::{Error, Place};
pub use follow::{Consequence, Form, Rule};
pub use iri::Iri;
pub use ontology::{Class, Individual, Ontology, Relation};
pub use pattern::Pattern;
