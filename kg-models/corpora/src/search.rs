//! Text search with judgements, as test collections publish them. In: documents and queries (a name, a tab, a text), and
//! judgements in TREC's form. Out: [`Searched`]. Never: a judgement of a document that is not there.

use crate::Error;
use kgloom_numerics::text_file::{malformed, read_own};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The columns of a table, where it names them.
const HEAD: (&str, &str) = ("id", "text");

/// A name and a text.
pub type Named = (Arc<str>, Arc<str>);

/// A test collection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Searched {
    /// What is searched.
    pub documents: Vec<Named>,
    /// What is asked.
    pub queries: Vec<Named>,
    /// By query: how relevant documents are; queries of which nothing is relevant are left out.
    pub grades: BTreeMap<u32, BTreeMap<u32, u32>>,
}

/// Reads documents, queries, and judgements: `query 0 document grade`, with spaces or tabs between. A first line `id`, tab,
/// `text` is the head of a table, as `kgloom run` reads it, and neither a document nor a query. Documents and queries
/// that are judged and not there are left out and counted: the number of such judgements comes with the set.
///
/// # Errors
/// When a file is missing or malformed; the line is named.
pub fn load(documents: &Path, queries: &Path, judgements: &Path) -> Result<(Searched, usize), Error> {
    let mut set = Searched { documents: texts(documents)?, queries: texts(queries)?, grades: BTreeMap::new() };
    let places = |named: &[Named]| -> BTreeMap<Arc<str>, u32> {
        named.iter().zip(0..).map(|((name, _), place)| (Arc::clone(name), place)).collect()
    };
    let (by_document, by_query) = (places(&set.documents), places(&set.queries));
    let mut unknown = 0;
    for (number, line) in (1..).zip(read_own(judgements)?.lines()) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [query, _, document, grade] = columns.as_slice() else {
            if columns.is_empty() {
                continue;
            }
            let reason = format!("{} columns; a query, 0, a document and a grade are wanted", columns.len());
            return Err(malformed(judgements, number, reason));
        };
        // Some collections grade spam below 0.
        let grade: i64 =
            grade.parse().map_err(|_| malformed(judgements, number, format!("\"{grade}\" is no grade")))?;
        match (by_query.get(*query), by_document.get(*document)) {
            (Some(query), Some(document)) => {
                set.grades
                    .entry(*query)
                    .or_default()
                    .insert(*document, u32::try_from(grade.max(0)).unwrap_or(u32::MAX));
            }
            _ => unknown += 1,
        }
    }
    set.grades.retain(|_, grades| grades.values().any(|grade| *grade > 0));
    if set.grades.is_empty() {
        let reason = "no query has a relevant document among the documents".to_owned();
        return Err(Error::Data { name: judgements.display().to_string(), reason });
    }
    Ok((set, unknown))
}

fn texts(path: &Path) -> Result<Vec<Named>, Error> {
    let (mut texts, mut names): (Vec<Named>, BTreeSet<&str>) = (Vec::new(), BTreeSet::new());
    let whole = read_own(path)?;
    for (number, line) in (1..).zip(whole.lines()) {
        let Some((name, text)) = line.split_once('\t') else {
            return Err(malformed(path, number, "no tab between a name and its text"));
        };
        if number == 1 && (name.trim(), text.trim()) == HEAD {
            continue;
        }
        if !names.insert(name.trim()) {
            return Err(malformed(path, number, format!("\"{}\" stands twice", name.trim())));
        }
        texts.push((name.trim().into(), text.trim().into()));
    }
    if texts.is_empty() {
        return Err(malformed(path, 1, "nothing in it"));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(documents: &str, queries: &str, judgements: &str) -> Result<(Searched, usize), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let files = [file("documents.tsv", documents), file("queries.tsv", queries), file("judgements", judgements)];
        super::load(&files[0], &files[1], &files[2]).map_err(|error| error.to_string())
    }

    #[test]
    fn judgements_are_by_place_and_unknown_ones_are_counted() {
        let (set, unknown) =
            load("d1\tone\nd2\ttwo\n", "q1\task\nq2\tno one\n", "q1 0 d2 2\nq1\t0\td1\t-1\nq1 0 d9 1\nq2 0 d1 0\n")
                .unwrap();
        assert_eq!((unknown, set.documents.len(), set.queries.len()), (1, 2, 2));
        assert_eq!(set.grades, [(0, [(0, 0), (1, 2)].into())].into());
    }

    #[test]
    fn the_head_of_a_table_is_no_document() {
        let (set, _) = load("id\ttext\nd1\tone\n", "id\ttext\nq1\task\n", "q1 0 d1 1\n").unwrap();
        assert_eq!((set.documents.len(), set.queries.len()), (1, 1));
        assert!(load("id\ttext\n", "q\ta\n", "q 0 id 1\n").unwrap_err().contains("nothing in it"));
    }

    #[test]
    fn what_is_wrong_is_said_with_file_and_line() {
        let say = |documents, queries, judgements| load(documents, queries, judgements).unwrap_err();
        let tab = say("d1\tone\nd2\n", "q\ta\n", "q 0 d1 1\n");
        assert!(tab.contains("documents.tsv") && tab.contains("line 2"), "{tab}");
        assert!(say("d1\tone\nd1\ttwo\n", "q\ta\n", "q 0 d1 1\n").contains("line 2: \"d1\" stands twice"));
        assert!(say("d1\tone\n", "", "q 0 d1 1\n").contains("queries.tsv"));
        assert!(say("d1\tone\n", "q\ta\n", "q d1 1\n").contains("line 1: 3 columns"));
        assert!(say("d1\tone\n", "q\ta\n", "q 0 d1 good\n").contains("\"good\" is no grade"));
        assert!(say("d1\tone\n", "q\ta\n", "q 0 d1 0\n").contains("no query has a relevant document"));
    }
}
