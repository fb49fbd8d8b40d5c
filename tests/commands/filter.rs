//! The graph filter from the command line: responses drawn, nodes classified.

use super::Sandbox;
use serde_json::Value;

const TEXT: &str = "Ingrid Solberg was born in Vardby on 3 March 1948. She founded the firm Lumenta in Ostrand in 1985. \
    Lumenta is a company from Ostrand, a town in Corvania. Solberg died in Velmora, the capital of Corvania, in 2013.";

#[test]
fn the_shipped_filter_can_be_asked_and_tells_why() {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("a.txt", TEXT);
    sandbox.done(&["run", "a.txt"]);
    assert!(sandbox.done(&["status"]).contains("filter      none"));
    sandbox.done(&["run", "--rebuild", "--filter", "bundled"]);
    assert!(sandbox.done(&["status"]).contains("filter      filter@"));
    let facts = |flags: &[&str]| -> usize {
        let asked =
            ["query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(STRSTARTS(STR(?p), STR(wdt:))) }", "--format", "csv"];
        let said = sandbox.done(&[&asked[..], flags].concat());
        said.lines().nth(1).and_then(|count| count.trim().parse().ok()).expect("a count")
    };
    let usual = facts(&[]);
    assert!(usual > 0);
    let why = sandbox.done(&["explain", "--why", "Ingrid Solberg", "date of birth", "1948-03-03"]);
    assert!(why.contains("kept by filter@") && why.contains("by its documents alone"), "{why}");
    assert!(why.contains("documents 1, support") && why.contains("Vardby"), "what is around it: {why}");

    // What is asked for decides what is kept, and the graph follows.
    let strict = ["--keep-precision", "0.75"];
    let refused = sandbox.kgloom(&[&["run", "a.txt"][..], &strict].concat());
    assert!(refused.code == 78 && refused.err.contains("it was filtered by filter@"), "{}", refused.err);
    assert_eq!(facts(&[]), usual);
    let said = sandbox.kgloom(&[&["run", "--rebuild"][..], &strict].concat());
    assert!(said.code == 0 && said.err.contains("filter or version are new"), "{}", said.err);
    assert!(facts(&strict) < usual);
    assert!(sandbox.done(&[&["verify"][..], &strict].concat()).ends_with("equal\n"));
    let rows = sandbox.ask_with(
        "SELECT ?record ?p { GRAPH kgloom:rejected { ?r kgloom:stage \"filter\" ; kgloom:record ?record ; kgloom:probability ?p } }",
        &strict,
    );
    let (record, probability) = rows[0].split_once(',').expect("two columns");
    assert!(record.contains("wdt") || record.contains("prop/direct/"), "{record}");
    assert!(probability.trim().parse::<f64>().expect("a number") < 1.0);
    let names: Vec<&str> =
        record.trim_matches('"').split([' ']).map(|part| part.trim_matches(['<', '>', '"'])).collect();
    let fact = [names[0], names[1].rsplit('/').next().expect("a property"), names[2]];
    let said = sandbox.kgloom(&[&["explain"][..], &fact, &strict].concat());
    assert!(said.code == 1 && said.err.contains("the graph filter cut this fact"), "{}", said.err);
    let said = sandbox.kgloom(&[&["explain", "--why"][..], &fact, &strict].concat());
    assert!(
        said.code == 1 && said.out.contains("cut by filter@") && said.out.contains("document a.txt"),
        "{}",
        said.out
    );

    let off = ["--filter", "off"];
    sandbox.done(&[&["run", "--rebuild"][..], &off].concat());
    assert!(sandbox.done(&["status"]).contains("filter      none"));
    let said = sandbox.kgloom(&[&["run", "a.txt", "--keep-precision", "0.42"][..]].concat());
    assert!(said.code == 78 && said.err.contains("no thresholds for precision 0.42"), "{}", said.err);
    let said = sandbox.kgloom(&["run", "a.txt", "--keep-precision", "7"]);
    assert!(said.code == 78 && said.err.contains("must be a share between"), "{}", said.err);
    let said = sandbox.kgloom(&["run", "a.txt", "--keep-precision", "0.6", "--model", "toy:rules"]);
    assert!(said.code == 78 && said.err.contains("was made for kgloom-minilm@"), "{}", said.err);
}

#[test]
fn responses_are_drawn() {
    let sandbox = Sandbox::new();
    sandbox.done(&["filter", "response", "--out", "all.svg"]);
    let picture = std::fs::read_to_string(sandbox.path().join("all.svg")).expect("a picture");
    assert!(picture.starts_with("<svg") && picture.contains("bernstein, K = 10"), "{picture}");
    let said = sandbox.kgloom(&["filter", "response", "--basis", "gpr", "--coefficients", "1,-1", "--out", "one.svg"]);
    assert!(said.code == 2 && said.err.contains("needs 11 coefficients"), "{}", said.err);
    let said = sandbox.kgloom(&["filter", "response", "--basis", "fourier", "--out", "one.svg"]);
    assert!(said.code == 2 && said.err.contains("is no basis; there are gcn"), "{}", said.err);
}

#[test]
fn nodes_are_classified_by_what_their_neighbours_are() {
    // Two rings; only one node in three says by a feature which ring it is on.
    let (labels, features, edges): (Vec<String>, Vec<String>, Vec<String>) = {
        let nodes = 0..60;
        let ring = |node: usize| node % 2;
        (
            nodes.clone().map(|node| format!("{node}\t{}\n", ring(node))).collect(),
            nodes
                .clone()
                .map(|node| format!("{node}\t{}\n", if node % 3 == 0 { ring(node) } else { 2 + node % 5 }))
                .collect(),
            nodes.map(|node| format!("{node}\t{}\n{node}\t{}\n", (node + 2) % 60, (node + 4) % 60)).collect(),
        )
    };
    let sandbox = Sandbox::with(&[
        ("rings/labels.tsv", &labels.concat()),
        ("rings/features.txt", &features.concat()),
        ("rings/edges.tsv", &edges.concat()),
    ]);
    let accuracy = |order: &str| -> f64 {
        let command = ["eval", "nodes", "--data", "rings", "--basis", "gpr", "--order", order, "--splits", "3"];
        let said = sandbox.done(&[&command[..], &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(&said).expect("JSON");
        report["accuracy"].as_f64().expect("a figure")
    };
    assert!(accuracy("4") > accuracy("0") + 0.2);
}
