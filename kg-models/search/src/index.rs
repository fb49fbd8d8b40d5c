//! Rows by meaning, with codes beside them where there are many.
//!
//! In: rows by key, as they come and go; questions. Out: the nearest, how they were found, and whether they are the nearest
//! for certain. Never: an answer that depends on the order of edits or the number of threads.

use crate::best::Hit;
use crate::coder::Coder;
use crate::codes::Codes;
use crate::filter::Filter;
use crate::plan::{Limits, Plan, Selected};
use crate::question::Question;
use crate::rows::{Vectors, check_width};
use crate::scan;
use kgloom_numerics::Error;

/// Rows of a living set, to be found by meaning.
#[derive(Clone, Debug)]
pub struct Index<K> {
    vectors: Vectors<K>,
    codes: Option<Codes>,
    limits: Limits,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<K> {
    /// The nearest, best first, ties by key.
    pub hits: Vec<Hit<K>>,
    /// How they were found.
    pub plan: Plan,
    /// Whether they are the nearest for certain; only a shortlist can leave it open.
    pub exact: bool,
}

impl<K: Clone + Ord + Send + Sync> Index<K> {
    /// An index of rows of a width, always scanned exactly.
    ///
    /// # Panics
    /// When the width is 0.
    pub fn new(width: usize) -> Self {
        Index { vectors: Vectors::new(width), codes: None, limits: Limits::default() }
    }

    /// An index with codes beside its rows, of the coder's width.
    ///
    /// # Panics
    /// When the width is 0.
    pub fn coded(coder: Coder) -> Self {
        Index { vectors: Vectors::new(coder.width()), codes: Some(Codes::new(coder)), limits: Limits::default() }
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Index { limits, ..self }
    }

    /// The rows.
    pub fn vectors(&self) -> &Vectors<K> {
        &self.vectors
    }

    /// What makes the codes, if there are any.
    pub fn coder(&self) -> Option<&Coder> {
        self.codes.as_ref().map(Codes::coder)
    }

    /// What rows and codes take in memory, keys not counted ([`Vectors::bytes`]).
    pub fn bytes(&self) -> usize {
        self.vectors.bytes() + self.codes.as_ref().map_or(0, Codes::bytes)
    }

    /// Puts in a row, in place of the one that the key had.
    ///
    /// # Errors
    /// When the row has another width.
    pub fn insert(&mut self, key: K, row: &[i8]) -> Result<(), Error> {
        let number = self.vectors.insert(key, row)?;
        if let Some(codes) = &mut self.codes {
            codes.put(number, self.vectors.direction(number));
        }
        Ok(())
    }

    /// Takes a row out; whether there was one.
    pub fn remove(&mut self, key: &K) -> bool {
        let number = self.vectors.remove(key);
        if let (Some(codes), Some(number)) = (&mut self.codes, number) {
            codes.take(number);
        }
        number.is_some()
    }

    /// How a question would be answered.
    pub fn plan(&self, most: usize, filter: &Filter<'_, K>) -> Plan {
        let rows = self.vectors.len();
        let selected = match filter {
            Filter::All | Filter::Test(_) => Selected::Unknown,
            Filter::Keys(_) => Selected::Keys(filter.most(rows)),
            Filter::Rows(_) => Selected::Rows(filter.most(rows)),
        };
        self.limits.plan(rows, selected, most, self.codes.is_some())
    }

    /// The nearest rows to a question, of those that the filter lets through.
    ///
    /// # Errors
    /// When the question has another width than the rows.
    pub fn nearest(&self, question: &Question, most: usize, filter: &Filter<'_, K>) -> Result<Found<K>, Error> {
        check_width("question", question.direction().len(), self.vectors.width())?;
        let plan = self.plan(most, filter);
        let (hits, exact) = match (plan, &self.codes) {
            (Plan::FilterFirst(_), _) => {
                (scan::nearest_of(&self.vectors, question, most, &filter.rows(&self.vectors)), true)
            }
            (Plan::Shortlist { length, .. }, Some(codes)) => self.by_codes(codes, question, (most, length), filter),
            _ => (scan::nearest(&self.vectors, question, most, filter), true),
        };
        Ok(Found { hits, plan, exact })
    }

    /// The nearest rows to each of several questions. Where all rows are scanned, each is read once for all questions.
    ///
    /// # Errors
    /// When a question has another width than the rows.
    pub fn nearest_each(
        &self,
        questions: &[Question],
        most: usize,
        filter: &Filter<'_, K>,
    ) -> Result<Vec<Found<K>>, Error> {
        let plan = self.plan(most, filter);
        if !matches!(plan, Plan::ScanFirst(_)) {
            return questions.iter().map(|question| self.nearest(question, most, filter)).collect();
        }
        for question in questions {
            check_width("question", question.direction().len(), self.vectors.width())?;
        }
        let found = scan::nearest_each(&self.vectors, questions, most, filter).into_iter();
        Ok(found.map(|hits| Found { hits, plan, exact: true }).collect())
    }

    /// The nearest of a shortlist, and whether no other row is as near as the last of them.
    fn by_codes(
        &self,
        codes: &Codes,
        question: &Question,
        (most, length): (usize, usize),
        filter: &Filter<'_, K>,
    ) -> (Vec<Hit<K>>, bool) {
        let shortlist = codes.shortlist(&self.vectors, question, length, filter);
        let hits = scan::nearest_of(&self.vectors, question, most, &shortlist.rows);
        let least = hits.last().map_or(f32::INFINITY, |hit| hit.score);
        let exact = codes.proves(&shortlist, least, &self.vectors, filter);
        (hits, exact)
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
