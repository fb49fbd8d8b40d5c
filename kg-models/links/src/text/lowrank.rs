//! Where an answer lies, told from where the known end lies, by maps that learn: one that all relations share, and for
//! each relation and side a part of low rank and a bias.
//!
//! In: unit vectors of known ends, what is asked of them. Out: queries of length 1, gradients. Never: a loss.
//! After Hyper-CL (Yoo et al. 2024): of what keeps entities' vectors apart from relations, a linear map loses least.

use crate::Error;
use crate::data::set::{Query, Side};
use kgloom_numerics::artifact::{Array, Storage, Weights};
use kgloom_numerics::draw::draw;
use kgloom_numerics::kernels;
use kgloom_numerics::panels::MatrixView;
use kgloom_numerics::passes::dot;
use kgloom_numerics::table::{Table, UpdateRule};
use serde::{Deserialize, Serialize};

/// The sizes of maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapSizes {
    /// Numbers in a vector.
    pub width: usize,
    /// Rank of what a relation and side have of their own.
    pub rank: usize,
    /// Relations, each with two sides.
    pub relations: usize,
}

/// Maps `x → unit(x W + x U V + b)`, with U, V and b for each relation and side; and how sharply cosines are told apart.
#[derive(Clone, Debug)]
pub struct LowRank {
    /// Their sizes.
    pub sizes: MapSizes,
    /// W, width × width.
    base: Table,
    /// A row for each relation and side: U, width × rank.
    down: Table,
    /// The same: V, rank × width.
    up: Table,
    /// The same: b.
    bias: Table,
    /// One number: the logarithm of one over the temperature.
    sharpness: Table,
}

/// What a pass leaves for the way back.
#[derive(Clone, Debug, Default)]
pub struct Pass {
    inputs: Vec<f32>,
    /// `x U` of each question.
    narrow: Vec<f32>,
    lengths: Vec<f32>,
    /// Questions × width, each of length 1.
    pub queries: Vec<f32>,
}

/// Where a loss goes down.
#[derive(Clone, Debug, Default)]
pub struct Gradient {
    base: Vec<f32>,
    /// By relation and side, in order: of U, V and b.
    own: Vec<(usize, [Vec<f32>; 3])>,
    /// Of the vectors of the known ends.
    pub inputs: Vec<f32>,
    /// Of the logarithm of the sharpness.
    pub sharpness: f32,
}

impl PartialEq for LowRank {
    fn eq(&self, other: &Self) -> bool {
        let same = |((_, one), (_, other)): ((&str, &Table), (&str, &Table))| one.values == other.values;
        self.sizes == other.sizes && self.tables().into_iter().zip(other.tables()).all(same)
    }
}

impl LowRank {
    /// Maps before training: the shared one leaves a vector as it is, nothing is of a relation's own.
    pub fn new(sizes: MapSizes, temperature: f32, seed: u64) -> Self {
        let MapSizes { width, rank, relations } = sizes;
        let mut base = vec![0.0; width * width];
        base.iter_mut().step_by(width + 1).for_each(|x| *x = 1.0);
        let table = |values: Vec<f32>, width: usize| Table::new(values, width, UpdateRule::Adam);
        let spread = (1.0 / width as f32).sqrt();
        let down = draw(seed, "low-rank maps", 0).normals(2 * relations * width * rank, spread);
        LowRank {
            sizes,
            base: table(base, width),
            down: table(down, width * rank),
            up: table(vec![0.0; 2 * relations * rank * width], rank * width),
            bias: table(vec![0.0; 2 * relations * width], width),
            sharpness: table(vec![-temperature.ln()], 1),
        }
    }

    /// One over the temperature.
    pub fn sharpness(&self) -> f32 {
        self.sharpness.values[0].exp()
    }

    /// The queries of questions that are sorted by `slot`; `inputs` are their known ends' vectors, a row each.
    pub fn forward(&self, slots: &[usize], inputs: Vec<f32>) -> Pass {
        let MapSizes { width, rank, .. } = self.sizes;
        let mut queries = vec![0.0; inputs.len()];
        kernels::product(MatrixView::new(&inputs, width), MatrixView::new(&self.base.values, width), &mut queries);
        let mut narrow = vec![0.0; slots.len() * rank];
        let mut own = Vec::new();
        for (slot, rows) in runs(slots) {
            let (wide, thin) = (rows.start * width..rows.end * width, rows.start * rank..rows.end * rank);
            let x = MatrixView::new(&inputs[wide.clone()], width);
            kernels::product(x, MatrixView::new(self.down.row(slot), rank), &mut narrow[thin.clone()]);
            own.resize(rows.len() * width, 0.0);
            kernels::product(MatrixView::new(&narrow[thin], rank), MatrixView::new(self.up.row(slot), width), &mut own);
            for (query, own) in queries[wide].chunks_exact_mut(width).zip(own.chunks_exact(width)) {
                query.iter_mut().zip(own).zip(self.bias.row(slot)).for_each(|((q, o), b)| *q += o + b);
            }
        }
        let lengths = queries.chunks_exact_mut(width).map(shorten).collect();
        Pass { inputs, narrow, lengths, queries }
    }

    /// The way back from the gradient in the queries.
    pub fn backward(&self, slots: &[usize], pass: &Pass, to_queries: &[f32]) -> Gradient {
        let MapSizes { width, rank, .. } = self.sizes;
        let mut slopes = to_queries.to_vec();
        for ((slope, query), length) in
            slopes.chunks_exact_mut(width).zip(pass.queries.chunks_exact(width)).zip(&pass.lengths)
        {
            lengthen(slope, query, *length);
        }
        let (x, y) = (MatrixView::new(&pass.inputs, width), MatrixView::new(&slopes, width));
        let mut gradient =
            Gradient { base: vec![0.0; width * width], inputs: vec![0.0; pass.inputs.len()], ..Gradient::default() };
        kernels::product(x.transpose(), y, &mut gradient.base);
        kernels::product(y, MatrixView::new(&self.base.values, width).transpose(), &mut gradient.inputs);
        let (mut thin, mut wide) = (Vec::new(), Vec::new());
        for (slot, rows) in runs(slots) {
            let range = rows.start * width..rows.end * width;
            let (x, y) =
                (MatrixView::new(&pass.inputs[range.clone()], width), MatrixView::new(&slopes[range.clone()], width));
            let narrow = MatrixView::new(&pass.narrow[rows.start * rank..rows.end * rank], rank);
            let mut own = [vec![0.0; width * rank], vec![0.0; rank * width], vec![0.0; width]];
            thin.resize(rows.len() * rank, 0.0);
            wide.resize(rows.len() * width, 0.0);
            kernels::product(narrow.transpose(), y, &mut own[1]);
            kernels::product(y, MatrixView::new(self.up.row(slot), width).transpose(), &mut thin);
            kernels::product(x.transpose(), MatrixView::new(&thin, rank), &mut own[0]);
            kernels::product(
                MatrixView::new(&thin, rank),
                MatrixView::new(self.down.row(slot), rank).transpose(),
                &mut wide,
            );
            slopes[range.clone()].chunks_exact(width).for_each(|row| add(&mut own[2], row));
            add(&mut gradient.inputs[range], &wide);
            gradient.own.push((slot, own));
        }
        gradient
    }

    /// One step down a gradient.
    pub fn apply(&mut self, gradient: &Gradient, rate: f32) {
        self.base.apply_all(&gradient.base, rate);
        self.sharpness.apply_all(&[gradient.sharpness], rate);
        for (part, table) in [&mut self.down, &mut self.up, &mut self.bias].into_iter().enumerate() {
            table.apply_some(rate, |row, to| {
                let found = gradient.own.binary_search_by_key(&row, |(slot, _)| *slot);
                found.is_ok_and(|place| {
                    to.copy_from_slice(&gradient.own[place].1[part]);
                    true
                })
            });
        }
    }

    /// Where the answer to one question should lie.
    pub fn point(&self, question: Query, known: &[f32]) -> Vec<f32> {
        self.forward(&[slot(question)], known.to_vec()).queries
    }

    fn tables(&self) -> [(&'static str, &Table); 5] {
        let LowRank { base, down, up, bias, sharpness, .. } = self;
        [("base", base), ("down", down), ("up", up), ("bias", bias), ("sharpness", sharpness)]
    }

    /// The numbers that answers depend on, to be stored.
    pub fn arrays(&self) -> Vec<(String, Array, Storage)> {
        let array = |(name, table): (&str, &Table)| {
            let shape = vec![table.values.len() / table.width, table.width];
            (format!("maps.{name}"), Array { shape, values: table.values.clone() }, Storage::Single)
        };
        self.tables().into_iter().map(array).collect()
    }

    /// What [`LowRank::arrays`] stored.
    ///
    /// # Errors
    /// When an array is missing or of another shape.
    pub fn read(sizes: MapSizes, weights: &Weights) -> Result<Self, Error> {
        let mut maps = LowRank::new(sizes, 1.0, 0);
        let LowRank { base, down, up, bias, sharpness, .. } = &mut maps;
        for (name, table) in [("base", base), ("down", down), ("up", up), ("bias", bias), ("sharpness", sharpness)] {
            let shape = [table.values.len() / table.width, table.width];
            table.values.clone_from(&weights.array(&format!("maps.{name}"), &shape)?.values);
        }
        Ok(maps)
    }

    /// What going on with training needs.
    pub fn checkpoint(&self) -> Vec<(String, Array, Storage)> {
        self.tables().into_iter().flat_map(|(name, table)| table.arrays(name)).collect()
    }

    /// Takes back what [`LowRank::checkpoint`] kept.
    ///
    /// # Errors
    /// When it is of another shape.
    pub fn restore(&mut self, weights: &Weights) -> Result<(), Error> {
        let LowRank { base, down, up, bias, sharpness, .. } = self;
        for (name, table) in [("base", base), ("down", down), ("up", up), ("bias", bias), ("sharpness", sharpness)] {
            table.restore(name, weights)?;
        }
        Ok(())
    }
}

/// Each slot with the rows that are of it, where rows are sorted by slot.
fn runs(slots: &[usize]) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + '_ {
    let mut start = 0;
    slots.chunk_by(|a, b| a == b).map(move |same| {
        let rows = start..start + same.len();
        start = rows.end;
        (same[0], rows)
    })
}

fn add(to: &mut [f32], from: &[f32]) {
    to.iter_mut().zip(from).for_each(|(to, x)| *to += x);
}

/// Scales a row to length 1; what it was divided by.
pub fn shorten(row: &mut [f32]) -> f32 {
    let length = dot(row, row).sqrt().max(1e-9);
    row.iter_mut().for_each(|x| *x /= length);
    length
}

/// The way back through [`shorten`]: from the gradient in the unit row to that in the row it was made of.
pub fn lengthen(slope: &mut [f32], unit: &[f32], length: f32) {
    let along = dot(slope, unit);
    slope.iter_mut().zip(unit).for_each(|(s, x)| *s = (*s - along * x) / length);
}

/// The place of a question's relation and side.
pub fn slot(question: Query) -> usize {
    2 * question.relation as usize + usize::from(question.side == Side::Tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two questions of one slot and one of another, with maps that are all of use.
    fn scene() -> (LowRank, [usize; 3], Vec<f32>) {
        let sizes = MapSizes { width: 4, rank: 2, relations: 2 };
        let mut maps = LowRank::new(sizes, 0.1, 7);
        let mut draw = draw(1, "test", 0);
        for table in [&mut maps.base, &mut maps.up, &mut maps.bias] {
            let noise = draw.normals(table.values.len(), 0.4);
            table.values.iter_mut().zip(noise).for_each(|(x, n)| *x += n);
        }
        (maps, [1, 1, 3], draw.normals(12, 1.0))
    }

    #[test]
    fn gradients_agree_with_finite_differences() {
        let (maps, slots, inputs) = scene();
        let weights = draw(2, "test", 0).normals(12, 1.0);
        let value = |maps: &LowRank, inputs: &[f32]| dot(&maps.forward(&slots, inputs.to_vec()).queries, &weights);
        let pass = maps.forward(&slots, inputs.clone());
        let gradient = maps.backward(&slots, &pass, &weights);
        let check = |found: f32, moved: &dyn Fn(f32) -> f32, what: &str| {
            let slope = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((slope - found).abs() < 0.01 * (1.0 + slope.abs()), "{what}: {slope} {found}");
        };
        for cell in 0..12 {
            let moved = |by: f32| {
                let mut inputs = inputs.clone();
                inputs[cell] += by;
                value(&maps, &inputs)
            };
            check(gradient.inputs[cell], &moved, "input");
        }
        let (value, inputs) = (&value, &inputs);
        let moved = |pick: fn(&mut LowRank) -> &mut Table, cell: usize| {
            let maps = maps.clone();
            move |by: f32| {
                let mut maps = maps.clone();
                pick(&mut maps).values[cell] += by;
                value(&maps, inputs)
            }
        };
        (0..16).for_each(|cell| check(gradient.base[cell], &moved(|maps| &mut maps.base, cell), "base"));
        assert_eq!(gradient.own.iter().map(|(slot, _)| *slot).collect::<Vec<_>>(), [1, 3]);
        for (slot, [down, up, bias]) in &gradient.own {
            (0..8).for_each(|cell| check(down[cell], &moved(|maps| &mut maps.down, slot * 8 + cell), "down"));
            (0..8).for_each(|cell| check(up[cell], &moved(|maps| &mut maps.up, slot * 8 + cell), "up"));
            (0..4).for_each(|cell| check(bias[cell], &moved(|maps| &mut maps.bias, slot * 4 + cell), "bias"));
        }
    }

    #[test]
    fn what_is_stored_points_where_it_pointed() {
        let (maps, ..) = scene();
        let arrays = maps.arrays().into_iter().map(|(name, array, _)| (name, array)).collect();
        let again = LowRank::read(maps.sizes, &Weights::new("maps", arrays)).unwrap();
        let question = Query { side: crate::data::set::Side::Tail, relation: 1, anchor: 0 };
        let known = [0.5, -0.5, 0.5, 0.5];
        assert_eq!(maps.point(question, &known), again.point(question, &known));
        assert_eq!(maps.sharpness(), again.sharpness());
        let other = MapSizes { rank: 3, ..maps.sizes };
        let arrays = maps.arrays().into_iter().map(|(name, array, _)| (name, array)).collect();
        assert!(LowRank::read(other, &Weights::new("maps", arrays)).is_err());
    }
}
