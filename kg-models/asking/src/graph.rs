//! What is asked, and what is said. In: names, ends, relations. Out: things and triples of a graph; a reply. Never: a question.

use kgloom_record::record::{Iri, Term};
use std::collections::BTreeSet;

/// What is asked of the graph.
pub trait Graph {
    /// The things that bear a name, by its plain form (see [`plain`](crate::plain)): exact.
    fn named(&self, plain: &str) -> Vec<Iri>;

    /// Names (plain forms) that are spelt much like this one, best first; for typing errors.
    fn like(&self, plain: &str) -> Vec<String>;

    /// The classes of a thing.
    fn classes(&self, thing: &Iri) -> Vec<Iri>;

    /// What a person reads: the label.
    fn label(&self, thing: &Iri) -> String;

    /// All names.
    fn names(&self, thing: &Iri) -> Vec<String>;

    /// Triples with this subject, of one relation or any; class and names left out, what follows included.
    fn of_subject(&self, subject: &Iri, relation: Option<&Iri>) -> Vec<(Iri, Iri, Term)>;

    /// Triples with this object, of one relation or any; class and names left out, what follows included.
    fn of_object(&self, object: &Iri, relation: Option<&Iri>) -> Vec<(Iri, Iri, Term)>;

    /// The relations of which a thing is the subject, and those of which it is the object, as [`Graph::of_subject`] and
    /// [`Graph::of_object`] have them; a graph that counts them need not tell all triples for it.
    fn relations(&self, thing: &Iri) -> [BTreeSet<Iri>; 2] {
        let of = |triples: Vec<(Iri, Iri, Term)>| triples.into_iter().map(|(_, relation, _)| relation).collect();
        [of(self.of_subject(thing, None)), of(self.of_object(thing, None))]
    }

    /// The most connected things, for example questions.
    fn largest(&self, most: usize) -> Vec<Iri>;
}

/// What is said to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// A query that gives the same answers and can be changed; none where the question was not understood.
    pub sparql: Option<String>,
    /// How the question was read, in words; empty where it was not understood.
    pub reading: String,
    /// The answers, sorted; to yes or no a literal `yes` or `no`, to how many a number.
    pub answers: Vec<Term>,
    /// Why there is no answer; there is one exactly where this is none.
    pub why: Option<String>,
    /// What is to be known beside the answers: that several bear a name, with what each leads to; which words could not be heeded.
    pub notes: Vec<String>,
}
