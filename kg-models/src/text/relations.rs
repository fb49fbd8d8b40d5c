//! The relation head: pairs of a text's entities to relations, with localized context pooling and a grouped bilinear
//! form after ATLOP (Zhou et al. 2021), at document level.
//!
//! In: entities with their mentions' states and attention. Out: a logit per pair and relation. Never: a pair out of reach.

use super::fused::{self, Activation};
use super::layers::{Dropout, Parameters, keep};
use super::mentions::CLASSES;
use super::states::PageStates;
use crate::engine::passes;
use candle_core::{Device, Result, Tensor};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Entities whose closest mentions are more words apart are not paired.
pub const REACH: usize = 256;
/// Numbers that describe a pair besides states.
pub const PAIR_LOOKS: usize = 44;
/// At most this many words between two mentions are averaged.
const BETWEEN: usize = 40;
/// Pairs per product; a constant of the model, since it can change last bits.
const BATCH: usize = 512;

/// Which layers feed the head.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RelationLayers {
    /// Layers whose states make an entity's vector.
    pub entity: Vec<usize>,
    /// The layer that attention and the words between mentions are averaged over.
    pub context: usize,
    /// The layer averaged over the words between two mentions.
    pub between: usize,
}

impl RelationLayers {
    /// Every layer needed.
    pub fn all(&self) -> Vec<usize> {
        self.entity.iter().copied().chain([self.context, self.between]).collect()
    }
}

/// An entity as the relation head sees it.
#[derive(Clone, Debug)]
pub struct Member {
    /// Index into [`CLASSES`].
    pub class: usize,
    /// The words of each mention, in order.
    pub mentions: Vec<Range<usize>>,
}

/// A pair of entities ready for the head.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Index of the head entity.
    pub head: usize,
    /// Index of the tail entity.
    pub tail: usize,
    /// Which mention of each is closest to the other.
    pub closest: (usize, usize),
    /// Localized context, then the mean state between the closest mentions; the same both ways.
    pub context: Arc<[f32]>,
    /// Distance, order, classes and the like.
    pub looks: Vec<f32>,
}

/// The entities of one text with all their pairs in reach.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    /// Entities × (entity layers · width).
    pub states: Vec<f32>,
    /// The class of each entity.
    pub classes: Vec<usize>,
    /// All ordered pairs in reach whose head is neither a time nor a number.
    pub pairs: Vec<Pair>,
}

impl Cast {
    /// Prepares the pairs of a text's entities.
    pub fn new(states: &PageStates, sentence_of: &[usize], members: &[Member], layers: &RelationLayers) -> Cast {
        let attention: Vec<BTreeMap<usize, Vec<f32>>> =
            members.iter().map(|member| entity_attention(states, member)).collect();
        let mut cast = Cast { classes: members.iter().map(|member| member.class).collect(), ..Cast::default() };
        for member in members {
            for &layer in &layers.entity {
                cast.states.extend(mean_over_mentions(states, layer, member));
            }
        }
        for (head, one) in members.iter().enumerate() {
            for (tail, other) in members.iter().enumerate().skip(head + 1) {
                if one.mentions.is_empty() || other.mentions.is_empty() {
                    continue;
                }
                let (closest, gap) = closest(one, other);
                if gap > REACH || (is_value(one.class) && is_value(other.class)) {
                    continue;
                }
                let spans = (&one.mentions[closest.0], &other.mentions[closest.1]);
                let mut context = localized(states, layers.context, &attention[head], &attention[tail]);
                context.extend(between(states, layers.between, spans));
                let context: Arc<[f32]> = context.into();
                let both = [(head, tail, closest), (tail, head, (closest.1, closest.0))];
                for (head, tail, closest) in both.into_iter().filter(|(head, ..)| !is_value(members[*head].class)) {
                    let (one, other) = (&members[head], &members[tail]);
                    let spans = (&one.mentions[closest.0], &other.mentions[closest.1]);
                    let looks = Place { closest: spans, gap, sentence_of, states }.looks(one, other);
                    cast.pairs.push(Pair { head, tail, closest, context: Arc::clone(&context), looks });
                }
            }
        }
        cast.pairs.sort_by_key(|pair| (pair.head, pair.tail));
        cast
    }
}

/// Whether a class is of values rather than things.
pub fn is_value(class: usize) -> bool {
    matches!(CLASSES[class], "TIME" | "NUM")
}

fn mean_over_mentions(states: &PageStates, layer: usize, member: &Member) -> Vec<f32> {
    let mut mean = vec![0f32; states.width];
    for words in &member.mentions {
        let scale = 1.0 / (words.len() * member.mentions.len()) as f32;
        for word in words.clone() {
            mean.iter_mut().zip(states.word(layer, word)).for_each(|(m, x)| *m += x * scale);
        }
    }
    mean
}

/// By chunk: heads × words, the mean attention of the entity's words there.
fn entity_attention(states: &PageStates, member: &Member) -> BTreeMap<usize, Vec<f32>> {
    let mut by_chunk: BTreeMap<usize, (Vec<f32>, usize)> = BTreeMap::new();
    for word in member.mentions.iter().cloned().flatten() {
        let Some(chunk) = states.attention.iter().position(|attention| attention.words.contains(&word)) else {
            continue;
        };
        let attention = &states.attention[chunk];
        let count = attention.words.len();
        let (sum, words) = by_chunk.entry(chunk).or_insert_with(|| (vec![0.0; attention.heads * count], 0));
        *words += 1;
        for head in 0..attention.heads {
            let row = (head * count + word - attention.words.start) * count;
            let target = &mut sum[head * count..(head + 1) * count];
            target.iter_mut().zip(&attention.weights[row..row + count]).for_each(|(s, x)| *s += x);
        }
    }
    let scale = |(chunk, (sum, words)): (usize, (Vec<f32>, usize))| {
        (chunk, sum.into_iter().map(|x| x / words as f32).collect())
    };
    by_chunk.into_iter().map(scale).collect()
}

/// The mean state under the product of both entities' attention, over the chunks where both are.
fn localized(
    states: &PageStates,
    layer: usize,
    head: &BTreeMap<usize, Vec<f32>>,
    tail: &BTreeMap<usize, Vec<f32>>,
) -> Vec<f32> {
    let mut context = vec![0f32; states.width];
    let mut total = 0f32;
    for (chunk, one) in head {
        let Some(other) = tail.get(chunk) else { continue };
        let words = states.attention[*chunk].words.clone();
        for (offset, word) in words.clone().enumerate() {
            let heads = one.chunks(words.len()).zip(other.chunks(words.len()));
            let weight: f32 = heads.map(|(a, b)| a[offset] * b[offset]).sum();
            total += weight;
            context.iter_mut().zip(states.word(layer, word)).for_each(|(c, x)| *c += weight * x);
        }
    }
    if total > 0.0 {
        context.iter_mut().for_each(|c| *c /= total);
    }
    context
}

/// The closest two mentions and the number of words between them.
fn closest(one: &Member, other: &Member) -> ((usize, usize), usize) {
    let mut best = ((0, 0), usize::MAX);
    for (i, a) in one.mentions.iter().enumerate() {
        for (j, b) in other.mentions.iter().enumerate() {
            let gap = b.start.saturating_sub(a.end).max(a.start.saturating_sub(b.end));
            if gap < best.1 {
                best = ((i, j), gap);
            }
        }
    }
    best
}

fn between(states: &PageStates, layer: usize, (a, b): (&Range<usize>, &Range<usize>)) -> Vec<f32> {
    let words = a.end.min(b.end)..a.start.max(b.start);
    let mut mean = vec![0f32; states.width];
    if words.is_empty() || words.len() > BETWEEN {
        return mean;
    }
    let scale = 1.0 / words.len() as f32;
    for word in words {
        mean.iter_mut().zip(states.word(layer, word)).for_each(|(m, x)| *m += x * scale);
    }
    mean
}

struct Place<'a> {
    closest: (&'a Range<usize>, &'a Range<usize>),
    gap: usize,
    sentence_of: &'a [usize],
    states: &'a PageStates,
}

impl Place<'_> {
    fn looks(&self, one: &Member, other: &Member) -> Vec<f32> {
        let (a, b) = self.closest;
        let sentences = self.sentence_of[a.start].abs_diff(self.sentence_of[b.start]);
        let chunk = |word: usize| self.states.attention.iter().position(|attention| attention.words.contains(&word));
        let first = |member: &Member| member.mentions[0].start;
        let mut looks = Vec::with_capacity(PAIR_LOOKS);
        let mut bucket = |value: usize, edges: &[usize]| {
            let index = edges.iter().position(|&edge| value <= edge).unwrap_or(edges.len());
            looks.extend((0..=edges.len()).map(|other| f32::from(u8::from(other == index))));
        };
        bucket(self.gap, &[0, 1, 2, 4, 8, 16, 32, 64]);
        bucket(sentences, &[0, 1, 2, 4]);
        bucket(one.mentions.len(), &[1, 2, 4]);
        bucket(other.mentions.len(), &[1, 2, 4]);
        let flags = [
            a.start < b.start,
            chunk(a.start) == chunk(b.start),
            first(one) == 0,
            first(other) == 0,
            first(one) < 4,
            first(other) < 4,
            self.sentence_of[first(one)] == 0,
            self.sentence_of[first(other)] == 0,
            first(one) < first(other),
            false,
        ];
        looks.extend(flags.map(|flag| f32::from(u8::from(flag))));
        for member in [one, other] {
            looks.extend((0..CLASSES.len()).map(|class| f32::from(u8::from(class == member.class))));
        }
        looks
    }
}

/// A batch of pairs as tensors.
#[derive(Clone, Debug)]
pub struct PairRows {
    /// Entities × states.
    pub states: Tensor,
    /// Class of each entity.
    pub classes: Tensor,
    /// Index of each pair's head among the entities.
    pub heads: Tensor,
    /// Index of each pair's tail.
    pub tails: Tensor,
    /// Pairs × context.
    pub context: Tensor,
    /// Pairs × looks.
    pub looks: Tensor,
}

/// Logits: pairs × relations.
///
/// # Errors
/// When parameters are missing or misshapen.
pub fn logits(parameters: &Parameters, rows: &PairRows, dropout: Dropout<'_>) -> Result<Tensor> {
    let entities = dropout(parameters.norm("entity", &rows.states)?)?;
    let mut context = dropout(parameters.norm("context", &rows.context)?)?;
    if parameters.contains("narrow.matrix") {
        context = parameters.linear("narrow", &context, Activation::Tanh)?;
    }
    let classes = parameters.rows("class", &rows.classes)?;
    let mut side = |name: &str, at: &Tensor| {
        let entity = fused::add(&parameters.linear(name, &entities, Activation::Identity)?, &classes)?;
        let product = fused::product(&context, parameters.tensor(&format!("{name}.context"))?)?;
        let zero = parameters.tensor(&format!("{name}.shift"))?;
        dropout(fused::bias(&fused::add(&entity.index_select(at, 0)?, &product)?, zero, Activation::Tanh)?)
    };
    let (head, tail) = (side("head", &rows.heads)?, side("tail", &rows.tails)?);
    let (width, cells) = (head.dim(1)?, parameters.tensor("bilinear.matrix")?.dim(0)?);
    let product = fused::outer(&head, &tail, width * width / cells)?;
    let mixed = Tensor::cat(&[&head, &tail, &context, &rows.looks], 1)?;
    let mixed = dropout(parameters.linear("mixed", &mixed, Activation::Relu)?)?;
    let linear = fused::product(&mixed, parameters.tensor("relation.matrix")?)?;
    fused::add(&parameters.linear("bilinear", &product, Activation::Identity)?, &linear)
}

/// The trained head.
#[derive(Clone, Debug)]
pub struct RelationHead {
    /// Its parameters.
    pub parameters: Parameters,
}

impl RelationHead {
    /// The probability of each relation for each pair of a cast: pairs × relations.
    /// `slopes` multiply the logits of each relation.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn probabilities(&self, cast: &Cast, slopes: &[f32]) -> Result<Vec<Vec<f32>>> {
        let mut found = Vec::with_capacity(cast.pairs.len());
        for pairs in cast.pairs.chunks(BATCH) {
            let logits = logits(&self.parameters, &rows(cast, pairs)?, &mut keep)?;
            for row in logits.to_vec2::<f32>()? {
                found.push(row.iter().zip(slopes).map(|(x, slope)| passes::sigmoid(x * slope)).collect());
            }
        }
        Ok(found)
    }
}

/// Some pairs of a cast as tensors.
///
/// # Errors
/// When the numbers do not fill the shapes.
pub fn rows(cast: &Cast, pairs: &[Pair]) -> Result<PairRows> {
    let entities = cast.classes.len();
    let matrix = |values: Vec<f32>, rows: usize| {
        let width = values.len() / rows.max(1);
        Tensor::from_vec(values, (rows, width), &Device::Cpu)
    };
    let column = |values: Vec<u32>| {
        let rows = values.len();
        Tensor::from_vec(values, rows, &Device::Cpu)
    };
    Ok(PairRows {
        states: matrix(cast.states.clone(), entities)?,
        classes: column(cast.classes.iter().map(|&class| class as u32).collect())?,
        heads: column(pairs.iter().map(|pair| pair.head as u32).collect())?,
        tails: column(pairs.iter().map(|pair| pair.tail as u32).collect())?,
        context: matrix(pairs.iter().flat_map(|pair| pair.context.iter().copied()).collect(), pairs.len())?,
        looks: matrix(pairs.iter().flat_map(|pair| pair.looks.iter().copied()).collect(), pairs.len())?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::states::Attention;
    use super::*;

    /// A page of as many words as given, in one chunk, whose states are their own index.
    fn page(words: usize) -> PageStates {
        PageStates {
            width: 2,
            layers: BTreeMap::from([(1, (0..words).flat_map(|word| [word as f32, 1.0]).collect())]),
            attention: vec![Attention { words: 0..words, weights: vec![1.0; words * words], heads: 1 }],
        }
    }

    fn cast(states: &PageStates, members: &[Member]) -> Cast {
        let words = states.attention[0].words.end;
        let layers = RelationLayers { entity: vec![1], context: 1, between: 1 };
        Cast::new(states, &vec![0; words], members, &layers)
    }

    fn member(class: &str, mentions: &[(usize, usize)]) -> Member {
        let class = CLASSES.iter().position(|other| *other == class).unwrap();
        Member { class, mentions: mentions.iter().map(|&(start, end)| start..end).collect() }
    }

    #[test]
    fn values_are_tails_only_and_far_entities_are_not_paired() {
        let members = [member("PER", &[(0, 1)]), member("TIME", &[(4, 5)]), member("LOC", &[(400, 401)])];
        let pairs: Vec<_> = cast(&page(402), &members).pairs.iter().map(|pair| (pair.head, pair.tail)).collect();
        assert_eq!(pairs, [(0, 1)]);
    }

    #[test]
    fn the_closest_mentions_speak_for_a_pair_and_what_lies_between_is_averaged() {
        let members = [member("PER", &[(0, 1), (20, 21)]), member("LOC", &[(2, 3), (24, 26)])];
        let cast = cast(&page(30), &members);
        let pair = &cast.pairs[0];
        assert_eq!(pair.closest, (0, 0));
        assert_eq!(pair.looks.len(), PAIR_LOOKS);
        assert_eq!(pair.context[2..], [1.0, 1.0]);
        assert_eq!(cast.states[..2], [10.0, 1.0]);
        let alone = [member("PER", &[(20, 21)]), members[1].clone()];
        let cast = self::cast(&page(30), &alone);
        assert_eq!(cast.pairs[0].closest, (0, 1));
        assert_eq!(cast.pairs[0].context[2..], [22.0, 1.0]);
    }
}
