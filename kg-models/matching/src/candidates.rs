//! Which thing a row means. In: things, a row, vectors where there are any. Out: candidates with evidence, the best one with a
//! probability. Never: a text that is encoded here; an answer that depends on the number of threads.

use crate::curve::{Curve, Features};
use crate::forms::{Form, asked, plain};
use crate::rows::{Row, Thing};
use kgloom_numerics::Error;
use kgloom_numerics::vectors::TextVectors;
use kgloom_search::fuse::{CANDIDATES, both, fuse};
use kgloom_search::{Filter, Index, Question, Words, quantise};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Probability that an equal name is to have for an exact match.
const EXACT: f64 = 0.8;
/// Names that a curve is learnt from, at the least and at the most.
const LESSONS: (usize, usize) = (50, 2_000);

/// A thing that a row may mean, and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The place of the thing.
    pub thing: u32,
    /// The sum of the standard scores of words, meaning and names over all candidates.
    pub score: f64,
    /// BM25; `None` where its words were not looked at.
    pub words: Option<f64>,
    /// The cosine with the row; `None` where one of both has no vector.
    pub meaning: Option<f64>,
    /// How alike its nearest name and a text of the row are, from 0 to 1.
    pub name: f64,
    /// Whether they are equal but for case, accents and punctuation.
    pub equal: bool,
}

/// How near a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closeness {
    /// A name is equal and the thing is probable: `skos:exactMatch`.
    Exact,
    /// Anything else: `skos:closeMatch`.
    Close,
}

/// The thing that a row probably means.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The thing, with the evidence.
    pub candidate: Candidate,
    /// The probability that the row means it, rather than another thing or none.
    pub probability: f64,
    /// How near it is.
    pub closeness: Closeness,
}

/// Things that rows are matched with.
pub struct Matcher {
    /// By thing: its names.
    forms: Vec<Vec<Form>>,
    /// By plain form: the things with such a name.
    equal: BTreeMap<String, BTreeSet<u32>>,
    words: Words<u32>,
    index: Option<Index<u32>>,
    curve: Curve,
}

impl Matcher {
    /// A matcher of things, with a vector for each, best of [`Thing::told`], where there are vectors.
    ///
    /// # Errors
    /// When there is not one vector for each thing.
    pub fn new(things: Vec<Thing>, vectors: Option<&TextVectors>) -> Result<Self, Error> {
        let (mut equal, mut words): (BTreeMap<String, BTreeSet<u32>>, Words<u32>) = Default::default();
        let forms: Vec<Vec<Form>> =
            things.iter().map(|thing| thing.names.iter().map(|name| Form::new(name)).collect()).collect();
        for ((thing, forms), place) in things.iter().zip(&forms).zip(0u32..) {
            words.insert(place, &plain(&thing.words()));
            for form in forms.iter().filter(|form| !form.plain().is_empty()) {
                equal.entry(form.plain().to_owned()).or_default().insert(place);
            }
        }
        let index = vectors.map(|vectors| indexed(vectors, things.len())).transpose()?;
        Ok(Matcher { forms, equal, words, index, curve: Curve::default() })
    }

    /// The same with a curve that was learnt ([`learn_curve`]).
    pub fn with_curve(self, curve: Curve) -> Self {
        Matcher { curve, ..self }
    }

    /// The things that a row may mean, best first, ties by place, so many at the most. A vector is of [`Row::text`].
    ///
    /// # Errors
    /// When the row has a vector and things have none, or have others.
    pub fn candidates(&self, row: &Row, vector: Option<&[f32]>, most: usize) -> Result<Vec<Candidate>, Error> {
        let mut found = self.ranked(row, vector, None)?;
        found.truncate(most);
        Ok(found)
    }

    /// The thing that a row means with this probability at the least.
    ///
    /// # Errors
    /// As [`Matcher::candidates`].
    pub fn best(&self, row: &Row, vector: Option<&[f32]>, least: f64) -> Result<Option<Link>, Error> {
        let found = self.ranked(row, vector, None)?;
        let Some(told) = features(&found) else { return Ok(None) };
        let probability = self.curve.probability(told);
        let candidate = found.into_iter().next().filter(|_| probability >= least);
        Ok(candidate.map(|candidate| {
            let exact = candidate.equal && probability >= EXACT;
            Link { closeness: if exact { Closeness::Exact } else { Closeness::Close }, candidate, probability }
        }))
    }

    /// All candidates but a hidden one.
    fn ranked(&self, row: &Row, vector: Option<&[f32]>, hidden: Option<u32>) -> Result<Vec<Candidate>, Error> {
        let text = asked(&row.text());
        let passes = |thing: &u32| Some(*thing) != hidden;
        let mut found: BTreeMap<u32, Candidate> = BTreeMap::new();
        let new = |thing| Candidate { thing, score: 0.0, words: None, meaning: None, name: 0.0, equal: false };
        match (vector, &self.index) {
            (None, _) => {
                let shares = self.words.search(&text, CANDIDATES, &passes);
                let candidate = |(key, words)| kgloom_search::Candidate { key, words: Some(words), meaning: None };
                for one in fuse(shares.into_iter().map(candidate).collect()) {
                    let key = one.candidate.key;
                    found.insert(key, Candidate { score: one.score, words: one.candidate.words, ..new(key) });
                }
            }
            (Some(vector), Some(index)) => {
                let question = Question::new(vector);
                let (ranked, _) = both(index, &self.words, (&question, &text), CANDIDATES, &Filter::Test(&passes))?;
                for one in ranked {
                    let kgloom_search::Candidate { key, words, meaning } = one.candidate;
                    found.insert(key, Candidate { score: one.score, words, meaning, ..new(key) });
                }
            }
            (Some(_), None) => return Err(data("row", "it has a vector, and things have none".to_owned())),
        }
        let forms: Vec<Form> = row.texts().map(Form::new).collect();
        for thing in forms.iter().filter_map(|form| self.equal.get(form.plain())).flatten().filter(|one| passes(one)) {
            found.entry(*thing).or_insert_with(|| new(*thing)).equal = true;
        }
        for candidate in found.values_mut() {
            let names = &self.forms[candidate.thing as usize];
            let pairs = forms.iter().flat_map(|form| names.iter().map(|name| form.likeness(name)));
            candidate.name = if candidate.equal { 1.0 } else { pairs.fold(0.0, f64::max) };
        }
        // A third side, which counts as the two others do.
        let side = |one: &Candidate| kgloom_search::Candidate { key: one.thing, words: Some(one.name), meaning: None };
        for one in fuse(found.values().map(side).collect()) {
            if let Some(candidate) = found.get_mut(&one.candidate.key) {
                candidate.score += one.score;
            }
        }
        let mut ranked: Vec<Candidate> = found.into_values().collect();
        ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
        Ok(ranked)
    }
}

fn indexed(vectors: &TextVectors, things: usize) -> Result<Index<u32>, Error> {
    if vectors.width == 0 || vectors.values.len() != things * vectors.width {
        let reason = format!("{} numbers for {things} things of width {}", vectors.values.len(), vectors.width);
        return Err(data("vectors", reason));
    }
    let mut index = Index::new(vectors.width);
    for (place, row) in (0u32..).zip(vectors.values.chunks_exact(vectors.width)) {
        index.insert(place, &quantise(row))?;
    }
    Ok(index)
}

fn data(name: &str, reason: String) -> Error {
    Error::Data { name: name.to_owned(), reason }
}

fn features(ranked: &[Candidate]) -> Option<Features> {
    let best = ranked.first()?;
    let lead = ranked.get(1).map_or(0.0, |next| best.score - next.score);
    Some(Features { score: best.score, lead, name: best.name })
}

/// The names of things after the first of each, with the place of the thing: what [`learn_curve`] asks for.
pub fn other_names(things: &[Thing]) -> Vec<(u32, Arc<str>)> {
    let of = |(thing, place): (&Thing, u32)| -> Vec<(u32, Arc<str>)> {
        thing.names.iter().skip(1).map(|name| (place, Arc::clone(name))).collect()
    };
    things.iter().zip(0u32..).flat_map(of).collect()
}

/// What scores mean, learnt without judgements: each thing is known by its first name, and asked for by its others, once among
/// all things and once with itself taken away, where any answer is wrong. Vectors are of [`Thing::told`], and of
/// [`other_names`] in their order. `None` where there are too few other names.
///
/// # Errors
/// When there is not one vector for each thing and name.
pub fn learn_curve(things: &[Thing], vectors: Option<(&TextVectors, &TextVectors)>) -> Result<Option<Curve>, Error> {
    let names = other_names(things);
    if names.len() < LESSONS.0 {
        return Ok(None);
    }
    if let Some((_, others)) = vectors.filter(|(_, others)| others.values.len() != names.len() * others.width) {
        return Err(data("vectors", format!("{} numbers for {} other names", others.values.len(), names.len())));
    }
    let bare = |thing: &Thing| Thing { names: thing.names.iter().take(1).cloned().collect(), ..thing.clone() };
    let matcher = Matcher::new(things.iter().map(bare).collect(), vectors.map(|(own, _)| own))?;
    let lessons = names.len().min(LESSONS.1);
    let asked: Vec<usize> = (0..lessons).map(|lesson| lesson * names.len() / lessons).collect();
    let judge = |place: usize| -> Result<Vec<(Features, bool)>, Error> {
        let (thing, name) = &names[place];
        let (row, vector) = (Row::term(name), vectors.map(|(_, others)| others.row(place as u32)));
        let there = matcher.ranked(&row, vector, None)?;
        let right = there.first().is_some_and(|best| best.thing == *thing);
        let away = matcher.ranked(&row, vector, Some(*thing))?;
        Ok([(features(&there), right), (features(&away), false)]
            .into_iter()
            .filter_map(|(told, right)| Some((told?, right)))
            .collect())
    };
    let judged: Vec<Vec<(Features, bool)>> = asked.into_par_iter().map(judge).collect::<Result<_, _>>()?;
    Ok(Curve::fit(&judged.concat()))
}

#[cfg(test)]
#[path = "candidates_tests.rs"]
mod tests;
