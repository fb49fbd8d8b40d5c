//! What there is to find in a graph: rows of numbers and words, of things and of documents. In: a graph, then what comes and goes.
//! Out: the same as of a fresh look at it. Never: a file.

use anyhow::Result;
use connectors::Store;
use kgloom_record::context;
use kgloom_record::record::{DocumentId, Graph, Iri, Quad, Term, Triple};
use kgloom_record::vocabulary;
use kgloom_search::{Coder, Index, Words};
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What can be found, of one kind.
#[derive(Default)]
pub(super) struct Shelf {
    /// By meaning; none until there is something, since that tells how many numbers a row has.
    pub rows: Option<Index<Iri>>,
    /// By words.
    pub words: Words<Iri>,
}

/// What can be found in a graph.
#[derive(Default)]
pub(super) struct Catalogue {
    pub things: Shelf,
    pub documents: Shelf,
    /// Things by class.
    classes: BTreeMap<Iri, BTreeSet<Iri>>,
    /// Whether the words of things are in.
    pub has_words: bool,
    /// Whether the texts of documents are in.
    pub has_texts: bool,
    /// Whether rows are others than the graph's own, so that they do not follow it.
    is_given: bool,
    /// Whether such rows are those of an earlier epoch.
    pub is_stale: bool,
}

impl Shelf {
    fn put(&mut self, name: Iri, row: &[i8]) -> Result<()> {
        let rows = self.rows.get_or_insert_with(|| Index::coded(Coder::plain(row.len().max(1))));
        Ok(rows.insert(name, row)?)
    }

    fn take(&mut self, name: &Iri) {
        if let Some(rows) = &mut self.rows {
            rows.remove(name);
        }
    }

    fn reword(&mut self, name: &Iri, text: Option<&str>) {
        self.words.remove(name);
        if let Some(text) = text {
            self.words.insert(name.clone(), text);
        }
    }
}

impl Catalogue {
    /// Looks through a graph once, at all but words.
    pub fn of(store: &Store) -> Result<Catalogue> {
        let mut catalogue = Catalogue::default();
        for told in store.contexts() {
            let (name, row) = told?;
            catalogue.shelf(&name).put(name, &row)?;
        }
        catalogue.classify_all(store)?;
        Ok(catalogue)
    }

    /// The same with other rows than the graph's own.
    pub fn with_rows(store: &Store, rows: BTreeMap<Iri, Vec<i8>>) -> Result<Catalogue> {
        let mut catalogue = Catalogue { is_given: true, ..Catalogue::default() };
        catalogue.renew(rows)?;
        catalogue.classify_all(store)?;
        Ok(catalogue)
    }

    /// Takes other rows in place of those that were given.
    pub fn renew(&mut self, rows: BTreeMap<Iri, Vec<i8>>) -> Result<()> {
        (self.things.rows, self.documents.rows) = (None, None);
        for (name, row) in rows {
            self.shelf(&name).put(name, &row)?;
        }
        self.is_stale = false;
        Ok(())
    }

    /// Takes in the words of things.
    pub fn learn_words(&mut self, store: &Store, ontology: &Ontology) -> Result<()> {
        let mut told: BTreeMap<Iri, Vec<Triple>> = BTreeMap::new();
        for triple in store.stated().chain(store.entailed()) {
            let triple = triple?;
            told.entry(triple.subject.clone()).or_default().push(triple);
        }
        for (name, mut triples) in told {
            triples.sort();
            triples.dedup();
            self.things.reword(&name, words(&triples, ontology).as_deref());
        }
        self.has_words = true;
        Ok(())
    }

    /// Takes in what came and went; `store` holds it already.
    pub fn follow(&mut self, store: &Store, ontology: &Ontology, quads: &[(Quad, isize)]) -> Result<()> {
        let mut touched = BTreeSet::new();
        self.is_stale = self.is_given;
        // What goes comes before what takes its place.
        let (gone, come): (Vec<_>, Vec<_>) = quads.iter().partition(|(_, count)| *count < 0);
        for (quad, count) in gone.into_iter().chain(come) {
            let name = &quad.triple.subject;
            match quad.graph {
                Graph::Contexts if self.is_given => {}
                Graph::Contexts if *count < 0 => self.shelf(name).take(name),
                Graph::Contexts => {
                    if let Term::Literal(literal) = &quad.triple.object
                        && let Some(row) = context::read(&literal.value)
                    {
                        self.shelf(name).put(name.clone(), &row)?;
                    }
                }
                Graph::Default | Graph::Entailed => {
                    touched.insert(name.clone());
                }
                _ => {}
            }
        }
        for name in touched {
            let triples = store.told_with((Some(&name), None), None)?;
            for things in self.classes.values_mut() {
                things.remove(&name);
            }
            triples.iter().for_each(|triple| self.classify(triple));
            if self.has_words {
                self.things.reword(&name, words(&triples, ontology).as_deref());
            }
        }
        self.classes.retain(|_, things| !things.is_empty());
        Ok(())
    }

    /// Takes in the texts of documents; `None` for one that went.
    pub fn texts(&mut self, changed: &[(DocumentId, Option<Arc<str>>)]) {
        for (id, text) in changed {
            self.documents.reword(&Iri::new(vocabulary::document_iri(id)), text.as_deref());
        }
    }

    /// The things of a class, and of those below it.
    pub fn of_class(&self, class: &Iri, ontology: &Ontology) -> BTreeSet<Iri> {
        let below = self.classes.iter().filter(|(known, _)| *known == class || ontology.is_kind_of(known, class));
        below.flat_map(|(_, things)| things.iter().cloned()).collect()
    }

    fn shelf(&mut self, name: &Iri) -> &mut Shelf {
        match vocabulary::document_id(name.as_str()) {
            Some(_) => &mut self.documents,
            None => &mut self.things,
        }
    }

    fn classify_all(&mut self, store: &Store) -> Result<()> {
        let classes = store.told_with((None, None), Some(&Iri::new(vocabulary::TYPE)))?;
        classes.iter().for_each(|triple| self.classify(triple));
        Ok(())
    }

    fn classify(&mut self, triple: &Triple) {
        if let (vocabulary::TYPE, Term::Name(class)) = (triple.relation.as_str(), &triple.object) {
            self.classes.entry(class.clone()).or_default().insert(triple.subject.clone());
        }
    }
}

/// What is told of a thing, in words.
fn words(triples: &[Triple], ontology: &Ontology) -> Option<String> {
    let said: Vec<String> = triples.iter().map(|triple| said(triple, ontology)).collect();
    (!said.is_empty()).then(|| said.join("\n"))
}

/// What a triple says of its head, in words: names and classes alone, else who, the relation's label, and what it says. A thing of
/// which much is said is called by its name in each: else the more is known of it, the less its own name would find it.
fn said(triple: &Triple, ontology: &Ontology) -> String {
    let relation = || ontology.relation(&triple.relation).map_or("", |relation| relation.label.as_str());
    let object = match &triple.object {
        Term::Literal(literal) => literal.value.to_string(),
        Term::Name(name) => match ontology.class(name) {
            Some(class) => class.label.clone(),
            None => spoken(name),
        },
    };
    match triple.relation.as_str() {
        vocabulary::TYPE | vocabulary::LABEL | vocabulary::ALTERNATIVE_LABEL => object,
        _ => format!("{} {} {object}", spoken(&triple.subject), relation()),
    }
}

/// The name that a name of the graph is made of.
fn spoken(name: &Iri) -> String {
    let own = name.as_str().rsplit(':').next().unwrap_or_default();
    own.split('~').next().unwrap_or_default().replace('_', " ")
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
