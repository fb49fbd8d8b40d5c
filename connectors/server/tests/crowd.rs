//! Who holds open all that it can get. In: streams of events and silent connections from one address, where few files may be open.
//! Out: a refusal that says when to come again, and writes as before. Never: so many that the engine finds no file to open.
#![cfg(unix)]

mod support;

use std::fs::File;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use support::engine::Bare;
use support::http::{Ask, Events, connect};
use support::{Served, soon};

/// Files that this process may hold open; the other side of each connection is one too.
const FILES: u64 = 1_024;
/// What a peer gets of them: streams, and connections.
const STREAMS: usize = 192;
const CONNECTIONS: usize = 384;
/// Files that an engine opens.
const ENGINE: usize = 64;

fn put(at: SocketAddr) -> u16 {
    Ask::new("PUT", "/documents/a").allowed().body("Ada works at Lumenta.").send(at).status
}

#[track_caller]
fn files_are_left() {
    let opened: Result<Vec<File>, _> = (0..ENGINE).map(|_| File::open("/dev/null")).collect();
    opened.expect("files for the engine");
}

#[test]
fn writes_go_on_whatever_one_peer_holds_open() {
    rlimit::setrlimit(rlimit::Resource::NOFILE, FILES, FILES).expect("a lower limit");
    let bare = Bare::turtle("");
    let served = Served::with(&bare, |settings| settings.head_time = Duration::from_secs(6));
    let at = served.at;
    let place = Ask::new("POST", "/subscriptions").allowed().body("ASK { ?s ?p ?o }").send(at);
    let place = place.header("location").expect("a subscription").to_owned();

    // Streams of both kinds.
    let mut streams = Vec::new();
    for path in ["/events", &place].into_iter().cycle().take(2 * STREAMS) {
        let events = Events::open(at, &Ask::get(path));
        if events.status != 200 {
            break;
        }
        streams.push(events);
    }
    assert_eq!(streams.len(), STREAMS);
    for path in ["/events", &place] {
        let refused = Ask::get(path).send(at);
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")), "{path}");
        assert!(refused.json()["error"].as_str().is_some_and(|said| said.contains("streams")), "{}", refused.text());
    }
    files_are_left();
    assert_eq!(put(at), 200);
    bare.epoch(1, &[("urn:x:a", "urn:x:p", "urn:x:b")], &[]);
    let told = streams[0].next(Duration::from_secs(10)).map(|event| event.name);
    assert_eq!(told.as_deref(), Some("epoch"), "who listens is told");

    // Connections that ask nothing.
    let silent: Vec<TcpStream> = (0..CONNECTIONS - STREAMS + 40).map(|_| connect(at)).collect();
    std::thread::sleep(Duration::from_millis(500));
    files_are_left();
    let refused = soon(Duration::from_secs(10), || {
        let answer = Ask::get("/healthz").send(at);
        answer.status == 429 && answer.header("retry-after").is_some() && answer.header("connection") == Some("close")
    });
    assert!(refused, "who comes then is told to come again");
    assert!(soon(Duration::from_secs(30), || put(at) == 200), "who asks nothing is not waited for long");
    drop((silent, streams));
    assert!(soon(Duration::from_secs(10), || Events::open(at, &Ask::get("/events")).status == 200));
    assert_eq!(put(at), 200);
}
