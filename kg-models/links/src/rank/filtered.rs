//! Where the right answer stands among all candidates: filtered ranks (Bordes et al. 2013), counted block by block.
//!
//! In: links, a scorer, all answers known to be right. Out: for each link and side how many candidates score above it,
//! and how many the same (so that every policy on ties can be told). Never: a sample of candidates, the matrix of all
//! scores, or a rank that depends on how many threads there are.

use crate::Error;
use crate::data::set::{KnownTriples, Link, Query, Side};
use rayon::prelude::*;

/// Scores of one block, in numbers: what ranking needs beyond the model is this for each thread.
const BLOCK: usize = 4 << 20;

/// What scores entities as answers. Larger is more plausible; only the order has meaning.
pub trait Scorer: Sync {
    /// How many entities there are.
    fn entities(&self) -> usize;

    /// Whether scores depend on links of the graph that is tested, from which the one asked about must be hidden.
    fn depends_on_graph(&self) -> bool {
        false
    }

    /// Writes the score of every entity as an answer to each question: asked × entities. With each question comes the
    /// answer that is asked about: what looks around must not see the link to it, and nothing else may use it.
    ///
    /// # Errors
    /// When the model cannot answer such questions.
    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error>;
}

/// Against what an answer is ranked.
#[derive(Clone, Copy, Debug)]
pub struct RankingFilter<'a> {
    /// Right answers: all but the one in question are left out.
    pub known: &'a KnownTriples,
    /// Whether each entity is a candidate; all are, where nothing is said.
    pub candidates: Option<&'a [bool]>,
}

/// Where one answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The link.
    pub link: Link,
    /// The end that was asked for.
    pub side: Side,
    /// Candidates that score higher.
    pub greater: u32,
    /// Other candidates that score the same.
    pub ties: u32,
    /// Candidates that were not left out, the answer itself among them.
    pub candidates: u32,
}

/// Ranks both ends of every link; the order is that of `links`, heads first.
///
/// # Errors
/// When the scorer fails, or a score is not a number.
pub fn rank(scorer: &dyn Scorer, links: &[Link], filter: RankingFilter<'_>) -> Result<Vec<Rank>, Error> {
    let mut asked: Vec<(Query, u32, usize)> = Vec::with_capacity(2 * links.len());
    for (place, link) in links.iter().enumerate() {
        for (offset, side) in [Side::Head, Side::Tail].into_iter().enumerate() {
            let (question, answer) = link.query(side);
            asked.push((question, answer, 2 * place + offset));
        }
    }
    asked.sort_unstable();
    let apart = scorer.depends_on_graph();
    let asked_once: Vec<&[(Query, u32, usize)]> = asked.chunk_by(|one, other| one.0 == other.0 && !apart).collect();
    let excluded: Vec<u32> = match filter.candidates {
        Some(candidates) => (0..candidates.len() as u32).filter(|&entity| !candidates[entity as usize]).collect(),
        None => Vec::new(),
    };
    let entities = scorer.entities();
    let together = (BLOCK / entities.max(1)).clamp(1, 256);
    let judge = |scores: &mut Vec<f32>, block: &[&[(Query, u32, usize)]]| -> Result<Vec<(usize, Rank)>, Error> {
        let asked: Vec<(Query, u32)> = block.iter().map(|same| (same[0].0, same[0].1)).collect();
        scores.resize(asked.len() * entities, 0.0);
        scorer.score(&asked, scores)?;
        let mut ranks = Vec::new();
        for (same, scores) in block.iter().zip(scores.chunks_exact(entities)) {
            for &(question, answer, place) in *same {
                let (greater, ties, candidates) = stand(scores, (question, answer), filter.known, &excluded)?;
                let link = links[place / 2];
                ranks.push((place, Rank { link, side: question.side, greater, ties, candidates }));
            }
        }
        Ok(ranks)
    };
    let blocks: Vec<Vec<(usize, Rank)>> =
        asked_once.par_chunks(together).map_init(Vec::new, judge).collect::<Result<_, _>>()?;
    let mut ranks = blocks.concat();
    ranks.sort_unstable_by_key(|(place, _)| *place);
    Ok(ranks.into_iter().map(|(_, rank)| rank).collect())
}

/// How many candidates score above the answer, how many the same, and how many there are.
fn stand(
    scores: &[f32],
    (question, answer): (Query, u32),
    known: &KnownTriples,
    excluded: &[u32],
) -> Result<(u32, u32, u32), Error> {
    let own = scores[answer as usize];
    if own.is_nan() {
        return Err(Error::Unsupported {
            name: "link scorer".to_owned(),
            reason: format!("its score of entity {answer} for {question:?} is not a number; train it again"),
        });
    }
    let (mut greater, mut ties) = compare(scores, own);
    let mut candidates = scores.len() as u32;
    let right = known.to(question);
    let others = right.clone().filter(|&other| other != answer);
    // What is excluded and also a right answer is left out once.
    for other in others.chain(excluded.iter().copied().filter(|&e| e != answer && !known.holds(question, e))) {
        let score = scores[other as usize];
        greater -= u32::from(score > own);
        ties -= u32::from(score == own);
        candidates -= 1;
    }
    Ok((greater, ties - 1, candidates))
}

/// How many scores are above, and how many the same.
fn compare(scores: &[f32], own: f32) -> (u32, u32) {
    const LANES: usize = 16;
    let (mut greater, mut ties) = ([0u32; LANES], [0u32; LANES]);
    let (chunks, rest) = scores.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            greater[lane] += u32::from(chunk[lane] > own);
            ties[lane] += u32::from(chunk[lane] == own);
        }
    }
    let left = |test: &dyn Fn(f32) -> bool| rest.iter().filter(|&&score| test(score)).count() as u32;
    let greater = greater.iter().sum::<u32>() + left(&|score| score > own);
    (greater, ties.iter().sum::<u32>() + left(&|score| score == own))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Scores by a table: sides × relations × known × candidates.
    pub(crate) struct Table {
        pub entities: usize,
        pub relations: usize,
        pub scores: Vec<f32>,
    }

    impl Table {
        fn row(&self, question: Query) -> &[f32] {
            let side = usize::from(question.side == Side::Tail);
            let row = (side * self.relations + question.relation as usize) * self.entities + question.anchor as usize;
            &self.scores[row * self.entities..(row + 1) * self.entities]
        }
    }

    impl Scorer for Table {
        fn entities(&self) -> usize {
            self.entities
        }

        fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
            for ((question, _), row) in asked.iter().zip(scores.chunks_exact_mut(self.entities)) {
                row.copy_from_slice(self.row(*question));
            }
            Ok(())
        }
    }

    fn link() -> impl Strategy<Value = Link> {
        (0u32..9, 0u32..3, 0u32..9).prop_map(|(head, relation, tail)| Link { head, relation, tail })
    }

    proptest! {
        /// Few different scores, so that ties abound.
        #[test]
        fn ranks_are_those_of_counting_one_by_one(
            scores in prop::collection::vec((0u8..5).prop_map(f32::from), 2 * 3 * 9 * 9),
            train in prop::collection::vec(link(), 0..40),
            test in prop::collection::vec(link(), 1..20),
            candidates in prop::collection::vec(any::<bool>(), 9),
        ) {
            let table = Table { entities: 9, relations: 3, scores };
            let known = KnownTriples::new(&[&train, &test]);
            let ranks = rank(&table, &test, RankingFilter { known: &known, candidates: Some(&candidates) }).unwrap();
            prop_assert_eq!(ranks.len(), 2 * test.len());
            for (place, rank) in ranks.iter().enumerate() {
                let side = [Side::Head, Side::Tail][place % 2];
                let (question, answer) = test[place / 2].query(side);
                let row = table.row(question);
                let is_true =
                    |entity: u32| train.iter().chain(&test).any(|link| link.query(side) == (question, entity));
                let rivals: Vec<f32> = (0..9u32)
                    .filter(|&entity| entity != answer && candidates[entity as usize] && !is_true(entity))
                    .map(|entity| row[entity as usize])
                    .collect();
                let own = row[answer as usize];
                prop_assert_eq!(rank.greater as usize, rivals.iter().filter(|&&score| score > own).count());
                prop_assert_eq!(rank.ties as usize, rivals.iter().filter(|&&score| score == own).count());
                prop_assert_eq!(rank.candidates as usize, rivals.len() + 1);
                prop_assert_eq!((rank.link, rank.side), (test[place / 2], side));
            }
        }
    }

    #[test]
    fn a_score_that_is_no_number_is_an_error() {
        let table = Table { entities: 2, relations: 1, scores: vec![f32::NAN; 8] };
        let links = [Link { head: 0, relation: 0, tail: 1 }];
        let known = KnownTriples::new(&[&links]);
        let error = rank(&table, &links, RankingFilter { known: &known, candidates: None }).unwrap_err();
        assert!(error.to_string().contains("not a number"), "{error}");
    }
}
