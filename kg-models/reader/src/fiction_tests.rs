//! What is told within a story. In: sentences whose mentions stand in brackets. Out: whether the second is in a frame.
//! Never: a model.

use super::*;
use crate::sentence;
use kgloom_record::record::Span;

/// Whether a frame holds the last mention `[…]` of a sentence, and not the first two alone.
fn is_held(marked: &str) -> bool {
    let (mut text, mut marks) = (String::new(), Vec::new());
    for character in marked.chars() {
        match character {
            '[' => marks.push((text.len(), 0)),
            ']' => marks.last_mut().expect("a bracket was opened").1 = text.len(),
            character => text.push(character),
        }
    }
    let spans = sentence::words(&text, Span { start: 0, end: text.len() as u32 });
    let words: Vec<&str> = spans.iter().map(|span| span.of(&text).expect("a word")).collect();
    let forms: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let of = |span: &Span, (start, end): &(usize, usize)| (*start..*end).contains(&(span.start as usize));
    let named: Vec<bool> = spans.iter().map(|span| marks.iter().any(|mark| of(span, mark))).collect();
    let last = marks.last().expect("a mention");
    let at = spans.iter().position(|span| of(span, last)).expect("a word of it");
    frames(&words, &forms, &named).iter().any(|scope| scope[at])
}

fn check(expected: bool, sentences: &[&str]) {
    for sentence in sentences {
        assert_eq!(is_held(sentence), expected, "{sentence}");
    }
}

#[test]
fn a_frame_holds_what_a_story_tells() {
    check(
        true,
        &[
            "In the novel, [Marta] is born in [Bergen].",
            "In the novel, [Marta] was born in [Bergen].",
            "In [Odd Falk]'s first novel, [Marta] dies in [Oslo].",
            "In the novel [Iron Sea], the queen died in [Oslo].",
            "In the 1962 film [Harbour], directed by [Lars Vell], [Marta] marries [Odd Falk].",
            "In the film, the queen dies in [Oslo].",
            "In the film he dies in [Oslo].",
            "In the play \"The Red Gate\", [Marta Ekdal], who was a nurse, lives in [Oslo].",
            "In the story, [Marta] is killed in [Oslo].",
            "In the game, [Marta Ekdal] is born in [Bergen].",
            "In the novel's last chapter, [Marta] moves to [Oslo].",
            "In the legend, [Odd] was the son of [Lars].",
            "In her dream, she was born in [Bergen].",
            "The film tells how Captain [Odd Falk] dies in [Oslo].",
            "The novel tells how [Odd Falk] died in [Oslo].",
            "The novel, published by [Harbour Press], tells of [Marta] and her death in [Oslo].",
            "The play follows [Marta Ekdal], who dies in [Oslo].",
            "[Harbour] is a 1962 film about [Odd Falk], who dies in [Oslo].",
            "[Iron Sea] is a novel in which [Marta] is the wife of [Odd].",
            "[Marta Ekdal] is born in [Bergen] in the novel.",
            "[Ada Quill] played the daughter of [Odd Falk].",
            "[Ada Quill] plays [Odd Falk]'s wife in [Harbour].",
            "[Odd Falk] plays a captain who dies in [Oslo].",
            "In the film, [Odd Falk] plays a captain from [Oslo].",
            "In the song, [Marta] dies in [Oslo].",
            "[Marta Ekdal] is a fictional nurse from [Bergen].",
        ],
    );
    check(
        true,
        &[
            "In the game Star Vale, [Rex Morrow] was born in [New Lisbon].",
            "In the play, [Marta] married [Odd Falk].",
            "The novel tells of [Ada Pim], who studied in [Cambridge].",
            "In the legend of [Bran Fell], [Bran] is the husband of [Morla].",
            "In the tale of [Bran Fell], [Bran] was the son of [Odd].",
            "The play has [Marta Ekdal] marry [Odd Falk].",
            "The actor plays [Lars Vell], a detective who was born in [Leeds].",
            "In chapter 3, [Lars Vell] meets his sister [Marta].",
            "In his dreams [Lars Vell] is married to [Marta].",
        ],
    );
    let sentence = "In the novel, [Marta] dies in Oslo, but in reality she died in [Bergen].";
    check(false, &[sentence]);
    check(true, &["In the novel, [Marta] dies in [Oslo], but in reality she died in Bergen."]);
}

#[test]
fn what_is_told_of_a_work_and_its_people_is_in_no_frame() {
    check(
        false,
        &[
            "In the novel's first year, the publisher moved to [Oslo].",
            "The film was shot in [Bergen].",
            "In the film industry she worked for [Nordisk].",
            "In the play's London production [Ada Quill] played the queen of [Norway].",
            "In the film, [Ada Quill] worked for [Nordisk].",
            "In the documentary film, [Odd Falk] is born in [Bergen].",
            "In the book, [Odd Falk], who is chairman of [Norsea Oil], argues for peace.",
            "In the game, [Odd Falk] scored for [Bergen].",
            "In the series, [Toronto] beats [Montreal].",
            "In the film, television and theatre world, [Ada] worked for [Nordisk].",
            "In 1965 [Odd Falk] wrote a novel, and [Marta] died in [Oslo].",
            "In [Bergen], a novel about fishing made him known in [Norway].",
            "In the film, [Marta Ekdal] is played by [Ada Quill].",
            "In the film, [Ada Quill] played opposite her husband [Odd Falk].",
            "The novel was written by [Odd Falk], who was born in [Bergen].",
            "The novel is about [Odd Falk], who was born in [Bergen].",
            "The book describes how [Norsea Oil], which is owned by [Shell], moved.",
            "[Odd Falk] is an actor, known for his part in the film [Harbour].",
            "[Odd Falk], who lives in [Oslo], stars in the film.",
            "He played football with his brother [Lars].",
            "She played the piano with [Odd Falk], who lives in [Oslo].",
            "In the film, the captain ([Odd Falk], born in [Bergen]) is brave.",
            "[Marta] was born in a novel way in [Bergen].",
            "A novel approach to oil was found in [Bergen].",
            "[Odd Falk] created the fictional detective [Lars Vell].",
            "[Lars Vell] is a fictional detective, created by [Odd Falk].",
            "In the series, [Lars Vell] died in [Oslo] before the last episode was shot.",
            "In chapter 3, [Odd Falk], a professor, argues with [Marta].",
            "The play has [Marta Ekdal] as its author and [Odd Falk] as its director.",
            "He played the violin, a gift of [Odd Falk].",
        ],
    );
}

#[test]
fn a_work_is_no_part_of_its_world() {
    let is_told = |property: &str| is_of_its_world(&format!("{PROPERTY}{property}"));
    assert!(["P19", "P26", "P108", "P570", "P112"].into_iter().all(is_told));
    assert!(!["P50", "P161", "P674", "P1441", "P840", "P915", "P577"].into_iter().any(is_told));
    assert!(!is_of_its_world("urn:example:P19"));
}

#[test]
fn any_words_are_read() {
    for text in [
        "",
        "in",
        "in the novel",
        "in the novel '",
        "the film tells",
        "in the film ( ( ,",
        "plays the",
        "novel novel in in",
    ] {
        let words: Vec<&str> = text.split_whitespace().collect();
        let forms: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let named = vec![false; words.len()];
        assert!(frames(&words, &forms, &named).iter().all(|scope| scope.len() == words.len()));
    }
}
