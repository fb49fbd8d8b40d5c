//! SPARQL in, rows or triples out, in a format of the user's choice.
//!
//! In: a query, a time and a number of rows that it may cost. Out: what was asked, written as it comes.
//! Never: the network (`SERVICE` is refused), a change of the store, a thread left behind.

use super::{PREFIXES, Store, table};
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::Triple;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{
    CancellationToken, QueryEvaluationError, QueryResults, QuerySolutionIter, QueryTripleIter, SparqlEvaluator,
};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};
use std::str::FromStr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// What a query may cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct QueryOptions {
    /// The longest it may take.
    pub timeout: Option<Duration>,
    /// The most rows or triples it may give.
    pub limit: Option<usize>,
}

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

/// Why a query gave nothing, or not all.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is not SPARQL.
    #[error("the query is not SPARQL: line {line}, column {column}: {message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in characters.
        column: usize,
        /// What was expected.
        message: String,
    },
    /// It took longer than it may.
    #[error("the query took longer than {} s; make it narrower, or give it more time with --timeout", .after.as_secs_f64())]
    Timeout {
        /// The time it had.
        after: Duration,
    },
    /// It cannot be answered.
    #[error("the query cannot be answered: {0}")]
    Evaluation(String),
    /// The format does not hold what the query gives.
    #[error("{format:?} cannot hold the result of this query: {remedy}")]
    Format {
        /// The format.
        format: ResultFormat,
        /// What to use in its place.
        remedy: &'static str,
    },
    /// The results could not be written.
    #[error("cannot write the results")]
    Output(#[from] io::Error),
}

impl Store {
    /// Answers a query and writes the answer to `out` in the format.
    ///
    /// The prefixes of [`PREFIXES`] are known without being declared. Rows come in the order of the query;
    /// triples are sorted and each is written once.
    pub fn query(
        &self,
        sparql: &str,
        options: &QueryOptions,
        format: ResultFormat,
        out: &mut dyn Write,
    ) -> Result<QueryOutcome, QueryError> {
        let token = CancellationToken::new();
        let mut evaluator = SparqlEvaluator::new().with_cancellation_token(token.clone());
        for (prefix, space) in PREFIXES {
            evaluator = evaluator.with_prefix(prefix, space).expect("the table holds IRIs");
        }
        let query = evaluator.parse_query(sparql).map_err(|error| syntax(&error))?;
        let mut printer = Printer { format, limit: options.limit.unwrap_or(usize::MAX), out };
        let answered = within(options.timeout, token, || match query.on_store(&self.inner).execute() {
            Ok(QueryResults::Boolean(answer)) => printer.boolean(answer),
            Ok(QueryResults::Solutions(rows)) => printer.rows(rows),
            Ok(QueryResults::Graph(triples)) => printer.triples(triples),
            Err(error) => Err(error.into()),
        });
        answered.map_err(|error| match (error, options.timeout) {
            (Stop::Evaluation(QueryEvaluationError::Cancelled), Some(after)) => QueryError::Timeout { after },
            (Stop::Evaluation(error), _) => QueryError::Evaluation(error.to_string()),
            (Stop::Output(error), _) => QueryError::Output(error),
            (Stop::Format(remedy), _) => QueryError::Format { format, remedy },
        })
    }
}

enum Stop {
    Evaluation(QueryEvaluationError),
    Output(io::Error),
    Format(&'static str),
}

impl From<QueryEvaluationError> for Stop {
    fn from(error: QueryEvaluationError) -> Self {
        Stop::Evaluation(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

struct Printer<'a> {
    format: ResultFormat,
    limit: usize,
    out: &'a mut dyn Write,
}

const FOR_TRIPLES: &str = "it gives rows; use table, json, xml, csv or tsv";
const FOR_ROWS: &str = "it gives triples; use ttl, nt, rdfxml or jsonld";

impl Printer<'_> {
    fn boolean(&mut self, answer: bool) -> Result<QueryOutcome, Stop> {
        match (self.format, self.format.of_rows()) {
            (ResultFormat::Table, _) => writeln!(self.out, "{}", if answer { "yes" } else { "no" })?,
            (_, Some(format)) => {
                QueryResultsSerializer::from_format(format).serialize_boolean_to_writer(&mut *self.out, answer)?;
                writeln!(self.out)?;
            }
            (_, None) => return Err(Stop::Format(FOR_TRIPLES)),
        }
        Ok(QueryOutcome { rows: 1, truncated: false })
    }

    fn rows(&mut self, solutions: QuerySolutionIter<'_>) -> Result<QueryOutcome, Stop> {
        if self.format == ResultFormat::Table {
            return self.table(solutions);
        }
        let format = self.format.of_rows().ok_or(Stop::Format(FOR_TRIPLES))?;
        let variables = solutions.variables().to_vec();
        let serializer = QueryResultsSerializer::from_format(format);
        let mut writer = serializer.serialize_solutions_to_writer(&mut *self.out, variables)?;
        let mut outcome = QueryOutcome { rows: 0, truncated: false };
        for solution in solutions {
            let solution = solution?;
            if outcome.rows == self.limit {
                outcome.truncated = true;
                break;
            }
            writer.serialize(&solution)?;
            outcome.rows += 1;
        }
        let out = writer.finish()?;
        if matches!(format, QueryResultsFormat::Json | QueryResultsFormat::Xml) {
            writeln!(out)?;
        }
        Ok(outcome)
    }

    fn table(&mut self, solutions: QuerySolutionIter<'_>) -> Result<QueryOutcome, Stop> {
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
        table::write(self.out, &head, &rows)?;
        Ok(QueryOutcome { rows: rows.len(), truncated })
    }

    fn triples(&mut self, triples: QueryTripleIter<'_>) -> Result<QueryOutcome, Stop> {
        let format = self.format.of_triples().ok_or(Stop::Format(FOR_ROWS))?;
        let mut sorted: BTreeMap<String, Triple> = BTreeMap::new();
        for triple in triples {
            let triple = triple?;
            sorted.insert(triple.to_string(), triple);
        }
        let mut serializer = serializer(format).for_writer(&mut *self.out);
        for triple in sorted.values().take(self.limit) {
            serializer.serialize_triple(triple)?;
        }
        let out = serializer.finish()?;
        if matches!(format, RdfFormat::JsonLd { .. } | RdfFormat::RdfXml) {
            writeln!(out)?;
        }
        Ok(QueryOutcome { rows: sorted.len().min(self.limit), truncated: sorted.len() > self.limit })
    }
}

/// A serializer that knows the usual prefixes, where the format has them.
pub(super) fn serializer(format: RdfFormat) -> RdfSerializer {
    PREFIXES.iter().fold(RdfSerializer::from_format(format), |serializer, (prefix, space)| {
        serializer.with_prefix(*prefix, *space).expect("the table holds IRIs")
    })
}

/// Runs the work and cancels the token if it takes too long. The watching thread ends with the work.
fn within<T>(timeout: Option<Duration>, token: CancellationToken, work: impl FnOnce() -> T) -> T {
    let Some(timeout) = timeout else {
        return work();
    };
    let (done, watched) = mpsc::channel::<()>();
    thread::scope(move |scope| {
        scope.spawn(move || {
            if watched.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
                token.cancel();
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// The parser tells the place only in words: `error at LINE:COLUMN: expected …`.
fn syntax(error: &impl Display) -> QueryError {
    let text = error.to_string();
    let place = text.strip_prefix("error at ").and_then(|rest| {
        let (place, message) = rest.split_once(": ")?;
        let (line, column) = place.split_once(':')?;
        Some((line.parse().ok()?, column.parse().ok()?, message.to_owned()))
    });
    let (line, column, message) = place.unwrap_or((1, 1, text));
    QueryError::Syntax { line, column, message }
}
