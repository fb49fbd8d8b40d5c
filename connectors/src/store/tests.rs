//! What users of the store rely on.

use super::*;
use kgloom_record::record::{Datatype, DocumentId, Graph, Literal as Value, Term as Object, Triple};
use std::time::{Duration, Instant};

const BORN_IN: &str = "http://www.wikidata.org/prop/direct/P19";
const BORN: &str = "http://www.wikidata.org/prop/direct/P569";

fn entity(name: &str) -> Iri {
    Iri::new(format!("urn:kgloom:{name}"))
}

fn quad(graph: Graph, subject: Iri, relation: &str, object: Object) -> Quad {
    Quad { graph, triple: Triple { subject, relation: Iri::new(relation), object } }
}

fn value(text: &str, datatype: Datatype) -> Object {
    Object::Literal(Value { value: text.into(), datatype })
}

fn document(id: &str) -> Graph {
    Graph::Document(DocumentId::new(id))
}

/// Two people born in one city, as two documents say it.
fn sample() -> Vec<Quad> {
    let (ada, alan, london) = (entity("person:Ada_Lovelace"), entity("person:Alan_Turing"), entity("location:London"));
    let mut quads = Vec::new();
    for (person, label, born, from) in [
        (&ada, "Ada Lovelace", "1815-12-10", "a.txt"),
        (&alan, "Alan \"T\" Turing, <OBE> & more", "1912-06-23", "b c.txt"),
    ] {
        let place = Object::Name(london.clone());
        for graph in [Graph::Default, document(from)] {
            quads.push(quad(graph.clone(), person.clone(), BORN_IN, place.clone()));
            quads.push(quad(graph, person.clone(), BORN, value(born, Datatype::Date)));
        }
        quads.push(quad(Graph::Default, person.clone(), vocabulary::LABEL, value(label, Datatype::String)));
        quads.push(quad(Graph::Default, person.clone(), vocabulary::TYPE, Object::Name(entity("Person"))));
        let local = Iri::new(vocabulary::local_iri(&DocumentId::new(from), 2));
        quads.push(quad(Graph::Resolution, local, vocabulary::RESOLVED_TO, Object::Name(person.clone())));
    }
    quads.push(quad(Graph::Default, london.clone(), vocabulary::LABEL, value("London", Datatype::String)));
    quads.push(quad(Graph::Default, london, vocabulary::TYPE, Object::Name(entity("Location"))));
    quads.extend(rejection("1", "c.txt", "not UTF-8", "byte 7"));
    quads
}

fn rejection(hash: &str, from: &str, reason: &str, location: &str) -> Vec<Quad> {
    let subject = entity(&format!("rejection:{hash}"));
    let fields = [("stage", "documents"), ("reason", reason), ("location", location), ("record", "")];
    let field =
        |(name, text)| quad(Graph::Rejected, subject.clone(), entity(name).as_str(), value(text, Datatype::String));
    let mut quads: Vec<Quad> = fields.map(field).into();
    let from = Object::Name(Iri::new(vocabulary::document_iri(&DocumentId::new(from))));
    quads.push(quad(Graph::Rejected, subject, entity("document").as_str(), from));
    quads
}

fn filled() -> Store {
    let store = Store::in_memory().unwrap();
    let quads: Vec<_> = sample().into_iter().map(|quad| (quad, 1)).collect();
    store.apply(1, &quads, &[("model", "m1")]).unwrap();
    store
}

fn query(store: &Store, sparql: &str, format: ResultFormat) -> (String, QueryOutcome) {
    let mut out = Vec::new();
    let outcome = store.query(sparql, &QueryOptions::default(), format, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), outcome)
}

fn export(store: &Store, format: ExportFormat, graphs: GraphChoice) -> (String, Exported) {
    let mut out = Vec::new();
    let exported = store.export(format, graphs, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), exported)
}

/// A small generator with a seed, for histories by hand.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn quad(&mut self) -> Quad {
        let graph = match self.below(5) {
            0 => Graph::Default,
            1 => Graph::Resolution,
            2 => Graph::Rejected,
            _ => document(&format!("{}.txt", self.below(3))),
        };
        let object = match self.below(4) {
            0 => value(&self.below(30).to_string(), Datatype::Integer),
            1 => value(["007", "7", "1.50", "1.5"][self.below(4) as usize], Datatype::Decimal),
            2 => value("some text", Datatype::String),
            _ => Object::Name(entity(&format!("e{}", self.below(4)))),
        };
        quad(graph, entity(&format!("e{}", self.below(4))), BORN_IN, object)
    }

    fn quads(&mut self, most: u64) -> Vec<Quad> {
        (0..self.below(most)).map(|_| self.quad()).collect()
    }
}

#[test]
fn applying_an_epoch_twice_is_applying_it_once() {
    let store = filled();
    let london = Object::Name(entity("location:London"));
    let stays = quad(Graph::Default, entity("person:Ada_Lovelace"), BORN_IN, london.clone());
    let goes = quad(document("a.txt"), entity("person:Ada_Lovelace"), BORN_IN, london.clone());
    let comes = quad(document("d.txt"), entity("person:Eve"), BORN_IN, london);
    let epoch = [(stays.clone(), -1), (goes, -1), (stays, 1), (comes, 2)];
    store.apply(2, &epoch, &[("model", "m2")]).unwrap();
    let once = store.lines().unwrap();
    store.apply(2, &epoch, &[("model", "m2")]).unwrap();
    assert_eq!(store.lines().unwrap(), once);
    assert_eq!(once.len(), sample().len());
    assert_eq!((store.epoch().unwrap(), store.meta("model").unwrap().as_deref()), (Some(2), Some("m2")));
    assert_eq!(store.meta("unknown").unwrap(), None);
}

#[test]
fn a_graph_that_loses_its_last_triple_is_gone() {
    let store = filled();
    let gone: Vec<_> =
        sample().into_iter().filter(|quad| quad.graph == document("a.txt")).map(|quad| (quad, -1)).collect();
    assert_eq!(gone.len(), 2);
    store.apply(2, &gone, &[]).unwrap();
    let (table, _) = query(&store, "SELECT ?g { GRAPH ?g {} } ORDER BY ?g", ResultFormat::Csv);
    assert!(!table.contains("a.txt") && table.contains("document:b%20c.txt"), "{table}");
}

#[test]
fn a_name_that_is_no_iri_is_an_error_and_nothing_is_written() {
    let store = filled();
    let before = store.lines().unwrap();
    let bad = quad(Graph::Default, Iri::new("not an iri"), BORN_IN, Object::Name(entity("x")));
    let good = quad(Graph::Default, entity("x"), BORN_IN, Object::Name(entity("x")));
    assert!(matches!(store.apply(2, &[(good, 1), (bad, 1)], &[]), Err(Error::NotAnIri { .. })));
    assert_eq!((store.lines().unwrap(), store.epoch().unwrap()), (before, Some(1)));
}

#[test]
fn repair_reaches_what_is_wanted_from_any_state() {
    for seed in 0..200 {
        let mut draw = Draw(seed);
        let store = Store::in_memory().unwrap();
        for epoch in 0..draw.below(4) {
            let changes: Vec<_> =
                draw.quads(30).into_iter().map(|quad| (quad, if draw.below(3) == 0 { -1 } else { 1 })).collect();
            store.apply(epoch, &changes, &[]).unwrap();
        }
        let wanted = draw.quads(40);
        let fresh = Store::in_memory().unwrap();
        fresh.apply(9, &wanted.iter().cloned().map(|quad| (quad, 1)).collect::<Vec<_>>(), &[]).unwrap();
        store.repair(9, &wanted, &[("model", "m")]).unwrap();
        assert_eq!(store.lines().unwrap(), fresh.lines().unwrap(), "seed {seed}");
        assert_eq!(store.hash().unwrap(), fresh.hash().unwrap());
        assert_eq!((store.epoch().unwrap(), store.meta("model").unwrap().as_deref()), (Some(9), Some("m")));
        let graphs = "SELECT ?g { GRAPH ?g { } FILTER(?g != kgloom:meta) } ORDER BY ?g";
        assert_eq!(query(&store, graphs, ResultFormat::Csv), query(&fresh, graphs, ResultFormat::Csv), "seed {seed}");
        assert_eq!(store.repair(9, &wanted, &[]).unwrap(), Repair::default(), "seed {seed}: nothing is left to repair");
    }
}

#[test]
fn a_large_empty_store_is_filled_in_bulk() {
    let wanted: Vec<Quad> = (0..60_000)
        .map(|n| {
            quad(
                document(&format!("{}", n % 100)),
                entity(&format!("e{n}")),
                BORN,
                value(&n.to_string(), Datatype::Integer),
            )
        })
        .collect();
    let store = Store::in_memory().unwrap();
    assert_eq!(store.repair(3, &wanted, &[]).unwrap(), Repair { added: 60_000, removed: 0 });
    assert_eq!(store.lines().unwrap().len(), 60_000);
    assert_eq!(store.repair(4, &wanted[1..], &[]).unwrap(), Repair { added: 0, removed: 1 });
    assert_eq!(store.counts().unwrap().documents, 100);
}

#[test]
fn lines_are_sorted_n_quads_without_the_meta_graph() {
    let lines = filled().lines().unwrap();
    assert!(lines.is_sorted());
    assert!(lines.iter().all(|line| line.ends_with(" .") && !line.contains(vocabulary::META)));
    let expected = format!("<urn:kgloom:person:Ada_Lovelace> <{BORN_IN}> <urn:kgloom:location:London> .");
    assert!(lines.contains(&expected), "{lines:#?}");
    assert_eq!(filled().hash().unwrap(), filled().hash().unwrap());
}

const PEOPLE: &str = "SELECT ?person ?born { ?person wdt:P19 location:London ; wdt:P569 ?born } ORDER BY ?born";

#[test]
fn rows_come_as_table_json_xml_csv_and_tsv() {
    let store = filled();
    let (table, outcome) = query(&store, PEOPLE, ResultFormat::Table);
    assert_eq!(
        table,
        "person               born\n───────────────────  ──────────\nperson:Ada_Lovelace  1815-12-10\nperson:Alan_Turing   1912-06-23\n"
    );
    assert_eq!(outcome, QueryOutcome { rows: 2, truncated: false });
    let (json, _) = query(&store, PEOPLE, ResultFormat::Json);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["results"]["bindings"][1]["person"]["value"], "urn:kgloom:person:Alan_Turing");
    let (xml, _) = query(&store, PEOPLE, ResultFormat::Xml);
    assert_eq!(elements(&xml, "result"), 2);
    let (csv, _) = query(&store, PEOPLE, ResultFormat::Csv);
    assert_eq!(csv.lines().nth(1), Some("urn:kgloom:person:Ada_Lovelace,1815-12-10"));
    let (tsv, _) = query(&store, PEOPLE, ResultFormat::Tsv);
    assert!(tsv.starts_with("?person\t?born\n<urn:kgloom:person:Ada_Lovelace>\t\"1815-12-10\"^^<"), "{tsv}");
}

#[test]
fn yes_or_no_and_triples_come_in_their_formats() {
    let store = filled();
    assert_eq!(query(&store, "ASK { ?s wdt:P19 ?o }", ResultFormat::Table).0, "yes\n");
    assert!(query(&store, "ASK { ?s wdt:P20 ?o }", ResultFormat::Json).0.contains("\"boolean\":false"));
    let construct = "CONSTRUCT { ?o kgloom:birthplaceOf ?s } WHERE { ?s wdt:P19 ?o }";
    let (turtle, outcome) = query(&store, construct, ResultFormat::Table);
    assert_eq!(outcome, QueryOutcome { rows: 2, truncated: false });
    assert!(turtle.contains("location:London kgloom:birthplaceOf person:Ada_Lovelace"), "{turtle}");
    let (triples, _) = query(&store, construct, ResultFormat::NTriples);
    assert_eq!(triples.lines().count(), 2);
    assert!(query(&store, construct, ResultFormat::JsonLd).0.contains("birthplaceOf"));
    assert!(query(&store, construct, ResultFormat::RdfXml).0.contains("birthplaceOf"));
    assert!(query(&store, "DESCRIBE person:Ada_Lovelace", ResultFormat::Turtle).0.contains("1815-12-10"));
    for (sparql, format) in [(construct, ResultFormat::Csv), (PEOPLE, ResultFormat::NTriples)] {
        let refused = store.query(sparql, &QueryOptions::default(), format, &mut Vec::new());
        assert!(matches!(refused, Err(QueryError::Format { .. })), "{refused:?}");
    }
}

#[test]
fn a_document_s_own_graph_is_its_provenance() {
    let (csv, _) = query(&filled(), "SELECT ?doc { GRAPH ?doc { person:Alan_Turing wdt:P19 ?o } }", ResultFormat::Csv);
    assert_eq!(csv, "doc\r\nurn:kgloom:document:b%20c.txt\r\n");
}

#[test]
fn rows_beyond_the_limit_are_left_out_and_said_so() {
    let store = filled();
    for format in [ResultFormat::Table, ResultFormat::Csv] {
        let options = QueryOptions { limit: Some(1), ..QueryOptions::default() };
        let mut out = Vec::new();
        let outcome = store.query(PEOPLE, &options, format, &mut out).unwrap();
        assert_eq!(outcome, QueryOutcome { rows: 1, truncated: true });
        assert!(!String::from_utf8(out).unwrap().contains("Turing"));
    }
    let options = QueryOptions { limit: Some(2), ..QueryOptions::default() };
    let outcome = store.query(PEOPLE, &options, ResultFormat::Csv, &mut Vec::new()).unwrap();
    assert_eq!(outcome, QueryOutcome { rows: 2, truncated: false });
}

#[test]
fn a_query_that_takes_too_long_is_stopped() {
    let store = Store::in_memory().unwrap();
    let quads: Vec<_> = (0..3000)
        .map(|n| (quad(Graph::Default, entity(&format!("e{n}")), BORN, value("1", Datatype::Integer)), 1))
        .collect();
    store.apply(1, &quads, &[]).unwrap();
    let options = QueryOptions { timeout: Some(Duration::from_millis(200)), ..QueryOptions::default() };
    let start = Instant::now();
    let heavy = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }";
    let stopped = store.query(heavy, &options, ResultFormat::Table, &mut Vec::new());
    assert!(matches!(stopped, Err(QueryError::Timeout { .. })), "{stopped:?}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let options = QueryOptions { timeout: Some(Duration::from_secs(3600)), ..QueryOptions::default() };
    let start = Instant::now();
    store.query("ASK { ?s ?p ?o }", &options, ResultFormat::Table, &mut Vec::new()).unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "the watch ends with the query");
}

#[test]
fn mistakes_in_a_query_are_told_with_line_and_column() {
    let refused =
        filled().query("SELECT ?s {\n  ?s wdt:P19 \n}", &QueryOptions::default(), ResultFormat::Table, &mut Vec::new());
    assert!(matches!(refused, Err(QueryError::Syntax { line: 3, column: 1, .. })), "{refused:?}");
}

#[test]
fn no_query_reaches_the_network() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let there = format!("<http://{}/sparql>", listener.local_addr().unwrap());
    let store = filled();
    let ask = |sparql: &str| {
        store.query(sparql, &QueryOptions::default(), ResultFormat::NTriples, &mut Vec::new()).map(|_| ())
    };
    for asking in ["SERVICE", "SERVICE SILENT", "service"] {
        let asking = format!("{asking} {there} {{ ?s ?p ?o }}");
        for query in [
            format!("SELECT * {{ {asking} }}"),
            format!("ASK {{ {asking} }}"),
            format!("CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {asking} }}"),
            format!("DESCRIBE ?s {{ {asking} }}"),
            format!("SELECT * {{ ?a ?b ?c {{ SELECT ?s {{ {asking} }} LIMIT 1 }} }}"),
            format!("SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {asking} }} }}"),
            format!("SELECT * {{ ?s ?p ?o FILTER(?p = ?o || NOT EXISTS {{ GRAPH ?g {{ {asking} }} }}) }}"),
            format!("SELECT (REPLACE(STR(EXISTS {{ {asking} }}), 'a', 'b') AS ?x) {{ ?s ?p ?o }}"),
            format!("SELECT * {{ ?s ?p ?o OPTIONAL {{ ?s ?q ?r . {asking} }} }}"),
            format!("SELECT * {{ ?s ?p ?o MINUS {{ {asking} }} }}"),
            format!("SELECT * {{ {{ ?s ?p ?o }} UNION {{ {asking} }} }}"),
            format!("SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING (EXISTS {{ {asking} }})"),
        ] {
            let Err(QueryError::Meaningless(told)) = ask(&query) else { panic!("{query} is let in") };
            assert!(told.contains("a query has no network"), "{told}");
        }
        let standing = Store::standing(&format!("SELECT * {{ {asking} }}"));
        assert!(matches!(standing, Err(QueryError::Meaningless(_))), "{standing:?}");
    }
    let variable = "SELECT * { VALUES ?there { <urn:x> } SERVICE ?there { ?s ?p ?o } }";
    assert!(matches!(ask(variable), Err(QueryError::Meaningless(_))));
    let called = listener.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(called, Err(std::io::ErrorKind::WouldBlock), "somebody was called");
    // What is merely called so is no such thing.
    let named = "PREFIX service: <urn:service:> CONSTRUCT WHERE { ?service service:service 'SERVICE <urn:x> {' }";
    assert!(ask(named).is_ok());
}

#[test]
fn every_rdf_format_is_read_back_as_the_same_graph() {
    use oxigraph::io::{JsonLdProfile, RdfFormat};
    let store = filled();
    let (mut all, mut default) = (store.lines().unwrap(), store.lines().unwrap());
    default.retain(|line| {
        line.matches(" <urn:kgloom:document:").count() == 0
            && !line.contains(vocabulary::RESOLUTION)
            && !line.contains(vocabulary::REJECTED)
    });
    let expected = |format: ExportFormat| {
        if format.holds_graphs() { std::mem::take(&mut all.clone()) } else { default.clone() }
    };
    for (format, read) in [
        (ExportFormat::NTriples, RdfFormat::NTriples),
        (ExportFormat::NQuads, RdfFormat::NQuads),
        (ExportFormat::Turtle, RdfFormat::Turtle),
        (ExportFormat::TriG, RdfFormat::TriG),
        (ExportFormat::RdfXml, RdfFormat::RdfXml),
        (ExportFormat::JsonLd, RdfFormat::JsonLd { profile: JsonLdProfile::Streaming.into() }),
    ] {
        let (text, exported) = export(&store, format, GraphChoice::All);
        let again = Store::in_memory().unwrap();
        again.inner.read_in(read, text.as_bytes());
        assert_eq!(again.lines().unwrap(), expected(format), "{format:?}\n{text}");
        assert_eq!(exported, Exported { quads: expected(format).len(), left_out: !format.holds_graphs() });
        assert_eq!(export(&store, format, GraphChoice::All).0, text, "{format:?} is the same each time");
    }
    all.clear();
}

#[test]
fn csv_has_labels_and_datatypes() {
    let labels = BTreeMap::from([(Iri::new(BORN_IN), Arc::from("place of birth"))]);
    let (csv, _) = export(&filled().with_labels(labels), ExportFormat::Csv, GraphChoice::Default);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "subject,subject_label,relation,relation_label,object,object_label,datatype,graph");
    let ada = "urn:kgloom:person:Ada_Lovelace,Ada Lovelace";
    assert!(lines.contains(&&*format!("{ada},{BORN_IN},place of birth,urn:kgloom:location:London,London,,")), "{csv}");
    assert!(lines.contains(&&*format!("{ada},{BORN},wdt:P569,1815-12-10,1815-12-10,xsd:date,")), "{csv}");
    assert!(csv.contains("\"Alan \"\"T\"\" Turing, <OBE> & more\""), "{csv}");
}

#[test]
fn graphml_is_well_formed_and_has_nodes_and_edges() {
    let (xml, exported) = export(&filled(), ExportFormat::GraphMl, GraphChoice::All);
    assert!(exported.left_out);
    assert_eq!((elements(&xml, "node"), elements(&xml, "edge")), (5, 4), "{xml}");
    assert!(
        xml.contains("<data key=\"label\">Ada Lovelace</data>")
            && xml.contains("<data key=\"class\">kgloom:Person</data>")
    );
    assert!(xml.contains("&lt;OBE&gt; &amp; more"), "{xml}");
    let odd = Store::in_memory().unwrap();
    odd.apply(1, &[(quad(Graph::Default, entity("x"), BORN, value("a\u{1}b", Datatype::String)), 1)], &[]).unwrap();
    let (xml, _) = export(&odd, ExportFormat::GraphMl, GraphChoice::Default);
    assert!(elements(&xml, "node") == 2 && xml.contains("a\u{FFFD}b"), "{xml}");
}

#[test]
fn every_xml_form_gives_back_each_line_end_as_it_was() {
    use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, ReaderQueryResultsParserOutput};
    const TEXT: &str = "one\r\ntwo\rthree\nfour\r";
    let store = Store::in_memory().unwrap();
    store.apply(1, &[(quad(Graph::Default, entity("x"), BORN, value(TEXT, Datatype::String)), 1)], &[]).unwrap();
    let (graphml, _) = export(&store, ExportFormat::GraphMl, GraphChoice::Default);
    let (exported, _) = export(&store, ExportFormat::RdfXml, GraphChoice::Default);
    let (rows, _) = query(&store, "SELECT ?o { ?s ?p ?o }", ResultFormat::Xml);
    let triples = "CONSTRUCT WHERE { ?s ?p ?o }";
    let [xml, rdfxml] = [ResultFormat::Xml, ResultFormat::RdfXml].map(|format| query(&store, triples, format).0);
    for text in [&graphml, &exported, &rows, &xml, &rdfxml] {
        assert!(!text.contains('\r') && text.contains("one&#13;\ntwo&#13;three\nfour&#13;"), "{text}");
    }
    for text in [&exported, &xml, &rdfxml] {
        let again = Store::in_memory().unwrap();
        again.inner.read_in(oxigraph::io::RdfFormat::RdfXml, text.as_bytes());
        assert_eq!(again.lines().unwrap(), store.lines().unwrap());
    }
    let parser = QueryResultsParser::from_format(QueryResultsFormat::Xml).for_reader(rows.as_bytes()).unwrap();
    let ReaderQueryResultsParserOutput::Solutions(mut solutions) = parser else { panic!("rows") };
    let Some(Ok(row)) = solutions.next() else { panic!("a row") };
    assert_eq!(row["o"], oxigraph::model::Literal::from(TEXT).into());
    let csv = query(&store, "SELECT ?o { ?s ?p ?o }", ResultFormat::Csv).0;
    assert!(csv.contains(TEXT), "only XML needs it: {csv}");
}

#[test]
fn a_format_that_does_not_hold_an_answer_is_called_as_users_call_it() {
    let store = filled();
    let told = |sparql: &str, format| {
        let refused = store.query(sparql, &QueryOptions::default(), format, &mut Vec::new());
        assert!(matches!(refused, Err(QueryError::Format { .. })), "{refused:?}");
        refused.unwrap_err().to_string()
    };
    use ResultFormat::{Csv, Json, JsonLd, NTriples, RdfXml, Turtle};
    for (format, name) in [(NTriples, "nt"), (Turtle, "ttl"), (RdfXml, "rdfxml"), (JsonLd, "jsonld")] {
        assert!(told(PEOPLE, format).starts_with(&format!("{name} cannot hold")), "{name}");
    }
    assert!(told("CONSTRUCT WHERE { ?s wdt:P19 ?o }", Csv).starts_with("csv cannot hold"));
    let about = "CONSTRUCT { ?s kgloom:said <<( ?s wdt:P19 ?o )>> } WHERE { ?s wdt:P19 ?o }";
    for format in [Json, JsonLd] {
        assert!(told(about, format).contains("triples about triples; use ttl"));
    }
    for format in [NTriples, Turtle, RdfXml] {
        assert_eq!(query(&store, about, format).1.rows, 2);
    }
    for name in ResultFormat::NAMES {
        assert_eq!(name.parse::<ResultFormat>().unwrap().to_string(), name);
    }
}

/// Counts elements of a name, and fails if the document is not well-formed.
fn elements(xml: &str, name: &str) -> usize {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut count, mut depth) = (0, 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                count += usize::from(start.name().as_ref() == name.as_bytes());
                start.attributes().for_each(|attribute| drop(attribute.unwrap().unescape_value().unwrap()));
            }
            Event::Empty(start) => count += usize::from(start.name().as_ref() == name.as_bytes()),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    count
}

#[test]
fn explain_finds_documents_and_entities() {
    let store = filled();
    let (ada, b) = (entity("person:Ada_Lovelace"), DocumentId::new("b c.txt"));
    let triple =
        Triple { subject: ada.clone(), relation: Iri::new(BORN_IN), object: Object::Name(entity("location:London")) };
    assert_eq!(store.documents_stating(&triple).unwrap(), [DocumentId::new("a.txt")]);
    assert_eq!(store.resolution(&b, 4).unwrap(), BTreeMap::from([(2, entity("person:Alan_Turing"))]));
    assert_eq!(store.resolution(&b, 2).unwrap(), BTreeMap::new());
    assert_eq!(store.documents_of(&ada).unwrap(), [(DocumentId::new("a.txt"), 2)]);
    for text in [
        "urn:kgloom:person:Ada_Lovelace",
        "<urn:kgloom:person:Ada_Lovelace>",
        "person:Ada_Lovelace",
        "Ada Lovelace",
        "ada lovelace",
    ] {
        assert_eq!(store.find_entity(text).unwrap(), std::slice::from_ref(&ada), "{text}");
    }
    assert!(store.find_entity("Nobody").unwrap().is_empty());
}

#[test]
fn counts_and_rejections_tell_what_there_is() {
    let store = filled();
    let quads: Vec<_> = rejection("2", "d.txt", "not UTF-8", "byte 1").into_iter().map(|quad| (quad, 1)).collect();
    store.apply(2, &quads, &[]).unwrap();
    let counts = store.counts().unwrap();
    assert_eq!((counts.documents, counts.entities, counts.triples, counts.facts, counts.relations), (2, 3, 10, 4, 2));
    assert_eq!(counts.rejections, BTreeMap::from([("not UTF-8".to_owned(), 2)]));
    let rows = store.rejections(10).unwrap();
    assert_eq!(
        rows.iter().map(|row| (&*row.document, &*row.location)).collect::<Vec<_>>(),
        [("c.txt", "byte 7"), ("d.txt", "byte 1")]
    );
    assert_eq!(store.rejections(1).unwrap(), rows[..1]);
    // Another of the same document, and one of nobody knows which; what is cut is the end of the same list.
    let mut quads = rejection("3", "d.txt", "empty", "byte 9");
    quads.extend(rejection("4", "nowhere", "lost", "").into_iter().take(4));
    let quads: Vec<_> = quads.into_iter().map(|quad| (quad, 1)).collect();
    store.apply(3, &quads, &[]).unwrap();
    let rows = store.rejections(usize::MAX).unwrap();
    assert_eq!(
        rows.iter().map(|row| (&*row.document, &*row.reason, &*row.location)).collect::<Vec<_>>(),
        [
            ("", "lost", ""),
            ("c.txt", "not UTF-8", "byte 7"),
            ("d.txt", "empty", "byte 9"),
            ("d.txt", "not UTF-8", "byte 1")
        ]
    );
    for limit in 0..=rows.len() {
        assert_eq!(store.rejections(limit).unwrap(), rows[..limit]);
    }
    assert!(Store::in_memory().unwrap().rejections(9).unwrap().is_empty());
}

#[test]
fn what_is_stated_comes_back_as_it_was() {
    let mut stated: Vec<Triple> = filled().stated().collect::<Result<_, _>>().unwrap();
    stated.sort();
    let of_all = sample().into_iter().filter(|quad| quad.graph == Graph::Default);
    let mut wanted: Vec<Triple> = of_all.map(|quad| quad.triple).collect();
    wanted.sort();
    assert_eq!(stated, wanted);
}

#[test]
fn predictions_are_found_by_both_ends_and_counted() {
    let store = Store::in_memory().unwrap();
    let (ada, london) = (entity("person:Ada_Lovelace"), entity("location:London"));
    let link = quad(Graph::Predicted, ada.clone(), BORN_IN, Object::Name(london.clone()));
    let details = vocabulary::prediction_iri(&link.triple);
    let model = value("m@1", Datatype::String);
    let mut quads = vec![
        quad(Graph::Predicted, details.clone(), vocabulary::PREDICTED_BY, model),
        quad(Graph::Predicted, details, "urn:kgloom:tail", Object::Name(london.clone())),
        link,
    ];
    quads.sort();
    store.apply(1, &quads.iter().map(|quad| (quad.clone(), 1)).collect::<Vec<_>>(), &[]).unwrap();
    let mut found = store.predicted_of(&ada).unwrap();
    found.sort();
    assert_eq!(found, quads);
    assert_eq!(store.predicted_heads(&london).unwrap(), [ada]);
    assert_eq!((store.predicted_count().unwrap(), store.predicted_of(&london).unwrap()), (1, Vec::new()));
}

#[test]
fn a_vector_is_found_by_its_entity() {
    let store = Store::in_memory().unwrap();
    let ada = entity("person:Ada_Lovelace");
    let numbers = value("0.5 -0.0000 1.25", Datatype::Vector);
    let quads = [(quad(Graph::Vectors, ada.clone(), vocabulary::VECTOR, numbers), 1)];
    store.apply(1, &quads, &[]).unwrap();
    assert_eq!(store.vector_of(&ada).unwrap(), [quads[0].0.clone()]);
}
