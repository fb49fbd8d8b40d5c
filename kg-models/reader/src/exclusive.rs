//! Which of the relations of somebody's own ontology exclude each other: two things are told one of them, unless one says the other
//! too; an amount is told of one thing; what a text calls a dam does nothing that only bridges do.
//!
//! In: judged relations. Out: the same, some with why they do not hold. Never: a relation that the heads were trained for.

use super::consistency::Window;
use super::judged::{Judged, refuse};
use super::measures::may_measure;
use super::mentions::CLASSES;
use super::rivals::Context;
use super::units;
use kgloom_record::record::{Factuality, Score};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Tells of each relation that is stated and cannot hold why.
pub(super) fn settle(judged: &mut [Judged], window: &Window<'_>, context: &Context<'_>) {
    let class = |entity: usize| CLASSES[window.members[entity].class];
    for judged in judged.iter_mut().filter(|judged| judged.says == Factuality::Stated) {
        let Some(ends) = window.declared.get(&judged.relation) else { continue };
        let amount = || {
            let words = &context.tokenized.words[judged.words[1].clone()];
            let span = words[0].span.start as usize..words[words.len() - 1].span.end as usize;
            units::measured(context.text, span).value
        };
        if class(judged.ends[1]) == "NUM" && ends.measure.is_some_and(|asked| !may_measure(&amount(), asked)) {
            judged.says = Factuality::Untold;
        }
        let is_other = |end: usize| {
            let entity = judged.ends[end];
            // People are many things at once.
            let called = window.called.get(entity).filter(|_| class(entity) != "PER");
            called.is_some_and(|called| !called.is_empty() && called.is_subset(&ends.others[end]))
        };
        if is_other(0) || is_other(1) {
            judged.says = Factuality::Contrary;
        }
    }
    refuse(judged, Factuality::Contrary, |all| but_one(all, window, context));
    refuse(judged, Factuality::OfAnother, |all| {
        let amounts = (0..all.len()).filter(|&place| class(all[place].ends[1]) == "NUM");
        let amounts = amounts.filter(|&place| window.declared.contains_key(&all[place].relation));
        let mut best: BTreeMap<usize, usize> = BTreeMap::new();
        for place in amounts.clone() {
            let best = best.entry(all[place].words[1].start).or_insert(place);
            if rank(all, place, window, context) > rank(all, *best, window, context) {
                *best = place;
            }
        }
        amounts.filter(|&place| all[place].ends != all[best[&all[place].words[1].start]].ends).collect()
    });
}

/// What is told better: what a phrase states; then what is more probable beside what it needs; then what came first.
fn rank(all: &[&Judged], place: usize, window: &Window<'_>, context: &Context<'_>) -> (bool, u64, Reverse<usize>) {
    let judged = all[place];
    let odds = |score: Score| {
        let share = f64::from(score.ten_thousandths().clamp(1, 9_999));
        share / (10_000.0 - share)
    };
    // Positive numbers are in the order of their bits.
    let beside = (odds(judged.score) / odds((context.needed)(judged.relation))).to_bits();
    (window.stated.contains(&(judged.relation, judged.ends)), beside, Reverse(place))
}

/// All relations of two things but the one that is told best, and those that say it too.
fn but_one(all: &[&Judged], window: &Window<'_>, context: &Context<'_>) -> BTreeSet<usize> {
    let pair = |[head, tail]: [usize; 2]| [head.min(tail), head.max(tail)];
    let declared = |place: &usize| window.declared.contains_key(&all[*place].relation);
    let mut told: BTreeMap<[usize; 2], Vec<(usize, [usize; 2])>> = BTreeMap::new();
    for &(relation, ends) in window.stated.iter().filter(|(relation, _)| window.declared.contains_key(relation)) {
        told.entry(pair(ends)).or_default().push((relation, ends));
    }
    let mut order: Vec<usize> = (0..all.len()).filter(declared).collect();
    order.sort_by_key(|&place| Reverse(rank(all, place, window, context)));
    let loses = |place: &usize| {
        let Judged { relation, ends, .. } = *all[*place];
        let told = told.entry(pair(ends)).or_insert_with(|| vec![(relation, ends)]);
        let beside = |&(other, at): &(usize, [usize; 2])| {
            (other, at) == (relation, ends) || window.declared[&other].beside.contains(&(relation, at != ends))
        };
        !told.iter().any(beside)
    };
    order.into_iter().filter(loses).collect()
}
