//! Trains an extractor: the encoder's upper layers with all heads, then each head over the states of the encoder as it
//! is stored; and writes a model directory.
//!
//! In: the folder of data sets, an encoder, a seed. Out: a directory that `Extractor::load` takes, and a report.
//! Never: test text in training, or a choice made on it.

mod sets;

use super::calibrate::{Calibration, calibrate};
use super::corpus::{Featuriser, MENTION_SETS, MULTITASK_SETS, RELATION_SETS, Taken, WRITTEN};
use super::files::{EncoderFiles, known_heads};
use super::mentions::{self, MentionData, TaggedText};
use super::multitask::{self, BaseEncoder, Checks, Example, Labels};
use super::progress::Phase;
use super::{coreference, relations, thresholds};
use crate::train::relations::batch;
use crate::train::relations::batch::RelatedText;
use kgloom_corpora as data;
use kgloom_corpora::written::{self, WrittenDocument};
use kgloom_corpora::{AnnotatedDocument, HeldOut, Part};
use kgloom_numerics::artifact;
use kgloom_numerics::progress::{ProgressReporter, TrainProgress};
use kgloom_reader::Error;
use kgloom_reader::backbone::Backbone;
use kgloom_reader::candidates::RelationLayers;
use kgloom_reader::coreference::CoreferenceHead;
use kgloom_reader::layers::Parameters;
use kgloom_reader::mentions::MentionHead;
use kgloom_reader::model::{ExtractorConfig, ReferenceConfig, RelationConfig, ZeroShotConfig};
use kgloom_reader::vectors::VectorHead;
use ontologies::Ontology;
use serde::Serialize;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the written corpus lies, and by which ontology it was annotated.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// A file of it, or a folder.
    pub path: PathBuf,
    /// The ontology.
    pub ontology: Arc<Ontology>,
}

/// What to train.
#[derive(Clone, Debug)]
pub struct ExtractorTraining {
    /// The folder of all data sets.
    pub data: PathBuf,
    /// A Hugging Face or kgloom directory whose encoder is used; the default model's otherwise.
    pub encoder: Option<PathBuf>,
    /// Where the model goes; checkpoints and cached states go to `training` in it.
    pub out: PathBuf,
    /// The seed of everything drawn.
    pub seed: u64,
    /// The most epochs of tuning the encoder; with none it stays as it is.
    pub trunk_epochs: usize,
    /// The most epochs of the mention head.
    pub mention_epochs: usize,
    /// The most epochs of the coreference scorer.
    pub coreference_epochs: usize,
    /// The most epochs of the relation head.
    pub relation_epochs: usize,
    /// Documents in which known facts were found, as `data::distant` writes them.
    pub distant: Option<PathBuf>,
    /// A written corpus, which reading then takes its style from.
    pub corpus: Option<Corpus>,
    /// Whether to go on from checkpoints in `out`.
    pub resume: bool,
}

impl ExtractorTraining {
    /// The training that made the default model, over data in `data`, into `out`.
    pub fn new(data: PathBuf, out: PathBuf) -> Self {
        ExtractorTraining {
            data,
            encoder: None,
            out,
            seed: 1,
            trunk_epochs: 22,
            mention_epochs: 3,
            coreference_epochs: 20,
            relation_epochs: 16,
            distant: None,
            corpus: None,
            resume: false,
        }
    }

    /// The documents of the corpus; none where none was named.
    fn written(&self) -> Result<Vec<WrittenDocument>, Error> {
        let Some(corpus) = &self.corpus else { return Ok(Vec::new()) };
        Ok(written::load(&corpus.path, &corpus.ontology)?)
    }

    /// A name for what is trained on what: the folder of the sets, the encoder, and what known facts were found in.
    fn about(&self, encoder: &EncoderFiles) -> Result<String, Error> {
        let distant = self.distant.as_deref().map_or_else(|| Ok(Vec::new()), artifact::read)?;
        let written = format!("{:?}", self.written()?);
        let hashes = [encoder.key(), blake3::hash(&distant), blake3::hash(written.as_bytes())];
        let [encoder, distant, written] = hashes.map(|hash| hash.to_hex()[..16].to_owned());
        Ok(format!("{} over {encoder} with {distant} and {written}", self.data.display()))
    }
}

/// What training came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainReport {
    /// How much of each set trained, and how much was left out as test text.
    pub sets: Vec<Taken>,
    /// The mean of the tuned encoder's validation scores; none where it stayed as it was.
    pub trunk_score: Option<f32>,
    /// The mean cosine of sentence vectors to those before tuning, on validation.
    pub vector_cosine: Option<f32>,
    /// Strict mention F1 on validation, the mean of Re-DocRED and WikiANN, each in its own style.
    pub mention_f1: f32,
    /// Pairwise F1 of coreference over their gold mentions.
    pub coreference_f1: f32,
    /// F-beta (0.5) of what pronouns refer to, between gold mentions; none where no set marks them.
    pub reference_score: Option<f32>,
    /// F1 of relations between their gold entities, with one threshold for all.
    pub relation_f1: f32,
    /// The expected calibration error of their probabilities.
    pub relation_error: f32,
}

/// The layers that each head reads.
const MENTION_LAYERS: [usize; 1] = [6];
const COREFERENCE_LAYERS: [usize; 2] = [2, 6];
/// With lower ones, which tuning changes less, and the embeddings, which it leaves as they were.
const VECTOR_LAYERS: [usize; 4] = [0, 2, 4, 6];

fn relation_layers() -> RelationLayers {
    RelationLayers { entity: vec![6], context: 6, between: 6 }
}

/// The styles of the sets that validation looks at besides Re-DocRED.
const WIKIANN_STYLE: u32 = 2;
const PICKED_STYLE: u32 = 4;
/// How many of WikiANN's validation sentences the encoder and the mention head are chosen on.
const MULTITASK_CHECKS: usize = 800;
const MENTION_CHECKS: usize = 3_000;

/// Relations go out from this share of their threshold, so that several documents can add up.
const FLOOR: f32 = 0.5;

/// Trains an extractor.
///
/// # Errors
/// When data is missing or malformed, the encoder does not load, or a file cannot be written.
pub fn train_extractor(
    training: &ExtractorTraining,
    on_progress: &mut dyn FnMut(TrainProgress),
) -> Result<TrainReport, Error> {
    let mut encoder = EncoderFiles::open(training.encoder.as_deref())?;
    let folder = training.out.join("training");
    let (mut held, written) = (data::held_out(&training.data)?, training.written()?);
    written::part(&written, Part::Test).iter().for_each(|document| held.add(document));
    let out = &training.out;
    let about = training.about(&encoder)?;
    let reporter = ProgressReporter::new(on_progress);
    let mut run = Run { training, about, held, written, folder: &folder, reporter, sets: Vec::new() };

    let space = run.space()?;
    let (mut heads, mut trunk_score, mut vector_cosine) = (None, None, None);
    if training.trunk_epochs > 0 {
        let tuned = run.tune_encoder(&encoder, &space)?;
        let (before, head) = (encoder.backbone()?, encoder.vector_head()?);
        encoder.weights = Cow::Owned(tuned.weights);
        let (vectors, cosine) = run.vectors((&before, &head), &encoder.backbone()?)?;
        encoder.vectors = Some(Cow::Owned(artifact::serialize(&vectors.arrays()?)?));
        encoder.vector_layers = VECTOR_LAYERS.to_vec();
        (heads, trunk_score, vector_cosine) = (Some(tuned.heads), Some(tuned.score), Some(cosine));
    }
    if training.trunk_epochs == 0 {
        heads = training.encoder.as_deref().map(|folder| known_heads(folder, &space)).transpose()?.flatten();
    }
    let backbone = encoder.backbone()?;
    let featuriser = Featuriser { backbone: &backbone, key: encoder.key(), folder: Some(&folder) };
    let (mention_parameters, mention_f1) = run.mentions(&featuriser, heads.as_ref())?;
    write_head(&out.join("mentions.safetensors"), &mention_parameters)?;
    let (coreference, coreference_f1) = run.coreference(&featuriser)?;
    write_head(&out.join("coreference.safetensors"), &coreference.parameters)?;
    let references = run.references(&featuriser)?;
    if let Some((head, _)) = &references {
        write_head(&out.join("references.safetensors"), &head.parameters)?;
    }
    let head = MentionHead::new(mention_parameters)?;
    let (relation_parameters, Chosen { calibration, labels, types }, relation_f1) =
        run.relations((&encoder, &featuriser), (&head, heads.as_ref()), &space)?;
    write_head(&out.join("relations.safetensors"), &relation_parameters)?;

    encoder.write(out)?;
    artifact::write_json(&out.join("split.json"), &run.split()?)?;
    let mut config = config(&coreference, &space, &calibration);
    config.style = run.style() as usize;
    config.zero_shot = labels;
    config.types = types;
    config.references =
        references.as_ref().map(|(head, _)| ReferenceConfig { layer: head.layer, threshold: head.threshold });
    if encoder.vectors.is_some() {
        config.vector_layers = encoder.vector_layers.clone();
    }
    if let Some(corpus) = &training.corpus {
        thresholds::choose(&mut config, out, &written::part(&run.written, Part::Validation), &corpus.ontology)?;
    }
    artifact::write_json(&out.join("extractor.json"), &config)?;
    Ok(TrainReport {
        sets: run.sets,
        trunk_score,
        vector_cosine,
        mention_f1,
        coreference_f1,
        reference_score: references.map(|(_, score)| score),
        relation_f1,
        relation_error: calibration.error,
    })
}

/// What is chosen on validation.
struct Chosen {
    /// For the relations that the head knows.
    calibration: Calibration,
    /// For those that labels tell.
    labels: Option<ZeroShotConfig>,
    /// For what entities are.
    types: Option<ZeroShotConfig>,
}

fn config(coreference: &CoreferenceHead, space: &[String], calibration: &Calibration) -> ExtractorConfig {
    let thresholds = calibration.thresholds.iter().zip(&calibration.balanced);
    let relations = space.iter().zip(thresholds).map(|(property, (&threshold, &balanced))| RelationConfig {
        property: property.clone(),
        threshold,
        balanced: Some(balanced.max(FLOOR * threshold)),
        slope: calibration.slope,
    });
    ExtractorConfig {
        name: "kgloom-minilm".to_owned(),
        mention_layers: MENTION_LAYERS.to_vec(),
        coreference_layers: COREFERENCE_LAYERS,
        coreference_threshold: coreference.threshold,
        relation_layers: relation_layers(),
        vector_layers: MENTION_LAYERS.to_vec(), // whose means are the vectors of an encoder that was never tuned
        relations: relations.collect(),
        floor: FLOOR,
        apart: 0.0,
        style: 0,
        references: None,
        zero_shot: None,
        types: None,
        labels: Vec::new(),
    }
}

struct Run<'a, 'b> {
    training: &'a ExtractorTraining,
    about: String,
    held: HeldOut,
    written: Vec<WrittenDocument>,
    folder: &'a Path,
    reporter: ProgressReporter<'b>,
    sets: Vec<Taken>,
}

impl<'a> Run<'a, '_> {
    fn phase(&self, name: &'static str, epochs: usize) -> Phase<'a> {
        let ExtractorTraining { seed, resume, .. } = *self.training;
        Phase { name, folder: self.folder, about: self.about.clone(), seed, epochs, resume }
    }

    /// Tunes the encoder's upper layers with all heads.
    fn tune_encoder(&mut self, encoder: &EncoderFiles, space: &[String]) -> Result<multitask::Tuned, Error> {
        let (before, head) = (encoder.backbone()?, encoder.vector_head()?);
        let mut examples = Vec::new();
        for set in self.with_written(&MULTITASK_SETS) {
            let (documents, taken) = self.documents(&set)?;
            self.sets.push(Taken { set: format!("trunk: {}", taken.set), ..taken });
            let unsure = mentions::unsure(&documents);
            let told = super::vectors::of_sentences(&before, &head, &documents)?;
            for (document, told) in documents.into_iter().zip(told) {
                let tokenized = before.chunker.tokenize(&document.text)?;
                examples.push((Example::new(document, tokenized, (set.style, &unsure), told), set.percent));
            }
        }
        let related = self.checks()?;
        let tables = self.tables((&before, &head), space)?;
        let marked = |property: &String| {
            related.iter().flat_map(|(set, _)| set).any(|text| text.annotation.relations.contains(property))
        };
        let labels = Labels { weak: space.iter().map(|p| !marked(p)).collect(), space: space.to_vec(), tables };
        let checks = Checks { tagged: vec![(self.elsewhere(MULTITASK_CHECKS)?, WIKIANN_STYLE)], related };
        let base = BaseEncoder { config: &encoder.config, tokenizer: &encoder.tokenizer, weights: &encoder.weights };
        let phase = self.phase("trunk", self.training.trunk_epochs);
        multitask::tune(&base, (&examples, &labels), &checks, &phase, &mut self.reporter)
    }

    /// Fits the head that tells the sentence vectors of the encoder before it was tuned.
    fn vectors(&self, before: (&Backbone, &VectorHead), after: &Backbone) -> Result<(Parameters, f32), Error> {
        let mut documents = Vec::new();
        for set in self.with_written(&MULTITASK_SETS) {
            documents.extend(self.documents(&set)?.0);
        }
        super::vectors::distil(before, (after, &VECTOR_LAYERS), &documents, &self.open(Part::Validation)?)
    }

    fn mentions(&mut self, featuriser: &Featuriser<'_>, warm: Option<&Parameters>) -> Result<(Parameters, f32), Error> {
        let mut train: Vec<(TaggedText, usize)> = Vec::new();
        // Without epochs the mention head stays as it is, and nothing needs to be seen.
        let sets = if self.training.mention_epochs > 0 { self.with_written(&MENTION_SETS) } else { Vec::new() };
        for set in &sets {
            let (documents, taken) = self.documents(set)?;
            self.sets.push(taken);
            let tagged = featuriser.tagged(&documents, set.style, &MENTION_LAYERS)?;
            train.extend(tagged.into_iter().map(|document| (document, set.percent)));
        }
        let mut validation =
            vec![featuriser.tagged(&self.elsewhere(MENTION_CHECKS)?, WIKIANN_STYLE, &MENTION_LAYERS)?];
        for (documents, style) in self.checks()? {
            validation.push(featuriser.tagged(&documents, style, &MENTION_LAYERS)?);
        }
        let data = MentionData { train: &train, validation: &validation };
        let phase = self.phase("mentions", self.training.mention_epochs);
        mentions::train(&data, warm, &phase, &mut self.reporter)
    }

    fn coreference(&mut self, featuriser: &Featuriser<'_>) -> Result<(CoreferenceHead, f32), Error> {
        let mut train = featuriser.named(&self.open(Part::Train)?, COREFERENCE_LAYERS)?;
        train.extend(featuriser.named(&self.documents(&WRITTEN)?.0, COREFERENCE_LAYERS)?);
        let mut validation = Vec::new();
        for (documents, _) in self.checks()? {
            validation.extend(featuriser.named(&documents, COREFERENCE_LAYERS)?);
        }
        let phase = self.phase("coreference", self.training.coreference_epochs);
        coreference::train(&train, &validation, &phase, &mut self.reporter)
    }

    fn relations(
        &mut self,
        (encoder, featuriser): (&EncoderFiles, &Featuriser<'_>),
        (head, warm): (&MentionHead, Option<&Parameters>),
        space: &[String],
    ) -> Result<(Parameters, Chosen, f32), Error> {
        let tables = self.tables((featuriser.backbone, &encoder.vector_head()?), space)?;
        let tables = tables.as_ref();
        let layers = (&relation_layers(), MENTION_LAYERS.as_slice());
        let reading = self.style();
        let related = |documents: &[AnnotatedDocument], style: u32, doubtful: bool| {
            featuriser.related(documents, style, layers, (head, doubtful.then_some(reading)), (space, tables))
        };
        let mut train: Vec<RelatedText> = Vec::new();
        let mut taken_sets = Vec::new();
        for set in self.with_written(&RELATION_SETS) {
            let (documents, taken) = self.documents(&set)?;
            taken_sets.push(taken);
            train.extend(related(&documents, set.style, true)?);
        }
        if let Some(file) = &self.training.distant {
            let (documents, removed) = self.held.without(data::distant::load(file)?);
            taken_sets.push(Taken { set: "distant".to_owned(), kept: documents.len(), removed });
            // A text need not say what is known, and may say what is not: nothing in it is sure.
            train.extend(related(&documents, 0, false)?.into_iter().map(|text| RelatedText { sure: 0, ..text }));
        }
        let mut open = Vec::new();
        for (documents, style) in self.checks()? {
            open.extend(related(&documents, style, false)?);
        }
        let picked = data::open(&self.training.data, "text2kgbench", Part::Validation)?;
        let picked = related(&self.held.without(picked).0, PICKED_STYLE, true)?;
        self.sets.extend(taken_sets);
        let weak: Vec<bool> = (0..space.len()).map(|index| !open.iter().any(|text| text.marked[index])).collect();
        let phase = self.phase("relations", self.training.relation_epochs);
        let (parameters, score) = relations::train((&train, &open), (&weak, tables), warm, &phase, &mut self.reporter)?;
        let none = vec![false; weak.len()];
        let (parameters, score) = match tables {
            Some(tables) => relations::mixed((parameters, score), &tables.relations, &open)?,
            None => (parameters, score),
        };
        let marked = batch::judged(&parameters, &open, &none)?;
        let mut everywhere = batch::judged(&parameters, &open, &weak)?;
        for (all, picked) in everywhere.iter_mut().zip(batch::judged(&parameters, &picked, &weak)?) {
            all.extend(picked);
        }
        let calibration = calibrate(&marked, &everywhere);
        let [labels, types] = match tables {
            Some(tables) => thresholds::of_words(&parameters, &open, tables, self.training.seed)?.map(Some),
            None => [None, None],
        };
        Ok((parameters, Chosen { calibration, labels, types }, score))
    }
}

fn write_head(path: &Path, parameters: &Parameters) -> Result<(), Error> {
    Ok(artifact::write(path, &artifact::serialize(&parameters.arrays()?)?)?)
}
