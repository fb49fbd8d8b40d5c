//! What becomes of documents when files move, break and come back under other names.

use super::Sandbox;
use std::io::Write;

const BORN: &str = "SELECT ?who ?where { ?p wdt:P19 ?o . ?p rdfs:label ?who . ?o rdfs:label ?where } ORDER BY ?who";
const IDS: &str = "SELECT DISTINCT ?d { GRAPH ?d { ?s wdt:P19 ?o } } ORDER BY ?d";
const REFUSED: &str =
    "SELECT ?d ?r { GRAPH kgloom:rejected { ?x kgloom:stage \"documents\" ; kgloom:document ?d ; kgloom:reason ?r } }";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(text.as_bytes()).expect("memory takes every write");
    encoder.finish().expect("memory takes every write")
}

fn write(sandbox: &Sandbox, name: &str, bytes: &[u8]) {
    std::fs::write(sandbox.path().join(name), bytes).expect("a file");
}

#[test]
fn a_file_is_one_document_however_its_path_is_written() {
    let sandbox = Sandbox::with(&[("texts/ada.txt", "Ada Lovelace was born in London."), ("texts/.keep", "")]);
    let whole = sandbox.path().join("texts").display().to_string();
    for inputs in ["texts", "./texts/", &whole, "texts/../texts/ada.txt", "."] {
        sandbox.done(&["run", inputs]);
        assert_eq!(sandbox.ask(IDS), ["urn:kgloom:document:texts/ada.txt"], "{inputs}");
    }
    let state = sandbox.path().join("kgloom-state").display().to_string();
    let run = sandbox.command(&["run", ".", "--state", &state]).current_dir(sandbox.path().join("texts")).output();
    assert!(run.expect("the program runs").status.success());
    assert_eq!(sandbox.ask(IDS), ["urn:kgloom:document:texts/ada.txt"], "from within the folder");

    std::fs::rename(sandbox.path().join("texts/ada.txt"), sandbox.path().join("texts/.kept")).expect("it was there");
    write(&sandbox, "texts/bad.txt", b"\xFF");
    sandbox.kgloom(&["run", &whole, "gone.txt"]);
    let all = sandbox.done(&["export", "--format", "nq", "--all-graphs"]);
    let folder = sandbox.path().display().to_string();
    assert!(!all.contains(&folder), "no absolute path enters the graph:\n{all}");
}

#[cfg(unix)]
#[test]
fn a_link_is_no_second_document() {
    let sandbox = Sandbox::with(&[("texts/ada.txt", "Ada Lovelace was born in London.")]);
    std::os::unix::fs::symlink("ada.txt", sandbox.path().join("texts/again.txt")).expect("a link");
    std::os::unix::fs::symlink("texts", sandbox.path().join("linked")).expect("a link");
    let run = sandbox.summary(&["run", "texts", "linked", "linked/again.txt"]);
    assert_eq!((&run["put"], &run["refused"]), (&1.into(), &0.into()));
    assert_eq!(sandbox.ask(IDS), ["urn:kgloom:document:texts/ada.txt"]);
}

#[test]
fn a_state_moves_with_its_folder() {
    let sandbox = Sandbox::with(&[("one/texts/ada.txt", "Ada Lovelace was born in London.")]);
    let run = |folder: &str| {
        let run = sandbox.command(&["run", "texts"]).current_dir(sandbox.path().join(folder)).output();
        assert!(run.expect("the program runs").status.success());
    };
    run("one");
    std::fs::rename(sandbox.path().join("one"), sandbox.path().join("two")).expect("it was there");
    run("two");
    assert_eq!(sandbox.ask_with(IDS, &["--state", "two/kgloom-state"]), ["urn:kgloom:document:texts/ada.txt"]);
}

#[test]
fn a_document_that_moved_stays_when_the_new_file_breaks_off() {
    let line =
        |id: &str, name: &str, town: &str| format!("{{\"id\": \"{id}\", \"text\": \"{name} was born in {town}.\"}}\n");
    let (x, y) = (line("x", "Ada Lovelace", "London"), line("y", "Alan Turing", "Maida Vale"));
    let z = line("z", "Eve Adams", "Rome");
    let sandbox = Sandbox::with(&[("w/a.jsonl", &x), ("w/old.txt", "Old Name was born in Paris.")]);
    write(&sandbox, "w/b.jsonl.gz", &gzip(&y));
    let mirror = ["run", "--mirror", "w"];
    sandbox.done(&mirror);
    assert_eq!(sandbox.ask(BORN).len(), 3);
    sandbox.write("w/a.jsonl", &z);
    let whole = gzip(&format!("{y}{x}"));
    write(&sandbox, "w/b.jsonl.gz", &whole[..whole.len() - 30]);
    std::fs::remove_file(sandbox.path().join("w/old.txt")).expect("it was there");
    let said = sandbox.kgloom(&mirror);
    assert!(said.code == 0 && said.err.contains("1 documents that were not met stay"), "{}", said.err);
    let three = ["Ada Lovelace,London", "Alan Turing,Maida Vale", "Eve Adams,Rome"];
    assert_eq!(sandbox.ask(BORN), three, "a file that is gone is gone; x may be in what was not read");
    write(&sandbox, "w/b.jsonl.gz", &gzip(&y));
    sandbox.done(&mirror);
    assert_eq!(sandbox.ask(BORN), &three[1..], "the file was read to its end, and x is in none");

    sandbox.write("w/a.jsonl", "{\"id\": \"z\", \"text\": \n");
    sandbox.done(&mirror);
    assert_eq!(sandbox.ask(BORN), &three[1..], "a line whose id cannot be read may be that of z");
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

/// Files of several documents that came out wrong: empty, without a document, refused as a whole, or with nothing that can be read.
#[test]
fn a_file_that_gives_no_document_takes_none_of_its_documents_away() {
    let stale = |sandbox: &Sandbox| {
        let status: serde_json::Value =
            serde_json::from_str(&sandbox.done(&["status", "--format", "json"])).expect("JSON");
        status["stale"].clone()
    };
    let (ada, bela) = ("Ada Morgan was born in London.", "Bela Morgan was born in Pecs.");
    let json = format!("{{\"id\":\"a\",\"text\":\"{ada}\"}}\n{{\"id\":\"b\",\"text\":\"{bela}\"}}\n");
    let list = format!("[{}]", json.trim().replace('\n', ","));
    let (csv, tsv) = (format!("id,text\na,{ada}\nb,{bela}\n"), format!("id\ttext\na\t{ada}\nb\t{bela}\n"));
    let wiki = format!("<doc id=\"1\" url=\"a\">\n{ada}\n</doc>\n<doc id=\"2\" url=\"b\">\n{bela}\n</doc>\n");
    for (name, good, wrong) in [
        ("x.jsonl", &json, ["", "\n", "{\"text\": \"\"}\n", "<html>busy</html>"]),
        ("x.json", &list, ["", "[]", "null", "[{\"body\": \"One.\"}]"]),
        ("x.csv", &csv, ["", "id,text\n", "nr,body\n1,One.\n", "\"id,text\na,One.\n"]),
        ("x.tsv", &tsv, ["", "id\ttext", "nr\tbody\n1\tOne.\n", "id\ttext\na\t\nc\t \n"]),
        ("wiki_00", &wiki, ["", "\n", "<doc id=\"1\" url=\"a\">\n</doc>\n", "busy"]),
    ] {
        let named = format!("w/{name}");
        let sandbox = Sandbox::with(&[(&named, good), ("w/zoe.txt", "Zoe Morgan was born in Ghent.")]);
        let mirror = ["run", "--mirror", named.as_str(), "w"];
        sandbox.done(&mirror);
        assert_eq!((sandbox.ask(BORN).len(), stale(&sandbox)), (3, serde_json::json!([])), "{name}");
        // What is read as one text is a document, under the file's own name.
        for wrong in wrong.iter().filter(|wrong| !(name == "wiki_00" && **wrong == "busy")) {
            sandbox.write(&named, wrong);
            for _ in 0..2 {
                let said = sandbox.kgloom(&[&mirror[..], &["--strict"]].concat());
                assert_eq!((said.code, sandbox.ask(BORN).len()), (65, 3), "{name} {wrong:?}: {}", said.err);
                assert_eq!(said.summary()["deleted"], 0, "{name} {wrong:?}");
                assert_eq!(stale(&sandbox), serde_json::json!(["a", "b"]), "{name} {wrong:?}");
            }
        }
        // One that gives a document is all that is in it.
        let one = good.replace(bela, "").replace("{\"id\":\"b\",\"text\":\"\"}", "").replace(",]", "]");
        let one = one.replace("b,\n", "").replace("b\t\n", "").replace("<doc id=\"2\" url=\"b\">\n\n</doc>\n", "");
        sandbox.write(&named, &one);
        assert_eq!(sandbox.summary(&mirror)["deleted"], 1, "{name} {one:?}");
        assert_eq!((sandbox.ask(BORN).len(), stale(&sandbox)), (2, serde_json::json!([])), "{name}");
        assert_eq!(sandbox.ask(REFUSED), Vec::<String>::new(), "{name}");
        // And one that is gone takes its documents along.
        std::fs::remove_file(sandbox.path().join(&named)).expect("it was there");
        assert_eq!(sandbox.summary(&["run", "--mirror", "w"])["deleted"], 1, "{name}");
        assert!(sandbox.done(&["verify"]).ends_with("equal\n"), "{name}");
    }
}

#[test]
fn a_file_that_turns_unreadable_keeps_its_last_good_text() {
    let sandbox = Sandbox::with(&[("ada.txt", "Ada Lovelace was born in London.")]);
    sandbox.done(&["run", "ada.txt"]);
    for bytes in [&b"Ada \xFF"[..], b"", b"\0\0\0"] {
        write(&sandbox, "ada.txt", bytes);
        // Once more changes nothing, with and without what is missing.
        for flags in [&["--mirror"][..], &["--mirror"], &[], &[]] {
            sandbox.done(&[&["run", "ada.txt", "."], flags].concat());
            assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London"]);
            assert!(sandbox.done(&["status"]).contains("stale       1 ("));
        }
    }
    std::fs::remove_file(sandbox.path().join("ada.txt")).expect("it was there");
    assert_eq!(sandbox.kgloom(&["run", "ada.txt"]).code, 74);
    let refused = sandbox.ask(REFUSED);
    assert_eq!(refused, ["urn:kgloom:document:ada.txt%23unread,no such file or folder; the last good text stays"]);
    assert!(sandbox.done(&["status"]).contains("stale       1 (their files could not be read last): ada.txt"));
    let status: serde_json::Value = serde_json::from_str(&sandbox.done(&["status", "--format", "json"])).expect("JSON");
    assert_eq!(status["stale"], serde_json::json!(["ada.txt"]));
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));

    sandbox.write("ada.txt", "Ada Lovelace was born in London.");
    sandbox.done(&["run", "ada.txt"]);
    assert_eq!(sandbox.ask(REFUSED), Vec::<String>::new(), "what is mended is stale no more");
    sandbox.write("ada.txt", "");
    sandbox.done(&["run", "ada.txt"]);
    assert_eq!(sandbox.summary(&["delete", "ada.txt"])["deleted"], 1, "what was refused is no document");
    assert_eq!(
        (sandbox.ask(BORN), sandbox.ask(REFUSED)),
        (Vec::new(), Vec::new()),
        "the document goes, and its refusal"
    );
}

#[test]
fn a_pipe_replaces_only_what_it_is_named_for() {
    let sandbox = Sandbox::new();
    let run = |arguments: &[&str], input: &str| sandbox.kgloom_with_input(&[&["run"], arguments].concat(), input).code;
    assert_eq!(run(&["-"], "Ada Lovelace was born in London."), 0);
    assert_eq!(run(&["-"], "Ada Lovelace was born in London."), 0, "the same again changes nothing");
    let second = sandbox.kgloom_with_input(&["run", "-"], "Alan Turing was born in Maida Vale.");
    assert!(second.code == 2 && second.err.contains("--id names what"), "{} {}", second.code, second.err);
    assert_eq!(run(&["-"], ""), 0);
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London"], "nothing replaces nothing");
    assert_eq!(run(&["--id", "alan", "-"], "Alan Turing was born in Maida Vale."), 0);
    assert_eq!(run(&["--id", "alan", "-"], "Alan Turing was born in Wilmslow."), 0);
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London", "Alan Turing,Wilmslow"]);
    assert_eq!(sandbox.kgloom_with_input(&["put", "--id", "alan", "-"], "").code, 65);
    assert_eq!(sandbox.ask(BORN).len(), 2, "an empty pipe does not replace a text");
    // What came of another pipe says nothing of it.
    assert_eq!(run(&["--id", "alan", "-"], ""), 0);
    let stale = |sandbox: &Sandbox| sandbox.ask(REFUSED).iter().any(|refused| refused.contains("alan%23unread"));
    assert!(stale(&sandbox), "{:?}", sandbox.ask(REFUSED));
    assert_eq!(run(&["--id", "eve", "-"], "Eve Adams was born in Rome."), 0);
    assert!(stale(&sandbox));
    assert_eq!(run(&["--id", "alan", "-"], "Alan Turing was born in Wilmslow."), 0);
    assert!(!stale(&sandbox));
    assert_eq!(run(&["--id", "lines", "-"], "{\"text\": \"Eve Adams was born in Rome.\"}\n"), 0);
    assert!(sandbox.ask(IDS).contains(&"urn:kgloom:document:lines%23line-1".to_owned()), "{:?}", sandbox.ask(IDS));
    assert_eq!(run(&["--id", "x", "texts"], ""), 2, "--id is for pipes");
}

#[test]
fn a_path_that_is_not_there_is_told_and_the_others_are_read() {
    let sandbox = Sandbox::with(&[("ada.txt", "Ada Lovelace was born in London.")]);
    let said = sandbox.kgloom(&["run", "no.txt", "ada.txt"]);
    assert!(said.code == 74 && said.err.contains("\"no.txt\" is not there"), "{} {}", said.code, said.err);
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London"]);
    assert_eq!(sandbox.ask(REFUSED), ["urn:kgloom:document:no.txt,no such file or folder"]);
}

#[test]
fn documents_of_other_programs_are_read_apart() {
    let mail = "Subject: News\r\nContent-Type: text/plain\r\n\r\nAda Lovelace was born in London.\r\n";
    let sandbox = Sandbox::with(&[("a.eml", mail), ("b.pdf", "%PDF-1.4 broken"), ("c.docx", "PK broken")]);
    let run = sandbox.summary(&["run", "a.eml", "b.pdf", "c.docx"]);
    assert_eq!((&run["put"], &run["refused"]), (&1.into(), &2.into()));
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London"]);
    let refused = sandbox.ask(REFUSED).join("\n");
    assert!(
        refused.contains("`pdftotext FILE`") && refused.contains("another kind of file under this name"),
        "{refused}"
    );

    sandbox.write("kgloom.toml", "[limits]\nmax_office_bytes = 20\n");
    sandbox.write("d.eml", mail);
    sandbox.done(&["run", "d.eml"]);
    assert!(sandbox.ask(REFUSED).join("\n").contains("larger than 20 bytes (limits.max_office_bytes); save its text"));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_which_nothing_comes_is_left_when_asked() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["run", "-"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program runs");
    let mut pipe = child.stdin.take().expect("it is piped");
    pipe.write_all(b"Ada Lovelace was born").expect("it reads");
    let start = Instant::now();
    while !sandbox.path().join("kgloom-state/store").exists() && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let term = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(term.expect("kill runs").success());
    let start = Instant::now();
    let ended = child.wait().expect("it ends");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert_eq!(ended.code(), Some(130));
    drop(pipe);
}
