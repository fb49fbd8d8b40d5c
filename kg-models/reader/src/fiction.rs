//! What a sentence tells within a story: "In the novel, Marta is born in Bergen", "The film tells how he dies", "She plays the
//! daughter of Odd Falk".
//!
//! In: the words of a sentence, and which of them are in names. Out: the words that a story's frame holds. Never: a frame that
//! the sentence itself does not set; a verdict on what is told of the work, its makers and its players.
//!
//! Of novels and legends a frame holds whatever stands in it; films, plays, books and games have a life of their own ("In the
//! film, Ada Quill worked with her brother"), so theirs holds what is told in the present tense, as plots are.

use super::word_list::WordList;
use crate::mentions::PROPERTY;
use std::ops::Range;

/// What a story tells of its people, firms and places, and not of itself.
static OF_ITS_WORLD: WordList = WordList::new(
    "P1038 P102 P106 P108 P112 P127 P1376 P140 P159 P172 P19 P20 P22 P241 P25 P26 P27 P3373 P35 P355 P36 P39 P40 P410 P463 P488
     P551 P569 P570 P571 P576 P6 P607 P69 P740 P749 P937",
);
/// Stories, whatever the tense.
static STORIES: WordList = WordList::new(
    "dream dreams fable fairytale legend libretto myth nightmare novel novella opera operetta parable tale",
);
/// Works that also have a making, players, readers.
static SHOWN: WordList = WordList::new(
    "anime ballad book cartoon comedy comic drama episode film game manga melodrama miniseries movie musical play plot poem
     saga screenplay sequel series show sitcom song story thriller",
);
/// These may well tell what is so: they are heard as stories where somebody lives and dies.
const TRUE_TOO: [&str; 9] = ["book", "episode", "game", "plot", "saga", "series", "show", "song", "story"];
/// In these somebody lives and dies in the past tense as well.
const LED_LIVES: [&str; 7] = ["comedy", "drama", "film", "game", "musical", "play", "thriller"];
/// Before a work: what it tells is so, or it is none.
static NO_STORY: WordList = WordList::new(
    "basketball card chat cover documentary factual football front home league news newspaper magazine playoff quiz radio
     reality road sports success talk tennis test time trade true world",
);
/// What a story has that tells it: "in the novel's last chapter".
const PARTS: [&str; 12] = [
    "chapter",
    "climax",
    "conclusion",
    "ending",
    "epilogue",
    "finale",
    "narrative",
    "opening",
    "plot",
    "prologue",
    "story",
    "storyline",
];
/// What tells a story, after the name of its work.
static TELLS: WordList = WordList::new(
    "begins centers centres chronicles concerns depicts describes ends focuses follows imagines narrated narrates opens portrays
     recounted recounts relates revolves shows telling tells told",
);
static ACTS: WordList =
    WordList::new("acts appeared appears played playing plays portrayed portraying portrays voiced voices");
const BESIDE: [&str; 5] = ["alongside", "for", "opposite", "under", "with"];
static KIN: WordList = WordList::new(
    "brother child daughter father fiancé fiancée husband lover mother sister son stepdaughter stepfather stepmother stepson twin
     uncle widow widower wife",
);
/// Lives by verbs in the present tense.
static LIVES: WordList =
    WordList::new("becomes born buys dies drowns founds inherits killed lives marries moves murdered studies works");
const BARE: [&str; 9] = ["become", "bury", "die", "found", "inherit", "kill", "live", "marry", "murder"];
const NOUNS_TOO: [&str; 4] = ["lives", "moves", "studies", "works"];
const DETERMINERS: [&str; 11] = ["a", "an", "another", "her", "his", "its", "my", "one", "our", "the", "this"];
const SUBJECTS: [&str; 7] = ["he", "it", "she", "the", "they", "a", "an"];
/// After a comma these begin what is put in of the work itself.
static MAKING: WordList = WordList::new(
    "adapted based broadcast directed filmed first made originally produced published released set shot starring which written",
);
const MEDIA: [&str; 8] = ["and", "film", "music", "radio", "television", "theater", "theatre", "tv"];
const SAYS: [&str; 6] = ["argues", "claims", "quotes", "reports", "says", "writes"];
const PRESENT: [&str; 5] = ["are", "does", "has", "have", "is"];
static PAST: WordList = WordList::new(
    "became began came did fell found gave had held kept left led made met ran said sang saw shot told took was went were won wrote",
);
const CONTRASTS: [&str; 6] = [";", "although", "but", "though", "whereas", "while"];
const REALITY: [&str; 6] = ["actually", "fact", "historically", "life", "real", "reality"];
/// So many words stand between "in" and the work, and so many in its title.
const LONGEST_LEAD: usize = 8;
const LONGEST_TITLE: usize = 10;

/// Whether a story that tells a relation tells it of its own people.
pub(super) fn is_of_its_world(relation: &str) -> bool {
    relation.strip_prefix(PROPERTY).is_some_and(|property| OF_ITS_WORLD.contains(property))
}

/// For each frame of a sentence, whether each word is in it.
pub(super) fn frames(words: &[&str], forms: &[String], named: &[bool]) -> Vec<Vec<bool>> {
    let sentence = Sentence { words, forms, named };
    let held = (0..forms.len()).filter(|&at| !named[at]);
    held.filter_map(|at| {
        sentence.led(at).or_else(|| sentence.told(at)).or_else(|| sentence.played(at)).or_else(|| sentence.invented(at))
    })
    .map(|held| sentence.scope(held))
    .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tense {
    Present,
    Past,
}

struct Sentence<'a> {
    words: &'a [&'a str],
    forms: &'a [String],
    named: &'a [bool],
}

impl Sentence<'_> {
    fn form(&self, at: usize) -> &str {
        self.forms.get(at).map_or("", String::as_str)
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.form(before))
    }

    fn is_named(&self, at: usize) -> bool {
        self.named.get(at).copied().unwrap_or_default()
    }

    fn is_capital(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.starts_with(char::is_uppercase))
    }

    fn ends(&self, at: usize) -> bool {
        matches!(self.form(at), "" | "." | "!" | ";" | "\"" | "”")
    }

    /// Whether a word names a work that tells a story.
    fn is_work(&self, at: usize) -> bool {
        let form = self.form(at);
        let work = STORIES.contains(form) || SHOWN.contains(form);
        work && (!self.is_capital(at) || at == 0) && !NO_STORY.contains(self.before(at))
    }

    /// After the title, the maker and the year of a work that is named at a word.
    fn title(&self, work: usize) -> usize {
        let mut at = work + 1;
        if matches!(self.form(at), "version" | "adaptation") {
            at += 1;
        }
        let end = at + LONGEST_TITLE;
        if self.form(at) == "by" || self.form(at) == "of" && self.is_named(at + 1) && STORIES.contains(self.form(work))
        {
            at += 1;
        }
        while at < end && !matches!(self.form(at), "" | "." | ";" | "!") {
            let small =
                matches!(self.form(at), "of" | "the" | "and" | "by") && self.is_capital(at + 1) && at > work + 1;
            let quote = matches!(self.form(at), "\"" | "“" | "”");
            match self.form(at) {
                "(" => at = (at..self.forms.len()).find(|&close| self.form(close) == ")").unwrap_or(at),
                _ if quote || small || self.is_named(at) || self.is_capital(at) => {}
                _ => break,
            }
            at += 1;
        }
        at
    }

    /// The first verb of a subject among some words, and its tense; a relative clause between commas is passed over.
    fn verb(&self, words: Range<usize>) -> Option<(usize, Tense)> {
        let (mut at, mut resumed) = (words.start, words.end);
        while at < words.end {
            if self.form(at) == "," && matches!(self.form(at + 1), "who" | "which" | "whose") {
                at = (at + 1..words.end).find(|&close| self.form(close) == ",").unwrap_or(at) + 1;
                resumed = at;
            }
            if let Some(tense) = self.tense(at, at == resumed) {
                return Some((at, tense));
            }
            at += 1;
        }
        None
    }

    /// The tense of a word, if it is a verb of a subject; `resumed` is whether a clause about the subject ends before it.
    fn tense(&self, at: usize, resumed: bool) -> Option<Tense> {
        if self.is_named(at) || self.is_capital(at) {
            return None;
        }
        let (form, before) = (self.form(at), self.before(at));
        let subject = resumed
            || at > 0 && (self.is_named(at - 1) || self.is_capital(at - 1) || before.ends_with("ly"))
            || matches!(before, "he" | "she" | "it" | "who" | "and" | "then" | ")");
        let third = form.len() > 3 && form.ends_with('s') && !form.ends_with("ss") && !form.ends_with("us");
        let of_a_life = third && LIVES.contains(form) && !NOUNS_TOO.contains(&form);
        let present = subject || self.before(at) == "," && at > 1 && self.is_named(at - 2);
        match () {
            () if PRESENT.contains(&form) || of_a_life || ACTS.contains(form) && third => Some(Tense::Present),
            () if PAST.contains(form) || ACTS.contains(form) || subject && form.ends_with("ed") => Some(Tense::Past),
            () if third && present => Some(Tense::Present),
            () => None,
        }
    }

    /// Whether somebody lives or dies by a verb.
    fn is_of_a_life(&self, verb: usize) -> bool {
        LIVES.contains(self.form(verb)) || PRESENT.contains(&self.form(verb)) && LIVES.contains(self.form(verb + 1))
    }

    /// Whether somebody lived or died by a verb of the past.
    fn was_of_a_life(&self, verb: usize) -> bool {
        let lived = |at: usize| ["born", "died", "killed", "married", "murdered", "lived"].contains(&self.form(at));
        lived(verb) || ["was", "were"].contains(&self.form(verb)) && lived(verb + 1)
    }

    /// What a frame holds from a word on; nothing where its tense is that of the world.
    fn held(&self, start: usize, (work, any_tense): (usize, bool)) -> Option<Range<usize>> {
        let end = self.forms.len();
        let acts = |at: usize| ACTS.contains(self.form(at));
        match self.verb(start..end) {
            Some((at, _)) if SAYS.contains(&self.form(at)) || PRESENT.contains(&self.form(at)) && acts(at + 1) => None,
            Some((at, _)) if acts(at) && self.form(work) != "game" => {
                let beside = (at + 1..at + 3).any(|next| BESIDE.contains(&self.form(next)));
                (!beside).then_some(at + 1..end)
            }
            Some((at, Tense::Past)) if LED_LIVES.contains(&self.form(work)) && self.was_of_a_life(at) => {
                Some(start..end)
            }
            Some((at, _)) if TRUE_TOO.contains(&self.form(work)) && !self.is_of_a_life(at) => None,
            Some((_, Tense::Present)) => Some(start..end),
            _ => any_tense.then_some(start..end),
        }
    }

    /// "In the novel, …"; "… is born in Bergen in the novel."
    fn led(&self, at: usize) -> Option<Range<usize>> {
        if self.form(at) != "in" {
            return None;
        }
        if at == 0 && ["chapter", "act", "canto"].contains(&self.form(1)) && self.form(3) == "," {
            let told = |&(verb, _): &(usize, Tense)| self.is_of_a_life(verb) || self.form(verb) == "meets";
            return self.verb(4..self.forms.len()).filter(told).map(|_| 4..self.forms.len());
        }
        let work = (at + 1..at + 1 + LONGEST_LEAD).find(|&work| self.is_work(work) && !self.is_named(work))?;
        let lead = at + 1..work;
        let owner = || lead.clone().any(|word| matches!(self.form(word), "'" | "’"));
        let begins = DETERMINERS.contains(&self.form(at + 1)) || self.is_named(at + 1) && owner();
        let apart = |word: usize| {
            word > at + 1 && DETERMINERS.contains(&self.form(word)) && !self.is_named(word)
                || matches!(self.form(word), "," | ";" | "(" | "of")
        };
        if lead.is_empty() || !begins || lead.clone().any(apart) {
            return None;
        }
        let story = STORIES.contains(self.form(work));
        let mut next = work + 1;
        if matches!(self.form(next), "'" | "’") {
            let part = (next + 2..next + 4).find(|&part| PARTS.contains(&self.form(part)))?;
            next = part + 1;
        } else {
            next = self.title(work);
        }
        let before = self.before(at);
        let front = at == 0 || [",", ";", ":", "—", "–", "(", "and", "but", "while", "whereas"].contains(&before);
        if front && self.form(next) == "," && !MEDIA.contains(&self.form(next + 1)) {
            return self.held(self.after_making(next + 1), (work, story));
        }
        let subject = SUBJECTS.contains(&self.form(next)) || next > work + 1 && !self.ends(next);
        if front && subject && self.form(next) != "," {
            let start = if SUBJECTS.contains(&self.form(next)) { next } else { work + 1 };
            return self.held(start, (work, false));
        }
        let clause = (0..at).rev().find(|&end| matches!(self.form(end), "," | ";" | ":")).map_or(0, |end| end + 1);
        let lives = self.ends(next)
            && (clause..at).any(|word| LIVES.contains(self.form(word)))
            && self.verb(clause..at).is_some_and(|(_, tense)| tense == Tense::Present);
        (lives && !(clause..at).any(|word| ACTS.contains(self.form(word)))).then_some(clause..at)
    }

    /// After what is put in of the work itself: ", directed by Odd Falk,".
    fn after_making(&self, at: usize) -> usize {
        if !MAKING.contains(self.form(at)) {
            return at;
        }
        (at..self.forms.len()).find(|&close| self.form(close) == ",").map_or(at, |close| close + 1)
    }

    /// "The film tells how …", "a novel about …", "a play in which …".
    fn told(&self, work: usize) -> Option<Range<usize>> {
        if !self.is_work(work) || work == 0 || TRUE_TOO.contains(&self.form(work)) {
            return None;
        }
        let mut at = self.title(work);
        if self.form(at) == "," {
            at = self.after_making(at + 1);
        }
        at += usize::from(matches!(self.form(at), "that" | "which"));
        let story = STORIES.contains(self.form(work));
        let about = |at: usize| {
            matches!(self.form(at), "about" | "set") || self.form(at) == "in" && self.form(at + 1) == "which"
        };
        match self.form(at) {
            "about" | "where" => self.held(at + 1, (work, false)),
            "in" if about(at) => self.held(at + 2, (work, story)),
            // "The play has Marta Ekdal marry Odd Falk."
            "has" if self.is_named(at + 1) => {
                let bare = (at + 1..self.forms.len()).find(|&word| !self.is_named(word))?;
                BARE.contains(&self.form(bare)).then_some(at + 1..self.forms.len())
            }
            "is" if about(at + 1) => self.held(at + 2, (work, false)),
            verb if TELLS.contains(verb) => {
                let how = matches!(self.form(at + 1), "how" | "that");
                self.held(at + 1, (work, how || story && self.form(at + 1) == "of"))
            }
            _ => None,
        }
    }

    /// "plays the daughter of Odd Falk", "plays Odd Falk's wife", "plays a captain who dies in Oslo".
    fn played(&self, at: usize) -> Option<Range<usize>> {
        let end = self.forms.len();
        if !ACTS.contains(self.form(at)) {
            return None;
        }
        let kin = |from: usize| (from..from + 2).find(|&word| KIN.contains(self.form(word)));
        let of = kin(at + 2).is_some_and(|kin| self.form(kin + 1) == "of") && DETERMINERS.contains(&self.form(at + 1));
        let named = (at + 1..end).find(|&word| !self.is_named(word)).unwrap_or(end);
        let owned = named > at + 1 && matches!(self.form(named), "'" | "’") && kin(named + 2).is_some();
        if of || owned {
            return Some(at + 1..end);
        }
        // "plays Odd Falk, a captain who was born in Oslo"
        let aside = named > at + 1 && self.form(named) == "," && ["a", "an"].contains(&self.form(named + 1));
        if aside && self.form(at).starts_with("p") && (named + 2..named + 6).any(|word| self.form(word) == "who") {
            return Some(at + 1..end);
        }
        let who = (at + 2..at + 2 + LONGEST_LEAD).find(|&word| self.form(word) == "who")?;
        let role = ["a", "an", "the"].contains(&self.form(at + 1))
            && !(at + 2..who).any(|word| self.ends(word) || BESIDE.contains(&self.form(word)));
        let present = self.verb(who + 1..end).is_some_and(|(_, tense)| tense == Tense::Present);
        (role && present).then_some(who + 1..end)
    }

    /// "is a fictional nurse from Bergen": up to who made or played her.
    fn invented(&self, at: usize) -> Option<Range<usize>> {
        let said = ["fictional", "fictitious", "imaginary"].contains(&self.form(at));
        let is = (at.saturating_sub(3)..at).any(|before| ["are", "is", "was", "were"].contains(&self.form(before)));
        let made = |word: &usize| self.form(*word) == "by" || ACTS.contains(self.form(*word));
        let end = (at..self.forms.len()).find(made).unwrap_or(self.forms.len());
        (said && is).then_some(at + 1..end)
    }

    /// The words that a frame holds: up to where it is set against what is so, and without what stands in brackets.
    fn scope(&self, held: Range<usize>) -> Vec<bool> {
        let real = |at: &usize| {
            let near = (at + 1..at + 5).any(|next| REALITY.contains(&self.form(next)));
            self.form(*at) == ";" || CONTRASTS.contains(&self.form(*at)) && near
        };
        let end = held.clone().find(real).unwrap_or(held.end);
        let mut scope = vec![false; self.forms.len()];
        let mut depth = 0usize;
        for (at, holds) in scope.iter_mut().enumerate().take(end).skip(held.start) {
            match self.form(at) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => *holds = depth == 0,
            }
        }
        scope
    }
}

#[cfg(test)]
#[path = "fiction_tests.rs"]
mod tests;
