//! Predictions that follow edits are those of the graph that the edits lead to.

use super::*;
use crate::verify::difference;
use kgloom_links::live::fit;
use proptest::prelude::*;
use std::sync::OnceLock;

fn wikidata(property: &str) -> Iri {
    Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"))
}

fn town(number: usize) -> Iri {
    Iri::new(format!("urn:kgloom:location:Town_{number}"))
}

fn person(number: usize) -> Iri {
    Iri::new(format!("urn:kgloom:person:Person_{number}"))
}

fn country(number: usize) -> Iri {
    Iri::new(format!("urn:kgloom:location:Country_{number}"))
}

fn stated(subject: &Iri, relation: Iri, object: Term) -> Quad {
    Quad { graph: Graph::Default, triple: Triple { subject: subject.clone(), relation, object } }
}

/// What the graph says an entity is.
fn named(entity: &Iri, class: &str) -> Vec<Quad> {
    let label = entity.as_str().rsplit(':').next().unwrap_or_default().replace('_', " ");
    let label = Term::Literal(Literal { value: label.into(), datatype: Datatype::String });
    vec![
        stated(entity, Iri::new(vocabulary::LABEL), label),
        stated(entity, Iri::new(vocabulary::TYPE), Term::Name(vocabulary::own(class))),
    ]
}

/// Parts of a world: towns of four countries, people who are born in towns and mostly citizens of their countries.
fn parts() -> Vec<Vec<Quad>> {
    let mut parts = Vec::new();
    for number in 0..4 {
        parts.push(named(&country(number), "Location"));
    }
    for number in 0..16 {
        let mut part = named(&town(number), "Location");
        part.push(stated(&town(number), wikidata("P17"), Term::Name(country(number % 4))));
        parts.push(part);
    }
    for number in 0..60 {
        let mut part = named(&person(number), "Person");
        part.push(stated(&person(number), wikidata("P19"), Term::Name(town(number % 16))));
        if number % 3 != 0 {
            part.push(stated(&person(number), wikidata("P27"), Term::Name(country(number % 4))));
        }
        parts.push(part);
    }
    parts
}

/// A graph as a set of quads: what two parts say stands as long as one of them does.
fn whole(parts: &[Vec<Quad>], live: &BTreeSet<usize>) -> BTreeSet<Quad> {
    live.iter().flat_map(|&part| parts[part].iter().cloned()).collect()
}

fn folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let mut graph = DynamicGraph::default();
            // The last parts are unknown to the predictor.
            let known: BTreeSet<usize> = (0..74).collect();
            whole(&parts(), &known).iter().for_each(|quad| graph.apply(&quad.triple, true));
            let models = (Box::new(TextEncoder::bundled().unwrap()) as Box<dyn Encode>, Arc::new(Ontology::bundled()));
            fit(&graph, models, ("world", 1), &|_, _, _| ()).unwrap().0.write(folder.path()).unwrap();
            folder
        })
        .path()
}

fn predicted() -> Predicted {
    let models = (Box::new(TextEncoder::bundled().unwrap()) as Box<dyn Encode>, Arc::new(Ontology::bundled()));
    let predictor = Predictor::read(folder(), models.0, models.1).unwrap();
    let (graph, model) = (predictor.graph(), predictor.id().clone());
    let wanted = Predicting { probability: Score::new(1_000), most: 2, vectors: true };
    Predicted { predictor, wanted, graph, model }
}

#[test]
fn a_citizenship_is_told_by_the_place_of_birth_with_its_evidence_and_goes_with_it() {
    let (parts, mut predicted) = (parts(), predicted());
    let all: BTreeSet<usize> = (0..parts.len()).collect();
    for quad in whole(&parts, &all) {
        predicted.absorb(&[(quad, 1)]);
    }
    let told = predicted.all().unwrap();
    let link = stated(&person(3), wikidata("P27"), Term::Name(country(3)));
    let link = Quad { graph: Graph::Predicted, ..link };
    assert!(told.contains(&link), "{told:#?}");
    let details = vocabulary::prediction_iri(&link.triple);
    let way = "person:Person_3 wdt:P19 location:Town_3 . location:Town_3 wdt:P17 location:Country_3";
    let says_so = |quad: &Quad| {
        let triple = &quad.triple;
        let said = matches!(&triple.object, Term::Literal(literal) if literal.value.contains(way));
        triple.subject == details && triple.relation == vocabulary::own("evidence") && said
    };
    assert!(told.iter().any(says_so), "{told:#?}");
    let store = Store::in_memory().unwrap();
    store.repair(1, &told, &[]).unwrap();
    let birth = stated(&person(3), wikidata("P19"), Term::Name(town(3)));
    predicted.absorb(&[(birth, -1)]);
    let change = predicted.change(&store).unwrap();
    assert!(change.iter().any(|(quad, count)| says_so(quad) && *count < 0), "{change:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Parts come and go; what is told follows, and is what a fresh look at the graph tells.
    #[test]
    fn predictions_after_any_history_are_those_of_the_graph(
        history in prop::collection::vec(prop::collection::vec(0usize..80, 1..12), 1..8),
    ) {
        let (parts, mut following) = (parts(), predicted());
        let store = Store::in_memory().unwrap();
        let (mut live, mut graph) = ((0..40).collect::<BTreeSet<usize>>(), BTreeSet::new());
        for epoch in std::iter::once(&Vec::new()).chain(&history) {
            for part in epoch {
                if !live.remove(part) {
                    live.insert(*part);
                }
            }
            let now = whole(&parts, &live);
            let gone = graph.difference(&now).map(|quad: &Quad| (quad.clone(), -1));
            let delta: Vec<(Quad, isize)> = gone.chain(now.difference(&graph).map(|quad| (quad.clone(), 1))).collect();
            following.absorb(&delta);
            let change = following.change(&store).unwrap();
            store.apply(1, &change, &[]).unwrap();
            graph = now;
        }
        let mut fresh = predicted();
        fresh.absorb(&graph.into_iter().map(|quad| (quad, 1)).collect::<Vec<_>>());
        let wanted = Store::in_memory().unwrap();
        wanted.repair(1, &fresh.all().unwrap(), &[]).unwrap();
        let (wanted, stored) = (wanted.lines().unwrap(), store.lines().unwrap());
        let different = difference(&wanted, &stored);
        prop_assert!(different.is_empty(), "{}", different.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}
