//! What all questions are asked of. In: a graph, an ontology, how its relations are asked for. Out: the three together.
//! Never: anything of one question.

use crate::graph::Graph;
use crate::lexicon::Lexicon;
use ontologies::Ontology;

/// What all questions are asked of.
pub(crate) struct Asked<'a> {
    pub graph: &'a dyn Graph,
    pub ontology: &'a Ontology,
    pub lexicon: &'a Lexicon,
}
