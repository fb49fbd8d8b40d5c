//! Finding by meaning: the command, the functions of SPARQL, and that they follow the texts.

use super::Sandbox;
use serde_json::Value;

const TEXTS: [(&str, &str); 4] = [
    ("texts/sea.txt", "Ines Calder is a marine biologist. Ines Calder studies whales and the deep sea in Bergen."),
    ("texts/song.txt", "Tomas Brandt is a composer. Tomas Brandt wrote an opera and three symphonies in Vienna."),
    ("texts/ship.txt", "Mara Olsen is an oceanographer. Mara Olsen studies currents of the Atlantic Ocean in Bergen."),
    ("texts/band.txt", "Jon Keller is a pianist. Jon Keller plays sonatas and chamber music in Vienna."),
];

/// A graph of these texts, read by the model that is shipped.
fn read(texts: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with_shipped_model();
    texts.iter().for_each(|(path, text)| sandbox.write(path, text));
    sandbox.done(&["run", "texts"]);
    sandbox
}

#[track_caller]
fn found(sandbox: &Sandbox, arguments: &[&str]) -> Value {
    let said = sandbox.done(&[&["search", "--format", "json"], arguments].concat());
    serde_json::from_str(&said).expect("JSON")
}

fn names(told: &Value) -> Vec<String> {
    let hits = told["found"].as_array().into_iter().flatten();
    hits.map(|hit| hit["name"].as_str().or(hit["id"].as_str()).unwrap_or_default().to_owned()).collect()
}

#[test]
fn people_are_found_by_what_is_said_of_them() {
    let sandbox = read(&TEXTS);
    let told = found(&sandbox, &["who does research on the ocean", "--class", "Person", "--limit", "2"]);
    let mut both = names(&told);
    both.sort();
    assert_eq!(both, ["Ines Calder", "Mara Olsen"], "{told}");
    let told = found(&sandbox, &["classical music", "--vectors", "--class", "Person", "--limit", "2"]);
    let mut music = names(&told);
    music.sort();
    assert_eq!(music, ["Jon Keller", "Tomas Brandt"], "{told}");
    let told = found(&sandbox, &["keller", "--words"]);
    assert_eq!(names(&told), ["Jon Keller"]);
    let documents = names(&found(&sandbox, &["an opera", "--documents", "--limit", "1"]));
    assert_eq!(documents, ["texts/song.txt"]);
}

#[test]
fn what_a_pattern_does_not_allow_is_not_found() {
    let sandbox = read(&TEXTS);
    let pattern = "?x rdfs:label ?n FILTER(CONTAINS(?n, \"Tomas\"))";
    let told = found(&sandbox, &["the deep sea", "--where", pattern]);
    assert_eq!(names(&told), ["Tomas Brandt"]);
    assert_eq!(sandbox.kgloom(&["search", "the deep sea", "--where", "?x a <urn:x:nothing>"]).code, 1);
    assert_eq!(sandbox.kgloom(&["search", "the sea", "--where", "?x a"]).code, 2);
}

#[test]
fn an_explanation_adds_up_to_the_cosine() {
    let sandbox = read(&TEXTS);
    let told = found(&sandbox, &["a composer of music", "--vectors", "--explain", "--class", "Person"]);
    for hit in told["found"].as_array().expect("hits") {
        let explanation = &hit["explanation"];
        let parts =
            explanation["parts"].as_array().expect("parts").iter().map(|part| part["part"].as_f64().expect("a number"));
        let rest = ["others", "other"].map(|name| explanation[name].as_f64().expect("a number"));
        let sum = parts.sum::<f64>() + rest.iter().sum::<f64>();
        assert!((sum - hit["meaning"].as_f64().expect("a cosine")).abs() < 5e-6, "{hit}");
    }
}

#[test]
fn sparql_asks_what_is_like_what() {
    let sandbox = read(&TEXTS);
    let sparql =
        "SELECT ?n { ?x rdfs:label \"Ines Calder\" . ?y kgloom:nearest (?x 1 kgloom:Person) . ?y rdfs:label ?n }";
    assert_eq!(sandbox.ask(sparql), ["Mara Olsen"]);
    let sparql =
        "SELECT ?n { (?y ?score) kgloom:text (\"classical music\" 2 kgloom:Person) . ?y rdfs:label ?n } ORDER BY ?n";
    assert_eq!(sandbox.ask(sparql), ["Jon Keller", "Tomas Brandt"]);
    let sparql =
        "SELECT ?n { ?y a kgloom:Person ; rdfs:label ?n } ORDER BY DESC(kgloom:similarity(?y, \"whales\")) LIMIT 1";
    assert_eq!(sandbox.ask(sparql), ["Ines Calder"]);
    // Without a predictor a probability is unbound, and the query is answered.
    let sparql = "SELECT (COUNT(?p) AS ?n) { ?y a kgloom:Person BIND(kgloom:probability(?y, wdt:P19, ?y) AS ?p) }";
    assert_eq!(sandbox.ask(sparql), ["0"]);
    assert_eq!(sandbox.kgloom(&["query", "SELECT * { ?y kgloom:nearest (?x 2000) }"]).code, 2);
}

#[test]
fn what_is_found_follows_the_texts() {
    let sandbox = read(&TEXTS);
    sandbox.done(&["delete", "texts/ship.txt"]);
    let told = found(&sandbox, &["who does research on the ocean", "--class", "Person"]);
    assert!(!names(&told).contains(&"Mara Olsen".to_owned()), "{told}");
    sandbox.done(&["verify"]);
    let fresh = read(&[TEXTS[0], TEXTS[1], TEXTS[3]]);
    assert_eq!(told, found(&fresh, &["who does research on the ocean", "--class", "Person"]));
}

#[test]
fn a_graph_is_judged_beside_words_and_vectors() {
    let sandbox = Sandbox::with_shipped_model();
    let ontology = "@prefix ex: <urn:limit:> . @prefix owl: <http://www.w3.org/2002/07/owl#> . \
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix kgloom: <urn:kgloom:> . \
        ex:likes a owl:ObjectProperty ; rdfs:label \"likes\" ; kgloom:pattern \"X likes Y\" .";
    let documents = "id\ttext\np0\tAda Marn likes amber kites, paper boats and tin drums.\n\
        p1\tBela Tosk likes amber boats, paper kites and tin drums.\np2\tCora Venn likes tin boats and amber drums.\n";
    let queries = "q0\tWho likes tin drums?\nq1\tWho likes paper kites?\nq2\tWho \"likes\" them \\ all?\n";
    sandbox.write("likes.ttl", ontology);
    sandbox.write("documents.tsv", documents);
    sandbox.write("queries.tsv", queries);
    sandbox.write("judgements.txt", "q0 0 p0 1\nq0 0 p1 1\nq1 0 p1 1\nq2 0 p2 1\n");
    sandbox.write("likes.rq", include_str!("../../examples/limit/likes.rq"));
    sandbox.done(&["run", "--ontology", "likes.ttl", "documents.tsv"]);
    let set = ["--documents", "documents.tsv", "--queries", "queries.tsv", "--judgements", "judgements.txt"];
    let with = |more: &[&'static str]| [&["eval", "search"][..], &set[..], more].concat();
    let told = |more: &[&'static str]| sandbox.done(&[with(more), vec!["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&told(&["--graph", "likes.rq", "--explained"])).expect("JSON");
    let graph = &report["graph"];
    assert_eq!((report["documents"].as_u64(), graph["exact"].as_u64()), (Some(3), Some(2)), "{report}");
    assert_eq!((graph["recall"].as_f64(), graph["precision"].as_f64()), (Some(0.75), Some(1.0)), "{report}");
    let share = |report: &Value| report["explained"]["share"].as_f64().expect("a share");
    assert!(share(&report) > 0.0 && report["explained"]["ndcg_at_10"].is_f64(), "{report}");
    // Two concepts do not tell what all together do.
    let few: Value = serde_json::from_str(&told(&["--explained", "--parts", "2"])).expect("JSON");
    assert!(few["graph"].is_null() && share(&few) != share(&report), "{few}");
    for (query, says) in
        [("SELECT ?document { ?document ?p ?o }", "?query"), ("SELECT ?x { ?x ?p ?query }", "?document")]
    {
        sandbox.write("wrong.rq", query);
        let said = sandbox.kgloom(&with(&["--graph", "wrong.rq"]));
        assert!(said.code == 2 && said.err.contains(says), "{}", said.err);
    }
}

#[test]
fn a_map_has_a_point_for_each_thing_and_the_same_bytes_each_time() {
    let sandbox = read(&TEXTS);
    sandbox.done(&["export", "map", "-o", "things.svg"]);
    let things = std::fs::read_to_string(sandbox.path().join("things.svg")).unwrap();
    assert!(things.starts_with("<svg ") && things.contains("<title>Ines Calder, Person</title>"), "{things}");
    assert_eq!(sandbox.done(&["export", "map"]), things);
    let documents = sandbox.done(&["export", "map", "--documents", "--most", "3"]);
    assert_eq!(documents.matches("<title>texts/").count(), 3, "{documents}");
}
