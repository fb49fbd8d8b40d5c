//! Classes and relations with how often they are used. In: an ontology and a graph's words. Out: two lists, the most used first.

use super::words::Words;
use connectors::store::shorten;
use kgloom_record::record::Iri;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn schema(words: Words<'_>) -> Value {
    let Words { index, ontology } = words;
    let uses = index.uses();
    let classes = ranked(ontology.classes().map(|class| &class.iri), &uses.classes).map(|(iri, things)| {
        let comment = ontology.class(iri).map_or_else(String::new, |class| class.comment.clone());
        json!({
            "iri": iri.as_str(), "short": shorten(iri.as_str()), "label": words.label(iri), "things": things,
            "comment": comment,
        })
    });
    let relations = ranked(ontology.relations().map(|relation| &relation.iri), &uses.relations).map(|(iri, facts)| {
        let known = ontology.relation(iri);
        let labels = |classes: Option<&BTreeSet<Iri>>| -> Vec<String> {
            classes.into_iter().flatten().map(|class| words.label(class)).collect()
        };
        json!({
            "iri": iri.as_str(), "short": shorten(iri.as_str()), "label": words.label(iri), "facts": facts,
            "from": labels(known.map(|known| &known.domain)), "to": labels(known.map(|known| &known.range)),
            "comment": known.map_or_else(String::new, |known| known.comment.clone()),
        })
    });
    let (classes, relations): (Vec<Value>, Vec<Value>) = (classes.collect(), relations.collect());
    json!({ "classes": classes, "relations": relations })
}

/// All that are declared or used, the most used first.
fn ranked<'a>(
    declared: impl Iterator<Item = &'a Iri>,
    uses: &'a BTreeMap<Iri, u64>,
) -> impl Iterator<Item = (&'a Iri, u64)> {
    let all: BTreeSet<&Iri> = declared.chain(uses.keys()).collect();
    let mut all: Vec<(&Iri, u64)> =
        all.into_iter().map(|iri| (iri, uses.get(iri).copied().unwrap_or_default())).collect();
    all.sort_by_key(|(iri, count)| (Reverse(*count), *iri));
    all.into_iter()
}
