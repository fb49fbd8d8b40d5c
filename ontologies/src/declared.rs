//! Classes, relations and things as an ontology declares them. In: nothing. Out: plain data. Never: an answer about facts.

use crate::{Form, Iri, Pattern};
use std::collections::BTreeSet;

/// A kind of thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its name.
    pub iri: Iri,
    /// What people call it; the end of its IRI if no file says.
    pub label: String,
    /// What it means, in one line; may be empty.
    pub comment: String,
    /// Other things that people call it.
    pub alternatives: BTreeSet<String>,
    /// Names of things that are of it.
    pub examples: BTreeSet<String>,
    /// Whether documents are of it, as of a topic, and no thing that they name is.
    pub of_documents: bool,
    /// What a reader of text calls it, such as `PER`.
    pub tag: Option<String>,
    /// The classes directly above it.
    pub parents: BTreeSet<Iri>,
    /// The classes with which it is declared to have no member in common; said of both.
    pub disjoint: BTreeSet<Iri>,
}

/// What may hold between a head and a tail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its name.
    pub iri: Iri,
    /// What people call it; the end of its IRI if no file says.
    pub label: String,
    /// What it means, in one line; may be empty.
    pub comment: String,
    /// Other things that people call it.
    pub alternatives: BTreeSet<String>,
    /// The classes that a head may have; empty for any.
    pub domain: BTreeSet<Iri>,
    /// The classes that a tail may have; empty for any.
    pub range: BTreeSet<Iri>,
    /// The relation that says the same from tail to head; that one's inverse is this one.
    pub inverse: Option<Iri>,
    /// Whether it is declared to hold between things, none of which is a date or a number.
    pub of_things: bool,
    /// Whether it always holds in both directions.
    pub symmetric: bool,
    /// Whether a head can truly have but one tail.
    pub functional: bool,
    /// Whether a head seldom has several tails, so that what speaks for another than the best must be strong.
    pub seldom_several: bool,
    /// Whether facts are stated in this form rather than in that of the inverse.
    pub canonical: bool,
    /// The relations that hold wherever this one does.
    pub broader: BTreeSet<Form>,
    /// A relation whose tail hands on to its head what it has by this one.
    pub along: Option<Iri>,
    /// Phrases that state it, with `X` for the head and `Y` for the tail, as in "X likes Y".
    pub patterns: BTreeSet<Pattern>,
}

/// A thing that texts give several names, such as a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Individual {
    /// Its name in the files; the graph names it by class and label.
    pub iri: Iri,
    /// Its class.
    pub class: Iri,
    /// What the graph calls it; the end of its IRI if no file says.
    pub label: String,
    /// Other names and short forms.
    pub alternatives: BTreeSet<String>,
    /// Adjectives and words for its people.
    pub demonyms: BTreeSet<String>,
}
