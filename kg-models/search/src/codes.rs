//! A short code beside each row, to find those that are worth a look.
//!
//! In: rows, a coder, questions. Out: the rows whose codes are nearest, and whether no other row can be among the nearest.
//! Never: a question of mere signs: its numbers keep their amounts (asymmetric distances), to a thirty-first of the largest.
//!
//! With `x` a row at length 1, `m` the centre, `R` the rotation of b coordinates and `y = R (x − m)`, the code is the signs
//! `σ` of `y`, and stands for `d = a Rᵀ σ`. The size `a = Σ |yᵢ| / b` makes it the nearest such vector to `x − m`, so that
//! what is left, `r = x − m − d`, is at right angles to `d`, and `|r|² = |x − m|² − a² b`. For a question `q` of length 1:
//!
//! `q·x = q·m + q·d + q·r`, where `q·d = a s`, `s = Σ σᵢ (R q)ᵢ`.
//!
//! Of `q`, only the part at right angles to `d` meets `r`; its length is `√(1 − s² / b)`, so `|q·r| ≤ √(1 − s² / b) |r|`.
//! The estimate is `q·m + a s'`, where `s'` is `s` with the numbers of `R q` in steps, off by at most the sum of what the
//! steps leave out. With both bounds above it, a row stays out of the answer for certain.

use crate::best::Best;
use crate::blocks::{BLOCK, Blocks};
use crate::coder::Coder;
use crate::filter::Filter;
use crate::question::Question;
use crate::rows::Vectors;
use kgloom_numerics::double::dot_of_singles;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::passes::Pass;
use rayon::prelude::*;

/// Blocks that are worth a thread.
const TOGETHER: usize = 64;
/// Bytes of codes that are counted together, of however many rows.
const PART: usize = 64;
/// Bits of a question's number beside its sign: as many as keep the count of a byte, at most 8 · 31, in a byte.
const PLANES: usize = 5;

/// A code for each row of an index.
#[derive(Clone, Debug)]
pub struct Codes {
    coder: Coder,
    signs: Blocks<u8>,
    /// For each row, the size `a` and the length `|r|` of what the code leaves out.
    sizes: Blocks<[f32; 2]>,
}

/// Rows that are worth a look.
pub(crate) struct Shortlist {
    /// Numbers of rows, in ascending order.
    pub rows: Vec<u32>,
    /// Whether every row that the filter admits is in it.
    pub whole: bool,
    asked: Asked,
    estimates: Vec<f32>,
}

impl Codes {
    /// No codes, of a coder.
    pub fn new(coder: Coder) -> Self {
        Codes { signs: Blocks::new(coder.bits().div_ceil(8)), sizes: Blocks::new(1), coder }
    }

    /// What makes the codes.
    pub fn coder(&self) -> &Coder {
        &self.coder
    }

    /// What codes take in memory.
    pub fn bytes(&self) -> usize {
        self.signs.bytes() + self.sizes.bytes()
    }

    /// Writes the code of a row that was put in.
    pub(crate) fn put(&mut self, number: u32, direction: Vec<f32>) {
        let centred = self.coder.centred(direction);
        let coordinates = self.coder.coordinates(&centred);
        let bits = coordinates.len() as f64;
        let sum: f64 = coordinates.iter().map(|y| f64::from(y.abs())).sum();
        let square = dot_of_singles(&centred, &centred);
        // The sum may be too large by what rounding does to each coordinate, and the rest too short by as much.
        let rounding = f64::from(slack(&self.coder)) * sum;
        let left = (square - sum * sum / bits + rounding).max(0.0).sqrt();
        let signs = packed(coordinates.iter().map(|y| *y >= 0.0));
        self.signs.put(number, &signs);
        self.sizes.put(number, &[[(sum / bits) as f32, left as f32]]);
    }

    /// Takes away the code of a row that was taken out.
    pub(crate) fn take(&mut self, number: u32) {
        self.signs.take(number);
        self.sizes.take(number);
    }

    /// The rows, of those that the filter admits, whose codes say that they are nearest; ties by key.
    pub(crate) fn shortlist<'a, K: Clone + Ord + Send + Sync>(
        &self,
        vectors: &'a Vectors<K>,
        question: &Question,
        most: usize,
        filter: &Filter<'_, K>,
    ) -> Shortlist {
        let asked = Asked::new(&self.coder, question);
        let mut estimates = vec![0f32; vectors.len()];
        let chunks = estimates.par_chunks_mut(BLOCK).with_min_len(TOGETHER).enumerate();
        chunks.for_each(|(block, out)| self.estimate(&asked, block, out));
        let none = || Best::new(vectors, most);
        let one = |mut best: Best<'a, K>, (block, estimates): (usize, &[f32])| {
            for (place, estimate) in estimates.iter().enumerate() {
                let row = (block * BLOCK + place) as u32;
                if best.admits(*estimate) && filter.admits(vectors, row) {
                    best.offer(*estimate, row);
                }
            }
            best
        };
        // Few long parts, since each begins with a shortlist of its own.
        let long = (estimates.len() / BLOCK / (2 * rayon::current_num_threads())).max(TOGETHER);
        let chunks = estimates.par_chunks(BLOCK).with_min_len(long).enumerate();
        let found = chunks.fold(none, one).reduce(none, Best::join).rows();
        let mut rows: Vec<u32> = found.into_iter().map(|(_, row)| row).collect();
        rows.sort_unstable();
        Shortlist { whole: rows.len() < most, rows, asked, estimates }
    }

    /// The estimates of a block.
    fn estimate(&self, asked: &Asked, block: usize, out: &mut [f32]) {
        let (signs, sizes) = (self.signs.block(block), self.sizes.block(block));
        kernels::run(Isa::best(), Estimates { asked, signs, sizes, out });
    }

    /// Whether no row outside of a shortlist can score as high as `least`.
    pub(crate) fn proves<K: Clone + Ord + Send + Sync>(
        &self,
        shortlist: &Shortlist,
        least: f32,
        vectors: &Vectors<K>,
        filter: &Filter<'_, K>,
    ) -> bool {
        let Shortlist { rows, whole, asked, estimates } = shortlist;
        let may = |(block, estimates): (usize, &[f32])| {
            estimates.iter().zip(self.sizes.block(block)).enumerate().any(|(place, (estimate, size))| {
                let row = (block * BLOCK + place) as u32;
                asked.bound(*estimate, *size) >= least
                    && rows.binary_search(&row).is_err()
                    && filter.admits(vectors, row)
            })
        };
        *whole || !estimates.par_chunks(BLOCK).with_min_len(TOGETHER).enumerate().any(may)
    }
}

/// More than all that rounding can make of an estimate, a size or a score: a sum of w products of vectors no longer than 2
/// is off by at most `w ε`, and at most √b such errors add up along a code.
fn slack(coder: &Coder) -> f32 {
    4.0 * (coder.bits() as f32).sqrt() * coder.width() as f32 * f32::EPSILON
}

/// Bits in bytes, the first in the lowest place.
fn packed(bits: impl Iterator<Item = bool>) -> Vec<u8> {
    let bits: Vec<bool> = bits.collect();
    let byte = |eight: &[bool]| eight.iter().enumerate().fold(0, |byte, (place, bit)| byte | u8::from(*bit) << place);
    bits.chunks(8).map(byte).collect()
}

/// A question as codes are asked it: of each coordinate the sign, and the amount in steps of a thirty-first of the
/// largest, as planes of bits. With `u` the steps, `s = step (Σ uᵢ − 2 Σ uᵢ where signs differ)`, in whole numbers.
struct Asked {
    /// Beside each part of as many codes as fill whole parts.
    parts: Vec<Part>,
    /// Bytes of a code.
    bytes: usize,
    /// The sum of all steps.
    total: i32,
    step: f32,
    /// The most that the sum `s` is off by the steps.
    lost: f32,
    /// The question's product with the centre.
    offset: f32,
    bits: f32,
    /// See [`slack`].
    slack: f32,
}

/// What a question has beside some bytes of codes.
struct Part {
    signs: [u8; PART],
    planes: [[u8; PART]; PLANES],
}

impl Asked {
    fn new(coder: &Coder, question: &Question) -> Self {
        let turned = coder.coordinates(question.direction());
        let most = f32::from((1u8 << PLANES) - 1);
        let largest = turned.iter().fold(0f32, |largest, z| largest.max(z.abs()));
        let step = largest / most;
        let steps: Vec<u32> =
            turned.iter().map(|z| if step > 0.0 { (z.abs() / step).round() as u32 } else { 0 }).collect();
        let lost = turned.iter().zip(&steps).map(|(z, steps)| (z.abs() - step * *steps as f32).abs()).sum();
        let signs = packed(turned.iter().map(|z| *z >= 0.0));
        let planes: Vec<Vec<u8>> =
            (0..PLANES).map(|plane| packed(steps.iter().map(|steps| steps >> plane & 1 == 1))).collect();
        let bytes = signs.len();
        // So many parts hold whole codes.
        let count = (1..).find(|count| (count * PART).is_multiple_of(bytes)).unwrap_or(bytes);
        let along = |code: &[u8], part: usize| std::array::from_fn(|i| code[(part * PART + i) % bytes]);
        let part = |part: usize| Part {
            signs: along(&signs, part),
            planes: std::array::from_fn(|plane| along(&planes[plane], part)),
        };
        Asked {
            parts: (0..count).map(part).collect(),
            bytes,
            total: steps.iter().sum::<u32>() as i32,
            step,
            lost,
            offset: dot_of_singles(question.direction(), coder.centre()) as f32,
            bits: coder.bits() as f32,
            slack: slack(coder),
        }
    }

    /// What the score of a row with this estimate cannot exceed.
    #[inline(always)]
    fn bound(&self, estimate: f32, [size, left]: [f32; 2]) -> f32 {
        let along = if size > 0.0 { (estimate - self.offset) / size } else { 0.0 };
        // A smaller sum leaves more: what steps and rounding may have added is taken off.
        let along = (along.abs() - self.lost - self.slack * (1.0 + 1.0 / size)).max(0.0);
        let beside = (1.0 - along * along / self.bits).max(0.0).sqrt();
        estimate + size * self.lost + beside * left + self.slack
    }
}

/// The estimates of rows, one after the other.
struct Estimates<'a> {
    asked: &'a Asked,
    signs: &'a [u8],
    sizes: &'a [[f32; 2]],
    out: &'a mut [f32],
}

impl Pass for Estimates<'_> {
    #[inline(always)]
    fn run(self) {
        let Estimates { asked, signs, sizes, out } = self;
        let mut counts = vec![0u8; signs.len().next_multiple_of(PART)];
        let (whole, rest) = signs.as_chunks::<PART>();
        let mut last = [0u8; PART];
        last[..rest.len()].copy_from_slice(rest);
        let (counted, _) = counts.as_chunks_mut::<PART>();
        for ((code, part), counts) in whole.iter().chain([&last]).zip(asked.parts.iter().cycle()).zip(counted) {
            for i in 0..PART {
                let differs = code[i] ^ part.signs[i];
                let mut count = 0u8;
                for plane in 0..PLANES {
                    count += ((differs & part.planes[plane][i]).count_ones() as u8) << plane;
                }
                counts[i] = count;
            }
        }
        for ((out, counts), size) in out.iter_mut().zip(counts.chunks_exact(asked.bytes)).zip(sizes) {
            let differ: u32 = counts.iter().map(|count| u32::from(*count)).sum();
            let sum = (asked.total - 2 * differ as i32) as f32 * asked.step;
            *out = asked.offset + size[0] * sum;
        }
    }
}

#[cfg(test)]
#[path = "codes_tests.rs"]
mod tests;
