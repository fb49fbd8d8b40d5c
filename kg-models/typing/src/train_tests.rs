//! What typers learn. In: small worlds of vectors. Out: assertions. Never: a set from outside.

use super::*;
use crate::classes::{Class, Word};
use std::sync::Arc;

const WIDTH: usize = 8;

fn along(axis: usize, noise: f32, draw: &mut kgloom_numerics::draw::Draw) -> Vec<f32> {
    let mut row = draw.normals(WIDTH, noise);
    row[axis] += 1.0;
    kgloom_numerics::passes::unit(&mut row);
    row
}

/// Three classes, each around an axis; keywords that are a little off, and so many examples of each.
fn world(examples: usize, noise: f32) -> (Lesson, TextVectors) {
    let mut draw = draw(5, "world", 0);
    let word = |text: String, vector: Vec<f32>| Word { text: text.into(), vector };
    let classes = (0..3)
        .map(|axis| Class {
            name: Arc::from(format!("class {axis}")),
            label: word(format!("label {axis}"), along(axis, 0.3, &mut draw)),
            keywords: vec![word(format!("keyword {axis}"), along(axis, 0.15, &mut draw))],
        })
        .collect();
    let mut known = Examples { vectors: TextVectors { width: WIDTH, values: Vec::new() }, ..Examples::default() };
    for place in 0..3 * examples {
        known.names.push(format!("example {place}").into());
        known.vectors.values.extend(along(place % 3, noise, &mut draw));
        known.classes.push(vec![(place % 3) as u32]);
    }
    let items = (0..300).flat_map(|place| along(place % 3, noise, &mut draw)).collect();
    let lesson = Lesson { classes, several: false, examples: known, written: Examples::default() };
    (lesson, TextVectors { width: WIDTH, values: items })
}

fn right(typer: &Typer, items: &TextVectors) -> usize {
    (0..300).filter(|place| typer.classes(items.row(*place)) == [place % 3]).count()
}

#[test]
fn without_examples_prototypes_tell_and_nothing_is_known_of_how_sure() {
    let (lesson, items) = world(0, 0.25);
    let typer = train_types(&lesson, &items, "encoder", TypeTraining::default()).unwrap();
    assert!(right(&typer, &items) > 280, "{}", right(&typer, &items));
    assert_eq!((typer.card.judged, &typer.card.calibration), (0, &Calibration::Unknown));
    let said = typer.threshold(80).unwrap_err().to_string();
    assert!(said.contains("0 held-back examples: none"), "{said}");
    // Moving to items is worth something: the label alone is told less often.
    let unmoved =
        train_types(&lesson, &items, "encoder", TypeTraining { rounds: 0, ..TypeTraining::default() }).unwrap();
    assert!(right(&unmoved, &items) <= right(&typer, &items));
}

#[test]
fn evidence_is_the_nearest_word_and_the_examples_that_vote() {
    let (lesson, items) = world(10, 0.2);
    let typer = train_types(&lesson, &items, "encoder", TypeTraining::default()).unwrap();
    let told = &typer.tell(items.row(1), 3)[0];
    assert_eq!(told.class, 1);
    assert!(&*told.evidence.word.0 == "keyword 1" || &*told.evidence.word.0 == "label 1");
    let voters = &told.evidence.neighbours;
    assert!((told.evidence.votes - voters.len() as f32 / 10.0).abs() < 1e-6);
    assert!(voters.iter().all(|near| typer.card.examples[near.place as usize].classes == [1]));
    assert!(voters.is_sorted_by(|one, other| one.similarity >= other.similarity));
}

#[test]
fn probabilities_are_how_often_judgements_are_right() {
    let (lesson, items) = world(100, 0.6);
    let typer = train_types(&lesson, &items, "encoder", TypeTraining::default()).unwrap();
    assert_eq!(typer.card.judged, 300);
    let judged: Vec<(f32, bool)> = (0..300)
        .map(|place| {
            let told = &typer.tell(items.row(place), 1)[0];
            (told.probability, told.class == place % 3)
        })
        .collect();
    let error = crate::calibrate::calibration_error(&judged);
    assert!(error < 0.1, "{error}");
    let from = typer.threshold(80).unwrap();
    let (kept, good) =
        judged.iter().filter(|(said, _)| *said >= from).fold((0, 0), |sum, one| (sum.0 + 1, sum.1 + i32::from(one.1)));
    assert!(kept > 50 && f64::from(good) / f64::from(kept) > 0.7, "{good} of {kept}");
}

#[test]
fn an_item_may_be_of_several_classes() {
    let (mut lesson, items) = world(40, 0.2);
    lesson.several = true;
    // Half of the items between the first two axes are of both.
    for place in (0..120).step_by(3) {
        let mut row = vec![0.0; WIDTH];
        (row[0], row[1]) = (1.0, 1.0);
        kgloom_numerics::passes::unit(&mut row);
        lesson.examples.vectors.values[place * WIDTH..][..WIDTH].copy_from_slice(&row);
        lesson.examples.classes[place] = vec![0, 1];
    }
    let typer = train_types(&lesson, &items, "encoder", TypeTraining::default()).unwrap();
    let mut between = vec![0.0; WIDTH];
    (between[0], between[1]) = (0.5f32.sqrt(), 0.5f32.sqrt());
    assert_eq!(typer.classes(&between), [0, 1]);
    assert_eq!(typer.classes(items.row(2)), [2]);
}

#[test]
fn written_examples_teach_and_are_not_judged() {
    let (mut lesson, items) = world(2, 0.25);
    let (taught, _) = world(20, 0.25);
    lesson.written = taught.examples;
    let typer = train_types(&lesson, &items, "encoder", TypeTraining::default()).unwrap();
    assert_eq!((typer.card.judged, typer.card.examples.len()), (6, 66));
    assert!(right(&typer, &items) > 280, "{}", right(&typer, &items));
}

#[test]
fn a_typer_is_the_same_from_its_folder_and_by_any_number_of_threads() {
    let (lesson, items) = world(10, 0.3);
    let make = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| train_types(&lesson, &items, "encoder", TypeTraining::default()).unwrap())
    };
    let typer = make(1);
    assert_eq!(typer.id().unwrap(), make(3).id().unwrap());
    let folder = tempfile::tempdir().unwrap();
    typer.write(folder.path()).unwrap();
    let read = Typer::read(folder.path()).unwrap();
    assert_eq!(read, typer);
    assert_eq!((read.id().unwrap(), read.tell(items.row(0), 3)), (typer.id().unwrap(), typer.tell(items.row(0), 3)));
    let mut other = typer.clone();
    other.card.told_from += 0.1;
    assert_ne!(other.id().unwrap(), typer.id().unwrap());
    // A card that names a class too many is not believed.
    let card = folder.path().join("types.json");
    let text =
        std::fs::read_to_string(&card).unwrap().replacen("\"classes\": [\n        0", "\"classes\": [\n        7", 1);
    std::fs::write(&card, text).unwrap();
    let said = Typer::read(folder.path()).unwrap_err().to_string();
    assert!(said.contains("types.json") && said.contains("not among the 3"), "{said}");
}
