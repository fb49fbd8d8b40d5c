//! Sign codes of rows: which coordinates a code has the signs of.
//!
//! In: rows to learn from, once. Out: a coder, which is kept, and the coordinates and signs of any row. Never: a code that
//! depends on other rows: what a coder learnt is fixed, so that an index with it is a function of its rows.

use crate::rotation;
use kgloom_numerics::covariance::mean;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::matrix::{Matrix, Precision};
use kgloom_numerics::passes::ByteRows;
use serde::{Deserialize, Serialize};

/// Rounds of iterative quantisation, as in its paper.
const ROUNDS: usize = 50;

/// How a coder turns rows before it takes signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rotation {
    /// Not at all; the first numbers where there are fewer bits than numbers.
    Plain,
    /// By a random rotation.
    Random,
    /// Along the principal axes.
    Principal,
    /// So that rows are near their signs (ITQ).
    Quantising,
}

/// What makes codes: a centre that is taken off a row at length 1, and a rotation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Coder {
    parts: Parts,
    turn: Option<Matrix>,
}

/// What a coder is on disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Parts {
    bits: usize,
    centre: Vec<f32>,
    /// Bits × width; empty for none.
    rotation: Vec<f32>,
}

impl TryFrom<Parts> for Coder {
    type Error = String;

    fn try_from(parts: Parts) -> Result<Self, String> {
        let (bits, width, turned) = (parts.bits, parts.centre.len(), parts.rotation.len());
        if !(1..=width).contains(&bits) || ![0, bits * width].contains(&turned) {
            return Err(format!(
                "a coder of {bits} bits has {width} numbers as its centre and {turned} as its rotation"
            ));
        }
        if parts.centre.iter().chain(&parts.rotation).any(|x| !x.is_finite()) {
            return Err("a coder holds what is no number".to_owned());
        }
        Ok(Coder::of(parts))
    }
}

impl From<Coder> for Parts {
    fn from(coder: Coder) -> Self {
        coder.parts
    }
}

impl Coder {
    fn of(parts: Parts) -> Self {
        let matrix = || Matrix::new(&parts.rotation, vec![0.0; parts.bits], Precision::Single);
        let turn = if parts.rotation.is_empty() { None } else { Some(matrix()) };
        Coder { parts, turn }
    }

    /// The signs of the numbers themselves, a bit for each: for an index that nothing was learnt for. It has no centre,
    /// since the mean of living rows would move, and every code with it, at each edit.
    ///
    /// # Panics
    /// When the width is 0.
    pub fn plain(width: usize) -> Self {
        assert!(width > 0, "rows have numbers");
        Coder::of(Parts { bits: width, centre: vec![0.0; width], rotation: Vec::new() })
    }

    /// A coder learnt from rows (rows × width, each at length 1): their mean is the centre, and the rotation follows
    /// them. What was learnt is to be kept: learnt again on another machine, it may differ in its last bits.
    ///
    /// # Panics
    /// When there are no bits, or more than numbers.
    pub fn learn(rotation: Rotation, rows: &[f32], (width, bits): (usize, usize), seed: u64) -> Self {
        assert!((1..=width).contains(&bits), "from one bit to as many as numbers");
        let centre: Vec<f32> = mean(rows, width).into_iter().map(|x| x as f32).collect();
        let centred: Vec<f32> =
            rows.chunks_exact(width).flat_map(|row| row.iter().zip(&centre).map(|(x, m)| x - m)).collect();
        let rotation = match rotation {
            Rotation::Plain => Vec::new(),
            Rotation::Random => rotation::random(bits, width, seed),
            Rotation::Principal => rotation::principal(&centred, bits, width, seed),
            Rotation::Quantising => rotation::quantising(&centred, bits, width, seed, ROUNDS),
        };
        Coder::of(Parts { bits, centre, rotation })
    }

    /// Numbers in a row.
    pub fn width(&self) -> usize {
        self.parts.centre.len()
    }

    /// Bits of a code.
    pub fn bits(&self) -> usize {
        self.parts.bits
    }

    /// What is taken off a row at length 1.
    pub fn centre(&self) -> &[f32] {
        &self.parts.centre
    }

    /// A row at length 1 without the centre.
    pub(crate) fn centred(&self, mut direction: Vec<f32>) -> Vec<f32> {
        direction.iter_mut().zip(self.centre()).for_each(|(x, m)| *x -= m);
        direction
    }

    /// The coordinates of a vector: as many as bits.
    pub(crate) fn coordinates(&self, vector: &[f32]) -> Vec<f32> {
        let Some(turn) = &self.turn else { return vector[..self.bits()].to_vec() };
        let mut out = vec![0.0; self.bits()];
        turn.multiply(Isa::best(), vector, false, &mut ByteRows::default(), &mut out);
        out
    }
}
