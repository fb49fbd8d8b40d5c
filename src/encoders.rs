//! Encoders of link models, and the vectors that they give. In: folders. Out: encoders, vectors, kept beside the model.
//! Never: an encoder that a model was not made with.

use crate::args::EncoderPart;
use crate::config::BUNDLED;
use crate::exit::{CliError, Exit};
use crate::interrupt;
use crate::voice::Voice;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_links::{LinkModel, LinkSet};
use kgloom_numerics::vectors::{Encode, TextVectors};
use kgloom_reader::text_encoder::{Cut, HEAD, TextEncoder};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// Where checkpoints and vectors of texts are kept, under a model's folder.
pub const KEPT: &str = LinkModel::KEPT;

/// Where a tuned encoder is, under a model's folder.
pub const TUNED: &str = LinkModel::TUNED;

/// The vectors of a set's texts, kept in a folder where one is named.
pub fn vectors(voice: Voice, encoder: &TextEncoder, set: &LinkSet, kept: Option<&Path>) -> Result<TextVectors> {
    let printer = Mutex::new(ProgressPrinter::new(voice));
    let start = Instant::now();
    let tell = |step, steps| {
        // Of texts that are read in part nothing is kept: there is nothing to end well.
        if interrupt::asked() {
            voice.note("interrupted while texts were read; the same again reads them anew");
            std::process::exit(Exit::Interrupted.code());
        }
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

/// The encoder in a folder, whatever its kind, or the one inside the program, also by the word for it; or a part of it.
pub fn any(folder: Option<&Path>, cut: Cut) -> Result<Box<dyn Encode>> {
    Ok(match folder.filter(|folder| folder.as_os_str() != BUNDLED) {
        Some(folder) => kgloom_encoders::open(folder, cut)?,
        None => Box::new(TextEncoder::bundled_part(cut)?),
    })
}

/// The same of the encoders that link models are made with: of the BERT family.
pub fn of_texts(folder: &Path, cut: Cut) -> Result<TextEncoder> {
    let is_bundled = folder.as_os_str() == BUNDLED;
    Ok(if is_bundled { TextEncoder::bundled_part(cut)? } else { TextEncoder::open_part(folder, cut)? })
}

/// Refuses to tune layers whose means are no vectors yet: what the encoder's head makes of them would not be tuned with them, and the
/// encoder that is written would have no head.
pub fn tunable(folder: &Path, layers: usize) -> Result<()> {
    let has_head = folder.as_os_str() == BUNDLED || folder.join(HEAD).exists();
    if layers > 0 && has_head {
        let told = format!(
            "\"{}\" has a head that tells its vectors, as students have, and the bundled encoder, and a head is not tuned: tune an \
             encoder as published, or leave --tuned-layers (layers of [tuning]) out",
            folder.display()
        );
        return Err(CliError::usage(told).into());
    }
    Ok(())
}

/// Refuses a part of an encoder that is not named.
pub fn part_of_one(folder: Option<&Path>, part: EncoderPart) -> Result<()> {
    if folder.is_none() && part.is_given() {
        return Err(CliError::usage("--layer and --numbers are of an encoder: name it by --encoder").into());
    }
    Ok(())
}

/// The encoder that a model was made with: in a folder that was named, or the tuned one in the model's own. Of which part it was
/// made its id says; another one that is asked for is refused.
pub fn made_with(
    (named, model): (Option<&Path>, Option<&Path>),
    part: EncoderPart,
    encoder: &str,
) -> Result<TextEncoder> {
    let tuned = model.map(|folder| folder.join(TUNED)).filter(|folder| folder.is_dir());
    let Some(folder) = named.map(Path::to_owned).or_else(|| tuned.clone()) else {
        return Err(CliError::usage("the model reads texts: name its encoder's folder by --encoder").into());
    };
    let cut = if part.is_given() { part.cut() } else { Cut::of_id(encoder) };
    let found = of_texts(&folder, cut)?;
    if found.id() == encoder {
        return Ok(found);
    }
    // Of two models one may have an encoder of its own.
    let own = tuned.filter(|own| *own != folder).map(|own| TextEncoder::open_part(&own, cut)).transpose()?;
    if let Some(own) = own.filter(|own| own.id() == encoder) {
        return Ok(own);
    }
    let (ours, theirs) = (folder.display(), found.id());
    Err(CliError::usage(format!("\"{ours}\" is encoder {theirs}, the model was made with {encoder}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_encoder_is_meant_by_its_word_and_is_not_tuned() {
        let (whole, bundled) = (EncoderPart::default(), Path::new(BUNDLED));
        let own = TextEncoder::bundled().unwrap().id();
        assert_eq!(made_with((Some(bundled), None), whole, &own).unwrap().id(), own);
        let told = made_with((Some(bundled), None), whole, "another").err().unwrap().to_string();
        assert!(told.contains("\"bundled\" is encoder"), "{told}");
        assert!(tunable(bundled, 0).is_ok());
        let told = tunable(bundled, 2).unwrap_err().to_string();
        assert!(told.contains("as published") && told.contains("--tuned-layers"), "{told}");
        let student = tempfile::tempdir().unwrap();
        assert!(tunable(student.path(), 2).is_ok());
        std::fs::write(student.path().join(HEAD), "").unwrap();
        assert!(tunable(student.path(), 2).is_err());
    }
}
