//! The tools as an assistant sees them. In: JSON-RPC lines. Out: verdicts. Never: standard output.

use super::{Graph, serve};
use crate::client::Client;
use crate::mock::{Mock, world};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::task::JoinHandle;

/// An assistant's end.
struct Talk {
    mock: Mock,
    lines: tokio::io::Lines<BufReader<ReadHalf<DuplexStream>>>,
    out: WriteHalf<DuplexStream>,
    served: JoinHandle<Result<(), crate::Error>>,
    number: u64,
}

impl Talk {
    fn new(allow_writes: bool) -> Talk {
        let mock = Mock::new(world);
        let client = Client::at(&mock.address, Some("secret".to_owned())).unwrap();
        Talk::over(client.into(), allow_writes, mock)
    }

    fn over(graph: Graph, allow_writes: bool, mock: Mock) -> Talk {
        let (ours, theirs) = duplex(1 << 20);
        let served = tokio::spawn(serve(graph, allow_writes, theirs));
        let (read, out) = split(ours);
        Talk { mock, lines: BufReader::new(read).lines(), out, served, number: 0 }
    }

    /// The same after `initialize`.
    async fn begun(allow_writes: bool) -> Talk {
        let mut talk = Talk::new(allow_writes);
        talk.initialize("2025-11-25").await;
        talk
    }

    async fn initialize(&mut self, version: &str) -> Value {
        let client = json!({ "name": "test", "version": "1" });
        let told = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client });
        let told = self.request("initialize", told).await["result"].clone();
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
        told
    }

    async fn send(&mut self, message: &Value) {
        self.out.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    async fn request(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let number = self.number;
        self.send(&json!({ "jsonrpc": "2.0", "id": number, "method": method, "params": params })).await;
        loop {
            let line = self.lines.next_line().await.unwrap().expect("the server ended");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == number {
                return message;
            }
        }
    }

    /// What a tool gives, which is what its text says too.
    async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let told = self.request("tools/call", json!({ "name": tool, "arguments": arguments })).await["result"].clone();
        assert_eq!(told["isError"], false, "{told}");
        let text: Value = serde_json::from_str(told["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, told["structuredContent"]);
        text
    }

    /// The sentence with which it fails.
    async fn failure(&mut self, tool: &str, arguments: Value) -> String {
        let told = self.request("tools/call", json!({ "name": tool, "arguments": arguments })).await["result"].clone();
        assert_eq!(told["isError"], true, "{told}");
        told["content"][0]["text"].as_str().unwrap().to_owned()
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

#[test]
fn old_clients_and_the_newest_are_served() {
    run(async {
        for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
            let mut talk = Talk::new(false);
            let told = talk.initialize(version).await;
            assert_eq!(told["protocolVersion"], version);
            assert_eq!(told["serverInfo"]["name"], "kgloom");
            assert!(told["instructions"].as_str().unwrap().contains("`schema`"));
            assert!(told["capabilities"]["tools"].is_object() && told["capabilities"]["resources"].is_object());
            assert_eq!(talk.call("find", json!({ "text": "Lumenta" })).await["found"][0]["facts"], 9);
        }
        // From 2026-07-28 on nothing is said beforehand: each request bears its version.
        let mut talk = Talk::new(false);
        let client = json!({ "name": "test", "version": "1" });
        let meta = json!({ "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": client, "io.modelcontextprotocol/clientCapabilities": {} });
        let told = talk.request("server/discover", json!({ "_meta": meta })).await;
        assert!(told["result"]["instructions"].is_string(), "{told}");
        let call = json!({ "name": "find", "arguments": { "text": "Lumenta" }, "_meta": meta });
        let told = talk.request("tools/call", call).await;
        assert_eq!(told["result"]["structuredContent"]["found"][0]["name"], "Lumenta", "{told}");
        assert_eq!(told["result"]["resultType"], "complete");
    });
}

#[test]
fn every_tool_says_what_it_takes_gives_and_does() {
    run(async {
        for (allow_writes, expected) in [(false, 9), (true, 12)] {
            let mut talk = Talk::begun(allow_writes).await;
            let tools = talk.request("tools/list", json!({})).await["result"]["tools"].clone();
            assert_eq!(tools.as_array().unwrap().len(), expected, "{tools}");
            for tool in tools.as_array().unwrap() {
                let writes = ["put_document", "delete_document", "correct"].contains(&tool["name"].as_str().unwrap());
                for schema in ["inputSchema", "outputSchema"] {
                    assert_eq!(tool[schema]["type"], "object", "{tool}");
                    let text = tool[schema].to_string();
                    assert!(!text.contains("$ref") && !text.contains("\"format\":\""), "{text}");
                }
                assert_eq!(tool["annotations"]["readOnlyHint"], !writes);
                assert_eq!(tool["annotations"]["idempotentHint"], true);
                assert!(writes == (tool["annotations"]["destructiveHint"] == true));
                assert!(tool["description"].as_str().unwrap().len() < 300);
            }
        }
        let mut talk = Talk::begun(false).await;
        let put = json!({ "name": "put_document", "arguments": { "id": "a", "text": "b" } });
        let told = talk.request("tools/call", put).await;
        assert!(told["error"].is_object() || told["result"]["isError"] == true, "{told}");
        assert!(talk.mock.asked().is_empty());
    });
}

#[test]
fn the_graph_is_shown_in_small_pages() {
    run(async {
        let mut talk = Talk::begun(false).await;
        let schema = talk.call("schema", json!({ "limit": 1 })).await;
        assert_eq!(schema["classes"][0]["sparql"], "<http://x.org/Painting>");
        assert_eq!(schema["relations"][0]["sparql"], "wdt:P108");
        let rest = talk.call("schema", json!({ "limit": 1, "cursor": schema["next"] })).await;
        assert_eq!((rest["classes"][0]["sparql"].as_str(), rest["next"].as_str()), (Some("kgloom:Person"), None));
        assert_eq!(talk.call("schema", json!({ "text": "EMPLOY" })).await["classes"], json!([]));

        let page = talk.call("describe", json!({ "entity": "lumenta", "limit": 2 })).await;
        assert_eq!((page["sparql"].as_str(), page["total"].as_u64()), (Some("organization:Lumenta"), Some(3)));
        assert_eq!(page["names"], json!(["Lumenta Inc."]));
        assert_eq!(page["documents"], json!(["b.txt", "a.txt"]));
        let fact = json!({ "relation": "employer", "sparql": "wdt:P108", "direction": "in", "value": "Ada",
            "iri": "urn:kgloom:person:Ada", "certainty": 0.87, "documents": 1 });
        assert_eq!(page["facts"][0], fact);
        assert_eq!(page["facts"][1]["follows"], true);
        let rest = json!({ "entity": "urn:kgloom:organization:Lumenta", "limit": 2, "cursor": page["next"] });
        let rest = talk.call("describe", rest).await;
        let fact =
            json!({ "relation": "founded", "sparql": "<urn:f>", "direction": "out", "value": "1985", "documents": 1 });
        assert_eq!(rest["facts"], json!([fact]));
        let employer = json!({ "entity": "<urn:kgloom:organization:Lumenta>", "relation": "Employer" });
        assert_eq!(talk.call("describe", employer).await["total"], 2);

        let links = talk.call("predict", json!({ "entity": "Lumenta" })).await["links"].clone();
        assert_eq!((links[0]["value"].as_str(), links[0]["probability"].as_f64()), (Some("Bo"), Some(0.61)));
        let answer = talk.call("ask", json!({ "question": "Who works for Lumenta?" })).await;
        assert_eq!(answer["answers"][0], json!({ "value": "Ada", "iri": "urn:kgloom:person:Ada" }));
    });
}

#[test]
fn sparql_gives_rows_and_says_when_there_are_more() {
    run(async {
        let mut talk = Talk::begun(false).await;
        let rows = talk.call("query", json!({ "sparql": "SELECT ?who { }", "limit": 2 })).await;
        let row = json!({ "who": "<urn:kgloom:person:Ada>" });
        assert_eq!(rows, json!({ "rows": [row, row], "more": true }));
        assert_eq!(talk.mock.asked()[0].target, "/query?timeout=20&limit=3");
        let all = json!({ "sparql": "SELECT ?who { }", "limit": 9_999, "timeout_s": 1e9, "entailed": true });
        assert_eq!(talk.call("query", all).await["more"], false);
        assert_eq!(talk.mock.asked()[1].target, "/query?timeout=120&limit=201&entailed=true");
        let triples = talk.call("query", json!({ "sparql": "CONSTRUCT WHERE { }" })).await;
        assert_eq!(triples["triples"], json!(["<urn:a> <urn:b> <urn:c> ."]));
    });
}

#[test]
fn facts_are_explained_and_documents_read() {
    run(async {
        let mut talk = Talk::begun(false).await;
        let fact = json!({ "subject": "Lumenta", "relation": "employer", "object": "Ada" });
        let told = talk.call("explain", fact).await["explanations"][0].clone();
        assert_eq!((told["kind"].as_str(), told["object"].as_str()), (Some("stated"), Some("Ada")));
        let sentence = json!({ "document": "a.txt", "text": "«Ada» works for «Lumenta».", "certainty": 0.87 });
        assert_eq!(told["sentences"], json!([sentence]));

        let list = talk.call("documents", json!({})).await;
        assert_eq!((list["total"].as_u64(), list["next"].as_str()), (Some(5), Some("sub/b ä.txt")));
        assert_eq!(list["documents"][1]["refused"], "no text");
        talk.call("documents", json!({ "containing": "b ä", "cursor": "a.txt" })).await;
        assert_eq!(talk.mock.asked().last().unwrap().target, "/documents?limit=20&after=a.txt&containing=b%20%C3%A4");
        let page = talk.call("documents", json!({ "id": "sub/b ä.txt" })).await;
        assert!(page["text"].as_str().unwrap().len() <= 8_000 && page["next"].is_string());
        let whole = talk.call("documents", json!({ "id": "a.txt" })).await;
        assert_eq!(whole, json!({ "text": "Ada works for Lumenta." }));

        let told = talk.request("resources/templates/list", json!({})).await;
        assert_eq!(told["result"]["resourceTemplates"][0]["uriTemplate"], "kgloom:document/{id}");
        let told = talk.request("resources/list", json!({})).await["result"].clone();
        assert_eq!(told["resources"][1]["uri"], "kgloom:document/sub%2Fb%20%C3%A4.txt");
        assert_eq!(told["nextCursor"], "sub/b ä.txt");
        let told = talk.request("resources/read", json!({ "uri": told["resources"][0]["uri"] })).await;
        assert_eq!(told["result"]["contents"][0]["text"], "Ada works for Lumenta.");
        for wrong in ["kgloom:document/nowhere", "file:///etc/passwd"] {
            let told = talk.request("resources/read", json!({ "uri": wrong })).await;
            assert_eq!(told["error"]["code"], -32002, "{told}");
        }
    });
}

#[test]
fn what_fails_is_told_in_a_sentence() {
    run(async {
        let mut talk = Talk::begun(false).await;
        let several = talk.failure("describe", json!({ "entity": "Springfield" })).await;
        assert!(several.contains("- Springfield, Location, 4 facts: urn:kgloom:location:Springfield\n"), "{several}");
        let nothing = talk.failure("predict", json!({ "entity": "Nobody" })).await;
        assert!(nothing.starts_with("nothing in the graph is called \"Nobody\""), "{nothing}");
        let missing = talk.failure("describe", json!({ "entity": "urn:none" })).await;
        assert_eq!(missing, "there is nothing of that name");
        let place = talk.failure("query", json!({ "sparql": "SLECT" })).await;
        assert!(place.contains("line 1, column 4"), "{place}");
        let cursor = talk.failure("schema", json!({ "cursor": "x" })).await;
        assert_eq!(cursor, "\"x\" is no cursor that this tool gave");
        let unknown = talk.failure("find", json!({ "text": "a", "top": 3 })).await;
        assert!(unknown.contains("unknown field `top`"), "{unknown}");
        let needed = talk.failure("find", json!({})).await;
        assert!(needed.contains("missing field `text`"), "{needed}");
    });
}

#[test]
fn writes_tell_what_came_and_corrections_are_whole() {
    run(async {
        let mut talk = Talk::begun(true).await;
        let changed = talk.call("put_document", json!({ "id": "n.txt", "text": "Ada works." })).await;
        assert_eq!(changed["came"], json!(["<urn:a> <urn:b> <urn:c> ."]));
        assert_eq!(
            talk.failure("put_document", json!({ "id": "empty.txt", "text": "" })).await,
            "empty.txt was refused, byte 0: no text"
        );
        talk.call("delete_document", json!({ "id": "n.txt" })).await;
        let same = json!({ "kind": "same", "one": "Ada", "other": "A. Lovelace" });
        assert_eq!(talk.call("correct", same.clone()).await["correction"], "c1");
        let sent: Value = serde_json::from_str(&talk.mock.asked().last().unwrap().body).unwrap();
        assert_eq!(sent, same);
        talk.call("correct", json!({ "kind": "undo", "correction": "c1" })).await;
        assert_eq!(talk.mock.asked().last().unwrap().what(), "DELETE /corrections/c1");
        let asked = talk.mock.asked().len();
        let missing = talk.failure("correct", json!({ "kind": "reject", "subject": "Ada" })).await;
        assert_eq!(missing, "reject needs subject, relation, object; relation is missing");
        let idle =
            talk.failure("correct", json!({ "kind": "retype", "name": "Ada", "class": "Person", "one": "x" })).await;
        assert_eq!(idle, "retype takes no one; it takes name, class");
        assert_eq!(talk.mock.asked().len(), asked);
    });
}

#[test]
fn a_write_that_is_not_allowed_says_how_it_would_be() {
    run(async {
        let mut talk = Talk::begun(false).await;
        let put = json!({ "name": "put_document", "arguments": { "id": "n.txt", "text": "Ada works." } });
        let told = talk.request("tools/call", put).await;
        let sentence = told["error"]["message"].as_str().unwrap();
        assert!(sentence.contains("--allow-writes") && sentence.contains("token"), "{sentence}");
        let told = talk.request("tools/call", json!({ "name": "nothing", "arguments": {} })).await;
        assert_eq!(told["error"]["message"], "tool not found");
        assert!(talk.mock.asked().is_empty());
    });
}

#[test]
fn a_server_that_was_started_anew_is_found_by_the_next_call() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("serve.json");
        let note = |mock: &Mock, token: &str| {
            std::fs::write(&file, json!({ "address": mock.address, "token": token }).to_string()).unwrap();
        };
        let (first, second) = (Mock::new(world), Mock::new(world));
        note(&first, "first");
        let mut talk = Talk::over(Graph::Of(folder.path().to_owned()), true, first);
        talk.initialize("2025-11-25").await;
        let find = json!({ "text": "Lumenta" });
        let put = json!({ "id": "n.txt", "text": "Ada works." });
        assert_eq!(talk.call("find", find.clone()).await["found"][0]["facts"], 9);
        assert_eq!(talk.failure("put_document", put.clone()).await, "writing takes the token");

        // It stopped, and took its note along.
        std::fs::remove_file(&file).unwrap();
        let told = talk.failure("find", find.clone()).await;
        let state = folder.path().display();
        assert_eq!(told, format!("nobody serves {state} now; start `kgloom serve --state {state}`, and ask again"));
        // It was killed, and nobody is where it was.
        std::fs::write(&file, json!({ "address": "http://127.0.0.1:9", "token": "x" }).to_string()).unwrap();
        assert_eq!(talk.failure("put_document", put.clone()).await, told);

        note(&second, "secret");
        let asked = talk.mock.asked().len();
        assert_eq!(talk.call("find", find).await["found"][0]["facts"], 9);
        assert_eq!(talk.call("put_document", put).await["epoch"], 7);
        assert_eq!(talk.mock.asked().len(), asked, "the first is asked no more");
        assert!(second.asked().iter().all(|asked| !asked.headers.contains("bearer first")));
    });
}

#[test]
fn it_ends_when_the_assistant_leaves() {
    run(async {
        for begun in [true, false] {
            let Talk { lines, out, served, mock, .. } = if begun { Talk::begun(false).await } else { Talk::new(false) };
            drop((lines, out));
            served.await.unwrap().unwrap();
            drop(mock);
        }
    });
}

#[test]
fn a_call_that_is_called_off_ends_at_the_server_at_once() {
    // A server that takes a query and never answers, and tells when its client leaves.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        use std::io::Read;
        let (mut stream, _) = listener.accept().unwrap();
        let mut read = [0; 4096];
        let mut bytes = 0;
        loop {
            match stream.read(&mut read) {
                Ok(0) | Err(_) => break,
                Ok(more) => bytes += more,
            }
            tell.send(bytes).unwrap();
        }
        tell.send(0).unwrap();
    });
    run(async {
        let mut talk = Talk::over(Client::at(&address, None).unwrap().into(), false, Mock::new(world));
        talk.initialize("2025-11-25").await;
        let arguments = json!({ "sparql": "SELECT * { ?s ?p ?o . ?a ?b ?c }", "timeout_s": 100 });
        let call = json!({ "jsonrpc": "2.0", "id": 77, "method": "tools/call",
            "params": { "name": "query", "arguments": arguments } });
        talk.send(&call).await;
        let hear = move || {
            let asked = told.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
            (asked, told)
        };
        let (asked, told) = tokio::task::spawn_blocking(hear).await.unwrap();
        assert!(asked > 0);
        let off = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 77 } });
        talk.send(&off).await;
        let left = tokio::task::spawn_blocking(move || {
            let limit = std::time::Duration::from_secs(10);
            std::iter::from_fn(|| told.recv_timeout(limit).ok()).any(|bytes| bytes == 0)
        });
        assert!(left.await.unwrap(), "the server still works for nobody");
    });
}

#[test]
fn numbers_that_cannot_be_are_refused_by_their_names() {
    run(async {
        let mut talk = Talk::begun(false).await;
        for (tool, arguments, said) in [
            ("find", json!({ "text": "Lumenta", "limit": 0 }), "limit is a number from 1 to 50"),
            ("query", json!({ "sparql": "SELECT", "limit": 0 }), "limit is a number from 1 to 200"),
            ("query", json!({ "sparql": "SELECT", "timeout_s": 0 }), "timeout_s is a number of seconds above 0"),
            ("query", json!({ "sparql": "SELECT", "timeout_s": -1 }), "timeout_s is a number of seconds above 0"),
        ] {
            let told = talk.failure(tool, arguments).await;
            assert!(told.contains(said), "{told}");
        }
    });
}
