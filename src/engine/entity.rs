//! Everything of one thing, and what is around it. In: an IRI. Out: its names, facts, predictions and documents; a small graph.
//! Never: more of a large thing than a page can show.

use super::shared::Shared;
use super::words::Words;
use anyhow::Result;
use kgloom_engine::explain::{Opened, open, says};
use kgloom_engine::terms::{self, Wanted};
use kgloom_record::record::{Iri, Score, Term, Triple};
use kgloom_record::vocabulary;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Facts of one thing that are shown, in each direction.
const FACTS: usize = 500;
/// Documents of one thing that are looked into.
const DOCUMENTS: usize = 200;

/// Which way a fact is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Out,
    In,
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Direction::Out => "out",
            Direction::In => "in",
        }
    }
}

impl Shared {
    /// Everything of one thing.
    pub(super) fn entity(&self, words: Words<'_>, iri: &Iri) -> Result<Value> {
        let Some(thing) = words.index.things().get(iri) else { return Ok(Value::Null) };
        let mut opened = Vec::new();
        let mut documents: BTreeMap<_, usize> = BTreeMap::new();
        for (document, entity) in self.folder.store.documents_of(iri)?.into_iter().take(DOCUMENTS) {
            let Some(read) = open(&self.folder, &self.model, &document)? else { continue };
            let mentions = read.reading.mentions.iter().filter(|mention| mention.entity == entity).count();
            if documents.insert(document, mentions).is_none() {
                opened.push(read);
            }
        }
        let mut facts = Vec::new();
        for entailed in [false, true] {
            for direction in [Direction::Out, Direction::In] {
                for triple in self.facts(iri, direction, entailed)? {
                    let certainty = if entailed { None } else { certainty(&opened, (&triple, words)) };
                    let documents = if entailed { 0 } else { self.folder.store.documents_stating(&triple)?.len() };
                    facts.push(fact(
                        words,
                        &triple,
                        direction,
                        json!({
                            "certainty": certainty, "documents": documents, "entailed": entailed,
                        }),
                    ));
                }
            }
        }
        let documents: Vec<Value> =
            documents.iter().map(|(id, mentions)| json!({ "id": id.as_str(), "mentions": mentions })).collect();
        let names: BTreeSet<&String> = thing.labels.iter().chain(&thing.aliases).collect();
        let classes: Vec<Value> = thing.classes.iter().map(|class| words.name(class)).collect();
        let mut told = words.thing(iri, thing);
        told["names"] = json!(names);
        told["classes"] = classes.into();
        told["facts"] = facts.into();
        told["predicted"] = self.predicted(words, iri)?.into();
        told["documents"] = documents.into();
        Ok(told)
    }

    /// What is said of a thing, but for class and names; sorted.
    fn facts(&self, iri: &Iri, direction: Direction, entailed: bool) -> Result<Vec<Triple>> {
        let pattern = match direction {
            Direction::Out => format!("<{iri}> ?p ?o FILTER(?p NOT IN (rdf:type, rdfs:label, skos:altLabel))"),
            Direction::In => format!("?o ?p <{iri}>"),
        };
        let pattern = if entailed { format!("GRAPH kgloom:entailed {{ {pattern} }}") } else { pattern };
        let query = format!("SELECT ?p ?o {{ {pattern} }} ORDER BY ?p ?o LIMIT {FACTS}");
        let rows = terms::ask(&self.folder.store, &query)?;
        let triples = rows.iter().filter_map(|row| {
            let relation = Iri::new(row.get("p")?["value"].as_str()?);
            let other = terms::term(row.get("o")?)?;
            Some(match (direction, other) {
                (Direction::Out, object) => Triple { subject: iri.clone(), relation, object },
                (Direction::In, Term::Name(subject)) => Triple { subject, relation, object: Term::Name(iri.clone()) },
                (Direction::In, Term::Literal(_)) => return None,
            })
        });
        Ok(triples.filter(|triple| triple.relation.as_str() != vocabulary::TYPE).collect())
    }

    fn predicted(&self, words: Words<'_>, iri: &Iri) -> Result<Vec<Value>> {
        let store = &self.folder.store;
        let of = |subject: &Iri| {
            let wanted = Wanted { subject: Some(subject.to_string()), ..Wanted::default() };
            terms::find_predicted(store, words.ontology, &wanted)
        };
        let mut links: Vec<_> = of(iri)?.into_iter().map(|link| (link, Direction::Out)).collect();
        for head in store.predicted_heads(iri)?.iter().take(FACTS) {
            let to_it = of(head)?.into_iter().filter(|link| link.triple.object == Term::Name(iri.clone()));
            links.extend(to_it.map(|link| (link, Direction::In)));
        }
        links.sort_by(|(one, _), (other, _)| other.probability.total_cmp(&one.probability));
        Ok(links
            .iter()
            .map(|(link, direction)| {
                let more = json!({ "probability": link.probability, "evidence": link.evidence });
                fact(words, &link.triple, *direction, more)
            })
            .collect())
    }

    /// A thing with what is around it, and the facts between.
    pub(super) fn neighbourhood(&self, words: Words<'_>, iri: &Iri, limit: usize) -> Result<Value> {
        let mut triples = self.facts(iri, Direction::Out, false)?;
        triples.extend(self.facts(iri, Direction::In, false)?);
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
        for link in self.predicted(words, iri)? {
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

/// How sure the surest of the documents is that state a fact; none where no document does.
fn certainty(opened: &[Opened], (triple, words): (&Triple, Words<'_>)) -> Option<f64> {
    let said = opened.iter().flat_map(|opened| opened.reading.relations.iter().map(move |said| (opened, said)));
    let scores = said.filter(|(opened, said)| says(opened, said, (triple, words.ontology))).map(|(_, said)| said.score);
    scores.max().map(|score: Score| score.to_string().parse().unwrap_or_default())
}
