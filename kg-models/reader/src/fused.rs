//! The passes of the heads between products, each with its gradient: one read and one write, in the calling thread.
//!
//! In: f32 tensors. Out: one tensor. Never: candle's own elementwise operations, which spread large tensors over threads.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, Device, Layout, Result, Shape, Tensor, bail};
use kgloom_numerics::{matrix, passes};

/// The numbers of a tensor, in row-major order.
///
/// # Errors
/// When the tensor does not hold f32.
pub fn values(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

/// The numbers of a contiguous operand.
pub fn flat<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&values[start..end]),
        _ => bail!("a fused pass needs contiguous f32 numbers"),
    }
}

/// Numbers in the shape of a tensor, as a gradient.
pub fn like(values: Vec<f32>, tensor: &Tensor) -> Result<Option<Tensor>> {
    Tensor::from_vec(values, tensor.dims(), &Device::Cpu).map(Some)
}

/// A product of matrices.
struct Product;

impl CustomOp2 for Product {
    fn name(&self) -> &'static str {
        "product"
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout, y: &CpuStorage, ly: &Layout) -> Result<(CpuStorage, Shape)> {
        let ((count, depth), (inputs, columns)) = (lx.shape().dims2()?, ly.shape().dims2()?);
        if depth != inputs {
            bail!("a product of {count} × {depth} and {inputs} × {columns}");
        }
        let out = matrix::multiply(flat(x, lx)?, flat(y, ly)?, (depth, columns));
        Ok((CpuStorage::F32(out), Shape::from((count, columns))))
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, _: &Tensor, slope: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        Ok((Some(slope.matmul(&y.t()?)?), Some(x.t()?.matmul(slope)?)))
    }
}

/// `x · y` by the engine's kernels, whose results do not depend on the machine.
///
/// # Errors
/// When these are no contiguous matrices that fit.
pub fn product(x: &Tensor, y: &Tensor) -> Result<Tensor> {
    x.apply_op2(y, Product)
}

/// What is done to a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    Identity,
    /// The positive part.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
}

/// `activation(x + bias)`, the bias on every row.
struct Bias(Activation);

impl CustomOp2 for Bias {
    fn name(&self) -> &'static str {
        "bias"
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout, bias: &CpuStorage, lb: &Layout) -> Result<(CpuStorage, Shape)> {
        let bias = flat(bias, lb)?;
        let mut out = flat(x, lx)?.to_vec();
        for row in out.chunks_mut(bias.len()) {
            row.iter_mut().zip(bias).for_each(|(x, b)| *x += b);
        }
        match self.0 {
            Activation::Identity => {}
            Activation::Relu => out.iter_mut().for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 }),
            Activation::Tanh => out.iter_mut().for_each(|x| *x = passes::tanh(*x)),
        }
        Ok((CpuStorage::F32(out), lx.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, bias: &Tensor, out: &Tensor, slope: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let mut slopes = values(slope)?;
        if self.0 != Activation::Identity {
            for (slope, y) in slopes.iter_mut().zip(values(out)?) {
                *slope *= match self.0 {
                    Activation::Relu if y > 0.0 => 1.0,
                    Activation::Tanh => 1.0 - y * y,
                    _ => 0.0,
                };
            }
        }
        let mut sums = vec![0f32; bias.elem_count()];
        for row in slopes.chunks(sums.len()) {
            sums.iter_mut().zip(row).for_each(|(s, x)| *s += x);
        }
        Ok((like(slopes, out)?, like(sums, bias)?))
    }
}

/// `activation(x + bias)`.
///
/// # Errors
/// When the bias is not as wide as the rows.
pub fn bias(x: &Tensor, bias: &Tensor, activation: Activation) -> Result<Tensor> {
    x.apply_op2(bias, Bias(activation))
}

/// The sum of two tensors of one shape.
struct Add;

impl CustomOp2 for Add {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout, y: &CpuStorage, ly: &Layout) -> Result<(CpuStorage, Shape)> {
        let out = flat(x, lx)?.iter().zip(flat(y, ly)?).map(|(x, y)| x + y).collect();
        Ok((CpuStorage::F32(out), lx.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, _: &Tensor, slope: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        Ok((Some(slope.clone()), Some(slope.clone())))
    }
}

/// `x + y`.
///
/// # Errors
/// When the tensors are not contiguous.
pub fn add(x: &Tensor, y: &Tensor) -> Result<Tensor> {
    x.apply_op2(y, Add)
}

/// Layer normalisation of rows, with gain and shift; the epsilon.
struct Norm(f32);

/// The epsilon of the heads' normalisations.
pub const EPSILON: f32 = 1e-5;

fn moments(row: &[f32], epsilon: f32) -> (f32, f32) {
    let scale = 1.0 / row.len() as f32;
    let mean = passes::sum(row) * scale;
    let mut lanes = [0f32; 16];
    for chunk in row.chunks(lanes.len()) {
        lanes.iter_mut().zip(chunk).for_each(|(lane, x)| *lane += (x - mean) * (x - mean));
    }
    (mean, 1.0 / (lanes.iter().sum::<f32>() * scale + epsilon).sqrt())
}

impl CustomOp3 for Norm {
    fn name(&self) -> &'static str {
        "norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        lx: &Layout,
        gain: &CpuStorage,
        lg: &Layout,
        shift: &CpuStorage,
        ls: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (gain, shift) = (flat(gain, lg)?, flat(shift, ls)?);
        let mut out = flat(x, lx)?.to_vec();
        for row in out.chunks_mut(gain.len()) {
            let (mean, inverse) = moments(row, self.0);
            for ((x, g), s) in row.iter_mut().zip(gain).zip(shift) {
                *x = (*x - mean) * inverse * g + s;
            }
        }
        Ok((CpuStorage::F32(out), lx.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        gain: &Tensor,
        _: &Tensor,
        _: &Tensor,
        slope: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (rows, gains, mut slopes) = (values(x)?, values(gain)?, values(slope)?);
        let width = gains.len();
        let mut sums = (vec![0f32; width], vec![0f32; width]);
        for (row, slope) in rows.chunks(width).zip(slopes.chunks_mut(width)) {
            let (mean, inverse) = moments(row, self.0);
            let (mut total, mut along) = (0f32, 0f32);
            for (index, (x, s)) in row.iter().zip(slope.iter_mut()).enumerate() {
                let normal = (x - mean) * inverse;
                sums.0[index] += *s * normal;
                sums.1[index] += *s;
                *s *= gains[index];
                total += *s;
                along += *s * normal;
            }
            let scale = 1.0 / width as f32;
            for (x, s) in row.iter().zip(slope.iter_mut()) {
                *s = inverse * (*s - total * scale - (x - mean) * inverse * along * scale);
            }
        }
        Ok((like(slopes, x)?, like(sums.0, gain)?, like(sums.1, gain)?))
    }
}

/// Layer normalisation of each row.
///
/// # Errors
/// When gain and shift are not as wide as the rows.
pub fn norm(x: &Tensor, gain: &Tensor, shift: &Tensor, epsilon: f32) -> Result<Tensor> {
    x.contiguous()?.apply_op3(gain, shift, Norm(epsilon))
}

/// Multiplies each number by its own factor.
struct Factors(Vec<f32>);

impl CustomOp1 for Factors {
    fn name(&self) -> &'static str {
        "factors"
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout) -> Result<(CpuStorage, Shape)> {
        let out = flat(x, lx)?.iter().zip(&self.0).map(|(x, f)| x * f).collect();
        Ok((CpuStorage::F32(out), lx.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, slope: &Tensor) -> Result<Option<Tensor>> {
        like(values(slope)?.into_iter().zip(&self.0).map(|(s, f)| s * f).collect(), x)
    }
}

/// Multiplies each number by its own factor, as dropout does.
///
/// # Errors
/// When the tensor is not contiguous.
pub fn scale(x: &Tensor, factors: Vec<f32>) -> Result<Tensor> {
    x.apply_op1(Factors(factors))
}

/// Each row with the one before and the one after it; rows marked `false` count as zeros.
struct Neighbours(Vec<bool>);

impl CustomOp1 for Neighbours {
    fn name(&self) -> &'static str {
        "neighbours"
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, width) = lx.shape().dims2()?;
        let x = flat(x, lx)?;
        let mut out = vec![0f32; rows * 3 * width];
        for (index, target) in out.chunks_mut(3 * width).enumerate() {
            for (place, target) in target.chunks_mut(width).enumerate() {
                if let Some(other) = self.source(index, place) {
                    target.copy_from_slice(&x[other * width..(other + 1) * width]);
                }
            }
        }
        Ok((CpuStorage::F32(out), Shape::from((rows, 3 * width))))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, slope: &Tensor) -> Result<Option<Tensor>> {
        let (rows, width) = x.dims2()?;
        let slopes = values(slope)?;
        let mut out = vec![0f32; rows * width];
        for (index, row) in slopes.chunks(3 * width).enumerate() {
            for (place, row) in row.chunks(width).enumerate() {
                if let Some(other) = self.source(index, place) {
                    out[other * width..(other + 1) * width].iter_mut().zip(row).for_each(|(o, s)| *o += s);
                }
            }
        }
        like(out, x)
    }
}

impl Neighbours {
    /// The row that stands at a place (0 before, 1 itself, 2 after) beside a row.
    fn source(&self, row: usize, place: usize) -> Option<usize> {
        let other = (row + place).checked_sub(1)?;
        self.0.get(other).copied().unwrap_or(false).then_some(other)
    }
}

/// Each row with its neighbours: rows × width to rows × (3 · width).
///
/// # Errors
/// When the tensor is not a contiguous matrix.
pub fn neighbours(x: &Tensor, words: &[bool]) -> Result<Tensor> {
    x.apply_op1(Neighbours(words.to_vec()))
}

/// The products of two rows' numbers within each of some equal groups.
struct Outer(usize);

impl CustomOp2 for Outer {
    fn name(&self) -> &'static str {
        "outer"
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout, y: &CpuStorage, ly: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, width) = lx.shape().dims2()?;
        let block = width / self.0;
        let mut out = Vec::with_capacity(rows * width * block);
        for (x, y) in flat(x, lx)?.chunks(block).zip(flat(y, ly)?.chunks(block)) {
            for x in x {
                out.extend(y.iter().map(|y| x * y));
            }
        }
        Ok((CpuStorage::F32(out), Shape::from((rows, width * block))))
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, _: &Tensor, slope: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let block = x.dim(1)? / self.0;
        let (left, right, slopes) = (values(x)?, values(y)?, values(slope)?);
        let mut out = (vec![0f32; left.len()], vec![0f32; right.len()]);
        for (index, cells) in slopes.chunks(block * block).enumerate() {
            let group = index * block..(index + 1) * block;
            for (row, cells) in cells.chunks(block).enumerate() {
                let factor = left[group.start + row];
                let mut sum = 0f32;
                let targets = out.1[group.clone()].iter_mut().zip(&right[group.clone()]);
                for ((target, y), cell) in targets.zip(cells) {
                    sum += cell * y;
                    *target += cell * factor;
                }
                out.0[group.start + row] = sum;
            }
        }
        Ok((like(out.0, x)?, like(out.1, y)?))
    }
}

/// The grouped outer product: rows × width twice to rows × (width · width / groups).
///
/// # Errors
/// When the tensors are not contiguous matrices.
pub fn outer(x: &Tensor, y: &Tensor, groups: usize) -> Result<Tensor> {
    x.apply_op2(y, Outer(groups))
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Var;
    use kgloom_numerics::draw::draw;

    /// Compares the gradient of a random weighting of `pass(x, y)` with finite differences.
    fn check(shapes: [(usize, usize); 2], pass: &dyn Fn(&Tensor, &Tensor) -> Tensor) {
        let mut draw = draw(5, "test", 0);
        let mut numbers = |(rows, columns)| draw.normals(rows * columns, 1.0);
        let inputs = shapes.map(&mut numbers);
        let tensor = |index: usize, values: &[f32]| {
            let (rows, columns) = shapes[index];
            let shape = if rows == 1 { vec![columns] } else { vec![rows, columns] };
            Tensor::from_slice(values, shape, &Device::Cpu).unwrap()
        };
        let size = pass(&tensor(0, &inputs[0]), &tensor(1, &inputs[1])).elem_count();
        let weights = Tensor::from_vec(numbers((1, size)), size, &Device::Cpu).unwrap();
        let value = |x: &Tensor, y: &Tensor| (pass(x, y).flatten_all().unwrap() * &weights).unwrap().sum_all().unwrap();
        let vars = [0, 1].map(|index| Var::from_tensor(&tensor(index, &inputs[index])).unwrap());
        let gradients = value(vars[0].as_tensor(), vars[1].as_tensor()).backward().unwrap();
        for index in 0..2 {
            let gradient = values(gradients.get(vars[index].as_tensor()).unwrap()).unwrap();
            for cell in 0..gradient.len() {
                let moved = |by: f32| {
                    let mut moved = inputs.clone();
                    moved[index][cell] += by;
                    value(&tensor(0, &moved[0]), &tensor(1, &moved[1])).to_scalar::<f32>().unwrap()
                };
                let slope = (moved(0.01) - moved(-0.01)) / 0.02;
                assert!(
                    (slope - gradient[cell]).abs() < 0.02 * (1.0 + slope.abs()),
                    "{index} {cell}: {slope} {}",
                    gradient[cell]
                );
            }
        }
    }

    #[test]
    fn gradients_agree_with_finite_differences() {
        check([(3, 4), (1, 4)], &|x, b| bias(x, b, Activation::Tanh).unwrap());
        check([(3, 4), (1, 4)], &|x, b| bias(x, b, Activation::Identity).unwrap());
        check([(3, 4), (3, 4)], &|x, y| add(x, y).unwrap());
        check([(3, 4), (4, 2)], &|x, y| product(x, y).unwrap());
        check([(3, 6), (3, 6)], &|x, y| outer(x, y, 2).unwrap());
        check([(3, 6), (1, 6)], &|x, g| norm(x, g, &g.zeros_like().unwrap(), EPSILON).unwrap());
        let words = [true, true, false, true];
        check([(4, 2), (4, 6)], &|x, y| add(&neighbours(x, &words).unwrap(), y).unwrap());
        let factors: Vec<f32> = (0..8).map(|x| x as f32).collect();
        check([(4, 2), (4, 2)], &|x, y| add(&scale(x, factors.clone()).unwrap(), y).unwrap());
    }

    #[test]
    fn neighbours_stop_at_separators() {
        let x = Tensor::new(&[[1f32], [2.0], [3.0], [4.0]], &Device::Cpu).unwrap();
        let wide = neighbours(&x, &[true, true, false, true]).unwrap().to_vec2::<f32>().unwrap();
        assert_eq!(wide, [[0.0, 1.0, 2.0], [1.0, 2.0, 0.0], [2.0, 0.0, 4.0], [0.0, 4.0, 0.0]]);
    }
}
