//! How things are told. In: names of a graph, words of an ontology. Out: terms and things as JSON. Never: an IRI where there is a name.

use super::index::Index;
use connectors::store::{Described, shorten};
use kgloom_record::record::{Iri, Term};
use ontologies::Ontology;
use serde_json::{Value, json};

/// What values are told with: names, and the ontology's words.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub index: &'a Index,
    pub ontology: &'a Ontology,
}

impl Words<'_> {
    /// What a person reads in place of an IRI.
    pub(super) fn label(&self, iri: &Iri) -> String {
        let named = self.index.things().get(iri).and_then(|thing| thing.labels.first().cloned());
        let class = || self.ontology.class(iri).map(|class| class.label.clone());
        let relation = || self.ontology.relation(iri).map(|relation| relation.label.clone());
        named.or_else(class).or_else(relation).unwrap_or_else(|| shorten(iri.as_str()))
    }

    /// A term as it is told.
    pub(super) fn term(&self, term: &Term) -> Value {
        match term {
            Term::Name(iri) => self.name(iri),
            Term::Literal(literal) => json!({
                "type": "literal", "value": &*literal.value, "short": &*literal.value, "label": &*literal.value,
                "datatype": literal.datatype.iri(),
            }),
        }
    }

    /// A name as it is told.
    pub(super) fn name(&self, iri: &Iri) -> Value {
        json!({ "type": "uri", "value": iri.as_str(), "short": shorten(iri.as_str()), "label": self.label(iri) })
    }

    /// The class that a thing is told with: the one that its IRI is made of, or its first.
    pub(super) fn class(&self, iri: &Iri, thing: &Described) -> String {
        let short = shorten(iri.as_str());
        let kind = short.split(':').next().unwrap_or_default();
        let own = thing.classes.iter().find(|class| {
            let end = class.as_str().rsplit([':', '/', '#']).next().unwrap_or_default();
            end.eq_ignore_ascii_case(kind)
        });
        own.or(thing.classes.first()).map_or_else(String::new, |class| self.label(class))
    }

    /// A thing as it stands in a list.
    pub(super) fn thing(&self, iri: &Iri, thing: &Described) -> Value {
        let name = thing.labels.first().cloned().unwrap_or_else(|| shorten(iri.as_str()));
        json!({
            "iri": iri.as_str(), "short": shorten(iri.as_str()), "name": name, "class": self.class(iri, thing),
            "facts": thing.facts,
        })
    }
}
