//! Mentions of times that were cut anywhere are whole again. In: texts, and mentions as a tagger might cut them. Out: spans
//! and values. Never: a model.

use super::*;
use crate::layout::{TokenizedText, Word};
use crate::sentence;

fn tokenized(text: &str) -> TokenizedText {
    let sentences = sentence::sentences(text);
    let words = (0..).zip(&sentences).flat_map(|(index, span)| {
        let words = sentence::words(text, *span).into_iter();
        words.map(move |span| Word { span, sentence: index, pieces: 0..1 })
    });
    TokenizedText { words: words.collect(), sentences: sentences.clone(), ..TokenizedText::default() }
}

fn class(name: &str) -> usize {
    CLASSES.iter().position(|class| *class == name).expect("a class")
}

/// What becomes of mentions, given as pieces of the text with their classes: their texts, and their values.
fn read(text: &str, pieces: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
    let tokenized = tokenized(text);
    let mut from = 0;
    let found = pieces.iter().map(|(piece, name)| {
        let start = from + text[from..].find(piece).unwrap_or_else(|| panic!("{piece} in {text}"));
        from = start + piece.len();
        let words = tokenized.words_under(Span { start: start as u32, end: from as u32 });
        MentionSpan { words, class: class(name), score: 0.5 }
    });
    let (found, values) = complete(text, &tokenized, found.collect(), DateOrder::Unknown);
    assert!(found.windows(2).all(|pair| pair[0].words.end <= pair[1].words.start), "{text}: overlap");
    let shown = found.iter().map(|found| {
        let (first, last) = (&tokenized.words[found.words.start], &tokenized.words[found.words.end - 1]);
        let value = values.get(&found.words.start).map(|literal| literal.value.to_string());
        (text[first.span.start as usize..last.span.end as usize].to_owned(), value)
    });
    shown.collect()
}

fn check(text: &str, pieces: &[(&str, &str)], expected: &[(&str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(span, value)| ((*span).to_owned(), Some((*value).to_owned()))).collect();
    assert_eq!(read(text, pieces), expected, "{text}");
}

#[test]
fn a_date_that_was_cut_anywhere_is_whole() {
    let dates = [
        ("July 21, 1948", "1948-07-21"),
        ("21 July 1948", "1948-07-21"),
        ("the 21st of July, 1948", "1948-07-21"),
        ("July 21,[1] 1948", "1948-07-21"),
        ("July\u{a0}21, 1948", "1948-07-21"),
        ("Jan. 6, 1981", "1981-01-06"),
        ("Tuesday, 4 May 1961", "1961-05-04"),
        ("1948-07-21T10:30:00Z", "1948-07-21"),
        ("21/07/1948", "1948-07-21"),
        ("7 May [O.S. 25 April] 1840", "1840-05-07"),
        ("44 BC", "-0043"),
        ("3–5 May 1921", "3–5 May 1921"),
        ("1914–18", "1914–18"),
        ("FY2019", "2019"),
        ("1921–1930", "1921–1930"),
        ("9 (21) March 1839", "9 (21) March 1839"),
        ("2020-W53-5", "2021-01-01"),
        ("1948/49", "1948/49"),
        ("2 January 1731/32", "1732-01-02"),
        ("21. Juli 1948", "1948-07-21"),
    ];
    for (date, value) in dates {
        for [before, after] in
            [["Ana Sobral (born ", ") is an engineer."], ["It was opened on ", " in Oslo."], ["(", " – March 3, 2010)"]]
        {
            if after.contains('–') && value == date {
                continue;
            }
            let text = format!("{before}{date}{after}");
            let tokenized = tokenized(&text);
            let words =
                tokenized.words_under(Span { start: before.len() as u32, end: (before.len() + date.len()) as u32 });
            for start in words.clone() {
                for end in start + 1..=words.end {
                    for second in end..=words.end {
                        let time = |words: Range<usize>| MentionSpan { words, class: class("TIME"), score: 0.5 };
                        let mut found = vec![time(start..end)];
                        found.extend((second < words.end).then(|| time(second..words.end)));
                        let (found, values) = complete(&text, &tokenized, found, DateOrder::Unknown);
                        assert_eq!(found.len(), 1, "{text}: {found:?}");
                        assert_eq!(
                            &*values[&found[0].words.start].value, value,
                            "{text} cut at {start}..{end}, {second}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn words_around_a_time_take_its_value_away() {
    for (text, piece, value) in [
        ("He was born c. 1200 in Bergen.", "1200", "c. 1200"),
        ("She died before 1850.", "1850", "before 1850"),
        ("She was born between 1914 and 1918.", "1914", "between 1914 and 1918"),
        ("He was born on 25 April 1840 (O.S.).", "25 April 1840", "25 April 1840 (O.S.)"),
    ] {
        assert_eq!(read(text, &[(piece, "TIME")])[0].1.as_deref(), Some(value), "{text}");
    }
}

#[test]
fn a_number_that_is_no_year_is_no_time() {
    let classed = |text: &str, piece: &str| read(text, &[(piece, "TIME")]);
    let counted = |written: &str| vec![(written.to_owned(), None)];
    assert_eq!(classed("She lay at 1850 metres above Bergen.", "1850"), counted("1850"));
    assert_eq!(classed("He died along with 1950 others.", "1950 others"), counted("1950 others"));
    assert_eq!(classed("She was born at 1948 Broad Street in Lisbon.", "1948"), []);
    assert_eq!(classed("She was born in Room 1948 there.", "1948"), []);
    check("In 1950 people left.", &[("1950", "TIME")], &[("1950", "1950")]);
}

#[test]
fn the_second_of_two_years_is_a_part_of_the_time() {
    let years = [("1948", "TIME"), ("49", "NUM"), ("2010", "TIME")];
    check("Ana Sobral (1948/49–2010) died.", &years, &[("1948/49", "1948/49"), ("2010", "2010")]);
}

#[test]
fn what_is_no_part_of_a_time_stays() {
    check("On July 21, 1500 people came.", &[("July 21", "TIME")], &[("July 21, 1500", "1500-07-21")]);
    let counted = read("On July 21, 1500 people came.", &[("July 21", "TIME"), ("1500", "NUM")]);
    assert_eq!(counted, [("July 21".to_owned(), Some("July 21".to_owned())), ("1500".to_owned(), None)]);
    check("He led from 1914 to 1918.", &[("1914", "TIME"), ("1918", "TIME")], &[("1914", "1914"), ("1918", "1918")]);
    check(
        "(21 July 1948 – 3 March 2010)",
        &[("21 July 1948 – 3 March 2010", "TIME")],
        &[("21 July 1948 – 3 March 2010", "21 July 1948 – 3 March 2010")],
    );
    check("She died on March 9 in Oslo.", &[("March 9", "TIME")], &[("March 9", "March 9")]);
    let number = read("It was on 21 July 1948.", &[("21", "NUM"), ("July 1948", "TIME")]);
    assert_eq!(number, [("21 July 1948".to_owned(), Some("1948-07-21".to_owned()))]);
    let (text, pieces) =
        ("In 1948 Ana met May in 1950.", [("1948", "TIME"), ("Ana", "PER"), ("May", "PER"), ("1950", "TIME")]);
    assert_eq!(read(text, &pieces).len(), 4);
}

#[test]
fn the_bracket_behind_a_name_tells_a_birth_and_a_death() {
    for (bracket, birth, death) in [
        ("c. 535 – c. 475 BC", ("535", "c. 535 BC"), ("475 BC", "c. 475 BC")),
        ("535–475 BC", ("535", "-0534"), ("475 BC", "-0474")),
        ("1200 – c. 1150 BC", ("1200", "-1199"), ("1150 BC", "c. 1150 BC")),
        ("12 July 100 – 15 March 44 BC", ("12 July 100", "-0099-07-12"), ("15 March 44 BC", "-0043-03-15")),
        ("43 BC – 17 AD", ("43 BC", "-0042"), ("17 AD", "0017")),
        ("43 BC–AD 17", ("43 BC", "-0042"), ("AD 17", "0017")),
        ("20–79 AD", ("20", "0020"), ("79 AD", "0079")),
        ("AD 20 – 79", ("AD 20", "0020"), ("79", "0079")),
        ("1921–90", ("1921", "1921"), ("90", "1990")),
        ("1921-90", ("1921", "1921"), ("90", "1990")),
        ("1921 — 90", ("1921", "1921"), ("90", "1990")),
        ("c. 1921–90", ("1921", "c. 1921"), ("90", "1990")),
        ("3 May 1921–90", ("3 May 1921", "1921-05-03"), ("90", "1990")),
        ("1921?–1990", ("1921", "1921?"), ("1990", "1990")),
        ("before 1921 – after 1990", ("1921", "before 1921"), ("1990", "after 1990")),
        ("* 1921 – † 1990", ("1921", "1921"), ("1990", "1990")),
        ("3.5.1921–5.6.1990", ("3.5.1921", "1921"), ("5.6.1990", "1990")),
        ("3/5/1921–5/6/1990", ("3/5/1921", "1921"), ("5/6/1990", "1990")),
        ("13.05.1921 – 25.06.1990", ("13.05.1921", "1921-05-13"), ("25.06.1990", "1990-06-25")),
    ] {
        for name in ["Ana Duarte", "Ana Duarte of Ephesus", "Ana Duarte (Greek: Ana Duarte;"] {
            let text = match name.ends_with(';') {
                true => format!("{name} {bracket}) was a painter."),
                false => format!("{name} ({bracket}) was a painter."),
            };
            let apart = [("Ana Duarte", "PER"), (birth.0, "TIME"), (death.0, "TIME")];
            let one = [("Ana Duarte", "PER"), (bracket, "TIME")];
            let numbers = [("Ana Duarte", "PER"), (birth.0, "NUM"), (death.0, "TIME")];
            let [first, second] = [apart[1], apart[2]].map(|end| [apart[0], end]);
            // A shorter number may stand within the first end, too.
            let second = if birth.0.contains(death.0) { one } else { second };
            for pieces in [&apart[..], &one, &numbers, &first, &second] {
                let told: Vec<_> = read(&text, pieces).into_iter().filter(|(_, value)| value.is_some()).collect();
                let expected = [birth, death].map(|(time, value)| (time.to_owned(), Some(value.to_owned())));
                assert_eq!(told, expected, "{text}: {pieces:?}");
            }
        }
    }
}

#[test]
fn a_bracket_that_tells_no_life_is_read_as_before() {
    for (text, piece, value) in [
        ("Ana Duarte (fl. 1921–90) was a painter.", "1921–90", "fl. 1921–90"),
        ("Ana Duarte (born 1921–90) was a painter.", "1921–90", "1921–90"),
        ("Ana Duarte (1921–23) was a mayor.", "1921–23", "1921–23"),
        ("Ana Duarte (1890–10) was a painter.", "1890–10", "1890–10"),
        ("Norsea Oil (1921–90) was a firm.", "1921–90", "1921–90"),
        ("Ana Duarte worked in Oslo (1921–90).", "1921–90", "1921–90"),
    ] {
        let pieces = match text.starts_with("Ana") {
            true => vec![("Ana Duarte", "PER"), (piece, "TIME")],
            false => vec![("Norsea Oil", "ORG"), (piece, "TIME")],
        };
        let told: Vec<_> = read(text, &pieces).into_iter().filter_map(|(_, value)| value).collect();
        assert_eq!(told, [value], "{text}");
    }
}

#[test]
fn a_time_ends_where_a_count_or_half_a_bracket_begins() {
    check("It was on May 3, 100 years after the war.", &[("May 3, 100 years", "TIME")], &[("May 3", "May 3")]);
    check("It dates from 3. V. 1921.", &[("V. 1921", "TIME")], &[("V. 1921", "1921-05-03")]);
    check("He was number 3. In 1921 he won.", &[("1921", "TIME")], &[("1921", "1921")]);
    check("It was in 1921 (in Oslo).", &[("1921 (", "TIME")], &[("1921", "1921")]);
    check("It was on 21) March 1839.", &[("21) March 1839", "TIME")], &[("March 1839", "1839-03")]);
    check(
        "Ana died on 9 (21) March 1839.",
        &[("21) March 1839", "TIME")],
        &[("9 (21) March 1839", "9 (21) March 1839")],
    );
}
