//! Which of a text's entities are paired, and what the relation head is shown of each pair: localized context pooling
//! after ATLOP (Zhou et al. 2021).
//!
//! In: entities with their mentions' states and attention. Out: pairs, one by one. Never: a pair out of reach, or one
//! whose ends stand in different sections or items.

use super::layout::TokenizedText;
use super::mentions::CLASSES;

use super::states::WordStates;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Entities whose closest mentions are more words apart are not paired.
pub const REACH: usize = 256;
/// Numbers that describe a pair besides states.
pub const PAIR_FEATURES: usize = 44;
/// At most this many words between two mentions are averaged.
const BETWEEN: usize = 40;
/// Contexts that are kept for the pair the other way round; beyond them each is made twice.
const MOST_KEPT: usize = 8_192;
/// An entity as the relation head sees it.
#[derive(Clone, Debug)]
pub struct EntityCandidate {
    /// Index into [`CLASSES`].
    pub class: usize,
    /// The words of each mention, in order.
    pub mentions: Vec<Range<usize>>,
}

/// A pair of entities ready for the head.
#[derive(Clone, Debug)]
pub struct CandidatePair {
    /// Index of the head entity.
    pub head: usize,
    /// Index of the tail entity.
    pub tail: usize,
    /// Which mention of each is closest to the other.
    pub closest: (usize, usize),
    /// Localized context, then the mean state between the closest mentions; the same both ways.
    pub context: Arc<[f32]>,
    /// Distance, order, classes and the like.
    pub features: Vec<f32>,
}

/// The entities of one text with all their pairs in reach.
#[derive(Clone, Debug, Default)]
pub struct CandidateSet {
    /// Entities × (entity layers · width): the means over their mentions.
    pub states: Vec<f32>,
    /// Mentions × (entity layers · width), entity by entity.
    pub mentions: Vec<f32>,
    /// The number of each entity's first mention among all of them.
    pub starts: Vec<usize>,
    /// The class of each entity.
    pub classes: Vec<usize>,
    /// All ordered pairs in reach whose head is neither a time nor a number.
    pub pairs: Vec<CandidatePair>,
}

impl CandidateSet {
    /// Prepares the pairs of a text's entities.
    pub fn new(
        states: &WordStates,
        tokenized: &TokenizedText,
        members: &[EntityCandidate],
        layers: &RelationLayers,
    ) -> CandidateSet {
        let pairs = CandidatePairs::new(states, tokenized, members, layers).collect();
        CandidateSet { pairs, ..CandidateSet::alone(states, members, layers) }
    }

    /// The entities without their pairs.
    pub fn alone(states: &WordStates, members: &[EntityCandidate], layers: &RelationLayers) -> CandidateSet {
        let mut candidates =
            CandidateSet { classes: members.iter().map(|member| member.class).collect(), ..CandidateSet::default() };
        let mut count = 0;
        for member in members {
            candidates.starts.push(count);
            count += member.mentions.len();
            for &layer in &layers.entity {
                candidates.states.extend(mean(states, layer, &member.mentions));
            }
            for mention in &member.mentions {
                for &layer in &layers.entity {
                    candidates.mentions.extend(mean(states, layer, std::slice::from_ref(mention)));
                }
            }
        }
        candidates
    }

    /// The mentions of a pair's head and tail that are closest to each other, among those of all entities.
    pub fn closest(&self, pair: &CandidatePair) -> [usize; 2] {
        [self.starts[pair.head] + pair.closest.0, self.starts[pair.tail] + pair.closest.1]
    }
}

/// The pairs of a text, one after the other: a long text has more than memory should hold.
pub struct CandidatePairs<'a> {
    states: &'a WordStates,
    tokenized: &'a TokenizedText,
    members: &'a [EntityCandidate],
    layers: &'a RelationLayers,
    /// Whether not all mentions may speak of all.
    parted: bool,
    attention: Vec<BTreeMap<usize, Vec<f32>>>,
    /// The next head and tail.
    next: (usize, usize),
    /// Contexts that the pair the other way round will need.
    kept: BTreeMap<(usize, usize), Arc<[f32]>>,
}

impl<'a> CandidatePairs<'a> {
    /// The pairs of a text's entities, by head and tail.
    pub fn new(
        states: &'a WordStates,
        tokenized: &'a TokenizedText,
        members: &'a [EntityCandidate],
        layers: &'a RelationLayers,
    ) -> Self {
        let attention = members.iter().map(|member| entity_attention(states, member)).collect();
        let parted = tokenized.has_parts();
        CandidatePairs { states, tokenized, members, layers, parted, attention, next: (0, 0), kept: BTreeMap::new() }
    }

    /// The pair of a head and a tail, if they are in each other's reach.
    fn pair(&mut self, head: usize, tail: usize) -> Option<CandidatePair> {
        let (first, second) = (head.min(tail), head.max(tail));
        let (closest, gap) = self.closest(&self.members[first], &self.members[second])?;
        if gap > REACH {
            return None;
        }
        let closest = if head < tail { closest } else { (closest.1, closest.0) };
        let (one, other) = (&self.members[head], &self.members[tail]);
        let spans = (&one.mentions[closest.0], &other.mentions[closest.1]);
        let context = self.kept.remove(&(first, second)).unwrap_or_else(|| {
            let (one, other) = (&self.attention[head], &self.attention[tail]);
            let mut context = localized(self.states, self.layers.context, one, other);
            context.extend(between(self.states, self.layers.between, spans));
            context.into()
        });
        if head < tail && !is_value(other.class) && self.kept.len() < MOST_KEPT {
            self.kept.insert((first, second), Arc::clone(&context));
        }
        let features =
            Place { closest: spans, gap, tokenized: self.tokenized, states: self.states }.features(one, other);
        Some(CandidatePair { head, tail, closest, context, features })
    }

    /// The closest two mentions that may speak of each other, and the number of words between them.
    fn closest(&self, one: &EntityCandidate, other: &EntityCandidate) -> Option<((usize, usize), usize)> {
        let mut best = None;
        let mut least = usize::MAX;
        for (i, a) in one.mentions.iter().enumerate() {
            for (j, b) in other.mentions.iter().enumerate() {
                let gap = b.start.saturating_sub(a.end).max(a.start.saturating_sub(b.end));
                let near = || !self.parted || self.tokenized.part_of(a.start).is_near(self.tokenized.part_of(b.start));
                if gap < least && near() {
                    (best, least) = (Some((i, j)), gap);
                }
            }
        }
        Some((best?, least))
    }
}

impl Iterator for CandidatePairs<'_> {
    type Item = CandidatePair;

    fn next(&mut self) -> Option<CandidatePair> {
        loop {
            let (head, tail) = self.next;
            if head == self.members.len() {
                return None;
            }
            let done = tail + 1 == self.members.len() || is_value(self.members[head].class);
            self.next = if done { (head + 1, 0) } else { (head, tail + 1) };
            if head != tail
                && !is_value(self.members[head].class)
                && let Some(pair) = self.pair(head, tail)
            {
                return Some(pair);
            }
        }
    }
}

/// Whether a class is of values rather than things.
pub fn is_value(class: usize) -> bool {
    matches!(CLASSES[class], "TIME" | "NUM")
}

/// The mean over mentions of the means of their words.
fn mean(states: &WordStates, layer: usize, mentions: &[Range<usize>]) -> Vec<f32> {
    let mut mean = vec![0f32; states.width];
    for words in mentions {
        let scale = 1.0 / (words.len() * mentions.len()) as f32;
        for word in words.clone() {
            mean.iter_mut().zip(states.word(layer, word)).for_each(|(m, x)| *m += x * scale);
        }
    }
    mean
}

/// By chunk: heads × words, the mean attention of the entity's words there.
fn entity_attention(states: &WordStates, member: &EntityCandidate) -> BTreeMap<usize, Vec<f32>> {
    let mut by_chunk: BTreeMap<usize, (Vec<f32>, usize)> = BTreeMap::new();
    for word in member.mentions.iter().cloned().flatten() {
        let Some(chunk) = states.chunk_of(word) else { continue };
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
    states: &WordStates,
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

fn between(states: &WordStates, layer: usize, (a, b): (&Range<usize>, &Range<usize>)) -> Vec<f32> {
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
    tokenized: &'a TokenizedText,
    states: &'a WordStates,
}

impl Place<'_> {
    fn features(&self, one: &EntityCandidate, other: &EntityCandidate) -> Vec<f32> {
        let (a, b) = self.closest;
        let sentence = |word: usize| self.tokenized.words[word].sentence;
        let sentences = sentence(a.start).abs_diff(sentence(b.start));
        let chunk = |word: usize| self.states.chunk_of(word);
        let first = |member: &EntityCandidate| member.mentions[0].start;
        let mut features = Vec::with_capacity(PAIR_FEATURES);
        let mut bucket = |value: usize, edges: &[usize]| {
            let index = edges.iter().position(|&edge| value <= edge).unwrap_or(edges.len());
            features.extend((0..=edges.len()).map(|other| f32::from(u8::from(other == index))));
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
            sentence(first(one)) == 0,
            sentence(first(other)) == 0,
            first(one) < first(other),
            false,
        ];
        features.extend(flags.map(|flag| f32::from(u8::from(flag))));
        for member in [one, other] {
            features.extend((0..CLASSES.len()).map(|class| f32::from(u8::from(class == member.class))));
        }
        features
    }
}

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

#[cfg(test)]
mod tests {
    use super::super::layout::Word;
    use super::super::states::Attention;
    use super::*;
    use kgloom_record::record::Span;

    /// A tokenized text of as many words as given, in one chunk, whose states are their own index.
    fn tokenized(words: usize) -> WordStates {
        WordStates {
            width: 2,
            words: 0..words,
            layers: BTreeMap::from([(1, (0..words).flat_map(|word| [word as f32, 1.0]).collect())]),
            attention: vec![Attention { words: 0..words, weights: vec![1.0; words * words], heads: 1 }],
        }
    }

    fn candidates(states: &WordStates, members: &[EntityCandidate]) -> CandidateSet {
        parted(states, members, &[0])
    }

    /// The same, the tokenized text cut into parts that are not near at some words.
    fn parted(states: &WordStates, members: &[EntityCandidate], starts: &[usize]) -> CandidateSet {
        let part = |word: usize| starts.partition_point(|start| *start <= word) - 1;
        let span = Span { start: 0, end: 1 };
        let word = |word| Word { span, sentence: part(word), pieces: word..word + 1 };
        let headings = "# A\n# B\n# C";
        let parts = super::super::sentence::segment(headings).parts[..starts.len()].to_vec();
        let tokenized = TokenizedText {
            sentences: vec![span; starts.len()],
            parts,
            words: states.words.clone().map(word).collect(),
            chunks: Vec::new(),
        };
        let layers = RelationLayers { entity: vec![1], context: 1, between: 1 };
        CandidateSet::new(states, &tokenized, members, &layers)
    }

    fn member(class: &str, mentions: &[(usize, usize)]) -> EntityCandidate {
        let class = CLASSES.iter().position(|other| *other == class).unwrap();
        EntityCandidate { class, mentions: mentions.iter().map(|&(start, end)| start..end).collect() }
    }

    #[test]
    fn values_are_tails_only_and_far_entities_are_not_paired() {
        let members = [member("PER", &[(0, 1)]), member("TIME", &[(4, 5)]), member("LOC", &[(400, 401)])];
        let pairs: Vec<_> =
            candidates(&tokenized(402), &members).pairs.iter().map(|pair| (pair.head, pair.tail)).collect();
        assert_eq!(pairs, [(0, 1)]);
    }

    #[test]
    fn the_closest_mentions_speak_for_a_pair_and_what_lies_between_is_averaged() {
        let members = [member("PER", &[(0, 1), (20, 21)]), member("LOC", &[(2, 3), (24, 26)])];
        let candidates = candidates(&tokenized(30), &members);
        let pair = &candidates.pairs[0];
        assert_eq!(pair.closest, (0, 0));
        assert_eq!(pair.features.len(), PAIR_FEATURES);
        assert_eq!(pair.context[2..], [1.0, 1.0]);
        assert_eq!(candidates.states[..2], [10.0, 1.0]);
        assert_eq!(candidates.mentions, [0.0, 1.0, 20.0, 1.0, 2.0, 1.0, 24.5, 1.0]);
        assert_eq!(candidates.closest(&candidates.pairs[1]), [2, 0]);
        let alone = [member("PER", &[(20, 21)]), members[1].clone()];
        let candidates = self::candidates(&tokenized(30), &alone);
        assert_eq!(candidates.pairs[0].closest, (0, 1));
        assert_eq!(candidates.pairs[0].context[2..], [22.0, 1.0]);
    }

    #[test]
    fn ends_in_different_parts_are_no_pair_and_an_entity_in_both_is_paired_where_it_is_near() {
        let members = [member("PER", &[(0, 1), (12, 13)]), member("LOC", &[(8, 9)]), member("ORG", &[(20, 21)])];
        let pairs = |starts: &[usize]| {
            let candidates = parted(&tokenized(30), &members, starts);
            candidates.pairs.iter().map(|pair| (pair.head, pair.tail, pair.closest)).collect::<Vec<_>>()
        };
        let all = [(0, 1, (1, 0)), (0, 2, (1, 0)), (1, 0, (0, 1)), (1, 2, (0, 0)), (2, 0, (0, 1)), (2, 1, (0, 0))];
        assert_eq!(pairs(&[0]), all);
        assert_eq!(pairs(&[0, 10]), [(0, 1, (0, 0)), (0, 2, (1, 0)), (1, 0, (0, 0)), (2, 0, (0, 1))]);
        assert_eq!(pairs(&[0, 10, 15]), [(0, 1, (0, 0)), (1, 0, (0, 0))]);
    }
}
