//! The ontology itself. In: what files declare. Out: classes and relations by name, tag or label,
//! and things that are known by several names.
//! Never: changes once it is made; a user's files make a new one.

use crate::declared::{Class, Individual, Relation};
use crate::form::{Consequence, Form};
use crate::hierarchy::Hierarchy;
use crate::iri::local_name;
use crate::predicate::VALUES;
use crate::read::{self, Declarations, Open};
use crate::resolve::Resolved;
use crate::warning::Warning;
use crate::{Error, Iri};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

/// The files that come with the program: name and text.
const BUNDLED: [(&str, &str); 10] = [
    ("base.ttl", include_str!("../base.ttl")),
    ("people.ttl", include_str!("../people.ttl")),
    ("organizations.ttl", include_str!("../organizations.ttl")),
    ("places.ttl", include_str!("../places.ttl")),
    ("works.ttl", include_str!("../works.ttl")),
    ("things.ttl", include_str!("../things.ttl")),
    ("events.ttl", include_str!("../events.ttl")),
    ("kinds.ttl", include_str!("../kinds.ttl")),
    ("nature.ttl", include_str!("../nature.ttl")),
    ("countries.ttl", include_str!("../countries.ttl")),
];

/// What may be said: immutable, and cheap to ask.
#[derive(Clone, Debug, Default)]
pub struct Ontology {
    pub(crate) classes: BTreeMap<Iri, Class>,
    relations: BTreeMap<Iri, Relation>,
    individuals: BTreeMap<Iri, Individual>,
    tags: BTreeMap<String, Iri>,
    prefixes: BTreeMap<String, String>,
    pub(crate) hierarchy: Hierarchy,
    pub(crate) implied: BTreeMap<Iri, Vec<Consequence>>,
    warnings: Vec<Warning>,
}

impl Ontology {
    /// The ontology that comes with the program.
    pub fn bundled() -> Self {
        let files = BUNDLED.map(|(origin, turtle)| read::read(origin, turtle));
        let files: Result<Vec<_>, _> = files.into_iter().collect();
        files
            .and_then(|files| Ontology::default().and(files))
            .expect("the bundled files are part of the program, and a test reads them")
    }

    /// Reads one Turtle text by itself, without the bundled classes; `origin` names it in errors.
    pub fn read(origin: &str, turtle: &str) -> Result<Self, Error> {
        Ontology::default().and(vec![read::read(origin, turtle)?])
    }

    /// This ontology, extended by files.
    ///
    /// A relation defined in a file replaces the one of the same name, and those of an earlier file; inverses
    /// that named it are forgotten unless it names them. A class named again keeps what it had: parents and
    /// disjoint classes are added, a new label, comment or tag replaces the old one; so it is with an individual's other names.
    /// A file may name classes and relations of any other, and classes of well-known vocabularies. What is passed over stands
    /// in [`Ontology::warnings`].
    pub fn with_files(&self, paths: &[PathBuf]) -> Result<Self, Error> {
        let (mut files, mut errors) = (Vec::new(), Vec::new());
        for path in paths {
            let turtle = std::fs::read_to_string(path);
            let turtle = turtle.map_err(|source| Error::Unreadable { path: path.clone(), source });
            match turtle.and_then(|turtle| read::read(&path.display().to_string(), &turtle)) {
                Ok(file) => files.push(file),
                Err(error) => errors.push(error),
            }
        }
        Error::of(errors)?;
        self.clone().and(files)
    }

    /// This ontology, extended by one Turtle text as by a file; `origin` names it in errors.
    pub fn with_text(&self, origin: &str, turtle: &str) -> Result<Self, Error> {
        self.clone().and(vec![read::read(origin, turtle)?])
    }

    /// What its files say that is passed over or not read as it is written, by file and line.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// All relations, by IRI.
    pub fn relations(&self) -> impl Iterator<Item = &Relation> {
        self.relations.values()
    }

    /// The relation of that name.
    pub fn relation(&self, iri: &Iri) -> Option<&Relation> {
        self.relations.get(iri)
    }

    /// All classes, by IRI.
    pub fn classes(&self) -> impl Iterator<Item = &Class> {
        self.classes.values()
    }

    /// The class of that name.
    pub fn class(&self, iri: &Iri) -> Option<&Class> {
        self.classes.get(iri)
    }

    /// The class that a reader of text calls so.
    pub fn class_of_tag(&self, tag: &str) -> Option<&Class> {
        self.tags.get(tag).and_then(|iri| self.classes.get(iri))
    }

    /// All things that are known by several names, by IRI.
    pub fn individuals(&self) -> impl Iterator<Item = &Individual> {
        self.individuals.values()
    }

    /// Whether every member of the narrow class is one of the broad class.
    pub fn is_kind_of(&self, narrow: &Iri, broad: &Iri) -> bool {
        self.hierarchy.is_kind_of(narrow, broad)
    }

    /// Whether nothing can be of both classes, by their own word or that of classes above them.
    pub fn are_disjoint(&self, first: &Iri, second: &Iri) -> bool {
        self.hierarchy.disjoint(&self.classes, first, second)
    }

    /// The class and all those above it; none for a class that no file declares.
    pub fn above(&self, class: &Iri) -> impl Iterator<Item = &Iri> {
        self.hierarchy.above(class)
    }

    /// Whether what a reader takes for one class may be of another: that is below it or above it, or nobody has said how
    /// the classes that readers tell relate to it, and nothing rules it out. Dates and numbers are only of classes under theirs.
    pub fn may_be(&self, given: &Iri, class: &Iri) -> bool {
        let is_told =
            |class: &Iri| self.above(class).filter_map(|above| self.class(above)).any(|above| above.tag.is_some());
        let related = self.is_kind_of(given, class) || self.is_kind_of(class, given);
        related
            || (is_told(given)
                && self.class(class).is_some()
                && !is_told(class)
                && !self.are_disjoint(given, class)
                && (!self.is_value(given) || self.have_a_kind_in_common(given, class)))
    }

    /// Whether what is of the class is a date or a number.
    pub(crate) fn is_value(&self, class: &Iri) -> bool {
        self.above(class).any(|above| VALUES.contains(&above.as_str()))
    }

    fn have_a_kind_in_common(&self, first: &Iri, second: &Iri) -> bool {
        self.classes.keys().any(|class| self.is_kind_of(class, first) && self.is_kind_of(class, second))
    }

    /// The relations that a user may mean: by IRI (also in `<>`), by prefix as in `wdt:P57`, by the end of the
    /// IRI as in `P57`, or by label; the latter two in any case of letters. In the order of their IRIs.
    pub fn find_relation(&self, text: &str) -> Vec<&Relation> {
        let text = text.trim();
        let plain = text.strip_prefix('<').and_then(|t| t.strip_suffix('>'));
        if let Some(relation) = self.relation(&Iri::new(plain.unwrap_or(text))) {
            return vec![relation];
        }
        if let Some(relation) = self.expand(text).and_then(|iri| self.relations.get(&iri)) {
            return vec![relation];
        }
        let meant = text.to_lowercase();
        let same = |name: &str| name.to_lowercase() == meant;
        self.relations().filter(|r| same(&r.label) || same(local_name(&r.iri))).collect()
    }

    /// All that bears on which facts are admitted and how refusals read, sorted: equal texts, equal rules.
    /// Comments and prefixes are left out, for they change nothing.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        for class in self.classes() {
            let Class { iri, label, tag, .. } = class;
            let (parents, disjoint) = (listed(&class.parents), listed(&class.disjoint));
            let tag = tag.as_deref().unwrap_or_default();
            let of = if class.of_documents { " of documents" } else { "" };
            writeln!(text, "class {iri:?} {label:?}{of} tag {tag:?} below {parents} apart from {disjoint}")
                .expect("writing to a string cannot fail");
        }
        for relation in self.relations() {
            let Relation { iri, label, symmetric, functional, canonical, .. } = relation;
            let seldom = if relation.seldom_several { " seldom several" } else { "" };
            let things = if self.is_between_things(relation) { " of things" } else { "" };
            let (domain, range) = (listed(&relation.domain), listed(&relation.range));
            let (inverse, along) = (listed(&relation.inverse), listed(&relation.along));
            let broader: Vec<String> = relation.broader.iter().map(Form::to_string).collect();
            writeln!(
                text,
                "relation {iri:?} {label:?} from {domain} to {range} inverse {inverse} symmetric {symmetric} functional \
                 {functional}{seldom}{things} canonical {canonical} below {broader:?} along {along}"
            )
            .expect("writing to a string cannot fail");
        }
        for Individual { iri, class, label, alternatives, demonyms } in self.individuals() {
            writeln!(text, "individual {iri:?} {label:?} of <{class}> also {alternatives:?} demonyms {demonyms:?}")
                .expect("writing to a string cannot fail");
        }
        text
    }

    fn expand(&self, text: &str) -> Option<Iri> {
        let (prefix, rest) = text.split_once(':')?;
        let start = self.prefixes.get(prefix)?;
        Some(Iri::new(format!("{start}{rest}")))
    }

    /// Takes in what files declare, in order, and checks the whole.
    fn and(mut self, files: Vec<Declarations>) -> Result<Self, Error> {
        let files: Vec<Open> = files.into_iter().map(|file| self.take(file)).collect();
        let resolved = Resolved::of(&files, &self.classes, &self.relations)?;
        self.classes.values_mut().for_each(|class| resolved.mend_class(class));
        self.relations.values_mut().for_each(|relation| resolved.mend_relation(relation));
        self.individuals.values_mut().for_each(|individual| resolved.mend_individual(individual));
        self.individuals.retain(|_, individual| self.classes.contains_key(&individual.class));
        self.name_the_nameless();
        self.mirror_inverses()?;
        self.mirror_disjointness();
        self.index_tags()?;
        self.hierarchy = Hierarchy::of(&self.classes)?;
        let mut warnings = self.place_classes(&files)?;
        warnings.extend(resolved.warnings);
        warnings.sort();
        self.warnings.extend(warnings);
        self.imply()?;
        Ok(self)
    }

    fn take(&mut self, file: Declarations) -> Open {
        let replaced: BTreeSet<Iri> =
            file.relations.keys().filter(|iri| self.relations.contains_key(*iri)).cloned().collect();
        for relation in self.relations.values_mut() {
            relation.inverse = relation.inverse.take().filter(|i| !replaced.contains(i));
        }
        self.relations.extend(file.relations);
        for (iri, new) in file.classes {
            let Some(class) = self.classes.get_mut(&iri) else {
                self.classes.insert(iri, new);
                continue;
            };
            class.parents.extend(new.parents);
            class.disjoint.extend(new.disjoint);
            class.alternatives.extend(new.alternatives);
            class.examples.extend(new.examples);
            class.of_documents |= new.of_documents;
            class.tag = new.tag.or(class.tag.take());
            if !new.label.is_empty() {
                class.label = new.label;
            }
            if !new.comment.is_empty() {
                class.comment = new.comment;
            }
        }
        for (iri, new) in file.individuals {
            let Some(known) = self.individuals.get_mut(&iri) else {
                self.individuals.insert(iri, new);
                continue;
            };
            known.class = new.class;
            known.alternatives.extend(new.alternatives);
            known.demonyms.extend(new.demonyms);
            if !new.label.is_empty() {
                known.label = new.label;
            }
        }
        self.prefixes.extend(file.prefixes);
        file.open
    }

    fn name_the_nameless(&mut self) {
        let classes = self.classes.values_mut().map(|c| (&c.iri, &mut c.label));
        let relations = self.relations.values_mut().map(|r| (&r.iri, &mut r.label));
        let individuals = self.individuals.values_mut().map(|i| (&i.iri, &mut i.label));
        for (iri, label) in classes.chain(relations).chain(individuals).filter(|(_, l)| l.is_empty()) {
            *label = local_name(iri).to_owned();
        }
    }

    fn mirror_inverses(&mut self) -> Result<(), Error> {
        let claims: Vec<(Iri, Iri)> =
            self.relations().filter_map(|r| Some((r.iri.clone(), r.inverse.clone()?))).collect();
        for (claimant, relation) in claims {
            let mirror = self.relations.get_mut(&relation);
            let mirror = &mut mirror.expect("references were checked").inverse;
            let inverse = mirror.get_or_insert_with(|| claimant.clone()).clone();
            if inverse != claimant {
                return Err(Error::Inverse { claimant, relation, inverse });
            }
        }
        Ok(())
    }

    fn mirror_disjointness(&mut self) {
        let pairs: Vec<(Iri, Iri)> =
            self.classes().flat_map(|c| c.disjoint.iter().map(|d| (d.clone(), c.iri.clone()))).collect();
        for (class, other) in pairs {
            let class = self.classes.get_mut(&class);
            class.expect("references were checked").disjoint.insert(other);
        }
    }

    fn index_tags(&mut self) -> Result<(), Error> {
        self.tags.clear();
        for class in self.classes.values() {
            let Some(tag) = &class.tag else { continue };
            if let Some(first) = self.tags.insert(tag.clone(), class.iri.clone()) {
                return Err(Error::Tag { tag: tag.clone(), first, second: class.iri.clone() });
            }
        }
        Ok(())
    }
}

fn listed<'a>(iris: impl IntoIterator<Item = &'a Iri>) -> String {
    let iris: Vec<String> = iris.into_iter().map(|iri| format!("<{iri}>")).collect();
    format!("[{}]", iris.join(" "))
}

#[cfg(test)]
#[path = "ontology_tests.rs"]
mod tests;
