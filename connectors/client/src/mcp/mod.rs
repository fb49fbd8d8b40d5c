//! The graph as tools and resources of the Model Context Protocol: `kgloom mcp`, and `/mcp` of `kgloom serve`. In:
//! JSON-RPC on standard input, or over HTTP. Out: the same on standard output, or as the answer. Never: anything else on
//! standard output; a write where writes were not allowed.

mod answers;
mod arguments;
mod explained;
mod graph;
mod handler;
mod headers;
mod http;
mod names;
mod pages;
mod reading;
mod rows;
mod served;
mod wire;
mod writing;

pub use graph::Graph;
pub use http::{Answer, Http};

use crate::error::Error;
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::IntoTransport;
use served::Served;
use std::sync::Arc;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;

/// Calls that wait for the graph's server at once; more wait for their turn.
const AT_ONCE: usize = 64;

/// Serves a graph to an assistant over standard input and output, until the input ends.
///
/// # Errors
/// The connection to the assistant fails. What the graph's server refuses is told to the assistant.
pub fn serve_stdio(graph: impl Into<Graph>, allow_writes: bool) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Protocol(error.to_string());
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(AT_ONCE).build().map_err(failed)?;
    let graph = graph.into();
    let ended = runtime.block_on(async { serve(graph, allow_writes, rmcp::transport::stdio_pipes()).await });
    // A call that still waits for the graph's server keeps nobody.
    runtime.shutdown_background();
    ended
}

async fn serve<T, E, A>(graph: Graph, allow_writes: bool, transport: T) -> Result<(), Error>
where
    T: IntoTransport<rmcp::RoleServer, E, A>,
    E: std::error::Error + Send + Sync + 'static,
{
    let served = Served::new(graph, tools(allow_writes), Arc::new(Semaphore::new(AT_ONCE)));
    match served.serve(transport).await {
        Ok(running) => match running.waiting().await {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::Protocol(error.to_string())),
        },
        // Whoever came left before anything was said.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(Error::Protocol(error.to_string())),
    }
}

fn tools(allow_writes: bool) -> served::Tools {
    let mut tools = Served::reading();
    if allow_writes {
        tools += Served::writing();
    }
    served::plain(tools)
}

#[cfg(test)]
mod tests;
