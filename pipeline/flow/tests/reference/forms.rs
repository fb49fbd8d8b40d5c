//! The forms in which one thing can be said, and the one in which it is stated.
//!
//! In: a triple, the ontology. Out: the triple in another form. Never: a value as a subject.

use kgloom_record::record::{Iri, Term, Triple};
use ontologies::{Form, Ontology};

/// A triple read from its object, by a relation that says so; none where the object is a value.
pub(super) fn turned(triple: &Triple, relation: &Iri) -> Option<Triple> {
    let Term::Name(object) = &triple.object else { return None };
    Some(Triple { subject: object.clone(), relation: relation.clone(), object: Term::Name(triple.subject.clone()) })
}

/// A triple in a form that holds where it does; none where a value would be its subject.
pub(super) fn in_form(triple: &Triple, form: &Form) -> Option<Triple> {
    match form.turned {
        true => turned(triple, &form.relation),
        false => Some(Triple { relation: form.relation.clone(), ..triple.clone() }),
    }
}

/// A triple in the form in which it is stated: of what holds both ways that from the lesser name.
pub(super) fn stated(triple: &Triple, ontology: &Ontology) -> Triple {
    let mut form = ontology.stated_form(&triple.relation);
    if let Term::Name(object) = &triple.object
        && ontology.is_symmetric(&form.relation)
    {
        form.turned = *object < triple.subject;
    }
    in_form(triple, &form).unwrap_or_else(|| triple.clone())
}
