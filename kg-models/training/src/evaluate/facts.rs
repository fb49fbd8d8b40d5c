//! What a whole run makes of written documents: facts by names, beside those that their writers marked.
//!
//! In: the quads that a run gave, the documents with their facts. Out: scores by genre, relation and distance, what was lost
//! where, and how many traps were stated. Never: a fact that counts as right because another document says it.

use super::property;
use super::report::{line, row};
use kgloom_corpora::written::{Trap, WrittenDocument};
use kgloom_corpora::{AnnotatedDocument, Tag};
use kgloom_numerics::scores::{Counts, Interval, Scores, bootstrap};
use kgloom_reader::model::PROPERTY;
use kgloom_reader::{literal, units};
use kgloom_record::record::{Graph, Iri, Quad, Term};
use kgloom_record::vocabulary;
use ontologies::{Form, Ontology};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a run says by one document: names, facts, and facts that were refused with the reason.
#[derive(Clone, Debug, Default)]
pub struct Said {
    names: BTreeMap<Iri, BTreeSet<String>>,
    facts: Vec<(Iri, Iri, Term)>,
    refused: Vec<(String, String)>,
}

/// What a run says, by document.
pub fn said(quads: impl IntoIterator<Item = Quad>) -> BTreeMap<String, Said> {
    let mut pages: BTreeMap<String, Said> = BTreeMap::new();
    let mut rejections: BTreeMap<Iri, BTreeMap<String, String>> = BTreeMap::new();
    for Quad { graph, triple } in quads {
        match (graph, triple.object) {
            (Graph::Document(id), Term::Literal(label)) if triple.relation.as_str() == vocabulary::LABEL => {
                let page = pages.entry(id.to_string()).or_default();
                page.names.entry(triple.subject).or_default().insert(label.value.to_lowercase());
            }
            (Graph::Document(id), object) if triple.relation.as_str() != vocabulary::TYPE => {
                pages.entry(id.to_string()).or_default().facts.push((triple.subject, triple.relation, object));
            }
            (Graph::Rejected, object) => {
                let value = match object {
                    Term::Name(iri) => iri.as_str().to_owned(),
                    Term::Literal(literal) => literal.value.to_string(),
                };
                if let Some(field) = triple.relation.as_str().strip_prefix(vocabulary::NAMESPACE) {
                    rejections.entry(triple.subject).or_default().insert(field.to_owned(), value);
                }
            }
            _ => {}
        }
    }
    for mut rejection in rejections.into_values() {
        let document = rejection.remove("document").and_then(|iri| vocabulary::document_id(&iri));
        let (Some(document), Some(record)) = (document, rejection.remove("record")) else { continue };
        let reason = rejection.remove("reason").unwrap_or_default();
        pages.entry(document.to_string()).or_default().refused.push((record, reason));
    }
    pages
}

/// How facts came out. Scores run from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactsReport {
    /// What was asked.
    pub name: String,
    /// How many documents there were.
    pub documents: usize,
    /// All facts together, those in words apart.
    pub micro: Scores,
    /// Facts by relations in words that the ontology declares; none where it declares none of the documents'.
    pub in_words: Option<Scores>,
    /// The 95 % interval of F1 over documents.
    pub interval: Option<Interval>,
    /// Of things with a name, how many are found by one of their names.
    pub names: Scores,
    /// Things of a document that share a node with another one, and things that have two nodes.
    pub merges: [usize; 2],
    /// By genre.
    pub by_genre: BTreeMap<String, Scores>,
    /// By relation, such as `P57`.
    pub by_relation: BTreeMap<String, Scores>,
    /// Recall by how many sentences lie between the ends.
    pub by_distance: BTreeMap<String, Scores>,
    /// Where the facts that are missing were lost.
    pub lost: BTreeMap<String, usize>,
    /// By why it is no fact: how many traps there are by relations of the ontology, and how many were stated.
    pub traps: BTreeMap<String, Counts>,
}

/// A fact in the form in which the graph states it.
type Fact = (usize, Iri, usize);

/// Whether a relation is a property of Wikidata, and not one in words.
fn is_property(relation: &Iri) -> bool {
    relation.as_str().starts_with(PROPERTY)
}

/// Scores what a run said of documents.
pub fn facts(
    name: &str,
    documents: &[&WrittenDocument],
    said: &BTreeMap<String, Said>,
    ontology: &Ontology,
    seed: u64,
) -> FactsReport {
    let nothing = Said::default();
    let mut sum = Sum::default();
    for document in documents {
        let page = said.get(&document.document.id).unwrap_or(&nothing);
        sum.add(&Page::new(document, page, ontology));
    }
    let scores = |map: BTreeMap<String, Counts>| map.into_iter().map(|(name, counts)| (name, counts.into())).collect();
    let mut micro = Counts::default();
    sum.documents.iter().for_each(|&counts| micro += counts);
    FactsReport {
        name: name.to_owned(),
        documents: documents.len(),
        micro: micro.into(),
        in_words: (sum.in_words != Counts::default()).then(|| sum.in_words.into()),
        interval: bootstrap(&sum.documents, seed),
        names: sum.names.into(),
        merges: sum.merges,
        by_genre: scores(sum.by_genre),
        by_relation: scores(sum.by_relation),
        by_distance: scores(sum.by_distance),
        lost: sum.lost,
        traps: sum.traps,
    }
}

#[derive(Default)]
struct Sum {
    documents: Vec<Counts>,
    in_words: Counts,
    names: Counts,
    merges: [usize; 2],
    by_genre: BTreeMap<String, Counts>,
    by_relation: BTreeMap<String, Counts>,
    by_distance: BTreeMap<String, Counts>,
    lost: BTreeMap<String, usize>,
    traps: BTreeMap<String, Counts>,
}

impl Sum {
    fn add(&mut self, page: &Page<'_>) {
        let (gold, right) = (&page.gold, page.right());
        let [mut counts, mut in_words] = [Counts::default(); 2];
        let mut found: BTreeSet<&Fact> = BTreeSet::new();
        for (fact, (_, relation, _)) in right.iter().zip(&page.said.facts) {
            // Who tells less than is marked is neither right nor wrong: it follows, and is not what was asked.
            if fact.as_ref().is_some_and(|fact| page.broader.contains(fact)) {
                continue;
            }
            // A second node for the same thing makes no second right answer.
            let correct = usize::from(fact.as_ref().and_then(|fact| gold.get(fact)).is_some_and(|f| found.insert(f)));
            let told = Counts { correct, predicted: 1, gold: 0 };
            *if is_property(relation) { &mut counts } else { &mut in_words } += told;
            *self.by_relation.entry(page.name(relation)).or_default() += told;
        }
        for fact in gold {
            self.by_relation.entry(page.name(&fact.1)).or_default().gold += 1;
            if !is_property(&fact.1) {
                in_words.gold += 1;
                continue;
            }
            counts.gold += 1;
            let correct = usize::from(found.contains(fact));
            let distance = self.by_distance.entry(page.distance(fact)).or_default();
            *distance += Counts { correct, predicted: correct, gold: 1 };
            if correct == 0 {
                *self.lost.entry(page.lost(fact)).or_default() += 1;
            }
        }
        for trap in &page.written.traps {
            let Some(fact) = page.stated_form(trap.head, &trap.relation, trap.tail) else { continue };
            let correct = usize::from(right.contains(&Some(fact)));
            *self.traps.entry(trap.kind_name().to_owned()).or_default() +=
                Counts { correct, predicted: correct, gold: 1 };
        }
        let nodes = page.nodes();
        for nodes in &nodes {
            self.names += Counts { correct: usize::from(!nodes.is_empty()), predicted: 0, gold: 1 };
            self.merges[1] += usize::from(nodes.len() > 1);
        }
        self.names.predicted += page.said.names.len();
        for node in page.said.names.keys() {
            let bearers = nodes.iter().filter(|nodes| nodes.contains(node)).count();
            self.merges[0] += bearers.saturating_sub(1);
        }
        self.in_words += in_words;
        *self.by_genre.entry(page.written.genre.clone()).or_default() += counts;
        self.documents.push(counts);
    }
}

/// A document beside what a run said of it.
struct Page<'a> {
    written: &'a WrittenDocument,
    said: &'a Said,
    ontology: &'a Ontology,
    /// By entity: its names in lower case.
    surfaces: Vec<BTreeSet<String>>,
    /// By entity: its values, if it is a time or a number.
    values: Vec<BTreeSet<String>>,
    /// The marked facts that a graph would state.
    gold: BTreeSet<Fact>,
    /// What follows from a narrower marked fact (from a father the child): the graph states the narrower one alone.
    broader: BTreeSet<Fact>,
}

impl<'a> Page<'a> {
    fn new(written: &'a WrittenDocument, said: &'a Said, ontology: &'a Ontology) -> Page<'a> {
        let document = &written.document;
        let surfaces = (0..document.entities)
            .map(|entity| document.mentions_of(entity).map(|m| document.surface(m.span).to_lowercase()).collect());
        let values = (0..document.entities).map(|entity| gold_values(document, entity));
        let (surfaces, values) = (surfaces.collect(), values.collect());
        let [gold, broader] = [BTreeSet::new(), BTreeSet::new()];
        let mut page = Page { written, said, ontology, surfaces, values, gold, broader };
        let marked = page.marked();
        page.broader = marked.iter().flat_map(|fact| page.follows(fact)).collect();
        page.gold = marked.difference(&page.broader).cloned().collect();
        page
    }

    /// A fact as the graph states it; none for a relation that the ontology lacks.
    fn stated_form(&self, head: usize, relation: &str, tail: usize) -> Option<Fact> {
        let mut iri = Iri::new(format!("{PROPERTY}{relation}"));
        if self.ontology.relation(&iri).is_none() {
            iri = vocabulary::label_iri(relation);
            self.ontology.relation(&iri)?;
        }
        let form = self.ontology.stated_form(&iri);
        let swap = form.turned || (self.ontology.is_symmetric(&form.relation) && tail < head);
        Some(if swap { (tail, form.relation, head) } else { (head, form.relation, tail) })
    }

    /// How a report calls a relation: `P57`, or its label.
    fn name(&self, relation: &Iri) -> String {
        let label = || self.ontology.relation(relation).map_or(relation.as_str(), |known| &known.label);
        if is_property(relation) { property(relation).to_owned() } else { label().to_owned() }
    }

    /// All that is marked, each in the form in which it is stated.
    fn marked(&self) -> BTreeSet<Fact> {
        let stated = |r: &kgloom_corpora::GoldRelation| self.stated_form(r.head, &r.relation, r.tail);
        let document = &self.written.document;
        document.relations.iter().chain(document.open.iter().flatten()).filter_map(stated).collect()
    }

    /// What follows from a fact, and says less.
    fn follows(&self, (head, relation, tail): &Fact) -> Vec<Fact> {
        let ends = |turned| if turned { (*tail, *head) } else { (*head, *tail) };
        let fact = |form: &Form| (ends(form.turned).0, form.relation.clone(), ends(form.turned).1);
        let broader = self.ontology.consequences(relation).iter().filter(|follows| follows.narrows());
        broader.map(|follows| fact(&follows.form)).collect()
    }

    /// The marked fact, what follows from one, or the trap, that each stated fact stands for.
    fn right(&self) -> Vec<Option<Fact>> {
        let traps = self.written.traps.iter().map(|Trap { head, relation, tail, .. }| (*head, relation, *tail));
        let traps = traps.filter_map(|(head, relation, tail)| self.stated_form(head, relation, tail));
        let known: BTreeSet<Fact> = self.gold.union(&self.broader).cloned().chain(traps).collect();
        let stands_for = |(head, relation, tail): &(Iri, Iri, Term)| {
            let symmetric = self.ontology.is_symmetric(relation);
            let fits = |fact: &&Fact| {
                let straight = self.bears(head, fact.0) && self.is(tail, fact.2);
                let turned = || {
                    symmetric
                        && self.bears(head, fact.2)
                        && matches!(tail, Term::Name(tail) if self.bears(tail, fact.0))
                };
                fact.1 == *relation && (straight || turned())
            };
            known.iter().find(fits).cloned()
        };
        self.said.facts.iter().map(stands_for).collect()
    }

    fn bears(&self, node: &Iri, entity: usize) -> bool {
        self.said.names.get(node).is_some_and(|names| !names.is_disjoint(&self.surfaces[entity]))
    }

    fn is(&self, term: &Term, entity: usize) -> bool {
        match term {
            Term::Name(node) => self.bears(node, entity),
            Term::Literal(literal) => self.values[entity].contains(&*literal.value),
        }
    }

    /// By entity that is no value: the nodes that bear one of its names.
    fn nodes(&self) -> Vec<BTreeSet<&Iri>> {
        let named = (0..self.written.document.entities).filter(|&entity| self.values[entity].is_empty());
        let nodes = |entity| self.said.names.keys().filter(|node| self.bears(node, entity)).collect();
        named.map(nodes).collect()
    }

    fn distance(&self, (head, _, tail): &Fact) -> String {
        let document = &self.written.document;
        let sentences = |entity: usize| -> Vec<usize> {
            document.mentions_of(entity).filter_map(|mention| document.sentence_of(mention.span)).collect()
        };
        let (heads, tails) = (sentences(*head), sentences(*tail));
        let between = heads.iter().flat_map(|one| tails.iter().map(|other| one.abs_diff(*other))).min();
        match between {
            Some(0) => "same sentence",
            Some(1) => "next sentence",
            Some(2 | 3) => "2 or 3 sentences",
            _ => "further",
        }
        .to_owned()
    }

    /// Where a missing fact was lost.
    fn lost(&self, (head, relation, tail): &Fact) -> String {
        let is_found = |&entity: &usize| {
            !self.values[entity].is_empty() || self.said.names.keys().any(|node| self.bears(node, entity))
        };
        if !is_found(head) || !is_found(tail) {
            return "mention".to_owned();
        }
        let refused = self.said.refused.iter().find(|(record, _)| {
            let mut parts = record.splitn(3, ' ');
            let bare = |part: &str| part.trim_matches(['<', '>']).to_owned();
            let (Some(subject), Some(predicate), Some(object)) = (parts.next(), parts.next(), parts.next()) else {
                return false;
            };
            let value = object.trim_start_matches('"').split('"').next().unwrap_or_default();
            Iri::new(bare(predicate)) == *relation
                && self.bears(&Iri::new(bare(subject)), *head)
                && (self.bears(&Iri::new(bare(object)), *tail) || self.values[*tail].contains(value))
        });
        refused.map_or("pair or threshold".to_owned(), |(_, reason)| format!("refused: {}", in_short(reason)))
    }
}

/// A reason without its figures and names.
fn in_short(reason: &str) -> String {
    let words = reason.split([':', ';', '(']).next().unwrap_or_default();
    let words = words.split(' ').filter(|word| !word.contains(|c: char| c.is_ascii_digit() || c == '"' || c == '<'));
    words.take(8).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// What the graph would write for a time or a number; nothing for things.
pub(crate) fn gold_values(document: &AnnotatedDocument, entity: usize) -> BTreeSet<String> {
    let value = |mention: &kgloom_corpora::GoldMention| {
        let surface = document.surface(mention.span);
        match mention.class? {
            Tag::Time => Some(literal::time(surface).value.to_string()),
            Tag::Quantity => {
                let span = mention.span.start as usize..mention.span.end as usize;
                Some(units::measured(&document.text, span).value.to_string())
            }
            _ => None,
        }
    };
    document.mentions_of(entity).filter_map(value).collect()
}

impl FactsReport {
    /// The report as a table for people, scores in per cent.
    pub fn table(&self) -> String {
        let mut table = format!("{} · {} documents · facts by names, as a run gives them\n", self.name, self.documents);
        line(&mut table, format_args!("{:<24}{:>8}{:>8}{:>8}{:>9}{:>11}", "", "P", "R", "F1", "gold", "predicted"));
        row(&mut table, "facts", &self.micro, self.interval);
        if let Some(in_words) = &self.in_words {
            row(&mut table, "facts in words", in_words, None);
        }
        for (title, scores) in [("genre", &self.by_genre), ("relation", &self.by_relation)] {
            let mut scores: Vec<(&String, &Scores)> = scores.iter().collect();
            scores.sort_by_key(|(name, scores)| (std::cmp::Reverse(scores.counts.gold), name.as_str()));
            line(&mut table, format_args!("by {title}"));
            for (name, scores) in scores {
                row(&mut table, &format!("  {name}"), scores, None);
            }
        }
        line(&mut table, format_args!("recall by distance"));
        for (name, scores) in &self.by_distance {
            line(&mut table, format_args!("  {name:<22}{:>16.1}{:>17}", 100.0 * scores.recall, scores.counts.gold));
        }
        let [over, under] = self.merges;
        let names = 100.0 * self.names.recall;
        line(&mut table, format_args!("things found by a name   {names:.1}; {over} share a node, {under} have two"));
        line(&mut table, format_args!("lost at"));
        for (stage, count) in &self.lost {
            line(&mut table, format_args!("  {stage:<48}{count:>9}"));
        }
        line(&mut table, format_args!("traps stated as fact"));
        for (kind, Counts { correct, gold, .. }) in &self.traps {
            line(&mut table, format_args!("  {kind:<22}{correct:>6} of {gold}"));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_corpora::written;
    use kgloom_record::record::{Datatype, DocumentId, Literal, Triple};

    const LINE: &str = r#"{"id":"a","genre":"letter","markup":"[Mara Quill|PER|1] was born on [3 May 1921|TIME|2] and runs [Tessel Bank|ORG|3], a part of [Orm|ORG|4]. [Odd Falk|PER|5] did not found it.","relations":[[1,"P569",2],[3,"P749",4]],"not":[[3,"P112",5,"denied"]]}"#;

    fn report(facts: &[(&str, &str, Term)]) -> FactsReport {
        scored(LINE, &["Mara Quill", "Tessel Bank", "Orm", "Odd Falk"], facts)
    }

    fn report_of(line: &str, names: &[&str], facts: &[(&str, &str, &str)]) -> FactsReport {
        let facts: Vec<_> = facts.iter().map(|(head, relation, tail)| (*head, *relation, name(tail))).collect();
        scored(line, names, &facts)
    }

    fn scored(line: &str, names: &[&str], facts: &[(&str, &str, Term)]) -> FactsReport {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jsonl");
        std::fs::write(&file, line).unwrap();
        let documents = written::load(&file, &Ontology::bundled()).unwrap();
        let graph = || Graph::Document(DocumentId::new("a"));
        let iri = |name: &str| Iri::new(format!("urn:x:{name}"));
        let literal = |value: &str| Term::Literal(Literal { value: value.into(), datatype: Datatype::String });
        let triple = |subject, relation, object| Quad { graph: graph(), triple: Triple { subject, relation, object } };
        let labels = names.iter().map(|name| triple(iri(name), Iri::new(vocabulary::LABEL), literal(name)));
        let facts = facts
            .iter()
            .map(|(head, relation, tail)| triple(iri(head), Iri::new(format!("{PROPERTY}{relation}")), tail.clone()));
        let said = said(labels.into_iter().chain(facts));
        super::facts("test", &documents.iter().collect::<Vec<_>>(), &said, &Ontology::bundled(), 1)
    }

    fn name(name: &str) -> Term {
        Term::Name(Iri::new(format!("urn:x:{name}")))
    }

    fn value(value: &str) -> Term {
        Term::Literal(Literal { value: value.into(), datatype: Datatype::Date })
    }

    #[test]
    fn facts_are_right_by_name_and_value_and_in_the_stated_form() {
        let all = report(&[("Mara Quill", "P569", value("1921-05-03")), ("Tessel Bank", "P749", name("Orm"))]);
        assert_eq!(all.micro.counts, Counts { correct: 2, predicted: 2, gold: 2 });
        assert_eq!(all.by_distance["same sentence"].counts.gold, 2);
        assert!(all.lost.is_empty() && all.table().contains("letter"));
        let wrong = report(&[("Mara Quill", "P569", value("1921-03-05")), ("Orm", "P749", name("Tessel Bank"))]);
        assert_eq!(wrong.micro.counts, Counts { correct: 0, predicted: 2, gold: 2 });
        assert_eq!(wrong.lost["pair or threshold"], 2);
        assert_eq!(wrong.names.counts.correct, 4);
    }

    #[test]
    fn what_follows_is_not_asked_twice() {
        const FAMILY: &str = r#"{"id":"a","genre":"letter","markup":"[Odd Falk|PER|1] is the father of [Mara Quill|PER|2].","relations":[[2,"P22",1]]}"#;
        let told = |facts: &[(&str, &str, &str)]| report_of(FAMILY, &["Odd Falk", "Mara Quill"], facts).micro.counts;
        assert_eq!(told(&[("Mara Quill", "P22", "Odd Falk")]), Counts { correct: 1, predicted: 1, gold: 1 });
        assert_eq!(told(&[("Odd Falk", "P40", "Mara Quill")]), Counts { correct: 0, predicted: 0, gold: 1 });
        assert_eq!(told(&[("Mara Quill", "P40", "Odd Falk")]), Counts { correct: 0, predicted: 1, gold: 1 });
    }

    #[test]
    fn a_trap_that_is_stated_is_counted_and_wrong() {
        let trapped = report(&[("Tessel Bank", "P112", name("Odd Falk"))]);
        assert_eq!(trapped.micro.counts, Counts { correct: 0, predicted: 1, gold: 2 });
        assert_eq!((trapped.traps["denied"].correct, trapped.traps["denied"].gold), (1, 1));
        assert_eq!(report(&[]).traps["denied"].correct, 0);
    }
}
