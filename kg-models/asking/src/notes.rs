//! What is to be known beside an answer. In: a way that was found. Out: sentences: who the several bearers of a name are and what
//! each leads to, which words could not be heeded, where not all was looked through. Never: an answer that is not told already.

use crate::asked::Asked;
use crate::lexicon::Hop;
use crate::resolve::{Resolved, Resolver};
use crate::sparql::shorten;
use crate::text::plain;
use kgloom_record::record::{Iri, Term};
use std::collections::BTreeSet;

/// Bearers of a name, answers of each, and things of unknown kind that are listed.
const LISTED: usize = 6;
const NUMBERS: [&str; 9] = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Makes the notes to an answer.
pub(crate) struct Notes<'a, 'b> {
    pub asked: &'a Asked<'a>,
    pub resolver: &'a Resolver<'b>,
}

impl Notes<'_, '_> {
    /// The notes to a way that led to these answers.
    pub(crate) fn of_way(&self, way: &Resolved, answers: &BTreeSet<Term>) -> Vec<String> {
        let mut out = Vec::new();
        self.collect(way, answers, &mut out);
        let mut seen = BTreeSet::new();
        out.retain(|note| seen.insert(note.clone()));
        out
    }

    /// The note to things that bear one name, of which something was asked.
    pub(crate) fn of_things(&self, things: &[Iri]) -> Option<String> {
        let name = self.shared(things)?;
        Some(format!("{} are called \"{name}\": {}", number(things.len()), self.listed(things, |_| String::new())))
    }

    fn collect(&self, way: &Resolved, answers: &BTreeSet<Term>, out: &mut Vec<String>) {
        match way {
            Resolved::Things(things) => out.extend(self.of_things(things)),
            Resolved::Moment(_) | Resolved::All(_) => {}
            Resolved::Step { hops, of, within, .. } => {
                if let Resolved::Things(things) = &**of {
                    out.extend(self.apart(things, hops, answers));
                    let more = |thing: &&Iri| *within && self.resolver.inside(thing).more;
                    out.extend(things.iter().filter(more).map(|thing| {
                        let label = self.asked.graph.label(thing);
                        format!("more places lie in {label} than are looked through here; the query has all")
                    }));
                } else {
                    self.collect(of, &of.values(), out);
                }
            }
            Resolved::Kind { noun, of, open, values, .. } => {
                self.collect(of, answers, out);
                out.extend(self.unheeded(&noun.join(" "), open, values.len(), answers));
            }
            Resolved::Both { one, other, .. } => {
                self.collect(one, answers, out);
                self.collect(other, answers, out);
            }
        }
    }

    /// Who the bearers of a name are, and which answers are whose.
    fn apart(&self, things: &[Iri], hops: &[Hop], answers: &BTreeSet<Term>) -> Option<String> {
        let name = self.shared(things)?;
        let of = |thing: &Iri| {
            let reached = hops.iter().flat_map(|hop| self.resolver.reached_within(thing, hop).0);
            let own: BTreeSet<Term> = reached.filter(|term| answers.contains(term)).collect();
            if own.is_empty() { String::new() } else { format!(" has {}", self.enumerated(own.iter())) }
        };
        let number = number(things.len());
        Some(format!("{number} are called \"{name}\", and the answers are of all: {}", self.listed(things, of)))
    }

    /// That it is not known of what answers whether they are of the kind.
    fn unheeded(&self, noun: &str, open: &BTreeSet<Term>, all: usize, answers: &BTreeSet<Term>) -> Option<String> {
        let here = || open.iter().filter(|term| answers.contains(term));
        match here().count() {
            0 if open.is_empty() || answers.iter().any(|answer| matches!(answer, Term::Name(_))) => None,
            count if count == all || count == 0 => {
                Some(format!("\"{noun}\" could not be heeded: the graph does not tell the kind of these"))
            }
            _ => {
                let those = self.enumerated(here());
                Some(format!("\"{noun}\" could not be heeded for all: the graph does not tell the kind of {those}"))
            }
        }
    }

    /// The name that several things share.
    fn shared(&self, things: &[Iri]) -> Option<String> {
        let (first, rest) = things.split_first().filter(|(_, rest)| !rest.is_empty())?;
        let names = self.asked.graph.names(first);
        let bears = |thing: &Iri, name: &str| self.asked.graph.names(thing).iter().any(|own| plain(own) == plain(name));
        names.into_iter().find(|name| rest.iter().all(|thing| bears(thing, name)))
    }

    fn listed(&self, things: &[Iri], more: impl Fn(&Iri) -> String) -> String {
        let one = |thing: &Iri| format!("{}{}", shorten(thing), more(thing));
        let shown: Vec<String> = things.iter().take(LISTED).map(one).collect();
        let left = things.len() - shown.len();
        format!("{}{}", shown.join("; "), if left > 0 { format!("; and {left} more") } else { String::new() })
    }

    fn enumerated<'t>(&self, terms: impl Iterator<Item = &'t Term>) -> String {
        let said = |term: &Term| match term {
            Term::Name(thing) => self.asked.graph.label(thing),
            Term::Literal(literal) => literal.value.to_string(),
        };
        let all: Vec<String> = terms.map(said).collect();
        let left = all.len().saturating_sub(LISTED);
        let shown = all[..all.len() - left].join(", ");
        if left > 0 { format!("{shown} and {left} more") } else { shown }
    }
}

fn number(count: usize) -> String {
    count
        .checked_sub(2)
        .and_then(|place| NUMBERS.get(place))
        .map_or_else(|| count.to_string(), |word| (*word).to_owned())
}
