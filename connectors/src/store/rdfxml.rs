//! Triples as RDF/XML. In: triples by subject. Out: one document, the same for the same triples, that every reader takes.
//! Never: an element without a name; a relation that no element can be named after is an error, before a byte is written.

use super::PREFIXES;
use super::xml::{Escaped, clean, is_name_character, is_name_start};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{NamedNodeRef, NamedOrBlankNodeRef, TermRef, TripleRef};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::collections::BTreeMap;
use std::io::{self, Write};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Writes the triples; those of one subject stand together where they come together.
pub(super) fn write<'a>(out: &mut dyn Write, triples: impl Iterator<Item = TripleRef<'a>> + Clone) -> io::Result<()> {
    let spaces = spaces(triples.clone())?;
    let mut writer = Writer::new_with_indent(Escaped(&mut *out), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("rdf:RDF");
    for (space, prefix) in &spaces {
        root.push_attribute((format!("xmlns:{prefix}").as_str(), *space));
    }
    writer.write_event(Event::Start(root))?;
    let mut subject = None;
    for triple in triples {
        if subject != Some(triple.subject) {
            if subject.is_some() {
                writer.write_event(Event::End(BytesEnd::new("rdf:Description")))?;
            }
            writer.write_event(Event::Start(description(triple.subject)))?;
            subject = Some(triple.subject);
        }
        property(&mut writer, triple, &spaces)?;
    }
    if subject.is_some() {
        writer.write_event(Event::End(BytesEnd::new("rdf:Description")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("rdf:RDF")))?;
    writeln!(out)
}

/// A prefix for every namespace that is needed, and for RDF's own.
fn spaces<'a>(triples: impl Iterator<Item = TripleRef<'a>>) -> io::Result<BTreeMap<&'a str, String>> {
    let mut spaces = BTreeMap::from([(RDF, "rdf".to_owned())]);
    for mut triple in triples {
        loop {
            let (space, _) = split(triple.predicate)?;
            let known = PREFIXES.iter().find(|(_, known)| *known == space).map(|(prefix, _)| (*prefix).to_owned());
            let next = spaces.len();
            spaces.entry(space).or_insert_with(|| known.unwrap_or_else(|| format!("ns{next}")));
            let TermRef::Triple(inner) = triple.object else { break };
            triple = inner.as_ref();
        }
    }
    Ok(spaces)
}

/// The namespace of a relation and its name within it: the longest end that XML takes as a name.
fn split(relation: NamedNodeRef<'_>) -> io::Result<(&str, &str)> {
    let text = relation.as_str();
    let inside =
        text.rfind(|c| !is_name_character(c)).map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    match text[inside..].find(is_name_start) {
        Some(start) => Ok(text.split_at(inside + start)),
        None => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("rdfxml cannot name the relation {relation}, which ends without a letter; use ttl, nt or jsonld"),
        )),
    }
}

fn description(subject: NamedOrBlankNodeRef<'_>) -> BytesStart<'static> {
    let mut start = BytesStart::new("rdf:Description");
    match subject {
        NamedOrBlankNodeRef::NamedNode(node) => start.push_attribute(("rdf:about", node.as_str())),
        // The name of a blank node may begin with a digit, an XML name may not.
        NamedOrBlankNodeRef::BlankNode(node) => {
            start.push_attribute(("rdf:nodeID", format!("b{}", node.as_str()).as_str()))
        }
    }
    start
}

fn property<W: Write>(
    writer: &mut Writer<W>,
    triple: TripleRef<'_>,
    spaces: &BTreeMap<&str, String>,
) -> io::Result<()> {
    let (space, name) = split(triple.predicate)?;
    let name = format!("{}:{name}", spaces[space]);
    let mut start = BytesStart::new(name.as_str());
    match triple.object {
        TermRef::NamedNode(node) => start.push_attribute(("rdf:resource", node.as_str())),
        TermRef::BlankNode(node) => start.push_attribute(("rdf:nodeID", format!("b{}", node.as_str()).as_str())),
        TermRef::Literal(literal) => {
            match literal.language() {
                Some(language) => start.push_attribute(("xml:lang", language)),
                None if literal.datatype() == xsd::STRING => {}
                None => start.push_attribute(("rdf:datatype", literal.datatype().as_str())),
            }
            writer.write_event(Event::Start(start))?;
            writer.write_event(Event::Text(BytesText::new(&clean(literal.value()))))?;
            return writer.write_event(Event::End(BytesEnd::new(name.as_str())));
        }
        TermRef::Triple(inner) => {
            start.push_attribute(("rdf:version", "1.2"));
            start.push_attribute(("rdf:parseType", "Triple"));
            writer.write_event(Event::Start(start))?;
            writer.write_event(Event::Start(description(inner.subject.as_ref())))?;
            property(writer, inner.as_ref(), spaces)?;
            writer.write_event(Event::End(BytesEnd::new("rdf:Description")))?;
            return writer.write_event(Event::End(BytesEnd::new(name.as_str())));
        }
    }
    writer.write_event(Event::Empty(start))
}
