//! kill -9 at random moments. In: the sample corpus, the model that is shipped, and seeded delays. Out: after
//! resuming, the graph is that of an undisturbed run, `verify` agrees, no answer is lost, and the run that ends a
//! chain of kills asks for none that had reached the journal.

use crate::commands::Desk;
use connectors::Journal;
use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;

const CHAINS: u64 = 10;
const KILLS_IN_A_CHAIN: u64 = 5;
const TEXTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/corpus/people");
const RUN: [&str; 4] = ["run", TEXTS, "--workers", "2"];

#[test]
fn fifty_kills_leave_no_trace() {
    let undisturbed = Desk::with_shipped_model();
    let whole = undisturbed.summary(&RUN);
    let expected = export(&undisturbed);
    let (texts, seconds) = (count(&whole, "asked"), whole["seconds"].as_f64().expect("a time"));
    assert!(texts > 50 && !expected.is_empty());

    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let mut landed = Vec::new();
    for chain in 0..CHAINS {
        let desk = Desk::with_shipped_model();
        let mut kept = 0;
        for _ in 0..KILLS_IN_A_CHAIN {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let share = (seed >> 40) as f64 / (1u64 << 24) as f64;
            kill_after(&desk, Duration::from_secs_f64(share * seconds * 0.7));
            let now = answers(&desk);
            assert!(now >= kept, "answers that had reached the journal are gone: {kept}, then {now}");
            kept = now;
            landed.push(kept);
        }
        let asked = count(&desk.summary(&RUN), "asked");
        assert_eq!(asked, texts - kept, "chain {chain}: {kept} of {texts} answers were in the journal");
        desk.done(&["verify"]);
        assert!(export(&desk) == expected, "chain {chain}: the export differs from an undisturbed run's");
    }
    println!(
        "50 kills, of {texts} answers the journal then held {landed:?}; the runs that ended the chains asked none of these again"
    );
}

fn kill_after(desk: &Desk, delay: Duration) {
    let mut child = desk.command(&RUN).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    std::thread::sleep(delay);
    child.kill().expect("a child can be killed");
    child.wait().expect("a killed child ends");
}

/// Answers that the journal holds; none where there is no journal yet.
fn answers(desk: &Desk) -> u64 {
    let path = desk.path().join("kgloom-state/journal");
    if !path.exists() {
        return 0;
    }
    let journal = Journal::open(path).expect("a journal survives its process");
    journal.counts().expect("a journal can be counted").answers
}

fn count(summary: &Value, what: &str) -> u64 {
    summary[what].as_u64().expect("a count")
}

/// The whole graph, but for what tells of its history.
fn export(desk: &Desk) -> Vec<String> {
    let text = desk.done(&["export", "--format", "nq", "--all-graphs"]);
    let mut lines: Vec<String> =
        text.lines().filter(|line| !line.contains("<urn:kgloom:meta>")).map(str::to_owned).collect();
    lines.sort();
    lines
}
