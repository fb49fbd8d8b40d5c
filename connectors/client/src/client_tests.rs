//! The client against canned answers. In: a mock. Out: verdicts. Never: a network.

use super::*;
use crate::mock::{Mock, Reply, world};
use serde_json::json;

fn client(mock: &Mock) -> Client {
    Client::at(&mock.address, Some("secret".to_owned())).unwrap()
}

fn query(client: &Client) -> Result<(String, String), Error> {
    let mut out = Vec::new();
    let options = QueryOptions { timeout_s: Some(2.5), limit: Some(10), entailed: true };
    let media = client.query("SELECT ?who { }", "text/csv", &options, &mut out)?;
    Ok((media, String::from_utf8(out).unwrap()))
}

#[test]
fn a_query_is_posted_and_its_answer_is_handed_on() {
    let mock = Mock::new(|_| Reply::Text("text/csv; charset=utf-8", "who\r\nAda\r\n".repeat(50_000)));
    let (media, answer) = query(&client(&mock)).unwrap();
    assert_eq!((media.as_str(), answer.len()), ("text/csv", 500_000));
    let asked = &mock.asked()[0];
    assert_eq!((asked.what().as_str(), asked.body.as_str()), ("POST /query", "SELECT ?who { }"));
    assert_eq!(asked.target, "/query?timeout=2.5&limit=10&entailed=true");
    for header in ["accept: text/csv", "content-type: application/sparql-query", "authorization: bearer secret"] {
        assert!(asked.headers.contains(header), "{}", asked.headers);
    }
}

#[test]
fn an_answer_that_breaks_off_is_an_error() {
    for text in [
        "content-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwho\r\n\r\n",
        "content-type: text/csv\r\ncontent-length: 100\r\n\r\nwho\r\n",
        "content-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n50\r\nwho\r\n",
    ] {
        let mock = Mock::new(move |_| Reply::Raw(text));
        assert!(matches!(query(&client(&mock)), Err(Error::Broken { .. })), "{text}");
    }
    let whole = "content-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwho\r\n\r\n0\r\n\r\n";
    let mock = Mock::new(move |_| Reply::Raw(whole));
    assert_eq!(query(&client(&mock)).unwrap().1, "who\r\n");
}

#[test]
fn what_fits_no_address_is_called_too_long_and_not_sent() {
    let mock = Mock::new(world);
    let question = "wo ist ä? ".repeat(9_000);
    let error = client(&mock).view("/ask", &[("question", &question)]).unwrap_err();
    assert!(matches!(error, Error::Long { bytes, .. } if bytes > question.len()), "{error}");
    assert!(error.to_string().contains("ask it in fewer words") && mock.asked().is_empty(), "{error}");
    let short = "where is Ada? ".repeat(200);
    assert!(client(&mock).view("/ask", &[("question", &short)]).is_ok());
}

#[test]
fn a_refusal_has_its_sentence_and_place() {
    let mock = Mock::new(|_| Reply::Json(400, json!({ "error": "no SPARQL", "line": 3, "column": 9 })));
    let error = query(&client(&mock)).unwrap_err();
    assert_eq!(error.to_string(), "no SPARQL");
    assert!(matches!(error, Error::Refused { status: 400, line: Some(3), column: Some(9), .. }));
    let mock = Mock::new(|_| Reply::Text("text/html", "<html>".to_owned()));
    let error = client(&mock).view("/status", &[]).unwrap_err();
    assert!(matches!(error, Error::Strange { .. }), "{error}");
    let mock = Mock::new(|_| Reply::Json(503, json!("loading")));
    let error = client(&mock).view("/status", &[]).unwrap_err();
    assert_eq!((error.status(), error.to_string().as_str()), (Some(503), "the server answers 503"));
}

#[test]
fn nobody_there_is_not_a_refusal() {
    let error = Client::at("http://127.0.0.1:9", None).unwrap().view("/status", &[]).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    let mock = Mock::new(|_| Reply::Raw("content-le"));
    let error = client(&mock).view("/status", &[]).unwrap_err();
    assert!(matches!(error, Error::Broken { .. } | Error::Strange { .. }), "{error:?}");
}

#[test]
fn names_are_encoded_and_writes_say_what_they_did() {
    let mock = Mock::new(world);
    let client = client(&mock);
    let written = client.put("sub/b ä.txt", "Ada works for Lumenta.").unwrap();
    assert_eq!((written.epoch, written.came.len(), written.came_count), (7, 1, 1));
    client.delete("../x?y#z").unwrap();
    let lines = [
        Upload::Put { id: "a".to_owned(), text: "one\ntwo".to_owned(), file: None },
        Upload::Delete { id: "b".to_owned() },
    ];
    client.post_documents(&lines).unwrap();
    let corrected = client.correct(&json!({ "kind": "same", "one": "A", "other": "B" })).unwrap();
    assert_eq!(corrected.correction.as_deref(), Some("c1"));
    client.undo("c1").unwrap();
    let asked: Vec<String> = mock.asked().iter().map(|asked| asked.what()).collect();
    let expected = [
        "PUT /documents/sub%2Fb%20%C3%A4.txt",
        "DELETE /documents/..%2Fx%3Fy%23z",
        "POST /documents",
        "POST /corrections",
        "DELETE /corrections/c1",
    ];
    assert_eq!(asked, expected);
    let lines: Vec<Value> = mock.asked()[2].body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, [json!({ "id": "a", "text": "one\ntwo" }), json!({ "id": "b", "delete": true })]);
}

#[test]
fn a_refused_document_is_told_and_a_missing_token_is_an_error() {
    let mock = Mock::new(world);
    let written = client(&mock).put("empty.txt", "").unwrap();
    assert_eq!((written.put, written.refused[0].reason.as_str()), (0, "no text"));
    let error = Client::at(&mock.address, None).unwrap().put("a.txt", "x").unwrap_err();
    assert_eq!((error.status(), error.to_string().as_str()), (Some(401), "writing takes the token"));
    // However much was to be sent.
    let long = "x".repeat(20 << 20);
    let error = Client::at(&mock.address, None).unwrap().put("a.txt", &long).unwrap_err();
    assert_eq!(error.status(), Some(401), "{error:?}");
    assert_eq!(client(&mock).put("a.txt", &long).unwrap().epoch, 7);
    let mock = Mock::new(|_| Reply::Json(422, json!({ "error": "the ontology does not admit it" })));
    let error = client(&mock).correct(&json!({})).unwrap_err();
    assert_eq!((error.status(), error.to_string().as_str()), (Some(422), "the ontology does not admit it"));
}

#[test]
fn a_state_tells_its_server_unless_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Client::of_state(folder.path()).unwrap().is_none());
    let mock = Mock::new(world);
    let tell = |address: &str| {
        let served = json!({ "address": address, "token": "secret", "pid": 1, "version": "0.1.0" });
        fs::write(folder.path().join("serve.json"), served.to_string()).unwrap();
    };
    tell(&mock.address);
    let client = Client::of_state(folder.path()).unwrap().unwrap();
    assert!(!mock.asked()[0].headers.contains("authorization"));
    assert_eq!(client.document("a.txt").unwrap(), "Ada works for Lumenta.");
    assert_eq!(client.put("a.txt", "x").unwrap().epoch, 7);
    tell("http://127.0.0.1:9");
    assert!(Client::of_state(folder.path()).unwrap().is_none());
    // Somebody is there, and says nothing.
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    tell(&format!("http://{}", busy.local_addr().unwrap()));
    let error = Client::of_state(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Busy { .. }) && error.to_string().contains("has not answered for 5 s"), "{error}");
    fs::write(folder.path().join("serve.json"), "{").unwrap();
    let error = Client::of_state(folder.path()).unwrap_err();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
}

#[test]
fn the_token_is_neither_shown_nor_broken_over_lines() {
    let client = Client::at("http://127.0.0.1:7878/#token=secret", None).unwrap();
    assert_eq!(client.address(), "http://127.0.0.1:7878");
    assert_eq!(format!("{client:?}"), "Client { address: \"http://127.0.0.1:7878\", .. }");
    assert!(matches!(Client::at("localhost:1", Some("a\nb".to_owned())), Err(Error::Token)));
}
