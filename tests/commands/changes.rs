//! Documents come, change and go, and the graph follows.

use super::Sandbox;

const BORN: &str = "SELECT ?who ?where { ?p wdt:P19 ?o . ?p rdfs:label ?who . ?o rdfs:label ?where } ORDER BY ?who";

#[test]
fn edits_and_deletions_are_followed_and_nothing_is_read_twice() {
    let sandbox = Sandbox::with(&[
        ("texts/ada.txt", "Ada Lovelace was born in London."),
        ("texts/alan.txt", "Alan Turing was born in Maida Vale."),
    ]);
    let first = sandbox.summary(&["run", "texts"]);
    assert_eq!((&first["put"], &first["asked"], &first["recalled"]), (&2.into(), &2.into(), &0.into()));
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London", "Alan Turing,Maida Vale"]);

    let second = sandbox.summary(&["run", "texts"]);
    assert_eq!((&second["unchanged"], &second["epochs"], &second["asked"]), (&2.into(), &0.into(), &0.into()));

    sandbox.write("texts/ada.txt", "Ada Lovelace was born in Paris.");
    let third = sandbox.summary(&["run", "texts"]);
    assert_eq!((&third["put"], &third["unchanged"], &third["asked"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,Paris", "Alan Turing,Maida Vale"]);

    sandbox.write("texts/ada.txt", "Ada Lovelace was born in London.");
    assert_eq!(sandbox.summary(&["run", "texts"])["asked"], 0, "a text that was read before is remembered");
    sandbox.done(&["delete", "texts/alan.txt"]);
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London"]);
    assert!(sandbox.done(&["verify", "--infer"]).ends_with("equal\n"));
}

#[test]
fn put_takes_one_document_from_standard_input() {
    let sandbox = Sandbox::new();
    let put = sandbox.kgloom_with_input(&["put", "--id", "ada", "-"], "Ada Lovelace was born in London.");
    assert_eq!(put.code, 0, "{}", put.err);
    assert_eq!(sandbox.ask("SELECT ?d { GRAPH ?d { ?s wdt:P19 ?o } }"), ["urn:kgloom:document:ada"]);
    assert_eq!(sandbox.kgloom_with_input(&["put", "-"], "x").code, 2, "standard input needs an id");
    sandbox.done(&["delete", "ada"]);
    assert_eq!(sandbox.ask("SELECT * { ?s ?p ?o }").len(), 0);
}

#[test]
fn mirror_deletes_what_disappeared_but_not_what_could_not_be_read() {
    let line = |id: &str, text: &str| format!("{{\"id\": \"{id}\", \"text\": \"{text}\"}}\n");
    let both = line("a", "Ada Lovelace was born in London.") + &line("b", "Alan Turing was born in Maida Vale.");
    let sandbox = Sandbox::with(&[("texts/two.jsonl", &both), ("texts/eve.txt", "Eve Adams was born in Rome.")]);
    sandbox.done(&["run", "--mirror", "texts"]);
    assert_eq!(sandbox.ask(BORN).len(), 3);

    sandbox.write("texts/two.jsonl", &line("a", "Ada Lovelace was born in London."));
    std::fs::remove_file(sandbox.path().join("texts/eve.txt")).expect("it was there");
    sandbox.done(&["run", "texts"]);
    assert_eq!(sandbox.ask(BORN).len(), 3, "without --mirror nothing is deleted");
    sandbox.done(&["run", "--mirror", "texts"]);
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London"]);

    std::fs::rename(sandbox.path().join("texts"), sandbox.path().join("away")).expect("it was there");
    let said = sandbox.kgloom(&["run", "--mirror", "texts/two.jsonl"]);
    assert!(said.code == 74 && said.err.contains("not there"), "{} {}", said.code, said.err);
    assert_eq!(sandbox.ask(BORN), ["Ada Lovelace,London"], "a file that is not there deletes nothing");
}

#[test]
fn mirror_of_nothing_deletes_nothing() {
    let sandbox = Sandbox::with(&[("texts/eve.txt", "Eve Adams was born in Rome."), ("empty/.keep", "")]);
    sandbox.done(&["run", "--mirror", "texts"]);
    for (inputs, words) in
        [("txets", "\"txets\" is not there"), ("empty", "no document was found"), ("-", "no document")]
    {
        let said = sandbox.kgloom(&["run", "--mirror", inputs]);
        assert!(said.code == 74 && said.err.contains(words), "{inputs}: {} {}", said.code, said.err);
        assert_eq!(sandbox.ask(BORN), ["Eve Adams,Rome"], "{inputs}");
    }
}

#[test]
fn a_refusal_is_shown_and_goes_when_its_cause_is_mended() {
    let good = "{\"id\": \"a\", \"text\": \"Ada Lovelace was born in London.\"}\n";
    let sandbox = Sandbox::with(&[("x.jsonl", &format!("{good}{{\"id\": \"b\", \"text\": \n"))]);
    let run = sandbox.summary(&["run", "x.jsonl"]);
    assert_eq!((&run["put"], &run["refused"]), (&1.into(), &1.into()));
    let status = sandbox.done(&["status", "--rejections", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    assert_eq!(status["rejections"][0]["stage"], "documents");
    assert!(status["rejections"][0]["location"].as_str().expect("text").contains("x.jsonl, line 2"), "{status}");
    assert_eq!(sandbox.ask("SELECT ?r { GRAPH kgloom:rejected { ?x kgloom:reason ?r } }").len(), 1);

    sandbox.write("x.jsonl", &format!("{good}{{\"id\": \"b\", \"text\": \"Alan Turing was born in Maida Vale.\"}}\n"));
    sandbox.done(&["run", "x.jsonl"]);
    assert_eq!(sandbox.ask("SELECT ?r { GRAPH kgloom:rejected { ?x kgloom:reason ?r } }").len(), 0);
    assert_eq!(sandbox.ask(BORN).len(), 2);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn overrides_are_taken_in_once_and_stay_until_they_are_undone() {
    let same = "[[same]]\nclass = \"Person\"\nname = \"Ada Lovelace\"\nother = \"Augusta Byron\"\n";
    let sandbox = Sandbox::with(&[
        ("a.txt", "Ada Lovelace was born in London."),
        ("b.txt", "Augusta Byron was born in London."),
        ("who.toml", same),
    ]);
    let people = "SELECT DISTINCT ?p { ?p wdt:P19 ?o }";
    sandbox.done(&["run", "a.txt", "b.txt"]);
    assert_eq!(sandbox.ask(people).len(), 2);
    sandbox.done(&["run", "a.txt", "--overrides", "who.toml"]);
    assert_eq!(sandbox.ask(people).len(), 1);
    assert!(sandbox.done(&["explain", "Ada Lovelace", "P19", "London"]).contains(": same Person"), "explain shows it");
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    sandbox.done(&["run", "a.txt"]);
    assert_eq!(sandbox.ask(people).len(), 1, "a flag that is left out takes nothing back");
    sandbox.done(&["corrections", "undo", "--all"]);
    assert_eq!(sandbox.ask(people).len(), 2);
    sandbox.done(&["run", "a.txt", "--overrides", "who.toml"]);
    assert_eq!(sandbox.ask(people).len(), 2, "what was undone stays undone");
}

#[test]
fn another_ontology_builds_the_graph_again_without_reading_again() {
    let strict = "@prefix wdt: <http://www.wikidata.org/prop/direct/> . @prefix k: <urn:kgloom:> .\n\
        @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\
        wdt:P19 a owl:ObjectProperty ; rdfs:label \"born in\" ; rdfs:domain k:Organization ; rdfs:range k:Location .\n";
    let sandbox = Sandbox::with(&[("a.txt", "Ada Lovelace was born in London."), ("strict.ttl", strict)]);
    sandbox.done(&["run", "a.txt"]);
    assert_eq!(sandbox.ask(BORN).len(), 1);
    for command in [&["run", "a.txt"][..], &["delete", "a.txt"], &["put", "a.txt"], &["verify"]] {
        let said = sandbox.kgloom(&[command, &["--ontology", "strict.ttl"]].concat());
        if command != ["put", "a.txt"] {
            assert!(said.code == 78 && said.err.contains("--rebuild"), "{command:?}: {} {}", said.code, said.err);
        }
        assert_eq!(sandbox.ask(BORN).len(), 1, "{command:?} changes nothing");
    }
    let run = sandbox.summary(&["run", "--rebuild", "--ontology", "strict.ttl"]);
    assert_eq!(run["asked"], 0);
    assert_eq!(sandbox.ask(BORN).len(), 0, "the state remembers with what it was made");
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    sandbox.write("b.txt", "Alan Turing was born in Maida Vale.");
    sandbox.done(&["run", "b.txt"]);
    assert_eq!(sandbox.ask(BORN).len(), 0);
    sandbox.done(&["run", "--rebuild", "--ontology", "bundled"]);
    assert_eq!(sandbox.ask(BORN).len(), 2);
}
