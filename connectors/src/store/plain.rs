//! Terms as people and spreadsheets read them. In: terms. Out: text. Never: a format of RDF.

use crate::store::prefixes::prefixed;
use oxigraph::model::TermRef;
use std::collections::BTreeMap;

/// A term without brackets and quotes.
pub(super) fn plain(term: TermRef<'_>) -> String {
    match term {
        TermRef::NamedNode(node) => node.as_str().to_owned(),
        TermRef::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    }
}

/// The label of a name, or its name with a prefix where it has one.
pub(super) fn label(names: &BTreeMap<String, String>, iri: &str) -> String {
    names.get(iri).cloned().or_else(|| prefixed(iri)).unwrap_or_else(|| iri.to_owned())
}

/// A field of CSV, in quotes where it needs them.
pub fn quote(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
