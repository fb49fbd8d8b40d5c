//! A point or stretch of time, and how it is written. In: words. Out: years, months, days. Never: a grammar.

use kgloom_record::record::{Datatype, Literal};
use serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// The months in English, January first.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The months as the languages of Western Europe write them, where that differs from English: January first.
const FOREIGN_MONTHS: [&[&str]; 12] = [
    &["januar", "jänner", "januari", "janvier", "enero", "gennaio", "janeiro"],
    &["februar", "februari", "février", "febrero", "febbraio", "fevereiro"],
    &["märz", "mars", "marts", "maart", "marzo", "março"],
    &["abril", "avril", "aprile"],
    &["mai", "maj", "mei", "mayo", "maggio", "maio"],
    &["juni", "juin", "junio", "giugno", "junho"],
    &["juli", "juillet", "julio", "luglio", "julho"],
    &["augusti", "augustus", "août", "agosto"],
    &["septembre", "septiembre", "settembre", "setembro"],
    &["oktober", "octobre", "octubre", "ottobre", "outubro"],
    &["novembre", "noviembre", "novembro"],
    &["dezember", "desember", "décembre", "diciembre", "dicembre", "dezembro"],
];

/// Which of day and month comes first where a date is all numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum DateOrder {
    /// Not known: `03/05/1921` is a day of 1921.
    #[default]
    Unknown,
    /// `03/05/1921` is 3 May 1921.
    DayFirst,
    /// `03/05/1921` is 5 March 1921.
    MonthFirst,
}

impl FromStr for DateOrder {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "unknown" => Ok(DateOrder::Unknown),
            "dmy" => Ok(DateOrder::DayFirst),
            "mdy" => Ok(DateOrder::MonthFirst),
            _ => Err(format!("\"{name}\" is no order of dates; dmy, mdy and unknown are")),
        }
    }
}

impl TryFrom<String> for DateOrder {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DateOrder::Unknown => "unknown",
            DateOrder::DayFirst => "dmy",
            DateOrder::MonthFirst => "mdy",
        })
    }
}

/// What is known of a time; the year in its lexical form.
#[derive(Clone, Debug, Default)]
pub(super) struct Moment {
    pub(super) year: Option<String>,
    pub(super) month: Option<u32>,
    pub(super) day: Option<u32>,
    /// Whether it is more than one, or none that a calendar has.
    pub(super) unsure: bool,
}

impl Moment {
    pub(super) fn value(&self) -> Option<Literal> {
        let year = self.year.as_ref().filter(|_| !self.unsure)?;
        let (value, datatype) = match (self.month, self.day) {
            (None, _) => (year.clone(), Datatype::Year),
            (Some(month), None) => (format!("{year}-{month:02}"), Datatype::YearMonth),
            (Some(month), Some(day)) if day <= last_day(year, month) => {
                (format!("{year}-{month:02}-{day:02}"), Datatype::Date)
            }
            _ => return None,
        };
        Some(Literal { value: value.into(), datatype })
    }
}

fn last_day(year: &str, month: u32) -> u32 {
    let year: i64 = year.parse().unwrap_or_default();
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days of the calendar before a year, counted from the first of January of the year 1, which was a Monday.
fn days_before(year: u32) -> u32 {
    let years = year.saturating_sub(1);
    365 * years + years / 4 - years / 100 + years / 400
}

/// The Monday of the week that has the fourth of January: the first of a year, as weeks are numbered.
fn first_monday(year: u32) -> u32 {
    let fourth = days_before(year) + 3;
    fourth - fourth % 7
}

/// The day of a week's date (ISO 8601): `2020-W53-5` is 2021-01-01. None where the year has no such week.
pub(super) fn day_of_week(year: u32, week: u32, day: u32) -> Option<Moment> {
    let since = (week.checked_sub(1)? * 7 + day).checked_sub(1).filter(|_| (1..=7).contains(&day))?;
    let date = Some(first_monday(year) + since).filter(|date| *date < first_monday(year + 1))?;
    let years = [year - 1, year, year + 1];
    let year = years.into_iter().rev().find(|year| days_before(*year) <= date)?;
    let written = format!("{year:04}");
    let (mut month, mut rest) = (1, date - days_before(year));
    while rest >= last_day(&written, month) {
        rest -= last_day(&written, month);
        month += 1;
    }
    Some(Moment { year: Some(written), month: Some(month), day: Some(rest + 1), unsure: false })
}

/// A month by its name or an abbreviation of it.
pub(super) fn named_month(word: &str) -> Option<u32> {
    let is = |month: &&str| {
        *month == word || word.len() == 3 && month.starts_with(word) || word == "sept" && month.starts_with(word)
    };
    MONTHS.iter().position(is).map(|index| index as u32 + 1)
}

/// A month by its name in another language of Western Europe; beside a day and a year it is surely one.
pub(super) fn foreign_month(word: &str) -> Option<u32> {
    FOREIGN_MONTHS.iter().position(|names| names.contains(&word)).map(|index| index as u32 + 1)
}
