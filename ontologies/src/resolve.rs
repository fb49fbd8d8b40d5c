//! Names that files rely on and none declares. In: such names, and what is declared. Out: what each stands for, what is passed
//! over, with a warning, and what is a mistake. Never: a name of the file's own vocabulary passed over; that is mistyped.

use crate::declared::{Class, Individual, Relation};
use crate::iri::namespace;
use crate::predicate::KGLOOM;
use crate::read::{Kind, Open, Reference};
use crate::vocabularies::{self, Meaning};
use crate::warning::{Oddity, Warning};
use crate::{Error, Iri};
use std::collections::{BTreeMap, BTreeSet};

/// What the names stand for.
#[derive(Default)]
pub(crate) struct Resolved {
    declared: BTreeSet<Iri>,
    /// Classes that no file declares, with kgloom's that they stand for: any of these; of none any thing.
    classes: BTreeMap<Iri, Vec<Iri>>,
    /// Relations that are passed over.
    relations: BTreeSet<Iri>,
    /// What is passed over.
    pub(crate) warnings: Vec<Warning>,
}

impl Resolved {
    /// Looks up all names that files leave open.
    pub(crate) fn of(
        files: &[Open],
        classes: &BTreeMap<Iri, Class>,
        relations: &BTreeMap<Iri, Relation>,
    ) -> Result<Self, Error> {
        let mut resolved = Resolved { declared: classes.keys().cloned().collect(), ..Resolved::default() };
        let datatypes: BTreeSet<&Iri> = files.iter().flat_map(|file| &file.datatypes).collect();
        let mut errors = Vec::new();
        for file in files {
            let mut open: Vec<&Reference> = file.references.iter().collect();
            open.sort_by_key(|reference| reference.place.line);
            for Reference { place, name, kind } in open {
                let declared = match kind {
                    Kind::Class => classes.contains_key(name) || datatypes.contains(name),
                    Kind::Relation => relations.contains_key(name),
                };
                if datatypes.contains(name) {
                    resolved.classes.insert(name.clone(), Vec::new());
                } else if !declared && is_own(file, name) {
                    let (place, name) = (place.clone(), name.clone());
                    errors.push(match kind {
                        Kind::Class => Error::UnknownClass { place, class: name },
                        Kind::Relation => Error::UnknownRelation { place, relation: name },
                    });
                } else if !declared && let Some(what) = resolved.stand_in(name, *kind) {
                    resolved.warnings.push(Warning { place: place.clone(), what });
                }
            }
            resolved.warnings.extend(file.warnings.iter().cloned());
        }
        let read: BTreeSet<&Iri> = files.iter().flat_map(|file| &file.ontologies).collect();
        let imports = files.iter().flat_map(|file| &file.imports).filter(|(_, ontology)| !read.contains(ontology));
        resolved.warnings.extend(
            imports.map(|(place, ontology)| Warning { place: place.clone(), what: Oddity::Import(ontology.clone()) }),
        );
        Error::of(errors).map(|()| resolved)
    }

    /// Finds a place for a name of another vocabulary; what is odd about it, the first time.
    fn stand_in(&mut self, name: &Iri, kind: Kind) -> Option<Oddity> {
        if kind == Kind::Relation {
            return self.relations.insert(name.clone()).then(|| Oddity::Relation(name.clone()));
        }
        let meaning = vocabularies::meaning(name.as_str());
        let unknown = meaning.is_none();
        let classes = if let Some(Meaning::Things(classes)) = meaning { classes } else { Vec::new() };
        let new = self.classes.insert(name.clone(), classes).is_none();
        (new && unknown).then(|| Oddity::Class(name.clone()))
    }

    /// Puts what they stand for in place of the names.
    pub(crate) fn mend_relation(&self, relation: &mut Relation) {
        for classes in [&mut relation.domain, &mut relation.range] {
            if classes.iter().any(|class| self.classes.get(class).is_some_and(Vec::is_empty)) {
                classes.clear();
            }
            *classes = std::mem::take(classes).into_iter().flat_map(|class| self.one_or_more(class)).collect();
        }
        relation.inverse.take_if(|inverse| self.relations.contains(inverse));
        relation.along.take_if(|along| self.relations.contains(along));
        relation.broader.retain(|form| !self.relations.contains(&form.relation));
    }

    /// Puts what they stand for in place of the names of parents; a class that itself stands for one of kgloom's needs no
    /// other. What is disjoint with a class of another vocabulary may
    /// still be of the wider one that this stands for.
    pub(crate) fn mend_class(&self, class: &mut Class) {
        let known = stands_for_one(&class.iri).is_some();
        let parents = std::mem::take(&mut class.parents).into_iter();
        let parents = parents.filter(|parent| !known || self.declared.contains(parent));
        let parents = parents.filter_map(|parent| self.one(parent));
        class.parents = parents.filter(|parent| self.declared.contains(parent)).collect();
        class.disjoint.retain(|other| self.declared.contains(other));
    }

    /// Puts the class that it stands for in place of that of a thing.
    pub(crate) fn mend_individual(&self, individual: &mut Individual) {
        let known = self.declared.contains(&individual.class);
        if !known && let Some(class) = stands_for_one(&individual.class) {
            individual.class = class;
        }
    }

    fn one_or_more(&self, class: Iri) -> Vec<Iri> {
        self.classes.get(&class).cloned().unwrap_or_else(|| vec![class])
    }

    fn one(&self, class: Iri) -> Option<Iri> {
        let mut classes = self.one_or_more(class);
        if classes.len() == 1 { classes.pop() } else { None }
    }
}

/// The class of kgloom's, if it is but one, that a class of a known vocabulary stands for.
pub(crate) fn stands_for_one(class: &Iri) -> Option<Iri> {
    match vocabularies::meaning(class.as_str()) {
        Some(Meaning::Things(mut classes)) if classes.len() == 1 => classes.pop(),
        _ => None,
    }
}

/// Whether a name begins as those do that the file itself declares, or as kgloom's do.
fn is_own(file: &Open, name: &Iri) -> bool {
    let start = namespace(name.as_str());
    start == KGLOOM || (file.namespaces.contains(start) && !vocabularies::is_known(name.as_str()))
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
