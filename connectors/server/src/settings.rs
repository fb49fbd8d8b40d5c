//! What a server may be asked, and by whom. In: nothing. Out: limits and names. Never: a limit that is nowhere told.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What a server may be asked, and by whom.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub bind: SocketAddr,
    /// What lets a request write; without it nobody writes.
    pub token: Option<String>,
    /// The longest that a query may take, and that its answer may take to be read.
    pub timeout: Duration,
    /// The memory that a query may take, in bytes.
    pub memory: u64,
    /// Queries that are worked out at the same time,
    pub queries: usize,
    /// and that may wait besides.
    pub queue: usize,
    /// Connections that are held open, but never so many that the engine finds no file to open,
    pub connections: usize,
    /// such of them as listen to events,
    pub streams: usize,
    /// and those that do from one address.
    pub streams_of_one: usize,
    /// How long the head of a request may take to come,
    pub head_time: Duration,
    /// and its body.
    pub body_time: Duration,
    /// How long a reader may take nothing of what is sent.
    pub stall_time: Duration,
    /// The longest body of a document, in bytes.
    pub most_body: usize,
    /// The longest answer, in bytes.
    pub most_answer: u64,
    /// Names of this machine beside those of the loopback and the address that it listens on.
    pub hosts: Vec<String>,
    /// Origins whose pages may ask.
    pub origins: Vec<String>,
    /// Whether the default graph of a query is everything that stands in any graph.
    pub union_default_graph: bool,
    /// How long what is under way may take to end.
    pub shutdown: Duration,
    /// A file that gets a JSON line for each request.
    pub log: Option<PathBuf>,
    /// A folder for standing queries, so that they outlive the process.
    pub folder: Option<PathBuf>,
    /// The program's version.
    pub version: &'static str,
}

/// The longest query, in bytes.
pub const MOST_QUERY: usize = 1 << 20;

impl Settings {
    /// The usual ones, on an address, with a token that lets requests write.
    pub fn new(bind: SocketAddr, token: Option<String>) -> Settings {
        Settings {
            bind,
            token,
            timeout: Duration::from_secs(60),
            memory: 512_000_000,
            queries: 4,
            queue: 32,
            connections: 4_096,
            streams: 1_024,
            streams_of_one: 256,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            stall_time: Duration::from_secs(60),
            most_body: 16 << 20,
            most_answer: 256 << 20,
            hosts: Vec::new(),
            origins: Vec::new(),
            union_default_graph: false,
            shutdown: Duration::from_secs(10),
            log: None,
            folder: None,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}
