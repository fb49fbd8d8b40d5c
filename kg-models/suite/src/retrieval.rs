//! Search by vectors alone, over all documents. In: documents, queries, judgements. Out: nDCG of the first ten, or the mean
//! reciprocal rank. Never: a word that query and document share.

use crate::task::{Task, drawn, vectors};
use kgloom_corpora::collections;
use kgloom_corpora::search::Searched;
use kgloom_encoders::neighbours::nearest;
use kgloom_numerics::Error;
use kgloom_numerics::vectors::Encode;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Documents that nDCG looks at.
const FIRST: usize = 10;

/// How a ranking is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gain {
    /// Normalised discounted cumulative gain of the first ten; gains are grades (Järvelin and Kekäläinen 2002).
    Discounted,
    /// One by the place of the first right document.
    Reciprocal,
}

/// Queries that find documents.
#[derive(Clone, Debug)]
pub struct Retrieval {
    name: String,
    set: Searched,
    gain: Gain,
}

impl Retrieval {
    /// The task of a test collection.
    pub fn of(name: &str, set: Searched, gain: Gain) -> Retrieval {
        Retrieval { name: name.to_owned(), set, gain }
    }

    /// Abstracts of aerodynamics and questions (Cranfield), from the folder of all data sets.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn cranfield(root: &Path) -> Result<Retrieval, Error> {
        Ok(Retrieval::of("find-cranfield", collections::cranfield(root)?, Gain::Discounted))
    }

    /// So many abstracts of Wikipedia, drawn by a seed, each of which is to find its own description among theirs.
    ///
    /// # Errors
    /// When the file is missing or malformed.
    pub fn abstracts(root: &Path, most: usize, seed: u64) -> Result<Retrieval, Error> {
        let all = collections::abstracts(root)?;
        let kept = drawn(0..all.documents.len() as u32, most, (seed, "abstracts"));
        let set = Searched {
            documents: kept.iter().map(|place| all.documents[*place as usize].clone()).collect(),
            queries: kept.iter().map(|place| all.queries[*place as usize].clone()).collect(),
            grades: (0..kept.len() as u32).map(|place| (place, [(place, 1)].into())).collect(),
        };
        Ok(Retrieval::of("find-abstracts", set, Gain::Reciprocal))
    }

    /// What is asked, by place.
    pub fn queries(&self) -> impl Iterator<Item = &Arc<str>> {
        self.set.queries.iter().map(|(_, text)| text)
    }
}

/// How good a ranking is, best document first.
fn gain(by: Gain, ranking: &[u32], grades: &BTreeMap<u32, u32>) -> f64 {
    let grade = |document: &u32| grades.get(document).copied().unwrap_or_default();
    match by {
        Gain::Reciprocal => {
            let first = ranking.iter().position(|document| grade(document) > 0);
            first.map_or(0.0, |place| 1.0 / (place + 1) as f64)
        }
        Gain::Discounted => {
            let sum = |grades: &mut dyn Iterator<Item = u32>| -> f64 {
                let one = |(place, grade): (usize, u32)| f64::from(grade) / (place as f64 + 2.0).log2();
                grades.take(FIRST).enumerate().map(one).sum()
            };
            let mut ideal: Vec<u32> = grades.values().copied().collect();
            ideal.sort_unstable_by(|one, other| other.cmp(one));
            sum(&mut ranking.iter().map(grade)) / sum(&mut ideal.into_iter()).max(f64::MIN_POSITIVE)
        }
    }
}

impl Task for Retrieval {
    fn name(&self) -> &str {
        &self.name
    }

    fn measure(&self) -> &'static str {
        match self.gain {
            Gain::Discounted => "nDCG of the first ten",
            Gain::Reciprocal => "mean reciprocal rank",
        }
    }

    fn texts(&self) -> usize {
        self.set.documents.len() + self.set.queries.len()
    }

    fn score(&self, encoder: &dyn Encode, on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<f64, Error> {
        let (documents, queries) = (&self.set.documents, &self.set.queries);
        let texts: Vec<Arc<str>> = documents.iter().chain(queries).map(|(_, text)| Arc::clone(text)).collect();
        let rows = vectors(encoder, &texts, on_progress)?;
        let (documents, queries) = rows.values.split_at(documents.len() * rows.width);
        let most = match self.gain {
            Gain::Discounted => FIRST,
            Gain::Reciprocal => self.set.documents.len(),
        };
        let found = nearest((queries, documents), rows.width, most, false);
        let of = |(query, grades): (&u32, &BTreeMap<u32, u32>)| gain(self.gain, &found[*query as usize], grades);
        let gains: Vec<f64> = self.set.grades.par_iter().map(of).collect();
        Ok(gains.iter().sum::<f64>() / gains.len().max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::letters::Letters;

    #[test]
    fn gains_are_those_of_the_definitions() {
        let grades = [(3, 2), (5, 1)].into();
        assert_eq!(gain(Gain::Reciprocal, &[1, 5, 3], &grades), 0.5);
        assert_eq!(gain(Gain::Reciprocal, &[1], &grades), 0.0);
        let (ideal, had) = (2.0 + 1.0 / 3f64.log2(), 1.0 / 3f64.log2() + 2.0 / 2.0);
        assert!((gain(Gain::Discounted, &[1, 5, 3], &grades) - had / ideal).abs() < 1e-12);
    }

    #[test]
    fn a_query_finds_what_is_nearest() {
        let named = |texts: &[&str]| texts.iter().map(|text| ("".into(), (*text).into())).collect();
        let set = Searched {
            documents: named(&["aab", "bbb", "abb"]),
            queries: named(&["bbbb", "a"]),
            grades: [(0, [(2, 1)].into()), (1, [(0, 1)].into())].into(),
        };
        // "bbbb" is nearer to "bbb" than to the right "abb".
        let score = |gain| Retrieval::of("test", set.clone(), gain).score(&Letters::new(2), &|_, _| {}).unwrap();
        assert_eq!(score(Gain::Reciprocal), (0.5 + 1.0) / 2.0);
        assert!((score(Gain::Discounted) - (1.0 / 3f64.log2() + 1.0) / 2.0).abs() < 1e-9);
    }
}
