//! What speaks for each class that a thing may be of. In: a profile, a typer. Out: a row of numbers for each class. Never: a
//! judgement.

use super::features::{direction, words_of};
use super::model::ThingTyper;
use kgloom_numerics::passes::{dot, softmax};
use kgloom_record::profile::Profile;
use std::sync::Arc;

/// How many there are for one class.
pub const SIGNALS: usize = 13;
/// What two similarities that are this far apart (its reciprocal) make of likelihoods: e times.
const SHARP: f32 = 20.0;
/// What a relation that never said a class is taken to have said.
const LEAST: f32 = 0.02;

/// What speaks for one class, and against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// How sure the reader is of the class, or of one below it.
    pub read: f32,
    /// Whether it is what the reader is surest of.
    pub read_best: f32,
    /// Whether a text says one of its words.
    pub noun: f32,
    /// Whether a text says the last word of its label.
    pub noun_head: f32,
    /// How near the nearest noun is to its words.
    pub noun_near: f32,
    /// The share of that among all candidates.
    pub noun_share: f32,
    /// Whether a text says a word of another class, neither above nor below it.
    pub rival: f32,
    /// Whether its words stand in the thing's name.
    pub name: f32,
    /// What the regression says.
    pub regression: f32,
    /// The share of likeness of what is said around it, among all candidates.
    pub own: f32,
    /// The same of what it is linked with, one step and two steps away.
    pub around: f32,
    /// Whether it has a relation that such things have.
    pub relation: f32,
    /// The share that its relations give the class, by what has such relations elsewhere.
    pub related: f32,
    /// The noun that was said, for [`Signals::noun`] or else the nearest.
    pub said: Option<Arc<str>>,
}

impl Signals {
    /// As numbers.
    pub fn row(&self) -> [f32; SIGNALS] {
        [
            self.read,
            self.read_best,
            self.noun,
            self.noun_head,
            self.noun_near,
            self.noun_share,
            self.rival,
            self.name,
            self.regression,
            self.own,
            self.around,
            self.relation,
            self.related,
        ]
    }

    /// For each of the candidates, classes by place.
    pub fn of(typer: &ThingTyper, profile: &Profile, candidates: &[u32]) -> Vec<Signals> {
        let classes = &typer.card.classes;
        let regression = typer.regression.probabilities(&typer.card.features.row(profile));
        let own = typer.likeness(&direction(&profile.own, typer.card.features.width), candidates);
        let steps = [&profile.once, &profile.twice].map(|step| {
            let near = typer.likeness(&direction(step, typer.card.features.width), candidates);
            if step.is_empty() { vec![0.0; candidates.len()] } else { near }
        });
        let name = words_of(&profile.label);
        let mut signals: Vec<Signals> = candidates
            .iter()
            .enumerate()
            .map(|(place, &class)| {
                let told = &classes[class as usize];
                let head = told.words.first().and_then(|label| words_of(label).pop()).unwrap_or_default();
                let exact = profile.nouns.iter().find(|noun| told.says(noun));
                let near = typer.nearest_noun(profile, class);
                let below = |read: &&kgloom_record::record::LocalType| told.covers(read.class.as_str());
                let read = profile.read.iter().filter(below).map(|read| read.score).max().unwrap_or_default();
                let around = steps.iter().map(|step| step[place]).sum::<f32>() / 2.0;
                let has = |(relation, head): &(kgloom_record::record::Iri, bool)| {
                    told.relations.iter().any(|(own, first)| own == relation.as_str() && first == head)
                };
                Signals {
                    read: f32::from(read.ten_thousandths()) / 10_000.0,
                    noun: flag(exact.is_some()),
                    noun_head: flag(profile.nouns.iter().any(|noun| **noun == *head)),
                    noun_near: near.as_ref().map_or(0.0, |near| near.1),
                    name: flag(told.words.iter().any(|word| holds(&name, &words_of(word)))),
                    regression: regression[class as usize],
                    own: own[place],
                    around,
                    relation: flag(profile.relations.iter().any(has)),
                    said: exact.cloned().or(near.map(|near| near.0)),
                    ..Signals::default()
                }
            })
            .collect();
        let mut share: Vec<f32> = signals.iter().map(|signals| SHARP * signals.noun_near).collect();
        let count = share.len().max(1);
        softmax(&mut share, count);
        let related = typer.related(profile, candidates);
        let best = signals.iter().map(|signals| signals.read).fold(0f32, f32::max);
        let said: Vec<bool> = signals.iter().map(|signals| signals.noun > 0.0).collect();
        for (place, own) in signals.iter_mut().enumerate() {
            let told = &classes[candidates[place] as usize];
            let rival =
                |(other, said): (&u32, &bool)| *said && *other != candidates[place] && !told.kin.contains(other);
            own.rival = flag(candidates.iter().zip(&said).any(rival));
            own.noun_share = if own.noun_near > 0.0 { share[place] } else { 0.0 };
            own.related = related[place];
            own.read_best = flag(best > 0.0 && own.read == best);
        }
        signals
    }
}

impl ThingTyper {
    /// The shares of likeness of a direction to the prototypes of candidates; they add up to 1.
    fn likeness(&self, direction: &[f32], candidates: &[u32]) -> Vec<f32> {
        let near = |class: &u32| SHARP * dot(self.prototypes.vectors.row(*class), direction);
        let mut share: Vec<f32> = candidates.iter().map(near).collect();
        let count = share.len().max(1);
        softmax(&mut share, count);
        share
    }

    /// The shares that relations give candidates; zeros where no relation is known.
    fn related(&self, profile: &Profile, candidates: &[u32]) -> Vec<f32> {
        let known = profile.relations.iter().filter_map(|(relation, head)| {
            let at = |(name, first): &(String, bool)| (name.as_str(), *first).cmp(&(relation.as_str(), *head));
            self.card.sides.binary_search_by(at).ok()
        });
        let known: Vec<usize> = known.collect();
        if known.is_empty() {
            return vec![0.0; candidates.len()];
        }
        // What several relations say is multiplied; the last place is that of none of the classes.
        let none = self.card.classes.len() as u32;
        let each = candidates.iter().copied().chain([none]);
        let mut share: Vec<f32> = each
            .map(|class| known.iter().map(|side| (self.sides.row(*side as u32)[class as usize] + LEAST).ln()).sum())
            .collect();
        let count = share.len();
        softmax(&mut share, count);
        share.truncate(candidates.len());
        share
    }

    /// The noun of a profile that is nearest to a class's words, and how near.
    fn nearest_noun(&self, profile: &Profile, class: u32) -> Option<(Arc<str>, f32)> {
        let known = profile.nouns.iter().filter_map(|noun| {
            let row = self.card.nouns.binary_search(noun).ok()?;
            Some((Arc::clone(noun), self.near.row(row as u32)[class as usize]))
        });
        known.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }
}

/// Whether words stand in a name one after the other.
fn holds(name: &[String], words: &[String]) -> bool {
    !words.is_empty() && name.windows(words.len()).any(|some| some == words)
}

fn flag(holds: bool) -> f32 {
    f32::from(u8::from(holds))
}
