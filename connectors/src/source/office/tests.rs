//! Documents of other programs, made here, read, and read too far.

use super::{LeftOut, extract};
use crate::source::office::limits::{Format, OfficeLimits};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(format: Format, bytes: Vec<u8>) -> String {
    extract(format, bytes, &OfficeLimits::default()).unwrap().text
}

fn word(body: &str) -> Vec<u8> {
    let document = format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zipped(&[("word/document.xml", &document)])
}

#[test]
fn word_gives_its_blocks() {
    let body = "<w:p><w:pPr><w:pStyle w:val=\"Heading2\"/></w:pPr><w:r><w:t>Life</w:t></w:r></w:p>\
        <w:p><w:r><w:t xml:space=\"preserve\">Ada &amp; </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>Eve</w:t><w:br/><w:t>wrote.</w:t></w:r>\
        <w:r><w:rPr><w:strike/></w:rPr><w:t>Struck.</w:t></w:r><w:del><w:r><w:delText>Deleted.</w:delText></w:r></w:del>\
        <w:r><w:rPr><w:strike w:val=\"0\"/></w:rPr><w:instrText>PAGE</w:instrText><w:t> Kept.</w:t></w:r></w:p>\
        <w:p><w:pPr><w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"3\"/></w:numPr></w:pPr><w:r><w:t>Item</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Born</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Oslo</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:p><w:r><w:t>Last.</w:t></w:r></w:p>";
    assert_eq!(
        read(Format::Word, word(body)),
        "## Life\n\nAda & Eve\nwrote. Kept.\n\n  - Item\n\n| Born | Oslo |\n\nLast."
    );
}

#[test]
fn open_documents_give_their_blocks() {
    let content = "<office:document-content><office:automatic-styles><style:style style:name=\"T1\"><style:text-properties \
        style:text-line-through-style=\"solid\"/></style:style></office:automatic-styles><office:body><office:text>\
        <text:tracked-changes><text:p>Deleted.</text:p></text:tracked-changes><text:h text:outline-level=\"1\">Life</text:h>\
        <text:p>Ada<text:s/>wrote <text:span text:style-name=\"T1\">nothing</text:span>notes.<text:note><text:p>Foot.</text:p></text:note>\
        </text:p><text:list><text:list-item><text:p>Item</text:p></text:list-item></text:list><table:table><table:table-row>\
        <table:table-cell><text:p>Born</text:p></table:table-cell><table:table-cell><text:p>Oslo</text:p></table:table-cell>\
        </table:table-row></table:table></office:text></office:body></office:document-content>";
    assert_eq!(
        read(Format::OpenDocument, zipped(&[("content.xml", content)])),
        "# Life\n\nAda wrote notes.\n\n- Item\n\n| Born | Oslo |"
    );
}

#[test]
fn deleted_and_hidden_rows_cells_and_ends_of_paragraphs_are_not_read() {
    let p = |text: &str| format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>");
    let row = |properties: &str, cells: [&str; 2]| {
        let [one, two] = cells.map(|cell| format!("<w:tc>{}</w:tc>", p(cell)));
        format!("<w:tr><w:trPr>{properties}</w:trPr>{one}{two}</w:tr>")
    };
    let gone =
        |mark: &str, text: &str| format!("<w:p><w:pPr><w:rPr>{mark}</w:rPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>");
    let del = "<w:del w:id=\"1\" w:author=\"x\"/>";
    let old = "<w:trPrChange><w:trPr><w:hidden/></w:trPr></w:trPrChange>";
    for (body, expected) in [
        (format!("<w:tbl>{}{}</w:tbl>", row(del, ["No", "No"]), row("<w:ins/>", ["a", "b"])), "| a | b |"),
        (format!("<w:tbl>{}{}</w:tbl>", row("<w:hidden/>", ["No", "No"]), row(old, ["a", "b"])), "| a | b |"),
        (format!("<w:tbl>{}</w:tbl>", row("<w:hidden w:val=\"0\"/>", ["a", "b"])), "| a | b |"),
        (
            format!(
                "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc><w:tcPr><w:cellDel/></w:tcPr>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>{}",
                p("a"),
                p("No"),
                p("b"),
                p("After")
            ),
            "| a | b |\n\nAfter",
        ),
        (
            format!(
                "<w:tbl><w:tr><w:trPr>{del}</w:trPr><w:tc><w:tbl>{}</w:tbl></w:tc></w:tr></w:tbl>{}",
                row(del, ["No", "No"]),
                p("After")
            ),
            "After",
        ),
        (format!("{}{}{}", gone(del, "Odd Falk was "), p("born in Bergen."), p("Next.")), "Odd Falk was born in Bergen.\n\nNext."),
        (format!("{}{}", gone("<w:ins/>", "One."), p("Two.")), "One.\n\nTwo."),
        (format!("{}{}", gone(del, ""), "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>Life</w:t></w:r></w:p>"), "# Life"),
        (format!("{}<w:tbl>{}</w:tbl>{}", gone(del, "One."), row("", ["a", "b"]), p("Two.")), "One.\n\n| a | b |\n\nTwo."),
        (
            "<w:p><w:r><w:rPr><w:rPrChange><w:rPr><w:strike/></w:rPr></w:rPrChange></w:rPr><w:t>Kept.</w:t></w:r></w:p>".to_owned(),
            "Kept.",
        ),
    ] {
        assert_eq!(read(Format::Word, word(&body)), expected, "{body}");
    }
    let row = |properties: &str, text: &str| {
        format!(
            "<table:table-row {properties}><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row>"
        )
    };
    let content = format!(
        "<office:document-content><style:style style:name=\"H\"><style:text-properties text:display=\"none\"/></style:style>\
         <table:table>{}{}</table:table><text:section text:display=\"none\"><text:p>No</text:p><table:table>{}</table:table>\
         </text:section><text:section><text:p>Two<text:span text:style-name=\"H\">No</text:span>.</text:p></text:section>\
         </office:document-content>",
        row("table:visibility=\"collapse\"", "No"),
        row("", "One."),
        row("", "No")
    );
    assert_eq!(read(Format::OpenDocument, zipped(&[("content.xml", &content)])), "One.\n\nTwo.");
}

#[test]
fn raised_marks_of_notes_are_left_out() {
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>")
    };
    let up = "<w:vertAlign w:val=\"superscript\"/>";
    let body: String = [
        run("", "Odd Falk"),
        run(up, "1"),
        run(up, ",2"),
        run("", " was born in Bergen"),
        run("<w:rStyle w:val=\"FootnoteReference\"/>", "b"),
        run("", " on the 3"),
        run(up, "rd"),
        run("", " of May 1921"),
        run(up, "4"),
        run("", ", by 5 km"),
        run(up, "2"),
        run("<w:vertAlign w:val=\"subscript\"/>", "3"),
        run("", " Oslo"),
        run(up, "5"),
        run("", ", 10"),
        run(up, "6"),
    ]
    .concat();
    let told = read(Format::Word, word(&format!("<w:p>{body}</w:p><w:p>{}</w:p>", run("", "2"))));
    assert_eq!(told, "Odd Falk was born in Bergen on the 3rd of May 1921, by 5 km23 Oslo, 10⁶\n\n2");
    let style = |name: &str, position: &str| {
        format!(
            "<style:style style:name=\"{name}\"><style:text-properties style:text-position=\"{position}\"/></style:style>"
        )
    };
    let span = |name: &str, text: &str| format!("<text:span text:style-name=\"{name}\">{text}</text:span>");
    let content = format!(
        "<office:document-content>{}{}{}<text:p>Odd Falk{} was in Oslo{}, H{}O, m{}, 10{}</text:p></office:document-content>",
        style("U", "super 58%"),
        style("V", "33% 58%"),
        style("D", "sub 58%"),
        span("U", "1"),
        span("V", "b"),
        span("D", "2"),
        span("U", "2"),
        span("U", "-3")
    );
    assert_eq!(read(Format::OpenDocument, zipped(&[("content.xml", &content)])), "Odd Falk was in Oslo, H2O, m2, 10⁻³");
}

#[test]
fn books_are_read_in_their_order() {
    let container = "<container><rootfiles><rootfile full-path=\"OEBPS/book.opf\"/></rootfiles></container>";
    let package = "<package><manifest><item id=\"n\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
        <item id=\"b\" href=\"text/two%20b.xhtml\" media-type=\"application/xhtml+xml\"/>\
        <item id=\"a\" href=\"one.xhtml\" media-type=\"application/xhtml+xml\"/><item id=\"s\" href=\"s.css\" media-type=\"text/css\"/>\
        </manifest><spine><itemref idref=\"a\"/><itemref idref=\"n\"/><itemref idref=\"b\"/></spine></package>";
    let parts = [
        ("META-INF/container.xml", container),
        ("OEBPS/book.opf", package),
        ("OEBPS/nav.xhtml", "<html><body>Contents</body></html>"),
        ("OEBPS/one.xhtml", "<html><head><title/></head><body><h1>One</h1><p>First.</p></body></html>"),
        ("OEBPS/text/two b.xhtml", "<html><body><p>Second.</p></body></html>"),
    ];
    assert_eq!(read(Format::Epub, zipped(&parts)), "# One\n\nFirst.\n\nSecond.");
    for (name, package_name) in [("A%20B%C3%A9/./book.opf", "A Bé/book.opf"), ("A%20B/book.opf", "A%20B/book.opf")] {
        let container = container.replace("OEBPS/book.opf", name);
        let page = package_name.replace("book.opf", "one.xhtml");
        let one = "<html><body><p>Rut<![CDATA[ & Sons]]></p></body></html>";
        let parts = [("META-INF/container.xml", &*container), (package_name, package), (&page, one)];
        assert_eq!(read(Format::Epub, zipped(&parts)), "Rut & Sons", "{name}");
    }
    let without = |some: &[usize]| {
        let parts: Vec<(&str, &str)> = some.iter().map(|part| parts[*part]).collect();
        extract(Format::Epub, zipped(&parts), &OfficeLimits::default())
    };
    let told = without(&[0, 1, 3]).unwrap();
    assert_eq!(told.text, "# One\n\nFirst.", "a chapter that is missing takes no other along");
    let [part] = told.left_out.as_slice() else { panic!("{:?}", told.left_out) };
    assert_eq!(part.part, "OEBPS/text/two b.xhtml");
    assert!(part.reason.starts_with("its part \"OEBPS/text/two b.xhtml\" cannot be read"), "{}", part.reason);
    assert_eq!(LeftOut::of_line(&part.line()).as_ref(), Some(part));
    assert_eq!(LeftOut::of_line("left out of a library"), None);
    assert!(without(&[0, 1]).unwrap_err().starts_with("its part \"OEBPS/one.xhtml\" cannot be read"));
}

#[test]
fn mail_gives_its_subject_and_one_form_of_its_text() {
    let mail = "From: a@example.org\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nAda was born in =\r\nG=F6teborg.\r\n\r\n-- \r\nSigned\r\n\
        --x\r\nContent-Type: text/html\r\n\r\n<p>Ada</p>\r\n--x--\r\n";
    assert_eq!(read(Format::Mail, mail.into()), "# Café\n\nAda was born in Göteborg.");
    let page = "Subject: S\r\nContent-Type: text/html\r\n\r\n<p>One.</p><s>No</s><p>Two.</p>\r\n";
    assert_eq!(read(Format::Mail, page.into()), "# S\n\nOne.\n\nTwo.");
}

#[test]
fn mail_that_was_cut_is_read_as_far_as_it_goes() {
    let head =
        |boundary: &str| format!("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n");
    let part = "Content-Type: text/plain\r\n\r\nOdd Falk was born in Bergen.";
    for mail in [
        format!("From: a@b.c\r\n{}--x\r\n{part}\r\n", head("x")),
        format!("From: a@b.c\r\n{}--x\r\n{part}", head("x")),
        format!(
            "From: a@b.c\r\n{}--x\r\n{}--y\r\n{part}\r\n",
            head("x"),
            head("y").replace("MIME-Version: 1.0\r\n", "")
        ),
        format!("From: a@b.c\r\n{}--x\r\n{part}\r\n--x--\r\n", head("x")),
        format!(
            "From: a@b.c\r\n{}--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n\
             T2RkIEZhbGsgd2FzIGJvcm4gaW4gQmVyZ2VuLg==\r\n",
            head("x")
        ),
    ] {
        let told = extract(Format::Mail, mail.clone().into(), &OfficeLimits::default()).unwrap();
        assert_eq!(told.text, "Odd Falk was born in Bergen.", "{mail}");
        let cut: Vec<&str> = told.left_out.iter().map(|part| &*part.reason).collect();
        let missing: &[&str] = &["the mail is cut short: its last boundary is missing"];
        assert_eq!(cut, if mail.ends_with("--x--\r\n") { &[] } else { missing }, "{mail}");
    }
}

#[test]
fn lines_of_mail_that_flow_are_one() {
    let mail = |kind: &str, body: &str| {
        read(Format::Mail, format!("From: a@b.c\r\nContent-Type: text/plain; {kind}\r\n\r\n{body}\r\n").into())
    };
    let body = "Anna was born in Gothen \r\nburg and lives \r\n in Porto.\r\n> Pieter \r\n> Vos\r\n>> left \r\n> Oslo.\r\n-- \r\nA";
    assert_eq!(
        mail("format=flowed; delsp=yes", body),
        "Anna was born in Gothenburg and livesin Porto.\n> PieterVos\n>> left\n> Oslo."
    );
    let body = body.replace("Gothen \r\nburg", "Gothenburg");
    let flowed = "Anna was born in Gothenburg and lives in Porto.\n> Pieter Vos\n>> left\n> Oslo.";
    assert_eq!(mail("Format=Flowed", &body), flowed);
    assert_eq!(mail("charset=utf-8", "Anna \r\nlives."), "Anna\nlives.", "others have lines");
}

#[test]
fn signs_that_an_encoding_does_not_allow_are_passed_over() {
    let mail = |encoding: &str, body: &str| {
        read(Format::Mail, format!("From: a@b.c\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n").into())
    };
    let expected = "Odd Falk was born in Bergen.";
    for body in [
        "T2RkIEZhbGs!gd2FzIGJvcm4gaW4gQmVyZ2VuLg==",
        "T2RkIEZhbGsgd2FzIGJv*\r\ncm4gaW4gQmVyZ2VuLg==\r\n_______________\r\nlist mailing list\r\n",
        "T2RkIEZhbGsgd2FzIGJv--\r\ncm4gaW4gQmVyZ2VuLg==",
    ] {
        assert_eq!(mail("base64", body), expected, "{body}");
    }
    assert_eq!(mail("base64", "Odd Falk was born in Bergen."), expected, "what is no base64 is left as it is");
    assert_eq!(
        mail("quoted-printable", "a == b, G=C3=B6teborg =ZZ and soft=\r\nly"),
        "a == b, Göteborg =ZZ and softly"
    );
}

/// A page that shows lines of text.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let shown: String = lines.iter().map(|line| format!("({line}) Tj 0 -14 Td ")).collect();
    let content = format!("BT /F1 12 Tf 72 720 Td {shown}ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let start = file.len();
    file += "xref\n0 6\n0000000000 65535 f \n";
    places.iter().for_each(|place| file += &format!("{place:010} 00000 n \n"));
    file += &format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}

#[test]
fn pages_give_their_lines() {
    let told = read(Format::Pdf, pdf(&["Ada Lovelace was born in Lon-", "don and wrote", "notes."]));
    assert_eq!(told, "Ada Lovelace was born in London and wrote notes.");
}

#[test]
fn what_is_beyond_the_limits_is_refused_by_the_limit() {
    let refused = |format, bytes, limits: &OfficeLimits| extract(format, bytes, limits).unwrap_err();
    let few = OfficeLimits { steps: 20, ..OfficeLimits::default() };
    let many = "<w:p><w:r><w:t>word</w:t></w:r></w:p>".repeat(20);
    assert_eq!(refused(Format::Word, word(&many), &few), "it takes more steps to read than limits.max_steps allows");
    let lines = ["many signs on a page"; 4];
    assert_eq!(refused(Format::Pdf, pdf(&lines), &few), "it takes more steps to read than limits.max_steps allows");
    let none = OfficeLimits { pages: 0, ..OfficeLimits::default() };
    assert_eq!(refused(Format::Pdf, pdf(&lines), &none), "1 pages, and limits.max_pages is 0");
    let small = OfficeLimits { bytes: 10_000, ..OfficeLimits::default() };
    let bomb = word(&" ".repeat(1 << 20));
    assert_eq!(refused(Format::Word, bomb, &small), "it expands to more than 10000 bytes (limits.max_office_bytes)");
    assert_eq!(refused(Format::Mail, vec![b'x'; 10_001], &small), "larger than 10000 bytes (limits.max_office_bytes)");
}

#[test]
fn what_is_broken_is_refused_with_a_reason() {
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Mail) {
        assert!(extract(format, b"no such file".to_vec(), &OfficeLimits::default()).is_err(), "{format:?}");
    }
    let cut = word("<w:p/>");
    let cut = cut[..cut.len() / 2].to_vec();
    let reason = extract(Format::Word, cut, &OfficeLimits::default()).unwrap_err();
    assert!(reason.starts_with("no whole archive"), "{reason}");
    let other = zipped(&[("x", "y")]);
    let reason = extract(Format::OpenDocument, other, &OfficeLimits::default()).unwrap_err();
    assert!(reason.starts_with("its part \"content.xml\" cannot be read"), "{reason}");
}
