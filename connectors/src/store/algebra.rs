//! What a query may ask to be planned, and which properties it names. In: its algebra. Out: what is too much of it, in a sentence;
//! names. Never: a recursion, however deep the query is; a look at the graph.
//!
//! The planner takes time that grows with the cube of what it orders together, and heeds no flag.

use super::gate::too_much;
use kgloom_record::record::Iri;
use spargebra::Query;
use spargebra::algebra::{
    AggregateExpression, Expression, Function, GraphPattern, OrderExpression, PropertyPathExpression as Path,
};
use spargebra::term::NamedNodePattern;
use std::collections::BTreeSet;

/// Triple patterns and steps of paths that are ordered together.
const TOGETHER: usize = 64;
/// The same, in the whole query.
const PATTERNS: usize = 512;
/// OPTIONAL, UNION and MINUS.
const BRANCHES: usize = 100;
/// REPLACE within REPLACE: each multiplies the text of the one inside.
const REPLACES: usize = 2;

/// Looks at the algebra before it is planned.
pub(super) fn look(query: &Query) -> Result<(), String> {
    let mut walk = Walk::of(query);
    walk.by_ref().for_each(drop);
    let most = walk.together.iter().copied().max().unwrap_or_default();
    let all = walk.together.iter().sum();
    for (what, count, limit) in [
        ("REPLACE within REPLACE", walk.replaces, REPLACES),
        ("triple patterns and steps of paths in one group", most, TOGETHER),
        ("triple patterns and steps of paths", all, PATTERNS),
        ("OPTIONAL, UNION and MINUS", walk.branches, BRANCHES),
    ] {
        if count > limit {
            return Err(too_much(what, count, limit));
        }
    }
    Ok(())
}

/// Whether any part of a query asks another server.
pub(super) fn asks_elsewhere(query: &Query) -> bool {
    Walk::of(query).any(|part| matches!(part, Part::Pattern(GraphPattern::Service { .. })))
}

/// A part of a query.
pub(super) enum Part<'a> {
    Pattern(&'a GraphPattern),
    Expression(&'a Expression),
}

/// All parts of a query, each before what is in it: those that are still to come, patterns with the group that they are ordered in,
/// expressions with the number of REPLACE around them; and what was counted so far.
pub(super) struct Walk<'a> {
    patterns: Vec<(&'a GraphPattern, usize)>,
    expressions: Vec<(&'a Expression, usize)>,
    together: Vec<usize>,
    branches: usize,
    replaces: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn of(query: &'a Query) -> Walk<'a> {
        let (Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. }) = query;
        Walk { patterns: vec![(pattern, 0)], expressions: Vec::new(), together: vec![0], branches: 0, replaces: 0 }
    }

    fn fresh(&mut self) -> usize {
        self.together.push(0);
        self.together.len() - 1
    }

    fn pattern(&mut self, pattern: &'a GraphPattern, group: usize) {
        match pattern {
            GraphPattern::Bgp { patterns } => self.together[group] += patterns.len(),
            GraphPattern::Path { path, .. } => self.together[group] += steps(path),
            GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
                self.patterns.extend([(&**left, group), (&**right, group)]);
            }
            GraphPattern::LeftJoin { left, right, expression } => {
                self.branches += 1;
                let apart = self.fresh();
                self.patterns.extend([(&**left, group), (&**right, apart)]);
                self.expressions.extend(expression.iter().map(|expression| (expression, 0)));
            }
            GraphPattern::Union { left, right } => {
                self.branches += 1;
                let apart = [self.fresh(), self.fresh()];
                self.patterns.extend([(&**left, apart[0]), (&**right, apart[1])]);
            }
            GraphPattern::Minus { left, right } => {
                self.branches += 1;
                let apart = self.fresh();
                self.patterns.extend([(&**left, group), (&**right, apart)]);
            }
            GraphPattern::Filter { expr, inner } => {
                self.expressions.push((expr, 0));
                self.patterns.push((inner, group));
            }
            GraphPattern::Extend { inner, expression, .. } => {
                self.expressions.push((expression, 0));
                self.patterns.push((inner, group));
            }
            GraphPattern::OrderBy { inner, expression } => {
                let keys = expression.iter().map(|(OrderExpression::Asc(key) | OrderExpression::Desc(key))| (key, 0));
                self.expressions.extend(keys);
                self.patterns.push((inner, group));
            }
            GraphPattern::Group { inner, aggregates, .. } => {
                let of_all = aggregates.iter().filter_map(|(_, aggregate)| match aggregate {
                    AggregateExpression::FunctionCall { expr, .. } => Some((expr, 0)),
                    AggregateExpression::CountSolutions { .. } => None,
                });
                self.expressions.extend(of_all);
                self.patterns.push((inner, group));
            }
            GraphPattern::Graph { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner }
            | GraphPattern::Slice { inner, .. }
            | GraphPattern::Service { inner, .. } => self.patterns.push((inner, group)),
            GraphPattern::Project { inner, .. } => {
                let apart = self.fresh();
                self.patterns.push((inner, apart));
            }
            GraphPattern::Values { .. } => {}
        }
    }

    fn expression(&mut self, expression: &'a Expression, replaces: usize) {
        use Expression as E;
        match expression {
            E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) => {}
            E::Or(one, other)
            | E::And(one, other)
            | E::Equal(one, other)
            | E::SameTerm(one, other)
            | E::Greater(one, other)
            | E::GreaterOrEqual(one, other)
            | E::Less(one, other)
            | E::LessOrEqual(one, other)
            | E::Add(one, other)
            | E::Subtract(one, other)
            | E::Multiply(one, other)
            | E::Divide(one, other) => self.expressions.extend([(&**one, replaces), (&**other, replaces)]),
            E::UnaryPlus(one) | E::UnaryMinus(one) | E::Not(one) => self.expressions.push((one, replaces)),
            E::Exists(pattern) => {
                let apart = self.fresh();
                self.patterns.push((pattern, apart));
            }
            E::If(test, one, other) => {
                self.expressions.extend([(&**test, replaces), (&**one, replaces), (&**other, replaces)]);
            }
            E::In(one, others) => {
                self.expressions.push((one, replaces));
                self.expressions.extend(others.iter().map(|other| (other, replaces)));
            }
            E::Coalesce(all) => self.expressions.extend(all.iter().map(|one| (one, replaces))),
            E::FunctionCall(function, arguments) => {
                let replaces = replaces + usize::from(matches!(function, Function::Replace));
                self.replaces = self.replaces.max(replaces);
                self.expressions.extend(arguments.iter().map(|argument| (argument, replaces)));
            }
        }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if let Some((pattern, group)) = self.patterns.pop() {
            self.pattern(pattern, group);
            return Some(Part::Pattern(pattern));
        }
        let (expression, replaces) = self.expressions.pop()?;
        self.expression(expression, replaces);
        Some(Part::Expression(expression))
    }
}

/// The properties that a query names in its patterns, each once and sorted.
pub(super) fn properties(query: &Query) -> BTreeSet<Iri> {
    let mut properties = BTreeSet::new();
    for part in Walk::of(query) {
        match part {
            Part::Pattern(GraphPattern::Bgp { patterns }) => {
                properties.extend(patterns.iter().filter_map(|pattern| match &pattern.predicate {
                    NamedNodePattern::NamedNode(name) => Some(Iri::new(name.as_str())),
                    NamedNodePattern::Variable(_) => None,
                }))
            }
            Part::Pattern(GraphPattern::Path { path, .. }) => {
                let mut left = vec![path];
                while let Some(path) = left.pop() {
                    match path {
                        Path::NamedNode(name) => drop(properties.insert(Iri::new(name.as_str()))),
                        Path::NegatedPropertySet(_) => {}
                        Path::Reverse(inner)
                        | Path::ZeroOrMore(inner)
                        | Path::OneOrMore(inner)
                        | Path::ZeroOrOne(inner) => {
                            left.push(inner);
                        }
                        Path::Sequence(one, other) | Path::Alternative(one, other) => left.extend([&**one, &**other]),
                    }
                }
            }
            _ => {}
        }
    }
    properties
}

/// How many steps a path has.
fn steps(path: &Path) -> usize {
    let (mut count, mut left) = (0, vec![path]);
    while let Some(path) = left.pop() {
        match path {
            Path::NamedNode(_) => count += 1,
            Path::NegatedPropertySet(names) => count += names.len().max(1),
            Path::Reverse(inner) | Path::ZeroOrMore(inner) | Path::OneOrMore(inner) | Path::ZeroOrOne(inner) => {
                left.push(inner);
            }
            Path::Sequence(one, other) | Path::Alternative(one, other) => left.extend([&**one, &**other]),
        }
    }
    count
}
