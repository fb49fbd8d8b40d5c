//! The blend of a text model, chosen on validation.
//!
//! In: a set, vectors. Out: the blend that ranks a sample of the validation part best. Never: a look at the test part.

use super::around::Around;
use super::metrics::{Metrics, Ties};
use super::rank::{Field, rank};
use super::rules::{Hidden, Neighbours, Rules};
use super::set::{Answers, Link, LinkSet};
use super::text::{Blend, TextBase};
use super::vectors::TextVectors;
use crate::Error;
use crate::draw::draw;
use std::sync::Mutex;

/// How many validation links choose.
const SAMPLE: usize = 1_000;

type Setter = fn(&mut Blend, f32);

/// What is tried, one after the other; each keeps the best of those before. What needs a new fit comes last.
const TRIALS: [(Setter, &[f32]); 9] = [
    (|blend, x| blend.mapped = x, &[0.0, 0.5, 2.0, 4.0]),
    (|blend, x| blend.seen = x, &[0.0, 0.3, 2.0]),
    (|blend, x| blend.frequent = x, &[0.1, 0.3, 0.6]),
    (|blend, x| blend.neighbours = x as usize, &[64.0, 1024.0]),
    (|blend, x| blend.temperature = x, &[0.03, 0.1]),
    (|blend, x| (blend.shifted, blend.mean) = (x, 1.0 - x), &[0.0, 0.4, 1.0]),
    (|blend, x| blend.ridge = x, &[0.1, 0.3, 3.0, 10.0]),
    (|blend, x| blend.shrinkage = x, &[0.03, 0.3]),
    (|blend, x| blend.mapped = x, &[0.5, 1.0, 2.0, 4.0]),
];

/// Weights of rules that are tried, with and without other links between the two ends.
const RULES: [f32; 5] = [0.5, 1.0, 2.0, 4.0, 8.0];

/// Chooses a blend; says its figures on the sample. `tell` hears of each trial: how many are done, of how many, and the
/// best mean reciprocal rank so far.
///
/// # Errors
/// When the validation part is empty, or too few entities have a text.
pub fn tune(
    set: &LinkSet,
    vectors: &TextVectors,
    seed: u64,
    tell: &mut dyn FnMut(usize, usize, f64),
) -> Result<(Blend, Metrics), Error> {
    if set.validation.is_empty() || set.train.is_empty() {
        let reason = "its training or validation part is empty; `kgloom data split` makes parts".to_owned();
        return Err(Error::Data { name: set.name.clone(), reason });
    }
    let parts = [set.train.as_slice(), &set.validation];
    let (known, seen) = (Answers::new(&parts), set.seen(&parts));
    let mut sample: Vec<Link> = set.validation.clone();
    draw(seed, "tuning sample", 0).shuffle(&mut sample);
    sample.truncate(SAMPLE);
    let mut best = Blend::default();
    let mut base = TextBase::new(set, &set.train, vectors, best)?;
    let field = Field { known: &known, candidates: Some(&seen) };
    let score = |base: &mut TextBase<'_>, blend: Blend| -> Result<Metrics, Error> {
        base.refit(set, &set.train, blend)?;
        Ok(Metrics::of(&rank(&base.scorer(blend, true), &sample, field)?, Ties::Realistic))
    };
    let mut metrics = score(&mut base, best)?;
    let total = TRIALS.iter().map(|(_, values)| values.len()).sum::<usize>() + 2 * RULES.len();
    let mut done = 0;
    for (setter, values) in TRIALS {
        let start = best;
        for &value in values {
            let mut blend = start;
            setter(&mut blend, value);
            let found = score(&mut base, blend)?;
            if found.mrr > metrics.mrr {
                (best, metrics) = (blend, found);
            }
            done += 1;
            tell(done, total, metrics.mrr);
        }
    }
    base.refit(set, &set.train, best)?;
    let rules = Rules::learn(&Neighbours::new(&[&set.train], set.entities.len()), set.relations.len(), seed);
    let graph = Neighbours::new(&parts, set.entities.len());
    let inner = base.scorer(best, true);
    for (hidden, to) in [(Hidden::Link, &mut best.rules), (Hidden::Pair, &mut best.rules_apart)] {
        let mut most = f64::MIN;
        for weight in RULES {
            let around =
                Around { inner: &inner, rules: &rules, graph: &graph, hidden, weight, rooms: Mutex::default() };
            let found = Metrics::of(&rank(&around, &sample, field)?, Ties::Realistic);
            if found.mrr > most {
                (most, *to) = (found.mrr, weight);
            }
            done += 1;
            tell(done, total, most);
        }
    }
    Ok((best, metrics))
}
