//! Which of the relations that a window's pairs were judged to have hold, by rules over the text's words and over each other: first
//! what the words between two names say of direction and ends, then what each is told of, then what cannot hold together.
//!
//! In: judged relations. Out: the same; some turned round, some with why they do not hold. Never: a relation of a pair that
//! had none.

use super::candidates::EntityCandidate;
use super::directions;
use super::ends;
use super::fields::FormLines;
use super::judged::{Judged, refuse};
use super::lists::Lists;
use super::places::Places;
use super::rivals::{self, Context};
use super::roles::Roles;
use kgloom_record::record::Factuality;
use std::collections::BTreeSet;
use std::ops::Range;

const SPOUSE: &str = "P26";
/// Relations with the one place that somebody or something is in.
const IN_A_PLACE: [&str; 9] = ["P119", "P131", "P159", "P19", "P20", "P276", "P551", "P740", "P937"];
/// What performers of a work are called, and what those of them who act.
const PERFORMER: &str = "P175";
const CAST: &str = "P161";

/// What a window holds beside its relations.
pub(super) struct Window<'a> {
    /// Its words.
    pub words: Range<usize>,
    /// Its entities.
    pub members: &'a [EntityCandidate],
    /// The ends of the relations that an ontology declares.
    pub declared: &'a ends::Declared,
    /// The narrow classes that each entity is called by.
    pub called: &'a [BTreeSet<usize>],
    /// What phrases state: a relation with its head and tail.
    pub stated: &'a BTreeSet<(usize, [usize; 2])>,
}

/// Turns what runs the other way, and tells of each relation that is stated why it does not hold, if it does not.
pub(super) fn settle(judged: &mut [Judged], window: &Window<'_>, context: &Context<'_>) {
    let text = (context.text, context.tokenized);
    let class = |entity: usize| window.members[entity].class;
    let places = Places::new(text, window.members);
    let lists = Lists::new(text, window.members);
    let forms = FormLines::new(text, window.words.clone());
    let roles = Roles { text: context.text, tokenized: context.tokenized, class: &class };
    for judged in judged.iter_mut().filter(|judged| judged.says == Factuality::Stated) {
        let property = (context.properties)(judged.relation);
        if let Some(ends) = window.declared.get(&judged.relation) {
            let between = ends::between(judged, text);
            ends::fit(judged, ends, &class, &between.iter().map(String::as_str).collect::<Vec<_>>());
        } else if directions::is_reversed(property, text, judged) {
            judged.turn();
        }
        let of_another = places.is_of_another(property, judged)
            || lists.is_of_a_neighbour(property, judged)
            || lists.is_on_anothers_line(property, judged)
            || forms.are_apart(judged.words.each_ref())
            || lists.are_apart(judged)
            || roles.is_another(property, judged)
            || roles.are_one(judged)
            || roles.is_a_namesake(judged);
        if judged.says == Factuality::Stated && of_another {
            judged.says = Factuality::OfAnother;
        } else if property == PERFORMER && roles.acts(judged) {
            judged.relation = context.named(CAST).unwrap_or(judged.relation);
        }
    }
    let is = |properties: &'static [&str]| move |relation: usize| properties.contains(&(context.properties)(relation));
    refuse(judged, Factuality::OfAnother, |all| lists.shared(all, &is(&[SPOUSE])));
    refuse(judged, Factuality::OfAnother, |all| places.around_others(all, &is(&IN_A_PLACE)));
    refuse(judged, Factuality::Contrary, |all| broadcast(all, context));
    rivals::settle(judged, context);
}

/// Those that make a maker of the channel on which something was shown.
fn broadcast(all: &[&Judged], context: &Context<'_>) -> BTreeSet<usize> {
    let of = |property: &'static str| {
        (0..all.len()).filter(move |&place| (context.properties)(all[place].relation) == property)
    };
    let shown: BTreeSet<[usize; 2]> = of("P449").map(|place| all[place].ends).collect();
    of("P272").filter(|&place| shown.contains(&all[place].ends)).collect()
}

#[cfg(test)]
#[path = "consistency_tests.rs"]
mod tests;
