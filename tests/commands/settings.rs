//! Configuration, help and exit codes.

use super::Sandbox;
use serde_json::Value;

#[test]
fn init_writes_a_file_that_validates_and_is_never_overwritten() {
    let sandbox = Sandbox::new();
    sandbox.done(&["init"]);
    let checked = sandbox.done(&["validate"]);
    assert!(checked.lines().count() >= 5 && checked.lines().all(|line| line.starts_with("ok ")), "{checked}");
    sandbox.write("kgloom.toml", "workers = 3\n");
    let again = sandbox.kgloom(&["init"]);
    assert_eq!(again.code, 74);
    assert_eq!(std::fs::read_to_string(sandbox.path().join("kgloom.toml")).expect("it is there"), "workers = 3\n");
}

#[test]
fn an_unknown_key_is_an_error_that_says_what_was_meant() {
    let sandbox = Sandbox::with(&[("kgloom.toml", "[epoch]\ndocument = 5\n")]);
    for command in [&["status"][..], &["run", "."], &["validate"]] {
        let said = sandbox.kgloom(command);
        assert_eq!(said.code, 78, "{command:?}");
        let message = "kgloom.toml:2: unknown key \"document\"; did you mean \"documents\"?";
        assert!(format!("{}{}", said.out, said.err).contains(message), "{}", said.err);
    }
}

#[test]
fn validate_names_every_part_that_is_wrong() {
    let sandbox =
        Sandbox::with(&[("kgloom.toml", "[ontology]\nfiles = [\"rules.ttl\"]\n"), ("rules.ttl", "this is not Turtle")]);
    let said = sandbox.kgloom(&["validate", "missing.txt"]);
    assert_eq!(said.code, 78);
    assert!(said.out.contains("rules.ttl:1"), "{}", said.out);
    assert!(said.out.contains("cannot find \"missing.txt\""), "{}", said.out);
    assert!(!sandbox.path().join("kgloom-state").exists(), "validate makes no state");
}

#[test]
fn the_environment_stands_over_the_file_and_flags_over_both() {
    let sandbox =
        Sandbox::with(&[("kgloom.toml", "state = \"from-file\"\n"), ("a.txt", "Ada Lovelace was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    assert!(sandbox.path().join("from-file").is_dir());
    let run = sandbox.command(&["run", "a.txt"]).env("KGLOOM_STATE", "from-environment").output().expect("it runs");
    assert!(run.status.success() && sandbox.path().join("from-environment").is_dir());
    let mut command = sandbox.command(&["run", "a.txt", "--state", "from-flag"]);
    let run = command.env("KGLOOM_STATE", "never").output().expect("it runs");
    assert!(
        run.status.success() && sandbox.path().join("from-flag").is_dir() && !sandbox.path().join("never").exists()
    );
}

#[test]
fn exit_codes_are_as_documented() {
    let sandbox = Sandbox::with(&[("empty.txt", "")]);
    let code = |arguments: &[&str]| sandbox.kgloom(arguments).code;
    assert_eq!(code(&["fly"]), 2, "unknown command");
    assert_eq!(code(&["status"]), 74, "no state yet");
    assert_eq!(code(&["run", "empty.txt"]), 0, "bad input is data");
    assert_eq!(code(&["run", "--strict", "empty.txt"]), 65, "unless asked to be strict");
    assert_eq!(code(&["query", "SELECT ?s WHERE"]), 2, "not SPARQL");
    assert_eq!(code(&["delete", "nothing"]), 1, "no such document");
    assert_eq!(code(&["explain", "Nobody", "P19", "Nowhere"]), 1, "no such fact");
    assert_eq!(code(&["validate", "--workers", "0"]), 78, "wrong configuration");
    assert_eq!(code(&["run", ".", "--model", "no/such/model"]), 78, "wrong model");
}

#[test]
fn every_command_shows_examples_and_takes_a_state_folder() {
    let sandbox = Sandbox::new();
    let commands = [
        "init", "validate", "run", "put", "delete", "status", "query", "explain", "verify", "export", "backup",
        "repair", "retry",
    ];
    for command in commands.into_iter().chain(["models", "train", "eval", "completions"]) {
        let help = sandbox.done(&[command, "--help"]);
        assert!(help.contains("Examples:\n  kgloom "), "{command} shows no examples");
        assert!(help.contains("--state <DIR>"), "{command} takes no --state");
    }
    assert!(sandbox.done(&["--help"]).contains("130  interrupted"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(sandbox.done(&["completions", shell]).contains("explain"), "{shell}");
    }
}

#[test]
fn what_the_engine_does_is_said_to_who_asks_for_it() {
    let said = |flags: &[&str]| {
        let sandbox = Sandbox::with(&[("ada.txt", "Ada Lovelace was born in London.")]);
        let told = sandbox.kgloom(&[&["run", "ada.txt"], flags].concat());
        assert_eq!(told.code, 0, "{}", told.err);
        let events = told.err.lines().map(|line| serde_json::from_str::<Value>(line).expect("an event"));
        events.collect::<Vec<Value>>()
    };
    let names = |events: &[Value]| events.iter().map(|event| event["event"].to_string()).collect::<Vec<_>>();
    assert_eq!(names(&said(&["--quiet"])), Vec::<String>::new());
    assert_eq!(names(&said(&[])), ["\"done\""]);
    let details = said(&["-v"]);
    let epoch = |event: &&Value| event["text"].as_str().is_some_and(|text| text.starts_with("epoch 1: 1 changes, "));
    let epoch = details.iter().find(epoch).expect("the epoch is told");
    assert_eq!((epoch["event"].as_str(), epoch.as_object().expect("an event").len()), (Some("note"), 2));
    let all = said(&["-vv"]);
    let asked = all.iter().find(|event| event["event"] == "asked").expect("the text is told");
    assert_eq!(asked["content"].as_str().map(str::len), Some(64));
}

const SHIPS: &str = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . ex:crews a owl:ObjectProperty ; rdfs:label \"crews\" .\n";

/// Files of an ontology that are gone, broken or changed, beside the copy that the state has.
#[test]
fn a_graph_is_asked_and_copied_without_the_files_of_its_ontology() {
    let sandbox = Sandbox::with(&[("o/ships.ttl", SHIPS), ("ada.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "--ontology", "o/ships.ttl", "ada.txt"]);
    let asking: [&[&str]; 9] = [
        &["query", "ASK { ?a ?b ?c }"],
        &["status"],
        &["find", "Ada"],
        &["relations"],
        &["explain", "Ada Morgan", "P19", "London"],
        &["export"],
        &["corrections", "list"],
        &["verify"],
        &["repair"],
    ];
    let told = |flags: &[&str]| asking.map(|asked| sandbox.done(&[asked, flags].concat()));
    let whole = told(&[]);
    let copied = |to: &str| {
        sandbox.done(&["backup", to]);
        assert!(sandbox.done(&["verify", "--state", to]).ends_with("equal\n"), "{to}");
    };
    // Broken: who asks is answered, who reads texts is not.
    sandbox.write("o/ships.ttl", "ex:crews a");
    assert_eq!(told(&[]), whole);
    copied("of-broken");
    let said = sandbox.kgloom(&["query", "ASK { ?a ?b ?c }"]);
    assert!(said.err.contains("ships.ttl") && said.err.contains("copy"), "{}", said.err);
    assert_eq!(sandbox.kgloom(&["run", "ada.txt"]).code, 78);
    assert_eq!(told(&["--ontology", "o/ships.ttl"]), whole, "named again");
    // Another one: as it always was.
    sandbox.write("o/ships.ttl", &SHIPS.replace("crews", "steers"));
    assert_eq!(sandbox.kgloom(&["run", "ada.txt"]).code, 78);
    assert!(sandbox.done(&["relations"]).contains("steers"), "a question follows the configuration");
    assert_eq!(sandbox.kgloom(&["verify"]).code, 78);
    // Gone: all go on.
    std::fs::remove_dir_all(sandbox.path().join("o")).expect("it was there");
    assert_eq!(told(&[]), whole);
    copied("of-gone");
    sandbox.write("eva.txt", "Eva Morgan was born in Bern.");
    for command in [&["run", "eva.txt"][..], &["put", "eva.txt"], &["run", "--rebuild"]] {
        let said = sandbox.kgloom(command);
        assert!(said.code == 0 && said.err.contains("copy"), "{command:?}: {}", said.err);
    }
    assert_eq!(
        sandbox.kgloom(&["run", "eva.txt", "--ontology", "o/ships.ttl"]).code,
        78,
        "what is named must be there"
    );
    // And where it is back, it is that which is read.
    sandbox.write("o/ships.ttl", SHIPS);
    let said = sandbox.kgloom(&["run", "ada.txt", "eva.txt"]);
    assert!(said.code == 0 && !said.err.contains("copy"), "{}", said.err);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}
