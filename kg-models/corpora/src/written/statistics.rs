//! What a written corpus holds, and how far two annotations of the same texts agree.
//!
//! In: written documents. Out: counts; F1 of one annotation against the other. Never: a judgement which of two is right.

use super::WrittenDocument;
use crate::{GoldRelation, Part};
use kgloom_numerics::scores::{Counts, Scores};
use kgloom_record::record::Span;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Up to so many facts a document is sparse.
const SPARSE: usize = 4;
/// From so many traps on a document is hard.
const HARD: usize = 4;

/// What a corpus holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Statistics {
    /// How many documents there are.
    pub documents: usize,
    /// By part: what trains, what choices are made on, what tests, and how much of that stays out as a whole.
    pub parts: BTreeMap<&'static str, usize>,
    /// Mentions, entities, facts by properties as their writers wrote them, facts in words, traps.
    pub counts: BTreeMap<&'static str, usize>,
    /// Documents without a fact, with at most four, with at least four traps.
    pub kinds: BTreeMap<&'static str, usize>,
    /// Documents by genre.
    pub genres: BTreeMap<String, usize>,
    /// Documents by domain, where it is told.
    pub domains: BTreeMap<String, usize>,
    /// Facts by property.
    pub relations: BTreeMap<String, usize>,
    /// How many labels in words stand in five documents and more, in two and more, and in all.
    pub labels: BTreeMap<&'static str, usize>,
    /// Traps by why they are no facts.
    pub traps: BTreeMap<String, usize>,
}

/// Counts what documents hold.
pub fn statistics(documents: &[WrittenDocument]) -> Statistics {
    let mut statistics = Statistics { documents: documents.len(), ..Statistics::default() };
    let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for written in documents {
        let (document, open) = (&written.document, written.document.open.iter().flatten());
        let part = match written.part() {
            Part::Train => "train",
            Part::Validation => "validation",
            Part::Test if written.stays_out() => "test, stays out",
            Part::Test => "test, drawn",
        };
        *statistics.parts.entry(part).or_default() += 1;
        for fact in open.clone() {
            labels.entry(&fact.relation).or_default().insert(&document.id);
        }
        let (properties, open) = (document.relations.len(), open.count());
        let counts = [
            ("mentions", document.mentions.len()),
            ("pronouns and the like", document.references.iter().flatten().count()),
            ("entities", document.entities),
            ("facts by properties, inverse ones included", properties),
            ("facts in words", open),
            ("types", document.types.len()),
            ("traps", written.traps.len()),
        ];
        counts.into_iter().for_each(|(name, count)| *statistics.counts.entry(name).or_default() += count);
        let facts = written.stated + open;
        let kinds = [("without a fact", facts == 0), ("sparse", (1..=SPARSE).contains(&facts))];
        let kinds = kinds.into_iter().chain([("hard", written.traps.len() >= HARD)]);
        kinds.for_each(|(name, is)| *statistics.kinds.entry(name).or_default() += usize::from(is));
        *statistics.genres.entry(written.genre.clone()).or_default() += 1;
        written.domain.iter().for_each(|domain| *statistics.domains.entry(domain.clone()).or_default() += 1);
        document.relations.iter().for_each(|r| *statistics.relations.entry(r.relation.clone()).or_default() += 1);
        for trap in &written.traps {
            *statistics.traps.entry(trap.kind_name().to_owned()).or_default() += 1;
        }
    }
    let at_least = |count: usize| labels.values().filter(|documents| documents.len() >= count).count();
    statistics.labels = BTreeMap::from([
        ("in five documents or more", at_least(5)),
        ("in two or more", at_least(2)),
        ("in all", at_least(1)),
    ]);
    statistics
}

impl Statistics {
    /// The counts as a table for people.
    pub fn table(&self) -> String {
        let mut table = format!("{} documents\n", self.documents);
        let named = |map: &BTreeMap<&'static str, usize>| -> Vec<(String, usize)> {
            map.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
        };
        let most = |map: &BTreeMap<String, usize>| -> Vec<(String, usize)> {
            let mut rows: Vec<(String, usize)> = map.iter().map(|(name, count)| (name.clone(), *count)).collect();
            rows.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
            rows
        };
        let parts = [
            ("parts", named(&self.parts)),
            ("holds", named(&self.counts)),
            ("kinds", named(&self.kinds)),
            ("labels in words", named(&self.labels)),
            ("traps", most(&self.traps)),
            ("genres", most(&self.genres)),
            ("domains", most(&self.domains)),
            ("relations", most(&self.relations)),
        ];
        for (title, rows) in parts {
            let _ = writeln!(table, "{title}");
            for (name, count) in rows {
                let _ = writeln!(table, "  {name:<44}{count:>8}");
            }
        }
        table
    }
}

/// How far two annotations of the same texts agree: F1 of one against the other, which is the same both ways.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// How many documents are in both.
    pub documents: usize,
    /// Mentions by span and class.
    pub mentions: Scores,
    /// Facts by properties: same property between entities that share a mention.
    pub relations: Scores,
    /// Facts of any kind: two entities are related, whatever it is called.
    pub pairs: Scores,
}

/// Compares the documents that stand in both, by id.
pub fn agreement(ones: &[WrittenDocument], others: &[WrittenDocument]) -> Agreement {
    let by_id: BTreeMap<&str, &WrittenDocument> = others.iter().map(|w| (w.document.id.as_str(), w)).collect();
    let [mut mentions, mut relations, mut pairs] = [Counts::default(); 3];
    let mut documents = 0;
    for one in ones {
        let Some(other) = by_id.get(one.document.id.as_str()) else { continue };
        documents += 1;
        let marked = |w: &WrittenDocument| -> BTreeSet<_> {
            w.document.mentions.iter().map(|mention| (mention.span, mention.class)).collect()
        };
        mentions += shared(&marked(one), &marked(other));
        let facts =
            |w: &WrittenDocument| -> Vec<Fact> { w.document.relations.iter().map(|fact| said(w, fact)).collect() };
        relations += matched(&facts(one), &facts(other), true);
        let all = |w: &WrittenDocument| -> Vec<Fact> {
            let open = w.document.open.iter().flatten();
            w.document.relations.iter().chain(open).map(|fact| said(w, fact)).collect()
        };
        pairs += matched(&all(one), &all(other), false);
    }
    Agreement { documents, mentions: mentions.into(), relations: relations.into(), pairs: pairs.into() }
}

/// The mentions of the head, the relation, the mentions of the tail.
type Fact = (BTreeSet<Span>, String, BTreeSet<Span>);

fn said(written: &WrittenDocument, fact: &GoldRelation) -> Fact {
    let spans = |entity: usize| written.document.mentions_of(entity).map(|mention| mention.span).collect();
    (spans(fact.head), fact.relation.clone(), spans(fact.tail))
}

fn shared<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> Counts {
    Counts { correct: one.intersection(other).count(), predicted: one.len(), gold: other.len() }
}

fn matched(ones: &[Fact], others: &[Fact], by_name: bool) -> Counts {
    let is_same = |one: &Fact, other: &Fact| {
        let ends = |a: &BTreeSet<Span>, b: &BTreeSet<Span>| !a.is_disjoint(b);
        (!by_name || one.1 == other.1) && ends(&one.0, &other.0) && ends(&one.2, &other.2)
    };
    let found = ones.iter().filter(|one| others.iter().any(|other| is_same(one, other))).count();
    Counts { correct: found.min(others.len()), predicted: ones.len(), gold: others.len() }
}

impl Agreement {
    /// The scores as a table for people.
    pub fn table(&self) -> String {
        let mut table = format!("{} documents annotated twice\n", self.documents);
        let rows = [("mentions", self.mentions), ("relations", self.relations), ("related pairs", self.pairs)];
        for (name, Scores { f1, counts, .. }) in rows {
            let Counts { correct, predicted, gold } = counts;
            let _ = writeln!(table, "  {name:<16}{:>6.1}  {correct} shared of {predicted} and {gold}", 100.0 * f1);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;

    const LINE: &str = r#"{"id":"a-1","genre":"letter","domain":"banks","markup":"[Mara|PER|1] left [Tessel Bank|ORG|4], part of [Orm|ORG|2].","relations":[[4,"P749",2]],"open":[[1,"left",4]],"not":[[1,"P749",4,"denied"]]}"#;

    fn written(line: &str) -> Vec<WrittenDocument> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jsonl");
        std::fs::write(&file, line).unwrap();
        load(&file, &ontologies::Ontology::bundled()).unwrap()
    }

    #[test]
    fn a_corpus_is_counted() {
        let statistics = statistics(&written(LINE));
        assert_eq!((statistics.documents, statistics.kinds["sparse"], statistics.kinds["hard"]), (1, 1, 0));
        assert_eq!((statistics.labels["in all"], statistics.traps["denied"], statistics.domains["banks"]), (1, 1, 1));
        assert!(statistics.table().contains("letter"));
    }

    #[test]
    fn two_annotations_agree_as_far_as_they_mark_the_same() {
        let same = agreement(&written(LINE), &written(LINE));
        assert_eq!((same.documents, same.mentions.f1, same.relations.f1, same.pairs.f1), (1, 1.0, 1.0, 1.0));
        let other = written(&LINE.replace("[Orm|ORG|2]", "[Orm|LOC|2]").replace("\"left\"", "\"quit\""));
        let other = agreement(&written(LINE), &other);
        assert_eq!((other.mentions.counts.correct, other.relations.f1, other.pairs.f1), (2, 1.0, 1.0));
        let fewer = agreement(&written(LINE), &written(&LINE.replace("[[4,\"P749\",2]]", "[]")));
        assert_eq!((fewer.relations.f1, fewer.pairs.counts.correct), (0.0, 1));
    }
}
