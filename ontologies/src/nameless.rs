//! Nodes without a name, which describe a class or a relation in place: `[ owl:unionOf ( ex:A ex:B ) ]`. In: what is said of
//! them. Out: the names that they are made of. Never: what else OWL can describe so, such as restrictions.

use crate::Iri;
use crate::predicate::{OWL, RDF, is};
use oxrdf::Term;
use std::collections::BTreeMap;

/// What a file says of its nodes without a name.
#[derive(Default)]
pub(crate) struct Nameless(BTreeMap<String, Vec<(Iri, Term)>>);

impl Nameless {
    /// Takes in a statement about a node.
    pub(crate) fn add(&mut self, node: &str, predicate: &str, object: Term) {
        self.0.entry(node.to_owned()).or_default().push((Iri::new(predicate), object));
    }

    /// The relation that a node is read backwards of: `[ owl:inverseOf ex:child ]`.
    pub(crate) fn inverse(&self, node: &str) -> Option<&Term> {
        self.said(node, (OWL, "inverseOf"))
    }

    /// The classes of which what a node describes is of at least one: those of `owl:unionOf`, unless one of them has no
    /// name, or of `owl:intersectionOf`, which asks for more, or the datatype of whose values it allows some.
    pub(crate) fn any_of(&self, node: &str) -> Vec<Term> {
        if let Some(datatype) = self.said(node, (OWL, "onDatatype")) {
            return vec![datatype.clone()];
        }
        let Some(list) = self.said(node, (OWL, "unionOf")) else { return self.all_of(node) };
        let classes = self.list(list);
        if classes.iter().all(|class| matches!(class, Term::NamedNode(_))) { classes } else { Vec::new() }
    }

    /// The classes, among those with a name, to all of which belongs what a node describes: those of `owl:intersectionOf`.
    pub(crate) fn all_of(&self, node: &str) -> Vec<Term> {
        let list = self.said(node, (OWL, "intersectionOf")).map(|list| self.list(list));
        list.into_iter().flatten().filter(|class| matches!(class, Term::NamedNode(_))).collect()
    }

    fn list<'a>(&'a self, mut rest: &'a Term) -> Vec<Term> {
        let mut items = Vec::new();
        while let Term::BlankNode(node) = rest
            && let (Some(first), Some(next)) =
                (self.said(node.as_str(), (RDF, "first")), self.said(node.as_str(), (RDF, "rest")))
            && items.len() <= self.0.len()
        {
            items.push(first.clone());
            rest = next;
        }
        items
    }

    fn said(&self, node: &str, predicate: (&str, &str)) -> Option<&Term> {
        let said = self.0.get(node)?.iter().find(|(said, _)| is(said.as_str(), &predicate));
        said.map(|(_, object)| object)
    }
}
