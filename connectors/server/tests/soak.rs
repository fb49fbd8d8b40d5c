//! Many queries that all hit their limit. In: as many as are wished. Out: each ended in time, and the process as it was before.
//! Never: a part of the ordinary tests, for it takes minutes.
//!
//! `cargo test -p kgloom-server --test soak -- --ignored --nocapture` asks 10,000; `KGLOOM_SOAK=1000` asks so many.

mod support;

use kgloom_server::engine::Engine as _;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use support::engine::Bare;
use support::http::Ask;
use support::{Served, of_process, soon};

/// At the same time.
const CLIENTS: u64 = 8;

const HEAVY: [&str; 8] = [
    "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
    "SELECT ?a ?c ?e { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
    "SELECT DISTINCT ?b { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
    "SELECT * { ?a <urn:x:l> ?b . ?c <urn:x:l> ?d } ORDER BY ?b DESC(?d)",
    "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p>* ?b . ?c <urn:x:p>* ?d }",
    "SELECT ?k (COUNT(*) AS ?n) { ?a <urn:x:k> ?k . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f } GROUP BY ?k",
    "CONSTRUCT { ?a <urn:x:q> ?d } WHERE { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d }",
    "ASK { ?a <urn:x:k> ?b . ?c <urn:x:k> ?d . ?e <urn:x:k> ?f FILTER(?b + ?d + ?f > 1000) }",
];

#[test]
#[ignore = "it takes minutes; the first lines say how to run it"]
fn queries_that_hit_their_limit_leave_nothing_behind() {
    let wished = std::env::var("KGLOOM_SOAK").ok().and_then(|count| count.parse().ok()).unwrap_or(10_000);
    let mut turtle = "@prefix x: <urn:x:> .\n".to_owned();
    for n in 0..3_000 {
        writeln!(turtle, "x:a{n} x:p x:a{} ; x:l \"label {n}\" ; x:k {} .", (n * 7 + 1) % 3_000, n % 100)
            .expect("memory");
    }
    let bare = Bare::turtle(&turtle);
    let served = Served::with(&bare, |settings| {
        settings.timeout = Duration::from_millis(200);
        settings.queries = CLIENTS as usize;
    });
    let at = served.at;
    let asked = |count: u64| {
        let (next, longest) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::SeqCst);
                        if number >= count {
                            return;
                        }
                        let query = HEAVY[number as usize % HEAVY.len()];
                        let start = Instant::now();
                        let answer = Ask::query(query).send(at);
                        let ended = answer.status == 503 || (answer.status == 200 && !answer.whole);
                        assert!(ended, "{query}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
                        longest.fetch_max(start.elapsed().as_millis() as u64, Ordering::SeqCst);
                    }
                });
            }
        });
        longest.into_inner()
    };
    // What is taken once, by the first of each kind, is kept.
    asked(200);
    let (threads, memory) = measured(None);
    let start = Instant::now();
    let longest = asked(wished);
    let seconds = start.elapsed().as_secs_f64();
    let (threads_after, memory_after) = measured(Some((threads, memory)));
    println!(
        "{wished} queries in {seconds:.0} s, the longest {longest} ms; threads {threads} and then {threads_after}; \
         {} MB and then {} MB",
        memory >> 10,
        memory_after >> 10
    );
    let answer = Ask::query("SELECT (COUNT(*) AS ?n) { ?s <urn:x:k> 5 }").header("Accept", "text/csv").send(at);
    assert_eq!(answer.text(), "n\r\n30\r\n");
    assert!(longest < 1_200, "the longest took {longest} ms");
    assert_eq!(threads_after, threads, "threads");
    assert!(memory_after as f64 <= memory as f64 * 1.05, "{memory} kB before, {memory_after} kB after");
    assert!(bare.store().is_some());
}

/// Threads and memory (kB) once nothing goes on; not above what was measured before, if that comes to be.
fn measured(before: Option<(u64, u64)>) -> (u64, u64) {
    let now = || (of_process("Threads").expect("Linux"), of_process("VmRSS").expect("Linux"));
    match before {
        None => std::thread::sleep(Duration::from_secs(2)),
        Some((threads, memory)) => {
            soon(Duration::from_secs(10), || now().0 <= threads && now().1 as f64 <= memory as f64 * 1.05);
        }
    }
    now()
}
