//! Which class an entity is of, told from its vector: a probe of what vectors know (Daza et al. 2021).
//!
//! In: a vector and a class of entities, which of them are for learning. Out: accuracy, and balanced accuracy. Never: a
//! choice made on the test part.

use crate::Error;
use crate::data::set::LinkSet;
use kgloom_numerics::draw::draw;
use kgloom_numerics::logistic::{Logistic, Rows};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// How much rows weigh against the penalty; validation chooses.
const WEIGHTS: [f64; 6] = [1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1];
/// Of entities that no part of the set keeps apart, the share that is tested, and again that validates.
const SHARE: f64 = 0.1;

/// How well classes are told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassReport {
    /// The set.
    pub name: String,
    /// What the vectors are.
    pub vectors: String,
    /// How entities were kept apart.
    pub parts: &'static str,
    /// Classes.
    pub classes: usize,
    /// Labelled entities: training, validation, test.
    pub entities: [usize; 3],
    /// The weight of rows that validation chose.
    pub weight: f64,
    /// The accuracy on validation that it was chosen by.
    pub validation_accuracy: f64,
    /// The share of test entities whose class is told.
    pub accuracy: f64,
    /// The mean of that share over the classes of the test part.
    pub balanced_accuracy: f64,
    /// The accuracy of always telling the commonest class of training and validation.
    pub commonest: f64,
}

/// Vectors of the entities of a set: entities × width.
#[derive(Clone, Copy, Debug)]
pub struct EntityVectors<'a> {
    /// What they are, for the report.
    pub name: &'a str,
    /// Numbers in a vector.
    pub width: usize,
    /// Entities × width; zeros where nothing is known.
    pub values: &'a [f32],
}

/// Learns classes from the vectors of some entities, and tells those of others. Entities whose links all lie in validation
/// or test are its validation and test entities; where there are none, a share is drawn. Classes with fewer than `least`
/// labelled entities are left out, and entities without a vector.
///
/// # Errors
/// When a part has no labelled entity, or there are fewer than two classes.
pub fn eval_classes(
    set: &LinkSet,
    classes: &[Option<Arc<str>>],
    vectors: EntityVectors<'_>,
    (least, seed): (usize, u64),
) -> Result<ClassReport, Error> {
    let row = |entity: usize| &vectors.values[entity * vectors.width..][..vectors.width];
    let told = |entity: usize| row(entity).iter().any(|x| *x != 0.0);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, class) in classes.iter().enumerate().filter(|(entity, _)| told(*entity)) {
        class.iter().for_each(|class| *counts.entry(&**class).or_default() += 1);
    }
    let names: Vec<&str> = counts.iter().filter(|(_, count)| **count >= least).map(|(name, _)| *name).collect();
    let class = |entity: usize| names.binary_search(&&**classes[entity].as_ref()?).ok().map(|id| id as u32);
    let labelled: Vec<(usize, u32)> =
        (0..classes.len()).filter(|entity| told(*entity)).filter_map(|entity| Some((entity, class(entity)?))).collect();
    let (parts, split) = parts(set, &labelled, seed);
    if names.len() < 2 || split.iter().any(Vec::is_empty) {
        let counts = split.each_ref().map(Vec::len);
        let reason = format!(
            "{} classes with at least {least} entities, {counts:?} entities for training, validation and test; two \
             classes and an entity in each part are wanted",
            names.len()
        );
        return Err(Error::Data { name: set.name.clone(), reason });
    }
    let gather = |part: &[(usize, u32)]| -> (Vec<f32>, Vec<u32>) {
        (
            part.iter().flat_map(|(entity, _)| row(*entity).iter().copied()).collect(),
            part.iter().map(|(_, id)| *id).collect(),
        )
    };
    let fit = |(values, classes): &(Vec<f32>, Vec<u32>), weight: f64| {
        Logistic::fit(Rows { width: vectors.width, values, classes, count: names.len() }, weight)
    };
    let [train, validation, test] = split.each_ref().map(|part| gather(part));
    let mut best = (f64::MIN, 0.0);
    for weight in WEIGHTS {
        let accuracy = accuracy(&fit(&train, weight).predict(&validation.0), &validation.1);
        if accuracy > best.0 {
            best = (accuracy, weight);
        }
    }
    let both = gather(&[split[0].as_slice(), &split[1]].concat());
    let answers = fit(&both, best.1).predict(&test.0);
    let often = |class: &u32| both.1.iter().filter(|other| *other == class).count();
    let commonest = (0..names.len() as u32).rev().max_by_key(often).unwrap_or_default();
    Ok(ClassReport {
        name: set.name.clone(),
        vectors: vectors.name.to_owned(),
        parts,
        classes: names.len(),
        entities: split.each_ref().map(Vec::len),
        weight: best.1,
        validation_accuracy: best.0,
        accuracy: accuracy(&answers, &test.1),
        balanced_accuracy: balanced(&answers, &test.1),
        commonest: accuracy(&vec![commonest; test.1.len()], &test.1),
    })
}

/// Labelled entities for training, validation and test, and how they were kept apart.
fn parts(set: &LinkSet, labelled: &[(usize, u32)], seed: u64) -> (&'static str, [Vec<(usize, u32)>; 3]) {
    let (train, earlier) = (set.seen(&[&set.train]), set.seen(&[&set.train, &set.validation]));
    let of = |part: usize| {
        let place = |entity: usize| {
            if train[entity] {
                0
            } else if earlier[entity] {
                1
            } else {
                2
            }
        };
        labelled.iter().copied().filter(|(entity, _)| place(*entity) == part).collect()
    };
    let by_set: [Vec<(usize, u32)>; 3] = [of(0), of(1), of(2)];
    // A few strays do not make a part.
    let least = (SHARE * 0.5 * labelled.len() as f64) as usize;
    if by_set[1..].iter().all(|part| part.len() > least) {
        return ("entities of the set's parts", by_set);
    }
    let mut order = labelled.to_vec();
    draw(seed, "class split", 0).shuffle(&mut order);
    let cut = (SHARE * order.len() as f64).round() as usize;
    let (test, rest) = order.split_at(cut);
    let (validation, train) = rest.split_at(cut.min(rest.len()));
    ("entities drawn", [train.to_vec(), validation.to_vec(), test.to_vec()])
}

fn accuracy(answers: &[u32], classes: &[u32]) -> f64 {
    answers.iter().zip(classes).filter(|(answer, class)| answer == class).count() as f64 / classes.len() as f64
}

/// The mean, over classes, of the share of their rows that is told.
fn balanced(answers: &[u32], classes: &[u32]) -> f64 {
    let mut by_class: BTreeMap<u32, [usize; 2]> = BTreeMap::new();
    for (answer, class) in answers.iter().zip(classes) {
        let [right, all] = by_class.entry(*class).or_default();
        *right += usize::from(answer == class);
        *all += 1;
    }
    by_class.values().map(|[right, all]| *right as f64 / *all as f64).sum::<f64>() / by_class.len() as f64
}

impl ClassReport {
    /// For people.
    pub fn table(&self) -> String {
        let [train, validation, test] = self.entities;
        let mut out = format!("{}, {} classes, vectors: {}\n", self.name, self.classes, self.vectors);
        let _ = writeln!(out, "{}: {train} for training, {validation} for validation, {test} for test", self.parts);
        let _ = writeln!(
            out,
            "weight of rows {:e}, chosen at accuracy {:.4} on validation",
            self.weight, self.validation_accuracy
        );
        let _ = writeln!(
            out,
            "accuracy           {:.4} (always the commonest class: {:.4})",
            self.accuracy, self.commonest
        );
        let _ = write!(out, "balanced accuracy  {:.4}", self.balanced_accuracy);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::set::Link;

    /// Four hundred entities of three classes, whose vectors say the class; a tenth is known to validation alone, a tenth
    /// to test.
    fn labelled() -> (LinkSet, Vec<Option<Arc<str>>>, Vec<f32>) {
        let mut draw = draw(2, "vectors", 0);
        let kind = |entity: usize| if entity.is_multiple_of(7) { 2 } else { entity % 2 };
        let classes = (0..400).map(|entity| Some(["city", "river", "person"][kind(entity)].into())).collect();
        let values =
            (0..400).flat_map(|e| [0, 1, 2].map(|axis| if axis == kind(e) { 2.0 } else { 0.0 } + 0.4 * draw.normal()));
        let values = values.collect();
        let loops = |range: std::ops::Range<u32>| range.map(|id| Link { head: id, relation: 0, tail: id }).collect();
        let set = LinkSet {
            entities: (0..400).map(|id| format!("{id:03}").into()).collect(),
            train: loops(0..320),
            validation: loops(320..360),
            test: loops(360..400),
            ..LinkSet::default()
        };
        (set, classes, values)
    }

    fn report(set: &LinkSet, classes: &[Option<Arc<str>>], values: &[f32], least: usize) -> Result<ClassReport, Error> {
        eval_classes(set, classes, EntityVectors { name: "toy", width: 3, values }, (least, 1))
    }

    #[test]
    fn vectors_that_know_the_class_tell_it_and_others_do_not() {
        let (set, classes, values) = labelled();
        let good = report(&set, &classes, &values, 1).unwrap();
        assert_eq!((good.classes, good.entities, good.parts), (3, [320, 40, 40], "entities of the set's parts"));
        assert!(good.accuracy > 0.9 && good.balanced_accuracy > 0.9 && good.commonest < 0.6, "{good:?}");
        let noise = draw(3, "noise", 0).normals(1_200, 1.0);
        let bad = report(&set, &classes, &noise, 1).unwrap();
        assert!(bad.balanced_accuracy < 0.6, "{bad:?}");
    }

    #[test]
    fn where_all_entities_are_known_a_share_is_drawn_and_small_classes_go() {
        let (set, mut classes, values) = labelled();
        let train = [set.train.clone(), set.validation.clone(), set.test.clone()].concat();
        let set = LinkSet { train, ..set };
        classes[0] = Some("comet".into());
        classes[1] = None;
        let found = report(&set, &classes, &values, 2).unwrap();
        assert_eq!((found.classes, found.entities, found.parts), (3, [318, 40, 40], "entities drawn"));
        let error = report(&set, &classes, &values, 399).unwrap_err().to_string();
        assert!(error.contains("0 classes with at least 399"), "{error}");
    }

    #[test]
    fn balanced_accuracy_is_the_mean_over_classes() {
        let (answers, classes) = ([0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 1]);
        assert!((accuracy(&answers, &classes) - 5.0 / 6.0).abs() < 1e-12);
        assert!((balanced(&answers, &classes) - 0.75).abs() < 1e-12);
    }
}
