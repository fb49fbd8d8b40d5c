//! What speaks for facts, as exports hold it. In: pieces of evidence. Out: RDF 1.2 reifiers, or the pieces by fact.
//! Never: evidence of a fact that is not exported.

use super::quads;
use crate::Error;
use kgloom_record::record::{DocumentId, Triple};
use kgloom_record::vocabulary;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{GraphName, Literal, NamedNode, Quad as RdfQuad, Term, Triple as RdfTriple};
use std::collections::BTreeMap;

/// The graph of evidence, in formats that hold graphs.
const EVIDENCE: &str = "urn:kgloom:evidence";

/// One place that a fact was read from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spoken {
    /// The fact, as the store holds it.
    pub triple: Triple,
    /// The document.
    pub document: DocumentId,
    /// Where the sentences of both mentions begin and end in it, in bytes.
    pub span: (u32, u32),
    /// Those sentences.
    pub sentence: String,
    /// How sure the reader was, as a decimal.
    pub score: String,
}

/// Evidence by the triple that it is of, as RDF writes it.
pub(super) struct ByFact<'a>(BTreeMap<String, Vec<&'a Spoken>>);

impl<'a> ByFact<'a> {
    pub(super) fn new(spoken: &'a [Spoken]) -> Result<ByFact<'a>, Error> {
        let mut by_fact: BTreeMap<String, Vec<&Spoken>> = BTreeMap::new();
        for one in spoken {
            by_fact.entry(quads::encode_triple(&one.triple)?.to_string()).or_default().push(one);
        }
        by_fact.values_mut().for_each(|pieces| pieces.sort());
        Ok(ByFact(by_fact))
    }

    /// The evidence of a quad's triple, by document.
    pub(super) fn of(&self, quad: &RdfQuad) -> &[&'a Spoken] {
        self.0.get(&RdfTriple::from(quad.clone()).to_string()).map_or(&[], Vec::as_slice)
    }
}

/// A reifier for each piece: of which triple, document, place, sentence and score. In a graph of their own where the
/// format holds graphs.
pub(super) fn reifiers(spoken: &[Spoken], graphs: bool) -> Result<Vec<RdfQuad>, Error> {
    let graph = if graphs { GraphName::NamedNode(NamedNode::new_unchecked(EVIDENCE)) } else { GraphName::DefaultGraph };
    let mut sorted: Vec<&Spoken> = spoken.iter().collect();
    sorted.sort();
    sorted.dedup();
    let mut written = Vec::new();
    for Spoken { triple, document, span, sentence, score } in sorted {
        let triple = quads::encode_triple(triple)?;
        let document = vocabulary::document_iri(document);
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("{triple}\n{document}\n{span:?}\n{score}").as_bytes());
        let name = quads::name(&format!("{EVIDENCE}:{}", &hasher.finalize().to_hex()[..16]))?;
        let own = |name: &str| NamedNode::new_unchecked(format!("{}{name}", vocabulary::NAMESPACE));
        let number = |at: u32| Literal::from(i64::from(at));
        let said: [(NamedNode, Term); 6] = [
            (NamedNode::from(rdf::REIFIES), triple.into()),
            (own("document"), quads::name(&document)?.into()),
            (own("start"), number(span.0).into()),
            (own("end"), number(span.1).into()),
            (own("sentence"), Literal::new_simple_literal(sentence.as_str()).into()),
            (own("score"), Literal::new_typed_literal(score.as_str(), xsd::DECIMAL).into()),
        ];
        written.extend(said.map(|(relation, object)| RdfQuad::new(name.clone(), relation, object, graph.clone())));
    }
    Ok(written)
}
