//! What belongs to a name after a comma: `, Jr.` to a person's, `, Inc.` to a firm's. In: the words of a window, mentions. Out:
//! the same mentions, whole. Never: a name that is nothing but such a suffix.

use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::relations::is_value;
use std::ops::Range;

/// After a person's name: which of two of one name it is.
const GENERATIONS: [&str; 8] = ["ii", "iii", "iv", "jnr", "jr", "junior", "snr", "sr"];

/// After a person's name, beside those.
const OF_PEOPLE: [&str; 1] = ["esq"];

/// After a firm's name.
const LEGAL_FORMS: [&str; 10] =
    ["corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc", "llp", "ltd", "plc"];

/// No name by themselves.
const NO_NAMES: [&str; 11] = ["esq", "gmbh", "inc", "incorporated", "jnr", "jr", "llc", "llp", "ltd", "snr", "sr"];

/// Whether a word of a name, in lower case, tells which of two of one name it is.
pub(super) fn is_generation(word: &str) -> bool {
    GENERATIONS.contains(&word)
}

/// Gives names the suffixes that follow them, and leaves out what is nothing but one.
pub(super) fn complete(text: &str, tokenized: &TokenizedText, window: Range<usize>, found: &mut Vec<MentionSpan>) {
    let form = |index: usize| match window.contains(&index) {
        true => tokenized.words[index].span.of(text).unwrap_or_default(),
        false => "",
    };
    let lower = |index: usize| form(index).to_lowercase();
    let organisation = CLASSES.iter().position(|class| *class == "ORG");
    for name in found.iter_mut().filter(|name| !is_value(name.class)) {
        let comma = usize::from(form(name.words.end) == ",");
        let suffix = name.words.end + comma;
        if !window.contains(&suffix) || tokenized.words[suffix].sentence != tokenized.words[name.words.start].sentence {
            continue;
        }
        let word = lower(suffix);
        let says = form(suffix).starts_with(char::is_uppercase) || word == "plc";
        // "Odd Falk, Senior Vice President" is no Senior.
        let person = CLASSES[name.class] == "PER" && (is_generation(&word) || OF_PEOPLE.contains(&word.as_str()));
        let person = person && !matches!(&*word, "junior" | "senior");
        let firm =
            LEGAL_FORMS.contains(&word.as_str()) && (comma == 1 || ["ORG", "MISC"].contains(&CLASSES[name.class]));
        // "Odd Falk, Limited Edition"
        let goes_on = firm && comma == 1 && form(suffix + 1).starts_with(char::is_uppercase);
        if says && (person || firm && !goes_on) {
            name.words.end = suffix + 1;
            name.class = organisation.filter(|_| firm).unwrap_or(name.class);
        }
    }
    let mut past = 0;
    found.retain(|name| {
        let is_word = |word: &usize| form(*word).contains(char::is_alphanumeric);
        let is_suffix = |word: usize| NO_NAMES.contains(&lower(word).as_str());
        let mut said = name.words.clone().filter(is_word).peekable();
        let says = is_value(name.class) || said.peek().is_none() || !said.all(is_suffix);
        let free = name.words.start >= past;
        if says && free {
            past = name.words.end;
        }
        says && free
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    fn check(text: &str, names: &[(&str, &str)], expected: &[(&str, &str)]) {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mut from = 0;
        let mut found: Vec<MentionSpan> = names
            .iter()
            .map(|(name, class)| {
                let at = from + text[from..].find(name).expect("the text says it");
                from = at + name.len();
                let words = tokenized.words_under(Span { start: at as u32, end: from as u32 });
                MentionSpan { words, class: CLASSES.iter().position(|known| known == class).unwrap(), score: 1.0 }
            })
            .collect();
        complete(text, &tokenized, 0..tokenized.words.len(), &mut found);
        let surface = |found: &MentionSpan| {
            let [first, last] = [found.words.start, found.words.end - 1].map(|word| tokenized.words[word].span);
            (text[first.start as usize..last.end as usize].to_owned(), CLASSES[found.class])
        };
        let expected: Vec<_> = expected.iter().map(|(name, class)| ((*name).to_owned(), *class)).collect();
        assert_eq!(found.iter().map(surface).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_suffix_belongs_to_its_name() {
        for (suffix, whole) in [("Jr.", "Jr"), ("Sr.", "Sr"), ("III", "III"), ("Esq.", "Esq")] {
            let text = format!("Marta Ekdal, {suffix} was born in Oslo.");
            check(&text, &[("Marta Ekdal", "PER")], &[(&format!("Marta Ekdal, {whole}"), "PER")]);
        }
        for suffix in ["Inc.", "Ltd.", "LLC", "Incorporated,", "plc"] {
            let whole = format!("Norsea Oil, {}", suffix.trim_end_matches(['.', ',']));
            let text = format!("Norsea Oil, {suffix} was sold.");
            check(&text, &[("Norsea Oil", "ORG")], &[(&whole, "ORG")]);
            check(&text, &[("Norsea Oil", "PER"), (&suffix[..3], "ORG")], &[(&whole, "ORG")]);
        }
    }

    #[test]
    fn a_suffix_alone_is_no_name() {
        check("It is called Inc. or Ltd. there.", &[("Inc", "ORG"), ("Ltd", "ORG")], &[]);
        check("Ask Jr. about it.", &[("Jr", "PER")], &[]);
        check("The band !!! came.", &[("!!!", "ORG")], &[("!!!", "ORG")]);
    }

    #[test]
    fn what_is_no_suffix_stays_apart() {
        let two = [("Odd Falk", "PER"), ("Limited Run", "MISC")];
        check("Odd Falk, Limited Run and Oslo.", &two, &two);
        check("Odd Falk, Senior Vice President, left.", &[("Odd Falk", "PER")], &[("Odd Falk", "PER")]);
        check("Norsea Oil, which was sold.", &[("Norsea Oil", "ORG")], &[("Norsea Oil", "ORG")]);
        let years = [("Marta Ekdal", "PER"), ("1921", "TIME")];
        check("Marta Ekdal, 1921.", &years, &years);
    }
}
