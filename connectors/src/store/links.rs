//! The graph as links between entities. In: the default graph. Out: triples of names, and a text of each entity, sorted.
//! Never: a value, a class or a label as one end of a link.

use super::Store;
use super::export::plain;
use crate::Error;
use oxigraph::model::{GraphNameRef, NamedOrBlankNode, Term};
use pipeline::vocabulary;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Links between entities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkTable {
    /// Head, relation and tail, by IRI; sorted.
    pub links: Vec<[Arc<str>; 3]>,
    /// Of each entity: its label, its other names, its class.
    pub texts: BTreeMap<Arc<str>, String>,
}

impl Store {
    /// The default graph's links between entities, and what the entities are called.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn links(&self) -> Result<LinkTable, Error> {
        let mut links = BTreeSet::new();
        let mut told: BTreeMap<Arc<str>, [BTreeSet<String>; 3]> = BTreeMap::new();
        for quad in self.inner.quads_for_pattern(None, None, None, Some(GraphNameRef::DefaultGraph)) {
            let quad = quad?;
            let NamedOrBlankNode::NamedNode(subject) = quad.subject else { continue };
            let subject: Arc<str> = subject.as_str().into();
            let kind = match quad.predicate.as_str() {
                vocabulary::LABEL => 0,
                vocabulary::ALTERNATIVE_LABEL => 1,
                vocabulary::TYPE => 2,
                relation => {
                    if let Term::NamedNode(object) = quad.object {
                        links.insert([subject, relation.into(), object.as_str().into()]);
                    }
                    continue;
                }
            };
            let text = plain(quad.object.as_ref());
            let text =
                if kind == 2 { text.rsplit(['/', ':', '#']).next().unwrap_or_default().to_lowercase() } else { text };
            told.entry(subject).or_default()[kind].insert(text);
        }
        let text = |[labels, others, classes]: [BTreeSet<String>; 3]| {
            let names: Vec<String> = labels.into_iter().chain(others).collect();
            let classes: Vec<String> = classes.into_iter().collect();
            format!("{} ({})", names.join(", "), classes.join(", ")).replace(['\t', '\n', '\r'], " ")
        };
        let texts = told.into_iter().map(|(name, told)| (name, text(told))).collect();
        Ok(LinkTable { links: links.into_iter().collect(), texts })
    }
}
