//! What the graph may say and what it is about. In: the ontology's words, names. Out: the graph `kgloom:ontology`, how often each
//! relation and class is used, and the things whose names are like what somebody typed.
//! Never: a part of what documents say: the ontology's graph follows the configuration, as the meta graph does the history.

use super::{Store, pattern, quads, replace};
use crate::Error;
use kgloom_record::record::{Iri, Triple};
use kgloom_record::vocabulary;
use oxigraph::model::{GraphNameRef, Literal, NamedNodeRef, NamedOrBlankNode, Quad as RdfQuad, Term};
use std::collections::BTreeMap;

const ONTOLOGY: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(vocabulary::ONTOLOGY);
/// What the ontology's graph was last made of.
const MADE_OF: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("urn:kgloom:ontologyHash");

/// How often relations and classes are used in what all documents together say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Triples by relation, but for class and names.
    pub relations: BTreeMap<Iri, u64>,
    /// Things by class.
    pub classes: BTreeMap<Iri, u64>,
}

/// A thing that the graph describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// What it is called.
    pub labels: Vec<String>,
    /// What it is called as well.
    pub aliases: Vec<String>,
    /// What it is.
    pub classes: Vec<Iri>,
    /// Triples that it is an end of, but for class and names.
    pub facts: u64,
}

impl Store {
    /// Brings the ontology's graph to exactly these triples, if it is not made of them already.
    pub fn tell(&self, ontology: &[Triple]) -> Result<(), Error> {
        let wanted: Vec<RdfQuad> = ontology
            .iter()
            .map(|triple| Ok(quads::encode_triple(triple)?.in_graph(ONTOLOGY)))
            .collect::<Result<_, Error>>()?;
        let mut hasher = blake3::Hasher::new();
        for quad in &wanted {
            hasher.update(quad.to_string().as_bytes()).update(b"\n");
        }
        let hash = hasher.finalize().to_hex();
        if self.meta("ontologyHash")?.as_deref() == Some(hash.as_str()) {
            return Ok(());
        }
        let mut edit = self.inner.edit();
        let old = pattern::rows(edit.image(), [None; 3], Some(ONTOLOGY.into()))?;
        for row in old.into_iter().flatten() {
            edit.remove(row?);
        }
        for quad in &wanted {
            let row = pattern::row_of(&mut edit, quad.as_ref())?;
            edit.insert(row);
        }
        replace(&mut edit, MADE_OF, Some(Literal::new_simple_literal(hash.as_str())))?;
        edit.commit()
    }

    /// How often each relation and class is used. Goes through the default graph once.
    pub fn uses(&self) -> Result<Uses, Error> {
        let mut uses = Uses::default();
        for quad in self.inner.quads_for_pattern(None, None, None, Some(GraphNameRef::DefaultGraph)) {
            let quad = quad?;
            match (quad.predicate.as_str(), quad.object) {
                (vocabulary::TYPE, Term::NamedNode(class)) => {
                    *uses.classes.entry(Iri::new(class.into_string())).or_default() += 1;
                }
                (vocabulary::TYPE | vocabulary::LABEL | vocabulary::ALTERNATIVE_LABEL, _) => {}
                _ => *uses.relations.entry(Iri::new(quad.predicate.into_string())).or_default() += 1,
            }
        }
        Ok(uses)
    }

    /// Everything with a class or a name. Goes through the default graph once.
    pub fn described(&self) -> Result<BTreeMap<Iri, Described>, Error> {
        let mut described: BTreeMap<Iri, Described> = BTreeMap::new();
        let mut facts: BTreeMap<String, u64> = BTreeMap::new();
        for quad in self.inner.quads_for_pattern(None, None, None, Some(GraphNameRef::DefaultGraph)) {
            let RdfQuad { subject: NamedOrBlankNode::NamedNode(subject), predicate, object, .. } = quad? else {
                continue;
            };
            match (predicate.as_str(), object) {
                (vocabulary::TYPE, Term::NamedNode(class)) => {
                    described
                        .entry(Iri::new(subject.into_string()))
                        .or_default()
                        .classes
                        .push(Iri::new(class.into_string()));
                }
                (vocabulary::LABEL, Term::Literal(label)) => {
                    described.entry(Iri::new(subject.into_string())).or_default().labels.push(label.value().to_owned());
                }
                (vocabulary::ALTERNATIVE_LABEL, Term::Literal(alias)) => {
                    described
                        .entry(Iri::new(subject.into_string()))
                        .or_default()
                        .aliases
                        .push(alias.value().to_owned());
                }
                (_, object) => {
                    *facts.entry(subject.into_string()).or_default() += 1;
                    if let Term::NamedNode(object) = object {
                        *facts.entry(object.into_string()).or_default() += 1;
                    }
                }
            }
        }
        for (name, thing) in &mut described {
            thing.facts = facts.get(name.as_str()).copied().unwrap_or_default();
        }
        Ok(described)
    }

    /// Whether anything in any graph is said with this property.
    pub fn has_property(&self, property: &Iri) -> Result<bool, Error> {
        let property = quads::name(property.as_str())?;
        let mut found = self.inner.quads_for_pattern(None, Some(property.as_ref()), None, None);
        Ok(found.next().transpose()?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::{Datatype, Literal as Value, Term as Object};

    fn word(subject: &str, relation: &str, value: &str) -> Triple {
        let object = Object::Literal(Value { value: value.into(), datatype: Datatype::String });
        Triple { subject: Iri::new(subject), relation: Iri::new(relation), object }
    }

    #[test]
    fn the_ontology_has_a_graph_of_its_own_that_follows_it_and_is_no_part_of_the_graph() {
        let store = Store::in_memory().unwrap();
        store
            .tell(&[word("urn:x:p", vocabulary::LABEL, "part of"), word("urn:x:q", vocabulary::LABEL, "next to")])
            .unwrap();
        let known = |store: &Store| {
            let found = store.inner.quads_for_pattern(None, None, None, Some(ONTOLOGY.into()));
            found.map(|quad| quad.unwrap().object.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(known(&store).len(), 2);
        store.tell(&[word("urn:x:p", vocabulary::LABEL, "piece of")]).unwrap();
        assert_eq!(known(&store), ["\"piece of\""]);
        assert!(store.lines().unwrap().is_empty());
        store.repair(1, &[], &[]).unwrap();
        assert_eq!(known(&store).len(), 1, "a repair leaves it");
        assert!(store.has_property(&Iri::new(vocabulary::LABEL)).unwrap());
        assert!(!store.has_property(&Iri::new("urn:x:p")).unwrap());
    }
}
