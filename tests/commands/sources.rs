//! What becomes of documents when files move, break and come back under other names.

use super::Desk;
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

fn write(desk: &Desk, name: &str, bytes: &[u8]) {
    std::fs::write(desk.path().join(name), bytes).expect("a file");
}

#[test]
fn a_file_is_one_document_however_its_path_is_written() {
    let desk = Desk::with(&[("texts/ada.txt", "Ada Lovelace was born in London."), ("texts/.keep", "")]);
    let whole = desk.path().join("texts").display().to_string();
    for inputs in ["texts", "./texts/", &whole, "texts/../texts/ada.txt", "."] {
        desk.done(&["run", inputs]);
        assert_eq!(desk.ask(IDS), ["urn:kgloom:document:texts/ada.txt"], "{inputs}");
    }
    let state = desk.path().join("kgloom-state").display().to_string();
    let run = desk.command(&["run", ".", "--state", &state]).current_dir(desk.path().join("texts")).output();
    assert!(run.expect("the program runs").status.success());
    assert_eq!(desk.ask(IDS), ["urn:kgloom:document:texts/ada.txt"], "from within the folder");

    std::fs::rename(desk.path().join("texts/ada.txt"), desk.path().join("texts/.kept")).expect("it was there");
    write(&desk, "texts/bad.txt", b"\xFF");
    desk.kgloom(&["run", &whole, "gone.txt"]);
    let all = desk.done(&["export", "--format", "nq", "--all-graphs"]);
    let folder = desk.path().display().to_string();
    assert!(!all.contains(&folder), "no absolute path enters the graph:\n{all}");
}

#[cfg(unix)]
#[test]
fn a_link_is_no_second_document() {
    let desk = Desk::with(&[("texts/ada.txt", "Ada Lovelace was born in London.")]);
    std::os::unix::fs::symlink("ada.txt", desk.path().join("texts/again.txt")).expect("a link");
    std::os::unix::fs::symlink("texts", desk.path().join("linked")).expect("a link");
    let run = desk.summary(&["run", "texts", "linked", "linked/again.txt"]);
    assert_eq!((&run["put"], &run["refused"]), (&1.into(), &0.into()));
    assert_eq!(desk.ask(IDS), ["urn:kgloom:document:texts/ada.txt"]);
}

#[test]
fn a_state_moves_with_its_folder() {
    let desk = Desk::with(&[("one/texts/ada.txt", "Ada Lovelace was born in London.")]);
    let run = |folder: &str| {
        let run = desk.command(&["run", "texts"]).current_dir(desk.path().join(folder)).output();
        assert!(run.expect("the program runs").status.success());
    };
    run("one");
    std::fs::rename(desk.path().join("one"), desk.path().join("two")).expect("it was there");
    run("two");
    assert_eq!(desk.ask_with(IDS, &["--state", "two/kgloom-state"]), ["urn:kgloom:document:texts/ada.txt"]);
}

#[test]
fn a_document_that_moved_stays_when_the_new_file_breaks_off() {
    let line =
        |id: &str, name: &str, town: &str| format!("{{\"id\": \"{id}\", \"text\": \"{name} was born in {town}.\"}}\n");
    let (x, y) = (line("x", "Ada Lovelace", "London"), line("y", "Alan Turing", "Maida Vale"));
    let z = line("z", "Eve Adams", "Rome");
    let desk = Desk::with(&[("w/a.jsonl", &x), ("w/old.txt", "Old Name was born in Paris.")]);
    write(&desk, "w/b.jsonl.gz", &gzip(&y));
    let mirror = ["run", "--mirror", "w"];
    desk.done(&mirror);
    assert_eq!(desk.ask(BORN).len(), 3);
    desk.write("w/a.jsonl", &z);
    let whole = gzip(&format!("{y}{x}"));
    write(&desk, "w/b.jsonl.gz", &whole[..whole.len() - 30]);
    std::fs::remove_file(desk.path().join("w/old.txt")).expect("it was there");
    let said = desk.kgloom(&mirror);
    assert!(said.code == 0 && said.err.contains("1 documents that were not met stay"), "{}", said.err);
    let three = ["Ada Lovelace,London", "Alan Turing,Maida Vale", "Eve Adams,Rome"];
    assert_eq!(desk.ask(BORN), three, "a file that is gone is gone; x may be in what was not read");
    write(&desk, "w/b.jsonl.gz", &gzip(&y));
    desk.done(&mirror);
    assert_eq!(desk.ask(BORN), &three[1..], "the file was read to its end, and x is in none");

    desk.write("w/a.jsonl", "{\"id\": \"z\", \"text\": \n");
    desk.done(&mirror);
    assert_eq!(desk.ask(BORN), &three[1..], "a line whose id cannot be read may be that of z");
    assert!(desk.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn a_file_that_turns_unreadable_keeps_its_last_good_text() {
    let desk = Desk::with(&[("ada.txt", "Ada Lovelace was born in London.")]);
    desk.done(&["run", "ada.txt"]);
    for bytes in [&b"Ada \xFF"[..], b"", b"\0\0\0"] {
        write(&desk, "ada.txt", bytes);
        desk.done(&["run", "--mirror", "ada.txt", "."]);
        assert_eq!(desk.ask(BORN), ["Ada Lovelace,London"]);
    }
    std::fs::remove_file(desk.path().join("ada.txt")).expect("it was there");
    assert_eq!(desk.kgloom(&["run", "ada.txt"]).code, 74);
    let refused = desk.ask(REFUSED);
    assert_eq!(refused, ["urn:kgloom:document:ada.txt%23unread,no such file or folder; the last good text stays"]);
    assert!(desk.done(&["status"]).contains("stale       1 (their files could not be read last): ada.txt"));
    let status: serde_json::Value = serde_json::from_str(&desk.done(&["status", "--format", "json"])).expect("JSON");
    assert_eq!(status["stale"], serde_json::json!(["ada.txt"]));
    assert!(desk.done(&["verify"]).ends_with("equal\n"));

    desk.write("ada.txt", "Ada Lovelace was born in London.");
    desk.done(&["run", "ada.txt"]);
    assert_eq!(desk.ask(REFUSED), Vec::<String>::new(), "what is mended is stale no more");
    desk.write("ada.txt", "");
    desk.done(&["run", "ada.txt"]);
    desk.done(&["delete", "ada.txt"]);
    assert_eq!((desk.ask(BORN), desk.ask(REFUSED)), (Vec::new(), Vec::new()), "the document goes, and its refusal");
}

#[test]
fn a_pipe_replaces_only_what_it_is_named_for() {
    let desk = Desk::new();
    let run = |arguments: &[&str], input: &str| desk.kgloom_with_input(&[&["run"], arguments].concat(), input).code;
    assert_eq!(run(&["-"], "Ada Lovelace was born in London."), 0);
    assert_eq!(run(&["-"], "Ada Lovelace was born in London."), 0, "the same again changes nothing");
    let second = desk.kgloom_with_input(&["run", "-"], "Alan Turing was born in Maida Vale.");
    assert!(second.code == 2 && second.err.contains("--id names what"), "{} {}", second.code, second.err);
    assert_eq!(run(&["-"], ""), 0);
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,London"], "nothing replaces nothing");
    assert_eq!(run(&["--id", "alan", "-"], "Alan Turing was born in Maida Vale."), 0);
    assert_eq!(run(&["--id", "alan", "-"], "Alan Turing was born in Wilmslow."), 0);
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,London", "Alan Turing,Wilmslow"]);
    assert_eq!(desk.kgloom_with_input(&["put", "--id", "alan", "-"], "").code, 65);
    assert_eq!(desk.ask(BORN).len(), 2, "an empty pipe does not replace a text");
    assert_eq!(run(&["--id", "lines", "-"], "{\"text\": \"Eve Adams was born in Rome.\"}\n"), 0);
    assert!(desk.ask(IDS).contains(&"urn:kgloom:document:lines%23line-1".to_owned()), "{:?}", desk.ask(IDS));
    assert_eq!(run(&["--id", "x", "texts"], ""), 2, "--id is for pipes");
}

#[test]
fn a_path_that_is_not_there_is_told_and_the_others_are_read() {
    let desk = Desk::with(&[("ada.txt", "Ada Lovelace was born in London.")]);
    let said = desk.kgloom(&["run", "no.txt", "ada.txt"]);
    assert!(said.code == 74 && said.err.contains("\"no.txt\" is not there"), "{} {}", said.code, said.err);
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,London"]);
    assert_eq!(desk.ask(REFUSED), ["urn:kgloom:document:no.txt,no such file or folder"]);
}

#[test]
fn documents_of_other_programs_are_read_apart() {
    let mail = "Subject: News\r\nContent-Type: text/plain\r\n\r\nAda Lovelace was born in London.\r\n";
    let desk = Desk::with(&[("a.eml", mail), ("b.pdf", "%PDF-1.4 broken"), ("c.docx", "PK broken")]);
    let run = desk.summary(&["run", "a.eml", "b.pdf", "c.docx"]);
    assert_eq!((&run["put"], &run["refused"]), (&1.into(), &2.into()));
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,London"]);
    let refused = desk.ask(REFUSED).join("\n");
    assert!(refused.contains("`pdftotext FILE`") && refused.contains("`pandoc FILE -o FILE.md`"), "{refused}");

    desk.write("kgloom.toml", "[limits]\nmax_office_bytes = 20\n");
    desk.write("d.eml", mail);
    desk.done(&["run", "d.eml"]);
    assert!(desk.ask(REFUSED).join("\n").contains("larger than 20 bytes (limits.max_office_bytes); save its text"));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_which_nothing_comes_is_left_when_asked() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};
    let desk = Desk::new();
    let mut command = desk.command(&["run", "-"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program runs");
    let mut pipe = child.stdin.take().expect("it is piped");
    pipe.write_all(b"Ada Lovelace was born").expect("it reads");
    let start = Instant::now();
    while !desk.path().join("kgloom-state/store").exists() && start.elapsed() < Duration::from_secs(60) {
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
