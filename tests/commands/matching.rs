//! Rows of one's own tables, linked with the things of the graph.

use super::Sandbox;

const MATCHES: &str = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?n { GRAPH kgloom:matched { ?row ?how ?x } \
                       ?x rdfs:label ?n FILTER(?how IN (skos:exactMatch, skos:closeMatch)) } ORDER BY ?n";

/// A graph of two firms and two towns, read by the model that is shipped.
fn firms() -> Sandbox {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("texts/one.txt", "Marrin Shipping Company is a shipping company based in Bergen, Norway.");
    sandbox.write("texts/two.txt", "Lumenta is a software company based in Oslo, Norway.");
    sandbox.done(&["run", "texts"]);
    sandbox
        .write("firms.csv", "id,name,country\n1,MARRIN SHIPPING CO.,Norway\n2,Lumenta,Norway\n3,Zenbu Media,Japan\n");
    sandbox
}

#[test]
fn rows_are_matched_follow_the_texts_and_go_when_they_are_asked_to() {
    let sandbox = firms();
    sandbox.done(&["match", "firms.csv"]);
    let found = sandbox.ask(MATCHES);
    assert!(found.contains(&"Lumenta".to_owned()) && !found.iter().any(|name| name.contains("Zenbu")), "{found:?}");
    assert!(found.iter().any(|name| name.contains("Marrin")), "{found:?}");
    let evidence = sandbox.ask("SELECT ?e { GRAPH kgloom:matched { ?d kgloom:evidence ?e } } LIMIT 1");
    assert_eq!(evidence.len(), 1);
    sandbox.done(&["verify"]);

    sandbox.done(&["delete", "texts/two.txt"]);
    let found = sandbox.ask(MATCHES);
    assert!(!found.contains(&"Lumenta".to_owned()), "{found:?}");
    sandbox.write("two.txt", "Zenbu Media is a company based in Tokyo, Japan.");
    sandbox.done(&["put", "two.txt"]);
    let found = sandbox.ask(MATCHES);
    assert!(found.iter().any(|name| name.contains("Zenbu")), "{found:?}");
    sandbox.done(&["verify"]);

    let listed = sandbox.done(&["match", "--format", "json"]);
    assert!(listed.contains("Zenbu"), "{listed}");
    sandbox.done(&["match", "--off"]);
    assert_eq!(sandbox.ask("SELECT (COUNT(*) AS ?n) { GRAPH kgloom:matched { ?s ?p ?o } }"), ["0"]);
    sandbox.done(&["verify"]);
}

#[test]
fn a_table_that_is_none_is_refused_by_name() {
    let sandbox = firms();
    sandbox.write("empty.csv", "");
    let said = sandbox.kgloom(&["match", "empty.csv"]);
    assert!(said.code != 0 && said.err.contains("empty.csv"), "{}", said.err);
    let said = sandbox.kgloom(&["match", "nothing.csv"]);
    assert!(said.code != 0 && said.err.contains("nothing.csv"), "{}", said.err);
}

#[test]
fn names_are_fused_by_agreement_and_lonely_ones_are_marked() {
    let sandbox = Sandbox::new();
    sandbox.write("labels/a.csv", "thing,language,label,preferred\nQ1,es,Rick Beato,yes\nQ1,de,Beato,\n");
    sandbox.write("labels/b.csv", "thing,language,label\nQ1,es,rick beato\nQ1,es,Ricardo Bato\n");
    let told = sandbox.done(&["match", "--names", "labels", "--format", "csv"]);
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines.contains(&"Q1,es,Rick Beato,2,yes,,a b"), "{told}");
    assert!(lines.contains(&"Q1,es,Ricardo Bato,1,,yes,b"), "{told}");
    let said = sandbox.kgloom(&["match", "--names", "nothing"]);
    assert!(said.code != 0 && said.err.contains("nothing"), "{}", said.err);
}

#[test]
fn what_the_user_says_of_a_row_overrules_what_is_found() {
    let sandbox = firms();
    sandbox.done(&["match", "firms.csv"]);
    let [two, three] = ["2", "3"].map(|row| format!("urn:kgloom:row:firms.csv%23{row}"));
    let meant = |row: &str| {
        let query = format!(
            "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?n {{ GRAPH kgloom:matched {{ <{row}> ?how ?x }} \
             ?x rdfs:label ?n FILTER(?how IN (skos:exactMatch, skos:closeMatch)) }}"
        );
        sandbox.ask(&query)
    };
    assert_eq!(meant(&two), ["Lumenta"]);

    // It means no such thing, and another row does.
    let said = sandbox.done(&["different", &two, "Lumenta"]);
    let different = said.split_whitespace().next().expect("an id").to_owned();
    assert_eq!(meant(&two), Vec::<String>::new());
    let said = sandbox.done(&["same", "Lumenta", &format!("<{three}>")]);
    let same = said.split_whitespace().next().expect("an id").to_owned();
    assert_eq!(meant(&three), ["Lumenta"]);
    let why = sandbox.ask(&format!(
        "SELECT ?e {{ GRAPH kgloom:matched {{ ?d kgloom:head <{three}> ; kgloom:probability ?p ; kgloom:evidence ?e }} }}"
    ));
    assert!(why.len() == 1 && why[0].contains(&same), "{why:?}");
    sandbox.done(&["verify"]);
    let listed = sandbox.done(&["corrections", "list"]);
    assert!(listed.contains(&different) && listed.contains(&same), "{listed}");

    // A row means one thing, and has to be there.
    for wrong in
        [["same", &three, "Norway"], ["same", &two, "Lumenta"], ["same", "urn:kgloom:row:firms.csv%239", "Oslo"]]
    {
        let refused = sandbox.kgloom(&wrong);
        assert!(refused.code != 0 && !refused.err.is_empty(), "{wrong:?}: {}", refused.err);
    }

    // What is said goes with the thing that it is said of, comes back with it, and is kept in a file.
    sandbox.done(&["delete", "texts/two.txt"]);
    assert_eq!(meant(&three), Vec::<String>::new());
    sandbox.write("texts/two.txt", "Lumenta is a software company based in Oslo, Norway.");
    sandbox.done(&["put", "texts/two.txt"]);
    assert_eq!(meant(&three), ["Lumenta"]);
    let file = sandbox.done(&["corrections", "export"]);
    for id in [&different, &same] {
        sandbox.done(&["corrections", "undo", id]);
    }
    assert_eq!((meant(&two), meant(&three)), (vec!["Lumenta".to_owned()], Vec::new()));
    sandbox.write("said.toml", &file);
    sandbox.done(&["corrections", "import", "said.toml"]);
    assert_eq!(meant(&three), ["Lumenta"]);
    sandbox.done(&["verify"]);
}
