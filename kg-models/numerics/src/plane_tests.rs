//! What is alike lies together. In: rows that are generated. Out: what fails. Never: a set from outside.

use super::*;

const WIDTH: usize = 24;

/// Rows around so many directions.
fn groups(count: usize, groups: usize, spread: f32) -> Vec<f32> {
    let mut draw = draw(3, "groups", 0);
    let centres: Vec<Vec<f32>> = (0..groups).map(|_| draw.normals(WIDTH, 1.0)).collect();
    (0..count)
        .flat_map(|row| centres[row % groups].iter().map(|x| x + spread * draw.normal()).collect::<Vec<_>>())
        .collect()
}

#[test]
fn two_clusters_that_lie_far_apart_stay_apart() {
    let places = Tsne::default().places(&groups(120, 2, 0.2), WIDTH);
    let farthest = |one: usize, same: bool| {
        let others = (0..120).filter(|other| *other != one && (other % 2 == one % 2) == same);
        let squares = others.map(|other| square(places[one], places[other]));
        if same { squares.fold(0.0, f32::max) } else { squares.fold(f32::INFINITY, f32::min) }
    };
    assert!((0..120).all(|row| farthest(row, true) < farthest(row, false)), "{places:?}");
}

#[test]
fn one_seed_gives_one_picture_on_any_number_of_threads() {
    let rows = groups(150, 5, 0.5);
    let on = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (places, kept) = pool.install(|| {
            let places = Tsne { rounds: 300, seed, ..Tsne::default() }.places(&rows, WIDTH);
            let kept = preserved(&rows, WIDTH, &places, 10);
            (places, kept)
        });
        (places.iter().flatten().map(|x| x.to_bits()).collect::<Vec<_>>(), kept.to_bits())
    };
    assert_eq!(on(1, 1), on(2, 1));
    assert_ne!(on(1, 1), on(1, 2));
}

#[test]
fn neighbours_stay_neighbours() {
    let rows = groups(400, 8, 0.4);
    let places = Tsne::default().places(&rows, WIDTH);
    let kept = preserved(&rows, WIDTH, &places, 10);
    let axes = start(&rows, WIDTH, 1);
    let flat: Places = axes[0].iter().zip(&axes[1]).map(|(x, y)| [*x, *y]).collect();
    let by_axes = preserved(&rows, WIDTH, &flat, 10);
    assert!(kept > 0.4 && kept > by_axes + 0.15, "{kept}, along two axes {by_axes}");
}

#[test]
fn what_stays_is_counted_by_hand() {
    let at = |degrees: &[f32]| -> Vec<f32> {
        degrees.iter().flat_map(|degrees| [degrees.to_radians().cos(), degrees.to_radians().sin()]).collect()
    };
    let rows = at(&[0.0, 1.0, 3.0, 90.0]);
    assert_eq!(preserved(&rows, 2, &[[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [90.0, 0.0]], 1), 1.0);
    // The third and the fourth have changed places: the first two have each other, the others miss theirs.
    assert_eq!(preserved(&rows, 2, &[[0.0, 0.0], [1.0, 0.0], [90.0, 0.0], [3.0, 0.0]], 1), 0.5);
    // Of rows that are as near, each will do.
    assert_eq!(preserved(&at(&[5.0; 4]), 2, &[[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]], 1), 1.0);
    assert_eq!(preserved(&[], 2, &[], 10), 0.0);
}

#[test]
fn few_rows_and_equal_rows_have_places_too() {
    let finite = |places: &Places| places.iter().flatten().all(|x| x.is_finite());
    for count in 0..6 {
        for spread in [0.0, 0.3] {
            let places = Tsne::default().places(&groups(count, 1, spread), WIDTH);
            assert!(places.len() == count && finite(&places), "{count} {spread}: {places:?}");
        }
    }
    let places = Tsne::default().places(&groups(60, 2, 0.0), WIDTH);
    assert!(finite(&places) && (0..60).all(|one| (0..one).all(|other| places[one] != places[other])));
    assert!(finite(&Tsne::default().places(&[0.0; 10 * WIDTH], WIDTH)));
}
