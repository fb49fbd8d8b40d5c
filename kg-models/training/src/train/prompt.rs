//! Trains an encoder, and a head on it, to read relations by labels that stand before the text.
//!
//! In: the written corpus, an encoder, a seed. Out: a folder with the encoder as it is stored, its head, and how sure it has to
//! be. Never: a test document, or a choice made on anything but validation.

mod offered;

use super::corpus::members;
use super::epochs::{Epochs, Losses, packed};
use super::extractor::Corpus;
use super::files::EncoderFiles;
use super::multitask::passes::{PoolingWeights, pool};
use super::multitask::{DROPOUT, TrainableEncoder, Tuning, layerwise_rates};
use super::optimiser::{Gradients, Optimiser, cross_entropy, drop};
use super::progress::Phase;
use candle_core::{Device, Tensor};
use kgloom_corpora::written::{self, WrittenDocument};
use kgloom_corpora::{AnnotatedDocument, Part};
use kgloom_numerics::artifact::{self, Weights};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::progress::{ProgressReporter, TrainProgress};
use kgloom_reader::Error;
use kgloom_reader::backbone::{Backbone, json};
use kgloom_reader::candidates::EntityCandidate;
use kgloom_reader::encoder::{EncoderConfig, quantised};
use kgloom_reader::fused::values;
use kgloom_reader::layers::Parameters;
use kgloom_reader::layout::TokenizedText;
use kgloom_reader::mentions::CLASSES;
use kgloom_reader::model::PROPERTY;
use kgloom_reader::prompt::{
    AskedLabel, END_WIDTH, MentionPairs, PAIR_WIDTH, PLACES, Passage, PassageMention, PromptConfig, PromptHead,
    Sequence, label_pieces, logits, mentions_in, passages,
};
use kgloom_record::record::Iri;
use offered::{Offer, Offers, Stated};
use ontologies::Ontology;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The file of the head.
const HEAD: &str = "labels.safetensors";
/// Word pieces that one thread sees in a step, labels included.
const STEP_PIECES: usize = 1_200;
/// The fewest labels that a passage is learned with, and the most.
const LEAST_LABELS: usize = 6;
const MOST_LABELS: usize = 18;
/// Validation documents that epochs are compared on.
const CHECKS: usize = 300;
/// The precision that the threshold is chosen for, with mentions given: a text that is read loses some of it.
const PRECISION: f64 = 0.75;
/// What is less likely is not looked at in validation.
const LEAST_LOGIT: f32 = -5.0;
/// Labels that a document is asked for in validation, as by a small ontology: epochs are compared by that.
const ASKED: usize = 16;
/// By how many are asked for, thresholds are chosen.
const COUNTS: [usize; 3] = [6, ASKED, 64];

/// What to train.
#[derive(Clone, Debug)]
pub struct PromptTraining {
    /// The documents, and the ontology that their properties are of.
    pub corpus: Corpus,
    /// The encoder that is tuned, with its head where it was trained so before; the default model's otherwise.
    pub encoder: Option<PathBuf>,
    /// Where it goes; checkpoints go to `training` in it.
    pub out: PathBuf,
    /// The seed of everything drawn.
    pub seed: u64,
    /// The most epochs.
    pub epochs: usize,
    /// Whether to go on from a checkpoint in `out`.
    pub resume: bool,
}

/// What training came to, on validation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PromptReport {
    /// Documents that it learned from.
    pub documents: usize,
    /// Labels that it learned.
    pub labels: usize,
    /// By how many labels were asked for.
    pub scores: Vec<PromptScore>,
}

/// How validation documents are read that are asked for so many labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PromptScore {
    /// So many.
    pub asked: usize,
    /// The best F1 with one threshold.
    pub f1: f32,
    /// The share of what is right that is found where so much of what is told is right as the threshold was chosen for.
    pub recall: f64,
    /// The logit that this takes.
    pub threshold: f32,
}

/// A document, ready to be read.
struct Text {
    tokenized: TokenizedText,
    members: Vec<EntityCandidate>,
    stated: Stated,
}

/// A passage to learn from.
struct Example<'a> {
    text: &'a Text,
    passage: Passage,
    mentions: Vec<PassageMention>,
    pairs: MentionPairs,
}

/// Trains it.
///
/// # Errors
/// When data is missing or malformed, the encoder does not load, or a file cannot be written.
pub fn train_prompt(
    training: &PromptTraining,
    on_progress: &mut dyn FnMut(TrainProgress),
) -> Result<PromptReport, Error> {
    let files = EncoderFiles::open(training.encoder.as_deref())?;
    let backbone = files.backbone()?;
    let written = written::load(&training.corpus.path, &training.corpus.ontology)?;
    let of = |part: Part| -> Vec<&AnnotatedDocument> {
        written.iter().filter(|document| document.part() == part).map(|written| &written.document).collect()
    };
    let (train, validation) = (of(Part::Train), of(Part::Validation));
    let offers = offers(training, &written, &train)?;
    let texts = |documents: &[&AnnotatedDocument]| -> Result<Vec<Text>, Error> {
        let text = |document: &&AnnotatedDocument| {
            let tokenized = backbone.chunker.tokenize(&document.text)?;
            let members = members(document, &tokenized, &[]);
            Ok(Text { tokenized, members, stated: offers.stated(document) })
        };
        documents.iter().map(text).collect()
    };
    let (texts, checks) = (texts(&train)?, texts(&validation[..validation.len().min(CHECKS)])?);
    let examples: Vec<Example<'_>> = texts.iter().flat_map(examples).collect();

    let config: EncoderConfig = json("config.json", &files.config)?;
    let original = Weights::parse("model.safetensors", &files.weights)?;
    let (encoder, tuned) = TrainableEncoder::new(config.clone(), &original, Tuning::From(0))?;
    let layers = tuned.parameters();
    let mut optimiser = start(training.seed, config.hidden_size)?;
    if let Some(folder) = &training.encoder
        && folder.join(HEAD).exists()
    {
        let head = Weights::parse(HEAD, &artifact::read(&folder.join(HEAD))?)?;
        optimiser.adopt(&Parameters::from_weights(&head)?)?;
    }
    optimiser.absorb(tuned);
    layerwise_rates(&mut optimiser, 0, config.num_hidden_layers);
    let trainer = Trainer { backbone: &backbone, encoder: &encoder, offers: &offers };
    let stored = |parameters: &Parameters| -> Result<Vec<u8>, Error> {
        let weights = encoder.weights(&original, &parameters.named_as(&layers))?;
        Ok(artifact::serialize(&quantised(&config, &weights)?)?)
    };
    let heads = |parameters: &Parameters| {
        let own = parameters.0.iter().filter(|(name, _)| !layers.contains(name));
        Parameters(own.map(|(name, tensor)| (name.clone(), tensor.clone())).collect())
    };
    let check = |parameters: &Parameters, asked: usize| -> Result<Judged, Error> {
        let backbone = Backbone::new(&files.config, &files.tokenizer, &stored(parameters)?)?;
        judge((&backbone, &PromptHead { parameters: heads(parameters) }), (&offers, asked), &checks)
    };

    let folder = training.out.join("training");
    let about = format!("labels over {} of {}", files.key().to_hex(), training.corpus.path.display());
    let PromptTraining { seed, epochs, resume, .. } = *training;
    let phase = Phase { name: "prompt", folder: &folder, about, seed, epochs, resume };
    let mut reporter = ProgressReporter::new(on_progress);
    let learn = |optimiser: &Optimiser, parameters: &Parameters, batch: &[&Example<'_>], draw: &mut Draw| {
        trainer.learn(optimiser, parameters, batch, draw)
    };
    let score = |parameters: &Parameters| {
        let Judged { f1, recall, .. } = check(parameters, ASKED)?;
        Ok((f1, BTreeMap::from([("f1".to_owned(), f1), ("recall".to_owned(), recall as f32)])))
    };
    let batches = |draw: &mut Draw| batches(&examples, draw);
    let run = Epochs { phase: &phase, patience: epochs, batches: &batches, learn: &learn, score: &score };
    let (parameters, _) = run.run(&mut optimiser, &mut reporter)?;
    let judged: Vec<(usize, Judged)> =
        COUNTS.into_iter().map(|asked| Ok((asked, check(&parameters, asked)?))).collect::<Result<_, Error>>()?;
    let out = &training.out;
    artifact::write(&out.join("config.json"), &files.config)?;
    artifact::write(&out.join("tokenizer.json"), &files.tokenizer)?;
    artifact::write(&out.join("model.safetensors"), &stored(&parameters)?)?;
    artifact::write(&out.join(HEAD), &artifact::serialize(&heads(&parameters).arrays()?)?)?;
    let config = PromptConfig {
        name: "kgloom-labels".to_owned(),
        thresholds: judged.iter().map(|(asked, judged)| (*asked, judged.threshold)).collect(),
    };
    artifact::write_json(&out.join("labels.json"), &config)?;
    let counts = judged.into_iter().map(|(asked, Judged { f1, recall, threshold })| PromptScore {
        asked,
        f1,
        recall,
        threshold,
    });
    Ok(PromptReport { documents: train.len(), labels: offers.len(), scores: counts.collect() })
}

/// The labels of the ontology and of the documents that train.
fn offers(
    training: &PromptTraining,
    written: &[WrittenDocument],
    train: &[&AnnotatedDocument],
) -> Result<Offers, Error> {
    let ontology: &Ontology = &training.corpus.ontology;
    let relations = written.iter().flat_map(|document| &document.document.relations);
    let space: BTreeSet<String> = relations.map(|fact| fact.relation.clone()).collect();
    let label = |name: &str| {
        let known = ontology.relation(&Iri::new(format!("{PROPERTY}{name}")));
        known.map_or_else(|| name.to_owned(), |relation| relation.label.clone())
    };
    let space: Vec<(String, String)> = space.into_iter().map(|name| (name.clone(), label(&name))).collect();
    Ok(Offers::new(&space, &written::names(&training.corpus.path)?, train))
}

/// The head before it has learned.
fn start(seed: u64, width: usize) -> Result<Optimiser, Error> {
    let mut optimiser = Optimiser::default();
    let draw = &mut draw(seed, "prompt head", 0);
    optimiser.linear("prompt.head", (width, PAIR_WIDTH), draw)?;
    optimiser.matrix("prompt.tail.matrix", (width, PAIR_WIDTH), draw)?;
    optimiser.add("prompt.places", &[PLACES, PAIR_WIDTH], draw.normals(PLACES * PAIR_WIDTH, 0.05))?;
    optimiser.linear("prompt.pair", (PAIR_WIDTH, PAIR_WIDTH), draw)?;
    optimiser.linear("prompt.label", (width, PAIR_WIDTH), draw)?;
    for end in ["head", "tail"] {
        optimiser.linear(&format!("prompt.{end}.end"), (width, END_WIDTH), draw)?;
        optimiser.linear(&format!("prompt.{end}.asked"), (width, END_WIDTH), draw)?;
    }
    // Most pairs have no relation.
    optimiser.add("prompt.offset", &[1], vec![-3.0])?;
    Ok(optimiser)
}

fn examples(text: &Text) -> Vec<Example<'_>> {
    let example = |passage: Passage| {
        let mentions = mentions_in(&passage, &text.members);
        let pairs = MentionPairs::new(&text.tokenized, &text.members, &mentions);
        Example { text, passage, mentions, pairs }
    };
    let all = passages(&text.tokenized, 0..text.tokenized.words.len(), 0).into_iter().map(example);
    all.filter(|example| !example.pairs.is_empty()).collect()
}

/// An epoch's examples in a drawn order, as many in a batch as have room.
fn batches<'a, 'b>(examples: &'b [Example<'a>], draw: &mut Draw) -> Vec<Vec<&'b Example<'a>>> {
    let mut order: Vec<&Example<'a>> = examples.iter().collect();
    draw.shuffle(&mut order);
    // Labels take some seven pieces each, with their ends and separators.
    packed(order, STEP_PIECES, &|example| example.passage.ids.len() + 7 * (LEAST_LABELS + MOST_LABELS) / 2)
}

struct Trainer<'a> {
    backbone: &'a Backbone,
    encoder: &'a TrainableEncoder,
    offers: &'a Offers,
}

impl Trainer<'_> {
    /// The gradients of one batch.
    fn learn(
        &self,
        optimiser: &Optimiser,
        parameters: &Parameters,
        batch: &[&Example<'_>],
        draw: &mut Draw,
    ) -> Result<(Gradients, Losses), Error> {
        let chunker = &self.backbone.chunker;
        let mut offered: Vec<Vec<Offer>> = Vec::with_capacity(batch.len());
        let mut sequences = Vec::with_capacity(batch.len());
        for example in batch {
            let here = example.mentions.iter().map(|mention| mention.entity).collect();
            let count = LEAST_LABELS + draw.below(MOST_LABELS + 1 - LEAST_LABELS);
            let offers = self.offers.draw(&example.text.stated, &here, count, draw);
            let pieces: Vec<Vec<u32>> =
                offers.iter().map(|offer| label_pieces(chunker, &offer.phrase)).collect::<Result<_, Error>>()?;
            let pieces: Vec<&[u32]> = pieces.iter().map(Vec::as_slice).collect();
            sequences.push(Sequence::new(chunker, &pieces, &example.passage));
            offered.push(offers);
        }
        let chunks: Vec<&[u32]> = sequences.iter().map(|sequence| sequence.ids.as_slice()).collect();
        let encoded = self.encoder.encode(parameters, &chunks, &mut |tensor| drop(tensor, DROPOUT, draw))?;
        let (mut poolings, mut first): (Vec<PoolingWeights>, usize) = (Vec::new(), 0);
        for (example, sequence) in batch.iter().zip(&sequences) {
            let mentions = example.mentions.iter().map(|mention| sequence.rows(&example.passage, &mention.words));
            for rows in mentions.chain(sequence.labels.iter().cloned()) {
                let share = 1.0 / rows.len() as f32;
                poolings.push(rows.map(|row| (first + row, share)).collect());
            }
            first += sequence.ids.len();
        }
        let pooled = pool(&encoded.states, poolings)?;
        let scale = 1.0 / (4 * batch.len()) as f32;
        let (mut surrogate, mut total, mut row) = (None::<Tensor>, 0f32, 0);
        for (example, offers) in batch.iter().zip(&offered) {
            let mentions = pooled.narrow(0, row, example.mentions.len())?;
            row += example.mentions.len();
            let labels = pooled.narrow(0, row, offers.len())?;
            row += offers.len();
            let scores =
                logits(parameters, (&mentions, &labels), &example.pairs, &mut |tensor| drop(tensor, DROPOUT, draw))?;
            let (gradient, loss) = slopes(&values(&scores)?, example, offers);
            let gradient: Vec<f32> = gradient.into_iter().map(|slope| slope * scale).collect();
            total += loss * scale;
            let part = (&scores * Tensor::from_vec(gradient, scores.dims(), &Device::Cpu)?)?.sum_all()?;
            surrogate = Some(match surrogate {
                Some(sum) => (sum + part)?,
                None => part,
            });
        }
        let surrogate = surrogate.ok_or_else(|| candle_core::Error::msg("an empty batch"))?;
        Ok((optimiser.gradients(&surrogate)?, [total, 0.0, 0.0]))
    }
}

/// The slopes of the cross-entropy of each pair of entities and label, by its likeliest pair of mentions; and the loss.
fn slopes(scores: &[f32], example: &Example<'_>, offers: &[Offer]) -> (Vec<f32>, f32) {
    let mut likeliest: BTreeMap<(usize, usize, usize), usize> = BTreeMap::new();
    for (pair, row) in scores.chunks(offers.len()).enumerate() {
        let entity = |mention: u32| example.mentions[mention as usize].entity;
        let (head, tail) = (entity(example.pairs.heads[pair]), entity(example.pairs.tails[pair]));
        for (label, score) in row.iter().enumerate() {
            let at = likeliest.entry((head, tail, label)).or_insert(pair * offers.len() + label);
            if scores[*at] < *score {
                *at = pair * offers.len() + label;
            }
        }
    }
    let (mut slopes, mut total) = (vec![0f32; scores.len()], 0f32);
    for ((head, tail, label), at) in likeliest {
        let gold = f32::from(u8::from(offers[label].facts.contains(&(head, tail))));
        let (slope, loss) = cross_entropy(scores[at], gold);
        slopes[at] = slope;
        total += loss;
    }
    (slopes, total)
}

/// How well labels are read.
struct Judged {
    f1: f32,
    recall: f64,
    threshold: f32,
}

/// Reads documents by their own labels and others, so many in all.
fn judge(
    (backbone, head): (&Backbone, &PromptHead),
    (offers, asked): (&Offers, usize),
    texts: &[Text],
) -> Result<Judged, Error> {
    let (mut told, mut gold): (Vec<(f32, bool)>, usize) = (Vec::new(), 0);
    for (place, text) in texts.iter().enumerate() {
        let offered = offers.all(&text.stated, asked, &mut draw(1, "prompt check", place as u64));
        gold += offered.iter().map(|offer| offer.facts.len()).sum::<usize>();
        let asked = |offer: &Offer| -> Result<AskedLabel, Error> {
            let pieces = label_pieces(&backbone.chunker, &offer.phrase)?;
            Ok(AskedLabel { pieces, joins: [[true; CLASSES.len()]; CLASSES.len()] })
        };
        let labels = offered.iter().map(asked).collect::<Result<Vec<_>, Error>>()?;
        let words = 0..text.tokenized.words.len();
        let seen = (&text.tokenized, words, text.members.as_slice());
        let mut found = head.read((&backbone.chunker, &backbone.encoder), &labels, seen, (LEAST_LOGIT, || false))?;
        // Two things are told one relation, as where an ontology is read.
        found.sort_by(|one, other| other.logit.total_cmp(&one.logit));
        let mut pairs = BTreeSet::new();
        found.retain(|pair| pairs.insert([pair.head.min(pair.tail), pair.head.max(pair.tail)]));
        told.extend(found.iter().map(|pair| (pair.logit, offered[pair.label].facts.contains(&(pair.head, pair.tail)))));
    }
    told.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut right, mut f1, mut recall, mut threshold) = (0usize, 0f64, 0f64, f32::MAX);
    for (place, (logit, is_right)) in told.iter().enumerate() {
        right += usize::from(*is_right);
        let precision = right as f64 / (place + 1) as f64;
        f1 = f1.max(2.0 * right as f64 / (place + 1 + gold) as f64);
        if precision >= PRECISION {
            (recall, threshold) = (right as f64 / gold as f64, *logit);
        }
    }
    Ok(Judged { f1: f1 as f32, recall, threshold })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_reader::{Extractor, bundled};
    use kgloom_record::port::Reader;
    use std::sync::Arc;

    const CORPUS: [&str; 3] = [
        r#"{"id":"a-1","genre":"log","markup":"[Mara Quill|PER|1] treated the spaniel [Juno|MISC|2]. [She|PRO|1] works at [Orm Clinic|ORG|3].","relations":[],"open":[[1,"treated",2],[1,"works at",3]],"types":{"1":"vet"},"not":[]}"#,
        r#"{"id":"a-2","genre":"log","markup":"[Ada Falk|PER|1] treated the goat [Lotte|MISC|2]. [Odd|PER|3] owns [Lotte|MISC|2].","relations":[],"open":[[1,"treated",2],[3,"owns",2]],"types":{},"not":[]}"#,
        r#"{"id":"a-4","genre":"log","markup":"[Emil Roth|PER|1] works at [Holm Surgery|ORG|2] and owns [Biscuit|MISC|3].","relations":[],"open":[[1,"works at",2],[1,"owns",3]],"types":{},"not":[]}"#,
    ];

    #[test]
    fn training_lowers_the_loss_and_twice_gives_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("corpus.jsonl");
        std::fs::write(&path, CORPUS.join("\n")).unwrap();
        let run = |out: &str| {
            let corpus = Corpus { path: path.clone(), ontology: Arc::new(Ontology::bundled()) };
            let out = folder.path().join(out);
            let training =
                PromptTraining { corpus, encoder: None, out: out.clone(), seed: 1, epochs: 6, resume: false };
            let mut losses = Vec::new();
            let report = train_prompt(&training, &mut |progress| losses.push(progress.loss)).unwrap();
            assert!(report.documents > 0 && report.labels == 3, "{report:?}");
            (std::fs::read(out.join("model.safetensors")).unwrap(), losses)
        };
        let (weights, losses) = run("one");
        assert!(losses.last() < losses.first(), "{losses:?}");
        assert!(weights == run("other").0);
        is_read_by(&folder.path().join("one"));
    }

    /// A model that has such a folder tells what it tells; here, that everything holds.
    fn is_read_by(labels: &std::path::Path) {
        let folder = tempfile::tempdir().unwrap();
        let files = bundled::files();
        let heads = [
            ("coreference.safetensors", files.coreference),
            ("references.safetensors", files.references),
            ("relations.safetensors", files.relations),
            ("vectors.safetensors", files.vectors),
        ];
        let whole = [
            ("config.json", files.config),
            ("tokenizer.json", files.tokenizer),
            ("model.safetensors", files.encoder),
            ("extractor.json", files.extractor),
            ("mentions.safetensors", files.mentions),
        ];
        let heads = heads.into_iter().filter_map(|(name, bytes)| Some((name, bytes?)));
        for (name, bytes) in whole.into_iter().chain(heads) {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let turtle = "@prefix v: <http://v.example/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . v:adores a owl:ObjectProperty .";
        let ontology = Ontology::bundled().with_text("v.ttl", turtle).unwrap();
        let told = || {
            let extractor = Extractor::load(folder.path()).unwrap().with_ontology(&ontology).unwrap();
            let reading = extractor.read("Mara Quill met Ada Falk in Holm.").unwrap();
            let told =
                reading.relations.iter().filter(|told| told.relation.as_str() == "http://v.example/adores").count();
            (extractor.id().clone(), told)
        };
        let plain = told();
        assert_eq!(plain.1, 0);
        std::fs::rename(labels, folder.path().join("labels")).unwrap();
        std::fs::write(folder.path().join("labels/labels.json"), r#"{"name":"labels","thresholds":{"16":-50.0}}"#)
            .unwrap();
        let (id, count) = told();
        assert!(id != plain.0 && count > 2, "{id:?} {count}");
        std::fs::write(folder.path().join("labels/tokenizer.json"), "{}").unwrap();
        let wrong = Extractor::load(folder.path()).unwrap().with_ontology(&ontology).err().unwrap().to_string();
        assert!(wrong.contains("tokenizer.json") && wrong.contains("word pieces"), "{wrong}");
    }
}
