//! The items that stand on both sides of a pattern's words: a name, a pronoun, an enumeration.
//!
//! In: the words of a sentence, its mentions, a pattern. Out: pairs of items where its words stand. Never: a clause or an adverb.

use super::candidates::is_value;
use super::descriptions::DETERMINERS;
use super::mentions::CLASSES;
use super::word_list::WordList;
use kgloom_english::Verb;
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
/// Adverbs of time and degree that may stand within a predicate, or behind what it is said of.
static ADVERBS: WordList = WordList::new(
    "again ago already also always later now often once still then today together tomorrow twice yesterday",
);
/// What ends as adverbs do and is none.
static NO_ADVERBS: WordList = WordList::new(
    "anomaly assembly belly bully butterfly costly curly daily deadly dragonfly early elderly family firefly folly friendly
    gully holly hourly jelly lively lonely lovely melancholy monopoly monthly orderly quarterly rally reply scholarly silly
    supply weekly woolly yearly",
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

/// The words of a sentence, as they are and in lower case, and its mentions with their classes.
pub(super) struct Clause<'a> {
    pub forms: &'a [&'a str],
    pub lower: &'a [String],
    pub mentions: &'a [(Range<usize>, usize)],
}

impl Clause<'_> {
    /// Every item on the left with every one on the right, of all places where the pattern's words stand.
    pub(super) fn matches(&self, pattern: &Pattern) -> Vec<(Range<usize>, Range<usize>)> {
        let between = &pattern.between;
        let mut matches: Vec<(Range<usize>, Range<usize>)> = self.fronted(pattern).unwrap_or_default();
        for at in 1..self.lower.len().saturating_sub(between.len()) {
            let Some(next) = self.stands(at, between).filter(|next| !self.mention_over(at..*next)) else { continue };
            let Some(mut left) = self.left(at, &pattern.before) else { continue };
            left.retain(|item| {
                let named = self.names_somebody(item) && !self.is_named_elsewhere(item);
                named || self.is_pronoun(item) || self.is_description(item)
            });
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

    /// The subject that follows what a sentence begins with: "Written in Lua and C, Holm came out in May".
    fn fronted(&self, pattern: &Pattern) -> Option<Vec<(Range<usize>, Range<usize>)>> {
        let Pattern { head_first: true, before, between, after } = pattern else { return None };
        let participle = between.len() > 1 && before.is_empty() && after.is_empty();
        let next = self.stands(0, between).filter(|_| participle && Verb::of_past(&between[0]).is_some())?;
        let (right, end) = self.items(next, self.lower.len());
        let subject = 1 + (end..self.lower.len()).find(|word| self.lower[*word] == ",")?;
        let start = subject + usize::from(self.is(subject, ARTICLES));
        let mention = self.mentions.iter().map(|(mention, _)| mention).find(|mention| mention.start == start);
        let pronoun = || Some(subject..subject + 1).filter(|item| subject < self.lower.len() && self.is_pronoun(item));
        let left = mention.filter(|mention| !self.is_value(mention)).cloned().or_else(pronoun)?;
        let named = right.into_iter().filter(|item| self.names_somebody(item) && item.end < left.start);
        Some(named.map(|right| (left.clone(), right)).collect())
    }

    /// Where the words of a pattern end that begin at a place; adverbs may stand among them, as in "is now kept at".
    fn stands(&self, at: usize, between: &[String]) -> Option<usize> {
        let mut next = at;
        for (place, word) in between.iter().enumerate() {
            let skipped = self.lower[next..].iter().take(1).filter(|form| place > 0 && *form != word);
            next += skipped.filter(|form| ADVERBS.contains(form) || is_adverb(form)).count();
            if self.lower.get(next) != Some(word) {
                return None;
            }
            next += 1;
        }
        (next < self.lower.len()).then_some(next)
    }

    /// Whether words are a date or a number.
    pub(super) fn is_value(&self, words: &Range<usize>) -> bool {
        let touches = |mention: &Range<usize>| mention.start < words.end && words.start < mention.end;
        let found = self.mentions.iter().any(|(mention, class)| is_value(*class) && touches(mention));
        found || self.forms[words.start].starts_with(|first: char| first.is_numeric())
    }

    /// Whether words are the name of something that is no value: a mention, or written as names are.
    pub(super) fn is_name_of_one(&self, words: &Range<usize>) -> bool {
        let mention = self.mentions.iter().any(|(mention, class)| mention == words && !is_value(*class));
        mention || self.forms[words.start].starts_with(char::is_uppercase)
    }

    /// Whether an item is a common noun for what was named before, as in "The house was built by Odd Falk".
    fn is_named_elsewhere(&self, item: &Range<usize>) -> bool {
        let definite =
            item.start > 0 && self.is(item.start - 1, &["the", "this", "that", "these", "those", "its", "their"]);
        definite && !item.clone().any(|word| self.is_capital(word))
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

    /// Whether an item may stand for something by what it was called before: the noun of "the house".
    pub(super) fn is_description(&self, item: &Range<usize>) -> bool {
        let begins = item.start > 0 && DETERMINERS.contains(&self.lower[item.start - 1].as_str());
        let mention = || self.mentions.iter().any(|(mention, _)| mention.contains(&item.start));
        begins && item.len() == 1 && self.forms[item.start].starts_with(char::is_lowercase) && !mention()
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
            let described = || Some(end - 1..end).filter(|item| self.is_description(item));
            let item = mention.or_else(name).or_else(pronoun).or_else(described)?;
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
        let (mut items, mut end) = (Vec::<Range<usize>>::new(), at);
        let mut linked = false;
        while let Some(item) = self.item(at, limit).filter(|item| items.is_empty() || self.may_follow(item)) {
            linked = linked || (at > 0 && self.is(at - 1, LINKS));
            end = item.end;
            at = self.link(end, limit).unwrap_or(limit);
            items.push(item);
        }
        // "made by Odd Falk, a smith": two with a comma alone are no enumeration.
        let lone = items.len() == 2 && !linked && !items.iter().all(|item| self.is_capital(item.start));
        if lone || (items.len() == 2 && !linked && self.is(items[1].start - 1, ARTICLES)) {
            items.truncate(1);
            end = items[0].end;
        }
        (items, end)
    }

    /// Whether an item may stand in an enumeration behind others: "Odd Falk built the Storm and retired" has one thing built.
    fn may_follow(&self, item: &Range<usize>) -> bool {
        let mention = self.mentions.iter().any(|(mention, _)| mention == item);
        let article = self.is(item.start - 1, ARTICLES);
        if mention || article || self.is_capital(item.start) {
            return true;
        }
        let first = &self.lower[item.start];
        let past = Verb::of_past(first).is_some() && item.len() == 1;
        let present = item.len() > 1 && Verb::of_present(first).is_some();
        let counts = |word: usize| {
            self.mentions.iter().any(|(mention, class)| is_value(*class) && mention.start == word)
                || self.is(word, ARTICLES)
        };
        !(past || present && counts(item.start + 1))
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
        self.lower.get(word).is_some_and(|form| ENDS.contains(form) || ADVERBS.contains(form))
            || (!self.is_capital(word) && self.forms.get(word).is_some_and(|form| is_adverb(form)))
    }

    fn is(&self, word: usize, words: &[&str]) -> bool {
        self.lower.get(word).is_some_and(|form| words.contains(&form.as_str()))
    }

    fn is_capital(&self, word: usize) -> bool {
        self.forms.get(word).is_some_and(|form| form.starts_with(|c: char| c.is_uppercase() || c.is_numeric()))
    }
}

/// Whether a word, in lower case, is an adverb by its ending.
fn is_adverb(form: &str) -> bool {
    form.len() > 4 && form.ends_with("ly") && !NO_ADVERBS.contains(form)
}

/// Whether a word stands for somebody or something named before: `IT` in capitals does not.
pub(super) fn is_pronoun(form: &str) -> bool {
    let shouted = form.chars().count() > 1 && !form.chars().any(char::is_lowercase);
    !shouted && PRONOUNS.contains(&form.to_lowercase().as_str())
}
