//! Classes of one's own, learnt from a graph. In: an ontology, the profiles of a graph. Out: a typer of things, one of documents.
//! Never: a class of the six that readers tell.

use anyhow::Result;
use kgloom_numerics::vectors::{Encode, TextVectors};
use kgloom_record::port::{ClassJudgement, ModelId, Typer};
use kgloom_record::profile::Profile;
use kgloom_record::record::Iri;
use kgloom_record::{names, vocabulary};
use kgloom_typing::things::{Learnt, direction};
use kgloom_typing::{
    Class, Examples, GraphTyper, Lesson, ThingClass, ThingLesson, ThingTyper, TypeTraining, Word, train_things,
    train_types,
};
use ontologies::{Class as Declared, Ontology};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Documents that the prototypes of topics are moved to, at the most.
const DOCUMENTS: usize = 20_000;

/// Tells nothing, and keeps what a graph knows of each thing.
#[derive(Debug)]
pub struct Recorder {
    id: ModelId,
    seen: Mutex<BTreeMap<Arc<str>, Profile>>,
}

impl Default for Recorder {
    fn default() -> Self {
        Recorder { id: ModelId("recorder".into()), seen: Mutex::default() }
    }
}

impl Recorder {
    /// What was seen, by name.
    pub fn take(&self) -> BTreeMap<Arc<str>, Profile> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Typer for Recorder {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn tell(&self, profile: &Profile) -> Vec<ClassJudgement> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(Arc::clone(&profile.name), profile.clone());
        Vec::new()
    }
}

/// What typers are made from.
pub struct Source<'a> {
    /// What is declared.
    pub ontology: &'a Ontology,
    /// What reads words in the space of the graph's directions.
    pub encoder: &'a dyn Encode,
    /// What the graph knows.
    pub profiles: &'a BTreeMap<Arc<str>, Profile>,
    /// Texts that were written for classes, by the class.
    pub texts: &'a [(Iri, Arc<str>)],
    /// What signals mean, and what is at the ends of relations.
    pub learnt: Learnt,
}

/// How a class is declared that things may be of; `None` of the six, and of topics.
fn own(class: &Declared) -> bool {
    class.tag.is_none() && !class.of_documents
}

impl Source<'_> {
    fn read(&self, texts: &[Arc<str>]) -> Result<TextVectors, kgloom_typing::Error> {
        let texts: Vec<Option<Arc<str>>> = texts.iter().cloned().map(Some).collect();
        Ok(TextVectors { width: self.encoder.width(), values: self.encoder.read(&texts, &|_, _| {})? })
    }

    /// A typer of things; none where the ontology declares no classes for them. Those in `apart` are not learnt from.
    ///
    /// # Errors
    /// Where words cannot be read.
    pub fn things(&self, apart: &BTreeSet<Arc<str>>) -> Result<Option<ThingTyper>> {
        let declared: Vec<&Declared> = self.ontology.classes().filter(|class| own(class)).collect();
        if declared.is_empty() {
            return Ok(None);
        }
        let place: BTreeMap<&Iri, u32> = declared.iter().map(|class| &class.iri).zip(0..).collect();
        let called = self.called();
        let classes = declared.iter().map(|class| self.class(class, &declared, &place, &called)).collect();
        let mut candidates: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for told in self.ontology.classes() {
            let fits = declared.iter().zip(0u32..).filter(|(class, _)| self.ontology.may_be(&told.iri, &class.iri));
            let fits: Vec<u32> = fits.map(|(_, place)| place).collect();
            if !fits.is_empty() && told.tag.is_some() {
                candidates.insert(told.iri.as_str().to_owned(), fits);
            }
        }
        let is_thing = |profile: &&Profile| &*profile.class != vocabulary::DOCUMENT_CLASS;
        let known = self.profiles.values().filter(|profile| !apart.contains(&profile.name));
        let profiles: Vec<&Profile> = known.filter(is_thing).collect();
        let lesson = ThingLesson {
            encoder: self.encoder.id(),
            classes,
            candidates,
            profiles: &profiles,
            learnt: self.learnt.clone(),
        };
        Ok(Some(train_things(lesson, &|words| self.read(words))?))
    }

    /// Things by their names, as names are compared.
    fn called(&self) -> BTreeMap<Arc<str>, Vec<Arc<str>>> {
        let mut called: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
        for profile in self.profiles.values() {
            called.entry(names::key(&profile.label)).or_default().push(Arc::clone(&profile.name));
        }
        called
    }

    fn class(
        &self,
        class: &Declared,
        declared: &[&Declared],
        place: &BTreeMap<&Iri, u32>,
        called: &BTreeMap<Arc<str>, Vec<Arc<str>>>,
    ) -> ThingClass {
        let ontology = self.ontology;
        let lower = |text: &String| Arc::from(text.to_lowercase());
        let words = std::iter::once(&class.label).chain(&class.alternatives).map(lower).collect();
        let below: Vec<&Iri> =
            declared.iter().map(|other| &other.iri).filter(|other| ontology.is_kind_of(other, &class.iri)).collect();
        let above = ontology.above(&class.iri).filter_map(|above| place.get(above));
        let kin: BTreeSet<u32> =
            below.iter().map(|iri| place[iri]).chain(above.copied()).filter(|kin| *kin != place[&class.iri]).collect();
        let named = |ends: &BTreeSet<Iri>| ends.iter().any(|end| *end == class.iri);
        let mut relations: Vec<(String, bool)> = Vec::new();
        for relation in ontology.relations() {
            let ends = [(&relation.domain, true), (&relation.range, false)];
            let ends = ends.into_iter().filter(|(end, _)| named(end));
            relations.extend(ends.map(|(_, head)| (relation.iri.as_str().to_owned(), head)));
        }
        let mut examples: Vec<Arc<str>> = Vec::new();
        for example in &class.examples {
            match self.profiles.get_key_value(example.as_str()) {
                Some((name, _)) => examples.push(Arc::clone(name)),
                None => examples.extend(called.get(&names::key(example)).into_iter().flatten().cloned()),
            }
        }
        examples.sort();
        examples.dedup();
        ThingClass {
            name: class.iri.as_str().into(),
            words,
            kin: kin.into_iter().collect(),
            below: below.into_iter().map(|iri| iri.as_str().into()).collect(),
            relations,
            examples,
        }
    }

    /// A typer of documents; none where the ontology declares fewer than two topics.
    ///
    /// # Errors
    /// Where words cannot be read.
    pub fn topics(&self) -> Result<Option<kgloom_typing::Typer>> {
        let declared: Vec<&Declared> = self.ontology.classes().filter(|class| class.of_documents).collect();
        if declared.len() < 2 {
            return Ok(None);
        }
        let mut words: Vec<Arc<str>> = Vec::new();
        for class in &declared {
            words.push(class.label.as_str().into());
            words.extend(class.alternatives.iter().map(|word| Arc::from(word.as_str())));
        }
        let vectors = self.read(&words)?;
        let mut rows = words.iter().zip(vectors.values.chunks_exact(vectors.width.max(1)));
        let mut next = || rows.next().map(|(text, row)| Word { text: Arc::clone(text), vector: row.to_vec() });
        let mut classes = Vec::new();
        for class in &declared {
            let Some(label) = next() else { break };
            let keywords = class.alternatives.iter().filter_map(|_| next()).collect();
            classes.push(Class { name: class.iri.as_str().into(), label, keywords });
        }
        let width = self.encoder.width();
        let of_documents = self.profiles.values().filter(|profile| &*profile.class == vocabulary::DOCUMENT_CLASS);
        let rows: BTreeMap<&str, Vec<f32>> =
            of_documents.map(|profile| (&*profile.name, direction(&profile.own, width))).collect();
        let items = rows.values().take(DOCUMENTS).flatten().copied().collect();
        let mut known: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        let documents: BTreeMap<String, &str> = rows.keys().map(|name| (title(name), *name)).collect();
        for (class, place) in declared.iter().zip(0u32..) {
            for example in &class.examples {
                if let Some(name) = documents.get(example.as_str()) {
                    known.entry(name).or_default().insert(place);
                }
            }
        }
        let examples = Examples {
            names: known.keys().map(|name| title(name).into()).collect(),
            vectors: TextVectors { width, values: known.keys().flat_map(|name| rows[name].clone()).collect() },
            classes: known.into_values().map(|classes| classes.into_iter().collect()).collect(),
        };
        let place = |class: &Iri| declared.iter().position(|declared| declared.iri == *class);
        let written: Vec<(u32, &Arc<str>)> =
            self.texts.iter().filter_map(|(class, text)| Some((place(class)? as u32, text))).collect();
        let texts: Vec<Arc<str>> = written.iter().map(|(_, text)| Arc::clone(text)).collect();
        let several = examples.classes.iter().any(|classes| classes.len() > 1);
        let written = Examples {
            names: texts.clone(),
            vectors: self.read(&texts)?,
            classes: written.iter().map(|(class, _)| vec![*class]).collect(),
        };
        let lesson = Lesson { classes, several, examples, written };
        let items = TextVectors { width, values: items };
        Ok(Some(train_types(&lesson, &items, &self.encoder.id(), TypeTraining::default())?))
    }

    /// Both, in a folder.
    ///
    /// # Errors
    /// Where one cannot be made or written.
    pub fn write(&self, folder: &std::path::Path) -> Result<(Option<ThingTyper>, Option<kgloom_typing::Typer>)> {
        let (things, topics) = (self.things(&BTreeSet::new())?, self.topics()?);
        if let Some(things) = &things {
            things.write(folder)?;
        }
        if let Some(topics) = &topics {
            topics.write(&GraphTyper::topics_in(folder))?;
        }
        Ok((things, topics))
    }
}

/// The id of a document by its IRI.
fn title(name: &str) -> String {
    vocabulary::document_id(name).map_or_else(|| name.to_owned(), |id| id.as_str().to_owned())
}
