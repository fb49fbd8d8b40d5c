//! Relations of any ontology by what they are called: labels and text are encoded as one sequence, so that each is seen in
//! the light of the other (GLiNER, Zaratiana et al. 2024; GLiREL, Boylan et al. 2025).
//!
//! In: labels as word pieces, a tokenized text, entities with their mentions. Out: a logit for pairs of entities and
//! labels. Never: a pair of which no passage has both ends.

use super::candidates::{EntityCandidate, is_value};
use super::fused::{self, Activation, values};
use super::layers::{Dropout, Parameters, no_dropout};
use super::layout::{Chunker, TokenizedText};
use super::mentions::CLASSES;
use crate::Error;
use crate::engine::{Engine, OutputSelection};
use candle_core::{Device, Result, Tensor};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The most word pieces of a passage, without its labels.
pub const PASSAGE_PIECES: usize = 112;
/// The most word pieces of a label.
pub const LABEL_PIECES: usize = 16;
/// The most labels that a passage is read with at a time, and the most word pieces that they have together.
const MOST_LABELS: usize = 32;
const ALL_LABEL_PIECES: usize = 256;
/// What describes how two mentions stand to each other: a distance in words, in which order.
pub const PLACES: usize = 2 * (DISTANCES.len() + 1);
const DISTANCES: [usize; 11] = [0, 1, 2, 4, 7, 11, 16, 24, 36, 52, 80];
/// The width of a pair and a label where they are compared, and of what is asked of one end alone.
pub const PAIR_WIDTH: usize = 384;
/// See [`PAIR_WIDTH`].
pub const END_WIDTH: usize = 128;

/// Some sentences of a text that are read together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its words.
    pub words: Range<usize>,
    /// Their word pieces.
    pub ids: Vec<u32>,
    /// The pieces of each word.
    pub pieces: Vec<Range<usize>>,
}

/// What two passages that follow each other share when a text is read, in pieces at most: their last and first sentences.
pub const SHARED_PIECES: usize = PASSAGE_PIECES / 2;

/// The passages of some words of a text: whole sentences where they fit; each but the first begins with the last sentences
/// of the one before, up to so many pieces.
pub fn passages(tokenized: &TokenizedText, words: Range<usize>, most_shared: usize) -> Vec<Passage> {
    let length = |word: usize| tokenized.words[word].pieces.len();
    let mut spans: Vec<(Range<usize>, usize)> = Vec::new();
    for sentence in tokenized.sentences_among(words.clone()) {
        let (mut start, mut pieces) = (sentence.start + words.start, 0);
        for word in sentence.start + words.start..sentence.end + words.start {
            if pieces + length(word) > PASSAGE_PIECES && pieces > 0 {
                spans.push((start..word, pieces));
                (start, pieces) = (word, 0);
            }
            pieces += length(word);
        }
        spans.push((start..sentence.end + words.start, pieces));
    }
    let (mut passages, mut first) = (Vec::new(), 0);
    while first < spans.len() {
        let (mut end, mut pieces) = (first, 0);
        while end < spans.len() && (end == first || pieces + spans[end].1 <= PASSAGE_PIECES) {
            pieces += spans[end].1;
            end += 1;
        }
        passages.push(passage(tokenized, spans[first].0.start..spans[end - 1].0.end));
        if end == spans.len() {
            break;
        }
        // What they share leaves room for the sentence that comes next.
        let most_shared = most_shared.min(PASSAGE_PIECES.saturating_sub(spans[end].1));
        let (mut next, mut shared) = (end, 0);
        while next - 1 > first && shared + spans[next - 1].1 <= most_shared {
            next -= 1;
            shared += spans[next].1;
        }
        first = next;
    }
    passages
}

fn passage(tokenized: &TokenizedText, words: Range<usize>) -> Passage {
    let (mut ids, mut pieces) = (Vec::new(), Vec::with_capacity(words.len()));
    for word in words.clone() {
        let chunk = &tokenized.chunks[tokenized.chunk_of(word)];
        let start = ids.len();
        ids.extend_from_slice(&chunk.ids[tokenized.words[word].pieces.clone()]);
        pieces.push(start..ids.len());
    }
    Passage { words, ids, pieces }
}

/// A label as word pieces.
///
/// # Errors
/// When the tokenizer fails on it.
pub fn label_pieces(chunker: &Chunker, label: &str) -> std::result::Result<Vec<u32>, Error> {
    let tokenized = chunker.tokenize(label)?;
    let all = 0..tokenized.words.len();
    let mut ids = passage(&tokenized, all).ids;
    ids.truncate(LABEL_PIECES);
    Ok(ids)
}

/// By head and tail, which of the six classes a relation joins.
pub type JoinedClasses = [[bool; CLASSES.len()]; CLASSES.len()];

/// A label that a text is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedLabel {
    /// Its word pieces.
    pub pieces: Vec<u32>,
    /// The classes that it joins: a passage without such a pair is not asked for it.
    pub joins: JoinedClasses,
}

/// Labels, each followed by a separator, and behind them a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// All word pieces.
    pub ids: Vec<u32>,
    /// The rows of each label, its separator included.
    pub labels: Vec<Range<usize>>,
    /// The row of the passage's first piece.
    pub start: usize,
}

impl Sequence {
    /// Puts labels before a passage.
    pub fn new(chunker: &Chunker, labels: &[&[u32]], passage: &Passage) -> Sequence {
        let (before, after) = chunker.special();
        let mut ids = before.to_vec();
        let mut rows = Vec::with_capacity(labels.len());
        for label in labels {
            let start = ids.len();
            ids.extend_from_slice(label);
            ids.extend_from_slice(after);
            rows.push(start..ids.len());
        }
        let start = ids.len();
        ids.extend_from_slice(&passage.ids);
        ids.extend_from_slice(after);
        Sequence { ids, labels: rows, start }
    }

    /// The rows of some words of the passage.
    pub fn rows(&self, passage: &Passage, words: &Range<usize>) -> Range<usize> {
        let pieces = |word: usize| &passage.pieces[word - passage.words.start];
        pieces(words.start).start + self.start..pieces(words.end - 1).end + self.start
    }
}

/// Labels in groups that have room before a passage.
fn groups<'a>(asked: &'a [usize], pieces: &dyn Fn(usize) -> usize) -> Vec<&'a [usize]> {
    let (mut groups, mut first, mut taken) = (Vec::new(), 0, 0);
    for (place, &label) in asked.iter().enumerate() {
        if place > first && (place - first == MOST_LABELS || taken + pieces(label) > ALL_LABEL_PIECES) {
            groups.push(&asked[first..place]);
            (first, taken) = (place, 0);
        }
        taken += pieces(label);
    }
    groups.push(&asked[first..]);
    groups
}

/// A mention in a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageMention {
    /// Its entity.
    pub entity: usize,
    /// Which of the entity's mentions it is.
    pub place: usize,
    /// Its words.
    pub words: Range<usize>,
}

/// The mentions that lie in a passage, in order.
pub fn mentions_in(passage: &Passage, members: &[EntityCandidate]) -> Vec<PassageMention> {
    let of = |(entity, member): (usize, &EntityCandidate)| {
        let here = |words: &Range<usize>| passage.words.start <= words.start && words.end <= passage.words.end;
        let mentions =
            member.mentions.iter().cloned().enumerate().filter(|(_, words)| here(words) && !words.is_empty());
        mentions.map(|(place, words)| PassageMention { entity, place, words }).collect::<Vec<_>>()
    };
    let mut mentions: Vec<PassageMention> = members.iter().enumerate().flat_map(of).collect();
    mentions.sort_by_key(|mention| (mention.words.start, mention.words.end, mention.entity));
    mentions
}

/// Pairs of mentions, by their numbers.
#[derive(Clone, Debug, Default)]
pub struct MentionPairs {
    /// Of each pair the mention that is its head.
    pub heads: Vec<u32>,
    /// Of each pair the mention that is its tail.
    pub tails: Vec<u32>,
    /// How the two stand to each other, below [`PLACES`].
    pub places: Vec<u32>,
}

impl MentionPairs {
    /// All pairs of mentions that may be related: of two entities, the head no value, in parts of the text that are near.
    pub fn new(tokenized: &TokenizedText, members: &[EntityCandidate], mentions: &[PassageMention]) -> MentionPairs {
        let mut pairs = MentionPairs::default();
        let near = |one: &PassageMention, other: &PassageMention| {
            tokenized.part_of(one.words.start).is_near(tokenized.part_of(other.words.start))
        };
        for (head, one) in mentions.iter().enumerate().filter(|(_, one)| !is_value(members[one.entity].class)) {
            for (tail, other) in mentions.iter().enumerate() {
                if one.entity != other.entity && near(one, other) {
                    pairs.heads.push(head as u32);
                    pairs.tails.push(tail as u32);
                    pairs.places.push(place(&one.words, &other.words));
                }
            }
        }
        pairs
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }
}

/// How two mentions stand to each other.
fn place(head: &Range<usize>, tail: &Range<usize>) -> u32 {
    let gap = tail.start.saturating_sub(head.end).max(head.start.saturating_sub(tail.end));
    let bucket = DISTANCES.iter().position(|&edge| gap <= edge).unwrap_or(DISTANCES.len());
    (bucket + if head.start < tail.start { DISTANCES.len() + 1 } else { 0 }) as u32
}

/// The logit of each pair of mentions and each label, pairs × labels: a bilinear form of what a pair looks like and what a
/// label says, and of each end with the label alone. `mentions` and `labels` are mean states.
///
/// # Errors
/// When parameters are missing or shapes do not fit.
pub fn logits(
    parameters: &Parameters,
    (mentions, labels): (&Tensor, &Tensor),
    pairs: &MentionPairs,
    dropout: Dropout<'_>,
) -> Result<Tensor> {
    let indices = |numbers: &[u32]| Tensor::from_slice(numbers, numbers.len(), &Device::Cpu);
    let (heads, tails) = (indices(&pairs.heads)?, indices(&pairs.tails)?);
    let as_head = parameters.linear("prompt.head", mentions, Activation::Identity)?.index_select(&heads, 0)?;
    let as_tail = fused::product(mentions, parameters.tensor("prompt.tail.matrix")?)?.index_select(&tails, 0)?;
    let places = parameters.rows("prompt.places", &indices(&pairs.places)?)?;
    let pair = dropout(((as_head + as_tail)? + places)?.gelu()?)?;
    let pair = parameters.linear("prompt.pair", &pair, Activation::Identity)?;
    let label = parameters.linear("prompt.label", labels, Activation::Identity)?;
    let together = (pair.matmul(&label.t()?)? * (1.0 / (PAIR_WIDTH as f64).sqrt()))?;
    let scale = 1.0 / (END_WIDTH as f64).sqrt();
    let alone = |end: &str, rows: &Tensor| -> Result<Tensor> {
        let fits = parameters.linear(&format!("prompt.{end}.end"), mentions, Activation::Identity)?;
        let asked = parameters.linear(&format!("prompt.{end}.asked"), labels, Activation::Identity)?;
        (fits.matmul(&asked.t()?)? * scale)?.index_select(rows, 0)
    };
    let ends = (alone("head", &heads)? + alone("tail", &tails)?)?;
    (together + ends)?.broadcast_add(parameters.tensor("prompt.offset")?)
}

/// A pair of entities, a label, and how likely it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PromptedPair {
    /// Index of the head entity.
    pub head: usize,
    /// Index of the tail entity.
    pub tail: usize,
    /// Which mention of each tells it.
    pub closest: (usize, usize),
    /// Index of the label.
    pub label: usize,
    /// Its logit.
    pub logit: f32,
}

/// How sure a model that reads by labels has to be: its `labels.json`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PromptConfig {
    /// What models like it are called.
    pub name: String,
    /// By how many labels are asked for: the logit from which one is told.
    pub thresholds: BTreeMap<usize, f32>,
}

impl PromptConfig {
    /// The logit from which a label is told where so many are asked for: between two counts it goes by their logarithm, as the best
    /// of so many wrong ones does; below the first and above the last it stays.
    pub fn threshold(&self, count: usize) -> f32 {
        let below = self.thresholds.range(..=count).next_back();
        let above = self.thresholds.range(count..).next();
        match (below, above) {
            (Some((few, low)), Some((many, high))) if few < many => {
                let log = |count: usize| (count.max(1) as f32).ln();
                low + (log(count) - log(*few)) / (log(*many) - log(*few)) * (high - low)
            }
            (Some((_, threshold)), _) | (None, Some((_, threshold))) => *threshold,
            (None, None) => 0.0,
        }
    }
}

/// The head over an encoder that was tuned for it.
#[derive(Clone, Debug)]
pub struct PromptHead {
    /// Its parameters.
    pub parameters: Parameters,
}

impl PromptHead {
    /// The likeliest mention pair for each pair of entities and label, from a logit up, in order.
    ///
    /// # Errors
    /// When the encoder or tensor arithmetic fails; [`Error::Stopped`] when somebody asked.
    pub fn read(
        &self,
        (chunker, engine): (&Chunker, &Engine),
        labels: &[AskedLabel],
        (tokenized, words, members): (&TokenizedText, Range<usize>, &[EntityCandidate]),
        (least, stop): (f32, fn() -> bool),
    ) -> std::result::Result<Vec<PromptedPair>, Error> {
        let mut best: BTreeMap<(usize, usize, usize), PromptedPair> = BTreeMap::new();
        let last = engine.config().num_hidden_layers;
        for passage in passages(tokenized, words, SHARED_PIECES) {
            let mentions = mentions_in(&passage, members);
            let pairs = MentionPairs::new(tokenized, members, &mentions);
            if pairs.is_empty() {
                continue;
            }
            let class = |mention: u32| members[mentions[mention as usize].entity].class;
            let ends = pairs.heads.iter().zip(&pairs.tails);
            let here: BTreeSet<(usize, usize)> = ends.map(|(head, tail)| (class(*head), class(*tail))).collect();
            let joins = |label: usize| here.iter().any(|&(head, tail)| labels[label].joins[head][tail]);
            let asked: Vec<usize> = (0..labels.len()).filter(|label| joins(*label)).collect();
            if asked.is_empty() {
                continue;
            }
            for asked in groups(&asked, &|label| labels[label].pieces.len() + 1) {
                if stop() {
                    return Err(Error::Stopped);
                }
                let labels: Vec<&[u32]> = asked.iter().map(|&label| labels[label].pieces.as_slice()).collect();
                let sequence = Sequence::new(chunker, &labels, &passage);
                let output = engine.encode(&[&sequence.ids], OutputSelection { layers: &[last], attention: false })?;
                let states = &output[0].layers[0];
                let width = states.len() / sequence.ids.len();
                let mean = |rows: Range<usize>| -> Vec<f32> {
                    let mut mean = vec![0f32; width];
                    let scale = 1.0 / rows.len() as f32;
                    for row in states[rows.start * width..rows.end * width].chunks(width) {
                        mean.iter_mut().zip(row).for_each(|(mean, x)| *mean += x * scale);
                    }
                    mean
                };
                let tensor = |rows: Vec<Vec<f32>>| Tensor::from_vec(rows.concat(), (rows.len(), width), &Device::Cpu);
                let ends = mentions.iter().map(|mention| mean(sequence.rows(&passage, &mention.words)));
                let ends = tensor(ends.collect())?;
                let rows = tensor(sequence.labels.iter().cloned().map(mean).collect())?;
                let logits = values(&logits(&self.parameters, (&ends, &rows), &pairs, &mut no_dropout)?)?;
                for (pair, logits) in logits.chunks(labels.len()).enumerate() {
                    let (head, tail) = (&mentions[pairs.heads[pair] as usize], &mentions[pairs.tails[pair] as usize]);
                    let told = asked.iter().copied().zip(logits.iter().copied());
                    for (label, logit) in told.filter(|(_, logit)| *logit >= least) {
                        let closest = (head.place, tail.place);
                        let found = PromptedPair { head: head.entity, tail: tail.entity, closest, label, logit };
                        let kept = best.entry((head.entity, tail.entity, label)).or_insert(found);
                        if kept.logit < logit {
                            *kept = found;
                        }
                    }
                }
            }
        }
        Ok(best.into_values().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;

    fn tokenized(text: &str) -> TokenizedText {
        bundled::backbone().unwrap().chunker.tokenize(text).unwrap()
    }

    #[test]
    fn passages_hold_every_word_and_share_whole_sentences() {
        let text =
            "Odd Falk treated the spaniel of Ada Quill at Holm Clinic on Monday. ".repeat(20) + &"heifer ".repeat(300);
        let tokenized = tokenized(&text);
        let all = passages(&tokenized, 0..tokenized.words.len(), SHARED_PIECES);
        let mut next = 0;
        for passage in &all {
            assert!(passage.words.start <= next && passage.words.end > next, "{next} {:?}", passage.words);
            next = passage.words.end;
            assert!(passage.ids.len() <= PASSAGE_PIECES && passage.pieces.last().unwrap().end == passage.ids.len());
        }
        assert_eq!(next, tokenized.words.len());
        let [first, second, ..] = all.as_slice() else { panic!("one passage") };
        assert!(second.words.start < first.words.end);
        assert_eq!(tokenized.form(&text, second.words.start), "Odd");
        let apart = passages(&tokenized, 0..tokenized.words.len(), 0);
        assert!(apart.windows(2).all(|two| two[0].words.end == two[1].words.start));
    }

    #[test]
    fn a_sequence_finds_its_labels_and_words_again() {
        let backbone = bundled::backbone().unwrap();
        let tokenized = tokenized("Odd Falk treated the spaniel.");
        let passage = passages(&tokenized, 0..tokenized.words.len(), 0).remove(0);
        let labels = ["vet treated patient", "owned by"].map(|label| label_pieces(&backbone.chunker, label).unwrap());
        let sequence = Sequence::new(&backbone.chunker, &labels.each_ref().map(Vec::as_slice), &passage);
        let (before, after) = backbone.chunker.special();
        assert_eq!(sequence.ids[..before.len()], *before);
        for (rows, label) in sequence.labels.iter().zip(&labels) {
            assert_eq!(sequence.ids[rows.clone()], [label.as_slice(), after].concat());
        }
        let spaniel = label_pieces(&backbone.chunker, "spaniel").unwrap();
        assert_eq!(sequence.ids[sequence.rows(&passage, &(4..5))], spaniel[..]);
        assert!(label_pieces(&backbone.chunker, &"owned by ".repeat(30)).unwrap().len() == LABEL_PIECES);
    }

    #[test]
    fn labels_stand_in_groups_that_have_room() {
        let asked: Vec<usize> = (0..70).collect();
        let sizes = |pieces: usize| groups(&asked, &|_| pieces).iter().map(|group| group.len()).collect::<Vec<_>>();
        assert_eq!(sizes(4), [32, 32, 6]);
        assert_eq!(sizes(LABEL_PIECES + 1), [15, 15, 15, 15, 10]);
        assert_eq!(groups(&asked, &|_| 4).concat(), asked);
    }

    #[test]
    fn the_more_labels_are_asked_for_the_surer_one_has_to_be() {
        let config = PromptConfig { name: String::new(), thresholds: BTreeMap::from([(4, 0.0), (16, 1.0), (64, 3.0)]) };
        let told = [1, 4, 8, 16, 32, 64, 100].map(|count| config.threshold(count));
        let expected = [0.0, 0.0, 0.5, 1.0, 2.0, 3.0, 3.0];
        assert!(told.iter().zip(expected).all(|(told, expected)| (told - expected).abs() < 1e-5), "{told:?}");
    }

    #[test]
    fn pairs_say_how_far_apart_their_ends_are_and_in_which_order() {
        let tokenized = tokenized("Odd Falk of Holm left in 1921.");
        let class = |name: &str| super::super::mentions::CLASSES.iter().position(|known| *known == name).unwrap();
        let member = |name: &str, words: Range<usize>| EntityCandidate { class: class(name), mentions: vec![words] };
        let members = [member("PER", 0..2), member("LOC", 3..4), member("TIME", 6..7)];
        let passage = passages(&tokenized, 0..tokenized.words.len(), 0).remove(0);
        let mentions = mentions_in(&passage, &members);
        let pairs = MentionPairs::new(&tokenized, &members, &mentions);
        let told: Vec<_> =
            pairs.heads.iter().zip(&pairs.tails).zip(&pairs.places).map(|((h, t), p)| (*h, *t, *p)).collect();
        // A date is no head.
        assert_eq!(told, [(0, 1, 13), (0, 2, 15), (1, 0, 1), (1, 2, 14)]);
    }
}
