//! Documents of other programs, made here, read, and read too far.

use super::extract;
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
    extract(format, bytes, &OfficeLimits::default()).unwrap()
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
