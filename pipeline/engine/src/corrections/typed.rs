//! Whom a user means by a correction. In: IRIs, `CLASS:NAME`, labels, values. Out: names, with class, and places where
//! several bear them. Never: an IRI kept; it follows from the texts.

use super::value::{Takes, no_value, value};
use crate::classes::find_class;
use crate::error::Error;
use crate::explain::open;
use crate::state::{Folder, Matching};
use crate::terms;
use anyhow::Result;
use connectors::store::{expand, shorten};
use kgloom_record::port::ModelId;
use kgloom_record::record::{DocumentId, Iri, Named, Object, Place};
use kgloom_record::vocabulary;
use ontologies::Ontology;

/// Mentions that are kept of one bearer of a shared name.
const PLACES: usize = 16;

/// Who may be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Whoever bears the name.
    All,
    /// One bearer of the name as it was typed.
    One,
    /// One bearer of the name, or somebody whom no document names, where a class is given.
    OneOrNew,
    /// The name as it was typed, whoever bears it: what is said is about names.
    Name,
}

/// What names are looked up in.
pub struct Book<'a> {
    /// The state folder.
    pub folder: &'a Folder,
    /// Classes and relations.
    pub ontology: &'a Ontology,
    /// The model that documents were read with.
    pub model: &'a ModelId,
}

impl Book<'_> {
    /// Whom a text means.
    pub fn named(&self, text: &str, meant: Meant) -> Result<Named> {
        let (found, class, name) = self.entities(text)?;
        match (found.as_slice(), class) {
            ([], Some(class)) if meant == Meant::OneOrNew => Ok(Named::anyone(class, name)),
            ([], class) => Err(self.unknown(&name, class)?.into()),
            ([only], _) => self.of_entity(only, &name, meant),
            (several, _) => {
                let first = self.of_entity(&several[0], &name, Meant::Name)?;
                let one_class = several.iter().map(|iri| self.class(iri)).collect::<Result<Vec<_>>>()?;
                let together = one_class.iter().all(|class| *class == first.class);
                match meant {
                    Meant::All | Meant::Name if together => Ok(first),
                    _ => self.known(several, &name, meant),
                }
            }
        }
    }

    /// Whom a name means that several bear: the one that something is said of, or those of one class that alone are spoken of.
    fn known(&self, several: &[Iri], name: &str, meant: Meant) -> Result<Named> {
        let mut known = Vec::new();
        for iri in several {
            if terms::has_facts(&self.folder.store, iri)? {
                known.push((iri.clone(), self.class(iri)?));
            }
        }
        match (known.as_slice(), meant) {
            ([(only, class), ..], Meant::All | Meant::Name) if known.iter().all(|(_, other)| other == class) => {
                self.of_entity(only, name, Meant::Name)
            }
            ([(only, _)], Meant::One | Meant::OneOrNew) => self.of_entity(only, name, Meant::OneOrNew),
            ([], _) => Err(ambiguous(name, several).into()),
            _ => Err(ambiguous(name, &known.into_iter().map(|(iri, _)| iri).collect::<Vec<_>>()).into()),
        }
    }

    /// What to say of a name that nothing of the class bears that was typed with it, if one was.
    fn unknown(&self, name: &str, class: Option<Iri>) -> Result<Error> {
        let bearers = class.as_ref().map_or_else(|| Ok(Vec::new()), |_| self.folder.store.find_entity(name))?;
        match (class, bearers.as_slice()) {
            (Some(class), [_, ..]) => {
                let label =
                    self.ontology.class(&class).map_or_else(|| shorten(class.as_str()), |class| class.label.clone());
                let listed = listed(&bearers);
                Ok(Error::nothing(format!("the graph has no \"{name}\" of class {label}; it has {listed}")))
            }
            _ => terms::unknown_entity(&self.folder.store, name),
        }
    }

    /// The row of a matched table that a text names by its IRI, if it names one.
    pub fn row(&self, text: &str) -> Result<Option<Named>> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        let iri = expand(text).unwrap_or_else(|| text.to_owned());
        let is_named = iri.contains(':') && !iri.contains(' ');
        let Some(matching) = Matching::read(&self.folder.path)?.filter(|_| is_named) else { return Ok(None) };
        let tables = matching.tables(&self.folder.path)?;
        if tables.rows.iter().any(|row| *row.iri == *iri) {
            return Ok(Some(Named::row(iri)));
        }
        if iri.starts_with(vocabulary::ROW) {
            let message = format!("no table has a row <{iri}>; `kgloom match` lists those that there are");
            return Err(Error::nothing(message).into());
        }
        Ok(None)
    }

    /// The entities that a text may mean, the class that it names, and the name.
    fn entities(&self, text: &str) -> Result<(Vec<Iri>, Option<Iri>, String)> {
        let store = &self.folder.store;
        let found = store.find_entity(text)?;
        if !found.is_empty() {
            return Ok((found, None, text.trim().to_owned()));
        }
        let Some((class, name)) = text.split_once(':') else { return Ok((found, None, text.trim().to_owned())) };
        let name = name.trim();
        match find_class(class.trim(), self.ontology) {
            Ok(class) if !name.is_empty() => {
                let mut found = Vec::new();
                for iri in store.find_entity(name)? {
                    if self.class(&iri)? == class {
                        found.push(iri);
                    }
                }
                Ok((found, Some(class), name.to_owned()))
            }
            _ => Ok((found, None, text.trim().to_owned())),
        }
    }

    fn of_entity(&self, entity: &Iri, typed: &str, meant: Meant) -> Result<Named> {
        let (class, label) = (self.class(entity)?, terms::label(&self.folder.store, entity)?);
        let names = terms::names(&self.folder.store, entity)?;
        let known = names.iter().find(|name| name.to_lowercase() == typed.to_lowercase());
        if let (Meant::Name | Meant::One, Some(name)) = (meant, known) {
            return Ok(Named::anyone(class, name.as_str()));
        }
        let mut named = Named::anyone(class, label.as_str());
        // An IRI names one bearer; a label that several bear does not.
        for other in self.folder.store.find_entity(&label)? {
            if other != *entity && self.class(&other)? == named.class {
                named.places = self.places(entity)?;
                break;
            }
        }
        Ok(named)
    }

    fn class(&self, entity: &Iri) -> Result<Iri> {
        terms::class(&self.folder.store, entity)
    }

    /// Where an entity is mentioned first in some of its documents.
    fn places(&self, entity: &Iri) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        for (document, index) in self.folder.store.documents_of(entity)?.into_iter().take(PLACES) {
            let Some(opened) = open(self.folder, self.model, &document)? else { continue };
            let mention = opened.reading.mentions.iter().find(|mention| mention.entity == index);
            places.extend(mention.map(|mention| Place { document, span: mention.span }));
        }
        Ok(places)
    }

    /// The relation that is meant.
    pub fn relation(&self, text: &str) -> Result<Iri> {
        match terms::find_relations(self.ontology, text)?.as_slice() {
            [relation] => Ok(relation.clone()),
            several => Err(ambiguous(text, several).into()),
        }
    }

    /// What a fact says: a thing, or a value where the relation takes one.
    pub fn object(&self, relation: &Iri, text: &str, meant: Meant) -> Result<Object> {
        let takes = Takes::of(self.ontology, relation);
        if takes == Takes::Things {
            return self.named(text, meant).map(Object::Name);
        }
        if let Some(literal) = value(text.trim(), takes) {
            return Ok(Object::Value(literal));
        }
        let (found, _, _) = self.entities(text)?;
        if !found.is_empty() {
            return self.named(text, meant).map(Object::Name);
        }
        Err(Error::refused(no_value(text, takes)).into())
    }

    /// A document that the journal holds.
    pub fn document(&self, id: Option<&str>) -> Result<Option<DocumentId>> {
        let Some(id) = id.map(DocumentId::new) else { return Ok(None) };
        match self.folder.journal.lookup(&id)? {
            Some(_) => Ok(Some(id)),
            None => Err(Error::nothing(format!("there is no document \"{id}\"")).into()),
        }
    }
}

fn ambiguous(text: &str, several: &[Iri]) -> Error {
    Error::refused(format!("\"{text}\" may be {}; write the one that is meant", listed(several)))
}

/// Names in short form, which begins with the class.
fn listed(several: &[Iri]) -> String {
    several.iter().map(|iri| shorten(iri.as_str())).collect::<Vec<_>>().join(" or ")
}
