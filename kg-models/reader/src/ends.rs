//! The ends that a relation of somebody's own ontology takes: what its label alone makes of two names is turned round where only
//! that way their classes fit, and told one way where it is not said to hold both.
//!
//! In: a relation as an ontology declares it, what was judged of a window's pairs. Out: the same, turned or with why it does not
//! hold. Never: a relation that the heads were trained for.

use super::candidates::is_value;
use super::judged::Judged;
use super::labels::words;
use super::layout::TokenizedText;
use super::prompt::JoinedClasses;
use crate::mentions::CLASS_IRIS;
use kgloom_record::record::Factuality;
use ontologies::{Iri, Ontology, Relation};
use std::cmp::Reverse;
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

/// Which of the six classes may stand on either side, and whether both sides may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    mutual: bool,
    pub(super) fits: JoinedClasses,
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
        Ends { mutual: relation.symmetric, fits }
    }

    fn fits(&self, [head, tail]: [usize; 2]) -> bool {
        self.fits[head][tail]
    }
}

/// Relations of an ontology by their index, with their ends.
pub(super) type Declared = BTreeMap<usize, Ends>;

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

/// Of two that tell a relation of one pair both ways, the one that a phrase does not state; where none does, the less probable; of
/// equals the later.
pub(super) fn one_way(all: &[&Judged], declared: &Declared, stated: &BTreeSet<(usize, [usize; 2])>) -> BTreeSet<usize> {
    let rank = |place: usize| {
        let judged = all[place];
        (stated.contains(&(judged.relation, judged.ends)), judged.score, Reverse(place))
    };
    let mut best = BTreeMap::new();
    for place in (0..all.len()).filter(|place| declared.get(&all[*place].relation).is_some_and(|ends| !ends.mutual)) {
        let best = best.entry((all[place].relation, all[place].ends)).or_insert(rank(place));
        *best = rank(place).max(*best);
    }
    let loses = |place: &usize| {
        let Judged { relation, ends: [head, tail], .. } = *all[*place];
        let turned = (relation, [tail, head]);
        let said = stated.contains(&turned) && !stated.contains(&(relation, [head, tail]));
        best.contains_key(&(relation, [head, tail]))
            && (said || best.get(&turned).is_some_and(|other| *other > rank(*place)))
    };
    (0..all.len()).filter(loses).collect()
}

/// The words between two mentions of one sentence, in lower case; none of two.
pub(super) fn between(judged: &Judged, (text, tokenized): (&str, &TokenizedText)) -> Vec<String> {
    let [left, right] = judged.in_order();
    let gap = left.end..right.start;
    let form = |word: usize| tokenized.form(text, word).to_lowercase();
    if gap.len() > 2 { Vec::new() } else { gap.map(form).collect() }
}
