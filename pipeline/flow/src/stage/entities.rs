//! Who is who across documents.
//!
//! In: readings, and the user's corrections. Out: the graph's entity for each document's entity. Never: evidence
//! that cannot be withdrawn, or a name that depends on the order of arrival.
//!
//! ```text
//! readings ─▶ locals ─▶ classes (one name, read as of several) ─▶ senses (perhaps several bearers) ─▶ nodes
//!                           └────▶ claims (B is said to be A) ─▶ pointers ─▶ components ─▶ entities
//! ```

use super::joins::{recast, recast_held};
use super::rows::{Described, Entities, Entity, Key, Local, Node, sole};
use crate::gazetteer::Gazetteer;
use crate::nouns::{is_common, is_title, is_written_small, leaves_out_a_number};
use crate::stage::arranged::{by_key, reduced};
use crate::stage::locals::{locals, votes};
use crate::stage::mentions::Read;
use crate::stage::rows::Bearers;
use crate::stage::sum::{Sum, cosine, is_near};
use crate::stage::{By, Rows, classes, same, senses};
use differential_dataflow::operators::CountTotal;
use kgloom_record::correction::Given;
use kgloom_record::record::Iri;
use kgloom_record::shared::Shared;
use kgloom_record::{names, vocabulary};
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A shorter form of a name stands for it in other texts where the cosine of what is said around both is at least so many in a
/// hundred.
const AGREES_OF_A_SHORTER_FORM: i128 = 55;

/// What documents say of each, by its name; and the same rows, held.
type Named<'s> = (Rows<'s, (Key, Shared<Local>)>, By<'s, Key, Shared<Local>>);

/// One of a group as a document shows it: none is the node that the group goes by.
type Called = (Option<Shared<Node>>, Arc<str>);

/// Joins the entities of documents into entities of the graph; `bearers` are those that corrections name.
pub(crate) fn resolve<'s>(
    reads: Rows<'s, Read>,
    (given, bearers): (Rows<'s, Given>, Bearers<'s>),
    (ontology, gazetteer): (&Arc<Ontology>, &Arc<Gazetteer>),
) -> Entities<'s> {
    let (ontology, known) = (Arc::clone(ontology), Arc::clone(gazetteer));
    let read = reads.flat_map(move |read| locals(&read, &ontology, &known));
    let held = by_key(read.clone(), "as read, by name");
    let around = |local: &Shared<Local>| Arc::clone(&local.bearer.context);
    let counts_as = classes::decide(read.clone().flat_map(|(key, local)| votes(&local, key)), (held.clone(), around));
    let locals = recast_held((read, held), counts_as.clone());
    let said = by_key(locals.clone().map(|(_, local)| (local.bearer.id.clone(), local)), "what is said of each");

    let named = by_key(locals.clone(), "bearers, by name");
    let shown = senses::tell_apart(locals.clone(), named.clone());
    let shown = shown.map(|(key, (local, sense))| ((key, sense), local));
    let marked = shown.clone().filter(|((_, sense), _)| !sense.is_empty()).map(|(node, _)| node).distinct();
    let nodes = by_key(shown.clone(), "bearers, told apart");
    let ends = same::ends(given.clone(), bearers, (nodes.clone(), marked.clone()), counts_as.clone());
    let apart = same::apart(given.clone(), counts_as.clone());
    let plural = marked.map(|(key, _)| key).distinct();
    let claimed = pointers((locals, named), (apart, plural), counts_as, gazetteer);
    let representatives = by_key(same::join(claimed, given, ends), "who is joined");

    let joined = nodes.clone().join_core(representatives, |node, local, representative| {
        Some((representative.clone(), (node.clone(), local.clone())))
    });
    // Who is joined with nobody represents himself.
    let alone = |(node, local): (Node, Shared<Local>)| (node.clone(), (node, local));
    let members =
        joined.clone().concatenate([shown.map(alone), joined.clone().map(move |(_, member)| alone(member)).negate()]);
    let called = members.map(|(group, (node, local))| {
        let other = (node != group).then(|| Shared::new(node));
        (group, (other, Arc::clone(&local.bearer.shown)))
    });
    let entities = reduced(by_key(called, "names of groups"), "entities", |group, names, output| {
        output.push((entity(group, names), 1));
    });
    // A group bears the name of one of its nodes: the others are found by whom they are joined with.
    let own = nodes.join_core(entities.clone(), |_, local, entity| Some((local.bearer.id.clone(), entity.clone())));
    let others = joined.flat_map(|(group, (node, local))| (node != group).then(|| (group, local.bearer.id.clone())));
    let others = by_key(others, "joined").join_core(entities, |_, id, entity| Some((id.clone(), entity.clone())));
    Entities { resolved: by_key(own.concat(others), "resolved"), said }
}

/// From each name to the one that it is said to stand for, where documents agree: nine in ten of those that
/// give the name to somebody give it to the same one. Unless it is a shorter form, no more than ten times as many may
/// use it for itself: else one text that takes the Pacific for the Atlantic would join them. If it is one, and no
/// person's, the texts that use it for itself must be of the topic of the others: one text's Premier League is not
/// everybody's. Names with several bearers point nowhere.
fn pointers<'s>(
    (locals, named): Named<'s>,
    (apart, plural): (Rows<'s, (Key, Key)>, Rows<'s, Key>),
    counts_as: Rows<'s, (Key, Iri)>,
    gazetteer: &Arc<Gazetteer>,
) -> Rows<'s, (Node, Node)> {
    let known = Arc::clone(gazetteer);
    let claims = locals.flat_map(move |(full, local)| {
        let person = full.class.as_str() == vocabulary::PERSON;
        let written = local.names.iter().filter(|name| !is_written_small(name));
        let aliases = written.map(|name| Key::of(&full.class, name).name);
        // What the ontology knows by name needs nobody's word, and stands for nothing else.
        // A common noun is short for another thing in each text, and so is what is one of many by a number.
        let travels = |alias: &Arc<str>| {
            names::travels(alias, &full.name, person)
                && !is_common(alias, full.class.as_str())
                && !is_title(alias)
                && (person || !names::shortens(alias, &full.name) || !leaves_out_a_number(alias, &full.name))
        };
        let aliases = aliases.filter(|alias| !known.has(alias) && travels(alias));
        let aliases: BTreeSet<Arc<str>> = aliases.chain([Arc::clone(&full.name)]).collect();
        // Most names are claimed by who bears them in full: that needs no second key.
        let claim = |alias: Arc<str>| {
            let other = (alias != full.name).then(|| Shared::new(full.clone()));
            (Key { class: full.class.clone(), name: alias }, other)
        };
        aliases.into_iter().map(claim).collect::<Vec<_>>()
    });
    let claims = recast(claims, counts_as);
    let agreed =
        reduced(by_key(claims, "claims"), "agreed", |alias, claimed: &[(&Option<Shared<Key>>, isize)], output| {
            let itself = claimed.iter().filter(|(other, _)| other.is_none()).map(|(_, count)| count).sum::<isize>();
            let others = claimed.iter().filter_map(|(other, count)| Some((other.as_deref()?, *count)));
            let all = others.clone().map(|(_, count)| count).sum::<isize>();
            if let Some((bearer, count)) = others.max_by_key(|(bearer, count)| (*count, std::cmp::Reverse(*bearer)))
                && count * 10 >= all * 9
                && (names::shortens(&alias.name, &bearer.name) || count * 10 >= itself)
            {
                output.push((bearer.clone(), 1));
            }
        });
    let agreed = agreed.as_collection(|alias, bearer| (alias.clone(), bearer.clone()));
    let undisputed = agreed
        .clone()
        .map(|pair| (pair, ()))
        .antijoin(apart.concat(of_two_topics(agreed, named)).distinct())
        .map(|(pair, ())| pair)
        .antijoin(plural.clone())
        .map(|(alias, bearer)| (bearer, alias))
        .antijoin(plural);
    undisputed.map(|(one, other)| (sole(one), sole(other)))
}

/// Shorter forms of a name, with the name, that texts use for themselves where they speak of something else. What is left of a
/// person's name, and is more than a surname, is his.
fn of_two_topics<'s>(agreed: Rows<'s, (Key, Key)>, named: By<'s, Key, Shared<Local>>) -> Rows<'s, (Key, Key)> {
    let person = |key: &Key| key.class.as_str() == vocabulary::PERSON;
    let short = agreed.filter(move |(alias, bearer)| !person(alias) && names::shortens(&alias.name, &bearer.name));
    let ends = short.clone().flat_map(|(alias, bearer)| [(alias, ()), (bearer, ())]).distinct();
    let told =
        named.join_core(ends.arrange_by_key(), |key, local, ()| Some((key.clone(), Arc::clone(&local.bearer.context))));
    let sums = told.explode(|(key, context)| Some((key, Sum::of(&context)))).count_total();
    let own = short.join_map(sums.clone(), |alias, bearer, sum| (bearer.clone(), (alias.clone(), sum.clone())));
    let both =
        own.join_map(sums, |bearer, (alias, own), sum| (alias.clone(), bearer.clone(), own.clone(), sum.clone()));
    both.flat_map(|(alias, bearer, own, sum)| {
        let (dot, lengths) = cosine(&own.values(), &sum.values());
        (lengths > 0 && !is_near((dot, lengths), AGREES_OF_A_SHORTER_FORM)).then_some((alias, bearer))
    })
}

/// The entity that a group of nodes is, named by what most documents call it, other than an acronym of another of its
/// names; ties go to the lesser name.
fn entity(group: &Node, names: &[(&Called, isize)]) -> Entity {
    let mut support: BTreeMap<&Node, isize> = BTreeMap::new();
    let mut shown: BTreeMap<(&Node, &Arc<str>), isize> = BTreeMap::new();
    for ((other, name), count) in names {
        let node = other.as_deref().unwrap_or(group);
        *support.entry(node).or_default() += count;
        *shown.entry((node, name)).or_default() += count;
    }
    let best = |counts: isize, most: &mut isize| std::mem::replace(most, counts.max(*most)) < counts;
    let (mut most, mut node) = (0, group);
    let short = |node: &Node| support.keys().any(|other| names::is_acronym(&node.0.name, &other.0.name));
    for (candidate, count) in &support {
        if !short(candidate) && best(*count, &mut most) {
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
    let iri = vocabulary::entity_iri(&key.class, label, apart);
    Shared::new(Described { iri, class: key.class.clone(), label: Arc::clone(label) })
}
