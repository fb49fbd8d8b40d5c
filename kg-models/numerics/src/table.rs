//! Tables that learn: rows of numbers with what the rule of their updates remembers.
//!
//! In: gradients, of all rows or of some. Out: changed rows. Never: a result that depends on which thread was faster:
//! a row is one thread's alone.

use crate::Error;
use crate::artifact::{Array, Storage, Weights};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How a gradient changes a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateRule {
    /// Steps shrink with the sum of squares (Duchi et al. 2011).
    Adagrad,
    /// Steps by running means (Kingma and Ba 2015); rows without a gradient keep theirs as it is.
    Adam,
}

/// Keeps Adagrad's root away from zero.
const ADAGRAD_EPSILON: f32 = 1e-10;
/// Adam's, and how slowly its means forget.
const ADAM_EPSILON: f32 = 1e-8;
const FIRST: f32 = 0.9;
const SECOND: f32 = 0.999;

/// A table that learns.
#[derive(Clone, Debug)]
pub struct Table {
    /// Numbers in a row.
    pub width: usize,
    /// Rows × width.
    pub values: Vec<f32>,
    /// Adagrad: sums of squares. Adam: running means of gradients.
    first: Vec<f32>,
    /// Adam: running means of squares.
    second: Vec<f32>,
    rule: UpdateRule,
    steps: u32,
}

/// One step's size, with what Adam corrects its means by.
#[derive(Clone, Copy)]
struct Step {
    rule: UpdateRule,
    rate: f32,
    first: f32,
    second: f32,
}

impl Table {
    /// A table that begins with these numbers.
    pub fn new(values: Vec<f32>, width: usize, rule: UpdateRule) -> Self {
        let second = if rule == UpdateRule::Adam { vec![0.0; values.len()] } else { Vec::new() };
        Table { width, first: vec![0.0; values.len()], second, values, rule, steps: 0 }
    }

    /// A row.
    #[inline]
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..][..self.width]
    }

    fn step(&mut self, rate: f32) -> Step {
        self.steps += 1;
        let left = |keep: f32| 1.0 - keep.powi(self.steps.min(1 << 20) as i32);
        Step { rule: self.rule, rate, first: 1.0 / left(FIRST), second: 1.0 / left(SECOND) }
    }

    /// Changes every row by its gradient.
    pub fn apply_all(&mut self, gradients: &[f32], rate: f32) {
        const TOGETHER: usize = 1 << 14;
        let step = self.step(rate);
        let firsts = self.first.par_chunks_mut(TOGETHER);
        let rows = self.values.par_chunks_mut(TOGETHER).zip(firsts).zip(gradients.par_chunks(TOGETHER));
        if self.rule == UpdateRule::Adam {
            rows.zip(self.second.par_chunks_mut(TOGETHER))
                .for_each(|(((values, first), gradients), second)| step.adam((values, first, second), gradients));
        } else {
            rows.for_each(|((values, first), gradients)| step.adagrad((values, first), gradients));
        }
    }

    /// Changes the rows for which `gradient` writes one; it is handed the row's number and zeros.
    pub fn apply_some(&mut self, rate: f32, gradient: impl Fn(usize, &mut [f32]) -> bool + Sync) {
        const TOGETHER: usize = 64;
        let step = self.step(rate);
        let (width, block) = (self.width, self.width * TOGETHER);
        let one = |buffer: &mut Vec<f32>, row: usize, values: &mut [f32], first: &mut [f32], second: &mut [f32]| {
            buffer.fill(0.0);
            if !gradient(row, buffer) {
                return;
            }
            match step.rule {
                UpdateRule::Adagrad => step.adagrad((values, first), buffer),
                UpdateRule::Adam => step.adam((values, first, second), buffer),
            }
        };
        let buffer = || vec![0.0; width];
        let firsts = self.first.par_chunks_mut(block);
        let blocks = self.values.par_chunks_mut(block).zip(firsts).enumerate();
        if self.rule == UpdateRule::Adam {
            blocks.zip(self.second.par_chunks_mut(block)).for_each_init(buffer, |buffer, ((index, (v, f)), s)| {
                let rows = v.chunks_exact_mut(width).zip(f.chunks_exact_mut(width)).zip(s.chunks_exact_mut(width));
                for (offset, ((v, f), s)) in rows.enumerate() {
                    one(buffer, index * TOGETHER + offset, v, f, s);
                }
            });
        } else {
            blocks.for_each_init(buffer, |buffer, (index, (v, f))| {
                for (offset, (v, f)) in v.chunks_exact_mut(width).zip(f.chunks_exact_mut(width)).enumerate() {
                    one(buffer, index * TOGETHER + offset, v, f, &mut []);
                }
            });
        }
    }

    /// The gradient of the only step that was taken since `before`, by Adagrad.
    pub fn only_gradient(&self, before: &[f32]) -> Vec<f32> {
        let moved = before.iter().zip(&self.values).map(|(before, after)| before - after);
        self.first.iter().zip(moved).map(|(square, moved)| square.sqrt().copysign(moved)).collect()
    }

    /// What a checkpoint keeps, under a name.
    pub fn arrays(&self, name: &str) -> Vec<(String, Array, Storage)> {
        let array =
            |values: &[f32]| Array { shape: vec![values.len() / self.width, self.width], values: values.to_vec() };
        let steps = Array { shape: vec![1], values: vec![f32::from_bits(self.steps)] };
        [
            ("values", array(&self.values)),
            ("first", array(&self.first)),
            ("second", array(&self.second)),
            ("steps", steps),
        ]
        .into_iter()
        .map(|(part, array)| (format!("{name}.{part}"), array, Storage::Single))
        .collect()
    }

    /// Takes back what a checkpoint kept.
    ///
    /// # Errors
    /// When the checkpoint is of another shape.
    pub fn restore(&mut self, name: &str, weights: &Weights) -> Result<(), Error> {
        let take = |part: &str, like: &[f32]| {
            let shape = [like.len() / self.width, self.width];
            weights.array(&format!("{name}.{part}"), &shape).map(|array| array.values.clone())
        };
        let (values, first, second) =
            (take("values", &self.values)?, take("first", &self.first)?, take("second", &self.second)?);
        let steps = weights.array(&format!("{name}.steps"), &[1])?.values[0].to_bits();
        (self.values, self.first, self.second, self.steps) = (values, first, second, steps);
        Ok(())
    }
}

impl Step {
    fn adagrad(self, (values, squares): (&mut [f32], &mut [f32]), gradients: &[f32]) {
        for ((x, square), g) in values.iter_mut().zip(squares).zip(gradients) {
            *square += g * g;
            *x -= self.rate * g / (square.sqrt() + ADAGRAD_EPSILON);
        }
    }

    fn adam(self, (values, first, second): (&mut [f32], &mut [f32], &mut [f32]), gradients: &[f32]) {
        for (((x, m), v), g) in values.iter_mut().zip(first).zip(second).zip(gradients) {
            *m = FIRST * *m + (1.0 - FIRST) * g;
            *v = SECOND * *v + (1.0 - SECOND) * g * g;
            *x -= self.rate * *m * self.first / ((*v * self.second).sqrt() + ADAM_EPSILON);
        }
    }
}
