//! What corrections make of a text.

use super::*;
use kgloom_record::correction::given;
use kgloom_record::record::{Factuality, Iri, LocalEntity, LocalRelation, Mention, Place, Score, Span};
use kgloom_record::vocabulary;

const TEXT: &str = "Fort Hill District (Northford, Ohio)\n\nFort Hill District lies in Northford. It is old.";

/// A reading in which all these names are one.
fn one_of_all(text: &str, names: &[&str]) -> Reading {
    let mut at = 0;
    let mut mentions = Vec::new();
    for name in names {
        let start = at + text[at..].find(name).expect("it stands there");
        at = start + name.len();
        let span = Span { start: start as u32, end: at as u32 };
        mentions.push(Mention { span, score: Score::ONE, entity: 0 });
    }
    let class = vocabulary::own("Location");
    let entities =
        vec![LocalEntity { class, literal: None, defined: true, types: Vec::new(), context: Arc::from([1]) }];
    Reading { mentions, entities, ..Reading::default() }
}

fn location(name: &str) -> Named {
    Named::anyone(vocabulary::own("Location"), name)
}

fn amended_by(correction: Correction, reading: &Reading) -> Reading {
    let corrections = BTreeSet::from([correction]);
    amend(&given(&corrections), (&DocumentId::new("fort.txt"), TEXT), reading.clone())
}

fn entities(reading: &Reading) -> Vec<u32> {
    reading.mentions.iter().map(|mention| mention.entity).collect()
}

fn different(one: &str, other: &str, document: Option<&str>) -> Correction {
    Correction::Different { one: location(one), other: location(other), document: document.map(DocumentId::new) }
}

#[test]
fn what_coreference_joined_comes_apart_with_what_goes_with_it() {
    let names = ["Fort Hill District", "Northford, Ohio", "Fort Hill District", "Northford", "It"];
    let mut reading = one_of_all(TEXT, &names);
    let relation = Iri::new("http://www.wikidata.org/prop/direct/P131");
    reading.relations = vec![LocalRelation {
        head: 0,
        relation,
        tail: 0,
        score: Score::ONE,
        head_mention: 2,
        tail_mention: 3,
        factuality: Factuality::Stated,
    }];
    let parted = amended_by(different("Fort Hill District", "Northford, Ohio", None), &reading);
    assert_eq!(entities(&parted), [0, 1, 0, 1, 1], "a shorter name goes with its full one, a pronoun with the last");
    assert_eq!((parted.relations[0].head, parted.relations[0].tail), (0, 1));
    assert_eq!(parted.entities.iter().map(|entity| entity.defined).collect::<Vec<_>>(), [true, false]);

    let turned = amended_by(different("Northford, Ohio", "Fort Hill District", Some("fort.txt")), &reading);
    assert_eq!(entities(&turned), [1, 0, 1, 0, 0], "the second leaves");
    assert_eq!(turned.entities.iter().map(|entity| entity.defined).collect::<Vec<_>>(), [false, true]);

    let elsewhere = different("Fort Hill District", "Northford, Ohio", Some("other.txt"));
    assert_eq!(amended_by(elsewhere, &reading), reading);
    assert_eq!(amended_by(different("Fort Hill District", "Ohio", None), &reading), reading, "no such name");
}

#[test]
fn a_retyped_entity_has_its_class_in_every_text() {
    let reading = one_of_all(TEXT, &["Fort Hill District"]);
    let retype = |name, class| Correction::Retype { name, class: vocabulary::own(class) };
    let retyped = amended_by(retype(location("fort hill district"), "Organization"), &reading);
    assert_eq!(retyped.entities[0].class, vocabulary::own("Organization"));
    assert_eq!(amended_by(retype(location("Northford"), "Organization"), &reading), reading);
    let place =
        |document: &str, start| Place { document: DocumentId::new(document), span: Span { start, end: start + 4 } };
    let at = |place: Place| Named { places: vec![place], ..location("Fort Hill District") };
    let changed = |place| amended_by(retype(at(place), "Organization"), &reading) != reading;
    assert!(changed(place("fort.txt", 3)), "the mention");
    assert!(changed(place("fort.txt", 50)), "the document, where the text under the span has changed");
    assert!(!changed(place("other.txt", 3)), "another bearer of the name");
}
