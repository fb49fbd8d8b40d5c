//! Queries that cost much. In: each of the kinds that end other processes. Out: a refusal, or an end in time. Never: the network.

use crate::support::Served;
use crate::support::http::Ask;
use crate::{alone, answers, world};
use std::io;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// How long after its limit a query may go on, on a busy machine.
const SLACK: Duration = Duration::from_secs(2);

#[test]
fn what_is_nested_or_endless_is_refused_in_a_sentence() {
    alone(|| {
        let served = Served::usual(&world(10));
        for hostile in [
            format!("SELECT * {}{}", "{".repeat(20_000), "}".repeat(20_000)),
            format!("SELECT ({}1{} AS ?x) {{}}", "(".repeat(20_000), ")".repeat(20_000)),
            format!("SELECT * {{ ?s ?p {}{} }}", "[ ?p ".repeat(20_000), "]".repeat(20_000)),
            format!("SELECT * {{ ?s ?p ?o FILTER(?s = ?o{}) }}", " || ?s = ?p".repeat(60_000)),
            format!("SELECT * {{ ?s ?p {}1{} }}", "(".repeat(400), ")".repeat(400)),
            format!("SELECT * {{ {} }}", "?s ?p ?o . ".repeat(100)),
            format!("SELECT * {{ {{?s ?p ?o}}{} }}", " UNION {?s ?p ?o}".repeat(10_000)),
            format!("SELECT * {{ ?s <urn:p>{} ?o }}", "|<urn:p>".repeat(10_000)),
            format!("SELECT * {{ ?s <urn:p>{} ?o }}", "/<urn:p>".repeat(400)),
            format!("SELECT * {{ ?s ?p ?o {} }}", "OPTIONAL { ?s ?p ?o } ".repeat(400)),
            format!("SELECT (1{} AS ?x) {{}}", "+1".repeat(10_000)),
            format!("SELECT * {{ {} }}", (0..10_000).map(|n| format!("BIND(1 AS ?v{n}) ")).collect::<String>()),
        ] {
            let start = Instant::now();
            let answer = Ask::query(&hostile).send(served.at);
            let begins = &hostile[..40];
            assert_eq!(answer.status, 400, "{begins}: {}", answer.text());
            let told = answer.json()["error"].as_str().unwrap_or_default().to_owned();
            assert!(told.contains(" is the most"), "{begins}: {told}");
            assert!(start.elapsed() < SLACK, "{begins}: {:?}", start.elapsed());
        }
        answers(served.at);
    });
}

#[test]
fn texts_that_grow_are_stopped() {
    alone(|| {
        let served = Served::usual(&world(10));
        let grown = |step: &str, times: usize| {
            let steps: String = (1..=times)
                .map(|n| format!("BIND({} AS ?x{n}) ", step.replace("?x", &format!("?x{}", n - 1))))
                .collect();
            format!("SELECT (STRLEN(?x{times}) AS ?n) {{ BIND('aaaaaaaaaa' AS ?x0) {steps} }}")
        };
        for (bomb, status) in [
            (grown("CONCAT(?x, ?x)", 33), 400),
            (grown("REPLACE(?x, 'a', 'aaaaaaaaaa')", 9), 400),
            (grown("REPLACE(?x, '', 'aaaaaaaaaa')", 9), 400),
            (grown("ENCODE_FOR_URI(CONCAT(?x, '%', ?x))", 30), 400),
            (
                "SELECT (REPLACE(REPLACE(REPLACE(REPLACE('a', 'a', 'aa'), 'a', 'aa'), 'a', 'aa'), 'a', 'aa') AS ?x) {}"
                    .to_owned(),
                400,
            ),
        ] {
            let start = Instant::now();
            let answer = Ask::query(&bomb).send(served.at);
            assert_eq!(answer.status, status, "{bomb}: {}", answer.text());
            assert!(start.elapsed() < Duration::from_secs(10), "{bomb}: {:?}", start.elapsed());
        }
        answers(served.at);
    });
}

#[test]
fn what_is_multiplied_ends_soon_after_its_time() {
    alone(|| {
        let served = Served::usual(&world(3_000));
        for heavy in [
            "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
            "SELECT ?a ?c ?e { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
            "SELECT DISTINCT ?b { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
            "SELECT * { ?a <urn:x:l> ?b . ?c <urn:x:l> ?d } ORDER BY ?b DESC(?d)",
            "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p>* ?b . ?c <urn:x:p>* ?d }",
            "SELECT ?k (COUNT(*) AS ?n) { ?a <urn:x:k> ?k . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f } GROUP BY ?k",
            "SELECT (COUNT(*) AS ?n) { ?a <urn:x:l> ?x . ?b <urn:x:l> ?y FILTER(REGEX(?x, CONCAT('(', ?y, ')+$'))) }",
            "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d MINUS { ?e <urn:x:p> ?f FILTER(?f = ?a) } }",
            "SELECT (GROUP_CONCAT(?l) AS ?n) { ?a <urn:x:p> ?b . ?c <urn:x:l> ?l . ?e <urn:x:p> ?f } GROUP BY ?b",
            "CONSTRUCT { ?a <urn:x:q> ?d } WHERE { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d }",
            "ASK { ?a <urn:x:k> ?b . ?c <urn:x:k> ?d . ?e <urn:x:k> ?f FILTER(?b + ?d + ?f > 1000) }",
        ] {
            let start = Instant::now();
            let answer = Ask::query(heavy).to("/query?timeout=0.2").send(served.at);
            assert!(start.elapsed() < SLACK, "{heavy}: {:?}", start.elapsed());
            // What began to be answered breaks off.
            match answer.status {
                503 => assert_eq!(answer.header("retry-after"), Some("1"), "{heavy}"),
                status => assert_eq!((status, answer.whole), (200, false), "{heavy}"),
            }
        }
        answers(served.at);
    });
}

#[test]
fn a_query_never_reaches_the_network() {
    alone(|| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let there = format!("http://{}/sparql", listener.local_addr().expect("an address"));
        let served = Served::usual(&world(10));
        for (query, status) in [
            (format!("SELECT * {{ SERVICE <{there}> {{ ?s ?p ?o }} }}"), 400),
            (format!("SELECT * {{ SERVICE SILENT <{there}> {{ ?s ?p ?o }} }}"), 400),
            (format!("SELECT * {{ VALUES ?there {{ <{there}> }} SERVICE ?there {{ ?s ?p ?o }} }}"), 400),
            (format!("SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{there}> {{ ?s ?p ?o }} }} }}"), 400),
            (format!("SELECT * {{ {{ SELECT ?s {{ SERVICE <{there}> {{ ?s ?p ?o }} }} }} }}"), 400),
            (format!("LOAD <{there}>"), 400),
            (format!("SELECT * FROM <{there}> FROM NAMED <{there}> {{ ?s ?p ?o }}"), 200),
        ] {
            let answer = Ask::query(&query).send(served.at);
            assert_eq!(answer.status, status, "{query}: {}", answer.text());
        }
        let named = format!("/query?default-graph-uri={there}&named-graph-uri={there}&query=ASK%7B%7D");
        assert_eq!(Ask::get(&named).send(served.at).status, 200);
        assert_eq!(Ask::get(format!("/store?graph={there}")).send(served.at).status, 404);
        let called = listener.accept().map(|_| ()).map_err(|error| error.kind());
        assert_eq!(called, Err(io::ErrorKind::WouldBlock), "somebody was called");
        answers(served.at);
    });
}

#[test]
fn parameters_that_mean_nothing_are_refused_and_those_of_others_are_not_heeded() {
    alone(|| {
        let served = Served::with(&world(200), |settings| settings.timeout = Duration::from_secs(1));
        let all = "query=SELECT%20*%20%7B%3Fa%20%3Fb%20%3Fc%7D";
        for (parameters, status) in [
            ("timeout=0", 400),
            ("timeout=-1", 400),
            ("timeout=NaN", 400),
            ("timeout=inf", 400),
            ("timeout=soon", 400),
            ("limit=-1", 400),
            ("limit=many", 400),
            ("limit=18446744073709551616", 400),
            ("default-graph-uri=no%20iri", 400),
            ("named-graph-uri=a%3Ab%3E%7B", 400),
            ("query=ASK%7B%7D", 400),
            ("update=CLEAR%20ALL", 400),
            ("timeout=1e9", 200),
            ("limit=0", 200),
            ("format=json&output=json&results=1&x=%00", 200),
        ] {
            let answer = Ask::get(format!("/query?{all}&{parameters}")).send(served.at);
            assert_eq!(answer.status, status, "{parameters}: {}", answer.text());
        }
        // More time than the server's own is not to be had.
        let start = Instant::now();
        let heavy = "SELECT (COUNT(*) AS ?count) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }";
        assert_eq!(Ask::query(heavy).to("/query?timeout=3600").send(served.at).status, 503);
        assert!(start.elapsed() < Duration::from_secs(1) + 2 * SLACK, "{:?}", start.elapsed());
    });
}
