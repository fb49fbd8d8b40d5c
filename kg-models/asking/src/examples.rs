//! Questions for a newcomer. In: a graph. Out: questions that it answers. Never: one that was not tried.

use crate::asked::Asked;
use crate::graph::Graph;
use crate::lexicon::Lexicon;
use crate::text::plain;
use kgloom_record::record::{Iri, Term};
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};

/// How relations are asked for of which people like to know; X is the head, or with a `^` the tail.
const FORMS: [(&str, &str); 22] = [
    ("P50", "Who wrote X?"),
    ("P19", "Where was X born?"),
    ("P112", "Who founded X?"),
    ("P57", "Who directed X?"),
    ("P26", "Who is X married to?"),
    ("^P69", "Who studied at X?"),
    ("P36", "What is the capital of X?"),
    ("P571", "When was X founded?"),
    ("P108", "Who does X work for?"),
    ("^P19", "Who was born in X?"),
    ("P40", "How many children does X have?"),
    ("P166", "Which awards did X win?"),
    ("P800", "What is X known for?"),
    ("P106", "What is the occupation of X?"),
    ("^P50", "Which books did X write?"),
    ("P127", "Who owns X?"),
    ("P159", "Where is X based?"),
    ("P569", "When was X born?"),
    ("P86", "Who composed X?"),
    ("^P131", "What is in X?"),
    ("P54", "Which team does X play for?"),
    ("P22", "Who is the father of X?"),
];
/// And two steps: the first relation, the second, the question.
const LONGER: [(&str, &str, &str); 3] = [
    ("P50", "P19", "Where was the author of X born?"),
    ("P57", "P26", "Who is the director of X married to?"),
    ("P112", "P69", "Where did the founder of X study?"),
];
/// Answers that a newcomer can take in.
const MANY: usize = 6;
const WIKIDATA: &str = "http://www.wikidata.org/prop/direct/";

/// Questions that work on this graph, for a newcomer; each has been tried.
pub fn examples(graph: &dyn Graph, ontology: &Ontology, most: usize) -> Vec<String> {
    let lexicon = Lexicon::new(ontology);
    let asked = Asked { graph, ontology, lexicon: &lexicon };
    let mut things = graph.largest(most.saturating_mul(20).max(200));
    // A name that several bear would have several answers.
    things.retain(|thing| graph.named(&plain(&graph.label(thing))).len() == 1);
    // For each form the things that it suits, so that questions of many forms come first.
    let mut suited: BTreeMap<usize, Vec<&Iri>> = BTreeMap::new();
    for thing in &things {
        let [relations, inverse] = graph.relations(thing);
        let relations: BTreeSet<String> = relations.iter().map(short).collect();
        let inverse: BTreeSet<String> = inverse.iter().map(|relation| format!("^{}", short(relation))).collect();
        for (place, (relation, _)) in FORMS.iter().enumerate() {
            if relations.contains(*relation) || inverse.contains(*relation) {
                suited.entry(place + LONGER.len()).or_default().push(thing);
            }
        }
        for (place, (first, second, _)) in LONGER.iter().enumerate() {
            if relations.contains(*first) && leads(graph, thing, first, second) {
                suited.entry(place).or_default().push(thing);
            }
        }
    }
    let mut out = Vec::new();
    let mut used = BTreeSet::new();
    for round in 0..most {
        for (place, things) in &suited {
            let form = match place.checked_sub(LONGER.len()) {
                Some(place) => FORMS[place].1,
                None => LONGER[*place].2,
            };
            // A different thing for each question, as far as there are enough.
            let fresh = things.iter().filter(|thing| !used.contains(**thing)).nth(round);
            let Some(thing) = fresh.or(things.get(round)) else { continue };
            let question = form.replace('X', &graph.label(thing));
            if out.len() < most
                && !out.contains(&question)
                && (1..=MANY).contains(&asked.answer(None, &question).answers.len())
            {
                used.insert((*thing).clone());
                out.push(question);
            }
        }
    }
    out
}

fn short(relation: &Iri) -> String {
    relation.as_str().rsplit('/').next().unwrap_or_default().to_owned()
}

fn leads(graph: &dyn Graph, thing: &Iri, first: &str, second: &str) -> bool {
    let [first, second] = [first, second].map(|end| Iri::new(format!("{WIKIDATA}{end}")));
    let on = |term: &Term| matches!(term, Term::Name(next) if !graph.of_subject(next, Some(&second)).is_empty());
    graph.of_subject(thing, Some(&first)).iter().any(|(_, _, object)| on(object))
}
