//! Functions of queries over models that count. In: a store of nine numbers. Out: answers, and sentences where a list form makes no
//! sense. Never: a model that learnt anything.

use super::*;
use crate::Store;
use crate::store::{QueryError, QueryOptions, ResultFormat};
use kgloom_record::record::{Graph, Quad, Triple};

/// Things 1 to 9, each as near to another as their numbers are; texts are numbers too.
struct Numbers;

fn number(term: &Term) -> Option<f64> {
    match term {
        Term::Name(name) => name.as_str().strip_prefix("urn:x:")?.parse().ok(),
        Term::Literal(literal) => literal.value.parse().ok(),
    }
}

impl Models for Numbers {
    fn similarity(&self, one: &Term, other: &Term) -> Option<f64> {
        Some(1.0 / (1.0 + (number(one)? - number(other)?).abs()))
    }

    fn ranked(&self, question: &Ranked, most: usize) -> Vec<(Iri, f64)> {
        let (term, least) = match question {
            Ranked::Nearest(term, class) => (term.clone(), if class.is_some() { 5 } else { 1 }),
            Ranked::Tails(head, _) => (Term::Name(head.clone()), 1),
            _ => return Vec::new(),
        };
        let Some(at) = number(&term) else { return Vec::new() };
        let others = (least..10).filter(|other| f64::from(*other) != at);
        let mut all: Vec<(Iri, f64)> = others
            .map(|other| (Iri::new(format!("urn:x:{other}")), 1.0 / (1.0 + (f64::from(other) - at).abs())))
            .collect();
        all.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        all.truncate(most);
        all
    }

    fn probability(&self, _: &Iri, _: &Iri, _: &Iri) -> Option<f64> {
        Some(0.25)
    }

    fn evidence(&self, _: &Iri, _: &Iri, _: &Iri) -> Option<String> {
        None
    }
}

/// A store in which 1 to 9 are followed by the next, and 2, 4, 6, 8 are even.
fn store() -> Store {
    let store = untaught();
    store.teach(Arc::new(Numbers));
    store
}

/// The same without models.
fn untaught() -> Store {
    let store = Store::in_memory().expect("memory");
    let triple = |subject: u32, relation: &str, object: String| Triple {
        subject: Iri::new(format!("urn:x:{subject}")),
        relation: Iri::new(format!("urn:x:{relation}")),
        object: Term::Name(Iri::new(object)),
    };
    let next = (1..9).map(|at| triple(at, "next", format!("urn:x:{}", at + 1)));
    let even = (1..5).map(|at| triple(2 * at, "is", "urn:x:even".to_owned()));
    let quads: Vec<(Quad, isize)> =
        next.chain(even).map(|triple| (Quad { graph: Graph::Default, triple }, 1)).collect();
    store.apply(1, &quads, &[]).expect("applied");
    store
}

fn ask(sparql: &str) -> Result<String, QueryError> {
    let mut out = Vec::new();
    store().query(sparql, &QueryOptions::default(), ResultFormat::Csv, &mut out)?;
    let text = String::from_utf8(out).expect("UTF-8").replace("\r\n", "\n").replace("urn:x:", "");
    Ok(text.trim_end().split_once('\n').map_or_else(String::new, |(_, rows)| rows.to_owned()))
}

fn rows(sparql: &str) -> String {
    ask(sparql).unwrap_or_else(|error| panic!("{sparql}: {error}"))
}

#[test]
fn a_function_gives_the_answer_at_a_rank() {
    assert_eq!(rows("SELECT (kgloom:nearest(<urn:x:3>, 1) AS ?y) {}"), "2");
    assert_eq!(
        rows("SELECT (kgloom:nearest(<urn:x:3>, 2) AS ?y) (kgloom:nearestScore(<urn:x:3>, 3) AS ?s) {}"),
        "4,0.3333"
    );
    assert_eq!(rows("SELECT (kgloom:nearest(<urn:x:3>, 1, <urn:x:Class>) AS ?y) {}"), "5");
    assert_eq!(rows("SELECT (kgloom:similarity(<urn:x:3>, \"5\") AS ?y) {}"), "0.3333");
    assert_eq!(rows("SELECT (kgloom:probability(<urn:x:3>, <urn:x:p>, <urn:x:4>) AS ?y) {}"), "0.25");
}

#[test]
fn what_a_model_does_not_know_is_unbound() {
    for call in [
        "kgloom:nearest(<urn:x:3>, 9)",
        "kgloom:nearest(<urn:x:3>, 0)",
        "kgloom:nearest(<urn:x:3>, 1001)",
        "kgloom:nearest(<urn:x:3>)",
        "kgloom:nearest(<urn:y:nobody>, 1)",
        "kgloom:similarity(<urn:x:3>)",
        "kgloom:evidence(<urn:x:3>, <urn:x:p>, <urn:x:4>)",
    ] {
        assert_eq!(rows(&format!("SELECT (({call}) AS ?y) {{}}")), "", "{call}");
    }
}

#[test]
fn a_list_form_gives_a_row_for_each_answer() {
    assert_eq!(
        rows("SELECT ?y ?s { (?y ?s) kgloom:nearest (<urn:x:3> 3) } ORDER BY DESC(?s) ?y"),
        "2,0.5\n4,0.5\n1,0.3333"
    );
    assert_eq!(rows("SELECT (COUNT(*) AS ?n) { ?y kgloom:nearest <urn:x:3> }"), "8");
    assert_eq!(rows("SELECT ?y { ?y kgloom:nearest (<urn:x:3> 2 <urn:x:Class>) } ORDER BY ?y"), "5\n6");
    assert_eq!(rows("SELECT ?y ?p { (?y ?p) kgloom:predicted (<urn:x:3> <urn:x:next> 1) }"), "2,0.5");
}

#[test]
fn a_list_form_joins_what_stands_before_and_behind_it() {
    // For each even number its nearest, and what comes after that one.
    let sparql =
        "SELECT ?x ?y ?z { ?x <urn:x:is> <urn:x:even> . ?y kgloom:nearest (?x 1) . ?y <urn:x:next> ?z } ORDER BY ?x";
    assert_eq!(rows(sparql), "2,1,2\n4,3,4\n6,5,6\n8,7,8");
    // The order in which it is written does not matter; nor does a path, a blank node, or a filter.
    let sparql = "SELECT ?x ?y { ?y kgloom:nearest (?x 2) . ?y <urn:x:next>+ [ <urn:x:next> <urn:x:9> ] .
                  ?x <urn:x:is> <urn:x:even> . FILTER(?x != <urn:x:4>) } ORDER BY ?x ?y";
    assert_eq!(rows(sparql), "2,1\n2,3\n6,5\n6,7\n8,7");
    // Answers of one are questions of the next.
    let sparql = "SELECT ?z { ?z kgloom:nearest (?y 1) . ?y kgloom:nearest (<urn:x:5> 1) }";
    assert_eq!(rows(sparql), "3");
    // An answer that is named is a condition.
    assert_eq!(rows("SELECT ?x { ?x <urn:x:is> <urn:x:even> . <urn:x:5> kgloom:nearest (?x 2) } ORDER BY ?x"), "4\n6");
    assert_eq!(rows("ASK { <urn:x:5> kgloom:nearest (<urn:x:8> 2) }"), "");
}

#[test]
fn a_list_form_stands_in_every_kind_of_group() {
    let sparql = "SELECT ?x { ?x <urn:x:is> <urn:x:even> FILTER EXISTS { <urn:x:1> kgloom:nearest (?x 1) } }";
    assert_eq!(rows(sparql), "2");
    let sparql = "SELECT ?x ?y { ?x <urn:x:is> <urn:x:even> OPTIONAL { ?y kgloom:nearest (?x 1) . ?y <urn:x:next> <urn:x:2> } } ORDER BY ?x";
    assert_eq!(rows(sparql), "2,1\n4,\n6,\n8,");
    let sparql =
        "SELECT ?y { { ?y kgloom:nearest (<urn:x:1> 1) } UNION { ?y kgloom:nearest (<urn:x:9> 1) } } ORDER BY ?y";
    assert_eq!(rows(sparql), "2\n8");
    let sparql = "SELECT ?x (COUNT(?y) AS ?n) { { SELECT ?x { ?x <urn:x:is> <urn:x:even> } ORDER BY ?x LIMIT 2 } ?y kgloom:nearest (?x 3) } GROUP BY ?x ORDER BY ?x";
    assert_eq!(rows(sparql), "2,3\n4,3");
}

#[test]
fn a_list_form_that_makes_no_sense_is_refused_in_a_sentence() {
    for (sparql, told) in [
        ("SELECT * { ?y kgloom:nearest (<urn:x:3> 1001) }", "a number from 1 to 1000"),
        ("SELECT * { ?y kgloom:nearest (<urn:x:3> ?n) }", "a number from 1 to 1000"),
        ("SELECT * { (?a ?b ?c) kgloom:nearest <urn:x:3> }", "(?answer ?score)"),
        ("SELECT * { ?y kgloom:predicted <urn:x:3> }", "(what what most)"),
        ("SELECT * { ?y kgloom:nearest (?y 3) }", "its own answers"),
        ("SELECT * { ?y kgloom:nearest (<urn:x:3> 3 <urn:x:C> 4) }", "too much"),
        ("SELECT * { ?y kgloom:nearest [] }", "a blank node"),
        ("SELECT * { { ?x <urn:x:is> ?e } { SELECT ?y { ?y kgloom:nearest (?x 1) } } }", "nothing in its group binds"),
    ] {
        let Err(QueryError::Meaningless(message)) = ask(sparql) else { panic!("{sparql} is answered") };
        assert!(message.contains(told), "{sparql}: {message}");
    }
}

/// A model that fails over whatever it is asked.
struct Broken;

impl Models for Broken {
    fn similarity(&self, _: &Term, _: &Term) -> Option<f64> {
        panic!("no vectors")
    }

    fn ranked(&self, _: &Ranked, _: usize) -> Vec<(Iri, f64)> {
        panic!("no order")
    }

    fn probability(&self, _: &Iri, _: &Iri, _: &Iri) -> Option<f64> {
        panic!("no probability")
    }

    fn evidence(&self, _: &Iri, _: &Iri, _: &Iri) -> Option<String> {
        panic!("no evidence")
    }
}

#[test]
fn a_panic_is_told_as_a_bug_and_the_store_answers_on() {
    let store = untaught();
    store.teach(Arc::new(Broken));
    let ask = |sparql: &str| store.query(sparql, &QueryOptions::default(), ResultFormat::Table, &mut Vec::new());
    let told = ask("SELECT * { ?s <urn:x:is> ?o BIND(kgloom:similarity(?s, ?o) AS ?d) }");
    assert!(matches!(&told, Err(QueryError::Panicked(message)) if message.contains("no vectors")), "{told:?}");
    assert!(ask("SELECT * { ?s <urn:x:is> ?o }").is_ok());
}
