//! The default graph as GraphML. In: sorted quads and labels. Out: one XML document, the same for the same graph.
//! Never: a character that XML 1.0 does not allow.

use super::evidence::{ByFact, Spoken};
use super::xml::{Escaped, clean};
use crate::store::plain::{label, plain};
use kgloom_record::vocabulary;
use oxigraph::model::{Quad as RdfQuad, Term};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What is written of each node and edge: the key's id, what it belongs to, and its name.
const KEYS: [(&str, &str, &str); 6] = [
    ("iri", "node", "iri"),
    ("label", "node", "label"),
    ("class", "node", "class"),
    ("datatype", "node", "datatype"),
    ("relation", "edge", "relation"),
    ("name", "edge", "label"),
];

/// The same of what speaks for an edge; the score is that of the best.
const OF_EVIDENCE: [(&str, &str, &str); 2] = [("evidence", "edge", "evidence"), ("score", "edge", "score")];

#[derive(Default)]
struct Node {
    iri: Option<String>,
    label: String,
    class: Vec<String>,
    datatype: Option<String>,
}

/// Writes nodes (entities and values) with label and class, then edges with the relation's IRI and label.
/// A name that is only a class, or only in a label, is no node.
pub(super) fn write(
    out: &mut dyn Write,
    quads: &[RdfQuad],
    names: &BTreeMap<String, String>,
    evidence: Option<&ByFact<'_>>,
) -> io::Result<()> {
    let nodes = collect(quads, names);
    let places: BTreeMap<&str, usize> = nodes.keys().enumerate().map(|(place, key)| (key.as_str(), place)).collect();
    let mut xml = Writer::new_with_indent(Escaped(&mut *out), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = xml.create_element("graphml").with_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
    root.write_inner_content(|xml| {
        let of_evidence = if evidence.is_some() { OF_EVIDENCE.as_slice() } else { &[] };
        for (id, of, name) in KEYS.into_iter().chain(of_evidence.iter().copied()) {
            let key = xml.create_element("key").with_attributes([("id", id), ("for", of)]);
            key.with_attributes([("attr.name", name), ("attr.type", "string")]).write_empty()?;
        }
        let graph = xml.create_element("graph").with_attributes([("id", "kgloom"), ("edgedefault", "directed")]);
        graph.write_inner_content(|xml| {
            for (place, node) in nodes.values().enumerate() {
                write_node(xml, place, node)?;
            }
            for quad in quads.iter().filter(|quad| is_fact(quad)) {
                let ends = [quad.subject.to_string(), quad.object.to_string()].map(|key| places[key.as_str()]);
                let spoken = evidence.map_or(&[][..], |evidence| evidence.of(quad));
                write_edge(xml, ends, (quad.predicate.as_str(), names), spoken)?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    writeln!(out)
}

fn is_fact(quad: &RdfQuad) -> bool {
    ![vocabulary::TYPE, vocabulary::LABEL, vocabulary::ALTERNATIVE_LABEL].contains(&quad.predicate.as_str())
}

/// All nodes by the way RDF writes them, which is their order.
fn collect(quads: &[RdfQuad], names: &BTreeMap<String, String>) -> BTreeMap<String, Node> {
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    for quad in quads {
        let subject = Term::from(quad.subject.clone());
        let node = nodes.entry(subject.to_string()).or_insert_with(|| new_node(&subject, names));
        if quad.predicate.as_str() == vocabulary::TYPE {
            node.class.push(label(names, &plain(quad.object.as_ref())));
        }
        if is_fact(quad) {
            nodes.entry(quad.object.to_string()).or_insert_with(|| new_node(&quad.object, names));
        }
    }
    nodes
}

fn new_node(term: &Term, names: &BTreeMap<String, String>) -> Node {
    let text = plain(term.as_ref());
    match term {
        Term::Literal(literal) => {
            let datatype = Some(literal.datatype().as_str().to_owned());
            Node { label: text, datatype, ..Node::default() }
        }
        _ => Node { label: label(names, &text), iri: Some(text), ..Node::default() },
    }
}

fn write_node<W: Write>(xml: &mut Writer<W>, place: usize, node: &Node) -> io::Result<()> {
    let id = format!("n{place}");
    let element = xml.create_element("node").with_attribute(("id", id.as_str()));
    element.write_inner_content(|xml| {
        let class = (!node.class.is_empty()).then(|| node.class.join(", "));
        let fields =
            [("iri", &node.iri), ("label", &Some(node.label.clone())), ("class", &class), ("datatype", &node.datatype)];
        for (key, value) in fields {
            if let Some(value) = value {
                write_data(xml, key, value)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn write_edge<W: Write>(
    xml: &mut Writer<W>,
    [source, target]: [usize; 2],
    (relation, names): (&str, &BTreeMap<String, String>),
    spoken: &[&Spoken],
) -> io::Result<()> {
    let (source, target) = (format!("n{source}"), format!("n{target}"));
    let element =
        xml.create_element("edge").with_attributes([("source", source.as_str()), ("target", target.as_str())]);
    element.write_inner_content(|xml| {
        write_data(xml, "relation", relation)?;
        write_data(xml, "name", &label(names, relation))?;
        for Spoken { document, span: (start, end), sentence, score, .. } in spoken {
            let told = format!("{document} {start}..{end} ({score}): {sentence}");
            write_data(xml, "evidence", &told)?;
        }
        // Scores have one number of places, so that their order is that of their texts.
        match spoken.iter().map(|one| one.score.as_str()).max() {
            Some(best) => write_data(xml, "score", best),
            None => Ok(()),
        }
    })?;
    Ok(())
}

fn write_data<W: Write>(xml: &mut Writer<W>, key: &str, value: &str) -> io::Result<()> {
    xml.create_element("data").with_attribute(("key", key)).write_text_content(BytesText::new(&clean(value)))?;
    Ok(())
}
