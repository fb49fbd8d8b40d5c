//! What pronouns refer to within one text: a ranking of the entities named before (Denis and Baldridge 2008), by the states
//! of both and by where they stand, left to right, so that one pronoun helps the next.
//!
//! In: word states, mentions with their entities. Out: an entity for a pronoun, where that is likely. Never: a value, or a
//! name of its own: a pronoun is no mention.

use super::candidates::is_value;
use super::fused::{self, Activation};
use super::layers::{Dropout, Parameters, no_dropout};
use super::layout::TokenizedText;
use super::mentions::CLASSES;
use super::states::WordStates;
use candle_core::{Device, Result, Tensor};
use kgloom_numerics::passes;
use std::collections::BTreeMap;
use std::ops::Range;

/// Pronouns by kind; they come with this English model.
const PRONOUNS: [&[&str]; 4] = [
    &["he", "him", "his", "himself"],
    &["she", "her", "hers", "herself"],
    &["it", "its", "itself"],
    &["they", "them", "their", "theirs", "themselves"],
];
/// An entity that was last spoken of more words ago is not referred to.
const REACH: usize = 120;
/// Numbers that say how a pronoun and an entity stand to each other.
pub const PLACES: usize = 19 + CLASSES.len() + PRONOUNS.len() * CLASSES.len();
/// What states are narrowed to where they are compared.
pub const NARROW: usize = 48;

/// A word that may refer to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pronoun {
    /// Its index among the words of the tokenized text.
    pub word: usize,
    kind: usize,
}

/// Whether a word is one of the pronouns.
pub fn is_pronoun(form: &str) -> bool {
    kind_of(form).is_some()
}

fn kind_of(form: &str) -> Option<usize> {
    let form = form.to_lowercase();
    PRONOUNS.iter().position(|forms| forms.contains(&form.as_str()))
}

/// A mention with the entity that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedMention {
    /// Its words.
    pub words: Range<usize>,
    /// Index into [`CLASSES`].
    pub class: usize,
    /// The number of its entity.
    pub entity: usize,
}

/// The pronouns among some words of a tokenized text that are in no mention; mentions come in order.
pub fn pronouns(
    text: &str,
    tokenized: &TokenizedText,
    words: Range<usize>,
    resolved_mentions: &[ResolvedMention],
) -> Vec<Pronoun> {
    let kind = |word: usize| kind_of(tokenized.words[word].span.of(text)?);
    let named = |word: usize| {
        let after = resolved_mentions.partition_point(|resolved_mention| resolved_mention.words.start <= word);
        after.checked_sub(1).is_some_and(|before| resolved_mentions[before].words.contains(&word))
    };
    let found = words.filter_map(|word| Some(Pronoun { word, kind: kind(word)? }));
    found.filter(|pronoun| !named(pronoun.word)).collect()
}

/// An entity that a pronoun may refer to.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its number.
    pub entity: usize,
    /// Its class.
    pub class: usize,
    /// The state where it was last spoken of, of length 1.
    pub state: Vec<f32>,
    /// How the pronoun and it stand to each other.
    pub places: [f32; PLACES],
}

/// A pronoun with the entities that it may refer to.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its state, of length 1.
    pub state: Vec<f32>,
    /// The entities, by number.
    pub candidates: Vec<Candidate>,
}

/// Where an entity was last spoken of.
struct Last {
    words: Range<usize>,
    /// Whether by a pronoun.
    by_pronoun: bool,
    /// What pronoun spoke of it.
    kind: Option<usize>,
    class: usize,
    mentions: usize,
    /// Its place among the entities by first mention.
    order: usize,
}

/// What has been read of a text so far.
pub struct Discourse<'a> {
    tokenized: &'a TokenizedText,
    states: &'a WordStates,
    layer: usize,
    resolved_mentions: &'a [ResolvedMention],
    /// How many of them have been read.
    read: usize,
    last: BTreeMap<usize, Last>,
}

impl<'a> Discourse<'a> {
    /// The beginning of a text; mentions come in order.
    pub fn new(
        tokenized: &'a TokenizedText,
        (states, layer): (&'a WordStates, usize),
        resolved_mentions: &'a [ResolvedMention],
    ) -> Discourse<'a> {
        Discourse { tokenized, states, layer, resolved_mentions, read: 0, last: BTreeMap::new() }
    }

    /// Reads on to a pronoun: what it may refer to.
    pub fn choice(&mut self, pronoun: Pronoun) -> Choice {
        while let Some(resolved_mention) =
            self.resolved_mentions.get(self.read).filter(|resolved_mention| resolved_mention.words.end <= pronoun.word)
        {
            self.read += 1;
            if !is_value(resolved_mention.class) {
                self.spoken(resolved_mention.entity, resolved_mention.words.clone(), (resolved_mention.class, None));
            }
        }
        let here = &self.tokenized.words[pronoun.word];
        let part = self.tokenized.part_of(pronoun.word);
        let near = |last: &&Last| {
            pronoun.word - last.words.end <= REACH && part.is_near(self.tokenized.part_of(last.words.start))
        };
        let mut recent: Vec<(&usize, &Last)> = self.last.iter().filter(|(_, last)| near(last)).collect();
        recent.sort_by_key(|(_, last)| std::cmp::Reverse(last.words.start));
        let mut of_class = [0usize; CLASSES.len()];
        let mut candidates = Vec::with_capacity(recent.len());
        for (rank, (&entity, last)) in recent.into_iter().enumerate() {
            let sentences = here.sentence - self.tokenized.words[last.words.start].sentence;
            let opens = |word: usize| word - self.tokenized.words_in(self.tokenized.words[word].sentence).start < 2;
            let flag = |value: bool| f32::from(u8::from(value));
            let mut places = [0f32; PLACES];
            let (numbers, rest) = places.split_at_mut(19);
            let (classes, kinds) = rest.split_at_mut(CLASSES.len());
            numbers[sentences.min(3)] = 1.0;
            let counts = [
                (1.0 + (pronoun.word - last.words.end) as f32).ln() / 5.0,
                (1.0 + rank as f32).ln() / 3.0,
                flag(rank == 0),
                flag(rank == 1),
                flag(of_class[last.class] == 0),
                flag(of_class[last.class] == 1),
                flag(last.by_pronoun),
                flag(opens(last.words.start)),
                flag(opens(pronoun.word)),
                flag(opens(last.words.start) && opens(pronoun.word)),
                (1.0 + last.mentions as f32).ln() / 2.0,
                flag(last.order == 0),
                flag(last.kind == Some(pronoun.kind)),
                flag(last.kind.is_some_and(|kind| kind != pronoun.kind)),
                flag(last.words.len() > 1),
            ];
            numbers[4..].copy_from_slice(&counts);
            classes[last.class] = 1.0;
            kinds[pronoun.kind * CLASSES.len() + last.class] = 1.0;
            of_class[last.class] += 1;
            candidates.push(Candidate {
                entity,
                class: last.class,
                state: self.states.direction(self.layer, last.words.clone()),
                places,
            });
        }
        candidates.sort_by_key(|candidate| candidate.entity);
        Choice { state: self.states.direction(self.layer, pronoun.word..pronoun.word + 1), candidates }
    }

    /// Goes on knowing what a pronoun refers to.
    pub fn refers(&mut self, pronoun: Pronoun, entity: usize) {
        let class = self.last.get(&entity).map_or(0, |last| last.class);
        self.spoken(entity, pronoun.word..pronoun.word + 1, (class, Some(pronoun.kind)));
    }

    fn spoken(&mut self, entity: usize, words: Range<usize>, (class, kind): (usize, Option<usize>)) {
        let order = self.last.len();
        let last = self.last.entry(entity).or_insert_with(|| Last {
            words: words.clone(),
            by_pronoun: false,
            kind: None,
            class,
            mentions: 0,
            order,
        });
        last.words = words;
        last.by_pronoun = kind.is_some();
        last.kind = kind.or(last.kind);
        last.mentions += 1;
    }
}

/// Logits of some choices: of nothing that is named, one each; and of all their candidates, one after the other.
///
/// # Errors
/// When parameters are missing or misshapen, or there is no candidate.
pub fn logits(parameters: &Parameters, choices: &[&Choice], dropout: Dropout<'_>) -> Result<(Tensor, Tensor)> {
    let width = choices.first().map_or(1, |choice| choice.state.len());
    let candidates = || choices.iter().flat_map(|choice| &choice.candidates);
    let rows = candidates().count();
    let matrix = |values: Vec<f32>, rows: usize, width: usize| Tensor::from_vec(values, (rows, width), &Device::Cpu);
    let asking = matrix(choices.iter().flat_map(|choice| choice.state.clone()).collect(), choices.len(), width)?;
    let asking = dropout(asking)?;
    let answers = dropout(matrix(candidates().flat_map(|candidate| candidate.state.clone()).collect(), rows, width)?)?;
    let places = matrix(candidates().flat_map(|candidate| candidate.places).collect(), rows, PLACES)?;
    let one_of = |candidate: &Candidate| {
        (0..CLASSES.len()).map(|class| f32::from(u8::from(class == candidate.class))).collect::<Vec<_>>()
    };
    let classes = matrix(candidates().flat_map(one_of).collect(), rows, CLASSES.len())?;
    let owner = choices.iter().enumerate().flat_map(|(index, choice)| vec![index as u32; choice.candidates.len()]);
    let owner = Tensor::from_vec(owner.collect::<Vec<u32>>(), rows, &Device::Cpu)?;
    let ask = parameters.linear("ask", &asking, Activation::Identity)?.index_select(&owner, 0)?;
    let answer = parameters.linear("answer", &answers, Activation::Identity)?;
    let alike = (ask * answer)?.sum(1)?;
    let fit = parameters.linear("fit", &asking, Activation::Identity)?.index_select(&owner, 0)?;
    let fit = (fit * classes)?.sum(1)?;
    let stand = parameters.linear("places", &places, Activation::Relu)?;
    let stand = parameters.linear("choice", &stand, Activation::Identity)?.squeeze(1)?;
    let nothing = parameters.linear("nothing", &asking, Activation::Identity)?.squeeze(1)?;
    Ok((nothing, fused::add(&fused::add(&alike, &fit)?, &stand)?))
}

/// The trained ranking.
#[derive(Clone, Debug)]
pub struct ReferenceHead {
    /// Its parameters.
    pub parameters: Parameters,
    /// The layer whose states it compares.
    pub layer: usize,
    /// The probability from which a pronoun is taken to refer to its likeliest entity.
    pub threshold: f32,
}

impl ReferenceHead {
    /// What each of the pronouns refers to, where it is likely enough; both come in order.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn resolve(
        &self,
        tokenized: &TokenizedText,
        states: &WordStates,
        resolved_mentions: &[ResolvedMention],
        pronouns: &[Pronoun],
    ) -> Result<Vec<Option<usize>>> {
        let mut discourse = Discourse::new(tokenized, (states, self.layer), resolved_mentions);
        let mut resolved = Vec::with_capacity(pronouns.len());
        for &pronoun in pronouns {
            let choice = discourse.choice(pronoun);
            let likeliest = self.likeliest(&choice)?.filter(|(_, probability)| *probability >= self.threshold);
            if let Some((entity, _)) = likeliest {
                discourse.refers(pronoun, entity);
            }
            resolved.push(likeliest.map(|(entity, _)| entity));
        }
        Ok(resolved)
    }

    /// The likeliest entity of a choice with its probability.
    fn likeliest(&self, choice: &Choice) -> Result<Option<(usize, f32)>> {
        if choice.candidates.is_empty() {
            return Ok(None);
        }
        let (nothing, some) = logits(&self.parameters, &[choice], &mut no_dropout)?;
        let mut all = nothing.to_vec1::<f32>()?;
        all.extend(some.to_vec1::<f32>()?);
        let count = all.len();
        passes::softmax(&mut all, count);
        let best = (1..count).max_by(|&a, &b| all[a].total_cmp(&all[b]));
        Ok(best.map(|index| (choice.candidates[index - 1].entity, all[index])))
    }
}
