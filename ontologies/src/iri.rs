//! A name, at the very bottom. In: text. Out: a cheap, ordered, shared name. Never minted from a counter.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// The name of a class, relation, entity, document or graph. Cloning shares the text, and names that share it are equal
/// without a look at it.
#[expect(clippy::derived_hash_with_manual_eq, reason = "equality is that of the texts, only sooner told")]
#[derive(Clone, Eq, Hash, Serialize, Deserialize)]
pub struct Iri(Arc<str>);

impl PartialEq for Iri {
    #[inline]
    fn eq(&self, other: &Iri) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl PartialOrd for Iri {
    #[inline]
    fn partial_cmp(&self, other: &Iri) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Iri {
    #[inline]
    fn cmp(&self, other: &Iri) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

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

/// The end of an IRI, which is the name that people know: `P57`, `Person`.
pub(crate) fn local_name(iri: &Iri) -> &str {
    let text = iri.as_str();
    text.rsplit(['/', '#', ':']).find(|part| !part.is_empty()).unwrap_or(text)
}

/// Where an IRI begins: all before the end that tells it from its neighbours.
pub(crate) fn namespace(iri: &str) -> &str {
    &iri[..iri.rfind(['/', '#', ':']).map_or(0, |last| last + 1)]
}
