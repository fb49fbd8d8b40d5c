//! Why a triple follows from what is stated. In: a triple of the graph of what follows. Out: the rules that lead to it, and
//! the stated facts that they lead from. Never: a step that the ontology does not name.

use anyhow::Result;
use connectors::Store;
use kgloom_flow::stage::once::turned;
use kgloom_record::record::{Iri, Term, Triple};
use ontologies::{Form, Ontology, Rule};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A triple that follows, and what it follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Derivation {
    /// The triple.
    pub triple: Triple,
    /// The rules, as Turtle names them, in the order in which they are applied.
    pub rules: Vec<String>,
    /// The stated facts.
    pub facts: Vec<Triple>,
}

/// Why a triple follows; nothing where it does not.
pub fn derive(store: &Store, ontology: &Ontology, triple: &Triple) -> Result<Option<Derivation>> {
    let told = match source(store, ontology, triple)? {
        Some((fact, rules)) => Some((rules, vec![fact])),
        None => inherited(store, ontology, triple)?,
    };
    Ok(told.map(|(rules, facts)| {
        let rules = rules.iter().map(Rule::to_string).collect();
        Derivation { triple: triple.clone(), rules, facts }
    }))
}

/// The stated fact from which a triple follows by its relation alone.
fn source(store: &Store, ontology: &Ontology, triple: &Triple) -> Result<Option<(Triple, Vec<Rule>)>> {
    for (form, rules) in sayings(ontology, &triple.relation) {
        if let Some(fact) = turned(triple, &form)
            && store.states(&fact)?
        {
            return Ok(Some((fact, rules)));
        }
    }
    Ok(None)
}

/// The forms from which a relation follows, each with the rules that lead here; the shortest ways first.
fn sayings(ontology: &Ontology, relation: &Iri) -> Vec<(Form, Vec<Rule>)> {
    let mut forms = vec![(Form { relation: relation.clone(), turned: false }, Vec::new())];
    for known in ontology.relations() {
        let here = ontology.consequences(&known.iri).iter().filter(|follows| follows.form.relation == *relation);
        forms.extend(
            here.map(|follows| {
                (Form { relation: known.iri.clone(), turned: follows.form.turned }, follows.rules.clone())
            }),
        );
    }
    forms.sort_by_key(|(_, rules)| rules.len());
    forms
}

/// The way on which a triple is inherited: the shortest, and of equal ones the first by name.
fn inherited(store: &Store, ontology: &Ontology, triple: &Triple) -> Result<Option<(Vec<Rule>, Vec<Triple>)>> {
    for (form, rules) in sayings(ontology, &triple.relation) {
        let along = ontology.relation(&form.relation).and_then(|relation| relation.along.clone());
        let (Some(along), Some(Triple { subject, relation, object: Term::Name(value) })) =
            (along, turned(triple, &form))
        else {
            continue;
        };
        if let Some(facts) = way(store, ontology, (&subject, &along), (&relation, &value))? {
            return Ok(Some(([&[Rule::Along], rules.as_slice()].concat(), facts)));
        }
    }
    Ok(None)
}

/// The facts that lead from a head along one relation to what has the value, or to the value itself.
fn way(
    store: &Store,
    ontology: &Ontology,
    (head, along): (&Iri, &Iri),
    (relation, value): (&Iri, &Iri),
) -> Result<Option<Vec<Triple>>> {
    let mut came: BTreeMap<Iri, (Iri, Triple)> = BTreeMap::new();
    let mut seen = BTreeSet::from([head.clone()]);
    let mut here = vec![head.clone()];
    while !here.is_empty() {
        let mut next = Vec::new();
        for from in here {
            // What is itself had by others so inherits nothing, and hands nothing on but itself.
            if from != *head && is_end(store, ontology, &from, relation)? {
                continue;
            }
            for (fact, around) in around(store, ontology, &from, along)? {
                if seen.insert(around.clone()) {
                    came.insert(around.clone(), (from.clone(), fact));
                    next.push(around);
                }
            }
        }
        for end in &next {
            if let Some(last) = has(store, ontology, end, (relation, value))? {
                let mut facts = vec![last];
                let mut at = end;
                while let Some((from, fact)) = came.get(at) {
                    facts.push(fact.clone());
                    at = from;
                }
                facts.reverse();
                return Ok(Some(facts));
            }
        }
        here = next;
    }
    Ok(None)
}

/// What surrounds an entity by a relation, and the facts that say so.
fn around(store: &Store, ontology: &Ontology, from: &Iri, along: &Iri) -> Result<Vec<(Triple, Iri)>> {
    let mut found = Vec::new();
    for (Form { relation, turned }, _) in sayings(ontology, along) {
        let ends = if turned { (None, Some(from)) } else { (Some(from), None) };
        for fact in store.stated_with(ends, &relation)? {
            let other = match (&fact.object, turned) {
                (_, true) => fact.subject.clone(),
                (Term::Name(object), false) => object.clone(),
                (Term::Literal(_), false) => continue,
            };
            found.push((fact, other));
        }
    }
    Ok(found)
}

/// The fact that says what an entity has; of the value itself, a fact that says that somebody has it.
fn has(store: &Store, ontology: &Ontology, end: &Iri, (relation, value): (&Iri, &Iri)) -> Result<Option<Triple>> {
    if end == value {
        return held(store, ontology, value, relation);
    }
    let triple = Triple { subject: end.clone(), relation: relation.clone(), object: Term::Name(value.clone()) };
    Ok(source(store, ontology, &triple)?.map(|(fact, _)| fact))
}

/// Whether an entity is had by others by a relation, and has nothing by it itself.
fn is_end(store: &Store, ontology: &Ontology, entity: &Iri, relation: &Iri) -> Result<bool> {
    Ok(around(store, ontology, entity, relation)?.is_empty() && held(store, ontology, entity, relation)?.is_some())
}

/// A fact that says that somebody has a value by a relation.
fn held(store: &Store, ontology: &Ontology, value: &Iri, relation: &Iri) -> Result<Option<Triple>> {
    for (Form { relation, turned }, _) in sayings(ontology, relation) {
        let ends = if turned { (Some(value), None) } else { (None, Some(value)) };
        if let Some(fact) = store.stated_with(ends, &relation)?.into_iter().next() {
            return Ok(Some(fact));
        }
    }
    Ok(None)
}
