//! The nearest examples of an item, which vote for their classes (PatentSBERTa, Bekamiri et al. 2021).
//!
//! In: examples, an item. Out: who is nearest, and each class's share of their votes. Never: an order that hangs on
//! anything but similarity and place.

use kgloom_numerics::passes::dot;
use kgloom_numerics::vectors::TextVectors;
use serde::{Deserialize, Serialize};

/// A row that is near to an item.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its place among the rows.
    pub place: u32,
    /// The cosine of the angle between both.
    pub similarity: f32,
}

/// The `most` rows that are nearest to an item, the nearest first; of equally near ones the first. `except` leaves out a
/// row: the item itself.
pub fn nearest(rows: &TextVectors, item: &[f32], most: usize, except: Option<u32>) -> Vec<Neighbour> {
    let each = rows.values.chunks_exact(rows.width.max(1)).zip(0u32..);
    let mut found: Vec<Neighbour> = each
        .filter(|(_, place)| Some(*place) != except)
        .map(|(row, place)| Neighbour { place, similarity: dot(row, item) })
        .collect();
    let order = |one: &Neighbour, other: &Neighbour| {
        other.similarity.total_cmp(&one.similarity).then(one.place.cmp(&other.place))
    };
    if most < found.len() {
        found.select_nth_unstable_by(most, order);
        found.truncate(most);
    }
    found.sort_unstable_by(order);
    found
}

/// The share of neighbours that are of each class, `count` numbers; nothing where there are no neighbours. `classes` are
/// those of the row at a place.
pub fn votes<'a>(neighbours: &[Neighbour], classes: impl Fn(u32) -> &'a [u32], count: usize) -> Vec<f32> {
    let mut shares = vec![0f32; count];
    let each = 1.0 / neighbours.len().max(1) as f32;
    for class in neighbours.iter().flat_map(|neighbour| classes(neighbour.place)) {
        shares[*class as usize] += each;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_vote_for_each_of_their_classes() {
        let rows = TextVectors { width: 2, values: vec![1.0, 0.0, 0.0, 1.0, 0.8, 0.6, 1.0, 0.0] };
        let known = [vec![0u32], vec![1], vec![0, 2], vec![1]];
        let classes = |place: u32| &known[place as usize][..];
        let found = nearest(&rows, &[1.0, 0.0], 3, None);
        let places = |found: &[Neighbour]| found.iter().map(|neighbour| neighbour.place).collect::<Vec<_>>();
        assert_eq!(places(&found), [0, 3, 2]);
        assert_eq!(found[2].similarity, 0.8);
        let third = 1.0 / 3.0;
        assert_eq!(votes(&found, classes, 3), [third + third, third, third]);
        // The item itself does not vote.
        assert_eq!(places(&nearest(&rows, &[1.0, 0.0], 9, Some(0))), [3, 2, 1]);
        assert_eq!(votes(&[], classes, 2), [0.0, 0.0]);
    }
}
