//! Test collections of search, as published or as they are made of encyclopedic abstracts. In: the folder of all data sets.
//! Out: [`Searched`]. Never: a description that stands for two abstracts.

use crate::Error;
use crate::search::{Named, Searched};
use kgloom_numerics::text_file::{malformed, read, utf8};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Reads the Cranfield collection (Cleverdon 1967) in SMART's form: abstracts of aerodynamics, questions, judgements.
/// Grades are as the corrected judgements for TREC's evaluation have them.
///
/// # Errors
/// When a file is missing or malformed; the line is named.
pub fn cranfield(root: &Path) -> Result<Searched, Error> {
    let folder = root.join("retrieval/cranfield");
    let documents = smart(&folder.join("cran.all.1400"))?;
    // Judgements count questions from 1, whatever their own numbers are.
    let queries = smart(&folder.join("cran.qry"))?.into_iter().zip(1..);
    let queries: Vec<Named> = queries.map(|((_, text), place)| (place.to_string().into(), text)).collect();
    let places = |named: &[Named]| -> BTreeMap<Arc<str>, u32> {
        named.iter().zip(0..).map(|((name, _), place)| (Arc::clone(name), place)).collect()
    };
    let (by_document, by_query) = (places(&documents), places(&queries));
    let mut grades: BTreeMap<u32, BTreeMap<u32, u32>> = BTreeMap::new();
    let judgements = folder.join("QRelsCorrectedforTRECeval");
    for (number, line) in (1..).zip(read(&judgements, CRANFIELD)?.lines()) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let known = match columns[..] {
            [query, _, document, grade] => by_query
                .get(query)
                .zip(by_document.get(document))
                .zip(grade.parse::<i64>().ok())
                .map(|((query, document), grade)| (*query, *document, grade)),
            _ => None,
        };
        let (query, document, grade) =
            known.ok_or_else(|| malformed(&judgements, number, "a query, 0, a document and a grade are wanted"))?;
        grades.entry(query).or_default().insert(document, u32::try_from(grade.max(0)).unwrap_or_default());
    }
    grades.retain(|_, grades| grades.values().any(|grade| *grade > 0));
    Ok(Searched { documents, queries, grades })
}

/// Where to get Cranfield.
const CRANFIELD: &str = "github.com/Chetan-Prasad/IR-Lucene_Cran";

/// The records of a file in SMART's form: `.I` and a name, then fields that a letter after a dot begins. A record's text is
/// its field `.W`, in one line.
fn smart(path: &Path) -> Result<Vec<Named>, Error> {
    let whole = read(path, CRANFIELD)?;
    let mut found: Vec<(Arc<str>, Vec<&str>)> = Vec::new();
    let mut field = ' ';
    for (number, line) in (1..).zip(whole.lines()) {
        if let Some(name) = line.strip_prefix(".I ") {
            found.push((name.trim().into(), Vec::new()));
            field = 'I';
        } else if let Some(letter) = line.strip_prefix('.').filter(|rest| rest.trim_end().len() == 1) {
            field = letter.chars().next().unwrap_or(' ');
        } else if field == 'W' {
            let (_, words) = found.last_mut().ok_or_else(|| malformed(path, number, "no record begins before it"))?;
            words.extend(line.split_whitespace());
        }
    }
    if found.is_empty() {
        return Err(malformed(path, 1, "no record is there: .I and a name begin one"));
    }
    Ok(found.into_iter().map(|(name, words)| (name, words.join(" ").into())).collect())
}

/// Abstracts of Wikipedia as questions, and the short descriptions of all of them to be found: each abstract has one right
/// answer. Descriptions that several abstracts have are left out, and so are abstracts without one.
///
/// # Errors
/// When the file is missing or malformed.
pub fn abstracts(root: &Path) -> Result<Searched, Error> {
    #[derive(Deserialize)]
    struct Row {
        title: String,
        text: String,
        #[serde(default)]
        description: Option<String>,
    }
    let path = root.join("text/wiki-abstracts/en.jsonl.zst");
    let file = std::fs::File::open(&path).map_err(Error::read(&path))?;
    let lines = utf8(&path, zstd::decode_all(file).map_err(Error::read(&path))?)?;
    let mut by_description: BTreeMap<String, Vec<Named>> = BTreeMap::new();
    for line in lines.lines() {
        let row: Row =
            serde_json::from_str(line).map_err(|source| Error::Json { name: path.display().to_string(), source })?;
        let description = row.description.unwrap_or_default().trim().to_owned();
        by_description.entry(description).or_default().push((row.title.into(), row.text.into()));
    }
    by_description.remove("");
    let mut set = Searched::default();
    for (description, mut rows) in by_description {
        let Some((title, text)) = rows.pop().filter(|_| rows.is_empty()) else { continue };
        let place = set.documents.len() as u32;
        set.documents.push((Arc::clone(&title), description.into()));
        set.queries.push((title, text));
        set.grades.insert(place, [(place, 1)].into());
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        root
    }

    #[test]
    fn records_have_their_texts_and_questions_are_judged_by_their_order() {
        let documents = b".I 1\n.T\na title\n.A\nsomeone\n.W\na wing\n in a .5 stream .\n.I 2\n.W\nheat\n";
        let judgements = ["1 0 2 3\n2 0 1 -1\n", "1 0 9 3\n"];
        let of = |judgements: &str| {
            let files = root(&[
                ("retrieval/cranfield/cran.all.1400", documents),
                ("retrieval/cranfield/cran.qry", b".I 001\n.W\nwhat heat\n.I 004\n.W\nwhat wing\n"),
                ("retrieval/cranfield/QRelsCorrectedforTRECeval", judgements.as_bytes()),
            ]);
            cranfield(files.path())
        };
        let set = of(judgements[0]).unwrap();
        assert_eq!(set.documents[0], ("1".into(), "a wing in a .5 stream .".into()));
        assert_eq!(set.queries[1], ("2".into(), "what wing".into()));
        assert_eq!(set.grades, [(0, [(1, 3)].into())].into());
        assert!(of(judgements[1]).unwrap_err().to_string().contains("line 1"));
    }

    #[test]
    fn descriptions_of_several_abstracts_are_left_out() {
        let row = |title: &str, description: &str| {
            format!("{{\"title\":\"{title}\",\"text\":\"About {title}.\",\"description\":\"{description}\"}}\n")
        };
        let lines = [row("A", "town"), row("B", "a river"), row("C", "town"), row("D", "")].concat();
        let packed = zstd::encode_all(lines.as_bytes(), 1).unwrap();
        let set = abstracts(root(&[("text/wiki-abstracts/en.jsonl.zst", &packed)]).path()).unwrap();
        assert_eq!(set.documents, [("B".into(), "a river".into())]);
        assert_eq!(set.queries, [("B".into(), "About B.".into())]);
        assert_eq!(set.grades, [(0, [(0, 1)].into())].into());
    }
}
