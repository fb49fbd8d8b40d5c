//! Codes are held to the bound that they promise. In: drawn rows, every kind of coder. Out: no row above its bound.

use super::*;
use crate::coder::Rotation;
use crate::rows::quantise;
use crate::scan;
use kgloom_numerics::draw::draw;

/// Rows in a few clusters off the origin.
fn rows(count: usize, width: usize) -> Vec<Vec<i8>> {
    let middles: Vec<Vec<f32>> = (0..7).map(|i| draw(1, "middles", i).normals(width, 1.0)).collect();
    let mut draw = draw(2, "rows", 0);
    let one = |place: usize| {
        let middle = &middles[place % 7];
        quantise(&middle.iter().map(|x| x + 0.5 + 0.4 * draw.normal()).collect::<Vec<_>>())
    };
    (0..count).map(one).collect()
}

pub(crate) fn coders(sample: &[Vec<i8>], width: usize, bits: usize) -> Vec<Coder> {
    let mut vectors = Vectors::new(width);
    sample.iter().enumerate().for_each(|(key, row)| {
        vectors.insert(key, row).unwrap();
    });
    let unit: Vec<f32> = (0..sample.len() as u32).flat_map(|row| vectors.direction(row)).collect();
    let kinds = [Rotation::Plain, Rotation::Random, Rotation::Principal, Rotation::Quantising];
    let learnt = kinds.map(|rotation| Coder::learn(rotation, &unit, (width, bits), 1));
    learnt.into_iter().chain([Coder::plain(width)]).collect()
}

#[test]
fn no_score_is_above_its_bound_and_estimates_are_near() {
    for (width, bits) in [(24, 24), (40, 16), (40, 13)] {
        let rows = rows(600, width);
        for coder in coders(&rows[..300], width, bits) {
            let (mut vectors, mut codes) = (Vectors::new(width), Codes::new(coder));
            for (key, row) in rows.iter().enumerate() {
                let number = vectors.insert(key, row).unwrap();
                codes.put(number, vectors.direction(number));
            }
            let all: Vec<u32> = (0..rows.len() as u32).collect();
            for seed in 0..20 {
                let question = match seed {
                    // A row itself, whose bound is the tightest.
                    0..10 => Question::new(&vectors.direction(seed * 31)),
                    _ => Question::new(&draw(3, "question", u64::from(seed)).normals(width, 1.0)),
                };
                let asked = Asked::new(codes.coder(), &question);
                let scores = scan::scores(&vectors, &question, &all);
                let mut estimates = vec![0f32; rows.len()];
                estimates.chunks_mut(BLOCK).enumerate().for_each(|(block, out)| codes.estimate(&asked, block, out));
                for (row, (score, estimate)) in scores.iter().zip(&estimates).enumerate() {
                    let bound = asked.bound(*estimate, codes.sizes.record(row as u32)[0]);
                    assert!(*score <= bound, "{width} {bits} row {row}: {score} above {bound}");
                }
                let off: f32 = scores.iter().zip(&estimates).map(|(s, e)| (s - e).abs()).sum::<f32>() / 600.0;
                assert!(off < 0.25, "{off}");
            }
        }
    }
}

#[test]
fn estimates_are_those_of_the_signs_on_every_instruction_set() {
    for (width, count) in [(21, 7), (64, 300), (384, 100)] {
        let rows = rows(count, width);
        let (mut vectors, mut codes) = (Vectors::new(width), Codes::new(Coder::plain(width)));
        for (key, row) in rows.iter().enumerate() {
            let number = vectors.insert(key, row).unwrap();
            codes.put(number, vectors.direction(number));
        }
        let question = Question::new(&draw(5, "question", 0).normals(width, 1.0));
        let asked = Asked::new(codes.coder(), &question);
        let (signs, sizes) = (codes.signs.block(0), codes.sizes.block(0));
        let by = |isa| {
            let mut out = vec![0f32; sizes.len()];
            kernels::run(isa, Estimates { asked: &asked, signs, sizes, out: &mut out });
            out
        };
        let plain = by(Isa::Portable);
        Isa::available().into_iter().for_each(|isa| assert_eq!(by(isa), plain, "{isa:?}"));
        for (row, (estimate, size)) in rows.iter().zip(plain.iter().zip(sizes)) {
            let signs = row.iter().map(|x| if *x >= 0 { 1.0 } else { -1.0 });
            let sum: f32 = signs.zip(question.direction()).map(|(sign, q)| sign * q).sum();
            assert!((estimate - size[0] * sum).abs() <= size[0] * asked.lost + 1e-5, "{estimate} {sum}");
        }
    }
}

#[test]
fn a_coder_is_what_it_was_after_a_file() {
    let rows = rows(50, 24);
    for coder in coders(&rows, 24, 16) {
        let text = serde_json::to_string(&coder).unwrap();
        let back: Coder = serde_json::from_str(&text).unwrap();
        let vector = draw(6, "vector", 0).normals(24, 1.0);
        assert_eq!(back.coordinates(&vector), coder.coordinates(&vector));
    }
    for damaged in [r#"{"bits":3,"centre":[0,0],"rotation":[]}"#, r#"{"bits":1,"centre":[0,0],"rotation":[1]}"#] {
        assert!(serde_json::from_str::<Coder>(damaged).unwrap_err().to_string().contains("bits has 2 numbers"));
    }
}
