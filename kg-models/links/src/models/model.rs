//! What a model of links is: what it may be tested by, what it sees, what scores.
//!
//! In: a set, a part, a protocol. Out: a scorer that sees what the protocol shows. Never: a rank.

use crate::Error;
use crate::data::protocol::Protocol;
use crate::data::set::{Link, LinkSet};
use crate::rank::filtered::Scorer;
use crate::rank::report::Part;
use kgloom_numerics::vectors::TextVectors;

/// What is tested, and what a model may see while it is.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The links, with the names of their ends.
    pub set: &'a LinkSet,
    /// The part whose links are ranked.
    pub part: Part,
    /// What of the set may be seen.
    pub protocol: Protocol,
    /// Draws which of its links a new entity comes with.
    pub seed: u64,
    /// Vectors of the entities' texts by the model's encoder, where it reads texts.
    pub texts: Option<&'a TextVectors>,
}

impl<'a> View<'a> {
    /// The parts before the one that is ranked.
    ///
    /// # Errors
    /// When the part that is ranked is empty.
    pub fn earlier(&self) -> Result<Vec<&'a [Link]>, Error> {
        let (_, mut parts) = self.part.of(self.set)?;
        parts.pop();
        Ok(parts)
    }

    /// Of the links of the part those that come with new entities, and those that are ranked.
    ///
    /// # Errors
    /// When the part is empty.
    pub fn shown_and_ranked(&self) -> Result<(Vec<Link>, Vec<Link>), Error> {
        let (links, _) = self.part.of(self.set)?;
        Ok(self.protocol.shots(self.set, &self.earlier()?, links, self.seed))
    }

    /// The vectors of texts.
    ///
    /// # Errors
    /// When there are none.
    pub fn vectors(&self) -> Result<&'a TextVectors, Error> {
        self.texts.ok_or_else(|| Error::Unsupported {
            name: self.set.name.clone(),
            reason: "the model reads texts: give it their vectors by its encoder".to_owned(),
        })
    }
}

/// By which protocols a model can be tested.
#[derive(Clone, Copy, Debug)]
pub struct Protocols {
    /// The one where none is named.
    pub usual: Protocol,
    /// Whether it can be tested by one, alone.
    pub alone: fn(Protocol) -> bool,
    /// Whether it can beside another model; only `transductive` and `disjoint` are asked for.
    pub beside: fn(Protocol) -> bool,
    /// What the model is, which says why by no others: "walks links, and reads no texts".
    pub nature: &'static str,
}

impl Protocols {
    /// The protocol that the model is tested by, where one is named or none.
    ///
    /// # Errors
    /// When it cannot be tested by that one; says why.
    pub fn choose(&self, named: Option<Protocol>) -> Result<Protocol, String> {
        let protocol = named.unwrap_or(self.usual);
        if (self.alone)(protocol) { Ok(protocol) } else { Err(self.unfit(protocol)) }
    }

    /// The protocol that the model is tested by beside another, where one is named or none.
    ///
    /// # Errors
    /// When it cannot be tested by that one; says why.
    pub fn choose_beside(&self, named: Option<Protocol>) -> Result<Protocol, String> {
        let protocol = named.unwrap_or(Protocol::Transductive);
        if !matches!(protocol, Protocol::Transductive | Protocol::Disjoint) {
            let fit = "two models together see the training links, by transductive or disjoint";
            return Err(format!("{fit}, not {protocol}"));
        }
        if (self.beside)(protocol) { Ok(protocol) } else { Err(self.unfit(protocol)) }
    }

    fn unfit(&self, protocol: Protocol) -> String {
        format!("the model {}; it cannot be tested by {protocol}", self.nature)
    }
}

/// A model of links.
pub trait Model {
    /// By which protocols it can be tested.
    fn protocols(&self) -> Protocols;

    /// The encoder by which a [`View`] must have vectors of texts; none, where it reads no texts.
    fn encoder(&self) -> Option<&str> {
        None
    }

    /// What it sees of the set, in words.
    ///
    /// # Errors
    /// When the protocol is for graphs of which training saw nothing, and it saw something of this one.
    fn visible(&self, view: &View<'_>) -> Result<String, Error> {
        Ok(view.protocol.visible())
    }

    /// What scores entities as answers, and sees of the set what the protocol shows. By `text-only` an entity may be the
    /// answer to a question about itself: [`evaluate`](crate::evaluate) tells the figures with and without.
    ///
    /// # Errors
    /// When vectors of texts are missing, or too few.
    fn scorer<'a>(&'a self, view: &View<'a>) -> Result<Box<dyn Scorer + 'a>, Error>;
}
