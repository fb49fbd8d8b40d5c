//! Every kind of bad input, by name, in one run. In: a folder of broken files. Out: the run goes on, each is a
//! rejection with reason and place, and each goes when it is mended.

use crate::commands::Sandbox;
use std::io::Write;

const GOOD: &str = "Ada Lovelace was born in London.";

/// File, what its rejection's reason and location say.
const BAD: [(&str, &str); 7] = [
    ("not-utf8.txt", "UTF-8"),
    ("empty.txt", "empty"),
    ("huge.txt", "bytes"),
    ("binary.txt", "binary"),
    ("malformed.jsonl", "JSON"),
    ("bomb.jsonl.gz", "100 times"),
    ("vanished.txt", "no such file"),
];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory takes every write");
    encoder.finish().expect("memory takes every write")
}

fn write(sandbox: &Sandbox, name: &str, bytes: &[u8]) {
    sandbox.write(&format!("texts/{name}"), "");
    std::fs::write(sandbox.path().join("texts").join(name), bytes).expect("a file");
}

#[test]
fn bad_input_never_stops_a_run_and_is_never_dropped_silently() {
    let sandbox = Sandbox::new();
    write(&sandbox, "good.txt", GOOD.as_bytes());
    write(&sandbox, "not-utf8.txt", b"Ada Lovelace \xFF\xFE\xFD was born.");
    write(&sandbox, "empty.txt", b" \n\t");
    write(&sandbox, "huge.txt", "Ada Lovelace was born in London. ".repeat(100_000).as_bytes());
    write(&sandbox, "binary.txt", b"\x7fELF\x00\x01\x02\x00\x00\x00\x00binary");
    write(
        &sandbox,
        "malformed.jsonl",
        b"{\"id\": \"m\", \"text\": \"Alan Turing was born in Maida Vale.\"}\n{\"id\": \n",
    );
    write(&sandbox, "bomb.jsonl.gz", &gzip(&vec![b'\n'; 64 << 20]));
    let run = ["run", "texts", "texts/vanished.txt"];
    let said = sandbox.kgloom(&run);
    assert_eq!(said.code, 74, "one of them is not there: {}", said.err);
    let summary = said.summary();
    assert_eq!(summary["put"], 2, "what is good is taken in: {summary}");
    assert_eq!(summary["refused"], BAD.len(), "{summary}");

    let status = sandbox.done(&["status", "--rejections", "--limit", "100"]);
    let shown = sandbox.ask("SELECT ?d ?r (COALESCE(?l, \"\") AS ?where) { GRAPH kgloom:rejected { ?x kgloom:document ?d ; kgloom:reason ?r OPTIONAL { ?x kgloom:location ?l } } }");
    for (file, reason) in BAD {
        let row =
            shown.iter().find(|row| row.contains(file)).unwrap_or_else(|| panic!("{file} is missing:\n{shown:#?}"));
        assert!(row.contains(reason), "{file} should speak of \"{reason}\": {row}");
        assert!(status.contains(file), "{file} is missing from the status:\n{status}");
    }
    sandbox.done(&["verify"]);

    for (file, _) in BAD {
        let text = format!("{GOOD} It is told in {file}.");
        match file {
            "malformed.jsonl" => write(&sandbox, file, format!("{{\"id\": \"m\", \"text\": \"{text}\"}}\n").as_bytes()),
            "bomb.jsonl.gz" => {
                write(&sandbox, file, &gzip(format!("{{\"id\": \"z\", \"text\": \"{text}\"}}\n").as_bytes()))
            }
            _ => write(&sandbox, file, text.as_bytes()),
        }
    }
    assert_eq!(sandbox.summary(&run)["refused"], 0);
    let left = sandbox.ask("SELECT ?r { GRAPH kgloom:rejected { ?x kgloom:stage \"documents\" ; kgloom:reason ?r } }");
    assert_eq!(left, Vec::<String>::new(), "what is mended is not refused any more");
    sandbox.done(&["verify"]);
}
