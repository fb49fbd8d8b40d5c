//! Corrections: what a user mends stays mended, and what is undone leaves no trace.

use super::Sandbox;
use serde_json::Value;

const TEXTS: [(&str, &str); 7] = [
    ("a.txt", "Ada Lovelace was born in Paris. Ada Lovelace was born on 1816."),
    ("b.txt", "Tom Stone married Eve Marlow. Tom Stone works for Marlow Company."),
    ("c.txt", "Eve Marlow, also called Ada Byron, was born in Hamford."),
    ("d.txt", "Ada Byron died in London."),
    ("e.txt", "Hamford lies in Northland. Port Hamford lies in Northland."),
    ("f.txt", "Venus Rock married Tom Stone."),
    ("g.txt", "Marlow Company founded Tom Stone."),
];

const MENDS: [&[&str]; 10] = [
    &["reject", "Ada Lovelace", "place of birth", "Paris"],
    &["assert", "Ada Lovelace", "place of birth", "London"],
    &["assert", "Ada Lovelace", "P569", "1815", "--source", "parish register"],
    &["reject", "Tom Stone", "P26", "Eve Marlow"],
    &["assert", "Tom Stone", "P26", "Person:Maud Vale", "--source", "her letters"],
    &["different", "Eve Marlow", "Ada Byron"],
    &["same", "Ada Lovelace", "Ada Byron"],
    &["retype", "Venus Rock", "Location"],
    &["reject", "Port Hamford", "P131", "Northland", "--document", "e.txt"],
    &["reject", "Marlow Company", "P112", "Tom Stone"],
];

/// What the graph says, by labels.
fn facts(sandbox: &Sandbox) -> Vec<String> {
    let named = "?s ?p ?o ; rdfs:label ?who FILTER(?p NOT IN (rdf:type, rdfs:label, skos:altLabel)) \
                 OPTIONAL { ?o rdfs:label ?label } BIND(STRAFTER(STR(?p), \"direct/\") AS ?verb) \
                 BIND(COALESCE(?label, STR(?o)) AS ?what)";
    sandbox.ask(&format!("SELECT ?who ?verb ?what {{ {named} }} ORDER BY ?who ?verb ?what"))
}

const RIGHT: [&str; 6] = [
    "Ada Lovelace,P19,London",
    "Ada Lovelace,P20,London",
    "Ada Lovelace,P569,1815",
    "Hamford,P131,Northland",
    "Tom Stone,P108,Marlow Company",
    "Maud Vale,P26,Tom Stone",
];

/// Whether all is as the ten corrections have it.
#[track_caller]
fn mended(sandbox: &Sandbox) {
    let found = facts(sandbox);
    for wrong in ["Paris", "1816", "Eve Marlow,P26", "Port Hamford,P131", "P112", "Venus Rock", "Eve Marlow,P20"] {
        assert!(!found.iter().any(|fact| fact.contains(wrong)), "{wrong} in {found:#?}");
    }
    for right in RIGHT {
        let of_ada = right.replace("Ada Lovelace", "Ada Byron");
        assert!(found.iter().any(|fact| fact == right || *fact == of_ada), "{right} not in {found:#?}");
    }
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

fn everything(sandbox: &Sandbox) -> String {
    sandbox.done(&["export", "--format", "nq", "--all-graphs"])
}

#[test]
fn ten_wrong_facts_stay_mended_and_undone_leave_no_trace() {
    let sandbox = Sandbox::with(&TEXTS);
    let all: Vec<&str> = TEXTS.iter().map(|(path, _)| *path).collect();
    let run = |sandbox: &Sandbox| sandbox.done(&[&["run"], all.as_slice()].concat());
    run(&sandbox);
    let before = everything(&sandbox);
    for mend in MENDS {
        sandbox.done(mend);
    }
    mended(&sandbox);

    sandbox.write(
        "a.txt",
        "Some say that Ada Lovelace was born in Paris. Ada Lovelace was born on 1816. Eve Stone died in Hamford.",
    );
    sandbox.write("c.txt", "It rained. Eve Marlow, also called Ada Byron, was born in Hamford. She sang.");
    run(&sandbox);
    mended(&sandbox);
    for path in ["b.txt", "d.txt", "f.txt"] {
        sandbox.done(&["delete", path]);
    }
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    sandbox.write(
        "h.txt",
        "Tom Stone married Eve Marlow. Ada Lovelace was born in Paris. Marlow Company founded Tom Stone.",
    );
    sandbox.done(&["put", "h.txt"]);
    run(&sandbox);
    mended(&sandbox);
    std::fs::remove_dir_all(sandbox.path().join("kgloom-state/store")).expect("the store");
    run(&sandbox);
    mended(&sandbox);

    sandbox.done(&["corrections", "undo", "--all"]);
    let fresh = Sandbox::new();
    for path in all.iter().chain(&["h.txt"]) {
        fresh.write(path, &std::fs::read_to_string(sandbox.path().join(path)).expect("a text"));
    }
    fresh.done(&[&["run", "h.txt"], all.as_slice()].concat());
    assert_eq!(everything(&sandbox), everything(&fresh));
    for (path, text) in TEXTS {
        sandbox.write(path, text);
    }
    sandbox.done(&["delete", "h.txt"]);
    run(&sandbox);
    assert_eq!(everything(&sandbox), before);
}

#[test]
fn corrections_are_listed_told_undone_and_carried_to_another_state() {
    let sandbox = Sandbox::with(&TEXTS);
    sandbox.done(&["run", "a.txt", "b.txt", "c.txt", "d.txt"]);
    let before = everything(&sandbox);
    let told = sandbox.done(&["reject", "Ada Lovelace", "P19", "Paris"]);
    let id = told.split_whitespace().next().expect("an id").to_owned();
    let why = sandbox.kgloom(&["explain", "Ada Lovelace", "P19", "Paris"]);
    assert_eq!(why.code, 1);
    assert!(why.err.contains(&format!("rejected by correction: {id}")), "{}", why.err);
    let rejected =
        "SELECT ?reason { GRAPH kgloom:rejected { ?r kgloom:stage \"correction\" ; kgloom:reason ?reason } }";
    assert_eq!(sandbox.ask(rejected), [format!("rejected by correction: {id}")]);

    let told = sandbox.done(&["assert", "Ada Lovelace", "P19", "London", "--source", "a letter"]);
    let asserted = told.split_whitespace().next().expect("an id").to_owned();
    let why = sandbox.done(&["explain", "Ada Lovelace", "P19", "London"]);
    assert!(why.contains(&format!("asserted by correction {asserted}")) && why.contains("\"a letter\""), "{why}");
    let sources = "SELECT ?text { GRAPH ?g { ?s wdt:P19 ?o . ?g kgloom:source ?text } }";
    assert_eq!(sandbox.ask(sources), ["a letter"]);

    sandbox.done(&["different", "Eve Marlow", "Ada Byron", "--document", "c.txt"]);
    let list: Value = serde_json::from_str(&sandbox.done(&["corrections", "list", "--format", "json"])).expect("JSON");
    assert!(list.as_array().expect("rows").iter().all(|row| row["applies"] == true), "{list}");
    sandbox.done(&["delete", "c.txt", "a.txt"]);
    let list = sandbox.done(&["corrections", "list"]);
    assert!(list.contains("[no document says it now]") && list.contains("[the graph has no such name now]"), "{list}");

    let other = Sandbox::with(&TEXTS);
    sandbox.done(&["corrections", "export", "-o", "c.toml"]);
    other.write("c.toml", &std::fs::read_to_string(sandbox.path().join("c.toml")).expect("a file"));
    assert_eq!(other.done(&["corrections", "import", "c.toml"]), "3 corrections taken in, 0 were there already\n");
    other.done(&["run", "a.txt", "b.txt", "c.txt", "d.txt"]);
    sandbox.done(&["run", "a.txt", "b.txt", "c.txt", "d.txt"]);
    assert_eq!(everything(&sandbox), everything(&other));

    assert_eq!(sandbox.kgloom(&["corrections", "undo", "nonsense"]).code, 1);
    let said = sandbox.kgloom(&["corrections", "undo"]);
    assert!(said.code == 2 && said.err.contains("--all"), "{}", said.err);
    assert!(sandbox.done(&["corrections", "undo", &id[..6]]).starts_with("undone"));
    sandbox.done(&["corrections", "undo", "--all"]);
    assert_eq!(everything(&sandbox), before);
    assert_eq!(sandbox.done(&["corrections", "list"]), "there are no corrections\n");
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let sandbox = Sandbox::with(&TEXTS);
    sandbox.done(&["run", "a.txt", "b.txt", "c.txt", "d.txt"]);
    let before = everything(&sandbox);
    let refused = |arguments: &[&str], code: i32, reason: &str| {
        let said = sandbox.kgloom(arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(reason), "{reason} not in {}", said.err);
    };
    refused(&["assert", "Ada Lovelace", "P26", "Paris"], 65, "takes a Person as tail");
    refused(&["assert", "Ada Lovelace", "P569", "spring"], 65, "write a date as 1948-07-21");
    refused(&["assert", "Ada Lovelace", "P26", "Ada Lovelace"], 65, "subject and object are the same");
    refused(&["reject", "Ada Lovelac", "P19", "Paris"], 1, "did you mean");
    refused(&["reject", "Ada Lovelace", "place of brith", "Paris"], 1, "did you mean wdt:P19");
    refused(&["reject", "Ada Lovelace", "P19", "Paris", "--document", "x.txt"], 1, "there is no document");
    refused(&["same", "Ada Lovelace", "ada lovelace"], 65, "about two names");
    refused(&["retype", "Paris", "Time"], 65, "is a value");
    refused(&["retype", "Paris", "Locaton"], 65, "did you mean");
    assert_eq!(everything(&sandbox), before);

    sandbox.done(&["same", "Ada Lovelace", "Ada Byron"]);
    sandbox.done(&["same", "Ada Byron", "Tom Stone"]);
    refused(&["different", "Tom Stone", "Ada Lovelace"], 65, "contradicts correction");
    refused(&["different", "Tom Stone", "Ada Lovelace"], 65, "kgloom corrections undo");
    sandbox.write("who.toml", "[[different]]\nclass = \"Person\"\nname = \"Tom Stone\"\nother = \"Ada Lovelace\"\n");
    refused(&["run", "a.txt", "--overrides", "who.toml"], 65, "line 1");
    refused(&["corrections", "import", "who.toml"], 65, "nothing was taken in");
}

#[test]
fn a_file_gives_no_value_that_assert_would_not_take_and_does_not_contradict_itself() {
    let sandbox = Sandbox::with(&TEXTS);
    sandbox.done(&["run", "a.txt", "b.txt", "c.txt", "d.txt"]);
    let before = everything(&sandbox);
    let refused = |text: &str, code: i32, reason: &str| {
        sandbox.write("said.toml", text);
        for arguments in [&["corrections", "import", "said.toml"][..], &["run", "a.txt", "--overrides", "said.toml"]] {
            let said = sandbox.kgloom(arguments);
            assert_eq!(said.code, code, "{arguments:?} {text}: {}{}", said.out, said.err);
            assert!(said.err.contains("said.toml:2: ") && said.err.contains(reason), "{reason} not in {}", said.err);
        }
        assert_eq!(everything(&sandbox), before);
    };
    let born = |value: &str, of: &str| {
        let subject = "{ class = \"Person\", name = \"Ada Lovelace\" }";
        format!(
            "\n[[assert]]\nsubject = {subject}\nrelation = \"date of birth\"\nvalue = \"{value}\"\ntype = \"{of}\"\n"
        )
    };
    for (value, of) in
        [("1930-13-45", "date"), ("1921-02-30", "date"), ("abc", "gYear"), ("", "string"), ("1930", "integer")]
    {
        refused(&born(value, of), 65, "; write ");
    }
    let pair = |kind: &str| format!("[[{kind}]]\nclass = \"Person\"\nname = \"Tom Stone\"\nother = \"Ada Lovelace\"\n");
    refused(
        &format!("# both\n{}{}", pair("different"), pair("different")).replacen("different", "sme", 1),
        78,
        "unknown key",
    );
    sandbox.write("said.toml", &(pair("same") + &pair("different")));
    let said = sandbox.kgloom(&["corrections", "import", "said.toml"]);
    assert!(said.code == 65 && said.err.contains("of this file"), "{}", said.err);
    sandbox.write("said.toml", &born("1815-12-10", "date"));
    assert_eq!(sandbox.done(&["corrections", "import", "said.toml"]), "1 corrections taken in, 0 were there already\n");
}

#[test]
fn one_bearer_of_a_shared_name_is_corrected_alone() {
    let sandbox = Sandbox::with(&[
        ("planet.txt", "Mercury was born on 1811. Mercury was born in Paris."),
        ("singer.txt", "Mercury was born on 1902. Mercury was born in London."),
        ("other.txt", "Mercury was born on 1902. Mercury died in London."),
    ]);
    sandbox.done(&["run", "planet.txt", "singer.txt", "other.txt"]);
    let bearers = sandbox.ask("SELECT ?s { ?s rdfs:label \"Mercury\" ; a kgloom:Person } ORDER BY ?s");
    assert_eq!(bearers.len(), 2, "{bearers:?}");
    let singer = sandbox.ask("SELECT ?s { ?s wdt:P20 ?o }").remove(0);
    let said = sandbox.kgloom(&["assert", "Mercury", "P20", "Paris"]);
    assert_eq!(said.code, 65);
    assert!(said.err.contains("may be"), "{}", said.err);
    sandbox.done(&["assert", &singer, "P108", "Organization:Sun Company"]);
    sandbox.done(&["reject", &singer, "P19", "London"]);
    assert_eq!(sandbox.ask("SELECT ?s { ?s wdt:P108 ?o . ?s rdfs:label \"Mercury\" }"), std::slice::from_ref(&singer));
    assert_eq!(facts(&sandbox).iter().filter(|fact| fact.contains("P19")).collect::<Vec<_>>(), ["Mercury,P19,Paris"]);

    // The IRI follows from the texts; the correction does not.
    sandbox.write("more.txt", "Mercury was born on 1811. Mercury died in Paris.");
    sandbox.write("most.txt", "Mercury was born on 1811. Mercury married Ann Vale.");
    sandbox.done(&["run", "more.txt", "most.txt"]);
    let employed = sandbox.ask("SELECT ?s { ?s wdt:P108 ?o . ?s rdfs:label \"Mercury\" }");
    assert_ne!(employed, [singer], "another bearer is named most now");
    assert_eq!(sandbox.ask("SELECT ?s { ?s wdt:P108 ?x ; wdt:P20 ?o . ?o rdfs:label \"London\" }"), employed);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}
