//! Encoders tuned for links.
//!
//! In: an encoder, a set of links with texts, maps. Out: the encoder that ranks a sample of validation best.
//! Never: a text of an entity that only the test part knows.

pub(crate) mod cached_encoder;
pub mod finetune;
