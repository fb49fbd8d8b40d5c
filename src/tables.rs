//! Tables and vocabularies as rows to be matched. In: files, what their columns are called. Out: rows with names, kinds and other
//! columns, and directions where there is an encoder. Never: a look at a graph.

use crate::exit::CliError;
use anyhow::Result;
use connectors::{rdf, rows};
use kgloom_matching::TableRow;
use kgloom_numerics::vectors::Encode;
use kgloom_record::record::{Term, Triple};
use kgloom_record::vocabulary;
use kgloom_search::quantise;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// What the column of names is called; for want of it the first one that is read.
const NAMES: [&str; 3] = ["name", "label", "title"];
/// What the column of kinds is called.
const KINDS: [&str; 4] = ["kind", "type", "class", "category"];
/// So many lines without a name are told one by one.
const TOLD: usize = 10;
const DEFINITION: &str = "http://www.w3.org/2004/02/skos/core#definition";
const PREFERRED: &str = "http://www.w3.org/2004/02/skos/core#prefLabel";

/// Which columns of a table are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns<'a> {
    /// Those that are read, each perhaps with `=` and what it is to be called; none for all but the id and what is left out.
    pub read: &'a [String],
    /// The one that tells rows apart.
    pub id: Option<&'a str>,
    /// One that is left out.
    pub left_out: Option<&'a str>,
}

/// What is in a file.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The rows that have a name.
    pub rows: Vec<TableRow>,
    /// The lines of those that have none.
    pub nameless: Vec<u64>,
}

impl Found {
    /// What is said of rows without a name, if there are any.
    pub fn told(&self, path: &Path) -> Option<String> {
        let lines: Vec<String> = self.nameless.iter().take(TOLD).map(u64::to_string).collect();
        let more = if self.nameless.len() > TOLD { ", …" } else { "" };
        let (file, lines) = (path.display(), lines.join(", "));
        match self.nameless.len() {
            0 => None,
            1 => Some(format!("line {lines} of \"{file}\" has no name and is left out")),
            many => Some(format!("{many} rows of \"{file}\" have no name and are left out: lines {lines}{more}")),
        }
    }
}

/// The rows of a file, and the lines of those that have no name.
///
/// # Errors
/// Where it cannot be read, a column is not there, or two rows have one id.
pub fn read(path: &Path, columns: Columns<'_>) -> Result<Found> {
    let table: Arc<str> = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default().into();
    if rdf::is_rdf(path) {
        if !columns.read.is_empty() || columns.id.is_some() {
            return Err(CliError::usage(format!("\"{table}\" is a vocabulary, and has no columns")).into());
        }
        return Ok(Found { rows: terms(&table, rdf::load(path)?), ..Found::default() });
    }
    let rows = rows::read(path)?;
    let place = |name: &str| rows.columns.iter().position(|column| column == name);
    let missing = |name: &str| {
        let message = format!("\"{table}\" has no column \"{name}\"; its columns are {}", rows.columns.join(", "));
        CliError::usage(message)
    };
    let id = match columns.id {
        Some(name) => Some(place(name).ok_or_else(|| missing(name))?),
        None => place("id"),
    };
    if let Some(name) = columns.left_out {
        place(name).ok_or_else(|| missing(name))?;
    }
    let mut read: Vec<(usize, Arc<str>)> = Vec::new();
    for wanted in columns.read {
        let (name, called) = wanted.split_once('=').unwrap_or((wanted, wanted));
        read.push((place(name.trim()).ok_or_else(|| missing(name.trim()))?, called.trim().into()));
    }
    if columns.read.is_empty() {
        let rest = rows.columns.iter().enumerate();
        let rest = rest.filter(|(place, name)| Some(*place) != id && Some(name.as_str()) != columns.left_out);
        read.extend(rest.map(|(place, name)| (place, name.as_str().into())));
    }
    let is = |called: &str, names: &[&str]| names.contains(&called.to_lowercase().as_str());
    let named = NAMES.iter().find(|name| read.iter().any(|(_, called)| called.to_lowercase() == **name));
    let first = read.first().map(|(place, _)| *place);
    let is_name = |(place, called): &(usize, Arc<str>)| match named {
        Some(name) => is(called, &[name]),
        None => Some(*place) == first,
    };
    let (mut found, mut seen) = (Found::default(), BTreeSet::new());
    for (number, (line, cells)) in rows.rows.iter().enumerate() {
        let own = id.map_or_else(|| (number + 1).to_string(), |id| cells[id].clone());
        if own.is_empty() || !seen.insert(own.clone()) {
            let what =
                if own.is_empty() { "has no id".to_owned() } else { format!("has an id that another has: \"{own}\"") };
            let message = format!("line {line} of \"{table}\" {what}; --id names a column that tells rows apart");
            return Err(CliError::refused(message).into());
        }
        let mut row = TableRow {
            iri: vocabulary::row_iri(&table, &own).as_str().into(),
            table: Arc::clone(&table),
            ..TableRow::default()
        };
        for column in &read {
            let text = cells[column.0].as_str();
            match () {
                () if text.is_empty() => {}
                () if is_name(column) => row.names.push(text.into()),
                () if is(&column.1, &KINDS) && row.kind.is_empty() => row.kind = text.into(),
                () => row.columns.push((Arc::clone(&column.1), text.into())),
            }
        }
        match row.names.is_empty() {
            true => found.nameless.push(*line),
            false => found.rows.push(row),
        }
    }
    Ok(found)
}

/// What a vocabulary says of a term.
#[derive(Default)]
struct Told {
    /// Names, the preferred ones first.
    names: BTreeSet<(bool, Arc<str>)>,
    notes: BTreeSet<Arc<str>>,
}

/// The terms of a vocabulary that have a label, by their own names.
fn terms(table: &Arc<str>, triples: Vec<Triple>) -> Vec<TableRow> {
    let mut found: BTreeMap<Arc<str>, Told> = BTreeMap::new();
    for Triple { subject, relation, object } in triples {
        let Term::Literal(literal) = object else { continue };
        if subject.as_str().starts_with("_:") {
            continue;
        }
        let told = found.entry(subject.as_str().into()).or_default();
        match relation.as_str() {
            vocabulary::LABEL | PREFERRED => _ = told.names.insert((false, literal.value)),
            vocabulary::ALTERNATIVE_LABEL => _ = told.names.insert((true, literal.value)),
            vocabulary::COMMENT | DEFINITION => _ = told.notes.insert(literal.value),
            _ => {}
        }
    }
    let row = |(iri, told): (Arc<str>, Told)| TableRow {
        iri,
        table: Arc::clone(table),
        names: told.names.into_iter().map(|(_, name)| name).collect(),
        columns: told.notes.into_iter().map(|note| ("note".into(), note)).collect(),
        ..TableRow::default()
    };
    found.into_iter().map(row).filter(|row| !row.names.is_empty()).collect()
}

/// Gives rows the directions of their texts.
///
/// # Errors
/// Where a text cannot be read.
pub fn direct(rows: &mut [TableRow], encoder: &dyn Encode) -> Result<()> {
    let texts: Vec<Option<Arc<str>>> = rows.iter().map(|row| Some(row.text().into())).collect();
    let vectors = encoder.read(&texts, &|_, _| {})?;
    for (row, vector) in rows.iter_mut().zip(vectors.chunks_exact(encoder.width())) {
        row.direction = quantise(vector);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, text: &str, columns: Columns<'_>) -> Result<Found> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&path, columns)
    }

    #[test]
    fn columns_are_what_they_are_called() {
        let text = "id,name,kind,country,gold\n7,Bonn,city,Germany,x\n8,,city,Germany,y\n";
        let found = written("my towns.csv", text, Columns { left_out: Some("gold"), ..Columns::default() }).unwrap();
        let [row] = &found.rows[..] else { panic!("{found:?}") };
        assert_eq!((&*row.iri, &*row.table), ("urn:kgloom:row:my%20towns.csv%237", "my towns.csv"));
        assert_eq!((&*row.names[0], &*row.kind), ("Bonn", "city"));
        assert_eq!(row.columns, [("country".into(), "Germany".into())]);
        let read = ["titel=name".to_owned(), "land=country".to_owned(), "alias=name".to_owned()];
        let columns = Columns { read: &read, ..Columns::default() };
        let row = &written("a.tsv", "titel\tland\talias\tx\nBonn\tDeutschland\tBonna\t1\n", columns).unwrap().rows[0];
        assert_eq!((row.names.len(), &*row.columns[0].0, &*row.iri), (2, "country", "urn:kgloom:row:a.tsv%231"));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let told = |text: &str, columns: Columns<'_>| written("a.csv", text, columns).unwrap_err().to_string();
        let read = ["town".to_owned()];
        let columns = Columns { read: &read, ..Columns::default() };
        assert!(told("name,x\nBonn,1\n", columns).contains("no column \"town\"; its columns are name, x"));
        assert!(told("id,name\n1,Bonn\n1,Oslo\n", Columns::default()).contains("line 3 of \"a.csv\" has an id"));
    }

    #[test]
    fn rows_without_a_name_are_told_with_their_lines() {
        let told = |text: &str| {
            let found = written("a.csv", text, Columns::default()).unwrap();
            (found.rows.len(), found.told(Path::new("a.csv")))
        };
        assert_eq!(told("name,x\nBonn,1\n"), (1, None));
        let one = "line 4 of \"a.csv\" has no name and is left out".to_owned();
        assert_eq!(told("name,x\r\n\r\nBonn,1\r\n ,2\r\n"), (1, Some(one)));
        let many = told(&format!("name,x\nBonn,1\n{}", ",2\n".repeat(12))).1.unwrap();
        assert!(many.starts_with("12 rows of \"a.csv\"") && many.ends_with("lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …"));
        let open = written("a.csv", "name,x\nBonn,1\n\"Oslo,2\nRome,3\n", Columns::default()).unwrap_err();
        assert!(open.to_string().contains("a quote on line 3 is not closed"), "{open}");
    }

    #[test]
    fn terms_of_a_vocabulary_keep_their_names() {
        let text = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\
                    <urn:x:bonn> a skos:Concept ; skos:prefLabel \"Bonn\"@en ; skos:altLabel \"Bonna\"@en ; \
                    skos:definition \"A city on the Rhine.\"@en .\n<urn:x:none> a skos:Concept .\n";
        let rows = written("towns.ttl", text, Columns::default()).unwrap().rows;
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((&*row.iri, row.text().as_str()), ("urn:x:bonn", "Bonn, A city on the Rhine."));
        assert_eq!(row.names.iter().map(|name| &**name).collect::<Vec<_>>(), ["Bonn", "Bonna"]);
    }
}
