//! Queries by chance: whatever the grammar makes, the process goes on, and the query ends in its time and memory.

use super::*;
use crate::Store;
use oxigraph::model::{GraphNameRef, Literal, NamedNode, QuadRef};
use std::time::Instant;

/// How much later than its time a query may end: a second, and one more on a machine that is busy with other tests.
const LATE: Duration = Duration::from_secs(2);

/// A small generator with a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn variable(&mut self) -> String {
        format!("?{}", self.one(&["a", "b", "c", "d", "e", "f", "g", "h"]))
    }

    fn term(&mut self) -> String {
        match self.below(6) {
            0 => format!("<urn:x:a{}>", self.below(3_000)),
            1 => self
                .one(&[
                    "1",
                    "07",
                    "-2.5",
                    "1e3",
                    "true",
                    "'x'",
                    "\"label number 7\"@en",
                    "'2001-02-03'^^xsd:date",
                    "'P1D'^^xsd:duration",
                ])
                .to_owned(),
            _ => self.variable(),
        }
    }

    fn path(&mut self, depth: usize) -> String {
        let step = format!("<urn:x:{}>", self.one(&["p", "l", "k"]));
        if depth == 0 {
            return step;
        }
        match self.below(9) {
            0 => format!("{}/{}", self.path(depth - 1), self.path(depth - 1)),
            1 => format!("({}|{})", self.path(depth - 1), self.path(depth - 1)),
            2 => format!("({})*", self.path(depth - 1)),
            3 => format!("({})+", self.path(depth - 1)),
            4 => format!("^{step}"),
            5 => format!("!({step}|^{step})"),
            6 => self.variable(),
            _ => step,
        }
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.term();
        }
        let mut inner = || self.expression(depth - 1);
        let (one, two, three) = (inner(), inner(), inner());
        match self.below(22) {
            0 => format!("({one} || {two} && {three})"),
            1 => format!("({one} + {two} * {three})"),
            2 => format!("({one} < {two})"),
            3 => format!("({one} != {two})"),
            4 => format!("CONCAT({one}, STR({two}), {three})"),
            5 => format!("REPLACE(STR({one}), '.', 'aaaaaaaaaaaaaaaaaaaaaaaaaa')"),
            6 => format!("REGEX(STR({one}), '(a|b+)*{}$')", self.below(9)),
            7 => format!("IF({one}, {two}, {three})"),
            8 => format!("COALESCE({one}, {two})"),
            9 => format!("({one} IN ({two}, {three}, 3))"),
            10 => format!("SUBSTR(STR({one}), {})", self.below(5)),
            11 => format!("xsd:integer({one})"),
            12 => format!("xsd:dateTime({one})"),
            13 => format!("YEAR({one})"),
            14 => format!("STRDT(STR({one}), xsd:decimal)"),
            15 => format!("ENCODE_FOR_URI(STR({one}))"),
            16 => format!("EXISTS {{ {} }}", self.group(1)),
            17 => format!("(- {one})"),
            18 => format!("IRI(CONCAT('urn:x:', STR({one})))"),
            19 => format!("({one} / {two})"),
            20 => format!("SAMETERM({one}, {two})"),
            _ => format!("STRLEN(STR({one}))"),
        }
    }

    fn group(&mut self, depth: usize) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(3) {
            let part = match self.below(if depth == 0 { 3 } else { 14 }) {
                0..=2 => {
                    let (subject, object) = (self.term(), self.term());
                    let subject = if subject.starts_with(['?', '<']) { subject } else { self.variable() };
                    format!("{subject} {} {object} . ", self.path(2))
                }
                3 => format!("OPTIONAL {{ {} }} ", self.group(depth - 1)),
                4 => format!("{{ {} }} UNION {{ {} }} ", self.group(depth - 1), self.group(depth - 1)),
                5 => format!("MINUS {{ {} }} ", self.group(depth - 1)),
                6 => format!("FILTER({}) ", self.expression(2)),
                7 => format!("BIND({} AS ?n{}) ", self.expression(2), self.below(1_000_000)),
                8 => format!("GRAPH {} {{ {} }} ", self.variable(), self.group(depth - 1)),
                9 => format!("VALUES {} {{ 1 'x' <urn:x:a1> UNDEF }} ", self.variable()),
                10 => format!(
                    "{{ SELECT * {{ {} }} ORDER BY {} LIMIT {} }} ",
                    self.group(depth - 1),
                    self.variable(),
                    self.below(5_000)
                ),
                11 => format!("{{ SELECT DISTINCT ?a ?b {{ {} }} }} ", self.group(depth - 1)),
                12 => "?b <urn:x:p> ?c . ?d <urn:x:p> ?e . ?f <urn:x:l> ?g . ".to_owned(),
                _ => {
                    format!("{}{}{} ", "{".repeat(self.below(100)), self.group(depth - 1), "}".repeat(self.below(100)))
                }
            };
            text.push_str(&part);
        }
        text
    }

    fn query(&mut self) -> String {
        let group = self.group(3);
        let after = match self.below(4) {
            0 => format!("ORDER BY DESC({}) {}", self.expression(1), self.variable()),
            1 => format!("LIMIT {}", self.below(100)),
            _ => String::new(),
        };
        match self.below(9) {
            0 => format!("SELECT (COUNT(*) AS ?n) {{ {group} }}"),
            1 => format!("SELECT ?a (GROUP_CONCAT(?b) AS ?n) (SUM(?c) AS ?m) {{ {group} }} GROUP BY ?a {after}"),
            2 => format!("SELECT DISTINCT * {{ {group} }} {after}"),
            3 => format!("CONSTRUCT {{ ?a <urn:x:q> ?b . ?b ?c _:d }} WHERE {{ {group} }}"),
            4 => format!("ASK {{ {group} }}"),
            5 => format!("DESCRIBE ?a {{ {group} }} LIMIT 50"),
            6 => format!("SELECT ({} AS ?n) {{ {group} }} {after}", self.expression(3)),
            _ => format!("SELECT * {{ {group} }} {after}"),
        }
    }
}

fn world() -> Store {
    let store = Store::in_memory().unwrap();
    let mut quads: Vec<oxigraph::model::Quad> = Vec::new();
    let name = |text: String| NamedNode::new_unchecked(format!("urn:x:{text}"));
    for number in 0..3_000_usize {
        let (thing, next) = (name(format!("a{number}")), name(format!("a{}", (number * 7 + 1) % 3_000)));
        let label = Literal::new_simple_literal(format!("label number {number}"));
        let graph = name(format!("g{}", number % 20));
        quads.push(QuadRef::new(&thing, &name("p".into()), &next, GraphNameRef::DefaultGraph).into_owned());
        quads.push(QuadRef::new(&thing, &name("p".into()), &next, &graph).into_owned());
        quads.push(QuadRef::new(&thing, &name("l".into()), &label, GraphNameRef::DefaultGraph).into_owned());
        quads.push(
            QuadRef::new(&thing, &name("k".into()), &Literal::from(number as i64 % 100), GraphNameRef::DefaultGraph)
                .into_owned(),
        );
    }
    store.inner.extend(quads.iter().map(|quad| quad.as_ref()));
    store
}

/// `KGLOOM_FUZZ=1000` asks that many.
#[test]
fn queries_by_chance_end_in_time_and_memory() {
    let count = std::env::var("KGLOOM_FUZZ").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let (store, mut ends) = (world(), std::collections::BTreeMap::<String, usize>::new());
    let timeout = Duration::from_millis(250);
    let options =
        QueryOptions { timeout: Some(timeout), limit: Some(10_000), memory: Some(400_000_000), entailed: false };
    for seed in 0..count {
        let query = Draw(seed).query();
        let formats =
            [ResultFormat::Table, ResultFormat::Json, ResultFormat::Xml, ResultFormat::Csv, ResultFormat::Turtle];
        let start = Instant::now();
        let ended = store.query(&query, &options, formats[seed as usize % 5], &mut io::sink());
        assert!(start.elapsed() < timeout + LATE, "seed {seed}, {:?}: {query}", start.elapsed());
        let ended = format!("{ended:?}");
        let kind = ended.split(['{', '(', ' ']).take(2).collect::<Vec<_>>().join(" ");
        *ends.entry(kind).or_default() += 1;
    }
    println!("{ends:?}");
    let answered = ends.keys().any(|kind| kind.starts_with("Ok"));
    assert!(answered && ends.len() > 2, "some are answered, some are not: {ends:?}");
}
