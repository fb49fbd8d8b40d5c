//! Models of links from texts, and encoders tuned for them.
//!
//! In: an encoder, a set of links with texts. Out: a model, and the encoder that ranks a sample of validation best.
//! Never: a text of an entity that only the test part knows.

pub(crate) mod cached_encoder;
pub mod finetune;
pub mod text_training;
