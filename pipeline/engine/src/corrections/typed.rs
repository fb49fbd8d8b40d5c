//! Whom a user means by a correction. In: IRIs, `CLASS:NAME`, labels, values. Out: names, with class, and places where
//! several bear them. Never: an IRI kept; it follows from the texts.

use crate::classes::find_class;
use crate::error::Error;
use crate::explain::open;
use crate::state::{Folder, Matching};
use crate::terms;
use anyhow::Result;
use connectors::store::{expand, shorten};
use kgloom_record::port::ModelId;
use kgloom_record::record::{Datatype, DocumentId, Iri, Literal, Named, Object, Place};
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
            ([], _) => Err(terms::unknown_entity(&self.folder.store, &name)?.into()),
            ([only], _) => self.of_entity(only, &name, meant),
            (several, _) => {
                let first = self.of_entity(&several[0], &name, Meant::Name)?;
                let one_class = several.iter().map(|iri| self.class(iri)).collect::<Result<Vec<_>>>()?;
                let together = one_class.iter().all(|class| *class == first.class);
                match meant {
                    Meant::All | Meant::Name if together => Ok(first),
                    _ => Err(ambiguous(&name, several).into()),
                }
            }
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
        let takes = self.ontology.relation(relation).map(|relation| relation.range.clone()).unwrap_or_default();
        let takes = |class: &str| takes.iter().any(|taken| taken.as_str().ends_with(&format!(":{class}")));
        let (times, quantities) = (takes("Time"), takes("Quantity"));
        if !times && !quantities {
            return self.named(text, meant).map(Object::Name);
        }
        if let Some(literal) = value(text.trim(), times) {
            return Ok(Object::Value(literal));
        }
        let (found, _, _) = self.entities(text)?;
        if !found.is_empty() {
            return self.named(text, meant).map(Object::Name);
        }
        let form = if times { "a date as 1948-07-21, 1948-07 or 1948" } else { "a number as 1200 or 3.5" };
        Err(Error::refused(format!("\"{text}\" is no value that this relation takes; write {form}")).into())
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
    let listed: Vec<String> = several.iter().map(|iri| shorten(iri.as_str())).collect();
    Error::refused(format!("\"{text}\" may be {}; write the one that is meant", listed.join(" or ")))
}

/// A value as the graph writes it.
fn value(text: &str, times: bool) -> Option<Literal> {
    let literal = |datatype| Some(Literal { value: text.into(), datatype });
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let within = |part: &str, most: u32| digits(part, 2) && part.parse().is_ok_and(|n: u32| (1..=most).contains(&n));
    if times {
        let parts: Vec<&str> = text.strip_prefix('-').unwrap_or(text).split('-').collect();
        return match parts.as_slice() {
            [year] if digits(year, 4) => literal(Datatype::Year),
            [year, month] if digits(year, 4) && within(month, 12) => literal(Datatype::YearMonth),
            [year, month, day] if digits(year, 4) && within(month, 12) => {
                let last = days(year.parse().ok()?, month.parse().ok()?);
                if within(day, last) { literal(Datatype::Date) } else { None }
            }
            _ => None,
        };
    }
    let plain = text.strip_prefix('-').unwrap_or(text);
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match plain.split_once('.') {
        None if number(plain) => literal(Datatype::Integer),
        Some((whole, part)) if number(whole) && number(part) => literal(Datatype::Decimal),
        _ => None,
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_written() {
        for (text, times, datatype) in [
            ("1948-07-21", true, Some(Datatype::Date)),
            ("2000-02-29", true, Some(Datatype::Date)),
            ("1900-02-29", true, None),
            ("1948-13", true, None),
            ("1948-07", true, Some(Datatype::YearMonth)),
            ("-0044", true, Some(Datatype::Year)),
            ("21", true, None),
            ("12000", false, Some(Datatype::Integer)),
            ("-3.50", false, Some(Datatype::Decimal)),
            ("3.", false, None),
            ("many", false, None),
        ] {
            assert_eq!(value(text, times).map(|literal| literal.datatype), datatype, "{text}");
        }
    }
}
