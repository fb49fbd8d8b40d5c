//! Yes or no. In: a thing, and a set that it may be in. Out: yes, no, or neither. Never: no for the mere want of a fact;
//! something else must be known in its place, of a relation that has but one answer or all of them.

use crate::lexicon::{End, Hop};
use crate::reading::{Expect, Meaning, hop};
use crate::resolve::{Resolved, Resolver};
use kgloom_record::record::{Iri, Literal, Term};
use kgloom_record::vocabulary;
use std::collections::BTreeSet;

/// Relations of which a text that tells one tail tells all, as a rule.
const COMPLETE: [&str; 24] = [
    "P50", "P57", "P86", "P58", "P676", "P22", "P25", "P26", "P19", "P20", "P569", "P570", "P36", "P17", "P159",
    "P740", "P571", "P577", "P112", "P35", "P6", "P170", "P287", "P403",
];
/// Places that are looked through from one to those around it.
const MOST_PLACES: usize = 64;

/// What is found out.
pub(crate) enum Finding {
    Yes(Proof),
    No(Proof),
    Unknown,
}

/// What is asked of the store to see it.
pub(crate) enum Proof {
    /// One of the subjects is in the set.
    Member(Vec<Iri>, Resolved),
    /// A subject's relation leads to a place inside another.
    Inside(Vec<Iri>, Iri, Resolved),
    /// A subject's relation has a value that begins so.
    Begins(Vec<Iri>, Iri, String),
}

impl Resolver<'_> {
    /// Whether things of the first meaning are in the second.
    pub(crate) fn whether(&self, subject: &Meaning, set: &Meaning) -> Finding {
        let subjects = self.resolve(subject, Expect::Any);
        for subject in &subjects {
            for way in self.resolve(set, Expect::Any) {
                let both: Vec<Iri> =
                    subject.things().into_iter().filter(|thing| way.things().contains(thing)).collect();
                if !both.is_empty() {
                    return Finding::Yes(Proof::Member(both, way));
                }
            }
        }
        let Meaning::Step { hops, of, .. } = set else { return Finding::Unknown };
        let objects = self.resolve(of, Expect::Any);
        let mut no = None;
        for subject in subjects.iter().take(1) {
            let things = subject.things();
            for object in objects.iter().take(1) {
                for hop in hops {
                    match self.compared(&things, hop, object) {
                        Finding::Yes(proof) => return Finding::Yes(proof),
                        Finding::No(proof) if !hop.weak => no = no.or(Some(proof)),
                        _ => {}
                    }
                }
            }
        }
        no.map_or(Finding::Unknown, Finding::No)
    }

    /// What the relation is known to lead to, compared with what was asked.
    fn compared(&self, subjects: &[Iri], hop: &Hop, object: &Resolved) -> Finding {
        let relation = self.ontology.relation(&hop.relation);
        let complete = relation.is_some_and(|relation| relation.functional)
            || COMPLETE
                .iter()
                .any(|end| hop.relation.as_str().strip_prefix("http://www.wikidata.org/prop/direct/") == Some(*end));
        let tail = Hop { asked: End::Tail, ..hop.clone() };
        let heads = if hop.asked == End::Head { subjects.to_vec() } else { object.things() };
        let known: BTreeSet<Term> = heads.iter().flat_map(|head| self.reached(head, &tail)).collect();
        if known.is_empty() {
            return Finding::Unknown;
        }
        if let Resolved::Moment(date) = object {
            return self.dated(subjects, hop, date, &known);
        }
        if hop.asked == End::Head {
            let asked = object.things();
            for place in known.iter().filter_map(name) {
                if self.next_around(place).iter().any(|around| asked.contains(around)) {
                    let of = Resolved::Things(asked);
                    return Finding::Yes(Proof::Inside(subjects.to_vec(), hop.relation.clone(), of));
                }
            }
            // What holds over many steps is as sure as the least sure of them; and places may lie in each other without the
            // graph's knowing.
            let within = |inner: &Iri, outer: &Iri| self.around(inner).contains(outer);
            let near = |place: &Iri| asked.iter().any(|asked| within(place, asked) || within(asked, place));
            if known.iter().filter_map(name).any(near) {
                return Finding::Unknown;
            }
            let fits = asked.iter().any(|asked| self.admits(&Hop { asked: End::Head, ..hop.clone() }, asked));
            if !fits || known.iter().all(|term| name(term).is_none()) {
                return Finding::Unknown;
            }
        }
        let (hops, of, values) = (vec![hop.clone()], Box::new(object.clone()), BTreeSet::new());
        let set = Resolved::Step { hops, of, within: false, values };
        if complete { Finding::No(Proof::Member(subjects.to_vec(), set)) } else { Finding::Unknown }
    }

    fn dated(&self, subjects: &[Iri], hop: &Hop, date: &str, known: &BTreeSet<Term>) -> Finding {
        if hop.asked != End::Head {
            return Finding::Unknown;
        }
        let values: Vec<&Literal> =
            known.iter().filter_map(|term| if let Term::Literal(l) = term { Some(l) } else { None }).collect();
        let proof = Proof::Begins(subjects.to_vec(), hop.relation.clone(), date.to_owned());
        if values.iter().any(|value| value.value.starts_with(date)) {
            return Finding::Yes(proof);
        }
        // Nothing is known against a day in a year of which no more is known.
        let finer = values.iter().any(|value| date.starts_with(&*value.value));
        if values.is_empty() || finer { Finding::Unknown } else { Finding::No(proof) }
    }

    /// The places that a place lies in, by any number of steps.
    fn around(&self, place: &Iri) -> BTreeSet<Iri> {
        let (mut all, mut next) = (BTreeSet::new(), vec![place.clone()]);
        while let Some(inner) = next.pop() {
            for outer in self.next_around(&inner) {
                if all.len() < MOST_PLACES && all.insert(outer.clone()) {
                    next.push(outer);
                }
            }
        }
        all
    }

    /// The places that a place is said to lie in.
    fn next_around(&self, place: &Iri) -> Vec<Iri> {
        let location = vocabulary::own("Location");
        if !self.graph.classes(place).iter().any(|class| self.ontology.is_kind_of(class, &location)) {
            return Vec::new();
        }
        let hops = [hop("P131", End::Tail), hop("P17", End::Tail)];
        let terms = hops.iter().flat_map(|hop| self.reached(place, hop));
        terms.filter_map(|term| name(&term).cloned()).collect()
    }
}

fn name(term: &Term) -> Option<&Iri> {
    match term {
        Term::Name(iri) => Some(iri),
        Term::Literal(_) => None,
    }
}
