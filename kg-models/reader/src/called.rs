//! Classes of one's own by the words of a text, without training: "Lady in Blue is a painting", "the Lowe Gallery".
//!
//! In: mentions of a window, the names of classes. Out: what entities are said to be. Never: a class of somebody by his name's
//! last word.

use super::candidates::is_value;
use super::kinds::noun_phrase;
use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::narrow::NarrowClasses;
use super::predicate::{self, Sentence};
use kgloom_english::akin;
use std::ops::Range;

/// What a mention is called: its place among the mentions, and that of the class among the narrow ones.
pub(super) type Called = (usize, usize);

/// What the mentions of a window are called by their sentences and by their own names.
pub(super) fn called(
    (text, tokenized): (&str, &TokenizedText),
    window: Range<usize>,
    found: &[MentionSpan],
    narrow: &NarrowClasses,
) -> Vec<Called> {
    let mut called = Vec::new();
    for (_, sentence) in predicate::sentences((text, tokenized), &window, found) {
        for mention in sentence.found.iter().filter(|mention| !is_value(mention.class)) {
            let place = found.iter().position(|found| found.words == mention.words);
            let said = Some(mention.words.end).filter(|_| sentence.is_subject(&mention.words));
            let said = said.and_then(|end| sentence.said_of(end)).and_then(|start| noun_phrase(&sentence, start));
            let said = said.map_or_else(Vec::new, |words| classes(&sentence, words, narrow, |_| true));
            let own = match CLASSES[mention.class] {
                "PER" => Vec::new(),
                _ => {
                    let behind = mention.words.start + 1..mention.words.end;
                    classes(&sentence, behind, narrow, |class| is_named_so(narrow, class))
                }
            };
            called.extend(said.into_iter().chain(own).filter_map(|class| Some((place?, class))));
        }
    }
    called
}

/// Whether things of a class bear its name in theirs: places and organisations do, a `Flood Relief` is no sculpture.
fn is_named_so(narrow: &NarrowClasses, class: usize) -> bool {
    narrow.above(class).is_some_and(|own| matches!(CLASSES[own], "LOC" | "ORG"))
}

/// The classes whose name some words end with.
fn classes(
    sentence: &Sentence<'_>,
    words: Range<usize>,
    narrow: &NarrowClasses,
    asked: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let ends_with = |name: &Vec<String>| {
        name.len() <= words.len()
            && name
                .iter()
                .rev()
                .zip(words.clone().rev())
                .all(|(one, word)| akin(one, &sentence.form(word).to_lowercase()))
    };
    let named = |class: &usize| asked(*class) && narrow.names[*class].iter().any(ends_with);
    (0..narrow.names.len()).filter(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use candle_core::{DType, Device, Tensor};
    use kgloom_record::record::{Iri, Span};

    #[test]
    fn a_thing_is_what_a_sentence_or_its_name_calls_it() {
        let class = |at: &str| std::array::from_fn(|own| CLASSES[own] == at);
        let names = |names: &[&str]| -> Vec<Vec<String>> {
            names.iter().map(|name| name.split(' ').map(str::to_owned).collect()).collect()
        };
        let narrow = NarrowClasses {
            iris: ["painting", "museum", "relief"].map(Iri::new).to_vec(),
            fits: ["MISC", "ORG", "MISC"].map(class).to_vec(),
            names: vec![names(&["painting", "still life"]), names(&["museum", "art gallery"]), names(&["relief"])],
            embeddings: Tensor::zeros((3, 1), DType::F32, &Device::Cpu).unwrap(),
        };
        let text = "Lady in Blue is a small oil painting. Red Gate was a still life by Ann Relief. The Lowe Art Gallery has \
            Flood Relief. Iron Heron is not a painting. The paintings of Lake Museum Tom are new.";
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mention = |(name, class): (&str, &str)| {
            let at = text.find(name).unwrap();
            let words = tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 });
            MentionSpan { words, class: CLASSES.iter().position(|known| *known == class).unwrap(), score: 1.0 }
        };
        let found = [
            ("Lady in Blue", "MISC"),
            ("Red Gate", "MISC"),
            ("Ann Relief", "PER"),
            ("Lowe Art Gallery", "LOC"),
            ("Flood Relief", "MISC"),
            ("Iron Heron", "MISC"),
            ("Lake Museum Tom", "LOC"),
        ]
        .map(mention);
        let told = called((text, &tokenized), 0..tokenized.words.len(), &found, &narrow);
        assert_eq!(told, [(0, 0), (1, 0), (3, 1)]);
    }
}
