//! A graph cut into training, validation and test.
//!
//! In: links, a share, a seed. Out: three parts. Never: a training part in which a relation, or an entity that is not held
//! out, is missing.

use super::set::{Link, LinkSet};
use crate::Error;
use kgloom_numerics::draw::draw;
use std::collections::BTreeSet;

/// What is held out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldOut {
    /// Links between entities that training sees.
    Links,
    /// Entities with all their links (Daza et al. 2021): a test link has a test entity, a validation link a validation
    /// entity and no test entity.
    Entities,
}

/// A relation keeps at least so many training links when entities are held out, if it has so many (BLP's rule).
const LEAST_OF_RELATION: usize = 100;

/// Cuts all links of a set anew; `share` of what is held out goes to test, and as much to validation.
///
/// # Errors
/// When the share is out of range, or nothing could be held out.
pub fn split(set: &LinkSet, held: HeldOut, share: f64, seed: u64) -> Result<LinkSet, Error> {
    let wrong = |reason: String| Error::Data { name: set.name.clone(), reason };
    if !(share > 0.0 && share < 0.5) {
        return Err(wrong(format!("a share of {share} cannot go to test and again to validation; 0 < share < .5")));
    }
    let links: Vec<Link> = [&set.train, &set.validation, &set.test].into_iter().flatten().copied().collect();
    let links: Vec<Link> = links.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let parts = match held {
        HeldOut::Links => by_links(set, &links, share, seed),
        HeldOut::Entities => by_entities(set, &links, share, seed),
    };
    let [train, validation, test] = parts;
    for (part, links) in [("training", &train), ("validation", &validation), ("test", &test)] {
        if links.is_empty() {
            return Err(wrong(format!("the graph is too small to split: nothing is left for the {part} part")));
        }
    }
    Ok(LinkSet { train, validation, test, ..set.clone() })
}

/// What would be lost if a link went: how often its ends and its relation still occur.
struct Left {
    entities: Vec<usize>,
    relations: Vec<usize>,
}

impl Left {
    fn new(set: &LinkSet, links: &[Link]) -> Self {
        let mut left = Left { entities: vec![0; set.entities.len()], relations: vec![0; set.relations.len()] };
        for link in links {
            left.entities[link.head as usize] += 1;
            left.entities[link.tail as usize] += 1;
            left.relations[link.relation as usize] += 1;
        }
        left
    }
}

fn by_links(set: &LinkSet, links: &[Link], share: f64, seed: u64) -> [Vec<Link>; 3] {
    let mut left = Left::new(set, links);
    let mut order = links.to_vec();
    draw(seed, "link split", 0).shuffle(&mut order);
    let wanted = (share * links.len() as f64).round() as usize;
    let [mut train, mut validation, mut test] = [const { Vec::new() }; 3];
    for link in order {
        let Link { head, relation, tail } = link;
        let ends = if head == tail {
            left.entities[head as usize] > 2
        } else {
            left.entities[head as usize] > 1 && left.entities[tail as usize] > 1
        };
        let part = match (test.len() < wanted, validation.len() < wanted) {
            _ if !ends || left.relations[relation as usize] <= 1 => &mut train,
            (true, _) => &mut test,
            (_, true) => &mut validation,
            _ => &mut train,
        };
        part.push(link);
        if !std::ptr::eq(part, &train) {
            left.entities[head as usize] -= 1;
            left.entities[tail as usize] -= 1;
            left.relations[relation as usize] -= 1;
        }
    }
    [train, validation, test].map(sorted)
}

fn by_entities(set: &LinkSet, links: &[Link], share: f64, seed: u64) -> [Vec<Link>; 3] {
    let mut left = Left::new(set, links);
    let least: Vec<usize> = left.relations.iter().map(|count| (*count).min(LEAST_OF_RELATION)).collect();
    let mut by_entity = vec![Vec::new(); set.entities.len()];
    for (place, link) in links.iter().enumerate() {
        by_entity[link.head as usize].push(place);
        if link.head != link.tail {
            by_entity[link.tail as usize].push(place);
        }
    }
    let mut order: Vec<usize> = (0..set.entities.len()).collect();
    draw(seed, "link split", 1).shuffle(&mut order);
    let wanted = (share * order.len() as f64).round() as usize;
    // 0: training; otherwise the part that took the link.
    let mut part = vec![0; links.len()];
    let mut taken = 0;
    for entity in order {
        if taken == 2 * wanted {
            break;
        }
        let own: Vec<usize> = by_entity[entity].iter().copied().filter(|&place| part[place] == 0).collect();
        if own.is_empty() || !may_go(links, &own, entity, &left, &least) {
            continue;
        }
        for &place in &own {
            let Link { head, relation, tail } = links[place];
            left.entities[head as usize] -= 1;
            left.entities[tail as usize] -= 1;
            left.relations[relation as usize] -= 1;
            part[place] = if taken < wanted { 2 } else { 1 };
        }
        taken += 1;
    }
    let of =
        |wanted: usize| links.iter().zip(&part).filter(|(_, part)| **part == wanted).map(|(link, _)| *link).collect();
    [of(0), of(1), of(2)]
}

/// Whether an entity's links can go without leaving a neighbour alone or a relation with too few.
fn may_go(links: &[Link], own: &[usize], entity: usize, left: &Left, least: &[usize]) -> bool {
    let mut neighbours: Vec<usize> = own
        .iter()
        .flat_map(|&place| [links[place].head as usize, links[place].tail as usize])
        .filter(|&end| end != entity)
        .collect();
    let mut relations: Vec<usize> = own.iter().map(|&place| links[place].relation as usize).collect();
    neighbours.sort_unstable();
    relations.sort_unstable();
    neighbours.chunk_by(|a, b| a == b).all(|same| left.entities[same[0]] > same.len())
        && relations
            .chunk_by(|a, b| a == b)
            .all(|same| left.relations[same[0]] - same.len() >= least[same[0]].min(left.relations[same[0]]))
}

fn sorted(mut links: Vec<Link>) -> Vec<Link> {
    links.sort_unstable();
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> LinkSet {
        let mut links = Vec::new();
        for place in 0..400u32 {
            links.push(Link { head: place, relation: 0, tail: (place + 1) % 400 });
            links.push(Link { head: place, relation: 1, tail: (place + 20) % 400 });
        }
        let names = |count: usize| (0..count).map(|name| format!("{name:04}").into()).collect();
        LinkSet { name: "grid".into(), entities: names(400), relations: names(2), train: links, ..LinkSet::default() }
    }

    #[test]
    fn held_out_links_leave_every_entity_and_relation_in_training() {
        let set = split(&grid(), HeldOut::Links, 0.1, 1).unwrap();
        assert_eq!((set.validation.len(), set.test.len()), (80, 80));
        assert_eq!(set.train.len() + 160, 800);
        assert!(set.seen(&[&set.train]).iter().all(|seen| *seen));
        assert_eq!(set.test, split(&grid(), HeldOut::Links, 0.1, 1).unwrap().test);
        assert_ne!(set.test, split(&grid(), HeldOut::Links, 0.1, 2).unwrap().test);
        // A set with parts is put together first.
        assert_eq!(split(&set, HeldOut::Links, 0.1, 1).unwrap().test, set.test);
    }

    #[test]
    fn held_out_entities_go_with_all_their_links() {
        let set = split(&grid(), HeldOut::Entities, 0.1, 1).unwrap();
        let [train, validation] = [set.seen(&[&set.train]), set.seen(&[&set.train, &set.validation])];
        let new = |seen: &[bool], link: &Link| !seen[link.head as usize] || !seen[link.tail as usize];
        assert!(set.test.iter().all(|link| new(&validation, link)));
        assert!(set.validation.iter().all(|link| new(&train, link)));
        let count = |seen: &[bool]| seen.iter().filter(|seen| **seen).count();
        assert_eq!((count(&train), count(&validation)), (320, 360));
        assert_eq!(set.train.len() + set.validation.len() + set.test.len(), 800);
    }

    #[test]
    fn what_cannot_be_split_is_said() {
        let small = LinkSet { train: grid().train[..1].to_vec(), ..grid() };
        assert!(split(&small, HeldOut::Links, 0.1, 1).unwrap_err().to_string().contains("too small"));
        assert!(split(&grid(), HeldOut::Links, 0.7, 1).unwrap_err().to_string().contains("share"));
    }
}
