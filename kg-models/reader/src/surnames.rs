//! A surname alone, in a text that opens with a person and says who that is, is that person's: relatives whom it names beside him
//! are called by more.
//!
//! In: mentions, and an entity number for each. Out: entity numbers, with such surnames joined to the person. Never: a surname
//! after a form of address or a word of kin, or in a text about somebody or something else.

use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::namesakes::is_kin;
use super::plausible::numbered_anew;
use super::titled::Name;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Before the name that opens a text stand at most so many words, such as titles.
const LEAD: usize = 3;
/// What follows the name of a person whom a text is about.
const DEFINES: [&str; 7] = ["(", ",", "is", "was", "\"", "“", "born"];
/// What stands before a surname that is not the person's own: `the younger Falk`.
const TELLS: [&str; 10] = ["a", "elder", "junior", "late", "old", "older", "senior", "the", "young", "younger"];

/// Entity numbers, by first mention; `words` are those of the window.
pub(super) fn join(
    text: &str,
    tokenized: &TokenizedText,
    words: Range<usize>,
    (found, entities): (&[MentionSpan], &[u32]),
) -> Vec<u32> {
    let form = |word: usize| tokenized.form(text, word);
    let names: Vec<Option<Name>> = found
        .iter()
        .map(|found| (CLASSES[found.class] == "PER").then(|| Name::new(text, tokenized, words.start, found)))
        .collect();
    let Some((subject, surname)) = subject(&form, words.start, found, &names) else { return entities.to_vec() };
    let subject = entities[subject];
    let mut full: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    for (name, &entity) in names.iter().zip(entities) {
        let last = name.as_ref().filter(|name| name.words.len() > 1).and_then(|name| name.words.last());
        full.entry(entity).or_default().extend(last.map(String::as_str));
    }
    let bears = |entity: u32| full[&entity].contains(surname);
    let relatives = full.keys().any(|&entity| entity != subject && bears(entity));
    let is_lone = |index: usize| {
        let Some(Name { address: None, words }) = &names[index] else { return false };
        let before = found[index].words.start.checked_sub(1).map(|word| form(word).to_lowercase()).unwrap_or_default();
        *words == [surname] && !is_kin(&before) && !TELLS.contains(&before.as_str())
    };
    let mut entities = entities.to_vec();
    for index in (0..found.len()).filter(|&index| is_lone(index)) {
        // Whoever is never called by more than the surname is the person too, where nobody else bears it.
        let entity = entities[index];
        if bears(entity) || full[&entity].is_empty() && !relatives {
            entities[index] = subject;
        }
    }
    numbered_anew(&entities)
}

/// The mention of the person with whom a text opens, and his surname.
fn subject<'t, 'n>(
    form: &impl Fn(usize) -> &'t str,
    start: usize,
    found: &[MentionSpan],
    names: &'n [Option<Name>],
) -> Option<(usize, &'n str)> {
    let first = found.first().filter(|first| start == 0 && first.words.start <= LEAD)?;
    let name = names[0].as_ref()?;
    let [given, .., surname] = name.words.as_slice() else { return None };
    // Under a title the text opens with the name once more.
    let again = || {
        let next = names.get(1)?.as_ref()?;
        let defined = found[1].words.start <= first.words.end + LEAD && next.words.last() == Some(surname);
        (defined && DEFINES.contains(&form(found[1].words.end))).then_some(())
    };
    let defined = DEFINES.contains(&form(first.words.end)) || again().is_some();
    (defined && given != surname).then_some((0, surname))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use crate::layout::Chunker;
    use kgloom_record::record::Span;

    /// Who is who among the people of a text, as a scorer had it.
    fn check(text: &str, names: &[(&str, u32)], expected: &[u32]) {
        let tokenized = Chunker::new("tokenizer.json", &bundled::files().tokenizer).unwrap().tokenize(text).unwrap();
        let mut from = 0;
        let person = CLASSES.iter().position(|class| *class == "PER").unwrap();
        let found: Vec<MentionSpan> = names
            .iter()
            .map(|(name, _)| {
                let at = from + text[from..].find(name).expect("the text says it");
                from = at + name.len();
                let words = tokenized.words_under(Span { start: at as u32, end: from as u32 });
                MentionSpan { words, class: person, score: 1.0 }
            })
            .collect();
        let scored: Vec<u32> = names.iter().map(|(_, entity)| *entity).collect();
        assert_eq!(join(text, &tokenized, 0..tokenized.words.len(), (&found, &scored)), expected, "{text}");
    }

    #[test]
    fn a_surname_alone_is_whom_the_text_is_about() {
        let text = "Odd Falk (born 1921) is a painter. He is the son of Emil Falk. Falk studied law.";
        check(text, &[("Odd Falk", 0), ("Emil Falk", 1), ("Falk", 1)], &[0, 1, 0]);
        let text = "Ada Stein was a vet. She married Emil Stein, a baker. Stein's book sold well.";
        check(text, &[("Ada Stein", 0), ("Emil Stein", 1), ("Stein", 1)], &[0, 1, 0]);
        let text = "Odd Falk\n\nDr. Odd Emil Falk (born 1921) is a painter. Lars Falk is his son. Falk died.";
        check(text, &[("Odd Falk", 0), ("Odd Emil Falk", 0), ("Lars Falk", 1), ("Falk", 1)], &[0, 0, 1, 0]);
        let text = "Odd Falk, a painter, was born in Vell. Falk studied law.";
        check(text, &[("Odd Falk", 0), ("Falk", 1)], &[0, 0]);
    }

    #[test]
    fn another_is_meant_where_the_text_says_so() {
        let text = "Odd Falk is a painter. His father was Emil Falk. Mr Falk died. His father Falk died.";
        check(text, &[("Odd Falk", 0), ("Emil Falk", 1), ("Falk", 1), ("Falk", 1)], &[0, 1, 1, 1]);
        let text = "Odd Falk is a painter. His father was Emil Falk. The elder Falk died. Emil died.";
        check(text, &[("Odd Falk", 0), ("Emil Falk", 1), ("Falk", 1), ("Emil", 1)], &[0, 1, 1, 1]);
        let text = "Odd Falk is a painter. He met Ada Stein. Stein died.";
        check(text, &[("Odd Falk", 0), ("Ada Stein", 1), ("Stein", 1)], &[0, 1, 1]);
    }

    #[test]
    fn a_text_that_is_about_nobody_leaves_surnames_to_the_scorer() {
        let text = "In 1921 a play by Odd Falk opened. Emil Falk saw it. Falk smiled.";
        check(text, &[("Odd Falk", 0), ("Emil Falk", 1), ("Falk", 1)], &[0, 1, 1]);
        let text = "Odd Falk met Emil Falk. Falk smiled.";
        check(text, &[("Odd Falk", 0), ("Emil Falk", 1), ("Falk", 1)], &[0, 1, 1]);
        let text = "Odd Falk is a painter. Emil Falk is a vet. Lars is one. Falk smiled.";
        check(text, &[("Odd Falk", 0), ("Emil Falk", 1), ("Lars", 2), ("Falk", 3)], &[0, 1, 2, 3]);
    }
}
