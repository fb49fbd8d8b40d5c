//! The graph as assistants ask it and change it: over `kgloom mcp` and over HTTP.

use super::Sandbox;
use super::serving::{BORN, Serving, text};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

/// Sends requests to `kgloom mcp`, and gives the answers.
fn assistant(sandbox: &Sandbox, arguments: &[&str], requests: &[Value]) -> Vec<Value> {
    let mut command = sandbox.command(&[&["mcp"], arguments].concat());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
    let mut input = child.stdin.take().expect("it is piped");
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } });
    let begun = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let numbered = requests.iter().enumerate().map(|(at, request)| {
        let mut request = request.clone();
        (request["jsonrpc"], request["id"]) = ("2.0".into(), (at + 1).into());
        request
    });
    let mut lines = output.lines();
    let mut answers = Vec::new();
    for message in [hello].into_iter().chain(numbered) {
        writeln!(input, "{message}").expect("it reads");
        let answer: Value = serde_json::from_str(&lines.next().expect("an answer").expect("UTF-8")).expect("JSON");
        if message["method"] == "initialize" {
            writeln!(input, "{begun}").expect("it reads");
        } else {
            answers.push(answer["result"].clone());
        }
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
    answers
}

#[test]
fn an_assistant_asks_and_writes_where_it_may() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let call = |name: &str, arguments: Value| json!({ "method": "tools/call", "params": { "name": name, "arguments": arguments } });
    let put = call("put_document", json!({ "id": "z", "text": "Zoe Morgan was born in Ghent." }));
    let list = json!({ "method": "tools/list" });
    let answers =
        assistant(&sandbox, &[], &[list.clone(), call("describe", json!({ "entity": "Ada Morgan" })), put.clone()]);
    let names = |answer: &Value| answer["tools"].as_array().map_or(0, Vec::len);
    assert_eq!(names(&answers[0]), 9);
    assert!(answers[1].to_string().contains("London"), "{}", answers[1]);
    assert_eq!(sandbox.ask(BORN), ["Ada Morgan"], "it may not write");
    let answers = assistant(&sandbox, &["--allow-writes"], &[list, put]);
    assert_eq!(names(&answers[0]), 12);
    assert_eq!(sandbox.ask(BORN), ["Ada Morgan", "Zoe Morgan"]);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn an_assistant_gets_no_empty_graph_where_there_is_no_state() {
    let sandbox = Sandbox::new();
    for arguments in [&["mcp"][..], &["mcp", "--allow-writes"], &["mcp", "--state", "mistyped"]] {
        let said = sandbox.kgloom(arguments);
        assert!(said.code == 74 && said.err.contains("there is no state in"), "{arguments:?}: {}", said.err);
    }
    assert_eq!(std::fs::read_dir(sandbox.path()).expect("it is there").count(), 0);
}

/// An assistant that stays, over `kgloom mcp`.
struct Staying {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    number: u64,
}

impl Staying {
    fn start(sandbox: &Sandbox) -> Staying {
        let mut command = sandbox.command(&["mcp", "--allow-writes"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut staying = Staying { child, lines, number: 0 };
        let client = json!({ "name": "test", "version": "1" });
        staying.ask("initialize", json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client }));
        staying.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        staying
    }

    fn say(&mut self, message: &Value) {
        writeln!(self.child.stdin.as_mut().expect("it is piped"), "{message}").expect("it reads");
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        self.say(&json!({ "jsonrpc": "2.0", "id": self.number, "method": method, "params": params }));
        let answer: Value = serde_json::from_str(&self.lines.next().expect("a line").expect("UTF-8")).expect("JSON");
        answer["result"].clone()
    }

    fn call(&mut self, name: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": name, "arguments": arguments }))
    }
}

impl Drop for Staying {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn an_assistant_finds_the_server_that_was_started_anew() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let mut serving = Serving::start(&sandbox, &[]);
    let mut assistant = Staying::start(&sandbox);
    let describe = || json!({ "entity": "Ada Morgan" });
    assert!(assistant.call("describe", describe()).to_string().contains("London"));
    for signal in ["-TERM", "-KILL"] {
        serving.signal(signal);
        let told = assistant.call("describe", describe());
        assert!(told["isError"] == true && told.to_string().contains("kgloom serve --state"), "{told}");
        serving = Serving::start(&sandbox, &[]);
        assert!(assistant.call("describe", describe()).to_string().contains("London"));
        let put = json!({ "id": signal, "text": "Zoe Morgan was born in Ghent." });
        assert_eq!(assistant.call("put_document", put)["isError"], false);
    }
    assert_eq!(serving.ask(BORN), ["Ada Morgan", "Zoe Morgan"]);
}

#[test]
fn an_assistant_is_answered_over_http_too() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let serving = Serving::start(&sandbox, &[]);
    let token = std::fs::read_to_string(sandbox.path().join("kgloom-state/serve.json")).expect("it is there");
    let token = serde_json::from_str::<Value>(&token).expect("JSON")["token"].clone();
    let at = serving.client.address().strip_prefix("http://").expect("an address").to_owned();
    let ask = |name: &str, arguments: Value, writes: bool| -> Value {
        let params = json!({ "name": name, "arguments": arguments });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string();
        let token = if writes { format!("Authorization: Bearer {}\r\n", text(&token)) } else { String::new() };
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/json\r\nAccept: application/json\r\n{token}\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let mut stream = std::net::TcpStream::connect(&at).expect("it listens");
        stream.write_all((head + &body).as_bytes()).expect("it reads");
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut stream, &mut answer).expect("an answer");
        serde_json::from_str(answer.split_once("\r\n\r\n").expect("a body").1).expect("JSON")
    };
    let told = ask("describe", json!({ "entity": "Ada Morgan" }), false);
    assert!(told["result"].to_string().contains("London"), "{told}");
    let found = ask("documents", json!({ "containing": "A.T" }), false);
    assert_eq!(found["result"]["structuredContent"]["documents"][0]["id"], "a.txt", "{found}");
    let put = || json!({ "id": "z", "text": "Zoe Morgan was born in Ghent." });
    assert!(ask("put_document", put(), false)["error"].is_object());
    assert_eq!(ask("put_document", put(), true)["result"]["structuredContent"]["unchanged"], false);
    assert_eq!(serving.ask(BORN), ["Ada Morgan", "Zoe Morgan"]);
}
