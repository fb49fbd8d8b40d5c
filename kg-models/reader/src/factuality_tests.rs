//! What a sentence states, and what it only speaks of. In: sentences whose mentions stand in brackets. Out: factuality of
//! the first two. Never: a model.

use super::*;
use crate::sentence;
use Factuality::{Asked, Denied, Hypothetical, Planned, Reported, Stated};
use kgloom_record::record::Span;

/// The factuality of what a sentence says of its first two mentions `[…]`; those in `{…}` are mentions as well.
fn read(marked: &str) -> Factuality {
    let mut text = String::new();
    let mut marks = Vec::new();
    for character in marked.chars() {
        match character {
            '[' | '{' => marks.push((character, text.len(), 0)),
            ']' | '}' => marks.last_mut().expect("a bracket was opened").2 = text.len(),
            character => text.push(character),
        }
    }
    let spans = sentence::words(&text, Span { start: 0, end: text.len() as u32 });
    let words: Vec<&str> = spans.iter().map(|span| span.of(&text).expect("a word")).collect();
    let range = |&(_, start, end): &(char, usize, usize)| {
        let first = spans.partition_point(|span| span.end as usize <= start);
        first..spans.partition_point(|span| (span.start as usize) < end)
    };
    let mentions: Vec<Range<usize>> = marks.iter().map(range).collect();
    let pair: Vec<&Range<usize>> =
        marks.iter().zip(&mentions).filter(|(mark, _)| mark.0 == '[').map(|(_, m)| m).collect();
    let sentence = Sentence::new(&words, &mentions);
    match pair.as_slice() {
        [alone] => sentence.of(alone),
        [one, other] => {
            let value = words[other.start].starts_with(|first: char| first.is_ascii_digit());
            sentence.between(one, other, value)
        }
        _ => panic!("one or two mentions in {marked}"),
    }
}

fn check(expected: Factuality, sentences: &[&str]) {
    for sentence in sentences {
        assert_eq!(read(sentence), expected, "{sentence}");
    }
}

#[test]
fn what_is_denied() {
    check(
        Denied,
        &[
            "[Marta Ekdal] was not born in [Gothenburg].",
            "[Norsea Oil] was not founded by [Odd Falk].",
            "It is false that [Pieter Vos] was born in [Utrecht] in {1934}.",
            "It is false that {Pieter Vos} was born in [Utrecht] in [1934].",
            "It is not true that [Pieter Vos], a Dutch painter, was born in [Utrecht].",
            "Contrary to rumours, [Pieter Vos] did not die in [Amsterdam] on {4 April 1999}.",
            "[Luca Ferri] failed to win the [Nobel Prize in Literature] in {1988}.",
            "{Luca Ferri} failed to win the [Nobel Prize in Literature] in [1988].",
            "[Tilda Renn] rejected an offer to work for [Microsoft].",
            "[Tilda Renn] turned down a job at [Microsoft].",
            "[Odd Falk] is not the father of [Tilda Renn].",
            "[Harbour Press] is no longer based in [Bergen].",
            "[Norsea Oil] isn't a subsidiary of [Shell].",
            "[Norsea Oil] has never, despite many reports, belonged to [Shell].",
            "[Marta Ekdal] denied that she was born in [Oslo].",
            "[Marta Ekdal] refused to join the [Labour Party].",
            "[Marta Ekdal] declined to move to [Stockholm].",
            "Neither [Odd Falk] nor {Tilda Renn} was born in [Bergen].",
            "It was not [Odd Falk] but {Marta Ekdal} who founded [Norsea Oil].",
            "[Marta Ekdal] was born not in [Oslo] but in {Bergen}.",
            "{Marta Ekdal}, not [Odd Falk], founded [Norsea Oil].",
            "[Marta Ekdal] joined {Shell} instead of [Norsea Oil].",
            "[Norsea Oil] has no subsidiary in [Norway].",
            "[Luca Ferri] was wrongly said to have been born in [Verona].",
            "There is no evidence that [Luca Ferri] died in [Verona].",
            "[Odd Falk] left Bergen without joining [Norsea Oil].",
            "[Odd Falk] cannot have studied at [Oslo University].",
            "She was not born in [Gothenburg].",
            "[Luca Ferri] did not die in {Verona}, [Italy].",
            "[Odd Falk] ran unsuccessfully for president of [Norway].",
        ],
    );
}

#[test]
fn what_is_asked_supposed_planned_and_passed_on() {
    check(
        Asked,
        &[
            "Was [Marta Ekdal] born in [Oslo]?",
            "It is disputed whether [Marta Ekdal] was born in [Oslo].",
            "Reporters asked if [Norsea Oil] belongs to [Shell].",
        ],
    );
    check(
        Hypothetical,
        &[
            "The novel imagines that [Odd Falk] was the president of [Norway].",
            "If [Norsea Oil] had acquired [Shell], it would be larger.",
            "If things had gone well, [Odd Falk] would have become king of [Norway].",
            "Suppose that [Odd Falk] were the king of [Norway].",
            "[Odd Falk] might have been born in [Oslo].",
            "[Norsea Oil] may move to [Oslo].",
        ],
    );
    check(
        Planned,
        &[
            "[Norsea Oil] plans to acquire [Bergen Shipping] next year.",
            "[Norsea Oil] will acquire [Bergen Shipping].",
            "[Norsea Oil] is set to acquire [Bergen Shipping].",
            "{Norsea Oil} intends to merge [Bergen Shipping] with [Odd Lines].",
            "[Tilda Renn] hopes to study at [Oslo University].",
            "The proposed acquisition of [Bergen Shipping] by [Norsea Oil] was announced.",
            "[Norsea Oil] agreed to buy [Bergen Shipping].",
        ],
    );
    check(
        Reported,
        &[
            "Some claim that [Luca Ferri] died in [Verona], but there is no evidence for it.",
            "[Luca Ferri] reportedly died in [Verona].",
            "Allegedly, [Luca Ferri] died in [Verona].",
            "[Luca Ferri] is said to have died in [Verona].",
            "It is rumoured that [Luca Ferri] died in [Verona].",
            "According to unconfirmed reports, [Norsea Oil] has bought [Shell].",
            "[Luca Ferri], allegedly a son of [Odd Falk], lives in {Verona}.",
        ],
    );
}

#[test]
fn cues_out_of_reach_and_words_that_are_no_cues() {
    check(
        Stated,
        &[
            "[Marta Ekdal], who never married, was born in [Oslo].",
            "[Marta Ekdal] was born in [Oslo] and did not marry {Odd Falk}.",
            "[Marta Ekdal] was born in [Oslo], not in {Bergen}.",
            "[Marta Ekdal] was not born in {Oslo} but in [Bergen].",
            "It was not {Odd Falk} but [Marta Ekdal] who founded [Norsea Oil].",
            "[Marta Ekdal], not {Odd Falk}, founded [Norsea Oil].",
            "[Marta Ekdal] was not only born in [Oslo] but also died there.",
            "[Norsea Oil] was not founded until [1950].",
            "[Odd Falk] did not join [Norsea Oil] until {1950}.",
            "[Odd Falk] lived at No. 5, {Harbour Street}, in [Bergen].",
            "[Marta Ekdal] founded a not-for-profit press in [Bergen].",
            "[Marta Ekdal] wrote no fewer than nine books in [Oslo].",
            "[Marta Ekdal] wanted nothing but peace in [Oslo].",
            "[Odd Falk] left his will to [Norsea Oil].",
            "[Will Smith] was born in [Philadelphia].",
            "[Marta Ekdal] was born in May in [Oslo].",
            "[Marta Ekdal] was born in [Oslo] on {4 may 1961}, and no one knew.",
            "[Norsea Oil], based in [Bergen], will acquire {Shell}.",
            "[Norsea Oil], which plans to move to {Oslo}, was founded by [Odd Falk].",
            "{Marta Ekdal} never went to [Rome] in [Italy].",
            "[Odd Falk] would later become president of [Norway].",
            "The fame of [Odd Falk] is due to [Norsea Oil].",
            "[Odd Falk], perhaps best known for {Dusk}, was born in [Bergen].",
            "With no formal training, [Odd Falk] founded [Norsea Oil].",
            "[Odd Falk] directed {Who Is Not There?} for [Norsea Film].",
            "[Odd Falk] laid claim to the throne of [Norway].",
            "[Odd Falk], one of the best painters, if not the best, was born in [Bergen].",
            "Although he did not finish school, [Odd Falk] founded [Norsea Oil].",
            "He was born in [Gothenburg], and never left it.",
            "A theory proposed by [Odd Falk] in [1950].",
        ],
    );
}

#[test]
fn any_words_are_read() {
    for text in ["", "not", "if , , , if", "( ( ( not (", "no to the ' t ll", "not , , ,", "? ? ?"] {
        let words: Vec<&str> = text.split_whitespace().collect();
        let sentence = Sentence::new(&words, &[]);
        let _ = sentence.between(&(0..1), &(7..9), false);
    }
}

#[test]
fn what_nearly_was_was_not() {
    check(
        Denied,
        &[
            "[Odd Falk] was almost born in [Bergen].",
            "[Norsea Oil] was nearly bought by [Shell] in {1990}.",
            "He lied that [Odd Falk] was born in [Bergen].",
            "[Odd Falk] faked his death in [Bergen] in {1950}.",
            "[Odd Falk] faked his own death in {Bergen} in [1950].",
            "[Odd Falk] attempted suicide in [Bergen].",
        ],
    );
    check(Planned, &["[Odd Falk] was offered a post at [Shell].", "[Odd Falk] applied to [Bergen University]."]);
    check(Reported, &["{Odd Falk} believed that [Tilda Renn] was born in [Bergen]."]);
    check(
        Stated,
        &[
            "[Odd Falk], almost ninety, died in [Bergen].",
            "[Norsea Oil], which offered work to {Tilda Renn}, was bought by [Shell].",
            "[Odd Falk] nearly lost a leg in [Oslo].",
        ],
    );
}

#[test]
fn what_was_dreamed_of_or_turned_down_did_not_happen() {
    check(
        Planned,
        &["[Mia Orr] dreamed of being an [architect].", "[Mia Orr] had the ambition of becoming an [architect]."],
    );
    check(
        Denied,
        &[
            "[Jon Tull] was rejected by the [Royal College of Music].",
            "[Gil Stone], not to be confused with the [painter] {Gil Stone} of {Dublin}, is a plumber.",
        ],
    );
    check(
        Stated,
        &[
            "[Gil Stone], not to be confused with the painter {Gil Stone} of {Dublin}, is a [plumber].",
            "[Mia Orr] was thought of as the best [architect].",
        ],
    );
}
