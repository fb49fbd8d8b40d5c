//! Figures of small sets. In: vectors around axes. Out: assertions. Never: a set from outside.

use super::*;
use crate::classes::{Class, Word};

/// Items around four axes, in a ring of each class; what is written lies on the axes.
fn set(several: bool) -> TypedItems {
    let (count, classes, width) = (400usize, 4usize, 6usize);
    let mut draw = draw(2, "set", 0);
    let mut around = |axis: usize, noise: f32| {
        let mut row = draw.normals(width, noise);
        row[axis] += 1.0;
        kgloom_numerics::passes::unit(&mut row);
        row
    };
    let class = |axis: usize, vector: Vec<f32>| {
        let word = Word { text: format!("word {axis}").into(), vector };
        Class { name: format!("class {axis}").into(), label: word.clone(), keywords: vec![word] }
    };
    let named = (0..classes).map(|axis| class(axis, around(axis, 0.3))).collect();
    let values = (0..count).flat_map(|place| around(place % classes, 0.6)).collect();
    let written = Examples {
        names: (0..classes).map(|axis| format!("written {axis}").into()).collect(),
        vectors: TextVectors { width, values: (0..classes).flat_map(|axis| around(axis, 0.1)).collect() },
        classes: (0..classes as u32).map(|class| vec![class]).collect(),
    };
    let ring = |place: usize| (place as u32, ((place + classes) % count) as u32);
    TypedItems {
        name: "rings".into(),
        encoder: "encoder".into(),
        classes: named,
        several,
        vectors: TextVectors { width, values },
        gold: (0..count).map(|place| vec![(place % classes) as u32]).collect(),
        learning: several.then(|| (0..300).collect()),
        edges: (0..count - classes).map(ring).collect(),
        answers: (0..count).map(|place| vec![((place + usize::from(place % 3 == 0)) % classes) as u32]).collect(),
        words: (0..count).map(|place| vec![(place % classes) as u32, 4 + (place % 7) as u32]).collect(),
        written,
    }
}

fn accuracy(report: &TypesReport, way: &str) -> f64 {
    let row = report.rows.iter().find(|row| row.way == way);
    row.unwrap_or_else(|| panic!("no {way:?} in {:?}", report.rows)).measured.accuracy
}

#[test]
fn a_graph_of_like_items_helps_and_written_examples_do() {
    let few = eval_types(&set(false), Some(1), (5, 1)).unwrap();
    let way = |way: &str| accuracy(&few, way);
    assert!(way("regression, smoothed by 10 steps") > way("regression") + 0.1, "{}", few.table());
    assert!(way("regression, with written") > way("regression"), "{}", few.table());
    assert!(few.rows.iter().all(|row| row.measured.items == 200));
    let none = eval_types(&set(false), Some(0), (5, 1)).unwrap();
    assert_eq!((none.draws, none.rows[0].measured.items), (1, 400));
    assert!(accuracy(&none, "the same, moved to 100, three times") > accuracy(&none, "mean of written examples"));
}

#[test]
fn text_and_answers_say_more_together() {
    let many = eval_types(&set(false), None, (2, 1)).unwrap();
    let way = |way: &str| accuracy(&many, way);
    assert!((way("answers alone, no graph") - 2.0 / 3.0).abs() < 0.1);
    for learnt in ["three fifths", "four fifths"] {
        let both = way(&format!("text and answers, from {learnt}"));
        assert!(both >= way(&format!("answers, from {learnt}")), "{}", many.table());
        // The words say the class outright.
        assert_eq!(way(&format!("words, from {learnt}")), 1.0, "{}", many.table());
    }
    assert!(many.table().contains("2 draws"));
}

#[test]
fn a_published_part_is_learnt_from_and_the_rest_tested() {
    let report = eval_types(&set(true), None, (9, 1)).unwrap();
    assert_eq!((report.draws, report.rows[0].measured.items), (1, 100));
    // Regression tells one class; where there may be several, only typers are measured.
    assert!(report.rows.iter().all(|row| !row.way.starts_with("regression")));
}

#[test]
fn figures_hang_on_the_seed_alone_and_wrong_counts_are_named() {
    assert_eq!(eval_types(&set(false), Some(2), (2, 7)).unwrap(), eval_types(&set(false), Some(2), (2, 7)).unwrap());
    let mut short = set(false);
    short.vectors.values.pop();
    let said = eval_types(&short, None, (1, 1)).unwrap_err().to_string();
    assert!(said.contains("rings") && said.contains("400 items, 2399 numbers"), "{said}");
}
