//! Who only reads waits for nobody: beside a writer, beside each other, and with a state of an earlier version.

use super::{Outcome, Sandbox};
use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

const BORN: &str = "SELECT (COUNT(*) AS ?n) { ?s wdt:P19 ?o }";

/// People, one to a file, each born somewhere.
fn people(sandbox: &Sandbox, count: usize) {
    for number in 0..count {
        let name: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        let (first, rest) = name.split_at(1);
        let name = format!("{}{rest}x", first.to_uppercase());
        sandbox.write(&format!("texts/{number}.txt"), &format!("{name} Morgan was born in London."));
    }
}

#[test]
fn eight_readers_ask_while_a_run_works_and_each_sees_whole_epochs() {
    let sandbox = Sandbox::new();
    people(&sandbox, 240);
    sandbox.write("first.txt", "Ada Morgan was born in London.");
    sandbox.done(&["run", "first.txt"]);
    let mut run = sandbox.command(&["run", "texts", "--epoch-documents", "10"]);
    let mut run = run.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let ended = AtomicBool::new(false);
    let seen: Vec<Vec<usize>> = std::thread::scope(|scope| {
        let read = || {
            let mut counts = Vec::new();
            while !ended.load(Ordering::Relaxed) || counts.is_empty() {
                let answer = sandbox.kgloom(&["query", BORN, "--format", "csv"]);
                assert_eq!(answer.code, 0, "{}", answer.err);
                counts.push(answer.out.lines().nth(1).expect("a row").parse().expect("a number"));
            }
            counts
        };
        let readers: Vec<_> = (0..8).map(|_| scope.spawn(read)).collect();
        assert!(run.wait().expect("it ends").success());
        ended.store(true, Ordering::Relaxed);
        readers.into_iter().map(|reader| reader.join().expect("it reads")).collect()
    });
    for counts in &seen {
        assert!(counts.is_sorted(), "a later reader sees no earlier epoch: {counts:?}");
        assert!(counts.iter().all(|count| count % 10 == 1), "half an epoch was seen: {counts:?}");
    }
    assert_eq!(sandbox.ask(BORN), ["241"]);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn lists_exports_and_answers_need_no_lock() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let whole = sandbox.done(&["export", "--format", "nq", "--all-graphs"]);
    let held = connectors::Journal::open(sandbox.path().join("kgloom-state/journal")).expect("a journal");
    assert_eq!(sandbox.done(&["export", "--format", "nq", "--all-graphs"]), whole);
    assert_eq!(sandbox.ask(BORN), ["1"]);
    assert!(sandbox.done(&["find", "Ada Morgan"]).contains("Ada"));
    assert!(sandbox.done(&["relations"]).contains("P19"));
    let said: Outcome = sandbox.kgloom(&["put", "a.txt"]);
    assert!(said.code == 74 && said.err.contains("in use"), "{}", said.err);
    drop(held);
    sandbox.done(&["put", "a.txt"]);
}

#[test]
fn one_edit_writes_its_difference_and_the_graph_is_that_of_a_fresh_build() {
    let sandbox = Sandbox::new();
    people(&sandbox, 30);
    sandbox.done(&["run", "texts"]);
    sandbox.write("texts/3.txt", "Dx Morgan was born in Paris.");
    let put = sandbox.summary(&["put", "texts/3.txt"]);
    assert_eq!((&put["put"], &put["asked"]), (&1.into(), &1.into()));
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    sandbox.done(&["delete", "texts/4.txt"]);
    sandbox.done(&["delete", "texts/5.txt", "texts/6.txt"]);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    assert_eq!(sandbox.ask(BORN), ["27"]);
    let files = fs::read_dir(sandbox.path().join("kgloom-state/store")).expect("a store").count();
    assert_eq!(files, 2, "the store is one file of rows and one of changes");
}

#[test]
fn a_store_of_an_earlier_version_is_built_again_from_the_journal() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let whole = sandbox.done(&["export", "--format", "nq", "--all-graphs"]);
    let store = sandbox.path().join("kgloom-state/store");
    fs::remove_dir_all(&store).expect("it is there");
    fs::create_dir(&store).expect("a folder");
    for name in ["CURRENT", "IDENTITY", "LOCK", "LOG", "LOG.old.1", "MANIFEST-000005", "OPTIONS-000007", "000012.sst"] {
        fs::write(store.join(name), "of RocksDB").expect("a file");
    }
    assert_eq!(sandbox.ask(BORN), ["1"]);
    assert_eq!(sandbox.done(&["export", "--format", "nq", "--all-graphs"]), whole);
    let mut left: Vec<_> = fs::read_dir(&store).expect("a store").flatten().map(|entry| entry.file_name()).collect();
    left.sort();
    assert!(left.len() == 2 && left.iter().all(|name| !name.to_string_lossy().contains("LO")), "{left:?}");
}
