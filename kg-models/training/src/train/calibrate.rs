//! From logits on validation to probabilities and thresholds.
//!
//! In: logits with what is right, by relation. Out: a slope for all, a threshold for each. Never: test data.

/// A relation's own best threshold counts as much as that of all together when it has this many validation facts.
const PRIOR: f32 = 30.0;
/// How much recall counts beside precision: F-beta (van Rijsbergen 1979). A wrong fact costs a graph more than a missing one.
const BETA: f32 = 0.5;
/// No threshold is outside these probabilities.
const BOUNDS: (f32, f32) = (0.5, 0.95);

/// Logits with whether each is right.
pub type Judged = Vec<(f32, bool)>;

/// What was chosen on validation.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Multiplies every logit before the sigmoid.
    pub slope: f32,
    /// The probability from which each relation is taken.
    pub thresholds: Vec<f32>,
    /// The probability from which each relation would be taken for the best F1.
    pub balanced: Vec<f32>,
    /// The expected calibration error of the probabilities of what may be told (Guo et al. 2017): the mean gap
    /// between confidence and precision over ten bins.
    pub error: f32,
}

/// Chooses the slope and the thresholds. `open` is judged on documents where everything is marked,
/// `everywhere` on those and on sentences that were picked for their relations, among all that is found in them.
pub fn calibrate(open: &[Judged], everywhere: &[Judged]) -> Calibration {
    let slope = slope(open);
    let probability = |logit: f32| 1.0 / (1.0 + (-slope * logit).exp());
    let gold = |judged: &Judged| judged.iter().filter(|(_, gold)| *gold).count() as f32;
    let all: Judged = open.iter().flatten().copied().collect();
    let common = best_threshold(&all, BETA).unwrap_or(0.0);
    let even = best_threshold(&all, 1.0).unwrap_or(0.0);
    let (mut thresholds, mut balanced) = (Vec::new(), Vec::new());
    for judged in everywhere {
        let shrunk = |beta: f32, common: f32| {
            let share = gold(judged) / (gold(judged) + PRIOR);
            share * best_threshold(judged, beta).unwrap_or(common) + (1.0 - share) * common
        };
        thresholds.push(probability(shrunk(BETA, common)).clamp(BOUNDS.0, BOUNDS.1));
        balanced.push(probability(shrunk(1.0, even)));
    }
    let sure: Vec<(f32, bool)> = all.iter().map(|&(logit, gold)| (probability(logit), gold)).collect();
    Calibration { slope, thresholds, balanced, error: calibration_error(&sure) }
}

/// The mean gap between confidence and precision, over bins of probabilities from a tenth up: almost all pairs have
/// no relation and say so, which would hide everything else.
fn calibration_error(judged: &[(f32, bool)]) -> f32 {
    let mut bins = [(0f64, 0f64, 0usize); 10];
    for &(probability, gold) in judged.iter().filter(|(probability, _)| *probability >= 0.1) {
        let (sum, right, count) = &mut bins[((probability * 10.0) as usize).min(9)];
        *sum += f64::from(probability);
        *right += f64::from(u8::from(gold));
        *count += 1;
    }
    let total: usize = bins.iter().map(|bin| bin.2).sum();
    (bins.iter().map(|(sum, right, _)| (sum - right).abs()).sum::<f64>() / total.max(1) as f64) as f32
}

/// The slope with the least log loss.
fn slope(judged: &[Judged]) -> f32 {
    let loss = |slope: f32| -> f64 {
        let one = |&(logit, gold): &(f32, bool)| {
            let x = slope * if gold { -logit } else { logit };
            f64::from(x.max(0.0) + (-x.abs()).exp().ln_1p())
        };
        judged.iter().flatten().map(one).sum()
    };
    let candidates = (4..=24).map(|step| step as f32 / 12.0);
    let scored = candidates.map(|slope| (loss(slope), slope));
    scored.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(1.0, |(_, slope)| slope)
}

fn sorted(judged: &Judged) -> Judged {
    let mut sorted = judged.clone();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    sorted
}

/// The logit with the best F-beta; halfway to the next one, so that it does not sit on a sample.
fn best_threshold(judged: &Judged, beta: f32) -> Option<f32> {
    let sorted = sorted(judged);
    let gold = sorted.iter().filter(|(_, gold)| *gold).count() as f32;
    let (mut right, mut best) = (0f32, None);
    for (index, (logit, is_gold)) in sorted.iter().enumerate() {
        right += f32::from(u8::from(*is_gold));
        let told = (index + 1) as f32;
        let square = beta * beta;
        let score = (1.0 + square) * right / (told + square * gold).max(1.0);
        if best.is_none_or(|(top, _)| score > top) {
            let next = sorted.get(index + 1).map_or(logit - 0.5, |next| next.0);
            best = Some((score, (logit + next) / 2.0));
        }
    }
    best.map(|(_, logit)| logit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_part_right_from_wrong() {
        let clean: Judged = (0..40).map(|i| if i < 20 { (2.0, true) } else { (-2.0, false) }).collect();
        let calibration = calibrate(&[clean.clone(), Vec::new()], &[clean.clone(), clean]);
        let probability = |logit: f32| 1.0 / (1.0 + (-calibration.slope * logit).exp());
        for threshold in calibration.thresholds {
            assert!(probability(-2.0) < threshold && threshold <= probability(2.0).min(BOUNDS.1), "{threshold}");
        }
    }

    #[test]
    fn overconfident_logits_are_flattened() {
        let loud: Judged = (0..100).map(|i| (8.0, i % 4 != 0)).chain((0..100).map(|i| (-8.0, i % 4 == 0))).collect();
        let loud = [loud];
        assert!(calibrate(&loud, &loud).slope < 0.5);
    }

    #[test]
    fn the_error_is_the_gap_between_confidence_and_precision() {
        let judged =
            |confidence: f32| [(confidence, true), (confidence, true), (confidence, true), (confidence, false)];
        assert!(calibration_error(&judged(0.75)) < 1e-6);
        assert!((calibration_error(&judged(0.95)) - 0.2).abs() < 1e-6);
        assert_eq!(calibration_error(&[(0.01, true)]), 0.0);
    }
}
