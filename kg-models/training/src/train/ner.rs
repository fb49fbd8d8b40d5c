//! Trains a model that finds mentions, for any language and any classes: a tokenizer and a small encoder from nothing, or
//! a given encoder tuned.
//!
//! In: CoNLL files. Out: a model directory that reading takes, and strict entity F1. Never: a test sentence in training.

mod fresh;
mod report;
mod tokenizer;

pub use report::{NerReport, NerScores};
pub use tokenizer::{TokenizerKind, train_tokenizer};

use super::epochs::Epochs;
use super::mentions::{self, TaggedText};
use super::multitask::{
    self, BATCH_PIECES, DROPOUT, Example, ExampleBatch, Labels, TrainableEncoder, Tuning, layerwise_rates,
};
use super::optimiser::{Optimiser, drop};
use super::progress::Phase;
use fresh::fresh;
use kgloom_corpora::conll::{self, TaggedSentence};
use kgloom_corpora::{HeldOut, assemble};
use kgloom_numerics::artifact::{self, Weights};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::progress::{ProgressReporter, TrainProgress};
use kgloom_numerics::scores::Counts;
use kgloom_reader::Error;
use kgloom_reader::backbone::Backbone;
use kgloom_reader::candidates::RelationLayers;
use kgloom_reader::encoder::{EncoderConfig, quantised};
use kgloom_reader::layers::Parameters;
use kgloom_reader::layout::{Chunker, TokenizedText};
use kgloom_reader::mentions::{MOST_CLASSES, MentionHead, MentionSpan, Rows, tags};
use kgloom_reader::model::{ExtractorConfig, LabelConfig};
use kgloom_reader::shape::shapes;
use kgloom_reader::states::WordStates;
use kgloom_record::record::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What to train.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NerTraining {
    /// Training sentences: a token and a BIO tag a line, blank lines between sentences.
    pub data: PathBuf,
    /// Validation sentences; a tenth of the training sentences otherwise.
    pub validation: Option<PathBuf>,
    /// Test sentences, which are scored once, at the end.
    pub test: Option<PathBuf>,
    /// A directory of an encoder to tune; a small one is trained from nothing otherwise.
    pub encoder: Option<PathBuf>,
    /// How words are cut, where there is no encoder.
    pub tokenizer: TokenizerKind,
    /// How many pieces its tokenizer knows at most.
    pub pieces: usize,
    /// Where the model goes.
    pub out: PathBuf,
    /// The seed of everything drawn.
    pub seed: u64,
    /// The most epochs.
    pub epochs: usize,
    /// Whether to go on from checkpoints in `out`.
    pub resume: bool,
}

impl NerTraining {
    /// The usual training over `data`, into `out`.
    pub fn new(data: PathBuf, out: PathBuf) -> Self {
        NerTraining {
            data,
            validation: None,
            test: None,
            encoder: None,
            tokenizer: TokenizerKind::Unigram,
            pieces: 8_000,
            out,
            seed: 1,
            epochs: 30,
            resume: false,
        }
    }
}

impl NerTraining {
    /// A name for what is trained on what.
    fn about(&self) -> Result<String, Error> {
        let mut hasher = blake3::Hasher::new();
        for file in [Some(&self.data), self.validation.as_ref(), self.test.as_ref()] {
            hasher.update(blake3::hash(&file.map_or_else(|| Ok(Vec::new()), |file| artifact::read(file))?).as_bytes());
        }
        let over = match &self.encoder {
            Some(folder) => blake3::hash(&artifact::read(&folder.join("model.safetensors"))?).to_hex()[..16].to_owned(),
            None => format!("{:?} of {} pieces", self.tokenizer, self.pieces),
        };
        Ok(format!("{} over {over}", &hasher.finalize().to_hex()[..16]))
    }
}

/// Layers of a given encoder below this one keep their weights: they hold little that is particular to a task.
const FIRST_TUNED: usize = 2;
/// The encoder that is trained from nothing.
const WIDTH: usize = 128;
const LAYERS: usize = 2;
const HEADS: usize = 4;
const INNER: usize = 512;
/// A small set is cut into so many batches an epoch, if they are not too small.
const BATCHES: usize = 100;
const LEAST_BATCH: usize = 96;
/// Epochs without a better validation score before training stops.
const PATIENCE: usize = 8;
/// One sentence in so many validates where no file does.
const VALIDATES: usize = 10;

const FORMAT: conll::Format = conll::Format {
    origin: "your own files: a token and a BIO tag a line, blank lines between sentences",
    prefix: "",
    class: |_| None,
    classes: &[],
    complete: true,
    lenient: true,
};

/// A sentence laid out, with its mentions.
struct Marked {
    text: String,
    tokenized: TokenizedText,
    mentions: Vec<(Span, usize)>,
}

/// Trains, writes the model, and scores the test sentences.
///
/// # Errors
/// When a file is missing or malformed, there are too many classes, or the model cannot be written.
pub fn train_ner(training: &NerTraining, on_progress: &mut dyn FnMut(TrainProgress)) -> Result<NerReport, Error> {
    let test = training.test.as_deref().map(|file| conll::load(file, &FORMAT)).transpose()?.unwrap_or_default();
    let mut held = HeldOut::default();
    test.iter().for_each(|sentence| held.add(&conll::document("test", sentence, &FORMAT)));
    let mut removed = 0;
    let mut apart = |file: &Path| -> Result<Vec<TaggedSentence>, Error> {
        let mut sentences = conll::load(file, &FORMAT)?;
        let before = sentences.len();
        sentences.retain(|sentence| !held.contains(&sentence.tokens.join(" ")));
        removed += before - sentences.len();
        Ok(sentences)
    };
    let all = apart(&training.data)?;
    let oddities = conll::oddities(&training.data, &FORMAT)?;
    let (train, validation) = match &training.validation {
        Some(file) => (all, apart(file)?),
        None => {
            let mut order = draw(training.seed, "validation sentences", 0);
            all.into_iter().partition(|_| order.below(VALIDATES) > 0)
        }
    };
    let labels = labels(train.iter().chain(&validation))?;
    if train.is_empty() || labels.is_empty() {
        return Err(Error::Data {
            name: training.data.display().to_string(),
            reason: "no sentence with a marked mention to train on".to_owned(),
        });
    }
    if validation.is_empty() {
        let (file, reason) = match &training.validation {
            Some(file) => (file, "no sentence in it, or all of them are in the test file too"),
            None => (&training.data, "too few sentences to keep a tenth of them back; name a file by --validation"),
        };
        return Err(Error::Data { name: file.display().to_string(), reason: reason.to_owned() });
    }
    let encoder = Encoder::open(training, &train)?;
    let chunker = Chunker::new("tokenizer.json", &encoder.tokenizer)?;
    let lay = |sentences: &[TaggedSentence]| -> Result<Vec<Marked>, Error> {
        sentences.iter().map(|sentence| marked(sentence, &chunker, &labels)).collect()
    };
    let (train, validation, test) = (lay(&train)?, lay(&validation)?, lay(&test)?);
    let words: usize = train.iter().map(|text| text.tokenized.words.len()).sum();
    let pieces: usize = train.iter().flat_map(|text| &text.tokenized.words).map(|word| word.pieces.len()).sum();
    let counts = (train.len(), validation.len());

    let mut reporter = ProgressReporter::new(on_progress);
    let (weights, heads, validation_f1) = encoder.learn(training, train, &validation, labels.len(), &mut reporter)?;
    let config = encoder.extractor(training, &labels);
    let out = &training.out;
    artifact::write(&out.join("config.json"), &encoder.config)?;
    artifact::write(&out.join("tokenizer.json"), &encoder.tokenizer)?;
    artifact::write(&out.join("model.safetensors"), &weights)?;
    artifact::write(&out.join("mentions.safetensors"), &artifact::serialize(&heads.arrays()?)?)?;
    let json = serde_json::to_vec_pretty(&config)
        .map_err(|source| Error::Json { name: "extractor.json".to_owned(), source })?;
    artifact::write(&out.join("extractor.json"), &json)?;

    let test = match test.is_empty() {
        true => None,
        false => {
            let backbone = Backbone::new(&encoder.config, &encoder.tokenizer, &weights)?;
            Some(scores(&backbone, &MentionHead::new(heads)?, &test, &labels)?)
        }
    };
    Ok(NerReport {
        train: counts.0,
        removed,
        validation: counts.1,
        oddities,
        labels,
        pieces: encoder.parsed.vocab_size,
        pieces_per_word: pieces as f64 / words.max(1) as f64,
        validation_f1,
        test,
    })
}

/// The labels that occur, sorted.
fn labels<'a>(sentences: impl Iterator<Item = &'a TaggedSentence>) -> Result<Vec<String>, Error> {
    let labels: BTreeSet<&String> =
        sentences.flat_map(|sentence| sentence.stretches.iter().map(|stretch| &stretch.label)).collect();
    if labels.len() > MOST_CLASSES {
        let reason = format!("{} classes; at most {MOST_CLASSES} can be told apart", labels.len());
        return Err(Error::Data { name: "the training sentences".to_owned(), reason });
    }
    Ok(labels.into_iter().cloned().collect())
}

/// Lays a sentence out. A label that training does not know gets an index beyond all: nothing finds it.
fn marked(sentence: &TaggedSentence, chunker: &Chunker, labels: &[String]) -> Result<Marked, Error> {
    let assembled = assemble(&[sentence.tokens.as_slice()].map(<[String]>::to_vec));
    let place = |stretch: &conll::Stretch| {
        let class = labels.iter().position(|label| *label == stretch.label).unwrap_or(labels.len());
        Some((assembled.stretch(0, stretch.tokens.clone())?, class))
    };
    let mentions = sentence.stretches.iter().filter_map(place).collect();
    let mut tokenized = chunker.tokenize(&assembled.text)?;
    // The file says what a sentence is, and mentions may cross what rules would cut.
    tokenized.words.iter_mut().for_each(|word| word.sentence = 0);
    tokenized.sentences = vec![Span { start: 0, end: assembled.text.len() as u32 }];
    Ok(Marked { tokenized, mentions, text: assembled.text })
}

/// The files of an encoder, given or new.
struct Encoder {
    config: Vec<u8>,
    tokenizer: Vec<u8>,
    parsed: EncoderConfig,
    weights: Weights,
    tuning: Tuning,
}

impl Encoder {
    fn open(training: &NerTraining, train: &[TaggedSentence]) -> Result<Self, Error> {
        let json = |source| Error::Json { name: "config.json".to_owned(), source };
        if let Some(folder) = &training.encoder {
            let file = |name: &str| artifact::read(&folder.join(name));
            let (config, tokenizer) = (file("config.json")?, file("tokenizer.json")?);
            let parsed: EncoderConfig = serde_json::from_slice(&config).map_err(json)?;
            parsed.check()?;
            let weights = Weights::parse("model.safetensors", &file("model.safetensors")?)?;
            let tuning = Tuning::From(FIRST_TUNED.min(parsed.num_hidden_layers - 1));
            return Ok(Encoder { config, tokenizer, parsed, weights, tuning });
        }
        let texts: Vec<String> = train.iter().map(|sentence| sentence.tokens.join(" ")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let bytes = train_tokenizer(training.tokenizer, training.pieces, &texts)?;
        let trained = tokenizers::Tokenizer::from_bytes(&bytes)
            .map_err(|reason| Error::Tokenizer { name: "tokenizer.json".to_owned(), reason: reason.to_string() })?;
        let parsed = EncoderConfig {
            hidden_size: WIDTH,
            num_hidden_layers: LAYERS,
            num_attention_heads: HEADS,
            intermediate_size: INNER,
            vocab_size: trained.get_vocab_size(true),
            max_position_embeddings: kgloom_reader::layout::CHUNK_PIECES,
            type_vocab_size: 1,
            layer_norm_eps: 1e-12,
            hidden_act: "gelu".to_owned(),
            model_type: "bert".to_owned(),
        };
        let config = serde_json::to_vec_pretty(&parsed).map_err(json)?;
        let weights = fresh(&parsed, &mut draw(training.seed, "new encoder", 0));
        Ok(Encoder { config, tokenizer: bytes, parsed, weights, tuning: Tuning::Everything })
    }

    /// Trains the encoder's tuned part with a mention head; the best epoch on validation, as it is stored.
    fn learn(
        &self,
        training: &NerTraining,
        train: Vec<Marked>,
        validation: &[Marked],
        classes: usize,
        reporter: &mut ProgressReporter<'_>,
    ) -> Result<(Vec<u8>, Parameters, f64), Error> {
        let (encoder, tuned) = TrainableEncoder::new(self.parsed.clone(), &self.weights, self.tuning)?;
        let layers = tuned.parameters();
        let mut optimiser = mentions::start(training.seed, self.parsed.hidden_size, (tags(classes), 1))?;
        optimiser.absorb(tuned);
        if let Tuning::From(first) = self.tuning {
            layerwise_rates(&mut optimiser, first, self.parsed.num_hidden_layers);
        }
        let example = |text: Marked| {
            let tagged = TaggedText::marked(&text.text, &text.tokenized, &text.mentions, classes);
            (Example::tagged(tagged, text.tokenized), 100)
        };
        let examples: multitask::Examples = train.into_iter().map(example).collect();
        let nothing = Labels { space: Vec::new(), weak: Vec::new(), tables: None };
        let learn = |optimiser: &Optimiser, parameters: &Parameters, batch: &[&Example], draw: &mut Draw| {
            let pass = ExampleBatch::new(&encoder, parameters, batch, &mut |tensor| drop(tensor, DROPOUT, draw))?;
            let (surrogate, losses) = pass.loss(parameters, &nothing, draw)?;
            Ok((optimiser.gradients(&surrogate)?, losses))
        };
        let stored = |parameters: &Parameters| -> Result<Vec<u8>, Error> {
            let weights = encoder.weights(&self.weights, &parameters.named_as(&layers))?;
            Ok(artifact::serialize(&quantised(&self.parsed, &weights)?)?)
        };
        let folder = training.out.join("training");
        let (seed, epochs, resume) = (training.seed, training.epochs, training.resume);
        let phase = Phase { name: "ner", folder: &folder, about: training.about()?, seed, epochs, resume };
        let pieces: usize = examples.iter().map(|(example, _)| example.pieces).sum();
        let room = (pieces / BATCHES).clamp(LEAST_BATCH, BATCH_PIECES);
        let score = |parameters: &Parameters| {
            let backbone = Backbone::new(&self.config, &self.tokenizer, &stored(parameters)?)?;
            let counts = scores(&backbone, &MentionHead::new(parameters.clone())?, validation, &[])?.all;
            let f1 = counts.f1() as f32;
            Ok((f1, BTreeMap::from([("f1".to_owned(), f1)])))
        };
        let batches = |draw: &mut Draw| multitask::batches(&examples, room, draw);
        let epochs = Epochs { phase: &phase, patience: PATIENCE, batches: &batches, learn: &learn, score: &score };
        let (parameters, score) = epochs.run(&mut optimiser, reporter)?;
        let weights = stored(&parameters)?;
        let of_encoder = |name: &str| layers.contains(name);
        let heads = parameters.0.into_iter().filter(|(name, _)| !of_encoder(name)).collect();
        Ok((weights, Parameters(heads), f64::from(score)))
    }

    fn extractor(&self, training: &NerTraining, labels: &[String]) -> ExtractorConfig {
        let last = self.parsed.num_hidden_layers;
        let label =
            |name: &String| LabelConfig { name: name.clone(), class: conll::usual_class(name).code().to_owned() };
        let named = training.out.file_name().map(|name| name.to_string_lossy().into_owned());
        ExtractorConfig {
            style: 0,
            references: None,
            zero_shot: None,
            types: None,
            name: named.unwrap_or_else(|| "ner".to_owned()),
            mention_layers: vec![last],
            coreference_layers: [last, last],
            coreference_threshold: 0.0,
            relation_layers: RelationLayers { entity: vec![last], context: last, between: last },
            vector_layers: vec![last],
            relations: Vec::new(),
            floor: 1.0,
            apart: 0.0,
            labels: labels.iter().map(label).collect(),
        }
    }
}

/// What an encoder and a head find in sentences, strictly scored; a tokenized text keeps the sentences that it was
/// given.
fn scores(backbone: &Backbone, head: &MentionHead, texts: &[Marked], labels: &[String]) -> Result<NerScores, Error> {
    let last = backbone.encoder.config().num_hidden_layers;
    let mut scores = NerScores::default();
    let mut classes = vec![Counts::default(); (head.tags() - 1) / 2 + 1];
    for text in texts.iter().filter(|text| !text.tokenized.words.is_empty()) {
        let states = WordStates::encode(&backbone.encoder, &text.tokenized, &[last])?;
        let surface = shapes(&text.text, &text.tokenized);
        let surface: Vec<_> = surface.iter().map(|shape| Some((shape, 0))).collect();
        let rows = Rows::new(states.side_by_side(&[last]), &surface)?;
        let span = |found: &MentionSpan| Span {
            start: text.tokenized.words[found.words.start].span.start,
            end: text.tokenized.words[found.words.end - 1].span.end,
        };
        for found in head.find(&rows, &text.tokenized.sentence_words())? {
            classes[found.class].predicted += 1;
            classes[found.class].correct += usize::from(text.mentions.contains(&(span(&found), found.class)));
        }
        text.mentions.iter().for_each(|(_, class)| classes[*class].gold += 1);
    }
    for (index, counts) in classes.iter().enumerate().filter(|(_, counts)| **counts != Counts::default()) {
        scores.all += *counts;
        let name = labels.get(index).cloned().unwrap_or_else(|| "unknown to training".to_owned());
        *scores.classes.entry(name).or_default() += *counts;
    }
    Ok(scores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_corpora::Tag;
    use kgloom_reader::Extractor;
    use kgloom_record::port::Reader;

    fn corpus(names: &[&str]) -> String {
        let one = |name: &&str| format!("Bwana O\n{name} B-PER\nanaishi O\nMoshi B-LOC\n. O\n\n");
        names.iter().map(one).collect::<String>() + "Watu O\nwengi O\n. O\n"
    }

    #[test]
    fn a_new_language_is_learnt_from_tagged_sentences_and_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let names: Vec<String> = (0..60).map(|n| format!("Juma{}", (b'a' + n % 26) as char)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let training = NerTraining {
            test: Some(file("test.conll", corpus(&["Jumac"]))),
            pieces: 200,
            epochs: 40,
            tokenizer: TokenizerKind::Unigram,
            ..NerTraining::new(file("train.conll", corpus(&names)), folder.path().join("model"))
        };
        let report = train_ner(&training, &mut |_| {}).unwrap();
        assert_eq!(report.labels, ["LOC", "PER"]);
        assert!(report.removed > 0, "the second sentence is in both files");
        let test = report.test.clone().unwrap();
        assert_eq!(test.all.gold, 2);
        assert_eq!(test.classes["LOC"].correct, 1, "{}", report.table());
        let read = Extractor::load(&training.out).unwrap().read("Bwana Jumad anaishi Moshi.").unwrap();
        assert!(read.relations.is_empty());
        assert_eq!(read.entities.last().unwrap().class.as_str(), "urn:kgloom:Location");
    }

    #[test]
    fn labels_are_read_as_our_classes() {
        let known =
            ["PER", "person_artist/author", "TIM", "building_airport", "art_film", "ORG"].map(conll::usual_class);
        let ours = [Tag::Person, Tag::Person, Tag::Time, Tag::Location, Tag::Miscellaneous, Tag::Organization];
        assert_eq!(known, ours);
    }

    #[test]
    fn what_cannot_train_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("train.conll");
        let training = NerTraining::new(data.clone(), folder.path().join("model"));
        std::fs::write(&data, "Asha O\n").unwrap();
        let wrong = train_ner(&training, &mut |_| {}).unwrap_err().to_string();
        assert!(wrong.contains("train.conll") && wrong.contains("no sentence with a marked mention"), "{wrong}");
    }
}
