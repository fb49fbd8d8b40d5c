//! Who is who across documents.
//!
//! In: readings, and the user's corrections. Out: the graph's entity for each document's entity. Never: evidence
//! that cannot be withdrawn, or a name that depends on the order of arrival.
//!
//! ```text
//! readings ─▶ locals ─▶ classes (one name, read as of several) ─▶ senses (perhaps several bearers) ─▶ nodes
//!                           └────▶ claims (B is said to be A) ─▶ pointers ─▶ components ─▶ entities
//! ```

use super::joins::recast;
use super::rows::{Described, Entities, Entity, Key, Node, displays, sole};
use crate::definition;
use crate::gazetteer::Gazetteer;
use crate::nouns::{is_common, is_title, is_written_small, leaves_out_a_number};
use crate::stage::classes::{self, Vote};
use crate::stage::mentions::Read;
use crate::stage::rows::Bearers;
use crate::stage::senses::{self, Bearer, Shown};
use crate::stage::sum::{Sum, cosine, is_near};
use crate::stage::{Rows, corrections, voices};
use differential_dataflow::operators::CountTotal;
use kgloom_record::correction::Given;
use kgloom_record::record::{Datatype, Factuality, Iri, Literal, Mention, Reading, Score};
use kgloom_record::shared::Shared;
use kgloom_record::{names, vocabulary};
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A date tells bearers of a name apart from this score on: a wrong one would split what is one.
const SURE: u16 = 8_000;

/// A shorter form of a name stands for it in other texts where the cosine of what is said around both is at least so many in a
/// hundred.
const AGREES_OF_A_SHORTER_FORM: i128 = 55;

/// What one document says of one entity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Local {
    bearer: Shared<Bearer>,
    names: Vec<Arc<str>>,
    /// How often the text mentions it.
    mentions: usize,
    /// The other classes that the text has the same name as.
    also: Vec<Iri>,
}

/// More mentions than this in one text say no more.
const MENTIONS: usize = 4;

impl Local {
    /// What its text says of the class of its name.
    fn votes(&self, Key { class, name }: Key) -> impl Iterator<Item = (Arc<str>, Vote)> + use<> {
        let both = self.also.clone().into_iter().map({
            let class = class.clone();
            move |other| if other < class { Vote::Both(other, class.clone()) } else { Vote::Both(class.clone(), other) }
        });
        let read = std::iter::repeat_n(Vote::Read(class, self.bearer.defined), self.mentions.min(MENTIONS));
        read.chain(both.collect::<Vec<_>>()).map(move |vote| (Arc::clone(&name), vote))
    }
}

/// Joins the entities of documents into entities of the graph; `bearers` are those that corrections name.
pub(crate) fn resolve<'s>(
    reads: Rows<'s, Read>,
    (given, bearers): (Rows<'s, Given>, Bearers<'s>),
    (ontology, gazetteer): (&Arc<Ontology>, &Arc<Gazetteer>),
) -> Entities<'s> {
    let (ontology, known) = (Arc::clone(ontology), Arc::clone(gazetteer));
    let locals = reads.flat_map(move |read| locals(&read, &ontology, &known));
    let around = locals.clone().map(|(Key { class, name }, local)| (name, (class, Arc::clone(&local.bearer.context))));
    let counts_as = classes::decide(locals.clone().flat_map(|(key, local)| local.votes(key)), around);
    let locals = recast(locals, counts_as.clone());
    let names = locals
        .clone()
        .flat_map(|(_, local)| local.names.clone().into_iter().map(move |name| (local.bearer.id.clone(), name)));

    let named = locals.clone().map(|(key, local)| (key, local.bearer.clone()));
    let shown = senses::tell_apart(named).map(|(key, (shown, sense))| ((key, sense), shown));
    let plural = shown.clone().filter(|((_, sense), _)| !sense.is_empty()).map(|((key, _), _)| key).distinct();
    let nodes = shown.clone().map(|(node, (id, _))| (id, node));
    let ends = corrections::ends(given.clone(), bearers, nodes, counts_as.clone());
    let apart = corrections::apart(given.clone(), counts_as.clone());
    let claimed = pointers(locals, (apart, plural), counts_as, gazetteer);
    let representatives = corrections::join(claimed, given, ends);

    let joined = shown.clone().join_map(representatives, |node, shown, representative| {
        (representative.clone(), (node.clone(), shown.clone()))
    });
    // Who is joined with nobody represents himself.
    let alone = |(node, shown): (Node, Shown)| (node.clone(), (node, shown));
    let members = joined.clone().concatenate([shown.map(alone), joined.map(move |(_, member)| alone(member)).negate()]);

    let entities = members
        .clone()
        .map(|(group, (node, (_, name)))| (group, (node, name)))
        .reduce(|_, names, output| output.push((entity(names), 1)));
    let resolved = members
        .map(|(group, (_, (id, _)))| (group, id))
        .join_map(entities, |_, id, entity| (id.clone(), entity.clone()));
    Entities { resolved: resolved.arrange_by_key_named("Resolved"), names }
}

/// A document's named entities; times and quantities are values, not entities.
fn locals(read: &Read, ontology: &Ontology, gazetteer: &Gazetteer) -> Vec<(Key, Shared<Local>)> {
    let Some(reading) = read.reading() else { return Vec::new() };
    let text = &read.document.text;
    let dates = dates(text, reading, ontology);
    let displays = displays(text, reading);
    let (capitals, definitions) = (capitals(reading, &displays), definitions(text, reading, gazetteer));
    let mut locals = Vec::new();
    for (index, displays) in displays {
        let entity = &reading.entities[index as usize];
        let (None, Some(full)) = (&entity.literal, names::most_complete(&displays)) else { continue };
        let (class, shown) = gazetteer.class_and_name((text, reading), (index, full), ontology);
        let mentions = displays.len();
        let mut names = displays;
        names.sort();
        names.dedup();
        let definition = definitions.get(&index).cloned();
        let (kind, country) = definition.map(|definition| (definition.kind, definition.country)).unzip();
        let known = gazetteer.has(&names::key(&shown));
        let defined = kind.is_some() || (entity.defined && !known);
        let mut told = dates.get(&index).cloned().unwrap_or_default();
        told.extend(capitals.get(&index).filter(|_| defined).cloned());
        told.extend(country.flatten());
        let (id, key) = ((read.document.id.clone(), index), Key::of(&class, &shown));
        let context = Arc::clone(&entity.context);
        let bearer = Bearer { id, shown, defined, known, kind, context, dates: told };
        let local = Local { bearer: Shared::new(bearer), names, mentions, also: Vec::new() };
        locals.push((key, local));
    }
    let mut read_as: BTreeMap<Arc<str>, BTreeSet<Iri>> = BTreeMap::new();
    for (key, _) in &locals {
        read_as.entry(Arc::clone(&key.name)).or_default().insert(key.class.clone());
    }
    for (key, local) in &mut locals {
        local.also.extend(read_as[&key.name].iter().filter(|class| **class != key.class).cloned());
    }
    locals.into_iter().map(|(key, local)| (key, Shared::new(local))).collect()
}

/// What a text says that those are whom it opens with, and in which country: in its first sentence, or in the second
/// after a title.
fn definitions(text: &str, reading: &Reading, gazetteer: &Gazetteer) -> BTreeMap<u32, Definition> {
    let mut definitions = BTreeMap::new();
    for sentence in reading.sentences.iter().take(2) {
        let first = reading.mentions.partition_point(|mention| mention.span.start < sentence.start);
        let last = reading.mentions.partition_point(|mention| mention.span.end <= sentence.end);
        let Some((subject, others)) = reading.mentions[first..last.max(first)].split_first() else { continue };
        let Some(kind) = definition::kind(text, subject.span) else { continue };
        let country = |mention: &Mention| gazetteer.country(&names::key(&names::written(text, mention.span, false)));
        let own = country(subject);
        let named = |other| country(other).filter(|name| Some(*name) != own).map(|name| (other, name));
        let named: Vec<(&Mention, &Arc<str>)> = others.iter().filter_map(named).collect();
        let between = |other: &Mention| text.get(subject.span.end as usize..other.span.start as usize);
        let lies_in = |other: &Mention| between(other).is_some_and(|words| definition::says_where(words, &kind));
        let country = match named.iter().find(|(other, _)| lies_in(other)) {
            Some((_, name)) if definition::is_division(&kind) => Some(*name),
            None if &*kind == "country" && named.is_empty() => own,
            _ => None,
        };
        let value = |name: &Arc<str>| Literal { value: Arc::clone(name), datatype: Datatype::String };
        let country = country.map(|name| (Iri::new(vocabulary::COUNTRY), value(name)));
        definitions.insert(subject.entity, Definition { kind, country });
    }
    definitions
}

/// What a text says that a thing is.
#[derive(Clone)]
struct Definition {
    kind: Arc<str>,
    /// The country that it is or lies in: two places of one name that differ there are two.
    country: Option<(Iri, Literal)>,
}

/// The dates that a text gives for what can have one value only: two bearers of a name that differ there are two. Only
/// sure readings count, the surest for each relation; and a time that is known only as written ("Monday") says
/// nothing.
fn dates(text: &str, reading: &Reading, ontology: &Ontology) -> BTreeMap<u32, Vec<(Iri, Literal)>> {
    let mut best: BTreeMap<(u32, &Iri), (Score, &Literal)> = BTreeMap::new();
    let outdone = voices::outdone(text, reading, ontology);
    let heard = reading.relations.iter().enumerate().filter(|(place, _)| !outdone.contains_key(place));
    for (_, fact) in heard.filter(|(_, fact)| fact.factuality == Factuality::Stated) {
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

/// The surest capital that a text gives for each of its places: two places of one name have two.
fn capitals(reading: &Reading, displays: &BTreeMap<u32, Vec<Arc<str>>>) -> BTreeMap<u32, (Iri, Literal)> {
    let mut best: BTreeMap<u32, (Score, Literal)> = BTreeMap::new();
    for fact in reading.relations.iter().filter(|fact| fact.score.ten_thousandths() >= SURE) {
        let (place, seat) = match fact.relation.as_str() {
            vocabulary::CAPITAL => (fact.head, fact.tail),
            vocabulary::CAPITAL_OF => (fact.tail, fact.head),
            _ => continue,
        };
        let Some(name) = displays.get(&seat).and_then(|names| names::most_complete(names)) else { continue };
        let named = (fact.score, Literal { value: names::key(&name), datatype: Datatype::String });
        let told = best.entry(place).or_insert_with(|| named.clone());
        *told = std::mem::replace(told, named.clone()).max(named);
    }
    best.into_iter().map(|(place, (_, seat))| (place, (Iri::new(vocabulary::CAPITAL), seat))).collect()
}

/// From each name to the one that it is said to stand for, where documents agree: nine in ten of those that
/// give the name to somebody give it to the same one. Unless it is a shorter form, no more than ten times as many may
/// use it for itself: else one text that takes the Pacific for the Atlantic would join them. If it is one, and no
/// person's, the texts that use it for itself must be of the topic of the others: one text's Premier League is not
/// everybody's. Names with several bearers point nowhere.
fn pointers<'s>(
    locals: Rows<'s, (Key, Shared<Local>)>,
    (apart, plural): (Rows<'s, (Key, Key)>, Rows<'s, Key>),
    counts_as: Rows<'s, (Key, Iri)>,
    gazetteer: &Arc<Gazetteer>,
) -> Rows<'s, (Node, Node)> {
    let known = Arc::clone(gazetteer);
    let claims = locals.clone().flat_map(move |(full, local)| {
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
        let claim = |alias: Arc<str>| (Key { class: full.class.clone(), name: alias }, full.clone());
        aliases.into_iter().map(claim).collect::<Vec<_>>()
    });
    let claims = recast(claims, counts_as);
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
        .clone()
        .map(|pair| (pair, ()))
        .antijoin(apart.concat(of_two_topics(agreed, locals)).distinct())
        .map(|(pair, ())| pair)
        .antijoin(plural.clone())
        .map(|(alias, bearer)| (bearer, alias))
        .antijoin(plural);
    undisputed.map(|(one, other)| (sole(one), sole(other)))
}

/// Shorter forms of a name, with the name, that texts use for themselves where they speak of something else. What is left of a
/// person's name, and is more than a surname, is his.
fn of_two_topics<'s>(agreed: Rows<'s, (Key, Key)>, locals: Rows<'s, (Key, Shared<Local>)>) -> Rows<'s, (Key, Key)> {
    let person = |key: &Key| key.class.as_str() == vocabulary::PERSON;
    let short = agreed.filter(move |(alias, bearer)| !person(alias) && names::shortens(&alias.name, &bearer.name));
    let ends = short.clone().flat_map(|(alias, bearer)| [(alias, ()), (bearer, ())]).distinct();
    let told = locals.join_map(ends, |key, local, ()| (key.clone(), Arc::clone(&local.bearer.context)));
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
fn entity(names: &[(&(Node, Arc<str>), isize)]) -> Entity {
    let mut support: BTreeMap<&Node, isize> = BTreeMap::new();
    let mut shown: BTreeMap<(&Node, &Arc<str>), isize> = BTreeMap::new();
    for ((node, name), count) in names {
        *support.entry(node).or_default() += count;
        *shown.entry((node, name)).or_default() += count;
    }
    let best = |counts: isize, most: &mut isize| std::mem::replace(most, counts.max(*most)) < counts;
    let (mut most, mut node) = (0, &names[0].0.0);
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
