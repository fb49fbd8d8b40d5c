//! What corrections cannot hold at once. In: corrections, and a new one. Out: the earlier one that it contradicts.
//! Never: a matter of which came first; the same two contradict each other either way round.

use crate::correction::{Correction, Named, Object, renamed, row_and_thing, together, turned};
use ontologies::{Iri, Ontology};
use std::collections::BTreeSet;

/// The earlier correction that a new one contradicts, if any.
pub fn contradicted<'a>(
    earlier: &'a BTreeSet<Correction>,
    new: &Correction,
    ontology: &Ontology,
) -> Option<&'a Correction> {
    let mut all = earlier.clone();
    all.insert(new.clone());
    let renamed = renamed(&all);
    let (_, now) = renamed.iter().find(|(original, _)| *original == new)?;
    let known: Vec<&Correction> = renamed.iter().map(|(_, correction)| correction).collect();
    let one_of = |one: &Named, other: &Named| together(&known, one).iter().any(|name| name.meets(other));
    let against = |(original, old): &&(&Correction, Correction)| match (now, old) {
        _ if *original == new => false,
        (Correction::Reject { .. }, Correction::Assert { .. })
        | (Correction::Assert { .. }, Correction::Reject { .. }) => same_fact(now, old, ontology),
        (Correction::Assert { .. }, Correction::Assert { .. }) => rivals(now, old, ontology),
        (Correction::Same { one, other }, Correction::Same { one: name, other: was })
            if row_and_thing(one, other).is_some() && row_and_thing(name, was).is_some() =>
        {
            // A row means one thing.
            let pairs = row_and_thing(one, other).zip(row_and_thing(name, was));
            pairs.is_some_and(|((row, thing), (earlier, meant))| row.meets(earlier) && !thing.meets(meant))
        }
        (Correction::Same { .. }, Correction::Different { one, other, .. }) => one_of(one, other),
        (Correction::Different { one, other, .. }, Correction::Same { one: link, .. }) => {
            one_of(one, other) && one_of(one, link)
        }
        (Correction::Retype { name, class }, Correction::Retype { name: old, class: became }) => {
            let called = |name: &Named, class: &Iri| Named { class: class.clone(), ..name.clone() };
            (name.meets(old) && class != became) || name.meets(&called(old, became)) || called(name, class).meets(old)
        }
        _ => false,
    };
    let (found, _) = renamed.iter().find(against)?;
    earlier.get(*found)
}

/// Whether both are about one fact, told from either end.
fn same_fact(one: &Correction, other: &Correction, ontology: &Ontology) -> bool {
    let (Some((subject, relation, object)), Some((head, verb, tail))) = (one.fact(), other.fact()) else {
        return false;
    };
    let equal = |one: &Object, other: &Object| match (one, other) {
        (Object::Name(one), Object::Name(other)) => one.meets(other),
        (one, other) => one == other,
    };
    let straight = relation == verb && subject.meets(head) && equal(object, tail);
    let turned = turned(relation, ontology).as_ref() == Some(verb)
        && equal(&Object::Name(subject.clone()), tail)
        && equal(object, &Object::Name(head.clone()));
    straight || turned
}

/// Whether both give a value to what has one value only.
fn rivals(one: &Correction, other: &Correction, ontology: &Ontology) -> bool {
    let (Some((subject, relation, object)), Some((head, verb, tail))) = (one.fact(), other.fact()) else {
        return false;
    };
    let agree = match (object, tail) {
        (Object::Name(one), Object::Name(other)) => one.meets(other),
        (Object::Value(one), Object::Value(other)) => one.agrees_with(other),
        _ => false,
    };
    let single = ontology.relation(relation).is_some_and(|relation| relation.functional);
    single && relation == verb && subject.meets(head) && !agree
}
