//! A graph that follows files while they come, change and go.

use super::Sandbox;
use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const NAMES: &str = "SELECT ?n { ?s wdt:P19 ?o ; rdfs:label ?n } ORDER BY ?n";

/// Asks until the answer is this one.
#[track_caller]
fn becomes(sandbox: &Sandbox, expected: &[&str]) {
    let start = Instant::now();
    loop {
        let said = sandbox.kgloom(&["query", NAMES, "--format", "csv"]);
        let rows: Vec<&str> = said.out.lines().skip(1).map(str::trim_end).collect();
        if said.code == 0 && rows == expected {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{rows:?} {}", said.err);
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn watch(sandbox: &Sandbox, inputs: &[&str]) -> Child {
    let mut command = sandbox.command(&[&["watch"], inputs].concat());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs")
}

#[cfg(unix)]
#[test]
fn files_that_come_change_and_go_are_followed_until_ctrl_c() {
    let sandbox = Sandbox::with(&[
        ("texts/ada.txt", "Ada Morgan was born in London."),
        ("texts/many.jsonl", "{\"id\":\"m1\",\"text\":\"Bela Morgan was born in Pecs.\"}\n"),
        ("other.txt", "Zoe Morgan was born in Ghent."),
    ]);
    sandbox.done(&["run", "other.txt"]);
    let mut watching = watch(&sandbox, &["texts"]);
    becomes(&sandbox, &["Ada Morgan", "Bela Morgan", "Zoe Morgan"]);
    let status = sandbox.kgloom(&["status"]);
    assert!(status.out.contains("in use") && !status.out.contains("damaged"), "{}", status.out);
    sandbox.write("texts/new/cleo.txt", "Cleo Morgan was born in Nice.");
    becomes(&sandbox, &["Ada Morgan", "Bela Morgan", "Cleo Morgan", "Zoe Morgan"]);
    sandbox.write("texts/ada.txt", "Dora Morgan was born in Graz.");
    becomes(&sandbox, &["Bela Morgan", "Cleo Morgan", "Dora Morgan", "Zoe Morgan"]);
    sandbox.write("texts/many.jsonl", "{\"id\":\"m2\",\"text\":\"Eva Morgan was born in Bern.\"}\n");
    becomes(&sandbox, &["Cleo Morgan", "Dora Morgan", "Eva Morgan", "Zoe Morgan"]);
    // An export that failed says nothing of what was in it.
    for (at, wrong) in ["", "[]", "busy"].into_iter().enumerate() {
        sandbox.write("texts/many.jsonl", wrong);
        sandbox.write("texts/ida.txt", &format!("Ida{} Morgan was born in Lyon.", "a".repeat(at)));
        let ida = format!("Ida{} Morgan", "a".repeat(at));
        becomes(&sandbox, &["Cleo Morgan", "Dora Morgan", "Eva Morgan", &ida, "Zoe Morgan"]);
    }
    fs::remove_file(sandbox.path().join("texts/ida.txt")).expect("it is there");
    becomes(&sandbox, &["Cleo Morgan", "Dora Morgan", "Eva Morgan", "Zoe Morgan"]);
    fs::rename(sandbox.path().join("texts/new"), sandbox.path().join("moved")).expect("it is there");
    becomes(&sandbox, &["Dora Morgan", "Eva Morgan", "Zoe Morgan"]);
    fs::remove_file(sandbox.path().join("texts/many.jsonl")).expect("it is there");
    becomes(&sandbox, &["Dora Morgan", "Zoe Morgan"]);
    fs::write(sandbox.path().join("texts/bad.txt"), [0xff, 0xfe, 0xff]).expect("a file");
    sandbox.write("texts/eva.txt", "Eva Morgan was born in Bern.");
    becomes(&sandbox, &["Dora Morgan", "Eva Morgan", "Zoe Morgan"]);
    let killed = std::process::Command::new("kill").args(["-INT", &watching.id().to_string()]).status();
    assert!(killed.expect("a signal").success());
    assert!(watching.wait().expect("it ends").success());
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

/// A folder that is another one under the same name, in each of the ways in which that comes about; `serve --watch` follows the same way.
#[cfg(unix)]
#[test]
fn a_folder_that_is_made_again_is_followed_and_what_was_in_the_old_one_goes() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::with(&[
        ("texts/ada.txt", "Ada Morgan was born in London."),
        ("texts/sub/bela.txt", "Bela Morgan was born in Pecs."),
        ("new/cleo.txt", "Cleo Morgan was born in Nice."),
        ("one/dora.txt", "Dora Morgan was born in Graz."),
        ("two/eva.txt", "Eva Morgan was born in Bern."),
        ("other/zoe.txt", "Zoe Morgan was born in Ghent."),
    ]);
    let at = |name: &str| sandbox.path().join(name);
    sandbox.done(&["run", "other"]);
    symlink(at("one"), at("now")).expect("a link");
    let mut watching = watch(&sandbox, &["texts", "now"]);
    becomes(&sandbox, &["Ada Morgan", "Bela Morgan", "Dora Morgan", "Zoe Morgan"]);
    // A folder within, replaced at once by one with other files.
    fs::rename(at("texts/sub"), at("old")).expect("it is there");
    fs::rename(at("new"), at("texts/sub")).expect("it is there");
    becomes(&sandbox, &["Ada Morgan", "Cleo Morgan", "Dora Morgan", "Zoe Morgan"]);
    // The link, switched at once; what it led to is there still, and no longer followed.
    symlink(at("two"), at("next")).expect("a link");
    fs::rename(at("next"), at("now")).expect("it is there");
    becomes(&sandbox, &["Ada Morgan", "Cleo Morgan", "Eva Morgan", "Zoe Morgan"]);
    // The watched folder itself, away and made again.
    fs::rename(at("texts"), at("away")).expect("it is there");
    becomes(&sandbox, &["Eva Morgan", "Zoe Morgan"]);
    sandbox.write("texts/ida.txt", "Ida Morgan was born in Lyon.");
    becomes(&sandbox, &["Eva Morgan", "Ida Morgan", "Zoe Morgan"]);
    sandbox.write("texts/.hidden.txt", "Una Morgan was born in Cork.");
    sandbox.write("texts/sub/jan.txt", "Jan Morgan was born in Lund.");
    becomes(&sandbox, &["Eva Morgan", "Ida Morgan", "Jan Morgan", "Zoe Morgan"]);
    let killed = std::process::Command::new("kill").args(["-INT", &watching.id().to_string()]).status();
    assert!(killed.expect("a signal").success());
    assert!(watching.wait().expect("it ends").success());
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn what_is_not_there_cannot_be_watched() {
    let sandbox = Sandbox::new();
    let said = sandbox.kgloom(&["watch", "nowhere"]);
    assert!(said.code == 74 && said.err.contains("nowhere"), "{} {}", said.code, said.err);
}
