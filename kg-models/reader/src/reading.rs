//! From what was seen of a text to its `Reading`: spans, entities, values, contexts, relations, all sorted. What the
//! windows of a long text show is put together here.
//!
//! In: mentions, clusters, relations in words. Out: a `Reading` in bytes. Never: a float.

use super::blocks::Part;
use super::consistency;
use super::coreference::is_full;
use super::factuality::Sentence;
use super::judged::Judged;
use super::layout::{TokenizedText, Word};
use super::mentions::{CLASSES, MentionSpan};
use super::relations::{EntityCandidate, is_value};
use super::rivals;
use super::window::{WindowAnalysis, WindowEntities, elected, in_one_sentence};
use super::{exclusive, fiction, lifespans, literal, units};
use crate::Error;
use crate::model::{CLASS_IRIS, Extractor, score};
use kgloom_record::port::Reader;
use kgloom_record::record::{
    Factuality, Iri, Literal, LocalEntity, LocalRelation, LocalType, Mention, Reading, Score, Span,
};
use kgloom_record::vocabulary;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Reads a text; where somebody has marked its names, with their classes, these are its names, and values are found as
/// ever.
pub(super) fn read(extractor: &Extractor, text: &str, marked: Option<&[(Span, usize)]>) -> Result<Reading, Error> {
    let tokenized = extractor.backbone.chunker.tokenize(text)?;
    let windows = tokenized.windows(extractor.window);
    let mut writer = Writer::new(text, &tokenized, windows.len() > 1);
    for window in windows {
        let mut analysis = extractor.analyse(text, &tokenized, window)?;
        if let Some(marked) = marked {
            mark(&tokenized, &mut analysis, marked);
        }
        writer.add(extractor, &analysis)?;
    }
    let (mentions, entities, relations) = writer.finish(extractor);
    Ok(Reading { sentences: tokenized.sentences, mentions, entities, relations })
}

/// Puts marked names in the place of those that were found.
fn mark(tokenized: &TokenizedText, analysis: &mut WindowAnalysis, marked: &[(Span, usize)]) {
    let window = analysis.states.words.clone();
    let words = |&(span, class): &(Span, usize)| MentionSpan { words: tokenized.words_under(span), class, score: 1.0 };
    let here = |found: &MentionSpan| {
        !found.words.is_empty() && window.contains(&found.words.start) && found.words.end <= window.end
    };
    let mut found: Vec<MentionSpan> = marked.iter().map(words).filter(here).collect();
    let free = |value: &MentionSpan| {
        found.iter().all(|name| name.words.end <= value.words.start || value.words.end <= name.words.start)
    };
    let values = std::mem::take(&mut analysis.found).into_iter();
    let values: Vec<MentionSpan> = values.filter(|value| is_value(value.class) && free(value)).collect();
    found.extend(values);
    found.sort_by_key(|found| found.words.start);
    analysis.found = found;
}

/// An entity of the windows so far.
struct Known {
    /// How many mentions have each class.
    votes: [usize; CLASSES.len()],
    /// Its first mention.
    first: Range<usize>,
    /// The value of that, if it is a time that the grammar of dates could read.
    time: Option<Literal>,
    /// The narrower classes that it may be of, each by the window that tells it best.
    types: BTreeMap<usize, Score>,
    /// Its context in each window, and how many sentences that is of.
    contexts: Vec<(Arc<[i8]>, i32)>,
}

/// Who bears a name.
struct Bearer {
    entity: u32,
    /// Where the name was last seen.
    part: Part,
}

struct Writer<'a> {
    text: &'a str,
    tokenized: &'a TokenizedText,
    /// Whether names are to be known again in later windows.
    goes_on: bool,
    mentions: Vec<Mention>,
    known: Vec<Known>,
    bearers: BTreeMap<(String, usize), Bearer>,
    /// The best of each, by head, relation and tail.
    relations: BTreeMap<(u32, usize, u32), LocalRelation>,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, tokenized: &'a TokenizedText, goes_on: bool) -> Writer<'a> {
        let (mentions, known) = (Vec::new(), Vec::new());
        Writer { text, tokenized, goes_on, mentions, known, bearers: BTreeMap::new(), relations: BTreeMap::new() }
    }

    /// Takes in what a window shows.
    fn add(&mut self, extractor: &Extractor, analysis: &WindowAnalysis) -> Result<(), Error> {
        let WindowEntities { clusters, votes, members, spoken_of } =
            extractor.entities(self.text, self.tokenized, analysis)?;
        let entities = self.recognise(analysis, &clusters, members.len());
        for ((&entity, votes), member) in entities.iter().zip(&votes).zip(&members) {
            if entity as usize == self.known.len() {
                let (votes, first) = ([0; CLASSES.len()], member.mentions[0].clone());
                let time = analysis.times.get(&first.start).cloned();
                self.known.push(Known { votes, first, time, types: BTreeMap::new(), contexts: Vec::new() });
            }
            let known = &mut self.known[entity as usize];
            known.votes.iter_mut().zip(votes).for_each(|(sum, votes)| *sum += votes);
            known.contexts.push(context(self.tokenized, analysis, member));
        }
        let base = self.mentions.len();
        for (found, &local) in analysis.found.iter().zip(&clusters) {
            let entity = entities[local as usize];
            self.mentions.push(Mention { span: self.span(&found.words), score: score(found.score), entity });
            if self.goes_on {
                let part = self.tokenized.part_of(found.words.start);
                self.bearers.insert((self.name(&found.words), found.class), Bearer { entity, part });
            }
        }
        let at = |words: &Range<usize>| {
            (base + analysis.found.partition_point(|found| found.words.start < words.start)) as u32
        };
        let stated = analysis.stated.iter().filter_map(|stated| {
            let speaks = |words: &Range<usize>| spoken_of.iter().position(|entity| entity.mentions.contains(words));
            let ends = [speaks(&stated.head)?, speaks(&stated.tail)?];
            Some((ends, [&stated.head, &stated.tail], stated.relation, stated.score))
        });
        let said: Vec<(usize, [usize; 2])> = stated.clone().map(|(ends, _, relation, _)| (relation, ends)).collect();
        let (related, typed) = extractor.relate((self.text, self.tokenized), analysis, &spoken_of)?;
        let window = analysis.states.words.clone();
        let mut called = vec![BTreeSet::new(); members.len()];
        for (mention, class) in extractor.called((self.text, self.tokenized), window.clone(), &analysis.found) {
            let entity = clusters[mention] as usize;
            called[entity].insert(class);
            let best = self.known[entities[entity] as usize].types.entry(class).or_default();
            *best = extractor.surely_typed().max(*best);
        }
        for told in typed {
            let best = self.known[entities[told.entity] as usize].types.entry(told.class).or_default();
            *best = told.score.max(*best);
        }
        let value = |entity: usize| is_value(members[entity].class);
        let mut told = Told { text: self.text, tokenized: self.tokenized, analysis, sentences: BTreeMap::new() };
        let judged = related.iter().map(|found| {
            let mention = |entity: usize, at: usize| spoken_of[entity].mentions[at].clone();
            let closest = [mention(found.head, found.closest.0), mention(found.tail, found.closest.1)];
            let words = in_one_sentence(self.tokenized, [&spoken_of[found.head], &spoken_of[found.tail]], closest);
            let says = told.says(extractor.relation(found.relation), words.each_ref(), value(found.tail));
            Judged { ends: [found.head, found.tail], words, relation: found.relation, score: found.score, says }
        });
        let mut judged: Vec<Judged> = judged.collect();
        let context = rivals::Context {
            text: self.text,
            tokenized: self.tokenized,
            properties: &|relation| {
                extractor.config().relations.get(relation).map_or("", |known| known.property.as_str())
            },
            is_value: &value,
            needed: &|relation| {
                extractor.thresholds().get(extractor.relation(relation)).copied().unwrap_or(Score::HALF)
            },
        };
        let window = consistency::Window {
            words: window,
            members: &members,
            declared: &extractor.ends,
            called: &called,
            stated: &said.into_iter().collect(),
        };
        consistency::settle(&mut judged, &window, &context);
        let renamed: Vec<Judged> = judged.iter().flat_map(|judged| extractor.renamed(judged)).collect();
        judged.extend(renamed);
        exclusive::settle(&mut judged, &window, &context);
        let related = judged
            .iter()
            .map(|judged| (judged.ends, judged.words.each_ref(), judged.relation, judged.score, judged.says));
        // A pronoun is no mention: the name nearest to it stands for it.
        let named = |entity: usize, words: &Range<usize>| {
            let gap = |name: &&Range<usize>| name.start.abs_diff(words.start);
            at(members[entity].mentions.iter().min_by_key(gap).unwrap_or(words))
        };
        let also = stated.clone().flat_map(|(ends, words, index, score)| {
            let other = move |(relation, inverse)| match inverse {
                true => ([ends[1], ends[0]], [words[1], words[0]], relation, score),
                false => (ends, words, relation, score),
            };
            extractor.other_names(index).map(other)
        });
        let all: Vec<_> = stated.clone().chain(also).collect();
        let stated = all.into_iter().map(|(ends, words, index, score)| {
            (ends, words, index, score, told.says(extractor.relation(index), words, value(ends[1])))
        });
        for (ends, [head_words, tail_words], index, score, factuality) in related.chain(stated) {
            let [head, tail] = ends.map(|end| entities[end]);
            let relation = LocalRelation {
                head,
                relation: extractor.relation(index).clone(),
                tail,
                score,
                head_mention: named(ends[0], head_words),
                tail_mention: named(ends[1], tail_words),
                factuality,
            };
            // What is stated goes before what is not.
            let rank = |told: &LocalRelation| (told.factuality == Factuality::Stated, told.score);
            let best = self.relations.get(&(head, index, tail));
            if head != tail && best.is_none_or(|best| rank(best) < rank(&relation)) {
                self.relations.insert((head, index, tail), relation);
            }
        }
        Ok(())
    }

    /// The number of each of a window's entities: that of an earlier window's entity with one of its names, or a new one.
    /// A lone first name or surname is known again only within a part, as everywhere.
    fn recognise(&self, analysis: &WindowAnalysis, clusters: &[u32], count: usize) -> Vec<u32> {
        let mut numbers: Vec<Option<u32>> = vec![None; count];
        for (found, &entity) in analysis.found.iter().zip(clusters) {
            let number = &mut numbers[entity as usize];
            if number.is_some() || self.bearers.is_empty() {
                continue;
            }
            let Some(bearer) = self.bearer(self.name(&found.words), found.class) else { continue };
            let near = bearer.part.is_near(self.tokenized.part_of(found.words.start));
            *number = (near || is_full(found.class, found.words.len())).then_some(bearer.entity);
        }
        let mut next = self.known.len() as u32;
        let mut new = || {
            next += 1;
            next - 1
        };
        numbers.into_iter().map(|number| number.unwrap_or_else(&mut new)).collect()
    }

    /// Who bore a name in an earlier window: as this class, or else as any that is no value.
    fn bearer(&self, name: String, class: usize) -> Option<&Bearer> {
        let mut asked = (name, class);
        let exact = self.bearers.get(&asked);
        exact.or_else(|| {
            let mut others = (0..CLASSES.len()).filter(|other| !is_value(*other) && !is_value(class));
            others.find_map(|other| {
                asked.1 = other;
                self.bearers.get(&asked)
            })
        })
    }

    fn finish(self, extractor: &Extractor) -> (Vec<Mention>, Vec<LocalEntity>, Vec<LocalRelation>) {
        let entities = self.known.iter().map(|known| self.entity(extractor, known)).collect();
        let mut relations: Vec<LocalRelation> = self.relations.into_values().collect();
        relations.sort();
        (self.mentions, entities, relations)
    }

    fn entity(&self, extractor: &Extractor, known: &Known) -> LocalEntity {
        let class = told_class(extractor, elected(&known.votes), &known.types);
        let span = self.span(&known.first);
        let surface = span.of(self.text).unwrap_or_default();
        LocalEntity {
            class: Iri::new(CLASS_IRIS[class]),
            literal: match CLASSES[class] {
                "TIME" => Some(known.time.clone().unwrap_or_else(|| literal::time(surface))),
                "NUM" => Some(units::measured(self.text, span.start as usize..span.end as usize)),
                _ => None,
            },
            defined: !is_value(class) && opens(self.text, self.tokenized, &known.first),
            types: types(extractor, class, &known.types),
            context: whole(&known.contexts),
        }
    }

    fn span(&self, words: &Range<usize>) -> Span {
        Span { start: self.tokenized.words[words.start].span.start, end: self.tokenized.words[words.end - 1].span.end }
    }

    fn name(&self, words: &Range<usize>) -> String {
        let forms = self.tokenized.words[words.clone()].iter().map(|word| word.span.of(self.text).unwrap_or_default());
        forms.collect::<Vec<_>>().join(" ").to_lowercase()
    }
}

/// The sentences of a window in which something was found, with their cues.
struct Told<'a> {
    text: &'a str,
    tokenized: &'a TokenizedText,
    analysis: &'a WindowAnalysis,
    sentences: BTreeMap<usize, (usize, Sentence)>,
}

impl Told<'_> {
    /// Whether the text states a relation of two mentions, as far as their sentences tell.
    fn says(&mut self, relation: &Iri, [head, tail]: [&Range<usize>; 2], value: bool) -> Factuality {
        match self.factuality(relation.as_str(), [head, tail], value) {
            Factuality::Fictional if !fiction::is_of_its_world(relation.as_str()) => Factuality::Stated,
            Factuality::Stated if lifespans::belies(relation.as_str(), self.text, self.tokenized, tail) => {
                Factuality::OfAnotherTime
            }
            said => said,
        }
    }

    /// Whether the text states what it says of two mentions: in their sentence, or in that of the later one.
    fn factuality(&mut self, relation: &str, [head, tail]: [&Range<usize>; 2], value: bool) -> Factuality {
        let [first, last] = if head.start <= tail.start { [head, tail] } else { [tail, head] };
        let place = |words: &Range<usize>| self.tokenized.words[words.start].sentence;
        let (earlier, here) = (place(first), place(last));
        let (tokenized, text, analysis) = (self.tokenized, self.text, self.analysis);
        let (start, sentence) = self.sentences.entry(here).or_insert_with(|| {
            let words = tokenized.words_in(here);
            let form = |word: &Word| word.span.of(text).unwrap_or_default();
            let [forms, next] = [words.clone(), tokenized.words_in(here + 1)]
                .map(|words| tokenized.words[words].iter().map(form).collect::<Vec<_>>());
            let until = |word: usize| analysis.found.partition_point(|found| found.words.start < word);
            let inside = &analysis.found[until(words.start)..until(words.end)];
            let within = |found: &MentionSpan| found.words.start - words.start..found.words.end - words.start;
            (words.start, Sentence::new(&forms, &inside.iter().map(within).collect::<Vec<_>>()).before(&next))
        });
        let within = |mention: &Range<usize>| mention.start - *start..mention.end - *start;
        match earlier == here {
            true => sentence.between(relation, [&within(first), &within(last)], value),
            false => sentence.of(relation, &within(last)),
        }
    }
}

/// The class of an entity, which the surest narrower class may tell better: a gallery that is read as a place, and told to
/// be a museum, is an organisation where museums are.
fn told_class(extractor: &Extractor, own: usize, told: &BTreeMap<usize, Score>) -> usize {
    let (Some(narrow), Some(needed)) = (&extractor.narrow, extractor.thresholds().get(&Iri::new(vocabulary::TYPE)))
    else {
        return own;
    };
    let surest = told.iter().max_by_key(|(class, score)| (**score, Reverse(**class)));
    let sure = surest.filter(|(class, score)| *score >= needed && !is_value(own) && !narrow.fits(own, **class));
    sure.and_then(|(class, _)| narrow.above(*class)).unwrap_or(own)
}

/// The narrower classes that fit the class that an entity has in the end, by class.
fn types(extractor: &Extractor, own: usize, told: &BTreeMap<usize, Score>) -> Vec<LocalType> {
    let Some(narrow) = &extractor.narrow else { return Vec::new() };
    let fitting = told.iter().filter(|(class, _)| narrow.fits(own, **class));
    let mut types: Vec<LocalType> =
        fitting.map(|(&class, &score)| LocalType { class: narrow.iris[class].clone(), score }).collect();
    types.sort();
    types
}

/// Whether a mention is what the text begins with, an article aside, and says what it is: it is neither the front of a
/// longer name (`Orla Airlines Flight 118`) nor where a report was written (`LONDON, 3 May`).
fn opens(text: &str, tokenized: &TokenizedText, mention: &Range<usize>) -> bool {
    let form = |index: usize| tokenized.words.get(index).and_then(|word| word.span.of(text)).unwrap_or_default();
    let names = |form: &str| form.starts_with(|first: char| first.is_uppercase() || first.is_numeric());
    let article = |index: usize| ["the", "a", "an"].contains(&form(index).to_lowercase().as_str());
    let goes_on = names(form(mention.end));
    let dated = form(mention.end) == "," && form(mention.end + 1).starts_with(char::is_numeric);
    mention.start < 2 && (0..mention.start).all(article) && !goes_on && !dated
}

/// The mean vector of the sentences that mention the entity, of length 127, rounded; and how many they are.
fn context(tokenized: &TokenizedText, analysis: &WindowAnalysis, member: &EntityCandidate) -> (Arc<[i8]>, i32) {
    let width = analysis.states.width;
    let mut sentences: Vec<usize> = member.mentions.iter().map(|words| tokenized.words[words.start].sentence).collect();
    sentences.dedup();
    let mut sum = vec![0f32; width];
    for sentence in &sentences {
        let row = sentence - analysis.sentences.start;
        sum.iter_mut().zip(&analysis.vectors[row * width..(row + 1) * width]).for_each(|(s, x)| *s += x);
    }
    (rounded(&sum), sentences.len() as i32)
}

/// The mean of an entity's contexts, each for its sentences.
fn whole(contexts: &[(Arc<[i8]>, i32)]) -> Arc<[i8]> {
    if let [(context, _)] = contexts {
        return Arc::clone(context);
    }
    let mut sum = vec![0f32; contexts.first().map_or(0, |(context, _)| context.len())];
    for (context, sentences) in contexts {
        sum.iter_mut().zip(context.iter()).for_each(|(s, x)| *s += (i32::from(*x) * sentences) as f32);
    }
    rounded(&sum)
}

fn rounded(sum: &[f32]) -> Arc<[i8]> {
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    sum.iter().map(|x| (x / length * 127.0).round() as i8).collect()
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
