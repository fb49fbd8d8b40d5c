//! From what was seen of a text to its `Reading`: spans, entities, values, contexts, relations, all sorted.
//!
//! In: mentions, clusters, relations in words. Out: a `Reading` in bytes. Never: a float.

use super::extractor::{CLASS_IRIS, Extractor, Sight, score};
use super::factuality::Sentence;
use super::literal;
use super::mentions::{CLASSES, Found};
use super::relations::{Member, is_value};
use super::units;
use crate::Error;
use pipeline::record::{Factuality, Iri, LocalEntity, LocalRelation, Mention, Reading, Span};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Reads a text.
pub(super) fn read(extractor: &Extractor, text: &str) -> Result<Reading, Error> {
    compose(extractor, text, extractor.see(text)?)
}

/// Reads a text whose names somebody has marked, with their classes; values are found as ever.
pub(super) fn read_marked(extractor: &Extractor, text: &str, marked: &[(Span, usize)]) -> Result<Reading, Error> {
    let mut sight = extractor.see(text)?;
    let words = |&(span, class): &(Span, usize)| Found { words: sight.page.words_under(span), class, score: 1.0 };
    let mut found: Vec<Found> = marked.iter().map(words).filter(|found| !found.words.is_empty()).collect();
    let free = |value: &Found| {
        found.iter().all(|name| name.words.end <= value.words.start || value.words.end <= name.words.start)
    };
    let values: Vec<Found> = sight.found.into_iter().filter(|value| is_value(value.class) && free(value)).collect();
    found.extend(values);
    found.sort_by_key(|found| found.words.start);
    sight.found = found;
    compose(extractor, text, sight)
}

fn compose(extractor: &Extractor, text: &str, sight: Sight) -> Result<Reading, Error> {
    let clusters = extractor.cluster(text, &sight)?;
    let members = members(&sight, &clusters);
    let span = |words: &Range<usize>| Span {
        start: sight.page.words[words.start].span.start,
        end: sight.page.words[words.end - 1].span.end,
    };
    let mentions: Vec<Mention> = sight
        .found
        .iter()
        .zip(&clusters)
        .map(|(found, &entity)| Mention { span: span(&found.words), score: score(found.score), entity })
        .collect();
    let entities = members.iter().map(|member| entity(text, &sight, member)).collect();
    let mention_at = |words: &Range<usize>| sight.found.partition_point(|found| found.words.start < words.start) as u32;
    let mut told = Told { text, sight: &sight, words: sight.page.sentence_words(), sentences: BTreeMap::new() };
    let mut relations: Vec<LocalRelation> = extractor
        .relate(&sight, &members)?
        .into_iter()
        .map(|(pair, relation, score)| LocalRelation {
            head: pair.0 as u32,
            relation: extractor.relation(relation).clone(),
            tail: pair.1 as u32,
            score,
            head_mention: mention_at(&members[pair.0].mentions[pair.2.0]),
            tail_mention: mention_at(&members[pair.1].mentions[pair.2.1]),
            factuality: told.factuality(
                &members[pair.0].mentions[pair.2.0],
                &members[pair.1].mentions[pair.2.1],
                is_value(members[pair.1].class),
            ),
        })
        .collect();
    relations.sort();
    Ok(Reading { sentences: sight.page.sentences, mentions, entities, relations })
}

/// The sentences of a text in which something was found, with their cues.
struct Told<'a> {
    text: &'a str,
    sight: &'a Sight,
    words: Vec<Range<usize>>,
    sentences: BTreeMap<usize, Sentence>,
}

impl Told<'_> {
    /// Whether the text states what it says of two mentions: in their sentence, or in that of the later one.
    fn factuality(&mut self, head: &Range<usize>, tail: &Range<usize>, value: bool) -> Factuality {
        let [first, last] = if head.start <= tail.start { [head, tail] } else { [tail, head] };
        let place = |words: &Range<usize>| self.sight.page.words[words.start].sentence;
        let (earlier, here) = (place(first), place(last));
        let words = self.words[here].clone();
        let within = |mention: &Range<usize>| mention.start - words.start..mention.end - words.start;
        let sentence = self.sentences.entry(here).or_insert_with(|| {
            let forms: Vec<&str> = self.sight.page.words[words.clone()]
                .iter()
                .map(|word| word.span.of(self.text).unwrap_or_default())
                .collect();
            let until = |word: usize| self.sight.found.partition_point(|found| found.words.start < word);
            let inside = &self.sight.found[until(words.start)..until(words.end)];
            Sentence::new(&forms, &inside.iter().map(|found| within(&found.words)).collect::<Vec<_>>())
        });
        match earlier == here {
            true => sentence.between(&within(first), &within(last), value),
            false => sentence.of(&within(last)),
        }
    }
}

/// The entities: the class most of the mentions have, the earlier class on ties.
fn members(sight: &Sight, clusters: &[u32]) -> Vec<Member> {
    let count = clusters.iter().max().map_or(0, |&last| last as usize + 1);
    let mut votes = vec![[0usize; CLASSES.len()]; count];
    let mut members = vec![Member { class: 0, mentions: Vec::new() }; count];
    for (found, &entity) in sight.found.iter().zip(clusters) {
        votes[entity as usize][found.class] += 1;
        members[entity as usize].mentions.push(found.words.clone());
    }
    for (member, votes) in members.iter_mut().zip(votes) {
        member.class = (0..CLASSES.len()).fold(0, |best, class| if votes[class] > votes[best] { class } else { best });
    }
    members
}

fn entity(text: &str, sight: &Sight, member: &Member) -> LocalEntity {
    let first = &member.mentions[0];
    let written = &sight.page.words[first.clone()];
    let surface = &text[written[0].span.start as usize..written[written.len() - 1].span.end as usize];
    LocalEntity {
        class: Iri::new(CLASS_IRIS[member.class]),
        literal: match CLASSES[member.class] {
            "TIME" => Some(sight.times.get(&first.start).cloned().unwrap_or_else(|| literal::time(surface))),
            "NUM" => Some(units::measured(
                text,
                written[0].span.start as usize..written[written.len() - 1].span.end as usize,
            )),
            _ => None,
        },
        defined: !is_value(member.class) && opens(text, sight, first),
        context: context(sight, member),
    }
}

/// Whether a mention is what the text begins with, an article aside, and says what it is: it is neither the front of a
/// longer name (`Orla Airlines Flight 118`) nor where a report was written (`LONDON, 3 May`).
fn opens(text: &str, sight: &Sight, mention: &Range<usize>) -> bool {
    let form = |index: usize| sight.page.words.get(index).and_then(|word| word.span.of(text)).unwrap_or_default();
    let names = |form: &str| form.starts_with(|first: char| first.is_uppercase() || first.is_numeric());
    let article = |index: usize| ["the", "a", "an"].contains(&form(index).to_lowercase().as_str());
    let goes_on = names(form(mention.end));
    let dated = form(mention.end) == "," && form(mention.end + 1).starts_with(char::is_numeric);
    mention.start < 2 && (0..mention.start).all(article) && !goes_on && !dated
}

/// The mean vector of the sentences that mention the entity, of length 127, rounded.
fn context(sight: &Sight, member: &Member) -> Arc<[i8]> {
    let width = sight.states.width;
    let mut sentences: Vec<usize> =
        member.mentions.iter().map(|words| sight.page.words[words.start].sentence).collect();
    sentences.dedup();
    let mut sum = vec![0f32; width];
    for sentence in sentences {
        let row = &sight.vectors[sentence * width..(sentence + 1) * width];
        sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
    }
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    sum.iter().map(|x| (x / length * 127.0).round() as i8).collect()
}
