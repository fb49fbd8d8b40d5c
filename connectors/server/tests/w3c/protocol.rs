//! The W3C's tests of the SPARQL Protocol, of graph stores and of service descriptions. In: manifests. Out: requests, sent as they
//! are written there. Never: an update that is taken in: documents change the graph, SPARQL does not.

use crate::archive::{Archive, ROOT};
use crate::manifest::{MF, Manifest, RDFS, graph};
use crate::outcome::Outcome;
use crate::support::Served;
use crate::support::engine::Bare;
use crate::support::http::{Answer, Ask};
use connectors::Store;
use connectors::store::Rdf;
use kgloom_record::record::Iri;
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::{BTreeMap, BTreeSet};

const HT: &str = "http://www.w3.org/2011/http#";
const CNT: &str = "http://www.w3.org/2011/content#";
const UT: &str = "http://www.w3.org/2009/sparql/tests/test-update#";
const SD: &str = "http://www.w3.org/ns/sparql-service-description#";

/// Tests of updates that should be taken in.
const UPDATES: [&str; 7] = [
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_full",
    "update_dataset_named_graphs",
    "update_base_uri",
    "update_post_direct",
    "update_post_form",
];

fn manifest(archive: &Archive, folder: &str) -> Manifest {
    Manifest::read(archive, &format!("{ROOT}sparql/sparql11/{folder}/manifest.ttl"))
}

fn short(entry: &NamedOrBlankNode) -> String {
    entry.to_string().trim_matches(['<', '>']).rsplit('#').next().unwrap_or_default().to_owned()
}

/// The request of a manifest.
fn request(graph: &Manifest, request: &NamedOrBlankNode) -> Ask {
    let said = |of: &NamedOrBlankNode, name: &str| graph.text(of, &format!("{HT}{name}"));
    let method = said(request, "methodName").expect("a method");
    let path = said(request, "absolutePath").expect("a path");
    let mut ask = Ask::new(&method, path.replacen("/sparql/", "/sparql", 1));
    for header in graph.list(graph.one(request, &format!("{HT}headers"))) {
        let name = said(&header, "fieldName").expect("a name");
        ask = ask.header(&name, said(&header, "fieldValue").expect("a value"));
    }
    let Some(body) = graph.node(request, &format!("{HT}body")) else { return ask };
    let text = graph.text(&body, &format!("{CNT}chars")).expect("a body");
    match graph.text(&body, &format!("{CNT}characterEncoding")).as_deref() {
        Some("UTF-16") => ask.body(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()),
        _ => ask.body(text),
    }
}

/// What an answer is other than the manifest has it.
fn wrong(graph: &Manifest, request: &NamedOrBlankNode, answer: &Answer) -> Option<String> {
    let expected = graph.node(request, &format!("{HT}resp"))?;
    let classes = graph.all(&expected, &format!("{MF}expectedStatus"));
    let class = format!("StatusCode{}xx", answer.status / 100);
    if !classes.iter().any(|expected| matches!(expected, Term::NamedNode(node) if node.as_str().ends_with(&class))) {
        return Some(format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)));
    }
    let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
    let (xml, json) = ("application/sparql-results+xml", "application/sparql-results+json");
    let fits = match graph.text(&expected, &format!("{MF}expectedFormat")).as_deref() {
        None => true,
        Some("boolean") => [xml, json].contains(&&*kind),
        Some("tabular") => [xml, json, "text/csv", "text/tab-separated-values"].contains(&&*kind),
        Some("RDF") => ["application/rdf+xml", "text/turtle", "application/n-triples"].contains(&&*kind),
        Some(_) => false,
    };
    if !fits || !answer.whole {
        return Some(format!("an answer of type {kind}"));
    }
    let boolean = graph.text(&expected, &format!("{MF}expectedBoolean"))?;
    let ending = if kind == xml { "answer.srx" } else { "answer.srj" };
    let found = Outcome::read(&answer.body, ending);
    (found != Ok(Outcome::Boolean(boolean == "true"))).then(|| format!("{found:?}"))
}

#[test]
fn the_protocol_is_kept_and_updates_are_refused() {
    let Some(archive) = Archive::open() else { return };
    let graph = manifest(&archive, "protocol");
    let bare = Bare::empty();
    let served = Served::usual(&bare);
    let (mut passed, mut refused, mut failed) = (0, BTreeSet::new(), Vec::new());
    for entry in graph.entries() {
        let name = short(&entry);
        bare.keep(dataset(&archive, &graph, &entry));
        let action = graph.node(&entry, &format!("{MF}action")).expect("requests");
        let requests = graph.list(graph.one(&action, &format!("{HT}requests")));
        if UPDATES.contains(&name.as_str()) {
            let update = request(&graph, &requests[0]);
            let there = update.clone().to("/update").send(served.at);
            assert_eq!((there.status, there.header("allow")), (405, Some("")), "{name}");
            let here = update.send(served.at).status;
            assert!((400..500).contains(&here), "{name}: {here}");
            refused.insert(name);
            continue;
        }
        let wrong = requests.iter().find_map(|one| wrong(&graph, one, &request(&graph, one).send(served.at)));
        match wrong {
            None => passed += 1,
            Some(wrong) => failed.push(format!("{name}: {wrong}")),
        }
    }
    println!("protocol: {passed} of {} pass; refused, for they change the graph: {refused:?}", graph.entries().len());
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!((passed, refused.len()), (27, UPDATES.len()));
}

/// The graphs that a test needs.
fn dataset(archive: &Archive, graph: &Manifest, entry: &NamedOrBlankNode) -> Store {
    let store = Store::in_memory().expect("memory");
    for data in graph.all(entry, &format!("{UT}graphData")).into_iter().filter_map(crate::manifest::node) {
        let name = graph.text(&data, &format!("{RDFS}label")).expect("the name of a graph");
        let url = graph.text(&data, &format!("{UT}graph")).expect("a file");
        let rdf = Rdf { bytes: archive.file(&url), ending: "nt", base: Some(&url) };
        store.load(rdf, Some(&Iri::new(name.as_str()))).expect("RDF");
    }
    store
}

/// A test of graph stores as it is written: in prose, with the bytes of request and answer set in.
#[derive(Debug)]
struct Told {
    method: String,
    graph: Option<String>,
    status: u16,
    body: String,
}

fn told(graph: &Manifest, entry: &NamedOrBlankNode) -> Told {
    let comments = graph.all(entry, &format!("{RDFS}comment"));
    let prose = comments.iter().filter_map(crate::manifest::text).find(|text| text.contains("#### Request"));
    let prose = prose.expect("a request").replace("$HOST$", "example.org").replace("$NEWPATH$", "$GRAPHSTORE$/new");
    let (request, response) = prose.split_once("#### Response").expect("a response");
    let lines = |text: &str| {
        text.lines().filter(|line| line.starts_with("    ")).map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let (request, response) = (lines(request), lines(response));
    let mut words = request[0].split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    // The graph store knows names of graphs, and no names that are paths of its own.
    let path = target.strip_prefix("$GRAPHSTORE$").expect("a target");
    let named = match (path, path.strip_prefix("?graph=")) {
        ("?default" | "", _) => None,
        (_, Some(name)) => Some(name.replace("$GRAPHSTORE$", "store")),
        (path, None) => Some(format!("http://example.org/store{path}")),
    };
    let prefix = response.iter().position(|line| line.starts_with("@prefix")).unwrap_or(response.len());
    Told {
        method: method.to_owned(),
        graph: named,
        status: response[0].split(' ').next().and_then(|status| status.parse().ok()).expect("a status"),
        body: response[prefix..].join("\n").replace("$GRAPHSTORE$", "store"),
    }
}

#[test]
fn graphs_are_read_whole_and_not_written() {
    let Some(archive) = Archive::open() else { return };
    let graph = manifest(&archive, "http-rdf-update");
    let bare = Bare::empty();
    let served = Served::usual(&bare);
    let (mut read, mut refused) = (0, Vec::new());
    for entry in graph.entries() {
        let (name, told) = (short(&entry), told(&graph, &entry));
        let (target, base) = match &told.graph {
            None => ("/store?default".to_owned(), "http://example.org/store".to_owned()),
            Some(graph) => (format!("/store?graph={}", graph.replace(':', "%3A").replace('/', "%2F")), graph.clone()),
        };
        // What went before is not done here: the graph holds what it should hold then.
        let store = Store::in_memory().expect("memory");
        let there = told.status == 200;
        let body = if told.body.is_empty() { "<urn:a> <urn:b> <urn:c> ." } else { &told.body };
        if there {
            let rdf = Rdf { bytes: body.as_bytes(), ending: "ttl", base: Some(&base) };
            store.load(rdf, told.graph.as_deref().map(Iri::new).as_ref()).expect("Turtle");
        }
        bare.keep(store);
        let ask = Ask::new(&told.method, &target).header("Accept", "text/turtle");
        if !matches!(told.method.as_str(), "GET" | "HEAD") {
            let answer = ask.header("Content-Type", "text/turtle").body(body).send(served.at);
            assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{name}");
            refused.push(name);
            continue;
        }
        let answer = ask.send(served.at);
        assert_eq!(answer.status, told.status, "{name}: {}", answer.text());
        if there {
            assert_eq!(answer.header("content-type"), Some("text/turtle; charset=utf-8"), "{name}");
        }
        if there && told.method == "GET" {
            let one = |bytes: &[u8]| Outcome::read(bytes, &format!("{}.ttl", base.trim_end_matches(".ttl")));
            let (expected, found) = (one(body.as_bytes()).expect("Turtle"), one(&answer.body).expect("Turtle"));
            assert!(expected.is(&found), "{name}: {}", answer.text());
        }
        read += 1;
    }
    println!("graph stores: {read} of {} pass; answered 405: {refused:?}", graph.entries().len());
    assert_eq!((read, refused.len()), (10, 8));
}

/// The characters that are written as `%` and two digits, once.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let byte = u8::from_str_radix(&part[..2], 16).expect("two digits");
        format!("{text}{}{}", char::from(byte), &part[2..])
    })
}

/// A store of graphs in Turtle by their names; the default graph has none.
fn store(graphs: &BTreeMap<String, String>) -> Store {
    let store = Store::in_memory().expect("memory");
    for (name, body) in graphs {
        let rdf = Rdf { bytes: body.as_bytes(), ending: "ttl", base: Some("http://www.example/gsp") };
        let name = Some(Iri::new(name.as_str())).filter(|name| !name.as_str().is_empty());
        store.load(rdf, name.as_ref()).expect("Turtle");
    }
    store
}

/// The newer tests of graph stores, whose requests are data. Their writes are refused; what they would have left behind is there
/// when it is read.
#[test]
fn graphs_are_read_as_if_they_had_been_written() {
    let Some(archive) = Archive::open() else { return };
    let folder = format!("{ROOT}sparql/sparql11/graph-store-protocol");
    let graph = Manifest::read(&archive, &format!("{folder}/manifest-indirect.ttl"));
    let bare = Bare::empty();
    let served = Served::usual(&bare);
    let (mut read, mut refused, mut failed) = (0, 0, Vec::new());
    for entry in graph.entries() {
        let action = graph.node(&entry, &format!("{MF}action")).expect("requests");
        let mut graphs = BTreeMap::new();
        for one in graph.list(graph.one(&action, &format!("{HT}requests"))) {
            let said = |name: &str| graph.text(&one, &format!("{HT}{name}")).expect("it is said");
            let body =
                |of: &NamedOrBlankNode| graph.text(&graph.node(of, &format!("{HT}body"))?, &format!("{CNT}chars"));
            // A graph that is made by POST is given some name.
            let target = said("absolutePath").replacen("/gsp", "/store", 1).replace("$LOCATION$", "urn:new");
            let name = target.split_once("graph=").map(|(_, name)| decoded(name)).unwrap_or_default();
            let method = said("methodName");
            let ask = request(&graph, &one).to(&target);
            if !matches!(method.as_str(), "GET" | "HEAD") {
                let answer = ask.send(served.at);
                assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method} {target}");
                match (method.as_str(), body(&one)) {
                    ("PUT", Some(body)) => drop(graphs.insert(name, body)),
                    ("DELETE", _) => drop(graphs.remove(&name)),
                    _ => {}
                }
                refused += 1;
                continue;
            }
            let response = graph.node(&one, &format!("{HT}resp")).expect("a response");
            let told = body(&response);
            if let Some(told) = &told {
                graphs.insert(name, told.clone());
            }
            bare.keep(store(&graphs));
            let answer = ask.send(served.at);
            let status = graph.text(&response, &format!("{MF}expectedStatus")).expect("a status");
            let expected = if status.ends_with("#OK") { 200 } else { 404 };
            let is_turtle = answer.header("content-type") == Some("text/turtle; charset=utf-8");
            let outcome = |bytes: &[u8]| Outcome::read(bytes, "http://www.example/gsp.ttl").expect("Turtle");
            let is_same = told.is_none_or(|told| outcome(told.as_bytes()).is(&outcome(&answer.body)));
            if answer.status == expected && (expected == 404 || is_turtle && is_same) {
                read += 1;
            } else {
                failed.push(format!("{}: {method} {target}: {} {}", short(&entry), answer.status, answer.text()));
            }
        }
    }
    println!("graph stores, the newer suite: {read} requests are answered as they should be, {refused} that write 405");
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!((graph.entries().len(), read, refused), (9, 12, 13));
    // Graphs whose names are paths of the graph store: there are none here, so nothing is found at any.
    let graph = Manifest::read(&archive, &format!("{folder}/manifest-direct.ttl"));
    let direct = format!("{MF}DirectGraphIdentification");
    let mut names = Vec::new();
    for entry in graph.entries() {
        assert_eq!(graph.text(&entry, &format!("{MF}requires")), Some(direct.clone()));
        let action = graph.node(&entry, &format!("{MF}action")).expect("requests");
        for one in graph.list(graph.one(&action, &format!("{HT}requests"))) {
            let path = graph.text(&one, &format!("{HT}absolutePath")).expect("a path");
            let answer = request(&graph, &one).to(path.replacen("/gsp", "/store", 1)).send(served.at);
            assert_eq!(answer.status, 404, "{path}");
        }
        names.push(short(&entry));
    }
    println!("graph stores, the newer suite: 404, for no graph has a path of the store as its name: {names:?}");
    assert_eq!(names.len(), 4);
}

#[test]
fn the_service_describes_itself() {
    let Some(archive) = Archive::open() else { return };
    let tests: BTreeSet<String> = manifest(&archive, "service-description").entries().iter().map(short).collect();
    assert_eq!(tests, ["conforms-to-schema", "has-endpoint-triple", "returns-rdf"].map(str::to_owned).into());
    let served = Served::with(&Bare::turtle(""), |settings| settings.union_default_graph = true);
    let at = served.at;
    // returns-rdf
    let answer = Ask::get("/query").header("Accept", "text/turtle").send(at);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/turtle; charset=utf-8")));
    let description = Manifest::of(graph(&answer.body, "urn:description.ttl"));
    // has-endpoint-triple
    let service = description.typed(&format!("{SD}Service")).expect("a service");
    assert_eq!(description.text(&service, &format!("{SD}endpoint")), Some(format!("http://{at}/query")));
    // conforms-to-schema: what is said is of the vocabulary, and of the types that its properties have there.
    let things = ["Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile", "GraphCollection"];
    let told = graph(&answer.body, "urn:description.ttl");
    for triple in &told {
        let (property, object) = (triple.predicate.as_str(), triple.object);
        match property.strip_prefix(SD) {
            None => assert_eq!(property, rdf::TYPE.as_str()),
            Some("endpoint" | "feature" | "resultFormat" | "supportedLanguage") => {
                assert!(object.is_named_node(), "{triple}");
            }
            Some("defaultDataset" | "defaultGraph") => {
                let node = crate::manifest::node(object.into_owned()).expect("a thing");
                let kind = if property.ends_with("Dataset") { "Dataset" } else { "Graph" };
                let kinds = description.all(&node, rdf::TYPE.as_str());
                let expected = NamedNodeRef::new_unchecked(&format!("{SD}{kind}")).into_owned();
                assert!(kinds.contains(&expected.into()), "{triple}");
            }
            Some(other) => panic!("{other} is no property that is told of"),
        }
        assert!(!things.iter().any(|thing| object.to_string().ends_with(&format!("#{thing}>"))), "{triple}");
    }
    let languages = description.all(&service, &format!("{SD}supportedLanguage"));
    assert_eq!(languages.iter().filter_map(crate::manifest::text).collect::<Vec<_>>(), [format!("{SD}SPARQL11Query")]);
}
