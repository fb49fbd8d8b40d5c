//! Answers from texts and from structure together.
//!
//! In: what scores by texts, ULTRA over the same visible graph. Out: the sum of both, by a weight that is chosen on
//! validation. Never: a look at the test part before the weight is chosen.

use super::eval::{Taught, visible};
use super::graph::UltraGraph;
use super::net::Ultra;
use super::scorer::UltraScorer;
use crate::Error;
use crate::draw::draw;
use crate::links::metrics::{Metrics, Ties};
use crate::links::protocol::Protocol;
use crate::links::rank::{Field, Scorer, rank};
use crate::links::report::{LinkReport, Part, eval_links};
use crate::links::set::{Answers, Link, LinkSet, Question};

/// How many validation links choose the weight.
const SAMPLE: usize = 250;

/// Weights of structure that are tried: from texts alone to hardly a text.
const WEIGHTS: [f32; 9] = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];

/// Scores by texts, and so many times those by structure.
pub struct Mixed<'a> {
    /// By texts.
    pub texts: &'a dyn Scorer,
    /// By structure.
    pub structure: &'a dyn Scorer,
    /// The weight of structure.
    pub weight: f32,
}

impl Scorer for Mixed<'_> {
    fn entities(&self) -> usize {
        self.texts.entities()
    }

    fn looks_around(&self) -> bool {
        self.texts.looks_around() || self.structure.looks_around()
    }

    fn score(&self, asked: &[(Question, u32)], scores: &mut [f32]) -> Result<(), Error> {
        self.texts.score(asked, scores)?;
        if self.weight > 0.0 {
            let mut by_structure = vec![0.0; scores.len()];
            self.structure.score(asked, &mut by_structure)?;
            scores.iter_mut().zip(by_structure).for_each(|(score, more)| *score += self.weight * more);
        }
        Ok(())
    }
}

/// Ranks links of a part of a set by texts and by structure over its training links; says the weight in the report.
///
/// # Errors
/// When the validation part or the part that is ranked is empty, or when the protocol shows something else.
pub fn eval_mixed(
    (texts, ultra, taught): (&dyn Scorer, &Ultra, &Taught),
    set: &LinkSet,
    (protocol, part): (Protocol, Part),
    seed: u64,
) -> Result<LinkReport, Error> {
    if !matches!(protocol, Protocol::Transductive | Protocol::Disjoint) {
        let reason = format!("with texts it is tested by transductive or disjoint, not by {protocol}");
        return Err(Error::Unsupported { name: "ULTRA".to_owned(), reason });
    }
    let told = visible(taught, set, protocol)?;
    let graph = UltraGraph::new(&[&set.train], set.entities.len(), set.relations.len());
    let structure = UltraScorer::new(ultra, &graph, None);
    let mixed = |weight| Mixed { texts, structure: &structure, weight };
    let (links, parts) = Part::Validation.of(set)?;
    let (known, seen) = (Answers::new(&parts), set.seen(&parts));
    let mut sample: Vec<Link> = links.to_vec();
    draw(seed, "mixed sample", 0).shuffle(&mut sample);
    sample.truncate(SAMPLE);
    let mut best = (f64::MIN, 0.0);
    for weight in WEIGHTS {
        let ranks = rank(&mixed(weight), &sample, Field { known: &known, candidates: Some(&seen) })?;
        let mrr = Metrics::of(&ranks, Ties::Realistic).mrr;
        if mrr > best.0 {
            best = (mrr, weight);
        }
    }
    let (mrr, weight) = best;
    let report = eval_links(&mixed(weight), set, (protocol, part), None)?;
    let chosen = format!("structure weighs {weight}, chosen on {} validation links (MRR {mrr:.4})", sample.len());
    Ok(LinkReport { visible: format!("texts, and {told}; {chosen}"), ..report })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::rank::tests::Table;
    use crate::links::ultra::UltraWeights;

    /// Texts that score every right answer so, and all others 0.
    fn texts(set: &LinkSet, right: f32) -> Table {
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
        let ultra = Ultra::new(&UltraWeights::start(1));
        let eval = |right| {
            let texts = texts(&set, right);
            let marked = (Protocol::Transductive, Part::Test);
            eval_mixed((&texts, &ultra, &Taught::default()), &set, marked, 1).unwrap()
        };
        let sure = eval(9.0);
        assert!(sure.ranking.both.pessimistic.mrr == 1.0 && sure.visible.contains("weighs 0,"), "{}", sure.visible);
        // Where texts are wrong throughout, structure that knows nothing yet is still the better voice.
        let misled = eval(-0.001);
        assert!(!misled.visible.contains("weighs 0,"), "{}", misled.visible);
        let text_only = (Protocol::TextOnly, Part::Test);
        let table = texts(&set, 1.0);
        let error = eval_mixed((&table, &ultra, &Taught::default()), &set, text_only, 1).unwrap_err().to_string();
        assert!(error.contains("transductive or disjoint"), "{error}");
    }
}
