//! Requests that name another server, or come from another's page. In: hosts, addresses, origins. Out: the status that says what
//! is wrong. Never: a write that another page asked for.

use crate::requests::check;
use crate::support::Served;
use crate::support::http::Ask;
use crate::{alone, answers, world};

#[test]
fn a_name_of_elsewhere_is_no_name_of_this_server() {
    alone(|| {
        let served = Served::with(&world(10), |settings| settings.hosts = vec!["graph.example".to_owned()]);
        let port = served.at.port();
        for (host, status) in [
            (format!("127.0.0.1:{port}"), 200),
            (format!("LocalHost:{port}"), 200),
            ("[::1]".to_owned(), 200),
            ("graph.example".to_owned(), 200),
            ("evil.example".to_owned(), 421),
            (format!("evil.example:{port}"), 421),
            ("localhost.evil.example".to_owned(), 421),
            ("127.0.0.1.evil.example".to_owned(), 421),
            ("127.0.0.1@evil.example".to_owned(), 421),
            ("evil.example@127.0.0.1".to_owned(), 421),
            ("0.0.0.0".to_owned(), 421),
            ("localhost:".to_owned(), 200),
            ("localhost:80:80".to_owned(), 421),
            ("[localhost".to_owned(), 421),
        ] {
            for ask in [Ask::get("/query?query=ASK%7B%7D"), Ask::get("/"), Ask::get("/status"), Ask::query("ASK {}")] {
                check(served.at, &ask.header("Host", &host), status);
            }
        }
        check(served.at, &Ask::get("/healthz").header("Host", ""), 400);
        let two = Ask::get("/healthz").header("Host", "localhost").header("Host", "evil.example");
        check(served.at, &two, 400);
        answers(served.at);
    });
}

#[test]
fn the_whole_address_names_this_server_too() {
    alone(|| {
        let served = Served::with(&world(10), |settings| settings.hosts = vec!["graph.example".to_owned()]);
        let own = served.at.to_string();
        for (target, host, status) in [
            (format!("http://{own}/healthz"), own.as_str(), 200),
            ("http://localhost/healthz".to_owned(), &own, 200),
            ("http://graph.example/healthz".to_owned(), "graph.example", 200),
            ("http://evil.example/healthz".to_owned(), &own, 421),
            ("http://evil.example:80/status".to_owned(), "graph.example", 421),
            ("http://127.0.0.1@evil.example/healthz".to_owned(), &own, 421),
            (format!("http://{own}/healthz"), "evil.example", 421),
        ] {
            check(served.at, &Ask::get(&target).header("Host", host), status);
        }
        answers(served.at);
    });
}

#[test]
fn a_page_of_elsewhere_changes_nothing_even_with_the_token() {
    alone(|| {
        let bare = world(10);
        let served = Served::with(&bare, |settings| settings.origins = vec!["https://page.example".to_owned()]);
        let own = format!("http://{}", served.at);
        let writes = || {
            [
                Ask::new("PUT", "/documents/a").body("text"),
                Ask::new("DELETE", "/documents/a"),
                Ask::new("POST", "/documents").body("{\"id\": \"a\", \"text\": \"b\"}"),
            ]
        };
        for foreign in [
            "https://evil.example",
            "null",
            "http://localhost.evil.example",
            "https://page.example.evil",
            "http://127.0.0.1",
        ] {
            for write in writes() {
                check(served.at, &write.allowed().header("Origin", foreign), 403);
            }
            check(served.at, &Ask::query("ASK {}").header("Origin", foreign), 403);
            let read = check(served.at, &Ask::get("/query?query=ASK%7B%7D").header("Origin", foreign), 200);
            assert_eq!(read.header("access-control-allow-origin"), None, "{foreign}");
        }
        assert!(bare.written.lock().expect("no panic").is_empty());
        for known in [own.as_str(), "https://page.example"] {
            for write in writes() {
                check(served.at, &write.allowed().header("Origin", known), 200);
            }
        }
        // A preflight bears no token.
        for (origin, told) in [("https://page.example", Some("https://page.example")), ("https://evil.example", None)] {
            let preflight = Ask::new("OPTIONS", "/documents/a").header("Origin", origin);
            let answer = check(served.at, &preflight.header("Access-Control-Request-Method", "PUT"), 204);
            assert_eq!(answer.header("access-control-allow-origin"), told);
            assert!(answer.header("access-control-allow-methods").is_some_and(|methods| methods.contains("PUT")));
            assert!(answer.header("access-control-allow-headers").is_some_and(|names| names.contains("authorization")));
        }
    });
}
