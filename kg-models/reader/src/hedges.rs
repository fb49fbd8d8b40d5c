//! Words around a time that take its value away: doubts, bounds, other calendars. In: tokens. Out: where such words end.
//! Never: a time of their own; that is the grammar's.
//!
//! A phrase is words with spaces between them, of which `a|b` is either.

use super::grammar::{ABOUT, Grammar, Hedge};
use super::tokens::Kind;

/// Right before a time: it is a bound, or not that time.
const BOUNDS: &[&str] = &[
    "by",
    "no|not earlier|later|sooner than",
    "earlier|later|sooner than",
    "almost|nearly",
    "as early|late as",
    "post|pre -",
    "eve of",
    "the eve of",
    "anniversary|centenary|bicentenary|tercentenary|jubilee|birthday of",
    "the anniversary|centenary|bicentenary|tercentenary|jubilee|birthday of",
    "ah",
    "anno hegirae|mundi|martyrum",
];

/// Before a time, perhaps with a preposition between (`most likely in 1921`).
const DOUBTS: &[&str] = &[
    "perhaps|possibly|probably|presumably|likely|maybe|apparently|seemingly|allegedly|reportedly|supposedly|purportedly",
    "most|very likely|probably",
    "it seems|appears",
    "at least|most",
    "at the earliest|latest",
];

/// Before a day: it is a day of that week.
const WEEKS: &[&str] =
    &["week|weekend|fortnight of|ending|beginning|starting|commencing", "week|fortnight ending|beginning on"];

/// So many words may stand for a length of time: `within a few weeks of`.
const LENGTHS: std::ops::RangeInclusive<usize> = 1..=3;

/// After a time: it is a bound, or in doubt.
const AFTER: &[&str] = &[
    "or earlier|later|so|thereabouts|thereafter",
    "at earliest|latest",
    "at the earliest|latest",
    "give or take",
    "±",
    "+ / -",
    "( ? )",
    "[ ? ]",
];

/// In a bracket after a time.
const IN_BRACKETS: &[&str] = &[
    "approx",
    "approximate",
    "approximately",
    "c",
    "ca",
    "circa",
    "disputed",
    "doubtful",
    "est",
    "estimate",
    "estimated",
    "likely",
    "possibly",
    "probable",
    "probably",
    "traditional",
    "traditionally",
    "unclear",
    "uncertain",
    "unconfirmed",
];

/// After a year: it is of another era.
const ERAS: &[&str] = &[
    "anno hegirae|mundi|martyrum",
    "ab urbe condita",
    "years before present",
    "before present",
    "before the present",
    "cal bp",
    "years bp",
    "of the hijra|hegira|hijrah",
    "of|in the islamic|muslim|hijri|hebrew|jewish|buddhist|ethiopian|coptic|bengali|persian|saka calendar|era",
    "vikram samvat",
    "hijri",
];

impl Grammar<'_> {
    /// Words at a token that say that the time after them is not the one that is meant: their end.
    pub(super) fn hedge(&self, at: usize) -> Option<(usize, Hedge)> {
        let unsure = |end| Some((end, Hedge::Unsure));
        if let Some(end) = self.said(at, DOUBTS) {
            return unsure(self.leading(end));
        }
        if self.is(at, &ABOUT) {
            return unsure(self.the_year(self.skip(at + 1, &["."])));
        }
        if self.is(at, &["<", ">", "≤", "≥"]) {
            return if self.glued(at + 1) { unsure(at + 1) } else { None };
        }
        if let Some(end) = self.said(at, BOUNDS) {
            return if self.is(at, &["ah"]) && !self.tokens[at].upper { None } else { unsure(self.the_year(end)) };
        }
        if self.is(at, &["within"]) {
            let end = LENGTHS.map(|length| at + 1 + length).find(|&of| self.is(of, &["of"]));
            return end.and_then(|of| unsure(of + 1));
        }
        self.said(self.skip(at, &["the"]), WEEKS).map(|end| (end, Hedge::Week))
    }

    /// Passes over what may stand between a doubt and its time: `, in the year`.
    fn leading(&self, at: usize) -> usize {
        let end = self.skip(self.skip(at, &[","]), &["in", "on", "at", "during", "around", "about"]);
        self.the_year(end)
    }

    fn the_year(&self, at: usize) -> usize {
        if self.is(at, &["the"]) && self.is(at + 1, &["year"]) { at + 2 } else { at }
    }

    /// Words after a time that take its value away: their end.
    pub(super) fn doubt_after(&self, at: usize) -> Option<usize> {
        // "in 1921, at the latest", not "in 1921, at the latest in May".
        let said = self.said(self.skip(at, &[","]), AFTER);
        if let Some(end) = said.filter(|&end| !(self.is(at, &[","]) && self.is(end, &["in", "on", "by"]))) {
            let tolerance = self.is(end - 1, &["±", "-"]) && self.number(end, 1..=3).is_some();
            return Some(end + usize::from(tolerance));
        }
        // "1921 or before", not "1921 or before 1930".
        if let Some(end) = self.said(at, &["or after|before"]) {
            return (self.tokens.get(end).is_none_or(|next| next.kind == Kind::Mark)).then_some(end);
        }
        if self.is(at, &["(", "["]) && self.is(at + 1, IN_BRACKETS) {
            let end = self.skip(at + 2, &["."]);
            return self.is(end, &[")", "]"]).then_some(end + 1);
        }
        self.other_era(at)
    }

    /// `1921 BP`, `1345 A.H.`; what goes on is a name or a sentence (`In 1954 BP bought it`).
    fn other_era(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.said(at, ERAS) {
            return Some(end);
        }
        let upper = |at: usize| self.tokens.get(at).is_some_and(|token| token.upper);
        let end = match self.text(at) {
            "bp" | "ah" | "auc" if upper(at) => at + 1,
            "a" | "b" if upper(at) && self.text(at + 1) == "." && upper(at + 2) && self.is(at + 2, &["h", "p"]) => {
                self.skip(at + 3, &["."])
            }
            _ => return None,
        };
        self.tokens.get(end).is_none_or(|next| next.kind == Kind::Mark).then_some(end)
    }

    /// Where the longest of some phrases ends that stands at a token.
    fn said(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        let end = |phrase: &&str| {
            let mut words = phrase.split(' ');
            let fits = |end: usize, word: &str| word.split('|').any(|word| word == self.text(end)).then_some(end + 1);
            words.try_fold(at, fits)
        };
        phrases.iter().filter_map(end).max()
    }
}
