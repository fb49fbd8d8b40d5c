//! Tables with a header: CSV and TSV. In: a stream of rows. Out: a document for each row, or what is wrong with it and
//! where. Never: a guess at which column holds the text.

use super::stream::Stream;
use crate::source::container::Container;
use crate::source::options::SourceOptions;
use crate::source::record::{End, Record};
use crate::source::wrong::Wrong;
use crate::source::{broken, wrong};
use csv::{ByteRecord, ReaderBuilder};
use kgloom_record::record::DocumentId;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The documents of one table.
pub(super) struct TableDocuments {
    rows: csv::Reader<Bounded>,
    row: ByteRecord,
    /// Bytes that may be read before a row is too long.
    left: Arc<AtomicU64>,
    longest: u64,
    id: Option<usize>,
    text: usize,
    tabs: bool,
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
        let delimiter = if tabs { b'\t' } else { delimiter(stream.fill_buf()?) };
        // A quote within quotes is written twice, and there are other columns.
        let longest = options.max_document_bytes.saturating_mul(2).saturating_add(64 << 10);
        let left = Arc::new(AtomicU64::new(longest));
        let bounded = Bounded { stream, left: Arc::clone(&left) };
        let mut rows = ReaderBuilder::new().delimiter(delimiter).quoting(!tabs).flexible(true).from_reader(bounded);
        let header = rows.byte_headers().map_err(broken_off)?;
        let names: Vec<String> = header.iter().map(|name| bare(&String::from_utf8_lossy(name), tabs)).collect();
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
        Ok(Ok(TableDocuments { rows, row: ByteRecord::new(), left, longest, id, text, tabs, container, options }))
    }

    fn read(&self) -> (Option<DocumentId>, Result<String, Wrong>) {
        let start = self.row.position().map_or(0, csv::Position::byte);
        let cell = |column: usize| {
            let cell = self.row.get(column).ok_or_else(|| {
                Wrong::new(format!("the row has {} columns, and the text is in the {}.", self.row.len(), column + 1))
            })?;
            let cell = std::str::from_utf8(cell).map_err(|_| Wrong::new("a cell is not UTF-8"))?;
            Ok(bare(cell, self.tabs))
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
        self.left.store(self.longest, Ordering::Relaxed);
        match self.rows.read_byte_record(&mut self.row) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(broken_off(error))),
        }
        let line = self.row.position().map_or(0, csv::Position::line);
        let (id, outcome) = self.read();
        let end = if id.is_none() && outcome.is_err() { End::Unknown } else { End::Whole };
        let id = id.unwrap_or_else(|| self.container.id_at(line, 1));
        let outcome = outcome.map_err(|wrong| wrong.at(&crate::source::record::place(&self.container.name, line)));
        Some(Ok(Record { id, line, outcome, end }))
    }
}

/// The column of this name, or the only one that has it but for case and blanks.
fn column(names: &[String], wanted: &str) -> Result<Option<usize>, Wrong> {
    if let Some(exact) = names.iter().position(|name| name == wanted) {
        return Ok(Some(exact));
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

/// A stream that ends where one row takes too long.
struct Bounded {
    stream: Stream,
    left: Arc<AtomicU64>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(broken::broken_off("a row of the table is too long; perhaps a quote is not closed".to_owned()));
        }
        let length = self.stream.read(buffer)?;
        self.left.store(left.saturating_sub(length as u64), Ordering::Relaxed);
        Ok(length)
    }
}
