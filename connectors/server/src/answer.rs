//! A query on a thread of its own, and its answer as a body. In: a query. Out: a status, then bytes as they come. Never: a
//! head before the first bytes are sure; a thread that waits for a reader who is gone.
//!
//! The head is held back until the answer ends or does not fit into a buffer, so that most failures still have a status of
//! their own. What fails later ends the connection within the body, which HTTP makes an error.

use crate::negotiate::media_type;
use crate::problem::{Answered, Problem};
use crate::shared::Shared;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use connectors::Store;
use connectors::store::{Answer, Dataset, Formats, QueryError, QueryOptions, ResultFormat};
use futures_util::stream;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Bytes that are sent at once.
const CHUNK: usize = 64 << 10;
/// Chunks that wait for the reader.
const CHUNKS: usize = 8;
/// How long a thread waits between two tries to send.
const TRY: Duration = Duration::from_millis(2);

/// A query, and how it is to be answered.
pub(crate) struct Wanted {
    pub store: Arc<Store>,
    pub sparql: String,
    /// What relative names in it are names beside.
    pub base: String,
    pub options: QueryOptions,
    pub dataset: Dataset,
    pub formats: Formats,
    /// Whether the head alone is wanted.
    pub head: bool,
}

/// What the query's thread sends.
enum Piece {
    Begin(ResultFormat, bool),
    Bytes(Vec<u8>),
    /// It is whole.
    End,
    Failed(Problem),
}

/// Answers a query.
pub(crate) async fn answer(shared: &Arc<Shared>, wanted: Wanted) -> Answered {
    let permit = shared.slots.enter().await?;
    let (send, mut pieces) = mpsc::channel(CHUNKS);
    let gone = Arc::new(AtomicBool::new(false));
    let guard = Gone(Arc::clone(&gone));
    let head = wanted.head;
    let deadline = Instant::now() + shared.settings.timeout;
    let out = Out { send, gone, held: Vec::new(), begun: None, sent: 0, most: shared.settings.most_answer, deadline };
    let shared = Arc::clone(shared);
    let work = move || {
        let _permit = permit;
        let started = Instant::now();
        work(wanted, out);
        shared.metrics.query(started.elapsed());
    };
    let thread = std::thread::Builder::new().name("answer".to_owned()).spawn(work);
    thread.map_err(|error| Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("no thread is left: {error}")))?;
    let (format, triples) = match pieces.recv().await {
        Some(Piece::Begin(format, triples)) => (format, triples),
        Some(Piece::Failed(problem)) => return Err(problem),
        _ => return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the query ended without an answer")),
    };
    let body = if head { Body::empty() } else { Body::from_stream(stream::unfold((pieces, guard), next)) };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(format, triples)));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// Tells the query's thread that nobody reads any more.
struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

type Rest = (mpsc::Receiver<Piece>, Gone);

async fn next((mut pieces, guard): Rest) -> Option<(io::Result<Bytes>, Rest)> {
    match pieces.recv().await {
        Some(Piece::Bytes(bytes)) => Some((Ok(bytes.into()), (pieces, guard))),
        Some(Piece::End) => None,
        Some(Piece::Failed(problem)) => Some((Err(io::Error::other(problem.message)), (pieces, guard))),
        _ => Some((Err(io::Error::other("the query's thread is gone")), (pieces, guard))),
    }
}

fn work(wanted: Wanted, mut out: Out) {
    let Wanted { store, sparql, base, options, dataset, formats, .. } = wanted;
    let mut ask = |sparql: &str| store.answer(sparql, &options, (&dataset, formats), &mut out);
    let mut outcome = ask(&sparql);
    if matches!(&outcome, Err(QueryError::Syntax { message, .. }) if message.contains("IRI parsing failed")) {
        // Where it cannot be parsed so either, what is told is the place in it as it was asked.
        let based = ask(&format!("BASE <{base}> {sparql}"));
        outcome = if matches!(based, Err(QueryError::Syntax { .. })) { outcome } else { based };
    }
    let too_long = out.sent > out.most;
    let last = match outcome {
        Ok(_) => out.push().map(|()| Piece::End),
        Err(QueryError::Output(_)) if too_long => Ok(Piece::Failed(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the answer has more than {} MB; ask for less at once", out.most >> 20),
        ))),
        Err(error) => Ok(Piece::Failed(Problem::of_query(&error))),
    };
    // Where nobody listens any more nothing is to be said.
    if let Ok(last) = last {
        let _ = out.give(last);
    }
}

/// Bytes on their way to the reader.
struct Out {
    send: mpsc::Sender<Piece>,
    gone: Arc<AtomicBool>,
    held: Vec<u8>,
    /// The format, until the head is sent.
    begun: Option<(ResultFormat, bool)>,
    sent: u64,
    most: u64,
    deadline: Instant,
}

impl Out {
    /// Sends what is held, and the head before it.
    fn push(&mut self) -> io::Result<()> {
        if let Some((format, triples)) = self.begun.take() {
            self.give(Piece::Begin(format, triples))?;
        }
        if self.held.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.held);
        self.give(Piece::Bytes(bytes))
    }

    /// Waits for the reader, but not beyond the deadline.
    fn give(&self, piece: Piece) -> io::Result<()> {
        let mut piece = piece;
        loop {
            match self.send.try_send(piece) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(_)) if Instant::now() > self.deadline => {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                Err(TrySendError::Full(back)) => piece = back,
                Err(TrySendError::Closed(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
            }
            std::thread::sleep(TRY);
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sent += bytes.len() as u64;
        if self.sent > self.most || self.gone.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() >= CHUNK {
            self.push()?;
        }
        Ok(bytes.len())
    }

    /// Nothing: the head is held back as long as it may be.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Answer for Out {
    fn begin(&mut self, format: ResultFormat, triples: bool) -> io::Result<()> {
        self.begun = Some((format, triples));
        Ok(())
    }

    fn is_wanted(&self) -> bool {
        !self.gone.load(Ordering::SeqCst) && !self.send.is_closed()
    }
}
