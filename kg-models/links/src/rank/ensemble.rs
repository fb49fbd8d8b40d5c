//! Answers from two models together.
//!
//! In: what scores one way, what scores another. Out: the sum of both, by a weight that is chosen on validation. Never: a
//! look at the test part before the weight is chosen.

use super::filtered::{RankingFilter, Scorer, rank};
use super::metrics::{Metrics, Ties};
use super::report::{LinkReport, Part, eval_links};
use crate::Error;
use crate::data::protocol::Protocol;
use crate::data::set::{KnownTriples, Link, LinkSet, Query};
use kgloom_numerics::draw::draw;

/// How many validation links choose the weight.
const SAMPLE: usize = 250;

/// Weights of the second model that are tried: from the first alone to hardly the first. Scores of embeddings are
/// ten times those of texts, and more.
const WEIGHTS: [f32; 14] = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// The scores of one model, and so many times those of another.
pub struct Ensemble<'a> {
    /// Counts once.
    pub first: &'a dyn Scorer,
    /// Counts as often as the weight says.
    pub second: &'a dyn Scorer,
    /// The weight of the second.
    pub weight: f32,
}

impl Scorer for Ensemble<'_> {
    fn entities(&self) -> usize {
        self.first.entities()
    }

    fn depends_on_graph(&self) -> bool {
        self.first.depends_on_graph() || self.second.depends_on_graph()
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        self.first.score(asked, scores)?;
        if self.weight > 0.0 {
            let mut more = vec![0.0; scores.len()];
            self.second.score(asked, &mut more)?;
            scores.iter_mut().zip(more).for_each(|(score, more)| *score += self.weight * more);
        }
        Ok(())
    }
}

/// Ranks links of a part of a set by two models together; `visible` says what both see, and the report the weight too.
///
/// # Errors
/// When the validation part or the part that is ranked is empty, or a model cannot answer.
pub fn eval_ensemble(
    (first, second): (&dyn Scorer, &dyn Scorer),
    visible: &str,
    set: &LinkSet,
    (protocol, part): (Protocol, Part),
    seed: u64,
) -> Result<LinkReport, Error> {
    let ensemble = |weight| Ensemble { first, second, weight };
    let (links, parts) = Part::Validation.of(set)?;
    let (known, seen) = (KnownTriples::new(&parts), set.seen(&parts));
    let mut sample: Vec<Link> = links.to_vec();
    draw(seed, "mixed sample", 0).shuffle(&mut sample);
    sample.truncate(SAMPLE);
    let mut best = (f64::MIN, 0.0);
    for weight in WEIGHTS {
        let ranks = rank(&ensemble(weight), &sample, RankingFilter { known: &known, candidates: Some(&seen) })?;
        let mrr = Metrics::of(&ranks, Ties::Realistic).mrr;
        if mrr > best.0 {
            best = (mrr, weight);
        }
    }
    let (mrr, weight) = best;
    let report = eval_links(&ensemble(weight), set, (protocol, part), None)?;
    let chosen = format!("the second weighs {weight}, chosen on {} validation links (MRR {mrr:.4})", sample.len());
    Ok(LinkReport { visible: format!("{visible}; {chosen}"), ..report })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rank::filtered::tests::Table;

    /// Scores every right answer so, and all others 0.
    fn voice(set: &LinkSet, right: f32) -> Table {
        let (entities, relations) = (set.entities.len(), set.relations.len());
        let mut scores = vec![0.0; 2 * relations * entities * entities];
        for link in set.train.iter().chain(&set.validation).chain(&set.test) {
            let (r, h, t) = (link.relation as usize, link.head as usize, link.tail as usize);
            scores[(r * entities + t) * entities + h] = right;
            scores[((relations + r) * entities + h) * entities + t] = right;
        }
        Table { entities, relations, scores }
    }

    #[test]
    fn the_weight_is_what_validation_likes() {
        let link = |head, tail| Link { head, relation: 0, tail };
        let mut set = LinkSet {
            entities: (0..24).map(|name| format!("{name:02}").into()).collect(),
            relations: vec!["next".into()],
            ..LinkSet::default()
        };
        for one in 0..24u32 {
            let part = match one % 4 {
                0 => &mut set.validation,
                1 => &mut set.test,
                _ => &mut set.train,
            };
            part.push(link(one, (one + 1) % 24));
        }
        let eval = |first, second| {
            let voices = (voice(&set, first), voice(&set, second));
            let marked = (Protocol::Transductive, Part::Test);
            eval_ensemble((&voices.0, &voices.1), "both", &set, marked, 1).unwrap()
        };
        let sure = eval(9.0, -1.0);
        assert!(sure.ranking.both.pessimistic.mrr == 1.0 && sure.visible.contains("weighs 0,"), "{}", sure.visible);
        // Where the first is wrong throughout, the second is the better voice, and just loud enough.
        let misled = eval(-1.5, 1.0);
        assert!(
            misled.ranking.both.pessimistic.mrr == 1.0 && misled.visible.contains("weighs 2,"),
            "{}",
            misled.visible
        );
    }
}
