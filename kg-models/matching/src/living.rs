//! The things of a graph that lives, as rows are matched with them. In: names, classes, links and directions that come and go. Out:
//! what is known of each thing now, and which things a key finds. Never: a trace of what was and went.

use crate::title::Title;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something that a graph says of a thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said<'a> {
    /// It has a name; whether that is its label rather than another name.
    Name(&'a str, bool),
    /// It is of a class.
    Class(&'a str),
    /// A relation leads from it to another thing.
    Link(&'a str, &'a str),
    /// What is said around it has this direction.
    Direction(&'a [i8]),
    /// A document opens with it.
    Opens,
}

/// A thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Thing {
    pub iri: Arc<str>,
    /// Names with how often each is said as a label, and as another name.
    pub names: BTreeMap<Arc<str>, (Arc<Title>, [u32; 2])>,
    pub classes: BTreeMap<Arc<str>, u32>,
    /// By other end and relation: how often a link leads there, and comes from there.
    pub links: BTreeMap<(u32, Arc<str>), [u32; 2]>,
    pub direction: Option<Arc<[i8]>>,
    /// Documents that open with it.
    pub opens: u32,
}

impl Thing {
    /// Its names, each with whether it is a label.
    pub fn titles(&self) -> impl Iterator<Item = (&Title, bool)> {
        self.names.values().map(|(title, said)| (&**title, said[0] > 0))
    }

    /// Its label: the first one by spelling, or another name.
    pub fn label(&self) -> &str {
        let label = self.titles().find(|(_, is_label)| *is_label).or_else(|| self.titles().next());
        label.map_or(&*self.iri, |(title, _)| &title.written)
    }
}

/// What a thing is found by that has a name.
pub(crate) type Keys<'a> = &'a dyn Fn(&Title) -> BTreeSet<String>;

/// The things of a graph.
#[derive(Default)]
pub(crate) struct Living {
    ids: BTreeMap<Arc<str>, u32>,
    things: Vec<Thing>,
    by_key: BTreeMap<String, BTreeMap<u32, u32>>,
}

impl Living {
    pub fn thing(&self, id: u32) -> &Thing {
        &self.things[id as usize]
    }

    /// The things that a key finds.
    pub fn found(&self, key: &str) -> impl Iterator<Item = u32> {
        self.by_key.get(key).into_iter().flat_map(|things| things.keys().copied())
    }

    /// The keys of a thing.
    pub fn keys(&self, id: u32, keys: Keys<'_>) -> BTreeSet<String> {
        self.thing(id).names.values().flat_map(|(title, _)| keys(title)).collect()
    }

    fn id(&mut self, iri: &str) -> u32 {
        if let Some(id) = self.ids.get(iri) {
            return *id;
        }
        let (id, iri) = (self.things.len() as u32, Arc::<str>::from(iri));
        self.ids.insert(Arc::clone(&iri), id);
        self.things.push(Thing { iri, ..Thing::default() });
        id
    }

    /// Takes in what is said of a thing, or no longer said. Gives the things that are touched, the named one first.
    pub fn take(&mut self, iri: &str, said: Said, comes: bool, keys: Keys<'_>) -> Vec<u32> {
        let id = self.id(iri);
        match said {
            Said::Name(name, label) => self.name(id, (name, label), comes, keys),
            Said::Class(class) => {
                let counted = self.things[id as usize].classes.entry(class.into()).or_default();
                count(counted, comes);
                self.things[id as usize].classes.retain(|_, said| *said > 0);
            }
            Said::Link(relation, tail) => {
                let (tail, relation) = (self.id(tail), Arc::<str>::from(relation));
                for (own, other, way) in [(id, tail, 0), (tail, id, 1)] {
                    let links = &mut self.things[own as usize].links;
                    let counted = links.entry((other, Arc::clone(&relation))).or_default();
                    count(&mut counted[way], comes);
                    if *counted == [0, 0] {
                        links.remove(&(other, Arc::clone(&relation)));
                    }
                }
                return vec![id, tail];
            }
            Said::Opens => count(&mut self.things[id as usize].opens, comes),
            Said::Direction(direction) => {
                let known = &mut self.things[id as usize].direction;
                if comes {
                    *known = Some(direction.into());
                } else if known.as_deref() == Some(direction) {
                    *known = None;
                }
            }
        }
        vec![id]
    }

    fn name(&mut self, id: u32, (name, label): (&str, bool), comes: bool, keys: Keys<'_>) {
        let names = &mut self.things[id as usize].names;
        let (title, said) = names.entry(name.into()).or_insert_with(|| (Arc::new(Title::new(name)), [0, 0]));
        let (title, before) = (Arc::clone(title), *said != [0, 0]);
        count(&mut said[usize::from(!label)], comes);
        let after = *said != [0, 0];
        if !after {
            names.remove(name);
        }
        if before != after {
            for key in keys(&title) {
                let things = self.by_key.entry(key.clone()).or_default();
                let counted = things.entry(id).or_default();
                count(counted, after);
                things.retain(|_, names| *names > 0);
                if things.is_empty() {
                    self.by_key.remove(&key);
                }
            }
        }
    }
}

fn count(number: &mut u32, comes: bool) {
    *number = if comes { *number + 1 } else { number.saturating_sub(1) };
}
