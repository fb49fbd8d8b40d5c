//! Other people's graphs. In: an RDF file, perhaps compressed. Out: the triples of its default graph, as kgloom's own.
//! Never: a named graph, a look at the network, or a file that is half right.

use crate::Error;
use crate::source::{SourceOptions, bare_name, expanded};
use crate::store::datatype;
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxigraph::model::{BlankNode, NamedOrBlankNode, Quad, Term as RdfTerm};
use pipeline::record::{Datatype, Iri, Literal, Term, Triple};
use std::collections::BTreeMap;
use std::path::Path;

/// The endings of files that are read, under those of compression.
pub const ENDINGS: [&str; 8] = ["nt", "nq", "ttl", "trig", "rdf", "xml", "owl", "jsonld"];

/// The format of a file by the end of its name; none where it is no RDF.
fn format(path: &Path) -> Option<RdfFormat> {
    let name = path.file_name()?.to_str()?;
    match bare_name(name).rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "nt" => Some(RdfFormat::NTriples),
        "nq" => Some(RdfFormat::NQuads),
        "ttl" => Some(RdfFormat::Turtle),
        "trig" => Some(RdfFormat::TriG),
        "rdf" | "xml" | "owl" => Some(RdfFormat::RdfXml),
        "jsonld" => RdfFormat::from_extension("jsonld"),
        _ => None,
    }
}

/// Whether a path names an RDF file, by its ending.
pub fn is_rdf(path: &Path) -> bool {
    path.is_file() && format(path).is_some()
}

/// The triples of a file's default graph. Of literals in several languages those in the commonest one are kept, and those
/// in none; blank nodes are called `_:b0`, `_:b1` and so on, as they come: the same file gives the same names.
///
/// # Errors
/// When the file cannot be read, is no RDF of its format (the place is named where the parser knows it), or has nothing in
/// its default graph.
pub fn load(path: &Path) -> Result<Vec<Triple>, Error> {
    let wrong = |what: String| Error::NotRdf { path: path.to_owned(), what };
    let format = format(path).ok_or_else(|| wrong(format!("its name ends in none of {}", ENDINGS.join(", "))))?;
    let reader = expanded(path, &SourceOptions::default()).map_err(|error| Error::file("read", path, error))?;
    // Names that are relative would otherwise be errors.
    let parser = RdfParser::from_format(format).with_base_iri("urn:file:");
    let parser = parser.map_err(|error| wrong(error.to_string()))?;
    let mut quads = Vec::new();
    for quad in parser.for_reader(reader) {
        let quad = quad.map_err(|error| match error {
            RdfParseError::Io(error) => Error::file("read", path, error),
            RdfParseError::Syntax(error) => wrong(match error.location() {
                Some(place) => format!("line {}, column {}: {error}", place.start.line + 1, place.start.column + 1),
                None => error.to_string(),
            }),
        })?;
        if quad.graph_name.is_default_graph() {
            quads.push(quad);
        }
    }
    if quads.is_empty() {
        return Err(wrong("there is nothing in its default graph".to_owned()));
    }
    let language = commonest_language(&quads);
    let mut blanks = Blanks::default();
    Ok(quads.into_iter().filter_map(|quad| triple(quad, language.as_deref(), &mut blanks)).collect())
}

/// Names of blank nodes; a parser draws those that have no label.
#[derive(Default)]
struct Blanks(BTreeMap<String, usize>);

impl Blanks {
    fn name(&mut self, node: BlankNode) -> String {
        let next = self.0.len();
        format!("_:b{}", self.0.entry(node.into_string()).or_insert(next))
    }
}

/// The language that most literals are in; of equally common ones the first.
fn commonest_language(quads: &[Quad]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for quad in quads {
        if let RdfTerm::Literal(literal) = &quad.object
            && let Some(language) = literal.language()
        {
            *counts.entry(language).or_default() += 1;
        }
    }
    let most = counts.iter().max_by(|one, other| one.1.cmp(other.1).then(other.0.cmp(one.0)));
    most.map(|(language, _)| (*language).to_owned())
}

fn triple(quad: Quad, language: Option<&str>, blanks: &mut Blanks) -> Option<Triple> {
    let subject = match quad.subject {
        NamedOrBlankNode::NamedNode(name) => name.into_string(),
        NamedOrBlankNode::BlankNode(node) => blanks.name(node),
    };
    let object = match quad.object {
        RdfTerm::NamedNode(name) => Term::Name(Iri::new(name.into_string())),
        RdfTerm::BlankNode(node) => Term::Name(Iri::new(blanks.name(node))),
        RdfTerm::Literal(literal) if literal.language().is_none() || literal.language() == language => {
            let datatype = datatype(&literal).unwrap_or(Datatype::String);
            Term::Literal(Literal { value: literal.value().into(), datatype })
        }
        _ => return None,
    };
    Some(Triple { subject: Iri::new(subject), relation: Iri::new(quad.predicate.into_string()), object })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn every_format_gives_the_same_triples() {
        let turtle = "@prefix e: <urn:e:> . @prefix r: <http://www.w3.org/2000/01/rdf-schema#> .\n\
             e:a e:knows e:b ; r:label \"Ada\"@en , \"Ada L\"@fr , \"Countess\"@en . [] e:knows e:a .";
        let triples = "<urn:e:a> <urn:e:knows> <urn:e:b> .\n\
             <urn:e:a> <http://www.w3.org/2000/01/rdf-schema#label> \"Ada\"@en .\n\
             <urn:e:a> <http://www.w3.org/2000/01/rdf-schema#label> \"Ada L\"@fr .\n\
             <urn:e:a> <http://www.w3.org/2000/01/rdf-schema#label> \"Countess\"@en .\n\
             _:x <urn:e:knows> <urn:e:a> .\n";
        let aside = "<urn:e:z> <urn:e:knows> <urn:e:z> <urn:graph> .\n";
        let shown = |name: &str, text: &str| {
            let (_folder, path) = file(name, text);
            assert!(is_rdf(&path));
            load(&path).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let plain = shown("graph.nt", triples);
        assert_eq!(plain.len(), 4, "the label in another language is left out: {plain:?}");
        assert_eq!(shown("graph.nq", &format!("{triples}{aside}")), plain);
        assert_eq!(shown("graph.ttl", turtle), plain);
        assert!(plain[3].starts_with("<_:b0>"), "{plain:?}");
        let json = r#"{"@context": {"e": "urn:e:", "label": {"@id": "http://www.w3.org/2000/01/rdf-schema#label"}},
            "@id": "e:a", "e:knows": {"@id": "e:b"}, "label": [{"@value": "Ada", "@language": "en"},
            {"@value": "Ada L", "@language": "fr"}, {"@value": "Countess", "@language": "en"}]}"#;
        assert_eq!(shown("graph.jsonld", json), plain[..3]);
        let xml = r#"<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"
            xmlns:s="http://www.w3.org/2000/01/rdf-schema#"><r:Description r:about="urn:e:a"><e:knows
            r:resource="urn:e:b"/><s:label xml:lang="en">Ada</s:label><s:label xml:lang="en">Countess</s:label>
            </r:Description></r:RDF>"#;
        assert_eq!(shown("graph.rdf", xml), plain[..3]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let say = |name: &str, text: &str| {
            let (_folder, path) = file(name, text);
            load(&path).unwrap_err().to_string()
        };
        let syntax = say("graph.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> oops\n");
        assert!(syntax.contains("graph.nt") && syntax.contains("line 2"), "{syntax}");
        assert!(say("graph.ttl", "").contains("nothing in its default graph"));
        assert!(say("graph.docx", "").contains("none of nt, nq, ttl"));
    }
}
