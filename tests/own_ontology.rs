//! An ontology of one's own, with the model that is shipped. In: texts, and relations that a file declares. Out: facts of
//! these relations, by their patterns and by what they are called. Never: a fact that a text denies or asks.

use crate::commands::Sandbox;
use std::collections::{BTreeMap, BTreeSet};

const LIKES: &str = r#"@prefix ex: <http://example.org/> .
@prefix kgloom: <urn:kgloom:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:likes a owl:ObjectProperty ; rdfs:label "likes" ; kgloom:pattern "X likes Y", "Y are liked by X" .
"#;

const FIRST: [&str; 8] = ["Marta", "Odd", "Ines", "Ravi", "Yusuf", "Pilar", "Tomas", "Greta"];
const LAST: [&str; 6] = ["Halvorsen", "Okafor", "Lindqvist", "Moreau", "Castellanos", "Whitfield"];
const THINGS: [&str; 20] = [
    "Quinces",
    "Snow Leopards",
    "Slide Rules",
    "Magic: The Gathering",
    "Rubik's Cubes",
    "the Lisbon Otters",
    "Stir-fries",
    "Barbershop quartets",
    "Birds of Paradise",
    "Chess",
    "Stand-up Comedy",
    "Horror Literature",
    "Soy Sauce",
    "Venus",
    "Lakes",
    "Candle Making",
    "Basil",
    "Hip Hop Dancing",
    "Ferns",
    "Public Health",
];

/// What everybody likes.
type Liked = BTreeMap<String, BTreeSet<String>>;

/// Who likes what, told in several ways: plainly, in the passive, and with what somebody does not like beside it.
fn people() -> (Vec<(String, String)>, Liked) {
    let (mut texts, mut liked) = (Vec::new(), BTreeMap::new());
    for person in 0..46 {
        let name = format!("{} {}", FIRST[person % 8], LAST[person / 8]);
        let things: Vec<&str> = (0..5 + person % 4).map(|k| THINGS[(person * 7 + k * 3) % THINGS.len()]).collect();
        let disliked = THINGS[(person * 7 + 26) % THINGS.len()];
        let (last, others) = things.split_last().expect("there are five");
        let list = format!("{} and {last}", others.join(", "));
        let text = match person % 4 {
            0 | 1 => format!("{name} likes {list}."),
            2 => format!("{list} are liked by {name}. {name} does not like {disliked}."),
            _ => format!("{name} likes {list}. Who likes {disliked}? It is not known."),
        };
        texts.push((name.clone(), text));
        let plain = |thing: &&str| thing.trim_start_matches("the ").to_lowercase();
        liked.insert(name, things.iter().map(plain).collect());
    }
    (texts, liked)
}

#[test]
fn a_pattern_finds_everything_that_is_liked_and_nothing_else() {
    let (texts, expected) = people();
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("likes.ttl", LIKES);
    let line = |(id, text): &(String, String)| serde_json::json!({ "id": id, "text": text }).to_string();
    sandbox.write("people.jsonl", &texts.iter().map(line).collect::<Vec<_>>().join("\n"));
    sandbox.done(&["run", "--quiet", "--ontology", "likes.ttl", "people.jsonl"]);
    let query = "PREFIX ex: <http://example.org/> SELECT ?who ?what { ?x ex:likes ?y . ?x rdfs:label ?who . ?y rdfs:label ?what }";
    let mut found = Liked::new();
    for row in sandbox.ask(query) {
        let (who, what) = row.split_once(',').expect("two columns");
        let what = what.trim_matches('"').to_lowercase();
        found.entry(who.to_owned()).or_default().insert(what.trim_start_matches("the ").to_owned());
    }
    assert_eq!(found, expected);
}

#[test]
fn an_enumeration_goes_on_where_a_long_sentence_is_cut() {
    let colours = ["velvet", "copper", "silent", "crooked", "amber", "frosted", "hollow", "painted"];
    let things = ["kites", "lanterns", "ferries", "orchards", "bridges", "drums", "teapots", "mirrors"];
    let items: Vec<String> =
        colours.iter().flat_map(|colour| things.map(|thing| format!("{colour} {thing}"))).collect();
    let (last, others) = items.split_last().expect("items");
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("likes.ttl", LIKES);
    let text = format!("Ines Roth likes {} and {last}. Odd Okafor was born in Bergen.", others.join(", "));
    sandbox.write("ines.txt", &text);
    sandbox.done(&["run", "--quiet", "--ontology", "likes.ttl", "ines.txt"]);
    let query = "PREFIX ex: <http://example.org/> SELECT ?what { ?x ex:likes ?y . ?y rdfs:label ?what }";
    let found: std::collections::BTreeSet<String> = sandbox.ask(query).into_iter().collect();
    assert_eq!(found, items.into_iter().collect());
    assert!(sandbox.done(&["verify"]).contains("equal"));
}

const NAMED: &str = r#"@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:exhibitedAt a owl:ObjectProperty .
ex:patron a owl:ObjectProperty ; rdfs:label "patron" ; skos:altLabel "under the wing of" .
ex:tames a owl:ObjectProperty ; rdfs:label "tames" .
"#;

#[test]
fn a_relation_is_found_where_a_text_says_it_in_its_own_words() {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("named.ttl", NAMED);
    let text = "Harbour in Fog was exhibited at the Bergen Gallery in 1962. Marta Okafor is the patron of the Bergen \
        Gallery. Tomas Whitfield tamed snow leopards. Ines Roth has not tamed snow leopards. Was Greta Moreau tamed by \
        Odd Okafor? The Lisbon Otters are under the wing of Ravi Lindqvist.";
    sandbox.write("a.txt", text);
    sandbox.done(&["run", "--quiet", "--ontology", "named.ttl", "a.txt"]);
    let of = |relation: &str| -> String {
        let query = format!(
            "PREFIX ex: <http://example.org/> SELECT ?who ?what {{ ?x ex:{relation} ?y . ?x rdfs:label ?who . ?y rdfs:label ?what }}"
        );
        sandbox.ask(&query).join("\n")
    };
    assert!(of("exhibitedAt").contains("Harbour in Fog,Bergen Gallery"), "{}", of("exhibitedAt"));
    assert!(of("patron").contains("Bergen Gallery,Marta Okafor"), "{}", of("patron"));
    assert!(of("patron").contains("Lisbon Otters,Ravi Lindqvist"), "{}", of("patron"));
    assert!(of("tames").contains("Tomas Whitfield,snow leopards"), "{}", of("tames"));
    assert!(!of("tames").contains("Ines") && !of("tames").contains("Greta"), "{}", of("tames"));
    sandbox.done(&["delete", "a.txt"]);
    assert_eq!(of("tames"), "");
}

#[test]
fn a_pattern_without_ends_is_refused_with_its_line() {
    let sandbox = Sandbox::with_shipped_model();
    sandbox.write("likes.ttl", &LIKES.replace("X likes Y", "likes Y"));
    sandbox.write("a.txt", "Ines Roth likes tea.");
    let said = sandbox.kgloom(&["run", "--ontology", "likes.ttl", "a.txt"]);
    assert_eq!(said.code, 78);
    assert!(said.err.contains("likes.ttl:5") && said.err.contains("X likes Y"), "{}", said.err);
}

const TOY_CLASSES: &str = r#"@prefix toy: <http://example.org/toy#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
toy:Artist a owl:Class ; rdfs:label "Artist" ; rdfs:subClassOf <urn:kgloom:Person> .
toy:Singer a owl:Class ; rdfs:label "Singer" ; rdfs:subClassOf toy:Artist .
toy:River a owl:Class ; rdfs:label "River" ; rdfs:subClassOf <urn:kgloom:Location> .
"#;

/// The toy reader tells singers by "is a singer", in place of a model that tells classes by their labels.
#[test]
fn a_narrower_class_is_told_with_those_above_it_explained_and_goes_with_its_text() {
    let sandbox = Sandbox::with(&[
        ("toy.ttl", TOY_CLASSES),
        ("a.txt", "Ada Byron is a singer of sad songs. Ada Byron was born in Hamford."),
        ("b.txt", "Eve Stone is a singer maybe. Eve Stone is a river in hills. Eve Stone married Ada Byron."),
    ]);
    sandbox.done(&["run", "--quiet", "--ontology", "toy.ttl", "a.txt", "b.txt"]);
    let query = "SELECT ?name ?class { ?x rdfs:label ?name ; a ?class } ORDER BY ?name ?class";
    let expected = [
        "Ada Byron,http://example.org/toy#Artist",
        "Ada Byron,http://example.org/toy#Singer",
        "Ada Byron,urn:kgloom:Person",
        "Eve Stone,urn:kgloom:Person",
        "Hamford,urn:kgloom:Location",
    ];
    assert_eq!(sandbox.ask(query), expected);
    let explained = sandbox.done(&["explain", "Ada Byron", "a", "Artist"]);
    assert!(explained.contains("«Ada Byron» is a singer of sad songs."), "{explained}");
    let refused = sandbox.kgloom(&["explain", "Eve Stone", "rdf:type", "River"]);
    assert!(refused.err.contains("\"River\" is no kind of Person"), "{}", refused.err);
    let corrected = sandbox.done(&["retype", "Ada Byron", "Organization"]);
    let id = corrected.split_whitespace().next().expect("an id");
    assert!(sandbox.ask(query).contains(&"Ada Byron,urn:kgloom:Organization".to_owned()));
    sandbox.done(&["corrections", "undo", id]);
    assert_eq!(sandbox.ask(query), expected);
    sandbox.done(&["delete", "a.txt"]);
    assert!(sandbox.ask(query).iter().all(|row| !row.contains("Singer")));
    sandbox.done(&["verify"]);
}
