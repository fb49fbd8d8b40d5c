//! How well classes are told from vectors: by keywords alone, by few examples, by many, by neighbours. In: items with classes.
//! Out: accuracy, or F1 where an item may have several classes. Never: an item that its own classes are learnt from.

use crate::task::{Task, drawn, vectors};
use kgloom_corpora::typing::{self, TypedSet};
use kgloom_numerics::Error;
use kgloom_numerics::vectors::Encode;
use kgloom_numerics::vectors::TextVectors;
use kgloom_typing::{Class, Measured, TypedItems, Word, eval_types, nearest, votes};
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;

/// Draws of few examples that the score is the mean of.
const DRAWS: usize = 5;
/// Neighbours that vote, and the share of them by which a class is told.
const NEIGHBOURS: (usize, f32) = (10, 0.2);

/// How classes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the mean of each class's keywords; nothing is learnt.
    Keywords,
    /// By so many examples of each class.
    Few(usize),
    /// By logistic regression on all that may be learnt from.
    Many,
    /// By the ten nearest of all other items: the classes that a fifth of them have, and the commonest in any case. Each item
    /// is tested, and may have several classes (PatentSBERTa, Bekamiri et al. 2021).
    Neighbours,
}

/// Classes of a set's items.
#[derive(Clone, Debug)]
pub struct Typing {
    name: String,
    set: TypedSet,
    way: Way,
    seed: u64,
}

impl Typing {
    /// The task of telling the classes of a set.
    pub fn of(name: &str, set: TypedSet, way: Way, seed: u64) -> Typing {
        Typing { name: name.to_owned(), set, way, seed }
    }
}

/// A set by name from the folder of all data sets, with at the most so many of its items, drawn by a seed: of the parts for
/// learning and for testing where they are published, each in its share.
///
/// # Errors
/// When the set is missing or malformed.
pub fn some(root: &Path, name: &str, most: usize, seed: u64) -> Result<TypedSet, Error> {
    let set = typing::load(root, name)?;
    let kept = drawn(0..set.texts.len() as u32, most, (seed, name));
    let learning = set.learning.map(|learning| {
        let learning: std::collections::BTreeSet<u32> = learning.into_iter().collect();
        (0..).zip(&kept).filter(|(_, item)| learning.contains(item)).map(|(place, _)| place).collect()
    });
    let pick = |item: &u32| *item as usize;
    Ok(TypedSet {
        name: set.name,
        classes: set.classes,
        texts: kept.iter().map(|item| Arc::clone(&set.texts[pick(item)])).collect(),
        gold: kept.iter().map(|item| set.gold[pick(item)].clone()).collect(),
        several: set.several,
        learning,
        ..TypedSet::default()
    })
}

impl Task for Typing {
    fn name(&self) -> &str {
        &self.name
    }

    fn measure(&self) -> &'static str {
        match self.way {
            Way::Keywords => "accuracy of classes told by keywords",
            Way::Few(_) => "accuracy of classes told by few examples",
            Way::Many => "accuracy of classes told by regression",
            Way::Neighbours => "F1 of an item's classes told by ten others",
        }
    }

    fn texts(&self) -> usize {
        let words: usize = self.set.classes.iter().map(|class| 1 + class.keywords.len()).sum();
        self.set.texts.len() + if self.way == Way::Neighbours { 0 } else { words }
    }

    fn score(&self, encoder: &dyn Encode, on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<f64, Error> {
        // Examples of a class, and the row of the report that is the score.
        let (examples, way) = match self.way {
            Way::Keywords => (Some(0), "mean of keywords"),
            Way::Few(count) => (Some(count), "typer"),
            Way::Many => (None, "regression"),
            Way::Neighbours => return Ok(self.by_neighbours(&vectors(encoder, &self.set.texts, on_progress)?)),
        };
        let word = |text: &str| -> Result<Word, Error> {
            let text: Arc<str> = text.into();
            let vector = vectors(encoder, std::slice::from_ref(&text), &|_, _| {})?.values;
            Ok(Word { text, vector })
        };
        let mut classes = Vec::new();
        for class in &self.set.classes {
            let keywords = class.keywords.iter().map(|keyword| word(keyword)).collect::<Result<_, _>>()?;
            classes.push(Class { name: class.name.as_str().into(), label: word(&class.name)?, keywords });
        }
        let items = TypedItems {
            name: self.name.clone(),
            encoder: encoder.id(),
            classes,
            several: self.set.several,
            vectors: vectors(encoder, &self.set.texts, on_progress)?,
            gold: self.set.gold.clone(),
            learning: self.set.learning.clone(),
            ..TypedItems::default()
        };
        let report = eval_types(&items, examples, (DRAWS, self.seed))?;
        let row = report.rows.iter().find(|row| row.way == way).ok_or_else(|| Error::Data {
            name: self.name.clone(),
            reason: format!("no figure by \"{way}\"; items of several classes are told by Way::Neighbours"),
        })?;
        Ok(row.measured.accuracy)
    }
}

impl Typing {
    /// The F1 of an item's classes, told by others; the mean over items.
    fn by_neighbours(&self, items: &TextVectors) -> f64 {
        let (most, share) = NEIGHBOURS;
        let tell = |item: u32| -> Vec<u32> {
            let near = nearest(items, items.row(item), most, Some(item));
            let votes = votes(&near, |place| &self.set.gold[place as usize], self.set.classes.len());
            let best = votes.iter().copied().fold(0.0, f32::max);
            let told = (0..).zip(votes).filter(|(_, vote)| *vote > 0.0 && *vote >= share.min(best));
            told.map(|(class, _)| class).collect()
        };
        let told: Vec<Vec<u32>> = (0..self.set.gold.len() as u32).into_par_iter().map(tell).collect();
        Measured::of(told.into_iter().zip(self.set.gold.iter().map(Vec::as_slice))).example_f1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::letters::Letters;
    use kgloom_corpora::typing::NamedClass;

    fn set() -> TypedSet {
        let class = |name: &str, keyword: &str| NamedClass { name: name.into(), keywords: vec![keyword.into()] };
        let texts = (0..60).map(|item| if item % 2 == 0 { "a".repeat(item + 3) + "b" } else { "b".repeat(item + 3) });
        TypedSet {
            classes: vec![class("b", "a"), class("a", "b")],
            texts: texts.map(Arc::from).collect(),
            gold: (0..60).map(|item| vec![item % 2]).collect(),
            ..TypedSet::default()
        }
    }

    #[test]
    fn classes_are_told_by_keywords_and_by_examples() {
        let score = |way| Typing::of("test", set(), way, 1).score(&Letters::new(2), &|_, _| {}).unwrap();
        // The labels say the opposite of the keywords.
        assert_eq!([Way::Keywords, Way::Few(5), Way::Many].map(score), [1.0; 3]);
        assert_eq!(Typing::of("test", set(), Way::Many, 1).texts(), 64);
    }

    #[test]
    fn others_tell_all_classes_of_an_item_and_the_item_itself_none() {
        let gold = (0..60).map(|item| if item % 2 == 0 { vec![0, 1] } else { vec![1] }).collect();
        let set = TypedSet { gold, several: true, ..set() };
        let score = |set| Typing::of("test", set, Way::Neighbours, 1).score(&Letters::new(2), &|_, _| {}).unwrap();
        assert!((score(set.clone()) - 1.0).abs() < 1e-12);
        // A class of one item is told of no item.
        let alone = TypedSet { gold: (0..60).map(|item| vec![item / 59]).collect(), ..set };
        assert!((score(alone) - 59.0 / 60.0).abs() < 1e-12);
    }
}
