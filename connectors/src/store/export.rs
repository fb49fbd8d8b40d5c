//! The graph as a file, and as the lines that two states are compared by.
//!
//! In: the store. Out: every format sorted, so that equal graphs are equal bytes. Never: the meta graph.

use super::evidence::{ByFact, Spoken, reifiers};
use super::plain::{label, plain, quote};
use super::printer::serializer;
use super::{Store, graphml, neo4j, rdfxml, shorten, turtle};
use crate::Error;
use kgloom_record::record::Iri;
use kgloom_record::vocabulary;
use oxigraph::io::{JsonLdProfile, RdfFormat};
use oxigraph::model::{GraphNameRef, NamedNodeRef, Quad as RdfQuad, Term};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::str::FromStr;

/// The formats of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// N-Triples; the default graph.
    NTriples,
    /// N-Quads.
    NQuads,
    /// Turtle; the default graph.
    Turtle,
    /// TriG.
    TriG,
    /// RDF/XML; the default graph.
    RdfXml,
    /// JSON-LD.
    JsonLd,
    /// GraphML; the default graph.
    GraphMl,
    /// Comma-separated values with labels.
    Csv,
    /// Two files of comma-separated values for Neo4j's importer; the default graph.
    Neo4j,
}

impl ExportFormat {
    /// The names of all formats, as users write them.
    pub const NAMES: [&'static str; 9] = ["nt", "nq", "ttl", "trig", "rdfxml", "jsonld", "graphml", "csv", "neo4j"];

    /// Whether a file of this format says which graph a triple stands in.
    pub fn holds_graphs(self) -> bool {
        use ExportFormat::{Csv, JsonLd, NQuads, TriG};
        matches!(self, NQuads | TriG | JsonLd | Csv)
    }
}

impl FromStr for ExportFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "nt" => ExportFormat::NTriples,
            "nq" => ExportFormat::NQuads,
            "ttl" => ExportFormat::Turtle,
            "trig" => ExportFormat::TriG,
            "rdfxml" => ExportFormat::RdfXml,
            "jsonld" => ExportFormat::JsonLd,
            "graphml" => ExportFormat::GraphMl,
            "csv" => ExportFormat::Csv,
            "neo4j" => ExportFormat::Neo4j,
            _ => {
                return Err(format!("\"{name}\" is none of {}", ExportFormat::NAMES.join(", ")));
            }
        })
    }
}

/// Which graphs are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphChoice {
    /// What all documents together say.
    Default,
    /// That, each document's graph, the resolution and the rejections.
    All,
}

/// What an export wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Triples or quads.
    pub quads: usize,
    /// Whether all graphs were asked for, and the format holds the default graph only.
    pub left_out: bool,
}

impl Store {
    /// Everything but the meta graph as canonical N-Quads lines, sorted.
    pub fn lines(&self) -> Result<Vec<String>, Error> {
        let mut lines: Vec<String> =
            self.content().map(|quad| quad.map(|quad| format!("{quad} ."))).collect::<Result<_, _>>()?;
        lines.sort_unstable();
        Ok(lines)
    }

    /// The BLAKE3 hash of [`Store::lines`], in hexadecimal: equal graphs have equal hashes.
    pub fn hash(&self) -> Result<String, Error> {
        let mut hasher = blake3::Hasher::new();
        for line in self.lines()? {
            hasher.update(line.as_bytes()).update(b"\n");
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Writes the graph to `out`.
    ///
    /// Where the format cannot hold named graphs, the default graph alone is written, and the result says so.
    pub fn export(&self, format: ExportFormat, graphs: GraphChoice, out: &mut dyn Write) -> Result<Exported, Error> {
        self.export_with(format, graphs, None, out)
    }

    /// Writes the graph with what speaks for its facts, if that is given: as reifiers of RDF 1.2 (in the graph
    /// `kgloom:evidence` where the format holds graphs), as columns, or as data of edges.
    pub fn export_with(
        &self,
        format: ExportFormat,
        graphs: GraphChoice,
        spoken: Option<&[Spoken]>,
        out: &mut dyn Write,
    ) -> Result<Exported, Error> {
        let all = graphs == GraphChoice::All && format.holds_graphs();
        let left_out = graphs == GraphChoice::All && !all;
        let mut quads = self.sorted(all)?;
        let by_fact = spoken.map(ByFact::new).transpose()?;
        if let (Some(spoken), false) = (spoken, matches!(format, ExportFormat::Csv | ExportFormat::GraphMl)) {
            quads.extend(reifiers(spoken, format.holds_graphs())?);
        }
        let written = match format {
            ExportFormat::GraphMl => graphml::write(out, &quads, &self.names(&quads), by_fact.as_ref()),
            ExportFormat::Csv => write_csv(out, &quads, &self.names(&quads), by_fact.as_ref()),
            ExportFormat::JsonLd if spoken.is_some() => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "jsonld has no triples about triples; use ttl, nt, nq, trig, rdfxml, graphml or csv",
            )),
            ExportFormat::Neo4j => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "neo4j is a folder of two files; name it with --output",
            )),
            ExportFormat::NTriples => write_rdf(out, &quads, RdfFormat::NTriples),
            ExportFormat::NQuads => write_rdf(out, &quads, RdfFormat::NQuads),
            ExportFormat::Turtle | ExportFormat::TriG => turtle::write(out, quads.iter().map(RdfQuad::as_ref)),
            ExportFormat::RdfXml => rdfxml::write(out, quads.iter().map(|quad| quad.as_ref().into())),
            ExportFormat::JsonLd => {
                write_rdf(out, &quads, RdfFormat::JsonLd { profile: JsonLdProfile::Streaming.into() })
            }
        };
        written.and_then(|()| out.flush()).map_err(Error::Output)?;
        Ok(Exported { quads: quads.len(), left_out })
    }

    /// Writes the default graph as two files for Neo4j's importer, nodes and relationships.
    pub fn export_neo4j(&self, spoken: &[Spoken], out: [&mut dyn Write; 2]) -> Result<Exported, Error> {
        let quads = self.sorted(false)?;
        neo4j::write(out, &quads, &self.names(&quads), &ByFact::new(spoken)?).map_err(Error::Output)?;
        Ok(Exported { quads: quads.len(), left_out: false })
    }

    /// By graph, the default graph first, and within a graph by subject, property, object.
    fn sorted(&self, all: bool) -> Result<Vec<RdfQuad>, Error> {
        let mut quads: Vec<RdfQuad> = if all {
            let ontology = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(vocabulary::ONTOLOGY));
            let ontology = self.inner.quads_for_pattern(None, None, None, Some(ontology));
            self.content().chain(ontology).collect::<Result<_, _>>()?
        } else {
            let quads = self.inner.quads_for_pattern(None, None, None, Some(GraphNameRef::DefaultGraph));
            quads.collect::<Result<_, _>>()?
        };
        quads.sort_by_cached_key(|quad| {
            let graph = (!quad.graph_name.is_default_graph()).then(|| quad.graph_name.to_string());
            (graph, quad.subject.to_string(), quad.predicate.as_str().to_owned(), quad.object.to_string())
        });
        Ok(quads)
    }

    /// A label for each name that has one: the store's own first, then those of [`Store::with_labels`].
    fn names(&self, quads: &[RdfQuad]) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        for quad in quads {
            if let (vocabulary::LABEL, Term::Literal(label)) = (quad.predicate.as_str(), &quad.object) {
                names.entry(plain(quad.subject.as_ref().into())).or_insert_with(|| label.value().to_owned());
            }
        }
        for (name, label) in &self.labels {
            names.entry(Iri::as_str(name).to_owned()).or_insert_with(|| label.to_string());
        }
        names
    }
}

fn write_rdf(out: &mut dyn Write, quads: &[RdfQuad], format: RdfFormat) -> io::Result<()> {
    let mut serializer = serializer(format).for_writer(&mut *out);
    for quad in quads {
        serializer.serialize_quad(quad)?;
    }
    serializer.finish()?;
    if matches!(format, RdfFormat::JsonLd { .. }) {
        writeln!(out)?;
    }
    Ok(())
}

/// RFC 4180, with line feeds.
fn write_csv(
    out: &mut dyn Write,
    quads: &[RdfQuad],
    names: &BTreeMap<String, String>,
    evidence: Option<&ByFact<'_>>,
) -> io::Result<()> {
    let more = if evidence.is_some() { ",document,score,start,end,sentence" } else { "" };
    writeln!(out, "subject,subject_label,relation,relation_label,object,object_label,datatype,graph{more}")?;
    for quad in quads {
        let subject = plain(quad.subject.as_ref().into());
        let object = plain(quad.object.as_ref());
        let (object_label, datatype) = match &quad.object {
            Term::Literal(literal) => (object.clone(), shorten(literal.datatype().as_str())),
            _ => (label(names, &object), String::new()),
        };
        let graph = match quad.graph_name.as_ref() {
            GraphNameRef::NamedNode(node) => node.as_str().to_owned(),
            _ => String::new(),
        };
        let relation = quad.predicate.as_str();
        let (subject_label, relation_label) = (label(names, &subject), label(names, relation));
        let row =
            [&*subject, &*subject_label, relation, &*relation_label, &*object, &*object_label, &*datatype, &*graph];
        let row = row.map(quote).join(",");
        match evidence.map(|evidence| evidence.of(quad)) {
            None => writeln!(out, "{row}")?,
            Some([]) => writeln!(out, "{row},,,,,")?,
            Some(spoken) => {
                for Spoken { document, span: (start, end), sentence, score, .. } in spoken {
                    writeln!(out, "{row},{},{score},{start},{end},{}", quote(document.as_str()), quote(sentence))?;
                }
            }
        }
    }
    Ok(())
}
