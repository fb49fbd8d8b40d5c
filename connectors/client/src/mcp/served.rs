//! What the tools share. In: work that waits for the graph's server. Out: its answer, or a sentence. Never: the runtime
//! held up.

use crate::caller::Caller;
use crate::client::Client;
use crate::error::Error;
use crate::mcp::graph::Graph;
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::wrapper::Json;
use rmcp::model::{ContentBlock, IntoContents, JsonObject};
use serde_json::Value;
use std::error::Error as _;
use std::sync::Arc;
use tokio::sync::Semaphore;

pub(crate) type Tools = ToolRouter<Served>;

/// A graph, and what an assistant may do with it.
#[derive(Clone)]
pub(crate) struct Served {
    graph: Graph,
    pub(crate) tools: Arc<Tools>,
    /// Room for calls that wait for the graph's server.
    places: Arc<Semaphore>,
}

/// Why a tool gave nothing: a sentence that the assistant reads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure(pub String);

pub(crate) type Told<T> = Result<T, Failure>;

impl Served {
    pub(crate) fn new(graph: Graph, tools: Tools, places: Arc<Semaphore>) -> Served {
        Served { graph, tools: Arc::new(tools), places }
    }

    /// Does work that waits on a thread that may wait, when there is room. Where this is dropped, the server is told that nobody
    /// waits for its answer any more.
    pub(crate) async fn wait<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Client) -> Told<T> + Send + 'static,
    ) -> Told<T> {
        let graph = self.graph.clone();
        // Kept by the work itself, which goes on for a moment though nobody waits for it any more. It is never closed.
        let place = Arc::clone(&self.places).acquire_owned().await;
        let (_waiting, caller) = Caller::waiting();
        let done = tokio::task::spawn_blocking(move || {
            let client = graph.client().map(|client| client.on_behalf_of(caller));
            let done = client.map_err(Failure::from).and_then(|client| work(&client));
            drop(place);
            done
        })
        .await;
        done.unwrap_or_else(|error| Err(Failure(format!("a bug in kgloom mcp: {error}"))))
    }

    /// The same for a tool.
    pub(crate) async fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Client) -> Told<T> + Send + 'static,
    ) -> Result<Json<T>, Failure> {
        self.wait(work).await.map(Json)
    }
}

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Failure {
        Failure(sentence.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let mut sentence = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            sentence = format!("{sentence}: {error}");
            cause = error.source();
        }
        match error {
            Error::Unreachable { .. } => sentence.push_str("; is `kgloom serve` running?"),
            Error::Broken { .. } => sentence.push_str("; ask again, and after a write look first whether it was done"),
            _ => {}
        }
        Failure(sentence)
    }
}

impl IntoContents for Failure {
    fn into_contents(self) -> Vec<ContentBlock> {
        vec![ContentBlock::text(self.0)]
    }
}

/// The tools with schemas that say no more than they must: validators do not know the number formats of Rust, and what
/// may be left out need not be `null` too.
pub(crate) fn plain(mut tools: Tools) -> Tools {
    for route in tools.map.values_mut() {
        route.attr.input_schema = stripped(&route.attr.input_schema);
        route.attr.output_schema = route.attr.output_schema.as_ref().map(stripped);
    }
    tools
}

fn stripped(schema: &Arc<JsonObject>) -> Arc<JsonObject> {
    let mut schema = Value::Object(schema.as_ref().clone());
    strip(&mut schema);
    match schema {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}

fn strip(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            // A property may be called so too; then it is a schema.
            map.retain(|key, value| !(key == "format" && value.is_string()));
            if let Some(Value::Array(kinds)) = map.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let [kind] = kinds.as_slice() {
                    let kind = kind.clone();
                    map.insert("type".to_owned(), kind);
                }
            }
            map.values_mut().for_each(strip);
        }
        Value::Array(all) => all.iter_mut().for_each(strip),
        _ => {}
    }
}
