//! Why an entity is one. In: its IRI. Out: the documents' entities that it is made of, and what joined them.

use super::{Opened, Place, open};
use crate::corrections::Shown;
use crate::state::Folder;
use crate::terms;
use anyhow::Result;
use kgloom_record::port::ModelId;
use kgloom_record::record::{Correction, DocumentId, Iri, Named};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Bearers that are shown in full.
const SHOWN: usize = 10;

/// How an entity came to be one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Merged {
    /// The entity.
    pub entity: Iri,
    /// Its label.
    pub label: String,
    /// The documents' entities that it is made of, those of the evidence first.
    pub bearers: Vec<Bearer>,
    /// How many more there are.
    pub more: usize,
    /// Each name, and how many documents give it: the same name joined them.
    pub names: BTreeMap<String, usize>,
    /// Documents that give it several names at once: they joined those names.
    pub aliases: Vec<Alias>,
    /// What the user said of its names.
    pub corrections: Vec<Shown>,
}

/// One entity of one document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bearer {
    /// The document.
    pub document: DocumentId,
    /// The place in the document's reading.
    pub entity: u32,
    /// Its mentions; coreference joined them.
    pub mentions: Vec<Place>,
    /// Whether the text says what it is.
    pub defined: bool,
}

/// A document that gives an entity several names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alias {
    /// The document.
    pub document: DocumentId,
    /// The names, sorted.
    pub names: Vec<String>,
}

/// How the entity came to be one; the documents in `first` are shown first.
pub fn merged(folder: &Folder, model: &ModelId, entity: &Iri, first: &[DocumentId]) -> Result<Merged> {
    let mut places = folder.store.documents_of(entity)?;
    places.sort_by_key(|(document, index)| (!first.contains(document), document.clone(), *index));
    let mut merged = Merged {
        entity: entity.clone(),
        label: terms::label(&folder.store, entity)?,
        bearers: Vec::new(),
        more: places.len().saturating_sub(SHOWN),
        names: BTreeMap::new(),
        aliases: Vec::new(),
        corrections: Vec::new(),
    };
    for (document, index) in places {
        let Some(opened) = open(folder, model, &document)? else { continue };
        let bearer = bearer(document, index, &opened);
        let names: BTreeSet<String> = bearer.mentions.iter().map(|place| tidy(&place.text)).collect();
        for name in &names {
            *merged.names.entry(name.clone()).or_default() += 1;
        }
        if names.len() > 1 && merged.aliases.len() < SHOWN {
            let names = names.into_iter().collect();
            merged.aliases.push(Alias { document: bearer.document.clone(), names });
        }
        if merged.bearers.len() < SHOWN {
            merged.bearers.push(bearer);
        }
    }
    merged.corrections = corrections(folder, &merged)?;
    Ok(merged)
}

fn bearer(document: DocumentId, entity: u32, opened: &Opened) -> Bearer {
    let mentions = opened.reading.mentions.iter().filter(|mention| mention.entity == entity);
    let place = |span: kgloom_record::record::Span| Place {
        entity,
        span,
        text: span.of(&opened.text).unwrap_or_default().to_owned(),
    };
    let defined = opened.reading.entities.get(entity as usize).is_some_and(|local| local.defined);
    Bearer { document, entity, mentions: mentions.map(|mention| place(mention.span)).collect(), defined }
}

/// What was said of who somebody is; facts are corrected elsewhere.
fn corrections(folder: &Folder, merged: &Merged) -> Result<Vec<Shown>> {
    let names = merged.names.keys().chain([&merged.label]);
    let known: BTreeSet<String> = names.map(|name| name.to_lowercase()).collect();
    let mut corrections = folder.journal.corrections()?;
    corrections.retain(|correction| {
        let about = |named: &&Named| known.contains(&tidy(&named.name).to_lowercase());
        !matches!(correction, Correction::Reject { .. } | Correction::Assert { .. })
            && correction.names().iter().any(about)
    });
    Ok(corrections.iter().map(Shown::of).collect())
}

fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
