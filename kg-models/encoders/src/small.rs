//! A small encoder for tests. In: a seed. Out: a folder as of any encoder of the BERT family, and texts in its words. Never:
//! anything learnt.

use kgloom_numerics::artifact::{Array, Storage, serialize};
use kgloom_numerics::draw::draw;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

const WORDS: [&str; 24] = [
    "ada",
    "bob",
    "sings",
    "plays",
    "in",
    "a",
    "the",
    "choir",
    "violin",
    "orchestra",
    "lake",
    "winter",
    "freezes",
    "and",
    "sea",
    "ship",
    "house",
    "old",
    "tower",
    "bridge",
    "river",
    "king",
    "queen",
    "lisbon",
];
const WIDTH: usize = 16;
const LAYERS: usize = 3;

fn vocabulary() -> Vec<String> {
    let marks = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", ".", ",", "'"].map(str::to_owned);
    let letters = ('a'..='z').flat_map(|letter| [letter.to_string(), format!("##{letter}")]);
    let words = WORDS.iter().filter(|word| word.len() > 1).map(|word| (*word).to_owned());
    marks.into_iter().chain(letters).chain(words).collect()
}

/// The bytes of a `tokenizer.json`: BERT's, of few pieces.
pub fn tokenizer() -> Vec<u8> {
    let vocabulary: serde_json::Map<String, serde_json::Value> =
        vocabulary().into_iter().zip(0u32..).map(|(piece, id)| (piece, id.into())).collect();
    let added = |id: u32, content: &str| {
        json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
               "normalized": false, "special": true})
    };
    let tokenizer = json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [added(0, "[PAD]"), added(1, "[CLS]"), added(2, "[SEP]"), added(3, "[UNK]")],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                       "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocabulary},
    });
    serde_json::to_vec(&tokenizer).unwrap()
}

/// Writes an encoder of 3 layers and 16 numbers with weights drawn by a seed.
pub fn encoder(folder: &Path, seed: u64) {
    let pieces = vocabulary().len();
    let config = json!({
        "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": 2, "intermediate_size": 2 * WIDTH,
        "vocab_size": pieces, "max_position_embeddings": 128, "hidden_act": "gelu", "model_type": "bert",
        "layer_norm_eps": 1e-12,
    });
    let mut arrays = Vec::new();
    let mut add = |name: String, shape: Vec<usize>, middle: f32, deviation: f32| {
        let numbers = draw(seed, &name, 0).normals(shape.iter().product(), deviation);
        let values = numbers.into_iter().map(|x| x + middle).collect();
        arrays.push((name, Array { shape, values }, Storage::Single));
    };
    for (table, rows) in [("word", pieces), ("position", 128), ("token_type", 2)] {
        let deviation = if table == "word" { 1.0 } else { 0.1 };
        add(format!("embeddings.{table}_embeddings.weight"), vec![rows, WIDTH], 0.0, deviation);
    }
    let mut norms = vec!["embeddings.LayerNorm".to_owned()];
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let square = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"];
        let linear = square.map(|part| (part, WIDTH, WIDTH)).into_iter();
        for (part, inputs, outputs) in linear.chain([("intermediate.dense", WIDTH, 32), ("output.dense", 32, WIDTH)]) {
            add(name(&format!("{part}.weight")), vec![outputs, inputs], 0.0, 0.3);
            add(name(&format!("{part}.bias")), vec![outputs], 0.0, 0.1);
        }
        norms.extend([name("attention.output.LayerNorm"), name("output.LayerNorm")]);
    }
    for norm in norms {
        add(format!("{norm}.weight"), vec![WIDTH], 1.0, 0.1);
        add(format!("{norm}.bias"), vec![WIDTH], 0.0, 0.1);
    }
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
    std::fs::write(folder.join("tokenizer.json"), tokenizer()).unwrap();
    std::fs::write(folder.join("model.safetensors"), serialize(&arrays).unwrap()).unwrap();
}

/// Different texts of a few words each.
pub fn texts(count: usize) -> Vec<Arc<str>> {
    let text = |place: usize| {
        let mut draw = draw(4, "texts", place as u64);
        let words: Vec<&str> = (0..5 + place % 7).map(|_| WORDS[draw.below(WORDS.len())]).collect();
        words.join(" ").into()
    };
    (0..count).map(text).collect()
}
