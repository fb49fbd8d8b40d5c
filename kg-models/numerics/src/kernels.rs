//! Products and passes by instruction set: the one file of unsafe code.
//!
//! In: packed matrices and rows. Out: products. Never: another result on another machine: f32 products are one chain
//! of fused multiply-adds over the depth for each number, products of bytes are summed exactly.

#![allow(unsafe_code)]

use super::compare::{self, Comparison};
use super::isa::Isa;
use super::panels::{BytePanels, MatrixView, Rows, SinglePanels};
use super::passes::{self, ByteRows, Epilogue, Norm, PANEL, Pass};

/// Most rows of a tile.
const TILE: usize = 12;

/// Defines a function for every instruction set from one safe body.
///
/// SAFETY of the calls: an [`Isa`] other than `Portable` comes from [`Isa::available`], which saw its features; the
/// bodies themselves are safe code.
macro_rules! by_isa {
    ($($(#[$doc:meta])* $name:ident$(<$of:ident>)?($($argument:ident: $kind:ty),*) = $body:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name$(<$of: Pass>)?(isa: Isa, $($argument: $kind),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
                fn wide$(<$of: Pass>)?($($argument: $kind),*) {
                    $body($($argument),*);
                }
                #[target_feature(enable = "avx2,fma")]
                fn middle$(<$of: Pass>)?($($argument: $kind),*) {
                    $body($($argument),*);
                }
                match isa {
                    Isa::Vnni | Isa::Avx512 => return unsafe { wide($($argument),*) },
                    Isa::Avx2 => return unsafe { middle($($argument),*) },
                    Isa::Portable => {}
                }
            }
            let _ = isa;
            $body($($argument),*);
        }
    )*};
}

by_isa! {
    /// [`passes::softmax`].
    softmax(values: &mut [f32], width: usize) = passes::softmax;
    /// [`passes::normalise`].
    normalise(values: &mut [f32], norm: &Norm) = passes::normalise;
    /// [`passes::add_and_normalise`].
    add_and_normalise(values: &mut [f32], residual: &[f32], norm: &Norm) = passes::add_and_normalise;
    /// [`passes::quantise`].
    quantise(values: &[f32], width: usize, to: &mut ByteRows) = passes::quantise;
    /// [`compare::scores`].
    scores(by: Comparison, query: &[f32], candidates: &[f32], out: &mut [f32]) = compare::scores;
    /// [`Pass::run`].
    run<P>(pass: P) = Pass::run;
}

/// `left · right`, row by row, by a library for products of any layout; on all threads of the pool this runs in.
/// For training alone: how it rounds depends on the shapes and the machine.
pub fn product(left: MatrixView<'_>, right: MatrixView<'_>, out: &mut [f32]) {
    assert!(left.columns == right.rows && out.len() == left.rows * right.columns && left.fits() && right.fits());
    let threads = gemm::Parallelism::Rayon(rayon::current_num_threads());
    let (m, n, k) = (left.rows, right.columns, left.columns);
    let [(a, left_column, left_row), (b, right_column, right_row)] = [left, right].map(|view| view.parts());
    // SAFETY: the assert above bounds every address; `out` is m × n, row by row, and borrowed by nobody else.
    unsafe {
        let (to, step) = (out.as_mut_ptr(), n as isize);
        gemm::gemm(
            m,
            n,
            k,
            to,
            1,
            step,
            false,
            a,
            left_column,
            left_row,
            b,
            right_column,
            right_row,
            0.0,
            1.0,
            false,
            false,
            false,
            threads,
        );
    }
}

/// A piece of a product before it is finished: rows × columns of a panel.
type Tile<T> = [[T; PANEL]; TILE];

/// Calls `$tile::<R>` for the largest R that is left of `$rows` rows; says R.
macro_rules! largest_tile {
    ($tile:ident, $rows:expr, $($argument:expr),*) => {
        match $rows {
            12.. => { $tile::<12>($($argument),*); 12 }
            8.. => { $tile::<8>($($argument),*); 8 }
            4.. => { $tile::<4>($($argument),*); 4 }
            2.. => { $tile::<2>($($argument),*); 2 }
            _ => { $tile::<1>($($argument),*); 1 }
        }
    };
}

/// `rows · panels`, finished, to rows × columns of `out`.
pub fn single(isa: Isa, rows: Rows<'_>, panels: &SinglePanels, epilogue: Epilogue<'_>, out: &mut [f32]) {
    assert!(rows.count == 0 || rows.values.len() >= (rows.count - 1) * rows.stride + panels.depth);
    assert!(panels.values.len() == panels.columns.div_ceil(PANEL) * panels.depth * PANEL);
    assert!(out.len() >= rows.count * panels.columns && rows.stride >= panels.depth);
    // SAFETY: the asserts above bound every address; one other than Portable was seen by `Isa::available`.
    #[cfg(target_arch = "x86_64")]
    match isa {
        Isa::Vnni | Isa::Avx512 => return unsafe { wide::single(rows, panels, epilogue, out) },
        Isa::Avx2 => return unsafe { middle::single(rows, panels, epilogue, out) },
        Isa::Portable => {}
    }
    let _ = isa;
    portable::single(rows, panels, epilogue, out);
}

/// `rows · panels` for rows of bytes, scaled back to f32 and finished, to rows × columns of `out`.
pub fn byte(isa: Isa, rows: &ByteRows, panels: &BytePanels, epilogue: Epilogue<'_>, out: &mut [f32]) {
    let count = rows.scales.len();
    assert!(rows.depth == panels.depth && rows.bytes.len() == count * rows.depth && rows.depth.is_multiple_of(4));
    assert!(rows.lows.len() == count && panels.bytes.len() == panels.scales.len() * panels.depth);
    assert!(panels.scales.len() == panels.columns.next_multiple_of(PANEL) && panels.sums.len() == panels.scales.len());
    assert!(out.len() >= count * panels.columns);
    // SAFETY: as above.
    #[cfg(target_arch = "x86_64")]
    match isa {
        Isa::Vnni => return unsafe { vnni::byte(rows, panels, epilogue, out) },
        Isa::Avx512 | Isa::Avx2 => return unsafe { middle::byte(rows, panels, epilogue, out) },
        Isa::Portable => {}
    }
    let _ = isa;
    portable::byte(rows, panels, epilogue, out);
}

/// Where rows 0, 4 and 8 of a tile begin: the rows between are reached by one index register, so that twelve rows do
/// not take twelve pointers.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn by_fours<T>(rows: *const T, stride: usize, count: usize) -> [*const T; TILE / 4] {
    std::array::from_fn(|four| if four * 4 < count { rows.wrapping_add(four * 4 * stride) } else { rows })
}

/// Writes a tile of f32 to its place.
#[inline(always)]
fn put_single(tile: &Tile<f32>, count: usize, place: (usize, usize), width: usize, by: Epilogue<'_>, out: &mut [f32]) {
    let (row, column) = place;
    let wide = PANEL.min(width - column);
    for (index, sums) in tile[..count].iter().enumerate() {
        let start = (row + index) * width + column;
        passes::write_with(|place| sums[place], &mut out[start..start + wide], column, by);
    }
}

/// Scales a tile of whole numbers back and writes it to its place.
#[inline(always)]
fn put_byte(
    tile: &Tile<i32>,
    count: usize,
    place: (usize, usize),
    (rows, panels): (&ByteRows, &BytePanels),
    by: Epilogue<'_>,
    out: &mut [f32],
) {
    let (row, column) = place;
    let wide = PANEL.min(panels.columns - column);
    let (Some(scales), Some(sums)) = (panels.scales[column..].first_chunk(), panels.sums[column..].first_chunk())
    else {
        return;
    };
    let (scales, sums): (&[f32; PANEL], &[f32; PANEL]) = (scales, sums);
    for (index, dots) in tile[..count].iter().enumerate() {
        let (scale, low) = (rows.scales[row + index], rows.lows[row + index]);
        let start = (row + index) * panels.columns + column;
        let back = |place: usize| dots[place] as f32 * scale * scales[place] + low * sums[place];
        passes::write_with(back, &mut out[start..start + wide], column, by);
    }
}

/// Defines the loops over panels and tiles for one instruction set.
macro_rules! loops {
    (single, $tile:ident $(, $features:literal)?) => {
        $(#[target_feature(enable = $features)])?
        pub fn single(rows: Rows<'_>, panels: &SinglePanels, epilogue: Epilogue<'_>, out: &mut [f32]) {
            let mut tile = [[0f32; PANEL]; TILE];
            for (index, panel) in panels.values.chunks_exact(panels.depth * PANEL).enumerate() {
                let mut row = 0;
                while row < rows.count {
                    let values = &rows.values[row * rows.stride..];
                    let done = largest_tile!($tile, rows.count - row, values, rows.stride, panel, &mut tile);
                    put_single(&tile, done, (row, index * PANEL), panels.columns, epilogue, out);
                    row += done;
                }
            }
        }
    };
    (byte, $tile:ident $(, $features:literal)?) => {
        $(#[target_feature(enable = $features)])?
        pub fn byte(rows: &ByteRows, panels: &BytePanels, epilogue: Epilogue<'_>, out: &mut [f32]) {
            let mut tile = [[0i32; PANEL]; TILE];
            for (index, panel) in panels.bytes.chunks_exact(panels.depth * PANEL).enumerate() {
                let mut row = 0;
                while row < rows.scales.len() {
                    let bytes = &rows.bytes[row * rows.depth..];
                    let done = largest_tile!($tile, rows.scales.len() - row, bytes, rows.depth, panel, &mut tile);
                    put_byte(&tile, done, (row, index * PANEL), (rows, panels), epilogue, out);
                    row += done;
                }
            }
        }
    };
}

/// The reference that the other instruction sets are held to.
mod portable {
    use super::*;

    fn tile_single<const R: usize>(rows: &[f32], stride: usize, panel: &[f32], tile: &mut Tile<f32>) {
        for (index, sums) in tile[..R].iter_mut().enumerate() {
            *sums = [0.0; PANEL];
            for (x, weights) in rows[index * stride..].iter().zip(panel.chunks_exact(PANEL)) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum = x.mul_add(*weight, *sum);
                }
            }
        }
    }

    fn tile_byte<const R: usize>(rows: &[u8], depth: usize, panel: &[i8], tile: &mut Tile<i32>) {
        for (index, sums) in tile[..R].iter_mut().enumerate() {
            *sums = [0; PANEL];
            let row = &rows[index * depth..(index + 1) * depth];
            for (four, weights) in row.as_chunks::<4>().0.iter().zip(panel.chunks_exact(4 * PANEL)) {
                for (sum, weights) in sums.iter_mut().zip(weights.as_chunks::<4>().0) {
                    *sum += four.iter().zip(weights).map(|(x, w)| i32::from(*x) * i32::from(*w)).sum::<i32>();
                }
            }
        }
    }

    loops!(single, tile_single);
    loops!(byte, tile_byte);
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use super::*;
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    #[inline]
    fn tile_single<const R: usize>(rows: &[f32], stride: usize, panel: &[f32], tile: &mut Tile<f32>) {
        let depth = panel.len() / PANEL;
        assert!(rows.len() >= (R - 1) * stride + depth);
        let panel = panel.as_ptr();
        let mut fours = by_fours(rows.as_ptr(), stride, R);
        let mut sums = [[_mm512_setzero_ps(); 2]; R];
        for index in 0..depth {
            // SAFETY: index < depth, and the assert bounds rows; a panel holds depth × PANEL numbers.
            unsafe {
                let left = _mm512_loadu_ps(panel.add(index * PANEL));
                let right = _mm512_loadu_ps(panel.add(index * PANEL + 16));
                for (row, sums) in sums.iter_mut().enumerate() {
                    let x = _mm512_set1_ps(*fours[row / 4].add(row % 4 * stride));
                    sums[0] = _mm512_fmadd_ps(x, left, sums[0]);
                    sums[1] = _mm512_fmadd_ps(x, right, sums[1]);
                }
            }
            fours = fours.map(|four| four.wrapping_add(1));
        }
        for (cells, sums) in tile.iter_mut().zip(&sums) {
            // SAFETY: a tile's row holds PANEL numbers.
            unsafe {
                _mm512_storeu_ps(cells.as_mut_ptr(), sums[0]);
                _mm512_storeu_ps(cells.as_mut_ptr().add(16), sums[1]);
            }
        }
    }

    loops!(single, tile_single, "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma");
}

#[cfg(target_arch = "x86_64")]
mod vnni {
    use super::*;
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
    #[inline]
    fn tile_byte<const R: usize>(rows: &[u8], depth: usize, panel: &[i8], tile: &mut Tile<i32>) {
        assert!(rows.len() >= R * depth && panel.len() == depth * PANEL);
        let panel = panel.as_ptr();
        let mut fours = by_fours(rows.as_ptr(), depth, R);
        let mut sums = [[_mm512_setzero_si512(); 2]; R];
        for index in 0..depth / 4 {
            // SAFETY: index < depth / 4, and the assert bounds both.
            unsafe {
                let left = _mm512_loadu_si512(panel.add(index * PANEL * 4).cast());
                let right = _mm512_loadu_si512(panel.add(index * PANEL * 4 + 64).cast());
                for (row, sums) in sums.iter_mut().enumerate() {
                    let four = fours[row / 4].add(row % 4 * depth).cast::<i32>().read_unaligned();
                    let four = _mm512_set1_epi32(four);
                    sums[0] = _mm512_dpbusd_epi32(sums[0], four, left);
                    sums[1] = _mm512_dpbusd_epi32(sums[1], four, right);
                }
            }
            fours = fours.map(|four| four.wrapping_add(4));
        }
        for (cells, sums) in tile.iter_mut().zip(&sums) {
            // SAFETY: a tile's row holds PANEL numbers.
            unsafe {
                _mm512_storeu_si512(cells.as_mut_ptr().cast(), sums[0]);
                _mm512_storeu_si512(cells.as_mut_ptr().add(16).cast(), sums[1]);
            }
        }
    }

    loops!(byte, tile_byte, "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma");
}

#[cfg(target_arch = "x86_64")]
mod middle {
    use super::*;
    use std::arch::x86_64::*;

    /// Eight columns at a time, whose sums for up to six rows stay in registers.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn tile_single<const R: usize>(rows: &[f32], stride: usize, panel: &[f32], tile: &mut Tile<f32>) {
        let depth = panel.len() / PANEL;
        assert!(rows.len() >= (R - 1) * stride + depth);
        let (rows, panel) = (rows.as_ptr(), panel.as_ptr());
        for column in (0..PANEL).step_by(8) {
            let mut sums = [_mm256_setzero_ps(); R];
            for index in 0..depth {
                // SAFETY: index < depth, and the assert bounds rows; a panel holds depth × PANEL numbers.
                unsafe {
                    let weights = _mm256_loadu_ps(panel.add(index * PANEL + column));
                    for (row, sum) in sums.iter_mut().enumerate() {
                        *sum = _mm256_fmadd_ps(_mm256_set1_ps(*rows.add(row * stride + index)), weights, *sum);
                    }
                }
            }
            for (cells, sum) in tile.iter_mut().zip(&sums) {
                // SAFETY: column + 8 ≤ PANEL.
                unsafe { _mm256_storeu_ps(cells.as_mut_ptr().add(column), *sum) };
            }
        }
    }

    /// Bytes are widened to 16 bits, whose products in pairs fit 32: exact, unlike `maddubs`, which saturates.
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    fn tile_byte<const R: usize>(rows: &[u8], depth: usize, panel: &[i8], tile: &mut Tile<i32>) {
        assert!(rows.len() >= R * depth && panel.len() == depth * PANEL);
        let (rows, panel) = (rows.as_ptr(), panel.as_ptr());
        for column in (0..PANEL).step_by(4) {
            // Each sum holds four columns, two halves of a column side by side.
            let mut sums = [_mm256_setzero_si256(); R];
            for index in 0..depth / 4 {
                // SAFETY: index < depth / 4 and column + 4 ≤ PANEL; the assert bounds both.
                unsafe {
                    let weights = _mm_loadu_si128(panel.add((index * PANEL + column) * 4).cast());
                    let weights = _mm256_cvtepi8_epi16(weights);
                    for (row, sum) in sums.iter_mut().enumerate() {
                        let four = rows.add(row * depth + index * 4).cast::<i32>().read_unaligned();
                        let four = _mm256_cvtepu8_epi16(_mm_set1_epi32(four));
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(four, weights));
                    }
                }
            }
            for (cells, sum) in tile.iter_mut().zip(&sums) {
                let mut halves = [0i32; 8];
                // SAFETY: eight numbers of 32 bits.
                unsafe { _mm256_storeu_si256(halves.as_mut_ptr().cast(), *sum) };
                for (cell, pair) in cells[column..column + 4].iter_mut().zip(halves.as_chunks::<2>().0) {
                    *cell = pair[0] + pair[1];
                }
            }
        }
    }

    loops!(single, tile_single, "avx2,fma");
    loops!(byte, tile_byte, "avx2,fma");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::draw;

    const SHAPES: [(usize, usize, usize); 6] =
        [(1, 4, 1), (3, 32, 31), (12, 64, 32), (13, 100, 33), (27, 384, 96), (40, 36, 70)];

    fn numbers(count: usize, stream: u64) -> Vec<f32> {
        draw(7, "kernels", stream).normals(count, 1.0)
    }

    #[test]
    fn every_path_multiplies_f32_to_the_same_bits() {
        for (count, depth, columns) in SHAPES {
            let (values, weights) = (numbers(count * depth, 1), numbers(columns * depth, 2));
            let bias = numbers(columns, 3);
            let mut panels = SinglePanels::default();
            panels.pack_columns(&weights, depth, (depth, columns));
            let rows = Rows { values: &values, stride: depth, count };
            let by = |isa| {
                let mut out = vec![0.0; count * columns];
                single(isa, rows, &panels, Epilogue::BiasGelu(&bias), &mut out);
                out
            };
            let reference = by(Isa::Portable);
            let exact: f64 = (0..depth).map(|i| f64::from(values[i]) * f64::from(weights[i])).sum();
            let exact = passes::gelu(exact as f32 + bias[0]);
            assert!((reference[0] - exact).abs() < 1e-4, "{} {exact}", reference[0]);
            for isa in Isa::available() {
                assert_eq!(by(isa), reference, "{isa:?} {count} {depth} {columns}");
            }
        }
    }

    #[test]
    fn every_path_multiplies_bytes_exactly() {
        for (count, depth, columns) in SHAPES {
            let mut draw = draw(7, "bytes", depth as u64);
            let padded = columns.next_multiple_of(PANEL);
            let rows =
                ByteRows { bytes: draw.bytes(count * depth), depth, scales: vec![1.0; count], lows: vec![0.0; count] };
            let mut bytes = vec![0i8; padded * depth];
            let mut exact = vec![0f32; count * columns];
            for (column, weights) in draw.bytes(columns * depth).chunks(depth).enumerate() {
                for (index, weight) in weights.iter().enumerate() {
                    let (panel, place) = (column / PANEL, column % PANEL);
                    bytes[panel * depth * PANEL + (index / 4) * PANEL * 4 + place * 4 + index % 4] = *weight as i8;
                }
                for (row, values) in rows.bytes.chunks(depth).enumerate() {
                    let dot: i32 = values.iter().zip(weights).map(|(x, w)| i32::from(*x) * i32::from(*w as i8)).sum();
                    exact[row * columns + column] = dot as f32;
                }
            }
            let scales = vec![1.0; padded];
            let panels = BytePanels { bytes, depth, columns, scales, sums: vec![0.0; padded] };
            for isa in Isa::available() {
                let mut out = vec![0.0; count * columns];
                byte(isa, &rows, &panels, Epilogue::Plain, &mut out);
                assert_eq!(out, exact, "{isa:?} {count} {depth} {columns}");
            }
        }
    }

    #[test]
    fn every_path_passes_to_the_same_bits() {
        let norm = Norm { gain: numbers(100, 4), shift: numbers(100, 5), epsilon: 1e-12 };
        let residual = numbers(700, 6);
        let by = |isa| {
            let mut values = numbers(700, 7);
            add_and_normalise(isa, &mut values, &residual, &norm);
            softmax(isa, &mut values, 70);
            normalise(isa, &mut values, &norm);
            let mut bytes = ByteRows::default();
            quantise(isa, &values, 100, &mut bytes);
            (values, bytes.bytes, bytes.scales, bytes.lows)
        };
        for isa in Isa::available() {
            assert_eq!(by(isa), by(Isa::Portable), "{isa:?}");
        }
    }
}
