//! kill -9 at random moments of a run. In: the sample corpus, the model that is shipped, and seeded delays.
//! Out: after resuming, the graph is that of an undisturbed run, `verify` agrees, no answer is lost, and no run asks
//! the model for an answer that had reached the journal. What was in flight at a kill is counted and printed.

use crate::commands::Sandbox;
use connectors::Journal;
use kgloom_reader::Extractor;
use kgloom_record::port::{ModelId, Reader};
use kgloom_record::record::ContentHash;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const KILLS: usize = 50;
const KILLS_IN_A_CHAIN: usize = 5;
const WORKERS: usize = 2;
const TEXTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/corpus/people");
const RUN: [&str; 5] = ["run", TEXTS, "--workers", "2", "-vv"];

#[test]
fn fifty_kills_leave_no_trace() {
    let model = Extractor::bundled().expect("the shipped model loads").id().clone();
    let undisturbed = Sandbox::with_shipped_model();
    let (_, whole) = run(&undisturbed, None);
    let expected = export(&undisturbed);
    let (texts, seconds) = (whole.asked.len(), whole.done.expect("a summary")["seconds"].as_f64().expect("a time"));
    assert!(texts > 50 && !expected.is_empty());

    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let (mut kept_at_kills, mut in_flight) = (Vec::new(), Vec::new());
    while kept_at_kills.len() < KILLS {
        let sandbox = Sandbox::with_shipped_model();
        let mut kept = BTreeSet::new();
        for link in 0..=KILLS_IN_A_CHAIN {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let share = (seed >> 40) as f64 / (1u64 << 24) as f64;
            let left = seconds * (0.1 + 0.9 * (texts - kept.len()) as f64 / texts as f64);
            let wanted = link < KILLS_IN_A_CHAIN && kept_at_kills.len() < KILLS;
            let (status, said) = run(&sandbox, wanted.then(|| Duration::from_secs_f64(share * left)));

            let again: Vec<_> = said.asked.intersection(&kept).collect();
            assert!(again.is_empty(), "{} answers were in the journal and asked for again", again.len());
            let now = kept_answers(&sandbox, &model, kept.union(&said.asked));
            assert!(now.is_superset(&kept), "answers that had reached the journal are gone");
            let lost = said.asked.difference(&now).count();
            kept = now;
            if status.signal() == Some(9) {
                assert!(lost <= WORKERS, "{lost} texts were in flight, and {WORKERS} workers read one each");
                kept_at_kills.push(kept.len());
                in_flight.push(lost);
            } else {
                assert!(status.success(), "the resumed run ends well");
                assert!(lost == 0 && kept.len() == texts, "{} of {texts} answers are kept", kept.len());
                break;
            }
        }
        sandbox.done(&["verify"]);
        assert!(export(&sandbox) == expected, "the export differs from an undisturbed run's");
    }
    println!("{KILLS} kills of running runs; of {texts} answers the journal then held {kept_at_kills:?}");
    println!(
        "texts in flight at each: {in_flight:?}, {} in all; no kept answer asked again",
        in_flight.iter().sum::<usize>()
    );
}

/// What a run said, as far as it came.
struct Heard {
    /// The texts that the model began to read.
    asked: BTreeSet<String>,
    /// The summary of a run that ended.
    done: Option<Value>,
}

/// Runs to the end, or to the kill; what it said goes to a file, which a kill leaves as it is.
fn run(sandbox: &Sandbox, kill_after: Option<Duration>) -> (ExitStatus, Heard) {
    let path = sandbox.path().join("heard");
    let file = File::create(&path).expect("a file");
    let mut child = sandbox.command(&RUN).stdout(Stdio::null()).stderr(file).spawn().expect("it starts");
    if let Some(delay) = kill_after {
        std::thread::sleep(delay);
        child.kill().expect("a child can be killed, and one that ended is left");
    }
    let status = child.wait().expect("it ends");
    let text = std::fs::read_to_string(path).expect("a file");
    let events: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let named = |name: &'static str| events.iter().filter(move |event| event["event"] == name);
    let asked: Vec<String> =
        named("asked").map(|event| event["content"].as_str().expect("a hash").to_owned()).collect();
    let different: BTreeSet<String> = asked.iter().cloned().collect();
    assert_eq!(asked.len(), different.len(), "no run asks twice");
    (status, Heard { asked: different, done: named("done").next().cloned() })
}

/// Those of the answers that the journal holds; none where there is no journal yet.
fn kept_answers<'a>(sandbox: &Sandbox, model: &ModelId, of: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
    let path = sandbox.path().join("kgloom-state/journal");
    if !path.exists() {
        return BTreeSet::new();
    }
    let journal = Journal::open(path).expect("a journal survives its process");
    let holds = |hash: &String| journal.reading(model, &content(hash)).expect("a readable journal").is_some();
    of.filter(|hash| holds(hash)).cloned().collect()
}

fn content(hex: &str) -> ContentHash {
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal digits");
    ContentHash(std::array::from_fn(byte))
}

/// The whole graph, but for what tells of its history.
fn export(sandbox: &Sandbox) -> Vec<String> {
    let text = sandbox.done(&["export", "--format", "nq", "--all-graphs"]);
    let mut lines: Vec<String> =
        text.lines().filter(|line| !line.contains("<urn:kgloom:meta>")).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Ctrl-C and SIGTERM while one long text is read: the run ends at once, and the next is not in its way.
#[test]
fn a_signal_is_heard_within_a_text() {
    for signal in ["INT", "TERM"] {
        let sandbox = Sandbox::with_shipped_model();
        let item = |index: usize| format!("Marta Ekdal met Pieter Vos in Utrecht on {} May 1921. ", index % 28 + 1);
        sandbox.write("long.txt", &(0..2_000).map(item).collect::<String>());
        let mut command = sandbox.command(&["run", "long.txt", "-vv"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let asked = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("\"asked\"")));
        assert!(asked.is_some(), "the text is read");
        std::thread::sleep(Duration::from_millis(700));
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        let start = Instant::now();
        let said: Vec<String> = lines.map_while(Result::ok).collect();
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(130), "{said:?}");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        assert!(said.iter().any(|line| line.contains("running again resumes")), "{said:?}");
        sandbox.write("long.txt", "Marta Ekdal was born in Gothenburg.");
        sandbox.done(&["run", "long.txt"]);
        sandbox.done(&["verify"]);
    }
}
