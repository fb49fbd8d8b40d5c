//! Tuning an encoder with the heads that read it, training the heads over it, and storing encoders as they are shipped.
//!
//! In: annotated corpora, an encoder, a seed. Out: a model directory. Never: a number that depends on the clock or on threads.

mod cache;
mod calibrate;
mod coreference;
mod corpus;
mod distant;
mod epochs;
mod extractor;
mod files;
mod labels;
mod mentions;
pub(crate) mod multitask;
mod ner;
pub(crate) mod optimiser;
mod progress;
mod prompt;
mod quantise;
mod references;
mod relations;
mod thresholds;
mod vectors;

pub use corpus::Taken;
pub use distant::{Aligner, DistantCounts};
pub use extractor::{Corpus, ExtractorTraining, TrainReport, train_extractor};
pub use ner::{NerReport, NerScores, NerTraining, TokenizerKind, train_ner, train_tokenizer};
pub use prompt::{PromptReport, PromptScore, PromptTraining, train_prompt};
pub use quantise::quantise_encoder;
