//! Queries that are asked again whenever the graph changes. In: a query. Out: which relations it depends on, or why it cannot
//! stand. Never: a query whose answer does not follow from the graph alone.

use super::Store;
use super::algebra::{self, Part, Walk};
use super::query::{QueryError, on_own_thread, parse};
use kgloom_record::record::Iri;
use kgloom_record::vocabulary;
use spargebra::Query;
use spargebra::algebra::{Expression, Function, GraphPattern, PropertyPathExpression as Path};
use spargebra::term::NamedNodePattern;
use std::collections::BTreeSet;

/// What a standing query depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The relations without which nothing of its answer changes; none where it depends on all.
    pub relations: Option<BTreeSet<Iri>>,
}

impl Store {
    /// Whether a query may stand: it gives rows, or yes or no, and these follow from the graph alone.
    pub fn standing(sparql: &str) -> Result<Standing, QueryError> {
        let text = sparql.to_owned();
        on_own_thread(move || look(&parse(&text)?).map_err(QueryError::Refused))
    }
}

fn look(query: &Query) -> Result<Standing, String> {
    let (Query::Select { .. } | Query::Ask { .. }) = query else {
        return Err("triples for a standing query, which is SELECT or ASK".to_owned());
    };
    // What is too much to be answered need not be asked again and again.
    algebra::look(query)?;
    let mut relations = Some(BTreeSet::new());
    for part in Walk::of(query) {
        match part {
            Part::Pattern(GraphPattern::Bgp { patterns }) => {
                for pattern in patterns {
                    match &pattern.predicate {
                        NamedNodePattern::NamedNode(name) => note(&mut relations, name.as_str()),
                        NamedNodePattern::Variable(_) => relations = None,
                    }
                }
            }
            Part::Pattern(GraphPattern::Path { path, .. }) => steps(path, &mut relations),
            Part::Pattern(GraphPattern::Slice { inner, .. }) if !is_ordered(inner) => {
                return Err("rows to choose from: LIMIT and OFFSET stand beside ORDER BY alone".to_owned());
            }
            Part::Expression(Expression::FunctionCall(Function::Custom(name), _))
                if name.as_str().starts_with(vocabulary::NAMESPACE) =>
            {
                return Err(format!("{name}, which asks models and not the graph alone, in a standing query"));
            }
            Part::Expression(Expression::FunctionCall(function, _)) if is_fresh(function) => {
                return Err(format!("{function}, which does not follow from the graph, in a standing query"));
            }
            Part::Pattern(_) | Part::Expression(_) => {}
        }
    }
    Ok(Standing { relations })
}

/// Whether a function gives something else each time.
fn is_fresh(function: &Function) -> bool {
    matches!(function, Function::Now | Function::Rand | Function::Uuid | Function::StrUuid | Function::BNode)
}

fn note(relations: &mut Option<BTreeSet<Iri>>, name: &str) {
    if let Some(relations) = relations {
        relations.insert(Iri::new(name));
    }
}

/// The relations of a path. One that may have no step holds at every node there is.
fn steps(path: &Path, relations: &mut Option<BTreeSet<Iri>>) {
    let mut left = vec![path];
    while let Some(path) = left.pop() {
        match path {
            Path::NamedNode(name) => note(relations, name.as_str()),
            Path::Reverse(inner) | Path::OneOrMore(inner) => left.push(inner),
            Path::Sequence(one, other) | Path::Alternative(one, other) => left.extend([&**one, &**other]),
            Path::NegatedPropertySet(_) | Path::ZeroOrMore(_) | Path::ZeroOrOne(_) => *relations = None,
        }
    }
}

fn is_ordered(pattern: &GraphPattern) -> bool {
    let mut at = pattern;
    loop {
        at = match at {
            GraphPattern::OrderBy { .. } => return true,
            GraphPattern::Project { inner, .. }
            | GraphPattern::Distinct { inner }
            | GraphPattern::Reduced { inner } => inner,
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_the_graph_alone_may_stand() {
        let relations = |sparql: &str| Store::standing(sparql).expect("it may stand").relations;
        let named = |names: &[&str]| {
            let full = |name: &&str| Iri::new(format!("http://www.wikidata.org/prop/direct/{name}"));
            Some(names.iter().map(full).collect::<BTreeSet<_>>())
        };
        assert_eq!(relations("SELECT * { ?s wdt:P19 ?o FILTER NOT EXISTS { ?s wdt:P20 ?d } }"), named(&["P19", "P20"]));
        assert_eq!(relations("ASK { ?s wdt:P17/wdt:P36+ ?o }"), named(&["P17", "P36"]));
        assert_eq!(relations("SELECT ?s { ?s ?p ?o }"), None);
        assert_eq!(relations("SELECT ?s { ?s wdt:P19* ?o }"), None);
        assert_eq!(relations("SELECT ?s { ?s wdt:P19 ?o } ORDER BY ?s LIMIT 3"), named(&["P19"]));
    }

    #[test]
    fn what_does_not_is_refused() {
        for sparql in [
            "SELECT ?s { ?s wdt:P19 ?o } LIMIT 3",
            "SELECT ?s (NOW() AS ?n) { ?s wdt:P19 ?o }",
            "SELECT ?s { ?s wdt:P19 ?o FILTER(RAND() > 0.5) }",
            "SELECT ?s { ?s wdt:P19 ?o FILTER NOT EXISTS { ?s wdt:P20 ?d FILTER(STR(UUID()) > ?d) } }",
            "SELECT ?s ?t { ?s wdt:P19 ?o FILTER(kgloom:similarity(?s, ?o) > 0.5) }",
            "SELECT ?s ?t { ?s wdt:P19 ?o . ?t kgloom:nearest ?s }",
            "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "SELECT ?s (REPLACE(REPLACE(REPLACE(?s, 'a', 'b'), 'b', 'c'), 'c', 'd') AS ?t) { ?s wdt:P19 ?o }",
            "SELECT",
        ] {
            assert!(Store::standing(sparql).is_err(), "{sparql}");
        }
    }
}
