//! The grammar of dates. In: tokens. Out: the time that stands at one of them, and where it ends. Never: a look at the
//! whole text; each rule looks at a few tokens only, so that texts are read in one pass.

use super::tokens::Token;
use crate::moment::{DateOrder, Moment, named_month};
use kgloom_record::record::Literal;
use std::ops::Range;

pub(super) const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The days of a month in words; from the twenty-first on they are two words.
pub(super) const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

/// Before a time: it is not that time.
pub(super) const ABOUT: [&str; 18] = [
    "c",
    "ca",
    "cca",
    "circa",
    "about",
    "around",
    "approximately",
    "approx",
    "roughly",
    "perhaps",
    "possibly",
    "probably",
    "before",
    "after",
    "between",
    "fl",
    "floruit",
    "~",
];

/// When the year began in England up to 1751: month and day.
const NEW_YEAR: (u32, u32) = (3, 25);
/// The last year that began so by one reckoning and in January by the other.
const LAST_OLD_YEAR: u32 = 1752;

/// A bracket is looked for so many tokens before a time that stands within it.
const WITHIN_BRACKET: usize = 24;

/// So many doubts and bounds may stand before a time: `probably not later than c. 1200`.
pub(super) const MOST_HEDGES: usize = 4;

/// What words before a time leave of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hedge {
    /// It is not surely that time.
    Unsure,
    /// If it is a day, it is one of several.
    Week,
}

/// The grammar; a method that finds something at a token says where that ends. One date is in `forms.rs`, doubts and bounds
/// are in `hedges.rs`.
pub(super) struct Grammar<'t> {
    pub(super) tokens: &'t [Token],
    pub(super) order: DateOrder,
}

impl Grammar<'_> {
    /// A time, with the words that bear on it: its end, its core, its value.
    pub(super) fn time(&self, at: usize) -> Option<(usize, Range<usize>, Option<Literal>)> {
        let (mut start, mut unsure, mut week) = (at, false, false);
        for _ in 0..MOST_HEDGES {
            let Some((end, hedge)) = self.hedge(start) else { break };
            start = end;
            unsure |= hedge == Hedge::Unsure;
            week |= hedge == Hedge::Week;
        }
        let style = self.style(start);
        let unsure = unsure || style.is_some_and(|(_, old)| old);
        let begin = style.map_or(start, |(end, _)| end);
        let (end, moment) = self.vague(begin).or_else(|| self.joined(begin))?;
        let range = self.range(at, end, &moment);
        let unsure = unsure || range.is_some();
        let end = range.unwrap_or(end);
        let (after, doubted) = self.doubt(end);
        let unsure = unsure || doubted || week && moment.day.is_some();
        let value = moment.value().filter(|_| !unsure);
        Some((after, begin..end, value))
    }

    /// `O.S.` and `N.S.`: the end, and whether it is the old style.
    pub(super) fn style(&self, at: usize) -> Option<(usize, bool)> {
        let old = |word: &str| matches!(word, "o" | "os" | "old" | "julian");
        let new = |word: &str| matches!(word, "n" | "ns" | "new" | "gregorian");
        let first = self.text(at);
        let end = match first {
            "os" | "ns" | "julian" | "gregorian" => self.skip(at + 1, &["."]),
            "o" | "n" if self.text(at + 1) == "." && self.text(at + 2) == "s" => self.skip(at + 3, &["."]),
            "old" | "new" if self.text(at + 1) == "style" => at + 2,
            _ => return None,
        };
        let end = self.skip(self.skip(end, &["calendar"]), &[":", ","]);
        (old(first) || new(first)).then_some((end, old(first)))
    }

    /// What follows a time and takes its value away: a question mark, a bound, or that it is of another calendar.
    pub(super) fn doubt(&self, end: usize) -> (usize, bool) {
        if self.is(end, &["?"]) && self.glued(end) && end + 1 < self.tokens.len() && !self.tokens[end + 1].capital {
            return (end + 1, true);
        }
        if let Some(after) = self.doubt_after(end) {
            return (after, true);
        }
        let inside = self.skip(end, &["(", "["]);
        match self.style(inside) {
            Some((after, true)) if inside == end || self.is(after, &[")", "]"]) => {
                (after + usize::from(inside > end), true)
            }
            _ => (end, false),
        }
    }

    /// Decades, centuries, numbered weeks, years of account.
    fn vague(&self, at: usize) -> Option<(usize, Moment)> {
        let unsure = Moment { unsure: true, ..Moment::default() };
        if self.number(at, 3..=4).is_some() {
            let end = self.skip(at + 1, &["'"]);
            if self.text(end) == "s" && self.glued(end) {
                return Some((self.era(end + 1).map_or(end + 1, |(end, _)| end), unsure));
            }
        }
        let ordinal = ORDINALS.contains(&self.text(at)).then_some(at + 1);
        let ordinal = ordinal.or_else(|| self.number(at, 1..=2).and_then(|_| self.suffix(at + 1)));
        if let Some(end) =
            ordinal.map(|end| self.skip(end, &["-"])).filter(|&end| self.is(end, &["century", "centuries"]))
        {
            return Some((self.era(end + 1).map_or(end + 1, |(end, _)| end), unsure));
        }
        let account = match self.text(at) {
            "fy" => at + 1,
            "fiscal" | "financial" => self.skip(at + 1, &["year"]),
            "week" | "wk" | "kw" => return self.year_of_week(at + 1).map(|end| (end, unsure)),
            _ => return None,
        };
        // Years of account are called by one year, though they may begin in the one before.
        let (end, year) = self.year(account)?;
        Some(match self.second_year(end) {
            Some(end) => (end, unsure),
            None => (end, Moment { year: Some(year), ..Moment::default() }),
        })
    }

    /// The end of the year of a numbered week: `12, 2021`, `12 of 2021`, `12/2021`.
    fn year_of_week(&self, at: usize) -> Option<usize> {
        self.number(at, 1..=2)?;
        let year = self.skip(self.skip(at + 1, &[",", "/"]), &["of", "in"]);
        self.year(year).map(|(end, _)| end)
    }

    /// The end of a range of years or months that begins with a time (`1921–1930`): it is no year of them. At the front of a
    /// bracket (`(1921–1990)`) it is two times, as those of a life.
    fn range(&self, at: usize, end: usize, first: &Moment) -> Option<usize> {
        if !self.is(end, &["-"]) || first.day.is_some() || first.year.is_none() && !first.unsure {
            return None;
        }
        let next = self.hedge(end + 1).map_or(end + 1, |(next, _)| next);
        match self.vague(next).or_else(|| self.joined(next)) {
            Some((last, second)) => {
                let years = second.day.is_none() && second.year.is_some() || second.unsure;
                (years && !self.opens_bracket(at)).then_some(last)
            }
            // AD 400–600
            None => {
                let short = self.glued(end) && self.glued(next) && self.number(next, 3..=3).is_some();
                (short && !self.goes_on(next + 1)).then_some(next + 1)
            }
        }
    }

    /// Whether a time stands at the front of a bracket or of a part of one: `(1921–1990)`, `(Bergen, 1921–1990)`.
    fn opens_bracket(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let brackets =
            || (before.saturating_sub(WITHIN_BRACKET)..before).rev().filter(|&at| self.is(at, &["(", "[", ")", "]"]));
        self.is(before, &["(", "["])
            || self.is(before, &[",", ";", ":", "*"]) && brackets().next().is_some_and(|at| self.is(at, &["(", "["]))
    }

    /// `535–475 BC`: the end of a range of which only the second year has an era.
    fn range_of_era(&self, at: usize) -> Option<usize> {
        self.number(at, 1..=4).filter(|_| self.text(at + 1) == "-")?;
        let next = self.hedge(at + 2).map_or(at + 2, |(next, _)| next);
        self.number(next, 1..=4).and_then(|_| self.era(next + 1)).map(|(end, _)| end)
    }

    /// `9 (21) March 1839`, `25 March (6 April) 1839`, `March 9 (21), 1839`: the end of one day by two calendars.
    fn two_calendars(&self, at: usize) -> Option<usize> {
        let end = self.day_and_month(self.skip(at, &["the"]))?;
        let inside = self.is(end, &["(", "["]).then_some(end + 1)?;
        let close = self.day_and_month(inside).filter(|&close| self.is(close, &[")", "]"]))?;
        let named = self.skip(close + 1, &["of"]);
        let named = self.month(named).map_or(named, |(end, _)| end);
        let (end, year) = self.year_after(named);
        let has_month = (at..named).any(|at| named_month(self.text(at)).is_some());
        (year.is_some() && has_month).then_some(end)
    }

    /// The end of a day, with its month or without.
    fn day_and_month(&self, at: usize) -> Option<usize> {
        if let Some((named, _)) = self.month(at) {
            return self.day(self.skip(named, &["the"])).map(|(end, _)| end);
        }
        let (end, _) = self.day(at)?;
        Some(self.month(self.skip(end, &["of"])).map_or(end, |(end, _)| end))
    }

    /// One time, or several that are written as one: ranges, alternatives.
    fn joined(&self, at: usize) -> Option<(usize, Moment)> {
        let several = |end| Some((end, Moment { unsure: true, ..Moment::default() }));
        // 3-5 May 1921
        if let Some((end, _)) = self.day(at)
            && let Some(next) = self.separator(end)
            && self.day(next).is_some()
            && let Some((end, moment)) = self.moment(next)
            && moment.month.is_some()
        {
            return several(end);
        }
        if let Some(end) = self.two_calendars(at) {
            return several(end);
        }
        let Some((end, first)) = self.moment(at) else { return self.range_of_era(at).and_then(several) };
        if let Some(dual) = self.dual(end, &first) {
            return Some(dual);
        }
        if let Some(after) = self.second_year(end)
            && (first.month.is_none() || first.year.is_some() && self.glued(end) && self.glued(end + 1))
        {
            return several(after);
        }
        // The night of one day to the next is neither.
        let night = at > 1 && self.is(at - 1, &["of"]) && self.is(at - 2, &["night"]);
        let one = night || at > 0 && self.is(at - 1, &["between"]);
        if let Some(next) = self.separator(end)
            && (first.year.is_none() || one || self.is(end, &["or", "/"]))
            && let Some((end, second)) = self.moment(self.skip(next, &["early", "late"]))
            && (second.year.is_some() && (first.month.is_some() || first.year.is_some()))
        {
            return several(end);
        }
        Some((end, first))
    }

    /// Between two times that are one.
    pub(super) fn separator(&self, at: usize) -> Option<usize> {
        self.is(at, &["-", "to", "and", "or", "/", "&", "until", "till"]).then_some(at + 1)
    }

    /// `2 January 1731/32`: a day of the months in which the old year went on when today's had begun. The later year is
    /// that of today's reckoning.
    fn dual(&self, at: usize, first: &Moment) -> Option<(usize, Moment)> {
        let (month, year) = (first.month?, first.year.as_ref()?.parse::<u32>().ok()?);
        let end = self.second_year(at).filter(|_| self.is(at, &["/"]) && self.glued(at) && self.glued(at + 1))?;
        let before_the_new_year =
            month < NEW_YEAR.0 || month == NEW_YEAR.0 && first.day.is_none_or(|day| day < NEW_YEAR.1);
        let later = year + 1;
        let fits = before_the_new_year && later <= LAST_OLD_YEAR && later.to_string().ends_with(self.text(at + 1));
        fits.then(|| (end, Moment { year: Some(format!("{later:04}")), ..first.clone() }))
    }

    /// `1948-49`, `1948/1949`: the second of two years that are one time.
    fn second_year(&self, at: usize) -> Option<usize> {
        let digits = match self.text(at) {
            "-" => 1..=2,
            "/" => 1..=4,
            _ => return None,
        };
        let short = self.number(at + 1, digits).is_some();
        let goes_on = self.is(at + 2, &["-", "/", "."]) && self.glued(at + 2) && self.glued(at + 3);
        // 1948/49-2010
        let next = self.is(at + 2, &["-"]) && self.number(at + 3, 3..=4).is_some();
        let day = named_month(self.text(at + 2)).is_some() || self.suffix(at + 2).is_some();
        // 43 BC – 17 AD
        let era = self.era(at + 2).is_some();
        (short && (next || !goes_on) && !day && !era).then_some(at + 2)
    }
}
