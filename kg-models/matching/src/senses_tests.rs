//! Senses are found where they are, and only there. In: directions drawn around a few. Out: what fails. Never: a text.

use super::*;
use crate::grouping::Grouping;

const WIDTH: usize = 24;

/// Contexts around directions along the first axes, so many of each, and the sense of each.
fn contexts(counts: &[usize], noise: f32) -> (TextVectors, Vec<u32>) {
    let (mut values, mut right) = (Vec::new(), Vec::new());
    for (sense, count) in counts.iter().enumerate() {
        for place in 0..*count {
            let mut row = draw(5, "context", (sense * 1_000 + place) as u64).normals(WIDTH, noise);
            row[sense] += 1.0;
            values.extend(row);
            right.push(sense as u32);
        }
    }
    (TextVectors { width: WIDTH, values }, right)
}

#[test]
fn the_number_of_senses_is_found() {
    for counts in [&[40][..], &[40, 25], &[30, 40, 50]] {
        let (contexts, right) = contexts(counts, 0.15);
        let found = Senses::of(&contexts, 4, 1);
        assert_eq!(found.count(), counts.len());
        assert!(Grouping::of(&found.of, &right).paired > 0.97);
        let least = found.shares.iter().copied().fold(1.0, f64::min);
        let (smallest, all) = (counts.iter().min().unwrap(), right.len());
        assert!((least - *smallest as f64 / all as f64).abs() < 0.03);
    }
}

#[test]
fn another_context_goes_to_its_sense() {
    let (contexts, right) = contexts(&[30, 30], 0.15);
    let found = Senses::of(&contexts, 4, 1);
    let mut row = vec![0f32; WIDTH];
    row[1] = 3.0;
    let (sense, probability) = found.nearest(&row).unwrap();
    assert_eq!(sense, found.of[right.iter().position(|one| *one == 1).unwrap()]);
    assert!(probability > 0.95);
}

#[test]
fn a_seed_gives_the_same_senses_and_length_does_not_count() {
    let (contexts, _) = contexts(&[20, 20], 0.2);
    let found = Senses::of(&contexts, 3, 7);
    assert_eq!(found, Senses::of(&contexts, 3, 7));
    let longer = TextVectors { values: contexts.values.iter().map(|x| x * 4.0).collect(), ..contexts.clone() };
    assert_eq!(Senses::of(&longer, 3, 7).of, found.of);
}

#[test]
fn nothing_and_one_direction_are_no_trouble() {
    assert_eq!(Senses::of(&TextVectors { width: 4, values: Vec::new() }, 3, 1).nearest(&[1.0, 0.0, 0.0, 0.0]), None);
    let same = TextVectors { width: 4, values: [1.0, 0.0, 0.0, 0.0].repeat(5) };
    let found = Senses::of(&same, 3, 1);
    assert_eq!((found.count(), found.of.clone()), (1, vec![0; 5]));
    assert!(found.likelihood.is_finite());
}

/// In three dimensions the constant is known in closed form: κ / (4π sinh κ).
#[test]
fn the_density_adds_up() {
    for kappa in [5.0f64, 20.0] {
        let exact = (kappa / (2.0 * TAU * kappa.sinh())).ln();
        assert!((normaliser(kappa, 3) - exact).abs() < 0.3, "{} {exact}", normaliser(kappa, 3));
    }
}
