//! Whether sentences that people find alike have vectors that are alike (STS benchmark). In: pairs of sentences. Out:
//! Spearman's ρ. Never: a pair of the training part.

use crate::task::{Task, vectors};
use kgloom_corpora::sts::{self, SentencePair};
use kgloom_encoders::similarity::{cosines, spearman};
use kgloom_numerics::Error;
use kgloom_numerics::vectors::Encode;
use std::path::Path;
use std::sync::Arc;

/// The test part of the STS benchmark (Cer et al. 2017).
#[derive(Clone, Debug)]
pub struct Similarity {
    pairs: Vec<SentencePair>,
}

impl Similarity {
    /// Reads the pairs from the folder of all data sets.
    ///
    /// # Errors
    /// When the file is missing or malformed.
    pub fn load(root: &Path) -> Result<Similarity, Error> {
        Ok(Similarity::of(sts::load(&root.join("sts/stsb/stsb-en-test.csv"))?))
    }

    /// The task of these pairs.
    pub fn of(pairs: Vec<SentencePair>) -> Similarity {
        Similarity { pairs }
    }
}

impl Task for Similarity {
    fn name(&self) -> &str {
        "sts"
    }

    fn measure(&self) -> &'static str {
        "rank correlation of cosines with what people said"
    }

    fn texts(&self) -> usize {
        2 * self.pairs.len()
    }

    fn score(&self, encoder: &dyn Encode, on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<f64, Error> {
        let both = self.pairs.iter().map(|pair| &pair.first).chain(self.pairs.iter().map(|pair| &pair.second));
        let both: Vec<Arc<str>> = both.cloned().collect();
        let rows = vectors(encoder, &both, on_progress)?;
        let (first, second) = rows.values.split_at(self.pairs.len() * rows.width);
        let people: Vec<f64> = self.pairs.iter().map(|pair| pair.similarity).collect();
        Ok(spearman(&cosines((first, second), rows.width, rows.width), &people).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::letters::Letters;

    #[test]
    fn a_pair_is_as_alike_as_its_vectors_and_what_is_wrong_way_round_counts_nothing() {
        let pair = |second: &str, similarity| SentencePair { first: "aab".into(), second: second.into(), similarity };
        let score = |likes: [f64; 3]| {
            let pairs = ["aab", "ab", "bb"].into_iter().zip(likes).map(|(second, like)| pair(second, like)).collect();
            Similarity::of(pairs).score(&Letters::new(2), &|_, _| {}).unwrap()
        };
        assert!((score([5.0, 3.0, 1.0]) - 1.0).abs() < 1e-12);
        assert_eq!(score([1.0, 3.0, 5.0]), 0.0);
    }
}
