//! A new encoder. In: its shape, a generator. Out: weights. Never: a pretrained number.

use kgloom_numerics::artifact::{Array, Weights};
use kgloom_numerics::draw::Draw;
use kgloom_reader::encoder::EncoderConfig;
use std::collections::BTreeMap;

/// The deviation of the first weights, as BERT has it.
const DEVIATION: f32 = 0.02;

/// Weights of a new encoder, drawn as BERT's were.
pub fn fresh(config: &EncoderConfig, draw: &mut Draw) -> Weights {
    let (width, inner) = (config.hidden_size, config.intermediate_size);
    let mut arrays = BTreeMap::new();
    let mut put = |name: String, shape: Vec<usize>, values: Vec<f32>| {
        arrays.insert(name, Array { shape, values });
    };
    let mut matrix = |rows: usize, columns: usize| draw.normals(rows * columns, DEVIATION);
    for (name, rows) in [("word", config.vocab_size), ("position", config.max_position_embeddings)] {
        put(format!("embeddings.{name}_embeddings.weight"), vec![rows, width], matrix(rows, width));
    }
    let types = config.type_vocab_size;
    put("embeddings.token_type_embeddings.weight".to_owned(), vec![types, width], vec![0.0; types * width]);
    let mut norms = vec!["embeddings".to_owned()];
    for layer in 0..config.num_hidden_layers {
        let layer = format!("encoder.layer.{layer}");
        let products = [
            ("attention.self.query", width, width),
            ("attention.self.key", width, width),
            ("attention.self.value", width, width),
            ("attention.output.dense", width, width),
            ("intermediate.dense", inner, width),
            ("output.dense", width, inner),
        ];
        for (name, rows, columns) in products {
            put(format!("{layer}.{name}.weight"), vec![rows, columns], matrix(rows, columns));
            put(format!("{layer}.{name}.bias"), vec![rows], vec![0.0; rows]);
        }
        norms.extend([format!("{layer}.attention.output"), format!("{layer}.output")]);
    }
    for name in norms {
        put(format!("{name}.LayerNorm.weight"), vec![width], vec![1.0; width]);
        put(format!("{name}.LayerNorm.bias"), vec![width], vec![0.0; width]);
    }
    Weights::new("new encoder", arrays)
}
