//! Standing queries over connections that end, restarts, and readers who fall behind. In: streams that are cut off. Out: nothing told
//! twice, nobody held up. Never: a listener who keeps a writer waiting.

use super::*;

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
    check(&next(&mut events), "change", "2.0", &["bob"], &[]);
    served.stop();
    assert_eq!(events.next(PATIENCE), None);
    assert!(events.ended, "the stream ends whole");
    // While no server runs.
    bare.change(3, &[CAM], &[]);
    bare.change(4, &[], &[ADA]);
    let served = start();
    let mut back = again(served.at, &place, "2");
    check(&next(&mut back), "change", "4.0", &["cam"], &["ada"]);
    nothing(&mut back);
    let mut older = again(served.at, &place, "1");
    check(&next(&mut older), "change", "2.0", &["bob"], &[]);
    check(&next(&mut older), "change", "4.0", &["cam"], &["ada"]);
    check(&next(&mut listen(served.at, &place)), "snapshot", "4.0", &["bob", "cam"], &[]);
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
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }".to_owned(), 400),
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
    let served = Served::with(&bare, |settings| settings.stall_time = Duration::from_secs(600));
    let place = stand(served.at, "SELECT ?who { ?who wdt:P108 ?there }");
    let (mut quick, mut slow) = (listen(served.at, &place), listen(served.at, &place));
    next(&mut quick);
    let people = people();
    let all: Vec<_> = people.iter().map(|person| (person.as_str(), WORKS, "urn:x:lumenta")).collect();
    for epoch in 1..=450 {
        let (came, went) = if epoch % 2 == 1 { (all.as_slice(), &[][..]) } else { (&[][..], all.as_slice()) };
        bare.epoch(epoch, came, went);
        assert_eq!(next(&mut quick).id, format!("{epoch}.0"), "who reads is told at once");
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

/// People with names so long that what is told of all of them is much.
fn people() -> Vec<String> {
    (0..100).map(|n| format!("urn:x:{}{n}", "long".repeat(600))).collect()
}

#[test]
fn a_listener_who_reads_nothing_for_too_long_is_left() {
    let bare = Bare::turtle("");
    let served = Served::with(&bare, |settings| settings.stall_time = Duration::from_secs(2));
    let place = stand(served.at, "SELECT ?who { ?who wdt:P108 ?there }");
    let (mut quick, mut idle) = (listen(served.at, &place), listen(served.at, &place));
    next(&mut quick);
    let people = people();
    let all: Vec<_> = people.iter().map(|person| (person.as_str(), WORKS, "urn:x:lumenta")).collect();
    // More than the sockets hold.
    for epoch in 1..=120 {
        let (came, went) = if epoch % 2 == 1 { (all.as_slice(), &[][..]) } else { (&[][..], all.as_slice()) };
        bare.epoch(epoch, came, went);
        next(&mut quick);
    }
    std::thread::sleep(Duration::from_secs(4));
    let mut told = 0;
    while idle.next(PATIENCE).is_some() {
        told += 1;
    }
    assert!(!idle.ended && told < 120, "{told} events");
    bare.epoch(121, &[ADA], &[]);
    assert_eq!(next(&mut quick).id, "121.0");
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
