//! Why a fact is in the graph. In: a triple. Out: the sentences that it was read from, and how both ends came to
//! be who they are. Never: a model asked; the journal remembers what was said.

mod belief;
mod derived;
mod merge;
mod spoken;
mod why;

pub use belief::{Belief, Spoken, listen};
pub use derived::{Derivation, derive};
pub use merge::{Bearer, Merged, merged};
pub use spoken::spoken;
pub use why::{Why, why};

use crate::corrections::Shown;
use crate::likely::PredictedLink;
use crate::state::Folder;
use anyhow::Result;
use connectors::Live;
use kgloom_flow::stage::amend::amend;
use kgloom_flow::stage::once::turned;
use kgloom_record::correction::given;
use kgloom_record::port::ModelId;
use kgloom_record::record::{
    Datatype, DocumentId, Factuality, Iri, Literal, LocalRelation, Reading, Score, Span, Term, Triple,
};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A fact and everything that speaks for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// The fact.
    pub triple: Triple,
    /// The model whose answers are shown.
    pub model: String,
    /// What speaks for it, by document.
    pub evidence: Vec<Evidence>,
    /// The corrections that assert it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asserted: Vec<Shown>,
    /// How the subject came to be one entity.
    pub subject: Merged,
    /// The same of the object; a value is nobody.
    pub object: Option<Merged>,
    /// What a typer holds of it, where it is a class of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<PredictedLink>,
    /// What the graph filter holds of it, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belief: Option<Belief>,
}

/// One place that the fact was read from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// The document.
    pub document: DocumentId,
    /// How sure the model was.
    pub score: Score,
    /// The mention of the head.
    pub head: Place,
    /// The mention of the tail; none where a class is told, which nothing mentions.
    pub tail: Option<Place>,
    /// The sentences of both mentions: one, or two when the fact was read across sentences.
    pub sentences: Vec<Sentence>,
}

/// A mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The entity of the document that it mentions.
    pub entity: u32,
    /// Byte offsets into the document.
    pub span: Span,
    /// What stands there.
    pub text: String,
}

/// A sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Byte offsets into the document.
    pub span: Span,
    /// Its text, with the mentions between « and ».
    pub marked: String,
}

/// A document as it was read: its text, its reading, and who its entities were taken to be.
pub struct Opened {
    /// Its text.
    pub text: Arc<str>,
    /// What the model read, with the user's corrections.
    pub reading: Reading,
    /// The entity of the graph that each of its entities was taken for.
    pub resolution: BTreeMap<u32, Iri>,
}

/// Everything that speaks for the triple; `cut` are documents that say it without being believed.
pub fn explain(
    folder: &Folder,
    (model, ontology): (&ModelId, &Ontology),
    triple: &Triple,
    cut: &[DocumentId],
) -> Result<Explanation> {
    let mut evidence = Vec::new();
    for document in folder.store.documents_stating(triple)?.into_iter().chain(cut.iter().cloned()) {
        let Some(opened) = open(folder, model, &document)? else { continue };
        if triple.relation.as_str() == vocabulary::TYPE {
            evidence.extend(typed(&document, &opened, (triple, ontology)));
            continue;
        }
        let spoken = opened.reading.relations.iter().filter(|said| says(&opened, said, (triple, ontology)));
        evidence.extend(spoken.map(|said| witness(&document, &opened, said)));
    }
    let first: Vec<DocumentId> = evidence.iter().map(|evidence| evidence.document.clone()).collect();
    let subject = merged(folder, model, &triple.subject, &first)?;
    let object = match &triple.object {
        Term::Name(_) if triple.relation.as_str() == vocabulary::TYPE => None,
        Term::Name(iri) => Some(merged(folder, model, iri, &first)?),
        Term::Literal(_) => None,
    };
    let is_class = triple.relation.as_str() == vocabulary::TYPE;
    let quads = if is_class { folder.store.typed_of(&triple.subject)? } else { Vec::new() };
    let typed = quads.iter().any(|quad| quad.triple == *triple).then(|| PredictedLink::of(triple, &quads));
    let stating = folder.store.corrections_stating(triple)?;
    let mut asserted = folder.journal.corrections()?;
    asserted.retain(|correction| stating.contains(&correction.id()));
    let asserted = asserted.iter().map(Shown::of).collect();
    let (triple, model) = (triple.clone(), model.to_string());
    Ok(Explanation { triple, model, evidence, asserted, subject, object, typed, belief: None })
}

/// The document as the model read it, with the user's corrections; `None` if the journal holds no reading of it.
pub fn open(folder: &Folder, model: &ModelId, document: &DocumentId) -> Result<Option<Opened>> {
    let Some(Live::Text { content, text, .. }) = folder.journal.lookup(document)? else { return Ok(None) };
    let Some(Ok(reading)) = folder.journal.reading(model, &content)? else { return Ok(None) };
    let reading = amend(&given(&folder.journal.corrections()?), (document, &text), reading);
    let resolution = folder.store.resolution(document, reading.entities.len() as u32)?;
    Ok(Some(Opened { text, reading, resolution }))
}

/// Whether a relation of a reading states the triple, in the form in which it is stated or in one that follows from it.
pub fn says(opened: &Opened, said: &LocalRelation, (triple, ontology): (&Triple, &Ontology)) -> bool {
    if said.factuality != Factuality::Stated {
        return false;
    }
    let Some(head) = opened.resolution.get(&said.head) else { return false };
    if let (Term::Literal(wanted), Some(value)) = (&triple.object, &opened.reading.entities[said.tail as usize].literal)
    {
        return *head == triple.subject && said.relation == triple.relation && same_value(wanted, value);
    }
    let Some(tail) = opened.resolution.get(&said.tail) else { return false };
    let told = Triple { subject: head.clone(), relation: said.relation.clone(), object: Term::Name(tail.clone()) };
    let follows = || ontology.consequences(&triple.relation).iter().filter_map(|follows| turned(triple, &follows.form));
    told == *triple || follows().any(|follows| follows == told)
}

/// The store keeps numbers by value, not by spelling.
fn same_value(one: &Literal, other: &Literal) -> bool {
    let number = |literal: &Literal| match literal.datatype {
        Datatype::Integer | Datatype::Decimal => literal.value.parse::<f64>().ok(),
        _ => None,
    };
    let same_number = || number(one).is_some() && number(one) == number(other);
    one.datatype == other.datatype && (one.value == other.value || same_number())
}

fn witness(document: &DocumentId, opened: &Opened, said: &LocalRelation) -> Evidence {
    let (head, tail) = (said.head_mention, said.tail_mention);
    told_by((document, opened), (head, Some(tail)), said.score)
}

/// Where a document tells that its entities are of a class, or of a narrower one: at the first mention of each.
fn typed(document: &DocumentId, opened: &Opened, (triple, ontology): (&Triple, &Ontology)) -> Vec<Evidence> {
    let Term::Name(wanted) = &triple.object else { return Vec::new() };
    let mut evidence = Vec::new();
    for (entity, _) in opened.resolution.iter().filter(|(_, iri)| **iri == triple.subject) {
        let mention = opened.reading.mentions.iter().position(|mention| mention.entity == *entity);
        let (Some(mention), Some(local)) = (mention, opened.reading.entities.get(*entity as usize)) else { continue };
        let narrower = local.types.iter().filter(|told| ontology.is_kind_of(&told.class, wanted));
        let own = (local.class == *wanted).then(|| opened.reading.mentions[mention].score);
        if let Some(score) = narrower.map(|told| told.score).chain(own).max() {
            evidence.push(told_by((document, opened), (mention as u32, None), score));
        }
    }
    evidence
}

fn told_by((document, opened): (&DocumentId, &Opened), (head, tail): (u32, Option<u32>), score: Score) -> Evidence {
    let place = |mention: u32| {
        let mention = &opened.reading.mentions[mention as usize];
        let text = mention.span.of(&opened.text).unwrap_or_default().to_owned();
        Place { entity: mention.entity, span: mention.span, text }
    };
    let (head, tail) = (place(head), tail.map(place));
    let spans = [head.span, tail.as_ref().unwrap_or(&head).span];
    let around = |span: &&Span| spans.iter().any(|inner| touches(span, inner));
    let sentences = opened.reading.sentences.iter().filter(around);
    let sentences = sentences.map(|span| Sentence { span: *span, marked: mark(&opened.text, *span, &spans) });
    Evidence { document: document.clone(), score, sentences: sentences.collect(), head, tail }
}

fn touches(sentence: &Span, inner: &Span) -> bool {
    inner.start < sentence.end && sentence.start < inner.end
}

/// The sentence, with the spans that lie in it between « and ».
fn mark(text: &str, sentence: Span, spans: &[Span; 2]) -> String {
    let mut inside: Vec<Span> = spans.iter().filter(|span| touches(&sentence, span)).copied().collect();
    inside.sort();
    inside.dedup();
    let mut marked = String::new();
    let mut at = sentence.start;
    let piece = |start: u32, end: u32| Span { start, end }.of(text).unwrap_or_default();
    for span in inside {
        let (start, end) = (span.start.max(at), span.end.min(sentence.end));
        if start < end {
            marked.extend([piece(at, start), "«", piece(start, end), "»"]);
            at = end;
        }
    }
    marked.push_str(piece(at, sentence.end));
    marked.trim().replace(['\n', '\r', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_marked_inside_their_sentence_only() {
        let text = "Ada met Zoë. Zoë left.";
        let span = |start, end| Span { start, end };
        let spans = [span(0, 3), span(8, 12)];
        assert_eq!(mark(text, span(0, 13), &spans), "«Ada» met «Zoë».");
        assert_eq!(mark(text, span(13, 24), &spans), "Zoë left.");
        assert_eq!(mark(text, span(0, 13), &[span(8, 12), span(8, 12)]), "Ada met «Zoë».");
    }

    #[test]
    fn numbers_are_compared_by_value_and_dates_by_spelling() {
        let literal = |value: &str, datatype| Literal { value: value.into(), datatype };
        let decimal = |value| literal(value, Datatype::Decimal);
        assert!(same_value(&decimal("5.0"), &decimal("5")));
        assert!(!same_value(&decimal("5"), &literal("5", Datatype::Integer)));
        assert!(!same_value(&literal("1815", Datatype::Year), &literal("1816", Datatype::Year)));
    }
}
