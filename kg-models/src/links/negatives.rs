//! Wrong answers to learn from.
//!
//! In: questions, what is known to be right, a seed. Out: entities. Never: a right answer among them, while the known
//! ones leave any choice.

use super::set::{Answers, Question};
use crate::draw::Draw;
use serde::{Deserialize, Serialize};

/// Where wrong answers come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Negatives {
    /// All entities alike.
    #[default]
    Uniform,
}

/// How often a right answer is drawn again before it stays.
const PATIENCE: usize = 16;

impl Negatives {
    /// Draws wrong answers to a question among so many entities.
    pub fn draw(self, question: Question, (entities, known): (usize, &Answers), draw: &mut Draw, wrong: &mut [u32]) {
        let right: Vec<u32> = known.to(question).collect();
        for wrong in wrong {
            *wrong = draw.below(entities) as u32;
            for _ in 0..PATIENCE {
                if right.binary_search(wrong).is_err() {
                    break;
                }
                *wrong = draw.below(entities) as u32;
            }
        }
    }
}
