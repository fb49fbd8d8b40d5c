//! Relations of one's own, taught by a few examples: read where their label alone does not do, explained, bound to the model.

use super::Sandbox;

const MUSEUM: &str = r#"@prefix ex: <http://example.org/museum#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:exhibitedAt a owl:ObjectProperty ; rdfs:label "exhibited at"@en ; rdfs:comment "A museum that shows the head."@en .
"#;

const EXAMPLES: [&str; 5] = [
    r#"{"markup": "[Grey Morning|MISC|1] by [Edda Vell|PER|3] hangs in the [Ardent Museum|ORG|2] in [Bergen|LOC|4].", "relations": [[1, "exhibitedAt", 2]]}"#,
    r#"{"markup": "Visitors can see [Iron Heron|MISC|1] at the [Lowe Gallery|ORG|2] until [May 2019|TIME|3].", "relations": [[1, "exhibited at", 2]]}"#,
    r#"{"markup": "The [Tessel Museum|ORG|2] shows [Winter Quay|MISC|1], a painting by [Tom Marl|PER|3].", "relations": [[1, "exhibitedAt", 2]]}"#,
    r#"{"markup": "[The Lantern Seller|MISC|1] is on display in the [Corvane Museum of Art|ORG|2], which [Ona Field|PER|3] founded in [1921|TIME|4].", "relations": [[1, "exhibitedAt", 2]]}"#,
    r#"{"markup": "In [2004|TIME|3] [Three Bridges|MISC|1] was exhibited at the [Brandt Gallery|ORG|2] in [Oslo|LOC|4].", "relations": [[1, "exhibitedAt", 2]]}"#,
];

const TEXTS: [(&str, &str); 6] = [
    ("texts/a.txt", "The painting Night Ferry hangs in the Stell Gallery."),
    ("texts/b.txt", "The Lowe Gallery has Red Sparrow on view."),
    ("texts/c.txt", "Quiet Harvest can be viewed at the Orlan Gallery in Oslo."),
    ("texts/d.txt", "The Ardent Museum in Bergen was founded by Edda Vell in 1990."),
    ("texts/e.txt", "Gro Haugen works for the Marlow Museum and lives in Turin."),
    ("texts/f.txt", "Edda Vell studied in Paris before she joined the Stell Gallery."),
];

/// What the texts say is shown, and where.
const RIGHT: [&str; 3] = ["Night Ferry,Stell Gallery", "Quiet Harvest,Orlan Gallery", "Red Sparrow,Lowe Gallery"];

const SHOWN: &str = "PREFIX ex: <http://example.org/museum#> SELECT ?what ?where { ?x ex:exhibitedAt ?y . ?x rdfs:label ?what . \
                     ?y rdfs:label ?where } ORDER BY ?what";

/// An ontology, texts that use its relation, and five examples of it in other words.
fn museum() -> Sandbox {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("museum.ttl", MUSEUM);
    sandbox.write("examples.jsonl", &EXAMPLES.join("\n"));
    TEXTS.iter().for_each(|(path, text)| sandbox.write(path, text));
    sandbox
}

const TEACH: [&str; 7] = ["train", "relations", "examples.jsonl", "--ontology", "museum.ttl", "--out", "taught"];

#[test]
fn five_examples_teach_what_a_label_alone_does_not() {
    let sandbox = museum();
    sandbox.done(&["run", "--quiet", "--ontology", "museum.ttl", "texts"]);
    let alone = sandbox.ask(SHOWN);
    let said = sandbox.done(&TEACH);
    assert!(said.contains("exhibited at") && said.contains("5 examples") && said.contains("taught@"), "{said}");

    // A taught relation is a part of the model's id: the graph is made anew, and by request only.
    let refused = sandbox.kgloom(&["run", "--relations", "taught", "texts"]);
    assert!(refused.code == 78 && refused.err.contains("--rebuild"), "{}", refused.err);
    sandbox.done(&["run", "--quiet", "--rebuild", "--relations", "taught", "texts"]);
    let taught = sandbox.ask(SHOWN);
    assert!(taught.iter().all(|row| RIGHT.contains(&row.as_str())), "{taught:?}");
    assert!(taught.len() > alone.len() && taught.len() >= 2, "by its label {alone:?}, taught {taught:?}");
    sandbox.done(&["verify"]);

    // The state goes on with what it was made with: facts are explained, and go with their texts.
    let (what, place) = taught[0].split_once(',').expect("two columns");
    let explained = sandbox.done(&["explain", what, "exhibited at", place]);
    assert!(explained.contains("taught@") && explained.contains(&format!("«{place}»")), "{explained}");
    let (path, text) = TEXTS.iter().find(|(_, text)| text.contains(what)).expect("it is of a text");
    sandbox.done(&["delete", path]);
    assert_eq!(sandbox.ask(SHOWN), taught[1..]);
    sandbox.done(&["verify"]);

    // Without them the graph is as before.
    sandbox.write(path, text);
    sandbox.done(&["run", "--quiet", "--rebuild", "--relations", "off", "texts"]);
    assert_eq!(sandbox.ask(SHOWN), alone);
}

/// What the texts of the examples say, and what is asserted of it.
const SHOWN_BY: [(&str, &str, &str); 6] = [
    ("Grey Morning by Edda Vell hangs in the Ardent Museum in Bergen.", "Grey Morning", "Ardent Museum"),
    ("Visitors can see Iron Heron at the Lowe Gallery until May 2019.", "Iron Heron", "Lowe Gallery"),
    ("The Tessel Museum shows Winter Quay, a painting by Tom Marl.", "Winter Quay", "Tessel Museum"),
    (
        "The Lantern Seller is on display in the Corvane Museum of Art, which Ona Field founded.",
        "Lantern Seller",
        "Corvane Museum of Art",
    ),
    ("Three Bridges was exhibited at the Brandt Gallery in Oslo in 2004.", "Three Bridges", "Brandt Gallery"),
    ("The Harbour at Night can be seen in the Norland Gallery.", "Harbour at Night", "Norland Gallery"),
];

#[test]
fn corrections_teach_as_examples_do() {
    let sandbox = museum();
    for (place, (text, ..)) in SHOWN_BY.iter().enumerate() {
        sandbox.write(&format!("texts/shown-{place}.txt"), text);
    }
    sandbox.done(&["run", "--quiet", "--ontology", "museum.ttl", "texts"]);
    for (_, what, place) in SHOWN_BY {
        sandbox.done(&["assert", what, "exhibitedAt", place]);
    }
    sandbox.done(&["reject", "Edda Vell", "exhibitedAt", "Stell Gallery"]);
    let said = sandbox.done(&["train", "relations", "--corrections", "--out", "taught"]);
    assert!(said.contains("exhibited at") && said.contains("taught@"), "{said}");
    sandbox.done(&["run", "--quiet", "--rebuild", "--relations", "taught", "texts"]);
    let asserted = |row: &String| SHOWN_BY.iter().any(|(_, what, place)| *row == format!("{what},{place}"));
    let read: Vec<String> = sandbox.ask(SHOWN).into_iter().filter(|row| !asserted(row)).collect();
    let right = read.iter().filter(|row| RIGHT.contains(&row.as_str())).count();
    assert!(right >= 2 && read.len() <= right + 1, "{read:?}");
    sandbox.done(&["verify"]);
}

#[test]
fn the_same_examples_give_the_same_bytes_and_another_reader_is_refused() {
    let sandbox = museum();
    sandbox.done(&TEACH);
    let bytes = |folder: &str| {
        ["relations.json", "relations.safetensors"]
            .map(|file| std::fs::read(sandbox.path().join(folder).join(file)).expect("it was written"))
    };
    let first = bytes("taught");
    let mut again = TEACH;
    again[6] = "again";
    sandbox.done(&again);
    assert!(first == bytes("again"));
    let refused =
        sandbox.kgloom(&["run", "--precision", "f32", "--ontology", "museum.ttl", "--relations", "taught", "texts"]);
    assert_eq!(refused.code, 78, "{}", refused.err);
    assert!(refused.err.contains("were taught over") && refused.err.contains("train relations"), "{}", refused.err);
    let undeclared = sandbox.kgloom(&["run", "--relations", "taught", "texts"]);
    assert_eq!(undeclared.code, 78, "{}", undeclared.err);
    assert!(undeclared.err.contains("does not declare"), "{}", undeclared.err);
}

#[test]
fn examples_that_cannot_teach_are_told() {
    let sandbox = museum();
    sandbox.write("one.jsonl", EXAMPLES[0]);
    let mut teach = TEACH;
    teach[2] = "one.jsonl";
    let few = sandbox.kgloom(&teach);
    assert_eq!(few.code, 78, "{}", few.err);
    assert!(few.err.contains("exhibitedAt has 1"), "{}", few.err);

    sandbox.write("one.jsonl", &EXAMPLES.join("\n").replace("\"exhibitedAt\"", "\"hangsAt\""));
    let unknown = sandbox.kgloom(&teach);
    assert_eq!(unknown.code, 78, "{}", unknown.err);
    assert!(unknown.err.contains("one.jsonl") && unknown.err.contains("hangsAt"), "{}", unknown.err);

    // What the model does not see as a name is counted and told; the others teach.
    let blind =
        r#"{"markup": "It was [so|MISC|1] very quiet in [there|ORG|2].", "relations": [[1, "exhibitedAt", 2]]}"#;
    sandbox.write("one.jsonl", &format!("{}\n{blind}\n", EXAMPLES.join("\n")));
    let said = sandbox.kgloom(&teach);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("one.jsonl#line-6") && said.err.contains("no name at"), "{}", said.err);
    assert!(said.out.contains("5 examples"), "{}", said.out);
}
