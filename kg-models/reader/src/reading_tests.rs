//! Long texts, whose windows are made small here. In: the model inside the program. Out: that a window changes nothing
//! but what is far apart, and that a reading can be broken off.

use super::*;
use crate::layout::WINDOW_WORDS;
use crate::model::Extractor;
use kgloom_record::port::{Failure, Reader};
use std::sync::LazyLock;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::bundled().unwrap());

/// An extractor that reads so many words at a time.
fn windowed(words: usize) -> Extractor {
    let mut extractor = EXTRACTOR.in_style(EXTRACTOR.config().style).unwrap().unwrap();
    extractor.window = words;
    extractor
}

/// What a reading states.
fn stated(reading: &Reading) -> impl Iterator<Item = &LocalRelation> {
    reading.relations.iter().filter(|relation| relation.factuality == Factuality::Stated)
}

/// A news text of so many items: six people with their towns, in turn, and a mayor that all of them know.
fn news(items: usize) -> String {
    let names = ["Marta Ekdal", "Pieter Vos", "Ana Sobral", "Odd Falk", "Tilda Renn", "Luca Ferri"];
    let towns = ["Gothenburg", "Utrecht", "Coimbra", "Bergen", "Porto", "Turin"];
    let item = |index: usize| {
        let (name, town) = (names[index % names.len()], towns[index % towns.len()]);
        format!(
            "# {town} today\n\n{name} was born in {town} on {} May 1921. She met Gro Haugen, the mayor of Bergen, in {town}.\n\n",
            index % 6 + 1
        )
    };
    (0..items).map(item).collect()
}

#[test]
fn a_text_that_fits_a_window_is_read_as_ever() {
    for items in [0, 1, 3, 8] {
        let text = news(items);
        let words = EXTRACTOR.backbone.chunker.tokenize(&text).unwrap().words.len();
        let whole = EXTRACTOR.read(&text).unwrap();
        assert_eq!(windowed(words).read(&text).unwrap(), whole);
        assert_eq!(windowed(words + 1).read(&text).unwrap(), whole);
    }
    let tokenized = EXTRACTOR.backbone.chunker.tokenize(&news(180)).unwrap();
    assert!((4_000..WINDOW_WORDS).contains(&tokenized.words.len()), "{} words", tokenized.words.len());
    assert_eq!(tokenized.windows(WINDOW_WORDS).len(), 1);
}

#[test]
fn windows_hold_every_chunk_once_and_end_where_a_part_does() {
    let tokenized = EXTRACTOR.backbone.chunker.tokenize(&news(90)).unwrap();
    for most in [1, 250, 700, 1_500] {
        let windows = tokenized.windows(most);
        assert!(windows.len() > 1 && windows[0].start == 0 && windows[windows.len() - 1].end == tokenized.chunks.len());
        for pair in windows.windows(2) {
            assert_eq!(pair[0].end, pair[1].start);
            assert!(!pair[0].is_empty());
        }
        let fits = |window: &Range<usize>| window.len() == 1 || tokenized.words_of(window.clone()).len() <= most;
        assert!(windows.iter().all(fits));
    }
}

#[test]
fn what_windows_show_is_put_together() {
    let text = news(40);
    let (whole, parted) = (EXTRACTOR.read(&text).unwrap(), windowed(400).read(&text).unwrap());
    let names = |reading: &Reading| -> std::collections::BTreeSet<(String, u32)> {
        let surface = |mention: &Mention| mention.span.of(&text).unwrap().to_owned();
        reading.mentions.iter().map(|mention| (surface(mention), mention.entity)).collect()
    };
    let bearers = |reading: &Reading, name: &str| names(reading).iter().filter(|(surface, _)| surface == name).count();
    assert_eq!(whole.sentences, parted.sentences);
    for name in ["Marta Ekdal", "Gro Haugen", "Coimbra"] {
        assert_eq!(bearers(&parted, name), 1, "{name}");
        assert_eq!(bearers(&whole, name), 1, "{name}");
    }
    let same = parted.mentions.iter().filter(|mention| whole.mentions.iter().any(|other| other.span == mention.span));
    assert!(same.count() * 100 >= whole.mentions.len() * 98);
    let facts = |reading: &Reading| -> std::collections::BTreeSet<(String, String, String)> {
        let surface = |mention: u32| reading.mentions[mention as usize].span.of(&text).unwrap().to_owned();
        let fact =
            |r: &LocalRelation| (surface(r.head_mention), r.relation.as_str().to_owned(), surface(r.tail_mention));
        stated(reading).map(fact).collect()
    };
    let (whole, parted) = (facts(&whole), facts(&parted));
    assert!(whole.intersection(&parted).count() * 10 >= whole.len() * 8, "{whole:?} {parted:?}");
}

#[test]
fn an_extractor_reads_in_the_styles_that_it_was_trained_in() {
    let own = EXTRACTOR.config().style;
    assert_ne!(own, 1);
    let styled = EXTRACTOR.in_style(1).unwrap().unwrap();
    assert_eq!(styled.config().style, 1);
    assert!(styled.id() != EXTRACTOR.id());
    let text = news(3);
    let scores = |extractor: &Extractor| -> Vec<_> {
        extractor.read(&text).unwrap().mentions.iter().map(|mention| (mention.span, mention.score)).collect()
    };
    assert_ne!(scores(&styled), scores(&EXTRACTOR));
    assert_eq!(scores(&styled.in_style(own).unwrap().unwrap()), scores(&EXTRACTOR));
    assert!(EXTRACTOR.in_style(99).unwrap().is_none());
}

#[test]
fn a_reading_is_broken_off_when_somebody_asks() {
    let extractor = windowed(WINDOW_WORDS).until(|| true);
    let answer = extractor.read("Marta Ekdal was born in Gothenburg.");
    let Err(Failure::Broken(broken)) = answer else { panic!("{answer:?}") };
    assert!(matches!(broken.downcast_ref::<Error>(), Some(Error::Stopped)));
    assert!(extractor.read("").is_ok());
}

/// The ends of what a text states of somebody's birth and death.
fn lives(text: &str) -> Vec<String> {
    let reading = EXTRACTOR.read(text).unwrap();
    let dated = |relation: &&LocalRelation| {
        relation.relation.as_str().ends_with("/P569") || relation.relation.as_str().ends_with("/P570")
    };
    let tail =
        |relation: &LocalRelation| reading.mentions[relation.tail_mention as usize].span.of(text).unwrap().to_owned();
    stated(&reading).filter(dated).map(tail).collect()
}

#[test]
fn a_life_is_told_by_what_stands_before_its_years() {
    assert_eq!(lives("Ana Sobral (21 July 1948 – 3 March 2010) was an engineer."), ["21 July 1948", "3 March 2010"]);
    for text in [
        "Ana Sobral (reigned 1948–2010) was a Portuguese queen.",
        "Ana Sobral (r. 1948–2010) was a Portuguese queen.",
        "Ana Sobral (active 1948–2010) was a Portuguese painter.",
        "Ana Sobral was born at 1948 Broad Street in Lisbon.",
        "Odd Falk died in Bergen, flight 1921 from Oslo.",
    ] {
        assert_eq!(lives(text), [] as [String; 0], "{text}");
    }
}

#[test]
fn an_address_is_nobody() {
    let text =
        "Odd Falk (see https://example.com/wiki/Tilda_Renn) was born in Bergen. Write to marta@ekdal.se or @RuiTeles.";
    let reading = EXTRACTOR.read(text).unwrap();
    let named: Vec<&str> = reading.mentions.iter().filter_map(|mention| mention.span.of(text)).collect();
    assert_eq!(named, ["Odd Falk", "Bergen"]);
}
