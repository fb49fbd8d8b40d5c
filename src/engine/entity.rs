//! Everything of one thing, and what is around it. In: an IRI, a page. Out: its names, how many facts of each relation, those of the
//! page, predictions and documents; a small graph. Never: a cut that is not told; more work for a large thing than for its page.

use super::shared::Shared;
use super::words::Words;
use anyhow::Result;
use connectors::Live;
use connectors::store::{End, FactsAt};
use kgloom_engine::explain::{Opened, says};
use kgloom_engine::likely::PredictedLink;
use kgloom_engine::terms;
use kgloom_flow::stage::amend::amend;
use kgloom_record::correction::{Given, given};
use kgloom_record::record::{DocumentId, Iri, LocalRelation, Score, Term, Triple};
use kgloom_server::engine::{Direction, FactsOf};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Facts of one thing that are drawn in each direction.
const FACTS: usize = 500;
/// Predicted links of one thing that are told, the most probable ones.
const PREDICTED: usize = 200;
/// Documents of one thing that are looked into: those that state the facts of the page come first.
const DOCUMENTS: usize = 400;

/// Facts that are told one after the other: those of one direction that are stated, or that follow.
struct Section {
    direction: Direction,
    follows: bool,
    facts: FactsAt,
}

/// A fact of a page.
struct Told {
    triple: Triple,
    direction: Direction,
    follows: bool,
    documents: Vec<DocumentId>,
}

/// What documents say of a thing, by its other end: a thing, or a value.
type Said<'a> = BTreeMap<Option<&'a Iri>, Vec<(&'a Opened, &'a LocalRelation)>>;

impl Shared {
    /// Everything of one thing, with a page of its facts.
    pub(super) fn entity(&self, words: Words<'_>, iri: &Iri, wanted: &FactsOf) -> Result<Value> {
        let Some(thing) = words.index.things().get(iri) else { return Ok(Value::Null) };
        let sections = self.sections(words, iri, wanted)?;
        let page = self.page(&sections, wanted)?;
        let mut places: BTreeMap<DocumentId, BTreeSet<u32>> = BTreeMap::new();
        for (document, entity) in self.folder.store.documents_of(iri)? {
            places.entry(document).or_default().insert(entity);
        }
        let (mut opened, mut documents) = (Vec::new(), Vec::new());
        let corrections = given(&self.folder.journal.corrections()?);
        for document in looked_into(&page, &places, wanted.documents) {
            let own = &places[document];
            let Some(read) = self.look_into(document, (iri, own), &corrections)? else { continue };
            let mentions = read.reading.mentions.iter().filter(|mention| own.contains(&mention.entity)).count();
            documents.push(json!({ "id": document.as_str(), "mentions": mentions }));
            opened.push(read);
        }
        let said = said(&opened, iri);
        let facts = page.iter().map(|told| {
            let Told { triple, direction, follows, documents } = told;
            let certainty = if *follows { None } else { certainty(&said, (triple, *direction), words) };
            let more = json!({ "certainty": certainty, "documents": documents.len(), "entailed": follows });
            fact(words, triple, *direction, more)
        });
        let names: BTreeSet<&String> = thing.labels.iter().chain(&thing.aliases).collect();
        let classes: Vec<Value> = thing.classes.iter().map(|class| words.name(class)).collect();
        let mut told = words.thing(iri, thing);
        told["names"] = json!(names);
        told["classes"] = classes.into();
        told["facts"] = facts.collect();
        told["total"] = sections.iter().map(|section| section.facts.count()).sum::<usize>().into();
        told["relations"] = counted(words, &sections).into();
        let (predicted, links) = self.predicted(words, iri, PREDICTED)?;
        told["predicted"] = predicted.into();
        told["predicted_total"] = links.into();
        told["documents"] = documents.into();
        told["documents_total"] = places.len().into();
        Ok(told)
    }

    /// The facts of a thing that are wanted, in the order in which they are told.
    fn sections(&self, words: Words<'_>, iri: &Iri, wanted: &FactsOf) -> Result<Vec<Section>> {
        let FactsOf { relation, direction: only, .. } = wanted;
        let relation = relation.as_ref().map(|relation| relation.trim().trim_matches(['<', '>']).to_lowercase());
        let is_wanted = |iri: &Iri| {
            let name = words.name(iri);
            let is = |part: &str| name[part].as_str().map(str::to_lowercase) == relation;
            relation.is_none() || ["value", "short", "label"].into_iter().any(is)
        };
        let mut sections = Vec::new();
        for follows in [false, true] {
            for direction in Direction::ALL.into_iter().filter(|one| only.is_none_or(|only| only == *one)) {
                let facts = self.facts(iri, direction, follows)?.only(is_wanted);
                sections.push(Section { direction, follows, facts });
            }
        }
        Ok(sections)
    }

    fn facts(&self, iri: &Iri, direction: Direction, follows: bool) -> Result<FactsAt> {
        let end = match direction {
            Direction::Out => End::Subject,
            Direction::In => End::Object,
        };
        Ok(self.folder.store.facts_at(iri, end, follows)?)
    }

    /// The facts of a page.
    fn page(&self, sections: &[Section], wanted: &FactsOf) -> Result<Vec<Told>> {
        let (mut page, mut after) = (Vec::<Told>::new(), wanted.offset);
        let mut left: BTreeMap<(Direction, Iri), usize> = BTreeMap::new();
        for Section { direction, follows, facts } in sections {
            let mut most = wanted.limit - page.len();
            let triples = match wanted.each {
                None => facts.page(after, most)?,
                // What follows comes after what is stated of a relation.
                Some(each) => facts.first_of_each(|relation, count| {
                    let left = left.entry((*direction, relation.clone())).or_insert(each);
                    let room = count.min(*left).min(most);
                    (*left, most) = (*left - room, most - room);
                    room
                })?,
            };
            for triple in triples {
                let documents = if *follows { Vec::new() } else { self.folder.store.documents_stating(&triple)? };
                page.push(Told { triple, direction: *direction, follows: *follows, documents });
            }
            after = after.saturating_sub(facts.count());
        }
        Ok(page)
    }

    /// A document as it was read and corrected, with who is who in what it says of a thing; none where the journal holds no reading
    /// of it. `own` is whom it means by that thing.
    fn look_into(
        &self,
        document: &DocumentId,
        (iri, own): (&Iri, &BTreeSet<u32>),
        corrections: &BTreeSet<Given>,
    ) -> Result<Option<Opened>> {
        let Some(Live::Text { content, text, .. }) = self.folder.journal.lookup(document)? else { return Ok(None) };
        let Some(Ok(mut reading)) = self.folder.journal.reading(&self.model, &content)? else { return Ok(None) };
        if !corrections.is_empty() {
            reading = amend(corrections, (document, &text), reading);
        }
        let mut resolution: BTreeMap<u32, Iri> = own.iter().map(|entity| (*entity, iri.clone())).collect();
        for said in &reading.relations {
            let other = match (own.contains(&said.head), own.contains(&said.tail)) {
                (true, false) => said.tail,
                (false, true) => said.head,
                _ => continue,
            };
            if !resolution.contains_key(&other)
                && let Some(who) = self.folder.store.resolved(document, other)?
            {
                resolution.insert(other, who);
            }
        }
        Ok(Some(Opened { text, reading, resolution }))
    }

    /// The predicted links at a thing, at most so many, the most probable first; and how many there are.
    fn predicted(&self, words: Words<'_>, iri: &Iri, most: usize) -> Result<(Vec<Value>, usize)> {
        let store = &self.folder.store;
        let mut links = Vec::new();
        for (end, direction) in [(End::Subject, Direction::Out), (End::Object, Direction::In)] {
            for triple in store.predicted_at(iri, end)? {
                links.push((PredictedLink::of(&triple, &store.prediction(&triple)?), direction));
            }
        }
        links.sort_by(|(one, way), (other, other_way)| {
            let by_end = || (way, &one.triple).cmp(&(other_way, &other.triple));
            other.probability.total_cmp(&one.probability).then_with(by_end)
        });
        let told = links.iter().take(most).map(|(link, direction)| {
            let more = json!({ "probability": link.probability, "evidence": link.evidence });
            fact(words, &link.triple, *direction, more)
        });
        Ok((told.collect(), links.len()))
    }

    /// A thing with what is around it, and the facts between.
    pub(super) fn neighbourhood(&self, words: Words<'_>, iri: &Iri, limit: usize) -> Result<Value> {
        let mut triples = self.facts(iri, Direction::Out, false)?.page(0, FACTS)?;
        triples.extend(self.facts(iri, Direction::In, false)?.page(0, FACTS)?);
        let others = triples.iter().flat_map(|triple| match &triple.object {
            Term::Name(object) => vec![triple.subject.clone(), object.clone()],
            Term::Literal(_) => Vec::new(),
        });
        let mut others: Vec<Iri> = others.filter(|other| other != iri).collect::<BTreeSet<_>>().into_iter().collect();
        let facts = |other: &Iri| words.index.things().get(other).map_or(0, |thing| thing.facts);
        others.sort_by_key(|other| (std::cmp::Reverse(facts(other)), other.clone()));
        let more = others.len() + 1 > limit;
        others.truncate(limit.saturating_sub(1));
        let nodes: BTreeSet<Iri> = others.into_iter().chain([iri.clone()]).collect();
        let list: String = nodes.iter().map(|node| format!("<{node}> ")).collect();
        let between = format!(
            "SELECT ?s ?p ?o {{ VALUES ?s {{ {list} }} ?s ?p ?o FILTER(?o IN ({})) }}",
            nodes.iter().map(|node| format!("<{node}>")).collect::<Vec<_>>().join(", ")
        );
        let mut edges = Vec::new();
        for row in terms::ask(&self.folder.store, &between)? {
            let text = |name: &str| row.get(name).and_then(|term| term["value"].as_str()).unwrap_or_default();
            let relation = Iri::new(text("p"));
            edges.push(json!({
                "from": text("s"), "to": text("o"), "relation": words.name(&relation), "predicted": false,
                "certainty": null,
            }));
        }
        for link in self.predicted(words, iri, usize::MAX)?.0 {
            let (own, other) = (json!(iri.as_str()), link["value"]["value"].clone());
            if other.as_str().is_some_and(|other| nodes.contains(&Iri::new(other))) {
                let (from, to) = if link["direction"] == "out" { (own, other) } else { (other, own) };
                edges.push(json!({
                    "from": from, "to": to, "relation": link["relation"], "predicted": true,
                    "certainty": link["probability"],
                }));
            }
        }
        edges.sort_by_key(Value::to_string);
        let nodes: Vec<Value> = nodes
            .iter()
            .map(|node| match words.index.things().get(node) {
                Some(thing) => words.thing(node, thing),
                None => json!({ "iri": node.as_str(), "short": words.label(node), "name": words.label(node), "class": "", "facts": 0 }),
            })
            .collect();
        Ok(json!({ "nodes": nodes, "edges": edges, "more": more }))
    }
}

/// The documents that are looked into: first one that states each fact of the page, then the others that do, then the first that
/// mention the thing, as many as are wanted.
fn looked_into<'a>(
    page: &'a [Told],
    places: &'a BTreeMap<DocumentId, BTreeSet<u32>>,
    wanted: usize,
) -> BTreeSet<&'a DocumentId> {
    let first = page.iter().filter_map(|told| told.documents.first());
    let stating = first.chain(page.iter().flat_map(|told| &told.documents));
    let mut chosen = BTreeSet::new();
    for document in stating.chain(places.keys().take(wanted)).filter(|document| places.contains_key(*document)) {
        if chosen.len() == DOCUMENTS {
            break;
        }
        chosen.insert(document);
    }
    chosen
}

/// How many facts there are of each relation in each direction, whether stated or not.
fn counted(words: Words<'_>, sections: &[Section]) -> Vec<Value> {
    let mut counts: BTreeMap<(Direction, &Iri), usize> = BTreeMap::new();
    for Section { direction, facts, .. } in sections {
        for (relation, count) in facts.relations() {
            *counts.entry((*direction, relation)).or_default() += count;
        }
    }
    let told = |((direction, relation), count): ((Direction, &Iri), usize)| json!({ "relation": words.name(relation), "direction": direction.word(), "facts": count });
    counts.into_iter().map(told).collect()
}

fn fact(words: Words<'_>, triple: &Triple, direction: Direction, more: Value) -> Value {
    let value = match direction {
        Direction::Out => words.term(&triple.object),
        Direction::In => words.name(&triple.subject),
    };
    let mut told = json!({ "relation": words.name(&triple.relation), "direction": direction.word(), "value": value });
    if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    told
}

/// What the documents say of a thing.
fn said<'a>(opened: &'a [Opened], iri: &Iri) -> Said<'a> {
    let mut by_other: Said<'a> = BTreeMap::new();
    for opened in opened {
        for said in &opened.reading.relations {
            let (head, tail) = (opened.resolution.get(&said.head), opened.resolution.get(&said.tail));
            if head == Some(iri) {
                by_other.entry(tail).or_default().push((opened, said));
            }
            if head.is_some() && tail == Some(iri) {
                by_other.entry(head).or_default().push((opened, said));
            }
        }
    }
    by_other
}

/// How sure the surest of the documents is that state a fact; none where no document that was looked into does.
fn certainty(said: &Said<'_>, (triple, direction): (&Triple, Direction), words: Words<'_>) -> Option<f64> {
    let other = match (direction, &triple.object) {
        (Direction::In, _) => Some(&triple.subject),
        (Direction::Out, Term::Name(object)) => Some(object),
        (Direction::Out, Term::Literal(_)) => None,
    };
    let said = said.get(&other)?.iter();
    let scores = said.filter(|(opened, said)| says(opened, said, (triple, words.ontology))).map(|(_, said)| said.score);
    scores.max().map(|score: Score| score.to_string().parse().unwrap_or_default())
}
