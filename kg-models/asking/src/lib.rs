//! Plain English questions, answered from a knowledge graph without a language model.
//!
//! In: a question, a graph that can be asked, an ontology. Out: SPARQL, answers and how the question was read; or why
//! there is none. Never: an answer to a question of which a word that matters was not understood.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod answering;
mod asked;
mod broad;
mod clauses;
mod dates;
mod examples;
mod graph;
mod kinds;
mod lexicon;
mod names;
mod nearness;
mod notes;
mod nouns;
mod offices;
mod ontology_phrases;
mod parse;
mod phrases;
mod questions;
mod reading;
mod resolve;
mod saying;
mod sorts;
mod sparql;
mod spelling;
mod text;
mod whether;
mod within;

use kgloom_numerics::vectors::Encode;
use ontologies::Ontology;

pub use examples::examples;
pub use graph::{Graph, Reply};
pub use text::plain;

/// Answers a question. An encoder helps to tell which relation unusual words mean.
pub fn answer(graph: &dyn Graph, ontology: &Ontology, encoder: Option<&dyn Encode>, question: &str) -> Reply {
    answering::answer(graph, ontology, encoder, question)
}

#[cfg(test)]
mod honesty_tests;
#[cfg(test)]
mod tests;
