//! Whether a fact may be stated. In: the classes of both ends and a relation. Out: yes, or what is violated.
//! Never: an opinion on whether the fact is true.
//!
//! A class *fits* a domain or range if it is a kind of one of its classes (a painter where a person is asked
//! for), or if one of them is a kind of it (a reader that only tells persons may well mean a painter), or if one of
//! them stands beside all classes that readers tell (a vocabulary of its own) and nothing rules it out.
//! No date or number is of such a vocabulary's class. An empty domain or range takes anything, but the tail of an
//! `owl:ObjectProperty` with a domain is a thing. What does not fit is a [`Violation::Disjoint`] when it is declared
//! disjoint with *every* class that would fit, so that it is sure to be wrong, and else a
//! [`Violation::Domain`] or [`Violation::Range`]: nobody said that it fits.

use crate::declared::Relation;
use crate::iri::local_name;
use crate::{Iri, Ontology};
use std::collections::BTreeSet;
use std::fmt;

/// An end of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// What the fact is about; its class is of the relation's domain.
    Head,
    /// What the fact says; its class is of the relation's range.
    Tail,
}

/// Why a fact may not be stated; `Display` says it in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// The ontology has no such relation.
    UnknownRelation {
        /// The name.
        relation: Iri,
    },
    /// The head is of no class of the domain.
    Domain(Misfit),
    /// The tail is of no class of the range.
    Range(Misfit),
    /// An end is of a class that can have no member in common with any class asked for.
    Disjoint(End, Misfit),
}

/// What was asked for and what was given, by label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Misfit {
    /// The relation.
    pub relation: String,
    /// The classes of its domain or range; at least one.
    pub takes: Vec<String>,
    /// The class given.
    pub given: String,
}

impl Ontology {
    /// Whether a relation may stand between a head and a tail of these classes.
    ///
    /// The head is judged first. A class that the ontology does not have fits only where anything does.
    pub fn admits(&self, head: &Iri, relation: &Iri, tail: &Iri) -> Result<(), Violation> {
        let Some(asked) = self.relation(relation) else {
            return Err(Violation::UnknownRelation { relation: relation.clone() });
        };
        for (end, given, takes) in [(End::Head, head, &asked.domain), (End::Tail, tail, &asked.range)] {
            if !self.fits(given, takes) {
                return Err(self.violation(end, &asked.label, given, takes));
            }
        }
        if self.is_between_things(asked) && self.is_value(tail) {
            let (relation, given) = (asked.label.clone(), self.label(tail));
            return Err(Violation::Disjoint(End::Tail, Misfit { relation, takes: vec!["thing".to_owned()], given }));
        }
        Ok(())
    }

    /// Whether a relation that is declared to hold between things says of its heads which, and of its tails nothing.
    pub(crate) fn is_between_things(&self, relation: &Relation) -> bool {
        relation.of_things && relation.range.is_empty() && relation.domain.iter().any(|class| !self.is_value(class))
    }

    fn fits(&self, given: &Iri, takes: &BTreeSet<Iri>) -> bool {
        takes.is_empty() || takes.iter().any(|class| self.may_be(given, class))
    }

    fn violation(&self, end: End, relation: &str, given: &Iri, takes: &BTreeSet<Iri>) -> Violation {
        let disjoint = takes.iter().all(|class| self.are_disjoint(given, class));
        let misfit = Misfit {
            relation: relation.to_owned(),
            takes: takes.iter().map(|class| self.label(class)).collect(),
            given: self.label(given),
        };
        match (disjoint, end) {
            (true, _) => Violation::Disjoint(end, misfit),
            (false, End::Head) => Violation::Domain(misfit),
            (false, End::Tail) => Violation::Range(misfit),
        }
    }

    fn label(&self, class: &Iri) -> String {
        match self.class(class) {
            Some(class) => class.label.clone(),
            None => local_name(class).to_owned(),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            End::Head => "head",
            End::Tail => "tail",
        })
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (end, misfit, not) = match self {
            Violation::UnknownRelation { relation } => {
                return write!(f, "\"{relation}\" is not a relation of the ontology");
            }
            Violation::Domain(misfit) => (End::Head, misfit, "not"),
            Violation::Range(misfit) => (End::Tail, misfit, "not"),
            Violation::Disjoint(end, misfit) => (*end, misfit, "never"),
        };
        let Misfit { relation, takes, given } = misfit;
        let takes: Vec<String> = takes.iter().map(|label| one(label)).collect();
        let (takes, given) = (takes.join(" or "), one(given));
        write!(f, "\"{relation}\" takes {takes} as {end}, {not} {given}")
    }
}

impl std::error::Error for Violation {}

/// The label with its article.
fn one(label: &str) -> String {
    let vowel = label.starts_with(|c: char| "aeiouAEIOU".contains(c));
    format!("{} {label}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUSEUM: &str = r#"
        @prefix ex: <http://example.org/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix schema: <http://schema.org/> .
        ex:Person a owl:Class ; rdfs:label "Person" .
        ex:Painter rdfs:subClassOf ex:Person ; rdfs:label "Painter" .
        ex:Organization a owl:Class ; rdfs:label "Organization" ; owl:disjointWith ex:Person .
        ex:Work a owl:Class ; rdfs:label "Work" .
        ex:Statue rdfs:subClassOf ex:Work ; rdfs:label "Statue" .
        ex:painted a owl:ObjectProperty ; rdfs:label "painted" ; rdfs:domain ex:Painter ; rdfs:range ex:Work .
        ex:owner a owl:ObjectProperty ; rdfs:label "owner" ;
            rdfs:domain ex:Work ; schema:rangeIncludes ex:Organization, ex:Person .
        ex:seen a owl:ObjectProperty ; rdfs:label "seen" .
    "#;

    fn check(head: &str, relation: &str, tail: &str, expected: &str) {
        let ontology = Ontology::read("museum.ttl", MUSEUM).unwrap();
        let iri = |name: &str| Iri::new(format!("http://example.org/{name}"));
        let said = match ontology.admits(&iri(head), &iri(relation), &iri(tail)) {
            Ok(()) => String::new(),
            Err(violation) => violation.to_string(),
        };
        assert_eq!(said, expected, "{head} {relation} {tail}");
    }

    #[test]
    fn a_class_fits_its_own_kind_from_both_sides() {
        check("Painter", "painted", "Statue", "");
        check("Person", "painted", "Work", "");
        check("Statue", "owner", "Painter", "");
        check("Work", "owner", "Organization", "");
    }

    #[test]
    fn no_domain_and_no_range_take_anything() {
        check("Work", "seen", "Painter", "");
        check("Unheard", "seen", "Of", "");
    }

    #[test]
    fn what_nobody_allowed_is_a_domain_or_range_violation() {
        check("Work", "painted", "Work", "\"painted\" takes a Painter as head, not a Work");
        check("Person", "painted", "Person", "\"painted\" takes a Work as tail, not a Person");
        check("Statue", "owner", "Work", "\"owner\" takes an Organization or a Person as tail, not a Work");
        check("Unheard", "painted", "Work", "\"painted\" takes a Painter as head, not an Unheard");
    }

    #[test]
    fn what_is_sure_to_be_wrong_is_never() {
        let never = "\"painted\" takes a Painter as head, never an Organization";
        check("Organization", "painted", "Work", never);
    }

    #[test]
    fn an_unknown_relation_is_named() {
        let unknown = "\"http://example.org/ate\" is not a relation of the ontology";
        check("Person", "ate", "Work", unknown);
    }
}
