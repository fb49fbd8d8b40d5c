//! Trains an extractor as the default model was. In: the folder of data sets and a target folder. Out: a model. Never: test text.

use kg_models::train::{ExtractorTraining, train_extractor};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, out, encoder @ ..] = arguments.as_slice() else {
        return Err("usage: train_extractor DATA_DIR OUT_DIR [ENCODER_DIR]".into());
    };
    let usual = ExtractorTraining::new(PathBuf::from(data), PathBuf::from(out));
    let encoder = encoder.first().map(PathBuf::from);
    let training = ExtractorTraining { encoder, resume: true, ..usual };
    let mut last = Instant::now();
    let report = train_extractor(&training, &mut |progress| {
        if progress.validation.is_some() || last.elapsed() > Duration::from_secs(10) {
            last = Instant::now();
            eprintln!("{progress:?}");
        }
    })?;
    println!("{report:#?}");
    Ok(())
}
