//! Scores an extractor on a named set. In: the data folder, a model directory or `-`, a set, a part, `gold` or nothing;
//! `KGLOOM_PRECISION`.
//! Out: tables. Never: training.

use kgloom_corpora::Part;
use kgloom_numerics::matrix::Precision;
use kgloom_reader::Extractor;
use kgloom_training::evaluate::{EvaluationRequest, evaluate};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, model, name, part, rest @ ..] = arguments.as_slice() else {
        return Err("usage: evaluate DATA_DIR MODEL_DIR|- SET train|validation|test [gold]".into());
    };
    let precision = std::env::var("KGLOOM_PRECISION").map_or(Ok(Precision::default()), |name| name.parse())?;
    let extractor = match model.as_str() {
        "-" => Extractor::bundled_with(precision)?,
        folder => Extractor::load_with(Path::new(folder), precision)?,
    };
    let part: Part = serde_json::from_value(serde_json::Value::String(part.clone()))?;
    let request = EvaluationRequest { root: Path::new(root), name, part, gold_mentions: !rest.is_empty() };
    let evaluation = evaluate(&extractor, &request, &mut |_, _| {})?;
    println!("{}\n{}", evaluation.model, evaluation.table());
    Ok(())
}
