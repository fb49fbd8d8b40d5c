//! One list form among the triples of a group: `(?answer ?score) kgloom:nearest (?x 10)` is a triple and two lists. In: triples.
//! Out: what is asked, and where the answers go; the triples without it. Never: a place for it among the others.

use super::functions::{MOST, RANKED};
use kgloom_record::vocabulary;
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, Variable};
use spargebra::algebra::Expression;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::collections::BTreeSet;

/// Answers where the list form does not say how many.
const USUAL: usize = 10;

/// A list form: what it asks, and the variables that its answers go to.
pub(super) struct ListForm {
    pub name: &'static str,
    /// The arguments of the function; the rank goes in at `rank`.
    pub arguments: Vec<Expression>,
    pub rank: usize,
    pub most: usize,
    pub answer: TermPattern,
    pub score: Option<Variable>,
}

impl ListForm {
    /// Takes the list forms out of a group's triples, with the lists that they are made of.
    pub fn take(triples: &mut Vec<TriplePattern>) -> Result<Vec<ListForm>, String> {
        let mut forms = Vec::new();
        while let Some((at, (name, rank))) =
            triples.iter().enumerate().find_map(|(at, triple)| Some((at, list_form(triple)?)))
        {
            let TriplePattern { subject, object, .. } = triples.remove(at);
            let (answers, mut asked) = (list(subject, triples), list(object, triples));
            let refuse = |why: &str| Err(format!("the list form kgloom:{name} is not right: {why}"));
            let (answer, score) = match &mut answers.into_iter().collect::<Vec<_>>()[..] {
                [answer] => (answer.clone(), None),
                [answer, TermPattern::Variable(score)] => (answer.clone(), Some(score.clone())),
                _ => return refuse("before it stands a variable, or (?answer ?score)"),
            };
            if asked.len() < rank {
                return refuse(if rank == 1 {
                    "after it stands (what most class)"
                } else {
                    "after it stands (what what most)"
                });
            }
            let most = if asked.len() > rank { count(&asked.remove(rank)) } else { Some(USUAL) };
            let Some(most) = most.filter(|most| (1..=MOST).contains(most)) else {
                return refuse(&format!("how many is a number from 1 to {MOST}"));
            };
            let arguments = asked.into_iter().map(argument).collect::<Option<Vec<Expression>>>();
            let Some(arguments) = arguments else { return refuse("a blank node or a triple cannot be asked about") };
            if arguments.len() > rank + usize::from(rank == 1 && name != "about") {
                return refuse("there is too much in the list after it");
            }
            forms.push(ListForm { name, arguments, rank, most, answer, score });
        }
        Ok(forms)
    }

    /// The variables that its answers go to.
    pub fn outputs(&self) -> Vec<Variable> {
        let answer = match &self.answer {
            TermPattern::Variable(variable) => Some(variable.clone()),
            _ => None,
        };
        answer.into_iter().chain(self.score.clone()).collect()
    }

    /// The variables that it asks about.
    pub fn inputs(&self) -> BTreeSet<Variable> {
        let variables = self.arguments.iter().filter_map(|argument| match argument {
            Expression::Variable(variable) => Some(variable.clone()),
            _ => None,
        });
        variables.collect()
    }
}

/// Whether a triple is a list form: the function's name, and after how many arguments the rank comes.
pub(super) fn list_form(triple: &TriplePattern) -> Option<(&'static str, usize)> {
    let NamedNodePattern::NamedNode(name) = &triple.predicate else { return None };
    let name = name.as_str().strip_prefix(vocabulary::NAMESPACE)?;
    RANKED.into_iter().find(|(known, _)| *known == name)
}

/// The members of a list, taken out of the triples; of anything else, itself.
fn list(head: TermPattern, triples: &mut Vec<TriplePattern>) -> Vec<TermPattern> {
    let mut members = Vec::new();
    let mut at = head.clone();
    loop {
        let mut part = |relation: NamedNode| {
            let is = |triple: &TriplePattern| {
                matches!(at, TermPattern::BlankNode(_))
                    && triple.subject == at
                    && triple.predicate == NamedNodePattern::NamedNode(relation.clone())
            };
            triples.iter().position(is).map(|found| triples.remove(found).object)
        };
        let (first, rest) = (part(rdf::FIRST.into_owned()), part(rdf::REST.into_owned()));
        match (first, rest) {
            (Some(first), Some(rest)) => {
                members.push(first);
                at = rest;
            }
            _ if members.is_empty() => return vec![head],
            _ => return members,
        }
    }
}

/// The variables of a triple.
pub(super) fn variables_of(triple: &TriplePattern) -> BTreeSet<Variable> {
    let mut variables = BTreeSet::new();
    let predicate = match &triple.predicate {
        NamedNodePattern::Variable(variable) => Some(variable.clone()),
        NamedNodePattern::NamedNode(_) => None,
    };
    variables.extend(predicate);
    for end in [&triple.subject, &triple.object] {
        match end {
            TermPattern::Variable(variable) => drop(variables.insert(variable.clone())),
            TermPattern::Triple(inner) => variables.extend(variables_of(inner)),
            _ => {}
        }
    }
    variables
}

fn argument(term: TermPattern) -> Option<Expression> {
    match term {
        TermPattern::NamedNode(name) => Some(Expression::NamedNode(name)),
        TermPattern::Literal(literal) => Some(Expression::Literal(literal)),
        TermPattern::Variable(variable) => Some(Expression::Variable(variable)),
        _ => None,
    }
}

fn count(term: &TermPattern) -> Option<usize> {
    match term {
        TermPattern::Literal(literal) => literal.value().parse().ok(),
        _ => None,
    }
}
