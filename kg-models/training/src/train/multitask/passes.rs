//! What a transformer needs besides products, normalisations and sums, each pass with its gradient, over several
//! chunks at once.
//!
//! In: f32 tensors whose rows are the word pieces of several chunks, one after the other. Out: one tensor.
//! Never: a row of one chunk in the attention of another.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Device, Layout, Result, Shape, Tensor};
use kgloom_numerics::passes;
use kgloom_reader::fused::{flat, like, values};

/// `gelu(x + bias)`.
struct Gelu;

impl CustomOp2 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout, bias: &CpuStorage, lb: &Layout) -> Result<(CpuStorage, Shape)> {
        let bias = flat(bias, lb)?;
        let mut out = flat(x, lx)?.to_vec();
        for row in out.chunks_mut(bias.len()) {
            row.iter_mut().zip(bias).for_each(|(x, b)| *x = passes::gelu(*x + b));
        }
        Ok((CpuStorage::F32(out), lx.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, bias: &Tensor, _: &Tensor, slope: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (inputs, biases, mut slopes) = (values(x)?, values(bias)?, values(slope)?);
        let mut sums = vec![0f32; biases.len()];
        for (slopes, inputs) in slopes.chunks_mut(sums.len()).zip(inputs.chunks(sums.len())) {
            for ((s, x), b) in slopes.iter_mut().zip(inputs).zip(&biases) {
                *s *= gelu_slope(x + b);
            }
            sums.iter_mut().zip(slopes).for_each(|(sum, s)| *sum += *s);
        }
        Ok((like(slopes, x)?, like(sums, bias)?))
    }
}

/// `Φ(x) + x·φ(x)`.
#[inline(always)]
fn gelu_slope(x: f32) -> f32 {
    const DENSITY: f32 = 0.398_942_3;
    let below = if x.abs() > 1e-3 { passes::gelu(x) / x } else { 0.5 + DENSITY * x };
    below + x * DENSITY * passes::exp(-0.5 * x * x)
}

/// `gelu(x + bias)`, the bias on every row.
///
/// # Errors
/// When the bias is not as wide as the rows.
pub fn gelu(x: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.apply_op2(bias, Gelu)
}

/// Multi-head attention within chunks.
struct Attend {
    lengths: Vec<usize>,
    heads: usize,
}

/// One chunk's queries, keys and values, each heads × rows × width of a head, and the attention.
struct Heads {
    parts: [Tensor; 3],
    attention: Tensor,
    scale: f64,
}

impl Heads {
    fn new(mixed: &[f32], rows: usize, heads: usize) -> Result<Self> {
        let width = mixed.len() / rows / heads / 3;
        let all = Tensor::from_slice(mixed, (rows, 3 * heads, width), &Device::Cpu)?.transpose(0, 1)?.contiguous()?;
        let parts = [all.narrow(0, 0, heads)?, all.narrow(0, heads, heads)?, all.narrow(0, 2 * heads, heads)?];
        let scale = 1.0 / (width as f64).sqrt();
        let mut scores = values(&(parts[0].matmul(&parts[1].t()?)? * scale)?)?;
        passes::softmax(&mut scores, rows);
        let attention = Tensor::from_vec(scores, (heads, rows, rows), &Device::Cpu)?;
        Ok(Heads { parts, attention, scale })
    }

    /// Heads × rows × width to rows × (heads · width).
    fn join(parts: &Tensor) -> Result<Vec<f32>> {
        parts.transpose(0, 1)?.contiguous()?.flatten_all()?.to_vec1()
    }

    /// The gradient of queries, keys and values: rows × (3 · heads · width).
    fn back(&self, slope: &[f32]) -> Result<Vec<f32>> {
        let [queries, keys, held] = &self.parts;
        let (heads, rows, width) = queries.dims3()?;
        let slope = Tensor::from_slice(slope, (rows, heads, width), &Device::Cpu)?.transpose(0, 1)?.contiguous()?;
        let to_held = self.attention.t()?.matmul(&slope)?;
        let mut scores = values(&slope.matmul(&held.t()?)?)?;
        for (row, weights) in scores.chunks_mut(rows).zip(values(&self.attention)?.chunks(rows)) {
            let along: f32 = row.iter().zip(weights).map(|(s, a)| s * a).sum();
            row.iter_mut().zip(weights).for_each(|(s, a)| *s = a * (*s - along) * self.scale as f32);
        }
        let scores = Tensor::from_vec(scores, (heads, rows, rows), &Device::Cpu)?;
        let all = [scores.matmul(keys)?, scores.t()?.matmul(queries)?, to_held];
        Heads::join(&Tensor::cat(&all, 0)?)
    }
}

impl Attend {
    /// The chunks of rows of a tensor of this width.
    fn chunks<'a>(&self, values: &'a [f32], width: usize) -> Vec<(usize, &'a [f32])> {
        let mut rest = values;
        let mut chunks = Vec::with_capacity(self.lengths.len());
        for &length in &self.lengths {
            let (chunk, more) = rest.split_at(length * width);
            chunks.push((length, chunk));
            rest = more;
        }
        chunks
    }
}

impl CustomOp1 for Attend {
    fn name(&self) -> &'static str {
        "attend"
    }

    fn cpu_fwd(&self, mixed: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, width) = layout.shape().dims2()?;
        let mut out = Vec::with_capacity(rows * width / 3);
        for (length, chunk) in self.chunks(flat(mixed, layout)?, width) {
            let heads = Heads::new(chunk, length, self.heads)?;
            out.extend(Heads::join(&heads.attention.matmul(&heads.parts[2])?)?);
        }
        Ok((CpuStorage::F32(out), Shape::from((rows, width / 3))))
    }

    fn bwd(&self, mixed: &Tensor, _: &Tensor, slope: &Tensor) -> Result<Option<Tensor>> {
        let width = mixed.dim(1)?;
        let (inputs, slopes) = (values(mixed)?, values(slope)?);
        let mut out = Vec::with_capacity(inputs.len());
        for ((length, chunk), (_, slope)) in
            self.chunks(&inputs, width).into_iter().zip(self.chunks(&slopes, width / 3))
        {
            out.extend(Heads::new(chunk, length, self.heads)?.back(slope)?);
        }
        like(out, mixed)
    }
}

/// What attention gathers: rows × (3 · width) of queries, keys and values to rows × width. The chunks' lengths add up
/// to the rows.
///
/// # Errors
/// When the heads do not divide the width.
pub fn attend(mixed: &Tensor, lengths: &[usize], heads: usize) -> Result<Tensor> {
    mixed.apply_op1(Attend { lengths: lengths.to_vec(), heads })
}

/// The attention of one chunk: heads × rows × rows, from its rows of queries, keys and values.
///
/// # Errors
/// When the heads do not divide the width.
pub fn attention(mixed: &[f32], rows: usize, heads: usize) -> Result<Vec<f32>> {
    values(&Heads::new(mixed, rows, heads)?.attention)
}

/// A pooled row: which rows it is made of, and how much of each.
pub type PoolingWeights = Vec<(usize, f32)>;

/// Fixed mixtures of rows.
struct Pool(Vec<PoolingWeights>);

impl CustomOp1 for Pool {
    fn name(&self) -> &'static str {
        "blend"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        let rows = flat(x, layout)?;
        let mut out = vec![0f32; self.0.len() * width];
        for (target, pooling) in out.chunks_mut(width).zip(&self.0) {
            for &(row, weight) in pooling {
                target.iter_mut().zip(&rows[row * width..(row + 1) * width]).for_each(|(t, x)| *t += weight * x);
            }
        }
        Ok((CpuStorage::F32(out), Shape::from((self.0.len(), width))))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, slope: &Tensor) -> Result<Option<Tensor>> {
        let width = x.dim(1)?;
        let mut out = vec![0f32; x.elem_count()];
        for (slope, pooling) in values(slope)?.chunks(width).zip(&self.0) {
            for &(row, weight) in pooling {
                out[row * width..(row + 1) * width].iter_mut().zip(slope).for_each(|(o, s)| *o += weight * s);
            }
        }
        like(out, x)
    }
}

/// Rows pooled by weights: rows × width to poolings × width.
///
/// # Errors
/// When the tensor is not a contiguous matrix.
pub fn pool(x: &Tensor, poolings: Vec<PoolingWeights>) -> Result<Tensor> {
    x.apply_op1(Pool(poolings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Var;
    use kgloom_numerics::draw::draw;

    /// Compares the gradient of a random weighting of `pass(x)` with finite differences.
    fn check((rows, columns): (usize, usize), pass: &dyn Fn(&Tensor) -> Tensor) {
        let mut draw = draw(9, "test", columns as u64);
        let input = draw.normals(rows * columns, 1.0);
        let tensor = |values: &[f32]| Tensor::from_slice(values, (rows, columns), &Device::Cpu).unwrap();
        let size = pass(&tensor(&input)).elem_count();
        let weights = Tensor::from_vec(draw.normals(size, 1.0), size, &Device::Cpu).unwrap();
        let value = |x: &Tensor| (pass(x).flatten_all().unwrap() * &weights).unwrap().sum_all().unwrap();
        let var = Var::from_tensor(&tensor(&input)).unwrap();
        let store = value(var.as_tensor()).backward().unwrap();
        let gradient = values(store.get(var.as_tensor()).unwrap()).unwrap();
        for cell in 0..input.len() {
            let moved = |by: f32| {
                let mut moved = input.clone();
                moved[cell] += by;
                value(&tensor(&moved)).to_scalar::<f32>().unwrap()
            };
            let slope = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((slope - gradient[cell]).abs() < 0.02 * (1.0 + slope.abs()), "{cell}: {slope} {}", gradient[cell]);
        }
    }

    #[test]
    fn gradients_agree_with_finite_differences() {
        let bias = Tensor::new(&[0.5f32, -1.0, 0.0, 2.0], &Device::Cpu).unwrap();
        check((3, 4), &|x| gelu(x, &bias).unwrap());
        let inputs = Tensor::new(&[[0.3f32, -0.4, 1.0, 0.0]], &Device::Cpu).unwrap();
        check((1, 4), &|b| gelu(&inputs, &b.flatten_all().unwrap()).unwrap());
        check((5, 12), &|x| attend(x, &[2, 3], 2).unwrap());
        check((3, 2), &|x| pool(x, vec![vec![(0, 0.5), (2, 2.0)], vec![], vec![(2, 1.0)]]).unwrap());
    }

    #[test]
    fn chunks_do_not_see_each_other() {
        let mixed = draw(1, "test", 0).normals(5 * 12, 1.0);
        let gather = |rows: std::ops::Range<usize>, lengths: &[usize]| {
            let part = &mixed[rows.start * 12..rows.end * 12];
            values(&attend(&Tensor::from_slice(part, (rows.len(), 12), &Device::Cpu).unwrap(), lengths, 2).unwrap())
                .unwrap()
        };
        let apart = [gather(0..2, &[2]), gather(2..5, &[3])].concat();
        assert_eq!(gather(0..5, &[2, 3]), apart);
    }
}
