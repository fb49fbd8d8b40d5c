//! What can go wrong where texts are read and readers trained. In: causes. Out: one error type whose `Display` says only
//! its own part. Never: a refusal of a text, which is data.

use std::path::PathBuf;

/// An error of what reads texts or learns to; causes are chained as sources.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody asked to stop before the work was done.
    #[error("interrupted")]
    Stopped,
    /// Numbers, files: what is below readers.
    #[error(transparent)]
    Numerics(#[from] kgloom_numerics::Error),
    /// A JSON file does not say what it should.
    #[error("cannot understand \"{name}\"")]
    Json {
        /// The file.
        name: String,
        /// Why, with line and column.
        source: serde_json::Error,
    },
    /// A tokenizer file does not load, or does not tokenize.
    #[error("tokenizer \"{name}\": {reason}")]
    Tokenizer {
        /// The file.
        name: String,
        /// Why.
        reason: String,
    },
    /// A model directory holds an encoder but no heads.
    #[error(
        "\"{}\" holds an encoder but no trained heads; train them with `kgloom train extractor --encoder {} --out DIR` and use DIR",
        path.display(),
        path.display()
    )]
    NoHeads {
        /// The directory.
        path: PathBuf,
    },
    /// A model is of a kind this version does not run.
    #[error("model \"{name}\": {reason}")]
    Unsupported {
        /// The model.
        name: String,
        /// What is not supported, and what would be.
        reason: String,
    },
    /// A data set is missing or malformed.
    #[error("data \"{name}\": {reason}")]
    Data {
        /// The file, with the line where known.
        name: String,
        /// What is wrong, and the remedy.
        reason: String,
    },
    /// Tensor arithmetic failed: out of memory, or a shape that the checks let through.
    #[error("tensor arithmetic failed")]
    Arithmetic(#[from] candle_core::Error),
}

impl From<rayon::ThreadPoolBuildError> for Error {
    fn from(error: rayon::ThreadPoolBuildError) -> Self {
        Error::Numerics(error.into())
    }
}
