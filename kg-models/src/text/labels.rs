//! Relations by what their labels say: a pair's vector beside the vector of a text that describes a relation, so that one
//! head reads the relations of any ontology (GLiREL, Boylan et al. 2025; LOKE, ZS-BERT, Chen and Li 2021).
//!
//! In: texts. Out: a vector of length 1 for each. Never: a relation that is known by its number alone.

use super::eye::Eye;
use super::states::PageStates;
use super::vectors::VectorHead;
use crate::Error;
use candle_core::{Device, Tensor};
use ontologies::Relation;

/// The texts that describe a relation: its label, and that with its comment, where it has one. Training draws one of them;
/// reading takes the last.
pub fn phrasings(relation: &Relation) -> Vec<String> {
    let full = (!relation.comment.is_empty()).then(|| with_comment(&relation.label, &relation.comment));
    std::iter::once(relation.label.clone()).chain(full).collect()
}

/// A label with a sentence that says what it means.
pub fn with_comment(label: &str, comment: &str) -> String {
    format!("{label}: {comment}")
}

/// The vectors of texts: the mean of their sentences' vectors, each of length 1; texts × width.
///
/// # Errors
/// When the encoder fails.
pub fn vectors(eye: &Eye, head: &VectorHead, texts: &[String]) -> Result<Tensor, Error> {
    let width = eye.encoder.config().hidden_size;
    let mut all = Vec::with_capacity(texts.len() * width);
    for text in texts {
        let page = eye.typesetter.lay(text)?;
        let mut sum = vec![0f32; width];
        if !page.words.is_empty() {
            let states = PageStates::see(&eye.encoder, &page, &head.layers)?;
            for sentence in head.sentences(&page, &states)?.chunks(width) {
                sum.iter_mut().zip(sentence).for_each(|(sum, x)| *sum += x);
            }
        }
        let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        all.extend(sum.into_iter().map(|x| x / length));
    }
    Ok(Tensor::from_vec(all, (texts.len(), width), &Device::Cpu)?)
}
