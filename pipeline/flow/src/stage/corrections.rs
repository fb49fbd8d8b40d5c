//! What the user says against texts, or beside them.
//!
//! In: corrections, readings, entities, facts. Out: readings amended, names joined and kept apart, facts rejected and
//! asserted, and what each correction does. Never: a rule that a document's order or a correction's age could change.
//!
//! ```text
//! corrections ─┬─▶ amend (readings: retype, different) ─▶ entities ◀─ same, different
//!              ├─▶ meant (whom a name stands for now) ◀─── entities
//!              └─▶ reject (facts) ─▶ admit …   assert ─▶ settle
//! ```

use super::rows::{Asserted, Bearers};
use crate::gazetteer::Gazetteer;
use crate::rejection::{Rejection, Stage};
use crate::stage::amend::{Book, amended, filed, key, meant};
use crate::stage::arranged::by_key;
use crate::stage::mentions::Read;
use crate::stage::rows::{Described, Entity, Fact, Key, Resolved};
use crate::stage::{Rows, Verdict, once};
use differential_dataflow::{Data, ExchangeData};
use kgloom_record::correction::{Given, row_and_thing, turned};
use kgloom_record::neighbourhood::{hash, key as edge};
use kgloom_record::record::{
    Correction, CorrectionId, Datatype, DocumentId, Graph, Iri, Literal, Named, Object, Quad, Refusal, Term, Triple,
};
use kgloom_record::shared::Shared;
use kgloom_record::{names, vocabulary};
use ontologies::Ontology;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

/// Documents lie beside the corrections in so many parts, so that all workers have some.
const PARTS: u64 = 64;

/// What a correction did, or whom it is about now: a document or an entity.
pub(crate) type Effects<'s> = Rows<'s, (CorrectionId, Iri)>;

/// Readings as corrections have them.
pub(crate) fn amend<'s>(reads: Rows<'s, Read>, given: Rows<'s, Given>) -> (Rows<'s, Read>, Effects<'s>) {
    let filed = given.flat_map(|given| filed(&given).into_iter().map(move |key| (key, given.clone())));
    let changed = beside(reads.clone(), filed, |read, book| {
        let (new, by) = amended((&read.document.id, &read.document.text), read.reading()?, book)?;
        Some((read.clone(), read.with(new), by))
    });
    let old = changed.clone().map(|(old, _, _)| old).negate();
    let effects = changed.clone().flat_map(|(read, _, by)| {
        let document = Iri::new(vocabulary::document_iri(&read.document.id));
        by.into_iter().map(move |id| (id, document.clone()))
    });
    (reads.concatenate([old, changed.map(|(_, new, _)| new)]), effects)
}

/// Those whom corrections name, in each document.
pub(crate) fn bearers<'s>(
    reads: Rows<'s, Read>,
    given: Rows<'s, Given>,
    (ontology, gazetteer): (&Arc<Ontology>, &Arc<Gazetteer>),
) -> Bearers<'s> {
    let (ontology, gazetteer) = (Arc::clone(ontology), Arc::clone(gazetteer));
    let names = given.flat_map(|given| names_of(&given)).map(|named| (key(&named), named));
    let found = beside(reads, names, move |read, book| {
        let meant = meant((&read.document.id, &read.document.text), read.reading()?, (book, &ontology, &gazetteer));
        (!meant.is_empty()).then(|| (read.document.id.clone(), meant))
    });
    found.flat_map(|(document, meant)| {
        meant.into_iter().map(move |(index, named)| ((document.clone(), index), named)).collect::<Vec<_>>()
    })
}

/// The names that a correction speaks of.
pub(crate) fn names_of(given: &Given) -> Vec<Named> {
    given.correction.names().into_iter().chain(&given.company).cloned().collect()
}

/// Lays rules beside every document: they are few, documents are many, and mostly there is none.
fn beside<'s, R, D>(
    reads: Rows<'s, Read>,
    rules: Rows<'s, (Key, R)>,
    judge: impl Fn(&Read, &Book<R>) -> Option<D> + 'static,
) -> Rows<'s, D>
where
    R: ExchangeData + std::hash::Hash + Debug + Sync,
    D: Data,
{
    let book = rules.map(|rule| ((), rule)).reduce_named("Book", |_, rules: &[(&(Key, R), isize)], output| {
        let mut book: Book<R> = BTreeMap::new();
        rules.iter().for_each(|((key, rule), _)| book.entry(key.clone()).or_default().push(rule.clone()));
        output.push((Arc::new(book), 1));
    });
    let books = book.flat_map(|(_, book)| (0..PARTS).map(move |part| (part, Arc::clone(&book)))).arrange_by_key();
    let reads = reads.map(|read| (hash(read.document.id.as_str()) % PARTS, read));
    by_key(reads, "readings, beside corrections").join_core(books, move |_, read, book| judge(read, book))
}

/// Whom each name of a correction stands for now. Who bears it in full comes before those that it is a shorter name of.
pub(crate) fn stand_for<'s>(bearers: Bearers<'s>, resolved: Resolved<'s>) -> Rows<'s, (Named, Entity)> {
    let found = bearers
        .arrange_by_key()
        .join_core(resolved, |_, (short, named), entity| Some((named.clone(), (*short, entity.clone()))));
    found.reduce_named("Meant", |_, found: &[(&(bool, Entity), isize)], output| {
        let fullest = found[0].0.0;
        output.extend(
            found.iter().filter(|((short, _), _)| *short == fullest).map(|((_, entity), _)| (entity.clone(), 1)),
        );
    })
}

/// A triple by value: numbers that are written otherwise are the same.
fn by_value(triple: Triple) -> Triple {
    let object = match triple.object {
        Term::Literal(Literal { value, datatype: Datatype::Decimal }) if value.contains('.') => {
            let value = value.trim_end_matches('0').trim_end_matches('.').into();
            Term::Literal(Literal { value, datatype: Datatype::Decimal })
        }
        object => object,
    };
    Triple { object, ..triple }
}

/// A number that a triple determines; two triples that have the same are compared.
fn digest(triple: &Triple) -> u64 {
    let object = match &triple.object {
        Term::Name(name) => name.as_str(),
        Term::Literal(literal) => &literal.value,
    };
    edge(triple.relation.as_str(), triple.subject.as_str(), object)
}

/// Takes away what the user rejects, of all documents or of one.
pub(crate) fn reject<'s>(
    facts: Rows<'s, Fact>,
    (given, meant): (Rows<'s, Given>, Rows<'s, (Named, Entity)>),
    ontology: &Arc<Ontology>,
) -> (Verdict<'s, Fact>, Effects<'s>) {
    let wrong = given.flat_map(|given| match given.correction {
        Correction::Reject { subject, relation, object, document } => {
            Some((subject, (relation, object, (document, given.id))))
        }
        _ => None,
    });
    let ontology = Arc::clone(ontology);
    let wrong = triples(wrong, meant).flat_map(move |(triple, _, by)| {
        // Told from the other end, it is the same fact.
        let turned = match (&triple.object, turned(&triple.relation, &ontology)) {
            (Term::Name(object), Some(relation)) => {
                let (subject, object) = (object.clone(), Term::Name(triple.subject.clone()));
                Some((Triple { subject, relation, object }, by.clone()))
            }
            _ => None,
        };
        [Some((by_value(triple), by)), turned].into_iter().flatten()
    });
    let wrong = wrong.reduce_named("Rejected", |_, by: &[(&(Option<DocumentId>, CorrectionId), isize)], output| {
        output.push((by.iter().map(|(by, _)| (*by).clone()).collect::<Vec<_>>(), 1));
    });
    let wrong = wrong.map(|(triple, by)| (digest(&triple), (triple, by)));
    // Facts are many and what is rejected is not: they are held by a hash, and not once more under all their words.
    let stated = by_key(facts.clone().map(|fact| (digest(&by_value(fact.triple())), fact)), "facts");
    let hit = stated.join_core(by_key(wrong, "rejected"), |_, fact, (triple, by)| {
        let here = by.iter().filter(|(document, _)| document.as_ref().is_none_or(|only| *only == fact.document));
        let here: Vec<CorrectionId> = here.map(|(_, id)| id.clone()).collect();
        (!here.is_empty() && by_value(fact.triple()) == *triple).then(|| (fact.clone(), here))
    });
    let kept = facts.concat(hit.clone().map(|(fact, _)| fact).negate());
    let effects = hit.clone().flat_map(|(fact, by)| {
        let document = Iri::new(vocabulary::document_iri(&fact.document));
        by.into_iter().map(move |id| (id, document.clone()))
    });
    let rejected = hit.flat_map(|(fact, by)| by.into_iter().map(move |id| rejection(&fact, &id)).collect::<Vec<_>>());
    (Verdict { kept, rejected }, effects)
}

/// What the user rejects of all documents, told from either end: it does not follow either.
pub(crate) fn denied<'s>(
    given: Rows<'s, Given>,
    meant: Rows<'s, (Named, Entity)>,
    ontology: &Arc<Ontology>,
) -> Rows<'s, Triple> {
    let wrong = given.flat_map(|given| match given.correction {
        Correction::Reject { subject, relation, object, document: None } => Some((subject, (relation, object, ()))),
        _ => None,
    });
    let ontology = Arc::clone(ontology);
    triples(wrong, meant).flat_map(move |(triple, _, ())| {
        let forms = ontology.consequences(&triple.relation).iter().filter(|follows| !follows.narrows());
        let mut all: Vec<Triple> = forms.filter_map(|follows| once::turned(&triple, &follows.form)).collect();
        all.push(triple);
        all
    })
}

fn rejection(fact: &Fact, id: &CorrectionId) -> Rejection {
    let refusal = Refusal {
        reason: format!("rejected by correction: {id}").into(),
        location: vocabulary::correction_iri(id).into(),
    };
    let record = fact.triple().to_string().into();
    Rejection { stage: Stage::Correction, document: fact.document.clone(), record, refusal, probability: None }
}

/// A subject, a relation, an object, and what belongs to them.
type Told<W> = (Named, (Iri, Object, W));

/// A triple with the entities that it stands between, and what belongs to it.
type Found<W> = (Triple, (Entity, Option<Entity>), W);

/// Facts by name become triples of the graph.
fn triples<'s, W: ExchangeData>(told: Rows<'s, Told<W>>, meant: Rows<'s, (Named, Entity)>) -> Rows<'s, Found<W>> {
    let headed = told.join_map(meant.clone(), |_, (relation, object, with), head| {
        (head.clone(), relation.clone(), object.clone(), with.clone())
    });
    let values = headed.clone().flat_map(|(head, relation, object, with)| match object {
        Object::Value(value) => {
            let triple = Triple { subject: head.iri.clone(), relation, object: Term::Literal(value) };
            Some((triple, (head, None), with))
        }
        Object::Name(_) => None,
    });
    let open = headed.flat_map(|(head, relation, object, with)| match object {
        Object::Name(named) => Some((named, (head, relation, with))),
        Object::Value(_) => None,
    });
    let links = open.join_map(meant, |_, (head, relation, with), tail| {
        let triple =
            Triple { subject: head.iri.clone(), relation: relation.clone(), object: Term::Name(tail.iri.clone()) };
        (triple, (head.clone(), Some(tail.clone())), with.clone())
    });
    values.concat(links)
}

/// What the user asserts, where the ontology admits it; and the names of those whom no document names.
pub(crate) fn assert<'s>(
    given: Rows<'s, Given>,
    meant: Rows<'s, (Named, Entity)>,
    ontology: &Arc<Ontology>,
) -> (Rows<'s, Asserted>, Rows<'s, Quad>) {
    let asserted = given.flat_map(|given| match given.correction {
        Correction::Assert { subject, relation, object, .. } => Some((subject, (relation, object, given.id))),
        _ => None,
    });
    let names = asserted.clone().flat_map(|(subject, (_, object, _))| match object {
        Object::Name(object) => vec![subject, object],
        Object::Value(_) => vec![subject],
    });
    let known = meant.clone().map(|(named, _)| named).distinct();
    let unknown = names.filter(|named| named.places.is_empty()).map(|named| (named, ())).distinct().antijoin(known);
    let made =
        unknown.map(|(named, ())| (key(&named), named)).reduce_named("Made", |_, names: &[(&Named, isize)], output| {
            let label = names::display(&names[0].0.name);
            let class = &names[0].0.class;
            let iri = vocabulary::entity_iri(class, &label, None);
            let made = Shared::new(Described { iri, class: class.clone(), label });
            output.extend(names.iter().map(|(named, _)| (((*named).clone(), made.clone()), 1)));
        });
    let made = made.map(|(_, made)| made);
    // Of several bearers of the name the best supported one is meant, which no mark tells apart.
    let first = meant.reduce_named("First", |_, entities: &[(&Entity, isize)], output| {
        let best = entities.iter().map(|(entity, _)| *entity).min_by_key(|entity| vocabulary::is_apart(&entity.iri));
        output.extend(best.map(|best| (best.clone(), 1)));
    });
    let (law, names) = (Arc::clone(ontology), made.clone().map(|(_, entity)| entity).distinct());
    let sound = triples(asserted, first.concat(made)).filter(move |(triple, (head, tail), _)| {
        let is_other = tail.as_ref().is_none_or(|tail| tail.iri != head.iri);
        is_other && admits(&law, (&head.class, &triple.relation), tail.as_ref().map(|tail| &tail.class), &triple.object)
    });
    let new = sound.clone().flat_map(|(_, (head, tail), by)| {
        [Some(head), tail].into_iter().flatten().map(move |entity| (entity, by.clone())).collect::<Vec<_>>()
    });
    let new = new.semijoin(names).flat_map(|(entity, by)| introduction(&entity, &by));
    (sound.map(|(triple, _, by)| Asserted { triple, by }), new)
}

/// Whether the ontology admits a fact; a value is of the class that its type allows.
pub(crate) fn admits(ontology: &Ontology, (head, relation): (&Iri, &Iri), tail: Option<&Iri>, object: &Term) -> bool {
    let fits = |class: &Iri| ontology.admits(head, relation, class).is_ok();
    match (tail, object) {
        (Some(class), _) => fits(class),
        (None, Term::Literal(literal)) => {
            value_classes(literal.datatype).iter().any(|class| fits(&vocabulary::own(class)))
        }
        (None, Term::Name(_)) => false,
    }
}

/// The classes that a value may be of.
pub fn value_classes(datatype: Datatype) -> &'static [&'static str] {
    match datatype {
        Datatype::Date | Datatype::YearMonth | Datatype::Year => &["Time"],
        Datatype::Integer | Datatype::Decimal => &["Quantity"],
        _ => &["Time", "Quantity"],
    }
}

/// Class and label of what no document names.
fn introduction(entity: &Entity, by: &CorrectionId) -> Vec<Quad> {
    let label = Literal { value: Arc::clone(&entity.label), datatype: Datatype::String };
    let said = [(vocabulary::TYPE, Term::Name(entity.class.clone())), (vocabulary::LABEL, Term::Literal(label))];
    let quads = said.into_iter().flat_map(|(relation, object)| {
        let triple = Triple { subject: entity.iri.clone(), relation: Iri::new(relation), object };
        [Graph::Default, Graph::Correction(by.clone())].map(|graph| Quad { graph, triple: triple.clone() })
    });
    quads.collect()
}

/// What each correction says, on whose word, and what it does now.
pub(crate) fn told<'s>(
    given: Rows<'s, Given>,
    meant: Rows<'s, (Named, Entity)>,
    effects: Vec<Effects<'s>>,
) -> Rows<'s, Quad> {
    let said = given.clone().flat_map(|given| {
        let correction = &given.correction;
        let source = correction.source().map(|source| ("source", source.to_owned()));
        let says = [("correction", correction.kind().to_owned()), ("says", correction.to_string())];
        let text = |value: String| Term::Literal(Literal { value: value.into(), datatype: Datatype::String });
        let quads = says.into_iter().chain(source).map(|(name, value)| detail(&given.id, name, text(value)));
        quads.collect::<Vec<_>>()
    });
    let pairs = given.flat_map(|given| match given.correction {
        Correction::Same { one, other } | Correction::Different { one, other, document: None } => {
            Some((one, (other, given.id)))
        }
        _ => None,
    });
    let rows = pairs.clone().flat_map(|(one, (other, id))| {
        let (row, thing) = row_and_thing(&one, &other)?;
        Some((thing.clone(), (Iri::new(Arc::clone(&row.name)), id)))
    });
    let of_rows = rows.join_map(meant.clone(), |_, (row, id), thing| (id.clone(), row.clone(), thing.iri.clone()));
    let of_rows = of_rows.flat_map(|(id, row, thing)| {
        [detail(&id, "row", Term::Name(row)), detail(&id, "appliesTo", Term::Name(thing))]
    });
    let headed = pairs.join_map(meant.clone(), |_, (other, id), one| (other.clone(), (one.iri.clone(), id.clone())));
    let both = headed.join_map(meant, |_, (one, id), other| (id.clone(), [one.clone(), other.iri.clone()]));
    let both = both.flat_map(|(id, ends)| ends.map(|end| (id.clone(), end)));
    let now = both.concatenate(effects).map(|(id, what)| detail(&id, "appliesTo", Term::Name(what)));
    said.concatenate([now, of_rows])
}

fn detail(id: &CorrectionId, name: &str, object: Term) -> Quad {
    let subject = Iri::new(vocabulary::correction_iri(id));
    let triple = Triple { subject, relation: vocabulary::own(name), object };
    Quad { graph: Graph::Correction(id.clone()), triple }
}
