//! Candidate facts: what documents say, in the graph's names.
//!
//! In: readings, and the entities behind their entities. Out: facts, one for each document that states it, and rejections
//! of those whose mention speaks for another. Never: a judgement on what is left; that is `admit`'s.

use super::rows::{Fact, Grounds, Tail};
use super::voices::apart;
use crate::stage::arranged::by_key;
use crate::stage::mentions::Read;
use crate::stage::rows::{Entities, LocalId};
use crate::stage::voices::{self, Rival};
use crate::stage::{Rows, Verdict};
use kgloom_record::record::{ContentHash, DocumentEvidence, Iri, Literal, LocalRelation, MentionStatistics, Reading};
use kgloom_record::shared::Shared;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A relation whose head is about to be looked up: what speaks for it, and to whom it must yield.
type Said = (Iri, End, Told);

type Told = (Shared<Grounds>, Option<Shared<Rival>>);

/// The tail as the document knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum End {
    Local(u32),
    Value(Shared<(Literal, Iri)>),
}

/// Each relation that a reader saw, between the graph's entities.
pub fn propose<'s>(reads: Rows<'s, Read>, entities: &Entities<'s>, ontology: &Arc<Ontology>) -> Verdict<'s, Fact> {
    let resolved = entities.resolved.clone();
    let ontology = Arc::clone(ontology);
    let said = by_key(reads.flat_map(move |read| said(&read, &ontology)), "relations, by head");
    let headed = said.join_core(resolved.clone(), |(document, _), (relation, end, told), head| {
        Some((document.clone(), relation.clone(), end.clone(), told.clone(), head.clone()))
    });
    let values = headed.clone().flat_map(|(document, relation, end, told, head)| match end {
        End::Value(value) => {
            let (grounds, rival) = told;
            let tail = Tail::Value(value);
            Some((Fact { head, relation, tail, document, grounds }, rival))
        }
        End::Local(_) => None,
    });
    let open = headed.flat_map(|(document, relation, end, told, head)| match end {
        End::Local(index) => Some(((document, index), (relation, told, head))),
        End::Value(_) => None,
    });
    let links =
        by_key(open, "relations, by tail").join_core(resolved, |(document, _), (relation, told, head), tail| {
            let (grounds, rival) = told;
            let fact = Fact {
                head: head.clone(),
                relation: relation.clone(),
                tail: Tail::Entity(tail.clone()),
                document: document.clone(),
                grounds: grounds.clone(),
            };
            Some((fact, rival.clone()))
        });
    voices::hear(values.concat(links), entities)
}

fn said(read: &Read, ontology: &Ontology) -> Vec<(LocalId, Said)> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let (named, content) = (named(reading), Shared::new(ContentHash::of(&read.document.text)));
    let mut outdone = voices::outdone(&read.document.text, reading, ontology);
    let end = |relation: &LocalRelation| {
        let tail = &reading.entities[relation.tail as usize];
        match &tail.literal {
            Some(literal) => End::Value(Shared::new((literal.clone(), tail.class.clone()))),
            None => End::Local(relation.tail),
        }
    };
    let rows = reading.relations.iter().enumerate().map(|(place, relation)| {
        let evidence = evidence(reading, &named, relation);
        let grounds = Shared::new(Grounds { content: content.clone(), evidence, factuality: relation.factuality });
        let told = (grounds, outdone.remove(&place).map(Shared::new));
        ((read.document.id.clone(), relation.head), (relation.relation.clone(), end(relation), told))
    });
    rows.collect()
}

/// What speaks for a relation of a reading.
fn evidence(reading: &Reading, named: &[MentionStatistics], relation: &LocalRelation) -> DocumentEvidence {
    let naming = |entity: u32, mention: u32| MentionStatistics {
        score: reading.mentions[mention as usize].score,
        ..named[entity as usize]
    };
    let (sentences, bytes) = apart(reading, relation.head_mention, relation.tail_mention);
    DocumentEvidence {
        score: relation.score,
        head: naming(relation.head, relation.head_mention),
        tail: naming(relation.tail, relation.tail_mention),
        sentences,
        bytes,
    }
}

/// How each entity of a reading is named.
fn named(reading: &Reading) -> Vec<MentionStatistics> {
    let mut named = vec![MentionStatistics::default(); reading.entities.len()];
    for mention in &reading.mentions {
        let naming = &mut named[mention.entity as usize];
        naming.best = naming.best.max(mention.score);
        naming.mentions = naming.mentions.saturating_add(1);
    }
    named
}
