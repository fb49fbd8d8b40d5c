//! What takes back a clause other than a cue before it: a verdict after it ("That he was born in Riga is a fabrication"), a label
//! ("Myth: …"), the order of its words ("Had he been born", "Is Norsea a subsidiary of Shell, they ask"), a choice ("Either Odd or
//! Lars is the father"), a correction ("at Lund, no wait, at Aarhus").
//!
//! In: the words of a sentence. Out: what they say of which words. Never: a cue that governs what follows it; those are in
//! `cues.rs`.

use super::phrasing::Phrasing;
use super::word_list::WordList;
use kgloom_record::record::Factuality::{self, Asked, Denied, Fictional, Hypothetical, Planned, Reported};
use std::ops::Range;

/// What something is that is not so.
static VERDICTS: WordList = WordList::new(
    "baseless bogus canard debunked delusion denied discredited disproved disproven error fabricated fabrication fake fallacy false
     falsehood fantasy fiction groundless hoax incorrect inaccurate invented invention legend lie lies misconception mistake mistaken
     misunderstanding myth nonsense refuted rubbish slander unfounded unproven unsubstantiated untrue untruth wrong",
);
/// Of what a verdict is given: `the story that …`.
static TOLD: WordList = WordList::new(
    "account accusation allegation anecdote assertion assumption belief charge claim conjecture gossip hypothesis idea impression
     legend myth notion news report rumor rumour statement story suggestion tale theory tradition view",
);
/// Between the verb and the verdict.
static DEGREES: WordList = WordList::new(
    "a an all another been clearly completely demonstrably entirely just long mere merely mostly now nothing of old patently plain
     plainly popular proved proven pure purely quite shown simply sheer since the to be totally turned out utterly very widespread",
);
/// A verdict follows its verb within so many words.
const LONGEST_DEGREE: usize = 6;

/// What a sentence is called before what it tells.
const LABELS: &[(Factuality, &[&str])] = &[
    (Denied, &["myth", "hoax", "lie", "fake", "fake news", "falsehood", "misconception", "fiction", "april fool"]),
    (Reported, &["rumour", "rumor", "rumours", "rumors", "gossip", "claim", "allegation"]),
    (Fictional, &["plot", "synopsis", "storyline", "plot summary"]),
    (Asked, &["question", "quiz", "true or false", "riddle"]),
    (Hypothetical, &["hypothesis", "assumption", "scenario", "thought experiment"]),
];

/// What begins a question by the order of its words, and what a condition.
const ASKING: &[&str] = &["is", "are", "was", "does", "did", "do", "has", "have", "can", "could", "will", "would"];
const SUPPOSING: &[&str] = &["had", "were", "should"];
/// What asks to think something; what has it so without a verb of its own.
const THINK: &[&str] = &["suppose", "assume", "imagine", "picture", "pretend", "posit", "say"];
/// What says what is meant, after what is not.
const MENDS: &[&str] = &[
    "no wait",
    "no , wait",
    "wait , no",
    "wait no",
    "sorry , i mean",
    "i mean",
    "i meant",
    "make that",
    "correction :",
    "scratch that",
    "or rather",
];
/// What nouns tell of two.
const KIN: &[(&[&str], &[&str])] = &[
    (&["brother", "sister", "sibling", "twin", "half"], &["P3373"]),
    (&["husband", "wife", "widow", "widower", "spouse"], &["P26"]),
    (&["founder", "creator"], &["P112", "P170"]),
    (&["owner", "parent"], &["P127", "P749"]),
    (&["director"], &["P57", "P1037"]),
    (&["author", "writer"], &["P50"]),
    (&["composer"], &["P86"]),
    (&["capital"], &["P36", "P1376"]),
];
/// What makes of a whole sentence an example of what may be.
const EXAMPLES: &[&str] =
    &["in our|this|my|the example", "a|another hypothetical|fictitious|imaginary", "for the sake of ~ argument"];
/// Persons of examples.
const PLACEHOLDERS: &[&str] = &["john|jane doe|roe", "joe bloggs", "max|erika mustermann", "john|jane q public"];
const INSTANCES: &[&str] = &["for instance|example|argument", "say ,", "e . g", "such as"];
/// A sentence that says of the one before it that it is not so begins so.
const RETRACTIONS: &[&str] = &[
    "correction :|,|.",
    "scratch that",
    "no , wait",
    "no wait",
    "not true|so .|!",
    "that|this is|was|s ~ ~ false|untrue|wrong|incorrect|nonsense|mistake|error|lie|myth|hoax .|!|;|:",
    "that|this ' s ~ ~ false|untrue|wrong|incorrect|nonsense|lie|myth|hoax .|!",
    "false|wrong|untrue|incorrect|nonsense .|!",
    "she|he|it|they|that isn|wasn|aren|weren|didn|doesn|hasn|hadn '|’ t .|!|;",
    "she|he|it|they is|was|did|does|has|had not .|!|;",
    "fact|truth|reality : he|she|it|they is|was|did|does|has|had not .|!",
];

/// What is said of some words of a sentence.
pub(super) struct Verdict {
    pub says: Factuality,
    pub scope: Vec<bool>,
    /// Whether what is in its scope is taken back whatever else is said of it.
    pub contrasts: bool,
    /// The relations that it concerns; of none, all.
    pub only: &'static [&'static str],
}

/// The verdicts within a sentence.
pub(super) fn verdicts(sentence: Phrasing<'_>) -> Vec<Verdict> {
    let all = |says| (says, 0..sentence.len());
    let found = (0..sentence.len()).filter(|&at| !sentence.is_named(at)).flat_map(|at| {
        let governed = [
            judged(sentence, at),
            belied(sentence, at),
            soon(sentence, at),
            inverted(sentence, at),
            thought(sentence, at),
            depends(sentence, at),
        ];
        let set_apart = [choice(sentence, at), mended(sentence, at)];
        let governed = governed.into_iter().flatten().map(|words| (words, false));
        governed.chain(set_apart.into_iter().flatten().map(|words| (words, true)))
    });
    let whole = label(sentence).or_else(|| example(sentence).map(all)).map(|words| (words, false));
    let verdict = |((says, words), contrasts)| Verdict { says, scope: sentence.scope(words), contrasts, only: &[] };
    let struck = (0..sentence.len()).filter_map(|at| {
        let only = struck(sentence, at)?;
        Some(Verdict { says: Denied, scope: sentence.scope(0..sentence.len()), contrasts: true, only })
    });
    found.chain(whole).map(verdict).chain(struck).collect()
}

/// Whether a sentence takes back the one before it: "Correction: he was born in Lund.", "She wasn't."
pub(super) fn takes_back(sentence: Phrasing<'_>) -> bool {
    sentence.said(0, RETRACTIONS).is_some()
}

type Said = (Factuality, Range<usize>);

/// A verdict after a verb of being: its end.
fn verdict(sentence: Phrasing<'_>, verb: usize) -> Option<usize> {
    if !sentence.is(verb, &["is", "was", "remains", "are", "were", "has", "have", "proved", "turned"]) {
        return None;
    }
    let found = (verb + 1..verb + 1 + LONGEST_DEGREE).find(|&at| !DEGREES.contains(sentence.form(at)))?;
    let said = VERDICTS.contains(sentence.form(found)) && !sentence.is_named(found);
    // "is a mistake", "is a fake Rembrandt", "was false to the king"
    (said && !sentence.is_named(found + 1) && !sentence.is(found + 1, &["to", "-"])).then_some(found + 1)
}

/// "That he was born in Riga is a fabrication", "The story that he died in Trieste is pure invention".
fn judged(sentence: Phrasing<'_>, at: usize) -> Option<Said> {
    if sentence.form(at) != "that" || !(sentence.opens(at) || TOLD.contains(sentence.before(at))) {
        return None;
    }
    let end = (at + 2..sentence.len()).take_while(|&word| sentence.form(word) != ";");
    let verb = end.into_iter().find(|&verb| verdict(sentence, verb).is_some())?;
    Some((Denied, at + 1..verb))
}

/// "He said that he had studied at Lund, which was a lie."
fn belied(sentence: Phrasing<'_>, at: usize) -> Option<Said> {
    let relative = sentence.form(at) == "which" && sentence.before(at) == ",";
    let end = verdict(sentence, at + 1)
        .filter(|&end| relative && matches!(sentence.form(end), "." | "" | "," | ";" | "!"))?;
    (end > at).then_some((Denied, 0..at))
}

/// "Espen has been chosen to direct it next spring": what is yet to come is told of the clause before.
fn soon(sentence: Phrasing<'_>, at: usize) -> Option<Said> {
    let end = sentence.matches(at, "next spring|summer|autumn|fall|winter|week|month|year|season")?;
    let of_then = sentence.is(at.checked_sub(1)?, &["the", "and", "'", "very"]) || sentence.is(end, &["to", "door"]);
    let start = sentence.clause(at);
    let told = |word: usize| {
        let past = sentence.form(word).ends_with("ed") && !sentence.is(word.saturating_sub(1), &["be", "been"]);
        past || sentence.is(word, &["was", "were", "had", "did", "became", "won", "left", "made", "sold"])
    };
    (!of_then && !(start..at).any(told)).then_some((Planned, start..at))
}

/// "He gets the job at Tesla only if he moves": what depends on something stands before it.
fn depends(sentence: Phrasing<'_>, at: usize) -> Option<Said> {
    let condition = sentence.said(at, &["only if", "on ~ condition that", "provided that"])?;
    let start = sentence.clause(at);
    (start < at && condition > at).then_some((Hypothetical, start..at))
}

/// "Is Norsea a subsidiary of Shell, they ask"; "Had he been born in Oslo, …".
fn inverted(sentence: Phrasing<'_>, at: usize) -> Option<Said> {
    let follows = sentence.is_subject(at + 1) && sentence.form(at + 1) != "there" || sentence.is(at + 1, &["there"]);
    if at > 0 || !follows || !sentence.is_capital(at) {
        return None;
    }
    if sentence.is(at, SUPPOSING) {
        return Some((Hypothetical, 1..sentence.len()));
    }
    let asks =
        || (1..sentence.len()).any(|word| sentence.is(word, &["ask", "asks", "asked", "wonder", "wonders", "know"]));
    (sentence.is(at, ASKING) && asks()).then_some((Asked, 1..sentence.len()))
}

/// "Suppose Odd Falk owned Norsea", "Say Odd Falk owns it", "let Odd Falk be a citizen of Norway".
fn thought(sentence: Phrasing<'_>, at: usize) -> Option<Said> {
    let end = (at..sentence.len()).find(|&word| matches!(sentence.form(word), ";" | "?")).unwrap_or(sentence.len());
    let bare = |word: &usize| sentence.is(*word, &["be", "have", "own", "live", "work"]);
    let first = sentence.opens(at) || sentence.is(at.saturating_sub(1), &["us", "now"]);
    let mut last = at + 1;
    while sentence.is_named(last) || sentence.is(last, &["a", "the", "and"]) {
        last += 1;
    }
    let lets = sentence.form(at) == "let" && last > at + 1 && bare(&last);
    let thinks = sentence.is(at, THINK)
        && (sentence.is_subject(at + 1) || sentence.is(at + 1, &["that"]))
        && (sentence.form(at) != "say" || at == 0 && sentence.is_named(at + 1));
    (first && (lets || thinks)).then_some((Hypothetical, at + 1..end))
}

/// "Either Odd Falk or Lars Falk is the father": neither is told.
fn choice(sentence: Phrasing<'_>, at: usize) -> Option<Said> {
    if sentence.form(at) != "either" {
        return None;
    }
    let one = sentence.name_after(at + 1, 4)?;
    let other = sentence.name_after(one + 1, 4).filter(|_| sentence.form(one) == "or")?;
    Some((Asked, at + 1..other))
}

/// "at Lund University, no wait, at Aarhus University": the name before is not meant.
fn mended(sentence: Phrasing<'_>, at: usize) -> Option<Said> {
    let end = sentence.said(at, MENDS)?;
    sentence.name_after(end + usize::from(sentence.form(end) == ","), 4)?;
    let comma = at.checked_sub(1).filter(|&comma| matches!(sentence.form(comma), "," | "—" | "–" | "("))?;
    let start = (0..comma).rev().take_while(|&word| sentence.is_named(word)).last()?;
    Some((Denied, start..comma))
}

/// "is the son, not the brother, of Lars Falk": what the noun that is struck out would tell.
fn struck(sentence: Phrasing<'_>, at: usize) -> Option<&'static [&'static str]> {
    let noun = sentence.matches(at, "not the|a|an|his|her")?;
    let set_apart = at > 0 && matches!(sentence.form(noun + 1), "," | "of" | "—" | ")") && sentence.opens(at);
    let (_, tells) = KIN.iter().find(|(nouns, _)| nouns.contains(&sentence.form(noun)))?;
    set_apart.then_some(*tells)
}

/// "Myth: Odd Falk founded Norsea."
fn label(sentence: Phrasing<'_>) -> Option<Said> {
    let colon = (1..4).find(|&at| sentence.form(at) == ":")?;
    let words = sentence.forms[..colon].join(" ");
    let called = LABELS.iter().find(|(_, labels)| labels.contains(&words.as_str()))?;
    let says = (colon + 1..sentence.len())
        .any(|at| sentence.is(at, &["is", "are", "was", "were", "has", "had"]) || sentence.form(at).ends_with("ed"));
    // "Claim: payment for the writing of Low Tide" is one of a court.
    if words == "claim" && !says {
        return None;
    }
    Some((called.0, colon..sentence.len()))
}

/// "John Doe, for instance, was born in Chicago", "A hypothetical customer, Jane Roe, …".
fn example(sentence: Phrasing<'_>) -> Option<Factuality> {
    let says = |patterns: &[&str]| (0..sentence.len()).any(|at| sentence.said(at, patterns).is_some());
    let unnamed = vec![false; sentence.len()];
    let nobody = Phrasing { named: &unnamed, ..sentence };
    let persons = || (0..sentence.len()).any(|at| nobody.said(at, PLACEHOLDERS).is_some());
    let made_up = (0..2).any(|at| sentence.matches(at, EXAMPLES[1]).is_some());
    (made_up || says(&EXAMPLES[..1]) || says(&EXAMPLES[2..]) || says(INSTANCES) && persons()).then_some(Hypothetical)
}
