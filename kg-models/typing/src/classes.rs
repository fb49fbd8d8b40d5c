//! Classes to be told, and items of which it is known: what a typer learns from.
//!
//! In: names, vectors. Out: a [`Lesson`] that is whole. Never: a vector of another width than the others.

use crate::Error;
use kgloom_numerics::vectors::TextVectors;
use std::sync::Arc;

/// A word or phrase that goes with a class.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The word.
    pub text: Arc<str>,
    /// Its vector, of length 1.
    pub vector: Vec<f32>,
}

/// A class to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// What it is called wherever it is told: an IRI, or a name.
    pub name: Arc<str>,
    /// Its label, with the comment where there is one.
    pub label: Word,
    /// Words that go with it; none where there are none.
    pub keywords: Vec<Word>,
}

/// Items of which the classes are known; there may be several for one item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Examples {
    /// What each is called, where it is told as evidence.
    pub names: Vec<Arc<str>>,
    /// Their vectors, of length 1.
    pub vectors: TextVectors,
    /// By example: its classes, as places in the list of classes, sorted.
    pub classes: Vec<Vec<u32>>,
}

impl Examples {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Some of them, by place.
    pub fn some(&self, places: &[u32]) -> Examples {
        let pick = |place: &u32| self.vectors.row(*place).iter().copied();
        Examples {
            names: places.iter().map(|place| Arc::clone(&self.names[*place as usize])).collect(),
            vectors: TextVectors { width: self.vectors.width, values: places.iter().flat_map(pick).collect() },
            classes: places.iter().map(|place| self.classes[*place as usize].clone()).collect(),
        }
    }

    /// These, and others after them.
    pub fn and(mut self, others: &Examples) -> Examples {
        self.names.extend(others.names.iter().cloned());
        self.vectors.width = self.vectors.width.max(others.vectors.width);
        self.vectors.values.extend_from_slice(&others.vectors.values);
        self.classes.extend(others.classes.iter().cloned());
        self
    }
}

/// What a typer learns from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lesson {
    /// The classes.
    pub classes: Vec<Class>,
    /// Whether an item may be of several classes.
    pub several: bool,
    /// Items that people know the classes of. They are held back in turns, to see how sure a judgement is.
    pub examples: Examples,
    /// Items that were made for a class, such as texts by a language model (LLM4NG, Yu et al. 2023). They are learnt from,
    /// and no judgement is tested on them.
    pub written: Examples,
}

impl Lesson {
    /// Numbers in a vector: as many as the first label has.
    pub fn width(&self) -> usize {
        self.classes.first().map_or(0, |class| class.label.vector.len())
    }

    /// Whether all vectors are of one width, and all examples of classes that there are.
    ///
    /// # Errors
    /// When not, or when there are fewer than two classes; says where.
    pub fn check(&self) -> Result<(), Error> {
        let wrong = |name: &str, reason: String| Err(Error::Data { name: name.to_owned(), reason });
        let (count, width) = (self.classes.len(), self.width());
        if count < 2 {
            return wrong("classes", format!("there are {count}; two are needed to tell one from the other"));
        }
        for class in &self.classes {
            for word in std::iter::once(&class.label).chain(&class.keywords) {
                if word.vector.len() != width {
                    let reason = format!("\"{}\" has {} numbers, others have {width}", word.text, word.vector.len());
                    return wrong(&class.name, reason);
                }
            }
        }
        for (kind, examples) in [("examples", &self.examples), ("written examples", &self.written)] {
            let Examples { names, vectors, classes } = examples;
            if names.len() != classes.len() || vectors.values.len() != classes.len() * width {
                let reason = format!(
                    "{} names, {} numbers and {} lists of classes; each needs a name, {width} numbers and a list",
                    names.len(),
                    vectors.values.len(),
                    classes.len()
                );
                return wrong(kind, reason);
            }
            for (name, classes) in names.iter().zip(classes) {
                if classes.iter().any(|class| *class as usize >= count) || !classes.is_sorted_by(|a, b| a < b) {
                    let reason = format!("classes {classes:?} of {count}; each is wanted once, in order");
                    return wrong(name, reason);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, vector: &[f32]) -> Word {
        Word { text: text.into(), vector: vector.to_vec() }
    }

    fn lesson() -> Lesson {
        let class = |name: &str, vector: &[f32]| Class {
            name: name.into(),
            label: word(name, vector),
            keywords: vec![word("also", vector)],
        };
        let examples = Examples {
            names: vec!["a".into(), "b".into()],
            vectors: TextVectors { width: 2, values: vec![1.0, 0.0, 0.0, 1.0] },
            classes: vec![vec![0], vec![0, 1]],
        };
        let classes = vec![class("one", &[1.0, 0.0]), class("other", &[0.0, 1.0])];
        Lesson { classes, several: true, examples, written: Examples::default() }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        lesson().check().unwrap();
        let said = |change: &dyn Fn(&mut Lesson)| {
            let mut lesson = lesson();
            change(&mut lesson);
            lesson.check().unwrap_err().to_string()
        };
        assert!(said(&|lesson| lesson.classes.truncate(1)).contains("there are 1"));
        let keyword = said(&|lesson| lesson.classes[1].keywords[0].vector.push(0.0));
        assert!(keyword.contains("\"other\"") && keyword.contains("3 numbers, others have 2"), "{keyword}");
        let class = said(&|lesson| lesson.examples.classes[1] = vec![0, 2]);
        assert!(class.contains("\"b\"") && class.contains("[0, 2] of 2"), "{class}");
        assert!(said(&|lesson| lesson.examples.names.truncate(1)).contains("1 names"));
    }

    #[test]
    fn examples_are_picked_and_joined() {
        let examples = lesson().examples;
        let picked = examples.some(&[1]);
        assert_eq!((picked.vectors.row(0), &picked.classes[0][..]), (&[0.0, 1.0][..], &[0, 1][..]));
        let both = Examples::default().and(&picked).and(&examples.some(&[0]));
        assert_eq!((both.len(), both.vectors.row(1)), (2, &[1.0, 0.0][..]));
        assert!(Examples::default().is_empty());
    }
}
