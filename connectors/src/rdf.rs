//! Other people's graphs. In: an RDF file, perhaps compressed. Out: the triples of its default graph, as kgloom's own.
//! Never: a named graph beside a default one, a look at the network, or a file that is half right.

use crate::Error;
use crate::source::{SourceOptions, bare_name, expanded};
use crate::store::datatype;
use kgloom_record::record::{Datatype, Iri, Literal, Term, Triple};
use kgloom_record::vocabulary;
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxigraph::model::{BlankNode, NamedNode, NamedOrBlankNode, Quad, Term as RdfTerm};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read};
use std::path::Path;

/// The mark of byte order in UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

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

/// The triples of a file's default graph; of its named graphs, where that is empty. Of what is said of a thing in several languages one is kept, and what is said in
/// none: the language in which most things are named, for want of it English, and else the first. `skos:prefLabel` and
/// `schema:name` are labels; other names, where a thing has an `rdfs:label`. Blank nodes are called `_:b0`, `_:b1` and so on, as they come: the same file gives the same names.
///
/// # Errors
/// When the file cannot be read, is no RDF of its format (the place is named where the parser knows it), or has nothing in
/// it.
pub fn load(path: &Path) -> Result<Vec<Triple>, Error> {
    let wrong = |what: String| Error::NotRdf { path: path.to_owned(), what };
    let format = format(path).ok_or_else(|| wrong(format!("its name ends in none of {}", ENDINGS.join(", "))))?;
    let reader = expanded(path, &SourceOptions::default()).map_err(|error| Error::file("read", path, error))?;
    // Names that are relative would otherwise be errors.
    let parser = RdfParser::from_format(format).with_base_iri("urn:file:");
    let parser = parser.map_err(|error| wrong(error.to_string()))?;
    let (mut quads, mut named) = (Vec::new(), Vec::new());
    let reader = unmarked(reader).map_err(|error| Error::file("read", path, error))?;
    for quad in parser.for_reader(reader) {
        let quad = quad.map_err(|error| match error {
            RdfParseError::Io(error) => Error::file("read", path, error),
            RdfParseError::Syntax(error) => wrong(match error.location() {
                Some(place) => format!("line {}, column {}: {error}", place.start.line + 1, place.start.column + 1),
                None => error.to_string(),
            }),
        })?;
        let quads = if quad.graph_name.is_default_graph() { &mut quads } else { &mut named };
        quads.push(quad);
    }
    if quads.is_empty() {
        quads = named;
    }
    if quads.is_empty() {
        return Err(wrong("there is nothing in it".to_owned()));
    }
    let (names, languages) = (Names::of(&quads), Languages::of(&quads));
    let quads: Vec<Quad> = quads.into_iter().filter(|quad| languages.keep(quad)).collect();
    let mut blanks = Blanks::default();
    Ok(quads.into_iter().filter_map(|quad| triple(names.called(quad), &mut blanks)).collect())
}

/// A file without the mark of byte order that it may begin with.
fn unmarked(mut reader: impl Read) -> io::Result<impl Read> {
    let mut start = Vec::new();
    reader.by_ref().take(MARK.len() as u64).read_to_end(&mut start)?;
    if start == MARK {
        start.clear();
    }
    Ok(Cursor::new(start).chain(reader))
}

/// What names a thing, the best first.
const NAMES: [&str; 4] = [
    vocabulary::LABEL,
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://schema.org/name",
    "https://schema.org/name",
];

/// By thing: the best of what names it, by its place in [`NAMES`].
struct Names(BTreeMap<String, usize>);

impl Names {
    fn of(quads: &[Quad]) -> Names {
        let mut best: BTreeMap<String, usize> = BTreeMap::new();
        for quad in quads.iter().filter(|quad| matches!(quad.object, RdfTerm::Literal(_))) {
            if let Some(place) = place(quad) {
                let known = best.entry(quad.subject.to_string()).or_insert(place);
                *known = place.min(*known);
            }
        }
        Names(best)
    }

    /// A name as a label, or as another name beside a better one.
    fn called(&self, quad: Quad) -> Quad {
        let best = self.0.get(&quad.subject.to_string()).copied();
        let predicate = match (place(&quad), best) {
            (Some(place), Some(best)) if matches!(quad.object, RdfTerm::Literal(_)) => {
                if place == best {
                    vocabulary::LABEL
                } else {
                    vocabulary::ALTERNATIVE_LABEL
                }
            }
            _ => return quad,
        };
        Quad { predicate: NamedNode::new_unchecked(predicate), ..quad }
    }
}

fn place(quad: &Quad) -> Option<usize> {
    NAMES.iter().position(|name| quad.predicate.as_str() == *name)
}

/// By thing and relation: the language that is kept.
struct Languages(BTreeMap<(String, String), String>);

impl Languages {
    fn of(quads: &[Quad]) -> Languages {
        let mut told: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for quad in quads {
            let RdfTerm::Literal(literal) = &quad.object else { continue };
            let Some(language) = literal.language() else { continue };
            told.entry(said_by(quad)).or_default().insert(language);
            if place(quad).is_some() {
                *counts.entry(family(language)).or_default() += 1;
            }
        }
        // Of equally many English, then the first by name.
        let most = counts.iter().max_by_key(|(language, count)| (**count, *language == ENGLISH, Reverse(*language)));
        let most = most.map_or_else(|| ENGLISH.to_owned(), |(language, _)| language.clone());
        let rank = |language: &&str| {
            let own = family(language);
            (own != most, own != ENGLISH, language.len(), language.to_string())
        };
        let kept =
            told.into_iter().filter_map(|(said, all)| Some((said, all.into_iter().min_by_key(rank)?.to_owned())));
        Languages(kept.collect())
    }

    fn keep(&self, quad: &Quad) -> bool {
        match &quad.object {
            RdfTerm::Literal(literal) => literal
                .language()
                .is_none_or(|language| self.0.get(&said_by(quad)).is_some_and(|kept| kept == language)),
            _ => true,
        }
    }
}

const ENGLISH: &str = "en";

fn said_by(quad: &Quad) -> (String, String) {
    (quad.subject.to_string(), quad.predicate.as_str().to_owned())
}

/// A language without its region: `en` of `en-GB`.
fn family(language: &str) -> String {
    language.split('-').next().unwrap_or(language).to_ascii_lowercase()
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

fn triple(quad: Quad, blanks: &mut Blanks) -> Option<Triple> {
    let subject = match quad.subject {
        NamedOrBlankNode::NamedNode(name) => name.into_string(),
        NamedOrBlankNode::BlankNode(node) => blanks.name(node),
    };
    let object = match quad.object {
        RdfTerm::NamedNode(name) => Term::Name(Iri::new(name.into_string())),
        RdfTerm::BlankNode(node) => Term::Name(Iri::new(blanks.name(node))),
        RdfTerm::Literal(literal) => {
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
        assert!(say("graph.ttl", "").contains("there is nothing in it"));
        let (_folder, path) = file("graph.nq", "<urn:a> <urn:b> <urn:c> <urn:graph> .\n");
        assert_eq!(load(&path).unwrap().len(), 1, "where the default graph is empty the named ones count");
        assert!(say("graph.docx", "").contains("none of nt, nq, ttl"));
    }

    #[test]
    fn everything_is_named_in_the_language_that_it_is_named_in() {
        let prefixes = "@prefix e: <urn:e:> . @prefix r: <http://www.w3.org/2000/01/rdf-schema#> .\n\
            @prefix s: <http://www.w3.org/2004/02/skos/core#> . @prefix n: <https://schema.org/> .\n\
            @prefix m: <http://schema.org/> .\n";
        let named = |turtle: &str| {
            let (_folder, path) = file("graph.ttl", &format!("\u{feff}{prefixes}{turtle}"));
            let triples = load(&path).unwrap();
            let shown = triples.iter().filter_map(|triple| {
                let Term::Literal(literal) = &triple.object else { return None };
                let relation = triple.relation.as_str().rsplit(['#', '/', ':']).next()?;
                Some(format!("{} {relation} {}", triple.subject.as_str().trim_start_matches("urn:e:"), literal.value))
            });
            shown.collect::<Vec<_>>()
        };
        // Regions of one language are one; each thing falls back by itself.
        let regions = named("e:a r:label 'A'@en-GB . e:b r:label 'B'@en-US , 'B.'@de . e:c r:label 'C'@de , 'C.'@fr .");
        assert_eq!(regions, ["a label A", "b label B", "c label C"]);
        // What is said beside names does not choose the language of names.
        let comments = named("e:a r:label 'A'@en ; r:comment 'x'@de , 'y'@de , 'z'@de .");
        assert_eq!(comments, ["a label A", "a comment x", "a comment y", "a comment z"]);
        // Names of other vocabularies are labels, or other names beside a better one.
        let others =
            named("e:a s:prefLabel 'A'@en ; n:name 'Aa' . e:b m:name 'B' . e:c r:label 'C' ; s:prefLabel 'Cc' .");
        assert_eq!(others, ["a label A", "a altLabel Aa", "b label B", "c label C", "c altLabel Cc"]);
    }
}
