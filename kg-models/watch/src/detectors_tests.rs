//! What detectors tell. In: small worlds of vectors. Out: assertions. Never: a set from outside.

use super::*;
use crate::measure::area_under_roc;
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::passes::unit;
use kgloom_numerics::vectors::TextVectors;

const WIDTH: usize = 12;

/// Items around some axes, spread mostly along the last four.
fn items(axes: &[usize], count: usize, draw: &mut Draw) -> Vec<f32> {
    let mut one = |place: usize| {
        let mut row: Vec<f32> = (0..WIDTH).map(|i| draw.normal() * if i < WIDTH - 4 { 0.05 } else { 0.4 }).collect();
        row[axes[place % axes.len()]] += 1.0;
        unit(&mut row);
        row
    };
    (0..count).flat_map(&mut one).collect()
}

fn reference(values: Vec<f32>) -> Reference {
    Reference::of(&TextVectors { width: WIDTH, values }, "test", 1).unwrap()
}

#[test]
fn each_detector_tells_what_lies_elsewhere() {
    let mut draw = draw(1, "detectors", 0);
    let reference = reference(items(&[0], 300, &mut draw));
    let (same, other) = (items(&[0], 200, &mut draw), items(&[1], 200, &mut draw));
    let detectors = Detectors::of(&reference);
    for by in Detector::ALL {
        let area = area_under_roc(&detectors.scores(by, &same), &detectors.scores(by, &other));
        assert!(area > if by == Detector::Forest { 0.8 } else { 0.97 }, "{by:?} {area}");
    }
}

#[test]
fn depth_ranks_as_the_distance_to_the_mean() {
    let mut draw = draw(2, "ranks", 0);
    let reference = reference(items(&[0, 2], 100, &mut draw));
    let detectors = Detectors::of(&reference);
    let fresh = items(&[0, 1], 60, &mut draw);
    let mut by_depth: Vec<(f64, f32)> =
        fresh.chunks_exact(WIDTH).map(|item| (reference.depth(item), detectors.score(Detector::Mean, item))).collect();
    by_depth.sort_by(|one, other| one.0.total_cmp(&other.0));
    assert!(by_depth.is_sorted_by(|one, other| one.1 >= other.1));
}

#[test]
fn mahalanobis_counts_in_deviations_and_the_residual_what_the_long_directions_leave() {
    // Deviations around the middle: long along the second column, short along the third.
    let mut draw = draw(3, "deviations", 0);
    let row = |draw: &mut Draw| {
        let mut row = vec![1.0, 0.2 * draw.normal(), 0.01 * draw.normal()];
        unit(&mut row);
        row
    };
    let values = (0..2_000).flat_map(|_| row(&mut draw)).collect();
    let reference = Reference::of(&TextVectors { width: 3, values }, "test", 1).unwrap();
    let detectors = Detectors::of(&reference);
    let at = |by, y: f32, z: f32| {
        let mut item = [1.0, y, z];
        unit(&mut item);
        detectors.score(by, &item)
    };
    // A tenth is far along the short direction, and half a deviation along the long one.
    let ratio = at(Detector::Mahalanobis, 0.0, 0.1) / at(Detector::Mahalanobis, 0.1, 0.0);
    assert!(ratio > 4.0, "{ratio}");
    assert!(at(Detector::Residual, 0.0, 0.1) > 2.0 * at(Detector::Residual, 0.3, 0.0));
    assert!((at(Detector::Mean, 0.0, 0.1) - 0.1).abs() < 0.03);
}

#[test]
fn the_outlier_factor_is_about_one_within_and_grows_with_emptiness() {
    let mut draw = draw(4, "density", 0);
    let reference = reference(items(&[0], 400, &mut draw));
    let detectors = Detectors::of(&reference);
    let mut within = detectors.scores(Detector::Density, &items(&[0], 101, &mut draw));
    within.sort_by(f32::total_cmp);
    assert!((within[50] - 1.0).abs() < 0.1, "{}", within[50]);
    // The same row many times: no division by nothing.
    let one = [1.0, 0.0].repeat(40);
    let density = Density::of(&one, 2);
    assert!(density.factor(&one, &[1.0, 0.0]).is_finite() && density.factor(&one, &[0.0, 1.0]) > 1.0);
}

#[test]
fn a_forest_hangs_on_its_seed_and_leaves_equal_rows_whole() {
    let mut draw = draw(5, "forest", 0);
    let rows = items(&[0], 300, &mut draw);
    assert_eq!(Forest::of(&rows, WIDTH, 1), Forest::of(&rows, WIDTH, 1));
    assert_ne!(Forest::of(&rows, WIDTH, 1), Forest::of(&rows, WIDTH, 2));
    let equal = Forest::of(&[0.6, 0.8].repeat(20), 2, 1);
    assert!((equal.score(&[1.0, 0.0]) - 0.5).abs() < 1e-6, "{}", equal.score(&[1.0, 0.0]));
}
