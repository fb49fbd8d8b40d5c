//! What a noun lets through: "universities in X". In: a noun, things. Out: those that it fits, and a filter that says so in
//! SPARQL. Never: a thing for whose kind nothing speaks.

use crate::broad::{BODIES, BROAD, SETTLEMENTS, WORKS};
use crate::lexicon::{End, Hop};
use crate::reading::hop;
use crate::resolve::{Filter, Resolved, Resolver};
use crate::sorts::{class_of, is_sort};
use crate::text::plain;
use kgloom_english::{akin, stems};
use kgloom_record::record::{Iri, Term};
use kgloom_record::vocabulary;
use std::collections::BTreeSet;

/// Relations to what a thing is.
const TELLING: [&str; 4] = ["P31", "P106", "P39", "P136"];

/// Occupations that are more than one: the broad word, and those under it.
const UNDER: [(&str, &str); 9] = [
    ("scientist", "physicist chemist biologist astronomer botanist geologist mathematician zoologist ecologist"),
    ("writer", "novelist poet playwright author dramatist essayist journalist"),
    ("author", "novelist poet playwright writer dramatist essayist"),
    ("musician", "singer guitarist pianist violinist drummer composer cellist organist bassist"),
    ("singer", "soprano tenor alto baritone"),
    ("athlete", "swimmer cyclist footballer runner diver rower skier gymnast sprinter"),
    ("sportsperson", "swimmer cyclist footballer runner diver rower skier goalkeeper gymnast"),
    ("doctor", "physician surgeon"),
    ("artist", "painter sculptor"),
];

/// What is so by standing at the end of a relation: who wrote something is an author, though perhaps no novelist.
const DEFINED: [&str; 11] =
    ["author", "director", "founder", "composer", "book", "film", "movie", "song", "album", "game", "work"];

impl Resolver<'_> {
    /// What a noun lets through of a way.
    pub(crate) fn narrowed(&self, noun: &[String], way: Resolved) -> Option<Resolved> {
        let values = way.values();
        let last = noun.last()?;
        let single = noun.len() == 1;
        let broad = BROAD.iter().find(|(kind, _)| single && akin(kind, last));
        let implied = self.is_implied(noun, &way);
        let sort = is_sort(noun) && !self.is_label(noun, &way);
        let body = single && BODIES.iter().any(|kind| akin(kind, last)) && (implied || self.leads_to_tails(&way));
        let work = implied || single && WORKS.iter().any(|kind| akin(kind, last)) && self.leads_to_tails(&way);
        let mut open = BTreeSet::new();
        let (filter, kept) = if let Some((_, class)) = broad {
            self.of_class(class, &values)
        } else if single && akin(last, "country") {
            return self.countries(noun, way);
        } else if body || work {
            let (filter, candidates) =
                if body { self.of_class("Organization", &values) } else { (Filter::None, values) };
            if sort { self.sifted(noun, filter, candidates, &mut open) } else { (filter, candidates) }
        } else {
            match (self.told_so(noun, &values), class_of(noun).filter(|_| !matches!(way, Resolved::All(_)))) {
                ((_, none), Some(class)) if none.is_empty() => {
                    let (filter, candidates) = self.of_class(class, &values);
                    self.sifted(noun, filter, candidates, &mut open)
                }
                (told, _) => told,
            }
        };
        let noun = noun.to_vec();
        (!kept.is_empty()).then(|| Resolved::Kind { noun, filter, of: Box::new(way), open, values: kept })
    }

    /// What the ontology's class of that name, or else the graph's own words, tell to be of the kind.
    fn told_so(&self, noun: &[String], values: &BTreeSet<Term>) -> (Filter, BTreeSet<Term>) {
        let (filter, kept) = self.declared(noun, values);
        if kept.is_empty() { self.told(noun, values) } else { (filter, kept) }
    }

    /// Candidates without those that are plainly of another kind; of which nothing is known is left open.
    fn sifted(
        &self,
        noun: &[String],
        filter: Filter,
        candidates: BTreeSet<Term>,
        open: &mut BTreeSet<Term>,
    ) -> (Filter, BTreeSet<Term>) {
        let (told, sure) = self.told_so(noun, &candidates);
        let all = candidates.len();
        let is_open = |term: &&Term| matches!(term, Term::Name(thing) if !self.is_otherwise(thing, noun));
        open.extend(candidates.difference(&sure).filter(is_open).cloned());
        let kept: BTreeSet<Term> =
            candidates.into_iter().filter(|term| sure.contains(term) || open.contains(term)).collect();
        let named = |term: &Term| if let Term::Name(iri) = term { Some(iri.clone()) } else { None };
        let filter = match (open.is_empty(), kept.len() == all) {
            (true, _) => told,
            (false, true) => filter,
            (false, false) => Filter::Among(kept.iter().filter_map(named).collect()),
        };
        (filter, kept)
    }

    /// Whether the relation's own name says that what it leads to is of the kind: a member of a party has one.
    fn is_label(&self, noun: &[String], way: &Resolved) -> bool {
        let Resolved::Step { hops, .. } = way else { return false };
        let says = |hop: &Hop| {
            let relation = self.ontology.relation(&hop.relation);
            let words = |label: &str| plain(label).split(' ').any(|word| noun.iter().any(|noun| akin(word, noun)));
            hop.asked == End::Tail && relation.is_some_and(|relation| words(&relation.label))
        };
        hops.iter().all(says)
    }

    fn of_class(&self, class: &str, values: &BTreeSet<Term>) -> (Filter, BTreeSet<Term>) {
        if class.is_empty() {
            return (Filter::None, values.clone());
        }
        let class = vocabulary::own(class);
        self.with_classes(values, |own| self.ontology.is_kind_of(own, &class))
    }

    /// The values of a class that passes, and the classes that they have.
    fn with_classes(&self, values: &BTreeSet<Term>, passes: impl Fn(&Iri) -> bool) -> (Filter, BTreeSet<Term>) {
        let (mut kept, mut used) = (BTreeSet::new(), BTreeSet::new());
        for value in values {
            let Term::Name(thing) = value else { continue };
            let own: Vec<Iri> = self.graph.classes(thing).into_iter().filter(&passes).collect();
            if !own.is_empty() {
                used.extend(own);
                kept.insert(value.clone());
            }
        }
        (Filter::Classes(used.into_iter().collect()), kept)
    }

    /// Whether all that the last hop leads to is of this kind by the relation's own meaning.
    fn is_implied(&self, noun: &[String], way: &Resolved) -> bool {
        let Resolved::Step { hops, .. } = way else { return false };
        hops.iter().all(|hop| self.implies(noun, hop))
    }

    /// Whether the last hop asks for the tail, which its relation tells enough about.
    fn leads_to_tails(&self, way: &Resolved) -> bool {
        matches!(way, Resolved::Step { hops, .. } if hops.iter().all(|hop| hop.asked == End::Tail))
    }

    /// Whether a noun names the end of a relation that is asked for.
    pub(crate) fn implies(&self, noun: &[String], hop: &Hop) -> bool {
        let last = noun.last().map(|last| stems(last)).unwrap_or_default();
        let mut nouns = self.lexicon.nouns_ending(&last);
        // Of what may be any place, "city" says nothing more.
        let place = || {
            let relation = self.ontology.relation(&hop.relation);
            let places = vocabulary::own("Location");
            let located = relation.is_some_and(|relation| relation.range.iter().all(|one| *one == places));
            located
                && hop.asked == End::Tail
                && noun.len() == 1
                && SETTLEMENTS.iter().any(|kind| last.iter().any(|l| l == kind))
        };
        nouns.any(|known| {
            known.hop.relation == hop.relation && known.hop.asked == hop.asked && is_named_so(&known.words, noun)
        }) || place()
    }

    /// Countries are those that something lies in, or that the ontology lists; of other places, those that they lie in.
    fn countries(&self, noun: &[String], way: Resolved) -> Option<Resolved> {
        let country = hop("P17", End::Tail);
        let lies_in = hop("P17", End::Head);
        let listed: BTreeSet<String> = self.ontology.individuals().map(|one| plain(&one.label)).collect();
        let is_country = |term: &Term| match term {
            Term::Name(thing) => {
                !self.reached(thing, &lies_in).is_empty() || listed.contains(&plain(&self.graph.label(thing)))
            }
            Term::Literal(_) => false,
        };
        let (kept, others): (BTreeSet<Term>, BTreeSet<Term>) = way.values().into_iter().partition(is_country);
        if others.is_empty() {
            let (filter, of) = (Filter::None, Box::new(way));
            return Some(Resolved::Kind { noun: noun.to_vec(), filter, of, open: BTreeSet::new(), values: kept });
        }
        if !kept.is_empty() {
            let kinds =
                kept.iter().filter_map(|term| if let Term::Name(iri) = term { Some(iri.clone()) } else { None });
            let filter = Filter::Among(kinds.collect());
            let is_itself =
                matches!(&way, Resolved::Step { hops, .. } if hops.iter().all(|hop| hop.asked == End::Tail));
            // Beside a country, a place in it is no other answer.
            let (noun, open) = (noun.to_vec(), BTreeSet::new());
            return is_itself.then(|| Resolved::Kind { noun, filter, of: Box::new(way), open, values: kept });
        }
        let values: BTreeSet<Term> = way.things().iter().flat_map(|thing| self.reached(thing, &country)).collect();
        let (hops, of) = (vec![country], Box::new(way));
        (!values.is_empty()).then_some(Resolved::Step { hops, of, within: false, values })
    }

    /// Classes of the ontology that bear the noun as a name.
    fn declared(&self, noun: &[String], values: &BTreeSet<Term>) -> (Filter, BTreeSet<Term>) {
        let name = |label: &String| {
            let label = plain(label);
            let words: Vec<&str> = label.split(' ').collect();
            words.len() == noun.len() && words.iter().zip(noun).all(|(known, word)| akin(known, word))
        };
        let named = self.ontology.classes().filter(|class| name(&class.label) || class.alternatives.iter().any(name));
        let classes: BTreeSet<&Iri> = named.map(|class| &class.iri).collect();
        self.with_classes(values, |own| classes.iter().any(|class| self.ontology.is_kind_of(own, class)))
    }

    /// What a relation tells, or a name.
    fn told(&self, noun: &[String], values: &BTreeSet<Term>) -> (Filter, BTreeSet<Term>) {
        let stem = |word: &str| match word.strip_suffix("ies") {
            Some(root) => format!("{root}y"),
            None => word.strip_suffix('s').unwrap_or(word).to_owned(),
        };
        let word = (noun.len() == 1).then(|| stem(&noun[0]));
        let is_named = |thing: &Iri| {
            let label = plain(&self.graph.label(thing));
            label.contains(' ')
                && word.as_ref().is_some_and(|word| label.split(' ').any(|part| part == word || stem(part) == *word))
        };
        let last = noun.last().map(|last| stems(last)).unwrap_or_default();
        let nouns = self.lexicon.nouns_ending(&last).filter(|known| {
            !known.hop.weak && DEFINED.contains(&known.words.join(" ").as_str()) && is_named_so(&known.words, noun)
        });
        let called: BTreeSet<Hop> = nouns.map(|known| known.hop.clone()).collect();
        let mut ends = BTreeSet::new();
        let (mut kept, mut kinds, mut by_name) = (BTreeSet::new(), BTreeSet::new(), false);
        for value in values {
            let Term::Name(thing) = value else { continue };
            let (named, told) = (is_named(thing), self.kinds_of(thing, noun));
            let standing: Vec<&Hop> =
                called.iter().filter(|hop| !self.reached(thing, &turned(hop)).is_empty()).collect();
            if named || !told.is_empty() || !standing.is_empty() {
                ends.extend(standing.into_iter().cloned());
                by_name |= named;
                kinds.extend(told);
                kept.insert(value.clone());
            }
        }
        let kinds = kinds.into_iter().collect();
        let ends = ends.into_iter().collect();
        (Filter::Told { kinds, ends, word: word.filter(|_| by_name) }, kept)
    }

    /// What the graph says that a thing is, as far as it is what a noun names: "railway engineer" for "engineers".
    pub(crate) fn kinds_of(&self, thing: &Iri, noun: &[String]) -> Vec<Iri> {
        let fits = |kind: &Iri| {
            let label = plain(&self.graph.label(kind));
            let words: Vec<&str> = label.split(' ').collect();
            let last = &words[words.len().saturating_sub(noun.len())..];
            let same = last.len() == noun.len() && last.iter().zip(noun).all(|(known, word)| akin(known, word));
            same || under(noun, words.last().copied().unwrap_or_default())
        };
        let reached = TELLING.iter().flat_map(|end| self.reached(thing, &hop(end, End::Tail)));
        reached.filter_map(|term| if let Term::Name(kind) = term { Some(kind) } else { None }).filter(fits).collect()
    }
}

/// Whether a word names a kind of what a noun does.
fn under(noun: &[String], word: &str) -> bool {
    let [broad] = noun else { return false };
    UNDER.iter().any(|(kind, words)| akin(kind, broad) && words.split(' ').any(|known| known == word))
}

/// Whether the words of a phrase are the noun's.
fn is_named_so(words: &[String], noun: &[String]) -> bool {
    words.len() == noun.len() && words.iter().zip(noun).all(|(known, word)| stems(word).contains(known))
}

/// From the end that is asked for to the other.
pub(crate) fn turned(hop: &Hop) -> Hop {
    Hop { asked: hop.asked.other(), ..hop.clone() }
}
