//! What the bundled ontology says, and how files of the user add to it.

use super::*;
use crate::Violation;
use crate::declared::Relation;

fn wikidata(property: &str) -> Iri {
    Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"))
}

fn kgloom(class: &str) -> Iri {
    Iri::new(format!("urn:kgloom:{class}"))
}

fn demo() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/demo/museum.ttl"))
}

/// Writes files into a folder of the test's own and reads the bundled ontology with them.
fn bundled_with(test: &str, files: &[&str]) -> Result<Ontology, Error> {
    let name = format!("kgloom-ontologies-{test}-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let mut paths = Vec::new();
    for (number, turtle) in files.iter().enumerate() {
        let path = folder.join(format!("{number}.ttl"));
        let prefixes = "@prefix ex: <http://example.org/> . @prefix kgloom: <urn:kgloom:> . \
            @prefix owl: <http://www.w3.org/2002/07/owl#> . \
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . \
            @prefix wdt: <http://www.wikidata.org/prop/direct/> .\n";
        std::fs::write(&path, format!("{prefixes}{turtle}")).unwrap();
        paths.push(path);
    }
    let ontology = Ontology::bundled().with_files(&paths);
    std::fs::remove_dir_all(&folder).unwrap();
    ontology
}

#[test]
fn bundled_classes_have_the_tags_that_readers_use() {
    let ontology = Ontology::bundled();
    let tagged = [
        ("PER", "Person"),
        ("ORG", "Organization"),
        ("LOC", "Location"),
        ("TIME", "Time"),
        ("NUM", "Quantity"),
        ("MISC", "Miscellaneous"),
    ];
    for (tag, name) in tagged {
        let class = ontology.class_of_tag(tag).unwrap();
        assert_eq!((&class.iri, class.label.as_str()), (&kgloom(name), name));
    }
    assert_eq!(ontology.classes().count(), tagged.len());
    assert_eq!(ontology.class_of_tag("DOG"), None);
}

#[test]
fn every_bundled_relation_says_what_it_means_and_takes() {
    let ontology = Ontology::bundled();
    let declared: usize = BUNDLED.iter().map(|(_, turtle)| turtle.matches("\nwdt:P").count()).sum();
    assert_eq!(ontology.relations().count(), declared, "one is declared twice");
    assert!(declared >= 150);
    let mut labels = BTreeSet::new();
    for relation in ontology.relations() {
        let Relation { iri, label, comment, domain, range, .. } = relation;
        assert!(labels.insert(label.to_lowercase()), "two are called {label}");
        assert_ne!(label, local_name(iri), "{iri} has no label");
        assert!(comment.ends_with('.') && comment.lines().count() == 1, "{label}");
        assert!(!domain.is_empty() && !range.is_empty(), "{label}");
        if relation.symmetric {
            assert_eq!(domain, range, "{label} is symmetric");
        }
        let values = [kgloom("Time"), kgloom("Quantity")];
        if range.iter().all(|class| values.contains(class)) {
            assert_eq!(relation.inverse, None, "{label}: a value is about nothing");
        }
    }
}

#[test]
fn bundled_inverses_point_back_and_take_the_same() {
    let ontology = Ontology::bundled();
    let mut pairs = 0;
    for relation in ontology.relations() {
        let Some(inverse) = &relation.inverse else {
            continue;
        };
        let inverse = ontology.relation(inverse).unwrap();
        assert_eq!(inverse.inverse.as_ref(), Some(&relation.iri));
        assert_eq!(inverse.domain, relation.range, "{}", relation.label);
        pairs += 1;
    }
    assert!(pairs >= 14);
    let inverse = |p| ontology.relation(&wikidata(p)).unwrap().inverse.clone();
    assert_eq!(inverse("P150"), Some(wikidata("P131")));
    assert_eq!(inverse("P40"), None, "a child's father or mother");
}

#[test]
fn only_what_happens_once_is_functional() {
    let ontology = Ontology::bundled();
    let functional = ontology.relations().filter(|r| r.functional);
    let labels: BTreeSet<&str> = functional.map(|r| r.label.as_str()).collect();
    let born = ["date of birth", "place of birth", "father", "mother"];
    let died = ["date of death", "place of death"];
    assert_eq!(labels, born.into_iter().chain(died).collect());
}

#[test]
fn bundled_rules_admit_what_makes_sense_and_say_why_not() {
    let check = |head: &str, relation: &str, tail: &str, expected: &str| {
        let ontology = Ontology::bundled();
        let said = ontology.admits(&kgloom(head), &wikidata(relation), &kgloom(tail));
        let said = said.map_or_else(|violation| violation.to_string(), |()| String::new());
        assert_eq!(said, expected, "{head} {relation} {tail}");
    };
    check("Person", "P569", "Time", "");
    check("Location", "P37", "Location", "");
    check("Organization", "P159", "Location", "");
    let birth = "\"date of birth\" takes a Person as head, never a Location";
    check("Location", "P569", "Time", birth);
    let birth = "\"date of birth\" takes a Time as tail, not a Miscellaneous";
    check("Person", "P569", "Miscellaneous", birth);
    let director = "\"director\" takes a Person as tail, never an Organization";
    check("Miscellaneous", "P57", "Organization", director);
    let author = "\"author\" takes a Miscellaneous as head, not a Person";
    check("Person", "P50", "Person", author);
}

#[test]
fn a_relation_is_found_by_any_of_its_names() {
    let ontology = Ontology::bundled();
    let names = [
        "http://www.wikidata.org/prop/direct/P57",
        "<http://www.wikidata.org/prop/direct/P57>",
        "wdt:P57",
        "P57",
        "p57",
        "director",
        " Director ",
    ];
    for name in names {
        let found = ontology.find_relation(name);
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(found[0].iri, wikidata("P57"), "{name}");
    }
    for name in ["", "P5", "direct", "wdt:", "nope:P57"] {
        assert!(ontology.find_relation(name).is_empty(), "{name}");
    }
}

#[test]
fn the_demo_divides_classes_and_adds_relations() {
    let ontology = Ontology::bundled().with_files(&[demo()]).unwrap();
    let museum = |name: &str| Iri::new(format!("http://example.org/museum#{name}"));
    assert!(ontology.is_kind_of(&museum("Painting"), &kgloom("Miscellaneous")));
    let found = ontology.find_relation("museum:exhibitedAt");
    assert_eq!(found[0].label, "exhibited at");
    let exhibited = &found[0].iri;
    let admits = |head: &Iri, tail: &Iri| ontology.admits(head, exhibited, tail);
    assert_eq!(admits(&museum("Painting"), &museum("Museum")), Ok(()));
    assert_eq!(admits(&kgloom("Miscellaneous"), &kgloom("Organization")), Ok(()));
    assert!(matches!(admits(&museum("Painting"), &kgloom("Person")), Err(Violation::Disjoint(..))));
    let acquired = ontology.relation(&museum("acquired")).unwrap();
    assert_eq!(acquired.range, [kgloom("Time")].into());
    let creator = ontology.relation(&wikidata("P170")).unwrap();
    assert_eq!(creator.domain, [museum("Artwork")].into());
    assert_ne!(ontology.canonical(), Ontology::bundled().canonical());
}

#[test]
fn a_later_file_overrules_an_earlier_one() {
    let narrow = "wdt:P569 a owl:DatatypeProperty ; rdfs:label \"born\" ; rdfs:domain kgloom:Person .";
    let wide = "wdt:P569 a owl:DatatypeProperty .";
    let ontology = bundled_with("overrule", &[wide, narrow]).unwrap();
    let born = ontology.relation(&wikidata("P569")).unwrap();
    assert_eq!((born.label.as_str(), born.functional), ("born", false));
    assert_eq!(born.range, BTreeSet::new());
    let ontology = bundled_with("overrule-back", &[narrow, wide]).unwrap();
    let born = ontology.relation(&wikidata("P569")).unwrap();
    assert_eq!((born.label.as_str(), born.domain.len()), ("P569", 0));
}

#[test]
fn a_replaced_relation_is_no_longer_an_inverse_unless_it_says_so() {
    let silent = bundled_with("silent", &["wdt:P131 a owl:ObjectProperty ."]).unwrap();
    let contains = silent.relation(&wikidata("P150")).unwrap();
    assert_eq!(contains.inverse, None);
    let said = "wdt:P131 a owl:ObjectProperty ; owl:inverseOf wdt:P150 .";
    let said = bundled_with("said", &[said]).unwrap();
    let contains = said.relation(&wikidata("P150")).unwrap();
    assert_eq!(contains.inverse, Some(wikidata("P131")));
    let second = "ex:within a owl:ObjectProperty ; owl:inverseOf wdt:P150 .";
    let message = bundled_with("second", &[second]).unwrap_err().to_string();
    assert!(message.contains("whose inverse is"), "{message}");
}

#[test]
fn files_may_lean_on_each_other_in_any_order() {
    let child = "ex:Poet rdfs:subClassOf ex:Writer .";
    let parent = "ex:Writer rdfs:subClassOf kgloom:Person . kgloom:Person owl:disjointWith ex:Robot .
        ex:Robot a owl:Class .";
    let ontology = bundled_with("lean", &[child, parent]).unwrap();
    let ex = |name: &str| Iri::new(format!("http://example.org/{name}"));
    assert!(ontology.is_kind_of(&ex("Poet"), &kgloom("Person")));
    assert!(ontology.are_disjoint(&ex("Robot"), &ex("Poet")));
    let person = ontology.class_of_tag("PER").unwrap();
    assert_eq!(person.label, "Person");
}

#[test]
fn a_name_that_nobody_declares_is_shown_with_file_and_line() {
    let check = |test: &str, turtle: &str, expected: &str| {
        let message = bundled_with(test, &[turtle]).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    };
    let domain = "ex:ate a owl:ObjectProperty ;\n rdfs:domain kgloom:Persn ;\n rdfs:range kgloom:Person .";
    check("domain", domain, "0.ttl:3: \"urn:kgloom:Persn\" is not a class");
    let parent = "\nex:Poet rdfs:subClassOf ex:Writer .";
    check("parent", parent, "0.ttl:3: \"http://example.org/Writer\" is not a class");
    let inverse = "ex:ate owl:inverseOf ex:fed .";
    check("inverse", inverse, "0.ttl:2: \"http://example.org/fed\" is not a relation");
    check("tag", "ex:Human a owl:Class ; kgloom:tag \"PER\" .", "both have the tag \"PER\"");
    let circle = "ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:A .";
    check("circle", circle, "subclasses in a circle: \"http://example.org/A\"");
    let both = "ex:Both rdfs:subClassOf kgloom:Person, kgloom:Location .";
    check("both", both, "nothing can be a \"http://example.org/Both\"");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let missing = PathBuf::from("no/such/file.ttl");
    let error = Ontology::bundled().with_files(&[missing]).unwrap_err();
    assert_eq!(error.to_string(), "cannot read ontology file \"no/such/file.ttl\"");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn the_canonical_text_does_not_depend_on_how_it_was_written() {
    let one = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <urn:a> rdfs:subClassOf <urn:b> ; rdfs:label \"A\" . <urn:b> a rdfs:Class .";
    let other = "<urn:b> a <http://www.w3.org/2002/07/owl#Class> . # the same, said otherwise
        <urn:a> <http://www.w3.org/2000/01/rdf-schema#label> \"A\" .
        <urn:a> <http://www.w3.org/2000/01/rdf-schema#comment> \"Why.\" .
        <urn:a> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:b> .";
    let canonical = |turtle| Ontology::read("x.ttl", turtle).unwrap().canonical();
    assert_eq!(canonical(one), canonical(other));
    assert_ne!(canonical(one), canonical(&one.replace("\"A\"", "\"B\"")));
}

#[test]
fn an_ontology_is_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Ontology::bundled());
}
