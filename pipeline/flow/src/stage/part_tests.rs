//! What a text tells apart.

use super::*;
use kgloom_record::record::{Factuality, Iri, LocalEntity, LocalRelation, Mention, Score, Span};

/// A reading in which all these names are one place, the first defined.
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
    let entities = vec![LocalEntity { class, literal: None, defined: true, types: Vec::new(), context: [1].into() }];
    Reading { mentions, entities, ..Reading::default() }
}

#[test]
fn an_edition_that_the_text_is_about_is_called_by_less() {
    let text = "The 2008 Vell Cup was rowed in May. The Vell Cup is old.";
    let mut reading = one_of_all(text, &["2008 Vell Cup", "Vell Cup"]);
    reading.entities[0].class = vocabulary::own("Miscellaneous");
    assert_eq!(parted(text, &reading), None);
    reading.entities[0].defined = false;
    assert_eq!(parted(text, &reading).unwrap().mentions[1].entity, 1);
}

fn check(text: &str, names: &[&str], expected: &[u32], defined: &[bool]) {
    let reading = one_of_all(text, names);
    let parted = parted(text, &reading).unwrap_or(reading);
    assert_eq!(parted.mentions.iter().map(|mention| mention.entity).collect::<Vec<_>>(), expected, "{text}");
    assert_eq!(parted.entities.iter().map(|entity| entity.defined).collect::<Vec<_>>(), defined, "{text}");
}

#[test]
fn a_place_leaves_what_lies_around_it() {
    let text = "Vell lies in Gmina Tessel, ten miles north of Tessel. Gmina Tessel is small.";
    check(text, &["Gmina Tessel", "Tessel", "Gmina Tessel"], &[0, 1, 0], &[true, false]);
    let text = "Tessel is a town in Tessel County. Tessel is old.";
    check(text, &["Tessel", "Tessel County", "Tessel"], &[1, 0, 1], &[false, true]);
    let text = "Fall Hill, Ohio, is a town in Ohio. Fall Hill is old.";
    check(text, &["Fall Hill, Ohio", "Ohio", "Fall Hill"], &[0, 1, 0], &[true, false]);
    check("The Tessel River is long. The Tessel is old.", &["Tessel River", "Tessel"], &[0, 0], &[true]);
}

#[test]
fn two_in_one_span_are_two_beside_it() {
    let text = "Tessel and Vell met Vell, then Tessel, then Vell.";
    check(text, &["Tessel and Vell", "Vell", "Tessel", "Vell"], &[0, 1, 2, 1], &[true, false, false]);
}

#[test]
fn relations_go_with_their_mentions() {
    let text = "Tessel lies in Tessel County.";
    let mut reading = one_of_all(text, &["Tessel", "Tessel County"]);
    reading.relations = vec![LocalRelation {
        head: 0,
        relation: Iri::new("http://www.wikidata.org/prop/direct/P131"),
        tail: 0,
        score: Score::ONE,
        head_mention: 0,
        tail_mention: 1,
        factuality: Factuality::Stated,
    }];
    let parted = parted(text, &reading).unwrap();
    assert_eq!((parted.relations[0].head, parted.relations[0].tail), (1, 0));
}
