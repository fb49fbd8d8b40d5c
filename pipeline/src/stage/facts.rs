//! Candidate facts: what documents say, in the graph's names.
//!
//! In: readings, and the entities behind their entities. Out: facts, one for each document that states it, and rejections
//! of those whose mention speaks for another. Never: a judgement on what is left; that is `admit`'s.

use crate::record::{
    ContentHash, DocumentId, Factuality, Grounds, Iri, Literal, LocalRelation, Naming, Reading, Span, Term, Triple,
};
use crate::stage::entities::{Entities, Entity, LocalId};
use crate::stage::mentions::Read;
use crate::stage::voices::{self, Rival};
use crate::stage::{Rows, Verdict};
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
    /// Its text, by which documents are one witness.
    pub content: ContentHash,
    /// What speaks for it there.
    pub grounds: Grounds,
    /// Whether it is stated there.
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

/// A relation whose head is about to be looked up: what speaks for it, in which text, whether it is stated there, and to
/// whom it must yield.
type Said = (Iri, End, Told);

type Told = (Grounds, ContentHash, Factuality, Option<Rival>);

/// The tail as the document knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum End {
    Local(u32),
    Value(Literal, Iri),
}

/// Each relation that a reader saw, between the graph's entities.
pub fn propose<'s>(reads: Rows<'s, Read>, entities: &Entities<'s>, ontology: &Arc<Ontology>) -> Verdict<'s, Fact> {
    let resolved = entities.resolved.clone().arrange_by_key();
    let ontology = Arc::clone(ontology);
    let said = reads.flat_map(move |read| said(&read, &ontology)).arrange_by_key();
    let headed = said.join_core(resolved.clone(), |(document, _), (relation, end, told), head| {
        Some((document.clone(), relation.clone(), end.clone(), told.clone(), head.clone()))
    });
    let values = headed.clone().flat_map(|(document, relation, end, told, head)| match end {
        End::Value(literal, class) => {
            let (grounds, content, factuality, rival) = told;
            let tail = Tail::Value(literal, class);
            Some((Fact { head, relation, tail, document, content, grounds, factuality }, rival))
        }
        End::Local(_) => None,
    });
    let open = headed.flat_map(|(document, relation, end, told, head)| match end {
        End::Local(index) => Some(((document, index), (relation, told, head))),
        End::Value(..) => None,
    });
    let links = open.arrange_by_key().join_core(resolved, |(document, _), (relation, told, head), tail| {
        let (grounds, content, factuality, rival) = told;
        let fact = Fact {
            head: head.clone(),
            relation: relation.clone(),
            tail: Tail::Entity(tail.clone()),
            document: document.clone(),
            content: *content,
            grounds: *grounds,
            factuality: *factuality,
        };
        Some((fact, rival.clone()))
    });
    voices::hear(values.concat(links), entities)
}

fn said(read: &Read, ontology: &Ontology) -> Vec<(LocalId, Said)> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let (named, content) = (named(reading), ContentHash::of(&read.document.text));
    let mut outdone = voices::outdone(&read.document.text, reading, ontology);
    let end = |relation: &LocalRelation| {
        let tail = &reading.entities[relation.tail as usize];
        match &tail.literal {
            Some(literal) => End::Value(literal.clone(), tail.class.clone()),
            None => End::Local(relation.tail),
        }
    };
    let rows = reading.relations.iter().enumerate().map(|(place, relation)| {
        let grounds = grounds(reading, &named, relation);
        let told = (grounds, content, relation.factuality, outdone.remove(&place));
        ((read.document.id.clone(), relation.head), (relation.relation.clone(), end(relation), told))
    });
    rows.collect()
}

/// What speaks for a relation of a reading.
fn grounds(reading: &Reading, named: &[Naming], relation: &LocalRelation) -> Grounds {
    let naming = |entity: u32, mention: u32| Naming {
        score: reading.mentions[mention as usize].score,
        ..named[entity as usize]
    };
    let (sentences, bytes) = apart(reading, relation.head_mention, relation.tail_mention);
    Grounds {
        score: relation.score,
        head: naming(relation.head, relation.head_mention),
        tail: naming(relation.tail, relation.tail_mention),
        sentences,
        bytes,
    }
}

/// How far apart two mentions of a reading stand: in sentences, and in bytes.
pub(crate) fn apart(reading: &Reading, one: u32, other: u32) -> (u16, u32) {
    let [one, other] = [one, other].map(|mention| reading.mentions[mention as usize].span);
    let sentence = |span: Span| reading.sentences.partition_point(|sentence| sentence.start <= span.start);
    let sentences = sentence(one).abs_diff(sentence(other)).min(usize::from(u16::MAX)) as u16;
    (sentences, one.start.abs_diff(other.start))
}

/// How each entity of a reading is named.
fn named(reading: &Reading) -> Vec<Naming> {
    let mut named = vec![Naming::default(); reading.entities.len()];
    for mention in &reading.mentions {
        let naming = &mut named[mention.entity as usize];
        naming.best = naming.best.max(mention.score);
        naming.mentions = naming.mentions.saturating_add(1);
    }
    named
}
