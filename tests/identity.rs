//! Names, and who is who, with the model that is shipped. In: small texts of every kind of name; sixty news items that are
//! linked. Out: one node for what is one, two for what are two. Never: a place, firm or person that could be anybody.

use crate::commands::Sandbox;
use connectors::source::Documents;
use kgloom_reader::Extractor;
use kgloom_record::record::Change;
use kgloom_training::evaluate;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn sandbox(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with_shipped_model();
    files.iter().for_each(|(path, text)| sandbox.write(&format!("texts/{path}"), text));
    sandbox.done(&["run", "--quiet", "--filter", "off", "texts"]);
    sandbox
}

/// The answers to a query, a line each.
fn answers(sandbox: &Sandbox, query: &str) -> BTreeSet<String> {
    let csv = sandbox.done(&["query", "--format", "csv", query]);
    csv.lines().skip(1).map(|line| line.trim_matches(['"', '\r']).replace("\"\"", "\"")).collect()
}

fn labels(files: &[(&str, &str)], class: &str) -> BTreeSet<String> {
    answers(&sandbox(files), &format!("SELECT ?name {{ ?thing a kgloom:{class} ; rdfs:label ?name }}"))
}

#[track_caller]
fn check(files: &[(&str, &str)], class: &str, expected: &[&str]) {
    assert_eq!(labels(files, class), expected.iter().map(|name| (*name).to_owned()).collect(), "{files:?}");
}

#[test]
fn one_person_whatever_the_apostrophe() {
    let files = [
        ("a.txt", "Marta O'Hara was born in Cork in 1921. Marta O'Hara was a chemist."),
        ("b.txt", "Marta O’Hara worked for Norsea Oil. Marta O’Hara lived in Dublin."),
        ("c.txt", "Marta OʼHara died in Galway."),
    ];
    check(&files, "Person", &["Marta O'Hara"]);
}

#[test]
fn one_person_however_the_initials_are_set() {
    let files = [
        ("a.txt", "J. R. Halvorsen was born in Bergen in 1902. J. R. Halvorsen was a composer."),
        ("b.txt", "J.R. Halvorsen died in Oslo. J.R. Halvorsen was a composer."),
        ("c.txt", "JR Halvorsen studied in Leipzig. JR Halvorsen was a composer."),
        ("d.txt", "J R Halvorsen lived in Tromso. J R Halvorsen was a composer."),
    ];
    assert_eq!(labels(&files, "Person").len(), 1);
}

#[test]
fn what_is_not_seen_does_not_part_names() {
    let files = [
        ("a.txt", "Marta Ek\u{ad}dal was a chemist who was born in Gothen\u{ad}burg."),
        ("b.txt", "Archive copy.\n\n\u{feff}Marta Ekdal was born in Gothenburg on 3 May 1921. She founded Norsea Oil."),
    ];
    check(&files, "Person", &["Marta Ekdal"]);
    check(&files, "Location", &["Gothenburg"]);
}

#[test]
fn an_s_and_a_stop_that_are_a_names_own_stay() {
    let text = "McDonald's was founded in San Bernardino in 1940. McDonald's is an American company.";
    check(&[("a.txt", text)], "Organization", &["McDonald's"]);
    let text = "Norsea Oil Co. was founded in Bergen. Harbour Press Ltd. is a publisher. F.C. Bergen and Bergen F.C. are \
        football clubs.";
    let found = labels(&[("a.txt", text)], "Organization");
    assert!(found.contains("Norsea Oil Co.") && found.contains("Harbour Press Ltd."), "{found:?}");
    assert!(found.iter().all(|name| !name.ends_with("F.C")), "{found:?}");
}

#[test]
fn three_saints_are_three_places() {
    let files = [
        ("a.txt", "St. John's is the capital of Newfoundland and Labrador. St. John's is a city in Canada."),
        ("b.txt", "St. John is a town in Indiana. Saint John is a city in New Brunswick."),
    ];
    let found = labels(&files, "Location");
    for name in ["St. John's", "St. John", "Saint John"] {
        assert!(found.contains(name), "{name} in {found:?}");
    }
}

#[test]
fn a_common_noun_is_one_of_each_topic() {
    let oil = |town: &str| {
        format!("Norsea Oil has its seat in {town}. It paid the Committee. Marta Ekdal led the Committee until May.")
    };
    let hymns = "The choir of Lagos sings hymns on Sunday. In Lagos the Committee chose three psalms and a carol.";
    let bees = "Honey bees swarm in June. In Turin the Committee counts hives and weighs wax each year.";
    let sandbox = sandbox(&[("a.txt", &oil("Geneva")), ("b.txt", &oil("Oslo")), ("c.txt", hymns), ("d.txt", bees)]);
    let count = |name: &str| {
        answers(&sandbox, &format!("SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ ?thing rdfs:label \"{name}\" }}"))
    };
    assert_eq!(count("Committee"), BTreeSet::from(["3".to_owned()]));
    assert_eq!(count("Norsea Oil"), BTreeSet::from(["1".to_owned()]));
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn an_acronym_is_another_name() {
    let text = "The World Health Organization (WHO) was founded in 1948. The WHO is based in Geneva.";
    let sandbox =
        sandbox(&[("a.txt", text), ("b.txt", "WHO sent doctors. The WHO paid them."), ("c.txt", "WHO met in Geneva.")]);
    let found = answers(&sandbox, "SELECT ?name { ?body rdfs:label ?name ; skos:altLabel \"WHO\" }");
    assert_eq!(found, BTreeSet::from(["World Health Organization".to_owned()]));
}

#[test]
fn a_country_is_one_node() {
    let text = "Lara Voss is an Australian painter. She was born in Perth, Australia, on 3 May 1950.\n\n\
        Tom Reed is an Australian singer. He lives in Australia.";
    let sandbox = sandbox(&[("a.txt", text)]);
    let found = answers(
        &sandbox,
        "SELECT ?name { ?who wdt:P27 ?country . ?country rdfs:label \"Australia\" . ?who rdfs:label ?name }",
    );
    assert!(found.contains("Lara Voss"), "{found:?}");
    assert!(answers(&sandbox, "SELECT ?thing { ?thing rdfs:label \"Australian\" }").is_empty());
}

#[test]
fn two_states_of_one_name_have_their_own_capitals() {
    let sandbox = sandbox(&[
        (
            "country.txt",
            "Georgia is a country at the intersection of Europe and Asia. Tbilisi is the capital of Georgia.",
        ),
        ("state.txt", "Georgia is a state in the southeastern United States. Atlanta is the capital of Georgia."),
    ]);
    let found = answers(&sandbox, "SELECT (COUNT(DISTINCT ?place) AS ?n) { ?place rdfs:label \"Georgia\" }");
    assert_eq!(found, BTreeSet::from(["2".to_owned()]));
    let both = "ASK { ?place wdt:P36 ?one, ?other FILTER(?one != ?other) }";
    assert_eq!(sandbox.done(&["query", both]).trim(), "no");
}

#[test]
fn a_family_is_three_people_and_a_city_no_president() {
    let text = "Marta Ekdal and her brother Johan Ekdal were born in Gothenburg. Ekdal became a chemist, and Johan became \
        a painter. Their father, Lars Ekdal, was a judge. Ekdal died in Oslo.";
    check(&[("a.txt", text)], "Person", &["Johan Ekdal", "Lars Ekdal", "Marta Ekdal"]);
    let text = "George Washington was born in Virginia. Washington is the capital of the United States. Washington was \
        the first president of the United States.";
    assert!(labels(&[("a.txt", text)], "Person").contains("George Washington"));
    assert!(labels(&[("a.txt", text)], "Location").contains("Washington"));
}

#[test]
fn a_title_names_whom_the_text_opens_with() {
    let text = "Liv Marker\n\nLiv Rundal Marker (born 1 July 1977 in Bergen) is a Norwegian actress. Marker was educated \
        at Bergen University. She is married to Olav Stein.";
    check(&[("a.txt", text)], "Person", &["Liv Rundal Marker", "Olav Stein"]);
    let text = "Fort Hill District (Northford, Ohio)\n\nFort Hill District is a historic district in Northford, Ohio. Café \
        Mirella (Northford) stands beside it.";
    let sandbox = sandbox(&[("a.txt", text)]);
    let names = answers(&sandbox, "SELECT ?name { ?place rdfs:label \"Fort Hill District\" ; skos:altLabel ?name }");
    assert!(names.iter().all(|name| !name.contains("Ohio")), "{names:?}");
}

#[test]
fn the_flow_is_not_worse_than_exact_names_on_news() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/news");
    let gold = evaluate::gold_names(&folder.join("entities.tsv")).expect("the table");
    let inputs = [folder.join("items.jsonl").display().to_string()];
    let documents = Documents::open(&inputs, &Default::default()).filter_map(|incoming| match incoming.change {
        Change::Put(document) => Some(document),
        _ => None,
    });
    let documents: Vec<_> = documents.collect();
    assert_eq!(documents.len(), 60);
    let reader = Extractor::bundled().expect("the model is shipped");
    let report = evaluate::resolution(&reader, &documents, &gold, &mut |_| {}).expect("a report");
    assert_eq!(report.missing, 0);
    assert!(report.vectors.f1 >= 0.97 && report.vectors.f1 > report.exact.f1, "{}", report.table());
    assert!(report.vectors.over_merges <= 1, "{:?}", report.mistakes);
}
