//! Examples that corrections give of relations: for each fact the text that names both its ends nearest to each other, which
//! shows it where it was asserted, and counts against it where it was rejected.
//!
//! In: a journal. Out: texts with the facts that corrections assert. Never: a text that does not name both ends.

use connectors::{Journal, Live};
use kgloom_corpora::written::{ExampleDocument, ExampleFact};
use kgloom_record::correction::{Correction, Named, Object};
use kgloom_record::record::{DocumentId, Iri, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is taken from a journal's corrections.
#[derive(Debug, Default)]
pub(super) struct Corrected {
    /// Texts, by id, with the facts that were asserted of them; those of rejected facts have none.
    pub documents: Vec<ExampleDocument>,
    /// Assertions that no text bears out, in words.
    pub unseen: Vec<String>,
}

/// A corrected fact between two things.
struct Fact {
    ends: [Named; 2],
    relation: Iri,
    asserted: bool,
    /// The text that names both nearest to each other.
    best: Option<Showing>,
}

/// A text that names both ends of a fact.
struct Showing {
    /// How many bytes lie between the nearest names of both.
    gap: u32,
    document: DocumentId,
    text: Arc<str>,
    ends: [Vec<Span>; 2],
}

/// The examples of relations for which `wanted` holds.
///
/// # Errors
/// When the journal cannot be read.
pub(super) fn corrected(journal: &Journal, wanted: impl Fn(&Iri) -> bool) -> Result<Corrected, connectors::Error> {
    let mut corrected = Corrected::default();
    let mut facts: Vec<Fact> = Vec::new();
    for correction in journal.corrections()? {
        let (subject, relation, object, asserted) = match correction {
            Correction::Assert { subject, relation, object, .. } => (subject, relation, object, true),
            Correction::Reject { subject, relation, object, .. } => (subject, relation, object, false),
            _ => continue,
        };
        match object {
            _ if !wanted(&relation) => {}
            Object::Name(tail) => facts.push(Fact { ends: [subject, tail], relation, asserted, best: None }),
            Object::Value(_) if asserted => {
                let why = "its object is a value: mark one in an example";
                corrected.unseen.push(format!("{subject} {relation} {object} shows nothing: {why}"));
            }
            Object::Value(_) => {}
        }
    }
    if facts.is_empty() {
        return Ok(corrected);
    }
    for entry in journal.live() {
        let (id, live) = entry?;
        let Live::Text { text, .. } = live else { continue };
        for fact in &mut facts {
            let ends = fact.ends.each_ref().map(|named| told(named, &id, &text));
            let Some(gap) = gap(&ends) else { continue };
            if fact.best.as_ref().is_none_or(|best| gap < best.gap) {
                fact.best = Some(Showing { gap, document: id.clone(), text: Arc::clone(&text), ends });
            }
        }
    }
    let mut documents: BTreeMap<DocumentId, ExampleDocument> = BTreeMap::new();
    for Fact { ends: [head, tail], relation, asserted, best } in facts {
        let Some(Showing { document: id, text, ends, .. }) = best else {
            if asserted {
                corrected.unseen.push(format!("{head} {relation} {tail} shows nothing: no document names both"));
            }
            continue;
        };
        let new = ExampleDocument { id: id.to_string(), text: text.to_string(), facts: Vec::new() };
        let document = documents.entry(id).or_insert(new);
        if asserted {
            document.facts.push(ExampleFact { relation, ends });
        }
    }
    corrected.documents = documents.into_values().collect();
    Ok(corrected)
}

/// Where a text writes a name.
fn told(named: &Named, id: &DocumentId, text: &str) -> Vec<Span> {
    if !named.places.is_empty() && named.places.iter().all(|place| place.document != *id) {
        return Vec::new();
    }
    let stands_alone = |at: usize| {
        let end = at + named.name.len();
        !text[..at].ends_with(char::is_alphanumeric) && !text[end..].starts_with(char::is_alphanumeric)
    };
    let found = text.match_indices(&*named.name).filter(|(at, _)| stands_alone(*at));
    found.map(|(at, name)| Span { start: at as u32, end: (at + name.len()) as u32 }).collect()
}

/// How many bytes lie between the nearest of both.
fn gap([heads, tails]: &[Vec<Span>; 2]) -> Option<u32> {
    heads.iter().flat_map(|one| tails.iter().map(|other| one.gap(*other))).min()
}
