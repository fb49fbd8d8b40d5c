//! Every kind of input, good and bad, by name.

use super::*;
use std::fs;
use std::io::Write;
use std::path::Path;

const TEXT: &str = "Ada Lovelace was born in London.";

/// A folder of inputs; names in results are relative to it.
pub(super) struct Inputs(tempfile::TempDir);

impl Inputs {
    pub(super) fn new(files: &[(&str, &[u8])]) -> Inputs {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Inputs(folder)
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.0.path().display())
    }

    fn open(&self, names: &[&str], options: &SourceOptions) -> Documents {
        let paths: Vec<String> = names.iter().map(|name| self.path(name).trim_end_matches('/').to_owned()).collect();
        Documents::open(&paths, options)
    }

    pub(super) fn read(&self, names: &[&str], options: &SourceOptions) -> Vec<String> {
        self.open(names, options).map(|incoming| self.tell(&incoming)).collect()
    }

    /// `ID = TEXT` or `ID ! REASON @ LOCATION`, with names relative to the folder.
    fn tell(&self, incoming: &Incoming) -> String {
        let told = match &incoming.change {
            Change::Put(document) => format!("{} = {}", document.id, document.text),
            Change::Refuse(id, refusal) => format!("{id} ! {} @ {}", refusal.reason, refusal.location),
            other => format!("{other:?}"),
        };
        told.replace(&self.path(""), "")
    }
}

fn read(files: &[(&str, &[u8])], names: &[&str]) -> Vec<String> {
    Inputs::new(files).read(names, &SourceOptions::default())
}

/// The only thing that one file gives.
pub(super) fn only(name: &str, bytes: &[u8]) -> String {
    let told = read(&[(name, bytes)], &[name]);
    assert_eq!(told.len(), 1, "{told:?}");
    told.into_iter().next().unwrap()
}

fn small() -> SourceOptions {
    SourceOptions { max_document_bytes: 100, ..SourceOptions::default() }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd_long(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Bytes that do not compress, the same each time.
fn noise(seed: u64, length: usize) -> String {
    let mut state = seed;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 59) as u8 % 26)
    };
    (0..length).map(|_| draw()).collect()
}

#[test]
fn folders_are_read_by_name_without_hidden_files() {
    let inputs = Inputs::new(&[
        ("corpus/b.txt", b"second"),
        ("corpus/a/z.txt", b"first"),
        ("corpus/.hidden.txt", b"no"),
        ("corpus/.git/x.txt", b"no"),
        ("corpus/picture.png", b"\x89PNG"),
        ("corpus/LICENSE", b"Plain"),
    ]);
    let mut documents = inputs.open(&["corpus", "corpus/b.txt"], &SourceOptions::default());
    let told: Vec<String> = documents.by_ref().map(|incoming| inputs.tell(&incoming)).collect();
    let unknown = "nothing is known of files of this type; a file that is named itself is read as text";
    assert_eq!(
        told,
        [
            format!("corpus/LICENSE ! {unknown} @ corpus/LICENSE"),
            "corpus/a/z.txt = first".to_owned(),
            "corpus/b.txt = second".to_owned(),
            format!("corpus/picture.png ! {unknown} @ corpus/picture.png"),
        ]
    );
    assert!(documents.ends().lost.is_empty(), "no document is in them");
    let finished: Vec<String> =
        documents.ends().finished.iter().map(|name| name.replace(&inputs.path(""), "")).collect();
    assert_eq!(finished, ["corpus/a/z.txt", "corpus/b.txt"]);
    let total = documents.progress().total.unwrap();
    assert_eq!(total, 5 + 6 + 4 + 5);
    assert_eq!(documents.progress().read, total, "files of unknown type were looked at");
}

#[test]
fn a_leading_dot_slash_and_a_last_slash_do_not_change_ids() {
    let container = |path: &str| walk::find(&[path.to_owned()], &Root::default(), "stdin").0.into_iter().next();
    let source = Path::new("src/lib.rs");
    assert!(source.is_file(), "tests run in the package's folder");
    for path in ["src/lib.rs", "./src/lib.rs", ".//src/lib.rs", "./src"] {
        let Some(Input::Found(found)) = container(path) else { panic!("{path}") };
        assert!(found.name.starts_with("src/"), "{path}: {}", found.name);
    }
    let Some(Input::Found(found)) = container("src/") else { panic!() };
    assert!(found.name.starts_with("src/") && !found.name.contains("//"), "{}", found.name);
}

#[test]
fn an_unknown_type_that_the_user_named_is_read_as_what_it_looks_like() {
    assert_eq!(only("notes", TEXT.as_bytes()), format!("notes = {TEXT}"));
    assert_eq!(only("notes.rst", TEXT.as_bytes()), format!("notes.rst = {TEXT}"));
    assert_eq!(only("data.json", b"{\"id\": \"x\", \"text\": \"One.\"}\n"), "x = One.");
    assert_eq!(only("notes", b"{braces} in a text"), "notes = {braces} in a text");
}

#[test]
fn what_takes_another_program_is_refused_with_its_name() {
    assert_eq!(only("a.PDF", b"%PDF-1.7"), "a.PDF ! not read here; `pdftotext FILE` makes a text of it @ a.PDF");
    let told = read(&[("x/a.rtf", b"PK"), ("x/b.mbox.gz", &gzip(b"Subject: x"))], &["x"]);
    assert!(told[0].contains("`pandoc FILE -o FILE.md`") && told[1].contains("mail, which is not read"), "{told:?}");
}

#[test]
fn json_lines_have_ids_of_their_own_or_of_their_place() {
    let lines = "{\"id\": \"en:1\", \"text\": \"One.\"}\n\n{\"text\": \"Two.\", \"x\": [1]}\r\n{\"id\": 7, \"text\": \"Three.\"}";
    let expected = ["en:1 = One.", "a.jsonl#line-3 = Two.", "7 = Three."];
    assert_eq!(read(&[("a.jsonl", lines.as_bytes())], &["a.jsonl"]), expected);
    let options = SourceOptions { id_field: "key".into(), text_field: "body".into(), ..SourceOptions::default() };
    let inputs = Inputs::new(&[("a.ndjson", b"{\"key\": \"k\", \"body\": \"One.\", \"id\": 1}")]);
    assert_eq!(inputs.read(&["a.ndjson"], &options), ["k = One."]);
}

#[test]
fn every_compression_is_expanded() {
    let lines = b"{\"id\": \"a\", \"text\": \"One.\"}\n{\"id\": \"b\", \"text\": \"Two.\"}\n";
    for (name, bytes) in [("x.jsonl.gz", gzip(lines)), ("x.jsonl.zst", zstd_long(lines)), ("x.jsonl.bz2", bzip2(lines))]
    {
        assert_eq!(read(&[(name, &bytes)], &[name]), ["a = One.", "b = Two."], "{name}");
    }
    let two_members = [gzip(b"One. "), gzip(b"Two.")].concat();
    assert_eq!(only("a.txt.gz", &two_members), "a.txt.gz = One. Two.");
}

#[test]
fn wiki_extractor_files_are_known_by_content() {
    let wiki = "<doc id=\"12\" url=\"https://en.example.org/wiki?curid=12\" title=\"Ada\">\nAda\n\nAda wrote.\n</doc>\n\
                <doc id=\"13\" url=\"\" title=\"Eve\">\nEve slept.\n</doc>\n<doc id=\"14\" title=\"X\">Short.</doc>\n";
    let expected =
        ["https://en.example.org/wiki?curid=12 = Ada\n\nAda wrote.", "FILE#13 = Eve slept.", "FILE#14 = Short."];
    for (name, bytes) in
        [("AA/wiki_00", wiki.as_bytes().to_vec()), ("AA/wiki_00.bz2", bzip2(wiki.as_bytes())), ("x.txt", wiki.into())]
    {
        let told = Inputs::new(&[(name, &bytes)]).read(&[""], &SourceOptions::default());
        assert_eq!(told, expected.map(|line| line.replace("FILE", name)), "{name}");
    }
}

#[test]
fn byte_order_marks_are_understood() {
    assert_eq!(only("a.txt", "\u{FEFF}Ångström".as_bytes()), "a.txt = Ångström");
    let wide: Vec<u16> = "{\"id\":\"w\",\"text\":\"Ångström 𝄞\"}\n".encode_utf16().collect();
    let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain(wide.iter().flat_map(|unit| unit.to_le_bytes())).collect();
    let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(wide.iter().flat_map(|unit| unit.to_be_bytes())).collect();
    assert_eq!(only("a.jsonl", &little), "w = Ångström 𝄞");
    assert_eq!(only("a.jsonl", &big), "w = Ångström 𝄞");
    assert!(only("a.txt", &little[..little.len() - 1]).contains("UTF-16 ends within a character"));
    assert!(only("a.txt", &[0xFF, 0xFE, 0x00, 0xDC, 0x41, 0x00]).contains("not UTF-16 at byte 2"));
}

#[test]
fn bad_not_utf8() {
    assert_eq!(only("a.txt", b"caf\xE9 au lait"), "a.txt ! not UTF-8 @ a.txt, byte 3");
    let lines = b"{\"id\": \"a\", \"text\": \"One.\"}\n{\"id\": \"b\", \"text\": \"\xFF\"}\n";
    let told = read(&[("a.jsonl", lines)], &["a.jsonl"]);
    assert_eq!(told, ["a = One.", "a.jsonl#line-2 ! not UTF-8 @ a.jsonl, line 2, byte 49"]);
}

#[test]
fn bad_empty() {
    assert_eq!(only("a.txt", b""), "a.txt ! empty: there is no text @ a.txt");
    assert_eq!(only("a.md", b" \n\t\n"), "a.md ! empty: there is no text @ a.md");
    assert_eq!(only("a.html", b"<html><script>x</script></html>"), "a.html ! empty: there is no text @ a.html");
    assert_eq!(only("a.jsonl", b"{\"id\": \"e\", \"text\": \" \"}"), "e ! empty: there is no text @ a.jsonl, line 1");
    assert!(read(&[("a.jsonl", b"")], &["a.jsonl"]).is_empty(), "a file of no lines has no documents");
}

#[test]
fn bad_huge() {
    let inputs = Inputs::new(&[
        ("a.txt", "long ".repeat(21).as_bytes()),
        ("b.jsonl", format!("{{\"id\": \"b\", \"text\": \"{}\"}}\n{{\"text\": \"Two.\"}}", "x".repeat(101)).as_bytes()),
        (
            "c.jsonl",
            format!("{{\"id\": \"c\", \"text\": \"{}\"}}\n{{\"text\": \"Two.\"}}", "x".repeat(100_000)).as_bytes(),
        ),
        (
            "d",
            format!("<doc id=\"1\" url=\"d\">\n{}</doc>\n<doc id=\"2\" url=\"e\">\nTwo.\n</doc>\n", "x".repeat(300))
                .as_bytes(),
        ),
        ("e.txt", &b"x".repeat(100)),
    ]);
    let long = "longer than 100 bytes; cut it, or raise max-document-bytes";
    assert_eq!(inputs.read(&["a.txt"], &small()), [format!("a.txt ! {long} @ a.txt")]);
    assert_eq!(
        inputs.read(&["b.jsonl"], &small()),
        [format!("b ! {long} @ b.jsonl, line 1"), "b.jsonl#line-2 = Two.".into()]
    );
    let told = inputs.read(&["c.jsonl"], &small());
    assert_eq!(told, ["c.jsonl#line-1 ! the line is too long @ c.jsonl, line 1", "c.jsonl#line-2 = Two."]);
    assert_eq!(inputs.read(&["d"], &small())[0], format!("d ! {long} @ d, line 1"));
    assert!(inputs.read(&["e.txt"], &small())[0].starts_with("e.txt = xxx"), "exactly as long as is allowed");
}

#[test]
fn bad_binary() {
    assert_eq!(only("a.txt", b"\x7FELF\0\0\xFF"), "a.txt ! binary: it holds a NUL byte @ a.txt, byte 4");
    assert_eq!(only("program", b"MZ\0\x01"), "program ! binary: it holds a NUL byte @ program, byte 2");
    assert_eq!(only("a.txt", b"\x01\x02\x03 abc \x04\x05"), "a.txt ! binary: too many control characters @ a.txt");
    assert!(only("a.jsonl", b"{\"id\": \"x\", \"text\": \"a\\u0000b\"}").starts_with("x ! binary"));
}

#[test]
fn bad_malformed_json_line() {
    let lines = b"{\"id\": \"a\", \"text\": \"One.\"}\n{\"id\": \"b\", \"text\": }\n[1]\n{\"id\": \"c\", \"text\": \"Three.\"}\n";
    assert_eq!(
        read(&[("a.jsonl", lines)], &["a.jsonl"]),
        [
            "a = One.",
            "a.jsonl#line-2 ! malformed JSON: expected value @ a.jsonl, line 2, column 21",
            "a.jsonl#line-3 ! it is a number, not a JSON object @ a.jsonl, line 3",
            "c = Three.",
        ]
    );
}

#[test]
fn bad_field_types() {
    let lines = "{\"id\": \"a\"}\n{\"id\": \"b\", \"text\": 7}\n{\"id\": [1], \"text\": \"x\"}\n{\"id\": \"\", \"text\": \"x\"}\n";
    assert_eq!(
        read(&[("a.jsonl", lines.as_bytes())], &["a.jsonl"]),
        [
            "a ! field \"text\" is missing @ a.jsonl, line 1",
            "b ! field \"text\" is a number, not a string @ a.jsonl, line 2",
            "a.jsonl#line-3 ! field \"id\" is a list, not a string @ a.jsonl, line 3",
            "a.jsonl#line-4 ! field \"id\" has 0 bytes, and an id has at least one @ a.jsonl, line 4",
        ]
    );
}

#[test]
fn bad_decompression_bomb() {
    let bomb = b"0".repeat(8 << 20);
    for (name, bytes) in [("a.txt.gz", gzip(&bomb)), ("a.txt.zst", zstd_long(&bomb)), ("a.txt.bz2", bzip2(&bomb))] {
        let told = only(name, &bytes);
        assert_eq!(told, format!("{name} ! it expands to more than 100 times its size; the rest is not read @ {name}"));
    }
    let lines =
        ["{\"id\": \"a\", \"text\": \"One.\"}\n".as_bytes(), &b" ".repeat(8 << 20), b"\n{\"text\": \"Two.\"}\n"]
            .concat();
    let inputs = Inputs::new(&[("a.jsonl.gz", &gzip(&lines))]);
    let mut documents = inputs.open(&["a.jsonl.gz"], &SourceOptions::default());
    assert_eq!(inputs.tell(&documents.next().unwrap()), "a = One.", "what came before is kept");
    assert!(inputs.tell(&documents.next().unwrap()).contains("more than 100 times its size"));
    assert!(documents.next().is_none() && documents.ends().finished.is_empty() && documents.ends().lost.len() == 1);
}

#[test]
fn bad_expansion_beyond_a_set_size() {
    let text = noise(1, 200_000);
    let inputs = Inputs::new(&[("a.txt.gz", &gzip(text.as_bytes()))]);
    let options = SourceOptions { max_expanded_bytes: 150_000, ..SourceOptions::default() };
    let told = inputs.read(&["a.txt.gz"], &options);
    assert_eq!(told, ["a.txt.gz ! it expands to more than 150000 bytes; the rest is not read @ a.txt.gz"]);
    assert_eq!(inputs.read(&["a.txt.gz"], &SourceOptions::default()), [format!("a.txt.gz = {text}")]);
}

#[test]
fn bad_compressed_stream() {
    let line = |n: usize| format!("{{\"id\": \"{n}\", \"text\": \"{}\"}}\n", noise(n as u64, 200));
    let lines: String = (0..3000).map(line).collect();
    for (name, mut bytes) in [
        ("a.jsonl.gz", gzip(lines.as_bytes())),
        ("a.jsonl.zst", zstd_long(lines.as_bytes())),
        ("a.jsonl.bz2", bzip2(lines.as_bytes())),
    ] {
        bytes.truncate(bytes.len() / 2);
        let inputs = Inputs::new(&[(name, &bytes), ("b.txt", TEXT.as_bytes())]);
        let mut documents = inputs.open(&[name, "b.txt"], &SourceOptions::default());
        let told: Vec<String> = documents.by_ref().map(|incoming| inputs.tell(&incoming)).collect();
        let cut = &told[told.len() - 2];
        assert!(cut.starts_with(&format!("{name} ! the compressed stream is cut short or corrupt after ")), "{cut}");
        assert_eq!(told.last().unwrap(), &format!("b.txt = {TEXT}"), "the run goes on");
        assert_eq!(documents.ends().finished.len(), 1, "only b.txt was read to its end");
    }
    assert!(only("a.txt.gz", b"not gzip at all").contains("cut short or corrupt"));
}

#[test]
fn bad_path_that_is_not_there() {
    let told = read(&[("b.txt", TEXT.as_bytes())], &["a.txt", "b.txt"]);
    assert_eq!(told, ["a.txt ! no such file or folder @ a.txt".to_owned(), format!("b.txt = {TEXT}")]);
}

#[test]
fn bad_path_that_vanishes_during_the_run() {
    let inputs = Inputs::new(&[("a.txt", b"One."), ("b.txt", b"Two.")]);
    let mut documents = inputs.open(&[""], &SourceOptions::default());
    assert_eq!(inputs.tell(&documents.next().unwrap()), "a.txt = One.");
    fs::remove_file(inputs.path("b.txt")).unwrap();
    assert_eq!(inputs.tell(&documents.next().unwrap()), "b.txt ! no such file or folder @ b.txt");
    assert!(documents.next().is_none());
}

#[cfg(unix)]
#[test]
fn bad_links() {
    let inputs = Inputs::new(&[("folder/a.txt", b"One.")]);
    std::os::unix::fs::symlink(inputs.path("folder"), inputs.path("folder/again")).unwrap();
    std::os::unix::fs::symlink(inputs.path("nowhere"), inputs.path("folder/b.txt")).unwrap();
    let told = inputs.read(&["folder"], &SourceOptions::default());
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[0], "folder/a.txt = One.");
    assert!(told[1].starts_with("folder/again ! a link leads back"), "{told:?}");
    assert_eq!(told[2], "folder/b.txt ! no such file or folder @ folder/b.txt");
}

#[test]
fn bad_wiki_documents() {
    let wiki = b"<doc id=\"1\" url=\"u1\">\nOne.\n<doc id=\"2\" url=\"u2\">\nTwo.\n</doc>\nstray\nmore\n<doc id=\"3\" url=\"u3\">\n\xFF\n</doc>\n\
                 <doc id=\"4\" url=\"u4\">\n</doc>\n<doc id=\"5\" url=\"u5\">\nFive.";
    assert_eq!(
        read(&[("wiki_00", wiki)], &["wiki_00"]),
        [
            "u1 ! the <doc> is not closed @ wiki_00, line 1",
            "u2 = Two.",
            "wiki_00#line-6 ! text outside of any <doc> @ wiki_00, line 6",
            "u3 ! not UTF-8 @ wiki_00, line 8, byte 94",
            "u4 ! empty: there is no text @ wiki_00, line 11",
            "u5 ! the <doc> is not closed @ wiki_00, line 13",
        ]
    );
}

#[test]
fn a_second_document_with_an_id_is_refused_and_the_first_is_named() {
    let lines = b"{\"id\": \"a\", \"text\": \"One.\"}\n{\"id\": \"a\", \"text\": \"Two.\"}\n{\"id\": \"b.txt\", \"text\": \"Three.\"}\n";
    assert_eq!(
        read(&[("a.jsonl", lines), ("b.jsonl", b"{\"id\": \"a\", \"text\": \"Four.\"}")], &["a.jsonl", "b.jsonl"]),
        [
            "a = One.",
            "a.jsonl#line-2 ! the id \"a\" is already that of the document at a.jsonl, line 1 @ a.jsonl, line 2",
            "b.txt = Three.",
            "b.jsonl#line-1 ! the id \"a\" is already that of the document at a.jsonl, line 1 @ b.jsonl, line 1",
        ]
    );
}

#[test]
fn reading_again_gives_the_same_changes() {
    let inputs = Inputs::new(&[
        ("a.txt", TEXT.as_bytes()),
        ("b.jsonl", b"{\"text\": \"One.\"}\n{oops\n"),
        ("c.html", b"<p>Text</p>"),
        ("d.txt", b"\xFF"),
        ("wiki_00", b"<doc id=\"1\" url=\"u\">\nOne.\n</doc>\n"),
    ]);
    let read = || inputs.open(&["", "missing"], &SourceOptions::default()).collect::<Vec<Incoming>>();
    assert_eq!(read(), read());
    assert_eq!(read().len(), 7);
}

#[test]
fn a_long_file_is_read_with_the_memory_of_one_document() {
    let lines: String = (0..2000).map(|n| format!("{{\"id\": \"{n}\", \"text\": \"Text {n}.\"}}\n")).collect();
    let inputs = Inputs::new(&[("a.jsonl", lines.as_bytes())]);
    let mut documents = inputs.open(&["a.jsonl"], &SourceOptions::default());
    documents.next().unwrap();
    let progress = documents.progress();
    assert!(progress.read <= 64 << 10 && progress.total == Some(lines.len() as u64), "{progress:?}");
    assert_eq!(documents.by_ref().count(), 1999);
    assert_eq!(documents.progress().read, lines.len() as u64);
}

#[test]
fn lists_and_objects_one_after_another_are_read_like_lines() {
    let expected = ["1 = One, [\"{.", "a.json#line-N = Two.", "3 = Three."];
    let (one, two, three) = (
        r#"{"id": 1, "text": "One, [\"{."}"#,
        r#"{"text": "Two.", "x": [{"y": []}]}"#,
        r#"{"id": "3", "text": "Three."}"#,
    );
    let pretty =
        |text: &str| serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(text).unwrap()).unwrap();
    for (content, line) in [
        (format!("{one}\n{two}\n{three}\n"), "2"),
        (format!("[{one}, {two}, {three}]"), "1-2"),
        (format!("[\n{one},\n{two},\n{three}\n]\n"), "3"),
        (format!("{one}{two}{three}"), "1-2"),
        (format!("[{one}]\r\n[{two},{three}]\r\n"), "2"),
        (format!("{}\n{}\n{}", pretty(one), pretty(two), pretty(three)), "5"),
        (format!("[{},\n{},\n{}]", pretty(one), pretty(two), pretty(three)), "5"),
        (format!("\u{FEFF} [\n{one},{two}\n,{three}]"), "2-2"),
    ] {
        let expected = expected.map(|told| told.replace('N', line));
        assert_eq!(read(&[("a.json", content.as_bytes())], &["a.json"]), expected, "{content}");
        let told = read(&[("a.jsonl", content.as_bytes())], &[""]);
        assert_eq!(told, expected.map(|told| told.replace("a.json", "a.jsonl")), "{content}");
    }
}

#[test]
fn what_is_broken_in_json_takes_nothing_along() {
    let told = |content: &str| {
        let told = read(&[("a.jsonl", content.as_bytes())], &["a.jsonl"]);
        told.iter()
            .map(|told| told.split_once(" @ ").map_or(told.as_str(), |(told, _)| told).to_owned())
            .collect::<Vec<_>>()
    };
    let open = "malformed JSON: EOF while parsing a value";
    let (a, c) = (r#"{"id": "a", "text": "One."}"#, r#"{"id": "c", "text": "Three."}"#);
    assert_eq!(
        told(&format!("{a}\n{{\"id\": \"b\", \"text\": \n{c}\n")),
        ["a = One.", &format!("a.jsonl#line-2 ! {open}"), "c = Three."]
    );
    assert_eq!(
        told(&format!("{{\"id\": \"b\", \"text\": \n{c}\n")),
        [&format!("a.jsonl#line-1 ! {open}"), "c = Three."]
    );
    let string = told(&format!("{{\"id\": \"b\", \"text\": \"Two\n{c}\n"));
    assert!(string[0].starts_with("a.jsonl#line-1 ! malformed JSON: EOF while parsing a string"), "{string:?}");
    assert_eq!(string[1], "c = Three.");
    assert_eq!(told(&format!("oops, no\n]\n{c}")).len(), 3, "what is no JSON is told line by line");
    assert_eq!(
        told(&format!("[{a}, 7, {c}")),
        [
            "a = One.",
            "a.jsonl#line-1-2 ! it is a number, not a JSON object",
            "c = Three.",
            "a.jsonl ! the list is not closed: the file is cut short"
        ]
    );
    let inputs = Inputs::new(&[("a.jsonl", format!("{a}\n{{\"id\": \"b\", \"te").as_bytes())]);
    let mut documents = inputs.open(&["a.jsonl"], &SourceOptions::default());
    assert_eq!(documents.by_ref().count(), 2);
    assert_eq!(documents.ends().lost.len(), 1, "what followed is not known");
}

#[test]
fn tables_are_read_by_the_names_of_their_columns() {
    let csv = "id,text\n1,\"One, \"\"two\"\"\nlines.\"\n,Three.\n3\n";
    assert_eq!(
        read(&[("a.csv", csv.as_bytes())], &[""]),
        [
            "1 = One, \"two\"\nlines.",
            "a.csv#line-4 = Three.",
            "3 ! the row has 1 columns, and the text is in the 2. @ a.csv, line 5",
        ]
    );
    assert_eq!(only("a.csv", b"\xEF\xBB\xBFtext;id\r\nOne, two.;x\r\n"), "x = One, two.", "other signs are seen");
    assert_eq!(only("a.tsv.gz", &gzip(b"text\tid\n\"One\" is a word.\tx\n")), "x = \"One\" is a word.");
    let options = SourceOptions { id_field: "key".into(), text_field: "body".into(), ..SourceOptions::default() };
    let inputs = Inputs::new(&[("a.csv", b"body,key\nOne.,k\n"), ("b.csv", b"x,y\n1,2\n"), ("c.csv", b"")]);
    let flags = "and --text-field and --id-field name two of them";
    assert_eq!(
        inputs.read(&[""], &options),
        [
            "k = One.".to_owned(),
            format!("b.csv ! no column is named \"body\"; the columns are \"x\", \"y\", {flags} @ b.csv"),
            format!("c.csv ! no column is named \"body\"; the columns are none, {flags} @ c.csv"),
        ]
    );
    let inputs = Inputs::new(&[("a.csv", format!("text\n\"{}", "One.\n".repeat(60_000)).as_bytes())]);
    let told = inputs.read(&["a.csv"], &small());
    assert_eq!(told, ["a.csv ! a row of the table is too long; perhaps a quote is not closed @ a.csv"]);
}

#[test]
fn wiki_extractor_writes_json_too_and_its_references_are_resolved_once() {
    let json = "{\"id\": \"12\", \"url\": \"https://en.example.org/wiki?curid=12\", \"title\": \"A\", \"text\": \"AT&amp;T, R&amp;amp;D.\"}\n\
                {\"id\": \"13\", \"url\": \"\", \"title\": \"B\", \"text\": \"Two.\"}\n";
    let expected = ["https://en.example.org/wiki?curid=12 = AT&T, R&amp;D.", "AA/wiki_00#13 = Two."];
    assert_eq!(read(&[("AA/wiki_00", json.as_bytes())], &[""]), expected);
    assert_eq!(
        read(&[("a.jsonl", json.as_bytes())], &[""])[0],
        "12 = AT&amp;T, R&amp;amp;D.",
        "others mean what they say"
    );
    let wiki = b"<doc id=\"1\" url=\"u\" title=\"B\">\nBarnes &amp; Noble &lt;nowiki&gt; &amp;lt;\n</doc>\n";
    assert_eq!(only("wiki_01", wiki), "u = Barnes & Noble <nowiki> &lt;");
}

#[test]
fn an_id_that_is_too_long_is_refused_and_the_rest_is_read() {
    let long = "x".repeat(4090);
    let wiki = format!("<doc id=\"{long}\" title=\"A\">\nOne.\n</doc>\n<doc id=\"2\" url=\"u2\">\nTwo.\n</doc>\n");
    let told = read(&[("long_id.txt", wiki.as_bytes())], &["long_id.txt"]);
    assert!(told[0].starts_with("long_id.txt#line-1 ! its id has 4"), "{told:?}");
    assert_eq!(told[1], "u2 = Two.");
    let json = format!("{{\"id\": \"{long}{long}\", \"text\": \"One.\"}}\n{{\"id\": \"b\", \"text\": \"Two.\"}}\n");
    let told = read(&[("a.jsonl", json.as_bytes())], &["a.jsonl"]);
    assert_eq!(
        told,
        ["a.jsonl#line-1 ! its id has 8180 bytes, and an id has at most 4096 @ a.jsonl, line 1", "b = Two."]
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_by_name_and_never_waited_for() {
    use std::os::unix::ffi::OsStrExt;
    let inputs = Inputs::new(&[("folder/a.txt", b"One.")]);
    for name in [b"bad\xff.txt", b"bad\xfe.txt"] {
        fs::write(Path::new(&inputs.path("folder")).join(std::ffi::OsStr::from_bytes(name)), "Two.").unwrap();
    }
    let _socket = std::os::unix::net::UnixListener::bind(inputs.path("folder/s")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(inputs.path("folder/p")).status();
    assert!(made.unwrap().success());
    let told = inputs.read(&["folder", "folder/p"], &SourceOptions::default());
    let mut names: Vec<&str> = told.iter().map(|told| told.split(" @ ").next().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "folder/a.txt = One.",
            "folder/bad\\xFE.txt ! the name is not UTF-8; give the file another",
            "folder/bad\\xFF.txt ! the name is not UTF-8; give the file another",
            "folder/p ! a pipe, not a file; `kgloom run --id ID - < PIPE` reads it",
            "folder/s ! a socket, not a file",
        ]
    );
    let device = Documents::open(&["/dev/null".to_owned()], &SourceOptions::default()).next().unwrap();
    assert_eq!(inputs.tell(&device), "/dev/null ! a device, not a file @ /dev/null");
}

#[cfg(unix)]
#[test]
fn a_file_has_one_name_however_it_is_written() {
    let inputs = Inputs::new(&[("w/texts/a.txt", b"One."), ("w/texts/sub/b.md", b"Two."), ("other/c.txt", b"Three.")]);
    std::os::unix::fs::symlink(inputs.path("w/texts/a.txt"), inputs.path("w/texts/link.txt")).unwrap();
    std::os::unix::fs::symlink(inputs.path("w/texts"), inputs.path("w/again")).unwrap();
    std::os::unix::fs::symlink(inputs.path("w"), inputs.path("v")).unwrap();
    let root = Root::at(Path::new(&inputs.path("w")));
    let read = |paths: &[&str]| {
        let paths: Vec<String> = paths.iter().map(|path| inputs.path(path)).collect();
        let told = Documents::open_within(&paths, &SourceOptions::default(), &root);
        told.map(|incoming| inputs.tell(&incoming)).collect::<Vec<_>>()
    };
    let expected = ["texts/a.txt = One.", "texts/sub/b.md = Two."];
    for written in ["w/texts", "w/./texts/", "w/texts/../texts", "w/again", "v/texts", "w/texts/sub/.."] {
        assert_eq!(read(&[written]), expected, "{written}");
    }
    assert_eq!(read(&["w/texts", "w", "v", "w/texts/link.txt"]), expected, "no link is a second document");
    assert_eq!(
        read(&["other", "w/gone.txt"]),
        ["../other/c.txt = Three.", "gone.txt ! no such file or folder @ gone.txt"]
    );
    let apart = root.clone().without(Path::new(&inputs.path("v/texts/sub")));
    let told = Documents::open_within(&[inputs.path("w")], &SourceOptions::default(), &apart).count();
    assert_eq!(told, 1, "what is set apart is passed over");
}
