//! How relations are asked for. In: the phrases of this crate, and labels, comments and patterns of an ontology. Out: nouns,
//! verbs and question words, each with the relation and the end of it that it tells. Never: a fact.

use kgloom_record::record::Iri;
use std::collections::{BTreeMap, BTreeSet};

/// Words that join a verb to its object.
pub(crate) const PREPOSITIONS: [&str; 30] = [
    "in", "at", "on", "by", "for", "from", "to", "with", "of", "near", "into", "as", "after", "under", "about", "over",
    "through", "aboard", "against", "between", "during", "within", "inside", "along", "across", "behind", "around",
    "beside", "among", "onto",
];

/// An end of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    Head,
    Tail,
}

impl End {
    pub(crate) fn other(self) -> End {
        match self {
            End::Head => End::Tail,
            End::Tail => End::Head,
        }
    }
}

/// A relation and the end of it that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hop {
    /// Whether the words may well mean another relation.
    pub weak: bool,
    pub relation: Iri,
    pub asked: End,
}

/// A noun that names one end of a relation with respect to the other: "author".
#[derive(Clone, Debug)]
pub(crate) struct Noun {
    pub hop: Hop,
    pub words: Vec<String>,
}

/// A verb between the ends of a relation: "T write H", "H be born in T".
#[derive(Clone, Debug)]
pub(crate) struct Verb {
    pub relation: Iri,
    pub weak: bool,
    pub subject: End,
    /// Whether a form of "to be" goes before the words.
    pub be: bool,
    pub words: Vec<String>,
    /// What may stand before the object; empty for a verb that has it directly, and then the passive is one too.
    pub prepositions: Vec<String>,
}

/// A verb whose tail a question word asks for: "where H be born".
#[derive(Clone, Debug)]
pub(crate) struct Adverb {
    pub relation: Iri,
    pub weak: bool,
    pub asks: String,
    pub subject: End,
    pub be: bool,
    pub words: Vec<String>,
}

/// All that is known of how relations are asked for.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub nouns: Vec<Noun>,
    pub verbs: Vec<Verb>,
    pub adverbs: Vec<Adverb>,
    /// Every word that is used above.
    pub vocabulary: BTreeSet<String>,
    nouns_by_last: BTreeMap<String, Vec<usize>>,
}

impl Lexicon {
    /// The nouns whose last word is one of these.
    pub(crate) fn nouns_ending<'a>(&'a self, stems: &'a [String]) -> impl Iterator<Item = &'a Noun> {
        let of = |stem: &String| self.nouns_by_last.get(stem).into_iter().flatten();
        let places: BTreeSet<usize> = stems.iter().flat_map(of).copied().collect();
        places.into_iter().map(|place| &self.nouns[place])
    }

    pub(crate) fn noun(&mut self, relation: &Iri, asked: End, weak: bool, noun: &str) {
        let words: Vec<String> = noun.split_whitespace().map(str::to_owned).collect();
        let known = |n: &Noun| n.hop.relation == *relation && n.hop.asked == asked && n.words == words;
        if !words.is_empty() && !self.nouns.iter().any(known) {
            self.nouns.push(Noun { hop: Hop { weak, relation: relation.clone(), asked }, words });
        }
    }

    /// Takes in "T write H", "H be born in/at T", "when H be born".
    pub(crate) fn clause(&mut self, relation: &Iri, weak: bool, clause: &str) {
        let parts: Vec<&str> = clause.split_whitespace().collect();
        let Some((first, rest)) = parts.split_first() else { return };
        let end = |part: &str| match part {
            "H" => Some(End::Head),
            "T" => Some(End::Tail),
            _ => None,
        };
        if let Some(subject) = end(first) {
            let Some((last, middle)) = rest.split_last() else { return };
            if end(last) != Some(subject.other()) {
                return;
            }
            for words in choices(middle) {
                self.verb(Verb {
                    relation: relation.clone(),
                    weak,
                    subject,
                    be: false,
                    words,
                    prepositions: Vec::new(),
                });
            }
        } else if let Some((subject, words)) = rest.split_first()
            && let Some(subject) = end(subject)
        {
            let be = words.first() == Some(&"be");
            for words in choices(&words[usize::from(be)..]) {
                let (relation, asks) = (relation.clone(), (*first).to_owned());
                self.adverbs.push(Adverb { relation, weak, asks, subject, be, words });
            }
        }
    }

    fn verb(&mut self, mut verb: Verb) {
        if verb.words.first().is_some_and(|word| word == "be") {
            verb.be = true;
            verb.words.remove(0);
        }
        if let Some(last) = verb.words.pop_if(|last| PREPOSITIONS.contains(&last.as_str())) {
            verb.prepositions.push(last);
        }
        if verb.be || !verb.words.is_empty() {
            self.verbs.push(verb);
        }
    }

    /// Finds nouns by their last words, and all words.
    pub(crate) fn index(&mut self) {
        for (place, noun) in self.nouns.iter().enumerate() {
            let Some(last) = noun.words.last() else { continue };
            self.nouns_by_last.entry(last.clone()).or_default().push(place);
        }
        let nouns = self.nouns.iter().flat_map(|noun| &noun.words);
        let verbs = self.verbs.iter().flat_map(|verb| &verb.words);
        let adverbs = self.adverbs.iter().flat_map(|adverb| &adverb.words);
        self.vocabulary = nouns.chain(verbs).chain(adverbs).cloned().collect();
    }
}

/// All ways to choose where a part has several words between slashes.
fn choices(parts: &[&str]) -> Vec<Vec<String>> {
    let mut out = vec![Vec::new()];
    for part in parts {
        let longer = |way: &Vec<String>| -> Vec<Vec<String>> {
            let one = |word: &str| way.iter().cloned().chain([word.to_owned()]).collect();
            part.split('/').map(one).collect()
        };
        out = out.iter().flat_map(longer).collect();
    }
    out
}
