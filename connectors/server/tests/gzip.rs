//! Answers in gzip. In: readers who take it, or not. Out: the same bytes either way. Never: a stream of events that waits in a
//! buffer, half an answer that looks like a whole one.

mod support;

use flate2::read::GzDecoder;
use std::fmt::Write;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use support::Served;
use support::engine::Bare;
use support::http::{Answer, Ask, Events};

const ALL: &str = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o";
/// Gives much for ever.
const ENDLESS: &str = "SELECT ?a ?c ?e { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f . ?g <urn:x:p> ?h }";

fn world() -> Arc<Bare> {
    let mut turtle = "@prefix x: <urn:x:> .\n".to_owned();
    for number in 0..1_000 {
        writeln!(turtle, "x:a{number} x:p x:a{} ; x:l \"label {number}\" .", (number * 7 + 1) % 1_000).expect("memory");
    }
    Bare::turtle(&turtle)
}

fn unpacked(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut whole).map(|_| whole)
}

/// The answer in gzip is the plain one, and shorter.
#[track_caller]
fn check(served: &Served, ask: &Ask) {
    let send = |codings: &str| -> Answer {
        let answer = ask.clone().header("Accept-Encoding", codings).send(served.at);
        assert_eq!((answer.status, answer.whole), (200, true), "{ask}");
        assert!(answer.all("vary").split(", ").any(|name| name == "accept-encoding"), "{ask}: {}", answer.all("vary"));
        answer
    };
    let plain = send("gzip;q=0");
    assert_eq!(plain.header("content-encoding"), None, "{ask}");
    assert!(plain.body.len() > 1 << 10, "{ask}: {} bytes", plain.body.len());
    let packed = send("br, gzip");
    assert_eq!(packed.header("content-encoding"), Some("gzip"), "{ask}");
    assert_eq!(packed.header("content-type"), plain.header("content-type"), "{ask}");
    assert!(unpacked(&packed.body).expect("gzip") == plain.body, "{ask}: other bytes");
    assert!(packed.body.len() * 4 < plain.body.len() * 3, "{ask}: {} of {}", packed.body.len(), plain.body.len());
    assert!(send("identity, gzip;q=0.9").body == plain.body, "{ask}");
    assert_eq!(ask.send(served.at).header("content-encoding"), None, "{ask}: who says nothing is sent no gzip");
}

#[test]
fn who_takes_gzip_is_sent_the_same_in_fewer_bytes() {
    let served = Served::usual(&world());
    for path in ["/", "/page.js", "/page.css", "/editor.js", "/LICENSES.txt", "/metrics", "/store?default"] {
        // The times in the numbers are other ones each time.
        if path != "/metrics" {
            check(&served, &Ask::get(path));
        }
    }
    for accept in ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/plain"] {
        check(&served, &Ask::query(ALL).header("Accept", accept));
    }
    check(&served, &Ask::query("CONSTRUCT WHERE { ?s ?p ?o }").header("Accept", "application/n-triples"));
    // Not sent, but told as it would be.
    let head = Ask::new("HEAD", "/page.js").header("Accept-Encoding", "gzip").send(served.at);
    assert_eq!((head.status, head.header("content-encoding"), head.body.len()), (200, Some("gzip"), 0));
    assert_eq!(head.header("content-length"), None);
}

#[test]
fn what_is_short_is_sent_as_it_is_unless_nothing_else_is_taken() {
    let served = Served::usual(&world());
    for ask in [Ask::query("ASK {}"), Ask::get("/healthz"), Ask::get("/status")] {
        let plain = ask.clone().header("Accept-Encoding", "gzip").send(served.at);
        assert_eq!((plain.status, plain.header("content-encoding")), (200, None), "{ask}");
        assert!(plain.all("vary").contains("accept-encoding"), "{ask}");
        let packed = ask.clone().header("Accept-Encoding", "gzip, identity;q=0").send(served.at);
        assert_eq!((packed.status, packed.header("content-encoding")), (200, Some("gzip")), "{ask}");
        assert_eq!(unpacked(&packed.body).expect("gzip"), plain.body, "{ask}");
        let neither = ask.clone().header("Accept-Encoding", "*;q=0").send(served.at);
        assert_eq!(neither.status, 406, "{ask}");
    }
    let missing = Ask::get("/nowhere").header("Accept-Encoding", "gzip").send(served.at);
    assert_eq!((missing.status, missing.header("content-encoding")), (404, None));
}

#[test]
fn events_come_as_they_happen() {
    let bare = world();
    let served = Served::usual(&bare);
    let mut events = Events::open(served.at, &Ask::get("/events").header("Accept-Encoding", "gzip"));
    bare.epoch(1, &[("urn:x:a", "urn:x:p", "urn:x:b")], &[]);
    assert_eq!(events.next(Duration::from_secs(15)).map(|event| event.name).as_deref(), Some("epoch"));
}

#[test]
fn what_is_long_is_sent_before_it_is_whole_and_breaks_off_where_the_answer_does() {
    let served = Served::with(&world(), |settings| settings.timeout = Duration::from_secs(5));
    let ask = Ask::query(ENDLESS).header("Accept-Encoding", "gzip").header("Accept", "text/csv");
    let start = std::time::Instant::now();
    let mut stream = ask.clone().to("/query?timeout=5").open(served.at);
    let mut begun = [0; 2_000];
    stream.read_exact(&mut begun).expect("the answer begins");
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert!(String::from_utf8_lossy(&begun).contains("content-encoding: gzip"));
    drop(stream);
    let answer = ask.to("/query?timeout=0.5").send(served.at);
    assert_eq!((answer.status, answer.whole, answer.header("content-encoding")), (200, false, Some("gzip")));
    assert!(unpacked(&answer.body).is_err(), "half an answer with a whole one's end");
}
