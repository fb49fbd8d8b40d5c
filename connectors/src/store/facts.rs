//! The facts at a thing, counted by relation and read in pages. In: a name. Out: how many facts of each relation have it at one of
//! their ends, and those of a page. Never: a term read of a fact that is only counted; an order that follows the store's history.

use super::{Store, quads};
use crate::Error;
use crate::graph::{Image, Of};
use kgloom_record::record::{Iri, Term, Triple};
use kgloom_record::vocabulary;
use oxigraph::model::Term as RdfTerm;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// At which end of its facts a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is the subject.
    Subject,
    /// It is the object.
    Object,
}

/// The facts that have a thing at one end, but for its class and names: sorted by relation, then by the other end.
pub struct FactsAt {
    image: Arc<Image>,
    thing: Iri,
    end: End,
    /// Relations in the order of their names, with the numbers of the other ends.
    relations: Vec<(Iri, Vec<u32>)>,
}

impl Store {
    /// The facts that are stated with a thing at an end, or those that follow. Goes through their rows once, by numbers of terms.
    ///
    /// # Errors
    /// The graph's file is damaged.
    pub fn facts_at(&self, thing: &Iri, end: End, follows: bool) -> Result<FactsAt, Error> {
        let image = self.inner.image();
        let of = match follows {
            false => Some(Of::Default),
            true => image.name(vocabulary::ENTAILED)?.map(Of::Named),
        };
        let mut others: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        if let (Some(number), Some(of)) = (image.name(thing.as_str())?, of) {
            let ends = match end {
                End::Subject => [Some(number), None, None],
                End::Object => [None, None, Some(number)],
            };
            for row in Arc::clone(&image).rows(ends, of)? {
                let [subject, property, object, _] = row?;
                let other = if end == End::Subject { object } else { subject };
                others.entry(property).or_default().push(other);
            }
        }
        let mut relations = Vec::new();
        for (property, others) in others {
            let RdfTerm::NamedNode(name) = image.term(property)? else { continue };
            if ![vocabulary::TYPE, vocabulary::LABEL, vocabulary::ALTERNATIVE_LABEL].contains(&name.as_str()) {
                relations.push((Iri::new(name.into_string()), others));
            }
        }
        relations.sort();
        Ok(FactsAt { image, thing: thing.clone(), end, relations })
    }
}

impl FactsAt {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.relations.iter().map(|(_, others)| others.len()).sum()
    }

    /// How many there are of each relation, in the order of the relations' names.
    pub fn relations(&self) -> impl Iterator<Item = (&Iri, usize)> {
        self.relations.iter().map(|(relation, others)| (relation, others.len()))
    }

    /// Only those of some relations.
    pub fn only(mut self, wanted: impl Fn(&Iri) -> bool) -> FactsAt {
        self.relations.retain(|(relation, _)| wanted(relation));
        self
    }

    /// At most so many of them, after so many.
    ///
    /// # Errors
    /// The graph's file is damaged.
    pub fn page(&self, after: usize, most: usize) -> Result<Vec<Triple>, Error> {
        let (mut page, mut skipped) = (Vec::new(), after);
        for (relation, others) in &self.relations {
            if page.len() == most {
                break;
            }
            if skipped >= others.len() {
                skipped -= others.len();
                continue;
            }
            let after = std::mem::take(&mut skipped);
            for other in self.sorted(others, after..after.saturating_add(most - page.len()))? {
                page.extend(self.fact(relation, self.image.term(other)?));
            }
        }
        Ok(page)
    }

    /// The first of each relation, as many as there is room for among so many.
    ///
    /// # Errors
    /// The graph's file is damaged.
    pub fn first_of_each(&self, mut room: impl FnMut(&Iri, usize) -> usize) -> Result<Vec<Triple>, Error> {
        let mut first = Vec::new();
        for (relation, others) in &self.relations {
            for other in self.sorted(others, 0..room(relation, others.len()))? {
                first.extend(self.fact(relation, self.image.term(other)?));
            }
        }
        Ok(first)
    }

    /// Those ends at these places when all are in the order of their terms. Of most the numbers are in that order, so that the terms
    /// need not be read.
    fn sorted(&self, others: &[u32], places: Range<usize>) -> Result<Vec<u32>, Error> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let bytes = |number: u32| self.image.with_term(number, <[u8]>::to_vec);
        let (mut old, new): (Vec<u32>, Vec<u32>) =
            others.iter().partition(|number| **number < self.image.sorted_terms());
        old.sort_unstable();
        let mut added = Vec::with_capacity(new.len());
        for number in new {
            added.push((bytes(number)?, number));
        }
        added.sort_unstable();
        let (mut sorted, mut from) = (Vec::with_capacity(places.end.min(others.len())), 0);
        for (term, number) in added {
            // Where it stands among those that are in order.
            let (mut low, mut high) = (from, old.len());
            while low < high {
                let middle = low + (high - low) / 2;
                match self.image.with_term(old[middle], |other| other < &*term)? {
                    true => low = middle + 1,
                    false => high = middle,
                }
            }
            sorted.extend_from_slice(&old[from..low]);
            sorted.push(number);
            from = low;
            if sorted.len() >= places.end {
                break;
            }
        }
        sorted.extend_from_slice(&old[from..]);
        Ok(sorted.into_iter().skip(places.start).take(places.len()).collect())
    }

    /// The fact with this other end; none where that is nothing that kgloom writes.
    fn fact(&self, relation: &Iri, other: RdfTerm) -> Option<Triple> {
        let (thing, relation, other) = (self.thing.clone(), relation.clone(), quads::decode_term(other)?);
        match (self.end, other) {
            (End::Subject, object) => Some(Triple { subject: thing, relation, object }),
            (End::Object, Term::Name(subject)) => Some(Triple { subject, relation, object: Term::Name(thing) }),
            (End::Object, Term::Literal(_)) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::{Datatype, Graph, Literal, Quad};

    fn quad(graph: Graph, [subject, relation, object]: [&str; 3]) -> Quad {
        let name = |name: &str| Iri::new(format!("urn:x:{name}"));
        let object = match object.strip_prefix('"') {
            Some(text) => Term::Literal(Literal { value: text.into(), datatype: Datatype::String }),
            None => Term::Name(name(object)),
        };
        let relation = if relation.contains(':') { Iri::new(relation) } else { name(relation) };
        Quad { graph, triple: Triple { subject: name(subject), relation, object } }
    }

    fn told(facts: &[Triple]) -> Vec<String> {
        let end = |iri: &Iri| iri.as_str().trim_start_matches("urn:x:").to_owned();
        let object = |term: &Term| match term {
            Term::Name(iri) => end(iri),
            Term::Literal(literal) => literal.value.to_string(),
        };
        facts
            .iter()
            .map(|fact| format!("{} {} {}", end(&fact.subject), end(&fact.relation), object(&fact.object)))
            .collect()
    }

    /// What was sorted anew, what came since, and both, against all of it sorted by names.
    #[test]
    fn pages_are_in_the_order_of_names_wherever_the_names_lie() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let name = |number: u32| format!("n{}", number.wrapping_mul(2_654_435_761) % 1_000_003);
        let fact = |number: u32| (quad(Graph::Default, [&name(number), "in", "hub"]), 1);
        let mut wanted = std::collections::BTreeSet::new();
        for (epoch, numbers) in [0..3, 3..6_000, 6_000..6_040, 6_040..6_041].into_iter().enumerate() {
            wanted.extend(numbers.clone().map(|number| format!("{} in hub", name(number))));
            store.apply(epoch as u64 + 1, &numbers.map(fact).collect::<Vec<_>>(), &[]).unwrap();
            if epoch == 1 {
                store.flush().unwrap();
                assert!(store.inner.image().sorted_terms() > 6_000, "they are sorted anew");
            }
            let facts = store.facts_at(&Iri::new("urn:x:hub"), End::Object, false).unwrap();
            let wanted: Vec<&String> = wanted.iter().collect();
            for (after, most) in [(0, 1), (0, 15), (2, 3), (100, 50), (5_990, 100), (0, usize::MAX)] {
                let page = told(&facts.page(after, most).unwrap());
                assert_eq!(
                    page.iter().collect::<Vec<_>>(),
                    wanted.iter().copied().skip(after).take(most).collect::<Vec<_>>()
                );
                assert_eq!(
                    told(&facts.first_of_each(|_, count| most.min(count)).unwrap()),
                    told(&facts.page(0, most).unwrap())
                );
            }
        }
    }

    #[test]
    fn facts_are_counted_by_relation_and_their_pages_are_all_of_them_in_one_order_whatever_came_first() {
        let store = Store::in_memory().unwrap();
        let stated = |triple| (quad(Graph::Default, triple), 1);
        let first =
            [["hub", "q", "\"1815"], ["z", "in", "hub"], ["b", "in", "hub"], ["hub", vocabulary::LABEL, "\"Hub"]];
        store.apply(1, &first.map(stated), &[]).unwrap();
        // Terms that come later have greater numbers, whatever their names.
        let second = [["a", "in", "hub"], ["c", "in", "hub"], ["c", "at", "hub"], ["hub", "q", "0"], ["a", "in", "b"]];
        let mut second = second.map(stated).to_vec();
        second.push((quad(Graph::Entailed, ["d", "in", "hub"]), 1));
        second.push((quad(Graph::Rejected, ["e", "in", "hub"]), 1));
        store.apply(2, &second, &[]).unwrap();

        let hub = Iri::new("urn:x:hub");
        let to_it = store.facts_at(&hub, End::Object, false).unwrap();
        let counts: Vec<(&str, usize)> =
            to_it.relations().map(|(relation, count)| (relation.as_str(), count)).collect();
        assert_eq!((to_it.count(), counts), (5, vec![("urn:x:at", 1), ("urn:x:in", 4)]));
        let all = told(&to_it.page(0, 100).unwrap());
        assert_eq!(all, ["c at hub", "a in hub", "b in hub", "c in hub", "z in hub"]);
        for size in 1..6 {
            let pages: Vec<_> =
                (0..all.len()).step_by(size).flat_map(|at| told(&to_it.page(at, size).unwrap())).collect();
            assert_eq!(pages, all, "pages of {size}");
        }
        assert!(to_it.page(5, 100).unwrap().is_empty() && to_it.page(0, 0).unwrap().is_empty());
        let only = to_it.only(|relation| relation.as_str() == "urn:x:in");
        assert_eq!((only.count(), told(&only.page(3, 9).unwrap())), (4, vec!["z in hub".to_owned()]));

        let of_it = store.facts_at(&hub, End::Subject, false).unwrap();
        assert_eq!(told(&of_it.page(0, 100).unwrap()), ["hub q 0", "hub q 1815"], "a name is no fact");
        let follows = store.facts_at(&hub, End::Object, true).unwrap();
        assert_eq!(told(&follows.page(0, 100).unwrap()), ["d in hub"]);
        assert_eq!(store.facts_at(&Iri::new("urn:x:nobody"), End::Object, false).unwrap().count(), 0);
    }
}
