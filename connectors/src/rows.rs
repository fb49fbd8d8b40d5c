//! Tables row by row, as they are: CSV, TSV and JSON Lines. In: a file, perhaps compressed. Out: names of columns, and the cells of
//! each row with its line. Never: a guess at what a column means.

use crate::Error;
use crate::source::{Form, SourceOptions, bare, bare_name, delimiter, expanded, fault, first_line};
use serde_json::Value;
use std::io::BufRead;
use std::path::Path;

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Names of columns, in their order.
    pub columns: Vec<String>,
    /// The line of each row, from 1 on, and its cells, one for each column.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Reads a table whole. Lines of JSON are objects; their columns are all keys, as they come. A cell is trimmed; what a row lacks
/// is empty, and numbers and truths are as JSON writes them.
///
/// # Errors
/// When the file cannot be read, its name ends in none of `csv`, `tsv`, `jsonl` and `ndjson`, a row is none, or a quote is not
/// closed; the line is named.
pub fn read(path: &Path) -> Result<Rows, Error> {
    let wrong = |what: String| Error::NotATable { path: path.to_owned(), what };
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let ending = bare_name(name).rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let reader = expanded(path, &SourceOptions::default()).map_err(|error| Error::file("read", path, error))?;
    match ending.as_str() {
        "csv" => delimited(reader, false, path),
        "tsv" => delimited(reader, true, path),
        "jsonl" | "ndjson" => lines(reader, path),
        _ => Err(wrong("its name ends in none of csv, tsv, jsonl".to_owned())),
    }
}

fn delimited(mut reader: impl BufRead, tabs: bool, path: &Path) -> Result<Rows, Error> {
    let wrong = |what: String| Error::NotATable { path: path.to_owned(), what };
    let odd = |error: csv::Error| wrong(error.to_string());
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| Error::file("read", path, error))?;
    let form = Form { delimiter: if tabs { b'\t' } else { delimiter(&bytes) }, tabs };
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.delimiter(form.delimiter).quoting(!tabs).flexible(true).from_reader(&bytes[..]);
    let cell = |text: &str| bare(text, tabs).trim().to_owned();
    let columns: Vec<String> =
        reader.headers().map_err(odd)?.iter().map(|name| cell(name.trim_start_matches('\u{feff}'))).collect();
    let place = |at: &csv::Position| usize::try_from(at.byte()).unwrap_or(usize::MAX).min(bytes.len());
    let first = |from: &csv::Position, to: &csv::Position| {
        let row = &bytes[place(from)..place(to)];
        fault(row, form, from.line()).map_or(Ok(first_line(row, from.line())), |fault| Err(wrong(fault.told())))
    };
    let mut start = reader.position().clone();
    first(&csv::Position::new(), &start)?;
    let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
    while reader.read_record(&mut record).map_err(odd)? {
        let end = reader.position().clone();
        let cells = (0..columns.len()).map(|column| record.get(column).map(cell).unwrap_or_default()).collect();
        rows.push((first(&start, &end)?, cells));
        start = end;
    }
    Ok(Rows { columns, rows })
}

fn lines(reader: impl BufRead, path: &Path) -> Result<Rows, Error> {
    let mut table = Rows::default();
    for (line, text) in (1u64..).zip(reader.lines()) {
        let text = text.map_err(|error| Error::file("read", path, error))?;
        if text.trim().is_empty() {
            continue;
        }
        let wrong = |what: String| Error::NotATable { path: path.to_owned(), what: format!("line {line}: {what}") };
        let object = match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return Err(wrong("it is no JSON object".to_owned())),
            Err(error) => return Err(wrong(error.to_string())),
        };
        let mut cells = vec![String::new(); table.columns.len()];
        for (name, value) in object {
            let column = table.columns.iter().position(|known| *known == name).unwrap_or_else(|| {
                table.columns.push(name);
                cells.push(String::new());
                table.columns.len() - 1
            });
            cells[column] = match value {
                Value::Null => String::new(),
                Value::String(text) => text.trim().to_owned(),
                other => other.to_string(),
            };
        }
        table.rows.push((line, cells));
    }
    let width = table.columns.len();
    table.rows.iter_mut().for_each(|(_, cells)| cells.resize(width, String::new()));
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, text: &str) -> Result<Rows, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    fn cells(rows: &Rows) -> Vec<Vec<&str>> {
        rows.rows.iter().map(|(_, cells)| cells.iter().map(String::as_str).collect()).collect()
    }

    #[test]
    fn tables_are_read_in_each_form() {
        let wanted = vec![vec!["Bonn", "on the Rhine, left"], vec!["Oslo", ""]];
        let csv = table("a.csv", "name;note\nBonn;\"on the Rhine, left\"\nOslo\n").unwrap();
        assert_eq!(
            (csv.columns.as_slice(), cells(&csv)),
            (&["name".to_owned(), "note".to_owned()][..], wanted.clone())
        );
        assert_eq!(csv.rows[1].0, 3);
        assert_eq!(cells(&table("a.tsv", "name\tnote\nBonn\ton the Rhine, left\nOslo\t\n").unwrap()), wanted);
        let lines = "{\"name\":\"Bonn\",\"note\":\"on the Rhine, left\"}\n\n{\"name\":\"Oslo\",\"size\":7}\n";
        let json = table("a.jsonl", lines).unwrap();
        assert_eq!(cells(&json), [["Bonn", "on the Rhine, left", ""], ["Oslo", "", "7"]]);
        assert_eq!((json.rows[1].0, json.columns.len()), (3, 3));
    }

    #[test]
    fn what_is_no_table_is_told_with_its_line() {
        let told = |name: &str, text: &str| table(name, text).unwrap_err().to_string();
        assert!(told("a.jsonl", "{}\n[1]\n").contains("line 2: it is no JSON object"));
        assert!(told("a.txt", "x").contains("csv, tsv, jsonl"));
        assert!(
            told("a.csv", "name,x\r\nBonn,1\r\nOslo,\"2\r\n").contains("a quote on line 3 is not closed: the file")
        );
        assert!(told("a.csv", "name,x\n\"Bonn,1\n\"Oslo\",2\nRome,3\n").contains("lines 2 to 3 run together"));
        assert!(told("a.csv", "name,\"x\nBonn,1\n").contains("a quote on line 1 is not closed"));
        assert!(told("a.tsv", "name\tx\nBonn\t\"1").contains("a quote on line 2 is not closed"));
        let rows = table("a.csv", "name,x\r\n\r\n\"Bonn\r\nam Rhein\",1\r\nOslo,2\r\n").unwrap();
        assert_eq!(rows.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 5]);
    }
}
