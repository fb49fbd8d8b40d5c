//! The values that all nouns are made of: ids, hashes, scores, places in a text, terms, triples.
//!
//! In: nothing. Out: plain, ordered data. Never: a float, or a noun that is said with these.

use ontologies::Iri;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// What a correction is called: a short hash of what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CorrectionId(Arc<str>);

impl CorrectionId {
    /// Takes an id as it was told.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        CorrectionId(id.into())
    }

    /// The id as it is told.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CorrectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a user calls a document: its path, or its `id` field.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentId(Arc<str>);

impl DocumentId {
    /// Takes the id as the user wrote it.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        DocumentId(id.into())
    }

    /// The id as the user wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

/// The BLAKE3 hash of a document's text. Model answers are remembered by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// The hash of a text.
    pub fn of(text: &str) -> Self {
        ContentHash(*blake3::hash(text.as_bytes()).as_bytes())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A confidence in ten-thousandths, rounded once where a float leaves a model.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Score(u16);

impl Score {
    /// Certainty.
    pub const ONE: Score = Score(10_000);
    /// As likely as not.
    pub const HALF: Score = Score(5_000);

    /// A score from ten-thousandths; more than 10,000 counts as 10,000.
    pub fn new(ten_thousandths: u16) -> Self {
        Score(ten_thousandths.min(10_000))
    }

    /// Ten-thousandths, 0 to 10,000.
    pub fn ten_thousandths(self) -> u16 {
        self.0
    }

    /// The score as `xsd:decimal`, in its shortest form.
    pub fn decimal(self) -> Literal {
        let value = self.to_string();
        Literal { value: value.trim_end_matches('0').trim_end_matches('.').into(), datatype: Datatype::Decimal }
    }

    /// The probability that at least one of two independent witnesses is right, rounded down.
    pub fn or(self, other: Score) -> Score {
        let both_wrong = u32::from(10_000 - self.0) * u32::from(10_000 - other.0);
        Score(10_000 - both_wrong.div_ceil(10_000) as u16)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

impl fmt::Debug for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A stretch of a document's text: byte offsets, end exclusive, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The text under the span, or `None` where it does not lie on characters of `text`.
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize)
    }

    /// How many bytes lie between two spans; none where they touch or overlap.
    pub fn gap(self, other: Span) -> u32 {
        self.start.max(other.start).saturating_sub(self.end.min(other.end))
    }
}

/// The kind of a literal, as XML Schema names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Datatype {
    /// `xsd:date`, as in `1815-12-10`.
    Date,
    /// `xsd:gYearMonth`, as in `1815-12`.
    YearMonth,
    /// `xsd:gYear`, as in `1815`.
    Year,
    /// `xsd:integer`.
    Integer,
    /// `xsd:decimal`.
    Decimal,
    /// `xsd:string`: a time or quantity whose value is only known as written.
    String,
    /// `urn:kgloom:Vector`: numbers with spaces between them.
    Vector,
    /// `xsd:base64Binary`: bytes.
    Bytes,
}

impl Datatype {
    /// All of them.
    pub const ALL: [Datatype; 8] = [
        Datatype::Date,
        Datatype::YearMonth,
        Datatype::Year,
        Datatype::Integer,
        Datatype::Decimal,
        Datatype::String,
        Datatype::Vector,
        Datatype::Bytes,
    ];

    /// The datatype's IRI.
    pub fn iri(self) -> &'static str {
        match self {
            Datatype::Date => "http://www.w3.org/2001/XMLSchema#date",
            Datatype::YearMonth => "http://www.w3.org/2001/XMLSchema#gYearMonth",
            Datatype::Year => "http://www.w3.org/2001/XMLSchema#gYear",
            Datatype::Integer => "http://www.w3.org/2001/XMLSchema#integer",
            Datatype::Decimal => "http://www.w3.org/2001/XMLSchema#decimal",
            Datatype::String => "http://www.w3.org/2001/XMLSchema#string",
            Datatype::Vector => "urn:kgloom:Vector",
            Datatype::Bytes => "http://www.w3.org/2001/XMLSchema#base64Binary",
        }
    }
}

/// A typed value: half of what text says is dates and quantities.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Literal {
    /// The lexical form, valid for the datatype.
    pub value: Arc<str>,
    /// The datatype.
    pub datatype: Datatype,
}

impl Literal {
    /// Whether both may be true of one thing: they are equal, or one is a date and the other the month or year
    /// that it lies in.
    pub fn agrees_with(&self, other: &Literal) -> bool {
        let within = |date: &Literal, span: &Literal| {
            let spans = matches!(span.datatype, Datatype::Year | Datatype::YearMonth);
            let dates = matches!(date.datatype, Datatype::Date | Datatype::YearMonth);
            spans && dates && date.value.strip_prefix(&*span.value).is_some_and(|rest| rest.starts_with('-'))
        };
        self == other || within(self, other) || within(other, self)
    }
}

/// An object: a name or a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Term {
    /// A named thing.
    Name(Iri),
    /// A typed value.
    Literal(Literal),
}

/// Subject, relation, object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Triple {
    /// Who or what the triple is about.
    pub subject: Iri,
    /// The relation's IRI.
    pub relation: Iri,
    /// What it says.
    pub object: Term,
}

/// As rejections write it: names between angle brackets, a value between quotes.
impl fmt::Display for Triple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}> <{}> {}", self.subject, self.relation, self.object)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Name(iri) => write!(f, "<{iri}>"),
            Term::Literal(literal) => write!(f, "\"{}\"", literal.value),
        }
    }
}

/// Which graph of the store a triple stands in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Graph {
    /// What all documents together say.
    Default,
    /// What follows from what all documents together say, by rules of the ontology.
    Entailed,
    /// What one document alone says; named by the document's IRI.
    Document(DocumentId),
    /// Who each document's entities were taken to be.
    Resolution,
    /// What was refused, and why.
    Rejected,
    /// Links that no document states, with their probability and what speaks for them.
    Predicted,
    /// What link prediction compares entities by.
    Vectors,
    /// What is said around entities, and in documents, as vectors.
    Contexts,
    /// Classes of one's own that things and documents are probably of, with what speaks for them.
    Typed,
    /// How unusual documents and facts are beside a pinned reference.
    Watch,
    /// Rows of one's own tables, and the things that they probably mean.
    Matched,
    /// What one correction asserts and does; named by the correction's IRI.
    Correction(CorrectionId),
}
