//! The relation head: pairs of a text's entities to relations, by a grouped bilinear form after ATLOP (Zhou et al.
//! 2021), at document level.
//!
//! In: the entities of a text and their pairs. Out: a probability per pair and relation. Never: more than a batch of
//! pairs in memory.

pub use super::candidates::{
    CandidatePair, CandidatePairs, CandidateSet, EntityCandidate, PAIR_FEATURES, REACH, is_value,
};
use super::fused::{self, Activation};
use super::layers::{Dropout, Parameters, no_dropout};
pub use super::pair_space::EMBEDDING_WIDTH;
use super::pair_space::PairSpace;
use crate::Error;
use candle_core::{Device, Result, Tensor};
use kgloom_numerics::passes;

/// Pairs per product; a constant of the model, since it can change last bits.
const BATCH: usize = 512;

/// A batch of pairs as tensors.
#[derive(Clone, Debug)]
pub struct PairRows {
    /// Entities × states.
    pub states: Tensor,
    /// Mentions × states.
    pub mentions: Tensor,
    /// Class of each entity.
    pub classes: Tensor,
    /// Index of each pair's head among the entities.
    pub heads: Tensor,
    /// Index of each pair's tail.
    pub tails: Tensor,
    /// Index of the head's and of the tail's mention that are closest to each other, among the mentions.
    pub closest: [Tensor; 2],
    /// Pairs × context.
    pub context: Tensor,
    /// Pairs × features.
    pub features: Tensor,
}

/// What the head makes of pairs.
#[derive(Clone, Debug)]
pub struct PairScores {
    /// Logits of the relations that it knows by number: pairs × relations.
    pub known: Tensor,
    /// Each pair in the space of labels: pairs × [`EMBEDDING_WIDTH`]; none in a head without labels.
    pub embeddings: Option<Tensor>,
    /// Each entity in the space of types: entities × [`EMBEDDING_WIDTH`]; none in a head without them.
    pub types: Option<Tensor>,
}

/// What the head makes of pairs.
///
/// # Errors
/// When parameters are missing or misshapen.
pub fn scores(parameters: &Parameters, rows: &PairRows, dropout: Dropout<'_>) -> Result<PairScores> {
    let sides = Sides::new(parameters, rows, dropout)?;
    pair_scores(parameters, &sides, rows, (true, dropout))
}

/// Labels in the space of pairs: the vectors of their texts (labels × width) become labels × [`EMBEDDING_WIDTH`].
///
/// # Errors
/// When the head has no labels, or shapes do not fit.
pub fn embed_labels(parameters: &Parameters, vectors: &Tensor) -> Result<Tensor> {
    parameters.linear("label", vectors, Activation::Identity)
}

/// Logits of pairs and labels from their embeddings: pairs × labels.
///
/// # Errors
/// When the head has no labels, or shapes do not fit.
pub fn label_logits(parameters: &Parameters, pairs: &Tensor, labels: &Tensor) -> Result<Tensor> {
    offered(parameters.tensor("label.offset")?, pairs, labels)
}

/// Relations that pairs are held against.
#[derive(Clone, Debug)]
pub struct LabelRows {
    /// Where pairs are held against them, if that is not the space of labels itself.
    pub space: Option<PairSpace>,
    /// Relations × [`EMBEDDING_WIDTH`].
    pub vectors: Tensor,
    /// What is added to the product of a pair and each of them.
    pub offsets: Tensor,
    /// The probability from which each is taken, and what multiplies its logit.
    pub cuts: Vec<(f32, f32)>,
}

impl LabelRows {
    /// What labels say by their vectors, as [`embed_labels`] gives them; all are cut alike.
    ///
    /// # Errors
    /// When the head has no labels.
    pub fn told(parameters: &Parameters, vectors: Tensor, cut: (f32, f32)) -> Result<LabelRows> {
        let count = vectors.dim(0)?;
        let offsets = parameters.tensor("label.offset")?.broadcast_as(count)?.contiguous()?;
        Ok(LabelRows { space: None, vectors, offsets, cuts: vec![cut; count] })
    }

    /// Logits of pairs by their places in the space of labels: pairs × relations.
    fn logits(&self, pairs: &Tensor) -> Result<Tensor> {
        let Some(space) = &self.space else { return offered(&self.offsets, pairs, &self.vectors) };
        let placed = Tensor::from_vec(space.place(&fused::values(pairs)?), pairs.dims(), &Device::Cpu)?;
        offered(&self.offsets, &placed, &self.vectors)
    }
}

/// Types of things in the space of entities: the vectors of their labels (labels × width) become labels ×
/// [`EMBEDDING_WIDTH`].
///
/// # Errors
/// When the head has no types, or shapes do not fit.
pub fn embed_types(parameters: &Parameters, vectors: &Tensor) -> Result<Tensor> {
    parameters.linear("type.label", vectors, Activation::Identity)
}

/// The entities of a text in the space of types: entities × [`EMBEDDING_WIDTH`].
///
/// # Errors
/// When the head has no types, or shapes do not fit.
pub fn entity_types(parameters: &Parameters, candidates: &CandidateSet) -> Result<Tensor> {
    let entities = candidates.classes.len();
    let width = candidates.states.len() / entities.max(1);
    let states = Tensor::from_slice(&candidates.states, (entities, width), &Device::Cpu)?;
    parameters.linear("type", &parameters.norm("entity", &states)?, Activation::Identity)
}

/// Logits of entities and types from their embeddings: entities × types.
///
/// # Errors
/// When the head has no types, or shapes do not fit.
pub fn type_logits(parameters: &Parameters, entities: &Tensor, types: &Tensor) -> Result<Tensor> {
    offered(parameters.tensor("type.offset")?, entities, types)
}

/// The products of rows and labels, with one offset for all of them.
fn offered(offset: &Tensor, rows: &Tensor, labels: &Tensor) -> Result<Tensor> {
    let bias = offset.broadcast_as(labels.dim(0)?)?.contiguous()?;
    fused::bias(&fused::product(rows, &labels.t()?.contiguous()?)?, &bias, Activation::Identity)
}

/// What each entity, and each mention, brings to its pairs, as their head and as their tail: made once for all of them.
struct Sides {
    /// Entities × states, normalised.
    entities: Tensor,
    head: Tensor,
    tail: Tensor,
    /// None in a head that reads entities alone.
    mentions: Option<[Tensor; 2]>,
}

impl Sides {
    fn new(parameters: &Parameters, rows: &PairRows, dropout: Dropout<'_>) -> Result<Sides> {
        let entities = dropout(parameters.norm("entity", &rows.states)?)?;
        let classes = parameters.rows("class", &rows.classes)?;
        let side = |name: &str| fused::add(&parameters.linear(name, &entities, Activation::Identity)?, &classes);
        let mentions = if parameters.contains("head.mention") {
            let mentions = dropout(parameters.norm("mention", &rows.mentions)?)?;
            let side = |name: &str| fused::product(&mentions, parameters.tensor(name)?);
            Some([side("head.mention")?, side("tail.mention")?])
        } else {
            None
        };
        Ok(Sides { head: side("head")?, tail: side("tail")?, mentions, entities })
    }
}

/// The scores of pairs; embeddings only where somebody asks for them.
fn pair_scores(
    parameters: &Parameters,
    sides: &Sides,
    rows: &PairRows,
    (embedded, dropout): (bool, Dropout<'_>),
) -> Result<PairScores> {
    let around = dropout(parameters.norm("context", &rows.context)?)?;
    let mut context = around.clone();
    if parameters.contains("narrow.matrix") {
        context = parameters.linear("narrow", &context, Activation::Tanh)?;
    }
    let mut side = |index: usize, (name, entity, at): (&str, &Tensor, &Tensor)| {
        let product = fused::product(&context, parameters.tensor(&format!("{name}.context"))?)?;
        let mut sum = fused::add(&entity.index_select(at, 0)?, &product)?;
        if let Some(mentions) = &sides.mentions {
            sum = fused::add(&mentions[index].index_select(&rows.closest[index], 0)?, &sum)?;
        }
        let shift = parameters.tensor(&format!("{name}.shift"))?;
        dropout(fused::bias(&sum, shift, Activation::Tanh)?)
    };
    let (head, tail) = (side(0, ("head", &sides.head, &rows.heads))?, side(1, ("tail", &sides.tail, &rows.tails))?);
    let (width, cells) = (head.dim(1)?, parameters.tensor("bilinear.matrix")?.dim(0)?);
    let product = fused::outer(&head, &tail, width * width / cells)?;
    let mixed = Tensor::cat(&[&head, &tail, &context, &rows.features], 1)?;
    let mixed = dropout(parameters.linear("mixed", &mixed, Activation::Relu)?)?;
    // What a pair is, by all that is known of it: the last is a straight way for the words around it.
    let told = |bilinear: &str, linear: &str, straight: &str| -> Result<Tensor> {
        let linear = fused::product(&mixed, parameters.tensor(linear)?)?;
        let told = fused::add(&parameters.linear(bilinear, &product, Activation::Identity)?, &linear)?;
        match parameters.contains(straight) {
            true => fused::add(&told, &fused::product(&around, parameters.tensor(straight)?)?),
            false => Ok(told),
        }
    };
    let embedded = embedded && parameters.contains("label.matrix");
    Ok(PairScores {
        known: told("bilinear", "relation.matrix", "relation.context")?,
        embeddings: embedded.then(|| told("pair", "pair.mixed", "pair.context")).transpose()?,
        types: (embedded && parameters.contains("type.matrix"))
            .then(|| parameters.linear("type", &sides.entities, Activation::Identity))
            .transpose()?,
    })
}

/// The trained head.
#[derive(Clone, Debug)]
pub struct RelationHead {
    /// Its parameters.
    pub parameters: Parameters,
}

impl RelationHead {
    /// Tells `each` the probability of each relation for each pair of a text, first of those that the head knows, then
    /// of the labels; only a batch of pairs is held at a time. `slopes` multiply the logits of each.
    ///
    /// # Errors
    /// When tensor arithmetic fails; [`Error::Stopped`] when somebody asked to stop.
    pub fn judge(
        &self,
        candidates: &CandidateSet,
        pairs: impl Iterator<Item = CandidatePair>,
        (slopes, labels): (&[f32], &[LabelRows]),
        stop: fn() -> bool,
        each: &mut dyn FnMut(&CandidatePair, Vec<f32>),
    ) -> std::result::Result<(), Error> {
        self.score(candidates, pairs, (!labels.is_empty(), stop), &mut |batch, scores| {
            let mut logits = scores.known;
            for (labels, pairs) in labels.iter().zip(scores.embeddings.iter().cycle()) {
                logits = Tensor::cat(&[&logits, &labels.logits(pairs)?], 1)?;
            }
            for (pair, row) in batch.iter().zip(logits.to_vec2::<f32>()?) {
                each(pair, row.iter().zip(slopes).map(|(x, slope)| passes::sigmoid(x * slope)).collect());
            }
            Ok(())
        })
    }

    /// Tells `each` the place of each pair of a text in the space of labels, as [`EMBEDDING_WIDTH`] numbers; nothing where
    /// the head has no labels.
    ///
    /// # Errors
    /// As [`RelationHead::judge`].
    pub fn embed(
        &self,
        candidates: &CandidateSet,
        pairs: impl Iterator<Item = CandidatePair>,
        stop: fn() -> bool,
        each: &mut dyn FnMut(&CandidatePair, &[f32]),
    ) -> std::result::Result<(), Error> {
        self.score(candidates, pairs, (true, stop), &mut |batch, scores| {
            let Some(embeddings) = scores.embeddings else { return Ok(()) };
            let rows = fused::values(&embeddings)?;
            batch.iter().zip(rows.chunks_exact(EMBEDDING_WIDTH)).for_each(|(pair, row)| each(pair, row));
            Ok(())
        })
    }

    /// Tells `each` the pairs of a text with their scores, batch by batch.
    fn score(
        &self,
        candidates: &CandidateSet,
        mut pairs: impl Iterator<Item = CandidatePair>,
        (embedded, stop): (bool, fn() -> bool),
        each: &mut dyn FnMut(&[CandidatePair], PairScores) -> Result<()>,
    ) -> std::result::Result<(), Error> {
        let mut sides = None;
        loop {
            let batch: Vec<CandidatePair> = pairs.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            if stop() {
                return Err(Error::Stopped);
            }
            let rows = rows(candidates, &batch)?;
            let sides = match &mut sides {
                Some(sides) => &*sides,
                none => &*none.insert(Sides::new(&self.parameters, &rows, &mut no_dropout)?),
            };
            each(&batch, pair_scores(&self.parameters, sides, &rows, (embedded, &mut no_dropout))?)?;
        }
    }
}

/// Some pairs of a text as tensors.
///
/// # Errors
/// When the numbers do not fill the shapes.
pub fn rows(candidates: &CandidateSet, pairs: &[CandidatePair]) -> Result<PairRows> {
    let entities = candidates.classes.len();
    let matrix = |values: Vec<f32>, rows: usize| {
        let width = values.len() / rows.max(1);
        Tensor::from_vec(values, (rows, width), &Device::Cpu)
    };
    let column = |values: Vec<u32>| {
        let rows = values.len();
        Tensor::from_vec(values, rows, &Device::Cpu)
    };
    let width = candidates.states.len() / entities.max(1);
    let closest = |end: usize| column(pairs.iter().map(|pair| candidates.closest(pair)[end] as u32).collect());
    Ok(PairRows {
        states: matrix(candidates.states.clone(), entities)?,
        mentions: matrix(candidates.mentions.clone(), candidates.mentions.len() / width.max(1))?,
        classes: column(candidates.classes.iter().map(|&class| class as u32).collect())?,
        heads: column(pairs.iter().map(|pair| pair.head as u32).collect())?,
        tails: column(pairs.iter().map(|pair| pair.tail as u32).collect())?,
        closest: [closest(0)?, closest(1)?],
        context: matrix(pairs.iter().flat_map(|pair| pair.context.iter().copied()).collect(), pairs.len())?,
        features: matrix(pairs.iter().flat_map(|pair| pair.features.iter().copied()).collect(), pairs.len())?,
    })
}
