//! Scans are held to a plain sort of all scores. In: drawn rows and histories. Out: equal answers.

use super::*;
use crate::rows::quantise;
use kgloom_numerics::draw::{Draw, draw};
use std::collections::{BTreeMap, BTreeSet};

const WIDTH: usize = 37;

fn row(draw: &mut Draw) -> Vec<i8> {
    // Few different numbers, so that there are ties.
    let numbers: Vec<f32> = (0..WIDTH).map(|_| draw.below(3) as f32 - 1.0).collect();
    quantise(&numbers)
}

/// A set by a drawn history of insertions, replacements and removals, and what is left in it.
fn history(seed: u64, edits: usize) -> (Vectors<u32>, BTreeMap<u32, Vec<i8>>) {
    let mut draw = draw(seed, "history", 0);
    let (mut vectors, mut left) = (Vectors::new(WIDTH), BTreeMap::new());
    for _ in 0..edits {
        let key = draw.below(edits / 2) as u32;
        if draw.below(3) == 0 {
            assert_eq!(vectors.remove(&key).is_some(), left.remove(&key).is_some());
        } else {
            let row = row(&mut draw);
            vectors.insert(key, &row).unwrap();
            left.insert(key, row);
        }
    }
    (vectors, left)
}

fn question(seed: u64) -> Question {
    Question::new(&draw(seed, "question", 0).normals(WIDTH, 1.0))
}

/// All rows of a filter, sorted by scores in f64.
fn sorted(left: &BTreeMap<u32, Vec<i8>>, question: &Question, admits: impl Fn(u32) -> bool) -> Vec<(u32, f64)> {
    let score = |row: &[i8]| {
        let product: f64 = row.iter().zip(question.direction()).map(|(x, q)| f64::from(*x) * f64::from(*q)).sum();
        let length = row.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
        if length > 0.0 { product / length } else { 0.0 }
    };
    let mut all: Vec<(u32, f64)> =
        left.iter().filter(|(key, _)| admits(**key)).map(|(key, row)| (*key, score(row))).collect();
    all.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    all
}

#[test]
fn any_history_gives_the_answer_of_a_fresh_set() {
    for seed in 0..12 {
        let (vectors, left) = history(seed, 4_000);
        let mut fresh = Vectors::new(WIDTH);
        left.iter().for_each(|(key, row)| {
            fresh.insert(*key, row).unwrap();
        });
        assert!(vectors.iter().eq(fresh.iter()) && vectors.len() > 1_000);
        let question = question(seed);
        for most in [0, 1, 10, 5_000] {
            let found = nearest(&vectors, &question, most, &Filter::All);
            assert_eq!(found, nearest(&fresh, &question, most, &Filter::All));
            let plain = sorted(&left, &question, |_| true);
            assert_eq!(found.len(), most.min(left.len()));
            for (hit, (_, score)) in found.iter().zip(&plain) {
                assert!((f64::from(hit.score) - score).abs() < 1e-5, "{hit:?} {score}");
            }
            let order = |pair: &[Hit<u32>]| {
                pair[0].score > pair[1].score || pair[0].score == pair[1].score && pair[0].key < pair[1].key
            };
            assert!(found.windows(2).all(order));
        }
    }
}

#[test]
fn filters_by_keys_by_rows_and_by_a_test_find_the_same() {
    let (vectors, left) = history(20, 6_000);
    let question = question(20);
    for every in [1, 3, 100, 10_000] {
        let admits = |key: &u32| key.is_multiple_of(every);
        let keys: BTreeSet<u32> = (0..7_000).filter(admits).collect();
        let mut rows: Vec<u32> = keys.iter().filter_map(|key| vectors.number(key)).collect();
        rows.sort_unstable();
        let found = nearest(&vectors, &question, 10, &Filter::Test(&admits));
        assert_eq!(found, nearest(&vectors, &question, 10, &Filter::Keys(&keys)));
        assert_eq!(found, nearest(&vectors, &question, 10, &Filter::Rows(&rows)));
        assert_eq!(found, nearest_of(&vectors, &question, 10, &rows));
        let plain = sorted(&left, &question, |key| admits(&key));
        assert_eq!(found.len(), plain.len().min(10));
        for (hit, (_, score)) in found.iter().zip(plain) {
            assert!((f64::from(hit.score) - score).abs() < 1e-5);
        }
    }
}

#[test]
fn threads_and_company_change_no_bit() {
    let (vectors, _) = history(30, 60_000);
    let questions: Vec<Question> = (0..5).map(question).collect();
    let alone: Vec<_> = questions.iter().map(|question| nearest(&vectors, question, 20, &Filter::All)).collect();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| nearest_each(&vectors, &questions, 20, &Filter::All))
    };
    assert_eq!((on(1), on(4)), (alone.clone(), alone));
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let (vectors, _) = history(40, 200);
    let question = question(40);
    let by = |isa| {
        let mut out = vec![0f32; vectors.len()];
        let rows = (0..vectors.len() as u32).map(|row| vectors.row(row));
        multiply(isa, &question, rows, &mut out);
        out
    };
    Isa::available().into_iter().for_each(|isa| assert_eq!(by(isa), by(Isa::Portable), "{isa:?}"));
}

#[test]
fn no_rows_and_questions_of_zeros_are_answered() {
    let none = Vectors::<u32>::new(WIDTH);
    assert!(nearest(&none, &question(1), 5, &Filter::All).is_empty());
    let (vectors, left) = history(50, 100);
    let found = nearest(&vectors, &Question::new(&[0.0; WIDTH]), 3, &Filter::All);
    assert_eq!(found.iter().map(|hit| hit.key).collect::<Vec<_>>(), left.keys().copied().take(3).collect::<Vec<_>>());
}
