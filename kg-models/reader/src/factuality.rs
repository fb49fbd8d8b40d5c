//! Whether a sentence states what it speaks of. In: the words of a sentence, and where its mentions are. Out: for two
//! mentions, whether what is said of them is stated, denied, asked, supposed, planned, passed on or told within a story.
//! Never: a model; rules over cues and the clauses that they govern, until one learns it.
//!
//! A cue governs what follows it in its clause. It takes back what is said of two mentions when the later one is in its
//! scope, and the earlier one is not (`Norsea «was not» founded by Odd Falk`) or the two are more than a phrase
//! (`Rome in Italy` holds, whoever did not go there).

use super::cues::{ARTICLES, BEFORE_NOUNS, CLAUSES, CUES, NOT_DENYING, Takes};
use super::fiction;
use kgloom_record::record::Factuality;
use std::ops::Range;

/// Words within a phrase that holds by itself.
const IN_PHRASES: &[&str] = &["of", "in", "at", "the", ",", "(", "'", "’", "s", "based", "-", "near", "from"];
/// A phrase has at most so many words between its names.
const LONGEST_PHRASE: usize = 3;
/// An inserted phrase right after a cue (`did not, however, join`) has at most so many words.
const LONGEST_INSERTION: usize = 8;
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
}

impl Sentence {
    /// Finds the cues; mentions are ranges of words, in order. A cue within a name is none.
    pub fn new(words: &[&str], mentions: &[Range<usize>]) -> Sentence {
        let mut named = vec![false; words.len()];
        mentions.iter().for_each(|mention| named[mention.clone()].fill(true));
        let forms: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let clauses = Clauses { words, forms: &forms, named: &named };
        let mut cues = clauses.cues();
        let story = |scope| Cue { says: Factuality::Fictional, scope, contrasts: false };
        cues.extend(fiction::frames(words, &forms, &named).into_iter().map(story));
        Sentence { forms, cues }
    }

    /// Whether the sentence states what it says of two of its mentions; `value` is whether one of them is a time or number.
    pub fn between(&self, one: &Range<usize>, other: &Range<usize>, value: bool) -> Factuality {
        let (left, right) = if one.start <= other.start { (one, other) } else { (other, one) };
        let gap = self.forms.get(left.end..right.start).unwrap_or_default();
        let phrase = !value && gap.len() <= LONGEST_PHRASE && gap.iter().all(|word| IN_PHRASES.contains(&&**word));
        self.strongest(|cue| {
            let [left, right] = [left, right].map(|mention| cue.scope.get(mention.start).copied().unwrap_or_default());
            let holds = left && phrase && cue.says != Factuality::Asked;
            if cue.contrasts { left || right } else { right && !holds }
        })
    }

    /// Whether the sentence states what it says of one of its mentions and something of an earlier sentence.
    pub fn of(&self, mention: &Range<usize>) -> Factuality {
        self.strongest(|cue| cue.scope.get(mention.start).copied().unwrap_or_default())
    }

    fn strongest(&self, governs: impl Fn(&Cue) -> bool) -> Factuality {
        let said = self.cues.iter().filter(|cue| governs(cue)).map(|cue| cue.says);
        said.min().unwrap_or(Factuality::Stated)
    }
}

/// Who was sentenced to death died of it.
const EXECUTED: [&str; 7] = ["beheaded", "died", "executed", "execution", "guillotined", "hanged", "shot"];

/// A sentence while its cues are looked for.
struct Clauses<'a> {
    words: &'a [&'a str],
    forms: &'a [String],
    named: &'a [bool],
}

impl Clauses<'_> {
    fn cues(&self) -> Vec<Cue> {
        let mut cues = Vec::new();
        let last =
            self.forms.iter().rposition(|word| !matches!(word.as_str(), "\"" | "'" | "”" | "’" | ")" | "]" | "!"));
        if last.is_some_and(|last| self.forms[last] == "?" && !self.named[last]) {
            let scope = vec![true; self.forms.len()];
            cues.push(Cue { says: Factuality::Asked, scope, contrasts: false });
        }
        for at in 0..self.forms.len() {
            let cue = CUES.iter().find_map(|(says, takes, pattern)| {
                let end = self.matches(at, pattern)?;
                self.means(at, end).then_some((*says, *takes, end))
            });
            cues.extend(cue.and_then(|(says, takes, end)| self.cue(at..end, says, takes)));
        }
        cues
    }

    fn form(&self, at: usize) -> &str {
        self.forms.get(at).map_or("", String::as_str)
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.form(at))
    }

    fn is_named(&self, at: usize) -> bool {
        self.named.get(at).copied().unwrap_or_default()
    }

    /// Where a pattern that begins at a word ends.
    fn matches(&self, at: usize, pattern: &str) -> Option<usize> {
        fn from(clauses: &Clauses<'_>, at: usize, parts: &[&str]) -> Option<usize> {
            match parts {
                [] => Some(at),
                ["~", rest @ ..] => from(clauses, at, rest).or_else(|| {
                    let passable = at < clauses.forms.len() && clauses.form(at).starts_with(char::is_alphabetic);
                    passable.then(|| from(clauses, at + 1, rest)).flatten()
                }),
                [words, rest @ ..] => {
                    let here = !clauses.is_named(at) && words.split('|').any(|word| word == clauses.form(at));
                    here.then(|| from(clauses, at + 1, rest)).flatten()
                }
            }
        }
        let (first, _) = pattern.split_once(' ').unwrap_or((pattern, ""));
        if !first.split('|').any(|word| word == self.form(at)) {
            return None;
        }
        let parts: Vec<&str> = pattern.split(' ').collect();
        from(self, at, &parts)
    }

    /// Whether the words of a pattern are meant so.
    fn means(&self, at: usize, end: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |before| self.form(before));
        let capital = self.words[at].starts_with(char::is_uppercase);
        let number = self.form(end).starts_with(|first: char| first.is_ascii_digit());
        let place = || self.is_named(end) || self.is(end, ARTICLES);
        let supposed = || self.forms.iter().any(|word| word == "if");
        match self.form(at) {
            "t" => matches!(before, "'" | "’") && at > 1 && self.form(at - 2).ends_with('n'),
            "not" if matches!(before, "or" | "if" | "why") => false,
            "not" => !self.is(end, NOT_DENYING),
            "no" if end == at + 1 => !self.is(end, NOT_DENYING) && !number && (at == 0 || !capital),
            "never" => self.form(end) != "-",
            "sentenced" | "condemned" => !self.forms.iter().any(|word| EXECUTED.contains(&word.as_str())),
            "apply" | "applied" | "applies" | "applying" => true,
            "nothing" => !self.is(end, NOT_DENYING),
            "if" => !self.is(end, &["not", "any", "only"]),
            "will" | "might" | "may" | "shall" if end == at + 1 => {
                let noun = BEFORE_NOUNS.contains(&before) || self.is(end, &["of", "was", "is", "to"]);
                !capital && !noun && !number && (self.form(at) != "may" || self.form(end) != "refer")
            }
            "would" | "could" if end == at + 1 => supposed(),
            "possibly" | "perhaps" | "presumably" | "probably" => {
                !self.is(end, &["best", "most", "the", "more", "better", "known", "as"])
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
            scope.fill(true);
            return Some(Cue { says, scope, contrasts: false });
        }
        let mut at = self.after_insertion(place.end);
        let most =
            if self.is(place.start, &["no", "without", "nothing"]) { at + LONGEST_OBJECT } else { self.forms.len() };
        while at < self.forms.len() {
            if self.named[at] {
                scope[at] = true;
                at += 1;
                continue;
            }
            if at >= most {
                break;
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
        Some(Cue { says, scope, contrasts: inserted || names && self.form(at) == "but" })
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
        let clause = takes == Takes::Clause;
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
                let listed = at > 0
                    && self.named[at - 1]
                    && (self.is_named(at + 1) || self.is(at + 1, &["and", "or", "nor"]) && names_follow(at + 2));
                let inserted = || self.commas(at + 1).filter(|_| clause && !self.is(at + 1, &["and", "but", "or"]));
                if listed || self.is(at + 1, &["or", "nor"]) { Some(at + 1) } else { inserted() }
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
