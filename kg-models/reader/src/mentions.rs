//! The mention head: word states and surface features to BIO tags, by residual convolutions and a linear-chain CRF
//! (Lafferty et al. 2001).
//!
//! In: a tokenized text's word rows. Out: spans of words with a class and a score. Never: overlapping mentions, or one
//! across sentences.

use super::fused::{self, Activation};
use super::layers::{Dropout, Parameters, no_dropout};
use super::shape::{SHAPE_WIDTH, Shape, TABLES};
use candle_core::{Device, Result, Tensor};
use std::ops::Range;

/// What a Wikidata property's IRI begins with.
pub const PROPERTY: &str = "http://www.wikidata.org/prop/direct/";
/// The mention classes, in the order of the tags.
pub const CLASSES: [&str; 6] = ["PER", "ORG", "LOC", "TIME", "NUM", "MISC"];
/// The IRI of each of [`CLASSES`].
pub const CLASS_IRIS: [&str; 6] = [
    "urn:kgloom:Person",
    "urn:kgloom:Organization",
    "urn:kgloom:Location",
    "urn:kgloom:Time",
    "urn:kgloom:Quantity",
    "urn:kgloom:Miscellaneous",
];
/// Tags of those classes.
pub const TAGS: usize = tags(CLASSES.len());
/// Tags as bits.
pub type TagSet = u128;
/// The most classes that a head may have.
pub const MOST_CLASSES: usize = (TagSet::BITS as usize - 1) / 2;
/// The sets whose annotation styles the head tells apart, by style; a model says which one reading uses.
pub const STYLES: [&str; 6] = ["re-docred", "few-nerd", "wikiann-en", "wnut17", "text2kgbench", "written"];

/// How many tags so many classes have: outside, then begin and inside of each class.
pub const fn tags(classes: usize) -> usize {
    1 + 2 * classes
}

/// All tags of so many.
pub fn every(tags: usize) -> TagSet {
    TagSet::MAX >> (TagSet::BITS as usize - tags)
}

/// The tag that begins a class.
pub fn begin(class: usize) -> usize {
    1 + 2 * class
}

/// The tag that goes on with a class.
pub fn inside(class: usize) -> usize {
    2 + 2 * class
}

/// Whether `to` may follow `from`; `None` is a sentence's start.
pub fn may_follow(from: Option<usize>, to: usize) -> bool {
    let goes_on = to > 0 && to.is_multiple_of(2);
    !goes_on || from.is_some_and(|from| from == to || from + 1 == to)
}

/// A word's surface features and annotation style.
pub type SurfaceFeatures<'a> = (&'a Shape, u32);

/// The head's input: one row a word, separators between texts.
#[derive(Clone, Debug)]
pub struct Rows {
    /// Encoder states: rows × (layers · width).
    pub states: Tensor,
    /// Surface features: rows × [`SHAPE_WIDTH`].
    pub surface: Tensor,
    /// Bucket of each hashed table, a tensor of rows for each.
    pub buckets: Vec<Tensor>,
    /// Annotation style of each row.
    pub styles: Tensor,
    /// Whether each row is a word, and not a separator.
    pub words: Vec<bool>,
}

impl Rows {
    /// Rows from plain numbers; `None` among them is a separator.
    ///
    /// # Errors
    /// When the numbers do not fill the shapes.
    pub fn new(states: Vec<f32>, surface: &[Option<SurfaceFeatures<'_>>]) -> Result<Self> {
        let rows = surface.len();
        let width = states.len() / rows.max(1);
        let row = |features: &Option<SurfaceFeatures<'_>>| features.map_or([0.0; SHAPE_WIDTH], |(shape, _)| shape.row);
        let flat: Vec<f32> = surface.iter().flat_map(row).collect();
        let column = |of: &dyn Fn(&Option<SurfaceFeatures<'_>>) -> u32| {
            Tensor::from_vec(surface.iter().map(of).collect::<Vec<u32>>(), rows, &Device::Cpu)
        };
        let buckets = (0..TABLES)
            .map(|table| column(&|features| features.map_or(0, |(shape, _)| shape.buckets[table])))
            .collect::<Result<_>>()?;
        Ok(Rows {
            states: Tensor::from_vec(states, (rows, width), &Device::Cpu)?,
            surface: Tensor::from_vec(flat, (rows, SHAPE_WIDTH), &Device::Cpu)?,
            buckets,
            styles: column(&|features| features.map_or(0, |(_, style)| style))?,
            words: surface.iter().map(Option::is_some).collect(),
        })
    }
}

/// Emission scores: rows × tags.
///
/// # Errors
/// When parameters are missing or misshapen.
pub fn emissions(parameters: &Parameters, rows: &Rows, dropout: Dropout<'_>) -> Result<Tensor> {
    let mut tables = vec![rows.surface.clone()];
    for (table, indices) in rows.buckets.iter().enumerate() {
        tables.push(parameters.rows(&format!("table.{table}"), indices)?);
    }
    tables.push(parameters.rows("style", &rows.styles)?);
    let surface = dropout(Tensor::cat(&tables, 1)?)?;
    let surface = parameters.linear("looks", &surface, Activation::Identity)?;
    let states = dropout(parameters.norm("input", &rows.states)?)?;
    let states = parameters.linear("states", &states, Activation::Identity)?;
    let mut hidden = fused::add(&states, &surface)?;
    let mut layers = (0..).map(|index| format!("convolution.{index}"));
    while let Some(name) = layers.next().filter(|name| parameters.contains(&format!("{name}.matrix"))) {
        hidden = parameters.convolve(&name, &hidden, &rows.words, dropout)?;
    }
    parameters.linear("tags", &dropout(parameters.norm("output", &hidden)?)?, Activation::Identity)
}

/// The head with its transition scores as plain numbers.
#[derive(Clone, Debug)]
pub struct MentionHead {
    parameters: Parameters,
    transitions: Vec<f32>,
    tags: usize,
}

/// A mention as a range of words.
#[derive(Clone, Debug, PartialEq)]
pub struct MentionSpan {
    /// Its words.
    pub words: Range<usize>,
    /// Index into the head's classes, [`CLASSES`] for the reader's.
    pub class: usize,
    /// The mean posterior probability of its tags.
    pub score: f32,
}

impl MentionHead {
    /// Takes trained parameters.
    ///
    /// # Errors
    /// When the transition scores are missing.
    pub fn new(parameters: Parameters) -> Result<Self> {
        let transitions = parameters.tensor("transitions")?;
        let (tags, transitions) = (transitions.dim(0)?, transitions.flatten_all()?.to_vec1()?);
        Ok(MentionHead { parameters, transitions, tags })
    }

    /// How many annotation styles it was trained in.
    ///
    /// # Errors
    /// When the table of styles is missing.
    pub fn styles(&self) -> Result<usize> {
        self.parameters.tensor("style")?.dim(0)
    }

    /// How many tags it tells apart.
    pub fn tags(&self) -> usize {
        self.tags
    }

    /// The mentions of a tokenized text whose rows are its words; `sentences` are ranges of rows.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn find(&self, rows: &Rows, sentences: &[Range<usize>]) -> Result<Vec<MentionSpan>> {
        let scores: Vec<f32> = emissions(&self.parameters, rows, &mut no_dropout)?.flatten_all()?.to_vec1()?;
        let mut found = Vec::new();
        for sentence in sentences.iter().filter(|sentence| !sentence.is_empty()) {
            let scores = &scores[sentence.start * self.tags..sentence.end * self.tags];
            let chain = Chain { emissions: scores, transitions: &self.transitions, tags: self.tags };
            let tags = chain.best();
            let posterior = chain.posterior(&vec![TagSet::MAX; tags.len()]).tags;
            for (words, class) in spans(&tags) {
                let total: f64 = words.clone().map(|word| posterior[word * self.tags + tags[word]]).sum();
                let score = (total / words.len() as f64) as f32;
                found.push(MentionSpan {
                    words: words.start + sentence.start..words.end + sentence.start,
                    class,
                    score,
                });
            }
        }
        Ok(found)
    }
}

/// The mentions that a valid tag sequence spells.
pub fn spans(tags: &[usize]) -> Vec<(Range<usize>, usize)> {
    let mut found: Vec<(Range<usize>, usize)> = Vec::new();
    for (index, &tag) in tags.iter().enumerate() {
        match (tag, found.last_mut()) {
            (0, _) => {}
            (tag, Some((words, class))) if tag == inside(*class) && words.end == index => words.end += 1,
            (tag, _) => found.push((index..index + 1, (tag - 1) / 2)),
        }
    }
    found
}

/// One sentence under the CRF.
pub struct Chain<'a> {
    /// Words × tags.
    pub emissions: &'a [f32],
    /// Tags × tags, from × to.
    pub transitions: &'a [f32],
    /// How many tags there are.
    pub tags: usize,
}

/// Expected counts under a chain.
pub struct Posterior {
    /// Probability of each tag at each word.
    pub tags: Vec<f64>,
    /// Expected number of each transition.
    pub pairs: Vec<f64>,
    /// Logarithm of the sum over all allowed sequences.
    pub log_sum: f64,
}

impl Chain<'_> {
    fn len(&self) -> usize {
        self.emissions.len() / self.tags
    }

    /// The best valid sequence (Viterbi); ties go to the lower tag.
    pub fn best(&self) -> Vec<usize> {
        let mut scores = vec![f32::NEG_INFINITY; self.tags];
        for tag in (0..self.tags).filter(|&tag| may_follow(None, tag)) {
            scores[tag] = self.emissions[tag];
        }
        let mut back = Vec::with_capacity(self.len());
        for word in 1..self.len() {
            let mut next = vec![f32::NEG_INFINITY; self.tags];
            let mut from = vec![0usize; self.tags];
            for to in 0..self.tags {
                for previous in (0..self.tags).filter(|&previous| may_follow(Some(previous), to)) {
                    let score = scores[previous] + self.transitions[previous * self.tags + to];
                    if score > next[to] {
                        (next[to], from[to]) = (score, previous);
                    }
                }
                next[to] += self.emissions[word * self.tags + to];
            }
            scores = next;
            back.push(from);
        }
        let mut tag = (0..self.tags).fold(0, |best, tag| if scores[tag] > scores[best] { tag } else { best });
        let mut tags = vec![tag];
        for from in back.iter().rev() {
            tag = from[tag];
            tags.push(tag);
        }
        tags.reverse();
        tags
    }

    /// Forward and backward over the sequences whose tag at each word is in that word's bit set.
    pub fn posterior(&self, allowed: &[TagSet]) -> Posterior {
        let length = self.len();
        let step: Vec<f64> = (0..self.tags * self.tags)
            .map(|pair| {
                let valid = may_follow(Some(pair / self.tags), pair % self.tags);
                if valid { f64::from(self.transitions[pair]).exp() } else { 0.0 }
            })
            .collect();
        let (local, mut log_sum) = self.local(allowed);
        let mut forward = vec![0f64; length * self.tags];
        let mut scales = vec![0f64; length];
        for word in 0..length {
            for to in 0..self.tags {
                let arriving = if word == 0 {
                    f64::from(u8::from(may_follow(None, to)))
                } else {
                    (0..self.tags)
                        .map(|from| forward[(word - 1) * self.tags + from] * step[from * self.tags + to])
                        .sum()
                };
                forward[word * self.tags + to] = arriving * local[word * self.tags + to];
            }
            let row = &mut forward[word * self.tags..(word + 1) * self.tags];
            scales[word] = row.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            row.iter_mut().for_each(|x| *x /= scales[word]);
            log_sum += scales[word].ln();
        }
        let mut backward = vec![1f64; length * self.tags];
        let mut pairs = vec![0f64; self.tags * self.tags];
        for word in (1..length).rev() {
            for from in 0..self.tags {
                let mut leaving = 0.0;
                for to in 0..self.tags {
                    let flow =
                        step[from * self.tags + to] * local[word * self.tags + to] * backward[word * self.tags + to]
                            / scales[word];
                    pairs[from * self.tags + to] += forward[(word - 1) * self.tags + from] * flow;
                    leaving += flow;
                }
                backward[(word - 1) * self.tags + from] = leaving;
            }
        }
        let tags = forward.iter().zip(&backward).map(|(f, b)| f * b).collect();
        Posterior { tags, pairs, log_sum }
    }

    /// Exponentials of the emissions, scaled a word, zero where not allowed; and the logarithm of the scales.
    fn local(&self, allowed: &[TagSet]) -> (Vec<f64>, f64) {
        let mut local = Vec::with_capacity(self.emissions.len());
        let mut log = 0.0;
        for (row, set) in self.emissions.chunks(self.tags).zip(allowed) {
            let largest = row.iter().fold(f32::MIN, |a, &b| a.max(b));
            log += f64::from(largest);
            local.extend(
                row.iter().enumerate().map(
                    |(tag, x)| {
                        if set >> tag & 1 == 1 { f64::from(x - largest).exp() } else { 0.0 }
                    },
                ),
            );
        }
        (local, log)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    fn sample(words: usize) -> (Vec<f32>, Vec<f32>) {
        let mut draw = draw(1, "test", words as u64);
        (draw.normals(words * TAGS, 2.0), draw.normals(TAGS * TAGS, 0.5))
    }

    #[test]
    fn the_best_sequence_is_valid_and_beats_all_others() {
        let (emissions, transitions) = sample(3);
        let score = |tags: [usize; 3]| -> f32 {
            let local: f32 = tags.iter().enumerate().map(|(word, tag)| emissions[word * TAGS + tag]).sum();
            local + tags.windows(2).map(|pair| transitions[pair[0] * TAGS + pair[1]]).sum::<f32>()
        };
        let valid =
            |tags: [usize; 3]| may_follow(None, tags[0]) && tags.windows(2).all(|p| may_follow(Some(p[0]), p[1]));
        let all = (0..TAGS.pow(3)).map(|i| [i / TAGS / TAGS, i / TAGS % TAGS, i % TAGS]);
        let best = all.clone().filter(|&tags| valid(tags)).max_by(|&a, &b| score(a).total_cmp(&score(b))).unwrap();
        let chain = Chain { emissions: &emissions, transitions: &transitions, tags: TAGS };
        assert_eq!(chain.best(), best);
        let sum: f64 = all.filter(|&tags| valid(tags)).map(|tags| f64::from(score(tags)).exp()).sum();
        assert!((chain.posterior(&[TagSet::MAX; 3]).log_sum - sum.ln()).abs() < 1e-4);
    }

    #[test]
    fn posteriors_are_the_gradient_of_the_log_sum() {
        let (emissions, transitions) = sample(4);
        let allowed = [TagSet::MAX, 0b11, TagSet::MAX, TagSet::MAX];
        let log_sum =
            |emissions: &[f32]| Chain { emissions, transitions: &transitions, tags: TAGS }.posterior(&allowed).log_sum;
        let posterior = Chain { emissions: &emissions, transitions: &transitions, tags: TAGS }.posterior(&allowed);
        for cell in [0, 5, TAGS, TAGS + 1, TAGS + 4, 3 * TAGS + 2] {
            let mut moved = emissions.clone();
            moved[cell] += 0.01;
            let slope = (log_sum(&moved) - log_sum(&emissions)) / 0.01;
            assert!((slope - posterior.tags[cell]).abs() < 0.01, "{cell}: {slope} {}", posterior.tags[cell]);
        }
    }

    #[test]
    fn tags_spell_spans() {
        let tags = [begin(0), inside(0), 0, begin(2), begin(2), inside(2), begin(1)];
        assert_eq!(spans(&tags), [(0..2, 0), (3..4, 2), (4..6, 2), (6..7, 1)]);
    }
}
