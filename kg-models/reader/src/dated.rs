//! What the time in a sentence is of, by the words around it: "bought in 1990" tells of no beginning, "married in 1950" of no
//! birth.
//!
//! In: a relation with a time, and the sentence of the time. Out: whether a word tells the relation of that time, or something
//! else. Never: a verdict where no such word stands.
//!
//! The word that governs a time is the nearest before it; at the front of a clause, the nearest after it. What tells the
//! relation is heard over what tells something else, unless a comma, a conjunction or another year lies between. The words were
//! chosen on texts whose relations are marked.

use super::layout::TokenizedText;
use super::word_list::WordList;
use std::ops::Range;

/// What a sentence tells of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The relation.
    It,
    /// Something else.
    Else,
    /// Neither, as far as its words are known.
    Nothing,
}

/// The words by which a relation's times are told.
struct Rule {
    property: &'static str,
    /// These tell it.
    tells: &'static WordList,
    /// These may tell it.
    may_tell: &'static WordList,
    /// These tell something else, beside [`COMMON`].
    others: &'static WordList,
}

/// By relation of the program that has a time and one kind of verb; events begin and end in too many words.
static RULES: [Rule; 5] = [
    Rule { property: "P571", tells: &BEGINNING, may_tell: &MAKING, others: &AFTER_THE_BEGINNING },
    Rule { property: "P576", tells: &END, may_tell: &RISE, others: &BEFORE_THE_END },
    Rule { property: "P577", tells: &PUBLICATION, may_tell: &WORK, others: &BESIDE_PUBLICATION },
    Rule { property: "P569", tells: &BIRTH, may_tell: &BEARING, others: &AFTER_BIRTH },
    Rule { property: "P570", tells: &DEATH, may_tell: &PASSING, others: &BEFORE_DEATH },
];

/// What tells of none of these.
static COMMON: WordList = WordList::new(
    "acquired acquires acquiring acquisition anniversary appointed arrested auctioned awarded belonged belongs bought buying buys
     celebrate celebrated celebrates celebrating centenary changed changes changing elected employed employs expanded fined
     headquartered headquarters hired jubilee listed lost married merged merger move moved moves moving nationalised nationalized
     nominated owned privatised privatized profit promoted purchase purchased purchases rebranded receivership refurbished
     relocated relocates relocation renamed renames renovated resigned restored retired revenue sale sales sell selling sells sold
     sued takeover toured transferred turnover visited win wins withdrawn won",
);

static BEGINNING: WordList = WordList::new(
    "began begin beginning beginnings begins begun birth born build building builds built chartered cofounded coined commissioned
     constituted constructed construction create created creates creating creation date dated dates dating erected erection est
     establish established establishes establishing establishment form formation formed forming forms founded founder founders
     founding foundation founds inaugural inaugurated incorporated incorporation instituted introduced invented launch launched
     launches open opened opening opens organised organized origin originated origins refounded registered set start started
     starting starts",
);
static MAKING: WordList = WordList::new(
    "adopted appeared approved arose assembled authored became become becoming brought came carved completed composed conceived
     consecrated debut debuted declared dedicated designed developed devised discovered drafted drawn drew emerged enacted finished
     first gained grew held hosted independence independent issued laid made makes making manufactured oldest painted passed
     pioneered planted premiered proclaimed produced promulgated published put raised ratified released reopened resumed revived
     roots rose settled signed spun took traces unveiled went written wrote",
);
static AFTER_THE_BEGINNING: WordList = WordList::new(
    "abandoned abolished absorbed attacked bankrupt bankruptcy bombed burned burnt captured closed closes closing closure collapsed
     decommissioned defunct delisted demolished destroyed died disbanded dissolved insolvency insolvent joined joins left liquidated
     liquidation occupied sank scrapped shut shuttered split wound wrecked",
);

static END: WordList = WordList::new(
    "abandoned abolished abolition absorbed annexed annulled bankrupt bankruptcy bombed broke broken burned burnt cancelled cease
     ceased ceases close closed closes closing closure collapse collapsed conquered decommissioned defunct demerged demise demolished
     demolition destroyed destruction died disappeared disband disbanded discontinued disestablished dissolution dissolved end ended
     ends expired extinct fall fell flooded folded insolvent lapsed last liquidated liquidation lost merged merger pulled razed
     receivership repealed sank scrapped shelved shut shutters split struck sunk suppressed suspended terminated till torn until
     withdrawn wound wreck wrecked",
);
static RISE: WordList = WordList::new(
    "acquired active axed became become came dropped existed existence finished independence out part phased renamed reorganised
     reorganized replaced sold stopped succeeded survived taken takeover tore took under union united went",
);
static BEFORE_THE_END: WordList = WordList::new(
    "began born built created established established formed founded founding incorporated introduced invented joined joins launched
     opened set signed started",
);

static PUBLICATION: WordList = WordList::new(
    "aired airing appear appeared appears available broadcast debut debuted debuts edition issue issued launch launched premier
     premiere premiered premieres print printed publication publish published publishes publishing release released releases
     releasing screened serialised serialized shipped",
);
static WORK: WordList = WordList::new(
    "adaptation adapted adopted album albums author book brought came charted comes comic composed developed directed distributed
     enacted essay featured features film filmed first followed game hit made makes making memoir novel opened out passed peaked
     performed poem presented produced reached record recorded remade revised sequel series showed showing shown signed single song
     starred starring stars story taken taped title told topped unveiled version writing written wrote",
);
static BESIDE_PUBLICATION: WordList = WordList::new(
    "banned born built closed died dissolved destroyed exhibited hung joined joins shot stolen translated",
);

static BIRTH: WordList =
    WordList::new("b baptised birth birthday birthplace births bore born childhood christened native née");
static BEARING: WordList = WordList::new("child children daughter eldest son youngest");
static AFTER_BIRTH: WordList = WordList::new(
    "abdicated assassinated became beheaded began built buried came completed composed crowned dead death debuted deceased designed
     died dies directed discovered drowned earned emigrated enlisted enrolled entered executed exhibited fled formed founded
     graduated immigrated inherited invented joined joins killed knighted launched led made met murdered opened ordained painted
     passed performed perished played produced published qualified received recorded reigned released returned ruled settled signed
     started studied succeeded taught took trained travelled went worked wrote",
);

static DEATH: WordList = WordList::new(
    "assassinated beheaded buried d dead death deaths deceased demise departed died dies drowned drowning dying executed execution
     fatally fell funeral hanged kill killed killing kills mortally murder murdered passed passing perished poisoned posthumous shot
     slain suicide till until",
);
static PASSING: WordList = WordList::new(
    "accident cancer crash heart home illness last late left lived lost reign reigned ruled stroke survived went widow",
);
static BEFORE_DEATH: WordList = WordList::new(
    "abdicated became began birth born built came completed composed crowned debuted designed directed discovered earned emigrated
     enlisted enrolled entered exhibited fled formed founded graduated immigrated inherited invented joined joins knighted launched
     led made met née opened ordained painted performed played produced published qualified received recorded released returned
     settled signed started studied succeeded taught took trained travelled worked wrote",
);

/// Up to these a word before a time governs it.
const ENDS: [&str; 13] =
    [",", ";", ":", "—", "and", "but", "or", "before", "although", "though", "whereas", "while", "which"];
/// Before a time that stands at the front of its clause.
const PREPOSITIONS: [&str; 12] =
    ["about", "after", "around", "at", "by", "during", "early", "from", "in", "late", "on", "since"];
/// Before a year that tells of what follows it: "a 1962 film".
const DETERMINERS: [&str; 9] = ["a", "an", "the", "his", "her", "its", "their", "this", "s"];

/// What the sentence of a time tells of it; nothing of a relation that has no rule.
pub(super) fn told(property: &str, (text, tokenized): (&str, &TokenizedText), time: &Range<usize>) -> Told {
    let Some(rule) = RULES.iter().find(|rule| rule.property == property) else { return Told::Nothing };
    let words = tokenized.words_in(tokenized.words[time.start].sentence);
    let forms: Vec<&str> =
        tokenized.words[words.clone()].iter().map(|word| word.span.of(text).unwrap_or_default()).collect();
    Clause { forms, time: time.start - words.start..time.end - words.start, rule }.told()
}

struct Clause<'a> {
    forms: Vec<&'a str>,
    time: Range<usize>,
    rule: &'static Rule,
}

impl Clause<'_> {
    fn told(&self) -> Told {
        if self.describes() {
            return self.word(self.time.end).filter(|told| *told == Told::Else).unwrap_or(Told::Nothing);
        }
        let bounds = self.bracket();
        self.before(bounds.start).unwrap_or_else(|| self.after(&bounds))
    }

    fn form(&self, at: usize) -> &str {
        self.forms.get(at).copied().unwrap_or_default()
    }

    /// What a word tells, if it is one of those that are known. A name within a sentence is none.
    fn word(&self, at: usize) -> Option<Told> {
        let form = self.form(at);
        if at > 0 && form.starts_with(char::is_uppercase) {
            return None;
        }
        let form = form.to_lowercase();
        let before = at.checked_sub(1).map_or("", |before| self.form(before));
        let until = || at + 1 == self.time.start && matches!(form.as_str(), "until" | "till");
        match () {
            () if form == "left" && (DETERMINERS.contains(&before) || before == "on") => None,
            () if self.rule.tells.contains(&form) => Some(Told::It),
            () if self.rule.may_tell.contains(&form) => Some(Told::Nothing),
            () if self.rule.others.contains(&form) || COMMON.contains(&form) || until() => Some(Told::Else),
            () => None,
        }
    }

    /// Whether the time is a year that says which one of its kind is meant.
    fn describes(&self) -> bool {
        let before = self.time.start.checked_sub(1).map_or("", |before| self.form(before)).to_lowercase();
        let after = self.form(self.time.end);
        let noun = after.starts_with(char::is_lowercase) && !PREPOSITIONS.contains(&after) && after.len() > 3;
        self.time.len() == 1 && DETERMINERS.contains(&before.as_str()) && noun
    }

    /// The words within the bracket in which the time stands, or all.
    fn bracket(&self) -> Range<usize> {
        let mut closed = 0usize;
        for at in (0..self.time.start).rev() {
            match self.form(at) {
                ")" | "]" => closed += 1,
                "(" | "[" if closed == 0 => {
                    let end = (self.time.end..self.forms.len()).find(|&close| matches!(self.forms[close], ")" | "]"));
                    return at + 1..end.unwrap_or(self.forms.len());
                }
                "(" | "[" => closed -= 1,
                _ => {}
            }
        }
        0..self.forms.len()
    }

    fn ends(&self, at: usize) -> bool {
        let form = self.form(at);
        ENDS.contains(&form) || form.len() == 4 && form.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// What the words before the time tell of it.
    fn before(&self, start: usize) -> Option<Told> {
        let since = self.time.start > 0 && self.form(self.time.start - 1) == "since";
        let mut told = None;
        let mut at = self.time.start;
        while at > start {
            at -= 1;
            if matches!(self.form(at), ")" | "]") {
                at = (start..at).rev().find(|&open| matches!(self.forms[open], "(" | "["))?;
                continue;
            }
            match (told, self.word(at)) {
                (_, Some(Told::It)) => return Some(Told::It),
                (None, Some(Told::Nothing)) => return Some(Told::Nothing),
                (None, Some(Told::Else)) => told = Some(Told::Else),
                (Some(_), _) if self.ends(at) => break,
                (None, None) if self.form(at) == ";" || since && self.form(at) == "," => break,
                _ => {}
            }
        }
        told
    }

    /// What the words after the time tell of it, if it stands at the front of a clause.
    fn after(&self, bounds: &Range<usize>) -> Told {
        let mut lead = self.forms[bounds.start..self.time.start].iter().map(|form| form.to_lowercase());
        let led = lead.next_back().is_none_or(|last| PREPOSITIONS.contains(&last.as_str()) || last == "the");
        let alone = bounds.start > 0;
        let front = !alone && lead.all(|form| PREPOSITIONS.contains(&form.as_str()));
        if !led || alone && self.time.start == bounds.start {
            return Told::Nothing;
        }
        let mut told = Told::Nothing;
        for at in self.time.end..bounds.end {
            match self.word(at) {
                Some(Told::It) => return Told::It,
                Some(Told::Nothing) if told == Told::Nothing => return Told::Nothing,
                Some(Told::Else) => told = Told::Else,
                _ if self.form(at) == ";" => break,
                _ if self.ends(at) && (!front || told == Told::Else) => break,
                _ => {}
            }
        }
        told
    }
}

#[cfg(test)]
#[path = "dated_tests.rs"]
mod tests;
