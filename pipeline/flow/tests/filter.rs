//! What the filter stage promises: an edit is felt two hops around and no further, whatever the size of the graph; what is
//! cut is a rejection with its probability, and comes back with what spoke for it.

use kgloom_flow::session::{Session, Settings};
use kgloom_flow::toy::{Forgetful, ToyFilter, ToyReader};
use kgloom_record::neighbourhood::{Neighbourhood, Numbers};
use kgloom_record::port::{Filter, Judgement, ModelId};
use kgloom_record::record::{Change, Document, DocumentId, Evidence, Graph, Quad, Score, Term, Triple};
use ontologies::{Iri, Ontology};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Writes down which triples it is asked about, and keeps all but those that are named twice or less nearby.
#[derive(Default)]
struct RecordingFilter {
    toy: ToyFilter,
    asked: Mutex<BTreeSet<Triple>>,
}

impl Filter for RecordingFilter {
    fn id(&self) -> &ModelId {
        self.toy.id()
    }

    fn text(&self, context: &[i8]) -> Numbers {
        self.toy.text(context)
    }

    fn judge(&self, triple: &Triple, _: &Evidence, [_, tail]: [&Neighbourhood; 2]) -> Judgement {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(triple.clone());
        Judgement { probability: Score::new(100 * tail.seen.len() as u16), kept: tail.seen.len() != 1 }
    }
}

impl RecordingFilter {
    fn heard(&self) -> BTreeSet<Triple> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn session(filter: Arc<dyn Filter>) -> Session {
    Session::start(Settings {
        reader: Arc::new(ToyReader::default()),
        memory: Arc::new(Forgetful),
        ontology: Arc::new(Ontology::bundled()),
        filter: Some(filter),
        typer: None,
        workers: 2,
    })
}

fn put(id: usize, text: &str) -> Change {
    Change::Put(Document { id: DocumentId::new(format!("d{id}")), text: text.into() })
}

/// A town by its number, in letters.
fn town(number: usize) -> String {
    let letter = |place: u32| char::from(b'a' + (number / 26usize.pow(place) % 26) as u8);
    format!("Town{}{}{}", letter(2), letter(1), letter(0))
}

fn link(number: usize) -> Change {
    put(number, &format!("{} lies in {} near a river.", town(number), town(number + 1)))
}

/// The triples that are judged again when a link in the middle of a chain goes, as numbers of their heads.
fn felt(length: usize) -> Vec<usize> {
    let filter = Arc::new(RecordingFilter::default());
    let mut session = session(Arc::clone(&filter) as Arc<dyn Filter>);
    session.step((0..length).map(link).collect()).expect("the toy does not break");
    assert_eq!(filter.heard().len(), length);
    let middle = length / 2;
    session.step(vec![Change::Delete(DocumentId::new(format!("d{middle}")))]).expect("the toy does not break");
    let name = |number: usize| format!("urn:kgloom:location:{}", town(number));
    let place = |triple: &Triple| (0..length).find(|number| name(*number) == triple.subject.as_str());
    let numbers = filter.heard().iter().map(|triple| place(triple).expect("a town")).collect::<Vec<usize>>();
    numbers.into_iter().map(|number| number + 1000 - middle).collect()
}

#[test]
fn an_edit_is_felt_two_hops_around_and_no_further() {
    let short = felt(20);
    assert!(short.iter().all(|number| (997..=1003).contains(number)), "{short:?}");
    assert!(short.contains(&998) && short.contains(&1002), "{short:?}");
    assert_eq!(short, felt(400), "twenty times the graph");
}

#[test]
fn what_is_cut_is_a_rejection_with_its_probability_and_comes_back() {
    let mut session = session(Arc::new(RecordingFilter::default()));
    let first = session.step(vec![put(0, "Hamford lies in Marland.")]).expect("the toy does not break").quads;
    let stated = |quads: &[(Quad, isize)], count: isize| {
        let fact = |quad: &Quad| quad.triple.relation.as_str().ends_with("P131") && quad.graph == Graph::Default;
        quads.iter().any(|(quad, n)| fact(quad) && *n == count)
    };
    let said = |quads: &[(Quad, isize)], name: &str, count: isize| -> Vec<Term> {
        let about = |quad: &Quad| {
            quad.graph == Graph::Rejected && quad.triple.relation == Iri::new(format!("urn:kgloom:{name}"))
        };
        quads
            .iter()
            .filter(|(quad, n)| about(quad) && *n == count)
            .map(|(quad, _)| quad.triple.object.clone())
            .collect()
    };
    assert!(!stated(&first, 1), "nothing else lies in Marland");
    assert_eq!(said(&first, "probability", 1), [Term::Literal(Score::new(100).decimal())]);
    assert_eq!(said(&first, "record", 1).len(), 1);
    let second = session.step(vec![put(1, "Port Hamford lies in Marland.")]).expect("the toy does not break").quads;
    assert!(stated(&second, 1), "now two do");
    assert_eq!(said(&second, "probability", -1).len(), 1, "the rejection is gone");
    let third = session.step(vec![Change::Delete(DocumentId::new("d1"))]).expect("the toy does not break").quads;
    assert!(stated(&third, -1) && said(&third, "probability", 1).len() == 1);
}
