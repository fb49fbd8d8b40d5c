//! Who is named in a question. In: its words, the graph's names. Out: for each stretch of words the things that bear it as a
//! name. Never: a stretch of nothing but words such as "the" or "who".

use crate::graph::Graph;
use crate::reading::{Meaning, Parse};
use crate::spelling::{distance, is_near};
use crate::text::{Word, plain};
use kgloom_english::stems;
use kgloom_record::record::Iri;
use std::collections::{BTreeMap, BTreeSet};

/// Words of the longest name that is looked for.
const LONGEST: usize = 12;
/// Words of the longest mistyped name, and how often a graph is asked for names that are like one.
const LONGEST_MISTYPED: usize = 7;
const MOST_ASKED: usize = 40;
/// What a mistyped name costs.
const MISTYPED: u32 = 3;
/// Words that say nothing of the world.
pub(crate) const FUNCTION: [&str; 97] = [
    "the", "a", "an", "of", "in", "at", "on", "by", "for", "from", "to", "with", "into", "as", "and", "or", "who",
    "whom", "whose", "what", "which", "where", "when", "how", "many", "much", "why", "is", "are", "was", "were", "be",
    "been", "being", "am", "do", "does", "did", "has", "have", "had", "that", "this", "these", "those", "there", "it",
    "its", "he", "his", "she", "her", "they", "their", "them", "me", "my", "us", "i", "you", "your", "we", "all",
    "any", "some", "every", "each", "please", "list", "name", "names", "give", "show", "tell", "find", "can", "could",
    "would", "will", "should", "not", "no", "yes", "also", "ever", "s", "after", "near", "over", "under", "about",
    "up", "out", "than", "then", "so", "if",
];

/// The names in a question: by first word, word after the last, and whether the last has lost the ending of a possessive.
pub(crate) type Names = BTreeMap<(usize, usize, bool), Parse>;

/// Finds names that are written as the graph has them.
pub(crate) fn exact(graph: &dyn Graph, words: &[Word]) -> Names {
    let mut names = Names::new();
    for (start, end, bare, text) in stretches(words) {
        let titled = format!("the {text}");
        let found = match graph.named(&text) {
            found if found.is_empty() && words[start].plain != "the" => (graph.named(&titled), &titled),
            found => (found, &text),
        };
        if let Some(meaning) = things(graph, found.0, found.1) {
            let cost = cost(words, start, end) + u32::from(bare && !words[end - 1].possessive);
            names.insert((start, end, bare), Parse { cost, meaning });
        }
    }
    names
}

/// Adds names that are near to what is written, where one of these words is not known at all.
pub(crate) fn mistyped(graph: &dyn Graph, words: &[Word], unknown: &BTreeSet<usize>, names: &mut Names) {
    let mut asked = 0;
    for (start, end, bare, text) in stretches(words) {
        if asked == MOST_ASKED || end - start > LONGEST_MISTYPED {
            continue;
        }
        let edges = [start, end - 1].iter().all(|place| !is_function(&words[*place]) || words[*place].plain == "the");
        if !edges || !(start..end).any(|place| unknown.contains(&place)) || names.contains_key(&(start, end, bare)) {
            continue;
        }
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let near = |like: &String| is_near(&text, like) && digits(&text) == digits(like) && like.len() > 4;
        asked += 1;
        let like = graph.like(&text).into_iter().filter(near).min_by_key(|like| distance(&text, like));
        if let Some(like) = like
            && let Some(meaning) = things(graph, graph.named(&like), &like)
        {
            names.insert((start, end, bare), Parse { cost: MISTYPED, meaning });
        }
    }
}

/// Whether a word says nothing of the world.
pub(crate) fn is_function(word: &Word) -> bool {
    word.is(&FUNCTION)
}

fn stretches(words: &[Word]) -> Vec<(usize, usize, bool, String)> {
    let mut out = Vec::new();
    for start in 0..words.len() {
        for end in start + 1..=words.len().min(start + LONGEST) {
            let stretch = &words[start..end];
            let meant = |word: &Word| !is_function(word) || stretch.len() == 1 && start > 0 && word.capital;
            if !stretch.iter().any(meant) {
                continue;
            }
            let before: Vec<&str> = stretch[..stretch.len() - 1].iter().map(|word| word.plain.as_str()).collect();
            let last = &stretch[stretch.len() - 1];
            let joined = |last: &str| before.iter().copied().chain([last]).collect::<Vec<_>>().join(" ");
            out.push((start, end, false, joined(&last.plain)));
            out.extend(last.bare.as_deref().map(|bare| (start, end, true, joined(bare))));
        }
    }
    out
}

/// In a question with capital letters, what is not written with them is hardly a name.
fn cost(words: &[Word], start: usize, end: usize) -> u32 {
    let small = |word: &Word| !word.capital;
    let mixed = words.iter().skip(1).any(|word| word.capital);
    match words[start..end].iter().all(small) {
        true if mixed => 2,
        true if end == start + 1 => 1,
        _ => 0,
    }
}

/// Bearers of a name: first those whose label it is.
fn things(graph: &dyn Graph, bearers: Vec<Iri>, name: &str) -> Option<Meaning> {
    let bearers: BTreeSet<Iri> = bearers.into_iter().collect();
    let titled = name.strip_prefix("the ").unwrap_or(name);
    let is_label = |thing: &Iri| {
        let label = plain(&graph.label(thing));
        label == name || label.strip_prefix("the ").unwrap_or(&label) == titled
    };
    let (labelled, others): (Vec<Iri>, Vec<Iri>) = bearers.into_iter().partition(is_label);
    let groups: Vec<Vec<Iri>> = [labelled, others].into_iter().filter(|group| !group.is_empty()).collect();
    let label = graph.label(groups.first()?.first()?);
    Some(Meaning::Things { name: label, groups })
}

/// A noun that may be a thing of the graph in the singular: "novelists" for what is called "novelist".
pub(crate) fn of_noun(graph: &dyn Graph, words: &[Word]) -> Option<Meaning> {
    let (last, before) = words.split_last()?;
    let before: Vec<&str> = before.iter().map(|word| word.plain.as_str()).collect();
    let named = |stem: String| {
        let name = before.iter().copied().chain([stem.as_str()]).collect::<Vec<_>>().join(" ");
        things(graph, graph.named(&name), &name)
    };
    stems(&last.plain).into_iter().find_map(named)
}
