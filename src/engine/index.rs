//! What is called how, and how often each relation and class is used, kept up to date. In: a graph, then what comes into it and
//! goes. Out: lists for whoever looks around. Never: a walk over the graph after the first.

use connectors::Store;
use connectors::store::{Described, Uses};
use kgloom_record::record::{Graph, Iri, Quad, Term};
use kgloom_record::vocabulary;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// What a graph is about.
#[derive(Clone, Default)]
pub struct Index {
    things: BTreeMap<Iri, Described>,
    /// Names in plain form, each with who bears it, and in how many spellings.
    names: BTreeMap<String, BTreeMap<Iri, u64>>,
    uses: Uses,
    /// Ends of facts that have neither class nor name, so that they are counted right when they get one.
    bare: BTreeMap<Iri, u64>,
    facts: u64,
    triples: u64,
    rejections: u64,
}

impl Index {
    /// Goes through a graph once.
    pub fn of(store: &Store) -> anyhow::Result<Index> {
        let mut index = Index::default();
        for triple in store.stated() {
            let quad = Quad { graph: Graph::Default, triple: triple? };
            index.count(&quad, 1);
        }
        index.rejections = store.counts()?.rejections.values().sum();
        Ok(index)
    }

    /// Takes a difference in.
    pub fn apply(&mut self, quads: &[(Quad, isize)]) {
        let mut sums: BTreeMap<&Quad, isize> = BTreeMap::new();
        for (quad, count) in quads {
            *sums.entry(quad).or_default() += count;
        }
        for (quad, sum) in sums {
            self.count(quad, sum.signum());
        }
    }

    /// The things with a class or a name.
    pub fn things(&self) -> &BTreeMap<Iri, Described> {
        &self.things
    }

    /// Names in plain form, with who bears them.
    pub fn names(&self) -> &BTreeMap<String, BTreeMap<Iri, u64>> {
        &self.names
    }

    /// How often each relation and class is used.
    pub fn uses(&self) -> &Uses {
        &self.uses
    }

    /// Triples but for classes and names.
    pub fn facts(&self) -> u64 {
        self.facts
    }

    /// Triples.
    pub fn triples(&self) -> u64 {
        self.triples
    }

    /// What is refused.
    pub fn rejections(&self) -> u64 {
        self.rejections
    }

    /// Things of a class, facts of a relation: those that are used.
    pub fn relations(&self) -> usize {
        self.uses.relations.len()
    }

    /// How many things have a class.
    pub fn entities(&self) -> usize {
        self.things.values().filter(|thing| !thing.classes.is_empty()).count()
    }

    fn count(&mut self, quad: &Quad, sign: isize) {
        if sign == 0 {
            return;
        }
        let triple = &quad.triple;
        if quad.graph == Graph::Rejected {
            if triple.relation.as_str().strip_prefix(vocabulary::NAMESPACE) == Some("reason") {
                add(&mut self.rejections, sign);
            }
            return;
        }
        if quad.graph != Graph::Default {
            return;
        }
        add(&mut self.triples, sign);
        match (triple.relation.as_str(), &triple.object) {
            (vocabulary::TYPE, Term::Name(class)) => {
                tally(&mut self.uses.classes, class, sign);
                self.thing(&triple.subject, |thing| change(&mut thing.classes, class.clone(), sign));
            }
            (vocabulary::LABEL, Term::Literal(label)) => {
                self.name(&label.value, &triple.subject, sign);
                self.thing(&triple.subject, |thing| change(&mut thing.labels, label.value.to_string(), sign));
            }
            (vocabulary::ALTERNATIVE_LABEL, Term::Literal(alias)) => {
                self.name(&alias.value, &triple.subject, sign);
                self.thing(&triple.subject, |thing| change(&mut thing.aliases, alias.value.to_string(), sign));
            }
            (_, object) => {
                add(&mut self.facts, sign);
                tally(&mut self.uses.relations, &triple.relation, sign);
                self.end(&triple.subject, sign);
                if let Term::Name(object) = object {
                    self.end(object, sign);
                }
            }
        }
    }

    /// An end of a fact.
    fn end(&mut self, name: &Iri, sign: isize) {
        match self.things.get_mut(name) {
            Some(thing) => add(&mut thing.facts, sign),
            None => tally(&mut self.bare, name, sign),
        }
    }

    /// A name of a thing.
    fn name(&mut self, name: &str, bearer: &Iri, sign: isize) {
        let plain = kgloom_asking::plain(name);
        let bearers = self.names.entry(plain).or_default();
        tally(bearers, bearer, sign);
        if bearers.is_empty() {
            self.names.remove(&kgloom_asking::plain(name));
        }
    }

    fn thing(&mut self, name: &Iri, change: impl FnOnce(&mut Described)) {
        let bare = &mut self.bare;
        let thing = self
            .things
            .entry(name.clone())
            .or_insert_with(|| Described { facts: bare.remove(name).unwrap_or_default(), ..Described::default() });
        change(thing);
        if thing.labels.is_empty() && thing.aliases.is_empty() && thing.classes.is_empty() {
            let facts = thing.facts;
            self.things.remove(name);
            if facts > 0 {
                self.bare.insert(name.clone(), facts);
            }
        }
    }

    /// The things among those that fit that most is said of; the likeliest to be known first.
    pub fn largest(&self, fits: impl Fn(&Described) -> bool, most: usize) -> Vec<(&Iri, &Described)> {
        // The best so far, the least of them on top: of all things hardly one is looked at more closely.
        let mut best: BinaryHeap<Reverse<(u64, Reverse<&Iri>)>> = BinaryHeap::new();
        for (iri, thing) in &self.things {
            let rank = Reverse((thing.facts, Reverse(iri)));
            let has_room = best.len() < most || best.peek().is_some_and(|least| rank < *least);
            if has_room && fits(thing) {
                best.push(rank);
                if best.len() > most {
                    best.pop();
                }
            }
        }
        let best = best.into_sorted_vec().into_iter();
        best.filter_map(|Reverse((_, Reverse(iri)))| self.things.get_key_value(iri)).collect()
    }
}

fn add(count: &mut u64, sign: isize) {
    *count = count.saturating_add_signed(sign as i64);
}

fn tally(counts: &mut BTreeMap<Iri, u64>, name: &Iri, sign: isize) {
    let count = counts.entry(name.clone()).or_default();
    add(count, sign);
    if *count == 0 {
        counts.remove(name);
    }
}

/// A sorted list with one more or less.
fn change<T: Ord>(list: &mut Vec<T>, value: T, sign: isize) {
    match (list.binary_search(&value), sign > 0) {
        (Err(at), true) => list.insert(at, value),
        (Ok(at), false) => drop(list.remove(at)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::{Datatype, Literal, Triple};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn quad(kind: u8, subject: u8, object: u8) -> Quad {
        let name = |number: u8| Iri::new(format!("urn:x:{number}"));
        let text = Term::Literal(Literal { value: format!("{object}").into(), datatype: Datatype::String });
        let (relation, object) = match kind {
            0 => (Iri::new(vocabulary::TYPE), Term::Name(name(object))),
            1 => (Iri::new(vocabulary::LABEL), text),
            2 => (Iri::new(vocabulary::ALTERNATIVE_LABEL), text),
            3 => (name(100), Term::Name(name(object))),
            _ => (name(101), text),
        };
        Quad { graph: Graph::Default, triple: Triple { subject: name(subject), relation, object } }
    }

    proptest! {
        #[test]
        fn the_largest_are_the_first_of_all_when_all_are_sorted(
            facts in prop::collection::vec((0u8..2, 0u64..6), 0..40), most in 0usize..50,
        ) {
            let name = |number: usize| Iri::new(format!("urn:x:{number}"));
            let thing = |class: u8, facts| Described { classes: vec![name(class.into())], facts, ..Described::default() };
            let things = facts.iter().enumerate().map(|(at, (class, facts))| (name(at), thing(*class, *facts)));
            let index = Index { things: things.collect(), ..Index::default() };
            let fits = |thing: &Described| thing.classes[0] == name(0) && thing.facts > 0;
            let mut all: Vec<_> = index.things.iter().filter(|(_, thing)| fits(thing)).collect();
            all.sort_by_key(|(iri, thing)| (Reverse(thing.facts), *iri));
            all.truncate(most);
            prop_assert_eq!(index.largest(fits, most), all);
        }

        #[test]
        fn an_index_that_follows_is_that_of_the_graph(
            history in prop::collection::vec(prop::collection::vec((0u8..5, 0u8..4, 0u8..4), 1..6), 1..12),
        ) {
            let store = Store::in_memory().unwrap();
            let (mut index, mut graph) = (Index::of(&store).unwrap(), BTreeSet::new());
            for (epoch, toggled) in history.into_iter().enumerate() {
                let mut delta = Vec::new();
                for (kind, subject, object) in toggled {
                    let quad = quad(kind, subject, object);
                    let sign = if graph.remove(&quad) { -1 } else { graph.insert(quad.clone()); 1 };
                    delta.push((quad, sign));
                }
                store.apply(epoch as u64 + 1, &delta, &[]).unwrap();
                index.apply(&delta);
            }
            let wanted = Index::of(&store).unwrap();
            prop_assert_eq!(&index.things, &wanted.things);
            prop_assert_eq!(&index.names, &wanted.names);
            prop_assert_eq!(&index.uses, &wanted.uses);
            prop_assert_eq!(&index.bare, &wanted.bare);
            prop_assert_eq!((index.facts, index.triples), (wanted.facts, wanted.triples));
            let described = store.described().unwrap();
            prop_assert_eq!(described.keys().collect::<Vec<_>>(), index.things.keys().collect::<Vec<_>>());
            for (iri, thing) in described {
                prop_assert_eq!(thing.facts, index.things[&iri].facts);
            }
        }
    }
}
