//! What the centre asks of the rim. In: nothing. Out: traits. Never: an implementation.

use crate::neighbourhood::{Neighbourhood, Numbers};
use crate::profile::Profile;
use crate::record::{Evidence, Iri, Reading, Refusal};
use crate::value::{ContentHash, Score, Triple};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// An error that is not a function of the input: out of memory, device lost, disk full.
pub type Broken = Box<dyn Error + Send + Sync>;

/// The name of a model: a hash of its weights, tokenizer, configuration and code version.
/// Same id and same input, same answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(pub Arc<str>);

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a model gave no answer.
#[derive(Debug)]
pub enum Failure {
    /// A function of the input: it becomes a rejection.
    Refused(Refusal),
    /// Not one: the epoch stops, and nothing of it is kept.
    Broken(Broken),
}

/// Reads a text in one pass: a pure function with a name.
pub trait Reader: Send + Sync {
    /// The model's id.
    fn id(&self) -> &ModelId;

    /// Mentions, coreference and candidate relations of one text.
    fn read(&self, text: &str) -> Result<Reading, Failure>;

    /// The support a fact needs to be admitted, by relation, as chosen on validation data.
    fn thresholds(&self) -> &BTreeMap<Iri, Score>;
}

/// What a reader said of a text, or why it refused it.
pub type Answer = Result<Reading, Refusal>;

/// Remembers what one model answered, so that nothing is asked twice.
pub trait Memory: Send + Sync {
    /// The remembered answer, if there is one.
    fn recall(&self, content: &ContentHash) -> Result<Option<Answer>, Broken>;

    /// Keeps an answer.
    fn remember(&self, content: &ContentHash, answer: &Answer) -> Result<(), Broken>;
}

/// Whether a fact is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Judgement {
    /// How probable it is.
    pub probability: Score,
    /// Whether that is enough.
    pub kept: bool,
}

/// Believes facts, or not, by what speaks for them and what the graph says around them: a pure function with a name.
pub trait Filter: Send + Sync {
    /// The filter's id; what is asked of it, such as a precision, is a part of it.
    fn id(&self) -> &ModelId;

    /// [`TEXT`](crate::neighbourhood::TEXT) numbers of what a document says around an entity.
    fn text(&self, context: &[i8]) -> Numbers;

    /// Whether a fact is believed, by the views of its head and its tail.
    fn judge(&self, triple: &Triple, evidence: &Evidence, ends: [&Neighbourhood; 2]) -> Judgement;
}

/// A class that something probably is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ClassJudgement {
    /// The class.
    pub class: Iri,
    /// How probable it is.
    pub probability: Score,
    /// Whether that is enough.
    pub kept: bool,
    /// What speaks for it, in words.
    pub evidence: Vec<Arc<str>>,
}

/// Tells classes of one's own, by what the graph knows of a thing: a pure function with a name.
pub trait Typer: Send + Sync {
    /// The typer's id; what is asked of it, such as a precision, is a part of it.
    fn id(&self) -> &ModelId;

    /// The classes that a thing, or a document, probably is of, and that its own class allows.
    fn tell(&self, profile: &Profile) -> Vec<ClassJudgement>;
}
