//! Functions of queries that ask models: which things are alike, what a text means, which links are likely.
//!
//! In: terms. Out: a term, or nothing where a model does not know. Never: a query that fails because a model does not know; the
//! network; a model of its own: whoever opens the store brings them.
//!
//! A function with a rank gives one answer of a list, the best for rank 1; its twin with `Score` at the end of its name tells how
//! good that one is. `list_forms.rs` makes rows of them.

use kgloom_record::record::{Datatype, Iri, Literal, Term};
use kgloom_record::vocabulary;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal as RdfLiteral, NamedNode, Term as RdfTerm};
use spareval::QueryEvaluator;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most answers of one list.
pub(super) const MOST: usize = 1_000;
/// What is said instead of a rank in a name of a function that tells the score.
pub(super) const SCORE: &str = "Score";

/// A question with a list of answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ranked {
    /// The things that are said to be like one, or like what a text says; of a class, where one is given.
    Nearest(Term, Option<Iri>),
    /// The things that a text describes, by words and by meaning; of a class, where one is given.
    Text(Arc<str>, Option<Iri>),
    /// The documents that a text describes, by words and by meaning.
    Document(Arc<str>),
    /// The tails that a head and a relation probably have.
    Tails(Iri, Iri),
    /// The heads that a relation and a tail probably have.
    Heads(Iri, Iri),
}

/// What queries ask of models. Each method may not know.
pub trait Models: Send + Sync {
    /// How much alike two things are, or a thing and a text: a cosine.
    fn similarity(&self, one: &Term, other: &Term) -> Option<f64>;

    /// The best answers, at most so many, the best first; each with its cosine, score or probability.
    fn ranked(&self, question: &Ranked, most: usize) -> Vec<(Iri, f64)>;

    /// The probability of a link, whether it is stated or not.
    fn probability(&self, head: &Iri, relation: &Iri, tail: &Iri) -> Option<f64>;

    /// What speaks for a link, in words.
    fn evidence(&self, head: &Iri, relation: &Iri, tail: &Iri) -> Option<String>;
}

/// The functions that give one of a list, and after how many arguments the rank comes.
pub(super) const RANKED: [(&str, usize); 5] =
    [("nearest", 1), ("text", 1), ("about", 1), ("predicted", 2), ("predictedSubject", 2)];

/// The name of a function in full.
pub(super) fn named(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{}{name}", vocabulary::NAMESPACE))
}

/// An evaluator that knows the functions; without models they know nothing.
pub(super) fn taught(models: Option<&Arc<dyn Models>>) -> QueryEvaluator {
    let kept = Arc::new(Kept { models: models.cloned(), lists: Mutex::default() });
    let mut evaluator = QueryEvaluator::new();
    for (name, required) in RANKED {
        let (one, other) = (Arc::clone(&kept), Arc::clone(&kept));
        evaluator = evaluator
            .with_custom_function(named(name), move |arguments| {
                let (iri, _) = one.at(name, required, arguments)?;
                Some(NamedNode::new(iri.as_str()).ok()?.into())
            })
            .with_custom_function(named(&format!("{name}{SCORE}")), move |arguments| {
                other.at(name, required, arguments).map(|(_, score)| decimal(score))
            });
    }
    let [alike, likely, because] = [(); 3].map(|()| models.cloned());
    evaluator
        .with_custom_function(named("similarity"), move |arguments| {
            let [one, other] = arguments else { return None };
            alike.as_ref()?.similarity(&term(one)?, &term(other)?).map(decimal)
        })
        .with_custom_function(named("probability"), move |arguments| {
            let [head, relation, tail] = names(arguments)?;
            likely.as_ref()?.probability(&head, &relation, &tail).map(decimal)
        })
        .with_custom_function(named("evidence"), move |arguments| {
            let [head, relation, tail] = names(arguments)?;
            let said = because.as_ref()?.evidence(&head, &relation, &tail)?;
            Some(RdfLiteral::new_simple_literal(said).into())
        })
}

/// Lists that were asked for, kept for the time of a query.
struct Kept {
    models: Option<Arc<dyn Models>>,
    lists: Mutex<BTreeMap<Ranked, List>>,
}

/// A list, and how many were asked for.
#[derive(Clone, Default)]
struct List {
    asked: usize,
    found: Arc<[(Iri, f64)]>,
}

impl Kept {
    /// The answer at the rank that the arguments name.
    fn at(&self, name: &str, required: usize, arguments: &[RdfTerm]) -> Option<(Iri, f64)> {
        let models = self.models.as_ref()?;
        let RdfTerm::Literal(rank) = arguments.get(required)? else { return None };
        let rank: usize = rank.value().parse().ok().filter(|rank| (1..=MOST).contains(rank))?;
        let class = match arguments.get(required + 1) {
            None => None,
            Some(RdfTerm::NamedNode(class)) => Some(Iri::new(class.as_str())),
            Some(_) => return None,
        };
        let given: Vec<Term> = arguments[..required].iter().map(term).collect::<Option<_>>()?;
        let question = question(name, &given, class)?;
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.entry(question.clone()).or_default();
        // Who asks for the first will mostly ask for the next.
        if list.asked < rank {
            let most = rank.next_power_of_two().clamp(16, MOST);
            *list = List { asked: most, found: models.ranked(&question, most).into() };
        }
        list.found.get(rank - 1).cloned()
    }
}

fn question(name: &str, given: &[Term], class: Option<Iri>) -> Option<Ranked> {
    let text = |term: &Term| match term {
        Term::Literal(literal) => Some(Arc::clone(&literal.value)),
        Term::Name(_) => None,
    };
    let pair = |of: fn(Iri, Iri) -> Ranked| match given {
        [Term::Name(one), Term::Name(other)] => Some(of(one.clone(), other.clone())),
        _ => None,
    };
    match name {
        "nearest" => Some(Ranked::Nearest(given.first()?.clone(), class)),
        "text" => Some(Ranked::Text(text(given.first()?)?, class)),
        "about" => Some(Ranked::Document(text(given.first()?)?)),
        "predicted" => pair(Ranked::Tails),
        "predictedSubject" => pair(Ranked::Heads),
        _ => None,
    }
}

/// A term as models know it: a name, or a text.
fn term(term: &RdfTerm) -> Option<Term> {
    match term {
        RdfTerm::NamedNode(name) => Some(Term::Name(Iri::new(name.as_str()))),
        RdfTerm::Literal(literal) => {
            let value = literal.value().into();
            Some(Term::Literal(Literal { value, datatype: Datatype::String }))
        }
        _ => None,
    }
}

fn names(arguments: &[RdfTerm]) -> Option<[Iri; 3]> {
    let name = |argument: &RdfTerm| match term(argument)? {
        Term::Name(name) => Some(name),
        Term::Literal(_) => None,
    };
    arguments.iter().map(name).collect::<Option<Vec<Iri>>>()?.try_into().ok()
}

/// A number to four places.
fn decimal(number: f64) -> RdfTerm {
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    RdfLiteral::new_typed_literal(if text == "-0" { "0" } else { text }, xsd::DECIMAL).into()
}

#[cfg(test)]
#[path = "functions_tests.rs"]
mod tests;
