//! A graph that lives: links between named entities, and what the entities are called.
//!
//! In: triples that come and go. Out: neighbours, texts, and whose predictions an edit can change. Never: a value as one
//! end of a link, or an order that tells of the history.

use crate::data::set::{Link, LinkSet};
use crate::rules::mining::{Step, Walk};
use kgloom_record::record::{Iri, Term, Triple};
use kgloom_record::vocabulary;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An entity of more edges than this is an end, never a way: rules do not walk through it. So an edit touches what is near
/// it, and no more.
pub const MOST_WAYS: usize = 100;

/// Links between entities that can change. Ids are given as names come and never taken back; nothing that is told
/// depends on them.
#[derive(Clone, Debug, Default)]
pub struct DynamicGraph {
    ids: BTreeMap<Arc<str>, u32>,
    nodes: Vec<Node>,
    /// By relation: its place in the order in which they came.
    relations: BTreeMap<Arc<str>, u32>,
    /// Whose predictions may not be what they were.
    dirty: BTreeSet<u32>,
    /// Who lives and did not, or lived and does not.
    born_or_gone: BTreeSet<u32>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    name: Arc<str>,
    labels: BTreeSet<Arc<str>>,
    others: BTreeSet<Arc<str>>,
    classes: BTreeSet<Iri>,
    edges: BTreeSet<(Step, u32)>,
    /// Links that follow from what is stated.
    entailed: BTreeSet<(Step, u32)>,
}

impl DynamicGraph {
    /// A graph without links, in which these relations and entities have their places as ids; those that come later have
    /// the next.
    pub fn new(relations: &[Arc<str>], entities: &[Arc<str>]) -> Self {
        let numbered = |names: &[Arc<str>]| names.iter().zip(0..).map(|(name, id)| (Arc::clone(name), id)).collect();
        DynamicGraph {
            ids: numbered(entities),
            relations: numbered(relations),
            nodes: entities.iter().map(|name| Node { name: Arc::clone(name), ..Node::default() }).collect(),
            ..DynamicGraph::default()
        }
    }

    /// Takes in a triple that came, or one that went.
    pub fn apply(&mut self, triple: &Triple, came: bool) {
        let put = |names: &mut BTreeSet<Arc<str>>, term: &Term| {
            let Term::Literal(literal) = term else { return };
            if came {
                names.insert(Arc::clone(&literal.value));
            } else {
                names.remove(&literal.value);
            }
        };
        match (triple.relation.as_str(), &triple.object) {
            (vocabulary::LABEL, label) => {
                let node = self.node(triple.subject.as_str());
                put(&mut self.nodes[node as usize].labels, label);
                self.touch_name(node);
            }
            (vocabulary::ALTERNATIVE_LABEL, label) => {
                let node = self.node(triple.subject.as_str());
                put(&mut self.nodes[node as usize].others, label);
                self.touch_name(node);
            }
            (vocabulary::TYPE, Term::Name(class)) => {
                let node = self.node(triple.subject.as_str());
                let lived = self.lives(node);
                let classes = &mut self.nodes[node as usize].classes;
                if came {
                    classes.insert(class.clone())
                } else {
                    classes.remove(class)
                };
                if lived != self.lives(node) && !self.born_or_gone.remove(&node) {
                    self.born_or_gone.insert(node);
                }
                self.touch_name(node);
            }
            (relation, Term::Name(object)) => {
                let ends = [self.node(triple.subject.as_str()), self.node(object.as_str())];
                let next = self.relations.len() as u32;
                let relation = *self.relations.entry(Arc::from(relation)).or_insert(next);
                ends.iter().for_each(|&end| self.touch_edges(end));
                for (step, from, to) in [(2 * relation, ends[0], ends[1]), (2 * relation + 1, ends[1], ends[0])] {
                    let edges = &mut self.nodes[from as usize].edges;
                    if came {
                        edges.insert((step, to))
                    } else {
                        edges.remove(&(step, to))
                    };
                }
                ends.iter().for_each(|&end| self.touch_edges(end));
            }
            (_, Term::Literal(_)) => {}
        }
    }

    /// Takes in a triple that follows from what is stated and came, or one that went. Nobody walks over it; it is known, and
    /// not to be predicted.
    pub fn apply_entailed(&mut self, triple: &Triple, came: bool) {
        let Term::Name(object) = &triple.object else { return };
        let ends = [self.node(triple.subject.as_str()), self.node(object.as_str())];
        let next = self.relations.len() as u32;
        let relation = *self.relations.entry(Arc::from(triple.relation.as_str())).or_insert(next);
        for (step, from, to) in [(2 * relation, ends[0], ends[1]), (2 * relation + 1, ends[1], ends[0])] {
            let entailed = &mut self.nodes[from as usize].entailed;
            if came {
                entailed.insert((step, to))
            } else {
                entailed.remove(&(step, to))
            };
        }
        self.dirty.extend(ends);
    }

    fn node(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let (id, name) = (self.nodes.len() as u32, Arc::<str>::from(name));
        self.ids.insert(Arc::clone(&name), id);
        self.nodes.push(Node { name, ..Node::default() });
        id
    }

    /// A change of an entity's edges: its own predictions, and those of whoever walks through it.
    fn touch_edges(&mut self, entity: u32) {
        self.dirty.insert(entity);
        if self.degree(entity) <= MOST_WAYS {
            self.dirty.extend(self.nodes[entity as usize].edges.iter().map(|(_, to)| *to));
        }
    }

    /// A change of what an entity is called or is: also those to whom it may be an answer, two steps away.
    fn touch_name(&mut self, entity: u32) {
        self.dirty.insert(entity);
        for &(_, via) in &self.nodes[entity as usize].edges {
            self.dirty.insert(via);
            let node = &self.nodes[via as usize];
            if node.edges.len() <= MOST_WAYS {
                self.dirty.extend(node.edges.iter().map(|(_, to)| *to));
            }
        }
    }

    /// Whose predictions may have changed since this was last asked, by what is near them; and who has come to life or
    /// gone, which may change the predictions of anyone.
    pub fn take_dirty(&mut self) -> (BTreeSet<u32>, BTreeSet<u32>) {
        (std::mem::take(&mut self.dirty), std::mem::take(&mut self.born_or_gone))
    }

    /// How many ids were ever given.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// The id of a name, if it was ever heard.
    pub fn id(&self, name: &str) -> Option<u32> {
        self.ids.get(name).copied()
    }

    /// The name of an id.
    pub fn name(&self, entity: u32) -> &Arc<str> {
        &self.nodes[entity as usize].name
    }

    /// Whether the graph says what the entity is.
    pub fn lives(&self, entity: u32) -> bool {
        !self.nodes[entity as usize].classes.is_empty()
    }

    /// All entities that the graph says something of.
    pub fn living(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.nodes.len() as u32).filter(|&entity| self.lives(entity))
    }

    /// The entity's class; of several, the first by name.
    pub fn class(&self, entity: u32) -> Option<&Iri> {
        self.nodes[entity as usize].classes.first()
    }

    /// Its labels, its other names, its classes: `Ada Lovelace, Countess of Lovelace (person)`.
    pub fn text(&self, entity: u32) -> String {
        let node = &self.nodes[entity as usize];
        let names: Vec<&str> = node.labels.iter().chain(&node.others).map(|name| &**name).collect();
        let class = |class: &Iri| class.as_str().rsplit(['/', ':', '#']).next().unwrap_or_default().to_lowercase();
        let classes: Vec<String> = node.classes.iter().map(class).collect();
        let text = match classes.is_empty() {
            true => names.join(", "),
            false => format!("{} ({})", names.join(", "), classes.join(", ")),
        };
        text.replace(['\t', '\n', '\r'], " ")
    }

    /// What the entity is shown as: its first label, or the end of its name.
    pub fn label(&self, entity: u32) -> &str {
        let node = &self.nodes[entity as usize];
        node.labels.first().unwrap_or(&node.name)
    }

    /// Whether the graph states the link that a step from an entity to another stands for.
    pub fn states(&self, from: u32, step: Step, to: u32) -> bool {
        self.nodes[from as usize].edges.contains(&(step, to))
    }

    /// Whether the link follows from what is stated.
    pub fn entails(&self, from: u32, step: Step, to: u32) -> bool {
        self.nodes[from as usize].entailed.contains(&(step, to))
    }

    /// Whether a step leads from an entity anywhere, by a link that is stated or follows.
    pub fn has(&self, from: u32, step: Step) -> bool {
        let Node { edges, entailed, .. } = &self.nodes[from as usize];
        [edges, entailed].iter().any(|links| links.range((step, 0)..=(step, u32::MAX)).next().is_some())
    }

    /// The graph as a set of links that all train, with the texts and classes of its entities.
    pub fn link_set(&self, name: &str) -> (LinkSet, Vec<Option<Iri>>) {
        let linked = |entity: &u32| self.lives(*entity) || !self.nodes[*entity as usize].edges.is_empty();
        let mut entities: Vec<u32> = (0..self.nodes.len() as u32).filter(linked).collect();
        entities.sort_unstable_by_key(|&entity| self.name(entity));
        let mut places = vec![0; self.nodes.len()];
        entities.iter().zip(0..).for_each(|(&entity, place)| places[entity as usize] = place);
        let mut used: Vec<bool> = vec![false; self.relations.len()];
        for (step, _) in self.nodes.iter().flat_map(|node| &node.edges) {
            used[*step as usize / 2] = true;
        }
        let names: Vec<(&Arc<str>, u32)> =
            self.relations.iter().map(|(name, id)| (name, *id)).filter(|(_, id)| used[*id as usize]).collect();
        let mut relations = vec![0; self.relations.len()];
        names.iter().zip(0..).for_each(|((_, id), place)| relations[*id as usize] = place);
        let mut train: Vec<Link> = Vec::new();
        for &head in &entities {
            let forward = self.nodes[head as usize].edges.iter().filter(|(step, _)| step % 2 == 0);
            train.extend(forward.map(|&(step, tail)| Link {
                head: places[head as usize],
                relation: relations[step as usize / 2],
                tail: places[tail as usize],
            }));
        }
        train.sort_unstable();
        let set = LinkSet {
            name: name.to_owned(),
            relations: names.into_iter().map(|(name, _)| Arc::clone(name)).collect(),
            train,
            texts: entities
                .iter()
                .map(|&entity| Some(self.text(entity).into()).filter(|text: &Arc<str>| !text.is_empty()))
                .collect(),
            entities: entities.iter().map(|&entity| Arc::clone(self.name(entity))).collect(),
            ..LinkSet::default()
        };
        (set, entities.iter().map(|&entity| self.class(entity).cloned()).collect())
    }
}

impl Walk for DynamicGraph {
    fn to(&self, entity: u32, step: Step) -> impl Iterator<Item = u32> {
        self.nodes[entity as usize].edges.range((step, 0)..=(step, u32::MAX)).map(|(_, to)| *to)
    }

    fn degree(&self, entity: u32) -> usize {
        self.nodes[entity as usize].edges.len()
    }
}
