//! Trains the mention head: a CRF on partly labelled sentences, over frozen states.
//!
//! In: annotated documents of several sets. Out: the head's parameters. Never: a silent word taken for "no mention"
//! where its set does not label the class.

use super::cache::Numbers;
use super::optimiser::{Optimiser, WARM_SHARE, drop, rate};
use super::progress::Phase;
use candle_core::{Device, Tensor};
use kgloom_corpora::AnnotatedDocument;
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::progress::ProgressReporter;
use kgloom_reader::Error;
use kgloom_reader::layers::Parameters;
use kgloom_reader::layout::{TokenizedText, Word};
use kgloom_reader::mentions::{
    CLASSES, Chain, MentionHead, MentionSpan, Rows, STYLES, TAGS, TagSet, begin, emissions, every, inside,
};
use kgloom_reader::shape::{BUCKETS, SHAPE_WIDTH, Shape, TABLES, shapes};
use kgloom_record::record::Span;
use std::collections::BTreeSet;
use std::ops::Range;

const WIDTH: usize = 192;
/// Residual convolutions: a tuned encoder leaves little for them to do.
const CONVOLUTIONS: usize = 1;
const TABLE_WIDTH: usize = 24;
const STYLE_WIDTH: usize = 8;
const BATCH_WORDS: usize = 1024;
const PEAK_RATE: f32 = 1.5e-3;
const DROPOUT: f32 = 0.25;
/// Epochs without a better validation score before training stops.
const PATIENCE: usize = 3;
/// Words of up to this many letters are taken for function words.
const FUNCTION_WORD: usize = 3;

/// A document as the mention head learns it.
#[derive(Clone, Debug)]
pub struct TaggedText {
    /// Surface features of its words.
    pub surface: Vec<Shape>,
    /// For each word the tags that the annotation allows, as bits.
    pub allowed: Vec<TagSet>,
    /// The words of each sentence.
    pub sentences: Vec<Range<usize>>,
    /// Its annotation style.
    pub style: u32,
    /// Words × states.
    pub states: Numbers,
    /// The mentions that are aligned with words.
    pub gold: Vec<(Range<usize>, usize)>,
    /// The tags that a word without a mark may have, as bits.
    pub silent: TagSet,
}

impl TaggedText {
    /// Lays the annotation over a tokenized text of the document; `unsure` are [`unsure`] words of its set.
    pub fn new(
        document: &AnnotatedDocument,
        tokenized: &TokenizedText,
        style: u32,
        unsure: &BTreeSet<String>,
        states: Numbers,
    ) -> Self {
        let surface = shapes(&document.text, tokenized);
        let silent = silent_tags(document);
        let lower = |shape: &Shape| shape.row[0] + shape.row[7] + shape.row[6] == 0.0;
        let says = |(shape, word): (&Shape, &Word)| {
            document.annotation.complete || (lower(shape) && !unsure.contains(document.surface(word.span)))
        };
        let words = surface.iter().zip(&tokenized.words);
        let mut allowed: Vec<TagSet> = words.map(|word| if says(word) { silent } else { every(TAGS) }).collect();
        let mut gold = Vec::new();
        for mention in document.flat_mentions() {
            let words = tokenized.words_under(mention.span);
            let class = mention.class.map(|class| class.index());
            let aligned = |words: &Range<usize>| {
                let (first, last) = (&tokenized.words[words.start], &tokenized.words[words.end - 1]);
                first.span.start == mention.span.start
                    && last.span.end == mention.span.end
                    && first.sentence == last.sentence
            };
            if words.is_empty() || !aligned(&words) {
                allowed[words].fill(every(TAGS));
                continue;
            }
            let tags = |tag: fn(usize) -> usize| match class {
                Some(class) => 1 << tag(class),
                None => (0..CLASSES.len()).fold(0, |set, class| set | 1 << tag(class)),
            };
            allowed[words.clone()].fill(tags(inside));
            allowed[words.start] = tags(begin);
            if let Some(after) = allowed.get_mut(words.end) {
                // A mention of unknown class ends where it is marked to end.
                *after &= !(0..CLASSES.len()).fold(0, |set, class| set | 1 << inside(class));
            }
            gold.extend(class.map(|class| (words, class)));
        }
        TaggedText { surface, allowed, sentences: tokenized.sentence_words(), style, states, gold, silent }
    }
}

impl TaggedText {
    /// A text whose mentions are all marked, of classes of its own: spans with the index of a class. Of a class beyond
    /// the last, or a span that cuts a word, nothing is learnt.
    pub fn marked(text: &str, tokenized: &TokenizedText, mentions: &[(Span, usize)], classes: usize) -> Self {
        let mut allowed = vec![1; tokenized.words.len()];
        let mut gold = Vec::new();
        for &(span, class) in mentions {
            let words = tokenized.words_under(span);
            let Some((first, last)) = tokenized.words[words.clone()].first().zip(tokenized.words[words.clone()].last())
            else {
                continue;
            };
            if class >= classes || first.span.start != span.start || last.span.end != span.end {
                allowed[words].fill(TagSet::MAX);
                continue;
            }
            allowed[words.clone()].fill(1 << inside(class));
            allowed[words.start] = 1 << begin(class);
            gold.push((words, class));
        }
        let (surface, sentences) = (shapes(text, tokenized), tokenized.sentence_words());
        TaggedText { surface, allowed, sentences, style: 0, states: Vec::new(), gold, silent: 1 }
    }
}

/// Words whose silence says nothing, in sets that mark only the ends of relations: those of common nouns that are an
/// end somewhere, such as "piano" or "indie rock".
pub fn unsure(documents: &[AnnotatedDocument]) -> BTreeSet<String> {
    let partly = documents.iter().filter(|document| !document.annotation.complete);
    let names = partly.flat_map(|document| document.mentions.iter().map(|mention| document.surface(mention.span)));
    let common = names.filter(|name| !name.chars().any(|c| c.is_uppercase() || c.is_numeric()));
    let words = common.flat_map(|name| name.split_whitespace());
    words.filter(|word| word.chars().count() > FUNCTION_WORD).map(str::to_owned).collect()
}

/// What a word without a mark may be: outside, or of a class that the set does not mark. A set that marks
/// mentions but not by class is taken to mark all.
fn silent_tags(document: &AnnotatedDocument) -> TagSet {
    let marked = &document.annotation.classes;
    if marked.is_empty() && !document.mentions.is_empty() {
        return 1;
    }
    (0..CLASSES.len())
        .filter(|&class| marked.iter().all(|tag| tag.index() != class))
        .fold(1, |set, class| set | 1 << begin(class) | 1 << inside(class))
}

/// A new head over states of this width, with so many tags and annotation styles.
///
/// # Errors
/// When a tensor cannot be made.
pub fn start(seed: u64, states: usize, (tags, styles): (usize, usize)) -> Result<Optimiser, Error> {
    let mut optimiser = Optimiser::default();
    let mut draw = draw(seed, "mention head", 0);
    optimiser.norm("input", states)?;
    optimiser.linear("states", (states, WIDTH), &mut draw)?;
    optimiser.linear("looks", (SHAPE_WIDTH + TABLES * TABLE_WIDTH + STYLE_WIDTH, WIDTH), &mut draw)?;
    for table in 0..TABLES {
        let values = draw.normals(BUCKETS * TABLE_WIDTH, 0.3);
        optimiser.add(&format!("table.{table}"), &[BUCKETS, TABLE_WIDTH], values)?;
    }
    optimiser.add("style", &[styles, STYLE_WIDTH], draw.normals(styles * STYLE_WIDTH, 0.3))?;
    for index in 0..CONVOLUTIONS {
        optimiser.norm(&format!("convolution.{index}"), WIDTH)?;
        optimiser.linear(&format!("convolution.{index}"), (3 * WIDTH, WIDTH), &mut draw)?;
    }
    optimiser.norm("output", WIDTH)?;
    optimiser.linear("tags", (WIDTH, tags), &mut draw)?;
    optimiser.add("transitions", &[tags, tags], vec![0.0; tags * tags])?;
    Ok(optimiser)
}

/// The rows of several documents, a separator after each.
fn rows(documents: &[&TaggedText]) -> Result<Rows, Error> {
    let width = documents.iter().find(|d| !d.surface.is_empty()).map_or(1, |d| d.states.len() / d.surface.len());
    let mut states = Vec::new();
    let mut surface = Vec::new();
    for document in documents {
        states.extend(document.states.iter().map(|x| x.to_f32()));
        states.extend(std::iter::repeat_n(0.0, width));
        surface.extend(document.surface.iter().map(|shape| Some((shape, document.style))));
        surface.push(None);
    }
    Ok(Rows::new(states, &surface)?)
}

/// The surrogate whose gradient is the CRF's, and the loss itself a word. The rows are the documents' words, a
/// separator after each document.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn loss(
    parameters: &Parameters,
    rows: &Rows,
    batch: &[&TaggedText],
    draw: &mut Draw,
) -> Result<(Tensor, f32), Error> {
    let scores = emissions(parameters, rows, &mut |tensor| drop(tensor, DROPOUT, draw))?;
    let tags = scores.dim(1)?;
    let numbers: Vec<f32> = scores.flatten_all()?.to_vec1()?;
    let transitions: Vec<f32> = parameters.tensor("transitions")?.flatten_all()?.to_vec1()?;
    let mut gradient = vec![0f32; numbers.len()];
    let mut pair_gradient = vec![0f64; transitions.len()];
    let (mut total, mut words, mut offset) = (0f64, 0usize, 0usize);
    for document in batch {
        for sentence in document.sentences.iter().filter(|sentence| !sentence.is_empty()) {
            let cells = (offset + sentence.start) * tags..(offset + sentence.end) * tags;
            let chain = Chain { emissions: &numbers[cells.clone()], transitions: &transitions, tags };
            let told = chain.posterior(&document.allowed[sentence.clone()]);
            let free = chain.posterior(&vec![TagSet::MAX; sentence.len()]);
            if !(told.log_sum.is_finite() && free.log_sum.is_finite()) {
                continue;
            }
            total += free.log_sum - told.log_sum;
            words += sentence.len();
            for ((g, f), t) in gradient[cells].iter_mut().zip(&free.tags).zip(&told.tags) {
                *g = (f - t) as f32;
            }
            for ((g, f), t) in pair_gradient.iter_mut().zip(&free.pairs).zip(&told.pairs) {
                *g += f - t;
            }
        }
        offset += document.surface.len() + 1;
    }
    let scale = 1.0 / words.max(1) as f64;
    let surrogate = |tensor: &Tensor, gradient: Vec<f32>| {
        let gradient = Tensor::from_vec(gradient, tensor.dims(), &Device::Cpu)?;
        (tensor * gradient)?.sum_all()
    };
    let direct = surrogate(&scores, gradient.into_iter().map(|g| g * scale as f32).collect())?;
    let pairs = pair_gradient.into_iter().map(|g| (g * scale) as f32).collect();
    let pairs = surrogate(parameters.tensor("transitions")?, pairs)?;
    Ok(((direct + pairs)?, (total * scale) as f32))
}

/// The mentions that a head finds in a document, in the document's style.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn find(head: &MentionHead, document: &TaggedText) -> Result<Vec<MentionSpan>, Error> {
    if document.surface.is_empty() {
        return Ok(Vec::new());
    }
    let surface: Vec<_> = document.surface.iter().map(|shape| Some((shape, document.style))).collect();
    let states = document.states.iter().map(|x| x.to_f32()).collect();
    Ok(head.find(&Rows::new(states, &surface)?, &document.sentences)?)
}

/// Strict F1 over spans and classes, of the classes that a document's set marks.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn strict_f1(head: &MentionHead, documents: &[TaggedText]) -> Result<f32, Error> {
    let (mut right, mut told, mut gold) = (0usize, 0usize, 0usize);
    for document in documents {
        let found = find(head, document)?;
        right += found.iter().filter(|f| document.gold.contains(&(f.words.clone(), f.class))).count();
        told += found.iter().filter(|f| document.silent >> begin(f.class) & 1 == 0).count();
        gold += document.gold.len();
    }
    Ok(2.0 * right as f32 / (told + gold).max(1) as f32)
}

/// What the mention head learns from and is chosen on.
pub struct MentionData<'a> {
    /// Training documents, with how often each is seen in an epoch, in hundredths.
    pub train: &'a [(TaggedText, usize)],
    /// Validation documents, by set; the mean of the sets' F1 counts.
    pub validation: &'a [Vec<TaggedText>],
}

/// The mean over sets of strict F1.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn mean_f1(head: &MentionHead, sets: &[Vec<TaggedText>]) -> Result<f32, Error> {
    let scores = sets.iter().map(|documents| strict_f1(head, documents)).collect::<Result<Vec<f32>, Error>>()?;
    Ok(scores.iter().sum::<f32>() / scores.len().max(1) as f32)
}

/// Trains the head, from `warm` where it is given; the best epoch on validation is kept, `warm` itself included.
/// A checkpoint is written after each epoch.
///
/// # Errors
/// When tensor arithmetic or writing fails.
pub fn train(
    data: &MentionData<'_>,
    warm: Option<&Parameters>,
    phase: &Phase<'_>,
    reporter: &mut ProgressReporter<'_>,
) -> Result<(Parameters, f32), Error> {
    let mut all = data.train.iter().map(|(document, _)| document).chain(data.validation.iter().flatten());
    let states = all.find(|d| !d.surface.is_empty()).map_or(1, |d| d.states.len() / d.surface.len());
    let mut optimiser = start(phase.seed, states, (TAGS, STYLES.len()))?;
    let mut best = super::progress::Best::default();
    if let Some(warm) = warm {
        optimiser.adopt(warm)?;
        let warm = optimiser.averaged()?;
        best.offer(0, mean_f1(&MentionHead::new(warm.clone())?, data.validation)?, warm);
    }
    let peak = if warm.is_some() { PEAK_RATE * WARM_SHARE } else { PEAK_RATE };
    let first = phase.resume(&mut optimiser, &mut best)?;
    for epoch in first..phase.epochs {
        if best.epochs_since(epoch) > PATIENCE {
            break;
        }
        let mut draw = draw(phase.seed, "mention epoch", epoch as u64);
        let batches = batches(data.train, &mut draw);
        let mut running = 0.0;
        for (index, batch) in batches.iter().enumerate() {
            let (surrogate, value) = loss(&optimiser.parameters(), &rows(batch)?, batch, &mut draw)?;
            let steps = batches.len() * phase.epochs;
            optimiser.step(&surrogate, rate(peak, epoch * batches.len() + index, steps))?;
            running += value;
            reporter.step("mentions", (epoch, phase.epochs), (index + 1, batches.len()), running / (index + 1) as f32);
        }
        let averaged = optimiser.averaged()?;
        let score = mean_f1(&MentionHead::new(averaged.clone())?, data.validation)?;
        best.offer(epoch, score, averaged);
        reporter.validated(score);
        phase.checkpoint(&optimiser, epoch, &best)?;
    }
    best.take()
}

fn batches<'a>(train: &'a [(TaggedText, usize)], draw: &mut Draw) -> Vec<Vec<&'a TaggedText>> {
    let mut order: Vec<&TaggedText> = Vec::new();
    for (document, percent) in train {
        let times = percent / 100 + usize::from(draw.below(100) < percent % 100);
        order.extend(std::iter::repeat_n(document, times));
    }
    draw.shuffle(&mut order);
    let mut batches: Vec<Vec<&TaggedText>> = vec![Vec::new()];
    let mut words = 0;
    for document in order.into_iter().filter(|document| !document.surface.is_empty()) {
        if words + document.surface.len() > BATCH_WORDS && words > 0 {
            batches.push(Vec::new());
            words = 0;
        }
        words += document.surface.len();
        if let Some(batch) = batches.last_mut() {
            batch.push(document);
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_corpora::{Annotation, GoldMention, Tag};
    use kgloom_reader::bundled;
    use kgloom_reader::layout::Chunker;

    /// "Ada likes Go and chess." with the given words marked.
    fn tagged(marks: &[(&str, Option<Tag>)], classes: &[Tag], complete: bool) -> TaggedText {
        let text = "Ada likes Go and chess, fast chess.";
        let annotation =
            Annotation { classes: classes.to_vec(), complete, coreference: false, relations: Vec::new().into() };
        let whole = Span { start: 0, end: text.len() as u32 };
        let mut document = AnnotatedDocument::new("d".to_owned(), text.to_owned(), vec![whole], annotation);
        for (entity, &(word, class)) in marks.iter().enumerate() {
            let start = text.find(word).unwrap() as u32;
            let span = Span { start, end: start + word.len() as u32 };
            document.mentions.push(GoldMention { span, class, entity });
        }
        let tokenized = Chunker::new("tokenizer.json", &bundled::files().tokenizer).unwrap().tokenize(text).unwrap();
        let unsure = unsure(std::slice::from_ref(&document));
        TaggedText::new(&document, &tokenized, 0, &unsure, Vec::new())
    }

    fn any(tag: fn(usize) -> usize) -> TagSet {
        (0..CLASSES.len()).fold(0, |set, class| set | 1 << tag(class))
    }

    #[test]
    fn a_mention_of_unknown_class_is_a_mention_that_ends_where_it_is_marked_to_end() {
        let text = tagged(&[("Ada", Some(Tag::Person)), ("chess", None)], &[], false);
        assert_eq!(text.allowed[0], 1 << begin(0));
        assert_eq!(text.allowed[1], 1, "a plain word without a mark is no mention");
        assert_eq!(text.allowed[2], every(TAGS), "a name without a mark may be one");
        assert_eq!(text.allowed[4], any(begin));
        assert_eq!(text.allowed[5] & any(inside), 0);
        assert_eq!(text.allowed[6], 1);
        assert_eq!(text.allowed[7], every(TAGS), "a common noun that is an end somewhere may be one");
    }

    #[test]
    fn a_word_without_a_mark_may_be_of_a_class_that_is_not_marked() {
        let text = tagged(&[("Ada", Some(Tag::Person))], &[Tag::Person], true);
        assert_eq!(text.allowed[2] & (1 << begin(0)), 0);
        assert_ne!(text.allowed[2] & (1 << begin(1)), 0);
    }
}
