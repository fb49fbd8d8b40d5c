//! How good a reader is. In: a reader, annotated documents. Out: counts, scores and their spread.
//! Never: a choice made on what is scored, or a score of a part that was not looked at.

mod baseline;
mod benchmark;
mod coreference;
mod extraction;
mod extractor;
mod facts;
mod mentions;
mod named;
mod proposal;
mod relations;
mod report;
mod resolution;
pub mod retrieval;

pub use baseline::ClassPairBaseline;
pub use benchmark::{BenchmarkReport, BenchmarkScores, text2kgbench};
pub use coreference::{Coreference, CoreferenceCounts, Ratio};
pub use extraction::{EvaluatedReader, ReaderEvaluation, extraction};
pub(crate) use facts::gold_values;
pub use facts::{FactsReport, Said, facts, said};
pub use mentions::MentionTally;
pub use named::{Evaluation, EvaluationRequest, evaluate};
pub use proposal::Proposal;
pub(crate) use relations::stands_for;
pub use relations::{RelationTally, property};
pub use report::{MentionReport, RelationReport, Report};
pub(crate) use resolution::Known;
pub use resolution::{GoldName, Resolution, ResolutionReport, gold_names, resolution};
