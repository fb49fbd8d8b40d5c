//! Inputs that are refused, each with a reason and a place, and what is read beside them.

use super::*;

/// What is said of a file of documents of which none could be read.
const NONE: &str = "a.jsonl ! no document in it could be read @ a.jsonl";

#[test]
fn what_takes_another_program_is_refused_with_its_name() {
    assert_eq!(only("a.PDF", b"%PDF-1.7"), "a.PDF ! not read here; `pdftotext FILE` makes a text of it @ a.PDF");
    let told = read(&[("x/a.rtf", b"PK"), ("x/b.mbox.gz", &gzip(b"Subject: x"))], &["x"]);
    assert!(told[0].contains("`pandoc FILE -o FILE.md`") && told[1].contains("mail, which is not read"), "{told:?}");
}

#[test]
fn archives_are_to_be_unpacked() {
    let tar = [b"a.txt".as_slice(), &[0; 252], b"ustar"].concat();
    for (name, bytes) in [
        ("x/a.zip", b"PK\x03\x04".as_slice()),
        ("x/a.tar.gz", &gzip(&tar)),
        ("x/a.7z", b"7z"),
        ("x/download", b"PK\x03\x04\x14"),
        ("x/other", &tar),
    ] {
        for named in ["x", name] {
            let told = read(&[(name, bytes)], &[named]);
            assert_eq!(told, [format!("{name} ! an archive, which is not read; unpack it @ {name}")]);
        }
    }
    assert_eq!(only("a.rst", b"Plain."), "a.rst = Plain.");
}

#[test]
fn bad_not_utf8() {
    assert_eq!(
        only("a.txt", b"caf\xE9 au lait"),
        "a.txt ! not UTF-8; of Latin-1, `iconv -f latin1 -t utf8` makes it @ a.txt, byte 3"
    );
    let lines = b"{\"id\": \"a\", \"text\": \"One.\"}\n{\"id\": \"b\", \"text\": \"\xFF\"}\n";
    let told = read(&[("a.jsonl", lines)], &["a.jsonl"]);
    assert_eq!(
        told,
        [
            "a = One.",
            "a.jsonl#line-2 ! not UTF-8; of Latin-1, `iconv -f latin1 -t utf8` makes it @ a.jsonl, line 2, byte 49"
        ]
    );
}

#[test]
fn bad_empty() {
    assert_eq!(only("a.txt", b""), "a.txt ! empty: there is no text @ a.txt");
    assert_eq!(only("a.md", b" \n\t\n"), "a.md ! empty: there is no text @ a.md");
    assert_eq!(only("a.html", b"<html><script>x</script></html>"), "a.html ! empty: there is no text @ a.html");
    let told = read(&[("a.jsonl", b"{\"id\": \"e\", \"text\": \" \"}")], &["a.jsonl"]);
    assert_eq!(told, ["e ! empty: there is no text @ a.jsonl, line 1", NONE]);
}

/// Files of several documents, each kind with what holds none.
#[test]
fn bad_file_of_no_documents() {
    for (name, bytes) in [
        ("a.jsonl", b"".as_slice()),
        ("a.jsonl", b"\n \n"),
        ("a.json", b""),
        ("a.json", b"[]"),
        ("a.json", b" [ ]\n"),
        ("a.ndjson.gz", &gzip(b"")),
        ("a.csv", b""),
        ("a.csv", b"\n\n"),
        ("a.csv", b"id,text\n"),
        ("a.tsv", b"\xEF\xBB\xBFid\ttext"),
        ("a.csv.zst", &zstd_long(b"id;text\r\n")),
    ] {
        assert_eq!(only(name, bytes), format!("{name} ! empty: there is no document in it @ {name}"));
    }
}

/// What a file said that gave nothing is not what was in it before.
#[test]
fn files_that_give_no_document_are_told_from_those_that_do() {
    let barren = |name: &str, bytes: &[u8]| {
        let inputs = Inputs::new(&[(name, bytes), ("other.txt", TEXT.as_bytes())]);
        let mut documents = inputs.open(&[""], &SourceOptions::default());
        documents.by_ref().for_each(drop);
        let ends = documents.ends();
        assert!(!ends.barren.iter().any(|file| file.ends_with("other.txt")), "{name}");
        ends.barren.iter().any(|file| file.ends_with(name))
    };
    for (name, bytes) in [
        ("a.jsonl", b"".as_slice()),
        ("a.json", b"[]"),
        ("a.json", b"{}"),
        ("a.json", b"[{\"id\": \"a\", \"text\": \"\"}]"),
        ("a.json", b"<html>busy</html>"),
        ("a.json", b"[{\"id\": \"a\", \"te"),
        ("a.jsonl.gz", b"no gzip"),
        ("a.csv", b""),
        ("a.csv", b"id,text"),
        ("a.csv", b"nr,body\n1,Text.\n"),
        ("a.csv", b"\"id,text\na,Text.\n"),
        ("a.csv", b"id,text\na,\nb,\n"),
        ("a.tsv", b"id,text\na,Text.\n"),
        ("wiki_00", b"<doc id=\"1\" url=\"u\">\n</doc>\n"),
        ("wiki_00", b""),
        ("a.txt", b""),
        ("a.zip", b"PK\x03\x04"),
    ] {
        assert!(barren(name, bytes), "{name}: {}", bytes.escape_ascii());
    }
    for (name, bytes) in [
        ("a.jsonl", b"{\"text\": \"One.\"}\n{\"text\": }\n".as_slice()),
        ("a.json", b"[{\"id\": \"a\", \"text\": \"\"}, {\"id\": \"b\", \"text\": \"Two.\"}]"),
        ("a.json", b"[{\"text\": \"One.\"}, "),
        ("a.csv", b"text\nOne.\n"),
        ("wiki_00", b"<doc id=\"1\" url=\"u\">\nOne.\n</doc>\nstray\n"),
        ("a.md", b"One."),
    ] {
        assert!(!barren(name, bytes), "{name}: {}", bytes.escape_ascii());
    }
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
    let told = read(&[("a.jsonl", b"{\"id\": \"x\", \"text\": \"a\\u0000b\"}")], &["a.jsonl"]);
    assert!(told[0].starts_with("x ! binary") && told[1..] == [NONE], "{told:?}");
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
            NONE,
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
            "u3 ! not UTF-8; of Latin-1, `iconv -f latin1 -t utf8` makes it @ wiki_00, line 8, byte 94",
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
    assert_eq!(
        told(&format!("{a}\n{{\"id\": \"b\", \"text\": \"Two.\"\n  {c}\n")),
        ["a = One.", "a.jsonl#line-2 ! malformed JSON: EOF while parsing an object", "c = Three."]
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
fn a_table_that_ends_within_quotes_broke_off() {
    let whole = "id,text\nc1,\"Anna Keller was born in Bonn.\"\nc2,\"Pieter Vos was born in Bonn and d";
    let wide: String = (0..3000).map(|n| format!("{n},\"One,\ntwo \"\"and\"\" {n}.\"\n")).collect();
    for (name, content, line, opened) in [
        ("a.csv", whole.to_owned(), 3, 3),
        ("a.csv", whole.replace('\n', "\r\n"), 3, 3),
        ("a.csv", whole.replace(',', ";").replacen("\nc2", "\n\nc2", 1), 4, 4),
        ("a.csv", "id,x,text\n1,a,One.\n2,\"b\nc\",\"Two.\n3,a,Three.\n4,a,Four.\n".to_owned(), 3, 4),
        ("a.csv", format!("id,text\n{wide}x,\"Two"), 6002, 6002),
        ("a.tsv", "id\ttext\n1\t\"One\" is.\n2\t\"Pieter Vos was".to_owned(), 3, 3),
    ] {
        let inputs = Inputs::new(&[(name, content.as_bytes())]);
        let mut documents = inputs.open(&[name], &SourceOptions::default());
        let told: Vec<String> = documents.by_ref().map(|incoming| inputs.tell(&incoming)).collect();
        let cut = format!("a quote on line {opened} is not closed: the file is cut short, or the quote is missing");
        assert_eq!(told.last().unwrap(), &format!("{name}#line-{line} ! {cut} @ {name}, line {line}"));
        assert!(told[..told.len() - 1].iter().all(|told| told.contains(" = ")) && told.len() > 1, "{told:?}");
        assert_eq!(documents.ends().lost.len(), 1, "what followed is not known");
    }
    let told = only("a.csv", b"id,\"text\na,Text.\n");
    assert!(told.starts_with("a.csv ! a quote on line 1 is not closed: the file is cut short"), "{told}");
}

#[test]
fn rows_that_an_open_quote_runs_together_are_refused() {
    let rows = "id,text\na,One.\nb,\"Two.\nc,\"Three.\"\nd,Four.\ne,\"Five.\nf,Six.\ng,\"Seven, too.\"\nh,\"Eight,\n\"\"8\"\".\"\n";
    let inputs = Inputs::new(&[("a.csv", rows.as_bytes()), ("b.csv", b"id,\"text\nx\" y\n1,One.\n")]);
    let mut documents = inputs.open(&["a.csv", "b.csv"], &SourceOptions::default());
    let told: Vec<String> = documents.by_ref().map(|incoming| inputs.tell(&incoming)).collect();
    let open = |line: u64, last: u64| {
        format!(
            "a quote on line {line} is not closed where its cell ends, or one within the cell is not written twice: \
             lines {line} to {last} run together"
        )
    };
    assert_eq!(
        told,
        [
            "a = One.".to_owned(),
            format!("a.csv#line-3 ! {} @ a.csv, line 3", open(3, 4)),
            "d = Four.".to_owned(),
            format!("a.csv#line-6 ! {} @ a.csv, line 6", open(6, 8)),
            "h = Eight,\n\"8\".".to_owned(),
            format!("b.csv ! {} @ b.csv", open(1, 2)),
        ]
    );
    let ends = documents.ends();
    assert!(ends.lost.is_empty() && ends.unsure.len() == 1, "what those rows were is not known: {ends:?}");
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
