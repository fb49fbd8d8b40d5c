//! How a text model is made: its blend is chosen, its maps learn, its encoder is tuned.
//!
//! In: a set of links with texts, an encoder with its vectors, how to train. Out: a model, figures on validation. Never: a
//! look at the test part.

use super::finetune::{Start, fine_tune};
use kgloom_links::{LinkModel, LinkSet, Metrics, TextModel, TextTraining, Tuned, tune};
use kgloom_numerics::progress::ProgressReporter;
use kgloom_numerics::vectors::TextVectors;
use kgloom_reader::Error;
use kgloom_reader::text_encoder::TextEncoder;
use std::path::Path;

/// What a text model is made from.
pub struct TextSource<'a> {
    /// The encoder's folder, as [`TextEncoder::open`] takes it.
    pub folder: &'a Path,
    /// Its id.
    pub encoder: String,
    /// The vectors that it gives for the set's texts.
    pub vectors: TextVectors,
}

/// A text model that learnt.
#[derive(Clone, Debug)]
pub struct TextTrained {
    /// The model.
    pub model: TextModel,
    /// Its figures on the sample of validation that chose the blend.
    pub validation: Metrics,
    /// The mean reciprocal rank there before maps learnt.
    pub closed_form: f64,
}

/// Trains a text model that will lie in the folder `out`: a tuned encoder is written there, checkpoints that training goes
/// on from, and while an encoder is tuned, the model over the encoder as it was. The model that comes out is for the caller
/// to write.
///
/// # Errors
/// When the configuration cannot be, a part of the set is empty, texts are too few, the encoder is malformed, or a file
/// cannot be written; it holds [`Stopped`](kgloom_numerics::Error::Stopped) when the reporter is asked to stop.
pub fn train_text_model(
    set: &LinkSet,
    source: TextSource<'_>,
    training: &TextTraining,
    out: &Path,
    reporter: &mut ProgressReporter<'_>,
) -> Result<TextTrained, Error> {
    training.check()?;
    let (kept, seed) = (out.join(LinkModel::KEPT), training.tuning.seed);
    let TextSource { folder, mut encoder, vectors } = source;
    let mut tuned = tune(set, &vectors, &training.maps, None, (seed, Some(&kept.join(MAPS))), reporter)?;
    if let Some(maps) = tuned.maps.as_ref().filter(|_| training.tuning.layers > 0) {
        // Should tuning be cut short, there is a model over the encoder as it was.
        let (blend, maps_so_far) = (tuned.blend, Some(Box::new(maps.clone())));
        let so_far = TextModel { blend, maps: maps_so_far, encoder };
        LinkModel::Text(so_far).write(out, set)?;
        let shrinkage = blend.shrinkage;
        let start = Start { encoder: folder, vectors: &vectors, shrinkage, maps, training: &training.maps };
        let to = out.join(LinkModel::TUNED);
        fine_tune(set, &start, &training.tuning, (&to, &kept.join(TUNING)), reporter)?;
        let own = TextEncoder::open(&to)?;
        let vectors = own.vectors(&set.texts, Some(&kept), &|_, _| {})?;
        tuned = tune(set, &vectors, &training.maps, Some(blend), (seed, Some(&kept.join(TUNED_MAPS))), reporter)?;
        encoder = own.id();
    }
    let Tuned { blend, maps, validation, closed_form } = tuned;
    Ok(TextTrained { model: TextModel { blend, maps: maps.map(Box::new), encoder }, validation, closed_form })
}

/// The folders of checkpoints: of maps, of the encoder, and of maps over the encoder that was tuned.
const MAPS: &str = "maps";
const TUNING: &str = "tuning";
const TUNED_MAPS: &str = "tuned-maps";
