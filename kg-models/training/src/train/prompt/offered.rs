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
    /// By label: those that documents have beside it, as often as they do.
    beside: Vec<Vec<usize>>,
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
            let open = document.open.iter().flatten().chain(&document.untrue).map(|fact| &fact.relation);
            for label in open.chain(&document.asked) {
                if !offers.index.contains_key(label) {
                    let Names { mut forward, inverse } = names.get(label).cloned().unwrap_or_default();
                    forward.insert(0, label.clone());
                    offers.add(label, (forward, inverse), false);
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
        offers.beside = vec![Vec::new(); offers.labels.len()];
        for document in documents {
            let together: BTreeSet<usize> = offers.stated(document).facts.into_keys().collect();
            for &one in &together {
                offers.beside[one].extend(together.iter().filter(|&&other| other != one));
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
        let looked_for = document.untrue.iter().map(|fact| &fact.relation).chain(&document.asked);
        for label in looked_for.filter_map(|name| self.index.get(name)) {
            facts.entry(*label).or_default();
        }
        let words = facts.keys().flat_map(|label| self.labels[*label].forward.iter()).flat_map(|name| stems(name));
        Stated { words: words.collect(), classes: classes(document), types: document.types.clone(), facts }
    }

    /// So many labels for a passage with these entities: up to half of them such as hold there, a quarter and more such as the
    /// document was read for and has elsewhere or nowhere, and others.
    pub fn draw(&self, stated: &Stated, here: &BTreeSet<usize>, count: usize, draw: &mut Draw) -> Vec<Offer> {
        let mut own: Vec<usize> = stated.facts.keys().copied().collect();
        draw.shuffle(&mut own);
        let holds =
            |label: &usize| stated.facts[label].iter().any(|(head, tail)| here.contains(head) && here.contains(tail));
        let (mut own, elsewhere): (Vec<usize>, Vec<usize>) = own.into_iter().partition(holds);
        own.truncate((count / 2).max(1));
        let room = (count * 3 / 4).max(1) - own.len();
        own.extend(elsewhere.into_iter().take(room));
        let mut offered: Vec<Offer> = own.iter().map(|&label| self.offer(label, stated, draw)).collect();
        let wrong = self.wrong(stated, &own, count.saturating_sub(own.len()), draw);
        offered.extend(wrong.into_iter().map(|label| self.offer(label, stated, draw)));
        draw.shuffle(&mut offered);
        offered
    }

    /// All labels that a document was read for, by their first names, and others up to a count; the same each time.
    pub fn all(&self, stated: &Stated, count: usize, draw: &mut Draw) -> Vec<Offer> {
        let own: Vec<usize> = stated.facts.keys().copied().collect();
        let wrong = self.wrong(stated, &own, count.saturating_sub(own.len()), draw);
        own.into_iter().chain(wrong).map(|label| self.plain(label, stated, draw)).collect()
    }

    /// Labels that do not hold of a document: half of them are such as other documents have beside its own (who produced a film, of
    /// one that says who directed it), a quarter such as join what its own join.
    fn wrong(&self, stated: &Stated, own: &[usize], count: usize, draw: &mut Draw) -> Vec<usize> {
        let mut wrong = Vec::new();
        let pick = |from: &[usize], draw: &mut Draw| (!from.is_empty()).then(|| from[draw.below(from.len())]);
        for _ in 0..count * 8 {
            if wrong.len() == count {
                break;
            }
            let drawn = match (pick(own, draw), draw.below(8)) {
                (Some(own), ..4) => pick(&self.beside[own], draw),
                (Some(own), 4..6) => {
                    let classes = self.labels[own].classes.iter().next();
                    classes.and_then(|classes| self.by_classes.get(classes)).and_then(|labels| pick(labels, draw))
                }
                (_, ..7) => pick(&self.marked, draw),
                _ => Some(draw.below(self.labels.len())),
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

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_corpora::{Annotation, GoldRelation};
    use kgloom_numerics::draw::draw;
    use std::sync::Arc;

    fn document() -> AnnotatedDocument {
        let annotation =
            Annotation { classes: Vec::new(), complete: true, coreference: true, relations: Arc::from([]) };
        let mut document = AnnotatedDocument::new("a".to_owned(), "Mara met Ada.".to_owned(), Vec::new(), annotation);
        document.entities = 2;
        document.open = Some(vec![GoldRelation { head: 0, relation: "met".to_owned(), tail: 1, evidence: Vec::new() }]);
        document.asked = BTreeSet::from(["met".to_owned(), "treated".to_owned()]);
        document
    }

    #[test]
    fn labels_that_a_document_was_read_for_are_offered_and_hold_nowhere() {
        let document = document();
        let offers = Offers::new(&[], &BTreeMap::new(), &[&document]);
        let stated = offers.stated(&document);
        for seed in 0..20 {
            let offered = offers.draw(&stated, &BTreeSet::from([0, 1]), 4, &mut draw(seed, "test", 0));
            let facts = |word: &str| {
                let mut with = offered.iter().filter(|offer| offer.phrase.contains(word));
                with.next().map(|offer| offer.facts.len())
            };
            assert_eq!((facts("met"), facts("treated")), (Some(1), Some(0)), "{seed}");
        }
        assert_eq!(offers.all(&stated, 12, &mut draw(1, "test", 0)).len(), 2);
    }

    #[test]
    fn a_label_goes_by_its_other_names_and_the_other_way_round() {
        let document = document();
        let names = Names { forward: vec!["came across".to_owned()], inverse: vec!["was met by".to_owned()] };
        let offers = Offers::new(&[], &BTreeMap::from([("met".to_owned(), names)]), &[&document]);
        let stated = offers.stated(&document);
        let mut seen = BTreeSet::new();
        for seed in 0..60 {
            for offer in offers.draw(&stated, &BTreeSet::from([0, 1]), 2, &mut draw(seed, "test", 0)) {
                let names = ["came across", "was met by", "met"];
                let Some(name) = names.into_iter().find(|name| offer.phrase.contains(name)) else { continue };
                let ends = if name == "was met by" { (1, 0) } else { (0, 1) };
                assert_eq!(offer.facts, BTreeSet::from([ends]), "{}", offer.phrase);
                seen.insert(name);
            }
        }
        assert_eq!(seen.len(), 3, "{seen:?}");
    }
}
