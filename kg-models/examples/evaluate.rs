//! Scores an extractor on a named set. In: the data folder, a model directory or `-`, a set, a part, `gold` or nothing.
//! Out: tables. Never: training.

use kg_models::Extractor;
use kg_models::data::Part;
use kg_models::evaluate::{Question, evaluate};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, model, name, part, rest @ ..] = arguments.as_slice() else {
        return Err("usage: evaluate DATA_DIR MODEL_DIR|- SET train|validation|test [gold]".into());
    };
    let extractor = if model == "-" { Extractor::bundled()? } else { Extractor::load(Path::new(model))? };
    let part: Part = serde_json::from_value(serde_json::Value::String(part.clone()))?;
    let question = Question { root: Path::new(root), name, part, gold_mentions: !rest.is_empty() };
    let evaluation = evaluate(&extractor, &question, &mut |_, _| {})?;
    println!("{}\n{}", evaluation.model, evaluation.table());
    Ok(())
}
