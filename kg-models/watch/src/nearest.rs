//! The rows that are nearest to an item. In: rows, an item. Out: distances and places, the nearest first. Never: an index
//! that forgets a row.

use kgloom_numerics::compare::Comparison;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;

/// A row that lies near an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The length of the difference between the two.
    pub distance: f32,
    /// Which row.
    pub row: u32,
}

/// The `count` rows that are nearest to an item, or all where there are fewer, the nearest first, the earlier of two that
/// are equally near; `without` is left out. `rows` is rows × the item's width.
pub fn nearest(rows: &[f32], item: &[f32], count: usize, without: Option<u32>) -> Vec<Near> {
    let mut scores = vec![0f32; rows.len() / item.len().max(1)];
    kernels::scores(Isa::best(), Comparison::Euclidean, item, rows, &mut scores);
    let others = (0u32..).zip(scores).filter(|(row, _)| Some(*row) != without);
    let mut found: Vec<Near> = others.map(|(row, score)| Near { distance: -score, row }).collect();
    let order = |a: &Near, b: &Near| a.distance.total_cmp(&b.distance).then(a.row.cmp(&b.row));
    if count < found.len() {
        found.select_nth_unstable_by(count, order);
        found.truncate(count);
    }
    found.sort_unstable_by(order);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_and_one_may_be_left_out() {
        let rows = [1.0, 0.0, 0.0, 1.0, 0.6, 0.8, 0.6, 0.8];
        let places = |count, without| -> Vec<u32> {
            nearest(&rows, &[0.0, 1.0], count, without).into_iter().map(|near| near.row).collect()
        };
        assert_eq!((places(2, None), places(2, Some(1))), (vec![1, 2], vec![2, 3]));
        assert_eq!(places(9, None), [1, 2, 3, 0]);
        assert!((nearest(&rows, &[0.0, 1.0], 4, None)[3].distance - 2f32.sqrt()).abs() < 1e-6);
    }
}
