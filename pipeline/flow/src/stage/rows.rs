//! What stages hand on: entities, facts, what is stated and asserted.
//!
//! In: nothing. Out: rows. Never: a stage.

use crate::stage::Rows;
use differential_dataflow::operators::arrange::{Arranged, TraceAgent};
use differential_dataflow::trace::implementations::ValSpine;
use kgloom_record::record::{
    ContentHash, CorrectionId, DocumentEvidence, DocumentId, Factuality, Iri, Literal, Named, Reading, Term, Triple,
};
use kgloom_record::shared::Shared;
use kgloom_record::{names, vocabulary};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, LazyLock};

/// What tells one bearer of a name from another; empty for the best supported one.
pub(crate) type Sense = Arc<str>;

/// The sense of a name that most documents mean.
pub(crate) fn main() -> Sense {
    static MAIN: LazyLock<Sense> = LazyLock::new(|| Arc::from(""));
    Arc::clone(&MAIN)
}

/// One entity of one document: the document, and its place in the reading.
pub type LocalId = (DocumentId, u32);

/// A name as it is compared, with its class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    pub(crate) class: Iri,
    pub(crate) name: Arc<str>,
}

impl Key {
    /// The key of a name as it is shown.
    pub(crate) fn of(class: &Iri, shown: &str) -> Key {
        Key { class: class.clone(), name: names::key_of(shown, class.as_str() == vocabulary::PERSON) }
    }
}

/// One bearer of a name: the key and what tells it from others who bear it.
pub(crate) type Node = (Key, Sense);

/// An entity of the graph, shared by all who refer to it.
pub type Entity = Shared<Described>;

/// What an entity of the graph is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Described {
    /// Its IRI: class, best supported name and, for homonyms, a mark of their least evidence.
    pub iri: Iri,
    /// Its ontology class.
    pub class: Iri,
    /// Its best supported name.
    pub label: Arc<str>,
}

/// The entity behind each document's entity, arranged once for all that join with it.
pub type Resolved<'s> = Arranged<'s, TraceAgent<ValSpine<LocalId, Entity, u64, isize>>>;

/// The entities of the graph, and who refers to them.
pub struct Entities<'s> {
    /// The entity behind each document's entity.
    pub resolved: Resolved<'s>,
    /// The names that each document uses for it.
    pub names: Rows<'s, (LocalId, Arc<str>)>,
}

/// The names that a text has for each of its entities, in the order of its mentions.
pub(crate) fn displays(text: &str, reading: &Reading) -> BTreeMap<u32, Vec<Arc<str>>> {
    let mut said: BTreeMap<u32, Vec<Arc<str>>> = BTreeMap::new();
    for mention in &reading.mentions {
        let person = reading.entities[mention.entity as usize].class.as_str() == vocabulary::PERSON;
        said.entry(mention.entity).or_default().push(names::written(text, mention.span, person));
    }
    said
}

/// The best supported bearer of a name.
pub(crate) fn sole(key: Key) -> Node {
    (key, main())
}

/// A fact as one document states it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// Who or what it is about.
    pub head: Entity,
    /// The relation.
    pub relation: Iri,
    /// What it says.
    pub tail: Tail,
    /// The document that states it.
    pub document: DocumentId,
    /// What speaks for it there.
    pub grounds: Shared<Grounds>,
}

/// What speaks for a fact in one document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Grounds {
    /// The document's text, by which documents are one witness.
    pub content: ContentHash,
    /// How it is said.
    pub evidence: DocumentEvidence,
    /// Whether it is stated.
    pub factuality: Factuality,
}

impl Fact {
    /// The triple that states it.
    pub fn triple(&self) -> Triple {
        Triple { subject: self.head.iri.clone(), relation: self.relation.clone(), object: self.tail.term() }
    }
}

/// The other end of a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tail {
    /// A named thing.
    Entity(Entity),
    /// A value, and the class that it was read as.
    Value(Literal, Iri),
}

impl Tail {
    /// The object that stands for it in a triple.
    pub fn term(&self) -> Term {
        match self {
            Tail::Entity(entity) => Term::Name(entity.iri.clone()),
            Tail::Value(literal, _) => Term::Literal(literal.clone()),
        }
    }

    /// Its ontology class.
    pub fn class(&self) -> &Iri {
        match self {
            Tail::Entity(entity) => &entity.class,
            Tail::Value(_, class) => class,
        }
    }
}

/// A triple and one document that states it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stated {
    /// The triple.
    pub triple: Triple,
    /// A document that states it.
    pub document: DocumentId,
}

/// The documents' entities that corrections name; whether by a name that is not their full one.
pub(crate) type Bearers<'s> = Rows<'s, (LocalId, (bool, Named))>;

/// A triple that is there on the user's word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Asserted {
    /// The triple.
    pub triple: Triple,
    /// The correction that asserts it.
    pub by: CorrectionId,
}
