//! What Turtle declares. In: Turtle. Out: that it is read, and that what is wrong is told with its line.

use super::*;

fn read(turtle: &str) -> Result<Declarations, Error> {
    let prefixes = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . \
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <https://schema.org/> . \
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . \
        @prefix kgloom: <urn:kgloom:> .\n";
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
    check_error("ex:r rdfs:domain \"A\" .", "mine.ttl:2:");
    check_error("ex:A a owl:Class ; rdfs:label ex:B .", "mine.ttl:2:");
    check_error("\nex:A rdfs:label \"a thing\" .", "mine.ttl:3: \"http://example.org/A\" is neither");
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let message = read("ex:r rdfs:domain \"A\" .\nex:s rdfs:range \"B\" .").unwrap_err().to_string();
    let lines: Vec<&str> = message.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("mine.ttl:2:") && lines[1].starts_with("mine.ttl:3:"),
        "{message}"
    );
}

#[test]
fn another_form_than_turtle_is_called_by_its_name() {
    let check = |text: &str, form: &str| {
        let message = super::read("x.owl", text).unwrap_err().to_string();
        assert!(message.starts_with(&format!("x.owl: this is {form}, not Turtle; convert it")), "{message}");
    };
    check("<?xml version=\"1.0\"?>\n<rdf:RDF xmlns:owl=\"http://www.w3.org/2002/07/owl#\"/>", "RDF/XML");
    check("\n<rdf:RDF></rdf:RDF>", "RDF/XML");
    check("<?xml version=\"1.0\"?>\n<Ontology></Ontology>", "RDF/XML or OWL/XML");
    check("Prefix(:=<http://example.org/>)", "OWL's functional syntax");
    check("Prefix: : <http://example.org/>", "Manchester syntax");
    check("{ \"@context\": {} }", "JSON-LD");
    assert!(super::read("x.ttl", "<urn:a> a <http://www.w3.org/2002/07/owl#Class> .").is_ok());
    assert!(super::read("x.ttl", "PREFIX owl: <http://www.w3.org/2002/07/owl#>\n<urn:a> a owl:Class .").is_ok());
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
    assert!(file.relations.is_empty() && file.open.references.is_empty());
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
fn a_union_is_any_of_its_classes_and_several_domains_are_taken_so() {
    let check = |turtle: &str, range: &[&str], warnings: usize| {
        let file = read(&format!("ex:r a owl:ObjectProperty ; {turtle} .")).unwrap();
        let range: Vec<String> = range.iter().map(|name| format!("http://example.org/{name}")).collect();
        assert_eq!(names(&file.relations.values().next().unwrap().range), range, "{turtle}");
        assert_eq!(file.open.warnings.len(), warnings, "{turtle}");
    };
    check("rdfs:range [ a owl:Class ; owl:unionOf ( ex:A ex:B ) ]", &["A", "B"], 0);
    check("schema:rangeIncludes [ owl:unionOf ( ex:A ex:B ) ], ex:C", &["A", "B", "C"], 0);
    check("rdfs:range [ owl:intersectionOf ( ex:A ex:B ) ]", &["A", "B"], 0);
    check("rdfs:range ex:A, ex:B", &["A", "B"], 1);
    check("rdfs:range ex:A, owl:Thing", &["A"], 1);
    check("schema:rangeIncludes ex:A, owl:Thing", &[], 0);
    check("rdfs:range [ owl:unionOf ( ex:A owl:Thing ) ]", &[], 0);
    check("rdfs:range [ owl:unionOf ( ex:A [ owl:complementOf ex:B ] ) ]", &[], 1);
    check("rdfs:range [ owl:onDatatype xsd:string ; owl:withRestrictions ( [ xsd:maxLength 3 ] ) ]", &[], 0);
    check("rdfs:range [ owl:oneOf ( \"a\" \"b\" ) ]", &[], 1);
    check("rdfs:range [ a owl:Restriction ; owl:onProperty ex:s ; owl:someValuesFrom ex:A ]", &[], 1);
}

#[test]
fn a_class_is_below_the_named_classes_that_it_is_described_by() {
    let parents = |turtle: &str| {
        let file = read(&format!("ex:A a owl:Class ; {turtle} .")).unwrap();
        assert!(file.open.warnings.is_empty(), "{turtle}");
        names(&file.classes[&Iri::new("http://example.org/A")].parents).join(" ")
    };
    let restriction = "[ a owl:Restriction ; owl:onProperty ex:r ; owl:someValuesFrom ex:C ]";
    assert_eq!(
        parents(&format!("owl:equivalentClass [ owl:intersectionOf ( ex:B {restriction} ) ]")),
        "http://example.org/B"
    );
    assert_eq!(parents(&format!("rdfs:subClassOf {restriction}, ex:B, owl:Thing")), "http://example.org/B");
    assert_eq!(parents("owl:equivalentClass schema:Person"), "urn:kgloom:Person");
    assert_eq!(parents("owl:equivalentClass ex:B"), "");
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
    check("<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>", &[]);
    check("schema:Date", &["urn:kgloom:Time"]);
    check("schema:Number", &["urn:kgloom:Quantity"]);
    check("schema:Text", &[]);
}

#[test]
fn english_is_read_first_and_other_languages_for_want_of_it() {
    let check = |labels: &str, expected: &str| {
        assert_eq!(relation(&format!("ex:r a owl:ObjectProperty ; rdfs:label {labels} .")).label, expected);
    };
    check("\"auteur\"@fr, \"author\"@en", "author");
    check("\"Autor\"@de, \"author\"", "author");
    check("\"auteur\"@fr, \"Autor\"@de", "auteur");
    check("\"author\" ; skos:prefLabel \"writer\"", "author");
    assert_eq!(relation("ex:r a owl:ObjectProperty ; skos:prefLabel \"writer\"@en .").label, "writer");
    assert_eq!(relation("ex:r a owl:ObjectProperty ; skos:definition \"Who wrote it.\" .").comment, "Who wrote it.");
}
