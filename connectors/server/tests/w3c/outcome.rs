//! What a query gave, and whether two of them are the same. In: files and answers in all formats of the W3C. Out: yes or no.
//! Never: two blank nodes told apart by their names.

use crate::manifest::{Manifest, ending, graph, text};
use oxigraph::model::{BlankNode, Graph, Literal, NamedOrBlankNode, Term, Triple};
use oxigraph::sparql::QueryResults;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};
use spareval::ExpressionTerm;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const RS: &str = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";

/// What is bound, by name.
type Row = BTreeMap<String, Term>;

/// What a query gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Boolean(bool),
    Rows {
        names: BTreeSet<String>,
        rows: Vec<Row>,
        /// Whether the order of the rows is told.
        ordered: bool,
    },
    Graph(Vec<Row>),
}

impl Outcome {
    /// What oxigraph gave.
    pub fn of(results: QueryResults<'_>) -> Result<Outcome, String> {
        let wrong = |error: oxigraph::sparql::QueryEvaluationError| error.to_string();
        Ok(match results {
            QueryResults::Boolean(answer) => Outcome::Boolean(answer),
            QueryResults::Solutions(solutions) => {
                let names = solutions.variables().iter().map(|name| name.as_str().to_owned()).collect();
                let rows = solutions.map(|row| row.map(|row| bound(&row)).map_err(wrong));
                Outcome::Rows { names, rows: rows.collect::<Result<_, _>>()?, ordered: false }
            }
            QueryResults::Graph(triples) => Outcome::of_graph(&triples.collect::<Result<Graph, _>>().map_err(wrong)?),
        })
    }

    fn of_graph(graph: &Graph) -> Outcome {
        let row = |triple: Triple| {
            let parts = [("s", triple.subject.into()), ("p", triple.predicate.into()), ("o", triple.object)];
            parts.map(|(name, term)| (name.to_owned(), by_value(term))).into_iter().collect()
        };
        Outcome::Graph(graph.iter().map(|triple| row(triple.into_owned())).collect())
    }

    /// What a file of the suite, or an answer, holds. Its format is the end of its name.
    pub fn read(bytes: &[u8], url: &str) -> Result<Outcome, String> {
        match ending(url) {
            "srx" => results(bytes, QueryResultsFormat::Xml),
            "srj" => results(bytes, QueryResultsFormat::Json),
            "tsv" => results(bytes, QueryResultsFormat::Tsv),
            "csv" => Ok(csv(std::str::from_utf8(bytes).map_err(|error| error.to_string())?)),
            _ => {
                let graph = graph(bytes, url);
                Ok(result_set(&graph).unwrap_or_else(|| Outcome::of_graph(&graph)))
            }
        }
    }

    /// Whether another is the same, whatever its blank nodes are called.
    pub fn is(&self, other: &Outcome) -> bool {
        match (self, other) {
            (Outcome::Boolean(one), Outcome::Boolean(other)) => one == other,
            (Outcome::Graph(one), Outcome::Graph(other)) => isomorphic(one, other),
            (Outcome::Rows { names, rows, ordered }, Outcome::Rows { names: known, rows: found, .. }) => {
                let in_order = || {
                    let mut pairs = Pairs::default();
                    rows.len() == found.len() && rows.iter().zip(found).all(|(one, other)| pairs.rows(one, other))
                };
                names == known && if *ordered { in_order() } else { isomorphic(rows, found) }
            }
            _ => false,
        }
    }
}

fn bound(row: &oxigraph::sparql::QuerySolution) -> Row {
    row.iter().map(|(name, term)| (name.as_str().to_owned(), by_value(term.clone()))).collect()
}

/// A term as the evaluator spells its value: oxigraph keeps numbers and dates so, and so does the store.
fn by_value(term: Term) -> Term {
    ExpressionTerm::from(term).into()
}

fn results(bytes: &[u8], format: QueryResultsFormat) -> Result<Outcome, String> {
    let parsed = QueryResultsParser::from_format(format).for_slice(bytes).map_err(|error| error.to_string())?;
    Ok(match parsed {
        SliceQueryResultsParserOutput::Boolean(answer) => Outcome::Boolean(answer),
        SliceQueryResultsParserOutput::Solutions(solutions) => {
            let names = solutions.variables().iter().map(|name| name.as_str().to_owned()).collect();
            let rows = solutions.map(|row| row.map(|row| bound(&row)).map_err(|error| error.to_string()));
            Outcome::Rows { names, rows: rows.collect::<Result<_, _>>()?, ordered: false }
        }
    })
}

/// Rows of CSV: what begins with `_:` is a blank node, and the kind of all else is not told.
fn csv(text: &str) -> Outcome {
    let mut records: Vec<Vec<String>> = vec![vec![String::new()]];
    let (mut quoted, mut letters) = (false, text.trim_end_matches(['\r', '\n']).chars().peekable());
    while let Some(letter) = letters.next() {
        let record = records.last_mut().expect("one");
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => record.last_mut().expect("one").extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => records.push(vec![String::new()]),
            letter => record.last_mut().expect("one").push(letter),
        }
    }
    let head = records.remove(0);
    let term = |text: &String| match text.strip_prefix("_:") {
        Some(label) => Term::from(BlankNode::new_unchecked(label)),
        None => Literal::new_simple_literal(text).into(),
    };
    let row = |record: &Vec<String>| {
        head.iter()
            .cloned()
            .zip(record.iter().map(term))
            .filter(|(_, term)| *term != Term::from(Literal::from("")))
            .collect()
    };
    Outcome::Rows { rows: records.iter().map(row).collect(), names: head.iter().cloned().collect(), ordered: false }
}

/// The rows that a graph describes (the vocabulary of SPARQL 1.0's tests), if it does.
fn result_set(graph: &Graph) -> Option<Outcome> {
    let manifest = Manifest::of(graph.clone());
    let set = manifest.typed(&format!("{RS}ResultSet"))?;
    let all = |of: &NamedOrBlankNode, name: &str| manifest.all(of, &format!("{RS}{name}"));
    let node = |term: Term| crate::manifest::node(term);
    if let Some(answer) = all(&set, "boolean").first().and_then(text) {
        return Some(Outcome::Boolean(answer == "true"));
    }
    let names = all(&set, "resultVariable").iter().filter_map(text).collect();
    let mut rows: Vec<(Option<u32>, Row)> = Vec::new();
    for solution in all(&set, "solution").into_iter().filter_map(node) {
        let index = all(&solution, "index").first().and_then(text).and_then(|index| index.parse().ok());
        let bindings = all(&solution, "binding").into_iter().filter_map(node);
        let row = bindings.filter_map(|binding| {
            Some((all(&binding, "variable").first().and_then(text)?, by_value(all(&binding, "value").pop()?)))
        });
        rows.push((index, row.collect()));
    }
    rows.sort_by_key(|(index, _)| *index);
    let ordered = !rows.is_empty() && rows.iter().all(|(index, _)| index.is_some());
    Some(Outcome::Rows { names, rows: rows.into_iter().map(|(_, row)| row).collect(), ordered })
}

/// Which blank node of one side is which of the other.
#[derive(Clone, Default)]
struct Pairs {
    there: HashMap<BlankNode, BlankNode>,
    back: HashMap<BlankNode, BlankNode>,
}

impl Pairs {
    fn rows(&mut self, one: &Row, other: &Row) -> bool {
        one.len() == other.len()
            && one.iter().zip(other).all(|((name, term), (known, found))| name == known && self.terms(term, found))
    }

    fn terms(&mut self, one: &Term, other: &Term) -> bool {
        match (one, other) {
            (Term::BlankNode(one), Term::BlankNode(other)) => {
                let there = self.there.entry(one.clone()).or_insert_with(|| other.clone()) == other;
                there && self.back.entry(other.clone()).or_insert_with(|| one.clone()) == one
            }
            (Term::Triple(one), Term::Triple(other)) => {
                one.predicate == other.predicate
                    && self.terms(&one.subject.clone().into(), &other.subject.clone().into())
                    && self.terms(&one.object, &other.object)
            }
            _ => one == other,
        }
    }
}

/// What a row is apart from the names of its blank nodes.
fn shape(row: &Row) -> String {
    row.iter().map(|(name, value)| format!("{name} {} ", nameless(value))).collect()
}

fn nameless(term: &Term) -> String {
    match term {
        Term::BlankNode(_) => "_".to_owned(),
        Term::Triple(triple) => {
            let subject = nameless(&triple.subject.clone().into());
            format!("<{subject} {} {}>", triple.predicate, nameless(&triple.object))
        }
        other => other.to_string(),
    }
}

/// Whether two bags of rows are the same up to the names of blank nodes: those that fit by shape are tried.
fn isomorphic(one: &[Row], other: &[Row]) -> bool {
    let mut found: HashMap<String, Vec<&Row>> = HashMap::new();
    other.iter().for_each(|row| found.entry(shape(row)).or_default().push(row));
    let mut counts: HashMap<String, usize> = HashMap::new();
    one.iter().for_each(|row| *counts.entry(shape(row)).or_default() += 1);
    let fits = one.len() == other.len()
        && counts.iter().all(|(shape, count)| found.get(shape).is_some_and(|rows| rows.len() == *count));
    let mut left: Vec<(&Row, String)> = one.iter().map(|row| (row, shape(row))).collect();
    // Those with the fewest that they could be come first.
    left.sort_by_key(|(_, shape)| counts[shape]);
    let mut steps = 1_000_000;
    fits && paired(&left, &mut found, &Pairs::default(), &mut steps)
}

fn paired(left: &[(&Row, String)], found: &mut HashMap<String, Vec<&Row>>, pairs: &Pairs, steps: &mut u32) -> bool {
    let Some(((row, shape), left)) = left.split_first() else { return true };
    *steps = steps.checked_sub(1).expect("a suite whose blank nodes can be told apart");
    for at in 0..found[shape].len() {
        let mut pairs = pairs.clone();
        let candidate = found[shape][at];
        if !pairs.rows(row, candidate) {
            continue;
        }
        found.get_mut(shape).expect("there").remove(at);
        if paired(left, found, &pairs, steps) {
            return true;
        }
        found.get_mut(shape).expect("there").insert(at, candidate);
    }
    false
}
