//! Which labels a document is offered while a reader learns to read by labels: its own, under one of their names, and others.
//!
//! In: documents, what relations are called. Out: labels as phrases, each with the pairs that it holds of. Never: a label that
//! shares a word with one of the document's own as a wrong answer, unless the label space says that it is another.

use kgloom_corpora::AnnotatedDocument;
use kgloom_corpora::written::Names;
use kgloom_numerics::draw::Draw;
use kgloom_reader::mentions::CLASSES;
use std::collections::{BTreeMap, BTreeSet};

/// Letters by which words are compared.
const STEM: usize = 5;
/// Kinds of ends that are kept of each label.
const KINDS: usize = 40;
/// What the six classes may be called in an ontology.
const CLASS_NAMES: [&[&str]; CLASSES.len()] = [
    &["person", "person", "agent"],
    &["organization", "organisation", "company"],
    &["place", "location"],
    &["date", "time", "year"],
    &["number", "amount", "quantity"],
    &["thing", "work", "item"],
];

/// What a relation is called.
struct Label {
    forward: Vec<String>,
    /// From tail to head.
    inverse: Vec<String>,
    /// Whether every document says where it holds.
    marked: bool,
    /// What its ends are called, in documents that state it.
    kinds: Vec<[String; 2]>,
    /// The classes of its ends.
    classes: BTreeSet<[usize; 2]>,
}

/// A document's facts by label.
pub struct Stated {
    /// By label: the pairs of entities that it holds of; none of those that it only denies.
    pub facts: BTreeMap<usize, BTreeSet<(usize, usize)>>,
    classes: Vec<usize>,
    types: BTreeMap<usize, String>,
    words: BTreeSet<String>,
}

/// A label that is offered, as it stands before the text.
pub struct Offer {
    /// Its words.
    pub phrase: String,
    /// The pairs that it holds of.
    pub facts: BTreeSet<(usize, usize)>,
}

/// All labels that are learnt.
#[derive(Default)]
pub struct Offers {
    labels: Vec<Label>,
    index: BTreeMap<String, usize>,
    by_classes: BTreeMap<[usize; 2], Vec<usize>>,
    marked: Vec<usize>,
}

impl Offers {
    /// Those of a label space, each with its label, and those in words of the documents.
    pub fn new(
        space: &[(String, String)],
        names: &BTreeMap<String, Names>,
        documents: &[&AnnotatedDocument],
    ) -> Offers {
        let mut offers = Offers::default();
        for (property, label) in space {
            let Names { mut forward, inverse } = names.get(property).cloned().unwrap_or_default();
            forward.insert(0, label.clone());
            offers.add(property, (forward, inverse), true);
        }
        for document in documents {
            let open = document.open.iter().flatten();
            for fact in open.chain(&document.untrue) {
                if !offers.index.contains_key(&fact.relation) {
                    offers.add(&fact.relation, (vec![fact.relation.clone()], Vec::new()), false);
                }
            }
        }
        for document in documents {
            let class = classes(document);
            for fact in document.relations.iter().chain(document.open.iter().flatten()) {
                let Some(&index) = offers.index.get(&fact.relation) else { continue };
                let label = &mut offers.labels[index];
                label.classes.insert([class[fact.head], class[fact.tail]]);
                if label.kinds.len() < KINDS {
                    let kind = |entity: usize| match document.types.get(&entity) {
                        Some(kind) => last_words(kind),
                        None => CLASS_NAMES[class[entity]][0].to_owned(),
                    };
                    label.kinds.push([kind(fact.head), kind(fact.tail)]);
                }
            }
        }
        for (index, label) in offers.labels.iter().enumerate() {
            for classes in &label.classes {
                offers.by_classes.entry(*classes).or_default().push(index);
            }
            if label.marked {
                offers.marked.push(index);
            }
        }
        offers
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    fn add(&mut self, key: &str, (forward, inverse): (Vec<String>, Vec<String>), marked: bool) {
        self.index.insert(key.to_owned(), self.labels.len());
        self.labels.push(Label { forward, inverse, marked, kinds: Vec::new(), classes: BTreeSet::new() });
    }

    /// What a document states, by labels that are learnt.
    pub fn stated(&self, document: &AnnotatedDocument) -> Stated {
        let mut facts: BTreeMap<usize, BTreeSet<(usize, usize)>> = BTreeMap::new();
        for fact in document.relations.iter().chain(document.open.iter().flatten()) {
            if let Some(&label) = self.index.get(&fact.relation) {
                facts.entry(label).or_default().insert((fact.head, fact.tail));
            }
        }
        for fact in &document.untrue {
            if let Some(&label) = self.index.get(&fact.relation) {
                facts.entry(label).or_default();
            }
        }
        let words = facts.keys().flat_map(|label| self.labels[*label].forward.iter()).flat_map(|name| stems(name));
        Stated { words: words.collect(), classes: classes(document), types: document.types.clone(), facts }
    }

    /// So many labels for a passage with these entities: some of the document's own, those that hold there first, and others.
    pub fn draw(&self, stated: &Stated, here: &BTreeSet<usize>, count: usize, draw: &mut Draw) -> Vec<Offer> {
        let mut own: Vec<usize> = stated.facts.keys().copied().collect();
        draw.shuffle(&mut own);
        let holds =
            |label: &usize| stated.facts[label].iter().any(|(head, tail)| here.contains(head) && here.contains(tail));
        own.sort_by_key(|label| !holds(label));
        own.truncate((count / 2).max(1));
        let mut offered: Vec<Offer> = own.iter().map(|&label| self.offer(label, stated, draw)).collect();
        let wrong = self.wrong(stated, &own, count.saturating_sub(own.len()), draw);
        offered.extend(wrong.into_iter().map(|label| self.offer(label, stated, draw)));
        draw.shuffle(&mut offered);
        offered
    }

    /// All labels of a document that some fact has, by their first names, and others up to a count; the same each time.
    pub fn all(&self, stated: &Stated, count: usize, draw: &mut Draw) -> Vec<Offer> {
        let own: Vec<usize> =
            stated.facts.iter().filter(|(_, facts)| !facts.is_empty()).map(|(label, _)| *label).collect();
        let wrong = self.wrong(stated, &own, count.saturating_sub(own.len()), draw);
        own.into_iter().chain(wrong).map(|label| self.plain(label, stated, draw)).collect()
    }

    /// Labels that do not hold of a document: half of them are such as join what its own join.
    fn wrong(&self, stated: &Stated, own: &[usize], count: usize, draw: &mut Draw) -> Vec<usize> {
        let mut wrong = Vec::new();
        let pick = |from: &[usize], draw: &mut Draw| (!from.is_empty()).then(|| from[draw.below(from.len())]);
        for _ in 0..count * 8 {
            if wrong.len() == count {
                break;
            }
            let like = pick(own, draw).filter(|_| draw.below(2) == 0);
            let like = like.and_then(|own| self.labels[own].classes.iter().next());
            let drawn = match like {
                Some(classes) => self.by_classes.get(classes).and_then(|labels| pick(labels, draw)),
                None if draw.below(2) == 0 => pick(&self.marked, draw),
                None => Some(draw.below(self.labels.len())),
            };
            let Some(label) = drawn.filter(|label| !stated.facts.contains_key(label) && !wrong.contains(label)) else {
                continue;
            };
            let may_hold = !self.labels[label].marked
                && self.labels[label]
                    .forward
                    .iter()
                    .flat_map(|name| stems(name))
                    .any(|stem| stated.words.contains(&stem));
            if !may_hold {
                wrong.push(label);
            }
        }
        wrong
    }

    /// A label by one of its names, perhaps from tail to head, perhaps with what its ends are.
    fn offer(&self, label: usize, stated: &Stated, draw: &mut Draw) -> Offer {
        let Label { forward, inverse, .. } = &self.labels[label];
        let turned = !inverse.is_empty() && draw.below(4) == 0;
        let names = if turned { inverse } else { forward };
        let first = !turned && draw.below(4) == 0;
        let name = &names[if first { 0 } else { draw.below(names.len()) }];
        let facts = stated.facts.get(&label).cloned().unwrap_or_default();
        let kinds = (draw.below(4) > 0).then(|| {
            let own = (!facts.is_empty() && draw.below(5) < 3).then(|| {
                let (head, tail) = *facts.iter().nth(draw.below(facts.len())).expect("it is below their number");
                [stated.kind(head, draw), stated.kind(tail, draw)]
            });
            own.or_else(|| self.kinds(label, draw))
        });
        offer(name, (facts, turned), kinds.flatten())
    }

    /// A label by its first name, with what its ends are where it is stated.
    fn plain(&self, label: usize, stated: &Stated, draw: &mut Draw) -> Offer {
        let facts = stated.facts.get(&label).cloned().unwrap_or_default();
        offer(&self.labels[label].forward[0], (facts, false), self.kinds(label, draw))
    }

    fn kinds(&self, label: usize, draw: &mut Draw) -> Option<[String; 2]> {
        let kinds = &self.labels[label].kinds;
        (!kinds.is_empty()).then(|| kinds[draw.below(kinds.len())].clone())
    }
}

impl Stated {
    fn kind(&self, entity: usize, draw: &mut Draw) -> String {
        match self.types.get(&entity).filter(|_| draw.below(10) < 7) {
            Some(kind) => last_words(kind),
            None => {
                let names = CLASS_NAMES[self.classes[entity]];
                names[draw.below(names.len())].to_owned()
            }
        }
    }
}

fn offer(name: &str, (facts, turned): (BTreeSet<(usize, usize)>, bool), kinds: Option<[String; 2]>) -> Offer {
    let facts = if turned { facts.into_iter().map(|(head, tail)| (tail, head)).collect() } else { facts };
    let phrase = match kinds {
        Some([mut head, mut tail]) => {
            if turned {
                std::mem::swap(&mut head, &mut tail);
            }
            format!("{head} {name} {tail}")
        }
        None => name.to_owned(),
    };
    Offer { phrase, facts }
}

fn classes(document: &AnnotatedDocument) -> Vec<usize> {
    let class = |entity| document.class_of(entity).map_or(CLASSES.len() - 1, |class| class.index());
    (0..document.entities).map(class).collect()
}

/// The noun of a kind with what stands right before it.
fn last_words(kind: &str) -> String {
    let words: Vec<&str> = kind.split_whitespace().collect();
    words[words.len().saturating_sub(2)..].join(" ")
}

/// The beginnings of longer words.
fn stems(name: &str) -> impl Iterator<Item = String> + '_ {
    let long = name.split_whitespace().filter(|word| word.chars().count() >= STEM - 1);
    long.map(|word| word.to_lowercase().chars().take(STEM).collect())
}
