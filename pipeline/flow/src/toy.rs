//! A toy reader: a few rules over a small English; and a toy filter. For scenarios and oracle tests only; no command uses it unless
//! it is asked for by name.
//!
//! In: text. Out: a reading. Never: anything that is not a function of the text.
//!
//! It knows names (`Ada Lovelace`), years (`1815`), `X, also called Y, …`, `X is a …` (which defines X, and tells that it is a planet, singer or river), and
//! verbs between two names. `maybe` halves the score of what its sentence says; `never` before a verb denies it;
//! `refuse this` is refused. Of `X met Y, who was born in Z` it cannot tell who was born there, and says both, of X less
//! surely.

use kgloom_record::neighbourhood::{HeldOutEdges, Neighbourhood, Numbers, key};
use kgloom_record::port::{ClassJudgement, Failure, Filter, Judgement, ModelId, Reader, Typer};
use kgloom_record::profile::Profile;
use kgloom_record::record::{Datatype, Literal, Score, Span, Triple};
use kgloom_record::record::{
    Evidence, Factuality, Iri, LocalEntity, LocalRelation, LocalType, Mention, Reading, Refusal,
};
use kgloom_record::vocabulary;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Between two mentions: the words, the relation (Wikidata property), and the classes of both ends.
const VERBS: [(&str, &str, &str, &str); 12] = [
    ("was born in", "P19", "Person", "Location"),
    ("died in", "P20", "Person", "Location"),
    ("works for", "P108", "Person", "Organization"),
    ("married", "P26", "Person", "Person"),
    ("founded", "P112", "Organization", "Person"),
    ("lies in", "P131", "Location", "Location"),
    ("was born on", "P569", "Person", "Time"),
    ("opened in", "P571", "Organization", "Time"),
    ("who was born in", "P19", "Person", "Location"),
    ("contains", "P150", "Location", "Location"),
    ("is a place of", "P17", "Location", "Location"),
    ("is a child of", "P22", "Person", "Person"),
];

/// The namespace of the classes that the toy tells.
pub const OWN: &str = "http://example.org/toy#";

/// What `X is a …` may go on with, and the class that this tells.
const TYPES: [(&str, &str); 3] = [("planet", "Planet"), ("singer", "Singer"), ("river", "River")];

/// The rules, with a name and thresholds like any model.
pub struct ToyReader {
    id: ModelId,
    thresholds: BTreeMap<Iri, Score>,
}

impl Default for ToyReader {
    fn default() -> Self {
        let born = Iri::new("http://www.wikidata.org/prop/direct/P19");
        ToyReader { id: ModelId("toy@3".into()), thresholds: BTreeMap::from([(born, Score::new(5_500))]) }
    }
}

impl Reader for ToyReader {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn read(&self, text: &str) -> Result<Reading, Failure> {
        if text.contains("refuse this") {
            let (reason, location) = ("it asks to be refused".into(), "".into());
            return Err(Failure::Refused(Refusal { reason, location }));
        }
        let mut page = Page::default();
        for span in sentences(text) {
            page.sentence(text, span);
        }
        Ok(page.finish(text))
    }

    fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        &self.thresholds
    }
}

fn sentences(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(['.', '\n']) {
        let end = start + piece.len();
        if !piece.trim().is_empty() {
            spans.push(Span { start: start as u32, end: end as u32 });
        }
        start = end;
    }
    spans
}

/// A mention before its class and entity are known.
struct Found {
    span: Span,
    sentence: usize,
    class: &'static str,
}

#[derive(Default)]
struct Page {
    sentences: Vec<Span>,
    found: Vec<Found>,
    same: Vec<(usize, usize)>,
    defined: Vec<usize>,
    types: Vec<(usize, LocalType)>,
    facts: Vec<(usize, &'static str, usize, Score, Factuality)>,
}

impl Page {
    fn sentence(&mut self, text: &str, span: Span) {
        let first = self.found.len();
        let sentence = self.sentences.len();
        self.sentences.push(span);
        let said = span.of(text).unwrap_or_default();
        for (start, end) in names(said) {
            let span = Span { start: span.start + start as u32, end: span.start + end as u32 };
            let digits = span.of(text).unwrap_or_default().bytes().all(|byte| byte.is_ascii_digit());
            self.found.push(Found { span, sentence, class: if digits { "Time" } else { "Person" } });
        }
        let score = Score::new(if said.contains("maybe") { 4_000 } else { 8_000 });
        for index in first..self.found.len() {
            let after = &text[self.found[index].span.end as usize..span.end as usize];
            if index == first && after.starts_with(" is a ") {
                self.defined.push(index);
                let word = after.trim_start_matches(" is a ").split([' ', '.']).next();
                let class = TYPES.iter().find(|(name, _)| Some(*name) == word).map(|(_, class)| class);
                let told = class.map(|class| LocalType { class: Iri::new(format!("{OWN}{class}")), score });
                self.types.extend(told.map(|told| (index, told)));
            }
            if index + 1 < self.found.len() {
                self.between(text, index, score);
            }
        }
    }

    fn between(&mut self, text: &str, head: usize, score: Score) {
        let (from, to) = (self.found[head].span.end, self.found[head + 1].span.start);
        let words = text[from as usize..to as usize].trim().trim_start_matches("maybe ");
        let (words, factuality) = match words.strip_prefix("never ") {
            Some(denied) => (denied, Factuality::Denied),
            None => (words, Factuality::Stated),
        };
        if words == ", also called" {
            self.same.push((head, head + 1));
            // What is said after the alias is said of its bearer.
            return;
        }
        let Some((_, property, head_class, tail_class)) =
            VERBS.iter().find(|(verb, ..)| words.trim_start_matches(", ") == *verb)
        else {
            return;
        };
        self.found[head].class = head_class;
        self.found[head + 1].class = tail_class;
        self.facts.push((head, property, head + 1, score, factuality));
        let before = head.checked_sub(1).filter(|before| self.found[*before].sentence == self.found[head].sentence);
        if let Some(before) = before
            && text[self.found[before].span.end as usize..self.found[head].span.start as usize].trim() == "met"
        {
            let less = Score::new(score.ten_thousandths() * 3 / 4);
            self.facts.push((before, property, head + 1, less, factuality));
        }
    }

    fn finish(mut self, text: &str) -> Reading {
        for (one, other) in &self.same {
            let class = self.found[*other].class;
            self.found[*one].class = class;
        }
        let mut entities: Vec<LocalEntity> = Vec::new();
        let mut by_name: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        let mut of: Vec<u32> = Vec::new();
        for (index, found) in self.found.iter().enumerate() {
            let name = found.span.of(text).unwrap_or_default();
            let alias = self.same.iter().find(|(_, other)| *other == index).map(|(one, _)| of[*one]);
            let entity = alias.or_else(|| by_name.get(&(name, found.class)).copied()).unwrap_or(entities.len() as u32);
            by_name.insert((name, found.class), entity);
            of.push(entity);
            if entity as usize == entities.len() {
                entities.push(self.entity(text, index));
            } else if self.defined.contains(&index) {
                entities[entity as usize].defined = true;
            }
        }
        for (index, told) in self.types {
            let types = &mut entities[of[index] as usize].types;
            types.push(told);
            types.sort_by_key(|told| (told.class.clone(), Reverse(told.score)));
            types.dedup_by(|later, first| later.class == first.class);
        }
        let mention =
            |(found, entity): (&Found, &u32)| Mention { span: found.span, score: Score::new(9_000), entity: *entity };
        let mut relations: Vec<LocalRelation> = Vec::new();
        for (head, property, tail, score, factuality) in &self.facts {
            let relation = Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"));
            let (head_mention, tail_mention) = (*head as u32, *tail as u32);
            relations.push(LocalRelation {
                head: of[*head],
                relation,
                tail: of[*tail],
                score: *score,
                head_mention,
                tail_mention,
                factuality: *factuality,
            });
        }
        relations.sort();
        let mentions = self.found.iter().zip(&of).map(mention).collect();
        Reading { sentences: self.sentences, mentions, entities, relations }
    }

    fn entity(&self, text: &str, index: usize) -> LocalEntity {
        let found = &self.found[index];
        let said = self.sentences[found.sentence].of(text).unwrap_or_default();
        let mut context = [0i8; 8];
        for word in said.split_whitespace().filter(|word| word.chars().all(char::is_lowercase)) {
            let slot = word.bytes().fold(0usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into())) % 8;
            context[slot] = context[slot].saturating_add(16);
        }
        let value = || Literal { value: Arc::from(found.span.of(text).unwrap_or_default()), datatype: Datatype::Year };
        LocalEntity {
            class: vocabulary::own(found.class),
            literal: (found.class == "Time").then(value),
            defined: self.defined.contains(&index),
            types: Vec::new(),
            context: Arc::from(context),
        }
    }
}

/// Runs of capitalised words, and runs of four digits: byte ranges.
fn names(sentence: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    let mut at = 0;
    for piece in sentence.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(|c: char| c.is_whitespace() || ".,;".contains(c));
        let year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        match runs.last_mut() {
            Some(run) if open && capital => run.1 = at + word.len(),
            _ if capital || year => runs.push((at, at + word.len())),
            _ => {}
        }
        open = capital && word.len() == piece.trim_end().len();
        at += piece.len();
    }
    runs
}

/// A memory that keeps nothing.
pub struct Forgetful;

impl kgloom_record::port::Memory for Forgetful {
    fn recall(
        &self,
        _: &kgloom_record::record::ContentHash,
    ) -> Result<Option<kgloom_record::port::Answer>, kgloom_record::port::Broken> {
        Ok(None)
    }

    fn remember(
        &self,
        _: &kgloom_record::record::ContentHash,
        _: &kgloom_record::port::Answer,
    ) -> Result<(), kgloom_record::port::Broken> {
        Ok(())
    }
}

/// A filter without sense, but with an ear for everything that it is told: whatever is read of a fact decides.
pub struct ToyFilter {
    id: ModelId,
}

impl Default for ToyFilter {
    fn default() -> Self {
        ToyFilter { id: ModelId("toy-filter@1".into()) }
    }
}

impl Filter for ToyFilter {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn text(&self, context: &[i8]) -> Numbers {
        context.iter().map(|x| 8 * i16::from(*x)).collect()
    }

    fn judge(&self, triple: &Triple, evidence: &Evidence, [head, tail]: [&Neighbourhood; 2]) -> Judgement {
        let key = key(triple.relation.as_str(), head.name.as_str(), tail.name.as_str());
        let mut hash = blake3::Hasher::new();
        hash.update(format!("{evidence:?}").as_bytes());
        for (view, other) in [(head, &tail.name), (tail, &head.name)] {
            let held = HeldOutEdges { keys: &[key], other };
            let [once, twice] = view.smoothed(held);
            for numbers in [&view.own, &once, &twice] {
                for x in numbers.iter() {
                    hash.update(&x.to_le_bytes());
                }
            }
        }
        let [low, high, ..] = *hash.finalize().as_bytes();
        let probability = Score::new(u16::from_le_bytes([low, high]) % 10_000);
        Judgement { probability, kept: probability > Score::new(2_500) }
    }
}

/// A typer without sense, but with an ear for everything that it is told: whatever is known of a thing decides.
pub struct ToyTyper {
    id: ModelId,
    classes: Vec<Iri>,
}

impl ToyTyper {
    /// One of these classes.
    pub fn new(classes: Vec<Iri>) -> Self {
        ToyTyper { id: ModelId("toy-typer@1".into()), classes }
    }
}

impl Typer for ToyTyper {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn tell(&self, profile: &Profile) -> Vec<ClassJudgement> {
        let hash = blake3::hash(format!("{profile:?}").as_bytes());
        let bytes = hash.as_bytes().chunks_exact(3);
        let judged = self.classes.iter().zip(bytes).filter(|(_, bytes)| bytes[2] < 128).map(|(class, bytes)| {
            let probability = Score::new(u16::from_le_bytes([bytes[0], bytes[1]]) % 10_000);
            let evidence = vec![format!("{} nouns", profile.nouns.len()).into()];
            ClassJudgement { class: class.clone(), probability, kept: probability > Score::new(5_000), evidence }
        });
        judged.collect()
    }
}
