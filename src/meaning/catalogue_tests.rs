//! What there is to find follows the graph. In: random histories. Out: the same as a fresh look. Never: a file.

use super::*;
use kgloom_record::context::written;
use kgloom_record::record::{Datatype, Literal};
use proptest::prelude::*;

fn quad(kind: u8, subject: u8, object: u8) -> Quad {
    let name = |number: u8| Iri::new(format!("urn:kgloom:person:P{number}"));
    let text = |value: String| Term::Literal(Literal { value: value.into(), datatype: Datatype::String });
    let (graph, subject, relation, object) = match kind {
        0 => (
            Graph::Default,
            name(subject),
            vocabulary::TYPE,
            Term::Name(vocabulary::own(["Person", "Location"][usize::from(object % 2)])),
        ),
        1 => (Graph::Default, name(subject), vocabulary::LABEL, text(format!("name {object}"))),
        2 => (Graph::Default, name(subject), "urn:x:knows", Term::Name(name(object))),
        3 => (Graph::Entailed, name(subject), "urn:x:meets", Term::Name(name(object))),
        4 => (Graph::Contexts, name(subject), vocabulary::CONTEXT, Term::Literal(written(&[object as i8, 1, 100]))),
        _ => {
            let document = Iri::new(vocabulary::document_iri(&DocumentId::new(format!("{subject}"))));
            (Graph::Contexts, document, vocabulary::CONTEXT, Term::Literal(written(&[object as i8, 1, 100])))
        }
    };
    Quad { graph, triple: Triple { subject, relation: Iri::new(relation), object } }
}

/// Rows, what a query finds with the bits of its scores, and classes.
type Seen = (Vec<(Iri, Vec<i8>)>, Vec<(Iri, u64)>, BTreeMap<Iri, BTreeSet<Iri>>);

/// All that can be told of a catalogue.
fn seen(catalogue: &Catalogue) -> Seen {
    let shelves = [&catalogue.things, &catalogue.documents];
    let rows = shelves.iter().filter_map(|shelf| shelf.rows.as_ref());
    let mut rows: Vec<(Iri, Vec<i8>)> =
        rows.flat_map(|rows| rows.vectors().iter().map(|(name, row)| (name.clone(), row.to_vec()))).collect();
    rows.sort();
    let query = "name 0 1 2 3 person knows P0 P1 P2 P3";
    let words = catalogue.things.words.search(query, 100, &|_| true);
    let words = words.into_iter().map(|(name, score)| (name, score.to_bits())).collect();
    (rows, words, catalogue.classes.clone())
}

proptest! {
    #[test]
    fn a_catalogue_that_follows_is_that_of_the_graph(
        history in prop::collection::vec(prop::collection::vec((0u8..6, 0u8..4, 0u8..4), 1..6), 1..12),
    ) {
        let store = Store::in_memory().unwrap();
        let ontology = Ontology::default();
        let fresh = || {
            let mut catalogue = Catalogue::of(&store).unwrap();
            catalogue.learn_words(&store, &ontology).unwrap();
            catalogue
        };
        let (mut catalogue, mut graph) = (fresh(), BTreeSet::new());
        for (epoch, toggled) in history.into_iter().enumerate() {
            let mut delta = Vec::new();
            for (kind, subject, object) in toggled {
                let quad = quad(kind, subject, object);
                // A thing has one context: what it had goes.
                let old: Vec<Quad> = graph
                    .iter()
                    .filter(|old: &&Quad| kind > 3 && old.graph == Graph::Contexts && old.triple.subject == quad.triple.subject)
                    .cloned()
                    .collect();
                for old in old {
                    graph.remove(&old);
                    delta.push((old, -1));
                }
                if kind > 3 || !graph.contains(&quad) {
                    graph.insert(quad.clone());
                    delta.push((quad, 1));
                } else {
                    graph.remove(&quad);
                    delta.push((quad, -1));
                }
            }
            let mut sums: BTreeMap<Quad, isize> = BTreeMap::new();
            delta.into_iter().for_each(|(quad, count)| *sums.entry(quad).or_default() += count);
            let delta: Vec<(Quad, isize)> = sums.into_iter().filter(|(_, sum)| *sum != 0).collect();
            store.apply(epoch as u64 + 1, &delta, &[]).unwrap();
            catalogue.follow(&store, &ontology, &delta).unwrap();
            prop_assert_eq!(seen(&catalogue), seen(&fresh()));
        }
    }
}

/// Who is called so comes before what is named with it, however much more is said of the one.
#[test]
fn a_thing_is_found_by_its_own_name() {
    let store = Store::in_memory().unwrap();
    let ontology = Ontology::default();
    let name = |local: &str| Iri::new(format!("urn:kgloom:organization:{local}"));
    let text = |value: &str| Term::Literal(Literal { value: value.into(), datatype: Datatype::String });
    let told = |subject: &str, relation: &str, object: Term| {
        let triple = Triple { subject: name(subject), relation: Iri::new(relation), object };
        (Quad { graph: Graph::Default, triple }, 1)
    };
    let mut delta = vec![
        told("Lumenta", vocabulary::LABEL, text("Lumenta")),
        told("Lumenta_OS", vocabulary::LABEL, text("Lumenta OS")),
        told("Kestrel", vocabulary::LABEL, text("Kestrel")),
        told("Kestrel", "urn:x:maker", Term::Name(name("Lumenta"))),
        told("Brennholt", vocabulary::LABEL, text("Brennholt")),
    ];
    for other in 0..12 {
        delta.push(told("Lumenta", "urn:x:knows", Term::Name(name(&format!("Firm_{other}")))));
    }
    store.apply(1, &delta, &[]).unwrap();
    let mut catalogue = Catalogue::of(&store).unwrap();
    catalogue.learn_words(&store, &ontology).unwrap();
    let found = |query: &str| {
        let found = catalogue.things.words.search(query, 9, &|_| true);
        found
            .into_iter()
            .map(|(name, _)| name.as_str().rsplit(':').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("lumenta"), ["Lumenta", "Lumenta_OS", "Kestrel"]);
    // What is asked for by more than a name is as it was.
    assert_eq!(found("lumenta os")[0], "Lumenta_OS");
    assert_eq!(found("kestrel"), ["Kestrel"]);
    assert_eq!(found("firm 7"), ["Lumenta"]);
}
