//! What texts say, in the graph's names.
//!
//! In: pages, who is who, corrections. Out: facts, one for each relation that a reader saw, but for those whose
//! mention speaks for another, and those that the user rejects. Never: a judgement on what is left.

use super::Quads;
use super::forms;
use super::pages::Page;
use super::who::{Entity, Who};
use kgloom_record::correction::Given;
use kgloom_record::record::{
    ContentHash, Correction, CorrectionId, DocumentId, Factuality, Iri, Literal, LocalRelation, Named, Object, Refusal,
    Score, Span, Term, Triple,
};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How much better scored a head must be than one that stands in the sentence of the mention, if it does not.
const FARTHER: u16 = 500;

/// What one relation of one text says.
#[derive(Clone)]
pub(super) struct Fact {
    pub head: Entity,
    pub relation: Iri,
    pub tail: Tail,
    pub document: DocumentId,
    pub content: ContentHash,
    pub score: Score,
    pub factuality: Factuality,
}

/// The other end of a fact.
#[derive(Clone)]
pub(super) enum Tail {
    Entity(Entity),
    /// A value, and the class that it was read as.
    Value(Literal, Iri),
}

impl Fact {
    pub fn triple(&self) -> Triple {
        let object = match &self.tail {
            Tail::Entity(tail) => Term::Name(tail.iri.clone()),
            Tail::Value(value, _) => Term::Literal(value.clone()),
        };
        Triple { subject: self.head.iri.clone(), relation: self.relation.clone(), object }
    }

    /// Refuses what the document says.
    pub fn refuse(&self, stage: &str, reason: String, location: String, quads: &mut Quads) {
        let refusal = Refusal { reason: reason.into(), location: location.into() };
        quads.refuse(stage, &self.document, &self.triple().to_string(), &refusal);
    }
}

/// The facts of all texts; those that yield to another head are refused.
pub(super) fn propose(pages: &[Page], who: &Who, ontology: &Ontology, quads: &mut Quads) -> Vec<Fact> {
    let mut facts = Vec::new();
    for page in pages {
        let outdone = outdone(page, ontology);
        let entity = |place: u32| who.of(&(page.document.clone(), place));
        let named = page.reading.relations.iter().enumerate().filter(|(_, said)| !page.is_value(said.head));
        for (place, said) in named {
            let tail = match &page.reading.entities[said.tail as usize].literal {
                Some(value) => Tail::Value(value.clone(), page.class(said.tail).clone()),
                None => Tail::Entity(entity(said.tail).clone()),
            };
            let fact = Fact {
                head: entity(said.head).clone(),
                relation: said.relation.clone(),
                tail,
                document: page.document.clone(),
                content: ContentHash::of(page.text),
                score: said.score,
                factuality: said.factuality,
            };
            match outdone.get(&place).map(|(winner, span)| (entity(*winner), span)) {
                Some((winner, span)) if winner.iri != fact.head.iri => {
                    let reason =
                        format!("one mention speaks for one head, and this one speaks better for <{}>", winner.iri);
                    fact.refuse("admit", reason, format!("bytes {} to {}", span.start, span.end), quads);
                }
                _ => facts.push(fact),
            }
        }
    }
    facts
}

/// An entity, and the mention of it that speaks.
type Voice = (u32, u32);

/// A head that claims a value: the place of the relation that says so, who it is, and how surely.
type Claim = (usize, Voice, Score);

/// The relations of a page that yield, by their places, each with the head that is heard and the mention that speaks
/// for it: one mention of a value or place speaks for one head of a functional relation.
pub(super) fn outdone(page: &Page, ontology: &Ontology) -> BTreeMap<usize, (u32, Span)> {
    let mut claims: BTreeMap<(Iri, Voice), Vec<Claim>> = BTreeMap::new();
    for (place, said) in page.reading.relations.iter().enumerate() {
        if let Some((relation, head, value)) = bound(said, page, ontology) {
            claims.entry((relation, value)).or_default().push((place, head, said.score));
        }
    }
    let mut outdone = BTreeMap::new();
    for ((_, value), claims) in claims {
        let sentence = |voice: Voice| {
            let starts = page.reading.sentences.iter().map(|sentence| sentence.start);
            starts.filter(|start| *start <= page.span(voice.1).start).count()
        };
        let rank = |(place, head, score): &Claim| {
            let sentences = sentence(*head).abs_diff(sentence(value));
            let handicap = if sentences > 0 { FARTHER } else { 0 };
            let bytes = page.span(head.1).start.abs_diff(page.span(value.1).start);
            (Reverse(score.ten_thousandths().saturating_sub(handicap)), sentences, bytes, head.1, head.0, *place)
        };
        let Some((_, winner, _)) = claims.iter().min_by_key(|claim| rank(claim)) else { continue };
        let heard = breath(page, claims.iter().map(|(_, head, _)| *head).collect(), *winner);
        for (place, ..) in claims.iter().filter(|(_, (head, _), _)| !heard.contains(head)) {
            outdone.insert(*place, (winner.0, page.span(value.1)));
        }
    }
    outdone
}

/// What a relation says in the form in which it is stated, where its head can have one such value only.
fn bound(said: &LocalRelation, page: &Page, ontology: &Ontology) -> Option<(Iri, Voice, Voice)> {
    let form = ontology.stated_form(&said.relation);
    let mut ends = [(said.head, said.head_mention), (said.tail, said.tail_mention)];
    if form.turned {
        ends.reverse();
    }
    let [head, value] = ends;
    let is_bound = said.factuality == Factuality::Stated
        && ontology.relation(&form.relation).is_some_and(|relation| relation.functional)
        && !page.is_value(head.0)
        && (page.is_value(value.0) || ontology.is_kind_of(page.class(value.0), &vocabulary::own("Location")))
        && ontology.admits(page.class(head.0), &form.relation, page.class(value.0)).is_ok()
        && page.span(head.1).of(page.text) != page.span(value.1).of(page.text);
    is_bound.then_some((form.relation, head, value))
}

/// The entities that are named in one breath with the winner, `A, B and C`; itself alone where no `and` is.
fn breath(page: &Page, heads: BTreeSet<Voice>, winner: Voice) -> BTreeSet<u32> {
    let mut order: Vec<Voice> = heads.into_iter().collect();
    order.sort_by_key(|(_, mention)| page.span(*mention));
    let mut breaths: Vec<(Vec<Voice>, bool)> = Vec::new();
    for voice in order {
        let gap = breaths.last().and_then(|(said, _)| {
            let end = page.span(said.last()?.1).end;
            Some(Span { start: end, end: page.span(voice.1).start }.of(page.text)?.replace(',', ""))
        });
        match (breaths.last_mut(), gap.as_deref().map(str::trim)) {
            (Some((said, _)), Some("")) => said.push(voice),
            (Some((said, listed)), Some("and" | "&")) => {
                said.push(voice);
                *listed = true;
            }
            _ => breaths.push((vec![voice], false)),
        }
    }
    let own = breaths.into_iter().find(|(said, listed)| *listed && said.contains(&winner));
    own.map_or(vec![winner], |(said, _)| said).into_iter().map(|(entity, _)| entity).collect()
}

/// A fact that a user tells, between two entities of the graph, or of one and a value.
pub(super) type Told<'a> = (&'a Entity, Option<&'a Entity>, Triple);

/// What a user tells of a subject, of all those whom the names stand for.
pub(super) fn told<'a>(
    (subject, relation, object): (&Named, &Iri, &Object),
    meant: impl Fn(&Named) -> Vec<&'a Entity>,
) -> Vec<Told<'a>> {
    let tails: Vec<(Option<&Entity>, Term)> = match object {
        Object::Value(value) => vec![(None, Term::Literal(value.clone()))],
        Object::Name(named) => {
            meant(named).into_iter().map(|tail| (Some(tail), Term::Name(tail.iri.clone()))).collect()
        }
    };
    let mut told = Vec::new();
    for head in meant(subject) {
        for (tail, object) in &tails {
            let triple = Triple { subject: head.iri.clone(), relation: relation.clone(), object: object.clone() };
            told.push((head, *tail, triple));
        }
    }
    told
}

/// Takes away what the user rejects, from whichever end it is told.
pub(super) fn reject(
    facts: Vec<Fact>,
    (given, who): (&BTreeSet<Given>, &Who),
    ontology: &Ontology,
    quads: &mut Quads,
) -> Vec<Fact> {
    let mut wrong: BTreeMap<Triple, Vec<(&CorrectionId, &Option<DocumentId>)>> = BTreeMap::new();
    for Given { id, correction, .. } in given {
        let Correction::Reject { subject, relation, object, document } = correction else { continue };
        let known = ontology.relation(relation);
        let back = known.and_then(|known| known.inverse.clone().or(known.symmetric.then(|| relation.clone())));
        for (_, _, triple) in told((subject, relation, object), |named| who.meant(named).into_iter().collect()) {
            let other = back.as_ref().and_then(|back| forms::turned(&triple, back));
            for triple in other.into_iter().chain([triple]) {
                wrong.entry(triple).or_default().push((id, document));
            }
        }
    }
    let mut kept = Vec::new();
    for fact in facts {
        let by = wrong.get(&fact.triple()).into_iter().flatten();
        let here = by.filter(|(_, only)| only.as_ref().is_none_or(|only| *only == fact.document));
        let by: BTreeSet<&CorrectionId> = here.map(|(id, _)| *id).collect();
        for id in &by {
            fact.refuse("correction", format!("rejected by correction: {id}"), vocabulary::correction_iri(id), quads);
            quads.apply(id, &Iri::new(vocabulary::document_iri(&fact.document)));
        }
        if by.is_empty() {
            kept.push(fact);
        }
    }
    kept
}

/// What the user rejects of all documents, in every form that says the same: it does not follow either.
pub(super) fn denied((given, who): (&BTreeSet<Given>, &Who), ontology: &Ontology) -> BTreeSet<Triple> {
    let mut denied = BTreeSet::new();
    for given in given {
        let Correction::Reject { subject, relation, object, document: None } = &given.correction else { continue };
        for (_, _, triple) in told((subject, relation, object), |named| who.meant(named).into_iter().collect()) {
            let same = ontology.consequences(relation).iter().filter(|follows| !follows.narrows());
            denied.extend(same.filter_map(|follows| forms::in_form(&triple, &follows.form)));
            denied.insert(triple);
        }
    }
    denied
}
