//! Answers as text. In: rows or triples, one by one. Out: a format of the user's choice, written as they come.
//! Never: a character in an XML form that XML does not allow; a field in CSV that its reader would cut in two.

use super::{PREFIXES, rdfxml, table, turtle, xml};
use crate::store::plain::{plain, quote};
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::{GraphNameRef, Term, Triple};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryEvaluationError, QueryResults, QuerySolutionIter, QueryTripleIter};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultFormat {
    /// Columns to read; triples as Turtle.
    Table,
    /// SPARQL 1.1 Query Results JSON; triples as JSON-LD.
    Json,
    /// SPARQL Query Results XML; triples as RDF/XML.
    Xml,
    /// SPARQL 1.1 CSV.
    Csv,
    /// SPARQL 1.1 TSV.
    Tsv,
    /// N-Triples, for CONSTRUCT and DESCRIBE.
    NTriples,
    /// Turtle, for CONSTRUCT and DESCRIBE.
    Turtle,
    /// RDF/XML, for CONSTRUCT and DESCRIBE.
    RdfXml,
    /// JSON-LD, for CONSTRUCT and DESCRIBE.
    JsonLd,
}

impl ResultFormat {
    /// The names of all formats, as users write them.
    pub const NAMES: [&'static str; 9] = ["table", "json", "xml", "csv", "tsv", "nt", "ttl", "rdfxml", "jsonld"];

    /// What users call it.
    fn name(self) -> &'static str {
        match self {
            ResultFormat::Table => "table",
            ResultFormat::Json => "json",
            ResultFormat::Xml => "xml",
            ResultFormat::Csv => "csv",
            ResultFormat::Tsv => "tsv",
            ResultFormat::NTriples => "nt",
            ResultFormat::Turtle => "ttl",
            ResultFormat::RdfXml => "rdfxml",
            ResultFormat::JsonLd => "jsonld",
        }
    }

    fn of_rows(self) -> Option<QueryResultsFormat> {
        match self {
            ResultFormat::Json => Some(QueryResultsFormat::Json),
            ResultFormat::Xml => Some(QueryResultsFormat::Xml),
            ResultFormat::Csv => Some(QueryResultsFormat::Csv),
            ResultFormat::Tsv => Some(QueryResultsFormat::Tsv),
            _ => None,
        }
    }

    fn of_triples(self) -> Option<RdfFormat> {
        match self {
            ResultFormat::Table | ResultFormat::Turtle => Some(RdfFormat::Turtle),
            ResultFormat::NTriples => Some(RdfFormat::NTriples),
            ResultFormat::Xml | ResultFormat::RdfXml => Some(RdfFormat::RdfXml),
            ResultFormat::Json | ResultFormat::JsonLd => {
                Some(RdfFormat::JsonLd { profile: oxigraph::io::JsonLdProfile::Streaming.into() })
            }
            ResultFormat::Csv | ResultFormat::Tsv => None,
        }
    }
}

impl fmt::Display for ResultFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ResultFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "table" => ResultFormat::Table,
            "json" => ResultFormat::Json,
            "xml" => ResultFormat::Xml,
            "csv" => ResultFormat::Csv,
            "tsv" => ResultFormat::Tsv,
            "nt" => ResultFormat::NTriples,
            "ttl" => ResultFormat::Turtle,
            "rdfxml" => ResultFormat::RdfXml,
            "jsonld" => ResultFormat::JsonLd,
            _ => {
                return Err(format!("\"{name}\" is none of {}", ResultFormat::NAMES.join(", ")));
            }
        })
    }
}

/// What a query gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryOutcome {
    /// Rows or triples that were written; 1 for ASK.
    pub rows: usize,
    /// Whether there were more than the limit.
    pub truncated: bool,
}

/// Why an answer could not be written to its end.
#[derive(Debug)]
pub(super) enum Broken {
    /// It could not be worked out.
    Evaluation(QueryEvaluationError),
    /// It could not be written.
    Output(io::Error),
    /// The format does not hold it; the remedy.
    Format(&'static str),
}

impl From<QueryEvaluationError> for Broken {
    fn from(error: QueryEvaluationError) -> Self {
        Broken::Evaluation(error)
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Broken::Output(error)
    }
}

/// Writes one answer.
pub(super) struct Printer<'a> {
    pub format: ResultFormat,
    /// The most rows or triples.
    pub limit: usize,
    pub out: &'a mut dyn Write,
}

const FOR_TRIPLES: &str = "it gives rows; use table, json, xml, csv or tsv";
const FOR_ROWS: &str = "it gives triples; use ttl, nt, rdfxml or jsonld";
const ABOUT_TRIPLES: &str = "it gives triples about triples; use ttl, nt or rdfxml";

impl Printer<'_> {
    /// Writes whatever the query gave.
    pub(super) fn print(&mut self, results: QueryResults<'_>) -> Result<QueryOutcome, Broken> {
        match results {
            QueryResults::Boolean(answer) => self.boolean(answer),
            QueryResults::Solutions(rows) => self.rows(rows),
            QueryResults::Graph(triples) => self.triples(triples),
        }
    }

    fn boolean(&mut self, answer: bool) -> Result<QueryOutcome, Broken> {
        match (self.format, self.format.of_rows()) {
            (ResultFormat::Table, _) => writeln!(self.out, "{}", if answer { "yes" } else { "no" })?,
            (_, Some(format)) => {
                QueryResultsSerializer::from_format(format).serialize_boolean_to_writer(&mut *self.out, answer)?;
                writeln!(self.out)?;
            }
            (_, None) => return Err(Broken::Format(FOR_TRIPLES)),
        }
        Ok(QueryOutcome { rows: 1, truncated: false })
    }

    fn rows(&mut self, solutions: QuerySolutionIter<'_>) -> Result<QueryOutcome, Broken> {
        if self.format == ResultFormat::Table {
            return self.table(solutions);
        }
        if self.format == ResultFormat::Csv {
            return self.csv(solutions);
        }
        let format = self.format.of_rows().ok_or(Broken::Format(FOR_TRIPLES))?;
        let variables = solutions.variables().to_vec();
        let serializer = QueryResultsSerializer::from_format(format);
        let mut escaped = xml::Escaped(&mut *self.out);
        let out: &mut dyn Write = if format == QueryResultsFormat::Xml { &mut escaped } else { &mut *escaped.0 };
        let mut writer = serializer.serialize_solutions_to_writer(out, variables)?;
        let mut outcome = QueryOutcome { rows: 0, truncated: false };
        for solution in solutions {
            let solution = solution?;
            if outcome.rows == self.limit {
                outcome.truncated = true;
                break;
            }
            let terms = solution.iter();
            if format == QueryResultsFormat::Xml {
                let clean: Vec<_> = terms.map(|(name, term)| (name, xml::clean_term(term))).collect();
                writer.serialize(clean.iter().map(|(name, term)| (*name, &**term)))?;
            } else {
                writer.serialize(terms)?;
            }
            outcome.rows += 1;
        }
        let out = writer.finish()?;
        if matches!(format, QueryResultsFormat::Json | QueryResultsFormat::Xml) {
            writeln!(out)?;
        }
        Ok(outcome)
    }

    /// SPARQL 1.1 CSV: values without their types, in quotes wherever they hold what parts fields or lines.
    fn csv(&mut self, solutions: QuerySolutionIter<'_>) -> Result<QueryOutcome, Broken> {
        let names: Vec<&str> = solutions.variables().iter().map(|variable| variable.as_str()).collect();
        write!(self.out, "{}\r\n", names.join(","))?;
        let mut outcome = QueryOutcome { rows: 0, truncated: false };
        for solution in solutions {
            let solution = solution?;
            if outcome.rows == self.limit {
                outcome.truncated = true;
                break;
            }
            let field =
                |term: &Option<Term>| term.as_ref().map_or_else(String::new, |term| quote(&plain(term.as_ref())));
            let fields: Vec<String> = solution.values().iter().map(field).collect();
            write!(self.out, "{}\r\n", fields.join(","))?;
            outcome.rows += 1;
        }
        Ok(outcome)
    }

    fn table(&mut self, solutions: QuerySolutionIter<'_>) -> Result<QueryOutcome, Broken> {
        let head = solutions.variables().iter().map(|variable| variable.as_str().to_owned()).collect();
        let mut rows = Vec::new();
        let mut truncated = false;
        for solution in solutions {
            let solution = solution?;
            if rows.len() == self.limit {
                truncated = true;
                break;
            }
            rows.push(
                solution.values().iter().map(|term| term.as_ref().map_or_else(String::new, table::cell)).collect(),
            );
        }
        table::write(self.out, head, &rows)?;
        Ok(QueryOutcome { rows: rows.len(), truncated })
    }

    fn triples(&mut self, triples: QueryTripleIter<'_>) -> Result<QueryOutcome, Broken> {
        let format = self.format.of_triples().ok_or(Broken::Format(FOR_ROWS))?;
        let mut sorted: BTreeMap<String, Triple> = BTreeMap::new();
        for triple in triples {
            let triple = triple?;
            sorted.insert(triple.to_string(), triple);
        }
        let outcome = QueryOutcome { rows: sorted.len().min(self.limit), truncated: sorted.len() > self.limit };
        let holds_triples = !matches!(format, RdfFormat::JsonLd { .. });
        if !holds_triples && sorted.values().any(|triple| triple.object.is_triple()) {
            return Err(Broken::Format(ABOUT_TRIPLES));
        }
        if format == RdfFormat::RdfXml {
            rdfxml::write(self.out, sorted.values().take(self.limit).map(Triple::as_ref))?;
            return Ok(outcome);
        }
        if format == RdfFormat::Turtle {
            let quads =
                sorted.values().take(self.limit).map(|triple| triple.as_ref().in_graph(GraphNameRef::DefaultGraph));
            turtle::write(self.out, quads)?;
            return Ok(outcome);
        }
        let mut serializer = serializer(format).for_writer(&mut *self.out);
        for triple in sorted.values().take(self.limit) {
            serializer.serialize_triple(triple)?;
        }
        let out = serializer.finish()?;
        if matches!(format, RdfFormat::JsonLd { .. }) {
            writeln!(out)?;
        }
        Ok(outcome)
    }
}

/// A serializer that knows the usual prefixes, where the format has them.
pub(super) fn serializer(format: RdfFormat) -> RdfSerializer {
    PREFIXES.iter().fold(RdfSerializer::from_format(format), |serializer, (prefix, space)| {
        serializer.with_prefix(*prefix, *space).expect("the table holds IRIs")
    })
}
