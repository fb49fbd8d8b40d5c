//! What was so once: "a former mayor of Oslo", "had its seat in Bergen until 1970", "ceased to be a subsidiary".
//!
//! In: the words of a sentence. Out: which of them tell what is over, and which relations it ends. Never: whether it ended well.
//!
//! A relation either holds of the present alone or, as Wikidata keeps it with the date of its end, for ever. Whose citizen one
//! is, who owns a firm or is over it, where it sits, who heads it, a town or a country, and what lies in what is of the present:
//! what is over is no fact of these. A degree, a job, an office held, a spouse, a party, a team, a membership stay: a former
//! member is one who was a member. What ceased to be somebody's was not dissolved by that.

use super::phrasing::Phrasing;
use std::ops::Range;

/// Who heads, owns or sits where, of the present alone; and the end of what did not end.
const HELD: &[&str] =
    &["P6", "P35", "P36", "P127", "P159", "P169", "P286", "P355", "P488", "P576", "P749", "P1037", "P1376", "P1830"];
/// Those, and what lies in what.
const BELONGING: &[&str] = &[
    "P6", "P35", "P36", "P127", "P131", "P159", "P169", "P286", "P355", "P488", "P576", "P749", "P1037", "P1376",
    "P1830",
];
/// Whose citizen one is.
const CITIZENS: &[&str] = &["P27"];

/// Before the noun of what somebody or something was.
const FORMERLY: &[&str] = &["former|erstwhile|onetime|sometime|then", "one - time", "ex -", "then -"];
/// What governs the rest of its clause.
const ENDED: &[&str] = &[
    "formerly|previously",
    "once ~ a|an|the|based|headquartered|owned|led|headed|run|part|capital|seat",
    "used to",
    "ceased|ceases|ceasing|stopped to|being be|belong|have|own|a|an|the|part|owned|based",
    "ceased|ceases|ceasing|stopped being",
    "resigned|resigns|resigning|retired|retires|ousted|sacked|fired|dismissed|removed|deposed as|from",
    "stepped|steps|stepping|stood|stands down as|from",
];
/// What ends a citizenship.
const DENATURALISED: &[&str] = &[
    "gave|given|gives|giving up ~ ~ ~ citizenship|nationality|passport",
    "renounced|renounces|renouncing|relinquished|forfeited|lost|loses|losing ~ ~ ~ citizenship|nationality",
    "stripped of ~ ~ ~ citizenship|nationality",
    "former|formerly a|citizen|national ~ of|citizen|national",
];
/// After these a noun was not somebody's once.
const THEN_TOO: &[&str] = &["a", "an", "the", "his", "her", "its", "their", "'", "s"];
/// A noun does not go on behind these.
const TOWARDS: &[&str] = &["as", "between", "by", "from", "on", "to", "with"];
const NEGATIONS: &[&str] = &["not", "t", "never", "no", "nor"];

/// The words that tell what is over, and the relations that it ends.
pub(super) struct Stretch {
    pub scope: Vec<bool>,
    pub ends: &'static [&'static str],
}

/// The stretches of a sentence that tell what is over.
pub(super) fn stretches(sentence: Phrasing<'_>) -> Vec<Stretch> {
    let stretch = |at: usize| {
        if sentence.is_named(at) {
            return None;
        }
        let citizens = sentence.said(at, DENATURALISED).map(|end| (at..clause_end(sentence, end), CITIZENS));
        let adjective = sentence.said(at, FORMERLY).filter(|&end| is_adjective(sentence, at, end));
        let noun = || adjective.map(|end| (end..noun_phrase(sentence, end), HELD));
        let ended = || sentence.said(at, ENDED).map(|end| (end..clause_end(sentence, end), HELD));
        let formerly =
            || ended().filter(|(words, _)| !sentence.is(words.start, &["known", "called", "named", "titled"]));
        let until = || until(sentence, at).map(|words| (words.clone(), belonging(sentence, words)));
        let (words, ends) = citizens.or_else(noun).or_else(formerly).or_else(until)?;
        Some(Stretch { scope: sentence.scope(words), ends })
    };
    (0..sentence.len()).filter_map(stretch).collect()
}

/// "belonged to Austria until 1918" tells also what lay in what.
fn belonging(sentence: Phrasing<'_>, mut words: Range<usize>) -> &'static [&'static str] {
    let part = |at| sentence.is(at, &["belong", "belonged", "part", "ruled", "governed", "administered"]);
    if words.any(part) { BELONGING } else { HELD }
}

/// "the then owner", not "then owned it"; "former", not "the former".
fn is_adjective(sentence: Phrasing<'_>, at: usize, end: usize) -> bool {
    let noun = sentence.is_word(end) && !sentence.is(end, &["and", "was", "is", "of", "had", "has", "in", "the"]);
    noun && (sentence.form(at) != "then" || THEN_TOO.contains(&sentence.before(at)))
}

/// Where a noun ends with what it is of, and the name that it is said of: `owner of Brim Hotels, Leif Brim`.
pub(super) fn noun_phrase(sentence: Phrasing<'_>, start: usize) -> usize {
    let mut at = start;
    let mut named = false;
    while at < sentence.len() {
        let link = ["of", "in", "at", "for", "and", "the", "'", "’", "s"].contains(&sentence.form(at));
        let comma = sentence.form(at) == ",";
        match () {
            () if sentence.is_named(at) => named = true,
            () if comma && (sentence.is_named(at + 1) && at > start) => {
                return sentence.name_end(at + 1);
            }
            () if !sentence.is_word(at) && !matches!(sentence.form(at), "'" | "’" | "-") => break,
            () if named && !link => break,
            () if is_finite(sentence.form(at)) || TOWARDS.contains(&sentence.form(at)) => break,
            () => {}
        }
        at += 1;
    }
    at
}

/// Whether a word is a verb that a noun before it is the subject of, as far as its form tells.
fn is_finite(form: &str) -> bool {
    matches!(
        form,
        "is" | "are" | "was" | "were" | "has" | "had" | "have" | "did" | "does" | "will" | "would" | "who" | "which"
    )
}

fn clause_end(sentence: Phrasing<'_>, start: usize) -> usize {
    let ends = |at: &usize| {
        let mark =
            matches!(sentence.form(*at), "," | ";" | ":" | "(" | ")" | "—" | "but" | "when" | "who" | "which" | "and");
        mark && !sentence.is_named(*at)
    };
    (start..sentence.len()).find(ends).unwrap_or(sentence.len())
}

/// "had its seat in Oslo until 1970", "Until its sale, it belonged to Nestlé": the clause that something ends; "not until 1970" has
/// something begin.
fn until(sentence: Phrasing<'_>, at: usize) -> Option<Range<usize>> {
    if !sentence.is(at, &["until", "till"]) {
        return None;
    }
    let apart = at > 1 && sentence.form(at - 1) == ",";
    let start = sentence.clause(if apart { at - 1 } else { at });
    if start < at {
        let begins = (start..at).any(|word| sentence.is(word, NEGATIONS));
        return (!begins).then_some(start..at);
    }
    let comma = clause_end(sentence, at);
    let years = comma == sentence.len();
    let next = if years { at + 2 } else { comma + 1 };
    Some(next..clause_end(sentence, next))
}
