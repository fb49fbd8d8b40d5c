//! From a question to its answer. In: the question, a graph, an ontology. Out: the reply of the cheapest reading that the graph
//! knows an answer to. Never: a reading that is much dearer than the cheapest.

use crate::asked::Asked;
use crate::graph::{Graph, Reply};
use crate::lexicon::Lexicon;
use crate::names::{self, Names};
use crate::nearness;
use crate::parse::Grammar;
use crate::questions;
use crate::reading::{Expect, Question, Request};
use crate::resolve::Resolver;
use crate::saying;
use crate::sparql::Writer;
use crate::spelling;
use crate::text::{self, Word};
use crate::whether::Finding;
use kgloom_english::stems;
use kgloom_numerics::vectors::Encode;
use kgloom_record::record::{Datatype, Literal, Term};
use ontologies::Ontology;
use std::collections::BTreeSet;

/// Words of the longest question that is read.
const LONGEST: usize = 40;
/// How much dearer than the cheapest a reading may be.
const SLACK: u32 = 2;

/// Answers a question.
pub(crate) fn answer(graph: &dyn Graph, ontology: &Ontology, encoder: Option<&dyn Encode>, question: &str) -> Reply {
    Asked { graph, ontology, lexicon: &Lexicon::new(ontology) }.answer(encoder, question)
}

impl Asked<'_> {
    pub(crate) fn answer(&self, encoder: Option<&dyn Encode>, question: &str) -> Reply {
        let words = text::words(question);
        if words.is_empty() || words.len() > LONGEST {
            return unknown("I can read one plain question at a time, of at most 40 words");
        }
        let names = names::exact(self.graph, &words);
        let strange = self.strange(&words, &names);
        let grammar = Grammar::new(self.graph, self.ontology, self.lexicon, words, names);
        let found = questions::readings(&grammar);
        if let Some(reply) = self.best(&found).or_else(|| self.corrected(&grammar, &strange)) {
            return reply;
        }
        let near = if found.is_empty() { nearness::answer(self, encoder, &grammar) } else { None };
        near.unwrap_or_else(|| self.why(&grammar, &found))
    }

    /// The reply where strange words are typing errors.
    fn corrected(&self, grammar: &Grammar, strange: &BTreeSet<usize>) -> Option<Reply> {
        let mut words = grammar.words.clone();
        let mut names = grammar.names.clone();
        names::mistyped(self.graph, &words, strange, &mut names);
        let mut changed = names.len() > grammar.names.len();
        for place in strange.iter().filter(|place| !spelling::is_right(&grammar.words[**place].plain)) {
            let forms = words[*place].stems.clone();
            let right = forms.iter().flat_map(|form| spelling::corrected(form, &self.lexicon.vocabulary));
            let right: Vec<String> = right.flat_map(stems).collect();
            changed |= !right.is_empty();
            words[*place].stems.extend(right);
        }
        if !changed {
            return None;
        }
        let grammar = Grammar::new(self.graph, self.ontology, self.lexicon, words, names);
        self.best(&questions::readings(&grammar))
    }

    /// The words that neither a name nor a phrase has.
    fn strange(&self, words: &[Word], names: &Names) -> BTreeSet<usize> {
        let named =
            |place: usize| names.keys().any(|(start, end, _)| (*start..*end).contains(&place) && end - start > 1);
        let known = |word: &Word| {
            names::is_function(word)
                || word.stems.iter().chain(&word.bare_stems).any(|stem| self.lexicon.vocabulary.contains(stem))
        };
        (0..words.len()).filter(|place| !named(*place) && !known(&words[*place])).collect()
    }

    /// The reply of the first reading that has an answer.
    fn best(&self, found: &[Question]) -> Option<Reply> {
        let least = found.first()?.cost;
        found.iter().take_while(|question| question.cost <= least + SLACK).find_map(|question| self.reply(question))
    }

    /// The reply to one reading, if the graph has an answer.
    pub(crate) fn reply(&self, question: &Question) -> Option<Reply> {
        let resolver = Resolver { graph: self.graph, ontology: self.ontology, lexicon: self.lexicon };
        match &question.request {
            Request::Which(expect, meaning) => {
                let way = resolver.resolve(meaning, *expect).into_iter().find(|way| !way.values().is_empty())?;
                let answers = way.values().into_iter().collect();
                Some(self.known(Writer::select(self.ontology, &way), saying::way(self, &way), answers))
            }
            Request::Count(meaning) => {
                let way = resolver.resolve(meaning, Expect::Any).into_iter().find(|way| !way.values().is_empty())?;
                let number = Literal { value: way.values().len().to_string().into(), datatype: Datatype::Integer };
                let reading = format!("the number of: {}", saying::way(self, &way));
                Some(self.known(Writer::count(self.ontology, &way), reading, vec![Term::Literal(number)]))
            }
            Request::Exists(meaning) => {
                let way = resolver.resolve(meaning, Expect::Any).into_iter().find(|way| !way.values().is_empty())?;
                let reading = format!("whether there is: {}", saying::way(self, &way));
                Some(self.known(Writer::exists(self.ontology, &way), reading, vec![yes_or_no(true)]))
            }
            Request::Whether(subject, set) => {
                let (yes, proof) = match resolver.whether(subject, set) {
                    Finding::Yes(proof) => (true, proof),
                    Finding::No(proof) => (false, proof),
                    Finding::Unknown => return None,
                };
                Some(self.known(
                    Writer::proof(self.ontology, &proof),
                    saying::proof(self, &proof),
                    vec![yes_or_no(yes)],
                ))
            }
        }
    }

    fn known(&self, sparql: String, reading: String, answers: Vec<Term>) -> Reply {
        Reply { sparql: Some(sparql), reading, answers, why: None }
    }

    /// Why there is no answer.
    fn why(&self, grammar: &Grammar, found: &[Question]) -> Reply {
        if let Some(question) = found.first() {
            let reading = saying::request(self, &question.request);
            return Reply { reading: reading.clone(), ..unknown(&format!("the graph does not know {reading}")) };
        }
        let mut all: Vec<(usize, usize)> = grammar.names.keys().map(|(start, end, _)| (*start, *end)).collect();
        all.sort_by_key(|(start, end)| (std::cmp::Reverse(end - start), *start));
        let within = |place: usize| all.first().is_some_and(|(start, end)| (*start..*end).contains(&place));
        let strange = self.strange(&grammar.words, &grammar.names);
        let strange: Vec<&str> =
            strange.iter().filter(|place| !within(**place)).map(|place| grammar.words[*place].plain.as_str()).collect();
        unknown(&match (all.is_empty(), strange.is_empty()) {
            (true, _) => "nothing that the graph knows is named in the question".to_owned(),
            (false, false) => format!("nothing in the graph fits \"{}\"", strange.join(" ")),
            (false, true) => "this does not read as a question about one or two facts".to_owned(),
        })
    }
}

fn yes_or_no(yes: bool) -> Term {
    Term::Literal(Literal { value: if yes { "yes" } else { "no" }.into(), datatype: Datatype::String })
}

fn unknown(why: &str) -> Reply {
    Reply { why: Some(format!("I do not know: {why}.")), ..Reply::default() }
}
