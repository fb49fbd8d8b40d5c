//! Whether what is not of a class stands apart. In: items of one class each. Out: the mean area under the ROC curve of the
//! distance to the third nearest normal item, each class being normal in turn. Never: an odd item among the normal ones.

use crate::task::{Task, vectors};
use kgloom_corpora::typing::TypedSet;
use kgloom_numerics::Error;
use kgloom_numerics::vectors::Encode;
use kgloom_watch::{AnomalyItems, Detector, eval_anomalies};

/// News of other kinds told from news of one kind (the protocol of Text-ADBench).
#[derive(Clone, Debug)]
pub struct Anomalies {
    name: String,
    set: TypedSet,
    seed: u64,
}

impl Anomalies {
    /// The task of a set whose items have one class each.
    pub fn of(name: &str, set: TypedSet, seed: u64) -> Anomalies {
        Anomalies { name: name.to_owned(), set, seed }
    }
}

impl Task for Anomalies {
    fn name(&self) -> &str {
        &self.name
    }

    fn measure(&self) -> &'static str {
        "area under ROC of the third nearest normal item"
    }

    fn texts(&self) -> usize {
        self.set.texts.len()
    }

    fn score(&self, encoder: &dyn Encode, on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<f64, Error> {
        let items = AnomalyItems {
            name: self.set.name.clone(),
            encoder: encoder.id(),
            classes: self.set.classes.iter().map(|class| class.name.clone()).collect(),
            vectors: vectors(encoder, &self.set.texts, on_progress)?,
            class_of: self.set.gold.iter().filter_map(|classes| classes.first().copied()).collect(),
        };
        let report = eval_anomalies(&items, self.seed, &|_, _| {})?;
        let own: Vec<f64> =
            report.rows.iter().filter(|row| row.detector == Detector::Neighbours).map(|row| row.roc).collect();
        Ok(own.iter().sum::<f64>() / own.len().max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::letters::Letters;
    use kgloom_corpora::typing::NamedClass;
    use std::sync::Arc;

    #[test]
    fn texts_of_another_class_stand_apart_where_their_letters_do() {
        let class = |name: &str| NamedClass { name: name.into(), keywords: Vec::new() };
        let text = |item: usize| format!("a{}", ["b", "c"][item % 2].repeat(item + 9)).into();
        let set = TypedSet {
            classes: vec![class("one"), class("other")],
            texts: (0..200).map(text).collect::<Vec<Arc<str>>>(),
            gold: (0..200).map(|item| vec![item % 2]).collect(),
            ..TypedSet::default()
        };
        let score = |letters| Anomalies::of("t", set.clone(), 1).score(&Letters::new(letters), &|_, _| {}).unwrap();
        assert!(score(3) == 1.0 && score(3) > score(1), "{} {}", score(3), score(1));
    }
}
