//! Who is who across texts.
//!
//! In: pages and corrections. Out: the entity of each named thing of each text, and whom the names of corrections
//! stand for. Never: a name that joins two of whom another text says that they are others.

use super::bearers::{Node, bearers, counts_as, main};
use super::locals::{Key, Local, LocalId, locals};
use super::pages::{Page, is_person};
use super::{Quads, text};
use kgloom_flow::gazetteer::Gazetteer;
use kgloom_flow::nouns::{is_common, is_title, is_written_small, leaves_out_a_number};
use kgloom_record::correction::Given;
use kgloom_record::names;
use kgloom_record::record::{Correction, Graph, Iri, Named, Term};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An entity of the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entity {
    pub iri: Iri,
    pub class: Iri,
    pub label: Arc<str>,
}

/// Who the named things of all texts are, and by which names.
pub(super) struct Who {
    entities: BTreeMap<LocalId, Entity>,
    names: BTreeMap<LocalId, BTreeSet<Arc<str>>>,
    called: Called,
}

/// Those who are called by each name of a correction; whether it is not their full one.
type Called = BTreeMap<Named, BTreeSet<(bool, LocalId)>>;

/// Nodes that are one.
type Pair = (Node, Node);

impl Who {
    /// Finds out who is who.
    pub fn resolve(pages: &[Page], given: &BTreeSet<Given>, known: (&Ontology, &Gazetteer)) -> Who {
        let mut called = Called::new();
        let mut all: Vec<Local> = Vec::new();
        for page in pages {
            let locals = locals(page, known);
            for named in given.iter().flat_map(|given| given.correction.names().into_iter().chain(&given.company)) {
                let here = called.entry(named.clone()).or_default();
                here.extend(locals.iter().filter_map(|local| Some((calls(page, local, named)?, local.id.clone()))));
            }
            all.extend(locals);
        }
        let counts_as = counts_as(&all);
        let recast = |key: Key| match counts_as.get(&key) {
            Some(class) => Key { class: class.clone(), ..key },
            None => key,
        };
        for local in &mut all {
            local.key = recast(local.key.clone());
        }
        let nodes = bearers(&all);
        let ends = |named: &Named| -> BTreeSet<Node> {
            if named.places.is_empty() {
                return BTreeSet::from([main(recast(Key::given(named)))]);
            }
            let called = called.get(named).into_iter().flatten();
            called.filter(|(short, _)| !short).map(|(_, id)| nodes[id].clone()).collect()
        };
        let apart = given.iter().filter_map(|given| match &given.correction {
            Correction::Different { one, other, document: None } => Some([one, other]),
            _ => None,
        });
        let apart: BTreeSet<[Key; 2]> = apart.map(|pair| pair.map(|named| recast(Key::given(named)))).collect();
        let several: BTreeSet<&Key> = nodes.values().filter(|(_, mark)| !mark.is_empty()).map(|(key, _)| key).collect();
        let mut claimed = pointers(&all, recast, known.1);
        claimed.retain(|(one, other)| {
            let parted = apart.contains(&[one.clone(), other.clone()]) || apart.contains(&[other.clone(), one.clone()]);
            !parted && !several.contains(one) && !several.contains(other)
        });
        let claimed = claimed.into_iter().map(|(one, other)| (main(one), main(other)));
        let groups = join(claimed.collect(), given, ends);

        let mut members: BTreeMap<Node, Vec<&Local>> = BTreeMap::new();
        for local in &all {
            let node = &nodes[&local.id];
            members.entry(groups.get(node).unwrap_or(node).clone()).or_default().push(local);
        }
        let mut entities = BTreeMap::new();
        for members in members.into_values() {
            let entity = entity(&members, &nodes);
            entities.extend(members.into_iter().map(|local| (local.id.clone(), entity.clone())));
        }
        let names = all.into_iter().map(|local| (local.id, local.names)).collect();
        Who { entities, names, called }
    }

    /// Who a named thing of a text is.
    pub fn of(&self, local: &LocalId) -> &Entity {
        &self.entities[local]
    }

    /// Whom a name of a correction stands for: those whose full name it is, else those of whom it is a shorter one.
    pub fn meant(&self, named: &Named) -> BTreeSet<&Entity> {
        let called = || self.called.get(named).into_iter().flatten();
        let all_short = called().all(|(short, _)| *short);
        called().filter(|(short, _)| *short == all_short).map(|(_, local)| self.of(local)).collect()
    }

    /// Writes classes, names, and whom each named thing was taken for.
    pub fn tell(&self, quads: &mut Quads) {
        for (local, entity) in &self.entities {
            let (document, place) = local;
            let iri = Iri::new(vocabulary::local_iri(document, *place));
            quads.say(Graph::Resolution, &iri, vocabulary::RESOLVED_TO, Term::Name(entity.iri.clone()));
            for graph in [Graph::Default, Graph::Document(document.clone())] {
                quads.say(graph, &entity.iri, vocabulary::TYPE, Term::Name(entity.class.clone()));
            }
            quads.say(Graph::Default, &entity.iri, vocabulary::LABEL, text(&entity.label));
            for name in &self.names[local] {
                quads.say(Graph::Document(document.clone()), &entity.iri, vocabulary::LABEL, text(name));
                if *name != entity.label {
                    quads.say(Graph::Default, &entity.iri, vocabulary::ALTERNATIVE_LABEL, text(name));
                }
            }
        }
    }
}

/// Whether a correction's name is one of a named thing, and if so, whether it is not its full one.
fn calls(page: &Page, local: &Local, named: &Named) -> Option<bool> {
    let key = Key::given(named);
    let short = key != local.key;
    let can = !short || names::travels(&key.name, &local.key.name, is_person(&key.class));
    (local.aliases().contains(&key) && can && page.is_meant(named, local.id.1)).then_some(short)
}

/// Names, each with the one that it stands for: nine in ten of the named things that have it beside another full name
/// have it beside this one; and where it is no shorter form, no more than ten times as many have it for their full
/// one. A shorter form that is no person's is so where those who have it for their full name are spoken of as those who have
/// the longer.
fn pointers(locals: &[Local], recast: impl Fn(Key) -> Key, gazetteer: &Gazetteer) -> BTreeSet<(Key, Key)> {
    let mut claims: BTreeMap<Key, Vec<&Key>> = BTreeMap::new();
    for local in locals {
        let (class, full) = (&local.key.class, &local.key);
        let written: BTreeSet<Key> =
            local.names.iter().filter(|name| !is_written_small(name)).map(|name| Key::of(class, name)).collect();
        for alias in local.aliases() {
            let one_of_many = !is_person(class)
                && names::shortens(&alias.name, &full.name)
                && leaves_out_a_number(&alias.name, &full.name);
            let free = !gazetteer.has(&alias.name)
                && !is_common(&alias.name, class.as_str())
                && !is_title(&alias.name)
                && names::travels(&alias.name, &full.name, is_person(class))
                && written.contains(&alias)
                && !one_of_many;
            if free || alias == *full {
                claims.entry(recast(alias)).or_default().push(full);
            }
        }
    }
    let mut pointers = BTreeSet::new();
    for (alias, claimed) in claims {
        let count = |key: &Key| claimed.iter().filter(|other| **other == key).count();
        let own = count(&alias);
        let others: BTreeSet<&Key> = claimed.iter().copied().filter(|key| **key != alias).collect();
        let Some(best) = others.into_iter().max_by_key(|key| (count(key), Reverse(*key))) else { continue };
        let agreed = 10 * count(best) >= 9 * (claimed.len() - own);
        let shortens = names::shortens(&alias.name, &best.name);
        let believed = if shortens {
            is_person(&alias.class) || !are_of_two_topics(locals, &alias, best)
        } else {
            10 * count(best) >= own
        };
        if agreed && believed {
            pointers.insert((alias.clone(), best.clone()));
        }
    }
    pointers
}

/// Whether what is said around all who have one full name is unlike what is said around those who have another.
fn are_of_two_topics(locals: &[Local], one: &Key, other: &Key) -> bool {
    let sum = |key: &Key| {
        let mut sum: Vec<i128> = Vec::new();
        for local in locals.iter().filter(|local| local.key == *key) {
            sum.resize(sum.len().max(local.context.len()), 0);
            sum.iter_mut().zip(local.context.iter()).for_each(|(sum, value)| *sum += i128::from(*value));
        }
        sum
    };
    let product = |one: &[i128], other: &[i128]| one.iter().zip(other).map(|(a, b)| a * b).sum::<i128>();
    let (one, other) = (sum(one), sum(other));
    let (dot, lengths) = (product(&one, &other), product(&one, &one) * product(&other, &other));
    lengths > 0 && (dot <= 0 || (100 * dot).pow(2) < 55 * 55 * lengths)
}

/// Who is one, as texts claim and the user says. Where that makes one of what is to be different, the second of the
/// two leaves with all whom the user says that it is: what texts claim of these is not believed.
fn join(mut claimed: BTreeSet<Pair>, given: &BTreeSet<Given>, ends: impl Fn(&Named) -> BTreeSet<Node>) -> Groups {
    let both = |one: &Named, other: &Named| -> Vec<Pair> {
        let (one, other) = (ends(one), ends(other));
        one.iter().flat_map(|one| other.iter().map(move |other| (one.clone(), other.clone()))).collect()
    };
    let told: Vec<Pair> = given
        .iter()
        .flat_map(|given| match &given.correction {
            Correction::Same { one, other } => both(one, other),
            _ => Vec::new(),
        })
        .collect();
    let groups = Groups::of(claimed.iter().chain(&told));
    let (mut wrong, mut leaving) = (BTreeSet::new(), BTreeSet::new());
    for Given { correction, company, .. } in given {
        let Correction::Different { one, other, document: None } = correction else { continue };
        for (one, other) in both(one, other) {
            if let (Some(one), Some(other)) = (groups.get(&one), groups.get(&other))
                && one == other
            {
                wrong.insert(one);
                leaving.extend(company.iter().flat_map(&ends));
            }
        }
    }
    claimed.retain(|(one, other)| {
        let apart = leaving.contains(one) || leaving.contains(other);
        !apart || !groups.get(one).is_some_and(|group| wrong.contains(group))
    });
    Groups::of(claimed.iter().chain(&told))
}

/// Nodes that pairs join: each points to a lesser one of its group, and the least to itself.
struct Groups(BTreeMap<Node, Node>);

impl Groups {
    fn of<'a>(pairs: impl Iterator<Item = &'a Pair>) -> Groups {
        let mut groups = Groups(BTreeMap::new());
        for (one, other) in pairs {
            for node in [one, other] {
                groups.0.entry(node.clone()).or_insert_with(|| node.clone());
            }
            let ends = [one, other].map(|node| groups.get(node).expect("it was put in").clone());
            let [least, greatest] = if ends[0] < ends[1] { ends } else { [ends[1].clone(), ends[0].clone()] };
            groups.0.insert(greatest, least);
        }
        groups
    }

    /// The least node of the group of one; none of what no pair joins.
    fn get(&self, node: &Node) -> Option<&Node> {
        let mut at = self.0.get(node)?;
        while let Some(next) = self.0.get(at).filter(|next| *next != at) {
            at = next;
        }
        Some(at)
    }
}

/// The entity that named things are together, by the name that most of them have, other than an acronym of another
/// name; of equals the lesser.
fn entity(members: &[&Local], nodes: &BTreeMap<LocalId, Node>) -> Entity {
    let mut borne: BTreeMap<&Node, Vec<&Arc<str>>> = BTreeMap::new();
    for local in members {
        borne.entry(&nodes[&local.id]).or_default().push(&local.shown);
    }
    let is_acronym = |node: &Node| borne.keys().any(|other| names::is_acronym(&node.0.name, &other.0.name));
    let mut order: Vec<&Node> = borne.keys().copied().collect();
    order.sort_by_key(|node| (is_acronym(node), Reverse(if is_acronym(node) { 0 } else { borne[node].len() })));
    let (Key { class, .. }, mark) = order[0];
    let shown = &borne[order[0]];
    let most = |name: &&&Arc<str>| (shown.iter().filter(|other| *other == *name).count(), Reverse(Arc::clone(name)));
    let label = shown.iter().max_by_key(most).expect("a bearer is named");
    let mark = Some(&**mark).filter(|mark| !mark.is_empty());
    Entity { iri: vocabulary::entity_iri(class, label, mark), class: class.clone(), label: Arc::clone(label) }
}
