//! The engine against candle, against itself in other company, and on every instruction set of this machine.

use super::*;
use crate::bundled;
use crate::encoder::Encoder;
use crate::engine::pass::{EncoderOutput, OutputSelection};

fn weights() -> (EncoderConfig, Weights) {
    let files = bundled::files();
    let config = serde_json::from_slice(&files.config).unwrap();
    (config, Weights::parse("model.safetensors", &files.encoder).unwrap())
}

/// Sequences of several lengths, of pieces from all over the vocabulary.
fn sequences() -> Vec<Vec<u32>> {
    [5usize, 1, 27, 13, 70]
        .iter()
        .map(|&n| (0..n as u32).map(|i| (i * 7919 + n as u32 * 31) % 30522).collect())
        .collect()
}

const ALL: OutputSelection<'_> = OutputSelection { layers: &[0, 3, 6], attention: true };

fn together(engine: &Engine) -> Vec<EncoderOutput> {
    let sequences = sequences();
    let sequences: Vec<&[u32]> = sequences.iter().map(Vec::as_slice).collect();
    engine.encode(&sequences, ALL).unwrap()
}

fn same(one: &EncoderOutput, other: &EncoderOutput) -> bool {
    one.layers == other.layers && one.attention == other.attention
}

#[test]
fn f32_agrees_with_candle() {
    let (config, weights) = weights();
    let reference = Encoder::new(config.clone(), &weights).unwrap();
    let engine = Engine::new(config, &weights, Precision::Single).unwrap();
    for (ids, output) in sequences().iter().zip(together(&engine)) {
        let expected = reference.encode(ids).unwrap();
        let values = |tensor: &candle_core::Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let far = |one: &[f32], other: &[f32]| {
            assert_eq!(one.len(), other.len());
            one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max)
        };
        for (layer, states) in ALL.layers.iter().zip(&output.layers) {
            let far = far(states, &values(&expected.layers[*layer]));
            assert!(far < 2e-4, "layer {layer} of {} pieces: {far}", ids.len());
        }
        assert!(far(&output.attention, &values(&expected.attention)) < 1e-5);
    }
}

#[test]
fn company_and_instruction_set_change_no_bit() {
    let (config, weights) = weights();
    for precision in [Precision::Single, Precision::Byte] {
        let engine = Engine::new(config.clone(), &weights, precision).unwrap();
        let expected = together(&engine);
        for (ids, output) in sequences().iter().zip(&expected) {
            assert!(same(&engine.encode(&[ids], ALL).unwrap()[0], output), "{precision} alone");
        }
        for isa in Isa::available() {
            let other = Engine::on(isa, config.clone(), &weights, precision).unwrap();
            for (one, output) in together(&other).iter().zip(&expected) {
                assert!(same(one, output), "{precision} on {isa:?}");
            }
        }
    }
}

#[test]
fn bytes_stay_close_to_f32() {
    let (config, weights) = weights();
    let single = together(&Engine::new(config.clone(), &weights, Precision::Single).unwrap());
    let byte = together(&Engine::new(config, &weights, Precision::Byte).unwrap());
    for (one, other) in single.iter().zip(&byte) {
        let (a, b) = (&one.layers[2], &other.layers[2]);
        let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
        let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
        assert!(cosine > 0.98, "{} pieces: {cosine}", one.pieces);
    }
}

#[test]
fn what_does_not_fit_is_an_error() {
    let (config, weights) = weights();
    let engine = Engine::new(config, &weights, Precision::Byte).unwrap();
    for ids in [vec![], vec![1; 513], vec![40_000]] {
        assert!(engine.encode(&[&ids], ALL).is_err(), "{} pieces", ids.len());
    }
}
