//! Answers of SPARQL for an assistant. In: SPARQL's JSON, or N-Triples. Out: short rows. Never: more than a page.

use crate::mcp::answers::Answer;
use crate::mcp::pages::shortened;
use crate::mcp::served::{Failure, Told};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is asked for: rows as JSON, triples as lines.
pub(crate) const ACCEPT: &str = "application/sparql-results+json, application/n-triples;q=0.9";
/// The longest that a value is shown, in bytes, and the longest that all are.
const VALUE: usize = 600;
const ALL: usize = 40_000;

#[derive(Deserialize)]
struct Results {
    boolean: Option<bool>,
    results: Option<Bindings>,
}

#[derive(Deserialize)]
struct Bindings {
    bindings: Vec<BTreeMap<String, Cell>>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Cell {
    Uri {
        value: String,
    },
    #[serde(alias = "typed-literal")]
    Literal {
        value: String,
    },
    Bnode {
        value: String,
    },
    Triple {
        value: Box<Spo>,
    },
}

#[derive(Deserialize)]
struct Spo {
    subject: Cell,
    predicate: Cell,
    object: Cell,
}

impl Cell {
    fn shown(self) -> String {
        match self {
            Cell::Uri { value } => format!("<{value}>"),
            Cell::Literal { value } => shortened(value, VALUE),
            Cell::Bnode { value } => format!("_:{value}"),
            Cell::Triple { value } => {
                let Spo { subject, predicate, object } = *value;
                format!("<<( {} {} {} )>>", subject.shown(), predicate.shown(), object.shown())
            }
        }
    }
}

/// The page of at most `limit` rows or triples; what came is one more where there is more.
pub(crate) fn page(media: &str, text: &[u8], limit: usize) -> Told<Answer> {
    let strange = |what: &str| Failure(format!("the answer cannot be read: {what}"));
    if media.ends_with("json") {
        let Results { boolean, results } = serde_json::from_slice(text).map_err(|error| strange(&error.to_string()))?;
        if let Some(truth) = boolean {
            return Ok(Answer { truth: Some(truth), ..Answer::default() });
        }
        let rows = results.map(|results| results.bindings).unwrap_or_default();
        let shown = |row: BTreeMap<String, Cell>| -> BTreeMap<String, String> {
            row.into_iter().map(|(variable, cell)| (variable, cell.shown())).collect()
        };
        let long = |row: &BTreeMap<String, String>| row.iter().map(|(name, value)| name.len() + value.len()).sum();
        let (rows, more) = fitting(rows.into_iter().map(shown), limit, long);
        return Ok(Answer { rows: Some(rows), more, ..Answer::default() });
    }
    let text = str::from_utf8(text).map_err(|_| strange("it is no UTF-8"))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let (triples, more) = fitting(lines.map(|line| shortened(line.to_owned(), 4 * VALUE)), limit, String::len);
    Ok(Answer { triples: Some(triples), more, ..Answer::default() })
}

/// As many as may be and as fit, one at least, and whether any were left out.
fn fitting<T>(all: impl Iterator<Item = T>, limit: usize, long: impl Fn(&T) -> usize) -> (Vec<T>, bool) {
    let (mut kept, mut length) = (Vec::new(), 0);
    for one in all {
        length += long(&one);
        if kept.len() == limit || (length > ALL && !kept.is_empty()) {
            return (kept, true);
        }
        kept.push(one);
    }
    (kept, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ROWS: &str = "application/sparql-results+json";

    #[test]
    fn rows_are_short_and_say_when_there_are_more() {
        let cell = |kind: &str, value: &str| json!({ "type": kind, "value": value });
        let spo = json!({ "subject": cell("uri", "urn:s"), "predicate": cell("uri", "urn:p"),
            "object": cell("literal", "o") });
        let number = json!({ "type": "literal", "value": "1", "datatype": "urn:int" });
        let rows = [
            json!({ "a": cell("uri", "urn:x"), "b": number, "c": cell("bnode", "b0") }),
            json!({ "a": { "type": "triple", "value": spo }, "b": cell("literal", &"x".repeat(5_000)) }),
            json!({}),
        ];
        let rows = json!({ "head": { "vars": ["a", "b", "c"] }, "results": { "bindings": rows } });
        let text = rows.to_string();
        let whole = page(ROWS, text.as_bytes(), 3).unwrap();
        assert!(!whole.more);
        let rows = whole.rows.unwrap();
        assert_eq!((rows[0]["a"].as_str(), rows[0]["b"].as_str(), rows[0]["c"].as_str()), ("<urn:x>", "1", "_:b0"));
        assert_eq!(rows[1]["a"], "<<( <urn:s> <urn:p> o )>>");
        assert!(rows[1]["b"].len() < 700 && rows[1]["b"].ends_with('…'));
        assert!(rows[2].is_empty());
        let part = page(ROWS, text.as_bytes(), 2).unwrap();
        assert_eq!((part.rows.unwrap().len(), part.more), (2, true));
    }

    #[test]
    fn truths_and_triples_are_answers_too() {
        assert_eq!(page(ROWS, br#"{"head":{},"boolean":true}"#, 5).unwrap().truth, Some(true));
        let triples = "<urn:a> <urn:b> <urn:c> .\n\n<urn:a> <urn:b> \"d\" .\n";
        let told = page("application/n-triples", triples.as_bytes(), 1).unwrap();
        assert_eq!((told.triples.unwrap().len(), told.more), (1, true));
        assert!(page(ROWS, b"<html>", 5).is_err());
    }

    #[test]
    fn a_page_is_never_long_and_never_empty() {
        let line = format!("<urn:a> <urn:b> \"{}\" .\n", "x".repeat(2_000));
        let told = page("application/n-triples", line.repeat(100).as_bytes(), 200).unwrap();
        let triples = told.triples.unwrap();
        assert!(told.more && triples.len() > 5 && triples.len() < 25, "{}", triples.len());
    }
}
