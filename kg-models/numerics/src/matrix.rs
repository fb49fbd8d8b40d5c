//! Matrices packed for the kernels, in f32 or in bytes.
//!
//! In: weights, outputs × inputs; rows. Out: rows times weights, finished. Never: a result that depends on how many
//! rows go together: each number is one chain of additions over the depth.

use super::isa::Isa;
use super::kernels;
use super::panels::{BytePanels, Rows, SinglePanels};
use super::passes::{ByteRows, Epilogue};

/// The arithmetic of products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize)]
pub enum Precision {
    /// f32 throughout.
    #[serde(rename = "f32")]
    Single,
    /// Products of bytes, summed in whole numbers: a scale for each row of activations and for each output.
    #[default]
    #[serde(rename = "int8")]
    Byte,
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Precision::Single => "f32",
            Precision::Byte => "int8",
        })
    }
}

impl std::str::FromStr for Precision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "f32" => Ok(Precision::Single),
            "int8" => Ok(Precision::Byte),
            _ => Err(format!("\"{text}\" is no precision; f32 and int8 are")),
        }
    }
}

/// Weights ready for products, with their bias.
#[derive(Clone, Debug)]
pub struct Matrix {
    panels: Panels,
    bias: Vec<f32>,
    inputs: usize,
}

#[derive(Clone, Debug)]
enum Panels {
    Single(SinglePanels),
    Byte(BytePanels),
}

impl Matrix {
    /// Packs weights given as outputs × inputs.
    pub fn new(weights: &[f32], bias: Vec<f32>, precision: Precision) -> Matrix {
        let outputs = bias.len();
        let inputs = weights.len() / outputs.max(1);
        let panels = match precision {
            Precision::Byte => Panels::Byte(BytePanels::pack(weights, (outputs, inputs))),
            Precision::Single => {
                let mut panels = SinglePanels::default();
                panels.pack_columns(weights, inputs, (inputs, outputs));
                Panels::Single(panels)
            }
        };
        Matrix { panels, bias, inputs }
    }

    /// How wide the results are.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// `rows · weights + bias`, and GELU of it where asked: rows × outputs.
    pub fn multiply(&self, isa: Isa, rows: &[f32], gelu: bool, bytes: &mut ByteRows, out: &mut [f32]) {
        let epilogue = if gelu { Epilogue::BiasGelu(&self.bias) } else { Epilogue::Bias(&self.bias) };
        let count = rows.len() / self.inputs;
        match &self.panels {
            Panels::Single(panels) => {
                let rows = Rows { values: rows, stride: self.inputs, count };
                kernels::single(isa, rows, panels, epilogue, out);
            }
            Panels::Byte(panels) => {
                kernels::quantise(isa, rows, self.inputs, bytes);
                kernels::byte(isa, bytes, panels, epilogue, out);
            }
        }
    }
}

/// `rows · matrix`, both row by row, the matrix depth × columns: each number is one chain of additions over the depth,
/// so that it is the same on every machine and in any company.
pub fn multiply(rows: &[f32], matrix: &[f32], (depth, columns): (usize, usize)) -> Vec<f32> {
    let count = rows.len() / depth.max(1);
    let mut panels = SinglePanels::default();
    panels.pack_rows(matrix, columns, (depth, columns));
    let mut out = vec![0.0; count * columns];
    let rows = Rows { values: rows, stride: depth, count };
    kernels::single(Isa::best(), rows, &panels, Epilogue::Plain, &mut out);
    out
}

/// A matrix of so many rows and columns with rows for columns: columns × rows.
pub fn transposed(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = vec![0f32; matrix.len()];
    for (row, numbers) in matrix.chunks_exact(columns).enumerate() {
        for (column, x) in numbers.iter().enumerate() {
            out[column * rows + row] = *x;
        }
    }
    out
}

/// The matrix that leaves rows of n numbers as they are: n × n.
pub fn identity(n: usize) -> Vec<f32> {
    (0..n * n).map(|place| if place.is_multiple_of(n + 1) { 1.0 } else { 0.0 }).collect()
}
