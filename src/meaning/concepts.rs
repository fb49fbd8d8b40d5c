//! What scores are explained by. In: an ontology, words beside it, an encoder. Out: concepts by name, each with its direction. Never:
//! an explanation.

use anyhow::Result;
use kgloom_numerics::vectors::Encode;
use ontologies::Ontology;
use std::sync::Arc;

/// The classes and relations of an ontology, by their labels with what is said of them, and words beside them.
pub fn concepts(ontology: &Ontology, words: &[Arc<str>], encoder: &dyn Encode) -> Result<Vec<(String, Vec<f32>)>> {
    let classes = ontology.classes().map(|class| (&class.label, &class.comment));
    let relations = ontology.relations().map(|relation| (&relation.label, &relation.comment));
    let declared = classes.chain(relations).map(|(label, comment)| {
        let text = if comment.is_empty() { label.clone() } else { format!("{label}: {comment}") };
        (label.clone(), Some(Arc::from(text)))
    });
    let words = words.iter().map(|word| (word.to_string(), Some(Arc::clone(word))));
    let (names, texts): (Vec<String>, Vec<Option<Arc<str>>>) = declared.chain(words).unzip();
    let rows = encoder.read(&texts, &|_, _| {})?;
    let rows = rows.chunks_exact(encoder.width()).map(<[f32]>::to_vec);
    Ok(names.into_iter().zip(rows).collect())
}
