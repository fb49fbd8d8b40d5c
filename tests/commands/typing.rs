//! Classes of one's own: learnt from the graph, told with what speaks for them, and gone with the texts.

use super::Sandbox;

const TEXTS: [(&str, &str); 5] = [
    ("texts/one.txt", "Grey Morning is a painting by Edda Vell. Grey Morning hangs in the Ardent Museum in Bergen."),
    ("texts/two.txt", "Still Harbour is a painting by Tom Marl. The Ardent Museum is a museum in Bergen."),
    ("texts/three.txt", "Iron Heron is a sculpture by Ona Field. Iron Heron stands in the Lowe Gallery in Oslo."),
    ("texts/four.txt", "The Lowe Gallery is a museum in Oslo. It shows Grey Morning, a painting of the coast."),
    ("texts/five.txt", "Edda Vell is a painter. Tom Marl met Edda Vell in Bergen and wrote about the winter."),
];

/// A graph of these texts and the museum's ontology, read by the model that is shipped.
fn museum() -> Sandbox {
    let sandbox = Sandbox::with_shipped_model();
    TEXTS.iter().for_each(|(path, text)| sandbox.write(path, text));
    let ontology = format!("{}/ontologies/demo/museum.ttl", env!("CARGO_MANIFEST_DIR"));
    sandbox.done(&["run", "--ontology", &ontology, "texts"]);
    sandbox
}

const PAINTINGS: &str =
    "PREFIX museum: <http://example.org/museum#> SELECT ?n { ?x a museum:Painting ; rdfs:label ?n } ORDER BY ?n";

#[test]
fn classes_that_the_ontology_declares_are_told_and_follow_the_texts() {
    let sandbox = museum();
    let said = sandbox.done(&["train", "types"]);
    assert!(said.contains("painting") && said.contains("are told in kgloom:typed"), "{said}");
    assert_eq!(sandbox.ask(PAINTINGS), ["Grey Morning", "Still Harbour"]);
    let broader = "PREFIX museum: <http://example.org/museum#> SELECT ?n { ?x a museum:Artwork ; rdfs:label ?n FILTER(STRSTARTS(?n, \"Iron\")) }";
    assert_eq!(sandbox.ask(broader), ["Iron Heron"]);
    sandbox.done(&["verify"]);

    // A text that is gone takes along what it alone told; a new one is told by the same typer.
    sandbox.done(&["delete", "texts/two.txt"]);
    assert_eq!(sandbox.ask(PAINTINGS), ["Grey Morning"]);
    sandbox.write("new.txt", "Winter Quay is a painting by Edda Vell.");
    sandbox.done(&["put", "new.txt"]);
    assert_eq!(sandbox.ask(PAINTINGS), ["Grey Morning", "Winter Quay"]);
    sandbox.done(&["verify"]);

    sandbox.done(&["train", "types", "--off"]);
    let typed = "SELECT (COUNT(*) AS ?n) { GRAPH kgloom:typed { ?s ?p ?o } }";
    assert_eq!(sandbox.ask(typed), ["0"]);
    sandbox.done(&["verify"]);
}

#[test]
fn a_class_is_explained_by_what_speaks_for_it() {
    let sandbox = museum();
    sandbox.done(&["train", "types"]);
    let told = sandbox.done(&["explain", "Grey Morning", "a", "Painting"]);
    assert!(told.contains("a text says \"painting\"") && told.contains("probability"), "{told}");
    let probability =
        "SELECT ?p { ?x rdfs:label \"Grey Morning\" GRAPH kgloom:typed { ?d kgloom:head ?x ; kgloom:probability ?p } }";
    let told: Vec<f64> = sandbox.ask(probability).iter().map(|p| p.parse().expect("a number")).collect();
    assert!(told.iter().any(|p| *p > 0.5) && told.iter().all(|p| (0.0..=1.0).contains(p)), "{told:?}");
}

#[test]
fn topics_of_documents_are_told_by_examples_and_stated_where_these_bear_it_out() {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write(
        "topics.ttl",
        "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
         ex:Sea a owl:Class ; rdfs:label \"the sea\" ; skos:altLabel \"ships\", \"whales\" ; <urn:kgloom:documentClass> true ;
             skos:example \"texts/a.txt\" .
         ex:Music a owl:Class ; rdfs:label \"music\" ; skos:altLabel \"opera\", \"songs\" ; <urn:kgloom:documentClass> true ;
             skos:example \"texts/b.txt\" .",
    );
    sandbox.write("texts/a.txt", "Ines Calder studies whales and the deep sea in Bergen.");
    sandbox.write("texts/b.txt", "Tomas Brandt wrote an opera and three symphonies in Vienna.");
    sandbox.write("texts/c.txt", "Mara Olsen sailed a ship over the Atlantic Ocean.");
    sandbox.done(&["run", "--ontology", "topics.ttl", "texts"]);
    sandbox.done(&["train", "types"]);
    let topic = "PREFIX ex: <http://example.org/> SELECT ?c { GRAPH kgloom:typed { ?d kgloom:head ?x ; kgloom:tail ?c ; \
                 kgloom:probability ?p } FILTER(STRENDS(STR(?x), \"c.txt\")) } ORDER BY DESC(?p) LIMIT 1";
    assert_eq!(sandbox.ask(topic), ["http://example.org/Sea"]);
    sandbox.done(&["verify"]);
}

#[test]
fn without_classes_of_ones_own_there_is_nothing_to_learn() {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("texts/one.txt", "Edda Vell is a painter.");
    sandbox.done(&["run", "texts"]);
    let said = sandbox.kgloom(&["train", "types"]);
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(said.err.contains("declares no classes"), "{}", said.err);
}
