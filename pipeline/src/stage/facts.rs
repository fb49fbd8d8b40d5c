//! Candidate facts: what documents say, in the graph's names.
//!
//! In: readings, and the entities behind their entities. Out: facts, one for each document that states it.
//! Never: a judgement; that is `admit`'s.

use crate::record::{
    ContentHash, DocumentId, Grounds, Iri, Literal, LocalRelation, Naming, Reading, Span, Term, Triple,
};
use crate::stage::Rows;
use crate::stage::entities::{Entities, Entity, LocalId};
use crate::stage::mentions::Read;
use serde::{Deserialize, Serialize};

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

/// A relation whose head is about to be looked up.
type Said = (Iri, End, Grounds, ContentHash);

/// The tail as the document knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum End {
    Local(u32),
    Value(Literal, Iri),
}

/// Each relation that a reader saw, between the graph's entities.
pub fn propose<'s>(reads: Rows<'s, Read>, entities: &Entities<'s>) -> Rows<'s, Fact> {
    let resolved = entities.resolved.clone().arrange_by_key();
    let said = reads.flat_map(|read| said(&read)).arrange_by_key();
    let headed = said.join_core(resolved.clone(), |(document, _), (relation, end, grounds, content), head| {
        Some((document.clone(), relation.clone(), end.clone(), (*grounds, *content), head.clone()))
    });
    let values = headed.clone().flat_map(|(document, relation, end, (grounds, content), head)| match end {
        End::Value(literal, class) => {
            Some(Fact { head, relation, tail: Tail::Value(literal, class), document, content, grounds })
        }
        End::Local(_) => None,
    });
    let open = headed.flat_map(|(document, relation, end, told, head)| match end {
        End::Local(index) => Some(((document, index), (relation, told, head))),
        End::Value(..) => None,
    });
    let links =
        open.arrange_by_key().join_core(resolved, |(document, _), (relation, (grounds, content), head), tail| {
            Some(Fact {
                head: head.clone(),
                relation: relation.clone(),
                tail: Tail::Entity(tail.clone()),
                document: document.clone(),
                content: *content,
                grounds: *grounds,
            })
        });
    values.concat(links)
}

fn said(read: &Read) -> Vec<(LocalId, Said)> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let (named, content) = (named(reading), ContentHash::of(&read.document.text));
    let end = |relation: &LocalRelation| {
        let tail = &reading.entities[relation.tail as usize];
        match &tail.literal {
            Some(literal) => End::Value(literal.clone(), tail.class.clone()),
            None => End::Local(relation.tail),
        }
    };
    let rows = reading.relations.iter().map(|relation| {
        let said = (relation.relation.clone(), end(relation), grounds(reading, &named, relation), content);
        ((read.document.id.clone(), relation.head), said)
    });
    rows.collect()
}

/// What speaks for a relation of a reading.
fn grounds(reading: &Reading, named: &[Naming], relation: &LocalRelation) -> Grounds {
    let mention = |index: u32| &reading.mentions[index as usize];
    let (head, tail) = (mention(relation.head_mention), mention(relation.tail_mention));
    let naming = |entity: u32, mention: u32| Naming {
        score: reading.mentions[mention as usize].score,
        ..named[entity as usize]
    };
    let sentence = |span: Span| reading.sentences.partition_point(|sentence| sentence.start <= span.start);
    Grounds {
        score: relation.score,
        head: naming(relation.head, relation.head_mention),
        tail: naming(relation.tail, relation.tail_mention),
        sentences: sentence(head.span).abs_diff(sentence(tail.span)).min(usize::from(u16::MAX)) as u16,
        bytes: head.span.start.abs_diff(tail.span.start),
    }
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
