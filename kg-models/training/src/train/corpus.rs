//! The training sets: opened, cleared of every test sentence, laid out, and seen once by the frozen encoder.
//!
//! In: the folder of all sets. Out: documents with their cached states, and counts of what was left out. Never: test text.

use super::cache::{self, Numbers, pack_candidates, unpack_candidates};
use super::coreference::NamedText;
use super::labels::{LabelTable, Tables};
use super::mentions::{TaggedText, find, unsure};
use super::references::Referring;
use crate::train::relations::batch::RelatedText;
use kgloom_corpora as data;
use kgloom_corpora::{AnnotatedDocument, GoldMention, GoldRelation, HeldOut, Part};
use kgloom_reader::Error;
use kgloom_reader::backbone::Backbone;
use kgloom_reader::candidates::RelationLayers;
use kgloom_reader::coreference::{CoreferenceInput, mention_features};
use kgloom_reader::layout::TokenizedText;
use kgloom_reader::mentions::{CLASSES, MentionHead, MentionSpan};
use kgloom_reader::references::{self, Discourse, ResolvedMention, pronouns};
use kgloom_reader::relations::{CandidatePair, CandidateSet, EntityCandidate};
use kgloom_reader::states::WordStates;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// Threads that see documents, each a one-thread pool of its own.
const THREADS: usize = 2;

/// How a set is used.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    /// Its name in [`data::NAMES`].
    pub name: &'static str,
    /// The part that trains.
    pub part: Part,
    /// Its annotation style; style 0 is the one that reading uses.
    pub style: u32,
    /// At most this many of its documents or sentences are taken, from the front.
    pub most: usize,
    /// How often an epoch sees each of them, in hundredths; less than 100 is a draw.
    pub percent: usize,
}

/// The sets that tune the encoder, all tasks at once; an epoch is a share of them.
pub const MULTITASK_SETS: [Set; 5] = [
    Set { name: "re-docred", part: Part::Train, style: 0, most: 1_000, percent: 50 },
    Set { name: "few-nerd", part: Part::Train, style: 1, most: 20_000, percent: 6 },
    Set { name: "wikiann-en", part: Part::Train, style: 2, most: 20_000, percent: 22 },
    Set { name: "wnut17", part: Part::Train, style: 3, most: 1_500, percent: 10 },
    Set { name: "text2kgbench", part: Part::Train, style: 4, most: 20_000, percent: 20 },
];

/// The sets that train the mention head.
pub const MENTION_SETS: [Set; 5] = [
    Set { name: "re-docred", part: Part::Train, style: 0, most: 1_000, percent: 200 },
    Set { name: "few-nerd", part: Part::Train, style: 1, most: 2_000, percent: 50 },
    Set { name: "wikiann-en", part: Part::Train, style: 2, most: 10_000, percent: 100 },
    Set { name: "wnut17", part: Part::Train, style: 3, most: 1_500, percent: 60 },
    Set { name: "text2kgbench", part: Part::Train, style: 4, most: 20_000, percent: 100 },
];

/// The sets that train the relation head.
pub const RELATION_SETS: [Set; 2] = [
    Set { name: "re-docred", part: Part::Train, style: 0, most: 1_000, percent: 100 },
    Set { name: "text2kgbench", part: Part::Train, style: 4, most: 20_000, percent: 100 },
];

/// The written corpus, which every head and the encoder learn from; a model that knows it reads in its style.
pub const WRITTEN: Set = Set { name: "written", part: Part::Train, style: 5, most: usize::MAX, percent: 100 };

/// How much of a set trains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The set.
    pub set: String,
    /// Documents or sentences that train.
    pub kept: usize,
    /// Documents or sentences left out because they hold a test sentence of some set.
    pub removed: usize,
}

/// A set's training documents without test text, with the counts.
///
/// # Errors
/// When the set is missing or malformed.
pub fn training(root: &Path, set: &Set, held: &HeldOut) -> Result<(Vec<AnnotatedDocument>, Taken), Error> {
    let (mut documents, removed) = held.without(data::open(root, set.name, set.part)?);
    documents.truncate(set.most);
    let name = format!("{} {}", set.name, format!("{:?}", set.part).to_lowercase());
    let taken = Taken { set: name, kept: documents.len(), removed };
    Ok((documents, taken))
}

/// A frozen encoder at work on documents.
pub struct Featuriser<'a> {
    /// The encoder and tokenizer.
    pub backbone: &'a Backbone,
    /// Names them.
    pub key: blake3::Hash,
    /// Where states are kept; nowhere for an encoder that is only passing.
    pub folder: Option<&'a Path>,
}

impl Featuriser<'_> {
    /// What `pack` makes of each document's tokenized text and states, from the cache or anew.
    ///
    /// # Errors
    /// When the encoder fails or the cache cannot be written.
    pub fn numbers(
        &self,
        purpose: &str,
        layers: &[usize],
        documents: &[AnnotatedDocument],
        pack: &(dyn Fn(usize, &TokenizedText, &WordStates) -> Result<Numbers, Error> + Sync),
    ) -> Result<Vec<Numbers>, Error> {
        let see = || self.each(layers, documents, pack);
        let Some(folder) = self.folder else { return see() };
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.key.as_bytes());
        hasher.update(format!("{purpose} {layers:?}").as_bytes());
        for document in documents {
            hasher.update(document.text.as_bytes());
            hasher.update(&[0]);
        }
        cache::cached(folder, &hasher.finalize(), see)
    }

    /// What `visit` makes of each document's tokenized text and states.
    ///
    /// # Errors
    /// When the encoder or `visit` fails.
    pub fn each<T: Send>(
        &self,
        layers: &[usize],
        documents: &[AnnotatedDocument],
        visit: &(dyn Fn(usize, &TokenizedText, &WordStates) -> Result<T, Error> + Sync),
    ) -> Result<Vec<T>, Error> {
        let share = documents.len().div_ceil(THREADS).max(1);
        let part = |(part, documents): (usize, &[AnnotatedDocument])| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
            pool.install(|| {
                let one = |(index, document): (usize, &AnnotatedDocument)| {
                    let tokenized = self.backbone.chunker.tokenize(&document.text)?;
                    let states = WordStates::encode(&self.backbone.encoder, &tokenized, layers)?;
                    visit(part * share + index, &tokenized, &states)
                };
                documents.iter().enumerate().map(one).collect::<Result<Vec<T>, Error>>()
            })
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                documents.chunks(share).enumerate().map(|job| scope.spawn(move || part(job))).collect();
            let mut all = Vec::with_capacity(documents.len());
            for worker in workers {
                match worker.join() {
                    Ok(numbers) => all.extend(numbers?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(all)
        })
    }

    /// Documents as the mention head learns them.
    ///
    /// # Errors
    /// When the encoder fails or the cache cannot be written.
    pub fn tagged(
        &self,
        documents: &[AnnotatedDocument],
        style: u32,
        layers: &[usize],
    ) -> Result<Vec<TaggedText>, Error> {
        let states =
            self.numbers("words", layers, documents, &|_, _, states| Ok(cache::pack(states.side_by_side(layers))))?;
        let unsure = unsure(documents);
        documents
            .iter()
            .zip(states)
            .map(|(document, states)| {
                let tokenized = self.backbone.chunker.tokenize(&document.text)?;
                Ok(TaggedText::new(document, &tokenized, style, &unsure, states))
            })
            .collect()
    }
}

impl Featuriser<'_> {
    /// The gold mentions of documents as coreference learns them; not cached, for names are text.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn named(&self, documents: &[AnnotatedDocument], layers: [usize; 2]) -> Result<Vec<NamedText>, Error> {
        let one = |document: &AnnotatedDocument| {
            let tokenized = self.backbone.chunker.tokenize(&document.text)?;
            let states = WordStates::encode(&self.backbone.encoder, &tokenized, &layers)?;
            let mut gold: Vec<(MentionSpan, usize)> = document
                .flat_mentions()
                .into_iter()
                .map(|mention| {
                    let class = mention.class.map_or(CLASSES.len() - 1, |class| class.index());
                    (MentionSpan { words: tokenized.words_under(mention.span), class, score: 1.0 }, mention.entity)
                })
                .filter(|(found, _)| !found.words.is_empty())
                .collect();
            gold.sort_by_key(|(found, _)| (found.words.start, found.words.end));
            let (found, entities): (Vec<MentionSpan>, Vec<usize>) = gold.into_iter().unzip();
            let input = CoreferenceInput { text: &document.text, tokenized: &tokenized, states: &states, layers };
            Ok(NamedText { named: mention_features(input, &found), entities })
        };
        documents.iter().map(one).collect()
    }

    /// Documents as the relation head learns them; `space` are the properties of the label space.
    /// Where a set does not say an entity's class, the mention head does, in the set's style. Where a set marks only the
    /// ends of relations and `doubtful` names the style of reading, the other mentions that the head finds are entities as
    /// well: reading will meet them, and they mostly have no relation.
    ///
    /// # Errors
    /// When the encoder fails or the cache cannot be written.
    pub fn related(
        &self,
        documents: &[AnnotatedDocument],
        style: u32,
        (layers, mention_layers): (&RelationLayers, &[usize]),
        (head, doubtful): (&MentionHead, Option<u32>),
        (space, tables): (&[String], Option<&Tables>),
    ) -> Result<Vec<RelatedText>, Error> {
        let in_style = |style: u32| -> Result<Vec<Vec<MentionSpan>>, Error> {
            self.tagged(documents, style, mention_layers)?.iter().map(|text| find(head, text)).collect()
        };
        let nothing = vec![Vec::new(); documents.len()];
        let classless = documents.iter().any(|d| d.mentions.iter().any(|m| m.class.is_none()));
        let partly = documents.iter().any(|document| !document.annotation.complete);
        let own = if classless { in_style(style)? } else { nothing.clone() };
        let read = match doubtful.filter(|_| partly) {
            Some(reading) => in_style(reading)?,
            None => nothing,
        };
        let purpose = format!("casts {layers:?} {:?}", blake3::hash(format!("{own:?} {read:?}").as_bytes()));
        let candidate_sets = self.numbers(&purpose, &layers.all(), documents, &|index, tokenized, states| {
            let mut members = members(&documents[index], tokenized, &own[index]);
            if !documents[index].annotation.complete {
                members.extend(others(&documents[index].text, tokenized, &read[index], &members));
            }
            Ok(pack_candidates(&CandidateSet::new(states, tokenized, &members, layers)))
        })?;
        let relate = |(document, numbers): (&AnnotatedDocument, Numbers)| {
            relate(document, unpack_candidates(&numbers), (space, tables))
        };
        Ok(documents.iter().zip(candidate_sets).map(relate).collect())
    }
}

impl Featuriser<'_> {
    /// The pronouns of documents that mark them, with what each may refer to and what it does; that of one whose entity is
    /// out of reach is not learnt.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn referring(&self, documents: &[AnnotatedDocument], layer: usize) -> Result<Vec<Referring>, Error> {
        let marked: Vec<AnnotatedDocument> =
            documents.iter().filter(|document| document.references.is_some()).cloned().collect();
        let found = self.each(&[layer], &marked, &|index, tokenized, states| {
            let document = &marked[index];
            let resolved_mention = |mention: &&GoldMention| ResolvedMention {
                words: tokenized.words_under(mention.span),
                class: mention.class.map_or(CLASSES.len() - 1, |class| class.index()),
                entity: mention.entity,
            };
            let mut resolved_mentions: Vec<ResolvedMention> =
                document.flat_mentions().iter().map(resolved_mention).collect();
            resolved_mentions.retain(|resolved_mention| !resolved_mention.words.is_empty());
            resolved_mentions.sort_by_key(|resolved_mention| resolved_mention.words.start);
            let mut discourse = Discourse::new(tokenized, (states, layer), &resolved_mentions);
            let mut referring = Vec::new();
            for pronoun in pronouns(&document.text, tokenized, 0..tokenized.words.len(), &resolved_mentions) {
                let here = |mention: &&GoldMention| tokenized.words_under(mention.span).contains(&pronoun.word);
                let entity = document.references.iter().flatten().find(here).map(|mention| mention.entity);
                let choice = discourse.choice(pronoun);
                let place = |entity| choice.candidates.iter().position(|candidate| candidate.entity == entity);
                let gold = entity.map(place);
                if let Some(entity) = entity {
                    discourse.refers(pronoun, entity);
                }
                if gold != Some(None) {
                    referring.push(Referring { choice, gold: gold.flatten() });
                }
            }
            Ok(referring)
        })?;
        Ok(found.concat())
    }
}

/// The mentions that touch no known one, as entities: equal names of one class are one.
fn others(
    text: &str,
    tokenized: &TokenizedText,
    found: &[MentionSpan],
    known: &[EntityCandidate],
) -> Vec<EntityCandidate> {
    let apart = |found: &&MentionSpan| {
        let mut words = known.iter().flat_map(|member| &member.mentions);
        words.all(|words| words.end <= found.words.start || found.words.end <= words.start)
    };
    let mut named: BTreeMap<(String, usize), Vec<Range<usize>>> = BTreeMap::new();
    for found in found.iter().filter(apart) {
        let (first, last) = (&tokenized.words[found.words.start], &tokenized.words[found.words.end - 1]);
        let name = text[first.span.start as usize..last.span.end as usize].to_lowercase();
        named.entry((name, found.class)).or_default().push(found.words.clone());
    }
    named.into_iter().map(|((_, class), mentions)| EntityCandidate { class, mentions }).collect()
}

/// The entities of a document, their pronouns among their mentions; one without words keeps its place with an empty mention.
pub fn members(document: &AnnotatedDocument, tokenized: &TokenizedText, found: &[MentionSpan]) -> Vec<EntityCandidate> {
    (0..document.entities)
        .map(|entity| {
            let mut mentions: Vec<Range<usize>> =
                document.mentions_of(entity).map(|mention| tokenized.words_under(mention.span)).collect();
            let refers = |mention: &&GoldMention| {
                mention.entity == entity && references::is_pronoun(document.surface(mention.span))
            };
            let references = document.references.iter().flatten().filter(refers);
            mentions.extend(references.map(|mention| tokenized.words_under(mention.span)));
            mentions.retain(|words| !words.is_empty());
            mentions.sort_by_key(|words| (words.start, words.end));
            let touches = |f: &&MentionSpan| mentions.iter().any(|w| w.start < f.words.end && f.words.start < w.end);
            let guessed = || found.iter().find(touches).map_or(CLASSES.len() - 1, |f| f.class);
            EntityCandidate { class: document.class_of(entity).map_or_else(guessed, |class| class.index()), mentions }
        })
        .collect()
}

/// A document's gold relations over its candidate pairs, under a label space and a table of labels.
pub fn relate(
    document: &AnnotatedDocument,
    candidates: CandidateSet,
    (space, tables): (&[String], Option<&Tables>),
) -> RelatedText {
    let table = tables.map(|tables| &tables.relations);
    let marked = space.iter().map(|property| document.annotation.relations.contains(property)).collect();
    let gold = candidates
        .pairs
        .iter()
        .map(|pair| {
            let here = document.relations.iter().filter(|r| r.head == pair.head && r.tail == pair.tail);
            let mut gold: Vec<usize> =
                here.filter_map(|relation| space.iter().position(|p| *p == relation.relation)).collect();
            gold.sort_unstable();
            gold
        })
        .collect();
    let said = |pair: &CandidatePair, open: &[GoldRelation], table: &LabelTable| -> Vec<usize> {
        let here = open.iter().filter(|fact| fact.head == pair.head && fact.tail == pair.tail);
        here.filter_map(|fact| table.row(&fact.relation)).collect()
    };
    // What is stated of a pair is said of it in words as well, from tail to head.
    let turned = |pair: &CandidatePair, table: &LabelTable| -> Vec<usize> {
        let back = document.relations.iter().filter(|fact| fact.head == pair.tail && fact.tail == pair.head);
        let known = back.filter_map(|fact| space.iter().position(|property| *property == fact.relation));
        known.filter_map(|known| table.inverse(known)).collect()
    };
    let open = document.open.as_ref().zip(table);
    let open: Option<Vec<Vec<usize>>> = open.map(|(open, table)| {
        candidates.pairs.iter().map(|pair| [said(pair, open, table), turned(pair, table)].concat()).collect()
    });
    let mut stated: BTreeMap<usize, Vec<[usize; 2]>> = BTreeMap::new();
    for (pair, labels) in candidates.pairs.iter().zip(open.iter().flatten()) {
        labels.iter().for_each(|label| stated.entry(*label).or_default().push([pair.head, pair.tail]));
    }
    let known = |label: &str| {
        let property = space.iter().position(|property| property == label);
        property.or_else(|| table.and_then(|table| table.row(label)))
    };
    let untrue = |pair: &CandidatePair| -> Vec<usize> {
        let here = document.untrue.iter().filter(|fact| fact.head == pair.head && fact.tail == pair.tail);
        here.filter_map(|fact| known(&fact.relation)).collect()
    };
    let untrue = candidates.pairs.iter().map(untrue).collect();
    let named = |entity: usize| tables.zip(document.types.get(&entity)).and_then(|(t, name)| t.types.row(name));
    let types = (0..document.entities).map(named).collect();
    let (sure, total) = (document.entities, document.relations.len());
    RelatedText { candidates, gold, open, untrue, types, marked, stated, sure, total }
}
