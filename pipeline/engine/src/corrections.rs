//! The corrections of a state folder. In: what a user says, and what was said before. Out: the set that is to hold,
//! or which earlier correction stands against it. Never: two corrections that contradict each other.

mod file;
mod listed;
mod said;
mod typed;
mod value;

pub use file::{CorrectionsFile, read, write};
pub use listed::{Listed, listed};
pub use said::Said;
pub use typed::{Book, Meant};

use crate::error::Error;
use anyhow::Result;
use connectors::{Journal, Store};
use kgloom_record::contradiction::contradicted;
use kgloom_record::record::{Correction, CorrectionId, DocumentId, Iri, Named};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// That two names are of one; told either way round it is the same.
pub fn same(one: Named, other: Named) -> Correction {
    let (one, other) = if one <= other { (one, other) } else { (other, one) };
    Correction::Same { one, other }
}

/// The corrections with one more; refused where it contradicts an earlier one.
pub fn with(
    mut known: BTreeSet<Correction>,
    new: Correction,
    ontology: &Ontology,
) -> Result<BTreeSet<Correction>, Error> {
    if let Some(earlier) = contradicted(&known, &new, ontology) {
        let id = earlier.id();
        return Err(Error::refused(format!(
            "{new} contradicts correction {id}, {earlier}; `kgloom corrections undo {id}` takes that back"
        )));
    }
    known.insert(new);
    Ok(known)
}

/// The corrections with those of a file; none where that file was taken in before, so that what was undone since stays
/// undone.
pub fn with_file(
    journal: &Journal,
    file: &CorrectionsFile,
    ontology: &Ontology,
) -> Result<Option<BTreeSet<Correction>>> {
    if journal.imported()?.contains(&file.content) {
        return Ok(None);
    }
    let known = journal.corrections()?;
    Ok(Some(with_all(known, file, ontology)?))
}

/// The corrections with those of a file.
pub fn with_all(
    mut known: BTreeSet<Correction>,
    file: &CorrectionsFile,
    ontology: &Ontology,
) -> Result<BTreeSet<Correction>, Error> {
    for (line, correction) in &file.corrections {
        known = with(known, correction.clone(), ontology)
            .map_err(|wrong| Error::refused(format!("line {line} of the corrections: {wrong}")))?;
    }
    Ok(known)
}

/// A correction as people and programs are shown it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// What it is called.
    pub id: String,
    /// What it says, in words.
    pub says: String,
    /// On whose word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Shown {
    /// How a correction is shown.
    pub fn of(correction: &Correction) -> Shown {
        let source = correction.source().map(str::to_owned);
        Shown { id: correction.id().to_string(), says: correction.to_string(), source }
    }
}

/// What a correction does to the graph as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The documents that it changes the reading or the word of.
    pub documents: Vec<DocumentId>,
    /// The entities that it speaks of.
    pub entities: Vec<Iri>,
    /// Whether the fact that it asserts is stated.
    pub stated: bool,
}

impl Effect {
    /// What a correction does now.
    pub fn of(store: &Store, id: &CorrectionId) -> Result<Effect> {
        let own = vocabulary::correction_iri(id);
        let mut effect = Effect::default();
        for triple in store.of_correction(id)? {
            if triple.subject.as_str() != own {
                effect.stated = true;
            } else if let kgloom_record::record::Term::Name(what) = triple.object {
                match vocabulary::document_id(what.as_str()) {
                    Some(document) => effect.documents.push(document),
                    None => effect.entities.push(what),
                }
            }
        }
        effect.documents.sort();
        effect.entities.sort();
        Ok(effect)
    }

    /// Whether it does anything.
    pub fn applies(&self) -> bool {
        self.stated || !self.documents.is_empty() || !self.entities.is_empty()
    }
}

/// The corrections that are meant by ids, or the beginnings of ids.
///
/// Fails where an id is that of none, or of several.
pub fn undone(known: &BTreeSet<Correction>, ids: &[String]) -> Result<BTreeSet<Correction>> {
    let mut found = BTreeSet::new();
    for id in ids {
        let fits = |correction: &&Correction| !id.is_empty() && correction.id().as_str().starts_with(id.as_str());
        let mut fitting = known.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(correction), None) => found.insert(correction.clone()),
            (None, _) => {
                return Err(Error::nothing(format!("there is no correction \"{id}\"; nothing was undone")).into());
            }
            _ => {
                let sentence = format!("several corrections begin with \"{id}\"; nothing was undone");
                return Err(Error::meaningless(sentence).into());
            }
        };
    }
    Ok(found)
}
