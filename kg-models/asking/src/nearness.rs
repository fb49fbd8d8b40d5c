//! The meaning of unusual words, by an encoder. In: a question about one thing that no phrase explains. Out: the answer by the
//! relation of that thing whose name is near to the rest of the question. Never: a relation that is not clearly nearer than all
//! others.

use crate::asked::Asked;
use crate::graph::Reply;
use crate::lexicon::{End, Hop};
use crate::names::is_function;
use crate::parse::Grammar;
use crate::reading::{Expect, Meaning, Question, Request};
use crate::resolve::Resolver;
use kgloom_english::stems;
use kgloom_numerics::vectors::Encode;
use kgloom_record::record::{Iri, Term};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How near a relation must be, as a cosine, and how much nearer than the next.
const NEAR: f32 = 0.7;
const CLEARLY: f32 = 0.15;

/// The answer by nearness, if one relation is near.
pub(crate) fn answer(asked: &Asked, encoder: Option<&dyn Encode>, grammar: &Grammar) -> Option<Reply> {
    let encoder = encoder?;
    let (expect, first) = question_word(grammar)?;
    let longest = grammar.names.iter().filter(|((start, ..), _)| *start >= first);
    let ((start, end, _), parse) =
        longest.max_by_key(|((start, end, _), parse)| (end - start, std::cmp::Reverse(parse.cost)))?;
    let rest: Vec<&str> = (first..grammar.words.len())
        .filter(|place| !(*start..*end).contains(place) && !is_function(&grammar.words[*place]))
        .map(|place| grammar.words[place].plain.as_str())
        .collect();
    // Words of phrases that made no reading are told apart by what an encoder passes over: "the first chairperson".
    let phrased = |word: &&str| stems(word).iter().any(|stem| asked.lexicon.vocabulary.contains(stem));
    if rest.iter().any(phrased) {
        return None;
    }
    let Meaning::Things { groups, .. } = &parse.meaning else { return None };
    let things = groups.first()?;
    let resolver = Resolver::new(asked.graph, asked.ontology, asked.lexicon);
    let tails: BTreeSet<Iri> = things
        .iter()
        .flat_map(|thing| asked.graph.of_subject(thing, None))
        .filter(|(_, _, object)| expect != Expect::When || matches!(object, Term::Literal(_)))
        .map(|(_, relation, _)| relation)
        .collect();
    let known = |hop: &Hop| resolver.expected(hop, expect);
    let hops: Vec<Hop> =
        tails.into_iter().map(|relation| Hop { weak: false, relation, asked: End::Tail }).filter(known).collect();
    if rest.is_empty() || hops.is_empty() {
        return None;
    }
    let hop = nearest(asked, encoder, &rest.join(" "), &hops)?;
    let meaning = Meaning::step(vec![hop], true, parse.meaning.clone());
    asked.reply(&resolver, &Question { cost: 0, request: Request::Which(expect, meaning) })
}

/// What kind of answer a question without a count asks for, and where its words begin.
fn question_word(grammar: &Grammar) -> Option<(Expect, usize)> {
    let place =
        (0..grammar.words.len().min(4)).find(|place| grammar.is(*place, &["who", "what", "which", "where", "when"]))?;
    let expect = match grammar.words[place].plain.as_str() {
        "who" => Expect::Who,
        "where" => Expect::Where,
        "when" => Expect::When,
        _ => Expect::Any,
    };
    Some((expect, place + 1))
}

fn nearest(asked: &Asked, encoder: &dyn Encode, rest: &str, hops: &[Hop]) -> Option<Hop> {
    let label = |hop: &Hop| asked.ontology.relation(&hop.relation).map(|relation| Arc::from(relation.label.as_str()));
    let texts: Vec<Option<Arc<str>>> = [Some(Arc::from(rest))].into_iter().chain(hops.iter().map(label)).collect();
    let values = encoder.read(&texts, &|_, _| {}).ok()?;
    let mut rows = values.chunks_exact(encoder.width());
    let question = rows.next()?;
    let mut near: Vec<(f32, &Hop)> = rows.zip(hops).map(|(row, hop)| (cosine(question, row), hop)).collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    let next = near.get(1).map_or(0.0, |(nearness, _)| *nearness);
    near.first().filter(|(nearness, _)| *nearness >= NEAR && nearness - next >= CLEARLY).map(|(_, hop)| (*hop).clone())
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let lengths = (product(one, one) * product(other, other)).sqrt();
    if lengths > 0.0 { product(one, other) / lengths } else { 0.0 }
}
