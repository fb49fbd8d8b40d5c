//! Logistic regression for several classes: which class a row of numbers belongs to.
//!
//! In: rows, their classes, how much the rows weigh. Out: a linear map. Never: a random number.

use super::double::{add, dot};
use super::panels::MatrixView;
use super::{kernels, passes};
use std::collections::VecDeque;

/// Steps that L-BFGS remembers.
const MEMORY: usize = 10;
/// The most steps.
const STEPS: usize = 500;
/// The slope, of the mean loss by any one number, at which it stops.
const FLAT: f64 = 1e-5;
/// How often a step is halved before the loss counts as lowest.
const HALVINGS: usize = 30;

/// A fitted regression.
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    width: usize,
    /// Classes × width, then a bias for each class.
    weights: Vec<f64>,
}

/// What is learnt from: rows × width, and the class of each row.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Numbers in a row.
    pub width: usize,
    /// Rows × width.
    pub values: &'a [f32],
    /// The class of each row, below `count`.
    pub classes: &'a [u32],
    /// How many classes there are.
    pub count: usize,
}

impl Logistic {
    /// The lowest of `½‖W‖² + c Σ −ln p(class | row)`, found by L-BFGS (Liu and Nocedal 1989); biases cost nothing.
    pub fn fit(rows: Rows<'_>, c: f64) -> Self {
        let mut weights = vec![0f64; (rows.width + 1) * rows.count];
        let (mut loss, mut slope) = rows.loss(&weights, c);
        let mut steps: VecDeque<Step> = VecDeque::new();
        for _ in 0..STEPS {
            if slope.iter().all(|g| g.abs() < FLAT) {
                break;
            }
            let mut direction = downwards(&steps, &slope);
            let mut along = dot(&direction, &slope);
            if along >= 0.0 {
                direction = slope.iter().map(|g| -g).collect();
                along = -dot(&slope, &slope);
                steps.clear();
            }
            let mut length = if steps.is_empty() { 1.0 / (-along).sqrt().max(1.0) } else { 1.0 };
            let next = (0..HALVINGS).find_map(|_| {
                let moved: Vec<f64> = weights.iter().zip(&direction).map(|(w, d)| w + length * d).collect();
                let (found, slope) = rows.loss(&moved, c);
                if found <= loss + 1e-4 * length * along {
                    return Some((moved, found, slope));
                }
                length /= 2.0;
                None
            });
            let Some((moved, found, steeper)) = next else { break };
            let step = Step::new(moved.iter().zip(&weights), steeper.iter().zip(&slope));
            if step.curvature > 0.0 {
                steps.push_back(step);
            }
            if steps.len() > MEMORY {
                steps.pop_front();
            }
            (weights, loss, slope) = (moved, found, steeper);
        }
        Logistic { width: rows.width, weights }
    }

    /// Of two classes: what each number of a row adds to the log odds of the second, and what is there beforehand.
    pub fn odds(&self) -> (Vec<f64>, f64) {
        let (map, bias) = self.map();
        let (first, second) = (&map[..self.width], &map[self.width..2 * self.width]);
        (second.iter().zip(first).map(|(one, other)| one - other).collect(), bias[1] - bias[0])
    }

    /// The map, classes × width, and the bias of each class.
    pub fn map(&self) -> (&[f64], &[f64]) {
        self.weights.split_at(self.weights.len() / (self.width + 1) * self.width)
    }

    /// The most probable class of each row.
    pub fn predict(&self, values: &[f32]) -> Vec<u32> {
        let count = self.weights.len() / (self.width + 1);
        let best = |scores: &[f32]| {
            let better = |best: usize, other: usize| if scores[other] > scores[best] { other } else { best };
            (1..count).fold(0, better) as u32
        };
        scores(&self.weights, values, self.width, count).chunks_exact(count).map(best).collect()
    }
}

/// Rows × classes.
fn scores(weights: &[f64], values: &[f32], width: usize, count: usize) -> Vec<f32> {
    let (map, bias) = weights.split_at(width * count);
    let map: Vec<f32> = map.iter().map(|x| *x as f32).collect();
    let mut scores = vec![0f32; values.len() / width * count];
    kernels::product(MatrixView::new(values, width), MatrixView::new(&map, width).transpose(), &mut scores);
    for row in scores.chunks_exact_mut(count) {
        row.iter_mut().zip(bias).for_each(|(score, bias)| *score += *bias as f32);
    }
    scores
}

impl Rows<'_> {
    /// What is minimised, divided by c times the number of rows, and its slope.
    fn loss(&self, weights: &[f64], c: f64) -> (f64, Vec<f64>) {
        let Rows { width, values, classes, count } = *self;
        let each = 1.0 / classes.len().max(1) as f64;
        let mut chances = scores(weights, values, width, count);
        passes::softmax(&mut chances, count);
        let mut loss = 0.0;
        for (row, &class) in chances.chunks_exact_mut(count).zip(classes) {
            let own = &mut row[class as usize];
            loss -= each * f64::from(own.max(f32::MIN_POSITIVE)).ln();
            *own -= 1.0;
        }
        let mut slope = vec![0f32; width * count];
        kernels::product(MatrixView::new(&chances, count).transpose(), MatrixView::new(values, width), &mut slope);
        let mut slope: Vec<f64> = slope.into_iter().map(|g| each * f64::from(g)).collect();
        slope.extend(
            (0..count)
                .map(|class| chances.iter().skip(class).step_by(count).map(|g| each * f64::from(*g)).sum::<f64>()),
        );
        let (map, cost) = (&weights[..width * count], each / c);
        add(&mut slope, map, cost);
        (loss + 0.5 * cost * dot(map, map), slope)
    }
}

/// A step that was taken: how far, and how the slope changed.
struct Step {
    moved: Vec<f64>,
    turned: Vec<f64>,
    curvature: f64,
}

impl Step {
    fn new<'a>(
        places: impl Iterator<Item = (&'a f64, &'a f64)>,
        slopes: impl Iterator<Item = (&'a f64, &'a f64)>,
    ) -> Self {
        let moved: Vec<f64> = places.map(|(new, old)| new - old).collect();
        let turned: Vec<f64> = slopes.map(|(new, old)| new - old).collect();
        Step { curvature: dot(&moved, &turned), moved, turned }
    }
}

/// The slope, turned by what the last steps say of the curvature.
fn downwards(steps: &VecDeque<Step>, slope: &[f64]) -> Vec<f64> {
    let mut direction: Vec<f64> = slope.iter().map(|g| -g).collect();
    let mut shares = Vec::new();
    for step in steps.iter().rev() {
        let share = dot(&step.moved, &direction) / step.curvature;
        add(&mut direction, &step.turned, -share);
        shares.push(share);
    }
    if let Some(last) = steps.back() {
        let scale = last.curvature / dot(&last.turned, &last.turned);
        direction.iter_mut().for_each(|d| *d *= scale);
    }
    for (step, share) in steps.iter().zip(shares.into_iter().rev()) {
        let back = dot(&step.turned, &direction) / step.curvature;
        add(&mut direction, &step.moved, share - back);
    }
    direction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::draw;

    /// Three clouds that overlap, the third twice as large.
    fn clouds() -> (Vec<f32>, Vec<u32>) {
        let mut draw = draw(6, "clouds", 0);
        let classes: Vec<u32> = (0..400).map(|place| [0, 1, 2, 2][place % 4]).collect();
        let centre = |class: u32| [[2.0, 0.0], [-2.0, 1.0], [0.0, -2.0]][class as usize];
        let values = classes.iter().flat_map(|&class| centre(class).map(|x: f32| x + draw.normal())).collect();
        (values, classes)
    }

    #[test]
    fn the_slope_is_that_of_the_loss_and_flat_where_the_fit_ends() {
        let (values, classes) = clouds();
        let rows = Rows { width: 2, values: &values, classes: &classes, count: 3 };
        let weights: Vec<f64> = draw(1, "weights", 0).normals(9, 0.5).into_iter().map(f64::from).collect();
        let (_, slope) = rows.loss(&weights, 0.3);
        for place in 0..9 {
            let at = |step: f64| {
                let mut weights = weights.clone();
                weights[place] += step;
                rows.loss(&weights, 0.3).0
            };
            let expected = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((expected - slope[place]).abs() < 1e-3, "{place}: {} {expected}", slope[place]);
        }
        let found = Logistic::fit(rows, 0.3);
        assert!(rows.loss(&found.weights, 0.3).1.iter().all(|g| g.abs() < 1e-4));
    }

    #[test]
    fn classes_are_told_apart_and_costs_keep_the_map_small() {
        let (values, classes) = clouds();
        let rows = Rows { width: 2, values: &values, classes: &classes, count: 3 };
        let size = |c: f64| {
            let found = Logistic::fit(rows, c);
            let right = found.predict(&values).iter().zip(&classes).filter(|(one, other)| one == other).count();
            (right, dot(&found.weights[..6], &found.weights[..6]))
        };
        let ((few, small), (many, large)) = (size(1e-4), size(1.0));
        assert!(many > 340 && few < many && small < 0.1 && large > 1.0, "{few} {many} {small} {large}");
        // Biases cost nothing: where rows weigh nothing, the commonest class is told.
        let found = Logistic::fit(rows, 1e-6);
        assert!(found.predict(&values).iter().all(|class| *class == 2));
    }
}
