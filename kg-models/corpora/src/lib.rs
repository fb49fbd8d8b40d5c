//! Annotated corpora. In: data sets as their authors publish them. Out: [`AnnotatedDocument`]s.
//! Never: a download, an order that hangs on the file system, or a test sentence handed out as training text.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod align;
mod assemble;
mod catalog;
mod classed;
pub mod collections;
pub mod conll;
pub mod conll04;
pub mod distant;
mod facts;
mod locate;
pub mod matching;
pub mod redocred;
pub mod search;
pub mod sts;
pub mod text2kgbench;
pub mod typing;
pub mod written;

pub use assemble::{Assembled, assemble};
pub use catalog::{HeldOut, NAMES, held_out, open};
pub use facts::KnownFacts;

use kgloom_reader::sentence;
use kgloom_record::record::{Iri, Span};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// The classes of mentions that kgloom tells apart: those of DocRED (Yao et al. 2019).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tag {
    /// A person, real or not.
    #[serde(rename = "PER")]
    Person,
    /// An organisation.
    #[serde(rename = "ORG")]
    Organization,
    /// A place: countries, cities, facilities, mountains; also adjectives of nationality.
    #[serde(rename = "LOC")]
    Location,
    /// A point or stretch of time.
    #[serde(rename = "TIME")]
    Time,
    /// A number, with or without a unit.
    #[serde(rename = "NUM")]
    Quantity,
    /// Any other named thing: works, events, laws, languages.
    #[serde(rename = "MISC")]
    Miscellaneous,
}

impl Tag {
    /// All classes, in the order in which models number them.
    pub const ALL: [Tag; 6] =
        [Tag::Person, Tag::Organization, Tag::Location, Tag::Time, Tag::Quantity, Tag::Miscellaneous];

    /// The short name used by the data sets: `PER`, `ORG`, `LOC`, `TIME`, `NUM` or `MISC`.
    pub fn code(self) -> &'static str {
        match self {
            Tag::Person => "PER",
            Tag::Organization => "ORG",
            Tag::Location => "LOC",
            Tag::Time => "TIME",
            Tag::Quantity => "NUM",
            Tag::Miscellaneous => "MISC",
        }
    }

    /// The class with that short name.
    pub fn from_code(code: &str) -> Option<Tag> {
        Tag::ALL.into_iter().find(|tag| tag.code() == code)
    }

    /// The text of the ontology class's IRI.
    pub fn class(self) -> &'static str {
        match self {
            Tag::Person => "urn:kgloom:Person",
            Tag::Organization => "urn:kgloom:Organization",
            Tag::Location => "urn:kgloom:Location",
            Tag::Time => "urn:kgloom:Time",
            Tag::Quantity => "urn:kgloom:Quantity",
            Tag::Miscellaneous => "urn:kgloom:Miscellaneous",
        }
    }

    /// The ontology class.
    pub fn iri(self) -> Iri {
        Iri::new(self.class())
    }

    /// The class with that IRI.
    pub fn from_iri(iri: &Iri) -> Option<Tag> {
        Tag::ALL.into_iter().find(|tag| tag.class() == iri.as_str())
    }

    /// The place in [`Tag::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A mention as people marked it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoldMention {
    /// Where it stands. Spans may nest or overlap in a few documents.
    pub span: Span,
    /// Its class; `None` where the set does not say.
    pub class: Option<Tag>,
    /// Which entity of the document it names: less than [`AnnotatedDocument::entities`].
    pub entity: usize,
}

/// A relation as people marked it, between two entities of the document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoldRelation {
    /// The head entity.
    pub head: usize,
    /// The Wikidata property, such as `P57`; or words.
    pub relation: String,
    /// The tail entity.
    pub tail: usize,
    /// Which sentences show it; empty where the set does not say.
    pub evidence: Vec<usize>,
}

/// What a set marks in a document, and so what its silence means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The classes that are marked; empty where only the ends of relations are.
    pub classes: Vec<Tag>,
    /// Whether every mention of those classes is marked. Where not, a word without a mark says nothing.
    pub complete: bool,
    /// Whether mentions of one entity are marked as such.
    pub coreference: bool,
    /// The properties whose relations are marked, sorted; empty where none are.
    pub relations: Arc<[String]>,
}

/// A text with everything that people marked in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotatedDocument {
    /// Names it within its set: a title, or file and line.
    pub id: String,
    /// The text; all spans point into it.
    pub text: String,
    /// The sentences as the set has them, in order.
    pub sentences: Vec<Span>,
    /// The words of each sentence, as [`sentence::words`] splits them. Mentions begin and end with words.
    pub words: Vec<Vec<Span>>,
    /// The mentions, sorted by span; no two equal.
    pub mentions: Vec<GoldMention>,
    /// Pronouns and the like, by the entity that they refer to: no mentions of their own; `None` where the set does not mark
    /// them.
    pub references: Option<Vec<GoldMention>>,
    /// How many entities there are; each has a mention.
    pub entities: usize,
    /// The relations, sorted; no two with equal ends and property.
    pub relations: Vec<GoldRelation>,
    /// Relations that the set says in words; `None` where it marks only properties.
    pub open: Option<Vec<GoldRelation>>,
    /// Relations, by property or in words, that the text names and does not state: denied, planned, of a neighbour.
    pub untrue: Vec<GoldRelation>,
    /// Labels in words that were looked for: where none of them is stated, it does not hold.
    pub asked: BTreeSet<String>,
    /// By entity: what the text says that it is, in a few words; nothing where the set does not tell.
    pub types: BTreeMap<usize, String>,
    /// What was looked for.
    pub annotation: Annotation,
}

impl AnnotatedDocument {
    /// A document with nothing marked yet; its words are found here.
    pub fn new(id: String, text: String, sentences: Vec<Span>, annotation: Annotation) -> Self {
        let words = sentences.iter().map(|&span| sentence::words(&text, span)).collect();
        AnnotatedDocument {
            id,
            text,
            sentences,
            words,
            mentions: Vec::new(),
            references: None,
            entities: 0,
            relations: Vec::new(),
            open: None,
            untrue: Vec::new(),
            asked: BTreeSet::new(),
            types: BTreeMap::new(),
            annotation,
        }
    }

    /// The text of a span; empty where the span is not one of this text.
    pub fn surface(&self, span: Span) -> &str {
        span.of(&self.text).unwrap_or_default()
    }

    /// The index of the sentence that holds the span's start.
    pub fn sentence_of(&self, span: Span) -> Option<usize> {
        let index = self.sentences.partition_point(|s| s.start <= span.start).checked_sub(1)?;
        (span.start < self.sentences[index].end).then_some(index)
    }

    /// The mentions of an entity, in text order.
    pub fn mentions_of(&self, entity: usize) -> impl Iterator<Item = &GoldMention> {
        self.mentions.iter().filter(move |mention| mention.entity == entity)
    }

    /// The commonest class of an entity's mentions, the first of [`Tag::ALL`] on a tie.
    pub fn class_of(&self, entity: usize) -> Option<Tag> {
        let mut counts = [0usize; Tag::ALL.len()];
        for class in self.mentions_of(entity).filter_map(|mention| mention.class) {
            counts[class.index()] += 1;
        }
        let most = *counts.iter().max()?;
        (most > 0).then(|| Tag::ALL[counts.iter().position(|&count| count == most).unwrap_or(0)])
    }

    /// The mentions without those inside or across another: of two that overlap the longer stays,
    /// then the first. This is what a BIO tagger can be taught.
    pub fn flat_mentions(&self) -> Vec<&GoldMention> {
        let mut order: Vec<&GoldMention> = self.mentions.iter().collect();
        order.sort_by_key(|mention| std::cmp::Reverse(mention.span.end - mention.span.start));
        let mut kept: Vec<&GoldMention> = Vec::new();
        for mention in order {
            let apart =
                |other: &&GoldMention| other.span.end <= mention.span.start || mention.span.end <= other.span.start;
            if kept.iter().all(apart) {
                kept.push(mention);
            }
        }
        kept.sort();
        kept
    }

    /// Puts everything into the promised order and drops repetitions.
    pub fn normalise(&mut self) {
        self.mentions.sort();
        self.mentions.dedup();
        self.relations.sort();
        self.relations.dedup_by(|later, first| {
            (later.head, &later.relation, later.tail) == (first.head, &first.relation, first.tail)
        });
    }
}

/// Which part of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What models learn from.
    Train,
    /// What choices are made on.
    Validation,
    /// What is scored once, and reported.
    Test,
}

pub use kgloom_numerics::Error;
