//! What a thing is: what speaks for each class that it may be of, and how probable that makes it. In: a profile, a typer. Out:
//! classes with probabilities and what speaks for them. Never: an answer that hangs on anything else.

use super::features::{direction, words_of};
use super::model::{ThingClass, ThingTyper};
use super::signals::Signals;
use super::weights::SignalWeights;
use kgloom_numerics::passes::{dot, softmax};
use kgloom_record::port::ClassJudgement;
use kgloom_record::profile::Profile;
use kgloom_record::record::{Iri, LocalType, Score};
use std::sync::Arc;

/// The least probability that is told.
const FLOOR: f32 = 0.1;
/// The most classes that are told of one thing.
const MOST: usize = 4;
/// What two similarities that are this far apart (its reciprocal) make of likelihoods: e times.
pub(super) const SHARP: f32 = 20.0;
/// What a relation that never said a class is taken to have said.
const LEAST: f32 = 0.02;

impl ThingTyper {
    /// The classes that a thing may be of, by place.
    pub fn candidates(&self, profile: &Profile) -> &[u32] {
        self.card.candidates.get(&*profile.class).map_or(&[], Vec::as_slice)
    }

    /// What signals mean for a thing.
    fn weights(&self, profile: &Profile) -> &SignalWeights {
        self.card.silent.as_ref().filter(|_| profile.nouns.is_empty()).unwrap_or(&self.card.weights)
    }

    /// What a thing probably is, the likeliest first; `kept` is what holds a precision, in hundredths.
    pub fn tell(&self, profile: &Profile, precision: u8) -> Vec<ClassJudgement> {
        let weights = self.weights(profile);
        let threshold = weights.thresholds.get(&precision).copied().unwrap_or(f32::INFINITY);
        let candidates = self.candidates(profile);
        let signals = self.signals(profile, candidates);
        let known = |class: u32| self.card.classes[class as usize].examples.binary_search(&profile.name).is_ok();
        let mut told: Vec<(f32, u32, &Signals)> = Vec::new();
        for (class, signals) in candidates.iter().zip(&signals) {
            let probability = if known(*class) { 1.0 } else { weights.probability(signals) };
            if probability >= FLOOR {
                told.push((probability, *class, signals));
            }
        }
        told.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        told.truncate(MOST);
        told.into_iter()
            .map(|(probability, class, signals)| {
                let told = &self.card.classes[class as usize];
                ClassJudgement {
                    class: Iri::new(Arc::clone(&told.name)),
                    probability: Score::new((probability * 10_000.0).round() as u16),
                    kept: known(class) || probability >= threshold,
                    evidence: self.in_words(told, signals, known(class)),
                }
            })
            .collect()
    }

    /// What speaks for a class, the strongest first.
    fn in_words(&self, class: &ThingClass, signals: &Signals, known: bool) -> Vec<Arc<str>> {
        let label = class.words.first().map_or(&*class.name, |label| label);
        let mut said: Vec<String> = Vec::new();
        if known {
            said.push(format!("the ontology names it as an example of \"{label}\""));
        }
        if let Some(noun) = &signals.said {
            if signals.noun > 0.0 || signals.noun_head > 0.0 {
                said.push(format!("a text says \"{noun}\""));
            } else if signals.noun_near >= 0.5 {
                said.push(format!("a text says \"{noun}\", which is near \"{label}\" ({:.2})", signals.noun_near));
            }
        }
        if signals.read >= 0.3 {
            said.push(format!("the model takes it for \"{label}\" where it reads of it ({:.2})", signals.read));
        }
        if signals.name > 0.0 {
            said.push("its name says so".to_owned());
        }
        if signals.relation > 0.0 {
            said.push(format!("it has a relation of \"{label}\""));
        } else if signals.related >= 0.3 {
            said.push(format!("what has its relations is often \"{label}\" ({:.2})", signals.related));
        }
        if signals.regression >= 0.3 {
            let share = signals.regression;
            said.push(format!("what is said around it is like what is said of others of \"{label}\" ({share:.2})"));
        }
        if said.is_empty() {
            said.push("several weak signs together".to_owned());
        }
        said.into_iter().map(Arc::from).collect()
    }

    /// What speaks for each of the candidates, classes by place.
    pub fn signals(&self, profile: &Profile, candidates: &[u32]) -> Vec<Signals> {
        let classes = &self.card.classes;
        let regression = self.regression.probabilities(&self.card.features.row(profile));
        let own = self.likeness(&direction(&profile.own, self.card.features.width), candidates);
        let steps = [&profile.once, &profile.twice].map(|step| {
            let near = self.likeness(&direction(step, self.card.features.width), candidates);
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
                let near = self.nearest_noun(profile, class);
                let below = |read: &&LocalType| told.covers(read.class.as_str());
                let read = profile.read.iter().filter(below).map(|read| read.score).max().unwrap_or_default();
                let around = steps.iter().map(|step| step[place]).sum::<f32>() / 2.0;
                let has = |(relation, head): &(Iri, bool)| {
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
        let related = self.related(profile, candidates);
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
