//! Tunes the upper layers of an encoder together with the heads that read them, on all tasks at once.
//!
//! In: an encoder, examples of all sets, validation documents. Out: the encoder as it is stored, and heads to start
//! from. Never: a choice on anything but validation, or numbers that depend on which thread was faster.

mod encoder;
mod example;
pub(crate) mod passes;

pub use encoder::{TrainableEncoder, Tuning};
pub use example::{Example, ExampleBatch, Labels};

use super::corpus::Featuriser;
use super::epochs::{Epochs, Losses, packed};
use super::mentions::{self, TaggedText, strict_f1};
use super::optimiser::{Gradients, Optimiser, drop};
use super::progress::Phase;
use super::relations::{self, label_f1};
use crate::train::relations::batch::{best_f1, judged};
use example::SENTENCE;
use kgloom_corpora::AnnotatedDocument;
use kgloom_numerics::artifact::{self, Weights};
use kgloom_numerics::draw::Draw;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_reader::Error;
use kgloom_reader::backbone::Backbone;
use kgloom_reader::candidates::RelationLayers;
use kgloom_reader::encoder::{EncoderConfig, quantised};
use kgloom_reader::layers::Parameters;
use kgloom_reader::mentions::{MentionHead, STYLES, TAGS};
use std::collections::BTreeMap;

/// Layers below this one keep their weights; the embeddings of words always do.
const FIRST_TUNED: usize = 0;
/// Word pieces that one thread sees in a step.
pub const BATCH_PIECES: usize = 640;
/// The last layer's rate as a share of the heads', and each layer's as a share of the next one's.
const LAST_LAYER_RATE: f32 = 0.15;
const LAYER_RATE_DECAY: f32 = 0.9;
/// Dropout of what each half of a tuned layer adds.
pub const DROPOUT: f32 = 0.1;
/// Epochs without a better validation score before training stops.
const PATIENCE: usize = 6;

/// What the encoder learns from, with how often an epoch sees each example, in hundredths.
pub type Examples = Vec<(Example, usize)>;

/// What the encoder is chosen on.
pub struct Checks {
    /// Documents with relations, by set, with their style; their mentions count too.
    pub related: Vec<(Vec<AnnotatedDocument>, u32)>,
    /// Documents of other sets with their style, scored by mentions alone.
    pub tagged: Vec<(Vec<AnnotatedDocument>, u32)>,
}

/// The encoder that is tuned.
pub struct BaseEncoder<'a> {
    /// `config.json`.
    pub config: &'a [u8],
    /// `tokenizer.json`.
    pub tokenizer: &'a [u8],
    /// `model.safetensors`.
    pub weights: &'a [u8],
}

/// A tuned encoder.
pub struct Tuned {
    /// Its weights as stored.
    pub weights: Vec<u8>,
    /// The heads it was tuned with.
    pub heads: Parameters,
    /// The mean of the validation scores.
    pub score: f32,
}

/// Tunes the encoder; the best epoch on validation is kept, scored with the weights as they are stored.
///
/// # Errors
/// When the encoder is malformed, tensor arithmetic fails, or a checkpoint cannot be written.
pub fn tune(
    base: &BaseEncoder<'_>,
    (examples, labels): (&Examples, &Labels),
    checks: &Checks,
    phase: &Phase<'_>,
    reporter: &mut ProgressReporter<'_>,
) -> Result<Tuned, Error> {
    let trainer = MultitaskTrainer::new(base, labels)?;
    let mut optimiser = trainer.start(phase.seed)?;
    let learn = |optimiser: &Optimiser, parameters: &Parameters, batch: &[&Example], draw: &mut Draw| {
        trainer.learn(optimiser, parameters, batch, draw)
    };
    let score = |parameters: &Parameters| {
        let scores = trainer.scores(parameters, checks)?;
        Ok((scores.values().sum::<f32>() / scores.len() as f32, scores))
    };
    let batches = |draw: &mut Draw| batches(examples, BATCH_PIECES, draw);
    let epochs = Epochs { phase, patience: PATIENCE, batches: &batches, learn: &learn, score: &score };
    let (parameters, score) = epochs.run(&mut optimiser, reporter)?;
    let weights = trainer.stored(&parameters)?;
    Ok(Tuned { weights, heads: parameters, score })
}

/// Slows the tuned layers of a pretrained encoder down, the lower the more.
pub fn layerwise_rates(optimiser: &mut Optimiser, first: usize, layers: usize) {
    for layer in first..layers {
        let below = (layers - 1 - layer) as i32;
        optimiser.scale_rate(&format!("layer.{layer}."), LAST_LAYER_RATE * LAYER_RATE_DECAY.powi(below));
    }
}

/// One epoch's examples in a drawn order, as many in a batch as have room in so many pieces.
pub fn batches<'a>(examples: &'a Examples, room: usize, draw: &mut Draw) -> Vec<Vec<&'a Example>> {
    let mut order: Vec<&Example> = Vec::new();
    for (example, percent) in examples.iter().filter(|(example, _)| example.pieces > 0) {
        let times = percent / 100 + usize::from(draw.below(100) < percent % 100);
        order.extend(std::iter::repeat_n(example, times));
    }
    draw.shuffle(&mut order);
    packed(order, room, &|example| example.pieces)
}

/// The encoder with all that learning and scoring need.
struct MultitaskTrainer<'a> {
    base: &'a BaseEncoder<'a>,
    config: EncoderConfig,
    original: Weights,
    encoder: TrainableEncoder,
    tuned: Parameters,
    labels: &'a Labels,
}

impl<'a> MultitaskTrainer<'a> {
    fn new(base: &'a BaseEncoder<'a>, labels: &'a Labels) -> Result<Self, Error> {
        let config: EncoderConfig = serde_json::from_slice(base.config)
            .map_err(|source| Error::Json { name: "config.json".to_owned(), source })?;
        let original = Weights::parse("model.safetensors", base.weights)?;
        let (encoder, tuned) = TrainableEncoder::new(config.clone(), &original, Tuning::From(FIRST_TUNED))?;
        Ok(MultitaskTrainer { base, config, original, encoder, tuned: tuned.parameters(), labels })
    }

    /// The tuned layers and new heads.
    fn start(&self, seed: u64) -> Result<Optimiser, Error> {
        let width = self.config.hidden_size;
        let mut optimiser = mentions::start(seed, width, (TAGS, STYLES.len()))?;
        let label = self.labels.tables.as_ref().map(|tables| tables.relations.width());
        optimiser.absorb(relations::start(seed, (width, 2 * width, label), self.labels.space.len())?);
        let one = |i: usize| f32::from(u8::from(i.is_multiple_of(width + 1)));
        optimiser.add(&format!("{SENTENCE}.matrix"), &[width, width], (0..width * width).map(one).collect())?;
        optimiser.add(&format!("{SENTENCE}.bias"), &[width], vec![0.0; width])?;
        optimiser.absorb(TrainableEncoder::new(self.config.clone(), &self.original, Tuning::From(FIRST_TUNED))?.1);
        layerwise_rates(&mut optimiser, FIRST_TUNED, self.config.num_hidden_layers);
        Ok(optimiser)
    }

    /// The gradients of one batch.
    fn learn(
        &self,
        optimiser: &Optimiser,
        parameters: &Parameters,
        batch: &[&Example],
        draw: &mut Draw,
    ) -> Result<(Gradients, Losses), Error> {
        let pass = ExampleBatch::new(&self.encoder, parameters, batch, &mut |tensor| drop(tensor, DROPOUT, draw))?;
        let (surrogate, losses) = pass.loss(parameters, self.labels, draw)?;
        Ok((optimiser.gradients(&surrogate)?, losses))
    }

    /// The encoder with these parameters, as it is stored.
    fn stored(&self, parameters: &Parameters) -> Result<Vec<u8>, Error> {
        let weights = self.encoder.weights(&self.original, &parameters.named_as(&self.tuned))?;
        Ok(artifact::serialize(&quantised(&self.config, &weights)?)?)
    }

    /// All validation scores by name, seen by the encoder as it is stored.
    fn scores(&self, parameters: &Parameters, checks: &Checks) -> Result<BTreeMap<String, f32>, Error> {
        let backbone = Backbone::new(self.base.config, self.base.tokenizer, &self.stored(parameters)?)?;
        let featuriser = Featuriser { backbone: &backbone, key: blake3::hash(b"passing"), folder: None };
        let last = self.config.num_hidden_layers;
        let head = MentionHead::new(parameters.clone())?;
        let mut scores = BTreeMap::new();
        for (documents, style) in checks.related.iter().chain(&checks.tagged) {
            let tagged: Vec<TaggedText> = featuriser.tagged(documents, *style, &[last])?;
            scores.insert(format!("mentions of {}", STYLES[*style as usize]), strict_f1(&head, &tagged)?);
        }
        let layers = RelationLayers { entity: vec![last], context: last, between: last };
        let none = vec![false; self.labels.space.len()];
        for (documents, style) in &checks.related {
            let asked = (self.labels.space.as_slice(), self.labels.tables.as_ref());
            let texts = featuriser.related(documents, *style, (&layers, &[last]), (&head, None), asked)?;
            let total = texts.iter().map(|text| text.total).sum();
            let score = best_f1(&judged(parameters, &texts, &none)?, total).0;
            scores.insert(format!("relations of {}", STYLES[*style as usize]), score);
            if let (Some(tables), true) = (asked.1, documents.iter().any(|document| document.open.is_some())) {
                let labels = label_f1(parameters, &texts, &tables.relations)?;
                scores.insert(format!("labels of {}", STYLES[*style as usize]), labels);
            }
        }
        Ok(scores)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_corpora::conll::{Stretch, TaggedSentence, WNUT17, document};
    use kgloom_reader::bundled;
    use std::collections::BTreeSet;

    fn annotated(line: usize) -> AnnotatedDocument {
        let tokens = "Ada Lovelace met Charles Babbage in London".split(' ').map(str::to_owned).collect();
        let stretch = |tokens, label: &str| Stretch { tokens, label: label.to_owned() };
        let stretches = vec![stretch(0..2, "person"), stretch(3..5, "person"), stretch(6..7, "location")];
        document("toy", &TaggedSentence { line, tokens, stretches }, &WNUT17)
    }

    #[test]
    fn tuning_lowers_the_loss_and_twice_gives_the_same_bytes() {
        let files = bundled::files();
        let base = BaseEncoder { config: &files.config, tokenizer: &files.tokenizer, weights: &files.encoder };
        let backbone = bundled::backbone().unwrap();
        let example = |line| {
            let document = annotated(line);
            let tokenized = backbone.chunker.tokenize(&document.text).unwrap();
            (Example::new(document, tokenized, (0, &BTreeSet::new()), Vec::new()), 1_500)
        };
        let examples: Examples = (0..2).map(example).collect();
        let labels = Labels { space: vec!["P19".to_owned()], weak: vec![false], tables: None };
        let run = |folder: &std::path::Path| {
            let mut losses = Vec::new();
            let mut on_progress = |progress: kgloom_numerics::progress::TrainProgress| losses.push(progress.loss);
            let related = vec![(vec![annotated(3)], 0)];
            let checks = Checks { related, tagged: Vec::new() };
            let phase = Phase { name: "trunk", folder, about: String::new(), seed: 1, epochs: 3, resume: false };
            let tuned =
                tune(&base, (&examples, &labels), &checks, &phase, &mut ProgressReporter::new(&mut on_progress))
                    .unwrap();
            (tuned.weights, losses)
        };
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [(weights, losses), (again, _)] = folders.each_ref().map(|folder| run(folder.path()));
        assert!(losses.last() < losses.first(), "{losses:?}");
        assert!(weights == again && weights != *files.encoder);
    }
}
