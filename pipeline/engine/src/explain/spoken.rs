//! What speaks for every fact at once, for exports. In: the state folder. Out: each place that a fact of the graph was read from.
//! Never: a place of a fact that the graph does not hold.

use super::{Evidence, open, says, witness};
use crate::state::Folder;
use anyhow::Result;
use connectors::Live;
use connectors::store::Spoken;
use kgloom_record::record::{DocumentId, Iri, Span, Term, Triple};
use ontologies::Ontology;
use std::collections::BTreeMap;

/// All that speaks for facts of the graph, by document.
pub fn spoken(folder: &Folder, ontology: &Ontology) -> Result<Vec<Spoken>> {
    let Some(model) = folder.model()? else { return Ok(Vec::new()) };
    let mut stated: BTreeMap<Iri, Vec<Triple>> = BTreeMap::new();
    for triple in folder.store.stated() {
        let triple = triple?;
        stated.entry(triple.subject.clone()).or_default().push(triple);
    }
    let mut all = Vec::new();
    for entry in folder.journal.live() {
        let (document, Live::Text { .. }) = entry? else { continue };
        let Some(opened) = open(folder, &model, &document)? else { continue };
        for said in &opened.reading.relations {
            // A fact may be stated the other way round, or in a form from which what was said follows.
            let ends = [said.head, said.tail].map(|end| opened.resolution.get(&end));
            let between = |triple: &&Triple| match &triple.object {
                Term::Name(object) => ends.contains(&Some(object)),
                Term::Literal(_) => ends[0] == Some(&triple.subject),
            };
            let near = ends.iter().flatten().filter_map(|end| stated.get(*end)).flatten().filter(between);
            for triple in near.filter(|triple| says(&opened, said, (triple, ontology))) {
                let evidence = witness(&document, &opened, said);
                all.push(piece(triple.clone(), &document, (&evidence, &opened.text)));
            }
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

fn piece(triple: Triple, document: &DocumentId, (evidence, text): (&Evidence, &str)) -> Spoken {
    let spans = evidence.sentences.iter().filter_map(|sentence| trimmed(sentence.span, text));
    let start = spans.clone().map(|span| span.start).min().unwrap_or(evidence.head.span.start);
    let end = spans.clone().map(|span| span.end).max().unwrap_or(evidence.head.span.end);
    let sentences: Vec<&str> = spans.filter_map(|span| span.of(text)).collect();
    Spoken {
        triple,
        document: document.clone(),
        span: (start, end),
        sentence: sentences.join(" ").replace(['\n', '\r', '\t'], " "),
        score: evidence.score.to_string(),
    }
}

/// A span without the white space around what it covers.
fn trimmed(span: Span, text: &str) -> Option<Span> {
    let whole = span.of(text)?;
    let start = span.start + (whole.len() - whole.trim_start().len()) as u32;
    Some(Span { start, end: start + whole.trim().len() as u32 })
}
