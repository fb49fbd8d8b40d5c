//! What may be typed to serve a state folder. In: arguments. Out: typed values. Never: a default that is nowhere told.

use super::QuestionEncoder;
use crate::args::common::Input;
use clap::{Args, ValueHint};
use std::net::SocketAddr;
use std::path::PathBuf;

pub const EXAMPLES: &str = "\
Examples:
  kgloom serve                       what the state folder holds, with a page to look at it
  kgloom serve texts/ --watch        read these files first, and follow them
  kgloom serve --bind 0.0.0.0:7878 --token-file token --allow-host graph.example
  curl -s localhost:7878/query --data-urlencode 'query=SELECT ?s { ?s wdt:P19 ?o }'

The address that is printed bears the token, which lets who opens it write. docs/http.md tells all paths; assistants find
their tools at /mcp.
While it runs, put, delete, explain, status and corrections go through it by themselves.";

/// `kgloom serve`.
#[derive(Args, Debug)]
pub struct Serve {
    /// Files and folders that are read before anything else
    #[arg(value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<String>,
    /// Follow them: the graph changes as they do
    #[arg(long, requires = "inputs")]
    pub watch: bool,
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    pub bind: SocketAddr,
    /// Nobody may write
    #[arg(long)]
    pub read_only: bool,
    /// A file with the token that lets requests write [default: a new one at each start]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "read_only")]
    pub token_file: Option<PathBuf>,
    /// The longest that a query may take, in seconds
    #[arg(long, value_name = "SECONDS")]
    pub timeout_s: Option<f64>,
    /// The memory that a query may take, in megabytes
    #[arg(long, value_name = "MB")]
    pub query_memory: Option<u64>,
    /// Queries at the same time
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u32).range(1..))]
    pub queries: u32,
    /// Queries that may wait besides
    #[arg(long, value_name = "N", default_value = "32")]
    pub queue: u32,
    /// The longest body of a document, in megabytes
    #[arg(long, value_name = "MB", default_value = "16", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_body: u32,
    /// The longest answer, in megabytes
    #[arg(long, value_name = "MB", default_value = "256", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_response: u32,
    /// The default graph of a query is everything that stands in any graph
    #[arg(long)]
    pub union_default_graph: bool,
    /// An origin whose pages may ask: scheme, host and port
    #[arg(long, value_name = "ORIGIN")]
    pub cors: Vec<String>,
    /// A name of this machine that requests may come under
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// How long a reader may take nothing of an answer before it is left, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u32).range(1..))]
    pub stall_time: u32,
    /// How long what is under way may take to end, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    pub shutdown_s: u32,
    /// Stop when standard input ends: with whoever started it, however that ends
    #[arg(long)]
    pub until_input_ends: bool,
    /// A file that gets a JSON line for each request
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub log: Option<PathBuf>,
    /// How inputs are read.
    #[command(flatten)]
    pub input: Input,
    /// What questions of a search are read with.
    #[command(flatten)]
    pub question: QuestionEncoder,
}

pub const MCP_EXAMPLES: &str = "\
Examples:
  kgloom mcp                         an assistant asks what the state folder holds
  kgloom mcp --allow-writes          it may also put, delete and correct
  kgloom mcp --url http://127.0.0.1:7878

In an assistant's settings: {\"mcpServers\": {\"kgloom\": {\"command\": \"kgloom\", \"args\": [\"mcp\", \"--state\", \"DIR\"]}}}
Standard output is the protocol. Where `kgloom serve` runs, its graph is asked, also after it was started anew; it answers
assistants over HTTP too, at /mcp.";

/// `kgloom mcp`.
#[derive(Args, Debug)]
pub struct Mcp {
    /// The assistant may put and delete documents, and correct
    #[arg(long)]
    pub allow_writes: bool,
    /// A server elsewhere, in place of the state folder
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Its token
    #[arg(long, env = "KGLOOM_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,
}

pub const DEMO_EXAMPLES: &str = "\
Examples:
  kgloom demo            in ./kgloom-demo
  kgloom demo elsewhere --bind 127.0.0.1:0

Writes some two hundred texts of an invented country, reads them in seconds, and serves their graph with a page. Change the
texts meanwhile: the graph follows.";

/// `kgloom demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// Where to write it; what is there from the last time is gone on with
    #[arg(default_value = "kgloom-demo", value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878")]
    pub bind: SocketAddr,
}
