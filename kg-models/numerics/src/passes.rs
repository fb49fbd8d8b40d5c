//! The passes between products: plain loops that compilers vectorise, with additions in one fixed order.
//!
//! In: rows of f32. Out: the same rows, changed. Never: a fused multiply-add, or an order that depends on anything
//! but the width, so that every instruction set gives the same bits.

/// Columns that are finished together.
pub const PANEL: usize = 32;
/// Partial sums and maxima are kept in this many lanes, whatever the registers hold.
const LANES: usize = 16;

/// A pass that lives elsewhere; `run` is to be `inline(always)`, so that each instruction set has it compiled for itself.
pub trait Pass {
    /// Does it.
    fn run(self);
}

/// `e^x` to about 1e-7 relative (Cephes' polynomial).
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23: adding it rounds to the nearest integer
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let whole = rounded - ROUND;
    let rest = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let mut sum = 1.987_569_1e-4;
    for factor in [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 5.000_000_3e-1] {
        sum = sum * rest + factor;
    }
    // The last bits of `rounded` are the integer itself; a conversion that saturates would not vectorise.
    let power = f32::from_bits(rounded.to_bits().wrapping_add(127) << 23);
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

/// The exact GELU, `x · Φ(x)` (Hendrycks and Gimpel 2016).
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// The hyperbolic tangent, to about 1e-7.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

/// The logistic function.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The smaller in plain comparison, which is one instruction where `f32::min` is several.
#[inline(always)]
fn smaller(a: f32, b: f32) -> f32 {
    if b < a { b } else { a }
}

#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// Folds a row lane by lane, then the lanes in order, then what is left over.
#[inline(always)]
fn fold(row: &[f32], start: f32, step: impl Fn(f32, f32) -> f32, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [start; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = step(*lane, *x);
        }
    }
    let joined = lanes.into_iter().fold(start, join);
    rest.iter().fold(joined, |all, x| step(all, *x))
}

/// The sum of a row, in the order of all passes.
#[inline(always)]
pub fn sum(row: &[f32]) -> f32 {
    fold(row, 0.0, |all, x| all + x, |a, b| a + b)
}

/// The sum of a function of pairs, in the order of all passes.
#[inline(always)]
pub fn fold_pairs(one: &[f32], other: &[f32], value: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let ((ones, one), (others, other)) = (one.as_chunks::<LANES>(), other.as_chunks::<LANES>());
    for (x, y) in ones.iter().zip(others) {
        for lane in 0..LANES {
            lanes[lane] += value(x[lane], y[lane]);
        }
    }
    let joined = lanes.into_iter().fold(0.0, |all, lane| all + lane);
    one.iter().zip(other).fold(joined, |all, (x, y)| all + value(*x, *y))
}

/// The product of two rows.
#[inline(always)]
pub fn dot(one: &[f32], other: &[f32]) -> f32 {
    fold_pairs(one, other, |x, y| x * y)
}

/// Adds to each number of a row so many times the number of another at the same place.
#[inline(always)]
pub fn add(to: &mut [f32], from: &[f32], times: f32) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += times * from);
}

/// Softmax of each row of the given width.
#[inline(always)]
pub fn softmax(values: &mut [f32], width: usize) {
    for row in values.chunks_exact_mut(width) {
        let largest = fold(row, f32::MIN, larger, larger);
        for x in row.iter_mut() {
            *x = exp(*x - largest);
        }
        let scale = 1.0 / sum(row);
        for x in row.iter_mut() {
            *x *= scale;
        }
    }
}

/// Layer normalisation (Ba et al. 2016) of each row.
#[inline(always)]
pub fn normalise(values: &mut [f32], norm: &Norm) {
    let scale = 1.0 / norm.gain.len() as f32;
    for row in values.chunks_exact_mut(norm.gain.len()) {
        let mean = sum(row) * scale;
        for x in row.iter_mut() {
            *x -= mean;
        }
        let square = fold(row, 0.0, |all, x| all + x * x, |a, b| a + b);
        let inverse = 1.0 / (square * scale + norm.epsilon).sqrt();
        for ((x, gain), shift) in row.iter_mut().zip(&norm.gain).zip(&norm.shift) {
            *x = *x * inverse * gain + shift;
        }
    }
}

/// Adds what went in (the residual), then normalises: the end of each half of a layer.
#[inline(always)]
pub fn add_and_normalise(values: &mut [f32], residual: &[f32], norm: &Norm) {
    for (x, old) in values.iter_mut().zip(residual) {
        *x += old;
    }
    normalise(values, norm);
}

/// What a layer normalisation knows.
#[derive(Clone, Debug)]
pub struct Norm {
    /// Multiplies each column.
    pub gain: Vec<f32>,
    /// Is added to each column.
    pub shift: Vec<f32>,
    /// Keeps the root away from zero.
    pub epsilon: f32,
}

/// Rows as bytes: `x ≈ low + scale · byte`, a scale and a low for each row.
#[derive(Clone, Debug, Default)]
pub struct ByteRows {
    /// Rows × depth.
    pub bytes: Vec<u8>,
    /// Numbers in a row; a multiple of four.
    pub depth: usize,
    /// A scale a row.
    pub scales: Vec<f32>,
    /// The value of byte 0, a row.
    pub lows: Vec<f32>,
}

/// Quantises each row over its own range, so that a row's bytes depend on nothing else.
#[inline(always)]
pub fn quantise(values: &[f32], width: usize, to: &mut ByteRows) {
    const ROUND: f32 = 12_582_912.0;
    let depth = width.next_multiple_of(4);
    let count = values.len() / width;
    to.depth = depth;
    // What is beyond the width meets weights of zero, whatever it is.
    to.bytes.resize(count * depth, 0);
    to.scales.resize(count, 0.0);
    to.lows.resize(count, 0.0);
    for (index, row) in values.chunks_exact(width).enumerate() {
        let low = fold(row, f32::MAX, smaller, smaller);
        let high = fold(row, f32::MIN, larger, larger);
        let range = larger(high - low, f32::MIN_POSITIVE);
        let inverse = 255.0 / range;
        to.scales[index] = range / 255.0;
        to.lows[index] = low;
        for (byte, x) in to.bytes[index * depth..index * depth + width].iter_mut().zip(row) {
            *byte = ((x - low) * inverse + ROUND).to_bits() as u8;
        }
    }
}

/// What is done to a piece of a product before it is written.
#[derive(Clone, Copy, Debug)]
pub enum Epilogue<'a> {
    /// Nothing.
    Plain,
    /// The bias is added.
    Bias(&'a [f32]),
    /// The bias is added, then GELU.
    BiasGelu(&'a [f32]),
}

/// Writes a piece of at most [`PANEL`] numbers that begins at a column, by an epilogue.
#[inline(always)]
pub fn write_with(number: impl Fn(usize) -> f32, out: &mut [f32], column: usize, epilogue: Epilogue<'_>) {
    match epilogue {
        Epilogue::Plain => write(out, number),
        Epilogue::Bias(bias) => {
            let bias = &bias[column..column + out.len()];
            write(out, |place| number(place) + bias[place]);
        }
        Epilogue::BiasGelu(bias) => {
            let bias = &bias[column..column + out.len()];
            write(out, |place| gelu(number(place) + bias[place]));
        }
    }
}

/// A whole panel has a fixed length, which vectorises; the last one of a matrix may not.
#[inline(always)]
fn write(out: &mut [f32], number: impl Fn(usize) -> f32) {
    if let Ok(whole) = <&mut [f32; PANEL]>::try_from(&mut *out) {
        for (place, x) in whole.iter_mut().enumerate() {
            *x = number(place);
        }
    } else {
        for (place, x) in out.iter_mut().enumerate() {
            *x = number(place);
        }
    }
}

/// Scales a row to length 1; zeros stay.
#[inline]
pub fn unit(row: &mut [f32]) {
    let length = dot(row, row).sqrt();
    if length > 0.0 {
        row.iter_mut().for_each(|x| *x /= length);
    }
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
            assert!((f64::from(tanh(x)) - f64::from(x).tanh()).abs() < 3e-7, "{x}");
            assert!((f64::from(sigmoid(x)) - want / (1.0 + want)).abs() < 2e-7, "{x}");
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
        let mut rows: Vec<f32> = (0..40).map(|x| (x * x) as f32).collect();
        normalise(&mut rows, &Norm { gain: vec![1.0; 20], shift: vec![0.0; 20], epsilon: 1e-12 });
        for row in rows.chunks(20) {
            let mean = row.iter().sum::<f32>() / 20.0;
            let variance = row.iter().map(|x| x * x).sum::<f32>() / 20.0;
            assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn bytes_stand_for_their_row_to_half_a_step() {
        let rows: Vec<f32> = (0..57 * 3).map(|x| ((x * 37 % 101) as f32 - 20.0) * 0.3).collect();
        let mut bytes = ByteRows::default();
        quantise(&rows, 57, &mut bytes);
        for (index, row) in rows.chunks(57).enumerate() {
            for (x, byte) in row.iter().zip(&bytes.bytes[index * bytes.depth..]) {
                let back = bytes.lows[index] + bytes.scales[index] * f32::from(*byte);
                assert!((x - back).abs() <= 0.501 * bytes.scales[index], "{x} {back}");
            }
        }
    }

    #[test]
    fn a_row_of_one_value_is_kept() {
        let mut bytes = ByteRows::default();
        quantise(&[2.5; 8], 8, &mut bytes);
        assert_eq!((bytes.lows[0], &bytes.bytes[..8]), (2.5, [0u8; 8].as_slice()));
    }
}
