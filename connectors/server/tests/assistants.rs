//! The Model Context Protocol at `/mcp`, as an assistant meets it. In: messages of all revisions, with and without the token. Out:
//! verdicts. Never: a session.

mod support;

use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::Served;
use support::engine::Bare;
use support::http::{Answer, Ask, connect, read};

const NEWEST: &str = "2026-07-28";
const BORN: &str = "SELECT ?who { ?who <urn:x:born> <urn:x:ghent> } ORDER BY ?who";
/// Works for hours, and gives nothing meanwhile.
const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r . ?s ?t ?u . \
     ?v ?w ?x . ?y ?z ?a1 . ?a2 ?a3 ?a4 . ?a5 ?a6 ?a7 . ?a8 ?a9 ?b1 . ?b2 ?b3 ?b4 . ?b5 ?b6 ?b7 . ?b8 ?b9 ?c1 }";

fn world() -> Arc<Bare> {
    Bare::turtle("@prefix x: <urn:x:> . x:ada x:born x:ghent . x:bo x:born x:ghent . x:ghent x:in x:flanders .")
}

/// A message, as the protocol wants it sent.
fn message(message: &Value) -> Ask {
    let kinds = "application/json, text/event-stream";
    Ask::new("POST", "/mcp")
        .header("Content-Type", "application/json")
        .header("Accept", kinds)
        .body(message.to_string())
}

fn request(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

fn call(tool: &str, arguments: Value) -> Value {
    request("tools/call", json!({ "name": tool, "arguments": arguments }))
}

/// The same as the newest revision has it: what was agreed on beforehand is said each time.
fn newest(mut request: Value) -> Ask {
    let client = json!({ "name": "test", "version": "1" });
    request["params"]["_meta"] = json!({ "io.modelcontextprotocol/protocolVersion": NEWEST,
        "io.modelcontextprotocol/clientInfo": client, "io.modelcontextprotocol/clientCapabilities": {} });
    let (method, name) = (&request["method"], &request["params"]["name"]);
    let ask = message(&request).header("MCP-Protocol-Version", NEWEST);
    let ask = ask.header("Mcp-Method", method.as_str().expect("a method"));
    name.as_str().map_or(ask.clone(), |name| ask.header("Mcp-Name", name))
}

#[track_caller]
fn answered(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("mcp-session-id"), None);
    answer.json()
}

#[track_caller]
fn tools(answer: &Answer) -> Vec<String> {
    let told = answered(answer);
    let tools = told["result"]["tools"].as_array().unwrap_or_else(|| panic!("{told}"));
    tools.iter().map(|tool| tool["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn assistants_of_every_revision_are_answered_without_a_session() {
    let served = Served::usual(&world());
    let query = call("query", json!({ "sparql": BORN, "limit": 1 }));
    let told = json!({ "rows": [{ "who": "<urn:x:ada>" }], "more": true });
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let client = json!({ "name": "test", "version": "1" });
        let hello = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client });
        let hello = answered(&message(&request("initialize", hello)).send(served.at));
        assert_eq!(hello["result"]["protocolVersion"], version, "{hello}");
        assert!(hello["result"]["instructions"].as_str().is_some_and(|text| text.contains("`schema`")), "{hello}");
        let begun = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let said = |ask: Ask| ask.header("MCP-Protocol-Version", version);
        assert_eq!(said(message(&begun)).send(served.at).status, 202);
        assert_eq!(tools(&said(message(&request("tools/list", json!({})))).send(served.at)).len(), 9);
        let answer = answered(&said(message(&query)).send(served.at));
        assert_eq!(answer["result"]["structuredContent"], told, "{version}: {answer}");
    }
    let hello = answered(&newest(request("server/discover", json!({}))).send(served.at));
    assert!(hello["result"]["instructions"].is_string(), "{hello}");
    assert_eq!(answered(&newest(query.clone()).send(served.at))["result"]["structuredContent"], told);
    // Who was here before the server was started anew need not begin again.
    let again = Served::usual(&world());
    let known = message(&query).header("MCP-Protocol-Version", "2025-06-18").header("Mcp-Session-Id", "of the last");
    assert_eq!(answered(&known.send(again.at))["result"]["structuredContent"], told);
    // A revision that nobody knows.
    let unknown = message(&query).header("MCP-Protocol-Version", "1999-01-01").send(served.at);
    assert_eq!(unknown.status, 400);
    let why = unknown.json()["error"]["message"].clone();
    assert!(why.as_str().is_some_and(|why| why.contains("1999-01-01")), "{}", unknown.text());
}

#[test]
fn what_writes_takes_the_token() {
    let bare = world();
    let served = Served::usual(&bare);
    let list = || message(&request("tools/list", json!({})));
    let writes = ["correct", "delete_document", "put_document"];
    let reading = tools(&list().send(served.at));
    assert!(reading.len() == 9 && writes.iter().all(|tool| !reading.iter().any(|name| name == tool)), "{reading:?}");
    assert_eq!(tools(&newest(request("tools/list", json!({}))).send(served.at)), reading);
    let all = tools(&list().allowed().send(served.at));
    assert!(all.len() == 12 && writes.iter().all(|tool| all.iter().any(|name| name == tool)), "{all:?}");

    let put = || call("put_document", json!({ "id": "notes/a.txt", "text": "Ada was born in Ghent." }));
    for ask in [message(&put()), newest(put()), message(&call("delete_document", json!({ "id": "a" })))] {
        let told = answered(&ask.send(served.at));
        let why = told["error"]["message"].as_str().unwrap_or_default();
        assert!(why.contains("Authorization: Bearer TOKEN"), "{told}");
    }
    assert_eq!(message(&put()).header("Authorization", "Bearer another").send(served.at).status, 403);
    assert_eq!(list().header("Authorization", "Bearer another").send(served.at).status, 403);
    assert!(bare.written.lock().expect("no panic").is_empty());

    for ask in [message(&put()).allowed(), newest(put()).allowed()] {
        let told = answered(&ask.send(served.at));
        assert_eq!(told["result"]["structuredContent"]["epoch"], 1, "{told}");
    }
    assert_eq!(bare.written.lock().expect("no panic").len(), 2);
    let told =
        answered(&message(&call("correct", json!({ "kind": "undo", "correction": "c" }))).allowed().send(served.at));
    assert_eq!(told["result"]["isError"], true, "{told}");
    assert_eq!(told["result"]["content"][0]["text"], "there is no correction \"c\"");

    let only_read = Served::with(&bare, |settings| settings.token = None);
    assert_eq!(tools(&list().allowed().send(only_read.at)), reading);
    assert!(answered(&message(&put()).allowed().send(only_read.at))["error"].is_object());
    assert_eq!(bare.written.lock().expect("no panic").len(), 2);
}

#[test]
fn what_holds_for_every_path_holds_here() {
    let bare = world();
    let served = Served::with(&bare, |settings| {
        settings.most_body = 50_000;
        settings.body_time = Duration::from_millis(400);
        settings.origins = vec!["https://page.example".to_owned()];
    });
    let list = request("tools/list", json!({}));
    let status = |ask: Ask| {
        let answer = ask.send(served.at);
        assert!(answer.status < 400 || answer.json()["error"].is_string() || answer.json()["jsonrpc"] == "2.0");
        answer.status
    };
    assert_eq!(status(message(&list).header("Host", "evil.example")), 421);
    for foreign in ["https://evil.example", "null"] {
        assert_eq!(status(message(&list).allowed().header("Origin", foreign)), 403);
    }
    let known = message(&list).header("Origin", "https://page.example").send(served.at);
    assert_eq!((known.status, known.header("access-control-allow-origin")), (200, Some("https://page.example")));
    let asked = Ask::new("OPTIONS", "/mcp").header("Origin", "https://page.example").send(served.at);
    assert!(asked.status == 204 && asked.all("access-control-allow-headers").contains("mcp-protocol-version"));
    assert_eq!(status(Ask::new("DELETE", "/mcp").header("Mcp-Session-Id", "x")), 405);
    let listens = Ask::get("/mcp").header("Accept", "text/event-stream").send(served.at);
    assert_eq!((listens.status, listens.header("allow")), (405, Some("POST")));
    let plain = |kind: &str, accept: &str| {
        Ask::new("POST", "/mcp").header("Content-Type", kind).header("Accept", accept).body(list.to_string())
    };
    assert_eq!(status(plain("text/plain", "application/json, text/event-stream")), 415);
    assert_eq!(status(plain("application/json", "text/html")), 406);
    for nonsense in [json!("x"), json!({}), json!({ "jsonrpc": "1.0", "id": 1, "method": "tools/list" })] {
        assert!((400..500).contains(&status(message(&nonsense))), "{nonsense}");
    }
    assert!((400..500).contains(&status(message(&list).body(b"\xff\xfe"))));
    assert_eq!(status(message(&call("find", json!({ "text": "x".repeat(60_000) })))), 413);
    // A body that does not come.
    let mut slow = message(&list).header("Content-Length", "9999").open(served.at);
    assert_eq!(read(&mut slow, false).status, 408);
    // It is a request like any other: it has an id, and is counted.
    let answer = message(&list).header("X-Request-Id", "mine").send(served.at);
    assert_eq!((answer.header("x-request-id"), answer.header("cache-control")), (Some("mine"), Some("no-store")));
    let gzipped = message(&list).header("Accept-Encoding", "gzip").send(served.at);
    assert_eq!(gzipped.header("content-encoding"), Some("gzip"));
    let metrics = Ask::get("/metrics").send(served.at);
    assert!(
        metrics.text().contains("kgloom_http_requests_total{method=\"POST\",status=\"413\"} 1"),
        "{}",
        metrics.text()
    );
}

#[test]
fn many_assistants_at_once_are_answered_and_one_who_leaves_holds_nobody_up() {
    let served = Served::with(&world(), |settings| settings.timeout = Duration::from_secs(2));
    // More than there is room for, all gone before they are answered.
    for _ in 0..80 {
        let ask = message(&call("query", json!({ "sparql": ENDLESS, "timeout_s": 2 })));
        let mut stream = ask.open(served.at);
        stream.flush().expect("a socket");
    }
    let start = Instant::now();
    let told: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..40)
            .map(|_| {
                scope.spawn(|| {
                    let answer = message(&call("find", json!({ "text": "ada" }))).send(served.at);
                    (answer.status, answer.json())
                })
            })
            .collect();
        asked.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(told.iter().all(|(status, told)| *status == 200 && told["result"]["isError"] == false), "{told:?}");
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    // And other paths, meanwhile and after.
    assert_eq!(Ask::get("/find?text=ada").send(served.at).status, 200);
    drop(connect(served.at));
    let rows = answered(&message(&call("query", json!({ "sparql": BORN }))).send(served.at));
    assert_eq!(rows["result"]["structuredContent"]["rows"].as_array().map(Vec::len), Some(2), "{rows}");
}

#[test]
fn what_is_done_for_an_assistant_ends_when_it_leaves() {
    let bare = world();
    let served = Served::with(&bare, |settings| (settings.queries, settings.queue) = (1, 4));
    // A query has the one place that there is, for the two minutes that it asked for.
    let asked = message(&call("query", json!({ "sparql": ENDLESS, "timeout_s": 120 }))).open(served.at);
    std::thread::sleep(Duration::from_millis(500));
    drop(asked);
    let start = Instant::now();
    assert_eq!(Ask::query(BORN).send(served.at).status, 200);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());

    // Resources that cannot be read now have all places for messages.
    let held = bare.seen.lock().expect("no panic");
    let read = request("resources/read", json!({ "uri": "kgloom:document/a" }));
    let reading: Vec<_> = (0..16).map(|_| message(&read).open(served.at)).collect();
    std::thread::sleep(Duration::from_millis(500));
    drop(reading);
    let start = Instant::now();
    let rows = answered(&message(&call("query", json!({ "sparql": BORN }))).send(served.at));
    assert_eq!(rows["result"]["structuredContent"]["rows"].as_array().map(Vec::len), Some(2), "{rows}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    drop(held);
}
