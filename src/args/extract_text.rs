//! The arguments of `kgloom extract-text`, which another kgloom gives. In: a form and limits. Out: the same, typed.

use clap::Args;

/// `kgloom extract-text`.
#[derive(Args, Debug)]
pub struct ExtractText {
    /// The end of the names of such documents
    pub format: String,
    /// The most bytes
    pub bytes: u64,
    /// The most pages
    pub pages: u64,
    /// The most steps
    pub steps: u64,
    /// The most memory, in MiB
    pub memory: u64,
}
