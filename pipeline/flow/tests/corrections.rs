//! Corrections and readers that change: a correction speaks of names, so another reader's numbering does not matter.
//!
//! In: texts, corrections, two readers that say the same in another order. Out: the same facts.

use kgloom_flow::session::{Session, Settings};
use kgloom_flow::toy::{Forgetful, ToyReader};
use kgloom_record::port::{Failure, ModelId, Reader};
use kgloom_record::record::{
    Change, Correction, Document, DocumentId, Graph, Iri, Named, Object, Place, Quad, Reading, Score, Span,
};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The toy, but its entities are numbered from the end.
struct Turned {
    toy: ToyReader,
    id: ModelId,
}

impl Reader for Turned {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn read(&self, text: &str) -> Result<Reading, Failure> {
        let mut reading = self.toy.read(text)?;
        let last = reading.entities.len() as u32;
        reading.entities.reverse();
        reading.mentions.iter_mut().for_each(|mention| mention.entity = last - 1 - mention.entity);
        for relation in &mut reading.relations {
            (relation.head, relation.tail) = (last - 1 - relation.head, last - 1 - relation.tail);
        }
        reading.relations.sort();
        Ok(reading)
    }

    fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        self.toy.thresholds()
    }
}

fn graph(reader: Arc<dyn Reader>, changes: &[Change]) -> BTreeSet<Quad> {
    let ontology = Arc::new(Ontology::bundled());
    let mut session = Session::start(Settings {
        reader,
        memory: Arc::new(Forgetful),
        ontology,
        filter: None,
        typer: None,
        workers: 2,
    });
    let delta = session.step(changes.to_vec()).expect("the toy reader does not break");
    delta.quads.into_iter().map(|(quad, count)| (quad, assert_eq!(count, 1)).0).collect()
}

fn readers() -> [Arc<dyn Reader>; 2] {
    let turned = Turned { toy: ToyReader::default(), id: ModelId("turned@1".into()) };
    [Arc::new(ToyReader::default()), Arc::new(turned)]
}

/// What all documents say, without the marks of shared names, which hang on numbers.
fn said(graph: &BTreeSet<Quad>) -> BTreeSet<String> {
    let plain = |text: String| text.split('~').next().unwrap_or_default().to_owned();
    let said = graph.iter().filter(|quad| quad.graph == Graph::Default);
    said.map(|quad| {
        let triple = &quad.triple;
        format!("{} {} {}", plain(triple.subject.to_string()), triple.relation, plain(triple.object.to_string()))
    })
    .collect()
}

fn put(id: &str, text: &str) -> Change {
    Change::Put(Document { id: DocumentId::new(id), text: text.into() })
}

fn person(name: &str) -> Named {
    Named::anyone(vocabulary::own("Person"), name)
}

#[test]
fn corrections_hold_for_another_reader() {
    let text = "Mercury was born on 1902. Mercury was born in London. Ada Lovelace, also called Tom Stone, was \
                born in Paris. Eve Stone married Tom Stone.";
    let texts = [put("a", text), put("b", "Mercury was born on 1811. Mercury was born in Hamford.")];
    let singer = Place { document: DocumentId::new("a"), span: Span { start: 0, end: 7 } };
    let mercury = Named { places: vec![singer], ..person("Mercury") };
    let place = |name: &str| Object::Name(Named::anyone(vocabulary::own("Location"), name));
    let relation = |property: &str| Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"));
    let corrections = vec![
        Correction::Reject {
            subject: mercury.clone(),
            relation: relation("P19"),
            object: place("London"),
            document: None,
        },
        Correction::Different { one: person("Ada Lovelace"), other: person("Tom Stone"), document: None },
        Correction::Same { one: mercury, other: person("Tom Stone") },
        Correction::Assert {
            subject: person("Tom Stone"),
            relation: relation("P20"),
            object: place("Northland"),
            source: None,
        },
    ];
    let changes: Vec<Change> = texts.into_iter().chain([Change::Corrections(corrections)]).collect();
    let [one, other] = readers().map(|reader| said(&graph(reader, &changes)));
    assert_eq!(one, other);
    let has = |text: &str| one.iter().any(|line| line.contains(text));
    assert!(has("person:Mercury http://www.wikidata.org/prop/direct/P19 <urn:kgloom:location:Hamford"), "{one:#?}");
    assert!(!has("P19 <urn:kgloom:location:London"), "{one:#?}");
    assert!(has("P20 <urn:kgloom:location:Northland"), "{one:#?}");
    assert!(
        has("P19 <urn:kgloom:location:Paris") && !has("person:Ada_Lovelace http://www.wikidata.org/prop/direct/P19")
    );
    assert!(!has("person:Ada_Lovelace http://www.wikidata.org/prop/direct/P26"), "{one:#?}");
}
