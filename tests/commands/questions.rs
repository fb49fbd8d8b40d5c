//! Asking the graph: query, explain, export.

use super::Sandbox;
use serde_json::Value;

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with(&[
        ("a.txt", "Ada Lovelace was born in London. Ada Lovelace was born on 1815."),
        ("b.txt", "Nobody knows. Ada Lovelace was born in London."),
    ]);
    sandbox.done(&["run", "a.txt", "b.txt"]);
    sandbox
}

#[test]
fn a_query_is_answered_in_every_format() {
    let sandbox = sandbox();
    let select = "SELECT ?where { ?s wdt:P19 ?o . ?o rdfs:label ?where }";
    assert_eq!(sandbox.done(&["query", select, "--format", "csv"]).trim_end().replace('\r', ""), "where\nLondon");
    assert_eq!(sandbox.done(&["query", select, "--format", "tsv"]).trim_end(), "?where\n\"London\"");
    assert!(sandbox.done(&["query", select]).contains("London"));
    let json: Value = serde_json::from_str(&sandbox.done(&["query", select, "--format", "json"])).expect("JSON");
    assert_eq!(json["results"]["bindings"][0]["where"]["value"], "London");
    assert!(sandbox.done(&["query", select, "--format", "xml"]).contains("<literal>London</literal>"));
    let construct = "CONSTRUCT WHERE { ?s wdt:P19 ?o }";
    let triple = "<http://www.wikidata.org/prop/direct/P19>";
    assert!(sandbox.done(&["query", construct, "--format", "nt"]).contains(triple));
    assert!(sandbox.done(&["query", construct, "--format", "ttl"]).contains("wdt:P19"));
    sandbox.write("q.rq", select);
    assert!(sandbox.done(&["query", "--file", "q.rq"]).contains("London"));
    assert!(sandbox.kgloom_with_input(&["query", "-"], select).out.contains("London"));
}

#[test]
fn queries_are_bounded_in_rows_and_time() {
    let sandbox = sandbox();
    let all = sandbox.kgloom(&["query", "SELECT * { ?s ?p ?o }", "--limit", "1", "--format", "csv"]);
    assert_eq!(all.out.lines().count(), 2, "a head and a row");
    assert!(all.err.contains("--limit"), "{}", all.err);
    let products: String = (0..16).map(|n| format!("?s{n} ?p{n} ?o{n} . ")).collect();
    let products = format!("SELECT (COUNT(*) AS ?n) {{ {products} }}");
    let slow = sandbox.kgloom(&["query", &products, "--timeout", "0.2"]);
    assert_eq!(slow.code, 1);
    assert!(slow.err.contains("longer than 0.2 s"), "{}", slow.err);
}

#[test]
fn explain_shows_sentences_with_offsets_and_who_is_who() {
    let sandbox = sandbox();
    for fact in [["Ada Lovelace", "place of birth", "London"], ["person:Ada_Lovelace", "wdt:P19", "location:London"]] {
        let shown = sandbox.done(&["explain", fact[0], fact[1], fact[2]]);
        assert!(shown.contains("document a.txt") && shown.contains("document b.txt"), "{shown}");
        assert!(shown.contains("0..32  «Ada Lovelace» was born in «London»."), "{shown}");
        assert!(shown.contains("head «Ada Lovelace» 14..26") && shown.contains("tail «London» 39..45"), "{shown}");
        assert!(shown.contains("read by toy@3") && shown.contains("score "), "{shown}");
        assert!(shown.contains("same name: \"Ada Lovelace\" in 2"), "{shown}");
    }
    let value = sandbox.done(&["explain", "Ada Lovelace", "P569", "1815", "--format", "json"]);
    let value: Value = serde_json::from_str(&value).expect("JSON");
    assert_eq!(value["evidence"][0]["document"], "a.txt");
    assert_eq!(value["evidence"][0]["tail"]["text"], "1815");
}

#[test]
fn explain_helps_who_does_not_know_the_words() {
    let sandbox = sandbox();
    assert!(sandbox.done(&["explain"]).contains("Ada Lovelace"));
    assert!(sandbox.done(&["explain", "Ada Lovelace"]).contains("place of birth"));
    let unknown = sandbox.kgloom(&["explain", "Ada Lovelac", "P19", "London"]);
    assert!(unknown.err.contains("did you mean \"Ada Lovelace\"?"), "{}", unknown.err);
    let relation = sandbox.kgloom(&["explain", "Ada Lovelace", "plase of birth", "London"]);
    assert!(relation.err.contains("(\"place of birth\")?"), "{}", relation.err);
    let wrong = sandbox.kgloom(&["explain", "Ada Lovelace", "P19", "Paris"]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("place of birth"), "it shows what there is: {}", wrong.err);
}

#[test]
fn what_would_go_with_a_document_is_shown_and_not_done() {
    let sandbox = sandbox();
    let before = sandbox.done(&["export", "--format", "nq", "--all-graphs"]);
    let shown = sandbox.done(&["explain", "--if-deleted", "a.txt"]);
    assert!(shown.contains("- person:Ada_Lovelace  wdt:P569"), "{shown}");
    assert!(!shown.contains("P19"), "b.txt still says so: {shown}");
    assert_eq!(sandbox.done(&["export", "--format", "nq", "--all-graphs"]), before);
    sandbox.done(&["delete", "a.txt"]);
    assert!(sandbox.ask("SELECT * { ?s wdt:P569 ?o }").is_empty());
    assert_eq!(sandbox.kgloom(&["explain", "--if-deleted", "a.txt"]).code, 1);
}

#[test]
fn export_writes_every_format_and_the_same_bytes_again() {
    let sandbox = sandbox();
    for format in ["nt", "nq", "ttl", "trig", "rdfxml", "jsonld", "graphml", "csv"] {
        let written = sandbox.done(&["export", "--format", format]);
        assert!(written.contains("Lovelace"), "{format}: {written}");
        assert_eq!(sandbox.done(&["export", "--format", format]), written, "{format}");
    }
    sandbox.done(&["export", "--format", "ttl", "-o", "graph.ttl"]);
    let file = std::fs::read_to_string(sandbox.path().join("graph.ttl")).expect("it was written");
    assert_eq!(file, sandbox.done(&["export", "--format", "ttl"]));
    assert!(sandbox.done(&["export", "--format", "nq", "--all-graphs"]).contains("urn:kgloom:document:a.txt"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = sandbox();
    let mut child = sandbox
        .command(&["export", "--format", "nq", "--all-graphs"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn hostile_queries_are_refused_or_given_up_in_a_sentence() {
    let sandbox = sandbox();
    sandbox.write("braces.rq", &format!("SELECT * {}{}", "{".repeat(20_000), "}".repeat(20_000)));
    sandbox.write("ors.rq", &format!("SELECT * {{ ?s ?p ?o FILTER(?s = ?o{}) }}", " || ?s = ?p".repeat(60_000)));
    for file in ["braces.rq", "ors.rq"] {
        let said = sandbox.kgloom(&["query", "--timeout", "3", "--file", file]);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(said.err.contains("is refused") && said.err.contains("is the most"), "{}", said.err);
    }
    let doubled: String = (1..40).map(|n| format!("BIND(CONCAT(?x{}, ?x{}) AS ?x{n}) ", n - 1, n - 1)).collect();
    let bomb = format!("SELECT (STRLEN(?x39) AS ?n) {{ BIND('aaaaaaaaaa' AS ?x0) {doubled} }}");
    let said = sandbox.kgloom(&["query", "--memory", "256", &bomb]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("a text of more than 4 MB"), "{}", said.err);
    sandbox.write("bom.rq", "\u{FEFF}ASK { ?s wdt:P19 ?o }");
    assert_eq!(sandbox.done(&["query", "--file", "bom.rq"]), "yes\n");
    std::fs::write(sandbox.path().join("latin.rq"), b"ASK { ?s ?p '\xe9' }").expect("a file");
    let said = sandbox.kgloom(&["query", "--file", "latin.rq"]);
    assert!(said.code == 2 && said.err.contains("not UTF-8"), "{}", said.err);
}

#[test]
fn relations_and_classes_have_labels_for_queries_and_are_listed_with_what_they_mean() {
    let sandbox = sandbox();
    let label = "SELECT ?name { ?s wdt:P19 ?o ; ?p ?o . GRAPH kgloom:ontology { ?p rdfs:label ?name } }";
    assert_eq!(sandbox.ask(label), ["place of birth"]);
    let named = "SELECT ?s { ?s rdfs:label ?l FILTER NOT EXISTS { ?s a ?class } }";
    assert!(sandbox.ask(named).is_empty(), "what the ontology names is no thing of the graph");
    let relations = sandbox.done(&["relations", "--format", "csv"]);
    let first = relations.lines().nth(1).expect("a relation");
    assert!(relations.starts_with("relation,label,facts,from,to,comment\n") && first.contains(",1,"), "{relations}");
    assert!(relations.contains("wdt:P19,place of birth,1,"), "{relations}");
    let classes: Value = serde_json::from_str(&sandbox.done(&["classes", "--format", "json"])).expect("JSON");
    let person = classes.as_array().expect("a list").iter().find(|class| class["class"] == "kgloom:Person");
    assert_eq!(person.expect("it is there")["things"], 2);
    assert!(sandbox.done(&["classes"]).contains("A human being"), "comments are listed");
    sandbox.write("mine.ttl", "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n<http://example.org/likes> a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Property> ; rdfs:label \"likes\" .\n");
    let likes = "SELECT ?l { GRAPH kgloom:ontology { <http://example.org/likes> rdfs:label ?l } }";
    assert_eq!(sandbox.ask_with(likes, &["--ontology", "mine.ttl"]), ["likes"]);
    assert!(sandbox.ask(likes).is_empty(), "it follows the configuration");
    assert!(sandbox.done(&["verify"]).contains("equal"));
}

#[test]
fn things_are_found_by_name_and_unknown_properties_are_told() {
    let sandbox = sandbox();
    let found: Value = serde_json::from_str(&sandbox.done(&["find", "lovelace", "--format", "json"])).expect("JSON");
    assert_eq!((&found[0]["iri"], &found[0]["class"]), (&Value::from("person:Ada_Lovelace"), &Value::from("Person")));
    assert_eq!((&found[0]["facts"], &found[0]["label"]), (&Value::from(2), &Value::from("Ada Lovelace")));
    assert!(sandbox.done(&["find", "Ada Lovelase"]).contains("alike"));
    let nobody = sandbox.kgloom(&["find", "Zebedee Quux"]);
    assert!(nobody.code == 1 && nobody.err.contains("nothing is called"), "{}", nobody.err);
    for (typed, meant) in
        [("wdt:P191", "wdt:P19"), ("wdt:place_of_birth", "place of birth"), ("rdfs:lable", "rdfs:label")]
    {
        let said = sandbox.kgloom(&["query", &format!("SELECT * {{ ?s {typed} ?o }}")]);
        assert!(said.code == 0 && said.err.contains(typed) && said.err.contains(meant), "{typed}: {}", said.err);
    }
    assert!(!sandbox.kgloom(&["query", "SELECT * { ?s wdt:P20 ?o ; wdt:P19 ?q }"]).err.contains("nothing is said"));
    let said = sandbox.kgloom(&["explain", "Ada Lovelace", "P191", "London"]);
    assert!(said.code == 1 && said.err.contains("wdt:P19 "), "{}", said.err);
}

#[test]
fn exports_hold_what_speaks_for_facts() {
    let sandbox = sandbox();
    let turtle = sandbox.done(&["export", "--format", "ttl", "--annotations"]);
    assert!(turtle.contains("<<( ") && turtle.contains("Ada Lovelace was born in London."), "{turtle}");
    assert!(!sandbox.done(&["export", "--format", "ttl"]).contains("<<( "));
    let quads = sandbox.done(&["export", "--format", "nq", "--annotations"]);
    let reified = quads.lines().filter(|line| line.contains("#reifies>") && line.ends_with("<urn:kgloom:evidence> ."));
    assert_eq!(reified.count(), 3, "two documents for the place, one for the year: {quads}");
    let csv = sandbox.done(&["export", "--format", "csv", "--annotations"]);
    let born: Vec<&str> = csv.lines().filter(|line| line.contains("/P19,")).collect();
    assert!(born.len() == 2 && born[0].contains(",a.txt,") && born[1].contains(",14,46,"), "{csv}");
    assert!(csv.lines().next().expect("a head").ends_with("graph,document,score,start,end,sentence"));
    assert!(sandbox.done(&["export", "--format", "graphml", "--annotations"]).contains("b.txt 14..46 ("));
    let said = sandbox.kgloom(&["export", "--format", "jsonld", "--annotations"]);
    assert!(said.code == 2 && said.err.contains("jsonld has no"), "{}", said.err);
}

#[test]
fn neo4j_gets_nodes_and_relationships() {
    let sandbox = sandbox();
    assert_eq!(sandbox.kgloom(&["export", "--format", "neo4j"]).code, 2, "it is a folder");
    sandbox.done(&["export", "--format", "neo4j", "--annotations", "-o", "neo"]);
    let read = |name: &str| std::fs::read_to_string(sandbox.path().join("neo").join(name)).expect("it is written");
    let (nodes, relationships) = (read("nodes.csv"), read("relationships.csv"));
    let head = "iri:ID,label,aliases:string[],date_of_birth:string[],:LABEL";
    assert_eq!(nodes.lines().next(), Some(head), "{nodes}");
    assert!(nodes.contains("urn:kgloom:person:Ada_Lovelace,Ada Lovelace,,1815,Person\n"), "{nodes}");
    let row = "urn:kgloom:person:Ada_Lovelace,urn:kgloom:location:London,PLACE_OF_BIRTH,";
    let fact = relationships.lines().find(|line| line.starts_with(row)).expect("the fact");
    assert!(fact.contains(",a.txt;b.txt,") && fact.ends_with("born in London."), "{relationships}");
    assert_eq!(relationships.lines().count(), 2);
}
