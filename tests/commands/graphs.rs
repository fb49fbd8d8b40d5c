//! Other people's graphs of links, as they come: byte-order marks, languages, leaks, names with spaces, training files that
//! ask for too much.

use super::Sandbox;
use serde_json::Value;

/// Towns in a row, each in one of four lands.
fn towns(parts: [std::ops::Range<usize>; 3]) -> [String; 3] {
    let line = |n: usize| format!("Town {n}\tlies in\tLand {}\nTown {n}\tborders\tTown {}\n", n % 4, (n + 1) % 40);
    parts.map(|part| part.map(line).collect())
}

fn set(folder: &str, [train, valid, test]: &[String; 3]) -> Vec<(String, String)> {
    [("train", train), ("valid", valid), ("test", test)]
        .map(|(name, text)| (format!("{folder}/{name}.txt"), text.clone()))
        .to_vec()
}

fn sandbox(files: &[(String, String)]) -> Sandbox {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Sandbox::with(&files)
}

fn stats(sandbox: &Sandbox, data: &str) -> Value {
    let mut stats: Value =
        serde_json::from_str(&sandbox.done(&["data", "stats", data, "--format", "json"])).expect("JSON");
    stats["name"].take();
    stats
}

#[test]
fn marks_of_byte_order_and_blank_lines_change_nothing() {
    let parts = towns([0..40, 0..5, 5..9]);
    let marked = parts.clone().map(|part| format!("\u{feff}{}\n \n", part.replace('\n', " \r\n")));
    let texts: String = (0..40).map(|n| format!("Town {n}\tThe town {n}.\n")).collect();
    let odd = format!("\u{feff}{}\n\n", texts.replace('\t', " \t"));
    let mut files = [set("plain", &parts), set("marked", &marked)].concat();
    files.extend([("plain/entity2text.txt".to_owned(), texts), ("marked/entity2text.txt".to_owned(), odd)]);
    let sandbox = sandbox(&files);
    assert_eq!(stats(&sandbox, "plain"), stats(&sandbox, "marked"));
    assert_eq!(stats(&sandbox, "plain")["texts"], 40);
    sandbox.write("plain/entity2text.txt", "Town 1 without a tab\n");
    let said = sandbox.kgloom(&["data", "stats", "plain"]);
    assert!(said.code == 78 && said.err.contains("entity2text.txt") && said.err.contains("line 1"), "{}", said.err);
    // An ontology too.
    sandbox.write("own.ttl", "\u{feff}@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<urn:x:Town> a owl:Class .\n");
    sandbox.done(&["validate", "--ontology", "own.ttl"]);
}

#[test]
fn everything_in_an_rdf_file_has_a_text() {
    let prefixes = "@prefix ex: <http://example.org/ns/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix schema: <https://schema.org/> .\n";
    let region = ["en-GB", "en-US"];
    let regions: String = (0..20)
        .map(|n| format!("ex:q{n} rdfs:label \"Thing {n}\"@{} ; ex:p ex:q{} .\n", region[n % 2], (n + 1) % 20))
        .collect();
    let comments: String = (0..20)
        .map(|n| {
            format!(
                "ex:q{n} rdfs:label \"Thing {n}\"@en ; rdfs:comment \"eins\"@de , \"zwei\"@de ; ex:p ex:q{} .\n",
                (n + 1) % 20
            )
        })
        .collect();
    let others: String = (0..20)
        .map(|n| {
            format!(
                "ex:q{n} skos:prefLabel \"Ding {n}\"@en ; schema:name \"Ding {n}\" ; skos:broader ex:q{} .\n",
                n / 2
            )
        })
        .collect();
    let sandbox = Sandbox::new();
    for (name, text) in [("regions.ttl", regions), ("comments.ttl", comments), ("others.ttl", others)] {
        sandbox.write(name, &format!("{prefixes}{text}"));
        let stats = stats(&sandbox, name);
        assert_eq!((stats["entities"].as_u64(), stats["texts"].as_u64()), (Some(20), Some(20)), "{name}");
    }
}

#[test]
fn test_links_that_stand_in_training_are_told() {
    let sandbox =
        sandbox(&[set("leak", &towns([0..40, 0..2, 5..12])), set("clean", &towns([0..34, 34..36, 36..40]))].concat());
    let told = sandbox.done(&["data", "stats", "leak"]);
    assert!(told.contains("14 of the 14 test links stand in an earlier part"), "{told}");
    assert!(!sandbox.done(&["data", "stats", "clean"]).contains("stand in an earlier part"));
    assert_eq!(stats(&sandbox, "clean")["parts"][2]["new_entities"], 4);
    sandbox.write("training.toml", "dimension = 8\nbatch = 32\nepochs = 2\ncheck_every = 1\n");
    let report = |data: &str| {
        sandbox.done(&["train", "links", "--data", data, "--training", "training.toml", "--out", "model"]);
        sandbox.done(&["eval", "links", "--data", data, "--links", "model"])
    };
    let told = report("leak");
    assert!(told.contains("14 of these links (100.0 %) stand in an earlier part"), "{told}");
    let told = report("clean");
    assert!(!told.contains("stand in") && told.contains("training never names 4 of the entities"), "{told}");
}

#[test]
fn vectors_are_valid_quads_whatever_the_names() {
    let sandbox = sandbox(&set("parts", &towns([0..40, 0..2, 5..12])));
    sandbox.write("training.toml", "dimension = 8\nbatch = 32\nepochs = 1\ncheck_every = 1\n");
    sandbox.done(&["train", "links", "--data", "parts", "--training", "training.toml", "--out", "model"]);
    sandbox.done(&["export", "vectors", "--links", "model", "--data", "parts", "--format", "nq", "--out", "vectors"]);
    let read = |file: &str| connectors::rdf::load(&sandbox.path().join("vectors").join(file)).expect("valid N-Quads");
    assert_eq!(read("entities.nq").len(), 44);
    // Two relations, and each read backwards.
    assert_eq!(read("relations.nq").len(), 4);
    sandbox.done(&["data", "stats", "vectors/entities.nq"]);
}

#[test]
fn values_of_a_training_are_held_to_their_ranges() {
    let sandbox = sandbox(&set("parts", &towns([0..40, 0..2, 5..12])));
    for (text, key, range) in [
        ("dimension = 1000000000000", "dimension = 1000000000000", "from 1 to 65536"),
        ("dimension = 0", "dimension = 0", "from 1 to 65536"),
        ("entity_penalty = -5.0", "entity_penalty = -5", "from 0 to 1000000"),
        ("relation_penalty = nan", "relation_penalty = NaN", "from 0 to 1000000"),
        ("rate_factor = -1.0", "rate_factor = -1", "above 0, and up to 1"),
        ("rate = inf", "rate = inf", "above 0, and up to 100"),
        ("batch = 0", "batch = 0", "from 1 to 1000000"),
        ("spread = -1.0", "spread = -1", "from 0 to 1000"),
        ("margin = -6.0", "margin = -6", "from 0 to 1000000"),
        ("negative_count = 99999999999", "negative_count = 99999999999", "from 0 to 1000000"),
    ] {
        sandbox.write("bad.toml", text);
        let said = sandbox.kgloom(&["train", "links", "--data", "parts", "--training", "bad.toml", "--out", "model"]);
        assert_eq!(said.code, 78, "{text}: {}", said.err);
        let told = said.err.contains("bad.toml:1: ") && said.err.contains(key) && said.err.contains(range);
        assert!(told, "{text}: {}", said.err);
    }
}

#[test]
fn own_files_are_scored_and_empty_ones_refused() {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("own.conll", "Ada B-artist\nLovelace I-artist\nlived O\nin O\nLondon B-town\n. O\n");
    sandbox.write("map.tsv", "artist\tPER\ntown\tLOC\n");
    let scored =
        sandbox.done(&["eval", "extraction", "--data", "own.conll", "--classes", "map.tsv", "--format", "json"]);
    let report: Value = serde_json::from_str(&scored).expect("JSON");
    assert_eq!(report["documents"], 1);
    let unknown = sandbox.kgloom(&["eval", "extraction", "--data", "own.conll", "--classes", "artist=PER"]);
    assert!(
        unknown.code == 78 && unknown.err.contains("own.conll") && unknown.err.contains("\"town\""),
        "{}",
        unknown.err
    );
    let docred = r#"[{"title": "Ada", "sents": [["Ada", "Lovelace", "was", "born", "in", "London", "."]],
        "vertexSet": [[{"name": "Ada Lovelace", "sent_id": 0, "pos": [0, 2], "type": "PER"}],
        [{"name": "London", "sent_id": 0, "pos": [5, 6], "type": "LOC"}]],
        "labels": [{"h": 0, "r": "P19", "t": 1, "evidence": [0]}]}]"#;
    sandbox.write("own.json", docred);
    let scored = sandbox.done(&["eval", "filter", "--gold", "own.json", "--format", "json"]);
    let report: Value = serde_json::from_str(&scored).expect("JSON");
    assert_eq!(report["documents"], 1);
    let unknown = docred.replace("P19", "P99999");
    let none = docred.replace(r#"[{"h": 0, "r": "P19", "t": 1, "evidence": [0]}]"#, "[]");
    for (text, told) in [(unknown, "P99999"), (none, "none is marked")] {
        sandbox.write("strange.json", &text);
        let said = sandbox.kgloom(&["eval", "filter", "--gold", "strange.json"]);
        let told = said.err.contains("nothing to score") && said.err.contains(told);
        assert!(said.code == 78 && said.out.is_empty() && told, "{} {}{}", said.code, said.out, said.err);
    }
    let given = ["eval", "extraction", "--gold-mentions", "--classes", "map.tsv", "--data"];
    let said = sandbox.kgloom(&[&given[..], &["own.conll"]].concat());
    assert!(said.code == 78 && said.out.is_empty() && said.err.contains("marks no facts"), "{}{}", said.out, said.err);
    sandbox.done(&[&given[..], &["own.json"]].concat());
    let gone = sandbox.kgloom(&["eval", "extraction", "--data", "own.conll", "--classes", "nosuch.tsv"]);
    assert!(gone.code == 74 && gone.err.contains("no such file"), "{} {}", gone.code, gone.err);
    sandbox.write("empty.json", "[]");
    for command in [["eval", "filter", "--gold"], ["eval", "extraction", "--data"]] {
        let empty = sandbox.kgloom(&[&command[..], &["empty.json"]].concat());
        assert!(empty.code == 78 && empty.err.contains(command[2]) && empty.err.contains("empty"), "{}", empty.err);
        let missing = sandbox.kgloom(&[&command[..], &["nowhere.json"]].concat());
        let told = missing.err.contains(command[2]) && missing.err.contains("nowhere.json");
        assert!(missing.code == 74 && told, "{} {}", missing.code, missing.err);
    }
}
