//! What Turtle declares. In: Turtle. Out: that it is read, and that what is wrong is told with its line.

use super::*;

fn read(turtle: &str) -> Result<Declarations, Error> {
    let prefixes = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . \
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <https://schema.org/> . \
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix kgloom: <urn:kgloom:> .\n";
    super::read("mine.ttl", &format!("{prefixes}{turtle}"))
}

fn relation(turtle: &str) -> Relation {
    let relations = read(turtle).unwrap().relations;
    relations.into_values().next().unwrap()
}

fn names(iris: &BTreeSet<Iri>) -> Vec<&str> {
    iris.iter().map(Iri::as_str).collect()
}

fn check_error(turtle: &str, expected: &str) {
    let message = read(turtle).unwrap_err().to_string();
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn broken_turtle_is_shown_with_file_line_and_column() {
    check_error("ex:a a owl:Class ;;\n  ex:b ex:c", "mine.ttl:3:");
    check_error("\nex:a rdfs:label \"never closed .\n", "mine.ttl:3:");
    check_error("ex:a nope:b ex:c .", "mine.ttl:2:6: not valid Turtle: ");
    check_error("ex:a <not an iri> ex:c .", "mine.ttl:2:");
}

#[test]
fn what_cannot_be_meant_is_refused_at_its_line() {
    let several = "ex:r a owl:ObjectProperty ;\n rdfs:range ex:A,\n ex:B .";
    check_error(several, "mine.ttl:4: \"http://example.org/r\" has several");
    let union = "ex:r a owl:ObjectProperty ;\n rdfs:domain [ owl:unionOf ( ex:A ex:B ) ] .";
    check_error(union, "mine.ttl:3: \"http://www.w3.org/2000/01/rdf-schema#domain\" needs");
    check_error("ex:r rdfs:domain \"A\" .", "mine.ttl:2:");
    check_error("ex:A a owl:Class ; rdfs:label ex:B .", "mine.ttl:2:");
    check_error("\nex:A rdfs:label \"a thing\" .", "mine.ttl:3: \"http://example.org/A\" is neither");
}

#[test]
fn a_mark_of_byte_order_changes_nothing() {
    let file =
        super::read("mine.ttl", "\u{feff}@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<urn:a> a owl:Class .");
    assert_eq!(file.unwrap().classes.len(), 1);
    let broken = super::read("mine.ttl", "\u{feff}\nex:a ex:b ex:c .").unwrap_err().to_string();
    assert!(broken.starts_with("mine.ttl:2:"), "{broken}");
}

#[test]
fn a_pattern_needs_both_ends_and_words_between_them() {
    let likes = read("ex:likes a owl:ObjectProperty ; kgloom:pattern \"X likes Y\", \"Y is liked by X\" .").unwrap();
    let patterns = &likes.relations[&Iri::new("http://example.org/likes")].patterns;
    assert_eq!(patterns.iter().map(|pattern| pattern.head_first).collect::<Vec<_>>(), [false, true]);
    check_error("ex:likes kgloom:pattern \"likes Y\" .", "mine.ttl:2: \"urn:kgloom:pattern\" needs X, Y and words");
}

#[test]
fn a_relative_name_needs_a_base() {
    check_error("<> a owl:Ontology .", "mine.ttl:2:1: not valid Turtle: ");
    let file = read("@base <http://example.org/> . <> a owl:Ontology . <A> a owl:Class .");
    assert_eq!(file.unwrap().classes.len(), 1);
}

#[test]
fn what_is_none_of_our_business_is_passed_over() {
    let file = read(
        "ex: a owl:Ontology ; rdfs:label \"Mine\" . ex:me ex:wrote ex:this .
        ex:note a owl:AnnotationProperty ; rdfs:label \"note\" .
        ex:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:r ], owl:Thing .",
    )
    .unwrap();
    assert_eq!(file.classes.len(), 1);
    assert!(file.relations.is_empty() && file.references.is_empty());
}

#[test]
fn one_class_or_several_may_be_named() {
    let r = relation("ex:r rdfs:domain ex:A ; schema:rangeIncludes ex:C, ex:B .");
    assert_eq!(names(&r.domain), ["http://example.org/A"]);
    assert_eq!(names(&r.range), ["http://example.org/B", "http://example.org/C"]);
    assert!(!r.symmetric && !r.functional);
    let r = relation("ex:r a owl:SymmetricProperty, owl:FunctionalProperty .");
    assert!(r.symmetric && r.functional && r.domain.is_empty());
    let r = relation("ex:r kgloom:seldomSeveral true .");
    assert!(r.seldom_several && !r.functional);
}

#[test]
fn ranges_of_xml_schema_are_times_and_quantities() {
    let check = |datatype: &str, expected: &[&str]| {
        let r = relation(&format!("ex:r rdfs:range {datatype} ; rdfs:domain ex:A ."));
        assert_eq!(names(&r.range), expected, "{datatype}");
    };
    check("xsd:date", &["urn:kgloom:Time"]);
    check("xsd:gYear", &["urn:kgloom:Time"]);
    check("xsd:decimal", &["urn:kgloom:Quantity"]);
    check("xsd:string", &[]);
    check("owl:Thing", &[]);
    check("rdfs:Literal", &[]);
}

#[test]
fn english_is_read_first_and_other_languages_for_want_of_it() {
    let check = |labels: &str, expected: &str| {
        assert_eq!(relation(&format!("ex:r a owl:ObjectProperty ; rdfs:label {labels} .")).label, expected);
    };
    check("\"auteur\"@fr, \"author\"@en", "author");
    check("\"Autor\"@de, \"author\"", "author");
    check("\"auteur\"@fr, \"Autor\"@de", "auteur");
}
