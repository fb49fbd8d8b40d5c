//! A search for a text. In: what is looked for, among what, and by what. Out: the best, and how they were found. Never: a hit that
//! the filter does not let through.

use super::Meaning;
use super::asker::AskedWith;
use super::catalogue::{Catalogue, Shelf};
use super::ties::{self, Scored};
use crate::exit::CliError;
use anyhow::Result;
use kgloom_record::record::Iri;
use kgloom_search::{Explanation, Filter, Interests, Plan, Question, fuse, spread};
use std::collections::BTreeSet;
use std::sync::Arc;

/// By what is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By words alone (BM25).
    Words,
    /// By meaning alone.
    Vectors,
    /// By both, as standard scores added.
    Both,
}

/// What is searched for.
#[derive(Clone, Debug)]
pub enum Target {
    /// Things of the graph.
    Things {
        /// Those of a class.
        class: Option<Iri>,
        /// Those among these.
        within: Option<BTreeSet<Iri>>,
    },
    /// Documents.
    Documents,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Search {
    /// The text.
    pub text: Arc<str>,
    /// Things or documents.
    pub target: Target,
    /// By what.
    pub by: By,
    /// The most that are wanted.
    pub most: usize,
    /// Over how many interests the list is spread, if it is.
    pub spread: Option<usize>,
    /// Whether scores are explained.
    pub explain: bool,
}

impl Search {
    /// Ten of them, by words and meaning.
    pub fn new(text: &Arc<str>, target: Target) -> Search {
        Search { text: Arc::clone(text), target, by: By::Both, most: 10, spread: None, explain: false }
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The best, the best first.
    pub hits: Vec<Hit>,
    /// How rows were gone through, where any were.
    pub plan: Option<Plan>,
    /// Whether these are the best for certain.
    pub exact: bool,
    /// The share of each interest in the list, where it is spread.
    pub shares: Vec<f64>,
    /// What the question was read with, where meaning was asked for.
    pub with: Option<AskedWith>,
}

/// One that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The thing or the document.
    pub iri: Iri,
    /// Its score: a cosine, BM25, or the sum of both as standard scores.
    pub score: f64,
    /// BM25, where words were asked for.
    pub words: Option<f64>,
    /// The cosine with the text, where meaning was asked for.
    pub meaning: Option<f64>,
    /// The interest that asked for it.
    pub interest: Option<usize>,
    /// The cosine as a sum over the ontology's classes and relations.
    pub explanation: Option<Explanation>,
}

impl Scored for Hit {
    fn iri(&self) -> &Iri {
        &self.iri
    }

    fn score(&self) -> f64 {
        self.score
    }
}

impl Meaning {
    /// Searches. Of those that score alike, the first by name come first, then by IRI.
    pub fn search(&self, search: &Search) -> Result<Found> {
        if search.by != By::Words && self.config.search.folder.is_some() {
            // A bridge may take a while to fit: whoever writes does not wait for it.
            let has_rows = |shelf: &Shelf| shelf.rows.is_some();
            let known = self.catalogue()?;
            let asked = known.as_ref().is_some_and(|known| has_rows(&known.things) || has_rows(&known.documents));
            drop(known);
            if asked {
                self.asker()?;
            }
        }
        let by_words = search.by != By::Vectors && matches!(search.target, Target::Things { .. });
        let catalogue = if by_words { self.worded()? } else { self.catalogue()? };
        let Some(catalogue) = catalogue.as_ref() else { return Ok(Found::default()) };
        let allowed = allowed(catalogue, &search.target, &self.ontology);
        let filter = allowed.as_ref().map_or(Filter::All, Filter::Keys);
        let shelf = match search.target {
            Target::Things { .. } => &catalogue.things,
            Target::Documents => &catalogue.documents,
        };
        if matches!(search.target, Target::Documents) && search.by != By::Vectors && !catalogue.has_texts {
            return Err(CliError::usage("documents are searched by words where their texts are at hand").into());
        }
        let store = self.store()?;
        let name = |iri: &Iri| ties::name(&store, iri);
        let mut found = match search.spread {
            None => {
                let fetch = |most| self.found(shelf, &Search { most, ..search.clone() }, &filter);
                ties::best(search.most, fetch, |found| &mut found.hits, name)?
            }
            // The shares of a list follow from its length.
            Some(_) => {
                let mut found = self.found(shelf, search, &filter)?;
                ties::by_name(&mut found.hits, name)?;
                found
            }
        };
        if found.hits.iter().any(|hit| hit.meaning.is_some()) {
            found.with = Some(self.asker()?.with.clone());
        }
        if search.explain && search.by != By::Words {
            let (question, concepts) = (self.question(&search.text)?, self.concepts()?);
            for hit in &mut found.hits {
                let vectors = shelf.rows.as_ref().map(kgloom_search::Index::vectors);
                let row = vectors.and_then(|vectors| Some(vectors.direction(vectors.number(&hit.iri)?)));
                hit.explanation = row.map(|row| concepts.explain(question.direction(), &row));
            }
        }
        Ok(found)
    }

    fn found(&self, shelf: &Shelf, search: &Search, filter: &Filter<'_, Iri>) -> Result<Found> {
        let hit = |iri, score| Hit { iri, score, words: None, meaning: None, interest: None, explanation: None };
        let passes = |name: &Iri| match filter {
            Filter::Keys(keys) => keys.contains(name),
            _ => true,
        };
        let words = || {
            let found = shelf.words.search(&search.text, search.most, &passes);
            let hits = found.into_iter().map(|(iri, score)| Hit { words: Some(score), ..hit(iri, score) }).collect();
            Found { hits, exact: true, ..Found::default() }
        };
        // Where nothing has a vector, words are all there is.
        let Some(rows) = shelf.rows.as_ref().filter(|_| search.by != By::Words) else { return Ok(words()) };
        let question: Question = self.question(&search.text)?;
        if let Some(count) = search.spread {
            let interests = Interests { count, ..Interests::default() };
            let spread = spread::spread(rows, &question, search.most, filter, &interests)?;
            let hits = spread.hits.into_iter().map(|found| {
                let score = f64::from(found.score);
                Hit { meaning: Some(score), interest: Some(found.interest), ..hit(found.key, score) }
            });
            let (exact, shares) = (spread.exact, spread.shares);
            return Ok(Found { hits: hits.collect(), exact, shares, ..Found::default() });
        }
        if search.by == By::Vectors {
            let found = rows.nearest(&question, search.most, filter)?;
            let hits = found.hits.into_iter().map(|found| {
                let score = f64::from(found.score);
                Hit { meaning: Some(score), ..hit(found.key, score) }
            });
            let (plan, exact) = (Some(found.plan), found.exact);
            return Ok(Found { hits: hits.collect(), plan, exact, ..Found::default() });
        }
        let (fused, found) = fuse::both(rows, &shelf.words, (&question, &search.text), search.most, filter)?;
        let hits = fused.into_iter().map(|fused| {
            let (words, meaning) = (fused.candidate.words, fused.candidate.meaning);
            Hit { words, meaning, ..hit(fused.candidate.key, fused.score) }
        });
        Ok(Found { hits: hits.collect(), plan: Some(found.plan), exact: found.exact, ..Found::default() })
    }
}

/// What may be found; none where everything may.
fn allowed(catalogue: &Catalogue, target: &Target, ontology: &ontologies::Ontology) -> Option<BTreeSet<Iri>> {
    let Target::Things { class, within } = target else { return None };
    let of_class = class.as_ref().map(|class| catalogue.of_class(class, ontology));
    match (of_class, within) {
        (Some(one), Some(other)) => Some(one.intersection(other).cloned().collect()),
        (one, other) => one.or_else(|| other.clone()),
    }
}
