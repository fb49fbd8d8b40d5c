//! The two ends of a life that a bracket tells, and times that a word beside them says to be of no birth and no death.
//! In: the words of a text, and where a bracket or a time stands among them. Out: birth and death with their values; whether a
//! time is of a reign, an office, an art, a baptism, a burial, a disappearance. Never: a birth or a death that is not told.
//!
//! `Ana Sobral (1948–2010)` was born and died then; `Ana Sobral (reigned 1948–2010)` was not. What governs a time stands
//! before it, with nothing between but times, dashes and prepositions. Of a life the era of one end is that of the other
//! (`c. 535 – c. 475 BC`), and the second year may lack its century (`1921–90`).

use super::forms::counted;
use super::grammar::{Grammar, MOST_HEDGES};
use super::layout::TokenizedText;
use super::literal::string;
use super::tokens::tokens;
use crate::moment::{DateOrder, Moment, named_month};
use kgloom_record::record::Literal;
use std::ops::Range;

/// The relations whose times are those of a life.
const OF_LIVES: [&str; 2] = ["http://www.wikidata.org/prop/direct/P569", "http://www.wikidata.org/prop/direct/P570"];

/// Verbs and participles whose time is their own.
const VERBS: &[&str] = &[
    "abdicated",
    "active",
    "appointed",
    "baptised",
    "baptized",
    "buried",
    "christened",
    "crowned",
    "cremated",
    "disappeared",
    "elected",
    "enthroned",
    "flourished",
    "interred",
    "missing",
    "ordained",
    "reigned",
    "reigning",
    "ruled",
    "ruling",
    "served",
    "vanished",
];

/// What a span in a bracket may be of beside.
const IN_BRACKETS: &[&str] = &[
    "bapt",
    "bishop",
    "bur",
    "career",
    "caliph",
    "coach",
    "emperor",
    "empress",
    "fl",
    "floruit",
    "flor",
    "governor",
    "king",
    "manager",
    "mayor",
    "minister",
    "office",
    "played",
    "pope",
    "president",
    "queen",
    "r",
    "regent",
    "reign",
    "ruler",
    "sultan",
    "tenure",
    "term",
    "worked",
    "working",
];

/// Words of a life: what stands before them governs nothing after.
const LIFE: &[&str] =
    &["*", "b", "birth", "born", "d", "dead", "death", "deceased", "died", "dies", "killed", "murdered", "†"];

/// Between a word and the time that it governs.
const BETWEEN: &[&str] = &[
    "-", "–", "—", "‐", "‑", ".", ":", "about", "and", "around", "as", "at", "between", "by", "c", "ca", "circa",
    "from", "in", "of", "on", "since", "sometime", "the", "till", "to", "until", "was", "were", "years",
];

/// So many words before a time are looked at.
const REACH: usize = 14;

/// Words of a bracket that are no hedges of a birth or a death.
const NO_LIFE: &[&str] = &["between", "fl", "floruit"];

/// A bracket is read so many bytes far.
const LONGEST_BRACKET: usize = 200;

/// A life whose second year lacks its century is so long at least: `1921–23` are years of an office as well.
const LEAST_LIFE: u32 = 15;

/// A birth or a death.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Where the time itself stands.
    pub(super) core: Range<usize>,
    pub(super) value: Literal,
}

/// Birth and death, as far as they are told.
pub(super) type Life = [Option<End>; 2];

/// The life that a bracket at the front of a text tells: `(1921–90)`, `(c. 535 – c. 475 BC)`, `(? – 1990)`.
pub(super) fn life(text: &str, order: DateOrder) -> Option<Life> {
    let text = &text[..text.floor_char_boundary(LONGEST_BRACKET)];
    let tokens = tokens(text);
    let grammar = Grammar { tokens: &tokens, order };
    if !grammar.is(0, &["(", "["]) {
        return None;
    }
    let close = (1..tokens.len()).find(|&at| grammar.is(at, &["(", "[", ")", "]"])).unwrap_or(tokens.len());
    let parts = (1..close).filter(|&at| at == 1 || grammar.is(at - 1, &[";"]));
    let ends = parts.into_iter().find_map(|at| grammar.life(at))?;
    let end = |side: &Side, era: &Option<Range<usize>>| {
        let words = |range: &Range<usize>| &text[tokens[range.start].span.start..tokens[range.end - 1].span.end];
        let era = era.as_ref().map_or("", &words);
        let value = side.moment.value().filter(|_| !side.unsure);
        let core = tokens[side.core.start].span.start..tokens[side.core.end - 1].span.end;
        End { core, value: value.unwrap_or_else(|| string(&format!("{} {era}", words(&side.whole)))) }
    };
    Some(ends.map(|(side, era)| Some(end(&side?, &era))))
}

/// One end of a life as it is written.
#[derive(Clone, Debug)]
struct Side {
    whole: Range<usize>,
    core: Range<usize>,
    moment: Moment,
    /// Its year, where no era stands beside it.
    bare: Option<u32>,
    /// Where an era stands, and whether it is the one before ours.
    era: Option<(Range<usize>, bool)>,
    unsure: bool,
    /// Whether a sign or word of a life stands before it.
    marked: bool,
}

/// An end of a life, and the era that it has from the other.
type WithEra = (Option<Side>, Option<Range<usize>>);

impl Grammar<'_> {
    /// The ends of a life that begins at a token; they end their bracket or a part of it.
    fn life(&self, at: usize) -> Option<[WithEra; 2]> {
        let (end, first) = self.side(at)?;
        let dashed = self.separator(end).filter(|_| !self.is(end, &["and", "or", "/", "&"]))?;
        let (end, second) = self.side(self.skip(dashed, &["-"]))?;
        if !self.is(end, &[")", "]", ",", ";"]) || first.is_none() && second.is_none() {
            return None;
        }
        let (Some(mut first), Some(mut second)) = (first.clone(), second.clone()) else {
            let dated = |side: &Option<Side>| side.as_ref().is_none_or(|side| side.moment.year.is_some());
            return (dated(&first) && dated(&second)).then_some([(first, None), (second, None)]);
        };
        let mut reached = [None, None];
        match (first.bare, &second.era, second.bare, &first.era) {
            (Some(year), Some((era, before)), ..) => {
                first.moment.year = Some(counted(year, *before));
                reached[0] = Some(era.clone());
            }
            (.., Some(year), Some((era, false))) => {
                second.moment.year = Some(counted(year, false));
                reached[1] = Some(era.clone());
            }
            (Some(year), None, Some(short), None) if second.moment.year.is_none() => {
                let later = year / 100 * 100 + short;
                let two_digits = second.core.len() == 1 && self.text(second.core.start).len() == 2;
                let fits = two_digits && later >= year + LEAST_LIFE && !first.marked;
                second.moment.year = fits.then(|| counted(later, false));
            }
            _ => {}
        }
        let year = |side: &Side| side.moment.year.as_ref()?.parse::<i64>().ok();
        let in_order = year(&first)? <= year(&second)? && first.marked == second.marked;
        let [of_first, of_second] = reached;
        in_order.then_some([(Some(first), of_first), (Some(second), of_second)])
    }

    /// One end of a life, or a question mark for it: where it ends.
    fn side(&self, at: usize) -> Option<(usize, Option<Side>)> {
        if self.text(at) == "?" {
            return Some((at + 1, None));
        }
        let marked = self.is(at, &["*", "†", "b", "born", "d", "died"]);
        let from = self.skip(at + usize::from(marked), &["."]);
        let (mut start, mut unsure) = (from, false);
        for _ in 0..MOST_HEDGES {
            let Some((end, _)) = self.hedge(start).filter(|_| !self.is(start, NO_LIFE)) else { break };
            (start, unsure) = (end, true);
        }
        let (start, old) = self.style(start).map_or((start, false), |(end, old)| (end, old));
        let (mut end, moment) = self.moment(start).unwrap_or((start, Moment::default()));
        let mut bare = None;
        let mut era = self.era(start).map(|(end, before)| (start..end, before));
        if era.is_none() && !moment.unsure {
            let number = if moment.year.is_some() { end - 1 } else { end };
            if let Some(year) =
                self.number(number, 1..=4).filter(|year| moment.year.is_none() || is_year(&moment, *year))
            {
                (end, bare) = (number + 1, Some(year));
            }
        }
        if bare.is_none() && era.is_none() {
            let at = (start..end).find(|&at| self.era(at).is_some_and(|(last, _)| last == end));
            era = at.and_then(|at| Some((at..end, self.era(at)?.1)));
        }
        let (after, doubted) = self.doubt(end);
        let told = moment.year.is_some() || bare.is_some();
        let (whole, core, unsure) = (from..after, start..end, unsure || old || doubted);
        told.then_some((after, Some(Side { whole, core, moment, bare, era, unsure, marked })))
    }
}

/// Whether a number is the year of a moment.
fn is_year(moment: &Moment, number: u32) -> bool {
    moment.year.as_ref().is_some_and(|year| *year == counted(number, false))
}

/// Whether a time is no birth or no death, though a relation makes it one.
pub(super) fn belies(relation: &str, text: &str, tokenized: &TokenizedText, time: &Range<usize>) -> bool {
    OF_LIVES.iter().position(|known| *known == relation).is_some_and(|end| {
        is_of_something_else(text, tokenized, time.start) || is_other_end(end, text, tokenized, time)
    })
}

/// Whether a time is the other end of a life than this: the first of a bracket's two is the birth.
fn is_other_end(end: usize, text: &str, tokenized: &TokenizedText, time: &Range<usize>) -> bool {
    let Some(open) = bracket_of(text, tokenized, time.start) else { return false };
    let base = tokenized.words[open].span.start as usize;
    let Some(ends) = text.get(base..).and_then(|text| life(text, DateOrder::Unknown)) else { return false };
    let [first, last] = [&tokenized.words[time.start], &tokenized.words[time.end - 1]].map(|word| word.span);
    let touches = |told: &Option<End>| {
        let told = told.as_ref().map(|told| told.core.start + base..told.core.end + base);
        told.is_some_and(|told| (first.start as usize) < told.end && told.start < last.end as usize)
    };
    touches(&ends[1 - end]) && !touches(&ends[end])
}

/// Whether the nearest word that governs what stands at a word is of no life.
fn is_of_something_else(text: &str, tokenized: &TokenizedText, at: usize) -> bool {
    let sentence = tokenized.words.get(at).map_or(0, |word| word.sentence);
    let form = |index: usize| tokenized.words[index].span.of(text).unwrap_or_default().to_lowercase();
    let inside = (at.saturating_sub(REACH)..at).rev().take_while(|&index| tokenized.words[index].sentence == sentence);
    let bracket = bracket_of(text, tokenized, at).is_some();
    let number = |form: &str| form.starts_with(|first: char| first.is_ascii_digit());
    for index in inside {
        let form = form(index);
        let before = || index.checked_sub(1).map(form_at(text, tokenized)).unwrap_or_default();
        if LIFE.contains(&form.as_str()) {
            return false;
        }
        if VERBS.contains(&form.as_str()) || bracket && IN_BRACKETS.contains(&form.as_str()) {
            // "born and baptised on", "died and was buried on"
            let joined = (index.saturating_sub(4)..index).rev().map(form_at(text, tokenized));
            let life = joined.take_while(|form| {
                LIFE.contains(&form.as_str()) || ["and", "was", "he", "she"].contains(&form.as_str())
            });
            return !life.into_iter().any(|form| LIFE.contains(&form.as_str()));
        }
        // The comma of "July 21, 1948".
        let date = form == ","
            && tokenized.words.get(index + 1).is_some_and(|next| number(next.span.of(text).unwrap_or_default()))
            && number(&before());
        let passed = BETWEEN.contains(&form.as_str()) || number(&form) || named_month(&form).is_some() || date;
        if !passed {
            return false;
        }
    }
    false
}

fn form_at<'t>(text: &'t str, tokenized: &'t TokenizedText) -> impl Fn(usize) -> String + 't {
    |index| tokenized.words[index].span.of(text).unwrap_or_default().to_lowercase()
}

/// The bracket that was opened before a word and is not closed before it.
fn bracket_of(text: &str, tokenized: &TokenizedText, at: usize) -> Option<usize> {
    let form = |index: &usize| tokenized.words[*index].span.of(text).unwrap_or_default();
    (at.saturating_sub(REACH)..at)
        .rev()
        .find(|index| ["(", "[", ")", "]"].contains(&form(index)))
        .filter(|index| ["(", "["].contains(&form(index)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use crate::model::Extractor;
    use kgloom_record::port::Reader;
    use kgloom_record::record::{Factuality, LocalRelation, Score, Span};

    fn check(text: &str, times: &[(&str, bool)]) {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        for (time, expected) in times {
            let at = text.find(time).unwrap();
            let words = tokenized.words_under(Span { start: at as u32, end: (at + time.len()) as u32 });
            assert_eq!(is_of_something_else(text, &tokenized, words.start), *expected, "{time} in {text}");
            let belied = OF_LIVES.map(|relation| belies(relation, text, &tokenized, &words));
            assert!(if *expected { belied == [true; 2] } else { belied != [true; 2] }, "{time} in {text}");
            assert!(!belies("urn:example:crowned", text, &tokenized, &words));
        }
    }

    #[test]
    fn a_span_of_a_reign_an_art_or_an_office_is_no_life() {
        for text in [
            "Ana Sobral (reigned 1948–2010) was a queen.",
            "Ana Sobral (r. 1948–2010) was a queen.",
            "Ana Sobral (active 1948–2010) was a painter.",
            "Ana Sobral (in office 1948–2010) was a mayor.",
            "Ana Sobral (fl. 1948–2010) was a painter.",
            "Ana Sobral (queen from 1948 to 2010) was tall.",
            "Ana Sobral (baptised 21 July 1948 – buried 3 March 2010) was a painter.",
            "Ana Sobral reigned from May 3, 1948 until 2010.",
            "Ana Sobral (b. 1920, reigned 1948 to 2010) was a queen.",
        ] {
            check(text, &[("1948", true), ("2010", true)]);
        }
        check(
            "Ana Sobral (1948 – missing since 3 March 2010) is a painter.",
            &[("1948", false), ("3 March 2010", true)],
        );
        check("She disappeared on 3 March 2010 in Oslo.", &[("3 March 2010", true)]);
        check(
            "Ana Sobral (1920–1990, reigned 1948–2010) was a queen.",
            &[("1920", false), ("1990", false), ("1948", true)],
        );
    }

    #[test]
    fn the_first_of_a_bracket_is_the_birth_and_the_second_the_death() {
        for (bracket, birth, death) in [
            ("1921–90", "1921", "90"),
            ("c. 535 – c. 475 BC", "535", "475 BC"),
            ("43 BC – 17 AD", "43 BC", "17 AD"),
            ("3.5.1921–5.6.1990", "3.5.1921", "5.6.1990"),
            ("Greek: Ana; July 21, 1948 – March 3, 2010", "July 21, 1948", "March 3, 2010"),
        ] {
            let text = format!("Ana Sobral ({bracket}) was a queen.");
            let tokenized = bundled::backbone().unwrap().chunker.tokenize(&text).unwrap();
            let words = |time: &str| {
                let at = text.find(time).unwrap();
                tokenized.words_under(Span { start: at as u32, end: (at + time.len()) as u32 })
            };
            let [born, died] = OF_LIVES;
            assert!(!belies(born, &text, &tokenized, &words(birth)), "{text}");
            assert!(belies(died, &text, &tokenized, &words(birth)), "{text}");
            assert!(belies(born, &text, &tokenized, &words(death)), "{text}");
            assert!(!belies(died, &text, &tokenized, &words(death)), "{text}");
            assert!(!belies(born, &text, &tokenized, &words(bracket)), "one mention of both: {text}");
        }
    }

    #[test]
    fn a_life_stays_one() {
        for text in [
            "Ana Sobral (1948–2010) was a queen who reigned for long.",
            "Ana Sobral (born 1948, died 2010) was a queen.",
            "Ana Sobral (Lisbon, 1948 – Oslo, 2010) was a queen.",
            "Ana Sobral (July 21, 1948 – March 3, 2010) reigned.",
            "Queen Ana Sobral (1948–2010) reigned.",
            "Ana Sobral was born in 1948, reigned for ten years and died in 2010.",
            "Ana Sobral, who was missing, was born in 1948. She died in 2010.",
        ] {
            check(text, &[("1948", false), ("2010", false)]);
        }
        check("He was born and baptised on 3 May 1748 in Oslo.", &[("3 May 1748", false)]);
        check("He died and was buried on 3 May 1810 in Oslo.", &[("3 May 1810", false)]);
    }

    /// The births and deaths that the model inside the program states.
    fn told(text: &str) -> [Vec<String>; 2] {
        let reading = Extractor::bundled().unwrap().read(text).unwrap();
        OF_LIVES.map(|relation| {
            let stated = reading.relations.iter().filter(|told| {
                told.relation.as_str() == relation && told.factuality == Factuality::Stated && told.score >= Score::HALF
            });
            let value = |told: &LocalRelation| reading.entities[told.tail as usize].literal.clone();
            stated.filter_map(value).map(|literal| literal.value.to_string()).collect()
        })
    }

    #[test]
    fn no_end_of_a_life_is_stated_as_the_other() {
        for (text, birth, death) in [
            ("Leon Kalas (c. 535 – c. 475 BC) was a philosopher of Ephesus.", "c. 535 BC", "c. 475 BC"),
            ("Ana Duarte (1921–90) was a painter.", "1921", "1990"),
            ("Ena Duarte (43 BC – 17 AD) was a poet.", "-0042", "0017"),
            ("Una Duarte (3.5.1921–5.6.1990) was a poet.", "1921", "1990"),
            ("Tilda Weiss (3/5/1921–5/6/1990) was a German chemist from Bonn.", "1921", "1990"),
        ] {
            let [births, deaths] = told(text);
            assert!(births.iter().all(|told| told == birth), "{text}: {births:?}");
            assert!(deaths.iter().all(|told| told == death), "{text}: {deaths:?}");
            assert!(births.len() + deaths.len() > 0, "{text}");
        }
    }
}
