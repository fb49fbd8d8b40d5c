//! What the graph knows of a thing when its classes are told. In: nothing. Out: plain data. Never: a float, a number that
//! depends on the order of documents, or the trace of what is more than two links away.

use crate::record::LocalType;
use crate::shared::Shared;
use ontologies::Iri;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A direction of [`crate::context`]; empty where there is none.
pub type Direction = Shared<[i8]>;

/// Of the links at a thing those with the smallest keys are looked along, this many; one that has more is a hub, and is not
/// looked at from what is around it. Else an edit near a country would be felt by all that touch it.
pub const LINKS: usize = 32;

/// A thing or a document, as the graph knows it. With `x` for directions and `A` for links of whole things that are no hubs,
/// `own`, `once` and `twice` are `x`, `Ax` and `A²x`, each scaled as a direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Profile {
    /// Its name.
    pub name: Arc<str>,
    /// Its class; `kgloom:Document` for documents.
    pub class: Arc<str>,
    /// What it is called.
    pub label: Arc<str>,
    /// What is said around it, or in it.
    pub own: Direction,
    /// What is said around what it is linked with.
    pub once: Direction,
    /// What is said around what that is linked with.
    pub twice: Direction,
    /// The relations that it has, and whether it is the head; sorted, each once.
    pub relations: Vec<(Iri, bool)>,
    /// The nouns by which texts say what it is, and the common nouns that it is linked with; in lower case, sorted, each once.
    pub nouns: Vec<Arc<str>>,
    /// The narrower classes that the reader tells, each with its best score; sorted.
    pub read: Vec<LocalType>,
}
