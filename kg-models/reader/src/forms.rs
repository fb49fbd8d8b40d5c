//! One date, in the forms that people give it. In: tokens. Out: year, month and day, and where they end. Never: a year of
//! two digits without an era.

use super::grammar::{ABOUT, Grammar, ORDINALS, WEEKDAYS};
use super::tokens::Kind;
use crate::moment::{DateOrder, Moment, day_of_week, foreign_month, named_month};
use std::ops::RangeInclusive;

const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// After these a capital says nothing of the number that follows: it is a day, not the end of a name (`Apollo 11`).
const BEFORE_DAYS: [&str; 22] = [
    "on", "born", "died", "b", "d", "from", "until", "till", "since", "by", "in", "to", "the", "of", "and", "dated",
    "date", "baptised", "baptized", "founded", "opened", "released",
];

/// After these a number of three digits is a year.
const BEFORE_YEARS: [&str; 7] = ["in", "year", "since", "from", "until", "till", "circa"];

impl Grammar<'_> {
    pub(super) fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.text(at))
    }

    pub(super) fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    /// The place after a token, if it is one of these.
    pub(super) fn skip(&self, at: usize, words: &[&str]) -> usize {
        at + usize::from(at < self.tokens.len() && self.is(at, words))
    }

    /// A number with so many digits.
    pub(super) fn number(&self, at: usize, digits: RangeInclusive<usize>) -> Option<u32> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Number)?;
        let before = at
            .checked_sub(1)
            .map(|before| &self.tokens[before])
            .filter(|before| token.glued && before.kind == Kind::Word);
        let part = before
            .is_some_and(|word| !matches!(&*word.text, "c" | "fy" | "t" | "ad") && named_month(&word.text).is_none());
        (digits.contains(&token.text.len()) && !part).then(|| token.text.parse().ok())?
    }

    /// Whether letters follow that belong to what stands before: `3D`, `1948a`.
    pub(super) fn goes_on(&self, at: usize) -> bool {
        self.glued(at) && self.tokens[at].kind == Kind::Word && named_month(self.text(at)).is_none()
    }

    /// One time.
    pub(super) fn moment(&self, at: usize) -> Option<(usize, Moment)> {
        let mut start = at;
        if WEEKDAYS
            .iter()
            .any(|day| self.text(at) == *day || self.text(at).len() >= 3 && day.starts_with(self.text(at)))
        {
            start = self.skip(self.skip(at + 1, &["."]), &[","]);
            start = self.skip(start, &["the"]);
        }
        self.week_date(start)
            .or_else(|| self.numeric(start))
            .or_else(|| self.day_first(start))
            .or_else(|| self.month_first(start))
            .or_else(|| self.year_first(start))
    }

    /// A day of a numbered week: `2020-W53-5`. A week alone is no month.
    fn week_date(&self, at: usize) -> Option<(usize, Moment)> {
        let year = self.number(at, 4..=4).filter(|year| (1000..3000).contains(year))?;
        let glued = |count: usize| (at + 1..=at + count).all(|next| self.glued(next));
        let digits = |at: usize, count: usize| {
            let token = self.tokens.get(at).filter(|token| token.kind == Kind::Number && token.text.len() == count);
            token.and_then(|token| token.text.parse().ok())
        };
        let week = digits(at + 3, 2).filter(|_| glued(3) && self.text(at + 1) == "-" && self.text(at + 2) == "w")?;
        let unsure = Moment { unsure: true, ..Moment::default() };
        match digits(at + 5, 1).filter(|_| glued(5) && self.text(at + 4) == "-") {
            Some(day) => Some((at + 6, day_of_week(year, week, day).unwrap_or(unsure))),
            None => Some((at + 4, unsure)),
        }
    }

    /// All numbers, and none of another number: `1948-07-21`, `21/07/1948`, `07/1948`.
    fn numeric(&self, at: usize) -> Option<(usize, Moment)> {
        let goes_on = at > 0 && self.glued(at) && self.is(at - 1, &["-", "/", "."]);
        if goes_on && !self.ends_date(at - 1) {
            return None;
        }
        self.all_numbers(at)
    }

    /// Whether a date that is all numbers, or a year, ends before a mark: before the dash of `3.5.1921–5.6.1990`.
    fn ends_date(&self, mark: usize) -> bool {
        let date = || {
            mark.checked_sub(5).is_some_and(|start| matches!(self.all_numbers(start), Some((end, _)) if end == mark))
        };
        let year = || mark.checked_sub(1).is_some_and(|year| self.number(year, 4..=4).is_some());
        date() || year() && self.text(mark) == "-" && self.text(mark + 2) != "-"
    }

    fn all_numbers(&self, at: usize) -> Option<(usize, Moment)> {
        let mark = self.tokens.get(at + 1).filter(|mark| mark.glued && matches!(&*mark.text, "-" | "/" | "."))?;
        let second = self.number(at + 2, 1..=4).filter(|_| self.glued(at + 2))?;
        let third = self
            .number(at + 4, 1..=4)
            .filter(|_| self.text(at + 3) == mark.text && self.glued(at + 3) && self.glued(at + 4));
        let (lengths, first) = ([at, at + 2, at + 4].map(|at| self.text(at).len()), self.number(at, 1..=4)?);
        let year = |year: u32| (1000..3000).contains(&year).then(|| year.to_string());
        match (third, lengths) {
            (Some(day), [4, 1..=2, 1..=2]) => {
                let moment = Moment {
                    year: year(first),
                    month: Some(second),
                    day: Some(day),
                    unsure: !(1..=12).contains(&second) || day == 0,
                };
                Some((self.clock(at + 5), moment))
            }
            (Some(given), [1..=2, 1..=2, 4]) => {
                let (day, month) = self.ordered(first, second);
                let unsure = first.max(second) > 31 || first.min(second) > 12 || first.min(second) == 0;
                Some((at + 5, Moment { year: year(given), month, day, unsure }))
            }
            (Some(_), [1..=2, 1..=2, 2]) => Some((at + 5, Moment { unsure: true, ..Moment::default() })),
            (None, [1..=2, 4, _]) if mark.text == "/" && (1..=12).contains(&first) => {
                Some((at + 3, Moment { year: year(second), month: Some(first), ..Moment::default() }))
            }
            _ => None,
        }
    }

    /// Day and month, where they are known: they are equal, only one of them can be a month, or the order was told.
    fn ordered(&self, first: u32, second: u32) -> (Option<u32>, Option<u32>) {
        let day_first = first > 12 || first == second || second <= 12 && self.order == DateOrder::DayFirst;
        let month_first = second > 12 || first <= 12 && self.order == DateOrder::MonthFirst;
        match (day_first, month_first) {
            (true, _) => (Some(first), Some(second)),
            (_, true) => (Some(second), Some(first)),
            _ => (None, None),
        }
    }

    /// Passes over the time of day of an ISO date: `T10:30:00Z`.
    fn clock(&self, at: usize) -> usize {
        if !(self.text(at) == "t" && self.glued(at) && self.number(at + 1, 1..=6).is_some()) {
            return at;
        }
        let mut end = at + 2;
        while self.is(end, &[":", ".", "+", "-"]) && self.glued(end) && self.number(end + 1, 1..=9).is_some() {
            end += 2;
        }
        if self.glued(end) { self.skip(end, &["z"]) } else { end }
    }

    /// `21 July 1948`, `the 21st of July, 1948`, `21-Jul-1948`, `21.VII.1948`, `21. Juli 1948`, `21 July`.
    fn day_first(&self, at: usize) -> Option<(usize, Moment)> {
        let start = self.skip(at, &["the"]);
        let (end, day) = self.day(start).filter(|_| !self.ends_name(start))?;
        let named = self.skip(self.skip(self.skip(end, &["."]), &["-", "/"]), &["of"]);
        if let Some((end, month)) = self.month(named) {
            let (end, year) = self.year_after(self.aside(end));
            let unsure = year.is_none() && end > self.month(named)?.0;
            return Some((end, Moment { year, month: Some(month), day: Some(day), unsure }));
        }
        let named = self.skip(named, &["de"]);
        if let Some(month) = foreign_month(self.text(named)) {
            let (end, year) = self.year(self.skip(named + 1, &[",", "de", "del"]))?;
            return Some((end, Moment { year: Some(year), month: Some(month), day: Some(day), unsure: false }));
        }
        let roman = self.tokens.get(named).filter(|word| word.upper)?;
        let month = ROMAN.iter().position(|numeral| *numeral == roman.text)? as u32 + 1;
        let (end, year) = self.year(self.skip(named + 1, &[".", "/", "-"]))?;
        Some((end, Moment { year: Some(year), month: Some(month), day: Some(day), unsure: false }))
    }

    /// `July 21, 1948`, `July the 21st`, `July 3-5, 1948`, `July 1948`, `Jul-21-1948`, `July`.
    fn month_first(&self, at: usize) -> Option<(usize, Moment)> {
        let (mut named, month) = self.month(at)?;
        // The stop of a whole name is none of its own: "March. 3, 1921".
        if self.text(named) == "."
            && self.glued(named)
            && let Some((end, _)) = self.day(named + 1)
            && self.year_after(end).1.is_some()
        {
            named += 1;
        }
        let dashed = self.skip(named, &["-"]);
        let Some((mut end, day)) = self.day(self.skip(dashed, &["the"])) else {
            let (end, year) = self.year_after(named);
            let unsure = year.is_none() && end > named;
            // "It may", "they march".
            if end == named && !self.tokens[at].capital {
                return None;
            }
            return Some((end, Moment { year, month: Some(month), day: None, unsure }));
        };
        let mut unsure = false;
        if let Some((last, _)) =
            self.separator(end).and_then(|next| self.day(next)).filter(|&(last, _)| self.month(last).is_none())
        {
            (end, unsure) = (last, true);
        }
        let (after, year) = self.year_after(self.aside(end));
        let unsure = unsure || year.is_none() && after > end;
        Some((after, Moment { year, month: Some(month), day: Some(day), unsure }))
    }

    /// `1948 July 21`, `1948`.
    fn year_first(&self, at: usize) -> Option<(usize, Moment)> {
        let (end, year) = self.year(at)?;
        let dashed = if self.glued(end) { self.skip(end, &["-"]) } else { end };
        if let Some((named, month)) = self.month(dashed)
            && let Some((last, day)) = self.day(self.skip(named, &["-"]))
            && self.year_after(last).1.is_none()
        {
            return Some((last, Moment { year: Some(year), month: Some(month), day: Some(day), unsure: false }));
        }
        Some((end, Moment { year: Some(year), ..Moment::default() }))
    }

    /// A day of a month, in digits or in words.
    pub(super) fn day(&self, at: usize) -> Option<(usize, u32)> {
        if let Some(day) = self.number(at, 1..=2).filter(|day| (1..=31).contains(day)) {
            return self.suffix(at + 1).or((!self.goes_on(at + 1)).then_some(at + 1)).map(|end| (end, day));
        }
        let ordinal = |at: usize| ORDINALS.iter().position(|word| *word == self.text(at)).map(|index| index as u32 + 1);
        let tens = match self.text(at) {
            "thirtieth" => return Some((at + 1, 30)),
            "twenty" => 20,
            "thirty" => 30,
            _ => return ordinal(at).map(|day| (at + 1, day)),
        };
        let last = self.skip(at + 1, &["-"]);
        ordinal(last).filter(|ones| ones + tens < 32 && *ones < 10).map(|ones| (last + 1, tens + ones))
    }

    /// `st`, `nd`, `rd`, `th`, `d` of old after a 2 or a 3 (`the 3d of May`), and `er` of the first in French.
    pub(super) fn suffix(&self, at: usize) -> Option<usize> {
        let number = at.checked_sub(1).map_or("", |number| self.text(number));
        let of_old = || self.text(at) == "d" && self.glued(at) && !self.tokens[at].capital;
        let old = matches!(number, "2" | "3" | "02" | "03" | "22" | "23") && of_old();
        (old || self.is(at, &["st", "nd", "rd", "th", "er"])).then_some(at + 1)
    }

    pub(super) fn month(&self, at: usize) -> Option<(usize, u32)> {
        let month = named_month(self.text(at))?;
        let dotted = self.text(at + 1) == "." && self.glued(at + 1) && self.text(at).len() < 5;
        Some((at + 1 + usize::from(dotted), month))
    }

    /// Whether a number is the end of a name: `Apollo 11`.
    fn ends_name(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| &self.tokens[before]) else { return false };
        let weekday = WEEKDAYS.iter().any(|day| before.text.len() >= 3 && day.starts_with(&*before.text));
        before.kind == Kind::Word
            && before.capital
            && !weekday
            && !BEFORE_DAYS.contains(&&*before.text)
            && !ABOUT.contains(&&*before.text)
    }

    /// Passes over the date of another calendar within a date: `7 May [O.S. 25 April] 1840`.
    fn aside(&self, at: usize) -> usize {
        let inside = || {
            let (start, _) = self.style(at + 1)?;
            let day_first = self.day(start).and_then(|(end, _)| self.month(end));
            let (end, _) = day_first.or_else(|| self.month(start).and_then(|(end, _)| self.day(end)))?;
            (self.is(end, &[")", "]"]) && self.year(end + 1).is_some()).then_some(end + 1)
        };
        if self.is(at, &["(", "["]) { inside().unwrap_or(at) } else { at }
    }

    /// The year after a day or month: perhaps after a comma or `of`. Two digits after an apostrophe belong to the date,
    /// and tell no year.
    pub(super) fn year_after(&self, at: usize) -> (usize, Option<String>) {
        let next = self.skip(self.skip(self.skip(at, &[",", "-", "/", "."]), &["of"]), &["the"]);
        if let Some((end, year)) = self.year(next).filter(|_| !self.starts_date(next)) {
            return (end, Some(year));
        }
        let short = self.is(next, &["'"]) && self.number(next + 1, 2..=2).is_some();
        let dashed = self.text(at) == "-" && self.glued(next) && self.number(next, 2..=2).is_some();
        (
            if short {
                next + 2
            } else if dashed {
                next + 1
            } else {
                at
            },
            None,
        )
    }

    /// Whether a year is the first of another date: `July 21, 1948-08-01`.
    fn starts_date(&self, at: usize) -> bool {
        self.numeric(at).is_some_and(|(end, _)| end > at + 3)
    }

    /// A year: four digits; three where a word says that it is one; fewer only with an era.
    pub(super) fn year(&self, at: usize) -> Option<(usize, String)> {
        if let Some((start, false)) = self.era(at)
            && self.is(at, &["ad", "a"])
            && let Some(year) = self.number(start, 1..=4).filter(|year| *year > 0)
        {
            return Some((start + 1, format!("{year:04}")));
        }
        let year = self.number(at, 1..=4).filter(|year| *year > 0)?;
        let length = self.text(at).len();
        if let Some((end, before)) = self.era(at + 1) {
            return Some((end, counted(year, before)));
        }
        let split = self.is(at + 1, &[",", "."])
            && self.glued(at + 1)
            && self.glued(at + 2)
            && self.number(at + 2, 1..=3).is_some();
        let part = at > 0 && self.glued(at) && self.is(at - 1, &["$", "€", "£", "#", "%", "+"]);
        let told = || at > 0 && self.is(at - 1, &BEFORE_YEARS);
        let plain = (1000..3000).contains(&year) && length == 4 || length == 3 && year >= 100 && told();
        // 1200-1150 BC: the era of the second year is that of the first.
        let before = self
            .separator(at + 1)
            .filter(|&next| self.number(next, 1..=4).is_some())
            .and_then(|next| self.era(next + 1));
        (plain && !split && !part && !self.goes_on(at + 1))
            .then(|| (at + 1, counted(year, before.is_some_and(|(_, before)| before))))
    }

    /// An era, and whether it is the one before ours.
    pub(super) fn era(&self, at: usize) -> Option<(usize, bool)> {
        match self.text(at) {
            "bc" | "bce" => Some((at + 1, true)),
            "ad" | "ce" if self.tokens[at].upper => Some((at + 1, false)),
            "a" | "b" | "c" if self.tokens[at].upper && self.text(at + 1) == "." && self.glued(at + 2) => {
                let letters = [self.text(at), self.text(at + 2)];
                let end = self.skip(at + 3, &["."]);
                match letters {
                    ["b", "c"] if self.text(end) == "e" && self.glued(end) => Some((self.skip(end + 1, &["."]), true)),
                    ["b", "c"] => Some((end, true)),
                    ["a", "d"] | ["c", "e"] => Some((end, false)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// XSD 1.1 has a year 0000: 1 BC.
pub(super) fn counted(year: u32, before: bool) -> String {
    match year {
        1 if before => "0000".to_owned(),
        year if before => format!("-{:04}", year - 1),
        year => format!("{year:04}"),
    }
}
