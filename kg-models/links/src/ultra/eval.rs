//! ULTRA tested: what of a set it may walk, by protocol.
//!
//! In: a model, a set, a protocol. Out: a report. Never: a graph that holds what is ranked, unless the protocol says so
//! and the link that is asked about is hidden.

use super::graph::UltraGraph;
use super::net::Ultra;
use super::scorer::UltraScorer;
use crate::Error;
use crate::data::protocol::Protocol;
use crate::data::set::LinkSet;
use crate::rank::report::{LinkReport, Part, eval_links};
use crate::rules::mining::Hidden;
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

    /// What is visible by the protocols that show the training links alone, in words.
    ///
    /// # Errors
    /// When the protocol shows something else; or when it is for graphs of which training saw nothing, and it saw an
    /// entity of this one.
    pub fn visible(&self, set: &LinkSet, protocol: Protocol) -> Result<String, Error> {
        let unfit = |reason| Err(Error::Unsupported { name: "ULTRA".to_owned(), reason });
        match protocol {
            Protocol::Transductive => Ok(self.told("the training links".to_owned())),
            Protocol::Disjoint => {
                if let Some(name) = self.met(set) {
                    let (seen, set) = (self.sets.join(", "), &set.name);
                    return unfit(format!("\"{name}\" of {set} was in what it was trained on ({seen}); not disjoint"));
                }
                // That training saw none of them can be said where all of training is known.
                let told =
                    if self.complete { protocol.visible() } else { "the training links of this graph".to_owned() };
                Ok(self.told(told))
            }
            shown => unfit(format!("beside another model it is tested by transductive or disjoint, not by {shown}")),
        }
    }

    /// An entity of the set that was trained on.
    fn met<'a>(&self, set: &'a LinkSet) -> Option<&'a str> {
        let knows = |name: &&str| self.entities.binary_search_by(|known| known.as_str().cmp(name)).is_ok();
        set.entities.iter().map(|name| &**name).find(knows)
    }
}

/// Ranks links of a part of a set over the graph that the protocol shows.
///
/// # Errors
/// When the part is empty; when the protocol asks for texts alone; or when it asks for a graph of which training saw
/// nothing, and it saw an entity of this one.
pub fn eval_ultra(
    (ultra, taught): (&Ultra, &TrainingProvenance),
    set: &LinkSet,
    (protocol, part): (Protocol, Part),
    seed: u64,
) -> Result<LinkReport, Error> {
    let (links, parts) = part.of(set)?;
    let (shown, asked) = protocol.shots(set, &parts[..parts.len() - 1], links, seed);
    let train = [set.train.as_slice()];
    let with_shown = [&parts[..parts.len() - 1], &[shown.as_slice()]].concat();
    let (links, hidden, told) = match protocol {
        Protocol::TextOnly => {
            let reason = "it reads no texts, and cannot be tested by text-only".to_owned();
            return Err(Error::Unsupported { name: "ULTRA".to_owned(), reason });
        }
        Protocol::Transductive | Protocol::Disjoint => (train.as_slice(), None, taught.visible(set, protocol)?),
        Protocol::Shots(count) => {
            let told = format!("the links of earlier parts, and {count} links of each new entity");
            (with_shown.as_slice(), None, taught.told(told))
        }
        Protocol::LeaveOneOut => {
            let told = "all links of all parts but the one asked about (its reverse is visible)";
            (parts.as_slice(), Some(Hidden::Link), taught.told(told.to_owned()))
        }
        Protocol::LeaveOneOutApart => {
            let told = "all links of all parts but those between the two ends asked about";
            (parts.as_slice(), Some(Hidden::Pair), taught.told(told.to_owned()))
        }
    };
    let graph = UltraGraph::new(links, set.entities.len(), set.relations.len());
    let scorer = UltraScorer::new(ultra, &graph, hidden);
    let report = eval_links(&scorer, set, (protocol, part), Some(&asked))?;
    Ok(LinkReport { visible: told, ..report })
}
