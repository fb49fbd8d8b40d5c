//! Where a text says that its places lie.

use super::*;
use kgloom_record::record::{LocalEntity, Span};

/// A reading of names that are places each, but for one.
fn read(text: &str, names: &[&str]) -> Reading {
    let mut at = 0;
    let (mut mentions, mut entities) = (Vec::new(), Vec::new());
    for (entity, name) in (0..).zip(names) {
        let start = at + text[at..].find(name).expect("it stands there");
        at = start + name.len();
        let span = Span { start: start as u32, end: at as u32 };
        mentions.push(Mention { span, score: Score::ONE, entity });
        let class = vocabulary::own(if *name == "Chad" { "Person" } else { "Location" });
        entities.push(LocalEntity { class, literal: None, defined: false, types: Vec::new(), context: [].into() });
    }
    let sentences = vec![Span { start: 0, end: text.len() as u32 }];
    Reading { sentences, mentions, entities, ..Reading::default() }
}

fn gazetteer() -> Gazetteer {
    Gazetteer::of(&Ontology::bundled())
}

/// Where the first name lies.
fn lies(text: &str, names: &[&str]) -> Option<String> {
    places(text, &read(text, names), &gazetteer()).remove(&0).map(|place| place.to_string())
}

fn check(text: &str, names: &[&str], place: Option<&str>) {
    assert_eq!(lies(text, names).as_deref(), place, "{text}");
}

#[test]
fn a_place_lies_in_what_stands_behind_the_comma() {
    check("He left Vell, Nebraska, in May.", &["Vell", "Nebraska"], Some("united states/nebraska"));
    check("He left Vell,\nAustralia.", &["Vell", "Australia"], Some("australia"));
    check("Vell, Scotland and Oslo", &["Vell", "Scotland", "Oslo"], Some("united kingdom/scotland"));
    let full = &["Vell", "Tessel County", "Ohio", "USA"];
    check("Vell, Tessel County, Ohio, USA", full, Some("united states/ohio"));
    check("Vell, Tessel, has a port.", &["Vell", "Tessel"], None);
    check("Vell, not Ohio", &["Vell", "Ohio"], None);
    check("Vell met Norway", &["Vell", "Norway"], None);
    check("In Vell, Chad slept.", &["Vell", "Chad"], None);
}

#[test]
fn what_is_listed_lies_nowhere() {
    check("in Vell, Norway and Spain", &["Vell", "Norway", "Spain"], None);
    check("in Vell, Norway, Spain", &["Vell", "Norway", "Spain"], None);
    check("in Vell, Ohio, United States", &["Vell", "Ohio", "United States"], Some("united states/ohio"));
    check("Sweden, Norway", &["Sweden", "Norway"], None);
}

#[test]
fn a_place_lies_where_it_is_said_to_be_a_town() {
    check("Vell is a city in Scotland.", &["Vell", "Scotland"], Some("united kingdom/scotland"));
    check(
        "Vell is the capital of Western Australia.",
        &["Vell", "Western Australia"],
        Some("australia/western australia"),
    );
    check("Vell is a town in Tessel, Scotland.", &["Vell", "Tessel", "Scotland"], Some("united kingdom/scotland"));
    check("Vell is a river in Scotland.", &["Vell", "Scotland"], None);
    check("Vell is a city. It trades with Scotland.", &["Vell", "Scotland"], None);
}

#[test]
fn what_is_said_to_lie_in_two_places_tells_none() {
    let places = |names: &[&str]| names.iter().map(|name| Arc::from(*name)).collect::<Vec<Arc<str>>>();
    assert_eq!(innermost(&places(&["canada", "canada/ontario"])).as_deref(), Some("canada/ontario"));
    assert_eq!(innermost(&places(&["canada/ontario", "canada/quebec"])), None);
    assert_eq!(innermost(&places(&["canada/ontario", "france"])), None);
    assert_eq!(innermost(&[]), None);
}

#[test]
fn a_text_is_about_the_country_of_which_it_speaks_most() {
    let about = |text: &str, names: &[&str]| land(text, &read(text, names), &gazetteer()).map(|land| land.to_string());
    let text = "An English painter left London for France, and died in Scotland.";
    let names = ["English", "London", "France", "Scotland"];
    assert_eq!(about(text, &names).as_deref(), Some("united kingdom"));
    assert_eq!(about("From Vell, Ohio, to Norway", &["Vell", "Ohio", "Norway"]), None);
    assert_eq!(about("Vell met Tessel", &["Vell", "Tessel"]), None);
}

#[test]
fn a_settlement_lies_in_its_districts() {
    let around = |text: &str, names: &[&str]| -> Vec<String> {
        let told = definitions(text, &read(text, names), &gazetteer()).remove(&0);
        let told = told.into_iter().flat_map(|definition| definition.around);
        told.map(|(kind, name)| format!("{} {}", kind.as_str().rsplit(':').next().unwrap(), name.value)).collect()
    };
    let names = ["Vell", "Gmina Tessel", "Norsea County", "Poland"];
    let text = "Vell is a village in Gmina Tessel, within Norsea County, Poland.";
    assert_eq!(around(text, &names), ["gmina gmina tessel", "county norsea county"]);
    assert!(around("Vell is a river in Norsea County.", &["Vell", "Norsea County"]).is_empty());
    assert!(around("Vell is a village near Tessel.", &["Vell", "Tessel"]).is_empty());
}
