//! Layers and heads of the encoder inside the program. In: short texts. Out: whether vectors are what they are said to be.

use super::*;
use crate::bundled;
use kgloom_numerics::artifact::serialize;
use std::sync::Arc;

fn texts() -> Vec<Option<Arc<str>>> {
    vec![Some("Ada sings in a choir.".into()), None, Some("The lake freezes.".into())]
}

fn read(encoder: &TextEncoder) -> Vec<f32> {
    encoder.read(&texts(), &|_, _| ()).unwrap()
}

#[test]
fn a_layer_s_vectors_are_its_means_of_length_one() {
    let encoder = TextEncoder::bundled().unwrap();
    let (id, width) = (encoder.id(), encoder.hidden());
    let mut means = encoder.means(&texts(), &[2, 5], &|_, _| ()).unwrap();
    let lower = encoder.at_layer(5).unwrap();
    assert!(lower.id() != id && means.len() == 3 * 2 * width);
    means.chunks_mut(width).for_each(unit);
    for (mean, vector) in means.chunks(2 * width).zip(read(&lower).chunks(width)) {
        assert!(mean[width..].iter().zip(vector).all(|(x, y)| (x - y).abs() < 1e-5));
    }
    // What is the layer already is the same encoder.
    let id = lower.id();
    assert_eq!(lower.at_layer(5).unwrap().id(), id);
}

#[test]
fn a_layer_that_is_not_there_is_refused() {
    let error = TextEncoder::bundled().unwrap().at_layer(7).err().unwrap().to_string();
    assert!(error.contains("layers 0 to 6"), "{error}");
    assert!(TextEncoder::bundled().unwrap().means(&texts(), &[9], &|_, _| ()).is_err());
}

#[test]
fn a_head_in_the_folder_reads_all_layers_and_makes_another_encoder() {
    let folder = tempfile::tempdir().unwrap();
    let files = bundled::files();
    let names = ["config.json", "tokenizer.json", "model.safetensors"];
    for (name, bytes) in names.iter().zip([&files.config, &files.tokenizer, &files.encoder]) {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let plain = TextEncoder::open(folder.path()).unwrap();
    // The head takes the first number of layer 0 and the second of layer 6.
    let (inputs, numbers) = (7 * 384, 2);
    let write = |inputs: usize| {
        let mut matrix = vec![0f32; inputs * numbers];
        (matrix[0], matrix[(6 * 384 + 1) * numbers + 1]) = (1.0, 1.0);
        let array = |shape: Vec<usize>, values| Array { shape, values };
        let arrays = [
            ("head.matrix".to_owned(), array(vec![inputs, numbers], matrix), Storage::Single),
            ("head.bias".to_owned(), array(vec![numbers], vec![0.0; numbers]), Storage::Single),
        ];
        std::fs::write(folder.path().join(HEAD), serialize(&arrays).unwrap()).unwrap();
    };
    write(inputs);
    let headed = TextEncoder::open(folder.path()).unwrap();
    assert!(headed.width() == 2 && plain.width() == 384 && headed.id() != plain.id());
    let means = plain.means(&texts(), &[0, 6], &|_, _| ()).unwrap();
    for (vector, mean) in read(&headed).chunks(2).zip(means.chunks(2 * 384)) {
        let mut wanted = [mean[0], mean[385]];
        unit(&mut wanted);
        assert!((vector[0] - wanted[0]).abs() < 1e-5 && (vector[1] - wanted[1]).abs() < 1e-5);
    }
    write(inputs + 384);
    assert!(TextEncoder::open(folder.path()).err().unwrap().to_string().contains("2688 × 2 are wanted"));
}
