//! What the user says that rows of tables mean. In: graphs of corrections, as they come and go. Out: the thing that a row is said to
//! mean, and those that it is said not to. Never: a thing that the correction does not stand for now.

use kgloom_record::record::{CorrectionId, Iri, Literal, Term};
use kgloom_record::vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// Corrections that are about rows, by row.
#[derive(Default)]
pub struct RowWords {
    by_id: BTreeMap<CorrectionId, Word>,
    of_row: BTreeMap<Iri, BTreeSet<CorrectionId>>,
    stale: BTreeSet<Iri>,
}

/// What one correction says.
#[derive(Default)]
struct Word {
    is_same: bool,
    row: Option<Iri>,
    /// Whom the other name stands for now.
    things: BTreeSet<Iri>,
}

impl RowWords {
    /// Takes in what a correction's graph says of it from now on, or no longer says.
    pub fn take(&mut self, id: &CorrectionId, (relation, object): (&Iri, &Term), comes: bool) {
        let word = self.by_id.entry(id.clone()).or_default();
        let before = word.row.clone();
        match (relation.as_str().strip_prefix(vocabulary::NAMESPACE), object) {
            (Some("correction"), Term::Literal(Literal { value, .. })) => word.is_same = comes && **value == *"same",
            (Some("appliesTo"), Term::Name(thing)) if comes => drop(word.things.insert(thing.clone())),
            (Some("appliesTo"), Term::Name(thing)) => drop(word.things.remove(thing)),
            (Some("row"), Term::Name(row)) => word.row = comes.then(|| row.clone()),
            _ => {}
        }
        let now = word.row.clone();
        if let Word { is_same: false, row: None, things } = word
            && things.is_empty()
        {
            self.by_id.remove(id);
        }
        if let Some(row) = before.as_ref().filter(|_| before != now)
            && let Some(ids) = self.of_row.get_mut(row)
        {
            ids.remove(id);
        }
        if let Some(row) = &now {
            self.of_row.entry(row.clone()).or_default().insert(id.clone());
        }
        self.stale.extend(before.into_iter().chain(now));
    }

    /// The rows of which something else is said since this was last asked.
    pub fn take_stale(&mut self) -> BTreeSet<Iri> {
        std::mem::take(&mut self.stale)
    }

    /// The thing that a row is said to mean, with the correction that says so; of several bearers of its name the one that no
    /// mark tells apart.
    pub fn meant(&self, row: &Iri) -> Option<(&Iri, &CorrectionId)> {
        let said = self.of(row).filter(|(_, word)| word.is_same);
        let things = said.flat_map(|(id, word)| word.things.iter().map(move |thing| (thing, id)));
        things.min_by_key(|(thing, _)| (vocabulary::is_apart(thing), *thing))
    }

    /// The things that a row is said not to mean.
    pub fn denied(&self, row: &Iri) -> BTreeSet<&str> {
        let said = self.of(row).filter(|(_, word)| !word.is_same);
        said.flat_map(|(_, word)| word.things.iter().map(Iri::as_str)).collect()
    }

    fn of(&self, row: &Iri) -> impl Iterator<Item = (&CorrectionId, &Word)> {
        let ids = self.of_row.get(row).into_iter().flatten();
        ids.filter_map(|id| Some((id, self.by_id.get(id)?)))
    }
}
