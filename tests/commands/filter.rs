//! The graph filter from the command line: responses drawn, nodes classified.

use super::Desk;
use serde_json::Value;

#[test]
fn responses_are_drawn() {
    let desk = Desk::new();
    desk.done(&["filter", "response", "--out", "all.svg"]);
    let picture = std::fs::read_to_string(desk.path().join("all.svg")).expect("a picture");
    assert!(picture.starts_with("<svg") && picture.contains("bernstein, K = 10"), "{picture}");
    let said = desk.kgloom(&["filter", "response", "--basis", "gpr", "--coefficients", "1,-1", "--out", "one.svg"]);
    assert!(said.code == 2 && said.err.contains("needs 11 coefficients"), "{}", said.err);
    let said = desk.kgloom(&["filter", "response", "--basis", "fourier", "--out", "one.svg"]);
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
    let desk = Desk::with(&[
        ("rings/labels.tsv", &labels.concat()),
        ("rings/features.txt", &features.concat()),
        ("rings/edges.tsv", &edges.concat()),
    ]);
    let accuracy = |order: &str| -> f64 {
        let command = ["eval", "nodes", "--data", "rings", "--basis", "gpr", "--order", order, "--splits", "3"];
        let said = desk.done(&[&command[..], &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(&said).expect("JSON");
        report["accuracy"].as_f64().expect("a figure")
    };
    assert!(accuracy("4") > accuracy("0") + 0.2);
}
