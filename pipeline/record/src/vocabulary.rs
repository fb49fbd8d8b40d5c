//! The names that kgloom mints. In: ids and labels. Out: IRIs. Never: a counter; equal content has equal names.

use crate::value::{CorrectionId, DocumentId, Graph, Term, Triple};
use ontologies::Iri;
use std::fmt::Write;

/// The namespace of everything kgloom names.
pub const NAMESPACE: &str = "urn:kgloom:";
/// The graph of what was refused, and why.
pub const REJECTED: &str = "urn:kgloom:rejected";
/// The graph of who each document's entities were taken to be.
pub const RESOLUTION: &str = "urn:kgloom:resolution";
/// The graph of what follows from what is stated.
pub const ENTAILED: &str = "urn:kgloom:entailed";
/// The graph of links that no document states.
pub const PREDICTED: &str = "urn:kgloom:predicted";
/// The graph of what link prediction compares entities by.
pub const VECTORS: &str = "urn:kgloom:vectors";
/// From an entity to its vector.
pub const VECTOR: &str = "urn:kgloom:vector";
/// The graph of what is said around entities, and in documents.
pub const CONTEXTS: &str = "urn:kgloom:contexts";
/// From an entity or a document to the direction of what is said there ([`crate::context`]).
pub const CONTEXT: &str = "urn:kgloom:context";
/// The graph of classes of one's own, with their probabilities.
pub const TYPED: &str = "urn:kgloom:typed";
/// The graph of how unusual documents and facts are.
pub const WATCH: &str = "urn:kgloom:watch";
/// The graph of rows of tables and what they mean.
pub const MATCHED: &str = "urn:kgloom:matched";
/// The class of a row of a table.
pub const ROW_CLASS: &str = "urn:kgloom:Row";
/// From a prediction to the model that made it.
pub const PREDICTED_BY: &str = "urn:kgloom:model";
/// The graph of epochs and model ids.
pub const META: &str = "urn:kgloom:meta";
/// The graph of what the ontology says of relations and classes.
pub const ONTOLOGY: &str = "urn:kgloom:ontology";
/// From a document's entity to the entity of the whole graph.
pub const RESOLVED_TO: &str = "urn:kgloom:resolvedTo";
/// The class of documents.
pub const DOCUMENT_CLASS: &str = "urn:kgloom:Document";
/// The class of people.
pub const PERSON: &str = "urn:kgloom:Person";
/// From a place to the country that it lies in.
pub const COUNTRY: &str = "http://www.wikidata.org/prop/direct/P17";
/// From a place to its seat of government.
pub const CAPITAL: &str = "http://www.wikidata.org/prop/direct/P36";
/// From a seat of government to its place.
pub const CAPITAL_OF: &str = "http://www.wikidata.org/prop/direct/P1376";
/// `rdf:type`.
pub const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
/// `rdfs:label`.
pub const LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";
/// `skos:altLabel`.
pub const ALTERNATIVE_LABEL: &str = "http://www.w3.org/2004/02/skos/core#altLabel";
/// `skos:exactMatch`.
pub const EXACT_MATCH: &str = "http://www.w3.org/2004/02/skos/core#exactMatch";
/// `skos:closeMatch`.
pub const CLOSE_MATCH: &str = "http://www.w3.org/2004/02/skos/core#closeMatch";
/// `rdfs:comment`.
pub const COMMENT: &str = "http://www.w3.org/2000/01/rdf-schema#comment";

const DOCUMENT: &str = "urn:kgloom:document:";
const LOCAL: &str = "urn:kgloom:local:";
const CORRECTION: &str = "urn:kgloom:correction:";
const PREDICTION: &str = "urn:kgloom:prediction:";
/// What the names of rows of tables begin with.
pub const ROW: &str = "urn:kgloom:row:";
const FACT: &str = "urn:kgloom:fact:";

/// An IRI of kgloom's own namespace.
pub fn own(name: &str) -> Iri {
    Iri::new(format!("{NAMESPACE}{name}"))
}

/// The name of a graph; `None` for the default graph.
pub fn graph_iri(graph: &Graph) -> Option<String> {
    match graph {
        Graph::Default => None,
        Graph::Entailed => Some(ENTAILED.to_owned()),
        Graph::Document(id) => Some(document_iri(id)),
        Graph::Resolution => Some(RESOLUTION.to_owned()),
        Graph::Rejected => Some(REJECTED.to_owned()),
        Graph::Predicted => Some(PREDICTED.to_owned()),
        Graph::Vectors => Some(VECTORS.to_owned()),
        Graph::Contexts => Some(CONTEXTS.to_owned()),
        Graph::Typed => Some(TYPED.to_owned()),
        Graph::Watch => Some(WATCH.to_owned()),
        Graph::Matched => Some(MATCHED.to_owned()),
        Graph::Correction(id) => Some(correction_iri(id)),
    }
}

/// The name of a document, and of the graph of what it alone says.
pub fn document_iri(id: &DocumentId) -> String {
    format!("{DOCUMENT}{}", escape(id.as_str()))
}

/// The document that an IRI of [`document_iri`] names.
pub fn document_id(iri: &str) -> Option<DocumentId> {
    Some(DocumentId::new(unescape(iri.strip_prefix(DOCUMENT)?)?))
}

/// The name of a correction, and of the graph of what it asserts and does.
pub fn correction_iri(id: &CorrectionId) -> String {
    format!("{CORRECTION}{id}")
}

/// The correction that an IRI of [`correction_iri`] names.
pub fn correction_id(iri: &str) -> Option<CorrectionId> {
    iri.strip_prefix(CORRECTION).map(CorrectionId::new)
}

/// The name of one entity of one document: its place in [`crate::record::Reading::entities`].
pub fn local_iri(document: &DocumentId, entity: u32) -> String {
    format!("{LOCAL}{}#{entity}", escape(document.as_str()))
}

/// The document and place that an IRI of [`local_iri`] names.
pub fn parse_local_iri(iri: &str) -> Option<(DocumentId, u32)> {
    let (document, entity) = iri.strip_prefix(LOCAL)?.rsplit_once('#')?;
    Some((DocumentId::new(unescape(document)?), entity.parse().ok()?))
}

/// The name of a link that is probable, of which probability, model and evidence are said.
pub fn prediction_iri(link: &Triple) -> Iri {
    hashed(PREDICTION, link)
}

/// The name of a fact that is stated, of which it is said how surprising it is.
pub fn fact_iri(fact: &Triple) -> Iri {
    hashed(FACT, fact)
}

fn hashed(prefix: &str, link: &Triple) -> Iri {
    let mut hash = blake3::Hasher::new();
    let object = match &link.object {
        Term::Name(name) => name.as_str(),
        Term::Literal(literal) => &literal.value,
    };
    for part in [link.subject.as_str(), link.relation.as_str(), object] {
        hash.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    Iri::new(format!("{prefix}{}", &hash.finalize().to_hex()[..16]))
}

/// The name of a row of a table: by the table's own name, and what tells the row from others there.
pub fn row_iri(table: &str, row: &str) -> Iri {
    Iri::new(format!("{ROW}{}%23{}", escape(table), escape(row)))
}

/// Whether a name is one of [`prediction_iri`].
pub fn is_prediction(name: &Iri) -> bool {
    name.as_str().starts_with(PREDICTION)
}

/// The name of a relation that is known by its words alone.
pub fn label_iri(label: &str) -> Iri {
    Iri::new(format!("{NAMESPACE}label:{}", escape(label)))
}

/// The name of an entity: its class, its best supported name and, where that is shared, what tells it apart.
pub fn entity_iri(class: &Iri, name: &str, apart: Option<&str>) -> Iri {
    let class = class.as_str().rsplit([':', '/', '#']).next().unwrap_or_default();
    let name = escape(&name.replace(' ', "_"));
    let class = escape(&class.to_lowercase());
    match apart {
        None => Iri::new(format!("{NAMESPACE}{class}:{name}")),
        Some(mark) => Iri::new(format!("{NAMESPACE}{class}:{name}~{mark}")),
    }
}

/// Whether an entity's name has a mark that tells it apart from the best supported bearer of what it is called.
pub fn is_apart(entity: &Iri) -> bool {
    entity.as_str().contains('~')
}

/// Percent-encodes what may not stand in an IRI (RFC 3987), and `%`, `#` and `~`, which have a meaning here.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let plain = character.is_alphanumeric() || "-._:/@!$&'()*+,;=".contains(character);
        if plain {
            out.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                write!(out, "%{byte:02X}").expect("a String takes every write");
            }
        }
    }
    out
}

fn unescape(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_names_go_there_and_back() {
        for id in ["a.txt", "en:20th-century music", "x%41#7", "ডকুমেন্ট <1>", "a\\b \"c\"", "~"] {
            let id = DocumentId::new(id);
            assert_eq!(document_id(&document_iri(&id)), Some(id.clone()));
            assert_eq!(parse_local_iri(&local_iri(&id, 12)), Some((id, 12)));
        }
    }

    #[test]
    fn entities_are_named_by_class_and_name() {
        let person = own("Person");
        assert_eq!(entity_iri(&person, "Ada Lovelace", None).as_str(), "urn:kgloom:person:Ada_Lovelace");
        assert_eq!(entity_iri(&person, "A~B", Some("7f")).as_str(), "urn:kgloom:person:A%7EB~7f");
        assert_eq!(row_iri("my firms.csv", "7").as_str(), "urn:kgloom:row:my%20firms.csv%237");
    }
}
