//! Whole questions. In: words. Out: what is asked for, and the answer. Never: the best of bad readings; where none covers
//! every word, or the graph has no answer to it, nothing is answered.

use crate::broad::SETTLEMENTS;
use crate::clauses::{BE, DO, HAVE};
use crate::lexicon::{End, PREPOSITIONS};
use crate::parse::{Grammar, Voice};
use crate::reading::{Expect, Meaning, Parse, Question, Request, flipped, hop};

/// A question word, with what belongs to it.
#[derive(Clone)]
struct Asking<'w> {
    expect: Expect,
    kind: Option<(usize, usize)>,
    /// A preposition before it.
    lead: Option<&'w str>,
    /// Where or when.
    asks: Option<&'w str>,
    count: bool,
    next: usize,
}

/// Words before a question that ask nothing.
const POLITE: [&[&str]; 31] = [
    &["please"],
    &["hi"],
    &["hello"],
    &["hey"],
    &["so"],
    &["and"],
    &["ok"],
    &["okay"],
    &["well"],
    &["can", "you"],
    &["could", "you"],
    &["would", "you"],
    &["will", "you"],
    &["do", "you", "know"],
    &["does", "anyone", "know"],
    &["does", "anybody", "know"],
    &["tell", "me"],
    &["tell", "us"],
    &["remind", "me"],
    &["i", "want", "to", "know"],
    &["i", "would", "like", "to", "know"],
    &["id", "like", "to", "know"],
    &["i", "wonder"],
    &["let", "me", "know"],
    &["i", "need", "to", "know"],
    &["i", "am", "looking", "for"],
    &["im", "looking", "for"],
    &["i", "need"],
    &["do", "we", "know"],
    &["explain"],
    &["say"],
];
/// Relations to what a thing is.
pub(crate) const TOLD: [&str; 3] = ["P31", "P106", "P39"];
const TIMES: [&str; 4] = ["year", "date", "day", "month"];

/// All readings of a question, cheapest first.
pub(crate) fn readings(grammar: &Grammar) -> Vec<Question> {
    let mut start = 0;
    let mut end = grammar.words.len();
    while let Some(polite) = POLITE.iter().find(|polite| stands(grammar, start, polite)) {
        start += polite.len();
    }
    while end > start && grammar.is(end - 1, &["please", "thanks"]) {
        end -= 1;
    }
    let mut found = Vec::new();
    for asking in askings(grammar, start) {
        body(grammar, &asking, end, &mut found);
    }
    whose(grammar, start, end, &mut found);
    yes_or_no(grammar, start, end, &mut found);
    listed(grammar, start, end, &mut found);
    asked_last(grammar, start, end, &mut found);
    found.sort();
    found.dedup_by(|one, other| one.request == other.request);
    found
}

fn stands(grammar: &Grammar, start: usize, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(place, word)| grammar.is(start + place, &[word]))
}

/// The question words that a question may begin with.
fn askings<'w>(grammar: &'w Grammar, start: usize) -> Vec<Asking<'w>> {
    let lead = grammar.words.get(start).filter(|word| word.is(&PREPOSITIONS)).map(|word| word.plain.as_str());
    let at = start + usize::from(lead.is_some());
    let plain = Asking { expect: Expect::Any, kind: None, lead, asks: None, count: false, next: at + 1 };
    let Some(word) = grammar.words.get(at) else { return Vec::new() };
    let mut found = Vec::new();
    match word.plain.as_str() {
        "who" | "whom" => found.push(Asking { expect: Expect::Who, ..plain }),
        "where" => found.push(Asking { expect: Expect::Where, asks: Some("where"), lead: None, ..plain }),
        "when" => found.push(Asking { expect: Expect::When, asks: Some("when"), lead: None, ..plain }),
        "what" | "which" => {
            if grammar.is(at + 1, &TIMES) {
                let (expect, asks) = (Expect::When, Some("when"));
                found.push(Asking { expect, asks, lead: None, next: at + 2, ..plain.clone() });
            }
            found.push(plain.clone());
            found.push(Asking { asks: Some("what"), ..plain.clone() });
            let mut first = at + 1;
            while grammar.is(first, &["of", "the", "all"]) {
                first += 1;
            }
            for next in first + 1..=first + 3 {
                let kind = Some((first, next));
                if next <= grammar.words.len() && grammar.is_kind(first, next) {
                    found.push(Asking { kind, next, ..plain.clone() });
                    let place = lead.is_none_or(|lead| ["in", "at", "on", "from", "near"].contains(&lead));
                    let named = [&SETTLEMENTS[..], &["country", "state", "province", "region", "continent"]].concat();
                    let told = named.iter().any(|noun| grammar.words[next - 1].of(noun));
                    if place && (lead.is_some() || told) {
                        found.push(Asking { kind, next, asks: Some("where"), lead: None, ..plain.clone() });
                    }
                }
            }
        }
        "how" if grammar.is(at + 1, &["many"]) => {
            for next in at + 3..=at + 5 {
                if next <= grammar.words.len() && grammar.is_kind(at + 2, next) && !of_population(grammar, at + 2) {
                    found.push(Asking { kind: Some((at + 2, next)), count: true, next, ..plain.clone() });
                }
            }
        }
        "how" if grammar.is(at + 1, &["much"]) => {
            found.push(Asking { asks: Some("howmuch"), next: at + 2, ..plain });
        }
        _ => {}
    }
    found
}

/// How many live somewhere is told by a number, and not by counting those whom the graph knows.
fn of_population(grammar: &Grammar, kind: usize) -> bool {
    let is = |place: usize, nouns: &[&str]| {
        grammar.words.get(place).is_some_and(|word| nouns.iter().any(|noun| word.of(noun)))
    };
    let crowd = ["inhabitant", "resident", "citizen", "employee", "student", "speaker", "worker", "follower", "fan"];
    let there = ["live", "reside", "work", "speak", "there", "inhabit", "die", "study"];
    is(kind, &crowd) || is(kind, &["person"]) && (kind + 1..grammar.words.len()).any(|place| is(place, &there))
}

fn body(grammar: &Grammar, asking: &Asking, end: usize, found: &mut Vec<Question>) {
    let (next, free) = (asking.next, asking.lead.is_none() && asking.asks.is_none());
    let mut sets: Vec<Parse> = Vec::new();
    if free {
        sets.extend(grammar.verb_phrase(next, end, Voice::Full));
    }
    sets.extend(grammar.clause(next, end, asking.lead, asking.asks));
    if free || asking.lead == Some("of") {
        sets.extend(belonging(grammar, next, end, !free));
    }
    if let Some((first, last)) = asking.kind {
        let noun: Vec<String> = grammar.words[first..last].iter().map(|word| word.plain.clone()).collect();
        if grammar.is(next, &BE) && grammar.is(next + 1, &["there"]) {
            sets.extend(grammar.verb_phrase(next + 2, end, Voice::Reduced));
        }
        // "which city is the headquarters of X in"
        if grammar.is(next, &BE) && end > next + 2 && grammar.is(end - 1, &["in", "at", "on"]) {
            let inner = grammar.noun_phrase(next + 1, end - 1, false);
            sets.extend(inner.into_iter().filter(|set| !set.meaning.is_bare()));
        }
        sets = sets
            .into_iter()
            .map(|set| Parse { cost: set.cost, meaning: Meaning::kind(noun.clone(), set.meaning) })
            .collect();
        sets.extend(had(grammar, (first, last), next, end).into_iter().filter(|_| asking.lead.is_none()));
        if free {
            if stands(grammar, end.saturating_sub(2), &["are", "there"]) {
                found.extend(all_of(grammar, first, end, asking.count));
            }
            let existing = end - 2 * usize::from(end > next + 2 && stands(grammar, end - 2, &["are", "there"]));
            let whole = grammar.noun_phrase(first, existing, false).into_iter();
            sets.extend(whole.filter(|set| !set.meaning.is_bare()).map(|set| set.with(1)));
        }
    } else if asking.lead.is_none() && asking.asks != Some("howmuch") {
        if grammar.is(next, &BE) {
            let named = grammar.noun_phrase(next + 1, end, false);
            for set in named {
                if !set.meaning.is_bare() {
                    sets.push(set);
                } else if free && let Some(Parse { cost, meaning }) = described(asking.expect, set) {
                    found.push(Question { cost, request: Request::Which(Expect::Any, meaning) });
                }
            }
        }
        // "tell me what the capital of X is"
        if end > next + 1 && grammar.is(end - 1, &BE) {
            sets.extend(grammar.noun_phrase(next, end - 1, false).into_iter().filter(|set| !set.meaning.is_bare()));
        }
    }
    for Parse { cost, meaning } in sets {
        let request = if asking.count { Request::Count(meaning) } else { Request::Which(asking.expect, meaning) };
        found.push(Question { cost, request });
    }
}

/// What somebody is: by office and profession; what something is: by its kind.
fn described(expect: Expect, set: Parse) -> Option<Parse> {
    let hops = match expect {
        Expect::Who => vec![hop("P106", End::Tail), hop("P39", End::Tail)],
        Expect::Any => TOLD.map(|end| hop(end, End::Tail)).to_vec(),
        Expect::Where | Expect::When => return None,
    };
    let things = matches!(set.meaning, Meaning::Things { .. });
    things.then(|| Parse { cost: set.cost + 1, meaning: Meaning::step(hops, true, set.meaning) })
}

/// "is X a subsidiary of": what X is the subsidiary of.
fn belonging(grammar: &Grammar, next: usize, end: usize, led: bool) -> Vec<Parse> {
    let mut found = Vec::new();
    let trailing = end > next && grammar.is(end - 1, &["of", "for", "in"]);
    let end = end - usize::from(trailing);
    if !grammar.is(next, &BE) || led == trailing {
        return found;
    }
    for middle in next + 2..end {
        let hops = flipped(&grammar.noun_hops(middle, end, false));
        if !hops.is_empty() {
            let step = |set: Parse| Parse { cost: set.cost, meaning: Meaning::step(hops.clone(), true, set.meaning) };
            found.extend(grammar.noun_phrase(next + 1, middle, false).into_iter().map(step));
        }
    }
    found
}

/// "children does X have", "genre is X", "team is X on": the noun names the relation.
fn had(grammar: &Grammar, (first, last): (usize, usize), next: usize, end: usize) -> Vec<Parse> {
    let mut hops = grammar.noun_hops(first, last, false);
    let does = grammar.is(next, &DO) && end > 0 && grammar.is(end - 1, &HAVE);
    let is = grammar.is(next, &BE);
    let mut until = end - usize::from(does);
    if is && grammar.is(next + 1, &["by"]) {
        hops.retain(|hop| hop.asked == End::Head);
        let makers = if hops.is_empty() { Vec::new() } else { grammar.noun_phrase(next + 2, end, false) };
        let step = |maker: Parse| Parse { cost: maker.cost, meaning: Meaning::step(hops.clone(), true, maker.meaning) };
        return makers.into_iter().map(step).collect();
    }
    if is {
        hops.retain(|hop| hop.asked == End::Tail);
        until -= usize::from(grammar.is(end - 1, &["in", "on", "at", "with", "of", "from", "under"]));
        until -= usize::from(until < end && grammar.is(until - 1, &["part", "member"]));
    }
    if hops.is_empty() || until <= next + 1 || !does && !is && !grammar.is(next, &HAVE) {
        return Vec::new();
    }
    let owners = grammar.noun_phrase(next + 1, until, false).into_iter().filter(|owner| !is || owner.meaning.is_bare());
    let cost = u32::from(is);
    owners
        .map(|owner| Parse { cost: owner.cost + cost, meaning: Meaning::step(hops.clone(), true, owner.meaning) })
        .collect()
}

/// "whose father is X".
fn whose(grammar: &Grammar, start: usize, end: usize, found: &mut Vec<Question>) {
    if !grammar.is(start, &["whose"]) {
        return;
    }
    for place in (start + 2..end).filter(|place| grammar.is(*place, &BE)) {
        let hops = flipped(&grammar.noun_hops(start + 1, place, false));
        if hops.is_empty() {
            continue;
        }
        for set in grammar.noun_phrase(place + 1, end, false) {
            let meaning = Meaning::step(hops.clone(), true, set.meaning);
            found.push(Question { cost: set.cost, request: Request::Which(Expect::Any, meaning) });
        }
    }
}

fn yes_or_no(grammar: &Grammar, start: usize, end: usize, found: &mut Vec<Question>) {
    let be = grammar.is(start, &BE);
    if !be && !grammar.is(start, &DO) && !grammar.is(start, &HAVE) {
        return;
    }
    if be && grammar.is(start + 1, &["there"]) {
        let exists = |set: Parse| Question { cost: set.cost, request: Request::Exists(set.meaning) };
        found.extend(
            grammar.noun_phrase(start + 2, end, false).into_iter().filter(|set| !set.meaning.is_bare()).map(exists),
        );
    }
    if be {
        mutual(grammar, start, end, found);
    }
    for middle in start + 2..end {
        let subjects = grammar.noun_phrase(start + 1, middle, false);
        if subjects.is_empty() {
            continue;
        }
        let mut sets = grammar.verb_phrase(middle, end, if be { Voice::Be } else { Voice::Do });
        if be {
            sets.extend(grammar.noun_phrase(middle, end, false).into_iter().filter(|set| !set.meaning.is_bare()));
        }
        let had = if grammar.is(middle, &HAVE) { grammar.noun_hops(middle + 1, end, false) } else { Vec::new() };
        let (been, bound) = (grammar.existing(middle, end, be), usize::from(be));
        for subject in subjects {
            for set in &sets {
                let request = Request::Whether(subject.meaning.clone(), set.meaning.clone());
                found.push(Question { cost: subject.cost + set.cost, request });
            }
            for (hops, cost) in [(&had, 0), (&been, bound)] {
                if !hops.is_empty() {
                    let set = Meaning::step(hops.clone(), true, subject.meaning.clone());
                    found.push(Question { cost: subject.cost + cost as u32, request: Request::Exists(set) });
                }
            }
        }
    }
}

/// "are X and Y married".
fn mutual(grammar: &Grammar, start: usize, end: usize, found: &mut Vec<Question>) {
    for place in (start + 2..end).filter(|place| grammar.is(*place, &["and"])) {
        for middle in place + 2..end {
            let hops = grammar.existing(middle, end, true);
            if hops.is_empty() {
                continue;
            }
            for one in grammar.noun_phrase(start + 1, place, false) {
                for other in grammar.noun_phrase(place + 1, middle, false) {
                    let set = Meaning::step(hops.clone(), true, other.meaning);
                    let request = Request::Whether(one.meaning.clone(), set);
                    found.push(Question { cost: one.cost + other.cost, request });
                }
            }
        }
    }
}

/// "list …", and a noun phrase by itself.
fn listed(grammar: &Grammar, start: usize, end: usize, found: &mut Vec<Question>) {
    let mut place = start;
    let verbs = ["list", "name", "show", "give", "find", "enumerate", "state", "identify", "who", "what", "get"];
    let told = grammar.is(place, &verbs[..8]) || grammar.is(place, &["get"]);
    place += usize::from(told);
    while told && grammar.is(place, &["me", "us", "all", "every", "some", "the", "of", "a", "list"]) {
        place += 1;
    }
    let cost = if told { 0 } else { 1 };
    if told {
        found.extend(all_of(grammar, place, end, false));
    }
    for from in [start, place] {
        let sets = grammar.noun_phrase(from, end, false).into_iter().filter(|set| !set.meaning.is_bare());
        found.extend(
            sets.map(|set| Question { cost: set.cost + cost, request: Request::Which(Expect::Any, set.meaning) }),
        );
    }
}

/// All things that a noun fits, where nothing more is said of them.
fn all_of(grammar: &Grammar, first: usize, end: usize, count: bool) -> Option<Question> {
    let end = if end > first + 2 && stands(grammar, end - 2, &["are", "there"]) { end - 2 } else { end };
    let vague = ["thing", "something", "anything", "one", "those", "everything", "entity", "name", "list", "fact"];
    let plural =
        grammar.words.get(end.checked_sub(1)?).is_some_and(|last| last.plain.ends_with('s') || last.of("person"));
    let small = || grammar.words[first..end].iter().all(|word| !word.capital);
    let kind = end > first && grammar.is_kind(first, end) && plural && small();
    if !kind || vague.iter().any(|noun| grammar.words[end - 1].of(noun)) {
        return None;
    }
    let noun = grammar.words[first..end].iter().map(|word| word.plain.clone()).collect();
    let set = Meaning::kind(noun, Meaning::All);
    let request = if count { Request::Count(set) } else { Request::Which(Expect::Any, set) };
    Some(Question { cost: 2, request })
}

/// "X was born where?"
fn asked_last(grammar: &Grammar, start: usize, end: usize, found: &mut Vec<Question>) {
    let Some(last) = end.checked_sub(1).filter(|last| *last > start) else { return };
    let (expect, asks) = match grammar.words[last].plain.as_str() {
        "where" => (Expect::Where, Some("where")),
        "when" => (Expect::When, Some("when")),
        "who" | "whom" => (Expect::Who, None),
        "what" => (Expect::Any, None),
        _ => return,
    };
    for set in grammar.clause(start, last, None, asks) {
        found.push(Question { cost: set.cost + 1, request: Request::Which(expect, set.meaning) });
    }
}
