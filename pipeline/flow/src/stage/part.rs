//! Things that a text tells apart by their names, whatever its reader took them for. In: a reading. Out: the same, where a name is
//! of something else than the longer one that contains it: its mentions are of an entity of their own. Never: a mention moved,
//! added or dropped. What is parted comes last, so that all others keep their places.

use crate::distinct::{are_two, is_edition};
use kgloom_record::names;
use kgloom_record::record::Reading;
use kgloom_record::vocabulary;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The reading with parted entities; none where nothing is to be parted.
pub(crate) fn parted(text: &str, reading: &Reading) -> Option<Reading> {
    let mut called: Vec<Vec<(usize, Arc<str>)>> = vec![Vec::new(); reading.entities.len()];
    for (at, mention) in reading.mentions.iter().enumerate() {
        let entity = &reading.entities[mention.entity as usize];
        if entity.literal.is_none() {
            let person = entity.class.as_str() == vocabulary::PERSON;
            called[mention.entity as usize].push((at, names::written(text, mention.span, person)));
        }
    }
    let mut parted = reading.clone();
    for (index, called) in called.iter().enumerate() {
        let displays: Vec<Arc<str>> = called.iter().map(|(_, name)| Arc::clone(name)).collect();
        let Some(full) = names::most_complete(&displays) else { continue };
        let (class, defined) = (reading.entities[index].class.as_str(), reading.entities[index].defined);
        // Of an edition that the text is about it goes on without the year.
        let leaves = |name: &str| are_two(name, &full, class) || (!defined && is_edition(name, &full, class));
        // Each name that leaves is of an entity of its own.
        let mut come: BTreeMap<Arc<str>, u32> = BTreeMap::new();
        for (at, name) in called.iter().filter(|(_, name)| leaves(name)) {
            let next = parted.entities.len() as u32;
            let new = *come.entry(names::key(name)).or_insert(next);
            if new == next {
                let mut entity = reading.entities[index].clone();
                // What the text opens with is what it defines, and of what it tells the narrower classes.
                let opens = *at == called[0].0;
                let later = if opens { &mut parted.entities[index] } else { &mut entity };
                later.defined = false;
                later.types.clear();
                parted.entities.push(entity);
            }
            parted.mentions[*at].entity = new;
        }
    }
    if parted.entities.len() == reading.entities.len() {
        return None;
    }
    for relation in &mut parted.relations {
        relation.head = parted.mentions[relation.head_mention as usize].entity;
        relation.tail = parted.mentions[relation.tail_mention as usize].entity;
    }
    parted.relations.sort();
    Some(parted)
}

#[cfg(test)]
#[path = "part_tests.rs"]
mod tests;
