//! Between kgloom's nouns and RDF. In: a quad of one side. Out: the same of the other. Never: a name that is no IRI.

use crate::Error;
use kgloom_record::record::{Datatype, Iri, Literal as Value, Term, Triple};
use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Quad as RdfQuad, Term as RdfTerm, Triple as RdfTriple};

/// The RDF triple of a triple.
pub(super) fn encode_triple(triple: &Triple) -> Result<RdfTriple, Error> {
    let object = match &triple.object {
        Term::Name(iri) => RdfTerm::from(name(iri.as_str())?),
        Term::Literal(literal) => match literal.datatype {
            Datatype::String => Literal::new_simple_literal(&*literal.value).into(),
            datatype => Literal::new_typed_literal(&*literal.value, NamedNode::new_unchecked(datatype.iri())).into(),
        },
    };
    Ok(RdfTriple::new(name(triple.subject.as_str())?, name(triple.relation.as_str())?, object))
}

/// A triple as a line of N-Triples, without the line's end; none where an end of it is no IRI.
pub fn line(triple: &Triple) -> Option<String> {
    encode_triple(triple).ok().map(|triple| format!("{triple} ."))
}

/// The triple of an RDF quad; none where an end of it is nothing that kgloom writes.
pub(super) fn decode_triple(quad: RdfQuad) -> Option<Triple> {
    let NamedOrBlankNode::NamedNode(subject) = quad.subject else { return None };
    let object = decode_term(quad.object)?;
    let (subject, relation) = (Iri::new(subject.into_string()), Iri::new(quad.predicate.into_string()));
    Some(Triple { subject, relation, object })
}

/// The term of an RDF term; none where it is nothing that kgloom writes.
pub(super) fn decode_term(term: RdfTerm) -> Option<Term> {
    match term {
        RdfTerm::NamedNode(name) => Some(Term::Name(Iri::new(name.into_string()))),
        RdfTerm::Literal(literal) => {
            let datatype = datatype(&literal)?;
            Some(Term::Literal(Value { value: literal.value().into(), datatype }))
        }
        _ => None,
    }
}

/// The type of a literal, where it is one that kgloom writes.
pub(crate) fn datatype(literal: &Literal) -> Option<Datatype> {
    Datatype::ALL.into_iter().find(|datatype| datatype.iri() == literal.datatype().as_str())
}

/// A name as a node.
pub(super) fn name(iri: &str) -> Result<NamedNode, Error> {
    NamedNode::new(iri).map_err(|error| Error::NotAnIri { iri: iri.to_owned(), reason: error.to_string() })
}
