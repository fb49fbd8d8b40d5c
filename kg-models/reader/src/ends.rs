//! The ends that a relation of somebody's own ontology takes: what its label alone makes of two names is turned round where only
//! that way their classes fit.
//!
//! In: a relation as an ontology declares it, what was judged of a window's pairs. Out: the same, turned or with why it does not
//! hold. Never: a relation that the heads were trained for.

use super::candidates::is_value;
use super::judged::Judged;
use super::labels::words;
use super::layout::TokenizedText;
use super::measures::{self, Measure};
use super::prompt::JoinedClasses;
use crate::mentions::CLASS_IRIS;
use kgloom_record::record::Factuality;
use ontologies::{Iri, Ontology, Relation};
use std::collections::{BTreeMap, BTreeSet};

/// Prepositions that a thing follows.
const TOWARDS: [&str; 8] = [" at", " by", " for", " from", " of", " to", " under", " with"];

/// Which of the six classes a class is, where it is one of values.
pub(super) fn value_class(class: &Iri) -> Option<usize> {
    CLASS_IRIS.iter().position(|known| *known == class.as_str()).filter(|class| is_value(*class))
}

/// What an ontology's relation admits.
pub(super) fn admitted(relation: &Relation, ontology: &Ontology) -> JoinedClasses {
    let class = |class: usize| Iri::new(CLASS_IRIS[class]);
    let admits = |head, tail| ontology.admits(&class(head), &relation.iri, &class(tail)).is_ok();
    std::array::from_fn(|head| std::array::from_fn(|tail| admits(head, tail)))
}

/// What a relation takes.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    /// Whether both sides may change.
    mutual: bool,
    /// Which of the six classes may stand on either side.
    pub(super) fits: JoinedClasses,
    /// What an amount has to measure, where the relation's name says so.
    pub(super) measure: Option<Measure>,
    /// The narrow classes that cannot be its head, and its tail.
    pub(super) others: [BTreeSet<usize>; 2],
    /// The relations that may be told of the same two, and whether with head and tail changed.
    pub(super) beside: BTreeSet<(usize, bool)>,
}

impl Ends {
    /// Those of a relation.
    pub(super) fn of(relation: &Relation, ontology: &Ontology) -> Ends {
        // What has things for its ends has no date or number; of one that does not say which, "sponsored by" and "premiered at"
        // have none, "runway length" may.
        let name = words(&relation.label).to_lowercase();
        let towards = TOWARDS.iter().any(|last| name.ends_with(last));
        let takes_values = relation.range.iter().any(|class| value_class(class).is_some());
        let of_things = relation.of_things && !takes_values && (towards || !relation.range.is_empty());
        let mut fits = admitted(relation, ontology);
        let values = (0..CLASS_IRIS.len()).filter(|tail| of_things && is_value(*tail));
        values.for_each(|tail| fits.iter_mut().for_each(|tails| tails[tail] = false));
        let (measure, others) = (measures::asked(&name), <[BTreeSet<usize>; 2]>::default());
        Ends { mutual: relation.symmetric, fits, measure, others, beside: BTreeSet::new() }
    }

    /// The same, with the narrow classes that nobody says to be one of what the relation takes, or wider.
    fn among(mut self, relation: &Relation, narrow: &[Iri], ontology: &Ontology) -> Ends {
        for (others, taken) in self.others.iter_mut().zip([&relation.domain, &relation.range]) {
            if taken.is_empty() || !taken.iter().all(|class| narrow.contains(class)) {
                continue;
            }
            let kin = |class: &Iri, taken: &Iri| ontology.is_kind_of(class, taken) || ontology.is_kind_of(taken, class);
            let is_other = |place: &usize| !taken.iter().any(|taken| kin(&narrow[*place], taken));
            *others = (0..narrow.len()).filter(is_other).collect();
        }
        self
    }

    fn fits(&self, [head, tail]: [usize; 2]) -> bool {
        self.fits[head][tail]
    }
}

/// Relations of an ontology by their index, with their ends.
pub(super) type Declared = BTreeMap<usize, Ends>;

/// The ends of all relations from a number on; of those that are other names of one, and of those of which one follows from the
/// other, each may be told beside the other.
pub(super) fn declared(
    (relations, first): (&[Iri], usize),
    names: &BTreeMap<usize, Vec<(usize, bool)>>,
    (narrow, ontology): (&[Iri], &Ontology),
) -> Declared {
    let own = relations.iter().enumerate().skip(first);
    let places: BTreeMap<&Iri, usize> = own.map(|(index, iri)| (iri, index)).collect();
    let ends = places.iter().filter_map(|(iri, &index)| {
        let relation = ontology.relation(iri)?;
        Some((index, Ends::of(relation, ontology).among(relation, narrow, ontology)))
    });
    let mut declared: Declared = ends.collect();
    let mut beside = |one: usize, other: usize, turned: bool| {
        for (one, other) in [(one, other), (other, one)] {
            declared.entry(one).and_modify(|ends| ends.beside.extend([(other, turned)]));
        }
    };
    for (iri, &index) in &places {
        for form in ontology.consequences(iri).iter().map(|follows| &follows.form) {
            if let Some(&other) = places.get(&form.relation) {
                beside(index, other, form.turned);
            }
        }
    }
    for names in names.values() {
        for (place, (one, inverse)) in names.iter().enumerate() {
            names[..place].iter().for_each(|(other, turned)| beside(*one, *other, inverse != turned));
        }
    }
    declared
}

/// Turns what fits only the other way round, and tells of what cannot be why.
pub(super) fn fit(judged: &mut Judged, ends: &Ends, class: &dyn Fn(usize) -> usize, between: &[&str]) {
    let classes = judged.ends.map(class);
    if !ends.fits(classes) && is_value(classes[1]) {
        judged.says = Factuality::Untold;
    } else if !ends.fits(classes) && ends.fits([classes[1], classes[0]]) {
        judged.turn();
    }
    // Of "Vell and Holm" neither is what the other has.
    if !ends.mutual && matches!(between, ["and" | "or" | "&" | ","] | [",", "and" | "or"]) {
        judged.says = Factuality::OfAnother;
    }
}

/// The words between two mentions of one sentence, in lower case; none of two.
pub(super) fn between(judged: &Judged, (text, tokenized): (&str, &TokenizedText)) -> Vec<String> {
    let [left, right] = judged.in_order();
    let gap = left.end..right.start;
    let form = |word: usize| tokenized.form(text, word).to_lowercase();
    if gap.len() > 2 { Vec::new() } else { gap.map(form).collect() }
}
