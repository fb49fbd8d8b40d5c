//! An index is held to a plain scan, whatever its plan. In: drawn histories. Out: equal answers where they are called exact.

use super::*;
use crate::coder::Rotation;
use crate::rows::quantise;
use kgloom_numerics::draw::draw;
use std::collections::{BTreeMap, BTreeSet};

const WIDTH: usize = 48;
/// So small that codes are used.
const SMALL: Limits = Limits { exact: 50, least: 40, every: 500, each: 2, lookup: 20 };

/// One row in five lies close to one of twenty places, the others around nine wide ones.
fn row(seed: u64) -> Vec<i8> {
    let (place, noise) = if seed.is_multiple_of(5) { (100 + seed / 5 % 20, 0.02) } else { (seed % 9, 1.0) };
    let middle = draw(7, "middle", place).normals(WIDTH, 1.0);
    let noise = draw(8, "noise", seed).normals(WIDTH, noise);
    quantise(&middle.iter().zip(noise).map(|(x, y)| x + y).collect::<Vec<_>>())
}

/// A row as a question.
fn question(seed: u64) -> Question {
    Question::new(&row(seed).into_iter().map(f32::from).collect::<Vec<_>>())
}

fn coder() -> Coder {
    let rows: Vec<f32> = (0..400).flat_map(|seed| question(seed).direction().to_vec()).collect();
    Coder::learn(Rotation::Quantising, &rows, (WIDTH, WIDTH), 1)
}

/// An index by a drawn history, and a fresh one of what is left.
fn two(seed: u64, coder: &Coder) -> (Index<u32>, Index<u32>) {
    let mut draw = draw(seed, "history", 0);
    let mut lived = Index::coded(coder.clone()).with_limits(SMALL);
    let mut left = BTreeMap::new();
    for edit in 0..3_000u64 {
        let key = draw.below(1_500) as u32;
        if draw.below(3) == 0 {
            assert_eq!(lived.remove(&key), left.remove(&key).is_some());
        } else {
            lived.insert(key, &row(edit)).unwrap();
            left.insert(key, row(edit));
        }
    }
    let mut fresh = Index::coded(coder.clone()).with_limits(SMALL);
    left.iter().rev().for_each(|(key, row)| fresh.insert(*key, row).unwrap());
    (lived, fresh)
}

#[test]
fn any_history_gives_the_shortlist_of_a_fresh_index() {
    for coder in [coder(), Coder::plain(WIDTH)] {
        for seed in 0..6 {
            let (lived, fresh) = two(seed, &coder);
            for asked in 0..20 {
                let question = question(10_000 + asked);
                let test = |key: &u32| key % 3 != 1;
                for filter in [Filter::All, Filter::Test(&test)] {
                    let found = lived.nearest(&question, 10, &filter).unwrap();
                    assert_eq!(found, fresh.nearest(&question, 10, &filter).unwrap());
                    assert!(matches!(found.plan, Plan::Shortlist { length: 40, .. }));
                }
            }
        }
    }
}

#[test]
fn what_is_called_exact_is_exact() {
    let (lived, _) = two(9, &coder());
    let (mut certain, mut open, mut right) = (0, 0, 0);
    for asked in 0..300u64 {
        // Rows of a close place are far nearer to it than all others, which can be proved; among the rest none stands out.
        let question = question(asked);
        let every = [1, 2, 50][asked as usize % 3];
        let test = |key: &u32| key.is_multiple_of(every);
        for filter in [Filter::All, Filter::Test(&test)] {
            let found = lived.nearest(&question, 3, &filter).unwrap();
            let scanned = scan::nearest(lived.vectors(), &question, 3, &filter);
            if found.exact {
                assert_eq!(found.hits, scanned);
                certain += 1;
            } else {
                open += 1;
                right += usize::from(found.hits == scanned);
            }
        }
    }
    assert!(certain > 150 && open > 100, "{certain} {open}");
    assert!(right * 10 >= open * 8, "{right} of {open}");
}

#[test]
fn every_plan_answers_alike_where_it_is_exact() {
    let (index, _) = two(3, &coder());
    let question = question(77);
    let keys: BTreeSet<u32> = (0..1_500).step_by(50).collect();
    let mut rows: Vec<u32> = keys.iter().filter_map(|key| index.vectors().number(key)).collect();
    rows.sort_unstable();
    let test = |key: &u32| keys.contains(key);
    let by = |filter: Filter<'_, u32>| index.nearest(&question, 5, &filter).unwrap();
    let (by_keys, by_rows, by_test) = (by(Filter::Keys(&keys)), by(Filter::Rows(&rows)), by(Filter::Test(&test)));
    assert_eq!(by_keys.plan, Plan::FilterFirst(30));
    assert_eq!(by_rows.plan, Plan::FilterFirst(rows.len()));
    // Fewer rows pass than a shortlist holds, so that it holds all.
    assert!(matches!(by_test.plan, Plan::Shortlist { .. }) && by_test.exact);
    assert_eq!((&by_keys.hits, &by_keys.hits), (&by_rows.hits, &by_test.hits));
    assert!(by_keys.plan.to_string().contains("exact scan of 30 rows"));
    let each = index.nearest_each(&[question.clone(), question], 5, &Filter::Keys(&keys)).unwrap();
    assert_eq!(each, [by_keys.clone(), by_keys]);
}

#[test]
fn a_question_of_another_width_is_refused() {
    let (index, _) = two(1, &Coder::plain(WIDTH));
    let error = index.nearest(&Question::new(&[1.0; 3]), 5, &Filter::All).unwrap_err();
    assert!(error.to_string().contains("has 3 numbers, and the rows have 48"), "{error}");
}

#[test]
fn rows_of_a_sentence_encoder_take_at_most_450_bytes() {
    let mut index = Index::coded(Coder::plain(384));
    (0..40_943u32).for_each(|key| index.insert(key, &[1; 384]).unwrap());
    let each = index.bytes() as f64 / 40_943.0;
    assert!(each <= 450.0, "{each}");
}
