//! Rows are matched with things as people would. In: small tables. Out: what fails. Never: an encoder.

use super::*;

fn thing(names: &[&str], class: &str, text: &str) -> Thing {
    Thing { names: names.iter().map(|name| (*name).into()).collect(), classes: vec![class.into()], text: text.into() }
}

fn row(columns: &[(&str, &str)]) -> Row {
    Row { columns: columns.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect() }
}

fn cities() -> Vec<Thing> {
    vec![
        thing(&["Paris", "Ville de Paris"], "city", "capital of France, on the Seine"),
        thing(&["Paris"], "person", "prince of Troy who took Helen"),
        thing(&["Lyon"], "city", "in France, on the Rhône"),
        thing(&["Oslo", "Kristiania"], "city", "capital of Norway"),
    ]
}

#[test]
fn other_columns_tell_things_of_one_name_apart() {
    let matcher = Matcher::new(cities(), None).unwrap();
    let best = |columns: &[(&str, &str)]| matcher.candidates(&row(columns), None, 1).unwrap().remove(0);
    let city = best(&[("name", "PARIS"), ("country", "France"), ("note", "")]);
    assert_eq!((city.thing, city.equal, city.name), (0, true, 1.0));
    assert_eq!(best(&[("name", "Paris"), ("who", "a prince")]).thing, 1);
    assert_eq!(best(&[("name", "kristiania")]).thing, 3);
    assert!(matcher.candidates(&row(&[("name", "")]), None, 5).unwrap().is_empty());
    assert!(matcher.best(&row(&[("name", "zzz")]), None, 0.0).unwrap().is_none());
}

#[test]
fn a_misspelt_name_is_close_and_never_exact() {
    let matcher = Matcher::new(cities(), None).unwrap().with_curve(Curve { bias: 9.0, weights: [0.0; 3] });
    let link = matcher.best(&row(&[("name", "Ville de Pariss")]), None, 0.0).unwrap().unwrap();
    assert_eq!((link.candidate.thing, link.closeness), (0, Closeness::Close));
    assert!(link.candidate.name > 0.8 && !link.candidate.equal);
    let link = matcher.best(&row(&[("name", "óslo!")]), None, 0.0).unwrap().unwrap();
    assert_eq!((link.candidate.thing, link.closeness), (3, Closeness::Exact));
    let doubtful = matcher.with_curve(Curve { bias: -9.0, weights: [0.0; 3] });
    assert_eq!(doubtful.best(&row(&[("name", "Oslo")]), None, 0.0).unwrap().unwrap().closeness, Closeness::Close);
    assert!(doubtful.best(&row(&[("name", "Oslo")]), None, 0.5).unwrap().is_none());
}

#[test]
fn meaning_finds_what_words_do_not() {
    let vectors = TextVectors { width: 2, values: vec![1.0, 0.0, 0.9, 0.1, 0.8, 0.3, 0.0, 1.0] };
    let matcher = Matcher::new(cities(), Some(&vectors)).unwrap();
    let found = matcher.candidates(&Row::term("hovedstad"), Some(&[0.1, 1.0]), 9).unwrap();
    assert!(found[0].thing == 3 && found[0].meaning > Some(0.9) && found.len() == 4, "{found:?}");
    let bare = Matcher::new(cities(), None).unwrap();
    assert!(bare.candidates(&Row::term("x"), Some(&[1.0, 0.0]), 9).is_err());
    assert!(Matcher::new(cities(), Some(&TextVectors { width: 2, values: vec![0.0; 6] })).is_err());
}

#[test]
fn what_scores_mean_is_learnt_from_other_names() {
    let words = ["salt", "road", "north", "river", "stone", "glass", "copper", "winter", "harbour", "meadow"];
    let things: Vec<Thing> = (0..100)
        .map(|place| {
            let (one, other) = (words[place / 10], words[place % 10]);
            // Every second other name is alike, every second one says nothing.
            let name = if place % 2 == 0 { format!("{one} {other} no {place}") } else { words[place % 3].to_owned() };
            thing(&[&format!("{one} {other} {place}"), &name], "thing", "")
        })
        .collect();
    let curve = learn_curve(&things, None).unwrap().unwrap();
    let matcher = Matcher::new(things.clone(), None).unwrap().with_curve(curve);
    let probability = |text: &str| matcher.best(&Row::term(text), None, 0.0).unwrap().unwrap().probability;
    assert!(probability("winter salt 70 road") > 0.6, "{}", probability("winter salt 70 road"));
    assert!(probability("glass") < 0.4, "{}", probability("glass"));
    assert!(learn_curve(&things[..9], None).unwrap().is_none());
    assert_eq!(other_names(&cities()), [(0, "Ville de Paris".into()), (3, "Kristiania".into())]);
}
