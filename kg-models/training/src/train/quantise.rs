//! Storing an encoder as it is shipped: matrices and tables as int8 with a scale a row.
//!
//! In: a Hugging Face directory. Out: a smaller one of the same layout. Never: heads.

use kgloom_numerics::artifact::{self, Weights};
use kgloom_reader::Error;
use kgloom_reader::encoder::{EncoderConfig, quantised};
use std::path::Path;

/// Writes `config.json`, `tokenizer.json` and an int8 `model.safetensors` to `out`.
///
/// # Errors
/// When a file is missing, malformed or cannot be written, or the encoder is of another family.
pub fn quantise_encoder(encoder: &Path, out: &Path) -> Result<(), Error> {
    let config = artifact::read(&encoder.join("config.json"))?;
    let tokenizer = artifact::read(&encoder.join("tokenizer.json"))?;
    let bytes = artifact::read(&encoder.join("model.safetensors"))?;
    let parsed: EncoderConfig =
        serde_json::from_slice(&config).map_err(|source| Error::Json { name: "config.json".to_owned(), source })?;
    let weights = Weights::parse("model.safetensors", &bytes)?;
    artifact::write(&out.join("model.safetensors"), &artifact::serialize(&quantised(&parsed, &weights)?)?)?;
    artifact::write(&out.join("config.json"), &config)?;
    Ok(artifact::write(&out.join("tokenizer.json"), &tokenizer)?)
}
