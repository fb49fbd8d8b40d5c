//! What can go wrong with models. In: nothing. Out: one enum that says what to do.

use hf_hub::api::sync::ApiError;
use std::io;
use std::path::PathBuf;

/// Why a model could not be had, or is not what it should be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// The user asked for no network.
    #[error("HF_HUB_OFFLINE is set, and \"{model}\" is not in \"{}\"; unset it, or copy the model's folder there", .folder.display())]
    Offline {
        /// The model.
        model: String,
        /// Where models are kept.
        folder: PathBuf,
    },
    /// The name is not one of a repository.
    #[error("\"{0}\" is not a model: write ORGANISATION/NAME@REVISION, with letters, digits, \"-\", \"_\" and \".\"")]
    Name(String),
    /// A repository without a revision that kgloom does not know.
    #[error("\"{0}\" is not a known encoder: pin it by writing {0}@REVISION")]
    Unpinned(String),
    /// The weights come only in a format that can run code.
    #[error(
        "\"{model}\" has no model.safetensors, only {found}: pickled weights can run code and are refused; choose a revision with safetensors"
    )]
    Pickle {
        /// The model.
        model: String,
        /// What it has.
        found: String,
    },
    /// A needed file is not there.
    #[error("\"{model}\" has no {file}")]
    Missing {
        /// The model.
        model: String,
        /// The file.
        file: &'static str,
    },
    /// A file is not the one it should be.
    #[error(
        "{file} of \"{model}\" has SHA-256 {found}, and should have {expected}; delete its folder and pull it again"
    )]
    Changed {
        /// The model.
        model: String,
        /// The file.
        file: String,
        /// The hash that is known.
        expected: String,
        /// The hash that it has.
        found: String,
    },
    /// A download was cut short.
    #[error("{file} of \"{model}\" has {found} bytes, and the hub says {expected}; pull it again")]
    CutShort {
        /// The model.
        model: String,
        /// The file.
        file: String,
        /// The size the hub gives.
        expected: u64,
        /// The size that came.
        found: u64,
    },
    /// The hub did not answer, or not as it should.
    #[error("cannot get {what} of \"{model}\" from {endpoint}")]
    Network {
        /// The model.
        model: String,
        /// What was asked for.
        what: String,
        /// Whom.
        endpoint: String,
        /// Why.
        source: Box<ApiError>,
    },
    /// A folder or file could not be read or written.
    #[error("cannot read or write \"{}\"", .path.display())]
    File {
        /// The path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A manifest that cannot be read.
    #[error("\"{}\" is not a manifest; delete the folder and pull the model again", .path.display())]
    Manifest {
        /// The path.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

impl HubError {
    /// Whether trying again later may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, HubError::Network { .. } | HubError::CutShort { .. })
    }
}
