//! What the evaluation reports. In: a small world of classes. Out: assertions. Never: a set from outside.

use super::*;
use kgloom_numerics::passes::unit;

const WIDTH: usize = 8;

fn world(items: usize) -> AnomalyItems {
    let mut draw = draw(1, "world", 0);
    let mut one = |place: usize| {
        let mut row = draw.normals(WIDTH, 0.15);
        row[place % 3] += 1.0;
        unit(&mut row);
        row
    };
    AnomalyItems {
        name: "world".to_owned(),
        encoder: "test".to_owned(),
        classes: ["a", "b", "c"].map(str::to_owned).to_vec(),
        vectors: TextVectors { width: WIDTH, values: (0..items).flat_map(&mut one).collect() },
        class_of: (0..items as u32).map(|place| place % 3).collect(),
    }
}

#[test]
fn classes_that_lie_apart_are_told_apart_by_all() {
    let report = eval_anomalies(&world(1_200), 1, &|_, _| ()).unwrap();
    assert_eq!((report.rows.len(), report.drift.len()), (18, 3));
    assert!(report.rows.iter().all(|row| row.roc > 0.8 && row.precision_recall > 0.8), "{}", report.table());
    for DriftRow { same, changed, .. } in &report.drift {
        assert_eq!((same.len(), changed.len()), (2, 8));
        assert!(changed.iter().all(|p| *p < DIFFERENT) && same.iter().all(|p| *p > 1e-4), "{same:?} {changed:?}");
    }
    assert!(report.table().contains("third nearest neighbour"), "{}", report.table());
    assert_eq!(report, eval_anomalies(&world(1_200), 1, &|_, _| ()).unwrap());
}

#[test]
fn a_class_of_few_items_and_vectors_that_lack_numbers_are_named() {
    let said = eval_anomalies(&world(12), 1, &|_, _| ()).unwrap_err().to_string();
    assert!(said.contains("class \"a\"") && said.contains("give at least 4"), "{said}");
    let mut short = world(30);
    short.vectors.values.pop();
    assert!(eval_anomalies(&short, 1, &|_, _| ()).unwrap_err().to_string().contains("each item needs 8"));
}
