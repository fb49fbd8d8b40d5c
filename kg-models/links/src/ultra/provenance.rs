//! What weights of ULTRA were trained on, and what of a set they see.
//!
//! In: sets, a protocol. Out: words for a report. Never: a claim about training that is not known.

use crate::Error;
use crate::data::protocol::Protocol;
use crate::data::set::LinkSet;
use serde::{Deserialize, Serialize};

/// What weights were trained on, as far as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingProvenance {
    /// The sets, in order.
    pub sets: Vec<String>,
    /// The entities of their training parts, sorted.
    pub entities: Vec<String>,
    /// Whether that is all: weights of a bare file may have seen more.
    pub complete: bool,
}

impl TrainingProvenance {
    /// The same after training on a set, too.
    pub fn and(&self, set: &LinkSet) -> TrainingProvenance {
        let seen = set.seen(&[&set.train]);
        let mut taught = self.clone();
        taught.sets.push(set.name.clone());
        taught
            .entities
            .extend(set.entities.iter().zip(seen).filter(|(_, seen)| *seen).map(|(name, _)| name.to_string()));
        taught.entities.sort_unstable();
        taught.entities.dedup();
        taught
    }

    /// What is visible, and what is not known of earlier training.
    fn told(&self, visible: String) -> String {
        let more = if self.complete { "" } else { "; what the weights saw in training is not recorded" };
        visible + more
    }

    /// What a protocol shows, and what training saw, in words.
    ///
    /// # Errors
    /// When the protocol shows texts alone; or when it is for graphs of which training saw nothing, and it saw an entity of
    /// this one.
    pub fn visible(&self, set: &LinkSet, protocol: Protocol) -> Result<String, Error> {
        let unfit = |reason| Err(Error::Unsupported { name: "ULTRA".to_owned(), reason });
        let visible = match protocol {
            Protocol::TextOnly => return unfit("it reads no texts, and cannot be tested by text-only".to_owned()),
            Protocol::Transductive => "the training links".to_owned(),
            Protocol::Disjoint => {
                if let Some(name) = self.met(set) {
                    let (seen, set) = (self.sets.join(", "), &set.name);
                    return unfit(format!("\"{name}\" of {set} was in what it was trained on ({seen}); not disjoint"));
                }
                // That training saw none of them can be said where all of training is known.
                if self.complete { protocol.visible() } else { "the training links of this graph".to_owned() }
            }
            Protocol::Shots(count) => format!("the links of earlier parts, and {count} links of each new entity"),
            Protocol::LeaveOneOut => {
                "all links of all parts but the one asked about (its reverse is visible)".to_owned()
            }
            Protocol::LeaveOneOutApart => {
                "all links of all parts but those between the two ends asked about".to_owned()
            }
        };
        Ok(self.told(visible))
    }

    /// An entity of the set that was trained on.
    fn met<'a>(&self, set: &'a LinkSet) -> Option<&'a str> {
        let knows = |name: &&str| self.entities.binary_search_by(|known| known.as_str().cmp(name)).is_ok();
        set.entities.iter().map(|name| &**name).find(knows)
    }
}
