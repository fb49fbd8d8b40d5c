//! A server of canned answers. In: HTTP requests. Out: what a closure says; what was asked, for tests. Never: a graph.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// Path and parameters, as sent.
    pub target: String,
    /// In lower case, one a line.
    pub headers: String,
    pub body: String,
}

impl Asked {
    /// `METHOD /path`, without parameters.
    pub fn what(&self) -> String {
        format!("{} {}", self.method, self.target.split('?').next().unwrap())
    }
}

pub enum Reply {
    Json(u16, Value),
    Text(&'static str, String),
    /// Everything after the status line, as it is.
    Raw(&'static str),
}

pub struct Mock {
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Mock {
    pub fn new(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Mock {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (all, reply) = (Arc::clone(&asked), Arc::new(reply));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (all, reply) = (Arc::clone(&all), Arc::clone(&reply));
                thread::spawn(move || answer(stream, &all, &*reply));
            }
        });
        Mock { address, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, all: &Mutex<Vec<Asked>>, reply: &dyn Fn(&Asked) -> Reply) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        let line = line.to_lowercase();
        length = line.strip_prefix("content-length: ").map_or(length, |length| length.trim().parse().unwrap());
        headers.push_str(&line);
    }
    if headers.contains("expect: 100-continue") {
        // Whoever has no token is answered before they send.
        if headers.contains("authorization") {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?
        } else {
            length = 0
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let asked = Asked { method, target, headers, body: String::from_utf8(body).ok()? };
    all.lock().unwrap().push(asked.clone());
    let text = match reply(&asked) {
        Reply::Raw(text) => format!("HTTP/1.1 200 OK\r\n{text}"),
        Reply::Json(status, value) => whole(status, "application/json", &value.to_string()),
        Reply::Text(media, text) => whole(200, media, &text),
    };
    stream.write_all(text.as_bytes()).ok()
}

fn whole(status: u16, media: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {media}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// A small graph, as `docs/http.md` would tell it.
pub fn world(asked: &Asked) -> Reply {
    let target = asked.target.as_str();
    let told = match asked.what().as_str() {
        "GET /healthz" => return Reply::Text("text/plain", "ok".to_owned()),
        "GET /schema" => schema(),
        "GET /find" if target.contains("umenta") => json!({ "found": [thing("Lumenta", "Organization", 9)] }),
        "GET /find" if target.contains("Springfield") => {
            json!({ "found": [thing("Springfield", "Location", 4), thing("Springfield", "Organization", 1)] })
        }
        "GET /find" => json!({ "found": [], "more": false }),
        "GET /entity" if target.contains("Lumenta") => lumenta(target),
        "GET /explain" if target.contains("organization%3ALumenta") => explained(),
        "GET /ask" => json!({ "known": true, "sparql": "SELECT …", "reading": "who has employer Lumenta",
            "answers": [ada()], "why": null }),
        "POST /query" if asked.body.starts_with("CONSTRUCT") => {
            return Reply::Text("application/n-triples", "<urn:a> <urn:b> <urn:c> .\n".to_owned());
        }
        "POST /query" if asked.body.contains("SELECT") => {
            let rows = vec![json!({ "who": { "type": "uri", "value": "urn:kgloom:person:Ada" } }); 3];
            let rows = json!({ "head": { "vars": ["who"] }, "results": { "bindings": rows } });
            return Reply::Text("application/sparql-results+json; charset=utf-8", rows.to_string());
        }
        "POST /query" => {
            let sentence = "the query is not SPARQL: line 1, column 4: expected SELECT";
            return Reply::Json(400, json!({ "error": sentence, "line": 1, "column": 4 }));
        }
        "GET /documents" => {
            let refused = json!({ "reason": "no text", "location": null });
            let list = [
                json!({ "id": "a.txt", "bytes": 25, "refused": null }),
                json!({ "id": "sub/b ä.txt", "bytes": 9, "refused": refused }),
            ];
            json!({ "documents": list, "next": "sub/b ä.txt", "total": 5 })
        }
        "GET /documents/a.txt" => {
            return Reply::Text("text/plain; charset=utf-8", "Ada works for Lumenta.".to_owned());
        }
        "GET /documents/sub%2Fb%20%C3%A4.txt" => return Reply::Text("text/plain", "long\n".repeat(4_000)),
        what if what.starts_with("GET") => {
            return Reply::Json(404, json!({ "error": "there is nothing of that name" }));
        }
        _ if !asked.headers.contains("authorization: bearer secret") => {
            return Reply::Json(401, json!({ "error": "writing takes the token" }));
        }
        "PUT /documents/empty.txt" => {
            let refused = json!({ "id": "empty.txt", "reason": "no text", "location": "byte 0" });
            return Reply::Json(422, json!({ "epoch": 7, "put": 0, "refused": [refused] }));
        }
        _ => json!({ "epoch": 7, "put": 1, "deleted": 0, "unchanged": 0, "refused": [], "correction": "c1",
            "came": ["<urn:a> <urn:b> <urn:c> ."], "went": [], "came_count": 1, "went_count": 0 }),
    };
    Reply::Json(200, told)
}

const EMPLOYER: &str = "http://www.wikidata.org/prop/direct/P108";

fn uri(value: &str, short: &str, label: &str) -> Value {
    json!({ "type": "uri", "value": value, "short": short, "label": label })
}

fn ada() -> Value {
    uri("urn:kgloom:person:Ada", "person:Ada", "Ada")
}

fn thing(name: &str, class: &str, facts: u64) -> Value {
    let short = format!("{}:{name}", class.to_lowercase());
    let iri = format!("urn:kgloom:{short}");
    json!({ "iri": iri, "short": short, "name": name, "class": class, "facts": facts, "fits": "name" })
}

fn schema() -> Value {
    let painting = "http://x.org/Painting";
    let written = format!("<{painting}>");
    json!({
        "classes": [
            { "iri": "urn:kgloom:Person", "short": "kgloom:Person", "label": "Person", "things": 2, "comment": null },
            { "iri": painting, "short": written, "label": "Painting", "things": 9, "comment": "a picture" },
        ],
        "relations": [{ "iri": EMPLOYER, "short": "wdt:P108", "label": "employer", "facts": 3,
            "from": ["Person"], "to": ["Organization"], "comment": "" }],
    })
}

fn lumenta(target: &str) -> Value {
    let asked = |name: &str| target.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let number = |name: &str, usual: usize| asked(name).map_or(usual, |number| number.parse().expect("a number"));
    let employer = uri(EMPLOYER, "wdt:P108", "employer");
    let fact = |documents: u64| {
        json!({ "relation": employer, "direction": "in", "value": ada(), "certainty": 0.87, "documents": documents,
            "entailed": documents == 2 })
    };
    let year = json!({ "type": "literal", "value": "1985", "short": "1985", "label": "1985", "datatype": "urn:year" });
    let founded = json!({ "relation": uri("urn:f", "", "founded"), "direction": "out", "value": year,
        "certainty": null, "documents": 1, "entailed": false });
    let link = json!({ "relation": employer, "direction": "in", "value": uri("urn:kgloom:person:Bo", "person:Bo", "Bo"),
        "probability": 0.61, "evidence": ["Bo works with Ada"] });
    let mut facts = vec![fact(1), fact(2), founded];
    facts.retain(|fact| asked("relation").is_none_or(|name| fact["relation"]["label"] == name.to_lowercase()));
    let page: Vec<&Value> = facts.iter().skip(number("offset", 0)).take(number("limit", 500)).collect();
    json!({
        "iri": "urn:kgloom:organization:Lumenta", "short": "organization:Lumenta", "name": "Lumenta",
        "total": facts.len(),
        "names": ["Lumenta", "Lumenta Inc."],
        "classes": [uri("urn:kgloom:Organization", "kgloom:Organization", "Organization")],
        "facts": page,
        "predicted": [link],
        "documents": [{ "id": "a.txt", "mentions": 1 }, { "id": "b.txt", "mentions": 4 }],
    })
}

fn explained() -> Value {
    let object = json!({ "Name": "urn:kgloom:person:Ada" });
    let triple = json!({ "subject": "urn:kgloom:organization:Lumenta", "relation": EMPLOYER, "object": object });
    let sentence = json!({ "span": { "start": 0, "end": 20 }, "marked": "«Ada» works for «Lumenta»." });
    let evidence = json!({ "document": "a.txt", "score": 8_700, "head": {}, "tail": {}, "sentences": [sentence] });
    let (subject, object) = (json!({ "label": "Lumenta" }), json!({ "label": "Ada" }));
    json!({ "explanations": [{
        "triple": triple, "model": "m", "evidence": [evidence], "subject": subject, "object": object }] })
}
