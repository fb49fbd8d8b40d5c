//! No query ends the process: each is answered, stopped or refused, in its time and memory.

use super::*;
use oxigraph::model::{GraphNameRef, Literal, NamedNode, QuadRef};

fn name(text: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("urn:x:{text}"))
}

/// A graph in which most things can be multiplied.
fn world(size: usize) -> Store {
    let store = Store::in_memory().unwrap();
    let mut quads: Vec<oxigraph::model::Quad> = Vec::new();
    for number in 0..size {
        let thing = name(&format!("a{number}"));
        let next = name(&format!("a{}", (number * 7 + 1) % size));
        let label = Literal::new_simple_literal(format!("label number {number}"));
        quads.push(QuadRef::new(&thing, &name("p"), &next, GraphNameRef::DefaultGraph).into_owned());
        quads.push(QuadRef::new(&thing, &name("l"), &label, GraphNameRef::DefaultGraph).into_owned());
        quads.push(
            QuadRef::new(&thing, &name("k"), &Literal::from((number % 100) as i64), GraphNameRef::DefaultGraph)
                .into_owned(),
        );
        quads.push(QuadRef::new(&thing, &name("p"), &next, &name(&format!("g{}", number % 50))).into_owned());
    }
    store.inner.extend(quads.iter().map(|quad| quad.as_ref()));
    store
}

fn asked(store: &Store, sparql: &str, options: &QueryOptions, format: ResultFormat) -> Result<String, QueryError> {
    let mut out = Vec::new();
    store.query(sparql, options, format, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

fn csv(store: &Store, sparql: &str) -> String {
    asked(store, sparql, &QueryOptions::default(), ResultFormat::Csv).unwrap()
}

#[test]
fn every_heavy_query_ends_soon_after_its_time() {
    let store = world(20_000);
    let timeout = Duration::from_millis(300);
    let options = QueryOptions {
        timeout: Some(timeout),
        limit: Some(usize::MAX),
        memory: Some(2_000_000_000),
        ..QueryOptions::default()
    };
    for heavy in [
        "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
        "SELECT ?a ?c ?e { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
        "SELECT DISTINCT ?b { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }",
        "SELECT * { ?a <urn:x:l> ?b . ?c <urn:x:k> 5 } ORDER BY ?b DESC(?a)",
        "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p>* ?b . ?c <urn:x:p>* ?d }",
        "SELECT (COUNT(*) AS ?n) { ?a (<urn:x:p>|^<urn:x:p>)+ ?b }",
        "SELECT ?k (COUNT(*) AS ?n) { ?a <urn:x:k> ?k . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f } GROUP BY ?k",
        "SELECT (GROUP_CONCAT(?l) AS ?n) { ?a <urn:x:p> ?b . ?c <urn:x:l> ?l . ?e <urn:x:p> ?f } GROUP BY ?b",
        "SELECT (COUNT(*) AS ?n) { ?a <urn:x:l> ?x . ?b <urn:x:l> ?y FILTER(REGEX(?x, CONCAT('(', ?y, ')+$'))) }",
        "SELECT * { ?a <urn:x:p> ?b OPTIONAL { ?c <urn:x:p> ?d FILTER(?b != ?d) } OPTIONAL { ?e <urn:x:p> ?f FILTER(?f != ?d) } }",
        "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d MINUS { ?e <urn:x:p> ?f FILTER(?f = ?a) } }",
        "SELECT (COUNT(*) AS ?n) { ?a <urn:x:p> ?b FILTER NOT EXISTS { ?c <urn:x:p> ?d . ?e <urn:x:k> ?f FILTER(?f = ?b) } }",
        "CONSTRUCT { ?a <urn:x:q> ?d } WHERE { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a <urn:x:p> ?b } GRAPH ?h { ?c <urn:x:p> ?d } GRAPH ?i { ?e <urn:x:p> ?f } }",
        "ASK { ?a <urn:x:k> ?b . ?c <urn:x:k> ?d . ?e <urn:x:k> ?f FILTER(?b + ?d + ?f > 1000) }",
    ] {
        let start = Instant::now();
        let ended = store.query(heavy, &options, ResultFormat::Table, &mut io::sink());
        let ended = if heavy.starts_with("CONSTRUCT") || heavy.starts_with("ASK") {
            ended
        } else {
            store.query(heavy, &options, ResultFormat::Csv, &mut io::sink())
        };
        assert!(matches!(ended, Err(QueryError::Timeout { .. })), "{heavy}: {ended:?}");
        assert!(start.elapsed() < 2 * (timeout + Duration::from_secs(1)), "{heavy}: {:?}", start.elapsed());
    }
    assert_eq!(csv(&store, "SELECT (COUNT(*) AS ?n) { ?s <urn:x:p> ?o }"), "n\r\n20000\r\n", "the next is answered");
}

#[test]
fn texts_that_grow_and_rows_that_pile_up_are_stopped_by_memory() {
    let store = world(5_000);
    let options =
        QueryOptions { timeout: Some(Duration::from_secs(60)), memory: Some(200_000_000), ..QueryOptions::default() };
    let doubled: String = (1..34).map(|n| format!("BIND(CONCAT(?x{}, ?x{}) AS ?x{n}) ", n - 1, n - 1)).collect();
    let bomb = format!("SELECT (STRLEN(?x33) AS ?n) {{ BIND('aaaaaaaaaa' AS ?x0) {doubled} }}");
    let ended = asked(&store, &bomb, &QueryOptions::default(), ResultFormat::Csv);
    assert!(matches!(ended, Err(QueryError::Text { .. })), "{ended:?}");
    let start = Instant::now();
    for heavy in [
        "SELECT * { ?a <urn:x:l> ?b . ?c <urn:x:k> ?d } ORDER BY ?b",
        "SELECT (CONCAT(REPLACE(?l, '.', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'), STR(?k)) AS ?x) \
         { ?a <urn:x:l> ?l . ?b <urn:x:p> ?k } ORDER BY ?x",
    ] {
        let ended = asked(&store, heavy, &options, ResultFormat::Csv);
        assert!(matches!(ended, Err(QueryError::Memory { .. })), "{heavy}: {ended:?}");
    }
    assert!(start.elapsed() < Duration::from_secs(40), "{:?}", start.elapsed());
}

#[test]
fn what_is_nested_or_endless_is_refused_in_a_sentence() {
    let store = world(10);
    for hostile in [
        format!("SELECT * {}{}", "{".repeat(20_000), "}".repeat(20_000)),
        format!("SELECT ({}1{} AS ?x) {{}}", "(".repeat(20_000), ")".repeat(20_000)),
        format!("SELECT * {{ ?s ?p ?o FILTER(?s = ?o{}) }}", " || ?s = ?p".repeat(60_000)),
        format!("SELECT * {{ ?s ?p {}1{} }}", "(".repeat(400), ")".repeat(400)),
        format!("SELECT * {{ {} }}", "?s ?p ?o .".repeat(300)),
        format!("SELECT * {{ {{?s ?p ?o}}{} }}", " UNION {?s ?p ?o}".repeat(10_000)),
    ] {
        let ended = asked(&store, &hostile, &QueryOptions::default(), ResultFormat::Csv);
        let Err(QueryError::Refused(told)) = &ended else { panic!("{}: {ended:?}", &hostile[..60]) };
        assert!(told.contains(" is the most"), "{told}");
    }
}

/// At the very limits of the gate the parser and the planner still end, on the stack that there is.
#[test]
fn what_just_passes_the_gate_is_answered() {
    let store = world(10);
    let options = QueryOptions { timeout: Some(Duration::from_secs(60)), ..QueryOptions::default() };
    for edge in [
        format!("SELECT * {}{}", "{".repeat(64), "}".repeat(64)),
        format!("SELECT ({}1{} AS ?x) {{}}", "(".repeat(63), ")".repeat(63)),
        format!("SELECT * {{ ?s ?p ?o FILTER(?s = ?o{}) }}", " || ?s = ?p".repeat(900)),
        format!("SELECT (1{} AS ?x) {{}}", "+1".repeat(1_900)),
        format!("SELECT ({}true AS ?x) {{}}", "!".repeat(1_900)),
        format!("SELECT * {{ {} }}", (0..600).map(|n| format!("BIND(1 AS ?v{n}) ")).collect::<String>()),
        format!("SELECT * {{ {} }}", "FILTER(1) ".repeat(600)),
        format!("SELECT * {{ {{}}{} }}", " UNION {}".repeat(100)),
        format!("SELECT * {{ ?s ?p ?o {} }}", "OPTIONAL { ?s ?p ?o } ".repeat(100)),
        format!("SELECT * {{ {} }}", "?s ?p ?o . ".repeat(64)),
        format!("SELECT * {{ ?s <urn:x:p>{} ?o }}", "/<urn:x:p>".repeat(63)),
        format!("SELECT * {{ ?s <urn:x:p>{} ?o }}", "|<urn:x:p>".repeat(63)),
        format!("SELECT * {{ {} }}", "{ ?s ?p ?o } ".repeat(60)),
    ] {
        let ended = asked(&store, &edge, &options, ResultFormat::Csv);
        assert!(ended.is_ok(), "{}: {ended:?}", &edge[..60]);
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_query() {
    assert_eq!(csv(&world(10), "\u{FEFF}SELECT (COUNT(*) AS ?n) { ?s <urn:x:p> ?o }"), "n\r\n10\r\n");
}

#[test]
fn the_variables_of_a_star_come_in_the_order_of_the_query() {
    let store = world(3);
    for (query, head) in [
        ("SELECT * { ?z <urn:x:k> 1 ; <urn:x:p> ?a . ?a <urn:x:l> ?m }", "z,a,m"),
        ("SELECT DISTINCT * { ?m <urn:x:k> ?b . BIND(1 AS ?a) } ORDER BY ?a LIMIT 1", "m,b,a"),
        ("SELECT ?b ?m { ?m <urn:x:k> ?b }", "b,m"),
    ] {
        assert_eq!(csv(&store, query).lines().next(), Some(head), "{query}");
    }
}

/// A reader that sleeps, and takes little at once.
struct Slow(Vec<u8>, Duration);

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        thread::sleep(self.1);
        let taken = bytes.len().min(40_000);
        self.0.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_slow_reader_loses_no_rows() {
    let store = world(60_000);
    let query = "SELECT ?s ?o { ?s <urn:x:p> ?o }";
    let (start, mut quick) = (Instant::now(), Vec::new());
    store.query(query, &QueryOptions::default(), ResultFormat::Tsv, &mut quick).unwrap();
    // The query has ample time by itself, on a busy machine too, and less than the reader takes.
    let timeout = start.elapsed() * 8 + Duration::from_millis(500);
    let options = QueryOptions { timeout: Some(timeout), ..QueryOptions::default() };
    let mut slow = Slow(Vec::new(), timeout * 3 / 2 / (quick.len() as u32 / 40_000));
    let start = Instant::now();
    let outcome = store.query(query, &options, ResultFormat::Tsv, &mut slow).unwrap();
    assert_eq!((outcome.rows, slow.0.iter().filter(|byte| **byte == b'\n').count()), (60_000, 60_001));
    assert!(start.elapsed() > timeout, "{:?} of {timeout:?}", start.elapsed());
}

#[test]
fn a_reader_that_goes_away_ends_the_query() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let store = world(5_000);
    let endless = "SELECT ?a ?c ?e { ?a <urn:x:p> ?b . ?c <urn:x:p> ?d . ?e <urn:x:p> ?f }";
    let ended = store.query(endless, &QueryOptions::default(), ResultFormat::Csv, &mut Gone);
    assert!(matches!(&ended, Err(QueryError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe), "{ended:?}");
}

/// Enough rows are read that both parts of the store are taken into memory on the way.
#[test]
fn what_is_taken_into_memory_answers_like_the_store() {
    let store = world(60_000);
    for (query, rows) in [
        ("SELECT (COUNT(*) AS ?n) { ?a <urn:x:k> ?k . ?a <urn:x:p> ?b . ?b <urn:x:k> ?k }", None),
        (
            "SELECT (COUNT(*) AS ?n) { { ?a ?p ?b } UNION { GRAPH ?g { ?a ?p ?b } } UNION { ?c ?p ?d } UNION { GRAPH ?h { ?c ?p ?d } } }",
            Some(480_000),
        ),
        (
            "SELECT (COUNT(*) AS ?n) { { ?a ?p ?b } UNION { <urn:x:a5> ?p ?b } UNION { ?a ?p <urn:x:a1> } UNION { ?a <urn:x:k> 7 } }",
            Some(180_604),
        ),
        (
            "SELECT (COUNT(*) AS ?n) { { GRAPH ?g { ?a ?p ?b } } UNION { GRAPH ?g { ?a ?p ?b } } UNION { GRAPH <urn:x:g3> { ?a <urn:x:p> ?b } } UNION { GRAPH <urn:x:g0> { <urn:x:a0> ?p ?b } } }",
            Some(121_201),
        ),
    ] {
        let plain = oxigraph::sparql::SparqlEvaluator::new().parse_query(query).unwrap();
        let oxigraph::sparql::QueryResults::Solutions(mut solutions) =
            plain.on_store(&store.inner.plain()).execute().unwrap()
        else {
            panic!("rows")
        };
        let expected = solutions.next().unwrap().unwrap().get("n").unwrap().to_string();
        let counted = csv(&store, query);
        let counted = counted.lines().nth(1).unwrap();
        assert_eq!(expected.split('"').nth(1), Some(counted), "{query}");
        rows.iter().for_each(|rows: &i32| assert_eq!(counted, rows.to_string(), "{query}"));
    }
}

#[test]
fn literals_are_compared_as_the_store_keeps_them() {
    let store = world(3);
    for query in [
        "ASK { <urn:x:a1> <urn:x:k> '01'^^xsd:integer }",
        "ASK { VALUES ?k { '+1'^^xsd:integer } ?a <urn:x:k> ?k }",
        "ASK { BIND('1.50'^^xsd:decimal AS ?x) VALUES ?x { 1.5 } }",
        "ASK { ?a <urn:x:k> ?k FILTER(SAMETERM(?k, 01)) }",
    ] {
        let plain =
            PREFIXES.iter().fold(oxigraph::sparql::SparqlEvaluator::new(), |e, (p, s)| e.with_prefix(*p, *s).unwrap());
        let plain = plain.parse_query(query).unwrap().on_store(&store.inner.plain()).execute().unwrap();
        let oxigraph::sparql::QueryResults::Boolean(expected) = plain else { panic!("yes or no") };
        let answer = asked(&store, query, &QueryOptions::default(), ResultFormat::Table).unwrap();
        assert_eq!(answer.trim() == "yes", expected, "{query}");
    }
}

#[test]
fn csv_is_cut_nowhere_and_xml_holds_what_it_may() {
    let store = Store::in_memory().unwrap();
    let odd = NamedNode::new_unchecked("urn:x:comma,here");
    let text = Literal::new_simple_literal("a \"b\",\nc\u{1}\u{FFFE}");
    store.inner.insert(QuadRef::new(&odd, &name("l"), &text, GraphNameRef::DefaultGraph));
    assert_eq!(
        csv(&store, "SELECT * { ?s ?p ?o }"),
        "s,p,o\r\n\"urn:x:comma,here\",urn:x:l,\"a \"\"b\"\",\nc\u{1}\u{FFFE}\"\r\n"
    );
    let xml = asked(&store, "SELECT * { ?s ?p ?o }", &QueryOptions::default(), ResultFormat::Xml).unwrap();
    assert!(xml.contains("c\u{FFFD}\u{FFFD}") && !xml.contains('\u{1}'), "{xml}");
}

/// The triples of a graph in memory, as RDF/XML and read back.
fn through_xml(store: &Store) -> io::Result<Vec<String>> {
    let quads: Vec<_> = store.inner.iter().map(|quad| quad.unwrap()).collect();
    let mut out = Vec::new();
    super::super::rdfxml::write(&mut out, quads.iter().map(|quad| quad.as_ref().into()))?;
    let again = Store::in_memory().unwrap();
    again.inner.read_in(oxigraph::io::RdfFormat::RdfXml, &out);
    Ok(again.lines().unwrap())
}

#[test]
fn rdf_xml_names_every_relation_that_has_a_name_and_refuses_the_others() {
    let store = Store::in_memory().unwrap();
    let thing = name("5");
    let class = NamedNode::new_unchecked("http://example.org/class/42");
    let kind = NamedNode::new_unchecked(kgloom_record::vocabulary::TYPE);
    store.inner.insert(QuadRef::new(&thing, &kind, &class, GraphNameRef::DefaultGraph));
    for relation in [
        "http://example.org/p31",
        "http://example.org/19th",
        "urn:x:a:b9",
        "http://example.org/a%20b",
        "http://example.org/née",
        "http://www.wikidata.org/prop/direct/P31",
        "http://example.org/9-9_9",
    ] {
        let relation = NamedNode::new_unchecked(relation);
        for object in [
            Literal::new_simple_literal(" a <b> & \"c\"\n"),
            Literal::from(7),
            Literal::new_language_tagged_literal("x", "de").unwrap(),
        ] {
            store.inner.insert(QuadRef::new(&thing, &relation, &object, GraphNameRef::DefaultGraph));
        }
        store.inner.insert(QuadRef::new(&class, &relation, &thing, GraphNameRef::DefaultGraph));
    }
    assert_eq!(through_xml(&store).unwrap(), store.lines().unwrap());
    let nameless = NamedNode::new_unchecked("http://example.org/42");
    store.inner.insert(QuadRef::new(&thing, &nameless, &thing, GraphNameRef::DefaultGraph));
    let told = through_xml(&store).unwrap_err().to_string();
    assert!(told.contains("<http://example.org/42>") && told.contains("use ttl"), "{told}");
}

/// What queries see of a store, through it and out of memory, is what it holds.
#[test]
fn a_snapshot_is_the_store() {
    for size in [10, 40_000] {
        let store = world(size);
        let odd = NamedNode::new_unchecked("urn:x:odd");
        for (value, datatype) in
            [("007", "integer"), ("1.50", "decimal"), ("2001-02-03Z", "date"), ("0099", "gYear"), ("x", "integer")]
        {
            let datatype = NamedNode::new_unchecked(format!("http://www.w3.org/2001/XMLSchema#{datatype}"));
            store.inner.insert(QuadRef::new(
                &odd,
                &name("v"),
                &Literal::new_typed_literal(value, datatype),
                &name("g0"),
            ));
        }
        let mut rows = Vec::new();
        let twice = "SELECT ?s ?p ?o ?g { { SELECT (COUNT(*) AS ?n) { { ?a ?b ?c } UNION { GRAPH ?d { ?a ?b ?c } } } } { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }";
        store.query(twice, &QueryOptions::default(), ResultFormat::Tsv, &mut rows).unwrap();
        let rows = String::from_utf8(rows).unwrap();
        let mut rows: Vec<&str> = rows.lines().skip(1).collect();
        let plain = oxigraph::sparql::SparqlEvaluator::new()
            .parse_query(twice)
            .unwrap()
            .on_store(&store.inner.plain())
            .execute()
            .unwrap();
        let oxigraph::sparql::QueryResults::Solutions(solutions) = plain else { panic!("rows") };
        let serializer = oxigraph::sparql::results::QueryResultsSerializer::from_format(
            oxigraph::sparql::results::QueryResultsFormat::Tsv,
        );
        let mut expected =
            serializer.serialize_solutions_to_writer(Vec::new(), solutions.variables().to_vec()).unwrap();
        solutions.for_each(|solution| expected.serialize(&solution.unwrap()).unwrap());
        let expected = String::from_utf8(expected.finish().unwrap()).unwrap();
        let mut expected: Vec<&str> = expected.lines().skip(1).collect();
        rows.sort_unstable();
        expected.sort_unstable();
        assert_eq!(rows.len() as u64, store.inner.image().len());
        assert!(rows == expected, "{size}");
    }
}

#[test]
fn who_is_also_called_so_is_found_beside_who_has_it_as_a_label() {
    let store = Store::in_memory().unwrap();
    for (thing, property, text) in
        [("uk", "label", "UK"), ("kingdom", "label", "United Kingdom"), ("kingdom", "alias", "UK")]
    {
        let property = if property == "label" {
            kgloom_record::vocabulary::LABEL
        } else {
            kgloom_record::vocabulary::ALTERNATIVE_LABEL
        };
        let property = NamedNode::new_unchecked(property);
        store.inner.insert(QuadRef::new(
            &name(thing),
            &property,
            &Literal::new_simple_literal(text),
            GraphNameRef::DefaultGraph,
        ));
    }
    assert_eq!(store.find_entity("UK").unwrap(), [Iri::new("urn:x:uk")]);
    assert_eq!(store.find_alias("uk").unwrap(), [Iri::new("urn:x:kingdom")]);
}
