//! From a question to its answer. In: the question, a graph, an ontology. Out: the reply of the cheapest reading that the graph
//! knows an answer to. Never: a reading that is much dearer than the cheapest.

use crate::asked::Asked;
use crate::graph::{Graph, Reply};
use crate::lexicon::{End, Lexicon};
use crate::names::{self, Names};
use crate::nearness;
use crate::notes::Notes;
use crate::parse::Grammar;
use crate::questions;
use crate::reading::{Expect, Meaning, Question, Request, hop};
use crate::resolve::Resolver;
use crate::saying;
use crate::sparql::Writer;
use crate::spelling;
use crate::text::{self, Word};
use crate::whether::Finding;
use kgloom_english::stems;
use kgloom_numerics::vectors::Encode;
use kgloom_record::record::{Datatype, Iri, Literal, Term};
use ontologies::Ontology;
use std::collections::BTreeSet;

/// Words of the longest question that is read.
const LONGEST: usize = 40;
/// How much dearer than the cheapest a reading may be.
const SLACK: u32 = 2;
/// Relations that are mentioned of a thing of which it is not known what it is.
const MENTIONED: usize = 6;

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
        let resolver = Resolver::new(self.graph, self.ontology, self.lexicon);
        let near = found.iter().take_while(|question| question.cost <= least + SLACK);
        near.into_iter().find_map(|question| self.reply(&resolver, question))
    }

    /// The reply to one reading, if the graph has an answer.
    pub(crate) fn reply(&self, resolver: &Resolver, question: &Question) -> Option<Reply> {
        let notes = Notes { asked: self, resolver };
        match &question.request {
            Request::Which(expect, meaning) => {
                let way = resolver.resolve(meaning, *expect).into_iter().find(|way| !way.values().is_empty())?;
                let answers = way.values();
                let notes = notes.of_way(&way, &answers);
                let reply = known(Writer::select(self.ontology, &way), saying::way(self, &way), answers);
                Some(Reply { notes, ..reply })
            }
            Request::Count(meaning) => {
                let way = resolver.resolve(meaning, Expect::Any).into_iter().find(|way| !way.values().is_empty())?;
                let number = Literal { value: way.values().len().to_string().into(), datatype: Datatype::Integer };
                let reading = format!("the number of: {}", saying::way(self, &way));
                let notes = notes.of_way(&way, &way.values());
                let reply = known(Writer::count(self.ontology, &way), reading, [Term::Literal(number)]);
                Some(Reply { notes, ..reply })
            }
            Request::Exists(meaning) => {
                let way = resolver.resolve(meaning, Expect::Any).into_iter().find(|way| !way.values().is_empty())?;
                let reading = format!("whether there is: {}", saying::way(self, &way));
                let notes = notes.of_way(&way, &way.values());
                Some(Reply { notes, ..known(Writer::exists(self.ontology, &way), reading, [yes_or_no(true)]) })
            }
            Request::Whether(subject, set) => {
                let (yes, proof) = match resolver.whether(subject, set) {
                    Finding::Yes(proof) => (true, proof),
                    Finding::No(proof) => (false, proof),
                    Finding::Unknown => return None,
                };
                let notes = self.of_several(&notes, subject);
                let reply = known(Writer::proof(self.ontology, &proof), saying::proof(self, &proof), [yes_or_no(yes)]);
                Some(Reply { notes, ..reply })
            }
        }
    }

    /// That a name of which yes or no is asked has several bearers: what is so of one of them need not be of all.
    fn of_several(&self, notes: &Notes, subject: &Meaning) -> Vec<String> {
        let Meaning::Things { groups, .. } = subject else { return Vec::new() };
        groups.first().and_then(|bearers| notes.of_things(bearers)).into_iter().collect()
    }

    /// Of a thing of which nobody tells what it is, what the graph tells.
    fn known_of(&self, request: &Request) -> Option<String> {
        let Request::Which(_, Meaning::Step { hops, of, .. }) = request else { return None };
        let Meaning::Things { name, groups } = &**of else { return None };
        let kinds = questions::TOLD.iter().map(|end| hop(end, End::Tail));
        if !hops.iter().all(|hop| kinds.clone().any(|kind| kind == *hop)) || hops.len() < 2 {
            return None;
        }
        let relations: BTreeSet<Iri> = groups
            .iter()
            .flatten()
            .flat_map(|thing| {
                let [own, _] = self.graph.relations(thing);
                own
            })
            .collect();
        let labels: Vec<String> = relations.iter().take(MENTIONED).map(|one| saying::label(self, one)).collect();
        (!labels.is_empty()).then(|| format!("of {name} it knows: {}", labels.join(", ")))
    }

    /// Why there is no answer.
    fn why(&self, grammar: &Grammar, found: &[Question]) -> Reply {
        if let Some(question) = found.first() {
            let reading = saying::request(self, &question.request);
            let known = self.known_of(&question.request).map(|known| format!("; {known}")).unwrap_or_default();
            return Reply { reading: reading.clone(), ..unknown(&format!("the graph does not know {reading}{known}")) };
        }
        if let Some(noun) = grammar.unknown_noun() {
            return Reply { why: Some(format!("I do not know what \"{noun}\" means here.")), ..Reply::default() };
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

fn known(sparql: String, reading: String, answers: impl IntoIterator<Item = Term>) -> Reply {
    Reply { sparql: Some(sparql), reading, answers: answers.into_iter().collect(), ..Reply::default() }
}

fn yes_or_no(yes: bool) -> Term {
    Term::Literal(Literal { value: if yes { "yes" } else { "no" }.into(), datatype: Datatype::String })
}

fn unknown(why: &str) -> Reply {
    Reply { why: Some(format!("I do not know: {why}.")), ..Reply::default() }
}
