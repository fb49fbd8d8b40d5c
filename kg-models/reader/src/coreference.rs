//! Who is who within one text: names, surnames, acronyms and aliases joined by a small scorer over mention pairs.
//!
//! In: mentions with their words and states. Out: an entity number for each mention. Never: a look outside the text.

use super::blocks::Part;
use super::fused::Activation;
use super::layers::Parameters;
use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::states::WordStates;
use super::suffixes::is_generation;
use crate::Error;
use candle_core::{Device, Result, Tensor};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that describe a pair of mentions.
pub const PAIR_WIDTH: usize = 48;
/// The first of them compare the names.
const NAME_WIDTH: usize = 17;
/// The last of them are the classes of both.
const CLASS_START: usize = PAIR_WIDTH - 2 * CLASSES.len();
/// Mentions further back than this are not considered as antecedents.
pub const REACH: usize = 300;

/// Words that introduce another name of what was just named; they come with this English model.
const ALIAS_CUES: [&str; 16] = [
    "or",
    "aka",
    "known",
    "called",
    "officially",
    "formerly",
    "formally",
    "born",
    "abbreviated",
    "nicknamed",
    "named",
    "titled",
    "spelled",
    "spelt",
    "also",
    "simply",
];
/// At most this many words introduce it.
const CUE_REACH: usize = 7;

/// A mention as coreference sees it.
#[derive(Clone, Debug)]
pub struct MentionFeatures {
    /// Index into [`CLASSES`].
    pub class: usize,
    /// The text as written.
    surface: String,
    /// Its words in lower case, without a leading article and without punctuation.
    words: Vec<String>,
    /// The first letters of its capitalised words.
    initials: String,
    trigrams: BTreeSet<[char; 3]>,
    sentence: usize,
    /// The section, item or row that it stands in.
    part: Part,
    /// The mean states of its words at two layers, each of length 1.
    states: [Vec<f32>; 2],
    /// First and last word in the tokenized text.
    place: (usize, usize),
    opens_aside: bool,
    /// How many words back the nearest alias cue is, up to [`CUE_REACH`].
    cue: Option<usize>,
}

/// What mentions are compared by: the text, its layout, and states at two layers.
#[derive(Clone, Copy, Debug)]
pub struct CoreferenceInput<'a> {
    /// The text.
    pub text: &'a str,
    /// Its layout.
    pub tokenized: &'a TokenizedText,
    /// Its states.
    pub states: &'a WordStates,
    /// Two of the layers that the states keep.
    pub layers: [usize; 2],
}

/// Without a scorer: the entity of each mention, numbered by first mention; equal names of one class are one.
pub fn by_name(text: &str, tokenized: &TokenizedText, found: &[MentionSpan]) -> Vec<u32> {
    let mut known: BTreeMap<(String, usize), u32> = BTreeMap::new();
    let mut entity = |found: &MentionSpan| {
        let forms = tokenized.words[found.words.clone()].iter().map(|word| word.span.of(text).unwrap_or_default());
        let name = forms.collect::<Vec<_>>().join(" ").to_lowercase();
        let next = known.len() as u32;
        *known.entry((name, found.class)).or_insert(next)
    };
    found.iter().map(&mut entity).collect()
}

/// Prepares mentions for comparison.
pub fn mention_features(input: CoreferenceInput<'_>, found: &[MentionSpan]) -> Vec<MentionFeatures> {
    found.iter().map(|mention| MentionFeatures::new(input, mention)).collect()
}

impl MentionFeatures {
    fn new(input: CoreferenceInput<'_>, found: &MentionSpan) -> MentionFeatures {
        let CoreferenceInput { text, tokenized, states, layers } = input;
        let words = &tokenized.words[found.words.clone()];
        let forms: Vec<&str> = words.iter().map(|word| word.span.of(text).unwrap_or_default()).collect();
        let mut lower: Vec<String> = forms
            .iter()
            .filter(|form| form.chars().any(char::is_alphanumeric))
            .map(|form| form.to_lowercase())
            .collect();
        if lower.len() > 1 && lower[0] == "the" {
            lower.remove(0);
        }
        // Which of two of one name it is, others tell.
        if lower.len() > 2 && lower.last().is_some_and(|last| is_generation(last)) {
            lower.pop();
        }
        let initial = |form: &&str| form.chars().next().filter(|c| c.is_uppercase());
        let joined: Vec<char> = format!(" {} ", lower.join(" ")).chars().collect();
        let before = found.words.start.checked_sub(1).and_then(|index| tokenized.words[index].span.of(text));
        let range = words.first().zip(words.last()).map(|(a, b)| a.span.start as usize..b.span.end as usize);
        MentionFeatures {
            class: found.class,
            surface: range.and_then(|range| text.get(range)).unwrap_or_default().to_owned(),
            initials: forms.iter().filter_map(initial).flat_map(char::to_lowercase).collect(),
            trigrams: joined.windows(3).map(|w| [w[0], w[1], w[2]]).collect(),
            words: lower,
            sentence: words.first().map_or(0, |word| word.sentence),
            part: words.first().map_or_else(Part::default, |word| tokenized.parts[word.sentence]),
            states: layers.map(|layer| states.direction(layer, found.words.clone())),
            place: (found.words.start, found.words.end),
            opens_aside: before == Some("("),
            cue: (1..=CUE_REACH.min(found.words.start)).find(|back| {
                let form = tokenized.words[found.words.start - back].span.of(text).unwrap_or_default();
                ALIAS_CUES.contains(&form.to_lowercase().as_str())
            }),
        }
    }
}

/// Whether two mentions may be one: within a part anything may be; beyond it only a full name says who is meant.
fn may_be_one(earlier: &MentionFeatures, later: &MentionFeatures) -> bool {
    earlier.part.is_near(later.part) || (earlier.words == later.words && is_full(later.class, later.words.len()))
}

/// Whether so many words name somebody or something by themselves: a lone first name or surname does not.
pub(super) fn is_full(class: usize, words: usize) -> bool {
    words > usize::from(CLASSES[class] == "PER")
}

/// The numbers for a pair, the earlier mention first; `between` is how many mentions lie between them.
pub fn pair(earlier: &MentionFeatures, later: &MentionFeatures, between: usize) -> [f32; PAIR_WIDTH] {
    let mut row = [0f32; PAIR_WIDTH];
    row[..NAME_WIDTH].copy_from_slice(&names(earlier, later));
    row[NAME_WIDTH..CLASS_START].copy_from_slice(&places(earlier, later, between));
    row[CLASS_START + earlier.class] = 1.0;
    row[CLASS_START + CLASSES.len() + later.class] = 1.0;
    row
}

fn flag(value: bool) -> f32 {
    f32::from(u8::from(value))
}

/// How alike two names are.
fn names(earlier: &MentionFeatures, later: &MentionFeatures) -> [f32; NAME_WIDTH] {
    let (a, b) = (&earlier.words, &later.words);
    let shared = a.iter().filter(|word| b.contains(word)).count();
    let contained = |small: &[String], large: &[String]| {
        small.len() < large.len() && !small.is_empty() && small.iter().all(|w| large.contains(w))
    };
    let acronym = |short: &MentionFeatures, long: &MentionFeatures| {
        let compact: String = short.words.concat();
        long.words.len() > 1 && compact.chars().count() > 1 && compact == long.initials
    };
    let prefix = earlier.surface.chars().zip(later.surface.chars()).take_while(|(x, y)| x == y).count() as f32;
    let longest = earlier.surface.chars().count().max(later.surface.chars().count()).max(1) as f32;
    let common = earlier.trigrams.intersection(&later.trigrams).count() as f32;
    let total = (earlier.trigrams.len() + later.trigrams.len()) as f32 - common;
    let equal = a == b && !a.is_empty();
    [
        flag(earlier.surface == later.surface),
        flag(equal),
        flag(equal && earlier.class == later.class),
        flag(contained(b, a) && a.ends_with(b)),
        flag(contained(b, a) && a.starts_with(b)),
        flag(contained(b, a)),
        flag(contained(a, b) && b.ends_with(a)),
        flag(contained(a, b) && b.starts_with(a)),
        flag(contained(a, b)),
        flag(acronym(later, earlier)),
        flag(acronym(earlier, later)),
        flag(a.first() == b.first()),
        flag(a.last() == b.last()),
        shared as f32 / (a.len() + b.len() - shared).max(1) as f32,
        common / total.max(1.0),
        prefix / longest,
        flag(prefix >= 4.0),
    ]
}

/// How two mentions stand to each other in the text, and what kind of words they are.
fn places(earlier: &MentionFeatures, later: &MentionFeatures, between: usize) -> [f32; CLASS_START - NAME_WIDTH] {
    let cosine =
        |index: usize| -> f32 { earlier.states[index].iter().zip(&later.states[index]).map(|(x, y)| x * y).sum() };
    let sentences = later.sentence.saturating_sub(earlier.sentence);
    let same_class = earlier.class == later.class;
    let adjacent = later.opens_aside && later.place.0 == earlier.place.1 + 1;
    let gap = later.place.0.saturating_sub(earlier.place.1);
    let introduced = sentences == 0 && between == 0 && later.cue.is_some_and(|back| back <= gap) && gap <= CUE_REACH;
    [
        flag(adjacent),
        flag(adjacent && earlier.words.first() != later.words.first()),
        flag(same_class),
        flag(sentences == 0),
        flag(sentences == 1),
        flag(sentences == 2),
        flag(sentences > 2),
        flag(between == 0),
        flag((1..4).contains(&between)),
        flag(between > 10),
        cosine(0),
        cosine(1),
        flag(earlier.words.len() == 1),
        flag(later.words.len() == 1),
        flag(later.initials.is_empty()),
        flag(earlier.initials.is_empty()),
        flag(introduced),
        flag(introduced && same_class),
        flag(introduced && earlier.place.0 == 0),
    ]
}

/// Logits of pairs: rows × [`PAIR_WIDTH`] to rows.
///
/// # Errors
/// When parameters are missing or misshapen.
pub fn logits(parameters: &Parameters, pairs: &Tensor) -> Result<Tensor> {
    let hidden = parameters.linear("hidden", pairs, Activation::Relu)?;
    parameters.linear("same", &hidden, Activation::Identity)?.squeeze(1)
}

/// The trained scorer.
#[derive(Clone, Debug)]
pub struct CoreferenceHead {
    /// Its parameters.
    pub parameters: Parameters,
    /// The logit from which two mentions are joined.
    pub threshold: f32,
}

impl CoreferenceHead {
    /// The entity of each mention, numbered by first mention: each joins its best antecedent, if that is good enough.
    ///
    /// # Errors
    /// When tensor arithmetic fails; [`Error::Stopped`] when somebody asked to stop.
    pub fn cluster(&self, named: &[MentionFeatures], stop: fn() -> bool) -> std::result::Result<Vec<u32>, Error> {
        let mut entities: Vec<u32> = Vec::with_capacity(named.len());
        let mut count = 0;
        for (index, later) in named.iter().enumerate() {
            if stop() {
                return Err(Error::Stopped);
            }
            let others: Vec<usize> =
                (index.saturating_sub(REACH)..index).filter(|&other| may_be_one(&named[other], later)).collect();
            let scores = self.scores(named, index, &others)?;
            let mut best: Option<(usize, f32)> = None;
            for (&other, &score) in others.iter().zip(&scores) {
                if score >= self.threshold && best.is_none_or(|(_, top)| score >= top) {
                    best = Some((other, score));
                }
            }
            entities.push(match best {
                Some((antecedent, _)) => entities[antecedent],
                None => {
                    count += 1;
                    count - 1
                }
            });
        }
        Ok(entities)
    }

    fn scores(&self, named: &[MentionFeatures], index: usize, others: &[usize]) -> Result<Vec<f32>> {
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let row = |&other: &usize| pair(&named[other], &named[index], index - other - 1);
        let rows: Vec<f32> = others.iter().flat_map(row).collect();
        logits(&self.parameters, &Tensor::from_vec(rows, (others.len(), PAIR_WIDTH), &Device::Cpu)?)?.to_vec1()
    }
}
