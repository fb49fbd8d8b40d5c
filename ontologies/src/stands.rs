//! Under which of kgloom's classes a class stands that no file puts under one. In: what classes of known vocabularies stand
//! for, and which are called as persons, dates or amounts are. Out: one parent more for each that has none. Never: a class that other
//! declarations keep from it, or whose subclasses are something else.

use crate::hierarchy::Hierarchy;
use crate::predicate::KGLOOM;
use crate::read::Open;
use crate::resolve::stands_for_one;
use crate::warning::{Oddity, Warning};
use crate::{Error, Iri, Ontology, Place};
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl Ontology {
    /// Puts declared classes of known vocabularies, and classes that are called as what is of kgloom's is, under these; says
    /// which of the latter.
    pub(crate) fn place_classes(&mut self, files: &[Open]) -> Result<Vec<Warning>, Error> {
        let mut known: Vec<(Iri, Iri)> =
            self.classes().filter_map(|class| Some((class.iri.clone(), stands_for_one(&class.iri)?))).collect();
        // The narrowest first: FOAF has persons below what is in space.
        known.sort_by_key(|(class, _)| Reverse(self.above(class).count()));
        for (class, parent) in known {
            if self.may_stand_under(&class, &parent) {
                self.put_under(&[&class], &parent)?;
            }
        }
        let mut warnings = Vec::new();
        for (parent, called) in files.iter().flat_map(|file| &file.called) {
            let parent = Iri::new(format!("{KGLOOM}{parent}"));
            let fit = |(class, _): &(&Iri, &Place)| self.may_stand_under(class, &parent);
            let fitting: BTreeMap<&Iri, &Place> = called.iter().filter(fit).collect();
            let is_top = |class: &&Iri| !self.above(class).any(|above| above != *class && fitting.contains_key(above));
            let tops: Vec<&Iri> = fitting.keys().copied().filter(is_top).collect();
            let Some(first) = tops.iter().map(|class| fitting[class]).min() else { continue };
            let classes = tops.iter().map(|class| (*class).clone()).collect();
            warnings.push(Warning { place: first.clone(), what: Oddity::Called(classes, parent.clone()) });
            self.put_under(&tops, &parent)?;
        }
        Ok(warnings)
    }

    fn put_under(&mut self, classes: &[&Iri], parent: &Iri) -> Result<(), Error> {
        for class in classes {
            let class = self.classes.get_mut(*class).expect("it is declared");
            class.parents.insert(parent.clone());
        }
        self.hierarchy = Hierarchy::of(&self.classes)?;
        Ok(())
    }

    /// Whether a class is under none that readers tell, and nothing below it is of another.
    fn may_stand_under(&self, class: &Iri, parent: &Iri) -> bool {
        let is_told = |above: &Iri| self.class(above).is_some_and(|above| above.tag.is_some());
        let fits = |below: &Iri| {
            self.above(below).all(|above| !is_told(above) || self.is_kind_of(parent, above))
                && !self.are_disjoint(below, parent)
        };
        let below = self.classes().map(|other| &other.iri).filter(|other| self.is_kind_of(other, class));
        self.class(parent).is_some() && !self.above(class).any(is_told) && below.into_iter().all(fits)
    }
}
