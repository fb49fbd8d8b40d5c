//! Tunes the upper layers of an encoder together with the heads that read them, on all tasks at once.
//!
//! In: an encoder, lessons of all sets, validation documents. Out: the encoder as it is stored, and heads to start from.
//! Never: a choice on anything but validation, or numbers that depend on which thread was faster.

mod encoder;
mod lesson;
mod passes;

pub use encoder::{Trunk, Tuning};
pub use lesson::{Labels, Lecture, Lesson, Losses};

use super::corpus::Seer;
use super::mentions::{self, TaggedText, strict_f1};
use super::optimiser::{Gradients, Optimiser, drop, rate};
use super::progress::{Best, Phase};
use super::relations::{self, label_f1};
use crate::train::relations::batch::{best_f1, judged};
use kgloom_corpora::AnnotatedDocument;
use kgloom_numerics::artifact::{self, Weights};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::progress::Watch;
use kgloom_reader::Error;
use kgloom_reader::cast::RelationLayers;
use kgloom_reader::encoder::{EncoderConfig, quantised};
use kgloom_reader::eye::Eye;
use kgloom_reader::layers::Parameters;
use kgloom_reader::mentions::{MentionHead, STYLES, TAGS};
use lesson::SENTENCE;
use std::collections::BTreeMap;

/// Layers below this one keep their weights; the embeddings of words always do.
const FIRST_TUNED: usize = 0;
/// Word pieces that one thread sees in a step.
pub const PACK_PIECES: usize = 640;
/// Threads of a step; a constant, since it says which documents share one.
const THREADS: usize = 2;
/// The learning rate of the heads.
pub const PEAK_RATE: f32 = 1e-3;
/// The last layer's rate as a share of the heads', and each layer's as a share of the next one's.
const TRUNK_PACE: f32 = 0.15;
const LAYER_PACE: f32 = 0.9;
/// Dropout of what each half of a tuned layer adds.
pub const DROPOUT: f32 = 0.1;
/// Epochs without a better validation score before training stops.
const PATIENCE: usize = 6;

/// What the trunk learns from, with how often an epoch sees each lesson, in hundredths.
pub type Lessons = Vec<(Lesson, usize)>;

/// What the trunk is chosen on.
pub struct Checks {
    /// Documents with relations, by set, with their style; their mentions count too.
    pub related: Vec<(Vec<AnnotatedDocument>, u32)>,
    /// Documents of other sets with their style, scored by mentions alone.
    pub tagged: Vec<(Vec<AnnotatedDocument>, u32)>,
}

/// The encoder that is tuned.
pub struct Base<'a> {
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

/// Tunes the trunk; the best epoch on validation is kept, scored with the weights as they are stored.
///
/// # Errors
/// When the encoder is malformed, tensor arithmetic fails, or a checkpoint cannot be written.
pub fn tune(
    base: &Base<'_>,
    (lessons, labels): (&Lessons, &Labels),
    checks: &Checks,
    phase: &Phase<'_>,
    watch: &mut Watch<'_>,
) -> Result<Tuned, Error> {
    let school = School::new(base, labels)?;
    let mut optimiser = school.start(phase.seed)?;
    let mut best = Best::default();
    let first = phase.resume(&mut optimiser, &mut best)?;
    let crew = Crew::new(phase)?;
    for epoch in first..phase.epochs {
        if best.stale(epoch) > PATIENCE {
            break;
        }
        let packs = packs(lessons, PACK_PIECES, &mut draw(phase.seed, "trunk epoch", epoch as u64));
        let learn = |optimiser: &Optimiser, parameters: &Parameters, pack: &[&Lesson], draw: &mut Draw| {
            school.learn(optimiser, parameters, pack, draw)
        };
        crew.epoch(&mut optimiser, &packs, (epoch, PEAK_RATE), &learn, watch)?;
        let averaged = optimiser.averaged()?;
        let scores = school.scores(&averaged, checks)?;
        let score = scores.values().sum::<f32>() / scores.len() as f32;
        phase.note(epoch, &scores)?;
        best.offer(epoch, score, averaged);
        watch.validated(score);
        phase.checkpoint(&optimiser, epoch, &best)?;
    }
    let (parameters, score) = best.take()?;
    let weights = school.stored(&parameters)?;
    Ok(Tuned { weights, heads: parameters, score })
}

/// Slows the tuned layers of a pretrained encoder down, the lower the more.
pub fn pace(optimiser: &mut Optimiser, first: usize, layers: usize) {
    for layer in first..layers {
        let below = (layers - 1 - layer) as i32;
        optimiser.pace(&format!("layer.{layer}."), TRUNK_PACE * LAYER_PACE.powi(below));
    }
}

/// What one thread learns from a pack: gradients, and the losses.
pub type Learn<'a> =
    &'a (dyn Fn(&Optimiser, &Parameters, &[&Lesson], &mut Draw) -> Result<(Gradients, Losses), Error> + Sync);

/// The threads that take a step together, each with a pack of its own; the sum does not depend on which is faster.
pub struct Crew<'a> {
    phase: &'a Phase<'a>,
    pools: Vec<rayon::ThreadPool>,
}

impl<'a> Crew<'a> {
    /// Threads for a phase.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn new(phase: &'a Phase<'a>) -> Result<Self, Error> {
        let pool = |_| rayon::ThreadPoolBuilder::new().num_threads(1).build();
        Ok(Crew { phase, pools: (0..THREADS).map(pool).collect::<Result<_, _>>()? })
    }

    /// All steps of an epoch, up to a peak of the learning rate.
    ///
    /// # Errors
    /// When learning fails.
    pub fn epoch(
        &self,
        optimiser: &mut Optimiser,
        packs: &[Vec<&Lesson>],
        (epoch, peak): (usize, f32),
        learn: Learn<'_>,
        watch: &mut Watch<'_>,
    ) -> Result<(), Error> {
        let Phase { name, seed, epochs, .. } = *self.phase;
        let steps = packs.len().div_ceil(THREADS);
        let mut running = 0.0;
        for (index, packs) in packs.chunks(THREADS).enumerate() {
            let parameters = optimiser.parameters();
            let step = (epoch * steps + index) as u64;
            let held = &*optimiser;
            let learnt = std::thread::scope(|scope| {
                let one = |(thread, (pack, pool)): (usize, (&Vec<&Lesson>, &rayon::ThreadPool))| {
                    let mut draw = draw(seed, "trunk step", step * THREADS as u64 + thread as u64);
                    pool.install(|| learn(held, &parameters, pack, &mut draw))
                };
                let jobs = packs.iter().zip(&self.pools).enumerate();
                let workers: Vec<_> = jobs.map(|job| scope.spawn(move || one(job))).collect();
                workers.into_iter().map(|worker| worker.join()).collect::<Vec<_>>()
            });
            let mut sum = Gradients::new();
            let count = learnt.len() as f32;
            for learnt in learnt {
                let (gradients, losses) = match learnt {
                    Ok(learnt) => learnt?,
                    Err(panic) => std::panic::resume_unwind(panic),
                };
                add(&mut sum, gradients, 1.0 / count);
                running += losses.iter().sum::<f32>() / count;
            }
            optimiser.apply(&sum, rate(peak, epoch * steps + index, steps * epochs))?;
            watch.step(name, (epoch, epochs), (index + 1, steps), running / (index + 1) as f32);
        }
        Ok(())
    }
}

/// Adds gradients in the order of their names.
pub fn add(sum: &mut Gradients, gradients: Gradients, share: f32) {
    for (name, gradient) in gradients {
        let total = sum.entry(name).or_insert_with(|| vec![0.0; gradient.len()]);
        total.iter_mut().zip(gradient).for_each(|(t, g)| *t += g * share);
    }
}

/// One epoch's lessons in a drawn order, as many in a pack as have room in so many pieces.
pub fn packs<'a>(lessons: &'a Lessons, room: usize, draw: &mut Draw) -> Vec<Vec<&'a Lesson>> {
    let mut order: Vec<&Lesson> = Vec::new();
    for (lesson, percent) in lessons.iter().filter(|(lesson, _)| lesson.pieces > 0) {
        let times = percent / 100 + usize::from(draw.below(100) < percent % 100);
        order.extend(std::iter::repeat_n(lesson, times));
    }
    draw.shuffle(&mut order);
    let mut packs: Vec<Vec<&Lesson>> = Vec::new();
    let mut pieces = room;
    for lesson in order {
        if pieces + lesson.pieces > room {
            packs.push(Vec::new());
            pieces = 0;
        }
        pieces += lesson.pieces;
        if let Some(pack) = packs.last_mut() {
            pack.push(lesson);
        }
    }
    packs
}

/// The trunk with all that learning and scoring need.
struct School<'a> {
    base: &'a Base<'a>,
    config: EncoderConfig,
    original: Weights,
    trunk: Trunk,
    tuned: Parameters,
    labels: &'a Labels,
}

impl<'a> School<'a> {
    fn new(base: &'a Base<'a>, labels: &'a Labels) -> Result<Self, Error> {
        let config: EncoderConfig = serde_json::from_slice(base.config)
            .map_err(|source| Error::Json { name: "config.json".to_owned(), source })?;
        let original = Weights::parse("model.safetensors", base.weights)?;
        let (trunk, tuned) = Trunk::new(config.clone(), &original, Tuning::From(FIRST_TUNED))?;
        Ok(School { base, config, original, trunk, tuned: tuned.parameters(), labels })
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
        optimiser.absorb(Trunk::new(self.config.clone(), &self.original, Tuning::From(FIRST_TUNED))?.1);
        pace(&mut optimiser, FIRST_TUNED, self.config.num_hidden_layers);
        Ok(optimiser)
    }

    /// The gradients of one pack.
    fn learn(
        &self,
        optimiser: &Optimiser,
        parameters: &Parameters,
        pack: &[&Lesson],
        draw: &mut Draw,
    ) -> Result<(Gradients, Losses), Error> {
        let lecture = Lecture::new(&self.trunk, parameters, pack, &mut |tensor| drop(tensor, DROPOUT, draw))?;
        let (surrogate, losses) = lecture.loss(parameters, self.labels, draw)?;
        Ok((optimiser.gradients(&surrogate)?, losses))
    }

    /// The encoder with these parameters, as it is stored.
    fn stored(&self, parameters: &Parameters) -> Result<Vec<u8>, Error> {
        let weights = self.trunk.weights(&self.original, &parameters.named_as(&self.tuned))?;
        Ok(artifact::serialize(&quantised(&self.config, &weights)?)?)
    }

    /// All validation scores by name, seen by the encoder as it is stored.
    fn scores(&self, parameters: &Parameters, checks: &Checks) -> Result<BTreeMap<String, f32>, Error> {
        let eye = Eye::new(self.base.config, self.base.tokenizer, &self.stored(parameters)?)?;
        let seer = Seer { eye: &eye, key: blake3::hash(b"passing"), folder: None };
        let last = self.config.num_hidden_layers;
        let head = MentionHead::new(parameters.clone())?;
        let mut scores = BTreeMap::new();
        for (documents, style) in checks.related.iter().chain(&checks.tagged) {
            let tagged: Vec<TaggedText> = seer.tagged(documents, *style, &[last])?;
            scores.insert(format!("mentions of {}", STYLES[*style as usize]), strict_f1(&head, &tagged)?);
        }
        let layers = RelationLayers { entity: vec![last], context: last, between: last };
        let none = vec![false; self.labels.space.len()];
        for (documents, style) in &checks.related {
            let asked = (self.labels.space.as_slice(), self.labels.tables.as_ref());
            let texts = seer.related(documents, *style, (&layers, &[last]), (&head, None), asked)?;
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
        let base = Base { config: &files.config, tokenizer: &files.tokenizer, weights: &files.encoder };
        let eye = bundled::eye().unwrap();
        let lesson = |line| {
            let document = annotated(line);
            let page = eye.typesetter.lay(&document.text).unwrap();
            (Lesson::new(document, page, (0, &BTreeSet::new()), Vec::new()), 1_500)
        };
        let lessons: Lessons = (0..2).map(lesson).collect();
        let labels = Labels { space: vec!["P19".to_owned()], weak: vec![false], tables: None };
        let run = |folder: &std::path::Path| {
            let mut losses = Vec::new();
            let mut tell = |progress: kgloom_numerics::progress::TrainProgress| losses.push(progress.loss);
            let related = vec![(vec![annotated(3)], 0)];
            let checks = Checks { related, tagged: Vec::new() };
            let phase = Phase { name: "trunk", folder, about: String::new(), seed: 1, epochs: 3, resume: false };
            let tuned = tune(&base, (&lessons, &labels), &checks, &phase, &mut Watch::new(&mut tell)).unwrap();
            (tuned.weights, losses)
        };
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [(weights, losses), (again, _)] = folders.each_ref().map(|folder| run(folder.path()));
        assert!(losses.last() < losses.first(), "{losses:?}");
        assert!(weights == again && weights != *files.encoder);
    }
}
