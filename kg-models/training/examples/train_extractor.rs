//! Trains an extractor as the default model was. In: the folder of data sets, a target folder,
//! and where they differ the encoder and epochs. Out: a model. Never: test text.

use kgloom_training::train::{ExtractorTraining, train_extractor};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, out, rest @ ..] = arguments.as_slice() else {
        return Err(
            "usage: train_extractor DATA_DIR OUT_DIR [ENCODER_DIR|- [TRUNK MENTION RELATION epochs [DISTANT]]]".into(),
        );
    };
    let usual = ExtractorTraining::new(PathBuf::from(data), PathBuf::from(out));
    let epochs = |index: usize, usual: usize| rest.get(index).map_or(Ok(usual), |count| count.parse());
    let training = ExtractorTraining {
        encoder: rest.first().filter(|folder| *folder != "-").map(PathBuf::from),
        trunk_epochs: epochs(1, usual.trunk_epochs)?,
        mention_epochs: epochs(2, usual.mention_epochs)?,
        relation_epochs: epochs(3, usual.relation_epochs)?,
        distant: rest.get(4).map(PathBuf::from),
        resume: true,
        ..usual
    };
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
