//! Encoders by their folders, whatever their kind. In: a folder, perhaps a layer. Out: what makes vectors. Never: a kind that
//! the folder does not say.

use crate::linear_map::{ANSWERS, LinearMap};
use crate::table::{StaticTable, TABLE};
use kgloom_numerics::Error;
use kgloom_numerics::vectors::Encode;
use kgloom_reader::text_encoder::TextEncoder;
use std::path::Path;

/// Opens the encoder in a folder: published, a student, or a table; with `layer`, the plain mean of that layer is its vector
/// (0 is the embeddings).
///
/// # Errors
/// When a file is missing or malformed, or there is no such layer.
pub fn open(folder: &Path, layer: Option<usize>) -> Result<Box<dyn Encode>, Error> {
    if folder.join(TABLE).exists() {
        if let Some(layer) = layer {
            let reason = format!("a table has no layers, and layer {layer} is asked for");
            return Err(Error::Unsupported { name: folder.display().to_string(), reason });
        }
        return Ok(Box::new(StaticTable::open(folder)?));
    }
    let encoder = TextEncoder::open(folder)?;
    Ok(match layer {
        Some(layer) => Box::new(encoder.at_layer(layer)?),
        None => Box::new(encoder),
    })
}

/// The map by which a teacher's vectors answer the student in a folder; none where they answer as they are.
///
/// # Errors
/// When the file is damaged.
pub fn answers(folder: &Path) -> Result<Option<LinearMap>, Error> {
    let file = folder.join(ANSWERS);
    file.exists().then(|| LinearMap::read(&file, "answers")).transpose()
}
