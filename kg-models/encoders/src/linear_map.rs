//! Linear maps with a bias, fitted in closed form. In: rows of numbers, and what they should become. Out: the map, in memory
//! or in a file. Never: an iteration, a random number, or a sum that depends on the number of threads.

use kgloom_numerics::Error;
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_numerics::linear::solve;
use kgloom_numerics::matrix;
use kgloom_numerics::passes::unit;
use rayon::prelude::*;
use std::path::Path;

/// The map by which a teacher's vectors answer its student; there where the student has fewer numbers.
pub(crate) const ANSWERS: &str = "answers.safetensors";
/// The name of the rotation by which any first part of a student's numbers is a good one; there where a student has as many
/// numbers as its teacher, among its heads or in its table.
pub(crate) const ROTATION: &str = "head.rotation";
/// Rows that go through a map together; it changes no number.
const TOGETHER: usize = 1_024;
/// Rows of a matrix of products that one thread sums.
const BLOCK: usize = 16;
/// Pairs that are summed in one go.
const AT_ONCE: usize = 4;

/// A linear map with a bias: `x · matrix + bias`.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearMap {
    /// Numbers of a row that goes in.
    pub inputs: usize,
    /// Inputs × outputs.
    pub matrix: Vec<f32>,
    /// As many as outputs.
    pub bias: Vec<f32>,
}

impl LinearMap {
    /// The map that leaves rows of `width` numbers as they are.
    pub fn identity(width: usize) -> LinearMap {
        LinearMap::last(width, width)
    }

    /// The map that takes the last `width` of so many numbers as they are.
    pub fn last(inputs: usize, width: usize) -> LinearMap {
        let taken = |place: usize| place / width + width == place % width + inputs;
        let matrix = (0..inputs * width).map(|place| f32::from(u8::from(taken(place)))).collect();
        LinearMap { inputs, matrix, bias: vec![0.0; width] }
    }

    /// Numbers of a row that comes out.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Rows × inputs become rows × outputs.
    pub fn apply(&self, rows: &[f32]) -> Vec<f32> {
        let outputs = self.outputs();
        let part = |rows: &[f32]| {
            let mut mapped = matrix::multiply(rows, &self.matrix, (self.inputs, outputs));
            for row in mapped.chunks_exact_mut(outputs) {
                row.iter_mut().zip(&self.bias).for_each(|(x, bias)| *x += bias);
            }
            mapped
        };
        let parts: Vec<Vec<f32>> = rows.par_chunks(self.inputs * TOGETHER).map(part).collect();
        parts.concat()
    }

    /// The same, each row scaled to length 1.
    pub fn apply_units(&self, rows: &[f32]) -> Vec<f32> {
        let mut mapped = self.apply(rows);
        mapped.chunks_exact_mut(self.outputs()).for_each(unit);
        mapped
    }

    /// This map, then another one, as one map.
    pub fn then(&self, next: &LinearMap) -> LinearMap {
        let matrix = matrix::multiply(&self.matrix, &next.matrix, (next.inputs, next.outputs()));
        LinearMap { inputs: self.inputs, matrix, bias: next.apply(&self.bias) }
    }

    /// The map to the first numbers of what comes out.
    pub fn cut(&self, numbers: usize) -> LinearMap {
        let numbers = numbers.min(self.outputs());
        let matrix = self.matrix.chunks_exact(self.outputs()).flat_map(|row| row[..numbers].to_vec()).collect();
        LinearMap { inputs: self.inputs, matrix, bias: self.bias[..numbers].to_vec() }
    }

    /// Writes a safetensors file with `NAME.matrix` and `NAME.bias`, in f32.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path, name: &str) -> Result<(), Error> {
        artifact::write(path, &artifact::serialize(&self.arrays(name))?)
    }

    /// `NAME.matrix` and `NAME.bias`, as they stand in a file.
    pub(crate) fn arrays(&self, name: &str) -> [(String, Array, Storage); 2] {
        let matrix = Array { shape: vec![self.inputs, self.outputs()], values: self.matrix.clone() };
        let bias = Array { shape: vec![self.outputs()], values: self.bias.clone() };
        [("matrix", matrix), ("bias", bias)].map(|(part, array)| (format!("{name}.{part}"), array, Storage::Single))
    }

    /// Reads what [`LinearMap::write`] wrote.
    ///
    /// # Errors
    /// When the file is missing, damaged, or holds no such map.
    pub fn read(path: &Path, name: &str) -> Result<LinearMap, Error> {
        LinearMap::of(&Weights::read(path)?, (path, name))
    }

    /// The map of that name among the arrays of a file.
    pub(crate) fn of(weights: &Weights, (path, name): (&Path, &str)) -> Result<LinearMap, Error> {
        let (matrix, bias) = (weights.any(&format!("{name}.matrix"))?, weights.any(&format!("{name}.bias"))?);
        match matrix.shape.as_slice() {
            &[inputs, outputs] if inputs > 0 && bias.shape == [outputs] => {
                Ok(LinearMap { inputs, matrix: matrix.values.clone(), bias: bias.values.clone() })
            }
            shape => Err(Error::Tensor {
                tensor: format!("{name}.matrix"),
                file: path.display().to_string(),
                reason: format!(
                    "has shape {shape:?} beside a bias of shape {:?}; inputs × outputs is wanted",
                    bias.shape
                ),
            }),
        }
    }
}

/// What a fit needs of pairs of rows: sums of products, from which a map for any ridge is solved.
#[derive(Clone, Debug)]
pub struct Moments {
    inputs: usize,
    outputs: usize,
    rows: usize,
    /// (inputs + 1)², of which the lower half is there; the last input is 1, and carries the bias.
    gram: Vec<f64>,
    /// (inputs + 1) × outputs.
    cross: Vec<Vec<f64>>,
}

impl Moments {
    /// Sums up pairs of rows `x` (rows × inputs) and `y` (rows × outputs). A block of sums is one thread's, so that the
    /// result does not depend on their number.
    pub fn of((x, inputs): (&[f32], usize), (y, outputs): (&[f32], usize)) -> Moments {
        let wide = inputs + 1;
        let firsts: Vec<usize> = (0..wide).step_by(BLOCK).collect();
        let block = |&first: &usize| {
            let last = (first + BLOCK).min(wide);
            let mut sums = vec![vec![0f64; last + outputs]; last - first];
            // Of each pair: what goes in, up to this block, and what should come out; a missing one is nothing.
            let mut rows = [const { Vec::new() }; AT_ONCE];
            for (x, y) in x.chunks(inputs * AT_ONCE).zip(y.chunks(outputs * AT_ONCE)) {
                let mut pairs = x.chunks_exact(inputs).zip(y.chunks_exact(outputs));
                for row in &mut rows {
                    row.clear();
                    if let Some((x, y)) = pairs.next() {
                        row.extend(x.iter().map(|x| f64::from(*x)).chain([1.0]).take(last));
                        row.extend(y.iter().map(|y| f64::from(*y)));
                    }
                    row.resize(last + outputs, 0.0);
                }
                for (sums, own) in sums.iter_mut().zip(first..last) {
                    add(sums, &rows, rows.each_ref().map(|row| row[own]));
                }
            }
            (last, sums)
        };
        let blocks: Vec<(usize, Vec<Vec<f64>>)> = firsts.par_iter().map(block).collect();
        let (mut gram, mut cross) = (vec![0f64; wide * wide], Vec::with_capacity(wide));
        for (last, sums) in blocks {
            for sums in sums {
                let row = cross.len();
                gram[row * wide..][..last].copy_from_slice(&sums[..last]);
                cross.push(sums[last..].to_vec());
            }
        }
        Moments { inputs, outputs, rows: x.len() / inputs.max(1), gram, cross }
    }

    /// The map with the least squared error and a small norm (Hoerl and Kennard 1970): `(XᵀX + λI) W = XᵀY`, where λ is
    /// `share` of the mean of the diagonal; the bias costs nothing.
    ///
    /// # Errors
    /// When the rows are too few, or all the same.
    pub fn ridge(&self, share: f64) -> Result<LinearMap, Error> {
        let (inputs, wide) = (self.inputs, self.inputs + 1);
        let mut gram = self.gram.clone();
        let trace: f64 = (0..inputs).map(|i| gram[i * wide + i]).sum();
        (0..inputs).for_each(|i| gram[i * wide + i] += share * trace / inputs as f64);
        let solved = solve(gram, self.cross.clone(), wide).ok_or_else(|| Error::Data {
            name: "texts to fit".to_owned(),
            reason: format!("{} texts do not tell a map of {inputs} numbers; give more, and different ones", self.rows),
        })?;
        let narrow = |row: &Vec<f64>| row.iter().map(|w| *w as f32).collect::<Vec<f32>>();
        let matrix = solved[..inputs].iter().flat_map(narrow).collect();
        Ok(LinearMap { inputs, matrix, bias: narrow(&solved[inputs]) })
    }

    /// How many numbers the fitted map gives.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The means of both rows: inputs, outputs.
    pub fn means(&self) -> (Vec<f64>, Vec<f64>) {
        let (wide, rows) = (self.inputs + 1, self.rows.max(1) as f64);
        let ones = &self.gram[self.inputs * wide..][..self.inputs];
        (ones.iter().map(|sum| sum / rows).collect(), self.cross[self.inputs].iter().map(|sum| sum / rows).collect())
    }

    /// `Σ (x - mean)(y - mean)ᵀ`: inputs × outputs.
    pub fn centred_products(&self) -> Vec<f64> {
        let (x, y) = self.means();
        let row = |(row, mean): (&Vec<f64>, &f64)| -> Vec<f64> {
            row.iter().zip(&y).map(|(sum, y)| sum - self.rows as f64 * mean * y).collect()
        };
        self.cross.iter().zip(&x).flat_map(row).collect()
    }
}

/// Adds to a row of sums so much of each of some rows.
fn add(sums: &mut [f64], rows: &[Vec<f64>; AT_ONCE], shares: [f64; AT_ONCE]) {
    let [one, two, three, four] = rows.each_ref().map(Vec::as_slice);
    for ((((sum, one), two), three), four) in sums.iter_mut().zip(one).zip(two).zip(three).zip(four) {
        *sum += shares[0] * one + shares[1] * two + shares[2] * three + shares[3] * four;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    fn pairs() -> (Vec<f32>, Vec<f32>) {
        let x = draw(1, "test", 0).normals(200 * 5, 1.0);
        let y = x.chunks(5).flat_map(|x| [x[0] - 2.0 * x[3] + 0.5, x[4]]).collect();
        (x, y)
    }

    #[test]
    fn a_linear_map_is_found_again() {
        let (x, y) = pairs();
        let found = Moments::of((&x, 5), (&y, 2)).ridge(1e-6).unwrap();
        let expected = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0, 0.0, 0.0, 1.0];
        assert!(found.matrix.iter().zip(expected).all(|(m, e): (&f32, f32)| (m - e).abs() < 1e-3), "{found:?}");
        assert!((found.bias[0] - 0.5).abs() < 1e-3 && found.bias[1].abs() < 1e-3, "{found:?}");
        assert!(found.apply(&x).iter().zip(&y).all(|(got, want)| (got - want).abs() < 1e-2));
    }

    #[test]
    fn sums_are_the_same_bits_on_any_number_of_threads() {
        let rows = draw(2, "rows", 0).normals(300 * 40, 1.0);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Moments::of((&rows, 40), (&rows, 40)).ridge(1e-3).unwrap().apply(&rows))
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn maps_follow_each_other_and_are_cut() {
        let (x, y) = pairs();
        let one = Moments::of((&x, 5), (&y, 2)).ridge(1e-3).unwrap();
        let other = LinearMap { inputs: 2, matrix: vec![2.0, 0.0, 1.0, 1.0, 0.0, 3.0], bias: vec![0.0, 1.0, 2.0] };
        let (both, steps) = (one.then(&other).apply(&x), other.apply(&one.apply(&x)));
        assert!(both.iter().zip(&steps).all(|(a, b)| (a - b).abs() < 1e-5));
        let cut = one.then(&other).cut(2).apply(&x);
        assert!(cut.chunks(2).zip(both.chunks(3)).all(|(cut, whole)| cut == &whole[..2]));
        assert_eq!(LinearMap::identity(5).apply(&x), x);
        assert_eq!(LinearMap::last(5, 2).apply(&x[..10]), [x[3], x[4], x[8], x[9]]);
    }

    #[test]
    fn a_file_gives_the_map_back_and_a_wrong_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let map = LinearMap { inputs: 1, matrix: vec![0.1, 0.2], bias: vec![0.3, 0.4] };
        let path = folder.path().join("head.safetensors");
        map.write(&path, "head").unwrap();
        assert_eq!(LinearMap::read(&path, "head").unwrap(), map);
        assert!(LinearMap::read(&path, "other").unwrap_err().to_string().contains("missing"));
    }

    #[test]
    fn equal_rows_are_refused_without_a_ridge() {
        let error = Moments::of((&[1.0; 8], 2), (&[1.0; 4], 1)).ridge(0.0).unwrap_err();
        assert!(error.to_string().contains("4 texts"), "{error}");
    }
}
