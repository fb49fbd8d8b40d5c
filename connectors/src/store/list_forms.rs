//! The list forms of functions with a rank: `(?like ?score) kgloom:nearest (?x 10)`, as property functions of other stores are
//! written. In: a query. Out: the same, with joins of tables in place of the list forms. Never: a list form that is taken for a
//! triple, which would find nothing.
//!
//! ```text
//! A · (?y ?score) kgloom:nearest (?x 10) · B      A: what does not mention ?y or ?score; B: what does
//!   =  for each row of A:  ranks 1 to 10, ?y = kgloom:nearest(?x, ?rank), ?score = kgloom:nearestScore(?x, ?rank)
//!      for each row of that:  B
//! ```
//! Where the question is a constant, its answers come first, and everything else is looked up for them.

use super::functions::{SCORE, named};
use super::list_form::{ListForm, list_form, variables_of};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Variable};
use spargebra::Query;
use spargebra::algebra::{Expression, Function, GraphPattern, OrderExpression};
use spargebra::term::{BlankNode, GroundTerm, TermPattern, TriplePattern};
use std::collections::BTreeSet;
use std::mem;

/// Rewrites a query; the error is a sentence about a list form that makes no sense.
pub(super) fn rewrite(query: &mut Query) -> Result<(), String> {
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = query;
    Rewriting { fresh: 0, found: 0, within: 0 }.pattern(pattern)
}

struct Rewriting {
    /// Variables of its own so far.
    fresh: usize,
    /// List forms so far.
    found: usize,
    /// How many patterns there are around this one that bind variables for it.
    within: usize,
}

impl Rewriting {
    fn variable(&mut self) -> Variable {
        self.fresh += 1;
        // No variable of a query can be called so.
        Variable::new_unchecked(format!("list form {}", self.fresh))
    }

    /// Does something within a pattern that gets its variables from around it too.
    fn inside(&mut self, work: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), String> {
        self.within += 1;
        let done = work(self);
        self.within -= 1;
        done
    }

    fn pattern(&mut self, pattern: &mut GraphPattern) -> Result<(), String> {
        match pattern {
            GraphPattern::Bgp { .. } | GraphPattern::Join { .. } => self.group(pattern)?,
            GraphPattern::LeftJoin { left, right, expression } => {
                self.pattern(left)?;
                let before = self.found;
                self.inside(|inner| inner.pattern(right))?;
                expression.iter_mut().try_for_each(|expression| self.expression(expression))?;
                // What is optional is worked out by itself; a list form in it asks about each row of what is not.
                if self.found > before {
                    let (left, right, expression) = (mem::take(left), mem::take(right), expression.take());
                    let one = Box::new(GraphPattern::default());
                    let right = Box::new(GraphPattern::LeftJoin { left: one, right, expression });
                    *pattern = GraphPattern::Lateral { left, right };
                }
            }
            GraphPattern::Union { left, right }
            | GraphPattern::Minus { left, right }
            | GraphPattern::Lateral { left, right } => {
                self.pattern(left)?;
                self.pattern(right)?;
            }
            GraphPattern::Filter { expr, inner } | GraphPattern::Extend { inner, expression: expr, .. } => {
                self.pattern(inner)?;
                self.expression(expr)?;
            }
            GraphPattern::OrderBy { inner, expression } => {
                self.pattern(inner)?;
                for key in expression {
                    let (OrderExpression::Asc(key) | OrderExpression::Desc(key)) = key;
                    self.expression(key)?;
                }
            }
            GraphPattern::Graph { inner, .. }
            | GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. }
            | GraphPattern::Group { inner, .. } => self.pattern(inner)?,
            GraphPattern::Path { .. } | GraphPattern::Values { .. } | GraphPattern::Service { .. } => {}
        }
        Ok(())
    }

    /// Patterns within expressions.
    fn expression(&mut self, expression: &mut Expression) -> Result<(), String> {
        match expression {
            Expression::Exists(pattern) => self.inside(|inner| inner.pattern(pattern)),
            Expression::And(one, other) | Expression::Or(one, other) | Expression::Equal(one, other) => {
                self.expression(one)?;
                self.expression(other)
            }
            Expression::Not(one) => self.expression(one),
            Expression::If(test, one, other) => {
                self.expression(test)?;
                self.expression(one)?;
                self.expression(other)
            }
            Expression::Coalesce(all) => all.iter_mut().try_for_each(|one| self.expression(one)),
            _ => Ok(()),
        }
    }

    /// What is joined with one another, with the list forms among it at their places.
    fn group(&mut self, pattern: &mut GraphPattern) -> Result<(), String> {
        let whole = mem::take(pattern);
        let (mut triples, mut others) = (Vec::new(), Vec::new());
        flatten(whole.clone(), &mut triples, &mut others);
        for other in &mut others {
            self.pattern(other)?;
        }
        if !triples.iter().any(|triple| list_form(triple).is_some()) {
            // As it was written, but for what is within.
            *pattern = joined(whole, &mut others.into_iter());
            return Ok(());
        }
        let mut forms = ListForm::take(&mut triples)?;
        self.found += forms.len();
        // A blank node stands for one thing in a group; in two groups of triples it would stand for two.
        self.name_blank_nodes(&mut triples, &mut others);
        let mut triples: Vec<(BTreeSet<Variable>, TriplePattern)> =
            triples.into_iter().map(|triple| (variables_of(&triple), triple)).collect();
        let mut others: Vec<(BTreeSet<Variable>, GraphPattern)> = others
            .into_iter()
            .map(|other| {
                let mut variables = BTreeSet::new();
                other.on_in_scope_variable(|variable| {
                    variables.insert(variable.clone());
                });
                (variables, other)
            })
            .collect();
        let mut done = Done::default();
        loop {
            let pending: BTreeSet<Variable> = forms.iter().flat_map(ListForm::outputs).collect();
            let constant = forms.iter().position(|form| form.inputs().is_empty());
            if constant.is_none() {
                let (ready, waiting) = triples.into_iter().partition(|(variables, _)| variables.is_disjoint(&pending));
                triples = waiting;
                let ready: Vec<(BTreeSet<Variable>, TriplePattern)> = ready;
                if !ready.is_empty() {
                    let variables = ready.iter().flat_map(|(variables, _)| variables.clone()).collect();
                    let patterns = ready.into_iter().map(|(_, triple)| triple).collect();
                    done.add(GraphPattern::Bgp { patterns }, variables, true);
                }
                let (ready, waiting) = others.into_iter().partition(|(variables, _)| variables.is_disjoint(&pending));
                others = waiting;
                let ready: Vec<(BTreeSet<Variable>, GraphPattern)> = ready;
                for (variables, other) in ready {
                    let looked_up = matches!(other, GraphPattern::Path { .. } | GraphPattern::Values { .. });
                    done.add(other, variables, looked_up);
                }
            }
            if forms.is_empty() {
                break;
            }
            let free = |form: &ListForm, at: usize| {
                let inputs = form.inputs();
                let rest = forms.iter().enumerate().filter(|(other, _)| *other != at);
                rest.flat_map(|(_, other)| other.outputs())
                    .chain(form.outputs())
                    .all(|output| !inputs.contains(&output))
            };
            let next = constant.or_else(|| (0..forms.len()).find(|at| free(&forms[*at], *at)));
            let Some(next) = next else {
                return Err("the query is refused: a list form asks about its own answers".to_owned());
            };
            let form = forms.remove(next);
            if let Some(unbound) = form.inputs().iter().find(|input| !done.variables.contains(input))
                && self.within == 0
            {
                let name = form.name;
                return Err(format!(
                    "the list form kgloom:{name} asks about {unbound}, which nothing in its group binds"
                ));
            }
            let outputs: BTreeSet<Variable> = form.outputs().into_iter().collect();
            let depends = !form.inputs().is_empty();
            let table = self.table(form);
            done.add(table, outputs, depends);
        }
        *pattern = done.pattern;
        Ok(())
    }

    /// The rows of a list form.
    fn table(&mut self, form: ListForm) -> GraphPattern {
        let rank = self.variable();
        let integer = |number: usize| Literal::new_typed_literal(number.to_string(), xsd::INTEGER);
        let ranks = (1..=form.most).map(|number| vec![Some(GroundTerm::Literal(integer(number)))]).collect();
        let values = GraphPattern::Values { variables: vec![rank.clone()], bindings: ranks };
        let call = |name: NamedNode| {
            let mut arguments = form.arguments.clone();
            arguments.insert(form.rank, Expression::Variable(rank.clone()));
            Expression::FunctionCall(Function::Custom(name), arguments)
        };
        let (answer, wanted) = match form.answer {
            TermPattern::Variable(variable) => (variable, None),
            TermPattern::NamedNode(name) => (self.variable(), Some(Expression::NamedNode(name))),
            TermPattern::Literal(literal) => (self.variable(), Some(Expression::Literal(literal))),
            _ => (self.variable(), None),
        };
        let answered = extend(values, &answer, call(named(form.name)));
        let mut rows = GraphPattern::Filter { expr: Expression::Bound(answer.clone()), inner: Box::new(answered) };
        if let Some(score) = form.score {
            rows = extend(rows, &score, call(named(&format!("{}{SCORE}", form.name))));
        }
        match wanted {
            None => rows,
            Some(wanted) => {
                let expr = Expression::SameTerm(Box::new(Expression::Variable(answer)), Box::new(wanted));
                GraphPattern::Filter { expr, inner: Box::new(rows) }
            }
        }
    }

    fn name_blank_nodes(&mut self, triples: &mut [TriplePattern], others: &mut [GraphPattern]) {
        let mut known: Vec<(BlankNode, Variable)> = Vec::new();
        let of_triples = triples.iter_mut().flat_map(|triple| [&mut triple.subject, &mut triple.object]);
        let of_paths = others.iter_mut().flat_map(|other| match other {
            GraphPattern::Path { subject, object, .. } => vec![subject, object],
            _ => Vec::new(),
        });
        for end in of_triples.chain(of_paths) {
            let TermPattern::BlankNode(node) = end else { continue };
            let found = known.iter().find(|(known, _)| known == node).map(|(_, variable)| variable.clone());
            let variable = found.unwrap_or_else(|| {
                let variable = self.variable();
                known.push((node.clone(), variable.clone()));
                variable
            });
            *end = TermPattern::Variable(variable);
        }
    }
}

/// What is joined so far.
#[derive(Default)]
struct Done {
    pattern: GraphPattern,
    variables: BTreeSet<Variable>,
    begun: bool,
}

impl Done {
    /// Joins one more: row by row, where it depends on what there is and can be looked up.
    fn add(&mut self, pattern: GraphPattern, variables: BTreeSet<Variable>, looked_up: bool) {
        let left = Box::new(mem::take(&mut self.pattern));
        let shared = !self.variables.is_disjoint(&variables);
        let is_table = matches!(pattern, GraphPattern::Filter { .. } | GraphPattern::Extend { .. });
        let right = Box::new(pattern);
        self.pattern = match (self.begun, looked_up && (shared || is_table)) {
            (false, _) => *right,
            (true, true) => GraphPattern::Lateral { left, right },
            (true, false) => GraphPattern::Join { left, right },
        };
        self.variables.extend(variables);
        self.begun = true;
    }
}

/// The triples and the other parts of a join.
fn flatten(pattern: GraphPattern, triples: &mut Vec<TriplePattern>, others: &mut Vec<GraphPattern>) {
    match pattern {
        GraphPattern::Bgp { patterns } => triples.extend(patterns),
        GraphPattern::Join { left, right } => {
            flatten(*left, triples, others);
            flatten(*right, triples, others);
        }
        other => others.push(other),
    }
}

/// The same join with its other parts replaced, in order.
fn joined(pattern: GraphPattern, others: &mut impl Iterator<Item = GraphPattern>) -> GraphPattern {
    match pattern {
        GraphPattern::Bgp { .. } => pattern,
        GraphPattern::Join { left, right } => {
            let left = Box::new(joined(*left, others));
            GraphPattern::Join { left, right: Box::new(joined(*right, others)) }
        }
        other => others.next().unwrap_or(other),
    }
}

fn extend(inner: GraphPattern, variable: &Variable, expression: Expression) -> GraphPattern {
    GraphPattern::Extend { inner: Box::new(inner), variable: variable.clone(), expression }
}
