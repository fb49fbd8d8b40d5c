//! Which facts are stated.
//!
//! In: facts, corrections, who is who. Out: triples with the documents and corrections that state them, each in one
//! form. Never: a triple without support, against the ontology, or beside another value where there can be one only.

use super::facts::{Fact, Tail, told};
use super::forms;
use super::locals::Key;
use super::who::{Entity, Who};
use super::{Quads, text};
use kgloom_record::correction::Given;
use kgloom_record::names;
use kgloom_record::record::{
    ContentHash, Correction, CorrectionId, Datatype, DocumentId, Factuality, Graph, Iri, Named, Object, Refusal, Score,
    Term, Triple,
};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Triples, each with its support and the documents that state it.
pub(super) type Admitted = BTreeMap<Triple, (Score, BTreeSet<DocumentId>)>;

/// Triples, each with the graphs of those who state it: documents, and corrections.
pub(super) type Stated = BTreeMap<Triple, BTreeSet<Graph>>;

fn refuse(triple: &Triple, documents: &BTreeSet<DocumentId>, reason: &str, quads: &mut Quads) {
    let refusal = Refusal { reason: reason.into(), location: "".into() };
    documents.iter().for_each(|document| quads.refuse("admit", document, &triple.to_string(), &refusal));
}

/// The facts that texts state, that the ontology admits, and that have enough support over all texts.
pub(super) fn admit(
    facts: Vec<Fact>,
    ontology: &Ontology,
    thresholds: &BTreeMap<Iri, Score>,
    quads: &mut Quads,
) -> Admitted {
    let mut said: BTreeMap<Triple, Vec<Fact>> = BTreeMap::new();
    for fact in facts.into_iter().map(|fact| turn(fact, ontology)) {
        match breach(&fact, ontology) {
            Some(reason) => fact.refuse("admit", reason, String::new(), quads),
            None => said.entry(fact.triple()).or_default().push(fact),
        }
    }
    let mut admitted = Admitted::new();
    for (triple, facts) in said {
        // A text is one witness, however often it says so and under however many ids it stands.
        let mut witnesses: BTreeMap<ContentHash, Score> = BTreeMap::new();
        for fact in &facts {
            let best = witnesses.entry(fact.content).or_default();
            *best = fact.score.max(*best);
        }
        let support = witnesses.into_values().fold(Score::default(), Score::or);
        let needed = thresholds.get(&triple.relation).copied().unwrap_or(Score::HALF);
        let documents: BTreeSet<DocumentId> = facts.into_iter().map(|fact| fact.document).collect();
        if support < needed {
            refuse(&triple, &documents, &format!("support {support} is below {needed}"), quads);
        } else {
            admitted.insert(triple, (support, documents));
        }
    }
    admitted
}

/// A fact in the form in which it is stated; what the ontology does not admit stays as it was said.
fn turn(mut fact: Fact, ontology: &Ontology) -> Fact {
    let Tail::Entity(tail) = &fact.tail else { return fact };
    if ontology.admits(&fact.head.class, &fact.relation, &tail.class).is_ok() {
        let stated = forms::stated(&fact.triple(), ontology);
        if stated.subject != fact.head.iri {
            let tail = tail.clone();
            fact.tail = Tail::Entity(std::mem::replace(&mut fact.head, tail));
        }
        fact.relation = stated.relation;
    }
    fact
}

/// Why a fact may not be stated.
fn breach(fact: &Fact, ontology: &Ontology) -> Option<String> {
    match fact.factuality {
        Factuality::Stated => {}
        Factuality::Denied => return Some("the text denies it".into()),
        other => unreachable!("the toy reader reads nothing as {other:?}"),
    }
    let class = match &fact.tail {
        Tail::Entity(tail) if tail.iri == fact.head.iri => return Some("head and tail are the same entity".into()),
        Tail::Entity(tail) => &tail.class,
        Tail::Value(_, class) => class,
    };
    ontology.admits(&fact.head.class, &fact.relation, class).err().map(|violation| violation.to_string())
}

/// What the user asserts and the ontology admits, in the form in which it is stated. Whom no document names gets a
/// name.
pub(super) fn assert(
    (given, who): (&BTreeSet<Given>, &Who),
    ontology: &Ontology,
    quads: &mut Quads,
) -> BTreeSet<(Triple, CorrectionId)> {
    let asserts = given.iter().filter_map(|given| match &given.correction {
        Correction::Assert { subject, relation, object, .. } => Some((&given.id, (subject, relation, object))),
        _ => None,
    });
    let asserts: Vec<(&CorrectionId, (&Named, &Iri, &Object))> = asserts.collect();
    let names: BTreeSet<&Named> = asserts
        .iter()
        .flat_map(|(_, (subject, _, object))| match object {
            Object::Name(object) => vec![*subject, object],
            Object::Value(_) => vec![*subject],
        })
        .collect();
    // The least spelling of each name makes its entity.
    let mut made: BTreeMap<Key, Entity> = BTreeMap::new();
    for named in names.into_iter().filter(|named| named.places.is_empty() && who.meant(named).is_empty()) {
        made.entry(Key::given(named)).or_insert_with(|| {
            let label = names::display(&named.name);
            Entity { iri: vocabulary::entity_iri(&named.class, &label, None), class: named.class.clone(), label }
        });
    }
    let new: BTreeSet<&Entity> = made.values().collect();
    // Of several who bear the name the one without a mark, the best supported.
    let meant = |named: &Named| {
        let unnamed = named.places.is_empty().then(|| made.get(&Key::given(named))).flatten();
        let best = who.meant(named).iter().copied().min_by_key(|entity| entity.iri.as_str().contains('~'));
        best.or(unnamed).into_iter().collect()
    };
    let mut asserted = BTreeSet::new();
    for (id, fact) in asserts {
        for (head, tail, triple) in told(fact, meant) {
            if !may_assert(head, tail, &triple, ontology) {
                continue;
            }
            for entity in [Some(head), tail].into_iter().flatten().filter(|entity| new.contains(entity)) {
                for graph in [Graph::Default, Graph::Correction(id.clone())] {
                    quads.say(graph.clone(), &entity.iri, vocabulary::TYPE, Term::Name(entity.class.clone()));
                    quads.say(graph, &entity.iri, vocabulary::LABEL, text(&entity.label));
                }
            }
            asserted.insert((forms::stated(&triple, ontology), id.clone()));
        }
    }
    asserted
}

/// Whether a user may say so: of two who are not one, and as the ontology admits it of some class that a value may
/// have.
fn may_assert(head: &Entity, tail: Option<&Entity>, triple: &Triple, ontology: &Ontology) -> bool {
    let fits = |class: &Iri| ontology.admits(&head.class, &triple.relation, class).is_ok();
    match (tail, &triple.object) {
        (Some(tail), _) => tail.iri != head.iri && fits(&tail.class),
        (None, Term::Literal(value)) => value_classes(value.datatype).iter().any(|class| fits(&vocabulary::own(class))),
        (None, Term::Name(_)) => false,
    }
}

/// The classes that a value may have; what is only known as written may be a time or a quantity.
fn value_classes(datatype: Datatype) -> &'static [&'static str] {
    match datatype {
        Datatype::Date | Datatype::YearMonth | Datatype::Year => &["Time"],
        Datatype::Integer | Datatype::Decimal => &["Quantity"],
        Datatype::String | Datatype::Vector | Datatype::Bytes => &["Time", "Quantity"],
    }
}

/// A value, and its support; an asserted one, which has none, comes before all others.
type Rival = (Option<Reverse<Score>>, Term);

/// Where there can be one value only, those that agree with what the user asserts, else with the best supported one;
/// of equals with the least. Where there seldom are several, those too that have a support of .9.
pub(super) fn settle(
    admitted: Admitted,
    asserted: BTreeSet<(Triple, CorrectionId)>,
    ontology: &Ontology,
    quads: &mut Quads,
) -> Stated {
    let functional = |relation: &Iri| ontology.relation(relation).is_some_and(|relation| relation.functional);
    let seldom = |relation: &Iri| ontology.relation(relation).is_some_and(|relation| relation.seldom_several);
    let mut best: BTreeMap<(Iri, Iri), Rival> = BTreeMap::new();
    let said = admitted.iter().map(|(triple, (support, _))| (triple, Some(Reverse(*support))));
    for (triple, support) in said.chain(asserted.iter().map(|(triple, _)| (triple, None))) {
        if functional(&triple.relation) || seldom(&triple.relation) {
            let rival = (support, triple.object.clone());
            let best = best.entry((triple.subject.clone(), triple.relation.clone())).or_insert(rival.clone());
            *best = rival.min(best.clone());
        }
    }
    let mut stated = Stated::new();
    for (triple, (support, documents)) in admitted {
        let best = best.get(&(triple.subject.clone(), triple.relation.clone()));
        let sure = !functional(&triple.relation) && support.ten_thousandths() >= 9_000;
        match best.filter(|_| !sure).filter(|(_, value)| !agree(value, &triple.object)) {
            Some((None, value)) => {
                refuse(&triple, &documents, &format!("a correction asserts another value: {value}"), quads);
            }
            Some((Some(_), value)) => {
                refuse(&triple, &documents, &format!("another value is better supported: {value}"), quads);
            }
            None => drop(stated.insert(triple, documents.into_iter().map(Graph::Document).collect())),
        }
    }
    for (triple, id) in asserted {
        stated.entry(triple).or_default().insert(Graph::Correction(id));
    }
    stated
}

fn agree(one: &Term, other: &Term) -> bool {
    match (one, other) {
        (Term::Literal(one), Term::Literal(other)) => one.agrees_with(other),
        _ => one == other,
    }
}

/// Of a triple and a broader one the narrower; who states the broader one states it.
pub(super) fn narrow(stated: &Stated, ontology: &Ontology) -> Stated {
    let broader = |triple: &Triple| -> BTreeSet<Triple> {
        let follows = ontology.consequences(&triple.relation).iter().filter(|follows| follows.narrows());
        let broader = follows.filter_map(|follows| forms::in_form(triple, &follows.form));
        broader.filter(|broad| stated.contains_key(broad)).collect()
    };
    let folded: BTreeSet<Triple> = stated.keys().flat_map(broader).collect();
    let mut narrowest = Stated::new();
    for (triple, speakers) in stated.iter().filter(|(triple, _)| !folded.contains(triple)) {
        let all = broader(triple).into_iter().flat_map(|broad| &stated[&broad]).chain(speakers);
        narrowest.insert(triple.clone(), all.cloned().collect());
    }
    narrowest
}
