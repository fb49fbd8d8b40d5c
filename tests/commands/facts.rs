//! What is stated of what texts say, read with the model that is shipped.

use super::Sandbox;

/// Texts, and who is said to be born in each.
fn born(texts: &[(&str, &str)]) -> Vec<String> {
    let sandbox = Sandbox::with_shipped_model();
    texts.iter().for_each(|(id, text)| sandbox.write(&format!("texts/{id}.txt"), text));
    sandbox.done(&["run", "texts"]);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    sandbox
        .ask(
            "SELECT ?d ?who ?where ?when { GRAPH ?d { ?s rdfs:label ?who OPTIONAL { ?s wdt:P19/rdfs:label ?where } \
         OPTIONAL { ?s wdt:P569 ?when } FILTER(BOUND(?where) || BOUND(?when)) } } ORDER BY ?d ?who",
        )
        .iter()
        .map(|row| row.replace("urn:kgloom:document:texts/", ""))
        .collect()
}

#[test]
fn one_mention_of_a_birth_speaks_for_one_person() {
    let seen = born(&[
        ("x1", "Marta Ekdal studied law. Pieter Vos was born in Utrecht in 1934."),
        ("x2", "Anna Lindholm wrote a letter to the editor. Thomas Becker was born in Hamburg in 1951."),
        ("x4", "Thomas Becker was born in Hamburg in 1951. Anna Lindholm wrote a letter to him."),
        ("y1", "Rosa Klein won the race. Second was Ines Duarte. Victor Hale was born in Porto on 4 June 1971."),
    ]);
    let expected = [
        "x1.txt,Pieter Vos,Utrecht,1934",
        "x2.txt,Thomas Becker,Hamburg,1951",
        "x4.txt,Thomas Becker,Hamburg,1951",
        "y1.txt,Victor Hale,Porto,1971-06-04",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn what_yields_is_a_rejection_that_names_the_other() {
    let sandbox = Sandbox::with(&[("texts/a.txt", "Ada Lovelace met Tom Stone, who was born in Hamford.")]);
    sandbox.done(&["run", "texts"]);
    let said = sandbox.kgloom(&["explain", "Ada Lovelace", "place of birth", "Hamford"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("this one speaks better for <urn:kgloom:person:Tom_Stone>"), "{}", said.err);
    assert_eq!(
        sandbox.ask("SELECT ?where { GRAPH kgloom:rejected { ?r kgloom:location ?where } }"),
        ["bytes 44 to 51"]
    );
}

/// Towns in lands: Ardin and Belm in Corva, by two texts in two ways; Drost in Belm.
fn lands() -> Sandbox {
    let sandbox = Sandbox::with(&[
        ("texts/a.txt", "Ardin lies in Corva."),
        ("texts/b.txt", "Ardin is a place of Corva. Corva contains Belm. Belm is a place of Corva."),
        ("texts/c.txt", "Drost lies in Belm. Tom Stone married Ada Lovelace."),
    ]);
    sandbox.done(&["run", "texts"]);
    sandbox
}

#[test]
fn each_thing_is_stated_once_and_what_follows_is_asked_for() {
    let sandbox = lands();
    let facts = "SELECT ?a ?p ?b { ?x ?p ?y . ?x rdfs:label ?a . ?y rdfs:label ?b } ORDER BY ?a ?p ?b";
    let short = |rows: Vec<String>| -> Vec<String> {
        rows.iter().map(|row| row.replace("http://www.wikidata.org/prop/direct/", "")).collect()
    };
    let stated = ["Ada Lovelace,P26,Tom Stone", "Ardin,P17,Corva", "Belm,P17,Corva", "Drost,P131,Belm"];
    assert_eq!(short(sandbox.ask(facts)), stated);
    let both = short(sandbox.ask_with(facts, &["--entailed"]));
    let follows: Vec<&str> = both.iter().map(String::as_str).filter(|row| !stated.contains(row)).collect();
    let expected = [
        "Ardin,P131,Corva",
        "Belm,P131,Corva",
        "Belm,P150,Drost",
        "Corva,P150,Ardin",
        "Corva,P150,Belm",
        "Corva,P150,Drost",
        "Drost,P131,Corva",
        "Drost,P17,Corva",
        "Tom Stone,P26,Ada Lovelace",
    ];
    assert_eq!(follows, expected);
    assert_eq!(sandbox.ask("SELECT (COUNT(*) AS ?n) { GRAPH kgloom:entailed { ?s ?p ?o } }"), ["9"]);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    // What follows goes with what it follows from.
    sandbox.done(&["delete", "texts/b.txt"]);
    assert_eq!(sandbox.ask("SELECT (COUNT(*) AS ?n) { GRAPH kgloom:entailed { ?s ?p ?o } }"), ["3"]);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn what_follows_is_explained_by_the_rule_and_the_facts() {
    let sandbox = lands();
    let said = sandbox.done(&["explain", "Tom Stone", "spouse", "Ada Lovelace"]);
    assert!(said.contains("it follows, by owl:SymmetricProperty, from what is stated"), "{said}");
    assert!(said.contains("«Tom Stone» married «Ada Lovelace»"), "{said}");
    let said = sandbox.done(&["explain", "Corva", "P150", "Belm"]);
    assert!(
        said.contains("by rdfs:subPropertyOf and owl:inverseOf") && said.contains("«Corva» contains «Belm»"),
        "{said}"
    );
    let said = sandbox.done(&["explain", "Drost", "country", "Corva", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&said).expect("it is JSON");
    assert_eq!(told["rules"], serde_json::json!(["kgloom:along"]));
    let facts: Vec<&str> = told["facts"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|fact| fact["triple"]["subject"].as_str())
        .collect();
    assert_eq!(facts, ["urn:kgloom:location:Drost", "urn:kgloom:location:Belm"]);
    let listed = sandbox.done(&["explain", "Drost"]);
    assert!(listed.contains("wdt:P17 (country)  location:Corva  [follows]"), "{listed}");
    // What is stated is explained by all that say it, in whatever form.
    let said = sandbox.done(&["explain", "Belm", "country", "Corva"]);
    assert!(said.contains("«Corva» contains «Belm»") && said.contains("«Belm» is a place of «Corva»"), "{said}");
}
