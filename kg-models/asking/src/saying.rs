//! How a question was read, in words. In: meanings and ways. Out: a phrase. Never: a fact that was not looked up.

use crate::asked::Asked;
use crate::lexicon::{End, Hop, PREPOSITIONS};
use crate::reading::{Meaning, Request};
use crate::resolve::Resolved;
use crate::whether::Proof;
use kgloom_record::record::Iri;

/// Relations that a question may mean so that the first of them tells what was asked; a word like "in" means dozens.
const FEW: usize = 8;

/// What a way leads to.
pub(crate) fn way(asked: &Asked, way: &Resolved) -> String {
    match way {
        Resolved::Things(things) => things_said(asked, things),
        Resolved::Moment(date) => date.clone(),
        Resolved::All(_) => "all".to_owned(),
        Resolved::Step { hops, of, within, .. } => {
            let of = self::way(asked, of);
            step(asked, hops, &if *within { format!("{of} or a place in it") } else { of })
        }
        Resolved::Kind { noun, of, .. } => kind(noun, &self::way(asked, of)),
        Resolved::Both { one, other, .. } => format!("{} and {}", self::way(asked, one), self::way(asked, other)),
    }
}

/// What was to be shown.
pub(crate) fn proof(asked: &Asked, proof: &Proof) -> String {
    match proof {
        Proof::Member(things, set) => format!("whether {} is {}", things_said(asked, things), way(asked, set)),
        Proof::Inside(things, relation, of) => {
            let (things, label, of) = (things_said(asked, things), label(asked, relation), way(asked, of));
            format!("whether the {label} of {things} lies in {of}")
        }
        Proof::Begins(things, relation, date) => {
            format!("whether the {} of {} is {date}", label(asked, relation), things_said(asked, things))
        }
    }
}

/// What was asked.
pub(crate) fn request(asked: &Asked, request: &Request) -> String {
    match request {
        Request::Which(_, set) => meaning(asked, set),
        Request::Count(set) => format!("the number of: {}", meaning(asked, set)),
        Request::Exists(set) => format!("whether there is: {}", meaning(asked, set)),
        Request::Whether(subject, set) => format!("whether {} is {}", meaning(asked, subject), meaning(asked, set)),
    }
}

fn meaning(asked: &Asked, set: &Meaning) -> String {
    match set {
        Meaning::Things { name, .. } => name.clone(),
        Meaning::Moment(date) => date.clone(),
        Meaning::All => "all".to_owned(),
        // The first of many was not meant more than the others.
        Meaning::Step { hops, of, .. } if hops.len() > FEW => format!("what has to do with {}", meaning(asked, of)),
        Meaning::Step { hops, of, .. } => step(asked, &hops[..hops.len().min(1)], &meaning(asked, of)),
        Meaning::Kind { noun, of } => kind(noun, &meaning(asked, of)),
        Meaning::Both(one, other) => format!("{} and {}", meaning(asked, one), meaning(asked, other)),
    }
}

fn kind(noun: &[String], of: &str) -> String {
    format!("{of} ({} only)", noun.join(" "))
}

fn step(asked: &Asked, hops: &[Hop], of: &str) -> String {
    let one = |hop: &Hop| {
        let label = label(asked, &hop.relation);
        let last = label.rsplit(' ').next().unwrap_or_default();
        match (PREPOSITIONS.contains(&last) && label.contains(' '), hop.asked) {
            (true, End::Tail) if of.starts_with("what ") => match noun_of(asked, hop) {
                Some(noun) => format!("the {noun} of {of}"),
                None => format!("what ({of}) is {label}"),
            },
            (true, End::Tail) => format!("what {of} is {label}"),
            (true, End::Head) => format!("what is {label} {}", of.strip_prefix("what ").map_or(of.to_owned(), that)),
            (false, End::Tail) => format!("the {label} of {of}"),
            (false, End::Head) => format!("what has {of} as {label}"),
        }
    };
    let mut all: Vec<String> = hops.iter().map(one).collect();
    // Who is the capital of a place is its capital.
    let said = |phrase: &String| phrase.strip_prefix("what is ").map(|rest| format!("the {rest}"));
    let known = all.clone();
    all.retain(|phrase| said(phrase).is_none_or(|same| !known.contains(&same)));
    all.join(" or ")
}

/// "what has X" within another such phrase.
fn that(rest: &str) -> String {
    format!("something that {rest}")
}

/// How people call the end that a hop asks for.
fn noun_of(asked: &Asked, hop: &Hop) -> Option<String> {
    let noun = asked.lexicon.nouns.iter().find(|noun| noun.hop.relation == hop.relation && noun.hop.asked == hop.asked);
    noun.map(|noun| noun.words.join(" "))
}

pub(crate) fn label(asked: &Asked, relation: &Iri) -> String {
    let known = asked.ontology.relation(relation).map(|relation| relation.label.clone());
    let tail = || noun_of(asked, &Hop { weak: false, relation: relation.clone(), asked: End::Tail });
    let verb = || {
        let verb = asked.lexicon.verbs.iter().find(|verb| verb.relation == *relation && !verb.words.is_empty())?;
        Some(verb.words.iter().chain(verb.prepositions.first()).cloned().collect::<Vec<_>>().join(" "))
    };
    let end = || relation.as_str().rsplit(['/', '#', ':']).next().unwrap_or_default().to_owned();
    known.or_else(tail).or_else(verb).unwrap_or_else(end)
}

fn things_said(asked: &Asked, things: &[Iri]) -> String {
    let mut labels: Vec<String> = things.iter().map(|thing| asked.graph.label(thing)).collect();
    labels.dedup();
    labels.join(" or ")
}
