//! Borders and parts of texts of many looks. In: texts made up for this. Out: sentences, and which stand apart.

use super::super::sentence::{SegmentedText, segment};
use super::*;
use proptest::prelude::*;

/// The sentences of a text with their parts.
fn parts(text: &str) -> Vec<(&str, Part)> {
    let SegmentedText { sentences, parts, .. } = segment(text);
    sentences.iter().map(|sentence| sentence.of(text).unwrap()).zip(parts).collect()
}

/// Whether the text has these sentences.
fn reads(text: &str, expected: &[&str]) {
    let found: Vec<&str> = parts(text).into_iter().map(|(sentence, _)| sentence).collect();
    assert_eq!(found, expected, "{text}");
}

/// The part of the only sentence that holds some words.
fn part(text: &str, words: &str) -> Part {
    let found: Vec<Part> =
        parts(text).into_iter().filter(|(sentence, _)| sentence.contains(words)).map(|(_, part)| part).collect();
    assert_eq!(found.len(), 1, "\"{words}\" in {text}");
    found[0]
}

/// Whether sentences stand apart, each from each.
fn apart(text: &str, words: &[&str]) {
    for (index, one) in words.iter().enumerate() {
        for other in &words[index + 1..] {
            assert!(!part(text, one).is_near(part(text, other)), "\"{one}\" beside \"{other}\" in {text}");
        }
    }
}

/// Whether two sentences may speak of each other.
fn together(text: &str, one: &str, other: &str) {
    assert!(part(text, one).is_near(part(text, other)), "\"{one}\" apart from \"{other}\" in {text}");
}

const PEOPLE: [&str; 3] = [
    "Marta Ekdal, chemist, Gothenburg, 3 May 1921",
    "Pieter Vos, painter, Utrecht, 9 June 1934",
    "Ana Sobral, engineer, Coimbra, 21 July 1948",
];
const FIRMS: [&str; 3] = [
    "Norsea Oil, an energy company based in Bergen",
    "Harbour Press, a publishing house based in Lisbon",
    "Vega Motors, a maker of lorries based in Turin",
];

#[test]
fn entries_stand_apart_whatever_marks_them() {
    for entries in [PEOPLE, FIRMS] {
        let marks: [&dyn Fn(usize) -> String; 14] = [
            &|_| "- ".to_owned(),
            &|_| "* ".to_owned(),
            &|_| "+ ".to_owned(),
            &|_| "• ".to_owned(),
            &|_| "– ".to_owned(),
            &|_| "  - ".to_owned(),
            &|_| "\t• ".to_owned(),
            &|_| "- [ ] ".to_owned(),
            &|index| format!("{}. ", index + 1),
            &|index| format!("{}) ", index + 9),
            &|index| format!("({}) ", index + 1),
            &|index| format!("{}) ", ["a", "b", "c"][index]),
            &|_| "> - ".to_owned(),
            &|_| String::new(),
        ];
        for mark in marks {
            for end in ["\n", "\r\n", "\n\n"] {
                let lines: Vec<String> = entries.iter().enumerate().map(|(index, entry)| mark(index) + entry).collect();
                let text = lines.join(end);
                reads(&text, &entries);
                apart(&text, &entries);
                let text = format!("These are known.\n\n{text}{end}");
                apart(&text, &entries);
                together(&text, "These are known.", entries[1]);
            }
        }
    }
}

#[test]
fn a_list_follows_the_line_that_introduces_it() {
    let text = format!("The members of the board are:\n{}\n", PEOPLE.join("\n"));
    apart(&text, &PEOPLE);
    together(&text, "members", PEOPLE[2]);
    let text = format!("Members of the board in 1960\n{}\n\nThe board met in spring.", PEOPLE.join("\n"));
    apart(&text, &PEOPLE);
    together(&text, "met in spring", PEOPLE[0]);
}

#[test]
fn many_lines_of_names_are_a_list() {
    let names =
        ["Marta Ekdal", "Pieter Vos", "Ana Sobral", "Odd Falk", "Tilda Renn", "Luca Ferri", "Lara Voss", "Gro Haugen"];
    for end in ["\n", "\n\n"] {
        apart(&names.join(end), &names);
    }
    together(&names[..3].join("\n"), names[0], names[1]);
}

#[test]
fn an_entry_may_be_wrapped_or_indented() {
    let text =
        "- Marta Ekdal, chemist, who worked in the harbour town of\n  Gothenburg until 1950\n- Pieter Vos, painter\n";
    reads(
        text,
        &["Marta Ekdal, chemist, who worked in the harbour town of\n  Gothenburg until 1950", "Pieter Vos, painter"],
    );
    let text = "Marta Ekdal, chemist, who worked in the harbour town of\n    Gothenburg, 1950\nPieter Vos, painter, of the \
                old city of\n    Utrecht, 1960\n";
    assert_eq!(parts(text).len(), 2);
    apart(text, &["Marta", "Pieter"]);
    let text =
        "- Norsea Oil\n  - based in Bergen\n  - led by Marta Ekdal\n- Harbour Press\n\n  It is based in Lisbon.\n";
    together(text, "Norsea Oil", "Bergen");
    together(text, "Norsea Oil", "Marta Ekdal");
    together(text, "Harbour Press", "Lisbon");
    apart(text, &["Bergen", "Marta Ekdal", "Harbour Press"]);
}

#[test]
fn rows_stand_apart_and_cells_are_sentences() {
    let text = "| Name | Town |\n|------|:----:|\n| Marta Ekdal | Gothenburg |\n| Pieter Vos | a \\| b |\n";
    reads(text, &["Name", "Town", "Marta Ekdal", "Gothenburg", "Pieter Vos", "a \\| b"]);
    together(text, "Marta Ekdal", "Gothenburg");
    apart(text, &["Town", "Marta Ekdal", "Pieter Vos"]);
    for cell in ["\t", " | "] {
        let text = format!("Marta Ekdal{cell}Gothenburg{cell}1921\nPieter Vos{cell}Utrecht{cell}1934\n");
        reads(&text, &["Marta Ekdal", "Gothenburg", "1921", "Pieter Vos", "Utrecht", "1934"]);
        apart(&text, &["Marta Ekdal", "Utrecht"]);
        together(&text, "Pieter Vos", "1934");
    }
}

#[test]
fn sections_stand_apart_and_a_heading_speaks_for_its_own() {
    let headings = ["# One\nAda wrote.\n# Two #\nBob sang.\n", "One\n===\nAda wrote.\n\nTwo\n===\n\nBob sang.\n"];
    for text in headings {
        reads(text, &["One", "Ada wrote.", "Two", "Bob sang."]);
        together(text, "One", "Ada");
        together(text, "Two", "Bob");
        apart(text, &["One", "Bob"]);
        apart(text, &["Ada", "Two"]);
    }
    let deep =
        "# Marta Ekdal\nShe was a chemist.\n## Life\nBorn in Oslo.\n### School\nIn Bergen.\n## Work\nIn Turin.\n";
    together(deep, "Marta Ekdal", "Bergen");
    together(deep, "chemist", "Turin");
    together(deep, "Oslo", "Bergen");
    apart(deep, &["Bergen", "Turin"]);
    apart(deep, &["Oslo", "Work"]);
    reads("#hashtag and # sign", &["#hashtag and # sign"]);
}

#[test]
fn a_break_parts_what_is_above_from_what_is_below() {
    for rule in ["---", "***", "* * *", "_____", "====="] {
        let text = format!("Ada wrote in Oslo.\n\n{rule}\n\nBob sang in Rome.\n");
        reads(&text, &["Ada wrote in Oslo.", "Bob sang in Rome."]);
        apart(&text, &["Oslo", "Rome"]);
        let text = format!("# News\n\nAda wrote in Oslo.\n\n{rule}\n\nBob sang in Rome.\n");
        apart(&text, &["Oslo", "Rome"]);
        together(&text, "News", "Rome");
    }
    let text = "# News\n\nAll of the day.\n\n---\n\n## Oslo\n\nAda wrote.\n";
    together(text, "All of the day.", "Ada");
}

#[test]
fn prose_goes_on_over_the_ends_of_its_lines() {
    let wrapped = [
        "Marta Ekdal was born in Gothenburg and went to\nUppsala, where she learnt chemistry from Professor\nAnders Lund and his wife.",
        "Marta Ekdal, a chemist of the old school, lived in\nGothenburg, Uppsala and the harbour town of\nBergen before the war.",
        "    Ada Lovelace wrote notes on the engine of\nCharles Babbage, who had built a part of it in\nLondon, where they met.",
        "The company, which is owned by the Ministry of\nEnergy, has its seat in the town of\nNew Haven.",
        "They were at the station of\nthe small town.",
    ];
    for text in wrapped {
        reads(text, &[text.trim()]);
        let ended = text.replace('\n', "\r\n");
        reads(&ended, &[ended.trim()]);
    }
    let mail = "Dear all,\n\nthe meeting with Norsea Oil will be held in Bergen on\nMonday, and Marta Ekdal \
                will speak on the harbour of\nLisbon.\n\nYours,\nPieter Vos\n";
    assert!(parts(mail).iter().any(|(sentence, _)| sentence.ends_with("harbour of\nLisbon.")));
    assert!(parts(mail).iter().all(|(_, part)| *part == parts(mail)[0].1));
}

#[test]
fn quoted_lines_are_read_without_their_marks() {
    let text = "Ada wrote:\n> Marta Ekdal was born in the old harbour town of\n> Gothenburg in 1921.\nI know.";
    let SegmentedText { sentences, marks, .. } = segment(text);
    assert_eq!(sentences[1].of(text), Some("Marta Ekdal was born in the old harbour town of\n> Gothenburg in 1921."));
    assert_eq!(marks.iter().map(|mark| mark.of(text).unwrap()).collect::<Vec<_>>(), [">"]);
    assert_eq!(sentences.len(), 3);
}

#[test]
fn what_is_said_of_one_thing_stays_together() {
    let same = [
        "Q: Where were you born, Ms Ekdal?\nA: In Gothenburg.\nQ: And when was that?\nA: On 3 May 1921.",
        "Marta Ekdal\nStorgatan 5\n411 24 Gothenburg\nSweden",
        "Name: Marta Ekdal\nBorn: 3 May 1921\nTown: Gothenburg",
        "The ships lie still\nOver Bergen the rain\nFalls as it fell\nIn Marta's name",
        "Marta Ekdal was a chemist.\nShe was born in Gothenburg.\nIn 1950 she moved to Oslo.",
        "Marta Ekdal\n: a chemist of Gothenburg",
    ];
    for text in same {
        assert!(parts(text).iter().all(|(_, part)| *part == parts(text)[0].1), "{text}");
        assert_eq!(parts(text).len(), text.lines().count(), "{text}");
    }
}

#[test]
fn layout_takes_time_in_proportion_to_the_text() {
    let hostile = [
        "| 1.0 | 2.5 ",
        "- a\n",
        "---\n",
        "# \n",
        "#\n",
        "> ",
        "1. a\n",
        "a\n===\n",
        "A, b\n",
        "A, b\n\n",
        "\t",
        "|\n",
        "(",
        "a\tb\n",
        "- - ",
        "\r",
        "---\n\n",
    ];
    for unit in hostile {
        let text = unit.repeat(400_000 / unit.len());
        let start = std::time::Instant::now();
        segment(&text);
        assert!(start.elapsed().as_secs() < 10, "{unit:?}: {:?}", start.elapsed());
    }
}

/// A line of three to nine plain words that begins with a capital and does not end.
fn entry() -> impl Strategy<Value = String> {
    ("Zo[a-z]{2,7}", prop::collection::vec("[a-z]{4,9}", 3..9))
        .prop_map(|(name, words)| format!("{name}, {} end", words.join(" ")))
}

proptest! {
    #[test]
    fn entries_of_a_list_never_share_a_sentence_or_a_part(
        entries in prop::collection::vec(entry(), 2..6), mark in "(- |\\* |• |\\(1\\) )?", gap in "\n|\r\n|\n\n"
    ) {
        let lines: Vec<String> = entries.iter().map(|entry| format!("{mark}{entry}")).collect();
        let text = lines.join(&gap);
        let found = parts(&text);
        prop_assert_eq!(found.iter().map(|(sentence, _)| *sentence).collect::<Vec<_>>(), entries);
        for pair in found.windows(2) {
            prop_assert!(!pair[0].1.is_near(pair[1].1), "{}", text);
        }
    }

    #[test]
    fn prose_is_read_alike_however_wide_it_is_wrapped(
        words in prop::collection::vec("[a-z]{2,9}", 30..90), width in 45usize..90
    ) {
        let mut text = String::from("Marta");
        let mut column = 5;
        for word in &words {
            let wraps = column + 1 + word.len() > width;
            text.push(if wraps { '\n' } else { ' ' });
            column = if wraps { 0 } else { column + 1 } + word.len();
            text.push_str(word);
        }
        text.push('.');
        prop_assert_eq!(parts(&text).len(), 1, "{}", text);
    }

    #[test]
    fn parts_nest_and_blocks_follow_each_other(text in "([A-Za-z]{1,6}|[-#>|*=_:.,] ?|[ \t\n]|\n\n|[0-9]\\. ){0,200}") {
        let Blocks { blocks, marks } = blocks(&text);
        for pair in blocks.windows(2) {
            prop_assert!(pair[0].range.end <= pair[1].range.start, "{text:?}");
            let (one, other) = (pair[0].part, pair[1].part);
            prop_assert!(one.first <= one.last && (one.is_near(other) || one.last < other.first || other.last < one.first));
        }
        prop_assert!(marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
}
