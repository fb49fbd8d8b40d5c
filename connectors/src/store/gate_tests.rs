//! What comes through the gate, and what does not.

use super::*;
use crate::store::algebra::look as algebra;
use spargebra::SparqlParser;

fn looked_at(query: &str) -> Result<(), String> {
    text(query)?;
    algebra(&SparqlParser::new().parse_query(query).map_err(|error| format!("{error}: {query}"))?)
}

#[track_caller]
fn refused(query: &str, what: &str) {
    let parsed = |query: &str| SparqlParser::new().parse_query(query).map_err(|error| error.to_string());
    let error = text(query).map(drop).and_then(|()| algebra(&parsed(query)?));
    let told = error.expect_err("too much");
    assert!(told.starts_with(what), "{told}");
}

#[test]
fn what_people_ask_is_let_in() {
    let values: String = (0..20_000).map(|n| format!("<urn:x:{n}> \"a(b\" -{n} \n")).collect();
    let named: String = (0..20).map(|n| format!("?s <urn:p:{n}> ?o{n} . ")).collect();
    for query in [
        "SELECT * { ?s ?p ?o }".to_owned(),
        format!("SELECT ?x {{ VALUES ?x {{ {values} }} ?x ?p ?o }}"),
        format!("ASK {{ {named} OPTIONAL {{ {named} }} FILTER(?o1 = ?o2 || ?o3 < 4 && ?o5 IN (1, 2, 3)) }}"),
        "SELECT (COUNT(*) AS ?n) { ?s (<urn:a>/<urn:b>|^<urn:c>)* ?o } GROUP BY ?s HAVING (?n > 3) ORDER BY DESC(?n)".to_owned(),
        "CONSTRUCT { ?s <urn:p> ( 1 2 3 ) } WHERE { ?s ?p [ <urn:q> 'it\\'s' ] MINUS { ?s ?p <urn:x#y> } } # (((".to_owned(),
        "SELECT ?s { ?s ?p ?o FILTER(?o < 3 && ?o > -1e-3) }".to_owned(),
        "PREFIX a: <urn:a#> SELECT (<urn:f#g>(?x, <urn:h#i>) AS ?y) { VALUES (?x ?z) { (<urn:k#l> <urn:it's>) } FILTER(?x = <urn:m#n> && ?z<3) }".to_owned(),
        "DESCRIBE <urn:x> ?y { ?y ?p \"\"\"a \" ( b\"\"\"@en-GB }".to_owned(),
        "SELECT (REPLACE(REPLACE(STR(?s), 'a', 'b'), 'c', 'd') AS ?t) { ?s ?p ?o }".to_owned(),
    ] {
        assert_eq!(looked_at(&query), Ok(()), "{query}");
    }
}

#[test]
fn what_would_end_the_process_is_not() {
    let deep = |open: &str, inside: &str, close: &str| {
        format!("SELECT * {{ {}{inside}{} }}", open.repeat(5_000), close.repeat(5_000))
    };
    let brackets = "brackets within brackets: 65, and 64 is the most";
    refused(&deep("{", "?s ?p ?o", "}"), brackets);
    refused(&deep("?s ?p ?o FILTER(", "1", ")"), brackets);
    refused(&deep("?s ?p [ ", "", "]"), brackets);
    refused(&deep("?s ?p ( ", "1", ")"), brackets);
    refused(&deep("<< ?s ?p ", "?o", " >>"), brackets);
    let long = |part: &str| format!("SELECT * {{ ?s ?p ?o FILTER(1 {}) }}", part.repeat(10_000));
    for part in ["|| 1 ", "&& 1 ", "+1", "- 1", "*1", "/1", "= !1 "] {
        refused(&long(part), "operators, brackets and clauses");
    }
    let many = |part: &str| format!("SELECT * {{ {} }}", part.repeat(10_000));
    for part in [
        "{} UNION ",
        "OPTIONAL {} ",
        "BIND(1 AS ?x) ",
        "FILTER 1 ",
        "{} ",
        "?s <p>/<q> ?o . ",
        "MINUS {} ",
        "?s ^<p> ?o.",
    ] {
        refused(&many(part), "operators, brackets and clauses");
    }
    refused(&format!("SELECT {} {{}}", "(1 AS ?x)".repeat(10_000)), "operators, brackets and clauses");
    // What a scanner could take for an IRI, a name or a string.
    refused(&format!("SELECT * {{ FILTER(?a<{}1{}>2) }}", "(".repeat(5_000), ")".repeat(5_000)), brackets);
    refused(
        &format!("SELECT * {{ FILTER(?a<'x>' || {}1{} || 1>'2') }}", "(".repeat(5_000), ")".repeat(5_000)),
        "things that",
    );
    refused(&format!("SELECT * {{ FILTER(true{}) }}", "-1".repeat(10_000)), "operators, brackets and clauses");
    refused(&format!("SELECT * {{ FILTER(?a<1{}>2) }}", "+1".repeat(10_000)), "operators, brackets and clauses");
    refused(&format!("DESCRIBE {}", "<urn:x> ".repeat(10_000)), "operators, brackets and clauses");
    refused(&format!("SELECT * {{ ?s ?p \"{}\" }}", "a".repeat(2_000_000)), "bytes");
}

#[test]
fn what_would_be_planned_for_ever_is_not() {
    let patterns = "triple patterns and steps of paths";
    refused(&format!("SELECT * {{ {} }}", "?s ?p ?o . ".repeat(300)), patterns);
    refused(&format!("SELECT * {{ ?s <urn:p>{} ?o }}", "/<urn:p>".repeat(100)), patterns);
    refused(&format!("SELECT * {{ ?s ?p {}1{} }}", "(".repeat(60), ")".repeat(60)), patterns);
    refused(&format!("SELECT * {{ {} }}", "{ SELECT ?s { ?s ?p ?o . ?o ?q ?r } } ".repeat(300)), patterns);
    refused(&format!("SELECT * {{ ?s ?p ?o {} }}", "OPTIONAL { ?s ?p ?o } ".repeat(200)), "OPTIONAL, UNION and MINUS");
    refused(&format!("SELECT * {{ {{}} {} }}", "UNION {} ".repeat(200)), "OPTIONAL, UNION and MINUS");
    let bomb = format!("SELECT ({}'a'{} AS ?x) {{}}", "REPLACE(".repeat(4), ", 'a', 'aaaa')".repeat(4));
    refused(&bomb, "REPLACE within REPLACE: 4, and 2 is the most");
}

#[test]
fn the_scan_takes_time_that_grows_with_the_text_alone() {
    for part in [
        "<",
        "< ",
        "<a",
        "\"",
        "'''",
        "\\",
        "?",
        "?a",
        "#",
        "-",
        "é",
        "@",
        "1e",
        "<<",
        ">>",
        "(",
        ")",
        "VALUES {",
        "DESCRIBE ",
    ] {
        let start = std::time::Instant::now();
        let _ = text(&part.repeat(1_000_000 / part.len()));
        assert!(start.elapsed().as_secs_f64() < 2.0, "{part}: {:?}", start.elapsed());
    }
}

#[test]
fn variables_are_found_in_their_order() {
    let scan = text("PREFIX x: <urn:?no> SELECT DISTINCT * { ?z x:?p $a . # ?not\n ?b ?z '?nor' }").expect("little");
    assert!(scan.star && scan.variables == ["z", "p", "a", "b"], "{scan:?}");
    let mentioned: Vec<&str> = scan.mentions.iter().map(|(name, _)| *name).collect();
    assert_eq!(mentioned, ["z", "p", "a", "b", "z"]);
    assert!(!text("SELECT ?x { { SELECT * { ?y ?z ?x } } }").expect("little").star);
    assert!(!text("ASK { FILTER(2 * 3) }").expect("little").star);
}

#[test]
fn properties_are_named_in_patterns_and_paths() {
    let query = "SELECT * { ?s <urn:a> ?o ; ?p ?q . ?s (<urn:b>/^<urn:c>)* ?o OPTIONAL { GRAPH ?g { ?s <urn:a> <urn:z> } } \
         FILTER NOT EXISTS { ?o <urn:d> ?q } }";
    let query = SparqlParser::new().parse_query(query).expect("it is SPARQL");
    let named: Vec<String> =
        crate::store::algebra::properties(&query).iter().map(|name| name.as_str().to_owned()).collect();
    assert_eq!(named, ["urn:a", "urn:b", "urn:c", "urn:d"]);
}
