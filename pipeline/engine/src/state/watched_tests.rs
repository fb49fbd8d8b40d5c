//! What is unusual after any history is what is unusual in the graph that the history leads to. In: drawn histories. Out:
//! assertions. Never: a model that reads.

use super::*;
use crate::verify::difference;
use kgloom_numerics::draw::draw;
use kgloom_record::context::{direction, written};
use kgloom_record::profile::LINKS;
use kgloom_record::record::DocumentId;
use proptest::prelude::*;
use std::sync::OnceLock;

const WIDTH: usize = 12;
/// Documents of the world, one about a person each.
const DOCUMENTS: usize = 90;
/// Those that are there when the reference is pinned.
const USUAL: usize = 50;

fn document(number: usize) -> Iri {
    Iri::new(vocabulary::document_iri(&DocumentId::new(format!("document {number}"))))
}

fn person(number: usize) -> Iri {
    vocabulary::own(&format!("person:{number}"))
}

/// Of these two, each has few links when the reference is pinned, and may have many later.
fn club(number: usize) -> Iri {
    vocabulary::own(&format!("organization:{}", number % 2))
}

/// It has many links from the beginning.
fn country() -> Iri {
    vocabulary::own("location:country")
}

/// What a document says, in whole numbers.
fn said(number: usize) -> Vec<i32> {
    let numbers = draw(1, "said", number as u64).normals(WIDTH, 20.0);
    numbers.into_iter().zip(0..).map(|(x, at)| x as i32 + if at == number % 2 { 60 } else { 0 }).collect()
}

fn around(name: Iri, sum: &[i32]) -> Option<Quad> {
    let object = Term::Literal(written(&direction(sum)?));
    Some(Quad {
        graph: Graph::Contexts,
        triple: Triple { subject: name, relation: Iri::new(vocabulary::CONTEXT), object },
    })
}

fn stated(head: &Iri, relation: &str, tail: Iri) -> Quad {
    let triple = Triple { subject: head.clone(), relation: vocabulary::own(relation), object: Term::Name(tail) };
    Quad { graph: Graph::Default, triple }
}

/// The graph of some documents: what is said around the country is the sum of what all of them say, and around a club of what
/// each third one says, so that its links come and go with its direction and without.
fn graph(live: &BTreeSet<usize>) -> BTreeSet<Quad> {
    let mut sums: BTreeMap<Iri, Vec<i32>> = BTreeMap::new();
    let mut quads = BTreeSet::new();
    for &number in live {
        let said = said(number);
        let club_too = number.is_multiple_of(3).then(|| club(number));
        for name in [document(number), person(number), country()].into_iter().chain(club_too) {
            let sum = sums.entry(name).or_insert_with(|| vec![0; WIDTH]);
            sum.iter_mut().zip(&said).for_each(|(sum, x)| *sum += x);
        }
        let person = person(number);
        quads.insert(stated(&person, "member", club(number)));
        quads.insert(stated(&person, "citizen", country()));
        let class = Triple {
            subject: person.clone(),
            relation: Iri::new(vocabulary::TYPE),
            object: Term::Name(vocabulary::own("Person")),
        };
        quads.insert(Quad { graph: Graph::Default, triple: class });
    }
    quads.extend(sums.into_iter().filter_map(|(name, sum)| around(name, &sum)));
    quads
}

fn folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let (folder, store) = (tempfile::tempdir().unwrap(), Store::in_memory().unwrap());
            store.repair(1, &graph(&(0..USUAL).collect()).into_iter().collect::<Vec<_>>(), &[]).unwrap();
            let trim = Trim { share: 0.04, most: 1_000, seed: 1 };
            let usual = Usual::of(&WatchedGraph::of(&store).unwrap(), "reader", trim).unwrap();
            usual.write(folder.path()).unwrap();
            Watching { epoch: 1, documents: BTreeSet::new() }.write(folder.path()).unwrap();
            folder
        })
        .path()
}

fn watched() -> Watched {
    Watched::open(folder(), &ModelId("reader, dates dmy".into())).unwrap().unwrap()
}

fn between(before: &BTreeSet<Quad>, after: &BTreeSet<Quad>) -> Vec<(Quad, isize)> {
    let gone = before.difference(after).map(|quad| (quad.clone(), -1));
    gone.chain(after.difference(before).map(|quad| (quad.clone(), 1))).collect()
}

#[test]
fn documents_and_facts_are_told_and_classes_and_new_hubs_are_not() {
    let (mut watched, live) = (watched(), (0..DOCUMENTS).collect());
    assert_eq!(watched.usual.facts.as_ref().unwrap().card.hubs, [country().to_string()]);
    watched.absorb(&between(&BTreeSet::new(), &graph(&live)));
    let told = watched.all().unwrap();
    let with = |relation: &str| told.iter().filter(|quad| quad.triple.relation == vocabulary::own(relation)).count();
    assert_eq!((with("novelty"), with("depth")), (DOCUMENTS, DOCUMENTS));
    // Both clubs have become hubs, which the reference does not know; the country is pinned.
    const { assert!(DOCUMENTS / 2 > LINKS) };
    assert_eq!((with("surprise"), with("head"), with("tail")), (DOCUMENTS, DOCUMENTS, DOCUMENTS));
    let tails = told.iter().filter(|quad| quad.triple.relation == vocabulary::own("tail"));
    assert!(tails.into_iter().all(|quad| quad.triple.object == Term::Name(country())));
    let numbers = told.iter().filter_map(|quad| match &quad.triple.object {
        Term::Literal(literal) if literal.datatype == Datatype::Decimal => literal.value.parse::<f64>().ok(),
        _ => None,
    });
    assert!(numbers.into_iter().all(|number| (0.0..=2.0).contains(&number)));
}

#[test]
fn an_edit_at_a_hub_is_felt_by_what_it_says_alone() {
    let (mut watched, store) = (watched(), Store::in_memory().unwrap());
    let before: BTreeSet<usize> = (0..DOCUMENTS).collect();
    let after: BTreeSet<usize> = (1..DOCUMENTS).collect();
    watched.absorb(&between(&BTreeSet::new(), &graph(&before)));
    store.repair(1, &watched.all().unwrap(), &[]).unwrap();
    watched.absorb(&between(&graph(&before), &graph(&after)));
    let (documents, facts) = watched.graph.take_stale();
    // The document and the person's two facts went; the clubs' and the country's directions changed.
    assert_eq!((documents.len(), facts.len()), (1, 2));
}

#[test]
fn vectors_of_another_reader_are_refused() {
    let said = Watched::open(folder(), &ModelId("another".into())).err().unwrap().to_string();
    assert!(said.contains("learnt over reader, and another reads"), "{said}");
}

#[test]
fn the_mark_changes_with_epoch_and_reference() {
    let other = tempfile::tempdir().unwrap();
    assert_eq!(Watching::mark(other.path(), 1).unwrap(), None);
    let mark = Watching::mark(folder(), 1).unwrap().unwrap();
    assert!(mark.contains("watch@") && mark.contains("surprise@") && mark.ends_with("at 1"), "{mark}");
    let usual = Usual::read(folder()).unwrap();
    usual.documents.write(&Watching::folder(other.path())).unwrap();
    Watching { epoch: 1, documents: BTreeSet::new() }.write(other.path()).unwrap();
    assert_ne!(Watching::mark(other.path(), 1).unwrap().unwrap(), mark);
    Watching::remove(other.path()).unwrap();
    assert!(Watching::read(other.path()).unwrap().is_none() && Watching::remove(other.path()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Documents come and go; what is told follows, and is what a fresh look at the graph tells.
    #[test]
    fn what_is_told_after_any_history_is_that_of_the_graph(
        history in prop::collection::vec(prop::collection::vec(0usize..DOCUMENTS, 1..14), 1..8),
    ) {
        let (mut following, store) = (watched(), Store::in_memory().unwrap());
        // Clubs lie on both sides of the bound on links.
        let (mut live, mut now) = ((0..66).collect::<BTreeSet<usize>>(), BTreeSet::new());
        for epoch in std::iter::once(&Vec::new()).chain(&history) {
            for part in epoch {
                if !live.remove(part) {
                    live.insert(*part);
                }
            }
            let next = graph(&live);
            let mut delta = between(&now, &next);
            // Whatever comes first.
            if epoch.len() % 2 == 1 {
                delta.reverse();
            }
            following.absorb(&delta);
            store.apply(1, &following.change(&store).unwrap(), &[]).unwrap();
            now = next;
        }
        let mut fresh = watched();
        fresh.absorb(&between(&BTreeSet::new(), &now));
        let wanted = Store::in_memory().unwrap();
        wanted.repair(1, &fresh.all().unwrap(), &[]).unwrap();
        let (wanted, stored) = (wanted.lines().unwrap(), store.lines().unwrap());
        let different = difference(&wanted, &stored);
        prop_assert!(different.is_empty(), "{}", different.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}
