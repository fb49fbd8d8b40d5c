//! Headers beside a message. In: both. Out: whether they say the same, as the protocol asks of servers. Never: a message
//! that whoever stands in between took for another.
//!
//! From 2026-07-28 on each request bears its revision in the body too, and its method and what it names as headers
//! (SEP-2243, SEP-2567); before, there is the revision alone, and it may be missing.

use base64::prelude::{BASE64_STANDARD, Engine};
use rmcp::model::{ErrorCode, ProtocolVersion};
use rmcp::transport::common::http_header::{
    BASE64_HEADER_PREFIX, BASE64_HEADER_SUFFIX, HEADER_MCP_METHOD, HEADER_MCP_NAME, HEADER_MCP_PROTOCOL_VERSION,
};
use serde_json::Value;
use ureq::http::HeaderMap;

/// Where a request bears its revision.
const REVISION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// What is wrong with a message.
pub(crate) type Wrong = (ErrorCode, String);

/// The revision that a request bears itself.
pub(crate) fn own_revision(message: &Value) -> Option<&str> {
    message["params"]["_meta"][REVISION].as_str()
}

/// Whether a request that bears its revision bears all that it must.
pub(crate) fn is_complete(message: &Value) -> bool {
    message["params"]["_meta"][CAPABILITIES].is_object()
}

/// The revision that a request is of: its own, or that of the header, or the one that had no header yet.
pub(crate) fn revision(headers: &HeaderMap, message: &Value) -> ProtocolVersion {
    let asked = (message["method"] == "initialize").then(|| message["params"]["protocolVersion"].as_str()).flatten();
    let said = headers.get(HEADER_MCP_PROTOCOL_VERSION).and_then(|said| said.to_str().ok());
    let named = asked.or(own_revision(message)).or(said);
    let known = ProtocolVersion::KNOWN_VERSIONS.iter().find(|known| Some(known.as_str()) == named);
    known.cloned().unwrap_or(ProtocolVersion::V_2025_03_26)
}

/// Whether headers and message say the same.
pub(crate) fn agree(headers: &HeaderMap, message: &Value) -> Result<(), Wrong> {
    let said = only(headers, HEADER_MCP_PROTOCOL_VERSION)?;
    let (method, own) = (message["method"].as_str().unwrap_or_default(), own_revision(message));
    let is_request = !message["id"].is_null() && !method.is_empty();
    if method == "initialize" {
        let asked = message["params"]["protocolVersion"].as_str();
        return match said {
            Some(said) if Some(said) != asked => Err(differ(HEADER_MCP_PROTOCOL_VERSION, said, asked)),
            _ => method_agrees(headers, method),
        };
    }
    let is_new = said.is_some_and(|said| said >= ProtocolVersion::NO_INITIALIZE.as_str());
    match (said, own) {
        (Some(said), None) if ProtocolVersion::KNOWN_VERSIONS.iter().all(|known| known.as_str() != said) => {
            let known: Vec<&str> = ProtocolVersion::KNOWN_VERSIONS.iter().map(ProtocolVersion::as_str).collect();
            let sentence = format!("the revision {said} is unknown; known are {}", known.join(", "));
            return Err((ErrorCode::UNSUPPORTED_PROTOCOL_VERSION, sentence));
        }
        (_, None) if is_request && (is_new || method == "server/discover") => {
            return Err((ErrorCode::INVALID_PARAMS, format!("_meta lacks {REVISION} and {CAPABILITIES}")));
        }
        (said, Some(own)) if said != Some(own) => {
            return Err(differ(HEADER_MCP_PROTOCOL_VERSION, said.unwrap_or_default(), Some(own)));
        }
        _ => {}
    }
    if !is_new || method.is_empty() {
        return Ok(());
    }
    if only(headers, HEADER_MCP_METHOD)?.is_none() {
        return Err(differ(HEADER_MCP_METHOD, "", Some(method)));
    }
    method_agrees(headers, method)?;
    let named = match method {
        "tools/call" | "prompts/get" => message["params"]["name"].as_str(),
        "resources/read" => message["params"]["uri"].as_str(),
        _ => None,
    };
    let Some(named) = named else { return Ok(()) };
    let said = only(headers, HEADER_MCP_NAME)?.unwrap_or_default();
    if plain(said).as_deref() == Some(named) { Ok(()) } else { Err(differ(HEADER_MCP_NAME, said, Some(named))) }
}

/// Whether the method, where a header tells it, is that of the message.
fn method_agrees(headers: &HeaderMap, method: &str) -> Result<(), Wrong> {
    match only(headers, HEADER_MCP_METHOD)? {
        Some(said) if said != method => Err(differ(HEADER_MCP_METHOD, said, Some(method))),
        _ => Ok(()),
    }
}

/// The one value of a header: of several, others might heed another.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Wrong> {
    let mut values = headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    let text = first.map(|value| value.to_str()).transpose();
    match (text, second) {
        (Ok(text), None) => Ok(text),
        (Err(_), _) => Err((ErrorCode::HEADER_MISMATCH, format!("{name} is no text"))),
        (_, Some(_)) => Err((ErrorCode::HEADER_MISMATCH, format!("there is more than one {name}"))),
    }
}

/// A value as it is meant: what does not fit a header comes in base64.
fn plain(said: &str) -> Option<String> {
    let inner = said.strip_prefix(BASE64_HEADER_PREFIX).and_then(|rest| rest.strip_suffix(BASE64_HEADER_SUFFIX));
    match inner {
        Some(inner) => String::from_utf8(BASE64_STANDARD.decode(inner).ok()?).ok(),
        None => Some(said.to_owned()),
    }
}

fn differ(name: &str, said: &str, meant: Option<&str>) -> Wrong {
    let meant = meant.unwrap_or_default();
    (ErrorCode::HEADER_MISMATCH, format!("the header {name} says \"{said}\", and the message \"{meant}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(headers: &[(&'static str, &str)], message: Value) -> Option<i32> {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(*name, value.parse().unwrap());
        }
        agree(&all, &message).err().map(|(code, _)| code.0)
    }

    fn request(method: &str, mut params: Value, own: Option<&str>) -> Value {
        if let Some(own) = own {
            params["_meta"] = json!({ REVISION: own, CAPABILITIES: {} });
        }
        json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
    }

    #[test]
    fn before_2026_the_revision_may_be_missing_and_must_be_known() {
        let list = || request("tools/list", json!({}), None);
        assert_eq!(told(&[], list()), None);
        assert_eq!(told(&[("mcp-protocol-version", "2025-06-18")], list()), None);
        assert_eq!(told(&[("mcp-protocol-version", "2020-01-01")], list()), Some(-32022));
        let two = [("mcp-protocol-version", "2025-06-18"), ("mcp-protocol-version", "2025-11-25")];
        assert_eq!(told(&two, list()), Some(-32020));
        let hello = || request("initialize", json!({ "protocolVersion": "2025-06-18" }), None);
        assert_eq!(told(&[("mcp-protocol-version", "2025-06-18")], hello()), None);
        assert_eq!(told(&[("mcp-protocol-version", "2025-11-25")], hello()), Some(-32020));
        assert_eq!(told(&[("mcp-method", "tools/list")], hello()), Some(-32020));
    }

    #[test]
    fn since_2026_headers_tell_what_the_body_tells() {
        const NEW: (&str, &str) = ("mcp-protocol-version", "2026-07-28");
        let call = |name: &str| request("tools/call", json!({ "name": name }), Some("2026-07-28"));
        assert_eq!(told(&[NEW, ("mcp-method", "tools/call"), ("mcp-name", "find")], call("find")), None);
        assert_eq!(told(&[NEW, ("mcp-method", "tools/call"), ("mcp-name", "=?base64?w6Q=?=")], call("ä")), None);
        for wrong in [
            &[NEW][..],
            &[("mcp-method", "tools/call"), ("mcp-name", "find")],
            &[NEW, ("mcp-method", "tools/call")],
            &[NEW, ("mcp-method", "tools/list"), ("mcp-name", "find")],
            &[NEW, ("mcp-method", "tools/call"), ("mcp-name", "put_document")],
            &[NEW, ("mcp-method", "tools/call"), ("mcp-name", "find"), ("mcp-name", "find")],
            &[("mcp-protocol-version", "2025-11-25"), ("mcp-method", "tools/call"), ("mcp-name", "find")],
        ] {
            assert_eq!(told(wrong, call("find")), Some(-32020), "{wrong:?}");
        }
        let bare = request("tools/list", json!({}), None);
        assert_eq!(told(&[NEW, ("mcp-method", "tools/list")], bare), Some(-32602));
        assert_eq!(told(&[], request("server/discover", json!({}), None)), Some(-32602));
        let begun = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {} });
        assert_eq!(told(&[NEW, ("mcp-method", "notifications/cancelled")], begun), None);
    }
}
