//! Relations by what their labels say: a pair's vector beside the vector of a text that describes a relation, so that one
//! head reads the relations of any ontology (GLiREL, Boylan et al. 2025; LOKE, ZS-BERT, Chen and Li 2021).
//!
//! In: texts. Out: a vector of length 1 for each. Never: a relation that is known by its number alone.

use super::backbone::Backbone;
use super::states::WordStates;
use super::vectors::VectorHead;
use crate::Error;
use candle_core::{Device, Tensor};
use ontologies::Relation;
use std::collections::BTreeSet;

/// The texts that describe a relation: its label, and that with its comment, where it has one. Training draws one of them;
/// reading takes the last.
pub fn phrasings(relation: &Relation) -> Vec<String> {
    let full = (!relation.comment.is_empty()).then(|| with_comment(&relation.label, &relation.comment));
    std::iter::once(relation.label.clone()).chain(full).collect()
}

/// The texts whose vectors together stand for what is read by its label: that with its comment, and what else it is called.
/// A label that is an identifier (`exhibitedAt`) is read as its words.
pub(super) fn descriptions(label: &str, comment: &str, alternatives: &BTreeSet<String>) -> Vec<String> {
    let label = words(label);
    let full = if comment.is_empty() { label } else { with_comment(&label, comment) };
    std::iter::once(full).chain(alternatives.iter().map(|other| words(other))).collect()
}

/// The words of a name without spaces.
pub(super) fn words(label: &str) -> String {
    if label.contains(char::is_whitespace) {
        return label.to_owned();
    }
    let mut words = String::new();
    let mut before = ' ';
    for character in label.chars() {
        let begins = character.is_uppercase() && before.is_lowercase();
        if begins {
            words.push(' ');
        }
        match character {
            '_' => words.push(' '),
            _ if begins => words.extend(character.to_lowercase()),
            _ => words.push(character),
        }
        before = character;
    }
    words
}

/// A label with a sentence that says what it means.
pub fn with_comment(label: &str, comment: &str) -> String {
    format!("{label}: {comment}")
}

/// The vectors of texts: the mean of their sentences' vectors, each of length 1; texts × width.
///
/// # Errors
/// When the encoder fails.
pub fn vectors(backbone: &Backbone, head: &VectorHead, texts: &[String]) -> Result<Tensor, Error> {
    let width = backbone.encoder.config().hidden_size;
    let mut all = Vec::with_capacity(texts.len() * width);
    for text in texts {
        let tokenized = backbone.chunker.tokenize(text)?;
        let mut sum = vec![0f32; width];
        if !tokenized.words.is_empty() {
            let states = WordStates::encode(&backbone.encoder, &tokenized, &head.layers)?;
            for sentence in head.sentences(&tokenized, &states)?.chunks(width) {
                sum.iter_mut().zip(sentence).for_each(|(sum, x)| *sum += x);
            }
        }
        let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        all.extend(sum.into_iter().map(|x| x / length));
    }
    Ok(Tensor::from_vec(all, (texts.len(), width), &Device::Cpu)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_is_an_identifier_is_read_as_its_words() {
        let none = BTreeSet::new();
        assert_eq!(descriptions("exhibitedAt", "", &none), ["exhibited at"]);
        assert_eq!(
            descriptions("part_of", "A whole.", &BTreeSet::from(["isPartOf".to_owned()])),
            ["part of: A whole.", "is part of"]
        );
        assert_eq!(descriptions("NASA", "", &none), ["NASA"]);
        assert_eq!(descriptions("born in McMurdo", "", &none), ["born in McMurdo"]);
    }
}
