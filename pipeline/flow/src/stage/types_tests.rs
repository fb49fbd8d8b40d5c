//! Which narrower classes of an entity stay. In: classes that texts tell, with their scores. Out: those that are kept, and what
//! speaks against the others. Never: a dataflow; the oracle has them in one.

use super::*;

const BAND: &str = "
    @prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ex:Artist rdfs:subClassOf <urn:kgloom:Person> . ex:Singer rdfs:subClassOf ex:Artist .
    ex:Banker rdfs:subClassOf <urn:kgloom:Person> ; owl:disjointWith ex:Artist .
    ex:Museum rdfs:subClassOf <urn:kgloom:Organization> . ex:Myth a owl:Class .";

/// What is told of somebody, and of what is judged: the class and what speaks against it.
fn judged(told: &[(&str, u16)]) -> Vec<(String, Option<String>)> {
    let ontology = Ontology::bundled().with_text("band.ttl", BAND).unwrap();
    let class = |name: &str| Iri::new(format!("http://example.org/{name}"));
    let told: Vec<Told> =
        told.iter().map(|(name, score)| (class(name), DocumentId::new("a"), Score::new(*score))).collect();
    let told: Vec<&Told> = told.iter().collect();
    let judged = judge(&vocabulary::own("Person"), &told, (&ontology, Score::HALF));
    let short = |class: Iri| class.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    judged.into_iter().map(|(class, reason)| (short(class), reason.map(|reason| reason.to_string()))).collect()
}

fn kept(told: &[(&str, u16)]) -> Vec<String> {
    judged(told).into_iter().filter(|(_, reason)| reason.is_none()).map(|(class, _)| class).collect()
}

#[test]
fn who_is_a_singer_is_an_artist_too() {
    assert_eq!(kept(&[("Singer", 7_000)]), ["Artist", "Singer"]);
    assert_eq!(kept(&[("Singer", 4_000), ("Artist", 6_000)]), ["Artist"]);
}

#[test]
fn of_classes_that_rule_one_another_out_the_surer_stays() {
    assert_eq!(kept(&[("Singer", 7_000), ("Banker", 8_000)]), ["Banker"]);
    let reasons: Vec<Option<String>> =
        judged(&[("Singer", 7_000), ("Banker", 6_000)]).into_iter().map(|r| r.1).collect();
    assert_eq!(reasons, [None, Some("it is of \"Artist\", which nothing of \"Banker\" is".to_owned()), None]);
}

#[test]
fn what_somebody_cannot_be_is_refused_and_what_nobody_ruled_out_is_not() {
    assert_eq!(kept(&[("Museum", 9_000), ("Myth", 9_000)]), ["Myth"]);
    assert_eq!(judged(&[("Museum", 9_000)])[0].1.as_deref(), Some("\"Museum\" is no kind of Person"));
}
