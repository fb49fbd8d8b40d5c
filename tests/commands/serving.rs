//! A state folder that is served: over HTTP, by the commands that find the server by themselves, by an assistant.

use super::{Outcome, Sandbox, trunk};
use kgloom_client::{Client, Error, Upload};
use serde_json::{Value, json};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

pub(super) const BORN: &str = "SELECT ?n { ?s wdt:P19 ?o ; rdfs:label ?n } ORDER BY ?n";

/// A server over the sandbox's state folder, ended with the test.
pub(super) struct Serving {
    child: Child,
    pub(super) client: Client,
}

impl Serving {
    pub(super) fn start(sandbox: &Sandbox, arguments: &[&str]) -> Serving {
        let mut command = sandbox.command(&[&["serve", "--bind", "127.0.0.1:0"], arguments].concat());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it runs");
        let state = sandbox.path().join("kgloom-state");
        let start = Instant::now();
        let client = loop {
            let found = match Client::of_state(&state) {
                Err(Error::Busy { .. }) => None,
                found => found.expect("serve.json is whole"),
            };
            if let Some(client) = found.filter(|client| client.view("/readyz", &[]).is_ok()) {
                break client;
            }
            assert!(start.elapsed() < Duration::from_secs(60) && child.try_wait().expect("a process").is_none());
            std::thread::sleep(Duration::from_millis(20));
        };
        Serving { child, client }
    }

    /// The first column of a query.
    #[track_caller]
    pub(super) fn ask(&self, sparql: &str) -> Vec<String> {
        let mut out = Vec::new();
        self.client.query(sparql, "text/csv", &kgloom_client::QueryOptions::default(), &mut out).expect("an answer");
        String::from_utf8(out).expect("UTF-8").lines().skip(1).map(|line| line.trim_end().to_owned()).collect()
    }

    /// Asks until the answer is this one.
    #[track_caller]
    fn becomes(&self, expected: &[&str]) {
        let start = Instant::now();
        while self.ask(BORN) != expected {
            assert!(start.elapsed() < Duration::from_secs(30), "{:?}", self.ask(BORN));
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    pub(super) fn signal(&mut self, name: &str) -> Option<i32> {
        let killed = std::process::Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(killed.expect("a signal").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(unix)]
#[test]
fn a_served_graph_is_asked_and_changed_and_equals_a_fresh_build_when_it_stops() {
    let sandbox = Sandbox::with(&[("texts/ada.txt", "Ada Morgan was born in London.")]);
    let mut serving = Serving::start(&sandbox, &["texts"]);
    serving.becomes(&["Ada Morgan"]);
    let written = serving.client.put("notes/zoe", "Zoe Morgan was born in Ghent.").expect("it is put");
    assert_eq!((written.put, written.went_count), (1, 0));
    let born = "<urn:kgloom:person:Zoe_Morgan> <http://www.wikidata.org/prop/direct/P19> <urn:kgloom:location:Ghent> .";
    assert!(written.came.iter().any(|line| line == born), "{:?}", written.came);
    assert_eq!(serving.ask(BORN), ["Ada Morgan", "Zoe Morgan"], "it is there when it is answered");
    assert_eq!(serving.client.put("notes/zoe", "Zoe Morgan was born in Ghent.").expect("it is put").unchanged, 1);

    let view = |path: &str, parameters: &[(&str, &str)]| serving.client.view(path, parameters).expect("a view");
    let found = view("/find", &[("text", "zoe")]);
    assert_eq!(text(&found["found"][0]["iri"]), "urn:kgloom:person:Zoe_Morgan");
    let zoe = view("/entity", &[("iri", "person:Zoe_Morgan")]);
    let fact = zoe["facts"].as_array().expect("facts").iter().find(|fact| fact["relation"]["short"] == "wdt:P19");
    let fact = fact.expect("her place of birth");
    assert_eq!((text(&fact["value"]["label"]), fact["documents"].as_u64()), ("Ghent", Some(1)));
    assert!(fact["certainty"].as_f64().is_some_and(|certainty| certainty > 0.5), "{fact}");
    let told = view("/explain", &[("subject", "Zoe Morgan"), ("relation", "place of birth"), ("object", "Ghent")]);
    let marked = text(&told["explanations"][0]["evidence"][0]["sentences"][0]["marked"]).to_owned();
    assert_eq!(marked, "«Zoe Morgan» was born in «Ghent».");
    let reading = view("/documents/notes%2Fzoe", &[("view", "reading")]);
    let pieces: Vec<&str> =
        reading["pieces"].as_array().expect("pieces").iter().map(|piece| text(&piece["text"])).collect();
    assert_eq!(pieces.concat(), "Zoe Morgan was born in Ghent.");
    assert_eq!(text(&reading["pieces"][0]["entity"]), "urn:kgloom:person:Zoe_Morgan");
    let around = view("/neighbourhood", &[("iri", "location:Ghent")]);
    assert_eq!(around["edges"].as_array().map(Vec::len), Some(1), "{around}");
    assert_eq!(view("/status", &[])["documents"], 2);

    let wrong = json!({ "kind": "reject", "subject": "Zoe Morgan", "relation": "P19", "object": "Ghent" });
    let corrected = serving.client.correct(&wrong).expect("it is taken");
    assert_eq!(corrected.went, [born]);
    assert_eq!(serving.ask(BORN), ["Ada Morgan"]);
    let id = corrected.correction.expect("an id");
    serving.client.undo(&id).expect("it is taken back");
    assert_eq!(serving.ask(BORN), ["Ada Morgan", "Zoe Morgan"]);
    let lines = [
        Upload::Put { id: "bela".to_owned(), text: "Bela Morgan was born in Pecs.".to_owned(), file: None },
        Upload::Delete { id: "notes/zoe".to_owned() },
    ];
    let written = serving.client.post_documents(&lines).expect("both are taken");
    assert_eq!((written.put, written.deleted), (1, 1));
    assert_eq!(serving.ask(BORN), ["Ada Morgan", "Bela Morgan"]);
    assert_eq!(serving.client.delete("notes/zoe").expect_err("it is gone").status(), Some(404));

    assert_eq!(serving.signal("-TERM"), Some(0));
    assert!(!sandbox.path().join("kgloom-state/serve.json").exists());
    assert_eq!(sandbox.ask(BORN), ["Ada Morgan", "Bela Morgan"]);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

/// What a command did, without what differs from time to time.
fn told(said: &Outcome) -> (i32, Vec<u64>, String) {
    let summary = if said.err.contains("\"done\"") { said.summary() } else { Value::Null };
    let counts = ["put", "unchanged", "refused", "deleted", "entities", "facts", "relations", "rejections"];
    (said.code, counts.map(|name| summary[name].as_u64().unwrap_or_default()).to_vec(), said.out.clone())
}

#[test]
fn commands_find_the_server_by_themselves_and_do_as_they_would_without() {
    let [alone, served] = [(); 2].map(|()| {
        let bad = "b.json";
        Sandbox::with(&[
            ("a.txt", "Ada Morgan was born in London. Ada Morgan was educated at King's College."),
            ("z.txt", "Zoe Morgan was born in Ghent."),
            (bad, "{\"nothing\": 1}"),
        ])
    });
    for sandbox in [&alone, &served] {
        sandbox.done(&["run", "a.txt"]);
    }
    let _serving = Serving::start(&served, &[]);
    for command in [
        &["put", "z.txt"][..],
        &["put", "z.txt", "b.json"],
        &["explain", "Zoe Morgan", "place of birth", "Ghent"],
        &["explain", "Zoe Morgan", "place of birth", "Ghent", "--format", "json"],
        &["explain", "Zoe Morgan"],
        &["explain", "Zoe Morgan", "place of birth", "Paris"],
        &["reject", "Zoe Morgan", "place of birth", "Ghent"],
        &["reject", "Nobody", "place of birth", "Ghent"],
        &["assert", "Zoe Morgan", "place of birth", "Person:Ada Morgan"],
        &["corrections", "list"],
        &["corrections", "list", "--format", "json"],
        &["query", BORN, "--format", "csv"],
        &["search", "born in london", "--words"],
        &["search", "ghent", "--words", "--documents", "--format", "json"],
        &["search", "ghent", "--words", "--class", "Mountain"],
        &["corrections", "undo", "--all"],
        &["corrections", "undo", "0000"],
        &["delete", "z.txt", "nobody.txt"],
        &["search", "zoe", "--words"],
        &["search", "ghent", "--words", "--documents"],
        &["delete", "a.txt"],
        &["query", BORN, "--format", "csv"],
    ] {
        let (wanted, got) = (alone.kgloom(command), served.kgloom(command));
        assert_eq!(told(&got), told(&wanted), "{command:?}\n{}\n{}", got.err, wanted.err);
    }
    let status = served.done(&["status"]);
    assert!(status.contains("served at http://127.0.0.1:"), "{status}");
    let told = |sandbox: &Sandbox| -> Value {
        let told = sandbox.done(&["status", "--rejections", "--format", "json"]);
        serde_json::from_str(&told).expect("JSON")
    };
    let (mut wanted, mut got) = (told(&alone), told(&served));
    assert!(wanted["server"].is_null() && text(&got["server"]).starts_with("http://127.0.0.1:"), "{got}");
    let fields = |told: &Value| told.as_object().expect("fields").keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&got), fields(&wanted));
    // An undoing of several at once is an epoch each where it is served; what the journal alone tells is not told.
    for field in ["server", "epoch", "mentions", "answers"] {
        (wanted[field], got[field]) = (Value::Null, Value::Null);
    }
    assert_eq!(got, wanted);
    let run = served.kgloom(&["run", "a.txt"]);
    assert!(run.code == 74 && run.err.contains("in use"), "{} {}", run.code, run.err);
}

#[test]
fn several_documents_come_and_go_in_one_epoch() {
    let born = |name: &str| format!("{name} Morgan was born in Ghent.");
    let (ada, bela, cleo) = (born("Ada"), born("Bela"), born("Cleo"));
    let sandbox = Sandbox::with(&[("a.txt", &ada), ("b.txt", &bela), ("c.txt", &cleo), ("d.txt", "")]);
    sandbox.done(&["run", "a.txt"]);
    let serving = Serving::start(&sandbox, &[]);
    let epoch = || serving.client.view("/status", &[]).expect("a view")["epoch"].as_u64().expect("a number");
    let before = epoch();
    sandbox.done(&["put", "b.txt", "c.txt"]);
    assert_eq!((epoch(), serving.ask(BORN).len()), (before + 1, 3));
    let said = sandbox.kgloom(&["delete", "nobody", "a.txt", "", "c.txt", "a.tx"]);
    assert_eq!((said.code, epoch(), serving.ask(BORN)), (1, before + 2, vec!["Bela Morgan".to_owned()]));
    assert_eq!(said.summary()["deleted"], 2);
    let unknown: Vec<&str> = said.err.lines().filter(|line| line.contains("there is no document")).collect();
    assert!(unknown.len() == 3 && unknown[0].contains("nobody") && unknown[2].contains("a.tx"), "{}", said.err);
    assert_eq!(sandbox.kgloom(&["delete", "nobody"]).code, 1);
    assert_eq!(epoch(), before + 2, "nothing changed");
    // What was refused can be deleted too.
    assert_eq!(sandbox.kgloom(&["put", "d.txt"]).code, 65);
    assert_eq!(sandbox.kgloom(&["delete", "d.txt"]).code, 0);
}

#[test]
fn of_many_who_delete_a_document_at_once_one_finds_it() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    let serving = Serving::start(&sandbox, &["a.txt"]);
    let gone = [Upload::Delete { id: "x".to_owned() }];
    for _ in 0..3 {
        serving.client.put("x", "Zoe Morgan was born in Ghent.").expect("it is put");
        let told = std::thread::scope(|scope| {
            let delete = || serving.client.post_documents(&gone).expect("an answer");
            let all: Vec<_> = (0..8).map(|_| scope.spawn(delete)).collect();
            all.into_iter().map(|one| one.join().expect("no panic")).collect::<Vec<_>>()
        });
        let found = told.iter().filter(|written| written.deleted == 1 && written.missing.is_empty()).count();
        let missed = told.iter().filter(|written| written.deleted == 0 && written.missing == ["x"]).count();
        assert_eq!((found, missed), (1, 7), "{told:?}");
    }
}

#[test]
fn documents_are_found_by_a_part_of_their_id() {
    let sandbox = Sandbox::with(&[("texts/Ada.txt", "Ada Morgan was born in London."), ("zoe.txt", "Zoe Morgan.")]);
    sandbox.done(&["run", "."]);
    let serving = Serving::start(&sandbox, &[]);
    let found = |part: &str| -> Vec<String> {
        let page = serving.client.view("/documents", &[("containing", part)]).expect("a view");
        assert!(page["next"].is_null() && page["total"].as_u64() >= Some(2), "{page}");
        page["documents"].as_array().expect("a list").iter().map(|row| text(&row["id"]).to_owned()).collect()
    };
    assert_eq!(found("ada"), ["texts/Ada.txt"]);
    assert_eq!(found(".TXT"), ["texts/Ada.txt", "zoe.txt"]);
    assert_eq!(found("nobody"), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn what_was_answered_outlives_the_server_that_is_killed() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let mut serving = Serving::start(&sandbox, &[]);
    for number in 0..20u8 {
        let name = char::from(b'A' + number);
        serving.client.put(&format!("{number}"), &format!("{name}x Morgan was born in Ghent.")).expect("it is put");
    }
    serving.signal("-KILL");
    assert!(Client::of_state(&sandbox.path().join("kgloom-state")).expect("it is whole").is_none(), "it is stale");
    assert_eq!(sandbox.ask(BORN).len(), 21);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    let again = Serving::start(&sandbox, &[]);
    assert_eq!(again.ask(BORN).len(), 21);
}

#[cfg(unix)]
#[test]
fn what_was_sent_stays_when_the_files_around_it_are_looked_at_again() {
    let sandbox = Sandbox::with(&[("texts/ada.txt", "Ada Morgan was born in London.")]);
    let mut serving = Serving::start(&sandbox, &["."]);
    serving.client.put("zoe", "Zoe Morgan was born in Ghent.").expect("it is put");
    assert_eq!(serving.signal("-INT"), Some(0));
    std::fs::remove_file(sandbox.path().join("texts/ada.txt")).expect("it is there");
    let serving = Serving::start(&sandbox, &["."]);
    assert_eq!(serving.ask(BORN), ["Zoe Morgan"]);
}

#[test]
fn an_id_that_cannot_be_is_refused_and_others_are_taken() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let serving = Serving::start(&sandbox, &[]);
    for id in [String::new(), "x".repeat(5_000)] {
        let line = Upload::Put { id: id.clone(), text: "Zoe Morgan was born in Ghent.".to_owned(), file: None };
        assert_eq!(serving.client.post_documents(&[line]).expect_err("no id").status(), Some(400), "{}", id.len());
    }
    serving.client.put("zoe", "Zoe Morgan was born in Ghent.").expect("it is put");
    assert_eq!(serving.ask(BORN), ["Ada Morgan", "Zoe Morgan"]);
}

#[test]
fn files_are_followed_while_the_graph_is_served() {
    let sandbox = Sandbox::with(&[("texts/ada.txt", "Ada Morgan was born in London.")]);
    let serving = Serving::start(&sandbox, &["texts", "--watch"]);
    serving.becomes(&["Ada Morgan"]);
    sandbox.write("texts/zoe.txt", "Zoe Morgan was born in Ghent.");
    serving.becomes(&["Ada Morgan", "Zoe Morgan"]);
    std::fs::remove_file(sandbox.path().join("texts/ada.txt")).expect("it is there");
    serving.becomes(&["Zoe Morgan"]);
}

#[test]
fn who_has_no_token_only_reads() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let serving = Serving::start(&sandbox, &[]);
    let stranger = Client::at(serving.client.address(), None).expect("an address");
    assert_eq!(stranger.put("x", "Zoe Morgan was born in Ghent.").expect_err("no token").status(), Some(401));
    let other = Client::at(serving.client.address(), Some("0".repeat(32))).expect("an address");
    assert_eq!(other.delete("a.txt").expect_err("another token").status(), Some(403));
    assert_eq!(stranger.view("/status", &[]).expect("it is free")["documents"], 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = std::fs::metadata(sandbox.path().join("kgloom-state/serve.json")).expect("it is there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    drop(serving);
    let serving = Serving::start(&sandbox, &["--read-only"]);
    let refused = serving.client.put("x", "Zoe Morgan was born in Ghent.").expect_err("nobody writes");
    assert!(matches!(refused, Error::Refused { status: 403, .. }), "{refused}");
}

#[test]
fn what_cannot_be_served_is_refused_in_a_sentence() {
    let sandbox = Sandbox::with(&[("short", "abc")]);
    for (arguments, code, word) in [
        (&["serve", "--bind", "0.0.0.0:0"][..], 78, "--token-file"),
        (&["serve", "--bind", "127.0.0.1:0", "--token-file", "short"], 78, "short"),
        (&["serve", "--bind", "127.0.0.1:0", "nowhere"], 74, "nowhere"),
        (&["serve", "--bind", "nonsense"], 2, "nonsense"),
    ] {
        let said = sandbox.kgloom(arguments);
        assert!(said.code == code && said.err.contains(word), "{arguments:?}: {} {}", said.code, said.err);
    }
    let _serving = Serving::start(&sandbox, &[]);
    let second = sandbox.kgloom(&["serve", "--bind", "127.0.0.1:0"]);
    assert!(second.code == 74 && second.err.contains("in use"), "{} {}", second.code, second.err);
}

#[test]
fn questions_of_a_server_are_read_with_the_encoder_it_was_given_and_vectors_follow_what_is_put() {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("texts/song.txt", "Tomas Brandt is a composer. Tomas Brandt wrote an opera in Vienna.");
    sandbox.done(&["run", "texts"]);
    let part = ["--encoder", trunk(), "--layer", "2", "--bridge", "none"];
    let serving = Serving::start(&sandbox, &part);
    let text = ["search", "whales in the deep sea", "--vectors", "--class", "Person", "--format", "json"];
    let asked = || serde_json::from_str::<Value>(&sandbox.done(&text)).expect("JSON");
    let names = |told: &Value| -> Vec<String> {
        let hits = told["found"].as_array().into_iter().flatten();
        hits.filter_map(|hit| hit["name"].as_str().map(str::to_owned)).collect()
    };
    let told = asked();
    assert_eq!(names(&told), ["Tomas Brandt"]);
    assert!(told["encoder"]["anew"] == true, "{told}");
    assert!(told["encoder"]["id"].as_str().is_some_and(|id| id.ends_with("-layer-2")), "{told}");
    sandbox.write("texts/sea.txt", "Ines Calder is a biologist. Ines Calder studies whales in the deep sea.");
    sandbox.done(&["put", "texts/sea.txt"]);
    assert_eq!(names(&asked())[0], "Ines Calder");
    sandbox.done(&["delete", "texts/song.txt"]);
    assert_eq!(names(&asked()), ["Ines Calder"]);
    let said = sandbox.kgloom(&[&["search", "whales"][..], &part].concat());
    assert!(said.code == 2 && said.err.contains("name the encoder to `kgloom serve`"), "{}", said.err);
    drop(serving);
}
