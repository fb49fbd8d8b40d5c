//! Places within places. In: a place, what the graph tells to lie in it. Out: the places inside, by at most three steps; none of a
//! place that no country is, and in which but one lies. Never: a relation that holds of a whole and not of what happens in its parts, such as a capital or a citizenship.

use crate::lexicon::{End, Hop};
use crate::reading::hop;
use crate::resolve::{Inside, Resolver};
use kgloom_record::record::{Iri, Term};
use kgloom_record::vocabulary;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Relations from a place to those around it.
pub(crate) const AROUND: [&str; 2] = ["P131", "P17"];
/// Steps from a place to those around it.
pub(crate) const STEPS: usize = 3;
/// Relations by which what is somewhere is also in all that lies around: births, deaths, homes, seats, events, works made there.
const SOMEWHERE: [&str; 11] = ["P19", "P20", "P551", "P937", "P159", "P740", "P131", "P276", "P17", "P915", "P291"];
/// Places inside another that are looked through.
const MOST: usize = 2_000;

/// Whether what a hop starts from may be told by a place inside it.
pub(crate) fn is_somewhere(asked: &Hop) -> bool {
    asked.asked == End::Head && SOMEWHERE.iter().any(|end| asked.relation == hop(end, End::Head).relation)
}

impl Resolver<'_> {
    /// The places inside a place; of what is no place, none.
    pub(crate) fn inside(&self, place: &Iri) -> Rc<Inside> {
        if let Some(known) = self.places.borrow().get(place) {
            return known.clone();
        }
        let region = self.is_place(place) && self.is_around_several(place);
        let found = Rc::new(if region { self.look_inside(place) } else { Inside::default() });
        self.places.borrow_mut().insert(place.clone(), found.clone());
        found
    }

    /// Whether several things lie in a place, or it is a country: where only one does, that may have been misread.
    fn is_around_several(&self, place: &Iri) -> bool {
        let [around, country] = AROUND.map(|end| self.reached(place, &hop(end, End::Head)).len());
        around > 1 || country > 0
    }

    fn look_inside(&self, place: &Iri) -> Inside {
        let hops = AROUND.map(|end| hop(end, End::Head));
        let (mut inside, mut edge) = (Inside::default(), BTreeSet::from([place.clone()]));
        for _ in 0..STEPS {
            let mut next = BTreeSet::new();
            for term in edge.iter().flat_map(|outer| hops.iter().flat_map(|hop| self.reached(outer, hop))) {
                let Term::Name(inner) = term else { continue };
                if inner == *place || inside.places.contains(&inner) || !self.is_place(&inner) {
                    continue;
                }
                if inside.places.len() == MOST {
                    inside.more = true;
                    return inside;
                }
                inside.places.insert(inner.clone());
                next.insert(inner);
            }
            edge = next;
        }
        inside
    }

    /// Whether a thing is a place.
    pub(crate) fn is_place(&self, thing: &Iri) -> bool {
        let location = vocabulary::own("Location");
        self.graph.classes(thing).iter().any(|class| self.ontology.is_kind_of(class, &location))
    }

    /// What a hop leads to from a thing, and from the places inside it, where that tells as much; and whether only those told some.
    pub(crate) fn reached_within(&self, start: &Iri, hop: &Hop) -> (BTreeSet<Term>, bool) {
        let mut reached: BTreeSet<Term> = self.reached(start, hop).into_iter().collect();
        let direct = reached.len();
        if is_somewhere(hop) {
            let inside = self.inside(start);
            reached.extend(inside.places.iter().flat_map(|place| self.reached(place, hop)));
            // Nothing lies in itself.
            reached.remove(&Term::Name(start.clone()));
        }
        let more = reached.len() > direct;
        (reached, more)
    }
}
