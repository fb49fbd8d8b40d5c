//! The tools over HTTP, by the protocol's streamable transport. In: a message of an assistant, and the headers beside it.
//! Out: a status, and the message that answers. Never: a session: each message is answered by itself, so that nothing is
//! kept of an assistant that is gone, and one that stays does not notice that the server was started anew.
//!
//! rmcp's own transport over HTTP would bring sessions and streams of events, and crates for them, for tools that never
//! say anything unasked.

use crate::client::Client;
use crate::mcp::headers;
use crate::mcp::served::Served;
use crate::mcp::tools;
use rmcp::RoleServer;
use rmcp::model::{
    ClientCapabilities, ClientJsonRpcMessage, ErrorCode, Implementation, InitializeRequestParams, ProtocolVersion,
    ServerJsonRpcMessage,
};
use rmcp::service::serve_directly;
use rmcp::transport::OneshotTransport;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Semaphore;
use ureq::http::HeaderMap;

/// The tools for whoever only reads, and those for whoever may write.
#[derive(Clone)]
pub struct Http {
    reading: Served,
    writing: Served,
}

/// What a message is answered with.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The message back; none where nothing was asked.
    pub message: Option<Value>,
}

impl Http {
    /// The tools over a graph, of which so many calls are worked on at once; more wait for their turn.
    pub fn new(client: &Client, at_once: usize) -> Http {
        let places = Arc::new(Semaphore::new(at_once));
        let served = |client: Client, may_write| Served::new(client.into(), tools(may_write), Arc::clone(&places));
        Http { reading: served(client.reading(), false), writing: served(client.clone(), true) }
    }

    /// Answers a message of somebody who may write, or only read. Where nobody waits for the answer any more, what is
    /// done for it is called off.
    pub async fn answer(&self, may_write: bool, headers: &HeaderMap, message: &[u8]) -> Answer {
        let message: Value = match serde_json::from_slice(message) {
            Ok(message) => message,
            Err(error) => {
                return refused(&Value::Null, ErrorCode::PARSE_ERROR, format!("the message is no JSON: {error}"));
            }
        };
        let id = &message["id"];
        if let Err((code, sentence)) = headers::agree(headers, &message) {
            return refused(id, code, sentence);
        }
        let request = match serde_json::from_value(message.clone()) {
            Ok(request @ ClientJsonRpcMessage::Request(_)) => request,
            Ok(ClientJsonRpcMessage::Notification(_)) => return Answer { status: 202, message: None },
            Ok(_) => return refused(id, ErrorCode::INVALID_REQUEST, "nothing was asked of you".to_owned()),
            Err(error) => return refused(id, ErrorCode::INVALID_REQUEST, format!("this is no message: {error}")),
        };
        let revision = headers::revision(headers, &message);
        let whom = InitializeRequestParams::new(ClientCapabilities::default(), Implementation::default());
        let (transport, mut answers) = OneshotTransport::<RoleServer>::new(request);
        let served = if may_write { &self.writing } else { &self.reading };
        // Dropped with this future, and what is under way with it.
        let serving = serve_directly(served.clone(), transport, Some(whom.with_protocol_version(revision.clone())));
        let answer = loop {
            match answers.recv().await {
                Some(ServerJsonRpcMessage::Response(answer)) => break json!(answer),
                Some(ServerJsonRpcMessage::Error(error)) => break json!(error),
                Some(_) => {}
                None => return refused(id, ErrorCode::INTERNAL_ERROR, "there is no answer".to_owned()),
            }
        };
        drop(serving);
        told(answer, &message, &revision)
    }
}

/// The answer as the revision has it.
fn told(mut answer: Value, message: &Value, revision: &ProtocolVersion) -> Answer {
    if message["method"] == "initialize" && answer["result"].is_object() {
        let is_agreed = message["params"]["protocolVersion"] == revision.as_str() && revision.has_initialize();
        let newest = ProtocolVersion::LATEST_WITH_INITIALIZE;
        answer["result"]["protocolVersion"] = if is_agreed { revision } else { &newest }.as_str().into();
    }
    let code = answer["error"]["code"].as_i64().and_then(|code| i32::try_from(code).ok()).map(ErrorCode);
    let status = match code {
        // Before, an error within the protocol is none of HTTP.
        Some(_) if headers::own_revision(message).is_none() => 200,
        Some(
            ErrorCode::UNSUPPORTED_PROTOCOL_VERSION
            | ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY
            | ErrorCode::HEADER_MISMATCH,
        ) => 400,
        Some(ErrorCode::INVALID_PARAMS) if !headers::is_complete(message) => 400,
        Some(ErrorCode::METHOD_NOT_FOUND) => 404,
        _ => 200,
    };
    Answer { status, message: Some(answer) }
}

/// A message that cannot be taken.
fn refused(id: &Value, code: ErrorCode, sentence: String) -> Answer {
    let error = json!({ "code": code.0, "message": sentence });
    Answer { status: 400, message: Some(json!({ "jsonrpc": "2.0", "id": id, "error": error })) }
}
