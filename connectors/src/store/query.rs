//! SPARQL in, rows or triples out.
//!
//! In: a query, and the time, memory and number of rows that it may cost. Out: what was asked, written as it comes.
//! Never: the network (`SERVICE` is refused), a change of the store, the end of the process; a query that cannot be answered
//! within its limits ends in one sentence.
//!
//! A query has a thread of its own, with room for every query that the gate lets in. It unwinds when its time or memory is
//! up. Where it does not come to look in time (the planner never does) it is left to itself, and its answer to nobody.

use super::functions::{self, Models};
use super::mistakes::{self, Mistake};
use super::printer::{Broken, Printer, QueryOutcome, ResultFormat};
use super::request::{Answer, Dataset, Formats, Plain};
use super::stop::{self, Cause, Ended, Stop};
use super::view::View;
use super::{PREFIXES, Store, algebra, gate, list_forms};
use crate::Error;
use crate::graph::Image;
use kgloom_record::record::Iri;
use kgloom_record::vocabulary;
use oxigraph::model::{GraphName, NamedNode};
use oxigraph::sparql::QueryEvaluationError;
use spargebra::algebra::GraphPattern;
use spargebra::{Query, SparqlParser};
use std::io::{self, Write};
use std::mem;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The stack of the thread that evaluates, in bytes.
const STACK: usize = 64 << 20;
/// The name of that thread: a panic there is an answer that cannot be given, and not the end of the process.
pub const QUERY_THREAD: &str = "query";
/// How long a query that is to end may take to do so.
const GRACE: Duration = Duration::from_millis(400);
/// Bytes that are handed to the reader at once, and how long they may be held back.
const CHUNK: usize = 64 << 10;
const HELD: Duration = Duration::from_millis(100);
/// What a query is told that asks another server.
const NO_NETWORK: &str = "the query is refused: SERVICE asks another server, and a query has no network; ask that server \
                          for its part, and bring its rows in by VALUES";

/// What a query may cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct QueryOptions {
    /// The longest it may take; waiting for the reader of its answer does not count.
    pub timeout: Option<Duration>,
    /// The most rows or triples it may give.
    pub limit: Option<usize>,
    /// The memory that it may take, in bytes.
    pub memory: Option<u64>,
    /// Whether what follows from what is stated is part of the default graph.
    pub entailed: bool,
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
        /// What is wrong there, in a sentence.
        message: String,
    },
    /// A list form in it makes no sense, or it asks another server.
    #[error("{0}")]
    Meaningless(String),
    /// There is too much of something in it.
    #[error("the query is refused: too many {0}")]
    Refused(String),
    /// It took longer than it may.
    #[error("the query took longer than {} s; make it narrower, or give it more time with --timeout", .after.as_secs_f64())]
    Timeout {
        /// The time it had.
        after: Duration,
    },
    /// It took more memory than it may.
    #[error("the query took more than {} MB of memory; make it narrower, or give it more with --memory", .most / 1_000_000)]
    Memory {
        /// The memory it had, in bytes.
        most: u64,
    },
    /// It made a text that is too long.
    #[error("the query made a text of more than {} MB; put less together in one text", .most / 1_000_000)]
    Text {
        /// The longest that a text may be, in bytes.
        most: usize,
    },
    /// It cannot be answered.
    #[error("the query cannot be answered: {0}")]
    Evaluation(String),
    /// The program failed over it, which no query may make it do.
    #[error("the query met a bug in kgloom: {0}")]
    Panicked(String),
    /// The format does not hold what the query gives.
    #[error("{format} cannot hold the result of this query: {remedy}")]
    Format {
        /// The format.
        format: ResultFormat,
        /// What to use in its place.
        remedy: &'static str,
    },
    /// The reader takes no format for what the query gives.
    #[error("the query gives {0}, and no format for them is taken")]
    Unacceptable(&'static str),
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
        let formats = Formats { rows: Some(format), triples: Some(format) };
        self.answer(sparql, options, (&Dataset::default(), formats), &mut Plain(out))
    }

    /// The same over a dataset, in the format for what the query gives.
    pub fn answer(
        &self,
        sparql: &str,
        options: &QueryOptions,
        (dataset, formats): (&Dataset, Formats),
        out: &mut dyn Answer,
    ) -> Result<QueryOutcome, QueryError> {
        let text = sparql.strip_prefix('\u{FEFF}').unwrap_or(sparql);
        gate::text(text).map_err(QueryError::Refused)?;
        let stop = Stop::new(options.memory);
        let watched = stop::watch(&stop, options.timeout, options.memory)?;
        let (chunks, received) = mpsc::sync_channel(8);
        let job = Job {
            text: text.to_owned(),
            image: self.inner.image(),
            formats,
            dataset: dataset.clone(),
            limit: options.limit.unwrap_or(usize::MAX),
            entailed: options.entailed,
            models: self.models.get().cloned(),
            stop: Arc::clone(&stop),
        };
        let thread = thread::Builder::new().name(QUERY_THREAD.to_owned()).stack_size(STACK);
        let thread = thread.spawn(move || stop::under(&Arc::clone(&job.stop), || job.answer(chunks)))?;
        let answered = hand_on(&received, &stop, out).and_then(|()| in_time(thread, &stop));
        drop(watched);
        match answered {
            Ok(outcome) => outcome,
            Err(error) => Err(match error {
                Undone::Output(error) => QueryError::Output(error),
                Undone::Ended(Ended::Panicked(message)) => QueryError::Panicked(message),
                Undone::Ended(Ended::Stopped(cause)) => match cause {
                    Cause::Time => QueryError::Timeout { after: options.timeout.unwrap_or_default() },
                    Cause::Memory => QueryError::Memory { most: options.memory.unwrap_or_default() },
                    Cause::Text => QueryError::Text { most: stop::LONGEST },
                    Cause::Gone => QueryError::Output(io::ErrorKind::BrokenPipe.into()),
                },
            }),
        }
    }
}

impl Store {
    /// The properties that a query names and that nothing in any graph is said with, sorted. Of a query that is none, none.
    pub fn unknown_properties(&self, sparql: &str) -> Result<Vec<Iri>, Error> {
        let text = sparql.strip_prefix('\u{FEFF}').unwrap_or(sparql).to_owned();
        let named = on_own_thread(move || parse(&text).map(|query| algebra::properties(&query))).unwrap_or_default();
        let mut unknown = Vec::new();
        for property in named {
            if !self.has_property(&property)? {
                unknown.push(property);
            }
        }
        Ok(unknown)
    }
}

/// Does what takes a parsed query where every query that the gate lets in can be parsed.
pub(super) fn on_own_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, QueryError> + Send + 'static,
) -> Result<T, QueryError> {
    let thread = thread::Builder::new().name(QUERY_THREAD.to_owned()).stack_size(STACK).spawn(work)?;
    let gone = |_| QueryError::Panicked("its thread is gone".to_owned());
    thread.join().map_err(gone)?
}

/// Why there is no outcome.
enum Undone {
    Output(io::Error),
    Ended(Ended),
}

type Worked = Result<Result<QueryOutcome, QueryError>, Ended>;

/// Writes what the query's thread sends, until it sends no more or should have ended.
fn hand_on(received: &Receiver<Part>, stop: &Stop, out: &mut dyn Answer) -> Result<(), Undone> {
    let mut raised: Option<Instant> = None;
    loop {
        let part = received.recv_timeout(Duration::from_millis(5));
        let handed = match part {
            Ok(Part::Begin(format, triples)) => out.begin(format, triples),
            Ok(Part::Bytes(bytes)) => out.write_all(&bytes).and_then(|()| out.flush()),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {
                overdue(stop, &mut raised)?;
                if out.is_wanted() { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
            }
        };
        if let Err(error) = handed {
            stop.raise(Cause::Gone);
            return Err(Undone::Output(error));
        }
    }
}

/// The thread's answer, unless it should have ended and has not.
fn in_time(thread: JoinHandle<Worked>, stop: &Stop) -> Result<Result<QueryOutcome, QueryError>, Undone> {
    let mut raised: Option<Instant> = None;
    let mut looks = 0;
    while !thread.is_finished() {
        overdue(stop, &mut raised)?;
        // It has sent its last, and is mostly gone at once.
        looks += 1;
        if looks < 64 {
            thread::yield_now();
        } else {
            thread::sleep(Duration::from_millis(1));
        }
    }
    let panicked = |_| Undone::Ended(Ended::Panicked("its thread is gone".to_owned()));
    thread.join().map_err(panicked)?.map_err(Undone::Ended)
}

/// Fails once the flag has been up for too long. Memory does not wait: what does not look may go on to take more.
fn overdue(stop: &Stop, raised: &mut Option<Instant>) -> Result<(), Undone> {
    let Some(cause) = stop.cause() else { return Ok(()) };
    let grace = if cause == Cause::Memory { GRACE / 16 } else { GRACE };
    if raised.get_or_insert_with(Instant::now).elapsed() > grace {
        return Err(Undone::Ended(Ended::Stopped(cause)));
    }
    Ok(())
}

/// What the query's thread does.
struct Job {
    text: String,
    image: Arc<Image>,
    formats: Formats,
    dataset: Dataset,
    limit: usize,
    entailed: bool,
    models: Option<Arc<dyn Models>>,
    stop: Arc<Stop>,
}

impl Job {
    fn answer(&self, parts: SyncSender<Part>) -> Result<QueryOutcome, QueryError> {
        let query = parse(&self.text)?;
        algebra::look(&query).map_err(QueryError::Refused)?;
        let triples = matches!(query, Query::Construct { .. } | Query::Describe { .. });
        let format = if triples { self.formats.triples } else { self.formats.rows };
        let format = format.ok_or(QueryError::Unacceptable(if triples { "triples" } else { "rows" }))?;
        parts.send(Part::Begin(format, triples)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        let mut out = Chunks { parts, held: Vec::new(), since: Instant::now(), stop: Arc::clone(&self.stop) };
        let mut printer = Printer { format, limit: self.limit, out: &mut out };
        let evaluator = functions::taught(self.models.as_ref());
        let mut prepared = evaluator.prepare(&query);
        self.dataset.lay(prepared.dataset_mut());
        if self.entailed
            && let Some(graphs) = prepared.dataset().default_graph_graphs()
        {
            let entailed = GraphName::from(NamedNode::new_unchecked(vocabulary::ENTAILED));
            let graphs = graphs.iter().cloned().chain([entailed]).collect();
            prepared.dataset_mut().set_default_graph(graphs);
        }
        let results = prepared.execute(View::new(&self.image, &self.stop));
        let outcome = results.map_err(Broken::from).and_then(|results| printer.print(results));
        let outcome = outcome.map_err(|broken| match broken {
            Broken::Evaluation(error) => evaluation(&error),
            Broken::Output(error) => QueryError::Output(error),
            Broken::Format(remedy) => QueryError::Format { format, remedy },
        });
        // What came before an error is part of the answer.
        out.flush()?;
        outcome
    }
}

fn evaluation(error: &QueryEvaluationError) -> QueryError {
    QueryError::Evaluation(error.to_string())
}

/// The query with the usual prefixes known, and the variables of `SELECT *` in the order in which it names them.
pub(super) fn parse(text: &str) -> Result<Query, QueryError> {
    gate::text(text).map_err(QueryError::Refused)?;
    let parser = PREFIXES.iter().fold(SparqlParser::new(), |parser, (prefix, space)| {
        parser.with_prefix(*prefix, *space).expect("the table holds IRIs")
    });
    let mut query = parser.parse_query(text).map_err(|error| {
        let Mistake { line, column, message } = mistakes::find(text, &error.to_string());
        QueryError::Syntax { line, column, message }
    })?;
    if let (Query::Select { pattern, .. }, Ok(scan)) = (&mut query, gate::text(text))
        && scan.star
    {
        let mut at = pattern;
        while let GraphPattern::Slice { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner } = at
        {
            at = inner;
        }
        if let GraphPattern::Project { variables, .. } = at {
            variables.sort_by_key(|variable| scan.variables.iter().position(|name| *name == variable.as_str()));
        }
    }
    if algebra::asks_elsewhere(&query) {
        return Err(QueryError::Meaningless(NO_NETWORK.to_owned()));
    }
    list_forms::rewrite(&mut query).map_err(QueryError::Meaningless)?;
    Ok(query)
}

/// What the query's thread sends.
enum Part {
    /// The format, and whether it is triples.
    Begin(ResultFormat, bool),
    Bytes(Vec<u8>),
}

/// Bytes on their way to the reader.
struct Chunks {
    parts: SyncSender<Part>,
    held: Vec<u8>,
    since: Instant,
    stop: Arc<Stop>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= CHUNK || self.since.elapsed() > HELD {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    /// Waits for the reader, if it must.
    fn flush(&mut self) -> io::Result<()> {
        self.since = Instant::now();
        if self.held.is_empty() {
            return Ok(());
        }
        let chunk = mem::take(&mut self.held);
        self.stop.wait(|| self.parts.send(Part::Bytes(chunk))).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "fuzz_tests.rs"]
mod fuzz;
