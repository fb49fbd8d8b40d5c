//! Relations by phrases that state them: "X likes Y" between a mention and each item of an enumeration. Hand-written patterns after Hearst (1992), over mentions; exact, and cheap.
//!
//! In: the words of a tokenized text, mentions, phrases. Out: the same mentions, with those that only a pattern shows, and
//! pairs of them. Never: a phrase that runs over the end of a sentence.

use super::candidates::is_value;
use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::phrases::Phrases;
use super::sentence::{LONGEST_SENTENCE_BYTES, LONGEST_SENTENCE_WORDS};
use super::word_list::WordList;
use kgloom_record::record::Score;
use ontologies::Pattern;
use std::ops::Range;

/// An item is at most so many words long, and so many where it is no name.
const LONGEST_NAME: usize = 8;
const LONGEST_NOUN: usize = 3;
/// What is said of a name between commas begins so, and is at most so many words long.
const ASIDES: &[&str] = &["a", "an", "the", "who", "which", "whose", "born", "then", "now"];
const LONGEST_ASIDE: usize = 24;
const ARTICLES: &[&str] = &["the", "a", "an"];
/// What ends an item that is no mention.
static ENDS: WordList = WordList::new(
    ". ! ? ; ( ) \" “ ” because but that which who whom whose when while where if since although though than as is are
    was were be been has have had not also too very so it him her them me us you he she they we i this these those
    his its their my our your to by with from at on into about after before during more most all everything nothing
    what whatever how why both either neither only just no never longer ever",
);
/// What stands for a thing that is named elsewhere, for none, or for some or all of what follows.
static NAMELESS: WordList = WordList::new("i you he she it we they me him her us them myself yourself himself herself itself ourselves 
     themselves this that these those who whoever which what nobody nothing everybody everyone everything somebody someone 
     something anybody anyone anything mine yours ours theirs no none every each any all some many most much few several 
     both either neither half others another only not");
/// What stands for somebody or something named before.
const PRONOUNS: &[&str] = &["he", "she", "it", "they"];
/// What names have within them.
const WITHIN: &[&str] = &["of", "the", "in", "for", "de", "la", "von", "van", "'", "’", "s", "-", "–", ":", "&", "/"];
const LINKS: &[&str] = &["and", "or", "&", "as well as"];

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
/// is what a found mention says of a part of an item; a pronoun is an end and no mention.
pub(super) fn find(
    phrases: &Phrases,
    (text, tokenized): (&str, &TokenizedText),
    window: Range<usize>,
    found: &mut Vec<MentionSpan>,
) -> Vec<Stated> {
    let mut stated = Vec::new();
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
                let (head, tail) = if pattern.head_first { (left, right) } else { (right, left) };
                let [head, tail] = [head, tail].map(|words| words.start + sentence.start..words.end + sentence.start);
                stated.push(Stated { relation: phrase.relation, score: phrase.score, head, tail });
            }
        }
    }
    let form = |words: &Range<usize>| tokenized.words[words.start].span.of(text).unwrap_or_default();
    for words in stated.iter().flat_map(|stated| [&stated.head, &stated.tail]) {
        if words.len() > 1 || !is_pronoun(form(words)) {
            claim(words, found);
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

/// Makes these words a mention: of the class of one that touches them, if there is one.
fn claim(words: &Range<usize>, found: &mut Vec<MentionSpan>) {
    if found.iter().any(|found| found.words == *words) {
        return;
    }
    let touches = |found: &MentionSpan| found.words.start < words.end && words.start < found.words.end;
    let class = found.iter().find(|found| touches(found)).map_or(CLASSES.len() - 1, |found| found.class);
    found.retain(|found| !touches(found));
    let at = found.partition_point(|found| found.words.start < words.start);
    found.insert(at, MentionSpan { words: words.clone(), class, score: 1.0 });
}

/// Whether a word stands for somebody or something named before: `IT` in capitals does not.
fn is_pronoun(form: &str) -> bool {
    let shouted = form.chars().count() > 1 && !form.chars().any(char::is_lowercase);
    !shouted && PRONOUNS.contains(&form.to_lowercase().as_str())
}

/// The words of a sentence, as they are and in lower case, and its mentions with their classes.
struct Clause<'a> {
    forms: &'a [&'a str],
    lower: &'a [String],
    mentions: &'a [(Range<usize>, usize)],
}

impl Clause<'_> {
    /// Every item on the left with every one on the right, of all places where the pattern's words stand.
    fn matches(&self, pattern: &Pattern) -> Vec<(Range<usize>, Range<usize>)> {
        let between = &pattern.between;
        let mut matches = Vec::new();
        for at in 0..self.lower.len().saturating_sub(between.len()) {
            let next = at + between.len();
            if at == 0 || self.lower[at..next] != between[..] || self.mention_over(at..next) {
                continue;
            }
            let Some(mut left) = self.left(at, &pattern.before) else { continue };
            left.retain(|item| self.names_somebody(item) || self.is_pronoun(item));
            let ends = |place: &usize| self.lower[*place..].starts_with(&pattern.after);
            let all = self.lower.len();
            let limit = if pattern.after.is_empty() { Some(all) } else { (next + 1..all).find(ends) };
            let Some(limit) = limit else { continue };
            let (mut right, end) = self.items(next, limit);
            right.retain(|item| self.names_somebody(item));
            if right.is_empty() || !(pattern.after.is_empty() || end == limit) {
                continue;
            }
            matches.extend(left.iter().flat_map(|left| right.iter().map(|right| (left.clone(), right.clone()))));
        }
        matches
    }

    /// Whether an item names somebody or something: "she" and "no one" do not, "The Who", "Us" in capitals and "No Doubt" do.
    fn names_somebody(&self, item: &Range<usize>) -> bool {
        let article = item.start > 0 && self.is(item.start - 1, ARTICLES);
        let form = self.forms[item.start];
        let shouted = form.chars().count() > 1 && !form.chars().any(char::is_lowercase);
        let nameless = NAMELESS.contains(&self.lower[item.start]);
        let named = (item.start + 1..item.end).any(|word| self.is_capital(word));
        !nameless || article || shouted || named
    }

    fn is_pronoun(&self, item: &Range<usize>) -> bool {
        item.len() == 1 && is_pronoun(self.forms[item.start])
    }

    /// Whether a mention that is no value has some of these words.
    fn mention_over(&self, words: Range<usize>) -> bool {
        let mut names = self.mentions.iter().filter(|(_, class)| !is_value(*class));
        // "conductor", an occupation, does not keep "the conductor of" from being read.
        let within = |mention: &Range<usize>| {
            words.start <= mention.start && mention.end <= words.end && !self.is_capital(mention.start)
        };
        names.any(|(mention, _)| mention.start < words.end && words.start < mention.end && !within(mention))
    }

    /// What stands before a place: an enumeration that begins the sentence (after the words that the pattern begins with),
    /// or the one name or pronoun right before.
    fn left(&self, end: usize, before: &[String]) -> Option<Vec<Range<usize>>> {
        let opens = |start: usize| self.lower[..start].ends_with(before);
        let whole = |start: usize| {
            let (items, stop) = self.items(start, end);
            (stop == end && !items.is_empty() && opens(start)).then_some(items)
        };
        let first = (0..end).find(|&start| opens(start)).unwrap_or(0);
        whole(first).filter(|items| items.iter().all(|item| self.is_name(item))).or_else(|| {
            let end = self.before_aside(end);
            let mention =
                self.mentions.iter().find(|(mention, _)| mention.end == end).map(|(mention, _)| mention.clone());
            let name = || {
                let start = (0..end).rev().take_while(|&word| self.is_capital(word)).last()?;
                Some(start..end)
            };
            let pronoun = || Some(end - 1..end).filter(|item| self.is_pronoun(item));
            let item = mention.or_else(name).or_else(pronoun)?;
            let start = item.start - usize::from(item.start > 0 && self.is(item.start - 1, ARTICLES));
            (opens(item.start) || opens(start)).then(|| vec![item])
        })
    }

    /// Where a name ends of which something is said between commas: before the first comma of `Iron Heron, a sculpture by Ona
    /// Field, is`.
    fn before_aside(&self, end: usize) -> usize {
        let opens = |comma: &usize| {
            let named = self.mentions.iter().any(|(mention, _)| mention.end == *comma);
            self.lower[*comma] == "," && self.is(comma + 1, ASIDES) && named
        };
        let closed = end > 1 && self.lower[end - 1] == ",";
        closed.then(|| (end.saturating_sub(LONGEST_ASIDE)..end - 1).rev().find(opens)).flatten().unwrap_or(end)
    }

    /// The items of an enumeration from a place on, up to `limit`, and where it ends.
    fn items(&self, mut at: usize, limit: usize) -> (Vec<Range<usize>>, usize) {
        let (mut items, mut end) = (Vec::new(), at);
        while let Some(item) = self.item(at, limit) {
            end = item.end;
            at = self.link(end, limit).unwrap_or(limit);
            items.push(item);
        }
        (items, end)
    }

    /// Where the next item begins, after a comma, an "and", or both.
    fn link(&self, at: usize, limit: usize) -> Option<usize> {
        let comma = at + usize::from(at < limit && self.lower[at] == ",");
        let and = comma + usize::from(comma < limit && self.is(comma, LINKS));
        (and > at).then_some(and)
    }

    /// The item that begins at a place, without its article.
    fn item(&self, at: usize, limit: usize) -> Option<Range<usize>> {
        let starts = |word: usize| self.mentions.iter().any(|(mention, _)| mention.start == word);
        let article = at < limit && self.is(at, ARTICLES) && !starts(at) && !self.begins_name(at);
        let start = at + usize::from(article);
        let (mut end, mut names) = (start, false);
        while end < limit {
            if let Some((mention, is_name)) = self.whole_mention(end, limit) {
                (end, names) = (mention.end, names || mention.start == start);
                let goes_on = self.goes_on(end) && !self.is(end, &["in", "for"]);
                if is_name && !self.is_capital(end) && !goes_on && !self.is_enumerated(at, end, limit) {
                    break;
                }
                continue;
            }
            if self.link(end, limit).is_some() || (end > start && self.is(end, &["'", "’"]) && !self.possesses(end)) {
                break;
            }
            if end > start && self.is(end, WITHIN) && !self.goes_on(end) {
                break;
            }
            let capital = self.is_capital(end);
            let within = end > start && self.goes_on(end) && (self.is_capital(end + 1) || !self.ends(end));
            if !within && self.ends(end) && !(capital && end > start) {
                break;
            }
            end += 1;
        }
        let name = names || self.is_capital(start);
        let longest = if name { LONGEST_NAME } else { LONGEST_NOUN };
        let sound = end > start && !self.is(end - 1, WITHIN) && !self.is(end, &["'", "’"]);
        // What is no name has to end where the item does, or it may be anything.
        let closed = name || end == limit || self.link(end, limit).is_some() || self.is(end, &[".", "!", ";"]);
        let fits = end - start <= longest || self.mentions.iter().any(|(mention, _)| *mention == (start..end));
        (sound && closed && fits).then_some(start..end)
    }

    /// A mention that begins here and is an item, or the front of one, and whether it is a person, an organisation, a place
    /// or a value: only then may it hold a comma or an "and". The last "and" after commas is that of the enumeration.
    fn whole_mention(&self, at: usize, limit: usize) -> Option<(Range<usize>, bool)> {
        let (mention, class) = self.mentions.iter().find(|(mention, _)| mention.start == at && mention.end <= limit)?;
        let links = |mut words: Range<usize>| words.any(|word| self.is(word, LINKS));
        let listed = at > 0 && self.lower[at - 1] == ",";
        if listed && links(mention.clone()) && !links(mention.end..limit) {
            return None;
        }
        let parted = mention.clone().any(|word| self.lower[word] == "," || self.is(word, LINKS));
        let is_name = CLASSES[*class] != "MISC";
        (!parted || is_name).then(|| (mention.clone(), is_name))
    }

    /// Whether an item that begins at one place and has come to another is one of several: then it goes on to the next comma.
    fn is_enumerated(&self, start: usize, end: usize, limit: usize) -> bool {
        let closes = |word: &usize| self.link(*word, limit).is_some() || self.ends(*word);
        let stop = (end..limit).find(closes);
        let follows = start > 0 && (self.lower[start - 1] == "," || self.is(start - 1, LINKS));
        follows || stop.is_some_and(|stop| self.link(stop, limit).is_some())
    }

    /// Whether a word may stand within a name: `Alice in Wonderland`, but not `Bergen Gallery in 1962`.
    fn goes_on(&self, word: usize) -> bool {
        let number = self.forms.get(word + 1).is_some_and(|next| next.starts_with(|c: char| c.is_numeric()));
        self.is(word, WITHIN) && !(number && self.is(word, &["in", "for"]))
    }

    /// Whether an apostrophe belongs to a name, as in "Rubik's Cubes".
    fn possesses(&self, apostrophe: usize) -> bool {
        self.is(apostrophe + 1, &["s"]) && apostrophe + 2 < self.lower.len() && !self.ends(apostrophe + 2)
    }

    /// Whether an article is a part of a name: "The Aztec Empire" within a sentence.
    fn begins_name(&self, article: usize) -> bool {
        article > 0 && self.is_capital(article) && self.is_capital(article + 1)
    }

    /// Whether an item before the pattern's words can be a name, and not a clause: a mention, or words of which none that is
    /// written small (`met`) stands before one that is written as names are.
    fn is_name(&self, item: &Range<usize>) -> bool {
        let mention = self.mentions.iter().any(|(mention, _)| mention == item);
        let small = |word: &usize| !self.is_capital(*word) && !self.is(*word, WITHIN);
        let clause = item.clone().find(small).is_some_and(|word| (word..item.end).any(|later| self.is_capital(later)));
        mention || !(clause || self.ends(item.start) || self.is(item.start, WITHIN))
    }

    fn ends(&self, word: usize) -> bool {
        self.lower.get(word).is_some_and(|form| ENDS.contains(form))
    }

    fn is(&self, word: usize, words: &[&str]) -> bool {
        self.lower.get(word).is_some_and(|form| words.contains(&form.as_str()))
    }

    fn is_capital(&self, word: usize) -> bool {
        self.forms.get(word).is_some_and(|form| form.starts_with(|c: char| c.is_uppercase() || c.is_numeric()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use crate::phrases::Phrase;

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
        let phrase = |text: &&str| Phrase { relation: 0, pattern: Pattern::parse(text).unwrap(), score: Score::ONE };
        let phrases = Phrases::new(patterns.iter().map(phrase).collect());
        let stated = find(&phrases, (text, &tokenized), 0..tokenized.words.len(), &mut found);
        let form = |words: &Range<usize>| {
            text[tokenized.words[words.start].span.start as usize..tokenized.words[words.end - 1].span.end as usize]
                .to_owned()
        };
        let is_mention = |end: &&&Range<usize>| found.iter().any(|found| found.words == ***end);
        let ends = stated.iter().flat_map(|stated| [&stated.head, &stated.tail]);
        assert!(ends.collect::<Vec<_>>().iter().all(|end| is_mention(&end) != is_pronoun(&form(end))));
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
}
