//! Ontologies as OWL authors write them. In: names of other vocabularies, and classes under none of kgloom's. Out: what they
//! are read as, and what is passed over. Never: a mistyped name of the file's own passed over.

use crate::{Error, Iri, Ontology, Violation};
use std::collections::BTreeSet;

fn read(turtle: &str) -> Result<Ontology, Error> {
    let prefixes = "@prefix ex: <http://example.org/> . @prefix kgloom: <urn:kgloom:> . \
        @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . \
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . \
        @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix schema: <https://schema.org/> . \
        @prefix dcterms: <http://purl.org/dc/terms/> . @prefix far: <http://example.com/far#> . \
        @prefix wd: <http://www.wikidata.org/entity/> . @prefix dbo: <http://dbpedia.org/ontology/> .\n";
    Ontology::bundled().with_text("mine.ttl", &format!("{prefixes}{turtle}"))
}

fn ex(name: &str) -> Iri {
    Iri::new(format!("http://example.org/{name}"))
}

fn kgloom(class: &str) -> Iri {
    Iri::new(format!("urn:kgloom:{class}"))
}

fn short(classes: &BTreeSet<Iri>) -> String {
    let names: Vec<&str> = classes.iter().map(|class| class.as_str().rsplit(['/', ':']).next().unwrap()).collect();
    names.join(" ")
}

fn warnings(ontology: &Ontology) -> Vec<String> {
    ontology.warnings().iter().map(ToString::to_string).collect()
}

#[test]
fn what_comes_with_the_program_is_read_as_it_is_written() {
    assert_eq!(Ontology::bundled().warnings(), []);
}

#[test]
fn a_class_of_a_known_vocabulary_is_read_as_ours() {
    let check = |range: &str, expected: &str| {
        let ontology = read(&format!("ex:r a owl:ObjectProperty ; rdfs:range {range} .")).unwrap();
        assert_eq!(short(&ontology.relation(&ex("r")).unwrap().range), expected, "{range}");
        assert_eq!(ontology.warnings(), [], "{range}");
    };
    check("foaf:Person", "Person");
    check("foaf:Agent", "Organization Person");
    check("schema:Place", "Location");
    check("<http://schema.org/Place>", "Location");
    check("wd:Q5", "Person");
    check("dbo:Organisation", "Organization");
    check("skos:Concept", "");
    check("[ owl:unionOf ( foaf:Person schema:Place ) ]", "Location Person");
    check("[ owl:unionOf ( foaf:Person skos:Concept ) ]", "");
}

#[test]
fn a_subclass_of_a_known_class_is_below_ours() {
    let ontology = read(
        "ex:Court rdfs:subClassOf foaf:Organization . ex:Party rdfs:subClassOf foaf:Agent . \
         foaf:Person a owl:Class . ex:Clan rdfs:subClassOf foaf:Person . ex:Hut owl:equivalentClass schema:Place ; a owl:Class .",
    )
    .unwrap();
    let is = |class: &str, broad: &str| ontology.is_kind_of(&ex(class), &kgloom(broad));
    assert!(is("Court", "Organization") && is("Clan", "Person") && is("Hut", "Location"));
    assert!(!is("Party", "Person") && !is("Party", "Organization"));
    assert_eq!(ontology.warnings(), []);
}

#[test]
fn a_vocabulary_itself_may_be_given() {
    let ontology = read(
        "@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> . geo:SpatialThing a rdfs:Class . foaf:Agent a rdfs:Class . \
         foaf:Person a rdfs:Class ; rdfs:subClassOf foaf:Agent, geo:SpatialThing ; owl:disjointWith foaf:Organization . \
         foaf:Organization a rdfs:Class ; rdfs:subClassOf foaf:Agent . foaf:knows a owl:ObjectProperty ; rdfs:domain foaf:Person . \
         dbo:Person a owl:Class ; rdfs:subClassOf dbo:Animal . dbo:Animal a owl:Class . dbo:Artist rdfs:subClassOf dbo:Person . \
         schema:LocalBusiness rdfs:subClassOf schema:Organization, schema:Place .",
    )
    .unwrap();
    let is = |class: &str, broad: &str| ontology.is_kind_of(&Iri::new(class), &kgloom(broad));
    assert!(is("http://xmlns.com/foaf/0.1/Person", "Person") && !is("http://xmlns.com/foaf/0.1/Person", "Location"));
    assert!(is("http://xmlns.com/foaf/0.1/Organization", "Organization"));
    assert!(
        is("http://dbpedia.org/ontology/Artist", "Person")
            && !is("http://dbpedia.org/ontology/Animal", "Miscellaneous")
    );
    assert!(is("https://schema.org/LocalBusiness", "Organization"));
    assert_eq!(ontology.warnings(), []);
}

#[test]
fn what_a_file_declares_itself_is_what_the_file_says() {
    let ontology = read("schema:Event rdfs:subClassOf kgloom:Organization . ex:r rdfs:range schema:Event .").unwrap();
    let event = Iri::new("https://schema.org/Event");
    assert_eq!(ontology.class(&event).unwrap().parents, [kgloom("Organization")].into());
    assert_eq!(ontology.relation(&ex("r")).unwrap().range, [event].into());
}

#[test]
fn what_nobody_knows_is_passed_over_with_a_warning() {
    let ontology = read(
        "<http://example.org/> a owl:Ontology ; owl:imports <http://example.com/far> .\n\
         ex:r a owl:ObjectProperty ; rdfs:range far:Engine ; rdfs:subPropertyOf dcterms:creator, far:made ;\n\
         owl:inverseOf foaf:made .\n\
         ex:A rdfs:subClassOf far:Engine ; owl:disjointWith far:Wheel . ex:s rdfs:domain schema:Persn, ex:A .",
    )
    .unwrap();
    let relation = ontology.relation(&ex("r")).unwrap();
    assert!(relation.range.is_empty() && relation.broader.is_empty() && relation.inverse.is_none());
    let class = ontology.class(&ex("A")).unwrap();
    assert!(class.parents.is_empty() && class.disjoint.is_empty());
    let said = warnings(&ontology);
    let has = |line: u32, words: &str| {
        said.iter().filter(|said| said.starts_with(&format!("mine.ttl:{line}: ")) && said.contains(words)).count()
    };
    assert_eq!(has(2, "owl:imports <http://example.com/far> is not followed"), 1);
    assert_eq!(has(3, "class \"http://example.com/far#Engine\" of another vocabulary: passed over"), 1);
    assert_eq!(has(3, "relation \"http://purl.org/dc/terms/creator\""), 1);
    assert_eq!(has(3, "relation \"http://example.com/far#made\""), 1);
    assert_eq!(has(4, "relation \"http://xmlns.com/foaf/0.1/made\""), 1);
    assert_eq!(has(5, "far#Wheel\""), 1);
    assert_eq!((has(5, "https://schema.org/Persn\""), has(5, "several rdfs:domain")), (1, 1));
    assert_eq!(said.len(), 8, "{said:#?}");
}

#[test]
fn a_mistyped_name_of_ones_own_is_a_mistake_and_all_are_told() {
    let wrong = read(
        "ex:r a owl:ObjectProperty ; rdfs:range ex:Nope ;\n rdfs:domain kgloom:Persn ;\n owl:inverseOf ex:q ;\n \
         rdfs:subPropertyOf foaf:knows .",
    );
    let message = wrong.unwrap_err().to_string();
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 3, "{message}");
    assert!(lines[0].starts_with("mine.ttl:2: \"http://example.org/Nope\" is not a class"), "{message}");
    assert!(lines[0].contains("rdfs:subClassOf kgloom:Person"), "{message}");
    assert!(lines[1].starts_with("mine.ttl:3: \"urn:kgloom:Persn\" is not a class"), "{message}");
    assert!(lines[2].starts_with("mine.ttl:4: \"http://example.org/q\" is not a relation"), "{message}");
}

#[test]
fn an_imported_ontology_that_is_read_too_needs_no_word() {
    let ontology = read(
        "<http://example.org/> a owl:Ontology ; owl:imports <http://example.org/b> . <http://example.org/b> a owl:Ontology .",
    );
    assert_eq!(ontology.unwrap().warnings(), []);
}

#[test]
fn a_type_of_values_of_ones_own_may_be_any_text() {
    let ontology = read(
        "ex:Grade a rdfs:Datatype ; rdfs:label \"grade\" ; owl:equivalentClass [ owl:onDatatype xsd:integer ] . \
         ex:r a owl:DatatypeProperty ; rdfs:range ex:Grade .",
    )
    .unwrap();
    assert!(ontology.relation(&ex("r")).unwrap().range.is_empty() && ontology.class(&ex("Grade")).is_none());
}

#[test]
fn a_thing_of_a_known_class_with_other_names_is_one_of_ours() {
    let ontology = read(
        "ex:marta a owl:NamedIndividual, schema:Person ; rdfs:label \"Marta Halvorsen\" ; skos:altLabel \"M. H.\" . \
         ex:topic a skos:Concept ; skos:prefLabel \"jazz\" ; skos:altLabel \"jazz music\" . \
         ex:thing a far:Engine ; rdfs:label \"V2\" ; skos:altLabel \"V 2\" .",
    )
    .unwrap();
    let mine: Vec<_> =
        ontology.individuals().filter(|one| one.iri.as_str().starts_with("http://example.org/")).collect();
    assert_eq!(mine.len(), 1);
    assert_eq!((mine[0].label.as_str(), &mine[0].class), ("Marta Halvorsen", &kgloom("Person")));
}

#[test]
fn a_class_of_ones_own_is_no_date_and_no_number() {
    let ontology = read(
        "ex:Play a owl:Class . ex:Era rdfs:subClassOf kgloom:Time . ex:Span a owl:Class . ex:Year rdfs:subClassOf ex:Span, kgloom:Time . \
         ex:directed a owl:ObjectProperty ; rdfs:label \"directed\" ; rdfs:range ex:Play . \
         ex:wrote a owl:ObjectProperty ; rdfs:label \"wrote\" ; rdfs:domain ex:Play . \
         ex:size a owl:DatatypeProperty ; rdfs:domain ex:Play . ex:length a owl:ObjectProperty . \
         ex:of a owl:ObjectProperty ; rdfs:range ex:Era . ex:lasted a owl:ObjectProperty ; rdfs:range ex:Span .",
    )
    .unwrap();
    let admits = |relation: &str, tail: &str| ontology.admits(&kgloom("Miscellaneous"), &ex(relation), &kgloom(tail));
    for value in ["Time", "Quantity"] {
        assert!(admits("directed", value).is_err() && admits("wrote", value).is_err(), "{value}");
        assert!(admits("size", value).is_ok() && admits("length", value).is_ok(), "{value}");
        assert!(ontology.admits(&kgloom(value), &ex("wrote"), &kgloom("Person")).is_err(), "{value}");
    }
    for thing in ["Person", "Organization", "Location", "Miscellaneous"] {
        assert!(admits("directed", thing).is_ok() && admits("wrote", thing).is_ok(), "{thing}");
    }
    assert!(admits("of", "Time").is_ok() && admits("of", "Quantity").is_err());
    assert!(admits("lasted", "Time").is_ok() && admits("lasted", "Quantity").is_err());
    let said = admits("wrote", "Time").unwrap_err();
    assert!(matches!(said, Violation::Disjoint(..)));
    assert_eq!(said.to_string(), "\"wrote\" takes a thing as tail, never a Time");
    assert!(ontology.canonical().contains("\"wrote\"") && ontology.canonical().contains(" of things "));
    assert!(!Ontology::bundled().canonical().contains(" of things "));
}

#[test]
fn a_class_that_is_called_as_persons_are_is_of_them() {
    let ontology = read(
        "ex:Player a owl:Class ; rdfs:label \"Chess Player\"@en . ex:GrandMaster rdfs:subClassOf ex:Player .\n\
         ex:Winemaker a owl:Class . ex:Regular a owl:Class ; rdfs:comment \"Somebody who plays every week.\" .\n\
         ex:Tower a owl:Class . ex:Operator a owl:Class . ex:Team a owl:Class ; rdfs:comment \"A group of players.\" .\n\
         ex:Keeper rdfs:subClassOf kgloom:Organization . ex:Trainer a owl:Class . ex:Gym rdfs:subClassOf ex:Trainer, kgloom:Location .\n\
         ex:Actors a owl:Class ; kgloom:documentClass true . ex:Teacher owl:disjointWith kgloom:Person . ex:Fenster a owl:Class ; rdfs:label \"Fenster\"@de .",
    )
    .unwrap();
    let persons: Vec<&str> = ontology
        .classes()
        .filter(|class| ontology.is_kind_of(&class.iri, &kgloom("Person")))
        .filter_map(|class| class.iri.as_str().strip_prefix("http://example.org/"))
        .collect();
    assert_eq!(persons, ["GrandMaster", "Player", "Regular", "Winemaker"]);
    let said = warnings(&ontology);
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(
        said[0].starts_with("mine.ttl:2: Player, Regular, Winemaker are taken to be under kgloom:Person"),
        "{said:#?}"
    );
}

#[test]
fn a_class_that_is_called_as_dates_are_takes_them() {
    let ontology = read("ex:Date a owl:Class . ex:on a owl:ObjectProperty ; rdfs:range ex:Date .").unwrap();
    let admits = |tail: &str| ontology.admits(&kgloom("Miscellaneous"), &ex("on"), &kgloom(tail)).is_ok();
    assert!(admits("Time") && !admits("Person") && !admits("Quantity"));
}

#[test]
fn ontologies_of_four_authors_are_read_as_they_are() {
    let check = |turtle: &str, warned: &[&str]| {
        let ontology = read(turtle).unwrap();
        let said = warnings(&ontology);
        assert!(
            said.len() == warned.len() && warned.iter().all(|words| said.iter().any(|s| s.contains(words))),
            "{said:#?}"
        );
    };
    let courts = "<http://lex.example.net/case> a owl:Ontology ; owl:imports <http://xmlns.com/foaf/0.1/> . \
        @prefix lex: <http://lex.example.net/case/> . \
        lex:Court a owl:Class ; rdfs:subClassOf foaf:Organization . lex:CourtCase a owl:Class . \
        lex:sued a owl:ObjectProperty ; rdfs:domain foaf:Agent ; rdfs:range foaf:Agent .";
    check(courts, &["owl:imports <http://xmlns.com/foaf/0.1/> is not followed"]);
    let schools = "ex:School a owl:Class ; rdfs:subClassOf schema:Organization . \
        ex:employs a owl:ObjectProperty ; rdfs:domain ex:School ; rdfs:range schema:Person . \
        ex:merged a owl:ObjectProperty, owl:SymmetricProperty ; rdfs:domain ex:School ; rdfs:range ex:School .";
    check(schools, &[]);
    let software = "ex:dependsOn schema:domainIncludes schema:SoftwareApplication . \
        ex:writtenIn a owl:ObjectProperty ; rdfs:range schema:ComputerLanguage .";
    check(software, &[]);
    let theatre = "@base <http://stage.example.org/vocab> . @prefix : <#> . :Production a owl:Class . :Play a owl:Class . \
        :directed a owl:ObjectProperty ; rdfs:range [ a owl:Class ; owl:unionOf ( :Production :Play ) ] . \
        :directedBy a owl:ObjectProperty ; owl:inverseOf :directed .";
    check(theatre, &[]);
}
