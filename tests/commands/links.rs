//! Links from the command line: split, describe, train, rank.

use super::Sandbox;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// A tree of a hundred nodes, both ways, in one file.
fn tree() -> String {
    let line = |child: usize| {
        let parent = (child - 1) / 3;
        format!("node{parent:03}\tparent of\tnode{child:03}\nnode{child:03}\tchild of\tnode{parent:03}\n")
    };
    (1..100).map(line).collect()
}

const TRAINING: &str = "dimension = 32\nbatch = 32\nepochs = 30\ncheck_every = 5\nentity_penalty = 0.0\n";

#[test]
fn a_graph_is_split_described_learnt_and_ranked() {
    let sandbox = Sandbox::with(&[("tree.tsv", &tree()), ("training.toml", TRAINING)]);
    sandbox.done(&["data", "split", "tree.tsv", "--out", "parts"]);
    let stats: Value =
        serde_json::from_str(&sandbox.done(&["data", "stats", "parts", "--format", "json"])).expect("JSON");
    assert_eq!(stats["entities"], 100);
    let links = |part: usize| stats["parts"][part]["links"].as_u64().expect("a count");
    assert_eq!((links(0) + links(1) + links(2), stats["parts"][2]["both_ends_new"].as_u64()), (198, Some(0)));
    // A link whose reverse is known is found by whoever learnt that the one goes with the other.
    sandbox.done(&["train", "links", "--data", "parts", "--training", "training.toml", "--out", "model"]);
    let ranked = sandbox.done(&["eval", "links", "--data", "parts", "--links", "model", "--format", "json"]);
    let report: Value = serde_json::from_str(&ranked).expect("JSON");
    assert_eq!((report["protocol"].as_str(), report["candidates"].as_u64()), (Some("transductive"), Some(100)));
    let realistic = &report["both"]["realistic"];
    assert_eq!(realistic["count"].as_u64(), Some(2 * links(2)));
    let mrr = realistic["inverse_harmonic_mean_rank"].as_f64().expect("a figure");
    assert!(mrr > 0.5, "{report}");
    let table = sandbox.done(&["eval", "links", "--data", "parts", "--links", "model"]);
    assert!(table.contains("visible at test time:") && table.contains("ties pessimistic"), "{table}");
    // The same seed gives the same bytes, cut off and resumed or not.
    let bytes = |model: &str| std::fs::read(sandbox.path().join(model).join("links.safetensors")).expect("a model");
    let train = |out: &str, more: &[&str]| {
        let fixed = ["train", "links", "--data", "parts", "--training", "training.toml", "--out", out];
        sandbox.done(&[&fixed[..], more].concat());
    };
    train("again", &[]);
    train("cut", &["--epochs", "10"]);
    train("cut", &["--resume"]);
    sandbox.done(&["data", "split", "tree.tsv", "--seed", "2", "--out", "otherwise"]);
    let onto = ["train", "links", "--data", "otherwise", "--training", "training.toml", "--out", "cut", "--resume"];
    assert!(sandbox.kgloom(&onto).err.contains("another set of links"));
    train("other", &["--seed", "2"]);
    assert!(bytes("model") == bytes("again") && bytes("model") == bytes("cut") && bytes("model") != bytes("other"));
}

#[test]
fn parts_that_lie_in_a_folder_are_not_written_over() {
    let sandbox = Sandbox::with(&[("tree.tsv", &tree()), ("texts/entity2text.txt", "node001\ta node\n")]);
    sandbox.done(&["data", "split", "tree.tsv", "--out", "parts"]);
    let part = || std::fs::read(sandbox.path().join("parts/train.txt")).expect("a part");
    let before = part();
    for (data, out) in [("parts", "parts"), ("parts", "./parts/"), ("tree.tsv", "parts"), ("tree.tsv", "texts")] {
        let said = sandbox.kgloom(&["data", "split", data, "--seed", "3", "--out", out]);
        assert!(said.code == 2 && said.err.contains("is there already"), "{} {}", said.code, said.err);
    }
    assert!(part() == before);
    sandbox.write("notes/read.me", "nothing of it is a part");
    sandbox.done(&["data", "split", "parts", "--out", "notes"]);
}

#[test]
fn a_folder_of_two_graphs_is_told_and_is_not_chosen_on() {
    let file = |name: &str| format!("both/{name}.txt");
    let links = |name: &str| format!("{name}1\tr\t{name}2\n{name}2\tr\t{name}3\n{name}3\tr\t{name}1\n");
    let sandbox = Sandbox::with(&[
        (&file("train"), &tree()),
        (&file("inference"), &links("n")),
        (&file("inference_validation"), "n1\tr\tn3\n"),
        (&file("inference_test"), "n2\tr\tn1\n"),
    ]);
    let stats = sandbox.done(&["data", "stats", "both"]);
    assert!(stats.contains("both: 100 entities") && stats.contains("inference.txt: 3 entities"), "{stats}");
    for command in ["links", "ultra"] {
        let said = sandbox.kgloom(&["train", command, "--data", "both", "--out", "model"]);
        let told = said.err.contains("inference.txt") && said.err.contains("kgloom data split both --out DIR");
        assert!(said.code == 78 && told, "{command}: {} {}", said.code, said.err);
    }
    sandbox.done(&["data", "split", "both", "--out", "parts"]);
    sandbox.write("training.toml", "epochs = 1\nlinks = 8\nsample = 4\nnegative_count = 4\n");
    sandbox.done(&["train", "ultra", "--data", "parts", "--training", "training.toml", "--out", "model"]);
    let ranked = sandbox.done(&["eval", "links", "--data", "both", "--links", "model", "--protocol", "disjoint"]);
    assert!(ranked.contains("disjoint"), "{ranked}");
}

#[test]
fn a_training_that_is_cut_short_says_how_to_go_on() {
    let long = TRAINING.replace("epochs = 30", "epochs = 1000000").replace("check_every = 5", "check_every = 1");
    let sandbox = Sandbox::with(&[("tree.tsv", &tree()), ("training.toml", &(long + "patience = 1000000\n"))]);
    sandbox.done(&["data", "split", "tree.tsv", "--out", "parts"]);
    let train = ["train", "links", "--data", "parts", "--training", "training.toml", "--out", "model"];
    let child = sandbox.command(&train).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("the program runs");
    let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("\"training\"")), "it says how it goes");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is a kill");
    assert!(kill.success());
    assert!(lines.any(|line| line.contains("--resume goes on")), "it says how to go on");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    // Gone on with, it comes to what a training that was not disturbed comes to.
    let card = std::fs::read(sandbox.path().join("model/training/embeddings/checkpoint.json")).expect("a checkpoint");
    let card: Value = serde_json::from_slice(&card).expect("JSON");
    let epochs = (card["standing"]["epoch"].as_u64().expect("a count") + 3).to_string();
    sandbox.done(&[&train[..], &["--epochs", &epochs, "--resume"]].concat());
    let whole = ["train", "links", "--data", "parts", "--training", "training.toml", "--out", "whole"];
    sandbox.done(&[&whole[..], &["--epochs", &epochs]].concat());
    let bytes = |model: &str| std::fs::read(sandbox.path().join(model).join("links.safetensors")).expect("a model");
    assert!(bytes("model") == bytes("whole"));
}

const ULTRA: &str = "negative_count = 8\nbatch = 32\nrate = 0.002\nepochs = 3\n";

#[test]
fn what_ultra_learnt_on_one_graph_it_tells_of_another() {
    let other = tree().replace("node", "leaf").replace(" of", " to");
    let sandbox = Sandbox::with(&[("tree.tsv", &tree()), ("other.tsv", &other), ("ultra.toml", ULTRA)]);
    sandbox.done(&["data", "split", "tree.tsv", "--out", "here"]);
    sandbox.done(&["data", "split", "other.tsv", "--out", "there"]);
    let train = |out: &str, more: &[&str]| {
        let fixed = ["train", "ultra", "--data", "here", "--training", "ultra.toml", "--out", out];
        sandbox.done(&[&fixed[..], more].concat());
    };
    train("model", &[]);
    let eval = |links: &str, protocol: &str| -> Value {
        let wanted = ["eval", "links", "--data", "there", "--links", links, "--protocol", protocol, "--format", "json"];
        serde_json::from_str(&sandbox.done(&wanted)).expect("JSON")
    };
    let report = eval("model", "disjoint");
    let mrr = |report: &Value| report["both"]["pessimistic"]["inverse_harmonic_mean_rank"].as_f64().expect("a figure");
    assert!(mrr(&report) > 0.5, "{report}");
    // The weights alone are a model too, of which less is known.
    let alone = eval("model/links.safetensors", "disjoint");
    assert_eq!(mrr(&alone), mrr(&report));
    let told = |report: &Value| report["visible"].as_str().expect("words").contains("not recorded");
    assert!(told(&alone) && !told(&report), "{alone} {report}");
    let claims = |report: &Value| report["visible"].as_str().expect("words").contains("saw none");
    assert!(claims(&report) && !claims(&alone), "{alone} {report}");
    assert!(mrr(&eval("model", "leave-one-out")) > 0.5);
    let bytes = |model: &str| std::fs::read(sandbox.path().join(model).join("links.safetensors")).expect("a model");
    train("cut", &["--epochs", "1"]);
    train("cut", &["--resume"]);
    train("tuned", &["--from", "model", "--epochs", "1"]);
    assert!(bytes("model") == bytes("cut"));
    let onto = ["train", "ultra", "--data", "there", "--training", "ultra.toml", "--out", "cut", "--resume"];
    let said = sandbox.kgloom(&onto);
    assert!(said.code == 78 && said.err.contains("of another set"), "{} {}", said.code, said.err);
    sandbox.write("tables.toml", TRAINING);
    sandbox.done(&["train", "links", "--data", "there", "--training", "tables.toml", "--out", "tables"]);
    let both = ["eval", "links", "--data", "there", "--links", "tables", "--with", "model", "--format", "json"];
    let both: Value = serde_json::from_str(&sandbox.done(&both)).expect("JSON");
    let visible = both["visible"].as_str().expect("words");
    assert!(visible.contains("tables") && visible.contains("the second weighs"), "{visible}");
    let says = |arguments: &[&str], code: i32, words: &str| {
        let said = sandbox.kgloom(arguments);
        assert!(said.code == code && said.err.contains(words), "{arguments:?}: {} {}", said.code, said.err);
    };
    let met = ["eval", "links", "--data", "here", "--links", "tuned", "--protocol", "disjoint"];
    says(&met, 78, "was in what it was trained on (here, here); not disjoint");
    let texts = ["eval", "links", "--data", "there", "--links", "model", "--protocol", "text-only"];
    says(&texts, 2, "cannot be tested by text-only");
    says(&["eval", "links", "--data", "there", "--links", "ultra.toml"], 78, "cannot understand the weights");
}

#[test]
fn what_is_wrong_with_links_is_said_with_the_remedy() {
    let sandbox = Sandbox::with(&[
        ("tree.tsv", &tree()),
        ("bad/train.txt", "a\tr\tb\na\tr\n"),
        ("unknown.toml", "dimensions = 7\n"),
        ("odd.toml", "family = \"complex\"\ndimension = 7\n"),
    ]);
    let says = |arguments: &[&str], code: i32, words: &str| {
        let said = sandbox.kgloom(arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}", said.err);
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
    };
    says(&["data", "stats", "bad"], 78, "line 2: 2 columns");
    says(&["data", "stats", "nowhere"], 78, "not there");
    says(&["train", "links", "--data", "tree.tsv", "--out", "m"], 78, "kgloom data split");
    let train = |training| ["train", "links", "--data", "tree.tsv", "--out", "m", "--training", training];
    says(&train("unknown.toml"), 78, "unknown.toml:1: unknown key \"dimensions\"; did you mean \"dimension\"?");
    says(&train("odd.toml"), 78, "even for complex");
    sandbox.done(&["data", "split", "tree.tsv", "--out", "parts"]);
    sandbox.write("training.toml", "dimension = 8\nepochs = 1\n");
    sandbox.done(&["train", "links", "--data", "parts", "--training", "training.toml", "--out", "m"]);
    let eval = |data, protocol| ["eval", "links", "--data", data, "--links", "m", "--protocol", protocol];
    says(&eval("parts", "few-shot"), 2, "known: transductive");
    says(&eval("parts", "text-only"), 2, "cannot be tested by text-only");
    sandbox.write("tree.tsv", &tree().replace("node099", "node100"));
    sandbox.done(&["data", "split", "tree.tsv", "--out", "others"]);
    says(&eval("others", "transductive"), 78, "does not know the entity \"node100\"");
    sandbox.write("m/links.safetensors", "not a table");
    says(&eval("parts", "transductive"), 78, "cannot understand the weights");
}

/// An encoder that is always here: the one inside the program.
const ENCODER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/kg-models/weights/default");

/// What the nodes of the tree are, by how many steps they are from its root; a line each.
fn nodes(text: impl Fn(&str) -> String) -> String {
    let kinds = [("oak", 0..4), ("birch", 4..13), ("willow", 13..40), ("grass", 40..100)];
    let lines = |(kind, nodes): (&str, std::ops::Range<usize>)| -> String {
        nodes.map(|node| format!("node{node:03}\t{}\n", text(kind))).collect()
    };
    kinds.map(lines).concat()
}

fn node_texts() -> String {
    nodes(|kind| format!("an old {kind} by the river"))
}

#[test]
fn wrong_answers_by_texts_give_the_same_bytes_cut_off_and_resumed() {
    let lemon = "family = \"rotate\"\nreciprocal = false\nnegative_count = 8\nloss = \"self-adversarial\"\n\
                 negatives = \"lemon\"\n[lemon]\nclusters = 4\nnearest = 2\n";
    let lemon = format!("{}{lemon}", TRAINING.replace("entity_penalty = 0.0", "penalty = \"none\""));
    let sandbox = Sandbox::with(&[("tree.tsv", &tree()), ("texts.tsv", &node_texts()), ("lemon.toml", &lemon)]);
    sandbox.done(&["data", "split", "tree.tsv", "--out", "parts"]);
    let train = |out: &str, more: &[&str]| {
        let fixed = ["train", "links", "--data", "parts", "--training", "lemon.toml", "--out", out];
        sandbox.kgloom(&[&fixed[..], more].concat())
    };
    let by_texts = ["--texts", "texts.tsv", "--negatives-encoder", ENCODER];
    for (out, more) in [("whole", &[][..]), ("cut", &["--epochs", "10"]), ("cut", &["--resume"])] {
        let said = train(out, &[&by_texts[..], more].concat());
        assert_eq!(said.code, 0, "{}", said.err);
    }
    let bytes = |model: &str| std::fs::read(sandbox.path().join(model).join("links.safetensors")).expect("a model");
    assert!(bytes("whole") == bytes("cut"));
    let says = |said: super::Outcome, code: i32, words: &str| {
        assert!(said.code == code && said.err.contains(words), "{}: {}", said.code, said.err);
    };
    says(train("m", &[]), 2, "by --negatives-encoder");
    says(train("m", &["--negatives-encoder", ENCODER]), 78, "no entity has a text");
    sandbox.write("lemon.toml", TRAINING);
    says(train("m", &by_texts), 2, "whose negatives are \"lemon\"");
    sandbox.write("lemon.toml", "negatives = \"lemom\"\n");
    says(train("m", &[]), 78, "lemon.toml:1");
    sandbox.write("lemon.toml", "[lemon]\ncluster = 4\n");
    says(train("m", &[]), 78, "unknown key \"cluster\"; did you mean \"clusters\"?");
}

#[test]
fn classes_are_told_from_texts() {
    let kinds = nodes(str::to_owned);
    let sandbox = Sandbox::with(&[("tree.tsv", &tree()), ("texts.tsv", &node_texts()), ("kinds.tsv", &kinds)]);
    let classes = ["eval", "classes", "--data", "tree.tsv", "--classes", "kinds.tsv", "--texts", "texts.tsv"];
    let by_texts = [&classes[..], &["--encoder", ENCODER, "--least", "4", "--format", "json"]].concat();
    let report: Value = serde_json::from_str(&sandbox.done(&by_texts)).expect("JSON");
    assert_eq!((report["classes"].as_u64(), report["entities"][2].as_u64()), (Some(4), Some(10)));
    assert!(report["accuracy"].as_f64() > Some(0.85) && report["commonest"].as_f64() < Some(0.85), "{report}");
    let said = sandbox.kgloom(&classes);
    assert!(said.code == 2 && said.err.contains("--links") && said.err.contains("--encoder"), "{}", said.err);
    let said = sandbox.kgloom(&[&classes[..], &["--encoder", ENCODER, "--least", "99"]].concat());
    assert!(said.code == 78 && said.err.contains("at least 99"), "{}", said.err);
}

#[test]
fn ones_own_graph_is_a_set_of_links() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Lovelace was born in London. Alan Turing was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let stats = sandbox.done(&["data", "stats"]);
    assert!(stats.contains("3 entities (3 with a text), 1 relations"), "{stats}");
    // Named, or written as RDF and read again, it is the same set.
    sandbox.done(&["export", "--format", "ttl", "-o", "graph.ttl"]);
    sandbox.done(&["export", "--format", "nq", "--all-graphs", "-o", "graph.nq"]);
    let described = |stats: &str| stats.split_once(": ").expect("a name first").1.to_owned();
    for named in ["state:kgloom-state", "graph.ttl", "graph.nq"] {
        assert_eq!(described(&sandbox.done(&["data", "stats", named])), described(&stats), "{named}");
    }
    sandbox.write("bad.ttl", "<urn:a> <urn:b> oops .");
    let bad = sandbox.kgloom(&["data", "stats", "bad.ttl"]);
    assert!(bad.code == 78 && bad.err.contains("bad.ttl") && bad.err.contains("line 1"), "{} {}", bad.code, bad.err);
    let said = sandbox.kgloom(&["data", "split", "--out", "parts"]);
    assert!(said.code == 78 && said.err.contains("too small"), "{}", said.err);
}
