//! Trains an extractor as the default model was. In: the folder of data sets and a target folder. Out: a model. Never: test text.

use kg_models::train::{ExtractorTraining, train_extractor};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(data), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: train_extractor DATA_DIR OUT_DIR".into());
    };
    let training = ExtractorTraining { resume: true, ..ExtractorTraining::new(data, out) };
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
