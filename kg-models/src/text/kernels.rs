//! The passes between the products of a transformer, in place and in a fixed order of additions.
//!
//! In: rows of f32. Out: the same rows, changed. Never: threads, or an order that depends on anything but the shape.

use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, Tensor, bail};

/// `e^x` to about 1e-7 relative, in plain arithmetic that compilers vectorise (Cephes' polynomial).
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23: adding it rounds to the nearest integer
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let whole = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let rest = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let mut sum = 1.987_569_1e-4;
    for factor in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 5.000_000_3e-1] {
        sum = sum * rest + factor;
    }
    let power = f32::from_bits(((whole as i32 + 127) as u32) << 23);
    (sum * rest * rest + rest + 1.0) * power
}

/// The error function to about 1.5e-7 (Abramowitz and Stegun 7.1.26).
#[inline(always)]
fn erf(x: f32) -> f32 {
    let z = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let mut sum = 1.061_405_4;
    for factor in [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6] {
        sum = sum * t + factor;
    }
    (1.0 - sum * t * exp(-z * z)).copysign(x)
}

/// The exact GELU, `x · Φ(x)`.
pub fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

fn sum(row: &[f32]) -> f32 {
    let mut lanes = [0f32; 8];
    let chunks = row.chunks_exact(8);
    let rest: f32 = chunks.remainder().iter().sum();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, x)| *lane += x);
    }
    lanes.iter().sum::<f32>() + rest
}

fn largest(row: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::MIN; 8];
    for chunk in row.chunks(8) {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &x)| *lane = larger(*lane, x));
    }
    lanes.into_iter().fold(f32::MIN, larger)
}

/// Softmax of each row of the given width.
pub fn softmax(values: &mut [f32], width: usize) {
    for row in values.chunks_mut(width) {
        let largest = largest(row);
        row.iter_mut().for_each(|x| *x = exp(*x - largest));
        let scale = 1.0 / sum(row);
        row.iter_mut().for_each(|x| *x *= scale);
    }
}

/// Layer normalisation of each row.
pub fn normalise(values: &mut [f32], gain: &[f32], shift: &[f32], epsilon: f32) {
    let width = gain.len();
    let scale = 1.0 / width as f32;
    for row in values.chunks_mut(width) {
        let mean = sum(row) * scale;
        row.iter_mut().for_each(|x| *x -= mean);
        let mut lanes = [0f32; 8];
        for chunk in row.chunks(8) {
            lanes.iter_mut().zip(chunk).for_each(|(lane, x)| *lane += x * x);
        }
        let inverse = 1.0 / (lanes.iter().sum::<f32>() * scale + epsilon).sqrt();
        for ((x, g), s) in row.iter_mut().zip(gain).zip(shift) {
            *x = *x * inverse * g + s;
        }
    }
}

/// The numbers of a contiguous tensor that nothing else is reading.
fn whole<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&mut values[start..end]),
        _ => bail!("an in-place pass needs contiguous f32 numbers"),
    }
}

/// One pass over the rows of a tensor.
pub enum Pass<'a> {
    /// Softmax of each row of the last dimension.
    Softmax,
    /// Adds a bias to each row.
    Bias(&'a [f32]),
    /// Adds a bias to each row, then GELU.
    BiasGelu(&'a [f32]),
    /// Layer normalisation with gain, shift and epsilon.
    Norm(&'a [f32], &'a [f32], f32),
}

impl InplaceOp1 for Pass<'_> {
    fn name(&self) -> &'static str {
        "pass"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let width = layout.dims().last().copied().unwrap_or(1).max(1);
        let values = whole(storage, layout)?;
        match self {
            Pass::Softmax => softmax(values, width),
            Pass::Bias(bias) => {
                for row in values.chunks_mut(width) {
                    row.iter_mut().zip(*bias).for_each(|(x, b)| *x += b);
                }
            }
            Pass::BiasGelu(bias) => {
                for row in values.chunks_mut(width) {
                    row.iter_mut().zip(*bias).for_each(|(x, b)| *x = gelu(*x + b));
                }
            }
            Pass::Norm(gain, shift, epsilon) => normalise(values, gain, shift, *epsilon),
        }
        Ok(())
    }
}

/// Adds a bias and another tensor (the residual), then normalises: the end of each half of a transformer layer.
pub struct AddNorm<'a> {
    /// The bias of the product before it.
    pub bias: &'a [f32],
    /// The normalisation's gain.
    pub gain: &'a [f32],
    /// The normalisation's shift.
    pub shift: &'a [f32],
    /// The normalisation's epsilon.
    pub epsilon: f32,
}

impl InplaceOp2 for AddNorm<'_> {
    fn name(&self) -> &'static str {
        "add-norm"
    }

    fn cpu_fwd(
        &self,
        storage: &mut CpuStorage,
        layout: &Layout,
        other: &CpuStorage,
        other_layout: &Layout,
    ) -> Result<()> {
        let values = whole(storage, layout)?;
        let residual = match (other, other_layout.contiguous_offsets()) {
            (CpuStorage::F32(values), Some((start, end))) => &values[start..end],
            _ => bail!("an in-place pass needs contiguous f32 numbers"),
        };
        let width = self.bias.len();
        for (row, old) in values.chunks_mut(width).zip(residual.chunks(width)) {
            for ((x, o), b) in row.iter_mut().zip(old).zip(self.bias) {
                *x += o + b;
            }
        }
        normalise(values, self.gain, self.shift, self.epsilon);
        Ok(())
    }
}

/// The numbers of a tensor, in row-major order.
///
/// # Errors
/// When the tensor does not hold f32.
pub fn values(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_gelu_agree_with_double_precision() {
        for step in -800..800 {
            let x = step as f32 / 100.0;
            let want = f64::from(x).exp();
            assert!((f64::from(exp(x)) / want - 1.0).abs() < 1e-6, "{x}");
        }
        for (x, want) in [(0.0, 0.0), (1.0, 0.841_344_7), (-1.0, -0.158_655_25), (3.0, 2.995_950_3), (-5.0, -1.43e-6)] {
            assert!((gelu(x) - want).abs() < 1e-6, "{x} {}", gelu(x));
        }
    }

    #[test]
    fn softmax_rows_sum_to_one_and_keep_their_order() {
        let mut rows = vec![1.0, 2.0, 3.0, -4.0, 0.0, 50.0];
        softmax(&mut rows, 3);
        assert!((rows[..3].iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(rows[0] < rows[1] && rows[1] < rows[2] && rows[5] > 0.999);
    }

    #[test]
    fn normalised_rows_have_mean_zero_and_variance_one() {
        let mut rows: Vec<f32> = (0..24).map(|x| (x * x) as f32).collect();
        normalise(&mut rows, &[1.0; 12], &[0.0; 12], 1e-12);
        for row in rows.chunks(12) {
            let mean = row.iter().sum::<f32>() / 12.0;
            let variance = row.iter().map(|x| x * x).sum::<f32>() / 12.0;
            assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-4);
        }
    }
}
