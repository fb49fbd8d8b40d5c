//! `kgloom mcp`: the graph as tools and resources of the Model Context Protocol. In: JSON-RPC on standard input. Out:
//! the same on standard output. Never: anything else on standard output; a write where writes were not allowed.

mod answers;
mod arguments;
mod explained;
mod handler;
mod names;
mod pages;
mod reading;
mod rows;
mod served;
mod wire;
mod writing;

use crate::client::Client;
use crate::error::Error;
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::IntoTransport;
use served::Served;
use tokio::runtime::Builder;

/// Calls that wait for the graph's server at once; more wait for their turn.
const AT_ONCE: usize = 64;

/// Serves a graph to an assistant over standard input and output, until the input ends.
///
/// # Errors
/// The connection to the assistant fails. What the graph's server refuses is told to the assistant.
pub fn serve_stdio(client: Client, allow_writes: bool) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Protocol(error.to_string());
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(AT_ONCE).build().map_err(failed)?;
    let ended = runtime.block_on(async { serve(client, allow_writes, rmcp::transport::stdio_pipes()).await });
    // A call that still waits for the graph's server keeps nobody.
    runtime.shutdown_background();
    ended
}

async fn serve<T, E, A>(client: Client, allow_writes: bool, transport: T) -> Result<(), Error>
where
    T: IntoTransport<rmcp::RoleServer, E, A>,
    E: std::error::Error + Send + Sync + 'static,
{
    let served = Served::new(client, tools(allow_writes));
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
