//! Candidate facts: what documents say, in the graph's names.
//!
//! In: readings, and the entities behind their entities. Out: facts, one for each document that states it.
//! Never: a judgement; that is `admit`'s.

use crate::record::{DocumentId, Iri, Literal, LocalRelation, Score, Term};
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
    /// How sure the reader is.
    pub score: Score,
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
type Said = (Iri, End, Score);

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
    let headed = said.join_core(resolved.clone(), |(document, _), (relation, end, score), head| {
        Some((document.clone(), relation.clone(), end.clone(), *score, head.clone()))
    });
    let values = headed.clone().flat_map(|(document, relation, end, score, head)| match end {
        End::Value(literal, class) => Some(Fact { head, relation, tail: Tail::Value(literal, class), document, score }),
        End::Local(_) => None,
    });
    let open = headed.flat_map(|(document, relation, end, score, head)| match end {
        End::Local(index) => Some(((document, index), (relation, score, head))),
        End::Value(..) => None,
    });
    let links = open.arrange_by_key().join_core(resolved, |(document, _), (relation, score, head), tail| {
        Some(Fact {
            head: head.clone(),
            relation: relation.clone(),
            tail: Tail::Entity(tail.clone()),
            document: document.clone(),
            score: *score,
        })
    });
    values.concat(links)
}

fn said(read: &Read) -> Vec<(LocalId, Said)> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let end = |relation: &LocalRelation| {
        let tail = &reading.entities[relation.tail as usize];
        match &tail.literal {
            Some(literal) => End::Value(literal.clone(), tail.class.clone()),
            None => End::Local(relation.tail),
        }
    };
    let rows = reading.relations.iter().map(|relation| {
        let said = (relation.relation.clone(), end(relation), relation.score);
        ((read.document.id.clone(), relation.head), said)
    });
    rows.collect()
}
