//! What stages hand on: what documents say of entities, entities, facts, what is stated and asserted.
//!
//! In: nothing. Out: rows. Never: a stage.

use crate::stage::{By, Rows};
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

/// What a document says that helps to tell bearers of a name apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bearer {
    /// Which entity of which document it is.
    pub(crate) id: LocalId,
    /// How the document calls it.
    pub(crate) shown: Arc<str>,
    pub(crate) defined: bool,
    /// Whether the ontology knows it by name: then only what it is said to be, or to have, can tell it from another.
    pub(crate) known: bool,
    /// What the text says that it is, in a word.
    pub(crate) kind: Option<Arc<str>>,
    pub(crate) context: Arc<[i8]>,
    /// Where the text says that it lies, as [`crate::regions`] has it: two of one name in two places that are apart are two.
    pub(crate) place: Option<Arc<str>>,
    /// The country that the text is about, of a place of which it says neither where it lies nor what it is.
    pub(crate) land: Option<Arc<str>>,
    /// What it has that can have one value only, such as a date of birth.
    pub(crate) dates: Box<[(Iri, Literal)]>,
}

impl Bearer {
    /// Whether a document says enough to found a bearer of its own.
    pub(crate) fn tells(&self) -> bool {
        self.defined || !self.dates.is_empty()
    }
}

/// What one document says of one entity: held once, and referred to by all that look it up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Local {
    pub(crate) bearer: Bearer,
    pub(crate) names: Box<[Arc<str>]>,
    /// How often the text mentions it.
    pub(crate) mentions: u32,
    /// The other classes that the text has the same name as.
    pub(crate) also: Box<[Iri]>,
}

/// The entity behind each document's entity, arranged once for all that join with it.
pub type Resolved<'s> = By<'s, LocalId, Entity>;

/// The entities of the graph, and who refers to them.
pub struct Entities<'s> {
    /// The entity behind each document's entity.
    pub resolved: Resolved<'s>,
    /// What its document says of it: the names that it uses for it, and what it says around it.
    pub(crate) said: By<'s, LocalId, Shared<Local>>,
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
    pub content: Shared<ContentHash>,
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
    Value(Shared<(Literal, Iri)>),
}

impl Tail {
    /// The object that stands for it in a triple.
    pub fn term(&self) -> Term {
        match self {
            Tail::Entity(entity) => Term::Name(entity.iri.clone()),
            Tail::Value(value) => Term::Literal(value.0.clone()),
        }
    }

    /// Its ontology class.
    pub fn class(&self) -> &Iri {
        match self {
            Tail::Entity(entity) => &entity.class,
            Tail::Value(value) => &value.1,
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
