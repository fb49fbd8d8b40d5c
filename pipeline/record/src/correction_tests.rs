//! What contradicts what, and what a correction is called.

use super::*;
use crate::contradiction::contradicted;
use crate::value::{CorrectionId, Datatype};
use crate::vocabulary;

fn named(name: &str) -> Named {
    Named::anyone(vocabulary::own("Person"), name)
}

fn relation(property: &str) -> Iri {
    Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"))
}

fn reject(subject: &str, property: &str, object: &str) -> Correction {
    let object = Object::Name(named(object));
    Correction::Reject { subject: named(subject), relation: relation(property), object, document: None }
}

fn assert(subject: &str, property: &str, object: &str) -> Correction {
    let object = Object::Name(named(object));
    Correction::Assert { subject: named(subject), relation: relation(property), object, source: None }
}

fn born(subject: &str, value: &str, datatype: Datatype) -> Correction {
    let object = Object::Value(Literal { value: value.into(), datatype });
    Correction::Assert { subject: named(subject), relation: relation("P569"), object, source: None }
}

fn same(one: &str, other: &str) -> Correction {
    Correction::Same { one: named(one), other: named(other) }
}

fn different(one: &str, other: &str) -> Correction {
    Correction::Different { one: named(one), other: named(other), document: None }
}

fn retype(name: &str, from: &str, to: &str) -> Correction {
    Correction::Retype { name: Named::anyone(vocabulary::own(from), name), class: vocabulary::own(to) }
}

/// Whether the last contradicts one of the others, and which.
fn against(earlier: &[Correction], new: Correction) -> Option<usize> {
    let known: BTreeSet<Correction> = earlier.iter().cloned().collect();
    let found = contradicted(&known, &new, &Ontology::bundled())?;
    earlier.iter().position(|one| one == found)
}

#[test]
fn a_fact_is_not_both_rejected_and_asserted() {
    let earlier = [same("X", "Y"), assert("Ada", "P26", "Tom")];
    assert_eq!(against(&earlier, reject("ada", "P26", "Tom")), Some(1), "case does not matter");
    assert_eq!(against(&earlier, reject("Tom", "P26", "Ada")), Some(1), "marriage is told from either end");
    assert_eq!(against(&[reject("Ada", "P40", "Tom")], assert("Ada", "P40", "Tom")), Some(0));
    assert_eq!(against(&earlier, reject("Ada", "P26", "Eve")), None);
    let Correction::Reject { subject, relation, object, .. } = reject("Ada", "P26", "Tom") else { unreachable!() };
    let document = Some(DocumentId::new("a.txt"));
    let of_one = Correction::Reject { subject, relation, object, document };
    assert_eq!(against(&earlier, of_one), None, "one document's word may not count, and the fact be so");
}

#[test]
fn what_has_one_value_is_asserted_one_value() {
    let earlier = [born("Ada", "1815-12-10", Datatype::Date)];
    assert_eq!(against(&earlier, born("Ada", "1816", Datatype::Year)), Some(0));
    assert_eq!(against(&earlier, born("Ada", "1815", Datatype::Year)), None, "the year of the day");
    assert_eq!(against(&earlier, born("Eve", "1816", Datatype::Year)), None);
}

#[test]
fn names_are_not_both_same_and_different_by_any_way_round() {
    let earlier = [same("A", "B"), same("C", "B"), same("X", "Y")];
    assert!(matches!(against(&earlier, different("C", "A")), Some(0 | 1)));
    assert_eq!(against(&earlier, different("A", "X")), None);
    let earlier = [different("A", "C"), same("B", "C")];
    assert_eq!(against(&earlier, same("B", "A")), Some(0));
    assert_eq!(against(&earlier, same("B", "D")), None);
}

#[test]
fn a_name_is_retyped_once() {
    let earlier = [retype("A", "Person", "Location")];
    assert_eq!(against(&earlier, retype("A", "Person", "Organization")), Some(0));
    assert_eq!(against(&earlier, retype("A", "Location", "Person")), Some(0), "undo takes it back");
    assert_eq!(against(&earlier, retype("A", "Miscellaneous", "Person")), Some(0));
    assert_eq!(against(&earlier, retype("B", "Person", "Organization")), None);
}

#[test]
fn retyped_names_are_known_by_their_new_class() {
    let all = BTreeSet::from([retype("A", "Person", "Location"), same("A", "B"), different("a", "C")]);
    let classes = |given: &Given| given.correction.names().iter().map(|name| name.class.clone()).collect::<Vec<_>>();
    let [person, place] = ["Person", "Location"].map(vocabulary::own);
    for given in given(&all) {
        match given.correction {
            Correction::Retype { .. } => assert_eq!(classes(&given), std::slice::from_ref(&person)),
            _ => assert_eq!(classes(&given), [place.clone(), person.clone()]),
        }
    }
    assert!(against(&[retype("A", "Person", "Location"), same("A", "B")], different("A", "B")).is_some());
}

#[test]
fn a_correction_is_called_by_what_it_says() {
    assert_eq!(same("A", "B").id(), same("B", "A").id());
    assert_ne!(different("A", "B").id(), different("B", "A").id(), "it is the second that leaves");
    let all = [
        same("A", "B"),
        same("A", "BC"),
        same("AB", "C"),
        different("A", "B"),
        reject("A", "P26", "B"),
        assert("A", "P26", "B"),
        assert("A", "P40", "B"),
        born("A", "1815", Datatype::Year),
        born("A", "1815", Datatype::Integer),
        retype("A", "Person", "Location"),
        retype("A", "Person", "Organization"),
    ];
    let ids: BTreeSet<CorrectionId> = all.iter().map(Correction::id).collect();
    assert_eq!(ids.len(), all.len());
}
