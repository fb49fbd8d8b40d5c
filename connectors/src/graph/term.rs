//! Terms as bytes: what a term is told by, and in what order terms stand.
//!
//! In: terms of RDF. Out: bytes, equal for equal terms. Never: two spellings of one number or date: they are kept by value,
//! as the evaluator compares them.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{BlankNode, GraphNameRef, Literal, NamedNode, Term, TermRef};
use spareval::ExpressionTerm;
use std::str::FromStr;

/// What a term's first byte says of it.
const NAME: u8 = b'n';
const BLANK: u8 = b'b';
const STRING: u8 = b's';
const TYPED: u8 = b't';
/// Any other: N-Triples.
const OTHER: u8 = b'x';

/// Adds a name's bytes.
pub(crate) fn name(iri: &str, out: &mut Vec<u8>) {
    out.push(NAME);
    out.extend_from_slice(iri.as_bytes());
}

/// Adds a plain string's bytes.
pub(crate) fn string(value: &str, out: &mut Vec<u8>) {
    out.push(STRING);
    out.extend_from_slice(value.as_bytes());
}

/// Adds the bytes of a literal of a type, spelt by its value.
pub(crate) fn typed(value: &str, datatype: &str, out: &mut Vec<u8>) {
    let literal = Literal::new_typed_literal(value, NamedNode::new_unchecked(datatype));
    term(Term::from(literal).as_ref(), out);
}

/// Adds a term's bytes.
pub(crate) fn term(term: TermRef<'_>, out: &mut Vec<u8>) {
    match term {
        TermRef::NamedNode(node) => name(node.as_str(), out),
        TermRef::BlankNode(node) => {
            out.push(BLANK);
            out.extend_from_slice(node.as_str().as_bytes());
        }
        TermRef::Literal(literal) if literal.datatype() == xsd::STRING => string(literal.value(), out),
        term => match by_value(term.into_owned()) {
            Term::Literal(literal) if literal.language().is_none() && !literal.datatype().as_str().contains('\0') => {
                out.push(TYPED);
                out.extend_from_slice(literal.datatype().as_str().as_bytes());
                out.push(0);
                out.extend_from_slice(literal.value().as_bytes());
            }
            term => {
                out.push(OTHER);
                out.extend_from_slice(term.to_string().as_bytes());
            }
        },
    }
}

/// A literal as the evaluator spells its value.
fn by_value(term: Term) -> Term {
    ExpressionTerm::from(term).into()
}

/// Adds the bytes of a graph's name; none for the default graph.
pub(crate) fn graph(graph: GraphNameRef<'_>, out: &mut Vec<u8>) -> bool {
    match graph {
        GraphNameRef::DefaultGraph => return false,
        GraphNameRef::NamedNode(node) => term(node.into(), out),
        GraphNameRef::BlankNode(node) => term(node.into(), out),
    }
    true
}

/// The term that bytes tell; none where they tell none.
pub(crate) fn decode(bytes: &[u8]) -> Option<Term> {
    let (kind, rest) = bytes.split_first()?;
    let rest = std::str::from_utf8(rest).ok()?;
    Some(match *kind {
        NAME => NamedNode::new_unchecked(rest).into(),
        BLANK => BlankNode::new_unchecked(rest).into(),
        STRING => Literal::new_simple_literal(rest).into(),
        TYPED => {
            let (datatype, value) = rest.split_once('\0')?;
            Literal::new_typed_literal(value, NamedNode::new_unchecked(datatype)).into()
        }
        OTHER => Term::from_str(rest).ok()?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_comes_back_and_equal_values_have_equal_bytes() {
        let typed = |value: &str, kind| Term::from(Literal::new_typed_literal(value, kind));
        let bytes = |value: &Term| {
            let mut out = Vec::new();
            term(value.as_ref(), &mut out);
            out
        };
        let language = Literal::new_language_tagged_literal("chat \"x\"\n", "fr").unwrap();
        for term in [
            Term::from(NamedNode::new("urn:x:a").unwrap()),
            BlankNode::new("b1").unwrap().into(),
            Literal::new_simple_literal("a \"b\"\n\0").into(),
            language.into(),
            typed("2001-02-03", xsd::DATE),
            typed("1", xsd::INTEGER),
            typed("no number", xsd::INTEGER),
        ] {
            assert_eq!(decode(&bytes(&term)).as_ref(), Some(&term));
        }
        assert_eq!(bytes(&typed("01", xsd::INTEGER)), bytes(&typed("1", xsd::INTEGER)));
        assert_ne!(bytes(&typed("1", xsd::INTEGER)), bytes(&typed("1", xsd::STRING)));
        assert_eq!(decode(b""), None);
        assert_eq!(decode(b"?x"), None);
    }
}
