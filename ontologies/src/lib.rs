//! What may be said: classes, relations and the rules between them.
//!
//! In: Turtle. Out: an immutable [`Ontology`] that answers whether a fact may be stated.
//! Never: knows of documents, models or stores.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod admit;
mod declared;
pub mod divisions;
mod error;
mod follow;
mod form;
mod hierarchy;
mod iri;
mod nameless;
mod nouns;
mod ontology;
mod pattern;
mod predicate;
mod read;
mod resolve;
mod stands;
mod statement;
mod vocabularies;
mod warning;

pub use admit::{End, Misfit, Violation};
pub use declared::{Class, Individual, Relation};
pub use error::{Error, Place};
pub use form::{Consequence, Form, Rule};
pub use iri::Iri;
pub use ontology::Ontology;
pub use pattern::Pattern;
pub use warning::{Oddity, Warning};
