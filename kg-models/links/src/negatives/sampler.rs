//! Wrong answers to learn from.
//!
//! In: the examples of a batch, what training knows to be right, a seed. Out: entities. Never: a right answer among them,
//! while the known ones leave any choice, or a look at validation or test.

use super::lemon::{Anchor, Pools};
use crate::Error;
use crate::data::set::{KnownTriples, LinkSet, Query, Side};
use crate::score::config::{LinkTraining, Negatives};
use kgloom_numerics::draw::Draw;
use kgloom_numerics::vectors::TextVectors;

/// How often a pool is asked for a wrong answer before one is drawn from all.
const PATIENCE: usize = 16;

/// Draws wrong answers for one training.
pub struct Sampler<'a> {
    entities: usize,
    /// By training alone.
    known: KnownTriples,
    strategy: Strategy<'a>,
}

enum Strategy<'a> {
    Uniform,
    /// The chance of each relation to be asked for heads.
    Bernoulli(Vec<f32>),
    Batch,
    Lemon(Pools<'a>),
}

/// A question and its right answer.
pub type AnsweredQuery = (Query, u32);

impl<'a> Sampler<'a> {
    /// What a configuration asks for; `known` are the answers that training gives, `texts` the vectors of the entities.
    ///
    /// # Errors
    /// When clusters of texts are asked for, and there are no vectors or no texts.
    pub fn new(
        set: &LinkSet,
        known: KnownTriples,
        training: &LinkTraining,
        texts: Option<&'a TextVectors>,
    ) -> Result<Self, Error> {
        let strategy = match training.negatives {
            Negatives::Uniform => Strategy::Uniform,
            Negatives::Bernoulli => Strategy::Bernoulli(chances(&known, set.relations.len())),
            Negatives::Batch => Strategy::Batch,
            Negatives::Lemon => {
                Strategy::Lemon(Pools::new(set, texts, training.lemon.unwrap_or_default(), training.seed)?)
            }
        };
        Ok(Sampler { entities: set.entities.len(), known, strategy })
    }

    /// Whether an example is asked from its other side.
    pub fn turns(&self, question: Query, draw: &mut Draw) -> bool {
        let Strategy::Bernoulli(chances) = &self.strategy else { return false };
        let side = if draw.unit() < chances[question.relation as usize] { Side::Head } else { Side::Tail };
        side != question.side
    }

    /// So many wrong answers for each example, one after the other.
    pub fn draw(&self, examples: &[AnsweredQuery], each: usize, draw: &mut Draw) -> Vec<u32> {
        let mut drawn = Vec::with_capacity(examples.len() * each);
        for &(question, answer) in examples {
            let wrong = WrongAnswers::new(self.known.to(question), self.entities);
            match &self.strategy {
                Strategy::Uniform | Strategy::Bernoulli(_) => drawn.extend((0..each).map(|_| wrong.any(draw))),
                Strategy::Batch => {
                    let pool = |draw: &mut Draw| Some(examples[draw.below(examples.len())].1);
                    drawn.extend((0..each).map(|_| wrong.among(&pool, draw)));
                }
                Strategy::Lemon(pools) => {
                    let anchor = if pools.lemon.anchor == Anchor::Kept { question.anchor } else { answer };
                    let pool = |draw: &mut Draw| pools.draw(anchor, draw).filter(|&drawn| !pools.alike(drawn, answer));
                    let alike = (pools.lemon.share * each as f32).round() as usize;
                    drawn.extend((0..alike.min(each)).map(|_| wrong.among(&pool, draw)));
                    drawn.extend((alike..each).map(|_| wrong.any(draw)));
                }
            }
        }
        drawn
    }
}

/// The chance of each relation to be asked for heads: tph / (tph + hpt). Since tph is links by heads and hpt links by tails,
/// that is tails / (heads + tails), different ones each.
fn chances(known: &KnownTriples, relations: usize) -> Vec<f32> {
    let mut ends = vec![[0f32; 2]; relations];
    for (question, _) in known.counts() {
        ends[question.relation as usize][usize::from(question.side == Side::Head)] += 1.0;
    }
    ends.into_iter().map(|[heads, tails]| if heads + tails > 0.0 { tails / (heads + tails) } else { 0.5 }).collect()
}

/// The wrong answers to a question: all entities but the right ones.
pub(crate) struct WrongAnswers {
    entities: usize,
    /// Sorted.
    right: Vec<u32>,
    /// How many wrong answers have smaller ids than each right one.
    below: Vec<u32>,
}

impl WrongAnswers {
    /// Those among so many entities, where the right ones are given sorted.
    pub(crate) fn new(right: impl Iterator<Item = u32>, entities: usize) -> Self {
        let right: Vec<u32> = right.collect();
        WrongAnswers { entities, below: right.iter().zip(0..).map(|(right, before)| right - before).collect(), right }
    }

    /// Any of them, all alike; any entity, where none is wrong.
    pub(crate) fn any(&self, draw: &mut Draw) -> u32 {
        let count = self.entities - self.right.len();
        if count == 0 {
            return draw.below(self.entities) as u32;
        }
        let place = draw.below(count) as u32;
        place + self.below.partition_point(|below| *below <= place) as u32
    }

    /// One that a pool gives; any, where it gives none in time.
    fn among(&self, pool: &impl Fn(&mut Draw) -> Option<u32>, draw: &mut Draw) -> u32 {
        for _ in 0..PATIENCE {
            if let Some(drawn) = pool(draw).filter(|drawn| self.right.binary_search(drawn).is_err()) {
                return drawn;
            }
        }
        self.any(draw)
    }
}

#[cfg(test)]
#[path = "sampler_tests.rs"]
mod tests;
