//! Rows and matrices as the kernels read them: plain, or packed in panels of columns.
//!
//! In: numbers. Out: the same numbers, packed. Never: a product.

use super::passes::PANEL;

/// Rows of f32 inside a larger block.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The first row begins here.
    pub values: &'a [f32],
    /// From one row's beginning to the next one's.
    pub stride: usize,
    /// How many rows.
    pub count: usize,
}

/// A matrix of f32, whichever way it lies.
#[derive(Clone, Copy, Debug)]
pub struct MatrixView<'a> {
    pub(crate) values: &'a [f32],
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
    /// Whether the numbers of a column lie together, and not those of a row.
    transposed: bool,
}

impl<'a> MatrixView<'a> {
    /// Rows of the given width.
    #[inline]
    pub fn new(values: &'a [f32], columns: usize) -> Self {
        MatrixView { values, rows: values.len() / columns.max(1), columns, transposed: false }
    }

    /// The transpose.
    #[inline]
    pub fn transpose(self) -> Self {
        MatrixView { rows: self.columns, columns: self.rows, transposed: !self.transposed, ..self }
    }

    /// Whether every number is there.
    pub(crate) fn fits(self) -> bool {
        self.values.len() == self.rows * self.columns
    }

    /// The first number, and the steps to the next column and the next row.
    pub(crate) fn parts(self) -> (*const f32, isize, isize) {
        let (column, row) = if self.transposed { (self.rows as isize, 1) } else { (1, self.columns as isize) };
        (self.values.as_ptr(), column, row)
    }
}

/// A matrix of f32 in panels of [`PANEL`] columns: panels × depth × columns.
#[derive(Clone, Debug, Default)]
pub struct SinglePanels {
    /// The numbers; columns beyond the last are zero.
    pub values: Vec<f32>,
    /// Rows of the matrix: what a product sums over.
    pub depth: usize,
    /// Columns of the matrix.
    pub columns: usize,
}

impl SinglePanels {
    /// Packs a matrix whose columns lie `step` apart, each in one piece, in place of what was packed before.
    pub fn pack_columns(&mut self, values: &[f32], step: usize, (depth, columns): (usize, usize)) {
        self.shape(depth, columns);
        for (index, panel) in self.values.chunks_exact_mut(depth * PANEL).enumerate() {
            for column in index * PANEL..columns.min((index + 1) * PANEL) {
                let cells = panel[column % PANEL..].iter_mut().step_by(PANEL);
                for (cell, x) in cells.zip(&values[column * step..column * step + depth]) {
                    *cell = *x;
                }
            }
        }
    }

    /// Packs a matrix whose rows lie `step` apart, each in one piece, in place of what was packed before.
    pub fn pack_rows(&mut self, values: &[f32], step: usize, (depth, columns): (usize, usize)) {
        self.shape(depth, columns);
        for (index, panel) in self.values.chunks_exact_mut(depth * PANEL).enumerate() {
            let first = index * PANEL;
            let wide = PANEL.min(columns - first);
            for (row, cells) in panel.chunks_exact_mut(PANEL).enumerate() {
                let start = row * step + first;
                cells[..wide].copy_from_slice(&values[start..start + wide]);
            }
        }
    }

    /// Makes room for a matrix; the columns beyond its last are zero.
    fn shape(&mut self, depth: usize, columns: usize) {
        (self.depth, self.columns) = (depth, columns);
        self.values.resize(columns.div_ceil(PANEL) * depth * PANEL, 0.0);
        if !columns.is_multiple_of(PANEL) {
            let last = self.values.len() - depth * PANEL;
            self.values[last..].fill(0.0);
        }
    }
}

/// A matrix of signed bytes in panels: panels × depth / 4 × columns × 4.
#[derive(Clone, Debug, Default)]
pub struct BytePanels {
    /// The bytes; what is beyond depth or columns is zero.
    pub bytes: Vec<i8>,
    /// Rows of the matrix, rounded up to a multiple of four.
    pub depth: usize,
    /// Columns of the matrix.
    pub columns: usize,
    /// The scale of each column, zero beyond the last.
    pub scales: Vec<f32>,
    /// The sum of each column's bytes times its scale.
    pub sums: Vec<f32>,
}

impl BytePanels {
    /// Packs weights given as outputs × inputs: a scale for each output, from its largest weight.
    pub(crate) fn pack(values: &[f32], (outputs, inputs): (usize, usize)) -> BytePanels {
        let depth = inputs.next_multiple_of(4);
        let padded = outputs.next_multiple_of(PANEL);
        let mut panels = BytePanels {
            bytes: vec![0; padded * depth],
            depth,
            columns: outputs,
            scales: vec![0.0; padded],
            sums: vec![0.0; padded],
        };
        for (column, row) in values.chunks_exact(inputs).enumerate() {
            let largest = row.iter().fold(0f32, |all, x| all.max(x.abs())).max(f32::MIN_POSITIVE);
            let scale = largest / 127.0;
            let (panel, place) = (column / PANEL, column % PANEL);
            let mut sum = 0i32;
            for (index, x) in row.iter().enumerate() {
                let byte = (x / scale).round() as i8;
                sum += i32::from(byte);
                panels.bytes[panel * depth * PANEL + (index / 4) * PANEL * 4 + place * 4 + index % 4] = byte;
            }
            panels.scales[column] = scale;
            panels.sums[column] = scale * sum as f32;
        }
        panels
    }
}
