//! A contrastive loss: the right answer among many, by cosine.
//!
//! In: queries and candidates of length 1, which candidate answers each query, which others would be right too. Out: the
//! mean loss and its gradients. Never: another right answer counted as a wrong one.

use kgloom_numerics::panels::MatrixView;
use kgloom_numerics::{kernels, passes};
use rayon::prelude::*;

/// Queries whose cosines lie in memory together.
const TOGETHER: usize = 512;
/// What stands for the cosine of an answer that is also right: far below any other, and finite.
const LEFT_OUT: f32 = -1e3;

/// InfoNCE (van den Oord et al. 2018) with an additive margin, as SimKGC trains (Wang et al. 2022).
#[derive(Clone, Copy, Debug)]
pub struct Contrast {
    /// What is taken from the right answer's cosine.
    pub margin: f32,
    /// What cosines are multiplied by: one over the temperature.
    pub sharpness: f32,
}

/// What a query must find: the place of its answer among the candidates, and the places of other right ones.
pub type Target = (u32, Vec<u32>);

/// The loss and where it goes down.
#[derive(Clone, Debug, Default)]
pub struct Gradients {
    /// The mean over queries.
    pub loss: f32,
    /// Its gradient in the queries.
    pub to_queries: Vec<f32>,
    /// Its gradient in the first candidates, as many as were asked for.
    pub to_candidates: Vec<f32>,
    /// Its gradient in the logarithm of the sharpness.
    pub to_sharpness: f32,
}

impl Contrast {
    /// The loss of queries (count × width) against candidates (count × width), with gradients for the first `live` ones
    /// of these.
    pub fn gradients(
        self,
        width: usize,
        (queries, wanted): (&[f32], &[Target]),
        (candidates, live): (&[f32], usize),
    ) -> Gradients {
        let (count, share) = (candidates.len() / width, 1.0 / wanted.len() as f32);
        let all = MatrixView::new(candidates, width);
        let mut gradients = Gradients {
            to_queries: vec![0.0; queries.len()],
            to_candidates: vec![0.0; live * width],
            ..Gradients::default()
        };
        let (mut cosines, mut few, mut part) = (Vec::new(), Vec::new(), vec![0.0; live * width]);
        let blocks = queries.chunks(TOGETHER * width).zip(wanted.chunks(TOGETHER));
        for ((queries, wanted), to_queries) in blocks.zip(gradients.to_queries.chunks_mut(TOGETHER * width)) {
            cosines.resize(wanted.len() * count, 0.0);
            kernels::product(MatrixView::new(queries, width), all.transpose(), &mut cosines);
            let rows = cosines.par_chunks_exact_mut(count).zip(wanted);
            let told: Vec<(f32, f32)> = rows.map(|(row, wanted)| self.row(row, wanted, share)).collect();
            for (loss, to_sharpness) in told {
                gradients.loss += loss * share;
                gradients.to_sharpness += to_sharpness * share;
            }
            kernels::product(MatrixView::new(&cosines, count), all, to_queries);
            if live > 0 {
                few.clear();
                cosines.chunks_exact(count).for_each(|row| few.extend_from_slice(&row[..live]));
                kernels::product(MatrixView::new(&few, live).transpose(), MatrixView::new(queries, width), &mut part);
                gradients.to_candidates.iter_mut().zip(&part).for_each(|(to, x)| *to += x);
            }
        }
        gradients
    }

    /// Turns a row of cosines into their gradient, times `share`; the loss, and its gradient in the logarithm of the
    /// sharpness.
    fn row(self, row: &mut [f32], (right, others): &Target, share: f32) -> (f32, f32) {
        let right = *right as usize;
        others.iter().for_each(|other| row[*other as usize] = LEFT_OUT);
        row[right] -= self.margin;
        let own = row[right];
        let largest = row.iter().copied().fold(f32::MIN, f32::max);
        let (mut total, mut along) = (0f32, 0f32);
        for x in row.iter_mut() {
            let weight = passes::exp(self.sharpness * (*x - largest));
            total += weight;
            along += weight * *x;
            *x = weight;
        }
        let scale = self.sharpness * share / total;
        row.iter_mut().for_each(|x| *x *= scale);
        row[right] -= self.sharpness * share;
        (total.ln() - self.sharpness * (own - largest), self.sharpness * (along / total - own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{D, Device, Tensor, Var};
    use kgloom_numerics::draw::draw;

    /// The same loss and its gradients by automatic differentiation: queries, candidates, log-sharpness.
    fn reference(width: usize, queries: &[f32], wanted: &[Target], candidates: &[f32]) -> (f32, [Vec<f32>; 3]) {
        let var = |values: &[f32]| {
            let shape = (values.len() / width, width);
            Var::from_tensor(&Tensor::from_slice(values, shape, &Device::Cpu).unwrap()).unwrap()
        };
        let (q, c) = (var(queries), var(candidates));
        let log = Var::from_tensor(&Tensor::new(3f32.ln(), &Device::Cpu).unwrap()).unwrap();
        let count = candidates.len() / width;
        let (mut mask, mut right) = (vec![0f32; wanted.len() * count], vec![0f32; wanted.len() * count]);
        for (row, (answer, others)) in wanted.iter().enumerate() {
            right[row * count + *answer as usize] = 1.0;
            others.iter().for_each(|other| mask[row * count + *other as usize] = -1e4);
        }
        let tensor = |values: Vec<f32>| Tensor::from_vec(values, (wanted.len(), count), &Device::Cpu).unwrap();
        let (mask, right) = (tensor(mask), tensor(right));
        let cosines = (q.as_tensor().matmul(&c.as_tensor().t().unwrap()).unwrap() - (&right * 0.1).unwrap()).unwrap();
        let logits = (cosines.broadcast_mul(&log.as_tensor().exp().unwrap()).unwrap() + mask).unwrap();
        let all = logits.exp().unwrap().sum(D::Minus1).unwrap().log().unwrap();
        let own = (logits * right).unwrap().sum(D::Minus1).unwrap();
        let loss = (all - own).unwrap().mean_all().unwrap();
        let store = loss.backward().unwrap();
        let gradient = |var: &Var| store.get(var.as_tensor()).unwrap().flatten_all().unwrap().to_vec1().unwrap();
        (loss.to_scalar().unwrap(), [gradient(&q), gradient(&c), gradient(&log)])
    }

    #[test]
    fn slopes_are_those_of_automatic_differentiation() {
        let width = 5;
        let mut draw = draw(2, "test", 0);
        let (queries, candidates) = (draw.normals(4 * width, 0.5), draw.normals(7 * width, 0.5));
        let wanted: Vec<Target> = vec![(0, vec![1, 6]), (6, vec![]), (2, vec![5]), (2, vec![])];
        let contrast = Contrast { margin: 0.1, sharpness: 3.0 };
        let found = contrast.gradients(width, (&queries, &wanted), (&candidates, 3));
        let (loss, [to_queries, to_candidates, to_sharpness]) = reference(width, &queries, &wanted, &candidates);
        let near = |one: &[f32], other: &[f32]| one.iter().zip(other).all(|(x, y)| (x - y).abs() < 1e-5);
        assert!((found.loss - loss).abs() < 1e-5, "{} {loss}", found.loss);
        assert!(near(&found.to_queries, &to_queries), "{:?} {to_queries:?}", found.to_queries);
        assert!(near(&found.to_candidates, &to_candidates[..3 * width]));
        assert!(near(&[found.to_sharpness], &to_sharpness), "{} {to_sharpness:?}", found.to_sharpness);
        assert_eq!(found.to_candidates.len(), 3 * width);
    }
}
