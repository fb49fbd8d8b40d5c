//! Standing queries and epochs as they are told. In: a store that changes, listeners that come and go. Out: each change once, to
//! each of them. Never: a change that is told twice to one who says what was seen, or to nobody; a failure that is kept quiet.

mod connections;
#[path = "../support/mod.rs"]
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
    assert_eq!(Some(event.json()["to"].to_string().as_str()), id.split('.').next());
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
        check(&first, "snapshot", "1.0", &["ada"], &[]);
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
    bare_settled(&mut one, "7.0", &["ada"], &[]);
    bare.epoch(8, &[], &[ADA]);
    bare_settled(&mut one, "8.0", &[], &["ada"]);
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
        assert_eq!(next(&mut watching).id, format!("{epoch}.0"));
    }
    let mut back = again(served.at, &place, &seen);
    check(&next(&mut back), "change", "2.0", &["bob"], &[]);
    check(&next(&mut back), "change", "3.0", &["cam"], &["ada"]);
    drop(back);
    // As ids were once.
    let mut back = again(served.at, &place, "3");
    check(&next(&mut back), "change", "4.0", &["ada"], &["cam"]);
    bare.epoch(5, &[], &[BOB]);
    check(&next(&mut back), "change", "5.0", &[], &["bob"]);
    nothing(&mut back);
    // Who has seen all is told nothing; who has seen what never was is told the whole.
    nothing(&mut again(served.at, &place, "5"));
    for odd in ["99", "5.1", "0", "yesterday", "-1"] {
        check(&next(&mut again(served.at, &place, odd)), "snapshot", "5.0", &["ada"], &[]);
    }
}

/// What is predicted follows the epoch, and is told as another part of it.
#[test]
fn changes_within_an_epoch_have_ids_of_their_own() {
    let bare = Bare::turtle("");
    bare.change(1, &[ADA], &[]);
    let served = Served::usual(&bare);
    let place = stand(served.at, WHO);
    let mut events = listen(served.at, &place);
    check(&next(&mut events), "snapshot", "1.0", &["ada"], &[]);
    for (id, came, went) in [("1.1", BOB, ADA), ("2.0", CAM, BOB), ("2.1", ADA, CAM), ("2.2", BOB, ADA)] {
        let epoch = id[..1].parse().expect("a number");
        bare.epoch(epoch, &[came], &[went]);
        let event = next(&mut events);
        assert_eq!((event.name.as_str(), event.id.as_str(), &event.json()["to"]), ("change", id, &json!(epoch)));
    }
    let missed = |seen: &str| {
        let mut back = again(served.at, &place, seen);
        let mut ids = Vec::new();
        while let Some(event) = back.next(QUIET) {
            assert_eq!(event.name, "change", "{event:?}");
            ids.push(event.id);
        }
        ids.join(" ")
    };
    assert_eq!(missed("1.0"), "1.1 2.0 2.1 2.2");
    assert_eq!(missed("1"), "1.1 2.0 2.1 2.2");
    assert_eq!(missed("1.1"), "2.0 2.1 2.2");
    assert_eq!(missed("2"), "2.1 2.2");
    assert_eq!(missed("2.1"), "2.2");
    assert_eq!(missed("2.2"), "");
    check(&next(&mut listen(served.at, &place)), "snapshot", "2.2", &["bob"], &[]);
}

#[test]
fn who_listens_is_told_that_the_query_fails_and_that_it_is_answered_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let bare = Bare::turtle("");
    bare.change(1, &[ADA], &[]);
    let start = || {
        Served::with(&bare, |settings| {
            settings.folder = Some(folder.path().to_owned());
            settings.timeout = Duration::from_secs(1);
        })
    };
    let served = start();
    // Quick where few work, and beyond its time where many do.
    let works: String = (0..6).map(|n| format!("?a{n} wdt:P108 ?b{n} . ")).collect();
    let place = stand(served.at, &format!("SELECT (COUNT(*) AS ?n) {{ {works} }}"));
    let count = |rows: &Value| rows[0]["n"]["value"].as_str().map(str::to_owned);
    let failed = |event: &Event, id: &str| {
        assert_eq!((event.name.as_str(), event.id.as_str()), ("failed", id), "{event:?}");
        let data = event.json();
        assert_eq!(Some(data["epoch"].to_string().as_str()), id.split('.').next());
        assert!(data["reason"].as_str().is_some_and(|reason| reason.contains("took longer than 1 s")), "{data}");
    };
    let mut events = listen(served.at, &place);
    let first = next(&mut events);
    assert_eq!((first.id.as_str(), count(&first.json()["added"])), ("1.0", Some("1".to_owned())));
    let people: Vec<String> = (0..300).map(|n| format!("urn:x:person{n}")).collect();
    let all: Vec<_> = people.iter().map(|person| (person.as_str(), WORKS, "urn:x:lumenta")).collect();
    bare.epoch(2, &all, &[]);
    failed(&next(&mut events), "2.0");
    // It still does: nothing is to be told.
    bare.epoch(3, &[BOB], &[]);
    assert_eq!(events.next(Duration::from_secs(3)), None);
    let told = |events: &mut Events| {
        let first = next(events);
        assert_eq!((first.name.as_str(), first.id.as_str(), &first.json()["to"]), ("snapshot", "1.0", &json!(1)));
        failed(&next(events), "2.0");
    };
    told(&mut listen(served.at, &place));
    failed(&next(&mut again(served.at, &place, "1.0")), "2.0");
    nothing(&mut again(served.at, &place, "2.0"));
    let list = Ask::get("/subscriptions").send(served.at).json();
    assert!(list["subscriptions"][0]["failed"].is_string(), "{list}");
    // Also after a restart.
    served.stop();
    assert_eq!(events.next(PATIENCE), None);
    let served = start();
    told(&mut listen(served.at, &place));
    let mut events = again(served.at, &place, "2.0");
    bare.epoch(4, &[], &all);
    let again_answered = next(&mut events);
    let data = again_answered.json();
    assert_eq!((again_answered.name.as_str(), again_answered.id.as_str()), ("change", "4.0"), "{data}");
    assert_eq!((&data["from"], count(&data["added"])), (&json!(1), Some("64".to_owned())), "{data}");
    assert_eq!(count(&data["removed"]), Some("1".to_owned()));
    let whole = next(&mut listen(served.at, &place));
    assert_eq!((whole.name.as_str(), whole.id.as_str()), ("snapshot", "4.0"));
    // That it is answered again is told also where the answer is the one before.
    bare.epoch(5, &all, &[]);
    failed(&next(&mut events), "5.0");
    bare.epoch(5, &[], &all);
    let same = next(&mut events);
    assert_eq!((same.name.as_str(), same.id.as_str()), ("change", "5.1"), "{same:?}");
    assert_eq!((&same.json()["added"], &same.json()["removed"]), (&json!([]), &json!([])));
    let list = Ask::get("/subscriptions").send(served.at).json();
    assert!(list["subscriptions"][0]["failed"].is_null(), "{list}");
}
