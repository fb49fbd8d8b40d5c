//! Classes told from vectors beside scikit-learn. In: a file made by `reference/classes.py`. Out: the same choice on
//! validation, the same figures. Never: scikit-learn itself.

use kgloom_links::{EntityVectors, Link, LinkSet, eval_classes};
use serde_json::Value;
use std::sync::Arc;

#[test]
fn classes_are_told_as_scikit_learn_tells_them() {
    let file: Value = serde_json::from_str(include_str!("reference/classes.json")).expect("it is JSON");
    let values: Vec<f32> = serde_json::from_value(file["rows"].clone()).expect("numbers");
    let classes: Vec<u32> = serde_json::from_value(file["classes"].clone()).expect("classes");
    let sizes: [u32; 3] = serde_json::from_value(file["sizes"].clone()).expect("three sizes");
    let width = file["width"].as_u64().expect("a number") as usize;
    let mut end = 0;
    let [train, validation, test] = sizes.map(|size| {
        end += size;
        (end - size..end).map(|id| Link { head: id, relation: 0, tail: id }).collect()
    });
    let entities = (0..end).map(|id| format!("{id:04}").into()).collect();
    let set = LinkSet { entities, train, validation, test, ..LinkSet::default() };
    let classes: Vec<Option<Arc<str>>> = classes.iter().map(|class| Some(class.to_string().into())).collect();
    let vectors = EntityVectors { name: "reference", width, values: &values };
    let report = eval_classes(&set, &classes, vectors, (1, 1)).expect("four classes in three parts");
    for (name, got) in [
        ("weight", report.weight),
        ("validation_accuracy", report.validation_accuracy),
        ("accuracy", report.accuracy),
        ("balanced_accuracy", report.balanced_accuracy),
    ] {
        let wanted = file[name].as_f64().expect("a figure");
        assert!((got - wanted).abs() < 1e-9, "{name}: {got}, not {wanted}");
    }
}
