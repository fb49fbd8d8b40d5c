//! Rows that are pinned beside a graph that lives. In: rows, what comes and goes in the graph. Out: which thing each row means, with
//! evidence, and which rows must be asked again. Never: an answer that is not a function of rows, counts and the graph as it is.

use crate::living::{Living, Said, Thing};
use crate::mentions::{Mention, mentions};
use crate::signals::{Evidence, Signals, Weights};
use crate::table::{TableRow, WordCounts};
use crate::title::{Beside, Comparison, Title, words};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names less alike than this are not looked at further.
const LEAST: f64 = 0.55;
/// How alike names must be that are preferred to first letters.
const ACRONYM: f64 = 0.75;
/// How much a cosine is above which it is told as evidence.
const LIKE: f64 = 0.3;
/// How much a kind leans to a class above which it is told as evidence.
const LEANS: f64 = 0.2;

/// A thing that a row may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct RowCandidate {
    /// The thing's IRI.
    pub thing: Arc<str>,
    /// Its label.
    pub label: Arc<str>,
    /// What speaks for it, in numbers.
    pub signals: Signals,
    /// The same in words.
    pub evidence: Vec<Evidence>,
    /// The probability that the row means it, rather than another thing or none.
    pub probability: f64,
}

/// A row, ready to be matched.
struct Pinned {
    row: TableRow,
    titles: Vec<Title>,
    wanted: BTreeSet<String>,
    mentions: Vec<Mention>,
    beside: Beside,
    /// The length of its direction.
    length: f64,
}

/// Rows beside a graph that lives.
pub struct RowLinker {
    rows: Vec<Pinned>,
    counts: WordCounts,
    /// Labels of relations, in lower case.
    relations: BTreeMap<Arc<str>, String>,
    /// Labels of classes.
    classes: BTreeMap<Arc<str>, Arc<str>>,
    weights: Weights,
    living: Living,
    by_wanted: BTreeMap<String, Vec<u32>>,
    by_mention: BTreeMap<String, Vec<u32>>,
    touched: BTreeSet<u32>,
    renamed: BTreeSet<u32>,
    stale: BTreeSet<u32>,
}

impl RowLinker {
    /// Rows beside a graph that is still empty. Relations and classes come with their labels: a column that is named as a
    /// relation is held against where it leads.
    pub fn new(
        rows: Vec<TableRow>,
        counts: WordCounts,
        relations: impl IntoIterator<Item = (Arc<str>, Arc<str>)>,
        classes: impl IntoIterator<Item = (Arc<str>, Arc<str>)>,
    ) -> Self {
        let relations = relations.into_iter().map(|(iri, label)| (iri, label.to_lowercase())).collect();
        let (mut by_wanted, mut by_mention): (BTreeMap<String, Vec<u32>>, BTreeMap<String, Vec<u32>>) =
            Default::default();
        let pinned: Vec<Pinned> = rows.into_iter().map(|row| Pinned::new(row, &counts)).collect();
        for (row, place) in pinned.iter().zip(0u32..) {
            for key in &row.wanted {
                by_wanted.entry(key.clone()).or_default().push(place);
            }
            for key in row.mentions.iter().flat_map(|mention| &mention.keys) {
                by_mention.entry(key.clone()).or_default().push(place);
            }
        }
        RowLinker {
            rows: pinned,
            counts,
            relations,
            classes: classes.into_iter().collect(),
            weights: Weights::default(),
            living: Living::default(),
            by_wanted,
            by_mention,
            touched: BTreeSet::new(),
            renamed: BTreeSet::new(),
            stale: BTreeSet::new(),
        }
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &TableRow> {
        self.rows.iter().map(|pinned| &pinned.row)
    }

    /// Takes in what the graph says of a thing from now on, or no longer says.
    pub fn take(&mut self, thing: &str, said: Said, comes: bool) {
        let keys = |title: &Title| asked(title, &self.counts, [&self.by_wanted, &self.by_mention]);
        if let (Said::Name(name, _), false) = (said, comes) {
            for key in keys(&Title::new(name)) {
                self.stale.extend(self.by_wanted.get(&key).into_iter().flatten());
                self.stale.extend(self.by_mention.get(&key).into_iter().flatten());
            }
        }
        let touched = self.living.take(thing, said, comes, &keys);
        if let (Said::Name(..), Some(thing)) = (said, touched.first()) {
            self.renamed.insert(*thing);
        }
        self.touched.extend(touched);
    }

    /// The rows that may mean something else since this was last asked.
    pub fn take_stale(&mut self) -> BTreeSet<u32> {
        let keys = |title: &Title| asked(title, &self.counts, [&self.by_wanted, &self.by_mention]);
        let mut stale = std::mem::take(&mut self.stale);
        let renamed = std::mem::take(&mut self.renamed);
        for thing in std::mem::take(&mut self.touched) {
            for key in self.living.keys(thing, &keys) {
                stale.extend(self.by_wanted.get(&key).into_iter().flatten());
                if renamed.contains(&thing) {
                    stale.extend(self.by_mention.get(&key).into_iter().flatten());
                }
            }
        }
        stale
    }

    /// What the row in a place probably means, likeliest first, ties by IRI.
    pub fn candidates(&self, row: u32) -> Vec<RowCandidate> {
        self.candidates_but(row, &BTreeSet::new())
    }

    /// The same, where it is known that the row means none of some things.
    pub fn candidates_but(&self, row: u32, denied: &BTreeSet<&str>) -> Vec<RowCandidate> {
        let pinned = &self.rows[row as usize];
        let found: BTreeSet<u32> = pinned.wanted.iter().flat_map(|key| self.living.found(key)).collect();
        let named: Vec<(&Mention, BTreeSet<u32>)> = pinned
            .mentions
            .iter()
            .map(|mention| (mention, mention.keys.iter().flat_map(|key| self.living.found(key)).collect()))
            .collect();
        let mut candidates: Vec<RowCandidate> =
            found.into_iter().filter_map(|thing| self.candidate(pinned, thing, &named)).collect();
        candidates.retain(|one| !denied.contains(&*one.thing));
        // So that sums do not depend on the order in which things came.
        candidates.sort_by(|one, other| one.thing.cmp(&other.thing));
        let odds: Vec<f64> = candidates.iter().map(|one| self.weights.odds(&one.signals)).collect();
        let most = odds.iter().copied().fold(0.0, f64::max);
        let all = (-most).exp() + odds.iter().map(|odds| (odds - most).exp()).sum::<f64>();
        for (candidate, odds) in candidates.iter_mut().zip(odds) {
            candidate.probability = (odds - most).exp() / all;
        }
        candidates.sort_by(|one, other| other.probability.total_cmp(&one.probability));
        candidates
    }

    /// What the row in a place means with this probability at the least.
    pub fn best(&self, row: u32, least: f64) -> Option<RowCandidate> {
        self.candidates(row).into_iter().next().filter(|best| best.probability >= least)
    }

    /// What some rows mean with this probability at the least, in their order.
    pub fn answers(&self, rows: &[u32], least: f64) -> Vec<Option<RowCandidate>> {
        rows.par_iter().map(|row| self.best(*row, least)).collect()
    }

    fn candidate(&self, pinned: &Pinned, id: u32, named: &[(&Mention, BTreeSet<u32>)]) -> Option<RowCandidate> {
        let thing = self.living.thing(id);
        let (comparison, title, name) = self.nearest(pinned, thing)?;
        let mut signals = Signals {
            alike: comparison.alike,
            explained: comparison.explained,
            composed: f64::from(u8::from(comparison.composed)),
            acronym: f64::from(u8::from(comparison.acronym)),
            meaning: Signals::MIDDLING,
            opens: f64::from(u8::from(thing.opens > 0)),
            ..Signals::default()
        };
        let (row, told) = (Arc::clone(&title.written), Arc::clone(&name.written));
        let mut evidence = vec![match (&comparison, &pinned.row.kind) {
            (Comparison { acronym: true, explained, .. }, _) if *explained <= ACRONYM => Evidence::Acronym(row, told),
            (Comparison { composed: true, .. }, kind) => Evidence::Composed(row, Arc::clone(kind), told),
            _ => Evidence::Name(row, told, comparison.alike),
        }];
        self.linked(pinned, thing, (id, named), (&mut signals, &mut evidence));
        let leans = thing.classes.keys().filter_map(|class| Some((self.counts.lean(&pinned.row.kind, class)?, class)));
        if let Some((lean, class)) = leans.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1))) {
            (signals.class, signals.other_class) = (lean.max(0.0), (-lean).max(0.0));
            if lean > LEANS {
                let label = self.classes.get(class).unwrap_or(class);
                evidence.push(Evidence::Class(Arc::clone(&pinned.row.kind), Arc::clone(label)));
            }
        }
        if let Some(cosine) = thing.direction.as_deref().and_then(|direction| pinned.cosine(direction)) {
            signals.meaning = cosine;
            if cosine > LIKE {
                evidence.push(Evidence::Meaning(cosine));
            }
        }
        let (thing, label) = (Arc::clone(&thing.iri), thing.label().into());
        Some(RowCandidate { thing, label, signals, evidence, probability: 0.0 })
    }

    /// The names of both that are most alike; none where they are not.
    fn nearest<'a>(&self, pinned: &'a Pinned, thing: &'a Thing) -> Option<(Comparison, &'a Title, &'a Title)> {
        let weight = |word: &str| self.counts.weight(word);
        let mut best: Option<(Comparison, &Title, &Title, bool)> = None;
        for title in &pinned.titles {
            for (name, is_label) in thing.titles() {
                let comparison = title.compare(name, &pinned.beside, &weight);
                let acronym = |one: &Comparison| if one.acronym { ACRONYM } else { 0.0 };
                let rank = |one: &Comparison, is_label: bool| {
                    (one.equal && is_label, one.equal, one.composed, one.explained.max(acronym(one)), one.alike)
                };
                if best.as_ref().is_none_or(|(known, _, _, was)| rank(&comparison, is_label) > rank(known, *was)) {
                    best = Some((comparison, title, name, is_label));
                }
            }
        }
        let (found, title, name, _) = best?;
        let is_alike = found.equal || found.acronym || found.alike.max(found.explained) >= LEAST;
        is_alike.then_some((found, title, name))
    }

    /// What other columns name, and the thing is linked with.
    fn linked(
        &self,
        pinned: &Pinned,
        thing: &Thing,
        (id, named): (u32, &[(&Mention, BTreeSet<u32>)]),
        (signals, evidence): (&mut Signals, &mut Vec<Evidence>),
    ) {
        let to = |other: u32| {
            let links = thing.links.range((other, Arc::from(""))..);
            links.take_while(move |((end, _), _)| *end == other).map(|((_, relation), _)| relation)
        };
        let (mut agreeing, mut conflicting, mut linked) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (mention, things) in named {
            // What names the thing itself says nothing of where it is.
            if things.contains(&id) {
                continue;
            }
            let (column, _) = &pinned.row.columns[mention.column];
            let column = column.to_lowercase();
            let is_named = |relation: &Arc<str>| {
                let label = self.relations.get(relation);
                label.is_some_and(|label| {
                    label.strip_prefix(&column).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
                })
            };
            let ends = things.iter().filter_map(|other| {
                let by_name = to(*other).any(is_named);
                (by_name || to(*other).next().is_some()).then(|| (!by_name, self.living.thing(*other)))
            });
            let best = ends.min_by(|one, other| (one.0, &one.1.iri).cmp(&(other.0, &other.1.iri)));
            match best {
                Some((otherwise, end)) => {
                    linked.insert(&end.iri);
                    if self.is_relation(&column) {
                        agreeing.insert(mention.column);
                    }
                    let (name, text) = (&pinned.row.columns[mention.column].0, Arc::clone(&mention.text));
                    evidence.push(Evidence::Linked(Arc::clone(name), text, end.label().into(), !otherwise));
                }
                None if !things.is_empty() => {
                    let tells =
                        |((_, relation), ways): (&(u32, Arc<str>), &[u32; 2])| ways[0] > 0 && is_named(relation);
                    if thing.links.iter().any(tells) {
                        conflicting.insert(mention.column);
                    }
                }
                None => {}
            }
        }
        signals.agrees = f64::from(u8::from(!agreeing.is_empty()));
        signals.conflicts = f64::from(u8::from(conflicting.difference(&agreeing).next().is_some()));
        let beyond = linked.len().saturating_sub(agreeing.len());
        signals.linked = 1.0 - 0.5f64.powi(beyond.min(8) as i32);
    }

    fn is_relation(&self, column: &str) -> bool {
        self.relations.values().any(|label| label == column)
    }
}

/// The keys of a name that some row asks for.
fn asked(title: &Title, counts: &WordCounts, rows: [&BTreeMap<String, Vec<u32>>; 2]) -> BTreeSet<String> {
    let mut keys = title.keys(&|word| counts.is_common(word));
    keys.retain(|key| rows.iter().any(|rows| rows.contains_key(key)));
    keys
}

impl Pinned {
    fn new(row: TableRow, counts: &WordCounts) -> Self {
        let titles: Vec<Title> = row.names.iter().map(|name| Title::new(name)).collect();
        let is_common = |word: &str| counts.is_common(word);
        let mut wanted: BTreeSet<String> = titles.iter().flat_map(|title| title.wanted(&is_common)).collect();
        let kind = words(&row.kind);
        // A name that its kind completes.
        let closed: String = kind.iter().map(|word| word.letters.as_str()).collect();
        for letters in titles.iter().flat_map(|title| &title.closed) {
            wanted.extend([format!("={letters}{closed}"), format!("={closed}{letters}")]);
        }
        let others = row.columns.iter().flat_map(|(_, text)| words(text)).collect();
        let mentions = mentions(&row);
        let length = row.direction.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        Pinned { row, titles, wanted, mentions, beside: Beside { kind, others }, length }
    }

    /// The cosine with another direction of as many numbers.
    fn cosine(&self, other: &[i8]) -> Option<f64> {
        let own = &self.row.direction;
        if own.is_empty() || own.len() != other.len() {
            return None;
        }
        let dot: i32 = own.iter().zip(other).map(|(one, other)| i32::from(*one) * i32::from(*other)).sum();
        let square: i32 = other.iter().map(|x| i32::from(*x).pow(2)).sum();
        let length = self.length * f64::from(square).sqrt();
        (length > 0.0).then(|| f64::from(dot) / length)
    }
}

#[cfg(test)]
#[path = "row_linker_tests.rs"]
mod tests;
