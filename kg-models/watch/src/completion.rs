//! Cells of a table of scores that were not measured, by those that were: completion by a matrix of rank one, as Text-ADBench
//! predicts detectors on encoders. In: rows × columns of scores, some missing. Out: all of them, and how far such fillings are
//! off. Never: a measured cell that is changed.

use serde::Serialize;

/// Rounds of alternating least squares, at the most.
const ROUNDS: usize = 1_000;
/// A change of all factors together that no longer counts.
const SETTLED: f64 = 1e-12;

/// A table of scores, row by row; `None` where nothing was measured.
pub type Table = [Vec<Option<f64>>];

/// The table with its missing cells filled: the cell of row i and column j is uᵢ·vⱼ, the factors being those of the least
/// squares on the known cells, found by turns. A row or column of which nothing is known gets the mean factor of the others.
pub fn complete(table: &Table) -> Vec<Vec<f64>> {
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let known = |row: usize, column: usize| table[row].get(column).copied().flatten();
    let (mut of_rows, mut of_columns) = (vec![1f64; table.len()], vec![1f64; columns]);
    for _ in 0..ROUNDS {
        let before = (of_rows.clone(), of_columns.clone());
        of_rows = factors(table.len(), &of_columns, known);
        of_columns = factors(columns, &of_rows, |column, row| known(row, column));
        let moved = |now: &[f64], then: &[f64]| now.iter().zip(then).map(|(x, y)| (x - y).powi(2)).sum::<f64>();
        if moved(&of_rows, &before.0) + moved(&of_columns, &before.1) < SETTLED {
            break;
        }
    }
    let cell = |row: usize, column: usize| known(row, column).unwrap_or(of_rows[row] * of_columns[column]);
    (0..table.len()).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
}

/// The best factors of one side, given those of the other.
fn factors(count: usize, others: &[f64], known: impl Fn(usize, usize) -> Option<f64>) -> Vec<f64> {
    let one = |place: usize| {
        let cells = others.iter().enumerate().filter_map(|(other, factor)| Some((known(place, other)?, *factor)));
        let (product, square) =
            cells.fold((0.0, 0.0), |(p, s), (cell, factor)| (p + cell * factor, s + factor * factor));
        (square > 0.0).then(|| product / square)
    };
    let found: Vec<Option<f64>> = (0..count).map(one).collect();
    let there: Vec<f64> = found.iter().copied().flatten().collect();
    let mean = there.iter().sum::<f64>() / there.len().max(1) as f64;
    found.into_iter().map(|factor| factor.unwrap_or(mean)).collect()
}

/// How far fillings are off: the mean of |filled − measured| / measured, each measured cell being left out once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FillErrors {
    /// By the completion of rank one.
    pub rank_one: f64,
    /// By the mean of the other cells of its row.
    pub row_mean: f64,
    /// By the mean of the other cells of its column.
    pub column_mean: f64,
    /// By the mean of all other cells.
    pub mean: f64,
}

/// Leaves each known cell that is not 0 out in turn, and fills it; `None` where fewer than two are known.
pub fn fill_errors(table: &Table) -> Option<FillErrors> {
    let cells: Vec<(usize, usize, f64)> = table
        .iter()
        .enumerate()
        .flat_map(|(row, cells)| cells.iter().enumerate().filter_map(move |(column, x)| Some((row, column, (*x)?))))
        .collect();
    let measured: Vec<&(usize, usize, f64)> = cells.iter().filter(|(_, _, x)| *x != 0.0).collect();
    if cells.len() < 2 || measured.is_empty() {
        return None;
    }
    let mut sums = [0f64; 4];
    for &&(row, column, x) in &measured {
        let mut without = table.to_vec();
        without[row][column] = None;
        let others = || cells.iter().filter(|(i, j, _)| (*i, *j) != (row, column));
        let mean = mean_of(others()).unwrap_or(0.0);
        let fillings = [
            complete(&without)[row][column],
            mean_of(others().filter(|(i, _, _)| *i == row)).unwrap_or(mean),
            mean_of(others().filter(|(_, j, _)| *j == column)).unwrap_or(mean),
            mean,
        ];
        sums.iter_mut().zip(fillings).for_each(|(sum, filled)| *sum += ((filled - x) / x).abs());
    }
    let [rank_one, row_mean, column_mean, mean] = sums.map(|sum| sum / measured.len() as f64);
    Some(FillErrors { rank_one, row_mean, column_mean, mean })
}

fn mean_of<'a>(cells: impl Iterator<Item = &'a (usize, usize, f64)>) -> Option<f64> {
    let (sum, count) = cells.fold((0.0, 0usize), |(sum, count), (_, _, x)| (sum + x, count + 1));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_rank_one_is_filled_exactly() {
        let of_rows = [0.9, 0.7, 0.8];
        let of_columns = [1.0, 0.8, 0.9, 1.05];
        let whole: Vec<Vec<Option<f64>>> =
            of_rows.iter().map(|row| of_columns.iter().map(|column| Some(row * column)).collect()).collect();
        let mut holes = whole.clone();
        (holes[0][1], holes[2][3]) = (None, None);
        for (filled, want) in complete(&holes).iter().flatten().zip(whole.iter().flatten()) {
            assert!((filled - want.unwrap()).abs() < 1e-6, "{filled} {want:?}");
        }
        let errors = fill_errors(&whole).unwrap();
        assert!(errors.rank_one < 1e-6 && errors.row_mean > 0.02 && errors.column_mean > 0.02, "{errors:?}");
    }

    #[test]
    fn what_nothing_is_known_of_gets_what_the_others_have() {
        let filled = complete(&[vec![Some(0.5), Some(1.0)], vec![None, None]]);
        assert!((filled[1][0] - 0.5).abs() < 1e-9 && (filled[1][1] - 1.0).abs() < 1e-9, "{filled:?}");
        assert_eq!((fill_errors(&[]), fill_errors(&[vec![Some(0.5)]])), (None, None));
        assert!(complete(&[]).is_empty());
    }
}
