//! What may be said: classes, relations and the rules between them.
//!
//! In: Turtle. Out: an immutable [`Ontology`] that answers whether a fact may be stated.
//! Never: knows of documents, models or stores.

mod iri;

pub use iri::Iri;
