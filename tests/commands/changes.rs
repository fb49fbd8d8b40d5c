//! Documents come, change and go, and the graph follows.

use super::Desk;

const BORN: &str = "SELECT ?who ?where { ?p wdt:P19 ?o . ?p rdfs:label ?who . ?o rdfs:label ?where } ORDER BY ?who";

#[test]
fn edits_and_deletions_are_followed_and_nothing_is_read_twice() {
    let desk = Desk::with(&[
        ("texts/ada.txt", "Ada Lovelace was born in London."),
        ("texts/alan.txt", "Alan Turing was born in Maida Vale."),
    ]);
    let first = desk.summary(&["run", "texts"]);
    assert_eq!((&first["put"], &first["asked"], &first["recalled"]), (&2.into(), &2.into(), &0.into()));
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,London", "Alan Turing,Maida Vale"]);

    let second = desk.summary(&["run", "texts"]);
    assert_eq!((&second["unchanged"], &second["epochs"], &second["asked"]), (&2.into(), &0.into(), &0.into()));

    desk.write("texts/ada.txt", "Ada Lovelace was born in Paris.");
    let third = desk.summary(&["run", "texts"]);
    assert_eq!((&third["put"], &third["unchanged"], &third["asked"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,Paris", "Alan Turing,Maida Vale"]);

    desk.write("texts/ada.txt", "Ada Lovelace was born in London.");
    assert_eq!(desk.summary(&["run", "texts"])["asked"], 0, "a text that was read before is remembered");
    desk.done(&["delete", "texts/alan.txt"]);
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,London"]);
    assert!(desk.done(&["verify", "--infer"]).ends_with("equal\n"));
}

#[test]
fn put_takes_one_document_from_standard_input() {
    let desk = Desk::new();
    let put = desk.kgloom_with_input(&["put", "--id", "ada", "-"], "Ada Lovelace was born in London.");
    assert_eq!(put.code, 0, "{}", put.err);
    assert_eq!(desk.ask("SELECT ?d { GRAPH ?d { ?s wdt:P19 ?o } }"), ["urn:kgloom:document:ada"]);
    assert_eq!(desk.kgloom_with_input(&["put", "-"], "x").code, 2, "standard input needs an id");
    desk.done(&["delete", "ada"]);
    assert_eq!(desk.ask("SELECT * { ?s ?p ?o }").len(), 0);
}

#[test]
fn mirror_deletes_what_disappeared_but_not_what_could_not_be_read() {
    let line = |id: &str, text: &str| format!("{{\"id\": \"{id}\", \"text\": \"{text}\"}}\n");
    let both = line("a", "Ada Lovelace was born in London.") + &line("b", "Alan Turing was born in Maida Vale.");
    let desk = Desk::with(&[("texts/two.jsonl", &both), ("texts/eve.txt", "Eve Adams was born in Rome.")]);
    desk.done(&["run", "--mirror", "texts"]);
    assert_eq!(desk.ask(BORN).len(), 3);

    desk.write("texts/two.jsonl", &line("a", "Ada Lovelace was born in London."));
    std::fs::remove_file(desk.path().join("texts/eve.txt")).expect("it was there");
    desk.done(&["run", "texts"]);
    assert_eq!(desk.ask(BORN).len(), 3, "without --mirror nothing is deleted");
    desk.done(&["run", "--mirror", "texts"]);
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,London"]);

    std::fs::rename(desk.path().join("texts"), desk.path().join("away")).expect("it was there");
    let said = desk.kgloom(&["run", "--mirror", "texts/two.jsonl"]);
    assert!(said.code == 74 && said.err.contains("not there"), "{} {}", said.code, said.err);
    assert_eq!(desk.ask(BORN), ["Ada Lovelace,London"], "a file that is not there deletes nothing");
}

#[test]
fn mirror_of_nothing_deletes_nothing() {
    let desk = Desk::with(&[("texts/eve.txt", "Eve Adams was born in Rome."), ("empty/.keep", "")]);
    desk.done(&["run", "--mirror", "texts"]);
    for (inputs, words) in
        [("txets", "\"txets\" is not there"), ("empty", "no document was found"), ("-", "no document")]
    {
        let said = desk.kgloom(&["run", "--mirror", inputs]);
        assert!(said.code == 74 && said.err.contains(words), "{inputs}: {} {}", said.code, said.err);
        assert_eq!(desk.ask(BORN), ["Eve Adams,Rome"], "{inputs}");
    }
}

#[test]
fn a_refusal_is_shown_and_goes_when_its_cause_is_mended() {
    let good = "{\"id\": \"a\", \"text\": \"Ada Lovelace was born in London.\"}\n";
    let desk = Desk::with(&[("x.jsonl", &format!("{good}{{\"id\": \"b\", \"text\": \n"))]);
    let run = desk.summary(&["run", "x.jsonl"]);
    assert_eq!((&run["put"], &run["refused"]), (&1.into(), &1.into()));
    let status = desk.done(&["status", "--rejections", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
    assert_eq!(status["rejections"][0]["stage"], "documents");
    assert!(status["rejections"][0]["location"].as_str().expect("text").contains("x.jsonl, line 2"), "{status}");
    assert_eq!(desk.ask("SELECT ?r { GRAPH kgloom:rejected { ?x kgloom:reason ?r } }").len(), 1);

    desk.write("x.jsonl", &format!("{good}{{\"id\": \"b\", \"text\": \"Alan Turing was born in Maida Vale.\"}}\n"));
    desk.done(&["run", "x.jsonl"]);
    assert_eq!(desk.ask("SELECT ?r { GRAPH kgloom:rejected { ?x kgloom:reason ?r } }").len(), 0);
    assert_eq!(desk.ask(BORN).len(), 2);
    assert!(desk.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn overrides_are_taken_in_once_and_stay_until_they_are_undone() {
    let same = "[[same]]\nclass = \"Person\"\nname = \"Ada Lovelace\"\nother = \"Augusta Byron\"\n";
    let desk = Desk::with(&[
        ("a.txt", "Ada Lovelace was born in London."),
        ("b.txt", "Augusta Byron was born in London."),
        ("who.toml", same),
    ]);
    let people = "SELECT DISTINCT ?p { ?p wdt:P19 ?o }";
    desk.done(&["run", "a.txt", "b.txt"]);
    assert_eq!(desk.ask(people).len(), 2);
    desk.done(&["run", "a.txt", "--overrides", "who.toml"]);
    assert_eq!(desk.ask(people).len(), 1);
    assert!(desk.done(&["explain", "Ada Lovelace", "P19", "London"]).contains(": same Person"), "explain shows it");
    assert!(desk.done(&["verify"]).ends_with("equal\n"));
    desk.done(&["run", "a.txt"]);
    assert_eq!(desk.ask(people).len(), 1, "a flag that is left out takes nothing back");
    desk.done(&["corrections", "undo", "--all"]);
    assert_eq!(desk.ask(people).len(), 2);
    desk.done(&["run", "a.txt", "--overrides", "who.toml"]);
    assert_eq!(desk.ask(people).len(), 2, "what was undone stays undone");
}

#[test]
fn another_ontology_builds_the_graph_again_without_reading_again() {
    let strict = "@prefix wdt: <http://www.wikidata.org/prop/direct/> . @prefix k: <urn:kgloom:> .\n\
        @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\
        wdt:P19 a owl:ObjectProperty ; rdfs:label \"born in\" ; rdfs:domain k:Organization ; rdfs:range k:Location .\n";
    let desk = Desk::with(&[("a.txt", "Ada Lovelace was born in London."), ("strict.ttl", strict)]);
    desk.done(&["run", "a.txt"]);
    assert_eq!(desk.ask(BORN).len(), 1);
    for command in [&["run", "a.txt"][..], &["delete", "a.txt"], &["put", "a.txt"], &["verify"]] {
        let said = desk.kgloom(&[command, &["--ontology", "strict.ttl"]].concat());
        if command != ["put", "a.txt"] {
            assert!(said.code == 78 && said.err.contains("--rebuild"), "{command:?}: {} {}", said.code, said.err);
        }
        assert_eq!(desk.ask(BORN).len(), 1, "{command:?} changes nothing");
    }
    let run = desk.summary(&["run", "--rebuild", "--ontology", "strict.ttl"]);
    assert_eq!(run["asked"], 0);
    assert_eq!(desk.ask(BORN).len(), 0, "the state remembers with what it was made");
    assert!(desk.done(&["verify"]).ends_with("equal\n"));
    desk.write("b.txt", "Alan Turing was born in Maida Vale.");
    desk.done(&["run", "b.txt"]);
    assert_eq!(desk.ask(BORN).len(), 0);
    desk.done(&["run", "--rebuild", "--ontology", "bundled"]);
    assert_eq!(desk.ask(BORN).len(), 2);
}
