//! Which of two things comes first, by the words between them: "was replaced by" and "replaced" tell the contrary of one pair.
//!
//! In: a relation that has a direction, its two mentions, the words between them. Out: whether it runs the other way. Never: a
//! verdict where no such words stand. English.

use super::judged::Judged;
use super::layout::TokenizedText;

/// Phrases after which the thing before them has the first part of a pair; then those after which it has the second.
struct Pair {
    /// Relations whose head has the first part, and whose head has the second.
    heads: [&'static [&'static str]; 2],
    phrases: [&'static [&'static str]; 2],
}

static PAIRS: [Pair; 7] = [
    // What was before, and what came after.
    Pair {
        heads: [&["P156", "P1366"], &["P155", "P1365"]],
        phrases: [
            &[
                "replaced by",
                "succeeded by",
                "superseded by",
                "followed by",
                "supplanted by",
                "predecessor of",
                "predecessor to",
                "preceded",
                "precedes",
                "prequel to",
                "prequel of",
                "gave way to",
                "made way for",
                "s successor",
                "s sequel",
                "whose successor",
            ],
            &[
                "replaced",
                "replaces",
                "replacing",
                "succeeded",
                "succeeds",
                "succeeding",
                "superseded",
                "supersedes",
                "followed",
                "follows",
                "following",
                "successor to",
                "successor of",
                "successor as",
                "sequel to",
                "sequel of",
                "follow-up to",
                "took over from",
                "preceded by",
                "s predecessor",
                "whose predecessor",
            ],
        ],
    },
    // Who was influenced, and by whom.
    Pair {
        heads: [&["P737"], &[]],
        phrases: [
            &["influenced by", "inspired by", "influence of", "indebted to", "disciple of"],
            &["influenced", "influences", "inspired", "inspires", "influence on", "inspiration for"],
        ],
    },
    // What was made of it, and what it was made of.
    Pair {
        heads: [&["P144"], &["P4969"]],
        phrases: [
            &["based on", "based upon", "adapted from", "adaptation of", "retelling of", "remake of", "inspired by"],
            &[
                "adapted into",
                "adapted as",
                "adapted for",
                "made into",
                "turned into",
                "basis of",
                "basis for",
                "source of",
                "inspired",
                "filmed as",
                "retold in",
                "remade as",
            ],
        ],
    },
    // What uses, and what is used.
    Pair {
        heads: [&["P2283"], &[]],
        phrases: [
            &["uses", "use", "used the", "using", "employs", "relies on", "equipped with", "powered by", "built on"],
            &["used in", "used by", "used for", "used on", "powers", "employed in"],
        ],
    },
    // The part, and the whole.
    Pair {
        heads: [&["P361"], &["P527"]],
        phrases: [
            &["part of", "belongs to", "component of", "section of", "member of"],
            &["consists of", "comprises", "comprised", "made up of", "composed of", "consisted of"],
        ],
    },
    // What is named, and after what.
    Pair {
        heads: [&["P138"], &[]],
        phrases: [
            &[
                "named after",
                "named for",
                "named in honour of",
                "named in honor of",
                "name from",
                "called after",
                "name of",
            ],
            &["its name to", "his name to", "her name to", "their name to", "name lives on in", "eponym of"],
        ],
    },
    // Who is owned, and by whom.
    Pair {
        heads: [&["P127", "P749"], &["P355"]],
        phrases: [
            &[
                "owned by",
                "bought by",
                "acquired by",
                "purchased by",
                "subsidiary of",
                "division of",
                "taken over by",
                "sold to",
                "unit of",
                "belongs to",
                "belonged to",
                "property of",
                "s owner",
                "s parent",
            ],
            &[
                "owns",
                "owned",
                "bought",
                "acquired",
                "acquires",
                "purchased",
                "owner of",
                "proprietor of",
                "parent of",
                "parent company of",
                "parent organisation of",
                "took over",
                "s subsidiary",
            ],
        ],
    },
];

/// So many words lie between two names at most of which a phrase between them tells the direction.
const REACH: usize = 12;

/// Whether the words between its mentions say that a relation runs the other way.
pub(super) fn is_reversed(property: &str, (text, tokenized): (&str, &TokenizedText), judged: &Judged) -> bool {
    let side = |pair: &Pair| pair.heads.iter().position(|heads| heads.contains(&property));
    let Some((pair, side)) = PAIRS.iter().find_map(|pair| Some((pair, side(pair)?))) else { return false };
    let head_first = judged.words[0].start <= judged.words[1].start;
    let [left, right] = judged.in_order();
    let sentence = |word: usize| tokenized.words[word].sentence;
    if left.end > right.start || right.start - left.end > REACH || sentence(left.start) != sentence(right.start) {
        return false;
    }
    let form = |word: usize| tokenized.form(text, word).to_lowercase();
    let gap: Vec<String> = (left.end..right.start).map(form).collect();
    let left_is = told(pair, &gap.iter().map(String::as_str).collect::<Vec<_>>());
    // The head's part in the pair, were the thing on the left the head, against what the relation says of it.
    left_is.is_some_and(|left| left != if head_first { side } else { 1 - side })
}

/// The part of the thing before some words, by the last phrase among them; of phrases that end together the longer.
fn told(pair: &Pair, gap: &[&str]) -> Option<usize> {
    let mut best: Option<(usize, usize, usize)> = None;
    for (part, phrases) in pair.phrases.iter().enumerate() {
        for phrase in *phrases {
            let words: Vec<&str> = phrase.split([' ', '-']).collect();
            let at = (0..=gap.len().saturating_sub(words.len())).rev().find(|at| gap[*at..].starts_with(&words));
            if let Some(at) = at {
                // "replaced" within "replaced by" is not another phrase.
                let found = (at, words.len(), part);
                best = Some(best.map_or(found, |best| best.max(found)));
            }
        }
    }
    best.map(|(_, _, part)| part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::{Factuality, Score, Span};

    fn reversed(text: &str, head: &str, property: &str, tail: &str) -> bool {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let words = |name: &str| {
            let start = text.find(name).unwrap() as u32;
            tokenized.words_under(Span { start, end: start + name.len() as u32 })
        };
        let words = [words(head), words(tail)];
        let judged = Judged { ends: [0, 1], words, relation: 0, score: Score::HALF, says: Factuality::Stated };
        is_reversed(property, (text, &tokenized), &judged)
    }

    #[test]
    fn the_words_between_two_names_tell_which_came_first() {
        for (text, older, newer) in [
            (
                "The Ministry of Trade was replaced by the Ministry of Commerce in 1990.",
                "Ministry of Trade",
                "Ministry of Commerce",
            ),
            ("Garrow Rail succeeded Northern Rail.", "Northern Rail", "Garrow Rail"),
            ("The Lumo X1 is the predecessor of the Lumo X2.", "Lumo X1", "Lumo X2"),
            ("Salt Road, the prequel to Night Ferry, sold well.", "Salt Road", "Night Ferry"),
            ("Night Ferry is a sequel to Salt Road.", "Salt Road", "Night Ferry"),
            ("GraphCore took over from GraphKit.", "GraphKit", "GraphCore"),
            ("Vell, who replaced an uncle, was followed by Holm.", "Vell", "Holm"),
        ] {
            for (head, property, tail, expected) in [
                (older, "P1366", newer, false),
                (older, "P156", newer, false),
                (newer, "P1365", older, false),
                (newer, "P155", older, false),
                (older, "P1365", newer, true),
                (newer, "P156", older, true),
            ] {
                assert_eq!(reversed(text, head, property, tail), expected, "{text} {head} {property} {tail}");
            }
        }
    }

    #[test]
    fn active_and_passive_tell_the_contrary() {
        for (text, head, property, tail) in [
            ("Paul Lund influenced Peter Holm.", "Peter Holm", "P737", "Paul Lund"),
            ("Peter Holm was influenced by Paul Lund.", "Peter Holm", "P737", "Paul Lund"),
            ("Salt Road was adapted into the film Night Ferry.", "Night Ferry", "P144", "Salt Road"),
            ("Night Ferry is based on the novel Salt Road.", "Night Ferry", "P144", "Salt Road"),
            ("The Otter engine is used in the Seapike drone.", "Seapike", "P2283", "Otter"),
            ("Sydbank is the parent company of Nordbank.", "Nordbank", "P749", "Sydbank"),
            ("Nordbank was bought by Sydbank.", "Nordbank", "P127", "Sydbank"),
        ] {
            assert!(!reversed(text, head, property, tail), "{text}");
            assert!(reversed(text, tail, property, head), "{text}");
        }
    }

    #[test]
    fn where_no_such_words_stand_nothing_is_said() {
        assert!(!reversed("Vell and Holm met in Oslo.", "Vell", "P737", "Holm"));
        assert!(!reversed("Vell met Holm.", "Holm", "P1365", "Vell"));
        assert!(!reversed("Vell was replaced by Holm.", "Holm", "P26", "Vell"));
    }
}
