//! How a relation is asked for that only an ontology knows. In: labels, other labels, patterns. Out: nouns and verbs.
//! Never: words of a comment; a comment explains, and names other things on the way.

use crate::lexicon::{End, Lexicon, PREPOSITIONS};
use crate::text::plain;
use kgloom_english::stems;
use kgloom_record::record::Iri;
use ontologies::{Ontology, Relation};
use std::collections::BTreeSet;

/// Adds what an ontology tells. Relations that have phrases of this crate give only their names.
pub(crate) fn add(lexicon: &mut Lexicon, ontology: &Ontology, phrased: &BTreeSet<Iri>) {
    for relation in ontology.relations() {
        for label in [&relation.label].into_iter().chain(&relation.alternatives) {
            of_label(lexicon, ontology, relation, &plain(&apart(label)), phrased.contains(&relation.iri));
        }
        for pattern in &relation.patterns {
            if pattern.before.is_empty() && pattern.after.is_empty() {
                let (first, last) = if pattern.head_first { ("H", "T") } else { ("T", "H") };
                for verb in based(&pattern.between) {
                    lexicon.clause(&relation.iri, false, &format!("{first} {verb} {last}"));
                }
            }
        }
    }
}

/// Words that are written together, as the ends of IRIs are, set apart.
fn apart(label: &str) -> String {
    let mut out = String::new();
    let mut lower = false;
    for character in label.chars() {
        if lower && character.is_uppercase() {
            out.push(' ');
        }
        lower = character.is_lowercase();
        out.push(character);
    }
    out
}

fn of_label(lexicon: &mut Lexicon, ontology: &Ontology, relation: &Relation, label: &str, phrased: bool) {
    let iri = &relation.iri;
    let words: Vec<&str> = label.split(' ').filter(|word| !word.is_empty()).collect();
    let Some((last, before)) = words.split_last() else { return };
    let participle = before.first().or(Some(last)).is_some_and(|first| first.ends_with("ed") || first.ends_with("en"));
    match *last {
        "by" if !before.is_empty() => {
            // "owned by" also tells who owns.
            for verb in stems(before[before.len() - 1]).iter().skip(1) {
                lexicon.clause(iri, false, &format!("T {verb} H"));
            }
            lexicon.clause(iri, false, &format!("H be {label} T"));
        }
        "of" if !before.is_empty() => {
            lexicon.noun(iri, End::Head, false, &before.join(" "));
        }
        last if PREPOSITIONS.contains(&last) && !before.is_empty() => {
            let be = if before[0] == "is" { &before[1..] } else { before };
            lexicon.clause(iri, false, &format!("H be {} {last} T", be.join(" ")));
            based(before).iter().for_each(|verb| lexicon.clause(iri, true, &format!("H {verb} {last} T")));
        }
        _ if before.first() == Some(&"has") => lexicon.noun(iri, End::Tail, false, &words[1..].join(" ")),
        _ => {
            lexicon.noun(iri, End::Tail, false, label);
            if phrased {
                return;
            }
            let times = range_is(ontology, relation, "Time");
            if times && participle {
                lexicon.clause(iri, false, &format!("when H be {label}"));
                based(&words).iter().for_each(|verb| lexicon.clause(iri, true, &format!("when H {verb}")));
            } else if words.len() == 1 && (participle || last.ends_with('s')) {
                based(&words).iter().for_each(|verb| lexicon.clause(iri, false, &format!("H {verb} T")));
            }
        }
    }
}

/// Whether all tails are of a class of kgloom's own.
pub(crate) fn range_is(ontology: &Ontology, relation: &Relation, class: &str) -> bool {
    let class = kgloom_record::vocabulary::own(class);
    let fits = |range: &Iri| ontology.is_kind_of(range, &class) || range.as_str().ends_with("date") && range != &class;
    !relation.range.is_empty() && relation.range.iter().all(fits)
}

/// The words with the first in every form that it may be an inflection of; forms that are no words match nothing.
fn based<W: AsRef<str>>(words: &[W]) -> Vec<String> {
    let rest: Vec<&str> = words.iter().skip(1).map(AsRef::as_ref).collect();
    let first = words.first().map(|first| stems(first.as_ref())).unwrap_or_default();
    first.into_iter().map(|first| [&[first.as_str()], rest.as_slice()].concat().join(" ")).collect()
}
