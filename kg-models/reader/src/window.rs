//! What is seen of one window of a text: all heads on the same states.
//!
//! In: a tokenized text and some of its chunks. Out: mentions, sentence vectors, entity numbers, relations. Never:
//! another window.

use super::candidates::is_value;
use super::coreference::{self, CoreferenceInput};
use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan, Rows};
use super::patterns::{self, Stated};
use super::prompt::PromptedPair;
use super::references::{ResolvedMention, pronouns};
use super::relations::{CandidatePairs, CandidateSet, EntityCandidate};
use super::shape::shapes_of;
use super::states::WordStates;
use super::times::{self, Values};
use super::types::Typed;
use super::vectors::sentences_of;
use super::{
    addresses, descriptions, fields, genres, kinds, named_roles, occupations, plausible, short_forms, suffixes,
    surnames, titled,
};
use crate::Error;
use crate::model::{Extractor, score};
use kgloom_record::record::Score;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Everything seen of one window.
pub(super) struct WindowAnalysis {
    pub(super) states: WordStates,
    /// The sentences of the window.
    pub(super) sentences: Range<usize>,
    /// Sentences × width, each of length 1.
    pub(super) vectors: Vec<f32>,
    pub(super) found: Vec<MentionSpan>,
    /// The values of the times among them.
    pub(super) times: Values,
    /// What patterns state of them.
    pub(super) stated: Vec<Stated>,
}

/// The entities of a window.
pub(super) struct WindowEntities {
    /// The entity of each mention.
    pub(super) clusters: Vec<u32>,
    /// By entity: how many of its mentions have each class.
    pub(super) votes: Vec<[usize; CLASSES.len()]>,
    /// By entity: the class that most have, and the mentions.
    pub(super) members: Vec<EntityCandidate>,
    /// The same with the pronouns and descriptions that refer to them.
    pub(super) spoken_of: Vec<EntityCandidate>,
}

/// A relation between two members, from its floor up.
pub(super) struct Related {
    pub(super) head: usize,
    pub(super) tail: usize,
    /// Which mention of each is closest to the other.
    pub(super) closest: (usize, usize),
    pub(super) relation: usize,
    pub(super) score: Score,
}

impl Extractor {
    /// States and mentions of a window.
    pub(super) fn analyse(
        &self,
        text: &str,
        tokenized: &TokenizedText,
        window: Range<usize>,
    ) -> Result<WindowAnalysis, Error> {
        let states =
            WordStates::encode_window(&self.backbone.encoder, tokenized, window, &self.config.layers(), self.stop)?;
        let words = states.words.clone();
        let found = if words.is_empty() {
            Vec::new()
        } else {
            let surface = shapes_of(text, tokenized, words.clone());
            let surface: Vec<_> = surface.iter().map(|shape| Some((shape, self.config.style as u32))).collect();
            let side_by_side = states.side_by_side(&self.config.mention_layers);
            let mut found =
                self.mentions.find(&Rows::new(side_by_side, &surface)?, &tokenized.sentences_among(words.clone()))?;
            for found in &mut found {
                found.class = self.classes[found.class];
                found.words = found.words.start + words.start..found.words.end + words.start;
            }
            found
        };
        let (mut found, times) = times::complete(text, tokenized, found, self.date_order);
        addresses::leave_out(text, tokenized, &mut found);
        suffixes::complete(text, tokenized, words.clone(), &mut found);
        short_forms::add(text, tokenized, words.clone(), &mut found);
        of_one_class(text, tokenized, &mut found);
        kinds::settle(text, tokenized, words.clone(), &mut found);
        occupations::add(text, tokenized, words.clone(), &mut found);
        genres::add(text, tokenized, words.clone(), &mut found);
        let mut stated = fields::find(&self.fields, (text, tokenized), words.clone(), &mut found);
        stated.extend(patterns::find(&self.phrases, (text, tokenized), words.clone(), &mut found));
        stated.extend(named_roles::find(&self.named_roles, (text, tokenized), words, &found));
        let vectors = self.vectors.sentences(tokenized, &states)?;
        Ok(WindowAnalysis { sentences: sentences_of(tokenized, &states), states, vectors, found, times, stated })
    }

    /// The entity of each mention, numbered by first mention.
    pub(super) fn cluster(
        &self,
        text: &str,
        tokenized: &TokenizedText,
        analysis: &WindowAnalysis,
    ) -> Result<Vec<u32>, Error> {
        let Some(head) = &self.coreference else { return Ok(coreference::by_name(text, tokenized, &analysis.found)) };
        let input =
            CoreferenceInput { text, tokenized, states: &analysis.states, layers: self.config.coreference_layers };
        let entities = head.cluster(&coreference::mention_features(input, &analysis.found), self.stop)?;
        let entities = plausible::split_implausible(text, tokenized, &analysis.found, &entities);
        let entities = titled::join(text, tokenized, analysis.states.words.clone(), (&analysis.found, &entities));
        Ok(surnames::join(text, tokenized, analysis.states.words.clone(), (&analysis.found, &entities)))
    }

    /// The pronouns of a window with the entity that each refers to, in order; `clusters` are the entities of its mentions.
    pub(super) fn refer(
        &self,
        text: &str,
        tokenized: &TokenizedText,
        analysis: &WindowAnalysis,
        clusters: &[u32],
    ) -> Result<Vec<(usize, u32)>, Error> {
        let Some(head) = &self.references else { return Ok(Vec::new()) };
        let resolved_mention = |(found, &entity): (&MentionSpan, &u32)| ResolvedMention {
            words: found.words.clone(),
            class: found.class,
            entity: entity as usize,
        };
        let resolved_mentions: Vec<ResolvedMention> =
            analysis.found.iter().zip(clusters).map(resolved_mention).collect();
        let pronouns = pronouns(text, tokenized, analysis.states.words.clone(), &resolved_mentions);
        let resolved = head.resolve(tokenized, &analysis.states, &resolved_mentions, &pronouns)?;
        let told = pronouns.iter().zip(resolved);
        Ok(told.filter_map(|(pronoun, entity)| Some((pronoun.word, entity? as u32))).collect())
    }

    /// Who a window speaks of.
    pub(super) fn entities(
        &self,
        text: &str,
        tokenized: &TokenizedText,
        analysis: &WindowAnalysis,
    ) -> Result<WindowEntities, Error> {
        let clusters = self.cluster(text, tokenized, analysis)?;
        let count = clusters.iter().max().map_or(0, |&last| last as usize + 1);
        let mut votes = vec![[0usize; CLASSES.len()]; count];
        let mut members = vec![EntityCandidate { class: 0, mentions: Vec::new() }; count];
        for (found, &entity) in analysis.found.iter().zip(&clusters) {
            votes[entity as usize][found.class] += 1;
            members[entity as usize].mentions.push(found.words.clone());
        }
        for (member, votes) in members.iter_mut().zip(&votes) {
            member.class = elected(votes);
        }
        let mut spoken_of = members.clone();
        for (word, entity) in self.refer(text, tokenized, analysis, &clusters)? {
            spoken_of[entity as usize].mentions.push(word..word + 1);
        }
        let window = analysis.states.words.clone();
        for (words, entity) in descriptions::find((text, tokenized), window, (&analysis.found, &clusters)) {
            spoken_of[entity as usize].mentions.push(words);
        }
        spoken_of.iter_mut().for_each(|member| member.mentions.sort_by_key(|words| words.start));
        Ok(WindowEntities { clusters, votes, members, spoken_of })
    }

    /// Relations and narrower classes of a window's entities, from their floor up.
    pub(super) fn relate(
        &self,
        (text, tokenized): (&str, &TokenizedText),
        analysis: &WindowAnalysis,
        members: &[EntityCandidate],
    ) -> Result<(Vec<Related>, Vec<Typed>), Error> {
        let Some(judge) = &self.relations else { return Ok(Default::default()) };
        let layers = &self.config.relation_layers;
        let candidates = CandidateSet::alone(&analysis.states, members, layers);
        let pairs = CandidatePairs::new(&analysis.states, tokenized, members, layers);
        let known = self.config.relations.iter().map(|relation| (relation.threshold, relation.slope));
        let labelled = self.labelled.iter().flat_map(|labelled| labelled.cuts.iter().copied());
        let (thresholds, slopes): (Vec<f32>, Vec<f32>) = known.chain(labelled).unzip();
        let mut related = Vec::new();
        let mut heard: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut hears = |sentence: usize, relation: usize| {
            let words = || tokenized.words[tokenized.words_in(sentence)].iter().filter_map(|word| word.span.of(text));
            heard.entry(sentence).or_insert_with(|| self.wording.heard(words())).contains(&relation)
        };
        judge.judge(&candidates, pairs, (&slopes, &self.labelled), self.stop, &mut |pair, probabilities| {
            let sentence = |entity: usize, at: usize| tokenized.words[members[entity].mentions[at].start].sentence;
            let sentences = [sentence(pair.head, pair.closest.0), sentence(pair.tail, pair.closest.1)];
            let apart = sentences[0] != sentences[1];
            for (relation, (&probability, threshold)) in probabilities.iter().zip(&thresholds).enumerate() {
                let known = relation < self.config.relations.len();
                let probability = match known {
                    true if apart => shifted(probability, self.config.apart),
                    false if probability > FAINT && sentences.iter().any(|&sentence| hears(sentence, relation)) => {
                        shifted(probability, HEARD)
                    }
                    _ => probability,
                };
                if probability >= threshold * self.config.floor {
                    let (head, tail, closest) = (pair.head, pair.tail, pair.closest);
                    related.push(Related { head, tail, closest, relation, score: score(probability) });
                }
            }
        })?;
        self.relate_by_labels(tokenized, (analysis, members), &mut related)?;
        Ok((related, self.types_of(&candidates, judge)?))
    }

    /// Adds what is told by labels that stand before the text; of what both tell, the likelier stays.
    fn relate_by_labels(
        &self,
        tokenized: &TokenizedText,
        (analysis, members): (&WindowAnalysis, &[EntityCandidate]),
        related: &mut Vec<Related>,
    ) -> Result<(), Error> {
        let Some(prompted) = &self.prompted else { return Ok(()) };
        let known = |related: &Related| (related.head, related.tail, related.relation);
        let mut places: BTreeMap<(usize, usize, usize), usize> =
            related.iter().enumerate().map(|(place, related)| (known(related), place)).collect();
        let seen = (tokenized, analysis.states.words.clone(), members);
        for (pair, relation, probability) in prompted.read(seen, self.stop)? {
            let PromptedPair { head, tail, closest, .. } = pair;
            let found = Related { head, tail, closest, relation, score: score(probability) };
            match places.get(&known(&found)) {
                Some(&place) if related[place].score >= found.score => {}
                Some(&place) => related[place] = found,
                None => {
                    places.insert(known(&found), related.len());
                    related.push(found);
                }
            }
        }
        Ok(())
    }
}

/// What is added to the logit of a relation that is read by its label, where the sentence of an end has the label's words;
/// chosen on labels of the written corpus's validation part that no training document has, and on the training sentences of
/// Text2KGBench's DBpedia ontologies.
const HEARD: f32 = 3.0;
/// What is less likely than this is told in no case.
const FAINT: f32 = 0.05;

/// A probability after something was added to its logit.
fn shifted(probability: f32, added: f32) -> f32 {
    let odds = probability * added.exp();
    odds / (odds + 1.0 - probability).max(f32::MIN_POSITIVE)
}

/// The class most of the mentions have, the earlier class on ties.
pub(super) fn elected(votes: &[usize; CLASSES.len()]) -> usize {
    (0..CLASSES.len()).fold(0, |best, class| if votes[class] > votes[best] { class } else { best })
}

/// Words of a sentence up to which it may be a heading, a cell or an item of a list.
const LABEL_WORDS: usize = 8;

/// A single word that is named so often is of the class that three of four of its mentions have.
const OFTEN: usize = 5;

/// Gives a name the class that a window mostly takes it for, where its place says little. A full name that three of
/// four mentions take for one class is of that class everywhere: "She met Gro Haugen in Turin" makes no place of a
/// person. A single word may well name two things, unless it comes often; in a heading it is what the sentences say.
fn of_one_class(text: &str, tokenized: &TokenizedText, found: &mut [MentionSpan]) {
    let name = |found: &MentionSpan| -> Vec<_> {
        tokenized.words[found.words.clone()].iter().filter_map(|word| word.span.of(text)).collect()
    };
    let stands_alone = |found: &MentionSpan| {
        let span = tokenized.sentences[tokenized.words[found.words.start].sentence];
        let sentence = span.of(text).unwrap_or_default();
        sentence.split_whitespace().nth(LABEL_WORDS).is_none() && !sentence.trim_end().ends_with(['.', '!', '?'])
    };
    // By name: the classes of all its mentions, and of those in sentences.
    let mut votes: BTreeMap<Vec<&str>, [[usize; CLASSES.len()]; 2]> = BTreeMap::new();
    for found in found.iter().filter(|found| !is_value(found.class)) {
        let [all, in_sentences] = votes.entry(name(found)).or_default();
        all[found.class] += 1;
        in_sentences[found.class] += usize::from(!stands_alone(found));
    }
    for found in found.iter_mut().filter(|found| !is_value(found.class)) {
        let Some([all, in_sentences]) = votes.get(&name(found)) else { continue };
        let (votes, least) = match (found.words.len(), stands_alone(found)) {
            (1, true) => (in_sentences, 1),
            (1, false) => (all, OFTEN),
            _ => (all, 1),
        };
        let count: usize = votes.iter().sum();
        if count >= least {
            found.class = votes.iter().position(|&votes| votes * 4 >= count * 3).unwrap_or(found.class);
        }
    }
}

/// The mentions of two that stand closest to each other within a sentence: what is said of both is said there, and not across
/// the border to the next; those that stand closest where no sentence has both.
pub(super) fn in_one_sentence(
    tokenized: &TokenizedText,
    ends: [&EntityCandidate; 2],
    closest: [Range<usize>; 2],
) -> [Range<usize>; 2] {
    let sentence = |words: &Range<usize>| tokenized.words[words.start].sentence;
    if sentence(&closest[0]) == sentence(&closest[1]) {
        return closest;
    }
    let [heads, tails] = ends.map(|end| &end.mentions);
    let first = |head: &Range<usize>| tails.partition_point(|tail| sentence(tail) < sentence(head));
    let here = heads.iter().flat_map(|head| {
        let same = tails[first(head)..].iter().take_while(move |tail| sentence(tail) == sentence(head));
        same.map(move |tail| [head, tail])
    });
    let gap = |[head, tail]: &[&Range<usize>; 2]| head.start.max(tail.start) - head.end.min(tail.end);
    here.min_by_key(gap).map_or(closest, |[head, tail]| [head.clone(), tail.clone()])
}
