//! The form in which a fact is stated, and what follows by which rule. In: nothing. Out: plain data. Never: a fact.

use crate::Iri;
use std::fmt;

/// A relation, perhaps read from tail to head.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Form {
    /// The relation.
    pub relation: Iri,
    /// Whether head and tail change places.
    pub turned: bool,
}

/// Why one fact follows from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The relations are each other's inverse.
    Inverse,
    /// The relation holds in both directions.
    Symmetric,
    /// The relation is below the other.
    Broader,
    /// What surrounds the head hands it on.
    Along,
}

/// A form that holds wherever a relation does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Consequence {
    /// The form.
    pub form: Form,
    /// The rules that lead there, in their order; at least one.
    pub rules: Vec<Rule>,
}

impl Consequence {
    /// Whether what it follows from says more.
    pub fn narrows(&self) -> bool {
        self.rules.contains(&Rule::Broader)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}<{}>", if self.turned { "^" } else { "" }, self.relation)
    }
}

/// As Turtle names it.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::Inverse => "owl:inverseOf",
            Rule::Symmetric => "owl:SymmetricProperty",
            Rule::Broader => "rdfs:subPropertyOf",
            Rule::Along => "kgloom:along",
        })
    }
}
