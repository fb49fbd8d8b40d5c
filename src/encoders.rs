//! Encoders of link models, and the vectors that they give. In: folders. Out: encoders, vectors, kept beside the model.
//! Never: an encoder that a model was not made with.

use crate::exit::CliError;
use crate::voice::Voice;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_links::LinkSet;
use kgloom_numerics::vectors::{Encode, TextVectors};
use kgloom_reader::text_encoder::TextEncoder;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// Where checkpoints and vectors of texts are kept, under a model's folder.
pub const KEPT: &str = "training";

/// Where a tuned encoder is, under a model's folder.
pub const TUNED: &str = "encoder";

/// The vectors of a set's texts, kept in a folder where one is named.
pub fn vectors(voice: Voice, encoder: &TextEncoder, set: &LinkSet, kept: Option<&Path>) -> Result<TextVectors> {
    let printer = Mutex::new(ProgressPrinter::new(voice));
    let start = Instant::now();
    let tell = |step, steps| {
        if let Ok(mut printer) = printer.lock() {
            printer.show(&progress("texts", step, steps, start));
        }
    };
    let vectors = encoder.vectors(&set.texts, kept, &tell)?;
    if let Ok(printer) = printer.into_inner() {
        printer.finish();
    }
    Ok(vectors)
}

/// The encoder in a folder, whatever its kind, or the one inside the program; the plain mean of a layer where one is named.
pub fn any(folder: Option<&Path>, layer: Option<usize>) -> Result<Box<dyn Encode>> {
    Ok(match (folder, layer) {
        (Some(folder), _) => kgloom_encoders::open(folder, layer)?,
        (None, Some(layer)) => Box::new(TextEncoder::bundled()?.at_layer(layer)?),
        (None, None) => Box::new(TextEncoder::bundled()?),
    })
}

/// The encoder that a model was made with: in a folder that was named, or the tuned one in the model's own.
pub fn made_with((named, model): (Option<&Path>, Option<&Path>), encoder: &str) -> Result<TextEncoder> {
    let tuned = model.map(|folder| folder.join(TUNED)).filter(|folder| folder.is_dir());
    let Some(folder) = named.map(Path::to_owned).or_else(|| tuned.clone()) else {
        return Err(CliError::usage("the model reads texts: name its encoder's folder by --encoder").into());
    };
    let found = TextEncoder::open(&folder)?;
    if found.id() == encoder {
        return Ok(found);
    }
    // Of two models one may have an encoder of its own.
    let own = tuned.filter(|own| *own != folder).map(|own| TextEncoder::open(&own)).transpose()?;
    if let Some(own) = own.filter(|own| own.id() == encoder) {
        return Ok(own);
    }
    let (ours, theirs) = (folder.display(), found.id());
    Err(CliError::usage(format!("\"{ours}\" is encoder {theirs}, the model was made with {encoder}")).into())
}
