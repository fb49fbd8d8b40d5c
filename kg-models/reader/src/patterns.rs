//! Relations by phrases that state them: "X likes Y" between a mention and each item of an enumeration. Hand-written patterns after Hearst (1992), over mentions; exact, and cheap.
//!
//! In: the words of a tokenized text, mentions, phrases. Out: the same mentions, with those that only a pattern shows, and
//! pairs of them. Never: a phrase that runs over the end of a sentence.

use super::clauses::{Clause, is_pronoun};
use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::phrases::Phrases;
use super::sentence::{LONGEST_SENTENCE_BYTES, LONGEST_SENTENCE_WORDS};
use kgloom_record::record::Score;
use std::ops::Range;

/// What a pattern found: a relation between two mentions, by their words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    /// Index among the relations that the extractor reads.
    pub(super) relation: usize,
    pub(super) score: Score,
    pub(super) head: Range<usize>,
    pub(super) tail: Range<usize>,
}

/// Finds what the phrases state in some words of a tokenized text. Items that were not found are added to the mentions, as
/// is what a found mention says of a part of an item; a pronoun is an end and no mention, and so is "the house" for what was named
/// before.
pub(super) fn find(
    phrases: &Phrases,
    (text, tokenized): (&str, &TokenizedText),
    window: Range<usize>,
    found: &mut Vec<MentionSpan>,
) -> Vec<Stated> {
    let (mut stated, mut ends) = (Vec::new(), Vec::new());
    if phrases.is_empty() {
        return stated;
    }
    for sentence in whole_sentences(text, tokenized, window) {
        let forms: Vec<&str> =
            tokenized.words[sentence.clone()].iter().map(|word| word.span.of(text).unwrap_or_default()).collect();
        let lower: Vec<String> = forms.iter().map(|form| form.to_lowercase()).collect();
        let here = |found: &MentionSpan| sentence.start <= found.words.start && found.words.end <= sentence.end;
        let mentions: Vec<(Range<usize>, usize)> = found
            .iter()
            .filter(|found| here(found))
            .map(|found| (found.words.start - sentence.start..found.words.end - sentence.start, found.class))
            .collect();
        for phrase in phrases.heard(&lower) {
            let pattern = &phrase.pattern;
            let mentions = cut(&mentions, &pattern.between, &forms);
            let clause = Clause { forms: &forms, lower: &lower, mentions: &mentions };
            for (left, right) in clause.matches(pattern) {
                let described = clause.is_description(&left);
                let (head, tail) = if pattern.head_first { (left, right) } else { (right, left) };
                let fits = phrase.value.is_none() || clause.is_value(&tail);
                if !fits || phrase.named && !clause.is_name_of_one(&tail) {
                    continue;
                }
                let [head, tail] = [head, tail].map(|words| words.start + sentence.start..words.end + sentence.start);
                let class = phrase.value.unwrap_or(CLASSES.len() - 1);
                let both = [(head.clone(), CLASSES.len() - 1), (tail.clone(), class)];
                let is_left = |place: usize| (place == 0) == pattern.head_first;
                ends.extend(
                    both.into_iter()
                        .enumerate()
                        .filter(|(place, _)| !described || !is_left(*place))
                        .map(|(_, end)| end),
                );
                stated.push(Stated { relation: phrase.relation, score: phrase.score, head, tail });
            }
        }
    }
    let form = |words: &Range<usize>| tokenized.words[words.start].span.of(text).unwrap_or_default();
    for (words, class) in &ends {
        if words.len() > 1 || !is_pronoun(form(words)) {
            claim(words, *class, found);
        }
    }
    stated
}

/// The sentences of a window, those in one again that were cut for their length alone: an enumeration goes on behind the cut.
fn whole_sentences(text: &str, tokenized: &TokenizedText, window: Range<usize>) -> Vec<Range<usize>> {
    let mut whole: Vec<Range<usize>> = Vec::new();
    for sentence in tokenized.sentences_among(window.clone()) {
        let next = sentence.start + window.start..sentence.end + window.start;
        match whole.last_mut() {
            Some(last) if goes_on(text, tokenized, last, &next) => last.end = next.end,
            _ => whole.push(next),
        }
    }
    whole
}

/// Whether a sentence goes on in the next: together they are too long for one, and nothing ends the first.
fn goes_on(text: &str, tokenized: &TokenizedText, last: &Range<usize>, next: &Range<usize>) -> bool {
    let (Some(first), Some(end)) = (tokenized.words.get(last.start), tokenized.words.get(last.end - 1)) else {
        return false;
    };
    let (Some(begin), Some(to)) = (tokenized.words.get(next.start), tokenized.words.get(next.end - 1)) else {
        return false;
    };
    let bytes = (to.span.end - first.span.start) as usize;
    let too_long = last.len() + next.len() > LONGEST_SENTENCE_WORDS || bytes > LONGEST_SENTENCE_BYTES;
    let form = end.span.of(text).unwrap_or_default();
    let open = form == "," || form.chars().all(char::is_alphanumeric);
    let between = text.get(end.span.end as usize..begin.span.start as usize).unwrap_or("\n");
    too_long && open && !between.contains('\n')
}

/// The mentions, those in two that have a pattern's words within them, written small as no title would have them: `Odd
/// Okafor likes Magic` is no name.
fn cut(mentions: &[(Range<usize>, usize)], between: &[String], forms: &[&str]) -> Vec<(Range<usize>, usize)> {
    let mut parts = Vec::with_capacity(mentions.len());
    for (mention, class) in mentions {
        let stands = |at: &usize| {
            let next = at + between.len();
            next < mention.end && forms[*at..next] == *between
        };
        match (mention.start + 1..mention.end).find(stands).filter(|_| !between.is_empty()) {
            Some(at) => parts.extend([(mention.start..at, *class), (at + between.len()..mention.end, *class)]),
            None => parts.push((mention.clone(), *class)),
        }
    }
    parts
}

/// Makes these words a mention: of the class of one that touches them, if there is one, else of this class.
fn claim(words: &Range<usize>, class: usize, found: &mut Vec<MentionSpan>) {
    if found.iter().any(|found| found.words == *words) {
        return;
    }
    let touches = |found: &MentionSpan| found.words.start < words.end && words.start < found.words.end;
    let class = found.iter().find(|found| touches(found)).map_or(class, |found| found.class);
    found.retain(|found| !touches(found));
    let at = found.partition_point(|found| found.words.start < words.start);
    found.insert(at, MentionSpan { words: words.clone(), class, score: 1.0 });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use crate::phrases::Phrase;
    use ontologies::Pattern;

    /// What patterns state in a text: head and tail of each.
    fn stated(patterns: &[&str], text: &str, mentions: &[(&str, &str)]) -> Vec<(String, String)> {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mut found: Vec<MentionSpan> = mentions
            .iter()
            .map(|(surface, class)| {
                let start = text.find(surface).unwrap() as u32;
                let words =
                    tokenized.words_under(kgloom_record::record::Span { start, end: start + surface.len() as u32 });
                MentionSpan { words, class: CLASSES.iter().position(|c| c == class).unwrap(), score: 1.0 }
            })
            .collect();
        let phrase = |text: &&str| Phrase {
            relation: 0,
            pattern: Pattern::parse(text).unwrap(),
            score: Score::ONE,
            value: None,
            named: false,
        };
        let phrases = Phrases::new(patterns.iter().map(phrase).collect());
        let stated = find(&phrases, (text, &tokenized), 0..tokenized.words.len(), &mut found);
        let form = |words: &Range<usize>| {
            text[tokenized.words[words.start].span.start as usize..tokenized.words[words.end - 1].span.end as usize]
                .to_owned()
        };
        let is_mention = |end: &&&Range<usize>| found.iter().any(|found| found.words == ***end);
        let ends = stated.iter().flat_map(|stated| [&stated.head, &stated.tail]);
        let described = |end: &Range<usize>| {
            end.start.checked_sub(1).is_some_and(|before| tokenized.form(text, before).eq_ignore_ascii_case("the"))
        };
        let stands_for = |end: &Range<usize>| is_pronoun(&form(end)) || described(end);
        assert!(ends.collect::<Vec<_>>().iter().all(|end| is_mention(&end) || stands_for(end)));
        stated.iter().map(|stated| (form(&stated.head), form(&stated.tail))).collect()
    }

    fn tails(text: &str) -> Vec<String> {
        stated(&["X likes Y", "Y are liked by X"], text, &[]).into_iter().map(|(_, tail)| tail).collect()
    }

    #[test]
    fn every_item_of_an_enumeration_is_a_tail_whatever_it_is() {
        let text = "Geneva Durben likes Quokkas, Magic: The Gathering, Rubik's Cubes, the Houston Astros, Stir-fries, \
            Barbershop quartets, The Aztec Empire and Cards Against Humanity.";
        let items = [
            "Quokkas",
            "Magic: The Gathering",
            "Rubik's Cubes",
            "Houston Astros",
            "Stir-fries",
            "Barbershop quartets",
            "The Aztec Empire",
            "Cards Against Humanity",
        ];
        assert_eq!(tails(text), items);
        assert_eq!(stated(&["X likes Y"], text, &[])[0].0, "Geneva Durben");
        assert_eq!(
            tails("Quokkas, Snow Leopards and Limes are liked by Armand Schweda."),
            ["Quokkas", "Snow Leopards", "Limes"]
        );
        let passive = "Barbershop quartets, black coffee and Limes are liked by Armand Schweda.";
        assert_eq!(tails(passive), ["Barbershop quartets", "black coffee", "Limes"]);
        assert_eq!(tails("Ines Roth likes tea, black coffee and dogs."), ["tea", "black coffee", "dogs"]);
    }

    #[test]
    fn an_item_of_several_runs_to_the_next_comma_and_one_alone_ends_with_its_name() {
        let mentions = [("Ines Roth", "PER"), ("Barbershop", "ORG"), ("Mozart", "PER")];
        let text = "Ines Roth likes Limes, Barbershop quartets and Mozart.";
        let of = |text: &str| {
            let here: Vec<_> = mentions.iter().filter(|(surface, _)| text.contains(surface)).copied().collect();
            stated(&["X likes Y"], text, &here).into_iter().map(|(_, tail)| tail).collect::<Vec<_>>()
        };
        assert_eq!(of(text), ["Limes", "Barbershop quartets", "Mozart"]);
        assert_eq!(of("Ines Roth likes Mozart enormously."), ["Mozart"]);
        assert_eq!(of("Ines Roth likes Mozart in Vienna."), ["Mozart"]);
    }

    #[test]
    fn what_is_no_item_is_none() {
        for text in
            ["Ines Roth likes it.", "Ines Roth likes to swim.", "Ines Roth does not like Limes.", "Who likes Limes?"]
        {
            assert!(
                tails(text).iter().all(|tail| tail == "Limes") && !text.contains("Ines") || tails(text).is_empty(),
                "{text}"
            );
        }
        assert_eq!(tails("Ines Roth likes Limes because they are sour."), ["Limes"]);
        assert_eq!(tails("Ines Roth likes Tea, Coffee, and whatever he cooks for his friends."), ["Tea", "Coffee"]);
        assert!(tails("Ines Roth likes Bach's").is_empty());
        assert_eq!(tails("Ines Roth likes Alice in Wonderland in 1990."), ["Alice in Wonderland"]);
        let dated = "In 2019 Ines Roth liked Limes.";
        assert_eq!(stated(&["X liked Y"], dated, &[("Ines Roth", "PER")])[0].0, "Ines Roth");
        let met = "Anna Berg met Bob Lund, and Carl Holm likes Tea.";
        assert_eq!(stated(&["X likes Y"], met, &[("Carl Holm", "PER")]), [("Carl Holm".to_owned(), "Tea".to_owned())]);
    }

    #[test]
    fn what_stands_for_somebody_or_for_nobody_is_no_end() {
        for text in [
            "Nobody likes Bob Low.",
            "No one likes Bob Low.",
            "Everybody likes Bob Low.",
            "Every child likes Bob Low.",
            "None likes Bob Low.",
            "Ines Roth likes everybody.",
            "Ines Roth likes someone.",
            "Ines Roth likes no cheese.",
        ] {
            assert_eq!(stated(&["X likes Y"], text, &[]), [], "{text}");
        }
        // A name may begin so.
        let heads =
            |text: &str| stated(&["X likes Y"], text, &[]).into_iter().map(|(head, _)| head).collect::<Vec<_>>();
        assert_eq!(heads("No Doubt likes Bob Low."), ["No Doubt"]);
        assert_eq!(heads("IT likes Bob Low."), ["IT"]);
        assert_eq!(tails("Ines Roth likes The Who and Nobody Knows."), ["The Who", "Nobody Knows"]);
    }

    #[test]
    fn a_pronoun_stands_for_whom_the_text_speaks_of() {
        let ends = |text: &str| stated(&["X likes Y", "Y is liked by X"], text, &[]);
        for (text, pronoun) in [
            ("She likes Bob Low.", "She"),
            ("In 1990 they likes Bob Low.", "they"),
            ("After that it is liked by Bob Low.", "it"),
        ] {
            let found = ends(text);
            assert!(found.len() == 1 && [&found[0].0, &found[0].1].iter().any(|end| *end == pronoun), "{found:?}");
        }
        assert_eq!(ends("Bob Low likes her."), []);
    }

    #[test]
    fn what_is_said_between_commas_is_passed_over() {
        let mentions = [("Iron Heron", "MISC"), ("Ona Field", "PER"), ("Lowe Gallery", "ORG")];
        let ends = |text: &str| stated(&["X is exhibited at Y"], text, &mentions);
        let heron = [("Iron Heron".to_owned(), "Lowe Gallery".to_owned())];
        assert_eq!(ends("Iron Heron, a sculpture by Ona Field, is exhibited at the Lowe Gallery."), heron);
        assert_eq!(ends("Iron Heron hung there, said Ona Field, is exhibited at the Lowe Gallery."), []);
    }

    #[test]
    fn mentions_are_items_as_they_are() {
        let text = "Ines Roth works for Smith, Jones and Sons and Norsea.";
        let mentions = [("Ines Roth", "PER"), ("Smith, Jones and Sons", "ORG"), ("Norsea", "ORG")];
        let tails: Vec<String> =
            stated(&["X works for Y"], text, &mentions).into_iter().map(|(_, tail)| tail).collect();
        assert_eq!(tails, ["Smith, Jones and Sons", "Norsea"]);
    }

    #[test]
    fn mentions_that_run_over_the_patterns_words_or_the_last_and_are_parted() {
        let text = "Odd Falk likes Magic: The Gathering, Chess, Candle Making and Ferns.";
        let mentions = [("Odd Falk likes Magic", "MISC"), ("The Gathering", "ORG"), ("Candle Making and Ferns", "ORG")];
        let found = stated(&["X likes Y"], text, &mentions);
        assert!(found.iter().all(|(head, _)| head == "Odd Falk"), "{found:?}");
        let tails: Vec<&str> = found.iter().map(|(_, tail)| tail.as_str()).collect();
        assert_eq!(tails, ["Magic: The Gathering", "Chess", "Candle Making", "Ferns"]);
        let title = "Ines Roth likes Everybody Likes Bach.";
        assert_eq!(
            stated(&["X likes Y"], title, &[("Everybody Likes Bach", "MISC")]),
            [("Ines Roth".to_owned(), "Everybody Likes Bach".to_owned())]
        );
    }

    #[test]
    fn words_before_and_after_belong_to_a_pattern() {
        let ends = |text: &str| stated(&["the daughter of X was named Y today"], text, &[]);
        assert_eq!(ends("In Bergen the daughter of Odd Falk was named Sif Falk today.").len(), 1);
        assert!(ends("In Bergen the son of Odd Falk was named Sif Falk today.").is_empty());
        assert!(ends("In Bergen the daughter of Odd Falk was named Sif Falk twice.").is_empty());
    }

    #[test]
    fn what_follows_an_item_and_is_none_is_left_out() {
        let won = |text: &str| -> Vec<String> {
            stated(&["X won Y", "X , trained by Y"], text, &[]).into_iter().map(|(_, tail)| tail).collect()
        };
        assert_eq!(won("Ada Lund won the Harim Open and retired."), ["Harim Open"]);
        assert_eq!(won("Ada Lund won the Lindau Cup twice."), ["Lindau Cup"]);
        assert_eq!(won("Ada Lund, trained by Odd Falk, smiled."), ["Odd Falk"]);
        assert_eq!(won("Ada Lund, trained by Odd Falk, a retired smith, left."), ["Odd Falk"]);
        assert_eq!(
            won("Ada Lund won the Harim Open, the Lindau Cup and the Ona Prize."),
            ["Harim Open", "Lindau Cup", "Ona Prize"]
        );
        assert_eq!(
            tails("Ada Lund likes early music, family games and fried rice."),
            ["early music", "family games", "fried rice"]
        );
    }

    #[test]
    fn an_adverb_may_stand_in_a_predicate_and_a_common_noun_for_what_was_named() {
        let kept = |text: &str| stated(&["X is kept at Y", "X was led by Y"], text, &[]);
        let pair = |one: &str, other: &str| vec![(one.to_owned(), other.to_owned())];
        assert_eq!(kept("Velm Bowl is now kept at Ostrava Museum."), pair("Velm Bowl", "Ostrava Museum"));
        assert_eq!(kept("Velm Bowl was jointly led by Odd Falk."), pair("Velm Bowl", "Odd Falk"));
        // Whom it stands for is told by what was called so before; it is no mention.
        assert_eq!(kept("The bowl is kept at Ostrava Museum."), pair("bowl", "Ostrava Museum"));
    }
}
