//! Who is a kind of whom. In: classes with their parents. Out: every class with all it is a kind of.
//! Never: a circle, or a class that can have no member.

use crate::declared::Class;
use crate::{Error, Iri};
use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;
use std::collections::{BTreeMap, BTreeSet};

/// For each class: itself and every class above it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hierarchy(BTreeMap<Iri, BTreeSet<Iri>>);

impl Hierarchy {
    /// The reflexive, transitive closure of `rdfs:subClassOf`. Every parent must be among the classes.
    pub(crate) fn of(classes: &BTreeMap<Iri, Class>) -> Result<Self, Error> {
        let iris: Vec<&Iri> = classes.keys().collect();
        let graph = graph(classes, &iris);
        let mut above = BTreeMap::<Iri, BTreeSet<Iri>>::new();
        // Tarjan yields what is pointed at first, so parents are done before their children.
        for component in tarjan_scc(&graph) {
            let node = component[0];
            if component.len() > 1 || graph.contains_edge(node, node) {
                let circle: BTreeSet<Iri> = component.iter().map(|n| iris[n.index()].clone()).collect();
                return Err(Error::Cycle { classes: circle.into_iter().collect() });
            }
            let mut all = BTreeSet::from([iris[node.index()].clone()]);
            for parent in graph.neighbors(node) {
                all.extend(above[iris[parent.index()]].iter().cloned());
            }
            above.insert(iris[node.index()].clone(), all);
        }
        let hierarchy = Hierarchy(above);
        hierarchy.check_members(classes)?;
        Ok(hierarchy)
    }

    /// Whether every member of `narrow` is one of `broad`.
    pub(crate) fn is_kind_of(&self, narrow: &Iri, broad: &Iri) -> bool {
        narrow == broad || self.above(narrow).any(|class| class == broad)
    }

    /// The class and all above it; a class of no file is only itself, and yields nothing here.
    pub(crate) fn above(&self, class: &Iri) -> impl Iterator<Item = &Iri> {
        self.0.get(class).into_iter().flatten()
    }

    /// Whether nothing can be both: the classes, or some above them, are declared disjoint (in both of them).
    pub(crate) fn disjoint(&self, classes: &BTreeMap<Iri, Class>, first: &Iri, second: &Iri) -> bool {
        let apart = |a: &Iri, b: &Iri| classes.get(a).is_some_and(|c| c.disjoint.contains(b));
        self.above(first).any(|a| self.above(second).any(|b| apart(a, b)))
    }

    fn check_members(&self, classes: &BTreeMap<Iri, Class>) -> Result<(), Error> {
        for (class, above) in &self.0 {
            for first in above {
                let apart = &classes[first].disjoint;
                if let Some(second) = above.iter().find(|second| apart.contains(*second)) {
                    return Err(Error::Empty { class: class.clone(), first: first.clone(), second: second.clone() });
                }
            }
        }
        Ok(())
    }
}

/// An edge from each class to each of its parents; node `i` is `iris[i]`, which is sorted.
fn graph(classes: &BTreeMap<Iri, Class>, iris: &[&Iri]) -> DiGraph<(), ()> {
    let mut graph = DiGraph::new();
    let nodes: Vec<_> = iris.iter().map(|_| graph.add_node(())).collect();
    for (child, class) in classes.values().enumerate() {
        for parent in &class.parents {
            let at = iris.binary_search(&parent);
            graph.add_edge(nodes[child], nodes[at.expect("parents were checked")], ());
        }
    }
    graph
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(parents: &[(&str, &[&str])]) -> BTreeMap<Iri, Class> {
        let class = |name: &str, above: &[&str]| Class {
            iri: Iri::new(name),
            label: name.into(),
            comment: String::new(),
            examples: BTreeSet::new(),
            of_documents: false,
            alternatives: BTreeSet::new(),
            tag: None,
            parents: above.iter().map(|a| Iri::new(*a)).collect(),
            disjoint: BTreeSet::new(),
        };
        parents.iter().map(|(name, above)| (Iri::new(*name), class(name, above))).collect()
    }

    #[test]
    fn a_subclass_is_a_kind_of_all_above_it_by_any_way() {
        let classes = classes(&[("a", &[]), ("b", &["a"]), ("c", &["a"]), ("d", &["b", "c"]), ("e", &["d"])]);
        let hierarchy = Hierarchy::of(&classes).unwrap();
        let kind = |narrow, broad| hierarchy.is_kind_of(&Iri::new(narrow), &Iri::new(broad));
        assert!(kind("e", "a") && kind("e", "b") && kind("e", "c") && kind("e", "e"));
        assert!(!kind("a", "e") && !kind("b", "c"));
        assert!(kind("elsewhere", "elsewhere") && !kind("elsewhere", "a"));
    }

    #[test]
    fn a_circle_is_refused_and_names_its_classes() {
        let circle = classes(&[("a", &["c"]), ("b", &["a"]), ("c", &["b"]), ("d", &["a"])]);
        let message = Hierarchy::of(&circle).unwrap_err().to_string();
        assert!(message.contains("\"a\", \"b\", \"c\"") && !message.contains("\"d\""), "{message}");
        let own_parent = classes(&[("a", &["a"])]);
        assert!(matches!(Hierarchy::of(&own_parent), Err(Error::Cycle { .. })));
    }

    #[test]
    fn disjointness_is_inherited_and_an_empty_class_refused() {
        let mut classes = classes(&[("a", &[]), ("b", &[]), ("a1", &["a"]), ("b1", &["b"])]);
        let apart = |classes: &mut BTreeMap<Iri, Class>| {
            for (one, other) in [("a", "b"), ("b", "a")] {
                let class = classes.get_mut(&Iri::new(one)).unwrap();
                class.disjoint.insert(Iri::new(other));
            }
        };
        apart(&mut classes);
        let hierarchy = Hierarchy::of(&classes).unwrap();
        let disjoint = |x, y| hierarchy.disjoint(&classes, &Iri::new(x), &Iri::new(y));
        assert!(disjoint("a1", "b1") && disjoint("b1", "a1") && disjoint("b", "a"));
        assert!(!disjoint("a", "a1"));

        let mut both = classes.clone();
        let child = both.get_mut(&Iri::new("a1")).unwrap();
        child.parents.insert(Iri::new("b"));
        let message = Hierarchy::of(&both).unwrap_err().to_string();
        assert!(message.contains("nothing can be a \"a1\""), "{message}");
    }
}
