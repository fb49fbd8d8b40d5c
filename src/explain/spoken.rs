//! What speaks for every fact at once, for exports. In: the state folder. Out: each place that a fact of the graph was read from.
//! Never: a place of a fact that the graph does not hold.

use super::{Evidence, open, says, witness};
use crate::state::Folder;
use anyhow::Result;
use connectors::Live;
use connectors::store::Spoken;
use pipeline::record::{DocumentId, Iri, Term, Triple};
use std::collections::BTreeMap;

/// All that speaks for facts of the graph, by document.
pub fn spoken(folder: &Folder) -> Result<Vec<Spoken>> {
    let Some(model) = folder.model()? else { return Ok(Vec::new()) };
    let mut stated: BTreeMap<(Iri, Iri), Vec<Term>> = BTreeMap::new();
    for triple in folder.store.stated() {
        let Triple { subject, relation, object } = triple?;
        stated.entry((subject, relation)).or_default().push(object);
    }
    let mut all = Vec::new();
    for entry in folder.journal.live() {
        let (document, Live::Text { .. }) = entry? else { continue };
        let Some(opened) = open(folder, &model, &document)? else { continue };
        for said in &opened.reading.relations {
            let Some(subject) = opened.resolution.get(&said.head) else { continue };
            let objects = stated.get(&(subject.clone(), said.relation.clone()));
            for object in objects.into_iter().flatten() {
                let triple =
                    Triple { subject: subject.clone(), relation: said.relation.clone(), object: object.clone() };
                if says(&opened, said, &triple) {
                    all.push(piece(triple, &document, (&witness(&document, &opened, said), &opened.text)));
                }
            }
        }
    }
    Ok(all)
}

fn piece(triple: Triple, document: &DocumentId, (evidence, text): (&Evidence, &str)) -> Spoken {
    let spans = evidence.sentences.iter().map(|sentence| sentence.span);
    let start = spans.clone().map(|span| span.start).min().unwrap_or(evidence.head.span.start);
    let end = spans.clone().map(|span| span.end).max().unwrap_or(evidence.tail.span.end);
    let sentences: Vec<&str> = spans.filter_map(|span| span.of(text)).map(str::trim).collect();
    Spoken {
        triple,
        document: document.clone(),
        span: (start, end),
        sentence: sentences.join(" ").replace(['\n', '\r', '\t'], " "),
        score: evidence.score.to_string(),
    }
}
