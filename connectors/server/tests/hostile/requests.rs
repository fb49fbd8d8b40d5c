//! Requests as they should not be. In: names, origins, tokens, methods, bytes. Out: the status that says what is wrong. Never: a
//! write without the token, a guess at what was meant.

use crate::support::http::{Answer, Ask, connect, read};
use crate::support::{Served, TOKEN, of_process};
use crate::{alone, answers, world};
use flate2::Compression;
use flate2::write::GzEncoder;
use kgloom_record::record::Change;
use kgloom_server::engine::View;
use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

#[track_caller]
pub(super) fn check(at: SocketAddr, ask: &Ask, status: u16) -> Answer {
    let answer = ask.send(at);
    assert_eq!(answer.status, status, "{ask}: {}", String::from_utf8_lossy(&answer.body));
    answer
}

#[test]
fn a_body_is_read_as_it_was_coded_or_not_at_all() {
    alone(|| {
        let bare = world(10);
        let served = Served::with(&bare, |settings| settings.most_body = 10_000);
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(b"ASK { ?s <urn:x:p> ?o }").expect("memory");
        let packed = encoder.finish().expect("memory");
        let asks = || {
            [
                Ask::new("PUT", "/documents/a").allowed(),
                Ask::new("POST", "/query").header("Content-Type", "application/sparql-query"),
                Ask::new("POST", "/subscriptions").allowed(),
            ]
        };
        for ask in asks() {
            let plain = ask.clone().body("ASK { ?s <urn:x:p> ?o }").send(served.at).status;
            assert!(matches!(plain, 200 | 201), "{ask}: {plain}");
            for coding in ["gzip", "x-gzip", "GZIP"] {
                check(served.at, &ask.clone().header("Content-Encoding", coding).body(&packed), plain);
            }
            check(served.at, &ask.clone().header("Content-Encoding", "identity").body("ASK { ?s ?p ?o }"), plain);
            for coding in ["br", "deflate", "zstd", "x", "gzip, br"] {
                let refused = check(served.at, &ask.clone().header("Content-Encoding", coding).body(&packed), 415);
                assert_eq!(refused.header("accept-encoding"), Some("gzip"));
            }
            check(served.at, &ask.clone().header("Content-Encoding", "gzip").body("ASK {}"), 400);
        }
        let Change::Put(document) = &bare.written.lock().expect("no panic")[1].change else { panic!("a document") };
        assert_eq!(&*document.text, "ASK { ?s <urn:x:p> ?o }", "the text, and not its gzip");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&[b'a'; 10_001]).expect("memory");
        let bomb = encoder.finish().expect("memory");
        let put = Ask::new("PUT", "/documents/a").allowed();
        check(served.at, &put.clone().header("Content-Encoding", "gzip").body(bomb), 413);
        // What is told to be too long is not waited for.
        let start = Instant::now();
        let long = |ask: Ask| ask.header("Content-Length", "99999999999").header("Expect", "100-continue");
        for ask in asks() {
            let mut stream = long(ask).open(served.at);
            let answer = read(&mut stream, false);
            assert_eq!((answer.status, answer.whole), (413, true));
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        answers(served.at);
    });
}

#[test]
fn only_the_whole_token_lets_a_request_write() {
    alone(|| {
        let bare = world(10);
        let served = Served::usual(&bare);
        let longer = format!("Bearer {TOKEN}x");
        let prefix = format!("Bearer {}", &TOKEN[..TOKEN.len() - 1]);
        for (method, path) in [
            ("PUT", "/documents/a"),
            ("DELETE", "/documents/a"),
            ("POST", "/documents"),
            ("POST", "/corrections"),
            ("DELETE", "/corrections/a"),
            ("POST", "/subscriptions"),
            ("DELETE", "/subscriptions/a"),
            ("POST", "/nowhere"),
        ] {
            let ask = || Ask::new(method, path).body("ASK { ?s <urn:x:p> ?o }");
            let missing = check(served.at, &ask(), 401);
            assert_eq!(missing.header("www-authenticate"), Some("Bearer"));
            for other in ["Basic dG9rZW4=", TOKEN, "Bearer", "Bearer:x"] {
                check(served.at, &ask().header("Authorization", other), 401);
            }
            for other in ["Bearer x", &longer, &prefix] {
                check(served.at, &ask().header("Authorization", other), 403);
            }
        }
        assert!(bare.written.lock().expect("no panic").is_empty());
        let any_case = Ask::new("PUT", "/documents/a").body("x").header("Authorization", format!("bearer {TOKEN}"));
        check(served.at, &any_case, 200);
        let read_only = Served::with(&bare, |settings| settings.token = None);
        check(read_only.at, &Ask::new("PUT", "/documents/a").body("x").allowed(), 403);
        check(read_only.at, &Ask::new("POST", "/subscriptions").body("ASK {}").header("Authorization", "Bearer "), 403);
        answers(read_only.at);
    });
}

#[test]
fn what_a_path_does_not_do_is_said() {
    alone(|| {
        let served = Served::usual(&world(10));
        for (method, path, status, allow) in [
            ("PATCH", "/query", 405, Some("GET, HEAD, POST")),
            ("BREW", "/sparql?query=ASK%7B%7D", 405, Some("GET, HEAD, POST")),
            ("PUT", "/store?default", 405, Some("GET, HEAD")),
            ("DELETE", "/store?default", 405, Some("GET, HEAD")),
            ("POST", "/update", 405, Some("")),
            ("GET", "/update", 405, Some("")),
            ("PATCH", "/documents/a", 405, Some("GET, HEAD, PUT, DELETE")),
            ("PUT", "/documents", 405, Some("GET, HEAD, POST")),
            ("POST", "/status", 405, Some("GET, HEAD")),
            ("POST", "/", 405, Some("GET, HEAD")),
            ("DELETE", "/subscriptions", 405, Some("GET, HEAD, POST")),
            ("GET", "/corrections/a", 405, Some("DELETE")),
            ("POST", "/events", 405, Some("GET")),
            ("TRACE", "/documents", 405, Some("GET, HEAD, POST")),
            ("CONNECT", "/status", 405, Some("GET, HEAD")),
            ("FOO", "/", 405, Some("GET, HEAD")),
            ("PROPFIND", "/page.js", 405, Some("GET, HEAD")),
            ("PATCH", "/metrics", 405, Some("GET, HEAD")),
            ("POST", "/healthz", 405, Some("GET, HEAD")),
            ("DELETE", "/readyz", 405, Some("GET, HEAD")),
            ("PATCH", "/mcp", 405, Some("POST")),
            ("GET", "/nowhere", 404, None),
            ("GET", "/query/x", 404, None),
            ("GET", "/entity", 400, None),
            ("GET", "/store", 400, None),
            ("GET", "/store?default&graph=urn:x", 400, None),
            ("GET", "/store?graph=urn:x:nowhere", 404, None),
            ("GET", "/store?graph=no%20iri", 400, None),
            ("POST", "/query", 415, None),
        ] {
            // What a path does not do it does not do with the token either.
            let asks = [Ask::new(method, path).allowed(), Ask::new(method, path)];
            for ask in &asks[..if status == 405 { 2 } else { 1 }] {
                let answer = check(served.at, ask, status);
                assert_eq!(answer.header("allow"), allow, "{method} {path}");
                assert!(answer.json()["error"].is_string(), "{method} {path}");
                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            }
        }
        for (path, allow) in [
            ("/", "GET, HEAD, OPTIONS"),
            ("/documents", "GET, HEAD, POST, OPTIONS"),
            ("/documents/a/b", "GET, HEAD, PUT, DELETE, OPTIONS"),
            ("/corrections/a", "DELETE, OPTIONS"),
            ("/subscriptions/a", "GET, DELETE, OPTIONS"),
            ("/events", "GET, OPTIONS"),
            ("/mcp", "POST, OPTIONS"),
            ("/update", "OPTIONS"),
        ] {
            let told = check(served.at, &Ask::new("OPTIONS", path), 204);
            assert_eq!((told.header("allow"), told.header("access-control-allow-methods")), (Some(allow), Some(allow)));
            let taken = allow.split(", ");
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
                let answer = Ask::new(method, path).header("Accept", "text/plain");
                // A stream does not end.
                if path == "/events" && method == "GET" {
                    continue;
                }
                let status = answer.send(served.at).status;
                assert_eq!(status != 405, taken.clone().any(|name| name == method), "{method} {path}: {status}");
            }
        }
        for query in ["/query?query=ASK%7B%7D", "/store?default", "/status", "/"] {
            let head = check(served.at, &Ask::new("HEAD", query), 200);
            assert!(head.body.is_empty() && head.whole && head.header("content-type").is_some(), "{query}");
        }
        answers(served.at);
    });
}

#[test]
fn formats_that_are_not_there_are_refused_in_both_directions() {
    alone(|| {
        let served = Served::usual(&world(10));
        let rows = "SELECT * { ?s ?p ?o } LIMIT 1";
        let triples = "CONSTRUCT WHERE { ?s ?p ?o }";
        for (query, accept, status) in [
            (rows, "image/png", 406),
            (rows, "text/turtle", 406),
            (rows, "*/*;q=0", 406),
            (triples, "text/csv", 406),
            (triples, "application/sparql-results+json", 406),
            (triples, "text/csv, text/turtle;q=0.1", 200),
            (rows, "text/csv;q=0, */*", 200),
            (rows, "", 200),
        ] {
            check(served.at, &Ask::query(query).header("Accept", accept), status);
        }
        check(served.at, &Ask::get("/store?default").header("Accept", "text/csv"), 406);
        check(served.at, &Ask::get("/query").header("Accept", "image/png"), 406);
        for kind in
            ["text/plain", "application/json", "application/sparql-update", "multipart/form-data; boundary=x", "", "x"]
        {
            check(served.at, &Ask::new("POST", "/query").header("Content-Type", kind).body("ASK {}"), 415);
        }
        for charset in ["utf-16", "latin1", "\"iso-8859-1\""] {
            let kind = format!("application/sparql-query; charset={charset}");
            check(served.at, &Ask::new("POST", "/query").header("Content-Type", kind).body("ASK {}"), 415);
        }
        let kind = "APPLICATION/SPARQL-QUERY;CHARSET=\"UTF-8\"";
        check(served.at, &Ask::new("POST", "/query").header("Content-Type", kind).body("ASK {}"), 200);
        check(served.at, &Ask::new("PUT", "/documents/a").allowed().header("Content-Type", "image/png").body("x"), 415);
    });
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    alone(|| {
        let served = Served::usual(&world(10));
        for target in [
            b"/documents/%ff".as_slice(),
            b"/documents/%",
            b"/documents/a%zz",
            b"/documents/\xff",
            b"/query?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D",
            b"/query?query=ASK%7B%7D&default-graph-uri=urn:%C3",
            b"/query?query=ASK%7B%7D%00",
            b"/store?graph=urn:%ff",
            b"/query?query=\xff\xfe",
        ] {
            check(served.at, &Ask::get(target), 400);
        }
        let query = |kind: &str| Ask::new("POST", "/query").header("Content-Type", kind);
        check(served.at, &query("application/sparql-query").body(b"ASK { ?s ?p \"\xff\" }"), 400);
        let form = "application/x-www-form-urlencoded";
        check(served.at, &query(form).body(b"query=ASK%7B%3Fs%20%3Fp%20%22%FF%22%7D"), 400);
        check(served.at, &query(form).body(b"query=ASK { ?s ?p \"\xc3\" }"), 400);
        check(served.at, &Ask::new("POST", "/documents").allowed().body(b"{\"id\": \"a\", \"text\": \"\xff\"}"), 400);
        check(served.at, &Ask::new("POST", "/subscriptions").allowed().body(b"ASK { \xff }"), 400);
        check(served.at, &Ask::new("POST", "/corrections").allowed().body(b"\xff"), 400);
        answers(served.at);
    });
}

#[test]
fn an_id_is_a_name_and_never_a_path() {
    alone(|| {
        let bare = world(10);
        let served = Served::usual(&bare);
        for (path, id) in [
            ("..%2f..%2f..%2fetc%2fpasswd", "../../../etc/passwd"),
            ("../../../etc/passwd", "../../../etc/passwd"),
            ("%2e%2e/%2e%2e/etc", "../../etc"),
            ("a%00b", "a\0b"),
            ("%3Cscript%3E", "<script>"),
        ] {
            let answer = check(served.at, &Ask::get(format!("/documents/{path}")), 404);
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(bare.seen.lock().expect("no panic").pop(), Some(View::Text(id.to_owned())));
            check(served.at, &Ask::new("PUT", format!("/documents/{path}")).allowed().body("x"), 200);
            let Some(Change::Put(document)) = bare.written.lock().expect("no panic").pop().map(|put| put.change) else {
                panic!("{path} was not put")
            };
            assert_eq!(document.id.as_str(), id);
        }
        for path in
            ["/..%2f..%2fetc%2fpasswd", "/../../etc/passwd", "/page.js/../../Cargo.toml", "//etc/passwd", "/%2e%2e/"]
        {
            check(served.at, &Ask::get(path), 404);
        }
        for id in ["..%2f..%2fserve", "%2e%2e", "a.json"] {
            check(served.at, &Ask::get(format!("/subscriptions/{id}")), 404);
            check(served.at, &Ask::new("DELETE", format!("/subscriptions/{id}")).allowed(), 404);
        }
    });
}

#[test]
fn what_is_too_large_or_too_slow_is_not_waited_for() {
    alone(|| {
        let served = Served::with(&world(10), |settings| {
            settings.most_body = 100_000;
            settings.head_time = Duration::from_millis(500);
            settings.body_time = Duration::from_millis(500);
        });
        let (at, before) = (served.at, of_process("VmRSS"));
        check(at, &Ask::query(&" ".repeat(2 << 20)), 413);
        check(at, &Ask::new("PUT", "/documents/a").allowed().body("x".repeat(100_001)), 413);
        check(at, &Ask::new("PUT", "/documents/a").allowed().body("x".repeat(100_000)), 200);
        check(at, &Ask::new("POST", "/corrections").allowed().body("x".repeat(100_000)), 413);
        let chunked = format!("{:x}\r\n{}\r\n", 200_000, "x".repeat(200_000)).repeat(40);
        check(at, &Ask::new("PUT", "/documents/a").allowed().header("Transfer-Encoding", "chunked").body(chunked), 413);
        // More is announced than ever comes.
        let start = Instant::now();
        let announced = Ask::new("PUT", "/documents/a").allowed().header("Content-Length", "100000000000").body("x");
        assert!(matches!(announced.send(at).status, 408 | 413), "a body that does not come");
        check(at, &Ask::query("ASK {}").header("Content-Length", "9"), 408);
        // A head of many names, and of one that is long.
        let many = (0..10_000).fold(Ask::get("/healthz"), |ask, n| ask.header(&format!("x-{n}"), "y"));
        assert!(matches!(many.send(at).status, 431 | 0), "10,000 headers");
        assert!(matches!(Ask::get("/healthz").header("x", "y".repeat(200_000)).send(at).status, 431 | 0), "a long one");
        assert!(matches!(Ask::get(format!("/query?query={}", "x".repeat(200_000))).send(at).status, 414 | 431 | 0));
        // A head that comes byte by byte.
        let mut slow = connect(at);
        let mut sent = 0;
        for byte in b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy" {
            if slow.write_all(&[*byte]).is_err() {
                break;
            }
            sent += 1;
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(sent < 60 && matches!(read(&mut slow, false).status, 408 | 0), "{sent} bytes were taken");
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
        for nonsense in [
            b"\0\0\0\0\r\n\r\n".as_slice(),
            b"GET / HTTP/9.9\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
            b"GET /\r\n\r\n",
        ] {
            let mut stream = connect(at);
            stream.write_all(nonsense).expect("a socket");
            assert!(matches!(read(&mut stream, false).status, 400 | 505 | 0), "{nonsense:?}");
        }
        answers(at);
        let grown = of_process("VmRSS").zip(before).map(|(after, before)| after.saturating_sub(before) / 1024);
        assert!(grown.is_none_or(|megabytes| megabytes < 100), "{grown:?} MB");
    });
}
