//! Meanings, looked up. In: a meaning, a graph. Out: the ways in which it leads to things, best first. Never: a way that
//! leads nowhere.

use crate::graph::Graph;
use crate::lexicon::{End, Hop, Lexicon};
use crate::reading::{Expect, Meaning};
use kgloom_record::record::{Iri, Term};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Why things are of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// The relation says so.
    None,
    /// They are among these.
    Among(Vec<Iri>),
    /// They are of one of these classes.
    Classes(Vec<Iri>),
    /// A relation leads to one of these kinds, they stand at the end of a relation that is called so, or a name has this
    /// word in it.
    Told { kinds: Vec<Iri>, ends: Vec<Hop>, word: Option<String> },
}

/// The largest graph whose things are looked through one by one.
const LOOKED_THROUGH: usize = 20_000;
/// Ways that are kept.
const KEPT: usize = 16;

/// A meaning with the things that the graph knows for it.
#[derive(Clone, Debug)]
pub(crate) enum Resolved {
    Things(Vec<Iri>),
    Moment(String),
    All(BTreeSet<Term>),
    /// `within` tells that places inside those of `of` lead there, too.
    Step {
        hops: Vec<Hop>,
        of: Box<Resolved>,
        within: bool,
        values: BTreeSet<Term>,
    },
    /// `open` are those of which the graph does not tell whether the noun fits them.
    Kind {
        noun: Vec<String>,
        filter: Filter,
        of: Box<Resolved>,
        open: BTreeSet<Term>,
        values: BTreeSet<Term>,
    },
    Both {
        one: Box<Resolved>,
        other: Box<Resolved>,
        values: BTreeSet<Term>,
    },
}

impl Resolved {
    /// What it leads to.
    pub(crate) fn values(&self) -> BTreeSet<Term> {
        match self {
            Resolved::Things(things) => things.iter().cloned().map(Term::Name).collect(),
            Resolved::Moment(_) => BTreeSet::new(),
            Resolved::All(values) => values.clone(),
            Resolved::Step { values, .. } | Resolved::Kind { values, .. } | Resolved::Both { values, .. } => {
                values.clone()
            }
        }
    }

    /// The things among them.
    pub(crate) fn things(&self) -> Vec<Iri> {
        let name = |term: Term| match term {
            Term::Name(iri) => Some(iri),
            Term::Literal(_) => None,
        };
        self.values().into_iter().filter_map(name).collect()
    }
}

/// The places inside another.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    pub places: BTreeSet<Iri>,
    /// Whether there are more.
    pub more: bool,
}

/// What meanings are looked up in.
pub(crate) struct Resolver<'a> {
    pub graph: &'a dyn Graph,
    pub ontology: &'a Ontology,
    pub lexicon: &'a Lexicon,
    /// What lies inside the places that were asked for.
    pub places: RefCell<BTreeMap<Iri, Rc<Inside>>>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(graph: &'a dyn Graph, ontology: &'a Ontology, lexicon: &'a Lexicon) -> Self {
        Resolver { graph, ontology, lexicon, places: RefCell::default() }
    }
}

impl Resolver<'_> {
    /// The ways in which a meaning leads to things, best first.
    pub(crate) fn resolve(&self, meaning: &Meaning, expect: Expect) -> Vec<Resolved> {
        let mut ways = match meaning {
            Meaning::Things { groups, .. } => groups.iter().cloned().map(Resolved::Things).collect(),
            Meaning::Moment(date) => vec![Resolved::Moment(date.clone())],
            Meaning::All => {
                self.all().map(|all| Resolved::All(all.into_iter().map(Term::Name).collect())).into_iter().collect()
            }
            Meaning::Step { hops, every, of } => self.steps(hops, *every, of, expect),
            Meaning::Kind { noun, of } => {
                let meant = self.meant(noun, of);
                let narrowed = |set: &Meaning| -> Vec<Resolved> {
                    self.resolve(set, expect).into_iter().filter_map(|way| self.narrowed(noun, way)).collect()
                };
                match narrowed(&meant) {
                    none if none.is_empty() && meant != **of && self.may_be(noun) => narrowed(of),
                    ways => ways,
                }
            }
            Meaning::Both(one, other) => self.both(one, other, expect),
        };
        ways.truncate(KEPT);
        ways
    }

    /// The set by those relations alone that the noun suits, if it suits any.
    fn meant(&self, noun: &[String], of: &Meaning) -> Meaning {
        let Meaning::Step { hops, every, of: inner } = of else { return of.clone() };
        let suited: Vec<Hop> = hops.iter().filter(|hop| self.implies(noun, hop)).cloned().collect();
        let hops = if suited.is_empty() { hops.clone() } else { suited };
        Meaning::Step { hops, every: *every, of: inner.clone() }
    }

    fn both(&self, one: &Meaning, other: &Meaning, expect: Expect) -> Vec<Resolved> {
        let others = self.resolve(other, expect);
        let mut ways = Vec::new();
        for one in self.resolve(one, expect) {
            for other in &others {
                let values: BTreeSet<Term> = one.values().intersection(&other.values()).cloned().collect();
                if !values.is_empty() {
                    ways.push(Resolved::Both { one: Box::new(one.clone()), other: Box::new(other.clone()), values });
                }
            }
        }
        ways
    }

    fn steps(&self, hops: &[Hop], every: bool, of: &Meaning, expect: Expect) -> Vec<Resolved> {
        let mut ways = Vec::new();
        let inner = self.resolve(of, Expect::Any);
        for (place, way) in inner.iter().enumerate() {
            for weak in [false, true] {
                let tier: Vec<&Hop> = hops
                    .iter()
                    .filter(|hop| {
                        hop.weak == weak && self.expected(hop, expect) && !self.is_of_first(of, hop, &inner, place)
                    })
                    .collect();
                // Of what words may mean besides, one thing will have been meant.
                match every && !weak {
                    true => ways.extend(self.step(&tier, way)),
                    false => ways.extend(tier.iter().filter_map(|hop| self.step(&[*hop], way))),
                }
            }
        }
        ways
    }

    /// Whether a hop is sooner one of those whose label the name is than of others that also bear it.
    fn is_of_first(&self, of: &Meaning, hop: &Hop, ways: &[Resolved], place: usize) -> bool {
        let first = matches!(of, Meaning::Things { .. }) && place > 0;
        first && ways[0].things().iter().any(|thing| self.admits(hop, thing))
    }

    /// Whether a thing may stand at the end of a hop from which it starts.
    pub(crate) fn admits(&self, hop: &Hop, thing: &Iri) -> bool {
        let classes = self.graph.classes(thing);
        let allowed = self.classes_at(&hop.relation, hop.asked.other());
        let fits = |class: &Iri| allowed.iter().any(|one| self.ontology.may_be(class, one));
        allowed.is_empty() || classes.is_empty() || classes.iter().any(fits)
    }

    fn classes_at(&self, relation: &Iri, end: End) -> BTreeSet<Iri> {
        let relation = self.ontology.relation(relation);
        let classes = relation.map(|relation| if end == End::Head { &relation.domain } else { &relation.range });
        classes.cloned().unwrap_or_default()
    }

    /// Whether a hop can lead to what the question word asks for.
    pub(crate) fn expected(&self, hop: &Hop, expect: Expect) -> bool {
        let wanted: &[&str] = match expect {
            Expect::Any => return true,
            Expect::Who => &["Person", "Organization"],
            Expect::Where => &["Location", "Organization"],
            Expect::When => &["Time"],
        };
        let classes = self.classes_at(&hop.relation, hop.asked);
        let dates =
            |class: &Iri| expect == Expect::When && class.as_str().starts_with("http://www.w3.org/2001/XMLSchema#");
        let fits = |class: &Iri| {
            dates(class) || wanted.iter().any(|wanted| self.ontology.is_kind_of(class, &vocabulary::own(wanted)))
        };
        classes.is_empty() || classes.iter().any(fits)
    }

    /// One way along all of these hops that lead somewhere.
    fn step(&self, hops: &[&Hop], of: &Resolved) -> Option<Resolved> {
        if let Resolved::Moment(date) = of {
            return self.at_moment(hops, date);
        }
        let starts = of.things();
        let (mut values, mut used, mut contributing) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut within = false;
        for hop in hops {
            for start in &starts {
                let (reached, inside) = self.reached_within(start, hop);
                within |= inside;
                if !reached.is_empty() {
                    used.insert((*hop).clone());
                    contributing.insert(start.clone());
                    values.extend(reached);
                }
            }
        }
        let of = match of {
            Resolved::Things(_) => Resolved::Things(contributing.into_iter().collect()),
            of => of.clone(),
        };
        let (hops, of) = (used.into_iter().collect(), Box::new(of));
        (!values.is_empty()).then_some(Resolved::Step { hops, of, within, values })
    }

    /// All things, where there are not too many to look through.
    fn all(&self) -> Option<Vec<Iri>> {
        let all = self.graph.largest(LOOKED_THROUGH + 1);
        (all.len() <= LOOKED_THROUGH).then_some(all)
    }

    /// The things whose relation has a value that begins so.
    fn at_moment(&self, hops: &[&Hop], date: &str) -> Option<Resolved> {
        let timed = hops.iter().filter(|hop| hop.asked == End::Head && self.expected(&tail(hop), Expect::When));
        let (mut values, mut used, all) = (BTreeSet::new(), BTreeSet::new(), self.all()?);
        for hop in timed {
            let fits = |term: &Term| matches!(term, Term::Literal(literal) if literal.value.starts_with(date));
            for thing in all.iter().filter(|thing| self.reached(thing, &tail(hop)).iter().any(fits)) {
                used.insert((*hop).clone());
                values.insert(Term::Name(thing.clone()));
            }
        }
        let (hops, of) = (used.into_iter().collect(), Box::new(Resolved::Moment(date.to_owned())));
        (!values.is_empty()).then_some(Resolved::Step { hops, of, within: false, values })
    }

    /// What a hop leads to from a thing.
    pub(crate) fn reached(&self, start: &Iri, hop: &Hop) -> Vec<Term> {
        match hop.asked {
            End::Tail => {
                let triples = self.graph.of_subject(start, Some(&hop.relation));
                triples.into_iter().map(|(_, _, object)| object).collect()
            }
            End::Head => {
                let triples = self.graph.of_object(start, Some(&hop.relation));
                triples.into_iter().map(|(subject, _, _)| Term::Name(subject)).collect()
            }
        }
    }
}

/// The same relation, asked for its tail.
fn tail(hop: &Hop) -> Hop {
    Hop { asked: End::Tail, ..hop.clone() }
}
