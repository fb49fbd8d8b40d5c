//! Standing queries and epochs as they are told. In: a store that changes, listeners that come and go. Out: each change once, to
//! each of them. Never: a change that is told twice to one who says what was seen, or to nobody.

mod support;

use kgloom_server::engine::Engine as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use support::Served;
use support::engine::Bare;
use support::http::{Ask, Event, Events};

const PATIENCE: Duration = Duration::from_secs(15);
/// How long nothing may come where nothing is to come: longer than the server waits between two looks.
const QUIET: Duration = Duration::from_millis(700);

const WORKS: &str = "http://www.wikidata.org/prop/direct/P108";
const BORN: &str = "http://www.wikidata.org/prop/direct/P19";
const ADA: (&str, &str, &str) = ("urn:x:ada", WORKS, "urn:x:lumenta");
const BOB: (&str, &str, &str) = ("urn:x:bob", WORKS, "urn:x:lumenta");
const CAM: (&str, &str, &str) = ("urn:x:cam", WORKS, "urn:x:lumenta");
const WHO: &str = "SELECT ?who { ?who wdt:P108 <urn:x:lumenta> }";

/// Makes a standing query; gives its place.
#[track_caller]
fn stand(at: SocketAddr, query: &str) -> String {
    let answer =
        Ask::new("POST", "/subscriptions").allowed().header("Content-Type", "application/sparql-query").body(query);
    let answer = answer.send(at);
    assert_eq!(answer.status, 201, "{}", answer.text());
    let place = answer.header("location").expect("a place").to_owned();
    assert_eq!(place, format!("/subscriptions/{}", answer.json()["id"].as_str().expect("an id")));
    place
}

fn listen(at: SocketAddr, place: &str) -> Events {
    Events::open(at, &Ask::get(place))
}

fn again(at: SocketAddr, place: &str, seen: &str) -> Events {
    Events::open(at, &Ask::get(place).header("Last-Event-ID", seen))
}

#[track_caller]
fn next(events: &mut Events) -> Event {
    events.next(PATIENCE).expect("an event")
}

#[track_caller]
fn nothing(events: &mut Events) {
    assert_eq!(events.next(QUIET), None);
}

/// The names of who came and who went.
fn who(event: &Event) -> (Vec<String>, Vec<String>) {
    let names = |rows: &Value| {
        let rows = rows.as_array().expect("rows").iter();
        rows.map(|row| row["who"]["value"].as_str().expect("a name").trim_start_matches("urn:x:").to_owned()).collect()
    };
    let data = event.json();
    (names(&data["added"]), names(&data["removed"]))
}

#[track_caller]
fn check(event: &Event, name: &str, id: &str, came: &[&str], went: &[&str]) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!((event.name.as_str(), event.id.as_str()), (name, id), "{event:?}");
    assert_eq!(who(event), (owned(came), owned(went)), "{event:?}");
    assert_eq!(event.json()["to"].to_string(), id);
}

#[test]
fn what_becomes_true_is_one_row_more_and_what_becomes_false_one_less() {
    let bare = Bare::turtle("");
    bare.change(1, &[ADA], &[]);
    let served = Served::usual(&bare);
    let place = stand(served.at, WHO);
    let (mut one, mut other) = (listen(served.at, &place), listen(served.at, &place));
    for events in [&mut one, &mut other] {
        let first = next(events);
        check(&first, "snapshot", "1", &["ada"], &[]);
        assert_eq!(first.json()["vars"], json!(["who"]));
        assert_eq!(first.json()["added"][0], json!({"who": {"type": "uri", "value": "urn:x:ada"}}));
    }
    bare.epoch(2, &[BOB], &[]);
    // What is said with another relation, or about something else, is nothing new here.
    bare.epoch(3, &[("urn:x:ada", BORN, "urn:x:rome")], &[]);
    bare.epoch(4, &[("urn:x:dan", WORKS, "urn:x:elsewhere")], &[]);
    bare.epoch(5, &[CAM], &[ADA]);
    bare.epoch(6, &[], &[BOB]);
    for events in [&mut one, &mut other] {
        // Epochs that come while it is being looked may be told as one.
        let (mut here, mut seen) = (BTreeMap::from([("ada".to_owned(), 1)]), 1);
        while seen < 6 {
            let event = next(events);
            let data = event.json();
            assert_eq!((event.name.as_str(), data["from"].as_u64()), ("change", Some(seen)), "{event:?}");
            seen = data["to"].as_u64().expect("an epoch");
            let (came, went) = who(&event);
            assert!(!came.is_empty() || !went.is_empty(), "{event:?}");
            came.into_iter().for_each(|name| *here.entry(name).or_default() += 1);
            went.into_iter().for_each(|name| *here.entry(name).or_default() -= 1);
            here.retain(|_, count| *count != 0);
        }
        assert_eq!(here, BTreeMap::from([("cam".to_owned(), 1)]));
        nothing(events);
    }
    bare.epoch(7, &[ADA], &[]);
    bare_settled(&mut one, "7", &["ada"], &[]);
    bare.epoch(8, &[], &[ADA]);
    bare_settled(&mut one, "8", &[], &["ada"]);
}

/// The next event is one change, and nothing follows.
#[track_caller]
fn bare_settled(events: &mut Events, id: &str, came: &[&str], went: &[&str]) {
    check(&next(events), "change", id, came, went);
    nothing(events);
}

#[test]
fn rows_are_counted_as_often_as_they_are_there_and_yes_becomes_no() {
    let bare = Bare::turtle("");
    let served = Served::usual(&bare);
    let rows = stand(served.at, "SELECT ?there { ?who wdt:P108 ?there }");
    let asked = stand(served.at, "ASK { <urn:x:ada> wdt:P108 ?there }");
    let (mut rows, mut asked) = (listen(served.at, &rows), listen(served.at, &asked));
    assert_eq!(next(&mut rows).json()["added"], json!([]));
    assert_eq!(next(&mut asked).json()["added"], json!([{"ask": false}]));
    bare.epoch(1, &[ADA, BOB], &[]);
    let row = json!({"there": {"type": "uri", "value": "urn:x:lumenta"}});
    assert_eq!(next(&mut rows).json()["added"], json!([row, row]));
    let told = next(&mut asked).json();
    assert_eq!((&told["added"], &told["removed"]), (&json!([{"ask": true}]), &json!([{"ask": false}])));
    bare.epoch(2, &[], &[ADA]);
    assert_eq!(next(&mut rows).json()["removed"], json!([row]));
    assert_eq!(next(&mut asked).json()["added"], json!([{"ask": false}]));
}

#[test]
fn who_comes_back_sees_each_change_once() {
    let bare = Bare::turtle("");
    bare.change(1, &[ADA], &[]);
    let served = Served::usual(&bare);
    let place = stand(served.at, WHO);
    let mut watching = listen(served.at, &place);
    let mut leaving = listen(served.at, &place);
    let seen = next(&mut leaving).id;
    next(&mut watching);
    drop(leaving);
    for (epoch, came, went) in [(2, BOB, None), (3, CAM, Some(ADA)), (4, ADA, Some(CAM))] {
        bare.epoch(epoch, &[came], went.as_slice());
        assert_eq!(next(&mut watching).id, epoch.to_string());
    }
    let mut back = again(served.at, &place, &seen);
    check(&next(&mut back), "change", "2", &["bob"], &[]);
    check(&next(&mut back), "change", "3", &["cam"], &["ada"]);
    drop(back);
    let mut back = again(served.at, &place, "3");
    check(&next(&mut back), "change", "4", &["ada"], &["cam"]);
    bare.epoch(5, &[], &[BOB]);
    check(&next(&mut back), "change", "5", &[], &["bob"]);
    nothing(&mut back);
    // Who has seen all is told nothing; who has seen what never was is told the whole.
    nothing(&mut again(served.at, &place, "5"));
    for odd in ["99", "0", "yesterday", "-1"] {
        check(&next(&mut again(served.at, &place, odd)), "snapshot", "5", &["ada"], &[]);
    }
}

#[test]
fn a_restart_in_between_hides_no_change_and_tells_none_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let bare = Bare::turtle("");
    bare.change(1, &[ADA], &[]);
    let start = || Served::with(&bare, |settings| settings.folder = Some(folder.path().join("subscriptions")));
    let served = start();
    let place = stand(served.at, WHO);
    let quiet = stand(served.at, "SELECT ?who { ?who wdt:P19 ?there }");
    let mut events = listen(served.at, &place);
    next(&mut events);
    bare.epoch(2, &[BOB], &[]);
    check(&next(&mut events), "change", "2", &["bob"], &[]);
    served.stop();
    assert_eq!(events.next(PATIENCE), None);
    assert!(events.ended, "the stream ends whole");
    // While no server runs.
    bare.change(3, &[CAM], &[]);
    bare.change(4, &[], &[ADA]);
    let served = start();
    let mut back = again(served.at, &place, "2");
    check(&next(&mut back), "change", "4", &["cam"], &["ada"]);
    nothing(&mut back);
    let mut older = again(served.at, &place, "1");
    check(&next(&mut older), "change", "2", &["bob"], &[]);
    check(&next(&mut older), "change", "4", &["cam"], &["ada"]);
    check(&next(&mut listen(served.at, &place)), "snapshot", "4", &["bob", "cam"], &[]);
    nothing(&mut again(served.at, &quiet, "1"));
    served.stop();
    // A file that is damaged is a subscription that is gone, and others are not.
    let file = folder.path().join(format!("{}.json", place.trim_start_matches('/')));
    std::fs::write(&file, "{").expect("a file");
    let served = start();
    assert_eq!(Ask::get(&place).send(served.at).status, 404);
    next(&mut listen(served.at, &quiet));
}

#[test]
fn delete_ends_the_stream() {
    let folder = tempfile::tempdir().expect("a folder");
    let bare = Bare::turtle("");
    let served = Served::with(&bare, |settings| settings.folder = Some(folder.path().to_owned()));
    let place = stand(served.at, WHO);
    let kept = stand(served.at, "ASK { ?who wdt:P108 <urn:x:lumenta> }");
    let (mut events, mut other) = (listen(served.at, &place), listen(served.at, &kept));
    next(&mut events);
    next(&mut other);
    let list = Ask::get("/subscriptions").send(served.at).json();
    assert_eq!(list["subscriptions"].as_array().map(Vec::len), Some(2), "{list}");
    assert_eq!(Ask::new("DELETE", &place).send(served.at).status, 401);
    assert_eq!(Ask::new("DELETE", &place).allowed().send(served.at).status, 204);
    assert_eq!(events.next(PATIENCE), None);
    assert!(events.ended, "the stream ends whole");
    assert_eq!(Ask::new("DELETE", &place).allowed().send(served.at).status, 404);
    assert_eq!(Ask::get(&place).send(served.at).status, 404);
    // An epoch that was under way writes it no more.
    bare.epoch(1, &[ADA], &[]);
    next(&mut other);
    // What is told is written just after; a file that is being written has another ending.
    let files = std::fs::read_dir(folder.path()).expect("a folder").flatten();
    let files = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "json")).count();
    assert_eq!(files, 1, "one is kept");
}

#[test]
fn what_does_not_follow_from_the_graph_is_refused() {
    let bare =
        Bare::turtle("<urn:x:a> <urn:x:p> <urn:x:a> , <urn:x:b> , <urn:x:c> , <urn:x:d> , <urn:x:e> , <urn:x:f> .");
    let served = Served::with(&bare, |settings| settings.timeout = Duration::from_millis(300));
    let endless: String = (0..14).map(|n| format!("?a{n} ?b{n} ?c{n} . ")).collect();
    for (query, status) in [
        ("SELECT ?who (NOW() AS ?now) { ?who wdt:P108 ?there }".to_owned(), 400),
        ("SELECT ?who { ?who wdt:P108 ?there FILTER(RAND() > 0.5) }".to_owned(), 400),
        ("SELECT (UUID() AS ?x) { ?who wdt:P108 ?there }".to_owned(), 400),
        ("SELECT (STRUUID() AS ?x) { ?who wdt:P108 ?there }".to_owned(), 400),
        ("SELECT (BNODE() AS ?x) { ?who wdt:P108 ?there }".to_owned(), 400),
        ("SELECT ?who { ?who wdt:P108 ?there } LIMIT 1".to_owned(), 400),
        ("SELECT ?who { { SELECT ?who { ?who wdt:P108 ?there } LIMIT 1 } }".to_owned(), 400),
        ("CONSTRUCT WHERE { ?who wdt:P108 ?there }".to_owned(), 400),
        ("DESCRIBE <urn:x:ada>".to_owned(), 400),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }".to_owned(), 422),
        (format!("SELECT * {}{}", "{".repeat(20_000), "}".repeat(20_000)), 400),
        ("DELETE WHERE { ?a ?b ?c }".to_owned(), 400),
        (String::new(), 400),
        (format!("SELECT (COUNT(*) AS ?n) {{ {endless} }}"), 422),
    ] {
        let answer = Ask::new("POST", "/subscriptions").allowed().body(&query).send(served.at);
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
    }
    assert_eq!(Ask::get("/subscriptions").send(served.at).json()["subscriptions"], json!([]));
    let syntax = Ask::new("POST", "/subscriptions").allowed().body("SELECT ?who\n{ ?who").send(served.at);
    assert_eq!((syntax.status, &syntax.json()["line"]), (400, &json!(2)), "{}", syntax.text());
    let unloaded = Served::usual(&Bare::empty());
    assert_eq!(Ask::new("POST", "/subscriptions").allowed().body(WHO).send(unloaded.at).status, 503);
}

#[test]
fn there_are_only_so_many_subscriptions() {
    let bare = Bare::turtle("");
    let served = Served::usual(&bare);
    let places: Vec<String> = (0..100).map(|_| stand(served.at, WHO)).collect();
    let one_more = || Ask::new("POST", "/subscriptions").allowed().body(WHO).send(served.at).status;
    assert_eq!(one_more(), 429);
    assert_eq!(Ask::new("DELETE", &places[50]).allowed().send(served.at).status, 204);
    assert_eq!(one_more(), 201);
}

/// The listener reads nothing while more changes come than are kept for one, each larger than what a socket holds for long.
#[test]
fn a_listener_who_is_far_behind_holds_nobody_up_and_ends_with_the_truth() {
    let bare = Bare::turtle("");
    let served = Served::usual(&bare);
    let place = stand(served.at, "SELECT ?who { ?who wdt:P108 ?there }");
    let (mut quick, mut slow) = (listen(served.at, &place), listen(served.at, &place));
    next(&mut quick);
    let people: Vec<String> = (0..100).map(|n| format!("urn:x:{}{n}", "long".repeat(600))).collect();
    let all: Vec<_> = people.iter().map(|person| (person.as_str(), WORKS, "urn:x:lumenta")).collect();
    for epoch in 1..=450 {
        let (came, went) = if epoch % 2 == 1 { (all.as_slice(), &[][..]) } else { (&[][..], all.as_slice()) };
        bare.epoch(epoch, came, went);
        assert_eq!(next(&mut quick).id, epoch.to_string(), "who reads is told at once");
    }
    bare.epoch(451, &[ADA], &[]);
    let (mut seen, mut rows, mut leaps) = (0, BTreeMap::new(), 0);
    while seen < 451 {
        let event = next(&mut slow);
        let data = event.json();
        let from = data["from"].as_u64().expect("an epoch");
        if event.name == "snapshot" {
            rows.clear();
            leaps += 1;
        } else {
            assert_eq!(from, seen, "each begins where the one before ended");
        }
        seen = data["to"].as_u64().expect("an epoch");
        let (came, went) = who(&event);
        came.into_iter().for_each(|name| *rows.entry(name).or_insert(0) += 1);
        went.into_iter().for_each(|name| *rows.entry(name).or_insert(0) -= 1);
        rows.retain(|_, count| *count != 0);
    }
    assert_eq!(rows, BTreeMap::from([("ada".to_owned(), 1)]));
    assert!((1..=3).contains(&leaps), "{leaps} snapshots");
    nothing(&mut slow);
}

#[test]
fn epochs_are_told_as_they_come() {
    let bare = Bare::turtle("");
    let served = Served::usual(&bare);
    let mut events = Events::open(served.at, &Ask::get("/events"));
    assert_eq!(events.status, 200);
    bare.epoch(1, &[ADA, BOB], &[]);
    bare.epoch(2, &[], &[ADA]);
    for (id, came, went) in [("1", 2, 0), ("2", 0, 1)] {
        let event = next(&mut events);
        let data = event.json();
        assert_eq!((event.name.as_str(), event.id.as_str()), ("epoch", id));
        assert_eq!((&data["came"], &data["went"]), (&json!(came), &json!(went)));
        for field in ["epoch", "put", "deleted", "refused", "documents", "facts", "milliseconds"] {
            assert!(data[field].is_u64(), "{field}: {data}");
        }
    }
    nothing(&mut events);
    assert!(bare.store().is_some());
}
