//! Who is who across documents.
//!
//! In: readings, and the user's corrections. Out: the graph's entity for each document's entity. Never: evidence
//! that cannot be withdrawn, or a name that depends on the order of arrival.
//!
//! ```text
//! readings ─▶ locals ─▶ senses (one name, perhaps several bearers) ─▶ nodes
//!                └────▶ claims (B is said to be A) ─▶ pointers ─▶ components ─▶ entities
//! ```

use crate::correction::Given;
use crate::names;
use crate::record::{Datatype, DocumentId, Iri, Literal, Named, Reading, Score};
use crate::stage::corrections;
use crate::stage::mentions::Read;
use crate::stage::senses::{self, Sense};
use crate::stage::{Rows, senses::Bearer};
use crate::vocabulary;
use differential_dataflow::operators::iterate::Iterate;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A date tells bearers of a name apart from this score on: a wrong one would split what is one.
const SURE: u16 = 8_000;

/// One entity of one document: the document, and its place in the reading.
pub type LocalId = (DocumentId, u32);

/// A name as it is compared, with its class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    pub(crate) class: Iri,
    pub(crate) name: Arc<str>,
}

/// One bearer of a name: the key and what tells it from others who bear it.
pub(crate) type Node = (Key, Sense);

/// An entity of the graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entity {
    /// Its IRI: class, best supported name and, for homonyms, a mark of their least evidence.
    pub iri: Iri,
    /// Its ontology class.
    pub class: Iri,
    /// Its best supported name.
    pub label: Arc<str>,
}

/// What one document says of one entity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Local {
    id: LocalId,
    key: Key,
    shown: Arc<str>,
    names: Vec<Arc<str>>,
    bearer: Bearer,
}

/// The entities of the graph, and who refers to them.
pub struct Entities<'s> {
    /// The entity behind each document's entity.
    pub resolved: Rows<'s, (LocalId, Entity)>,
    /// The names that each document uses for it.
    pub names: Rows<'s, (LocalId, Arc<str>)>,
}

/// Joins the entities of documents into entities of the graph; `bearers` are those that corrections name.
pub(crate) fn resolve<'s>(
    reads: Rows<'s, Read>,
    (given, bearers): (Rows<'s, Given>, Rows<'s, (LocalId, (bool, Named))>),
    ontology: &Arc<Ontology>,
) -> Entities<'s> {
    let ontology = Arc::clone(ontology);
    let locals = reads.flat_map(move |read| locals(&read, &ontology));
    let names = locals.clone().flat_map(|local| {
        let id = local.id;
        local.names.into_iter().map(move |name| (id.clone(), name))
    });

    let named = locals.clone().map(|local| (local.key, (local.id, local.bearer)));
    let nodes = senses::tell_apart(named).map(|(key, (id, sense))| (id, (key, sense)));
    let plural = nodes.clone().filter(|(_, (_, sense))| !sense.is_empty()).map(|(_, (key, _))| key).distinct();
    let ends = corrections::ends(given.clone(), bearers, nodes.clone());
    let claimed = pointers(locals.clone(), corrections::apart(given.clone()), plural);
    let representatives = corrections::join(claimed, given, ends);

    let shown = locals.map(|local| (local.id, local.shown));
    let supported = nodes.join_map(shown, |id, node, shown| (node.clone(), (id.clone(), shown.clone())));
    let alone = supported.clone().map(|(node, said)| (node.clone(), (node, said)));
    let joined = alone.clone().join_map(representatives.clone(), |_, (node, said), representative| {
        (representative.clone(), (node.clone(), said.clone()))
    });
    let lone = alone.antijoin(representatives.map(|(node, _)| node));
    let members = joined.concat(lone);

    let entities = members
        .clone()
        .map(|(group, (node, (_, shown)))| (group, (node, shown)))
        .reduce(|_, names, output| output.push((entity(names), 1)));
    let resolved = members
        .map(|(group, (_, (id, _)))| (group, id))
        .join_map(entities, |_, id, entity| (id.clone(), entity.clone()));
    Entities { resolved, names }
}

/// A document's named entities; times and quantities are values, not entities.
fn locals(read: &Read, ontology: &Ontology) -> Vec<Local> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let dates = dates(reading, ontology);
    let mut locals = Vec::new();
    for (index, displays) in displays(&read.document.text, reading) {
        let entity = &reading.entities[index as usize];
        let (None, Some(shown)) = (&entity.literal, names::most_complete(&displays)) else { continue };
        let mut names = displays;
        names.sort();
        names.dedup();
        locals.push(Local {
            id: (read.document.id.clone(), index),
            key: Key { class: entity.class.clone(), name: names::key(&shown) },
            shown,
            names,
            bearer: Bearer {
                defined: entity.defined,
                context: Arc::clone(&entity.context),
                dates: dates.get(&index).cloned().unwrap_or_default(),
            },
        });
    }
    locals
}

/// The names that a text has for each of its entities, in the order of its mentions.
pub(crate) fn displays(text: &str, reading: &Reading) -> BTreeMap<u32, Vec<Arc<str>>> {
    let mut said: BTreeMap<u32, Vec<Arc<str>>> = BTreeMap::new();
    for mention in &reading.mentions {
        let surface = mention.span.of(text).unwrap_or_default();
        said.entry(mention.entity).or_default().push(names::display(surface));
    }
    said
}

/// The dates that a text gives for what can have one value only: two bearers of a name that differ there are two. Only
/// sure readings count, the surest for each relation; and a time that is known only as written ("Monday") says
/// nothing.
fn dates(reading: &Reading, ontology: &Ontology) -> BTreeMap<u32, Vec<(Iri, Literal)>> {
    let mut best: BTreeMap<(u32, &Iri), (Score, &Literal)> = BTreeMap::new();
    for fact in &reading.relations {
        let functional = ontology.relation(&fact.relation).is_some_and(|relation| relation.functional);
        let value = reading.entities[fact.tail as usize].literal.as_ref();
        let Some(value) = value.filter(|value| value.datatype != Datatype::String) else { continue };
        if functional && fact.score.ten_thousandths() >= SURE {
            let told = best.entry((fact.head, &fact.relation)).or_insert((fact.score, value));
            *told = (*told).max((fact.score, value));
        }
    }
    let mut dates: BTreeMap<u32, Vec<(Iri, Literal)>> = BTreeMap::new();
    for ((head, relation), (_, value)) in best {
        dates.entry(head).or_default().push((relation.clone(), value.clone()));
    }
    dates
}

/// From each name to the one that it is said to stand for, where documents agree: nine in ten of those that
/// give the name to somebody give it to the same one. Unless it is a shorter form, no more than ten times as many may
/// use it for itself: else one text that takes the Pacific for the Atlantic would join them. Names with several bearers
/// point nowhere.
fn pointers<'s>(locals: Rows<'s, Local>, apart: Rows<'s, (Key, Key)>, plural: Rows<'s, Key>) -> Rows<'s, (Node, Node)> {
    let claims = locals.flat_map(|local| {
        let person = local.key.class.as_str() == vocabulary::PERSON;
        let full = local.key.clone();
        let mut aliases: Vec<Arc<str>> = local.names.iter().map(|name| names::key(name)).collect();
        aliases.sort();
        aliases.dedup();
        aliases
            .into_iter()
            .filter(move |alias| *alias == full.name || names::travels(alias, &full.name, person))
            .map(move |alias| (Key { class: local.key.class.clone(), name: alias }, local.key.clone()))
    });
    let agreed = claims.reduce(|alias, claimed: &[(&Key, isize)], output: &mut Vec<(Key, isize)>| {
        let (own, others): (Vec<_>, Vec<_>) = claimed.iter().partition(|(bearer, _)| *bearer == alias);
        let [itself, all] = [&own, &others].map(|claims| claims.iter().map(|(_, count)| count).sum::<isize>());
        let others = others.iter();
        if let Some((bearer, count)) = others.max_by_key(|(bearer, count)| (*count, std::cmp::Reverse(*bearer)))
            && count * 10 >= all * 9
            && (names::shortens(&alias.name, &bearer.name) || count * 10 >= itself)
        {
            output.push(((*bearer).clone(), 1));
        }
    });
    let undisputed = agreed
        .map(|pair| (pair, ()))
        .antijoin(apart)
        .map(|(pair, ())| pair)
        .antijoin(plural.clone())
        .map(|(alias, bearer)| (bearer, alias))
        .antijoin(plural);
    undisputed.map(|(one, other)| (sole(one), sole(other)))
}

/// The best supported bearer of a name.
pub(crate) fn sole(key: Key) -> Node {
    (key, senses::main())
}

/// The least node of each group of nodes that pointers join: least label, propagated until nothing changes.
pub(crate) fn components(pointers: Rows<'_, (Node, Node)>) -> Rows<'_, (Node, Node)> {
    let edges = pointers.flat_map(|(one, other)| [(one.clone(), other.clone()), (other, one)]).distinct();
    let nodes = edges.clone().map(|(node, _)| (node.clone(), node)).distinct();
    nodes.clone().iterate(|scope, labels| {
        let edges = edges.enter(scope);
        let nodes = nodes.enter(scope);
        labels
            .join_map(edges, |_, label, neighbour| (neighbour.clone(), label.clone()))
            .concat(nodes)
            .reduce(|_, labels, output| output.push((labels[0].0.clone(), 1)))
    })
}

/// The entity that a group of nodes is, named by what most documents call it; ties go to the lesser name.
fn entity(names: &[(&(Node, Arc<str>), isize)]) -> Entity {
    let mut support: BTreeMap<&Node, isize> = BTreeMap::new();
    let mut shown: BTreeMap<(&Node, &Arc<str>), isize> = BTreeMap::new();
    for ((node, name), count) in names {
        *support.entry(node).or_default() += count;
        *shown.entry((node, name)).or_default() += count;
    }
    let best = |counts: isize, most: &mut isize| std::mem::replace(most, counts.max(*most)) < counts;
    let (mut most, mut node) = (0, &names[0].0.0);
    for (candidate, count) in &support {
        if best(*count, &mut most) {
            node = candidate;
        }
    }
    let (mut most, mut label) = (0, &names[0].0.1);
    for ((bearer, name), count) in &shown {
        if *bearer == node && best(*count, &mut most) {
            label = name;
        }
    }
    let (key, sense) = node;
    let apart = (!sense.is_empty()).then_some(&**sense);
    Entity { iri: vocabulary::entity_iri(&key.class, label, apart), class: key.class.clone(), label: Arc::clone(label) }
}
