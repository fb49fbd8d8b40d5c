//! Tables with a header: CSV and TSV. In: a stream of rows. Out: a document for each row, or what is wrong with it and
//! where. Never: a guess at which column holds the text.

use super::quotes::{self, Form};
use super::stream::Stream;
use crate::source::container::Container;
use crate::source::options::SourceOptions;
use crate::source::record::{End, Record};
use crate::source::wrong::Wrong;
use crate::source::{broken, wrong};
use csv::{ByteRecord, ReaderBuilder};
use kgloom_record::record::DocumentId;
use std::io::{self, BufRead, Read};

/// The documents of one table.
pub(super) struct TableDocuments {
    rows: csv::Reader<Bounded>,
    row: ByteRecord,
    longest: u64,
    id: Option<usize>,
    text: usize,
    form: Form,
    container: Container,
    options: SourceOptions,
}

impl TableDocuments {
    /// Reads the header; what is wrong with it is wrong with the whole table.
    pub fn new(
        mut stream: Stream,
        tabs: bool,
        container: &Container,
        options: &SourceOptions,
    ) -> io::Result<Result<TableDocuments, Wrong>> {
        let form = Form { delimiter: if tabs { b'\t' } else { delimiter(stream.fill_buf()?) }, tabs };
        // A quote within quotes is written twice, and there are other columns.
        let longest = options.max_document_bytes.saturating_mul(2).saturating_add(64 << 10);
        let bounded = Bounded { stream, left: longest, kept: Vec::new(), start: 0 };
        let mut builder = ReaderBuilder::new();
        let mut rows = builder.delimiter(form.delimiter).quoting(!tabs).flexible(true).from_reader(bounded);
        let header = rows.byte_headers().map_err(broken_off)?;
        let names: Vec<String> = header.iter().map(|name| bare(&String::from_utf8_lossy(name), tabs)).collect();
        match quotes::fault(&taken(&mut rows), form, 1) {
            Some(fault) if fault.cut => return Err(broken::broken_off(fault.told())),
            Some(fault) => return Ok(Err(Wrong::new(fault.told()))),
            None => {}
        }
        if names.is_empty() {
            return Ok(Err(Wrong::nothing()));
        }
        let (text, id) = match (column(&names, &options.text_field), column(&names, &options.id_field)) {
            (Ok(Some(text)), Ok(id)) => (text, id),
            (Err(wrong), _) | (_, Err(wrong)) => return Ok(Err(wrong)),
            (Ok(None), _) => {
                let (wanted, seen) = (&options.text_field, quoted(&names));
                let named = "and --text-field and --id-field name two of them";
                let reason = format!("no column is named {wanted:?}; the columns are {seen}, {named}");
                return Ok(Err(Wrong::new(reason)));
            }
        };
        let (container, options) = (container.clone(), options.clone());
        Ok(Ok(TableDocuments { rows, row: ByteRecord::new(), longest, id, text, form, container, options }))
    }

    fn read(&self) -> (Option<DocumentId>, Result<String, Wrong>) {
        let start = self.row.position().map_or(0, csv::Position::byte);
        let cell = |column: usize| {
            let cell = self.row.get(column).ok_or_else(|| {
                Wrong::new(format!("the row has {} columns, and the text is in the {}.", self.row.len(), column + 1))
            })?;
            let cell = std::str::from_utf8(cell).map_err(|_| Wrong::new("a cell is not UTF-8"))?;
            Ok(bare(cell, self.form.tabs))
        };
        let id = match self.id.map(cell) {
            None => None,
            Some(Ok(id)) if id.trim().is_empty() => None,
            Some(Ok(id)) => Some(DocumentId::new(id.trim())),
            Some(Err(_)) if std::str::from_utf8(self.row.as_slice()).is_ok() => None,
            Some(Err(_)) => return (None, Err(wrong::not_utf8(start))),
        };
        let text = cell(self.text).and_then(|text| wrong::check(&text, &self.options).map(|()| text));
        (id, text)
    }
}

impl Iterator for TableDocuments {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<io::Result<Record>> {
        self.rows.get_mut().left = self.longest;
        match self.rows.read_byte_record(&mut self.row) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(broken_off(error))),
        }
        let bytes = taken(&mut self.rows);
        let start = self.row.position().map_or(0, csv::Position::line);
        let line = quotes::first_line(&bytes, start);
        let fault = quotes::fault(&bytes, self.form, start);
        let (id, outcome) = match &fault {
            Some(fault) => (None, Err(Wrong::new(fault.told()))),
            None => self.read(),
        };
        let end = match fault {
            Some(fault) if fault.cut => End::Cut,
            _ if id.is_none() && outcome.is_err() => End::Unknown,
            _ => End::Whole,
        };
        let id = id.unwrap_or_else(|| self.container.id_at(line, 1));
        let outcome = outcome.map_err(|wrong| wrong.at(&crate::source::record::place(&self.container.name, line)));
        Some(Ok(Record { id, line, outcome, end }))
    }
}

/// The column of this name, or the only one that has it but for case and blanks.
fn column(names: &[String], wanted: &str) -> Result<Option<usize>, Wrong> {
    let mut exact = (0..names.len()).filter(|at| names[*at] == wanted);
    match (exact.next(), exact.next()) {
        (Some(at), None) => return Ok(Some(at)),
        (Some(_), Some(_)) => {
            let seen = quoted(names);
            let reason =
                format!("more than one column is named {wanted:?}; the columns are {seen}: rename all but one");
            return Err(Wrong::new(reason));
        }
        (None, _) => {}
    }
    let plain = |name: &str| name.trim().to_lowercase();
    let mut alike = (0..names.len()).filter(|at| plain(&names[*at]) == plain(wanted));
    let found = alike.next();
    match alike.next() {
        None => Ok(found),
        Some(_) => Err(Wrong::new(format!(
            "more than one column could be {wanted:?}; the columns are {}, and --text-field and --id-field name two of them",
            quoted(names)
        ))),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

/// A comma, unless the header has more of another sign that is used for it.
pub(crate) fn delimiter(start: &[u8]) -> u8 {
    let header = start.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |sign: &u8| header.iter().filter(|byte| *byte == sign).count();
    // Of equally many the last: the comma.
    *[b'|', b'\t', b';', b','].iter().max_by_key(|sign| count(sign)).unwrap_or(&b',')
}

/// A cell between tabs has no quotes of its own; where some program put them, they go.
pub(crate) fn bare(cell: &str, tabs: bool) -> String {
    let quoted = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).filter(|_| tabs);
    quoted.map_or_else(|| cell.to_owned(), |cell| cell.replace("\"\"", "\""))
}

fn broken_off(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => broken::broken_off(format!("the table cannot be read: {kind:?}")),
    }
}

/// The bytes of the row that was read, from the end of the one before it on.
fn taken(rows: &mut csv::Reader<Bounded>) -> Vec<u8> {
    let end = rows.position().byte();
    rows.get_mut().take_to(end)
}

/// A stream that ends where one row takes too long, and keeps what was read since the last row.
struct Bounded {
    stream: Stream,
    /// Bytes that may be read before a row is too long.
    left: u64,
    kept: Vec<u8>,
    /// Where in the stream they begin.
    start: u64,
}

impl Bounded {
    /// What was read up to a place, which is kept no longer.
    fn take_to(&mut self, end: u64) -> Vec<u8> {
        let length = usize::try_from(end.saturating_sub(self.start)).unwrap_or(usize::MAX).min(self.kept.len());
        self.start += length as u64;
        self.kept.drain(..length).collect()
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(broken::broken_off("a row of the table is too long; perhaps a quote is not closed".to_owned()));
        }
        let length = self.stream.read(buffer)?;
        self.left = self.left.saturating_sub(length as u64);
        self.kept.extend_from_slice(&buffer[..length]);
        Ok(length)
    }
}
