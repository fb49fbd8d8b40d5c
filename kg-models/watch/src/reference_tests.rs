//! What a reference keeps. In: drawn rows. Out: assertions. Never: a set from outside.

use super::*;
use kgloom_numerics::passes::unit;

const WIDTH: usize = 8;

fn rows(count: usize, seed: u64) -> TextVectors {
    let mut draw = draw(seed, "reference rows", 0);
    let one = |_| {
        let mut row = draw.normals(WIDTH, 0.4);
        row[0] += 1.0;
        unit(&mut row);
        row
    };
    TextVectors { width: WIDTH, values: (0..count).flat_map(one).collect() }
}

#[test]
fn what_is_written_is_read_again_and_its_id_is_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::of(&rows(60, 1), "encoder", 1).unwrap();
    reference.write(folder.path()).unwrap();
    let read = Reference::read(folder.path()).unwrap();
    assert_eq!(read, reference);
    assert_eq!(read.id().unwrap(), reference.id().unwrap());
    assert_ne!(Reference::of(&rows(60, 2), "encoder", 1).unwrap().id().unwrap(), reference.id().unwrap());
    assert_ne!(Reference::of(&rows(60, 1), "other", 1).unwrap().id().unwrap(), reference.id().unwrap());
    std::fs::write(folder.path().join(FOLDER.card), b"{}").unwrap();
    let said = Reference::read(folder.path()).unwrap_err().to_string();
    assert!(said.contains(FOLDER.card) && said.ends_with(FOLDER.remedy), "{said}");
}

#[test]
fn mean_and_covariance_are_of_all_and_rows_are_drawn() {
    let all = rows(MOST + 500, 3);
    let reference = Reference::of(&all, "encoder", 1).unwrap();
    assert_eq!((reference.card.items, reference.card.kept), (MOST + 500, MOST));
    let counts = reference.card.items as f64;
    let mean = |i: usize| all.values.chunks_exact(WIDTH).map(|row| f64::from(row[i])).sum::<f64>() / counts;
    let means: Vec<f64> = (0..WIDTH).map(mean).collect();
    for i in 0..WIDTH {
        assert!((reference.mean[i] - means[i]).abs() < 1e-6);
        for j in 0..WIDTH {
            let product = |row: &[f32]| (f64::from(row[i]) - means[i]) * (f64::from(row[j]) - means[j]);
            let want = all.values.chunks_exact(WIDTH).map(product).sum::<f64>() / counts;
            assert!((f64::from(reference.covariance[i * WIDTH + j]) - want).abs() < 1e-6);
        }
    }
    // Kept rows lie in their order, and another seed keeps others.
    let mut left = all.values.chunks_exact(WIDTH);
    assert!(reference.rows.values.chunks_exact(WIDTH).all(|row| left.any(|other| other == row)));
    assert_ne!(drawn(&all.values, WIDTH, (MOST, 2)), reference.rows.values);
    // Eight numbers and many rows: hardly anything to shrink.
    assert!(reference.card.shrinkage > 0.0 && reference.card.shrinkage < 0.05, "{}", reference.card.shrinkage);
}

#[test]
fn few_rows_are_shrunk_more() {
    let [few, many] = [20, 2_000].map(|count| Reference::of(&rows(count, 5), "encoder", 1).unwrap().card.shrinkage);
    assert!(few > 3.0 * many, "{few} {many}");
}

#[test]
fn a_row_of_the_same_stream_is_as_new_as_the_others() {
    let reference = Reference::of(&rows(1_000, 7), "encoder", 1).unwrap();
    let percentile = |row: &[f32]| reference.percentile(reference.novelty(row));
    let fresh = rows(1_000, 8);
    let above = |bound: f32| fresh.values.chunks_exact(WIDTH).filter(|row| percentile(row) > bound).count();
    assert!((70..=130).contains(&above(0.9)), "{}", above(0.9));
    assert!((440..=560).contains(&above(0.5)), "{}", above(0.5));
    let mut odd = [0.0; WIDTH];
    odd[0] = -1.0;
    assert_eq!(percentile(&odd), 1.0);
}

#[test]
fn the_result_does_not_hang_on_the_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Reference::of(&rows(300, 9), "encoder", 1).unwrap())
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn too_few_rows_and_rows_of_another_length_are_refused() {
    let said = Reference::of(&rows(3, 1), "encoder", 1).unwrap_err().to_string();
    assert!(said.contains("3 items; give at least 4"), "{said}");
    let mut long = rows(9, 1);
    long.values[2 * WIDTH] += 1.0;
    let said = Reference::of(&long, "encoder", 1).unwrap_err().to_string();
    assert!(said.contains("row 2 is not of length 1"), "{said}");
    long.values[2 * WIDTH] = f32::NAN;
    assert!(Reference::of(&long, "encoder", 1).is_err());
}

#[test]
fn outliers_are_left_out_and_then_stand_out() {
    let mut all = rows(198, 11);
    let mut odd = [0.0; WIDTH];
    odd[0] = -1.0;
    // Three that are alike hide each other, unless they are left out.
    (0..3).for_each(|_| all.values.extend(odd));
    let novelty = |share: f64| {
        let trim = Trim { share, most: MOST, seed: 1 };
        let reference = Reference::trimmed(&all, "encoder", trim).unwrap();
        (reference.card.left_out, reference.judge(&odd)[0].novelty)
    };
    assert_eq!(novelty(0.015), (3, 1.0));
    let (none, hidden) = novelty(0.0);
    assert!(none == 0 && hidden < 1.0, "{none} {hidden}");
}

#[test]
fn what_the_reference_is_made_of_is_judged_among_the_others() {
    let all = rows(300, 12);
    let reference = Reference::of(&all, "encoder", 1).unwrap();
    let judged = reference.judge(&all.values);
    let mut novelties: Vec<f32> = judged.iter().map(|judged| judged.novelty).collect();
    novelties.sort_by(f32::total_cmp);
    // Each percentile once, from none to all but one.
    let off = novelties.iter().enumerate().map(|(place, novelty)| (novelty - place as f32 / 300.0).abs());
    assert!(off.fold(0.0, f32::max) < 0.01, "{novelties:?}");
    assert!(
        judged.iter().zip(all.values.chunks_exact(WIDTH)).all(|(judged, row)| judged.depth == reference.depth(row))
    );
}

#[test]
fn a_stream_is_as_deep_as_a_reference_whose_outliers_were_left_out() {
    let trim = Trim { share: 0.1, most: 1_000, seed: 1 };
    let reference = Reference::trimmed(&rows(3_000, 21), "encoder", trim).unwrap();
    let card = &reference.card;
    assert_eq!((card.items, card.left_out, card.kept, reference.left_depths.len()), (2_700, 300, 1_000, 111));
    // Of a large window the tenth that would have been left out would show.
    let differs = |seed: u64| crate::drift(&reference, &rows(3_000, seed).values).differs;
    let least = (22..27).map(differs).fold(1.0, f64::min);
    assert!(least > 0.005, "{least}");
    let folder = tempfile::tempdir().unwrap();
    reference.write(folder.path()).unwrap();
    assert_eq!(Reference::read(folder.path()).unwrap(), reference);
}
