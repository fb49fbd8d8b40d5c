//! A typer of things from what a graph says of them. In: classes with their words as vectors, profiles. Out: a [`ThingTyper`].
//! Never: a thing that is learnt from where it is to be tested.

use super::features::{Features, direction};
use super::model::{ThingCard, ThingClass, ThingTyper};
use super::signals::Signals;
use super::telling::SHARP;
use super::weights::{Kinds, Learnt, SignalWeights};
use crate::Error;
use crate::classes::Examples;
use crate::prototypes::{Gather, Prototypes};
use crate::regression::Regression;
use kgloom_numerics::passes::{add, dot, softmax};
use kgloom_numerics::vectors::TextVectors;
use kgloom_record::profile::Profile;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Nouns that are known, at the most: the commonest.
const NOUNS: usize = 20_000;
/// Things of one class that are learnt from, at the most; and times as many of none of them.
const OF_CLASS: usize = 300;
const OF_NONE: usize = 30;
/// Parts that things are held back in, one after the other.
const FOLDS: usize = 3;
/// Things from which on a graph teaches what signs mean where no text says what a thing is.
const ENOUGH: usize = 200;
/// A noun that is less near than this to all classes says that a thing is of none.
const FAR: f32 = 0.45;
/// A class of which signs that were learnt elsewhere are this sure teaches too, where no text says one.
const SURE: u8 = 90;
/// Things that prototypes are moved to, at the most.
const MOVED: usize = 20_000;
/// Of the examples of a class so many must be called by a noun before it is one of the class's words.
const SHARED: usize = 2;

/// What reads words: words × width.
pub type ReadWords<'a> = &'a dyn Fn(&[Arc<str>]) -> Result<TextVectors, Error>;

/// What a typer of things learns from.
pub struct ThingLesson<'a> {
    /// The encoder of the words, by its id.
    pub encoder: String,
    /// The classes; their examples are IRIs.
    pub classes: Vec<ThingClass>,
    /// By class of a thing: the classes that it may be of besides, by place.
    pub candidates: BTreeMap<String, Vec<u32>>,
    /// What the graph knows.
    pub profiles: &'a [&'a Profile],
    /// What signals mean, and what is at the ends of relations.
    pub learnt: Learnt,
}

/// Makes a typer. `encode` reads words: words × width. Things that a text calls by a word of one class teach what else such
/// things have in common, so that those of which no text says what they are can be told too (self-training).
///
/// # Errors
/// When words cannot be read.
pub fn train_things(lesson: ThingLesson<'_>, encode: ReadWords<'_>) -> Result<ThingTyper, Error> {
    let ThingLesson { encoder, mut classes, candidates, profiles, learnt: Learnt { weights, kinds } } = lesson;
    share_nouns(&mut classes, profiles);
    let words: Vec<Arc<str>> = classes.iter().flat_map(|class| class.words.iter().cloned()).collect();
    let of_words = encode(&words)?;
    let nouns = commonest(profiles);
    let of_nouns = encode(&nouns)?;
    let near = nearness(&of_nouns, &of_words, &classes);
    let width = of_words.width;
    let (sides, of_sides) = sides(&kinds, &of_words, &classes, encode)?;

    let mut prototypes = Vec::with_capacity(classes.len() * width);
    let mut at = 0;
    for class in &classes {
        let mut mean = vec![0f32; width];
        for _ in &class.words {
            mean.iter_mut().zip(of_words.row(at)).for_each(|(mean, x)| *mean += x);
            at += 1;
        }
        kgloom_numerics::passes::unit(&mut mean);
        prototypes.extend(mean);
    }
    let prototypes = Prototypes { vectors: TextVectors { width, values: prototypes } };
    let items = profiles.iter().filter(|profile| !profile.own.is_empty()).take(MOVED);
    let items = TextVectors { width, values: items.flat_map(|profile| direction(&profile.own, width)).collect() };
    let prototypes = prototypes.moved(&items, Gather::USUAL, 1);

    let relations: BTreeSet<(String, bool)> = profiles
        .iter()
        .flat_map(|profile| profile.relations.iter().map(|(relation, head)| (relation.as_str().to_owned(), *head)))
        .collect();
    let features = Features { width, relations: relations.into_iter().collect() };
    let card = ThingCard {
        encoder,
        classes,
        candidates,
        nouns,
        sides,
        features,
        weights,
        silent: None,
        learnt_from: Vec::new(),
    };
    let mut typer = ThingTyper { card, near, sides: of_sides, prototypes, regression: Regression::default() };
    typer.regression = regression(&typer, [].iter());
    let learnt = called(&typer, profiles);
    let count = typer.card.classes.len();
    typer.card.silent = silent(&mut typer, &learnt);
    typer.regression = regression(&typer, learnt.iter());
    typer.card.learnt_from =
        (0..=count).map(|class| learnt.iter().filter(|(_, own)| *own as usize == class).count()).collect();
    Ok(typer)
}

/// Learnt from things with their classes.
fn regression<'a>(typer: &ThingTyper, learnt: impl Iterator<Item = &'a (&'a Profile, u32)>) -> Regression {
    let mut examples = Examples::default();
    examples.vectors.width = typer.card.features.count();
    for (profile, class) in learnt {
        examples.names.push(Arc::clone(&profile.name));
        examples.vectors.values.extend(typer.card.features.row(profile));
        examples.classes.push(vec![*class]);
    }
    Regression::fit(&examples, typer.card.classes.len() + 1, 1.0)
}

/// What signs mean in this graph where no text says what a thing is: learnt from things of which one does, as if none did, each
/// judged by a regression that has not seen it.
fn silent(typer: &mut ThingTyper, learnt: &[(&Profile, u32)]) -> Option<SignalWeights> {
    if learnt.len() < ENOUGH || typer.card.weights.signals.is_empty() {
        return None;
    }
    let mut judged: Vec<(Signals, bool)> = Vec::new();
    for fold in 0..FOLDS {
        let held = |place: &usize| place % FOLDS == fold;
        let others = learnt.iter().enumerate().filter(|(place, _)| !held(place)).map(|(_, own)| own);
        typer.regression = regression(typer, others);
        for (_, (profile, class)) in learnt.iter().enumerate().filter(|(place, _)| held(place)) {
            let profile = Profile { nouns: Vec::new(), ..(*profile).clone() };
            let candidates = typer.candidates(&profile);
            let right = |told: u32| {
                let name = typer.card.classes.get(*class as usize).map(|class| &class.name);
                name.is_some_and(|name| typer.card.classes[told as usize].covers(name))
            };
            let signals = typer.signals(&profile, candidates);
            judged.extend(candidates.iter().zip(signals).map(|(told, signals)| (signals, right(*told))));
        }
    }
    Some(typer.card.weights.adapted(&judged))
}

/// A relation, and whether it is its head.
type Side = (String, bool);

/// Ends of relations, sorted, and for each how likely what stands there is of each class, or of none: what is called so elsewhere
/// votes for the classes whose words mean about the same.
fn sides(
    kinds: &Kinds,
    words: &TextVectors,
    classes: &[ThingClass],
    encode: ReadWords<'_>,
) -> Result<(Vec<Side>, TextVectors), Error> {
    let labels: BTreeSet<&String> = kinds.values().flatten().flat_map(BTreeMap::keys).collect();
    let labels: Vec<Arc<str>> = labels.into_iter().map(|label| Arc::from(label.as_str())).collect();
    let near = nearness(&encode(&labels)?, words, classes);
    let votes: BTreeMap<&str, Vec<f32>> = labels
        .iter()
        .zip(near.values.chunks_exact(near.width.max(1)))
        .map(|(label, near)| {
            let mut share: Vec<f32> = near.iter().chain([&FAR]).map(|near| SHARP * near).collect();
            let count = share.len();
            softmax(&mut share, count);
            (&**label, share)
        })
        .collect();
    let (mut sides, mut values) = (Vec::new(), Vec::new());
    for (relation, ends) in kinds {
        // Tails first: false is less than true.
        for (end, head) in [(&ends[1], false), (&ends[0], true)] {
            let mut share = vec![0f32; classes.len() + 1];
            for (label, part) in end {
                add(&mut share, &votes[label.as_str()], *part);
            }
            if !end.is_empty() {
                sides.push((relation.clone(), head));
                values.extend(share);
            }
        }
    }
    Ok((sides, TextVectors { width: classes.len() + 1, values }))
}

/// What texts call several examples of a class is one of its words.
fn share_nouns(classes: &mut [ThingClass], profiles: &[&Profile]) {
    for class in classes.iter_mut().filter(|class| class.examples.len() >= SHARED) {
        let mut said: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
        let own = profiles.iter().filter(|profile| class.examples.binary_search(&profile.name).is_ok());
        own.flat_map(|profile| &profile.nouns).for_each(|noun| *said.entry(noun).or_default() += 1);
        let shared = said.into_iter().filter(|(noun, count)| *count >= SHARED && !class.words.contains(noun));
        let shared: Vec<Arc<str>> = shared.map(|(noun, _)| Arc::clone(noun)).collect();
        class.words.extend(shared);
    }
}

/// The commonest nouns, sorted by name.
fn commonest(profiles: &[&Profile]) -> Vec<Arc<str>> {
    let mut counts: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
    profiles.iter().flat_map(|profile| &profile.nouns).for_each(|noun| *counts.entry(noun).or_default() += 1);
    let mut order: Vec<(&Arc<str>, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(noun, count)| (std::cmp::Reverse(*count), *noun));
    let mut nouns: Vec<Arc<str>> = order.into_iter().take(NOUNS).map(|(noun, _)| Arc::clone(noun)).collect();
    nouns.sort();
    nouns
}

/// Nouns × classes: the cosine to the nearest of a class's words.
fn nearness(nouns: &TextVectors, words: &TextVectors, classes: &[ThingClass]) -> TextVectors {
    let mut values = Vec::new();
    for noun in nouns.values.chunks_exact(nouns.width.max(1)) {
        let mut at = 0u32;
        for class in classes {
            let own = at..at + class.words.len() as u32;
            at = own.end;
            values.push(own.map(|word| dot(words.row(word), noun)).fold(0f32, f32::max));
        }
    }
    TextVectors { width: classes.len(), values }
}

/// The things that a text calls by a word of one class alone, with that class; and those that are called otherwise, by nouns that
/// are near to none, with the place after the last class. In the order of hashes of their names, so that any part is like another.
fn called<'a>(typer: &ThingTyper, profiles: &[&'a Profile]) -> Vec<(&'a Profile, u32)> {
    let none = typer.card.classes.len() as u32;
    let mut order: Vec<&&Profile> = profiles.iter().filter(|profile| !typer.candidates(profile).is_empty()).collect();
    order.sort_by_cached_key(|profile| *blake3::hash(profile.name.as_bytes()).as_bytes());
    let mut counts = vec![0usize; none as usize + 1];
    let mut learnt = Vec::new();
    for profile in order {
        let Some(class) = class_of(typer, profile) else { continue };
        let most = if class == none { OF_CLASS * OF_NONE } else { OF_CLASS };
        let count = &mut counts[class as usize];
        if *count < most {
            *count += 1;
            learnt.push((*profile, class));
        }
    }
    learnt
}

fn class_of(typer: &ThingTyper, profile: &Profile) -> Option<u32> {
    let (classes, candidates) = (&typer.card.classes, typer.candidates(profile));
    let known = candidates.iter().find(|class| classes[**class as usize].examples.binary_search(&profile.name).is_ok());
    if known.is_some() {
        return known.copied();
    }
    let said: Vec<u32> = candidates
        .iter()
        .filter(|class| profile.nouns.iter().any(|noun| classes[**class as usize].says(noun)))
        .copied()
        .collect();
    // The narrowest of what is said; nothing where two are said that are not above one another.
    let is_above = |one: u32, other: u32| one != other && classes[one as usize].covers(&classes[other as usize].name);
    let narrowest: Vec<u32> =
        said.iter().copied().filter(|one| !said.iter().any(|other| is_above(*one, *other))).collect();
    match narrowest[..] {
        [class] => Some(class),
        [] if profile.nouns.is_empty() => sure(typer, profile, candidates),
        [] => {
            let far = |noun: &Arc<str>| {
                let row = typer.card.nouns.binary_search(noun).ok().map(|row| typer.near.row(row as u32));
                row.is_some_and(|row| candidates.iter().all(|class| row[*class as usize] < FAR))
            };
            profile.nouns.iter().all(far).then_some(classes.len() as u32)
        }
        _ => None,
    }
}

/// The one class of which name, reader and relations are sure together.
fn sure(typer: &ThingTyper, profile: &Profile, candidates: &[u32]) -> Option<u32> {
    let threshold = typer.card.weights.threshold(SURE).ok()?;
    let signals = typer.signals(profile, candidates);
    let told =
        candidates.iter().zip(&signals).filter(|(_, signals)| typer.card.weights.probability(signals) >= threshold);
    let told: Vec<u32> = told.map(|(class, _)| *class).collect();
    match told[..] {
        [class] => Some(class),
        _ => None,
    }
}
