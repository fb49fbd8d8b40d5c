//! A file of pins that was damaged or lost: who asks is answered, and the graph stays that of its model, filter and ontology.

use super::Sandbox;
use super::damage::{copy, export, files, sandbox};
use std::fs;

const SHIPS: &str = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . ex:crews a owl:ObjectProperty ; rdfs:label \"crews\" .\n";

/// Pins that are flipped, cut, emptied or gone, of a state with an ontology of its own.
#[test]
fn a_graph_whose_pins_are_lost_stays_and_is_mended_from_its_copies() {
    let sandbox = Sandbox::with(&[("ships.ttl", SHIPS), ("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "--ontology", "ships.ttl", "a.txt"]);
    let (whole, relations) = (export(&sandbox), sandbox.done(&["relations"]));
    assert!(relations.contains("crews"), "{relations}");
    let (state, sound) = (sandbox.path().join("kgloom-state"), sandbox.path().join("sound"));
    fs::rename(&state, &sound).expect("it is there");
    let pins = fs::read(sound.join("pinned.json")).expect("pins");
    let flipped = |word: &str| {
        let at = pins.windows(word.len()).position(|part| part == word.as_bytes()).expect("the word") + word.len() + 6;
        let mut flipped = pins.clone();
        flipped[at] ^= 1;
        Some(flipped)
    };
    let damaged: [(&str, Option<Vec<u8>>); 8] = [
        ("ontology_hash", flipped("\"ontology_hash\"")),
        ("model_id", flipped("\"model_id\"")),
        ("hash", flipped("\"hash\"")),
        ("half", Some(pins[..pins.len() / 2].to_vec())),
        ("empty", Some(Vec::new())),
        ("{}", Some(b"{}".to_vec())),
        ("no UTF-8", Some(b"\xff\xfe".to_vec())),
        ("gone", None),
    ];
    let lose = |bytes: &Option<Vec<u8>>| {
        let _ = fs::remove_dir_all(&state);
        copy(&sound, &state);
        fs::remove_file(state.join("pinned.json")).expect("it is there");
        if let Some(bytes) = bytes {
            fs::write(state.join("pinned.json"), bytes).expect("a file");
        }
    };
    for (told, bytes) in &damaged {
        lose(bytes);
        let said = sandbox.kgloom(&["relations"]);
        assert!(said.out == relations && said.err.contains("pinned.json"), "{told}: {}{}", said.out, said.err);
        assert!(export(&sandbox) == whole, "{told}: who asks is answered");
        let said = sandbox.kgloom(&["repair"]);
        assert!(said.code == 0 && said.out.contains("pinned   "), "{told}: {}{}", said.out, said.err);
        assert!(export(&sandbox) == whole, "{told}: repaired");
        let said = sandbox.kgloom(&["verify"]);
        assert!(said.code == 0 && !said.err.contains("pinned.json"), "{told}: {}{}", said.out, said.err);
        assert_eq!(sandbox.done(&["relations"]), relations, "{told}");
        lose(bytes);
        sandbox.done(&["run", "--rebuild"]);
        assert_eq!(sandbox.done(&["relations"]), relations, "{told}: its own ontology is not dropped");
        lose(bytes);
        sandbox.done(&["run", "--rebuild", "--ontology", "bundled"]);
        assert!(!sandbox.done(&["relations"]).contains("crews"), "{told}: unless that is asked for");
    }
    // A copy that is damaged too is not taken for the ontology.
    lose(&None);
    let copies = files(&state.join("ontology"));
    let (path, bytes) = copies.iter().next().expect("a copy");
    fs::write(path, String::from_utf8_lossy(bytes).replace("crews", "crewz")).expect("a file");
    let before = files(&state.join("store"));
    for command in [&["repair"][..], &["run", "a.txt"], &["run", "--rebuild"], &["verify"]] {
        let said = sandbox.kgloom(command);
        assert!(said.code == 78 && said.err.contains("--ontology"), "{command:?}: {}{}", said.out, said.err);
    }
    assert!(files(&state.join("store")) == before && export(&sandbox) == whole, "nothing was changed");
    sandbox.done(&["repair", "--ontology", "ships.ttl"]);
    assert_eq!(sandbox.done(&["relations"]), relations);
}

/// Of files of earlier versions, which have no hash, the store tells whether they are right.
#[test]
fn a_repair_that_is_refused_leaves_the_graph_and_the_store_tells_of_pins_without_a_hash() {
    let sandbox = sandbox();
    let whole = export(&sandbox);
    let path = sandbox.path().join("kgloom-state/pinned.json");
    let pins: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("pins")).expect("JSON");
    let write = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut pins = pins.clone();
        pins.as_object_mut().expect("an object").remove("hash").expect("a hash");
        change(&mut pins);
        fs::write(&path, pins.to_string()).expect("a file");
    };
    let has_hash = || fs::read_to_string(&path).expect("pins").contains("\"hash\"");
    write(&|_| {});
    assert!(sandbox.done(&["verify"]).ends_with("equal\n") && has_hash(), "it has one from now on");
    for key in ["ontology_hash", "model_id", "filter_id"] {
        write(&|pins| pins[key] = "another".into());
        assert_eq!(sandbox.kgloom(&["repair"]).code, 0, "{key}");
        assert!(has_hash() && export(&sandbox) == whole, "{key}");
        assert!(sandbox.done(&["verify"]).ends_with("equal\n"), "{key}");
    }
    // What is really another is refused, and the graph can be asked as before.
    let store = files(&sandbox.path().join("kgloom-state/store"));
    let refused = |told: &str| {
        let said = sandbox.command(&["repair"]).env_remove("KGLOOM_MODEL").args(["--model", "bundled"]).output();
        let said = said.expect("it runs");
        let err = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.status.code() == Some(78) && err.contains("toy@"), "{told}: {err}");
        assert!(files(&sandbox.path().join("kgloom-state/store")) == store, "{told}: nothing was changed");
        assert!(export(&sandbox) == whole && sandbox.kgloom(&["status"]).code == 0, "{told}");
        err
    };
    refused("whole pins");
    fs::write(&path, "{}").expect("a file");
    assert!(refused("damaged pins").contains("is damaged"));
}
