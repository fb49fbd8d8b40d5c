//! What a text says that a thing is. In: a text and a mention. Out: the noun after `is a`. Never: a judgement whether two
//! nouns can be of one thing.

use kgloom_record::record::Span;
use std::sync::Arc;

/// Words that end what a thing is said to be.
const ENDS: [&str; 32] = [
    "about",
    "and",
    "as",
    "at",
    "based",
    "between",
    "born",
    "by",
    "during",
    "established",
    "for",
    "formed",
    "founded",
    "from",
    "in",
    "known",
    "located",
    "named",
    "near",
    "of",
    "on",
    "or",
    "situated",
    "that",
    "to",
    "used",
    "where",
    "which",
    "who",
    "whose",
    "with",
    "within",
];
/// Nouns that are said of one and the same place.
const SETTLEMENTS: [&str; 12] = [
    "capital",
    "city",
    "commune",
    "hamlet",
    "locality",
    "municipality",
    "port",
    "seat",
    "settlement",
    "suburb",
    "town",
    "village",
];
/// Nouns that are said of one and the same country; a state may be one, or a part of one.
const COUNTRIES: [&str; 12] = [
    "commonwealth",
    "country",
    "democracy",
    "duchy",
    "emirate",
    "federation",
    "kingdom",
    "monarchy",
    "nation",
    "principality",
    "republic",
    "sultanate",
];
/// Nouns of what a country has within it.
const DIVISIONS: [&str; 12] = [
    "canton",
    "county",
    "department",
    "district",
    "governorate",
    "prefecture",
    "province",
    "region",
    "settlement",
    "shire",
    "state",
    "territory",
];
/// Continents and the like, by their keys.
const REGIONS: [&str; 12] = [
    "africa",
    "antarctica",
    "asia",
    "central america",
    "europe",
    "joseon",
    "korea",
    "latin america",
    "north america",
    "oceania",
    "scandinavia",
    "south america",
];
/// Words, beside [`ENDS`], that are no nouns.
const FUNCTION: [&str; 40] = [
    "after",
    "against",
    "all",
    "also",
    "among",
    "are",
    "because",
    "before",
    "behind",
    "both",
    "but",
    "called",
    "during",
    "east",
    "her",
    "his",
    "including",
    "into",
    "its",
    "like",
    "met",
    "north",
    "not",
    "one",
    "over",
    "saw",
    "since",
    "south",
    "than",
    "the",
    "their",
    "then",
    "through",
    "under",
    "until",
    "via",
    "was",
    "were",
    "west",
    "while",
];
/// A noun further off than this is not looked for.
const REACH: usize = 9;

/// The noun by which a text says what it has just mentioned: `Vell (born 1901) is a Danish painter from …`: painter. Towns,
/// villages and capitals are all settlements, kingdoms and republics countries.
pub fn kind(text: &str, span: Span) -> Option<Arc<str>> {
    Some(Arc::from(match noun(text, span)? {
        noun if SETTLEMENTS.contains(&noun) => "settlement",
        noun if COUNTRIES.contains(&noun) => "country",
        noun => noun,
    }))
}

/// The same noun as the text has it.
pub fn noun(text: &str, span: Span) -> Option<&str> {
    let mut rest = text.get(span.end as usize..)?.trim_start();
    while let Some(aside) = rest.strip_prefix('(') {
        rest = aside.get(closing(aside)? + 1..)?.trim_start();
    }
    let rest = ["is ", "was ", "are ", "were "].iter().find_map(|verb| rest.strip_prefix(verb))?;
    last_noun(rest)
}

/// The last word of what follows an article: `a Danish painter from …`: painter.
fn last_noun(rest: &str) -> Option<&str> {
    let said = described(rest)?;
    let noun = said.last()?;
    noun.starts_with(char::is_lowercase).then_some(*noun)
}

/// The same, and the word before it.
fn last_nouns(rest: &str) -> Option<Vec<String>> {
    Some(phrases(&described(rest)?))
}

/// What follows an article, up to where the noun has been said.
fn described(rest: &str) -> Option<Vec<&str>> {
    let rest = ["a ", "an ", "the "].iter().find_map(|article| rest.strip_prefix(article))?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == ' ' || c == '-' || c == '\'')).unwrap_or(rest.len());
    let said: Vec<&str> = rest[..end].split(' ').filter(|word| !word.is_empty()).collect();
    let stop = said.iter().position(|word| ENDS.contains(word)).unwrap_or(said.len());
    (stop <= REACH).then(|| said[..stop].to_vec())
}

/// The nouns by which a text says what it mentions: after `is a`, beside it (`Vell, a Danish painter,`), before it
/// (`the painter Vell`); with the word before, where there is one, as in `football club`. Sorted, each once, in lower case.
pub fn nouns(text: &str, span: Span) -> Vec<Arc<str>> {
    let (Some(before), Some(mut after)) = (text.get(..span.start as usize), text.get(span.end as usize..)) else {
        return Vec::new();
    };
    after = after.trim_start_matches(' ');
    while let Some(end) = after.strip_prefix('(').and_then(|aside| Some(closing(aside)? + 2)) {
        after = after.get(end..).unwrap_or_default().trim_start_matches(' ');
    }
    let verbs = ["is ", "was ", "are ", "were ", "became ", ", "];
    let said = verbs.iter().find_map(|verb| after.strip_prefix(verb)).and_then(last_nouns);
    let start = before.rfind(['\n', '.', ',', ';', ':', '(', ')', '"']).map_or(0, |at| at + 1);
    let words: Vec<&str> = before[start..].split(' ').filter(|word| !word.is_empty()).collect();
    let beside = if before.ends_with(' ') { phrases(&words) } else { Vec::new() };
    let mut nouns: Vec<Arc<str>> = said.unwrap_or_default().into_iter().chain(beside).map(Arc::from).collect();
    nouns.sort();
    nouns.dedup();
    nouns
}

/// The last word, and the last two, where they are nouns for all that can be seen.
fn phrases(words: &[&str]) -> Vec<String> {
    let is_noun = |word: &str| word.chars().count() > 2 && word.chars().all(char::is_lowercase) && !is_function(word);
    match words {
        [.., first, last] if is_noun(first) && is_noun(last) => vec![(*last).to_owned(), format!("{first} {last}")],
        [.., last] if is_noun(last) => vec![(*last).to_owned()],
        _ => Vec::new(),
    }
}

/// Words that stand before names and say nothing of them.
fn is_function(word: &str) -> bool {
    ENDS.contains(&word) || FUNCTION.contains(&word)
}

/// Whether a noun is of what lies in a country: said of a part of one, it is no country.
pub fn is_division(noun: &str) -> bool {
    noun != "settlement" && DIVISIONS.contains(&noun)
}

/// Whether words between a thing and a place say that it is something that lies there: `is a state in the southern`.
pub fn says_where(between: &str, noun: &str) -> bool {
    let Some((_, after)) = between.rsplit_once(&format!(" {noun} ")) else { return false };
    let mut words = after.split(' ').skip_while(|word| ["located", "situated"].contains(word));
    words.next().is_some_and(|word| ["in", "of", "within"].contains(&word)) && !after.contains([',', ';', '('])
}

/// Whether a place of this name is larger than a country: a state may lie in it and be one.
pub(crate) fn is_region(name: &str) -> bool {
    REGIONS.contains(&name)
}

/// Whether one noun is of a country and the other of what a country has within it.
pub fn encloses(one: &str, other: &str) -> bool {
    let within = |country: &str, part: &str| country == "country" && DIVISIONS.contains(&part);
    within(one, other) || within(other, one)
}

/// Where the bracket that was opened before is closed.
fn closing(aside: &str) -> Option<usize> {
    let mut depth = 1;
    aside.char_indices().find_map(|(at, character)| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_no_part_of_one() {
        assert!(encloses("country", "state") && encloses("settlement", "country"));
        assert!(!encloses("country", "country") && !encloses("state", "province"));
        assert!(is_division("state") && !is_division("country") && !is_division("river"));
        assert!(says_where(" is a state in the southeastern ", "state"));
        assert!(says_where(" is a large province of ", "province"));
        assert!(!says_where(" is a state bordering ", "state"));
        assert!(!says_where(" is a state in the Levant, south of ", "state"));
    }

    #[test]
    fn nouns_stand_after_a_verb_beside_a_name_and_before_it() {
        for (text, expected) in [
            ("Vell is a Danish landscape painter.", vec!["landscape painter", "painter"]),
            ("Vell (born 1901), an engineer from Oslo, wrote.", vec!["engineer"]),
            ("Vell became the mayor of Oslo.", vec!["mayor"]),
            ("Vell, who wrote, slept.", vec![]),
            ("Vell met Orla.", vec![]),
        ] {
            let found = nouns(text, Span { start: 0, end: 4 });
            assert_eq!(found.iter().map(|noun| &**noun).collect::<Vec<_>>(), expected, "{text}");
        }
        let text = "It was the painter Vell, a critic.";
        assert_eq!(nouns(text, Span { start: 19, end: 23 }), ["critic".into(), "painter".into()]);
        assert_eq!(nouns("with Vell", Span { start: 5, end: 9 }), []);
    }

    #[test]
    fn the_noun_after_is_a() {
        for (name, text, noun) in [
            ("Georgia", "Georgia is a country at the edge of Europe.", Some("country")),
            ("Georgia", "Georgia is a state in the southeast.", Some("state")),
            ("Vell", "Vell (born 3 May 1901 (old style), Oslo) was a Danish landscape painter.", Some("painter")),
            ("Norsea", "Norsea is an oil company based in Bergen.", Some("company")),
            ("Hamford", "Hamford is the capital of Corvania.", Some("settlement")),
            ("Corvania", "Corvania is a landlocked republic in Europe.", Some("country")),
            ("Hamford", "Hamford was founded in 1901.", None),
            ("Hamford", "Hamford is a Norwegian.", None),
            ("Hamford", "Hamford (never closed is a town.", None),
        ] {
            let span = Span { start: 0, end: name.len() as u32 };
            assert_eq!(kind(text, span).as_deref(), noun, "{text}");
        }
    }
}
