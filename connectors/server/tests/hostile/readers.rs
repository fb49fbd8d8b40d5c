//! Readers who do not read. In: connections that are closed, forgotten or slow. Out: a slot that is free again, an answer that is
//! whole or seen not to be. Never: half an answer that looks like one.

use crate::support::http::{Ask, read};
use crate::support::{Served, soon};
use crate::{alone, answers, world};
use std::io::Read;
use std::time::{Duration, Instant};

/// Works for ever, and gives nothing meanwhile.
const SILENT: &str =
    "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f . ?g <urn:x:p> ?h }";
/// Works for ever, and gives much.
const ENDLESS: &str = "SELECT ?a ?c ?e { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f . ?g <urn:x:p> ?h }";

#[test]
fn who_comes_when_too_many_wait_is_told_to_come_again() {
    alone(|| {
        let served = Served::with(&world(1_000), |settings| {
            (settings.queries, settings.queue) = (1, 1);
            settings.timeout = Duration::from_secs(20);
        });
        let running = Ask::query(SILENT).open(served.at);
        std::thread::sleep(Duration::from_millis(300));
        let waiting = Ask::query(SILENT).open(served.at);
        std::thread::sleep(Duration::from_millis(300));
        for _ in 0..3 {
            let answer = Ask::query("ASK {}").send(served.at);
            assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")), "{}", answer.text());
        }
        assert_eq!(Ask::get("/healthz").send(served.at).status, 200, "what is no query does not wait");
        // Both slots are free as soon as nobody reads any more, whether they work or wait.
        drop(waiting);
        drop(running);
        let start = Instant::now();
        assert!(soon(Duration::from_secs(5), || Ask::query("ASK {}").send(served.at).status == 200));
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        answers(served.at);
    });
}

#[test]
fn who_goes_away_frees_the_slot() {
    alone(|| {
        let served = Served::with(&world(1_000), |settings| {
            (settings.queries, settings.queue) = (1, 4);
            settings.timeout = Duration::from_secs(30);
        });
        for (query, bytes) in [(SILENT, 0), (ENDLESS, 1_000), (ENDLESS, 500_000)] {
            let mut stream = Ask::query(query).open(served.at);
            let mut begun = vec![0; bytes];
            stream.read_exact(&mut begun).expect("the answer begins");
            if bytes == 0 {
                std::thread::sleep(Duration::from_millis(300));
            }
            drop(stream);
            let start = Instant::now();
            answers(served.at);
            assert!(start.elapsed() < Duration::from_secs(5), "{:?} after {bytes} bytes", start.elapsed());
        }
    });
}

#[test]
fn who_reads_too_slowly_is_left_at_the_deadline() {
    alone(|| {
        let served = Served::with(&world(1_000), |settings| {
            (settings.queries, settings.queue) = (1, 4);
            settings.timeout = Duration::from_secs(1);
        });
        let mut slow = Ask::query(ENDLESS).open(served.at);
        let mut begun = [0; 1_000];
        slow.read_exact(&mut begun).expect("the answer begins");
        let start = Instant::now();
        answers(served.at);
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        // What was on its way is there, and its end is not.
        let mut rest = begun.to_vec();
        let _ = slow.read_to_end(&mut rest);
        assert!(!rest.ends_with(b"0\r\n\r\n"), "half an answer with a whole one's end");
    });
}

#[test]
fn who_stops_reading_is_left_and_who_is_slow_is_not() {
    alone(|| {
        let served = Served::with(&world(1_000), |settings| {
            (settings.queries, settings.queue) = (1, 4);
            settings.timeout = Duration::from_secs(60);
            settings.stall_time = Duration::from_secs(1);
        });
        let mut slow = Ask::query(ENDLESS).open(served.at);
        let mut some = vec![0; 4 << 20];
        let start = Instant::now();
        // Each pause is shorter than what is allowed, and all together are longer.
        for _ in 0..6 {
            slow.read_exact(&mut some).expect("who reads, however slowly, is sent more");
            std::thread::sleep(Duration::from_millis(400));
        }
        assert!(start.elapsed() > Duration::from_secs(2), "{:?}", start.elapsed());
        let start = Instant::now();
        answers(served.at);
        assert!(start.elapsed() < Duration::from_secs(10), "the place is free after {:?}", start.elapsed());
        let mut rest = Vec::new();
        let _ = slow.read_to_end(&mut rest);
        assert!(!rest.ends_with(b"0\r\n\r\n"), "half an answer with a whole one's end");
        // Who has nothing to read waits as long as it likes.
        let mut events = Ask::get("/events").open(served.at);
        std::thread::sleep(Duration::from_millis(1_500));
        served.stop();
        assert!(read(&mut events, false).whole, "a stream of events ends well");
    });
}

#[test]
fn an_answer_that_breaks_off_is_seen_to_be_no_whole_one() {
    alone(|| {
        let served = Served::usual(&world(1_000));
        for accept in [
            "text/csv",
            "text/tab-separated-values",
            "application/sparql-results+json",
            "application/sparql-results+xml",
        ] {
            let ask = Ask::query(ENDLESS).to("/query?timeout=0.5").header("Accept", accept);
            let answer = ask.send(served.at);
            assert_eq!((answer.status, answer.whole), (200, false), "{accept}");
            assert!(answer.body.len() > 64 << 10, "{accept}: {} bytes", answer.body.len());
        }
        let silent = Ask::query(SILENT).to("/query?timeout=0.5").send(served.at);
        assert_eq!((silent.status, silent.whole), (503, true), "what has not begun has a status");
        let whole = Ask::query("SELECT ?a ?c { ?a <urn:x:p> ?b . ?c <urn:x:k> 5 }").header("Accept", "text/csv");
        let whole = whole.send(served.at);
        assert_eq!((whole.status, whole.whole), (200, true));
        assert_eq!(whole.text().lines().count(), 10_001);
    });
}

#[test]
fn an_answer_has_a_largest_size() {
    alone(|| {
        let all = Ask::query("SELECT * { ?s ?p ?o }").header("Accept", "text/csv");
        for (most, status, whole) in [(10_000, 413, true), (80_000, 200, false), (1_000_000, 200, true)] {
            let served = Served::with(&world(1_000), |settings| settings.most_answer = most);
            let answer = all.send(served.at);
            assert_eq!((answer.status, answer.whole), (status, whole), "{most}: {} bytes", answer.body.len());
            assert!(answer.body.len() as u64 <= most, "{most}: {} bytes", answer.body.len());
        }
    });
}

#[test]
fn a_server_that_stops_lets_what_is_under_way_end() {
    alone(|| {
        let served = Served::with(&world(1_000), |settings| {
            settings.timeout = Duration::from_secs(1);
            settings.shutdown = Duration::from_secs(10);
        });
        let at = served.at;
        let mut under_way = Ask::query(SILENT).open(at);
        let mut listener = Ask::get("/events").open(at);
        std::thread::sleep(Duration::from_millis(200));
        let start = Instant::now();
        served.stop();
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        assert_eq!(read(&mut under_way, false).status, 503, "its own time was up");
        assert!(read(&mut listener, false).whole, "a stream of events ends well");
        assert!(std::net::TcpStream::connect(at).is_err(), "no more are taken");
    });
}
