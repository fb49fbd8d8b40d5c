//! What users rely on when a date is read. In: dates in all the forms that people give them. Out: values. Never: a date
//! that the test and the grammar write by the same code.

use super::*;
use crate::literal::{time, time_in};
use crate::moment::DateOrder;
use kgloom_record::record::Datatype;

const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of the calendar.
#[derive(Clone, Copy, Debug)]
struct Day {
    year: u32,
    month: u32,
    day: u32,
    /// Days since a Monday.
    since: u32,
}

/// Every day from the first of January of 1600, which was a Saturday, to the last of December of 2100.
fn days() -> impl Iterator<Item = Day> {
    let mut today = Day { year: 1600, month: 1, day: 1, since: 5 };
    std::iter::from_fn(move || {
        let now = today;
        let by = |count: u32| now.year.is_multiple_of(count);
        let leap = by(4) && !by(100) || by(400);
        let length = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][now.month as usize - 1];
        today.since += 1;
        today.day += 1;
        if today.day > length {
            (today.day, today.month) = (1, today.month + 1);
        }
        if today.month > 12 {
            (today.month, today.year) = (1, today.year + 1);
        }
        (now.year <= 2100).then_some(now)
    })
}

fn ordinal(day: u32) -> String {
    let ending = match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    format!("{day}{ending}")
}

/// The week of a day is that of its Thursday, and of the year of that.
fn week_date(date: Day) -> String {
    let Day { year, month, day, since } = date;
    let length = |year: u32| {
        let by = |count: u32| year.is_multiple_of(count);
        365 + u32::from(by(4) && !by(100) || by(400))
    };
    let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month as usize - 1];
    let of_year = before + day + if month > 2 { length(year) - 365 } else { 0 };
    // Counted from the first of January of the year before.
    let thursday = length(year - 1) + of_year + 3 - since % 7;
    let [last, this] = [year - 1, year].map(length);
    let (year, thursday) = match thursday {
        early if early <= last => (year - 1, early),
        late if late > last + this => (year + 1, late - last - this),
        within => (year, within - last),
    };
    format!("{year}-W{:02}-{}", thursday.div_ceil(7), since % 7 + 1)
}

fn in_words(day: u32) -> &'static str {
    let words = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth \
        fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third \
        twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first";
    words.split_whitespace().nth(day as usize - 1).expect("31 words")
}

/// A day in many forms, all of which tell it surely.
fn forms(date: Day) -> Vec<String> {
    let Day { year, month, day, since } = date;
    let name = NAMES[month as usize - 1];
    let short = &name[..3];
    let weekday = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][since as usize % 7];
    let roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"][month as usize - 1];
    let nth = ordinal(day);
    let word = in_words(day);
    let mut forms = vec![
        format!("{day} {name} {year}"),
        format!("{day:02} {name} {year}"),
        format!("{day} {name}, {year}"),
        format!("{name} {day}, {year}"),
        format!("{name} {day} , {year}"),
        format!("{name} {day} {year}"),
        format!("{short} {day}, {year}"),
        format!("{short}. {day}, {year}"),
        format!("{day} {short} {year}"),
        format!("{day} {short}. {year}"),
        format!("{nth} {name} {year}"),
        format!("{nth} of {name} {year}"),
        format!("the {nth} of {name}, {year}"),
        format!("{day} of {name}, {year}"),
        format!("{name} {nth}, {year}"),
        format!("{name} {nth} {year}"),
        format!("{name} the {nth}, {year}"),
        format!("{weekday}, {day} {name} {year}"),
        format!("{weekday} {day} {name} {year}"),
        format!("{weekday}, {name} {day}, {year}"),
        format!("{}., {short} {day}, {year}", &weekday[..3]),
        format!("the {word} of {name} {year}"),
        format!("{name} {word}, {year}"),
        format!("{year}-{month:02}-{day:02}"),
        format!("{year}/{month:02}/{day:02}"),
        format!("{year}.{month:02}.{day:02}"),
        format!("{year}-{month:02}-{day:02}T10:30:00Z"),
        format!("{year}-{month:02}-{day:02}T23:59:59.123+02:00"),
        format!("{year} {name} {day}"),
        format!("{day}-{short}-{year}"),
        format!("{day}.{roman}.{year}"),
        format!("{day} {roman} {year}"),
        format!("{name}\u{a0}{day}, {year}"),
        format!("{day}\u{2009}{name}\u{202f}{year}"),
        format!("{year}\u{2011}{month:02}\u{2011}{day:02}"),
        format!("{} {day}, {year}", name.to_uppercase()),
        format!("{name} {day},[1] {year}"),
        format!("{day}[a] {name} {year}"),
        format!("{name} {day}\u{200b}, {year}"),
        format!("{day} {name} {year} AD"),
        format!("{day}. {roman}. {year}"),
        week_date(date),
    ];
    if [2, 3, 22, 23].contains(&day) {
        forms.extend([format!("{name} {day}d, {year}"), format!("the {day}d of {name} {year}")]);
    }
    if day > 12 || day == month {
        forms.extend([
            format!("{day}/{month}/{year}"),
            format!("{month:02}/{day:02}/{year}"),
            format!("{day:02}.{month:02}.{year}"),
            format!("{day}-{month}-{year}"),
        ]);
    }
    forms
}

fn check(found: &Literal, value: &str, datatype: Datatype, written: &str) {
    assert_eq!((&*found.value, found.datatype), (value, datatype), "{written}");
}

#[test]
fn every_day_of_five_centuries_is_read_in_forty_forms() {
    let days: Vec<Day> = days().collect();
    assert_eq!(days.len(), 182_987);
    std::thread::scope(|scope| {
        for part in days.chunks(days.len() / 2 + 1) {
            scope.spawn(move || {
                for date in part {
                    let Day { year, month, day, .. } = date;
                    let value = format!("{year}-{month:02}-{day:02}");
                    let forms = forms(*date);
                    assert!(forms.len() >= 40);
                    for written in forms {
                        check(&time(&written), &value, Datatype::Date, &written);
                    }
                }
            });
        }
    });
}

#[test]
fn a_day_is_never_a_year() {
    for date in days().filter(|date| date.year == 1999) {
        let (day, name) = (date.day, NAMES[date.month as usize - 1]);
        for written in [
            format!("{name} {day}"),
            format!("{day} {name}"),
            ordinal(day),
            format!("{day}"),
            format!("{name} {day}, '48"),
            format!("{day}/{}/48", date.month),
            format!("{day} {name} 48"),
            format!("'{day}"),
        ] {
            check(&time(&written), &written, Datatype::String, &written);
        }
    }
}

#[test]
fn numbers_alone_are_read_as_far_as_they_are_sure() {
    check(&time("03/05/1921"), "1921", Datatype::Year, "neither order was told");
    check(&time("03.05.1921"), "1921", Datatype::Year, "neither order was told");
    check(&time_in("03/05/1921", DateOrder::DayFirst), "1921-05-03", Datatype::Date, "dmy");
    check(&time_in("03/05/1921", DateOrder::MonthFirst), "1921-03-05", Datatype::Date, "mdy");
    for order in [DateOrder::Unknown, DateOrder::DayFirst, DateOrder::MonthFirst] {
        check(&time_in("21/07/1948", order), "1948-07-21", Datatype::Date, "only one can be the month");
        check(&time_in("07/21/1948", order), "1948-07-21", Datatype::Date, "only one can be the month");
        check(&time_in("5/5/1921", order), "1921-05-05", Datatype::Date, "both orders agree");
        check(&time_in("32/13/1921", order), "32/13/1921", Datatype::String, "no day");
    }
    check(&time("07/1948"), "1948-07", Datatype::YearMonth, "month and year");
}

#[test]
fn months_and_years_stand_alone() {
    for (written, value, datatype) in [
        ("July 1948", "1948-07", Datatype::YearMonth),
        ("July, 1948", "1948-07", Datatype::YearMonth),
        ("July of 1948", "1948-07", Datatype::YearMonth),
        ("Sept. 1948", "1948-09", Datatype::YearMonth),
        ("in 1948", "1948", Datatype::Year),
        ("the year 1948", "1948", Datatype::Year),
        ("in 476", "0476", Datatype::Year),
        ("AD 79", "0079", Datatype::Year),
        ("79 CE", "0079", Datatype::Year),
        ("A.D. 79", "0079", Datatype::Year),
        ("44 BC", "-0043", Datatype::Year),
        ("24 August 79 AD", "0079-08-24", Datatype::Date),
        ("fiscal year 1999", "1999", Datatype::Year),
        ("fiscal 1999", "1999", Datatype::Year),
        ("FY1999", "1999", Datatype::Year),
        ("FY 2021", "2021", Datatype::Year),
        ("2020-W53-5", "2021-01-01", Datatype::Date),
        ("2019-W01-1", "2018-12-31", Datatype::Date),
        ("7 May [O.S. 25 April] 1840", "1840-05-07", Datatype::Date),
    ] {
        check(&time(written), value, datatype, written);
    }
}

#[test]
fn what_is_not_one_time_keeps_its_words() {
    for written in [
        "c. 1200",
        "ca. 1200",
        "circa 1200",
        "c1200",
        "about 1850",
        "before 1850",
        "after 4 May 1961",
        "1200?)",
        "1914-18",
        "1914–18",
        "1914–1918",
        "1914-1918",
        "1914 – c. 1918",
        "1914–1920s",
        "May 1914–June 1918",
        "AD 400–600",
        "535–475 BC",
        "c. 535 – c. 475 BC",
        "400–600 AD",
        "31 December 1990/1 January 1991",
        "1990-12-31/1991-01-01",
        "the night of 31 December 1990 to 1 January 1991",
        "9 (21) March 1839",
        "25 March (6 April) 1839",
        "March 9 (21), 1839",
        "2020-W53",
        "2021-W53-5",
        "2020-W00-5",
        "2020-W53-8",
        "week 12, 2021",
        "week 12 of 2021",
        "KW 12/2021",
        "1948/49",
        "1948 or 1949",
        "between 1914 and 1918",
        "3-5 May 1921",
        "May 3–5, 1921",
        "3 and 5 May 1921",
        "May–June 1921",
        "July 21 – August 3, 1948",
        "1930s",
        "1930's",
        "the late 1930s",
        "19th century",
        "the nineteenth century",
        "1st century BC",
        "27–14 BC",
        "300–250 BC",
        "fiscal year 2018/19",
        "FY2018-19",
        "FY19",
        "fiscal years 2019",
        "31 February 1999",
        "O.S. 25 April 1840",
        "25 April 1840 (O.S.)",
        "summer 1969",
        "12345",
        "476",
        "747s",
        "B1948",
        "1948a",
        "1,948",
        "two years",
        "Tuesday",
        "July",
        "9 a.m.",
        "3D",
        "48",
    ] {
        check(&time(written), written, Datatype::String, written);
    }
}

#[test]
fn bounds_doubts_and_other_calendars_keep_their_words() {
    for written in [
        "by 1921",
        "by 3 May 1921",
        "no later than 3 May 1921",
        "not earlier than 1921",
        "later than 1921",
        "as early as 1921",
        "almost 1921",
        "at least 1921",
        "most likely in 1921",
        "probably in the year 1921",
        "it seems, in 1921",
        "allegedly on 3 May 1921",
        "before the year 1921",
        "post-1921",
        "pre-1990",
        ">1921",
        "≤1921",
        "within a week of 3 May 1921",
        "within two years of 1921",
        "the eve of 3 May 1921",
        "eve of 1921",
        "the week of 3 May 1921",
        "week ending Friday, 3 May 1921",
        "the weekend of 3 May 1921",
        "the anniversary of 3 May 1921",
        "1921 or later",
        "3 May 1921 or earlier",
        "1921 or so",
        "1921 or thereabouts",
        "1921 at the latest",
        "1921, give or take a year",
        "1921±2",
        "1921(?)",
        "1921 (uncertain)",
        "3 May 1921 (est.)",
        "1921 BP",
        "1921 Anno Hegirae",
        "AH 1345",
        "1345 A.H.",
        "1921 in the Hebrew calendar",
        "May or early June 1921",
        "1731/32",
        "3 May 1921/4",
        "3 May 1921-22",
        "2 January 1921/22",
        "3 May 1731/32",
        "1147/8",
    ] {
        let found = dates(written, DateOrder::Unknown);
        assert_eq!(found.len(), 1, "{written}: {found:?}");
        assert_eq!(found[0].value, None, "{written}");
    }
}

#[test]
fn words_that_leave_a_time_as_it_is() {
    for (written, value, datatype) in [
        ("since 1921", "1921", Datatype::Year),
        ("until 3 May 1921", "1921-05-03", Datatype::Date),
        ("the week of May 1921", "1921-05", Datatype::YearMonth),
        ("1921 AD", "1921", Datatype::Year),
        ("New Year's Eve 1921", "1921", Datatype::Year),
        ("1921 Anno Domini", "1921", Datatype::Year),
    ] {
        let found = dates(written, DateOrder::Unknown);
        assert_eq!(found.len(), 1, "{written}: {found:?}");
        check(found[0].value.as_ref().expect("it is sure"), value, datatype, written);
    }
    let found = |text: &'static str| -> Vec<Option<String>> {
        dates(text, DateOrder::Unknown).iter().map(|time| Some(time.value.as_ref()?.value.to_string())).collect()
    };
    assert_eq!(found("In 1954 BP bought it."), [Some("1954".to_owned())]);
    assert_eq!(found("Ana (1921–) is a painter."), [Some("1921".to_owned())]);
    assert_eq!(found("Ana Sobral (1948/49–2010)"), [None, Some("2010".to_owned())]);
    assert_eq!(found("in 1921, at the latest in autumn"), [Some("1921".to_owned())]);
    assert_eq!(found("in 1921 or before 1930"), [Some("1921".to_owned()), None]);
}

#[test]
fn a_day_of_two_reckonings_is_of_the_later_year() {
    for (written, value) in [
        ("2 January 1731/32", "1732-01-02"),
        ("2 January 1731/2", "1732-01-02"),
        ("January 2, 1731/1732", "1732-01-02"),
        ("24 March 1699/1700", "1700-03-24"),
        ("29 February 1731/32", "1732-02-29"),
    ] {
        check(&time(written), value, Datatype::Date, written);
    }
    check(&time("February 1731/32"), "1732-02", Datatype::YearMonth, "a month");
    for written in ["25 March 1731/32", "2 January 1731/34", "2 January 1752/53"] {
        check(&time(written), written, Datatype::String, written);
    }
}

#[test]
fn months_of_other_languages_beside_a_day_and_a_year() {
    for (written, value) in [
        ("21. Juli 1948", "1948-07-21"),
        ("3. März 1921", "1921-03-03"),
        ("21 juillet 1948", "1948-07-21"),
        ("1er mai 1921", "1921-05-01"),
        ("21 de julio de 1948", "1948-07-21"),
        ("4. oktober 1930", "1930-10-04"),
        ("May. 3, 1921", "1921-05-03"),
        ("March. 3, 1921", "1921-03-03"),
    ] {
        check(&time(written), value, Datatype::Date, written);
    }
    let found = dates("The Mars 2020 rover", DateOrder::Unknown);
    assert_eq!(found[0].value.as_ref().map(|value| &*value.value), Some("2020"));
}

#[test]
fn times_stand_where_they_are_written() {
    let found = |text: &'static str| -> Vec<(&str, Option<String>)> {
        let value = |time: &Written| time.value.as_ref().map(|literal| literal.value.to_string());
        dates(text, DateOrder::Unknown).iter().map(|time| (&text[time.core.clone()], value(time))).collect()
    };
    let some = |value: &str| Some(value.to_owned());
    assert_eq!(
        found("Ana Sobral (July 21, 1948 – March 3, 2010) was an engineer."),
        [("July 21, 1948", some("1948-07-21")), ("March 3, 2010", some("2010-03-03"))]
    );
    assert_eq!(
        found("(21 July 1948 - 3 March 2010)"),
        [("21 July 1948", some("1948-07-21")), ("3 March 2010", some("2010-03-03"))]
    );
    assert_eq!(found("(1948 – May 3, 2010)"), [("1948", some("1948")), ("May 3, 2010", some("2010-05-03"))]);
    assert_eq!(found("from 1914 to 1918"), [("1914", some("1914")), ("1918", some("1918"))]);
    assert_eq!(found("Apollo 11 July 1969"), [("July 1969", some("1969-07"))]);
    assert_eq!(found("born c. 1200 in Bergen"), [("1200", None)]);
    assert_eq!(found("It may be that he will march in 2 days."), []);
    assert_eq!(found("(63 BC – AD 14)"), [("63 BC", some("-0062")), ("AD 14", some("0014"))]);
    assert_eq!(found("(43 BC – 17 AD)"), [("43 BC", some("-0042")), ("17 AD", some("0017"))]);
    assert_eq!(found("(1200–1150 BC)"), [("1200", some("-1199")), ("1150 BC", some("-1149"))]);
    assert_eq!(found("It stood 1200–1150 BC there."), [("1200–1150 BC", None)]);
    assert_eq!(found("It was founded in 1921–1930."), [("1921–1930", None)]);
    assert_eq!(found("Ana Sobral (Bergen, 1921–1990)"), [("1921", some("1921")), ("1990", some("1990"))]);
    assert_eq!(found("Ana Sobral (born in 1921-1930)"), [("1921-1930", None)]);
    for written in ["(3.5.1921–5.6.1990)", "(3/5/1921–5/6/1990)", "(3.5.1921-5.6.1990)"] {
        let values: Vec<_> = found(written).into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [some("1921"), some("1990")], "{written}");
    }
    assert_eq!(
        found("(1921-05-03–1990-06-05)"),
        [("1921-05-03", some("1921-05-03")), ("1990-06-05", some("1990-06-05"))]
    );
    assert_eq!(found("3D or 2d films"), []);
}

#[test]
fn time_is_linear_in_the_text() {
    for part in [
        "by the year ",
        "most likely in ",
        "within a week of ",
        "1948/49-",
        "1948-",
        "July ",
        "c. ",
        "21/07/",
        "3-",
        "[",
        "between 1914 and ",
        "7 May [O.S. ",
        "1.2.1921-",
        "1921–c. ",
        "(1921, ",
        "9 (",
        "2020-W53-",
    ] {
        let text = part.repeat(200_000 / part.len());
        let begin = std::time::Instant::now();
        let _ = dates(&text, DateOrder::Unknown);
        assert!(begin.elapsed().as_secs() < 2, "{part:?}");
    }
}
