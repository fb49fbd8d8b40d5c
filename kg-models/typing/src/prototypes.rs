//! A vector for each class, from its label and keywords alone, moved to the items that are nearest to it
//! (Lbl2TransformerVec, Schopf et al. 2022).
//!
//! In: classes, items without a class. Out: prototypes, to be pinned. Never: a prototype that is moved anew at each edit.

use crate::classes::{Class, Examples};
use kgloom_numerics::passes::{dot, unit};
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;

/// Items that a prototype is moved to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gather {
    /// How far their similarity is below that of the nearest, at the most.
    pub within: f32,
    /// How many they are, at the most: the nearest.
    pub most: usize,
}

impl Gather {
    /// As Lbl2TransformerVec gathers: what is nearly as near as the nearest.
    pub const USUAL: Gather = Gather::within(0.25);

    /// So many, however far.
    pub const fn nearest(most: usize) -> Gather {
        Gather { within: f32::INFINITY, most }
    }

    /// However many, so far.
    pub const fn within(within: f32) -> Gather {
        Gather { within, most: usize::MAX }
    }
}

/// A vector of length 1 for each class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prototypes {
    /// Classes × width.
    pub vectors: TextVectors,
}

impl Prototypes {
    /// The labels.
    pub fn labels(classes: &[Class]) -> Self {
        Prototypes::means(classes.iter().map(|class| vec![class.label.vector.as_slice()]))
    }

    /// The means of the keywords; the label where a class has none.
    pub fn keywords(classes: &[Class]) -> Self {
        Prototypes::means(classes.iter().map(|class| match &class.keywords[..] {
            [] => vec![class.label.vector.as_slice()],
            keywords => keywords.iter().map(|word| word.vector.as_slice()).collect(),
        }))
    }

    /// The means of the examples of each class; zeros where a class has none.
    pub fn examples(examples: &Examples, count: usize) -> Self {
        let of = |class: u32| {
            let own = (0u32..).zip(&examples.classes).filter(move |(_, classes)| classes.contains(&class));
            own.map(|(place, _)| examples.vectors.row(place)).collect()
        };
        let mut found = Prototypes::means((0..count as u32).map(of));
        // A class without a row knows no width.
        found.vectors.width = examples.vectors.width;
        found.vectors.values.resize(count * examples.vectors.width, 0.0);
        found
    }

    fn means<'a>(rows: impl Iterator<Item = Vec<&'a [f32]>>) -> Self {
        let rows: Vec<Vec<&[f32]>> = rows.collect();
        let width = rows.iter().flatten().map(|row| row.len()).max().unwrap_or(0);
        let values = rows.iter().flat_map(|rows| mean(rows.iter().copied(), width)).collect();
        Prototypes { vectors: TextVectors { width, values } }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.vectors.values.len() / self.vectors.width.max(1)
    }

    /// The cosines of the angles between an item and each prototype.
    pub fn similarities(&self, item: &[f32]) -> Vec<f32> {
        self.vectors.values.chunks_exact(self.vectors.width.max(1)).map(|row| dot(row, item)).collect()
    }

    /// Each prototype moved to the mean of the items that it gathers, so many times. It stays where there are no items.
    pub fn moved(&self, items: &TextVectors, gather: Gather, rounds: usize) -> Self {
        let width = self.vectors.width;
        (0..rounds).fold(self.clone(), |last, _| {
            let rows: Vec<&[f32]> = last.vectors.values.chunks_exact(width.max(1)).collect();
            let values = rows.par_iter().flat_map_iter(|row| moved(row, items, gather)).collect();
            Prototypes { vectors: TextVectors { width, values } }
        })
    }
}

fn moved(prototype: &[f32], items: &TextVectors, gather: Gather) -> Vec<f32> {
    let rows: Vec<&[f32]> = items.values.chunks_exact(prototype.len()).collect();
    let similar: Vec<f32> = rows.iter().map(|row| dot(row, prototype)).collect();
    let mut sorted = similar.clone();
    sorted.sort_unstable_by(|one, other| other.total_cmp(one));
    let Some(highest) = sorted.first() else { return prototype.to_vec() };
    let least = sorted[gather.most.clamp(1, sorted.len()) - 1].max(highest - gather.within);
    // Items that are equally near as the last are gathered with it.
    let near = rows.iter().zip(&similar).filter(|(_, similar)| **similar >= least).map(|(row, _)| *row);
    mean(near, prototype.len())
}

/// The mean of rows, of length 1; zeros of none.
fn mean<'a>(rows: impl Iterator<Item = &'a [f32]>, width: usize) -> Vec<f32> {
    let mut sum = vec![0f64; width];
    rows.for_each(|row| sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x)));
    let mut mean: Vec<f32> = sum.into_iter().map(|x| x as f32).collect();
    unit(&mut mean);
    mean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::Word;

    fn class(label: &[f32], keywords: &[&[f32]]) -> Class {
        let word = |vector: &[f32]| Word { text: "word".into(), vector: vector.to_vec() };
        Class { name: "class".into(), label: word(label), keywords: keywords.iter().map(|row| word(row)).collect() }
    }

    #[test]
    fn keywords_speak_for_a_class_and_the_label_where_there_are_none() {
        let classes = [class(&[0.0, 1.0], &[&[1.0, 0.0], &[1.0, 0.0]]), class(&[0.0, 1.0], &[])];
        assert_eq!(Prototypes::keywords(&classes).vectors.values, [1.0, 0.0, 0.0, 1.0]);
        assert_eq!(Prototypes::labels(&classes).vectors.values, [0.0, 1.0, 0.0, 1.0]);
        assert_eq!(Prototypes::keywords(&classes).similarities(&[0.6, 0.8]), [0.6, 0.8]);
    }

    #[test]
    fn a_prototype_moves_to_the_items_it_gathers_and_stays_without_any() {
        let start = Prototypes::labels(&[class(&[1.0, 0.0], &[])]);
        let items = TextVectors { width: 2, values: vec![0.8, 0.6, 0.6, 0.8, 0.0, 1.0] };
        let near = |gather| start.moved(&items, gather, 1).vectors.values;
        assert!((near(Gather::nearest(1))[0] - 0.8).abs() < 1e-6);
        assert!((near(Gather::within(0.1))[0] - 0.8).abs() < 1e-6);
        let both = near(Gather::within(0.25));
        assert!((both[0] - both[1]).abs() < 1e-6 && (both[0] - 0.5f32.sqrt()).abs() < 1e-6, "{both:?}");
        assert_eq!(both, near(Gather::nearest(2)));
        assert_eq!(start.moved(&items, Gather::nearest(2), 0), start);
        assert_eq!(start.moved(&TextVectors { width: 2, values: Vec::new() }, Gather::nearest(2), 3), start);
    }

    #[test]
    fn classes_without_examples_are_far_from_everything() {
        let examples = Examples {
            names: vec!["a".into(), "b".into()],
            vectors: TextVectors { width: 2, values: vec![1.0, 0.0, 0.0, 1.0] },
            classes: vec![vec![0], vec![0]],
        };
        let found = Prototypes::examples(&examples, 2);
        assert_eq!((found.count(), found.similarities(&[1.0, 0.0])[1]), (2, 0.0));
        assert!((found.vectors.row(0)[0] - 0.5f32.sqrt()).abs() < 1e-6);
    }
}
