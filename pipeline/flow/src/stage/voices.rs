//! One mention of a value or of a place speaks for one head of a functional relation: nobody is born where and when
//! somebody else is only because both stand in one text. Heads that `and` joins count as one.
//!
//! In: a reading, and facts with the head that each must yield to. Out: facts, and rejections of those that yield.
//! Never: a head that yields to one that may not be stated, or to itself under another name.

use crate::rejection::{Rejection, Stage};
use crate::stage::rows::{Entities, Entity, Fact};
use crate::stage::{Rows, Verdict};
use kgloom_record::record::{DocumentId, Factuality, Iri, LocalRelation, Reading, Refusal, Score, Span, Triple};
use kgloom_record::shared::Shared;
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How much better scored a head must be than one that stands in the sentence of the mention, if it does not.
const FARTHER: u16 = 500;

/// Who has the mention that a fact rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rival {
    /// The document's entity.
    pub head: u32,
    /// The mention.
    pub mention: Span,
}

/// How good a claim is, whose it is, and the place of the relation that makes it.
type Claimed = (Rank, Head, usize);

/// The relations of a reading that must yield, by their places, each with the one that it yields to: of those that one
/// mention of a value or place speaks for, by one functional relation, the best scored is heard; of equals the nearest, in
/// the same sentence before all others; then the first.
pub(crate) fn outdone(text: &str, reading: &Reading, ontology: &Ontology) -> BTreeMap<usize, Rival> {
    let mut claims: BTreeMap<(Iri, u32), Vec<Claimed>> = BTreeMap::new();
    let stated = |(_, said): &(usize, &LocalRelation)| said.factuality == Factuality::Stated;
    for (place, said) in reading.relations.iter().enumerate().filter(stated) {
        if let Some(claim) = Claim::of(said, (text, reading), ontology) {
            let rank = claim.rank(reading, said.score);
            claims.entry((claim.relation, claim.value.1)).or_default().push((rank, claim.head, place));
        }
    }
    let mut outdone = BTreeMap::new();
    for ((_, mention), claims) in claims.into_iter().filter(|(_, claims)| claims.len() > 1) {
        let Some((_, winner, _)) = claims.iter().min() else { continue };
        let heard = joined(text, reading, claims.iter().map(|(_, head, _)| *head), *winner);
        let rival = Rival { head: winner.0, mention: reading.mentions[mention as usize].span };
        let losers = claims.iter().filter(|(_, head, _)| !heard.contains(&head.0));
        outdone.extend(losers.map(|(.., place)| (*place, rival.clone())));
    }
    outdone
}

/// The entities that are named in one breath with one of them: `A, B and C`.
fn joined(text: &str, reading: &Reading, heads: impl Iterator<Item = Head>, one: Head) -> BTreeSet<u32> {
    let span = |head: Head| reading.mentions[head.1 as usize].span;
    let mut heads: Vec<Head> = heads.collect();
    heads.sort_by_key(|head| span(*head));
    let between = |pair: &[Head]| {
        let gap = Span { start: span(pair[0]).end, end: span(pair[1]).start }.of(text).unwrap_or("and what not");
        gap.trim_matches(|c: char| c == ',' || c.is_whitespace())
    };
    let breaths = heads.chunk_by(|first, second| matches!(between(&[*first, *second]), "" | "and" | "&"));
    let said = breaths.into_iter().find(|breath| breath.contains(&one)).unwrap_or_default();
    let listed = said.windows(2).any(|pair| !between(pair).is_empty());
    let of = if listed { said } else { &[one] };
    of.iter().map(|(entity, _)| *entity).collect()
}

/// The least is heard.
type Rank = (Reverse<Score>, (u16, u32), u32);

/// An entity, and the mention of it that speaks.
type Head = (u32, u32);

/// What a relation says, with the end that can have one value only for its head.
struct Claim {
    relation: Iri,
    head: Head,
    value: Head,
}

impl Claim {
    /// What a relation says, where it is bound. A head that is called as the value is ("Ketterby" was born in Ketterby) is
    /// misread, and nobody yields to it.
    fn of(said: &LocalRelation, (text, reading): (&str, &Reading), ontology: &Ontology) -> Option<Claim> {
        let form = ontology.stated_form(&said.relation);
        let ends = [(said.head, said.head_mention), (said.tail, said.tail_mention)];
        let [head, value] = if form.turned { [ends[1], ends[0]] } else { ends };
        let class = |(entity, _): Head| &reading.entities[entity as usize].class;
        let name = |(_, mention): Head| reading.mentions[mention as usize].span.of(text);
        let place = || ontology.is_kind_of(class(value), &vocabulary::own("Location"));
        let bound = ontology.relation(&form.relation)?.functional
            && reading.entities[head.0 as usize].literal.is_none()
            && (reading.entities[value.0 as usize].literal.is_some() || place())
            && ontology.admits(class(head), &form.relation, class(value)).is_ok()
            && name(head).is_none_or(|named| Some(named) != name(value));
        bound.then_some(Claim { relation: form.relation, head, value })
    }

    fn rank(&self, reading: &Reading, score: Score) -> Rank {
        let distance = apart(reading, self.head.1, self.value.1);
        let handicap = if distance.0 > 0 { FARTHER } else { 0 };
        let score = Score::new(score.ten_thousandths().saturating_sub(handicap));
        (Reverse(score), distance, self.head.1)
    }
}

/// Facts that need not yield, or would yield to the very entity that they are about.
pub(crate) fn hear<'s>(facts: Rows<'s, (Fact, Option<Shared<Rival>>)>, entities: &Entities<'s>) -> Verdict<'s, Fact> {
    let free = facts.clone().flat_map(|(fact, rival)| rival.is_none().then_some(fact));
    let bound = facts.flat_map(|(fact, rival)| {
        let rival = rival?;
        Some(((fact.document.clone(), rival.head), (fact, rival.mention)))
    });
    let judged = bound.arrange_by_key().join_core(entities.resolved.clone(), |_, (fact, mention), winner| {
        Some((fact.clone(), *mention, winner.clone()))
    });
    let same = judged.clone().flat_map(|(fact, _, winner)| (winner.iri == fact.head.iri).then_some(fact));
    let rejected = judged
        .flat_map(|(fact, mention, winner)| (winner.iri != fact.head.iri).then(|| yields(fact, mention, &winner)));
    Verdict { kept: free.concat(same), rejected }
}

fn yields(fact: Fact, mention: Span, winner: &Entity) -> Rejection {
    let reason = format!("one mention speaks for one head, and this one speaks better for <{}>", winner.iri);
    let location = format!("bytes {} to {}", mention.start, mention.end);
    let document: DocumentId = fact.document;
    let triple = Triple { subject: fact.head.iri.clone(), relation: fact.relation, object: fact.tail.term() };
    Rejection {
        stage: Stage::Admit,
        document,
        record: triple.to_string().into(),
        refusal: Refusal { reason: reason.into(), location: location.into() },
        probability: None,
    }
}

/// How far apart two mentions of a reading stand: in sentences, and in bytes.
pub(crate) fn apart(reading: &Reading, one: u32, other: u32) -> (u16, u32) {
    let [one, other] = [one, other].map(|mention| reading.mentions[mention as usize].span);
    let sentence = |span: Span| reading.sentences.partition_point(|sentence| sentence.start <= span.start);
    let sentences = sentence(one).abs_diff(sentence(other)).min(usize::from(u16::MAX)) as u16;
    (sentences, one.start.abs_diff(other.start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::{Datatype, Literal, LocalEntity, Mention};

    const WDT: &str = "http://www.wikidata.org/prop/direct/";

    /// A text of two sentences of 100 bytes; each entity has one mention, at the byte given.
    fn reading(entities: &[(&str, u32)], relations: &[(u32, &str, u32, u16)]) -> Reading {
        let entity = |(class, at): &(&str, u32)| LocalEntity {
            class: vocabulary::own(class),
            literal: (*class == "Time").then(|| Literal { value: at.to_string().into(), datatype: Datatype::Year }),
            defined: false,
            types: Vec::new(),
            context: [].into(),
        };
        let mention = |(index, (_, at)): (u32, &(&str, u32))| Mention {
            span: Span { start: *at, end: at + 4 },
            score: Score::ONE,
            entity: index,
        };
        let relation = |(head, property, tail, score): &(u32, &str, u32, u16)| LocalRelation {
            head: *head,
            relation: Iri::new(format!("{WDT}{property}")),
            tail: *tail,
            score: Score::new(*score),
            head_mention: *head,
            tail_mention: *tail,
            factuality: Factuality::Stated,
        };
        Reading {
            sentences: vec![Span { start: 0, end: 100 }, Span { start: 100, end: 200 }],
            mentions: (0..).zip(entities).map(mention).collect(),
            entities: entities.iter().map(entity).collect(),
            relations: relations.iter().map(relation).collect(),
        }
    }

    /// The places of the relations that yield, and the head to which they do.
    fn check(entities: &[(&str, u32)], relations: &[(u32, &str, u32, u16)], expected: &[(usize, u32)]) {
        let ontology = Ontology::bundled();
        let outdone = outdone("", &reading(entities, relations), &ontology);
        let seen: Vec<(usize, u32)> = outdone.iter().map(|(place, rival)| (*place, rival.head)).collect();
        assert_eq!(seen, expected, "{entities:?} {relations:?}");
    }

    #[test]
    fn the_best_scored_head_has_the_mention() {
        let two = [("Person", 0), ("Person", 110), ("Time", 150), ("Location", 130)];
        check(&two, &[(0, "P569", 2, 6_000), (1, "P569", 2, 8_000)], &[(0, 1)]);
        check(&two, &[(0, "P569", 2, 9_000), (1, "P569", 2, 8_000)], &[(1, 0)]);
        check(&two, &[(0, "P19", 3, 6_000), (1, "P19", 3, 8_000), (1, "P569", 2, 1_000)], &[(0, 1)]);
    }

    #[test]
    fn a_head_in_another_sentence_must_be_clearly_better() {
        let two = [("Person", 0), ("Person", 110), ("Location", 150)];
        check(&two, &[(0, "P19", 2, 7_397), (1, "P19", 2, 7_340)], &[(0, 1)]);
        let alike = [("Person", 110), ("Person", 180), ("Location", 150)];
        check(&alike, &[(0, "P19", 2, 7_000), (1, "P19", 2, 7_000)], &[(0, 1)]);
    }

    #[test]
    fn only_one_valued_relations_to_values_and_places_are_bound() {
        let some = [("Person", 0), ("Person", 110), ("Person", 150), ("Location", 170)];
        check(&some, &[(0, "P22", 2, 6_000), (1, "P22", 2, 8_000)], &[]);
        check(&some, &[(0, "P551", 3, 6_000), (1, "P551", 3, 8_000)], &[]);
    }

    #[test]
    fn nobody_yields_to_what_may_not_be_stated() {
        let some = [("Organization", 0), ("Person", 110), ("Time", 150)];
        check(&some, &[(0, "P569", 2, 9_000), (1, "P569", 2, 4_000)], &[]);
    }

    #[test]
    fn nobody_yields_to_a_head_that_is_called_as_the_value() {
        let text = "Rome said that Otto was born in Rome.";
        let some = [("Person", 0), ("Person", 15), ("Location", 32)];
        let told = reading(&some, &[(0, "P19", 2, 9_000), (1, "P19", 2, 6_000)]);
        assert!(outdone(text, &told, &Ontology::bundled()).is_empty());
        assert_eq!(outdone(&text.replace("Rome said", "Karl said"), &told, &Ontology::bundled()).len(), 1);
    }

    #[test]
    fn two_mentions_of_one_place_speak_for_two() {
        let mut told =
            reading(&[("Person", 0), ("Person", 110), ("Location", 50)], &[(0, "P19", 2, 6_000), (1, "P19", 2, 8_000)]);
        told.mentions.push(Mention { span: Span { start: 150, end: 154 }, score: Score::ONE, entity: 2 });
        told.relations[1].tail_mention = 3;
        assert!(outdone("", &told, &Ontology::bundled()).is_empty());
    }

    #[test]
    fn heads_that_are_named_in_one_breath_are_heard_together() {
        let text = "Anna, Bert and Cleo met Dora. Dora left for Rome in 1951.";
        let at = |name: &str| text.find(name).unwrap() as u32;
        let some = [
            ("Person", at("Anna")),
            ("Person", at("Bert")),
            ("Person", at("Cleo")),
            ("Person", at("Dora")),
            ("Time", at("1951")),
        ];
        let all: Vec<(u32, &str, u32, u16)> = (0..4).map(|head| (head, "P569", 4, 9_000 - 100 * head as u16)).collect();
        let told = reading(&some, &all);
        let places = |text: &str| outdone(text, &told, &Ontology::bundled()).into_keys().collect::<Vec<_>>();
        assert_eq!(places(text), [3]);
        assert_eq!(places(&text.replace(" and ", " saw ")), [1, 2, 3], "a comma alone joins nobody");
    }
}
