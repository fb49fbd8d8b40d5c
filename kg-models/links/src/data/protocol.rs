//! What a model may see when it is tested: protocols by name.
//!
//! In: a set. Out: which links are visible, which are ranked. Never: a link that is both, but where a protocol says so.

use super::set::{Link, LinkSet};
use kgloom_numerics::draw::draw;
use serde::{Serialize, Serializer};

/// What a model may see when it is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Every entity was seen in training.
    Transductive,
    /// No entity was seen in training, which was on another graph; the training links of this one are visible (GraIL,
    /// Teru et al. 2020).
    Disjoint,
    /// New entities come with a text and no link (BLP, Daza et al. 2021).
    TextOnly,
    /// All links but the one that is asked about are visible, its reverse too (StATIK, Markowitz et al. 2022).
    LeaveOneOut,
    /// The same without any other link between the two ends.
    LeaveOneOutApart,
    /// New entities come with so many of their links; the others are ranked.
    Shots(usize),
}

impl Protocol {
    /// All of them, by name.
    pub const NAMES: [&'static str; 6] =
        ["transductive", "disjoint", "text-only", "leave-one-out", "leave-one-out-apart", "K-shot"];

    /// What is visible at test time, in words.
    pub fn visible(self) -> String {
        match self {
            Protocol::Transductive => "tables that the training links taught".to_owned(),
            Protocol::Disjoint => "the training links of this graph, of whose entities training saw none".to_owned(),
            Protocol::TextOnly => "texts of all entities, and the training links; no link of a new entity".to_owned(),
            Protocol::LeaveOneOut => "texts, and all links of all parts but the one asked about (its reverse is \
                                      visible)"
                .to_owned(),
            Protocol::LeaveOneOutApart => "texts, and all links of all parts but those between the two ends asked \
                                           about (no reverse, no other relation)"
                .to_owned(),
            Protocol::Shots(count) => format!("texts, the training links, and {count} links of each new entity"),
        }
    }

    /// Which links of a part are visible and which are ranked, where new entities come with some of theirs.
    pub fn shots<'a>(self, set: &LinkSet, earlier: &[&[Link]], links: &'a [Link], seed: u64) -> (Vec<Link>, Vec<Link>) {
        let Protocol::Shots(count) = self else { return (Vec::new(), links.to_vec()) };
        let seen = set.seen(earlier);
        let mut order: Vec<&'a Link> = links.iter().collect();
        draw(seed, "shots", 0).shuffle(&mut order);
        let mut got = vec![0; seen.len()];
        let (mut shown, mut asked) = (Vec::new(), Vec::new());
        for link in order {
            let ends = [link.head as usize, link.tail as usize];
            // A link is among the first of an entity whichever end that is.
            if ends.iter().any(|&end| !seen[end] && got[end] < count) {
                ends.iter().for_each(|&end| got[end] += 1);
                shown.push(*link);
            } else {
                asked.push(*link);
            }
        }
        shown.sort_unstable();
        asked.sort_unstable();
        (shown, asked)
    }
}

impl std::fmt::Display for Protocol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Protocol::Transductive => f.write_str("transductive"),
            Protocol::Disjoint => f.write_str("disjoint"),
            Protocol::TextOnly => f.write_str("text-only"),
            Protocol::LeaveOneOut => f.write_str("leave-one-out"),
            Protocol::LeaveOneOutApart => f.write_str("leave-one-out-apart"),
            Protocol::Shots(count) => write!(f, "{count}-shot"),
        }
    }
}

impl std::str::FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shots = || text.strip_suffix("-shot")?.parse().ok();
        match text {
            "transductive" => Ok(Protocol::Transductive),
            "disjoint" => Ok(Protocol::Disjoint),
            "text-only" => Ok(Protocol::TextOnly),
            "leave-one-out" => Ok(Protocol::LeaveOneOut),
            "leave-one-out-apart" => Ok(Protocol::LeaveOneOutApart),
            _ => match shots() {
                Some(count) => Ok(Protocol::Shots(count)),
                None => Err(format!("\"{text}\" is no protocol; known: {}", Protocol::NAMES.join(", "))),
            },
        }
    }
}

impl Serialize for Protocol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in ["transductive", "disjoint", "text-only", "leave-one-out", "leave-one-out-apart", "3-shot"] {
            assert_eq!(name.parse::<Protocol>().unwrap().to_string(), name);
        }
        assert!("few-shot".parse::<Protocol>().unwrap_err().contains("known: transductive"));
    }

    #[test]
    fn each_new_entity_shows_its_first_links_and_the_others_are_asked() {
        let names = |count: usize| (0..count).map(|name| format!("{name:02}").into()).collect();
        let train: Vec<Link> = (0..10).map(|head| Link { head, relation: 0, tail: (head + 1) % 10 }).collect();
        let test: Vec<Link> = (0..8).map(|tail| Link { head: 10, relation: 0, tail }).collect();
        let set = LinkSet { entities: names(11), relations: names(1), train, test, ..LinkSet::default() };
        for count in [0, 1, 3, 8, 20] {
            let (shown, asked) = Protocol::Shots(count).shots(&set, &[&set.train], &set.test, 1);
            assert_eq!((shown.len(), asked.len()), (count.min(8), 8 - count.min(8)));
            assert!(shown.iter().all(|link| !asked.contains(link)));
        }
    }
}
