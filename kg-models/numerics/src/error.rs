//! What can go wrong with numbers and files. In: causes. Out: one error type whose `Display` says only its own part.
//! Never: a refusal of a text, which is data.

use std::io;
use std::path::{Path, PathBuf};

/// An error of the model crate; causes are chained as sources.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody asked to stop before the work was done.
    #[error("interrupted")]
    Stopped,
    /// A file could not be read.
    #[error("cannot read \"{}\"", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write \"{}\"", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
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
    /// A weights file is damaged or is not safetensors.
    #[error("cannot understand the weights in \"{name}\"")]
    Weights {
        /// The file.
        name: String,
        /// Why.
        source: safetensors::SafeTensorError,
    },
    /// A tensor is missing or has another shape than the configuration says.
    #[error("tensor \"{tensor}\" in \"{file}\": {reason}")]
    Tensor {
        /// The tensor.
        tensor: String,
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
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
    /// A pool of threads could not be started.
    #[error("cannot start a thread for a model call")]
    Thread(#[from] rayon::ThreadPoolBuildError),
}

impl Error {
    /// For `map_err` on reading `path`.
    pub fn read(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
        move |source| Error::Read { path: path.to_owned(), source }
    }

    /// For `map_err` on writing `path`.
    pub fn write(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
        move |source| Error::Write { path: path.to_owned(), source }
    }
}
