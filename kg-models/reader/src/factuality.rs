//! Whether a sentence states what it speaks of. In: the words of a sentence, and where its mentions are. Out: for two
//! mentions, whether what is said of them is stated, denied, asked, supposed, planned, passed on or told within a story.
//! Never: a model; rules over cues and the clauses that they govern, until one learns it.
//!
//! A cue governs what follows it in its clause. It takes back what is said of two mentions when the later one is in its
//! scope, and the earlier one is not (`Norsea «was not» founded by Odd Falk`) or the two are more than a phrase
//! (`Rome in Italy` holds, whoever did not go there). What was so once takes back only what holds of the present (`former.rs`).

use super::cues::{ARTICLES, BEFORE_NOUNS, CLAUSES, CUES, DENYING, DONE, FACTIVE, NEGATIVES, NOT_DENYING, Takes};
use super::phrasing::{Phrasing, RELATIVES, SUBJECTS};
use super::verdicts::{self, Verdict};
use super::{fiction, former};
use crate::mentions::PROPERTY;
use kgloom_record::record::Factuality;
use std::ops::Range;

/// Words within a phrase that holds by itself.
const IN_PHRASES: &[&str] = &["of", "in", "at", "the", ",", "(", "'", "’", "s", "based", "-", "near", "from"];
/// A phrase has at most so many words between its names.
const LONGEST_PHRASE: usize = 3;
/// An inserted phrase right after a cue (`did not, however, join`) has at most so many words.
const LONGEST_INSERTION: usize = 8;
/// What negates a denial stands before it within so many words: `cannot be denied`.
const LONGEST_NEGATION: usize = 4;
/// A name that a pronoun stood for may end a sentence: `He never was a member, this Odd Falk.`
const AFTERTHOUGHTS: &[&str] = &["this", "that", "our", "the"];
/// A thing made is no part of a phrase with the place where it is made: `would have founded «Norsea in Oslo»`.
const MAKES: &[&str] = &[
    "build",
    "built",
    "creates",
    "create",
    "created",
    "establish",
    "established",
    "found",
    "founded",
    "founds",
    "launched",
    "open",
    "opened",
    "opens",
    "start",
    "started",
];
/// After these another clause begins, whose pronoun stands for what the clause before is about.
const ANOTHER: &[&str] = &["but", ";", "because", "so", "although", "though", "since", "as"];
const PRONOUNS: &[&str] = &["he", "him", "his", "she", "her", "it", "its", "they", "them", "their"];
/// What somebody is by a noun right beside the name, whatever is asked of him: `whether the composer Odd Falk lies there`.
const BY_A_NOUN: &[&str] = &["P106", "P39", "P410"];
/// Who is to be given a prize is nominated for it.
const NOMINATED: &str = "P1411";
/// What there is none of (`with no formal training`) has at most so many words, names aside.
const LONGEST_OBJECT: usize = 6;

/// The cues of a sentence with what they govern.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    forms: Vec<String>,
    cues: Vec<Cue>,
}

#[derive(Clone, Debug)]
struct Cue {
    says: Factuality,
    /// Whether each word is in its scope.
    scope: Vec<bool>,
    /// Whether it sets one thing against another (`not Oslo but Bergen`): what is in its scope is taken back whatever else
    /// is said of it.
    contrasts: bool,
    /// The subject that follows what is said of it: `Perhaps a native of Oslo, «Odd Falk»`.
    subject: Option<usize>,
    /// The relations that it concerns; of none, all.
    only: &'static [&'static str],
}

impl Cue {
    fn new(says: Factuality, scope: Vec<bool>) -> Cue {
        Cue { says, scope, contrasts: false, subject: None, only: &[] }
    }

    fn concerns(&self, relation: &str) -> bool {
        let known = || relation.strip_prefix(PROPERTY).is_some_and(|property| self.only.contains(&property));
        self.only.is_empty() || known()
    }
}

impl Sentence {
    /// Finds the cues; mentions are ranges of words, in order. A cue within a name is none.
    pub fn new(words: &[&str], mentions: &[Range<usize>]) -> Sentence {
        let mut named = vec![false; words.len()];
        mentions.iter().for_each(|mention| named[mention.clone()].fill(true));
        let forms: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let phrasing = Phrasing { words, forms: &forms, named: &named };
        let mut cues = Clauses(phrasing).cues();
        let story = |scope| Cue::new(Factuality::Fictional, scope);
        cues.extend(fiction::frames(words, &forms, &named).into_iter().map(story));
        let verdict = |Verdict { says, scope, contrasts, only }| Cue { contrasts, only, ..Cue::new(says, scope) };
        cues.extend(verdicts::verdicts(phrasing).into_iter().map(verdict));
        let over = |former::Stretch { scope, ends }| Cue { only: ends, ..Cue::new(Factuality::OfAnotherTime, scope) };
        cues.extend(former::stretches(phrasing).into_iter().map(over));
        Sentence { forms, cues }
    }

    /// The sentence, of which the next one may say that it is not so: `Correction: he was born in Lund.`
    pub fn before(mut self, next: &[&str]) -> Sentence {
        let forms: Vec<String> = next.iter().map(|word| word.to_lowercase()).collect();
        let named = vec![false; next.len()];
        if verdicts::takes_back(Phrasing { words: next, forms: &forms, named: &named }) {
            self.cues.push(Cue::new(Factuality::Denied, vec![true; self.forms.len()]));
        }
        self
    }

    /// Whether the sentence states a relation of two of its mentions; `value` is whether one of them is a time or number.
    pub fn between(&self, relation: &str, [one, other]: [&Range<usize>; 2], value: bool) -> Factuality {
        let (left, right) = if one.start <= other.start { (one, other) } else { (other, one) };
        let gap = self.forms.get(left.end..right.start).unwrap_or_default();
        let phrase = !value && self.is_phrase(left.start, gap);
        let is = |properties: &[&str]| relation.strip_prefix(PROPERTY).is_some_and(|own| properties.contains(&own));
        let apposed = is(BY_A_NOUN) && gap.first().is_none_or(|mark| mark == ",");
        self.strongest(relation, |cue| {
            let [first, last] = [left, right].map(|mention| cue.scope.get(mention.start).copied().unwrap_or_default());
            let over = cue.says == Factuality::OfAnotherTime && gap.first().is_none_or(|mark| mark == ",");
            let holds = first && phrase && (apposed || cue.says != Factuality::Asked) && !over;
            if cue.says == Factuality::Planned && is(&[NOMINATED]) {
                return false;
            }
            let follows = cue.subject == Some(right.start) || !last && self.is_taken_up(gap, right);
            if cue.contrasts { first || last } else { last && !holds || first && follows }
        })
    }

    /// Whether what stands between two names makes a phrase of them that holds by itself.
    fn is_phrase(&self, start: usize, gap: &[String]) -> bool {
        let all = gap.len() <= LONGEST_PHRASE && gap.iter().all(|word| IN_PHRASES.contains(&&**word));
        let made = || {
            let before = start.checked_sub(1).map_or("", |before| &self.forms[before]);
            gap.first().is_some_and(|first| matches!(first.as_str(), "in" | "at" | "near")) && MAKES.contains(&before)
        };
        // "made Odd Falk the king of Norway"
        let apposed = gap.len() == 2 && gap[0] == "," && ARTICLES.contains(&&*gap[1]);
        apposed || all && !(gap.len() == 1 && gap[0] == "the") && !made()
    }

    /// Whether a mention is a pronoun in another clause than the one before: `could have studied at Yale, but his father …`.
    fn is_taken_up(&self, gap: &[String], mention: &Range<usize>) -> bool {
        let pronoun = mention.len() == 1 && PRONOUNS.contains(&self.forms[mention.start].as_str());
        let has = |words: &[&str]| gap.iter().any(|word| words.contains(&word.as_str()));
        pronoun && has(ANOTHER) && !has(RELATIVES)
    }

    /// Whether the sentence states a relation of one of its mentions and something of an earlier sentence.
    pub fn of(&self, relation: &str, mention: &Range<usize>) -> Factuality {
        self.strongest(relation, |cue| cue.scope.get(mention.start).copied().unwrap_or_default())
    }

    fn strongest(&self, relation: &str, governs: impl Fn(&Cue) -> bool) -> Factuality {
        let said = self.cues.iter().filter(|cue| cue.concerns(relation) && governs(cue)).map(|cue| cue.says);
        said.min().unwrap_or(Factuality::Stated)
    }
}

/// Who was sentenced to death died of it.
const EXECUTED: [&str; 7] = ["beheaded", "died", "executed", "execution", "guillotined", "hanged", "shot"];

/// A sentence while its cues are looked for.
struct Clauses<'a>(Phrasing<'a>);

impl<'a> std::ops::Deref for Clauses<'a> {
    type Target = Phrasing<'a>;

    fn deref(&self) -> &Phrasing<'a> {
        &self.0
    }
}

impl Clauses<'_> {
    fn cues(&self) -> Vec<Cue> {
        let mut cues = Vec::new();
        let last =
            self.forms.iter().rposition(|word| !matches!(word.as_str(), "\"" | "'" | "”" | "’" | ")" | "]" | "!"));
        if last.is_some_and(|last| self.forms[last] == "?" && !self.named[last]) {
            cues.push(Cue::new(Factuality::Asked, vec![true; self.forms.len()]));
        }
        for at in 0..self.forms.len() {
            let cue = CUES.iter().find_map(|(says, takes, pattern)| {
                let end = self.matches(at, pattern)?;
                let is = self.means(at, end) && !(*says == Factuality::Denied && self.is_undone(at, end));
                is.then_some((*says, *takes, end))
            });
            cues.extend(cue.and_then(|(says, takes, end)| self.cue(at..end, says, takes)));
        }
        cues
    }

    /// Whether a denial is denied: `nobody doubts`, `did not deny`.
    fn is_undone(&self, at: usize, end: usize) -> bool {
        let apart = |word: usize| !self.is_word(word) || self.is(word, &["and", "but", "nor", "or", "to"]);
        let after = (end..end + LONGEST_NEGATION).take_while(|&word| !apart(word) && !self.is_named(word));
        let before = (at.saturating_sub(LONGEST_NEGATION)..at)
            .rev()
            .take_while(|&word| !apart(word) || self.is(word, &["'", "’"]));
        let denies = |word: usize| DENYING.contains(self.form(word));
        let negated = NEGATIVES.contains(self.form(at)) && (denies(end - 1) || after.into_iter().any(denies));
        negated || (at..end).any(denies) && before.into_iter().any(|word| NEGATIVES.contains(self.form(word)))
    }

    /// Whether a clause begins that is so, whoever does not know it: `not everyone knows «that»`.
    fn is_known(&self, at: usize) -> bool {
        self.is(at, &["that", "when", "how", "why"]) && FACTIVE.contains(self.0.before(at))
    }

    /// Whether a participle is said of what stands before it: `is widely considered`.
    fn is_passive(&self, at: usize) -> bool {
        let adverb = |word: &usize| self.form(*word).ends_with("ly") || self.is(*word, &["also", "first", "often"]);
        let verb = (0..at).rev().find(|word| !adverb(word));
        verb.is_some_and(|verb| self.is(verb, &["is", "are", "was", "were", "be", "been", "being"]))
    }

    /// Whether the words of a pattern are meant so.
    fn means(&self, at: usize, end: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |before| self.form(before));
        let capital = self.words[at].starts_with(char::is_uppercase);
        let number = self.form(end).starts_with(|first: char| first.is_ascii_digit());
        let place = || self.is_named(end) || self.is(end, ARTICLES);
        let supposed =
            || self.forms.iter().any(|word| matches!(word.as_str(), "if" | "supposing" | "unless" | "provided"));
        match self.form(at) {
            "t" => matches!(before, "'" | "’") && at > 1 && self.form(at - 2).ends_with('n'),
            "not" if matches!(before, "or" | "if" | "why") => false,
            // "It stands, does it not, on a hill"
            "not" if self.form(end) == "," && SUBJECTS.contains(&before) => false,
            "not" => !self.is(end, NOT_DENYING),
            "no" if end == at + 1 => !self.is(end, NOT_DENYING) && !number && (at == 0 || !capital),
            "never" => self.form(end) != "-",
            "sentenced" | "condemned" => !self.forms.iter().any(|word| EXECUTED.contains(&word.as_str())),
            "apply" | "applied" | "applies" | "applying" | "considered" => !self.is_passive(at),
            "nothing" => !self.is(end, NOT_DENYING),
            "if" if end > at + 1 && self.is(end, &["it", "that", "this"]) => false,
            "if" => !self.is(end, &["not", "any", "only"]) || at == 0 && self.is(end, &["only"]),
            "provided" | "providing" if end == at + 1 => (at == 0 || before == ",") && self.is_subject(end),
            "as" | "so" | "in" if self.is(end, &["of", "possible", "necessary", "needed"]) || number => false,
            "in" if self.is(at + 1, &["theory", "principle"]) => self.opens(at) || self.form(end) == ",",
            "falsely" | "wrongly" | "mistakenly" | "erroneously" | "incorrectly" | "inaccurately" => {
                !DONE.contains(self.form(end))
            }
            "hardly" | "scarcely" => !self.is(end, &["day", "week", "month", "year", "decade", "only", "same"]),
            "alleged" | "supposed" | "purported" | "putative" | "reputed" | "rumoured" | "rumored" | "so" => {
                self.is_word(end) && !self.is_named(end) && !self.is(end, &["that", "to", "as", "and", "by"])
            }
            "will" | "might" | "may" | "shall" if end == at + 1 => {
                let noun = BEFORE_NOUNS.contains(&before) || self.is(end, &["of", "was", "is", "to"]);
                let known = self.form(end) == "be" && self.is(end + 1, &["familiar", "known", "remembered"]);
                let met = before == "you" && self.is(end, &["find", "know", "meet", "recognise", "recognize", "see"]);
                let polite = self.form(at) == "may" && self.is(end, &["refer", "i", "we"]);
                !(capital || noun || number || known || met || polite)
            }
            "would" | "could" if end == at + 1 => supposed(),
            "possibly" | "perhaps" | "presumably" | "probably" | "maybe" | "conceivably" | "apparently"
            | "seemingly" => {
                let superlative = |at: usize| {
                    self.form(at).ends_with("est") || self.is(at, &["most", "first", "only", "more", "better"])
                };
                !(end..end + LONGEST_NEGATION).any(superlative) && !self.is(end, &["known", "as", "also", "even"])
            }
            "propose" | "proposes" | "proposed" | "proposing" | "proposal" | "proposals" if end == at + 1 => {
                !self.is(end, &["by", "in", "to", "of", "from"])
            }
            _ => self.form(end - 1) != "to" || end < at + 2 || !place() || self.form(at) == "according",
        }
    }

    fn cue(&self, place: Range<usize>, says: Factuality, takes: Takes) -> Option<Cue> {
        let mut scope = vec![false; self.forms.len()];
        let denies = self.is(place.start, &["not", "never", "t"]);
        let mut direct = place.end;
        while self.is(direct, ARTICLES) || self.is(direct, &["in", "at", "on", "by", "from", "to", "of", "with", "for"])
        {
            direct += 1;
        }
        let names = denies && self.is_named(direct);
        let inserted = names && place.start > 0 && self.form(place.start - 1) == ",";
        if takes == Takes::Sentence {
            return Some(Cue::new(says, vec![true; self.forms.len()]));
        }
        if takes == Takes::Noun {
            let words = place.end..former::noun_phrase(self.0, place.end);
            let comma = words.clone().rev().find(|&at| self.form(at) == ",");
            let subject = comma.map(|comma| comma + 1);
            return (!words.is_empty()).then(|| Cue { subject, ..Cue::new(says, self.scope(words)) });
        }
        let mut at = self.after_insertion(place.end);
        let bounded = place.len() == 1 && self.is(place.start, &["no", "without", "nothing"]);
        let most = if bounded { at + LONGEST_OBJECT } else { self.forms.len() };
        let mut depends = takes == Takes::Condition && self.opens(place.start);
        while at < self.forms.len() {
            if self.named[at] {
                scope[at] = true;
                at += 1;
                continue;
            }
            if at >= most || says == Factuality::Denied && self.is_known(at) {
                break;
            }
            if depends && self.form(at) == "," && !self.is(at + 1, RELATIVES) && self.commas(at + 1).is_none() {
                (depends, at) = (false, at + 1);
                continue;
            }
            match self.step(at, takes) {
                Some(next) => {
                    scope[at] = next == at + 1;
                    at = next;
                }
                None => break,
            }
        }
        // "was not founded until 1950" tells when it was.
        if denies && self.is(at, &["until", "till"]) {
            return None;
        }
        let follows = takes == Takes::Predicate && self.form(at) == ",";
        let subject = follows.then(|| self.name_after(at + 1, LONGEST_PHRASE)).flatten();
        let subject = subject.and_then(|end| (at + 1..end).find(|&word| self.is_named(word)));
        let first = place.start == 0 && self.is(0, &["instead", "rather"]);
        let contrasts = inserted || first || names && self.form(at) == "but";
        Some(Cue { contrasts, subject, ..Cue::new(says, scope) })
    }

    /// Passes over what is inserted right after a cue: `did not, however, join`.
    fn after_insertion(&self, at: usize) -> usize {
        if self.form(at) != "," {
            return at;
        }
        let close = (at + 1..(at + 1 + LONGEST_INSERTION).min(self.forms.len())).find(|&close| self.form(close) == ",");
        close.unwrap_or(at) + 1
    }

    /// The next word that a scope looks at after one that is in no name; `None` where it ends.
    fn step(&self, at: usize, takes: Takes) -> Option<usize> {
        let clause = matches!(takes, Takes::Clause | Takes::Condition);
        let names_follow = |at: usize| {
            let skip = |at: usize| {
                at + usize::from(
                    self.is(at, ARTICLES) || self.is(at, &["in", "at", "of", "by", "from", "to", "with", "on"]),
                )
            };
            self.is_named(skip(skip(at)))
        };
        match self.form(at) {
            ";" | ":" | "—" | "?" | "!" | ")" | "]" => None,
            "–" if !self.is_named(at + 1) => None,
            "(" | "[" => Some(self.closed(at)),
            "," => {
                let listed = takes != Takes::Predicate
                    && at > 0
                    && self.named[at - 1]
                    && (self.is_named(at + 1) || self.is(at + 1, &["and", "or", "nor"]) && names_follow(at + 2));
                let another = self.is(at + 1, &["and", "but", "or"]) || self.is(at + 1, SUBJECTS);
                let goes_on = |next: &usize| clause && !another && !self.is(*next, RELATIVES);
                let inserted = || self.commas(at + 1).filter(goes_on);
                let named = || self.name_after(at + 2, 1).filter(|_| self.is(at + 1, AFTERTHOUGHTS));
                let last = || named().is_some_and(|end| matches!(self.form(end), "." | "" | "!"));
                if listed || last() || self.is(at + 1, &["or", "nor"]) { Some(at + 1) } else { inserted() }
            }
            "and" if clause || names_follow(at + 1) => Some(at + 1),
            "and" => None,
            "but" | "although" | "though" | "whereas" | "because" => None,
            word if !clause && CLAUSES.contains(&word) => None,
            _ => Some(at + 1),
        }
    }

    /// After the bracket that closes one.
    fn closed(&self, open: usize) -> usize {
        let close = (open + 1..self.forms.len()).find(|&at| matches!(self.form(at), ")" | "]"));
        close.map_or(self.forms.len(), |close| close + 1)
    }

    /// After the comma that ends an inserted phrase.
    fn commas(&self, from: usize) -> Option<usize> {
        let close =
            (from..self.forms.len()).find(|&at| matches!(self.form(at), "," | ";" | "but" | "?") && !self.named[at])?;
        (self.form(close) == ",").then_some(close + 1)
    }
}

#[cfg(test)]
#[path = "factuality_tests.rs"]
mod tests;
