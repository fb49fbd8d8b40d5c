//! Histories of a small world: few names, of which so much is said that rules meet.
//!
//! In: nothing. Out: strategies for histories and corrections. Never: a name that is only said once by far.

use kgloom_record::record::{
    Change, Correction, Datatype, Document, DocumentId, Iri, Literal, Named, Object, Place, Refusal, Span,
};
use kgloom_record::vocabulary;
use proptest::prelude::*;
use std::sync::Arc;

fn person() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["Ada Byron", "Ada Lovelace", "Eve Stone", "Dr Eve Stone", "Byron", "Georgia"])
}

fn place() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["Hamford", "Port Hamford", "Island", "Australia", "Georgia"])
}

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(choices)
}

fn sentence() -> impl Strategy<Value = String> {
    let born = one_of(&["was born in", "maybe was born in", "died in", "never died in"]);
    let kin = one_of(&["married", "is a child of", "maybe is a child of", "founded"]);
    let lies = one_of(&["lies in", "maybe lies in", "contains", "is a place of", "maybe is a place of"]);
    let topic = one_of(&[
        "planet near tall hot rocks",
        "planet in hills, maybe",
        "singer of sad songs",
        "river in hills",
        "river in hills, maybe",
        "country near hills",
    ]);
    let dated = one_of(&["was born on", "maybe was born on", "never was born on"]);
    prop_oneof![
        1 => Just("Ada Byron maybe was born in Hamford.".to_owned()),
        5 => (person(), born, place()).prop_map(|(head, verb, tail)| format!("{head} {verb} {tail}.")),
        4 => (person(), kin, person()).prop_map(|(head, verb, tail)| format!("{head} {verb} {tail}.")),
        6 => (place(), lies, place()).prop_map(|(head, verb, tail)| format!("{head} {verb} {tail}.")),
        4 => (person(), person(), place())
            .prop_map(|(one, other, place)| format!("{one}, also called {other}, was born in {place}.")),
        2 => (place(), place(), place())
            .prop_map(|(one, other, place)| format!("{one}, also called {other}, lies in {place}.")),
        2 => (person(), person(), place())
            .prop_map(|(one, other, place)| format!("{one} met {other}, who was born in {place}.")),
        2 => (prop_oneof![person(), place()], topic).prop_map(|(name, topic)| format!("{name} is a {topic}.")),
        1 => (place(), place()).prop_map(|(one, other)| format!("{one} is a state in {other}. {one} lies in {other}.")),
        2 => (person(), dated, 1811u32..1813).prop_map(|(name, verb, year)| format!("{name} {verb} {year}.")),
    ]
}

fn document() -> impl Strategy<Value = DocumentId> {
    (0u8..4).prop_map(|id| DocumentId::new(format!("d{id}")))
}

/// A name of a class, of all who bear it or of one of them; the span is mostly that of the name that opens a text.
fn named(class: &'static str, name: impl Strategy<Value = &'static str>) -> impl Strategy<Value = Named> {
    let start = prop_oneof![2 => Just(0), 1 => 0u32..60];
    let place = (document(), start)
        .prop_map(|(document, start)| vec![Place { document, span: Span { start, end: start + 4 } }]);
    let places = prop_oneof![6 => Just(Vec::new()), 1 => place];
    (name, places).prop_map(move |(name, places)| Named { class: vocabulary::own(class), name: name.into(), places })
}

fn someone() -> impl Strategy<Value = Named> {
    named("Person", person())
}

fn somewhere() -> impl Strategy<Value = Named> {
    named("Location", place())
}

/// Subject, relation and object of a fact such as texts state, or the other way round.
fn fact() -> impl Strategy<Value = (Named, Iri, Object)> {
    let year = (1811u32..1813).prop_map(|year| Literal { value: year.to_string().into(), datatype: Datatype::Year });
    prop_oneof![
        3 => (someone(), one_of(&["P19", "P20"]), somewhere().prop_map(Object::Name)),
        2 => (someone(), one_of(&["P26", "P22", "P40"]), someone().prop_map(Object::Name)),
        3 => (somewhere(), one_of(&["P131", "P150", "P17"]), somewhere().prop_map(Object::Name)),
        1 => (someone(), Just("P569"), year.prop_map(Object::Value)),
    ]
    .prop_map(|(subject, property, object)| {
        (subject, Iri::new(format!("http://www.wikidata.org/prop/direct/{property}")), object)
    })
}

fn correction() -> impl Strategy<Value = Correction> {
    let pair = prop_oneof![(someone(), someone()), (somewhere(), somewhere())].boxed();
    let only = prop_oneof![3 => Just(None), 1 => document().prop_map(Some)].boxed();
    let class = one_of(&["Person", "Location", "Organization"]);
    prop_oneof![
        5 => (fact(), only.clone()).prop_map(|((subject, relation, object), document)| {
            Correction::Reject { subject, relation, object, document }
        }),
        3 => fact().prop_map(|(subject, relation, object)| {
            Correction::Assert { subject, relation, object, source: None }
        }),
        4 => pair.clone().prop_map(|(one, other)| Correction::Same { one, other }),
        5 => (pair, only).prop_map(|((one, other), document)| Correction::Different { one, other, document }),
        1 => (prop_oneof![someone(), somewhere()], class)
            .prop_map(|(name, class)| Correction::Retype { name, class: vocabulary::own(class) }),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let text = prop::collection::vec(sentence(), 1..6).prop_map(|sentences| Arc::from(sentences.join(" ")));
    let refusal = Refusal { reason: "not UTF-8".into(), location: "byte 7".into() };
    prop_oneof![
        10 => (document(), text).prop_map(|(id, text)| Change::Put(Document { id, text })),
        1 => document().prop_map(Change::Delete),
        1 => document().prop_map(move |id| Change::Refuse(id, refusal.clone())),
        2 => corrections(),
    ]
}

fn corrections() -> impl Strategy<Value = Change> {
    prop::collection::vec(correction(), 1..8).prop_map(Change::Corrections)
}

/// A history of a small world.
pub fn history() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let epochs = prop::collection::vec(prop::collection::vec(change(), 1..6), 1..6);
    (epochs, prop::option::of(corrections())).prop_map(|(mut epochs, last)| {
        epochs.extend(last.map(|last| vec![last]));
        epochs
    })
}
