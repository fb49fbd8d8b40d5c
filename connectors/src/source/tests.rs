//! Every kind of input, by name; those that are refused are in `refusal_tests.rs`.

use super::*;
use std::fs;
use std::io::Write;
use std::path::Path;

#[path = "refusal_tests.rs"]
mod refusals;

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

#[cfg(unix)]
#[test]
fn parts_of_a_document_that_cannot_be_read_are_refused_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    let told = b"#!/bin/sh\ncat >/dev/null\necho Text.\nprintf 'noise\\nleft out\\tO/b.xhtml\\tit is missing\\n' >&2\n";
    let inputs = Inputs::new(&[("a.epub", b"x"), ("b.txt", b"Last."), ("extract", told)]);
    let program = inputs.path("extract");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let options = SourceOptions { extractor: Some(program.into()), ..SourceOptions::default() };
    let paths = ["a.epub", "b.txt"].map(|name| inputs.path(name));
    let mut documents = Documents::open(&paths, &options);
    let told: Vec<String> = documents.by_ref().map(|incoming| inputs.tell(&incoming)).collect();
    assert_eq!(
        told,
        [
            "a.epub = Text.\n",
            "a.epub#O/b.xhtml ! it is missing; the rest of it is read @ a.epub, part \"O/b.xhtml\"",
            "b.txt = Last."
        ]
    );
    assert!(documents.ends().finished.len() == 2 && documents.ends().lost.is_empty());
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

#[cfg(unix)]
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
        (format!("{one}\n{}\n{}", pretty(two), pretty(three)), "2"),
        (format!("{one}\n  {}\n{three}", pretty(two).replace("\n", "\n\n  ")), "2"),
        (format!("{one} {}\n{three}", two.replace(", ", ",\n")), "1-2"),
    ] {
        let expected = expected.map(|told| told.replace('N', line));
        assert_eq!(read(&[("a.json", content.as_bytes())], &["a.json"]), expected, "{content}");
        let told = read(&[("a.jsonl", content.as_bytes())], &[""]);
        assert_eq!(told, expected.map(|told| told.replace("a.json", "a.jsonl")), "{content}");
    }
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
    for head in ["ID,Text", " id , text ", "Id,TEXT", "\"id \",Text"] {
        assert_eq!(only("a.csv", format!("{head}\n7,One.\n").as_bytes()), "7 = One.", "{head}");
    }
    for (head, name) in [("id,text,text", "text"), ("id,text,x,id", "id")] {
        let told = only("a.csv", format!("{head}\n7,One.,Two.,8\n").as_bytes());
        assert!(
            told.starts_with(&format!("a.csv ! more than one column is named {name:?}; the columns are \"id\"")),
            "{told}"
        );
    }
    assert_eq!(only("a.csv", b"id,x,x,text\n7,a,b,One.\n"), "7 = One.", "others may be called alike");
    assert_eq!(
        read(&[("a.csv", b"text\r\n\r\nOne.\r\nTwo.\r\n")], &[""]),
        ["a.csv#line-3 = One.", "a.csv#line-4 = Two."]
    );
    assert_eq!(only("a.csv", b"Text,text,ID\nNo.,One.,7\n"), "7 = One.", "the very name comes first");
    let told = only("a.csv", b"Text,TEXT\nOne.,Two.\n");
    assert!(told.starts_with("a.csv ! more than one column could be \"text\"; the columns are \"Text\", "), "{told}");
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
            "c.csv ! empty: there is no document in it @ c.csv".to_owned(),
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

#[cfg(unix)]
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
