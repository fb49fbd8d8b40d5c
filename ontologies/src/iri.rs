//! A name, at the very bottom. In: text. Out: a cheap, ordered, shared name. Never minted from a counter.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The name of a class, relation, entity, document or graph. Cloning shares the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Iri(Arc<str>);

impl Iri {
    /// Takes the text as it is; who reads IRIs from outside checks them there.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Iri(text.into())
    }

    /// The text of the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Iri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Iri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}
